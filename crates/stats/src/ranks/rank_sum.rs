//! The Wilcoxon rank sum test, also called Mann-Whitney, and the shift between two samples.

use serde::Serialize;

use super::differences;
use super::null_distribution::SumOfChosen;
use super::sample::{MAX_EXACT_PAIRS, RankError, TwoSamples, Values, doubled_ranks, tie_term};
use crate::choice::choices;
use crate::distribution::chi_squared_upper_tail;
use crate::estimate::{IntervalMethod, Level, OpenInterval};

/// How far below a tail its probability may lie from rounding and still count as reached.
const TAIL_ROUNDING: f64 = 10.0 * f64::EPSILON;

choices! {
    /// How the P value and interval of a rank sum test are found.
    #[derive(Default)]
    #[non_exhaustive]
    pub enum RankSumMethod {
        /// Exact up to [`MAX_EXACT_PAIRS`], normal beyond.
        #[default]
        Automatic = "automatic",
        /// From all ways to share the observed ranks, tied ones included, between the samples.
        Exact = "exact",
        /// By the normal approximation, its variance corrected for ties.
        Normal = "normal",
    }
}

choices! {
    /// Whether the normal approximation is moved by half a step of the statistic towards its mean.
    #[derive(Default)]
    #[non_exhaustive]
    pub enum RankContinuity {
        /// The statistic is moved by 1/2 towards its mean.
        #[default]
        Corrected = "corrected",
        /// The statistic is taken as it is.
        Uncorrected = "uncorrected",
    }
}

/// How a rank sum test is made.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct RankSumOptions {
    /// Confidence level of the shift; 0.95 unless told.
    pub level: Level,
    /// Exact or normal; automatic unless told.
    pub method: RankSumMethod,
    /// Continuity correction of the normal approximation; corrected unless told.
    pub continuity: RankContinuity,
}

/// The shift of the first sample against the second.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Shift {
    /// The median of all differences, first minus second (Hodges & Lehmann 1963). It is not the
    /// difference of the medians.
    pub estimate: f64,
    /// The shifts not rejected at 1 − level. An end is `None` when the samples are too small for
    /// the level.
    pub interval: OpenInterval,
    /// The coverage that the exact interval has without ties, at least the level; `None` for the
    /// normal approximation.
    pub coverage: Option<f64>,
}

/// A two-sided rank sum test.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct RankSum {
    /// Values in both samples.
    pub n: usize,
    /// Values in the first sample.
    pub n_first: usize,
    /// Values in the second.
    pub n_second: usize,
    /// Values that equal another.
    pub tied: usize,
    /// W, or Mann and Whitney's U of the first sample: the pairs in which the first value is the
    /// larger, equal ones counted half.
    pub statistic: f64,
    /// W as a share of all pairs: the estimated probability that a value of the first sample is
    /// larger than one of the second, plus half of that of a tie.
    pub probability_larger: f64,
    /// W minus its mean, corrected for continuity if asked, over its standard deviation; `None` for
    /// the exact test.
    pub z: Option<f64>,
    /// Probability of a W at least as far from its mean if both samples come from one distribution.
    pub p_value: f64,
    /// Exact or normal, never automatic.
    pub method: RankSumMethod,
    /// Hodges-Lehmann estimate of the difference in location.
    pub shift: Shift,
}

