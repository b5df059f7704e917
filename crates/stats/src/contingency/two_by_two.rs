//! A 2×2 table with named cells.

use super::chi_squared::{self, ChiSquared, Continuity};
use super::{Margin, TableError, total_of};
use crate::proportion::Proportion;
use serde::Serialize;

/// The four counts of a 2×2 table by name, so that none is mistaken for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub struct Cells {
    /// Exposed (or in the first group), with the event.
    pub exposed_event: u64,
    /// Exposed, without the event.
    pub exposed_no_event: u64,
    /// Unexposed (or in the second group), with the event.
    pub unexposed_event: u64,
    /// Unexposed, without the event.
    pub unexposed_no_event: u64,
}

/// The counts that independence expects, by name.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct ExpectedCells {
    /// Exposed, with the event.
    pub exposed_event: f64,
    /// Exposed, without the event.
    pub exposed_no_event: f64,
    /// Unexposed, with the event.
    pub unexposed_event: f64,
    /// Unexposed, without the event.
    pub unexposed_no_event: f64,
}

/// A 2×2 table none of whose margins is empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Table2x2 {
    cells: Cells,
}

impl Table2x2 {
    /// Takes the four counts.
    ///
    /// # Errors
    ///
    /// [`TableError::EmptyMargin`] when a row or column sums to 0 (nothing is compared then, and
    /// saying p = 1 would hide that), [`TableError::TooLarge`].
    ///
    /// ```
    /// use casegraph_stats::contingency::{Cells, Table2x2};
    /// use casegraph_stats::estimate::Level;
    ///
    /// let table = Table2x2::new(Cells {
    ///     exposed_event: 8,
    ///     exposed_no_event: 2,
    ///     unexposed_event: 1,
    ///     unexposed_no_event: 18,
    /// })?;
    /// assert!(table.fisher_exact(Level::P95).p_value < 0.001);
    /// # Ok::<(), casegraph_stats::contingency::TableError>(())
    /// ```
    pub fn new(cells: Cells) -> Result<Self, TableError> {
        total_of([
            cells.exposed_event,
            cells.exposed_no_event,
            cells.unexposed_event,
            cells.unexposed_no_event,
        ])?;
        let table = Self { cells };
        let margins = [
            (Margin::Exposed, table.exposed()),
            (Margin::Unexposed, table.unexposed()),
            (Margin::Event, table.event()),
            (Margin::NoEvent, table.no_event()),
        ];
        match margins.into_iter().find(|margin| margin.1 == 0) {
            Some((margin, _)) => Err(TableError::EmptyMargin { margin }),
            None => Ok(table),
        }
    }

    /// Sets two proportions, such as response rates of two groups, against each other.
    ///
    /// # Errors
    ///
    /// [`TableError::EmptyMargin`] when both proportions are 0 or both are 1,
    /// [`TableError::TooLarge`].
    pub fn compare(exposed: Proportion, unexposed: Proportion) -> Result<Self, TableError> {
        Self::new(Cells {
            exposed_event: exposed.successes(),
            exposed_no_event: exposed.n() - exposed.successes(),
            unexposed_event: unexposed.successes(),
            unexposed_no_event: unexposed.n() - unexposed.successes(),
        })
    }

    /// The four counts, by name.
    #[must_use]
    pub fn cells(&self) -> Cells {
        self.cells
    }

