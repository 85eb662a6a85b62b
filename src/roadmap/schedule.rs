//! Serial schedule generation on plain indices: each item, in order of priority, at the earliest period that has room for it.

use crate::graph::Rows;

/// A whole period, in parts of it.
pub(crate) const WHOLE: u64 = 1 << 32;

/// What is to be planned. Periods count from 1.
#[derive(Debug, Clone)]
pub(crate) struct Instance {
    pub(crate) periods: u32,
    /// What each item needs among those that are not done; without cycles.
    pub(crate) requires: Rows,
    /// What there is of each limited resource in each period: resource by resource.
    pub(crate) capacity: Vec<i64>,
    /// The resources before this one are people's time, those from it on are money.
    pub(crate) teams: usize,
    /// What each item takes: pairs of resource and amount above zero.
    pub(crate) demands: Vec<Vec<(u32, i64)>>,
    /// How many items at once each limited unit can take.
    pub(crate) slots: Vec<u32>,
    /// The limited units that each item changes.
    pub(crate) units: Rows,
    /// The least number of periods of each item, or 0 where none is stated.
    pub(crate) duration: Vec<u32>,
    /// The first period in which each item may start.
    pub(crate) earliest: Vec<u32>,
    /// Work under way: it starts in the first period, whatever it needs.
    pub(crate) running: Vec<bool>,
}

/// When an item is worked on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Slot {
    pub(crate) start: u32,
    pub(crate) end: u32,
    /// How much of the period `end` is over when it is finished; `WHOLE` for what takes whole periods.
    pub(crate) finish: u64,
}

/// When every item is worked on; `None` for those that are not planned.
pub(crate) type Plan = Vec<Option<Slot>>;

impl Instance {
    pub(crate) fn len(&self) -> usize {
        self.demands.len()
    }

    pub(crate) fn capacity(&self, resource: u32, period: u32) -> i64 {
        self.capacity[resource as usize * self.periods as usize + period as usize - 1]
    }

    /// How many periods an item takes from `start` on: as few as its duration and the capacity of these periods allow, the amounts
    /// spread evenly. `None` if it would not end within the plan.
    pub(crate) fn length(&self, item: usize, start: u32) -> Option<u32> {
        let most = (self.periods + 1).checked_sub(start)?;
        let mut length = self.duration[item].max(1);
        while length <= most {
            let short = self.demands[item].iter().find_map(|&(resource, amount)| {
                let mut capacities = (0..length).map(|k| (k, self.capacity(resource, start + k)));
                capacities
                    .find(|&(k, capacity)| share(amount, k, length) > capacity)
                    .map(|(_, c)| (amount, c))
            });
            let Some((amount, capacity)) = short else { return Some(length) };
            // No fewer than it would take at this period's capacity; a later period with more room does not help this one.
            let least = if capacity > 0 { (amount + capacity - 1) / capacity } else { 0 };
            length = u32::try_from(least).unwrap_or(u32::MAX).max(length.saturating_add(1));
        }
        None
    }

    /// The part of a period that an item takes, if it takes less than one and states no duration.
    fn fraction(&self, item: usize, start: u32, length: u32) -> u64 {
        if length > 1 || self.duration[item] > 0 {
            return WHOLE;
        }
        let teams = self.demands[item].iter().filter(|(resource, _)| (*resource as usize) < self.teams);
        let part = |&(resource, amount): &(u32, i64)| {
            let capacity = u128::from(self.capacity(resource, start).unsigned_abs()).max(1);
            u64::try_from(u128::from(amount.unsigned_abs()) * u128::from(WHOLE) / capacity).unwrap_or(WHOLE)
        };
        teams.map(part).max().unwrap_or(0)
    }

    /// When an item that starts in `start` and takes `length` is finished, if what it needs is finished early enough.
    ///
    /// What needs something may follow it in the same period if both together take no more than that period.
    pub(crate) fn after_needs(&self, item: usize, start: u32, length: u32, plan: &Plan) -> Option<Slot> {
        let mut begun = 0;
        if !self.running[item] {
            for &need in self.requires.row(item) {
                let need = plan[need as usize]?;
                if need.end > start {
                    return None;
                }
                if need.end == start {
                    begun = begun.max(need.finish);
                }
            }
        }
        let finish = self.fraction(item, start, length);
        if begun + finish > WHOLE {
            return None;
        }
        let finish = if length > 1 { WHOLE } else { begun + finish };
        Some(Slot { start, end: start + length - 1, finish })
    }
}

/// What falls on the `k`-th of `length` periods when an amount is spread evenly in whole numbers.
pub(crate) fn share(amount: i64, k: u32, length: u32) -> i64 {
    if length == 1 {
        return amount;
    }
    let upto = |k: u32| i128::from(amount) * i128::from(k) / i128::from(length);
    (upto(k + 1) - upto(k)) as i64
}

