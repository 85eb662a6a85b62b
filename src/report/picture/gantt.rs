//! Who does what when.

use maud::{Markup, html};

use super::draw::{Drawing, WIDTH, coded};
use super::number::{self, PathData, Px, count, percent};
use super::text::{self, many};
use super::{Bar, Gantt, Load, style};

/// A row for each initiative up to this many; more are packed, as many as fit in a row.
const MOST_ROWS: usize = 60;

/// More than these are counted by domain and period.
const MOST_BARS: usize = 400;

/// Domains beyond these are counted together.
const MOST_DOMAINS: usize = 40;

/// Teams beyond these are left out, the least loaded first.
const MOST_TEAMS: usize = 20;

/// Cells of counts and loads; of more periods, several share one.
const MOST_CELLS: usize = 60;

const SIZE: f64 = 12.0;

/// Where periods are, across.
struct Time {
    left: f64,
    periods: usize,
}

impl Time {
    fn wide(&self) -> f64 {
        (WIDTH - self.left) / self.periods as f64
    }

    /// Where a period begins; the first is 1.
    fn x(&self, period: usize) -> f64 {
        self.left + self.wide() * (period - 1) as f64
    }

    /// The periods of each cell where there are too many for one each: first and last.
    fn cells(&self) -> impl Iterator<Item = (usize, usize)> + use<> {
        let (each, periods) = (self.periods.div_ceil(MOST_CELLS), self.periods);
        (1..=periods).step_by(each).map(move |first| (first, (first + each - 1).min(periods)))
    }
}

/// A bar within the periods.
struct Shown<'a> {
    bar: &'a Bar,
    start: usize,
    end: usize,
}

/// One part of the picture: where it ends, and its marks.
struct Part {
    bottom: f64,
    marks: Markup,
}

pub(super) fn draw(gantt: &Gantt) -> Drawing {
    let periods = gantt.periods.len();
    let total: usize = gantt.domains.iter().map(|(_, bars)| bars.len()).sum();
    let mut domains: Vec<(&str, Vec<Shown>)> = Vec::new();
    for (name, bars) in &gantt.domains {
        let mut shown: Vec<Shown> = bars.iter().filter_map(|bar| within(bar, periods)).collect();
        // The order of the input decides nothing within a domain.
        shown.sort_by(|a, b| (a.start, a.end, &a.bar.code).cmp(&(b.start, b.end, &b.bar.code)));
        if !shown.is_empty() {
            domains.push((name, shown));
        }
    }
    let n: usize = domains.iter().map(|(_, bars)| bars.len()).sum();
    if n == 0 {
        return Drawing::nothing("There is nothing to show: no initiative has a place in the roadmap.");
    }
    let counted = n > MOST_BARS || domains.len() > MOST_DOMAINS;
    let time = Time { left: if n <= MOST_ROWS && !counted { 236.0 } else { 140.0 }, periods };

    let head = header(gantt, &time);
    let part = if counted {
        counts
    } else if n <= MOST_ROWS {
        rows
    } else {
        lanes
    };
    let bars = part(&domains, &time, head.bottom);
    let (load, teams) = loads(&gantt.loads, &time, bars.bottom);
    let mut lines = PathData::default();
    let every = periods.div_ceil(MOST_CELLS);
    for period in (1..=periods + 1).step_by(every) {
        lines.to('M', &[time.x(period), head.bottom]);
        lines.to('V', &[bars.bottom]);
    }
    let mut ends = PathData::default();
    for &(_, last) in gantt.horizons.iter().filter(|(_, last)| (1..periods).contains(&(*last as usize))) {
        ends.to('M', &[time.x(last as usize + 1), 0.0]);
        ends.to('V', &[bars.bottom]);
    }
    let body = html! {
        path class="line" d=(lines.0) {}
        @if !ends.0.is_empty() { path class="axis" d=(ends.0) {} }
        (head.marks)
        (bars.marks)
        (load.marks)
    };

    let under_way = domains.iter().flat_map(|(_, bars)| bars).filter(|b| b.bar.under_way).count();
    let last = domains.iter().flat_map(|(_, bars)| bars).map(|b| b.end).max().unwrap_or(periods);
    let mut facts = format!(
        "{} in {} over {}, {} under way; the last ends in {}.",
        many(n, "initiative", "initiatives"),
        many(domains.len(), "domain", "domains"),
        many(periods, "period", "periods"),
        count(under_way),
        period_name(gantt, last),
    );
    let peak = gantt
        .loads
        .iter()
        .flat_map(|load| load.used.iter().enumerate().map(move |(i, used)| (load, i + 1, *used)))
        .filter_map(|(load, period, used)| Some((load, period, used.filter(|u| u.is_finite())?)))
        .filter(|(_, period, _)| *period <= periods)
        .rev()
        .max_by(|a, b| a.2.total_cmp(&b.2));
    if let Some((load, period, used)) = peak {
        facts = format!(
            "{facts} The greatest load is {} %, of {} in {}.",
            percent(used),
            text::name(&load.team),
            period_name(gantt, period),
        );
    }
    let mut notes = Vec::new();
    if counted {
        notes.push(format!(
            "{} in {} are too many for bars: the cells count those at work in each period.",
            many(n, "initiative", "initiatives"),
            many(domains.len(), "domain", "domains"),
        ));
    } else if under_way > 0 {
        notes.push("Full bars are under way, light ones planned.".to_owned());
    }
    if domains.len() > MOST_DOMAINS {
        notes.push(format!("Domains after the first {} are counted together.", MOST_DOMAINS - 1));
    }
    if every > 1 && (counted || teams > 0) {
        notes.push(format!("Each cell is the greatest of {every} periods."));
    }
    if teams > 0 && gantt.loads.iter().any(|load| load.used.iter().flatten().any(|u| *u > 1.0 + 1e-9)) {
        notes.push("More than a team can do is marked with an exclamation mark.".to_owned());
    }
    if teams < gantt.loads.len() {
        notes.push(format!(
            "Shown are the {} of {} with the highest peaks.",
            teams,
            many(gantt.loads.len(), "team", "teams")
        ));
    }
    if n < total {
        notes.push(format!(
            "{} outside of the periods left out.",
            many(total - n, "initiative", "initiatives")
        ));
    }
    Drawing::new(load.bottom, &body, facts, notes)
}

