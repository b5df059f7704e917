//! Two proportions compared: the risk difference and the risk ratio.

use serde::Serialize;

use super::{Proportion, UnsuitableMethod};
use crate::choice::choices;
use crate::distribution::root_of_increasing;
use crate::estimate::{Interval, IntervalMethod, Level, OpenInterval};

/// The proportions of two independent groups.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Comparison {
    first: Proportion,
    second: Proportion,
}

/// The difference of two proportions, first minus second.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct RiskDifference {
    /// First proportion minus second.
    pub estimate: f64,
    /// √(p₁ q₁ / n₁ + p₂ q₂ / n₂), 0 when both proportions are 0 or 1.
    pub std_error: f64,
    /// Score interval, the one to report; see [`Comparison::difference_interval`].
    pub miettinen_nurminen: Interval,
    /// Interval from two Wilson intervals.
    pub newcombe: Interval,
    /// Estimate ± z × standard error.
    pub wald: Interval,
    /// Cases of both groups.
    pub n: u64,
    /// Cases with the event in both groups.
    pub events: u64,
}

choices! {
    /// Why a part of a risk ratio does not exist.
    pub enum RiskRatioUndefined {
        /// The ratio is 0, which has no logarithm: no interval on the log scale.
        NoEventInFirst = "no event in the first group",
        /// The ratio has no upper bound: no estimate, no upper limit, no interval on the log scale.
        NoEventInSecond = "no event in the second group",
        /// Nothing is known of the ratio.
        NoEvents = "no event in either group",
        /// The standard error on the log scale is 0: no interval on that scale.
        AllEvents = "all cases of both groups have the event",
    }
}

/// The ratio of two proportions, first over second.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct RiskRatio {
    /// First proportion over second; `None` when there is no event in the second group.
    pub estimate: Option<f64>,
    /// √(1/k₁ − 1/n₁ + 1/k₂ − 1/n₂), the standard error of the logarithm; `None` when a group has no
    /// event.
    pub log_std_error: Option<f64>,
    /// Score interval, the one to report. The lower limit always exists, the upper one unless the
    /// second group has no event.
    pub miettinen_nurminen: OpenInterval,
    /// Estimate × exp(±z × standard error), both limits or none.
    pub wald_log: OpenInterval,
    /// What is `None`, why.
    pub undefined: Option<RiskRatioUndefined>,
    /// Cases of both groups.
    pub n: u64,
    /// Cases with the event in both groups.
    pub events: u64,
}

