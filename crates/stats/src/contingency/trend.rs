//! Trend of a proportion over ordered groups.

use serde::Serialize;
use thiserror::Error;

use super::chi_squared::{Approximation, SMALL_EXPECTED, expected};
use crate::choice::choices;
use crate::distribution::{chi_squared_upper_tail, ln_choose};
use crate::estimate::Alternative;
use crate::proportion::Proportion;

/// The number of sums of scores looked at before the exact test gives up.
const MAX_STEPS: usize = 10_000_000;

/// Sums of scores, the range of scores being 1, are as extreme as the observed one when they miss it by
/// no more than this.
const TIE: f64 = 1e-9;

/// Sums this close are one value.
const SAME_SUM: f64 = 1e-12;

/// Why a trend cannot be tested.
#[derive(Debug, Clone, Copy, PartialEq, Error)]
#[non_exhaustive]
pub enum TrendError {
    /// Fewer than two groups.
    #[error("a trend needs at least two groups; there are {groups}")]
    TooFewGroups {
        /// Groups given.
        groups: usize,
    },
    /// Scores and groups differ in number.
    #[error("{groups} groups have {scores} scores; give one score for each group")]
    ScoreCount {
        /// Groups given.
        groups: usize,
        /// Scores given.
        scores: usize,
    },
    /// A score is not a number.
    #[error("the score of group {group} is not a finite number: {score}")]
    Score {
        /// Number of the group, from 0.
        group: usize,
        /// Its score.
        score: f64,
    },
    /// The scores do not tell the groups apart.
    #[error("all groups have the same score; give scores that differ")]
    EqualScores,
    /// All cases have the event, or none has.
    #[error("{events} of {n} cases have the event, so the groups cannot differ")]
    NoVariation {
        /// Cases with the event.
        events: u64,
        /// Cases.
        n: u64,
    },
    /// Too many sums of scores are possible.
    #[error("too many sums of scores are possible for the exact test; use the chi-squared test")]
    OutOfReach,
}

/// Proportions of groups that have an order, such as dose levels, each with a score.
#[derive(Debug, Clone, PartialEq)]
pub struct TrendGroups {
    groups: Vec<Proportion>,
    scores: Vec<f64>,
    /// The scores moved and stretched to run from 0 to 1, which changes no test.
    unit_scores: Vec<f64>,
    n: u64,
    events: u64,
}

/// A test of trend over ordered groups.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Trend {
    /// The test statistic, a standard normal deviate: positive when the proportion rises with the
    /// score.
    pub z: f64,
    /// Square of the standardised statistic.
    pub statistic: f64,
    /// Degrees of freedom, always 1.
    pub degrees_of_freedom: usize,
    /// Probability of a trend at least as strong in the direction of `alternative` if all groups
    /// share one proportion: by the normal distribution, or exact.
    pub p_value: f64,
    /// Direction in which departures count as evidence.
    pub alternative: Alternative,
    /// How the p-value was made.
    pub computation: TrendComputation,
    /// Whether the normal distribution is a fair approximation: the expected counts with and without
    /// the event in each group.
    pub approximation: Approximation,
    /// The scores of the groups.
    pub scores: Vec<f64>,
    /// Cases counted.
    pub n: u64,
    /// Cases with the event.
    pub events: u64,
}

choices! {
    /// How a p-value for trend is made.
    pub enum TrendComputation {
        /// By the normal distribution of z.
        Asymptotic = "asymptotic",
        /// By the distribution of the sum of scores given the sizes of groups and all events.
        Exact = "exact",
    }
}