/// A plan that grows, with what is left of every capacity.
#[derive(Clone)]
pub(crate) struct Builder<'a> {
    instance: &'a Instance,
    free: Vec<i64>,
    slots: Vec<u32>,
    plan: Plan,
    scratch: Scratch,
}

/// Memory that one run of [`Builder::extend`] leaves to the next.
#[derive(Clone, Default)]
struct Scratch {
    /// What has found no room, and what needs it.
    hopeless: Vec<bool>,
    /// What has been planned for the item at hand.
    pulled: Vec<u32>,
    /// Items on the way down to what they need, each with the next of its needs.
    walk: Vec<(u32, usize)>,
}

impl<'a> Builder<'a> {
    /// Nothing planned but the work under way, in the order of the items.
    pub(crate) fn new(instance: &'a Instance) -> Self {
        let mut builder = Builder::empty(instance);
        for item in 0..instance.len() {
            if instance.running[item] {
                builder.place_running(item);
            }
        }
        builder
    }

    /// A plan that stands, to which more may be added.
    pub(crate) fn fixed(instance: &'a Instance, plan: Plan) -> Self {
        let mut builder = Builder::empty(instance);
        for (item, slot) in plan.into_iter().enumerate() {
            if let Some(slot) = slot {
                builder.put(item, slot);
            }
        }
        builder
    }

    fn empty(instance: &'a Instance) -> Self {
        let periods = instance.periods as usize;
        let slots = instance.slots.iter().flat_map(|&slots| std::iter::repeat_n(slots, periods)).collect();
        Builder {
            instance,
            free: instance.capacity.clone(),
            slots,
            plan: vec![None; instance.len()],
            scratch: Scratch::default(),
        }
    }

    /// Takes the state of another builder of the same instance.
    pub(crate) fn restart(&mut self, from: &Self) {
        self.free.clone_from(&from.free);
        self.slots.clone_from(&from.slots);
        self.plan.clone_from(&from.plan);
    }

    pub(crate) fn plan(&self) -> &Plan {
        &self.plan
    }

    /// [`extend`](Builder::extend) to the end.
    pub(crate) fn serial(mut self, order: &[u32]) -> Plan {
        self.extend(order.iter().copied());
        self.plan
    }

    /// Plans the items in this order, each with what it needs and is not planned yet before it.
    ///
    /// If an item finds no room, what was planned only for it is taken back, to wait for its own turn.
    ///
    /// # Complexity
    ///
    /// O(n·t·d + m) for n items with d demands each, t periods and m prerequisites.
    pub(crate) fn extend(&mut self, order: impl IntoIterator<Item = u32>) {
        let Scratch { mut hopeless, mut pulled, mut walk } = std::mem::take(&mut self.scratch);
        hopeless.clear();
        hopeless.resize(self.instance.len(), false);
        for item in order {
            if self.plan[item as usize].is_some() || hopeless[item as usize] {
                continue;
            }
            pulled.clear();
            walk.clear();
            walk.push((item, 0));
            // Depth first: what is needed, then what needs it.
            while let Some((node, arc)) = walk.pop() {
                let i = node as usize;
                if self.plan[i].is_some() {
                    continue;
                }
                if let (false, Some(&need)) = (hopeless[i], self.instance.requires.row(i).get(arc)) {
                    walk.push((node, arc + 1));
                    if self.plan[need as usize].is_none() {
                        walk.push((need, 0));
                    }
                    continue;
                }
                if !hopeless[i] && self.place(i) {
                    pulled.push(node);
                } else {
                    hopeless[i] = true;
                    // Those that wait for it will not be planned either.
                    walk.iter().for_each(|&(waiting, _)| hopeless[waiting as usize] = true);
                    pulled.drain(..).for_each(|needless| self.remove(needless as usize));
                    break;
                }
            }
        }
        self.scratch = Scratch { hopeless, pulled, walk };
    }

    /// How many starts of an item each resource, and then each unit, rules out, what it needs being where it is.
    pub(crate) fn obstacles(&self, item: usize) -> Vec<u32> {
        let instance = self.instance;
        let periods = instance.periods as usize;
        let resources = instance.capacity.len() / periods;
        let mut ruled_out = vec![0; resources + instance.slots.len()];
        for start in 1..=instance.periods {
            let Some(length) = instance.length(item, start) else { continue };
            if instance.after_needs(item, start, length, &self.plan).is_none() {
                continue;
            }
            let row = |first: usize| first * periods + start as usize - 1;
            for &(resource, amount) in &instance.demands[item] {
                let free = &self.free[row(resource as usize)..][..length as usize];
                let lacks = (0..).zip(free).any(|(k, &free)| share(amount, k, length) > free);
                ruled_out[resource as usize] += u32::from(lacks);
            }
            for &unit in instance.units.row(item) {
                let slots = &self.slots[row(unit as usize)..][..length as usize];
                ruled_out[resources + unit as usize] += u32::from(slots.contains(&0));
            }
        }
        ruled_out
    }

