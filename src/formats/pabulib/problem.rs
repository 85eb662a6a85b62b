//! What can be wrong with a Pabulib file.

use std::fmt;
use std::io;

/// One thing that is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The line, from 1.
    pub line: u64,
    /// The character on the line, from 1.
    pub column: u64,
    /// What is wrong.
    pub kind: ProblemKind,
}

/// What is wrong at a place in a Pabulib file.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProblemKind {
    /// Text stands before the first section.
    BeforeSections,
    /// A section is missing, or not where it should be: `META`, `PROJECTS`, `VOTES`.
    Section(&'static str),
    /// A section comes twice.
    SectionTwice(&'static str),
    /// A table has no such column, or `META` no such key.
    Missing(&'static str),
    /// A column or key is there twice; the last counts.
    Twice(String),
    /// A field that must not be empty is.
    Empty(&'static str),
    /// Not a number, or one beyond the resolution.
    Number {
        /// The column or key.
        field: &'static str,
        /// What stands there.
        found: String,
    },
    /// A number was rounded to the resolution.
    Rounded(&'static str),
    /// A number is negative that must not be.
    Negative(&'static str),
    /// No such way to vote.
    VoteType(String),
    /// Two projects have this id.
    ProjectTwice(String),
    /// A ballot names a project that is not there.
    UnknownProject(String),
    /// A ballot names a project twice.
    ChoiceTwice(String),
    /// A ballot has another number of points than of projects.
    PointsCount {
        /// How many points there are.
        found: usize,
        /// How many projects.
        expected: usize,
    },
    /// The header announces another number of projects or ballots.
    Count {
        /// `num_projects` or `num_votes`.
        key: &'static str,
        /// What was announced.
        announced: String,
        /// What was found.
        found: u64,
    },
    /// A record has more fields than its header.
    ExtraFields,
    /// Bytes that are not UTF-8; perhaps the file is in Latin-1 or Windows-1250.
    Encoding,
    /// A quoted field does not end.
    OpenQuote,
    /// The record is longer than [`Limits::record`](super::Limits::record).
    RecordTooLong(usize),
    /// `META` and `PROJECTS` are longer than [`Limits::tables`](super::Limits::tables).
    TablesTooLong(usize),
    /// The stream failed.
    Io(io::ErrorKind),
}

impl ProblemKind {
    /// A stable name.
    pub fn code(&self) -> &'static str {
        match self {
            Self::BeforeSections => "pabulib.before-sections",
            Self::Section(_) => "pabulib.missing-section",
            Self::SectionTwice(_) => "pabulib.duplicate-section",
            Self::Missing(_) => "pabulib.missing-field",
            Self::Twice(_) => "pabulib.duplicate-field",
            Self::Empty(_) => "pabulib.empty-field",
            Self::Number { .. } => "pabulib.not-a-number",
            Self::Rounded(_) => "pabulib.rounded",
            Self::Negative(_) => "pabulib.negative",
            Self::VoteType(_) => "pabulib.vote-type",
            Self::ProjectTwice(_) => "pabulib.duplicate-project",
            Self::UnknownProject(_) => "pabulib.unknown-project",
            Self::ChoiceTwice(_) => "pabulib.duplicate-choice",
            Self::PointsCount { .. } => "pabulib.points-count",
            Self::Count { .. } => "pabulib.count",
            Self::ExtraFields => "pabulib.extra-fields",
            Self::Encoding => "pabulib.encoding",
            Self::OpenQuote => "pabulib.open-quote",
            Self::RecordTooLong(_) => "pabulib.record-too-long",
            Self::TablesTooLong(_) => "pabulib.tables-too-long",
            Self::Io(_) => "pabulib.io",
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}: ", self.line, self.column)?;
        match &self.kind {
            ProblemKind::BeforeSections => write!(f, "expected the section META first"),
            ProblemKind::Section(name) => {
                write!(f, "the section {name} is missing before this place")
            }
            ProblemKind::SectionTwice(name) => write!(f, "the section {name} comes a second time"),
            ProblemKind::Missing(name) => write!(f, "`{name}` is missing"),
            ProblemKind::Twice(name) => write!(f, "`{name}` is there twice; the last counts"),
            ProblemKind::Empty(name) => write!(f, "`{name}` is empty"),
            ProblemKind::Number { field, found } => {
                write!(f, "`{field}` is not a number in range: {found:?}")
            }
            ProblemKind::Rounded(name) => write!(f, "`{name}` was rounded to six decimal places"),
            ProblemKind::Negative(name) => write!(f, "`{name}` is negative"),
            ProblemKind::VoteType(found) => {
                write!(
                    f,
                    "vote_type is {found:?}; expected approval, choose-1, cumulative, scoring or ordinal"
                )
            }
            ProblemKind::ProjectTwice(id) => write!(f, "a second project has the id {id:?}"),
            ProblemKind::UnknownProject(id) => write!(f, "there is no project {id:?}"),
            ProblemKind::ChoiceTwice(id) => {
                write!(f, "the ballot names the project {id:?} twice; the first counts")
            }
            ProblemKind::PointsCount { found, expected } => {
                write!(f, "{found} numbers of points for {expected} projects")
            }
            ProblemKind::Count { key, announced, found } => {
                write!(f, "{key} is {announced:?}, but there are {found}")
            }
            ProblemKind::ExtraFields => write!(f, "more fields than the header has"),
            ProblemKind::Encoding => {
                write!(f, "not UTF-8; the file may be in Latin-1 or Windows-1250")
            }
            ProblemKind::OpenQuote => write!(f, "the quoted field that starts here does not end"),
            ProblemKind::RecordTooLong(limit) => {
                write!(f, "the record is longer than {limit} bytes")
            }
            ProblemKind::TablesTooLong(limit) => {
                write!(f, "META and PROJECTS are longer than {limit} bytes")
            }
            ProblemKind::Io(kind) => write!(f, "reading failed: {kind}"),
        }
    }
}

/// All that is wrong with a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadError {
    /// The problems in the order of the file; at least one.
    pub problems: Vec<Problem>,
    /// Whether reading ended before the end of the file, so that there may be more.
    pub stopped: bool,
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, problem) in self.problems.iter().enumerate() {
            write!(f, "{}{problem}", if i == 0 { "" } else { "\n" })?;
        }
        if self.stopped {
            write!(f, "\nreading stopped here")?;
        }
        Ok(())
    }
}

impl std::error::Error for ReadError {}
