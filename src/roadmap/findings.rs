//! What people should look at: gaps, overloads, and what the plan rests on.

use std::collections::BTreeMap;

use super::line::{Constraint, Evidence, Finding, Remedy};
use super::model::{Model, Source};
use super::schedule::Plan;
use super::{Options, Roadmap, brought, readiness};
use crate::programme::{Charter, Id, Initiative, Measure, Programme, Status};

/// All findings, by code and subject.
pub(super) fn findings(model: &Model<'_>, roadmap: &Roadmap, options: &Options) -> Vec<Finding> {
    let programme = model.programme;
    let mut found = Vec::new();
    for assignment in &roadmap.assignments {
        if let Some(initiative) = programme.initiative(&assignment.code) {
            charter(initiative, &mut found);
            ownership(initiative, &mut found);
            let length = assignment.end - assignment.start + 1;
            if length > options.longest_step {
                found.push(Finding::new(
                    "too-large",
                    initiative.code.as_str(),
                    format!(
                        "takes {length} {}s and is too large to be one step: something should be finished within {}",
                        roadmap.period, options.longest_step
                    ),
                ));
            }
            dependencies(model, initiative, roadmap, &mut found);
            dates(model, initiative, roadmap, &mut found);
        }
    }
    overloads(programme, roadmap, options, &mut found);
    running(model, roadmap, &mut found);
    broken(roadmap, &mut found);
    no_limit(model, roadmap, &mut found);
    if roadmap.evidence != Evidence::default() {
        let percent = |share: f64| format!("{:.0} %", share * 100.0);
        found.push(Finding::new(
            "evidence",
            "plan",
            format!(
                "{} of the plan's benefit rests on customers' evidence, {} on other sources, {} on none",
                percent(roadmap.evidence.customers),
                percent(roadmap.evidence.other),
                percent(roadmap.evidence.none)
            ),
        ));
    }
    found.extend(readiness::findings(programme, options.as_of, options.stale_after));
    // The checklist keeps its own order.
    found.sort_by(|a, b| {
        a.code.cmp(&b.code).then_with(|| {
            if a.code.starts_with("roadmap.readiness") {
                std::cmp::Ordering::Equal
            } else {
                a.subject.cmp(&b.subject)
            }
        })
    });
    found
}

fn charter(initiative: &Initiative, found: &mut Vec<Finding>) {
    let nothing = Charter::default();
    let charter = initiative.charter.as_deref().unwrap_or(&nothing);
    let parts = [
        ("objectives", charter.objectives.is_empty()),
        ("benefits", charter.benefits.is_empty()),
        ("definition of done", charter.definition_of_done.as_ref().is_none_or(|d| d.trim().is_empty())),
        ("phases", charter.phases.is_empty()),
    ];
    let lacks: Vec<&str> = parts.iter().filter(|(_, lacks)| *lacks).map(|(part, _)| *part).collect();
    if !lacks.is_empty() {
        let message = match lacks.len() {
            4 => "has no charter".to_owned(),
            _ => format!("the charter lacks {}", lacks.join(", ")),
        };
        found.push(Finding::new("charter-gap", initiative.code.as_str(), message));
    }
}

fn ownership(initiative: &Initiative, found: &mut Vec<Finding>) {
    match (&initiative.owner, initiative.owner_has_authority) {
        (None, _) => {
            found.push(Finding::new("no-owner", initiative.code.as_str(), "nobody answers for it"));
        }
        (Some(owner), Some(false)) => found.push(Finding::new(
            "owner-without-authority",
            initiative.code.as_str(),
            format!("its owner {owner} has no authority to act"),
        )),
        _ => {}
    }
}