fn within(bar: &Bar, periods: usize) -> Option<Shown<'_>> {
    let (start, end) = ((bar.start as usize).max(1), (bar.end as usize).min(periods));
    (bar.start <= bar.end && start <= end).then_some(Shown { bar, start, end })
}

fn period_name(gantt: &Gantt, period: usize) -> String {
    let name = gantt.periods.get(period - 1).map(|name| text::cut(name, text::LABEL)).unwrap_or_default();
    if name.is_empty() {
        format!("period {period}")
    } else if name.parse::<u32>().is_ok() {
        format!("period {name}")
    } else {
        name
    }
}

/// Horizons, and below them the periods.
fn header(gantt: &Gantt, time: &Time) -> Part {
    let mut bands = Vec::new();
    let mut first = 1;
    for (name, last) in &gantt.horizons {
        let last = (*last as usize).min(time.periods);
        if last < first {
            continue;
        }
        let (left, right) = (time.x(first), time.x(last + 1));
        bands.push((left, right, text::fit(name, text::LABEL, right - left - 8.0, 13.0 * text::BOLD)));
        first = last + 1;
    }
    let names: Vec<String> = gantt.periods.iter().map(|name| text::cut(name, 12)).collect();
    let widest = names.iter().map(|name| text::width(name, 11.0)).fold(1.0, f64::max) + 4.0;
    let every = (widest / time.wide()).ceil().max(1.0) as usize;
    let top = if bands.is_empty() { 0.0 } else { 24.0 };
    let marks = html! {
        @for (i, (left, right, name)) in bands.iter().enumerate() {
            rect class=(if i % 2 == 0 { "wash" } else { "band" }) x=(Px(left + 1.0)) y="0" width=(Px((right - left - 2.0).max(1.0))) height="20" rx="2" {}
            text class="b m" x=(Px(left.midpoint(*right))) y="14.5" { (name) }
        }
        g class="s" {
            @for (i, name) in names.iter().enumerate().step_by(every) {
                @let x = time.x(i + 1) + time.wide() / 2.0;
                @if every == 1 {
                    text class="j m" x=(Px(x)) y=(Px(top + 12.0)) { (name) }
                } @else if time.x(i + 1) + widest <= WIDTH {
                    text class="j" x=(Px(time.x(i + 1))) y=(Px(top + 12.0)) { (name) }
                }
            }
        }
    };
    Part { bottom: top + 18.0, marks }
}

