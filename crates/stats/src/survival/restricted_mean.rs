//! The restricted mean survival time and its comparison between two groups.

use serde::Serialize;
use thiserror::Error;

use super::curve::{Curve, CurveOptions};
use super::kaplan_meier::{kaplan_meier, kaplan_meier_by_group};
use super::sample::Sample;
use crate::distribution::chi_squared_upper_tail;
use crate::estimate::{Interval, IntervalMethod, Level};

/// From here on limits and errors would overflow.
const TOO_LARGE_TAU: f64 = 1e300;

/// How far the mean is taken, and the level of its intervals.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct RestrictedMeanOptions {
    /// The time up to which survival is averaged; unless told the longest follow-up, of several
    /// groups the shortest of their longest. Better set before the data are seen.
    pub tau: Option<f64>,
    /// Confidence level; 0.95 unless told.
    pub level: Level,
}

/// Why there is no restricted mean, or no comparison.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum RestrictedMeanError {
    /// A horizon that is no time.
    #[error("the horizon tau is a number above 0 and below {TOO_LARGE_TAU:e}; got {tau}")]
    Tau {
        /// Horizon that was asked for.
        tau: f64,
    },
    /// The curve is not known so far.
    #[error("survival{} is known up to {largest} only, not up to tau = {tau}; take a tau of at most {largest}", of_group(.group.as_ref()))]
    BeyondFollowUp {
        /// The group whose curve ends first; `None` for a whole sample.
        group: Option<String>,
        /// Horizon that was asked for.
        tau: f64,
        /// The largest tau that all curves allow.
        largest: f64,
    },
    /// A group without follow-up, so that there is nothing to average.
    #[error("nobody{} was followed beyond time 0", of_group(.group.as_ref()))]
    NoFollowUp {
        /// Label of the group; `None` for a whole sample.
        group: Option<String>,
    },
    /// There are not two groups.
    #[error("restricted means are compared between two groups; the sample has {groups}")]
    NotTwoGroups {
        /// Groups in the sample.
        groups: usize,
    },
    /// Both standard errors are 0.
    #[error("neither group's restricted mean varies before tau, so they cannot be compared")]
    NoVariance,
}

fn of_group(group: Option<&String>) -> String {
    group.map_or_else(String::new, |group| format!(" in group {group:?}"))
}

/// A restricted mean survival time.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RestrictedMean {
    /// The group; `None` for a whole sample.
    pub group: Option<String>,
    /// Number of cases.
    pub n: usize,
    /// Events over the whole follow-up.
    pub events: usize,
    /// Horizon: the mean is of the time up to it.
    pub tau: f64,
    /// Mean time lived without the event up to the horizon.
    pub estimate: f64,
    /// Its standard error.
    pub std_error: f64,
    /// Estimate ± z × standard error. Not cut at 0 or the horizon: limits beyond them say that the
    /// normal approximation does not hold.
    pub interval: Interval,
    /// Mean time lost up to the horizon: tau − estimate. Its standard error is the same.
    pub time_lost: f64,
}

/// A difference or ratio of two restricted means.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Contrast {
    /// The difference or ratio.
    pub estimate: f64,
    /// Standard error of the difference, or of the logarithm of the ratio.
    pub std_error: f64,
    /// Interval of the difference.
    pub interval: Interval,
    /// The difference, or the logarithm of the ratio, divided by its standard error.
    pub statistic: f64,
    /// Two-sided probability of so large a statistic if both groups have one mean.
    pub p_value: f64,
}

/// Restricted means of two groups, and the second against the first.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RestrictedMeanComparison {
    /// The first group, to which the other is compared.
    pub reference: RestrictedMean,
    /// Restricted mean of the second group, from which the first is taken.
    pub group: RestrictedMean,
    /// Mean of the second group − mean of the first.
    pub difference: Contrast,
    /// Mean of the second group ÷ mean of the first; `None` where a mean is 0.
    pub ratio: Option<Contrast>,
    /// Time lost in the second group ÷ time lost in the first; `None` where nothing is lost.
    pub time_lost_ratio: Option<Contrast>,
}

