//! Dates as people write them.

use serde::{Deserialize, Serialize};

use super::Fault;
use super::table::excerpt;
use crate::programme::Date;

/// In which order day, month and year stand. Dates as `2027-09-30` are always understood; until an order is declared, another date
/// that reads in two ways is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DateOrder {
    /// `30.09.2027`, `30/Sep/27`
    Dmy,
    /// `09/30/2027`, `Sep 30, 2027`
    Mdy,
    /// `2027/9/30`
    Ymd,
}

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// Reads a date; a time after it is left out.
///
/// A month may be a number, or an English name or its first three letters. A year of two digits is in this century, and needs a declared order.
pub(super) fn read(text: &str, order: Option<DateOrder>) -> Result<Date, Fault> {
    let not_a_date = || Fault::NotADate { found: excerpt(text) };
    let (parts, rest) = parts(text).ok_or_else(not_a_date)?;
    if !is_time(rest) {
        return Err(not_a_date());
    }
    let date = |year, month, day| date(parts[year], parts[month], parts[day], order.is_some());
    // Four digits first are a year in every order.
    if parts[0].len() == 4 || order == Some(DateOrder::Ymd) {
        return date(0, 1, 2).ok_or_else(not_a_date);
    }
    match order {
        Some(DateOrder::Dmy) => date(2, 1, 0).ok_or_else(not_a_date),
        Some(_) => date(2, 0, 1).ok_or_else(not_a_date),
        None => match (date(2, 1, 0), date(2, 0, 1)) {
            (Some(dmy), Some(mdy)) if dmy != mdy => Err(Fault::AmbiguousDate {
                found: excerpt(text),
                readings: [dmy.to_string(), mdy.to_string()],
            }),
            (dmy, mdy) => dmy.or(mdy).ok_or_else(not_a_date),
        },
    }
}

/// The three parts of a date, and what comes after it.
fn parts(text: &str) -> Option<([&str; 3], &str)> {
    let mut parts = [""; 3];
    let mut rest = text;
    for (i, part) in parts.iter_mut().enumerate() {
        if i > 0 {
            let sign = |c: char| matches!(c, '/' | '.' | '-' | ',') || c == ' ';
            let blanks = rest.len() - rest.trim_start_matches(sign).len();
            if blanks == 0 || blanks > 2 {
                return None;
            }
            rest = &rest[blanks..];
        }
        let digits = rest.starts_with(|c: char| c.is_ascii_digit());
        let end = rest
            .find(|c: char| if digits { !c.is_ascii_digit() } else { !c.is_ascii_alphabetic() })
            .unwrap_or(rest.len());
        if end == 0 {
            return None;
        }
        (*part, rest) = rest.split_at(end);
    }
    Some((parts, rest))
}

/// Nothing, or a time of day: `T09:00:00Z`, ` 12:00 AM`.
fn is_time(text: &str) -> bool {
    let Some(time) = text.strip_prefix(['T', ' ', ',']) else { return text.is_empty() };
    let time = time.trim_start();
    time.starts_with(|c: char| c.is_ascii_digit())
        && time.contains(':')
        && time.chars().all(|c| c.is_ascii_digit() || " :.+-ZAPMapm\u{202f}".contains(c))
}

fn date(year: &str, month: &str, day: &str, century_is_known: bool) -> Option<Date> {
    let year = match year.len() {
        4 => year.to_owned(),
        2 if century_is_known => format!("20{year}"),
        _ => return None,
    };
    let month = if month.starts_with(|c: char| c.is_ascii_digit()) {
        month.parse().ok().filter(|_| month.len() <= 2)?
    } else {
        let month = month.to_ascii_lowercase();
        1 + MONTHS.iter().position(|name| *name == month || (month.len() == 3 && name.starts_with(&month)))?
    };
    if day.len() > 2 {
        return None;
    }
    format!("{year}-{month:02}-{day:0>2}").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn date(text: &str, order: Option<DateOrder>) -> Option<String> {
        read(text, order).ok().map(|date| date.to_string())
    }

    #[test]
    fn what_reads_in_one_way_needs_no_declaration() {
        for text in [
            "2026-03-31",
            "2026/3/31",
            "31.03.2026",
            "31/3/2026",
            "3/31/2026",
            "31-Mar-2026",
            "31 March 2026",
            "March 31, 2026",
            "2026-03-31 09:00",
            "2026-03-31T09:00:00+01:00",
            "31/03/2026 12:00 AM",
        ] {
            assert_eq!(date(text, None).as_deref(), Some("2026-03-31"), "{text}");
        }
        assert_eq!(date("05.05.2026", None).as_deref(), Some("2026-05-05"));
        assert_eq!(
            read("03/04/2026", None),
            Err(Fault::AmbiguousDate {
                found: "03/04/2026".into(),
                readings: ["2026-04-03".into(), "2026-03-04".into()]
            })
        );
    }

    #[test]
    fn a_declared_order_decides() {
        use DateOrder::{Dmy, Mdy, Ymd};
        assert_eq!(date("03/04/2026", Some(Dmy)).as_deref(), Some("2026-04-03"));
        assert_eq!(date("03/04/2026", Some(Mdy)).as_deref(), Some("2026-03-04"));
        assert_eq!(date("31/Mar/26 12:00 AM", Some(Dmy)).as_deref(), Some("2026-03-31"));
        assert_eq!(date("26-3-4", Some(Ymd)).as_deref(), Some("2026-03-04"));
        assert_eq!(date("2026-03-04", Some(Mdy)).as_deref(), Some("2026-03-04"));
        assert_eq!(date("31/03/2026", Some(Mdy)), None);
    }

    #[test]
    fn what_is_no_date() {
        for text in [
            "",
            "2026",
            "2026-03",
            "46112",
            "30.02.2026",
            "31/Mar/26",
            "2026-13-01",
            "31.Maz.2026",
            "2026-03-31 soon",
            "Q3 2026",
            "2026-03-31T",
            "1/2/3/2026",
            "٣١.03.2026",
            "2026--03--31x",
            "Mar Mar Mar",
            "020-3-31",
        ] {
            assert_eq!(date(text, None), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text(text in "[-0-9/. ,A-Za-z:]{0,12}") {
            for order in [None, Some(DateOrder::Dmy), Some(DateOrder::Mdy), Some(DateOrder::Ymd)] {
                let _ = read(&text, order);
            }
        }
    }
}
