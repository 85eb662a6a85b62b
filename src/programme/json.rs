//! Programme files: JSON read so that every problem of a file is reported at once, by line and column.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{self, DeserializeOwned, DeserializeSeed, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;

use super::{Fault, Programme, ProgrammeSpec};
use crate::Error;
use crate::error::{Path, Position, Problem, Segment, nearest, quoted};
use crate::json;

impl Programme {
    /// Reads a programme from the text of its JSON file.
    ///
    /// # Errors
    ///
    /// Every problem of the file at once, each with line and column: fields that do not exist (with the nearest that does), values of
    /// the wrong kind, and all that [`ProgrammeSpec::build`] refuses. Only text that is not JSON at all ends at its first problem.
    ///
    /// # Examples
    ///
    /// ```
    /// use cxrank::programme::Programme;
    /// let error = Programme::from_json("{\n  \"initiatives\": [{\"code\": \"A\", \"benefts\": {}}]\n}").unwrap_err();
    /// assert_eq!(
    ///     error.problems().last().unwrap().to_string(),
    ///     "2:44 initiatives[0].benefts: found field \"benefts\", expected `benefits`? [programme.unknown-field]",
    /// );
    /// ```
    pub fn from_json(text: &str) -> Result<Self, Error> {
        let text = strip_mark(text);
        let Strict(mut value) = parse(text)?;
        let (spec, mut problems) = read_shape::<ProgrammeSpec>(&mut value);
        match spec.build() {
            Ok(programme) if problems.is_empty() => return Ok(programme),
            Ok(_) => {}
            Err(error) => {
                // What was taken out because its shape is wrong is not missing besides.
                let shape = problems.len();
                for problem in error.problems() {
                    if !problems[..shape].iter().any(|p| overlap(p.path(), problem.path())) {
                        problems.push(problem.clone());
                    }
                }
            }
        }
        Err(Error::new(locate(text, problems)))
    }

    /// Writes the programme as the text of its JSON file. What is written reads back equal.
    ///
    /// # Panics
    ///
    /// Never: all that a programme holds can be written.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self.spec()).expect("maps have text keys and numbers are finite")
    }
}

/// Reads a document of any type, as far as it can be read; every problem has its place in the text.
#[cfg(feature = "csv")]
pub(crate) fn read_json<T: DeserializeOwned + Default>(text: &str) -> (T, Vec<Problem>) {
    let text = strip_mark(text);
    match parse(text) {
        Ok(Strict(mut value)) => {
            let (document, problems) = read_shape(&mut value);
            (document, locate(text, problems))
        }
        Err(error) => (T::default(), error.problems().to_vec()),
    }
}

/// Problems with the places in the text that their paths lead to, in the order of the text.
pub(crate) fn locate(text: &str, problems: Vec<Problem>) -> Vec<Problem> {
    let positions = Positions::of(strip_mark(text), &problems);
    let mut problems: Vec<Problem> = problems
        .into_iter()
        .map(|problem| {
            let position = positions.get(problem.path());
            problem.at(position)
        })
        .collect();
    problems.sort_by_key(Problem::position);
    problems
}

/// Without what editors of some systems put in front.
fn strip_mark(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}

fn parse(text: &str) -> Result<Strict, Error> {
    serde_json::from_str(text).map_err(|e| {
        let (position, found, expected) = json::syntax(text, &e);
        let problem = Problem::new(Path::root(), Fault::Syntax { found, expected });
        Error::new(vec![problem.at(Some(position))])
    })
}

/// Whether one of the two stands inside the other.
fn overlap(a: &Path, b: &Path) -> bool {
    a.segments().iter().zip(b.segments()).all(|(x, y)| x == y)
}

/// How many values of a wrong shape are reported: for each the file is read once more.
const MOST: usize = 100;

/// Reads the document; what does not fit is reported, taken out, and the rest read again, until all fits.
fn read_shape<T: DeserializeOwned + Default>(value: &mut Value) -> (T, Vec<Problem>) {
    let mut problems = Vec::new();
    loop {
        let error = match serde_path_to_error::deserialize::<_, T>(json::Strict(&*value)) {
            Ok(spec) => return (spec, problems),
            Err(error) => error,
        };
        let path = json::path(error.path());
        if problems.len() == MOST {
            problems.push(Problem::new(path, Fault::TooMany { limit: MOST }));
            return (T::default(), problems);
        }
        let message = error.inner().to_string();
        let (path, fault) = match json::unknown_field(&message) {
            Some((field, known)) => {
                // The path already ends with the field where the value behind it was being read.
                let inside = path.segments().last() == Some(&Segment::Key(field.clone()));
                let path = if inside { path } else { path.key(field.as_str()) };
                let nearest = nearest(&field, known.iter().map(String::as_str));
                (path, Fault::UnknownField { field, nearest, known })
            }
            None => {
                let (found, expected) = json::wrong_type(&message);
                (path, Fault::WrongType { found, expected })
            }
        };
        let removed = remove(value, path.segments());
        if !follows(&message, &path, &problems) {
            problems.push(Problem::new(path, fault));
        }
        if !removed {
            return (T::default(), problems);
        }
    }
}

