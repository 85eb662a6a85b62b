//! Why a score changed: its change divided among the groups of inputs that changed.

use serde::Serialize;

use super::evidence::Stream;
use super::judge::Judge;
use super::state::{State, Target};
use crate::error::Path;
use crate::policy::Policy;
use crate::programme::{Criterion, Estimate, MISSING, Status, Strategy};

/// Inputs of a score that change together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Group {
    /// The initiative's own estimates of benefits, without what was observed.
    Benefits,
    /// Its own estimates of efforts.
    Efforts,
    /// Work that started, or what remains of it.
    Progress,
    /// What customers said, and the rule by which it revises.
    Evidence,
    /// Weights of criteria.
    Weights,
    /// Prices of efforts.
    Prices,
    /// Scales of criteria.
    Scales,
    /// The model with its settings: spread, resolution, price of benefit, the effort that a score is stated for.
    Model,
}

impl Group {
    const ALL: [Group; 8] = [
        Group::Benefits,
        Group::Efforts,
        Group::Progress,
        Group::Evidence,
        Group::Weights,
        Group::Prices,
        Group::Scales,
        Group::Model,
    ];

    const fn bit(self) -> u8 {
        1 << self as u8
    }

    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Group::Benefits => "its own benefits",
            Group::Efforts => "its own efforts",
            Group::Progress => "the progress of its work",
            Group::Evidence => "what customers say",
            Group::Weights => "the weights",
            Group::Prices => "the prices",
            Group::Scales => "the scales",
            Group::Model => "the model",
        }
    }
}

/// A group's part in the change of a score.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Cause {
    /// The group.
    pub cause: Group,
    /// What it changed, in the unit of the score.
    pub amount: f64,
}

/// Two states of one programme, ready to attribute the change of any score.
///
/// # Formula
///
/// The Shapley value over the groups that changed, by enumeration of all their subsets S: group i has
/// Σ |S|!·(n − |S| − 1)!/n! · (score(S ∪ i) − score(S)), where score(S) takes the groups of S as they are now and the others as they
/// were. Scores of mixed states are computed from exact integers and attributed as f64: the causes add up to the change to rounding.
/// A mixed state that is not valid, as a new estimate outside the old scale, takes the old value of the group that offends.
///
/// # Complexity
///
/// O(2ᵍ·c) for an initiative with g changed groups (eight at most) and c criteria.
///
/// # References
///
/// Shapley (1953), *A value for n-person games*, Contributions to the Theory of Games II.
#[derive(Debug)]
pub struct Attribution<'s> {
    before: &'s State,
    after: &'s State,
    /// The groups that changed for everybody.
    shared: u8,
    /// By the bits of weights, prices, scales and model.
    judges: Vec<Judge>,
}

/// Stands where an estimate does not fit the scale.
const INVALID: i64 = MISSING + 1;

/// How many ways there are to mix the groups that one input depends on.
const MIXES: usize = 16;

impl<'s> Attribution<'s> {
    /// Between two states with the same criteria by id; `None` if they have others.
    pub fn between(before: &'s State, after: &'s State) -> Option<Self> {
        let (old, new) = (&before.spec, &after.spec);
        if !old.criteria.iter().map(|c| (&c.id, c.kind)).eq(new.criteria.iter().map(|c| (&c.id, c.kind))) {
            return None;
        }
        let mut shared = 0;
        for (a, b) in old.criteria.iter().zip(&new.criteria) {
            let scale = |c: &Criterion| (c.worst, c.none, c.full, c.levels.clone());
            for (changed, group) in [
                (a.weight != b.weight, Group::Weights),
                (a.price != b.price, Group::Prices),
                (scale(a) != scale(b), Group::Scales),
            ] {
                if changed {
                    shared |= group.bit();
                }
            }
        }
        let settings = |policy: &Policy, strategy: &Strategy| {
            (policy.model, policy.per, policy.spread, policy.resolution, strategy.benefit_price)
        };
        if settings(&old.policy, &old.strategy) != settings(&new.policy, &new.strategy) {
            shared |= Group::Model.bit();
        }
        let judges = (0..MIXES as u8)
            .map(|mix| {
                let side = |k: u8| if mix >> k & 1 == 1 { new } else { old };
                let (weights, prices, scales, model) = (side(0), side(1), side(2), side(3));
                let criteria: Vec<Criterion> = (0..scales.criteria.len())
                    .map(|c| Criterion {
                        weight: weights.criteria[c].weight,
                        price: prices.criteria[c].price,
                        ..scales.criteria[c].clone()
                    })
                    .collect();
                Judge::new(&criteria, &model.policy, &model.strategy)
            })
            .collect();
        Some(Attribution { before, after, shared, judges })
    }

