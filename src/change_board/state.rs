use std::collections::{BTreeMap, BTreeSet};

use serde::ser::Error as _;
use serde::{Serialize, Serializer};

use super::evidence::Stream;
use super::judge::Judge;
use super::merit::Merit;
use super::{Capacity, Decision, Fault, Seen, Urgency};
use crate::Error;
use crate::error::{Path, Problem};
use crate::programme::{Capacities, Date, Estimate, Id, Programme, ProgrammeSpec, Status};
use crate::score::ScoringModel;

/// What a change board has before it: the facts of a programme as they stand, the requests, the boards, and the committed order.
///
/// It follows events one at a time, each checked against what stands: an event that does not fit is refused and changes nothing. The
/// order of merit follows every event; the committed order follows decisions only. Serialized, it is the whole of it, in one
/// canonical form: the same events give the same bytes.
///
/// # Complexity
///
/// With n initiatives and c criteria: O(c·log n + n) for an event, where the n is the moving of small numbers in one list; a change of
/// the policy judges everything again, in O(n·c + n·log n).
#[derive(Debug, Clone)]
pub struct State {
    /// The facts; initiatives in the order in which they came, all else in that of their ids.
    pub(super) spec: ProgrammeSpec,
    /// The place of each initiative in `spec`.
    pub(super) codes: BTreeMap<Id, u32>,
    /// Who may be named: stakeholders and owners.
    pub(super) people: BTreeSet<Id>,
    /// The places of what each initiative requires.
    pub(super) requires: Vec<Box<[u32]>>,
    pub(super) judge: Judge,
    /// The quantised inputs of each initiative, as many as there are criteria.
    pub(super) rows: Vec<i64>,
    pub(super) merit: Merit,
    /// What was observed, by initiative or outcome and the place of the criterion.
    pub(super) streams: BTreeMap<(Target, u32), Stream>,
    pub(super) capacity_changes: Vec<CapacityChange>,
    pub(super) requests: Vec<Request>,
    /// The last request for each initiative.
    pub(super) last_request: BTreeMap<u32, u32>,
    pub(super) boards: Vec<Board>,
    pub(super) committed: Vec<u32>,
    /// What the board of the last date decided, until it ends.
    pub(super) pending: Vec<Pending>,
    /// How many overrides of the last board have been looked for among its decisions.
    pub(super) overrides_checked: usize,
    /// The last event.
    pub(super) last: Option<(Date, u64)>,
    pub(super) as_of: Option<Date>,
}

/// What is observed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Target {
    Initiative(u32),
    Outcome(u32),
}

/// A decision that takes its place when the board ends.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pending {
    /// Its place in the order as it is by now.
    pub(super) rank: u32,
    /// How many went from before it since it was decided.
    pub(super) moved_up: u32,
    pub(super) initiative: u32,
    /// The number of the event in the log.
    pub(super) event: usize,
}

/// A capacity that holds from a date on.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct CapacityChange {
    pub(super) capacity: Capacity,
    pub(super) per_period: f64,
    pub(super) from: Date,
    pub(super) until: Option<Date>,
}

/// A request for an initiative, and how far it has come.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Request {
    /// The initiative.
    pub code: Id,
    /// Who asked.
    pub by: Id,
    /// What was asked for.
    pub text: String,
    /// Why it should not wait; brings it to the next board and moves nothing.
    pub urgency: Option<Urgency>,
    /// When it was submitted.
    pub submitted: Date,
    /// How far it has come.
    pub stage: Stage,
}

/// How far a request has come: `Submitted → Qualified | Rejected → Decided`.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// Nobody has judged it yet.
    Submitted,
    /// It waits for a decision.
    Qualified {
        /// Since when.
        on: Date,
        /// By whom.
        by: Id,
    },
    /// It lacked something.
    Rejected {
        /// When.
        on: Date,
        /// By whom.
        by: Id,
        /// What.
        missing: Vec<String>,
    },
    /// A board decided, or somebody decided that it is not done.
    Decided {
        /// When.
        on: Date,
        /// The initiative's status then.
        status: Status,
    },
}

/// A meeting of the board, and what came of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Board {
    /// When it met.
    pub date: Date,
    /// Its name.
    pub board: Id,
    /// Who led it.
    pub chair: Id,
    /// Who was there.
    pub attended: Vec<Id>,
    /// A remark.
    pub note: Option<String>,
    /// What it decided, as it was decided.
    pub decisions: Vec<Decided>,
    /// Departures from the recommended order, on purpose.
    pub overrides: Vec<Override>,
}