fn dependencies(model: &Model<'_>, initiative: &Initiative, roadmap: &Roadmap, found: &mut Vec<Finding>) {
    for need in model.programme.prerequisites(&initiative.code) {
        let apart = !initiative.units.is_empty()
            && !need.units.is_empty()
            && !need.units.iter().any(|unit| initiative.units.contains(unit));
        let owners = matches!((&initiative.owner, &need.owner), (Some(a), Some(b)) if a != b);
        if need.status.is_open() && (apart || owners) {
            let names = |initiative: &Initiative| {
                let units: Vec<&str> = initiative.units.iter().map(Id::as_str).collect();
                let owner = initiative.owner.as_ref().map_or("nobody", Id::as_str);
                if apart { units.join(", ") } else { owner.to_owned() }
            };
            found.push(Finding::new(
                "cross-unit",
                initiative.code.as_str(),
                format!("of {} waits for {} of {}", names(initiative), need.code, names(need)),
            ));
        }
        if initiative.status == Status::UnderWay && need.status.is_open() {
            let ends = roadmap.get(&need.code).map_or_else(
                || "is not planned".to_owned(),
                |a| format!("ends in {} {}", roadmap.period, a.end),
            );
            found.push(Finding::new(
                "begun-too-early",
                initiative.code.as_str(),
                format!("is under way and needs {}, which {ends}", need.code),
            ));
        }
    }
}

fn dates(model: &Model<'_>, initiative: &Initiative, roadmap: &Roadmap, found: &mut Vec<Finding>) {
    let code = initiative.code.as_str();
    let Some(calendar) = model.calendar else {
        if initiative.earliest.is_some() || initiative.deadline.is_some() {
            found.push(Finding::new(
                "no-calendar",
                code,
                "its dates are not kept: the programme states no start, or periods that are no weeks, months, quarters or years",
            ));
        }
        return;
    };
    let (Some(deadline), Some(assignment)) = (initiative.deadline, roadmap.get(code)) else { return };
    let period = calendar.period_of(deadline, roadmap.periods);
    if let Some(last) = calendar.last_day(period).filter(|&last| assignment.end == period && last > deadline)
    {
        found.push(Finding::new(
            "deadline-within-period",
            code,
            format!(
                "ends in {} {period}, which goes on for {} days after its deadline {deadline}",
                roadmap.period,
                last.days_since(deadline)
            ),
        ));
    }
}

fn overloads(programme: &Programme, roadmap: &Roadmap, options: &Options, found: &mut Vec<Finding>) {
    let mut at_once: BTreeMap<&Id, BTreeMap<u32, Vec<&str>>> = BTreeMap::new();
    for assignment in &roadmap.assignments {
        if let Some(owner) = &assignment.owner {
            for period in assignment.start..=assignment.end {
                at_once.entry(owner).or_default().entry(period).or_default().push(&assignment.code);
            }
        }
    }
    for (owner, by_period) in at_once {
        let guardrails = programme.strategy().guardrails.iter().filter(|g| {
            g.measure == Measure::Initiatives
                && g.owner.as_ref() == Some(owner)
                && (g.domain.is_none() && g.unit.is_none())
        });
        let declared = guardrails.filter_map(|g| g.at_most).reduce(f64::min);
        let most = declared.unwrap_or_else(|| f64::from(options.most_per_owner));
        let heaviest = by_period.iter().max_by(|a, b| a.1.len().cmp(&b.1.len()).then(b.0.cmp(a.0)));
        if let Some((period, codes)) = heaviest.filter(|(_, codes)| codes.len() as f64 > most) {
            found.push(Finding::new(
                "owner-overloaded",
                owner.as_str(),
                format!(
                    "answers for {} initiatives at once in {} {period} ({}), above {most}",
                    codes.len(),
                    roadmap.period,
                    codes.join(", ")
                ),
            ));
        }
    }
}

/// Work under way that does not simply go on.
fn running(model: &Model<'_>, roadmap: &Roadmap, found: &mut Vec<Finding>) {
    for (i, initiative) in model.programme.initiatives().iter().enumerate() {
        if !model.instance.running[i] {
            continue;
        }
        let message = match roadmap.get(&initiative.code) {
            None => "is under way, and there is no room for what remains of it".to_owned(),
            Some(a) if a.start > 1 => {
                format!("is under way, and there is no room for it before {} {}", roadmap.period, a.start)
            }
            Some(a) if model.instance.length(i, 1).is_some_and(|least| a.end > least) => {
                format!("is under way, and for want of room it takes until {} {}", roadmap.period, a.end)
            }
            Some(_) => continue,
        };
        found.push(Finding::new("no-room-for-running-work", initiative.code.as_str(), message));
    }
}

