//! Who does what when, with the load, and what people should look at.

use super::{Context, Made, count, list, short, words};
use crate::programme::Id;
use crate::reason::number;
use crate::report::picture::{Bar, Gantt, Load};
use crate::report::table::percent;
use crate::report::{Cell, Column, Part, Picture, Section, Table};
use crate::roadmap::{self, Assignment, Horizon, Limit, Order, Roadmap};

pub(super) fn section(context: &Context<'_>) -> Made {
    let programme = context.programme;
    let capacities = &programme.strategy().capacities;
    if capacities.teams.is_empty() && capacities.units.is_empty() && capacities.cash.is_none() {
        return Err("the strategy states no capacities".to_owned());
    }
    let sequence = context.sequence.as_ref().map_err(Clone::clone)?;
    let options = roadmap::Options { as_of: context.options.as_of, ..roadmap::Options::default() };
    let map =
        Roadmap::new(programme, &Order::by_sequence(sequence), &options).map_err(|error| words(&error))?;
    if map.assignments.is_empty() {
        return Err("nothing finds room in it".to_owned());
    }
    let period = short(&map.period);
    let last = map.assignments.iter().map(|a| a.end).max().unwrap_or(0);
    let short = map.bottleneck().map(|team| {
        format!(
            "{} is short: it is used to {}, and a tenth more of it would bring {} points more",
            team.team,
            percent(team.used),
            number(team.gain)
        )
    });
    let terms = [Horizon::Short, Horizon::Mid, Horizon::Long]
        .map(|term| map.assignments.iter().filter(|a| a.horizon == term).count());
    let horizon = format!(
        "{terms_short} in the short term, {} in the mid and {} in the long term",
        terms[1],
        terms[2],
        terms_short = count(terms[0], "initiative")
    );
    let mut section = Section::of(Part::Roadmap)
        .headline(
            "When",
            format!("{} by {period} {last}", count(map.assignments.len(), "initiative")),
            short.clone().unwrap_or_else(|| horizon.clone()),
        )
        .says(format!(
            "{} over {} {period}s: {horizon}.",
            count(map.assignments.len(), "initiative"),
            map.periods
        ))
        .says(format!(
            "It brings {} points, {} of what any plan could bring at most.",
            number(map.benefit),
            percent(1.0 - map.gap())
        ));
    if let Some(short) = short {
        section = section.says(format!("{short}."));
    }
    if !map.critical_path.is_empty() {
        section = section.note(format!(
            "The chain that keeps the plan from ending sooner whatever the capacity: {}.",
            map.critical_path.join(" → ")
        ));
    }
    Ok(section
        .picture(Picture::Gantt(gantt(context, &map)))
        .table(plan(&map))
        .table(load(&map))
        .table(outcomes(&map))
        .table(not_planned(&map))
        .table(findings(&map)))
}

fn term(horizon: Horizon) -> &'static str {
    match horizon {
        Horizon::Short => "short",
        Horizon::Mid => "mid",
        Horizon::Long => "long",
    }
}

fn plan(map: &Roadmap) -> Table {
    let mut columns = vec![
        Column::code("code"),
        Column::name("name"),
        Column::name("domain"),
        Column::name("owner"),
        Column::count("starts").unit(map.period.as_str()),
        Column::count("ends").unit(map.period.as_str()),
    ];
    let dated = map.assignments.iter().any(|a| a.ends_on.is_some());
    if dated {
        columns.push(Column::text("ends on"));
    }
    columns.extend([Column::text("term"), Column::count("slack"), Column::text("state")]);
    let mut table = Table::new("roadmap", "Who does what when", columns);
    for a in &map.assignments {
        let mut row: Vec<Cell> = vec![
            (&a.code).into(),
            a.name.as_str().into(),
            a.domain.as_ref().map(Id::as_str).into(),
            a.owner.as_ref().map(Id::as_str).into(),
            a.start.into(),
            a.end.into(),
        ];
        if dated {
            row.push(a.ends_on.map(|date| date.to_string()).into());
        }
        row.extend([
            term(a.horizon).into(),
            a.slack.into(),
            if a.under_way { "under way" } else { "planned" }.into(),
        ]);
        table.push(row);
    }
    table
}

