//! The likelihood of reports whose log odds vary normally around a pooled one: binomial counts, a
//! normal random intercept, the integral over it by quadrature.
//!
//! For one report, ∫ C(n, x) pˣ (1 − p)ⁿ⁻ˣ φ(u) du with p = expit(μ + τ u). The integrand is analytic
//! and falls off at least as fast as φ, so the trapezoidal rule converges faster than any power of
//! its step (Trefethen LN, Weideman JAC. SIAM Rev 2014;56:385-458). Its points are laid around the
//! mode of the integrand, at half its standard deviation there, and never wider apart than a
//! quarter on the logit scale, where the binomial factor has its finest detail however large n is.
//! For large τ they are spread by a hyperbolic sine, dense where the binomial factor bends and
//! sparse where only the normal density is left, so that their number grows with ln τ alone.
//! Unlike Gauss-Hermite quadrature around the mode this stays exact where the integrand is far from
//! a normal curve: reports with all or no events under a large τ.

use std::f64::consts::TAU;

use super::reports::Studies;
use super::surface::{Derivatives, Surface};
use crate::distribution::ln_choose;

/// Points further below the mode than this, in logarithms, no longer count.
const NEGLIGIBLE: f64 = -40.0;

/// Distance of the points in standard deviations of the integrand at its mode.
const STEP: f64 = 0.5;

/// Largest distance of the points on the logit scale.
const LOGIT_STEP: f64 = 0.25;

/// Above this τ the points are spread by a hyperbolic sine.
const LARGE_TAU: f64 = 2.0;

/// Their largest distance before that.
const SPREAD_STEP: f64 = 0.07;

/// Their distance at the mode in standard deviations.
const SPREAD_SD_STEP: f64 = 0.3;

/// The mode need not be found closer than this many standard deviations.
const NEAR_MODE: f64 = 0.01;

/// A logit as far as this above that of a report is beyond every plausible one.
const FAR: f64 = 30.0;

/// The inverse of the logit.
pub(super) fn expit(logit: f64) -> f64 {
    if logit >= 0.0 {
        1.0 / (1.0 + (-logit).exp())
    } else {
        logit.exp() / (1.0 + logit.exp())
    }
}

/// The counts of one report, or of several alike.
#[derive(Debug, Clone, Copy)]
struct Binomial {
    events: f64,
    failures: f64,
    n: f64,
    proportion: f64,
    /// log odds of the proportion, which only a report with both outcomes has.
    logit: Option<f64>,
    /// The logarithm of the largest probability the counts can have.
    ln_largest: f64,
}

/// The logarithm of a binomial probability less its largest, its slope in the logit, and its
/// curvature with the sign turned.
#[derive(Debug, Clone, Copy)]
struct Kernel {
    value: f64,
    slope: f64,
    information: f64,
}

impl Binomial {
    fn new(events: u64, n: u64) -> Self {
        let (x, m) = (events as f64, (n - events) as f64);
        let (logit, ln_largest) = if events > 0 && events < n {
            let chance = x * (x / n as f64).ln() + m * (m / n as f64).ln();
            (Some((x / m).ln()), ln_choose(n, events) + chance)
        } else {
            (None, 0.0)
        };
        Self {
            events: x,
            failures: m,
            n: n as f64,
            proportion: x / n as f64,
            logit,
            ln_largest,
        }
    }

