//! The parts of a roadmap as tables and lines.
#![allow(unreachable_pub)]

use cxrank::programme::Id;
use cxrank::reason::number;
use cxrank::roadmap::{Assignment, Digest, Horizon, Limit, Roadmap};

use super::common::{self, table};

pub fn row(a: &Assignment) -> Vec<String> {
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

pub fn joined(codes: &[Id], by: &str) -> String {
    codes.iter().map(Id::as_str).collect::<Vec<_>>().join(by)
}

fn term(horizon: Horizon) -> &'static str {
    match horizon {
        Horizon::Short => "short",
        Horizon::Mid => "mid",
        Horizon::Long => "long",
    }
}

pub fn print_map(roadmap: &Roadmap) {
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
    common::print(&table(&["domain", "short term", "mid term", "long term"], &rows));
}

pub fn print_load(roadmap: &Roadmap) {
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
    common::print(&table(&heads, &rows));
}

pub fn print_digest(digest: &Digest) {
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
