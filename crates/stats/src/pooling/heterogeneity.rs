//! Whether reports differ more than chance makes them.

use serde::Serialize;

use super::normal_logit::NormalLogit;
use super::reports::{Counts, Report, Studies};
use crate::distribution::chi_squared_upper_tail;

/// A test that all reports have one proportion.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct HeterogeneityTest {
    /// The statistic, chi-squared if all reports have one proportion and are large.
    pub statistic: f64,
    /// Number of reports less one.
    pub degrees_of_freedom: usize,
    /// Probability of so large a statistic or a larger one; 1 for one report.
    pub p_value: f64,
}

impl HeterogeneityTest {
    fn new(statistic: f64, reports: usize) -> Self {
        let degrees_of_freedom = reports - 1;
        // What rounding leaves of a difference of nothing.
        let statistic = if statistic < 1e-12 * reports as f64 {
            0.0
        } else {
            statistic
        };
        let p_value = if degrees_of_freedom == 0 {
            1.0
        } else {
            chi_squared_upper_tail(statistic, degrees_of_freedom)
        };
        Self {
            statistic,
            degrees_of_freedom,
            p_value,
        }
    }
}

/// Tests of heterogeneity between reports.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Heterogeneity {
    /// Reports and cases that were compared.
    #[serde(flatten)]
    pub counts: Counts,
    /// Likelihood ratio of the saturated model, each report with its own proportion, against one
    /// common proportion: the binomial deviance.
    pub likelihood_ratio: HeterogeneityTest,
    /// Wald's test of the same, Σ w (y − ȳ)² with y the log odds of a report, w = n p (1 − p) and ȳ
    /// their mean by w. `None` unless every report has cases both with and without the event.
    pub wald: Option<HeterogeneityTest>,
}

/// Tests whether reports have one proportion.
///
/// The likelihood ratio is 2 Σ [x ln(x / n p) + (n − x) ln((n − x) / n (1 − p))] with p the crude
/// proportion; the degrees of freedom are the reports less one. Both tests are those that the
/// generalised linear mixed model of metafor reports (`QE.LRT` and `QE.Wld`).
///
/// The chi-squared distribution is for reports of several expected events and non-events each. With
/// single cases it does not hold: if all reports are single cases the deviance is a function of the
/// crude proportion alone, and its p-value says nothing. The test of no variation in
/// [`super::random_effects`] does not suffer from this, for single cases leave its statistic
/// almost alone.
///
/// Hardy RJ, Thompson SG. Detecting and describing heterogeneity in meta-analysis. Stat Med
/// 1998;17:841-56. Stijnen T, Hamza TH, Özdemir P. Random effects meta-analysis of event outcome in
/// the framework of the generalized linear mixed model. Stat Med 2010;29:3046-67.
#[must_use]
pub fn heterogeneity(studies: &Studies) -> Heterogeneity {
    let counts = studies.counts();
    let deviance = -2.0 * common_log_likelihood(studies);
    Heterogeneity {
        counts,
        likelihood_ratio: HeterogeneityTest::new(deviance, counts.reports),
        wald: wald(studies.reports()).map(|q| HeterogeneityTest::new(q, counts.reports)),
    }
}

/// The log-likelihood of one common proportion, less that of the saturated model.
pub(super) fn common_log_likelihood(studies: &Studies) -> f64 {
    use super::surface::Surface;

    let counts = studies.counts();
    if counts.events == 0 || counts.events == counts.n {
        return 0.0;
    }
    NormalLogit::new(studies)
        .at(crude_logit(&counts), 0.0)
        .value
}

/// The log odds of the crude proportion, which must not be 0 or 1.
pub(super) fn crude_logit(counts: &Counts) -> f64 {
    (counts.events as f64 / (counts.n - counts.events) as f64).ln()
}

fn wald(reports: &[Report]) -> Option<f64> {
    if !reports.iter().all(Report::is_mixed) {
        return None;
    }
    let weighted: Vec<(f64, f64)> = reports
        .iter()
        .map(|report| {
            let (x, m) = (
                report.events() as f64,
                (report.n() - report.events()) as f64,
            );
            (x * m / (x + m), (x / m).ln())
        })
        .collect();
    let total: f64 = weighted.iter().map(|(w, _)| w).sum();
    let mean = weighted.iter().map(|(w, y)| w * y).sum::<f64>() / total;
    Some(weighted.iter().map(|(w, y)| w * (y - mean).powi(2)).sum())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn studies(pairs: &[(u64, u64)]) -> Studies {
        let reports = pairs.iter().enumerate();
        Studies::new(reports.map(|(i, (x, n))| Report::new(i.to_string(), *x, *n))).expect("valid")
    }

    /// 1 of 4 and 3 of 4: crude 1/2, deviance 2 · 2 (1 ln(1/2) + 3 ln(3/2)) = 4 ln(27/16); log odds
    /// ∓ln 3 with weight 3/4 each, so Wald's Q is 2 · 3/4 · (ln 3)².
    #[test]
    fn two_reports_by_hand() {
        let found = heterogeneity(&studies(&[(1, 4), (3, 4)]));
        let wanted = 4.0 * (27.0_f64 / 16.0).ln();
        assert!((found.likelihood_ratio.statistic - wanted).abs() < 1e-13);
        assert_eq!(found.likelihood_ratio.degrees_of_freedom, 1);
        let wald = found.wald.expect("both reports are mixed");
        assert!((wald.statistic - 1.5 * 3_f64.ln().powi(2)).abs() < 1e-13);
    }

    #[test]
    fn reports_alike_do_not_differ() {
        let alike = heterogeneity(&studies(&[(1, 3), (2, 6), (10, 30)]));
        assert_eq!(alike.likelihood_ratio.statistic, 0.0);
        assert_eq!(alike.likelihood_ratio.p_value, 1.0);
        let none = heterogeneity(&studies(&[(0, 3), (0, 1)]));
        assert_eq!(none.likelihood_ratio.statistic, 0.0);
        assert_eq!(none.wald, None);
        let one = heterogeneity(&studies(&[(1, 3)]));
        assert_eq!(
            (
                one.likelihood_ratio.degrees_of_freedom,
                one.likelihood_ratio.p_value
            ),
            (0, 1.0)
        );
    }
}
