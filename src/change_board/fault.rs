use crate::error::quoted;
use crate::programme::{Date, Id};

/// What can be wrong with a log of events. Codes are stable; see [`crate::Error`].
///
/// | code | what is refused |
/// |---|---|
/// | `change-board.syntax` | a line that is not a JSON object, or has a value of another kind than its field takes |
/// | `change-board.unknown-field`, `change-board.surplus-field` | a field that no event has, or that this kind does not have |
/// | `change-board.missing-field` | something required is absent or empty |
/// | `change-board.incomplete-decision` | a decision without rank, deadline and resources: all three or none |
/// | `change-board.out-of-order` | an event that does not stand after the one before it by date and number |
/// | `change-board.conflict` | two logs with different events of one date and number |
/// | `change-board.unknown-code`, `change-board.unknown-person`, `change-board.unknown-team` | a name that nothing has |
/// | `change-board.code-taken` | a new initiative with a code that is in use |
/// | `change-board.wrong-status` | what cannot be done to an initiative in its status |
/// | `change-board.request-open`, `change-board.no-request` | a second request for one initiative, or none where one is answered |
/// | `change-board.no-board` | a decision on a date without a board before it |
/// | `change-board.rank-taken`, `change-board.rank-beyond-end` | a rank that another decision of the board has, or that leaves a gap |
/// | `change-board.deadline-passed` | a deadline that is not after the decision |
/// | `change-board.override-without-decision` | an override whose decision the board did not take |
/// | `change-board.not-a-mean` | an observation on an ordinal scale, or of no answers |
/// | `change-board.not-committable` | a committed order with something twice, or that is neither planned nor under way |
///
/// Numbers and estimates are refused with the codes of a programme.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Fault {
    /// The line does not read as an event.
    Syntax {
        /// What stands there.
        found: String,
        /// What should.
        expected: String,
    },
    /// No event has this field.
    UnknownField {
        /// As written.
        field: String,
        /// The field that was probably meant.
        nearest: Option<String>,
    },
    /// This kind of event does not have this field.
    SurplusField {
        /// The field.
        field: &'static str,
        /// The kind.
        event: &'static str,
    },
    /// Nothing where something is required.
    MissingField {
        /// The field.
        field: &'static str,
    },
    /// A decision has three outputs.
    IncompleteDecision {
        /// Those that are absent.
        missing: Vec<&'static str>,
    },
    /// Not after the event before it.
    OutOfOrder {
        /// Of the event before it.
        before: (Date, u64),
        /// Of this event.
        this: (Date, u64),
    },
    /// Two logs disagree about one event.
    Conflict {
        /// The date and the number that both have.
        at: (Date, u64),
        /// The fields in which they differ.
        fields: Vec<&'static str>,
        /// Where the other stands, if it came from a text.
        other_line: Option<usize>,
    },
    /// Neither an initiative nor, where that is possible, an outcome.
    UnknownCode {
        /// As written.
        code: Id,
        /// The code that was probably meant.
        nearest: Option<String>,
    },
    /// Neither a stakeholder nor an owner.
    UnknownPerson {
        /// As written.
        id: Id,
        /// The id that was probably meant.
        nearest: Option<String>,
    },
    /// No team with a capacity.
    UnknownTeam {
        /// As written.
        id: Id,
        /// The id that was probably meant.
        nearest: Option<String>,
    },
    /// A new initiative needs a code of its own.
    CodeTaken {
        /// The code.
        code: Id,
    },
    /// Not possible in this status.
    WrongStatus {
        /// The initiative.
        code: Id,
        /// Its status in words.
        status: &'static str,
        /// What is possible.
        expected: &'static str,
    },
    /// One open request per initiative.
    RequestOpen {
        /// The initiative.
        code: Id,
        /// Since when.
        since: Date,
    },
    /// Nothing to answer.
    NoRequest {
        /// The initiative.
        code: Id,
    },
    /// A decision needs a board.
    NoBoard {
        /// The date of the decision.
        date: Date,
    },
    /// Two decisions of one board with one rank, or two about one initiative.
    RankTaken {
        /// The rank.
        rank: u32,
        /// The initiative that has it.
        by: Id,
    },
    /// The committed order is not that long.
    RankBeyondEnd {
        /// The initiative.
        code: Id,
        /// The rank.
        rank: u32,
        /// How many are committed after the board.
        length: usize,
    },
    /// The deadline is not after the decision.
    DeadlinePassed {
        /// The deadline.
        deadline: Date,
        /// The date of the decision.
        date: Date,
    },
    /// An override that no decision of the board follows.
    OverrideWithoutDecision {
        /// The initiative.
        code: Id,
        /// The rank.
        rank: u32,
    },
    /// The mean of answers needs answers and a scale that admits a mean.
    NotAMean {
        /// What is wrong, as words.
        found: String,
    },
    /// Not fit for a committed order.
    NotCommittable {
        /// The initiative.
        code: Id,
        /// What is wrong with it.
        found: &'static str,
    },
}

