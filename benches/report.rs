//! A report of 300 initiatives, from the programme to the page: at most 200 ms and 1.5 MB.
#![allow(missing_docs)]

use criterion::{Criterion, criterion_group, criterion_main};
use cxrank::report::Report;

#[path = "shared/report_input.rs"]
mod report_input;
#[path = "shared/scoring_input.rs"]
mod scoring_input;

fn bench(c: &mut Criterion) {
    let mut group = c.benchmark_group("report");
    group.sample_size(10);
    for n in [40, 300, 5_000] {
        let programme = report_input::programme(n).build().expect("the generated programme is valid");
        let report = Report::new(&programme).expect("its policy fits");
        let page = report.html();
        println!("{n} initiatives: a page of {} kB", page.len() / 1000);
        assert!(n > 300 || page.len() <= 1_500_000, "the page is {} bytes", page.len());
        group.bench_function(format!("{n} initiatives"), |b| {
            b.iter(|| Report::new(&programme).expect("its policy fits").html());
        });
        group.bench_function(format!("{n} initiatives, the page alone"), |b| b.iter(|| report.html()));
    }
    group.finish();
}

criterion_group!(benches, bench);
criterion_main!(benches);
