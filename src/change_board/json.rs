//! One line of a log: an event, or where and why it is none.

use serde::Deserialize;

use super::Fault;
use super::event::{Event, Flat};
use crate::error::{Path, Position, Problem, nearest};
use crate::json;

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
    let mut deserializer = serde_json::Deserializer::from_slice(line);
    let flat = Flat::deserialize(json::Strict(&mut deserializer));
    match flat.and_then(|flat| deserializer.end().map(|()| flat)) {
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
                let (path, error) =
                    match serde_path_to_error::deserialize::<_, Flat>(json::Strict(&mut deserializer)) {
                        Err(error) => (json::path(error.path()), error.into_inner()),
                        Ok(_) => match deserializer.end() {
                            Err(error) => (Path::root(), error),
                            Ok(()) => return Vec::new(),
                        },
                    };
                vec![Problem::new(path, fault(line, &error)).at(position(characters(line, error.column())))]
            }
        }
    }
}

/// The column in characters, of one in bytes.
fn characters(line: &[u8], bytes: usize) -> usize {
    String::from_utf8_lossy(&line[..bytes.min(line.len())]).chars().count().max(1)
}

/// The fault: no JSON, or other JSON than an event.
fn fault(line: &[u8], error: &serde_json::Error) -> Fault {
    let text = String::from_utf8_lossy(line);
    if error.is_syntax() || error.is_eof() {
        let (_, found, expected) = json::syntax(&text, error);
        return Fault::Syntax { found, expected };
    }
    let message = error.to_string();
    let message = message.rfind(" at line ").map_or(message.as_str(), |end| &message[..end]);
    if let Some((field, known)) = json::unknown_field(message) {
        let nearest = nearest(&field, known.iter().map(String::as_str));
        return Fault::UnknownField { field, nearest };
    }
    let (found, expected) = json::wrong_type(message);
    Fault::Syntax { found, expected }
}
