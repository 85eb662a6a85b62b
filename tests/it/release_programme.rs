//! A release problem as a programme: requirements are initiatives, customers outcomes.

use cxrank::formats::nrp::Problem;
use cxrank::programme::{Capacities, Criterion, Initiative, Outcome, Programme, ProgrammeSpec, Strategy};

/// The files of the shared inputs.
pub(crate) const FILES: [&str; 8] =
    ["nrp-e1", "nrp-e2", "nrp-g1", "nrp-g2", "nrp-m1", "nrp-m2", "nrp1", "nrp3"];

/// Eight periods at a discount of 5 %, requirement k being of team k modulo their number, each team with a tenth of its own total per period.
pub(crate) fn programme(problem: &Problem, teams: usize) -> Programme {
    let code = |k: u32| format!("r{k:05}");
    let mut needs: Vec<Vec<String>> = vec![Vec::new(); problem.costs.len()];
    for &(item, needed) in &problem.requires {
        needs[item as usize].push(code(needed));
    }
    let mut spec = ProgrammeSpec::new("release")
        .criterion(Criterion::benefit("profit", 1000.0, 0.0, 1000.0))
        .criterion(Criterion::effort("work", 1.0));
    let mut totals = vec![0; teams];
    for ((k, &cost), needs) in (0..).zip(&problem.costs).zip(needs) {
        let team = k as usize % teams;
        totals[team] += cost;
        let mut initiative =
            Initiative::new(code(k), "").benefit("profit", 0.0).effort("work", cost as f64).requires(needs);
        initiative.teams = [(format!("t{team}").into(), cost as f64)].into();
        spec = spec.initiative(initiative);
    }
    for (k, customer) in problem.customers.iter().enumerate() {
        let requests = customer.requests.iter().map(|&k| code(k));
        spec = spec.outcome(
            Outcome::new(format!("c{k:05}"), "", requests).benefit("profit", customer.profit as f64),
        );
    }
    let days = totals.iter().enumerate().map(|(team, &days)| (format!("t{team}").into(), days as f64 / 10.0));
    spec.strategy(Strategy {
        horizon: Some(8),
        discount: Some(0.05),
        capacities: Capacities { teams: days.collect(), ..Capacities::default() },
        ..Strategy::default()
    })
    .build()
    .expect("a release problem is a sound programme")
}
