//! The laws of roadmaps on random programmes, and hostile input.

use cxrank::portfolio::{BestValue, Budget, Candidates};
use cxrank::programme::{
    Capacities, Criterion, Initiative, Outcome, Programme, ProgrammeSpec, Status, Strategy, Wins,
};
use cxrank::rank::Ranking;
use cxrank::roadmap::{Constraint, Horizon, Limit, Options, Order, Remedy, Roadmap, verify};
use cxrank::sequence::Sequence;
use proptest::prelude::*;

fn code(i: usize) -> String {
    format!("I{i:02}")
}

/// One random initiative: benefit, teams' days, unit, prerequisites among those before, duration, status, earliest, deadline, lasts.
type Draw = (
    i32,
    Vec<(usize, u32)>,
    usize,
    Vec<prop::sample::Index>,
    Option<u32>,
    u8,
    Option<u32>,
    Option<u32>,
    Option<u32>,
);

fn draws() -> impl Strategy_<Value = Vec<Draw>> {
    prop::collection::vec(
        (
            -3..10i32,
            prop::collection::vec((0..3usize, 1..30u32), 0..3),
            0..3usize,
            prop::collection::vec(any::<prop::sample::Index>(), 0..3),
            prop::option::weighted(0.2, 1..4u32),
            0..20u8,
            prop::option::weighted(0.2, 0..20u32),
            prop::option::weighted(0.2, 1..20u32),
            prop::option::weighted(0.2, 1..5u32),
        ),
        1..25,
    )
}

use proptest::strategy::Strategy as Strategy_;

fn spec(draws: &[Draw], limits: (f64, u32, Option<f64>, u32, bool)) -> ProgrammeSpec {
    let (days, slots, cash, release_every, wins) = limits;
    let mut spec = ProgrammeSpec::new("random")
        .effort_unit("EUR")
        .criterion(Criterion::benefit("ease", 10.0, 0.0, 10.0).worst(-5.0))
        .criterion(Criterion::effort("cash", 1.0).unit("EUR"));
    spec.period = Some("month".into());
    let date =
        |months: u32| "2026-01-15".parse::<cxrank::programme::Date>().unwrap().plus_months(months as i32);
    for (i, (benefit, teams, unit, needs, duration, status, earliest, deadline, lasts)) in
        draws.iter().enumerate()
    {
        let mut initiative = Initiative::new(code(i), "").effort("cash", 10.0 * f64::from(*unit as u32 + 1));
        if *benefit > -3 {
            initiative = initiative.benefit("ease", f64::from(*benefit));
        }
        for (team, days) in teams {
            *initiative.teams.entry(format!("t{team}").into()).or_default() += f64::from(*days) / 3.0;
        }
        if i > 0 {
            initiative = initiative.requires(needs.iter().map(|need| code(need.index(i))));
        }
        initiative.units = vec![format!("u{unit}").into()];
        initiative.duration = *duration;
        initiative.earliest = earliest.and_then(date);
        initiative.deadline = deadline.and_then(date);
        initiative.lasts = *lasts;
        initiative.status = match status {
            0 => Status::Done,
            1 => Status::Cancelled,
            2 | 3 => Status::UnderWay,
            _ => Status::Qualified,
        };
        spec = spec.initiative(initiative);
    }
    for (o, chunk) in draws.chunks(4).enumerate() {
        let needs: Vec<String> = (0..chunk.len()).map(|k| code(o * 4 + k)).collect();
        spec = spec.outcome(Outcome::new(format!("O{o}"), "", needs).benefit("ease", 8.0));
    }
    spec.strategy(Strategy {
        horizon: Some(10),
        discount: Some(0.05),
        start: "2026-01-01".parse().ok(),
        release_every: Some(release_every),
        capacities: Capacities {
            teams: (0..2).map(|team| (format!("t{team}").into(), days)).collect(),
            units: (0..2).map(|unit| (format!("u{unit}").into(), slots)).collect(),
            cash,
        },
        wins: wins.then_some(Wins { first_by: Some(1), longest_gap: Some(2) }),
        ..Strategy::default()
    })
}

fn limits() -> impl Strategy_<Value = (f64, u32, Option<f64>, u32, bool)> {
    (2.0..20.0f64, 0..4u32, prop::option::of(5.0..60.0f64), 1..4u32, any::<bool>())
}

