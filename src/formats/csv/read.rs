//! Two tables and the frame around them, to a programme.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;

use super::initiatives::{self, Initiatives};
use super::table::listed;
use super::{Fault, Limits, Mapping, ballots};
use crate::Error;
use crate::error::{Fault as AnyFault, Path, Position, Problem, Segment};
use crate::programme::{Ballot, Fault as ProgrammeFault, Id, Named, Programme, ProgrammeSpec, Stakeholder};

/// What came of reading tables.
#[derive(Debug, Clone, PartialEq)]
pub struct Import {
    /// The programme.
    pub programme: Programme,
    /// Headers of columns that were left out because nothing names them, as the mapping allows.
    pub unread_columns: Vec<String>,
    /// Links to initiatives that are not in the table, left out as the mapping allows, in the order of the table.
    pub unknown_links: Vec<Link>,
}

/// A prerequisite as a table names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// What needs it.
    pub initiative: Id,
    /// The prerequisite.
    pub requires: Id,
    /// The cell that says so.
    pub position: Position,
}

impl Mapping {
    /// Reads a table of initiatives, and one of ballots if there is one, and builds the programme.
    ///
    /// If the mapping's programme lists no stakeholders, they are those who cast ballots, with the weights of a column `weight`.
    ///
    /// # Errors
    ///
    /// Every problem of all texts at once. The first step of a problem's path says whose line and column they are: `initiatives` and `ballots` are
    /// the tables, with the header after it (`initiatives["Cost (k€)"]`); `programme` is the mapping, with line and column if it
    /// was read from a file. Reading a table ends where it cannot be understood further: bytes that are not UTF-8, a quote that is not closed.
    ///
    /// # Complexity
    ///
    /// O(s·log n) for s bytes and n initiatives, and that of [`ProgrammeSpec::build`].
    ///
    /// # Examples
    ///
    /// ```
    /// use cxrank::formats::csv::{Limits, Mapping};
    /// use cxrank::programme::{Criterion, ProgrammeSpec};
    ///
    /// let mapping = Mapping::new(
    ///     ProgrammeSpec::new("Clinic")
    ///         .criterion(Criterion::benefit("ease", 1.0, 0.0, 10.0))
    ///         .criterion(Criterion::effort("work", 1.0)),
    /// );
    /// let initiatives = "code,name,benefits.ease,efforts.work,requires\nA,Booking,6,40,\nB,Call back,4,5,A\n";
    /// let ballots = "stakeholder,1,2\ndesk,B,A\n";
    /// let read = mapping.read(&mut initiatives.as_bytes(), Some(&mut ballots.as_bytes()), &Limits::default())?;
    /// assert_eq!(read.programme.initiatives().len(), 2);
    ///
    /// let wrong = initiatives.replace("5,A", "\"1,234\",C");
    /// let error = mapping.read(&mut wrong.as_bytes(), None, &Limits::default()).unwrap_err();
    /// assert_eq!(
    ///     error.to_string(),
    ///     "3:15 initiatives[\"efforts.work\"]: found \"1,234\", expected `decimal` in the mapping: \".\" if this is 1234, \
    ///      \",\" if it is 1.234 [csv.ambiguous-number]\n\
    ///      3:23 initiatives.requires: found \"C\", expected the code of an initiative [programme.unknown-initiative]",
    /// );
    /// # Ok::<(), cxrank::Error>(())
    /// ```
    pub fn read(
        &self,
        initiatives: &mut dyn Read,
        ballots: Option<&mut dyn Read>,
        limits: &Limits,
    ) -> Result<Import, Error> {
        let table = initiatives::read(initiatives, &self.initiatives, &self.programme, limits);
        let Initiatives { list, origin, mut problems, complete, mut unread_columns, unknown_links, blocked } =
            table;
        let mut spec = self.programme.clone();
        let mut before = Offsets {
            initiatives: spec.initiatives.len(),
            ballots: spec.ballots.len(),
            requires: BTreeMap::new(),
        };
        for (at, code, place) in blocked {
            let requires = &mut spec.initiatives[at].requires;
            before.requires.insert((at, requires.len()), place);
            requires.push(code);
        }
        spec.initiatives.extend(list);

        let mut voters = Voters::default();
        if let Some(input) = ballots {
            let codes: Vec<Id> = spec.initiatives.iter().map(|initiative| initiative.code.clone()).collect();
            let read = voters.read(input, self, &codes, limits, &mut spec);
            unread_columns.extend(read.unread_columns);
            // Where the table of initiatives breaks off, those on ballots may stand behind.
            problems.extend(read.problems.into_iter().filter(|problem| complete || !is_unknown(problem)));
        }
        let built = if complete { Some(spec.build()) } else { None };
        match built {
            Some(Ok(programme)) if problems.is_empty() => {
                return Ok(Import { programme, unread_columns, unknown_links });
            }
            Some(Err(error)) => {
                let place_of = |problem: &Problem| (problem.path().clone(), problem.position());
                let read: BTreeSet<_> = problems.iter().map(place_of).collect();
                for problem in error.problems() {
                    let problem = place(problem, &before, &origin, &voters);
                    // What could not be read is not missing besides.
                    if !read.contains(&place_of(&problem)) {
                        problems.push(problem);
                    }
                    if problems.len() > limits.problems {
                        break;
                    }
                }
            }
            _ => {}
        }
        let table = |problem: &Problem| match problem.path().segments().first() {
            Some(Segment::Key(key)) if key == "initiatives" => 0,
            Some(Segment::Key(key)) if key == "ballots" => 1,
            _ => 2,
        };
        problems.sort_by_key(|problem| (table(problem), problem.position()));
        let mut problems = listed(problems, limits.problems);
        #[cfg(feature = "json")]
        if let Some(text) = &self.source.0 {
            problems = super::json::located(text, problems);
        }
        Err(Error::new(problems))
    }
}

