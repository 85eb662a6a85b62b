//! What each event does to the state: it is checked first, against what stands, and changes nothing if it is refused.

use std::collections::{BTreeMap, BTreeSet};

use super::evidence::{Stream, signed};
use super::judge;
use super::state::{CapacityChange, Pending, Target};
use super::{
    Board, Capacity, Decided, Decision, Event, EventLog, Fault, Override, Part, Request, Seen, Stage, State,
    What,
};
use crate::Error;
use crate::error::{Path, Problem, Segment, nearest};
use crate::exact::OffGrid;
use crate::policy::Policy;
use crate::programme::{
    Actual, Ballot, Criterion, Date, Estimate, Fault as ProgrammeFault, Id, Initiative, Inputs, MISSING,
    Named, ProgrammeSpec, Status,
};
use crate::score::status_words;

/// The state after the events up to and including a date; all of them without one. A start that is of a later date stays of that date.
///
/// The same start and the same events give the same state, byte for byte. What a board decided holds at the end of its day.
///
/// # Errors
///
/// Every event that does not fit what stands when it comes, each with its place in the log. Where one was refused, what may only be
/// its consequence for the same initiative is not reported besides.
///
/// # Complexity
///
/// That of [`State::apply`] for each event, and one copy of the start.
///
/// # Examples
///
/// ```
/// use cxrank::change_board::{EventLog, State, replay};
/// use cxrank::programme::{Criterion, Initiative, ProgrammeSpec, Stakeholder};
///
/// let programme = ProgrammeSpec::new("Clinic")
///     .criterion(Criterion::benefit("ease", 100.0, 0.0, 10.0))
///     .criterion(Criterion::effort("work", 1.0))
///     .initiative(Initiative::new("A", "Online booking").benefit("ease", 6.0).effort("work", 40.0))
///     .stakeholder(Stakeholder::new("desk"))
///     .build()?;
/// # #[cfg(feature = "json")] {
/// let log = EventLog::from_jsonl(concat!(
///     r#"{"date": "2026-02-02", "seq": 1, "event": "qualified", "code": "A", "by": "desk"}"#, "\n",
///     r#"{"date": "2026-02-09", "seq": 2, "event": "board-held", "board": "February", "chair": "desk", "attended": []}"#, "\n",
///     r#"{"date": "2026-02-09", "seq": 3, "event": "decided", "code": "A", "rank": 1, "deadline": "2026-06-30","#,
///     r#" "resources": {"owner": "desk", "cash": 0, "teams": {}}}"#, "\n",
/// ).as_bytes())?;
/// let start = State::new(&programme)?;
/// let before = replay(&start, &log, Some("2026-02-08".parse().unwrap()))?;
/// assert_eq!(before.committed().count(), 0);
/// let after = replay(&start, &log, None)?;
/// assert_eq!(after.committed().collect::<Vec<_>>(), ["A"]);
/// # }
/// # Ok::<(), cxrank::Error>(())
/// ```
pub fn replay(start: &State, log: &EventLog, until: Option<Date>) -> Result<State, Error> {
    let mut state = start.clone();
    let events = log.events();
    let (mut problems, mut suspect) = (Vec::new(), BTreeMap::new());
    let mut report = |i: usize, problem: &Problem| {
        let code = events.get(i).and_then(|event| event.what.code());
        let follows = matches!(problem.fault(), crate::error::Fault::ChangeBoard(f) if f.may_follow());
        if !(follows && suspect.get(&code).is_some_and(|&first| first < i)) {
            problems.push((i, located(log, i, problem)));
        }
        suspect.entry(code).or_insert(i);
    };
    let due = |event: &&Event| until.is_none_or(|until| event.date <= until);
    for (i, event) in events.iter().take_while(due).enumerate() {
        state.end_before(event.date).iter().for_each(|(at, problem)| report(*at, problem));
        if let Err(found) = state.step(i, event) {
            found.iter().for_each(|problem| report(i, problem));
        }
    }
    state.end_board().iter().for_each(|(at, problem)| report(*at, problem));
    if !problems.is_empty() {
        // What is wrong with a board is found when it ends.
        problems.sort_by_key(|(i, _)| *i);
        return Err(Error::new(problems.into_iter().map(|(_, problem)| problem).collect()));
    }
    state.as_of = state.as_of.max(until);
    Ok(state)
}