    fn at(self, logit: f64) -> Kernel {
        let Some(own) = self.logit else {
            // All or no events: the same but for the sign of the logit.
            let sign = if self.failures == 0.0 { 1.0 } else { -1.0 };
            let rest = expit(-sign * logit);
            return Kernel {
                value: -self.n * softplus(-sign * logit),
                slope: sign * self.n * rest,
                information: self.n * rest * (1.0 - rest),
            };
        };
        // Written in the distance from the report's own logit, and for the rarer outcome, so that
        // nothing cancels when n is large.
        let (sign, rare) = if self.proportion <= 0.5 {
            (1.0, self.events)
        } else {
            (-1.0, self.failures)
        };
        let (distance, share) = (sign * (logit - own), rare / self.n);
        let rest = 1.0 - share;
        if distance > FAR {
            // The exponential would overflow; here everything is large and may cancel a little.
            let shrunk = (-distance).exp_m1();
            let sum = 1.0 + rest * shrunk;
            return Kernel {
                value: -(self.n - rare) * distance - self.n * (rest * shrunk).ln_1p(),
                slope: sign * self.n * share * rest * shrunk / sum,
                information: self.n * (share / sum) * (rest * (1.0 + shrunk) / sum),
            };
        }
        let grown = distance.exp_m1();
        let sum = 1.0 + share * grown;
        Kernel {
            value: rare * distance - self.n * (share * grown).ln_1p(),
            slope: -sign * self.n * share * rest * grown / sum,
            information: self.n * (share * (1.0 + grown) / sum) * (rest / sum),
        }
    }

    /// The mode of binomial probability times normal density, nearly, and the standard deviation
    /// that the curvature there gives.
    fn mode(self, mu: f64, tau: f64) -> (f64, f64) {
        let start = tau * self.at(mu).slope;
        let furthest = match self.logit {
            Some(own) if ((own - mu) / tau).abs() < start.abs() => (own - mu) / tau,
            _ => start,
        };
        let (mut low, mut high) = (furthest.min(0.0), furthest.max(0.0));
        let (mut u, mut last) = (0.0, f64::INFINITY);
        for _ in 0..200 {
            let kernel = self.at(mu + tau * u);
            let sd = 1.0 / (1.0 + tau * tau * kernel.information).sqrt();
            let slope = tau * kernel.slope - u;
            if slope > 0.0 {
                low = u;
            } else {
                high = u;
            }
            let step = slope * sd * sd;
            if step.abs() <= NEAR_MODE * sd || high <= low {
                return (u, sd);
            }
            // Where the kernel turns from steep to flat Newton's steps would go to and fro.
            let inside = low < u + step && u + step < high;
            let next = if inside && step.abs() <= last / 2.0 {
                u + step
            } else {
                f64::midpoint(low, high)
            };
            last = (next - u).abs();
            u = next;
        }
        let information = self.at(mu + tau * u).information;
        (u, 1.0 / (1.0 + tau * tau * information).sqrt())
    }

    /// The logarithm of the integral, less that of the largest probability, and its derivatives by
    /// μ and τ.
    fn marginal(self, mu: f64, tau: f64) -> Derivatives {
        if tau == 0.0 {
            let Kernel {
                value,
                slope,
                information,
            } = self.at(mu);
            return Derivatives {
                value,
                location: slope,
                spread: 0.0,
                location_location: -information,
                location_spread: 0.0,
                spread_spread: slope * slope - information,
            };
        }
        let (mode, sd) = self.mode(mu, tau);
        let top = self.at(mu + tau * mode);
        if tau * tau * top.information > 1.0 {
            self.by_density(mu, tau, mode, sd)
        } else {
            self.by_kernel(mu, tau, mode, sd)
        }
    }

    /// The logit at which the binomial factor bends.
    fn bend(self) -> f64 {
        match self.logit {
            Some(own) => own,
            None if self.failures == 0.0 => self.n.ln(),
            None => -self.n.ln(),
        }
    }

