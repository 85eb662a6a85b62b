//! A table: typed cells under titled columns, and how a cell reads.

use std::borrow::Cow;
use std::ops::Range;

use serde::Serialize;

use super::picture::runs_left;
use crate::reason::number;

/// Facts in rows.
///
/// ```
/// use cxrank::report::{Cell, Column, Table};
/// let mut table = Table::new("orders", "Orders", [Column::code("code"), Column::number("effort").unit("EUR")]);
/// table.push(["A".into(), 1_250_000.0.into()]);
/// table.push(["=B".into(), Cell::Missing]);
/// assert_eq!(table.text(), "code  effort (EUR)\n----  ------------\nA        1,250,000\n=B               -\n");
/// assert_eq!(table.csv(), "code,effort (EUR)\nA,1250000\n'=B,\n");
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Table {
    /// Unique in its report.
    pub id: &'static str,
    /// What it shows.
    pub caption: String,
    pub(super) columns: Vec<Column>,
    /// Each with a cell for each column.
    pub(super) rows: Vec<Vec<Cell>>,
}

/// What stands in one cell of each row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Column {
    /// For people.
    pub title: String,
    /// What its cells hold.
    pub kind: Kind,
    /// What its numbers count.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
}

/// What the cells of a column hold, and so how they read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Kind {
    /// The id that the row is about.
    Code,
    /// What users call something, in any script.
    Name,
    /// Words of the report, which are English.
    Text,
    /// A whole number, such as a rank.
    Count,
    /// A number, read with its sign.
    Change,
    /// A number, read with three digits.
    Number,
    /// A share from 0 to 1, read as percent.
    Share,
    /// A correlation from −1 to 1, read with its sign and two decimals.
    Correlation,
}

impl Kind {
    /// Whether its cells are numbers, which stand to the right.
    pub fn is_number(self) -> bool {
        !matches!(self, Kind::Code | Kind::Name | Kind::Text)
    }
}

/// One fact.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Cell {
    /// Words, as their author wrote them.
    Text(String),
    /// A whole number.
    Count(i64),
    /// A finite number.
    Number(f64),
    /// Not known, or not so.
    Missing,
}

impl Table {
    /// A table without rows.
    pub fn new(id: &'static str, caption: impl Into<String>, columns: impl Into<Vec<Column>>) -> Self {
        Table { id, caption: caption.into(), columns: columns.into(), rows: Vec::new() }
    }

    /// What stands in each row.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// The rows, each with a cell for each column.
    pub fn rows(&self) -> &[Vec<Cell>] {
        &self.rows
    }

    /// Adds a row.
    ///
    /// # Panics
    ///
    /// When it does not have a cell for each column.
    pub fn push(&mut self, row: impl Into<Vec<Cell>>) {
        let row = row.into();
        assert_eq!(row.len(), self.columns.len(), "a cell for each column of {}", self.id);
        self.rows.push(row);
    }
}

impl Column {
    /// A column of some kind.
    pub fn new(kind: Kind, title: impl Into<String>) -> Self {
        Column { title: title.into(), kind, unit: None }
    }

    /// Ids that the rows are about.
    pub fn code(title: impl Into<String>) -> Self {
        Column::new(Kind::Code, title)
    }

    /// What users call something.
    pub fn name(title: impl Into<String>) -> Self {
        Column::new(Kind::Name, title)
    }

    /// Words of the report.
    pub fn text(title: impl Into<String>) -> Self {
        Column::new(Kind::Text, title)
    }

    /// Whole numbers.
    pub fn count(title: impl Into<String>) -> Self {
        Column::new(Kind::Count, title)
    }

    /// Numbers.
    pub fn number(title: impl Into<String>) -> Self {
        Column::new(Kind::Number, title)
    }

    /// Shares.
    pub fn share(title: impl Into<String>) -> Self {
        Column::new(Kind::Share, title)
    }

    /// Sets what the numbers count.
    pub fn unit(mut self, unit: impl Into<String>) -> Self {
        self.unit = Some(unit.into());
        self
    }

