//! The two orders, and how far apart they have drifted.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::State;
use crate::exact::MEAN;
use crate::programme::{Capacities, Id, Programme, Status};
use crate::rank::Ranking;
use crate::sequence::Sequence;
use crate::{Error, roadmap};

/// How a programme becomes a recommended order: the plug for the caller's own. [`WithinLimits`] is the usual choice.
///
/// A plain function will do: `|programme: &Programme| …`.
pub trait Recommend {
    /// The open initiatives in the order in which they should be done; each after all that it needs.
    ///
    /// # Errors
    ///
    /// What the method refuses.
    fn order(&self, programme: &Programme) -> Result<Vec<Id>, Error>;
}

impl<F: Fn(&Programme) -> Result<Vec<Id>, Error>> Recommend for F {
    fn order(&self, programme: &Programme) -> Result<Vec<Id>, Error> {
        self(programme)
    }
}

/// The order in which the open initiatives should be done, all things considered: the default of [`Minutes`](super::Minutes).
///
/// 1. The order of least Σ benefit × completion under prerequisites ([`BySequence`]). Where the policy blends the stakeholders in, the
///    blended order of merit with what is needed pulled before what needs it: a blend says that ballots count.
/// 2. With a budget in the strategy: what it pays for stands before what it does not, as the order goes, work under way being paid first.
/// 3. With capacities in the strategy: among what the budget pays for, and among what it does not, by the period in which each can start if
///    all before it in the order have the first choice of time and people, what finds no place last.
///
/// So it moves with scores, ballots, prerequisites, budget and capacity, and what is needed comes first at every step. No step searches for
/// something better: an order by which a board steers must not jump where a number moves by little. The best plan for a budget is that of
/// [`State::adoption_curve`], the best plan over time that of the [`roadmap`].
///
/// # Complexity
///
/// That of [`Sequence`] or [`Ranking`], and O(n·t·d) for n initiatives with d demands each and t periods. [`State::recommended`] is at hand
/// after every event.
///
/// # Examples
///
/// ```
/// use cxrank::change_board::{Recommend, WithinLimits};
/// use cxrank::programme::{Criterion, Initiative, ProgrammeSpec, Strategy};
///
/// let programme = ProgrammeSpec::new("Clinic")
///     .criterion(Criterion::benefit("ease", 100.0, 0.0, 10.0))
///     .criterion(Criterion::effort("work", 1.0))
///     .initiative(Initiative::new("A", "Online booking").benefit("ease", 9.0).effort("work", 40.0).requires(["C"]))
///     .initiative(Initiative::new("B", "Call back").benefit("ease", 1.0).effort("work", 20.0))
///     .initiative(Initiative::new("C", "One calendar").benefit("ease", 0.0).effort("work", 10.0))
///     .build()?;
/// assert_eq!(WithinLimits.order(&programme)?, ["C", "A", "B"]);
/// // With 30, C and B can be had, and A cannot.
/// let tight = programme.with_strategy(Strategy { budget: Some(30.0), ..Strategy::default() })?;
/// assert_eq!(WithinLimits.order(&tight)?, ["C", "B", "A"]);
/// # Ok::<(), cxrank::Error>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct WithinLimits;

impl Recommend for WithinLimits {
    fn order(&self, programme: &Programme) -> Result<Vec<Id>, Error> {
        let blend = programme.policy().blend.is_some() && !programme.ballots().is_empty();
        let mut order =
            if blend { MeritWithPrerequisites.order(programme)? } else { BySequence.order(programme)? };
        let budget = programme.strategy().budget;
        let beyond = budget.map_or_else(BTreeSet::new, |budget| beyond(programme, &order, budget));
        sort(programme, &mut order, |code| beyond.contains(code));
        if programme.strategy().capacities != Capacities::default() {
            let starts = roadmap::starts(programme, &roadmap::Order::of(order.iter().cloned()))?;
            let start = |code: &Id| starts.get(code).copied().unwrap_or(u32::MAX);
            sort(programme, &mut order, |code| (beyond.contains(code), start(code)));
        }
        Ok(order)
    }
}

/// Sorts an order by a key, equals as they stand; what something needs comes no later than that, as work may have begun before it.
fn sort<K: Ord + Copy>(programme: &Programme, order: &mut [Id], key: impl Fn(&Id) -> K) {
    let mut keys: BTreeMap<Id, K> = order.iter().map(|code| (code.clone(), key(code))).collect();
    for code in order.iter().rev() {
        let own = keys[code];
        for needed in programme.prerequisites(code) {
            if let Some(key) = keys.get_mut(&needed.code) {
                *key = own.min(*key);
            }
        }
    }
    order.sort_by_key(|code| keys[code]);
}

