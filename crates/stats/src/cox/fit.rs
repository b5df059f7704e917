//! The fit by partial likelihood.

use serde::Serialize;
use thiserror::Error;

use super::concordance::{Concordance, concordance};
use super::likelihood::{self, Evaluation};
use super::maximise::{Failure, Rule, maximise};
use super::sample::Sample;
use super::ties::Ties;
use super::{exact, robust};
use crate::choice::choices;
use crate::distribution::chi_squared_upper_tail;
use crate::estimate::{Interval, IntervalMethod, Level};
use crate::linear::Cholesky;

/// With fewer events than this an estimate by partial likelihood is refused unless asked for.
pub const FEW_EVENTS: usize = 5;

/// A column that, given the columns before it, varies less than this share of its own variance at
/// risk is a combination of them.
const COLLINEAR: f64 = 1e-10;

/// A column varies at risk if its variance there, summed over events, is more than this share of
/// its variance over all cases.
const NO_INFORMATION: f64 = 1e-12;

/// Columns with a smaller share (standardised) have none in a combination.
const NO_SHARE: f64 = 1e-6;

/// A robust standard error below this share of the other one is rounding.
const NO_ERROR: f64 = 1e-9;

choices! {
    /// What to do when there are fewer than five events.
    #[derive(Default)]
    pub enum FewEvents {
        /// Refuse, since neither estimates nor their errors can then be trusted.
        #[default]
        Refuse = "refuse",
        /// Fit all the same.
        Allow = "allow",
    }
}

/// Choices of a fit by partial likelihood.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct CoxOptions {
    /// How to treat events at one time.
    pub ties: Ties,
    /// Level of the intervals.
    pub level: Level,
    /// Whether to go on with very few events.
    pub few_events: FewEvents,
}

/// The part that a column has in a combination of columns.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Share {
    /// Name of the column.
    pub column: String,
    /// What it is multiplied by.
    pub factor: f64,
}

/// Why there is no fit.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum CoxError {
    /// There are very few events.
    #[error(
        "events: {events}, fewer than {FEW_EVENTS}, so that estimates and errors cannot be trusted; use \
         Firth's penalty (penalty: firth), or allow few events (few_events: allow)"
    )]
    FewEvents {
        /// Number of events.
        events: usize,
    },
    /// A column does not vary among those at risk at any event.
    #[error("{column} does not vary among the cases at risk at any event; leave it out")]
    NoInformation {
        /// Name of the column.
        column: String,
    },
    /// A column is a combination of columns before it.
    #[error(
        "among the cases at risk {column} is, but for a constant, {}; leave one of these out",
        combination.iter().map(|share| format!("{} × {}", share.factor, share.column)).collect::<Vec<_>>().join(" + ")
    )]
    Collinear {
        /// Name of the column.
        column: String,
        /// What it is the sum of.
        combination: Vec<Share>,
    },
    /// The likelihood rises for ever: a covariate, or a combination of covariates, orders the events
    /// without exception.
    #[error(
        "the likelihood has no maximum: the coefficient of {column} grows without end (events occur \
         always at its largest or always at its smallest value at risk, perhaps given other \
         covariates); use Firth's penalised fit"
    )]
    Separation {
        /// Name of the column whose part in it is largest.
        column: String,
    },
    /// The likelihood has no maximum that could be found.
    #[error(
        "no maximum of the likelihood was found in {iterations} steps; look for extreme values of \
         covariates, or use fewer of them"
    )]
    NotConverged {
        /// Steps taken.
        iterations: usize,
    },
    /// A hazard ratio or a limit of its interval is beyond the range of numbers.
    #[error(
        "the hazard ratio for one unit of {column} or its interval is too large for a number; \
         express the covariate in a larger unit"
    )]
    OutOfRange {
        /// Name of the column.
        column: String,
    },
    /// Too many events at one time for the exact method.
    #[error(
        "{events} events at one time are too many for exact ties (at most {}); use Efron's",
        exact::MOST_TIED
    )]
    TooManyTied {
        /// Events at one time.
        events: usize,
    },
    /// Errors robust to clusters are not defined with exact ties.
    #[error(
        "there are no errors by cluster with exact ties; use Efron's or leave out the clusters"
    )]
    ClustersWithExactTies,
    /// The clusters are too few to estimate an error from.
    #[error("{clusters} clusters are too few for an error of {column}; leave out the clusters")]
    FewClusters {
        /// Number of clusters.
        clusters: usize,
        /// Name of the column.
        column: String,
    },
    /// There are more coefficients than events.
    #[error(
        "{coefficients} coefficients are too many for {events} events, with a penalty too; leave \
         covariates out"
    )]
    TooManyCoefficients {
        /// Number of coefficients.
        coefficients: usize,
        /// Number of events.
        events: usize,
    },
    /// Firth's fit is not defined with exact ties.
    #[error("Firth's fit is not defined with exact ties; use Efron's or Breslow's")]
    FirthWithExactTies,
    /// Firth's fit has no errors robust to clusters.
    #[error("Firth's fit has no errors by cluster; leave out the clusters")]
    FirthWithClusters,
}