fn broken(roadmap: &Roadmap, found: &mut Vec<Finding>) {
    for broken in &roadmap.broken {
        let comes = broken.comes.map_or_else(
            || "does not come within the plan".to_owned(),
            |period| format!("comes in {} {period}", roadmap.period),
        );
        if broken.by == 0
            && let Some(code) = &broken.code
        {
            let message = format!("its deadline has passed, and it {comes}");
            found.push(Finding::new("deadline-missed", code.as_str(), message));
            continue;
        }
        let codes: Vec<&str> = broken.defer.iter().flatten().map(Id::as_str).collect();
        let remedy = match broken.remedy {
            _ if broken.constraint == Constraint::Wins => String::new(),
            Remedy::Impossible => "; nothing that could be deferred helps".to_owned(),
            Remedy::NotFound => "; nothing to defer was found that helps".to_owned(),
            Remedy::NotExamined => "; what to defer for it was not looked into".to_owned(),
            Remedy::Defer if codes.is_empty() => String::new(),
            Remedy::Defer => format!("; it would be in time if {} waited", codes.join(", ")),
        };
        let (code, subject) = match (broken.constraint, &broken.code) {
            (Constraint::Deadline, Some(code)) => ("deadline-missed", code.as_str()),
            _ => ("wins-missing", "plan"),
        };
        let what = if broken.constraint == Constraint::Wins { "a win" } else { "it" };
        found.push(Finding::new(
            code,
            subject,
            format!("{what} is asked for by the end of {} {} and {comes}{remedy}", roadmap.period, broken.by),
        ));
    }
}

/// Teams that the plan uses and that have no stated capacity, if others have one.
fn no_limit(model: &Model<'_>, roadmap: &Roadmap, found: &mut Vec<Finding>) {
    if model.teams.is_empty() {
        return;
    }
    let mut days: BTreeMap<&Id, f64> = BTreeMap::new();
    for load in roadmap.load.iter().filter(|load| load.capacity.is_none()) {
        if let super::Limit::Team(team) = &load.what {
            *days.entry(team).or_default() += load.load;
        }
    }
    for (team, days) in days.into_iter().filter(|(_, days)| *days > 0.0) {
        found.push(Finding::new(
            "no-capacity",
            team.as_str(),
            format!("{} person-days are planned, and no capacity is stated", crate::reason::number(days)),
        ));
    }
}

/// On whose word the benefit of a plan rests.
pub(super) fn evidence(model: &Model<'_>, plan: &Plan) -> Evidence {
    let programme = model.programme;
    let quantities = programme.quantities();
    let (mut customers, mut other, mut none) = (0.0, 0.0, 0.0);
    for source in brought(model, plan) {
        for (c, column) in quantities.benefits.iter().enumerate().filter(|(_, column)| column.weight != 0) {
            let (points, inputs) = match source {
                Source::Initiative(i) => (quantities.points(c, i), &programme.initiatives()[i].benefits),
                Source::Outcome(o) => (column.outcome_points[o], &programme.outcomes()[o].benefits),
            };
            let Some(points) = points.filter(|points| *points > 0) else { continue };
            let amount = column.weight as f64 * points as f64;
            let said = inputs.get(&column.id).and_then(|e| e.detailed()).and_then(|d| d.source.as_ref());
            let asked = programme.criterion(&column.id).and_then(|c| c.voice_of_customer).unwrap_or(false);
            match said {
                None => none += amount,
                Some(_) if asked => customers += amount,
                Some(_) => other += amount,
            }
        }
    }
    let all = customers + other + none;
    if all > 0.0 {
        Evidence { customers: customers / all, other: other / all, none: none / all }
    } else {
        Evidence::default()
    }
}
