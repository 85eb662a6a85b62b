use std::cmp::Ordering;

use crate::programme::{Id, Initiative};
use crate::score::Value;

/// The order of merit, following single changes: values descending, equals by code.
///
/// A sorted list: a change costs O(log n) comparisons and the moving of at most 4·n bytes, which is less than any tree costs up to
/// far more initiatives than a board can speak of. Codes break ties, so that a newcomer needs no new numbering.
#[derive(Debug, Clone, Default)]
pub(super) struct Merit {
    /// By initiative; `None` where it has no score or is not open.
    values: Vec<Option<Value>>,
    /// The scored ones, the best first.
    order: Vec<u32>,
}

impl Merit {
    pub(super) fn new(values: Vec<Option<Value>>, initiatives: &[Initiative]) -> Self {
        let mut order: Vec<u32> =
            (0..).zip(&values).filter(|(_, value)| value.is_some()).map(|(i, _)| i).collect();
        order.sort_by(|&i, &j| compare(&values, initiatives, i, j));
        Merit { values, order }
    }

    /// The initiatives, the best first.
    pub(super) fn order(&self) -> &[u32] {
        &self.order
    }

    pub(super) fn value(&self, i: u32) -> Option<Value> {
        self.values[i as usize]
    }

    /// Competition ranks along the order: 1, 2, 2, 4.
    pub(super) fn ranks(&self) -> impl Iterator<Item = (u32, u32)> {
        let mut rank = 0;
        (1..).zip(&self.order).map(move |(place, &i)| {
            let level = |j: u32| self.value(j).zip(self.value(i)).is_some_and(|(a, b)| a.cmp(b).is_eq());
            if place == 1 || !level(self.order[place as usize - 2]) {
                rank = place;
            }
            (i, rank)
        })
    }

    /// Gives an initiative a value, or takes it out. `initiatives` holds it already.
    pub(super) fn set(&mut self, i: u32, value: Option<Value>, initiatives: &[Initiative]) {
        if i as usize == self.values.len() {
            self.values.push(None);
        }
        if self.value(i).is_some() {
            let at = self.order.partition_point(|&j| compare(&self.values, initiatives, j, i).is_lt());
            debug_assert_eq!(self.order[at], i);
            self.order.remove(at);
        }
        self.values[i as usize] = value;
        if value.is_some() {
            let at = self.order.partition_point(|&j| compare(&self.values, initiatives, j, i).is_lt());
            self.order.insert(at, i);
        }
    }
}

/// The better first; of equals the lesser code.
fn compare(values: &[Option<Value>], initiatives: &[Initiative], i: u32, j: u32) -> Ordering {
    let code = |k: u32| -> &Id { &initiatives[k as usize].code };
    match (values[i as usize], values[j as usize]) {
        (Some(a), Some(b)) => b.cmp(a).then_with(|| code(i).cmp(code(j))),
        (a, b) => b.is_some().cmp(&a.is_some()),
    }
}
