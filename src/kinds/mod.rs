//! The kinds of statistic: what each reads, what it computes, and what its result says.
//!
//! A kind is a file (or a folder) with its settings, which a header and the command line read into the
//! same type, and its result, which knows its numbers, tables, tests and references; and a line in
//! [`Statistic`]. Nothing else names a kind.

pub mod adjusted;
pub mod agreement;
pub mod bounds;
pub mod characteristics;
pub mod columns;
pub mod competing_risks;
pub mod completeness;
pub mod contingency;
pub mod cox;
mod described;
pub mod duration_of_response;
pub mod enrichment;
mod error;
mod few;
mod finding;
pub mod frame;
pub mod incidence;
mod ledger;
pub mod matrix;
pub mod pooled;
pub mod proportion;
pub mod ranks;
pub mod references;
pub mod response;
pub mod rows;
pub mod sequence;
pub mod settings;
mod sides;
pub mod survival;
pub mod swimmer;
pub mod table;
mod time_zero;
mod trend;
mod unit;
pub mod waterfall;

use std::fmt;
use std::ops::{Deref, DerefMut};

use clap::{ArgMatches, Args, Command, FromArgMatches};
use serde::de::value::MapAccessDeserializer;
use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use crate::graph::Table;
pub use columns::{Coded, Computed};
pub use described::{Described, Key};
pub use error::{AnalysisError, Undefined};
pub use finding::{Finding, StatisticResult, Words, near, same};
pub use ledger::{Entry, Exclusion, Ledger, Standing};
pub use trend::GroupScore;
pub use unit::Unit;

/// What a header says of a statistic: its settings, by their keys.
pub trait Keys {
    /// The word after `kind:`.
    fn kind(&self) -> &'static str;

    /// The column that identifies the unit; none for a table whose rows are not units.
    fn case(&self) -> Option<&str>;

    /// Each column that the statistic reads, after the key that names it; `case` first.
    fn columns(&self) -> Vec<(&'static str, &str)>;

    /// Sets a choice of method as it is written on a command line; `false` where the kind has none.
    ///
    /// # Errors
    /// There is no such choice, or it has no such value.
    fn choose(&mut self, _name: &str, _text: &str) -> Result<bool, AnalysisError> {
        Ok(false)
    }
}

/// A kind of statistic, by its settings.
pub trait Kind: Keys {
    /// The values that the statistic looks for in its columns: key, column and value.
    fn codes(&self) -> Vec<(&'static str, &str, &str)> {
        Vec::new()
    }

    /// Whether the codes are those of best overall response, which a vocabulary lists.
    fn has_response_codes(&self) -> bool {
        false
    }

    /// Computes the statistic of the rows of a query.
    ///
    /// # Errors
    /// A cell is of the wrong kind, or the sample is impossible.
    fn of_rows(&self, unit: &Unit, rows: &Table) -> Result<Finding, AnalysisError>;
}

/// A kind that reads columns of any table: also of a CSV file.
pub(crate) trait OfColumns: Kind {
    /// Computes the statistic of the columns of a frame.
    ///
    /// # Errors
    /// There is no such column, a cell is not what its column should hold, no row has a value in all
    /// columns, or the data cannot carry the statistic.
    fn of_frame(&self, frame: &frame::Frame) -> Result<Computed, AnalysisError>;

    /// The result where the arguments of the command line alone give it; `None` where a table is needed.
    ///
    /// # Errors
    /// The data cannot carry the statistic.
    fn of_arguments(&self) -> Result<Option<Computed>, AnalysisError>;

