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

use std::io::Read;

use super::research::{Problems, ResearchFault, Stop, characters, excerpt, limit, problem};
use crate::Error;
use crate::error::quoted;

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
    /// Problems that are listed; reading ends at one more.
    pub problems: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { bytes: 1 << 26, problems: 100 }
    }
}

/// Reads a problem.
///
/// # Errors
///
/// Every problem that does not make the rest unreadable, with its line and column; a wrong count does.
/// [`ResearchFault`] lists them.
///
/// # Complexity
///
/// O(b log b) for a file of b bytes, in memory for a small multiple of them.
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
/// assert_eq!(error.problems()[0].to_string(), "3:3 found \"x\", expected a cost, a number in range [formats.not-a-number]");
/// assert_eq!(error.problems()[1].to_string(), "5:6 found \"3\", expected the id of one of the 2 requirements [formats.unknown-id]");
/// # Ok::<(), cxrank::Error>(())
/// ```
pub fn read<R: Read>(input: R, limits: &Limits) -> Result<Problem, Error> {
    let mut text = Vec::new();
    let read = input.take((limits.bytes as u64).saturating_add(1)).read_to_end(&mut text);
    let fault = match read {
        Err(e) => Some(ResearchFault::Io(e.kind())),
        Ok(_) if text.len() > limits.bytes => Some(limit("bytes in the file", limits.bytes)),
        Ok(_) => None,
    };
    if let Some(fault) = fault {
        return Err(Error::new(vec![problem(1, 1, fault)]));
    }
    let mut numbers = Numbers { text: &text, at: 0, start: 0, problems: Problems::new(limits.problems) };
    match numbers.problem() {
        Ok(problem) if numbers.problems.is_empty() => Ok(problem),
        // Why reading stopped, where it did, is among the problems.
        _ => Err(Error::new(numbers.problems.into_list())),
    }
}

/// The numbers of a file. Methods that have to stop reading return [`Stop`], a problem having been noted.
struct Numbers<'a> {
    text: &'a [u8],
    at: usize,
    /// Where the last number starts.
    start: usize,
    problems: Problems,
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
                self.fault(self.start, ResearchFault::SelfRequirement { id: i64::from(needs) + 1 })?;
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
        if let Some(word) = self.word() {
            let found = quoted(&excerpt(word));
            self.fault(self.start, ResearchFault::Unexpected { found, expected: "the end of the file" })?;
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
            let found = "the end of the file".to_owned();
            self.fault(self.start, ResearchFault::Unexpected { found, expected })?;
            return Err(Stop);
        };
        let number = std::str::from_utf8(word).ok().and_then(|w| w.parse::<i64>().ok()).filter(|&n| n >= 0);
        if number.is_none() {
            let found = excerpt(word);
            self.fault(self.start, ResearchFault::NotANumber { field: expected, found })?;
        }
        Ok(number)
    }

    fn amount(&mut self, expected: &'static str) -> Result<i64, Stop> {
        Ok(self.number(expected)?.unwrap_or(0))
    }

    fn count(&mut self, expected: &'static str) -> Result<usize, Stop> {
        Ok(usize::try_from(self.number(expected)?.ok_or(Stop)?).unwrap_or(usize::MAX))
    }

    fn requirement(&mut self, count: usize) -> Result<u32, Stop> {
        let Some(found) = self.number("a requirement")? else {
            return Ok(0);
        };
        if found < 1 || found as u64 > count as u64 {
            let id = found.to_string();
            self.fault(self.start, ResearchFault::UnknownId { what: "requirement", id, count })?;
        }
        Ok(u32::try_from(found - 1).unwrap_or(0))
    }

    fn fault(&mut self, at: usize, fault: ResearchFault) -> Result<(), Stop> {
        let before = &self.text[..at];
        let line_start = before.iter().rposition(|&c| c == b'\n').map_or(0, |at| at + 1);
        let line = 1 + before[..line_start].iter().filter(|&&c| c == b'\n').count() as u64;
        self.problems.push(problem(line, 1 + characters(&before[line_start..]), fault))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(text: &str) -> String {
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
    fn all_problems_at_once() {
        assert_eq!(
            problems("1\n2\n5 -6\n2\n1 1\n0 2\n1\n1.5 1 3 4"),
            "3:3 found \"-6\", expected a cost, a number in range [formats.not-a-number]\n\
             5:3 found requirement 1 needing itself, expected another [formats.self-requirement]\n\
             6:1 found \"0\", expected the id of one of the 2 requirements [formats.unknown-id]\n\
             8:1 found \"1.5\", expected a profit, a number in range [formats.not-a-number]\n\
             8:7 found \"3\", expected the id of one of the 2 requirements [formats.unknown-id]\n\
             8:9 found \"4\", expected the end of the file [formats.unexpected]"
        );
    }

    #[test]
    fn counts_that_cannot_be_trusted() {
        assert_eq!(
            problems(""),
            "1:1 found the end of the file, expected the number of levels [formats.unexpected]"
        );
        assert_eq!(
            problems("9000000000000000000 1 5"),
            "1:24 found the end of the file, expected the number of requirements of a level [formats.unexpected]"
        );
        assert_eq!(
            problems("1 x 5"),
            "1:3 found \"x\", expected the number of requirements of a level, a number in range [formats.not-a-number]"
        );
        assert_eq!(
            problems("99999999999999999999"),
            "1:1 found \"99999999999999999999\", expected the number of levels, a number in range [formats.not-a-number]"
        );
    }
}