fn json(roadmap: &Roadmap) -> String {
    serde_json::to_string(roadmap).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, ..ProptestConfig::default() })]

    #[test]
    fn every_plan_keeps_every_limit(draws in draws(), limits in limits()) {
        let programme = spec(&draws, limits).build().unwrap();
        let order = Order::of(programme.initiatives().iter().map(|i| &i.code));
        let roadmap = Roadmap::new(&programme, &order, &Options::default()).unwrap();
        prop_assert_eq!(verify(&roadmap, &programme, &Options::default()), vec![]);
        for line in &roadmap.load {
            prop_assert!(line.capacity.is_none_or(|capacity| line.load <= capacity + 1e-9), "{:?}", line);
        }
        for line in &roadmap.realised {
            prop_assert!(line.benefit <= line.upper_bound);
        }
    }

    #[test]
    fn the_order_of_writing_does_not_matter(draws in draws(), limits in limits()) {
        let spec = spec(&draws, limits);
        let mut turned = spec.clone();
        turned.initiatives.reverse();
        turned.outcomes.reverse();
        for initiative in &mut turned.initiatives {
            initiative.requires.reverse();
        }
        let plan = |programme: &Programme| {
            let order = Order::by_merit(&Ranking::new(programme).unwrap());
            json(&Roadmap::new(programme, &order, &Options::default()).unwrap())
        };
        prop_assert_eq!(plan(&spec.build().unwrap()), plan(&turned.build().unwrap()));
    }

    #[test]
    fn a_plan_that_is_tampered_with_does_not_pass(draws in draws(), limits in limits(), which in any::<prop::sample::Index>()) {
        let programme = spec(&draws, limits).build().unwrap();
        let order = Order::of(programme.initiatives().iter().map(|i| &i.code));
        let roadmap = Roadmap::new(&programme, &order, &Options::default()).unwrap();
        if !roadmap.assignments.is_empty() {
            let at = which.index(roadmap.assignments.len());
            let mut twice = roadmap.clone();
            twice.assignments.push(twice.assignments[at].clone());
            prop_assert!(!verify(&twice, &programme, &Options::default()).is_empty());
            let mut gone = roadmap.clone();
            gone.assignments.remove(at);
            prop_assert!(!verify(&gone, &programme, &Options::default()).is_empty());
            let mut beyond = roadmap.clone();
            beyond.assignments[at].end = beyond.periods + 1;
            prop_assert!(!verify(&beyond, &programme, &Options::default()).is_empty());
        }
        let mut better = roadmap.clone();
        better.benefit += 1.0;
        prop_assert!(!verify(&better, &programme, &Options::default()).is_empty());
    }
}

/// Two initiatives of ten days for a team of ten days a month.
fn two(change: impl Fn(&mut ProgrammeSpec)) -> Programme {
    let mut spec = ProgrammeSpec::new("two")
        .criterion(Criterion::benefit("ease", 10.0, 0.0, 10.0))
        .criterion(Criterion::effort("work", 1.0))
        .initiative(Initiative::new("A", "").benefit("ease", 5.0).effort("work", 10.0).domain("x"))
        .initiative(Initiative::new("B", "").benefit("ease", 1.0).effort("work", 10.0).domain("y"))
        .strategy(Strategy {
            horizon: Some(6),
            start: "2026-01-01".parse().ok(),
            capacities: Capacities { teams: [("it".into(), 10.0)].into(), ..Capacities::default() },
            ..Strategy::default()
        });
    spec.period = Some("month".into());
    for initiative in &mut spec.initiatives {
        initiative.teams = [("it".into(), 10.0)].into();
        initiative.owner = Some("it".into());
    }
    change(&mut spec);
    spec.build().unwrap()
}

fn plan(programme: &Programme, options: &Options) -> Roadmap {
    let roadmap = Roadmap::new(programme, &Order::of(["A", "B"]), options).unwrap();
    assert_eq!(verify(&roadmap, programme, options), []);
    roadmap
}

fn times(roadmap: &Roadmap) -> Vec<(&str, u32, u32)> {
    roadmap.assignments.iter().map(|a| (a.code.as_str(), a.start, a.end)).collect()
}

#[test]
fn a_deadline_comes_before_benefit_and_names_what_is_in_its_way() {
    let due = |spec: &mut ProgrammeSpec| spec.initiatives[1].deadline = "2026-01-31".parse().ok();
    assert_eq!(times(&plan(&two(due), &Options::default())), [("B", 1, 1), ("A", 2, 2)]);
    let both = two(|spec| {
        due(spec);
        spec.initiatives[0].deadline = "2026-01-31".parse().ok();
    });
    let roadmap = plan(&both, &Options::default());
    let broken = &roadmap.broken[0];
    assert_eq!((broken.constraint, broken.by, broken.comes), (Constraint::Deadline, 1, Some(2)));
    assert_eq!(broken.defer.as_ref().unwrap().len(), 1);
    assert!(broken.smallest);
    let late = two(|spec| {
        spec.initiatives[1].deadline = "2026-01-31".parse().ok();
        spec.initiatives[1].requires = vec!["A".into()];
    });
    let roadmap = plan(&late, &Options::default());
    assert_eq!((roadmap.broken.len(), &roadmap.broken[0].defer), (1, &None));
}

