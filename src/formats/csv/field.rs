//! What a column may hold: the fields of initiatives and of ballots, by the name that stands in a header or a mapping.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::error::nearest;
use crate::programme::Id;

/// A field of an initiative, as a column of a table holds it.
///
/// It is written as in a programme's file, with a dot before what stands inside:
///
/// | field | the cell holds |
/// |---|---|
/// | `code`, `name`, `not_doing_because` | text |
/// | `domain`, `level`, `journey_step`, `owner` | one name |
/// | `status` | `proposed`, `qualified`, `planned`, `under-way`, `done`, `cancelled`, `not-doing` |
/// | `owner_has_authority` | `yes` or `no`, `true` or `false` |
/// | `requires`, `units` | codes or names, in one cell or in several columns |
/// | `blocks` | codes of the initiatives that require this one |
/// | `expected_outcomes`, `charter.objectives`, `charter.benefits`, `charter.phases` | text, several columns for several |
/// | `charter.definition_of_done` | text |
/// | `lasts`, `duration` | a whole number of periods |
/// | `earliest`, `deadline`, `actual.date` | a date |
/// | `teams.TEAM`, `teams_remaining.TEAM` | a number of person-days |
/// | `benefits.CRITERION`, `efforts.CRITERION`, `remaining.CRITERION`, `actual.benefits.CRITERION`, `actual.efforts.CRITERION` | a number or a level |
/// | the same with `.low`, `.likely`, `.high` | a number of a range |
/// | the same with `.spread`, `.source`, `.date`, `.grade`, `.by` | the evidence for the estimate |
/// | `actions.1.text`, `.owner`, `.deadline`, `.week`, `.done` | a part of the first action, the second, … |
///
/// A name that holds a dot or a bracket stands in brackets and quotes: `teams["R.&D."]`.
///
/// ```
/// use cxrank::formats::csv::Field;
/// let field: Field = "efforts.cash.low".parse()?;
/// assert_eq!(field.to_string(), "efforts.cash.low");
/// let error = "eforts.cash".parse::<Field>().unwrap_err();
/// assert_eq!(error.to_string(), "found field \"eforts.cash\", expected `efforts`?");
/// # Ok::<(), cxrank::formats::csv::FieldError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field(pub(super) Target);

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Target {
    Code,
    Name,
    Domain,
    Level,
    JourneyStep,
    Status,
    NotDoingBecause,
    Lasts,
    Requires,
    Blocks,
    ExpectedOutcomes,
    Owner,
    OwnerHasAuthority,
    Units,
    Team(Id),
    TeamRemaining(Id),
    Duration,
    Earliest,
    Deadline,
    Charter(CharterPart),
    Action(usize, ActionPart),
    ActualDate,
    Estimate(Inputs, Id, Part),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum CharterPart {
    Objectives,
    Benefits,
    DefinitionOfDone,
    Phases,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum ActionPart {
    Text,
    Owner,
    Deadline,
    Week,
    Done,
}

/// Which estimates of an initiative.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Inputs {
    Benefits,
    Efforts,
    Remaining,
    ActualBenefits,
    ActualEfforts,
}

/// Which part of an estimate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    Whole,
    Low,
    Likely,
    High,
    Spread,
    Source,
    Date,
    Grade,
    By,
}