    /// The causes of the change of an initiative's score, the greatest first; they add up to the change.
    ///
    /// Empty where nothing changed; `None` unless the initiative is open and scored in both states.
    pub fn causes(&self, code: &str) -> Option<Vec<Cause>> {
        let (i, j) = (*self.before.codes.get(code)?, *self.after.codes.get(code)?);
        let was = self.before.judge.score(self.before.merit.value(i)?);
        let is = self.after.judge.score(self.after.merit.value(j)?);
        let changed = self.shared | self.own(i, j);
        let groups: Vec<Group> = Group::ALL.into_iter().filter(|g| changed & g.bit() != 0).collect();
        if groups.is_empty() {
            return Some(Vec::new());
        }
        let table = self.table(i, j, changed);
        let mut scores = vec![was; 1 << groups.len()];
        let last = scores.len() - 1;
        for (subset, score) in scores.iter_mut().enumerate().skip(1) {
            let mask = (0..groups.len()).filter(|k| subset >> k & 1 == 1).fold(0, |m, k| m | groups[k].bit());
            *score = if subset == last { is } else { self.score(&table, mask).unwrap_or(was) };
        }
        let amounts = shapley(&scores, groups.len());
        let mut causes: Vec<Cause> = groups
            .iter()
            .zip(amounts)
            .map(|(&cause, amount)| Cause { cause, amount: amount + 0.0 })
            .filter(|cause| cause.amount != 0.0)
            .collect();
        causes.sort_by(|a, b| b.amount.abs().total_cmp(&a.amount.abs()).then(a.cause.cmp(&b.cause)));
        Some(causes)
    }

    /// The groups of its own inputs that changed for an initiative.
    fn own(&self, i: u32, j: u32) -> u8 {
        let (a, b) = (&self.before.spec.initiatives[i as usize], &self.after.spec.initiatives[j as usize]);
        let mut changed = 0;
        for c in 0..self.after.spec.criteria.len() {
            if !self.after.spec.criteria[c].is_benefit() {
                continue;
            }
            let (old, new) = (stream(self.before, i, c), stream(self.after, j, c));
            if prior(self.before, i, c) != prior(self.after, j, c) {
                changed |= Group::Benefits.bit();
            }
            let rule = |state: &State, stream: Option<&Stream>| stream.map(|_| state.spec.policy.revision);
            if old.map(|s| &s.seen) != new.map(|s| &s.seen) || rule(self.before, old) != rule(self.after, new)
            {
                changed |= Group::Evidence.bit();
            }
        }
        if a.efforts != b.efforts {
            changed |= Group::Efforts.bit();
        }
        let under_way = [a.status, b.status].map(|status| status == Status::UnderWay);
        if under_way[0] != under_way[1] || under_way[1] && a.remaining != b.remaining {
            changed |= Group::Progress.bit();
        }
        changed
    }

    /// Which of the groups that an input depends on differ for this one, as bits in the order of [`depends`].
    fn felt(&self, i: u32, j: u32, c: usize) -> usize {
        let (old, new) = (&self.before.spec.criteria[c], &self.after.spec.criteria[c]);
        let scale = |c: &'s Criterion| (c.worst, c.none, c.full, &c.levels);
        let scales = scale(old) != scale(new);
        // A price can only be felt in the score, a spread or a resolution in the input.
        let reading = |state: &State| (state.judge.spread(), state.judge.grid());
        let model = reading(self.before) != reading(self.after);
        let (own, second) = if new.is_benefit() {
            let seen =
                |state: &'s State, at| stream(state, at, c).map(|s| (&s.seen, state.spec.policy.revision));
            let evidence = seen(self.before, i) != seen(self.after, j);
            (prior(self.before, i, c) != prior(self.after, j, c), evidence)
        } else {
            let initiatives =
                [&self.before.spec.initiatives[i as usize], &self.after.spec.initiatives[j as usize]];
            let [a, b] = initiatives.map(|own| own.efforts.get(&new.id));
            let [started, goes_on] = initiatives
                .map(|own| (own.status == Status::UnderWay).then(|| own.remaining.get(&new.id)).flatten());
            (a != b, started != goes_on)
        };
        usize::from(own) | usize::from(second) << 1 | usize::from(scales) << 2 | usize::from(model) << 3
    }

