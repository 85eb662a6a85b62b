//! Numbers as colours.

use std::collections::BTreeMap;

use maud::{Markup, html};

use super::draw::{Drawing, WIDTH};
use super::number::{PathData, Px, count, decimal, percent};
use super::text::{self, many};
use super::{Grid, Scale, style};

/// Rows and columns beyond these are left out.
const MOST_ROWS: usize = 50;
const MOST_COLUMNS: usize = 50;

/// The letters in the cells.
const SIZE: f64 = 12.0;

/// From −45°: how far a letter goes across and up.
const DIAGONAL: f64 = std::f64::consts::FRAC_1_SQRT_2;

pub(super) fn draw(grid: &Grid) -> Drawing {
    let (rows, columns) = (grid.rows.len().min(MOST_ROWS), grid.columns.len().min(MOST_COLUMNS));
    if rows == 0 || columns == 0 {
        return Drawing::nothing("There is nothing to show: the grid has no rows or no columns.");
    }
    let value = |row: usize, column: usize| {
        grid.values.get(row).and_then(|values| *values.get(column)?).filter(|x| x.is_finite())
    };
    let values: Vec<((usize, usize), Option<f64>)> = (0..rows)
        .flat_map(|row| (0..columns).map(move |column| (row, column)))
        .map(|(row, column)| ((row, column), value(row, column)))
        .collect();

    // Names on the left, as wide as the widest, within bounds; cells share what is left.
    let names: Vec<String> =
        grid.rows[..rows].iter().map(|name| text::fit(name, 2 * text::LABEL, 200.0, SIZE)).collect();
    let bold = 13.0 * text::BOLD;
    let corner = text::fit(&grid.axes.0, text::LABEL, 200.0, bold);
    let left =
        names.iter().map(|name| text::width(name, SIZE)).fold(text::width(&corner, bold), f64::max) + 12.0;
    let shown = |x: f64| match grid.scale {
        Scale::Diverging => hundredths(x),
        Scale::Share => percent(x),
    };
    let most = darkest(&values);
    let widest =
        values.iter().filter_map(|(_, x)| x.map(|x| text::width(&shown(x), SIZE))).fold(0.0, f64::max);
    let columns_named = Columns::new(&grid.columns[..columns], ((WIDTH - left) / columns as f64).min(64.0));
    let cell = ((WIDTH - left - columns_named.beyond) / columns as f64).min(64.0);
    let printed = cell >= widest + 5.0;
    let tall = if printed { (cell * 0.6).clamp(22.0, 32.0) } else { cell.clamp(16.0, 20.0) };

    let top = 26.0 + columns_named.height;
    let (bottom, right) = (top + tall * rows as f64, left + cell * columns as f64);
    let at = |(row, column): (usize, usize)| (left + cell * column as f64, top + tall * row as f64);

    let mut shades: BTreeMap<style::Shade, Cells> = BTreeMap::new();
    let mut without: Vec<(f64, f64)> = Vec::new();
    for &(place, x) in &values {
        let (across, down) = at(place);
        let middle = (across + cell / 2.0, down + tall / 2.0 + 4.2);
        let Some(x) = x else {
            without.push(middle);
            continue;
        };
        if grid.scale == Scale::Share && x == 0.0 {
            continue;
        }
        let shade = match grid.scale {
            Scale::Diverging => style::diverging(x),
            Scale::Share => style::share(x / most),
        };
        let Cells { path, labels } = shades.entry(shade).or_default();
        path.to('M', &[across + 0.5, down + 0.5]);
        path.to('h', &[cell - 1.0]);
        path.to('v', &[tall - 1.0]);
        path.to('h', &[1.0 - cell]);
        path.to('z', &[]);
        // Where there is no room for the number the sign remains: the sides of the scale are not told by hue alone.
        let label = match grid.scale {
            _ if printed => shown(x),
            Scale::Diverging if x <= -0.005 => "−".to_owned(),
            _ => String::new(),
        };
        if !label.is_empty() {
            labels.push((middle.0, middle.1, label));
        }
    }
    let body = html! {
        text class="s b" x="0" y=(Px(top - 8.0)) { (corner) }
        text class="s b" x=(Px(left)) y="14" { (text::fit(&grid.axes.1, text::FULL, WIDTH - left, bold)) }
        (columns_named.markup(left, top, cell))
        @for (row, name) in names.iter().enumerate() {
            text class="k e" x=(Px(left - 8.0)) y=(Px(at((row, 0)).1 + tall / 2.0 + 4.2)) {
                (name)
                @if name.ends_with(['…', '\u{2069}']) { title { (text::cut(&grid.rows[row], text::FULL)) } }
            }
        }
        @for (shade, Cells { path, labels }) in &shades {
            path class=(shade.fill) d=(path.0) {}
            @if !labels.is_empty() {
                g class=(shade.text) {
                    @for (x, y, label) in labels { text class="k m" x=(Px(*x)) y=(Px(*y)) { (label) } }
                }
            }
        }
        @if !without.is_empty() {
            g class="s" { @for &(x, y) in &without { text class="k m" x=(Px(x)) y=(Px(y)) { "·" } } }
        }
        rect class="axis" x=(Px(left)) y=(Px(top)) width=(Px(right - left)) height=(Px(bottom - top)) {}
        (key(grid, most, left, bottom + 16.0))
    };
    let mut notes = Vec::new();
    if rows < grid.rows.len() || columns < grid.columns.len() {
        notes.push(format!(
            "Shown are the first {} of {} and the first {} of {}; the table has them all.",
            count(rows),
            many(grid.rows.len(), "row", "rows"),
            count(columns),
            many(grid.columns.len(), "column", "columns"),
        ));
    }
    if !without.is_empty() {
        notes.push("A point stands where there is no number.".to_owned());
    }
    if grid.scale == Scale::Share && values.iter().any(|(_, x)| *x == Some(0.0)) {
        notes.push("Empty cells are zero.".to_owned());
    }
    Drawing::new(bottom + 48.0, &body, facts(grid, &values), notes)
}

