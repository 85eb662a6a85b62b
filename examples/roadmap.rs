//! The plan of a programme: who does what when, what it brings, and what people should look at.
//!
//! `cargo run --release --example roadmap -- PROGRAMME.json [--as-of DATE] [--json]`

use cxrank::programme::{Date, Id};
use cxrank::reason::number;
use cxrank::roadmap::{Assignment, Digest, Horizon, Limit, Options, Order, Roadmap};
use cxrank::sequence::Sequence;

mod common;

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

fn row(a: &Assignment) -> Vec<String> {
    vec![
        a.start.to_string(),
        a.end.to_string(),
        a.code.to_string(),
        common::short(&a.name, 36),
        a.ends_on.map(|date| date.to_string()).unwrap_or_default(),
        a.owner.as_ref().map(ToString::to_string).unwrap_or_default(),
        a.batch.map(|batch| batch.to_string()).unwrap_or_default(),
        term(a.horizon).to_owned(),
        a.slack.to_string(),
    ]
}

fn joined(codes: &[Id], by: &str) -> String {
    codes.iter().map(Id::as_str).collect::<Vec<_>>().join(by)
}

fn term(horizon: Horizon) -> &'static str {
    match horizon {
        Horizon::Short => "short",
        Horizon::Mid => "mid",
        Horizon::Long => "long",
    }
}

fn print_map(roadmap: &Roadmap) {
    common::say!("\nTransformation map:");
    let rows: Vec<Vec<String>> = roadmap
        .map
        .chunks(3)
        .map(|terms| {
            let domain = terms[0].domain.as_ref().map_or_else(|| "-".to_owned(), ToString::to_string);
            let cells = terms.iter().map(|cell| joined(&cell.codes, " "));
            std::iter::once(domain).chain(cells).collect()
        })
        .collect();
    common::print(&common::table(&["domain", "short term", "mid term", "long term"], &rows));
}

fn print_load(roadmap: &Roadmap) {
    common::say!("\nLoad, {} by {}:", roadmap.period, roadmap.period);
    let rows: Vec<Vec<String>> = roadmap
        .load
        .chunks(roadmap.periods as usize)
        .map(|lines| {
            let what = match &lines[0].what {
                Limit::Team(team) => format!("team {team}"),
                Limit::Unit(unit) => format!("unit {unit}"),
                Limit::Cash => "cash".to_owned(),
            };
            let limit = lines[0].capacity.map_or_else(|| "-".to_owned(), number);
            [what, limit].into_iter().chain(lines.iter().map(|line| number(line.load))).collect()
        })
        .collect();
    let periods: Vec<String> = (1..=roadmap.periods).map(|period| format!(">{period}")).collect();
    let heads: Vec<&str> = ["what", ">limit"].into_iter().chain(periods.iter().map(String::as_str)).collect();
    common::print(&common::table(&heads, &rows));
}

fn print_digest(digest: &Digest) {
    common::say!("\nThe week of {}:", digest.as_of);
    for work in &digest.done {
        common::say!(
            "  done     {} {}: {}",
            work.date,
            work.code,
            work.action.as_deref().unwrap_or("finished")
        );
    }
    for notice in &digest.due {
        let owner = notice.owner.as_ref().map_or("nobody", |owner| owner.as_str());
        let what = notice.action.as_deref().unwrap_or("the initiative");
        common::say!(
            "  due      {} {}: {what} ({owner}, {} days left)",
            notice.date,
            notice.code,
            notice.days_left
        );
    }
    for blocked in &digest.blocked {
        common::say!("  blocked  {}: needs {}", blocked.code, joined(&blocked.needs, ", "));
    }
    for stalled in &digest.stalled {
        let what =
            if stalled.actions.is_empty() { "has not moved".to_owned() } else { stalled.actions.join("; ") };
        common::say!("  stalled  {}: {what}", stalled.code);
    }
    for goal in &digest.next_week {
        common::say!("  next     {}: {}", goal.code, goal.action.as_deref().unwrap_or("starts"));
    }
}
