//! Maximum closure by minimum cut, for repeated solves on one graph.
//!
//! A *closed* set holds, with an item, all that the item requires. [`Closure`] finds a closed set
//! of the greatest total weight, and of all those the least and the greatest (Picard 1976). In
//! short:
//!
//! ```text
//! let mut closure = Closure::<i64>::new();      // i128 when sums of |weight| may pass 2^60
//! closure.load(&requires);                      // any number of times: buffers are kept
//! closure.set_weights(&weights);                // or set_weight(item, weight), at any time
//! let mut fixed = Vec::new();                   // the trail, for a branch and bound to undo
//! closure.fix_in(item, &mut fixed);             // with all that it requires
//! closure.fix_out(item, &mut fixed);            // with all that require it
//! let best = closure.solve();                   // value of the best closed set, fixed items included
//! closure.in_greatest(item);                    // after `solve`
//! closure.mark_least();
//! closure.in_least(item);                       // after `mark_least`
//! closure.release(item);                        // undo, for each item of the trail
//! ```
//!
//! `solve` goes on from the flow that is there, so a solve after a small change is cheap. The two
//! sets are functions of the input alone; the flow is not, and stays inside.
//!
//! # Method
//!
//! The source and the sink are left out. Any flow `f ≥ 0` on the arcs "item → what it requires"
//! (unlimited forward, `f` backward) is a legal state, with `excess(v) = weight(v) + inflow −
//! outflow`. When no residual path leads from an item with positive to one with negative excess,
//! the items that reach no negative one are the greatest best closed set, and those reached from
//! positive ones the least: for a closed set `T`, `weight(T) = excess(T) − inflow(T)`, which is at
//! most the sum of the positive excesses, and these two sets attain it. Since every state is legal,
//! weights may change and items may be fixed between solves.
//!
//! A round labels all items by their residual distance to the nearest deficit, breadth first, and
//! then moves all excess down the labels in one sweep, never more than the labels below can take.
//! The number of rounds is small in practice.
//!
//! # References
//!
//! Picard (1976), Maximal closure of a graph and applications to combinatorial problems, Management
//! Science 22. Dinic (1970), Algorithm for solution of a problem of maximum flow in networks with
//! power estimation, Soviet Mathematics Doklady 11. Hochbaum (2008), The pseudoflow algorithm: a
//! new algorithm for the maximum-flow problem, Operations Research 56, for flows that leave excess
//! at nodes.

use crate::graph::Rows;
use std::fmt::Debug;
use std::ops::{Add, AddAssign, Neg, Sub, SubAssign};

/// The integers that flows are counted in: `i64` where the sum of absolute weights stays below 2⁶⁰,
/// else `i128` with 2¹²⁴.
///
/// On an acyclic graph no excess, room or flow then passes four times that sum, over any number of
/// solves.
pub(crate) trait Integer:
    Copy
    + Ord
    + Debug
    + Default
    + Add<Output = Self>
    + Sub<Output = Self>
    + Neg<Output = Self>
    + AddAssign
    + SubAssign
{
    /// One of so many equal shares, rounded up.
    #[must_use]
    fn share(self, shares: u32) -> Self;
}

impl Integer for i64 {
    fn share(self, shares: u32) -> Self {
        let shares = Self::from(shares);
        (self + shares - 1) / shares
    }
}

impl Integer for i128 {
    fn share(self, shares: u32) -> Self {
        let shares = Self::from(shares);
        (self + shares - 1) / shares
    }
}

/// Whether an item is decided beforehand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fixed {
    /// Free to be chosen.
    No,
    /// In every set.
    In,
    /// In no set.
    Out,
}

/// On long thin graphs rounds advance slowly: after so many excess is moved by another rule.
const CASCADE_EVERY: u32 = 16;

/// A flow with its weights, for [`Closure::restore`].
#[derive(Debug, Clone, Default)]
pub(crate) struct Saved<T> {
    flow: Vec<T>,
    excess: Vec<T>,
    weight: Vec<T>,
}

const UNREACHED: u32 = u32::MAX;

