//! What the readers of JSON share: messages that help, and what serde lets through but the files do not have.

use std::fmt;

use serde::de::value::StrDeserializer;
use serde::de::{
    self, DeserializeSeed, Deserializer, EnumAccess, IgnoredAny, MapAccess, SeqAccess, Unexpected,
    VariantAccess, Visitor,
};

use crate::error::{Path, Position, nearest, quoted};

/// A deserializer that refuses a list where an object stands and an object where a name stands: serde reads the one as the fields in
/// their order, the other (`{"benefit": null}`) as the name.
pub(crate) struct Strict<T>(pub(crate) T);

/// Hands a method on to the deserializer inside.
macro_rules! forward {
    ($($method:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
            self.0.$method(Strict(visitor))
        }
    )*};
}

impl<'de, D: Deserializer<'de>> Deserializer<'de> for Strict<D> {
    type Error = D::Error;

    forward! {
        deserialize_any deserialize_bool deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 deserialize_f32 deserialize_f64
        deserialize_char deserialize_str deserialize_string deserialize_bytes deserialize_byte_buf
        deserialize_option deserialize_unit deserialize_seq deserialize_map deserialize_identifier
        deserialize_ignored_any
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.0.deserialize_unit_struct(name, Strict(visitor))
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.0.deserialize_newtype_struct(name, Strict(visitor))
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, len: usize, visitor: V) -> Result<V::Value, D::Error> {
        self.0.deserialize_tuple(len, Strict(visitor))
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        len: usize,
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.0.deserialize_tuple_struct(name, len, Strict(visitor))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.0.deserialize_struct(name, fields, Fields(visitor))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.0.deserialize_any(Variant(visitor))
    }
}

/// Hands a plain value on to the visitor inside.
macro_rules! visit {
    ($($method:ident: $type:ty,)*) => {$(
        fn $method<E: de::Error>(self, value: $type) -> Result<V::Value, E> {
            self.0.$method(value)
        }
    )*};
}

impl<'de, V: Visitor<'de>> Visitor<'de> for Strict<V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.expecting(f)
    }

    visit! {
        visit_bool: bool, visit_i64: i64, visit_u64: u64, visit_f64: f64, visit_str: &str,
        visit_borrowed_str: &'de str, visit_string: String,
    }

    fn visit_none<E: de::Error>(self) -> Result<V::Value, E> {
        self.0.visit_none()
    }

    fn visit_unit<E: de::Error>(self) -> Result<V::Value, E> {
        self.0.visit_unit()
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<V::Value, D::Error> {
        self.0.visit_some(Strict(deserializer))
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<V::Value, D::Error> {
        self.0.visit_newtype_struct(Strict(deserializer))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<V::Value, A::Error> {
        self.0.visit_seq(Strict(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, entries: A) -> Result<V::Value, A::Error> {
        self.0.visit_map(Strict(entries))
    }
}

/// Takes an object only.
struct Fields<V>(V);

impl<'de, V: Visitor<'de>> Visitor<'de> for Fields<V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, entries: A) -> Result<V::Value, A::Error> {
        self.0.visit_map(Strict(entries))
    }
}

/// Takes a name, or an object of one entry: a name and what belongs to it.
struct Variant<V>(V);

impl<'de, V: Visitor<'de>> Visitor<'de> for Variant<V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E: de::Error>(self, name: &str) -> Result<V::Value, E> {
        self.0.visit_enum(StrDeserializer::new(name))
    }

    fn visit_map<A: MapAccess<'de>>(self, entries: A) -> Result<V::Value, A::Error> {
        self.0.visit_enum(Strict(entries))
    }
}

impl<'de, S: DeserializeSeed<'de>> DeserializeSeed<'de> for Strict<S> {
    type Value = S::Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<S::Value, D::Error> {
        self.0.deserialize(Strict(deserializer))
    }
}

impl<'de, A: SeqAccess<'de>> SeqAccess<'de> for Strict<A> {
    type Error = A::Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, A::Error> {
        self.0.next_element_seed(Strict(seed))
    }

    fn size_hint(&self) -> Option<usize> {
        self.0.size_hint()
    }
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Strict<A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, A::Error> {
        self.0.next_key_seed(seed)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, A::Error> {
        self.0.next_value_seed(Strict(seed))
    }
}

impl<'de, A: MapAccess<'de>> EnumAccess<'de> for Strict<A> {
    type Error = A::Error;
    type Variant = Self;

    fn variant_seed<S: DeserializeSeed<'de>>(mut self, seed: S) -> Result<(S::Value, Self), A::Error> {
        let name = self.0.next_key_seed(seed)?;
        let name = name.ok_or_else(|| de::Error::invalid_length(0, &"an object of one entry"))?;
        Ok((name, self))
    }
}

impl<A> Strict<A> {
    /// Reads what belongs to the name, and that nothing comes after it.
    fn only<'de, S: DeserializeSeed<'de>>(mut self, seed: S) -> Result<S::Value, A::Error>
    where
        A: MapAccess<'de>,
    {
        let value = self.0.next_value_seed(Strict(seed))?;
        match self.0.next_key::<IgnoredAny>()? {
            None => Ok(value),
            Some(_) => Err(de::Error::invalid_length(2, &"an object of one entry")),
        }
    }
}

