//! Scoring, ordering and the live order, from a thousand to a million initiatives.

#[path = "shared/scoring_input.rs"]
mod scoring_input;
#[path = "shared/workload.rs"]
mod workload;

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use cxrank::rank::LiveOrder;
use cxrank::score::kernel::Ratios;

use scoring_input::SplitMix64;

fn ranking(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("ranking");
    group.sample_size(20);
    for count in [1_000, 100_000, 1_000_000] {
        group.throughput(Throughput::Elements(count as u64));
        let matrix = scoring_input::rows(count, count as u64);
        let resolutions = workload::resolutions();
        let columns = workload::quantise(&matrix);
        let scores = workload::score_columns(&columns);
        group.bench_function(BenchmarkId::new("score a matrix", count), |bencher| {
            bencher.iter(|| workload::score_matrix(&matrix, &resolutions));
        });
        group.bench_function(BenchmarkId::new("score columns", count), |bencher| {
            bencher.iter(|| workload::score_columns(&columns));
        });
        group.bench_function(BenchmarkId::new("order scores", count), |bencher| {
            bencher.iter(|| scores.rank());
        });
        group.bench_function(BenchmarkId::new("score a matrix and order", count), |bencher| {
            bencher.iter(|| workload::score_matrix(&matrix, &resolutions).rank());
        });
        group.bench_function(BenchmarkId::new("score a matrix, top 100", count), |bencher| {
            bencher.iter(|| workload::score_matrix(&matrix, &resolutions).top_k(100));
        });
    }
    group.finish();
}

fn live_order(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("live order");
    group.sample_size(20);
    for count in [1_000, 100_000, 1_000_000] {
        let matrix = scoring_input::rows(count, count as u64);
        let Ratios::Narrow(scores) = workload::score_matrix(&matrix, &workload::resolutions()) else {
            unreachable!("the bench's sums fit 64 bits");
        };
        group.bench_function(BenchmarkId::new("build", count), |bencher| {
            bencher.iter(|| LiveOrder::new(&scores));
        });
        let mut live = LiveOrder::new(&scores);
        let mut random = SplitMix64(1);
        group.bench_function(BenchmarkId::new("set and rank", count), |bencher| {
            bencher.iter(|| {
                let index = random.below(count as u64) as u32;
                live.set(index, workload::random_score(&mut random));
                black_box(live.rank(index))
            });
        });
    }
    group.finish();
}

criterion_group!(benches, ranking, live_order);
criterion_main!(benches);
