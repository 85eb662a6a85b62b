//! Ranks before and after.

use maud::{Markup, html};

use super::draw::{Drawing, WIDTH, coded};
use super::number::{PathData, Px, count};
use super::text::{self, many};
use super::{Slope, SlopeLine};

/// All are shown up to this many; of more, the first, the farthest movers, and some that came or went.
const MOST: usize = 60;
const FIRST: usize = 10;
const SHOWN: usize = 40;
const CAME_OR_WENT: usize = 8;

/// From line to line.
const ROW: f64 = 20.0;

/// Where the columns are: ranks and names on the left, the slopes, ranks and names on the right, causes.
const LEFT: f64 = 114.0;
const RIGHT: f64 = 226.0;
const CAUSE: f64 = 496.0;

const SIZE: f64 = 12.0;

pub(super) fn draw(slope: &Slope) -> Drawing {
    let mut lines: Vec<&SlopeLine> =
        slope.lines.iter().filter(|line| line.old.is_some() || line.new.is_some()).collect();
    if lines.is_empty() {
        return Drawing::nothing("There is nothing to show: no initiative has a rank before or after.");
    }
    // The order of the input decides nothing.
    let key = |line: &&SlopeLine| (line.new.unwrap_or(u32::MAX), line.old.unwrap_or(u32::MAX));
    lines.sort_by(|a, b| key(a).cmp(&key(b)).then_with(|| a.code.cmp(&b.code)));
    let all = lines.clone();
    if lines.len() > MOST {
        let (mut movers, mut others): (Vec<&SlopeLine>, Vec<_>) =
            lines.split_off(FIRST).into_iter().partition(|line| line.old.is_some() && line.new.is_some());
        movers.sort_by_key(|line| std::cmp::Reverse(line.old.unwrap_or(0).abs_diff(line.new.unwrap_or(0))));
        // Of what came or went the highest in rank matters most.
        others.sort_by_key(|line| line.old.or(line.new));
        others.truncate(CAME_OR_WENT.max((SHOWN - FIRST).saturating_sub(movers.len())));
        movers.truncate(SHOWN - FIRST - others.len());
        lines.append(&mut movers);
        lines.append(&mut others);
        lines.sort_by(|a, b| key(a).cmp(&key(b)).then_with(|| a.code.cmp(&b.code)));
    }
    let rows = rows(&lines);
    let top = 30.0;
    let y = |row: usize| top + ROW * (row as f64 + 0.5);
    let bottom = top + ROW * (1 + rows.iter().flatten().flatten().max().copied().unwrap_or(0)) as f64;
    let mut paths: [PathData; 3] = Default::default();
    for (line, &[before, after]) in std::iter::zip(&lines, &rows) {
        if let (Some(before), Some(after), Some(direction)) = (before, after, direction(line)) {
            paths[direction].to('M', &[LEFT + 6.0, y(before)]);
            paths[direction].to('L', &[RIGHT - 6.0, y(after)]);
        }
    }
    let side = |name: &str, room: f64| text::fit(name, 2 * text::LABEL, room, 13.0 * text::BOLD);
    let caused = lines.iter().any(|line| line.cause.is_some());
    let room_right = if caused { CAUSE - RIGHT - 8.0 } else { WIDTH - RIGHT };
    let body = html! {
        text class="b e" x=(Px(LEFT)) y="14" { (side(&slope.sides.0, LEFT)) }
        text class="b" x=(Px(RIGHT)) y="14" { (side(&slope.sides.1, room_right)) }
        @if caused { text class="b" x=(Px(CAUSE)) y="14" { "Why" } }
        path class="line" d={ "M0 23H" (Px(WIDTH)) } {}
        @for (path, class) in std::iter::zip(&paths, ["way thin", "up", "down"]) {
            @if !path.0.is_empty() { path class=(class) d=(path.0) {} }
        }
        g {
            @for (line, &[before, _]) in std::iter::zip(&lines, &rows) {
                @if let (Some(rank), Some(row)) = (line.old, before) {
                    text class="k e b" x=(Px(LEFT)) y=(Px(y(row) + 4.0)) { (count(rank as usize)) }
                    text class="k e s" x=(Px(LEFT - 42.0)) y=(Px(y(row) + 4.0)) {
                        (text::fit(&text::name(&line.code), text::LABEL, LEFT - 42.0, SIZE))
                        title { (about(line)) }
                    }
                }
            }
        }
        g {
            @for (line, &[_, after]) in std::iter::zip(&lines, &rows) {
                @if let Some(row) = after { (after_label(line, y(row) + 4.0, room_right)) }
            }
        }
    };

    let (mut up, mut down, mut new, mut gone) = (0, 0, 0, 0);
    for line in &all {
        match (line.old, line.new) {
            (None, _) => new += 1,
            (_, None) => gone += 1,
            (Some(old), Some(new)) if new < old => up += 1,
            (Some(old), Some(new)) if new > old => down += 1,
            _ => {}
        }
    }
    let mut facts =
        format!("{}: {} up, {} down", many(all.len(), "initiative", "initiatives"), count(up), count(down));
    for (n, what) in [(new, "new"), (gone, "gone")] {
        if n > 0 {
            facts = format!("{facts}, {} {what}", count(n));
        }
    }
    facts.push('.');
    let largest = all
        .iter()
        .filter_map(|line| Some((line.old?.abs_diff(line.new?), line)))
        .rev()
        .max_by_key(|(by, _)| *by);
    if let Some((by, line)) = largest
        && by > 0
    {
        let ranks = |rank: Option<u32>| count(rank.unwrap_or(0) as usize);
        facts = format!(
            "{facts} The farthest is {}, from {} to {}.",
            text::name(&line.code),
            ranks(line.old),
            ranks(line.new),
        );
    }
    let mut notes = Vec::new();
    if up > 0 || down > 0 {
        notes.push("Solid lines rise, broken ones fall.".to_owned());
    }
    if lines.len() < all.len() {
        notes.push(format!(
            "Shown are {} of {}: the first {FIRST}, the farthest movers, and the highest that came or went; the table has them all.",
            count(lines.len()),
            count(all.len()),
        ));
    }
    let without = slope.lines.len() - all.len();
    if without > 0 {
        notes.push(format!(
            "{} without a rank on either side left out.",
            many(without, "initiative", "initiatives")
        ));
    }
    Drawing::new(bottom, &body, facts, notes)
}