/// A statistic with its degrees of freedom and its P value.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct ChiSquaredTest {
    /// Chi-squared statistic of the test.
    pub statistic: f64,
    /// Its degrees of freedom.
    pub degrees_of_freedom: usize,
    /// Probability of a statistic at least as large if the hypothesis holds.
    pub p_value: f64,
}

impl ChiSquaredTest {
    pub(super) fn new(statistic: f64, degrees_of_freedom: usize) -> Self {
        // Differences of likelihoods may fall below zero by rounding.
        let statistic = statistic.max(0.0);
        Self {
            statistic,
            degrees_of_freedom,
            p_value: chi_squared_upper_tail(statistic, degrees_of_freedom),
        }
    }
}

/// The effect of a covariate, or of one category of it against the reference.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Coefficient {
    /// Name of the column: that of the covariate, or `covariate=label`.
    pub name: String,
    /// Name of the covariate.
    pub covariate: String,
    /// The label compared with the reference, for a categorical covariate.
    pub level: Option<String>,
    /// The logarithm of the hazard ratio for one unit more (with exact ties, of the odds ratio).
    pub estimate: f64,
    /// Hazard ratio for one unit more, or against the reference category.
    pub hazard_ratio: f64,
    /// Interval of the hazard ratio, by the robust error if there are clusters.
    #[serde(rename = "hazard_ratio_interval")]
    pub interval: Interval,
    /// Standard error of `estimate`, from the information.
    pub std_error: f64,
    /// Standard error of `estimate` robust to dependence within clusters, if there are clusters.
    pub robust_std_error: Option<f64>,
    /// `estimate` over its (robust) standard error.
    pub z: f64,
    /// Two-sided probability of such a z if there is no effect.
    pub p_value: f64,
}

/// Logarithms of the partial likelihood.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct LogLikelihood {
    /// Log partial likelihood with every coefficient 0.
    pub null: f64,
    /// Log partial likelihood at the estimate.
    pub fitted: f64,
}

/// A fit by partial likelihood, with its tests.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CoxFit {
    /// Number of rows.
    pub n: usize,
    /// Number of events.
    pub events: usize,
    /// Number of clusters, if there are any.
    pub clusters: Option<usize>,
    /// How ties were treated.
    pub ties: Ties,
    /// One coefficient a column of the design, in its order.
    pub coefficients: Vec<Coefficient>,
    /// Covariance of the estimates, from the information.
    pub covariance: Vec<Vec<f64>>,
    /// Covariance of the estimates robust to dependence within clusters, if there are clusters.
    pub robust_covariance: Option<Vec<Vec<f64>>>,
    /// Log partial likelihood without covariates and at the estimate.
    pub log_likelihood: LogLikelihood,
    /// Test of no effect of any covariate by the ratio of likelihoods. Assumes independent rows.
    pub likelihood_ratio: ChiSquaredTest,
    /// Test of no effect by the estimates, by their robust covariance if there are clusters; `None`
    /// if the clusters are too few for that.
    pub wald: Option<ChiSquaredTest>,
    /// Test of no effect by the slope of the likelihood at zero; with one binary covariate the
    /// log-rank test. Assumes independent rows.
    pub score: ChiSquaredTest,
    /// The same robust to dependence within clusters; `None` without clusters or with too few.
    pub robust_score: Option<ChiSquaredTest>,
    /// How well the fit orders the events; `None` if no pair can be compared.
    pub concordance: Option<Concordance>,
    /// Newton-Raphson steps taken.
    pub iterations: usize,
}

