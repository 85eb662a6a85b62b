use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Fault;
use crate::error::{Path, Problem};
use crate::policy::Policy;
use crate::programme::{Actual, Ballot, Criterion, Date, Estimate, Id, Initiative, Inputs, Status, Strategy};

/// Something that happened, on a date, with its place among the events of that date.
///
/// In a file: one flat JSON object a line, `{"date": "2026-01-12", "seq": 3, "event": "decided", "code": "PAY-03", …}`. A field that
/// the kind of event does not have is refused. Events of one log stand in the order of (`date`, `seq`), and no two share both.
///
/// ```
/// use cxrank::change_board::{Event, What};
/// let event: Event = serde_json::from_str(
///     r#"{"date": "2026-01-15", "seq": 13, "event": "qualified", "code": "PAY-05", "by": "operations"}"#,
/// ).unwrap();
/// assert!(matches!(event.what, What::Qualified { .. }));
/// let incomplete = serde_json::from_str::<Event>(
///     r#"{"date": "2026-02-09", "seq": 21, "event": "decided", "code": "PAY-05", "rank": 5, "resources": {"owner": "risk"}}"#,
/// ).unwrap_err();
/// assert!(incomplete.to_string().contains("found a decision without deadline, resources.cash, resources.teams"));
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Flat", into = "Flat")]
pub struct Event {
    /// When it holds.
    pub date: Date,
    /// Its number, for the order within a date.
    pub seq: u64,
    /// What happened.
    pub what: What,
}

/// The kinds of events.
///
/// `code` names an initiative of the programme or one that an earlier request brought; `by`, `chair` and `attended` name
/// stakeholders or owners.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum What {
    /// Somebody asks for an initiative to be considered. At most one request for an initiative is open.
    RequestSubmitted {
        /// The initiative.
        code: Id,
        /// Who asks.
        by: Id,
        /// What is asked for.
        text: String,
        /// Brings the request to the next board; moves nothing by itself.
        urgency: Option<Urgency>,
        /// The initiative, where the programme does not have it yet: status proposed, the same code.
        initiative: Option<Box<Initiative>>,
    },
    /// What is needed to judge an initiative is there: proposed becomes qualified.
    Qualified {
        /// The initiative.
        code: Id,
        /// Who says so.
        by: Id,
        /// A remark.
        text: Option<String>,
    },
    /// A request is closed with what it lacks. It may be submitted again.
    Rejected {
        /// The initiative.
        code: Id,
        /// Who says so.
        by: Id,
        /// What is missing, as paths in the initiative: `efforts.work`.
        missing: Vec<String>,
        /// A remark.
        text: Option<String>,
    },
    /// The board decides; only after a `board-held` of the same date.
    Decided {
        /// The initiative: qualified, planned or under way.
        code: Id,
        /// All three outputs.
        decision: Box<Decision>,
        /// A remark.
        text: Option<String>,
    },
    /// A decision of the same date departs from the recommended order on purpose.
    Override {
        /// The initiative.
        code: Id,
        /// The rank that it is given.
        rank: u32,
        /// Who wants it.
        by: Id,
        /// Why.
        why: String,
    },
    /// One input of an initiative or an outcome is replaced. What was observed before is taken to be in it.
    EstimateUpdated {
        /// The initiative, or the outcome where `part` is benefits.
        code: Id,
        /// Which list of inputs.
        part: Part,
        /// The criterion.
        criterion: Id,
        /// The new estimate.
        estimate: Estimate,
        /// Who estimated.
        by: Id,
        /// Why.
        why: Option<String>,
    },
    /// The voice of the customer: the mean of `count` answers about the effect of an initiative or an outcome.
    Observation {
        /// The initiative or the outcome.
        code: Id,
        /// The benefit criterion.
        metric: Id,
        /// The mean, on the criterion's scale.
        value: f64,
        /// How many answers.
        count: u64,
        /// Where they come from.
        source: String,
    },
    /// A stakeholder's ballot is replaced.
    BallotCast {
        /// The ballot; its date is the event's where absent.
        ballot: Box<Ballot>,
    },
    /// Work starts, goes on, ends or is given up.
    StatusChanged {
        /// The initiative.
        code: Id,
        /// Where it stands now.
        status: Status,
        /// Why, for what is cancelled or not done.
        reason: Option<String>,
        /// Under way: what it still takes.
        remaining: Option<Inputs>,
        /// Under way: what remains of the effort by team.
        teams_remaining: Option<BTreeMap<Id, f64>>,
        /// Done: what came out.
        actual: Option<Box<Actual>>,
    },
    /// There is more or less of something for the periods that begin on or after `from` and before `until`.
    CapacityChanged {
        /// Of what.
        capacity: Capacity,
        /// How much in a period.
        per_period: f64,
        /// The first day.
        from: Date,
        /// The first day on which it no longer holds.
        until: Option<Date>,
        /// Why.
        why: Option<String>,
    },
    /// It is judged in another way from now on. Policy and strategy replace the whole, a criterion the one of its id.
    PolicyChanged {
        /// Who decided it.
        by: Id,
        /// Why.
        why: String,
        /// The new policy.
        policy: Option<Box<Policy>>,
        /// Criteria that change.
        criteria: Vec<Criterion>,
        /// The new strategy.
        strategy: Option<Box<Strategy>>,
    },
    /// A board met. It stands before what it decides.
    BoardHeld {
        /// Names the board.
        board: Id,
        /// Who led it.
        chair: Id,
        /// Who was there.
        attended: Vec<Id>,
        /// A remark.
        note: Option<String>,
    },
}