/// The rows of each line on both sides; what is gone stands on the right below all others.
///
/// Rows follow the ranks of both sides together, so that every line that rises in rank rises in the picture, and one that stays is level. A row holds one rank of each
/// side, not of the same line: of the whole list that is rank by rank.
fn rows(lines: &[&SlopeLine]) -> Vec<[Option<usize>; 2]> {
    let mut ranks: Vec<(u32, usize, usize)> = Vec::new();
    for (i, line) in lines.iter().enumerate() {
        let sides = [line.old, line.new];
        ranks.extend(sides.iter().enumerate().filter_map(|(side, rank)| Some(((*rank)?, i, side))));
    }
    ranks.sort_unstable();
    let mut rows = vec![[None; 2]; lines.len()];
    let (mut row, mut held) = (0, [None; 2]);
    for (_, i, side) in ranks {
        let stays = lines[i].old == lines[i].new;
        if rows[i][side].is_some() {
            continue;
        }
        if held[side].is_some() || held[1 - side].is_some_and(|other| stays || other == i) {
            (row, held) = (row + 1, [None; 2]);
        }
        for side in if stays { 0..2 } else { side..side + 1 } {
            held[side] = Some(i);
            rows[i][side] = Some(row);
        }
    }
    let mut next = 1 + rows.iter().flatten().flatten().max().copied().unwrap_or(0);
    for (line, row) in std::iter::zip(lines, &mut rows) {
        if line.new.is_none() {
            row[1] = Some(next);
            next += 1;
        }
    }
    rows
}