impl Comparison {
    /// The methods that make an interval of a difference.
    pub const DIFFERENCE_METHODS: &'static [IntervalMethod] = &[
        IntervalMethod::MiettinenNurminen,
        IntervalMethod::Newcombe,
        IntervalMethod::Wald,
    ];

    /// Sets two proportions of independent groups against each other. For the odds ratio and tests see
    /// [`Table2x2::compare`](crate::contingency::Table2x2::compare).
    ///
    /// ```
    /// use casegraph_stats::estimate::Level;
    /// use casegraph_stats::proportion::{Comparison, Proportion};
    ///
    /// let comparison = Comparison::new(Proportion::new(56, 70)?, Proportion::new(48, 80)?);
    /// let difference = comparison.difference(Level::P95);
    /// assert!((difference.estimate - 0.2).abs() < 1e-15);
    /// assert!((difference.newcombe.lower - 0.0524).abs() < 1e-4);
    /// # Ok::<(), casegraph_stats::proportion::ProportionError>(())
    /// ```
    #[must_use]
    pub fn new(first: Proportion, second: Proportion) -> Self {
        Self { first, second }
    }

    /// The difference of the proportions with all its intervals.
    #[must_use]
    pub fn difference(self, level: Level) -> RiskDifference {
        RiskDifference {
            estimate: self.estimate(),
            std_error: self.std_error(),
            miettinen_nurminen: self.miettinen_nurminen(level),
            newcombe: self.newcombe(level),
            wald: self.wald(level),
            n: self.n(),
            events: self.events(),
        }
    }

    /// The interval of the difference made by one of [`Self::DIFFERENCE_METHODS`]. All assume
    /// independent cases and independent groups.
    ///
    /// - Miettinen-Nurminen: the differences δ with
    ///   (p̂₁ − p̂₂ − δ)² ≤ z² N/(N − 1) (p̃₁q̃₁/n₁ + p̃₂q̃₂/n₂), where p̃₁ and p̃₂ are the likeliest
    ///   proportions that differ by δ. Stat Med 1985;4:213-26. Covers close to its level even for
    ///   small groups.
    /// - Newcombe: hybrid of the Wilson intervals l, u of the two proportions,
    ///   p̂₁ − p̂₂ − √((p̂₁ − l₁)² + (u₂ − p̂₂)²) to p̂₁ − p̂₂ + √((u₁ − p̂₁)² + (p̂₂ − l₂)²).
    ///   Stat Med 1998;17:873-90, method 10.
    /// - Wald: estimate ± z × standard error, cut off at −1 and 1. Covers too seldom unless the groups
    ///   are large, and is a point when both proportions are 0 or 1. Do not use it then.
    ///
    /// # Errors
    ///
    /// [`UnsuitableMethod`] for a method of something else.
    pub fn difference_interval(
        self,
        method: IntervalMethod,
        level: Level,
    ) -> Result<Interval, UnsuitableMethod> {
        match method {
            IntervalMethod::MiettinenNurminen => Ok(self.miettinen_nurminen(level)),
            IntervalMethod::Newcombe => Ok(self.newcombe(level)),
            IntervalMethod::Wald => Ok(self.wald(level)),
            method => Err(UnsuitableMethod {
                method,
                suitable: Self::DIFFERENCE_METHODS,
            }),
        }
    }

    /// The ratio of the proportions, with the score interval of Miettinen and Nurminen (the ratios ρ
    /// with (p̂₁ − ρ p̂₂)² ≤ z² N/(N − 1) (p̃₁q̃₁/n₁ + ρ² p̃₂q̃₂/n₂), p̃₁ = ρ p̃₂; Stat Med
    /// 1985;4:213-26) and Wald's on the log scale (Katz D et al. Biometrics 1978;34:469-74), which is
    /// poor for few events. Assumes independent cases and groups. Nothing is added to empty cells.
    #[must_use]
    pub fn ratio(self, level: Level) -> RiskRatio {
        let (first, second) = (self.first, self.second);
        let undefined = match (first.successes, second.successes) {
            (0, 0) => Some(RiskRatioUndefined::NoEvents),
            (0, _) => Some(RiskRatioUndefined::NoEventInFirst),
            (_, 0) => Some(RiskRatioUndefined::NoEventInSecond),
            (a, b) if a == first.n && b == second.n => Some(RiskRatioUndefined::AllEvents),
            _ => None,
        };
        let estimate = (second.successes > 0).then(|| first.value() / second.value());
        let log_std_error = (first.successes > 0 && second.successes > 0).then(|| {
            // 1/k − 1/n without the difference.
            let part = |group: Proportion| {
                (group.n - group.successes) as f64 / (group.successes as f64 * group.n as f64)
            };
            (part(first) + part(second)).sqrt()
        });
        let wald_log = estimate
            .zip(log_std_error)
            .filter(|_| undefined.is_none())
            .map(|(estimate, error)| {
                let factor = (level.z() * error).exp();
                (estimate / factor, estimate * factor)
            });
        RiskRatio {
            estimate,
            log_std_error,
            miettinen_nurminen: self.ratio_score_interval(level),
            wald_log: OpenInterval {
                lower: wald_log.map(|limits| limits.0),
                upper: wald_log.map(|limits| limits.1),
                level,
                method: IntervalMethod::WaldLog,
            },
            undefined,
            n: self.n(),
            events: self.events(),
        }
    }

    fn n(self) -> u64 {
        self.first.n + self.second.n
    }

    fn events(self) -> u64 {
        self.first.successes + self.second.successes
    }

    fn estimate(self) -> f64 {
        // Over one denominator, so that equal proportions differ by exactly nothing.
        let (first, second) = (self.first, self.second);
        let cross = |a: Proportion, b: Proportion| u128::from(a.successes) * u128::from(b.n);
        let (left, right) = (cross(first, second), cross(second, first));
        let below = first.n as f64 * second.n as f64;
        if left >= right {
            (left - right) as f64 / below
        } else {
            -((right - left) as f64 / below)
        }
    }

    fn std_error(self) -> f64 {
        let part = |group: Proportion| group.value() * (1.0 - group.value()) / group.n as f64;
        (part(self.first) + part(self.second)).sqrt()
    }

    fn wald(self, level: Level) -> Interval {
        let (estimate, half) = (self.estimate(), level.z() * self.std_error());
        Interval {
            lower: (estimate - half).max(-1.0),
            upper: (estimate + half).min(1.0),
            level,
            method: IntervalMethod::Wald,
        }
    }

    fn newcombe(self, level: Level) -> Interval {
        let (first, second) = (self.first.wilson(level), self.second.wilson(level));
        let (p, q, estimate) = (self.first.value(), self.second.value(), self.estimate());
        Interval {
            lower: (estimate - (p - first.lower).hypot(second.upper - q)).max(-1.0),
            upper: (estimate + (first.upper - p).hypot(q - second.lower)).min(1.0),
            level,
            method: IntervalMethod::Newcombe,
        }
    }

    /// N / (N − 1), by which Miettinen and Nurminen enlarge the variance.
    fn enlarged(self) -> f64 {
        let n = self.n() as f64;
        n / (n - 1.0)
    }

    fn miettinen_nurminen(self, level: Level) -> Interval {
        let (estimate, z) = (self.estimate(), level.z());
        let reach = |difference: f64| z * self.score_variance(difference).sqrt();
        let lower = if estimate <= -1.0 {
            -1.0
        } else {
            root_of_increasing(-1.0, estimate, |d| reach(d) - (estimate - d))
        };
        let upper = if estimate >= 1.0 {
            1.0
        } else {
            root_of_increasing(estimate, 1.0, |d| (d - estimate) - reach(d))
        };
        Interval {
            lower,
            upper,
            level,
            method: IntervalMethod::MiettinenNurminen,
        }
    }

    /// The variance of the estimated difference if the true one is `difference`.
    fn score_variance(self, difference: f64) -> f64 {
        let second = self.likeliest_second(difference);
        let first = (second + difference).clamp(0.0, 1.0);
        let part = |p: f64, n: u64| p * (1.0 - p) / n as f64;
        self.enlarged() * (part(first, self.first.n) + part(second, self.second.n))
    }

    /// The maximum likelihood estimate of the second proportion if the first is larger by
    /// `difference`: where the derivative of the log-likelihood, which falls all the way, passes 0.
    fn likeliest_second(self, difference: f64) -> f64 {
        let low = f64::max(0.0, -difference);
        let high = f64::min(1.0, 1.0 - difference);
        let over = |count: u64, p: f64| if count == 0 { 0.0 } else { count as f64 / p };
        let falling = |p: f64| {
            // Rounding must not carry a proportion past the end of its range, where the sign changes.
            let other = (p + difference).clamp(0.0, 1.0);
            over(self.first.successes, other)
                - over(self.first.n - self.first.successes, 1.0 - other)
                + over(self.second.successes, p)
                - over(self.second.n - self.second.successes, 1.0 - p)
        };
        if high <= low || falling(low) <= 0.0 {
            low
        } else if falling(high) >= 0.0 {
            high
        } else {
            root_of_increasing(low, high, |p| -falling(p))
        }
    }

    fn ratio_score_interval(self, level: Level) -> OpenInterval {
        let z = level.z();
        // Positive where the ratio exp(`log_ratio`) is too large for the data, negative where too small.
        let excess = |log_ratio: f64, z: f64| {
            let ratio = log_ratio.exp();
            let gap = ratio * self.second.value() - self.first.value();
            gap - z * self.ratio_score_variance(ratio).sqrt()
        };
        // The limits lie on either side of the estimate, or of 1 where it has no logarithm. There the
        // variance may be 0, so the search starts beside it.
        let (below, above) = (self.first.successes > 0, self.second.successes > 0);
        let start = if below && above {
            (self.first.value() / self.second.value()).ln()
        } else {
            0.0
        };
        let distance = |direction: f64, f: &dyn Fn(f64) -> f64| {
            let mut distance = direction;
            while f(start + distance) * direction < 0.0 {
                distance *= 2.0;
            }
            start + distance
        };
        let lower = if below {
            let f = |log_ratio| excess(log_ratio, -z);
            let high = if above { start } else { distance(1.0, &f) };
            root_of_increasing(distance(-1.0, &f), high, f).exp()
        } else {
            0.0
        };
        let upper = above.then(|| {
            let f = |log_ratio| excess(log_ratio, z);
            let low = if below { start } else { distance(-1.0, &f) };
            root_of_increasing(low, distance(1.0, &f), f).exp()
        });
        OpenInterval {
            lower: Some(lower),
            upper,
            level,
            method: IntervalMethod::MiettinenNurminen,
        }
    }

    /// The variance of p̂₁ − ρ p̂₂ if the true ratio is ρ, `ratio`.
    fn ratio_score_variance(self, ratio: f64) -> f64 {
        let [k, n] = [self.first.successes, self.first.n].map(|count| count as f64);
        let [l, m] = [self.second.successes, self.second.n].map(|count| count as f64);
        // The likeliest second proportion solves N ρ p² − (ρ (n + l) + m + k) p + k + l = 0. Written
        // like this the discriminant is a sum of what cannot be negative.
        let root = (((n + l) * ratio - (m + k)).powi(2) + 4.0 * ratio * (n - k) * (m - l)).sqrt();
        let second = (2.0 * (k + l) / ((n + l) * ratio + m + k + root)).min(1.0);
        let first = (ratio * second).min(1.0);
        self.enlarged() * (first * (1.0 - first) / n + ratio * ratio * second * (1.0 - second) / m)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn comparison(a: u64, n: u64, b: u64, m: u64) -> Comparison {
        Comparison::new(
            Proportion::new(a, n).expect("valid"),
            Proportion::new(b, m).expect("valid"),
        )
    }

    /// Newcombe RG. Stat Med 1998;17:873-90, table II: Miettinen-Nurminen (method 6) and the hybrid
    /// score interval (method 10), to the four digits printed there.
    #[test]
    fn published_differences() {
        for (groups, estimate, score, hybrid) in [
            ((56, 70, 48, 80), 0.2, (0.0528, 0.3382), (0.0524, 0.3339)),
            ((9, 10, 3, 10), 0.6, (0.1700, 0.8406), (0.1705, 0.8090)),
            (
                (5, 56, 0, 29),
                5.0 / 56.0,
                (-0.0326, 0.1933),
                (-0.0381, 0.1926),
            ),
        ] {
            let found = comparison(groups.0, groups.1, groups.2, groups.3).difference(Level::P95);
            assert!((found.estimate - estimate).abs() < 1e-15);
            for (interval, limits) in [(found.miettinen_nurminen, score), (found.newcombe, hybrid)]
            {
                assert!((interval.lower - limits.0).abs() < 5.1e-5, "{interval:?}");
                assert!((interval.upper - limits.1).abs() < 5.1e-5, "{interval:?}");
            }
        }
    }

    /// 7 of 34 and 1 of 34 (Perondi and others 2004), and 0 of 16 and 15 of 72 (Ritland and others
    /// 2007), as in Fagerland MW, Lydersen S, Laake P. Statistical Analysis of Contingency Tables,
    /// 2017, chapter 4.
    #[test]
    fn published_differences_and_ratios() {
        let difference = comparison(7, 34, 1, 34).difference(Level::P95);
        assert!((difference.wald.lower - 0.0292).abs() < 5.1e-5);
        assert!((difference.wald.upper - 0.3238).abs() < 5.1e-5);
        assert!((difference.newcombe.lower - 0.0189).abs() < 5.1e-5);
        assert!((difference.newcombe.upper - 0.3404).abs() < 5.1e-5);
        let ratio = comparison(7, 34, 1, 34).ratio(Level::P95);
        for (interval, limits) in [
            (ratio.miettinen_nurminen, [1.2086, 43.0330]),
            (ratio.wald_log, [0.9096, 53.8695]),
        ] {
            let [lower, upper] =
                [interval.lower, interval.upper].map(|limit| limit.expect("exists"));
            assert!((lower - limits[0]).abs() < 5.1e-5, "{interval:?}");
            assert!((upper - limits[1]).abs() < 5.1e-5, "{interval:?}");
        }
        let difference = comparison(0, 16, 15, 72).difference(Level::P95);
        assert!((difference.miettinen_nurminen.lower + 0.3164).abs() < 5.1e-5);
        assert!((difference.miettinen_nurminen.upper + 0.0056).abs() < 5.1e-5);
    }

    /// All against none: by symmetry the likeliest proportions that differ by d are (1 + d)/2 and
    /// (1 − d)/2, so with e = 1 − d and c = z² 2n/(2n − 1)/n the lower limit solves
    /// e² = c e (2 − e)/2, that is e = c / (1 + c/2).
    #[test]
    fn all_against_none_by_hand() {
        let found = comparison(10, 10, 0, 10).difference(Level::P95);
        let c = Level::P95.z().powi(2) * 20.0 / 19.0 / 10.0;
        let lower = 1.0 - c / (1.0 + c / 2.0);
        assert!((found.miettinen_nurminen.lower - lower).abs() < 1e-14);
        assert_eq!(found.miettinen_nurminen.upper, 1.0);
        assert_eq!((found.wald.lower, found.wald.upper), (1.0, 1.0));
        assert_eq!(found.std_error, 0.0);
    }

    #[test]
    fn what_a_ratio_lacks_is_said() {
        let found = |a, b| comparison(a, 10, b, 10).ratio(Level::P95);
        let none = found(0, 0);
        assert_eq!(none.undefined, Some(RiskRatioUndefined::NoEvents));
        assert_eq!((none.estimate, none.miettinen_nurminen.upper), (None, None));
        let first = found(0, 3);
        assert_eq!(first.undefined, Some(RiskRatioUndefined::NoEventInFirst));
        assert_eq!((first.estimate, first.wald_log.lower), (Some(0.0), None));
        assert_eq!(first.miettinen_nurminen.lower, Some(0.0));
        assert!(
            first
                .miettinen_nurminen
                .upper
                .is_some_and(|upper| upper > 0.1)
        );
        let second = found(3, 0);
        assert_eq!(second.undefined, Some(RiskRatioUndefined::NoEventInSecond));
        assert_eq!((second.estimate, second.wald_log.upper), (None, None));
        assert!(
            second
                .miettinen_nurminen
                .lower
                .is_some_and(|lower| lower > 0.1)
        );
        let all = found(10, 10);
        assert_eq!(all.undefined, Some(RiskRatioUndefined::AllEvents));
        assert_eq!((all.estimate, all.wald_log.lower), (Some(1.0), None));
        assert_eq!(found(3, 4).undefined, None);
    }

    /// All of both: above 1 the likeliest proportions are 1 and 1/ρ, so the upper limit solves
    /// (ρ − 1)² = z² N/(N − 1) ρ² (1/ρ)(1 − 1/ρ)/n, that is ρ = 1 + z² N/(N − 1)/n.
    #[test]
    fn ratio_of_all_and_all_by_hand() {
        let found = comparison(10, 10, 10, 10)
            .ratio(Level::P95)
            .miettinen_nurminen;
        let wanted = 1.0 + Level::P95.z().powi(2) * 20.0 / 19.0 / 10.0;
        assert!(
            found
                .upper
                .is_some_and(|upper| (upper - wanted).abs() < 1e-13)
        );
        assert!(
            found
                .lower
                .is_some_and(|lower| (lower - 1.0 / wanted).abs() < 1e-13)
        );
    }

    #[test]
    fn methods_of_other_things_are_refused() {
        let refused =
            comparison(1, 2, 1, 3).difference_interval(IntervalMethod::Wilson, Level::P95);
        assert!(refused.is_err_and(|error| error.suitable == Comparison::DIFFERENCE_METHODS));
    }
}
