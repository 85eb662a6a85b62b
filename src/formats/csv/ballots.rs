//! From the rows of a table to ballots, one by one.

use std::collections::BTreeMap;
use std::io::Read;

use super::field::Said;
use super::initiatives::{MOST_COMPARED, unknown_column, word};
use super::mapping::{BallotTable, Form, Rest};
use super::table::{Layout, Limits, Stop, Table, excerpt, key, listed};
use super::{Fault, date, number, text};
use crate::Error;
use crate::consensus::{Tally, TallyBuilder, Vote, Weight};
use crate::error::{Fault as AnyFault, Position, Problem, nearest};
use crate::programme::{Date, Fault as ProgrammeFault, Named, Unranked};

/// One ballot of a table.
#[derive(Debug, Clone, Copy)]
pub struct Cast<'a> {
    /// The line on which it starts; of a transposed table that of the header.
    pub line: u64,
    /// Whose it is; empty if no column says it.
    pub stakeholder: &'a str,
    items: &'a [u32],
    ends: &'a [u32],
    /// Initiatives with their points, if it gives points.
    pub points: &'a [(u32, f64)],
    /// What it means not to be listed.
    pub unranked: Unranked,
    /// What it counts, if a column says it; more than zero.
    pub weight: Option<f64>,
    /// When it was cast, if a column says it.
    pub date: Option<Date>,
    /// Where the stakeholder stands, and the column of that cell and of the weight.
    pub(super) place: Place,
}

#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Place {
    pub(super) stakeholder: Option<(usize, Position)>,
    pub(super) weight: Option<(usize, Position)>,
}

impl<'a> Cast<'a> {
    /// The groups of equals, best first, by the place of their codes in the list of all.
    pub fn groups(&self) -> impl Iterator<Item = &'a [u32]> + use<'a> {
        let (items, mut start) = (self.items, 0);
        self.ends.iter().map(move |&end| {
            let group = &items[start..end as usize];
            start = end as usize;
            group
        })
    }
}

