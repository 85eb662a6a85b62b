//! From the rows of a table to initiatives.

use std::collections::BTreeMap;
use std::io::Read;

use serde::Deserialize;
use serde::de::value::{Error as WordError, StrDeserializer};

use super::field::{ActionPart, CharterPart, Inputs as Kind, Part, Target};
use super::mapping::{Column, InitiativeTable, Rest, Value};
use super::table::{Layout, Limits, Stop, Table, excerpt, key};
use super::{DateOrder, DecimalMark, Fault, Link, date, number, text};
use crate::error::{Fault as AnyFault, Path, Position, Problem, Segment, nearest};
use crate::programme::{
    ActionItem, Actual, Charter, Criterion, Date, Detailed, Estimate, Fault as ProgrammeFault, Id,
    Initiative, Likely, Named, ProgrammeSpec, Spread, Status,
};

/// What a table of initiatives says.
pub(super) struct Initiatives {
    pub(super) list: Vec<Initiative>,
    /// Where each was read.
    pub(super) origin: Origin,
    pub(super) problems: Vec<Problem>,
    /// Whether the table was read to its end.
    pub(super) complete: bool,
    pub(super) unread_columns: Vec<String>,
    pub(super) unknown_links: Vec<Link>,
    /// For initiatives of the mapping's programme, by place, what rows say that they require, and where.
    pub(super) blocked: Vec<(usize, Id, (Path, Position))>,
}

/// Where the parts of each initiative were read.
#[derive(Default)]
pub(super) struct Origin {
    columns: Vec<Bound>,
    /// For each field, or estimate or action of several parts, the columns that say something of it.
    fields: BTreeMap<Target, Vec<usize>>,
    /// The table and the header of each of the columns.
    paths: Vec<Path>,
    rows: Vec<Row>,
}

struct Row {
    /// For each of the columns as far as the row goes, where the cell stands and whether something is in it.
    cells: Vec<(Position, bool)>,
    end: Position,
    /// For each action, its number in the headers.
    actions: Vec<usize>,
    /// For each prerequisite, where it was read, and in which of the columns.
    requires: Vec<(Position, usize)>,
}

impl Row {
    fn start(&self) -> Position {
        self.cells.first().map_or(self.end, |cell| cell.0)
    }
}

/// A column that is read.
struct Bound {
    /// Its place in the table.
    at: usize,
    column: Column,
    decimal: Option<DecimalMark>,
    dates: Option<DateOrder>,
    /// Of an estimate: which of the row's estimates, and the levels of its criterion.
    slot: usize,
    levels: Vec<String>,
    /// What texts mean, and the levels, by their [`key`]; none where several have it.
    values_alike: BTreeMap<String, Option<Value>>,
    levels_alike: BTreeMap<String, Option<String>>,
    separators: Vec<char>,
}

/// Values by the [`key`] of their texts; none where several have it.
fn alike<'a, T: Clone + 'a>(
    values: impl Iterator<Item = (&'a String, &'a T)>,
) -> BTreeMap<String, Option<T>> {
    let mut alike = BTreeMap::new();
    for (text, value) in values {
        alike.entry(key(text)).and_modify(|several| *several = None).or_insert_with(|| Some(value.clone()));
    }
    alike
}

/// How many names are compared in search of the nearest, at most.
pub(super) const MOST_COMPARED: usize = 10_000_000;

/// Signs between the elements of a list, where no others are declared.
pub(super) const SEPARATORS: [char; 3] = [',', ';', '\n'];