/// Compares two independent samples by the ranks of their values.
///
/// Tests that neither sample tends to larger values. The exact test counts all ways to share the
/// observed ranks, mean ranks for ties, between the samples. The shift assumes that both
/// distributions have one shape and differ in place only; the test does not. Its exact interval
/// reaches from one ordered difference to the other as without ties; with ties, both ends included,
/// it still covers at least at its level (Noether GE. J Am Stat Assoc 1967;62:184-8). The normal
/// one ends at the differences at which the approximate test turns.
///
/// Wilcoxon F. Biometrics Bull 1945;1:80-3. Mann HB, Whitney DR. Ann Math Stat 1947;18:50-60. Hodges
/// JL, Lehmann EL. Ann Math Stat 1963;34:598-611. Not for censored values: see
/// [`logrank`](crate::survival::logrank).
///
/// # Errors
///
/// [`RankError::TooManyPairs`] when exactness was asked for and there are more than
/// [`MAX_EXACT_PAIRS`]; [`RankError::AllTied`] when the normal approximation has no variance.
///
/// ```
/// use casegraph_stats::ranks::{TwoSamples, Values, rank_sum};
///
/// let samples = TwoSamples {
///     first: Values::new(&[4.0, 5.0, 6.0])?,
///     second: Values::new(&[1.0, 2.0, 3.0])?,
/// };
/// let test = rank_sum(&samples, Default::default())?;
/// assert_eq!((test.statistic, test.shift.estimate), (9.0, 3.0));
/// assert!((test.p_value - 0.1).abs() < 1e-15);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn rank_sum(samples: &TwoSamples, options: RankSumOptions) -> Result<RankSum, RankError> {
    let pairs = differences::count(samples);
    let method = match options.method {
        RankSumMethod::Automatic if pairs <= MAX_EXACT_PAIRS => RankSumMethod::Exact,
        RankSumMethod::Automatic => RankSumMethod::Normal,
        RankSumMethod::Exact if pairs > MAX_EXACT_PAIRS => {
            return Err(RankError::TooManyPairs { pairs });
        }
        chosen => chosen,
    };
    let ranked = Ranked::of(samples);
    let (p_value, z, shift) = if method == RankSumMethod::Exact {
        let shift = exact_shift(samples, options.level);
        (ranked.exact_p_value(), None, shift)
    } else {
        let z = ranked.z(options.continuity).ok_or(RankError::AllTied)?;
        let p_value = chi_squared_upper_tail(z * z, 1);
        (p_value, Some(z), normal_shift(samples, options))
    };
    let statistic = ranked.doubled_w as f64 / 2.0;
    Ok(RankSum {
        n: ranked.n_first + ranked.n_second,
        n_first: ranked.n_first,
        n_second: ranked.n_second,
        tied: ranked.tied,
        statistic,
        probability_larger: statistic / pairs as f64,
        z,
        p_value,
        method,
        shift,
    })
}

/// Both samples in one order.
struct Ranked {
    n_first: usize,
    n_second: usize,
    /// Twice the rank of each value, in order, and which sample it is from.
    ranks: Vec<u64>,
    first: Vec<bool>,
    ties: f64,
    tied: usize,
    doubled_w: u64,
}

impl Ranked {
    fn of(samples: &TwoSamples) -> Self {
        let first = samples.first.sorted().iter().map(|value| (*value, 0));
        let second = samples.second.sorted().iter().map(|value| (*value, 1));
        let mut values: Vec<(f64, u32)> = first.chain(second).collect();
        // Stable, and so a merge of two runs in order.
        values.sort_by(|a, b| a.0.total_cmp(&b.0));
        let (ranks, ties) = doubled_ranks(&values);
        let tied = values
            .chunk_by(|a, b| a.0 == b.0)
            .map(<[_]>::len)
            .filter(|length| *length > 1)
            .sum();
        let first: Vec<bool> = values.iter().map(|value| value.1 == 0).collect();
        let sum: u64 = sum_where(&ranks, &first, true);
        let n_first = samples.first.n();
        let smallest = n_first as u64 * (n_first as u64 + 1);
        Self {
            n_first,
            n_second: samples.second.n(),
            ranks,
            first,
            ties,
            tied,
            doubled_w: sum - smallest,
        }
    }

    fn exact_p_value(&self) -> f64 {
        // The smaller sample has fewer choices of size to go through.
        let of_first = self.n_first <= self.n_second;
        let chosen = self.n_first.min(self.n_second);
        let sum = sum_where(&self.ranks, &self.first, of_first);
        SumOfChosen::new(&self.ranks, chosen).two_sided(sum)
    }

