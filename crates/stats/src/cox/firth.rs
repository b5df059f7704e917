//! The fit by penalised partial likelihood.

use serde::Serialize;

use super::fit::{ChiSquaredTest, CoxError, LogLikelihood, check_information, failed, in_units};
use super::likelihood::{self, Evaluation};
use super::maximise::{Failure, Maximum, Rule, maximise};
use super::risk_set::{Order, walk};
use super::sample::Sample;
use super::ties::Ties;
use crate::estimate::{IntervalMethod, Level, OpenInterval};
use crate::linear::Cholesky;

/// Information is lost when a pivot falls below this share of its variance.
const SINGULAR: f64 = 1e-15;

/// A limit is found when a step towards it is below this share of a standard error.
const FOUND: f64 = 1e-11;

/// Steps below this share that no longer shrink are rounding.
const ROUNDED: f64 = 1e-6;

const STEPS: usize = 200;

/// A limit further than this many standard errors away does not exist.
const FARTHEST: f64 = 1e4;

/// Choices of a fit by penalised partial likelihood.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct FirthOptions {
    /// How to treat events at one time: Efron's or Breslow's way.
    pub ties: Ties,
    /// Level of the intervals.
    pub level: Level,
}

/// The effect of a covariate, or of one category of it against the reference.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FirthCoefficient {
    /// Name of the column: that of the covariate, or `covariate=label`.
    pub name: String,
    /// Name of the covariate.
    pub covariate: String,
    /// The label compared with the reference, for a categorical covariate.
    pub level: Option<String>,
    /// The logarithm of the hazard ratio for one unit more.
    pub estimate: f64,
    /// Hazard ratio for one unit more, or against the reference category.
    pub hazard_ratio: f64,
    /// Interval of the hazard ratio: where twice the penalised profile likelihood is within a
    /// chi-squared quantile of its maximum. An end is missing where the likelihood does not fall so
    /// far, or beyond the range of numbers.
    #[serde(rename = "hazard_ratio_interval")]
    pub interval: OpenInterval,
    /// Standard error of `estimate`, from the information. The likelihood is seldom symmetric enough
    /// to use it.
    pub std_error: f64,
    /// Test of no effect by the ratio of penalised likelihoods.
    pub likelihood_ratio: ChiSquaredTest,
}

/// A Cox regression by penalised likelihood.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FirthFit {
    /// Number of rows.
    pub n: usize,
    /// Number of events.
    pub events: usize,
    /// How ties were treated.
    pub ties: Ties,
    /// One coefficient a column of the design, in its order.
    pub coefficients: Vec<FirthCoefficient>,
    /// Covariance of the estimates, from the information.
    pub covariance: Vec<Vec<f64>>,
    /// Penalised log-likelihoods, the information being that of one unit of each covariate.
    pub penalised_log_likelihood: LogLikelihood,
    /// Test of no effect of any covariate by the ratio of penalised likelihoods.
    pub likelihood_ratio: ChiSquaredTest,
    /// Steps to the maximum.
    pub iterations: usize,
}

