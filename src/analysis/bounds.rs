//! What a result can be, whatever is true of those of whom it is not known.

use std::collections::{BTreeMap, HashSet};

use serde::Serialize;

use super::frame::{Frame, Selection, Units};
use super::{AnalysisError, Outcome, ResponseRates, survival};
use crate::query::Statistic;
use crate::stats::contingency::{Arm, TippingPoint, fisher_p, tipping_point};
use crate::stats::estimate::Level;
use crate::stats::proportion::Proportion;

/// A conclusion about one proportion: on which side of this it lies.
const HALF: f64 = 0.5;

/// Bounds of a result: every value that some assignment of the unknown gives lies within.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Bounds {
    /// Of proportions and their difference.
    Proportions(ProportionBounds),
    /// Of a survival curve.
    Survival(SurvivalBounds),
}

/// Bounds of proportions.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ProportionBounds {
    /// Everyone, and each group.
    pub groups: Vec<GroupBounds>,
    /// The difference of two groups, where there are two.
    pub difference: Option<DifferenceBounds>,
}

/// Bounds of one proportion.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct GroupBounds {
    /// The group; `all` for everyone.
    pub group: String,
    /// Events among those known.
    pub events: u64,
    /// Units known.
    pub known: u64,
    /// Units not known.
    pub unknown: u64,
    /// The proportion among those known.
    pub complete_case: Option<f64>,
    /// The proportion if none of the unknown had the event.
    pub lowest: f64,
    /// The proportion if all of the unknown had it.
    pub highest: f64,
    /// Whether it is settled that the proportion is above, or below, one half.
    pub half: Half,
}

/// Bounds of the difference of two proportions, the first less the second.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DifferenceBounds {
    /// The first group.
    pub first: String,
    /// The second.
    pub second: String,
    /// The difference among those known.
    pub complete_case: f64,
    /// The least that it can be.
    pub lowest: f64,
    /// The most that it can be.
    pub highest: f64,
    /// Fisher's P among those known; 1 where all or none of them had the event.
    pub p_value: f64,
    /// How many of the unknown it takes for the test to say otherwise.
    pub test: TippingPoint,
}

/// On which side of one half a proportion lies, and how many of the unknown it takes to leave that
/// open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "tipping", rename_all = "kebab-case")]
pub enum Half {
    /// The interval leaves it open.
    NoConclusion,
    /// This many of the unknown, all on the other side, leave it open.
    After {
        /// The number.
        unknown: u64,
    },
    /// It is settled, whatever the unknown are.
    Never,
}

/// Bounds of a survival curve, those of unknown status taken as dead, and as alive, at their last
/// known time. Those without a time are in neither.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SurvivalBounds {
    /// Cases with time and status.
    pub known: usize,
    /// Cases with a time and without a status.
    pub unknown_status: usize,
    /// Cases without a time.
    pub no_time: usize,
    /// The median if all of unknown status had the event; missing where it is not reached.
    pub lowest_median: Option<f64>,
    /// The median among those known.
    pub median: Option<f64>,
    /// The median if none of them had it.
    pub highest_median: Option<f64>,
}

/// Bounds of response rates.
pub(super) fn of_response(rates: &ResponseRates, level: Level) -> Option<Bounds> {
    let counts = |group: &super::ResponseGroup| {
        let (k, n) = group
            .objective
            .as_ref()
            .map_or((0, 0), |rate| (rate.successes, rate.n));
        (group.label.clone(), k, n, group.units as u64 - n)
    };
    let groups: Vec<_> = rates.groups.iter().map(counts).collect();
    of_counts(counts(&rates.overall), &groups, level)
}

