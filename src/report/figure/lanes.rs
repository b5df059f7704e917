//! The course of treatment of each case: bars for episodes, marks for operations and the end.

use super::super::plot::{Frame, swimmer};
use crate::analysis::{Episode, Lane, Swimmer};

/// The swimmer plot. It has an axis of months where most episodes have their times: where most do not,
/// the axis would show what nobody reported, and the plot shows order only.
pub(super) fn swimmer(mut frame: Frame, result: &Swimmer) -> String {
    let episodes = || result.lanes.iter().flat_map(|lane| &lane.episodes);
    let mut kinds: Vec<String> = Vec::new();
    for kind in episodes().filter_map(|episode| episode.kind.as_ref()) {
        if !kinds.contains(kind) {
            kinds.push(kind.clone());
        }
    }
    if kinds.is_empty() {
        kinds.push("treatment".to_owned());
    }
    let with_times = episodes().filter(|episode| episode.is_timed()).count();
    let timed = with_times * 2 >= episodes().count().max(1);
    if timed {
        let before = episodes().filter(|episode| is_before(episode)).count();
        if before > 0 {
            let note = frame.note.take().unwrap_or_default();
            let note = format!("{note} {before} episodes that began before time 0 are not drawn.");
            frame.note = Some(note.trim_start().to_owned());
        }
    }
    let lanes = result
        .lanes
        .iter()
        .map(|lane| {
            if timed {
                in_time(lane, &kinds)
            } else {
                in_order(lane, &kinds)
            }
        })
        .collect();
    swimmer::render(&swimmer::Figure {
        frame,
        time_label: "Months".to_owned(),
        case_heading: "Case".to_owned(),
        outcome_heading: "Last status".to_owned(),
        kinds,
        lanes,
    })
}

fn is_before(episode: &Episode) -> bool {
    episode.start.is_some_and(|start| start < 0.0)
}

fn kind_of(episode: &Episode, kinds: &[String]) -> usize {
    let kind = episode.kind.as_ref();
    kind.and_then(|kind| kinds.iter().position(|known| known == kind))
        .unwrap_or(0)
}

/// The name of an episode with its response, and its length where the bar does not show it.
fn label(episode: &Episode, months: Option<f64>) -> String {
    let months = months
        .map(|months| format!(" {months} mo"))
        .unwrap_or_default();
    let response = episode.response.as_ref();
    let response = response.map(|word| format!(": {word}")).unwrap_or_default();
    format!("{}{months}{response}", episode.label)
}

fn outcome(lane: &Lane) -> Option<String> {
    match (&lane.status, lane.months) {
        (Some(status), Some(months)) => Some(format!("{status}, {months} months")),
        (Some(status), None) => Some(status.clone()),
        (None, Some(months)) => Some(format!("status not known, {months} months")),
        (None, None) => None,
    }
}

fn in_order(lane: &Lane, kinds: &[String]) -> swimmer::Lane {
    let segments = lane.episodes.iter().map(|episode| swimmer::Segment {
        kind: kind_of(episode, kinds),
        label: label(episode, episode.duration),
        start: None,
        duration: None,
    });
    swimmer::Lane {
        label: lane.case.clone(),
        segments: segments.collect(),
        markers: Vec::new(),
        outcome: outcome(lane),
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
    }
    let dead = |status: &String| status.to_lowercase().starts_with("dead");
    if let (Some(status), Some(months)) = (&lane.status, lane.months) {
        let kind = if dead(status) {
            swimmer::MarkerKind::Death
        } else {
            swimmer::MarkerKind::Ongoing
        };
        markers.push(swimmer::Marker { kind, months });
    }
    swimmer::Lane {
        label: lane.case.clone(),
        segments,
        markers,
        outcome: outcome(lane),
    }
}
