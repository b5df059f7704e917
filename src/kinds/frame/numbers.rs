//! The cells of a column as numbers, and rows that stand for several cases.

use super::{Cells, Frame};
use crate::kinds::AnalysisError;

/// Most cases that rows may stand for together.
const MOST_CASES: u64 = 10_000_000;
/// Numbers beyond this have squares, or sums of squares, that are none.
const LARGEST: f64 = 1e100;

impl Frame {
    /// Whether all values of a column are numbers.
    ///
    /// # Errors
    /// There is no such column.
    pub fn is_numeric(&self, column: &str) -> Result<bool, AnalysisError> {
        Ok(matches!(self.column(column)?.cells(), Cells::Numbers(..)))
    }

    /// Numbers of the rows `kept`.
    ///
    /// # Errors
    /// There is no such column, or a cell is no number whose square can be reckoned with.
    pub fn numbers(&self, column: &str, kept: &[u32]) -> Result<Vec<f64>, AnalysisError> {
        const RULE: &str = "is no number between -1e100 and 1e100";
        let usable = |number: f64| number.abs() <= LARGEST;
        match self.column(column)?.cells() {
            Cells::Numbers(numbers, _) => kept
                .iter()
                .map(|row| {
                    let number = numbers[*row as usize];
                    if usable(number) {
                        Ok(number)
                    } else {
                        Err(self.wrong(*row as usize, column, &number.to_string(), RULE))
                    }
                })
                .collect(),
            Cells::Words(words) => Err(self.first_wrong(column, words, kept, RULE, |label| {
                label.parse().is_ok_and(usable)
            })),
        }
    }

    /// Whole numbers from 0 of the rows `kept`.
    ///
    /// # Errors
    /// There is no such column, or a cell is no such number.
    pub fn counts(&self, column: &str, kept: &[u32]) -> Result<Vec<u64>, AnalysisError> {
        let numbers = self.numbers(column, kept)?;
        let count = |(number, row): (f64, &u32)| {
            if number >= 0.0 && number.fract() == 0.0 && number < 1e15 {
                #[expect(clippy::cast_sign_loss, reason = "checked in the line above")]
                Ok(number as u64)
            } else {
                let value = number.to_string();
                Err(self.wrong(
                    *row as usize,
                    column,
                    &value,
                    "is no count: a whole number from 0",
                ))
            }
        };
        numbers.into_iter().zip(kept).map(count).collect()
    }

    /// Fails where a row has more events than cases.
    ///
    /// # Errors
    /// The first row that does.
    pub(in crate::kinds) fn not_more(
        &self,
        (column, events): (&str, &[u64]),
        cases: &[u64],
        kept: &[u32],
    ) -> Result<(), AnalysisError> {
        match events
            .iter()
            .zip(cases)
            .position(|(events, cases)| events > cases)
        {
            Some(at) => {
                let rule = format!("is more than the {} cases of the row", cases[at]);
                let value = events[at].to_string();
                Err(self.wrong(kept[at] as usize, column, &value, &rule))
            }
            None => Ok(()),
        }
    }

    /// Whether the rows `kept` have a value.
    ///
    /// # Errors
    /// There is no such column.
    pub(in crate::kinds) fn known(
        &self,
        column: &str,
        kept: &[u32],
    ) -> Result<Vec<bool>, AnalysisError> {
        let missing = &self.column(column)?.missing;
        Ok(kept
            .iter()
            .map(|row| missing.binary_search(row).is_err())
            .collect())
    }

    /// Numbers of those of the rows `kept` that have one.
    ///
    /// # Errors
    /// There is no such column, or a cell is no number.
    pub(in crate::kinds) fn known_numbers(
        &self,
        column: &str,
        kept: &[u32],
    ) -> Result<Vec<Option<f64>>, AnalysisError> {
        let known = self.known(column, kept)?;
        let with: Vec<u32> = kept
            .iter()
            .zip(&known)
            .filter_map(|(row, known)| known.then_some(*row))
            .collect();
        let mut numbers = self.numbers(column, &with)?.into_iter();
        Ok(known
            .into_iter()
            .map(|known| if known { numbers.next() } else { None })
            .collect())
    }

    /// The rows `kept`, each as often as its whole number in `count` says.
    ///
    /// # Errors
    /// There is no such column, a cell is no count, or the cases are too many.
    pub(in crate::kinds) fn repeat(
        &self,
        count: &str,
        kept: &[u32],
    ) -> Result<Vec<u32>, AnalysisError> {
        let counts = self.counts(count, kept)?;
        let cases = counts.iter().fold(0, |sum: u64, n| sum.saturating_add(*n));
        if cases > MOST_CASES {
            return Err(AnalysisError::Impossible(format!(
                "{count}: the rows stand for {cases} cases; at most {MOST_CASES} are taken"
            )));
        }
        let rows = kept.iter().zip(counts);
        Ok(rows
            .flat_map(|(row, n)| std::iter::repeat_n(*row, n as usize))
            .collect())
    }
}
