//! A claim as its row has it.

use serde::Serialize;

use super::Printed;
use crate::analysis::rows::rows;
use crate::query::Table;

/// A pooled statement of a review, as printed.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Claim {
    /// Identifier.
    pub id: String,
    /// Key of the source.
    pub source: String,
    /// Where it stands in the source.
    pub locator: String,
    /// count, proportion, mean, median, range, p-value or statement.
    pub kind: String,
    /// What is measured.
    pub measure: String,
    /// Group of patients.
    pub group: String,
    /// Part of the group.
    pub subgroup: String,
    /// Patients counted.
    pub numerator: Option<u64>,
    /// Patients counted among.
    pub denominator: Option<u64>,
    /// The value.
    pub value: Printed,
    /// Its unit.
    pub unit: String,
    /// Lower end of its interval.
    pub ci_low: Printed,
    /// Upper end of its interval.
    pub ci_high: Printed,
    /// The groups compared.
    pub comparison: String,
    /// The test named.
    pub test: String,
    /// Sign before the P value.
    pub p_operator: String,
    /// The P value.
    pub p: Printed,
    /// The saved analysis that recomputes it.
    pub analysis: String,
    /// Its parameters and the figure to read, `name=value; name=value`.
    pub parameters: String,
}

impl Claim {
    /// Reads the rows of the saved query of claims.
    #[must_use]
    pub fn of_table(table: &Table) -> Vec<Self> {
        rows(table)
            .map(|row| {
                let cell = |column: &str| row.get(column).unwrap_or_default().to_owned();
                let count = |column: &str| row.get(column)?.parse().ok();
                let printed = |column: &str| Printed::new(&cell(column));
                Self {
                    id: cell("claim"),
                    source: cell("review"),
                    locator: cell("locator"),
                    kind: cell("kind"),
                    measure: cell("measure"),
                    group: cell("group"),
                    subgroup: cell("subgroup"),
                    numerator: count("numerator"),
                    denominator: count("denominator"),
                    value: printed("value"),
                    unit: cell("unit"),
                    ci_low: printed("ci_low"),
                    ci_high: printed("ci_high"),
                    comparison: cell("comparison"),
                    test: cell("test"),
                    p_operator: cell("p_operator"),
                    p: printed("p"),
                    analysis: cell("analysis"),
                    parameters: cell("parameters"),
                }
            })
            .collect()
    }

    /// Whether it states a number at all.
    #[must_use]
    pub fn is_number(&self) -> bool {
        self.kind != "statement"
    }

    /// How many patients it counts: the numerator, or the value of a count.
    #[must_use]
    pub fn count(&self) -> Option<u64> {
        self.numerator.or_else(|| {
            let value = self.value.number().filter(|_| self.kind == "count")?;
            let is_count = value >= 0.0 && value.fract() == 0.0;
            #[expect(clippy::cast_sign_loss, reason = "checked in the line above")]
            is_count.then_some(value as u64)
        })
    }

    /// The claim in a few words.
    #[must_use]
    pub fn words(&self) -> String {
        let mut words = self.measure.clone();
        for more in [&self.subgroup, &self.comparison] {
            if !words.contains(more.as_str()) {
                words.push_str(&format!(", {more}"));
            }
        }
        words
    }

    /// The number as printed.
    #[must_use]
    pub fn printed(&self) -> String {
        let mut parts = Vec::new();
        match (self.numerator, self.denominator) {
            (Some(k), Some(n)) => parts.push(format!("{k}/{n}")),
            (Some(k), None) => parts.push(k.to_string()),
            _ => {}
        }
        let value = self.value.as_str();
        let repeats = self.numerator.is_some_and(|k| k.to_string() == value);
        if !value.is_empty() && !repeats {
            parts.push(format!("{value} {}", self.unit).trim_end().to_owned());
        }
        if let (low, high) = (self.ci_low.as_str(), self.ci_high.as_str())
            && !low.is_empty()
        {
            parts.push(format!("({low}–{high})"));
        }
        if !self.p.as_str().is_empty() {
            parts.push(format!("P {} {}", self.p_operator, self.p.as_str()));
        }
        parts.join(" ")
    }
}
