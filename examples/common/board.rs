//! The parts of a change board's minutes as tables and lines.
#![allow(unreachable_pub)]

use cxrank::change_board::{Finding, Limit, Minutes, Money};
use cxrank::programme::Id;
use cxrank::reason::number;

use super::common::{self, say, table};

/// Codes with commas, or `nothing`.
pub fn codes(ids: &[Id]) -> String {
    if ids.is_empty() { "nothing".into() } else { ids.iter().map(Id::as_str).collect::<Vec<_>>().join(", ") }
}

pub fn print_moves(minutes: &Minutes) {
    let since = minutes.since.map_or("the start".to_owned(), |date| date.to_string());
    say!("\nWhat moved since {since}, by merit and in the recommended order, and why:");
    for line in &minutes.moves {
        say!("  {}", line.why);
    }
}

pub fn print_decisions(minutes: &Minutes) {
    let Some(board) = &minutes.board else { return say!("\nNo board has met.") };
    say!("\nDecided by the board {} on {}, {} in the chair:", board.board, board.date, board.chair);
    let row = |decided: &cxrank::change_board::Decided| {
        let given = &decided.decision.resources;
        let days: Vec<String> = given.teams.iter().map(|(team, days)| format!("{team} {days}")).collect();
        vec![
            decided.decision.rank.to_string(),
            decided.code.to_string(),
            decided.decision.deadline.to_string(),
            given.owner.to_string(),
            number(given.cash),
            days.join(", "),
        ]
    };
    let rows: Vec<_> = board.decisions.iter().map(row).collect();
    common::print(&table(&[">rank", "code", "deadline", "owner", ">cash", "person-days"], &rows));
    let who = if board.overrides.is_empty() { "Nothing was overridden." } else { "Overridden on purpose:" };
    say!("{who}");
    for line in &minutes.overrides {
        let given = &line.given;
        let rank = line.recommended_rank.map_or("no rank".into(), |rank| format!("rank {rank}"));
        say!("  {} to rank {} in place of {rank}, by {}: {}", given.code, given.rank, given.by, given.why);
        let effect = match line.money {
            Some(gain) if gain < 0.0 => format!("being earlier gains {}", number(-gain)),
            Some(cost) => format!("what that delays costs {}", number(cost)),
            None => "what that delays has no price".to_owned(),
        };
        say!("    displaces {}; {effect}", codes(&line.displaced));
    }
}

pub fn print_violations(minutes: &Minutes) {
    say!("\nLimits that running and planned work breaks:");
    for v in &minutes.violations {
        let limit = match v.limit {
            Limit::AtLeast(least) => format!("less than {}", number(least)),
            Limit::AtMost(most) => format!("more than {}", number(most)),
        };
        let remedy = match &v.defer {
            None => "deferring work does not help".to_owned(),
            Some(d) if d.proven => format!("deferring {} is enough, and nothing less is", codes(&d.codes)),
            Some(d) => format!("deferring {} is enough; {} at least", codes(&d.codes), d.at_least),
        };
        say!("  {:<18} {}, {} {limit}: {remedy}", v.guardrail, number(v.found), number(v.by));
    }
    if minutes.violations.is_empty() {
        say!("  none");
    }
}

/// Findings of some kinds, under a title; nothing where there are none.
pub fn print_findings(title: &str, findings: &[Finding], wanted: impl Fn(&str) -> bool) {
    let mut lines = findings.iter().filter(|finding| wanted(finding.code)).peekable();
    if lines.peek().is_some() {
        say!("\n{title}:");
    }
    for finding in lines {
        say!("  {:<22} {:<26} {}", finding.code, finding.subject, finding.message);
    }
}

