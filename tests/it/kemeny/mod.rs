//! Kemeny's rule against brute force, laws, and optima that another program proved.

mod common;
mod laws;
mod optima;
