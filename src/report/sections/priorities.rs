//! The order of merit with why.

use std::collections::BTreeMap;

use super::{Context, Made, count, list, short};
use crate::programme::Status;
use crate::rank::Line;
use crate::reason::number;
use crate::report::{Cell, Column, Kind, Part, Section, Table};

pub(super) fn section(context: &Context<'_>) -> Made {
    let ranking = &context.ranking;
    let lines: Vec<Line> = ranking.lines().collect();
    let Some(first) = lines.first() else { return Err("no initiative has a score".to_owned()) };
    let whole_unit = ranking.scores().unit();
    let unit = short(&whole_unit);
    let named = |line: &Line| format!("{} {}", short(&line.code), short(&line.name));

    let next = |lines: &[Line]| lines.iter().map(named).collect::<Vec<_>>().join(", then ");
    let detail = match &lines[1..] {
        [] => "the only one with a score".to_owned(),
        rest => format!("then {}", next(&rest[..rest.len().min(2)])),
    };
    let mut section = Section::of(Part::Priorities)
        .headline("What first", named(first), detail)
        .says(format!("{} comes first with {} {unit}.", named(first), number(first.score)));
    let mut levels: BTreeMap<usize, (String, usize)> = BTreeMap::new();
    for line in &lines {
        let bands = &context.programme.policy().levels;
        if let Some(k) = bands.iter().position(|band| Some(&band.name) == line.level.as_ref()) {
            levels.entry(k).or_insert_with(|| (bands[k].name.clone(), 0)).1 += 1;
        }
    }
    if !levels.is_empty() {
        let parts: Vec<String> =
            levels.values().map(|(name, n)| format!("{} {}", number(*n as f64), short(name))).collect();
        section = section.says(format!("Of {}: {}.", count(lines.len(), "ranked initiative"), list(&parts)));
    }
    let early = lines.iter().filter(|line| !line.stands_before.is_empty()).count();
    if early > 0 {
        section = section.note(format!(
            "{} before something that is needed first: rank is merit by itself, and batches and roadmap put what is needed first.",
            if early == 1 { "1 initiative stands".to_owned() } else { format!("{early} initiatives stand") },
        ));
    }
    section = section.note(format!(
        "Score: {}, {unit}. Equal scores share a rank. The order of two initiatives depends on those two alone.",
        ranking.scores().model()
    ));
    if ranking.consensus().is_some() {
        section = section.note(
            "Stakeholders: the rank in their common order. Gap: that rank less the score's; above zero where the score thinks more of an initiative than they do.",
        );
    }
    Ok(section.table(table(context, &lines, &whole_unit)))
}

fn table(context: &Context<'_>, lines: &[Line], unit: &str) -> Table {
    let has = |part: &dyn Fn(&Line) -> bool| lines.iter().any(part);
    let (levels, stakeholders) = (has(&|l| l.level.is_some()), has(&|l| l.stakeholder_rank.is_some()));
    let mut columns = vec![
        Column::count("rank"),
        Column::code("code"),
        Column::name("name"),
        Column::number("benefit").unit("points"),
        Column::number("effort").unit(context.programme.effort_unit()),
        Column::number("score").unit(unit),
    ];
    if levels {
        columns.push(Column::text("level"));
    }
    if stakeholders {
        columns.extend([Column::count("stakeholders"), Column::new(Kind::Change, "gap")]);
    }
    columns.extend([Column::count("batch"), Column::text("note"), Column::text("why")]);

    let mut table = Table::new("priorities", "Initiatives in order of merit", columns);
    for line in lines {
        let batch = context.sequence.as_ref().ok().and_then(|sequence| sequence.batch_of(&line.code));
        let mut row: Vec<Cell> = vec![
            line.rank.into(),
            (&line.code).into(),
            line.name.as_str().into(),
            line.benefit.into(),
            line.effort.into(),
            line.score.into(),
        ];
        if levels {
            row.push(line.level.clone().into());
        }
        if stakeholders {
            row.extend([line.stakeholder_rank.into(), line.gap.into()]);
        }
        row.extend([batch.into(), note(context, line).into(), line.why.to_string().into()]);
        table.push(row);
    }
    table
}

fn note(context: &Context<'_>, line: &Line) -> String {
    let mut notes = Vec::new();
    if context.programme.initiative(&line.code).is_some_and(|i| i.status == Status::UnderWay) {
        notes.push("under way".to_owned());
    }
    if line.tied {
        notes.push("level with a neighbour".to_owned());
    }
    if !line.stands_before.is_empty() {
        notes.push(format!("needs {} first", list(&line.stands_before)));
    }
    if !line.blocked_by.is_empty() {
        notes.push(format!("blocked by {}", list(&line.blocked_by)));
    }
    notes.join("; ")
}