/// A row for each initiative.
fn rows(domains: &[(&str, Vec<Shown>)], time: &Time, top: f64) -> Part {
    const ROW: f64 = 21.0;
    const HEAD: f64 = 24.0;
    let mut bottom = top;
    let tops: Vec<f64> = domains
        .iter()
        .map(|(_, bars)| {
            let top = bottom;
            bottom += HEAD + ROW * bars.len() as f64 + 4.0;
            top
        })
        .collect();
    let marks = html! {
        @for ((name, bars), &y) in std::iter::zip(domains, &tops) {
            rect class="band" x="0" y=(Px(y + 2.0)) width=(Px(WIDTH)) height="20" {}
            text class="b" x="6" y=(Px(y + 16.5)) { (text::fit(name, 2 * text::LABEL, time.left - 60.0, 13.0 * text::BOLD)) }
            text class="k s e" x=(Px(time.left - 8.0)) y=(Px(y + 16.5)) { (count(bars.len())) }
            @for (i, shown) in bars.iter().enumerate() {
                @let y = y + HEAD + ROW * i as f64;
                @let (code, name) = coded(&shown.bar.code, &shown.bar.name, time.left - 18.0, SIZE);
                text class="k" x="6" y=(Px(y + 14.5)) {
                    (code) @if !name.is_empty() { " " tspan class="s" { (name) } }
                    title { (about(shown.bar)) }
                }
                (bar(shown, time, y + 4.0, ROW - 8.0))
                @if let Some(owner) = &shown.bar.owner {
                    (beside(&text::cut(owner, text::LABEL), shown, time, y + 14.0))
                }
            }
        }
    };
    Part { bottom, marks }
}

fn bar(shown: &Shown, time: &Time, y: f64, tall: f64) -> Markup {
    let (left, right) = (time.x(shown.start), time.x(shown.end + 1));
    let class = if shown.bar.under_way { "busy" } else { "bar" };
    html! {
        rect class=(class) x=(Px(left + 1.0)) y=(Px(y)) width=(Px((right - left - 2.0).max(1.5))) height=(Px(tall)) rx="2" {
            title { (about(shown.bar)) }
        }
    }
}

/// A word after a bar, or where there is no room before it, or nowhere.
fn beside(word: &str, shown: &Shown, time: &Time, y: f64) -> Markup {
    let wide = text::width(word, 11.0) + 4.0;
    let (left, right) = (time.x(shown.start), time.x(shown.end + 1));
    html! {
        @if right + wide <= WIDTH {
            text class="j s halo" x=(Px(right + 4.0)) y=(Px(y)) { (word) }
        } @else if left - wide >= time.left {
            text class="j s halo e" x=(Px(left - 4.0)) y=(Px(y)) { (word) }
        }
    }
}

/// As many initiatives in a row as fit beside each other with their codes.
fn lanes(domains: &[(&str, Vec<Shown>)], time: &Time, top: f64) -> Part {
    const ROW: f64 = 18.0;
    let mut bottom = top;
    let packed: Vec<(f64, f64, Vec<Packed>)> = domains
        .iter()
        .map(|(_, bars)| {
            let (packed, lanes) = pack(bars, time);
            let (top, tall) = (bottom, (lanes as f64 * ROW + 6.0).max(26.0));
            bottom += tall;
            (top, tall, packed)
        })
        .collect();
    let marks = html! {
        @for (i, ((name, bars), (y, tall, packed))) in std::iter::zip(domains, &packed).enumerate() {
            @if i % 2 == 0 { rect class="band" x="0" y=(Px(*y)) width=(Px(time.left - 4.0)) height=(Px(*tall)) {} }
            text class="b" x="6" y=(Px(y + 17.0)) { (text::fit(name, text::LABEL, time.left - 44.0, 13.0 * text::BOLD)) }
            text class="k s e" x=(Px(time.left - 12.0)) y=(Px(y + 17.0)) { (count(bars.len())) }
            g {
                @for (shown, place) in std::iter::zip(bars, packed) {
                    @let down = y + 3.0 + place.lane as f64 * ROW;
                    (bar(shown, time, down + 1.0, ROW - 4.0))
                    @let class = match place.side { Side::In if shown.bar.under_way => "j hi", Side::Before => "j e", _ => "j" };
                    text class=(class) x=(Px(place.text)) y=(Px(down + 12.0)) { (place.code) }
                }
            }
            path class="line" d={ "M0 " (Px(y + tall)) "H" (Px(WIDTH)) } {}
        }
    };
    Part { bottom, marks }
}

/// Where a code stands: in its bar, after it, before it.
enum Side {
    In,
    After,
    Before,
}