/// The problem with its place in the log; as it is where the event came before the log.
fn located(log: &EventLog, i: usize, problem: &Problem) -> Problem {
    if i >= log.events().len() {
        return problem.clone();
    }
    let path = follow(Path::of("events", i), problem.path().segments());
    Problem::new(path, problem.fault().clone()).at(log.position(i))
}

/// A path and some more segments.
pub(super) fn follow<'a>(path: Path, segments: impl IntoIterator<Item = &'a Segment>) -> Path {
    segments.into_iter().fold(path, |path, segment| match segment {
        Segment::Key(key) => path.key(key.as_str()),
        Segment::Index(index) => path.index(*index),
    })
}

pub(super) type Checked<T = ()> = Result<T, Vec<Problem>>;

fn one<T>(field: &str, fault: impl Into<crate::error::Fault>) -> Checked<T> {
    Err(vec![Problem::new(Path::root().key(field), fault)])
}

impl State {
    /// One more event. What a board decides takes its place when the board ends: with the first event of a later date, or with
    /// [`replay`]'s last.
    ///
    /// # Errors
    ///
    /// Why it does not fit; nothing has changed then. The first event of a later date may find that the board before it gave a rank
    /// beyond the end, or had an override without a decision: that is reported once, what has no place stands last, and the event can be
    /// applied again.
    pub fn apply(&mut self, event: &Event) -> Result<(), Error> {
        let ended: Vec<Problem> =
            self.end_before(event.date).into_iter().map(|(_, problem)| problem).collect();
        if !ended.is_empty() {
            return Err(Error::new(ended));
        }
        self.step(usize::MAX, event).map_err(Error::new)
    }

    pub(super) fn end_before(&mut self, date: Date) -> Vec<(usize, Problem)> {
        if self.last.is_some_and(|(last, _)| last < date) { self.end_board() } else { Vec::new() }
    }

    /// Gives what the board decided its ranks.
    pub(super) fn end_board(&mut self) -> Vec<(usize, Problem)> {
        let Some(board) = self.boards.last() else { return Vec::new() };
        let mut problems = Vec::new();
        for given in &board.overrides[self.overrides_checked..] {
            let taken = |d: &Decided| d.code == given.code && d.decision.rank == given.rank;
            if !board.decisions.iter().any(taken) {
                let fault = Fault::OverrideWithoutDecision { code: given.code.clone(), rank: given.rank };
                problems.push((given.event, Problem::new(Path::root(), fault)));
            }
        }
        self.overrides_checked = board.overrides.len();
        if self.pending.is_empty() {
            return problems;
        }
        // A rank beyond the end is refused; what it was meant for stands last, so that one mistake is reported once.
        self.committed = self.placed();
        self.pending.sort_by_key(|p| p.rank);
        for p in std::mem::take(&mut self.pending) {
            if p.rank as usize > self.committed.len() {
                let (rank, length) = (p.rank + p.moved_up, self.committed.len() + p.moved_up as usize);
                let fault = Fault::RankBeyondEnd { code: self.code(p.initiative).clone(), rank, length };
                problems.push((p.event, Problem::new(Path::root().key("rank"), fault)));
            }
        }
        problems
    }

    /// The committed order with what the board decided so far at its ranks; everything else fills the places that are left, in the
    /// order it had. What has a rank beyond the end stands last.
    fn placed(&self) -> Vec<u32> {
        let mut pending = self.pending.clone();
        pending.sort_by_key(|p| p.rank);
        let decided: BTreeSet<u32> = pending.iter().map(|p| p.initiative).collect();
        let rest: Vec<u32> = self.committed.iter().copied().filter(|i| !decided.contains(i)).collect();
        let length = rest.len() + pending.len();
        let (mut rest, mut pending) = (rest.into_iter(), pending.into_iter().peekable());
        let mut order: Vec<u32> = (1..=length)
            .filter_map(|rank| match pending.next_if(|p| p.rank as usize == rank) {
                Some(p) => Some(p.initiative),
                None => rest.next(),
            })
            .collect();
        order.extend(pending.map(|p| p.initiative));
        order
    }

