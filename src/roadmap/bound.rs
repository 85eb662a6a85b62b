//! What no plan can bring more than, from the instance alone.

use std::ops::Range;

use super::schedule::{Instance, Plan, WHOLE};
use super::value::{Gain, filled};
use crate::exact::gcd;
use crate::graph::Rows;
use crate::portfolio::best_value::{self, Limits, Rules};
use crate::sequence::Batches;
use crate::sequence::problem::Problem;

/// How many items and prerequisites times nodes the search for best sets may look at.
const LOOKS: usize = 4_000_000;

/// The search for best sets is only begun where it could lower the bound by more than this share.
const MUCH: f64 = 0.02;

/// With fewer nodes for a period than these the search for its best set is not begun.
const FEWEST_NODES: usize = 100;

/// How often the teams of a period are weighed anew.
const ROUNDS: usize = 6;

/// What a team weighs at first.
const WEIGHT: i64 = 64;

/// What bounds the benefit of any plan.
pub(crate) struct Bound<'a> {
    instance: &'a Instance,
    /// The greatest benefit of what any plan has done by the end of each of the periods 0, 1, …
    pub(crate) done: Vec<f64>,
    /// What a plan can use of each resource in each period.
    usable: Vec<i64>,
    pools: Vec<Pool>,
}

impl<'a> Bound<'a> {
    /// The least that is soon known: of what prerequisites leave open where people's time, or cash, is the only limit ([`filled`]), and of
    /// what each limit leaves open without prerequisites.
    ///
    /// # Complexity
    ///
    /// Near n log n in practice for n items and gains, and O(l·(n log n + n·t)) for l limits and t periods.
    pub(crate) fn new(instance: &'a Instance, gains: &[Gain], alone: &Plan) -> Self {
        let resources = instance.capacity.len() / instance.periods as usize;
        let usable = usable(instance, alone);
        let mut done = relaxed(instance, &usable, gains, alone);
        let pools = [0..instance.teams, instance.teams..resources];
        let pools: Vec<Pool> =
            pools.into_iter().filter_map(|pool| Pool::new(instance, &usable, gains, alone, pool)).collect();
        for pool in &pools {
            done.iter_mut().zip(&pool.hull).for_each(|(least, &hull)| *least = least.min(hull));
        }
        Bound { instance, done, usable, pools }
    }

    /// Lowers the bound by the best closed sets themselves, where those of the hull leave much open: until what it comes to, each period's
    /// by its `steps`, is `enough`, or a stated number of looks is spent.
    ///
    /// What is done by the end of a period keeps the capacity of every team until then, and so every sum of them with weights that are not
    /// negative: the best set that keeps such a sum is no worse (surrogate constraints, Glover 1968). Teams of which that set takes too
    /// much weigh more in the next.
    ///
    /// # Determinism
    ///
    /// The searches end after a stated number of nodes.
    pub(crate) fn sharpen(&mut self, steps: &[i64], enough: f64) {
        let worth = |done: &[f64]| -> f64 { steps.iter().zip(&done[1..]).map(|(&s, d)| s as f64 * d).sum() };
        for pool in &self.pools {
            let open: Vec<usize> =
                (1..self.done.len()).filter(|&t| steps[t - 1] > 0 && pool.corner[t] < self.done[t]).collect();
            let size = pool.benefit.len() + pool.requires.arcs();
            let mut nodes = LOOKS / size.max(1);
            // What there is to win is the part of a batch beside the whole ones, at most.
            let mut least = self.done.clone();
            open.iter().for_each(|&t| least[t] = pool.corner[t]);
            let much = worth(&self.done) - worth(&least) > MUCH * worth(&self.done);
            if !much || nodes / open.len() < FEWEST_NODES {
                continue;
            }
            let teams = pool.resources.len();
            let mut weights = vec![vec![WEIGHT; teams]; open.len()];
            for _ in 0..if teams > 1 { ROUNDS } else { 1 } {
                for (k, &t) in open.iter().enumerate() {
                    if worth(&self.done) <= enough || nodes < open.len() - k {
                        return;
                    }
                    let limit = nodes / (open.len() - k);
                    let Some(best) = pool.best(self.instance, &self.usable, t, &mut weights[k], limit) else {
                        return;
                    };
                    nodes -= best.nodes.min(nodes);
                    self.done[t] = self.done[t].min(best.benefit);
                }
            }
        }
    }
}

