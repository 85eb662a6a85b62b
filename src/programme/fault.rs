use super::Id;
use crate::error::quoted;

/// What can be wrong with a programme. Codes are stable; see [`crate::Error`].
///
/// | code | what is refused |
/// |---|---|
/// | `programme.syntax` | text that is not JSON, or an object with a key twice |
/// | `programme.too-many` | more than 100 unknown fields and values of another kind: what comes after is not looked at |
/// | `programme.unknown-field` | a field that a programme does not have |
/// | `programme.wrong-type` | a value of another kind than its field takes, an impossible date |
/// | `programme.missing-field` | something required is absent or empty |
/// | `programme.malformed-id` | an id with spaces at an end, control characters, or over 200 characters |
/// | `programme.duplicate-id` | the same code or id twice |
/// | `programme.unknown-initiative`, `programme.unknown-criterion`, `programme.unknown-stakeholder`, `programme.unknown-level`, `programme.unknown-domain` | a name that nothing has |
/// | `programme.self-requirement` | an initiative that requires itself |
/// | `sequence.cycle` | initiatives that require one another in a circle |
/// | `programme.not-finite` | NaN or an infinity |
/// | `programme.negative`, `programme.not-positive` | a number that must not be below zero, or must be above it |
/// | `programme.outside-scale` | a value outside the declared scale or range |
/// | `programme.beyond-resolution` | a number too large, or so small that it would become zero |
/// | `programme.unordered-estimate` | not low ≤ likely ≤ high, or low without high |
/// | `programme.flat-scale` | a scale whose `full` and `none` are the same, or whose `worst` is better than `none` |
/// | `programme.weights-sum-to-zero` | no benefit criterion with a weight above zero |
/// | `programme.contradiction` | two fields that cannot both be given |
/// | `ballot.unknown-initiative`, `ballot.duplicate-initiative` | a ballot with an unknown code, or with one twice |
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Fault {
    /// The text is not JSON.
    Syntax {
        /// What stands there.
        found: String,
        /// What should.
        expected: String,
    },
    /// More values of another shape than are reported.
    TooMany {
        /// How many are reported.
        limit: usize,
    },
    /// There is no such field.
    UnknownField {
        /// As written.
        field: String,
        /// The field that was probably meant.
        nearest: Option<String>,
        /// The fields that there are.
        known: Vec<String>,
    },
    /// A value of another kind.
    WrongType {
        /// As written.
        found: String,
        /// What the field takes.
        expected: String,
    },
    /// Nothing where something is required.
    MissingField {
        /// What is required.
        expected: &'static str,
    },
    /// Not usable as an id.
    MalformedId {
        /// As written.
        id: Id,
    },
    /// The same id twice.
    DuplicateId {
        /// As written.
        id: Id,
        /// Where it stands first.
        first: String,
    },
    /// A name that nothing has.
    UnknownId {
        /// What it should name.
        what: Named,
        /// As written.
        id: String,
        /// The name that was probably meant.
        nearest: Option<String>,
    },
    /// A ballot with an initiative twice.
    BallotTwice {
        /// The code.
        id: Id,
    },
    /// An initiative that requires itself.
    SelfRequirement {
        /// The code.
        id: Id,
    },
    /// Initiatives that require one another in a circle; each requires the next, the last the first.
    Cycle {
        /// The whole circle.
        cycle: Vec<Id>,
    },
    /// NaN or an infinity.
    NotFinite {
        /// As written.
        found: f64,
    },
    /// Below zero.
    Negative {
        /// As written.
        found: f64,
    },
    /// Zero or below.
    NotPositive {
        /// As written.
        found: f64,
    },
    /// Outside the declared scale or the admitted range.
    OutsideScale {
        /// As written.
        found: f64,
        /// The lesser end.
        from: f64,
        /// The greater end.
        to: f64,
        /// The criterion, or what the range is of.
        of: String,
    },
    /// Too large, or so small that it would become zero.
    BeyondResolution {
        /// As written.
        found: f64,
        /// How many decimals count.
        decimals: u8,
    },
    /// Not low ≤ likely ≤ high.
    Unordered {
        /// Low, likely, high.
        found: [Option<f64>; 3],
    },
    /// `full` equals `none`, or `worst` lies on the side of `full`.
    FlatScale {
        /// Worst, none, full.
        found: [f64; 3],
    },
    /// No benefit criterion has a weight.
    WeightsSumToZero,
    /// Two things that cannot both be.
    Contradiction {
        /// What is given.
        found: String,
        /// What may be given.
        expected: &'static str,
    },
}

/// What an unknown id should have named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Named {
    /// An initiative, by its code.
    Initiative,
    /// An initiative, on a ballot.
    OnBallot,
    /// A criterion of the right kind.
    Criterion,
    /// A stakeholder.
    Stakeholder,
    /// A level of an ordinal scale.
    Level,
    /// A domain or an initiative.
    Domain,
}

