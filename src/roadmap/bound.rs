//! What no plan can bring more than, from the instance alone.

use super::schedule::{Instance, Plan, WHOLE};
use super::value::Gain;

/// The earliest that each item could be done if there were nothing but it and what it needs; `None` if never within the plan.
pub(crate) fn alone(instance: &Instance) -> Plan {
    let mut plan: Plan = vec![None; instance.len()];
    for item in instance.requires.topological() {
        let i = item as usize;
        let needs = if instance.running[i] { &[][..] } else { instance.requires.row(i) };
        let ready = needs.iter().map(|&need| plan[need as usize].map_or(u32::MAX, |slot| slot.end)).max();
        let first = if instance.running[i] { 1 } else { ready.unwrap_or(1).max(instance.earliest[i]) };
        plan[i] = (first.max(1)..=instance.periods)
            .find_map(|start| instance.after_needs(i, start, instance.length(i, start)?, &plan));
        debug_assert!(plan[i].is_none_or(|slot| slot.finish <= WHOLE));
    }
    plan
}

/// The greatest benefit of what any plan has done by the end of each of the periods 0, 1, …
///
/// For each limited resource, for all teams as one, and for no limit at all: the items that can be done by then at all, filled in by
/// benefit per effort, the last by a part of it. An outcome's benefit is shared out among what it needs.
///
/// Proof. Let S be what is done by the end of a period. An outcome needs all of its k items, so 1 ≤ (those in S)/k where it is there, and
/// sharing it out does not lessen its part. Each item of S can be done by then, and their effort was spent until then. The best
/// fractional choice within the sum of the capacities is by density (Dantzig 1957). Prerequisites are left out but for the earliest
/// ends, which only enlarges the choice; and each resource gives a bound, so the least of them is one. ∎
pub(crate) fn relaxed(instance: &Instance, gains: &[Gain], alone: &Plan) -> Vec<f64> {
    let n = instance.len();
    let periods = instance.periods as usize;
    let all_last = gains.iter().all(|gain| gain.lasts.is_none());
    let mut benefit = vec![0.0; n];
    for gain in gains {
        // What makes things worse is counted only where it surely does, from its end on and for ever.
        if gain.benefit > 0 || (gain.needs.len() == 1 && all_last) {
            let share = gain.benefit as f64 / gain.needs.len() as f64;
            gain.needs.iter().for_each(|&item| benefit[item as usize] += share);
        }
    }
    let resources = instance.capacity.len() / periods.max(1);
    let mut least = vec![f64::INFINITY; periods + 1];
    let mut effort = vec![0.0; n];
    let mut measure = |counts: &dyn Fn(usize) -> bool| {
        effort.fill(0.0);
        for (effort, demands) in effort.iter_mut().zip(&instance.demands) {
            let counted = demands.iter().filter(|(resource, _)| counts(*resource as usize));
            *effort = counted.map(|&(_, amount)| amount as f64).sum();
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
                let rows = (0..resources).filter(|&resource| counts(resource));
                room += rows.map(|r| instance.capacity(r as u32, period) as f64).sum::<f64>();
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
    measure(&|_| false);
    if instance.teams > 1 {
        measure(&|resource| resource < instance.teams);
    }
    for resource in 0..resources {
        measure(&|other| other == resource);
    }
    least
}
