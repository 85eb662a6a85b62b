//! Benefit against effort, each with its spread.

use super::{Context, Made, are, count};
use crate::programme::{Criterion, Initiative};
use crate::rank::Quadrant;
use crate::report::picture::{Map, Point, Spread};
use crate::report::{Column, Part, Picture, Section, Table};
use crate::score::Score;

pub(super) fn section(context: &Context<'_>) -> Made {
    let (ranking, programme) = (&context.ranking, context.programme);
    let mut points = Vec::new();
    let mut table = Table::new(
        "map",
        "Benefit and effort, each at least, on average and at most",
        [
            Column::code("code"),
            Column::name("name"),
            Column::number("least benefit").unit("points"),
            Column::number("benefit").unit("points"),
            Column::number("most benefit").unit("points"),
            Column::number("least effort").unit(programme.effort_unit()),
            Column::number("effort").unit(programme.effort_unit()),
            Column::number("most effort").unit(programme.effort_unit()),
            Column::text("quadrant"),
        ],
    );
    let mut of_quadrant = [0; 4];
    // What takes no effort has no score and yet its place on the map, after all others.
    let free =
        ranking.scores().iter().filter(|score| score.initiative().status.is_open() && !score.is_scored());
    let ranked = ranking.codes().filter_map(|code| ranking.scores().get(code));
    let mut missing = 0;
    for score in ranked.chain(free) {
        let (Some(benefit), Some(effort)) = (score.benefit(), score.effort()) else {
            missing += 1;
            continue;
        };
        let initiative = score.initiative();
        let quadrant = ranking.get(&initiative.code).and_then(|line| line.quadrant);
        if let Some(quadrant) = quadrant {
            of_quadrant[quadrant as usize] += 1;
        }
        let (benefit, effort) = spreads(context, score, benefit, effort);
        table.push([
            (&initiative.code).into(),
            initiative.name.as_str().into(),
            benefit.low.into(),
            benefit.mean.into(),
            benefit.high.into(),
            effort.low.into(),
            effort.mean.into(),
            effort.high.into(),
            quadrant.map(name).into(),
        ]);
        points.push(Point {
            code: initiative.code.to_string(),
            name: initiative.name.clone(),
            benefit,
            effort,
            quadrant,
        });
    }
    if points.is_empty() {
        return Err("no initiative has both a benefit and an effort".to_owned());
    }
    let split = ranking.cuts().map(|[benefit, effort]| (effort, benefit));
    let mut section = Section::of(Part::Map);
    if split.is_some() {
        let [quick, big, fill, sink] = of_quadrant;
        section = section.says(format!(
            "{}, {}, {} and {}.",
            count(quick, "quick win"),
            count(big, "big bet"),
            count(fill, "fill-in"),
            count(sink, "time sink")
        ));
    } else {
        section = section
            .says(format!("{} by what they bring and what they take.", count(points.len(), "initiative")));
    }
    if missing > 0 {
        section =
            section.note(format!("{} not on it: benefit or effort is missing.", are(missing, "initiative")));
    }
    if table.rows().iter().any(|row| row[2] != row[4] || row[5] != row[7]) {
        section = section.note("Least and most: all estimates at their worst, and all at their best; the score counts with the mean.");
    }
    let map = Map {
        benefit_unit: "points".to_owned(),
        effort_unit: programme.effort_unit().to_owned(),
        split,
        quadrants: [Quadrant::QuickWin, Quadrant::BigBet, Quadrant::FillIn, Quadrant::TimeSink]
            .map(|q| title(q).to_owned()),
        points,
        missing,
    };
    Ok(section.picture(Picture::Map(map)).table(table))
}

fn name(quadrant: Quadrant) -> &'static str {
    match quadrant {
        Quadrant::QuickWin => "quick win",
        Quadrant::BigBet => "big bet",
        Quadrant::FillIn => "fill-in",
        Quadrant::TimeSink => "time sink",
    }
}

fn title(quadrant: Quadrant) -> &'static str {
    match quadrant {
        Quadrant::QuickWin => "Quick wins",
        Quadrant::BigBet => "Big bets",
        Quadrant::FillIn => "Fill-ins",
        Quadrant::TimeSink => "Time sinks",
    }
}

/// The mean, with every estimate at its low end for the least and at its high end for the most.
fn spreads(context: &Context<'_>, score: Score<'_>, benefit: f64, effort: f64) -> (Spread, Spread) {
    let flat = |mean: f64| Spread { low: mean, mean, high: mean };
    let (mut benefit, mut effort) = (flat(benefit), flat(effort));
    for criterion in context.programme.criteria() {
        let Some([low, mean, high]) = range(context, score.initiative(), criterion) else { continue };
        let (spread, worth) = if criterion.is_benefit() {
            let none = criterion.none.unwrap_or(0.0);
            let greatest = criterion.levels.values().copied().reduce(f64::max);
            let full = criterion.full.or(greatest).unwrap_or(none);
            (&mut benefit, criterion.weight.unwrap_or(0.0) / (full - none))
        } else {
            (&mut effort, criterion.price.unwrap_or(1.0))
        };
        let (a, b) = ((low - mean) * worth, (high - mean) * worth);
        if a.is_finite() && b.is_finite() {
            spread.low += a.min(b);
            spread.high += a.max(b);
        }
    }
    // What rounding leaves of a zero is zero.
    let clean = |x: f64, mean: f64| if x.abs() < 1e-12 * (1.0 + mean.abs()) { 0.0 } else { x };
    for spread in [&mut benefit, &mut effort] {
        spread.low = clean(spread.low, spread.mean);
        spread.high = clean(spread.high, spread.mean);
    }
    (benefit, effort)
}

/// Low, mean and high of the estimate that counts, where it has a spread.
fn range(context: &Context<'_>, initiative: &Initiative, criterion: &Criterion) -> Option<[f64; 3]> {
    let default = context.programme.policy().spread;
    let ([low, likely, high], spread) = initiative.estimate(criterion)?.spread(default)?;
    let [a, b, c] = spread.mean_weights().map(|weight| weight as f64);
    Some([low, (a * low + b * likely + c * high) / (a + b + c), high])
}
