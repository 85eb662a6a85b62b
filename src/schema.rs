//! The JSON Schema of files: made from the types, but for those whose reading is written by hand, which stand here.

use std::borrow::Cow;

use schemars::generate::SchemaSettings;
use schemars::transform::{Transform, transform_subschemas};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use crate::programme::{Date, Detailed, Estimate, Goal, Id, Inputs};

/// The schema of what is read as `T`, as the text of a file.
pub(crate) fn text<T: JsonSchema>(title: &str) -> String {
    let settings = SchemaSettings::draft2020_12().for_deserialize().with_transform(Plain);
    let mut schema = settings.into_generator().into_root_schema_for::<T>();
    schema.insert("title".to_owned(), title.into());
    format!("{:#}\n", schema.to_value())
}

/// What `Status` also reads.
pub(crate) fn spellings_of_status(schema: &mut Schema) {
    also(schema, &["under way", "under_way", "not doing", "not_doing"]);
}

/// What `Unranked` also reads.
pub(crate) fn spellings_of_unranked(schema: &mut Schema) {
    also(schema, &["ignore"]);
}

fn also(schema: &mut Schema, names: &[&str]) {
    if let Some(forms) = schema.get_mut("oneOf").and_then(|forms| forms.as_array_mut()) {
        let other = json_schema!({"description": "Other spellings.", "type": "string", "enum": names});
        forms.push(other.to_value());
    }
}

/// Descriptions as people read them: up to the first heading or example, without links and line breaks. Neither formats that are
/// only Rust's nor defaults that say nothing.
#[derive(Clone)]
struct Plain;

impl Transform for Plain {
    fn transform(&mut self, schema: &mut Schema) {
        if let Some(description) = schema.get_mut("description")
            && let Some(text) = description.as_str()
        {
            *description = plain(text).into();
        }
        if schema.get("format").is_some_and(|format| format != "date") {
            schema.remove("format");
        }
        if schema.get("default").is_some_and(|default| default.is_null() || default == "") {
            schema.remove("default");
        }
        transform_subschemas(self, schema);
    }
}

fn plain(text: &str) -> String {
    let end = ["\n#", "```"].iter().filter_map(|mark| text.find(mark)).min().unwrap_or(text.len());
    let mut out = String::new();
    let mut rest = text[..end].trim();
    // `[text](target)` and `[text]` become their text; a bracket within backticks is itself.
    while let Some(at) = rest.find(['[', '`']) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        if rest.starts_with('`') {
            let end = rest[1..].find('`').map_or(rest.len(), |end| end + 2);
            out.push_str(&rest[..end]);
            rest = &rest[end..];
            continue;
        }
        let Some(end) = rest.find(']') else { break };
        out.push_str(&rest[1..end]);
        rest = &rest[end + 1..];
        if rest.starts_with('(') {
            rest = rest.split_once(')').map_or("", |(_, rest)| rest);
        }
    }
    out.push_str(rest);
    let paragraphs =
        out.split("\n\n").map(|paragraph| paragraph.split_whitespace().collect::<Vec<_>>().join(" "));
    paragraphs.collect::<Vec<_>>().join("\n\n")
}

macro_rules! inline {
    ($name:literal) => {
        fn schema_name() -> Cow<'static, str> {
            $name.into()
        }

        fn inline_schema() -> bool {
            true
        }
    };
}

impl JsonSchema for Id {
    inline!("Id");

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "string"})
    }
}

impl JsonSchema for Date {
    inline!("Date");

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"})
    }
}

impl JsonSchema for Goal {
    fn schema_name() -> Cow<'static, str> {
        "Goal".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "What executives are measured by: one of those that stand here, or the organisation's own, by name.",
            "type": "string",
            "examples": ["growth", "margin", "cost to serve"],
        })
    }
}

impl JsonSchema for Estimate {
    fn schema_name() -> Cow<'static, str> {
        "Estimate".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "One input of a decision.",
            "anyOf": [
                {"description": "Not known; never zero.", "type": "null"},
                {"description": "One number.", "type": "number"},
                {"description": "A level of the criterion's ordinal scale.", "type": "string"},
                {"description": "Low, likely, high.", "type": "array", "items": {"type": "number"}, "minItems": 3, "maxItems": 3},
                generator.subschema_for::<Detailed>(),
            ],
        })
    }
}

impl JsonSchema for Inputs {
    fn schema_name() -> Cow<'static, str> {
        "Inputs".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "Estimates by the id of the criterion; one that is not here is missing.",
            "type": "object",
            "additionalProperties": generator.subschema_for::<Estimate>(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn descriptions_are_plain() {
        assert_eq!(
            plain(
                "One of [`Spread`](super::Spread),\nin a `[low, likely]` or [text].\n\nMore.\n\n# Formula\n\nx"
            ),
            "One of `Spread`, in a `[low, likely]` or text.\n\nMore."
        );
        assert_eq!(plain("See [here"), "See [here");
    }
}
