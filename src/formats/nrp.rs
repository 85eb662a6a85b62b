//! Next Release Problem `.txt`: requirements with costs, what is needed by what, and customers with profits.
//!
//! A file is a stream of whole numbers: the number of levels; for each level how many requirements it has and their costs; the number of
//! dependencies and as many pairs, the prerequisite first; the number of customers and for each profit, number of requests, and the
//! requests. Requirements count from 1 through all levels.
//!
//! # References
//!
//! Bagnall, Rayward-Smith & Whittley (2001), *The next release problem*, Information and Software Technology 43; Xuan, Jiang, Ren & Luo
//! (2012), *Solving the large scale next release problem with a backbone-based multilevel algorithm*, IEEE TSE 38, for the files.

use std::fmt;
use std::io::{self, Read};

/// A Next Release Problem, on indices from 0.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Problem {
    /// The cost of each requirement, not negative.
    pub costs: Vec<i64>,
    /// How many requirements each level has.
    pub levels: Vec<usize>,
    /// Pairs of a requirement and one that it needs, sorted, each once.
    pub requires: Vec<(u32, u32)>,
    /// The customers in the order of the file.
    pub customers: Vec<Customer>,
}

/// A customer, who is won if all requests are fulfilled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Customer {
    /// What it brings to win the customer, not negative.
    pub profit: i64,
    /// The requirements asked for, sorted, each once.
    pub requests: Vec<u32>,
}

/// What a reader may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the file; memory is a small multiple of it.
    pub bytes: usize,
    /// Mistakes that are listed; reading ends at the last.
    pub mistakes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { bytes: 1 << 26, mistakes: 100 }
    }
}

/// One thing that is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// The line, from 1.
    pub line: u64,
    /// The byte on the line, from 1.
    pub column: u64,
    /// What is wrong.
    pub kind: MistakeKind,
}

/// What is wrong at a place in a Next Release Problem file.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MistakeKind {
    /// Not a whole number from 0 up to what `i64` holds.
    Number {
        /// What should stand here.
        expected: &'static str,
        /// What does.
        found: String,
    },
    /// The file ends too early.
    End {
        /// What should come.
        expected: &'static str,
    },
    /// There is no such requirement.
    Requirement {
        /// What stands here.
        found: i64,
        /// How many requirements there are.
        count: usize,
    },
    /// A requirement needs itself.
    NeedsItself(i64),
    /// The file goes on after the last customer.
    TooMuch,
    /// The file is longer than [`Limits::bytes`].
    TooLong(usize),
    /// The stream failed.
    Io(io::ErrorKind),
}

impl MistakeKind {
    /// A stable name.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Number { .. } => "nrp.not-a-number",
            Self::End { .. } => "nrp.unexpected-end",
            Self::Requirement { .. } => "nrp.unknown-requirement",
            Self::NeedsItself(_) => "nrp.needs-itself",
            Self::TooMuch => "nrp.trailing-text",
            Self::TooLong(_) => "nrp.too-long",
            Self::Io(_) => "nrp.io",
        }
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}: ", self.line, self.column)?;
        match &self.kind {
            MistakeKind::Number { expected, found } => {
                write!(f, "expected {expected}, a whole number, but found {found:?}")
            }
            MistakeKind::End { expected } => {
                write!(f, "the file ends where {expected} should stand")
            }
            MistakeKind::Requirement { found, count } => {
                write!(f, "there is no requirement {found}, only 1 to {count}")
            }
            MistakeKind::NeedsItself(id) => write!(f, "requirement {id} needs itself"),
            MistakeKind::TooMuch => write!(f, "the file goes on after the last customer"),
            MistakeKind::TooLong(limit) => write!(f, "the file is longer than {limit} bytes"),
            MistakeKind::Io(kind) => write!(f, "reading failed: {kind}"),
        }
    }
}

/// All that is wrong with a file, at least one mistake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadError {
    /// The mistakes in the order of the file.
    pub mistakes: Vec<Mistake>,
    /// Whether reading ended before the end of the file, so that there may be more.
    pub stopped: bool,
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, mistake) in self.mistakes.iter().enumerate() {
            write!(f, "{}{mistake}", if i == 0 { "" } else { "\n" })?;
        }
        if self.stopped {
            write!(f, "\nreading stopped here")?;
        }
        Ok(())
    }
}

