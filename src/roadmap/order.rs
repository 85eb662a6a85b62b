use std::collections::BTreeSet;

use crate::portfolio::Portfolio;
use crate::programme::{Id, Status};
use crate::rank::Ranking;
use crate::sequence::Sequence;

/// In which order initiatives are planned: what stands first has the first choice of time and people.
///
/// Any order will do, such as that of a sequence or of a portfolio. Prerequisites that stand later, or not at all, are planned before
/// what needs them. Work under way is planned in any case.
///
/// ```
/// use cxrank::roadmap::Order;
/// let order = Order::batches([vec!["CX-07", "CX-01"], vec!["CX-04"]]);
/// assert_eq!(order.codes().map(|code| code.as_str()).collect::<Vec<_>>(), ["CX-07", "CX-01", "CX-04"]);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Order {
    pub(super) entries: Vec<(Id, Option<usize>)>,
}

impl Order {
    /// By code, the first first; without batches.
    pub fn of<T: Into<Id>>(codes: impl IntoIterator<Item = T>) -> Self {
        Order { entries: codes.into_iter().map(|code| (code.into(), None)).collect() }
    }

    /// Batch by batch; batches are numbered from 1.
    pub fn batches<B: IntoIterator<Item = T>, T: Into<Id>>(batches: impl IntoIterator<Item = B>) -> Self {
        let entries = (1..).zip(batches).flat_map(|(number, batch)| {
            batch.into_iter().map(move |code| (code.into(), Some(number))).collect::<Vec<_>>()
        });
        Order { entries: entries.collect() }
    }

    /// In the order of least Σ benefit × completion under prerequisites, with its batches: the usual choice.
    pub fn by_sequence(sequence: &Sequence<'_>) -> Self {
        Order {
            entries: sequence.order().iter().map(|code| (code.clone(), sequence.batch_of(code))).collect(),
        }
    }

    /// What a portfolio selects, in the order of the sequence and with its batches; what the sequence does not hold comes last.
    pub fn by_portfolio(portfolio: &Portfolio, sequence: &Sequence<'_>) -> Self {
        let mut selected: BTreeSet<&Id> = portfolio.selected.iter().collect();
        let mut order = Order::by_sequence(sequence);
        order.entries.retain(|(code, _)| selected.remove(code));
        order.entries.extend(selected.into_iter().map(|code| (code.clone(), None)));
        order
    }

    /// In the order of merit, each initiative with what it needs before it: that is one batch.
    ///
    /// What has no score because it takes no effort comes last; what has none because something is missing comes only where it is
    /// needed.
    pub fn by_merit(ranking: &Ranking<'_>) -> Self {
        let programme = ranking.programme();
        let initiatives = programme.initiatives();
        let is_open = |i: usize| initiatives[i].status.is_open();
        let free = ranking
            .scores()
            .iter()
            .filter(|score| !score.is_scored() && score.benefit().is_some() && score.effort().is_some());
        let merit = ranking.codes().chain(free.map(|score| &score.initiative().code));
        let mut seen = vec![false; initiatives.len()];
        let mut entries = Vec::new();
        let mut walk: Vec<(usize, usize)> = Vec::new();
        let mut batch = 0;
        for code in merit {
            let Some(root) = programme.index_of(code) else { continue };
            if !is_open(root) || std::mem::replace(&mut seen[root], true) {
                continue;
            }
            batch += 1;
            walk.push((root, 0));
            while let Some((i, arc)) = walk.pop() {
                match programme.requires().row(i).get(arc) {
                    None => entries.push((initiatives[i].code.clone(), Some(batch))),
                    Some(&need) => {
                        walk.push((i, arc + 1));
                        let need = need as usize;
                        if is_open(need) && !std::mem::replace(&mut seen[need], true) {
                            walk.push((need, 0));
                        }
                    }
                }
            }
        }
        Order { entries }
    }

    /// The codes, the first first.
    pub fn codes(&self) -> impl ExactSizeIterator<Item = &Id> {
        self.entries.iter().map(|(code, _)| code)
    }
}

/// Whether work goes on.
pub(super) fn is_running(status: Status) -> bool {
    status == Status::UnderWay
}
