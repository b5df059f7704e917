//! A proportion that varies between reports: the binomial-normal model.

use serde::Serialize;

use super::beta::student_t;
use super::heterogeneity::{Heterogeneity, crude_logit, heterogeneity};
use super::logit::LogitEstimate;
use super::normal_logit::{NormalLogit, expit, mean_proportion};
use super::reports::{Counts, PoolingError, Studies};
use super::surface::{Derivatives, Point, location_limits, maximum, spread_limits};
use crate::choice::choices;
use crate::distribution::chi_squared_upper_tail;
use crate::estimate::{Interval, IntervalMethod, Level, OpenInterval};

choices! {
    /// How the interval of the pooled proportion is made.
    #[derive(Default)]
    pub enum PooledInterval {
        /// Logit ± z × standard error.
        #[default]
        Wald = "Wald",
        /// Logit ± t × standard error, with the reports less one as degrees of freedom. Wider with
        /// few reports, but counts a single case as much of a report as a trial.
        StudentT = "Student t",
        /// The logits whose best log-likelihood is within z²/2 of the maximum; follows the
        /// asymmetry of the likelihood.
        ProfileLikelihood = "profile likelihood",
    }
}

choices! {
    /// The distribution that a prediction interval takes its factor from.
    #[derive(Default)]
    pub enum PredictionMethod {
        /// Student's t with the reports less two as degrees of freedom (Higgins, Thompson &
        /// Spiegelhalter 2009; Riley, Higgins & Deeks 2011).
        #[default]
        Riley = "Student t, reports less two",
        /// Student's t with the reports less one.
        StudentT = "Student t, reports less one",
        /// The normal distribution; too narrow with few reports.
        Normal = "normal",
    }
}

choices! {
    /// The model of a pooled proportion.
    #[non_exhaustive]
    pub enum RandomEffectsMethod {
        /// Binomial counts, normal log odds, maximum likelihood.
        BinomialNormal = "binomial-normal, maximum likelihood",
    }
}

/// How to pool with variation between reports.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct RandomEffectsOptions {
    /// Confidence level of all intervals.
    pub level: Level,
    /// How the interval of the pooled proportion is made.
    pub interval: PooledInterval,
    /// How the prediction interval is made.
    pub prediction: PredictionMethod,
}

/// A proportion pooled with variation between reports.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RandomEffects {
    /// What it rests on.
    #[serde(flatten)]
    pub counts: Counts,
    /// How the variance between reports was estimated.
    pub method: RandomEffectsMethod,
    /// The pooled proportion: that of the report in the middle, expit(μ).
    pub estimate: f64,
    /// Its interval, turned back from the logit scale.
    pub interval: Interval,
    /// The pooled log odds, μ.
    pub logit: LogitEstimate,
    /// The mean of the proportions of all reports to be expected, ∫ expit(μ + τ u) φ(u) du. Nearer
    /// to a half than `estimate`, and nearer to the crude proportion.
    pub mean_proportion: f64,
    /// Variation between reports on the logit scale.
    pub between_reports: BetweenReports,
    /// Test of no such variation.
    pub no_variation: NoVariationTest,
    /// Tests of heterogeneity that do not rest on the normal distribution of the log odds.
    pub heterogeneity: Heterogeneity,
    /// The range of the proportion of a further report; `None` with fewer reports than Student's t
    /// needs.
    pub prediction: Option<PredictionInterval>,
    /// The share of the information on the pooled logit, −∂²ln L/∂μ², that single cases carry.
    pub single_case_information: f64,
    /// The maximum of the log-likelihood.
    pub log_likelihood: f64,
    /// The log-likelihood with τ² = 0.
    pub common_effect_log_likelihood: f64,
}

