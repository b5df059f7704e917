//! The beta distribution, and Student's t through it, to nearly full accuracy for large parameters
//! too.

use std::f64::consts::TAU;

use statrs::function::gamma::ln_gamma;

use crate::distribution::root_of_increasing;
use crate::estimate::Level;

/// Many terms are needed only for parameters of millions, about as many as their square root.
const MOST_TERMS: u32 = 200_000;

/// From here on five terms of Stirling's series leave an error below 1e-16.
const STIRLING: f64 = 12.0;

/// ln Γ(x) less Stirling's (x − 1/2) ln x − x + ln(2π) / 2.
fn stirling_error(x: f64) -> f64 {
    if x < STIRLING {
        return ln_gamma(x) - ((x - 0.5) * x.ln() - x + TAU.ln() / 2.0);
    }
    let square = 1.0 / (x * x);
    (1.0 / 12.0
        + square
            * (-1.0 / 360.0
                + square
                    * (1.0 / 1260.0
                        + square
                            * (-1.0 / 1680.0
                                + square * (1.0 / 1188.0 - square * 691.0 / 360_360.0)))))
        / x
}

/// ln xᵃ (1 − x)ᵇ / B(a, b), with Γ by Stirling's formula, so that large terms cancel on paper
/// rather than in the machine.
fn ln_power_over_beta(a: f64, b: f64, x: f64) -> f64 {
    let sum = a + b;
    let mean = a / sum;
    let off = x - mean;
    let ratio = a * log_ratio(x, mean, off) + b * log_ratio(1.0 - x, b / sum, -off);
    ratio + stirling_error(sum) - stirling_error(a) - stirling_error(b)
        + (a / sum * b / TAU).ln() / 2.0
}

/// ln(x / mean), given x − mean.
fn log_ratio(x: f64, mean: f64, off: f64) -> f64 {
    if off.abs() < mean / 2.0 {
        (off / mean).ln_1p()
    } else {
        (x / mean).ln()
    }
}

/// The probability below and above `x`, strictly between 0 and 1, under Beta(a, b): the smaller
/// one by a continued fraction (Abramowitz & Stegun 1972, 26.5.8, evaluated in Lentz's way).
fn tails(a: f64, b: f64, x: f64) -> [f64; 2] {
    let mirrored = x > (a + 1.0) / (a + b + 2.0);
    let smaller = if mirrored {
        continued_fraction(b, a, 1.0 - x) / b
    } else {
        continued_fraction(a, b, x) / a
    };
    let smaller = (ln_power_over_beta(a, b, x).exp() * smaller).min(1.0);
    if mirrored {
        [1.0 - smaller, smaller]
    } else {
        [smaller, 1.0 - smaller]
    }
}

fn continued_fraction(a: f64, b: f64, x: f64) -> f64 {
    let lift = |value: f64| {
        if value.abs() < 1e-300 { 1e-300 } else { value }
    };
    let mut below = 1.0 / lift(1.0 - (a + b) * x / (a + 1.0));
    let (mut above, mut fraction) = (1.0, below);
    for i in 1..MOST_TERMS {
        let m = f64::from(i);
        let even = m * (b - m) * x / ((a - 1.0 + 2.0 * m) * (a + 2.0 * m));
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 1.0 + 2.0 * m));
        let mut change = 1.0;
        for term in [even, odd] {
            below = 1.0 / lift(1.0 + term * below);
            above = lift(1.0 + term / above);
            change = above * below;
            fraction *= change;
        }
        if (change - 1.0).abs() <= f64::EPSILON {
            break;
        }
    }
    fraction
}

/// The quantiles of Beta(a, b) that leave `tail` below and above them.
pub(super) fn equal_tailed(a: f64, b: f64, tail: f64) -> [f64; 2] {
    [
        root_of_increasing(0.0, 1.0, |x| tails(a, b, x)[0] - tail),
        root_of_increasing(0.0, 1.0, |x| tail - tails(a, b, x)[1]),
    ]
}

/// The quantile of Student's t that leaves the tail of `level` above it: t² / (ν + t²) has
/// distribution Beta(1/2, ν/2).
pub(super) fn student_t(level: Level, degrees_of_freedom: usize) -> f64 {
    let v = degrees_of_freedom as f64;
    // Where the tail is long the complement, Beta(ν/2, 1/2), has the digits.
    let share = root_of_increasing(0.0, 1.0, |x| tails(0.5, v / 2.0, x)[0] - level.value());
    if share < 0.5 {
        return (v * share / (1.0 - share)).sqrt();
    }
    let rest = root_of_increasing(0.0, 1.0, |x| tails(v / 2.0, 0.5, x)[0] - 2.0 * level.tail());
    (v * (1.0 - rest) / rest).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(found: f64, wanted: f64) -> bool {
        (found - wanted).abs() <= 1e-13 * wanted.abs()
    }

    /// Beta(1, b) exceeds x with probability (1 − x)ᵇ; Beta(a, 1) is below x with xᵃ.
    #[test]
    fn tails_by_hand() {
        for x in [0.01, 0.3, 0.5, 0.97] {
            for shape in [0.02, 0.5, 1.0, 3.0, 40.0] {
                let above = tails(1.0, shape, x)[1];
                assert!(close(above, (1.0 - x).powf(shape)), "{x} {shape} {above}");
                assert!(close(tails(shape, 1.0, x)[0], x.powf(shape)), "{x} {shape}");
            }
        }
    }

    #[test]
    fn a_symmetric_distribution_is_halved_at_a_half() {
        for shape in [0.3, 2.0, 11.9, 12.1, 500.0, 1e6, 1e8] {
            assert!((tails(shape, shape, 0.5)[0] - 0.5).abs() < 1e-11, "{shape}");
        }
    }

    /// With one degree of freedom t is tan(π level / 2), with two √(2 level² / (1 − level²)).
    #[test]
    fn student_by_hand() {
        for level in [0.5, 0.8, 0.95, 0.999] {
            let given = Level::new(level).expect("valid");
            let one = (std::f64::consts::FRAC_PI_2 * level).tan();
            assert!((student_t(given, 1) / one - 1.0).abs() < 1e-12, "{level}");
            let two = (2.0 * level * level / (1.0 - level * level)).sqrt();
            assert!((student_t(given, 2) / two - 1.0).abs() < 1e-12, "{level}");
        }
        let many = student_t(Level::P95, 100_000_000);
        assert!((many - Level::P95.z()).abs() < 1e-7);
    }

    #[test]
    fn quantiles_leave_their_tails() {
        for (a, b) in [(0.5, 0.5), (1.0, 9.0), (3_000.0, 40.0), (1e-3, 2.0)] {
            let [low, high] = equal_tailed(a, b, 0.025);
            assert!(low == 0.0 || (tails(a, b, low)[0] - 0.025).abs() < 1e-12);
            assert!(
                (tails(a, b, high)[1] - 0.025).abs() < 1e-12,
                "{a} {b} {high}"
            );
        }
    }
}
