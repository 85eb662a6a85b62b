use serde::Serialize;

use super::Finding;
use crate::programme::{Characteristic, Date, Programme, Readiness, Step};

/// One point of the checklist of the programme's own readiness.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Check {
    /// What is asked for.
    pub point: Checkpoint,
    /// How it stands.
    pub standing: Standing,
    /// When the latest record was made; none without one.
    pub date: Option<Date>,
    /// What shows it, or why it is left out.
    pub evidence: Option<String>,
}

/// What the checklist asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Checkpoint {
    /// A step of leading change.
    Step(Step),
    /// A characteristic of the engagement.
    Characteristic(Characteristic),
}

/// How a point of the checklist stands. There is no score: what is missing is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// There is evidence.
    Shown,
    /// There is evidence, and it is too old.
    Stale,
    /// It is declared as left out, or a later step has evidence and this one none.
    Skipped,
    /// There is nothing.
    Missing,
}

/// The eight steps of leading change in their order, then the nine characteristics of an engagement, each as it stands on a day.
///
/// The latest record up to that day counts. Without a day every record counts and none is stale.
pub fn checklist(programme: &Programme, as_of: Option<Date>, stale_after: u32) -> Vec<Check> {
    let latest = |about: &dyn Fn(&Readiness) -> bool| {
        let known =
            programme.readiness().iter().filter(|r| about(r) && as_of.is_none_or(|day| r.date <= Some(day)));
        known.max_by_key(|record| record.date)
    };
    let check = |point: Checkpoint, record: Option<&Readiness>| {
        let is_old =
            |date: Date| as_of.is_some_and(|day| i64::from(day.days_since(date)) > i64::from(stale_after));
        let standing = match record {
            None => Standing::Missing,
            Some(record) if record.evidence.is_none() => Standing::Skipped,
            Some(record) if record.date.is_some_and(is_old) => Standing::Stale,
            Some(_) => Standing::Shown,
        };
        Check {
            point,
            standing,
            date: record.and_then(|r| r.date),
            evidence: record.and_then(|r| r.evidence.clone().or_else(|| r.skipped.clone())),
        }
    };
    let mut checks: Vec<Check> = Step::ALL
        .iter()
        .map(|&step| check(Checkpoint::Step(step), latest(&|r| r.step == Some(step))))
        .collect();
    let mut later_shown = false;
    for check in checks.iter_mut().rev() {
        if check.standing == Standing::Missing && later_shown {
            check.standing = Standing::Skipped;
        }
        later_shown |= matches!(check.standing, Standing::Shown | Standing::Stale);
    }
    checks.extend(Characteristic::ALL.iter().map(|&characteristic| {
        check(
            Checkpoint::Characteristic(characteristic),
            latest(&|r| r.characteristic == Some(characteristic)),
        )
    }));
    checks
}

/// What the checklist lacks.
pub(super) fn findings(programme: &Programme, as_of: Option<Date>, stale_after: u32) -> Vec<Finding> {
    let lacking =
        checklist(programme, as_of, stale_after).into_iter().filter(|c| c.standing != Standing::Shown);
    lacking
        .map(|check| {
            let (kind, name) = match check.point {
                Checkpoint::Step(step) => ("step", step.name()),
                Checkpoint::Characteristic(characteristic) => ("characteristic", characteristic.name()),
            };
            let date = check.date.map(|date| date.to_string()).unwrap_or_default();
            let (code, message) = match (check.standing, &check.evidence) {
                (Standing::Stale, _) => {
                    ("readiness-stale", format!("the evidence for the {kind} `{name}` is of {date}"))
                }
                (Standing::Skipped, Some(why)) => {
                    ("readiness-skipped", format!("the {kind} `{name}` is left out since {date}: {why}"))
                }
                (Standing::Skipped, None) => (
                    "readiness-skipped",
                    format!("the {kind} `{name}` has no evidence, though a later one has"),
                ),
                _ => ("readiness-missing", format!("there is no evidence for the {kind} `{name}`")),
            };
            Finding::new(code, format!("{kind} {name}"), message)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::programme::{Criterion, Initiative, ProgrammeSpec};

    #[test]
    fn a_checklist_names_what_is_missing_stale_and_skipped() {
        let date = |text: &str| text.parse::<Date>().unwrap();
        let programme = ProgrammeSpec::new("x")
            .criterion(Criterion::benefit("b", 1.0, 0.0, 1.0))
            .criterion(Criterion::effort("e", 1.0))
            .initiative(Initiative::new("A", ""))
            .readiness(Readiness::step(Step::Vision, date("2026-06-01"), "Strategy day"))
            .readiness(Readiness::step(Step::Urgency, date("2025-01-01"), "Churn report"))
            .readiness(Readiness::step(Step::Communication, date("2027-01-01"), "In the future"))
            .readiness(Readiness {
                characteristic: Some(Characteristic::Creativity),
                date: Some(date("2026-05-01")),
                skipped: Some("next year".into()),
                ..Readiness::default()
            })
            .build()
            .unwrap();
        let checks = checklist(&programme, Some(date("2026-07-01")), 180);
        let standing: Vec<_> = checks.iter().map(|c| c.standing).collect();
        assert_eq!(standing.len(), 17);
        assert_eq!(standing[..4], [Standing::Stale, Standing::Skipped, Standing::Shown, Standing::Missing]);
        assert_eq!(standing[16], Standing::Skipped);
        assert_eq!(checklist(&programme, None, 180)[0].standing, Standing::Shown);
        let findings = findings(&programme, Some(date("2026-07-01")), 180);
        assert_eq!(findings.len(), 16);
        assert_eq!(
            findings[1].message,
            "the step `guiding coalition` has no evidence, though a later one has"
        );
    }
}
