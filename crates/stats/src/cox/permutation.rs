//! The score test of all covariates together by permutation.

use serde::Serialize;

use super::sample::Sample;
use crate::linear::Cholesky;
use crate::random::Random;

/// A pivot below this share of its variance counts as zero.
const SINGULAR: f64 = 1e-12;
/// Statistics that differ by less than this share are equal but for rounding.
const TIE: f64 = 1e-9;

/// A test of all covariates together with a P value from random permutations.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ScorePermutation {
    /// The quadratic form of the scores by their covariance over all permutations.
    pub statistic: f64,
    /// Permutations drawn.
    pub draws: u32,
    /// Those with a statistic at least as large.
    pub as_large: u32,
    /// (as large + 1) / (draws + 1) (Phipson B, Smyth GK. Stat Appl Genet Mol Biol 2010;9:39).
    pub p_value: f64,
    /// Seed of the random numbers.
    pub seed: u64,
}

/// One stratum: the log-rank score of each row, and its covariates less their means.
struct Stratum {
    scores: Vec<f64>,
    covariates: Vec<f64>,
}

/// Tests that no covariate has to do with the hazard, by dealing the times and events to the
/// covariates anew, within strata: for few events, or few cases on one side of a covariate.
///
/// The score of a row is its event less the cumulative hazard of its stratum at its time, the
/// residual without covariates; the statistic is Uᵀ V⁻¹ U with U the sum of the scores times the
/// covariates and V its covariance over all permutations. With one category against another it is
/// the log-rank test by permutation.
///
/// Assumes that, were there no effect, times and censoring would not depend on the covariates.
/// `None` where rows enter late or stand in clusters, which cannot be exchanged, or where nothing
/// varies.
#[must_use]
pub fn score_permutation(sample: &Sample, draws: u32, seed: u64) -> Option<ScorePermutation> {
    if sample.arrangement.entries.is_some() || sample.clusters.is_some() {
        return None;
    }
    let width = sample.width();
    let mut strata: Vec<Stratum> = strata(sample);
    let mut covariance = vec![0.0; width * width];
    for stratum in &strata {
        let n = stratum.scores.len() as f64;
        let squares: f64 = stratum.scores.iter().map(|score| score * score).sum();
        let scatter = squares / (n - 1.0).max(1.0);
        for row in stratum.covariates.chunks_exact(width) {
            for i in 0..width {
                for j in 0..width {
                    covariance[i * width + j] += scatter * row[i] * row[j];
                }
            }
        }
    }
    let root = Cholesky::new(&covariance, width, SINGULAR).ok()?;
    let statistic = |strata: &[Stratum]| {
        let mut sums = vec![0.0; width];
        for stratum in strata {
            let rows = stratum.covariates.chunks_exact(width);
            for (score, row) in stratum.scores.iter().zip(rows) {
                for (sum, value) in sums.iter_mut().zip(row) {
                    *sum += score * value;
                }
            }
        }
        root.quadratic_form(&sums)
    };
    let observed = statistic(&strata);
    let mut random = Random::new(seed);
    let mut as_large = 0;
    for _ in 0..draws {
        for stratum in &mut strata {
            random.shuffle(&mut stratum.scores);
        }
        as_large += u32::from(statistic(&strata) >= observed * (1.0 - TIE));
    }
    Some(ScorePermutation {
        statistic: observed,
        draws,
        as_large,
        p_value: (f64::from(as_large) + 1.0) / (f64::from(draws) + 1.0),
        seed,
    })
}

fn strata(sample: &Sample) -> Vec<Stratum> {
    let (arrangement, width) = (&sample.arrangement, sample.width());
    let strata = arrangement.strata.iter().map(|stratum| {
        // Rows stand from the last time to the first.
        let rows: Vec<usize> = stratum.rows.clone().rev().collect();
        let (mut hazard, mut scores) = (0.0, Vec::with_capacity(rows.len()));
        for tied in rows.chunk_by(|a, b| arrangement.times[*a] == arrangement.times[*b]) {
            let events = tied.iter().filter(|row| arrangement.events[**row]).count();
            hazard += events as f64 / (rows.len() - scores.len()) as f64;
            let score = |row: &usize| f64::from(u8::from(arrangement.events[*row])) - hazard;
            scores.extend(tied.iter().map(score));
        }
        let mut covariates: Vec<f64> = rows
            .iter()
            .flat_map(|row| sample.row(*row).iter().copied())
            .collect();
        let n = rows.len() as f64;
        for column in 0..width {
            let mean = covariates.iter().skip(column).step_by(width).sum::<f64>() / n;
            for value in covariates.iter_mut().skip(column).step_by(width) {
                *value -= mean;
            }
        }
        Stratum { scores, covariates }
    });
    strata.collect()
}

#[cfg(test)]
mod tests {
    use super::super::{Columns, Covariate};
    use super::*;
    use crate::factor::Factor;
    use crate::random::SEED;
    use crate::survival::{self, Outcome, PermutationOptions, permutation_test};

    /// With two groups it is the log-rank test by permutation, whose statistic and exact P it has.
    #[test]
    fn two_groups_are_compared_as_curves_are() {
        let times = [1.0, 2.0, 2.0, 3.0, 5.0, 6.0, 8.0, 8.0, 9.0, 11.0];
        let events = [
            true, true, false, true, true, false, true, true, false, true,
        ];
        let groups = ["b", "b", "a", "b", "a", "a", "b", "a", "a", "a"];
        let outcomes: Vec<Outcome> = events.iter().map(|event| (*event).into()).collect();
        let factor = Factor::new(groups).sorted();
        let curves = survival::Columns::new(&times, &outcomes)
            .grouped(&factor)
            .sample()
            .expect("valid");
        let wanted = permutation_test(&curves, PermutationOptions::default()).expect("small");
        let covariate = Covariate::categorical("g", factor);
        let columns = Columns::new(times.to_vec(), outcomes, vec![covariate]);
        let sample = Sample::new(columns).expect("valid");
        let found = score_permutation(&sample, 20_000, SEED).expect("a test");
        assert!((found.statistic - wanted.statistic).abs() < 1e-10);
        assert!((found.p_value - wanted.p_value).abs() < 0.012);
    }

    #[test]
    fn late_entry_has_no_permutation() {
        let covariate = Covariate::numeric("x", vec![0.0, 1.0, 2.0]);
        let mut columns = Columns::new(
            vec![2.0, 3.0, 4.0],
            vec![Outcome::Event; 3],
            vec![covariate],
        );
        columns.entries = Some(vec![0.0, 1.0, 0.0]);
        let sample = Sample::new(columns).expect("valid");
        assert_eq!(score_permutation(&sample, 99, SEED), None);
    }
}
