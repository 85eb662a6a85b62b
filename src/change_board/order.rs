//! The two orders, and how far apart they have drifted.

use serde::Serialize;

use super::State;
use crate::Error;
use crate::programme::{Id, Programme, Status};
use crate::rank::Ranking;
use crate::sequence::Sequence;

/// How a programme becomes a recommended order: the plug for the caller's own, or for an exact sequence.
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

/// The order of merit with prerequisites pulled before what needs them.
///
/// Simple, and at hand after every event ([`State::recommended`]); it does not weigh what an enabler enables.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct MeritWithPrerequisites;

impl Recommend for MeritWithPrerequisites {
    fn order(&self, programme: &Programme) -> Result<Vec<Id>, Error> {
        State::new(programme)?.recommended()
    }
}

/// The order of least Σ benefit × completion under prerequisites: the order of [`Sequence`], which weighs what an enabler enables.
///
/// Slower than [`MeritWithPrerequisites`] after every event, and the better advice for a board.
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
    /// The recommended order: by the policy, and what is needed first. It moves with every event.
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
            self.recommended_places()
        };
        Ok(places.into_iter().map(|i| self.code(i).clone()).collect())
    }

    /// The recommended order by the model alone.
    pub(super) fn recommended_places(&self) -> Vec<u32> {
        self.with_prerequisites(self.merit.order())
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
        self.judge.sums(self.row(i)).is_ok_and(|[_, effort]| effort.is_some())
    }

    /// How far the committed order has drifted from the recommended one.
    ///
    /// # Errors
    ///
    /// As [`recommended`](Self::recommended).
    pub fn drift(&self) -> Result<Drift, Error> {
        let mut place = vec![None; self.spec.initiatives.len()];
        let mut committed = vec![false; self.spec.initiatives.len()];
        self.committed.iter().for_each(|&i| committed[i as usize] = true);
        let recommended: Vec<u32> = self.recommended()?.iter().map(|code| self.codes[code]).collect();
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
        Ok(Drift {
            lines,
            inversions: inversions(&places),
            pairs: n * n.saturating_sub(1) / 2,
            not_committed: before.map(|&i| self.code(i).clone()).collect(),
        })
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
    use super::*;

    #[test]
    fn inversions_are_counted() {
        assert_eq!(inversions(&[]), 0);
        assert_eq!(inversions(&[1, 2, 3]), 0);
        assert_eq!(inversions(&[3, 2, 1]), 3);
        assert_eq!(inversions(&[2, 4, 1, 3]), 3);
    }
}
