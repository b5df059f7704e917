//! What the columns and words of a wide table become: a TOML file that a person corrects.

use std::collections::BTreeMap;

use serde::Deserialize;
use thiserror::Error;

use super::super::schema::{columns_of, filled_of, sheet_of};
use crate::case::{Certainty, Schema};

/// The word of a mapping that leaves a decision to the person.
pub(super) const OPEN: &str = "?";

/// Which column of a wide table becomes which column of which sheet.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// The tab that is read; empty for a text file.
    #[serde(default)]
    pub tab: String,
    /// The cohort that all cases are in.
    #[serde(default = "main")]
    pub cohort: String,
    /// How certain what the table says is: `stated`, `derived` or `weak`.
    #[serde(default = "stated")]
    pub certainty: String,
    /// Words that stand for an empty cell.
    #[serde(default)]
    pub empty: Vec<String>,
    /// Words that stand for `NR`: the source was read whole and does not report it.
    #[serde(default)]
    pub not_reported: Vec<String>,
    /// Words that stand for `NA`: the question does not apply.
    #[serde(default)]
    pub not_applicable: Vec<String>,
    /// What a column of a sheet holds in every row, by sheet and column, such as `fusions.three_prime`.
    #[serde(default)]
    pub always: BTreeMap<String, String>,
    /// The columns of the table.
    #[serde(default)]
    pub columns: Vec<Mapped>,
}

/// One column of the table.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapped {
    /// Heading in the table, as it is written there.
    pub heading: String,
    /// What it becomes: sheet and column, `case`, `source` or `fusion`; empty if it stays out.
    #[serde(default)]
    pub to: String,
    /// Which of several things of a case it tells of, such as the second drug.
    pub item: Option<u32>,
    /// Unit of its numbers, where the sheet's is another.
    pub unit: Option<Unit>,
    /// What its words stand for.
    #[serde(default)]
    pub values: BTreeMap<String, String>,
    /// What other columns of the same row hold where this one holds something, such as `analyte = "LDH"`.
    #[serde(default)]
    pub with: BTreeMap<String, String>,
}

/// A unit of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Unit {
    /// Days.
    Days,
    /// Weeks.
    Weeks,
    /// Months.
    Months,
    /// Years.
    Years,
}

impl Unit {
    /// Its name in a mapping.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Days => "days",
            Self::Weeks => "weeks",
            Self::Months => "months",
            Self::Years => "years",
        }
    }

    /// How many days it has.
    fn days(self) -> f64 {
        match self {
            Self::Days => 1.0,
            Self::Weeks => 7.0,
            Self::Months => 365.25 / 12.0,
            Self::Years => 365.25,
        }
    }

    /// The unit of a column of a sheet.
    pub(super) fn of_column(name: &str) -> Option<Self> {
        if name == "months" || name.ends_with("_months") {
            Some(Self::Months)
        } else {
            name.ends_with("_years").then_some(Self::Years)
        }
    }

    /// A number of this unit in another one, to a hundredth.
    pub(super) fn within(self, number: f64, other: Self) -> f64 {
        (number * self.days() / other.days() * 100.0).round() / 100.0
    }
}

/// Why a mapping cannot be used.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum MappingError {
    /// It is no TOML, or has a key that no mapping has.
    #[error("is no mapping: {0}")]
    Form(String),
    /// It names what there is not.
    #[error("{0}")]
    Names(String),
}

fn main() -> String {
    "main".to_owned()
}

fn stated() -> String {
    "stated".to_owned()
}

/// What a column becomes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum To {
    /// The column stays out.
    Nothing,
    /// The name or number of the case.
    Case,
    /// A citation of the source.
    Source,
    /// Both genes of the fusion, as in `EML4::ALK`.
    Fusion,
    /// A column of a sheet.
    Column(&'static str, String),
}