/// What a budget does not pay for, going along an order.
fn beyond(programme: &Programme, order: &[Id], budget: f64) -> BTreeSet<Id> {
    let quantities = programme.quantities();
    let steps = i128::from(quantities.grid.steps());
    let budget = i128::from(quantities.grid.quantise(budget).unwrap_or(i64::MAX)) * steps * i128::from(MEAN);
    let effort = |code: &Id| programme.index_of(code).and_then(|i| quantities.effort(i)).unwrap_or(0);
    let begun = |code: &&Id| programme.initiative(code).is_some_and(|i| i.status == Status::UnderWay);
    let mut left = budget - order.iter().filter(begun).map(effort).sum::<i128>();
    let mut beyond = BTreeSet::new();
    for code in order.iter().filter(|code| !begun(code)) {
        let effort = effort(code);
        if effort > left || programme.prerequisites(code).any(|needed| beyond.contains(&needed.code)) {
            beyond.insert(code.clone());
        } else {
            left -= effort;
        }
    }
    beyond
}

/// The order of merit with prerequisites pulled before what needs them.
///
/// Simple, and at hand after every event ([`State::recommended`]); it does not weigh what an enabler enables, and knows no budget and no
/// capacity.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct MeritWithPrerequisites;

impl Recommend for MeritWithPrerequisites {
    fn order(&self, programme: &Programme) -> Result<Vec<Id>, Error> {
        State::without_commitment(programme)?.recommended()
    }
}

/// The order of least Σ benefit × completion under prerequisites: the order of [`Sequence`], which weighs what an enabler enables.
///
/// It knows no budget, no capacity and no ballots.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct BySequence;

impl Recommend for BySequence {
    fn order(&self, programme: &Programme) -> Result<Vec<Id>, Error> {
        Ok(Sequence::new(programme)?.order().to_vec())
    }
}

/// The committed order beside the recommended one.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Drift {
    /// The committed initiatives, in their order.
    pub lines: Vec<DriftLine>,
    /// Pairs of committed initiatives that the two orders put the other way round.
    pub inversions: u64,
    /// All pairs that both orders have.
    pub pairs: u64,
    /// What is not committed though the recommended order puts it before something that is.
    pub not_committed: Vec<Id>,
}

/// One committed initiative.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DriftLine {
    /// The initiative.
    pub code: Id,
    /// Its place in the committed order, from 1.
    pub committed: usize,
    /// Its place in the recommended order among what is committed; `None` if that order does not have it.
    pub recommended: Option<usize>,
    /// Committed less recommended place: above zero where it stands lower than recommended.
    pub shift: Option<i64>,
}

impl State {
    /// The recommended order at hand after every event: by the policy's merit, and what is needed first. [`WithinLimits`] weighs more.
    ///
    /// What needs something that will not be done, or that has no effort to plan with, is not in it.
    ///
    /// # Errors
    ///
    /// What the policy's blend refuses: ballots that cannot be counted.
    ///
    /// # Complexity
    ///
    /// O(n + r) for n initiatives and r prerequisites; with a blend that of [`Ranking::new`].
    pub fn recommended(&self) -> Result<Vec<Id>, Error> {
        let places = if self.spec.policy.blend.is_some() && !self.spec.ballots.is_empty() {
            let programme = self.programme()?;
            let ranking = Ranking::new(&programme)?;
            let merit: Vec<u32> = ranking.codes().map(|code| self.codes[code]).collect();
            self.with_prerequisites(&merit)
        } else {
            self.with_prerequisites(self.merit.order())
        };
        Ok(places.into_iter().map(|i| self.code(i).clone()).collect())
    }

    /// An order of merit with the prerequisites of each pulled before it; without what cannot be done.
    fn with_prerequisites(&self, merit: &[u32]) -> Vec<u32> {
        let mut marks: Vec<Mark> = self
            .spec
            .initiatives
            .iter()
            .map(|initiative| match initiative.status {
                Status::Done => Mark::Placed,
                Status::Cancelled | Status::NotDoing => Mark::Out,
                _ => Mark::New,
            })
            .collect();
        let done = marks.clone();
        // What cannot be done is found first, so that no enabler is pulled for it.
        self.pull(merit, &mut marks);
        for (mark, done) in marks.iter_mut().zip(done).filter(|(mark, _)| **mark == Mark::Placed) {
            *mark = done;
        }
        self.pull(merit, &mut marks)
    }