#[test]
fn a_win_by_a_period_is_a_constraint() {
    // Only A is a win, and B stands first.
    let programme = two(|spec| {
        spec.initiatives[1].benefits = cxrank::programme::Inputs::default();
        spec.initiatives[1].benefits.insert("ease", 0.0);
        spec.strategy.wins = Some(Wins { first_by: Some(1), longest_gap: None });
    });
    let roadmap = Roadmap::new(&programme, &Order::of(["B", "A"]), &Options::default()).unwrap();
    assert_eq!(times(&roadmap), [("A", 1, 1), ("B", 2, 2)]);
    assert!(roadmap.broken.is_empty());
    let never = two(|spec| {
        spec.strategy.wins = Some(Wins { first_by: Some(1), longest_gap: None });
        spec.initiatives.iter_mut().for_each(|i| i.duration = Some(2));
    });
    let roadmap = plan(&never, &Options::default());
    assert_eq!((roadmap.broken[0].constraint, roadmap.broken[0].comes), (Constraint::Wins, Some(2)));
    assert!(roadmap.findings.iter().any(|finding| finding.code == "roadmap.wins-missing"));
}

#[test]
fn work_under_way_comes_first_with_what_remains() {
    let programme = two(|spec| {
        spec.initiatives[1].status = Status::UnderWay;
        spec.initiatives[1].teams_remaining = [("it".into(), 4.0)].into();
    });
    // Six days are left in the first month, and A takes ten.
    assert_eq!(times(&plan(&programme, &Options::default())), [("B", 1, 1), ("A", 2, 2)]);
}

#[test]
fn what_exceeds_a_period_goes_on_and_what_is_too_much_is_listed() {
    let programme = two(|spec| {
        spec.initiatives[0].teams = [("it".into(), 25.0)].into();
        spec.initiatives[1].teams = [("it".into(), 61.0)].into();
    });
    let roadmap = plan(&programme, &Options { longest_step: 2, ..Options::default() });
    assert_eq!(times(&roadmap), [("A", 1, 3)]);
    assert_eq!(roadmap.not_scheduled[0].reason.to_string(), "B cannot end within 6 periods, even alone.");
    assert!(roadmap.findings.iter().any(|finding| finding.code == "roadmap.too-large"));
    let roadmap = plan(&programme, &Options { periods: Some(2), ..Options::default() });
    assert!(roadmap.assignments.is_empty());
}

#[test]
fn capacity_by_period_prices_and_scenarios() {
    let programme = two(|_| {});
    let before = plan(&programme, &Options::default());
    assert_eq!(times(&before), [("A", 1, 1), ("B", 2, 2)]);
    let team_days = [("it".into(), vec![0.0, 20.0, 10.0])].into();
    let after = plan(&programme, &Options { team_days, ..Options::default() });
    assert_eq!(times(&after), [("A", 2, 2), ("B", 2, 2)]);
    let comparison = before.compare(&after);
    assert_eq!(comparison.moves.len(), 1);
    assert_eq!(comparison.moves[0].after, Some([2, 2]));
    assert!(comparison.benefit < 0.0 && comparison.same_policy);
    let load: Vec<f64> =
        after.load.iter().filter(|l| l.what == Limit::Team("it".into())).map(|l| l.load).collect();
    assert_eq!(load, [0.0, 20.0, 0.0, 0.0, 0.0, 0.0]);
    // B fits beside A with a tenth more of a team that had nine tenths too little.
    let short = two(|spec| spec.initiatives[1].teams = [("it".into(), 1.0)].into());
    let roadmap = plan(&short, &Options::default());
    assert_eq!(
        roadmap.bottleneck().map(|team| (team.added, team.gain, team.price)),
        Some((1.0, 10.0 / 10.0, 1.0))
    );
    assert_eq!(plan(&programme, &Options::default()).bottleneck(), None);
}

#[test]
fn benefit_counts_from_the_period_after_the_release() {
    let programme = two(|spec| spec.strategy.release_every = Some(2));
    let roadmap = plan(&programme, &Options::default());
    // What ends in 1 and in 2 is released together, at the end of 2.
    assert_eq!(times(&roadmap), [("A", 1, 1), ("B", 2, 2)]);
    assert_eq!(roadmap.assignments.iter().map(|a| a.released).collect::<Vec<_>>(), [2, 2]);
    let rates: Vec<f64> = roadmap.realised.iter().map(|line| line.benefit).collect();
    assert_eq!(rates, [0.0, 0.0, 6.0, 6.0, 6.0, 6.0]);
    assert_eq!(roadmap.benefit, 24.0);
}