/// A problem of the programme as one of the table that it comes from, or of the mapping.
fn place(problem: &Problem, before: &Offsets, origin: &initiatives::Origin, voters: &Voters) -> Problem {
    let mut fault = problem.fault().clone();
    if let AnyFault::Programme(ProgrammeFault::DuplicateId { first, .. }) = &mut fault {
        *first = named(first, before, origin, voters);
    }
    let segments = problem.path().segments();
    let place = match segments {
        [Segment::Key(list), Segment::Index(i), rest @ ..] if list == "initiatives" => {
            match (i.checked_sub(before.initiatives), rest) {
                (Some(i), _) => origin.locate(i, rest),
                (None, [Segment::Key(field), Segment::Index(at), ..]) if field == "requires" => {
                    before.requires.get(&(*i, *at)).cloned()
                }
                _ => None,
            }
        }
        [Segment::Key(list), Segment::Index(i), ..] if list == "ballots" => {
            i.checked_sub(before.ballots).and_then(|i| voters.places.get(i)).cloned()
        }
        [Segment::Key(list), Segment::Index(i), rest @ ..] if list == "stakeholders" => {
            voters.made.get(*i).map(|&ballot| voters.place(ballot, rest))
        }
        [Segment::Key(list)] if list == "initiatives" => {
            return Problem::new(problem.path().clone(), fault);
        }
        _ => None,
    };
    if let Some((path, position)) = place {
        return Problem::new(path, fault).at(Some(position));
    }
    let path = segments.iter().fold(Path::root().key("programme"), |path, segment| match segment {
        Segment::Key(key) => path.key(key.as_str()),
        Segment::Index(index) => path.index(*index),
    });
    Problem::new(path, fault)
}

/// An element of a list of the programme as the reader of a table finds it: by its line.
fn named(element: &str, before: &Offsets, origin: &initiatives::Origin, voters: &Voters) -> String {
    let index =
        |list: &str| element.strip_prefix(list)?.strip_prefix('[')?.strip_suffix(']')?.parse::<usize>().ok();
    let line = match (index("initiatives"), index("ballots")) {
        (Some(i), _) => i.checked_sub(before.initiatives).and_then(|i| origin.line(i)),
        (_, Some(i)) => {
            i.checked_sub(before.ballots).and_then(|i| voters.places.get(i)).map(|place| place.1.line)
        }
        _ => None,
    };
    line.map_or_else(|| format!("programme.{element}"), |line| format!("line {line}"))
}

/// How many of each list the mapping's programme has.
struct Offsets {
    initiatives: usize,
    ballots: usize,
    /// Prerequisites that the table adds to them, by initiative and place, and where it does.
    requires: BTreeMap<(usize, usize), (Path, Position)>,
}

