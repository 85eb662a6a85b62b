//! Records of separated fields, read from a stream in bounded memory.

use std::io::{self, Read};

/// Where a field of the current record stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Field {
    start: usize,
    end: usize,
    /// Offset of the field in the record as written.
    pub(super) offset: usize,
}

/// Why a record could not be delivered.
#[derive(Debug)]
pub(super) enum RecordError {
    Io(io::Error),
    /// A record is longer than the limit.
    TooLong,
    /// A quoted field does not end before the file does; the offset of its quote.
    OpenQuote(usize),
}

/// Splits a stream into records; a record ends with its line unless a quoted field goes on.
pub(super) struct Records<R> {
    input: R,
    separator: u8,
    limit: usize,
    buffer: Vec<u8>,
    /// What has been read and not been delivered; the current record stands before it.
    rest: std::ops::Range<usize>,
    record: std::ops::Range<usize>,
    ended: bool,
    /// Number of the line on which the current record starts, from 1.
    pub(super) line: u64,
    next_line: u64,
    fields: Vec<Field>,
    /// Whether the record has quotes; then `unquoted` holds its fields without them.
    has_quotes: bool,
    unquoted: Vec<u8>,
}

/// Bytes read at a time, at least.
const CHUNK: usize = 1 << 16;

impl<R: Read> Records<R> {
    /// Fields are separated by semicolons, records have at most `limit` bytes.
    pub(super) fn new(input: R, limit: usize) -> Self {
        Self {
            input,
            separator: b';',
            limit,
            buffer: Vec::new(),
            rest: 0..0,
            record: 0..0,
            ended: false,
            line: 0,
            next_line: 1,
            fields: Vec::new(),
            has_quotes: false,
            unquoted: Vec::new(),
        }
    }

    /// Fields of the records to come are separated by this byte.
    #[cfg(feature = "csv")]
    pub(super) fn separate_by(&mut self, separator: u8) {
        self.separator = separator;
    }

    /// What the stream starts with: 64 KiB of it, or all.
    #[cfg(feature = "csv")]
    pub(super) fn first_bytes(&mut self) -> Result<&[u8], RecordError> {
        self.fill()?;
        Ok(&self.buffer[self.rest.clone()])
    }

    /// Goes to the next record and splits it; false at the end.
    pub(super) fn advance(&mut self) -> Result<bool, RecordError> {
        self.line = self.next_line;
        self.record = self.rest.start..self.rest.start;
        loop {
            let rest = &self.buffer[self.rest.clone()];
            let (end, quoted) = find_end(rest);
            if quoted {
                match find_quoted_end(rest, self.separator) {
                    QuotedEnd::At(end) => return self.deliver(end),
                    QuotedEnd::Missing if self.ended => return self.deliver(self.rest.len()),
                    QuotedEnd::Open(offset) if self.ended => {
                        self.record = self.rest.clone();
                        return Err(RecordError::OpenQuote(offset));
                    }
                    _ => {}
                }
            } else if let Some(end) = end {
                return self.deliver(end);
            } else if self.ended {
                return if self.rest.is_empty() { Ok(false) } else { self.deliver(self.rest.len()) };
            }
            if self.rest.len() > self.limit {
                return Err(RecordError::TooLong);
            }
            self.fill()?;
        }
    }

    /// Reads more behind the rest, doubling the room so that a long record is searched a bounded number of times.
    fn fill(&mut self) -> Result<(), RecordError> {
        self.buffer.copy_within(self.rest.clone(), 0);
        self.rest = 0..self.rest.len();
        let room = self.rest.len() + self.rest.len().max(CHUNK);
        if self.buffer.len() < room {
            self.buffer.resize(room, 0);
        }
        while self.rest.end < self.buffer.len() && !self.ended {
            match self.input.read(&mut self.buffer[self.rest.end..]) {
                Ok(0) => self.ended = true,
                Ok(n) => self.rest.end += n,
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => return Err(RecordError::Io(e)),
            }
        }
        if self.next_line == 1 && self.buffer[self.rest.clone()].starts_with(b"\xEF\xBB\xBF") {
            self.rest.start += 3;
        }
        Ok(())
    }

    fn deliver(&mut self, end: usize) -> Result<bool, RecordError> {
        if end > self.limit {
            return Err(RecordError::TooLong);
        }
        let start = self.rest.start;
        self.rest.start = (start + end + 1).min(self.rest.end);
        let trim = usize::from(self.buffer[start..start + end].ends_with(b"\r"));
        self.record = start..start + end - trim;
        self.next_line += 1;
        self.split();
        if self.has_quotes {
            self.next_line += self.record().iter().filter(|&&c| c == b'\n').count() as u64;
        }
        Ok(true)
    }

    /// The record as written.
    pub(super) fn record(&self) -> &[u8] {
        &self.buffer[self.record.clone()]
    }

    fn split(&mut self) {
        let record = &self.buffer[self.record.clone()];
        self.fields.clear();
        self.has_quotes = record.contains(&b'"');
        if self.has_quotes {
            let text = &mut self.unquoted;
            text.clear();
            let mut state = Quote::Start;
            let mut field = Field { start: 0, end: 0, offset: 0 };
            for (i, &c) in record.iter().enumerate() {
                let keep = state.step(c, self.separator);
                if state == Quote::Start {
                    field.end = text.len();
                    self.fields.push(field);
                    field = Field { start: text.len(), end: 0, offset: i + 1 };
                } else if keep {
                    text.push(c);
                }
            }
            field.end = text.len();
            self.fields.push(field);
        } else {
            let mut start = 0;
            for (i, &c) in record.iter().enumerate() {
                if c == self.separator {
                    self.fields.push(Field { start, end: i, offset: start });
                    start = i + 1;
                }
            }
            self.fields.push(Field { start, end: record.len(), offset: start });
        }
    }

