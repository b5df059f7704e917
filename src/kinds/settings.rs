//! The settings of a kind of statistic: its columns and its choices of method, declared once and read from a
//! header and from the command line.

use std::collections::BTreeMap;
use std::fmt::Debug;

use clap::Args;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use thiserror::Error;

use super::AnalysisError;
use super::frame::Coding;
use crate::stats::conventions::{Conventions, Package};
use crate::stats::estimate::Level;
use crate::stats::random::SEED;

/// Declares the settings of a kind called `NAME`: its columns, other values, the column of the unit, and its
/// choices.
///
/// The doc comments are the help of the command line. A column is required where it has neither a
/// default nor the type `Option`; the command line requires those with a default too.
macro_rules! settings {
    (
        $(#[$about:meta])*
        columns { $($(#[$column_meta:meta])* $column:ident: $column_type:ty $(= $default:literal)?,)* }
        $(values { $($(#[$value_meta:meta])* $value:ident: $value_type:ty,)* })?
        $(options: $options:ty,)?
    ) => {
        #[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize, clap::Args)]
        #[serde(deny_unknown_fields)]
        $(#[$about])*
        pub struct Settings {
            $(
                #[arg(long, value_name = "COLUMN")]
                $(#[$column_meta])*
                $(#[serde(default = $default)])?
                pub $column: $column_type,
            )*
            $($(
                #[arg(long)]
                $(#[$value_meta])*
                pub $value: $value_type,
            )*)?
            /// Column that identifies the unit; without it each row is one
            #[arg(long, value_name = "COLUMN", default_value = "", hide_default_value = true)]
            #[serde(default = "crate::kinds::settings::defaults::case")]
            pub case: String,
            $(
                /// Choices of method.
                #[command(flatten)]
                #[serde(default)]
                pub options: crate::kinds::settings::Options<$options>,
            )?
        }

        impl crate::kinds::settings::Declared for Settings {
            const DEFAULTS: &'static [(&'static str, &'static str)] =
                &[$($((stringify!($column), $default),)?)* ("case", "case")];

            fn choices() -> Option<clap::Command> {
                let choices: Option<clap::Command> = None;
                $(
                    let choices = choices.or_else(|| {
                        let none = clap::Command::new("choices");
                        Some(<crate::kinds::settings::Options<$options> as clap::Args>::augment_args(none))
                    });
                )?
                choices
            }
        }

        impl crate::kinds::Keys for Settings {
            fn kind(&self) -> &'static str {
                NAME
            }

            fn case(&self) -> Option<&str> {
                Some(&self.case)
            }

            fn columns(&self) -> Vec<(&'static str, &str)> {
                use crate::kinds::settings::Columns;

                let mut all = vec![("case", self.case.as_str())];
                $(all.extend(self.$column.names().into_iter().map(|name| (stringify!($column), name)));)*
                all
            }

            $(
                fn choose(&mut self, name: &str, text: &str) -> Result<bool, crate::kinds::AnalysisError> {
                    let options: &mut crate::kinds::settings::Options<$options> = &mut self.options;
                    options.set(NAME, name, text)?;
                    Ok(true)
                }
            )?
        }
    };
}

pub(super) use settings;

/// The columns that a header need not name.
pub(super) mod defaults {
    macro_rules! columns {
        ($($name:ident)*) => {$(
            pub(in crate::kinds) fn $name() -> String {
                stringify!($name).to_owned()
            }
        )*};
    }

    columns! { case change duration event field first from known label months report response second start term to value }
}

/// What the settings of a kind say of themselves.
pub(super) trait Declared: Args {
    /// Columns that a header need not name, by key.
    const DEFAULTS: &'static [(&'static str, &'static str)];

    /// The choices of method as arguments, where the kind has any.
    fn choices() -> Option<clap::Command>;
}

/// One setting that names columns.
pub(super) trait Columns {
    /// Names of the columns that the settings ask for.
    fn names(&self) -> Vec<&str>;
}

impl Columns for String {
    fn names(&self) -> Vec<&str> {
        vec![self]
    }
}

impl Columns for Option<String> {
    fn names(&self) -> Vec<&str> {
        self.iter().map(String::as_str).collect()
    }
}

impl Columns for Vec<String> {
    fn names(&self) -> Vec<&str> {
        self.iter().map(String::as_str).collect()
    }
}

/// Choices that every statistic knows.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, Args)]
#[serde(default)]
pub struct Common {
    /// Confidence level, as a fraction
    #[arg(long, value_name = "FRACTION", default_value = "0.95", value_parser = level)]
    pub level: Level,
    /// Follow the conventions of this package where they differ, and name them
    #[arg(long = "match", value_name = "PACKAGE", value_parser = word(Package::ALL, Package::name))]
    #[serde(rename = "match")]
    pub package: Option<Package>,
    /// Seed of random draws
    #[arg(long, value_name = "NUMBER", default_value_t = SEED)]
    pub seed: u64,
    /// Number of random draws where not every arrangement is looked at
    #[arg(long, value_name = "NUMBER", default_value_t = DRAWS, value_parser = clap::value_parser!(u32).range(1..))]
    pub draws: u32,
}

/// Random draws where none are asked for.
const DRAWS: u32 = 100_000;

impl Default for Common {
    fn default() -> Self {
        Self {
            level: Level::P95,
            package: None,
            seed: SEED,
            draws: DRAWS,
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

/// What the choices of a kind have to be.
pub trait Choices: Debug + Clone + Default + PartialEq + DeserializeOwned + Args {}

impl<T: Debug + Clone + Default + PartialEq + DeserializeOwned + Args> Choices for T {}

/// Choices of method by name, such as `band: log`: those that every statistic knows, and those of a kind.
#[derive(Debug, Clone, Default, PartialEq, Args)]
pub struct Options<T: Choices> {
    /// What every statistic knows.
    #[command(flatten)]
    pub common: Common,
    /// What this kind knows.
    #[command(flatten)]
    pub own: T,
    /// As they are written in the header.
    #[arg(skip)]
    given: BTreeMap<String, Value>,
}

/// Why choices of method cannot be taken.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ChoiceError {
    /// No random draw was asked for.
    #[error("draws: 0 random draws tell nothing; give 1 or more")]
    NoDraws,
    /// A choice has a value that it cannot have.
    #[error("{name} = {value}: {}", in_plain_words(.error))]
    Value {
        /// Name of the choice, as a header writes it.
        name: String,
        /// What was given for it.
        value: Value,
        /// What is wrong with that.
        error: serde_json::Error,
    },
    /// Each choice can be taken alone, but not all together.
    #[error(transparent)]
    Together(serde_json::Error),
}

/// The types of Rust as a reader calls them.
fn in_plain_words(error: &serde_json::Error) -> String {
    let error = error.to_string();
    let error = error.replace("expected f64", "expected a finite number");
    error.replace("expected u64", "expected a whole number from 0 upwards")
}

impl<T: Choices> Options<T> {
    fn of(given: BTreeMap<String, Value>) -> Result<Self, ChoiceError> {
        let (common, own): (Vec<_>, Vec<_>) = given
            .clone()
            .into_iter()
            .partition(|(name, _)| COMMON.contains(&name.as_str()));
        let common: Common = typed(&common)?;
        if common.draws == 0 {
            return Err(ChoiceError::NoDraws);
        }
        Ok(Self {
            common,
            own: typed(&own)?,
            given,
        })
    }

    /// Takes a choice as it is written on a command line: a number, `true` or `false`, several
    /// values between commas, or a word. A name may have dashes, as an argument has.
    ///
    /// # Errors
    /// There is no such choice, or it has no such value.
    pub(super) fn set(
        &mut self,
        kind: &'static str,
        name: &str,
        text: &str,
    ) -> Result<(), AnalysisError> {
        let one = |text: &str| match text.trim() {
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            text => match text.parse::<serde_json::Number>() {
                Ok(number) => Value::Number(number),
                Err(_) => Value::String(text.to_owned()),
            },
        };
        let value = if text.contains(',') {
            Value::Array(text.split(',').map(one).collect())
        } else {
            one(text)
        };
        let mut given = self.given.clone();
        given.insert(name.replace('-', "_"), value);
        *self = Self::of(given).map_err(|error| AnalysisError::Option {
            kind,
            reason: error.to_string(),
        })?;
        Ok(())
    }
}

impl<'de, T: Choices> Deserialize<'de> for Options<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Self::of(BTreeMap::deserialize(from)?).map_err(D::Error::custom)
    }
}

impl<T: Choices> Serialize for Options<T> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.given.serialize(serializer)
    }
}

/// Reads options of one type; an error names the option and its value.
fn typed<T: DeserializeOwned>(options: &[(String, Value)]) -> Result<T, ChoiceError> {
    let read = |options: &[(String, Value)]| {
        serde_json::from_value(Value::Object(options.iter().cloned().collect()))
    };
    read(options).map_err(|error: serde_json::Error| {
        let alone = options
            .chunks(1)
            .find_map(|one| Some((&one[0], read(one).err()?)));
        match alone {
            Some(((name, value), error)) => ChoiceError::Value {
                name: name.clone(),
                value: value.clone(),
                error,
            },
            None => ChoiceError::Together(error),
        }
    })
}

/// The values that a setting looks for in a column, each after the key that names it.
pub(super) fn codes<'a>(
    key: &'static str,
    column: &'a str,
    values: &'a [String],
) -> impl Iterator<Item = (&'static str, &'a str, &'a str)> {
    values
        .iter()
        .map(move |value| (key, column, value.as_str()))
}

/// How a column of events is coded.
pub(super) fn coding(event: &[String], without: &[String], package: Option<Package>) -> Coding {
    Coding {
        event: event.to_vec(),
        without: without.to_vec(),
        package,
    }
}

/// A value of a column, also where it looks like a number.
fn in_words(value: Value) -> String {
    match value {
        Value::String(text) => text,
        other => other.to_string(),
    }
}

/// Reads a value of a column, also one that looks like a number.
pub(super) fn text<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    Ok(Option::<Value>::deserialize(from)?.map(in_words))
}

/// Reads several values of a column, or one without the brackets of a list.
pub(super) fn texts<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<String>, D::Error> {
    Ok(match Value::deserialize(from)? {
        Value::Array(values) => values.into_iter().map(in_words).collect(),
        one => vec![in_words(one)],
    })
}

/// Reads several numbers, or one without the brackets of a list.
pub(super) fn numbers<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<f64>, D::Error> {
    let read = match Value::deserialize(from)? {
        Value::Array(values) => values.into_iter().map(serde_json::from_value).collect(),
        one => serde_json::from_value(one).map(|one| vec![one]),
    };
    read.map_err(D::Error::custom)
}

/// Takes one of the words of a choice, in any case, with hyphens or spaces.
pub(super) fn word<T: Copy + Send + Sync + 'static>(
    all: &'static [T],
    name: fn(T) -> &'static str,
) -> impl TypedValueParser<Value = T> {
    let plain = |word: &str| word.to_lowercase().replace(' ', "-");
    let words = all.iter().map(move |choice| {
        let word = name(*choice);
        PossibleValue::new(plain(word)).alias(word)
    });
    PossibleValuesParser::new(words).try_map(move |text| {
        let same = |choice: &&T| plain(name(**choice)) == plain(&text);
        all.iter().find(same).copied().ok_or("no such choice")
    })
}

/// Takes a number that is one: neither NaN nor infinite.
///
/// # Errors
/// It is none.
pub(super) fn finite(text: &str) -> Result<f64, &'static str> {
    match text.trim().parse::<f64>() {
        Ok(number) if number.is_finite() => Ok(number),
        _ => Err("not a finite number"),
    }
}

/// Takes a confidence level.
fn level(text: &str) -> Result<Level, Box<dyn std::error::Error + Send + Sync>> {
    Ok(Level::new(finite(text)?)?)
}
