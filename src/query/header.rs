//! The header of a saved query: YAML on the `#+` lines above the SPARQL.
//!
//! The keys `summary`, `description`, `tags`, `defaults`, `enumerate` and `method` are grlc's; ours stand under
//! `casegraph`. To a SPARQL engine all of it is comment. Knows nothing of the query below it.

use crate::graph::model::Variable;
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use serde_saphyr::{Location, Spanned};

pub use self::error::HeaderError;
use self::ordered::{Listed, Ordered};
pub use self::part::Part;
use super::parameters::{Parameter, ParameterType, nearest};
use crate::figures::Figure;
use crate::kinds::{Statistic, Unit};

mod error;
mod ordered;
mod part;
#[cfg(test)]
mod tests;

/// What the header of a saved query says.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Header {
    /// One line on what the query answers.
    pub summary: String,
    /// Which rows it gives, and what is counted; may be empty.
    pub description: String,
    /// Words to find it by.
    pub tags: Vec<String>,
    /// What a row, or a group of rows, is about.
    pub unit: Unit,
    /// Parameters in declared order.
    pub parameters: Vec<Parameter>,
    /// Columns in declared order.
    pub columns: Vec<Column>,
    /// What is computed from the rows.
    pub statistic: Statistic,
    /// How the result is drawn.
    pub figure: Figure,
    /// The part of a report's front that it stands in; `None` where it belongs to the appendix alone.
    pub report: Option<Part>,
}

/// A column that the query must give.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Column {
    /// Name of the variable, without `?`.
    pub name: String,
    /// What its values are.
    #[serde(rename = "type")]
    pub kind: ColumnType,
}

/// What the values of a column are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ColumnType {
    /// An IRI, shown by its label where it has one.
    Iri,
    /// Any text, a plain literal.
    Text,
    /// A code such as `CR`.
    Code,
    /// A whole number, an `xsd:integer`.
    Integer,
    /// A number with a point, an `xsd:decimal`.
    Decimal,
    /// `true` or `false`, an `xsd:boolean`.
    Boolean,
    /// `YYYY-MM-DD`, an `xsd:date`.
    Date,
    /// Any number, whole or not.
    Number,
}

