//! Files that others write.

mod decimal;
pub mod nrp;
pub mod pabulib;

pub use decimal::{Decimal, RESOLUTION};
