//! The last change board of a log: what moved and why, what was decided, which limits are broken, what is stale.
//!
//! `cargo run --release --example change_board -- PROGRAMME.json EVENTS.jsonl [--as-of DATE] [--json]`

use std::fmt::Write;

use cxrank::change_board::{BySequence, EventLog, Minutes, Move, State};
use cxrank::programme::{Date, Id};
use cxrank::reason::number;

mod common;

fn main() {
    let mut arguments =
        common::Arguments::new("change_board PROGRAMME.json EVENTS.jsonl [--as-of DATE] [--json]");
    let json = arguments.flag("--json");
    let as_of =
        arguments.option("--as-of").map(|text| text.parse::<Date>().unwrap_or_else(|e| common::fail(e)));
    let files = arguments.files(2, 2);

    let start = common::ok(State::new(&common::programme(Some(&files[0]))));
    let bytes = std::fs::read(&files[1]).unwrap_or_else(|e| common::fail(format!("{}: {e}", files[1])));
    let log = EventLog::from_jsonl(&bytes).unwrap_or_else(|error| refuse(&files[1], &error));
    if let Some(line) = log.truncated() {
        eprintln!("{}:{line}: the last line breaks off; everything before it is kept", files[1]);
    }
    let minutes =
        Minutes::with(&start, &log, as_of, &BySequence).unwrap_or_else(|error| refuse(&files[1], &error));
    if json {
        common::print_json(&minutes);
    } else {
        common::print(&report(&minutes).expect("a string takes all"));
    }
}

fn report(minutes: &Minutes) -> Result<String, std::fmt::Error> {
    let mut out = String::new();
    writeln!(out, "Change board as of {}, policy {}", date(minutes.as_of), minutes.policy_fingerprint)?;
    writeln!(out, "\nWhat moved since {}:", date(minutes.since))?;
    let moved = |line: &&Move| line.old_rank != line.new_rank || line.score_change.is_some_and(|c| c != 0.0);
    for line in minutes.moves.iter().filter(moved) {
        writeln!(out, "  {}", line.why)?;
    }

    if let Some(board) = &minutes.board {
        writeln!(out, "\nDecided on {} by {} under {}:", board.date, board.board, board.chair)?;
        for decided in &board.decisions {
            let (code, decision) = (&decided.code, &decided.decision);
            let (owner, cash) = (&decision.resources.owner, number(decision.resources.cash));
            writeln!(
                out,
                "  {code} to rank {}, due {}, {owner} with {cash}",
                decision.rank, decision.deadline
            )?;
        }
        for line in &minutes.overrides {
            let money = line.money.map_or("unknown".into(), number);
            writeln!(out, "  {} overridden by {}: {}", line.given.code, line.given.by, line.given.why)?;
            writeln!(out, "    displaces {}; the delay costs {money}", codes(&line.displaced))?;
        }
    }

    writeln!(out, "\nThe committed order beside the recommended one:")?;
    let rows = minutes.drift.lines.iter().map(|line| {
        let recommended = line.recommended.map_or("-".into(), |r| r.to_string());
        let shift = line.shift.filter(|s| *s != 0).map_or(String::new(), |s| format!("{s:+}"));
        vec![line.committed.to_string(), line.code.to_string(), recommended, shift]
    });
    out += &common::table(&[">committed", "code", ">recommended", ">shift"], &rows.collect::<Vec<_>>());
    writeln!(out, "{} of {} pairs are turned round.", minutes.drift.inversions, minutes.drift.pairs)?;
    writeln!(out, "Recommended before it, and not committed: {}", codes(&minutes.drift.not_committed))?;

    writeln!(out, "\nFindings:")?;
    for finding in &minutes.findings {
        writeln!(out, "  {:<28} {:<22} {}", finding.code, finding.subject, finding.message)?;
    }
    Ok(out)
}

fn refuse(file: &str, error: &cxrank::Error) -> ! {
    common::fail(error.problems().iter().map(|p| format!("{file}:{p}")).collect::<Vec<_>>().join("\n"))
}

fn date(date: Option<Date>) -> String {
    date.map_or("the start".into(), |date| date.to_string())
}

fn codes(ids: &[Id]) -> String {
    if ids.is_empty() { "nothing".into() } else { ids.iter().map(Id::as_str).collect::<Vec<_>>().join(", ") }
}
