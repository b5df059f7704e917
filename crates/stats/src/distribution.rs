//! Distribution functions and root finding shared by the estimators.

use statrs::distribution::{ContinuousCDF, Normal};
use statrs::function::gamma::{gamma_ur, ln_gamma};

/// Below this many factors a binomial coefficient is a sum of logarithms of ratios, which keeps
/// full relative accuracy; above it the gamma function is close enough, because the interval is
/// then narrow against its centre.
const DIRECT_COEFFICIENT: u64 = 1_000;

/// The standard normal quantile of `probability`, which must lie strictly between 0 and 1.
pub(crate) fn normal_quantile(probability: f64) -> f64 {
    Normal::standard().inverse_cdf(probability)
}

/// The probability that a chi-squared variable with `degrees_of_freedom` (at least 1) exceeds
/// `statistic`.
pub(crate) fn chi_squared_upper_tail(statistic: f64, degrees_of_freedom: usize) -> f64 {
    if statistic <= 0.0 {
        return 1.0;
    }
    gamma_ur(degrees_of_freedom as f64 / 2.0, statistic / 2.0)
}

/// The logarithm of the number of ways to choose `k` of `n`.
pub(crate) fn ln_choose(n: u64, k: u64) -> f64 {
    let k = k.min(n - k);
    if k <= DIRECT_COEFFICIENT {
        (1..=k).map(|i| ((n - k + i) as f64 / i as f64).ln()).sum()
    } else {
        ln_gamma(n as f64 + 1.0) - ln_gamma(k as f64 + 1.0) - ln_gamma((n - k) as f64 + 1.0)
    }
}

/// The point between `low` and `high` where the increasing function `f` passes zero, by bisection
/// down to neighbouring floating-point numbers.
pub(crate) fn root_of_increasing(mut low: f64, mut high: f64, f: impl Fn(f64) -> f64) -> f64 {
    loop {
        let middle = low + (high - low) / 2.0;
        if middle <= low || middle >= high || high - low <= f64::EPSILON * high.abs() {
            return middle;
        }
        if f(middle) < 0.0 {
            low = middle;
        } else {
            high = middle;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Relative difference allowed to published values given to 15 digits.
    const FIFTEEN_DIGITS: f64 = 1e-14;

    fn close(found: f64, wanted: f64) -> bool {
        (found - wanted).abs() <= FIFTEEN_DIGITS * wanted.abs()
    }

    #[test]
    fn normal_quantile_of_the_usual_levels() {
        assert!(close(normal_quantile(0.975), 1.959_963_984_540_054));
        assert!(close(normal_quantile(0.995), 2.575_829_303_548_900_4));
        assert!(normal_quantile(0.5).abs() < 1e-15);
    }

    #[test]
    fn chi_squared_with_two_degrees_is_exponential() {
        for x in [1e-3, 0.5, 2.0, 30.0, 600.0] {
            let (found, wanted) = (chi_squared_upper_tail(x, 2), (-x / 2.0).exp());
            // The exponent itself, some hundreds, is only known to so many digits.
            assert!((found - wanted).abs() <= 1e-12 * wanted, "{x}");
        }
        assert_eq!(chi_squared_upper_tail(0.0, 1), 1.0);
    }

    #[test]
    fn chi_squared_with_one_degree_is_a_squared_normal() {
        let z = normal_quantile(0.975);
        assert!((chi_squared_upper_tail(z * z, 1) - 0.05).abs() < 1e-15);
    }

    #[test]
    fn both_forms_of_the_binomial_coefficient_agree() {
        assert!(close(ln_choose(5, 2), 10_f64.ln()));
        assert_eq!(ln_choose(7, 0), 0.0);
        let direct: f64 = (1..=1_500_u32)
            .map(|i| ((1_500.0 + f64::from(i)) / f64::from(i)).ln())
            .sum();
        assert!((ln_choose(3_000, 1_500) - direct).abs() < 1e-9);
    }

    #[test]
    fn root_is_found_to_the_last_digits() {
        assert!(close(
            root_of_increasing(0.0, 2.0, |x| x * x - 2.0),
            std::f64::consts::SQRT_2
        ));
        assert!(close(root_of_increasing(0.0, 1.0, |x| x - 1e-9), 1e-9));
    }
}