pub(super) fn read<R: Read>(
    input: R,
    mapping: &InitiativeTable,
    frame: &ProgrammeSpec,
    limits: &Limits,
) -> Initiatives {
    let mut reader = Reader {
        table: Table::new(input, limits, "initiatives"),
        mapping,
        limits,
        columns: Vec::new(),
        fields: BTreeMap::new(),
        slots: BTreeMap::new(),
        estimates: Vec::new(),
        missing: mapping.missing.iter().map(|text| key(text)).collect(),
        list: Vec::new(),
        rows: Vec::new(),
        links: Vec::new(),
        blocked: Vec::new(),
        unread_columns: Vec::new(),
    };
    let read = reader.run(&frame.criteria).is_ok();
    // Without codes there is nothing to build.
    let complete = read && reader.fields.contains_key(&Target::Code);
    let (unknown_links, complete) = reader.link(&frame.initiatives, complete);
    let paths: Vec<Path> = reader.columns.iter().map(|column| reader.table.path(Some(column.at))).collect();
    let blocked = reader.blocked.into_iter();
    let blocked =
        blocked.map(|(at, code, position, column)| (at, code, (paths[column].clone(), position))).collect();
    Initiatives {
        list: reader.list,
        origin: Origin { fields: fields(&reader.columns), columns: reader.columns, paths, rows: reader.rows },
        problems: reader.table.into_problems(),
        complete,
        unread_columns: reader.unread_columns,
        unknown_links,
        blocked,
    }
}

struct Reader<'a, R> {
    table: Table<R>,
    mapping: &'a InitiativeTable,
    limits: &'a Limits,
    columns: Vec<Bound>,
    /// For each field, the first of the columns that hold it.
    fields: BTreeMap<Target, usize>,
    slots: BTreeMap<(Kind, Id), usize>,
    /// The different estimates of a row, in the order of their slots.
    estimates: Vec<(Kind, Id)>,
    missing: Vec<String>,
    list: Vec<Initiative>,
    rows: Vec<Row>,
    links: Vec<Blocks>,
    /// For initiatives of the mapping's programme, what they require, with the cell and its column.
    blocked: Vec<(usize, Id, Position, usize)>,
    unread_columns: Vec<String>,
}

/// A link in the row of the prerequisite.
struct Blocks {
    initiative: usize,
    code: Id,
    position: Position,
    column: usize,
}

/// What a cell says, once it is translated.
enum Cell<'a> {
    Blank,
    Number(f64),
    Text(&'a str),
}

