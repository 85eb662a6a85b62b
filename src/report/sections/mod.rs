//! The parts of a report, one file each, and what they share.

use std::borrow::Cow;
use std::collections::BTreeSet;

use crate::Error;
use crate::consensus::Consensus;
use crate::programme::{Id, Programme};
use crate::rank::Ranking;
use crate::score::ScoringModel;
use crate::sequence::Sequence;

use super::table::cut;
use super::{Headline, LeftOut, Options, Part, Picture, Report, Section, Table};

mod batches;
mod certainty;
mod changes;
mod map;
mod not_ranked;
mod plan;
mod priorities;
mod roadmap;
mod stakeholders;

/// What the parts are made from.
struct Context<'p> {
    programme: &'p Programme,
    options: &'p Options<'p>,
    ranking: Ranking<'p>,
    /// In words, why the ballots could not be counted, if they could not.
    no_consensus: Option<String>,
    sequence: Result<Sequence<'p>, String>,
}

/// A part, or why it is left out.
type Made = Result<Section, String>;

pub(super) fn report<'p>(programme: &'p Programme, options: &'p Options<'p>) -> Result<Report, Error> {
    let mut no_consensus = None;
    let consensus = if programme.ballots().is_empty() {
        no_consensus = Some("there are no ballots".to_owned());
        None
    } else {
        Consensus::new(programme).map_err(|error| no_consensus = Some(words(&error))).ok()
    };
    let context = Context {
        programme,
        options,
        ranking: Ranking::of(ScoringModel::new(programme)?.scores()?, consensus)?,
        no_consensus,
        sequence: Sequence::new(programme).map_err(|error| words(&error)),
    };
    let mut report = Report {
        title: programme.name().to_owned(),
        about: about(&context),
        as_of: options.as_of,
        policy: context.ranking.fingerprint(),
        sections: Vec::new(),
        left_out: Vec::new(),
    };
    // Each part once: its id is that of its section, and those of its tables are their own.
    let mut asked = BTreeSet::new();
    for &part in options.parts.iter().filter(|&&part| asked.insert(part)) {
        let made = match part {
            Part::Priorities => priorities::section(&context),
            Part::Map => map::section(&context),
            Part::Plan => plan::section(&context),
            Part::Batches => batches::section(&context),
            Part::Certainty => context.run_fits().and_then(|()| certainty::section(&context)),
            Part::Stakeholders => stakeholders::section(&context),
            Part::Roadmap => roadmap::section(&context),
            Part::Changes => context.minutes_fit().and_then(|()| changes::section(&context)),
            Part::NotRanked => not_ranked::section(&context),
        };
        match made {
            Ok(section) => report.sections.push(section),
            Err(why) => report.left_out.push(LeftOut { id: part, title: part.title(), why }),
        }
    }
    Ok(report)
}

fn about(context: &Context<'_>) -> String {
    let programme = context.programme;
    let date = context.options.as_of.map_or_else(String::new, |date| format!("As of {date}. "));
    format!(
        "{date}{}, {}; policy {}.",
        count(programme.initiatives().len(), "initiative"),
        count(programme.stakeholders().len(), "stakeholder"),
        context.ranking.fingerprint()
    )
}

impl Section {
    fn of(part: Part) -> Self {
        Section {
            id: part,
            title: part.title(),
            headlines: Vec::new(),
            summary: Vec::new(),
            picture: None,
            tables: Vec::new(),
            notes: Vec::new(),
        }
    }

    fn headline(mut self, label: &'static str, value: impl Into<String>, detail: impl Into<String>) -> Self {
        self.headlines.push(Headline { label, value: value.into(), detail: detail.into() });
        self
    }

    fn says(mut self, sentence: impl Into<String>) -> Self {
        self.summary.push(sentence.into());
        self
    }

    fn picture(mut self, picture: Picture) -> Self {
        self.picture = Some(picture);
        self
    }

    /// Adds a table if there is anything in it.
    fn table(mut self, table: Table) -> Self {
        if !table.rows().is_empty() {
            self.tables.push(table);
        }
        self
    }

    fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }
}

impl Context<'_> {
    /// Whether the draws that are given are of the initiatives that are ranked here.
    fn run_fits(&self) -> Result<(), String> {
        let Some(run) = self.options.run else { return Ok(()) };
        let ranked: BTreeSet<&Id> = self.ranking.codes().collect();
        let drawn: BTreeSet<&Id> = run.initiatives.iter().map(|standing| &standing.code).collect();
        if drawn == ranked {
            return Ok(());
        }
        Err("the draws that are given are of other initiatives than those that are ranked here".to_owned())
    }

    /// Whether the minutes that are given are of this programme: of its policy, and of initiatives that it has.
    fn minutes_fit(&self) -> Result<(), String> {
        let Some(minutes) = self.options.minutes else { return Ok(()) };
        if minutes.policy_fingerprint != self.ranking.fingerprint() {
            return Err(format!(
                "the minutes that are given were made with policy {}",
                minutes.policy_fingerprint
            ));
        }
        let mut codes = minutes.recommended.iter().chain(minutes.moves.iter().map(|line| &line.code));
        match codes.find(|code| self.programme.initiative(code).is_none()) {
            Some(code) => Err(format!("the minutes that are given name {}, which is not in it", short(code))),
            None => Ok(()),
        }
    }

    /// What effort is measured in, to stand in a sentence.
    fn unit(&self) -> Cow<'_, str> {
        short(self.programme.effort_unit())
    }

    fn name(&self, code: &str) -> &str {
        self.programme.initiative(code).map_or("", |initiative| initiative.name.as_str())
    }
}

/// The first problem of an error, in words.
fn words(error: &Error) -> String {
    error.problems().first().map_or_else(|| error.to_string(), ToString::to_string)
}

/// As much of a name as a sentence has room for.
fn short(name: &str) -> Cow<'_, str> {
    cut(name, 80)
}

/// "1 initiative", "2 initiatives".
fn count(n: usize, what: &str) -> String {
    format!("{} {what}{}", crate::reason::number(n as f64), if n == 1 { "" } else { "s" })
}

/// "1 initiative is", "2 initiatives are".
fn are(n: usize, what: &str) -> String {
    format!("{} {}", count(n, what), if n == 1 { "is" } else { "are" })
}

/// Codes side by side.
fn list<T: AsRef<str>>(codes: &[T]) -> String {
    codes.iter().map(AsRef::as_ref).collect::<Vec<&str>>().join(", ")
}

/// The first few of some codes, and how many more there are.
fn some(codes: &[Id], most: usize) -> String {
    if codes.len() <= most {
        return list(codes);
    }
    format!("{} and {} more", list(&codes[..most]), codes.len() - most)
}