#[test]
fn cash_is_there_period_by_period() {
    let programme = two(|spec| {
        spec.strategy.capacities = Capacities { cash: Some(10.0), ..Capacities::default() };
        spec.initiatives[1].efforts.insert("work", 15.0);
    });
    let roadmap = plan(&programme, &Options::default());
    // B costs more than a period has, and so half of it in each of two; what is left of a period is not kept for the next.
    assert_eq!(times(&roadmap), [("A", 1, 1), ("B", 2, 3)]);
    let spent: Vec<f64> =
        roadmap.load.iter().filter(|line| line.what == Limit::Cash).map(|line| line.load).collect();
    assert_eq!(spent, [10.0, 7.5, 7.5, 0.0, 0.0, 0.0]);
}

#[test]
fn nothing_starts_before_its_earliest_date() {
    let starts = |earliest: &str| {
        let programme = two(|spec| spec.initiatives[0].earliest = earliest.parse().ok());
        times(&plan(&programme, &Options::default())).into_iter().find(|line| line.0 == "A").unwrap().1
    };
    // A date stands for the period that holds it.
    assert_eq!([starts("2025-06-01"), starts("2026-03-01"), starts("2026-03-31")], [1, 3, 3]);
    let programme = two(|spec| spec.initiatives[0].earliest = "2027-01-01".parse().ok());
    let roadmap = plan(&programme, &Options::default());
    assert_eq!(times(&roadmap), [("B", 1, 1)]);
    assert_eq!(roadmap.not_scheduled[0].reason.to_string(), "A cannot end within 6 periods, even alone.");
}

#[test]
fn a_unit_takes_so_many_changes_at_once() {
    let programme = two(|spec| {
        spec.strategy.capacities =
            Capacities { units: [("branches".into(), 1)].into(), ..Capacities::default() };
        for initiative in &mut spec.initiatives {
            initiative.units = vec!["branches".into()];
        }
    });
    assert_eq!(times(&plan(&programme, &Options::default())), [("A", 1, 1), ("B", 2, 2)]);
}

#[test]
fn a_gap_between_wins_is_a_constraint() {
    // C is no win and would be first by its place in the order; with it between A and B the gap is two.
    let programme = |longest_gap: Option<u32>| {
        two(|spec| {
            let mut enabler = spec.initiatives[1].clone();
            enabler.code = "C".into();
            enabler.benefits = cxrank::programme::Inputs::default();
            enabler.benefits.insert("ease", 0.0);
            enabler.deadline = "2026-02-28".parse().ok();
            spec.initiatives.push(enabler);
            spec.initiatives[1].requires = vec!["C".into()];
            spec.strategy.wins = longest_gap.map(|gap| Wins { first_by: None, longest_gap: Some(gap) });
        })
    };
    let free = plan(&programme(None), &Options::default());
    assert_eq!(times(&free), [("A", 1, 1), ("C", 2, 2), ("B", 3, 3)]);
    let steady = plan(&programme(Some(1)), &Options::default());
    assert_eq!(times(&steady), [("C", 1, 1), ("A", 2, 2), ("B", 3, 3)]);
    assert!(steady.broken.is_empty() && steady.benefit < free.benefit);
}

#[test]
fn rules_beyond_any_plan_do_not_overflow() {
    let most = Some(u32::MAX);
    for (wins, release_every, broken) in [
        (Wins { first_by: most, longest_gap: None }, 1, 0),
        (Wins { first_by: None, longest_gap: most }, 1, 0),
        (Wins { first_by: None, longest_gap: Some(1) }, u32::MAX, 0),
        (Wins { first_by: Some(1), longest_gap: most }, u32::MAX, 1),
        (Wins { first_by: most, longest_gap: Some(1) }, u32::MAX / 2 + 2, 0),
    ] {
        let programme = two(|spec| {
            spec.strategy.wins = Some(wins);
            spec.strategy.release_every = Some(release_every);
        });
        let roadmap = plan(&programme, &Options::default());
        assert_eq!(roadmap.broken.len(), broken, "{wins:?} {release_every}");
        assert_eq!(roadmap.benefit > 0.0, release_every == 1);
    }
    // No win at all, though one is asked for some day.
    let never = two(|spec| {
        spec.strategy.wins = Some(Wins { first_by: most, longest_gap: None });
        spec.initiatives.iter_mut().for_each(|i| {
            i.benefits.insert("ease", 0.0);
        });
    });
    assert_eq!(plan(&never, &Options::default()).broken.len(), 1);
}

