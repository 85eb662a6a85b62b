//! Reader for the `PrefLib` files of ordinal preferences: `.soc`, `.soi`, `.toc`, `.toi`.
//!
//! A file is a header of `# KEY: value` lines and then lines `count: 1,2,{3,4}`: so many voters rank these
//! alternatives, best first, those in braces level. Orders are read one by one and not held.
//!
//! # References
//!
//! N. Mattei and T. Walsh (2013), *`PrefLib`: a library for preferences*, Algorithmic Decision Theory; the format as of
//! 2022 at preflib.org/format.

use std::fmt;
use std::io::{BufRead, Read};

use serde::{Deserialize, Serialize};

use super::research::{Problems, ResearchFault, Stop, characters, excerpt, limit, problem};
use crate::error::quoted;
use crate::{Error, Problem};

/// The kind of orders that a file says it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DataType {
    /// Strict orders of all alternatives.
    Soc,
    /// Strict orders of some alternatives.
    Soi,
    /// Orders with ties of all alternatives.
    Toc,
    /// Orders with ties of some alternatives.
    Toi,
}

impl DataType {
    /// The type with this name, as in the header or the ending of a file's name.
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match name.to_ascii_lowercase().as_str() {
            "soc" => Self::Soc,
            "soi" => Self::Soi,
            "toc" => Self::Toc,
            "toi" => Self::Toi,
            _ => return None,
        })
    }

    /// Whether ties are expected.
    pub const fn has_ties(self) -> bool {
        matches!(self, Self::Toc | Self::Toi)
    }

    /// Whether every alternative is expected on every order.
    pub const fn is_complete(self) -> bool {
        matches!(self, Self::Soc | Self::Toc)
    }
}

/// What the header of a file says.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Header {
    /// Every `KEY: value` line in the order of the file, those below included.
    pub metadata: Vec<(String, String)>,
    /// The kind of orders.
    pub data_type: Option<DataType>,
    /// How many alternatives there are.
    pub alternatives: Option<u64>,
    /// How many voters there are.
    pub voters: Option<u64>,
    /// How many different orders there are.
    pub unique_orders: Option<u64>,
    /// The alternatives by ascending id: their ids as in the file, and their names. An order's items are indices
    /// into this list.
    pub names: Vec<(u32, String)>,
}

impl Header {
    /// The value of a key, as in `TITLE`.
    pub fn value(&self, key: &str) -> Option<&str> {
        self.metadata.iter().find(|(k, _)| k == key).map(|(_, value)| value.as_str())
    }

    /// The index of an alternative by its id in the file.
    pub fn index(&self, id: u32) -> Option<u32> {
        // Nearly all files count from 1.
        let guess = id.wrapping_sub(1) as usize;
        if self.names.get(guess).is_some_and(|name| name.0 == id) {
            return Some(guess as u32);
        }
        self.names.binary_search_by_key(&id, |name| name.0).ok().map(|index| index as u32)
    }
}

/// One line of a file: so many voters with the same order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Order<'a> {
    /// The line in the file, from 1.
    pub line: u64,
    /// How many voters have it; at least one.
    pub count: u64,
    items: &'a [u32],
    ends: &'a [u32],
}

impl<'a> Order<'a> {
    /// The groups of level alternatives, best first, as indices into [`Header::names`].
    pub fn groups(&self) -> impl Iterator<Item = &'a [u32]> + use<'a> {
        let (items, mut start) = (self.items, 0);
        self.ends.iter().map(move |&end| {
            let group = &items[start..end as usize];
            start = end as usize;
            group
        })
    }

    /// Whether no two alternatives are level.
    pub fn is_strict(&self) -> bool {
        self.ends.len() == self.items.len()
    }

    /// How many alternatives are ranked.
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Whether nothing is ranked: never, since a line without an order is refused.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }
}

