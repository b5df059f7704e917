//! The points at which packages differ, each with the rules to choose from.

use crate::choice::choices;

choices! {
    /// Which chi-squared statistic of a 2×2 table is reported.
    #[derive(Default)]
    pub enum ChiSquaredReport {
        /// Pearson's and the one with Yates's correction, side by side.
        #[default]
        Both = "both",
        /// The one with Yates's correction alone.
        Yates = "Yates",
    }
}

choices! {
    /// Which odds ratio of a 2×2 table is reported, with the interval that goes with it.
    #[derive(Default)]
    pub enum OddsRatioEstimate {
        /// The two below, side by side.
        #[default]
        Both = "both",
        /// The conditional maximum likelihood estimate, with the exact interval.
        Conditional = "conditional",
        /// The cross product of the sample, with exp(ln OR ± z √(1/a + 1/b + 1/c + 1/d)) (Woolf B.
        /// Ann Hum Genet 1955;19:251-3).
        Sample = "sample",
    }
}

choices! {
    /// The weights of the test of survival that is called Wilcoxon's.
    #[derive(Default)]
    pub enum WilcoxonWeights {
        /// The number at risk (Gehan EA. Biometrika 1965;52:203-23; Breslow N. Biometrika
        /// 1970;57:579-94).
        #[default]
        AtRisk = "gehan-breslow",
        /// The survival of all cases together (Peto R, Peto J. J R Stat Soc A
        /// 1972;135:185-207; Harrington DP, Fleming TR. Biometrika 1982;69:553-66).
        Survival = "peto-peto",
    }
}

choices! {
    /// When the p-value of the Mann-Whitney test is exact.
    #[derive(Default)]
    pub enum RankMethod {
        /// Whenever it can be computed in reasonable time, ties or not.
        #[default]
        ExactWhenFeasible = "exact-when-feasible",
        /// With fewer than 50 cases in each group and no ties.
        ExactBelow50 = "exact-below-50",
        /// With 40 cases or fewer in all.
        ExactTo40 = "exact-to-40",
        /// Never, unless asked for.
        Normal = "normal",
    }
}

choices! {
    /// Where a p-value of a rank test comes from.
    pub enum RankDistribution {
        /// P value from the permutation distribution.
        Exact = "exact",
        /// P value from the normal approximation.
        Normal = "normal",
    }
}

impl RankMethod {
    /// Below this many cases in each group [`Self::ExactBelow50`] is exact.
    const EACH_BELOW: usize = 50;
    /// Up to this many cases in all [`Self::ExactTo40`] is exact.
    const ALL_UP_TO: usize = 40;

    /// Where the p-value comes from, for two groups of these sizes with so many tied cases; `None`
    /// leaves it to what is feasible.
    #[must_use]
    pub fn distribution(self, sizes: [usize; 2], tied_cases: usize) -> Option<RankDistribution> {
        let exact = match self {
            Self::ExactWhenFeasible => return None,
            Self::ExactBelow50 => {
                tied_cases == 0 && sizes.iter().all(|size| *size < Self::EACH_BELOW)
            }
            Self::ExactTo40 => sizes[0].saturating_add(sizes[1]) <= Self::ALL_UP_TO,
            Self::Normal => false,
        };
        Some(if exact {
            RankDistribution::Exact
        } else {
            RankDistribution::Normal
        })
    }
}

choices! {
    /// Whether the normal approximation of a rank sum is corrected for ranks being whole numbers.
    #[derive(Default)]
    pub enum RankContinuity {
        /// The distance from the expected rank sum is lessened by a half.
        #[default]
        Half = "half",
        /// No continuity correction.
        Uncorrected = "uncorrected",
    }
}

choices! {
    /// The quantile of a list of numbers, by its type in Hyndman RJ, Fan Y. Sample quantiles in
    /// statistical packages. Am Stat 1996;50:361-5.
    #[derive(Default)]
    pub enum PlainQuantile {
        /// The inverse of the share of values at or below, averaged where it is level.
        Type2 = "type-2",
        /// Linear between values at k/(n + 1).
        Type6 = "type-6",
        /// Linear between values at (k − 1)/(n − 1).
        #[default]
        Type7 = "type-7",
    }
}

impl PlainQuantile {
    /// Positions nearer than this to a whole number are that number, as R has it: 4 ε.
    const ROUNDING: f64 = 4.0 * f64::EPSILON;

