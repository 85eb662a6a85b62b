use std::collections::BTreeMap;
use std::fmt;
#[cfg(feature = "json")]
use std::sync::Arc;

use serde::de::{self, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{BallotField, DateOrder, DecimalMark, Field};
use crate::programme::{ProgrammeSpec, Unranked};

/// From the headers of tables to the fields of a programme, with the rules by which cells are read.
///
/// The default reads a file whose headers are the names of [fields](Field). In a file a mapping is one JSON document; `docs/csv.md`, which is
/// shown with [the module](super), has a whole one.
///
/// ```
/// use cxrank::formats::csv::{Column, InitiativeTable, Mapping};
/// use cxrank::programme::{Criterion, ProgrammeSpec};
///
/// let frame = ProgrammeSpec::new("Clinic")
///     .criterion(Criterion::benefit("ease", 100.0, 0.0, 10.0))
///     .criterion(Criterion::effort("work", 1.0));
/// let table = InitiativeTable::default()
///     .column("Nr.", Column::new("code".parse()?))
///     .column("Ease", Column::new("benefits.ease".parse()?))
///     .column("Aufwand", Column::new("efforts.work".parse()?).unit("PT", 1.0).unit("PM", 18.0));
/// let mapping = Mapping::new(frame).initiatives(table);
///
/// let read = mapping.read(&mut "Nr.;Ease;Aufwand\nA;2,5;3 PM\n".as_bytes(), None, &Default::default())?;
/// let initiative = &read.programme.initiatives()[0];
/// assert_eq!(initiative.efforts.get("work"), Some(&54.0.into()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Mapping {
    /// What the tables do not say: criteria, stakeholders, limits, policy. What the tables hold is added to it.
    pub programme: ProgrammeSpec,
    /// The table of initiatives.
    pub initiatives: InitiativeTable,
    /// The table of ballots.
    pub ballots: BallotTable,
    #[cfg(feature = "json")]
    #[serde(skip)]
    pub(super) source: Source,
}

/// The text that a mapping was read from, for the places of its mistakes; it is no part of what a mapping is.
#[cfg(feature = "json")]
#[derive(Debug, Clone, Default)]
pub(super) struct Source(pub(super) Option<Arc<str>>);

#[cfg(feature = "json")]
impl PartialEq for Source {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Mapping {
    /// Tables whose headers are the names of fields, for a programme of which the rest is given.
    pub fn new(programme: ProgrammeSpec) -> Self {
        Mapping { programme, ..Mapping::default() }
    }

    /// Says how the table of initiatives is read.
    pub fn initiatives(mut self, table: InitiativeTable) -> Self {
        self.initiatives = table;
        self
    }

    /// Says how the table of ballots is read.
    pub fn ballots(mut self, table: BallotTable) -> Self {
        self.ballots = table;
        self
    }
}

/// How a table of initiatives is read: one row for each.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct InitiativeTable {
    /// Columns that a tracker writes, besides those that are named here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preset: Option<Preset>,
    /// What stands between two cells; where absent, the most frequent of comma, semicolon and tab in the first row.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub separator: Option<Separator>,
    /// How many rows stand above the header.
    #[serde(skip_serializing_if = "is_zero")]
    pub skip_rows: usize,
    /// How many rows the header has; 1 where absent. The names in one column are joined by ` / `; a blank cell in a row above the last
    /// continues the cell before it, as merged cells do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub header_rows: Option<usize>,
    /// Which sign stands before the decimals.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decimal: Option<DecimalMark>,
    /// In which order day, month and year stand.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dates: Option<DateOrder>,
    /// Texts that say that nothing is there, besides blank.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<String>,
    /// What each column holds, by its header; nothing for a column that is left out. Blanks and case of headers do not matter.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub columns: BTreeMap<String, Option<Column>>,
    /// What becomes of columns that are not named; refused by default, but left out with a preset.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rest: Option<Rest>,
    /// What becomes of links to initiatives that are not in the table; refused by default, but left out with a preset.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unknown_links: Option<Rest>,
}