    /// Its subcommand as it differs from what its settings say, with the argument in whose presence it needs
    /// no table.
    fn command(command: Command) -> (Command, Option<&'static str>)
    where
        Self: Sized;
}

/// Lists the kinds: a line each.
macro_rules! kinds {
    (
        rows { $($row:ident in $row_module:ident,)* }
        columns { $($column:ident in $column_module:ident,)* }
    ) => {
        /// The statistic that the rows of a query go into.
        ///
        /// In a header: `statistic: {kind: response, success: [CR, PR], by: partner}`, `kind` first.
        #[derive(Debug, Clone, PartialEq, Serialize)]
        #[serde(tag = "kind", rename_all = "kebab-case")]
        #[non_exhaustive]
        pub enum Statistic {
            $(#[doc = concat!("See [`", stringify!($row_module), "`]: read from the rows of a query.")] $row($row_module::Settings),)*
            $(#[doc = concat!("See [`", stringify!($column_module), "`]: read from columns of any table.")] $column($column_module::Settings),)*
        }

        impl Deref for Statistic {
            type Target = dyn Kind;

            fn deref(&self) -> &Self::Target {
                match self {
                    $(Self::$row(settings) => settings,)*
                    $(Self::$column(settings) => settings,)*
                }
            }
        }

        impl DerefMut for Statistic {
            fn deref_mut(&mut self) -> &mut Self::Target {
                match self {
                    $(Self::$row(settings) => settings,)*
                    $(Self::$column(settings) => settings,)*
                }
            }
        }

        impl Statistic {
            /// The words after `kind:`.
            pub const NAMES: &'static [&'static str] = &[$($row_module::NAME,)* $($column_module::NAME,)*];

            /// The kind as one that reads columns; `None` where it reads the rows of a query.
            pub(crate) fn of_columns(&self) -> Option<&dyn OfColumns> {
                match self {
                    $(Self::$row(_) => None,)*
                    $(Self::$column(settings) => Some(settings),)*
                }
            }

            /// Every kind with its settings.
            #[must_use]
            pub fn described() -> Vec<Described> {
                vec![
                    $(describe::<$row_module::Settings>($row_module::NAME),)*
                    $(describe::<$column_module::Settings>($column_module::NAME),)*
                ]
            }

            /// A subcommand for each kind that reads columns, made of its settings, with the argument in whose
            /// presence it needs no table.
            pub(crate) fn commands() -> Vec<(Command, Option<&'static str>)> {
                vec![$({
                    let command = <$column_module::Settings as Args>::augment_args(Command::new($column_module::NAME));
                    <$column_module::Settings as OfColumns>::command(command)
                },)*]
            }

            /// The statistic that the arguments of one of the [`Self::commands`] say; `None` for another
            /// command.
            ///
            /// # Errors
            /// An argument is missing.
            pub(crate) fn of_arguments(command: &str, arguments: &ArgMatches) -> Result<Option<Self>, clap::Error> {
                Ok(match command {
                    $($column_module::NAME => Some(Self::$column($column_module::Settings::from_arg_matches(arguments)?)),)*
                    _ => None,
                })
            }

            fn read<'de, D: Deserializer<'de>>(kind: &str, from: D) -> Result<Self, D::Error> {
                match kind {
                    $($row_module::NAME => $row_module::Settings::deserialize(from).map(Self::$row),)*
                    $($column_module::NAME => $column_module::Settings::deserialize(from).map(Self::$column),)*
                    _ => Err(D::Error::unknown_variant(kind, Self::NAMES)),
                }
            }
        }
    };
}

kinds! {
    rows {
        Table in table,
        Response in response,
        Incidence in incidence,
        Swimmer in swimmer,
        Enrichment in enrichment,
        Waterfall in waterfall,
        Sequence in sequence,
        Matrix in matrix,
        Completeness in completeness,
        Characteristics in characteristics,
    }
    columns {
        Proportion in proportion,
        Contingency in contingency,
        Survival in survival,
        DurationOfResponse in duration_of_response,
        Cox in cox,
        CompetingRisks in competing_risks,
        Pooled in pooled,
        Ranks in ranks,
        Agreement in agreement,
    }
}

fn describe<T: settings::Declared>(name: &'static str) -> Described {
    let settings = T::augment_args(Command::new(name));
    described::described(name, &settings, T::choices().as_ref(), T::DEFAULTS)
}

impl Default for Statistic {
    fn default() -> Self {
        Self::Table(table::Settings::default())
    }
}

// Not derived: serde's tagged enums read their content twice, which loses line numbers and turns the code NO into false.
impl<'de> Deserialize<'de> for Statistic {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(StatisticVisitor)
    }
}

/// One of the words after `kind:`, refused where it stands.
struct Name(String);

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        if Statistic::NAMES.contains(&name.as_str()) {
            Ok(Self(name))
        } else {
            Err(D::Error::unknown_variant(&name, Statistic::NAMES))
        }
    }
}

struct StatisticVisitor;

impl<'de> Visitor<'de> for StatisticVisitor {
    type Value = Statistic;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a statistic, as {kind: table}")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Statistic, M::Error> {
        match map.next_key::<String>()? {
            Some(key) if key == "kind" => {}
            Some(key) => {
                return Err(M::Error::custom(format!(
                    "'kind' comes first in a statistic, before '{key}'"
                )));
            }
            None => return Err(M::Error::missing_field("kind")),
        }
        let Name(kind) = map.next_value()?;
        Statistic::read(&kind, MapAccessDeserializer::new(map))
    }
}