    /// Each input under every mix of the groups that it depends on, as far as they changed.
    fn table(&self, i: u32, j: u32, changed: u8) -> Vec<[i64; MIXES]> {
        let bits = |groups: [Group; 4]| {
            (0..4).filter(|&k| changed & groups[k].bit() != 0).fold(0usize, |bits, k| bits | 1 << k)
        };
        let criteria = &self.after.spec.criteria;
        (0..criteria.len())
            .map(|c| {
                let benefit = criteria[c].is_benefit();
                let possible = bits(depends(benefit)) & self.felt(i, j, c);
                let mut row = [MISSING; MIXES];
                for mix in 0..MIXES {
                    // What makes no difference for this input is not read again.
                    if mix & !possible != 0 {
                        row[mix] = row[mix & possible];
                        continue;
                    }
                    let side = |k: usize| mix >> k & 1 == 1;
                    let scales = if side(2) { self.after } else { self.before };
                    let criterion = &scales.spec.criteria[c];
                    let judge = &self.judges[usize::from(side(2)) << 2 | usize::from(side(3)) << 3];
                    let quantity = |estimate: &Estimate| {
                        judge.quantity(criterion, estimate, &Path::root).unwrap_or(INVALID)
                    };
                    row[mix] = if benefit {
                        let stated = if side(0) { prior(self.after, j, c) } else { prior(self.before, i, c) };
                        let (state, at) = if side(1) { (self.after, j) } else { (self.before, i) };
                        match stream(state, at, c) {
                            None => stated.map_or(MISSING, quantity),
                            Some(stream) => {
                                let stated = stated.cloned().unwrap_or_default();
                                if quantity(&stated) == INVALID {
                                    INVALID
                                } else {
                                    let rule = state.spec.policy.revision;
                                    let again = stream.again(stated, criterion, judge.spread(), rule);
                                    quantity(&again.revised(criterion, judge))
                                }
                            }
                        }
                    } else {
                        let own = |new: bool| {
                            let (state, at) = if new { (self.after, j) } else { (self.before, i) };
                            &state.spec.initiatives[at as usize]
                        };
                        let progress = own(side(1));
                        let remaining = (progress.status == Status::UnderWay)
                            .then(|| progress.remaining.get(&criterion.id))
                            .flatten();
                        let estimate = remaining.or_else(|| own(side(0)).efforts.get(&criterion.id));
                        estimate.map_or(MISSING, quantity)
                    };
                }
                row
            })
            .collect()
    }

    /// The score where the groups of the mask are as they are now; a group that offends as it was.
    fn score(&self, table: &[[i64; MIXES]], mut mask: u8) -> Option<f64> {
        let criteria = &self.after.spec.criteria;
        let mut row = vec![MISSING; criteria.len()];
        loop {
            let mix = |groups: [Group; 4]| {
                (0..4).filter(|&k| mask & groups[k].bit() != 0).fold(0usize, |mix, k| mix | 1 << k)
            };
            let mixes = [mix(depends(true)), mix(depends(false))];
            let mut offends: Option<&[Group]> = None;
            for (c, slot) in row.iter_mut().enumerate() {
                let benefit = criteria[c].is_benefit();
                *slot = table[c][mixes[usize::from(!benefit)]];
                if *slot == INVALID {
                    offends = Some(if benefit { &SUSPECTS[..4] } else { &SUSPECTS[4..8] });
                }
            }
            if offends.is_none() {
                let judge = &self.judges[mix([Group::Weights, Group::Prices, Group::Scales, Group::Model])];
                match judge.value(&row) {
                    Ok(Some(value)) => return Some(judge.score(value)),
                    _ => offends = Some(&Group::ALL),
                }
            }
            let group = offends.into_iter().flatten().find(|g| mask & g.bit() != 0)?;
            mask &= !group.bit();
        }
    }
}

/// What was observed of a benefit.
fn stream(state: &State, i: u32, c: usize) -> Option<&Stream> {
    state.streams.get(&(Target::Initiative(i), c as u32))
}

/// The estimate of a benefit without what was observed.
fn prior(state: &State, i: u32, c: usize) -> Option<&Estimate> {
    let stands = || state.spec.initiatives[i as usize].benefits.get(&state.spec.criteria[c].id);
    stream(state, i, c).map(|s| &s.prior).or_else(stands).filter(|e| !e.is_missing())
}

/// The groups that an input depends on.
const fn depends(benefit: bool) -> [Group; 4] {
    if benefit {
        [Group::Benefits, Group::Evidence, Group::Scales, Group::Model]
    } else {
        [Group::Efforts, Group::Progress, Group::Scales, Group::Model]
    }
}

/// Whose old value is taken where an input does not fit: the estimate's before the scale's.
const SUSPECTS: [Group; 8] = [
    Group::Benefits,
    Group::Evidence,
    Group::Scales,
    Group::Model,
    Group::Efforts,
    Group::Progress,
    Group::Scales,
    Group::Model,
];

/// The Shapley values of `n` players in the game whose values stand by subset.
fn shapley(values: &[f64], n: usize) -> Vec<f64> {
    let factorial = |m: usize| (1..=m).map(|x| x as f64).product::<f64>();
    let weights: Vec<f64> =
        (0..n).map(|size| factorial(size) * factorial(n - size - 1) / factorial(n)).collect();
    let of = |k: usize| {
        let without = (0..values.len()).filter(|subset| subset >> k & 1 == 0);
        let terms = without
            .map(|subset| weights[subset.count_ones() as usize] * (values[subset | 1 << k] - values[subset]));
        terms.sum()
    };
    (0..n).map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_glove_game() {
        // One left glove, two right ones: 2/3, 1/6, 1/6 (Shapley 1953's value of the market game).
        let values: Vec<f64> = (0..8u8).map(|s| if s & 1 == 1 && s > 1 { 1.0 } else { 0.0 }).collect();
        let value = |k: usize| shapley(&values, 3)[k];
        assert!((value(0) - 2.0 / 3.0).abs() < 1e-12);
        assert!((value(1) - 1.0 / 6.0).abs() < 1e-12 && (value(2) - 1.0 / 6.0).abs() < 1e-12);
    }
}