impl<R: Read> Reader<'_, R> {
    fn run(&mut self, criteria: &[Criterion]) -> Result<(), Stop> {
        let layout = Layout {
            separator: self.mapping.separator,
            skip_rows: self.mapping.skip_rows,
            header_rows: self.mapping.header_rows,
        };
        self.table.open(&layout)?;
        self.bind(criteria)?;
        while self.table.next_row()? {
            if self.list.len() == self.limits.rows {
                self.table.problem(0, Fault::TooMany { what: "rows", limit: self.limits.rows });
                return Err(Stop);
            }
            self.row();
        }
        Ok(())
    }

    /// Finds out what each column holds.
    fn bind(&mut self, criteria: &[Criterion]) -> Result<(), Stop> {
        let mapping = self.mapping;
        let named: BTreeMap<String, &Option<Column>> =
            mapping.columns.iter().map(|(header, column)| (key(header), column)).collect();
        let own: Vec<&Target> = mapping.columns.values().flatten().map(|column| &column.field.0).collect();
        let preset: BTreeMap<String, Column> = mapping
            .preset_columns()
            .into_iter()
            .filter(|(_, column)| !own.contains(&&column.field.0) || is_list(&column.field.0))
            .map(|(header, column)| (key(header), column))
            .collect();
        let rest = mapping.rest.unwrap_or(if mapping.preset.is_some() { Rest::Ignore } else { Rest::Refuse });

        for i in 0..self.table.headers.len() {
            self.table.go_on()?;
            let header = &self.table.headers[i];
            let column = match (named.get(&header.key), preset.get(&header.key)) {
                (Some(None), _) => continue,
                (Some(Some(column)), _) | (None, Some(column)) => column.clone(),
                (None, None) => match (header.text.parse(), rest) {
                    (Ok(field), _) => Column::new(field),
                    (Err(_), Rest::Ignore) => {
                        if !self.unread_columns.contains(&header.text) {
                            self.unread_columns.push(header.text.clone());
                        }
                        continue;
                    }
                    (Err(error), Rest::Refuse) => {
                        let fault = unknown_column(&header.text, &error);
                        self.table.header_problem(i, fault);
                        continue;
                    }
                },
            };
            self.add(i, column, criteria);
        }
        for (header, column) in &mapping.columns {
            if column.as_ref().is_some_and(|column| !column.optional) && !self.table.has(header) {
                self.table.missing_column(header);
            }
        }
        if !self.fields.contains_key(&Target::Code) {
            self.table.missing_column("code");
        }
        Ok(())
    }

    fn add(&mut self, at: usize, column: Column, criteria: &[Criterion]) {
        let target = &column.field.0;
        if let Some(&first) = self.fields.get(target).filter(|_| !is_list(target)) {
            let first = self.table.headers[self.columns[first].at].text.clone();
            self.table.header_problem(at, Fault::DuplicateColumn { field: column.field.to_string(), first });
            return;
        }
        let (mut slot, mut levels) = (0, Vec::new());
        if let Target::Estimate(kind, id, _) = target {
            let benefit = matches!(kind, Kind::Benefits | Kind::ActualBenefits);
            let of_kind = |c: &&Criterion| c.kind.is_none() || c.is_benefit() == benefit;
            let Some(criterion) = criteria.iter().filter(of_kind).find(|c| c.id == *id) else {
                let nearest = nearest(id, criteria.iter().filter(of_kind).map(|c| c.id.as_str()));
                let fault = ProgrammeFault::UnknownId { what: Named::Criterion, id: id.to_string(), nearest };
                self.table.header_problem(at, fault);
                return;
            };
            levels = criterion.levels.keys().cloned().collect();
            slot = *self.slots.entry((*kind, id.clone())).or_insert_with(|| {
                self.estimates.push((*kind, id.clone()));
                self.estimates.len() - 1
            });
        }
        let separators = match &column.split {
            Some(split) => split.chars().collect(),
            None => SEPARATORS.to_vec(),
        };
        let decimal = column.decimal.or(self.mapping.decimal);
        let dates = column.dates.or(self.mapping.dates);
        self.fields.entry(column.field.0.clone()).or_insert(self.columns.len());
        let values_alike = alike(column.values.iter());
        let levels_alike = alike(levels.iter().map(|level| (level, level)));
        let bound =
            Bound { at, column, decimal, dates, slot, levels, values_alike, levels_alike, separators };
        self.columns.push(bound);
    }

    fn row(&mut self) {
        let mut draft = Draft {
            initiative: Initiative::default(),
            estimates: BTreeMap::new(),
            actions: BTreeMap::new(),
            requires: Vec::new(),
            blocks: Vec::new(),
        };
        let places = self.table.places();
        let mut cells = Vec::with_capacity(places.len().min(self.columns.len()));
        let mut problems = Vec::new();
        for (i, bound) in self.columns.iter().enumerate() {
            // A short row ends here, whatever the number of columns.
            let Some(&position) = places.get(bound.at) else { break };
            let cell = bound.translate(self.table.cell(bound.at), &self.missing);
            cells.push((position, !matches!(cell, Cell::Blank)));
            if let Err(fault) = draft.take(bound, i, position, &cell) {
                problems.push((bound.at, position, fault));
            }
            if problems.len() > self.limits.problems {
                break;
            }
        }
        for (column, position, fault) in problems {
            self.table.problem_at(Some(column), position, fault);
        }
        let Draft { mut initiative, estimates, actions, requires, blocks } = draft;
        for (slot, parts) in estimates {
            let (kind, criterion) = &self.estimates[slot];
            let estimate = match parts.finish() {
                Ok(estimate) => estimate,
                Err(fault) => {
                    let likely = Target::Estimate(*kind, criterion.clone(), Part::Likely);
                    let at = self.fields.get(&likely).map_or(0, |&i| self.columns[i].at);
                    self.table.problem(at, fault);
                    continue;
                }
            };
            if let Some(estimate) = estimate {
                inputs(&mut initiative, *kind).insert(criterion.clone(), estimate);
            }
        }
        let this = self.list.len();
        self.links.extend(blocks.into_iter().map(|(code, position, column)| Blocks {
            initiative: this,
            code,
            position,
            column,
        }));
        let end = self.table.place(usize::MAX);
        let mut row = Row { cells, end, actions: Vec::new(), requires: Vec::new() };
        // Gaps between actions are closed.
        for (number, action) in actions {
            initiative.actions.push(action);
            row.actions.push(number);
        }
        for (code, position, column) in requires {
            initiative.requires.push(code);
            row.requires.push((position, column));
        }
        self.rows.push(row);
        self.list.push(initiative);
    }

    /// Turns what each blocks into prerequisites, and looks after links to what is not in the table.
    ///
    /// Returns the links that are left out, and whether the programme can be built.
    fn link(&mut self, frame: &[Initiative], complete: bool) -> (Vec<Link>, bool) {
        let mapping = self.mapping;
        let default = if mapping.preset.is_some() { Rest::Ignore } else { Rest::Refuse };
        let ignore = mapping.unknown_links.unwrap_or(default) == Rest::Ignore;
        // Those of the mapping's programme come before those of the table.
        let all = frame.iter().chain(&self.list);
        let index: BTreeMap<Id, usize> =
            all.zip(0..).map(|(initiative, at)| (initiative.code.clone(), at)).collect();
        let mut left_out = Vec::new();
        let mut unknown = Vec::new();
        for Blocks { initiative, code, position, column } in std::mem::take(&mut self.links) {
            let this = self.list[initiative].code.clone();
            match index.get(&code).map(|&at| at.checked_sub(frame.len()).ok_or(at)) {
                // Often both columns say it, what one blocks and what blocks the other; the programme takes it once.
                Some(Ok(blocked)) => {
                    self.list[blocked].requires.push(this);
                    self.rows[blocked].requires.push((position, column));
                }
                Some(Err(blocked)) => self.blocked.push((blocked, this, position, column)),
                None if ignore => left_out.push(Link { initiative: code, requires: this, position }),
                None => unknown.push((code, position, column)),
            }
        }
        let mut prerequisites = Vec::new();
        for (initiative, row) in self.list.iter_mut().zip(&mut self.rows) {
            let codes = std::mem::take(&mut initiative.requires);
            for (code, place) in codes.into_iter().zip(std::mem::take(&mut row.requires)) {
                if index.contains_key(&code) {
                    initiative.requires.push(code);
                    row.requires.push(place);
                } else if ignore {
                    let initiative = initiative.code.clone();
                    left_out.push(Link { initiative, requires: code, position: place.0 });
                } else {
                    prerequisites.push((code.clone(), place.0, place.1));
                    initiative.requires.push(code);
                    row.requires.push(place);
                }
            }
        }
        // The programme names the nearest code to each that is unknown; where that would take long, they are listed here.
        let few = prerequisites.len() <= self.limits.problems
            && prerequisites.len().saturating_mul(self.list.len()) <= MOST_COMPARED;
        if !few {
            unknown.append(&mut prerequisites);
        }
        if complete {
            for (code, position, column) in unknown {
                if self.table.go_on().is_err() {
                    break;
                }
                let at = self.columns[column].at;
                self.table.problem_at(Some(at), position, Fault::UnknownLink { code: excerpt(&code) });
            }
        }
        left_out.sort_by(|a, b| {
            (&a.initiative, &a.requires, a.position).cmp(&(&b.initiative, &b.requires, b.position))
        });
        left_out.dedup_by(|b, a| (&a.initiative, &a.requires) == (&b.initiative, &b.requires));
        left_out.sort_by_key(|link| link.position);
        (left_out, complete && few)
    }
}

