//! A claim, as a row of `claims.csv` states it.

use serde::Serialize;

use super::Printed;
use crate::case::printed::p_values;
use crate::query::{Table, rows};

/// Units of percent.
const PERCENT: [&str; 6] = ["%", "percent", "per cent", "pct", "percentage", "％"];
/// Words of shares that are no counts divided by counts.
const ESTIMATED: [&str; 11] = [
    "survival",
    "kaplan",
    "cumulative",
    "actuarial",
    "pooled",
    "weighted",
    "adjusted",
    "random effect",
    "random-effect",
    "mean",
    "median",
];
/// Units of a share of 1.
const SHARE: [&str; 4] = ["fraction", "share", "ratio", "proportion"];

/// A pooled statement of a review, as printed.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Claim {
    /// Identifier, unique in the study.
    pub id: String,
    /// Key of the source.
    pub source: String,
    /// Where it stands in the source.
    pub locator: String,
    /// count, proportion, mean, median, range, p-value or statement.
    pub kind: String,
    /// What is measured, as `claims.csv` has it.
    pub measure: String,
    /// Patients that it is about, as the source calls them.
    pub group: String,
    /// Part of the group.
    pub subgroup: String,
    /// Patients with what is counted, as printed.
    pub numerator: Option<u64>,
    /// Patients that it is counted among, as printed.
    pub denominator: Option<u64>,
    /// The value as printed.
    pub value: Printed,
    /// Unit of the value, such as `%` or `months`.
    pub unit: String,
    /// Lower end of its interval.
    pub ci_low: Printed,
    /// Upper end of its interval.
    pub ci_high: Printed,
    /// Level of the interval, in percent; empty where the source states none.
    pub ci_level: Printed,
    /// The groups that are compared, as the source calls them.
    pub comparison: String,
    /// The test that the source names.
    pub test: String,
    /// Sign before the P value.
    pub p_operator: String,
    /// The P value as printed.
    pub p: Printed,
    /// Numbers printed beside the statement, of references or of cases.
    pub refs: Vec<String>,
    /// What these numbers are, where the source says: `cases` or `references`.
    pub refs_are: String,
    /// The claim among whose patients these are.
    pub part_of: String,
    /// Claims that cannot be true of the same patients.
    pub excludes: Vec<String>,
    /// Keys of the cases that it is about, where they are known.
    pub cases: Vec<String>,
    /// The program that the source names for its statistics.
    pub software: String,
    /// Its words in the source.
    pub verbatim: String,
    /// The saved analysis that recomputes it.
    pub analysis: String,
    /// Its parameters and the figure to read, `name=value; name=value`.
    pub parameters: String,
    /// Cells of its row that could not be read as the numbers that they should be.
    pub not_read: Vec<String>,
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
                let list = |column: &str, marks: &[char]| -> Vec<String> {
                    let parts = cell(column);
                    let parts = parts.split(marks).map(str::trim);
                    parts
                        .filter(|part| !part.is_empty())
                        .map(str::to_owned)
                        .collect()
                };
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
                    ci_level: printed("ci_level"),
                    comparison: cell("comparison"),
                    test: cell("test"),
                    p_operator: cell("p_operator"),
                    p: printed("p"),
                    refs: list("refs", &[';', ',']),
                    refs_are: cell("refs_are"),
                    part_of: cell("part_of"),
                    excludes: list("excludes", &[';', ',']),
                    cases: list("cases", &[';', ',']),
                    software: cell("software"),
                    verbatim: cell("verbatim"),
                    analysis: cell("analysis"),
                    parameters: cell("parameters"),
                    not_read: list("not_read", &['\n']),
                }
            })
            .collect()
    }

    /// Whether it states a number at all that could be read.
    #[must_use]
    pub fn is_number(&self) -> bool {
        let printed = [&self.value, &self.ci_low, &self.ci_high];
        self.numerator.is_some()
            || self.denominator.is_some()
            || printed.into_iter().any(Printed::has_number)
            || !p_values(&self.p_operator, self.p.as_str()).is_empty()
    }

    /// How many patients it counts: the numerator, or the value of a count.
    #[must_use]
    pub fn count(&self) -> Option<u64> {
        self.numerator.or_else(|| {
            let value = self.value.exact().filter(|_| self.kind == "count")?;
            let is_count = value >= 0.0 && value.fract() == 0.0 && !self.value.is_percent();
            #[expect(clippy::cast_sign_loss, reason = "checked in the line above")]
            is_count.then_some(value as u64)
        })
    }

    /// How much one unit of the value is of all patients: 1 for a share, 0.01 for percent; `None` where the
    /// value is no part of them.
    #[must_use]
    pub fn unit_of_share(&self) -> Option<f64> {
        let is_unit = |words: &[&str]| {
            words
                .iter()
                .any(|word| word.eq_ignore_ascii_case(self.unit.trim().trim_end_matches('.')))
        };
        if self.value.is_percent() || is_unit(&PERCENT) {
            Some(0.01)
        } else if is_unit(&SHARE) {
            Some(1.0)
        } else if self.unit.trim().is_empty() && self.kind == "proportion" {
            // A proportion without a unit: above 1 it can only be percent.
            let printed = [&self.value, &self.ci_high].map(Printed::number);
            let largest = printed.into_iter().flatten().reduce(f64::max)?;
            Some(if largest <= 1.0 { 1.0 } else { 0.01 })
        } else {
            None
        }
    }

    /// Whether its value is a share of patients who are counted: not a mean or median, nor estimated from
    /// curves, weights or models.
    #[must_use]
    pub fn is_counted_share(&self) -> bool {
        let words = format!("{} {} {}", self.measure, self.unit, self.test).to_lowercase();
        let is_estimated = ESTIMATED.iter().any(|word| words.contains(word));
        ["proportion", "count", ""].contains(&self.kind.as_str()) && !is_estimated
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

    /// What the source says, in its own words where they are kept, and where it says so.
    #[must_use]
    pub fn said(&self) -> String {
        let words = if self.verbatim.is_empty() {
            let printed = self.printed();
            let mark = if printed.is_empty() { "" } else { ": " };
            format!("{}{mark}{printed}", self.words())
        } else {
            format!("\u{201c}{}\u{201d}", self.verbatim)
        };
        if self.locator.is_empty() {
            words
        } else {
            format!("{words} ({})", self.locator)
        }
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
        if !self.p.as_str().is_empty() || !self.p_operator.is_empty() {
            parts.push(
                format!("P {} {}", self.p_operator, self.p.as_str())
                    .trim_end()
                    .to_owned(),
            );
        }
        parts.join(" ")
    }
}
