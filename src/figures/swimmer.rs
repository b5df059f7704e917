//! A lane a case: its episodes of treatment in time, or in their order.

use std::collections::BTreeMap;

use super::{Drawn, INFERRED, INFERRED_MEANS, add_note};
use crate::document::Doubt;
use crate::kinds::swimmer::{Episode, Lane, Swimmer};
use casegraph_plot::{Drawing, Frame, swimmer};

/// Most colours of bars: further drugs share one.
const COLOURS: usize = 8;
/// What drugs stand under that have no colour of their own.
const OTHER: &str = "other treatment";

/// The lanes of all cases.
pub(super) fn draw(frame: Frame, drawn: &Drawn<'_>) -> Option<Drawing> {
    let found = drawn.finding.get()?;
    Some(swimmer(frame, found, drawn.inferred))
}

/// The swimmer plot. It has an axis of months where most episodes have their times: where most do not,
/// the axis would show what nobody reported, and the plot shows order only. A case whose fusion partner is `inferred`
/// has a mark.
#[must_use]
pub fn swimmer(mut frame: Frame, result: &Swimmer, inferred: &[String]) -> Drawing {
    let episodes = || result.lanes.iter().flat_map(|lane| &lane.episodes);
    let kinds = colours(result);
    let with_times = episodes().filter(|episode| episode.is_timed()).count();
    let timed = with_times * 2 >= episodes().count().max(1);
    let mut lanes: Vec<&Lane> = result.lanes.iter().collect();
    if lanes.iter().any(|lane| !lane.ordered) {
        add_note(&mut frame, "* The order of the episodes is not known.");
    }
    let is_inferred = |lane: &Lane| inferred.contains(&lane.case);
    if lanes.iter().any(|lane| is_inferred(lane)) {
        add_note(&mut frame, INFERRED_MEANS);
    }
    if timed {
        let before = episodes().filter(|episode| is_before(episode)).count();
        if before > 0 {
            let note = format!("{before} episodes that began before time 0 are not drawn.");
            add_note(&mut frame, &note);
        }
        lanes.sort_by(|a, b| last_seen(b).total_cmp(&last_seen(a)));
    }
    let lanes = lanes
        .into_iter()
        .map(|lane| {
            let mut drawn = if timed {
                in_time(lane, &kinds)
            } else {
                in_order(lane, &kinds)
            };
            if is_inferred(lane) {
                drawn.label.push_str(INFERRED);
            }
            drawn
        })
        .collect();
    swimmer::draw(&swimmer::Figure {
        frame,
        time_label: "Months".to_owned(),
        case_heading: "Case".to_owned(),
        outcome_heading: "Last status".to_owned(),
        kinds,
        lanes,
    })
}

/// What a bar is coloured by: the drug, or the kind of treatment where that is none.
fn colour_of(episode: &Episode) -> &str {
    match episode.kind.as_deref() {
        Some("drug") => &episode.label,
        Some(kind) => kind,
        None => "treatment",
    }
}

/// The colours of the legend, the most frequent first; of too many, the rare ones share the last.
fn colours(result: &Swimmer) -> Vec<String> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for episode in result.lanes.iter().flat_map(|lane| &lane.episodes) {
        *counts.entry(colour_of(episode)).or_default() += 1;
    }
    let mut names: Vec<(&str, usize)> = counts.into_iter().collect();
    names.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let mut kinds: Vec<String> = names.iter().map(|(name, _)| (*name).to_owned()).collect();
    if kinds.len() > COLOURS {
        kinds.truncate(COLOURS - 1);
        kinds.push(OTHER.to_owned());
    }
    kinds
}

/// The last month of which anything is known of a case.
fn last_seen(lane: &Lane) -> f64 {
    let ends = lane.episodes.iter().filter_map(|episode| {
        let start = episode.start?;
        Some(start + episode.duration.unwrap_or(0.0))
    });
    ends.chain(lane.months).fold(0.0, f64::max)
}

fn is_before(episode: &Episode) -> bool {
    episode.start.is_some_and(|start| start < 0.0)
}

/// The place of an episode's colour in the legend; the last one is that of all others.
fn kind_of(episode: &Episode, kinds: &[String]) -> usize {
    let name = colour_of(episode);
    let own = kinds.iter().position(|known| known == name);
    own.unwrap_or(kinds.len().saturating_sub(1))
}

/// The mark of a response.
fn response_mark(response: Option<&str>) -> Option<swimmer::MarkerKind> {
    match response? {
        "CR" => Some(swimmer::MarkerKind::CompleteResponse),
        "PR" => Some(swimmer::MarkerKind::PartialResponse),
        "responded" => Some(swimmer::MarkerKind::Response),
        _ => None,
    }
}

