use super::DecimalMark;
use crate::error::quoted;
use crate::programme::Fault as ProgrammeFault;

/// What can be wrong with a table or with the mapping to it. Codes are stable; see [`crate::Error`].
///
/// | code | what is refused |
/// |---|---|
/// | `csv.encoding` | bytes that are not UTF-8 |
/// | `csv.open-quote`, `csv.stray-quote` | a quoted cell that does not end, or a quote where none may stand |
/// | `csv.too-long`, `csv.too-many` | more than the [`Limits`](super::Limits) allow |
/// | `csv.input` | a stream that fails |
/// | `csv.line-end` | lines that end in a carriage return alone |
/// | `csv.no-header` | no header where one is expected |
/// | `csv.no-separator` | a header in which two separators are equally frequent |
/// | `csv.unknown-column` | a header that is no field and that the mapping does not name |
/// | `csv.missing-column` | a column that the mapping names, or that a table must have |
/// | `csv.duplicate-column` | two columns for a field that takes one |
/// | `csv.transposed` | a transposed table of ballots with what it cannot have: a column that is no ballot |
/// | `csv.extra-cell` | a cell beyond the last column |
/// | `csv.not-a-number`, `csv.not-whole` | text that is no number, or no whole one |
/// | `csv.ambiguous-number` | a number that reads in two ways, as `1,234` |
/// | `csv.unit` | a sign or word beside a number, or none where one is expected |
/// | `csv.not-a-date` | text that is no date, or a date that does not exist |
/// | `csv.ambiguous-date` | a date that reads in two ways, as `03/04/2026` |
/// | `csv.not-a-word` | none of the words that a field takes |
/// | `csv.list` | a list with a quote that does not end, or with text beside a quote |
/// | `csv.contradiction` | two cells of one row that cannot both be given |
/// | `csv.unknown-link` | a link to an initiative that is not in the table |
/// | `csv.mapping-duplicate-header` | two headers in a mapping that differ only by case or blanks |
/// | `csv.mapping-syntax`, `csv.mapping-unknown-field`, `csv.mapping-wrong-type` | a mapping that is no JSON, or has a field or value that none has |
///
/// What the programme says of the values read has the programme's codes.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Fault {
    /// Bytes that are not UTF-8.
    Encoding {
        /// The first of them.
        byte: u8,
        /// Whether the text is UTF-16.
        wide: bool,
    },
    /// A quoted cell that does not end.
    OpenQuote,
    /// A quote after blanks, or text after a quote.
    StrayQuote,
    /// A record longer than the limit.
    TooLong {
        /// The limit, in bytes.
        limit: usize,
    },
    /// More columns, rows, cells or problems than the limit.
    TooMany {
        /// Of what.
        what: &'static str,
        /// The limit.
        limit: usize,
    },
    /// The stream fails.
    Input {
        /// How.
        kind: std::io::ErrorKind,
    },
    /// Lines that end in a carriage return alone.
    LineEnd,
    /// The text ends before its header does, or the header is blank.
    NoHeader,
    /// Two separators are equally frequent in the header.
    NoSeparator,
    /// A header that nothing explains.
    UnknownColumn {
        /// As written.
        header: String,
        /// What a header may be here, or the name that was probably meant.
        expected: String,
    },
    /// There is no such column.
    MissingColumn {
        /// The header, or the field.
        name: String,
        /// The header that was probably meant.
        nearest: Option<String>,
    },
    /// A field that takes one column has two.
    DuplicateColumn {
        /// The field.
        field: String,
        /// The header of the first.
        first: String,
    },
    /// A header that the mapping names twice.
    SameHeader {
        /// As written.
        header: String,
        /// As written before, and on which line of the mapping if it was read from a file.
        first: String,
    },
    /// A turned table of ballots with what it cannot have.
    Transposed {
        /// What it is.
        found: String,
    },
    /// A cell beyond the last column.
    ExtraCell {
        /// As written.
        found: String,
    },
    /// No number.
    NotANumber {
        /// As written.
        found: String,
        /// The sign before the decimals, where one is declared.
        decimal: Option<DecimalMark>,
    },
    /// Not a whole number in range.
    NotWhole {
        /// As written.
        found: String,
    },
    /// A number that reads in two ways.
    AmbiguousNumber {
        /// As written.
        found: String,
        /// The two readings.
        readings: [String; 2],
    },
    /// A number with a sign or word that no unit has, or without one.
    Unit {
        /// As written.
        found: String,
        /// The sign or word; empty for none.
        unit: String,
        /// Those that there are.
        known: Vec<String>,
    },
    /// No date.
    NotADate {
        /// As written.
        found: String,
    },
    /// A date that reads in two ways.
    AmbiguousDate {
        /// As written.
        found: String,
        /// The two readings.
        readings: [String; 2],
    },
    /// None of the words that the field takes.
    NotAWord {
        /// As written.
        found: String,
        /// The words.
        known: &'static [&'static str],
        /// Whether the mapping may say what another word means.
        mappable: bool,
    },
    /// A list with a quote that does not end, or text beside a quote.
    List {
        /// As written.
        found: String,
    },
    /// Two cells of a row that cannot both be given.
    Contradiction {
        /// What is given.
        found: String,
        /// What may be given.
        expected: &'static str,
    },
    /// A link to an initiative that is not in the table.
    UnknownLink {
        /// The code.
        code: String,
    },
    /// In the text of a mapping.
    Mapping(ProgrammeFault),
}

