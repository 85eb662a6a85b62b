//! What moved since the last board, and why.

use super::{Context, Made, count, some};
use crate::change_board::{Minutes, Move};
use crate::reason::number;
use crate::report::picture::{Slope, SlopeLine};
use crate::report::{Column, Kind, Part, Picture, Section, Table};

pub(super) fn section(context: &Context<'_>) -> Made {
    let Some(minutes) = context.options.minutes else {
        return Err("no minutes of a change board are given".to_owned());
    };
    let moved: Vec<&Move> = minutes
        .moves
        .iter()
        .filter(|line| {
            line.old_rank != line.new_rank || line.score_change.is_some_and(|change| change != 0.0)
        })
        .collect();
    let mut in_order = moved.clone();
    in_order.sort_by_key(|line| (line.new_rank.is_none(), line.new_rank, line.old_rank, &line.code));
    let mut table = Table::new(
        "moves",
        "Ranks before and after, with what moved them",
        [
            Column::code("code"),
            Column::name("name"),
            Column::count("rank before"),
            Column::count("rank now"),
            Column::new(Kind::Change, "score").unit(context.ranking.scores().unit()),
            Column::text("cause"),
            Column::text("why"),
        ],
    );
    let mut lines = Vec::new();
    for line in &in_order {
        let cause = cause(line);
        table.push([
            (&line.code).into(),
            context.name(&line.code).into(),
            line.old_rank.into(),
            line.new_rank.into(),
            line.score_change.into(),
            cause.clone().into(),
            line.why.to_string().into(),
        ]);
        let rank = |rank: Option<usize>| rank.and_then(|rank| u32::try_from(rank).ok());
        lines.push(SlopeLine {
            code: line.code.to_string(),
            name: context.name(&line.code).to_owned(),
            old: rank(line.old_rank),
            new: rank(line.new_rank),
            cause,
        });
    }

    let since = minutes.since.map_or_else(|| "the start".to_owned(), |date| date.to_string());
    let now = minutes.as_of.map_or_else(|| "now".to_owned(), |date| date.to_string());
    let changed = in_order.iter().filter(|line| line.old_rank != line.new_rank).count();
    let own = in_order.iter().filter(|line| !line.causes.is_empty()).count();
    let greatest = in_order
        .iter()
        .filter_map(|line| Some((line.old_rank?.abs_diff(line.new_rank?), *line)))
        .max_by_key(|(by, line)| (*by, std::cmp::Reverse(&line.code)));
    let detail =
        greatest.filter(|(by, _)| *by > 0).map_or_else(String::new, |(_, line)| line.why.to_string());
    let verb = |n: usize| if n == 1 { "has" } else { "have" };
    let mut section = Section::of(Part::Changes)
        .headline("What moved", format!("{} since {since}", count(changed, "rank")), detail)
        .says(format!(
            "Since {since}, {} {} another rank; {own} of those that moved {} another score.",
            count(changed, "initiative"),
            verb(changed),
            verb(own)
        ));
    if let Some(board) = &minutes.board {
        let overrides = match minutes.overrides.len() {
            0 => "none of them against the recommended order".to_owned(),
            n => format!("{} against the recommended order", count(n, "override")),
        };
        section = section.says(format!(
            "The last board met on {} and decided on {}, {overrides}.",
            board.date,
            count(board.decisions.len(), "initiative")
        ));
    }
    for line in &minutes.overrides {
        let money = line.money.map_or_else(String::new, |money| {
            format!("; the delay costs {} {}", number(money), context.unit())
        });
        section = section.note(format!(
            "{} was put to rank {} by {}: {}{money}.",
            line.given.code,
            line.given.rank,
            line.given.by,
            line.given.why.trim_end_matches('.')
        ));
    }
    if !lines.is_empty() {
        section = section.picture(Picture::Slope(Slope { sides: (since, now), lines }));
    }
    Ok(section
        .table(table)
        .table(committed(minutes, context))
        .table(violations(minutes))
        .table(findings(minutes)))
}

/// What moved it, in a few words: its own inputs, or what others did.
fn cause(line: &Move) -> Option<String> {
    let others = |verb: &str, codes: Vec<crate::programme::Id>| {
        (!codes.is_empty()).then(|| format!("{} {verb}", some(&codes, 2)))
    };
    let passing =
        |list: &[crate::change_board::Passing]| list.iter().map(|passing| passing.code.clone()).collect();
    let own = line.causes.first().map(|cause| cause.cause.words().to_owned());
    own.or_else(|| others("passed it", passing(&line.passed_by)))
        .or_else(|| others("came in above it", line.came_above.clone()))
        .or_else(|| others("fell behind it", passing(&line.passed)))
        .or_else(|| others("went from above it", line.went_from_above.clone()))
}

fn committed(minutes: &Minutes, context: &Context<'_>) -> Table {
    let mut table = Table::new(
        "committed",
        "The committed order beside the recommended one",
        [
            Column::count("committed"),
            Column::code("code"),
            Column::name("name"),
            Column::count("recommended"),
            Column::new(Kind::Change, "shift"),
        ],
    );
    for line in &minutes.drift.lines {
        table.push([
            line.committed.into(),
            (&line.code).into(),
            context.name(&line.code).into(),
            line.recommended.into(),
            line.shift.into(),
        ]);
    }
    table
}

fn violations(minutes: &Minutes) -> Table {
    use crate::change_board::Limit;
    let mut table = Table::new(
        "limits",
        "Limits that running and planned work breaks",
        [
            Column::code("limit"),
            Column::text("agreed"),
            Column::number("found"),
            Column::number("by"),
            Column::text("least to defer"),
        ],
    );
    for line in &minutes.violations {
        let agreed = match line.limit {
            Limit::AtLeast(least) => format!("at least {}", number(least)),
            Limit::AtMost(most) => format!("at most {}", number(most)),
        };
        let defer = line.defer.as_ref().map(|deferral| super::list(&deferral.codes));
        table.push([
            (&line.guardrail).into(),
            agreed.into(),
            line.found.into(),
            line.by.into(),
            defer.into(),
        ]);
    }
    table
}

fn findings(minutes: &Minutes) -> Table {
    let mut table = Table::new(
        "board-findings",
        "What the board should know",
        [Column::code("about"), Column::text("finding"), Column::text("what")],
    );
    for finding in &minutes.findings {
        table.push([finding.subject.as_str().into(), finding.code.into(), finding.message.as_str().into()]);
    }
    table
}