impl BallotTable {
    /// Reads ballots and hands each to `on_ballot`; returns how many there were.
    ///
    /// Initiatives are given by their place in `codes`, the list of all. Codes and places are checked; who votes, and how often, is not.
    /// Only ballots without a mistake are handed over.
    ///
    /// # Errors
    ///
    /// Every problem of the table, up to [`Limits::problems`].
    ///
    /// # Complexity
    ///
    /// O(s·log n) for s bytes and n codes; memory for one row, the header and the codes, whatever the number of ballots. A transposed
    /// table is held as a whole.
    ///
    /// # Examples
    ///
    /// ```
    /// use cxrank::formats::csv::{BallotTable, Limits};
    ///
    /// let table = "stakeholder,1,2\nOperations,CX-2,CX-1 = CX-3\nIT,CX-1,\n";
    /// let mut firsts = Vec::new();
    /// let count = BallotTable::default().each(table.as_bytes(), &["CX-1", "CX-2", "CX-3"], &Limits::default(), |ballot| {
    ///     firsts.push(ballot.groups().next().unwrap().to_vec());
    /// })?;
    /// assert_eq!((count, firsts), (2, vec![vec![1], vec![0]]));
    /// # Ok::<(), cxrank::Error>(())
    /// ```
    pub fn each<C: AsRef<str>>(
        &self,
        input: impl Read,
        codes: &[C],
        limits: &Limits,
        on_ballot: impl FnMut(&Cast<'_>),
    ) -> Result<u64, Error> {
        let read = run(input, self, codes, limits, false, on_ballot);
        if read.problems.is_empty() { Ok(read.ballots) } else { Err(Error::new(read.problems)) }
    }

    /// Counts ballots into a [`Tally`], each with its weight, 1 where no column says it.
    ///
    /// # Errors
    ///
    /// As [`each`](Self::each); and what a tally refuses.
    ///
    /// # Examples
    ///
    /// ```
    /// use cxrank::formats::csv::{BallotTable, Limits};
    ///
    /// let table = "weight,1,2\n2,CX-2,CX-1\n1,CX-1,CX-2\n";
    /// let tally = BallotTable::default().tally(table.as_bytes(), &["CX-1", "CX-2"], &Limits::default())?;
    /// assert_eq!((tally.prefer(1, 0), tally.prefer(0, 1)), (2_000_000, 1_000_000));
    /// # Ok::<(), cxrank::Error>(())
    /// ```
    pub fn tally<C: AsRef<str>>(
        &self,
        input: impl Read,
        codes: &[C],
        limits: &Limits,
    ) -> Result<Tally, Error> {
        let refuse = |line, fault: crate::consensus::Fault| {
            let position = Position { line: usize::try_from(line).unwrap_or(usize::MAX), column: 1 };
            Problem::new(crate::error::Path::root().key("ballots"), fault).at(Some(position))
        };
        let mut tally = TallyBuilder::new(codes.len())
            .map_err(|error| Error::new(vec![refuse(1, crate::consensus::Fault::Tally(error))]))?;
        let mut problems = Vec::new();
        let counted = self.each(input, codes, limits, |ballot| {
            if problems.len() > limits.problems {
                return;
            }
            let weight = ballot.weight.map_or(Ok(Weight::ONE), Weight::from_votes);
            let pushed = weight.map_err(crate::consensus::BallotProblem::Weight).and_then(|weight| {
                if ballot.points.is_empty() {
                    return tally
                        .push(ballot.groups(), ballot.unranked, weight)
                        .map_err(|error| error.problem);
                }
                let vote = Vote::from_points(ballot.points, ballot.unranked, weight)?;
                tally.push_ballot(&vote).map_err(|error| error.problem)
            });
            if let Err(problem) = pushed {
                let stakeholder = ballot.stakeholder.into();
                problems.push(refuse(ballot.line, crate::consensus::Fault::Ballot { stakeholder, problem }));
            }
        });
        let mut refused = counted.err().map_or_else(Vec::new, |error| error.problems().to_vec());
        refused.append(&mut problems);
        refused.sort_by_key(Problem::position);
        if refused.is_empty() {
            Ok(tally.finish())
        } else {
            Err(Error::new(listed(refused, limits.problems)))
        }
    }
}

/// What came of reading a table.
pub(super) struct Outcome {
    pub(super) ballots: u64,
    pub(super) problems: Vec<Problem>,
    pub(super) unread_columns: Vec<String>,
    /// For each column, its path.
    pub(super) headers: Vec<String>,
}

/// Reads a table; `named` if it must say whose the ballots are.
pub(super) fn run<R: Read, C: AsRef<str>>(
    input: R,
    mapping: &BallotTable,
    codes: &[C],
    limits: &Limits,
    named: bool,
    mut on_ballot: impl FnMut(&Cast<'_>),
) -> Outcome {
    let mut reader = Reader {
        table: Table::new(input, limits, "ballots"),
        mapping,
        codes: Codes::new(codes),
        columns: Vec::new(),
        missing: mapping.missing.iter().map(|text| key(text)).collect(),
        limit: limits.problems,
        unread_columns: Vec::new(),
        ballots: 0,
        row: Row { seen: vec![0; codes.len()], ..Row::default() },
    };
    let _stopped = reader.run(named, &mut on_ballot);
    let Reader { mut table, ballots, unread_columns, .. } = reader;
    let headers = std::mem::take(&mut table.headers).into_iter().map(|header| header.text).collect();
    Outcome { ballots, problems: table.into_problems(), unread_columns, headers }
}

/// Codes in order, with their places in the list.
struct Codes<'a>(Vec<(&'a str, u32)>);

impl<'a> Codes<'a> {
    fn new<C: AsRef<str>>(codes: &'a [C]) -> Self {
        let mut codes: Vec<(&str, u32)> = (0..).zip(codes).map(|(i, code)| (code.as_ref(), i)).collect();
        codes.sort_unstable();
        Codes(codes)
    }

    fn find(&self, code: &str) -> Option<u32> {
        self.0.binary_search_by(|(other, _)| (*other).cmp(code)).ok().map(|at| self.0[at].1)
    }

    fn unknown(&self, code: &str) -> AnyFault {
        let few = self.0.len() <= MOST_COMPARED / 1000;
        let nearest = if few { nearest(code, self.0.iter().map(|(code, _)| *code)) } else { None };
        ProgrammeFault::UnknownId { what: Named::OnBallot, id: excerpt(code), nearest }.into()
    }
}

/// What a column says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Says {
    Stakeholder,
    Weight,
    Date,
    Unranked,
    Ranking,
    Place(u32),
    Rank(u32),
    Points(u32),
}

struct Reader<'a, R> {
    table: Table<R>,
    mapping: &'a BallotTable,
    codes: Codes<'a>,
    /// What is read: the column's place and what it says, in the order of the table.
    columns: Vec<(usize, Says)>,
    missing: Vec<String>,
    /// How many problems are listed.
    limit: usize,
    unread_columns: Vec<String>,
    ballots: u64,
    row: Row,
}

