//! The rules that turn a tally into one ranking.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::borda::{Borda, BordaStart};
use super::copeland::{Copeland, Llull};
use super::kemeny::Another;
use super::kemeny_rule::{DEFAULT_NODES, Kemeny};
use super::minimax::{Minimax, MinimaxStrength};
use super::points::Points;
use super::ranked_pairs::{RankedPairs, RankedPairsStrength};
use super::schulze::{Schulze, SchulzeStrength};
use super::tally::Tally;
use super::weak_order::WeakOrder;

/// A rule that turns a tally into one full ranking, in which ties stay groups.
///
/// The rules of this library are the variants of [`Rule`]; a caller's own rule implements this.
pub trait ConsensusRule: fmt::Debug {
    /// The name of the rule with its convention, as in `schulze (winning)`.
    fn name(&self) -> &'static str;

    /// The ranking by this rule.
    ///
    /// # Errors
    ///
    /// When the tally lacks what the rule is about: points.
    fn rank(&self, tally: &Tally) -> Result<Verdict, RuleError>;

    /// What puts `above` above `below`, given that this rule does (or that it holds them level).
    ///
    /// # Errors
    ///
    /// As [`rank`](Self::rank).
    fn decide(&self, tally: &Tally, above: u32, below: u32) -> Result<Decision, RuleError> {
        let Verdict { ranking, scores, .. } = self.rank(tally)?;
        Ok(match scores {
            _ if ranking.group_of(above) == ranking.group_of(below) => Decision::Level,
            Some(scores) => Decision::Scores {
                above: scores.values[above as usize],
                below: scores.values[below as usize],
                unit: scores.unit,
            },
            None => Decision::Unstated,
        })
    }
}

/// The rule that a policy names.
///
/// In a file: `{"rule": "schulze", "strength": "winning"}`.
///
/// # Examples
///
/// ```
/// # use cxrank::consensus::{ConsensusRule, Rule, SchulzeStrength, TallyBuilder, Unranked, Weight};
/// let mut builder = TallyBuilder::new(3)?;
/// builder.push([[2], [0], [1]], Unranked::Last, Weight::ONE)?;
/// builder.push([vec![2], vec![0, 1]], Unranked::Last, Weight::ONE)?;
/// let rule = Rule::Schulze { strength: SchulzeStrength::Winning };
/// let outcome = rule.rank(&builder.finish())?;
/// assert_eq!(outcome.ranking.groups(), [[2], [0], [1]]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
// Every variant has braces, since serde accepts unknown fields beside a tagged unit variant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "rule", rename_all = "kebab-case", deny_unknown_fields)]
#[non_exhaustive]
pub enum Rule {
    /// See [`Borda`].
    Borda {
        /// What the last of a ballot gets.
        start: BordaStart,
    },
    /// See [`Copeland`].
    Copeland {},
    /// See [`Llull`].
    Llull {},
    /// See [`Minimax`].
    Minimax {
        /// How a defeat is measured.
        strength: MinimaxStrength,
    },
    /// See [`Schulze`].
    Schulze {
        /// How a link is measured.
        strength: SchulzeStrength,
    },
    /// See [`RankedPairs`].
    RankedPairs {
        /// How a pair is measured.
        strength: RankedPairsStrength,
    },
    /// See [`Points`].
    Points {},
    /// See [`Kemeny`].
    Kemeny {
        /// After so many search nodes the best order so far is given, with its bound.
        #[serde(default = "default_nodes")]
        nodes: u64,
    },
}

fn default_nodes() -> u64 {
    DEFAULT_NODES
}

impl Rule {
    /// Every rule in every convention, in a fixed order.
    pub const ALL: [Self; 14] = [
        Self::Borda { start: BordaStart::FromZero },
        Self::Borda { start: BordaStart::FromOne },
        Self::Copeland {},
        Self::Llull {},
        Self::Minimax { strength: MinimaxStrength::Winning },
        Self::Minimax { strength: MinimaxStrength::Margins },
        Self::Minimax { strength: MinimaxStrength::Opposition },
        Self::Schulze { strength: SchulzeStrength::Winning },
        Self::Schulze { strength: SchulzeStrength::Margins },
        Self::Schulze { strength: SchulzeStrength::Ratio },
        Self::RankedPairs { strength: RankedPairsStrength::Winning },
        Self::RankedPairs { strength: RankedPairsStrength::Margins },
        Self::Points {},
        Self::Kemeny { nodes: DEFAULT_NODES },
    ];

    /// Calls `with` with the rule behind the name.
    fn with<T>(self, with: impl FnOnce(&dyn ConsensusRule) -> T) -> T {
        match self {
            Self::Borda { start } => with(&Borda { start }),
            Self::Copeland {} => with(&Copeland),
            Self::Llull {} => with(&Llull),
            Self::Minimax { strength } => with(&Minimax { strength }),
            Self::Schulze { strength } => with(&Schulze { strength }),
            Self::RankedPairs { strength } => with(&RankedPairs { strength }),
            Self::Points {} => with(&Points),
            Self::Kemeny { nodes } => with(&Kemeny { nodes }),
        }
    }
}