/// The fields without a name inside.
static PLAIN: [(&str, Target); 22] = [
    ("code", Target::Code),
    ("name", Target::Name),
    ("domain", Target::Domain),
    ("level", Target::Level),
    ("journey_step", Target::JourneyStep),
    ("status", Target::Status),
    ("not_doing_because", Target::NotDoingBecause),
    ("lasts", Target::Lasts),
    ("requires", Target::Requires),
    ("blocks", Target::Blocks),
    ("expected_outcomes", Target::ExpectedOutcomes),
    ("owner", Target::Owner),
    ("owner_has_authority", Target::OwnerHasAuthority),
    ("units", Target::Units),
    ("duration", Target::Duration),
    ("earliest", Target::Earliest),
    ("deadline", Target::Deadline),
    ("charter.definition_of_done", Target::Charter(CharterPart::DefinitionOfDone)),
    ("charter.objectives", Target::Charter(CharterPart::Objectives)),
    ("charter.benefits", Target::Charter(CharterPart::Benefits)),
    ("charter.phases", Target::Charter(CharterPart::Phases)),
    ("actual.date", Target::ActualDate),
];
const INPUTS: [(&str, Inputs); 5] = [
    ("benefits", Inputs::Benefits),
    ("efforts", Inputs::Efforts),
    ("remaining", Inputs::Remaining),
    ("actual.benefits", Inputs::ActualBenefits),
    ("actual.efforts", Inputs::ActualEfforts),
];
const PARTS: [(&str, Part); 8] = [
    ("low", Part::Low),
    ("likely", Part::Likely),
    ("high", Part::High),
    ("spread", Part::Spread),
    ("source", Part::Source),
    ("date", Part::Date),
    ("grade", Part::Grade),
    ("by", Part::By),
];
const ACTION: [(&str, ActionPart); 5] = [
    ("text", ActionPart::Text),
    ("owner", ActionPart::Owner),
    ("deadline", ActionPart::Deadline),
    ("week", ActionPart::Week),
    ("done", ActionPart::Done),
];

/// A name is none of a field.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("found field {}, expected {expected}", crate::error::quoted(.found))]
pub struct FieldError {
    pub(super) found: String,
    pub(super) expected: String,
}

impl FieldError {
    fn new(found: &str, expected: impl Into<String>) -> Self {
        FieldError { found: found.to_owned(), expected: expected.into() }
    }

    /// Names the known word nearest to what was found, or all of them.
    fn among(found: &str, word: &str, known: &[&str]) -> Self {
        let expected = match nearest(word, known.iter().copied()) {
            Some(name) => format!("`{name}`?"),
            None => format!("one of {}", known.join(", ")),
        };
        FieldError::new(found, expected)
    }
}

/// Looks a key up among its names.
fn find<T: Clone>(table: &[(&str, T)], key: &str) -> Option<T> {
    table.iter().find(|(name, _)| *name == key).map(|(_, value)| value.clone())
}

