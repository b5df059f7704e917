//! What estimators hand back beside a value: an interval, its level, and the method that made it.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::choice::choices;
use super::distribution::normal_quantile;

/// A confidence level strictly between 0 and 1, as a fraction (0.95, not 95).
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(try_from = "f64", into = "f64")]
pub struct Level(f64);

impl Level {
    /// The conventional level, 0.95.
    pub const P95: Self = Self(0.95);

    /// Takes a confidence level.
    ///
    /// # Errors
    ///
    /// [`LevelError`] unless `0 < value < 1`.
    ///
    /// ```
    /// use casegraph_stats::estimate::Level;
    /// assert!(Level::new(0.9).is_ok());
    /// assert!(Level::new(95.0).is_err());
    /// ```
    pub fn new(value: f64) -> Result<Self, LevelError> {
        // The smallest and largest levels accepted leave a tail that floating point can still tell
        // from 0 and 1/2.
        if value > f64::EPSILON && value < 1.0 - f64::EPSILON {
            Ok(Self(value))
        } else {
            Err(LevelError { value })
        }
    }

    /// The level as a fraction.
    #[must_use]
    pub fn value(self) -> f64 {
        self.0
    }

    /// The probability left on each side.
    pub(crate) fn tail(self) -> f64 {
        (1.0 - self.0) / 2.0
    }

    /// The standard normal quantile that leaves half of what is outside the level above it: 1.96 at
    /// 95 %.
    #[must_use]
    pub fn z(self) -> f64 {
        normal_quantile(1.0 - self.tail())
    }
}

impl std::fmt::Display for Level {
    /// In percent: `95 %`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // A hundred times 0.57 is not 57 to the last digit.
        let percent = (self.0 * 1e12).round() / 1e10;
        write!(f, "{percent} %")
    }
}

impl TryFrom<f64> for Level {
    type Error = LevelError;

    fn try_from(value: f64) -> Result<Self, LevelError> {
        Self::new(value)
    }
}

impl From<Level> for f64 {
    fn from(level: Level) -> Self {
        level.0
    }
}

impl Default for Level {
    fn default() -> Self {
        Self::P95
    }
}

/// A confidence level outside the open interval from 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq, Error)]
#[error("a confidence level is a fraction between 0 and 1, such as 0.95; got {value}")]
pub struct LevelError {
    /// Level that was asked for.
    pub value: f64,
}

choices! {
    /// How a confidence interval was made.
    #[non_exhaustive]
    pub enum IntervalMethod {
        /// Exact interval of a proportion, inverting the binomial tails (Clopper & Pearson 1934).
        ClopperPearson = "Clopper-Pearson",
        /// Score interval of a proportion (Wilson 1927).
        Wilson = "Wilson",
        /// Score interval with continuity correction.
        WilsonContinuity = "Wilson with continuity correction",
        /// Equal-tailed posterior interval under Jeffreys's prior, Beta(1/2, 1/2).
        Jeffreys = "Jeffreys",
        /// Wald's interval around Wilson's centre (Agresti & Coull 1998).
        AgrestiCoull = "Agresti-Coull",
        /// Inverts tails that count half of the observed outcome.
        MidP = "mid-P",
        /// Hybrid of two Wilson intervals (Newcombe 1998).
        Newcombe = "Newcombe hybrid score",
        /// Score interval of a difference or ratio (Miettinen & Nurminen 1985).
        MiettinenNurminen = "Miettinen-Nurminen",
        /// Exact interval of the odds ratio given all margins of a 2×2 table (Cornfield 1956).
        ConditionalExact = "conditional exact",
        /// Estimate ± z × standard error, on the scale of the estimate.
        Wald = "Wald",
        /// Estimate × exp(±z × standard error of its logarithm).
        WaldLog = "Wald on the log scale",
        /// Where the (penalised) likelihood falls by half a chi-squared quantile.
        ProfileLikelihood = "profile likelihood",
        /// Estimate ± t × standard error, on the scale of the model.
        StudentT = "Student t",
        /// Between order statistics, by the binomial distribution.
        OrderStatistic = "order statistic",
        /// Between ordered differences or averages, by the exact distribution of a rank statistic.
        RankExact = "exact rank",
        /// The same by the normal approximation.
        RankNormal = "normal approximation of ranks",
        /// Equal-tailed interval of a posterior distribution.
        EqualTailed = "equal-tailed posterior",
        /// Survival ± z × standard error.
        Plain = "plain",
        /// Symmetric in the logarithm of survival.
        Log = "log",
        /// Symmetric in log(−log survival) (Kalbfleisch & Prentice 1980).
        LogLog = "log-log",
        /// Symmetric in the log odds of survival.
        Logit = "logit",
        /// Symmetric in the arcsine of the square root of survival.
        ArcSine = "arcsine",
    }
}

choices! {
    /// Which departures from the null hypothesis a test counts as evidence.
    #[derive(Default)]
    pub enum Alternative {
        /// In either direction.
        #[default]
        TwoSided = "two-sided",
        /// The true value is smaller than under the null hypothesis.
        Less = "less",
        /// The true value is larger than under the null hypothesis.
        Greater = "greater",
    }
}

choices! {
    /// How much of the observed outcome an exact p-value counts.
    #[derive(Default)]
    pub enum ObservedShare {
        /// All of it: the test never errs more often than it says.
        #[default]
        Whole = "exact",
        /// Half of it: nearer to the stated error rate on average, which it may exceed. Lancaster HO. J
        /// Am Stat Assoc 1961;56:223-34.
        Half = "mid-P",
    }
}

/// A two-sided confidence interval, in the unit of its estimate.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Interval {
    /// Lower limit.
    pub lower: f64,
    /// Upper limit, never below `lower`.
    pub upper: f64,
    /// Confidence level.
    pub level: Level,
    /// How it was made.
    pub method: IntervalMethod,
}

impl Interval {
    /// Whether `value` lies between the limits, both included.
    #[must_use]
    pub fn contains(&self, value: f64) -> bool {
        self.lower <= value && value <= self.upper
    }

    /// Upper minus lower limit.
    #[must_use]
    pub fn width(&self) -> f64 {
        self.upper - self.lower
    }
}

/// A two-sided confidence interval one or both ends of which may not exist: the upper limit of an
/// odds ratio when a cell is empty, the limits of a median that the follow-up did not reach.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct OpenInterval {
    /// Lower limit; `None` when there is none.
    pub lower: Option<f64>,
    /// Upper limit; `None` when there is none.
    pub upper: Option<f64>,
    /// Confidence level.
    pub level: Level,
    /// How it was made.
    pub method: IntervalMethod,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn level_is_a_fraction() {
        for bad in [0.0, 1.0, -0.5, 95.0, f64::NAN, f64::INFINITY] {
            assert!(Level::new(bad).is_err(), "{bad}");
        }
        assert_eq!(Level::new(0.95), Ok(Level::default()));
    }

    #[test]
    fn level_gives_its_normal_quantile() {
        assert!((Level::P95.z() - 1.959_963_984_540_054).abs() < 1e-14);
    }

    #[test]
    fn interval_includes_its_limits() {
        let interval = Interval {
            lower: 0.25,
            upper: 0.75,
            level: Level::P95,
            method: IntervalMethod::Wilson,
        };
        assert!(interval.contains(0.25) && interval.contains(0.75) && !interval.contains(0.76));
        assert_eq!(interval.width(), 0.5);
    }

    #[test]
    fn method_is_shown_by_name() {
        assert_eq!(IntervalMethod::LogLog.to_string(), "log-log");
    }
}