impl ColumnType {
    /// The word in a header.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Iri => "iri",
            Self::Text => "text",
            Self::Code => "code",
            Self::Integer => "integer",
            Self::Decimal => "decimal",
            Self::Boolean => "boolean",
            Self::Date => "date",
            Self::Number => "number",
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    summary: Spanned<String>,
    #[serde(default)]
    description: String,
    #[serde(default)]
    tags: Vec<String>,
    #[serde(default)]
    defaults: Listed<String>,
    #[serde(default)]
    enumerate: Listed<Vec<String>>,
    #[serde(default, rename = "method")]
    _method: IgnoredAny,
    casegraph: Spanned<Block>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Block {
    #[serde(default)]
    unit: Unit,
    #[serde(default)]
    parameters: Ordered<Declaration>,
    columns: Ordered<ColumnType>,
    #[serde(default)]
    statistic: Statistic,
    #[serde(default)]
    figure: Figure,
    #[serde(default)]
    report: Option<Part>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Declaration {
    #[serde(rename = "type")]
    kind: ParameterType,
    #[serde(default)]
    default: Option<String>,
    #[serde(default)]
    optional: bool,
    #[serde(default)]
    values: Vec<String>,
    #[serde(default)]
    description: Option<String>,
}

impl Header {
    /// Reads the header of `text`; `file` names it in errors.
    ///
    /// # Errors
    /// [`HeaderError`], with the line.
    pub fn read(file: &str, text: &str) -> Result<Self, HeaderError> {
        let yaml = yaml(file, text)?;
        let options = serde_saphyr::options! { with_snippet: false };
        let document: Document = serde_saphyr::from_str_with_options(&yaml, options)
            .map_err(|error| HeaderError::from_yaml(file, error))?;
        let Spanned {
            value: block,
            referenced,
            ..
        } = document.casegraph;
        let missing = |key: &str, place: Location| HeaderError::MissingKey {
            file: file.to_owned(),
            line: place.line(),
            key: key.to_owned(),
        };
        if document.summary.value.trim().is_empty() {
            return Err(missing("summary", document.summary.referenced));
        }
        if block.columns.0.is_empty() {
            return Err(missing("columns", referenced));
        }
        let mut header = Self {
            summary: document.summary.value.trim().to_owned(),
            description: document.description.trim().to_owned(),
            tags: document.tags,
            unit: block.unit,
            parameters: Vec::new(),
            columns: Vec::new(),
            statistic: block.statistic,
            figure: block.figure,
            report: block.report,
        };
        for (
            key,
            Declaration {
                kind,
                default,
                optional,
                values,
                description,
            },
        ) in block.parameters.0
        {
            let name = variable(file, key)?;
            header.parameters.push(Parameter {
                name,
                kind,
                default,
                optional,
                values,
                description,
            });
        }
        for (key, kind) in block.columns.0 {
            header.columns.push(Column {
                name: variable(file, key)?,
                kind,
            });
        }
        for (key, default) in document.defaults.0 {
            header.agree(file, &key, default, |parameter| &mut parameter.default)?;
        }
        for (key, values) in document.enumerate.0 {
            header.agree(file, &key, values, |parameter| &mut parameter.values)?;
        }
        Ok(header)
    }

    /// Takes a value that grlc's keys state of a parameter, which may repeat our keys but not contradict them.
    fn agree<T: PartialEq + Default>(
        &mut self,
        file: &str,
        key: &Spanned<String>,
        value: Option<impl Into<T>>,
        field: impl Fn(&mut Parameter) -> &mut T,
    ) -> Result<(), HeaderError> {
        let (file, line, name) = (file.to_owned(), key.referenced.line(), key.value.clone());
        let known: Vec<_> = self
            .parameters
            .iter()
            .map(|parameter| parameter.name.clone())
            .collect();
        let Some(parameter) = self
            .parameters
            .iter_mut()
            .find(|parameter| parameter.name == name)
        else {
            let nearest = nearest(&name, known.iter().map(String::as_str));
            return Err(HeaderError::UnknownParameter {
                file,
                line,
                name,
                nearest,
                known,
            });
        };
        let Some(value) = value.map(Into::into) else {
            return Ok(());
        };
        let own = field(parameter);
        if *own != T::default() && *own != value {
            return Err(HeaderError::Contradiction { file, line, name });
        }
        *own = value;
        Ok(())
    }
}

/// The YAML of the `#+` lines, each on the line where it stands in the file, so that places in it are places there.
fn yaml(file: &str, text: &str) -> Result<String, HeaderError> {
    let mut yaml = String::new();
    let (mut found, mut query_began) = (false, false);
    for (line, content) in (1..).zip(text.lines()) {
        if let Some(rest) = content.strip_prefix("#+") {
            if query_began {
                return Err(HeaderError::Late {
                    file: file.to_owned(),
                    line,
                });
            }
            found = true;
            yaml.push_str(rest.strip_prefix(' ').unwrap_or(rest));
        } else if !content.trim_start().starts_with('#') && !content.trim().is_empty() {
            query_began = true;
        }
        yaml.push('\n');
    }
    if found {
        Ok(yaml)
    } else {
        Err(HeaderError::Missing {
            file: file.to_owned(),
        })
    }
}

fn variable(
    file: &str,
    Spanned {
        value: name,
        referenced,
        ..
    }: Spanned<String>,
) -> Result<String, HeaderError> {
    if Variable::new(&name).is_err() {
        return Err(HeaderError::BadName {
            file: file.to_owned(),
            line: referenced.line(),
            name,
        });
    }
    Ok(name)
}
