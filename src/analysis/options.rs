//! Choices of method: by name in a header or on the command line, typed here.

use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::AnalysisError;
use super::frame::Coding;
use crate::query::header::statistic::Options;
use crate::stats::conventions::{Conventions, Package};
use crate::stats::estimate::Level;
use crate::stats::random::SEED;

/// Choices that every statistic knows.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(default)]
pub struct Common {
    /// Confidence level, as a fraction.
    pub level: Level,
    /// The package whose conventions are followed where they differ from ours.
    #[serde(rename = "match")]
    pub package: Option<Package>,
    /// Seed of random draws.
    pub seed: u64,
    /// Number of random draws where not every arrangement is looked at.
    pub draws: u32,
}

impl Default for Common {
    fn default() -> Self {
        Self {
            level: Level::P95,
            package: None,
            seed: SEED,
            draws: 100_000,
        }
    }
}

impl Common {
    /// The conventions in force.
    #[must_use]
    pub fn conventions(&self) -> Conventions {
        self.package
            .map_or_else(Conventions::default, Conventions::of)
    }
}

/// Names of the fields of [`Common`], as options are written.
const COMMON: [&str; 4] = ["level", "match", "seed", "draws"];

/// Reads options as the common ones and those of one kind of statistic, `own` by name.
pub(super) fn read<T: DeserializeOwned>(
    kind: &'static str,
    options: &Options,
) -> Result<(Common, T), AnalysisError> {
    let (common, own): (Vec<_>, Vec<_>) = options
        .0
        .clone()
        .into_iter()
        .partition(|(name, _)| COMMON.contains(&name.as_str()));
    let common: Common = of(kind, &common)?;
    if common.draws == 0 {
        return Err(AnalysisError::Option {
            kind,
            reason: "draws: 0 random draws tell nothing; give 1 or more".to_owned(),
        });
    }
    Ok((common, of(kind, &own)?))
}

/// Reads options of one type; what is wrong is told with the name and the value.
fn of<T: DeserializeOwned>(
    kind: &'static str,
    options: &[(String, Value)],
) -> Result<T, AnalysisError> {
    let read = |options: &[(String, Value)]| {
        serde_json::from_value(Value::Object(options.iter().cloned().collect()))
    };
    read(options).map_err(|error: serde_json::Error| {
        let alone = options
            .chunks(1)
            .find_map(|one| Some((&one[0], read(one).err()?)));
        let reason = match alone {
            Some(((name, value), error)) => {
                let error = error.to_string();
                let error = error.replace("expected f64", "expected a finite number");
                let error = error.replace("expected u64", "expected a whole number from 0 upwards");
                format!("{name} = {value}: {error}")
            }
            None => error.to_string(),
        };
        AnalysisError::Option { kind, reason }
    })
}

/// How the event column is coded. What is not of its kind is refused when the statistic reads its
/// options.
pub(super) fn event_coding(options: &Options) -> Coding {
    let value = |name: &str| options.0.get(name).cloned();
    let words = |name: &str| -> Vec<String> {
        match value(name) {
            None => Vec::new(),
            Some(Value::Array(values)) => values.into_iter().map(|v| Word::from(v).0).collect(),
            Some(one) => vec![Word::from(one).0],
        }
    };
    let package = value("match").and_then(|package| serde_json::from_value(package).ok());
    let mut without = words("censored");
    without.extend(words("no_event"));
    Coding {
        event: words("event_value"),
        without,
        package,
    }
}

/// A value of a column, also where it looks like a number.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(from = "Value")]
pub(super) struct Word(pub String);

impl From<Value> for Word {
    fn from(value: Value) -> Self {
        match value {
            Value::String(text) => Self(text),
            other => Self(other.to_string()),
        }
    }
}

/// Several values, or one without the brackets of a list.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Many<T>(Vec<T>);

impl<'de, T: DeserializeOwned> Deserialize<'de> for Many<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let read = match Value::deserialize(from)? {
            Value::Array(values) => values.into_iter().map(serde_json::from_value).collect(),
            one => serde_json::from_value(one).map(|one| vec![one]),
        };
        read.map(Self).map_err(D::Error::custom)
    }
}

impl<T> Default for Many<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> Many<T> {
    pub fn as_slice(&self) -> &[T] {
        &self.0
    }

    pub fn into_vec(self) -> Vec<T> {
        self.0
    }
}
