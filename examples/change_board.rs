//! The last change board of a log: what moved and why, what was decided, which limits are broken, what is stale, and what it comes to.
//!
//! `cargo run --release --example change_board -- PROGRAMME.json EVENTS.jsonl [--as-of DATE] [--json]`

use cxrank::change_board::{EventLog, Minutes, State};
use cxrank::programme::Date;

#[path = "common/board.rs"]
mod board;
mod common;
use board::{
    print_adoption, print_decisions, print_estimators, print_executives, print_findings, print_moves,
    print_orders, print_violations,
};

fn main() {
    let mut arguments =
        common::Arguments::new("change_board PROGRAMME.json EVENTS.jsonl [--as-of DATE] [--json]");
    let json = arguments.flag("--json");
    let as_of: Option<Date> = arguments
        .option("--as-of")
        .map(|text| text.parse().unwrap_or_else(|error| common::fail(format!("--as-of: {error}"))));
    let files = arguments.files(2, 2);

    let programme = common::programme(Some(&files[0]));
    let start = common::ok(State::new(&programme));
    let bytes = std::fs::read(&files[1]).unwrap_or_else(|e| common::fail(format!("{}: {e}", files[1])));
    let log = EventLog::from_jsonl(&bytes).unwrap_or_else(|error| refuse(&files[1], &error));
    if let Some(line) = log.truncated() {
        eprintln!("{}:{line}: the last line breaks off; everything before it is kept", files[1]);
    }
    let minutes = Minutes::new(&start, &log, as_of).unwrap_or_else(|error| refuse(&files[1], &error));
    if json {
        return common::print_json(&minutes);
    }

    let date = minutes.as_of.map_or("the start".to_owned(), |date| date.to_string());
    common::say!("{}: change board as of {date}, policy {}", programme.name(), minutes.policy_fingerprint);
    print_decisions(&minutes);
    print_moves(&minutes);
    print_violations(&minutes);
    let findings = |title, wanted: fn(&str) -> bool| print_findings(title, &minutes.findings, wanted);
    findings("Stale", is_stale);
    findings("When boards met", is_rhythm);
    findings("To look at", |code| !is_stale(code) && !is_rhythm(code) && code != "guardrail");
    print_orders(&minutes);
    print_adoption(&minutes);
    print_executives(&minutes, &format!("{} a {}", programme.effort_unit(), programme.period()));
    print_estimators(&minutes);
}

fn is_stale(code: &str) -> bool {
    matches!(code, "stale-input" | "stale-ballot" | "undated-inputs")
}

fn is_rhythm(code: &str) -> bool {
    code.starts_with("board")
}

fn refuse(file: &str, error: &cxrank::Error) -> ! {
    common::fail(error.problems().iter().map(|p| format!("{file}:{p}")).collect::<Vec<_>>().join("\n"))
}
