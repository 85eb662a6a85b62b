//! How sure the order is, what would flip it, and what is worth knowing better.
//!
//! `cargo run --release --example uncertainty -- PROGRAMME.json [--draws N] [--seed S] [--top K] [--json]`

use std::fmt::Write;
use std::io::IsTerminal;
use std::sync::atomic::{AtomicUsize, Ordering};

use cxrank::reason::{Reason, number};
use cxrank::uncertainty::{Change, FundingDecision, RankProbabilities, Sampling, Sensitivity, Worth};
use serde::Serialize;

mod common;

/// What `--json` prints.
#[derive(Serialize)]
struct Report {
    #[serde(flatten)]
    run: RankProbabilities,
    flips: Vec<Change>,
    worth_knowing: Vec<Reason>,
    funding: Option<Worth>,
}

fn main() {
    let usage = "uncertainty PROGRAMME.json [--draws N] [--seed S] [--top K] [--json]";
    let mut arguments = common::Arguments::new(usage);
    let json = arguments.flag("--json");
    let mut sampling = Sampling::default();
    sampling.draws = arguments.number("--draws").unwrap_or(sampling.draws);
    sampling.seed = arguments.number("--seed").unwrap_or(sampling.seed);
    sampling.top = arguments.number("--top");
    let files = arguments.files(0, 1);
    let programme = common::programme(files.first().map(String::as_str));

    let run = common::ok(sampling.run_with(&programme, &progress(sampling.draws)));
    let sensitivity = common::ok(Sensitivity::new(&programme));
    let codes: Vec<_> = common::ok(cxrank::Ranking::new(&programme)).codes().cloned().collect();
    // For each of the first five the nearest way to fall behind the next.
    let swaps = codes.windows(2).take(5).map(|pair| common::ok(sensitivity.swaps(&pair[0], &pair[1])));
    let flips = swaps.filter_map(|changes| changes.into_iter().next()).collect();
    // Without a budget there is no decision that knowing more could improve.
    let budget = programme.strategy().budget;
    let funding = budget.map(|_| common::ok(FundingDecision::new(&sampling).worth(&programme)));
    let useful = funding.iter().flat_map(|worth| &worth.worth_knowing).filter(|w| w.evppi.value > 0.0);
    let worth_knowing = useful.take(3).map(|worth| worth.why.clone()).collect();
    let report = Report { run, flips, worth_knowing, funding };
    if json {
        common::print_json(&report);
    } else {
        common::print(&text(&report, programme.name()).expect("writing to a string does not fail"));
    }
}

/// A line that counts draws on a terminal, and nothing elsewhere.
fn progress(draws: usize) -> impl Fn(usize) + Sync {
    let shown = AtomicUsize::new(0);
    let terminal = std::io::stderr().is_terminal();
    move |done| {
        let percent = done * 100 / draws.max(1);
        if terminal && shown.fetch_max(percent, Ordering::Relaxed) < percent {
            eprint!("\r{percent:>3} % of {draws} draws{}", if percent == 100 { "\r\x1b[K" } else { "" });
        }
    }
}

fn text(report: &Report, name: &str) -> Result<String, std::fmt::Error> {
    let (mut out, run) = (String::new(), &report.run);
    writeln!(out, "{name}: {} draws from seed {}\n", run.draws, run.seed)?;
    let top = format!(">P(top {})", run.top);
    let heads = ["code", &top, "", ">expected rank", ">nine in ten"];
    let row = |s: &cxrank::uncertainty::Standing| {
        let [low, high] = s.rank_interval;
        vec![
            s.code.to_string(),
            format!("{:.1} % ±{:.1}", s.p_top * 100.0, s.error * 196.0),
            "█".repeat((s.p_top * 20.0).round() as usize),
            format!("{:.1}", s.expected_rank),
            format!("{low} to {high}"),
        ]
    };
    out += &common::table(&heads, &run.initiatives.iter().map(row).collect::<Vec<_>>());
    writeln!(out, "\nToo close to call, at nine in ten:")?;
    for group in &run.too_close_to_call {
        let codes: Vec<_> = group.iter().map(cxrank::programme::Id::as_str).collect();
        writeln!(out, "  {}", codes.join(", "))?;
    }
    writeln!(out, "\nWhat would flip the first five:")?;
    report.flips.iter().try_for_each(|flip| writeln!(out, "  {}", flip.why))?;
    writeln!(out, "\nMost worth knowing better; leave the rest:")?;
    report.worth_knowing.iter().try_for_each(|why| writeln!(out, "  {why}"))?;
    if let Some(worth) = &report.funding {
        let (evpi, error) = (number(worth.evpi.value), number(worth.evpi.error * 1.96));
        writeln!(out, "  Knowing everything would add {evpi} ±{error} {}.", worth.unit)?;
    }
    Ok(out)
}
