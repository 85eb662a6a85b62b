//! Files that others write.
#![allow(clippy::naive_bytecount)] // a dependency for counting line ends is not worth it

mod decimal;
pub mod nrp;
pub mod pabulib;
pub mod preflib;

pub use decimal::{Decimal, RESOLUTION};