/// Fits Cox's regression by Firth's penalised partial likelihood.
///
/// The likelihood is multiplied by the square root of the determinant of the information (Jeffreys's
/// prior). This takes away the first-order bias of the estimates away from zero, and the maximum
/// exists even where a covariate separates the events. Each coefficient is tested by the fall of the
/// penalised likelihood with it held at zero and all others free, the determinant always being that of
/// the whole information; its interval inverts that test. Recommended with few events, about ten a
/// coefficient or less. With exact ties or clusters it is not defined.
///
/// Heinze G, Schemper M. Biometrics 2001;57:114-9. R's coxphf has Breslow's ties: compare it with
/// [`Ties::Breslow`].
///
/// # Errors
///
/// [`CoxError`] for collinear columns, or if the maximum is not found.
pub fn firth(sample: &Sample, options: FirthOptions) -> Result<FirthFit, CoxError> {
    if options.ties == Ties::Exact {
        return Err(CoxError::FirthWithExactTies);
    }
    if sample.clusters.is_some() {
        return Err(CoxError::FirthWithClusters);
    }
    let width = sample.width();
    if width > sample.events() {
        return Err(CoxError::TooManyCoefficients {
            coefficients: width,
            events: sample.events(),
        });
    }
    let zero = vec![0.0; width];
    let not_converged = CoxError::NotConverged { iterations: 0 };
    let plain = likelihood::evaluate(sample, &zero, options.ties).ok_or(not_converged.clone())?;
    check_information(sample, &plain)?;
    let penalised = Penalised {
        sample,
        ties: options.ties,
        ranges: sample.columns.iter().map(|column| column.range).collect(),
    };
    let null = penalised.evaluate(&zero).ok_or(not_converged)?;
    let maximum = maximise(
        Rule::Penalised,
        zero,
        null.clone(),
        &penalised.ranges,
        |b| penalised.evaluate(b),
    )
    .map_err(|failure| not_found(sample, failure))?;
    let covariance = maximum.root.inverse();
    let highest = maximum.evaluation.log_likelihood;
    let mut coefficients = Vec::with_capacity(width);
    for (i, column) in sample.columns.iter().enumerate() {
        let std_error = covariance[i * width + i].sqrt();
        let without = penalised
            .profile_near(i, 0.0, &maximum.b, &maximum)
            .or_else(|_| penalised.profile(i, 0.0, &vec![0.0; width]))
            .map_err(|failure| not_found(sample, failure))?;
        let limit = |sign: f64| {
            let found = penalised.limit(i, &maximum, sign * std_error, options.level)?;
            let ratio = (found / column.scale).exp();
            (ratio.is_finite() && ratio > 0.0).then_some(ratio)
        };
        let estimate = maximum.b[i] / column.scale;
        if !(estimate.exp().is_finite() && (std_error / column.scale).is_finite()) {
            return Err(CoxError::OutOfRange {
                column: column.name.clone(),
            });
        }
        coefficients.push(FirthCoefficient {
            name: column.name.clone(),
            covariate: column.covariate.clone(),
            level: column.level.clone(),
            estimate,
            hazard_ratio: estimate.exp(),
            interval: OpenInterval {
                lower: limit(-1.0),
                upper: limit(1.0),
                level: options.level,
                method: IntervalMethod::ProfileLikelihood,
            },
            std_error: std_error / column.scale,
            likelihood_ratio: ChiSquaredTest::new(2.0 * (highest - without.log_likelihood), 1),
        });
    }
    // The determinant in the units of the covariates.
    let units: f64 = sample.columns.iter().map(|column| column.scale.ln()).sum();
    Ok(FirthFit {
        n: sample.n(),
        events: sample.events(),
        ties: options.ties,
        coefficients,
        covariance: in_units(sample, &covariance),
        penalised_log_likelihood: LogLikelihood {
            null: null.log_likelihood + units,
            fitted: highest + units,
        },
        likelihood_ratio: ChiSquaredTest::new(2.0 * (highest - null.log_likelihood), width),
        iterations: maximum.iterations,
    })
}

/// A penalised likelihood rises for ever only by rounding.
fn not_found(sample: &Sample, failure: Failure) -> CoxError {
    match failure {
        Failure::Rising(_) => CoxError::NotConverged { iterations: 0 },
        Failure::NotFound(_) => failed(sample, failure),
    }
}

/// The maximum with one coefficient held.
struct Profile {
    b: Vec<f64>,
    log_likelihood: f64,
    /// The slope in the coefficient held.
    slope: f64,
}

struct Penalised<'a> {
    sample: &'a Sample,
    ties: Ties,
    ranges: Vec<f64>,
}

