//! What the stakeholders say together, how far each is from it, and what they quarrel about.

use super::{Context, Made, are, count, list, short};
use crate::consensus::{Consensus, ConsensusRule};
use crate::programme::{Id, Programme};
use crate::report::picture::{Grid, Scale};
use crate::report::table::signed;
use crate::report::{Cell, Column, Kind, Part, Picture, Section, Table};

/// The matrix is for so many stakeholders, those with the greatest weight.
const MOST: usize = 40;

pub(super) fn section(context: &Context<'_>) -> Made {
    let Some(consensus) = context.ranking.consensus() else {
        return Err(context.no_consensus.clone().unwrap_or_default());
    };
    let programme = context.programme;
    let label =
        |id: &Id| programme.stakeholder(id).map_or(id.as_str(), |stakeholder| stakeholder.label()).to_owned();
    let summary = consensus.summary();
    let agreement = &summary.agreement;

    let mut buy_in = Table::new(
        "buy-in",
        "Each stakeholder's buy-in in the common order, the least first",
        [
            Column::code("stakeholder"),
            Column::name("name"),
            Column::number("weight"),
            Column::new(Kind::Correlation, "buy-in").unit("−1 to 1"),
            Column::count("pairs lost"),
            Column::text("such as"),
        ],
    );
    for line in &agreement.stakeholders {
        let weight = programme.stakeholder(&line.stakeholder).and_then(|s| s.weight).unwrap_or(1.0);
        let worst: Vec<String> = line.worst.iter().take(3).map(|(a, b)| format!("{a} above {b}")).collect();
        buy_in.push([
            (&line.stakeholder).into(),
            label(&line.stakeholder).into(),
            weight.into(),
            line.tau_b.into(),
            Cell::Count(i64::try_from(line.lost).unwrap_or(i64::MAX)),
            list(&worst).into(),
        ]);
    }

    let mut contested = Table::new(
        "contested",
        "Contested initiatives",
        [
            Column::code("code"),
            Column::name("name"),
            Column::share("opposed"),
            Column::text("would have it higher"),
            Column::text("would have it lower"),
            Column::new(Kind::Correlation, "of those who deliver").unit("−1 to 1"),
        ],
    );
    let mut quarrels: Vec<_> = agreement.initiatives.iter().filter(|split| split.contested).collect();
    quarrels.sort_by(|a, b| {
        b.opposed.unwrap_or(0.0).total_cmp(&a.opposed.unwrap_or(0.0)).then(a.code.cmp(&b.code))
    });
    for split in &quarrels {
        contested.push([
            (&split.code).into(),
            context.name(&split.code).into(),
            split.opposed.into(),
            list(&split.above).into(),
            list(&split.below).into(),
            split.deliverers.into(),
        ]);
    }

    let tau = |tau: Option<f64>| tau.map_or_else(|| "undefined".to_owned(), signed);
    let least = agreement.stakeholders.iter().find(|line| line.tau_b.is_some());
    let least = least.map(|line| format!("{} ({})", short(&label(&line.stakeholder)), tau(line.tau_b)));
    let detail = least.as_ref().map_or_else(String::new, |least| {
        format!("least buy-in: {least}, where +1 is full agreement and −1 the opposite")
    });
    let rule = consensus.rule().name();
    let proof = match summary.proven {
        Some(true) => ", proven",
        Some(false) => ", not proven best",
        None => "",
    };
    let mut section = Section::of(Part::Stakeholders)
        .headline(
            "Who disagrees",
            if quarrels.is_empty() {
                "Nothing is contested".to_owned()
            } else {
                format!("{} contested", count(quarrels.len(), "initiative"))
            },
            detail,
        )
        .says(format!(
            "The common order of {} is by the rule {rule}{proof}; mean buy-in {} on a scale from −1 to 1.",
            count(consensus.ballots(), "ballot"),
            tau(agreement.tau_b)
        ));
    if let Some(least) = least.filter(|_| agreement.stakeholders.len() > 1) {
        section = section.says(format!("The least is that of {least}."));
    }
    if !quarrels.is_empty() {
        section = section.says(format!(
            "{} contested: at least a third of what is said about each is opposed.",
            are(quarrels.len(), "initiative")
        ));
    }
    for sign in &agreement.signs {
        section = section.note(sign.to_string());
    }
    let shown = by_weight(programme);
    if shown.len() > 1 {
        let (grid, matrix) = matrix(consensus, &shown, programme);
        section = section.picture(Picture::Grid(grid)).table(matrix);
        if shown.len() < programme.ballots().len() {
            section = section.note(format!(
                "The matrix is of the {MOST} stakeholders with the greatest weight, of {}.",
                programme.ballots().len()
            ));
        }
    }
    Ok(section.table(buy_in).table(contested))
}

/// The ballots of those who weigh most, in the order of the programme.
fn by_weight(programme: &Programme) -> Vec<usize> {
    let weight = |ballot: usize| {
        let stakeholder = &programme.ballots()[ballot].stakeholder;
        programme.stakeholder(stakeholder).and_then(|s| s.weight).unwrap_or(1.0)
    };
    let mut ballots: Vec<usize> = (0..programme.ballots().len()).collect();
    ballots.sort_by(|&a, &b| weight(b).total_cmp(&weight(a)).then(a.cmp(&b)));
    ballots.truncate(MOST);
    ballots.sort_unstable();
    ballots
}

/// How far they agree, two by two, as a picture and as a table.
fn matrix(consensus: &Consensus<'_>, shown: &[usize], programme: &Programme) -> (Grid, Table) {
    let codes: Vec<&Id> = shown.iter().map(|&ballot| &programme.ballots()[ballot].stakeholder).collect();
    let values = consensus.agreement_between(shown);
    let mut columns = vec![Column::code("stakeholder")];
    columns.extend(codes.iter().map(|code| Column::new(Kind::Correlation, code.as_str())));
    let mut table = Table::new(
        "agreement",
        "How far two stakeholders agree, from −1 (opposite) to 1 (the same): Kendall's τ-b",
        columns,
    );
    for (code, row) in codes.iter().zip(&values) {
        let mut cells = vec![Cell::from(*code)];
        cells.extend(row.iter().map(|&tau| Cell::from(tau)));
        table.push(cells);
    }
    let names: Vec<String> = codes.iter().map(ToString::to_string).collect();
    let grid = Grid {
        title: "Who agrees with whom".to_owned(),
        measure: "Kendall's τ-b".to_owned(),
        rows: names.clone(),
        columns: names,
        values,
        scale: Scale::Diverging,
        axes: ("stakeholders".to_owned(), "stakeholders".to_owned()),
    };
    (grid, table)
}