impl Fault {
    /// Code, found, expected.
    pub(crate) fn parts(&self) -> (&'static str, String, String) {
        match self {
            Fault::Syntax { found, expected } => ("programme.syntax", found.clone(), expected.clone()),
            Fault::TooMany { limit } => (
                "programme.too-many",
                format!("more than {limit} values that do not fit"),
                "fewer: the rest was not looked at".into(),
            ),
            Fault::UnknownField { field, nearest, known } => (
                "programme.unknown-field",
                format!("field {}", quoted(field)),
                nearest
                    .as_ref()
                    .map_or_else(|| format!("one of {}", known.join(", ")), |name| format!("`{name}`?")),
            ),
            Fault::WrongType { found, expected } => ("programme.wrong-type", found.clone(), expected.clone()),
            Fault::MissingField { expected } => {
                ("programme.missing-field", "nothing".into(), (*expected).into())
            }
            Fault::MalformedId { id } => (
                "programme.malformed-id",
                quoted(id),
                "at most 200 characters without control characters or spaces at either end".into(),
            ),
            Fault::DuplicateId { id, first } => {
                ("programme.duplicate-id", quoted(id), format!("an id of its own: {first} has this one"))
            }
            Fault::UnknownId { what, id, nearest } => {
                let (code, expected) = match what {
                    Named::Initiative => ("programme.unknown-initiative", "the code of an initiative"),
                    Named::OnBallot => ("ballot.unknown-initiative", "the code of an initiative"),
                    Named::Criterion => ("programme.unknown-criterion", "the id of a criterion of this kind"),
                    Named::Stakeholder => ("programme.unknown-stakeholder", "the id of a stakeholder"),
                    Named::Level => ("programme.unknown-level", "a level of the criterion's scale"),
                    Named::Domain => ("programme.unknown-domain", "a domain or the code of an initiative"),
                };
                let meant = nearest.as_ref().map_or_else(String::new, |name| format!(" (`{name}`?)"));
                (code, quoted(id), format!("{expected}{meant}"))
            }
            Fault::BallotTwice { id } => {
                ("ballot.duplicate-initiative", quoted(id), "every initiative at most once".into())
            }
            Fault::SelfRequirement { id } => (
                "programme.self-requirement",
                format!("{} among its own prerequisites", quoted(id)),
                "other initiatives".into(),
            ),
            Fault::Cycle { cycle } => {
                let mut way: Vec<&str> = cycle.iter().map(Id::as_str).collect();
                way.extend(cycle.first().map(Id::as_str));
                (
                    "sequence.cycle",
                    format!("a circle: {}", way.join(" needs ")),
                    "prerequisites that come to an end".into(),
                )
            }
            Fault::NotFinite { found } => ("programme.not-finite", number(*found), "a finite number".into()),
            Fault::Negative { found } => ("programme.negative", number(*found), "zero or more".into()),
            Fault::NotPositive { found } => {
                ("programme.not-positive", number(*found), "more than zero".into())
            }
            Fault::OutsideScale { found, from, to, of } => (
                "programme.outside-scale",
                number(*found),
                format!("a value from {} to {}, {of}", number(*from), number(*to)),
            ),
            Fault::BeyondResolution { found, decimals } => (
                "programme.beyond-resolution",
                number(*found),
                format!(
                    "zero, or a magnitude from {} to {} at {decimals} decimals",
                    number(10f64.powi(-i32::from(*decimals))),
                    number((5.7e17 / 10f64.powi(i32::from(*decimals))).floor()),
                ),
            ),
            Fault::Unordered { found } => {
                let show = |x: Option<f64>| x.map_or_else(|| "nothing".into(), number);
                (
                    "programme.unordered-estimate",
                    format!("low {}, likely {}, high {}", show(found[0]), show(found[1]), show(found[2])),
                    "low ≤ likely ≤ high, all three or likely alone".into(),
                )
            }
            Fault::FlatScale { found: [worst, none, full] } => (
                "programme.flat-scale",
                format!("worst {}, none {}, full {}", number(*worst), number(*none), number(*full)),
                "`full` other than `none`, and `worst` not between them".into(),
            ),
            Fault::WeightsSumToZero => (
                "programme.weights-sum-to-zero",
                "no benefit criterion with a weight above zero".into(),
                "at least one".into(),
            ),
            Fault::Contradiction { found, expected } => {
                ("programme.contradiction", found.clone(), (*expected).into())
            }
        }
    }
}

fn number(x: f64) -> String {
    if x != 0.0 && x.is_finite() && !(1e-7..1e16).contains(&x.abs()) {
        format!("{x:e}")
    } else {
        format!("{x}")
    }
}