/// Why a request should not wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Urgency {
    /// The market.
    Market,
    /// The organisation.
    Organisation,
    /// The voice of the customer.
    VoiceOfTheCustomer,
    /// Something else.
    Other,
}

impl Urgency {
    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Urgency::Market => "market",
            Urgency::Organisation => "organisation",
            Urgency::VoiceOfTheCustomer => "voice of the customer",
            Urgency::Other => "other",
        }
    }
}

/// A list of inputs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// What customers gain.
    Benefits,
    /// What it takes.
    Efforts,
    /// What it still takes.
    Remaining,
}

/// What there is a limited amount of.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Capacity {
    /// Person-days of a team.
    Team(Id),
    /// Changes at once in an organisational unit.
    Unit(Id),
    /// Money.
    Cash,
}

/// What a board decides about an initiative: exactly these three, never fewer.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Decision {
    /// The place in the committed order, from 1.
    pub rank: u32,
    /// To be done by.
    pub deadline: Date,
    /// What it is given.
    pub resources: Resources,
}

/// What a decision gives to an initiative.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Resources {
    /// Who answers for it.
    pub owner: Id,
    /// Money, in the programme's effort unit.
    pub cash: f64,
    /// Person-days by team.
    pub teams: BTreeMap<Id, f64>,
}

/// The kinds by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub(super) enum Kind {
    RequestSubmitted,
    Qualified,
    Rejected,
    Decided,
    Override,
    EstimateUpdated,
    Observation,
    BallotCast,
    StatusChanged,
    CapacityChanged,
    PolicyChanged,
    BoardHeld,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub(super) enum CapacityKind {
    Team,
    Unit,
    Cash,
}

/// Resources as written, complete or not.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub(super) struct FlatResources {
    #[serde(skip_serializing_if = "Option::is_none")]
    owner: Option<Id>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cash: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    teams: Option<BTreeMap<Id, f64>>,
}