#[test]
fn a_win_by_no_period_is_refused() {
    let mut spec = two(|_| {}).spec().clone();
    spec.strategy.wins = Some(Wins { first_by: Some(0), longest_gap: Some(0) });
    let error = spec.build().unwrap_err();
    let found: Vec<_> = error.problems().iter().map(|p| (p.code(), p.path().to_string())).collect();
    let expected = ["strategy.wins.first_by", "strategy.wins.longest_gap"];
    assert_eq!(found, expected.map(|path| ("programme.not-positive", path.to_owned())));
}

#[test]
fn a_chain_within_one_period_is_critical_to_its_end() {
    // Money alone: nothing takes a part of a period.
    let programme = two(|spec| {
        spec.strategy.capacities = Capacities { cash: Some(1000.0), ..Capacities::default() };
        spec.initiatives[1].requires = vec!["A".into()];
        let mut last = spec.initiatives[1].clone();
        (last.code, last.requires) = ("C".into(), vec!["B".into()]);
        spec.initiatives.push(last);
    });
    let roadmap = Roadmap::new(&programme, &Order::of(["A", "B", "C"]), &Options::default()).unwrap();
    assert_eq!(roadmap.critical_path, ["A", "B", "C"]);
}

#[test]
fn what_was_not_looked_into_is_not_called_impossible() {
    let programme = two(|spec| {
        let one = spec.initiatives.remove(0);
        spec.initiatives = (0..30)
            .map(|i| {
                let mut initiative = one.clone();
                initiative.code = code(i).into();
                initiative.deadline = "2026-01-31".parse().ok();
                initiative
            })
            .collect();
    });
    let order = Order::of(programme.initiatives().iter().map(|i| &i.code));
    let roadmap = Roadmap::new(&programme, &order, &Options::default()).unwrap();
    let remedies: Vec<Remedy> = roadmap.broken.iter().map(|broken| broken.remedy).collect();
    assert_eq!(remedies, [[Remedy::Defer; 20].as_slice(), &[Remedy::NotExamined; 9]].concat());
    assert!(roadmap.broken[..20].iter().all(|broken| broken.smallest));
    let said =
        |words: &str| roadmap.findings.iter().filter(|finding| finding.message.contains(words)).count();
    assert_eq!([said("if I00 waited"), said("was not looked into"), said("helps")], [20, 9, 0]);
}

/// X of ops needs A of it and C of ops, which needs B of it.
fn crossing(change: impl Fn(&mut ProgrammeSpec)) -> Programme {
    two(|spec| {
        let one = spec.initiatives.remove(0);
        let initiative = |code: &str, ease: f64, team: &str, requires: &[&str]| {
            let mut initiative = one.clone();
            initiative.code = code.into();
            initiative.benefits.insert("ease", ease);
            initiative.teams = [(team.into(), 10.0)].into();
            initiative.requires(requires.iter().copied())
        };
        spec.initiatives = vec![
            initiative("A", 0.0, "it", &[]),
            initiative("B", 0.0, "it", &[]),
            initiative("C", 0.0, "ops", &["B"]),
            initiative("X", 5.0, "ops", &["A", "C"]),
        ];
        spec.strategy.capacities.teams.insert("ops".into(), 10.0);
        change(spec);
    })
}

#[test]
fn the_longer_chain_is_begun_first() {
    let due = |spec: &mut ProgrammeSpec| spec.initiatives[3].deadline = "2026-03-31".parse().ok();
    for programme in [crossing(|_| {}), crossing(due)] {
        for order in [Order::of(["A", "B", "C", "X"]), Order::of(["X"])] {
            let roadmap = Roadmap::new(&programme, &order, &Options::default()).unwrap();
            assert_eq!(verify(&roadmap, &programme, &Options::default()), []);
            assert_eq!(times(&roadmap), [("B", 1, 1), ("A", 2, 2), ("C", 2, 2), ("X", 3, 3)]);
            assert!(roadmap.broken.is_empty());
        }
    }
    // Two months are too few, and this is proven.
    let early = crossing(|spec| spec.initiatives[3].deadline = "2026-02-28".parse().ok());
    let roadmap = Roadmap::new(&early, &Order::of(["X"]), &Options::default()).unwrap();
    assert_eq!(roadmap.broken[0].remedy, Remedy::Impossible);
}

