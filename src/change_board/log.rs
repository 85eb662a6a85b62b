use std::cmp::Ordering;

use super::event::Flat;
use super::{Event, Fault};
use crate::Error;
use crate::error::{Path, Position, Problem};

/// Events in the order of (`date`, `seq`), no two with the same.
///
/// ```
/// use cxrank::change_board::EventLog;
/// let text = concat!(
///     r#"{"date": "2026-01-08", "seq": 1, "event": "qualified", "code": "A", "by": "it"}"#, "\n",
///     r#"{"date": "2026-01-09", "seq": 2, "event": "qualif"#,
/// );
/// # #[cfg(feature = "json")] {
/// let log = EventLog::from_jsonl(text.as_bytes())?;
/// assert_eq!(log.events().len(), 1);
/// assert_eq!(log.truncated(), Some(2)); // the line that breaks off
/// # }
/// # Ok::<(), cxrank::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct EventLog {
    events: Vec<Event>,
    /// The line of each event; empty where the log did not come from a text.
    lines: Vec<usize>,
    truncated: Option<usize>,
}

impl EventLog {
    /// A log of events.
    ///
    /// # Errors
    ///
    /// `change-board.out-of-order`, for every event that does not stand after the one before it.
    pub fn new(events: Vec<Event>) -> Result<Self, Error> {
        EventLog { events, ..EventLog::default() }.in_order()
    }

    /// Reads JSON Lines: one event a line; blank lines are skipped.
    ///
    /// A last line that breaks off is no event: [`truncated`](Self::truncated) names it, and all before it is kept.
    ///
    /// # Errors
    ///
    /// Every problem of every other line, with line and column. Any bytes are answered, never with a panic.
    #[cfg(feature = "json")]
    pub fn from_jsonl(text: &[u8]) -> Result<Self, Error> {
        // What editors of some systems put in front.
        let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
        let (mut log, mut problems) = (EventLog::default(), Vec::new());
        for (number, line) in (1..).zip(text.split_inclusive(|&byte| byte == b'\n')) {
            if line.iter().all(u8::is_ascii_whitespace) {
                continue;
            }
            match super::json::read(line) {
                Ok(event) => {
                    log.events.push(event);
                    log.lines.push(number);
                }
                Err(super::json::Refused::BreaksOff) if !line.ends_with(b"\n") => {
                    log.truncated = Some(number);
                }
                Err(refused) => problems.extend(refused.into_problems(line, number)),
            }
        }
        match log.in_order() {
            Ok(log) if problems.is_empty() => Ok(log),
            Ok(_) => Err(Error::new(problems)),
            Err(error) => {
                problems.extend(error.problems().iter().cloned());
                problems.sort_by_key(Problem::position);
                Err(Error::new(problems))
            }
        }
    }

    /// Writes JSON Lines. What is written reads back equal.
    ///
    /// # Panics
    ///
    /// Never: all that an event that was read or applied holds can be written.
    #[cfg(feature = "json")]
    pub fn to_jsonl(&self) -> String {
        let mut text = String::new();
        for event in &self.events {
            text.push_str(&serde_json::to_string(event).expect("maps have text keys"));
            text.push('\n');
        }
        text
    }

    /// The events, in their order.
    pub fn events(&self) -> &[Event] {
        &self.events
    }

    /// The number of the last line, if it broke off and was left out.
    pub fn truncated(&self) -> Option<usize> {
        self.truncated
    }

    /// Two logs that were made apart as one. An event that both have is one event.
    ///
    /// # Errors
    ///
    /// `change-board.conflict` for every date and number under which they have different events, with the fields that differ and
    /// the lines of both.
    ///
    /// # Complexity
    ///
    /// O(n) for n events.
    pub fn merge(&self, other: &EventLog) -> Result<EventLog, Error> {
        let mut merged = EventLog { truncated: None, ..EventLog::default() };
        let mut problems = Vec::new();
        let (mut left, mut right) =
            (self.events.iter().enumerate().peekable(), other.events.iter().enumerate().peekable());
        loop {
            let order = match (left.peek(), right.peek()) {
                (None, None) => break,
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (Some((_, a)), Some((_, b))) => (a.date, a.seq).cmp(&(b.date, b.seq)),
            };
            match order {
                Ordering::Less => merged.events.extend(left.next().map(|(_, event)| event.clone())),
                Ordering::Greater => merged.events.extend(right.next().map(|(_, event)| event.clone())),
                Ordering::Equal => {
                    let (Some((i, a)), Some((j, b))) = (left.next(), right.next()) else { continue };
                    if a != b {
                        let fields = Flat::from(a.clone()).differing(&Flat::from(b.clone()));
                        let at = (a.date, a.seq);
                        let fault = Fault::Conflict { at, fields, other_line: other.lines.get(j).copied() };
                        problems.push(Problem::new(Path::of("events", i), fault).at(self.position(i)));
                    }
                    merged.events.push(a.clone());
                }
            }
        }
        if problems.is_empty() { Ok(merged) } else { Err(Error::new(problems)) }
    }

    /// Where an event stands in its text.
    pub(super) fn position(&self, i: usize) -> Option<Position> {
        self.lines.get(i).map(|&line| Position { line, column: 1 })
    }

    fn in_order(self) -> Result<Self, Error> {
        let keys = self.events.iter().map(|event| (event.date, event.seq));
        let problems: Vec<_> = (1..)
            .zip(keys.clone().zip(keys.skip(1)))
            .filter(|(_, (before, this))| before >= this)
            .map(|(i, (before, this))| {
                Problem::new(Path::of("events", i), Fault::OutOfOrder { before, this }).at(self.position(i))
            })
            .collect();
        if problems.is_empty() { Ok(self) } else { Err(Error::new(problems)) }
    }
}
