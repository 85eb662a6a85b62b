//! Tables, pictures, one self-contained page: what came out, for people who look rather than read.

pub mod picture;