struct Packed {
    lane: usize,
    code: String,
    side: Side,
    /// Where the code is anchored.
    text: f64,
}

/// Each bar goes in the first lane that is free from where it begins, label included.
fn pack(bars: &[Shown], time: &Time) -> (Vec<Packed>, usize) {
    let mut extents: Vec<(f64, f64, Packed)> = bars
        .iter()
        .map(|shown| {
            let (left, right) = (time.x(shown.start), time.x(shown.end + 1));
            let code = text::fit(&text::name(&shown.bar.code), text::LABEL, 100.0, 11.0);
            let wide = text::width(&code, 11.0) + 7.0;
            let (from, to, side, text) = if wide <= right - left {
                (left, right, Side::In, left + 5.0)
            } else if right + wide <= WIDTH {
                (left, right + wide, Side::After, right + 2.0)
            } else {
                (left - wide, right, Side::Before, left - 3.0)
            };
            (from, to, Packed { lane: 0, code, side, text })
        })
        .collect();
    let mut order: Vec<usize> = (0..extents.len()).collect();
    order.sort_by(|&a, &b| extents[a].0.total_cmp(&extents[b].0).then(a.cmp(&b)));
    let mut ends: Vec<f64> = Vec::new();
    for i in order {
        let (from, to, packed) = &mut extents[i];
        let lane = ends.iter().position(|end| *end <= *from + 1e-6).unwrap_or(ends.len());
        if lane == ends.len() {
            ends.push(0.0);
        }
        ends[lane] = *to;
        packed.lane = lane;
    }
    (extents.into_iter().map(|(.., packed)| packed).collect(), ends.len())
}

/// How many are at work, by domain and period.
fn counts(domains: &[(&str, Vec<Shown>)], time: &Time, top: f64) -> Part {
    let at_work = |bars: &mut dyn Iterator<Item = &Shown>| {
        let mut change = vec![0_i64; time.periods + 2];
        for shown in bars {
            change[shown.start] += 1;
            change[shown.end + 1] -= 1;
        }
        let running: Vec<i64> = change
            .iter()
            .scan(0, |sum, c| {
                *sum += c;
                Some(*sum)
            })
            .collect();
        time.cells()
            .map(|(first, last)| running[first..=last].iter().copied().max().unwrap_or(0))
            .collect::<Vec<i64>>()
    };
    let alone = if domains.len() > MOST_DOMAINS { MOST_DOMAINS - 1 } else { domains.len() };
    let mut rows: Vec<(String, usize, Vec<i64>)> = domains[..alone]
        .iter()
        .map(|(name, bars)| {
            (text::fit(name, text::LABEL, time.left - 56.0, SIZE), bars.len(), at_work(&mut bars.iter()))
        })
        .collect();
    if alone < domains.len() {
        let rest = &domains[alone..];
        let n = rest.iter().map(|(_, bars)| bars.len()).sum();
        let cells = at_work(&mut rest.iter().flat_map(|(_, bars)| bars));
        rows.push((many(rest.len(), "other", "others"), n, cells));
    }
    let most = rows.iter().flat_map(|(.., cells)| cells).copied().max().unwrap_or(1).max(1);
    let values = |cells: &[i64]| -> Vec<Cell> {
        cells
            .iter()
            .map(|&n| Cell {
                share: (n > 0).then(|| 0.5 * n as f64 / most as f64),
                label: count(n as usize),
                over: false,
            })
            .collect()
    };
    let marks = html! {
        @for (i, (name, n, cells)) in rows.iter().enumerate() {
            @let y = top + 2.0 + STRIP * i as f64;
            text class="k" x="6" y=(Px(y + 15.0)) { (name) }
            text class="k s e" x=(Px(time.left - 8.0)) y=(Px(y + 15.0)) { (count(*n)) }
            (strip(&values(cells), time, y))
        }
    };
    Part { bottom: top + 2.0 + STRIP * rows.len() as f64, marks }
}

/// A cell of a strip: how dark, and what it says.
struct Cell {
    share: Option<f64>,
    label: String,
    over: bool,
}

/// From strip to strip.
const STRIP: f64 = 24.0;

