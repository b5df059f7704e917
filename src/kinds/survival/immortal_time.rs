//! Groups that begin after time zero: what is compared instead of curves from time zero.
//!
//! Who is operated on after the first dose was alive until then. Counted as operated from the first
//! dose on, those months are a gift to the operated (immortal time; Suissa S. Am J Epidemiol
//! 2008;167:492-9). A landmark analysis (Anderson JR, Cain KC, Gelber RD. J Clin Oncol 1983;1:710-9)
//! compares those still followed at a stated time by what had begun until then; a regression with
//! start-stop intervals counts each case as exposed from the beginning of its exposure on.

use serde::Serialize;

use super::Settings;
use super::permuting::{Permuting, few_in_groups};
use crate::kinds::frame::{Frame, Selection};
use crate::kinds::{AnalysisError, Undefined};
use crate::stats::cox::{
    self, Covariate, CoxError, CoxFit, CoxOptions, FirthFit, FirthOptions, cox, firth,
};
use crate::stats::digits::{number, plain};
use crate::stats::estimate::Level;
use crate::stats::factor::Factor;
use crate::stats::survival::{
    Columns, Curve, CurveOptions, LogRank, LogRankError, NearTies, Outcome, PermutationTest,
    kaplan_meier_by_group, logrank,
};

/// Labels that mean exposed where no beginning tells which does.
const EXPOSED: [&str; 4] = ["yes", "true", "TRUE", "1"];

/// Survival by an exposure that begins after time zero.
#[derive(Debug, Clone)]
pub struct ImmortalTime {
    /// The column of the exposure.
    pub exposure: String,
    /// Cases whose exposure began during follow-up.
    pub exposed: usize,
    /// Time before the exposure that curves from time zero would give to it, in all.
    pub immortal: f64,
    /// Survival from each landmark on.
    pub landmarks: Vec<Landmark>,
    /// The hazard while exposed against that while not.
    pub switching: Switching,
    /// Whether curves from time zero are shown all the same.
    pub allowed: bool,
}

/// Survival from a landmark on, by what had begun until then.
#[derive(Debug, Clone)]
pub struct Landmark {
    /// Time from which the landmark counts, in the unit of the data.
    pub time: f64,
    /// Cases no longer followed then: they are in neither group.
    pub gone: usize,
    /// A curve of each group, time counted from the landmark.
    pub curves: Vec<Curve>,
    /// The test between them, or why there is none.
    pub test: Result<LogRank, Undefined>,
    /// The same by permutation, where it was made, or why it could not be.
    pub permutation: Option<Result<PermutationTest, LogRankError>>,
}

/// A regression in which the exposure switches on.
#[derive(Debug, Clone, Serialize)]
#[serde(untagged)]
pub enum Switching {
    /// Cox's fit with exposure as a covariate that changes with time.
    Fit(Box<CoxFit>),
    /// Firth's, where events are few or all on one side.
    Penalised(Box<FirthFit>),
    /// No fit, and the reason.
    Refused(Undefined),
}

/// Moves rows that are exposed from an unknown time on to those left out.
pub(super) fn leave_out_unknown_begin(
    settings: &Settings,
    frame: &Frame,
    selection: &mut Selection,
) -> Result<(), AnalysisError> {
    let (Some(begins), Some(by)) = (&settings.begins, &settings.by) else {
        return Ok(());
    };
    let groups = frame.factor(by, &selection.kept)?;
    let begun = frame.known(begins, &selection.kept)?;
    let exposed = exposed_label(&groups, &begun);
    let codes = groups.codes().iter().zip(&begun);
    let unknown: Vec<bool> = codes
        .map(|(code, begun)| Some(*code) == exposed && !begun)
        .collect();
    let mut out = Vec::new();
    let mut at = 0;
    selection.kept.retain(|row| {
        at += 1;
        if unknown[at - 1] {
            out.push(*row);
        }
        !unknown[at - 1]
    });
    if !out.is_empty() {
        let reason = format!("{by}: when it began is not known");
        selection.left_out.entry(reason).or_default().extend(out);
    }
    Ok(())
}

/// The group of which beginnings are known; else the one that is called so.
fn exposed_label(groups: &Factor, begun: &[bool]) -> Option<u32> {
    let by_time = groups.codes().iter().zip(begun).find(|(_, begun)| **begun);
    by_time.map(|(code, _)| *code).or_else(|| {
        let place = groups
            .labels()
            .iter()
            .position(|label| EXPOSED.contains(&label.as_str()))?;
        u32::try_from(place).ok()
    })
}

/// The columns of the analysis.
pub(super) struct Exposure<'a> {
    pub name: &'a str,
    pub times: &'a [f64],
    pub outcomes: &'a [Outcome],
    /// When the exposure of each case began; `None` for the unexposed.
    pub begins: &'a [Option<f64>],
    pub near_ties: NearTies,
    pub permuting: Permuting,
}