/// How much the log odds of reports vary.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct BetweenReports {
    /// The variance, by maximum likelihood, which tends to be too low with few reports.
    pub tau_squared: f64,
    /// Its profile-likelihood interval: the variances whose best log-likelihood is within z²/2 of
    /// the maximum. The upper end is missing when it is too large to compute.
    pub tau_squared_interval: OpenInterval,
    /// Standard deviation between reports, on the scale of the model.
    pub tau: f64,
    /// τ² / (τ² + s²) with s² the typical variance within reports, as a fraction. `None` for one
    /// report.
    pub i_squared: Option<f64>,
    /// (τ² + s²) / s². `None` for one report.
    pub h_squared: Option<f64>,
    /// The typical variance within reports s² of Higgins & Thompson (2002), (k − 1) Σw / ((Σw)² −
    /// Σw²) with 1/w = 1/x + 1/(n − x), half a case added to both where one is 0. `None` for one
    /// report.
    pub typical_variance: Option<f64>,
    /// τ² / (τ² + π²/3): the correlation of cases of one report on the scale of a logistic variable
    /// behind the event. Unlike I² it does not depend on the sizes of the reports.
    pub intraclass_correlation: f64,
}

/// The likelihood-ratio test that reports do not vary, τ² = 0.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct NoVariationTest {
    /// Twice the log-likelihood gained by τ².
    pub statistic: f64,
    /// By the even mixture of 0 and chi-squared with one degree of freedom, because τ² cannot be
    /// negative (Self & Liang 1987); 1 when the estimate is 0.
    pub p_value: f64,
}

/// Where the proportion of a further report is to be expected.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct PredictionInterval {
    /// Lower limit.
    pub lower: f64,
    /// Upper limit.
    pub upper: f64,
    /// The limits on the logit scale.
    pub logit_lower: f64,
    /// The limits on the logit scale.
    pub logit_upper: f64,
    /// The probability that it is to hold the proportion.
    pub level: Level,
    /// The distribution of its factor.
    pub method: PredictionMethod,
    /// The degrees of freedom of Student's t.
    pub degrees_of_freedom: Option<usize>,
}

/// Pools a proportion that varies between reports, by the exact binomial likelihood.
///
/// Report i has xᵢ events among nᵢ cases, xᵢ ~ Binomial(nᵢ, expit(μ + τ uᵢ)) and uᵢ standard normal. μ
/// and τ² are estimated by maximum likelihood, the integral over uᵢ taken numerically to about 12
/// digits. Single cases enter by their own likelihood: no variance is needed of them and no
/// correction for zero events. They inform on μ, but hardly on τ².
///
/// Prediction interval, on the logit scale: μ ± t √(s² + τ²) with s the standard error of μ and t of
/// the chosen distribution (Higgins, Thompson & Spiegelhalter 2009).
///
/// Assumes that the log odds of reports are normal, that cases within a report are independent, and
/// that reports are no selection by outcome. The estimate of τ² is unstable with fewer than some
/// five series; then look at its interval before using it, and compare with
/// [`super::common_effect`].
///
/// Stijnen T, Hamza TH, Özdemir P. Random effects meta-analysis of event outcome in the framework
/// of the generalized linear mixed model with applications in sparse data. Stat Med
/// 2010;29:3046-67. Higgins JPT, Thompson SG, Spiegelhalter DJ. J R Stat Soc A 2009;172:137-59.
///
/// # Errors
///
/// [`PoolingError`] when the likelihood has no maximum: all or no cases with the event, single
/// cases only, no report with both outcomes; when the variance is too large to compute; or when
/// Student's t is asked for one report.
///
/// ```
/// use casegraph_stats::pooling::{RandomEffectsOptions, Report, Studies, random_effects};
///
/// let studies = Studies::new([
///     Report::new("Ito 2004", 1, 1),
///     Report::new("Berg 2011", 0, 1),
///     Report::new("Rossi 2019", 7, 18),
///     Report::new("Lind 2020", 9, 10),
/// ])?;
/// let pooled = random_effects(&studies, RandomEffectsOptions::default())?;
/// assert!(pooled.interval.contains(pooled.estimate));
/// assert!(pooled.between_reports.tau_squared > 0.0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn random_effects(
    studies: &Studies,
    options: RandomEffectsOptions,
) -> Result<RandomEffects, PoolingError> {
    studies.check_estimable()?;
    let counts = studies.counts();
    if options.interval == PooledInterval::StudentT && counts.reports < 2 {
        return Err(PoolingError::OneReport);
    }
    let surface = NormalLogit::new(studies);
    let crude = crude_logit(&counts);
    let top = maximum(&surface, crude).ok_or(PoolingError::VarianceTooLarge)?;
    let std_error = std_error(&top.at);
    let level = options.level;
    let z = level.z();
    let drop = z * z / 2.0;

    let around = |factor: f64, method| OpenInterval {
        lower: Some(top.location - factor * std_error),
        upper: Some(top.location + factor * std_error),
        level,
        method,
    };
    let logit = LogitEstimate {
        estimate: top.location,
        std_error,
        interval: match options.interval {
            PooledInterval::Wald => around(z, IntervalMethod::Wald),
            PooledInterval::StudentT => around(
                student_t(level, counts.reports - 1),
                IntervalMethod::StudentT,
            ),
            PooledInterval::ProfileLikelihood => {
                let [lower, upper] = location_limits(&surface, &top, drop);
                OpenInterval {
                    lower,
                    upper,
                    level,
                    method: IntervalMethod::ProfileLikelihood,
                }
            }
        },
    };
    let (lower, upper) = spread_limits(&surface, &top, drop);
    let saturated = surface.saturated();
    let heterogeneity = heterogeneity(studies);
    let without = -heterogeneity.likelihood_ratio.statistic / 2.0;
    let statistic = if top.spread == 0.0 {
        0.0
    } else {
        (2.0 * (top.at.value - without)).max(0.0)
    };
    Ok(RandomEffects {
        counts,
        method: RandomEffectsMethod::BinomialNormal,
        estimate: expit(top.location),
        interval: logit.proportions(),
        logit,
        mean_proportion: mean_proportion(top.location, top.spread),
        between_reports: between_reports(
            studies,
            top.spread,
            OpenInterval {
                lower: Some(lower * lower),
                upper: upper.map(|upper| upper * upper),
                level,
                method: IntervalMethod::ProfileLikelihood,
            },
        ),
        no_variation: NoVariationTest {
            statistic,
            p_value: if statistic > 0.0 {
                chi_squared_upper_tail(statistic, 1) / 2.0
            } else {
                1.0
            },
        },
        heterogeneity,
        prediction: prediction(&top, std_error, counts.reports, options),
        single_case_information: surface.single_case_share(top.location, top.spread),
        log_likelihood: saturated + top.at.value,
        common_effect_log_likelihood: saturated + without,
    })
}