macro_rules! flat {
    ($($(#[$attribute:meta])* $field:ident: $type:ty,)*) => {
        /// An event as written: every field that any kind has. One pass reads it, whatever stands first.
        #[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
        #[serde(default, deny_unknown_fields)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        #[cfg_attr(feature = "schema", schemars(extend("required" = ["date", "seq", "event"])))]
        pub(super) struct Flat {
            $($(#[$attribute])* #[serde(skip_serializing_if = "Option::is_none")] $field: Option<$type>,)*
        }

        impl Flat {
            /// The fields that are there.
            fn present(&self) -> Vec<&'static str> {
                let mut fields = Vec::new();
                $(if self.$field.is_some() { fields.push(stringify!($field)); })*
                fields
            }

            /// The fields in which two events differ.
            pub(super) fn differing(&self, other: &Flat) -> Vec<&'static str> {
                let mut fields = Vec::new();
                $(if self.$field != other.$field { fields.push(stringify!($field)); })*
                fields
            }
        }
    };
}

flat! {
    date: Date,
    seq: u64,
    event: Kind,
    code: Id,
    by: Id,
    text: String,
    urgency: Urgency,
    initiative: Box<Initiative>,
    missing: Vec<String>,
    rank: u32,
    deadline: Date,
    resources: FlatResources,
    why: String,
    part: Part,
    criterion: Id,
    // `null` is an estimate: it is not known any more.
    #[serde(deserialize_with = "some")]
    estimate: Estimate,
    metric: Id,
    value: f64,
    count: u64,
    source: String,
    ballot: Box<Ballot>,
    status: Status,
    reason: String,
    remaining: Inputs,
    teams_remaining: BTreeMap<Id, f64>,
    actual: Box<Actual>,
    capacity: CapacityKind,
    id: Id,
    per_period: f64,
    from: Date,
    until: Date,
    policy: Box<Policy>,
    criteria: Vec<Criterion>,
    strategy: Box<Strategy>,
    board: Id,
    chair: Id,
    attended: Vec<Id>,
    note: String,
}

fn some<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Estimate>, D::Error> {
    Estimate::deserialize(deserializer).map(Some)
}

/// The value of a field, or a note that it is missing.
fn required<T>(field: &'static str, value: Option<T>, problems: &mut Vec<Problem>) -> Option<T> {
    if value.is_none() {
        problems.push(Problem::new(Path::root().key(field), Fault::MissingField { field }));
    }
    value
}

impl Flat {
    /// The event, or every field that is missing or too many.
    pub(super) fn into_event(mut self) -> Result<Event, Vec<Problem>> {
        let mut problems = Vec::new();
        let date = required("date", self.date.take(), &mut problems);
        let seq = required("seq", self.seq.take(), &mut problems);
        let what = required("event", self.event.take(), &mut problems).and_then(|kind| {
            let what = self.what(kind, &mut problems);
            for field in self.present() {
                let fault = Fault::SurplusField { field, event: kind.name() };
                problems.push(Problem::new(Path::root().key(field), fault));
            }
            what
        });
        match (date, seq, what) {
            (Some(date), Some(seq), Some(what)) if problems.is_empty() => Ok(Event { date, seq, what }),
            _ => Err(problems),
        }
    }

    fn what(&mut self, kind: Kind, problems: &mut Vec<Problem>) -> Option<What> {
        // All that a kind needs is asked for before the first `?`, so that every absence is reported.
        macro_rules! needs {
            ($($field:ident),*) => { $(let $field = required(stringify!($field), self.$field.take(), problems);)* };
        }
        Some(match kind {
            Kind::RequestSubmitted => {
                needs!(code, by, text);
                let (urgency, initiative) = (self.urgency.take(), self.initiative.take());
                What::RequestSubmitted { code: code?, by: by?, text: text?, urgency, initiative }
            }
            Kind::Qualified => {
                needs!(code, by);
                What::Qualified { code: code?, by: by?, text: self.text.take() }
            }
            Kind::Rejected => {
                needs!(code, by, missing);
                What::Rejected { code: code?, by: by?, missing: missing?, text: self.text.take() }
            }
            Kind::Decided => {
                needs!(code);
                let (decision, text) = (self.decision(problems), self.text.take());
                What::Decided { code: code?, decision: Box::new(decision?), text }
            }
            Kind::Override => {
                needs!(code, rank, by, why);
                What::Override { code: code?, rank: rank?, by: by?, why: why? }
            }
            Kind::EstimateUpdated => {
                needs!(code, part, criterion, estimate, by);
                let why = self.why.take();
                What::EstimateUpdated {
                    code: code?,
                    part: part?,
                    criterion: criterion?,
                    estimate: estimate?,
                    by: by?,
                    why,
                }
            }
            Kind::Observation => {
                needs!(code, metric, value, count, source);
                What::Observation {
                    code: code?,
                    metric: metric?,
                    value: value?,
                    count: count?,
                    source: source?,
                }
            }
            Kind::BallotCast => {
                needs!(ballot);
                What::BallotCast { ballot: ballot? }
            }
            Kind::StatusChanged => {
                needs!(code, status);
                let (reason, remaining) = (self.reason.take(), self.remaining.take());
                let (teams_remaining, actual) = (self.teams_remaining.take(), self.actual.take());
                What::StatusChanged {
                    code: code?,
                    status: status?,
                    reason,
                    remaining,
                    teams_remaining,
                    actual,
                }
            }
            Kind::CapacityChanged => {
                needs!(capacity, per_period, from);
                let id = match capacity {
                    Some(CapacityKind::Team | CapacityKind::Unit) => {
                        Some(required("id", self.id.take(), problems))
                    }
                    _ => None,
                };
                let (until, why) = (self.until.take(), self.why.take());
                let capacity = match (capacity?, id) {
                    (CapacityKind::Team, Some(id)) => Capacity::Team(id?),
                    (CapacityKind::Unit, Some(id)) => Capacity::Unit(id?),
                    _ => Capacity::Cash,
                };
                What::CapacityChanged { capacity, per_period: per_period?, from: from?, until, why }
            }
            Kind::PolicyChanged => {
                needs!(by, why);
                let (policy, strategy) = (self.policy.take(), self.strategy.take());
                let criteria = self.criteria.take().unwrap_or_default();
                if policy.is_none() && strategy.is_none() && criteria.is_empty() {
                    required::<()>("policy", None, problems);
                }
                What::PolicyChanged { by: by?, why: why?, policy, criteria, strategy }
            }
            Kind::BoardHeld => {
                needs!(board, chair, attended);
                What::BoardHeld { board: board?, chair: chair?, attended: attended?, note: self.note.take() }
            }
        })
    }

    /// All three outputs, or what of them is missing, in one problem.
    fn decision(&mut self, problems: &mut Vec<Problem>) -> Option<Decision> {
        let (rank, deadline) = (self.rank.take(), self.deadline.take());
        let resources = self.resources.take();
        let mut missing = Vec::new();
        if rank.is_none() {
            missing.push("rank");
        }
        if deadline.is_none() {
            missing.push("deadline");
        }
        match &resources {
            None => missing.push("resources"),
            Some(given) => {
                let parts = [
                    (given.owner.is_none(), "resources.owner"),
                    (given.cash.is_none(), "resources.cash"),
                    (given.teams.is_none(), "resources.teams"),
                ];
                missing.extend(parts.into_iter().filter(|(absent, _)| *absent).map(|(_, part)| part));
            }
        }
        if !missing.is_empty() {
            problems.push(Problem::new(Path::root(), Fault::IncompleteDecision { missing }));
        }
        let FlatResources { owner, cash, teams } = resources?;
        let resources = Resources { owner: owner?, cash: cash?, teams: teams? };
        Some(Decision { rank: rank?, deadline: deadline?, resources })
    }
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Kind::RequestSubmitted => "request-submitted",
            Kind::Qualified => "qualified",
            Kind::Rejected => "rejected",
            Kind::Decided => "decided",
            Kind::Override => "override",
            Kind::EstimateUpdated => "estimate-updated",
            Kind::Observation => "observation",
            Kind::BallotCast => "ballot-cast",
            Kind::StatusChanged => "status-changed",
            Kind::CapacityChanged => "capacity-changed",
            Kind::PolicyChanged => "policy-changed",
            Kind::BoardHeld => "board-held",
        }
    }
}