fn meant(expected: &str, nearest: Option<&String>) -> String {
    nearest.map_or_else(|| expected.to_owned(), |name| format!("{expected} (`{name}`?)"))
}

impl Fault {
    /// Code, found, expected.
    pub(crate) fn parts(&self) -> (&'static str, String, String) {
        match self {
            Fault::Syntax { found, expected } => ("change-board.syntax", found.clone(), expected.clone()),
            Fault::UnknownField { field, nearest } => (
                "change-board.unknown-field",
                format!("field {}", quoted(field)),
                meant("a field that is known here", nearest.as_ref()),
            ),
            Fault::SurplusField { field, event } => (
                "change-board.surplus-field",
                format!("field `{field}`"),
                format!("only what a `{event}` event has"),
            ),
            Fault::MissingField { field } => {
                ("change-board.missing-field", "nothing".into(), format!("`{field}`"))
            }
            Fault::IncompleteDecision { missing } => (
                "change-board.incomplete-decision",
                format!("a decision without {}", missing.join(", ")),
                "rank, deadline and resources (owner, cash, teams), all three".into(),
            ),
            Fault::OutOfOrder { before, this } => (
                "change-board.out-of-order",
                format!("{} number {}", this.0, this.1),
                format!("an event after {} number {}", before.0, before.1),
            ),
            Fault::Conflict { at, fields, other_line } => (
                "change-board.conflict",
                format!("another event of {} number {}: {} differ", at.0, at.1, fields.join(", ")),
                match other_line {
                    Some(line) => format!("the same content as line {line} of the other log"),
                    None => "the same content in both logs".into(),
                },
            ),
            Fault::UnknownCode { code, nearest } => (
                "change-board.unknown-code",
                quoted(code),
                meant("the code of an initiative or an outcome", nearest.as_ref()),
            ),
            Fault::UnknownPerson { id, nearest } => (
                "change-board.unknown-person",
                quoted(id),
                meant("a stakeholder or an owner", nearest.as_ref()),
            ),
            Fault::UnknownTeam { id, nearest } => {
                ("change-board.unknown-team", quoted(id), meant("a team with a capacity", nearest.as_ref()))
            }
            Fault::CodeTaken { code } => {
                ("change-board.code-taken", quoted(code), "a code that nothing has yet".into())
            }
            Fault::WrongStatus { code, status, expected } => {
                ("change-board.wrong-status", format!("{code}, which is {status}"), (*expected).into())
            }
            Fault::RequestOpen { code, since } => (
                "change-board.request-open",
                format!("a request for {code}"),
                format!("an answer to the one of {since} first"),
            ),
            Fault::NoRequest { code } => {
                ("change-board.no-request", format!("no open request for {code}"), "one".into())
            }
            Fault::NoBoard { date } => (
                "change-board.no-board",
                format!("a decision of {date}"),
                "a `board-held` of the same date before it".into(),
            ),
            Fault::RankTaken { rank, by } => (
                "change-board.rank-taken",
                format!("rank {rank}"),
                format!("one rank for each initiative: {by} has it"),
            ),
            Fault::RankBeyondEnd { code, rank, length } => (
                "change-board.rank-beyond-end",
                format!("rank {rank} for {code}"),
                format!("a rank from 1 to {length}"),
            ),
            Fault::DeadlinePassed { deadline, date } => {
                ("change-board.deadline-passed", deadline.to_string(), format!("a deadline after {date}"))
            }
            Fault::OverrideWithoutDecision { code, rank } => (
                "change-board.override-without-decision",
                format!("an override of {code} to rank {rank}"),
                "a decision of the same board with this rank".into(),
            ),
            Fault::NotAMean { found } => (
                "change-board.not-a-mean",
                found.clone(),
                "the mean of one answer or more, on a scale that is not ordinal".into(),
            ),
            Fault::NotCommittable { code, found } => (
                "change-board.not-committable",
                format!("{code}, {found}"),
                "planned and running initiatives, each once".into(),
            ),
        }
    }

    /// Whether it depends on what earlier events did, so that an earlier refusal may be the cause.
    pub(super) fn may_follow(&self) -> bool {
        matches!(
            self,
            Fault::UnknownCode { .. }
                | Fault::WrongStatus { .. }
                | Fault::RequestOpen { .. }
                | Fault::NoRequest { .. }
                | Fault::NoBoard { .. }
                | Fault::RankBeyondEnd { .. }
                | Fault::OverrideWithoutDecision { .. }
        )
    }
}
