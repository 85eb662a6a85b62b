//! The JSON Schema of a programme file or, with `event`, of a line of a log of events.
//!
//! `cargo run --features schema --example schema > docs/programme.schema.json`
//! `cargo run --features schema --example schema -- event > docs/event.schema.json`

mod common;

fn main() {
    let what = common::Arguments::new("schema [programme|event]").files(0, 1);
    common::print(&match what.first().map_or("programme", String::as_str) {
        "programme" => cxrank::programme::schema(),
        "event" => cxrank::change_board::schema(),
        other => common::fail(format!("found {other:?}, expected programme or event")),
    });
}
