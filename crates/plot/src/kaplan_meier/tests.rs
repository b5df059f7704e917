//! Tests of the Kaplan-Meier figure.

use super::super::wellformed::{check, count, written};
use super::*;

fn curve(label: &str) -> Curve {
    let step = |time, survival| Step {
        time,
        survival,
        lower: Some(survival / 2.0),
        upper: Some(f64::midpoint(survival, 1.0)),
    };
    Curve {
        label: label.into(),
        n: 4,
        events: 2,
        steps: vec![step(3.0, 0.75), step(9.0, 0.375)],
        censored: vec![6.0, 20.0],
        median: Some(9.0),
        median_text: Some("9.0 (3.0-NR)".into()),
        at_risk: vec![
            AtRisk {
                at_risk: 4,
                events: Some(0),
                censored: Some(0)
            };
            3
        ],
    }
}

fn figure(curves: Vec<Curve>) -> Figure {
    Figure {
        curves,
        ticks: vec![0.0, 12.0, 24.0],
        show_median: true,
        ..Figure::default()
    }
}

#[test]
fn each_curve_has_line_band_ticks_and_risk_cells() {
    for groups in 1..=6 {
        let svg = written(&draw(&figure(
            (0..groups).map(|g| curve(&format!("<{g}>"))).collect(),
        )));
        check(&svg);
        // More bands than three hide each other, and the figure says that they are left out.
        assert_eq!(
            count(&svg, "class=\"ci "),
            if groups > 3 { 0 } else { groups }
        );
        assert_eq!(svg.contains("Bands of more than three"), groups > 3);
        assert_eq!(count(&svg, "class=\"censor"), 2 * groups);
        assert_eq!(count(&svg, "class=\"s risk\""), 3 * groups);
        assert_eq!(count(&svg, "class=\"ref median\""), groups);
        assert!(svg.contains("(cumulative events, censored)") && svg.contains("&lt;0&gt;"));
    }
}

#[test]
fn one_case_without_an_event_is_a_flat_line() {
    let one = Curve {
        label: "one".into(),
        n: 1,
        censored: vec![7.0],
        ..Curve::default()
    };
    let svg = written(&draw(&Figure {
        curves: vec![one],
        ..Figure::default()
    }));
    check(&svg);
    assert!(svg.contains("one: 1 case, 0 events"));
    assert_eq!(count(&svg, "class=\"ci "), 0);
    assert_eq!(count(&svg, "V") - count(&svg, "Vi"), 0, "no step down");
}

#[test]
fn nothing_and_undefined_numbers_do_not_break_it() {
    check(&written(&draw(&Figure::default())));
    let mut broken = curve("x");
    broken.steps[1] = Step {
        time: f64::NAN,
        survival: f64::NAN,
        lower: None,
        upper: None,
    };
    broken.median = Some(f64::INFINITY);
    check(&written(&draw(&figure(vec![broken]))));
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let figure = figure(vec![curve("a"), curve("b")]);
    assert_eq!(written(&draw(&figure)), written(&draw(&figure)));
}
