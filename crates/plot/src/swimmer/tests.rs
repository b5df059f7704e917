//! Tests of the swimmer plot.

use super::super::wellformed::{check, count, written};
use super::*;

fn segment(start: Option<f64>, duration: Option<f64>) -> Segment {
    Segment {
        kind: 0,
        label: "<drug>".into(),
        start,
        duration,
    }
}

fn figure() -> Figure {
    let all = [
        MarkerKind::CompleteResponse,
        MarkerKind::PartialResponse,
        MarkerKind::Response,
        MarkerKind::StableDisease,
        MarkerKind::Progression,
        MarkerKind::Death,
        MarkerKind::LastContact,
        MarkerKind::Ongoing,
    ];
    Figure {
        kinds: vec!["ALK inhibitor".into()],
        lanes: vec![
            Lane {
                label: "A & B".into(),
                segments: vec![segment(Some(0.0), Some(12.0)), segment(Some(12.0), None)],
                markers: all.map(|kind| Marker { kind, months: 6.0 }).to_vec(),
                outcome: Some("PR".into()),
            },
            Lane {
                segments: vec![segment(None, None)],
                ..Lane::default()
            },
        ],
        ..Figure::default()
    }
}

#[test]
fn each_case_has_its_bars_and_markers() {
    let svg = written(&draw(&figure()));
    check(&svg);
    assert_eq!(count(&svg, "<g class=\"segment\">"), 3);
    assert_eq!(count(&svg, "<g class=\"marker\">"), 8);
    assert!(svg.contains("A &amp; B") && svg.contains("&lt;drug&gt;"));
}

#[test]
fn unknown_durations_are_hatched_and_said() {
    let svg = written(&draw(&figure()));
    assert_eq!(count(&svg, "class=\"unknown"), 2);
    assert!(svg.contains("duration not reported (length has no meaning)"));
    assert!(svg.contains("start not reported (drawn in reported order)"));
}

#[test]
fn an_unknown_duration_stops_at_the_next_known_start() {
    let lane = Lane {
        segments: vec![
            segment(Some(1.0), None),
            segment(Some(2.0), Some(1.0)),
            segment(None, None),
        ],
        ..Lane::default()
    };
    let ends: Vec<f64> = place(&lane, 5.0).iter().map(|p| p.to).collect();
    assert_eq!(ends, [2.0, 3.0, 8.0]);
}

#[test]
fn without_any_time_the_axis_has_no_months() {
    let mut untimed = figure();
    untimed.lanes.remove(0);
    let svg = written(&draw(&untimed));
    check(&svg);
    assert!(svg.contains("starts not reported: order only") && !svg.contains(">Months<"));
}

#[test]
fn nothing_and_undefined_numbers_do_not_break_it() {
    check(&written(&draw(&Figure::default())));
    let mut broken = figure();
    broken.lanes[0]
        .segments
        .push(segment(Some(f64::NAN), Some(f64::INFINITY)));
    broken.lanes[0].markers.push(Marker {
        kind: MarkerKind::Death,
        months: f64::NAN,
    });
    broken.lanes[0].segments[0].kind = 99;
    check(&written(&draw(&broken)));
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    assert_eq!(written(&draw(&figure())), written(&draw(&figure())));
}
