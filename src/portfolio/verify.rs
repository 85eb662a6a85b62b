//! The check of a portfolio, from the programme alone.

use std::fmt;

use super::Portfolio;
use crate::programme::{Id, Programme, Status};

/// What is wrong with a portfolio.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Violation {
    /// Something selected is not there, is there twice, is not open, or has no known effort.
    NotSelectable(Id),
    /// Something selected lacks what it needs.
    Lacks {
        /// What is selected.
        code: Id,
        /// What it needs.
        needs: Id,
    },
    /// The stated outcomes are not those that follow.
    Outcomes,
    /// The stated benefit is not the sum.
    Benefit {
        /// The sum, in points.
        is: f64,
    },
    /// The stated cost is not the sum.
    Cost {
        /// The sum, in the effort unit.
        is: f64,
    },
    /// The budget is exceeded.
    OverBudget {
        /// By how much, in the effort unit.
        by: f64,
    },
    /// A constraint of the strategy is not kept.
    Constraint {
        /// Its path: `exactly_one[0]`.
        path: String,
    },
    /// The bound is below the benefit, or the proof does not agree with them.
    Bound,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Violation::NotSelectable(code) => write!(f, "{code} cannot be selected, or is selected twice"),
            Violation::Lacks { code, needs } => {
                write!(f, "{code} needs {needs}, which is neither selected nor done")
            }
            Violation::Outcomes => write!(f, "the outcomes are not those that follow"),
            Violation::Benefit { is } => write!(f, "the benefit is {is}"),
            Violation::Cost { is } => write!(f, "the cost is {is}"),
            Violation::OverBudget { by } => write!(f, "the budget is exceeded by {by}"),
            Violation::Constraint { path } => write!(f, "strategy.constraints.{path} is not kept"),
            Violation::Bound => write!(f, "bound, benefit and proof do not agree"),
        }
    }
}

/// Checks a portfolio against a programme, independently of how it was made: everything selected is open, has what it needs and keeps to the
/// constraints, the outcomes are those that follow, and the sums are the sums. That the bound is true is not checked. Empty if all is well.
pub fn verify(portfolio: &Portfolio, programme: &Programme) -> Vec<Violation> {
    let (initiatives, quantities) = (programme.initiatives(), programme.quantities());
    let mut found = Vec::new();
    let mut selected = vec![false; initiatives.len()];
    let (mut benefit, mut cost) = (0_i128, 0_i128);
    for code in &portfolio.selected {
        let i = programme.index_of(code).filter(|&i| initiatives[i].status.is_open() && !selected[i]);
        let Some((i, effort)) = i.and_then(|i| Some((i, quantities.effort(i)?))) else {
            found.push(Violation::NotSelectable(code.clone()));
            continue;
        };
        selected[i] = true;
        cost += effort;
        benefit += quantities.benefit(i).unwrap_or(0);
    }
    let there = |i: usize| selected[i] || initiatives[i].status == Status::Done;
    for (i, _) in selected.iter().enumerate().filter(|(_, s)| **s) {
        for &needs in programme.requires().row(i) {
            if !there(needs as usize) {
                let [code, needs] = [i, needs as usize].map(|i| initiatives[i].code.clone());
                found.push(Violation::Lacks { code, needs });
            }
        }
    }
    let mut outcomes = Vec::new();
    for (o, outcome) in programme.outcomes().iter().enumerate() {
        let row = programme.outcome_requires().row(o);
        let news = row.iter().any(|&i| selected[i as usize]);
        if let (true, true, Some(points)) =
            (news, row.iter().all(|&i| there(i as usize)), quantities.outcome_benefit(o))
        {
            outcomes.push(&outcome.id);
            benefit += points;
        }
    }
    if !portfolio.outcomes.iter().eq(outcomes) {
        found.push(Violation::Outcomes);
    }
    let is = benefit as f64 * quantities.point();
    if !same(is, portfolio.benefit) {
        found.push(Violation::Benefit { is });
    }
    let is = cost as f64 * quantities.effort_unit();
    if !same(is, portfolio.cost) {
        found.push(Violation::Cost { is });
    }
    if is > portfolio.budget && !same(is, portfolio.budget) {
        found.push(Violation::OverBudget { by: is - portfolio.budget });
    }
    let proof = same(portfolio.upper_bound, portfolio.benefit) || !portfolio.proven;
    if portfolio.upper_bound < portfolio.benefit || !proof {
        found.push(Violation::Bound);
    }
    found.extend(broken(programme, &there).map(|path| Violation::Constraint { path }));
    found
}

/// The constraints that are not kept.
fn broken(programme: &Programme, there: &dyn Fn(usize) -> bool) -> impl Iterator<Item = String> {
    let constraints = &programme.strategy().constraints;
    let is = |code: &Id| programme.index_of(code).is_some_and(there);
    let count = |codes: &[Id]| codes.iter().filter(|code| is(code)).count();
    let done = |code: &Id| programme.initiative(code).is_some_and(|i| i.status == Status::Done);
    let mut broken = Vec::new();
    let mut check = |field: &str, i: usize, kept: bool| {
        if !kept {
            broken.push(format!("{field}[{i}]"));
        }
    };
    for (i, code) in constraints.mandatory.iter().enumerate() {
        check("mandatory", i, is(code));
    }
    for (i, code) in constraints.excluded.iter().enumerate() {
        check("excluded", i, !is(code) || done(code));
    }
    for (i, group) in constraints.together.iter().enumerate() {
        check("together", i, [0, group.len()].contains(&count(group)));
    }
    // What is done already is no choice: of several that are, none is to blame.
    let beyond = |group: &[Id]| group.iter().any(|code| is(code) && !done(code));
    let at_most_one = |group: &[Id]| count(group) <= 1 || !beyond(group);
    for (i, group) in constraints.exactly_one.iter().enumerate() {
        check("exactly_one", i, count(group) >= 1 && at_most_one(group));
    }
    for (i, group) in constraints.at_most_one.iter().enumerate() {
        check("at_most_one", i, at_most_one(group));
    }
    for (i, needs) in constraints.needs_any.iter().enumerate() {
        check("needs_any", i, !is(&needs.initiative) || done(&needs.initiative) || count(&needs.of) > 0);
    }
    broken.into_iter()
}

/// Equal but for the rounding of a few operations.
fn same(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * a.abs().max(b.abs())
}
