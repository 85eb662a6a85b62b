//! Why: the one type in which every room gives its reasons, and their rendering to plain sentences.

use std::fmt::{self, Write};

use serde::{Serialize, Serializer};

use crate::programme::Id;

/// A fact, and the facts that it rests on.
///
/// Printed, it is one plain sentence that names at most three causes, the greatest first. [`tree`](Reason::tree) prints all of it, and
/// the fields are open to whoever renders it otherwise. Serialized, it is that sentence and the tree's facts.
///
/// ```
/// use cxrank::reason::{Fact, Quantity, Reason};
/// let reason = Reason::new(Fact::Scores { code: "CX-01".into(), score: Quantity::new(3.1, "points per 100,000 EUR") })
///     .because(Reason::new(Fact::Adds { criterion: "trust".into(), amount: Quantity::new(4.0, "points") }))
///     .because(Reason::new(Fact::Costs { amount: Quantity::new(130_000.0, "EUR") }));
/// assert_eq!(
///     reason.to_string(),
///     "CX-01 scores 3.1 points per 100,000 EUR: trust adds 4 points, and it takes 130,000 EUR.",
/// );
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Reason {
    /// What is so.
    pub fact: Fact,
    /// Why, in the order of telling: the greatest cause first.
    pub because: Vec<Reason>,
}

/// A number with its unit.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Quantity {
    /// The number.
    pub value: f64,
    /// What it counts; may be empty.
    pub unit: String,
}

/// What is so: each a sentence with its numbers and ids.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Fact {
    /// An initiative has a score.
    Scores {
        /// The initiative.
        code: Id,
        /// The score.
        score: Quantity,
    },
    /// A criterion adds to a score or a gap, or takes from it.
    Adds {
        /// The criterion.
        criterion: Id,
        /// How much.
        amount: Quantity,
    },
    /// What an initiative takes.
    Costs {
        /// How much.
        amount: Quantity,
    },
    /// An initiative has no score.
    Unscored {
        /// The initiative.
        code: Id,
        /// What it lacks, as words.
        missing: Vec<String>,
    },
    /// An initiative is not up for ranking.
    NotRanked {
        /// The initiative.
        code: Id,
        /// Its status, as words.
        status: &'static str,
        /// The reason that was given for it.
        given: Option<String>,
    },
    /// One initiative stands above another.
    Above {
        /// The upper.
        above: Id,
        /// The lower.
        below: Id,
        /// By how much.
        gap: Quantity,
    },
    /// Two initiatives are exactly level; the code decides which is listed first.
    Level {
        /// Listed first.
        first: Id,
        /// Listed after it.
        second: Id,
    },
    /// An initiative stands before something that it needs.
    BeforeItsPrerequisite {
        /// The initiative.
        code: Id,
        /// What it needs.
        needs: Id,
    },
    /// A change of one input that brings an initiative level with one above it.
    LevelOnce {
        /// What draws level.
        below: Id,
        /// With what.
        above: Id,
        /// What changes, as words.
        input: String,
        /// What it would be.
        to: Quantity,
        /// What it is.
        from: Quantity,
    },
    /// An estimate that is worth knowing better.
    WorthKnowing {
        /// Whose estimate.
        code: Id,
        /// Of what.
        criterion: Id,
        /// What knowing it would add to the plan on average.
        gain: Quantity,
    },
    /// An initiative needs something that will not be done.
    Blocked {
        /// The initiative.
        code: Id,
        /// What it needs.
        needs: Id,
        /// The status of that, as words.
        status: &'static str,
    },
}

impl Reason {
    /// A fact without causes.
    pub fn new(fact: Fact) -> Self {
        Reason { fact, because: Vec::new() }
    }

    /// Adds a cause.
    pub fn because(mut self, cause: Reason) -> Self {
        self.because.push(cause);
        self
    }

    /// Everything, one fact a line, causes indented below what they cause.
    pub fn tree(&self) -> String {
        let mut text = String::new();
        // Trees are as deep as rooms nest causes, which is not up to the data; a stack of work costs nothing all the same.
        let mut work = vec![(0, self)];
        while let Some((depth, reason)) = work.pop() {
            let _ = writeln!(text, "{:1$}{2}", "", depth * 2, reason.fact);
            work.extend(reason.because.iter().rev().map(|cause| (depth + 1, cause)));
        }
        text
    }
}

/// How many causes a sentence names.
const MOST_CAUSES: usize = 3;

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.fact)?;
        let shown = &self.because[..self.because.len().min(MOST_CAUSES)];
        for (i, cause) in shown.iter().enumerate() {
            let joint = match i {
                0 => ": ",
                _ if i + 1 == shown.len() => ", and ",
                _ => ", ",
            };
            write!(f, "{joint}{}", cause.fact)?;
        }
        match self.because.len() - shown.len() {
            0 => f.write_str("."),
            1 => f.write_str(" (and one lesser cause)."),
            more => write!(f, " (and {more} lesser causes)."),
        }
    }
}