    fn z(&self, continuity: RankContinuity) -> Option<f64> {
        let pairs = self.n_first as f64 * self.n_second as f64;
        let distance = self.doubled_w as f64 / 2.0 - pairs / 2.0;
        let deviation = deviation(self.n_first, self.n_second, self.ties);
        let moved = if distance == 0.0 {
            0.0
        } else {
            distance - half_step(continuity) * distance.signum()
        };
        (deviation > 0.0).then(|| moved / deviation)
    }
}

fn sum_where(ranks: &[u64], first: &[bool], wanted: bool) -> u64 {
    ranks
        .iter()
        .zip(first)
        .filter(|(_, first)| **first == wanted)
        .map(|(rank, _)| rank)
        .sum()
}

fn half_step(continuity: RankContinuity) -> f64 {
    match continuity {
        RankContinuity::Corrected => 0.5,
        RankContinuity::Uncorrected => 0.0,
    }
}

/// The standard deviation of W, where `ties` is the sum of t³ − t over runs of tied values.
fn deviation(n_first: usize, n_second: usize, ties: f64) -> f64 {
    let (m, n) = (n_first as f64, n_second as f64);
    let all = m + n;
    let variance = m * n / 12.0 * (all + 1.0 - ties / (all * (all - 1.0)));
    // When all values are tied, nothing is left but rounding.
    if ties >= tie_term(n_first + n_second) {
        0.0
    } else {
        variance.max(0.0).sqrt()
    }
}

fn exact_shift(samples: &TwoSamples, level: Level) -> Shift {
    let (m, n) = (samples.first.n(), samples.second.n());
    let ranks: Vec<u64> = (1..=(m + n) as u64).collect();
    let distribution = SumOfChosen::new(&ranks, m.min(n));
    // The largest count of differences left out at each end with no more than a tail.
    let mut outside = 0.0;
    let mut rank = 0;
    for probability in distribution.probabilities() {
        if outside + probability >= level.tail() - TAIL_ROUNDING {
            break;
        }
        outside += probability;
        rank += 1;
    }
    Shift {
        estimate: differences::median(samples),
        interval: between(samples, rank, level, IntervalMethod::RankExact),
        coverage: Some(1.0 - 2.0 * outside),
    }
}

fn normal_shift(samples: &TwoSamples, options: RankSumOptions) -> Shift {
    let pairs = differences::count(samples) as f64;
    // Between differences a shifted sample has no ties with the other, only those of its own.
    let ties = ties_within(&samples.first) + ties_within(&samples.second);
    let deviation = deviation(samples.first.n(), samples.second.n(), ties);
    let reach = options.level.z() * deviation + half_step(options.continuity);
    // With so many differences at or below a shift the test still, or no longer, rejects it.
    let rank = (pairs / 2.0 - reach).floor() + 1.0;
    // At a level near 0 both ends are at the middle.
    let highest = differences::count(samples).div_ceil(2);
    #[expect(clippy::cast_sign_loss, reason = "not negative")]
    let rank = (rank.max(0.0) as u64).min(highest);
    Shift {
        estimate: differences::median(samples),
        interval: between(samples, rank, options.level, IntervalMethod::RankNormal),
        coverage: None,
    }
}

fn ties_within(values: &Values) -> f64 {
    values
        .sorted()
        .chunk_by(|a, b| a == b)
        .map(|run| tie_term(run.len()))
        .sum()
}

