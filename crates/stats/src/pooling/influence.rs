//! What an estimate would be without one report, or without the single cases.

use std::collections::HashMap;

use serde::Serialize;

use super::reports::{Counts, Report, Studies};

/// An estimate with and without each report.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Influence {
    /// What the estimate rests on.
    #[serde(flatten)]
    pub counts: Counts,
    /// The estimate from all reports.
    pub estimate: f64,
    /// Each report, in the order given.
    pub without: Vec<ReportInfluence>,
    /// The label of the report that changes the estimate most; the first such. `None` when there is
    /// no estimate without any report.
    pub most_influential: Option<String>,
    /// The smallest and the largest estimate without one report.
    pub range: Option<[f64; 2]>,
    /// The estimate without all single case reports; `None` when that leaves none.
    pub estimate_without_single_cases: Option<f64>,
    /// That less the estimate from all reports: what single cases do to it.
    pub change_without_single_cases: Option<f64>,
}

/// What leaving out one report does.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ReportInfluence {
    /// The report left out.
    pub label: String,
    /// Number of events in the report.
    pub events: u64,
    /// Number of cases in the report.
    pub n: u64,
    /// The estimate from the others; `None` when there is none.
    pub estimate: Option<f64>,
    /// That less the estimate from all reports.
    pub change: Option<f64>,
}

/// Makes an estimate anew without each report in turn.
///
/// `estimate` may be any function of the counts of the reports, such as a pooled proportion, a
/// pooled logit or τ². It must not depend on their labels or order: reports with the same counts are
/// left out only once. An estimate that fails, or is not finite, without a report is `None` there.
///
/// ```
/// use casegraph_stats::pooling::{
///     CommonEffectOptions, Report, Studies, common_effect, leave_one_out,
/// };
///
/// let studies = Studies::new([
///     Report::new("Ito 2004", 1, 1),
///     Report::new("Rossi 2019", 3, 9),
/// ])?;
/// let options = CommonEffectOptions::default();
/// let influence = leave_one_out(&studies, |reports| {
///     Ok::<_, std::convert::Infallible>(common_effect(reports, options).estimate)
/// })?;
/// assert_eq!(influence.estimate, 0.4);
/// assert_eq!(influence.most_influential.as_deref(), Some("Rossi 2019"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Viechtbauer W, Cheung MW-L. Outlier and influence diagnostics for meta-analysis. Res Synth
/// Methods 2010;1:112-25.
///
/// # Errors
///
/// What `estimate` returns for all reports together.
pub fn leave_one_out<E>(
    studies: &Studies,
    mut estimate: impl FnMut(&Studies) -> Result<f64, E>,
) -> Result<Influence, E> {
    let all = estimate(studies)?;
    let mut of = |kept: Option<Studies>| {
        let found = estimate(&kept?).ok()?;
        found.is_finite().then_some(found)
    };
    let mut known: HashMap<(u64, u64), Option<f64>> = HashMap::new();
    let without: Vec<ReportInfluence> = studies
        .reports()
        .iter()
        .map(|left_out| {
            let estimate = *known
                .entry((left_out.events(), left_out.n()))
                .or_insert_with(|| {
                    of(studies.filtered(|report| report.label() != left_out.label()))
                });
            ReportInfluence {
                label: left_out.label().to_owned(),
                events: left_out.events(),
                n: left_out.n(),
                estimate,
                change: estimate.map(|estimate| estimate - all),
            }
        })
        .collect();
    let mut most: Option<(&ReportInfluence, f64)> = None;
    let mut range: Option<[f64; 2]> = None;
    for report in &without {
        let (Some(estimate), Some(change)) = (report.estimate, report.change) else {
            continue;
        };
        if most.is_none_or(|(_, largest)| change.abs() > largest) {
            most = Some((report, change.abs()));
        }
        let [low, high] = range.unwrap_or([estimate; 2]);
        range = Some([low.min(estimate), high.max(estimate)]);
    }
    let estimate_without_single_cases = of(studies.filtered(|report: &Report| report.n() > 1));
    Ok(Influence {
        counts: studies.counts(),
        estimate: all,
        most_influential: most.map(|(report, _)| report.label.clone()),
        range,
        estimate_without_single_cases,
        change_without_single_cases: estimate_without_single_cases.map(|without| without - all),
        without,
    })
}

#[cfg(test)]
mod tests {
    use super::super::{CommonEffectOptions, common_effect};
    use super::*;
    use std::convert::Infallible;

    fn crude(studies: &Studies) -> f64 {
        common_effect(studies, CommonEffectOptions::default()).estimate
    }

    /// 1/1, 0/1, 1/1 and 3/9: 5 of 12 in all; 4/11, 5/11, 4/11 and 2/3 without one.
    #[test]
    fn crude_rate_by_hand() {
        let studies = Studies::new([
            Report::new("a", 1, 1),
            Report::new("b", 0, 1),
            Report::new("c", 1, 1),
            Report::new("d", 3, 9),
        ])
        .expect("valid");
        let mut calls = 0;
        let found = leave_one_out(&studies, |studies| {
            calls += 1;
            Ok::<_, Infallible>(crude(studies))
        })
        .expect("crude");
        let estimates: Vec<_> = found.without.iter().map(|r| r.estimate).collect();
        let wanted = [4.0 / 11.0, 5.0 / 11.0, 4.0 / 11.0, 2.0 / 3.0];
        assert_eq!(estimates, wanted.map(Some));
        assert_eq!(found.most_influential.as_deref(), Some("d"));
        assert_eq!(found.range, Some([4.0 / 11.0, 2.0 / 3.0]));
        assert_eq!(found.estimate_without_single_cases, Some(3.0 / 9.0));
        // All reports, three kinds of report left out, no single cases.
        assert_eq!(calls, 5);
    }

    #[test]
    fn one_report_cannot_be_left_out() {
        let studies = Studies::new([Report::new("a", 1, 1)]).expect("valid");
        let found =
            leave_one_out(&studies, |studies| Ok::<_, Infallible>(crude(studies))).expect("crude");
        assert_eq!(found.without[0].estimate, None);
        assert_eq!((found.most_influential, found.range), (None, None));
        assert_eq!(found.estimate_without_single_cases, None);
    }
}
