//! The beta-binomial likelihood of several rates.

use super::normal_logit::expit;
use super::reports::Studies;
use super::surface::{Derivatives, Surface};

/// With mean m and θ = 1 / (a + b) the probability of x events among n is, but for the binomial
/// coefficient, ∏ (m + jθ) for j < x times ∏ (1 − m + jθ) for j < n − x over ∏ (1 + jθ) for j < n. The
/// location is the log odds of m, the spread √θ.
///
/// All rates share the factors, so they are counted once: a run of j over which the numbers of
/// rates with so many events, failures and cases stay the same is one entry.
#[derive(Debug, Clone)]
pub(super) struct BetaBinomial {
    factors: Vec<Factor>,
}

/// The factors of one j: how often each occurs.
#[derive(Debug, Clone, Copy)]
struct Factor {
    j: f64,
    events: f64,
    failures: f64,
    cases: f64,
}

impl BetaBinomial {
    pub fn new(studies: &Studies) -> Self {
        let longest = studies.reports().iter().map(super::Report::n).max();
        let length = longest.unwrap_or(0) as usize;
        let mut ends = vec![[0.0_f64; 3]; length + 1];
        for ((x, n), rates) in studies.tally() {
            for (kind, end) in [x, n - x, n].into_iter().enumerate() {
                ends[end as usize][kind] += rates as f64;
            }
        }
        let mut factors = Vec::with_capacity(length);
        let mut left = [0.0; 3];
        for j in (0..length).rev() {
            for (left, ended) in left.iter_mut().zip(ends[j + 1]) {
                *left += ended;
            }
            let [events, failures, cases] = left;
            factors.push(Factor {
                j: j as f64,
                events,
                failures,
                cases,
            });
        }
        Self { factors }
    }
}

impl Surface for BetaBinomial {
    fn at(&self, location: f64, spread: f64) -> Derivatives {
        let (m, q) = (expit(location), expit(-location));
        let theta = spread * spread;
        let mut sum = Derivatives::default();
        for Factor {
            j,
            events,
            failures,
            cases,
        } in &self.factors
        {
            let (event, failure, case) = (m + j * theta, q + j * theta, 1.0 + j * theta);
            let [of_events, of_failures, of_cases] =
                [events / event, failures / failure, cases / case];
            sum.value +=
                events * event.ln() + failures * failure.ln() - cases * (j * theta).ln_1p();
            sum.location += of_events - of_failures;
            sum.spread += j * (of_events + of_failures - of_cases);
            sum.location_location -= of_events / event + of_failures / failure;
            sum.location_spread += j * (of_failures / failure - of_events / event);
            sum.spread_spread +=
                j * j * (of_cases / case - of_events / event - of_failures / failure);
        }
        // From m and θ to log odds and √θ.
        let by_logit = m * q;
        let by_root = 2.0 * spread;
        Derivatives {
            value: sum.value,
            location: sum.location * by_logit,
            spread: sum.spread * by_root,
            location_location: sum.location_location * by_logit * by_logit
                + sum.location * by_logit * (q - m),
            location_spread: sum.location_spread * by_logit * by_root,
            spread_spread: sum.spread_spread * by_root * by_root + 2.0 * sum.spread,
        }
    }

    fn slope_at_no_spread(&self, location: f64) -> f64 {
        let (m, q) = (expit(location), expit(-location));
        let (mut sum, mut scale) = (0.0, 0.0);
        for factor in &self.factors {
            let gained = factor.events / m + factor.failures / q;
            sum += factor.j * (gained - factor.cases);
            scale += factor.j * factor.cases;
        }
        // Rates alike that fit exactly must not gain a variance from rounding.
        if sum <= 1e-12 * scale { 0.0 } else { sum }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Report;
    use super::*;

    fn surface(pairs: &[(u64, u64)]) -> BetaBinomial {
        let reports = pairs.iter().enumerate();
        let reports = reports.map(|(i, (x, n))| Report::new(i.to_string(), *x, *n));
        BetaBinomial::new(&Studies::new(reports).expect("valid"))
    }

    /// Under a uniform prior (m = 1/2, θ = 1/2) 2 of 3 has probability B(3, 2) / B(1, 1) = 1/12, and
    /// 0 of 1 has 1/2.
    #[test]
    fn uniform_prior_by_hand() {
        let at = surface(&[(2, 3), (0, 1)]).at(0.0, 0.5_f64.sqrt());
        assert!((at.value - (1.0_f64 / 24.0).ln()).abs() < 1e-14);
    }

    #[test]
    fn without_spread_it_is_binomial() {
        let at = surface(&[(2, 3), (0, 1)]).at(0.0, 0.0);
        assert!((at.value - 4.0 * 0.5_f64.ln()).abs() < 1e-15);
        assert!(at.location.abs() < 1e-15 && at.spread == 0.0);
    }

    #[test]
    fn derivatives_are_those_of_the_value() {
        let surface = surface(&[(2, 3), (0, 1), (9, 12), (1, 20)]);
        let h = 1e-5;
        for (l, s) in [(-0.5, 0.2), (1.0, 1.5)] {
            let at = surface.at(l, s);
            let [right, left] = [h, -h].map(|h| surface.at(l + h, s));
            let [up, down] = [h, -h].map(|h| surface.at(l, s + h));
            let near = |a: f64, b: f64| (a - b / (2.0 * h)).abs() < 1e-6 * a.abs().max(1.0);
            assert!(near(at.location, right.value - left.value));
            assert!(near(at.spread, up.value - down.value));
            assert!(near(at.location_location, right.location - left.location));
            assert!(near(at.location_spread, right.spread - left.spread));
            assert!(near(at.spread_spread, up.spread - down.spread));
        }
        let (slope, tiny) = (surface.slope_at_no_spread(0.3), 1e-6);
        let rise = surface.at(0.3, tiny).spread / (2.0 * tiny);
        assert!((slope - rise).abs() < 1e-6 * slope.abs());
    }
}
