//! Files that others write.

pub mod preflib;
