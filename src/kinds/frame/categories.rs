//! The cells of a column as categories.

use std::collections::HashMap;

use super::{Cells, Frame, ValueCount};
use crate::kinds::AnalysisError;
use crate::stats::factor::Factor;

impl Frame {
    /// The categories of the rows `kept`, with the labels in order.
    ///
    /// # Errors
    /// There is no such column.
    pub fn factor(&self, column: &str, kept: &[u32]) -> Result<Factor, AnalysisError> {
        Ok(match self.column(column)?.cells() {
            Cells::Numbers(numbers, None) => {
                // Numbers repeat in runs or from a few values: each is written once.
                let mut known: HashMap<u64, String> = HashMap::new();
                for row in kept {
                    // Adding zero makes zero of a negative zero.
                    let number = numbers[*row as usize] + 0.0;
                    known
                        .entry(number.to_bits())
                        .or_insert_with(|| number.to_string());
                }
                Factor::new(
                    kept.iter()
                        .map(|row| known[&(numbers[*row as usize] + 0.0).to_bits()].as_str()),
                )
                .sorted()
            }
            Cells::Words(words) | Cells::Numbers(_, Some(words)) => {
                let label =
                    |row: &u32| words.labels()[words.codes()[*row as usize] as usize].as_str();
                Factor::new(kept.iter().map(label)).sorted()
            }
        })
    }

    /// The same for a column that need not be named.
    ///
    /// # Errors
    /// There is no such column.
    pub(in crate::kinds) fn factor_of(
        &self,
        column: Option<&str>,
        kept: &[u32],
    ) -> Result<Option<Factor>, AnalysisError> {
        column.map(|column| self.factor(column, kept)).transpose()
    }

    /// The values of the rows `kept`, with the number of rows that have each.
    ///
    /// # Errors
    /// There is no such column.
    pub(in crate::kinds) fn values(
        &self,
        column: &str,
        kept: &[u32],
    ) -> Result<Vec<ValueCount>, AnalysisError> {
        let words = self.factor(column, kept)?;
        let counted = words.labels().iter().zip(words.counts());
        Ok(counted
            .map(|(value, cases)| ValueCount {
                value: value.clone(),
                cases,
            })
            .collect())
    }

    /// The categories of the rows `kept`, of which some may be missing: these are `unknown`.
    ///
    /// # Errors
    /// There is no such column.
    pub(in crate::kinds) fn factor_with_unknown(
        &self,
        column: &str,
        unknown: &str,
        kept: &[u32],
    ) -> Result<Factor, AnalysisError> {
        let missing = &self.column(column)?.missing;
        let known = self.factor(column, kept)?;
        let label = |(at, row): (usize, &u32)| match missing.binary_search(row) {
            Ok(_) => unknown,
            Err(_) => known.labels()[known.codes()[at] as usize].as_str(),
        };
        Ok(Factor::new(kept.iter().enumerate().map(label)).sorted())
    }

    /// Fails for a column of categories of which most are numbers: then a word among them is more likely
    /// a lack of a value or a misprint.
    ///
    /// # Errors
    /// The first row of the rows `kept` that has no number.
    pub(in crate::kinds) fn not_numbers(
        &self,
        column: &str,
        kept: &[u32],
    ) -> Result<(), AnalysisError> {
        let words = self.factor(column, kept)?;
        let is_number = |label: &String| label.parse::<f64>().is_ok();
        let numbers = words
            .labels()
            .iter()
            .filter(|label| is_number(label))
            .count();
        if numbers * 2 <= words.labels().len() {
            return Ok(());
        }
        let odd = words.labels().iter().position(|label| !is_number(label));
        let at = words
            .codes()
            .iter()
            .position(|code| Some(*code as usize) == odd);
        match (odd, at) {
            (Some(odd), Some(at)) => {
                let rule = "is no number, as others of its column are; mend it, or say that it is no value or that the numbers are names of categories";
                let (row, label) = (kept[at] as usize, &words.labels()[odd]);
                Err(self.unclear(row, column, label, rule, &["missing", "categorical"]))
            }
            _ => Ok(()),
        }
    }
}
