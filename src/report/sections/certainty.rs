//! How sure the order is: the chance of each rank, and what is too close to call.

use super::{Context, Made, count, list, words};
use crate::reason::number;
use crate::report::picture::{Grid, Scale};
use crate::report::table::percent;
use crate::report::{Cell, Column, Part, Picture, Section, Table};
use crate::uncertainty::{RankProbabilities, Sampling};

/// Beyond so many ranked initiatives nothing is drawn unless asked for: chances of ranks take memory that grows with the square.
const MOST_DRAWN: usize = 2_000;
/// Draws times the square of the ranked initiatives, for the time that they take.
const WORK: usize = 60_000_000;
/// Ranks are counted together, so that there are no more columns than this.
const MOST_COLUMNS: usize = 20;
/// From here on a place among the first is called safe.
const SAFE: f64 = 0.95;

pub(super) fn section(context: &Context<'_>) -> Made {
    let n = context.ranking.len();
    if n < 2 {
        return Err("there are no two ranked initiatives".to_owned());
    }
    let drawn;
    let run = match context.options.run {
        Some(run) => run,
        None => {
            if context.options.draws.is_none() && n > MOST_DRAWN {
                return Err(format!(
                    "{} are drawn only when a number of draws is given",
                    count(n, "ranked initiative")
                ));
            }
            let draws = context.options.draws.unwrap_or_else(|| (WORK / (n * n)).clamp(200, 10_000));
            // To be among the first is no news where all are.
            let top = Some(n.div_ceil(3).min(10));
            let sampling = Sampling { draws, seed: context.options.seed, top, ..Sampling::default() };
            drawn = sampling.run(context.programme).map_err(|error| words(&error))?;
            &drawn
        }
    };
    let safe = run.initiatives.iter().filter(|standing| standing.p_top >= SAFE).count();
    let draws = count(run.draws, "draw");
    let close = match run.too_close_to_call.iter().map(Vec::len).max() {
        None if run.winning.is_empty() => "pairs were not compared".to_owned(),
        None if !run.open_pairs.is_empty() => {
            format!("{} too close to call", count(run.open_pairs.len(), "pair"))
        }
        None => "nothing is too close to call".to_owned(),
        Some(most) => format!("up to {most} neighbours are too close to call"),
    };
    let mut section = Section::of(Part::Certainty)
        .headline(
            "How sure",
            format!("{safe} of the first {}", run.top),
            format!("there in at least {} of {draws}; {close}", percent(SAFE)),
        )
        .says(format!(
            "Each estimate was drawn {} times from its spread and the initiatives ranked anew: {safe} of the first {} are there in at least {} of the draws.",
            number(run.draws as f64),
            run.top,
            percent(SAFE)
        ));
    let first = context.ranking.codes().next();
    if let Some(first) = run.initiatives.iter().find(|standing| Some(&standing.code) == first) {
        section = section.says(match first.rank_interval {
            [low, high] if low == high => format!("{} keeps rank {low} in nine of ten draws.", first.code),
            [low, high] => {
                format!("{} stands between rank {low} and {high} in nine of ten draws.", first.code)
            }
        });
    }
    let error = run.initiatives.iter().map(|standing| standing.error).fold(0.0, f64::max);
    section = section.note(format!(
        "{draws} from seed {}; a share of draws is right to ±{:.1} points of percent in 19 of 20 cases.",
        run.seed,
        error * 196.0
    ));

    let bins = bins(n);
    let (grid, table) = ranks(context, run, &bins);
    let mut close = Table::new(
        "too-close-to-call",
        "Too close to call: none of these is above another in nine of ten draws",
        [Column::count("group"), Column::text("initiatives")],
    );
    for (number, group) in (1_usize..).zip(&run.too_close_to_call) {
        close.push([number.into(), list(group).into()]);
    }
    let mut apart = Table::new(
        "open-pairs",
        "Nor is the first above the others in nine of ten draws, nor they above it, though in no group with it",
        [Column::code("code"), Column::text("initiatives")],
    );
    for pairs in run.open_pairs.chunk_by(|a, b| a[0] == b[0]) {
        let others: Vec<_> = pairs.iter().map(|pair| &pair[1]).collect();
        apart.push([(&pairs[0][0]).into(), list(&others).into()]);
    }
    Ok(section.picture(Picture::Grid(grid)).table(table).table(close).table(apart))
}

/// The ranks from 1 to n in columns of equal width: first and last of each.
fn bins(n: usize) -> Vec<(usize, usize)> {
    let width = n.div_ceil(MOST_COLUMNS);
    (1..=n).step_by(width).map(|first| (first, (first + width - 1).min(n))).collect()
}

fn ranks(context: &Context<'_>, run: &RankProbabilities, bins: &[(usize, usize)]) -> (Grid, Table) {
    let title = |&(first, last): &(usize, usize)| {
        if first == last { first.to_string() } else { format!("{first}–{last}") }
    };
    let mut columns = vec![
        Column::code("code"),
        Column::name("name"),
        Column::share(format!("among the first {}", run.top)),
        Column::number("mean rank"),
        Column::count("best rank"),
        Column::count("worst rank"),
    ];
    columns.extend(bins.iter().map(|bin| Column::share(format!("rank {}", title(bin)))));
    let mut table = Table::new(
        "ranks",
        "The share of draws in which each initiative has each rank; best and worst in nine of ten draws",
        columns,
    );
    let mut values = Vec::new();
    for standing in &run.initiatives {
        let share = |&(first, last): &(usize, usize)| {
            standing.acceptability.get(first - 1..last).map(|ranks| ranks.iter().sum::<f64>().min(1.0))
        };
        let shares: Vec<Option<f64>> = bins.iter().map(share).collect();
        let [low, high] = standing.rank_interval;
        let mut row: Vec<Cell> = vec![
            (&standing.code).into(),
            context.name(&standing.code).into(),
            standing.p_top.into(),
            standing.expected_rank.into(),
            low.into(),
            high.into(),
        ];
        row.extend(shares.iter().map(|&share| Cell::from(share)));
        table.push(row);
        values.push(shares);
    }
    let grid = Grid {
        title: "How likely each rank is".to_owned(),
        measure: "share of draws".to_owned(),
        rows: run.initiatives.iter().map(|standing| standing.code.to_string()).collect(),
        columns: bins.iter().map(title).collect(),
        values,
        scale: Scale::Share,
        axes: ("initiatives, by mean rank".to_owned(), "ranks".to_owned()),
    };
    (grid, table)
}

#[cfg(test)]
mod tests {
    use super::bins;

    #[test]
    fn ranks_fall_into_columns_of_equal_width() {
        assert_eq!(bins(3), [(1, 1), (2, 2), (3, 3)]);
        assert_eq!(bins(20).len(), 20);
        assert_eq!(bins(41)[..2], [(1, 3), (4, 6)]);
        assert_eq!(bins(41).last(), Some(&(40, 41)));
        for n in 1..500 {
            let bins = bins(n);
            assert!(bins.len() <= 20);
            assert_eq!(bins.iter().map(|(first, last)| last - first + 1).sum::<usize>(), n);
        }
    }
}