/// What the mapping says of a header that it does not know.
pub(super) fn unknown_column(header: &str, error: &super::FieldError) -> Fault {
    let meant = if error.expected.ends_with('?') { format!("{} or ", error.expected) } else { String::new() };
    Fault::UnknownColumn {
        header: excerpt(header),
        expected: format!(
            "{meant}in the mapping's `columns` what it holds (null for nothing), or `rest`: \"ignore\""
        ),
    }
}

/// Whether several columns make up one field.
fn is_list(target: &Target) -> bool {
    use CharterPart::{Benefits, Objectives, Phases};
    matches!(
        target,
        Target::Requires
            | Target::Blocks
            | Target::Units
            | Target::ExpectedOutcomes
            | Target::Charter(Objectives | Benefits | Phases)
    )
}

fn inputs(initiative: &mut Initiative, kind: Kind) -> &mut crate::programme::Inputs {
    match kind {
        Kind::Benefits => &mut initiative.benefits,
        Kind::Efforts => &mut initiative.efforts,
        Kind::Remaining => &mut initiative.remaining,
        Kind::ActualBenefits => &mut initiative.actual.get_or_insert_default().benefits,
        Kind::ActualEfforts => &mut initiative.actual.get_or_insert_default().efforts,
    }
}

impl Bound {
    fn translate<'a>(&'a self, raw: &'a str, missing: &[String]) -> Cell<'a> {
        let trimmed = raw.trim();
        if trimmed.is_empty() {
            return Cell::Blank;
        }
        let values = &self.column.values;
        if !values.is_empty() {
            let alike = || self.values_alike.get(&key(trimmed))?.as_ref();
            match values.get(trimmed).or_else(alike) {
                Some(Value::Missing) => return Cell::Blank,
                Some(Value::Number(x)) => return Cell::Number(*x),
                Some(Value::Text(text)) => return Cell::Text(text),
                None => {}
            }
        }
        if !missing.is_empty() && missing.contains(&key(trimmed)) { Cell::Blank } else { Cell::Text(raw) }
    }