    /// Takes an initiative out of the committed order, and out of what the board of the day decided: what stands behind it moves up.
    fn leave(&mut self, i: u32) {
        if !self.pending.is_empty() {
            let decided = self.pending.iter().find(|p| p.initiative == i).map(|p| p.rank);
            let place = || (1..).zip(self.placed()).find(|(_, j)| *j == i).map(|(place, _)| place);
            if let Some(left) = decided.or_else(place) {
                self.pending.retain(|p| p.initiative != i);
                for p in self.pending.iter_mut().filter(|p| p.rank > left) {
                    (p.rank, p.moved_up) = (p.rank - 1, p.moved_up + 1);
                }
            }
        }
        self.committed.retain(|&j| j != i);
    }

    /// Checks an event and lets it take effect. `at` is its number in the log.
    fn step(&mut self, at: usize, event: &Event) -> Checked {
        let this = (event.date, event.seq);
        if let Some(before) = self.last.filter(|last| *last >= this) {
            return one("seq", Fault::OutOfOrder { before, this });
        }
        let date = event.date;
        match &event.what {
            What::RequestSubmitted { code, by, text, urgency, initiative } => {
                self.person("by", by)?;
                let i = self.requested(code, initiative.as_deref())?;
                let request = Request {
                    code: code.clone(),
                    by: by.clone(),
                    text: text.clone(),
                    urgency: *urgency,
                    submitted: date,
                    stage: Stage::Submitted,
                };
                self.last_request.insert(i, self.requests.len() as u32);
                self.requests.push(request);
            }
            What::Qualified { code, by, .. } => {
                self.person("by", by)?;
                let i = self.open(code, "an open initiative")?;
                let initiative = &mut self.spec.initiatives[i as usize];
                if initiative.status == Status::Proposed {
                    initiative.status = Status::Qualified;
                }
                self.answer(i, Stage::Qualified { on: date, by: by.clone() });
            }
            What::Rejected { code, by, missing, .. } => {
                self.person("by", by)?;
                let i = self.initiative(code)?;
                if missing.is_empty() {
                    return one("missing", Fault::MissingField { field: "missing" });
                }
                if self.open_request(i).is_none() {
                    return one("code", Fault::NoRequest { code: code.clone() });
                }
                self.answer(i, Stage::Rejected { on: date, by: by.clone(), missing: missing.clone() });
            }
            What::Decided { code, decision, .. } => self.decide(at, date, code, decision)?,
            What::Override { code, rank, by, why } => {
                self.person("by", by)?;
                if why.trim().is_empty() {
                    return one("why", Fault::MissingField { field: "why" });
                }
                let i = self.initiative(code)?;
                let code = self.code(i).clone();
                let overrides = &mut self.board_of(date)?.overrides;
                if overrides.iter().any(|given| given.code == code) {
                    let found = format!("a second override of {code}");
                    let expected = "one for each decision of a board";
                    return one("code", ProgrammeFault::Contradiction { found, expected });
                }
                overrides.push(Override { code, rank: *rank, by: by.clone(), why: why.clone(), event: at });
            }
            What::EstimateUpdated { code, part, criterion, estimate, by, .. } => {
                self.person("by", by)?;
                self.update(code, *part, criterion, &signed(estimate, by, date))?;
            }
            What::Observation { code, metric, value, count, source } => {
                let seen = Seen { date, value: *value, count: *count, source: source.as_str().into() };
                self.observe(code, metric, seen)?;
            }
            What::BallotCast { ballot } => {
                self.check_ballot(ballot)?;
                let mut ballot = (**ballot).clone();
                ballot.date.get_or_insert(date);
                match self.spec.ballots.iter_mut().find(|b| b.stakeholder == ballot.stakeholder) {
                    Some(old) => *old = ballot,
                    None => self.spec.ballots.push(ballot),
                }
            }
            What::StatusChanged { code, status, reason, remaining, teams_remaining, actual } => {
                let i = self.initiative(code)?;
                let change = Change { reason, remaining, teams_remaining, actual };
                self.change_status(date, i, *status, &change)?;
            }
            What::CapacityChanged { capacity, per_period, from, until, .. } => {
                let whole = !matches!(capacity, Capacity::Unit(_)) || per_period.fract() == 0.0;
                self.not_negative("per_period", *per_period)?;
                if !whole || *per_period > f64::from(u32::MAX) && matches!(capacity, Capacity::Unit(_)) {
                    let expected = "a whole number of changes at once".into();
                    return one(
                        "per_period",
                        ProgrammeFault::WrongType { found: per_period.to_string(), expected },
                    );
                }
                if let Some(until) = until.filter(|until| until <= from) {
                    let found = format!("from {from} until {until}");
                    return one(
                        "until",
                        ProgrammeFault::Contradiction { found, expected: "from before until" },
                    );
                }
                self.capacity_changes.push(CapacityChange {
                    capacity: capacity.clone(),
                    per_period: *per_period,
                    from: *from,
                    until: *until,
                });
            }
            What::PolicyChanged { by, policy, criteria, strategy, .. } => {
                self.person("by", by)?;
                self.change_policy(date, policy.as_deref(), criteria, strategy.as_deref())?;
            }
            What::BoardHeld { board, chair, attended, note } => {
                self.person("chair", chair)?;
                attended.iter().try_for_each(|id| self.person("attended", id))?;
                if self.boards.last().is_some_and(|board| board.date == date) {
                    let found = "a second board of one date".to_owned();
                    return one("board", ProgrammeFault::Contradiction { found, expected: "one board" });
                }
                self.overrides_checked = 0;
                self.boards.push(Board {
                    date,
                    board: board.clone(),
                    chair: chair.clone(),
                    attended: attended.clone(),
                    note: note.clone(),
                    decisions: Vec::new(),
                    overrides: Vec::new(),
                });
            }
        }
        self.last = Some(this);
        self.as_of = Some(date);
        Ok(())
    }

