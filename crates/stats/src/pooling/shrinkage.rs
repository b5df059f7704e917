//! Rates of subgroups, shrunk towards what they have in common.

use serde::Serialize;
use thiserror::Error;

use super::beta::equal_tailed;
use super::beta_binomial::BetaBinomial;
use super::heterogeneity::crude_logit;
use super::normal_logit::expit;
use super::reports::{Counts, PoolingError, Studies};
use super::surface::maximum;
use crate::choice::choices;
use crate::estimate::{Interval, IntervalMethod, Level};

/// The most cases over which an estimated prior is summed.
pub const MAX_CASES_OF_ESTIMATED_PRIOR: u64 = 1_000_000;

/// Parameters of a beta distribution that are so large or small that arithmetic fails are refused.
const SANE: std::ops::RangeInclusive<f64> = 1e-6..=1e9;

/// The two parameters of a beta distribution: as a prior, so many cases with and without the event
/// seen before.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct BetaParameters {
    a: f64,
    b: f64,
}

/// Parameters that make no beta distribution.
#[derive(Debug, Clone, Copy, PartialEq, Error)]
#[error("a beta prior needs two parameters between 1e-6 and 1e9, such as 1 and 1; got {a} and {b}")]
pub struct BetaParametersError {
    /// The first parameter given.
    pub a: f64,
    /// The second parameter given.
    pub b: f64,
}

impl BetaParameters {
    /// The uniform distribution, Beta(1, 1).
    pub const UNIFORM: Self = Self { a: 1.0, b: 1.0 };

    /// Jeffreys's prior, Beta(1/2, 1/2).
    pub const JEFFREYS: Self = Self { a: 0.5, b: 0.5 };

    /// Takes the parameters of a beta distribution.
    ///
    /// # Errors
    ///
    /// [`BetaParametersError`] unless both lie between 1e-6 and 1e9.
    pub fn new(a: f64, b: f64) -> Result<Self, BetaParametersError> {
        if SANE.contains(&a) && SANE.contains(&b) {
            Ok(Self { a, b })
        } else {
            Err(BetaParametersError { a, b })
        }
    }

    /// The first parameter, events seen before.
    #[must_use]
    pub fn a(self) -> f64 {
        self.a
    }

    /// The second parameter, cases without the event seen before.
    #[must_use]
    pub fn b(self) -> f64 {
        self.b
    }
}

/// Where the prior of a subgroup's rate comes from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Prior {
    /// From the subgroups themselves, by maximum marginal likelihood: empirical Bayes.
    #[default]
    Estimated,
    /// Stated by the analyst before the data were seen.
    Stated(BetaParameters),
}

choices! {
    /// How a prior was obtained.
    #[non_exhaustive]
    pub enum PriorOrigin {
        /// Maximum of the beta-binomial likelihood of the subgroups.
        MaximumLikelihood = "maximum marginal likelihood",
        /// The subgroups differ no more than by chance, so the likelihood rises with a + b without
        /// end. The crude rate with as many cases as there are in all is taken.
        NoOverdispersion = "no overdispersion: crude rate, worth all cases",
        /// Stated by the analyst.
        Stated = "stated",
    }
}

/// How to shrink rates.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct ShrinkageOptions {
    /// Probability within each interval.
    pub level: Level,
    /// Where the prior comes from.
    pub prior: Prior,
}

/// The prior that rates were shrunk with.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct PriorUsed {
    /// First shape parameter, that of cases with the event.
    pub a: f64,
    /// Second shape parameter, that of cases without it.
    pub b: f64,
    /// The rate it shrinks towards, a / (a + b).
    pub mean: f64,
    /// How many cases it is worth, a + b.
    pub equivalent_cases: f64,
    /// How it was obtained.
    pub origin: PriorOrigin,
}

/// The rate of one subgroup.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ShrunkRate {
    /// Label of the subgroup.
    pub label: String,
    /// Number of events in the subgroup.
    pub events: u64,
    /// Number of cases in the subgroup.
    pub n: u64,
    /// Events divided by cases.
    pub crude: f64,
    /// The posterior mean, (a + x) / (a + b + n).
    pub estimate: f64,
    /// Equal-tailed posterior interval.
    pub interval: Interval,
    /// The share of the prior in the estimate, (a + b) / (a + b + n).
    pub prior_weight: f64,
}

/// Rates of subgroups shrunk towards their common rate.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Shrunk {
    /// What they rest on; a report here is a subgroup.
    #[serde(flatten)]
    pub counts: Counts,
    /// The prior of each rate.
    pub prior: PriorUsed,
    /// The subgroups in the order given.
    pub rates: Vec<ShrunkRate>,
    /// The beta-binomial log-likelihood at the estimated prior, without the binomial coefficients.
    pub log_likelihood: Option<f64>,
}

