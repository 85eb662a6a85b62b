//! From records to an election.

use std::collections::BTreeSet;
use std::io::Read;

use super::super::research::{Problems, ResearchFault, Stop, characters, excerpt, limit, problem};
use super::super::{Decimal, RESOLUTION};
use super::index::Index;
use super::record::{RecordError, Records};
use super::{Ballot, Election, Limits, Project, VoteType};
use crate::error::quoted;
use crate::{Error, Problem};

/// What [`super::read`] does.
pub(super) fn run<R: Read>(
    input: R,
    limits: &Limits,
    on_ballot: impl FnMut(&Election, &Ballot<'_>),
) -> Result<Election, Error> {
    let mut reader = Reader {
        records: Records::new(input, limits.record),
        limits,
        problems: Problems::new(limits.problems),
        election: Election {
            meta: Vec::new(),
            budget: 0,
            vote_type: VoteType::Approval,
            projects: Vec::new(),
            ballots: 0,
            warnings: Vec::new(),
        },
    };
    // Why reading stopped is among the problems.
    let _ = reader.run(on_ballot);
    if reader.problems.is_empty() {
        Ok(reader.election)
    } else {
        Err(Error::new(reader.problems.into_list()))
    }
}

const SECTIONS: [&str; 3] = ["META", "PROJECTS", "VOTES"];

struct Reader<'a, R> {
    records: Records<R>,
    limits: &'a Limits,
    problems: Problems,
    election: Election,
}

