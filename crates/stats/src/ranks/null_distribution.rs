//! The exact distribution of a sum of ranks when all ways to share them out are as likely.

/// The sum of `chosen` of some scores, each choice as likely.
pub(super) struct SumOfChosen {
    /// The smallest sum.
    smallest: u64,
    /// Sums go up in steps of this.
    step: u64,
    /// The probability of each sum, from the smallest.
    probabilities: Vec<f64>,
    /// The number of scores, and their sum times the number chosen: the mean sum is their ratio.
    count: u64,
    mean_times_count: u64,
}

impl SumOfChosen {
    /// The distribution for ascending `scores`, by adding them one after another: the ways to choose
    /// j of the first i with a given sum are those without the i-th and those with it (Streitberg B,
    /// Röhmel J. Stat Softw Newsl 1986;12:10-17).
    pub fn new(scores: &[u64], chosen: usize) -> Self {
        let step = scores
            .iter()
            .map(|score| score - scores[0])
            .fold(0, greatest_common_divisor)
            .max(1);
        let offsets: Vec<usize> = scores
            .iter()
            .map(|score| ((score - scores[0]) / step) as usize)
            .collect();
        // The ways to choose j, by how far their sum is above that of the j smallest.
        let mut ways: Vec<Vec<f64>> = vec![Vec::new(); chosen + 1];
        ways[0].push(1.0);
        for i in 0..offsets.len() {
            for j in (1..=chosen.min(i + 1)).rev() {
                let shift = offsets[i] - offsets[j - 1];
                let (fewer, more) = ways.split_at_mut(j);
                let (from, to) = (&fewer[j - 1], &mut more[0]);
                if to.len() < from.len() + shift {
                    to.resize(from.len() + shift, 0.0);
                }
                for (to, from) in to[shift..].iter_mut().zip(from) {
                    *to += from;
                }
            }
        }
        let mut probabilities = ways.swap_remove(chosen);
        let all: f64 = probabilities.iter().sum();
        for probability in &mut probabilities {
            *probability /= all;
        }
        Self {
            smallest: scores[..chosen].iter().sum(),
            step,
            probabilities,
            count: scores.len() as u64,
            mean_times_count: chosen as u64 * scores.iter().sum::<u64>(),
        }
    }

    /// The probability of a sum at least as far from the mean as `sum`.
    pub fn two_sided(&self, sum: u64) -> f64 {
        let distance = |sum: u64| (sum * self.count).abs_diff(self.mean_times_count);
        let observed = distance(sum);
        let far: f64 = (self.smallest..)
            .step_by(self.step as usize)
            .zip(&self.probabilities)
            .filter(|(sum, _)| distance(*sum) >= observed)
            .map(|(_, probability)| probability)
            .sum();
        far.min(1.0)
    }

    /// The probabilities of the sums, from the smallest.
    pub fn probabilities(&self) -> &[f64] {
        &self.probabilities
    }
}

fn greatest_common_divisor(mut a: u64, mut b: u64) -> u64 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two of 1, 2, 3, 4: sums 3, 4, 5, 5, 6, 7.
    #[test]
    fn two_of_four_by_hand() {
        let sums = SumOfChosen::new(&[1, 2, 3, 4], 2);
        let sixths: Vec<f64> = sums.probabilities().iter().map(|p| p * 6.0).collect();
        for (found, wanted) in sixths.iter().zip([1.0, 1.0, 2.0, 1.0, 1.0]) {
            assert!((found - wanted).abs() < 1e-15);
        }
        assert!((sums.two_sided(3) - 2.0 / 6.0).abs() < 1e-15);
        assert!((sums.two_sided(6) - 4.0 / 6.0).abs() < 1e-15);
        assert!((sums.two_sided(5) - 1.0).abs() < 1e-15);
    }

    /// Two of 2, 5, 5, 8: sums 7, 7, 10, 10, 13, 13, in steps of 3.
    #[test]
    fn ties_by_hand() {
        let sums = SumOfChosen::new(&[2, 5, 5, 8], 2);
        assert_eq!((sums.step, sums.probabilities().len()), (3, 3));
        assert!((sums.two_sided(7) - 4.0 / 6.0).abs() < 1e-15);
    }

    #[test]
    fn all_tied_is_certain() {
        assert_eq!(SumOfChosen::new(&[4, 4, 4], 2).two_sided(8), 1.0);
    }
}
