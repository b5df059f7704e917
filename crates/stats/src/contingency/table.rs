//! A table of any number of rows and columns.

use super::chi_squared::{self, ChiSquared, Continuity};
use super::{TableError, total_of};

/// Counts by row and column, at least 2 by 2, no row or column empty.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Table {
    rows: Vec<Vec<u64>>,
    row_totals: Vec<u64>,
    column_totals: Vec<u64>,
    total: u64,
}

impl Table {
    /// Takes the counts, row by row.
    ///
    /// # Errors
    ///
    /// [`TableError`] when there are fewer than two rows or columns, rows of different lengths, an
    /// empty row or column, or too many cases. Drop a category that nobody is in before asking
    /// whether categories differ.
    ///
    /// ```
    /// use casegraph_stats::contingency::Table;
    /// let table = Table::new(vec![vec![3, 1, 0], vec![1, 2, 4]])?;
    /// assert_eq!(table.chi_squared().degrees_of_freedom, 2);
    /// # Ok::<(), casegraph_stats::contingency::TableError>(())
    /// ```
    pub fn new(rows: Vec<Vec<u64>>) -> Result<Self, TableError> {
        let columns = rows.first().map_or(0, Vec::len);
        if rows.len() < 2 || columns < 2 {
            return Err(TableError::TooSmall {
                rows: rows.len(),
                columns,
            });
        }
        if let Some((row, found)) = rows
            .iter()
            .map(Vec::len)
            .enumerate()
            .find(|row| row.1 != columns)
        {
            return Err(TableError::Ragged {
                row,
                found,
                expected: columns,
            });
        }
        let total = total_of(rows.iter().flatten().copied())?;
        let row_totals: Vec<u64> = rows.iter().map(|row| row.iter().sum()).collect();
        if let Some(row) = row_totals.iter().position(|sum| *sum == 0) {
            return Err(TableError::EmptyRow { row });
        }
        let column_totals: Vec<u64> = (0..columns)
            .map(|column| rows.iter().map(|row| row[column]).sum())
            .collect();
        if let Some(column) = column_totals.iter().position(|sum| *sum == 0) {
            return Err(TableError::EmptyColumn { column });
        }
        Ok(Self {
            rows,
            row_totals,
            column_totals,
            total,
        })
    }

    /// The counts, row by row.
    #[must_use]
    pub fn rows(&self) -> &[Vec<u64>] {
        &self.rows
    }

    /// The sum of each row.
    #[must_use]
    pub fn row_totals(&self) -> &[u64] {
        &self.row_totals
    }

    /// The sum of each column.
    #[must_use]
    pub fn column_totals(&self) -> &[u64] {
        &self.column_totals
    }

    /// Sum of all counts.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.total
    }

    /// The counts that independence of rows and columns expects, row by row.
    #[must_use]
    pub fn expected(&self) -> Vec<Vec<f64>> {
        let row = |row: &u64| {
            self.column_totals
                .iter()
                .map(|column| chi_squared::expected(*row, *column, self.total))
                .collect()
        };
        self.row_totals.iter().map(row).collect()
    }

    /// Pearson's chi-squared test, uncorrected: the correction is for 2×2 tables, see
    /// [`Table2x2::chi_squared`](super::Table2x2::chi_squared).
    #[must_use]
    pub fn chi_squared(&self) -> ChiSquared {
        let cells: Vec<(u64, f64)> = self
            .rows
            .iter()
            .flatten()
            .copied()
            .zip(self.expected().concat())
            .collect();
        let degrees_of_freedom = (self.row_totals.len() - 1) * (self.column_totals.len() - 1);
        chi_squared::test(
            &cells,
            degrees_of_freedom,
            Continuity::Uncorrected,
            self.total,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_that_cannot_be_tested_are_refused() {
        assert_eq!(
            Table::new(vec![]),
            Err(TableError::TooSmall {
                rows: 0,
                columns: 0
            })
        );
        assert_eq!(
            Table::new(vec![vec![1], vec![2]]),
            Err(TableError::TooSmall {
                rows: 2,
                columns: 1
            })
        );
        let ragged = Table::new(vec![vec![1, 2], vec![3, 4, 5]]);
        assert_eq!(
            ragged,
            Err(TableError::Ragged {
                row: 1,
                found: 3,
                expected: 2
            })
        );
        assert_eq!(
            Table::new(vec![vec![1, 2], vec![0, 0]]),
            Err(TableError::EmptyRow { row: 1 })
        );
        assert_eq!(
            Table::new(vec![vec![0, 2], vec![0, 1]]),
            Err(TableError::EmptyColumn { column: 0 })
        );
        assert_eq!(
            Table::new(vec![vec![u64::MAX, 2], vec![3, 1]]),
            Err(TableError::TooLarge)
        );
    }

    /// 2, 0, 1 / 0, 2, 1: every expected count is 1, four of six differ by 1.
    #[test]
    fn chi_squared_by_hand() {
        let test = Table::new(vec![vec![2, 0, 1], vec![0, 2, 1]])
            .expect("valid")
            .chi_squared();
        assert_eq!(
            (test.statistic, test.degrees_of_freedom, test.n),
            (4.0, 2, 6)
        );
        assert!((test.p_value - (-2.0_f64).exp()).abs() < 1e-15);
    }
}
