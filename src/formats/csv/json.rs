//! Mappings as JSON, every problem with line and column.

use super::Fault;
use super::mapping::{Mapping, Source};
use crate::Error;
use crate::error::{Fault as AnyFault, Problem, Segment};
use crate::programme::{locate, read_json};

impl Mapping {
    /// Reads a mapping from the text of its JSON file.
    ///
    /// # Errors
    ///
    /// Every problem of its shape at once, each with line and column. Whether its programme is valid is seen with the tables.
    ///
    /// # Examples
    ///
    /// ```
    /// use cxrank::formats::csv::Mapping;
    /// let error = Mapping::from_json("{\"initiatives\":\n  {\"columns\": {\"Nr.\": \"cod\"}}}").unwrap_err();
    /// assert_eq!(
    ///     error.to_string(),
    ///     "2:23 initiatives.columns[\"Nr.\"]: found string \"cod\", expected `code`? [csv.mapping-wrong-type]",
    /// );
    /// ```
    pub fn from_json(text: &str) -> Result<Self, Error> {
        let (mut mapping, problems) = read_json::<Mapping>(text);
        mapping.source = Source(Some(text.into()));
        if problems.is_empty() {
            Ok(mapping)
        } else {
            Err(Error::new(problems.into_iter().map(ours).collect()))
        }
    }

    /// Writes the mapping as the text of its JSON file.
    ///
    /// # Panics
    ///
    /// Never: all that a mapping holds can be written.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).expect("maps have text keys and numbers are finite")
    }
}

/// What is wrong with the mapping itself has codes of this room, what is wrong with the programme in it has the programme's.
fn ours(problem: Problem) -> Problem {
    let inside = matches!(problem.path().segments(), [Segment::Key(key), ..] if key == "programme");
    match problem.fault() {
        AnyFault::Programme(fault) if !inside => {
            Problem::new(problem.path().clone(), Fault::Mapping(fault.clone())).at(problem.position())
        }
        _ => problem,
    }
}

/// Gives problems without a place the one in the text that their path leads to.
pub(super) fn located(text: &str, problems: Vec<Problem>) -> Vec<Problem> {
    let (placed, open): (Vec<_>, Vec<_>) = problems.into_iter().partition(|problem| {
        let inside = matches!(problem.path().segments(), [Segment::Key(key), ..] if key == "programme");
        problem.position().is_some() || !inside
    });
    let mut problems = placed;
    problems.extend(locate(text, open));
    problems
}
