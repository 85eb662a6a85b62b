//! Finds violated cycles: for a point of the relaxation, cycles of arcs that cannot all hold yet nearly do.
//!
//! An arc whose literal has the value x gets the length 1 − x. A cycle of length below 1 cuts the point off, because in an order at
//! least one arc of every cycle is broken. The shortest way back from each arc's head to its tail is found for all arcs at once by
//! Floyd's algorithm. Pairs on which the ballots are tied are no arcs at all: any acyclic choice of the others can be completed.

/// Lengths are whole multiples of 2⁻²⁰, so that sums of them are exact in `f32` up to 16.
const ONE: f32 = (1 << 20) as f32;
/// Added to each arc: every length is positive, and the shorter of two equal cycles is preferred.
const PER_ARC: f32 = 64.0;
const ABSENT: f32 = 4.0 * ONE;
/// How much a cycle must be violated to be worth a cut.
const VIOLATION: f32 = ONE / 256.0;

/// Work space of the separation for `k` items.
#[derive(Debug)]
pub(crate) struct Cycles {
    k: usize,
    length: Vec<f32>,
    distance: Vec<f32>,
    line: Vec<f32>,
    /// Bits of the length, which sort as the positive number does, and the arc.
    found: Vec<(u32, u32, u32)>,
}

impl Cycles {
    pub(crate) fn new(k: usize) -> Self {
        Self { k, length: vec![ABSENT; k * k], distance: Vec::new(), line: Vec::new(), found: Vec::new() }
    }

    /// Sets the value of the arc a→b, in [0, 1].
    pub(crate) fn set(&mut self, a: u32, b: u32, value: f64) {
        let length = ((1.0 - value.clamp(0.0, 1.0)) as f32 * ONE).round() + PER_ARC;
        self.length[a as usize * self.k + b as usize] = length;
    }

    /// The arcs that lie on a violated cycle, the most violated first; [`Cycles::trace`] gives the cycle.
    ///
    /// # Complexity
    /// O(k³) in the worst case, less where few pairs are near each other.
    pub(crate) fn search(&mut self) -> impl Iterator<Item = (u32, u32)> + '_ {
        let k = self.k;
        self.distance.clone_from(&self.length);
        for via in 0..k {
            self.line.clear();
            self.line.extend_from_slice(&self.distance[via * k..(via + 1) * k]);
            for row in self.distance.chunks_exact_mut(k) {
                let first = row[via];
                // A longer beginning cannot be part of a violated cycle.
                if first < ONE {
                    for (d, l) in row.iter_mut().zip(&self.line) {
                        let through = first + l;
                        *d = if through < *d { through } else { *d };
                    }
                }
            }
        }
        self.found.clear();
        for a in 0..k {
            for b in 0..k {
                let around = self.length[a * k + b] + self.distance[b * k + a];
                if around < ONE - VIOLATION && a != b {
                    self.found.push((around.to_bits(), a as u32, b as u32));
                }
            }
        }
        self.found.sort_unstable();
        self.found.iter().map(|&(_, a, b)| (a, b))
    }

    /// A shortest cycle through an arc that the last search has given; empty if there is none.
    pub(crate) fn trace(&self, (tail, head): (u32, u32), cycle: &mut Vec<(u32, u32)>) {
        let k = self.k;
        let (mut at, to) = (head as usize, tail as usize);
        cycle.clear();
        cycle.push((tail, head));
        // Every arc has positive length and sums are exact, so each step comes nearer.
        while at != to {
            let left = self.distance[at * k + to];
            let step = &self.length[at * k..(at + 1) * k];
            let nearer = |&v: &usize| v != to && step[v] + self.distance[v * k + to] <= left;
            let next = if step[to] <= left { Some(to) } else { (0..k).find(nearer) };
            let Some(next) = next else {
                cycle.clear();
                return;
            };
            cycle.push((at as u32, next as u32));
            at = next;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn all(cycles: &mut Cycles) -> Vec<Vec<(u32, u32)>> {
        let arcs: Vec<(u32, u32)> = cycles.search().collect();
        let trace = |arc| {
            let mut cycle = Vec::new();
            cycles.trace(arc, &mut cycle);
            cycle
        };
        arcs.into_iter().map(trace).collect()
    }

    proptest! {
        #[test]
        fn finds_a_cycle_exactly_when_there_is_one(values in proptest::collection::vec(prop_oneof![Just(0.0), Just(0.5), Just(1.0), 0.0..1.0], 15)) {
            let k = 6;
            let mut cycles = Cycles::new(k);
            let mut length = vec![9.0; k * k];
            let pairs = (0..k as u32).flat_map(|a| (0..a).map(move |b| (a, b)));
            for ((a, b), x) in pairs.zip(values) {
                cycles.set(a, b, x);
                cycles.set(b, a, 1.0 - x);
                length[a as usize * k + b as usize] = 1.0 - x;
                length[b as usize * k + a as usize] = x;
            }
            // In a tournament a shortest violated cycle is a triangle.
            let mut least = f64::INFINITY;
            for (a, b, c) in (0..k).flat_map(|a| (0..k).flat_map(move |b| (0..k).map(move |c| (a, b, c)))) {
                if a != b && b != c && a != c {
                    least = least.min(length[a * k + b] + length[b * k + c] + length[c * k + a]);
                }
            }
            let found = all(&mut cycles);
            for cycle in &found {
                prop_assert!(cycle.len() > 2);
                let total: f64 = cycle.iter().map(|&(a, b)| length[a as usize * k + b as usize]).sum();
                prop_assert!(total < 1.0);
                for at in 0..cycle.len() {
                    prop_assert_eq!(cycle[at].1, cycle[(at + 1) % cycle.len()].0);
                }
            }
            if least < 0.99 {
                prop_assert!(!found.is_empty());
            }
        }
    }

    #[test]
    fn goes_round_through_absent_arcs() {
        let mut cycles = Cycles::new(5);
        for a in 0..4 {
            cycles.set(a, a + 1, 1.0);
        }
        assert!(all(&mut cycles).is_empty());
        cycles.set(4, 0, 0.5);
        let found = all(&mut cycles);
        assert!(found.len() == 5 && found.iter().all(|cycle| cycle.len() == 5));
    }
}
