//! How sure the order is, what would flip it, and what is worth knowing better.
//!
//! `cargo run --release --example uncertainty -- PROGRAMME.json [--draws N] [--seed S] [--top K] [--json]`

use std::fmt::Write;
use std::io::IsTerminal;
use std::sync::atomic::{AtomicUsize, Ordering};

use cxrank::programme::Programme;
use cxrank::reason::{Reason, number};
use cxrank::uncertainty::{
    Change, CoreClass, FundingDecision, RankProbabilities, Sampling, Sensitivity, Standing, Worth,
};
use serde::Serialize;

mod common;

/// What `--json` prints.
#[derive(Serialize)]
struct Report {
    #[serde(flatten)]
    run: RankProbabilities,
    /// At what level a pair is called.
    level: f64,
    /// None where the policy blends the stakeholders in: closed forms are of the model alone.
    flips: Option<Vec<Change>>,
    worth_knowing: Vec<Reason>,
    /// None without a budget: there is no decision that knowing more could improve.
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

    let run = common::ok(sampling.run_with(&programme, &progress("draws", sampling.draws)));
    let flips = match Sensitivity::new(&programme) {
        Err(error) if error.has("uncertainty.blended") => None,
        sensitivity => Some(flips(&common::ok(sensitivity), &programme)),
    };
    let decision = FundingDecision::new(&sampling);
    let draws = decision.draws.min(sampling.draws);
    let funding = programme
        .strategy()
        .budget
        .map(|_| common::ok(decision.worth_with(&programme, &progress("draws decided", draws))));
    let useful = funding.iter().flat_map(|worth| &worth.worth_knowing).filter(|w| w.evppi.value > 0.0);
    let worth_knowing = useful.take(3).map(|worth| worth.why.clone()).collect();
    let report = Report { run, level: sampling.level, flips, worth_knowing, funding };
    if json {
        common::print_json(&report);
    } else {
        common::print(&text(&report, programme.name()).expect("writing to a string does not fail"));
    }
}

/// For each of the first five the nearest way to fall behind the next.
fn flips(sensitivity: &Sensitivity, programme: &Programme) -> Vec<Change> {
    let codes: Vec<_> = common::ok(cxrank::Ranking::new(programme)).codes().cloned().collect();
    let swaps = codes.windows(2).take(5).map(|pair| common::ok(sensitivity.swaps(&pair[0], &pair[1])));
    swaps.filter_map(|changes| changes.into_iter().next()).collect()
}

/// A line that counts draws on a terminal, and nothing elsewhere.
fn progress(what: &str, draws: usize) -> impl Fn(usize) + Sync {
    let shown = AtomicUsize::new(0);
    let terminal = std::io::stderr().is_terminal();
    move |done| {
        let percent = done * 100 / draws.max(1);
        if terminal && shown.fetch_max(percent, Ordering::Relaxed) < percent {
            eprint!("\r{percent:>3} % of {draws} {what}{}", if percent == 100 { "\r\x1b[K" } else { "" });
        }
    }
}

/// As many lines of the table as are looked at; `--json` has all.
const MOST_SHOWN: usize = 30;

fn text(report: &Report, name: &str) -> Result<String, std::fmt::Error> {
    let (mut out, run) = (String::new(), &report.run);
    let percent = |p: f64| format!("{:.0} %", p * 100.0);
    writeln!(out, "{name}: {} draws from seed {}\n", run.draws, run.seed)?;
    let top = format!(">P(top {})", run.top);
    let heads = ["code", &top, "", ">expected rank", ">nine in ten"];
    let row = |s: &Standing| {
        let [low, high] = s.rank_interval;
        vec![
            s.code.to_string(),
            format!("{:.1} % ±{:.1}", s.p_top * 100.0, s.error * 196.0),
            "█".repeat((s.p_top * 20.0).round() as usize),
            format!("{:.1}", s.expected_rank),
            format!("{low} to {high}"),
        ]
    };
    out += &common::table(&heads, &run.initiatives.iter().take(MOST_SHOWN).map(row).collect::<Vec<_>>());
    let more = run.initiatives.len().saturating_sub(MOST_SHOWN);
    if more > 0 {
        writeln!(out, "… and {more} more, in --json")?;
    }

    let level = percent(report.level);
    let shown: Vec<_> = run.initiatives.iter().take(MOST_SHOWN).map(|s| &s.code).collect();
    let close = run.too_close_to_call.iter();
    let close = close.filter(|group| group.iter().filter(|code| shown.contains(code)).count() > 1);
    let close: Vec<_> = close.map(|group| common::list(group)).collect();
    let apart: Vec<_> =
        run.open_pairs.iter().filter(|pair| pair.iter().all(|code| shown.contains(&code))).collect();
    if run.winning.is_empty() {
        writeln!(out, "\nToo many to compare in pairs.")?;
    } else if close.is_empty() && apart.is_empty() {
        writeln!(out, "\nEach of these is above all that follow in at least {level} of the draws.")?;
    } else if !close.is_empty() {
        writeln!(
            out,
            "\nToo close to call: in these groups nobody is above another in {level} of the draws."
        )?;
        close.iter().try_for_each(|group| writeln!(out, "  {group}"))?;
    }
    if !apart.is_empty() {
        writeln!(out, "\nToo close to call, though not with all that stand between:")?;
        for pairs in apart.chunk_by(|a, b| a[0] == b[0]) {
            let others: Vec<_> = pairs.iter().map(|pair| pair[1].clone()).collect();
            writeln!(out, "  {} against {}", pairs[0][0], common::list(&others))?;
        }
    }

    writeln!(out, "\nWhat would flip the first five:")?;
    match report.flips.as_deref() {
        None => writeln!(
            out,
            "  The policy blends the stakeholders in; a flip has a closed form for the model alone."
        )?,
        Some([]) => writeln!(out, "  No change of one input within its scale.")?,
        Some(flips) => flips.iter().try_for_each(|flip| writeln!(out, "  {}", flip.why))?,
    }

    let Some(worth) = &report.funding else {
        writeln!(out, "\nWorth knowing better: that depends on a decision. State a budget in the strategy.")?;
        return Ok(out);
    };
    writeln!(out, "\nWithin a budget of {}, over {} of the draws:", number(worth.budget), worth.draws)?;
    let class = |class: CoreClass| -> Vec<_> {
        worth.candidates.iter().filter(|c| c.class == class).map(|c| c.code.clone()).collect()
    };
    for (what, class) in [
        ("Funded whatever turns out", class(CoreClass::Core)),
        ("It depends on what turns out", class(CoreClass::Borderline)),
        ("Not funded whatever turns out", class(CoreClass::Exterior)),
    ] {
        if !class.is_empty() {
            writeln!(out, "  {what}: {}.", common::short(&common::list(&class), 400))?;
        }
    }
    if report.worth_knowing.is_empty() {
        writeln!(out, "\nNo estimate is worth knowing better: none by itself would change what is funded.")?;
    } else {
        writeln!(out, "\nMost worth knowing better; leave the rest:")?;
        report.worth_knowing.iter().try_for_each(|why| writeln!(out, "  {why}"))?;
    }
    let (evpi, error) = (number(worth.evpi.value), number(worth.evpi.error * 1.96));
    let proven = if worth.exact {
        String::new()
    } else {
        format!(" (at most {}: not every plan is proven best)", number(worth.evpi_at_most))
    };
    writeln!(
        out,
        "  Knowing everything would add {evpi} ±{error} {} to the plan's {}{proven}.",
        worth.unit,
        number(worth.benefit)
    )?;
    Ok(out)
}
