//! What first, given what needs what: batches, the order, and the frontier.
//!
//! `cargo run --release --example sequence -- [PROGRAMME.json] [--json]`

use std::fmt::Write;

use cxrank::reason::number;
use cxrank::sequence::Sequence;

mod common;

fn main() {
    let mut arguments = common::Arguments::new("sequence [PROGRAMME.json] [--json]");
    let json = arguments.flag("--json");
    let files = arguments.files(0, 1);

    let programme = common::programme(files.first().map(String::as_str));
    let sequence = common::ok(Sequence::new(&programme));
    if json {
        common::print_json(&sequence);
    } else {
        common::print(&report(&sequence).expect("writing to a string does not fail"));
    }
}

fn report(sequence: &Sequence<'_>) -> Result<String, std::fmt::Error> {
    let mut out = String::new();
    let (programme, batches) = (sequence.programme(), sequence.batches());
    let unit = programme.effort_unit();
    writeln!(
        out,
        "{}: {} initiatives in {} batches\n",
        programme.name(),
        sequence.order().len(),
        batches.len()
    )?;
    let per = programme.policy().per.unwrap_or(1.0);
    let (mut budget, mut gained) = (0.0, 0.0);
    let mut rows = Vec::new();
    for batch in batches {
        (budget, gained) = (budget + batch.effort, gained + batch.benefit);
        rows.push(vec![
            batch.number.to_string(),
            common::list(&batch.initiatives),
            common::list(&batch.outcomes),
            number(batch.benefit),
            number(batch.effort),
            batch.density.map_or_else(|| "-".into(), |density| number(density * per)),
            number(gained),
            number(budget),
        ]);
    }
    let density = format!(">per {} {unit}", number(per));
    let heads =
        [">batch", "initiatives", "outcomes", ">benefit", ">effort", &density, ">benefit so far", ">budget"];
    out += &common::table(&heads, &rows);

    writeln!(out, "\nWhy they belong together:")?;
    for batch in batches.iter().filter(|batch| batch.initiatives.len() > 1) {
        writeln!(out, "  batch {}: {}", batch.number, batch.why)?;
    }
    writeln!(out, "\nOrder: {}", common::list(sequence.order()))?;
    let proof = if sequence.proven() { "proven least" } else { "not proven least" };
    let (cost, bound) = (number(sequence.cost()), number(sequence.lower_bound()));
    writeln!(out, "Benefit x completion: {cost} points x {unit}, {proof}; no order is below {bound}")?;
    if !sequence.left_out().is_empty() {
        writeln!(out, "\nNot in sequence:")?;
    }
    for left_out in sequence.left_out() {
        writeln!(out, "  {}", left_out.reason)?;
    }
    Ok(out)
}
