//! The JSON Schemas: current, true of what is written, and no stricter than the readers.

use std::collections::BTreeSet;

use cxrank::change_board::{EventLog, State, replay};
use cxrank::programme::Programme;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::fuzz::{EVENTS, EVERYTHING, altered};
use crate::programmes::everything;

const SHIPPED: &str = include_str!("../../examples/data/retail_bank.json");
const SHIPPED_EVENTS: &str = include_str!("../../examples/data/retail_bank_events.jsonl");

fn parse(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON")
}

fn programme_schema() -> Value {
    parse(&cxrank::programme::schema())
}

fn event_schema() -> Value {
    parse(&cxrank::change_board::schema())
}

/// Whether a value is what a schema says, for the keywords that our schemas use; any other keyword fails the test.
fn valid(root: &Value, schema: &Value, value: &Value) -> bool {
    let rules = schema.as_object().expect("a schema is an object");
    rules.iter().all(|(keyword, rule)| match keyword.as_str() {
        "$schema" | "$defs" | "title" | "description" | "default" | "examples" | "format" => true,
        "$ref" => {
            let name = rule.as_str().and_then(|path| path.strip_prefix("#/$defs/")).expect("a definition");
            valid(root, &root["$defs"][name], value)
        }
        "type" => match rule {
            Value::Array(names) => names.iter().any(|name| is(name, value)),
            name => is(name, value),
        },
        "const" => value == rule,
        "enum" => rule.as_array().expect("a list").contains(value),
        "anyOf" => rule.as_array().expect("a list").iter().any(|rule| valid(root, rule, value)),
        "oneOf" => {
            rule.as_array().expect("a list").iter().filter(|rule| valid(root, rule, value)).count() == 1
        }
        "required" => match value.as_object() {
            Some(fields) => rule
                .as_array()
                .expect("a list")
                .iter()
                .all(|name| fields.contains_key(name.as_str().expect("a name"))),
            None => true,
        },
        "properties" => value.as_object().is_none_or(|fields| {
            fields.iter().all(|(name, field)| rule.get(name).is_none_or(|rule| valid(root, rule, field)))
        }),
        "additionalProperties" => value.as_object().is_none_or(|fields| {
            let others = fields.iter().filter(|(name, _)| schema["properties"].get(name).is_none());
            let allowed = |field: &Value| rule.as_bool().unwrap_or_else(|| valid(root, rule, field));
            others.map(|(_, field)| field).all(allowed)
        }),
        "items" => value.as_array().is_none_or(|items| items.iter().all(|item| valid(root, rule, item))),
        "minItems" => {
            value.as_array().is_none_or(|items| items.len() as u64 >= rule.as_u64().expect("a number"))
        }
        "maxItems" => {
            value.as_array().is_none_or(|items| items.len() as u64 <= rule.as_u64().expect("a number"))
        }
        "minimum" => value.as_f64().is_none_or(|x| x >= rule.as_f64().expect("a number")),
        "maximum" => value.as_f64().is_none_or(|x| x <= rule.as_f64().expect("a number")),
        "pattern" => {
            assert_eq!(rule, "^[0-9]{4}-[0-9]{2}-[0-9]{2}$");
            let form = |text: &str| {
                text.bytes().map(|b| if b.is_ascii_digit() { b'0' } else { b }).eq(*b"0000-00-00")
            };
            value.as_str().is_none_or(form)
        }
        other => panic!("the test does not know the keyword {other}"),
    })
}

fn is(name: &Value, value: &Value) -> bool {
    match name.as_str().expect("a name") {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        "number" => value.is_number(),
        "integer" => value.as_f64().is_some_and(|x| x.fract() == 0.0),
        other => panic!("no type {other}"),
    }
}

fn fits(schema: &Value, value: &Value) -> bool {
    valid(schema, schema, value)
}

#[test]
fn the_shipped_schemas_are_current() {
    for (file, shipped, current, argument) in [
        ("programme", include_str!("../../docs/programme.schema.json"), programme_schema(), ""),
        ("event", include_str!("../../docs/event.schema.json"), event_schema(), " -- event"),
    ] {
        assert!(
            parse(shipped) == current,
            "docs/{file}.schema.json is not that of the types; to write it: \
             cargo run --features schema --example schema{argument} > docs/{file}.schema.json"
        );
        assert_eq!(current["$schema"], "https://json-schema.org/draft/2020-12/schema");
        assert_eq!(current["title"], format!("cxrank {file}"));
    }
}

/// The names of all fields of a schema.
fn fields<'s>(schema: &'s Value, names: &mut BTreeSet<&'s str>) {
    match schema {
        Value::Object(entries) => {
            let properties = entries.get("properties").and_then(Value::as_object);
            names.extend(properties.into_iter().flatten().map(|(name, _)| name.as_str()));
            entries.values().for_each(|child| fields(child, names));
        }
        Value::Array(items) => items.iter().for_each(|child| fields(child, names)),
        _ => {}
    }
}

#[test]
fn the_samples_fit_and_use_every_field() {
    let (programme, event) = (programme_schema(), event_schema());
    assert!(fits(&programme, &parse(SHIPPED)) && fits(&programme, &parse(EVERYTHING)));
    for line in EVENTS.lines().chain(SHIPPED_EVENTS.lines()) {
        assert!(fits(&event, &parse(line)), "{line}");
    }
    Programme::from_json(EVERYTHING).unwrap();
    EventLog::from_jsonl(EVENTS.as_bytes()).unwrap();
    let (mut names, text) = (BTreeSet::new(), format!("{EVERYTHING}{EVENTS}"));
    fields(&programme, &mut names);
    fields(&event, &mut names);
    let unused: Vec<_> = names
        .iter()
        .filter(|name| {
            !["median", "conjugate-normal", "prior_strength"].contains(name)
                && !text.contains(&format!("\"{name}\""))
        })
        .collect();
    assert!(unused.is_empty() && names.len() > 100, "{unused:?}");
}