/// A closure problem with its flow; see the [module](self).
#[derive(Debug, Clone)]
pub(crate) struct Closure<T> {
    requires: Rows,
    /// For each item the arcs that end in it: which item requires it, and the arc's position.
    into_start: Vec<u32>,
    into: Vec<Into>,
    weight: Vec<T>,
    excess: Vec<T>,
    flow: Vec<T>,
    fixed: Vec<Fixed>,
    /// The free items, in no particular order, and where each is.
    live: Vec<u32>,
    place: Vec<u32>,
    /// Total weight of the items fixed in.
    fixed_weight: T,
    /// Residual distance to the nearest deficit in the last round; `UNREACHED` for fixed items
    /// always.
    level: Vec<u32>,
    least: Vec<bool>,
    room: Vec<T>,
    queue: Vec<u32>,
    /// All items, each after what it requires.
    order: Vec<u32>,
    /// Whether the graph has not been solved yet.
    fresh: bool,
}

#[derive(Debug, Clone, Copy, Default)]
struct Into {
    from: u32,
    arc: u32,
}

impl<T: Integer> Closure<T> {
    /// A problem without items.
    pub(crate) fn new() -> Self {
        Self {
            requires: Rows::new(),
            into_start: vec![0],
            into: Vec::new(),
            weight: Vec::new(),
            excess: Vec::new(),
            flow: Vec::new(),
            fixed: Vec::new(),
            live: Vec::new(),
            place: Vec::new(),
            fixed_weight: T::default(),
            level: Vec::new(),
            least: Vec::new(),
            room: Vec::new(),
            queue: Vec::new(),
            order: Vec::new(),
            fresh: false,
        }
    }

    /// Takes a graph, forgetting the one before: all weights zero, no flow, all items free. Buffers
    /// are kept.
    pub(crate) fn load(&mut self, requires: &Rows) {
        self.requires.clone_from(requires);
        let (n, arcs) = (requires.len(), requires.arcs());
        let zero = T::default();
        refill(&mut self.into_start, n + 1, 0);
        refill(&mut self.into, arcs, Into::default());
        refill(&mut self.weight, n, zero);
        refill(&mut self.excess, n, zero);
        refill(&mut self.flow, arcs, zero);
        refill(&mut self.fixed, n, Fixed::No);
        refill(&mut self.level, n, UNREACHED);
        refill(&mut self.least, n, false);
        refill(&mut self.room, n, zero);
        self.fixed_weight = zero;
        self.live.clear();
        self.live.extend(0..n as u32);
        self.place.clone_from(&self.live);

        // Counting sort of the arcs by their end. Rows are filled from the back, which leaves each
        // start in place.
        for arc in 0..arcs {
            self.into_start[requires.at(arc) as usize] += 1;
        }
        let mut end = 0;
        for start in &mut self.into_start {
            end += *start;
            *start = end;
        }
        for from in (0..n as u32).rev() {
            for arc in requires.range(from).rev() {
                let start = &mut self.into_start[requires.at(arc) as usize];
                *start -= 1;
                self.into[*start as usize] = Into { from, arc: arc as u32 };
            }
        }
        self.fresh = true;
        self.sort();
        self.level.fill(UNREACHED);
    }

    /// Puts what is required first into `order`; items on a cycle, which callers should not have,
    /// are left out.
    fn sort(&mut self) {
        self.order.clear();
        for v in 0..self.len() as u32 {
            self.level[v as usize] = self.requires.range(v).len() as u32;
            if self.level[v as usize] == 0 {
                self.order.push(v);
            }
        }
        let mut next = 0;
        while let Some(&v) = self.order.get(next) {
            next += 1;
            for k in self.incoming(v) {
                let u = self.into[k].from;
                self.level[u as usize] -= 1;
                if self.level[u as usize] == 0 {
                    self.order.push(u);
                }
            }
        }
    }

    /// The number of items.
    pub(crate) fn len(&self) -> usize {
        self.weight.len()
    }

    /// Changes the weight of an item, fixed or free. The flow stays.
    pub(crate) fn set_weight(&mut self, item: u32, weight: T) {
        let i = item as usize;
        let change = weight - self.weight[i];
        self.weight[i] = weight;
        match self.fixed[i] {
            Fixed::No => self.excess[i] += change,
            Fixed::In => self.fixed_weight += change,
            Fixed::Out => {}
        }
    }

    #[cfg(test)]
    /// Changes all weights.
    ///
    /// # Panics
    ///
    /// When there is not one weight for each item.
    pub(crate) fn set_weights(&mut self, weights: &[T]) {
        assert_eq!(weights.len(), self.len(), "one weight for each item");
        for (item, &weight) in weights.iter().enumerate() {
            self.set_weight(item as u32, weight);
        }
    }