/// Analyses an exposure from landmarks and as one that switches on.
pub(super) fn analyse(
    exposure: &Exposure<'_>,
    landmarks: &[f64],
    options: CurveOptions,
    allowed: bool,
) -> Result<ImmortalTime, AnalysisError> {
    let begun = |(begin, time): (&Option<f64>, &f64)| begin.filter(|begin| begin < time);
    let times: Vec<f64> = exposure
        .begins
        .iter()
        .zip(exposure.times)
        .filter_map(begun)
        .collect();
    let landmarks = match landmarks {
        [] => middle(&times).into_iter().collect(),
        given => given.to_vec(),
    };
    Ok(ImmortalTime {
        exposure: exposure.name.to_owned(),
        exposed: times.len(),
        // A sum of nothing is -0.
        immortal: times.iter().fold(0.0, |sum, time| sum + time.max(0.0)),
        landmarks: landmarks
            .into_iter()
            .map(|time| landmark(exposure, time, options))
            .collect::<Result<_, _>>()?,
        switching: switching(exposure, options.level),
        allowed,
    })
}

/// The time by which half of the exposures had begun.
fn middle(times: &[f64]) -> Option<f64> {
    let mut times = times.to_vec();
    times.sort_by(f64::total_cmp);
    times.get(times.len().checked_sub(1)? / 2).copied()
}

fn landmark(
    exposure: &Exposure<'_>,
    time: f64,
    options: CurveOptions,
) -> Result<Landmark, AnalysisError> {
    let (mut times, mut outcomes, mut groups) = (Vec::new(), Vec::new(), Vec::new());
    for (at, end) in exposure.times.iter().enumerate() {
        if *end > time {
            times.push(end - time);
            outcomes.push(exposure.outcomes[at]);
            let begun = exposure.begins[at].is_some_and(|begin| begin <= time);
            groups.push(if begun {
                exposure.name.to_owned()
            } else {
                format!("no {} until then", exposure.name)
            });
        }
    }
    let gone = exposure.times.len() - times.len();
    if times.is_empty() {
        return Ok(Landmark {
            time,
            gone,
            curves: Vec::new(),
            test: Err(Undefined::NobodyFollowed),
            permutation: None,
        });
    }
    let groups = Factor::new(&groups).sorted();
    let sample = Columns::new(&times, &outcomes)
        .grouped(&groups)
        .near_ties(exposure.near_ties)
        .sample()?;
    let test = logrank(&sample).map_err(Undefined::from);
    Ok(Landmark {
        time,
        gone,
        curves: kaplan_meier_by_group(&sample, options),
        permutation: exposure.permuting.of(&sample, test.as_ref().ok()),
        test,
    })
}

/// Splits each exposed case where its exposure begins, and fits the hazard.
fn switching(exposure: &Exposure<'_>, level: Level) -> Switching {
    let (mut starts, mut ends, mut outcomes, mut on) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut interval = |start: f64, end: f64, outcome: Outcome, exposed: f64| {
        starts.push(start);
        ends.push(end);
        outcomes.push(outcome);
        on.push(exposed);
    };
    for (at, end) in exposure.times.iter().enumerate() {
        // At time 0 no interval can end; the case is never at risk.
        if *end <= 0.0 {
            continue;
        }
        match exposure.begins[at].filter(|begin| begin < end) {
            None => interval(0.0, *end, exposure.outcomes[at], 0.0),
            Some(begin) if begin <= 0.0 => interval(0.0, *end, exposure.outcomes[at], 1.0),
            Some(begin) => {
                interval(0.0, begin, Outcome::Censored, 0.0);
                interval(begin, *end, exposure.outcomes[at], 1.0);
            }
        }
    }
    let covariate = Covariate::numeric(exposure.name, on);
    let mut columns = cox::Columns::new(ends, outcomes, vec![covariate]);
    columns.entries = Some(starts);
    columns.near_ties = exposure.near_ties;
    let sample = match cox::Sample::new(columns) {
        Ok(sample) => sample,
        Err(error) => return Switching::Refused(error.into()),
    };
    let options = CoxOptions {
        level,
        ..CoxOptions::default()
    };
    match cox(&sample, options) {
        Ok(fit) => Switching::Fit(Box::new(fit)),
        Err(CoxError::FewEvents { .. } | CoxError::Separation { .. }) => {
            let options = FirthOptions {
                level,
                ..FirthOptions::default()
            };
            match firth(&sample, options) {
                Ok(fit) => Switching::Penalised(Box::new(fit)),
                Err(error) => Switching::Refused(error.into()),
            }
        }
        Err(error) => Switching::Refused(error.into()),
    }
}

/// What a reader must know where the groups at a landmark are small.
pub(super) fn few(found: &ImmortalTime) -> Vec<String> {
    let landmarks = found.landmarks.iter().filter_map(|landmark| {
        let test = landmark.test.as_ref().ok()?;
        let caution = few_in_groups(test, landmark.permutation.as_ref(), false)?;
        Some(format!("Landmark at {}: {caution}", plain(landmark.time)))
    });
    landmarks.collect()
}

