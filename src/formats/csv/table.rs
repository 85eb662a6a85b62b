//! A table as text: its header and its rows, with the place of every cell.

use std::io::Read;

use super::super::record::{RecordError, Records};
use super::{Fault, Separator};
use crate::error::{Fault as AnyFault, Path, Position, Problem};

/// What a reader may use; what is beyond is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of one row. A row is one line, unless it holds line breaks within quotes.
    pub row: usize,
    /// Columns of a table.
    pub columns: usize,
    /// Rows that are kept: initiatives, or ballots of a programme. Ballots that are handed over one by one are not counted.
    pub rows: usize,
    /// Problems that are listed, of all texts together. Where there are more, a last one says so, `csv.too-many`, and reading ends.
    pub problems: usize,
}

impl Default for Limits {
    /// 1 MiB, 16,384 columns as spreadsheets have them, 1,000,000 rows, 1,000 problems.
    fn default() -> Self {
        Limits { row: 1 << 20, columns: 1 << 14, rows: 1_000_000, problems: 1000 }
    }
}

/// Where the header stands.
pub(super) struct Layout {
    pub(super) separator: Option<Separator>,
    pub(super) skip_rows: usize,
    pub(super) header_rows: Option<usize>,
}

/// There is no reading on; a problem has been noted.
pub(super) struct Stop;

pub(super) struct Header {
    /// As written, without blanks around it; several rows are joined.
    pub(super) text: String,
    /// What headers are found by: without regard to case and to the number of blanks.
    pub(super) key: String,
    pub(super) position: Position,
}

/// The text without regard to case and to the number of blanks.
pub(super) fn key(text: &str) -> String {
    text.split_whitespace().map(str::to_lowercase).collect::<Vec<_>>().join(" ")
}

/// Text as found, short enough to be kept a thousand times.
pub(super) fn excerpt(text: &str) -> String {
    text.trim().chars().take(200).collect()
}

pub(super) struct Table<R> {
    records: Records<R>,
    limits: Limits,
    /// The first step of the path of each problem.
    name: &'static str,
    pub(super) headers: Vec<Header>,
    /// Cells from here on have no column.
    end: usize,
    problems: Vec<Problem>,
    /// That there are more than are listed.
    more: Option<Problem>,
}

/// Problems in order, cut off at the limit; a last one says that there are more.
pub(super) fn listed(problems: Vec<Problem>, limit: usize) -> Vec<Problem> {
    let is_more =
        |p: &Problem| matches!(p.fault(), AnyFault::Csv(Fault::TooMany { what, .. }) if *what == PROBLEMS);
    let (more, mut problems): (Vec<Problem>, Vec<Problem>) = problems.into_iter().partition(is_more);
    let cut = problems.get(limit).map(|first| too_many(first.path().clone(), first.position(), limit));
    problems.truncate(limit);
    problems.extend(cut.or(more.into_iter().next()));
    problems
}

const PROBLEMS: &str = "problems";

fn too_many(path: Path, position: Option<Position>, limit: usize) -> Problem {
    Problem::new(path, Fault::TooMany { what: PROBLEMS, limit }).at(position)
}

impl<R: Read> Table<R> {
    pub(super) fn new(input: R, limits: &Limits, name: &'static str) -> Self {
        let records = Records::new(input, limits.row);
        Table {
            records,
            limits: *limits,
            name,
            headers: Vec::new(),
            end: usize::MAX,
            problems: Vec::new(),
            more: None,
        }
    }

