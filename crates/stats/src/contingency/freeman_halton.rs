//! The exact test of a table of any size.

use serde::Serialize;
use thiserror::Error;

use super::network::{self, MAX_STEPS, OutOfReach};
use super::simulate::{Simulated, Simulation};
use super::table::Table;

/// Why the exact test of a table is out of reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum FreemanHaltonError {
    /// Too many tables share the margins.
    #[error(
        "too many tables have these margins (more than {MAX_STEPS} steps); draw random ones, or use the \
         chi-squared test"
    )]
    TooManyTables,
}

/// The Fisher-Freeman-Halton exact test of independence, two-sided.
///
/// Assumes independent cases; conditions on all margins. Freeman GH, Halton JH. Biometrika
/// 1951;38:141-9.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct FreemanHalton {
    /// The summed probability of all tables with these margins that are no more probable than the
    /// observed one.
    pub p_value: f64,
    /// Tables with these margins; the largest number of the type when there are more.
    pub tables: u64,
    /// Cases counted.
    pub n: u64,
}

/// The Fisher-Freeman-Halton test, by whichever way was feasible.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(tag = "computation", rename_all = "kebab-case")]
pub enum Independence {
    /// Every table was taken into account.
    Exact(FreemanHalton),
    /// Random tables were drawn.
    MonteCarlo(Simulated),
}

impl Independence {
    /// The p-value, exact or estimated.
    #[must_use]
    pub fn p_value(&self) -> f64 {
        match self {
            Self::Exact(test) => test.p_value,
            Self::MonteCarlo(test) => test.p_value,
        }
    }
}

impl Table {
    /// The exact test of independence.
    ///
    /// Every table with the observed margins is taken into account, though not one by one; a 4×4 table
    /// of a hundred cases takes a fraction of a second.
    ///
    /// # Errors
    ///
    /// [`FreemanHaltonError`] when too many tables share the margins; see
    /// [`Self::freeman_halton_or_simulated`].
    pub fn freeman_halton(&self) -> Result<FreemanHalton, FreemanHaltonError> {
        let answer =
            network::p_value(self).map_err(|OutOfReach| FreemanHaltonError::TooManyTables)?;
        Ok(FreemanHalton {
            p_value: answer.p_value,
            tables: answer.tables,
            n: self.total(),
        })
    }

    /// The exact test of independence where it is feasible, else the same by random tables.
    ///
    /// ```
    /// use casegraph_stats::contingency::{Independence, Simulation, Table};
    /// let small = Table::new(vec![vec![3, 1, 0], vec![1, 2, 4]])?;
    /// let test = small.freeman_halton_or_simulated(Simulation::default());
    /// assert!(matches!(test, Independence::Exact(_)));
    /// # Ok::<(), casegraph_stats::contingency::TableError>(())
    /// ```
    #[must_use]
    pub fn freeman_halton_or_simulated(&self, simulation: Simulation) -> Independence {
        match self.freeman_halton() {
            Ok(test) => Independence::Exact(test),
            Err(_) => Independence::MonteCarlo(self.freeman_halton_simulated(simulation)),
        }
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

    /// With all margins 1 each of the 5! = 120 tables is as probable.
    #[test]
    fn permutations_by_hand() {
        let rows = (0..5).map(|row| (0..5).map(|column| u64::from(row == column)).collect());
        let test = Table::new(rows.collect())
            .expect("valid")
            .freeman_halton()
            .expect("small");
        assert_eq!(test.tables, 120);
        assert!((test.p_value - 1.0).abs() < 1e-14);
    }

    #[test]
    fn where_there_are_too_many_tables_some_are_drawn() {
        let table = Table::new(vec![vec![40; 6]; 5]).expect("valid");
        assert_eq!(
            table.freeman_halton(),
            Err(FreemanHaltonError::TooManyTables)
        );
        let Independence::MonteCarlo(test) =
            table.freeman_halton_or_simulated(Simulation::default())
        else {
            panic!("not feasible");
        };
        // The observed table is the most probable one.
        assert_eq!(
            (test.p_value, test.std_error, test.draws.get()),
            (1.0, 0.0, 100_000)
        );
    }

    #[test]
    fn long_tables_with_few_like_them_are_feasible() {
        let mut rows = vec![vec![0, 1]; 3_000];
        rows[0] = vec![1, 0];
        let test = Table::new(rows).expect("valid").freeman_halton();
        assert!(test.is_ok_and(|test| test.tables == 3_000 && (test.p_value - 1.0).abs() < 1e-9));
    }

    /// More rows and columns than a node's number has room for.
    #[test]
    fn wide_and_long_tables_are_refused() {
        let rows = (0..200).map(|row| (0..200).map(|column| u64::from(row == column)).collect());
        let test = Table::new(rows.collect()).expect("valid").freeman_halton();
        assert_eq!(test, Err(FreemanHaltonError::TooManyTables));
    }
}
