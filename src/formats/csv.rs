#![doc = include_str!("../../docs/csv.md")]

mod ballots;
mod date;
mod fault;
mod field;
mod initiatives;
#[cfg(feature = "json")]
mod json;
mod mapping;
mod number;
mod read;
mod table;
mod text;
mod write;

pub use ballots::Cast;
pub use date::DateOrder;
pub use fault::Fault;
pub use field::{BallotField, Field, FieldError};
pub use mapping::{BallotTable, Column, Form, InitiativeTable, Mapping, Preset, Rest, Separator, Value};
pub use number::DecimalMark;
pub use read::{Import, Link};
pub use table::Limits;
pub use write::{write_ballots, write_initiatives};