    /// How an item is fixed.
    pub(crate) fn fixed(&self, item: u32) -> Fixed {
        self.fixed[item as usize]
    }

    /// What an item has left over of its weight after the flow: negative when the flow does not pay for it. For any
    /// closed set that holds the items `I` and none of the items `O`, the value of [`solve`](Self::solve) falls by at
    /// least the deficits of `I` and the surpluses of `O`.
    pub(crate) fn excess(&self, item: u32) -> T {
        self.excess[item as usize]
    }

    /// Total weight of the items fixed in.
    pub(crate) fn fixed_weight(&self) -> T {
        self.fixed_weight
    }

    /// Notes the flow and the weights, to go back to with [`restore`](Self::restore).
    pub(crate) fn save(&self, saved: &mut Saved<T>) {
        saved.flow.clone_from(&self.flow);
        saved.excess.clone_from(&self.excess);
        saved.weight.clone_from(&self.weight);
    }

    /// Goes back to the flow and the weights of an earlier moment. The same items must be fixed as then.
    pub(crate) fn restore(&mut self, saved: &Saved<T>) {
        self.flow.clone_from(&saved.flow);
        self.excess.clone_from(&saved.excess);
        self.weight.clone_from(&saved.weight);
    }

    /// The items that are not fixed, in no particular order.
    pub(crate) fn live(&self) -> &[u32] {
        &self.live
    }

    /// Puts an item and all that it requires into every set; adds the items that were free until
    /// now to `trail`.
    ///
    /// An item that is fixed already is left as it is, so an item fixed out stays out.
    pub(crate) fn fix_in(&mut self, item: u32, trail: &mut Vec<u32>) {
        let mut next = trail.len();
        self.fix(item, Fixed::In, trail);
        while let Some(&v) = trail.get(next) {
            next += 1;
            for arc in self.requires.range(v) {
                self.fix(self.requires.at(arc), Fixed::In, trail);
            }
        }
    }

    /// Keeps an item and all that require it out of every set; adds the items that were free until
    /// now to `trail`.
    ///
    /// An item that is fixed already is left as it is, so an item fixed in stays in.
    pub(crate) fn fix_out(&mut self, item: u32, trail: &mut Vec<u32>) {
        let mut next = trail.len();
        self.fix(item, Fixed::Out, trail);
        while let Some(&v) = trail.get(next) {
            next += 1;
            for k in self.incoming(v) {
                self.fix(self.into[k].from, Fixed::Out, trail);
            }
        }
    }

    fn fix(&mut self, item: u32, fixed: Fixed, trail: &mut Vec<u32>) {
        let i = item as usize;
        if self.fixed[i] != Fixed::No {
            return;
        }
        self.fixed[i] = fixed;
        trail.push(item);
        // Take the item's flow back, so that the excess of free items counts flow between free
        // items only.
        let zero = T::default();
        for arc in self.requires.range(item) {
            let flow = std::mem::take(&mut self.flow[arc]);
            self.excess[self.requires.at(arc) as usize] -= flow;
        }
        for k in self.incoming(item) {
            let Into { from, arc } = self.into[k];
            let flow = std::mem::take(&mut self.flow[arc as usize]);
            self.excess[from as usize] += flow;
        }
        self.excess[i] = zero;
        self.level[i] = UNREACHED;
        self.least[i] = false;
        if fixed == Fixed::In {
            self.fixed_weight += self.weight[i];
        }
        let place = self.place[i] as usize;
        self.live.swap_remove(place);
        if let Some(&moved) = self.live.get(place) {
            self.place[moved as usize] = place as u32;
        }
    }

    /// Frees an item again. What was fixed along with it must be freed too before the next
    /// [`solve`](Self::solve): free all of a trail.
    pub(crate) fn release(&mut self, item: u32) {
        let i = item as usize;
        match std::mem::replace(&mut self.fixed[i], Fixed::No) {
            Fixed::No => return,
            Fixed::In => self.fixed_weight -= self.weight[i],
            Fixed::Out => {}
        }
        self.excess[i] = self.weight[i];
        self.place[i] = self.live.len() as u32;
        self.live.push(item);
    }

    /// Finds the best closed sets and returns their weight, that of the items fixed in included.
    ///
    /// # Complexity
    ///
    /// A round takes time linear in the items and arcs; each round fills a deficit or is the last
    /// but one, and in practice there are from two to a few dozen.
    pub(crate) fn solve(&mut self) -> T {
        self.solve_down_to(None)
    }

