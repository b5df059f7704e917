//! Puts rows in the order in which risk sets are walked: by stratum, from the last time to the first.

use std::ops::Range;

use super::error::SampleError;
use crate::factor::Factor;
use crate::survival::{NearTies, Outcome, near_tie_tolerance};

/// The order of rows, and what of each row is not a covariate.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Arrangement {
    /// For each row the case it came from.
    pub cases: Vec<u32>,
    pub times: Vec<f64>,
    pub events: Vec<bool>,
    pub entries: Option<Entries>,
    pub strata: Vec<Stratum>,
}

/// When rows came under observation.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Entries {
    pub times: Vec<f64>,
    /// The active rows of each stratum, in place of them, from the last entry to the first.
    pub order: Vec<u32>,
}

/// The rows of one stratum that has an event.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Stratum {
    /// The number of its label.
    pub code: usize,
    pub rows: Range<usize>,
    /// Rows from here on are at risk at no event.
    pub active_end: usize,
}

pub(super) fn arrange(
    times: Vec<f64>,
    outcomes: &[Outcome],
    entries: Option<Vec<f64>>,
    strata: Option<&Factor>,
    near_ties: NearTies,
) -> Result<Arrangement, SampleError> {
    // The bits of numbers from +0 up are in the order of the numbers.
    let mut by_time: Vec<(u64, u32)> = times
        .iter()
        .enumerate()
        .map(|(case, time)| ((time + 0.0).to_bits(), case as u32))
        .collect();
    drop(times);
    by_time.sort_unstable();
    let entries = match near_ties {
        NearTies::Merge => merge_near_ties(&mut by_time, entries)?,
        NearTies::Keep => entries,
    };

    let n = by_time.len();
    let strata_count = strata.map_or(1, |strata| strata.labels().len());
    let stratum_of = |case: u32| strata.map_or(0, |strata| strata.codes()[case as usize] as usize);
    let mut next = vec![0; strata_count + 1];
    match strata {
        Some(strata) => {
            for (code, count) in strata.counts().into_iter().enumerate() {
                next[code + 1] = next[code] + count;
            }
        }
        None => next[1] = n,
    }
    let starts = next.clone();
    let mut cases = vec![0; n];
    let mut row_times = vec![0.0; n];
    let mut events = vec![false; n];
    for (time, case) in by_time.iter().rev() {
        let row = &mut next[stratum_of(*case)];
        cases[*row] = *case;
        row_times[*row] = f64::from_bits(*time);
        events[*row] = outcomes[*case as usize] == Outcome::Event;
        *row += 1;
    }
    drop(by_time);
    let mut arrangement = Arrangement {
        cases,
        times: row_times,
        events,
        entries: None,
        strata: Vec::new(),
    };
    let entries = entries.map(|entries| {
        let cases = arrangement.cases.iter();
        cases.map(|case| entries[*case as usize]).collect()
    });
    let mut entries = entries.map(|times| Entries {
        times,
        order: vec![0; n],
    });
    for code in 0..strata_count {
        let rows = starts[code]..starts[code + 1];
        let active_end = match &mut entries {
            None => rows
                .clone()
                .rev()
                .find(|row| arrangement.events[*row])
                .map(|first_event| {
                    let time = arrangement.times[first_event];
                    let mut end = first_event + 1;
                    while end < rows.end && arrangement.times[end] == time {
                        end += 1;
                    }
                    end
                }),
            Some(entries) => put_idle_rows_last(&mut arrangement, entries, rows.clone()),
        };
        if let Some(active_end) = active_end {
            arrangement.strata.push(Stratum {
                code,
                rows,
                active_end,
            });
        }
    }
    arrangement.entries = entries;
    Ok(arrangement)
}

/// Moves the rows whose interval contains no event time of their stratum to its end, and orders the
/// others by entry. Returns where the idle rows start, or `None` if the stratum has no event.
fn put_idle_rows_last(
    arrangement: &mut Arrangement,
    entries: &mut Entries,
    rows: Range<usize>,
) -> Option<usize> {
    let event_times: Vec<f64> = rows
        .clone()
        .filter(|row| arrangement.events[*row])
        .map(|row| arrangement.times[row])
        .collect();
    if event_times.is_empty() {
        return None;
    }
    let active = |row: &usize| {
        // Event times fall.
        let last = event_times.partition_point(|time| *time > arrangement.times[*row]);
        event_times
            .get(last)
            .is_some_and(|time| *time > entries.times[*row])
    };
    let (busy, idle): (Vec<usize>, Vec<usize>) = rows.clone().partition(active);
    let active_end = rows.start + busy.len();
    if !idle.is_empty() {
        let order: Vec<usize> = busy.into_iter().chain(idle).collect();
        let moved = |values: &[f64]| order.iter().map(|row| values[*row]).collect::<Vec<f64>>();
        let times = moved(&arrangement.times);
        let entry_times = moved(&entries.times);
        let cases: Vec<u32> = order.iter().map(|row| arrangement.cases[*row]).collect();
        let events: Vec<bool> = order.iter().map(|row| arrangement.events[*row]).collect();
        arrangement.times[rows.clone()].copy_from_slice(&times);
        entries.times[rows.clone()].copy_from_slice(&entry_times);
        arrangement.cases[rows.clone()].copy_from_slice(&cases);
        arrangement.events[rows.clone()].copy_from_slice(&events);
    }
    let order = &mut entries.order[rows.start..active_end];
    for (place, row) in order.iter_mut().zip(rows.start..) {
        *place = row as u32;
    }
    let entry_times = &entries.times;
    order.sort_by(|a, b| entry_times[*b as usize].total_cmp(&entry_times[*a as usize]));
    Some(active_end)
}