impl Penalised<'_> {
    /// The penalised log-likelihood, its slope, and the information of the plain one.
    ///
    /// The slope of ½ ln det I in bⱼ is ½ tr(I⁻¹ ∂I/∂bⱼ), and ∂I/∂b is the sum over events of the
    /// third central moment of the covariates at risk.
    fn evaluate(&self, b: &[f64]) -> Option<Evaluation> {
        let sample = self.sample;
        let width = sample.width();
        let mut log_likelihood: f64 = sample.event_sums.iter().zip(b).map(|(x, b)| x * b).sum();
        let mut score = sample.event_sums.clone();
        let mut information = vec![0.0; width * width];
        let mut third = vec![0.0; width * (width + 1) * (width + 2) / 6];
        let mut m = vec![0.0; width];
        walk::<0>(sample, b, Order::Third, |at| {
            at.terms(self.ties, |events, _, sums| {
                log_likelihood -= events * sums.s0.ln();
                let part = 1.0 / sums.s0;
                let square = |i: usize, j: usize| sums.s2[i * width + j] * part;
                let mut cubes = third.iter_mut().zip(&sums.s3);
                for i in 0..width {
                    m[i] = sums.s1[i] * part;
                    score[i] -= events * m[i];
                    for j in 0..=i {
                        information[i * width + j] += events * (square(i, j) - m[i] * m[j]);
                        for k in 0..=j {
                            let central =
                                square(i, j) * m[k] + square(i, k) * m[j] + square(j, k) * m[i]
                                    - 2.0 * m[i] * m[j] * m[k];
                            if let Some((sum, cube)) = cubes.next() {
                                *sum += events * (cube * part - central);
                            }
                        }
                    }
                }
            });
        })?;
        let root = Cholesky::new(&information, width, SINGULAR).ok()?;
        log_likelihood += root.ln_determinant() / 2.0;
        let inverse = root.inverse();
        let mut cubes = third.iter();
        for i in 0..width {
            for j in 0..=i {
                for k in 0..=j {
                    let cube = cubes.next().copied().unwrap_or(0.0) / 2.0;
                    // Each unordered triple stands for all its orders.
                    let mut share = |slope: usize, a: usize, b: usize| {
                        let twice = if a == b { 1.0 } else { 2.0 };
                        score[slope] += twice * inverse[a * width + b] * cube;
                    };
                    share(i, j, k);
                    if j != i {
                        share(j, i, k);
                    }
                    if k != j {
                        share(k, i, j);
                    }
                }
            }
        }
        Evaluation {
            log_likelihood,
            score,
            information,
        }
        .if_finite()
    }

    /// The maximum with the coefficient of `held` at `value`, climbing from `start`.
    fn profile(&self, held: usize, value: f64, start: &[f64]) -> Result<Profile, Failure> {
        let width = start.len();
        let free: Vec<usize> = (0..width).filter(|i| *i != held).collect();
        let whole = |part: &[f64]| {
            let mut b = vec![value; width];
            for (i, b_i) in free.iter().zip(part) {
                b[*i] = *b_i;
            }
            b
        };
        let evaluate = |part: &[f64]| {
            let Evaluation {
                log_likelihood,
                score,
                information,
            } = self.evaluate(&whole(part))?;
            let pairs = free.iter().flat_map(|i| free.iter().map(move |j| (i, j)));
            Some(Evaluation {
                log_likelihood,
                score: free.iter().map(|i| score[*i]).collect(),
                information: pairs.map(|(i, j)| information[i * width + j]).collect(),
            })
        };
        let part: Vec<f64> = free.iter().map(|i| start[*i]).collect();
        let ranges: Vec<f64> = free.iter().map(|i| self.ranges[*i]).collect();
        let first = evaluate(&part).ok_or(Failure::NotFound(0))?;
        let Maximum { b, .. } = maximise(Rule::Penalised, part, first, &ranges, evaluate)?;
        let b = whole(&b);
        let at = self.evaluate(&b).ok_or(Failure::NotFound(0))?;
        Ok(Profile {
            b,
            log_likelihood: at.log_likelihood,
            slope: at.score[held],
        })
    }

    /// The same starting from a maximum nearby. As one coefficient moves, the others follow by their
    /// covariance with it; where columns are nearly collinear nothing else leads along the ridge.
    fn profile_near(
        &self,
        held: usize,
        value: f64,
        near: &[f64],
        maximum: &Maximum,
    ) -> Result<Profile, Failure> {
        let mut unit = vec![0.0; near.len()];
        unit[held] = 1.0;
        let covariances = maximum.root.solve(&unit);
        let move_by = (value - near[held]) / covariances[held];
        let following = near.iter().zip(&covariances);
        let following: Vec<f64> = following.map(|(b, with)| b + move_by * with).collect();
        self.profile(held, value, &following)
            .or_else(|_| self.profile(held, value, near))
    }

    /// The limit of the profile interval on the side of `std_error`'s sign, by Newton's method kept
    /// within a bracket; `None` if there is none.
    fn limit(&self, held: usize, maximum: &Maximum, std_error: f64, level: Level) -> Option<f64> {
        let target = maximum.evaluation.log_likelihood - level.z() * level.z() / 2.0;
        let centre = maximum.b[held];
        let (mut inside, mut outside) = (centre, None);
        let mut start = maximum.b.clone();
        let mut value = centre + level.z() * std_error;
        let mut last = f64::INFINITY;
        for _ in 0..STEPS {
            let Ok(profile) = self.profile_near(held, value, &start, maximum) else {
                // Too far at once: come nearer.
                value = f64::midpoint(inside, value);
                if (value - inside).abs() <= FOUND * std_error.abs() {
                    return None;
                }
                continue;
            };
            let above = profile.log_likelihood - target;
            if above >= 0.0 {
                inside = value;
            } else {
                outside = Some(value);
            }
            let newton = value - above / profile.slope;
            let within = match outside {
                Some(outside) => (newton - inside) * (newton - outside) <= 0.0,
                None => (newton - inside) * std_error > 0.0,
            };
            let next = match (within, outside) {
                // No more than doubling the distance at once.
                (true, None) => {
                    let farthest = value + (value - centre);
                    if (newton - farthest) * std_error > 0.0 {
                        farthest
                    } else {
                        newton
                    }
                }
                (true, Some(_)) => newton,
                (false, None) => value + (value - centre),
                (false, Some(outside)) => f64::midpoint(inside, outside),
            };
            let length = (next - value).abs() / std_error.abs();
            if length <= FOUND || (length <= ROUNDED && length > last / 2.0) {
                return Some(next);
            }
            last = length;
            if (next - centre).abs() > FARTHEST * std_error.abs() {
                return None;
            }
            start = profile.b;
            value = next;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Columns, Covariate};
    use super::*;
    use crate::factor::Factor;
    use crate::survival::Outcome::Event;

    fn two() -> Columns {
        let x = Covariate::numeric("x", vec![1.0, 0.0]);
        Columns::new(vec![1.0, 2.0], vec![Event, Event], vec![x])
    }

    /// The event at 1 has x = 1, the one case left 0. With h the hazard ratio the likelihood is h/(1 +
    /// h), the information h/(1 + h)², and their penalised product h^1.5/(1 + h)², largest at h = 3.
    /// Twice the fall of its logarithm to h = 1 is 3 ln 3 − 4 ln 2.
    #[test]
    fn two_cases_by_hand() {
        let sample = Sample::new(two()).expect("valid");
        let fit = firth(&sample, FirthOptions::default()).expect("a fit");
        let found = &fit.coefficients[0];
        assert!((found.hazard_ratio - 3.0).abs() < 1e-8);
        let statistic = 3.0 * 3_f64.ln() - 4.0 * 2_f64.ln();
        assert!((found.likelihood_ratio.statistic - statistic).abs() < 1e-9);
        assert!((found.std_error - 16_f64.sqrt() / 3_f64.sqrt()).abs() < 1e-8);
        let penalised = |h: f64| 1.5 * h.ln() - 2.0 * h.ln_1p();
        assert!((fit.penalised_log_likelihood.fitted - penalised(3.0)).abs() < 1e-12);
        let z = Level::P95.z();
        for limit in [found.interval.lower, found.interval.upper] {
            let fall = penalised(3.0) - penalised(limit.expect("a limit"));
            assert!((2.0 * fall - z * z).abs() < 1e-9, "{limit:?}");
        }
    }

    #[test]
    fn what_it_has_not_is_refused() {
        let sample = Sample::new(two()).expect("valid");
        let exact = FirthOptions {
            ties: Ties::Exact,
            ..FirthOptions::default()
        };
        assert_eq!(firth(&sample, exact), Err(CoxError::FirthWithExactTies));
        let sample = Sample::new(Columns {
            clusters: Some(Factor::new(["a", "b"])),
            ..two()
        })
        .expect("valid");
        assert_eq!(
            firth(&sample, FirthOptions::default()),
            Err(CoxError::FirthWithClusters)
        );
    }
}
