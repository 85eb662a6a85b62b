//! Programmes as tables whose headers are the names of fields.

use std::collections::{BTreeMap, BTreeSet};

use super::field::{ActionPart, BallotField, CharterPart, Field, Inputs as Kind, Part, Said, Target};
use super::initiatives::SEPARATORS;
use super::table::key;
use super::{number, text};
use crate::programme::{
    Ballot, Detailed, Estimate, Id, Initiative, Inputs, Likely, Programme, Status, Unranked,
};

/// Writes the initiatives of a programme as a table that [`Mapping::default`](super::Mapping) with the rest of the programme reads back equal.
///
/// Cells are separated by commas and lines end in a line feed. A text that a spreadsheet would take for a formula has an apostrophe before
/// it, which is taken off when it is read.
///
/// ```
/// use cxrank::formats::csv::{write_initiatives, Limits, Mapping};
/// use cxrank::programme::{Criterion, Initiative, ProgrammeSpec};
///
/// let frame = ProgrammeSpec::new("Clinic")
///     .criterion(Criterion::benefit("ease", 1.0, 0.0, 10.0))
///     .criterion(Criterion::effort("work", 1.0));
/// let programme = frame.clone()
///     .initiative(Initiative::new("A", "=1+1").benefit("ease", 2.5).effort("work", [3.0, 4.0, 6.0]))
///     .build()?;
/// let table = write_initiatives(&programme);
/// assert_eq!(table, "code,name,benefits.ease,efforts.work.low,efforts.work,efforts.work.high\nA,'=1+1,2.5,3,4,6\n");
/// let read = Mapping::new(frame).read(&mut table.as_bytes(), None, &Limits::default())?;
/// assert_eq!(read.programme, programme);
/// # Ok::<(), cxrank::Error>(())
/// ```
pub fn write_initiatives(programme: &Programme) -> String {
    let levels: BTreeMap<&Id, Vec<String>> = programme
        .criteria()
        .iter()
        .map(|c| (&c.id, c.levels.keys().map(|level| key(level)).collect()))
        .collect();
    let rows = programme.initiatives().iter().map(|initiative| {
        let mut row = Row { levels: &levels, cells: BTreeMap::new() };
        row.initiative(initiative);
        row.cells
    });
    table(&rows.collect::<Vec<_>>())
}

/// Writes the ballots of a programme as a table that [`Mapping::default`](super::Mapping) with the rest of the programme reads back equal.
///
/// Who casts a ballot, and with what weight, is the rest of the programme's to say.
pub fn write_ballots(programme: &Programme) -> String {
    let mut rows: Vec<BTreeMap<Slot, String>> = programme.ballots().iter().map(ballot).collect();
    if rows.is_empty() {
        rows.push(BTreeMap::new());
    }
    rows[0].entry(said(0, 0, Said::Stakeholder)).or_default();
    table(&rows)
}

/// A column: its place among the others, and its header.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Slot {
    place: u32,
    /// The criterion of an estimate.
    inside: String,
    /// Which of several columns: a part of an estimate, an element of a list, a place on a ballot.
    nth: u32,
    header: String,
}

/// Rows with a header. A row without cells is none.
fn table(rows: &[BTreeMap<Slot, String>]) -> String {
    let columns: BTreeSet<Slot> = rows.iter().flat_map(BTreeMap::keys).cloned().collect();
    let mut text = String::new();
    let mut line = |cells: &mut dyn Iterator<Item = &str>| {
        for (i, cell) in cells.enumerate() {
            if i > 0 {
                text.push(',');
            }
            push_cell(&mut text, cell);
        }
        text.push('\n');
    };
    line(&mut columns.iter().map(|column| column.header.as_str()));
    for row in rows.iter().filter(|row| row.values().any(|cell| !cell.is_empty())) {
        line(&mut columns.iter().map(|column| row.get(column).map_or("", String::as_str)));
    }
    text
}

/// In quotes if it holds what might be taken for a separator, or blanks at an end that are part of it.
fn push_cell(text: &mut String, cell: &str) {
    if cell.contains([',', ';', '\t', '|', '"', '\n', '\r']) || cell.trim() != cell {
        text.push('"');
        text.push_str(&cell.replace('"', "\"\""));
        text.push('"');
    } else {
        text.push_str(cell);
    }
}