/// Bounds of a statistic of columns; `None` where nothing is unknown or they mean nothing for it.
pub(super) fn of_frame(
    statistic: &Statistic,
    frame: &Frame,
    selection: &Selection,
    outcome: &Outcome,
    level: Level,
) -> Result<Option<Bounds>, AnalysisError> {
    match (statistic, outcome) {
        (Statistic::Survival(settings), Outcome::Survival(result)) if settings.start.is_none() => {
            let found = survival::bounds(settings, frame, selection, result)?;
            Ok(found.map(Bounds::Survival))
        }
        (Statistic::Proportion(settings), Outcome::Proportion(result))
            if settings.count.is_none() =>
        {
            let known = result
                .groups
                .iter()
                .map(|group| (group.group.clone(), group.events, group.n));
            let unknown = unknown_by(frame, settings.by.as_deref(), &settings.event)?;
            let all = &result.overall;
            let missing = (frame.rows() - selection.kept.len() - selection.repeated.len()) as u64;
            let overall = ("all".to_owned(), all.events, all.n, missing);
            Ok(of_counts(overall, &with_unknown(known, &unknown), level))
        }
        (Statistic::Contingency(settings), Outcome::Contingency(found))
            if settings.count.is_none() =>
        {
            if found.proportions.is_empty() {
                return Ok(None);
            }
            let known = found.proportions.iter().map(|(label, rate)| {
                let (k, n) = rate
                    .as_ref()
                    .map_or((0, 0), |rate| (rate.successes, rate.n));
                (label.clone(), k, n)
            });
            let known: Vec<_> = known.collect();
            let unknown = unknown_by(frame, Some(&settings.rows), &settings.columns)?;
            let (k, n) = known
                .iter()
                .fold((0, 0), |(k, n), (_, a, b)| (k + a, n + b));
            let overall = ("all".to_owned(), k, n, unknown.values().sum());
            Ok(of_counts(overall, &with_unknown(known, &unknown), level))
        }
        _ => Ok(None),
    }
}

/// Units without a value of `column`, by their group. A unit of which another row has one is known.
fn unknown_by(
    frame: &Frame,
    by: Option<&str>,
    column: &str,
) -> Result<BTreeMap<String, u64>, AnalysisError> {
    let mut unknown = BTreeMap::new();
    let Some(by) = by else { return Ok(unknown) };
    let grouped = frame.complete(&[by], Units::Once)?.kept;
    let known = frame.complete(&[by, column], Units::Repeated)?.kept;
    let units: HashSet<&str> = known.iter().filter_map(|row| frame.unit(*row)).collect();
    let missing: Vec<u32> = grouped
        .into_iter()
        .filter(|row| match frame.unit(*row) {
            Some(unit) if !unit.is_empty() => !units.contains(unit),
            _ => known.binary_search(row).is_err(),
        })
        .collect();
    let groups = frame.factor(by, &missing)?;
    for code in groups.codes() {
        *unknown
            .entry(groups.labels()[*code as usize].clone())
            .or_insert(0) += 1;
    }
    Ok(unknown)
}

type Counts = (String, u64, u64, u64);

/// The groups of which something is known, then those of which nothing is.
fn with_unknown(
    known: impl IntoIterator<Item = (String, u64, u64)>,
    unknown: &BTreeMap<String, u64>,
) -> Vec<Counts> {
    let mut unknown = unknown.clone();
    let mut groups: Vec<Counts> = known
        .into_iter()
        .map(|(label, k, n)| {
            let missing = unknown.remove(&label).unwrap_or(0);
            (label, k, n, missing)
        })
        .collect();
    let of_nothing = |(label, missing)| (label, 0, 0, missing);
    groups.extend(unknown.into_iter().map(of_nothing));
    groups
}

/// Bounds from events, known and unknown of everyone and of each group.
fn of_counts(overall: Counts, groups: &[Counts], level: Level) -> Option<Bounds> {
    if overall.3 == 0 && groups.iter().all(|group| group.3 == 0) {
        return None;
    }
    let compared: Vec<&Counts> = groups
        .iter()
        .filter(|group| group.0 != super::rows::NOT_KNOWN && group.2 > 0)
        .collect();
    let difference = match compared[..] {
        [first, second] => Some(difference(first, second, level)),
        _ => None,
    };
    let groups = [overall]
        .iter()
        .chain(groups)
        .filter_map(|counts| group(counts, level))
        .collect();
    Some(Bounds::Proportions(ProportionBounds { groups, difference }))
}

fn group((label, events, known, unknown): &Counts, level: Level) -> Option<GroupBounds> {
    let all = known + unknown;
    if all == 0 {
        return None;
    }
    let share = |events: u64| events as f64 / all as f64;
    Some(GroupBounds {
        group: label.clone(),
        events: *events,
        known: *known,
        unknown: *unknown,
        complete_case: (*known > 0).then(|| *events as f64 / *known as f64),
        lowest: share(*events),
        highest: share(events + unknown),
        half: half(*events, *known, *unknown, level),
    })
}