#[test]
fn what_competes_within_one_chain_is_not_proven_impossible() {
    // Each could be done in time alone; that both take the same team is not looked at.
    let programme = two(|spec| {
        let mut last = spec.initiatives[0].clone();
        (last.code, last.requires) = ("C".into(), vec!["A".into(), "B".into()]);
        last.deadline = "2026-02-28".parse().ok();
        spec.initiatives.push(last);
    });
    let roadmap = Roadmap::new(&programme, &Order::of(["C"]), &Options::default()).unwrap();
    assert_eq!((roadmap.broken[0].remedy, roadmap.broken[0].comes), (Remedy::NotFound, Some(3)));
    assert!(
        roadmap
            .findings
            .iter()
            .any(|finding| finding.message.ends_with("nothing to defer was found that helps"))
    );
}

#[test]
fn a_later_start_may_end_sooner() {
    let programme = two(|spec| spec.initiatives[1].teams = [("it".into(), 3.0)].into());
    let team_days = [("it".into(), vec![1.0, 1.0, 1.0, 20.0])].into();
    let options = Options { team_days, periods: Some(20), ..Options::default() };
    for order in [Order::of(["A", "B"]), Order::of(["B", "A"])] {
        let roadmap = Roadmap::new(&programme, &order, &options).unwrap();
        assert_eq!(verify(&roadmap, &programme, &options), []);
        assert_eq!(times(&roadmap), [("B", 1, 3), ("A", 4, 4)]);
    }
}

#[test]
fn what_is_over_on_the_day_of_planning_is_over() {
    let programme = two(|spec| {
        spec.initiatives[0].deadline = "2026-02-28".parse().ok();
        spec.initiatives[1].status = Status::UnderWay;
        spec.initiatives[1].deadline = "2026-01-31".parse().ok();
    });
    let on = |day: &str| Options { as_of: day.parse().ok(), ..Options::default() };
    let roadmap = plan(&programme, &on("2026-02-10"));
    assert_eq!(times(&roadmap), [("B", 1, 1), ("A", 2, 2)]);
    // B is not done on a day after its deadline.
    assert_eq!(
        roadmap.broken.iter().map(|b| (b.by, b.remedy)).collect::<Vec<_>>(),
        [(0, Remedy::Impossible)]
    );
    let roadmap = plan(&programme, &on("2026-03-01"));
    assert_eq!(times(&roadmap), [("B", 1, 1), ("A", 3, 3)]);
    let missed = roadmap.findings.iter().filter(|finding| finding.code == "roadmap.deadline-missed");
    assert_eq!(
        missed.map(|finding| finding.message.as_str()).collect::<Vec<_>>(),
        [
            "its deadline has passed, and it comes in month 3",
            "its deadline has passed, and it comes in month 1"
        ]
    );
    // Nothing is left of the plan.
    let roadmap = plan(&programme, &on("2027-06-01"));
    assert_eq!(times(&roadmap), [("B", 1, 1)]);
    assert_eq!((roadmap.broken.len(), roadmap.broken[0].comes), (2, None));
    // A plan of another day is seen.
    let early = plan(&programme, &on("2026-02-10"));
    assert_eq!(verify(&early, &programme, &on("2026-03-01"))[0].code, "roadmap.verify-period");
}

#[test]
fn verify_asks_the_programme_for_what_there_is() {
    let programme = two(|_| {});
    let good = plan(&programme, &Options::default());
    let codes = |change: &dyn Fn(&mut Roadmap)| {
        let mut bad = good.clone();
        change(&mut bad);
        verify(&bad, &programme, &Options::default())
            .into_iter()
            .map(|finding| finding.code)
            .collect::<Vec<_>>()
    };
    let load = "roadmap.verify-load";
    assert_eq!(codes(&|bad| bad.load[2].capacity = Some(11.0)), [load]);
    assert_eq!(codes(&|bad| bad.load[2].load += 1.0), [load]);
    assert_eq!(codes(&|bad| drop(bad.load.remove(bad.load.len() - 6))), [load]);
    assert_eq!(codes(&|bad| bad.load.push(bad.load[0].clone())), [load]);
    // Everything at once, with as many people as that takes.
    let at_once = codes(&|bad| {
        bad.load
            .iter_mut()
            .filter(|line| line.capacity.is_some())
            .for_each(|line| line.capacity = Some(20.0));
        bad.assignments.iter_mut().for_each(|line| (line.start, line.end) = (1, 1));
    });
    assert!(at_once.contains(&"roadmap.verify-capacity".into()) && at_once.contains(&load.into()));
    let fewer = Options { team_days: [("it".into(), vec![5.0])].into(), ..Options::default() };
    assert!(
        verify(&good, &programme, &fewer).iter().any(|finding| finding.code == "roadmap.verify-capacity")
    );
    let longer = Options { periods: Some(7), ..Options::default() };
    assert!(verify(&good, &programme, &longer).iter().any(|finding| finding.code == "roadmap.verify-period"));
}

