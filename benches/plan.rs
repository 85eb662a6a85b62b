//! Batches and order of random programmes: the growth with the number of initiatives.

use criterion::{BenchmarkId, Criterion as Bench, criterion_group, criterion_main};
use cxrank::programme::{Criterion, Initiative, Programme, ProgrammeSpec};
use cxrank::sequence::Sequence;

/// Steele, Lea & Flood's `SplitMix64` (2014).
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % bound
    }
}

/// So many initiatives, each with up to four prerequisites among those before it.
fn programme(n: u64) -> Programme {
    let mut random = Random(1);
    let mut spec = ProgrammeSpec::new("random")
        .criterion(Criterion::benefit("benefit", 100.0, 0.0, 100.0))
        .criterion(Criterion::effort("effort", 1.0));
    for i in 0..n {
        let code = |i: u64| format!("I{i:07}");
        let (benefit, effort) = (1 + random.below(100), 1 + random.below(100));
        let needs: Vec<String> =
            (0..random.below(5)).filter(|_| i > 0).map(|_| code(random.below(i.max(1)))).collect();
        spec = spec.initiative(
            Initiative::new(code(i), "")
                .benefit("benefit", benefit as f64)
                .effort("effort", effort as f64)
                .requires(needs),
        );
    }
    spec.build().expect("a sound programme")
}

fn sequence(bench: &mut Bench) {
    let mut group = bench.benchmark_group("sequence");
    group.sample_size(10);
    for n in [100, 1_000, 10_000, 100_000] {
        let programme = programme(n);
        let found = Sequence::new(&programme).expect("sums are small");
        println!("{n} initiatives: cost {:.5} of the bound", found.cost() / found.lower_bound());
        group.bench_with_input(BenchmarkId::from_parameter(n), &programme, |bench, programme| {
            bench.iter(|| Sequence::new(programme).expect("sums are small"));
        });
    }
    group.finish();
}

criterion_group!(benches, sequence);
criterion_main!(benches);
