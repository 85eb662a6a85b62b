//! What the uncertainty room costs: CPU time on one thread, and wall time on two with the feature `parallel`.
//!
//! ```text
//! cargo bench --bench uncertainty -- [PEERS [PYTHON]]
//! cargo bench --bench uncertainty --features parallel
//! ```
//!
//! Given the folder of the peers' scripts they are run first, unchanged, and both sides work on the matrices that they write. With `parallel` only the two
//! threads are measured, since CPU time is counted on the calling thread. Without `--bench`, as in tests, the same work runs once on small inputs.

use cxrank::programme::{Criterion, Initiative, Programme, ProgrammeSpec};
use cxrank::uncertainty::{GivenDraws, Sampling, Sensitivity, Values, WeightSpace};

#[path = "shared/cpu_time.rs"]
mod cpu_time;
#[path = "shared/peers.rs"]
mod peers;
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
            // Skewed either way.
            if spread { [likely * number(0.6, 0.9), likely, likely * number(1.1, 1.25)] } else { [likely; 3] }
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
    let arguments: Vec<String> =
        std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    let folder = std::env::temp_dir().join(format!("uncertainty-{}", std::process::id()));
    let printed = if measured { peers::measured(&arguments, &folder) } else { None };
    let read = |name: &str| {
        let bytes = std::fs::read(folder.join("data").join(name)).expect("the peers wrote it");
        bytes.as_chunks().0.iter().map(|&bytes| f64::from_le_bytes(bytes)).collect()
    };
    let (values, weights) =
        if printed.is_some() { (read("smaa_x.f64le"), read("smaa_w.f64le")) } else { matrices(few, draws) };
    let given = GivenDraws { items: few, criteria: 6, weights: &weights, values: Values::Fixed(&values) };
    report("given draws x 100 x 6: rank acceptability and central weights", &mut || {
        given.ranks().expect("whole rows");
    });
    report("given draws x 100 x 6: the same, pairs and confidence", &mut || {
        given.acceptability().expect("whole rows");
    });
    if let Some(printed) = printed {
        for name in ["full RAI+central weights", "pairwise winning idx"] {
            println!("numpy, {name}: {:.2} ms", peers::cpu_time(&printed, &format!("smaa/numpy {name}")));
        }
        std::fs::remove_dir_all(&folder).expect("the folder was made by the peers");
    }

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

/// Values of so many items and weights of so many draws, as the peers draw them.
fn matrices(items: usize, draws: usize) -> (Vec<f64>, Vec<f64>) {
    let mut random = SplitMix64(1);
    let values = (0..items * 6).map(|_| random.next_f64()).collect();
    let mut weights: Vec<f64> = (0..draws * 6).map(|_| -random.next_f64().max(1e-300).ln()).collect();
    for row in weights.chunks_exact_mut(6) {
        let sum: f64 = row.iter().sum();
        row.iter_mut().for_each(|weight| *weight /= sum);
    }
    (values, weights)
}

/// Wall time of a run on one thread and on two, turn by turn: the best of each, for other work on the machine only adds.
#[cfg(feature = "parallel")]
#[allow(clippy::disallowed_methods)] // a bench measures time
fn two_threads(work: impl Fn() + Sync) {
    let pools =
        [1, 2].map(|threads| rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool"));
    let mut best = [f64::INFINITY; 2];
    for _ in 0..25 {
        for (pool, best) in pools.iter().zip(&mut best) {
            let start = std::time::Instant::now();
            pool.install(&work);
            *best = best.min(start.elapsed().as_secs_f64() * 1e3);
        }
    }
    let [one, two] = best;
    println!(
        "1,000 initiatives, wall: {one:.0} ms on one thread, {two:.0} ms on two: {:.2} times",
        one / two
    );
}
