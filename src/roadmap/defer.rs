//! The smallest set of work to defer so that something is done in time.

use super::schedule::{Builder, Instance, Plan};

/// Above so many competitors singles and pairs are not all tried.
const MOST_TRIED: usize = 64;

/// What to defer so that an item is done by a deadline, everything else staying where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Deferral {
    /// Nothing that could be deferred helps: what it needs, what is under way, or the capacity itself is in the way.
    Unreachable,
    /// Nothing was found that helps, which proves nothing: what is needed was tried in one order alone.
    NotFound,
    /// These, with what needs them; in the order of the items.
    Defer {
        items: Vec<u32>,
        /// Whether it is proven that no smaller set does it.
        smallest: bool,
    },
}

/// See [`Deferral`].
///
/// # Complexity
///
/// At most c + c²/2 rebuilt plans for c ≤ 64 competitors, else c.
pub(crate) fn smallest(instance: &Instance, plan: &Plan, item: u32, deadline: u32) -> Deferral {
    let needed = needed(instance, item);
    let movable = |i: usize| !instance.running[i] && !needed[i];
    let competitors: Vec<u32> = (0..instance.len())
        .filter(|&i| movable(i) && plan[i].is_some_and(|slot| slot.start <= deadline))
        .map(|i| i as u32)
        .collect();
    let mut dependents = vec![Vec::new(); instance.len()];
    for i in 0..instance.len() {
        instance.requires.row(i).iter().for_each(|&need| dependents[need as usize].push(i as u32));
    }
    // What waits for the item itself has to move with it in any case.
    let mut always = vec![false; instance.len()];
    (0..instance.len()).filter(|&i| needed[i]).for_each(|i| spread(&dependents, i as u32, &mut always));
    let with_dependents = |chosen: &[u32]| {
        let mut out = vec![false; instance.len()];
        chosen.iter().for_each(|&i| spread(&dependents, i, &mut out));
        out
    };
    let without = |out: &[bool]| {
        let keep = |i: usize| !needed[i] && !out[i] && !always[i];
        let fixed = (0..instance.len()).map(|i| plan[i].filter(|_| instance.running[i] || keep(i))).collect();
        Builder::fixed(instance, fixed)
    };
    let in_time = |plan: Plan| plan[item as usize].is_some_and(|slot| slot.end <= deadline);
    let helps = |out: &[bool]| in_time(without(out).serial(&[item]));
    let topological = instance.requires.topological();
    let chain: Vec<u32> = topological.into_iter().filter(|&i| needed[i as usize]).collect();
    // Even if what is needed did not take from one another.
    let cannot_help = |out: &[bool]| !in_time(without(out).soonest(&chain));
    let listed = |out: &[bool]| -> Vec<u32> {
        (0..instance.len()).filter(|&i| out[i] && plan[i].is_some() && movable(i)).map(|i| i as u32).collect()
    };
    let all = with_dependents(&competitors);
    if !helps(&all) {
        return if cannot_help(&all) { Deferral::Unreachable } else { Deferral::NotFound };
    }
    // Give back one after the other what is not needed: no part of what remains is enough.
    let mut chosen = competitors.clone();
    for &back in &competitors {
        let fewer: Vec<u32> = chosen.iter().copied().filter(|&i| i != back).collect();
        if helps(&with_dependents(&fewer)) {
            chosen = fewer;
        }
    }
    let mut best = listed(&with_dependents(&chosen));
    let mut least_unproven = usize::MAX;
    let (singles, pairs) = match competitors.len() {
        n if n <= MOST_TRIED => (n, n),
        _ => {
            // No set of two or more is known not to help.
            least_unproven = 1;
            (0, 0)
        }
    };
    let none = std::iter::once(Vec::new());
    let singles = competitors[..singles].iter().map(|&i| vec![i]);
    let pairs = (0..pairs)
        .flat_map(|a| (0..a).map(move |b| (a, b)))
        .map(|(a, b)| vec![competitors[b], competitors[a]]);
    for set in none.chain(singles).chain(pairs) {
        let out = with_dependents(&set);
        let listed = listed(&out);
        if listed.len() >= best.len() {
            continue;
        }
        if helps(&out) {
            best = listed;
        } else if listed.len() < least_unproven && !cannot_help(&out) {
            least_unproven = listed.len();
        }
    }
    // Sets of up to two were looked at.
    let smallest = best.len() <= least_unproven.min(3);
    Deferral::Defer { items: best, smallest }
}

/// The item and what it needs at any depth.
fn needed(instance: &Instance, item: u32) -> Vec<bool> {
    let mut needed = vec![false; instance.len()];
    let mut work = vec![item];
    while let Some(i) = work.pop() {
        if !std::mem::replace(&mut needed[i as usize], true) {
            work.extend(instance.requires.row(i as usize));
        }
    }
    needed
}

/// Marks an item and what needs it at any depth.
fn spread(dependents: &[Vec<u32>], item: u32, marked: &mut [bool]) {
    let mut work = vec![item];
    while let Some(i) = work.pop() {
        if !std::mem::replace(&mut marked[i as usize], true) {
            work.extend(&dependents[i as usize]);
        }
    }
}
