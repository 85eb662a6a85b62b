//! A programme as one page for a board: what first, what it brings, what it costs, how sure, who does what when.
//!
//! `cargo run --release --all-features --example report -- [PROGRAMME.json] [--events EVENTS.jsonl] -o report.html`

use std::path::Path;

use cxrank::change_board::{EventLog, Minutes, State, replay};
use cxrank::programme::Date;
use cxrank::report::{Options, Report};

mod common;

const USAGE: &str = "report [PROGRAMME.json] [--events EVENTS.jsonl] [--as-of DATE] [--draws N] [--seed S] \
[--format text|markdown|csv|json|html] [--svg DIR] [-o FILE]";

fn main() {
    let mut arguments = common::Arguments::new(USAGE);
    let output = arguments.option("-o");
    let format = arguments.choice("--format", ["html", "text", "markdown", "csv", "json"]).unwrap_or(0);
    let svg = arguments.option("--svg");
    let events = arguments.option("--events");
    let draws = arguments.number("--draws");
    let seed = arguments.number("--seed").unwrap_or(Options::default().seed);
    let as_of =
        arguments.option("--as-of").map(|text| text.parse::<Date>().unwrap_or_else(|e| common::fail(e)));
    let files = arguments.files(0, 1);

    let mut programme = common::programme(files.first().map(String::as_str));
    let mut minutes = None;
    if let Some(file) = &events {
        let board = board(&programme, file, as_of);
        programme = common::ok(board.0.programme());
        minutes = Some(board.1);
    }
    let as_of = as_of.or(minutes.as_ref().and_then(|minutes| minutes.as_of));
    let options = Options { as_of, draws, seed, minutes: minutes.as_ref(), ..Options::default() };
    let report = common::ok(Report::with(&programme, &options));

    let text = match format {
        0 => report.html(),
        1 => report.text(),
        2 => report.markdown(),
        3 => report.csv(),
        _ => serde_json::to_string_pretty(&report).expect("a report is plain data") + "\n",
    };
    match &output {
        Some(file) => write(Path::new(file), &text),
        None => common::print(&text),
    }
    if let Some(folder) = &svg {
        std::fs::create_dir_all(folder).unwrap_or_else(|error| common::fail(format!("{folder}: {error}")));
        for section in &report.sections {
            if let Some(picture) = &section.picture {
                write(&Path::new(folder).join(section.id.id()).with_extension("svg"), &picture.svg());
            }
        }
    }
}

/// The state after the events, or at a date, and the minutes of its last board.
fn board(programme: &cxrank::Programme, file: &str, as_of: Option<Date>) -> (State, Minutes) {
    let refuse = |error: cxrank::Error| -> ! {
        let lines: Vec<String> = error.problems().iter().map(|p| format!("{file}:{p}")).collect();
        common::fail(lines.join("\n"))
    };
    let start = common::ok(State::new(programme));
    let log = EventLog::from_jsonl(common::read(file).as_bytes()).unwrap_or_else(|error| refuse(error));
    let now = replay(&start, &log, as_of).unwrap_or_else(|error| refuse(error));
    let minutes = Minutes::new(&start, &log, as_of).unwrap_or_else(|error| refuse(error));
    (now, minutes)
}

fn write(path: &Path, text: &str) {
    std::fs::write(path, text).unwrap_or_else(|error| common::fail(format!("{}: {error}", path.display())));
}
