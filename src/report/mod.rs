//! Tables, pictures, one self-contained page: what came out, for people who look rather than read.
//!
//! A [`Report`] is data: sections of facts, each with [`Table`]s and at most one [`Picture`]. It is shown as
//! plain text, Markdown, CSV, JSON (it is `Serialize`) and one HTML page, all with the same facts; each picture is an SVG of its own as well.
//!
//! ```
//! use cxrank::programme::{Criterion, Initiative, ProgrammeSpec};
//! use cxrank::report::{Options, Part, Report};
//!
//! let programme = ProgrammeSpec::new("Clinic")
//!     .criterion(Criterion::benefit("ease", 100.0, 0.0, 10.0))
//!     .criterion(Criterion::effort("work", 1.0))
//!     .initiative(Initiative::new("A", "Online <booking>").benefit("ease", 6).effort("work", [10.0, 20.0, 60.0]))
//!     .initiative(Initiative::new("B", "Call back").benefit("ease", 4).effort("work", 14))
//!     .build()?;
//!
//! let report = Report::new(&programme)?;
//! std::fs::write(std::env::temp_dir().join("report.html"), report.html()).unwrap();
//!
//! let first = &report.section(Part::Priorities).unwrap().tables[0];
//! assert!(first.csv().starts_with("rank,code,name,"));
//! assert!(report.html().contains("Online &lt;booking&gt;"));
//! // What cannot be made is left out, and the report says so.
//! assert_eq!(report.left_out[0].title, "What the budget buys");
//! assert_eq!(report.left_out[0].why, "the strategy states no budget");
//!
//! let short = Report::with(&programme, &Options { parts: vec![Part::Map], ..Options::default() })?;
//! assert_eq!(short.sections.len(), 1);
//! # Ok::<(), cxrank::Error>(())
//! ```

use serde::Serialize;

use crate::Error;
use crate::change_board::Minutes;
use crate::policy::Fingerprint;
use crate::programme::{Date, Programme};
use crate::uncertainty::RankProbabilities;

mod csv;
mod html;
mod markdown;
pub mod picture;
mod sections;
mod table;
mod text;

pub use picture::Picture;
pub use table::{Cell, Column, Kind, Table};

/// What came out for a programme, ready to be shown.
///
/// Serialized, it is the same facts as JSON: a table has its columns and, row by row, its cells as texts, numbers and nulls; a picture has the data
/// that it is drawn from.
///
/// # Determinism
///
/// The same programme and options give the same bytes in every format; there is no clock: the date is an argument.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Report {
    /// The name of the programme.
    pub title: String,
    /// One line about what it is made from: date, numbers of initiatives and stakeholders, policy.
    pub about: String,
    /// The day for which it is made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub as_of: Option<Date>,
    /// The fingerprint of the policy behind it.
    pub policy: Fingerprint,
    /// The parts, in the order that was asked for.
    pub sections: Vec<Section>,
    /// The parts that were asked for and could not be made.
    pub left_out: Vec<LeftOut>,
}

/// A part of a report: facts, a picture of them, and the tables behind it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Section {
    /// Which part it is.
    pub id: Part,
    /// For people.
    pub title: &'static str,
    /// What belongs on the first screen.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub headlines: Vec<Headline>,
    /// One to three sentences.
    pub summary: Vec<String>,
    /// The facts as a picture; all of it stands in the tables, too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub picture: Option<Picture>,
    /// The facts; the first table is that behind the picture.
    pub tables: Vec<Table>,
    /// How to read it, and what it rests on.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

/// One of the few things that everybody should take away.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Headline {
    /// The question: "What first".
    pub label: &'static str,
    /// The answer, in a few words.
    pub value: String,
    /// What to know about it.
    pub detail: String,
}

/// A part that could not be made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LeftOut {
    /// Which part.
    pub id: Part,
    /// Its title.
    pub title: &'static str,
    /// What was missing.
    pub why: String,
}