/// Methods that have to stop reading return [`Stop`], a problem having been noted.
impl<R: Read> Reader<'_, R> {
    fn run(&mut self, on_ballot: impl FnMut(&Election, &Ballot<'_>)) -> Result<(), Stop> {
        let mut more = self.next()?;
        if more && !self.at_section(0) {
            let (found, expected) = (quoted(self.text(0)), "the section META first");
            self.problem(0, ResearchFault::Unexpected { found, expected })?;
            while more && self.section().is_none() {
                more = self.next()?;
            }
        }
        for (i, name) in SECTIONS.into_iter().enumerate() {
            if i == 2 {
                self.close_tables()?;
            }
            if !more || !self.at_section(i) {
                self.problem(0, ResearchFault::MissingSection(name))?;
                continue;
            }
            if i == 2 {
                return self.votes(on_ballot);
            }
            more = if i == 0 { self.read_meta()? } else { self.read_projects()? };
            while more && let Some(section) = self.section().filter(|&s| s <= i) {
                self.problem(0, ResearchFault::DuplicateSection(SECTIONS[section]))?;
                more = self.next()?;
                while more && self.section().is_none() {
                    more = self.next()?;
                }
            }
        }
        Ok(())
    }

    /// Goes to the next record that is not blank and is UTF-8; false at the end.
    fn next(&mut self) -> Result<bool, Stop> {
        loop {
            match self.records.advance() {
                Ok(false) => return Ok(false),
                Ok(true) => {}
                Err(error) => {
                    let (offset, fault) = match error {
                        RecordError::Io(e) => (0, ResearchFault::Io(e.kind())),
                        RecordError::TooLong => (0, limit("bytes in a record", self.limits.record)),
                        RecordError::OpenQuote(offset) => (offset, ResearchFault::OpenQuote),
                    };
                    self.problem_at(offset, fault)?;
                    return Err(Stop);
                }
            }
            if let Err(e) = std::str::from_utf8(self.records.record()) {
                self.problem_at(e.valid_up_to(), ResearchFault::Encoding)?;
            } else if self.records.fields().len() > 1 || !self.text(0).is_empty() {
                return Ok(true);
            }
        }
    }

    /// The text of field `i`, empty for `none`.
    fn text(&self, i: usize) -> &str {
        let text = self.records.text(i);
        // The record as a whole is UTF-8, and a field of it starts and ends at ASCII.
        let text = std::str::from_utf8(text).unwrap_or_default();
        if text.len() == 4 && text.eq_ignore_ascii_case("none") { "" } else { text }
    }

    /// Which section the current record opens.
    fn section(&self) -> Option<usize> {
        let alone = (1..self.records.fields().len()).all(|i| self.records.text(i).is_empty());
        SECTIONS.iter().position(|s| alone && self.records.text(0).eq_ignore_ascii_case(s.as_bytes()))
    }

    fn at_section(&self, i: usize) -> bool {
        self.section() == Some(i)
    }

    fn problem(&mut self, field: usize, fault: ResearchFault) -> Result<(), Stop> {
        let offset =
            self.records.fields().get(field).map_or_else(|| self.records.record().len(), |f| f.offset);
        self.problem_at(offset, fault)
    }

    fn place(&self, offset: usize, fault: ResearchFault) -> Problem {
        let before = &self.records.record()[..offset.min(self.records.record().len())];
        let line_start = before.iter().rposition(|&c| c == b'\n').map_or(0, |at| at + 1);
        let line = self.records.line + before[..line_start].iter().filter(|&&c| c == b'\n').count() as u64;
        problem(line, 1 + characters(&before[line_start..]), fault)
    }

    fn problem_at(&mut self, offset: usize, fault: ResearchFault) -> Result<(), Stop> {
        let problem = self.place(offset, fault);
        self.problems.push(problem)
    }

    fn warning(&mut self, field: usize, fault: ResearchFault) {
        let offset = self.records.fields().get(field).map_or(0, |f| f.offset);
        self.warning_at(offset, fault);
    }

    fn warning_at(&mut self, offset: usize, fault: ResearchFault) {
        if self.election.warnings.len() < self.limits.problems {
            let warning = self.place(offset, fault);
            self.election.warnings.push(warning);
        }
    }

    /// Takes the current record off what the tables may use.
    fn charge(&mut self, used: &mut usize) -> Result<(), Stop> {
        *used += self.records.record().len() + 64;
        if *used > self.limits.tables {
            self.problem_at(0, limit("bytes in META and PROJECTS", self.limits.tables))?;
            return Err(Stop);
        }
        Ok(())
    }

    /// A number in field `i`, if there is one.
    fn number(&mut self, i: usize, field: &'static str) -> Result<Option<i64>, Stop> {
        let text = self.text(i);
        if text.is_empty() {
            return Ok(None);
        }
        let Some(number) = Decimal::parse(text.as_bytes()) else {
            let found = excerpt(text.as_bytes());
            self.problem(i, ResearchFault::NotANumber { field, found })?;
            return Ok(None);
        };
        if number.rounded {
            self.warning(i, ResearchFault::Rounded(field));
        }
        Ok(Some(number.units))
    }

    /// A number in field `i` that must be there and not be negative; 0 after a problem.
    fn amount(&mut self, i: usize, field: &'static str) -> Result<i64, Stop> {
        let before = self.problems.len();
        let number = self.number(i, field)?;
        if number.is_none() && self.problems.len() == before {
            self.problem(i, ResearchFault::EmptyField(field))?;
        }
        if number.is_some_and(|n| n < 0) {
            self.problem(i, ResearchFault::Negative(field))?;
        }
        Ok(number.unwrap_or(0))
    }

    fn read_meta(&mut self) -> Result<bool, Stop> {
        let mut used = 0;
        let mut keys = BTreeSet::new();
        let mut vote_type = false;
        let mut budget = false;
        let mut more = self.next()?;
        if more && self.records.text(0).eq_ignore_ascii_case(b"key") {
            more = self.next()?;
        }
        while more && self.section().is_none() {
            self.charge(&mut used)?;
            let (key, value) = (self.text(0).to_owned(), self.text(1).to_owned());
            match key.as_str() {
                "budget" => {
                    self.election.budget = self.amount(1, "budget")?;
                    budget = true;
                }
                "vote_type" => {
                    vote_type = true;
                    match VoteType::parse(&value) {
                        Some(parsed) => self.election.vote_type = parsed,
                        None => {
                            let expected = "approval, choose-1, cumulative, scoring or ordinal";
                            let (field, found) = (key.clone(), excerpt(value.as_bytes()));
                            self.problem(1, ResearchFault::BadValue { field, found, expected })?;
                        }
                    }
                }
                _ => {}
            }
            if !keys.insert(key.clone()) {
                self.warning(0, ResearchFault::DuplicateField(excerpt(key.as_bytes())));
            }
            self.election.meta.push((key, value));
            more = self.next()?;
        }
        for (found, key) in [(budget, "budget"), (vote_type, "vote_type")] {
            if !found {
                self.problem(0, ResearchFault::MissingField(key))?;
            }
        }
        Ok(more)
    }

    /// Reads the header of a table: for each name, the column that bears it. A missing column among the first `required` is a problem.
    fn header<const N: usize>(
        &mut self,
        names: [&'static str; N],
        required: usize,
    ) -> Result<[usize; N], Stop> {
        let mut columns = [usize::MAX; N];
        for i in 0..self.records.fields().len() {
            let text = self.records.text(i);
            if let Some(at) = names.iter().position(|n| text.eq_ignore_ascii_case(n.as_bytes())) {
                if columns[at] != usize::MAX {
                    self.warning(i, ResearchFault::DuplicateField(names[at].to_owned()));
                }
                columns[at] = i;
            }
        }
        for at in 0..required {
            if columns[at] == usize::MAX {
                self.problem(0, ResearchFault::MissingField(names[at]))?;
            }
        }
        Ok(columns)
    }

    fn read_projects(&mut self) -> Result<bool, Stop> {
        let mut used = self.election.meta.iter().map(|(k, v)| k.len() + v.len()).sum();
        let mut more = self.next()?;
        if !more || self.section().is_some() {
            self.problem(0, ResearchFault::MissingField("project_id"))?;
            return Ok(more);
        }
        let width = self.records.fields().len();
        let before = self.problems.len();
        let [id, cost, votes, score, name, selected] =
            self.header(["project_id", "cost", "votes", "score", "name", "selected"], 2)?;
        let usable = self.problems.len() == before;
        more = self.next()?;
        while more && self.section().is_none() {
            self.charge(&mut used)?;
            if self.records.fields().len() > width {
                self.warning(width, ResearchFault::ExtraFields);
            }
            if usable {
                if self.records.text(id).is_empty() {
                    self.problem(id, ResearchFault::EmptyField("project_id"))?;
                }
                let project = Project {
                    // `none` is as good an id as any other.
                    id: std::str::from_utf8(self.records.text(id)).unwrap_or_default().to_owned(),
                    name: self.text(name).to_owned(),
                    cost: self.amount(cost, "cost")?,
                    votes: self.number(votes, "votes")?,
                    score: self.number(score, "score")?,
                    selected: self
                        .number(selected, "selected")?
                        .map(|s| (s / RESOLUTION).clamp(0, 255) as u8),
                    line: self.records.line,
                };
                self.election.projects.push(project);
            }
            more = self.next()?;
        }
        Ok(more)
    }

    /// Puts the projects into their order, once both tables are read.
    fn close_tables(&mut self) -> Result<(), Stop> {
        let mut projects = std::mem::take(&mut self.election.projects);
        projects.sort_by(|a, b| a.id.cmp(&b.id).then(a.line.cmp(&b.line)));
        for pair in projects.windows(2) {
            if pair[0].id == pair[1].id {
                let fault =
                    ResearchFault::DuplicateId { what: "project", id: excerpt(pair[1].id.as_bytes()) };
                self.problems.push(problem(pair[1].line, 1, fault))?;
            }
        }
        self.count("num_projects", projects.len() as u64);
        self.election.projects = projects;
        Ok(())
    }

    /// Warns if the header announces another number.
    fn count(&mut self, key: &'static str, found: u64) {
        let announced = self.election.meta(key).unwrap_or_default();
        let number = Decimal::parse(announced.as_bytes()).map(|d| i128::from(d.units));
        if number != Some(i128::from(found) * i128::from(RESOLUTION)) {
            let announced = excerpt(announced.as_bytes());
            self.warning(0, ResearchFault::Count { key, announced, found });
        }
    }

    fn votes(&mut self, mut on_ballot: impl FnMut(&Election, &Ballot<'_>)) -> Result<(), Stop> {
        if !self.next()? {
            return self.problem(0, ResearchFault::MissingField("voter_id"));
        }
        let width = self.records.fields().len();
        let has_points = self.election.vote_type.has_points();
        let [vote, voter, points] = self.header(["vote", "voter_id", "points"], 2)?;
        if has_points && points == usize::MAX {
            self.problem(0, ResearchFault::MissingField("points"))?;
        }
        let index = Index::new(&self.election.projects);
        let mut last_named = vec![0u64; self.election.projects.len()];
        let mut choices: Vec<u32> = Vec::new();
        let mut numbers: Vec<i64> = Vec::new();
        while self.next()? {
            if let Some(section) = self.section() {
                self.problem(0, ResearchFault::DuplicateSection(SECTIONS[section]))?;
                return Err(Stop);
            }
            if self.records.fields().len() > width {
                self.warning(width, ResearchFault::ExtraFields);
            }
            self.election.ballots += 1;
            self.choices(vote, &index, &mut last_named, &mut choices)?;
            self.points(points, &mut choices, &mut numbers)?;
            if self.problems.is_empty() {
                let ballot = Ballot {
                    voter: self.text(voter),
                    projects: &choices,
                    points: &numbers,
                    line: self.records.line,
                };
                on_ballot(&self.election, &ballot);
            }
        }
        self.count("num_votes", self.election.ballots);
        Ok(())
    }

    /// Reads the projects on a ballot; a repeated one is dropped later, and is [`REPEATED`] until then.
    fn choices(
        &mut self,
        field: usize,
        index: &Index,
        last_named: &mut [u64],
        choices: &mut Vec<u32>,
    ) -> Result<(), Stop> {
        choices.clear();
        let text = self.text(field).as_bytes();
        let (mut unknown, mut repeated): (Option<&[u8]>, Option<&[u8]>) = (None, None);
        for id in split(text) {
            match index.find(&self.election.projects, id) {
                Some(i) if last_named[i as usize] == self.election.ballots => {
                    repeated.get_or_insert(id);
                    choices.push(REPEATED);
                }
                Some(i) => {
                    last_named[i as usize] = self.election.ballots;
                    choices.push(i);
                }
                None => {
                    unknown.get_or_insert(id);
                    choices.push(REPEATED);
                }
            }
        }
        if unknown.is_none() && repeated.is_none() {
            return Ok(());
        }
        let start = self.records.text_offset(field);
        let place = |id: &[u8]| (start + (id.as_ptr() as usize - text.as_ptr() as usize), excerpt(id));
        let (unknown, repeated) = (unknown.map(place), repeated.map(place));
        if let Some((offset, id)) = repeated {
            self.warning_at(offset, ResearchFault::Repeated { what: "project", id });
        }
        // Without projects, that is what is wrong, and not each ballot.
        if let Some((offset, id)) = unknown
            && !self.election.projects.is_empty()
        {
            let count = self.election.projects.len();
            self.problem_at(offset, ResearchFault::UnknownId { what: "project", id, count })?;
        }
        Ok(())
    }

    /// Reads the points on a ballot, one for each choice, and drops the repeated choices with theirs. Where ballots need points, one without
    /// any is empty; where they do not, points that do not fit are left out.
    fn points(&mut self, field: usize, choices: &mut Vec<u32>, numbers: &mut Vec<i64>) -> Result<(), Stop> {
        numbers.clear();
        let (mut wrong, mut rounded): (Option<&[u8]>, bool) = (None, false);
        for number in split(self.text(field).as_bytes()) {
            let decimal = Decimal::parse(number);
            if decimal.is_none() {
                wrong.get_or_insert(number);
            }
            rounded |= decimal.is_some_and(|d| d.rounded);
            numbers.push(decimal.map_or(0, |d| d.units));
        }
        let wrong = wrong.map(excerpt);
        if rounded {
            self.warning(field, ResearchFault::Rounded("points"));
        }
        let needed = self.election.vote_type.has_points();
        let fits = numbers.len() == choices.len();
        if let Some(found) = wrong {
            let fault = ResearchFault::NotANumber { field: "points", found };
            if needed {
                self.problem(field, fault)?;
            } else {
                self.warning(field, fault);
                numbers.clear();
            }
        } else if !fits && (needed || !numbers.is_empty()) {
            let fault = ResearchFault::PointsCount { found: numbers.len(), expected: choices.len() };
            if needed && !numbers.is_empty() {
                self.problem(field, fault)?;
            } else {
                self.warning(field, fault);
                numbers.clear();
                if needed {
                    choices.clear();
                }
            }
        }
        if choices.contains(&REPEATED) {
            let mut keep = choices.iter().map(|&i| i != REPEATED);
            numbers.retain(|_| keep.next() == Some(true));
            choices.retain(|&i| i != REPEATED);
        }
        Ok(())
    }
}

/// Stands for a choice that does not count.
const REPEATED: u32 = u32::MAX;

/// The parts of a list with commas, without blanks; none if the list is empty.
fn split(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|&c| c == b',').map(<[u8]>::trim_ascii).filter(|part| !part.is_empty())
}