/// The standard error of the location, with the spread estimated too. Where the spread is 0 the two
/// are uncorrelated.
fn std_error(at: &Derivatives) -> f64 {
    let alone = -at.location_location;
    let lost = at.location_spread * at.location_spread / -at.spread_spread;
    if at.spread_spread < 0.0 && lost < alone {
        1.0 / (alone - lost).sqrt()
    } else {
        1.0 / alone.sqrt()
    }
}

fn between_reports(studies: &Studies, tau: f64, interval: OpenInterval) -> BetweenReports {
    let tau_squared = tau * tau;
    let typical = typical_variance(studies);
    let logistic = std::f64::consts::PI.powi(2) / 3.0;
    BetweenReports {
        tau_squared,
        tau_squared_interval: interval,
        tau,
        i_squared: typical.map(|within| tau_squared / (tau_squared + within)),
        h_squared: typical.map(|within| (tau_squared + within) / within),
        typical_variance: typical,
        intraclass_correlation: tau_squared / (tau_squared + logistic),
    }
}

fn typical_variance(studies: &Studies) -> Option<f64> {
    let (mut sum, mut squares) = (0.0, 0.0);
    for report in studies.reports() {
        let added = if report.is_mixed() { 0.0 } else { 0.5 };
        let x = report.events() as f64 + added;
        let m = (report.n() - report.events()) as f64 + added;
        let weight = x * m / (x + m);
        sum += weight;
        squares += weight * weight;
    }
    let reports = studies.reports().len();
    (reports > 1).then(|| (reports - 1) as f64 / (sum - squares / sum))
}

