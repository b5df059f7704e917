//! What a result can be, whatever is true of those of whom it is not known.

mod tables;

use std::collections::{BTreeMap, HashSet};

use serde::Serialize;

use super::AnalysisError;
use super::frame::{Frame, Units};
use super::rows::NOT_KNOWN;
use crate::document;
use crate::stats::contingency::{Arm, TippingPoint, Ungrouped, fisher_p, tipping_point_with};
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

impl Bounds {
    /// The bounds as tables.
    #[must_use]
    pub fn tables(&self) -> Vec<document::Table> {
        tables::bounds(self)
    }
}

/// The lowest and the highest proportion of each group that the unknown allow.
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
    /// Number of units whose outcome is known.
    pub known: u64,
    /// Number of units whose outcome is not known.
    pub unknown: u64,
    /// Units of which it is not known whether they are in this group, whatever their outcome.
    pub group_unknown: u64,
    /// The proportion among those known.
    pub complete_case: Option<f64>,
    /// The proportion if none of the unknown had the event, and those who may be in the group and
    /// may be without it are.
    pub lowest: f64,
    /// The proportion if all of the unknown had it, and those who may be in the group and may have
    /// it are.
    pub highest: f64,
    /// Whether it is settled that the proportion is above, or below, one half.
    pub half: Half,
}

/// Bounds of the difference of two proportions, the first less the second.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DifferenceBounds {
    /// Name of the first group.
    pub first: String,
    /// Name of the second group.
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
        /// How many of the unknown it takes.
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