/// The ballot that is being read; its room is used again for the next.
#[derive(Default)]
struct Row {
    stakeholder: String,
    items: Vec<u32>,
    ends: Vec<u32>,
    ranks: Vec<(f64, u32)>,
    points: Vec<(u32, f64)>,
    /// For each code, the last ballot that named it, counted from 1.
    seen: Vec<u64>,
}

const UNRANKED: [&str; 2] = ["last", "ignored"];

impl<R: Read> Reader<'_, R> {
    fn run(&mut self, named: bool, on_ballot: &mut dyn FnMut(&Cast<'_>)) -> Result<(), Stop> {
        let layout = Layout {
            separator: self.mapping.separator,
            skip_rows: self.mapping.skip_rows,
            header_rows: self.mapping.header_rows,
        };
        self.table.open(&layout)?;
        if self.mapping.transposed {
            return self.transposed(on_ballot);
        }
        self.bind(named)?;
        let mut row = 0;
        while self.table.next_row()? {
            row += 1;
            let before = self.table.noted();
            let (unranked, weight, date, place) = self.ballot(row);
            if self.table.noted() == before {
                self.ballots += 1;
                let Row { stakeholder, items, ends, points, .. } = &self.row;
                let line = self.table.line();
                on_ballot(&Cast { line, stakeholder, items, ends, points, unranked, weight, date, place });
            }
        }
        Ok(())
    }

    fn bind(&mut self, named: bool) -> Result<(), Stop> {
        let mapping = self.mapping;
        let columns: BTreeMap<String, Option<&Said>> = mapping
            .columns
            .iter()
            .map(|(header, field)| (key(header), field.as_ref().map(|f| &f.0)))
            .collect();
        for i in 0..self.table.headers.len() {
            self.table.go_on()?;
            let header = &self.table.headers[i];
            let plain = header.text.parse::<super::BallotField>();
            let form = mapping.form;
            let said = match (columns.get(&header.key), plain) {
                (Some(None), _) => continue,
                (Some(Some(said)), _) => (*said).clone(),
                // The corner of a table.
                (None, _) if i == 0 && header.text.is_empty() => Said::Stakeholder,
                // A number in a header is a place, but a code where headers are codes.
                (None, Ok(field)) if form == Form::Places || !matches!(field.0, Said::Place(_)) => field.0,
                (None, _) if form == Form::Ranks => Said::Rank(header.text.as_str().into()),
                (None, _) if form == Form::Points => Said::Points(header.text.as_str().into()),
                (None, Ok(field)) => field.0,
                (None, Err(error)) => {
                    if mapping.rest == Some(Rest::Ignore) {
                        self.unread_columns.push(header.text.clone());
                    } else {
                        let fault = unknown_column(&header.text, &error);
                        self.table.header_problem(i, fault);
                    }
                    continue;
                }
            };
            self.add(i, &said);
        }
        for (header, field) in &mapping.columns {
            if field.is_some() && !self.table.has(header) {
                self.table.missing_column(header);
            }
        }
        if named && !self.columns.iter().any(|(_, says)| *says == Says::Stakeholder) {
            self.table.missing_column("stakeholder");
            return Err(Stop);
        }
        Ok(())
    }

    fn add(&mut self, i: usize, said: &Said) {
        let says = match said {
            Said::Stakeholder => Says::Stakeholder,
            Said::Weight => Says::Weight,
            Said::Date => Says::Date,
            Said::Unranked => Says::Unranked,
            Said::Ranking => Says::Ranking,
            Said::Place(place) => Says::Place(*place),
            Said::Rank(code) | Said::Points(code) => match self.codes.find(code) {
                Some(code) if matches!(said, Said::Rank(_)) => Says::Rank(code),
                Some(code) => Says::Points(code),
                None if self.mapping.rest == Some(Rest::Ignore) => {
                    self.unread_columns.push(self.table.headers[i].text.clone());
                    return;
                }
                None => {
                    let fault = self.codes.unknown(code);
                    self.table.header_problem(i, fault);
                    return;
                }
            },
        };
        let several = matches!(says, Says::Place(_) | Says::Ranking);
        if let Some(&(first, _)) = self.columns.iter().find(|(_, other)| *other == says && !several) {
            let first = self.table.headers[first].text.clone();
            let field = super::BallotField(said.clone()).to_string();
            self.table.header_problem(i, Fault::DuplicateColumn { field, first });
            return;
        }
        self.columns.push((i, says));
    }

    /// Reads a row. Problems are noted with the table.
    fn ballot(&mut self, number: u64) -> (Unranked, Option<f64>, Option<Date>, Place) {
        let Reader { table, mapping, codes, columns, missing, row, limit, .. } = self;
        let limit = *limit;
        let (mut unranked, mut weight, mut date, mut place) =
            (mapping.unranked, None, None, Place::default());
        row.clear();
        let mut problems: Vec<(usize, AnyFault)> = Vec::new();
        // The first column that ranks, by each of the ways.
        let mut ways: [Option<usize>; 4] = [None; 4];
        // A short row ends where its cells do, whatever the number of columns.
        for &(i, says) in columns.iter().take_while(|(i, _)| *i < table.len()) {
            let cell = table.cell(i).trim();
            if says == Says::Stakeholder {
                place.stakeholder = Some((i, table.place(i)));
            }
            if cell.is_empty() || (!missing.is_empty() && missing.contains(&key(cell))) {
                continue;
            }
            let way = match says {
                Says::Place(_) => Some(0),
                Says::Ranking => Some(1),
                Says::Rank(_) => Some(2),
                Says::Points(_) => Some(3),
                _ => None,
            };
            if let Some(way) = way {
                ways[way].get_or_insert(i);
            }
            let taken = match says {
                Says::Stakeholder => row.name(cell),
                Says::Weight => read_number(cell, mapping).and_then(|x| {
                    place.weight = Some((i, table.place(i)));
                    weight = Some(x);
                    if x > 0.0 { Ok(()) } else { Err(ProgrammeFault::NotPositive { found: x }.into()) }
                }),
                Says::Date => date::read(cell, mapping.dates).map(|x| date = Some(x)).map_err(AnyFault::from),
                Says::Unranked => {
                    word::<Unranked>(cell, &UNRANKED, false).map(|x| unranked = x).map_err(AnyFault::from)
                }
                Says::Place(at) => row.tied(cell, &['='], f64::from(at), codes, number),
                Says::Ranking => {
                    // Several columns follow one another.
                    let first = row.ranks.last().map_or(1.0, |last| last.0 + 1.0);
                    row.tied(cell, &['=', '>'], first, codes, number)
                }
                Says::Rank(code) => read_number(cell, mapping).and_then(|rank| {
                    row.ranks.push((rank, code));
                    if rank > 0.0 { Ok(()) } else { Err(ProgrammeFault::NotPositive { found: rank }.into()) }
                }),
                Says::Points(code) => read_number(cell, mapping).and_then(|points| {
                    row.points.push((code, points));
                    if points >= 0.0 {
                        Ok(())
                    } else {
                        Err(ProgrammeFault::Negative { found: points }.into())
                    }
                }),
            };
            if let Err(fault) = taken {
                problems.push((i, fault));
            }
            if problems.len() > limit {
                break;
            }
        }
        row.finish();
        let mut used = ways.iter().flatten();
        if let (Some(_), Some(&second)) = (used.next(), used.next()) {
            let found = "two ways to rank in one row".into();
            let expected = "places, a ranking, ranks or points: one of them";
            problems.push((second, Fault::Contradiction { found, expected }.into()));
        }
        for (column, fault) in problems {
            table.problem(column, fault);
        }
        (unranked, weight, date, place)
    }

    /// Reads a table of which each column is a ballot.
    fn transposed(&mut self, on_ballot: &mut dyn FnMut(&Cast<'_>)) -> Result<(), Stop> {
        let columns = &self.mapping.columns;
        let left_out: Vec<String> =
            columns.iter().filter(|(_, field)| field.is_none()).map(|(header, _)| key(header)).collect();
        let voters: Vec<usize> = (1..self.table.headers.len())
            .filter(|&i| !left_out.contains(&self.table.headers[i].key))
            .collect();
        let mut said: Vec<Vec<(f64, u32)>> = vec![Vec::new(); voters.len()];
        while self.table.next_row()? {
            self.row.clear();
            let name = self.table.cell(0).to_owned();
            let mut code = None;
            if let Err(fault) = self.row.name(&name) {
                self.table.problem(0, fault);
                continue;
            }
            match self.codes.find(&self.row.stakeholder) {
                None => {
                    let fault = self.codes.unknown(&self.row.stakeholder);
                    self.table.problem(0, fault);
                }
                Some(i) if std::mem::replace(&mut self.row.seen[i as usize], 1) == 1 => {
                    let id = self.row.stakeholder.as_str().into();
                    self.table.problem(0, ProgrammeFault::BallotTwice { id });
                }
                found => code = found,
            }
            // A short row ends where its cells do.
            let end = self.table.len();
            for (&column, said) in voters.iter().zip(&mut said).take_while(|(column, _)| **column < end) {
                self.table.go_on()?;
                let cell = self.table.cell(column).trim();
                if cell.is_empty() || self.missing.contains(&key(cell)) {
                    continue;
                }
                let points = self.mapping.form == Form::Points;
                match (read_number(cell, self.mapping), code) {
                    (Ok(found), _) if found < 0.0 && points => {
                        self.table.problem(column, ProgrammeFault::Negative { found });
                    }
                    (Ok(found), _) if found <= 0.0 && !points => {
                        self.table.problem(column, ProgrammeFault::NotPositive { found });
                    }
                    (Ok(x), Some(code)) => said.push((x, code)),
                    (Ok(_), None) => {}
                    (Err(fault), _) => self.table.problem(column, fault),
                }
            }
        }
        if self.table.noted() > 0 {
            return Ok(());
        }
        for (&column, said) in voters.iter().zip(said) {
            let header = &self.table.headers[column];
            self.row.clear();
            let position = header.position;
            if let Err(fault) = self.row.name(&header.text) {
                self.table.header_problem(column, fault);
                continue;
            }
            if self.mapping.form == Form::Points {
                self.row.points = said.into_iter().map(|(points, code)| (code, points)).collect();
            } else {
                self.row.ranks = said;
            }
            self.row.finish();
            self.ballots += 1;
            let Row { stakeholder, items, ends, points, .. } = &self.row;
            let place = Place { stakeholder: Some((column, position)), weight: None };
            let (line, unranked) = (position.line as u64, self.mapping.unranked);
            on_ballot(&Cast {
                line,
                stakeholder,
                items,
                ends,
                points,
                unranked,
                weight: None,
                date: None,
                place,
            });
        }
        Ok(())
    }
}

impl Row {
    fn clear(&mut self) {
        self.stakeholder.clear();
        self.items.clear();
        self.ends.clear();
        self.ranks.clear();
        self.points.clear();
    }

    /// Takes in one name, which may stand in quotes.
    fn name(&mut self, cell: &str) -> Result<(), AnyFault> {
        self.stakeholder.clear();
        Ok(text::elements(cell.trim(), &[], |_, name| self.stakeholder.push_str(name))?)
    }

    /// Takes in codes that tie at a place, or, after `>`, follow.
    fn tied(
        &mut self,
        cell: &str,
        signs: &[char],
        mut place: f64,
        codes: &Codes<'_>,
        number: u64,
    ) -> Result<(), AnyFault> {
        if !cell.contains(['"', '=', '>']) {
            return self.item(cell, place, codes, number);
        }
        let mut result = Ok(());
        text::elements(cell, signs, |sign, name| {
            if sign == Some('>') {
                place += 1.0;
            }
            if result.is_ok() {
                result = self.item(name, place, codes, number);
            }
        })?;
        result
    }

    fn item(&mut self, name: &str, place: f64, codes: &Codes<'_>, number: u64) -> Result<(), AnyFault> {
        let code = codes.find(name).ok_or_else(|| codes.unknown(name))?;
        if std::mem::replace(&mut self.seen[code as usize], number) == number {
            return Err(ProgrammeFault::BallotTwice { id: excerpt(name).into() }.into());
        }
        self.ranks.push((place, code));
        Ok(())
    }

    /// Turns places into groups.
    fn finish(&mut self) {
        self.ranks.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        for group in self.ranks.chunk_by(|a, b| a.0.total_cmp(&b.0).is_eq()) {
            self.items.extend(group.iter().map(|&(_, code)| code));
            self.ends.push(self.items.len() as u32);
        }
    }
}

/// A number; the whole ones, of which tables of ranks consist, in short.
fn read_number(cell: &str, mapping: &BallotTable) -> Result<f64, AnyFault> {
    if cell.len() <= 9 && cell.bytes().all(|c| c.is_ascii_digit()) {
        return Ok(cell.bytes().fold(0u32, |n, c| n * 10 + u32::from(c - b'0')).into());
    }
    Ok(number::read(cell, mapping.decimal, &BTreeMap::new())?)
}
