//! How much each event time counts in a test between groups.

use crate::choice::choices;

choices! {
    /// The weight of an event time in a test between groups.
    ///
    /// Written with n cases at risk and d events at the time, in its stratum, all groups together.
    #[derive(Default)]
    pub enum Weights {
        /// 1. Most sensitive to hazards in constant proportion (Mantel 1966; Peto & Peto 1972).
        #[default]
        LogRank = "log-rank",
        /// n. Early differences; depends on censoring as well as on survival (Gehan EA. Biometrika
        /// 1965;52:203-23; Breslow N. Biometrika 1970;57:579-94).
        GehanBreslow = "gehan-breslow",
        /// √n, between the two (Tarone RE, Ware J. Biometrika 1977;64:156-60).
        TaroneWare = "tarone-ware",
        /// The product over the times up to and including this one of 1 − d / (n + 1), nearly the
        /// Kaplan-Meier curve: early differences, whatever the censoring (Peto R, Peto J. J R Stat
        /// Soc A 1972;135:185-207).
        PetoPeto = "peto-peto",
        /// The same × n / (n + 1), as in Klein & Moeschberger 2003, table 7.3 (after Andersen PK,
        /// Borgan O, Gill R, Keiding N. Int Stat Rev 1982;50:219-58, whose product, like that of
        /// R's coin, stops before the present time).
        ModifiedPetoPeto = "modified-peto-peto",
        /// S^rho (1 − S)^gamma, with S the Kaplan-Meier curve just before the time. Rho = 1, gamma
        /// = 0 is the Peto-Peto modification of the Gehan-Wilcoxon test in R's `survdiff`; gamma >
        /// 0 looks at late differences (Fleming TR, Harrington DP. Counting Processes and Survival
        /// Analysis. 1991).
        FlemingHarrington = "fleming-harrington",
    }
}

/// Works out the weights of one stratum from one event time to the next.
#[derive(Debug, Clone, Copy)]
pub(in crate::survival) struct Weigher {
    weights: Weights,
    rho: f64,
    gamma: f64,
    /// The curve that the weights follow: Kaplan-Meier, or Peto and Peto's version of it.
    survival: f64,
}

impl Weigher {
    pub fn new(weights: Weights, rho: f64, gamma: f64) -> Self {
        Self {
            weights,
            rho,
            gamma,
            survival: 1.0,
        }
    }

    /// The weight of the next event time, with `n` at risk and `d` events.
    pub fn next(&mut self, n: f64, d: f64) -> f64 {
        match self.weights {
            Weights::LogRank => 1.0,
            Weights::GehanBreslow => n,
            Weights::TaroneWare => n.sqrt(),
            Weights::PetoPeto => {
                self.survival *= 1.0 - d / (n + 1.0);
                self.survival
            }
            Weights::ModifiedPetoPeto => {
                self.survival *= 1.0 - d / (n + 1.0);
                self.survival * n / (n + 1.0)
            }
            Weights::FlemingHarrington => {
                let before = self.survival;
                self.survival *= (n - d) / n;
                power(before, self.rho) * power(1.0 - before, self.gamma)
            }
        }
    }
}

/// `base` to the power of `exponent`; the usual exponents without a logarithm.
fn power(base: f64, exponent: f64) -> f64 {
    if exponent == 0.0 {
        1.0
    } else if exponent == 1.0 {
        base
    } else {
        base.powf(exponent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One event of 4, then one of 2 at risk.
    #[test]
    fn weights_by_hand() {
        let wanted = [
            (Weights::LogRank, [1.0, 1.0]),
            (Weights::GehanBreslow, [4.0, 2.0]),
            (Weights::TaroneWare, [2.0, f64::sqrt(2.0)]),
            (Weights::PetoPeto, [4.0 / 5.0, 8.0 / 15.0]),
            (Weights::ModifiedPetoPeto, [16.0 / 25.0, 16.0 / 45.0]),
            (Weights::FlemingHarrington, [0.0, 0.75 * 0.75 * 0.5]),
        ];
        for (weights, wanted) in wanted {
            let mut weigher = Weigher::new(weights, 2.0, 0.5);
            let found = [weigher.next(4.0, 1.0), weigher.next(2.0, 1.0)];
            for (found, wanted) in found.into_iter().zip(wanted) {
                assert!((found - wanted).abs() < 1e-15, "{weights} {found}");
            }
        }
    }
}