    fn number(&self, cell: &Cell<'_>) -> Result<f64, Fault> {
        match cell {
            Cell::Number(x) => Ok(*x),
            Cell::Text(text) => number::read(text.trim(), self.decimal, &self.column.units),
            Cell::Blank => Err(Fault::NotANumber { found: String::new(), decimal: None }),
        }
    }

    fn whole(&self, cell: &Cell<'_>) -> Result<u32, Fault> {
        let x = self.number(cell)?;
        if x.fract() == 0.0 && (0.0..=f64::from(u32::MAX)).contains(&x) {
            return Ok(x as u32);
        }
        Err(Fault::NotWhole { found: excerpt(&cell.text()) })
    }

    fn date(&self, cell: &Cell<'_>) -> Result<Date, Fault> {
        date::read(cell.text().trim(), self.dates)
    }

    /// A level of the criterion, whatever its case; otherwise a number, if it has none.
    fn input(&self, cell: &Cell<'_>) -> Result<Likely, Fault> {
        let Cell::Text(text) = cell else { return self.number(cell).map(Likely::Number) };
        let text = text::read(text);
        // They are in order.
        let exact = |text: &str| {
            self.levels.binary_search_by(|level| level.as_str().cmp(text)).ok().map(|at| &self.levels[at])
        };
        let alike = || self.levels_alike.get(&key(text))?.as_ref();
        match exact(text).or_else(|| exact(text.trim())).or_else(alike) {
            Some(level) => Ok(Likely::Level(level.as_str().into())),
            None => match self.number(cell) {
                Ok(x) => Ok(Likely::Number(x)),
                // The programme says which levels there are.
                Err(_) if !self.levels.is_empty() => Ok(Likely::Level(text.trim().into())),
                Err(fault) => Err(fault),
            },
        }
    }
}