    /// As [`solve`](Self::solve), but stops once it is certain that no closed set weighs more than `enough`: what is
    /// returned is then only a bound, and the sets are not known.
    pub(crate) fn solve_down_to(&mut self, enough: Option<T>) -> T {
        if std::mem::take(&mut self.fresh) {
            self.cascade(true);
        }
        let mut rounds = 0;
        loop {
            // In any state the positive excesses bound every closed set.
            if let Some(enough) = enough {
                let value = self.value();
                if value <= enough {
                    return value;
                }
            }
            if !self.label() {
                return self.value();
            }
            self.sweep();
            rounds += 1;
            if rounds % CASCADE_EVERY == 0 {
                self.cascade(false);
            }
        }
    }

    /// The items fixed in and the positive excesses of the others.
    fn value(&self) -> T {
        let zero = T::default();
        let mut value = self.fixed_weight;
        for &v in &self.live {
            value += self.excess[v as usize].max(zero);
        }
        value
    }

    /// Moves excess down the requirements as far as it goes, past deficits once they are filled, in
    /// equal shares to all that an item requires.
    ///
    /// Rounds fill one layer of deficits each, which on a long thin graph could be a few items;
    /// this fills many at once, and whatever it moves too far rounds bring back. With `only_forced`
    /// excess moves only where an item requires just one, so that it cannot go the wrong way.
    fn cascade(&mut self, only_forced: bool) {
        let zero = T::default();
        let mut surplus = zero;
        for &v in &self.live {
            surplus += self.excess[v as usize].max(zero);
        }
        for at in 0..self.order.len() {
            let v = self.order[at];
            let i = v as usize;
            if self.fixed[i] != Fixed::No {
                self.room[i] = zero;
                continue;
            }
            let mut room = (-self.excess[i]).max(zero).min(surplus);
            for arc in self.requires.range(v) {
                room = (room + self.room[self.requires.at(arc) as usize]).min(surplus);
            }
            self.room[i] = room;
        }
        for at in (0..self.order.len()).rev() {
            let v = self.order[at];
            let i = v as usize;
            let mut excess = self.excess[i];
            if excess <= zero || (only_forced && self.requires.range(v).len() != 1) {
                continue;
            }
            let mut shares = self.requires.range(v).len() as u32;
            for arc in self.requires.range(v) {
                let j = self.requires.at(arc) as usize;
                let push = excess.share(shares).min(self.room[j]);
                shares -= 1;
                if push > zero {
                    self.flow[arc] += push;
                    self.excess[j] += push;
                    self.room[j] -= push;
                    excess -= push;
                }
            }
            self.excess[i] = excess;
        }
    }

    /// Labels the free items with their distance to a deficit; whether some excess reaches one.
    ///
    /// `room` is an upper bound of what an item can pass on down the labels: what its neighbours
    /// there can take, each counted in full though others may use it too, and never more than there
    /// is to move (or it could double at each level).
    fn label(&mut self) -> bool {
        let zero = T::default();
        self.queue.clear();
        let mut surplus = zero;
        for &v in &self.live {
            let i = v as usize;
            let excess = self.excess[i];
            surplus += excess.max(zero);
            self.level[i] = UNREACHED;
            if excess < zero {
                self.level[i] = 0;
                self.room[i] = -excess;
                self.queue.push(v);
            }
        }
        let mut found = false;
        let mut next = 0;
        while let Some(&v) = self.queue.get(next) {
            next += 1;
            let i = v as usize;
            found |= self.excess[i] > zero;
            let level = self.level[i] + 1;
            for k in self.incoming(v) {
                let u = self.into[k].from;
                let j = u as usize;
                if self.fixed[j] != Fixed::No {
                    continue;
                }
                if self.level[j] == UNREACHED {
                    self.level[j] = level;
                    self.room[j] = zero;
                    self.queue.push(u);
                }
                if self.level[j] == level {
                    self.room[j] = (self.room[j] + self.room[i]).min(surplus);
                }
            }
            for arc in self.requires.range(v) {
                let flow = self.flow[arc];
                if flow > zero {
                    let u = self.requires.at(arc);
                    let j = u as usize;
                    if self.level[j] == UNREACHED {
                        self.level[j] = level;
                        self.room[j] = zero;
                        self.queue.push(u);
                    }
                    if self.level[j] == level {
                        self.room[j] = (self.room[j] + self.room[i].min(flow)).min(surplus);
                    }
                }
            }
        }
        found
    }

