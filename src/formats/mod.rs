//! Files that others write.
#![allow(clippy::naive_bytecount)] // a dependency for counting line ends is not worth it

#[cfg(feature = "csv")]
pub mod csv;
#[cfg(feature = "formats")]
mod decimal;
#[cfg(feature = "formats")]
pub mod nrp;
#[cfg(feature = "formats")]
pub mod pabulib;
#[cfg(feature = "formats")]
pub mod preflib;
mod record;
#[cfg(feature = "formats")]
mod research;

#[cfg(feature = "formats")]
pub use decimal::{Decimal, RESOLUTION};
#[cfg(feature = "formats")]
pub use research::ResearchFault;