impl ConsensusRule for Rule {
    fn name(&self) -> &'static str {
        self.with(|rule| rule.name())
    }

    fn rank(&self, tally: &Tally) -> Result<Verdict, RuleError> {
        self.with(|rule| rule.rank(tally))
    }

    fn decide(&self, tally: &Tally, above: u32, below: u32) -> Result<Decision, RuleError> {
        self.with(|rule| rule.decide(tally, above, below))
    }
}

/// What a rule makes of a tally.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verdict {
    /// Every initiative once; those that the rule cannot separate are level.
    pub ranking: WeakOrder,
    /// The exact scores behind it, where the rule has them.
    pub scores: Option<RuleScores>,
    /// How good the order certainly is, where the rule searches for the best one.
    pub certificate: Option<Certificate>,
}

/// What an order costs, and what any order costs at least, in millionths of a vote of disagreement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Certificate {
    /// The weight of the ballots that disagree, summed over the pairs.
    pub cost: i128,
    /// No order costs less.
    pub lower_bound: i128,
    /// Whether the two are equal.
    pub proven: bool,
    /// Whether another order costs as little.
    pub another: Another,
    /// Search nodes used.
    pub nodes: u64,
}

/// Exact scores, one per initiative.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RuleScores {
    /// The scores, each in parts of `unit`.
    pub values: Vec<i128>,
    /// How many parts make one (vote, win or point).
    pub unit: u64,
    /// Whether the least score is the best.
    pub least_is_best: bool,
}

impl RuleScores {
    /// The score of an initiative in whole units, to be shown.
    ///
    /// # Panics
    ///
    /// When there is no such initiative.
    pub fn value(&self, initiative: u32) -> f64 {
        self.values[initiative as usize] as f64 / self.unit as f64
    }

    /// The outcome that these scores give.
    pub(super) fn into_outcome(self) -> Verdict {
        let sign = if self.least_is_best { 1 } else { -1 };
        let ranking = WeakOrder::by_key(self.values.len(), |item| sign * self.values[item as usize]);
        Verdict { ranking, scores: Some(self), certificate: None }
    }
}

/// What puts one initiative above another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub enum Decision {
    /// Nothing: they are level.
    Level,
    /// The rule gives no reason.
    Unstated,
    /// Their scores.
    Scores {
        /// Of the one above.
        above: i128,
        /// Of the one below.
        below: i128,
        /// How many parts make one.
        unit: u64,
    },
    /// Schulze: the strongest path is stronger than any way back.
    Path {
        /// Where `forward` starts: the one above, or, where nothing decides between the two directly, an
        /// initiative in the group before the one below, by which that one is beaten.
        by: u32,
        /// The strongest path (the fewest links among such) to the one below.
        forward: Vec<Link>,
        /// A strongest path back, empty if there is none.
        back: Vec<Link>,
    },
    /// Kemeny: an order with the two the other way round costs more (or as much, where another optimum exists).
    Cost {
        /// The disagreement of the order, in millionths of a vote.
        least: i128,
        /// That of the best order found that has the two the other way round.
        turned: i128,
        /// What any such order costs at least.
        turned_at_least: i128,
    },
    /// Ranked pairs: a chain of locked pairs.
    Locked {
        /// Where `chain` starts, as in [`Path`](Self::Path).
        by: u32,
        /// The fewest locked pairs that lead to the one below.
        chain: Vec<Link>,
    },
}

/// One majority preference on a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Link {
    /// The preferred initiative.
    pub from: u32,
    /// The other.
    pub to: u32,
    /// The weight that prefers it, in millionths of a vote.
    pub support: u64,
    /// The weight that prefers the other.
    pub opposition: u64,
}

/// Why a rule gives no ranking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum RuleError {
    /// The rule is about points, and no ballot gave any.
    NoPoints,
    /// There is no such initiative.
    UnknownInitiative {
        /// The index found.
        initiative: u32,
        /// How many there are.
        known: usize,
    },
}

impl RuleError {
    /// A stable name for this kind of error.
    pub const fn code(self) -> &'static str {
        match self {
            Self::NoPoints => "consensus.no-points",
            Self::UnknownInitiative { .. } => "consensus.unknown-initiative",
        }
    }
}

impl fmt::Display for RuleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoPoints => f.write_str("the rule adds up points, and no ballot gives any"),
            Self::UnknownInitiative { initiative, known } => {
                write!(f, "initiative {initiative} is unknown: there are {known}, counted from 0")
            }
        }
    }
}

impl std::error::Error for RuleError {}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn rules_survive_a_file_and_have_names_of_their_own() {
        let mut names = BTreeSet::new();
        for rule in Rule::ALL {
            assert!(names.insert(rule.name()), "{} twice", rule.name());
            let text = serde_json::to_string(&rule).unwrap();
            assert_eq!(serde_json::from_str::<Rule>(&text).unwrap(), rule);
        }
        let rule = Rule::Schulze { strength: SchulzeStrength::Winning };
        assert_eq!(serde_json::to_string(&rule).unwrap(), r#"{"rule":"schulze","strength":"winning"}"#);
        for bad in
            [r#"{"rule":"copeland","strength":"winning"}"#, r#"{"rule":"schulze","strength":"opposition"}"#]
        {
            assert!(serde_json::from_str::<Rule>(bad).is_err(), "{bad}");
        }
    }
}
