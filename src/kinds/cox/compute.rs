//! Makes a sample of the columns and fits it.

use std::sync::Arc;

use super::cautions::{cautions, is_unsteady, small_sides};
use super::{Choices, CoxResult, Penalty, Reference, Settings};
use crate::kinds::columns::Estimate;
use crate::kinds::few::MOST_DEALT;
use crate::kinds::frame::Frame;
use crate::kinds::{AnalysisError, Undefined};
use crate::stats::conventions::Area;
use crate::stats::cox::{
    Columns, Covariate, CoxOptions, FirthOptions, Sample, Ties, cox, firth, proportional_hazards,
    score_permutation,
};
use crate::stats::survival::Outcome;

pub(super) fn estimate(
    settings: &Settings,
    frame: &Frame,
    kept: &[u32],
) -> Result<Estimate, AnalysisError> {
    let (common, choices) = (settings.options.common, settings.options.own.clone());
    let mut conventions = common.conventions();
    if let Some(ties) = choices.ties {
        conventions.cox_ties = ties;
    }
    if let Some(scale) = choices.transform {
        conventions.hazards_transform = scale;
    }
    if let Some(rule) = choices.near_ties {
        conventions.near_ties = rule;
    }
    let (covariates, references) = covariates(settings, &choices, frame, kept)?;
    let times = frame.times(&settings.time, kept)?;
    let coding = settings.coding();
    let events = frame.events(&settings.event, &coding, kept)?;
    let outcomes: Vec<Outcome> = events.came.into_iter().map(Outcome::from).collect();
    let entries = frame.entries(settings.start.as_deref(), (&settings.time, &times), kept)?;
    let small = small_sides(&covariates, &outcomes);
    let mut columns = Columns::new(times, outcomes, covariates);
    columns.entries = entries;
    columns.strata = frame.factor_of(settings.strata.as_deref(), kept)?;
    columns.clusters = frame.factor_of(settings.cluster.as_deref(), kept)?;
    columns.near_ties = conventions.near_ties;
    let refused = |error: &dyn ToString| AnalysisError::Refused(error.to_string());
    let sample = Sample::new(columns).map_err(|error| refused(&error))?;
    let mut result = CoxResult {
        references,
        fit: None,
        penalised: None,
        permutation: None,
        proportional_hazards: None,
        no_proportional_hazards: None,
    };
    let dealt = sample.n() as u64 * u64::from(common.draws);
    if (is_unsteady(&sample) || !small.is_empty()) && dealt <= MOST_DEALT {
        result.permutation = score_permutation(&sample, common.draws, common.seed);
    }
    let ties = conventions.cox_ties;
    match choices.penalty.unwrap_or_default() {
        Penalty::None => {
            let options = CoxOptions {
                ties,
                level: common.level,
                few_events: choices.few_events.unwrap_or_default(),
            };
            let fit = cox(&sample, options).map_err(|error| refused(&error))?;
            match proportional_hazards(&sample, &fit, conventions.hazards_transform) {
                Ok(test) => result.proportional_hazards = Some(test),
                Err(error) => result.no_proportional_hazards = Some(error.into()),
            }
            result.fit = Some(fit);
        }
        Penalty::Firth => {
            let options = FirthOptions {
                ties,
                level: common.level,
            };
            result.penalised = Some(firth(&sample, options).map_err(|error| refused(&error))?);
            result.no_proportional_hazards = Some(Undefined::Penalised);
        }
    }
    Ok(Estimate {
        level: common.level,
        method: method(settings, &result, ties),
        cautions: cautions(&sample, &result, &small),
        found: Arc::new(result),
        conventions,
        areas: &[Area::Cox],
    })
}

/// The covariates: columns of words and those said to be categorical as categories, the others as
/// numbers.
fn covariates(
    settings: &Settings,
    choices: &Choices,
    frame: &Frame,
    kept: &[u32],
) -> Result<(Vec<Covariate>, Vec<Reference>), AnalysisError> {
    let wrong = |reason: String| AnalysisError::Option {
        kind: "cox",
        reason,
    };
    let categorical = choices.categorical.as_slice();
    let known = |name: &str| {
        settings
            .covariates
            .iter()
            .any(|covariate| covariate == name)
    };
    if let Some(name) = categorical.iter().find(|name| !known(name)) {
        return Err(wrong(format!("categorical: {name:?} is no covariate")));
    }
    let mut wanted = Vec::new();
    for reference in choices.reference.as_slice() {
        match reference.split_once('=') {
            Some((name, category)) if known(name) => wanted.push((name, category)),
            _ => {
                let reason = format!("reference: {reference:?} is not COVARIATE=CATEGORY");
                return Err(wrong(reason));
            }
        }
    }
    let (mut covariates, mut references) = (Vec::new(), Vec::new());
    for name in &settings.covariates {
        // Who names the reference takes the values for categories.
        let referred = wanted.iter().any(|(covariate, _)| covariate == name);
        if frame.is_numeric(name)? && !categorical.contains(name) && !referred {
            covariates.push(Covariate::numeric(name.clone(), frame.numbers(name, kept)?));
            continue;
        }
        if !categorical.contains(name) && !referred {
            frame.not_numbers(name, kept)?;
        }
        let mut factor = frame.factor(name, kept)?;
        if let Some((_, category)) = wanted.iter().find(|(covariate, _)| covariate == name) {
            let labels = factor.labels().join(", ");
            factor = factor.with_first(category).ok_or_else(|| {
                wrong(format!(
                    "reference: {name} has no category {category:?}; it has {labels}"
                ))
            })?;
        }
        references.push(Reference {
            covariate: name.clone(),
            category: factor.labels()[0].clone(),
        });
        covariates.push(Covariate::categorical(name.clone(), factor));
    }
    Ok((covariates, references))
}

fn method(settings: &Settings, result: &CoxResult, ties: Ties) -> String {
    let mut method = format!(
        "Cox regression, {} ties{}",
        match ties {
            Ties::Efron => "Efron's",
            Ties::Breslow => "Breslow's",
            Ties::Exact => "exact",
        },
        if result.penalised.is_some() {
            ", Firth's penalised likelihood with profile-likelihood intervals and penalised likelihood-ratio tests"
        } else {
            ", Wald intervals on the log scale"
        }
    );
    if let Some(strata) = &settings.strata {
        method.push_str(&format!(", a baseline hazard for each {strata}"));
    }
    if let Some(cluster) = &settings.cluster {
        method.push_str(&format!(", errors robust to dependence within {cluster}"));
    }
    method.push('.');
    if let Some(test) = &result.proportional_hazards {
        method.push_str(&format!(
            " Proportional hazards tested by the score test of scaled Schoenfeld residuals, time on the scale {}.",
            test.time_scale
        ));
    }
    method
}
