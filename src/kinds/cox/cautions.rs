//! What a reader of the hazard ratios should know: few events, few clusters, one-sided columns.

use super::CoxResult;
use crate::kinds::few::{self, Size};
use crate::stats::cox::{Covariate, Sample, Values};
use crate::stats::digits::plain;
use crate::stats::factor::Factor;
use crate::stats::survival::Outcome;

/// Below this many events for each coefficient, estimates are unsteady.
const EVENTS_PER_COEFFICIENT: usize = 10;

/// Below this many clusters errors robust to them come out too small.
const FEW_CLUSTERS: usize = 10;

/// The sides of covariates that are small, in words: categories, and numbers of which there are two.
pub(super) fn small_sides(covariates: &[Covariate], outcomes: &[Outcome]) -> Vec<String> {
    let mut small = Vec::new();
    for covariate in covariates {
        let factor = match &covariate.values {
            Values::Categorical(factor) => factor.clone(),
            Values::Numeric(values) => {
                let factor = Factor::new(values.iter().map(|value| plain(*value)));
                if factor.labels().len() > 2 {
                    continue;
                }
                factor.sorted()
            }
        };
        let mut events = vec![0; factor.labels().len()];
        for (code, outcome) in factor.codes().iter().zip(outcomes) {
            events[*code as usize] += usize::from(*outcome == Outcome::Event);
        }
        let labels = factor.labels().iter();
        let named: Vec<String> = labels
            .map(|label| format!("{} = {label}", covariate.name))
            .collect();
        let sides = named.iter().zip(factor.counts()).zip(events);
        small.extend(few::small(sides.map(|((label, cases), events)| Size {
            label,
            cases,
            events,
            // What is expected of a side depends on how long it was followed.
            expected: f64::INFINITY,
        })));
    }
    small
}

pub(super) fn cautions(sample: &Sample, result: &CoxResult, small: &[String]) -> Vec<String> {
    let (events, coefficients) = (sample.events(), sample.column_names().count());
    let sides = (!small.is_empty()).then(|| {
        let instead = match &result.permutation {
            Some(_) => {
                "read the score test by permutation beside it, which is of all covariates together"
            }
            None => "there is none by permutation beside it",
        };
        few::caution(small, "the P of a hazard ratio", instead)
    });
    let clusters = result.fit.as_ref().and_then(|fit| fit.clusters);
    let few = clusters.filter(|clusters| *clusters < FEW_CLUSTERS).map(|clusters| {
        format!("{clusters} clusters, fewer than {FEW_CLUSTERS}: errors robust to so few are too small.")
    });
    let unsteady = if is_unsteady(sample) {
        vec![format!(
            "{:.1} events per coefficient, fewer than {EVENTS_PER_COEFFICIENT}: the estimates are unsteady.",
            events as f64 / coefficients as f64
        )]
    } else {
        Vec::new()
    };
    few.into_iter().chain(unsteady).chain(sides).collect()
}

/// Whether there are few events for what is estimated.
pub(super) fn is_unsteady(sample: &Sample) -> bool {
    sample.events() < EVENTS_PER_COEFFICIENT * sample.column_names().count()
}