#[test]
fn a_horizon_beyond_a_plan_is_cut_or_refused_where_it_stands() {
    let programme = two(|spec| spec.strategy.horizon = Some(5000));
    plan(&programme, &Options { periods: Some(12), ..Options::default() });
    let path = |options: &Options| {
        let error = Roadmap::new(&programme, &Order::of(["A"]), options).unwrap_err();
        error.problems()[0].path().to_string()
    };
    assert_eq!(path(&Options::default()), "strategy.horizon");
    assert_eq!(path(&Options { periods: Some(2000), ..Options::default() }), "periods");
}

#[test]
fn what_a_portfolio_selects_is_planned_in_the_order_of_the_sequence() {
    let programme = two(|spec| {
        spec.strategy.budget = Some(10.0);
        spec.initiatives[0].requires = vec!["C".into()];
        let mut needed = Initiative::new("C", "").benefit("ease", 0.0).effort("work", 0.0);
        needed.teams = [("it".into(), 1.0)].into();
        spec.initiatives.push(needed);
    });
    let candidates = Candidates::new(&programme).unwrap();
    let portfolio = candidates.select(BestValue::default(), &Budget::Declared).unwrap();
    let order = Order::by_portfolio(&portfolio, &Sequence::new(&programme).unwrap());
    assert_eq!(order.codes().map(cxrank::programme::Id::as_str).collect::<Vec<_>>(), ["C", "A"]);
    let roadmap = Roadmap::new(&programme, &order, &Options::default()).unwrap();
    assert_eq!(verify(&roadmap, &programme, &Options::default()), []);
    assert_eq!(times(&roadmap), [("C", 1, 1), ("A", 2, 2)]);
    assert!(roadmap.assignments.iter().all(|a| a.batch == Some(1)));
    assert_eq!(roadmap.not_scheduled[0].reason.to_string(), "B is not in the order that was to be planned.");
    // A selection from another programme is refused.
    let other = two(|spec| spec.initiatives[0].code = "Z".into());
    let order = Order::by_portfolio(&portfolio, &Sequence::new(&other).unwrap());
    let error = Roadmap::new(&other, &order, &Options::default()).unwrap_err();
    assert_eq!(error.problems()[0].code(), "roadmap.unknown-initiative");
}

#[test]
fn verify_sees_a_benefit_or_a_bound_that_does_not_hold() {
    let programme = two(|_| {});
    let good = plan(&programme, &Options::default());
    let codes = |change: &dyn Fn(&mut Roadmap)| {
        let mut bad = good.clone();
        change(&mut bad);
        verify(&bad, &programme, &Options::default())
            .into_iter()
            .map(|finding| finding.code)
            .collect::<Vec<_>>()
    };
    let benefit = ["roadmap.verify-benefit"];
    assert_eq!(codes(&|bad| bad.realised[3].benefit += 1.0), benefit);
    assert_eq!(codes(&|bad| bad.realised[3].upper_bound = 0.0), benefit);
    assert_eq!(codes(&|bad| bad.realised[3].period = 5), benefit);
    assert_eq!(codes(&|bad| bad.realised.truncate(5)), benefit);
    assert_eq!(codes(&|bad| bad.upper_bound = bad.benefit - 0.01), benefit);
}

#[test]
fn verify_sees_what_is_exceeded() {
    let programme = two(|spec| spec.initiatives[1].requires = vec!["A".into()]);
    let good = plan(&programme, &Options::default());
    let codes = |change: &dyn Fn(&mut Roadmap)| {
        let mut bad = good.clone();
        change(&mut bad);
        verify(&bad, &programme, &Options::default())
            .into_iter()
            .map(|finding| finding.code)
            .collect::<Vec<_>>()
    };
    let together = codes(&|bad| (bad.assignments[1].start, bad.assignments[1].end) = (1, 1));
    assert!(together.contains(&"roadmap.verify-capacity".into()), "{together:?}");
    assert!(together.contains(&"roadmap.verify-precedence".into()));
    let swapped = codes(&|bad| {
        (bad.assignments[0].start, bad.assignments[0].end) = (2, 2);
        (bad.assignments[1].start, bad.assignments[1].end) = (1, 1);
    });
    assert!(
        swapped.contains(&"roadmap.verify-precedence".into())
            && swapped.contains(&"roadmap.verify-benefit".into())
    );
    assert_eq!(codes(&|bad| bad.upper_bound = 0.0), ["roadmap.verify-benefit"]);
}