/// Shrinks the rates of subgroups towards their common rate, the more the fewer cases they have.
///
/// Subgroup i has xᵢ events among nᵢ cases, xᵢ ~ Binomial(nᵢ, pᵢ) and pᵢ ~ Beta(a, b); given the data pᵢ
/// is Beta(a + xᵢ, b + nᵢ − xᵢ). The prior is stated, or estimated by maximum marginal likelihood.
/// The extreme rates of small subgroups are mostly chance; this is the estimate to rank them by.
///
/// Where subgroups differ no more than by chance the estimated a + b is infinite. Then the prior is
/// the crude rate worth as many cases as all subgroups have: each estimate is near the crude rate,
/// its interval not much narrower than that of all cases together. The result says so.
///
/// The intervals take an estimated prior as known, so they are too narrow with few subgroups
/// (below some ten); a stated prior does not suffer from this. Not for subgroups that are expected to
/// differ: shrinkage hides a true outlier.
///
/// Griffiths DA. Maximum likelihood estimation for the beta-binomial distribution. Biometrics
/// 1973;29:637-48. Casella G. An introduction to empirical Bayes data analysis. Am Stat
/// 1985;39:83-7.
///
/// # Errors
///
/// With an estimated prior, [`PoolingError`] when the likelihood has no maximum for another reason
/// than too little variation (all or no events, single cases only, no subgroup with both outcomes),
/// or there are more than [`MAX_CASES_OF_ESTIMATED_PRIOR`]. A stated prior always works.
pub fn shrink(studies: &Studies, options: ShrinkageOptions) -> Result<Shrunk, PoolingError> {
    let (prior, log_likelihood) = match options.prior {
        Prior::Stated(BetaParameters { a, b }) => (prior_used(a, b, PriorOrigin::Stated), None),
        Prior::Estimated => {
            let (prior, log_likelihood) = estimated_prior(studies)?;
            (prior, Some(log_likelihood))
        }
    };
    let PriorUsed { a, b, .. } = prior;
    let rates = studies
        .reports()
        .iter()
        .map(|report| {
            let (x, n) = (report.events() as f64, report.n() as f64);
            let [lower, upper] = equal_tailed(a + x, b + (n - x), options.level.tail());
            ShrunkRate {
                label: report.label().to_owned(),
                events: report.events(),
                n: report.n(),
                crude: x / n,
                estimate: (a + x) / (a + b + n),
                interval: Interval {
                    lower,
                    upper,
                    level: options.level,
                    method: IntervalMethod::EqualTailed,
                },
                prior_weight: (a + b) / (a + b + n),
            }
        })
        .collect();
    Ok(Shrunk {
        counts: studies.counts(),
        prior,
        rates,
        log_likelihood,
    })
}

fn prior_used(a: f64, b: f64, origin: PriorOrigin) -> PriorUsed {
    PriorUsed {
        a,
        b,
        mean: a / (a + b),
        equivalent_cases: a + b,
        origin,
    }
}

fn estimated_prior(studies: &Studies) -> Result<(PriorUsed, f64), PoolingError> {
    studies.check_estimable()?;
    let counts = studies.counts();
    if counts.n > MAX_CASES_OF_ESTIMATED_PRIOR {
        return Err(PoolingError::TooManyCases {
            n: counts.n,
            limit: MAX_CASES_OF_ESTIMATED_PRIOR,
        });
    }
    let top = maximum(&BetaBinomial::new(studies), crude_logit(&counts))
        .ok_or(PoolingError::VarianceTooLarge)?;
    let prior = if top.spread == 0.0 {
        let (events, n) = (counts.events as f64, counts.n as f64);
        prior_used(events, n - events, PriorOrigin::NoOverdispersion)
    } else {
        let worth = 1.0 / (top.spread * top.spread);
        prior_used(
            worth * expit(top.location),
            worth * expit(-top.location),
            PriorOrigin::MaximumLikelihood,
        )
    };
    Ok((prior, top.at.value))
}

#[cfg(test)]
mod tests {
    use super::super::Report;
    use super::*;

    fn studies(pairs: &[(u64, u64)]) -> Studies {
        let reports = pairs.iter().enumerate();
        Studies::new(reports.map(|(i, (x, n))| Report::new(i.to_string(), *x, *n))).expect("valid")
    }

    /// Under Beta(1, 1), 3 of 4 has posterior Beta(4, 2) with mean 4/6; 0 of 1 has Beta(1, 2) with
    /// mean 1/3 and quantile 1 − √(1 − p).
    #[test]
    fn stated_prior_by_hand() {
        let options = ShrinkageOptions {
            prior: Prior::Stated(BetaParameters::UNIFORM),
            ..ShrinkageOptions::default()
        };
        let found = shrink(&studies(&[(3, 4), (0, 1)]), options).expect("stated");
        assert!((found.rates[0].estimate - 4.0 / 6.0).abs() < 1e-15);
        assert!((found.rates[0].prior_weight - 2.0 / 6.0).abs() < 1e-15);
        let [_, none] = &found.rates[..] else {
            panic!("two subgroups")
        };
        assert!((none.estimate - 1.0 / 3.0).abs() < 1e-15);
        assert!((none.interval.lower - (1.0 - 0.975_f64.sqrt())).abs() < 1e-14);
        assert!((none.interval.upper - (1.0 - 0.025_f64.sqrt())).abs() < 1e-14);
        assert_eq!(found.prior.origin, PriorOrigin::Stated);
    }

    /// Rates as alike as they can be: 1 of 2 four times. The prior is the crude 4 of 8.
    #[test]
    fn without_overdispersion_the_prior_is_the_crude_rate() {
        let alike = studies(&[(1, 2), (1, 2), (1, 2), (1, 2)]);
        let found = shrink(&alike, ShrinkageOptions::default()).expect("falls back");
        assert_eq!(found.prior.origin, PriorOrigin::NoOverdispersion);
        assert_eq!((found.prior.a, found.prior.b), (4.0, 4.0));
        assert!(found.rates.iter().all(|rate| rate.estimate == 0.5));
    }

    #[test]
    fn odd_parameters_are_refused() {
        for (a, b) in [
            (0.0, 1.0),
            (1.0, -1.0),
            (f64::NAN, 1.0),
            (1.0, f64::INFINITY),
        ] {
            assert!(BetaParameters::new(a, b).is_err(), "{a} {b}");
        }
        assert_eq!(BetaParameters::new(1.0, 1.0), Ok(BetaParameters::UNIFORM));
    }
}
