//! What the readers of research files share: their faults, and the list of problems with its limit.

use std::io;

use crate::error::{Path, Position, Problem, quoted};

/// What can be wrong with a file of rankings, of a participatory budget or of a release problem. Codes are stable; see [`crate::Error`].
///
/// | code | what is refused, or warned of |
/// |---|---|
/// | `formats.io` | a stream that fails |
/// | `formats.encoding` | bytes that are not UTF-8 |
/// | `formats.limit` | more than the reader's limits allow, problems included: reading ends there |
/// | `formats.unexpected` | something else where the format has one thing only |
/// | `formats.missing-section`, `formats.duplicate-section` | a section that is not where it should be, or is there twice |
/// | `formats.missing-field`, `formats.duplicate-field`, `formats.empty-field` | a key or column that is not there, is there twice (the last counts), or has no value |
/// | `formats.not-a-number` | text where a number stands, or a number out of range |
/// | `formats.negative` | a number that must not be below zero |
/// | `formats.rounded` | a number that was rounded to the resolution |
/// | `formats.bad-value` | a value that its key does not take |
/// | `formats.duplicate-id`, `formats.unknown-id` | an id that two things have, or nothing has |
/// | `formats.repeated` | something twice on one ballot |
/// | `formats.self-requirement` | a requirement that needs itself |
/// | `formats.points-count` | a ballot with another number of points than of projects |
/// | `formats.count` | a header that announces another number than there are |
/// | `formats.extra-fields` | a record with more fields than its header |
/// | `formats.open-quote` | a quoted field that does not end |
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ResearchFault {
    /// The stream failed.
    Io(io::ErrorKind),
    /// Bytes that are not UTF-8.
    Encoding,
    /// More than the reader's limits allow.
    Limit {
        /// Of what there is too much: `bytes in a record`, `problems`.
        of: &'static str,
        /// How much is allowed.
        limit: u64,
    },
    /// Something else where the format has one thing only.
    Unexpected {
        /// What stands there.
        found: String,
        /// What should.
        expected: &'static str,
    },
    /// A section is not where it should be.
    MissingSection(&'static str),
    /// A section is there twice.
    DuplicateSection(&'static str),
    /// A table has no such column, or a header no such key.
    MissingField(&'static str),
    /// A column or key is there twice; the last counts.
    DuplicateField(String),
    /// A field that must not be empty is.
    EmptyField(&'static str),
    /// Not a number, or one out of range.
    NotANumber {
        /// The column or key, or what the number would be.
        field: &'static str,
        /// What stands there.
        found: String,
    },
    /// A number is negative that must not be.
    Negative(&'static str),
    /// A number was rounded to six decimal places.
    Rounded(&'static str),
    /// A value that its key does not take.
    BadValue {
        /// The key.
        field: String,
        /// What stands there.
        found: String,
        /// What it takes.
        expected: &'static str,
    },
    /// Two things have this id.
    DuplicateId {
        /// Their kind: `project`, `alternative`.
        what: &'static str,
        /// The id.
        id: String,
    },
    /// Nothing has this id.
    UnknownId {
        /// The kind of thing that should: `project`, `alternative`, `requirement`.
        what: &'static str,
        /// The id.
        id: String,
        /// How many there are.
        count: usize,
    },
    /// Something is on one ballot twice.
    Repeated {
        /// Its kind.
        what: &'static str,
        /// Its id.
        id: String,
    },
    /// A requirement needs itself.
    SelfRequirement {
        /// Its id.
        id: i64,
    },
    /// A ballot has another number of points than of projects.
    PointsCount {
        /// The number of points.
        found: usize,
        /// The number of projects.
        expected: usize,
    },
    /// A header announces another number than there are.
    Count {
        /// The key.
        key: &'static str,
        /// What was announced.
        announced: String,
        /// What was found.
        found: u64,
    },
    /// A record has more fields than its header.
    ExtraFields,
    /// A quoted field does not end.
    OpenQuote,
}

impl ResearchFault {
    /// Code, found, expected.
    pub(crate) fn parts(&self) -> (&'static str, String, String) {
        match self {
            Self::Io(kind) => ("formats.io", format!("a failure: {kind}"), "to read on".into()),
            Self::Encoding => (
                "formats.encoding",
                "bytes that are not UTF-8".into(),
                "UTF-8: the file may be in Latin-1, Windows-1250 or UTF-16".into(),
            ),
            Self::Limit { of, limit } => (
                "formats.limit",
                format!("more than {limit} {of}"),
                "no more, as the limits say: the rest was not read".into(),
            ),
            Self::Unexpected { found, expected } => ("formats.unexpected", found.clone(), (*expected).into()),
            Self::MissingSection(name) => (
                "formats.missing-section",
                format!("no section {name} before this place"),
                "the sections META, PROJECTS and VOTES in this order".into(),
            ),
            Self::DuplicateSection(name) => (
                "formats.duplicate-section",
                format!("the section {name} a second time"),
                "every section once".into(),
            ),
            Self::MissingField(name) => ("formats.missing-field", "nothing".into(), format!("`{name}`")),
            Self::DuplicateField(name) => (
                "formats.duplicate-field",
                format!("{} a second time", quoted(name)),
                "every key and column once; the last counts".into(),
            ),
            Self::EmptyField(name) => {
                ("formats.empty-field", "nothing".into(), format!("a value of `{name}`"))
            }
            Self::NotANumber { field, found } => {
                ("formats.not-a-number", quoted(found), format!("{field}, a number in range"))
            }
            Self::Negative(name) => {
                ("formats.negative", "a negative number".into(), format!("`{name}`, zero or more"))
            }
            Self::Rounded(name) => (
                "formats.rounded",
                "more than six decimal places".into(),
                format!("`{name}` to six decimal places; it was rounded"),
            ),
            Self::BadValue { field, found, expected } => {
                ("formats.bad-value", format!("{field} {}", quoted(found)), (*expected).into())
            }
            Self::DuplicateId { what, id } => (
                "formats.duplicate-id",
                format!("a second {what} {}", quoted(id)),
                "an id that nothing else has".into(),
            ),
            Self::UnknownId { what, id, count } => (
                "formats.unknown-id",
                quoted(id),
                format!("the id of {} {count} {what}s", if *count == 1 { "the" } else { "one of the" }),
            ),
            Self::Repeated { what, id } => (
                "formats.repeated",
                format!("the {what} {} twice on one ballot", quoted(id)),
                "everything at most once".into(),
            ),
            Self::SelfRequirement { id } => {
                ("formats.self-requirement", format!("requirement {id} needing itself"), "another".into())
            }
            Self::PointsCount { found, expected } => (
                "formats.points-count",
                format!("{found} numbers of points"),
                format!("{expected}, one for each project"),
            ),
            Self::Count { key, announced, found } => (
                "formats.count",
                format!("{key} {}", quoted(announced)),
                format!("{found}, as many as there are"),
            ),
            Self::ExtraFields => (
                "formats.extra-fields",
                "more fields than the header has".into(),
                "as many as the header has".into(),
            ),
            Self::OpenQuote => {
                ("formats.open-quote", "a quoted field that does not end".into(), "a quote at its end".into())
            }
        }
    }
}

/// A problem at a place of a file, both counted from 1.
pub(super) fn problem(line: u64, column: u64, fault: ResearchFault) -> Problem {
    let number = |n: u64| usize::try_from(n.max(1)).unwrap_or(usize::MAX);
    let position = Position { line: number(line), column: number(column) };
    Problem::new(Path::root(), fault).at(Some(position))
}

/// More of something than a limit allows.
pub(super) fn limit(of: &'static str, limit: usize) -> ResearchFault {
    ResearchFault::Limit { of, limit: limit as u64 }
}

/// What a problem keeps of a text: no more than a message needs, for problems are many and fields may be long.
pub(super) fn excerpt(text: &[u8]) -> String {
    const CHARACTERS: usize = 61;
    String::from_utf8_lossy(&text[..text.len().min(4 * CHARACTERS)]).chars().take(CHARACTERS).collect()
}

/// How many characters stand in some bytes of UTF-8.
pub(super) fn characters(bytes: &[u8]) -> u64 {
    bytes.iter().filter(|&&byte| byte & 0xC0 != 0x80).count() as u64
}

/// There is no reading on; a problem says why.
pub(super) struct Stop;

/// Problems up to a limit.
pub(super) struct Problems {
    list: Vec<Problem>,
    limit: usize,
}

impl Problems {
    pub(super) fn new(limit: usize) -> Self {
        Self { list: Vec::new(), limit }
    }

    /// Notes a problem; beyond the limit, that there are too many, and stops.
    pub(super) fn push(&mut self, problem: Problem) -> Result<(), Stop> {
        if self.list.len() < self.limit {
            self.list.push(problem);
            return Ok(());
        }
        let fault = ResearchFault::Limit { of: "problems", limit: self.limit as u64 };
        self.list.push(Problem::new(Path::root(), fault).at(problem.position()));
        Err(Stop)
    }

    pub(super) fn len(&self) -> usize {
        self.list.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    pub(super) fn into_list(self) -> Vec<Problem> {
        self.list
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_are_cut_and_say_so() {
        assert_eq!(excerpt("né".as_bytes()), "né");
        let long = quoted(&excerpt("é".repeat(1000).as_bytes()));
        assert_eq!(long, format!("\"{}\"…", "é".repeat(60)));
    }

    #[test]
    fn every_fault_has_the_code_of_the_list() {
        use ResearchFault as F;
        let faults = [
            F::Io(io::ErrorKind::UnexpectedEof),
            F::Encoding,
            F::Limit { of: "bytes in a record", limit: 9 },
            F::Unexpected { found: "the end of the line".into(), expected: "a colon" },
            F::MissingSection("META"),
            F::DuplicateSection("META"),
            F::MissingField("budget"),
            F::DuplicateField("budget".into()),
            F::EmptyField("cost"),
            F::NotANumber { field: "cost", found: "x".into() },
            F::Negative("cost"),
            F::Rounded("cost"),
            F::BadValue { field: "DATA TYPE".into(), found: "cat".into(), expected: "soc, soi, toc or toi" },
            F::DuplicateId { what: "project", id: "a".into() },
            F::UnknownId { what: "project", id: "b".into(), count: 2 },
            F::Repeated { what: "project", id: "a".into() },
            F::SelfRequirement { id: 1 },
            F::PointsCount { found: 3, expected: 2 },
            F::Count { key: "num_votes", announced: "5".into(), found: 4 },
            F::ExtraFields,
            F::OpenQuote,
        ];
        let lines: Vec<String> = faults.into_iter().map(|fault| problem(2, 3, fault).to_string()).collect();
        insta::assert_snapshot!(lines.join("\n"), @r#"
        2:3 found a failure: unexpected end of file, expected to read on [formats.io]
        2:3 found bytes that are not UTF-8, expected UTF-8: the file may be in Latin-1, Windows-1250 or UTF-16 [formats.encoding]
        2:3 found more than 9 bytes in a record, expected no more, as the limits say: the rest was not read [formats.limit]
        2:3 found the end of the line, expected a colon [formats.unexpected]
        2:3 found no section META before this place, expected the sections META, PROJECTS and VOTES in this order [formats.missing-section]
        2:3 found the section META a second time, expected every section once [formats.duplicate-section]
        2:3 found nothing, expected `budget` [formats.missing-field]
        2:3 found "budget" a second time, expected every key and column once; the last counts [formats.duplicate-field]
        2:3 found nothing, expected a value of `cost` [formats.empty-field]
        2:3 found "x", expected cost, a number in range [formats.not-a-number]
        2:3 found a negative number, expected `cost`, zero or more [formats.negative]
        2:3 found more than six decimal places, expected `cost` to six decimal places; it was rounded [formats.rounded]
        2:3 found DATA TYPE "cat", expected soc, soi, toc or toi [formats.bad-value]
        2:3 found a second project "a", expected an id that nothing else has [formats.duplicate-id]
        2:3 found "b", expected the id of one of the 2 projects [formats.unknown-id]
        2:3 found the project "a" twice on one ballot, expected everything at most once [formats.repeated]
        2:3 found requirement 1 needing itself, expected another [formats.self-requirement]
        2:3 found 3 numbers of points, expected 2, one for each project [formats.points-count]
        2:3 found num_votes "5", expected 4, as many as there are [formats.count]
        2:3 found more fields than the header has, expected as many as the header has [formats.extra-fields]
        2:3 found a quoted field that does not end, expected a quote at its end [formats.open-quote]
        "#);
        let documented = include_str!("research.rs");
        for line in &lines {
            let code = &line[line.rfind('[').unwrap() + 1..line.len() - 1];
            assert!(documented.contains(&format!("`{code}`")), "{code}");
        }
    }
}
