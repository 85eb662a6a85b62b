use std::fmt;

use serde::de::{self, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Date, Id};

/// One input of a decision: a number, a level of an ordinal scale, low/likely/high, or missing.
///
/// In a file: `5`, `"some"`, `[3, 5, 9]`, `{"low": 3, "likely": 5, "high": 9, "source": "survey", "date": "2026-05-02"}`, or `null`.
/// Missing is a state of its own and never zero: what lacks an input is listed as unscored, with the input that it lacks.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Estimate {
    /// Not known.
    #[default]
    Missing,
    /// One number.
    Number(f64),
    /// A level of the criterion's ordinal scale.
    Level(Id),
    /// Low, likely, high.
    Range(Box<[f64; 3]>),
    /// A value with where it comes from.
    Detailed(Box<Detailed>),
}

/// An estimate together with its evidence.
///
/// `low` and `high` are given both or neither; without them the value is certain.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Detailed {
    /// The lowest value that is thought possible.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub low: Option<f64>,
    /// The most likely value: a number or, on an ordinal scale, a level.
    pub likely: Likely,
    /// The highest value that is thought possible.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub high: Option<f64>,
    /// What low and high mean, where it is not the policy's [`Spread`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spread: Option<Spread>,
    /// Where the value comes from: a survey, a pilot, an invoice.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// When it was found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<Date>,
    /// How good the evidence is, in the words of the organisation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grade: Option<String>,
    /// Who estimated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
}

/// The likely value of a [`Detailed`] estimate.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
// In the form of serde's other messages.
#[serde(untagged, expecting = "another kind of value, expected a number, a level, or null")]
pub enum Likely {
    /// Not known.
    #[default]
    Missing,
    /// A number.
    Number(f64),
    /// A level of an ordinal scale.
    Level(Id),
}

/// What the three numbers of an estimate mean, and so which mean enters a score.
///
/// # References
///
/// Malcolm, Roseboom, Clark & Fazar (1959), *Application of a technique for research and development program evaluation*,
/// Operations Research 7. Keefer & Bodily (1983), *Three-point approximations for continuous random variables*, Management Science 29.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Spread {
    /// Beta-PERT between low and high: mean (low + 4·likely + high)/6.
    #[default]
    Pert,
    /// Triangular between low and high: mean (low + likely + high)/3.
    Triangular,
    /// 10th, 50th and 90th percentile, by Swanson's rule: mean .3·low + .4·likely + .3·high.
    Swanson,
    /// 5th, 50th and 95th percentile, by Pearson and Tukey: mean .185·low + .63·likely + .185·high.
    PearsonTukey,
}

impl Spread {
    /// The weights of low, likely and high in the mean, over their sum.
    pub(crate) fn mean_weights(self) -> [i128; 3] {
        match self {
            Spread::Pert => [1, 4, 1],
            Spread::Triangular => [1, 1, 1],
            Spread::Swanson => [3, 4, 3],
            Spread::PearsonTukey => [185, 630, 185],
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Spread::Pert => "pert",
            Spread::Triangular => "triangular",
            Spread::Swanson => "swanson",
            Spread::PearsonTukey => "pearson-tukey",
        }
    }
}

impl Estimate {
    /// Low, likely and high where all three are numbers, with what they mean: stated, or the default of the policy.
    #[cfg(feature = "uncertainty")]
    pub(crate) fn spread(&self, default: Spread) -> Option<([f64; 3], Spread)> {
        match self {
            Estimate::Range(range) => Some((**range, default)),
            Estimate::Detailed(detailed) => match (detailed.low, &detailed.likely, detailed.high) {
                (Some(low), Likely::Number(likely), Some(high)) => {
                    Some(([low, *likely, high], detailed.spread.unwrap_or(default)))
                }
                _ => None,
            },
            _ => None,
        }
    }

    /// Low, likely, high.
    pub fn range(low: f64, likely: f64, high: f64) -> Self {
        Estimate::Range(Box::new([low, likely, high]))
    }

    /// Whether the value is not known.
    pub fn is_missing(&self) -> bool {
        match self {
            Estimate::Missing => true,
            Estimate::Detailed(detailed) => {
                detailed.likely == Likely::Missing && detailed.low.is_none() && detailed.high.is_none()
            }
            _ => false,
        }
    }

    /// The evidence, if any is recorded.
    pub fn detailed(&self) -> Option<&Detailed> {
        match self {
            Estimate::Detailed(detailed) => Some(detailed),
            _ => None,
        }
    }
}

impl From<f64> for Estimate {
    fn from(number: f64) -> Self {
        Estimate::Number(number)
    }
}

impl From<i32> for Estimate {
    fn from(number: i32) -> Self {
        Estimate::Number(f64::from(number))
    }
}

impl From<&str> for Estimate {
    fn from(level: &str) -> Self {
        Estimate::Level(level.into())
    }
}

impl From<[f64; 3]> for Estimate {
    fn from(range: [f64; 3]) -> Self {
        Estimate::Range(Box::new(range))
    }
}

impl From<Detailed> for Estimate {
    fn from(detailed: Detailed) -> Self {
        Estimate::Detailed(Box::new(detailed))
    }
}

impl Serialize for Estimate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Estimate::Missing => serializer.serialize_none(),
            Estimate::Number(number) => number.serialize(serializer),
            Estimate::Level(level) => level.serialize(serializer),
            Estimate::Range(range) => range.serialize(serializer),
            Estimate::Detailed(detailed) => detailed.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Estimate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(EstimateVisitor)
    }
}

