#![doc = include_str!("../../docs/events.md")]

mod actuals;
mod adopt;
mod apply;
mod attribution;
mod displaced;
mod event;
mod evidence;
mod executive;
mod fault;
mod finding;
mod guardrail;
#[cfg(feature = "json")]
mod json;
mod judge;
mod log;
mod merit;
mod minutes;
mod moves;
mod order;
mod policy_change;
mod state;

#[cfg(all(test, feature = "json"))]
mod laws;

pub use actuals::{Comparison, Estimator};
pub use adopt::{Baseline, CurvePoint, Near, Selection};
pub use apply::replay;
pub use attribution::{Attribution, Cause, Group};
pub use displaced::OverrideCost;
pub use event::{Capacity, Decision, Event, Part, Resources, Urgency, What};
pub use evidence::Seen;
pub use executive::{ExecutiveView, FeedLine, GoalLine, Money, OutcomeLine};
pub use fault::Fault;
pub use finding::{Age, Finding};
pub use guardrail::{Deferral, Limit, Violation};
pub use log::EventLog;
pub use minutes::{Methods, Minutes};
pub use moves::{Move, OrderCause, Passing, moves};
pub use order::{BySequence, Drift, DriftLine, MeritWithPrerequisites, Recommend, WithinLimits};
pub use state::{Board, Decided, MeritLine, Override, Request, Stage, State};

/// The JSON Schema (draft 2020-12) of one line of a log of events, made from the types, as the text of a file.
///
/// It is shipped as `docs/event.schema.json`. It knows every field that any kind of event has; which of them a kind has,
/// [`EventLog::from_jsonl`] checks.
#[cfg(feature = "schema")]
pub fn schema() -> String {
    crate::schema::text::<event::Flat>("cxrank event")
}
