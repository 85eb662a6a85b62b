//! A change of how it is judged: checked against every input that it can touch, without building the programme anew.

use super::State;
use super::apply::{Checked, follow};
use super::evidence::Stream;
use super::judge;
use super::state::Target;
use crate::Error;
use crate::error::{Path, Problem, Segment, nearest};
use crate::policy::Policy;
use crate::programme::{
    Criterion, Date, Estimate, Fault as ProgrammeFault, Id, Initiative, Inputs, Named, ProgrammeSpec,
    Strategy,
};
use crate::score::ScoringModel;

/// A stream of evidence with the estimate that it gives, by initiative or outcome and the place of the criterion.
type Revised = ((Target, u32), Stream, Estimate);

impl State {
    /// Other criteria, another policy, another strategy; or why they do not fit, and nothing has changed.
    pub(super) fn change_policy(
        &mut self,
        date: Date,
        policy: Option<&Policy>,
        criteria: &[Criterion],
        strategy: Option<&Strategy>,
    ) -> Checked {
        let mut frame = ProgrammeSpec {
            name: self.spec.name.clone(),
            effort_unit: self.spec.effort_unit.clone(),
            criteria: self.spec.criteria.clone(),
            strategy: strategy.unwrap_or(&self.spec.strategy).clone(),
            policy: policy.unwrap_or(&self.spec.policy).clone(),
            // What is checked here is the frame, which names initiatives by their codes; their inputs are checked below, if anything in
            // it can touch them.
            initiatives: self.spec.initiatives.iter().map(|i| Initiative::new(i.code.clone(), "")).collect(),
            ..ProgrammeSpec::default()
        };
        for (k, criterion) in criteria.iter().enumerate() {
            let Some(c) = judge::place(&frame.criteria, &criterion.id) else {
                let nearest = nearest(&criterion.id, frame.criteria.iter().map(|c| c.id.as_str()));
                let id = criterion.id.to_string();
                let fault = ProgrammeFault::UnknownId { what: Named::Criterion, id, nearest };
                return Err(vec![Problem::new(Path::of("criteria", k).key("id"), fault)]);
            };
            frame.criteria[c] = criterion.clone();
        }
        // A criterion of the event by its place there, any other by its id.
        let placed = |problem: &Problem| {
            let [Segment::Key(list), Segment::Index(c), rest @ ..] = problem.path().segments() else {
                return problem.clone();
            };
            let Some(criterion) = self.spec.criteria.get(*c).filter(|_| list == "criteria") else {
                return problem.clone();
            };
            let path = match criteria.iter().rposition(|given| given.id == criterion.id) {
                Some(k) => Path::of("criteria", k),
                None => Path::root().key("criteria").key(criterion.id.as_str()),
            };
            Problem::new(follow(path, rest), problem.fault().clone())
        };
        let refused = |error: Error| error.problems().iter().map(placed).collect::<Vec<_>>();
        let frame = frame.build().map_err(refused)?;
        ScoringModel::new(&frame).map_err(refused)?;
        let frame = frame.into_spec();

        let scale = |c: &Criterion| (c.kind, c.worst, c.none, c.full, c.levels.clone());
        let scales = |criteria: &[Criterion]| criteria.iter().map(scale).collect::<Vec<_>>();
        let reading = |p: &Policy| (p.spread, p.resolution, p.revision);
        let reread = scales(&self.spec.criteria) != scales(&frame.criteria)
            || reading(&self.spec.policy) != reading(&frame.policy);
        let coarser = frame.policy.resolution < self.spec.policy.resolution;
        let judge = judge::Judge::new(&frame.criteria, &frame.policy, &frame.strategy);
        let revised = if reread { self.reread(&frame, &judge)? } else { Vec::new() };

        // From here on only a sum that is too large can refuse it, or a number that a coarser resolution cannot hold; all goes back then.
        let before = (
            std::mem::replace(&mut self.spec.criteria, frame.criteria),
            std::mem::replace(&mut self.spec.policy, frame.policy),
            std::mem::replace(&mut self.spec.strategy, frame.strategy),
            std::mem::replace(&mut self.judge, judge),
        );
        let (mut kept, mut estimates) = (None, Vec::new());
        for &((target, c), _, ref estimate) in &revised {
            let id = self.spec.criteria[c as usize].id.clone();
            estimates.push(self.benefits(target).insert(id, estimate.clone()));
        }
        let judged = if reread {
            kept = Some((self.rows.clone(), self.merit.clone()));
            self.judge_all().and_then(|()| if coarser { self.check_all() } else { Ok(()) })
        } else {
            self.order_all()
        };
        if let Err(found) = judged {
            for (&((target, c), ..), estimate) in revised.iter().zip(estimates) {
                let id = self.spec.criteria[c as usize].id.clone();
                match estimate {
                    Some(estimate) => _ = self.benefits(target).insert(id, estimate),
                    None => _ = self.benefits(target).remove(&id),
                }
            }
            (self.spec.criteria, self.spec.policy, self.spec.strategy, self.judge) = before;
            if let Some((rows, merit)) = kept {
                (self.rows, self.merit) = (rows, merit);
            }
            return Err(found);
        }
        for (key, stream, _) in revised {
            self.streams.insert(key, stream);
        }
        if strategy.is_some() {
            // What a new strategy says of capacities takes the place of what was announced for its date and before.
            self.capacity_changes.retain(|change| change.from > date);
        }
        Ok(())
    }

