//! The laws of the house as properties, every refusal by its code, and files as users have them.

#![allow(clippy::float_cmp)] // numbers that are exact are compared exactly

#[cfg(feature = "report")]
mod browser;
#[cfg(feature = "json")]
mod change_board;
#[cfg(feature = "csv")]
mod csv;
mod files;
mod fuzz;
mod kemeny;
mod laws;
#[cfg(feature = "formats")]
mod plan;
mod preset_cases;
mod preset_laws;
mod programmes;
mod refusals;
#[cfg(feature = "formats")]
mod release_programme;
#[cfg(feature = "report")]
mod report;
#[cfg(feature = "formats")]
mod research;
mod roadmap;
#[cfg(feature = "formats")]
mod roadmap_bars;
mod roadmap_bound;
#[cfg(feature = "schema")]
mod schema;
mod shared;
mod stakeholders;
#[cfg(feature = "uncertainty")]
mod uncertainty;