    /// The quantile of `values` at `probability`; `None` when there are no values, one is not a
    /// finite number, or the probability is not from 0 to 1.
    ///
    /// ```
    /// use casegraph_stats::conventions::PlainQuantile;
    /// assert_eq!(PlainQuantile::Type7.of(&[4.0, 1.0, 2.0, 3.0], 0.25), Some(1.75));
    /// assert_eq!(PlainQuantile::Type6.of(&[4.0, 1.0, 2.0, 3.0], 0.25), Some(1.25));
    /// ```
    #[must_use]
    pub fn of(self, values: &[f64], probability: f64) -> Option<f64> {
        if !(0.0..=1.0).contains(&probability) || values.iter().any(|value| !value.is_finite()) {
            return None;
        }
        let mut sorted = values.to_vec();
        sorted.sort_by(f64::total_cmp);
        let n = sorted.len() as f64;
        // Counted from 1, so that position k is the kth value.
        let position = match self {
            Self::Type2 => n * probability,
            Self::Type6 => (n + 1.0) * probability,
            Self::Type7 => (n - 1.0) * probability + 1.0,
        };
        let below = (position + Self::ROUNDING).floor();
        let past = position - below;
        let past = if past.abs() < Self::ROUNDING {
            0.0
        } else {
            past
        };
        let share = match self {
            Self::Type2 if past == 0.0 => 0.5,
            Self::Type2 => 1.0,
            Self::Type6 | Self::Type7 => past,
        };
        let (lower, upper) = (at(&sorted, below)?, at(&sorted, below + 1.0)?);
        // In this form two equal values are given back as they are, and no sum overflows.
        Some(if share == 0.0 || lower == upper {
            lower
        } else {
            lower * (1.0 - share) + upper * share
        })
    }
}

/// The value at a position counted from 1; beyond the ends the first or last.
#[allow(clippy::cast_sign_loss)]
fn at(sorted: &[f64], position: f64) -> Option<f64> {
    let last = sorted.len().checked_sub(1)?;
    Some(sorted[(position.max(1.0) as usize - 1).min(last)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exact_distributions_end_where_each_rule_says() {
        use RankDistribution::{Exact, Normal};
        let cases = [
            (RankMethod::ExactWhenFeasible, [3, 3], 0, None),
            (RankMethod::ExactBelow50, [49, 49], 0, Some(Exact)),
            (RankMethod::ExactBelow50, [3, 50], 0, Some(Normal)),
            (RankMethod::ExactBelow50, [3, 3], 2, Some(Normal)),
            (RankMethod::ExactTo40, [20, 20], 4, Some(Exact)),
            (RankMethod::ExactTo40, [20, 21], 0, Some(Normal)),
            (RankMethod::ExactTo40, [usize::MAX, 2], 0, Some(Normal)),
            (RankMethod::Normal, [2, 2], 0, Some(Normal)),
        ];
        for (method, sizes, tied, wanted) in cases {
            assert_eq!(
                method.distribution(sizes, tied),
                wanted,
                "{method} {sizes:?}"
            );
        }
    }

    /// 1, 2, 3, 4 at 1/4: type 2 has position 1, level, so (1 + 2)/2; type 6 has 5/4, so 1 + 1/4;
    /// type 7 has 3/4 + 1, so 1 + 3/4.
    #[test]
    fn plain_quantiles_by_hand() {
        let values = [3.0, 1.0, 4.0, 2.0];
        assert_eq!(PlainQuantile::Type2.of(&values, 0.25), Some(1.5));
        assert_eq!(PlainQuantile::Type6.of(&values, 0.25), Some(1.25));
        assert_eq!(PlainQuantile::Type7.of(&values, 0.25), Some(1.75));
        for rule in PlainQuantile::ALL {
            assert_eq!(rule.of(&values, 0.0), Some(1.0), "{rule}");
            assert_eq!(rule.of(&values, 1.0), Some(4.0), "{rule}");
            assert_eq!(rule.of(&values, 0.5), Some(2.5), "{rule}");
            assert_eq!(rule.of(&[7.0], 0.3), Some(7.0), "{rule}");
            assert_eq!(rule.of(&[], 0.5), None, "{rule}");
            assert_eq!(rule.of(&[1.0, f64::NAN], 0.5), None, "{rule}");
            assert_eq!(rule.of(&values, 1.5), None, "{rule}");
            assert_eq!(rule.of(&values, f64::NAN), None, "{rule}");
            assert_eq!(
                rule.of(&[f64::MAX, f64::MAX], 0.3),
                Some(f64::MAX),
                "{rule}"
            );
        }
    }
}