    /// Calls `each` with every point that counts, its weight and the kernel there, and returns the
    /// logarithm of the integral over which the weights are relative to the mode.
    fn integrate(
        self,
        [mu, tau]: [f64; 2],
        [mode, sd]: [f64; 2],
        mut each: impl FnMut(f64, f64, Kernel),
    ) -> f64 {
        let top = self.at(mu + tau * mode);
        let bend = self.bend();
        let from_bend = mu + tau * mode - bend;
        let spread = tau > LARGE_TAU;
        let (start, step) = if spread {
            let densest = SPREAD_SD_STEP * sd * tau / from_bend.hypot(1.0);
            (from_bend.asinh(), densest.min(SPREAD_STEP))
        } else {
            (0.0, (STEP * sd).min(LOGIT_STEP / tau))
        };
        // How fast u grows with the point's number.
        let at_mode = if spread { start.cosh() / tau } else { 1.0 };
        each(mode, 1.0, top);
        let mut total = 1.0;
        for side in [-1.0, 1.0] {
            for i in 1_u32.. {
                let t = start + side * f64::from(i) * step;
                let (u, logit, growth) = if spread {
                    let (up, down) = (t.exp() / 2.0, (-t).exp() / 2.0);
                    let logit = bend + (up - down);
                    ((logit - mu) / tau, logit, (up + down) / tau / at_mode)
                } else {
                    (mode + t, mu + tau * (mode + t), 1.0)
                };
                let kernel = self.at(logit);
                let ln_weight = kernel.value - top.value - (u - mode) * f64::midpoint(u, mode);
                if ln_weight < NEGLIGIBLE {
                    break;
                }
                let weight = ln_weight.exp() * growth;
                total += weight;
                each(u, weight, kernel);
            }
        }
        top.value - mode * mode / 2.0 + (step * at_mode * total).ln() - TAU.ln() / 2.0
    }

    /// Differentiates the kernel: with g its slope and w its information, E g, E ug,
    /// Var g − E w, Cov(g, ug) − E uw and Var ug − E u²w. Loses digits when τ²w is large.
    fn by_kernel(self, mu: f64, tau: f64, mode: f64, sd: f64) -> Derivatives {
        let mut sum = [0.0_f64; 9];
        let value = self.integrate([mu, tau], [mode, sd], |u, weight, kernel| {
            let (g, w) = (weight * kernel.slope, weight * kernel.information);
            let terms = [
                weight,
                g,
                u * g,
                g * kernel.slope,
                u * g * kernel.slope,
                u * u * g * kernel.slope,
                w,
                u * w,
                u * u * w,
            ];
            for (sum, term) in sum.iter_mut().zip(terms) {
                *sum += term;
            }
        });
        let [g, ug, gg, ugg, uugg, w, uw, uuw] = std::array::from_fn(|i| sum[i + 1] / sum[0]);
        Derivatives {
            value,
            location: g,
            spread: ug,
            location_location: gg - g * g - w,
            location_spread: ugg - g * ug - uw,
            spread_spread: uugg - ug * ug - uuw,
        }
    }

    /// Differentiates the normal density instead: E u / τ, (E u² − 1) / τ, and so on. Loses digits
    /// when τ²w is small.
    fn by_density(self, mu: f64, tau: f64, mode: f64, sd: f64) -> Derivatives {
        let mut sum = [0.0_f64; 5];
        let value = self.integrate([mu, tau], [mode, sd], |u, weight, _| {
            let mut term = weight;
            for sum in &mut sum {
                *sum += term;
                term *= u;
            }
        });
        let [u1, u2, u3, u4] = std::array::from_fn(|i| sum[i + 1] / sum[0]);
        let v = tau * tau;
        Derivatives {
            value,
            location: u1 / tau,
            spread: (u2 - 1.0) / tau,
            location_location: (u2 - u1 * u1 - 1.0) / v,
            location_spread: (u3 - u1 * u2 - 2.0 * u1) / v,
            spread_spread: (u4 - u2 * u2 - 3.0 * u2 + 1.0) / v,
        }
    }
}

/// ln(1 + eˣ).
fn softplus(x: f64) -> f64 {
    x.max(0.0) + (-x.abs()).exp().ln_1p()
}

/// The mean over reports of the proportion, ∫ expit(μ + τ u) φ(u) du.
pub(super) fn mean_proportion(mu: f64, tau: f64) -> f64 {
    Binomial::new(1, 1).marginal(mu, tau).value.exp()
}

/// The log-likelihood of all reports by pooled logit (location) and τ (spread), less that of the
/// saturated model.
#[derive(Debug, Clone)]
pub(super) struct NormalLogit {
    cells: Vec<(Binomial, f64)>,
}