/// What a plan can use of each resource in each period: where nothing is ever split, all that is taken is a multiple of what the amounts
/// have in common.
fn usable(instance: &Instance, alone: &Plan) -> Vec<i64> {
    let periods = instance.periods as usize;
    let least = |resource: u32| instance.capacity[resource as usize * periods..][..periods].iter().min();
    let mut common = vec![0u128; instance.capacity.len() / periods];
    for (i, demands) in instance.demands.iter().enumerate().filter(|(i, _)| alone[*i].is_some()) {
        let split = instance.running[i]
            || instance.duration[i] > 1
            || demands.iter().any(|&(resource, amount)| least(resource).is_some_and(|&least| amount > least));
        for &(resource, amount) in demands {
            let common = &mut common[resource as usize];
            *common = gcd(*common, if split { 1 } else { u128::from(amount.unsigned_abs()) });
        }
    }
    let rows = instance.capacity.chunks(periods).zip(common);
    rows.flat_map(|(row, common)| {
        let common = i64::try_from(common).unwrap_or(1).max(1);
        row.iter().map(move |&capacity| capacity - capacity % common)
    })
    .collect()
}

/// The gains that a [`Bound`] may count.
///
/// What makes things worse counts only where it surely does: as soon as one item is done and for ever, like all the others.
fn counted(gains: &[Gain]) -> impl Iterator<Item = &Gain> {
    let all_last = gains.iter().all(|gain| gain.lasts.is_none());
    gains.iter().filter(move |gain| gain.benefit > 0 || (gain.needs.len() == 1 && all_last))
}

/// Items and shared gains with what a plan can have done of them, some resources taken as one.
///
/// What is done by the end of a period is closed under prerequisites, but for work under way, which waits for nothing, and what the whole
/// plan has no time for is in no such set. Where sums would be too large, benefits are rounded up and efforts down, which only enlarges the
/// bound.
struct Pool {
    resources: Range<usize>,
    benefit: Vec<i64>,
    requires: Rows,
    /// What one of benefit counts.
    point: f64,
    /// The greatest benefit by the end of each of the periods 0, 1, …, batches being divisible.
    hull: Vec<f64>,
    /// The benefit of the batches that are whole by then: of closed sets that keep the limit.
    corner: Vec<f64>,
}

/// The greatest benefit of a closed set, or a bound on it, and how many nodes it took.
struct Best {
    benefit: f64,
    nodes: usize,
}

/// The greatest unit in which all are whole, or a greater one in which they add up to less than 2⁵⁹.
///
/// The searches prove more in small numbers.
fn unit(quanta: &[i128]) -> i128 {
    let common = quanta.iter().fold(0, |common, x| gcd(common, x.unsigned_abs())).max(1);
    let sum: u128 = quanta.iter().map(|x| x.unsigned_abs() / common).sum();
    // Nothing here is near 2¹²⁶: gains are below 2⁶², and efforts have weights.
    i128::try_from(common << (u128::BITS - sum.leading_zeros()).saturating_sub(59)).unwrap_or(i128::MAX)
}

