//! Benefit against effort, with quadrants.

use std::collections::BTreeMap;

use maud::{Markup, html};

use super::axis::Axis;
use super::draw::{Drawing, Plot, WIDTH};
use super::label::{Place, Rect, Room};
use super::number::{PathData, Px, count, measured};
use super::text::{self, many};
use super::{Map, Point, Spread, style};
use crate::rank::Quadrant;

/// Labels carry names up to this many initiatives, then codes.
const MOST_NAMED: usize = 12;

/// Labels stand away from their dots, with a leader, up to this many initiatives; of more, only those beside their dots do not confuse.
const MOST_LED: usize = 100;

/// At most so many labels, the first for which there is room.
const MOST_LABELS: usize = 80;

/// Whiskers are drawn for all up to this many; of more, for the first `WITH_SPREAD`.
const MOST_WITH_SPREAD: usize = 60;
const WITH_SPREAD: usize = 12;

/// Each has a dot up to this many; of more, the first `DOTS` have, and the rest is counted by hexagons.
const MOST_DOTS: usize = 600;
const DOTS: usize = 60;

/// The radius of a hexagon.
const HEXAGON: f64 = 10.0;

/// What the map is drawn of.
struct Drawn<'a> {
    points: Vec<&'a Point>,
    /// What of them has a dot.
    dots: usize,
    radius: f64,
    plot: Plot,
}

pub(super) fn draw(map: &Map) -> Drawing {
    let points: Vec<&Point> =
        map.points.iter().filter(|p| p.benefit.mean.is_finite() && p.effort.mean.is_finite()).collect();
    let missing = map.missing + map.points.len() - points.len();
    if points.is_empty() {
        return Drawing::nothing("There is nothing to show: no initiative has both benefit and effort.");
    }
    let split = map.split.filter(|(effort, benefit)| effort.is_finite() && benefit.is_finite());
    let (radius, dots) = match points.len() {
        n if n <= 60 => (5.0, n),
        n if n <= 150 => (4.0, n),
        n if n <= MOST_DOTS => (3.0, n),
        _ => (4.0, DOTS),
    };
    let plot = Plot {
        left: 56.0,
        top: 28.0,
        right: WIDTH,
        bottom: 488.0,
        pad: 28.0,
        across: effort_axis(&points, split.map(|s| s.0)),
        up: benefit_axis(&points, split.map(|s| s.1)),
    };
    let drawn = Drawn { points, dots, radius, plot };
    let mut quadrants = [0; 4];
    drawn.points.iter().filter_map(|p| p.quadrant).for_each(|quadrant| quadrants[quadrant as usize] += 1);

    let mut room = Room::new(Rect {
        left: drawn.plot.left + 2.0,
        top: drawn.plot.top,
        right: drawn.plot.right,
        bottom: drawn.plot.bottom - 1.0,
    });
    for point in &drawn.points[..dots] {
        room.block_mark(drawn.at(point), radius + 1.0);
    }
    let names = split.map(|split| drawn.quadrants(split, &map.quadrants, quadrants, &mut room));
    let (labels, labelled) = drawn.labels(&mut room, split);
    let (whiskers, with_spread, cut) = drawn.whiskers();
    let body = html! {
        @if let Some((ground, _)) = &names { (ground) }
        (drawn.plot.axes(("Effort", &map.effort_unit), ("Benefit", &map.benefit_unit)))
        @if let Some((_, names)) = &names { (names) }
        @if dots < drawn.points.len() { (drawn.hexagons()) }
        (whiskers)
        (drawn.dots(map, split))
        (labels)
    };

    let n = drawn.points.len();
    let mut facts = format!("{} by benefit and effort", many(n, "initiative", "initiatives"));
    if split.is_some() {
        let named: Vec<String> = std::iter::zip(&map.quadrants, quadrants)
            .filter(|(name, _)| !name.trim().is_empty())
            .map(|(name, n)| format!("{} {}", text::cut(name, text::LABEL), count(n)))
            .collect();
        if !named.is_empty() {
            facts = format!("{facts}: {}", named.join(", "));
        }
    }
    let first: Vec<String> = drawn.points.iter().take(3).map(|p| text::name(&p.code)).collect();
    facts = format!("{facts}. First in order of merit: {}.", first.join(", "));

    let mut notes = Vec::new();
    if with_spread > 0 {
        let whose =
            if n > MOST_WITH_SPREAD { format!(", for the first {WITH_SPREAD}") } else { String::new() };
        let edge = if cut { "; at the edge they go on" } else { "" };
        notes.push(format!("A dot is the mean, lines reach from low to high{whose}{edge}."));
    }
    if dots < n {
        notes.push(format!(
            "Of {} initiatives the first {dots} have dots; hexagons count the others, the darker the more (at most {}).",
            count(n),
            count(drawn.hexagon_counts().values().copied().max().unwrap_or(0)),
        ));
    }
    if labelled < n {
        notes.push(format!(
            "{} of {} are not labelled; the table has them all.",
            count(n - labelled),
            count(n)
        ));
    }
    if missing > 0 {
        notes.push(format!(
            "Not on the map: {} without benefit or effort.",
            many(missing, "initiative", "initiatives")
        ));
    }
    Drawing::new(drawn.plot.bottom + 44.0, &body, facts, notes)
}