/// The name of a value, which is in the table.
fn name<T: PartialEq>(table: &[(&'static str, T)], value: &T) -> &'static str {
    table.iter().find(|(_, other)| other == value).map_or("", |(name, _)| name)
}

impl Target {
    /// The field of this name, if no name of the programme's stands inside.
    pub(super) fn plain(name: &str) -> Option<Self> {
        find(&PLAIN, name)
    }
}

impl ActionPart {
    pub(super) fn name(self) -> &'static str {
        name(&ACTION, &self)
    }
}

impl FromStr for Field {
    type Err = FieldError;

    fn from_str(text: &str) -> Result<Self, FieldError> {
        let keys = keys(text).ok_or_else(|| {
            FieldError::new(
                text,
                "a field, with dots before what stands inside and quotes in brackets closed",
            )
        })?;
        let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
        if let Some(target) = find(&PLAIN, &keys.join(".")) {
            return Ok(Field(target));
        }
        let (head, rest) = match &keys[..] {
            ["actual", kind @ ("benefits" | "efforts"), rest @ ..] => (format!("actual.{kind}"), rest),
            [head, rest @ ..] => ((*head).to_owned(), rest),
            [] => (String::new(), &[][..]),
        };
        let target = match (head.as_str(), rest) {
            ("teams", [team]) => Target::Team((*team).into()),
            ("teams_remaining", [team]) => Target::TeamRemaining((*team).into()),
            ("actions", [number, part]) => {
                let number: Option<usize> = number.parse().ok().filter(|n| (1..=1000).contains(n));
                let Some(number) = number else {
                    return Err(FieldError::new(
                        text,
                        "the number of the action from 1 to 1000, as `actions.1.text`",
                    ));
                };
                let parts = ACTION.map(|(name, _)| name);
                let part = find(&ACTION, part).ok_or_else(|| FieldError::among(text, part, &parts))?;
                Target::Action(number - 1, part)
            }
            (head, rest) => match (find(&INPUTS, head), rest) {
                (Some(inputs), [criterion]) => Target::Estimate(inputs, (*criterion).into(), Part::Whole),
                (Some(inputs), [criterion, part]) => {
                    let parts = PARTS.map(|(name, _)| name);
                    let part = find(&PARTS, part).ok_or_else(|| FieldError::among(text, part, &parts))?;
                    Target::Estimate(inputs, (*criterion).into(), part)
                }
                (Some(_), _) => return Err(FieldError::new(text, format!("`{head}.CRITERION`"))),
                (None, _) if matches!(head, "teams" | "teams_remaining") => {
                    return Err(FieldError::new(text, format!("`{head}.TEAM`")));
                }
                (None, _) => {
                    let mut known: Vec<&str> = PLAIN.iter().map(|(name, _)| *name).collect();
                    known.extend(INPUTS.map(|(name, _)| name));
                    known.extend(["teams", "teams_remaining", "actions"]);
                    return Err(FieldError::among(text, head, &known));
                }
            },
        };
        Ok(Field(target))
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Target::Team(team) => write!(f, "teams{}", Inside(team)),
            Target::TeamRemaining(team) => write!(f, "teams_remaining{}", Inside(team)),
            Target::Action(index, part) => write!(f, "actions.{}.{}", index + 1, name(&ACTION, part)),
            Target::Estimate(inputs, criterion, part) => {
                write!(f, "{}{}", name(&INPUTS, inputs), Inside(criterion))?;
                if *part == Part::Whole { Ok(()) } else { write!(f, ".{}", name(&PARTS, part)) }
            }
            plain => f.write_str(name(&PLAIN, plain)),
        }
    }
}

/// A field of a ballot, as a column of a table holds it.
///
/// | field | the cell holds |
/// |---|---|
/// | `stakeholder` | whose ballot it is |
/// | `1`, `2`, `3`, … | what stands in this place: a code, or codes that tie, as `CX-02 = CX-03` |
/// | `ranking` | the whole of it: `CX-01 > CX-02 = CX-03` |
/// | `rank.CODE` | the place of the initiative: equal numbers tie, blank is not ranked |
/// | `points.CODE` | the points of the initiative, in place of a ranking |
/// | `unranked` | what it means not to be listed: `last` or `ignored` |
/// | `weight` | what the ballot counts |
/// | `date` | when it was cast |
///
/// ```
/// use cxrank::formats::csv::BallotField;
/// let field: BallotField = "rank.CX-01".parse()?;
/// assert_eq!(field.to_string(), "rank.CX-01");
/// # Ok::<(), cxrank::formats::csv::FieldError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BallotField(pub(super) Said);

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Said {
    Stakeholder,
    Place(u32),
    Ranking,
    Rank(Id),
    Points(Id),
    Unranked,
    Weight,
    Date,
}

static BALLOT: [(&str, Said); 5] = [
    ("stakeholder", Said::Stakeholder),
    ("ranking", Said::Ranking),
    ("unranked", Said::Unranked),
    ("weight", Said::Weight),
    ("date", Said::Date),
];

impl FromStr for BallotField {
    type Err = FieldError;

    fn from_str(text: &str) -> Result<Self, FieldError> {
        if let Some(place) = text.parse().ok().filter(|place| *place > 0) {
            return Ok(BallotField(Said::Place(place)));
        }
        let keys = keys(text).unwrap_or_default();
        let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
        let said = match &keys[..] {
            [key] => find(&BALLOT, key),
            ["rank", code] => Some(Said::Rank((*code).into())),
            ["points", code] => Some(Said::Points((*code).into())),
            _ => None,
        };
        let known =
            ["stakeholder", "1", "2", "ranking", "rank.CODE", "points.CODE", "unranked", "weight", "date"];
        said.map(BallotField).ok_or_else(|| FieldError::among(text, text, &known))
    }
}

impl fmt::Display for BallotField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Said::Place(place) => place.fmt(f),
            Said::Rank(code) => write!(f, "rank{}", Inside(code)),
            Said::Points(code) => write!(f, "points{}", Inside(code)),
            plain => f.write_str(name(&BALLOT, plain)),
        }
    }
}