impl Pool {
    /// `None` where there are no such resources, or too many items.
    fn new(
        instance: &Instance,
        usable: &[i64],
        gains: &[Gain],
        alone: &Plan,
        resources: Range<usize>,
    ) -> Option<Self> {
        if resources.is_empty() {
            return None;
        }
        let n = instance.len();
        let mut benefit = vec![0i128; n];
        let mut shared: Vec<&Gain> = Vec::new();
        for gain in
            counted(gains).filter(|gain| gain.needs.iter().all(|&item| alone[item as usize].is_some()))
        {
            match gain.needs[..] {
                [item] => benefit[item as usize] += i128::from(gain.benefit),
                _ => shared.push(gain),
            }
        }
        let mut requires = Rows::with_capacity(n + shared.len());
        for i in 0..n {
            let needs = if instance.running[i] { &[][..] } else { instance.requires.row(i) };
            requires.push(needs.iter().copied());
        }
        for gain in shared {
            requires.push(gain.needs.iter().copied());
            benefit.push(i128::from(gain.benefit));
        }
        let point = unit(&benefit);
        let benefit: Option<Vec<i64>> =
            benefit.iter().map(|&b| i64::try_from(-(-b).div_euclid(point)).ok()).collect();
        let mut pool = Pool {
            resources,
            benefit: benefit?,
            requires,
            point: point as f64,
            hull: Vec::new(),
            corner: vec![0.0],
        };
        let equal = vec![1; pool.resources.len()];
        let (effort, day) = pool.efforts(instance, &equal)?;
        let problem = Problem { weight: &pool.benefit, time: &effort, requires: &pool.requires };
        let sums = Batches::of(&problem).ok()?;
        let sums: Vec<(f64, f64)> =
            sums.sums().iter().map(|b| (b.weight as f64 * pool.point, b.time as f64 * day as f64)).collect();
        let rooms: Vec<i128> =
            (0..=instance.periods as usize).map(|t| pool.room(instance, usable, t, &equal)).collect();
        pool.hull = filled(&sums, rooms.windows(2).map(|pair| (pair[1] - pair[0]) as f64));
        for &room in &rooms[1..] {
            let whole = sums.iter().scan(room as f64, |left, &(benefit, effort)| {
                *left -= effort;
                (*left >= 0.0 && benefit > 0.0).then_some(benefit)
            });
            // Not `sum`: an empty sum of doubles is -0.0.
            pool.corner.push(whole.fold(0.0, std::ops::Add::add));
        }
        Some(pool)
    }

    /// What each item and shared gain takes of the resources with these weights, and in which unit.
    fn efforts(&self, instance: &Instance, weights: &[i64]) -> Option<(Vec<i64>, i128)> {
        let mut effort: Vec<i128> = instance
            .demands
            .iter()
            .map(|demands| {
                let weighed = demands.iter().filter_map(|&(resource, amount)| {
                    let at = (resource as usize).checked_sub(self.resources.start)?;
                    Some(i128::from(*weights.get(at)?) * i128::from(amount))
                });
                weighed.sum()
            })
            .collect();
        effort.resize(self.benefit.len(), 0);
        let unit = unit(&effort);
        let effort = effort.iter().map(|&e| i64::try_from(e / unit).ok()).collect::<Option<_>>()?;
        Some((effort, unit))
    }

    /// What there is of the resources with these weights until the end of a period.
    fn room(&self, instance: &Instance, usable: &[i64], period: usize, weights: &[i64]) -> i128 {
        let rows = usable.chunks(instance.periods as usize).skip(self.resources.start).zip(weights);
        let upto = |row: &[i64]| row[..period].iter().map(|&days| i128::from(days)).sum::<i128>();
        rows.map(|(row, &weight)| i128::from(weight) * upto(row)).sum()
    }

    /// The best closed set that keeps the weighted sum of capacities until the end of a period; then weighs the resources anew.
    fn best(
        &self,
        instance: &Instance,
        usable: &[i64],
        period: usize,
        weights: &mut [i64],
        nodes: usize,
    ) -> Option<Best> {
        let (cost, unit) = self.efforts(instance, weights)?;
        let room = self.room(instance, usable, period, weights) / unit;
        let budget = i64::try_from(room)
            .map_or(best_value::GREATEST_TOTAL, |room| room.min(best_value::GREATEST_TOTAL));
        let problem = best_value::Problem {
            benefit: &self.benefit,
            cost: &cost,
            requires: &self.requires,
            budget,
            rules: &Rules::default(),
        };
        let solution = best_value::solve(&problem, Limits { nodes: nodes as u64 }).ok()?;
        for (k, weight) in weights.iter_mut().enumerate() {
            let mut one = vec![0; k + 1];
            one[k] = 1;
            let room = self.room(instance, usable, period, &one);
            let taken: i128 = solution
                .selected
                .iter()
                .filter_map(|&item| instance.demands.get(item as usize))
                .flatten()
                .filter(|demand| demand.0 as usize == self.resources.start + k)
                .map(|demand| i128::from(demand.1))
                .sum();
            let change = (taken - room) * 2 * i128::from(WEIGHT) / room.max(1);
            *weight = (*weight + change.clamp(-128, 128) as i64).max(1);
        }
        Some(Best { benefit: solution.upper_bound as f64 * self.point, nodes: solution.nodes as usize })
    }
}