/// Makes near-tied times equal, over times (in order) and entries together; see
/// [`survival::Sample`](crate::survival::Sample) for the rule.
fn merge_near_ties(
    by_time: &mut [(u64, u32)],
    entries: Option<Vec<f64>>,
) -> Result<Option<Vec<f64>>, SampleError> {
    let mut distinct: Vec<f64> = by_time
        .iter()
        .map(|(bits, _)| f64::from_bits(*bits))
        .collect();
    distinct.dedup();
    if let Some(entries) = &entries {
        distinct.extend(entries.iter().map(|entry| entry + 0.0));
        distinct.sort_unstable_by(f64::total_cmp);
        distinct.dedup();
    }
    let tolerance = near_tie_tolerance(&distinct);
    let mut previous = f64::NEG_INFINITY;
    let before = distinct.len();
    distinct.retain(|time| {
        let kept = time - previous > tolerance;
        previous = *time;
        kept
    });
    if distinct.len() == before {
        return Ok(entries);
    }
    let merged = |time: f64| distinct[distinct.partition_point(|kept| *kept <= time) - 1];
    for (bits, _) in by_time.iter_mut() {
        *bits = merged(f64::from_bits(*bits)).to_bits();
    }
    let Some(mut entries) = entries else {
        return Ok(None);
    };
    for entry in &mut entries {
        *entry = merged(*entry);
    }
    for (bits, case) in by_time.iter() {
        let (case, time) = (*case as usize, f64::from_bits(*bits));
        if entries[case] >= time {
            return Err(SampleError::EntryNotBeforeTime {
                case,
                entry: entries[case],
                time,
            });
        }
    }
    Ok(Some(entries))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::survival::Outcome::{Censored, Event};

    #[test]
    fn rows_fall_in_time_within_strata() {
        let strata = Factor::new(["a", "b", "a", "b", "c"]);
        let outcomes = [Event, Event, Censored, Event, Censored];
        let times = vec![1.0, 2.0, 3.0, 4.0, 5.0];
        let found = arrange(times, &outcomes, None, Some(&strata), NearTies::Merge).expect("valid");
        assert_eq!(found.cases, [2, 0, 3, 1, 4]);
        assert_eq!(found.times, [3.0, 1.0, 4.0, 2.0, 5.0]);
        // Nothing happens in c.
        let rows: Vec<_> = found
            .strata
            .iter()
            .map(|s| (s.code, s.rows.clone()))
            .collect();
        assert_eq!(rows, [(0, 0..2), (1, 2..4)]);
    }

    #[test]
    fn rows_before_the_first_event_are_idle() {
        let outcomes = [Censored, Event, Censored, Censored];
        let times = vec![1.0, 2.0, 2.0, 3.0];
        let found = arrange(times, &outcomes, None, None, NearTies::Merge).expect("valid");
        assert_eq!(found.strata[0].active_end, 3);
        assert_eq!(found.cases[3], 0);
    }

    #[test]
    fn intervals_without_an_event_are_idle() {
        let outcomes = [Event, Censored, Censored, Event];
        let entries = Some(vec![0.0, 2.0, 1.0, 0.0]);
        let found = arrange(
            vec![2.0, 3.0, 3.0, 5.0],
            &outcomes,
            entries,
            None,
            NearTies::Merge,
        )
        .expect("valid");
        // The second is there after the event at 2 and before that at 5.
        assert_eq!(found.cases, [3, 2, 0, 1]);
        assert_eq!(found.strata[0].active_end, 3);
        let entries = found.entries.expect("has entries");
        assert_eq!(entries.times, [0.0, 1.0, 0.0, 2.0]);
        assert_eq!(entries.order[..3], [1, 0, 2]);
    }

    #[test]
    fn entries_and_times_that_nearly_tie_are_one() {
        let outcomes = [Event, Event];
        let entries = Some(vec![0.1, 0.1 + 0.2]);
        let found =
            arrange(vec![0.3, 1.0], &outcomes, entries, None, NearTies::Merge).expect("valid");
        assert_eq!(found.times, [1.0, 0.3]);
        assert_eq!(found.entries.expect("has entries").times, [0.3, 0.1]);
    }
}
