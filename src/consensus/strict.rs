//! Breaking the ties of a ranking, and saying where.

use std::cmp::Reverse;

use serde::Serialize;

use super::tally::Tally;
use super::weak_order::WeakOrder;

/// An order without ties, and the ties that were broken to get it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StrictOrder {
    /// Every initiative once, best first.
    pub order: Vec<u32>,
    /// The groups that were level, best first.
    pub broken: Vec<BrokenTie>,
}

/// A group that was level.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BrokenTie {
    /// Where it starts in the order, from 0.
    pub start: usize,
    /// Its initiatives as they stand now.
    pub initiatives: Vec<u32>,
    /// What put each above the next: one less than there are initiatives.
    pub by: Vec<TieBreak>,
}

/// What broke a tie.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum TieBreak {
    /// More Borda points on the whole tally.
    Borda,
    /// Nothing that a stakeholder said: the lower index.
    Index,
}

impl WeakOrder {
    /// Breaks the ties: within a group more Borda points on the tally go first, then the lower index.
    ///
    /// # Panics
    ///
    /// When the tally has fewer initiatives than the ranking.
    ///
    /// # Examples
    ///
    /// ```
    /// # use cxrank::consensus::{WeakOrder, TallyBuilder, TieBreak, Unranked, Weight};
    /// let mut builder = TallyBuilder::new(3)?;
    /// builder.push([[2], [0], [1]], Unranked::Last, Weight::ONE)?;
    /// builder.push([[2], [1], [0]], Unranked::Last, Weight::ONE)?;
    /// let strict = WeakOrder::new(vec![vec![0, 1, 2]])?.strict(&builder.finish());
    /// assert_eq!(strict.order, [2, 0, 1]);
    /// assert_eq!(strict.broken[0].by, [TieBreak::Borda, TieBreak::Index]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn strict(&self, tally: &Tally) -> StrictOrder {
        let net = tally.net();
        let mut order = Vec::with_capacity(self.len());
        let mut broken = Vec::new();
        for group in self.groups() {
            let start = order.len();
            let mut initiatives = group.clone();
            initiatives.sort_by_key(|&item| Reverse(net[item as usize]));
            order.extend_from_slice(&initiatives);
            if initiatives.len() > 1 {
                let by = initiatives
                    .windows(2)
                    .map(|pair| {
                        let level = net[pair[0] as usize] == net[pair[1] as usize];
                        if level { TieBreak::Index } else { TieBreak::Borda }
                    })
                    .collect();
                broken.push(BrokenTie { start, initiatives, by });
            }
        }
        StrictOrder { order, broken }
    }
}