impl<'de, A: MapAccess<'de>> VariantAccess<'de> for Strict<A> {
    type Error = A::Error;

    fn unit_variant(self) -> Result<(), A::Error> {
        Err(de::Error::invalid_type(Unexpected::Map, &"a name"))
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, A::Error> {
        self.only(seed)
    }

    fn tuple_variant<V: Visitor<'de>>(self, len: usize, visitor: V) -> Result<V::Value, A::Error> {
        self.only(Tuple(len, visitor))
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, A::Error> {
        self.only(Object(visitor))
    }
}

struct Tuple<V>(usize, V);

impl<'de, V: Visitor<'de>> DeserializeSeed<'de> for Tuple<V> {
    type Value = V::Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<V::Value, D::Error> {
        deserializer.deserialize_tuple(self.0, self.1)
    }
}

struct Object<V>(V);

impl<'de, V: Visitor<'de>> DeserializeSeed<'de> for Object<V> {
    type Value = V::Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<V::Value, D::Error> {
        deserializer.deserialize_struct("", &[], self.0)
    }
}

/// Where the text is no JSON, what stands there and what should.
pub(crate) fn syntax(text: &str, error: &serde_json::Error) -> (Position, String, String) {
    let line = text.split('\n').nth(error.line().saturating_sub(1)).unwrap_or_default();
    // The parser counts bytes, and from 1; at the end of a line it may stand behind it.
    let mut at = error.column().saturating_sub(1).min(line.len());
    while !line.is_char_boundary(at) {
        at -= 1;
    }
    let position = Position { line: error.line().max(1), column: line[..at].chars().count() + 1 };
    let message = error.to_string();
    let message = message.rfind(" at line ").map_or(message.as_str(), |end| &message[..end]);
    let here = || match line[at..].trim() {
        "" => "the end of the line".to_owned(),
        rest if rest.starts_with('\0') => "a NUL byte: the file may be UTF-16, not UTF-8".to_owned(),
        rest => quoted(&rest.chars().take(20).collect::<String>()),
    };
    let starts = text.trim_start().starts_with(['{', '[']);
    let (found, expected) = match message {
        _ if text.trim().is_empty() => ("an empty file".to_owned(), "a JSON object"),
        "expected value" if !starts => (here(), "JSON, which starts with `{`"),
        "expected value" => (here(), "a value"),
        "trailing comma" => ("nothing after a comma".to_owned(), "another value, or no comma"),
        "trailing characters" => (here(), "the end of the file"),
        "key must be a string" => (here(), "the name of a field in double quotes"),
        "recursion limit exceeded" => {
            ("lists or objects more than 127 deep in one another".to_owned(), "fewer levels")
        }
        _ if message.starts_with("control character") => (
            "a line break or another control character inside a text".to_owned(),
            "a closing quote before it, or `\\n` in its place",
        ),
        _ => match (message.strip_prefix("expected "), message.strip_prefix("EOF while parsing ")) {
            (Some(expected), _) => (here(), expected),
            (None, Some(inside)) => {
                (format!("the end of the file inside {inside}"), "what closes it: a bracket or a quote")
            }
            (None, None) => (message.to_owned(), "JSON"),
        },
    };
    (position, found, expected.to_owned())
}

/// What stands and what should, out of the forms in which serde reports a value of another kind.
pub(crate) fn wrong_type(message: &str) -> (String, String) {
    if let Some((name, rest)) =
        message.strip_prefix("unknown variant `").and_then(|m| m.rsplit_once("`, expected "))
    {
        let known: Vec<&str> = rest.split('`').skip(1).step_by(2).collect();
        let meant = nearest(name, known).map_or_else(String::new, |name| format!(" (`{name}`?)"));
        return (quoted(name), format!("{rest}{meant}"));
    }
    let (found, expected) = message.split_once(", expected ").unwrap_or((message, "a value that fits"));
    let found =
        ["invalid type: ", "invalid value: "].iter().find_map(|p| found.strip_prefix(p)).unwrap_or(found);
    // The parser names types; people write numbers.
    let found = match found {
        "sequence" => "list",
        "map" => "object",
        "unit variant" => "a name alone",
        found => found,
    };
    let expected = match expected {
        "a sequence" => "a list",
        "a map" => "an object",
        "u8" => "a whole number from 0 to 255",
        "u32" => "a whole number from 0 to 4294967295",
        "u64" => "a whole number, zero or more",
        "f64" => "a number",
        "a string" => "a text in quotes",
        "a boolean" => "true or false",
        expected if expected.starts_with("struct ") => "an object",
        expected => expected,
    };
    // A text is told in full, however long it is.
    let found = match found.char_indices().nth(80) {
        None => found.to_owned(),
        Some((end, _)) => format!("{}…", &found[..end]),
    };
    (found, expected.to_owned())
}

/// The field and the known ones, out of the only form in which serde reports an unknown field.
pub(crate) fn unknown_field(message: &str) -> Option<(String, Vec<String>)> {
    let rest = message.strip_prefix("unknown field `")?;
    // The known ones stand last, and a field may have any name.
    let (field, rest) = rest.rsplit_once("`, expected ").unwrap_or((rest, ""));
    let known = rest.split('`').skip(1).step_by(2).map(str::to_owned).collect();
    Some((field.trim_end_matches("`, there are no fields").to_owned(), known))
}

/// The path that serde took.
pub(crate) fn path(path: &serde_path_to_error::Path) -> Path {
    use serde_path_to_error::Segment as S;
    path.iter().fold(Path::root(), |path, segment| match segment {
        S::Seq { index } => path.index(*index),
        S::Map { key } => path.key(key.as_str()),
        S::Enum { variant } => path.key(variant.as_str()),
        S::Unknown => path,
    })
}