impl TryFrom<Flat> for Event {
    type Error = crate::Error;

    fn try_from(flat: Flat) -> Result<Self, crate::Error> {
        flat.into_event().map_err(crate::Error::new)
    }
}

impl From<Event> for Flat {
    fn from(event: Event) -> Self {
        let mut flat = Flat { date: Some(event.date), seq: Some(event.seq), ..Flat::default() };
        flat.event = Some(match event.what {
            What::RequestSubmitted { code, by, text, urgency, initiative } => {
                (flat.code, flat.by, flat.text) = (Some(code), Some(by), Some(text));
                (flat.urgency, flat.initiative) = (urgency, initiative);
                Kind::RequestSubmitted
            }
            What::Qualified { code, by, text } => {
                (flat.code, flat.by, flat.text) = (Some(code), Some(by), text);
                Kind::Qualified
            }
            What::Rejected { code, by, missing, text } => {
                (flat.code, flat.by, flat.missing, flat.text) = (Some(code), Some(by), Some(missing), text);
                Kind::Rejected
            }
            What::Decided { code, decision, text } => {
                let Resources { owner, cash, teams } = decision.resources;
                (flat.code, flat.text) = (Some(code), text);
                (flat.rank, flat.deadline) = (Some(decision.rank), Some(decision.deadline));
                flat.resources =
                    Some(FlatResources { owner: Some(owner), cash: Some(cash), teams: Some(teams) });
                Kind::Decided
            }
            What::Override { code, rank, by, why } => {
                (flat.code, flat.rank, flat.by, flat.why) = (Some(code), Some(rank), Some(by), Some(why));
                Kind::Override
            }
            What::EstimateUpdated { code, part, criterion, estimate, by, why } => {
                (flat.code, flat.part, flat.criterion) = (Some(code), Some(part), Some(criterion));
                (flat.estimate, flat.by, flat.why) = (Some(estimate), Some(by), why);
                Kind::EstimateUpdated
            }
            What::Observation { code, metric, value, count, source } => {
                (flat.code, flat.metric, flat.value) = (Some(code), Some(metric), Some(value));
                (flat.count, flat.source) = (Some(count), Some(source));
                Kind::Observation
            }
            What::BallotCast { ballot } => {
                flat.ballot = Some(ballot);
                Kind::BallotCast
            }
            What::StatusChanged { code, status, reason, remaining, teams_remaining, actual } => {
                (flat.code, flat.status, flat.reason) = (Some(code), Some(status), reason);
                (flat.remaining, flat.teams_remaining, flat.actual) = (remaining, teams_remaining, actual);
                Kind::StatusChanged
            }
            What::CapacityChanged { capacity, per_period, from, until, why } => {
                let (kind, id) = match capacity {
                    Capacity::Team(id) => (CapacityKind::Team, Some(id)),
                    Capacity::Unit(id) => (CapacityKind::Unit, Some(id)),
                    Capacity::Cash => (CapacityKind::Cash, None),
                };
                (flat.capacity, flat.id, flat.per_period) = (Some(kind), id, Some(per_period));
                (flat.from, flat.until, flat.why) = (Some(from), until, why);
                Kind::CapacityChanged
            }
            What::PolicyChanged { by, why, policy, criteria, strategy } => {
                (flat.by, flat.why, flat.policy, flat.strategy) = (Some(by), Some(why), policy, strategy);
                flat.criteria = Some(criteria).filter(|criteria| !criteria.is_empty());
                Kind::PolicyChanged
            }
            What::BoardHeld { board, chair, attended, note } => {
                (flat.board, flat.chair) = (Some(board), Some(chair));
                (flat.attended, flat.note) = (Some(attended), note);
                Kind::BoardHeld
            }
        });
        flat
    }
}

impl What {
    /// The initiative or outcome that it is about.
    pub fn code(&self) -> Option<&Id> {
        match self {
            What::RequestSubmitted { code, .. }
            | What::Qualified { code, .. }
            | What::Rejected { code, .. }
            | What::Decided { code, .. }
            | What::Override { code, .. }
            | What::EstimateUpdated { code, .. }
            | What::Observation { code, .. }
            | What::StatusChanged { code, .. } => Some(code),
            What::BallotCast { .. }
            | What::CapacityChanged { .. }
            | What::PolicyChanged { .. }
            | What::BoardHeld { .. } => None,
        }
    }
}
