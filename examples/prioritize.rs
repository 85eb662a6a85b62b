//! The order of merit of a programme, with its reasons, beside what the stakeholders say.
//!
//! `cargo run --release --example prioritize -- [PROGRAMME.json] [--top N] [--json]`

use cxrank::rank::{Line, Ranking};
use cxrank::reason::number;

mod common;

fn main() {
    let mut arguments = common::Arguments::new("prioritize [PROGRAMME.json] [--top N] [--json]");
    let json = arguments.flag("--json");
    let top: Option<usize> = arguments.number("--top");
    let files = arguments.files(0, 1);

    let programme = common::programme(files.first().map(String::as_str));
    let ranking = common::ok(Ranking::new(&programme));
    if json {
        return common::print_json(&ranking);
    }

    println!("{}: {} initiatives in order of merit", programme.name(), ranking.len());
    println!(
        "score = {} in {}; policy {}\n",
        ranking.scores().model(),
        ranking.scores().unit(),
        ranking.fingerprint()
    );
    let lines: Vec<Line> = ranking.top(top.unwrap_or(usize::MAX)).collect();
    let heads =
        [">rank", "code", "name", ">benefit", ">effort", ">score", "level", ">stakeholders", ">gap", "note"];
    common::print_table(&heads, &lines.iter().map(row).collect::<Vec<_>>());

    println!("\nWhy, for the first ten:");
    for line in lines.iter().take(10) {
        println!("  {:>2}. {}", line.rank, line.why);
    }
    if let [first, second, ..] = &lines[..] {
        println!("\nWhy the first stands above the second:");
        if let Some(reason) = ranking.why_above(&first.code, &second.code) {
            println!("  {reason}");
        }
    }
    let unscored = ranking.unscored();
    if !unscored.is_empty() {
        println!("\nWithout a score, and so without a rank:");
        unscored.iter().for_each(|unscored| println!("  {}", unscored.reason));
    }
    let not_ranked = ranking.not_ranked();
    if !not_ranked.is_empty() {
        println!("\nNot up for ranking:");
        not_ranked.iter().for_each(|closed| println!("  {}", closed.reason));
    }
}

fn row(line: &Line) -> Vec<String> {
    let or_dash = |text: Option<String>| text.unwrap_or_else(|| "-".into());
    let mut notes = Vec::new();
    if line.tied {
        notes.push("level with a neighbour".to_owned());
    }
    if !line.stands_before.is_empty() {
        let codes: Vec<&str> = line.stands_before.iter().map(cxrank::programme::Id::as_str).collect();
        notes.push(format!("needs {} first", codes.join(", ")));
    }
    if !line.blocked_by.is_empty() {
        let codes: Vec<&str> = line.blocked_by.iter().map(cxrank::programme::Id::as_str).collect();
        notes.push(format!("blocked by {}", codes.join(", ")));
    }
    vec![
        line.rank.to_string(),
        line.code.to_string(),
        common::short(&line.name, 36),
        or_dash(line.benefit.map(number)),
        or_dash(line.effort.map(number)),
        number(line.score),
        or_dash(line.level.clone()),
        or_dash(line.stakeholder_rank.map(|rank| rank.to_string())),
        or_dash(line.gap.map(|gap| if gap == 0 { "0".into() } else { format!("{gap:+}") })),
        notes.join("; "),
    ]
}
