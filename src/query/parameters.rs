//! Declared parameters of a saved query: what a user types becomes an RDF term of the declared type.
//!
//! Knows nothing of the query that the term goes into; [`super::bind`] puts it there.

mod error;
mod literals;
mod nearest;
#[cfg(test)]
mod tests;

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::graph::model::{Literal, NamedNode, Term, Variable, xsd};
pub use error::ParameterError;
pub(super) use error::list;
pub(super) use literals::same_value;
use literals::{FRACTION_DIGITS, WHOLE_DIGITS, boolean, decimal, is_date};
pub use nearest::nearest;
pub(super) use nearest::suggestion;

/// A prefix and the IRI it stands for, as `("drug", "https://…/vocabulary/drug/")`.
pub type Prefix = (String, String);

/// What kind of value a parameter takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ParameterType {
    /// `drug:crizotinib`, `<https://…>` or `https://…`.
    Iri,
    /// Any text, a plain literal.
    Text,
    /// A whole number, an `xsd:integer`.
    Integer,
    /// A decimal number with a point, an `xsd:decimal`.
    Decimal,
    /// `true`, `false`, `yes` or `no`, an `xsd:boolean`.
    Boolean,
    /// `YYYY-MM-DD`, an `xsd:date`.
    Date,
    /// A code such as `CR`, a plain literal without spaces around it.
    Code,
}

impl ParameterType {
    /// The word in a header.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Iri => "iri",
            Self::Text => "text",
            Self::Integer => "integer",
            Self::Decimal => "decimal",
            Self::Boolean => "boolean",
            Self::Date => "date",
            Self::Code => "code",
        }
    }
}

impl fmt::Display for ParameterType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Iri => "prefix:name or <iri>",
            Self::Text => "text",
            Self::Integer => "a whole number, as 12",
            Self::Decimal => "a decimal number, as 4.5",
            Self::Boolean => "true or false",
            Self::Date => "a date, as 2021-03-31",
            Self::Code => "a code, as CR",
        })
    }
}

/// A parameter as the header of a saved query declares it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Parameter {
    /// Name of the variable, without `?`.
    pub name: String,
    /// Which values it takes.
    #[serde(rename = "type")]
    pub kind: ParameterType,
    /// What it is when nothing is given.
    pub default: Option<String>,
    /// Whether the query can be run without it.
    pub optional: bool,
    /// The only values it can take; any value of its type when empty.
    pub values: Vec<String>,
    /// What it is for, for people.
    pub description: Option<String>,
}

impl Parameter {
    /// The variable that the parameter takes the place of.
    ///
    /// Headers are read only when each name is one that SPARQL allows.
    #[must_use]
    pub fn variable(&self) -> Variable {
        Variable::new_unchecked(&self.name)
    }

    /// Reads `value` as a term of the declared type and checks that it is one of the listed values.
    ///
    /// # Errors
    /// [`ParameterError`] when it is of another type or not listed.
    pub fn parse(&self, value: &str, prefixes: &[Prefix]) -> Result<Term, ParameterError> {
        let term = self.term(value, prefixes)?;
        for allowed in &self.values {
            if self.term(allowed, prefixes)? == term {
                return Ok(term);
            }
        }
        if self.values.is_empty() {
            return Ok(term);
        }
        Err(ParameterError::NotAllowed {
            name: self.name.clone(),
            value: value.to_owned(),
            nearest: nearest(value, self.values.iter().map(String::as_str)),
            allowed: self.values.clone(),
        })
    }

    /// Checks that the header's own values and default are of the declared type.
    ///
    /// # Errors
    /// The first [`ParameterError`] among them.
    pub fn check(&self, prefixes: &[Prefix]) -> Result<(), ParameterError> {
        for value in &self.values {
            self.term(value, prefixes)?;
        }
        self.default
            .as_deref()
            .map_or(Ok(()), |default| self.parse(default, prefixes).map(drop))
    }

    /// A value to try the query with: the default, the first listed value, or any value of the type.
    pub(super) fn sample(&self, prefixes: &[Prefix]) -> Result<Term, ParameterError> {
        let given = self
            .default
            .as_deref()
            .or_else(|| self.values.first().map(String::as_str));
        self.parse(given.unwrap_or(self.kind.example()), prefixes)
    }

    fn term(&self, value: &str, prefixes: &[Prefix]) -> Result<Term, ParameterError> {
        let text = value.trim();
        if let Some(parts) = self.several(text, prefixes) {
            return Err(ParameterError::Several {
                name: self.name.clone(),
                value: value.to_owned(),
                parts,
            });
        }
        match self.one(value, prefixes) {
            Err(ParameterError::Invalid { .. }) if self.is_too_large(text) => {
                Err(ParameterError::OutOfRange {
                    name: self.name.clone(),
                    value: value.to_owned(),
                    kind: self.kind,
                })
            }
            other => other,
        }
    }

