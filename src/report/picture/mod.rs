//! The pictures of a report: plain data, drawn as SVG.

mod axis;
mod draw;
mod frontier;
mod gantt;
mod grid;
mod label;
#[cfg(test)]
mod laws;
mod map;
mod number;
mod slope;
mod style;
mod text;

use maud::{Markup, PreEscaped, html};
use serde::Serialize;

use draw::{Drawing, WIDTH};
use number::Px;

use crate::rank::Quadrant;
pub(crate) use style::STYLE;
pub(super) use text::runs_left;

/// One picture: its data, from which it is drawn.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "picture")]
#[non_exhaustive]
pub enum Picture {
    /// Benefit against effort, with quadrants.
    Map(Map),
    /// Batches along the frontier: benefit against what is spent.
    Frontier(Frontier),
    /// A grid of numbers as colours: agreement of stakeholders, acceptability of ranks.
    Grid(Grid),
    /// Who does what when.
    Gantt(Gantt),
    /// Ranks before and after.
    Slope(Slope),
}

impl Picture {
    /// What it is called.
    pub fn title(&self) -> &str {
        match self {
            Picture::Map(_) => "Benefit against effort",
            Picture::Frontier(_) => "Benefit reached, batch by batch",
            Picture::Grid(grid) => &grid.title,
            Picture::Gantt(_) => "Roadmap",
            Picture::Slope(_) => "Ranks before and after",
        }
    }

    /// What it shows, in a few sentences: the text alternative. What the picture leaves out is said too.
    pub fn describe(&self) -> String {
        self.draw().describe()
    }

    /// A file of its own: it has its colours for light and dark with it, and refers to nothing outside.
    ///
    /// # Determinism
    ///
    /// The same picture gives the same bytes on every platform.
    ///
    /// # Examples
    ///
    /// ```
    /// use cxrank::report::picture::{Map, Picture, Point, Spread};
    ///
    /// let point = |code: &str, benefit, effort| Point {
    ///     code: code.to_owned(),
    ///     name: String::new(),
    ///     benefit: Spread { low: benefit, mean: benefit, high: benefit },
    ///     effort: Spread { low: effort, mean: effort, high: effort },
    ///     quadrant: None,
    /// };
    /// let map = Picture::Map(Map {
    ///     benefit_unit: "points".to_owned(),
    ///     effort_unit: "EUR".to_owned(),
    ///     split: None,
    ///     quadrants: Default::default(),
    ///     points: vec![point("CX-01", 12.0, 80_000.0), point("CX-02", 7.0, 120_000.0)],
    ///     missing: 1,
    /// });
    /// assert!(map.svg().starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\""));
    /// assert!(map.describe().starts_with("2 initiatives by benefit and effort"));
    /// ```
    pub fn svg(&self) -> String {
        self.frame("cx", true).into_string()
    }

    /// To be put in a page that has [`STYLE`], below a heading of its own; `id` starts the ids in it.
    ///
    /// It keeps a least width, so that its letters stay readable: what holds it needs `overflow-x: auto`.
    pub(crate) fn markup(&self, id: &str) -> Markup {
        self.frame(id, false)
    }

    fn draw(&self) -> Drawing {
        match self {
            Picture::Map(map) => map::draw(map),
            Picture::Frontier(frontier) => frontier::draw(frontier),
            Picture::Grid(grid) => grid::draw(grid),
            Picture::Gantt(gantt) => gantt::draw(gantt),
            Picture::Slope(slope) => slope::draw(slope),
        }
    }

    fn frame(&self, id: &str, alone: bool) -> Markup {
        let drawing = self.draw();
        let title = text::cut(self.title(), text::FULL);
        let (title_id, description_id) = (format!("{id}-title"), format!("{id}-about"));
        // Alone it has its title and what it says above it, and a margin.
        let facts = text::wrap(&drawing.facts, WIDTH, 13.0);
        let (margin, head) = if alone { (20.0, 36.0 + 18.0 * facts.len() as f64) } else { (4.0, 0.0) };
        let (width, height) = (WIDTH + 2.0 * margin, drawing.height + head + 2.0 * margin);
        html! {
            svg xmlns="http://www.w3.org/2000/svg" class="cx-p" viewBox={ (Px(-margin)) " " (Px(-margin - head)) " " (Px(width)) " " (Px(height)) }
                width=[alone.then_some(Px(width))] height=[alone.then_some(Px(height))]
                role="img" aria-labelledby={ (title_id) " " (description_id) } {
                title id=(title_id) { (title) }
                desc id=(description_id) { (drawing.describe()) }
                @if alone {
                    style { (PreEscaped(STYLE)) }
                    rect class="paper" x=(Px(-margin)) y=(Px(-margin - head)) width=(Px(width)) height=(Px(height)) {}
                    text class="t" x="0" y=(Px(16.0 - head)) { (text::fit(self.title(), 60, WIDTH, 20.0 * text::BOLD)) }
                    @for (i, line) in facts.iter().enumerate() {
                        text class="s" x="0" y=(Px(40.0 - head + 18.0 * i as f64)) { (line) }
                    }
                }
                (drawing.body)
            }
        }
    }
}