/// The restricted mean survival time of the whole sample: the area under the Kaplan-Meier curve up
/// to tau, which is the mean of the smaller of survival time and tau.
///
/// Its variance is the sum over the event times of A² d / (n (n − d)), with A the area under the
/// curve between that time and tau (Klein JP, Moeschberger ML. Survival Analysis. 2nd ed. 2003,
/// section 4.5). A time at which all left have the event adds nothing, there being no area to its
/// right. This is the variance of R's `print(survfit, rmean =)` and of survRM2; Irwin's correction
/// by events / (events − 1) is not made.
///
/// Needs no proportional hazards. The interval is poor with few events. Not beyond the longest
/// follow-up, unless survival came to 0 there.
///
/// # Errors
///
/// [`RestrictedMeanError`] when tau is no time or beyond what is known.
pub fn restricted_mean(
    sample: &Sample,
    options: RestrictedMeanOptions,
) -> Result<RestrictedMean, RestrictedMeanError> {
    let curve = kaplan_meier(sample, CurveOptions::default());
    let mut means = means(&[curve], options)?;
    Ok(means.swap_remove(0))
}

/// One [`restricted_mean`] for each group, up to one tau, in the order of [`Sample::groups`].
///
/// # Errors
///
/// [`RestrictedMeanError`] when tau is no time or beyond what is known of some group.
pub fn restricted_mean_by_group(
    sample: &Sample,
    options: RestrictedMeanOptions,
) -> Result<Vec<RestrictedMean>, RestrictedMeanError> {
    means(
        &kaplan_meier_by_group(sample, CurveOptions::default()),
        options,
    )
}

/// Compares the restricted means of two groups: the second against the first.
///
/// The difference has the interval estimate ± z × standard error, the ratios theirs on the log
/// scale by the delta method; the P values are those of the same normal approximations. Unadjusted.
///
/// Royston P, Parmar MKB. BMC Med Res Methodol 2013;13:152. Uno H et al. J Clin Oncol
/// 2014;32:2380-5.
///
/// # Errors
///
/// [`RestrictedMeanError`] when there are not two groups, tau is no time or beyond what is known of
/// a group, or neither mean varies.
pub fn compare_restricted_means(
    sample: &Sample,
    options: RestrictedMeanOptions,
) -> Result<RestrictedMeanComparison, RestrictedMeanError> {
    let groups = sample.groups().len();
    let means = restricted_mean_by_group(sample, options)?;
    let Ok([reference, group]) = <[RestrictedMean; 2]>::try_from(means) else {
        return Err(RestrictedMeanError::NotTwoGroups { groups });
    };
    let std_error = f64::hypot(reference.std_error, group.std_error);
    if std_error <= 0.0 {
        return Err(RestrictedMeanError::NoVariance);
    }
    let difference = contrast(
        group.estimate - reference.estimate,
        std_error,
        options.level,
        IntervalMethod::Wald,
    );
    let ratio = |of: fn(&RestrictedMean) -> f64| {
        let (above, below) = (of(&group), of(&reference));
        if above <= 0.0 || below <= 0.0 {
            return None;
        }
        let error = f64::hypot(group.std_error / above, reference.std_error / below);
        if error <= 0.0 {
            return None;
        }
        let logs = contrast(
            (above / below).ln(),
            error,
            options.level,
            IntervalMethod::WaldLog,
        );
        let ratio = Contrast {
            estimate: above / below,
            interval: Interval {
                lower: logs.interval.lower.exp(),
                upper: logs.interval.upper.exp(),
                ..logs.interval
            },
            ..logs
        };
        // With next to nothing lost the error of a logarithm is beyond all numbers.
        ratio.interval.upper.is_finite().then_some(ratio)
    };
    Ok(RestrictedMeanComparison {
        difference,
        ratio: ratio(|mean| mean.estimate),
        time_lost_ratio: ratio(|mean| mean.time_lost),
        reference,
        group,
    })
}

fn contrast(estimate: f64, std_error: f64, level: Level, method: IntervalMethod) -> Contrast {
    let statistic = estimate / std_error;
    Contrast {
        estimate,
        std_error,
        interval: around(estimate, std_error, level, method),
        statistic,
        p_value: chi_squared_upper_tail(statistic * statistic, 1),
    }
}

