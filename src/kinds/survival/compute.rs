//! Computes the curves of a sample and what is read off them.

use std::collections::HashMap;
use std::sync::Arc;

use super::cautions::{no_restricted_mean, words};
use super::immortal_time::{self, Exposure, ImmortalTime};
use super::permuting::Permuting;
use super::{Choices, CurveTrend, Settings, SurvivalGroup, SurvivalResult, WILCOXON};
use crate::kinds::AnalysisError;
use crate::kinds::bounds::SurvivalBounds;
use crate::kinds::columns::Estimate;
use crate::kinds::frame::{Frame, Selection, Units};
use crate::kinds::settings::Common;
use crate::kinds::trend::{TrendRequest, paired};
use crate::stats::choice::UnknownChoice;
use crate::stats::conventions::{Area, Conventions, WilcoxonWeights};
use crate::stats::cox::{self, Covariate, ScorePermutation, score_permutation};
use crate::stats::factor::Factor;
use crate::stats::survival::{
    Columns, CompareOptions, Curve, CurveOptions, NearTies, Outcome, PermutationMethod,
    PermutationOptions, Quantile, RestrictedMean, RestrictedMeanError, RestrictedMeanOptions,
    Sample, Weights, compare, compare_restricted_means, kaplan_meier, kaplan_meier_by_group,
    restricted_mean, restricted_mean_by_group, reverse_kaplan_meier, reverse_kaplan_meier_by_group,
    trend_test,
};

