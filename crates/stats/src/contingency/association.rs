//! The tests of association that packages print beside Pearson's.

use serde::Serialize;

use super::table::Table;
use super::two_by_two::Table2x2;
use crate::distribution::chi_squared_upper_tail;

/// A chi-squared test of association other than Pearson's.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Association {
    /// Chi-squared statistic of the test.
    pub statistic: f64,
    /// Its degrees of freedom.
    pub degrees_of_freedom: usize,
    /// Probability of a statistic at least as large if rows and columns are independent.
    pub p_value: f64,
    /// Cases counted.
    pub n: u64,
}

impl Association {
    fn new(statistic: f64, degrees_of_freedom: usize, n: u64) -> Self {
        Self {
            statistic,
            degrees_of_freedom,
            p_value: chi_squared_upper_tail(statistic, degrees_of_freedom),
            n,
        }
    }
}

impl Table {
    /// The likelihood-ratio test, 2 Σ observed × ln(observed / expected); empty cells add nothing.
    ///
    /// Assumes what Pearson's test assumes. Wilks SS. Ann Math Stat 1935;6:190-6.
    #[must_use]
    pub fn likelihood_ratio(&self) -> Association {
        let expected = self.expected();
        let cells = self
            .rows()
            .iter()
            .zip(&expected)
            .flat_map(|(row, expected)| row.iter().zip(expected));
        let sum: f64 = cells
            .filter(|(observed, _)| **observed > 0)
            .map(|(observed, expected)| *observed as f64 * (*observed as f64 / expected).ln())
            .sum();
        let degrees_of_freedom = (self.rows().len() - 1) * (self.column_totals().len() - 1);
        Association::new((2.0 * sum).max(0.0), degrees_of_freedom, self.total())
    }

    /// The linear-by-linear association: (n − 1) r² with Pearson's correlation r between the scores of
    /// rows and of columns; `None` unless each has one finite score and the scores differ.
    ///
    /// SPSS prints it with the scores 1, 2, 3, …, SAS as the Mantel-Haenszel chi-squared. For two rows
    /// or two columns it is the test of trend with n − 1 in the place of n. Mantel N. J Am Stat Assoc
    /// 1963;58:690-700.
    ///
    /// ```
    /// use casegraph_stats::contingency::Table;
    ///
    /// let table = Table::new(vec![vec![2, 8, 1, 0], vec![7, 9, 2, 1]])?;
    /// let test = table.linear_by_linear(&[1.0, 2.0], &[1.0, 2.0, 3.0, 4.0]).expect("scores differ");
    /// assert!((test.p_value - 0.8087).abs() < 1e-4);
    /// # Ok::<(), casegraph_stats::contingency::TableError>(())
    /// ```
    #[must_use]
    pub fn linear_by_linear(&self, rows: &[f64], columns: &[f64]) -> Option<Association> {
        if rows.len() != self.row_totals().len() || columns.len() != self.column_totals().len() {
            return None;
        }
        let n = self.total() as f64;
        let from_mean = |scores: &[f64], totals: &[u64]| -> Vec<f64> {
            let sum: f64 = scores
                .iter()
                .zip(totals)
                .map(|(score, total)| score * *total as f64)
                .sum();
            scores.iter().map(|score| score - sum / n).collect()
        };
        let rows = from_mean(rows, self.row_totals());
        let columns = from_mean(columns, self.column_totals());
        let squares = |scores: &[f64], totals: &[u64]| -> f64 {
            scores
                .iter()
                .zip(totals)
                .map(|(score, total)| score * score * *total as f64)
                .sum()
        };
        let product: f64 = self
            .rows()
            .iter()
            .zip(&rows)
            .flat_map(|(row, score)| {
                row.iter()
                    .zip(&columns)
                    .map(move |(count, other)| *count as f64 * score * other)
            })
            .sum();
        let both = squares(&rows, self.row_totals()) * squares(&columns, self.column_totals());
        let statistic = (n - 1.0) * product * product / both;
        (both > 0.0 && statistic.is_finite()).then(|| Association::new(statistic, 1, self.total()))
    }
}

impl Table2x2 {
    /// The squared difference of the two proportions over its variance, each proportion with its own;
    /// `None` where no variance is left. Too liberal for small groups; printed all the same.
    #[must_use]
    pub fn unpooled_difference(&self) -> Option<Association> {
        let cells = self.cells();
        let group = |event: u64, no_event: u64| {
            let (k, n) = (event as f64, (event + no_event) as f64);
            (k / n, k * (n - k) / n.powi(3))
        };
        let (one, variance) = group(cells.exposed_event, cells.exposed_no_event);
        let (other, more) = group(cells.unexposed_event, cells.unexposed_no_event);
        let statistic = (one - other).powi(2) / (variance + more);
        (variance + more > 0.0).then(|| Association::new(statistic, 1, self.total()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(rows: [[u64; 3]; 2]) -> Table {
        Table::new(rows.map(Vec::from).to_vec()).expect("valid")
    }

    /// 2, 0, 1 / 0, 2, 1: twice 2 ln 2 for the four cells of 2 against 1, and nothing for the rest.
    #[test]
    fn likelihood_ratio_by_hand() {
        let test = table([[2, 0, 1], [0, 2, 1]]).likelihood_ratio();
        assert!((test.statistic - 8.0 * std::f64::consts::LN_2).abs() < 1e-14);
        assert_eq!(test.degrees_of_freedom, 2);
    }

    /// Rows 0, 1 and columns 0, 1, 2 of 1, 1, 0 / 0, 1, 1: the covariance is 1/4, the variances 1/4 and
    /// 1/2, so r² is 1/2 and the statistic 3/2.
    #[test]
    fn linear_by_linear_by_hand() {
        let test = table([[1, 1, 0], [0, 1, 1]]).linear_by_linear(&[0.0, 1.0], &[0.0, 1.0, 2.0]);
        assert!((test.expect("scores").statistic - 1.5).abs() < 1e-14);
    }

    /// 1 of 2 against 0 of 2: a half, squared, over 1/8.
    #[test]
    fn unpooled_difference_by_hand() {
        let cells = |a, b, c, d| {
            Table2x2::new(crate::contingency::Cells {
                exposed_event: a,
                exposed_no_event: b,
                unexposed_event: c,
                unexposed_no_event: d,
            })
            .expect("valid")
        };
        let test = cells(1, 1, 0, 2).unpooled_difference().expect("a variance");
        assert!((test.statistic - 2.0).abs() < 1e-14);
        assert!(cells(2, 0, 0, 2).unpooled_difference().is_none());
    }

    #[test]
    fn scores_that_do_not_differ_test_nothing() {
        let table = table([[1, 1, 0], [0, 1, 1]]);
        assert!(
            table
                .linear_by_linear(&[1.0, 1.0], &[0.0, 1.0, 2.0])
                .is_none()
        );
        assert!(table.linear_by_linear(&[0.0, 1.0], &[0.0, 1.0]).is_none());
        assert!(
            table
                .linear_by_linear(&[0.0, f64::NAN], &[0.0, 1.0, 2.0])
                .is_none()
        );
    }
}