/// A name as it stands after a field: `.cash`, or `["R.&D."]` where it holds more than letters, digits, blanks and the like.
struct Inside<'a>(&'a str);

impl fmt::Display for Inside<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | ' ' | '/' | '&');
        let name = self.0;
        if !name.is_empty() && name.trim() == name && name.chars().all(plain) {
            write!(f, ".{name}")
        } else {
            write!(f, "[\"{}\"]", name.replace('\\', "\\\\").replace('"', "\\\""))
        }
    }
}

/// The keys of `efforts.cash.low` or `efforts["R.&D."].low`; `None` if brackets and quotes do not match.
fn keys(text: &str) -> Option<Vec<String>> {
    let mut keys = Vec::new();
    let mut rest = text.trim();
    loop {
        if let Some(quoted) = rest.strip_prefix("[\"") {
            let (key, after) = unquote(quoted)?;
            keys.push(key);
            rest = after;
        } else {
            let end = rest.find(['.', '[']).unwrap_or(rest.len());
            keys.push(rest[..end].to_owned());
            rest = &rest[end..];
        }
        match rest.strip_prefix('.') {
            Some(after) => rest = after,
            None if rest.is_empty() => return Some(keys),
            None if rest.starts_with("[\"") => {}
            None => return None,
        }
    }
}

/// The text before `"]`, in which a backslash takes the next character as it is; and what follows.
fn unquote(text: &str) -> Option<(String, &str)> {
    let mut key = String::new();
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => key.push(chars.next()?.1),
            '"' => return text[at + 1..].strip_prefix(']').map(|rest| (key, rest)),
            _ => key.push(c),
        }
    }
    None
}

macro_rules! text_in_files {
    ($($field:ty),*) => {$(
        impl Serialize for $field {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $field {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                text.parse().map_err(|error: FieldError| {
                    de::Error::invalid_value(de::Unexpected::Str(&text), &error.expected.as_str())
                })
            }
        }
    )*};
}
text_in_files!(Field, BallotField);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_print_as_they_are_written() {
        for text in [
            "code",
            "charter.phases",
            "actual.date",
            "teams.contact centre",
            "teams[\"\"]",
            "teams[\"a\\\\\\\"b\"]",
            "efforts.cash",
            "efforts.cash.low",
            "efforts[\"cash.low\"]",
            "efforts[\"cash.low\"].low",
            "actual.benefits.trust.by",
            "actions.3.week",
            "benefits[\" x\"]",
        ] {
            assert_eq!(text.parse::<Field>().unwrap().to_string(), text);
        }
        for text in ["stakeholder", "1", "4294967295", "rank.CX-01", "points[\"a.b\"]", "unranked"] {
            assert_eq!(text.parse::<BallotField>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn what_is_no_field_says_what_is() {
        let refuse = |text: &str| text.parse::<Field>().unwrap_err().to_string();
        assert_eq!(refuse("nmae"), "found field \"nmae\", expected `name`?");
        assert_eq!(refuse("efforts"), "found field \"efforts\", expected `efforts.CRITERION`");
        assert_eq!(refuse("efforts.cash.lw"), "found field \"efforts.cash.lw\", expected `low`?");
        assert_eq!(refuse("teams"), "found field \"teams\", expected `teams.TEAM`");
        assert!(refuse("actions.0.text").contains("from 1 to 1000"));
        for text in ["", ".", "efforts[\"cash", "efforts[cash]", "efforts.cash.low.low", "code.x", "1"] {
            assert!(text.parse::<Field>().is_err(), "{text}");
        }
        for text in ["0", "-1", "rank", "ranks.A", "", "points.a.b"] {
            assert!(text.parse::<BallotField>().is_err(), "{text}");
        }
    }
}
