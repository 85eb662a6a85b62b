//! What belongs together, and what each budget can reach.

use super::{Context, Made, count, list};
use crate::programme::Id;
use crate::reason::number;
use crate::report::picture::{Frontier, Step};
use crate::report::{Column, Part, Picture, Section, Table};

pub(super) fn section(context: &Context<'_>) -> Made {
    let sequence = context.sequence.as_ref().map_err(Clone::clone)?;
    let (batches, programme) = (sequence.batches(), context.programme);
    if batches.is_empty() {
        return Err("no initiative can be put in sequence".to_owned());
    }
    let unit = programme.effort_unit();
    let short_unit = context.unit();
    let per = programme.policy().per;
    let density = per.map_or_else(String::new, |per| format!("{} ", number(per)));
    let density = format!("points per {density}{unit}");
    let per = per.unwrap_or(1.0);
    let mut table = Table::new(
        "batches",
        "Batches, the best first",
        [
            Column::count("batch"),
            Column::text("initiatives"),
            Column::text("outcomes"),
            Column::number("benefit").unit("points"),
            Column::number("effort").unit(unit),
            Column::number("worth").unit(density),
            Column::number("benefit so far").unit("points"),
            Column::number("effort so far").unit(unit),
            Column::text("why"),
        ],
    );
    let (mut gained, mut spent) = (0.0, 0.0);
    for batch in batches {
        (gained, spent) = (gained + batch.benefit, spent + batch.effort);
        table.push([
            batch.number.into(),
            list(&batch.initiatives).into(),
            list(&batch.outcomes).into(),
            batch.benefit.into(),
            batch.effort.into(),
            batch.density.map(|density| density * per).into(),
            gained.into(),
            spent.into(),
            batch.why.to_string().into(),
        ]);
    }

    let initiatives = sequence.order().len();
    let mut section = Section::of(Part::Batches);
    if programme.strategy().budget.is_none() {
        section = section
            .headline(
                "What it brings",
                format!("{} points", number(gained)),
                format!("from {}, if all of it is done", count(initiatives, "initiative")),
            )
            .headline(
                "What it costs",
                format!("{} {short_unit}", number(spent)),
                "for all of it; no budget is stated",
            );
    }
    section = section.says(format!(
        "{} in {}: after each, nothing that costs as much would have brought more.",
        count(initiatives, "initiative"),
        if batches.len() == 1 {
            "1 batch".to_owned()
        } else {
            format!("{} batches", number(batches.len() as f64))
        },
    ));
    let together =
        batches.iter().max_by_key(|batch| (batch.initiatives.len(), std::cmp::Reverse(batch.number)));
    if let Some(batch) = together.filter(|batch| batch.initiatives.len() > 1) {
        section = section.says(format!(
            "The largest, batch {}, holds {} that are worth it only together.",
            batch.number,
            count(batch.initiatives.len(), "initiative")
        ));
    }
    let proof = if sequence.proven() {
        "is proven to let customers wait least"
    } else {
        "lets customers wait little; it is not proven that no order does better"
    };
    section = section.note(format!("The order within and between batches {proof} (sum of benefit times what was spent until it is there: {}, and no order is below {}).", number(sequence.cost()), number(sequence.lower_bound())));

    let mut left =
        Table::new("not-in-sequence", "Not in sequence", [Column::code("code"), Column::text("why")]);
    // What is not open is listed as not ranked.
    let open = |id: &Id| programme.initiative(id).is_none_or(|initiative| initiative.status.is_open());
    for line in sequence.left_out().iter().filter(|line| open(&line.id)) {
        left.push([(&line.id).into(), line.reason.to_string().into()]);
    }
    let steps = batches.iter().map(|batch| Step {
        number: batch.number,
        initiatives: batch.initiatives.iter().map(ToString::to_string).collect(),
        benefit: batch.benefit,
        effort: batch.effort,
    });
    let frontier = Frontier {
        benefit_unit: "points".to_owned(),
        effort_unit: unit.to_owned(),
        steps: steps.collect(),
        budget: programme.strategy().budget,
    };
    Ok(section.picture(Picture::Frontier(frontier)).table(table).table(left))
}
