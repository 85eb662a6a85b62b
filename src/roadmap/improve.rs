//! Better orders of priority for serial schedule generation: constraints first, then benefit.

use super::schedule::{Builder, Instance, Plan};
use super::value::{Gain, Worth};

/// How many items times periods the search may look at before it takes what it has.
const LOOKS: usize = 16_000_000;

/// The first threshold is this part of what the mean benefit is worth in a period.
const THRESHOLD: i128 = 5;

/// How many moves are tried for each benefit at most.
const MOVES: usize = 200;

/// A benefit moves by at most this part of the order, and at least by [`STEP`] places.
const REACH: usize = 5;
const STEP: usize = 4;

/// A generator that is the same everywhere (Steele, Lea & Flood 2014, `SplitMix64`).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % bound as u64) as usize
    }
}

/// What a plan is judged by.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Goals<'a> {
    pub(crate) worth: &'a Worth,
    pub(crate) gains: &'a [Gain],
    /// The period by whose end each item must be done.
    pub(crate) deadlines: &'a [Option<u32>],
    pub(crate) wins: WinRules,
    /// Whether being done makes an item a win.
    pub(crate) is_win: &'a [bool],
}

/// When wins must be there.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct WinRules {
    pub(crate) first_by: Option<u32>,
    pub(crate) longest_gap: Option<u32>,
}

/// How good a plan is: the lesser, the better; deadlines before wins before benefit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Merit {
    /// Items that are late, or that have a deadline and are not planned.
    late: u32,
    /// By how many periods.
    lateness: u64,
    /// Periods that lack a win.
    without_win: u64,
    /// Benefit, negated.
    loss: i128,
}

impl Merit {
    /// Whether this is no worse, or keeps the constraints as well and loses at most so much more benefit.
    fn is_within(self, threshold: i128, of: Merit) -> bool {
        Merit { loss: self.loss - threshold, ..self } <= of
    }
}

impl Goals<'_> {
    pub(crate) fn merit(&self, plan: &Plan, periods: u32) -> Merit {
        let (mut late, mut lateness) = (0, 0u64);
        for (slot, deadline) in plan.iter().zip(self.deadlines) {
            if let Some(deadline) = *deadline {
                let over = slot.map_or(periods + 1, |slot| slot.end).saturating_sub(deadline);
                late += u32::from(over > 0);
                lateness += u64::from(over);
            }
        }
        let without_win = self.win_gaps(plan).iter().map(|gap| gap.excess).sum();
        Merit { late, lateness, without_win, loss: -self.worth.total(self.gains, plan) }
    }

    /// The periods at whose ends wins are released, each once, in order.
    pub(crate) fn wins(&self, plan: &Plan) -> Vec<u32> {
        let done = plan.iter().zip(self.is_win).filter(|(_, win)| **win);
        let items = done.filter_map(|(slot, _)| slot.map(|slot| self.worth.released(slot.end)));
        let together = self.gains.iter().filter(|gain| gain.benefit > 0 && gain.needs.len() > 1);
        let outcomes = together.filter_map(|gain| self.worth.release(gain, plan));
        let mut wins: Vec<u32> = items.chain(outcomes).filter(|&period| period > 0).collect();
        wins.sort_unstable();
        wins.dedup();
        wins
    }

    /// Where the rules ask for a win and there is none, in order of time.
    pub(crate) fn win_gaps(&self, plan: &Plan) -> Vec<WinGap> {
        if self.wins.first_by.is_none() && self.wins.longest_gap.is_none() {
            return Vec::new();
        }
        let wins = self.wins(plan);
        let last = plan.iter().flatten().map(|slot| self.worth.released(slot.end)).max().unwrap_or(0);
        let mut gaps = Vec::new();
        let mut ask = |after: u32, by: u32, next: Option<u32>| {
            // Where none comes at all, it is late by one period at least.
            let next = next.map_or(u64::from(last).max(u64::from(by) + 1), u64::from);
            let excess = next.saturating_sub(by.into());
            if excess > 0 {
                gaps.push(WinGap { after, by, excess });
            }
        };
        if let Some(by) = self.wins.first_by {
            ask(0, by, wins.first().copied());
        }
        if let Some(gap) = self.wins.longest_gap {
            for pair in wins.windows(2) {
                ask(pair[0], pair[0].saturating_add(gap), Some(pair[1]));
            }
            if let Some(&win) = wins.last()
                && win.saturating_add(gap) < last
            {
                ask(win, win.saturating_add(gap), None);
            }
        }
        gaps
    }
}

