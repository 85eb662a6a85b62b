use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A calendar date, written `2027-09-30`.
///
/// Years 0000 to 9999 of the Gregorian calendar; a date that does not exist (`2027-02-29`) cannot be made. A date is always an
/// argument: nothing in the crate reads a clock.
///
/// ```
/// use cxrank::programme::Date;
/// let deadline: Date = "2027-09-30".parse()?;
/// assert_eq!(deadline.days_since("2027-09-01".parse()?), 29);
/// assert!("2027-02-29".parse::<Date>().is_err());
/// # Ok::<(), cxrank::programme::DateError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(jiff::civil::Date);

/// The text is not a date, or the date does not exist.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("found {}, expected a date that exists, as 2027-09-30", crate::error::quoted(.found))]
pub struct DateError {
    found: String,
}

impl Date {
    /// Days from `earlier` to this date; negative if `earlier` is later.
    pub fn days_since(self, earlier: Date) -> i32 {
        (self.0 - earlier.0).get_days()
    }

    /// The date so many days later (earlier, if negative); `None` outside the years 0000 to 9999.
    pub fn plus_days(self, days: i32) -> Option<Date> {
        self.0
            .checked_add(jiff::Span::new().try_days(days).ok()?)
            .ok()
            .filter(|date| date.year() >= 0)
            .map(Date)
    }

    /// The date so many months later, on the last day of its month where that is shorter; `None` outside the years 0000 to 9999.
    pub fn plus_months(self, months: i32) -> Option<Date> {
        self.0
            .checked_add(jiff::Span::new().try_months(months).ok()?)
            .ok()
            .filter(|date| date.year() >= 0)
            .map(Date)
    }
}

impl FromStr for Date {
    type Err = DateError;

    fn from_str(text: &str) -> Result<Self, DateError> {
        let error = || DateError { found: text.to_owned() };
        // Only the plain form: the parser underneath also takes times, zones and other notations.
        let plain = text.len() == 10
            && text
                .bytes()
                .enumerate()
                .all(|(i, b)| if i == 4 || i == 7 { b == b'-' } else { b.is_ascii_digit() });
        if !plain {
            return Err(error());
        }
        text.parse().map(Date).map_err(|_| error())
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for Date {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(|_| {
            de::Error::invalid_value(de::Unexpected::Str(&text), &"a date that exists, as 2027-09-30")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_dates_that_exist() {
        for text in ["2027-09-30", "2028-02-29", "0001-01-01", "9999-12-31"] {
            assert_eq!(text.parse::<Date>().unwrap().to_string(), text);
        }
        for text in [
            "",
            "2027-9-30",
            "20270930",
            "2027-09-30T00:00",
            "2027-02-29",
            "2027-13-01",
            "2027-00-10",
            "30.09.2027",
            "２027-09-3",
        ] {
            assert!(text.parse::<Date>().is_err(), "{text}");
        }
    }

    #[test]
    fn months_end_on_their_last_day() {
        let date: Date = "2027-11-30".parse().unwrap();
        assert_eq!(date.plus_months(3).unwrap().to_string(), "2028-02-29");
        assert_eq!(date.plus_months(-1).unwrap().to_string(), "2027-10-30");
        assert_eq!(date.plus_months(i32::MAX), None);
    }

    #[test]
    fn days_are_counted_over_leap_years() {
        let date: Date = "2028-02-28".parse().unwrap();
        assert_eq!(date.plus_days(2).unwrap().to_string(), "2028-03-01");
        assert_eq!(date.plus_days(-59).unwrap().to_string(), "2027-12-31");
        assert_eq!(date.plus_days(i32::MAX), None);
        assert_eq!("2029-02-28".parse::<Date>().unwrap().days_since(date), 366);
    }
}