/// The name of an episode with its response, and its length where the bar does not show it.
fn label(episode: &Episode, months: Option<f64>) -> String {
    let months = months
        .map(|months| format!(" {months} mo"))
        .unwrap_or_default();
    let response = episode.response.as_ref().map(|word| {
        let word = Doubt::Derived.mark_if(episode.derived, word);
        format!(": {word}")
    });
    let response = response.unwrap_or_default();
    let ongoing = if episode.ongoing { ", ongoing" } else { "" };
    format!("{}{months}{response}{ongoing}", episode.label)
}

fn outcome(lane: &Lane) -> Option<String> {
    match (&lane.status, lane.months) {
        (Some(status), Some(months)) => Some(format!("{status}, {months} months")),
        (Some(status), None) => Some(status.clone()),
        (None, Some(months)) => Some(format!("status not known, {months} months")),
        (None, None) => None,
    }
}

/// The name of a case, with a mark where the order of its episodes is not known.
fn name(lane: &Lane) -> String {
    let mark = if lane.ordered { "" } else { " *" };
    format!("{}{mark}", lane.case)
}

fn in_order(lane: &Lane, kinds: &[String]) -> swimmer::Lane {
    let segments = lane.episodes.iter().map(|episode| swimmer::Segment {
        kind: kind_of(episode, kinds),
        label: label(episode, episode.duration),
        start: None,
        duration: None,
    });
    swimmer::Lane {
        label: name(lane),
        segments: segments.collect(),
        markers: Vec::new(),
        outcome: outcome(lane),
    }
}

/// When a treatment was last known to go on: at its end as far as that is reported, else at the last
/// contact.
fn goes_on_at(episode: &Episode, lane: &Lane) -> Option<f64> {
    let start = episode.start.filter(|_| episode.ongoing)?;
    match episode.duration {
        Some(duration) => Some(start + duration),
        None => lane.months.filter(|months| *months >= start),
    }
}

fn in_time(lane: &Lane, kinds: &[String]) -> swimmer::Lane {
    let mut markers = Vec::new();
    let mut segments = Vec::new();
    for episode in lane.episodes.iter().filter(|episode| !is_before(episode)) {
        match (episode.start, episode.duration) {
            (Some(months), None) if episode.is_surgery() => markers.push(swimmer::Marker {
                kind: swimmer::MarkerKind::Surgery,
                months,
            }),
            (start, duration) => segments.push(swimmer::Segment {
                kind: kind_of(episode, kinds),
                label: label(episode, None),
                start,
                duration,
            }),
        }
        let mut mark = |kind: Option<swimmer::MarkerKind>, after: Option<f64>| {
            if let (Some(kind), Some(start), Some(after)) = (kind, episode.start, after) {
                let months = start + after;
                markers.push(swimmer::Marker { kind, months });
            }
        };
        mark(
            response_mark(episode.response.as_deref()),
            episode.to_response,
        );
        mark(Some(swimmer::MarkerKind::Progression), episode.progression);
        if let Some(months) = goes_on_at(episode, lane) {
            let kind = swimmer::MarkerKind::Ongoing;
            markers.push(swimmer::Marker { kind, months });
        }
    }
    if let Some(months) = lane.months {
        let kind = match lane.died {
            Some(true) => swimmer::MarkerKind::Death,
            _ => swimmer::MarkerKind::LastContact,
        };
        markers.push(swimmer::Marker { kind, months });
    }
    swimmer::Lane {
        label: name(lane),
        segments,
        markers,
        outcome: outcome(lane),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lane(died: Option<bool>, ongoing: bool, duration: Option<f64>) -> Lane {
        Lane {
            case: "a".to_owned(),
            episodes: vec![Episode {
                label: "drug".to_owned(),
                kind: Some("drug".to_owned()),
                start: Some(0.0),
                duration,
                response: None,
                derived: false,
                to_response: None,
                progression: None,
                ongoing,
            }],
            status: Some("deceased of disease".to_owned()),
            died,
            months: Some(24.0),
            ordered: true,
        }
    }

    /// An arrow says that treatment goes on, a cross that the patient died; a label says neither.
    #[test]
    fn arrows_are_of_treatment_and_crosses_of_death() {
        use swimmer::MarkerKind::{Death, LastContact, Ongoing};
        for (died, ongoing, duration, marks) in [
            (Some(true), false, Some(6.0), vec![(Death, 24.0)]),
            (Some(false), false, Some(6.0), vec![(LastContact, 24.0)]),
            (None, false, None, vec![(LastContact, 24.0)]),
            (
                Some(false),
                true,
                Some(14.0),
                vec![(Ongoing, 14.0), (LastContact, 24.0)],
            ),
            (
                Some(false),
                true,
                None,
                vec![(Ongoing, 24.0), (LastContact, 24.0)],
            ),
        ] {
            let drawn = in_time(&lane(died, ongoing, duration), &["drug".to_owned()]);
            let found: Vec<_> = drawn.markers.iter().map(|m| (m.kind, m.months)).collect();
            assert_eq!(found, marks);
        }
    }
}
