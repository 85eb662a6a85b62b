//! Improvement of a choice by small exact searches around it.
//!
//! Most benefits are left as they are in the incumbent; the rest, a random neighbourhood in the graph, is chosen anew by
//! branch and bound within few nodes. The neighbourhood grows while that is easy. Fischetti and Lodi (2003), Local
//! branching, Mathematical Programming 98, is the general idea.

use super::search::Search;
use super::state::Scaled;
use crate::sequence::flow::Fixed;

/// Nodes of the tree for one neighbourhood.
const NODES: u64 = 12;

/// `SplitMix64` (Steele, Lea & Flood 2014), with a fixed seed: the search is a function of its input.
struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^= z >> 31;
        ((u128::from(z) * n as u128) >> 64) as usize
    }
}

impl<T: Scaled> Search<'_, T> {
    /// Tries neighbourhoods of the incumbent until `patience` in a row gave nothing.
    pub(crate) fn improve(&mut self, rate: i64, patience: u32, limit: u64) {
        let core = self.state.core;
        let mut live: Vec<u32> = self.state.closure.live().to_vec();
        live.sort_unstable();
        let gains = live.iter().filter(|&&v| core.benefit[v as usize] > 0).count();
        if gains < 2 {
            return;
        }
        let mut random = Random(0);
        let mut size = 20_usize.min(gains);
        let mut idle = 0;
        let mut free = vec![0_u32; core.len()];
        let mut round = 0;
        while idle < patience && self.nodes < limit {
            let Some(chosen) = self.incumbent_nodes() else { break };
            round += 1;
            idle += 1;
            // Free: what is reached first from a random node, or anything.
            let mut order: Vec<u32> = vec![live[random.below(live.len())]];
            let mut taken = 0;
            let mut next = 0;
            let scattered = round % 4 == 0;
            while taken < size {
                if next == order.len() || scattered {
                    order.push(live[random.below(live.len())]);
                }
                let v = order[next];
                next += 1;
                if std::mem::replace(&mut free[v as usize], round) == round
                    || self.state.closure.fixed(v) != Fixed::No
                {
                    if next > 20 * live.len() {
                        break;
                    }
                    continue;
                }
                taken += usize::from(core.benefit[v as usize] > 0);
                let from = order.len();
                order.extend_from_slice(core.requires.row(v));
                order.extend_from_slice(core.dependents.row(v));
                for k in (from + 1..order.len()).rev() {
                    order.swap(k, from + random.below(k - from + 1));
                }
            }
            let mark = self.state.mark();
            let before = self.cutoff();
            let mut possible = true;
            for keep in [true, false] {
                for &v in &live {
                    if possible
                        && core.benefit[v as usize] > 0
                        && free[v as usize] != round
                        && chosen[v as usize] == keep
                        && self.state.closure.fixed(v) == Fixed::No
                    {
                        possible = self.state.decide(v, if keep { Fixed::In } else { Fixed::Out });
                    }
                }
            }
            let limit = limit.min(self.nodes + NODES);
            if possible {
                let open = self.run(rate, limit);
                if open > self.cutoff() {
                    size = (size * 4 / 5).max(2);
                } else {
                    size = (size * 5 / 4 + 1).min(gains);
                }
            } else {
                size = (size * 5 / 4 + 1).min(gains);
            }
            self.state.undo(mark);
            if self.cutoff() > before {
                idle = 0;
            }
        }
    }
}