impl fmt::Display for Fact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fact::Scores { code, score } => write!(f, "{code} scores {score}"),
            Fact::Adds { criterion, amount } if amount.value < 0.0 => {
                write!(f, "{criterion} takes away {}", Quantity::new(-amount.value, amount.unit.as_str()))
            }
            Fact::Adds { criterion, amount } => write!(f, "{criterion} adds {amount}"),
            Fact::Costs { amount } => write!(f, "it takes {amount}"),
            Fact::Unscored { code, missing } => {
                write!(f, "{code} has no score: it lacks {}", missing.join(", "))
            }
            Fact::NotRanked { code, status, given: None } => write!(f, "{code} is {status}"),
            Fact::NotRanked { code, status, given: Some(given) } => {
                write!(f, "{code} is {status} ({})", given.trim_end_matches('.'))
            }
            Fact::Above { above, below, gap } => write!(f, "{above} stands {gap} above {below}"),
            Fact::Level { first, second } => {
                write!(f, "{first} and {second} are level, and the code decides")
            }
            Fact::BeforeItsPrerequisite { code, needs } => {
                write!(f, "{code} stands before {needs}, which it needs")
            }
            Fact::LevelOnce { below, above, input, to, from } => {
                write!(f, "{below} draws level with {above} once {input} is {to} instead of {from}")
            }
            Fact::WorthKnowing { code, criterion, gain } => {
                write!(f, "knowing the `{criterion}` of {code} would add {gain} to the plan on average")
            }
            Fact::Blocked { code, needs, status } => write!(f, "{code} needs {needs}, which is {status}"),
        }
    }
}

impl Serialize for Reason {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl Quantity {
    /// A number with its unit.
    pub fn new(value: f64, unit: impl Into<String>) -> Self {
        Quantity { value, unit: unit.into() }
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&number(self.value))?;
        if self.unit.is_empty() { Ok(()) } else { write!(f, " {}", self.unit) }
    }
}

/// A number for people: three significant digits, thousands in groups and whole.
///
/// ```
/// use cxrank::reason::number;
/// assert_eq!(number(1_234_567.8), "1,234,568");
/// assert_eq!(number(12.345), "12.3");
/// assert_eq!(number(-0.000_286_4), "-0.000286");
/// assert_eq!(number(40.0), "40");
/// ```
pub fn number(x: f64) -> String {
    let magnitude = x.abs();
    if !x.is_finite() || magnitude >= 1e15 || (magnitude > 0.0 && magnitude < 1e-6) {
        return format!("{x:.2e}");
    }
    if magnitude >= 999.5 {
        let digits = format!("{magnitude:.0}");
        let mut text = String::from(if x < 0.0 { "-" } else { "" });
        for (i, digit) in digits.chars().enumerate() {
            if i > 0 && (digits.len() - i).is_multiple_of(3) {
                text.push(',');
            }
            text.push(digit);
        }
        return text;
    }
    // Found by trying, because a logarithm may round differently elsewhere.
    let decimals = (0..9).find(|&d| magnitude * 10f64.powi(d) >= 99.95).unwrap_or(9);
    let text = format!("{:.*}", usize::try_from(decimals).unwrap_or(0), x);
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    if text == "-0" { "0".into() } else { text.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_well() {
        for (x, text) in [
            (0.0, "0"),
            (-0.0, "0"),
            (1.0, "1"),
            (999.4, "999"),
            (999.5, "1,000"),
            (1000.0, "1,000"),
            (0.1, "0.1"),
            (99.96, "100"),
            (9.996, "10"),
            (-12.0, "-12"),
            (1e15, "1.00e15"),
            (1e-9, "1.00e-9"),
            (f64::INFINITY, "inf"),
            (123_456_789.0, "123,456,789"),
            (0.05, "0.05"),
        ] {
            assert_eq!(number(x), text, "{x}");
        }
    }

    #[test]
    fn a_sentence_names_three_causes_and_the_tree_all() {
        let cause = |name: &str| {
            Reason::new(Fact::Adds { criterion: name.into(), amount: Quantity::new(-1.5, "points") })
        };
        let mut reason = Reason::new(Fact::Level { first: "A".into(), second: "B".into() });
        reason.because = ["a", "b", "c", "d", "e"].map(cause).to_vec();
        assert_eq!(
            reason.to_string(),
            "A and B are level, and the code decides: a takes away 1.5 points, b takes away 1.5 points, and c takes away 1.5 points (and 2 lesser causes)."
        );
        assert_eq!(reason.tree().lines().count(), 6);
    }
}
