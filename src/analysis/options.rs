//! Choices of method: by name in a header or on the command line, typed here.

use serde::Deserialize;
use serde::de::DeserializeOwned;
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
    let wrong = |error: serde_json::Error| AnalysisError::Option {
        kind,
        reason: error.to_string(),
    };
    let common = serde_json::from_value(Value::Object(common.into_iter().collect()));
    let own = serde_json::from_value(Value::Object(own.into_iter().collect()));
    let common: Common = common.map_err(wrong)?;
    if common.draws == 0 {
        return Err(AnalysisError::Option {
            kind,
            reason: "draws: 0 random draws tell nothing; give 1 or more".to_owned(),
        });
    }
    Ok((common, own.map_err(wrong)?))
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
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(untagged)]
pub(super) enum Many<T> {
    /// A list.
    Many(Vec<T>),
    /// One value.
    One(T),
}

impl<T> Default for Many<T> {
    fn default() -> Self {
        Self::Many(Vec::new())
    }
}

impl<T> Many<T> {
    pub fn as_slice(&self) -> &[T] {
        match self {
            Self::Many(values) => values,
            Self::One(value) => std::slice::from_ref(value),
        }
    }

    pub fn into_vec(self) -> Vec<T> {
        match self {
            Self::Many(values) => values,
            Self::One(value) => vec![value],
        }
    }
}