    /// When each item could end at the soonest beside what is planned if they did not take from one another; each stands after what it
    /// needs.
    pub(crate) fn soonest(&self, items: &[u32]) -> Plan {
        let instance = self.instance;
        let mut plan = self.plan.clone();
        for &item in items {
            let i = item as usize;
            if plan[i].is_some() {
                continue;
            }
            let slots = (instance.earliest[i].max(1)..=instance.periods).filter_map(|start| {
                let length = instance.length(i, start).filter(|&length| self.has_room(i, start, length))?;
                instance.after_needs(i, start, length, &plan)
            });
            plan[i] = slots.min_by_key(|slot| (slot.end, slot.finish));
        }
        plan
    }

    fn place(&mut self, item: usize) -> bool {
        let needs = self.instance.requires.row(item);
        let ready =
            needs.iter().map(|&need| self.plan[need as usize].map_or(u32::MAX, |slot| slot.end)).max();
        let first = ready.unwrap_or(1).max(self.instance.earliest[item]).max(1);
        for start in first..=self.instance.periods {
            let (length, has_room) = match self.room_at_once(item, start) {
                Some(has_room) => (1, has_room),
                None => match self.instance.length(item, start) {
                    Some(length) => (length, self.has_room(item, start, length)),
                    None => continue,
                },
            };
            if has_room && let Some(slot) = self.instance.after_needs(item, start, length, &self.plan) {
                self.put(item, slot);
                return true;
            }
        }
        false
    }

    /// From the first period on, over as few periods as there is room for; later only if it can never start there.
    fn place_running(&mut self, item: usize) {
        let instance = self.instance;
        let Some(least) = instance.length(item, 1) else { return };
        let slot = |start: u32, length: u32| {
            let finish = instance.fraction(item, start, length);
            Slot { start, end: start + length - 1, finish }
        };
        let stretched = (least..=instance.periods).map(|length| slot(1, length));
        let later =
            (2..=instance.periods).filter_map(|start| Some(slot(start, instance.length(item, start)?)));
        let found =
            stretched.chain(later).find(|slot| self.has_room(item, slot.start, slot.end - slot.start + 1));
        if let Some(slot) = found {
            self.put(item, slot);
        }
    }

    /// Whether there is room for an item that takes one period; `None` if it takes more.
    fn room_at_once(&self, item: usize, start: u32) -> Option<bool> {
        if self.instance.duration[item] > 1 {
            return None;
        }
        let periods = self.instance.periods as usize;
        let at = |first: u32| first as usize * periods + start as usize - 1;
        let mut has_room = true;
        for &(resource, amount) in &self.instance.demands[item] {
            if amount > self.instance.capacity[at(resource)] {
                return None;
            }
            has_room &= amount <= self.free[at(resource)];
        }
        Some(has_room && self.instance.units.row(item).iter().all(|&unit| self.slots[at(unit)] > 0))
    }

    fn has_room(&self, item: usize, start: u32, length: u32) -> bool {
        let periods = self.instance.periods as usize;
        let row = |first: usize| first * periods + start as usize - 1;
        self.instance.demands[item].iter().all(|&(resource, amount)| {
            let free = &self.free[row(resource as usize)..][..length as usize];
            (0..).zip(free).all(|(k, &free)| share(amount, k, length) <= free)
        }) && self
            .instance
            .units
            .row(item)
            .iter()
            .all(|&unit| self.slots[row(unit as usize)..][..length as usize].iter().all(|&slots| slots > 0))
    }

    fn put(&mut self, item: usize, slot: Slot) {
        self.change(item, slot, true);
        self.plan[item] = Some(slot);
    }

    fn remove(&mut self, item: usize) {
        if let Some(slot) = self.plan[item].take() {
            self.change(item, slot, false);
        }
    }

    fn change(&mut self, item: usize, slot: Slot, take: bool) {
        let length = slot.end - slot.start + 1;
        let periods = self.instance.periods as usize;
        let row = |first: usize| first * periods + slot.start as usize - 1;
        for &(resource, amount) in &self.instance.demands[item] {
            let free = &mut self.free[row(resource as usize)..][..length as usize];
            for (k, free) in (0..).zip(free) {
                let share = share(amount, k, length);
                *free += if take { -share } else { share };
            }
        }
        for &unit in self.instance.units.row(item) {
            for slots in &mut self.slots[row(unit as usize)..][..length as usize] {
                *slots = if take { *slots - 1 } else { *slots + 1 };
            }
        }
    }
}
