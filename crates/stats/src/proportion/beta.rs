//! The beta distribution with half-integer parameters, the posterior under Jeffreys's prior.

use crate::distribution::ln_choose;

/// A factor of the continued fraction nearer to 1 than this no longer changes it.
const NEGLIGIBLE: f64 = f64::EPSILON / 2.0;

/// Stands for a denominator of 0 in the continued fraction.
const TINY: f64 = 1e-300;

/// Up to here the central binomial coefficient is a product, from here on a series.
const PRODUCT: u64 = 200;

/// P(X ≤ x) for X from Beta(k + 1/2, m + 1/2), `0 < x < 1`.
pub(super) fn beta_lower(k: u64, m: u64, x: f64) -> f64 {
    if below_mean(k, m, x) {
        tail(k, m, x, 1.0 - x)
    } else {
        1.0 - tail(m, k, 1.0 - x, x)
    }
}

/// P(X > x).
pub(super) fn beta_upper(k: u64, m: u64, x: f64) -> f64 {
    if below_mean(k, m, x) {
        1.0 - tail(k, m, x, 1.0 - x)
    } else {
        tail(m, k, 1.0 - x, x)
    }
}

/// Whether x is about below the mean, where the continued fraction for the lower tail is the better one.
fn below_mean(k: u64, m: u64, x: f64) -> bool {
    x <= (k as f64 + 1.5) / ((k + m) as f64 + 3.0)
}

/// The lower tail by the continued fraction that converges where x is below the mean, evaluated from
/// the front (Lentz WJ. Appl Opt 1976;15:668-71). The parameters are `above` and `below` plus a half,
/// `rest` is 1 − x.
fn tail(above: u64, below: u64, x: f64, rest: f64) -> f64 {
    let [a, b] = [above, below].map(|count| count as f64 + 0.5);
    let guarded = |value: f64| if value.abs() < TINY { TINY } else { value };
    let mut numerator = 1.0;
    let mut denominator = 1.0 / guarded(1.0 - (a + b) * x / (a + 1.0));
    let mut fraction = denominator;
    // About √max(a, b) steps are needed; the bound is out of reach and only there to end the loop.
    for step in 1..1_000_000_u32 {
        let step = f64::from(step);
        let even = step * (b - step) * x / ((a + 2.0 * step - 1.0) * (a + 2.0 * step));
        let odd = -(a + step) * (a + b + step) * x / ((a + 2.0 * step) * (a + 2.0 * step + 1.0));
        let mut change = 1.0;
        for term in [even, odd] {
            denominator = 1.0 / guarded(1.0 + term * denominator);
            numerator = guarded(1.0 + term / numerator);
            change = numerator * denominator;
            fraction *= change;
        }
        if (change - 1.0).abs() <= NEGLIGIBLE {
            break;
        }
    }
    let logs = if x < rest {
        a * x.ln() + b * (-x).ln_1p()
    } else {
        a * (-rest).ln_1p() + b * rest.ln()
    };
    (logs - ln_beta(above, below)).exp() / a * fraction
}

/// ln B(k + 1/2, m + 1/2). With C(2k, k) / 4ᵏ written c(k), it is ln(π c(k) c(m) / C(k + m, k)), which
/// keeps its digits where log-gammas would cancel.
fn ln_beta(k: u64, m: u64) -> f64 {
    std::f64::consts::PI.ln() + ln_central(k) + ln_central(m) - ln_choose(k + m, k)
}

/// ln(C(2k, k) / 4ᵏ).
fn ln_central(k: u64) -> f64 {
    if k <= PRODUCT {
        (1..=k).map(|i| (-1.0 / (2 * i) as f64).ln_1p()).sum()
    } else {
        let k = k as f64;
        -(std::f64::consts::PI * k).ln() / 2.0 - 1.0 / (8.0 * k) + 1.0 / (192.0 * k.powi(3))
            - 1.0 / (640.0 * k.powi(5))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_of_the_central_coefficient_agree() {
        let product: f64 = (1..=1_000_u64)
            .map(|i| (-1.0 / (2 * i) as f64).ln_1p())
            .sum();
        assert!((ln_central(1_000) - product).abs() < 1e-13);
    }

    /// Beta(1/2, 1/2) is the arcsine distribution: P(X ≤ x) = 2 asin(√x) / π.
    #[test]
    fn arcsine_distribution() {
        for x in [1e-9, 0.01, 0.3, 0.5, 0.9, 0.999] {
            let wanted = f64::sqrt(x).asin() * 2.0 / std::f64::consts::PI;
            assert!(
                (beta_lower(0, 0, x) - wanted).abs() <= 1e-14 * wanted,
                "{x}"
            );
            assert!((beta_upper(0, 0, x) + wanted - 1.0).abs() < 1e-14, "{x}");
        }
    }
}