/// Logarithmic where the means are spread over orders of magnitude: on a linear axis most would stand on top of one another.
fn effort_axis(points: &[&Point], split: Option<f64>) -> Axis {
    let mut efforts: Vec<f64> = points.iter().map(|p| p.effort.mean).collect();
    efforts.sort_by(f64::total_cmp);
    let tenth = |k: usize| efforts[(efforts.len() - 1) * k / 10];
    let positive = efforts[0] > 0.0 && split.is_none_or(|effort| effort > 0.0);
    if positive && points.len() >= 10 && tenth(9) / tenth(1) >= 8.0 {
        let spread = |p: &&Point| [p.effort.low, p.effort.high];
        let means = efforts.iter().copied().chain(split);
        let (low, high) = (means.clone().fold(f64::INFINITY, f64::min), means.fold(0.0, f64::max));
        let reach = points.iter().flat_map(spread).filter(|x| x.is_finite() && *x > 0.0);
        let from = reach.clone().fold(low, f64::min).max(low / 2.0);
        let to = reach.fold(high, f64::max).min(high * 2.0);
        return Axis::logarithmic(from / 1.1, to * 1.1);
    }
    linear_axis(points.iter().map(|p| p.effort), split)
}

fn benefit_axis(points: &[&Point], split: Option<f64>) -> Axis {
    linear_axis(points.iter().map(|p| p.benefit), split)
}

/// Holds the means, and the spreads as far as they do not squeeze the means together.
fn linear_axis(spreads: impl Iterator<Item = Spread> + Clone, split: Option<f64>) -> Axis {
    let means = spreads.clone().map(|s| s.mean).chain(split);
    let (low, high) = (means.clone().fold(f64::INFINITY, f64::min), means.fold(f64::NEG_INFINITY, f64::max));
    let reach = spreads.flat_map(|s| [s.low, s.high]).filter(|x| x.is_finite());
    let span = if high > low { high / 2.0 - low / 2.0 } else { high.abs() / 2.0 };
    let from = reach.clone().fold(low, f64::min).max(low - span);
    let to = reach.fold(high, f64::max).min(high + span);
    let margin = (to / 2.0 - from / 2.0) * 0.06;
    // From nothing, where nothing is not far away.
    let from = if from >= 0.0 && from <= to / 2.0 { 0.0 } else { from - margin };
    Axis::linear(from, to + margin, 6)
}