    /// Reads every input anew under other criteria or another policy, and revises what was observed; nothing changes yet.
    ///
    /// Gives the streams of evidence with their estimates. What does not fit is named by its path in the programme as it stands.
    fn reread(&self, frame: &ProgrammeSpec, judge: &judge::Judge) -> Checked<Vec<Revised>> {
        let mut problems = Vec::new();
        let mut read = |at: &dyn Fn() -> Path, id: &Id, estimate: &Estimate, benefit: bool| {
            let path = || at().key(id.as_str());
            match judge::place(&frame.criteria, id).map(|c| &frame.criteria[c]) {
                Some(criterion) if criterion.is_benefit() == benefit => {
                    problems.extend(judge.quantity(criterion, estimate, &path).err().into_iter().flatten());
                }
                _ => {
                    let fault = ProgrammeFault::UnknownId {
                        what: Named::Criterion,
                        id: id.to_string(),
                        nearest: None,
                    };
                    problems.push(Problem::new(path(), fault));
                }
            }
        };
        for (k, &i) in self.codes.values().enumerate() {
            let initiative = &self.spec.initiatives[i as usize];
            let at =
                |parts: &[&str]| parts.iter().fold(Path::of("initiatives", k), |path, part| path.key(*part));
            for (id, estimate) in initiative.benefits.iter() {
                let place = judge::place(&self.spec.criteria, id).map_or(u32::MAX, |c| c as u32);
                let stream = self.streams.get(&(Target::Initiative(i), place));
                let estimate = stream.filter(|_| initiative.status.is_open()).map_or(estimate, |s| &s.prior);
                read(&|| at(&["benefits"]), id, estimate, true);
            }
            let nothing = Inputs::default();
            let actual = initiative.actual.as_deref();
            for (parts, inputs, benefit) in [
                (&["efforts"][..], &initiative.efforts, false),
                (&["remaining"], &initiative.remaining, false),
                (&["actual", "benefits"], actual.map_or(&nothing, |a| &a.benefits), true),
                (&["actual", "efforts"], actual.map_or(&nothing, |a| &a.efforts), false),
            ] {
                inputs.iter().for_each(|(id, estimate)| read(&|| at(parts), id, estimate, benefit));
            }
        }
        for (o, outcome) in self.spec.outcomes.iter().enumerate() {
            for (id, estimate) in outcome.benefits.iter() {
                let place = judge::place(&self.spec.criteria, id).map_or(u32::MAX, |c| c as u32);
                let stream = self.streams.get(&(Target::Outcome(o as u32), place));
                let at = || Path::of("outcomes", o).key("benefits");
                read(&at, id, stream.map_or(estimate, |s| &s.prior), true);
            }
        }
        let mut revised = Vec::new();
        for (&(target, c), stream) in &self.streams {
            let criterion = &frame.criteria[c as usize];
            let again = stream.again(stream.prior.clone(), criterion, judge.spread(), frame.policy.revision);
            let estimate = match target {
                Target::Initiative(i) if !self.spec.initiatives[i as usize].status.is_open() => {
                    let inputs = &self.spec.initiatives[i as usize].benefits;
                    inputs.get(&criterion.id).cloned().unwrap_or_default()
                }
                _ => again.revised(criterion, judge),
            };
            let at = || match target {
                Target::Initiative(i) => {
                    let before = self.codes.keys().take_while(|code| *code != self.code(i));
                    Path::of("initiatives", before.count()).key("benefits")
                }
                Target::Outcome(o) => Path::of("outcomes", o as usize).key("benefits"),
            };
            read(&at, &criterion.id, &estimate, true);
            revised.push(((target, c), again, estimate));
        }
        if problems.is_empty() { Ok(revised) } else { Err(problems) }
    }

    /// Every number of the whole, as at the door of a programme.
    fn check_all(&self) -> Checked {
        for change in &self.capacity_changes {
            self.not_negative("capacities", change.per_period)?;
        }
        self.programme().map(drop).map_err(|error| error.problems().to_vec())
    }

    fn benefits(&mut self, target: Target) -> &mut Inputs {
        match target {
            Target::Initiative(i) => &mut self.spec.initiatives[i as usize].benefits,
            Target::Outcome(o) => &mut self.spec.outcomes[o as usize].benefits,
        }
    }
}