/// Whose ballots were read, and where.
#[derive(Default)]
struct Voters {
    /// For each ballot, where it says whose it is.
    places: Vec<(Path, Position)>,
    /// For each ballot, where it says what it counts.
    weights: Vec<Option<(Path, Position)>>,
    /// For each stakeholder who is known from a ballot, that ballot.
    made: Vec<usize>,
}

impl Voters {
    /// Adds the ballots of a table, and those who cast them if nobody is listed.
    fn read(
        &mut self,
        input: &mut dyn Read,
        mapping: &Mapping,
        codes: &[Id],
        limits: &Limits,
        spec: &mut ProgrammeSpec,
    ) -> ballots::Outcome {
        let listed = !spec.stakeholders.is_empty();
        let mut index: BTreeMap<Id, usize> =
            (0..).zip(&spec.stakeholders).map(|(i, stakeholder)| (stakeholder.id.clone(), i)).collect();
        let mut cells = Vec::new();
        let mut surplus = Vec::new();
        let mut too_many = None;
        let mut outcome = ballots::run(input, &mapping.ballots, codes, limits, true, |cast| {
            if cells.len() == limits.rows {
                too_many.get_or_insert(cast.place);
                return;
            }
            let id = Id::from(cast.stakeholder);
            let at = index.get(&id).copied();
            match (at, cast.weight) {
                (None, weight) if !listed => {
                    index.insert(id.clone(), spec.stakeholders.len());
                    self.made.push(cells.len());
                    spec.stakeholders.push(Stakeholder { id: id.clone(), weight, ..Stakeholder::default() });
                }
                (Some(at), Some(weight)) => {
                    let stakeholder = &mut spec.stakeholders[at];
                    if stakeholder.weight.get_or_insert(weight).total_cmp(&weight).is_ne() {
                        surplus.push((cells.len(), weight, stakeholder.weight));
                    }
                }
                _ => {}
            }
            let ranking = if cast.points.is_empty() {
                let codes = |group: &[u32]| group.iter().map(|&i| codes[i as usize].clone()).collect();
                cast.groups().map(codes).collect()
            } else {
                Vec::new()
            };
            spec.ballots.push(Ballot {
                stakeholder: id,
                ranking,
                points: cast.points.iter().map(|&(i, points)| (codes[i as usize].clone(), points)).collect(),
                unranked: cast.unranked,
                date: cast.date,
            });
            cells.push(cast.place);
        });
        let path = |column: usize| match outcome.headers.get(column) {
            Some(header) if !header.is_empty() => Path::root().key("ballots").key(header.as_str()),
            _ => Path::root().key("ballots"),
        };
        let start = Position { line: 1, column: 1 };
        for place in &cells {
            let (column, position) = place.stakeholder.unwrap_or((0, start));
            self.places.push((path(column), position));
            self.weights.push(place.weight.map(|(column, position)| (path(column), position)));
        }
        let mut problems = Vec::new();
        for (ballot, found, given) in surplus {
            let (path, position) = self.place(ballot, &[Segment::Key("weight".into())]);
            let given = given.unwrap_or(1.0);
            let fault = Fault::Contradiction {
                found: format!("a weight of {found} besides one of {given}"),
                expected: "one weight for each stakeholder",
            };
            problems.push(Problem::new(path, fault).at(Some(position)));
        }
        if let Some(place) = too_many {
            let (column, position) = place.stakeholder.unwrap_or((0, start));
            let fault = Fault::TooMany { what: "ballots", limit: limits.rows };
            problems.push(Problem::new(path(column), fault).at(Some(position)));
        }
        outcome.problems.append(&mut problems);
        outcome
    }

    /// Where a stakeholder is known from.
    fn place(&self, ballot: usize, field: &[Segment]) -> (Path, Position) {
        let weight = matches!(field, [Segment::Key(key), ..] if key == "weight");
        let weight = self.weights[ballot].clone().filter(|_| weight);
        weight.unwrap_or_else(|| self.places[ballot].clone())
    }
}

/// Whether the problem is a code on a ballot that is not known.
fn is_unknown(problem: &Problem) -> bool {
    matches!(problem.fault(), AnyFault::Programme(ProgrammeFault::UnknownId { what: Named::OnBallot, .. }))
}