/// A win is asked for after the end of one period and by the end of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct WinGap {
    pub(crate) after: u32,
    pub(crate) by: u32,
    /// By how many periods it comes too late.
    pub(crate) excess: u64,
}

/// An order of priority with the plan that it leads to.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    pub(crate) order: Vec<u32>,
    pub(crate) plan: Plan,
    pub(crate) merit: Merit,
}

/// The best plan that a search from the given order comes to.
///
/// First for the constraints: what a late deadline or a missing win needs is pulled before everything that starts after some period, if
/// that is better. Then for the benefits, which change places in the order.
///
/// # Determinism
///
/// The search ends after a stated number of looks at an item in a period, not after a time.
pub(crate) fn improve(instance: &Instance, goals: &Goals<'_>, order: &[u32]) -> Found {
    let mut search = Search { instance, goals, left: LOOKS };
    let mut found = search.plan(order.to_vec());
    search.constraints(&mut found);
    search.benefits(&mut found);
    found
}

struct Search<'a> {
    instance: &'a Instance,
    goals: &'a Goals<'a>,
    /// Looks that may still be spent.
    left: usize,
}

impl Search<'_> {
    fn plan(&mut self, order: Vec<u32>) -> Found {
        self.left =
            self.left.saturating_sub(order.len().saturating_mul(self.instance.periods as usize).max(1));
        let plan = Builder::new(self.instance).serial(&order);
        let merit = self.goals.merit(&plan, self.instance.periods);
        Found { order, plan, merit }
    }

    /// Pulls the set before everything that starts after `period`, and keeps that if it is better.
    fn pull(&mut self, found: &mut Found, set: &[u32], period: u32) -> bool {
        let start = |item: u32| found.plan[item as usize].map_or(u32::MAX, |slot| slot.start);
        let mut moved = vec![false; self.instance.len()];
        set.iter().for_each(|&item| moved[item as usize] = true);
        let mut order = Vec::with_capacity(found.order.len() + set.len());
        order.extend(found.order.iter().copied().filter(|&i| !moved[i as usize] && start(i) <= period));
        order.extend_from_slice(set);
        order.extend(found.order.iter().copied().filter(|&i| !moved[i as usize] && start(i) > period));
        let tried = self.plan(order);
        let is_better = tried.merit < found.merit;
        if is_better {
            *found = tried;
        }
        is_better
    }

    /// What the items need at any depth, with them, each after what it needs.
    fn closure(&self, items: &[u32]) -> Vec<u32> {
        let mut seen = vec![false; self.instance.len()];
        let mut closed = Vec::new();
        let mut walk: Vec<(u32, usize)> = Vec::new();
        for &root in items {
            if std::mem::replace(&mut seen[root as usize], true) {
                continue;
            }
            walk.push((root, 0));
            while let Some((node, arc)) = walk.pop() {
                match self.instance.requires.row(node as usize).get(arc) {
                    None => closed.push(node),
                    Some(&need) => {
                        walk.push((node, arc + 1));
                        if !std::mem::replace(&mut seen[need as usize], true) {
                            walk.push((need, 0));
                        }
                    }
                }
            }
        }
        closed
    }

    fn constraints(&mut self, found: &mut Found) {
        // The nearest deadline first, as for one machine (Jackson 1955).
        let mut due: Vec<(u32, u32)> = (0..)
            .zip(self.goals.deadlines)
            .filter_map(|(item, deadline)| Some(((*deadline)?, item)))
            .collect();
        due.sort_unstable();
        let late = |found: &Found, (deadline, item): (u32, u32)| {
            found.plan[item as usize].is_none_or(|slot| slot.end > deadline)
        };
        if due.iter().any(|&due| late(found, due)) {
            let all: Vec<u32> = due.iter().map(|&(_, item)| item).collect();
            let all = self.closure(&all);
            self.pull(found, &all, 0);
        }
        for &(deadline, item) in &due {
            let mut period = deadline;
            while late(found, (deadline, item)) && period > 0 && self.left > 0 {
                period -= 1;
                let set = self.closure(&[item]);
                self.pull(found, &set, period);
            }
        }
        let items = (0u32..).zip(self.goals.is_win).filter(|(_, win)| **win).map(|(item, _)| vec![item]);
        let together = self.goals.gains.iter().filter(|gain| gain.benefit > 0 && gain.needs.len() > 1);
        let candidates: Vec<Vec<u32>> = items.chain(together.map(|gain| gain.needs.clone())).collect();
        while self.left > 0 {
            let Some(gap) = self.goals.win_gaps(&found.plan).first().copied() else { break };
            let mut best: Option<Found> = None;
            for needs in &candidates {
                let set = self.closure(needs);
                let mut tried = found.clone();
                if self.pull(&mut tried, &set, gap.after)
                    && best.as_ref().is_none_or(|best| tried.merit < best.merit)
                {
                    best = Some(tried);
                }
                if self.left == 0 {
                    break;
                }
            }
            let Some(best) = best else { break };
            *found = best;
        }
    }

    /// Moves one benefit after the other to another place in the order, and goes on from there if the plan is worse by no more than a
    /// threshold, which falls to nothing (threshold accepting, Dueck & Scheuer 1990).
    ///
    /// What has a deadline moves with the benefits; everything else comes after them, for it is only wanted where it is needed.
    fn benefits(&mut self, found: &mut Found) {
        let gains: Vec<&Gain> = self.goals.gains.iter().filter(|gain| gain.benefit > 0).collect();
        let due: Vec<[u32; 1]> = (0u32..)
            .zip(self.goals.deadlines)
            .filter(|(_, deadline)| deadline.is_some())
            .map(|(item, _)| [item])
            .collect();
        let mut sets: Vec<&[u32]> = gains.iter().map(|gain| &gain.needs[..]).collect();
        sets.extend(due.iter().map(|item| &item[..]));
        let mut place = vec![0; self.instance.len()];
        (0..).zip(&found.order).for_each(|(k, &item)| place[item as usize] = k);
        sets.sort_by_key(|set| set.iter().map(|&item| place[item as usize]).max());

        let looks = found.order.len().saturating_mul(self.instance.periods as usize).max(1);
        let rounds = (self.left / looks).min(MOVES.saturating_mul(sets.len()));
        if sets.is_empty() || rounds == 0 {
            return;
        }
        // One set alone has nowhere to move.
        let rounds = if sets.len() < 2 { 0 } else { rounds };
        let sum: i128 = gains.iter().map(|gain| i128::from(gain.benefit)).sum();
        let period = i128::from(self.goals.worth.of(1, None) - self.goals.worth.of(2, None));
        let first = sum / gains.len().max(1) as i128 * period / THRESHOLD;
        let reach = (sets.len() / REACH).max(STEP);

        let empty = Builder::new(self.instance);
        let mut builder = empty.clone();
        let rest = found.order.clone();
        let mut merit = |sets: &[&[u32]]| {
            builder.restart(&empty);
            builder.extend(sets.iter().copied().flatten().chain(&rest).copied());
            self.goals.merit(builder.plan(), self.instance.periods)
        };
        let mut numbers = Numbers(0);
        let mut at = merit(&sets);
        // To plan the enablers only where they are needed may be better already.
        let (mut best, mut best_merit) = (None, found.merit);
        if at < best_merit {
            best_merit = at;
            best = Some(sets.clone());
        }
        for round in 0..rounds as i128 {
            let threshold = first - first * round / rounds as i128;
            let from = numbers.below(sets.len());
            let by = 1 + numbers.below(reach);
            let later = numbers.below(2) == 0;
            let to = if later { (from + by).min(sets.len() - 1) } else { from.saturating_sub(by) };
            if from == to {
                continue;
            }
            let span = from.min(to)..=from.max(to);
            let turn = |sets: &mut [&[u32]], forth: bool| {
                if forth { sets.rotate_left(1) } else { sets.rotate_right(1) }
            };
            turn(&mut sets[span.clone()], later);
            let tried = merit(&sets);
            if tried.is_within(threshold, at) {
                at = tried;
                if at < best_merit {
                    best_merit = at;
                    best = Some(sets.clone());
                }
            } else {
                turn(&mut sets[span], !later);
            }
        }
        self.left = 0;
        if let Some(sets) = best {
            let mut seen = vec![false; self.instance.len()];
            let order = sets.into_iter().flatten().chain(&rest).copied();
            *found = self.plan(order.filter(|&i| !std::mem::replace(&mut seen[i as usize], true)).collect());
        }
    }
}
