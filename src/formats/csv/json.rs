//! Mappings as JSON, every problem with line and column.

use std::collections::BTreeMap;

use super::Fault;
use super::mapping::{Mapping, Source};
use super::table::{excerpt, twins};
use crate::Error;
use crate::error::{Fault as AnyFault, Path, Problem, Segment, quoted};
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
        let mut problems: Vec<Problem> = problems.into_iter().map(ours).collect();
        problems.extend(same_headers(&mapping, text));
        problems.sort_by_key(Problem::position);
        if problems.is_empty() { Ok(mapping) } else { Err(Error::new(problems)) }
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

/// Headers that differ only by case or blanks, with the lines of both.
fn same_headers(mapping: &Mapping, text: &str) -> Vec<Problem> {
    let tables =
        [("initiatives", twins(&mapping.initiatives.columns)), ("ballots", twins(&mapping.ballots.columns))];
    let pairs = || tables.iter().flat_map(|(table, twins)| twins.iter().map(move |twin| (*table, *twin)));
    let path = |table: &str, header: &str| Path::root().key(table).key("columns").key(header);
    let problem = |table, (header, first): (&str, &str), place: &str| {
        let fault = Fault::SameHeader { header: excerpt(header), first: format!("{}{place}", quoted(first)) };
        Problem::new(path(table, header), fault)
    };
    let firsts = pairs().map(|(table, (header, first))| problem(table, (first, header), "")).collect();
    let lines: BTreeMap<Path, usize> = locate(text, firsts)
        .iter()
        .filter_map(|first| Some((first.path().clone(), first.position()?.line)))
        .collect();
    let seconds = pairs().map(|(table, twin)| {
        let line = lines.get(&path(table, twin.1));
        problem(table, twin, &line.map_or_else(String::new, |line| format!(" on line {line}")))
    });
    locate(text, seconds.collect())
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