/// What an exposure that begins after time zero does to curves from time zero, in two sentences.
pub(super) fn explanation(found: &ImmortalTime) -> String {
    let exposure = &found.exposure;
    if found.exposed == 0 {
        return format!(
            "No case is exposed: of none is it known that {exposure} began during follow-up, so there is nothing to compare."
        );
    }
    format!(
        "Who has {exposure} after time zero had to live until then, so curves by {exposure} from time zero give it {} months in which none of its {} cases could die (immortal time), and make it look better than it is. Survival is therefore compared from landmarks, among those still followed and by what had begun until then, and by a regression that counts a case as exposed only from the beginning of {exposure} on.",
        number(found.immortal, 1),
        found.exposed
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kinds::survival::Extent;
    use crate::stats::random::{Random, SEED};
    use crate::stats::survival::PermutationOptions;

    fn exposure<'a>(
        times: &'a [f64],
        outcomes: &'a [Outcome],
        begins: &'a [Option<f64>],
    ) -> Exposure<'a> {
        Exposure {
            name: "surgery",
            times,
            outcomes,
            begins,
            near_ties: NearTies::Merge,
            permuting: Permuting {
                extent: Extent::Auto,
                options: PermutationOptions::default(),
            },
        }
    }

    /// Dead at 1, 4, 6, alive at 8; surgery at 2 and 5. At 3, one is gone, one operated, two not.
    #[test]
    fn four_cases_by_hand() {
        let (dead, alive) = (Outcome::Event, Outcome::Censored);
        let (times, outcomes) = ([1.0, 4.0, 6.0, 8.0], [dead, dead, dead, alive]);
        let begins = [None, Some(2.0), None, Some(5.0)];
        let found = analyse(
            &exposure(&times, &outcomes, &begins),
            &[3.0],
            CurveOptions::default(),
            false,
        )
        .expect("an analysis");
        assert_eq!((found.exposed, found.immortal), (2, 7.0));
        let landmark = &found.landmarks[0];
        assert_eq!(landmark.gone, 1);
        let groups: Vec<_> = landmark
            .curves
            .iter()
            .map(|c| (c.group(), c.n(), c.events()))
            .collect();
        assert_eq!(
            groups,
            [
                (Some("no surgery until then"), 2, 1),
                (Some("surgery"), 1, 1)
            ]
        );
        assert_eq!(landmark.curves[1].median().time, Some(1.0));
        assert!(matches!(found.switching, Switching::Penalised(_)));
    }

    #[test]
    fn without_an_exposed_case_nothing_is_compared() {
        let outcomes = [Outcome::Event, Outcome::Censored];
        let exposure = exposure(&[1.0, 4.0], &outcomes, &[None, None]);
        let found = analyse(&exposure, &[], CurveOptions::default(), false).expect("an analysis");
        let said = explanation(&found);
        assert!(said.starts_with("No case is exposed"), "{said}");
        assert!(found.immortal.is_sign_positive() && found.landmarks.is_empty());
    }

    /// 4,000 cases, exponential with mean 12; surgery waits on average 6 months and does nothing. From
    /// time zero it seems to halve the hazard; switching on, it does nothing.
    #[test]
    fn an_exposure_without_effect_has_none() {
        let mut random = Random::new(SEED);
        let mut wait = |mean: f64| -((random.below(1_000_000) as f64 + 0.5) / 1e6).ln() * mean;
        let cases: Vec<(f64, f64)> = (0..4_000).map(|_| (wait(12.0), wait(6.0))).collect();
        let times: Vec<f64> = cases.iter().map(|(time, _)| *time).collect();
        let outcomes = vec![Outcome::Event; times.len()];
        let begins: Vec<Option<f64>> = cases
            .iter()
            .map(|(time, begin)| (begin < time).then_some(*begin))
            .collect();
        let found = analyse(
            &exposure(&times, &outcomes, &begins),
            &[6.0],
            CurveOptions::default(),
            false,
        )
        .expect("an analysis");
        let Switching::Fit(fit) = &found.switching else {
            panic!("no fit");
        };
        let effect = &fit.coefficients[0];
        assert!(effect.estimate.abs() < 3.0 * effect.std_error, "{effect:?}");
        let test = found.landmarks[0].test.as_ref().expect("a test");
        assert!(test.p_value > 0.001, "{test:?}");
        let naive: Vec<&str> = begins
            .iter()
            .map(|b| if b.is_some() { "yes" } else { "no" })
            .collect();
        let naive = Factor::new(naive);
        let sample = Columns::new(&times, &outcomes)
            .grouped(&naive)
            .sample()
            .expect("valid");
        assert!(logrank(&sample).expect("a test").p_value < 1e-20);
    }
}
