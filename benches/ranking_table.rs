//! The table of growth in `benches/README.md`, in CPU time; given the folder of the peers' scripts, with ratios beside numpy.
//!
//! ```text
//! cargo bench --bench ranking_table -- [PEERS [PYTHON]]
//! ```
//!
//! The peers' own scripts are run, unchanged, and what they measured is read from what they print; both sides
//! work on the matrices that the peers' generator writes. Needs Linux, for the clock.

#[path = "shared/cpu_time.rs"]
mod cpu_time;
#[path = "shared/peers.rs"]
mod peers;
#[path = "shared/scoring_input.rs"]
mod scoring_input;
#[path = "shared/workload.rs"]
mod workload;

use std::fs;
use std::path::Path;

use cxrank::rank::{LiveOrder, Ranking};
use cxrank::score::kernel::Ratios;

use cpu_time::milliseconds;
use scoring_input::{CRITERIA, SplitMix64};

const COUNTS: [usize; 3] = [1_000, 100_000, 1_000_000];

fn main() {
    if !std::env::args().any(|argument| argument == "--bench") {
        println!("skipped: it measures for minutes; `cargo bench --bench ranking_table` runs it");
        return;
    }
    let arguments: Vec<String> =
        std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    let folder = std::env::temp_dir().join(format!("ranking-table-{}", std::process::id()));
    let peers = peers::measured(&arguments, &folder);
    // First, while the peak of the memory is still its own.
    whole_programme();
    growth(&folder, peers.as_deref());
    live_order();
    if peers.is_some() {
        fs::remove_dir_all(&folder).expect("the folder was made above");
    }
}

/// The matrix of the peers if they have run, else one of the same shape.
fn matrix(folder: &Path, count: usize) -> Vec<f64> {
    match fs::read(folder.join(format!("data/x_{count}.f64le"))) {
        Ok(bytes) => bytes.as_chunks().0.iter().map(|&bytes| f64::from_le_bytes(bytes)).collect(),
        Err(_) => scoring_input::rows(count, count as u64),
    }
}

fn growth(folder: &Path, peers: Option<&str>) {
    println!("CPU milliseconds, one thread, {CRITERIA} criteria\n");
    println!(
        "| initiatives | score columns | score a matrix | order | matrix to order | matrix to top 100 | columns to order | columns to top 100 |"
    );
    println!("|--:|--:|--:|--:|--:|--:|--:|--:|");
    let mut beside = Vec::new();
    for count in COUNTS {
        let matrix = matrix(folder, count);
        let resolutions = workload::resolutions();
        let columns = workload::quantise(&matrix);
        let from_columns = milliseconds(|| workload::score_columns(&columns));
        let score = milliseconds(|| workload::score_matrix(&matrix, &resolutions));
        let scores = workload::score_columns(&columns);
        let order = milliseconds(|| scores.rank());
        let full = milliseconds(|| workload::score_matrix(&matrix, &resolutions).rank());
        let top = milliseconds(|| workload::score_matrix(&matrix, &resolutions).top_k(100));
        let columns_full = milliseconds(|| workload::score_columns(&columns).rank());
        let columns_top = milliseconds(|| workload::score_columns(&columns).top_k(100));
        println!(
            "| {count} | {from_columns:.3} | {score:.3} | {order:.3} | {full:.3} | {top:.3} ({:.2} ×) | {columns_full:.3} | {columns_top:.3} ({:.2} ×) |",
            top / score,
            columns_top / from_columns,
        );
        beside.push((count, full));
    }
    let Some(printed) = peers else { return };
    println!("\nbeside numpy: matrix to order, in parts of its weighted sum + argsort\n");
    println!("| initiatives | numpy sum | + argsort | + stable argsort | of the first | of the stable |");
    println!("|--:|--:|--:|--:|--:|--:|");
    for (count, full) in beside {
        let of = |name: &str| peers::cpu_time(printed, &format!("numpy/{name}/{count}"));
        let sum = of("wsum(minmax fused)");
        let (quick, stable) = (of("argsort(quick)"), of("argsort(stable)"));
        println!(
            "| {count} | {sum:.3} | {quick:.3} | {stable:.3} | {:.2} | {:.2} |",
            full / (sum + quick),
            full / (sum + stable),
        );
    }
}

/// A million initiatives through the public API, from a validated programme to the order with codes and ranks.
fn whole_programme() {
    let count = 1_000_000;
    let matrix = scoring_input::rows(count, count as u64);
    let kernel = milliseconds(|| workload::score_matrix(&matrix, &workload::resolutions()).rank());
    let before = peak_kib();
    let spec = workload::programme(&matrix);
    drop(matrix);
    let start = std::cell::Cell::new(Some(spec));
    let mut programme = None;
    let build = cpu_time::once(|| programme = start.take().and_then(|spec| spec.build().ok()));
    let programme = programme.expect("the bench's programme is valid");
    let rank = milliseconds(|| Ranking::new(&programme).expect("the sums fit").codes().count());
    let bytes = (peak_kib() - before) as f64 * 1024.0 / count as f64;
    println!(
        "a programme of {count} initiatives, {CRITERIA} criteria: build {build:.0} ms, rank {rank:.0} ms,"
    );
    println!(
        "{:.1} × the kernel's {kernel:.1} ms; peak memory {bytes:.0} bytes per initiative, specification and result included\n",
        rank / kernel
    );
}

/// The greatest memory that the process has held so far.
fn peak_kib() -> u64 {
    let status = fs::read_to_string("/proc/self/status").expect("needs Linux");
    let line = status.lines().find(|line| line.starts_with("VmHWM")).expect("the kernel counts it");
    line.split_whitespace().nth(1).and_then(|kib| kib.parse().ok()).expect("a number of KiB")
}

fn live_order() {
    println!("\nlive order\n");
    println!(
        "| initiatives | build, ms | set and rank, µs | bytes each, built | after as many changes | grown one by one |"
    );
    println!("|--:|--:|--:|--:|--:|--:|");
    for count in COUNTS {
        let matrix = scoring_input::rows(count, count as u64);
        let Ratios::Narrow(scores) = workload::score_matrix(&matrix, &workload::resolutions()) else {
            unreachable!("the bench's sums fit 64 bits");
        };
        drop(matrix);
        let build = milliseconds(|| LiveOrder::new(&scores));
        let each = |live: &LiveOrder<_>| live.allocated_bytes() as f64 / count as f64;
        let mut live = LiveOrder::new(&scores);
        let built = each(&live);
        let mut random = SplitMix64(1);
        let mut set = |live: &mut LiveOrder<_>| {
            let index = random.below(count as u64) as u32;
            live.set(index, workload::random_score(&mut random));
            index
        };
        for _ in 0..count {
            set(&mut live);
        }
        let changed = each(&live);
        let batch = 10_000;
        let step = milliseconds(|| {
            (0..batch).for_each(|_| {
                let index = set(&mut live);
                std::hint::black_box(live.rank(index));
            });
        }) * 1e3
            / f64::from(batch);
        drop(live);
        let mut live = LiveOrder::new(&scores[..0]);
        for (&score, index) in scores.iter().zip(0..) {
            live.set(index, score);
        }
        println!("| {count} | {build:.3} | {step:.3} | {built:.1} | {changed:.1} | {:.1} |", each(&live));
    }
}