/// Fits Cox's regression by partial likelihood.
///
/// The hazard of a case with covariates x is h₀(t) exp(xᵀb), its stratum's baseline h₀ left open.
/// The partial likelihood is the product over events of exp(xᵀb) of the case with the event over its
/// sum over those then at risk; its maximum is found by Newton-Raphson on standardised columns to
/// within rounding. Errors come from the information, and those of clusters from the sandwich of the
/// information around the squares of the clusters' score residuals. Tests and intervals are
/// asymptotic: with fewer than about ten events a coefficient prefer [`firth`](super::firth()). The
/// model says that covariates multiply the hazard by the same at all times: see
/// [`proportional_hazards`](super::proportional_hazards()).
///
/// Cox DR. J R Stat Soc B 1972;34:187-220. Efron B. J Am Stat Assoc 1977;72:557-65. Lin DY, Wei LJ. J
/// Am Stat Assoc 1989;84:1074-8.
///
/// # Errors
///
/// [`CoxError`] with few events, collinear columns, no maximum of the likelihood, or where the
/// choices do not go together.
pub fn cox(sample: &Sample, options: CoxOptions) -> Result<CoxFit, CoxError> {
    if sample.events() < FEW_EVENTS && options.few_events == FewEvents::Refuse {
        return Err(CoxError::FewEvents {
            events: sample.events(),
        });
    }
    if options.ties == Ties::Exact {
        let events = exact::most_tied(sample);
        if events > exact::MOST_TIED {
            return Err(CoxError::TooManyTied { events });
        }
        if sample.clusters.is_some() {
            return Err(CoxError::ClustersWithExactTies);
        }
    }
    let width = sample.width();
    let evaluate = |b: &[f64]| match options.ties {
        Ties::Exact => exact::evaluate(sample, b),
        ties => likelihood::evaluate(sample, b, ties),
    };
    let null = evaluate(&vec![0.0; width]).ok_or(CoxError::NotConverged { iterations: 0 })?;
    let null_root = check_information(sample, &null)?;
    let ranges: Vec<f64> = sample.columns.iter().map(|column| column.range).collect();
    let start = vec![0.0; width];
    let maximum = maximise(Rule::Likelihood, start, null.clone(), &ranges, evaluate)
        .map_err(|failure| failed(sample, failure))?;

    let b = &maximum.b;
    let covariance = maximum.root.inverse();
    let robust = sample
        .clusters
        .as_ref()
        .map(|(clusters, count)| {
            Robust::new(sample, b, options.ties, clusters, *count, &covariance)
        })
        .transpose()?;
    let used = robust
        .as_ref()
        .map_or(&covariance, |robust| &robust.covariance);
    let coefficients = (0..width)
        .map(|i| {
            let variances = (covariance[i * width + i], robust.is_some());
            let robust = variances.1.then(|| used[i * width + i]);
            coefficient(sample, i, b[i], variances.0, robust, options.level)
        })
        .collect::<Result<_, _>>()?;
    let wald = match &robust {
        None => Some(
            (0..width)
                .flat_map(|i| (0..width).map(move |j| (i, j)))
                .map(|(i, j)| {
                    b[i] * b[j] * maximum.evaluation.information[i.max(j) * width + i.min(j)]
                })
                .sum(),
        ),
        Some(robust) => Cholesky::new(&robust.covariance, width, COLLINEAR)
            .ok()
            .map(|root| root.quadratic_form(b)),
    };
    Ok(CoxFit {
        n: sample.n(),
        events: sample.events(),
        clusters: sample.clusters.as_ref().map(|(_, count)| *count),
        ties: options.ties,
        coefficients,
        covariance: in_units(sample, &covariance),
        robust_covariance: robust
            .as_ref()
            .map(|robust| in_units(sample, &robust.covariance)),
        log_likelihood: LogLikelihood {
            null: null.log_likelihood,
            fitted: maximum.evaluation.log_likelihood,
        },
        likelihood_ratio: ChiSquaredTest::new(
            2.0 * (maximum.evaluation.log_likelihood - null.log_likelihood),
            width,
        ),
        wald: wald.map(|statistic| ChiSquaredTest::new(statistic, width)),
        score: ChiSquaredTest::new(null_root.quadratic_form(&null.score), width),
        robust_score: robust
            .and_then(|robust| robust.score)
            .map(|statistic| ChiSquaredTest::new(statistic, width)),
        concordance: concordance(sample, b),
        iterations: maximum.iterations,
    })
}