/// The earliest that each item could be done if there were nothing but it and what it needs; `None` if never within the plan.
pub(crate) fn alone(instance: &Instance) -> Plan {
    let mut plan: Plan = vec![None; instance.len()];
    for item in instance.requires.topological() {
        let i = item as usize;
        let needs = if instance.running[i] { &[][..] } else { instance.requires.row(i) };
        let ready = needs.iter().map(|&need| plan[need as usize].map_or(u32::MAX, |slot| slot.end)).max();
        let first = if instance.running[i] { 1 } else { ready.unwrap_or(1).max(instance.earliest[i]) };
        // Where later periods have more room, a later start may end sooner.
        for start in first.max(1)..=instance.periods {
            if plan[i].is_some_and(|slot| slot.end < start) {
                break;
            }
            let slot =
                instance.length(i, start).and_then(|length| instance.after_needs(i, start, length, &plan));
            if let Some(slot) = slot
                && plan[i].is_none_or(|soonest| (slot.end, slot.finish) < (soonest.end, soonest.finish))
            {
                plan[i] = Some(slot);
            }
        }
        debug_assert!(plan[i].is_none_or(|slot| slot.finish <= WHOLE));
    }
    plan
}

/// The bound without prerequisites.
///
/// For each limit (a team, cash, the places in a unit), for all teams as one, and for all limits as one, each by its share: the items that
/// can be done by then at all, filled in by benefit per effort, the last by a part of it. An outcome's benefit is shared out among what it
/// needs.
///
/// Proof. Let S be what is done by the end of a period. An outcome needs all of its k items, so 1 ≤ (those in S)/k where it is there, and
/// sharing it out does not lessen its part. Each item of S can be done by then, and its effort was spent until then, so that S keeps
/// each limit and every sum of limits with weights that are not negative. The best fractional choice within one such sum is by density
/// (Dantzig 1957). Prerequisites are left out but for the earliest ends, which only enlarges the choice; and each sum gives a bound, so the
/// least of them is one. ∎
fn relaxed(instance: &Instance, usable: &[i64], gains: &[Gain], alone: &Plan) -> Vec<f64> {
    let n = instance.len();
    let periods = instance.periods as usize;
    let mut benefit = vec![0.0; n];
    for gain in counted(gains) {
        let share = gain.benefit as f64 / gain.needs.len() as f64;
        gain.needs.iter().for_each(|&item| benefit[item as usize] += share);
    }
    // Every limit over the periods, and what each item takes of it at least.
    let mut limits: Vec<Vec<f64>> =
        usable.chunks(periods).map(|row| row.iter().map(|&c| c as f64).collect()).collect();
    let resources = limits.len();
    limits.extend(instance.slots.iter().map(|&slots| vec![f64::from(slots); periods]));
    let taken = |i: usize| {
        let least = f64::from(instance.duration[i].max(1));
        let amounts =
            instance.demands[i].iter().map(|&(resource, amount)| (resource as usize, amount as f64));
        amounts.chain(instance.units.row(i).iter().map(move |&unit| (resources + unit as usize, least)))
    };
    let mut least = vec![f64::INFINITY; periods + 1];
    let mut effort = vec![0.0; n];
    let mut measure = |weight: &dyn Fn(usize) -> f64| {
        for (i, effort) in effort.iter_mut().enumerate() {
            // Not `sum`: an empty sum of doubles is -0.0, and a quotient of it below everything.
            *effort = taken(i).map(|(limit, amount)| weight(limit) * amount).fold(0.0, std::ops::Add::add);
        }
        let mut items: Vec<(u32, u32)> = (0..)
            .zip(alone)
            .filter_map(|(item, slot): (u32, _)| Some((item, slot.as_ref()?.end)))
            .filter(|&(item, _)| benefit[item as usize] > 0.0)
            .collect();
        let density = |item: u32| benefit[item as usize] / effort[item as usize];
        items.sort_by(|a, b| density(b.0).total_cmp(&density(a.0)).then(a.0.cmp(&b.0)));
        let mut room = 0.0;
        for period in 0..=instance.periods {
            if period > 0 {
                let there = limits.iter().enumerate().map(|(l, row)| weight(l) * row[period as usize - 1]);
                room += there.fold(0.0, std::ops::Add::add);
            }
            let (mut left, mut sum) = (room, 0.0);
            for &(item, end) in &items {
                if end > period {
                    continue;
                }
                let (b, e) = (benefit[item as usize], effort[item as usize]);
                if e <= left {
                    left -= e;
                    sum += b;
                } else {
                    sum += b * (left / e);
                    break;
                }
            }
            let least = &mut least[period as usize];
            *least = least.min(sum);
        }
    };
    let only = |counts: bool| f64::from(u8::from(counts));
    measure(&|_| 0.0);
    (0..limits.len()).for_each(|limit| measure(&|other| only(other == limit)));
    measure(&|limit| only(limit < instance.teams));
    let wholes: Vec<f64> = limits.iter().map(|row| row.iter().fold(0.0, std::ops::Add::add)).collect();
    measure(&|limit| if wholes[limit] > 0.0 { 1.0 / wholes[limit] } else { 0.0 });
    least
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::roadmap::improve::{Goals, WinRules, improve};
    use crate::roadmap::schedule::Builder;
    use crate::roadmap::value::Worth;
    use proptest::prelude::*;

    struct Tiny {
        instance: Instance,
        gains: Vec<Gain>,
    }

    fn tiny(
        items: &[(i64, [i64; 2], u8, bool)],
        outcome: Option<(i64, u8)>,
        lasts: Option<u32>,
        (teams, capacity): (usize, [i64; 2]),
        slots: u32,
        running: u8,
    ) -> Tiny {
        let n = items.len();
        let mut requires = Rows::with_capacity(n);
        let mut units = Rows::with_capacity(n);
        let set = |mask: u8, below: usize| (0..below as u32).filter(move |&i| mask >> i & 1 == 1);
        let mut gains = Vec::new();
        for (i, &(benefit, _, needs, _)) in items.iter().enumerate() {
            requires.push(set(needs, i));
            // What takes whole periods also takes places.
            units.push(items[i].3.then_some(0));
            gains.push(Gain { benefit, lasts, needs: vec![i as u32] });
        }
        if let Some((benefit, needs)) = outcome {
            gains.push(Gain { benefit, lasts, needs: set(needs | 1, n).collect() });
        }
        let instance = Instance {
            periods: 3,
            requires,
            capacity: capacity.iter().flat_map(|&c| [c; 3]).collect(),
            teams,
            demands: items
                .iter()
                .map(|&(_, amounts, ..)| (0..).zip(amounts).filter(|demand| demand.1 > 0).collect())
                .collect(),
            slots: vec![slots],
            units,
            duration: items.iter().map(|&(.., whole)| u32::from(whole)).collect(),
            earliest: vec![1; n],
            running: (0..n).map(|i| running >> i & 1 == 1).collect(),
        };
        Tiny { instance, gains }
    }

    /// The best worth of all plans, by trying them all.
    fn best(tiny: &Tiny, worth: &Worth) -> i128 {
        let instance = &tiny.instance;
        let n = instance.len();
        // Not at all, or from each period on as short as can be; work under way may also be stretched.
        let runs: Vec<Vec<Option<(u32, u32)>>> = (0..n)
            .map(|i| {
                let starts = (1..=3).filter_map(|start| Some((start, instance.length(i, start)?)));
                let mut runs: Vec<_> = std::iter::once(None).chain(starts.map(Some)).collect();
                if let Some(&Some((1, least))) = runs.get(1)
                    && instance.running[i]
                {
                    runs.extend((least + 1..=3).map(|length| Some((1, length))));
                }
                runs
            })
            .collect();
        let mut best = i128::MIN;
        for choice in 0..runs.iter().map(Vec::len).product() {
            let mut digits = choice;
            let mut plan: Plan = vec![None; n];
            let mut load = [0; 6];
            let mut places = [0; 3];
            // Items need only those before them.
            let possible = (0..n).all(|i| {
                let run = runs[i][digits % runs[i].len()];
                digits /= runs[i].len();
                let Some((start, length)) = run else { return true };
                plan[i] = instance.after_needs(i, start, length, &plan);
                for k in 0..length {
                    for &(resource, amount) in &instance.demands[i] {
                        let at = resource as usize * 3 + (start + k) as usize - 1;
                        load[at] += crate::roadmap::schedule::share(amount, k, length);
                    }
                    places[(start + k) as usize - 1] += instance.units.row(i).len();
                }
                plan[i].is_some()
            });
            let places = places.iter().all(|&places| places <= instance.slots[0] as usize);
            if possible && places && load.iter().zip(&instance.capacity).all(|(l, c)| l <= c) {
                best = best.max(worth.total(&tiny.gains, &plan));
            }
        }
        best
    }

    /// The concave hull of benefit against effort over all closed sets, as batches.
    fn batches(tiny: &Tiny, pool: &Range<usize>) -> Vec<(f64, f64)> {
        let instance = &tiny.instance;
        let n = instance.len();
        let effort = |i: usize| {
            let of_pool = instance.demands[i].iter().filter(|demand| pool.contains(&(demand.0 as usize)));
            of_pool.map(|demand| demand.1).sum::<i64>()
        };
        let closed = (0..1u32 << n).filter(|set| {
            (0..n).all(|i| {
                set >> i & 1 == 0
                    || instance.running[i]
                    || instance.requires.row(i).iter().all(|&need| set >> need & 1 == 1)
            })
        });
        let points: Vec<(i64, i64)> = closed
            .map(|set| {
                let benefit = tiny.gains.iter().filter(|g| g.needs.iter().all(|&i| set >> i & 1 == 1));
                let efforts = (0..n).filter(|&i| set >> i & 1 == 1).map(effort).sum();
                (efforts, benefit.map(|gain| gain.benefit).sum())
            })
            .collect();
        let mut hull = vec![];
        let mut at = (0, 0);
        // From each corner to the point of the steepest rise, the farthest of equals.
        while let Some(&next) = points.iter().filter(|p| p.1 > at.1).max_by(|p, q| {
            let rise = |p: &(i64, i64)| (p.1 - at.1, (p.0 - at.0).max(0));
            let (p, q) = (rise(p), rise(q));
            (p.0 * q.1).cmp(&(q.0 * p.1)).then(p.1.cmp(&q.1)).then(p.0.cmp(&q.0))
        }) {
            hull.push(((next.1 - at.1) as f64, (next.0 - at.0).max(0) as f64));
            at = next;
        }
        hull
    }

    proptest! {
        #[test]
        fn no_plan_is_better_than_the_bounds(
            items in prop::collection::vec((-2..10i64, [0..7i64, 0..4], any::<u8>(), any::<bool>()), 1..6),
            outcome in prop::option::of((-5..20i64, any::<u8>())),
            lasts in prop::option::weighted(0.3, 1..3u32),
            limits in (1..3usize, [1..9i64, 1..9]),
            slots in 0..4u32,
            running in prop_oneof![2 => Just(0), 1 => any::<u8>()],
            release_every in 1..3u32,
            horizon in 3..6u32,
        ) {
            let tiny = tiny(&items, outcome, lasts, limits, slots, running);
            let worth = Worth::new(horizon, 0.05, release_every);
            let best = best(&tiny, &worth);
            let (instance, alone) = (&tiny.instance, alone(&tiny.instance));
            let mut all = Bound::new(instance, &tiny.gains, &alone);
            let (_, bound) = worth.bound(&all.done, &[lasts]);
            prop_assert!(best as f64 * Worth::unit() <= bound, "{best} {bound}");
            all.sharpen(&worth.steps(3, &[lasts]), 0.0);
            let (_, sharp) = worth.bound(&all.done, &[lasts]);
            prop_assert!(best as f64 * Worth::unit() <= sharp && sharp <= bound, "{best} {sharp} {bound}");
            let usable = usable(instance, &alone);
            let (teams, _) = limits;
            for pool in [0..teams, teams..2] {
                let made = Pool::new(instance, &usable, &tiny.gains, &alone, pool.clone());
                let Some(Pool { hull: pooled, .. }) = made else { continue };
                let (_, bound) = worth.bound(&pooled, &[lasts]);
                prop_assert!(best as f64 * Worth::unit() <= bound, "{best} {bound}");
                // All gains are counted as they are, so that the bound is the hull of all closed sets.
                if counted(&tiny.gains).count() == tiny.gains.len() && alone.iter().all(Option::is_some) {
                    let there = |period| pool.clone().map(|k| usable[k * 3 + period] as f64).sum::<f64>();
                    let hull = filled(&batches(&tiny, &pool), (0..3).map(there));
                    for (pooled, hull) in pooled.iter().zip(hull) {
                        prop_assert!((pooled - hull).abs() < 1e-9, "{pooled} {hull}");
                    }
                }
            }
            let n = tiny.instance.len();
            let goals = Goals {
                worth: &worth,
                gains: &tiny.gains,
                deadlines: &vec![None; n],
                wins: WinRules::default(),
                is_win: &vec![false; n],
            };
            let order: Vec<u32> = (0..n as u32).collect();
            let found = improve(&tiny.instance, &goals, &order);
            prop_assert!(worth.total(&tiny.gains, &found.plan) <= best);
        }
    }

    /// Two that are under way have room together only if one of them takes longer, and then the third fits in as well.
    #[test]
    fn work_under_way_may_take_longer() {
        let items =
            [(0, [5, 0], 0, false), (0, [0, 0], 0, false), (2, [3, 0], 3, false), (1, [5, 0], 0, false)];
        let tiny = tiny(&items, None, None, (1, [7, 1]), 0, 0b1001);
        let worth = Worth::new(3, 0.05, 1);
        let plan = Builder::new(&tiny.instance).serial(&[0, 1, 2, 3]);
        assert_eq!(plan[3].map(|slot| (slot.start, slot.end)), Some((1, 2)));
        assert_eq!(worth.total(&tiny.gains, &plan), best(&tiny, &worth));
    }

    /// Of 10 for 8 and 6 for 7 only one is done by the end of the second of three periods of 6, whatever the units.
    #[test]
    fn best_sets_are_found_in_any_unit() {
        for (benefit, effort) in
            [(1, 1), (1_000_000_000_000_000, 1), (1, 1_000_000_000_000), (3 << 50, 7 << 40)]
        {
            let items = [(10 * benefit, [8 * effort, 0], 0, false), (6 * benefit, [7 * effort, 0], 0, false)];
            let tiny = tiny(&items, None, None, (1, [6 * effort, 1]), 0, 0);
            let mut bound = Bound::new(&tiny.instance, &tiny.gains, &alone(&tiny.instance));
            assert!(bound.done[2] > 10.0 * benefit as f64);
            bound.sharpen(&Worth::new(4, 0.05, 1).steps(3, &[None]), 0.0);
            assert_eq!(bound.done, [0.0, 0.0, 10.0, 16.0].map(|points| points * benefit as f64));
        }
    }

    #[test]
    fn a_bound_by_hand() {
        // Ten of benefit for four of effort, then three for six; five of effort a period, three periods, no discount.
        let done = filled(&[(10.0, 4.0), (3.0, 6.0)], [5.0, 5.0, 5.0].into_iter());
        assert_eq!(done, [0.0, 10.5, 13.0, 13.0]);
        let (rates, total) = Worth::new(3, 0.0, 1).bound(&done, &[None]);
        assert_eq!(rates, [0.0, 10.5, 13.0]);
        assert!((total - 23.5).abs() < 1e-6);
    }
}