impl Drawn<'_> {
    fn at(&self, point: &Point) -> (f64, f64) {
        (self.plot.x(point.effort.mean), self.plot.y(point.benefit.mean))
    }

    /// The ground of the best quadrant and the lines between them; their names, which take their room.
    fn quadrants(
        &self,
        (effort, benefit): (f64, f64),
        names: &[String; 4],
        counts: [usize; 4],
        room: &mut Room,
    ) -> (Markup, Markup) {
        let plot = &self.plot;
        let (x, y) = (plot.x(effort), plot.y(benefit));
        let ground = html! {
            rect class="wash" x=(Px(plot.left)) y=(Px(plot.top)) width=(Px(x - plot.left)) height=(Px(y - plot.top)) {}
        };
        let bold = 13.0 * text::BOLD;
        let mut shown = Vec::new();
        for (i, (name, n)) in std::iter::zip(names, counts).enumerate() {
            let (right, below) = (i % 2 == 1, i >= 2);
            let space = if right { plot.right - x } else { x - plot.left } - 16.0;
            let number = format!(" · {}", count(n));
            let name = text::fit(name, text::LABEL, space - text::width(&number, bold), bold);
            let label = if name.is_empty() { String::new() } else { name + &number };
            let wide = text::width(&label, bold);
            if label.is_empty() || wide > space {
                continue;
            }
            let left = if right { plot.right - 8.0 - wide } else { plot.left + 8.0 };
            let base = if below { plot.bottom - 9.0 } else { plot.top + 18.0 };
            room.block(Rect { left, top: base - 12.0, right: left + wide, bottom: base + 4.0 });
            shown.push((if right { plot.right - 8.0 } else { left }, base, right, i == 0, label));
        }
        let names = html! {
            path class="dash" d={ "M" (Px(x)) " " (Px(plot.top)) "V" (Px(plot.bottom)) "M" (Px(plot.left)) " " (Px(y)) "H" (Px(plot.right)) } {}
            @for (x, y, right, best, label) in shown {
                text.b.e[right].u[best].s[!best] x=(Px(x)) y=(Px(y)) { (label) }
            }
        };
        (ground, names)
    }

    fn labels(&self, room: &mut Room, split: Option<(f64, f64)>) -> (Markup, usize) {
        let n = self.points.len();
        let size = if n <= MOST_NAMED { 13.0 } else { 12.0 };
        let mut placed: Vec<(Place, String, bool)> = Vec::new();
        for point in &self.points[..self.dots] {
            if placed.len() == MOST_LABELS {
                break;
            }
            let best = split.is_none() || point.quadrant == Some(Quadrant::QuickWin);
            let code = text::name(&point.code);
            let name = text::cut(&point.name, 36);
            let full = (n <= MOST_NAMED && !name.is_empty()).then(|| format!("{code} {name}"));
            let found = full.into_iter().chain([code]).find_map(|label| {
                let wide = text::width(&label, if best { size * text::BOLD } else { size });
                Some((
                    room.place(self.at(point), self.radius + 1.0, (wide, size + 2.0), n <= MOST_LED)?,
                    label,
                ))
            });
            if let Some((place, label)) = found {
                placed.push((place, label, best));
            }
        }
        let mut leaders = PathData::default();
        for [from, to] in placed.iter().filter_map(|(place, ..)| place.leader) {
            leaders.to('M', &[from.0, from.1]);
            leaders.to('L', &[to.0, to.1]);
        }
        let markup = html! {
            @if !leaders.0.is_empty() { path class="lead" d=(leaders.0) {} }
            g {
                @for (place, label, best) in &placed {
                    @let (anchor, x) = place.anchor();
                    text.halo.k[size < 13.0].b[*best].e[anchor == "e"].m[anchor == "m"] x=(Px(x)) y=(Px(place.rect.bottom - 3.5)) { (label) }
                }
            }
        };
        (markup, placed.len())
    }

    /// The lines, how many initiatives have any, and whether any is cut off at the edge.
    fn whiskers(&self) -> (Markup, usize, bool) {
        let most = if self.points.len() <= MOST_WITH_SPREAD { self.dots } else { WITH_SPREAD };
        let plot = &self.plot;
        let mut path = PathData::default();
        let (mut with, mut cut) = (0, false);
        for point in &self.points[..most.min(self.dots)] {
            let (x, y) = self.at(point);
            let mut reach = |spread: Spread, of: &dyn Fn(f64) -> f64, least: f64, most: f64| {
                let wide = spread.low.is_finite() && spread.high.is_finite() && spread.low < spread.high;
                wide.then(|| {
                    let (a, b) = (of(spread.low), of(spread.high));
                    let (a, b) = (a.min(b), a.max(b));
                    cut |= a < least || b > most;
                    (a.max(least), b.min(most))
                })
            };
            let across = reach(point.effort, &|v| plot.x(v), plot.left, plot.right);
            let up = reach(point.benefit, &|v| plot.y(v), plot.top, plot.bottom);
            with += usize::from(across.is_some() || up.is_some());
            if let Some((a, b)) = across {
                path.to('M', &[a, y]);
                path.to('H', &[b]);
            }
            if let Some((a, b)) = up {
                path.to('M', &[x, a]);
                path.to('V', &[b]);
            }
        }
        (html! { @if with > 0 { path class="way" stroke-width="0.8" d=(path.0) {} } }, with, cut)
    }

    /// The first on top.
    fn dots(&self, map: &Map, split: Option<(f64, f64)>) -> Markup {
        html! {
            g {
                @for point in self.points[..self.dots].iter().rev() {
                    @let (x, y) = self.at(point);
                    @let best = split.is_none() || point.quadrant == Some(Quadrant::QuickWin);
                    circle class=(if best { "dot" } else { "ring" }) cx=(Px(x)) cy=(Px(y)) r=(Px(self.radius)) {
                        title { (about(point, map)) }
                    }
                }
            }
        }
    }

    /// How many of those without a dot are in each hexagon, by row and column.
    fn hexagon_counts(&self) -> BTreeMap<(i64, i64), usize> {
        let mut counts = BTreeMap::new();
        for point in &self.points[self.dots..] {
            *counts.entry(hexagon_of(self.at(point))).or_insert(0) += 1;
        }
        counts
    }

    fn hexagons(&self) -> Markup {
        let counts = self.hexagon_counts();
        let most = counts.values().copied().max().unwrap_or(1);
        let mut by_shade: BTreeMap<style::Shade, PathData> = BTreeMap::new();
        for (&(row, column), &n) in &counts {
            let (x, y) = hexagon_centre(row, column);
            // A single one is seen as well.
            let shade = style::share(0.15 + 0.55 * n as f64 / most as f64);
            let path = by_shade.entry(shade).or_default();
            let (half, r) = (HEXAGON * HALF_ROOT_3 - 0.5, HEXAGON - 0.5);
            path.to('M', &[x, y - r]);
            path.to('l', &[half, r / 2.0, 0.0, r, -half, r / 2.0, -half, -r / 2.0, 0.0, -r]);
            path.to('z', &[]);
        }
        html! { @for (shade, path) in &by_shade { path class=(shade.fill) d=(path.0) {} } }
    }
}