/// The curves, what is read off them, and the tests between groups.
pub(super) fn estimate(
    settings: &Settings,
    frame: &Frame,
    kept: &[u32],
) -> Result<Estimate, AnalysisError> {
    let (common, choices) = (settings.options.common, settings.options.own.clone());
    let conventions = conventions(&common, &choices);
    if let Some(tau) = choices.tau.filter(|tau| *tau <= 0.0) {
        return Err(wrong(format!("tau: {tau} is not after time 0")));
    }
    let columns = read(settings, frame, kept)?;
    let sample = columns.sample(conventions.near_ties)?;
    let unfinished = match columns.unfinished(frame, kept) {
        None => None,
        Some(columns) => Some(columns.sample(conventions.near_ties)?),
    };
    let follow_up = unfinished.as_ref().unwrap_or(&sample);
    let options = conventions.curve_options(common.level);
    let immortal = match &settings.begins {
        Some(begins) => {
            let begins = frame.known_numbers(begins, kept)?;
            Some(immortal_time(
                settings,
                &choices,
                &columns,
                &begins,
                options,
                conventions.near_ties,
                &common,
            )?)
        }
        None => None,
    };
    let refused = immortal.as_ref().is_some_and(|found| !found.allowed);
    let grouped = settings.by.is_some() && !refused;
    let mean = RestrictedMeanOptions {
        tau: choices.tau,
        level: common.level,
    };
    let reading = Reading {
        quantiles: choices.quantiles,
        at: choices.at,
    };
    let overall = reading.group(
        "all",
        kaplan_meier(&sample, options),
        restricted_mean(&sample, mean),
        reverse_kaplan_meier(follow_up, options).median(),
    )?;
    let mut groups = Vec::new();
    if grouped {
        let means: Vec<Result<RestrictedMean, RestrictedMeanError>> =
            match restricted_mean_by_group(&sample, mean) {
                Ok(means) => means.into_iter().map(Ok).collect(),
                Err(error) => vec![Err(error); sample.groups().len()],
            };
        let curves = kaplan_meier_by_group(&sample, options);
        let reverse = reverse_kaplan_meier_by_group(follow_up, options);
        for ((curve, mean), reverse) in curves.into_iter().zip(means).zip(reverse) {
            let label = curve.group().unwrap_or("all").to_owned();
            groups.push(reading.group(&label, curve, mean, reverse.median())?);
        }
    }
    let exponents = choices.rho.is_some() || choices.gamma.is_some();
    let mut weighing = match (&choices.test, exponents) {
        (None, true) => CompareOptions {
            weights: Weights::FlemingHarrington,
            ..CompareOptions::default()
        },
        (test, _) => weights(test.as_deref(), conventions.wilcoxon_weights)?,
    };
    if exponents && weighing.weights != Weights::FlemingHarrington {
        return Err(wrong(format!(
            "rho and gamma belong to the {} test, not to the {} test",
            Weights::FlemingHarrington,
            weighing.weights
        )));
    }
    weighing.rho = choices.rho.unwrap_or(weighing.rho);
    weighing.gamma = choices.gamma.unwrap_or(weighing.gamma);
    weighing.idle_groups = conventions.idle_groups;
    let (order, scores) = (choices.order, choices.trend);
    let request = TrendRequest {
        kind: "survival",
        option: "trend",
        column: settings.by.as_deref().unwrap_or_default(),
        order: &order,
        scores: &scores,
    };
    let scores = if grouped {
        request.scores(frame, sample.groups())?
    } else {
        None
    };
    let logrank = grouped.then(|| compare(&sample, weighing));
    let permuting = Permuting {
        extent: choices.permutation.unwrap_or_default(),
        options: PermutationOptions {
            compare: weighing,
            draws: common.draws,
            seed: common.seed,
            method: PermutationMethod::default(),
        },
    };
    let tested = logrank.as_ref().and_then(|test| test.as_ref().ok());
    let trend = scores.map(|scores| {
        let test = trend_test(&sample, Some(&scores.scores), weighing)?;
        let permuted = weighing.weights == Weights::LogRank && permuting.is_wanted(&sample, tested);
        let permute =
            || columns.trend_by_permutation(&scores.scores, conventions.near_ties, &common);
        Ok(CurveTrend {
            permutation: permuted.then(permute).flatten(),
            group_scores: paired(sample.groups(), &scores.scores),
            stated: scores.stated,
            test,
        })
    });
    let result = SurvivalResult {
        permutation: logrank
            .as_ref()
            .and_then(|test| permuting.of(&sample, test.as_ref().ok())),
        logrank,
        trend,
        restricted_means: (groups.len() == 2).then(|| compare_restricted_means(&sample, mean)),
        overall,
        groups,
        immortal_time: immortal,
    };
    let (method, mut cautions) = words(&result, options, settings.strata.as_deref(), &sample);
    if choices.tau.is_some() {
        cautions.extend(no_restricted_mean(&result));
    }
    if settings.start.is_some() {
        cautions.push(match frame.units_of(kept) {
            Some(cases) => format!("{} intervals of follow-up of {cases} cases.", kept.len()),
            None => "Each row counts as a case of its own: if a case has several intervals of follow-up, say which column names the case.".to_owned(),
        });
    }
    Ok(Estimate {
        level: common.level,
        found: Arc::new(result),
        method,
        cautions,
        conventions,
        areas: &[Area::Survival],
    })
}

/// The conventions in force, of which choices may set some apart.
fn conventions(common: &Common, choices: &Choices) -> Conventions {
    let mut conventions = common.conventions();
    conventions.survival_band = choices.band.unwrap_or(conventions.survival_band);
    conventions.quantile_rule = choices.quantile_rule.unwrap_or(conventions.quantile_rule);
    conventions.near_ties = choices.near_ties.unwrap_or(conventions.near_ties);
    conventions
}

