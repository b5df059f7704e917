//! Why the value of a parameter cannot be taken.

use super::ParameterType;
use super::literals::{FRACTION_DIGITS, WHOLE_DIGITS};
use super::nearest::suggestion;

/// What is wrong with the value of a parameter.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ParameterError {
    /// A name that the query does not declare.
    #[error(
        "unknown parameter {name}{}; this query takes {}",
        suggestion(nearest.as_deref()),
        list(known)
    )]
    Unknown {
        /// Name that was set.
        name: String,
        /// The declared name that is closest.
        nearest: Option<String>,
        /// Names of all declared parameters.
        known: Vec<String>,
    },
    /// Neither a value nor a default.
    #[error("parameter {name} has no value; give {name}=VALUE, where VALUE is {}", one_of(*kind, allowed))]
    Missing {
        /// Name of the parameter.
        name: String,
        /// Its type.
        kind: ParameterType,
        /// The values it can take, if they are listed.
        allowed: Vec<String>,
    },
    /// Two values for one parameter.
    #[error(
        "parameter {name} takes one value and is given twice; run the analysis once for each value"
    )]
    Repeated {
        /// Name of the parameter.
        name: String,
    },
    /// Several values in one text.
    #[error(
        "parameter {name} takes one value, and '{value}' is {} ({}); run the analysis once for each",
        parts.len(),
        list(parts)
    )]
    Several {
        /// Name of the parameter.
        name: String,
        /// Value as it was typed.
        value: String,
        /// The values in it.
        parts: Vec<String>,
    },
    /// A number beyond what its type can be, with which nothing would compare.
    #[error("parameter {name}: '{value}' is beyond the numbers that a query can compare; {}", reach(*kind))]
    OutOfRange {
        /// Name of the parameter.
        name: String,
        /// Value as it was typed.
        value: String,
        /// Type that the header declares.
        kind: ParameterType,
    },
    /// Text that is not of the declared type.
    #[error("parameter {name}: '{value}' is not {kind}")]
    Invalid {
        /// Name of the parameter.
        name: String,
        /// Value as it was typed.
        value: String,
        /// Type that the header declares.
        kind: ParameterType,
    },
    /// A prefix that the project does not know.
    #[error(
        "parameter {name}: unknown prefix '{prefix}:' in '{value}'{}; write a whole IRI as <https://…>",
        suggestion(nearest.as_deref())
    )]
    UnknownPrefix {
        /// Name of the parameter.
        name: String,
        /// Value as it was typed.
        value: String,
        /// The prefix in it.
        prefix: String,
        /// The known prefix that is closest.
        nearest: Option<String>,
    },
    /// A value outside the listed ones.
    #[error(
        "parameter {name} cannot be '{value}'{}; it can be {}",
        suggestion(nearest.as_deref()),
        list(allowed)
    )]
    NotAllowed {
        /// Name of the parameter.
        name: String,
        /// Value as it was typed.
        value: String,
        /// The listed value that is closest.
        nearest: Option<String>,
        /// Values that the header lists.
        allowed: Vec<String>,
    },
}

impl ParameterError {
    /// Name of the parameter.
    #[must_use]
    pub fn parameter(&self) -> &str {
        match self {
            Self::Unknown { name, .. }
            | Self::Missing { name, .. }
            | Self::Repeated { name, .. }
            | Self::Several { name, .. }
            | Self::OutOfRange { name, .. }
            | Self::Invalid { name, .. }
            | Self::UnknownPrefix { name, .. }
            | Self::NotAllowed { name, .. } => name,
        }
    }

    /// The name or value that is closest to a wrong one; nothing where there is none.
    #[must_use]
    pub fn nearest(&self) -> Option<&str> {
        match self {
            Self::Unknown { nearest, .. }
            | Self::UnknownPrefix { nearest, .. }
            | Self::NotAllowed { nearest, .. } => nearest.as_deref(),
            Self::Missing { .. }
            | Self::Repeated { .. }
            | Self::Several { .. }
            | Self::OutOfRange { .. }
            | Self::Invalid { .. } => None,
        }
    }
}

pub(in crate::query) fn list(words: &[String]) -> String {
    if words.is_empty() {
        "none".to_owned()
    } else {
        words.join(", ")
    }
}

fn reach(kind: ParameterType) -> String {
    match kind {
        ParameterType::Decimal => format!(
            "a decimal number has at most {WHOLE_DIGITS} digits before the point and {FRACTION_DIGITS} after it"
        ),
        _ => format!("a whole number lies between {} and {}", i64::MIN, i64::MAX),
    }
}

fn one_of(kind: ParameterType, allowed: &[String]) -> String {
    if allowed.is_empty() {
        kind.to_string()
    } else {
        format!("one of {}", allowed.join(", "))
    }
}
