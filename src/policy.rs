//! How to judge: which model, which rule, which levels, at which resolution; and the fingerprint that a result names it by.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::consensus;
use crate::programme::Spread;

/// How a programme is judged. Part of the programme's file; what is absent has the default that stands here.
///
/// ```
/// use cxrank::policy::{Model, Policy};
/// let policy = Policy { model: Model::NetBenefit, ..Policy::default() };
/// assert_ne!(policy.fingerprint(), Policy::default().fingerprint());
/// ```
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Policy {
    /// What an initiative's score is.
    pub model: Model,
    /// How the stakeholders' ballots become one order.
    pub rule: Rule,
    /// How the rule measures a defeat or a link: by winning votes where absent. Only for minimax, Schulze and ranked pairs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub strength: Option<Strength>,
    /// What low, likely and high of an estimate mean, where it does not say so itself.
    pub spread: Spread,
    /// How many decimals of an input count, from 0 to 9.
    pub resolution: Resolution,
    /// The effort that a benefit/cost ratio is stated for: 100000 gives points per 100,000. Changes no order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub per: Option<f64>,
    /// Score bands with names, such as must, should, could.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub levels: Vec<LevelBand>,
    /// Where the benefit–effort map is cut into quadrants.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quadrants: Option<QuadrantCuts>,
    /// Orders by the model and the stakeholders together instead of the model alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub blend: Option<Blend>,
    /// How what customers say revises an estimate of a benefit.
    #[serde(skip_serializing_if = "Revision::is_default")]
    pub revision: Revision,
}

/// What an initiative's score is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Model {
    /// Benefit over effort, for ranking under a budget.
    #[default]
    BenefitCost,
    /// Price of benefit times benefit, less effort: go or no-go.
    NetBenefit,
    /// Weighted points over all criteria, effort counted against.
    WeightedSum,
}

impl Model {
    /// The name in files.
    pub fn name(self) -> &'static str {
        match self {
            Model::BenefitCost => "benefit-cost",
            Model::NetBenefit => "net-benefit",
            Model::WeightedSum => "weighted-sum",
        }
    }
}

/// How the stakeholders' ballots become one order; each is described with its type in [`consensus`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Rule {
    /// Points by place.
    Borda,
    /// Majorities won, less those lost.
    Copeland,
    /// Majorities won or level.
    Llull,
    /// The least worst defeat.
    Minimax,
    /// The strongest paths.
    Schulze,
    /// The strongest pairs first.
    RankedPairs,
    /// The sums of the points on ballots by points.
    Points,
    /// The order of least disagreement, with its proof.
    #[default]
    Kemeny,
}

impl Rule {
    /// The name in files.
    pub fn name(self) -> &'static str {
        match self {
            Rule::Borda => "borda",
            Rule::Copeland => "copeland",
            Rule::Llull => "llull",
            Rule::Minimax => "minimax",
            Rule::Schulze => "schulze",
            Rule::RankedPairs => "ranked-pairs",
            Rule::Points => "points",
            Rule::Kemeny => "kemeny",
        }
    }
}

/// How a rule measures a defeat or a link between two initiatives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Strength {
    /// By the votes for it: minimax, Schulze, ranked pairs.
    Winning,
    /// By the votes for it less those against it: minimax, Schulze, ranked pairs.
    Margin,
    /// By the votes for it over those against it: Schulze.
    Ratio,
    /// By the votes against, whether they win or not: minimax.
    Opposition,
}

impl Strength {
    /// The name in files.
    pub fn name(self) -> &'static str {
        match self {
            Strength::Winning => "winning",
            Strength::Margin => "margin",
            Strength::Ratio => "ratio",
            Strength::Opposition => "opposition",
        }
    }
}

/// How many decimals of an input count: numbers are rounded to them once, and all after that is exact.
///
/// Six by default. A number that is too large for the resolution, or that is not zero but would become zero, is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct Resolution {
    /// From 0 to 9.
    #[cfg_attr(feature = "schema", schemars(range(max = 9)))]
    pub decimals: u8,
}

impl Default for Resolution {
    fn default() -> Self {
        Resolution { decimals: 6 }
    }
}

/// A band of scores with a name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct LevelBand {
    /// The level's name.
    pub name: String,
    /// The least score of the band.
    pub at_least: f64,
}

/// Where the benefit–effort map is cut.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum QuadrantCuts {
    /// At declared values: at or above in benefit is high, above in effort is high.
    At {
        /// In points.
        benefit: f64,
        /// In the programme's effort unit.
        effort: f64,
    },
    /// At the medians of the scored initiatives. Set-relative: a newcomer may move others across the cut.
    Median {},
}

/// How a stream of observations, each the mean of some answers, revises an estimate.
///
/// The spread of the estimate moves with its mean; under the conjugate rule it narrows besides.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[non_exhaustive]
pub enum Revision {
    /// Conjugate normal with known variance: the estimate counts as so many answers, and all answers are averaged. With k for the
    /// strength and n answers of mean x the mean m becomes (k·m + n·x)/(k + n), and the spread narrows by √(k/(k + n)).
    ConjugateNormal {
        /// How many answers the estimate counts as; above zero. 100 by default.
        prior_strength: f64,
    },
    /// Exponentially weighted mean: each observation takes this share, whatever its number of answers: m becomes (1 − s)·m + s·x.
    ExponentiallyWeighted {
        /// The share of the newest, above 0 and at most 1.
        newest: f64,
    },
}