pub fn print_orders(minutes: &Minutes) {
    say!("\nThe committed order beside the recommended one (+ stands lower than recommended):");
    let row = |line: &cxrank::change_board::DriftLine| {
        let recommended = line.recommended.map_or("-".into(), |rank| rank.to_string());
        let shift =
            line.shift.filter(|shift| *shift != 0).map_or(String::new(), |shift| format!("{shift:+}"));
        vec![line.committed.to_string(), line.code.to_string(), recommended, shift]
    };
    let rows: Vec<_> = minutes.drift.lines.iter().map(row).collect();
    common::print(&table(&[">committed", "code", ">recommended", ">shift"], &rows));
    let drift = &minutes.drift;
    say!("{} of {} pairs stand the other way round.", drift.inversions, drift.pairs);
    say!("Recommended before the last of these, and not committed: {}", codes(&drift.not_committed));
}

pub fn print_adoption(minutes: &Minutes) {
    say!("\nWhat changes to the committed plan would bring; work under way stays:");
    let row = |point: &cxrank::change_board::CurvePoint| {
        let plan = &point.selection;
        let bound = if plan.proven { "best".into() } else { format!("at most {}", number(plan.upper_bound)) };
        let bound = if point.changes == 0 { "as it stands".into() } else { bound };
        let budget = if point.within_budget { "" } else { "above budget" };
        let (comes, goes) = (common::list(&point.comes_in), common::list(&point.goes_out));
        vec![
            point.changes.to_string(),
            number(plan.benefit),
            bound,
            number(plan.cost),
            budget.into(),
            comes,
            goes,
        ]
    };
    let rows: Vec<_> = minutes.adoption.iter().map(row).collect();
    let heads = [">changes", ">points", "proof", ">effort", "", "comes in", "goes out"];
    common::print(&table(&heads, &rows));
}

pub fn print_executives(minutes: &Minutes, unit: &str) {
    say!("\nWhat feeds the goals of whom, in {unit} (likely, and from the least to the most):");
    let money = |money: Option<Money>| match money {
        Some(m) => [number(m.likely), format!("{} to {}", number(m.low), number(m.high))],
        None => ["-".into(), "not known".into()],
    };
    let mut rows = Vec::new();
    for view in &minutes.executives {
        for goal in &view.goals {
            let shares = goal.initiatives.iter().map(|f| format!("{} {}", f.code, number(f.share.likely)));
            let mut notes: Vec<String> = shares.collect();
            notes.extend(goal.unknown.iter().map(|outcome| format!("{outcome} not estimated")));
            let [likely, range] = money(goal.money);
            let (who, name) = (view.stakeholder.to_string(), String::from(goal.goal.clone()));
            rows.push(vec![who, name, likely, range, notes.join(", ")]);
        }
        if view.goals.len() > 1 {
            let [likely, range] = money(view.total);
            let once: Vec<_> =
                view.counted_once.iter().map(|outcome| format!("{outcome} counted once")).collect();
            rows.push(vec![String::new(), "together".into(), likely, range, once.join(", ")]);
        }
    }
    let heads =
        ["stakeholder", "goal", ">likely", "range", "still to be done for it, each with its likely share"];
    common::print(&table(&heads, &rows));
}

pub fn print_estimators(minutes: &Minutes) {
    say!("\nEstimate against actual of what is done, by who estimated:");
    let row = |line: &cxrank::change_board::Estimator| {
        let effort = line.effort_ratio.map_or("-".into(), |ratio| format!("{:+.0} %", (ratio - 1.0) * 100.0));
        let benefit = line.benefit_gap.map_or("-".into(), |gap| format!("{:+.1} %", gap * 100.0));
        let within = format!("{} of {}", line.within, line.with_spread);
        let by = line.by.clone().unwrap_or_else(|| "not signed".into());
        vec![by, line.efforts.to_string(), effort, line.benefits.to_string(), benefit, within]
    };
    let rows: Vec<_> = minutes.estimators.iter().map(row).collect();
    let heads = ["by", ">efforts", ">median", ">benefits", ">mean, of scale", ">within the range"];
    common::print(&table(&heads, &rows));
}