/// The median with those of unknown status taken as dead, and as alive, at their last known time.
pub(super) fn bounds(
    settings: &Settings,
    frame: &Frame,
    selection: &Selection,
    result: &SurvivalResult,
) -> Result<Option<SurvivalBounds>, AnalysisError> {
    if settings.count.is_some() {
        return Ok(None);
    }
    let timed = frame.complete(&[&settings.time], Units::Once)?.kept;
    let with_status = frame
        .complete(&[&settings.time, &settings.event], Units::Once)?
        .kept;
    let unknown = timed.len() - with_status.len();
    let all = selection.kept.len() + selection.left_out.values().map(Vec::len).sum::<usize>();
    if unknown == 0 || with_status.len() != selection.kept.len() {
        return Ok(None);
    }
    let times = frame.times(&settings.time, &timed)?;
    let coding = settings.coding();
    let events = frame.events(&settings.event, &coding, &with_status)?.came;
    let options = result.overall.curve.options();
    let (common, choices) = (settings.options.common, settings.options.own.clone());
    let near_ties = conventions(&common, &choices).near_ties;
    let median = |status: Outcome| -> Result<Option<f64>, AnalysisError> {
        let mut known = events.iter();
        let outcomes: Vec<Outcome> = timed
            .iter()
            .map(|row| match with_status.binary_search(row) {
                Ok(_) => known.next().map_or(status, |event| Outcome::from(*event)),
                Err(_) => status,
            })
            .collect();
        let sample = Columns::new(&times, &outcomes)
            .near_ties(near_ties)
            .sample()?;
        Ok(kaplan_meier(&sample, options).median().time)
    };
    Ok(Some(SurvivalBounds {
        known: with_status.len(),
        unknown_status: unknown,
        no_time: all - timed.len(),
        lowest_median: median(Outcome::Event)?,
        median: result.overall.median.time,
        highest_median: median(Outcome::Censored)?,
    }))
}

/// The weights of a test by its name, of which Wilcoxon's is another in each package.
fn weights(test: Option<&str>, wilcoxon: WilcoxonWeights) -> Result<CompareOptions, AnalysisError> {
    let weights = match (test, wilcoxon) {
        (None, _) => Weights::default(),
        (Some(WILCOXON), WilcoxonWeights::AtRisk) => Weights::GehanBreslow,
        (Some(WILCOXON), WilcoxonWeights::Survival) => Weights::FlemingHarrington,
        (Some(test), _) => test
            .parse()
            .map_err(|error: UnknownChoice| wrong(format!("test: {error}, {WILCOXON}")))?,
    };
    // R's version of Wilcoxon's test is that of Fleming and Harrington with these exponents.
    let exponents = test == Some(WILCOXON) && weights == Weights::FlemingHarrington;
    Ok(CompareOptions {
        weights,
        rho: if exponents { 1.0 } else { 0.0 },
        ..CompareOptions::default()
    })
}

/// The comparison that stands where groups begin after time zero.
fn immortal_time(
    settings: &Settings,
    choices: &Choices,
    columns: &Read,
    begins: &[Option<f64>],
    options: CurveOptions,
    near_ties: NearTies,
    common: &Common,
) -> Result<ImmortalTime, AnalysisError> {
    let Some(by) = &settings.by else {
        return Err(wrong(
            "begins: say which column the groups are in (by)".to_owned(),
        ));
    };
    if settings.start.is_some() {
        return Err(wrong(
            "begins goes with one row a case, without start".to_owned(),
        ));
    }
    let landmarks = choices.landmarks.as_slice();
    if let Some(time) = landmarks
        .iter()
        .find(|time| !(**time > 0.0 && time.is_finite()))
    {
        return Err(wrong(format!("landmarks: {time} is not a time after 0")));
    }
    let exposure = Exposure {
        name: by,
        times: &columns.times,
        outcomes: &columns.outcomes,
        begins,
        near_ties,
        permuting: Permuting {
            extent: choices.permutation.unwrap_or_default(),
            options: PermutationOptions {
                draws: common.draws,
                seed: common.seed,
                ..PermutationOptions::default()
            },
        },
    };
    immortal_time::analyse(&exposure, landmarks, options, choices.allow_immortal_time)
}

fn wrong(reason: String) -> AnalysisError {
    AnalysisError::Option {
        kind: "survival",
        reason,
    }
}

/// What a sample is made of.
#[derive(Clone)]
struct Read {
    times: Vec<f64>,
    outcomes: Vec<Outcome>,
    entries: Option<Vec<f64>>,
    groups: Option<Factor>,
    strata: Option<Factor>,
}