/// How many of the unknown bring the exact interval back over one half.
fn half(events: u64, known: u64, unknown: u64, level: Level) -> Half {
    let side = |events: u64, n: u64| -> Option<bool> {
        let interval = Proportion::new(events, n).ok()?.clopper_pearson(level);
        if interval.lower > HALF {
            Some(true)
        } else {
            (interval.upper < HALF).then_some(false)
        }
    };
    let Some(above) = side(events, known) else {
        return Half::NoConclusion;
    };
    let changed = (1..=unknown).find(|more| {
        let events = if above { events } else { events + more };
        side(events, known + more) != Some(above)
    });
    changed.map_or(Half::Never, |unknown| Half::After { unknown })
}

fn difference(first: &Counts, second: &Counts, level: Level) -> DifferenceBounds {
    let share = |events: u64, units: u64| events as f64 / units as f64;
    let (name, hits, known, unknown) = first;
    let (other, other_hits, other_known, other_unknown) = second;
    let arm = |counts: &Counts| Arm {
        events: counts.1,
        known: counts.2,
        unknown: counts.3,
    };
    let (all, other_all) = (known + unknown, other_known + other_unknown);
    DifferenceBounds {
        first: name.clone(),
        second: other.clone(),
        complete_case: share(*hits, *known) - share(*other_hits, *other_known),
        lowest: share(*hits, all) - share(other_hits + other_unknown, other_all),
        highest: share(hits + unknown, all) - share(*other_hits, other_all),
        p_value: fisher_p((*hits, *known), (*other_hits, *other_known)),
        test: tipping_point(arm(first), arm(second), 1.0 - level.value()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(label: &str, k: u64, n: u64, u: u64) -> Counts {
        (label.to_owned(), k, n, u)
    }

    /// 8 of 9 known, 30 unknown: from 8/39 to 38/39. R: binom.test(8, 9) has the lower limit 0.5175, of 8
    /// in 10 it is 0.4439.
    #[test]
    fn one_proportion_by_hand() {
        let found = group(&counts("all", 8, 9, 30), Level::P95).expect("bounds");
        assert_eq!((found.lowest, found.highest), (8.0 / 39.0, 38.0 / 39.0));
        assert_eq!(found.half, Half::After { unknown: 1 });
        assert_eq!(half(5, 9, 3, Level::P95), Half::NoConclusion);
        assert_eq!(half(40, 41, 3, Level::P95), Half::Never);
    }

    /// 9 of 10 against 2 of 10: R's fisher.test has P = 0.0055; with two more failures against two
    /// more successes (9/12 against 4/12) 0.0995, with three of them, however shared out, at most 0.0391.
    #[test]
    fn a_difference_tips() {
        let found = difference(&counts("a", 9, 10, 4), &counts("b", 2, 10, 4), Level::P95);
        assert!((found.lowest - (9.0 / 14.0 - 6.0 / 14.0)).abs() < 1e-15);
        assert!((found.highest - (13.0 / 14.0 - 2.0 / 14.0)).abs() < 1e-15);
        assert!(matches!(found.test, TippingPoint::After { unknown: 4, .. }));
    }

    /// No one known had the event: there is no test yet, and there can be one.
    #[test]
    fn groups_without_a_known_event_tip_too() {
        let found = difference(&counts("a", 0, 10, 9), &counts("b", 0, 10, 0), Level::P95);
        assert_eq!(found.p_value, 1.0);
        assert!(matches!(found.test, TippingPoint::After { unknown, .. } if unknown <= 9));
    }

    #[test]
    fn bounds_hold_every_assignment() {
        let (first, second) = (counts("a", 3, 5, 2), counts("b", 1, 4, 3));
        let found = difference(&first, &second, Level::P95);
        for x in 0..=2_u32 {
            for y in 0..=3_u32 {
                let difference = (3.0 + f64::from(x)) / 7.0 - (1.0 + f64::from(y)) / 7.0;
                assert!(found.lowest - 1e-15 <= difference && difference <= found.highest + 1e-15);
            }
        }
    }
}
