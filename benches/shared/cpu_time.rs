//! CPU time of a piece of work, on Linux.

use std::hint::black_box;
use std::time::Duration;

/// CPU time that this thread has used so far, in steps of some milliseconds.
fn used() -> Duration {
    let statistics = std::fs::read_to_string("/proc/thread-self/schedstat").expect("needs Linux");
    let nanoseconds = statistics.split(' ').next().and_then(|first| first.parse().ok());
    Duration::from_nanos(nanoseconds.expect("schedstat starts with the time on the CPU"))
}

/// Milliseconds of CPU time that one run of `work` takes: the median of several batches, each long
/// enough for the clock's coarse steps to be below 2 % of it.
pub(crate) fn milliseconds<T>(mut work: impl FnMut() -> T) -> f64 {
    let batch = || {
        let start = used();
        let mut runs = 0;
        loop {
            black_box(work());
            runs += 1;
            let spent = used().saturating_sub(start);
            if spent > Duration::from_millis(250) {
                return spent.as_secs_f64() * 1e3 / f64::from(runs);
            }
        }
    };
    let mut batches: Vec<f64> = std::iter::repeat_with(batch).take(5).collect();
    batches.sort_by(f64::total_cmp);
    batches[2]
}