impl Cell<'_> {
    fn text(&self) -> String {
        match self {
            Cell::Blank => String::new(),
            Cell::Number(x) => x.to_string(),
            Cell::Text(text) => text::read(text).to_owned(),
        }
    }

    /// One name, which may stand in quotes.
    fn id(&self) -> Result<Id, Fault> {
        let mut id = Id::default();
        match self {
            Cell::Text(text) => text::elements(text.trim(), &[], |_, name| id = name.into())?,
            other => id = other.text().into(),
        }
        Ok(id)
    }

    fn ids(&self, separators: &[char], mut each: impl FnMut(Id)) -> Result<(), Fault> {
        match self {
            Cell::Text(text) => text::elements(text.trim(), separators, |_, name| each(name.into())),
            other => {
                each(other.text().into());
                Ok(())
            }
        }
    }

    /// Whether it is said that nothing is there.
    fn is_null(&self) -> bool {
        matches!(self, Cell::Text(text) if text.trim() == "null")
    }
}

/// One of the words that a field takes, whatever its case, with blanks or hyphens.
pub(super) fn word<'de, T: Deserialize<'de>>(
    text: &str,
    known: &'static [&'static str],
    mappable: bool,
) -> Result<T, Fault> {
    let word = key(text).replace([' ', '_'], "-");
    known
        .iter()
        .find(|name| **name == word)
        .and_then(|name| T::deserialize(StrDeserializer::<WordError>::new(name)).ok())
        .ok_or_else(|| Fault::NotAWord { found: excerpt(text), known, mappable })
}

const STATUSES: [&str; 7] =
    ["proposed", "qualified", "planned", "under-way", "done", "cancelled", "not-doing"];
const SPREADS: [&str; 4] = ["pert", "triangular", "swanson", "pearson-tukey"];

/// An initiative that is being read.
struct Draft {
    initiative: Initiative,
    /// By the place among the different estimates of a row.
    estimates: BTreeMap<usize, Parts>,
    /// By number.
    actions: BTreeMap<usize, ActionItem>,
    requires: Vec<(Id, Position, usize)>,
    blocks: Vec<(Id, Position, usize)>,
}

impl Draft {
    /// Takes in a cell of column `i` of those that are read.
    fn take(&mut self, bound: &Bound, i: usize, position: Position, cell: &Cell<'_>) -> Result<(), AnyFault> {
        if matches!(cell, Cell::Blank) {
            return Ok(());
        }
        let initiative = &mut self.initiative;
        match &bound.column.field.0 {
            Target::Code => initiative.code = cell.id()?,
            Target::Name => initiative.name = cell.text(),
            Target::Domain => initiative.domain = Some(cell.id()?),
            Target::Level => initiative.level = Some(cell.id()?),
            Target::JourneyStep => initiative.journey_step = Some(cell.id()?),
            Target::Status => initiative.status = word::<Status>(&cell.text(), &STATUSES, true)?,
            Target::NotDoingBecause => initiative.not_doing_because = Some(cell.text().into()),
            Target::Lasts => initiative.lasts = Some(bound.whole(cell)?),
            Target::Duration => initiative.duration = Some(bound.whole(cell)?),
            Target::Requires => {
                cell.ids(&bound.separators, |code| self.requires.push((code, position, i)))?;
            }
            Target::Blocks => {
                cell.ids(&bound.separators, |code| self.blocks.push((code, position, i)))?;
            }
            Target::Units => cell.ids(&bound.separators, |unit| initiative.units.push(unit))?,
            Target::ExpectedOutcomes => bound.texts(cell, &mut initiative.expected_outcomes),
            Target::Owner => initiative.owner = Some(cell.id()?),
            Target::OwnerHasAuthority => {
                let known = &["yes", "no", "true", "false"];
                let word = word::<String>(&cell.text(), known, true)?;
                initiative.owner_has_authority = Some(matches!(word.as_str(), "yes" | "true"));
            }
            Target::Team(team) => drop(initiative.teams.insert(team.clone(), bound.number(cell)?)),
            Target::TeamRemaining(team) => {
                initiative.teams_remaining.insert(team.clone(), bound.number(cell)?);
            }
            Target::Earliest => initiative.earliest = Some(bound.date(cell)?),
            Target::Deadline => initiative.deadline = Some(bound.date(cell)?),
            Target::Charter(part) => {
                let charter: &mut Charter = initiative.charter.get_or_insert_default();
                match part {
                    CharterPart::Objectives => bound.texts(cell, &mut charter.objectives),
                    CharterPart::Benefits => bound.texts(cell, &mut charter.benefits),
                    CharterPart::Phases => bound.texts(cell, &mut charter.phases),
                    CharterPart::DefinitionOfDone if cell.is_null() => {}
                    CharterPart::DefinitionOfDone => charter.definition_of_done = Some(cell.text()),
                }
            }
            Target::Action(index, part) => {
                let action = self.actions.entry(*index).or_default();
                match part {
                    ActionPart::Text => action.text = cell.text(),
                    ActionPart::Owner => action.owner = Some(cell.id()?),
                    ActionPart::Deadline => action.deadline = Some(bound.date(cell)?),
                    ActionPart::Week => action.week = Some(bound.date(cell)?),
                    ActionPart::Done => action.done = Some(bound.date(cell)?),
                }
            }
            Target::ActualDate => {
                let actual: &mut Actual = initiative.actual.get_or_insert_default();
                if !cell.is_null() {
                    actual.date = Some(bound.date(cell)?);
                }
            }
            Target::Estimate(_, _, part) => {
                let parts = self.estimates.entry(bound.slot).or_default();
                match part {
                    Part::Whole if cell.is_null() => parts.whole = Some(Likely::Missing),
                    Part::Whole => parts.whole = Some(bound.input(cell)?),
                    Part::Likely if cell.is_null() => parts.likely = Some(Likely::Missing),
                    Part::Likely => parts.likely = Some(bound.input(cell)?),
                    Part::Low => parts.detail.low = Some(bound.number(cell)?),
                    Part::High => parts.detail.high = Some(bound.number(cell)?),
                    Part::Spread => parts.detail.spread = Some(word::<Spread>(&cell.text(), &SPREADS, true)?),
                    Part::Source => parts.detail.source = Some(cell.text()),
                    Part::Date => parts.detail.date = Some(bound.date(cell)?),
                    Part::Grade => parts.detail.grade = Some(cell.text()),
                    Part::By => parts.detail.by = Some(cell.text()),
                }
            }
        }
        Ok(())
    }
}