impl InitiativeTable {
    /// The table that Jira writes as "export all fields".
    ///
    /// Key, summary, status, assignee, due date and the links "blocks" and "is blocked by" are read; columns of your own, such as those
    /// with efforts, are to be added. All else is left out, and so are links to issues that are not exported: both are listed.
    /// Dates and other names of statuses depend on the tenant, and are to be declared where they do not read in one way.
    pub fn jira() -> Self {
        InitiativeTable { preset: Some(Preset::Jira), ..InitiativeTable::default() }
    }

    /// Says what a column holds.
    pub fn column(mut self, header: impl Into<String>, column: Column) -> Self {
        self.columns.insert(header.into(), Some(column));
        self
    }

    /// The columns that the preset names: header, and what is there if it is.
    pub(super) fn preset_columns(&self) -> Vec<(&'static str, Column)> {
        match self.preset {
            None => Vec::new(),
            Some(Preset::Jira) => jira_columns(),
        }
    }
}

/// A tracker whose columns are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Preset {
    /// See [`InitiativeTable::jira`].
    Jira,
}

/// Older exports say issue, newer ones work item.
fn jira_columns() -> Vec<(&'static str, Column)> {
    use super::field::Target;
    let statuses = [
        ("To Do", "proposed"),
        ("Backlog", "proposed"),
        ("Open", "proposed"),
        ("Reopened", "proposed"),
        ("Selected for Development", "planned"),
        ("In Progress", "under-way"),
        ("In Review", "under-way"),
        ("Resolved", "done"),
        ("Closed", "done"),
        ("Canceled", "cancelled"),
        ("Won't Do", "not-doing"),
    ];
    let status = statuses.map(|(theirs, ours)| (theirs.to_owned(), Value::Text(ours.to_owned())));
    let column = |target| Column::new(Field(target));
    vec![
        ("Issue key", column(Target::Code)),
        ("Work item key", column(Target::Code)),
        ("Key", column(Target::Code)),
        ("Summary", column(Target::Name)),
        ("Status", Column { values: status.into(), ..column(Target::Status) }),
        ("Assignee", column(Target::Owner)),
        ("Due Date", column(Target::Deadline)),
        ("Outward issue link (Blocks)", column(Target::Blocks)),
        ("Outward work item link (Blocks)", column(Target::Blocks)),
        ("Inward issue link (Blocks)", column(Target::Requires)),
        ("Inward work item link (Blocks)", column(Target::Requires)),
    ]
}

/// What becomes of what nothing names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Rest {
    /// It is a mistake.
    Refuse,
    /// It is left out, and listed as left out.
    Ignore,
}

/// What stands between two cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Separator {
    /// `,`
    #[serde(rename = ",")]
    Comma,
    /// `;`
    #[serde(rename = ";")]
    Semicolon,
    /// A tab.
    #[serde(rename = "tab")]
    Tab,
    /// `|`
    #[serde(rename = "|")]
    Bar,
}

impl Separator {
    pub(super) const ALL: [Separator; 4] =
        [Separator::Comma, Separator::Semicolon, Separator::Tab, Separator::Bar];

    pub(super) fn byte(self) -> u8 {
        match self {
            Separator::Comma => b',',
            Separator::Semicolon => b';',
            Separator::Tab => b'\t',
            Separator::Bar => b'|',
        }
    }
}

/// What a column holds and how its cells are read.
///
/// In a file it is the name of the field alone, or an object with the field and its rules.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// The field.
    pub field: Field,
    /// Which sign stands before the decimals, where it is not that of the table.
    pub decimal: Option<DecimalMark>,
    /// In which order day, month and year stand, where it is not that of the table.
    pub dates: Option<DateOrder>,
    /// What a sign or word before or after a number is worth in the field's unit: `{"€": 1, "k€": 1000}`, `{"pd": 1, "pm": 18}`, `{"%": 0.01}`. With
    /// units, a number without one is refused, unless `""` says what it is worth.
    pub units: BTreeMap<String, f64>,
    /// What a text means, whatever its case: `{"S": 5, "In Progress": "under-way", "tbd": null}`. Other texts mean what they say.
    pub values: BTreeMap<String, Value>,
    /// The signs between the elements of a list in one cell: comma, semicolon and line end where absent.
    pub split: Option<String>,
    /// Whether the column may be absent.
    pub optional: bool,
}

