//! Exact binomial probabilities.

use crate::distribution::ln_choose;

/// A tail term smaller than this share of the sum no longer changes it.
const NEGLIGIBLE: f64 = f64::EPSILON / 4.0;

/// Above this number of successes and of failures the probability is computed by way of its deviation
/// from a normal density.
const SADDLE_POINT: u64 = 1_000;

/// The probability of exactly `k` successes among `n`, for `0 < p < 1`.
pub(super) fn exactly(k: u64, n: u64, p: f64) -> f64 {
    ln_exactly(k, n, p).exp()
}

/// The logarithm of that probability.
pub(super) fn ln_exactly(k: u64, n: u64, p: f64) -> f64 {
    if k.min(n - k) <= SADDLE_POINT {
        return ln_choose(n, k) + k as f64 * p.ln() + (n - k) as f64 * (-p).ln_1p();
    }
    // Large logarithms that nearly cancel would leave few digits. By Stirling's formula the probability
    // is that of a normal variable times what deviates from it (Loader C. Fast and accurate computation
    // of binomial probabilities. 2000).
    let (n, k, rest) = (n as f64, k as f64, (n - k) as f64);
    let spread = -(2.0 * std::f64::consts::PI * k * (rest / n)).ln() / 2.0;
    spread + stirling(n)
        - stirling(k)
        - stirling(rest)
        - deviance(k, n * p)
        - deviance(rest, n * (1.0 - p))
}

/// What Stirling's formula leaves out of ln n!, for large `n`.
fn stirling(n: f64) -> f64 {
    1.0 / (12.0 * n) - 1.0 / (360.0 * n.powi(3)) + 1.0 / (1260.0 * n.powi(5))
}

/// x ln(x/m) + m − x, without loss of digits where x is near m.
fn deviance(x: f64, m: f64) -> f64 {
    let difference = x - m;
    if difference.abs() >= 0.1 * (x + m) {
        return x * (x / m).ln() - difference;
    }
    // With v = (x − m)/(x + m), ln(x/m) is 2 (v + v³/3 + v⁵/5 + …).
    let v = difference / (x + m);
    let mut power = 2.0 * x * v;
    let mut sum = difference * v;
    for j in 1..100_u32 {
        power *= v * v;
        let next = sum + power / f64::from(2 * j + 1);
        if next == sum {
            break;
        }
        sum = next;
    }
    sum
}

/// The probability of `k` or more successes, for `p` at most k/n: from there the terms only fall,
/// so a sum of positive terms soon ends and keeps its relative accuracy.
pub(super) fn at_least(k: u64, n: u64, p: f64) -> f64 {
    let odds = p / (1.0 - p);
    let (mut term, mut sum) = (1.0, 1.0);
    for i in k..n {
        term *= (n - i) as f64 / (i + 1) as f64 * odds;
        sum += term;
        if term < NEGLIGIBLE * sum {
            break;
        }
    }
    exactly(k, n, p) * sum
}

/// The probability of `k` or fewer successes, for `p` at least k/n.
pub(super) fn at_most(k: u64, n: u64, p: f64) -> f64 {
    let odds = (1.0 - p) / p;
    let (mut term, mut sum) = (1.0, 1.0);
    for i in (0..k).rev() {
        term *= (i + 1) as f64 / (n - i) as f64 * odds;
        sum += term;
        if term < NEGLIGIBLE * sum {
            break;
        }
    }
    exactly(k, n, p) * sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tails_sum_to_one() {
        let p = 0.3;
        let (upper, lower) = (at_least(4, 10, p), at_most(3, 10, 1.0 - (1.0 - p)));
        assert!((upper + lower - 1.0).abs() < 1e-14);
    }

    /// Both forms at the limit between them, near the mean and far from it.
    #[test]
    fn both_forms_of_a_probability_agree() {
        for p in [0.3, 0.4, 0.5, 0.9] {
            let (k, n) = (1_001_u64, 2_500_u64);
            let direct: f64 = (1..=k)
                .map(|i| ((n - k + i) as f64 / i as f64).ln() + f64::ln(p))
                .sum();
            let direct = direct + (n - k) as f64 * f64::ln_1p(-p);
            assert!(
                (ln_exactly(k, n, p) - direct).abs() < 2e-11 * direct.abs().max(1.0),
                "{p}"
            );
        }
    }
}