    fn decide(&mut self, at: usize, date: Date, code: &Id, decision: &Decision) -> Checked {
        let i = self.initiative(code)?;
        self.board_of(date)?;
        let mut problems = Vec::new();
        let mut problem = |field: &str, fault: crate::error::Fault| {
            problems.push(Problem::new(Path::root().key(field), fault));
        };
        let status = self.spec.initiatives[i as usize].status;
        if !matches!(status, Status::Qualified | Status::Planned | Status::UnderWay) {
            let expected = "an initiative that is qualified, planned or under way";
            problem(
                "code",
                Fault::WrongStatus { code: code.clone(), status: status_words(status), expected }.into(),
            );
        }
        let taken = |p: &&Pending| p.rank == decision.rank || p.initiative == i;
        if let Some(other) = self.pending.iter().find(taken) {
            let by = self.code(other.initiative).clone();
            problem("rank", Fault::RankTaken { rank: decision.rank, by }.into());
        }
        if decision.rank == 0 {
            problem("rank", ProgrammeFault::NotPositive { found: 0.0 }.into());
        }
        if decision.deadline <= date {
            problem("deadline", Fault::DeadlinePassed { deadline: decision.deadline, date }.into());
        }
        if decision.resources.owner.trim().is_empty() {
            problem("resources", Fault::MissingField { field: "resources.owner" }.into());
        }
        let teams = &self.spec.strategy.capacities.teams;
        let changed =
            |id: &Id| self.capacity_changes.iter().any(|c| c.capacity == Capacity::Team(id.clone()));
        for (team, &days) in &decision.resources.teams {
            if !teams.is_empty() && !teams.contains_key(team) && !changed(team) {
                let nearest = nearest(team, teams.keys().map(Id::as_str));
                problem("resources", Fault::UnknownTeam { id: team.clone(), nearest }.into());
            }
            if let Err(found) = self.not_negative("resources", days) {
                found.into_iter().for_each(|p| problem("resources", p.fault().clone()));
            }
        }
        if let Err(found) = self.not_negative("resources", decision.resources.cash) {
            found.into_iter().for_each(|p| problem("resources", p.fault().clone()));
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        let urgency = self.open_request(i).and_then(|r| self.requests[r].urgency);
        let decided = Decided { code: self.code(i).clone(), decision: decision.clone(), urgency };
        self.board_of(date)?.decisions.push(decided);
        self.pending.push(Pending { rank: decision.rank, moved_up: 0, initiative: i, event: at });
        self.people.insert(decision.resources.owner.clone());
        let initiative = &mut self.spec.initiatives[i as usize];
        initiative.deadline = Some(decision.deadline);
        initiative.owner = Some(decision.resources.owner.clone());
        if status == Status::Qualified {
            initiative.status = Status::Planned;
        }
        let status = initiative.status;
        self.answer(i, Stage::Decided { on: date, status });
        Ok(())
    }

    /// The initiative that is asked for, brought along if it is new.
    fn requested(&mut self, code: &Id, new: Option<&Initiative>) -> Checked<u32> {
        let Some(new) = new else {
            let i = self.open(code, "an open initiative")?;
            return match self.open_request(i) {
                Some(r) => {
                    let since = self.requests[r].submitted;
                    one("code", Fault::RequestOpen { code: code.clone(), since })
                }
                None => Ok(i),
            };
        };
        if self.target(code).is_some() {
            return one("code", Fault::CodeTaken { code: code.clone() });
        }
        if new.code != *code {
            let found = format!("{} for a request for {code}", new.code);
            return one(
                "initiative",
                ProgrammeFault::Contradiction { found, expected: "the code of the request" },
            );
        }
        if new.status != Status::Proposed {
            let status = status_words(new.status);
            let expected = "a new initiative that is proposed";
            return one("initiative", Fault::WrongStatus { code: code.clone(), status, expected });
        }
        // It is judged as a programme of its own would be: its score depends on nothing else. What it requires is looked up here,
        // and cannot close a circle, for nothing requires it yet.
        let mut alone = ProgrammeSpec {
            criteria: self.spec.criteria.clone(),
            policy: Policy { levels: Vec::new(), ..self.spec.policy.clone() },
            initiatives: vec![Initiative { requires: Vec::new(), ..new.clone() }],
            ..ProgrammeSpec::default()
        };
        alone.effort_unit.clone_from(&self.spec.effort_unit);
        alone.strategy.benefit_price = self.spec.strategy.benefit_price;
        let mut problems = Vec::new();
        let alone = alone.build().map_err(|error| {
            problems.extend(error.problems().iter().map(|p| {
                let path = follow(Path::root().key("initiative"), p.path().segments().iter().skip(2));
                Problem::new(path, p.fault().clone())
            }));
        });
        for (j, needed) in new.requires.iter().enumerate() {
            let path = Path::root().key("initiative").key("requires").index(j);
            if needed == code {
                problems.push(Problem::new(path, ProgrammeFault::SelfRequirement { id: code.clone() }));
            } else if !self.codes.contains_key(needed) {
                problems.push(Problem::new(path, self.unknown_code(needed)));
            }
        }
        let Ok(alone) = alone else { return Err(problems) };
        if !problems.is_empty() {
            return Err(problems);
        }
        let mut initiative = alone.into_spec().initiatives.swap_remove(0);
        initiative.requires.clone_from(&new.requires);
        initiative.requires.sort();
        initiative.requires.dedup();
        let row = self.judge.row(&self.spec.criteria, &initiative)?;
        let value = self.judge.value(&row).map_err(|fault| vec![Problem::new(Path::root(), fault)])?;
        let i = self.spec.initiatives.len() as u32;
        self.requires.push(initiative.requires.iter().map(|code| self.codes[code]).collect());
        self.people.extend(initiative.owner.clone());
        self.codes.insert(code.clone(), i);
        self.spec.initiatives.push(initiative);
        self.rows.extend(row);
        self.merit.set(i, value, &self.spec.initiatives);
        Ok(i)
    }

    fn update(&mut self, code: &Id, part: Part, criterion: &Id, estimate: &Estimate) -> Checked {
        let target = match part {
            Part::Benefits => self.target(code),
            Part::Efforts | Part::Remaining => self.codes.get(code).map(|&i| Target::Initiative(i)),
        };
        let Some(target) = target else { return one("code", self.unknown_code(code)) };
        if let Target::Initiative(i) = target {
            let status = self.spec.initiatives[i as usize].status;
            let expected = match part {
                Part::Remaining if status != Status::UnderWay => Some("an initiative that is under way"),
                _ if !status.is_open() => Some("an open initiative"),
                _ => None,
            };
            if let Some(expected) = expected {
                let status = status_words(status);
                return one("code", Fault::WrongStatus { code: code.clone(), status, expected });
            }
        }
        let c = self.criterion("criterion", criterion, part == Part::Benefits)?;
        self.judge.quantity(&self.spec.criteria[c], estimate, &|| Path::root().key("estimate"))?;
        let id = self.spec.criteria[c].id.clone();
        match target {
            Target::Outcome(o) => _ = self.spec.outcomes[o as usize].benefits.insert(id, estimate.clone()),
            Target::Initiative(i) => {
                let initiative = &mut self.spec.initiatives[i as usize];
                let inputs = match part {
                    Part::Benefits => &mut initiative.benefits,
                    Part::Efforts => &mut initiative.efforts,
                    Part::Remaining => &mut initiative.remaining,
                };
                let old = inputs.insert(id.clone(), estimate.clone());
                if let Err(found) = self.judge_one(i, Some(c)) {
                    let initiative = &mut self.spec.initiatives[i as usize];
                    let inputs = match part {
                        Part::Benefits => &mut initiative.benefits,
                        Part::Efforts => &mut initiative.efforts,
                        Part::Remaining => &mut initiative.remaining,
                    };
                    match old {
                        Some(old) => _ = inputs.insert(id, old),
                        None => _ = inputs.remove(&id),
                    }
                    return Err(found);
                }
            }
        }
        if part == Part::Benefits {
            // Who estimates anew knows what was observed.
            self.streams.remove(&(target, c as u32));
        }
        Ok(())
    }

    fn observe(&mut self, code: &Id, metric: &Id, seen: Seen) -> Checked {
        let Some(target) = self.target(code) else { return one("code", self.unknown_code(code)) };
        let c = self.criterion("metric", metric, true)?;
        let criterion = &self.spec.criteria[c];
        if !criterion.levels.is_empty() {
            let found = format!("an observation of `{metric}`, which is ordinal");
            return one("metric", Fault::NotAMean { found });
        }
        if seen.count == 0 {
            return one("count", Fault::NotAMean { found: "no answers".into() });
        }
        self.judge.quantity(criterion, &Estimate::Number(seen.value), &|| Path::root().key("value"))?;
        let (rule, spread) = (self.spec.policy.revision, self.judge.spread());
        let benefits = match target {
            Target::Initiative(i) => &mut self.spec.initiatives[i as usize].benefits,
            Target::Outcome(o) => &mut self.spec.outcomes[o as usize].benefits,
        };
        let stream = self.streams.entry((target, c as u32)).or_insert_with(|| {
            let prior = benefits.get(&criterion.id).cloned().unwrap_or_default();
            Stream::new(prior, criterion, spread, rule)
        });
        stream.see(seen);
        let open = match target {
            Target::Initiative(i) => self.spec.initiatives[i as usize].status.is_open(),
            Target::Outcome(_) => true,
        };
        if open {
            let revised = stream.revised(criterion, &self.judge);
            let id = criterion.id.clone();
            match target {
                Target::Initiative(i) => {
                    self.spec.initiatives[i as usize].benefits.insert(id, revised);
                    // A mean on the scale cannot overflow what its ends do not.
                    self.judge_one(i, Some(c))?;
                }
                Target::Outcome(o) => _ = self.spec.outcomes[o as usize].benefits.insert(id, revised),
            }
        }
        Ok(())
    }

    fn change_status(&mut self, date: Date, i: u32, status: Status, change: &Change<'_>) -> Checked {
        let now = self.spec.initiatives[i as usize].status;
        let code = self.code(i).clone();
        let refuse = |expected| {
            one("status", Fault::WrongStatus { code: code.clone(), status: status_words(now), expected })
        };
        match (now, status) {
            (Status::UnderWay, Status::Done) if change.actual.is_none() => {
                return one("actual", Fault::MissingField { field: "actual" });
            }
            (Status::Planned | Status::UnderWay, Status::UnderWay) | (Status::UnderWay, Status::Done) => {}
            (_, Status::Cancelled | Status::NotDoing) if now.is_open() => {
                if change.reason.as_deref().is_none_or(|reason| reason.trim().is_empty()) {
                    return one("reason", Fault::MissingField { field: "reason" });
                }
            }
            (_, Status::UnderWay) => return refuse("planned work, to start"),
            (_, Status::Done) => return refuse("work that is under way, to be done"),
            (_, Status::Cancelled | Status::NotDoing) => return refuse("an open initiative"),
            (_, Status::Proposed | Status::Qualified | Status::Planned) => {
                return refuse(
                    "under-way, done, cancelled or not-doing; the others come with a request or a decision",
                );
            }
        }
        if let Some(remaining) = change.remaining {
            self.check_inputs("remaining", remaining, false)?;
        }
        for &days in change.teams_remaining.iter().flat_map(|teams| teams.values()) {
            self.not_negative("teams_remaining", days)?;
        }
        if let Some(actual) = change.actual {
            self.check_inputs("actual", &actual.benefits, true)?;
            self.check_inputs("actual", &actual.efforts, false)?;
        }
        let before = self.spec.initiatives[i as usize].clone();
        let initiative = &mut self.spec.initiatives[i as usize];
        initiative.status = status;
        if let Some(remaining) = change.remaining {
            for (criterion, estimate) in remaining.iter() {
                initiative.remaining.insert(criterion.clone(), estimate.clone());
            }
        }
        if let Some(teams) = change.teams_remaining {
            initiative.teams_remaining.clone_from(teams);
        }
        if let Some(actual) = change.actual {
            let mut actual = (**actual).clone();
            actual.date.get_or_insert(date);
            initiative.actual = Some(Box::new(actual));
        }
        if matches!(status, Status::Cancelled | Status::NotDoing) {
            initiative.not_doing_because = change.reason.as_deref().map(Into::into);
        }
        if let Err(found) = self.judge_one(i, None) {
            self.spec.initiatives[i as usize] = before;
            return Err(found);
        }
        if !status.is_open() {
            self.leave(i);
            self.answer(i, Stage::Decided { on: date, status });
        }
        Ok(())
    }

    /// Quantises one initiative, or one input of it, and puts it where it belongs.
    fn judge_one(&mut self, i: u32, only: Option<usize>) -> Checked {
        let initiative = &self.spec.initiatives[i as usize];
        let mut row = self.row(i).to_vec();
        match only {
            None => row = self.judge.row(&self.spec.criteria, initiative)?,
            Some(c) => {
                let criterion = &self.spec.criteria[c];
                let read = |estimate| self.judge.quantity(criterion, estimate, &Path::root);
                row[c] = initiative.estimate(criterion).map_or(Ok(MISSING), read)?;
            }
        }
        let value = self.judge.value(&row).map_err(|fault| vec![Problem::new(Path::root(), fault)])?;
        let open = initiative.status.is_open();
        let width = row.len();
        self.rows[i as usize * width..][..width].copy_from_slice(&row);
        self.merit.set(i, value.filter(|_| open), &self.spec.initiatives);
        Ok(())
    }

    fn check_inputs(&self, field: &str, inputs: &Inputs, benefit: bool) -> Checked {
        for (id, estimate) in inputs.iter() {
            let c = self.criterion(field, id, benefit)?;
            self.judge
                .quantity(&self.spec.criteria[c], estimate, &|| Path::root().key(field).key(id.as_str()))?;
        }
        Ok(())
    }

    fn check_ballot(&self, ballot: &Ballot) -> Checked {
        let mut problems = Vec::new();
        let path = |field: &str| Path::root().key("ballot").key(field);
        if !self.spec.stakeholders.iter().any(|s| s.id == ballot.stakeholder) {
            let nearest = nearest(&ballot.stakeholder, self.spec.stakeholders.iter().map(|s| s.id.as_str()));
            let id = ballot.stakeholder.to_string();
            let fault = ProgrammeFault::UnknownId { what: Named::Stakeholder, id, nearest };
            problems.push(Problem::new(path("stakeholder"), fault));
        }
        if !ballot.ranking.is_empty() && !ballot.points.is_empty() {
            let found = "a ranking and points".to_owned();
            problems.push(Problem::new(
                path("points"),
                ProgrammeFault::Contradiction { found, expected: "one of them" },
            ));
        }
        let mut seen = BTreeSet::new();
        for code in ballot.ranking.iter().flatten().chain(ballot.points.keys()) {
            if !self.codes.contains_key(code) {
                problems.push(Problem::new(path("ranking"), self.unknown_code(code)));
            } else if !seen.insert(code) && ballot.points.is_empty() {
                problems
                    .push(Problem::new(path("ranking"), ProgrammeFault::BallotTwice { id: code.clone() }));
            }
        }
        for (code, &points) in &ballot.points {
            if let Err(found) = self.not_negative("points", points) {
                let at = |p: &Problem| Problem::new(path("points").key(code.as_str()), p.fault().clone());
                problems.extend(found.iter().map(at));
            }
        }
        if problems.is_empty() { Ok(()) } else { Err(problems) }
    }

    pub(super) fn not_negative(&self, field: &str, x: f64) -> Checked {
        let grid = self.judge.grid();
        match grid.quantise(x) {
            Ok(_) if x >= 0.0 => Ok(()),
            Err(OffGrid::NotFinite) => one(field, ProgrammeFault::NotFinite { found: x }),
            _ if x < 0.0 => one(field, ProgrammeFault::Negative { found: x }),
            _ => {
                let decimals = u8::try_from(grid.steps().ilog10()).unwrap_or(u8::MAX);
                one(field, ProgrammeFault::BeyondResolution { found: x, decimals })
            }
        }
    }

    fn person(&self, field: &str, id: &Id) -> Checked {
        if self.people.contains(id) {
            return Ok(());
        }
        let nearest = nearest(id, self.people.iter().map(Id::as_str));
        one(field, Fault::UnknownPerson { id: id.clone(), nearest })
    }

    fn initiative(&self, code: &Id) -> Checked<u32> {
        self.codes.get(code).copied().map_or_else(|| one("code", self.unknown_code(code)), Ok)
    }

    fn open(&self, code: &Id, expected: &'static str) -> Checked<u32> {
        let i = self.initiative(code)?;
        let status = self.spec.initiatives[i as usize].status;
        if status.is_open() {
            return Ok(i);
        }
        one("code", Fault::WrongStatus { code: code.clone(), status: status_words(status), expected })
    }

    pub(super) fn unknown_code(&self, code: &Id) -> Fault {
        let outcomes = self.spec.outcomes.iter().map(|o| o.id.as_str());
        let nearest = nearest(code, self.codes.keys().map(Id::as_str).chain(outcomes));
        Fault::UnknownCode { code: code.clone(), nearest }
    }

    fn criterion(&self, field: &str, id: &Id, benefit: bool) -> Checked<usize> {
        let kind = |c: &&Criterion| c.is_benefit() == benefit;
        match judge::place(&self.spec.criteria, id) {
            Some(c) if self.spec.criteria[c].is_benefit() == benefit => Ok(c),
            _ => {
                let nearest = nearest(id, self.spec.criteria.iter().filter(kind).map(|c| c.id.as_str()));
                one(field, ProgrammeFault::UnknownId { what: Named::Criterion, id: id.to_string(), nearest })
            }
        }
    }

    /// The board of a date, for what only a board can do.
    fn board_of(&mut self, date: Date) -> Checked<&mut Board> {
        match self.boards.last_mut() {
            Some(board) if board.date == date => Ok(board),
            _ => one("date", Fault::NoBoard { date }),
        }
    }

    /// The place of the open request for an initiative.
    fn open_request(&self, i: u32) -> Option<usize> {
        let r = *self.last_request.get(&i)? as usize;
        matches!(self.requests[r].stage, Stage::Submitted | Stage::Qualified { .. }).then_some(r)
    }

    fn answer(&mut self, i: u32, stage: Stage) {
        if let Some(r) = self.open_request(i) {
            self.requests[r].stage = stage;
        }
    }
}

/// What a change of status brings along.
struct Change<'a> {
    reason: &'a Option<String>,
    remaining: &'a Option<Inputs>,
    teams_remaining: &'a Option<BTreeMap<Id, f64>>,
    actual: &'a Option<Box<Actual>>,
}