impl Mapping {
    /// Reads a mapping to the sheets of a study.
    ///
    /// # Errors
    /// It is no TOML, or names a sheet or column that there is not.
    pub fn read(text: &str, schema: &'static Schema) -> Result<Self, MappingError> {
        let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
        let mapping: Self =
            toml::from_str(text).map_err(|error| MappingError::Form(error.to_string()))?;
        for column in &mapping.columns {
            let becomes = to(&column.to, schema)?;
            for name in column.with.keys() {
                match &becomes {
                    To::Column(sheet, _) => drop(to(&format!("{sheet}.{name}"), schema)?),
                    _ => {
                        return Err(MappingError::Names(format!(
                            "{:?}, with: {name:?} stands beside a column of a sheet, and {:?} is none",
                            column.heading, column.to
                        )));
                    }
                }
            }
        }
        for place in mapping.always.keys() {
            if !matches!(to(place, schema)?, To::Column(..)) {
                return Err(MappingError::Names(format!(
                    "always: {place:?} is no column of a sheet: write it as fusions.three_prime"
                )));
            }
        }
        if !Certainty::WORDS.contains(&mapping.certainty.as_str()) {
            return Err(MappingError::Names(format!(
                "certainty is {:?} and should be one of {}",
                mapping.certainty,
                Certainty::WORDS.join(", ")
            )));
        }
        Ok(mapping)
    }
}

/// Reads what a column becomes.
pub(super) fn to(text: &str, schema: &'static Schema) -> Result<To, MappingError> {
    match text {
        "" => return Ok(To::Nothing),
        "case" => return Ok(To::Case),
        "source" => return Ok(To::Source),
        "fusion" => return Ok(To::Fusion),
        _ => {}
    }
    let found = text.split_once('.').and_then(|(sheet, column)| {
        let sheet = sheet_of(schema, sheet).filter(|sheet| filled_of(schema).contains(sheet))?;
        let known = columns_of(schema, sheet)
            .into_iter()
            .any(|known| known.name == column);
        known.then(|| To::Column(sheet, column.to_owned()))
    });
    found.ok_or_else(|| {
        let all = filled_of(schema).into_iter().flat_map(|sheet| {
            columns_of(schema, sheet).into_iter().map(move |known| format!("{sheet}.{}", known.name))
        });
        let all: Vec<String> = all.collect();
        let near = crate::ontology::nearest(&text.to_lowercase(), all.iter().map(String::as_str));
        let near = if near.is_empty() {
            String::new()
        } else {
            format!("; nearest: {}", near.join(", "))
        };
        MappingError::Names(format!(
            "{text:?} is nothing that a column becomes: write sheet and column, as in cases.sex, or case, source or fusion, or \"\" for what stays out{near}"
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mapping_names_what_is_wrong() {
        for (text, words) in [
            ("columns = 3", "is no mapping"),
            ("colour = 'red'", "unknown field `colour`"),
            (
                "[[columns]]\nheading = 'Sex'\nto = 'cases.sexx'",
                "nearest: cases.sex",
            ),
            ("[always]\ncase = 'x'", "is no column of a sheet"),
            (
                "[[columns]]\nheading = 'x'\nto = 'treatments.dose'\nwith = { agnt = 'x' }",
                "nearest: treatments.agent",
            ),
            (
                "[[columns]]\nheading = 'x'\nto = 'case'\nwith = { agent = 'x' }",
                "beside a column of a sheet",
            ),
            (
                "certainty = 'sure'",
                "should be one of stated, derived, weak",
            ),
        ] {
            let told = Mapping::read(text, Schema::shipped())
                .expect_err(text)
                .to_string();
            assert!(told.contains(words), "{told}");
        }
    }

    #[test]
    fn units_are_of_the_calendar() {
        assert_eq!(Unit::Days.within(540.0, Unit::Months), 17.74);
        assert_eq!(Unit::Years.within(2.0, Unit::Months), 24.0);
        assert_eq!(Unit::Months.within(18.0, Unit::Years), 1.5);
        assert_eq!(Unit::of_column("pfs_months"), Some(Unit::Months));
        assert_eq!(Unit::of_column("dose"), None);
    }
}