/// The cells of one shade: their outlines, and the numbers in them.
#[derive(Default)]
struct Cells {
    path: PathData,
    labels: Vec<(f64, f64, String)>,
}

/// The names of columns: level where they fit, otherwise on the slant.
struct Columns {
    names: Vec<(usize, String)>,
    /// Of the size of the letters.
    class: &'static str,
    slanted: bool,
    height: f64,
    /// How far the last goes beyond its column.
    beyond: f64,
}

impl Columns {
    fn new(names: &[String], cell: f64) -> Columns {
        let cut: Vec<(usize, String)> =
            names.iter().map(|name| text::cut(name, text::LABEL)).enumerate().collect();
        let widest = cut.iter().map(|(_, name)| text::width(name, SIZE)).fold(0.0, f64::max);
        let level = |names, class| Columns { names, class, slanted: false, height: 14.0, beyond: 0.0 };
        if widest + 4.0 <= cell {
            return level(cut, "k");
        }
        // Smaller letters are read better than slanted ones.
        if widest * 11.0 / SIZE + 1.0 <= cell {
            return level(cut, "j");
        }
        // Numbers in a row may be thinned out: who reads 5 and 10 finds 7.
        if names.iter().enumerate().all(|(i, name)| name.parse() == Ok(i + 1)) {
            let every =
                [5, 10, 20, 50].into_iter().find(|&n| cell * (n - 1) as f64 >= widest + 4.0).unwrap_or(50);
            let names = cut.into_iter().filter(|(i, _)| *i == 0 || (i + 1) % every == 0).collect();
            return level(names, "k");
        }
        let names: Vec<(usize, String)> =
            names.iter().map(|name| text::fit(name, text::LABEL, 150.0, SIZE)).enumerate().collect();
        let widest = names.iter().map(|(_, name)| text::width(name, SIZE)).fold(0.0, f64::max);
        let beyond = names
            .iter()
            .map(|(i, name)| {
                text::width(name, SIZE) * DIAGONAL + 8.0 - cell * ((names.len() - i) as f64 - 0.5)
            })
            .fold(0.0, f64::max);
        Columns { names, class: "k", slanted: true, height: widest * DIAGONAL + 14.0, beyond }
    }

