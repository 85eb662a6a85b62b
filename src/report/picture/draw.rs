//! What all pictures are drawn with.

use maud::{Markup, html};

use super::axis::Axis;
use super::number::{PathData, Px};
use super::text;

/// The width of every picture, without the margin of a file of its own.
pub(super) const WIDTH: f64 = 720.0;

/// A picture without its frame.
#[derive(Debug)]
pub(super) struct Drawing {
    /// From 0 down.
    pub(super) height: f64,
    pub(super) body: Markup,
    /// What it shows, in a sentence or two.
    pub(super) facts: String,
    /// What it leaves out and how to read it; they stand below it.
    pub(super) notes: Vec<String>,
}

impl Drawing {
    /// `body` ends at `bottom`; the notes are put below.
    pub(super) fn new(bottom: f64, body: &Markup, facts: String, notes: Vec<String>) -> Drawing {
        let lines = text::wrap(&notes.join(" "), WIDTH, 12.0);
        let first = bottom + 20.0;
        let below = html! {
            g class="s" {
                @for (i, line) in lines.iter().enumerate() {
                    text class="k" x="0" y=(Px(first + 16.0 * i as f64)) { (line) }
                }
            }
        };
        let height = if lines.is_empty() { bottom } else { first + 16.0 * (lines.len() - 1) as f64 };
        let body = html! { (body) @if !lines.is_empty() { (below) } };
        Drawing { height: height + 6.0, body, facts, notes }
    }

    /// A picture of nothing: it says so.
    pub(super) fn nothing(why: &str) -> Drawing {
        let body = html! {
            rect class="band" x="0" y="0" width=(Px(WIDTH)) height="80" rx="4" {}
            text class="s m" x=(Px(WIDTH / 2.0)) y="45" { (why) }
        };
        Drawing { height: 80.0, body, facts: why.to_owned(), notes: Vec::new() }
    }

    /// The text alternative.
    pub(super) fn describe(&self) -> String {
        let mut out = self.facts.clone();
        for note in &self.notes {
            out.push(' ');
            out.push_str(note);
        }
        out
    }
}

/// The part of a picture that has axes, in the picture's units; `pad` is kept free at top and bottom.
#[derive(Debug)]
pub(super) struct Plot {
    pub(super) left: f64,
    pub(super) top: f64,
    pub(super) right: f64,
    pub(super) bottom: f64,
    pub(super) pad: f64,
    pub(super) across: Axis,
    pub(super) up: Axis,
}

impl Plot {
    pub(super) fn x(&self, value: f64) -> f64 {
        self.left + self.across.share(value) * (self.right - self.left)
    }

    pub(super) fn y(&self, value: f64) -> f64 {
        let (low, high) = (self.bottom - self.pad, self.top + self.pad);
        low - self.up.share(value) * (low - high)
    }

    /// Lines, labels of the ticks and the names of the axes; ends 44 below the plot.
    pub(super) fn axes(&self, across: (&str, &str), up: (&str, &str)) -> Markup {
        let name = |axis: &Axis, (name, unit): (&str, &str)| {
            let unit = text::cut(unit, text::LABEL);
            let unit = format!("{}{unit}", axis.word);
            let scale = if axis.is_logarithmic() { ", logarithmic scale" } else { "" };
            let unit = unit.trim();
            if unit.is_empty() { format!("{name}{scale}") } else { format!("{name}, {unit}{scale}") }
        };
        let mut lines = PathData::default();
        for (value, _) in self.up.ticks() {
            lines.to('M', &[self.left, self.y(*value)]);
            lines.to('H', &[self.right]);
        }
        let mut ticks = PathData::default();
        // Logarithmic ticks crowd: a label is left out where it would touch the one before.
        let mut last = f64::NEG_INFINITY;
        let mut below: Vec<(f64, &str)> = Vec::new();
        for (value, label) in self.across.ticks() {
            let (x, half) = (self.x(*value), text::width(label, 12.0) / 2.0);
            ticks.to('M', &[x, self.bottom]);
            ticks.to('v', &[5.0]);
            // The last does not stick out.
            let x = x.min(self.right - half);
            if x - half > last + 6.0 {
                below.push((x, label));
                last = x + half;
            }
        }
        html! {
            path class="line" d=(lines.0) {}
            path class="axis" d={ "M" (Px(self.left)) " " (Px(self.bottom)) "H" (Px(self.right)) (ticks.0) } {}
            g class="s" {
                @for (value, label) in self.up.ticks() {
                    text class="k e" x=(Px(self.left - 8.0)) y=(Px(self.y(*value) + 4.0)) { (label) }
                }
                @for (x, label) in below {
                    text class="k m" x=(Px(x)) y=(Px(self.bottom + 19.0)) { (label) }
                }
            }
            text class="b" x="0" y=(Px(self.top - 13.0)) { (name(&self.up, up)) }
            text class="b e" x=(Px(self.right)) y=(Px(self.bottom + 40.0)) { (name(&self.across, across)) }
        }
    }
}

/// A name with its code, as much of it as fits.
pub(super) fn coded(code: &str, name: &str, room: f64, size: f64) -> (String, String) {
    let code = text::fit(&text::name(code), text::LABEL, room, size);
    let left = room - text::width(&code, size) - size * 0.5;
    let name = if left < size * 4.0 || name.trim().is_empty() {
        String::new()
    } else {
        text::fit(name, 2 * text::LABEL, left, size)
    };
    (code, name)
}