    /// Moves excess down the labels, from the farthest item to the deficits.
    fn sweep(&mut self) {
        let zero = T::default();
        for at in (0..self.queue.len()).rev() {
            let v = self.queue[at];
            let i = v as usize;
            let level = self.level[i];
            if self.excess[i] <= zero || level == 0 {
                continue;
            }
            let mut excess = self.excess[i];
            for arc in self.requires.range(v) {
                let j = self.requires.at(arc) as usize;
                if self.level[j] == level - 1 {
                    let push = excess.min(self.room[j]);
                    self.flow[arc] += push;
                    self.excess[j] += push;
                    self.room[j] -= push;
                    excess -= push;
                    if excess == zero {
                        break;
                    }
                }
            }
            if excess > zero {
                for k in self.incoming(v) {
                    let Into { from, arc } = self.into[k];
                    let (j, arc) = (from as usize, arc as usize);
                    if self.level[j] == level - 1 {
                        let push = excess.min(self.room[j]).min(self.flow[arc]);
                        self.flow[arc] -= push;
                        self.excess[j] += push;
                        self.room[j] -= push;
                        excess -= push;
                        if excess == zero {
                            break;
                        }
                    }
                }
            }
            self.excess[i] = excess;
        }
    }

    /// Prepares [`in_least`](Self::in_least): to be called after [`solve`](Self::solve), when the
    /// least set is wanted.
    pub(crate) fn mark_least(&mut self) {
        let zero = T::default();
        self.queue.clear();
        for &v in &self.live {
            let positive = self.excess[v as usize] > zero;
            self.least[v as usize] = positive;
            if positive {
                self.queue.push(v);
            }
        }
        let mut next = 0;
        while let Some(&v) = self.queue.get(next) {
            next += 1;
            for arc in self.requires.range(v) {
                let u = self.requires.at(arc);
                self.mark(u);
            }
            for k in self.incoming(v) {
                let Into { from, arc } = self.into[k];
                if self.flow[arc as usize] > zero {
                    self.mark(from);
                }
            }
        }
    }

    fn mark(&mut self, item: u32) {
        let i = item as usize;
        if !self.least[i] && self.fixed[i] == Fixed::No {
            self.least[i] = true;
            self.queue.push(item);
        }
    }

    /// Whether an item is in the least of the best closed sets, as of the last
    /// [`mark_least`](Self::mark_least).
    pub(crate) fn in_least(&self, item: u32) -> bool {
        match self.fixed[item as usize] {
            Fixed::No => self.least[item as usize],
            Fixed::In => true,
            Fixed::Out => false,
        }
    }

    /// Whether an item is in the greatest of the best closed sets, as of the last
    /// [`solve`](Self::solve).
    pub(crate) fn in_greatest(&self, item: u32) -> bool {
        match self.fixed[item as usize] {
            Fixed::No => self.level[item as usize] == UNREACHED,
            Fixed::In => true,
            Fixed::Out => false,
        }
    }

    /// The number of residual neighbours to ask [`residual`](Self::residual) for.
    pub(crate) fn residual_len(&self, item: u32) -> u32 {
        (self.requires.range(item).len() + self.incoming(item).len()) as u32
    }

    /// The residual neighbour number `k` of an item, if there is an arc now: what it requires, and
    /// what sends flow to it.
    pub(crate) fn residual(&self, item: u32, k: u32) -> Option<u32> {
        let out = self.requires.range(item);
        if (k as usize) < out.len() {
            return Some(self.requires.at(out.start + k as usize));
        }
        let Into { from, arc } = self.into[self.incoming(item).start + k as usize - out.len()];
        (self.flow[arc as usize] > T::default()).then_some(from)
    }

    fn incoming(&self, item: u32) -> std::ops::Range<usize> {
        let i = item as usize;
        self.into_start[i] as usize..self.into_start[i + 1] as usize
    }
}

impl<T: Integer> Default for Closure<T> {
    fn default() -> Self {
        Self::new()
    }
}