    /// Reads the header.
    pub(super) fn open(&mut self, layout: &Layout) -> Result<(), Stop> {
        let header_rows = layout.header_rows.unwrap_or(1).max(1);
        let start = self.records.first_bytes().map(|bytes| {
            let wide = bytes
                .first()
                .copied()
                .filter(|_| bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF"));
            (wide, declared_separator(bytes), guess(bytes, layout.skip_rows, header_rows))
        });
        let (wide, declared, guessed) = match start {
            Ok(start) => start,
            Err(error) => return Err(self.broken(&error)),
        };
        if let Some(byte) = wide {
            self.problem_at(None, Position { line: 1, column: 1 }, Fault::Encoding { byte, wide: true });
            return Err(Stop);
        }
        let separator = layout.separator.or(declared).or(guessed);
        self.records.separate_by(separator.unwrap_or(Separator::Comma).byte());
        for _ in 0..layout.skip_rows.saturating_add(usize::from(declared.is_some())) {
            if !self.advance()? {
                break;
            }
        }
        for row in 1..=header_rows {
            if !self.advance()? {
                self.problem_at(None, self.start(), Fault::NoHeader);
                return Err(Stop);
            }
            self.add_header(row == header_rows)?;
        }
        if separator.is_none() {
            self.problem_at(None, self.headers[0].position, Fault::NoSeparator);
            return Err(Stop);
        }
        self.end = self.headers.iter().rposition(|header| !header.text.is_empty()).map_or(0, |at| at + 1);
        self.headers.truncate(self.end);
        if self.end == 0 {
            self.problem_at(None, self.start(), Fault::NoHeader);
            return Err(Stop);
        }
        Ok(())
    }

    fn add_header(&mut self, last: bool) -> Result<(), Stop> {
        let places = self.places();
        if places.len() > self.limits.columns {
            let fault = Fault::TooMany { what: "columns", limit: self.limits.columns };
            self.problem_at(None, places[self.limits.columns], fault);
            return Err(Stop);
        }
        let mut above = String::new();
        // A merged cell is repeated: what is bounded by the row must be bounded again.
        let mut room = self.limits.row;
        for (i, &position) in places.iter().enumerate() {
            let mut text = self.cell(i).trim().to_owned();
            if text.contains('\r') && !self.records.is_quoted(i) {
                self.problem_at(None, position, Fault::LineEnd);
                return Err(Stop);
            }
            if !last {
                // A merged cell stands in the first of its columns only.
                if text.is_empty() {
                    text.clone_from(&above);
                } else {
                    above.clone_from(&text);
                }
            }
            match room.checked_sub(text.len()) {
                Some(rest) => room = rest,
                None => {
                    self.problem_at(None, position, Fault::TooLong { limit: self.limits.row });
                    return Err(Stop);
                }
            }
            match self.headers.get_mut(i) {
                None => self.headers.push(Header { key: key(&text), text, position }),
                Some(header) => {
                    if !header.text.is_empty() && !text.is_empty() {
                        header.text.push_str(" / ");
                    }
                    header.text.push_str(&text);
                    header.key = key(&header.text);
                    header.position = position;
                }
            }
        }
        Ok(())
    }

    /// Goes to the next row that is not blank; false at the end.
    pub(super) fn next_row(&mut self) -> Result<bool, Stop> {
        loop {
            self.go_on()?;
            if !self.advance()? {
                return Ok(false);
            }
            if let Some(offset) = self.records.stray_quote() {
                let position = self.position(offset);
                self.problem_at(None, position, Fault::StrayQuote);
                continue;
            }
            let cells = self.len();
            if let Some(i) = (self.end..cells).find(|&i| !self.cell(i).trim().is_empty()) {
                let fault = Fault::ExtraCell { found: excerpt(self.cell(i)) };
                let position = self.place(i);
                self.problem_at(None, position, fault);
            } else if (0..cells).all(|i| self.cell(i).trim().is_empty()) {
                continue;
            }
            return Ok(true);
        }
    }

    /// Stops when there are more problems than are listed.
    pub(super) fn go_on(&self) -> Result<(), Stop> {
        if self.more.is_none() { Ok(()) } else { Err(Stop) }
    }

    /// How many problems are noted.
    pub(super) fn noted(&self) -> usize {
        self.problems.len() + usize::from(self.more.is_some())
    }

    pub(super) fn into_problems(self) -> Vec<Problem> {
        self.problems.into_iter().chain(self.more).collect()
    }

    /// Goes to the next record and sees that it is UTF-8.
    fn advance(&mut self) -> Result<bool, Stop> {
        match self.records.advance() {
            Ok(false) => return Ok(false),
            Ok(true) => {}
            Err(error) => return Err(self.broken(&error)),
        }
        if let Err(error) = std::str::from_utf8(self.records.record()) {
            let offset = error.valid_up_to();
            let byte = self.records.record()[offset];
            let position = self.position(offset);
            self.problem_at(None, position, Fault::Encoding { byte, wide: false });
            return Err(Stop);
        }
        Ok(true)
    }

    fn broken(&mut self, error: &RecordError) -> Stop {
        let (offset, fault) = match error {
            RecordError::Io(error) => (0, Fault::Input { kind: error.kind() }),
            RecordError::TooLong => (0, Fault::TooLong { limit: self.limits.row }),
            RecordError::OpenQuote(offset) => (*offset, Fault::OpenQuote),
        };
        let position = self.position(offset);
        self.problem_at(None, position, fault);
        Stop
    }

    /// The cell without quotes, and without the blanks around it unless they stand in quotes; empty if the row ends before.
    pub(super) fn cell(&self, i: usize) -> &str {
        // The record is UTF-8, and a cell of it starts and ends at ASCII.
        let text = std::str::from_utf8(self.records.field(i)).unwrap_or_default();
        if self.records.is_quoted(i) { text } else { text.trim() }
    }

    /// How many cells the row has.
    pub(super) fn len(&self) -> usize {
        self.records.fields().len()
    }

    /// The line on which the row starts.
    pub(super) fn line(&self) -> u64 {
        self.records.line
    }

    /// Where a cell of the row stands; the end of the row if it ends before.
    pub(super) fn place(&self, i: usize) -> Position {
        let fields = self.records.fields();
        self.position(fields.get(i).map_or(self.records.record().len(), |field| field.offset))
    }

    /// Where each cell of the row stands.
    pub(super) fn places(&self) -> Vec<Position> {
        let record = self.records.record();
        let mut at = 0;
        let mut position = self.start();
        let place = |field: &super::super::record::Field| {
            walk(&record[at..field.offset], &mut position);
            at = field.offset;
            position
        };
        self.records.fields().iter().map(place).collect()
    }

    fn position(&self, offset: usize) -> Position {
        let record = self.records.record();
        let mut position = self.start();
        walk(&record[..offset.min(record.len())], &mut position);
        position
    }

    /// Where the row starts.
    fn start(&self) -> Position {
        Position { line: usize::try_from(self.records.line.max(1)).unwrap_or(usize::MAX), column: 1 }
    }

    /// Notes a problem with a cell of the row.
    pub(super) fn problem(&mut self, column: usize, fault: impl Into<AnyFault>) {
        if self.go_on().is_ok() {
            let position = self.place(column);
            self.problem_at(Some(column), position, fault);
        }
    }

    /// Notes a problem with a header.
    pub(super) fn header_problem(&mut self, column: usize, fault: impl Into<AnyFault>) {
        let position = self.headers[column].position;
        self.problem_at(Some(column), position, fault);
    }

    /// Whether there is a column with this header.
    pub(super) fn has(&self, header: &str) -> bool {
        let key = key(header);
        self.headers.iter().any(|header| header.key == key)
    }

    /// Notes that there is no such column, at the header.
    pub(super) fn missing_column(&mut self, name: &str) {
        let nearest = crate::error::nearest(name, self.headers.iter().map(|header| header.text.as_str()));
        let position = self.headers.first().map_or(Position { line: 1, column: 1 }, |header| header.position);
        self.problem_at(None, position, Fault::MissingColumn { name: name.to_owned(), nearest });
    }

    pub(super) fn problem_at(
        &mut self,
        column: Option<usize>,
        position: Position,
        fault: impl Into<AnyFault>,
    ) {
        if self.go_on().is_err() {
            return;
        }
        let path = self.path(column);
        if self.problems.len() < self.limits.problems {
            self.problems.push(Problem::new(path, fault).at(Some(position)));
        } else {
            self.more = Some(too_many(path, Some(position), self.limits.problems));
        }
    }

    /// The table, and the header of the column.
    pub(super) fn path(&self, column: Option<usize>) -> Path {
        let path = Path::root().key(self.name);
        match column.and_then(|column| self.headers.get(column)) {
            Some(header) if !header.text.is_empty() => path.key(excerpt(&header.text)),
            _ => path,
        }
    }
}

/// Goes on over some text.
fn walk(text: &[u8], position: &mut Position) {
    let rest = match text.iter().rposition(|&c| c == b'\n') {
        Some(end) => {
            position.line += text.iter().filter(|&&c| c == b'\n').count();
            position.column = 1;
            &text[end + 1..]
        }
        None => text,
    };
    // Characters, not bytes.
    position.column += rest.iter().filter(|&&c| c & 0xC0 != 0x80).count();
}

/// What a first line `sep=;` says, as spreadsheets write it.
fn declared_separator(text: &[u8]) -> Option<Separator> {
    let line = text.split(|&c| c == b'\n').next()?;
    let sign = line.strip_suffix(b"\r").unwrap_or(line).strip_prefix(b"sep=")?;
    Separator::ALL.into_iter().find(|separator| [separator.byte()] == *sign)
}

/// The most frequent of comma, semicolon and tab in the header, comma if there is none; `None` if two are equally frequent.
fn guess(text: &[u8], skip_rows: usize, header_rows: usize) -> Option<Separator> {
    let mut counts = [0usize; 3];
    let (mut row, mut quoted, mut at_start) = (0, false, true);
    for &c in text {
        match c {
            b'"' if quoted || at_start => quoted = !quoted,
            _ if quoted => {}
            b'\n' => {
                row += 1;
                if row == skip_rows.saturating_add(header_rows) {
                    break;
                }
            }
            _ if row >= skip_rows => {
                for (count, separator) in counts.iter_mut().zip(Separator::ALL) {
                    *count += usize::from(c == separator.byte());
                }
            }
            _ => {}
        }
        // A doubled quote inside quotes closes and opens.
        at_start = matches!(c, b',' | b';' | b'\t' | b'\n' | b'"');
    }
    let most = counts.into_iter().max().unwrap_or(0);
    let mut best = counts.iter().zip(Separator::ALL).filter(|(count, _)| **count == most);
    match (best.next(), best.next()) {
        _ if most == 0 => Some(Separator::Comma),
        (Some((_, separator)), None) => Some(separator),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_separator_is_the_most_frequent_sign_of_the_header() {
        for (text, expected) in [
            ("a,b,c\n1;2;3;4", Some(Separator::Comma)),
            ("a;b, or c;d", Some(Separator::Semicolon)),
            ("\"a,b,c\"\tb", Some(Separator::Tab)),
            ("\"a\"\",b,\"\"c\";b", Some(Separator::Semicolon)),
            ("code", Some(Separator::Comma)),
            ("", Some(Separator::Comma)),
            ("a,b;c", None),
        ] {
            assert_eq!(guess(text.as_bytes(), 0, 1), expected, "{text}");
        }
        assert_eq!(guess(b"a title, with, commas\nx;y", 1, 1), Some(Separator::Semicolon));
        assert_eq!(declared_separator(b"sep=;\r\na,b"), Some(Separator::Semicolon));
        assert_eq!(declared_separator(b"sep=x\na,b"), None);
    }
}
