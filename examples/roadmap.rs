//! The plan of a programme: who does what when, what it brings, and what people should look at.
//!
//! `cargo run --release --example roadmap -- PROGRAMME.json [--as-of DATE] [--json]`

use cxrank::programme::Date;
use cxrank::reason::number;
use cxrank::roadmap::{Digest, Options, Order, Roadmap};
use cxrank::sequence::Sequence;

mod common;
#[path = "common/plan.rs"]
mod plan;
use plan::{joined, print_digest, print_load, print_map, row};

fn main() {
    let mut arguments = common::Arguments::new("roadmap PROGRAMME.json [--as-of DATE] [--json]");
    let json = arguments.flag("--json");
    let as_of: Option<Date> = arguments
        .option("--as-of")
        .map(|text| text.parse().unwrap_or_else(|error| common::fail(format!("--as-of: {error}"))));
    let files = arguments.files(0, 1);

    let programme = common::programme(files.first().map(String::as_str));
    let sequence = common::ok(Sequence::new(&programme));
    let options = Options { as_of, ..Options::default() };
    let roadmap = common::ok(Roadmap::new(&programme, &Order::by_sequence(&sequence), &options));
    if json {
        return common::print_json(&roadmap);
    }

    common::say!(
        "{}: {} initiatives over {} {}s",
        programme.name(),
        roadmap.assignments.len(),
        roadmap.periods,
        roadmap.period
    );
    common::say!(
        "benefit {} discounted points, at most {} ({:.1} % of it is reached); policy {}\n",
        number(roadmap.benefit),
        number(roadmap.upper_bound),
        (1.0 - roadmap.gap()) * 100.0,
        roadmap.policy
    );
    let heads = [">start", ">end", "code", "name", "ends on", "owner", ">batch", "horizon", ">slack"];
    common::print(&common::table(&heads, &roadmap.assignments.iter().map(row).collect::<Vec<_>>()));

    print_map(&roadmap);
    print_load(&roadmap);
    common::say!("\nCritical path: {}", joined(&roadmap.critical_path, " → "));
    if let Some(team) = roadmap.bottleneck() {
        common::say!(
            "Bottleneck: {}, used to {:.0} %; one more person-day per {} brings {} points.",
            team.team,
            team.used * 100.0,
            roadmap.period,
            number(team.price)
        );
    }
    common::say!("\nOutcomes:");
    for outcome in &roadmap.outcomes {
        let when = match outcome.realised {
            Some(0) => "realised already".to_owned(),
            Some(period) => format!("realised at the end of {} {period}", roadmap.period),
            None => format!("waits for {}", joined(&outcome.lacks, ", ")),
        };
        common::say!("  {} {}: {when}", outcome.id, outcome.name);
    }
    if !roadmap.not_scheduled.is_empty() {
        common::say!("\nNot in the plan:");
        roadmap.not_scheduled.iter().for_each(|line| common::say!("  {}", line.reason));
    }
    common::say!("\nTo look at:");
    for finding in &roadmap.findings {
        common::say!("  {} {}: {}", finding.code, finding.subject, finding.message);
    }
    if let Some(as_of) = as_of {
        print_digest(&Digest::new(&programme, Some(&roadmap), as_of));
    }
}