fn around(estimate: f64, std_error: f64, level: Level, method: IntervalMethod) -> Interval {
    let margin = level.z() * std_error;
    Interval {
        lower: estimate - margin,
        upper: estimate + margin,
        level,
        method,
    }
}

fn means(
    curves: &[Curve],
    options: RestrictedMeanOptions,
) -> Result<Vec<RestrictedMean>, RestrictedMeanError> {
    let group_of = |curve: &Curve| curve.group().map(str::to_owned);
    if let Some(curve) = curves.iter().find(|curve| curve.last_time() <= 0.0) {
        let group = group_of(curve);
        return Err(RestrictedMeanError::NoFollowUp { group });
    }
    let shortest = |a: &&Curve, b: &&Curve| a.last_time().total_cmp(&b.last_time());
    let longest = || curves.iter().min_by(shortest).map_or(0.0, Curve::last_time);
    let tau = options.tau.unwrap_or_else(longest);
    if !(tau > 0.0 && tau < TOO_LARGE_TAU) {
        return Err(RestrictedMeanError::Tau { tau });
    }
    let ends_early = |curve: &&Curve| curve.last_survival() > 0.0;
    if let Some(curve) = curves.iter().filter(ends_early).min_by(shortest)
        && !curve.reaches(tau)
    {
        return Err(RestrictedMeanError::BeyondFollowUp {
            group: group_of(curve),
            tau,
            largest: curve.last_time(),
        });
    }
    Ok(curves
        .iter()
        .map(|curve| mean(curve, tau, options.level))
        .collect())
}

