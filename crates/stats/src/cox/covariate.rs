//! What the hazard may depend on.

use crate::factor::Factor;

/// A covariate: a name and one value for each case.
#[derive(Debug, Clone, PartialEq)]
pub struct Covariate {
    /// Name in results and messages.
    pub name: String,
    /// One value for each case.
    pub values: Values,
}

/// The values of a covariate.
#[derive(Debug, Clone, PartialEq)]
pub enum Values {
    /// Numbers; the coefficient is the change of the log hazard for one unit more.
    Numeric(Vec<f64>),
    /// Categories; the first label is the reference, and each other label has a coefficient.
    Categorical(Factor),
}

impl Covariate {
    /// A covariate of numbers.
    pub fn numeric(name: impl Into<String>, values: Vec<f64>) -> Self {
        Self {
            name: name.into(),
            values: Values::Numeric(values),
        }
    }

    /// A covariate of categories.
    pub fn categorical(name: impl Into<String>, values: Factor) -> Self {
        Self {
            name: name.into(),
            values: Values::Categorical(values),
        }
    }
}
