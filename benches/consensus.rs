//! Tally, rules and Kemeny, on seeded ballots and on those of the shared folder where it is there.

#[path = "shared/scoring_input.rs"]
mod scoring_input;

use std::hint::black_box;
use std::path::Path;

use criterion::{Criterion, criterion_group, criterion_main};
use cxrank::consensus::{ConsensusRule, Kemeny, Rule, Tally, TallyBuilder, Unranked, Weight};
use cxrank::formats::preflib;

use scoring_input::SplitMix64;

/// Orders of `n` that differ from one another by `swaps` random swaps of neighbours each: as people who mostly agree.
fn orders(n: usize, count: usize, swaps: usize, seed: u64) -> Vec<Vec<u32>> {
    let mut random = SplitMix64(seed);
    let order = |_| {
        let mut order: Vec<u32> = (0..n as u32).collect();
        for _ in 0..swaps {
            let at = random.below(n as u64 - 1) as usize;
            order.swap(at, at + 1);
        }
        order
    };
    (0..count).map(order).collect()
}

/// Orders drawn uniformly: nobody agrees with anybody, which is hard for Kemeny.
fn uniform(n: usize, count: usize, seed: u64) -> Vec<Vec<u32>> {
    let mut random = SplitMix64(seed);
    let order = |_| {
        let mut order: Vec<u32> = (0..n as u32).collect();
        for last in (1..n).rev() {
            order.swap(last, random.below(last as u64 + 1) as usize);
        }
        order
    };
    (0..count).map(order).collect()
}

fn tally(n: usize, orders: &[Vec<u32>]) -> Tally {
    let mut builder = TallyBuilder::new(n).expect("few enough");
    for order in orders {
        builder.push_strict(order, Unranked::Last, Weight::ONE).expect("each once");
    }
    builder.finish()
}

fn read(path: &Path) -> Tally {
    let file = std::io::BufReader::new(std::fs::File::open(path).expect("it is there"));
    let mut reader = preflib::Reader::new(file).expect("a PrefLib file");
    let mut builder = TallyBuilder::new(reader.header().names.len()).expect("few enough");
    while let Some(order) = reader.next_order().expect("a PrefLib file") {
        let weight = Weight::from_count(order.count).expect("few enough");
        builder.push(order.groups(), Unranked::Last, weight).expect("each once");
    }
    builder.finish()
}

fn counting(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("tally");
    group.sample_size(10);
    let many = orders(500, 5_000, 20_000, 1);
    group.bench_function("500 of 500, 5,000 ballots", |bencher| bencher.iter(|| tally(500, &many)));
    for unranked in [Unranked::Last, Unranked::Ignored] {
        group.bench_function(format!("10 of 100, 1,000,000 ballots, {unranked:?}"), |bencher| {
            bencher.iter(|| {
                let mut random = SplitMix64(2);
                let mut builder = TallyBuilder::new(100).expect("few enough");
                let mut ballot: Vec<u32> = (0..100).collect();
                for _ in 0..1_000_000 {
                    for place in 0..10 {
                        ballot.swap(place, place + random.below(100 - place as u64) as usize);
                    }
                    builder.push_strict(&ballot[..10], unranked, Weight::ONE).expect("each once");
                }
                builder.finish()
            });
        });
    }
    group.finish();
}

fn rules(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("rules, 500 initiatives, 5,000 ballots");
    group.sample_size(10);
    let tally = tally(500, &orders(500, 5_000, 20_000, 1));
    for rule in Rule::ALL.into_iter().filter(|rule| !matches!(rule, Rule::Points {} | Rule::Kemeny { .. })) {
        group.bench_function(rule.name(), |bencher| bencher.iter(|| black_box(rule.rank(&tally))));
    }
    group.finish();
}

fn kemeny(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("kemeny");
    group.sample_size(10);
    let rule = Kemeny { nodes: 10_000 };
    for (n, ballots) in [(50, 10), (60, 25)] {
        let tally = tally(n, &uniform(n, ballots, 3));
        group.bench_function(format!("uniform {n}×{ballots}"), |bencher| bencher.iter(|| rule.rank(&tally)));
    }
    let shared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data");
    for file in [
        "ballots/ic_50x10.soc",
        "ballots/ic_60x25.soc",
        "ballots/e_60x40_partial_ties.toi",
        "preflib/00043-00000094.soc",
        "preflib/00014-00000003.toi",
    ] {
        let path = shared.join(file);
        if !path.exists() {
            println!("skipped: {file} is not there");
            continue;
        }
        let tally = read(&path);
        group.bench_function(file, |bencher| bencher.iter(|| rule.rank(&tally)));
    }
    group.finish();
}

criterion_group!(benches, counting, rules, kemeny);
criterion_main!(benches);