    /// Title and unit.
    pub fn head(&self) -> String {
        self.unit.as_ref().map_or_else(|| self.title.clone(), |unit| format!("{} ({unit})", self.title))
    }
}

impl Cell {
    /// For people: a number as the column's kind reads, and `-` where it is missing.
    ///
    /// Words of the report are shown whole. Of what users name ([`Kind::Code`], [`Kind::Name`]) at most 400 characters are shown, the last an
    /// ellipsis where more follow. Line breaks and tabs are spaces; other control characters, and those that turn the direction of what
    /// follows, are U+FFFD. CSV and JSON have every text as it is.
    pub fn read(&self, kind: Kind) -> String {
        match self {
            Cell::Missing => "-".to_owned(),
            Cell::Text(words) if kind == Kind::Text => clean(words),
            Cell::Text(name) => plain(name),
            Cell::Count(count) if kind == Kind::Change && *count > 0 => format!("+{count}"),
            Cell::Count(count) => count.to_string(),
            Cell::Number(share) if kind == Kind::Share => percent(*share),
            Cell::Number(correlation) if kind == Kind::Correlation => signed(*correlation),
            Cell::Number(change) if kind == Kind::Change && *change > 0.0 => format!("+{}", number(*change)),
            Cell::Number(value) => number(*value),
        }
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Cell::Text(text.to_owned())
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Cell::Text(text)
    }
}

impl From<&crate::programme::Id> for Cell {
    fn from(id: &crate::programme::Id) -> Self {
        Cell::Text(id.as_str().to_owned())
    }
}

impl From<usize> for Cell {
    fn from(count: usize) -> Self {
        i64::try_from(count).map_or(Cell::Missing, Cell::Count)
    }
}

impl From<u32> for Cell {
    fn from(count: u32) -> Self {
        Cell::Count(count.into())
    }
}

impl From<i64> for Cell {
    fn from(count: i64) -> Self {
        Cell::Count(count)
    }
}

impl From<f64> for Cell {
    fn from(number: f64) -> Self {
        // Zero has no sign.
        if number.is_finite() { Cell::Number(number + 0.0) } else { Cell::Missing }
    }
}

impl<T: Into<Cell>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Self {
        value.map_or(Cell::Missing, Into::into)
    }
}

/// A share as percent, in which what is not quite all or nothing never reads as such.
pub(super) fn percent(share: f64) -> String {
    match share * 100.0 {
        p if p > 0.0 && p < 0.5 => "<1 %".to_owned(),
        p if p > 99.5 && p < 100.0 => ">99 %".to_owned(),
        p => format!("{p:.0} %"),
    }
}

/// A correlation, in which what is next to nothing has no sign.
pub(super) fn signed(correlation: f64) -> String {
    let text = format!("{correlation:+.2}");
    if matches!(text.as_str(), "+0.00" | "-0.00") { "0.00".to_owned() } else { text }
}

/// How many characters of a name that stands alone people are shown.
const MOST_SHOWN: usize = 400;

/// A name that stands alone as people can be shown it, as [`Cell::read`] says.
pub(super) fn plain(name: &str) -> String {
    clean(&cut(name, MOST_SHOWN))
}

/// Sentences as people can be shown them: whole, on one line.
pub(super) fn clean(text: &str) -> String {
    let shown = |c: char| match c {
        '\n' | '\r' | '\t' | '\u{85}' | '\u{2028}' | '\u{2029}' => ' ',
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => '\u{fffd}',
        c if c.is_control() => '\u{fffd}',
        c => c,
    };
    text.chars().map(shown).collect()
}

/// Sentences whose parts in scripts that run from right to left turn nothing around them: each is isolated.
pub(super) fn prose(text: &str) -> String {
    isolated(&clean(text))
}