/// A file that is being read.
///
/// # Examples
///
/// ```
/// # use cxrank::consensus::{TallyBuilder, Unranked, Weight};
/// # use cxrank::formats::preflib::Reader;
/// let file = "# DATA TYPE: toi\n# NUMBER ALTERNATIVES: 3\n# NUMBER VOTERS: 5\n3: 2,{1,3}\n1: 3\n";
/// let mut reader = Reader::new(file.as_bytes())?;
/// let mut builder = TallyBuilder::new(reader.header().names.len())?;
/// while let Some(order) = reader.next_order()? {
///     builder.push(order.groups(), Unranked::Last, Weight::from_count(order.count)?)?;
/// }
/// assert_eq!(builder.finish().prefer(1, 0), 3_000_000);
/// assert_eq!(reader.differences()[0].to_string(), "5 voters by the header, 4 by the orders");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Reader<R> {
    input: R,
    limits: Limits,
    header: Header,
    /// The line in `text`, from 1; 0 before the first.
    line: u64,
    text: Vec<u8>,
    /// Whether `text` is a line that is still to be parsed.
    waiting: bool,
    /// Whether the input failed or went beyond a limit.
    ended: bool,
    items: Vec<u32>,
    ends: Vec<u32>,
    /// Per alternative, the last line that ranked it.
    seen: Vec<u64>,
    found: Found,
}

/// What the orders were found to be.
#[derive(Debug, Clone, Copy, Default)]
struct Found {
    voters: u64,
    orders: u64,
    /// The first line with a tie, and how many there are.
    tied: Option<(u64, u64)>,
    /// The first line that leaves an alternative out, and how many there are.
    incomplete: Option<(u64, u64)>,
}

/// What a reader may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of one line.
    pub line: usize,
    /// Bytes of the header, which is kept.
    pub header: usize,
    /// Alternatives that are taken from a number in a header that names none.
    pub alternatives: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { line: 1 << 24, header: 1 << 26, alternatives: 1 << 20 }
    }
}

impl<R: BufRead> Reader<R> {
    /// Reads the header, within the limits that hold by default.
    ///
    /// # Errors
    ///
    /// When the input fails, or the header is malformed or says neither how many alternatives there are nor their
    /// names: every problem of the header with line and column; [`ResearchFault`] lists them.
    pub fn new(input: R) -> Result<Self, Error> {
        Self::with_limits(input, Limits::default())
    }