struct EstimateVisitor;

impl<'de> Visitor<'de> for EstimateVisitor {
    type Value = Estimate;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number, a level, [low, likely, high], an object with them, or null")
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<Estimate, E> {
        Ok(Estimate::Number(number))
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Estimate, E> {
        Ok(Estimate::Number(number as f64))
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Estimate, E> {
        Ok(Estimate::Number(number as f64))
    }

    fn visit_str<E: de::Error>(self, level: &str) -> Result<Estimate, E> {
        Ok(Estimate::Level(level.into()))
    }

    fn visit_none<E: de::Error>(self) -> Result<Estimate, E> {
        Ok(Estimate::Missing)
    }

    fn visit_unit<E: de::Error>(self) -> Result<Estimate, E> {
        Ok(Estimate::Missing)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Estimate, D::Error> {
        Estimate::deserialize(deserializer)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Estimate, A::Error> {
        let mut range = [0.0; 3];
        for (i, slot) in range.iter_mut().enumerate() {
            *slot =
                items.next_element()?.ok_or_else(|| de::Error::invalid_length(i, &"[low, likely, high]"))?;
        }
        if items.next_element::<de::IgnoredAny>()?.is_some() {
            return Err(de::Error::invalid_length(4, &"[low, likely, high]"));
        }
        Ok(range.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Estimate, A::Error> {
        Detailed::deserialize(de::value::MapAccessDeserializer::new(map)).map(Estimate::from)
    }
}

/// The estimates of one initiative or outcome, by criterion.
///
/// Written as a map; kept in the order of the criteria's ids. A criterion that is not in it is missing.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Inputs(Vec<(Id, Estimate)>);

impl Inputs {
    /// The estimate for a criterion; `None` if nothing stands there.
    pub fn get(&self, criterion: &str) -> Option<&Estimate> {
        self.position(criterion).ok().map(|i| &self.0[i].1)
    }

    /// Sets the estimate for a criterion and returns the one that stood there.
    pub fn insert(&mut self, criterion: impl Into<Id>, estimate: impl Into<Estimate>) -> Option<Estimate> {
        let (criterion, estimate) = (criterion.into(), estimate.into());
        match self.position(&criterion) {
            Ok(i) => Some(std::mem::replace(&mut self.0[i].1, estimate)),
            Err(i) => {
                self.0.insert(i, (criterion, estimate));
                None
            }
        }
    }

    /// Removes the estimate for a criterion, so that it is missing.
    pub fn remove(&mut self, criterion: &str) -> Option<Estimate> {
        self.position(criterion).ok().map(|i| self.0.remove(i).1)
    }

    /// The estimates by criterion.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&Id, &Estimate)> {
        self.0.iter().map(|(criterion, estimate)| (criterion, estimate))
    }

    /// Whether nothing is given.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn position(&self, criterion: &str) -> Result<usize, usize> {
        self.0.binary_search_by(|(id, _)| id.as_str().cmp(criterion))
    }
}

impl Serialize for Inputs {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

impl<'de> Deserialize<'de> for Inputs {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct MapVisitor;

        impl<'de> Visitor<'de> for MapVisitor {
            type Value = Inputs;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object from criterion to estimate")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Inputs, A::Error> {
                let mut inputs = Inputs::default();
                while let Some((criterion, estimate)) = map.next_entry::<Id, Estimate>()? {
                    if inputs.insert(criterion.clone(), estimate).is_some() {
                        return Err(de::Error::custom(format_args!("criterion `{criterion}` twice")));
                    }
                }
                Ok(inputs)
            }
        }

        deserializer.deserialize_map(MapVisitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Result<Estimate, String> {
        serde_json::from_str(json).map_err(|e| e.to_string())
    }

    #[test]
    fn every_form_reads_and_is_written_back() {
        for json in [
            "null",
            "5.0",
            "\"some\"",
            "[1.0,2.0,4.5]",
            r#"{"low":1.0,"likely":2.0,"high":3.0,"source":"survey","date":"2026-05-02"}"#,
            r#"{"likely":"some","by":"it"}"#,
        ] {
            let estimate = read(json).unwrap();
            assert_eq!(serde_json::to_string(&estimate).unwrap(), json);
        }
        assert_eq!(read("7"), Ok(Estimate::Number(7.0)));
    }

    #[test]
    fn other_forms_are_refused_with_what_is_expected() {
        assert!(read("true").unwrap_err().contains("expected a number, a level, [low, likely, high]"));
        assert!(read("[1, 2]").unwrap_err().contains("invalid length 2, expected [low, likely, high]"));
        assert!(read("[1, 2, 3, 4]").unwrap_err().contains("expected [low, likely, high]"));
        assert!(read(r#"{"likley": 2}"#).unwrap_err().contains("unknown field `likley`"));
    }

    #[test]
    fn inputs_refuse_a_criterion_twice() {
        assert!(serde_json::from_str::<Inputs>(r#"{"a": 1, "a": 2}"#).is_err());
        let inputs: Inputs = serde_json::from_str(r#"{"b": 1, "a": null}"#).unwrap();
        assert_eq!(inputs.iter().map(|(id, _)| id.as_str()).collect::<Vec<_>>(), ["a", "b"]);
        assert!(inputs.get("a").unwrap().is_missing());
    }
}