impl TrendGroups {
    /// Takes groups with the scores 0, 1, 2, …
    ///
    /// # Errors
    ///
    /// [`TrendError`] when there are fewer than two groups, or all or none of the cases have the event.
    ///
    /// ```
    /// use casegraph_stats::contingency::TrendGroups;
    /// use casegraph_stats::estimate::Alternative;
    /// use casegraph_stats::proportion::Proportion;
    ///
    /// let doses = [(0, 10), (2, 10), (5, 10)];
    /// let groups: Result<Vec<_>, _> = doses.iter().map(|(k, n)| Proportion::new(*k, *n)).collect();
    /// let trend = TrendGroups::new(groups?)?.test(Alternative::TwoSided);
    /// assert!(trend.z > 2.0);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn new(groups: Vec<Proportion>) -> Result<Self, TrendError> {
        let scores = (0..groups.len()).map(|group| group as f64).collect();
        Self::with_scores(groups, scores)
    }

    /// Takes groups with given scores.
    ///
    /// # Errors
    ///
    /// [`TrendError`], also when scores are missing, not finite or all the same.
    pub fn with_scores(groups: Vec<Proportion>, scores: Vec<f64>) -> Result<Self, TrendError> {
        if groups.len() < 2 {
            return Err(TrendError::TooFewGroups {
                groups: groups.len(),
            });
        }
        if groups.len() != scores.len() {
            return Err(TrendError::ScoreCount {
                groups: groups.len(),
                scores: scores.len(),
            });
        }
        if let Some(group) = scores.iter().position(|score| !score.is_finite()) {
            return Err(TrendError::Score {
                group,
                score: scores[group],
            });
        }
        let smallest = scores.iter().copied().fold(f64::INFINITY, f64::min);
        let largest = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        // Half the range, as the range itself may be too large for a number.
        let range = largest / 2.0 - smallest / 2.0;
        if range < f64::MIN_POSITIVE {
            return Err(TrendError::EqualScores);
        }
        let unit_scores = scores
            .iter()
            .map(|score| (score / 2.0 - smallest / 2.0) / range)
            .collect();
        let n = groups.iter().map(|group| group.n()).sum();
        let events = groups.iter().map(|group| group.successes()).sum();
        if events == 0 || events == n {
            return Err(TrendError::NoVariation { events, n });
        }
        Ok(Self {
            groups,
            scores,
            unit_scores,
            n,
            events,
        })
    }

    /// The Cochran-Armitage test of trend.
    ///
    /// With the common proportion p and its complement q, z is Σ sᵢ (kᵢ − nᵢ p) over the square root of
    /// p q (Σ nᵢ sᵢ² − (Σ nᵢ sᵢ)² / N), without continuity correction; its square is the statistic of
    /// R's `prop.trend.test`. Sensitive to proportions that rise or fall along the scores, blind to
    /// others. Cochran WG. Biometrics 1954;10:417-51. Armitage P. Biometrics 1955;11:375-86.
    #[must_use]
    pub fn test(&self, alternative: Alternative) -> Trend {
        let (n, p) = (self.n as f64, self.events as f64 / self.n as f64);
        let q = (self.n - self.events) as f64 / n;
        let mean = self.mean_score();
        let pairs = || self.groups.iter().zip(&self.unit_scores);
        let sum: f64 = pairs()
            .map(|(group, score)| {
                (score - mean) * (group.successes() as f64 - group.n() as f64 * p)
            })
            .sum();
        let squares: f64 = pairs()
            .map(|(group, score)| group.n() as f64 * (score - mean).powi(2))
            .sum();
        let z = sum / (p * q * squares).sqrt();
        let both = chi_squared_upper_tail(z * z, 1);
        let p_value = match alternative {
            Alternative::TwoSided => both,
            Alternative::Greater if z > 0.0 => both / 2.0,
            Alternative::Less if z < 0.0 => both / 2.0,
            Alternative::Greater | Alternative::Less => 1.0 - both / 2.0,
        };
        let rarer = self.events.min(self.n - self.events);
        let smallest_expected = self
            .groups
            .iter()
            .map(|group| expected(group.n(), rarer, self.n))
            .fold(f64::INFINITY, f64::min);
        Trend {
            z,
            statistic: z * z,
            degrees_of_freedom: 1,
            p_value,
            alternative,
            computation: TrendComputation::Asymptotic,
            approximation: if smallest_expected < SMALL_EXPECTED {
                Approximation::Doubtful { smallest_expected }
            } else {
                Approximation::Adequate
            },
            scores: self.scores.clone(),
            n: self.n,
            events: self.events,
        }
    }

    /// The exact test of trend: the p-value is the probability, given the sizes of groups and the
    /// number of events, of a sum of scores Σ sᵢ kᵢ at least as far from its expectation in the
    /// direction of the alternative, two-sided in either. It is the permutation test of the scores.
    /// Assumes independent cases.
    ///
    /// Agresti A, Mehta CR, Patel NR. Exact inference for contingency tables with ordered categories.
    /// J Am Stat Assoc 1990;85:453-8.
    ///
    /// # Errors
    ///
    /// [`TrendError::OutOfReach`] when too many sums are possible.
    pub fn exact_test(&self, alternative: Alternative) -> Result<Trend, TrendError> {
        let p = self.events as f64 / self.n as f64;
        let mean = self.mean_score() * self.events as f64;
        let observed: f64 = self
            .groups
            .iter()
            .zip(&self.unit_scores)
            .map(|(group, score)| score * group.successes() as f64)
            .sum();
        let distance = observed - mean;
        let (mut counted, mut all) = (0.0, 0.0);
        for sum in self.sums(p)? {
            let other = sum.score - mean;
            let counts = match alternative {
                Alternative::TwoSided => other.abs() >= distance.abs() - TIE,
                Alternative::Greater => other >= distance - TIE,
                Alternative::Less => other <= distance + TIE,
            };
            all += sum.weight;
            if counts {
                counted += sum.weight;
            }
        }
        Ok(Trend {
            p_value: f64::min(counted / all, 1.0),
            computation: TrendComputation::Exact,
            ..self.test(alternative)
        })
    }

    fn mean_score(&self) -> f64 {
        let pairs = self.groups.iter().zip(&self.unit_scores);
        pairs
            .map(|(group, score)| group.n() as f64 * score)
            .sum::<f64>()
            / self.n as f64
    }

    /// The sums of scores that all events together can have, with their chances up to a factor. The
    /// numbers of events of the groups are taken as binomial with the proportion `p`, which cancels
    /// given their sum and keeps the chances within the range of numbers.
    fn sums(&self, p: f64) -> Result<Vec<Sum>, TrendError> {
        let mut steps = 0;
        let mut room: u64 = self.n;
        // Sums by the number of events so far, from `first` events on.
        let mut first = 0;
        let mut layer = vec![vec![Sum {
            score: 0.0,
            weight: 1.0,
        }]];
        for (group, score) in self.groups.iter().zip(&self.unit_scores) {
            let size = group.n();
            room -= size;
            let last = first + layer.len() as u64 - 1;
            let low = first.max(self.events.saturating_sub(room));
            let mut next = Vec::new();
            for events in low..=self.events.min(last + size) {
                let mut sums = Vec::new();
                for before in first.max(events.saturating_sub(size))..=last.min(events) {
                    let parts = &layer[(before - first) as usize];
                    steps += parts.len() + 1;
                    if steps > MAX_STEPS {
                        return Err(TrendError::OutOfReach);
                    }
                    let here = events - before;
                    let weight = (ln_choose(size, here)
                        + here as f64 * p.ln()
                        + (size - here) as f64 * (-p).ln_1p())
                    .exp();
                    sums.extend(parts.iter().map(|part| Sum {
                        score: part.score + score * here as f64,
                        weight: part.weight * weight,
                    }));
                }
                merge(&mut sums);
                next.push(sums);
            }
            (first, layer) = (low, next);
        }
        // No room is left, so all events are placed.
        Ok(layer.pop().unwrap_or_default())
    }
}