#[test]
fn terms_slack_and_the_map() {
    let programme = two(|spec| {
        spec.strategy.horizons = Some([1, 3]);
        spec.initiatives[1].requires = vec!["A".into()];
    });
    let roadmap = plan(&programme, &Options::default());
    let terms: Vec<_> = roadmap.assignments.iter().map(|a| (a.horizon, a.slack)).collect();
    assert_eq!(terms, [(Horizon::Short, 0), (Horizon::Mid, 0)]);
    assert_eq!(roadmap.critical_path, ["A", "B"]);
    let cells: Vec<_> = roadmap.map.iter().map(|cell| cell.codes.len()).collect();
    assert_eq!(cells, [1, 0, 0, 0, 1, 0]);
    assert_eq!(roadmap.get("B").unwrap().ends_on.unwrap().to_string(), "2026-02-28");
}

#[test]
fn what_does_not_fit_the_programme_is_refused_at_once() {
    let programme = two(|_| {});
    let order = Order::of(["A", "C", "A"]);
    let team_days = [("ti".into(), vec![f64::NAN, -1.0])].into();
    let error =
        Roadmap::new(&programme, &order, &Options { periods: Some(0), team_days, ..Options::default() })
            .unwrap_err();
    let codes: Vec<_> = error.problems().iter().map(cxrank::Problem::code).collect();
    assert_eq!(
        codes,
        [
            "roadmap.periods",
            "roadmap.unknown-initiative",
            "roadmap.duplicate-initiative",
            "roadmap.unknown-team",
            "roadmap.days",
            "roadmap.days"
        ]
    );
    assert_eq!(error.problems()[1].path().to_string(), "order[1]");
}

#[test]
fn a_long_chain_needs_no_stack() {
    let mut spec = ProgrammeSpec::new("chain")
        .criterion(Criterion::benefit("ease", 10.0, 0.0, 10.0))
        .criterion(Criterion::effort("work", 1.0));
    for i in 0..20_000 {
        let mut initiative = Initiative::new(format!("{i:05}"), "").benefit("ease", 1.0).effort("work", 1.0);
        if i > 0 {
            initiative = initiative.requires([format!("{:05}", i - 1)]);
        }
        spec = spec.initiative(initiative);
    }
    let programme = spec.build().unwrap();
    let roadmap = Roadmap::new(&programme, &Order::of(["19999"]), &Options::default()).unwrap();
    // Nothing limits it.
    assert_eq!(roadmap.assignments.len(), 20_000);
}

#[test]
fn readiness_is_checked_with_the_rest_of_the_file() {
    let text = r#"{"criteria": [{"id": "b", "kind": "benefit", "weight": 1, "full": 1}, {"id": "e", "kind": "effort"}],
        "initiatives": [{"code": "A"}],
        "readiness": [{"step": "urgency", "date": "2026-02-03", "evidence": "minutes"}, {"date": "2026-02-03"},
            {"step": "vision", "characteristic": "agility", "evidence": "x", "skipped": "y"}]}"#;
    let text = text.replace(r#""kind": "effort""#, r#""kind": "effort", "price": 1"#);
    let error = Programme::from_json(&text).unwrap_err();
    let found: Vec<_> = error.problems().iter().map(|p| (p.code(), p.path().to_string())).collect();
    let expected = [
        ("programme.missing-field", "readiness[1].evidence"),
        ("programme.missing-field", "readiness[1].step"),
        ("programme.contradiction", "readiness[2].characteristic"),
        ("programme.missing-field", "readiness[2].date"),
        ("programme.contradiction", "readiness[2].skipped"),
    ];
    let mut found: Vec<_> = found.iter().map(|(code, path)| (*code, path.as_str())).collect();
    found.sort_by_key(|(_, path)| *path);
    assert_eq!(found, expected);
}

#[test]
fn the_shipped_programme_plans() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/data/retail_bank.json");
    let programme = Programme::from_json(&std::fs::read_to_string(path).unwrap()).unwrap();
    let order = Order::by_merit(&Ranking::new(&programme).unwrap());
    let roadmap = Roadmap::new(&programme, &order, &Options::default()).unwrap();
    assert_eq!(verify(&roadmap, &programme, &Options::default()), []);
    assert!(roadmap.broken.is_empty(), "{:?}", roadmap.broken);
    let reasons: Vec<_> = roadmap.not_scheduled.iter().map(|line| line.code.as_str()).collect();
    assert!(reasons.contains(&"PAY-09") && reasons.contains(&"SRV-12"));
}
