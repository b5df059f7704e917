//! One proportion common to all reports.

use serde::Serialize;

use super::heterogeneity::{HeterogeneityTest, common_log_likelihood, crude_logit, heterogeneity};
use super::logit::LogitEstimate;
use super::normal_logit::NormalLogit;
use super::reports::{Counts, Studies};
use crate::estimate::{Interval, IntervalMethod, Level, OpenInterval};

/// How to pool without variation between reports.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct CommonEffectOptions {
    /// Confidence level of the intervals.
    pub level: Level,
}

/// The proportion common to all reports.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct CommonEffect {
    /// What it rests on.
    #[serde(flatten)]
    pub counts: Counts,
    /// All events divided by all cases.
    pub estimate: f64,
    /// Exact interval (Clopper-Pearson), the one to report.
    pub interval: Interval,
    /// The same on the logit scale with Wald's interval, to compare with random effects; `None`
    /// when all or no cases had the event.
    pub logit: Option<LogitEstimate>,
    /// Likelihood-ratio test that the reports have one proportion; see [`super::heterogeneity`].
    pub heterogeneity: HeterogeneityTest,
    /// Binomial log-likelihood of the reports.
    pub log_likelihood: f64,
}

/// Pools reports as if every case had the same probability of the event: the binomial model with τ²
/// = 0, whose estimate is the crude proportion, Σ x / Σ n.
///
/// Always defined. Its interval knows only chance within reports and is too narrow when reports
/// differ; then use [`super::random_effects`]. With single cases only there is nothing better.
///
/// The standard error of the logit is √(1/x + 1/(n − x)) with the sums over reports.
#[must_use]
pub fn common_effect(studies: &Studies, options: CommonEffectOptions) -> CommonEffect {
    let counts = studies.counts();
    let level = options.level;
    CommonEffect {
        counts,
        estimate: studies.crude().value(),
        interval: studies.crude().clopper_pearson(level),
        logit: (counts.events > 0 && counts.events < counts.n)
            .then(|| crude_logit_estimate(&counts, level)),
        heterogeneity: heterogeneity(studies).likelihood_ratio,
        log_likelihood: NormalLogit::new(studies).saturated() + common_log_likelihood(studies),
    }
}

/// The log odds of the crude proportion, which must not be 0 or 1, with Wald's interval.
fn crude_logit_estimate(counts: &Counts, level: Level) -> LogitEstimate {
    let estimate = crude_logit(counts);
    let (x, m) = (counts.events as f64, (counts.n - counts.events) as f64);
    let std_error = (1.0 / x + 1.0 / m).sqrt();
    LogitEstimate {
        estimate,
        std_error,
        interval: OpenInterval {
            lower: Some(estimate - level.z() * std_error),
            upper: Some(estimate + level.z() * std_error),
            level,
            method: IntervalMethod::Wald,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::super::reports::Report;
    use super::*;

    /// 1 of 1, 0 of 1 and 2 of 6: 3 of 8, log odds ln(3/5), variance 1/3 + 1/5; the
    /// log-likelihood is ln 15 + 3 ln(3/8) + 5 ln(5/8).
    #[test]
    fn crude_by_hand() {
        let reports = [(1, 1), (0, 1), (2, 6)].iter().enumerate();
        let reports = reports.map(|(i, (x, n))| Report::new(i.to_string(), *x, *n));
        let studies = Studies::new(reports).expect("valid");
        let found = common_effect(&studies, CommonEffectOptions::default());
        assert_eq!(found.estimate, 3.0 / 8.0);
        let logit = found.logit.expect("neither all nor none");
        assert!((logit.estimate - 0.6_f64.ln()).abs() < 1e-15);
        assert!((logit.std_error - (8.0_f64 / 15.0).sqrt()).abs() < 1e-15);
        let wanted = 15_f64.ln() + 3.0 * 0.375_f64.ln() + 5.0 * 0.625_f64.ln();
        assert!((found.log_likelihood - wanted).abs() < 1e-13);
    }

    #[test]
    fn no_events_leave_the_exact_interval() {
        let studies = Studies::new([Report::new("a", 0, 1), Report::new("b", 0, 9)]);
        let found = common_effect(&studies.expect("valid"), CommonEffectOptions::default());
        assert_eq!((found.estimate, found.logit), (0.0, None));
        assert!((found.interval.upper - (1.0 - 0.025_f64.powf(0.1))).abs() < 1e-14);
        assert_eq!(found.log_likelihood, 0.0);
    }
}