impl Bound {
    /// One text, or several if the column says how they are separated.
    fn texts(&self, cell: &Cell<'_>, list: &mut Vec<String>) {
        let text = cell.text();
        if self.column.split.is_none() {
            list.push(text);
        } else {
            let parts = text.split(&self.separators[..]).map(str::trim).filter(|part| !part.is_empty());
            list.extend(parts.map(str::to_owned));
        }
    }
}

/// The parts of an estimate that were found in a row.
#[derive(Clone, Default)]
struct Parts {
    whole: Option<Likely>,
    likely: Option<Likely>,
    detail: Detailed,
}

impl Parts {
    fn finish(self) -> Result<Option<Estimate>, Fault> {
        let Parts { whole, likely, mut detail } = self;
        if whole.is_some() && likely.is_some() {
            return Err(Fault::Contradiction {
                found: "a likely value besides the value".into(),
                expected: "one of them",
            });
        }
        let plain = Detailed { low: detail.low, high: detail.high, ..Detailed::default() } == detail;
        Ok(Some(match (whole, likely) {
            (None, None) if detail == Detailed::default() => return Ok(None),
            (Some(value), _) if detail == Detailed::default() => match value {
                Likely::Missing => Estimate::Missing,
                Likely::Number(x) => Estimate::Number(x),
                Likely::Level(level) => Estimate::Level(level),
            },
            (whole, likely) => match (plain, &whole, detail.low, detail.high) {
                (true, Some(Likely::Number(x)), Some(low), Some(high)) => Estimate::range(low, *x, high),
                _ => {
                    detail.likely = whole.or(likely).unwrap_or_default();
                    detail.into()
                }
            },
        }))
    }
}

impl Origin {
    /// Where in the table a field of an initiative was read: the path of its column, and its cell.
    pub(super) fn locate(&self, initiative: usize, field: &[Segment]) -> Option<(Path, Position)> {
        let row = self.rows.get(initiative)?;
        self.cell(row, field).or_else(|| Some((Path::root().key("initiatives"), row.start())))
    }