    /// Visits initiatives and, before each, what it needs.
    fn pull(&self, merit: &[u32], marks: &mut [Mark]) -> Vec<u32> {
        let mut order = Vec::with_capacity(merit.len());
        let mut stack: Vec<(u32, usize)> = Vec::new();
        for &root in merit {
            if marks[root as usize] == Mark::New {
                stack.push((root, 0));
            }
            while let Some((i, arc)) = stack.pop() {
                let needed = self.requires[i as usize].get(arc).copied();
                match needed {
                    Some(p) => match marks[p as usize] {
                        Mark::New => stack.extend([(i, arc), (p, 0)]),
                        Mark::Placed => stack.push((i, arc + 1)),
                        Mark::Out => marks[i as usize] = Mark::Out,
                    },
                    // Without a score it may still be an enabler, if what it takes is known.
                    None if self.merit.value(i).is_some() || self.has_effort(i) => {
                        marks[i as usize] = Mark::Placed;
                        order.push(i);
                    }
                    None => marks[i as usize] = Mark::Out,
                }
            }
        }
        order
    }

    fn has_effort(&self, i: u32) -> bool {
        self.judge.sums(self.row(i))[1].is_some()
    }

    /// How far the committed order has drifted from a recommended one.
    pub fn drift(&self, recommended: &[Id]) -> Drift {
        let mut place = vec![None; self.spec.initiatives.len()];
        let mut committed = vec![false; self.spec.initiatives.len()];
        self.committed.iter().for_each(|&i| committed[i as usize] = true);
        let recommended: Vec<u32> =
            recommended.iter().filter_map(|code| self.codes.get(code).copied()).collect();
        for (k, &i) in (1..).zip(recommended.iter().filter(|&&i| committed[i as usize])) {
            place[i as usize] = Some(k);
        }
        let lines: Vec<DriftLine> = (1..)
            .zip(&self.committed)
            .map(|(committed, &i)| DriftLine {
                code: self.code(i).clone(),
                committed,
                recommended: place[i as usize],
                shift: place[i as usize].map(|r| committed as i64 - r as i64),
            })
            .collect();
        let places: Vec<usize> = lines.iter().filter_map(|line| line.recommended).collect();
        let n = places.len() as u64;
        let last = recommended.iter().rposition(|&i| committed[i as usize]).unwrap_or(0);
        let before = recommended[..last].iter().filter(|&&i| !committed[i as usize]);
        Drift {
            lines,
            inversions: inversions(&places),
            pairs: n * n.saturating_sub(1) / 2,
            not_committed: before.map(|&i| self.code(i).clone()).collect(),
        }
    }
}

/// Where the walk over the prerequisites stands.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Mark {
    New,
    /// In the order, or done.
    Placed,
    /// It, or something that it needs, cannot be planned.
    Out,
}

