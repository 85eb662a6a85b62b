//! The order of merit of a programme, with its reasons, beside what the stakeholders say.
//!
//! `cargo run --release --example prioritize -- [PROGRAMME.json] [--top N] [--json]`

use std::fmt::Write;

use cxrank::rank::{Line, Ranking};
use cxrank::reason::number;
use cxrank::sequence::Sequence;

#[path = "common/buy_in.rs"]
mod buy_in;
mod common;
use common::or_dash;

fn main() {
    let mut arguments = common::Arguments::new("prioritize [PROGRAMME.json] [--top N] [--json]");
    let json = arguments.flag("--json");
    let top: Option<usize> = arguments.number("--top");
    let files = arguments.files(0, 1);

    let programme = common::programme(files.first().map(String::as_str));
    let ranking = common::ok(Ranking::new(&programme));
    let sequence = common::ok(Sequence::new(&programme));
    if json {
        let mut value = serde_json::to_value(&ranking).expect("results are plain data");
        if let (Some(lines), Some(top)) = (value["ranking"].as_array_mut(), top) {
            lines.truncate(ranking.top(top).count());
        }
        for line in value["ranking"].as_array_mut().into_iter().flatten() {
            line["batch"] = line["code"].as_str().and_then(|code| sequence.batch_of(code)).into();
        }
        common::print_json(&value);
    } else {
        let text = report(&ranking, &sequence, top.unwrap_or(usize::MAX));
        common::print(&text.expect("writing to a string does not fail"));
    }
}

fn report(ranking: &Ranking<'_>, sequence: &Sequence<'_>, top: usize) -> Result<String, std::fmt::Error> {
    let mut out = String::new();
    let scores = ranking.scores();
    writeln!(out, "{}: {} initiatives in order of merit", ranking.programme().name(), ranking.len())?;
    writeln!(out, "score = {}, {}; policy {}\n", scores.model(), scores.unit(), ranking.fingerprint())?;
    let lines: Vec<Line> = ranking.top(top).collect();
    let heads = ">rank code name >benefit >effort >score level >stakeholders >gap >batch note";
    let rows: Vec<_> = lines.iter().map(|line| row(line, sequence.batch_of(&line.code))).collect();
    out += &common::table(&heads.split(' ').collect::<Vec<_>>(), &rows);

    writeln!(out, "\nWhy, for the first ten:")?;
    lines.iter().take(10).try_for_each(|line| writeln!(out, "  {:>2}. {}", line.rank, line.why))?;
    if let [first, second, ..] = &lines[..]
        && let Some(reason) = ranking.why_above(&first.code, &second.code)
    {
        writeln!(out, "\nWhy the first stands above the second:\n  {reason}")?;
    }
    out += &ranking.consensus().map(buy_in::text).unwrap_or_default();
    let (unscored, closed) = (ranking.unscored(), ranking.not_ranked());
    for (head, reasons) in [
        ("Without a score, and so without a rank:", unscored.iter().map(|u| &u.reason).collect::<Vec<_>>()),
        ("Not up for ranking:", closed.iter().map(|c| &c.reason).collect()),
    ] {
        if !reasons.is_empty() {
            writeln!(out, "\n{head}")?;
        }
        reasons.iter().try_for_each(|reason| writeln!(out, "  {reason}"))?;
    }
    Ok(out)
}

fn row(line: &Line, batch: Option<usize>) -> Vec<String> {
    let mut notes = Vec::new();
    if line.tied {
        notes.push("level with a neighbour".to_owned());
    }
    if !line.stands_before.is_empty() {
        notes.push(format!("needs {} first", line.stands_before.join(", ")));
    }
    if !line.blocked_by.is_empty() {
        notes.push(format!("blocked by {}", line.blocked_by.join(", ")));
    }
    vec![
        line.rank.to_string(),
        line.code.to_string(),
        common::short(&line.name, 36),
        or_dash(line.benefit.map(number)),
        or_dash(line.effort.map(number)),
        number(line.score),
        or_dash(line.level.clone()),
        or_dash(line.stakeholder_rank),
        or_dash(line.gap.map(|gap| if gap == 0 { "0".into() } else { format!("{gap:+}") })),
        or_dash(batch.map(|batch| batch.to_string())),
        notes.join("; "),
    ]
}