/// Makes `vec` hold `len` times `value`, keeping its memory.
fn refill<V: Clone>(vec: &mut Vec<V>, len: usize, value: V) {
    vec.clear();
    vec.resize(len, value);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sequence::testing::Random;

    /// The best weight of a closed set, and the intersection and union of all that attain it.
    fn brute(rows: &[Vec<u32>], weight: &[i64], fixed: &[Fixed]) -> Option<(i64, u32, u32)> {
        let n = rows.len();
        let needs: Vec<u32> = rows.iter().map(|r| r.iter().fold(0, |m, &j| m | 1 << j)).collect();
        let mut best: Option<(i64, u32, u32)> = None;
        for set in 0..1_u32 << n {
            let legal = (0..n).all(|i| match set >> i & 1 {
                0 => fixed[i] != Fixed::In,
                _ => fixed[i] != Fixed::Out && needs[i] & !set == 0,
            });
            if !legal {
                continue;
            }
            let value = (0..n).filter(|&i| set >> i & 1 == 1).map(|i| weight[i]).sum();
            best = match best {
                Some((v, least, greatest)) if v == value => Some((v, least & set, greatest | set)),
                Some((v, _, _)) if v > value => best,
                _ => Some((value, set, set)),
            };
        }
        best
    }

    fn check<T: Integer + From<i64>>(closure: &mut Closure<T>, rows: &[Vec<u32>], weight: &[i64]) {
        let n = rows.len() as u32;
        let fixed: Vec<Fixed> = (0..n).map(|i| closure.fixed(i)).collect();
        let (value, least, greatest) = brute(rows, weight, &fixed).expect("a closed set exists");
        assert_eq!(closure.solve(), T::from(value), "{rows:?} {weight:?} {fixed:?}");
        closure.mark_least();
        for i in 0..n {
            assert_eq!(closure.in_least(i), least >> i & 1 == 1, "least {i} {rows:?} {weight:?}");
            assert_eq!(closure.in_greatest(i), greatest >> i & 1 == 1, "greatest {i} {rows:?} {weight:?}");
        }
    }

    fn session<T: Integer + From<i64>>(seed: u64) {
        let mut random = Random::new(seed);
        let mut closure = Closure::<T>::new();
        for _ in 0..400 {
            let n = random.below(11) as usize;
            let rows = random.graph(n, 3);
            closure.load(&Rows::from_rows(&rows));
            let mut weight = vec![0; n];
            let mut trails: Vec<Vec<u32>> = Vec::new();
            let spread = 1 + random.below(12);
            for _ in 0..12 {
                for (i, weight) in weight.iter_mut().enumerate() {
                    if random.below(3) == 0 {
                        *weight = (random.below(2 * spread + 1)).cast_signed() - spread.cast_signed();
                        closure.set_weight(i as u32, T::from(*weight));
                    }
                }
                match random.below(4) {
                    0 if n > 0 => {
                        let item = random.below(n as u64) as u32;
                        let mut trail = Vec::new();
                        if random.below(2) == 0 {
                            closure.fix_in(item, &mut trail);
                        } else {
                            closure.fix_out(item, &mut trail);
                        }
                        trails.push(trail);
                    }
                    1 => {
                        for item in trails.pop().unwrap_or_default() {
                            closure.release(item);
                        }
                    }
                    _ => {}
                }
                check(&mut closure, &rows, &weight);
            }
        }
    }

    #[test]
    fn every_solve_of_a_session_agrees_with_brute_force() {
        session::<i64>(1);
        session::<i128>(2);
    }

    #[test]
    fn room_does_not_double_at_each_level() {
        // A ladder of diamonds: the number of paths is 2^200.
        let mut rows: Vec<Vec<u32>> = vec![vec![]];
        for rung in 0..200 {
            let base = 3 * rung;
            rows.extend([vec![base], vec![base], vec![base + 1, base + 2]]);
        }
        let mut closure = Closure::<i64>::new();
        closure.load(&Rows::from_rows(&rows));
        closure.set_weight(0, -(1 << 59));
        closure.set_weight(600, (1 << 59) - 1);
        assert_eq!(closure.solve(), 0);
        closure.set_weight(600, (1 << 59) + 1);
        assert_eq!(closure.solve(), 1);
        assert!((0..601).all(|i| closure.in_greatest(i)));
    }

    #[test]
    fn nothing_to_choose() {
        let mut closure = Closure::<i64>::default();
        closure.load(&Rows::new());
        assert_eq!(closure.solve(), 0);
        assert!(closure.len() == 0);
    }
}