fn prediction(
    top: &Point,
    std_error: f64,
    reports: usize,
    options: RandomEffectsOptions,
) -> Option<PredictionInterval> {
    let spent = match options.prediction {
        PredictionMethod::Riley => Some(2),
        PredictionMethod::StudentT => Some(1),
        PredictionMethod::Normal => None,
    };
    let degrees_of_freedom = match spent {
        Some(spent) if reports > spent => Some(reports - spent),
        Some(_) => return None,
        None => None,
    };
    let level = options.level;
    let factor = degrees_of_freedom.map_or_else(|| level.z(), |df| student_t(level, df));
    let half = factor * std_error.hypot(top.spread);
    Some(PredictionInterval {
        lower: expit(top.location - half),
        upper: expit(top.location + half),
        logit_lower: top.location - half,
        logit_upper: top.location + half,
        level,
        method: options.prediction,
        degrees_of_freedom,
    })
}

#[cfg(test)]
mod tests {
    use super::super::Report;
    use super::*;
    use crate::distribution::normal_quantile;

    fn pool(
        pairs: &[(u64, u64)],
        options: RandomEffectsOptions,
    ) -> Result<RandomEffects, PoolingError> {
        let reports = pairs.iter().enumerate();
        let reports = reports.map(|(i, (x, n))| Report::new(i.to_string(), *x, *n));
        random_effects(&Studies::new(reports).expect("valid"), options)
    }

    /// 1 of 10 and 9 of 10 mirror each other, so the pooled log odds are 0. The weights are 9/10
    /// each, the typical variance within reports 1 / (18/10 − 9/10) = 10/9. Half of the upper tail
    /// of chi-squared with one degree is the upper tail of the normal at its root.
    #[test]
    fn mirrored_reports_by_hand() {
        let found = pool(&[(1, 10), (9, 10)], RandomEffectsOptions::default()).expect("mixed");
        assert!(found.logit.estimate.abs() < 1e-12);
        assert!((found.mean_proportion - 0.5).abs() < 1e-12);
        let between = found.between_reports;
        assert!(between.tau_squared > 1.0);
        let typical = between.typical_variance.expect("two reports");
        assert!((typical - 10.0 / 9.0).abs() < 1e-14);
        let share = between.tau_squared / (between.tau_squared + 10.0 / 9.0);
        assert!((between.i_squared.expect("two reports") - share).abs() < 1e-14);
        let NoVariationTest { statistic, p_value } = found.no_variation;
        assert!((normal_quantile(1.0 - p_value).powi(2) - statistic).abs() < 1e-9);
        assert_eq!(found.prediction, None);
    }

    /// 2 of 4 and one case each with and without the event: no variance, 3 of 6, standard error
    /// √(1/3 + 1/3). Single cases have 2 of 6 cases, and of the information as much.
    #[test]
    fn without_variance_by_hand() {
        let options = RandomEffectsOptions {
            prediction: PredictionMethod::Normal,
            ..RandomEffectsOptions::default()
        };
        let found = pool(&[(2, 4), (1, 1), (0, 1)], options).expect("mixed");
        assert_eq!(found.between_reports.tau_squared, 0.0);
        assert_eq!((found.estimate, found.no_variation.p_value), (0.5, 1.0));
        assert!((found.logit.std_error - (2.0_f64 / 3.0).sqrt()).abs() < 1e-14);
        assert!((found.single_case_information - 1.0 / 3.0).abs() < 1e-14);
        let range = found.prediction.expect("normal");
        let half = Level::P95.z() * (2.0_f64 / 3.0).sqrt();
        assert!((range.logit_upper - half).abs() < 1e-14);
    }

    #[test]
    fn what_has_no_estimate_is_refused() {
        let options = RandomEffectsOptions::default();
        for (pairs, error) in [
            (&[(0, 3), (0, 1)][..], PoolingError::NoEvents { n: 4 }),
            (&[(3, 3)], PoolingError::AllEvents { n: 3 }),
            (
                &[(0, 1), (1, 1)],
                PoolingError::SingleCasesOnly { reports: 2 },
            ),
            (
                &[(0, 5), (1, 1)],
                PoolingError::NoMixedReport { reports: 2 },
            ),
        ] {
            assert_eq!(pool(pairs, options), Err(error));
        }
        let student = RandomEffectsOptions {
            interval: PooledInterval::StudentT,
            ..options
        };
        assert_eq!(pool(&[(1, 3)], student), Err(PoolingError::OneReport));
        assert!(pool(&[(1, 3)], options).is_ok());
    }
}