/// A decision about an initiative.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Decided {
    /// The initiative.
    pub code: Id,
    /// All three outputs.
    #[serde(flatten)]
    pub decision: Decision,
    /// The urgency of the request that it answers.
    pub urgency: Option<Urgency>,
}

/// A departure from the recommended order.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Override {
    /// The initiative.
    pub code: Id,
    /// The rank that it was given.
    pub rank: u32,
    /// Who wanted it.
    pub by: Id,
    /// Why.
    pub why: String,
    /// The number of the event in the log.
    #[serde(skip)]
    pub(super) event: usize,
}

/// One line of the order of merit.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MeritLine {
    /// Competition rank.
    pub rank: usize,
    /// The initiative.
    pub code: Id,
    /// Its score, in the unit of the model.
    pub score: f64,
}

impl State {
    /// The state before the first event: what is planned or under way is committed, in the recommended order.
    ///
    /// # Errors
    ///
    /// What the policy's model needs and the programme does not have, and what its blend refuses.
    pub fn new(programme: &Programme) -> Result<Self, Error> {
        let mut state = Self::without_commitment(programme)?;
        let running = |&i: &u32| is_committed(state.spec.initiatives[i as usize].status);
        let recommended = state.recommended()?;
        let mut committed: Vec<u32> =
            recommended.iter().map(|code| state.codes[code]).filter(running).collect();
        // What has no score was committed all the same.
        let all = 0..state.spec.initiatives.len() as u32;
        committed.extend(all.filter(running).filter(|i| !committed.contains(i)).collect::<Vec<_>>());
        state.committed = committed;
        Ok(state)
    }

