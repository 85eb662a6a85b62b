use serde::Serialize;

use super::calendar::monday;
use super::{Assignment, Roadmap};
use crate::programme::{ActionItem, Date, Id, Initiative, Programme, Status};

/// Days without any action done after which work under way is stalled.
const STALLED_AFTER: i32 = 28;

/// The week in short, as of a day: what is done, due, blocked and stalled, and the goals of the next week.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Digest {
    /// The day.
    pub as_of: Date,
    /// What was done in the seven days up to the day, the day included.
    pub done: Vec<Work>,
    /// What is overdue, or due within the seven days after the day.
    pub due: Vec<Notice>,
    /// What should go on and cannot.
    pub blocked: Vec<Blocked>,
    /// What should go on and does not.
    pub stalled: Vec<Stalled>,
    /// What is planned for the week, Monday to Sunday, after that of the day.
    pub next_week: Vec<Goal>,
}

/// Something that was done.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Work {
    /// The initiative.
    pub code: Id,
    /// The step; none for the whole initiative.
    pub action: Option<String>,
    /// When.
    pub date: Date,
}

/// Something that is due, or overdue.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Notice {
    /// When it is due.
    pub date: Date,
    /// Days left; below zero if it is overdue.
    pub days_left: i32,
    /// The initiative.
    pub code: Id,
    /// The step; none for the whole initiative.
    pub action: Option<String>,
    /// Who is to be told.
    pub owner: Option<Id>,
}

/// Something that should go on and cannot.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Blocked {
    /// The initiative.
    pub code: Id,
    /// What it needs and is not done.
    pub needs: Vec<Id>,
}

/// Something that should go on and does not.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Stalled {
    /// The initiative.
    pub code: Id,
    /// The steps whose week is over and that are not done.
    pub actions: Vec<String>,
    /// When something was last done; none if that is not known.
    pub last_done: Option<Date>,
}

/// What is to be reached in a week.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Goal {
    /// The initiative.
    pub code: Id,
    /// The step; none for the whole initiative, which the plan lets start in that week.
    pub action: Option<String>,
    /// Who does it.
    pub owner: Option<Id>,
}

impl Digest {
    /// The digest of a programme, as of a day; with a plan it also tells what should have started.
    ///
    /// Blocked is an initiative that is under way, or that the plan has in work on the day, and needs something that is not done. Stalled
    /// is one that is under way with a step whose week is over, or with steps of which none was done for four weeks; or that the plan
    /// has in work on the day, that has nothing to wait for, and is not under way.
    pub fn new(programme: &Programme, plan: Option<&Roadmap>, as_of: Date) -> Self {
        let mut digest = Digest {
            as_of,
            done: Vec::new(),
            due: due_notices(programme, as_of, 7),
            blocked: Vec::new(),
            stalled: Vec::new(),
            next_week: Vec::new(),
        };
        let next = monday(as_of).and_then(|monday| Some([monday.plus_days(7)?, monday.plus_days(13)?]));
        let in_next = |date: Date| next.is_some_and(|[from, to]| (from..=to).contains(&date));
        for initiative in programme.initiatives() {
            let code = &initiative.code;
            let planned = plan.and_then(|plan| plan.get(code));
            for action in &initiative.actions {
                if let Some(date) = action.done.filter(|&date| within(date, as_of, 7)) {
                    digest.done.push(Work { code: code.clone(), action: Some(action.text.clone()), date });
                }
                if initiative.status.is_open() && !is_done(action, as_of) && action.week.is_some_and(in_next)
                {
                    digest.next_week.push(Goal {
                        code: code.clone(),
                        action: Some(action.text.clone()),
                        owner: action.owner.clone().or_else(|| initiative.owner.clone()),
                    });
                }
            }
            let actual = initiative.actual.as_ref().and_then(|actual| actual.date);
            if let Some(date) =
                actual.filter(|&date| initiative.status == Status::Done && within(date, as_of, 7))
            {
                digest.done.push(Work { code: code.clone(), action: None, date });
            }
            let not_begun = initiative.status.is_open() && initiative.status != Status::UnderWay;
            if not_begun && planned.and_then(|a| a.starts_on).is_some_and(in_next) {
                digest.next_week.push(Goal {
                    code: code.clone(),
                    action: None,
                    owner: initiative.owner.clone(),
                });
            }
            digest.look_at(programme, initiative, planned);
        }
        digest.done.sort_by(|a, b| (a.date, &a.code, &a.action).cmp(&(b.date, &b.code, &b.action)));
        digest
    }