/// The parts that a report can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Part {
    /// The order of merit, line by line, with why.
    Priorities,
    /// Benefit against effort.
    Map,
    /// What the budget buys, with its proof.
    Plan,
    /// Batches and the frontier.
    Batches,
    /// How sure the order is.
    Certainty,
    /// What the stakeholders agree and disagree on.
    Stakeholders,
    /// Who does what when.
    Roadmap,
    /// What moved since the last board.
    Changes,
    /// What has no score, and what is not up for ranking.
    NotRanked,
}

impl Part {
    /// All of them, in the order in which a board asks for them.
    pub const ALL: [Part; 9] = [
        Part::Priorities,
        Part::Map,
        Part::Plan,
        Part::Batches,
        Part::Certainty,
        Part::Stakeholders,
        Part::Roadmap,
        Part::Changes,
        Part::NotRanked,
    ];

    /// Its id in a page, and in file names.
    pub fn id(self) -> &'static str {
        match self {
            Part::Priorities => "priorities",
            Part::Map => "map",
            Part::Plan => "plan",
            Part::Batches => "batches",
            Part::Certainty => "certainty",
            Part::Stakeholders => "stakeholders",
            Part::Roadmap => "roadmap",
            Part::Changes => "changes",
            Part::NotRanked => "not-ranked",
        }
    }

    /// Its title.
    pub fn title(self) -> &'static str {
        match self {
            Part::Priorities => "Priorities",
            Part::Map => "Benefit and effort",
            Part::Plan => "What the budget buys",
            Part::Batches => "Batches: what belongs together",
            Part::Certainty => "How sure the order is",
            Part::Stakeholders => "What the stakeholders say",
            Part::Roadmap => "Roadmap",
            Part::Changes => "What changed since the last board",
            Part::NotRanked => "Not ranked",
        }
    }
}

/// What a report is made with besides the programme.
#[derive(Debug, Clone, PartialEq)]
pub struct Options<'a> {
    /// The day for which it is made, to be shown and for what is stale by then.
    pub as_of: Option<Date>,
    /// Which parts, in this order and each once; all of them by default.
    pub parts: Vec<Part>,
    /// How many draws tell how sure the order is. Where absent, 10,000 for up to 77 ranked initiatives and then fewer, so that the time does not
    /// grow with their number; and none for more than 2,000, for which the certainty is left out.
    pub draws: Option<usize>,
    /// Where their random numbers begin.
    pub seed: u64,
    /// Draws of the same programme that have been made already, in place of new ones. Where they are of other initiatives than those that are
    /// ranked, the certainty is left out.
    pub run: Option<&'a RankProbabilities>,
    /// The minutes of the last change board, of which the programme is the state. Where they are of another policy, or name an initiative that
    /// the programme does not have, the changes are left out.
    pub minutes: Option<&'a Minutes>,
}

impl Default for Options<'_> {
    fn default() -> Self {
        Options { as_of: None, parts: Part::ALL.to_vec(), draws: None, seed: 1, run: None, minutes: None }
    }
}

impl Report {
    /// Everything that the programme has something to say to.
    ///
    /// # Errors
    ///
    /// A policy whose model or blend does not fit the programme, as [`Ranking::new`](crate::Ranking::new) refuses it. Anything else that cannot be made is
    /// [left out](Report::left_out).
    ///
    /// # Complexity
    ///
    /// That of the rooms: see [`Ranking`](crate::Ranking), [`Sequence`](crate::sequence::Sequence),
    /// [`Candidates::select`](crate::portfolio::Candidates::select), [`Sampling`](crate::uncertainty::Sampling) and
    /// [`Roadmap`](crate::roadmap::Roadmap).
    pub fn new(programme: &Programme) -> Result<Self, Error> {
        Self::with(programme, &Options::default())
    }

    /// The same with options.
    ///
    /// # Errors
    ///
    /// As [`new`](Report::new).
    pub fn with(programme: &Programme, options: &Options<'_>) -> Result<Self, Error> {
        sections::report(programme, options)
    }

    /// A part; `None` if it was not asked for, or is left out.
    pub fn section(&self, part: Part) -> Option<&Section> {
        self.sections.iter().find(|section| section.id == part)
    }

    /// What belongs on the first screen.
    pub fn headlines(&self) -> impl Iterator<Item = &Headline> {
        self.sections.iter().flat_map(|section| &section.headlines)
    }
}