    /// The state before the first event, with this committed order: planned and running initiatives, each at most once.
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new); `change-board.unknown-code` and `change-board.not-committable` for what cannot stand in the order.
    pub fn with_committed<'a>(
        programme: &Programme,
        committed: impl IntoIterator<Item = &'a str>,
    ) -> Result<Self, Error> {
        let mut state = Self::without_commitment(programme)?;
        let (mut problems, mut seen) = (Vec::new(), BTreeSet::new());
        for (k, code) in committed.into_iter().enumerate() {
            let refuse = |code: Id, found| {
                Problem::new(Path::of("committed", k), Fault::NotCommittable { code, found })
            };
            match state.codes.get(code) {
                None => {
                    problems.push(Problem::new(Path::of("committed", k), state.unknown_code(&code.into())));
                }
                Some(_) if !seen.insert(code.to_owned()) => {
                    problems.push(refuse(code.into(), "there before"));
                }
                Some(&i) if !is_committed(state.spec.initiatives[i as usize].status) => {
                    problems.push(refuse(code.into(), "which no board decided for"));
                }
                Some(&i) => state.committed.push(i),
            }
        }
        if problems.is_empty() { Ok(state) } else { Err(Error::new(problems)) }
    }

    pub(super) fn without_commitment(programme: &Programme) -> Result<Self, Error> {
        ScoringModel::new(programme)?.scores()?;
        let spec = programme.spec().clone();
        let rows = programme.requires();
        let requires = (0..rows.len()).map(|i| rows.row(i).into()).collect();
        let codes =
            (0..).zip(&spec.initiatives).map(|(i, initiative)| (initiative.code.clone(), i)).collect();
        let stakeholders = spec.stakeholders.iter().map(|s| s.id.clone());
        let people = stakeholders.chain(spec.initiatives.iter().filter_map(|i| i.owner.clone())).collect();
        let mut state = State {
            judge: Judge::new(&spec.criteria, &spec.policy, &spec.strategy),
            codes,
            people,
            requires,
            rows: Vec::new(),
            merit: Merit::default(),
            streams: BTreeMap::new(),
            capacity_changes: Vec::new(),
            requests: Vec::new(),
            last_request: BTreeMap::new(),
            boards: Vec::new(),
            committed: Vec::new(),
            pending: Vec::new(),
            overrides_checked: 0,
            last: None,
            as_of: None,
            spec,
        };
        state.judge_all().map_err(Error::new)?;
        Ok(state)
    }

    /// Quantises and orders everything anew.
    pub(super) fn judge_all(&mut self) -> Result<(), Vec<Problem>> {
        let mut rows = Vec::with_capacity(self.spec.initiatives.len() * self.spec.criteria.len());
        for initiative in &self.spec.initiatives {
            rows.extend(self.judge.row(&self.spec.criteria, initiative)?);
        }
        self.rows = rows;
        self.order_all()
    }

    /// Orders everything anew, by the rows as they are.
    pub(super) fn order_all(&mut self) -> Result<(), Vec<Problem>> {
        let mut values = Vec::with_capacity(self.spec.initiatives.len());
        for (i, initiative) in (0..).zip(&self.spec.initiatives) {
            let value =
                self.judge.value(self.row(i)).map_err(|fault| vec![Problem::new(Path::root(), fault)])?;
            values.push(value.filter(|_| initiative.status.is_open()));
        }
        self.merit = Merit::new(values, &self.spec.initiatives);
        Ok(())
    }

    /// The date that the state is of; `None` before the first event.
    pub fn as_of(&self) -> Option<Date> {
        self.as_of
    }

    /// The programme as it stands, validated, with the capacities of the date.
    ///
    /// # Errors
    ///
    /// Never for what came from a validated programme and events that were applied; the type is that of the door.
    ///
    /// # Complexity
    ///
    /// O(n·c): build it when it is asked for, not for each event.
    pub fn programme(&self) -> Result<Programme, Error> {
        let mut spec = self.spec.clone();
        spec.strategy.capacities = self.capacities_on(self.as_of);
        spec.initiatives.sort_by(|a, b| a.code.cmp(&b.code));
        spec.build()
    }

    /// What there is of everything in a period that begins on a date.
    pub fn capacities(&self, on: Date) -> Capacities {
        self.capacities_on(Some(on))
    }

    fn capacities_on(&self, on: Option<Date>) -> Capacities {
        let mut capacities = self.spec.strategy.capacities.clone();
        let holds = |c: &&CapacityChange| on.is_some_and(|on| c.from <= on && c.until.is_none_or(|u| on < u));
        for change in self.capacity_changes.iter().filter(holds) {
            match &change.capacity {
                Capacity::Team(id) => _ = capacities.teams.insert(id.clone(), change.per_period),
                Capacity::Unit(id) => _ = capacities.units.insert(id.clone(), change.per_period as u32),
                Capacity::Cash => capacities.cash = Some(change.per_period),
            }
        }
        capacities
    }

    /// What was announced: from each later date at which capacities change, what there is of everything.
    fn announced(&self) -> BTreeMap<Date, Capacities> {
        let dates = self.capacity_changes.iter().flat_map(|change| [Some(change.from), change.until]);
        let later = dates.flatten().filter(|date| Some(*date) > self.as_of);
        later.map(|date| (date, self.capacities(date))).collect()
    }

    /// The order that the board decided, the first first. Decisions of a board that has not ended are not in it yet.
    pub fn committed(&self) -> impl ExactSizeIterator<Item = &Id> {
        self.committed.iter().map(|&i| self.code(i))
    }

    /// The open initiatives by merit, by the model alone; those without a score are not in it.
    pub fn merit(&self) -> impl Iterator<Item = MeritLine> {
        self.merit.ranks().filter_map(|(i, rank)| {
            let score = self.judge.score(self.merit.value(i)?);
            Some(MeritLine { rank: rank as usize, code: self.code(i).clone(), score })
        })
    }

    /// The score of an open initiative, in the unit of the model. O(log n).
    pub fn score(&self, code: &str) -> Option<f64> {
        self.merit.value(*self.codes.get(code)?).map(|value| self.judge.score(value))
    }

    /// All requests, in the order in which they were submitted.
    pub fn requests(&self) -> &[Request] {
        &self.requests
    }

    /// The requests that nobody has answered or decided.
    pub fn open_requests(&self) -> impl Iterator<Item = &Request> {
        self.requests.iter().filter(|r| matches!(r.stage, Stage::Submitted | Stage::Qualified { .. }))
    }

    /// The boards that met, the last last.
    pub fn boards(&self) -> &[Board] {
        &self.boards
    }

    /// What was observed about a benefit of an initiative or an outcome.
    pub fn observations(&self, code: &str, criterion: &str) -> &[Seen] {
        self.stream(code, criterion).map_or(&[], |stream| &stream.seen)
    }

    /// The estimate of a benefit without the observations that revised it.
    pub fn estimate_before_evidence(&self, code: &str, criterion: &str) -> Option<&Estimate> {
        match (self.stream(code, criterion), self.target(code)?) {
            (Some(stream), _) => Some(&stream.prior),
            (None, Target::Initiative(i)) => self.spec.initiatives[i as usize].benefits.get(criterion),
            (None, Target::Outcome(o)) => self.spec.outcomes[o as usize].benefits.get(criterion),
        }
    }

    fn stream(&self, code: &str, criterion: &str) -> Option<&Stream> {
        let place = self.spec.criteria.binary_search_by(|c| c.id.as_str().cmp(criterion)).ok()?;
        self.streams.get(&(self.target(code)?, place as u32))
    }

    pub(super) fn target(&self, code: &str) -> Option<Target> {
        let outcome = || self.spec.outcomes.binary_search_by(|o| o.id.as_str().cmp(code)).ok();
        match self.codes.get(code) {
            Some(&i) => Some(Target::Initiative(i)),
            None => outcome().map(|o| Target::Outcome(o as u32)),
        }
    }

    /// What is missing to judge an initiative and to carry it out, as paths in it: what a qualification lists.
    ///
    /// Inputs of all criteria that count, an owner with authority, and the four parts of a charter.
    pub fn missing(&self, code: &str) -> Vec<String> {
        let Some(&i) = self.codes.get(code) else { return Vec::new() };
        let initiative = &self.spec.initiatives[i as usize];
        let mut missing = Vec::new();
        for criterion in &self.spec.criteria {
            let (part, inputs, counts) = if criterion.is_benefit() {
                ("benefits", &initiative.benefits, criterion.weight)
            } else {
                ("efforts", &initiative.efforts, Some(criterion.price.unwrap_or(1.0)))
            };
            if counts != Some(0.0) && inputs.get(&criterion.id).is_none_or(Estimate::is_missing) {
                missing.push(format!("{part}.{}", criterion.id));
            }
        }
        let charter = initiative.charter.as_deref().cloned().unwrap_or_default();
        for (absent, path) in [
            (initiative.owner.is_none(), "owner"),
            (initiative.owner_has_authority != Some(true), "owner_has_authority"),
            (charter.objectives.is_empty(), "charter.objectives"),
            (charter.benefits.is_empty(), "charter.benefits"),
            (charter.definition_of_done.is_none(), "charter.definition_of_done"),
            (charter.phases.is_empty(), "charter.phases"),
        ] {
            if absent {
                missing.push(path.to_owned());
            }
        }
        missing
    }

    pub(super) fn code(&self, i: u32) -> &Id {
        &self.spec.initiatives[i as usize].code
    }

    pub(super) fn row(&self, i: u32) -> &[i64] {
        let width = self.spec.criteria.len();
        &self.rows[i as usize * width..][..width]
    }

    /// B and E of an initiative in points and in the effort unit; zero where missing.
    pub(super) fn benefit_and_effort(&self, i: u32) -> [f64; 2] {
        let [benefit, effort] = self.judge.sums(self.row(i));
        let grid = self.judge.grid();
        [benefit.unwrap_or(0) as f64 * grid.point(), effort.unwrap_or(0) as f64 * grid.effort_unit()]
    }
}