fn mean(curve: &Curve, tau: f64, level: Level) -> RestrictedMean {
    // In units of tau, in which nothing overflows.
    let (mut mean, mut lost) = (0.0, 0.0);
    // Over the event times so far: the sum of a² g and of a g, with g = d / (n (n − d)) and a the
    // area from that time until now. All terms are positive, so nothing cancels.
    let (mut variance, mut mixed, mut greenwood) = (0.0, 0.0, 0.0);
    let (mut time, mut survival) = (0.0, 1.0);
    let end = [(tau, None)];
    let steps = curve
        .estimates()
        .map(|(time, estimate)| (time, Some(estimate)));
    for (next, after) in steps.take_while(|(next, _)| *next < tau).chain(end) {
        let width = (next - time) / tau;
        let area = width * survival;
        mean += area;
        // Not 1 − mean, which rounding would keep from being 0 where nothing is lost.
        lost += width * (1.0 - survival);
        variance += area * (2.0 * mixed + area * greenwood);
        mixed += area * greenwood;
        time = next;
        if let Some(after) = after {
            (survival, greenwood) = (after.survival, after.greenwood);
        }
    }
    let (estimate, std_error) = (tau * mean, tau * f64::sqrt(variance));
    RestrictedMean {
        group: curve.group().map(str::to_owned),
        n: curve.n(),
        events: curve.events(),
        tau,
        estimate,
        std_error,
        interval: around(estimate, std_error, level, IntervalMethod::Wald),
        time_lost: tau * lost,
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Columns, Outcome};
    use super::*;
    use crate::factor::Factor;

    const TAU_3: RestrictedMeanOptions = RestrictedMeanOptions {
        tau: Some(3.0),
        level: Level::P95,
    };

    fn sample(times: &[f64], events: &[bool]) -> Sample {
        let outcomes: Vec<Outcome> = events.iter().map(|event| (*event).into()).collect();
        Sample::new(times, &outcomes).expect("valid")
    }

    /// Events at 1 and 2, censored at 4. S: 1, 2/3, 1/3. To 3: 1 + 2/3 + 1/3 = 2. Areas to the
    /// right: 1 after 1, 1/3 after 2; terms 1² × 1/(3 × 2) and (1/3)² × 1/(2 × 1), sum 2/9.
    #[test]
    fn three_cases_by_hand() {
        let found = restricted_mean(&sample(&[1.0, 2.0, 4.0], &[true, true, false]), TAU_3)
            .expect("known so far");
        assert!((found.estimate - 2.0).abs() < 1e-15);
        assert!((found.time_lost - 1.0).abs() < 1e-15);
        assert!((found.std_error.powi(2) - 2.0 / 9.0).abs() < 1e-15);
        assert_eq!((found.n, found.events, found.tau), (3, 2, 3.0));
    }

    #[test]
    fn tau_is_at_most_the_follow_up_unless_all_had_the_event() {
        let censored = sample(&[1.0, 2.0], &[true, false]);
        let beyond = RestrictedMeanError::BeyondFollowUp {
            group: None,
            tau: 3.0,
            largest: 2.0,
        };
        assert_eq!(
            beyond.to_string(),
            "survival is known up to 2 only, not up to tau = 3; take a tau of at most 2"
        );
        assert_eq!(restricted_mean(&censored, TAU_3), Err(beyond));
        let default = RestrictedMeanOptions::default();
        assert_eq!(restricted_mean(&censored, default).map(|m| m.tau), Ok(2.0));
        let all = restricted_mean(&sample(&[1.0, 2.0], &[true, true]), TAU_3).expect("known");
        assert_eq!(all.estimate, 1.5);
        for tau in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            let options = RestrictedMeanOptions {
                tau: Some(tau),
                ..default
            };
            assert!(matches!(
                restricted_mean(&censored, options),
                Err(RestrictedMeanError::Tau { .. })
            ));
        }
        assert!(matches!(
            restricted_mean(&sample(&[0.0], &[true]), default),
            Err(RestrictedMeanError::NoFollowUp { group: None })
        ));
    }

    fn two_groups(times: &[f64], events: &[bool], groups: &[&str]) -> Sample {
        let outcomes: Vec<Outcome> = events.iter().map(|event| (*event).into()).collect();
        let groups = Factor::new(groups);
        Columns::new(times, &outcomes)
            .grouped(&groups)
            .sample()
            .expect("valid")
    }

    /// a as in [`three_cases_by_hand`]; b: events at 2 and 4 of two cases, S 1, 1/2: 2.5 to 3, area
    /// 1/2 after 2, variance 1/4 × 1/2.
    #[test]
    fn two_groups_by_hand() {
        let sample = two_groups(
            &[1.0, 2.0, 4.0, 2.0, 4.0],
            &[true, true, false, true, true],
            &["a", "a", "a", "b", "b"],
        );
        let found = compare_restricted_means(&sample, TAU_3).expect("comparable");
        let (va, vb) = (2.0 / 9.0, 1.0 / 8.0);
        assert!((found.difference.estimate - 0.5).abs() < 1e-14);
        assert!((found.difference.std_error - f64::sqrt(va + vb)).abs() < 1e-14);
        let ratio = found.ratio.expect("both lived");
        assert!((ratio.estimate - 1.25).abs() < 1e-14);
        assert!((ratio.std_error - f64::sqrt(va / 4.0 + vb / 6.25)).abs() < 1e-14);
        let lost = found.time_lost_ratio.expect("both lost");
        assert!((lost.estimate - 0.5).abs() < 1e-14);
        assert!((lost.std_error - f64::sqrt(va + vb / 0.25)).abs() < 1e-14);
    }

    #[test]
    fn what_cannot_be_compared_is_refused() {
        let one = two_groups(&[1.0, 2.0], &[true, true], &["a", "a"]);
        let default = RestrictedMeanOptions::default();
        assert_eq!(
            compare_restricted_means(&one, default),
            Err(RestrictedMeanError::NotTwoGroups { groups: 1 })
        );
        let flat = two_groups(&[4.0, 5.0], &[false, true], &["a", "b"]);
        assert_eq!(
            compare_restricted_means(&flat, TAU_3),
            Err(RestrictedMeanError::NoVariance)
        );
        // The group that ends first sets the largest tau.
        let short = two_groups(&[4.0, 2.0], &[false, false], &["a", "b"]);
        assert_eq!(
            compare_restricted_means(&short, TAU_3),
            Err(RestrictedMeanError::BeyondFollowUp {
                group: Some("b".to_owned()),
                tau: 3.0,
                largest: 2.0
            })
        );
    }

    #[test]
    fn ratios_need_something_to_divide() {
        let sample = two_groups(
            &[0.0, 2.0, 4.0, 4.0],
            &[true, true, false, false],
            &["a", "a", "b", "b"],
        );
        let found = compare_restricted_means(&sample, TAU_3).expect("comparable");
        assert_eq!(found.time_lost_ratio, None);
        assert!(found.ratio.is_some());
    }
}
