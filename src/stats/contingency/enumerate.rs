//! The exact test of a table of any size, by walking through every table with the same margins.

use thiserror::Error;

use super::PROBABILITY_TIE;
use super::table::Table;

/// The number of tables walked through before the exact test gives up.
pub const MAX_TABLES: u64 = 2_000_000;

/// The number of cells of a table beyond which the exact test does not start: it goes one call deeper
/// for each cell.
pub const MAX_CELLS: usize = 2_000;

/// Why the exact test of a table is out of reach; the chi-squared test is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum FreemanHaltonError {
    /// More than [`MAX_TABLES`] tables share the margins.
    #[error("more than {MAX_TABLES} tables have these margins; use the chi-squared test")]
    TooManyTables,
    /// The table has more than [`MAX_CELLS`] cells.
    #[error("a table of {cells} cells is too large for the exact test, which takes {MAX_CELLS}")]
    TooManyCells {
        /// Cells of the table.
        cells: usize,
    },
}

/// The Fisher-Freeman-Halton exact test of independence, two-sided.
///
/// Assumes independent cases; conditions on all margins. Freeman GH, Halton JH. Biometrika
/// 1951;38:141-9.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FreemanHalton {
    /// The summed probability of all tables with these margins that are no more probable than the
    /// observed one.
    pub p_value: f64,
    /// Tables with these margins.
    pub tables: u64,
    /// Cases counted.
    pub n: u64,
}

impl Table {
    /// The exact test of independence for small tables of any shape.
    ///
    /// # Errors
    ///
    /// [`FreemanHaltonError`] when too many tables share the margins, or the table has too many cells.
    pub fn freeman_halton(&self) -> Result<FreemanHalton, FreemanHaltonError> {
        let cells = self.row_totals().len() * self.column_totals().len();
        if cells > MAX_CELLS {
            return Err(FreemanHaltonError::TooManyCells { cells });
        }
        let mut walk = Walk::over(self);
        walk.fill(0, 0, walk.columns[0], 0.0)?;
        Ok(FreemanHalton {
            p_value: (walk.counted / walk.sum).min(1.0),
            tables: walk.tables,
            n: self.total(),
        })
    }
}

/// A walk that fills the table column by column, each from the first row to the last.
struct Walk {
    /// The logarithm of each factorial up to the largest margin.
    ln_factorials: Vec<f64>,
    /// What is still to be placed in each row.
    rows: Vec<u64>,
    columns: Vec<u64>,
    /// The logarithm of the observed table's weight.
    observed: f64,
    counted: f64,
    sum: f64,
    tables: u64,
}

impl Walk {
    fn over(table: &Table) -> Self {
        let largest = table
            .row_totals()
            .iter()
            .chain(table.column_totals())
            .max()
            .copied()
            .unwrap_or(0);
        let mut ln_factorials = vec![0.0];
        for i in 1..=largest {
            ln_factorials.push(ln_factorials[(i - 1) as usize] + (i as f64).ln());
        }
        let observed = -table
            .rows()
            .iter()
            .flatten()
            .map(|count| ln_factorials[*count as usize])
            .sum::<f64>();
        Self {
            ln_factorials,
            rows: table.row_totals().to_vec(),
            columns: table.column_totals().to_vec(),
            observed,
            counted: 0.0,
            sum: 0.0,
            tables: 0,
        }
    }

    /// Fills from `row` of `column` on, `left` being still to be placed in the column. The weight
    /// of a table is one over the product of the factorials of its cells; `log_weight` is that of
    /// the cells filled.
    fn fill(
        &mut self,
        column: usize,
        row: usize,
        left: u64,
        log_weight: f64,
    ) -> Result<(), FreemanHaltonError> {
        let last_row = row + 1 == self.rows.len();
        if column + 1 == self.columns.len() {
            let rest: f64 = self
                .rows
                .iter()
                .map(|count| self.ln_factorials[*count as usize])
                .sum();
            return self.take(log_weight - rest);
        }
        let room_below: u64 = self.rows[row + 1..].iter().sum();
        for count in left.saturating_sub(room_below)..=left.min(self.rows[row]) {
            let weight = log_weight - self.ln_factorials[count as usize];
            self.rows[row] -= count;
            let done = if last_row {
                self.fill(column + 1, 0, self.columns[column + 1], weight)
            } else {
                self.fill(column, row + 1, left - count, weight)
            };
            self.rows[row] += count;
            done?;
        }
        Ok(())
    }

    fn take(&mut self, log_weight: f64) -> Result<(), FreemanHaltonError> {
        self.tables += 1;
        if self.tables > MAX_TABLES {
            return Err(FreemanHaltonError::TooManyTables);
        }
        let relative = log_weight - self.observed;
        self.sum += relative.exp();
        if relative <= PROBABILITY_TIE.ln_1p() {
            self.counted += relative.exp();
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 1, 0, 0 / 0, 1, 1 : the single case of the first row falls in each of three columns alike,
    /// so p is 1.
    #[test]
    fn three_equal_tables_by_hand() {
        let test = Table::new(vec![vec![1, 0, 0], vec![0, 1, 1]])
            .expect("valid")
            .freeman_halton()
            .expect("small");
        assert_eq!(test.tables, 3);
        assert!((test.p_value - 1.0).abs() < 1e-15);
    }

    /// 2, 0, 0 / 0, 1, 1: of six ways to choose two of four, one gives the observed table; the four
    /// that give 1, 1, 0 and its mirror (2 ways each) are more probable, and 0, 1, 1 (1 way) is as
    /// probable.
    #[test]
    fn four_tables_by_hand() {
        let test = Table::new(vec![vec![2, 0, 0], vec![0, 1, 1]])
            .expect("valid")
            .freeman_halton()
            .expect("small");
        assert_eq!(test.tables, 4);
        assert!((test.p_value - 2.0 / 6.0).abs() < 1e-15);
    }

    #[test]
    fn too_many_tables_are_refused() {
        let table = Table::new(vec![vec![40; 6]; 4]).expect("valid");
        assert_eq!(
            table.freeman_halton(),
            Err(FreemanHaltonError::TooManyTables)
        );
    }

    /// A long thin table with few tables like it goes as deep as the test ever does.
    #[test]
    fn the_largest_table_fits_the_stack() {
        let mut rows = vec![vec![0, 1]; MAX_CELLS / 2];
        rows[0] = vec![1, 0];
        let test = Table::new(rows.clone()).expect("valid").freeman_halton();
        assert!(test.is_ok_and(|test| test.tables == 1_000 && (test.p_value - 1.0).abs() < 1e-9));
        rows.push(vec![0, 1]);
        assert_eq!(
            Table::new(rows).expect("valid").freeman_halton(),
            Err(FreemanHaltonError::TooManyCells {
                cells: MAX_CELLS + 2
            })
        );
        let mut row = vec![vec![1; MAX_CELLS / 2], vec![0; MAX_CELLS / 2]];
        (row[0][0], row[1][0]) = (0, 1);
        let test = Table::new(row).expect("valid").freeman_halton();
        assert!(test.is_ok_and(|test| test.tables == 1_000));
    }
}
