//! What changed since the last board: requests, decisions, the recommended and the committed order, and why anything moved.

mod apply;
mod attribution;
mod event;
mod evidence;
mod fault;
#[cfg(feature = "json")]
mod json;
mod judge;
mod log;
mod merit;
mod moves;
mod order;
mod state;

pub use apply::replay;
pub use attribution::{Attribution, Cause, Group};
pub use event::{Capacity, Decision, Event, Part, Resources, Urgency, What};
pub use evidence::Seen;
pub use fault::Fault;
pub use log::EventLog;
pub use moves::{Move, OrderCause, Passing, moves};
pub use order::{Drift, DriftLine, MeritWithPrerequisites, Recommend};
pub use state::{Board, Decided, MeritLine, Override, Request, Stage, State};
