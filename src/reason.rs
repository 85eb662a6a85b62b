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
    /// By the stakeholders' rule one initiative stands above another.
    AboveByRule {
        /// The upper.
        above: Id,
        /// The lower.
        below: Id,
        /// The rule with its convention.
        rule: &'static str,
    },
    /// Some stakeholders prefer one initiative to another.
    Prefer {
        /// The stakeholders.
        who: Vec<Id>,
        /// What they prefer.
        first: Id,
        /// To what.
        second: Id,
        /// Their weight.
        votes: f64,
    },
    /// Some stakeholders say nothing about two initiatives, or hold them level.
    Silent {
        /// The stakeholders.
        who: Vec<Id>,
        /// Their weight.
        votes: f64,
    },
    /// Schulze: a way of majorities that no way back matches.
    StrongestPath {
        /// From the upper to the lower.
        codes: Vec<Id>,
    },
    /// Ranked pairs: a chain of locked pairs.
    LockedPairs {
        /// From the upper to the lower.
        codes: Vec<Id>,
    },
    /// Kemeny: an order with the two the other way round disagrees with more votes.
    TurningCosts {
        /// What would stand above.
        first: Id,
        /// What would stand below.
        second: Id,
        /// How many more votes, summed over the pairs.
        votes: f64,
    },
    /// Scores by a rule.
    RuleScores {
        /// Of the upper.
        above: f64,
        /// Of the lower.
        below: f64,
    },
    /// A ballot gave all its points to one initiative.
    AllPointsOnOne {
        /// Whose it is.
        stakeholder: Id,
        /// The initiative.
        code: Id,
    },
    /// A ballot holds everything level.
    EverythingLevel {
        /// Whose it is.
        stakeholder: Id,
    },
    /// An initiative is last on every ballot of one side.
    LastOnOneSide {
        /// The initiative.
        code: Id,
        /// The side.
        side: Id,
        /// How many ballots the side has.
        ballots: usize,
        /// How many other ballots rank the initiative.
        elsewhere: usize,
        /// On how many of these it is last.
        elsewhere_last: usize,
    },
    /// An initiative stands at another rank than before.
    Stands {
        /// The initiative.
        code: Id,
        /// The rank before; `None` if it was not ranked.
        from: Option<usize>,
        /// The rank now; `None` if it is not ranked.
        to: Option<usize>,
    },
    /// An initiative stands at another place in a recommended order than before.
    Recommended {
        /// The place before.
        from: usize,
        /// The place now.
        to: usize,
        /// What moved it, as words.
        causes: Vec<&'static str>,
    },
    /// A group of inputs changed a score.
    Shifts {
        /// The group, as words.
        cause: &'static str,
        /// By how much.
        amount: Quantity,
    },
    /// What others did.
    Others {
        /// What, as words: "passed it".
        verb: &'static str,
        /// Who.
        codes: Vec<Id>,
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
    /// An initiative needs something that is not planned.
    NeedsUnplanned {
        /// The initiative.
        code: Id,
        /// What it needs.
        needs: Id,
    },
    /// An initiative is not in the order that was to be planned.
    NotInOrder {
        /// The initiative.
        code: Id,
    },
    /// An initiative would not end within the plan if there were nothing else.
    CannotEnd {
        /// The initiative.
        code: Id,
        /// How many periods the plan has.
        periods: u32,
    },
    /// What was planned before an initiative leaves no room for it.
    NoRoom {
        /// The initiative.
        code: Id,
        /// How many periods the plan has.
        periods: u32,
        /// What there is least of among what it takes: a team, a unit, cash.
        scarce: Option<String>,
    },
    /// An initiative or outcome cannot be put in sequence, because something is not known.
    LeftOut {
        /// The initiative or outcome.
        id: Id,
        /// What it lacks, as words.
        missing: Vec<String>,
    },
    /// An initiative or outcome needs something that is left out.
    NeedsLeftOut {
        /// The initiative or outcome.
        id: Id,
        /// What it needs.
        needs: Id,
    },
    /// All that an outcome requires is done.
    Realised {
        /// The outcome.
        id: Id,
    },
    /// Some initiatives form a batch.
    WorthTogether {
        /// How many.
        initiatives: usize,
        /// What they bring per effort.
        density: Quantity,
    },
    /// Nothing in a batch counts without these.
    NothingWithout {
        /// The initiatives.
        codes: Vec<Id>,
    },
    /// An initiative is needed for benefit beyond its own.
    Unlocks {
        /// The initiative.
        code: Id,
        /// The benefit in its batch that needs it.
        benefit: Quantity,
    },
    /// A batch falls into parts that are equally worth it, so that the density does not say which comes first.
    EqualParts {
        /// How many.
        parts: usize,
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
            Fact::AboveByRule { above, below, rule } => write!(f, "{above} stands above {below} by {rule}"),
            Fact::Prefer { who, first, second, .. } if who.is_empty() => {
                write!(f, "nobody prefers {first} to {second}")
            }
            Fact::Prefer { who, first, second, votes } => {
                write!(f, "{} prefer{} {first} to {second} (weight {})", list(who), s(who), number(*votes))
            }
            Fact::Silent { who, .. } if who.is_empty() => f.write_str("nobody is silent on the two"),
            Fact::Silent { who, votes } => {
                write!(f, "{} say{} nothing on the two (weight {})", list(who), s(who), number(*votes))
            }
            Fact::StrongestPath { codes } => {
                write!(f, "no way back is as strong as {}", codes.join(" over "))
            }
            Fact::LockedPairs { codes } => write!(f, "the pairs {} are locked", codes.join(" over ")),
            Fact::TurningCosts { first, second, votes } if *votes == 0.0 => {
                write!(f, "an order with {first} above {second} would be as good")
            }
            Fact::TurningCosts { first, second, votes } => {
                write!(f, "with {first} above {second} the ballots would disagree by {} more", number(*votes))
            }
            Fact::RuleScores { above, below } => {
                write!(f, "{} against {} by the rule", number(*above), number(*below))
            }
            Fact::AllPointsOnOne { stakeholder, code } => {
                write!(f, "{stakeholder} gave all points to {code}")
            }
            Fact::EverythingLevel { stakeholder } => write!(f, "{stakeholder} holds everything level"),
            Fact::LastOnOneSide { code, side, ballots, elsewhere, elsewhere_last } => write!(
                f,
                "{code} is last on all {ballots} ballots of {side}, and on {elsewhere_last} of the {elsewhere} others that rank it"
            ),
            Fact::Stands { code, from, to } => match (from, to) {
                (Some(from), Some(to)) if from == to => write!(f, "{code} stays at {to}"),
                (Some(from), Some(to)) => write!(f, "{code} moves from {from} to {to}"),
                (None, Some(to)) => write!(f, "{code} comes in at {to}"),
                (Some(from), None) => write!(f, "{code} leaves from {from}"),
                (None, None) => write!(f, "{code} is not ranked"),
            },
            Fact::Recommended { from, to, causes } => {
                write!(f, "the recommended order moves it from {from} to {to} ({})", causes.join(", "))
            }
            Fact::Shifts { cause, amount } => {
                let sign = if amount.value > 0.0 { "+" } else { "" };
                write!(f, "{cause} {sign}{amount}")
            }
            Fact::Others { verb, codes } => {
                const MOST: usize = 4;
                let named: Vec<&str> = codes.iter().take(MOST).map(Id::as_str).collect();
                f.write_str(&named.join(", "))?;
                if codes.len() > MOST {
                    write!(f, " and {} more", codes.len() - MOST)?;
                }
                write!(f, " {verb}")
            }
            Fact::LevelOnce { below, above, input, to, from } => {
                write!(f, "{below} draws level with {above} once {input} is {to} instead of {from}")
            }
            Fact::WorthKnowing { code, criterion, gain } => {
                write!(f, "knowing the `{criterion}` of {code} would add {gain} to the plan on average")
            }
            Fact::Blocked { code, needs, status } => write!(f, "{code} needs {needs}, which is {status}"),
            Fact::NeedsUnplanned { code, needs } => write!(f, "{code} needs {needs}, which is not planned"),
            Fact::NotInOrder { code } => write!(f, "{code} is not in the order that was to be planned"),
            Fact::CannotEnd { code, periods } => {
                write!(f, "{code} cannot end within {periods} periods, even alone")
            }
            Fact::NoRoom { code, periods, scarce: None } => {
                write!(f, "{code} finds no room within {periods} periods")
            }
            Fact::NoRoom { code, periods, scarce: Some(scarce) } => {
                write!(f, "{code} finds no room within {periods} periods: it is short of {scarce}")
            }
            Fact::LeftOut { id, missing } => write!(f, "{id} is left out: it lacks {}", missing.join(", ")),
            Fact::NeedsLeftOut { id, needs } => write!(f, "{id} needs {needs}, which is left out"),
            Fact::Realised { id } => write!(f, "{id} is realised already"),
            Fact::WorthTogether { initiatives: 1, density } => {
                write!(f, "this one is worth it by itself, at {density}")
            }
            Fact::WorthTogether { initiatives, density } => {
                write!(f, "these {} are worth it together, at {density}", count_words(*initiatives))
            }
            Fact::NothingWithout { codes } => {
                let codes: Vec<&str> = codes.iter().map(Id::as_str).collect();
                match codes.split_last() {
                    Some((last, before)) if !before.is_empty() => {
                        write!(f, "without {} or {last} nothing counts", before.join(", "))
                    }
                    _ => write!(f, "without {} nothing counts", codes.concat()),
                }
            }
            Fact::Unlocks { code, benefit } => write!(f, "{code} unlocks {benefit}"),
            Fact::EqualParts { parts } => {
                write!(f, "they fall into {} parts that are equally worth it", count_words(*parts))
            }
        }
    }
}

fn list(who: &[Id]) -> String {
    who.join(", ")
}

/// The ending of a verb.
fn s(who: &[Id]) -> &'static str {
    if who.len() == 1 { "s" } else { "" }
}

/// A count in words where that is short.
fn count_words(n: usize) -> String {
    const WORDS: [&str; 11] =
        ["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];
    n.checked_sub(2).and_then(|k| WORDS.get(k)).map_or_else(|| number(n as f64), |&word| word.to_owned())
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