impl Read {
    fn sample(&self, near_ties: NearTies) -> Result<Sample, AnalysisError> {
        let mut columns = Columns::new(&self.times, &self.outcomes).near_ties(near_ties);
        if let Some(groups) = &self.groups {
            columns = columns.grouped(groups);
        }
        if let Some(strata) = &self.strata {
            columns = columns.stratified(strata);
        }
        if let Some(entries) = &self.entries {
            columns = columns.entered(entries);
        }
        Ok(columns.sample()?)
    }

    /// The test for trend by permutation: that of a regression on the scores.
    fn trend_by_permutation(
        &self,
        scores: &[f64],
        near_ties: NearTies,
        common: &Common,
    ) -> Option<ScorePermutation> {
        let codes = self.groups.as_ref()?.codes().iter();
        let scores = codes.map(|code| scores[*code as usize]).collect();
        let covariate = Covariate::numeric("score", scores);
        let mut columns =
            cox::Columns::new(self.times.clone(), self.outcomes.clone(), vec![covariate]);
        columns.entries.clone_from(&self.entries);
        columns.strata.clone_from(&self.strata);
        columns.near_ties = near_ties;
        let sample = cox::Sample::new(columns).ok()?;
        score_permutation(&sample, common.draws, common.seed)
    }

    /// The same for follow-up, where a case has several intervals: only with its last interval does
    /// the follow-up of a case end. Each other interval leaves without having been cut short, as one
    /// that ends with an event does. `None` where no case has several intervals.
    fn unfinished(&self, frame: &Frame, kept: &[u32]) -> Option<Self> {
        self.entries.as_ref()?;
        let mut last: HashMap<&str, usize> = HashMap::new();
        for (at, row) in kept.iter().enumerate() {
            let latest = last.entry(frame.unit(*row)?).or_insert(at);
            if self.times[at] > self.times[*latest] {
                *latest = at;
            }
        }
        if last.len() == kept.len() {
            return None;
        }
        let mut outcomes = vec![Outcome::Event; kept.len()];
        for at in last.into_values() {
            outcomes[at] = self.outcomes[at];
        }
        Some(Self {
            outcomes,
            ..self.clone()
        })
    }
}

/// Reads the columns of a frame.
fn read(settings: &Settings, frame: &Frame, kept: &[u32]) -> Result<Read, AnalysisError> {
    let times = frame.times(&settings.time, kept)?;
    let coding = settings.coding();
    let events = frame.events(&settings.event, &coding, kept)?;
    let outcomes: Vec<Outcome> = events.came.into_iter().map(Outcome::from).collect();
    let groups = frame.factor_of(settings.by.as_deref(), kept)?;
    let strata = frame.factor_of(settings.strata.as_deref(), kept)?;
    let entries = frame.entries(settings.start.as_deref(), (&settings.time, &times), kept)?;
    Ok(Read {
        times,
        outcomes,
        entries,
        groups,
        strata,
    })
}

/// What is read off each curve.
struct Reading {
    quantiles: Vec<f64>,
    at: Vec<f64>,
}

impl Reading {
    fn group(
        &self,
        label: &str,
        curve: Curve,
        restricted_mean: Result<RestrictedMean, RestrictedMeanError>,
        follow_up: Quantile,
    ) -> Result<SurvivalGroup, AnalysisError> {
        let wrong = |error: crate::stats::survival::CurveError| wrong(error.to_string());
        let quantiles = self.quantiles.iter().map(|p| curve.quantile(*p));
        let at = self
            .at
            .iter()
            .map(|time| Ok((*time, curve.survival_at(*time)?)));
        Ok(SurvivalGroup {
            label: label.to_owned(),
            median: curve.median(),
            quantiles: quantiles.collect::<Result<_, _>>().map_err(wrong)?,
            at: at.collect::<Result<_, _>>().map_err(wrong)?,
            restricted_mean,
            follow_up,
            curve,
        })
    }
}