    /// Sum of the four counts.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.exposed() + self.unexposed()
    }

    /// The counts that independence of exposure and event expects.
    #[must_use]
    pub fn expected(&self) -> ExpectedCells {
        let of = |row, column| chi_squared::expected(row, column, self.total());
        ExpectedCells {
            exposed_event: of(self.exposed(), self.event()),
            exposed_no_event: of(self.exposed(), self.no_event()),
            unexposed_event: of(self.unexposed(), self.event()),
            unexposed_no_event: of(self.unexposed(), self.no_event()),
        }
    }

    /// Pearson's chi-squared test, with one degree of freedom.
    #[must_use]
    pub fn chi_squared(&self, continuity: Continuity) -> ChiSquared {
        let (observed, expected) = (self.cells, self.expected());
        let pairs = [
            (observed.exposed_event, expected.exposed_event),
            (observed.exposed_no_event, expected.exposed_no_event),
            (observed.unexposed_event, expected.unexposed_event),
            (observed.unexposed_no_event, expected.unexposed_no_event),
        ];
        chi_squared::test(&pairs, 1, continuity, self.total())
    }

    /// The odds ratio as the cross product of the sample, ad/bc; `None` when b or c is 0. For the
    /// estimate that goes with Fisher's test, and an interval, see [`Self::fisher_exact`].
    #[must_use]
    pub fn sample_odds_ratio(&self) -> Option<f64> {
        let cells = self.cells;
        let below = cells.exposed_no_event as f64 * cells.unexposed_event as f64;
        (below > 0.0).then(|| cells.exposed_event as f64 * cells.unexposed_no_event as f64 / below)
    }

    pub(super) fn exposed(&self) -> u64 {
        self.cells.exposed_event + self.cells.exposed_no_event
    }

    pub(super) fn unexposed(&self) -> u64 {
        self.cells.unexposed_event + self.cells.unexposed_no_event
    }

    pub(super) fn event(&self) -> u64 {
        self.cells.exposed_event + self.cells.unexposed_event
    }

    pub(super) fn no_event(&self) -> u64 {
        self.cells.exposed_no_event + self.cells.unexposed_no_event
    }
}

#[cfg(test)]
mod tests {
    use super::super::Approximation;
    use super::*;

    fn table(a: u64, b: u64, c: u64, d: u64) -> Result<Table2x2, TableError> {
        Table2x2::new(Cells {
            exposed_event: a,
            exposed_no_event: b,
            unexposed_event: c,
            unexposed_no_event: d,
        })
    }

    #[test]
    fn empty_margins_are_named() {
        assert_eq!(
            table(0, 0, 1, 2),
            Err(TableError::EmptyMargin {
                margin: Margin::Exposed
            })
        );
        assert_eq!(
            table(1, 2, 0, 0),
            Err(TableError::EmptyMargin {
                margin: Margin::Unexposed
            })
        );
        assert_eq!(
            table(0, 3, 0, 2),
            Err(TableError::EmptyMargin {
                margin: Margin::Event
            })
        );
        assert_eq!(
            table(3, 0, 2, 0),
            Err(TableError::EmptyMargin {
                margin: Margin::NoEvent
            })
        );
        assert_eq!(table(u64::MAX, 1, 1, 1), Err(TableError::TooLarge));
    }

    /// 10, 20 / 30, 40: each difference is 2, and 4 (1/12 + 1/18 + 1/28 + 1/42) = 50/63.
    #[test]
    fn chi_squared_by_hand() {
        let test = table(10, 20, 30, 40)
            .expect("valid")
            .chi_squared(Continuity::Uncorrected);
        assert!((test.statistic - 50.0 / 63.0).abs() < 1e-14);
        assert_eq!(test.approximation, Approximation::Adequate);
        let corrected = table(10, 20, 30, 40)
            .expect("valid")
            .chi_squared(Continuity::Yates);
        assert!((corrected.statistic - 50.0 / 63.0 * (1.5_f64 / 2.0).powi(2)).abs() < 1e-14);
    }

    /// The correction never overshoots: where |observed − expected| is below a half the statistic
    /// is 0, not positive.
    #[test]
    fn yates_takes_no_more_than_the_difference() {
        let test = table(5, 5, 5, 6)
            .expect("valid")
            .chi_squared(Continuity::Yates);
        assert_eq!(test.statistic, 0.0);
        assert_eq!(test.p_value, 1.0);
    }

    #[test]
    fn small_expected_counts_are_flagged() {
        let test = table(8, 2, 1, 18)
            .expect("valid")
            .chi_squared(Continuity::Uncorrected);
        let Approximation::Doubtful { smallest_expected } = test.approximation else {
            panic!("expected count of 90/29 not flagged");
        };
        assert!((smallest_expected - 90.0 / 29.0).abs() < 1e-14);
    }

    #[test]
    fn sample_odds_ratio_is_the_cross_product() {
        assert_eq!(
            table(8, 2, 1, 18).expect("valid").sample_odds_ratio(),
            Some(72.0)
        );
        assert_eq!(table(8, 0, 1, 18).expect("valid").sample_odds_ratio(), None);
        assert_eq!(
            table(0, 8, 1, 18).expect("valid").sample_odds_ratio(),
            Some(0.0)
        );
    }
}
