//! A programme from a spreadsheet or a tracker's export, and a mapping that says what its columns hold; and the page for the board at once.
//!
//! `cargo run --release --features csv,report --example from_csv -- INITIATIVES.csv [--ballots BALLOTS.csv] --map MAPPING.json
//! [-o PROGRAMME.json] [--report REPORT.html]`

use std::fs::File;
use std::io::Read;

use cxrank::Segment;
use cxrank::formats::csv::{Import, Limits, Mapping};
use cxrank::report::Report;

mod common;

const USAGE: &str = "from_csv INITIATIVES.csv [--ballots BALLOTS.csv] --map MAPPING.json \
[-o PROGRAMME.json] [--report REPORT.html]";

fn main() {
    let mut arguments = common::Arguments::new(USAGE);
    let (ballots, map) = (arguments.option("--ballots"), arguments.option("--map"));
    let (output, page) = (arguments.option("-o"), arguments.option("--report"));
    let files = Files { initiatives: arguments.files(1, 1).remove(0), ballots, map };

    let Some(map) = &files.map else {
        common::fail(format!(
            "--map is missing: a mapping says what the columns hold, and what else the programme has\n{USAGE}"
        ))
    };
    let mapping = Mapping::from_json(&common::read(map)).unwrap_or_else(|error| {
        common::fail(common::problems(&error, |_| map));
    });
    let mut initiatives = open(&files.initiatives);
    let mut ballots = files.ballots.as_deref().map(open);
    let read = mapping.read(
        &mut initiatives,
        ballots.as_mut().map(|file| file as &mut dyn Read),
        &Limits::default(),
    );
    let import =
        read.unwrap_or_else(|error| common::fail(common::problems(&error, |problem| files.of(problem))));

    eprint!("{}", summary(&import, &files));
    let json = import.programme.to_json() + "\n";
    match &output {
        Some(path) => write(path, &json),
        None if page.is_none() => common::print(&json),
        None => {}
    }
    if let Some(path) = &page {
        write(path, &common::ok(Report::new(&import.programme)).html());
    }
}

fn write(path: &str, text: &str) {
    std::fs::write(path, text).unwrap_or_else(|error| common::fail(format!("{path}: {error}")));
    eprintln!("Written to {path}.");
}

struct Files {
    initiatives: String,
    ballots: Option<String>,
    map: Option<String>,
}

impl Files {
    /// The file that a problem is in: its path begins with the table, or with the mapping's programme.
    fn of(&self, problem: &cxrank::Problem) -> &str {
        match problem.path().segments().first() {
            Some(Segment::Key(key)) if key == "initiatives" => &self.initiatives,
            Some(Segment::Key(key)) if key == "ballots" => self.ballots.as_deref().unwrap_or_default(),
            _ => self.map.as_deref().unwrap_or_default(),
        }
    }
}

fn open(path: &str) -> File {
    File::open(path).unwrap_or_else(|error| common::fail(format!("{path}: {error}")))
}

/// What was read, and what was not.
fn summary(import: &Import, files: &Files) -> String {
    let programme = &import.programme;
    let mut lines = vec![format!(
        "{}: {} initiatives, {} criteria, {} stakeholders, {} ballots.",
        programme.name(),
        programme.initiatives().len(),
        programme.criteria().len(),
        programme.stakeholders().len(),
        programme.ballots().len(),
    )];
    if !import.unread_columns.is_empty() {
        lines.push(format!("Columns that nothing names, left out: {}.", import.unread_columns.join(", ")));
    }
    lines.extend(import.unknown_links.iter().map(|link| {
        let (file, place, code, needed) =
            (&files.initiatives, link.position, &link.initiative, &link.requires);
        format!("{file}:{place} {code} needs {needed}: one is not in the table, and the link is left out.")
    }));
    lines.join("\n") + "\n"
}