/// A number with what it may be at least and at most.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Spread {
    /// At least.
    pub low: f64,
    /// The mean, which the score uses.
    pub mean: f64,
    /// At most.
    pub high: f64,
}

/// Benefit against effort, one point for each initiative.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Map {
    /// What benefit is measured in.
    pub benefit_unit: String,
    /// What effort is measured in.
    pub effort_unit: String,
    /// Where the quadrants meet: effort and benefit. Much is that benefit or more, little that effort or less.
    pub split: Option<(f64, f64)>,
    /// The names of the quadrants: much for little, much for much, little for little, little for much.
    pub quadrants: [String; 4],
    /// The initiatives, best first: where there is no room for all labels, the first have theirs.
    pub points: Vec<Point>,
    /// How many initiatives more there are whose benefit or effort is missing.
    pub missing: usize,
}

/// An initiative on the map.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Point {
    /// Its code, which labels it.
    pub code: String,
    /// Its name.
    pub name: String,
    /// What it brings.
    pub benefit: Spread,
    /// What it takes.
    pub effort: Spread,
    /// The quadrant that it is in and is counted by; `None` for what has a place on the map and is in none, such as what takes no effort.
    pub quadrant: Option<Quadrant>,
}

/// Benefit reached against effort spent, batch by batch.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Frontier {
    /// What benefit is measured in.
    pub benefit_unit: String,
    /// What effort is measured in.
    pub effort_unit: String,
    /// The batches in order; each adds to those before it.
    pub steps: Vec<Step>,
    /// What may be spent.
    pub budget: Option<f64>,
}

/// A batch on the frontier.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Step {
    /// Counted from 1.
    pub number: usize,
    /// The initiatives in it.
    pub initiatives: Vec<String>,
    /// What it adds.
    pub benefit: f64,
    /// What it takes.
    pub effort: f64,
}

/// Numbers as colours.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Grid {
    /// What the picture is called.
    pub title: String,
    /// What the numbers are: "Kendall's τ-b", "share of draws".
    pub measure: String,
    /// What the rows are.
    pub rows: Vec<String>,
    /// What the columns are.
    pub columns: Vec<String>,
    /// Row by row; `None` where there is no number.
    pub values: Vec<Vec<Option<f64>>>,
    /// How numbers become colours.
    pub scale: Scale,
    /// What the rows are called together, and the columns.
    pub axes: (String, String),
}

/// How numbers become colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Scale {
    /// From −1 over 0 to 1: agreement.
    Diverging,
    /// From 0 to 1: shares.
    Share,
}

/// Bars over periods.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Gantt {
    /// The names of the periods, the first is period 1.
    pub periods: Vec<String>,
    /// Horizons in order, with the last period of each.
    pub horizons: Vec<(String, u32)>,
    /// Domains in order, each with its bars.
    pub domains: Vec<(String, Vec<Bar>)>,
    /// What each team has to do.
    pub loads: Vec<Load>,
}

/// An initiative over periods.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Bar {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Who answers for it.
    pub owner: Option<String>,
    /// Its first period.
    pub start: u32,
    /// Its last period.
    pub end: u32,
    /// Work is under way.
    pub under_way: bool,
}

/// A team's work in each period, as a share of what it can do; `None` where it can do nothing or no limit is stated.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Load {
    /// The team.
    pub team: String,
    /// Period by period.
    pub used: Vec<Option<f64>>,
}

/// Ranks before and after.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Slope {
    /// What the left side is called, and the right.
    pub sides: (String, String),
    /// One for each initiative.
    pub lines: Vec<SlopeLine>,
}

/// An initiative before and after.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SlopeLine {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Its rank before, if it had one.
    pub old: Option<u32>,
    /// Its rank after, if it has one.
    pub new: Option<u32>,
    /// What moved it, in a few words.
    pub cause: Option<String>,
}