/// Isolates each run of words from right to left, by U+2068 and U+2069. A run goes on over numbers and signs, and ends where a list does: at a comma,
/// a semicolon, a colon, a stop, an arrow.
pub(super) fn isolated(text: &str) -> String {
    let mut runs: Vec<Range<usize>> = Vec::new();
    let (mut at, mut open) = (0, false);
    for word in text.split(' ') {
        if word.contains(runs_left) {
            let start = at + word.len() - word.trim_start_matches(|c: char| c.is_ascii_punctuation()).len();
            let end = at + word.trim_end_matches(|c: char| c.is_ascii_punctuation()).len();
            match runs.last_mut() {
                Some(run) if open => run.end = end,
                _ => runs.push(start..end),
            }
            open = true;
        } else if word.contains(char::is_alphabetic) {
            open = false;
        }
        open &= !word.ends_with([',', ';', ':', '.', '→']);
        at += word.len() + 1;
    }
    let mut out = String::with_capacity(text.len() + 6 * runs.len());
    let mut done = 0;
    for run in runs {
        out.extend([&text[done..run.start], "\u{2068}", &text[run.clone()], "\u{2069}"]);
        done = run.end;
    }
    out.push_str(&text[done..]);
    out
}

/// At most so many characters of a text, the last an ellipsis where more follow.
pub(super) fn cut(text: &str, most: usize) -> Cow<'_, str> {
    if text.chars().nth(most).is_none() {
        return text.into();
    }
    text.chars().take(most - 1).chain(['…']).collect::<String>().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_read_as_their_column_says() {
        let read = |cell: Cell, kind| cell.read(kind);
        assert_eq!(read(3_i64.into(), Kind::Change), "+3");
        assert_eq!(read((-3_i64).into(), Kind::Change), "-3");
        assert_eq!(read(0_i64.into(), Kind::Change), "0");
        assert_eq!(read(1234.5.into(), Kind::Number), "1,234");
        assert_eq!(read(0.5.into(), Kind::Change), "+0.5");
        assert_eq!(read(f64::NAN.into(), Kind::Number), "-");
        assert_eq!(read(f64::INFINITY.into(), Kind::Share), "-");
        assert_eq!(read((-0.0).into(), Kind::Number), "0");
        for (share, text) in [(0.0, "0 %"), (1e-9, "<1 %"), (0.5, "50 %"), (0.996, ">99 %"), (1.0, "100 %")] {
            assert_eq!(read(share.into(), Kind::Share), text);
        }
    }

    #[test]
    fn words_from_right_to_left_are_isolated_where_they_stand() {
        for (text, shown) in [
            ("plain words, 1 → 2", "plain words, 1 → 2"),
            ("CX-1 שיפור 2 חוויה comes first", "CX-1 <שיפור 2 חוויה> comes first"),
            ("אב, גד, הו", "<אב>, <גד>, <הו>"),
            ("אב → גד", "<אב> → <גד>"),
            ("needs (אב), then x", "needs (<אב>), then x"),
            ("X-אב 12 points", "<X-אב> 12 points"),
            ("(אב) ", "(<אב>) "),
        ] {
            assert_eq!(isolated(text).replace('\u{2068}', "<").replace('\u{2069}', ">"), shown);
        }
        assert_eq!(
            prose("a\u{2069}אב"),
            "\u{2068}a\u{fffd}אב\u{2069}",
            "nothing of a text ends what isolates it"
        );
    }

    #[test]
    fn correlations_have_a_sign() {
        assert_eq!([0.5, -1.0, 0.001, -0.001, 0.0].map(signed), ["+0.50", "-1.00", "0.00", "0.00", "0.00"]);
    }

    #[test]
    fn people_are_shown_no_control_characters_and_no_endless_names() {
        assert_eq!(plain("a\nb\u{0}c\u{1b}[31m\u{202e}d"), "a b\u{fffd}c\u{fffd}[31m\u{fffd}d");
        assert_eq!(plain(&"x".repeat(400)), "x".repeat(400));
        assert_eq!(plain(&"x".repeat(10_000)), "x".repeat(399) + "…");
        assert_eq!(plain("שלום 👩‍🚀"), "שלום 👩‍🚀");
        assert_eq!(clean(&"x y ".repeat(10_000)), "x y ".repeat(10_000), "sentences are shown whole");
    }
}
