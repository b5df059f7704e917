//! How well two raters agree beyond chance: Cohen's kappa.
//!
//! Cohen J (1960) A coefficient of agreement for nominal scales. Educational and Psychological Measurement 20:37-46.
//! Its standard error is that of Fleiss JL, Cohen J, Everitt BS (1969) Large sample standard errors of kappa and
//! weighted kappa. Psychological Bulletin 72:323-327.

use serde::Serialize;
use thiserror::Error;

use super::estimate::{Interval, IntervalMethod, Level};

/// Why there is nothing to compute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum AgreementError {
    /// Nothing was rated by both.
    #[error("nothing was rated by both")]
    Empty,
    /// The two lists are not of one length.
    #[error("the first rated {first} things and the second {second}: they must be the same things")]
    Unequal {
        /// Things that the first rated.
        first: usize,
        /// Things that the second rated.
        second: usize,
    },
}

/// The agreement of two raters who sorted the same things into categories.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Agreement {
    /// Things that both rated.
    pub n: u64,
    /// Things that both put into the same category.
    pub agreed: u64,
    /// Share of them: the observed agreement.
    pub observed: f64,
    /// The share that chance would give, by how often each rater uses each category.
    pub expected: f64,
    /// Cohen's kappa; `None` where both use one and the same category only, so that chance gives all.
    pub kappa: Option<Kappa>,
}

/// Cohen's kappa with its large-sample interval.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Kappa {
    /// From −1 to 1; 0 is what chance gives.
    pub value: f64,
    /// Its standard error, not under the hypothesis of no agreement.
    pub standard_error: f64,
    /// Kappa ± z × standard error, within −1 and 1.
    pub interval: Interval,
}

/// The agreement of two raters; each gives the category of one thing after the other, as a number.
///
/// # Errors
/// There is nothing, or not as much of one as of the other.
///
/// ```
/// use casegraph_stats::agreement::agreement;
/// use casegraph_stats::estimate::Level;
///
/// // 20 and 15 of 50 are rated alike, as yes and as no; 5 and 10 otherwise.
/// let first = [vec![0; 25], vec![1; 25]].concat();
/// let second = [vec![0; 20], vec![1; 5], vec![0; 10], vec![1; 15]].concat();
/// let found = agreement(&first, &second, Level::P95)?;
/// assert_eq!((found.agreed, found.n), (35, 50));
/// assert!((found.kappa.expect("a kappa").value - 0.4).abs() < 1e-12);
/// # Ok::<(), casegraph_stats::agreement::AgreementError>(())
/// ```
pub fn agreement(first: &[u32], second: &[u32], level: Level) -> Result<Agreement, AgreementError> {
    if first.len() != second.len() {
        return Err(AgreementError::Unequal {
            first: first.len(),
            second: second.len(),
        });
    }
    if first.is_empty() {
        return Err(AgreementError::Empty);
    }
    let categories = first
        .iter()
        .chain(second)
        .max()
        .map_or(0, |most| *most as usize + 1);
    let n = first.len() as f64;
    let mut rows = vec![0.0; categories];
    let mut columns = vec![0.0; categories];
    let mut same = vec![0.0; categories];
    for (one, other) in first.iter().zip(second) {
        rows[*one as usize] += 1.0;
        columns[*other as usize] += 1.0;
        if one == other {
            same[*one as usize] += 1.0;
        }
    }
    let pairs = first.iter().zip(second);
    let agreed = pairs.filter(|(one, other)| one == other).count();
    let observed = agreed as f64 / n;
    let chance: f64 = rows.iter().zip(&columns).map(|(r, c)| r * c).sum();
    let expected = chance / (n * n);
    // Counts are whole, so that this is exact.
    let is_certain = chance >= n * n;
    let kappa = (!is_certain).then(|| {
        let value = (observed - expected) / (1.0 - expected);
        let margin = |one: u32, other: u32| (columns[one as usize] + rows[other as usize]) / n;
        let of_same: f64 = same
            .iter()
            .enumerate()
            .map(|(at, count)| {
                let margins = margin(at as u32, at as u32);
                count / n * (1.0 - margins * (1.0 - value)).powi(2)
            })
            .sum();
        let differing = first.iter().zip(second).filter(|(one, other)| one != other);
        let of_differing: f64 = differing
            .map(|(one, other)| margin(*one, *other).powi(2) / n)
            .sum();
        let taken = (value - expected * (1.0 - value)).powi(2);
        let variance = (of_same + (1.0 - value).powi(2) * of_differing - taken).max(0.0)
            / (n * (1.0 - expected).powi(2));
        let standard_error = variance.sqrt();
        let reach = level.z() * standard_error;
        Kappa {
            value,
            standard_error,
            interval: Interval {
                lower: (value - reach).max(-1.0),
                upper: (value + reach).min(1.0),
                level,
                method: IntervalMethod::Wald,
            },
        }
    });
    Ok(Agreement {
        n: first.len() as u64,
        agreed: first.iter().zip(second).filter(|(a, b)| a == b).count() as u64,
        observed,
        expected,
        kappa,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(first: &[u32], second: &[u32]) -> Agreement {
        agreement(first, second, Level::P95).expect("ratings")
    }

    #[test]
    fn all_alike_is_one_and_all_otherwise_below_nought() {
        let one = of(&[0, 1, 2, 1], &[0, 1, 2, 1]).kappa.expect("a kappa");
        assert_eq!((one.value, one.interval.upper), (1.0, 1.0));
        let none = of(&[0, 1, 0, 1], &[1, 0, 1, 0]).kappa.expect("a kappa");
        assert_eq!((none.value, none.interval.lower), (-1.0, -1.0));
    }

    #[test]
    fn one_category_alone_has_no_kappa() {
        let found = of(&[3, 3, 3], &[3, 3, 3]);
        assert_eq!((found.observed, found.expected), (1.0, 1.0));
        assert!(found.kappa.is_none());
        // One rater with one category: chance gives what is seen.
        let half = of(&[0, 0, 0, 0], &[0, 0, 1, 1]).kappa.expect("a kappa");
        assert_eq!(half.value, 0.0);
    }

    #[test]
    fn what_cannot_be_compared_is_refused() {
        assert_eq!(agreement(&[], &[], Level::P95), Err(AgreementError::Empty));
        let unequal = AgreementError::Unequal {
            first: 1,
            second: 2,
        };
        assert_eq!(agreement(&[0], &[0, 1], Level::P95), Err(unequal));
    }
}
