//! A roadmap of a thousand initiatives for twelve teams over twenty-four periods: at most 100 ms. And how near roadmaps of release problems
//! come to their bounds: one team 1.5 %, three teams 5 %.
#![allow(missing_docs)]

use std::fs::File;
use std::path::PathBuf;

use criterion::{Criterion, criterion_group, criterion_main};
use cxrank::formats::nrp::{Limits, read};
use cxrank::programme::{
    Capacities, Criterion as ProgrammeCriterion, Initiative, Outcome, Programme, ProgrammeSpec, Strategy,
    Wins,
};
use cxrank::roadmap::{Options, Order, Roadmap, verify};
use cxrank::sequence::Sequence;

#[path = "../tests/it/release_programme.rs"]
mod release_programme;

/// A small generator with a fixed start, so that the input is the same everywhere (Steele, Lea & Flood 2014, `SplitMix64`).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % bound
    }
}

fn programme(n: u64, teams: u64, periods: u32) -> Programme {
    let mut numbers = Numbers(7);
    let mut spec = ProgrammeSpec::new("bench")
        .criterion(ProgrammeCriterion::benefit("ease", 100.0, 0.0, 100.0))
        .criterion(ProgrammeCriterion::effort("work", 1.0));
    let code = |i: u64| format!("I{i:05}");
    let mut totals = vec![0; teams as usize];
    for i in 0..n {
        let mut initiative = Initiative::new(code(i), "")
            .benefit("ease", numbers.below(100) as f64)
            .domain(["a", "b", "c"][(i % 3) as usize]);
        let mut effort = 0;
        for _ in 0..=numbers.below(3) {
            let (team, days) = (numbers.below(teams), 5 + numbers.below(60));
            initiative.teams.insert(format!("team{team:02}").into(), days as f64);
            totals[team as usize] += days;
            effort += days;
        }
        initiative.efforts.insert("work", effort as f64);
        initiative.units = vec![format!("unit{}", numbers.below(20)).into()];
        if i > 0 && numbers.below(3) == 0 {
            initiative.requires = vec![code(numbers.below(i)).into()];
        }
        spec = spec.initiative(initiative);
    }
    for o in 0..n / 10 {
        let needs: Vec<String> = (0..3).map(|_| code(numbers.below(n))).collect();
        spec = spec
            .outcome(Outcome::new(format!("O{o:04}"), "", needs).benefit("ease", numbers.below(100) as f64));
    }
    let days =
        totals.iter().enumerate().map(|(team, days)| (format!("team{team:02}").into(), *days as f64 / 30.0));
    let units = (0..20).map(|unit| (format!("unit{unit}").into(), 4));
    spec.strategy(Strategy {
        horizon: Some(periods),
        discount: Some(0.05),
        capacities: Capacities { teams: days.collect(), units: units.collect(), cash: None },
        wins: Some(Wins { first_by: Some(1), longest_gap: Some(2) }),
        ..Strategy::default()
    })
    .build()
    .expect("the generated programme is valid")
}

fn bench(c: &mut Criterion) {
    let programme = programme(1000, 12, 24);
    // As a sequence would give it: best benefit per effort first.
    let mut codes: Vec<_> = programme.initiatives().iter().collect();
    let density = |i: &Initiative| match (i.benefits.get("ease"), i.efforts.get("work")) {
        (Some(cxrank::Estimate::Number(b)), Some(cxrank::Estimate::Number(e))) => b / e,
        _ => 0.0,
    };
    codes.sort_by(|a, b| density(b).total_cmp(&density(a)));
    let order = Order::of(codes.iter().map(|i| &i.code));
    let roadmap = Roadmap::new(&programme, &order, &Options::default()).expect("the order is valid");
    assert_eq!(verify(&roadmap, &programme, &Options::default()), []);
    c.bench_function("roadmap of 1000 initiatives, 12 teams, 24 periods", |b| {
        b.iter(|| Roadmap::new(&programme, &order, &Options::default()));
    });
    c.bench_function("verify it", |b| b.iter(|| verify(&roadmap, &programme, &Options::default())));
}

/// Release problems, with one team and with three.
fn releases(c: &mut Criterion) {
    let shared = std::env::var_os("CXRANK_SHARED")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared"), PathBuf::from);
    let mut group = c.benchmark_group("roadmap of a release problem");
    group.sample_size(10);
    for name in release_programme::FILES {
        let Ok(file) = File::open(shared.join(format!("data/nrp/{name}.txt"))) else {
            println!("skipped: no {name} among the shared inputs");
            continue;
        };
        let problem = read(file, &Limits::default()).expect("a release problem");
        for (teams, most) in [(1, 0.015), (3, 0.05)] {
            let programme = release_programme::programme(&problem, teams);
            let order = Order::by_sequence(&Sequence::new(&programme).expect("sums are small"));
            let plan = || Roadmap::new(&programme, &order, &Options::default()).expect("the order is valid");
            let gap = plan().gap();
            println!("{name}, teams: {teams}, gap: {:.2} %", 100.0 * gap);
            assert!(gap <= most, "{name} with {teams}: {gap}");
            group.bench_function(format!("{name}, teams: {teams}"), |b| b.iter(plan));
        }
    }
    group.finish();
}

criterion_group!(benches, bench, releases);
criterion_main!(benches);