/// `√3 / 2`
const HALF_ROOT_3: f64 = 0.866_025_403_784_438_6;

/// The hexagon whose centre is nearest: of the two nearest rows, the nearest in each.
fn hexagon_of((x, y): (f64, f64)) -> (i64, i64) {
    let row = (y / (1.5 * HEXAGON)).floor() as i64;
    let candidates = [row, row + 1].map(|row| {
        let shift = if row.rem_euclid(2) == 1 { 0.5 } else { 0.0 };
        let column = (x / (2.0 * HALF_ROOT_3 * HEXAGON) - shift).round() as i64;
        let (cx, cy) = hexagon_centre(row, column);
        ((x - cx) * (x - cx) + (y - cy) * (y - cy), (row, column))
    });
    if candidates[1].0 < candidates[0].0 { candidates[1].1 } else { candidates[0].1 }
}

fn hexagon_centre(row: i64, column: i64) -> (f64, f64) {
    let shift = if row.rem_euclid(2) == 1 { 0.5 } else { 0.0 };
    ((column as f64 + shift) * 2.0 * HALF_ROOT_3 * HEXAGON, row as f64 * 1.5 * HEXAGON)
}

fn about(point: &Point, map: &Map) -> String {
    let spread = |what: &str, s: Spread, unit: &str| {
        let unit = text::cut(unit, text::LABEL);
        if s.low < s.high {
            let (low, high) = (measured(s.low, ""), measured(s.high, ""));
            format!("{what} {} ({low} to {high})", measured(s.mean, &unit))
        } else {
            format!("{what} {}", measured(s.mean, &unit))
        }
    };
    format!(
        "{} {}: {}, {}",
        text::name(&point.code),
        text::cut(&point.name, text::FULL),
        spread("benefit", point.benefit, &map.benefit_unit),
        spread("effort", point.effort, &map.effort_unit),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn point(benefit: f64, effort: f64) -> Point {
        let sure = |x| Spread { low: x, mean: x, high: x };
        Point {
            code: String::new(),
            name: String::new(),
            benefit: sure(benefit),
            effort: sure(effort),
            quadrant: None,
        }
    }

    #[test]
    fn points_are_counted_by_their_quadrant_and_those_without_by_none() {
        let quadrants = [Some(Quadrant::QuickWin), Some(Quadrant::TimeSink), Some(Quadrant::QuickWin), None];
        let map = Map {
            benefit_unit: String::new(),
            effort_unit: String::new(),
            split: Some((3.0, 5.0)),
            quadrants: ["a", "b", "c", "d"].map(str::to_owned),
            points: quadrants.map(|quadrant| Point { quadrant, ..point(9.0, 2.0) }).to_vec(),
            missing: 0,
        };
        assert!(draw(&map).facts.starts_with("4 initiatives by benefit and effort: a 2, b 0, c 0, d 1."));
    }

    #[test]
    fn efforts_over_orders_of_magnitude_get_a_logarithmic_axis() {
        let axis = |efforts: &[f64]| {
            let points: Vec<Point> = efforts.iter().map(|&effort| point(1.0, effort)).collect();
            effort_axis(&points.iter().collect::<Vec<_>>(), None).is_logarithmic()
        };
        let spread: Vec<f64> = (0..12).map(|i| f64::from(1 << i)).collect();
        let close: Vec<f64> = (10..22).map(f64::from).collect();
        assert!(axis(&spread) && !axis(&close));
        assert!(!axis(&[&spread[..], &[0.0]].concat()), "nothing has no logarithm");
    }

    proptest! {
        #[test]
        fn a_point_is_in_the_hexagon_whose_centre_is_nearest(x in 0.0_f64..720.0, y in 0.0_f64..500.0) {
            let away = |(row, column): (i64, i64)| {
                let (cx, cy) = hexagon_centre(row, column);
                (x - cx).powi(2) + (y - cy).powi(2)
            };
            let found = hexagon_of((x, y));
            for row in -1..40 {
                for column in -1..50 {
                    prop_assert!(away(found) <= away((row, column)) + 1e-9);
                }
            }
        }
    }
}