    /// The fields of the current record.
    pub(super) fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// Where in the record the text of field `i` starts.
    #[cfg(feature = "formats")]
    pub(super) fn text_offset(&self, i: usize) -> usize {
        let offset = self.fields.get(i).map_or(0, |f| f.offset);
        offset + self.record()[offset..].iter().take_while(|c| c.is_ascii_whitespace()).count()
    }

    /// The text of field `i` without quotes and surrounding blanks; empty if the record is too short.
    #[cfg(feature = "formats")]
    pub(super) fn text(&self, i: usize) -> &[u8] {
        self.field(i).trim_ascii()
    }

    /// Field `i` without quotes; empty if the record is too short.
    pub(super) fn field(&self, i: usize) -> &[u8] {
        let Some(field) = self.fields.get(i) else {
            return b"";
        };
        let text = if self.has_quotes { &self.unquoted } else { self.record() };
        &text[field.start..field.end]
    }

    /// Whether field `i` stands in quotes.
    #[cfg(feature = "csv")]
    pub(super) fn is_quoted(&self, i: usize) -> bool {
        self.has_quotes
            && self.fields.get(i).is_some_and(|field| self.record().get(field.offset) == Some(&b'"'))
    }

    /// The offset in the record of the first quote, or of text after a quote, that does not stand where quotes do.
    #[cfg(feature = "csv")]
    pub(super) fn stray_quote(&self) -> Option<usize> {
        if !self.has_quotes {
            return None;
        }
        let record = self.record();
        let (mut state, mut after, mut blank) = (Quote::Start, false, true);
        for (i, &c) in record.iter().enumerate() {
            let before = state;
            state.step(c, self.separator);
            match state {
                Quote::Start => (after, blank) = (false, true),
                Quote::Plain => {
                    after |= before == Quote::After;
                    if (after && !c.is_ascii_whitespace()) || (blank && c == b'"') {
                        return Some(i);
                    }
                    blank &= c.is_ascii_whitespace();
                }
                Quote::Inside | Quote::After => blank = false,
            }
        }
        None
    }
}

/// Where a reader stands within a field.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Quote {
    /// At the start of a field, that is after a separator.
    Start,
    Plain,
    Inside,
    /// After a quote inside quotes: the end, or the first half of a doubled one.
    After,
}

impl Quote {
    /// Takes one byte; whether it belongs to the text.
    fn step(&mut self, c: u8, separator: u8) -> bool {
        let (next, keep) = match (*self, c) {
            (Self::Inside, b'"') => (Self::After, false),
            (Self::Inside, _) | (Self::After, b'"') => (Self::Inside, true),
            _ if c == separator => (Self::Start, false),
            (Self::Start, b'"') => (Self::Inside, false),
            _ => (Self::Plain, true),
        };
        *self = next;
        keep
    }
}

enum QuotedEnd {
    At(usize),
    /// The record may go on.
    Missing,
    /// It does, within the quoted field that starts here.
    Open(usize),
}

fn find_quoted_end(text: &[u8], separator: u8) -> QuotedEnd {
    let mut state = Quote::Start;
    let mut open = 0;
    for (i, &c) in text.iter().enumerate() {
        if c == b'\n' && state != Quote::Inside {
            return QuotedEnd::At(i);
        }
        if state == Quote::Start {
            open = i;
        }
        state.step(c, separator);
    }
    if state == Quote::Inside { QuotedEnd::Open(open) } else { QuotedEnd::Missing }
}

const ONES: u64 = 0x0101_0101_0101_0101;

/// Nonzero if one of eight bytes is `c`; then its lowest set bit is in the first of them.
fn matches(word: u64, c: u8) -> u64 {
    let x = word ^ (ONES * u64::from(c));
    x.wrapping_sub(ONES) & !x & (ONES << 7)
}

/// The first line feed, and whether a quote stands before it (or, without a line feed, anywhere).
fn find_end(text: &[u8]) -> (Option<usize>, bool) {
    let (words, tail) = text.as_chunks::<8>();
    let mut quoted = false;
    for (i, word) in words.iter().enumerate() {
        let word = u64::from_le_bytes(*word);
        let (feed, quote) = (matches(word, b'\n'), matches(word, b'"'));
        if feed != 0 {
            return (
                Some(i * 8 + feed.trailing_zeros() as usize / 8),
                quoted || quote.trailing_zeros() < feed.trailing_zeros(),
            );
        }
        quoted |= quote != 0;
    }
    let end = tail.iter().position(|&c| c == b'\n');
    quoted |= tail[..end.unwrap_or(tail.len())].contains(&b'"');
    (end.map(|end| words.len() * 8 + end), quoted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_does_not_grow_with_the_file() {
        let lines = "123456;30;p10,p2;1,2\n".repeat(50_000);
        let mut records = Records::new(lines.as_bytes(), 1 << 20);
        let mut count = 0;
        while records.advance().is_ok_and(|more| more) {
            count += 1;
        }
        assert_eq!(count, 50_000);
        assert!(records.buffer.capacity() <= 2 * CHUNK);
    }

    #[test]
    fn the_end_of_a_line_is_found_at_any_place() {
        for length in 0..40 {
            let mut text = vec![b'x'; 40];
            text[length] = b'\n';
            assert_eq!(find_end(&text), (Some(length), false));
            assert_eq!(find_end(&text[..length]), (None, false));
            for quote in (0..40).filter(|&q| q != length) {
                let mut text = text.clone();
                text[quote] = b'"';
                assert_eq!(find_end(&text), (Some(length), quote < length));
            }
        }
    }
}