/// Pairs that stand the other way round, of the numbers 1 to n in some order; O(n log n) by counting in a Fenwick tree.
fn inversions(places: &[usize]) -> u64 {
    let mut tree = vec![0u64; places.len() + 1];
    let mut sum = 0;
    for (seen, &place) in (0u64..).zip(places) {
        let (mut not_above, mut k) = (0, place);
        while k > 0 {
            not_above += tree[k];
            k &= k - 1;
        }
        sum += seen - not_above;
        let mut k = place;
        while k < tree.len() {
            tree[k] += 1;
            k += k & k.wrapping_neg();
        }
    }
    sum
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::policy::{Blend, Policy};
    use crate::programme::{Ballot, Criterion, Initiative, ProgrammeSpec, Stakeholder, Strategy};

    proptest! {
        /// Whatever is running, paid for, or full: all that can be done, each once, and what is needed first.
        #[test]
        fn what_is_needed_comes_first_within_all_limits(
            rows in prop::collection::vec((0i32..10, 1i32..10, 0u8..5, 0u8..30), 1..12),
            arcs in prop::collection::vec((0usize..12, 0usize..12), 0..14),
            budget in prop::option::of(0u8..60),
            capacity in prop::option::of((0u8..30, 0u32..4)),
            share in prop::option::of(1u8..10),
        ) {
            let code = |i: usize| Id::from(format!("I{:02}", i * 7 % 12));
            let mut spec = ProgrammeSpec::new("p")
                .criterion(Criterion::benefit("b", 10.0, 0.0, 10.0))
                .criterion(Criterion::effort("e", 1.0))
                .stakeholder(Stakeholder::new("s"))
                .ballot(Ballot::ranked("s", [code(0)]))
                .strategy(Strategy { budget: budget.map(f64::from), horizon: Some(5), ..Strategy::default() });
            if let Some(share) = share {
                let blend = Some(Blend { model_share: f64::from(share) / 10.0 });
                spec = spec.policy(Policy { blend, ..Policy::default() });
            }
            if let Some((days, changes)) = capacity {
                spec.strategy.capacities.teams.insert("t".into(), f64::from(days));
                spec.strategy.capacities.units.insert("u".into(), changes);
            }
            for (i, &(benefit, effort, status, days)) in rows.iter().enumerate() {
                let kinds = [Status::Proposed, Status::Planned, Status::UnderWay, Status::Done, Status::NotDoing];
                let status = kinds[usize::from(status)];
                let mut initiative = Initiative::new(code(i), "").benefit("b", benefit).effort("e", effort).status(status);
                initiative.not_doing_because = (status == Status::NotDoing).then(|| "r".into());
                initiative.teams.insert("t".into(), f64::from(days));
                initiative.units = vec!["u".into()];
                let needs = arcs.iter().filter(|(a, b)| *a == i && b < a).map(|(_, b)| code(*b));
                spec = spec.initiative(initiative.requires(needs));
            }
            let programme = spec.build().unwrap();
            let order = WithinLimits.order(&programme).unwrap();
            let place = |code: &Id| order.iter().position(|c| c == code);
            for (k, code) in order.iter().enumerate() {
                for needed in programme.prerequisites(code) {
                    prop_assert!(needed.status == Status::Done || place(&needed.code).is_some_and(|p| p < k), "{order:?}");
                }
            }
            // What the budget does not pay for stands behind what it does, unless work that began needs it.
            if let Some(budget) = budget {
                let by = if share.is_some() { MeritWithPrerequisites.order(&programme) } else { BySequence.order(&programme) };
                let mut wanted = order.clone();
                let beyond = beyond(&programme, &by.unwrap(), f64::from(budget));
                wanted.retain(|code| !beyond.contains(code));
                let mut k = 0;
                while let Some(code) = wanted.get(k).cloned() {
                    wanted.extend(programme.prerequisites(&code).map(|needed| needed.code.clone()));
                    k += 1;
                }
                let behind: Vec<bool> = order.iter().map(|code| !wanted.contains(code)).collect();
                prop_assert!(behind.is_sorted(), "{order:?} {beyond:?}");
            }
            let [mut sorted, mut all] = [order.clone(), BySequence.order(&programme).unwrap()];
            sorted.sort();
            all.sort();
            prop_assert_eq!(sorted, all);
        }
    }

    /// 20 pays for A and B, one after the other on one team; D could begin at once, and nobody pays for it.
    #[test]
    fn what_has_to_wait_stands_before_what_is_not_paid_for() {
        let initiative = |code: &str, ease: f64, work: f64| {
            Initiative::new(code, "").benefit("ease", ease).effort("work", work)
        };
        let (mut a, mut b) = (initiative("A", 5.0, 10.0), initiative("B", 4.0, 10.0));
        a.teams.insert("it".into(), 10.0);
        b.teams.insert("it".into(), 10.0);
        let mut spec = ProgrammeSpec::new("x")
            .criterion(Criterion::benefit("ease", 100.0, 0.0, 10.0))
            .criterion(Criterion::effort("work", 1.0))
            .initiative(a)
            .initiative(b)
            .initiative(initiative("D", 9.0, 50.0))
            .strategy(Strategy { budget: Some(20.0), horizon: Some(6), ..Strategy::default() });
        spec.strategy.capacities.teams.insert("it".into(), 10.0);
        assert_eq!(WithinLimits.order(&spec.build().unwrap()).unwrap(), ["A", "B", "D"]);
    }

    #[test]
    fn inversions_are_counted() {
        assert_eq!(inversions(&[]), 0);
        assert_eq!(inversions(&[1, 2, 3]), 0);
        assert_eq!(inversions(&[3, 2, 1]), 3);
        assert_eq!(inversions(&[2, 4, 1, 3]), 3);
    }
}
