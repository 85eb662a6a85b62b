use crate::programme::{Date, Programme};

/// Which days the periods of a programme are: known if it states a start, and a period that is a week, month, quarter or year.
#[derive(Debug, Clone, Copy)]
pub(super) struct Calendar {
    start: Date,
    step: Step,
}

#[derive(Debug, Clone, Copy)]
enum Step {
    Days(i32),
    Months(i32),
}

impl Calendar {
    pub(super) fn of(programme: &Programme) -> Option<Self> {
        let start = programme.strategy().start?;
        let step = match programme.period().trim().to_lowercase().as_str() {
            "week" => Step::Days(7),
            "month" => Step::Months(1),
            "quarter" => Step::Months(3),
            "year" => Step::Months(12),
            _ => return None,
        };
        Some(Calendar { start, step })
    }

    /// Periods count from 1.
    pub(super) fn first_day(self, period: u32) -> Option<Date> {
        let steps = i32::try_from(period).ok()?.checked_sub(1)?;
        match self.step {
            Step::Days(days) => self.start.plus_days(days.checked_mul(steps)?),
            // Always from the start, so that a start on the 31st does not creep.
            Step::Months(months) => self.start.plus_months(months.checked_mul(steps)?),
        }
    }

    pub(super) fn last_day(self, period: u32) -> Option<Date> {
        self.first_day(period.checked_add(1)?)?.plus_days(-1)
    }

    /// The period that holds a date: 0 before the start, at most `periods + 1`.
    pub(super) fn period_of(self, date: Date, periods: u32) -> u32 {
        if date < self.start {
            return 0;
        }
        (1..=periods).find(|&p| self.last_day(p).is_none_or(|last| date <= last)).unwrap_or(periods + 1)
    }
}

/// The Monday of a date's week.
pub(super) fn monday(date: Date) -> Option<Date> {
    let monday: Date = "2024-01-01".parse().ok()?;
    date.plus_days(-date.days_since(monday).rem_euclid(7))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::programme::{Criterion, Initiative, ProgrammeSpec, Strategy};

    fn calendar(period: &str, start: &str) -> Option<Calendar> {
        let strategy = Strategy { start: start.parse().ok(), ..Strategy::default() };
        let mut spec = ProgrammeSpec::new("x")
            .criterion(Criterion::benefit("b", 1.0, 0.0, 1.0))
            .criterion(Criterion::effort("e", 1.0))
            .initiative(Initiative::new("A", ""))
            .strategy(strategy);
        spec.period = Some(period.into());
        Calendar::of(&spec.build().unwrap())
    }

    #[test]
    fn periods_are_days() {
        let quarters = calendar("Quarter", "2026-01-01").unwrap();
        assert_eq!(quarters.first_day(2).unwrap().to_string(), "2026-04-01");
        assert_eq!(quarters.last_day(4).unwrap().to_string(), "2026-12-31");
        let of = |date: &str| quarters.period_of(date.parse().unwrap(), 4);
        assert_eq!(
            [of("2025-12-31"), of("2026-01-01"), of("2026-03-31"), of("2026-04-01"), of("2028-01-01")],
            [0, 1, 1, 2, 5]
        );
        let months = calendar("month", "2027-12-31").unwrap();
        assert_eq!(months.last_day(2).unwrap().to_string(), "2028-02-28");
        assert_eq!(months.first_day(4).unwrap().to_string(), "2028-03-31");
        assert!(calendar("sprint", "2026-01-01").is_none());
        assert!(calendar("week", "").is_none());
    }

    #[test]
    fn weeks_begin_on_monday() {
        for (date, first) in
            [("2026-11-22", "2026-11-16"), ("2026-11-23", "2026-11-23"), ("1999-12-31", "1999-12-27")]
        {
            assert_eq!(monday(date.parse().unwrap()).unwrap().to_string(), first);
        }
    }
}
