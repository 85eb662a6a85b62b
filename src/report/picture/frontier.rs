//! Batches along the frontier.

use maud::html;

use super::Frontier;
use super::axis::Axis;
use super::draw::{Drawing, Plot, WIDTH};
use super::label::{Rect, Room};
use super::number::{PathData, Px, count, measured, percent};
use super::text::{self, many};

/// Labels name the initiatives of a batch up to this many batches.
const MOST_NAMED: usize = 15;

/// Batches whose marks would be nearer than this share one.
const APART: f64 = 7.0;

/// A batch with what is reached by its end.
struct Corner {
    number: usize,
    initiatives: String,
    benefit: f64,
    effort: f64,
    funded: bool,
}

pub(super) fn draw(frontier: &Frontier) -> Drawing {
    let budget = frontier.budget.filter(|b| b.is_finite() && *b >= 0.0);
    let (mut benefit, mut effort) = (0.0_f64, 0.0_f64);
    let mut corners: Vec<Corner> = Vec::new();
    let mut dropped = 0;
    for step in &frontier.steps {
        let (b, e) = (benefit + step.benefit, effort + step.effort);
        if !b.is_finite() || !e.is_finite() {
            dropped += 1;
            continue;
        }
        (benefit, effort) = (b, e);
        let named: Vec<String> = step.initiatives.iter().take(4).map(|code| text::name(code)).collect();
        let more = if step.initiatives.len() > 4 {
            format!(" and {}", step.initiatives.len() - 4)
        } else {
            String::new()
        };
        let initiatives = named.join(", ") + &more;
        corners.push(Corner {
            number: step.number,
            initiatives,
            benefit,
            effort,
            funded: budget.is_none_or(|most| effort <= most),
        });
    }
    if corners.is_empty() {
        return Drawing::nothing("There is nothing to show: no batch has benefit and effort.");
    }
    let range = |values: &mut dyn Iterator<Item = f64>| {
        values.fold((0.0_f64, 0.0_f64), |(least, most), x| (least.min(x), most.max(x)))
    };
    let (least_effort, most_effort) = range(&mut corners.iter().map(|c| c.effort).chain(budget));
    let (least, most) = range(&mut corners.iter().map(|c| c.benefit));
    let plot = Plot {
        left: 56.0,
        top: 28.0,
        right: WIDTH,
        bottom: 408.0,
        pad: 0.0,
        across: Axis::linear(least_effort, most_effort * 1.03, 6),
        up: Axis::linear(least, most * 1.06, 6),
    };
    let at = |c: &Corner| (plot.x(c.effort), plot.y(c.benefit));

    // The line up to what the budget pays for in full, and beyond it.
    let origin = (plot.x(0.0), plot.y(0.0));
    let (mut within, mut beyond, mut ground) =
        (PathData::default(), PathData::default(), PathData::default());
    let mut room = Room::new(Rect {
        left: plot.left + 2.0,
        top: plot.top,
        right: plot.right,
        bottom: plot.bottom - 2.0,
    });
    within.to('M', &[origin.0, origin.1]);
    ground.to('M', &[origin.0, origin.1]);
    let (mut last, mut reached) = (origin, origin);
    for corner in &corners {
        let here = at(corner);
        let far = (here.0 - last.0).abs() + (here.1 - last.1).abs() >= 0.5;
        if far {
            room.block_line(last, here);
        }
        if corner.funded {
            if far {
                within.to('L', &[here.0, here.1]);
                ground.to('L', &[here.0, here.1]);
            }
            reached = here;
        } else if far {
            if beyond.0.is_empty() {
                beyond.to('M', &[reached.0, reached.1]);
            }
            beyond.to('L', &[here.0, here.1]);
        }
        if far {
            last = here;
        }
    }
    ground.to('L', &[reached.0, origin.1]);
    ground.to('z', &[]);

    let mut marked: Vec<&Corner> = Vec::new();
    for corner in &corners {
        let here = at(corner);
        let clear = marked.last().is_none_or(|before| {
            let before = at(before);
            (here.0 - before.0).abs().max((here.1 - before.1).abs()) >= APART
        });
        if clear {
            marked.push(corner);
        }
    }
    let line = budget.map(|b| {
        let label = format!("Budget {}", measured(b, &text::cut(&frontier.effort_unit, text::LABEL)));
        let (x, wide) = (plot.x(b), text::width(&label, 13.0 * text::BOLD));
        let left = if x + wide + 8.0 <= plot.right { x + 6.0 } else { x - 6.0 - wide };
        room.block(Rect { left, top: plot.bottom - 26.0, right: left + wide, bottom: plot.bottom - 6.0 });
        room.block(Rect { left: x - 4.0, top: plot.top, right: x + 4.0, bottom: plot.bottom });
        (x, if left > x { left } else { x - 6.0 }, left < x, label)
    });
    for corner in &marked {
        room.block_mark(at(corner), 5.0);
    }
    let mut labels = Vec::new();
    for corner in &marked {
        let number = count(corner.number);
        let full = (corners.len() <= MOST_NAMED && !corner.initiatives.is_empty())
            .then(|| format!("{number}: {}", text::cut(&corner.initiatives, 2 * text::LABEL)));
        let found = full.into_iter().chain([number]).find_map(|label| {
            Some((room.place(at(corner), 5.0, (text::width(&label, 12.0), 14.0), true)?, label))
        });
        labels.extend(found.map(|(place, label)| (place, label, corner.funded)));
    }
    let mut leaders = PathData::default();
    for [from, to] in labels.iter().filter_map(|(place, ..)| place.leader) {
        leaders.to('M', &[from.0, from.1]);
        leaders.to('L', &[to.0, to.1]);
    }
    let body = html! {
        path class="wash" d=(ground.0) {}
        (plot.axes(("Effort spent", &frontier.effort_unit), ("Benefit reached", &frontier.benefit_unit)))
        @if let Some((x, at, left, label)) = &line {
            path class="down" d={ "M" (Px(*x)) " " (Px(plot.top)) "V" (Px(plot.bottom)) } {}
            text.halo.b.d.e[*left] x=(Px(*at)) y=(Px(plot.bottom - 11.0)) { (label) }
        }
        path class="up" d=(within.0) {}
        @if !beyond.0.is_empty() { path class="dash" stroke-width="2" d=(beyond.0) {} }
        @if !leaders.0.is_empty() { path class="lead" d=(leaders.0) {} }
        g {
            @for corner in &marked {
                @let (x, y) = at(corner);
                circle class=(if corner.funded { "dot" } else { "ring" }) cx=(Px(x)) cy=(Px(y)) r="4.5" {
                    title { (about(corner, frontier)) }
                }
            }
        }
        g {
            @for (place, label, funded) in &labels {
                @let (anchor, x) = place.anchor();
                text.halo.k.s[!funded].e[anchor == "e"].m[anchor == "m"] x=(Px(x)) y=(Px(place.rect.bottom - 3.5)) { (label) }
            }
        }
    };

    let unit = |unit: &str| text::cut(unit, text::LABEL);
    let all = format!(
        "{} reach {} for {}.",
        many(corners.len(), "batch", "batches"),
        measured(benefit, &unit(&frontier.benefit_unit)),
        measured(effort, &unit(&frontier.effort_unit)),
    );
    let all = if corners.len() == 1 { all.replacen("reach", "reaches", 1) } else { all };
    let facts = match budget {
        Some(b) => {
            let paid = corners.iter().take_while(|c| c.funded).count();
            let part = paid.checked_sub(1).map_or(0.0, |last| corners[last].benefit);
            let share = if benefit > 0.0 {
                format!(", with {} % of the benefit", percent(part / benefit))
            } else {
                String::new()
            };
            let of_them = match paid {
                0 => "none of them in full".to_owned(),
                n if n == corners.len() => "all of them".to_owned(),
                n => format!("{} of them in full{share}", count(n)),
            };
            format!("{all} A budget of {} pays for {of_them}.", measured(b, &unit(&frontier.effort_unit)))
        }
        None => all,
    };
    let mut notes = Vec::new();
    if marked.len() < corners.len() {
        notes.push(format!(
            "{} of {} batches stand too close for a mark of their own; the table has them all.",
            count(corners.len() - marked.len()),
            count(corners.len())
        ));
    }
    if labels.len() < marked.len() {
        notes.push(format!("{} marks have no label.", count(marked.len() - labels.len())));
    }
    if dropped > 0 {
        notes.push(format!("{} without a finite number left out.", many(dropped, "batch", "batches")));
    }
    Drawing::new(plot.bottom + 44.0, &body, facts, notes)
}

fn about(corner: &Corner, frontier: &Frontier) -> String {
    format!(
        "Batch {}: {}; {} for {} by its end",
        corner.number,
        corner.initiatives,
        measured(corner.benefit, &text::cut(&frontier.benefit_unit, text::LABEL)),
        measured(corner.effort, &text::cut(&frontier.effort_unit, text::LABEL)),
    )
}