/// The parts of an estimate in the order of their columns.
const PARTS: [Part; 9] = [
    Part::Low,
    Part::Whole,
    Part::Likely,
    Part::High,
    Part::Spread,
    Part::Source,
    Part::Date,
    Part::Grade,
    Part::By,
];

struct Row<'a> {
    /// By criterion, how its levels are found.
    levels: &'a BTreeMap<&'a Id, Vec<String>>,
    cells: BTreeMap<Slot, String>,
}

impl Row<'_> {
    fn initiative(&mut self, initiative: &Initiative) {
        let Initiative {
            code,
            name,
            domain,
            level,
            journey_step,
            status,
            not_doing_because,
            benefits,
            lasts,
            efforts,
            remaining,
            requires,
            expected_outcomes,
            owner,
            owner_has_authority,
            units,
            teams,
            teams_remaining,
            duration,
            earliest,
            deadline,
            charter,
            actions,
            actual,
        } = initiative;
        let id = |id: &Id| text::write_element(id, &[]);
        self.put(0, Target::Code, Some(id(code)));
        self.put(1, Target::Name, Some(if name.is_empty() { String::new() } else { text::write(name) }));
        self.put(2, Target::Domain, domain.as_ref().map(id));
        self.put(3, Target::Level, level.as_ref().map(id));
        self.put(4, Target::JourneyStep, journey_step.as_ref().map(id));
        self.put(5, Target::Status, (*status != Status::default()).then(|| status_name(*status).into()));
        self.put(6, Target::NotDoingBecause, not_doing_because.as_deref().map(text::write));
        self.inputs(7, Kind::Benefits, benefits);
        self.put(8, Target::Lasts, lasts.map(|x| x.to_string()));
        self.inputs(9, Kind::Efforts, efforts);
        self.inputs(10, Kind::Remaining, remaining);
        self.names(11, &Target::Requires, requires);
        self.texts(12, &Target::ExpectedOutcomes, expected_outcomes);
        self.put(13, Target::Owner, owner.as_ref().map(id));
        let authority = owner_has_authority.map(|has| if has { "yes" } else { "no" }.into());
        self.put(14, Target::OwnerHasAuthority, authority);
        self.names(15, &Target::Units, units);
        for (team, &days) in teams {
            self.put(16, Target::Team(team.clone()), Some(number::write(days)));
        }
        for (team, &days) in teams_remaining {
            self.put(17, Target::TeamRemaining(team.clone()), Some(number::write(days)));
        }
        self.put(18, Target::Duration, duration.map(|x| x.to_string()));
        self.put(19, Target::Earliest, earliest.map(|x| x.to_string()));
        self.put(20, Target::Deadline, deadline.map(|x| x.to_string()));
        if let Some(charter) = charter {
            self.texts(21, &Target::Charter(CharterPart::Objectives), &charter.objectives);
            self.texts(22, &Target::Charter(CharterPart::Benefits), &charter.benefits);
            let done = charter.definition_of_done.as_deref().map_or_else(|| "null".into(), text::write);
            self.put(23, Target::Charter(CharterPart::DefinitionOfDone), Some(done));
            self.texts(24, &Target::Charter(CharterPart::Phases), &charter.phases);
        }
        for (i, action) in actions.iter().enumerate() {
            let part = |part| Target::Action(i, part);
            self.put(25, part(ActionPart::Text), Some(text::write(&action.text)));
            self.put(26, part(ActionPart::Owner), action.owner.as_ref().map(id));
            self.put(27, part(ActionPart::Deadline), action.deadline.map(|x| x.to_string()));
            self.put(28, part(ActionPart::Week), action.week.map(|x| x.to_string()));
            self.put(29, part(ActionPart::Done), action.done.map(|x| x.to_string()));
        }
        if let Some(actual) = actual {
            let date = actual.date.map_or_else(|| "null".into(), |x| x.to_string());
            self.put(30, Target::ActualDate, Some(date));
            self.inputs(31, Kind::ActualBenefits, &actual.benefits);
            self.inputs(32, Kind::ActualEfforts, &actual.efforts);
        }
    }

    fn put(&mut self, place: u32, target: Target, cell: Option<String>) {
        self.put_nth(place, 0, target, cell);
    }

    fn put_nth(&mut self, place: u32, nth: u32, target: Target, cell: Option<String>) {
        if let Some(cell) = cell {
            let inside = match &target {
                Target::Estimate(_, criterion, _) => criterion.to_string(),
                _ => String::new(),
            };
            self.cells.insert(Slot { place, inside, nth, header: Field(target).to_string() }, cell);
        }
    }

    fn names(&mut self, place: u32, target: &Target, names: &[Id]) {
        for (i, name) in (0..).zip(names) {
            self.put_nth(place, i, target.clone(), Some(text::write_element(name, &SEPARATORS)));
        }
    }

    fn texts(&mut self, place: u32, target: &Target, texts: &[String]) {
        for (i, each) in (0..).zip(texts) {
            self.put_nth(place, i, target.clone(), Some(text::write(each)));
        }
    }

    fn inputs(&mut self, place: u32, kind: Kind, inputs: &Inputs) {
        for (criterion, estimate) in inputs.iter() {
            let levels = self.levels.get(criterion).map_or(&[][..], Vec::as_slice);
            let mut put = |part: Part, cell: Option<String>| {
                let nth = PARTS.iter().position(|other| *other == part).unwrap_or(0) as u32;
                self.put_nth(place, nth, Target::Estimate(kind, criterion.clone(), part), cell);
            };
            let number =
                |x: f64| number::write_unlike(x, |text| levels.iter().any(|level| *level == key(text)));
            match estimate {
                Estimate::Missing => put(Part::Whole, Some("null".into())),
                Estimate::Number(x) => put(Part::Whole, Some(number(*x))),
                Estimate::Level(level) => put(Part::Whole, Some(text::write(level))),
                Estimate::Range(range) => {
                    put(Part::Low, Some(number::write(range[0])));
                    put(Part::Whole, Some(number(range[1])));
                    put(Part::High, Some(number::write(range[2])));
                }
                Estimate::Detailed(detailed) => {
                    let Detailed { low, likely, high, spread, source, date, grade, by } = &**detailed;
                    put(Part::Low, low.map(number::write));
                    put(
                        Part::Likely,
                        Some(match likely {
                            Likely::Missing => "null".into(),
                            Likely::Number(x) => number(*x),
                            Likely::Level(level) => text::write(level),
                        }),
                    );
                    put(Part::High, high.map(number::write));
                    put(Part::Spread, spread.map(|spread| spread.name().into()));
                    put(Part::Source, source.as_deref().map(text::write));
                    put(Part::Date, date.map(|x| x.to_string()));
                    put(Part::Grade, grade.as_deref().map(text::write));
                    put(Part::By, by.as_deref().map(text::write));
                }
            }
        }
    }
}