fn load(map: &Roadmap) -> Table {
    let mut columns = vec![Column::text("of"), Column::code("what"), Column::number("limit")];
    columns.extend((1..=map.periods).map(|period| Column::number(format!("{} {period}", map.period))));
    let mut table = Table::new(
        "load",
        format!(
            "What is taken of each limit in each {}: teams in person-days, units in changes at once, cash",
            short(&map.period)
        ),
        columns,
    );
    for lines in map.load.chunks(map.periods as usize) {
        let Some(first) = lines.first() else { continue };
        let (of, what) = match &first.what {
            Limit::Team(team) => ("team", team.as_str()),
            Limit::Unit(unit) => ("unit", unit.as_str()),
            Limit::Cash => ("money", "cash"),
        };
        let mut row: Vec<Cell> = vec![of.into(), what.into(), first.capacity.into()];
        row.extend(lines.iter().map(|line| Cell::from(line.load)));
        table.push(row);
    }
    table
}

fn outcomes(map: &Roadmap) -> Table {
    let columns = [
        Column::code("outcome"),
        Column::name("name"),
        Column::count("realised in").unit(map.period.as_str()),
        Column::text("waits for"),
    ];
    let mut table = Table::new("outcomes", "What becomes of the outcomes; 0 is realised already", columns);
    for outcome in &map.outcomes {
        table.push([
            (&outcome.id).into(),
            outcome.name.as_str().into(),
            outcome.realised.into(),
            list(&outcome.lacks).into(),
        ]);
    }
    table
}

fn not_planned(map: &Roadmap) -> Table {
    let mut table = Table::new(
        "not-planned",
        "Not in the plan",
        [Column::code("code"), Column::name("name"), Column::text("why")],
    );
    for line in &map.not_scheduled {
        table.push([(&line.code).into(), line.name.as_str().into(), line.reason.to_string().into()]);
    }
    table
}

fn findings(map: &Roadmap) -> Table {
    let mut table = Table::new(
        "findings",
        "To look at",
        [Column::code("about"), Column::text("finding"), Column::text("what")],
    );
    for finding in &map.findings {
        table.push([
            finding.subject.as_str().into(),
            finding.code.as_str().into(),
            finding.message.as_str().into(),
        ]);
    }
    table
}

fn gantt(context: &Context<'_>, map: &Roadmap) -> Gantt {
    let mut domains: Vec<(String, Vec<Bar>)> = Vec::new();
    let mut bars: Vec<&Assignment> = map.assignments.iter().collect();
    // Those without a domain last.
    bars.sort_by(|a, b| (a.domain.is_none(), &a.domain).cmp(&(b.domain.is_none(), &b.domain)));
    for a in bars {
        let domain = a.domain.as_ref().map_or("no domain", Id::as_str);
        if domains.last().is_none_or(|(last, _)| last != domain) {
            domains.push((domain.to_owned(), Vec::new()));
        }
        let bar = Bar {
            code: a.code.to_string(),
            name: a.name.clone(),
            owner: a.owner.as_ref().map(ToString::to_string),
            start: a.start,
            end: a.end,
            under_way: a.under_way,
        };
        domains.last_mut().expect("it was just pushed").1.push(bar);
    }
    let [short, mid] = context
        .programme
        .strategy()
        .horizons
        .unwrap_or_else(|| [map.periods.div_ceil(3), (2 * map.periods).div_ceil(3)]);
    let horizons = [("short term", short), ("mid term", mid), ("long term", map.periods)];
    let loads = map.load.chunks(map.periods as usize).filter_map(|lines| {
        let Limit::Team(team) = &lines.first()?.what else { return None };
        let used = lines.iter().map(|line| {
            line.capacity.filter(|capacity| *capacity > 0.0).map(|capacity| line.load / capacity)
        });
        Some(Load { team: team.to_string(), used: used.collect() })
    });
    Gantt {
        periods: (1..=map.periods).map(|period| period.to_string()).collect(),
        horizons: horizons.into_iter().map(|(name, last)| (name.to_owned(), last.min(map.periods))).collect(),
        domains,
        loads: loads.collect(),
    }
}