#[test]
fn what_has_hand_written_readers_is_what_they_read() {
    let schema = programme_schema();
    let with = |estimate: Value| {
        let mut file = parse(EVERYTHING);
        file["initiatives"][3]["efforts"]["work"] = estimate;
        file
    };
    for estimate in [
        json!(null),
        json!(3),
        json!(3.5),
        json!([1, 2, 3.5]),
        json!({}),
        json!({"likely": 3}),
        json!({"likely": null}),
        json!({"low": 1, "likely": 2, "high": 3, "spread": "pert", "date": "2026-01-01"}),
    ] {
        let file = with(estimate);
        assert!(fits(&schema, &file) && Programme::from_json(&file.to_string()).is_ok(), "{file}");
    }
    for status in ["under-way", "under way", "under_way", "not doing", "not_doing", "done"] {
        let mut file = parse(EVERYTHING);
        file["initiatives"][1]["status"] = json!(status);
        assert!(fits(&schema, &file) && Programme::from_json(&file.to_string()).is_ok(), "{status}");
    }
}

#[test]
fn what_the_schema_refuses() {
    let schema = programme_schema();
    let changes: [(&str, Value); 30] = [
        ("/name", json!(null)),
        ("/names", json!("x")),
        ("/effort_unit", json!(3)),
        ("/criteria", json!({})),
        ("/criteria/0", json!(["trust", "Trust"])),
        ("/criteria/0/kind", json!("efort")),
        ("/criteria/0/kind", json!({"benefit": null})),
        ("/criteria/0/weight", json!("40")),
        ("/criteria/1/levels", json!([0, 1])),
        ("/criteria/0/voice_of_customer", json!("yes")),
        ("/initiatives", json!("A")),
        ("/initiatives/0/benefts", json!({})),
        ("/initiatives/0/benefits/trust", json!(true)),
        ("/initiatives/0/benefits/trust", json!([1, 2])),
        ("/initiatives/0/benefits/trust", json!([1, 2, 3, 4])),
        ("/initiatives/0/benefits/trust", json!({"likley": 3})),
        ("/initiatives/0/benefits/trust", json!({"likely": [3]})),
        ("/initiatives/0/deadline", json!("30.09.2027")),
        ("/initiatives/0/duration", json!(-1)),
        ("/initiatives/0/duration", json!(1.5)),
        ("/initiatives/0/charter", json!(["One view"])),
        ("/initiatives/0/status", json!("started")),
        ("/outcomes/0/goals/0", json!("growth")),
        ("/ballots/0/ranking", json!(["A", "D"])),
        ("/ballots/0/unranked", json!("first")),
        ("/strategy/horizons", json!([1, 2, 3])),
        ("/strategy/constraints", json!([])),
        ("/policy/resolution", json!(12)),
        ("/policy/quadrants", json!({"median": {"at": 1}})),
        ("/policy/revision", json!("conjugate-normal")),
    ];
    for (at, value) in changes {
        let mut file = parse(EVERYTHING);
        let (parent, name) = at.rsplit_once('/').unwrap();
        let parent = file.pointer_mut(parent).unwrap();
        match name.parse::<usize>() {
            Ok(i) => parent[i] = value.clone(),
            Err(_) => parent[name] = value.clone(),
        }
        assert!(!fits(&schema, &file), "{at} = {value}");
        assert!(Programme::from_json(&file.to_string()).is_err(), "{at} = {value}");
    }
    for (at, name) in [
        ("/criteria/0", "id"),
        ("/initiatives/0", "code"),
        ("/outcomes/0", "requires"),
        ("/readiness/0", "date"),
        ("/initiatives/0/actions/0", "text"),
    ] {
        let mut file = parse(EVERYTHING);
        file.pointer_mut(at).unwrap().as_object_mut().unwrap().remove(name);
        assert!(
            !fits(&schema, &file) && Programme::from_json(&file.to_string()).is_err(),
            "{at} without {name}"
        );
    }
}

proptest! {
    #[test]
    fn what_is_written_fits(spec in everything()) {
        let text = spec.build().unwrap().to_json();
        prop_assert!(fits(&programme_schema(), &parse(&text)), "{}", text);
    }

    #[test]
    fn what_the_schema_refuses_the_reader_refuses(value in altered(vec![parse(EVERYTHING)])) {
        if !fits(&programme_schema(), &value) {
            prop_assert!(Programme::from_json(&value.to_string()).is_err());
        }
    }

    #[test]
    fn what_the_schema_of_events_refuses_the_reader_refuses(value in altered(EVENTS.lines().map(parse).collect())) {
        if !fits(&event_schema(), &value) {
            // A line that reads may still bring what no programme has: a criterion without an id.
            let line = value.to_string() + "\n";
            let state = State::new(&Programme::from_json(EVERYTHING).unwrap()).unwrap();
            let read = EventLog::from_jsonl(line.as_bytes());
            prop_assert!(read.and_then(|log| replay(&state, &log, None)).is_err());
        }
    }
}