/// A sum of scores and its chance.
struct Sum {
    score: f64,
    weight: f64,
}

/// Puts sums in order and equal ones together.
fn merge(sums: &mut Vec<Sum>) {
    sums.sort_by(|a, b| a.score.total_cmp(&b.score));
    sums.dedup_by(|next, kept| {
        let same = next.score - kept.score <= SAME_SUM;
        if same {
            kept.weight += next.weight;
        }
        same
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn groups(counts: &[(u64, u64)]) -> Vec<Proportion> {
        let one = |count: &(u64, u64)| Proportion::new(count.0, count.1).expect("valid");
        counts.iter().map(one).collect()
    }

    #[test]
    fn what_has_no_trend_is_refused() {
        let two = || groups(&[(1, 2), (0, 3)]);
        assert_eq!(
            TrendGroups::new(groups(&[(1, 2)])),
            Err(TrendError::TooFewGroups { groups: 1 })
        );
        assert_eq!(
            TrendGroups::with_scores(two(), vec![1.0]),
            Err(TrendError::ScoreCount {
                groups: 2,
                scores: 1
            })
        );
        assert_eq!(
            TrendGroups::with_scores(two(), vec![1.0, f64::INFINITY]),
            Err(TrendError::Score {
                group: 1,
                score: f64::INFINITY
            })
        );
        assert_eq!(
            TrendGroups::with_scores(two(), vec![3.0, 3.0]),
            Err(TrendError::EqualScores)
        );
        assert_eq!(
            TrendGroups::new(groups(&[(2, 2), (3, 3)])),
            Err(TrendError::NoVariation { events: 5, n: 5 })
        );
    }

    /// 0 of 2, 1 of 2, 2 of 2, scores −1, 0, 1: the sum is 2, its variance 1/4 · 4 = 1, so z = 2. Of 20
    /// ways to choose three of six, only the observed one has that sum; two-sided its mirror too.
    #[test]
    fn three_pairs_by_hand() {
        let trend = TrendGroups::new(groups(&[(0, 2), (1, 2), (2, 2)])).expect("valid");
        let found = trend.test(Alternative::Greater);
        assert!((found.z - 2.0).abs() < 1e-15 && (found.statistic - 4.0).abs() < 1e-14);
        assert!((2.0 * found.p_value - chi_squared_upper_tail(4.0, 1)).abs() < 1e-15);
        assert_eq!(
            found.approximation,
            Approximation::Doubtful {
                smallest_expected: 1.0
            }
        );
        let exact = |alternative| trend.exact_test(alternative).expect("small").p_value;
        assert!((exact(Alternative::Greater) - 2.0 / 20.0).abs() < 1e-15);
        assert!((exact(Alternative::TwoSided) - 4.0 / 20.0).abs() < 1e-15);
        assert!((exact(Alternative::Less) - 1.0).abs() < 1e-15);
    }

    #[test]
    fn scores_of_any_size_do() {
        let found = |scores| {
            TrendGroups::with_scores(groups(&[(0, 5), (2, 5), (3, 6)]), scores)
                .expect("valid")
                .test(Alternative::TwoSided)
                .z
        };
        let wanted = found(vec![0.0, 1.0, 2.0]);
        assert!((found(vec![-1.5e308, 0.0, 1.5e308]) - wanted).abs() < 1e-14);
        assert!((found(vec![2.0, 1.0, 0.0]) + wanted).abs() < 1e-14);
    }
}