    /// Whether an initiative that should go on does.
    fn look_at(&mut self, programme: &Programme, initiative: &Initiative, planned: Option<&Assignment>) {
        let as_of = self.as_of;
        let under_way = initiative.status == Status::UnderWay;
        let in_work = planned.is_some_and(|a| a.starts_on.is_some_and(|start| start <= as_of));
        if !initiative.status.is_open() || !(under_way || in_work) {
            return;
        }
        let needs: Vec<Id> = programme
            .prerequisites(&initiative.code)
            .filter(|need| need.status != Status::Done)
            .map(|need| need.code.clone())
            .collect();
        if !needs.is_empty() {
            self.blocked.push(Blocked { code: initiative.code.clone(), needs });
            return;
        }
        let open = initiative.actions.iter().filter(|action| !is_done(action, as_of));
        let this_week = monday(as_of);
        let actions: Vec<String> = open
            .filter(|a| a.week.and_then(monday).zip(this_week).is_some_and(|(week, this)| week < this))
            .map(|action| action.text.clone())
            .collect();
        let last_done = initiative.actions.iter().filter_map(|a| a.done.filter(|&date| date <= as_of)).max();
        let quiet = last_done.is_some_and(|date| as_of.days_since(date) >= STALLED_AFTER);
        if !actions.is_empty() || quiet || !under_way {
            self.stalled.push(Stalled { code: initiative.code.clone(), actions, last_done });
        }
    }
}

/// What is overdue on a day or due within so many days after it, the earliest first: steps and initiatives with a deadline.
pub fn due_notices(programme: &Programme, as_of: Date, within_days: u32) -> Vec<Notice> {
    let mut notices = Vec::new();
    for initiative in programme.initiatives().iter().filter(|initiative| initiative.status.is_open()) {
        let mut notice = |deadline: Option<Date>, action: Option<&ActionItem>| {
            let Some(date) = deadline else { return };
            let days_left = date.days_since(as_of);
            if i64::from(days_left) <= i64::from(within_days) {
                let owner = action.and_then(|a| a.owner.as_ref()).or(initiative.owner.as_ref()).cloned();
                let action = action.map(|action| action.text.clone());
                notices.push(Notice { date, days_left, code: initiative.code.clone(), action, owner });
            }
        };
        notice(initiative.deadline, None);
        for action in initiative.actions.iter().filter(|action| !is_done(action, as_of)) {
            notice(action.deadline, Some(action));
        }
    }
    notices.sort_by(|a, b| (a.date, &a.code, &a.action).cmp(&(b.date, &b.code, &b.action)));
    notices
}

fn is_done(action: &ActionItem, as_of: Date) -> bool {
    action.done.is_some_and(|date| date <= as_of)
}

/// Whether a date is one of the `days` up to a day, the day included.
fn within(date: Date, as_of: Date, days: i32) -> bool {
    (0..days).contains(&as_of.days_since(date))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::programme::{Criterion, ProgrammeSpec};

    fn date(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn a_week_in_short() {
        let action = |text: &str, week: &str, deadline: &str, done: Option<&str>| ActionItem {
            text: text.into(),
            week: Some(date(week)),
            deadline: Some(date(deadline)),
            done: done.map(date),
            ..ActionItem::default()
        };
        let mut a = Initiative::new("A", "").status(Status::UnderWay);
        a.owner = Some("it".into());
        a.actions = vec![
            action("first", "2026-03-02", "2026-03-06", Some("2026-03-05")),
            action("second", "2026-03-02", "2026-03-06", None),
            action("third", "2026-03-18", "2026-04-30", None),
        ];
        let mut b = Initiative::new("B", "").status(Status::UnderWay).requires(["A"]);
        b.deadline = Some(date("2026-03-13"));
        let programme = ProgrammeSpec::new("x")
            .criterion(Criterion::benefit("b", 1.0, 0.0, 1.0))
            .criterion(Criterion::effort("e", 1.0))
            .initiative(a)
            .initiative(b)
            .build()
            .unwrap();
        // A Wednesday.
        let digest = Digest::new(&programme, None, date("2026-03-11"));
        assert_eq!(digest.done.iter().map(|w| w.action.as_deref()).collect::<Vec<_>>(), [Some("first")]);
        let due: Vec<_> = digest.due.iter().map(|n| (n.code.as_str(), n.days_left)).collect();
        assert_eq!(due, [("A", -5), ("B", 2)]);
        assert_eq!(digest.due[0].owner, Some("it".into()));
        assert_eq!(digest.blocked, [Blocked { code: "B".into(), needs: vec!["A".into()] }]);
        assert_eq!(digest.stalled[0].actions, ["second"]);
        assert_eq!(digest.next_week.iter().map(|g| g.action.as_deref()).collect::<Vec<_>>(), [Some("third")]);
        // The same programme on an earlier day.
        let digest = Digest::new(&programme, None, date("2026-03-01"));
        assert!(digest.done.is_empty() && digest.stalled.is_empty());
        assert_eq!(digest.next_week.len(), 2);
    }
}