impl std::error::Error for ReadError {}

/// Reads a problem.
///
/// # Errors
///
/// [`ReadError`] with every mistake that does not make the rest unreadable; a wrong count does.
///
/// # Examples
///
/// ```
/// use cxrank::formats::nrp::{Limits, read};
///
/// let problem = read("1  3  5 2 4  1  1 3  2  10 1 3  7 2 1 2".as_bytes(), &Limits::default())?;
/// assert_eq!(problem.costs, [5, 2, 4]);
/// assert_eq!(problem.requires, [(2, 0)]);
/// assert_eq!(problem.customers[1].requests, [0, 1]);
///
/// let error = read("1\n2\n5 x\n0 1\n10 1 3".as_bytes(), &Limits::default()).unwrap_err();
/// assert_eq!(error.mistakes[0].to_string(), "line 3, column 3: expected a cost, a whole number, but found \"x\"");
/// assert_eq!(error.mistakes[1].to_string(), "line 5, column 6: there is no requirement 3, only 1 to 2");
/// # Ok::<(), cxrank::formats::nrp::ReadError>(())
/// ```
pub fn read<R: Read>(input: R, limits: &Limits) -> Result<Problem, ReadError> {
    let mut text = Vec::new();
    let mut mistakes = Vec::new();
    let read = input.take(limits.bytes as u64 + 1).read_to_end(&mut text);
    let kind = match read {
        Err(e) => Some(MistakeKind::Io(e.kind())),
        Ok(_) if text.len() > limits.bytes => Some(MistakeKind::TooLong(limits.bytes)),
        Ok(_) => None,
    };
    if let Some(kind) = kind {
        mistakes.push(Mistake { line: 1, column: 1, kind });
        return Err(ReadError { mistakes, stopped: true });
    }
    let mut numbers = Numbers { text: &text, at: 0, start: 0, mistakes, limit: limits.mistakes.max(1) };
    match numbers.problem() {
        Ok(problem) if numbers.mistakes.is_empty() => Ok(problem),
        done => Err(ReadError { mistakes: numbers.mistakes, stopped: done.is_err() }),
    }
}

/// There is no reading on.
struct Stop;

/// The numbers of a file. Methods that have to stop reading return [`Stop`], a mistake having been noted.
struct Numbers<'a> {
    text: &'a [u8],
    at: usize,
    /// Where the last number starts.
    start: usize,
    mistakes: Vec<Mistake>,
    limit: usize,
}

