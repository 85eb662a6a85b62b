//! The bound of a roadmap beside all plans of small programmes.

use cxrank::programme::{
    Capacities, Criterion, Initiative, Outcome, Programme, ProgrammeSpec, Status, Strategy,
};
use cxrank::reason::{Fact, Reason};
use cxrank::roadmap::{Assignment, Horizon, NotScheduled, Options, Order, Roadmap, verify};
use proptest::prelude::*;

const PERIODS: u32 = 3;

/// Benefit, days of both teams, which of those before are needed, and whether it is under way.
type Draw = (i32, [u32; 2], u8, bool);

fn programme(
    draws: &[Draw],
    outcome: (u32, u8),
    days: [u32; 2],
    release_every: u32,
    horizon: u32,
) -> Programme {
    let code = |i: usize| format!("I{i}");
    let among = |mask: u8, below: usize| (0..below).filter(move |i| mask >> i & 1 == 1).map(code);
    let mut spec = ProgrammeSpec::new("small")
        .criterion(Criterion::benefit("ease", 10.0, 0.0, 10.0).worst(-5.0))
        .criterion(Criterion::effort("work", 1.0));
    for (i, &(benefit, teams, needs, running)) in draws.iter().enumerate() {
        let mut initiative = Initiative::new(code(i), "")
            .benefit("ease", f64::from(benefit))
            .effort("work", 1.0)
            .requires(among(needs, i));
        for (team, days) in ["a", "b"].iter().zip(teams).filter(|(_, days)| *days > 0) {
            initiative.teams.insert((*team).into(), f64::from(days));
        }
        if running {
            initiative.status = Status::UnderWay;
        }
        spec = spec.initiative(initiative);
    }
    let needs = among(outcome.1 | 1, draws.len());
    spec.outcome(Outcome::new("O", "", needs).benefit("ease", f64::from(outcome.0)))
        .strategy(Strategy {
            horizon: Some(horizon),
            discount: Some(0.05),
            release_every: Some(release_every),
            capacities: Capacities {
                teams: ["a", "b"]
                    .iter()
                    .zip(days)
                    .map(|(team, days)| ((*team).into(), f64::from(days)))
                    .collect(),
                ..Capacities::default()
            },
            ..Strategy::default()
        })
        .build()
        .unwrap()
}

/// The runs that the rules of planning allow an initiative, whatever the others do.
fn runs(&(_, teams, _, running): &Draw, days: [u32; 2]) -> Vec<Option<(u32, u32)>> {
    let length = teams.iter().zip(days).map(|(amount, days)| amount.div_ceil(days)).max().unwrap_or(0).max(1);
    let mut runs = vec![None];
    for start in 1..=PERIODS {
        let shortest = start + length - 1;
        // Work under way may be stretched.
        let last = if running && start == 1 { PERIODS } else { shortest.min(PERIODS) };
        runs.extend((shortest..=last).map(|end| Some((start, end))));
    }
    runs
}

/// The same programme planned otherwise; what follows from the assignments is left as it was.
fn planned(roadmap: &Roadmap, programme: &Programme, slots: &[Option<(u32, u32)>]) -> Roadmap {
    let mut other = roadmap.clone();
    other.assignments.clear();
    other.not_scheduled.clear();
    for (initiative, slot) in programme.initiatives().iter().zip(slots) {
        let (code, name) = (initiative.code.clone(), String::new());
        match *slot {
            Some((start, end)) => other.assignments.push(Assignment {
                code,
                name,
                start,
                end,
                released: end,
                starts_on: None,
                ends_on: None,
                owner: None,
                batch: None,
                horizon: Horizon::Short,
                domain: None,
                under_way: false,
                slack: 0,
            }),
            None => {
                let reason = Reason::new(Fact::NotInOrder { code: code.clone() });
                other.not_scheduled.push(NotScheduled { code, name, reason });
            }
        }
    }
    other
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn no_plan_brings_more_than_the_bound(
        draws in prop::collection::vec((-3..10i32, [0..8u32, 0..5], any::<u8>(), prop::bool::weighted(0.15)), 1..5),
        outcome in (1..11u32, any::<u8>()),
        days in [1..9u32, 1..6],
        release_every in 1..3u32,
        longer in 0..3u32,
    ) {
        let horizon = PERIODS + longer;
        let programme = programme(&draws, outcome, days, release_every, horizon);
        let order = Order::of(programme.initiatives().iter().map(|i| &i.code));
        let options = Options { periods: Some(PERIODS), ..Options::default() };
        let roadmap = Roadmap::new(&programme, &order, &options).unwrap();
        prop_assert_eq!(verify(&roadmap, &programme, &options), vec![]);

        let runs: Vec<_> = draws.iter().map(|draw| runs(draw, days)).collect();
        let mut best = f64::NEG_INFINITY;
        for choice in 0..runs.iter().map(Vec::len).product() {
            let mut digits: usize = choice;
            let slots: Vec<_> = runs
                .iter()
                .map(|runs| {
                    let run = runs[digits % runs.len()];
                    digits /= runs.len();
                    run
                })
                .collect();
            // What else does not hold follows from the assignments, and is not told anew.
            let wrong = verify(&planned(&roadmap, &programme, &slots), &programme, &options);
            let follows = ["roadmap.verify-load", "roadmap.verify-outcome", "roadmap.verify-benefit"];
            if wrong.iter().any(|finding| !follows.contains(&finding.code.as_str())) {
                continue;
            }
            let mut rates = vec![0.0; horizon as usize];
            let mut count = |points: f64, end: u32| {
                let released = end.div_ceil(release_every) * release_every;
                rates.iter_mut().skip(released as usize).for_each(|rate| *rate += points);
            };
            for (draw, slot) in draws.iter().zip(&slots) {
                if let Some((_, end)) = slot {
                    count(f64::from(draw.0), *end);
                }
            }
            let needs = (0..draws.len()).filter(|i| (outcome.1 | 1) >> i & 1 == 1);
            let ends: Option<Vec<u32>> = needs.map(|i| slots[i].map(|slot| slot.1)).collect();
            if let Some(end) = ends.and_then(|ends| ends.into_iter().max()) {
                count(f64::from(outcome.0), end);
            }
            let benefit: f64 = (1..).zip(&rates).map(|(period, rate)| rate / 1.05f64.powi(period)).sum();
            prop_assert!(benefit <= roadmap.upper_bound + 1e-6, "{:?} brings {}", slots, benefit);
            for (rate, told) in rates.iter().zip(&roadmap.realised) {
                prop_assert!(*rate <= told.upper_bound + 1e-6, "{:?} has {} in {:?}", slots, rate, told);
            }
            best = best.max(benefit);
        }
        prop_assert!(roadmap.benefit <= best + 1e-6, "{} {}", roadmap.benefit, best);
    }
}