/// Cells in a row.
fn strip(cells: &[Cell], time: &Time, y: f64) -> Markup {
    html! {
        @for (cell, (first, last)) in std::iter::zip(cells, time.cells()) {
            @if let Some(share) = cell.share {
                @let (left, right) = (time.x(first), time.x(last + 1));
                @let shade = style::share(share);
                rect class=(if cell.over { "fall" } else { shade.fill }) x=(Px(left + 0.5)) y=(Px(y)) width=(Px((right - left - 1.0).max(1.0))) height=(Px(STRIP - 2.0)) {}
                @let label = if text::width(&cell.label, 11.0) <= right - left { cell.label.as_str() } else if cell.over { "!" } else { "" };
                @if !label.is_empty() {
                    text class={ "j m " (if cell.over { "hi b" } else { shade.text }) } x=(Px(left.midpoint(right))) y=(Px(y + 15.0)) { (label) }
                }
            }
        }
    }
}

/// What each team has to do, and how many teams are shown.
fn loads(loads: &[Load], time: &Time, top: f64) -> (Part, usize) {
    let peak =
        |load: &Load| load.used.iter().flatten().copied().filter(|u| u.is_finite()).fold(0.0, f64::max);
    let mut teams: Vec<usize> = (0..loads.len()).collect();
    teams.sort_by(|&a, &b| peak(&loads[b]).total_cmp(&peak(&loads[a])).then(a.cmp(&b)));
    teams.truncate(MOST_TEAMS);
    teams.sort_unstable();
    if teams.is_empty() {
        return (Part { bottom: top, marks: html! {} }, 0);
    }
    let cells = |load: &Load| -> Vec<Cell> {
        time.cells()
            .map(|(first, last)| {
                let used = (first..=last)
                    .filter_map(|p| *load.used.get(p - 1)?)
                    .filter(|u| u.is_finite())
                    .max_by(f64::total_cmp);
                let over = used.is_some_and(|u| u > 1.0 + 1e-9);
                let label = used.map_or(String::new(), |u| if over { beyond(u) + "!" } else { percent(u) });
                // Light up to all that a team can do, so that more stands out.
                Cell { share: used.map(|u| u / 2.0), label, over }
            })
            .collect()
    };
    let marks = html! {
        text class="b" x="6" y=(Px(top + 26.0)) { "Load, % of what a team can do" }
        @for (i, &team) in teams.iter().enumerate() {
            @let y = top + 35.0 + STRIP * i as f64;
            text class="k" x="6" y=(Px(y + 15.0)) { (text::fit(&loads[team].team, text::LABEL, time.left - 16.0, SIZE)) }
            (strip(&cells(&loads[team]), time, y))
        }
    };
    (Part { bottom: top + 35.0 + STRIP * teams.len() as f64, marks }, teams.len())
}

/// A share above 1 in percent: never 100.
fn beyond(x: f64) -> String {
    number::count((x * 100.0).ceil().min(1e9) as usize)
}

fn about(bar: &Bar) -> String {
    let owner =
        bar.owner.as_ref().map_or(String::new(), |owner| format!(" ({})", text::cut(owner, text::LABEL)));
    format!("{} {}{owner}", text::name(&bar.code), text::cut(&bar.name, text::FULL))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn packed_bars_and_codes_do_not_meet(
            bars in prop::collection::vec((0u32..20, 0u32..20, "[A-Z]{1,20}"), 0..60),
            periods in 1usize..16,
        ) {
            let bar = |(start, long, code): &(u32, u32, String)| Bar {
                code: code.clone(), name: String::new(), owner: None, start: *start, end: start + long, under_way: false,
            };
            let bars: Vec<Bar> = bars.iter().map(bar).collect();
            let shown: Vec<Shown> = bars.iter().filter_map(|bar| within(bar, periods)).collect();
            let time = Time { left: 140.0, periods };
            let (packed, lanes) = pack(&shown, &time);
            let mut boxes: Vec<(usize, f64, f64)> = Vec::new();
            for (shown, packed) in std::iter::zip(&shown, &packed) {
                prop_assert!(packed.lane < lanes);
                boxes.push((packed.lane, time.x(shown.start), time.x(shown.end + 1)));
                let wide = text::width(&packed.code, 11.0);
                match packed.side {
                    Side::In => prop_assert!(packed.text + wide <= time.x(shown.end + 1)),
                    Side::After => boxes.push((packed.lane, packed.text, packed.text + wide)),
                    Side::Before => boxes.push((packed.lane, packed.text - wide, packed.text)),
                }
            }
            boxes.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
            for pair in boxes.windows(2) {
                prop_assert!(pair[0].0 != pair[1].0 || pair[0].2 <= pair[1].1 + 1e-6, "{:?}", pair);
            }
        }
    }
}
