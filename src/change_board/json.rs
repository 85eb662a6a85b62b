//! One line of a log: an event, or where and why it is none.

use super::Fault;
use super::event::{Event, Flat};
use crate::error::{Path, Position, Problem, nearest};

/// Why a line is no event.
pub(super) enum Refused {
    /// It ends in the middle.
    BreaksOff,
    /// What stands there is no JSON object with the fields of an event.
    Shape,
    /// It reads, and is not a whole event of its kind.
    Problems(Vec<Problem>),
}

pub(super) fn read(line: &[u8]) -> Result<Event, Refused> {
    match serde_json::from_slice::<Flat>(line) {
        Ok(flat) => flat.into_event().map_err(Refused::Problems),
        Err(error) if error.is_eof() => Err(Refused::BreaksOff),
        Err(_) => Err(Refused::Shape),
    }
}

impl Refused {
    pub(super) fn into_problems(self, line: &[u8], number: usize) -> Vec<Problem> {
        let position = |column| Some(Position { line: number, column });
        match self {
            Refused::Problems(problems) => {
                problems.into_iter().map(|problem| problem.at(position(1))).collect()
            }
            // Read once more, now for the path.
            Refused::BreaksOff | Refused::Shape => {
                let mut deserializer = serde_json::Deserializer::from_slice(line);
                let (path, error) = match serde_path_to_error::deserialize::<_, Flat>(&mut deserializer) {
                    Err(error) => (path(error.path()), error.into_inner()),
                    Ok(_) => match deserializer.end() {
                        Err(error) => (Path::root(), error),
                        Ok(()) => return Vec::new(),
                    },
                };
                vec![Problem::new(path, fault(&error)).at(position(characters(line, error.column())))]
            }
        }
    }
}

/// The column in characters, of one in bytes.
fn characters(line: &[u8], bytes: usize) -> usize {
    String::from_utf8_lossy(&line[..bytes.min(line.len())]).chars().count().max(1)
}

fn path(path: &serde_path_to_error::Path) -> Path {
    use serde_path_to_error::Segment as S;
    path.iter().fold(Path::root(), |path, segment| match segment {
        S::Seq { index } => path.index(*index),
        S::Map { key } => path.key(key.as_str()),
        S::Enum { variant } => path.key(variant.as_str()),
        S::Unknown => path,
    })
}

/// The fault, out of the forms in which serde reports it.
fn fault(error: &serde_json::Error) -> Fault {
    let text = error.to_string();
    let text = text.rfind(" at line ").map_or(text.as_str(), |end| &text[..end]);
    if let Some(rest) = text.strip_prefix("unknown field `") {
        let (field, rest) = rest.split_once('`').unwrap_or((rest, ""));
        let known: Vec<&str> = rest.split('`').skip(1).step_by(2).collect();
        return Fault::UnknownField { field: field.to_owned(), nearest: nearest(field, known) };
    }
    let (found, expected) = text.split_once(", expected ").unwrap_or((text, "an event: a JSON object"));
    // The parser names types; people write numbers.
    let expected = match expected {
        "u32" | "u64" => "a whole number, zero or more",
        "f64" => "a number",
        expected => expected.strip_prefix("struct ").map_or(expected, |_| "an object"),
    };
    let found =
        ["invalid type: ", "invalid value: "].iter().find_map(|p| found.strip_prefix(p)).unwrap_or(found);
    Fault::Syntax { found: found.to_owned(), expected: expected.to_owned() }
}