/// Whether a value lacks only what was reported and taken out of it.
fn follows(message: &str, path: &Path, problems: &[Problem]) -> bool {
    let inside =
        |p: &Problem| p.path().segments().strip_prefix(path.segments()).and_then(<[_]>::first).cloned();
    problems.iter().filter_map(inside).any(|segment| match segment {
        Segment::Key(key) => {
            message.starts_with("invalid length 0") || message == format!("missing field `{key}`")
        }
        Segment::Index(_) => false,
    })
}

/// Takes the value at the path out, so that the rest can be read. In a list of objects an empty one takes its place, in other
/// lists the whole list goes, so that the places of the others stay. False if nothing could be taken out.
fn remove(value: &mut Value, path: &[Segment]) -> bool {
    let Some((last, way)) = path.split_last() else { return false };
    let mut parent = &mut *value;
    for segment in way {
        let child = match segment {
            Segment::Key(key) => parent.get_mut(key.as_str()),
            Segment::Index(index) => parent.get_mut(*index),
        };
        match child {
            Some(child) => parent = child,
            // The path goes on inside something that is no container: that is what is wrong.
            None => return remove(value, way),
        }
    }
    match (parent, last) {
        (Value::Object(map), Segment::Key(key)) => map.remove(key).is_some() || remove(value, way),
        (Value::Array(list), Segment::Index(index)) if way.len() == 1 && !list[*index].is_object() => {
            list[*index] = Value::Object(serde_json::Map::new());
            true
        }
        _ => remove(value, way),
    }
}

/// A JSON value whose objects have no key twice.
struct Strict(Value);

impl<'de> de::Deserialize<'de> for Strict {
    fn deserialize<D: de::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        StrictSeed.deserialize(deserializer).map(Strict)
    }
}

#[derive(Clone, Copy)]
struct StrictSeed;

impl<'de> DeserializeSeed<'de> for StrictSeed {
    type Value = Value;

    fn deserialize<D: de::Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for StrictSeed {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(self, x: bool) -> Result<Value, E> {
        Ok(x.into())
    }

    fn visit_i64<E>(self, x: i64) -> Result<Value, E> {
        Ok(x.into())
    }

    fn visit_u64<E>(self, x: u64) -> Result<Value, E> {
        Ok(x.into())
    }

    fn visit_f64<E>(self, x: f64) -> Result<Value, E> {
        Ok(x.into())
    }

    fn visit_str<E>(self, x: &str) -> Result<Value, E> {
        Ok(x.into())
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(self)? {
            list.push(item);
        }
        Ok(list.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut map = serde_json::Map::new();
        while let Some(key) = entries.next_key::<String>()? {
            if map.contains_key(&key) {
                return Err(de::Error::custom(format_args!("the key {} twice in one object", quoted(&key))));
            }
            let value = entries.next_value_seed(self)?;
            map.insert(key, value);
        }
        Ok(map.into())
    }
}

/// Where the values at some paths stand in a text.
struct Positions(BTreeMap<Path, Position>);

impl Positions {
    fn of(text: &str, problems: &[Problem]) -> Self {
        let mut paths: Vec<&Path> = problems.iter().map(Problem::path).collect();
        paths.sort();
        paths.dedup();
        let mut offsets = BTreeMap::new();
        if let Ok(root) = serde_json::from_str::<&RawValue>(text) {
            find(text, root, &paths, 0, &mut offsets);
        }
        // Lines are counted in one walk, the offsets in order.
        let mut by_offset: Vec<(usize, &Path)> =
            offsets.iter().map(|(path, offset)| (*offset, *path)).collect();
        by_offset.sort();
        let (mut line, mut start, mut at) = (1, 0, 0);
        let positions = by_offset.into_iter().map(|(offset, path)| {
            for (i, _) in text[at..offset].match_indices('\n') {
                line += 1;
                start = at + i + 1;
            }
            at = offset;
            (path.clone(), Position { line, column: text[start..offset].chars().count() + 1 })
        });
        Positions(positions.collect())
    }

    fn get(&self, path: &Path) -> Option<Position> {
        self.0.get(path).copied()
    }
}

/// Notes the offset of each path; one that does not exist has that of the last value on the way to it.
fn find<'t>(
    text: &str,
    value: &'t RawValue,
    paths: &[&'t Path],
    depth: usize,
    offsets: &mut BTreeMap<&'t Path, usize>,
) {
    let offset = value.get().as_ptr().addr() - text.as_ptr().addr();
    for path in paths {
        offsets.insert(path, offset);
    }
    let mut rest = paths;
    let object = serde_json::from_str::<BTreeMap<String, &RawValue>>(value.get());
    let list = if object.is_err() { serde_json::from_str::<Vec<&RawValue>>(value.get()).ok() } else { None };
    while let Some(first) = rest.first() {
        let Some(segment) = first.segments().get(depth) else {
            rest = &rest[1..];
            continue;
        };
        let same = rest.iter().take_while(|path| path.segments().get(depth) == Some(segment)).count();
        let child = match (segment, &object, &list) {
            (Segment::Key(key), Ok(map), _) => map.get(key).copied(),
            (Segment::Index(index), _, Some(list)) => list.get(*index).copied(),
            _ => None,
        };
        if let Some(child) = child {
            find(text, child, &rest[..same], depth + 1, offsets);
        }
        rest = &rest[same..];
    }
}
