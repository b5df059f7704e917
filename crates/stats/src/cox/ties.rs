//! Events at one time.

use crate::choice::choices;

choices! {
    /// How events at one time enter the partial likelihood.
    #[derive(Default)]
    pub enum Ties {
        /// Each failing case leaves the risk set by equal shares, event by event (Efron 1977). Close
        /// to the truth where ties come from rounded times.
        #[default]
        Efron = "efron",
        /// All failing cases stay at risk for each of the events (Breslow 1974). Pulls estimates
        /// towards zero where many are tied.
        Breslow = "breslow",
        /// Time is discrete: the likelihood of which cases failed given how many (Cox 1972). The
        /// coefficients are log odds ratios, and the fit is that of conditional logistic regression.
        /// Slow where many are tied among many.
        Exact = "exact",
    }
}