/// Level, up, down.
fn direction(line: &SlopeLine) -> Option<usize> {
    Some(match line.new?.cmp(&line.old?) {
        std::cmp::Ordering::Equal => 0,
        std::cmp::Ordering::Less => 1,
        std::cmp::Ordering::Greater => 2,
    })
}

/// Rank, movement, code, name and cause.
fn after_label(line: &SlopeLine, y: f64, room: f64) -> Markup {
    let (rank, moved, class) = match (line.old, line.new) {
        (_, None) => ("–".to_owned(), "gone".to_owned(), "s"),
        (None, Some(new)) => (count(new as usize), "new".to_owned(), "u"),
        (Some(old), Some(new)) => match old.abs_diff(new) as usize {
            0 => (count(new as usize), String::new(), "s"),
            by if new < old => (count(new as usize), format!("▲{}", count(by)), "u"),
            by => (count(new as usize), format!("▼{}", count(by)), "d"),
        },
    };
    let (code, name) = coded(&line.code, &line.name, room - 88.0, SIZE);
    html! {
        text class="k b" x=(Px(RIGHT)) y=(Px(y)) { (rank) }
        @if !moved.is_empty() { text class={ "k " (class) } x=(Px(RIGHT + 40.0)) y=(Px(y)) { (moved) } }
        text class={ "k" @if class == "s" { " s" } } x=(Px(RIGHT + 88.0)) y=(Px(y)) {
            (code) @if !name.is_empty() { " " (name) }
            title { (about(line)) }
        }
        @if let Some(cause) = &line.cause {
            text class="k s" x=(Px(CAUSE)) y=(Px(y)) {
                (text::fit(cause, 3 * text::LABEL, WIDTH - CAUSE, SIZE))
                title { (text::cut(cause, text::FULL)) }
            }
        }
    }
}

fn about(line: &SlopeLine) -> String {
    format!("{} {}", text::name(&line.code), text::cut(&line.name, text::FULL))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn line(i: usize, old: Option<u32>, new: Option<u32>) -> SlopeLine {
        SlopeLine { code: format!("S-{i:03}"), name: String::new(), old, new, cause: None }
    }

    #[test]
    fn the_whole_list_stands_rank_by_rank() {
        let lines = [line(0, Some(2), Some(1)), line(1, Some(1), Some(2)), line(2, Some(3), Some(3))];
        let lines: Vec<&SlopeLine> = lines.iter().collect();
        assert_eq!(rows(&lines), [[Some(1), Some(0)], [Some(0), Some(1)], [Some(2), Some(2)]]);
    }

    proptest! {
        #[test]
        fn what_rises_in_rank_rises_in_the_picture(
            ranks in prop::collection::vec((prop::option::weighted(0.9, 1u32..60), prop::option::weighted(0.9, 1u32..60)), 1..60),
        ) {
            let lines: Vec<SlopeLine> = ranks.iter().enumerate().map(|(i, &(old, new))| line(i, old, new)).collect();
            let lines: Vec<&SlopeLine> = lines.iter().collect();
            let rows = rows(&lines);
            for (line, &[before, after]) in std::iter::zip(&lines, &rows) {
                if let (Some(old), Some(new)) = (line.old, line.new) {
                    prop_assert_eq!(after.cmp(&before), new.cmp(&old));
                }
                prop_assert_eq!(before.is_some(), line.old.is_some());
                prop_assert!(after.is_some());
            }
            for side in 0..2 {
                let mut taken: Vec<usize> = rows.iter().filter_map(|row| row[side]).collect();
                let n = taken.len();
                taken.sort_unstable();
                taken.dedup();
                prop_assert_eq!(taken.len(), n, "two in one row");
            }
        }
    }
}