/// Finds columns that say nothing, or nothing new, about the events.
pub(super) fn check_information(sample: &Sample, null: &Evaluation) -> Result<Cholesky, CoxError> {
    let width = sample.width();
    let information = &null.information;
    for (i, column) in sample.columns.iter().enumerate() {
        if information[i * width + i] <= NO_INFORMATION * sample.events() as f64 {
            return Err(CoxError::NoInformation {
                column: column.name.clone(),
            });
        }
    }
    Cholesky::new(information, width, COLLINEAR).map_err(|column| {
        let before: Vec<f64> = (0..column)
            .flat_map(|i| (0..column).map(move |j| information[i.max(j) * width + i.min(j)]))
            .collect();
        let with = &information[column * width..column * width + column];
        let factors = match Cholesky::new(&before, column, COLLINEAR) {
            Ok(root) => root.solve(with),
            Err(_) => Vec::new(),
        };
        let scale = sample.columns[column].scale;
        CoxError::Collinear {
            column: sample.columns[column].name.clone(),
            combination: factors
                .iter()
                .zip(&sample.columns)
                .filter(|(factor, _)| factor.abs() > NO_SHARE)
                .map(|(factor, other)| Share {
                    column: other.name.clone(),
                    factor: factor * scale / other.scale,
                })
                .collect(),
        }
    })
}

pub(super) fn failed(sample: &Sample, failure: Failure) -> CoxError {
    match failure {
        Failure::Rising(column) => CoxError::Separation {
            column: sample.columns[column].name.clone(),
        },
        Failure::NotFound(iterations) => CoxError::NotConverged { iterations },
    }
}

/// A covariance of standardised coefficients in the units of the covariates.
pub(super) fn in_units(sample: &Sample, covariance: &[f64]) -> Vec<Vec<f64>> {
    let columns = &sample.columns;
    covariance
        .chunks_exact(columns.len())
        .zip(columns)
        .map(|(row, one)| {
            row.iter()
                .zip(columns)
                .map(|(value, other)| value / one.scale / other.scale)
                .collect()
        })
        .collect()
}

struct Robust {
    covariance: Vec<f64>,
    score: Option<f64>,
}

impl Robust {
    fn new(
        sample: &Sample,
        b: &[f64],
        ties: Ties,
        clusters: &[u32],
        count: usize,
        covariance: &[f64],
    ) -> Result<Self, CoxError> {
        let width = sample.width();
        let residuals = robust::score_residuals(sample, b, ties, clusters, count);
        let half = product(covariance, &robust::squares(&residuals, width), width);
        let sandwich = product(&half, covariance, width);
        for (i, column) in sample.columns.iter().enumerate() {
            let (robust, other) = (sandwich[i * width + i], covariance[i * width + i]);
            if robust <= NO_ERROR * NO_ERROR * other {
                return Err(CoxError::FewClusters {
                    clusters: count,
                    column: column.name.clone(),
                });
            }
        }
        let at_zero = vec![0.0; width];
        let residuals = robust::score_residuals(sample, &at_zero, ties, clusters, count);
        let mut slope = vec![0.0; width];
        for residual in residuals.chunks_exact(width) {
            for (sum, value) in slope.iter_mut().zip(residual) {
                *sum += value;
            }
        }
        let score = Cholesky::new(&robust::squares(&residuals, width), width, COLLINEAR)
            .ok()
            .map(|root| root.quadratic_form(&slope));
        Ok(Self {
            covariance: sandwich,
            score,
        })
    }
}

fn product(a: &[f64], b: &[f64], width: usize) -> Vec<f64> {
    (0..width)
        .flat_map(|i| (0..width).map(move |j| (i, j)))
        .map(|(i, j)| {
            (0..width)
                .map(|k| a[i * width + k] * b[k * width + j])
                .sum()
        })
        .collect()
}

fn coefficient(
    sample: &Sample,
    number: usize,
    b: f64,
    variance: f64,
    robust: Option<f64>,
    level: Level,
) -> Result<Coefficient, CoxError> {
    let column = &sample.columns[number];
    let estimate = b / column.scale;
    let std_error = variance.sqrt() / column.scale;
    let robust_std_error = robust.map(|variance| variance.sqrt() / column.scale);
    let used = robust_std_error.unwrap_or(std_error);
    let z = estimate / used;
    let found = Coefficient {
        name: column.name.clone(),
        covariate: column.covariate.clone(),
        level: column.level.clone(),
        estimate,
        hazard_ratio: estimate.exp(),
        interval: Interval {
            lower: (estimate - level.z() * used).exp(),
            upper: (estimate + level.z() * used).exp(),
            level,
            method: IntervalMethod::WaldLog,
        },
        std_error,
        robust_std_error,
        z,
        p_value: chi_squared_upper_tail(z * z, 1),
    };
    let numbers = [
        estimate,
        std_error,
        z,
        found.hazard_ratio,
        found.interval.upper,
    ];
    if numbers.iter().all(|value| value.is_finite()) && (z * z).is_finite() {
        Ok(found)
    } else {
        Err(CoxError::OutOfRange {
            column: column.name.clone(),
        })
    }
}

#[cfg(test)]
mod tests;