impl Numbers<'_> {
    fn problem(&mut self) -> Result<Problem, Stop> {
        let mut problem = Problem::default();
        for _ in 0..self.count("the number of levels")? {
            let size = self.count("the number of requirements of a level")?;
            for _ in 0..size {
                problem.costs.push(self.amount("a cost")?);
            }
            problem.levels.push(size);
        }
        let count = problem.costs.len();
        for _ in 0..self.count("the number of dependencies")? {
            let needed = self.requirement(count)?;
            let needs = self.requirement(count)?;
            if needed == needs {
                self.mistake(self.start, MistakeKind::NeedsItself(i64::from(needs) + 1))?;
            }
            problem.requires.push((needs, needed));
        }
        problem.requires.sort_unstable();
        problem.requires.dedup();
        for _ in 0..self.count("the number of customers")? {
            let profit = self.amount("a profit")?;
            let mut requests = Vec::new();
            for _ in 0..self.count("a number of requests")? {
                requests.push(self.requirement(count)?);
            }
            requests.sort_unstable();
            requests.dedup();
            problem.customers.push(Customer { profit, requests });
        }
        if self.word().is_some() {
            self.mistake(self.start, MistakeKind::TooMuch)?;
        }
        Ok(problem)
    }

    fn word(&mut self) -> Option<&[u8]> {
        let blank = |text: &[u8]| text.iter().take_while(|c| c.is_ascii_whitespace()).count();
        self.start = self.at + blank(&self.text[self.at..]);
        let length = self.text[self.start..].iter().take_while(|c| !c.is_ascii_whitespace()).count();
        self.at = self.start + length;
        (length > 0).then_some(&self.text[self.start..self.at])
    }

    /// The next number; `None` if something else stands there.
    fn number(&mut self, expected: &'static str) -> Result<Option<i64>, Stop> {
        let Some(word) = self.word() else {
            self.mistake(self.start, MistakeKind::End { expected })?;
            return Err(Stop);
        };
        let number = std::str::from_utf8(word).ok().and_then(|w| w.parse::<i64>().ok()).filter(|&n| n >= 0);
        if number.is_none() {
            let found = String::from_utf8_lossy(&word[..word.len().min(60)]).into_owned();
            self.mistake(self.start, MistakeKind::Number { expected, found })?;
        }
        Ok(number)
    }

    fn amount(&mut self, expected: &'static str) -> Result<i64, Stop> {
        Ok(self.number(expected)?.unwrap_or(0))
    }

    fn count(&mut self, expected: &'static str) -> Result<usize, Stop> {
        self.number(expected)?.and_then(|n| usize::try_from(n).ok()).ok_or(Stop)
    }

    fn requirement(&mut self, count: usize) -> Result<u32, Stop> {
        let Some(found) = self.number("a requirement")? else {
            return Ok(0);
        };
        if found < 1 || found as u64 > count as u64 {
            self.mistake(self.start, MistakeKind::Requirement { found, count })?;
        }
        Ok(u32::try_from(found - 1).unwrap_or(0))
    }

    fn mistake(&mut self, at: usize, kind: MistakeKind) -> Result<(), Stop> {
        let before = &self.text[..at];
        let line = 1 + before.iter().filter(|&&c| c == b'\n').count() as u64;
        let column = 1 + before.iter().rev().take_while(|&&c| c != b'\n').count() as u64;
        self.mistakes.push(Mistake { line, column, kind });
        (self.mistakes.len() < self.limit).then_some(()).ok_or(Stop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mistakes(text: &str) -> String {
        read(text.as_bytes(), &Limits::default()).unwrap_err().to_string()
    }

    #[test]
    fn what_a_file_says() {
        let text = "2\r\n2\r\n5 6\r\n1\r\n9\r\n3\r\n1 3\n2 3\n1 3\n2\n10 3 3 1 3\n7 0\n";
        let problem = read(text.as_bytes(), &Limits::default()).unwrap();
        assert_eq!((problem.costs, problem.levels), (vec![5, 6, 9], vec![2, 1]));
        assert_eq!(problem.requires, [(2, 0), (2, 1)]);
        assert_eq!(problem.customers[0], Customer { profit: 10, requests: vec![0, 2] });
        assert_eq!(problem.customers[1], Customer { profit: 7, requests: vec![] });
    }

    #[test]
    fn all_mistakes_at_once() {
        assert_eq!(
            mistakes("1\n2\n5 -6\n2\n1 1\n0 2\n1\n1.5 1 3 4"),
            "line 3, column 3: expected a cost, a whole number, but found \"-6\"\n\
             line 5, column 3: requirement 1 needs itself\n\
             line 6, column 1: there is no requirement 0, only 1 to 2\n\
             line 8, column 1: expected a profit, a whole number, but found \"1.5\"\n\
             line 8, column 7: there is no requirement 3, only 1 to 2\n\
             line 8, column 9: the file goes on after the last customer"
        );
    }

    #[test]
    fn counts_that_cannot_be_trusted() {
        assert_eq!(
            mistakes(""),
            "line 1, column 1: the file ends where the number of levels should stand\nreading stopped here"
        );
        assert_eq!(
            mistakes("9000000000000000000 1 5"),
            "line 1, column 24: the file ends where the number of requirements of a level should stand\nreading stopped here"
        );
        assert_eq!(
            mistakes("1 x 5"),
            "line 1, column 3: expected the number of requirements of a level, a whole number, but found \"x\"\nreading stopped here"
        );
        assert_eq!(
            mistakes("99999999999999999999"),
            "line 1, column 1: expected the number of levels, a whole number, but found \"99999999999999999999\"\nreading stopped here"
        );
    }
}
