//! What the budget buys, with the proof that nothing buys more.

use super::{Context, Made, count, list, short, some, words};
use crate::portfolio::{BestValue, Budget, Candidates};
use crate::reason::number;
use crate::report::table::percent;
use crate::report::{Column, Part, Section, Table};

pub(super) fn section(context: &Context<'_>) -> Made {
    let programme = context.programme;
    if programme.strategy().budget.is_none() {
        return Err("the strategy states no budget".to_owned());
    }
    let candidates = Candidates::new(programme).map_err(|error| words(&error))?;
    let plan = candidates.select(BestValue::default(), &Budget::Declared).map_err(|error| words(&error))?;
    let sequence = context.sequence.as_ref().map_err(Clone::clone)?;
    let unit = context.unit();
    let all: f64 = sequence.batches().iter().map(|batch| batch.benefit).sum();
    let in_play = sequence.order().len();
    let share = if all > 0.0 {
        format!(", {} of what all of them would bring", percent((plan.benefit / all).min(1.0)))
    } else {
        String::new()
    };
    let proof = if plan.proven {
        "proven: no selection within the budget brings more".to_owned()
    } else {
        format!("not proven best: no selection brings more than {} points", number(plan.upper_bound))
    };
    let of = format!("{} of {}", number(plan.selected.len() as f64), count(in_play, "initiative"));
    let outcomes = match plan.outcomes.len() {
        0 => String::new(),
        n => format!(" and {}", count(n, "outcome")),
    };
    let worth = programme.strategy().benefit_price.map_or_else(String::new, |price| {
        format!("worth {} {unit} each {}, ", number(plan.benefit * price), short(programme.period()))
    });
    let mut section = Section::of(Part::Plan)
        .headline(
            "What it brings",
            format!("{} points", number(plan.benefit)),
            format!("{worth}from {of}{outcomes}{share}"),
        )
        .headline(
            "What it costs",
            format!("{} {unit}", number(plan.cost)),
            format!("of a budget of {}; {proof}", number(plan.budget)),
        )
        .says(format!(
            "{of}{outcomes} for {} of {} {unit} bring {} points{share}.",
            number(plan.cost),
            number(plan.budget),
            number(plan.benefit)
        ))
        .says(format!("The plan is {proof}."));
    if !plan.outcomes.is_empty() {
        section = section.says(format!("Outcomes that it reaches: {}.", some(&plan.outcomes, 12)));
    }
    if let Some(roi) = plan.roi {
        section = section.note(format!("Return on investment over the horizon: {}.", percent(roi)));
    }

    let mut table = Table::new(
        "plan",
        "What is in the plan and what is not, in the order of the batches",
        [
            Column::code("code"),
            Column::name("name"),
            Column::text("in the plan"),
            Column::number("benefit").unit("points"),
            Column::number("effort").unit(programme.effort_unit()),
            Column::count("batch"),
            Column::text("needs"),
        ],
    );
    for code in sequence.order() {
        let selected = plan.selected.binary_search(code).is_ok();
        let score = context.ranking.scores().get(code);
        let needs: Vec<&str> = programme
            .prerequisites(code)
            .filter(|need| need.status.is_open())
            .map(|need| need.code.as_str())
            .collect();
        table.push([
            code.into(),
            context.name(code).into(),
            if selected { "yes" } else { "no" }.into(),
            score.and_then(|score| score.benefit()).into(),
            score.and_then(|score| score.effort()).into(),
            sequence.batch_of(code).into(),
            list(&needs).into(),
        ]);
    }
    Ok(section.table(table))
}