impl Column {
    /// A column that holds a field as the table's rules have it.
    pub fn new(field: Field) -> Self {
        Column {
            field,
            decimal: None,
            dates: None,
            units: BTreeMap::new(),
            values: BTreeMap::new(),
            split: None,
            optional: false,
        }
    }

    /// Says what a sign or word before or after a number is worth in the field's unit.
    pub fn unit(mut self, unit: impl Into<String>, worth: f64) -> Self {
        self.units.insert(unit.into(), worth);
        self
    }

    /// Says what a text means.
    pub fn value(mut self, text: impl Into<String>, value: Value) -> Self {
        self.values.insert(text.into(), value);
        self
    }
}

/// What a text in a cell means.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Value {
    /// That nothing is there.
    Missing,
    /// A number in the field's unit.
    Number(f64),
    /// What the field takes.
    Text(String),
}

impl From<f64> for Value {
    fn from(number: f64) -> Self {
        Value::Number(number)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Value::Text(text.to_owned())
    }
}

/// The object of a [`Column`] in a file.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ColumnObject {
    field: Field,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    decimal: Option<DecimalMark>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    dates: Option<DateOrder>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    units: BTreeMap<String, f64>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    values: BTreeMap<String, Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    split: Option<String>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    optional: bool,
}

impl Serialize for Column {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if *self == Column::new(self.field.clone()) {
            return self.field.serialize(serializer);
        }
        let Column { field, decimal, dates, units, values, split, optional } = self.clone();
        ColumnObject { field, decimal, dates, units, values, split, optional }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Column {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ColumnVisitor;

        impl<'de> Visitor<'de> for ColumnVisitor {
            type Value = Column;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a field, an object with a field and its rules, or null")
            }

            fn visit_str<E: de::Error>(self, field: &str) -> Result<Column, E> {
                Field::deserialize(de::value::StrDeserializer::new(field)).map(Column::new)
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Column, A::Error> {
                let object = ColumnObject::deserialize(de::value::MapAccessDeserializer::new(map))?;
                let ColumnObject { field, decimal, dates, units, values, split, optional } = object;
                Ok(Column { field, decimal, dates, units, values, split, optional })
            }
        }

        deserializer.deserialize_any(ColumnVisitor)
    }
}

/// How a table of ballots is read: one row for each stakeholder.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BallotTable {
    /// As in [`InitiativeTable`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub separator: Option<Separator>,
    /// As in [`InitiativeTable`].
    #[serde(skip_serializing_if = "is_zero")]
    pub skip_rows: usize,
    /// As in [`InitiativeTable`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub header_rows: Option<usize>,
    /// As in [`InitiativeTable`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decimal: Option<DecimalMark>,
    /// As in [`InitiativeTable`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dates: Option<DateOrder>,
    /// As in [`InitiativeTable`].
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<String>,
    /// What a header that is not named among the columns says.
    #[serde(skip_serializing_if = "is_default")]
    pub form: Form,
    /// Rows are initiatives and columns are stakeholders; the first column holds the codes, and cells hold ranks, or points if that is the form.
    /// `columns` can only leave columns out, and they must be there; `rest` leaves out none. The table is held as a whole.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub transposed: bool,
    /// What it means not to be listed, where no column says it.
    #[serde(skip_serializing_if = "is_default")]
    pub unranked: Unranked,
    /// What each column holds, by its header; nothing for a column that is left out.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub columns: BTreeMap<String, Option<BallotField>>,
    /// What becomes of columns that are not named and are no field; refused by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rest: Option<Rest>,
}

impl BallotTable {
    /// Says what a column holds.
    pub fn column(mut self, header: impl Into<String>, field: BallotField) -> Self {
        self.columns.insert(header.into(), Some(field));
        self
    }
}

/// What the headers of ballots say.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Form {
    /// The number of a place; cells hold codes.
    #[default]
    Places,
    /// A code; cells hold the initiative's place. Equal numbers tie.
    Ranks,
    /// A code; cells hold the initiative's points.
    Points,
}

#[allow(clippy::trivially_copy_pass_by_ref)] // the form that serde asks for
fn is_zero(number: &usize) -> bool {
    *number == 0
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}