    /// The values that a text has between commas, if it can be read in no other way: a comma may stand in
    /// a text, in a code that is no other's and in an IRI as it is written whole.
    fn several(&self, text: &str, prefixes: &[Prefix]) -> Option<Vec<String>> {
        let parts: Vec<&str> = text.split(',').map(str::trim).collect();
        if parts.len() < 2 || parts.iter().any(|part| part.is_empty()) {
            return None;
        }
        let fits = |part: &&str| match self.kind {
            ParameterType::Text | ParameterType::Code => false,
            // `drug:crizotinib,alectinib`: a part without a prefix has that of the one before.
            ParameterType::Iri => !part.contains(':') || self.one(part, prefixes).is_ok(),
            // 4,5 is four and a half to many.
            ParameterType::Decimal if parts.len() == 2 && !text.contains(' ') => false,
            _ => self.one(part, prefixes).is_ok(),
        };
        let listed = |part: &&str| self.values.iter().any(|value| value == *part);
        let several = if self.values.is_empty() {
            parts.iter().all(fits)
        } else {
            parts.iter().all(listed)
        };
        (several && !self.values.iter().any(|value| value == text))
            .then(|| parts.into_iter().map(str::to_owned).collect())
    }

    fn one(&self, value: &str, prefixes: &[Prefix]) -> Result<Term, ParameterError> {
        let text = value.trim();
        let literal = match self.kind {
            ParameterType::Iri => return self.iri(text, prefixes).map(Term::from),
            ParameterType::Text => Some(Literal::from(value)),
            ParameterType::Code => (!text.is_empty()).then(|| Literal::from(text)),
            ParameterType::Integer => text.parse::<i64>().ok().map(Literal::from),
            ParameterType::Decimal => decimal(text)
                .filter(|_| !self.is_too_large(text))
                .map(|d| Literal::new_typed_literal(d, xsd::DECIMAL)),
            ParameterType::Boolean => boolean(text).map(Literal::from),
            ParameterType::Date => {
                is_date(text).then(|| Literal::new_typed_literal(text, xsd::DATE))
            }
        };
        literal.map(Term::from).ok_or_else(|| self.invalid(value))
    }

    /// Whether a number has more digits than the engine's numbers of the type.
    fn is_too_large(&self, text: &str) -> bool {
        let Some(number) = decimal(text) else {
            return false;
        };
        let digits = number.trim_start_matches('-');
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        match self.kind {
            ParameterType::Integer => fraction.is_empty() && number.parse::<i64>().is_err(),
            ParameterType::Decimal => {
                whole.len() > WHOLE_DIGITS || fraction.len() > FRACTION_DIGITS
            }
            _ => false,
        }
    }

    fn iri(&self, text: &str, prefixes: &[Prefix]) -> Result<NamedNode, ParameterError> {
        let whole = |iri: &str| NamedNode::new(iri).map_err(|_| self.invalid(text));
        if let Some(inner) = text
            .strip_prefix('<')
            .and_then(|rest| rest.strip_suffix('>'))
        {
            return whole(inner);
        }
        let (prefix, local) = text.split_once(':').ok_or_else(|| self.invalid(text))?;
        if let Some((_, base)) = prefixes.iter().find(|(known, _)| known == prefix) {
            return if local.is_empty() {
                Err(self.invalid(text))
            } else {
                whole(&format!("{base}{local}"))
            };
        }
        if local.starts_with("//") || prefix == "urn" {
            return whole(text);
        }
        Err(ParameterError::UnknownPrefix {
            name: self.name.clone(),
            value: text.to_owned(),
            prefix: prefix.to_owned(),
            nearest: nearest(prefix, prefixes.iter().map(|(known, _)| known.as_str())),
        })
    }

    fn invalid(&self, value: &str) -> ParameterError {
        ParameterError::Invalid {
            name: self.name.clone(),
            value: value.to_owned(),
            kind: self.kind,
        }
    }
}

impl ParameterType {
    fn example(self) -> &'static str {
        match self {
            Self::Iri => "<urn:example>",
            Self::Text | Self::Code => "example",
            Self::Integer | Self::Decimal => "1",
            Self::Boolean => "true",
            Self::Date => "2000-01-01",
        }
    }
}

/// The terms to bind, in declared order: given values, then defaults; an optional parameter without either stays out.
///
/// # Errors
/// [`ParameterError`] for an unknown name, a value given twice, a wrong value, or a required one that is missing.
pub fn resolve(
    declared: &[Parameter],
    given: &[(String, String)],
    prefixes: &[Prefix],
) -> Result<Vec<(Variable, Term)>, ParameterError> {
    for (position, (name, _)) in given.iter().enumerate() {
        if !declared.iter().any(|parameter| parameter.name == *name) {
            return Err(ParameterError::Unknown {
                name: name.clone(),
                nearest: nearest(
                    name,
                    declared.iter().map(|parameter| parameter.name.as_str()),
                ),
                known: declared
                    .iter()
                    .map(|parameter| parameter.name.clone())
                    .collect(),
            });
        }
        if given[..position].iter().any(|(earlier, _)| earlier == name) {
            return Err(ParameterError::Repeated { name: name.clone() });
        }
    }
    let mut terms = Vec::with_capacity(declared.len());
    for parameter in declared {
        let value = given
            .iter()
            .find(|(name, _)| *name == parameter.name)
            .map(|(_, value)| value);
        match value.or(parameter.default.as_ref()) {
            Some(value) => terms.push((parameter.variable(), parameter.parse(value, prefixes)?)),
            None if parameter.optional => {}
            None => {
                return Err(ParameterError::Missing {
                    name: parameter.name.clone(),
                    kind: parameter.kind,
                    allowed: parameter.values.clone(),
                });
            }
        }
    }
    Ok(terms)
}