    /// The line on which an initiative starts.
    pub(super) fn line(&self, initiative: usize) -> Option<usize> {
        self.rows.get(initiative).map(|row| row.start().line)
    }

    fn cell(&self, row: &Row, field: &[Segment]) -> Option<(Path, Position)> {
        if let [Segment::Key(name), rest @ ..] = field
            && name == "requires"
        {
            let element = match rest {
                [Segment::Index(i), ..] => *i,
                _ => 0,
            };
            let (position, column) = row.requires.get(element)?;
            return Some((self.paths[*column].clone(), *position));
        }
        let mut field = field.to_vec();
        if let [Segment::Key(name), Segment::Index(i), ..] = &mut field[..]
            && name == "actions"
        {
            *i = *row.actions.get(*i)?;
        }
        // The column that says most of the field, one with something in the cell if there is one.
        let rank = |i: usize| {
            let filled = row.cells.get(i).is_some_and(|cell| cell.1);
            (filled, self.columns[i].column.field.0.is_part(&field), std::cmp::Reverse(i))
        };
        let best = *self.fields.get(&Target::at(&field)?)?.iter().max_by_key(|&&i| rank(i))?;
        Some((self.paths[best].clone(), row.cells.get(best).map_or(row.end, |cell| cell.0)))
    }
}

/// The columns of each field, of whatever part.
fn fields(columns: &[Bound]) -> BTreeMap<Target, Vec<usize>> {
    let mut fields: BTreeMap<Target, Vec<usize>> = BTreeMap::new();
    for (i, bound) in columns.iter().enumerate() {
        let field = match bound.column.field.0.clone() {
            Target::Action(index, _) => Target::Action(index, ActionPart::Text),
            Target::Estimate(kind, criterion, _) => Target::Estimate(kind, criterion, Part::Whole),
            field => field,
        };
        fields.entry(field).or_default().push(i);
    }
    fields
}

impl Target {
    /// The field to which a path in an initiative leads, an action or estimate as a whole.
    fn at(path: &[Segment]) -> Option<Self> {
        let key = |at: usize| match path.get(at) {
            Some(Segment::Key(key)) => Some(key.as_str()),
            _ => None,
        };
        let estimate = |kind, at| Some(Target::Estimate(kind, key(at)?.into(), Part::Whole));
        match key(0)? {
            "teams" => Some(Target::Team(key(1)?.into())),
            "teams_remaining" => Some(Target::TeamRemaining(key(1)?.into())),
            "actions" => match path.get(1) {
                Some(Segment::Index(index)) => Some(Target::Action(*index, ActionPart::Text)),
                _ => None,
            },
            "benefits" => estimate(Kind::Benefits, 1),
            "efforts" => estimate(Kind::Efforts, 1),
            "remaining" => estimate(Kind::Remaining, 1),
            "actual" if key(1) == Some("benefits") => estimate(Kind::ActualBenefits, 2),
            "actual" if key(1) == Some("efforts") => estimate(Kind::ActualEfforts, 2),
            group @ ("actual" | "charter") => Target::plain(&format!("{group}.{}", key(1)?)),
            name => Target::plain(name),
        }
    }

    /// Whether this is the part of the action or estimate to which the path leads.
    fn is_part(&self, path: &[Segment]) -> bool {
        match self {
            Target::Action(_, part) => matches!(path.get(2), Some(Segment::Key(key)) if key == part.name()),
            Target::Estimate(kind, _, part) => {
                let number = match part {
                    Part::Low => 0,
                    Part::Whole | Part::Likely => 1,
                    Part::High => 2,
                    _ => return false,
                };
                let actual = matches!(kind, Kind::ActualBenefits | Kind::ActualEfforts);
                match path.get(2 + usize::from(actual)) {
                    Some(Segment::Index(i)) => *i == number,
                    _ => number == 1,
                }
            }
            _ => false,
        }
    }
}
