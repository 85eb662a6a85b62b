//! Tables in and out: what reads, what is refused and where, and that what is written reads back.

#[cfg(feature = "json")]
mod files;
mod fuzz;
#[cfg(feature = "json")]
mod refusals;
mod round_trip;
mod tracker;
