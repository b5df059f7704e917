//! 2×2 tables in strata, such as one for each publication.

use thiserror::Error;

use super::{Cells, total_of};

/// Why tables do not make strata.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum StrataError {
    /// No table was given.
    #[error("there are no strata; give at least one 2×2 table")]
    NoStrata,
    /// The counts sum to more than [`MAX_TOTAL`](super::MAX_TOTAL).
    #[error(
        "with stratum {stratum} the counts sum to more than {}",
        super::MAX_TOTAL
    )]
    TooLarge {
        /// Its number, from 0.
        stratum: usize,
    },
}

/// 2×2 tables of the same exposure and event, one for each stratum.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Strata {
    tables: Vec<Cells>,
}

impl Strata {
    /// Takes one table for each stratum. Margins may be empty: what a stratum cannot tell about is
    /// left out of the estimate in question, and the result says which strata were.
    ///
    /// # Errors
    ///
    /// [`StrataError`] when there is no stratum or there are too many cases.
    ///
    /// ```
    /// use casegraph_stats::contingency::{Cells, MantelHaenszelOptions, Strata};
    /// use casegraph_stats::estimate::Level;
    ///
    /// let table = |a, b, c, d| Cells {
    ///     exposed_event: a,
    ///     exposed_no_event: b,
    ///     unexposed_event: c,
    ///     unexposed_no_event: d,
    /// };
    /// let strata = Strata::new([table(6, 4, 2, 9), table(5, 5, 3, 8), table(0, 0, 1, 3)])?;
    /// let odds_ratio = strata.odds_ratio(Level::P95)?;
    /// assert_eq!((odds_ratio.strata, odds_ratio.skipped), (2, vec![2]));
    /// assert!(strata.mantel_haenszel(MantelHaenszelOptions::default())?.p_value < 0.1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn new(tables: impl IntoIterator<Item = Cells>) -> Result<Self, StrataError> {
        let tables: Vec<Cells> = tables.into_iter().collect();
        if tables.is_empty() {
            return Err(StrataError::NoStrata);
        }
        let mut total = 0;
        for (stratum, cells) in tables.iter().enumerate() {
            total = total_of([
                total,
                cells.exposed_event,
                cells.exposed_no_event,
                cells.unexposed_event,
                cells.unexposed_no_event,
            ])
            .map_err(|_| StrataError::TooLarge { stratum })?;
        }
        Ok(Self { tables })
    }

    /// One table a stratum, in the order given.
    #[must_use]
    pub fn tables(&self) -> &[Cells] {
        &self.tables
    }

    /// The tables for which `carries` holds, and the numbers of the others.
    pub(super) fn select(&self, carries: impl Fn(&Stratum) -> bool) -> Selection {
        let mut selection = Selection {
            used: Vec::new(),
            skipped: Vec::new(),
            n: 0,
            events: 0,
        };
        for (number, cells) in self.tables.iter().enumerate() {
            let stratum = Stratum::of(*cells);
            if carries(&stratum) {
                selection.n += cells.exposed_event
                    + cells.exposed_no_event
                    + cells.unexposed_event
                    + cells.unexposed_no_event;
                selection.events += cells.exposed_event + cells.unexposed_event;
                selection.used.push(stratum);
            } else {
                selection.skipped.push(number);
            }
        }
        selection
    }
}

/// What an estimate over strata rests on.
pub(super) struct Selection {
    pub used: Vec<Stratum>,
    pub skipped: Vec<usize>,
    pub n: u64,
    pub events: u64,
}

impl Selection {
    /// Sums a value over the strata used.
    pub fn sum(&self, value: impl Fn(&Stratum) -> f64) -> f64 {
        self.used.iter().map(value).sum()
    }
}

/// The counts of a stratum and its margins as numbers to reckon with.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stratum {
    pub cells: Cells,
    /// Exposed, with the event.
    pub a: f64,
    /// Exposed, without.
    pub b: f64,
    /// Unexposed, with.
    pub c: f64,
    /// Unexposed, without.
    pub d: f64,
    pub exposed: f64,
    pub unexposed: f64,
    pub event: f64,
    pub no_event: f64,
    pub n: f64,
}

impl Stratum {
    fn of(cells: Cells) -> Self {
        let [a, b, c, d] = [
            cells.exposed_event,
            cells.exposed_no_event,
            cells.unexposed_event,
            cells.unexposed_no_event,
        ]
        .map(|count| count as f64);
        Self {
            cells,
            a,
            b,
            c,
            d,
            exposed: a + b,
            unexposed: c + d,
            event: a + c,
            no_event: b + d,
            n: a + b + c + d,
        }
    }

    /// Whether the stratum has exposed and unexposed cases.
    pub fn has_both_groups(&self) -> bool {
        self.exposed > 0.0 && self.unexposed > 0.0
    }

    /// Whether no margin is empty.
    pub fn is_full(&self) -> bool {
        self.has_both_groups() && self.event > 0.0 && self.no_event > 0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contingency::MAX_TOTAL;

    #[test]
    fn what_makes_no_strata_is_refused() {
        assert_eq!(Strata::new([]), Err(StrataError::NoStrata));
        let cells = |a| Cells {
            exposed_event: a,
            exposed_no_event: 1,
            unexposed_event: 1,
            unexposed_no_event: 1,
        };
        assert_eq!(
            Strata::new([cells(1), cells(MAX_TOTAL - 6)]),
            Err(StrataError::TooLarge { stratum: 1 })
        );
        assert!(Strata::new([cells(1), cells(MAX_TOTAL - 7)]).is_ok());
        assert_eq!(
            Strata::new([cells(u64::MAX)]),
            Err(StrataError::TooLarge { stratum: 0 })
        );
    }
}