    /// Reads the header, within limits.
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new).
    pub fn with_limits(input: R, limits: Limits) -> Result<Self, Error> {
        let mut reader = Self {
            input,
            limits,
            header: Header::default(),
            line: 0,
            text: Vec::new(),
            waiting: false,
            ended: false,
            items: Vec::new(),
            ends: Vec::new(),
            seen: Vec::new(),
            found: Found::default(),
        };
        let (mut problems, mut used) = (Problems::new(PROBLEMS), 0);
        // Why reading stopped, where it did, is among the problems.
        let _ = reader.read_header(&mut problems, &mut used);
        if problems.is_empty() {
            reader.seen = vec![0; reader.header.names.len()];
            Ok(reader)
        } else {
            Err(Error::new(problems.into_list()))
        }
    }

    fn read_header(&mut self, problems: &mut Problems, used: &mut usize) -> Result<(), Stop> {
        loop {
            match self.next_line() {
                Err(problem) => {
                    problems.push(problem)?;
                    return Err(Stop);
                }
                Ok(false) => break,
                Ok(true) if self.text.first() != Some(&b'#') => {
                    self.waiting = true;
                    break;
                }
                Ok(true) => {}
            }
            // A line is kept at most twice, with what it takes to hold it.
            *used += 2 * self.text.len() + 128;
            if *used > self.limits.header {
                problems.push(self.problem(0, limit("bytes in the header", self.limits.header)))?;
                return Err(Stop);
            }
            if let Err(problem) = self.metadata() {
                problems.push(problem)?;
            }
        }
        let names = &mut self.header.names;
        names.sort_by_key(|name| name.0);
        let twice: Vec<u32> =
            names.windows(2).filter(|pair| pair[0].0 == pair[1].0).map(|pair| pair[0].0).collect();
        for id in twice {
            let fault = ResearchFault::DuplicateId { what: "alternative", id: id.to_string() };
            problems.push(problem(1, 1, fault))?;
        }
        let Header { names, alternatives, .. } = &mut self.header;
        match *alternatives {
            None if names.is_empty() => {
                problems.push(problem(1, 1, ResearchFault::MissingField("NUMBER ALTERNATIVES")))
            }
            Some(count) if names.is_empty() => {
                if count > self.limits.alternatives as u64 {
                    let fault = limit("alternatives without a name", self.limits.alternatives);
                    return problems.push(problem(1, 1, fault));
                }
                *names = (1..=count as u32).map(|id| (id, id.to_string())).collect();
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// What the header says.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// The next order, or `None` at the end of the file.
    ///
    /// # Errors
    ///
    /// When the input fails or the line is malformed: the first problem of the line, with its column. Whoever wants those of the other
    /// lines too asks on: the next order is that of the next line, and the end comes after a failure.
    pub fn next_order(&mut self) -> Result<Option<Order<'_>>, Error> {
        let refused = |problem| Error::new(vec![problem]);
        if !self.waiting && !self.next_line().map_err(refused)? {
            return Ok(None);
        }
        self.waiting = false;
        let count = self.order().map_err(refused)?;
        self.found.voters = match self.found.voters.checked_add(count) {
            Some(voters) => voters,
            None => return Err(refused(self.count_fault(0))),
        };
        self.found.orders += 1;
        let note = |lines: &mut Option<(u64, u64)>, line| match lines {
            Some((_, count)) => *count += 1,
            None => *lines = Some((line, 1)),
        };
        if self.ends.len() < self.items.len() {
            note(&mut self.found.tied, self.line);
        }
        if self.items.len() < self.header.names.len() {
            note(&mut self.found.incomplete, self.line);
        }
        Ok(Some(Order { line: self.line, count, items: &self.items, ends: &self.ends }))
    }

    /// Where the orders read so far are not what the header says; to be asked at the end of the file.
    pub fn differences(&self) -> Vec<Difference> {
        let (header, found) = (&self.header, &self.found);
        let mut differences = Vec::new();
        let named = header.names.len() as u64;
        if let Some(said) = header.alternatives.filter(|&said| said != named) {
            differences.push(Difference::Alternatives { header: said, named });
        }
        if let Some(said) = header.voters.filter(|&said| said != found.voters) {
            differences.push(Difference::Voters { header: said, found: found.voters });
        }
        if let Some(said) = header.unique_orders.filter(|&said| said != found.orders) {
            differences.push(Difference::UniqueOrders { header: said, found: found.orders });
        }
        if let Some(data_type) = header.data_type {
            if let Some((first, lines)) = found.tied.filter(|_| !data_type.has_ties()) {
                differences.push(Difference::Ties { data_type, first, lines });
            }
            if let Some((first, lines)) = found.incomplete.filter(|_| data_type.is_complete()) {
                differences.push(Difference::Incomplete { data_type, first, lines });
            }
        }
        differences
    }

    /// Reads the next line that is not blank, without its end.
    fn next_line(&mut self) -> Result<bool, Problem> {
        while !self.ended {
            self.text.clear();
            self.line += 1;
            let most = self.limits.line as u64;
            let read = (&mut self.input).take(most.saturating_add(1)).read_until(b'\n', &mut self.text);
            let fault = match read {
                Err(error) => ResearchFault::Io(error.kind()),
                Ok(read) if read as u64 > most => limit("bytes in a line", self.limits.line),
                Ok(read) => {
                    self.ended = read == 0;
                    if self.line == 1 && self.text.starts_with(b"\xEF\xBB\xBF") {
                        self.text.drain(..3);
                    }
                    let end = self.text.trim_ascii_end().len();
                    self.text.truncate(end);
                    if end > 0 {
                        return Ok(true);
                    }
                    continue;
                }
            };
            self.ended = true;
            return Err(self.problem(0, fault));
        }
        Ok(false)
    }

    /// Takes in a line of the header.
    fn metadata(&mut self) -> Result<(), Problem> {
        let text = match std::str::from_utf8(&self.text) {
            Ok(text) => text,
            Err(error) => return Err(self.problem(error.valid_up_to(), ResearchFault::Encoding)),
        };
        let Some((key, value)) = text[1..].split_once(':') else {
            let (found, expected) = (quoted(text), "`# KEY: value`");
            return Err(self.problem(0, ResearchFault::Unexpected { found, expected }));
        };
        let column = key.len() + value.len() - value.trim_start().len() + 2;
        let (key, value) = (key.trim().to_owned(), value.trim().to_owned());
        let number = || value.parse::<u64>().ok();
        let header = &mut self.header;
        let understood = match key.as_str() {
            "DATA TYPE" => {
                header.data_type = DataType::from_name(&value);
                header.data_type.is_some()
            }
            "NUMBER ALTERNATIVES" => {
                header.alternatives = number();
                header.alternatives.is_some()
            }
            "NUMBER VOTERS" => {
                header.voters = number();
                header.voters.is_some()
            }
            "NUMBER UNIQUE ORDERS" => {
                header.unique_orders = number();
                header.unique_orders.is_some()
            }
            _ => match key.strip_prefix("ALTERNATIVE NAME ").map(|id| id.trim().parse()) {
                Some(Ok(id)) => {
                    header.names.push((id, value.clone()));
                    true
                }
                Some(Err(_)) => false,
                None => true,
            },
        };
        if !understood {
            let expected = if key == "DATA TYPE" { "soc, soi, toc or toi" } else { "a whole number" };
            let (field, found) = (excerpt(key.as_bytes()), excerpt(value.as_bytes()));
            let fault = ResearchFault::BadValue { field, found, expected };
            return Err(self.problem(column, fault));
        }
        self.header.metadata.push((key, value));
        Ok(())
    }

    /// Parses `count: 1,2,{3,4}` into `items` and `ends`, and gives the count.
    fn order(&mut self) -> Result<u64, Problem> {
        self.items.clear();
        self.ends.clear();
        let mut at = skip_blanks(&self.text, 0);
        let start = at;
        let (count, after) = match number(&self.text, at) {
            Some((count, after)) if count > 0 => (count, after),
            Some(_) => return Err(self.count_fault(start)),
            None => return Err(self.unexpected(at, "how many voters")),
        };
        at = skip_blanks(&self.text, after);
        if self.text.get(at) != Some(&b':') {
            return Err(self.unexpected(at, "a colon"));
        }
        at += 1;
        let mut open = false;
        loop {
            at = skip_blanks(&self.text, at);
            if !open && self.text.get(at) == Some(&b'{') {
                open = true;
                at = skip_blanks(&self.text, at + 1);
            }
            at = self.alternative(at)?;
            at = skip_blanks(&self.text, at);
            if open && self.text.get(at) == Some(&b'}') {
                open = false;
                at = skip_blanks(&self.text, at + 1);
            }
            if !open {
                self.ends.push(self.items.len() as u32);
            }
            match self.text.get(at) {
                None if !open => return Ok(count),
                Some(b',') => at += 1,
                _ if open => return Err(self.unexpected(at, "a comma or a closing brace")),
                _ => return Err(self.unexpected(at, "a comma or the end of the line")),
            }
        }
    }

    /// Parses an id into `items`.
    fn alternative(&mut self, at: usize) -> Result<usize, Problem> {
        let Some((id, after)) = number(&self.text, at) else {
            return Err(self.unexpected(at, "the number of an alternative"));
        };
        let Some(index) = u32::try_from(id).ok().and_then(|id| self.header.index(id)) else {
            let (id, count) = (id.to_string(), self.header.names.len());
            return Err(self.problem(at, ResearchFault::UnknownId { what: "alternative", id, count }));
        };
        if std::mem::replace(&mut self.seen[index as usize], self.line) == self.line {
            let fault = ResearchFault::Repeated { what: "alternative", id: id.to_string() };
            return Err(self.problem(at, fault));
        }
        self.items.push(index);
        Ok(after)
    }

    fn unexpected(&self, at: usize, expected: &'static str) -> Problem {
        let rest = String::from_utf8_lossy(&self.text[at..self.text.len().min(at + 4)]);
        let found =
            rest.chars().next().map_or_else(|| "the end of the line".to_owned(), |c| format!("{c:?}"));
        self.problem(at, ResearchFault::Unexpected { found, expected })
    }

    fn count_fault(&self, at: usize) -> Problem {
        let digits = self.text[at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        let found = excerpt(&self.text[at..at + digits]);
        let expected = "at least one voter, and fewer than 2^64 in all";
        self.problem(at, ResearchFault::BadValue { field: "the number of voters".into(), found, expected })
    }

    /// What is wrong from a byte of the line on.
    fn problem(&self, at: usize, fault: ResearchFault) -> Problem {
        problem(self.line, 1 + characters(&self.text[..at]), fault)
    }
}

/// How many problems of a header are listed.
const PROBLEMS: usize = 100;

fn skip_blanks(text: &[u8], at: usize) -> usize {
    at + text[at..].iter().take_while(|byte| byte.is_ascii_whitespace()).count()
}

/// The whole number at a place and where it ends; one that is too large for its type is as large as can be.
fn number(text: &[u8], at: usize) -> Option<(u64, usize)> {
    let digits = text[at..].iter().take_while(|byte| byte.is_ascii_digit());
    let (value, len) = digits.fold((0_u64, 0), |(value, len), byte| {
        (value.saturating_mul(10).saturating_add(u64::from(byte - b'0')), len + 1)
    });
    (len > 0).then_some((value, at + len))
}

/// Where a file is not what its header says. It is read all the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Difference {
    /// The number of alternatives.
    Alternatives {
        /// As the header says.
        header: u64,
        /// How many it names.
        named: u64,
    },
    /// The number of voters.
    Voters {
        /// As the header says.
        header: u64,
        /// The sum of the counts.
        found: u64,
    },
    /// The number of orders.
    UniqueOrders {
        /// As the header says.
        header: u64,
        /// How many lines there are.
        found: u64,
    },
    /// Ties where the type has none.
    Ties {
        /// The type.
        data_type: DataType,
        /// The first such line.
        first: u64,
        /// How many there are.
        lines: u64,
    },
    /// Orders that leave alternatives out where the type has none.
    Incomplete {
        /// The type.
        data_type: DataType,
        /// The first such line.
        first: u64,
        /// How many there are.
        lines: u64,
    },
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Alternatives { header, named } => {
                write!(f, "{header} alternatives by the header, which names {named}")
            }
            Self::Voters { header, found } => {
                write!(f, "{header} voters by the header, {found} by the orders")
            }
            Self::UniqueOrders { header, found } => {
                write!(f, "{header} different orders by the header, {found} lines")
            }
            Self::Ties { data_type, first, lines } => {
                write!(
                    f,
                    "{lines} orders with ties in a file of type {data_type:?}, the first in line {first}"
                )
            }
            Self::Incomplete { data_type, first, lines } => {
                write!(
                    f,
                    "{lines} incomplete orders in a file of type {data_type:?}, the first in line {first}"
                )
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use proptest::prelude::*;

    use super::*;
    use crate::consensus::testing::shared;

    type Orders = Vec<(u64, Vec<Vec<u32>>)>;

    fn read(text: &[u8]) -> Result<(Header, Orders, Vec<Difference>), Error> {
        let mut reader = Reader::new(text)?;
        let mut orders = Vec::new();
        while let Some(order) = reader.next_order()? {
            orders.push((order.count, order.groups().map(<[u32]>::to_vec).collect()));
        }
        Ok((reader.header().clone(), orders, reader.differences()))
    }

    fn error(text: &str) -> (usize, usize, &'static str, String) {
        let error = read(text.as_bytes()).unwrap_err();
        let position = error.problems()[0].position().unwrap();
        (position.line, position.column, error.code(), error.to_string())
    }

    #[test]
    fn a_file_with_ties_gaps_blanks_and_ids_of_its_own() {
        let text = "\u{feff}# TITLE: A: b\r\n# ALTERNATIVE NAME 7: seven\r\n# ALTERNATIVE NAME 3: three\r\n\
                    # ALTERNATIVE NAME 4: \r\n\r\n 2 : { 7 , 3 } , 4 \r\n1: 3";
        let (header, orders, differences) = read(text.as_bytes()).unwrap();
        assert_eq!(header.value("TITLE"), Some("A: b"));
        assert_eq!(header.names.iter().map(|name| name.0).collect::<Vec<_>>(), [3, 4, 7]);
        assert_eq!((header.index(7), header.index(1)), (Some(2), None));
        assert_eq!(orders, [(2, vec![vec![2, 0], vec![1]]), (1, vec![vec![0]])]);
        assert!(differences.is_empty());
    }

    #[test]
    fn what_the_header_says_is_compared() {
        let text = "# DATA TYPE: soc\n# NUMBER ALTERNATIVES: 3\n# NUMBER VOTERS: 9\n# NUMBER UNIQUE ORDERS: 1\n\
                    # ALTERNATIVE NAME 1: a\n# ALTERNATIVE NAME 2: b\n4: 1,2\n4: {1,2}\n3: 2\n";
        let (_, _, differences) = read(text.as_bytes()).unwrap();
        let texts: Vec<String> = differences.iter().map(Difference::to_string).collect();
        assert_eq!(
            texts,
            [
                "3 alternatives by the header, which names 2",
                "9 voters by the header, 11 by the orders",
                "1 different orders by the header, 3 lines",
                "1 orders with ties in a file of type Soc, the first in line 8",
                "1 incomplete orders in a file of type Soc, the first in line 9",
            ]
        );
    }

    #[test]
    fn every_error_says_where() {
        let head = "# NUMBER ALTERNATIVES: 3\n";
        let order = |line: &str| error(&format!("{head}{line}"));
        let found = |line: usize, column: usize, code, text: &str| (line, column, code, text.to_owned());
        let unexpected = "formats.unexpected";
        assert_eq!(
            order("1: 1,4"),
            found(
                2,
                6,
                "formats.unknown-id",
                "2:6 found \"4\", expected the id of one of the 3 alternatives [formats.unknown-id]"
            )
        );
        assert_eq!(
            order("1: 1,{2,1}"),
            found(
                2,
                9,
                "formats.repeated",
                "2:9 found the alternative \"1\" twice on one ballot, expected everything at most once [formats.repeated]"
            )
        );
        assert_eq!(
            order("1: {1,2"),
            found(
                2,
                8,
                unexpected,
                "2:8 found the end of the line, expected a comma or a closing brace [formats.unexpected]"
            )
        );
        assert_eq!(
            order("1: 1 2"),
            found(
                2,
                6,
                unexpected,
                "2:6 found '2', expected a comma or the end of the line [formats.unexpected]"
            )
        );
        assert_eq!(
            order("\n1: é"),
            found(
                3,
                4,
                unexpected,
                "3:4 found 'é', expected the number of an alternative [formats.unexpected]"
            )
        );
        for (line, column, code) in [
            ("1:", 3, unexpected),
            ("1: {}", 5, unexpected),
            ("1: 1,,2", 6, unexpected),
            ("1: 1,", 6, unexpected),
            ("1: {{1},2}", 5, unexpected),
            ("1: 1}", 5, unexpected),
            ("1 1,2", 3, unexpected),
            ("x", 1, unexpected),
            ("# NUMBER VOTERS: 4\n1: 1\n# TITLE: late", 1, unexpected),
            ("0: 1", 1, "formats.bad-value"),
            ("1: 99999999999999999999", 4, "formats.unknown-id"),
            ("18446744073709551615: 1\n1: 2", 1, "formats.bad-value"),
            ("# ALTERNATIVE NAME 1: a\n# ALTERNATIVE NAME 1: b\n1: 1", 1, "formats.duplicate-id"),
            ("# NUMBER VOTERS: many\n1: 1", 18, "formats.bad-value"),
            ("# DATA TYPE: cat\n1: 1", 14, "formats.bad-value"),
            ("# ALTERNATIVE NAME x: a", 23, "formats.bad-value"),
            ("# TITLE\n", 1, "formats.unexpected"),
        ] {
            let error = order(line);
            assert_eq!((error.1, error.2), (column, code), "{line}: {}", error.3);
        }
        assert_eq!(error("").2, "formats.missing-field");
        assert_eq!(error("1: 1,2").2, "formats.missing-field");
        assert_eq!(error("# NUMBER ALTERNATIVES: 99999999999").2, "formats.limit");
        assert_eq!(read(b"# TITLE: \xff\n").unwrap_err().code(), "formats.encoding");
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(
            text in prop_oneof![
                prop::collection::vec(any::<u8>(), 0..60),
                "(# NUMBER ALTERNATIVES: [0-9]\n)?([0-9]: [0-9,{} ]{0,9}\n){0,4}".prop_map(String::into_bytes),
            ],
        ) {
            if let Ok((header, orders, _)) = read(&text) {
                for (_, groups) in orders {
                    let mut items: Vec<u32> = groups.concat();
                    let len = items.len();
                    items.sort_unstable();
                    items.dedup();
                    prop_assert!(len == items.len() && len > 0);
                    prop_assert!(items.iter().all(|&item| (item as usize) < header.names.len()));
                }
            }
        }

        #[test]
        fn what_is_written_is_read(orders in prop::collection::vec(
            (1..9_u64, prop::collection::vec(prop::option::of(0..5_u8), 5)), 0..6,
        )) {
            let orders: Orders = orders.into_iter()
                .map(|(count, levels)| (count, crate::consensus::testing::groups(&levels)))
                .filter(|(_, groups)| !groups.is_empty())
                .collect();
            let mut text = String::from("# NUMBER ALTERNATIVES: 5\n");
            for (count, groups) in &orders {
                let group = |group: &Vec<u32>| {
                    let ids: Vec<String> = group.iter().map(|item| (item + 1).to_string()).collect();
                    if ids.len() > 1 { format!("{{{}}}", ids.join(",")) } else { ids.concat() }
                };
                let groups: Vec<String> = groups.iter().map(group).collect();
                writeln!(text, "{count}: {}", groups.join(",")).unwrap();
            }
            prop_assert_eq!(read(text.as_bytes()).unwrap().1, orders);
        }
    }

    #[test]
    fn real_files_are_what_their_headers_say() {
        let Some(folder) = shared("data/preflib") else { return };
        let mut files = 0;
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let ending = path.extension().and_then(|ending| ending.to_str()).and_then(DataType::from_name);
            let Some(data_type) = ending else { continue };
            let (header, orders, differences) = read(&std::fs::read(&path).unwrap()).unwrap();
            assert_eq!(header.data_type, Some(data_type), "{}", path.display());
            assert_eq!(Some(orders.len() as u64), header.unique_orders, "{}", path.display());
            assert!(differences.is_empty(), "{}: {differences:?}", path.display());
            files += 1;
        }
        assert!(files > 50);
    }
}