impl NormalLogit {
    pub fn new(studies: &Studies) -> Self {
        Self {
            cells: studies
                .tally()
                .into_iter()
                .map(|((events, n), reports)| (Binomial::new(events, n), reports as f64))
                .collect(),
        }
    }

    /// The log-likelihood of the saturated model, each report with a proportion of its own.
    pub fn saturated(&self) -> f64 {
        self.cells
            .iter()
            .map(|(cell, reports)| reports * cell.ln_largest)
            .sum()
    }

    /// The curvature by the pooled logit that single cases have, as a share of that of all reports.
    pub fn single_case_share(&self, mu: f64, tau: f64) -> f64 {
        let (mut single, mut all) = (0.0, 0.0);
        for (cell, reports) in &self.cells {
            let curvature = reports * cell.marginal(mu, tau).location_location;
            all += curvature;
            if cell.n == 1.0 {
                single += curvature;
            }
        }
        (single / all).clamp(0.0, 1.0)
    }
}

impl Surface for NormalLogit {
    fn at(&self, mu: f64, tau: f64) -> Derivatives {
        let mut sum = Derivatives::default();
        for (cell, reports) in &self.cells {
            sum.add(cell.marginal(mu, tau), *reports);
        }
        sum
    }

    fn slope_at_no_spread(&self, mu: f64) -> f64 {
        let (mut sum, mut scale) = (0.0, 0.0);
        for (cell, reports) in &self.cells {
            let kernel = cell.at(mu);
            sum += reports * (kernel.slope * kernel.slope - kernel.information);
            scale += reports * kernel.information;
        }
        // Reports alike that fit exactly must not gain a variance from rounding.
        if sum <= 1e-12 * scale { 0.0 } else { sum / 2.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The same integral by so many points that nothing but rounding is left.
    fn dense(cell: Binomial, mu: f64, tau: f64) -> f64 {
        let (points, reach) = (400_000_i32, 30.0);
        let step = 2.0 * reach / f64::from(points);
        let sum: f64 = (0..=points)
            .map(|i| {
                let u = -reach + step * f64::from(i);
                (cell.at(mu + tau * u).value - u * u / 2.0).exp()
            })
            .sum();
        (sum * step / TAU.sqrt()).ln()
    }

    #[test]
    fn quadrature_keeps_its_digits_for_any_shape() {
        let cells = [
            (0, 1),
            (1, 1),
            (3, 3),
            (0, 50),
            (1, 2),
            (1, 50),
            (25, 50),
            (49, 50),
            (100, 100),
            (300, 10_000),
            (0, 20_000),
            (1, 100_000),
        ];
        for (events, n) in cells {
            let cell = Binomial::new(events, n);
            for mu in [-4.0, 1.3] {
                for tau in [0.01, 0.4, 1.0, 1.1, 3.0, 12.0, 60.0, 300.0] {
                    let (found, wanted) = (cell.marginal(mu, tau).value, dense(cell, mu, tau));
                    if wanted > -300.0 {
                        let allowed = 1e-12 * wanted.abs().max(1.0);
                        let what = format!("{events}/{n} at {mu}, {tau}: {found}, {wanted}");
                        assert!((found - wanted).abs() < allowed, "{what}");
                    }
                }
            }
        }
    }

    /// A large report without events under a pooled rate near 1: steep on one side of the mode, flat
    /// on the other.
    #[test]
    fn mode_is_found_between_steep_and_flat() {
        for (events, n) in [(0, 1_725_031), (1_725_031, 1_725_031), (3, 900_000), (0, 1)] {
            for mu in [-600.0, -20.0, 3.36, 14.0, 600.0] {
                for tau in [1e-3, 0.5, 9.0, 1_000.0] {
                    let cell = Binomial::new(events, n);
                    let (u, sd) = cell.mode(mu, tau);
                    let slope = tau * cell.at(mu + tau * u).slope - u;
                    let what = format!("{events}/{n} at {mu}, {tau}: {u}");
                    assert!((slope * sd).abs() <= 2.0 * NEAR_MODE, "{what}");
                }
            }
        }
    }

    /// With one case and μ = 0 the integral is a half by symmetry, and its slope by τ is 0.
    #[test]
    fn one_case_by_symmetry() {
        for tau in [0.0, 0.1, 2.0, 50.0] {
            let at = Binomial::new(1, 1).marginal(0.0, tau);
            assert!((at.value - 0.5_f64.ln()).abs() < 1e-14, "{at:?}");
            assert!(at.spread.abs() < 1e-14, "{at:?}");
            assert!((mean_proportion(0.0, tau) - 0.5).abs() < 1e-14);
        }
    }

    #[test]
    fn both_forms_of_the_derivatives_agree() {
        for (events, n) in [(0, 1), (1, 1), (2, 7), (30, 40), (5, 5)] {
            let cell = Binomial::new(events, n);
            for tau in [0.3, 1.0, 2.5] {
                let (mode, sd) = cell.mode(0.7, tau);
                let one = cell.by_kernel(0.7, tau, mode, sd);
                let other = cell.by_density(0.7, tau, mode, sd);
                for (a, b) in [
                    (one.location, other.location),
                    (one.spread, other.spread),
                    (one.location_location, other.location_location),
                    (one.location_spread, other.location_spread),
                    (one.spread_spread, other.spread_spread),
                ] {
                    assert!(
                        (a - b).abs() < 1e-11 * a.abs().max(1.0),
                        "{one:?} {other:?}"
                    );
                }
            }
        }
    }

    /// Central differences of the value are the slopes, those of the slopes the curvatures.
    #[test]
    fn derivatives_are_those_of_the_value() {
        let h = 1e-5;
        for (events, n) in [(1, 1), (2, 7), (60, 100), (9, 9)] {
            let cell = Binomial::new(events, n);
            for (mu, tau) in [(-0.5, 0.2), (1.0, 1.5), (0.0, 6.0)] {
                let at = cell.marginal(mu, tau);
                let [right, left] = [h, -h].map(|h| cell.marginal(mu + h, tau));
                let [up, down] = [h, -h].map(|h| cell.marginal(mu, tau + h));
                let near = |a: f64, b: f64| (a - b / (2.0 * h)).abs() < 1e-6 * a.abs().max(1.0);
                assert!(near(at.location, right.value - left.value));
                assert!(near(at.spread, up.value - down.value));
                assert!(near(at.location_location, right.location - left.location));
                assert!(near(at.location_spread, right.spread - left.spread));
                assert!(near(at.spread_spread, up.spread - down.spread));
            }
        }
    }

    /// 7 of 20 has its largest probability at 7/20; at the logit of 1/2 it is less by the ratio of
    /// (1/2)²⁰ to (7/20)⁷ (13/20)¹³.
    #[test]
    fn kernel_by_hand() {
        let kernel = Binomial::new(7, 20).at(0.0);
        let wanted = 20.0 * 0.5_f64.ln() - 7.0 * 0.35_f64.ln() - 13.0 * 0.65_f64.ln();
        assert!((kernel.value - wanted).abs() < 1e-13);
        assert!((kernel.slope - (7.0 - 10.0)).abs() < 1e-13);
        assert!((kernel.information - 5.0).abs() < 1e-13);
        let far = Binomial::new(7, 20).at(40.0);
        let wanted = 7.0 * (20.0_f64 / 7.0).ln() + 13.0 * ((20.0_f64 / 13.0).ln() - 40.0);
        assert!((far.value - wanted).abs() < 1e-11 && (far.slope + 13.0).abs() < 1e-13);
        let all = Binomial::new(4, 4).at(0.0);
        assert!((all.value - 4.0 * 0.5_f64.ln()).abs() < 1e-14);
        assert_eq!((all.slope, all.information), (2.0, 1.0));
    }
}