/// Whether a board decided for it and it is not finished.
pub(super) fn is_committed(status: Status) -> bool {
    matches!(status, Status::Planned | Status::UnderWay)
}

/// All of it: the facts in the shape of a programme's file, with the capacities of the date and those that are announced, the two orders,
/// the requests, the boards and what was observed.
impl Serialize for State {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Snapshot<'a> {
            as_of: Option<Date>,
            programme: ProgrammeSpec,
            announced_capacities: BTreeMap<Date, Capacities>,
            merit: Vec<MeritLine>,
            recommended: Vec<Id>,
            committed: Vec<&'a Id>,
            requests: &'a [Request],
            boards: &'a [Board],
            evidence: BTreeMap<&'a Id, BTreeMap<&'a Id, Evidence<'a>>>,
        }
        #[derive(Serialize)]
        struct Evidence<'a> {
            prior: &'a Estimate,
            observations: &'a [Seen],
        }
        let mut programme = self.spec.clone();
        programme.strategy.capacities = self.capacities_on(self.as_of);
        programme.initiatives.sort_by(|a, b| a.code.cmp(&b.code));
        let mut evidence: BTreeMap<_, BTreeMap<_, _>> = BTreeMap::new();
        for ((target, criterion), stream) in &self.streams {
            let code = match *target {
                Target::Initiative(i) => self.code(i),
                Target::Outcome(o) => &self.spec.outcomes[o as usize].id,
            };
            let criterion = &self.spec.criteria[*criterion as usize].id;
            let entry = Evidence { prior: &stream.prior, observations: &stream.seen };
            evidence.entry(code).or_default().insert(criterion, entry);
        }
        Snapshot {
            as_of: self.as_of,
            programme,
            announced_capacities: self.announced(),
            merit: self.merit().collect(),
            recommended: self.recommended().map_err(S::Error::custom)?,
            committed: self.committed().collect(),
            requests: &self.requests,
            boards: &self.boards,
            evidence,
        }
        .serialize(serializer)
    }
}