impl Fault {
    /// Code, found, expected.
    pub(crate) fn parts(&self) -> (&'static str, String, String) {
        match self {
            Fault::Encoding { byte, wide: false } => (
                "csv.encoding",
                format!("the byte 0x{byte:02X}"),
                "UTF-8: save the table as \"CSV UTF-8\"; this may be Windows-1252 or Latin-1".into(),
            ),
            Fault::Encoding { byte, wide: true } => (
                "csv.encoding",
                format!("the byte 0x{byte:02X} of a mark of UTF-16"),
                "UTF-8: save the table as \"CSV UTF-8\"".into(),
            ),
            Fault::OpenQuote => {
                ("csv.open-quote", "a quote that nothing closes".into(), "a second one".into())
            }
            Fault::StrayQuote => (
                "csv.stray-quote",
                "a quote after blanks, or text after a quoted cell".into(),
                "quotes around the whole cell, and quotes inside it doubled".into(),
            ),
            Fault::TooLong { limit } => (
                "csv.too-long",
                format!("a row of more than {limit} bytes"),
                "at most so many; perhaps a quote is not closed".into(),
            ),
            Fault::TooMany { what, limit } => {
                ("csv.too-many", format!("more than {limit} {what}"), "at most so many".into())
            }
            Fault::Input { kind } => ("csv.input", format!("an input that fails: {kind}"), "a text".into()),
            Fault::LineEnd => (
                "csv.line-end",
                "lines that end in a carriage return alone".into(),
                "line feeds: save the table as \"CSV UTF-8\"".into(),
            ),
            Fault::NoHeader => ("csv.no-header", "no header".into(), "a row of headers".into()),
            Fault::NoSeparator => (
                "csv.no-separator",
                "two separators that are equally frequent in the header".into(),
                "the `separator` in the mapping".into(),
            ),
            Fault::UnknownColumn { header, expected } => {
                ("csv.unknown-column", format!("column {}", quoted(header)), expected.clone())
            }
            Fault::MissingColumn { name, nearest } => (
                "csv.missing-column",
                "no such column".into(),
                match nearest {
                    Some(nearest) => format!("{} ({}?)", quoted(name), quoted(nearest)),
                    None => format!("a column {}", quoted(name)),
                },
            ),
            Fault::DuplicateColumn { field, first } => (
                "csv.duplicate-column",
                format!("a second column for `{field}`"),
                format!("only {}", quoted(first)),
            ),
            Fault::SameHeader { header, first } => (
                "csv.mapping-duplicate-header",
                format!("{} besides {first}", quoted(header)),
                "one of them: blanks and case of headers do not matter".into(),
            ),
            Fault::Transposed { found } => (
                "csv.transposed",
                found.clone(),
                "of a transposed table the first column for codes, null for what is left out, and all others for ballots".into(),
            ),
            Fault::ExtraCell { found } => {
                ("csv.extra-cell", format!("{} beyond the last column", quoted(found)), "nothing".into())
            }
            Fault::NotANumber { found, decimal } => {
                let expected = match decimal {
                    None => "a number",
                    Some(DecimalMark::Point) => "a number with \".\" before the decimals",
                    Some(DecimalMark::Comma) => "a number with \",\" before the decimals",
                };
                ("csv.not-a-number", quoted(found), expected.into())
            }
            Fault::NotWhole { found } => {
                ("csv.not-whole", quoted(found), "a whole number, zero or more".into())
            }
            Fault::AmbiguousNumber { found, readings: [point, comma] } => (
                "csv.ambiguous-number",
                quoted(found),
                format!("`decimal` in the mapping: \".\" if this is {point}, \",\" if it is {comma}"),
            ),
            Fault::Unit { found, unit, known } => {
                let known: Vec<String> = known.iter().map(|unit| quoted(unit)).collect();
                let expected = match (unit.is_empty(), known.is_empty()) {
                    (true, _) => {
                        format!("one of the units {}, or in `units` what \"\" is worth", known.join(", "))
                    }
                    (false, true) => {
                        format!("a number, or in the mapping's `units` what {} is worth", quoted(unit))
                    }
                    (false, false) => format!("one of the units {}", known.join(", ")),
                };
                ("csv.unit", quoted(found), expected)
            }
            Fault::NotADate { found } => (
                "csv.not-a-date",
                quoted(found),
                "a date that exists, as 2027-09-30, or in the order that `dates` in the mapping names".into(),
            ),
            Fault::AmbiguousDate { found, readings: [dmy, mdy] } => (
                "csv.ambiguous-date",
                quoted(found),
                format!("`dates` in the mapping: \"dmy\" if this is {dmy}, \"mdy\" if it is {mdy}"),
            ),
            Fault::NotAWord { found, known, mappable } => {
                let values = if *mappable { ", or in the mapping's `values` what it means" } else { "" };
                ("csv.not-a-word", quoted(found), format!("one of {}{values}", known.join(", ")))
            }
            Fault::List { found } => {
                ("csv.list", quoted(found), "quotes around the whole name, and closed".into())
            }
            Fault::Contradiction { found, expected } => {
                ("csv.contradiction", found.clone(), (*expected).into())
            }
            Fault::UnknownLink { code } => (
                "csv.unknown-link",
                quoted(code),
                "the code of an initiative of the table, or `unknown_links` in the mapping".into(),
            ),
            Fault::Mapping(fault) => {
                let (code, found, expected) = fault.parts();
                let code = match fault {
                    ProgrammeFault::Syntax { .. } => "csv.mapping-syntax",
                    ProgrammeFault::UnknownField { .. } => "csv.mapping-unknown-field",
                    ProgrammeFault::WrongType { .. } => "csv.mapping-wrong-type",
                    _ => code,
                };
                (code, found, expected)
            }
        }
    }
}
