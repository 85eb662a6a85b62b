//! What the uncertainty room costs: CPU time on one thread, and wall time on two with the feature `parallel`.
//!
//! `cargo bench --bench uncertainty` measures; with `--features parallel` the two threads only, since CPU time is counted on the calling thread. Without
//! `--bench`, as in tests, the same work runs once on small inputs.

use cxrank::programme::{Criterion, Initiative, Programme, ProgrammeSpec};
use cxrank::uncertainty::{GivenDraws, Sampling, Sensitivity, Values, WeightSpace};

#[path = "shared/cpu_time.rs"]
mod cpu_time;
#[path = "shared/scoring_input.rs"]
mod scoring_input;

use scoring_input::SplitMix64;

fn programme(n: usize, benefits: usize, spread: bool) -> Programme {
    let mut random = SplitMix64(7);
    let mut spec = ProgrammeSpec::new("bench").criterion(Criterion::effort("work", 1.0));
    for j in 0..benefits {
        spec = spec.criterion(Criterion::benefit(format!("b{j:02}"), 1.0 + j as f64, 0.0, 100.0));
    }
    for i in 0..n {
        // Three significant decimals, as people write them.
        let mut number = |from: f64, to: f64| ((from + (to - from) * random.next_f64()) * 1e3).round() / 1e3;
        let mut initiative = Initiative::new(format!("I{i:05}"), "");
        let mut range = |low: f64, high: f64| {
            let likely = number(low, high);
            if spread { [likely * 0.8, likely, likely * 1.2] } else { [likely; 3] }
        };
        initiative = initiative.effort("work", range(10.0, 1000.0));
        for j in 0..benefits {
            initiative = initiative.benefit(format!("b{j:02}"), range(1.0, 80.0));
        }
        spec = spec.initiative(initiative);
    }
    spec.build().expect("a valid programme")
}

/// A run over a programme, ready to be repeated.
fn run(n: usize, draws: usize, spread: bool, weights: &WeightSpace) -> impl Fn() + Sync + use<> {
    let programme = programme(n, 6, spread);
    let sampling = Sampling { draws, weights: weights.clone(), ..Sampling::default() };
    move || {
        sampling.run(&programme).expect("a valid run");
    }
}

fn main() {
    let measured = std::env::args().any(|argument| argument == "--bench");
    let (draws, few, many, most) = if measured { (10_000, 100, 1_000, 10_000) } else { (200, 10, 20, 50) };
    let report = |name: &str, work: &mut dyn FnMut()| {
        if measured {
            println!("{name}: {:.2} ms", cpu_time::milliseconds(work));
        } else {
            work();
        }
    };

    #[cfg(feature = "parallel")]
    if measured {
        two_threads(run(many, draws, true, &WeightSpace::Simplex));
        return;
    }
    let mut random = SplitMix64(1);
    let values: Vec<f64> = (0..few * 6).map(|_| random.next_f64()).collect();
    let mut weights: Vec<f64> = (0..draws * 6).map(|_| -random.next_f64().max(1e-300).ln()).collect();
    for row in weights.chunks_exact_mut(6) {
        let sum: f64 = row.iter().sum();
        row.iter_mut().for_each(|weight| *weight /= sum);
    }
    let given = GivenDraws { items: few, criteria: 6, weights: &weights, values: Values::Fixed(&values) };
    report("given draws x 100 x 6: rank acceptability and central weights", &mut || {
        given.ranks().expect("whole rows");
    });
    report("given draws x 100 x 6: the same, pairs and confidence", &mut || {
        given.acceptability().expect("whole rows");
    });

    report("100 initiatives, weights uniform, pairs", &mut run(few, draws, false, &WeightSpace::Simplex));
    report(
        "100 initiatives, all 7 estimates uncertain, pairs",
        &mut run(few, draws, true, &WeightSpace::Simplex),
    );
    report("1,000 initiatives, weights uniform, pairs", &mut run(many, draws, false, &WeightSpace::Simplex));
    report(
        "1,000 initiatives, all 7 estimates uncertain, pairs",
        &mut run(many, draws, true, &WeightSpace::Simplex),
    );

    let wide = programme(most, 20, false);
    report("stability of 20 weights and a price, 10,000 initiatives: first place and top 10", &mut || {
        let sensitivity = Sensitivity::new(&wide).expect("a valid programme");
        assert_eq!(sensitivity.weight_stability(1).expect("a top").len(), 21);
        assert_eq!(sensitivity.weight_stability(10).expect("a top").len(), 21);
    });
}

/// Wall time of a run on one thread and on two.
#[cfg(feature = "parallel")]
#[allow(clippy::disallowed_methods)] // a bench measures time
fn two_threads(work: impl Fn() + Sync) {
    let best = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
        let once = || {
            let start = std::time::Instant::now();
            pool.install(&work);
            start.elapsed().as_secs_f64() * 1e3
        };
        (0..7).map(|_| once()).fold(f64::INFINITY, f64::min)
    };
    let (one, two) = (best(1), best(2));
    println!(
        "1,000 initiatives, wall: {one:.0} ms on one thread, {two:.0} ms on two: {:.2} times",
        one / two
    );
}