impl Default for Revision {
    fn default() -> Self {
        Revision::ConjugateNormal { prior_strength: 100.0 }
    }
}

impl Revision {
    /// The name in files.
    pub fn name(self) -> &'static str {
        match self {
            Revision::ConjugateNormal { .. } => "conjugate-normal",
            Revision::ExponentiallyWeighted { .. } => "exponentially-weighted",
        }
    }

    #[allow(clippy::trivially_copy_pass_by_ref)] // the form that serde asks for
    fn is_default(&self) -> bool {
        *self == Revision::default()
    }
}

/// The model and the stakeholders in one order: weighted Borda with the model as one ballot.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Blend {
    /// The model's share of the whole, above 0 and below 1.
    pub model_share: f64,
}

impl Policy {
    /// The rule with its convention; `None` if the strength is not one of the rule's.
    pub(crate) fn rule(&self) -> Option<consensus::Rule> {
        consensus::Rule::named(self.rule.name(), self.strength.map(Strength::name))
    }

    /// A number that stays the same as long as the policy does, on every platform and in every version that judges alike.
    pub fn fingerprint(&self) -> Fingerprint {
        use fmt::Write;
        // Every field is taken apart by name, so that a new one cannot be forgotten. Fields that have their default add nothing:
        // a policy keeps its fingerprint when a later version learns a new field.
        let Policy { model, rule, strength, spread, resolution, per, levels, quadrants, blend, revision } =
            self;
        let mut text = format!(
            "model={} rule={} spread={} resolution={}",
            model.name(),
            rule.name(),
            spread.name(),
            resolution.decimals
        );
        if let Some(strength) = strength {
            let _ = write!(text, " strength={}", strength.name());
        }
        if let Some(per) = per {
            let _ = write!(text, " per={per:e}");
        }
        for LevelBand { name, at_least } in levels {
            let _ = write!(text, " level={name:?}:{at_least:e}");
        }
        match quadrants {
            None => {}
            Some(QuadrantCuts::At { benefit, effort }) => {
                let _ = write!(text, " quadrants={benefit:e},{effort:e}");
            }
            Some(QuadrantCuts::Median {}) => text.push_str(" quadrants=median"),
        }
        if let Some(Blend { model_share }) = blend {
            let _ = write!(text, " blend={model_share:e}");
        }
        if *revision != Revision::default() {
            let (Revision::ConjugateNormal { prior_strength: x }
            | Revision::ExponentiallyWeighted { newest: x }) = revision;
            let _ = write!(text, " revision={}:{x:e}", revision.name());
        }
        Fingerprint::of(&text)
    }
}

/// Names a policy in results, so that last quarter's order can be computed again and a difference traced.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint(u64);

impl Fingerprint {
    /// FNV-1a: not for secrets, only to tell policies apart.
    fn of(text: &str) -> Self {
        Fingerprint(text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        }))
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fingerprint({self})")
    }
}

impl Serialize for Fingerprint {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_changes_the_fingerprint() {
        let policies = [
            Policy::default(),
            Policy { model: Model::NetBenefit, ..Policy::default() },
            Policy { model: Model::WeightedSum, ..Policy::default() },
            Policy { rule: Rule::Schulze, ..Policy::default() },
            Policy { rule: Rule::Schulze, strength: Some(Strength::Margin), ..Policy::default() },
            Policy { spread: Spread::Triangular, ..Policy::default() },
            Policy { resolution: Resolution { decimals: 3 }, ..Policy::default() },
            Policy { per: Some(1.0), ..Policy::default() },
            Policy { per: Some(10.0), ..Policy::default() },
            Policy { levels: vec![LevelBand { name: "must".into(), at_least: 2.0 }], ..Policy::default() },
            Policy { levels: vec![LevelBand { name: "must".into(), at_least: 3.0 }], ..Policy::default() },
            Policy { quadrants: Some(QuadrantCuts::Median {}), ..Policy::default() },
            Policy { quadrants: Some(QuadrantCuts::At { benefit: 1.0, effort: 2.0 }), ..Policy::default() },
            Policy { quadrants: Some(QuadrantCuts::At { benefit: 2.0, effort: 1.0 }), ..Policy::default() },
            Policy { blend: Some(Blend { model_share: 0.5 }), ..Policy::default() },
            Policy { revision: Revision::ConjugateNormal { prior_strength: 1.0 }, ..Policy::default() },
            Policy { revision: Revision::ExponentiallyWeighted { newest: 1.0 }, ..Policy::default() },
        ];
        for (i, a) in policies.iter().enumerate() {
            for b in &policies[..i] {
                assert_ne!(a.fingerprint(), b.fingerprint(), "{a:?} {b:?}");
            }
        }
    }

    #[test]
    fn the_default_fingerprint_stays() {
        assert_eq!(
            Policy::default().fingerprint().to_string(),
            Fingerprint::of("model=benefit-cost rule=kemeny spread=pert resolution=6").to_string()
        );
    }
}