/// From the `rank`-th smallest difference to the `rank`-th largest; open when that is 0.
fn between(samples: &TwoSamples, rank: u64, level: Level, method: IntervalMethod) -> OpenInterval {
    let mirrored = differences::count(samples) + 1 - rank;
    let end = |rank: u64| differences::ordered(samples, rank);
    OpenInterval {
        lower: (rank > 0).then(|| end(rank)),
        upper: (rank > 0).then(|| end(mirrored)),
        level,
        method,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn samples(first: &[f64], second: &[f64]) -> TwoSamples {
        TwoSamples {
            first: Values::new(first).expect("valid"),
            second: Values::new(second).expect("valid"),
        }
    }

    fn normal(continuity: RankContinuity) -> RankSumOptions {
        RankSumOptions {
            method: RankSumMethod::Normal,
            continuity,
            ..Default::default()
        }
    }

    /// 1, 3 against 2, 4: of the pairs only 3 > 2, so W = 1; sums 1 + 3 = 4 or less or 6 or more come
    /// in 4 of 6 ways.
    #[test]
    fn two_against_two_by_hand() {
        let found = rank_sum(&samples(&[1.0, 3.0], &[2.0, 4.0]), Default::default()).expect("few");
        assert_eq!((found.statistic, found.probability_larger), (1.0, 0.25));
        assert!((found.p_value - 4.0 / 6.0).abs() < 1e-15);
        assert_eq!(found.shift.estimate, -1.0);
        assert_eq!(found.shift.interval.lower, None);
        assert_eq!(found.shift.coverage, Some(1.0));
    }

    /// 1, 2 against 2, 3: W = 1/2; variance 2 · 2 / 12 · (5 − 6 / (4 · 3)) = 3/2; z is −3/2 / √(3/2),
    /// with the correction −1 / √(3/2).
    #[test]
    fn normal_with_ties_by_hand() {
        let tied = samples(&[1.0, 2.0], &[2.0, 3.0]);
        let plain = rank_sum(&tied, normal(RankContinuity::Uncorrected)).expect("varied");
        assert_eq!((plain.statistic, plain.tied), (0.5, 2));
        let close = |found: Option<f64>, wanted: f64| {
            found.is_some_and(|found| (found - wanted).abs() < 1e-15)
        };
        assert!(close(plain.z, -(1.5_f64.sqrt())));
        let corrected = rank_sum(&tied, normal(RankContinuity::Corrected)).expect("varied");
        assert!(close(corrected.z, -(1.5_f64.sqrt().recip())));
    }

    /// Five against five: P(W ≤ 2) = (1 + 1 + 2) / 252 = 0.016, P(W ≤ 3) = 7/252 = 0.028, so three
    /// differences are left out at each end at a coverage of 1 − 8/252.
    #[test]
    fn five_against_five_by_hand() {
        let first = [1.1, 2.3, 3.7, 4.2, 5.9];
        let second = [0.4, 1.5, 2.6, 3.1, 4.8];
        let found = rank_sum(&samples(&first, &second), Default::default()).expect("few");
        let mut all: Vec<f64> = first
            .iter()
            .flat_map(|a| second.iter().map(move |b| a - b))
            .collect();
        all.sort_by(f64::total_cmp);
        assert_eq!(found.shift.interval.lower, Some(all[3 - 1]));
        assert_eq!(found.shift.interval.upper, Some(all[25 - 3]));
        let coverage = found.shift.coverage.expect("exact");
        assert!((coverage - (1.0 - 8.0 / 252.0)).abs() < 1e-15);
    }

    #[test]
    fn equal_values_are_certain_or_refused() {
        let equal = samples(&[2.0, 2.0], &[2.0]);
        let exact = rank_sum(&equal, Default::default()).expect("exact");
        assert_eq!((exact.p_value, exact.shift.estimate), (1.0, 0.0));
        assert_eq!(
            rank_sum(&equal, normal(RankContinuity::Corrected)),
            Err(RankError::AllTied)
        );
    }

    #[test]
    fn exactness_has_a_limit() {
        let many: Vec<f64> = (0..101).map(f64::from).collect();
        let two = samples(&many, &many);
        let exact = RankSumOptions {
            method: RankSumMethod::Exact,
            ..Default::default()
        };
        assert_eq!(
            rank_sum(&two, exact),
            Err(RankError::TooManyPairs { pairs: 10_201 })
        );
        let found = rank_sum(&two, Default::default()).expect("normal");
        assert_eq!(found.method, RankSumMethod::Normal);
        assert!((found.p_value - 1.0).abs() < 1e-15);
    }
}