/// Units without a value of `column`, by their group. A unit of which another row has one is known.
pub(super) fn unknown_by(
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

/// Units of which it is not known in which group they are.
pub(super) fn ungrouped(
    frame: &Frame,
    by: Option<&str>,
    column: &str,
    came: impl FnOnce(&[u32]) -> Result<Vec<bool>, AnalysisError>,
) -> Result<Ungrouped, AnalysisError> {
    let Some(by) = by else {
        return Ok(Ungrouped::default());
    };
    let grouped = frame.complete(&[by], Units::Repeated)?.kept;
    let units: HashSet<&str> = grouped.iter().filter_map(|row| frame.unit(*row)).collect();
    let mut rows = frame.complete(&[], Units::Once)?.kept;
    rows.retain(|row| match frame.unit(*row) {
        Some(unit) if !unit.is_empty() => !units.contains(unit),
        _ => grouped.binary_search(row).is_err(),
    });
    let known = frame.known(column, &rows)?;
    let with: Vec<u32> = rows
        .iter()
        .zip(&known)
        .filter_map(|(row, known)| known.then_some(*row))
        .collect();
    let events = if with.is_empty() {
        0
    } else {
        came(&with)?.into_iter().filter(|came| *came).count()
    };
    Ok(Ungrouped {
        events: events as u64,
        others: (with.len() - events) as u64,
        unknown: (rows.len() - with.len()) as u64,
    })
}

type Counts = (String, u64, u64, u64);

/// The groups of which something is known, then those of which nothing is.
pub(super) fn with_unknown(
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

/// Bounds from events, known and unknown of everyone and of each group, and from those who may be
/// in any group.
pub(super) fn of_counts(
    overall: &Counts,
    groups: &[Counts],
    ungrouped: Ungrouped,
    level: Level,
) -> Option<Bounds> {
    if overall.3 + ungrouped.total() == 0 && groups.iter().all(|group| group.3 == 0) {
        return None;
    }
    let compared: Vec<&Counts> = groups
        .iter()
        .filter(|group| group.0 != NOT_KNOWN && group.2 > 0)
        .collect();
    let difference = match compared[..] {
        [first, second] => Some(difference(first, second, ungrouped, level)),
        _ => None,
    };
    let none = Ungrouped::default();
    let of_group = |counts: &Counts| {
        let loose = if counts.0 == NOT_KNOWN {
            none
        } else {
            ungrouped
        };
        group(counts, loose, level)
    };
    let groups = group(overall, none, level)
        .into_iter()
        .chain(groups.iter().filter_map(of_group))
        .collect();
    Some(Bounds::Proportions(ProportionBounds { groups, difference }))
}

fn group(
    (label, events, known, unknown): &Counts,
    ungrouped: Ungrouped,
    level: Level,
) -> Option<GroupBounds> {
    if known + unknown == 0 {
        return None;
    }
    let share = |events: u64, all: u64| events as f64 / all as f64;
    let all = known + unknown;
    // Who may be in the group, and may be without the event; who may have it.
    let without = ungrouped.others + ungrouped.unknown;
    let with = ungrouped.events + ungrouped.unknown;
    Some(GroupBounds {
        group: label.clone(),
        events: *events,
        known: *known,
        unknown: *unknown,
        group_unknown: ungrouped.total(),
        complete_case: (*known > 0).then(|| share(*events, *known)),
        lowest: share(*events, all + without),
        highest: share(events + unknown + with, all + with),
        half: half(*events, *known, (unknown + without, unknown + with), level),
    })
}

/// How many of the unknown bring the exact interval back over one half: of those who can be without
/// the event, or of those who can have it.
fn half(events: u64, known: u64, (without, with): (u64, u64), level: Level) -> Half {
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
    let is_open = |more: u64| {
        let events = if above { events } else { events + more };
        side(events, known + more) != Some(above)
    };
    // Each more brings the interval nearer: what is open with some is open with more.
    let most = if above { without } else { with };
    if !is_open(most) {
        return Half::Never;
    }
    let (mut closed, mut open) = (0, most);
    while open - closed > 1 {
        let middle = closed + (open - closed) / 2;
        *(if is_open(middle) {
            &mut open
        } else {
            &mut closed
        }) = middle;
    }
    Half::After { unknown: open }
}

fn difference(
    first: &Counts,
    second: &Counts,
    ungrouped: Ungrouped,
    level: Level,
) -> DifferenceBounds {
    let share = |events: u64, units: u64| events as f64 / units as f64;
    let arm = |counts: &Counts| Arm {
        events: counts.1,
        known: counts.2,
        unknown: counts.3,
    };
    let (one, two) = (arm(first), arm(second));
    // The least of one less the most of the other: who is in no known group is where it tells most,
    // and of those whose outcome is not known either, so many are with each group.
    let least = |low: Arm, high: Arm| {
        let with_low = |x: u64| {
            let y = ungrouped.unknown - x;
            let (low_all, high_all) = (low.known + low.unknown, high.known + high.unknown);
            let gain = ungrouped.events + y;
            share(low.events, low_all + ungrouped.others + x)
                - share(high.events + high.unknown + gain, high_all + gain)
        };
        (0..=ungrouped.unknown)
            .map(with_low)
            .fold(f64::INFINITY, f64::min)
    };
    DifferenceBounds {
        first: first.0.clone(),
        second: second.0.clone(),
        complete_case: share(one.events, one.known) - share(two.events, two.known),
        lowest: least(one, two),
        highest: -least(two, one),
        p_value: fisher_p((one.events, one.known), (two.events, two.known)),
        test: tipping_point_with(one, two, ungrouped, 1.0 - level.value()),
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
        let found =
            group(&counts("all", 8, 9, 30), Ungrouped::default(), Level::P95).expect("bounds");
        assert_eq!((found.lowest, found.highest), (8.0 / 39.0, 38.0 / 39.0));
        assert_eq!(found.half, Half::After { unknown: 1 });
        assert_eq!(half(5, 9, (3, 3), Level::P95), Half::NoConclusion);
        assert_eq!(half(40, 41, (3, 3), Level::P95), Half::Never);
    }

    /// 9 of 10 against 2 of 10: R's fisher.test has P = 0.0055; with two more failures against two
    /// more successes (9/12 against 4/12) 0.0995, with three of them, however shared out, at most 0.0391.
    #[test]
    fn a_difference_tips() {
        let found = difference(
            &counts("a", 9, 10, 4),
            &counts("b", 2, 10, 4),
            Ungrouped::default(),
            Level::P95,
        );
        assert!((found.lowest - (9.0 / 14.0 - 6.0 / 14.0)).abs() < 1e-15);
        assert!((found.highest - (13.0 / 14.0 - 2.0 / 14.0)).abs() < 1e-15);
        assert!(matches!(found.test, TippingPoint::After { unknown: 4, .. }));
    }

    /// No one known had the event: there is no test yet, and there can be one.
    #[test]
    fn groups_without_a_known_event_tip_too() {
        let found = difference(
            &counts("a", 0, 10, 9),
            &counts("b", 0, 10, 0),
            Ungrouped::default(),
            Level::P95,
        );
        assert_eq!(found.p_value, 1.0);
        assert!(matches!(found.test, TippingPoint::After { unknown, .. } if unknown <= 9));
    }

    #[test]
    fn bounds_hold_every_assignment() {
        let (first, second) = (counts("a", 3, 5, 2), counts("b", 1, 4, 3));
        let found = difference(&first, &second, Ungrouped::default(), Level::P95);
        for x in 0..=2_u32 {
            for y in 0..=3_u32 {
                let difference = (3.0 + f64::from(x)) / 7.0 - (1.0 + f64::from(y)) / 7.0;
                assert!(found.lowest - 1e-15 <= difference && difference <= found.highest + 1e-15);
            }
        }
    }

    /// Every way to put cases of no known group into one, tried; the bounds are reached.
    #[test]
    fn cases_of_no_known_group_are_in_the_bounds() {
        let (first, second) = (counts("a", 3, 5, 1), counts("b", 1, 4, 1));
        let loose = Ungrouped {
            events: 2,
            others: 1,
            unknown: 2,
        };
        let (mut least, mut most) = (f64::INFINITY, f64::NEG_INFINITY);
        let mut lowest_of_first = f64::INFINITY;
        // Of each case: outcome if unknown, and group if unknown.
        for way in 0..1_u32 << 9 {
            let bit = |at: u32| way >> at & 1;
            let mut table = [[3.0, 6.0], [1.0, 5.0]];
            table[0][0] += f64::from(bit(0));
            table[1][0] += f64::from(bit(1));
            let members = [
                (1, bit(2)),
                (1, bit(3)),
                (0, bit(4)),
                (bit(5), bit(6)),
                (bit(7), bit(8)),
            ];
            for (event, group) in members {
                table[group as usize][0] += f64::from(event);
                table[group as usize][1] += 1.0;
            }
            let share = |[events, all]: [f64; 2]| events / all;
            let difference = share(table[0]) - share(table[1]);
            (least, most) = (least.min(difference), most.max(difference));
            lowest_of_first = lowest_of_first.min(share(table[0]));
        }
        let found = difference(&first, &second, loose, Level::P95);
        assert!(
            (found.lowest - least).abs() < 1e-12,
            "{} {least}",
            found.lowest
        );
        assert!(
            (found.highest - most).abs() < 1e-12,
            "{} {most}",
            found.highest
        );
        let one = group(&first, loose, Level::P95).expect("bounds");
        assert!((one.lowest - lowest_of_first).abs() < 1e-12);
        assert_eq!(one.group_unknown, 5);
    }
}