    fn markup(&self, left: f64, top: f64, cell: f64) -> Markup {
        html! {
            g {
                @for (column, name) in &self.names {
                    @let x = left + cell * (*column as f64 + 0.5);
                    @if self.slanted {
                        text class=(self.class) transform={ "translate(" (Px(x)) " " (Px(top - 7.0)) ")rotate(-45)" } { (name) }
                    } @else {
                        text class={ (self.class) " m" } x=(Px(x)) y=(Px(top - 7.0)) { (name) }
                    }
                }
            }
        }
    }
}

/// Which share has the darkest colour: a round one that no cell exceeds.
fn darkest(values: &[((usize, usize), Option<f64>)]) -> f64 {
    let greatest = values.iter().filter_map(|(_, x)| *x).fold(0.0, f64::max);
    [0.02, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8].into_iter().find(|&most| greatest <= most).unwrap_or(1.0)
}

/// The scale, below the grid.
fn key(grid: &Grid, most: f64, left: f64, top: f64) -> Markup {
    let of_most = |x: f64| format!("{} %", decimal((most * x * 1000.0).round() as i64, -1));
    let (ends, steps): ([String; 3], Vec<style::Shade>) = match grid.scale {
        Scale::Diverging => (
            ["−1", "0", "1"].map(str::to_owned),
            (-5..=5).map(|step| style::diverging(f64::from(step) / 5.0)).collect(),
        ),
        Scale::Share => (
            [0.0, 0.5, 1.0].map(of_most),
            (0..=10).map(|step| style::share(f64::from(step) / 10.0)).collect(),
        ),
    };
    let wide = 18.0;
    html! {
        g {
            @for (i, step) in steps.iter().enumerate() {
                rect class=(step.fill) x=(Px(left + wide * i as f64)) y=(Px(top)) width=(Px(wide)) height="10" {}
            }
        }
        g class="s" {
            @for (i, end) in ends.iter().enumerate() {
                text class="j m" x=(Px(left + wide * (0.5 + 5.0 * i as f64))) y=(Px(top + 23.0)) { (end) }
            }
            text class="k" x=(Px(left + wide * 11.0 + 10.0)) y=(Px(top + 9.5)) {
                (text::fit(&grid.measure, text::FULL, WIDTH - left - wide * 11.0 - 10.0, SIZE))
            }
        }
    }
}

fn facts(grid: &Grid, values: &[((usize, usize), Option<f64>)]) -> String {
    let name = |names: &[String], i: usize| text::name(&names[i]);
    let shown = |x: f64| match grid.scale {
        Scale::Diverging => hundredths(x),
        Scale::Share => format!("{} %", percent(x)),
    };
    let mut out = format!(
        "{} by {}, {} by {}",
        text::cut(&grid.axes.0, 2 * text::LABEL),
        text::cut(&grid.axes.1, 2 * text::LABEL),
        count(grid.rows.len()),
        count(grid.columns.len()),
    );
    if !grid.measure.trim().is_empty() {
        out = format!("{out}: {}", text::cut(&grid.measure, text::FULL));
    }
    // A row against itself says nothing.
    let same = grid.rows == grid.columns;
    let numbers =
        || values.iter().filter_map(|&(at, x)| Some((at, x?))).filter(|((r, c), _)| !same || r != c);
    let greatest = numbers().rev().max_by(|a, b| a.1.total_cmp(&b.1));
    let least = numbers().min_by(|a, b| a.1.total_cmp(&b.1));
    let at = |(row, column): (usize, usize)| {
        let (row, column) = (name(&grid.rows, row), name(&grid.columns, column));
        if same {
            format!("between {row} and {column}")
        } else {
            format!("for {row}, {} {column}", text::cut(&grid.axes.1, text::LABEL))
        }
    };
    if let Some((place, x)) = greatest {
        out = format!("{out}. Greatest: {} {}", shown(x), at(place));
    }
    if let Some((place, x)) = least
        && grid.scale == Scale::Diverging
    {
        out = format!("{out}; least: {} {}", shown(x), at(place));
    }
    out + "."
}

fn hundredths(x: f64) -> String {
    let hundredths = (x.clamp(-1e9, 1e9) * 100.0).round() as i64;
    let sign = if hundredths < 0 { "−" } else { "" };
    format!("{sign}{}.{:02}", hundredths.abs() / 100, hundredths.abs() % 100)
}