fn said(place: u32, nth: u32, said: Said) -> Slot {
    Slot { place, inside: String::new(), nth, header: BallotField(said).to_string() }
}

fn ballot(ballot: &Ballot) -> BTreeMap<Slot, String> {
    let mut cells = BTreeMap::new();
    cells.insert(said(0, 0, Said::Stakeholder), text::write_element(&ballot.stakeholder, &[]));
    if ballot.unranked == Unranked::Ignored {
        cells.insert(said(1, 0, Said::Unranked), "ignored".into());
    }
    if let Some(date) = ballot.date {
        cells.insert(said(2, 0, Said::Date), date.to_string());
    }
    for (place, group) in (1..).zip(&ballot.ranking) {
        let codes: Vec<String> = group.iter().map(|code| text::write_element(code, &['=', '>'])).collect();
        cells.insert(said(3, place, Said::Place(place)), codes.join(" = "));
    }
    for (code, &points) in &ballot.points {
        cells.insert(said(4, 0, Said::Points(code.clone())), number::write(points));
    }
    cells
}

fn status_name(status: Status) -> &'static str {
    match status {
        Status::Proposed => "proposed",
        Status::Qualified => "qualified",
        Status::Planned => "planned",
        Status::UnderWay => "under-way",
        Status::Done => "done",
        Status::Cancelled => "cancelled",
        Status::NotDoing => "not-doing",
    }
}
