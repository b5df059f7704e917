//! Flow of cases: what was found, what was left out and why, what was counted.

use super::svg::{Anchor, EDGE, SMALL, Svg, TEXT, WIDTH, real};
use super::text::{width, wrap};
use super::{Drawing, Frame};

/// One flow diagram, read from top to bottom.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Figure {
    /// Title, description, note and marks.
    pub frame: Frame,
    /// The boxes of the main path.
    pub steps: Vec<Step>,
    /// Boxes side by side at the end, such as the groups compared (at most four fit well).
    pub branches: Vec<Branch>,
}

/// A box of the main path, and what leaves after it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Step {
    /// The stage that begins with it, such as "Screening", above the box; empty draws none.
    pub stage: String,
    /// Words of the box.
    pub label: String,
    /// Cases (or publications) in it; `None` if nobody recorded how many.
    pub count: Option<usize>,
    /// Heading of the box at the side; empty gives "Left out".
    pub side_heading: String,
    /// Who leaves after this step, by reason; empty draws no box at the side.
    pub exclusions: Vec<Exclusion>,
}

/// A reason for leaving.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Exclusion {
    /// Why the cases were left out.
    pub reason: String,
    /// Number of cases; `None` if nobody recorded it.
    pub count: Option<usize>,
}

/// A box at the end.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Branch {
    /// Words of the box.
    pub label: String,
    /// Number of cases.
    pub count: usize,
}

/// What stands in the place of a number that nobody recorded.
const NOT_RECORDED: &str = "not recorded";

/// A number, or that it is not recorded.
fn said(count: Option<usize>) -> String {
    count.map_or_else(|| NOT_RECORDED.to_owned(), |count| count.to_string())
}

/// Width of a box of the main path.
const MAIN: f64 = 310.0;
/// Left edge of the boxes at the side.
const SIDE: f64 = 380.0;
/// Height of a line of text.
const LINE: f64 = 18.0;
/// Space above and below the text of a box.
const PAD: f64 = 12.0;
/// Height of the name of a stage.
const STAGE: f64 = 20.0;
/// Length of a plain arrow.
const GAP: f64 = 34.0;

/// Draws a flow diagram, from all cases down to those counted.
#[must_use]
pub fn draw(figure: &Figure) -> Drawing {
    let page = figure.frame.look.width;
    let mut svg = Svg::new("flow", &figure.frame, page);
    let (main, side) = (MAIN * page / WIDTH, SIDE * page / WIDTH);
    let middle = EDGE + main / 2.0;
    let mut y = svg.top() + 6.0;
    for (index, step) in figure.steps.iter().enumerate() {
        if !step.stage.is_empty() {
            svg.text(EDGE, y + 10.0, "b stage", Anchor::Start, &step.stage);
            y += STAGE;
        }
        y = main_box(&mut svg, EDGE, y, main, &step.label, step.count);
        let last = index + 1 == figure.steps.len();
        let gap = if step.exclusions.is_empty() {
            GAP
        } else {
            let height = side_height(step, page - side);
            let gap = (height + 20.0).max(GAP);
            let at = y + gap / 2.0;
            svg.line(middle, at, side - 8.0, at, "axis");
            svg.polygon(
                &[(side - 9.0, at - 5.0), (side, at), (side - 9.0, at + 5.0)],
                "mark tip",
            );
            side_box(&mut svg, step, side, at - height / 2.0, height);
            gap
        };
        if last && figure.branches.is_empty() {
            if !step.exclusions.is_empty() {
                svg.line(middle, y, middle, y + gap / 2.0, "axis");
                y += gap;
            }
        } else if last {
            svg.line(middle, y, middle, y + gap, "axis");
            y += gap;
        } else {
            // The name of a stage stands beside the arrow that leads to its first box.
            let next = figure.steps.get(index + 1);
            let named = next.is_some_and(|next| !next.stage.is_empty());
            let room = if named { gap + STAGE } else { gap };
            arrow(&mut svg, middle, y, y + room);
            y += gap;
        }
    }
    if !figure.branches.is_empty() {
        y = branches(&mut svg, figure, middle, y);
    }
    svg.finish(&figure.frame, y + 4.0, &words(figure))
}

/// An arrow down from `from` to `to`.
fn arrow(svg: &mut Svg, x: f64, from: f64, to: f64) {
    svg.line(x, from, x, to - 8.0, "axis");
    svg.polygon(
        &[(x - 5.0, to - 9.0), (x, to), (x + 5.0, to - 9.0)],
        "mark tip",
    );
}

fn main_height(label: &str, wide: f64) -> f64 {
    real(wrap(label, TEXT, wide - 24.0).len() + 1) * LINE + 2.0 * PAD - 4.0
}

/// A box with its count; returns where it ends.
fn main_box(svg: &mut Svg, x: f64, y: f64, wide: f64, label: &str, count: Option<usize>) -> f64 {
    let height = main_height(label, wide);
    draw_box(svg, x, y, wide, height, label, count);
    y + height
}

fn draw_box(svg: &mut Svg, x: f64, y: f64, w: f64, height: f64, label: &str, count: Option<usize>) {
    svg.rect_round(x, y, w, height, "box");
    let mut at = y + PAD + 12.0;
    for line in wrap(label, TEXT, w - 24.0) {
        svg.text(x + w / 2.0, at, "", Anchor::Middle, &line);
        at += LINE;
    }
    svg.text(
        x + w / 2.0,
        at,
        "b",
        Anchor::Middle,
        &format!("n = {}", said(count)),
    );
}

/// Lines of the box at the side, which has this room: the heading, then each reason with its count.
fn side_lines(step: &Step, wide: f64) -> Vec<(String, Option<String>)> {
    let mut lines = Vec::new();
    for exclusion in &step.exclusions {
        let number = said(exclusion.count);
        let room = wide - EDGE - 40.0 - width(&number, SMALL);
        let mut first = Some(number);
        for line in wrap(&exclusion.reason, SMALL, room) {
            lines.push((line, first.take()));
        }
    }
    lines
}

fn side_height(step: &Step, wide: f64) -> f64 {
    real(side_lines(step, wide).len() + 1) * LINE + 2.0 * PAD - 4.0
}

fn side_box(svg: &mut Svg, step: &Step, side: f64, top: f64, height: f64) {
    let right = svg.width() - EDGE;
    svg.rect_round(side, top, right - side, height, "side");
    let heading = if step.side_heading.is_empty() {
        "Left out"
    } else {
        &step.side_heading
    };
    // Of parts of which one is not known, the sum is not known either.
    let total: Option<usize> = step.exclusions.iter().map(|e| e.count).sum();
    let mut y = top + PAD + 12.0;
    svg.text_in(
        side + 12.0,
        y,
        right - side - 90.0,
        "s b",
        Anchor::Start,
        heading,
    );
    if let Some(total) = total {
        svg.text(right - 12.0, y, "s b", Anchor::End, &format!("n = {total}"));
    }
    for (line, count) in side_lines(step, svg.width() - side) {
        y += LINE;
        svg.text(side + 12.0, y, "s reason", Anchor::Start, &line);
        if let Some(count) = count {
            svg.text(right - 12.0, y, "s", Anchor::End, &count);
        }
    }
}

/// The boxes at the end, on the whole width; returns where they end.
fn branches(svg: &mut Svg, figure: &Figure, from: f64, y: f64) -> f64 {
    let count = real(figure.branches.len());
    let page = svg.width();
    let wide = ((page - 2.0 * EDGE + 14.0) / count - 14.0).min(MAIN * page / WIDTH);
    let middle = |index: usize| EDGE + (wide + 14.0) * real(index) + wide / 2.0;
    if figure.branches.len() > 1 {
        svg.line(
            middle(0).min(from),
            y,
            middle(figure.branches.len() - 1).max(from),
            y,
            "axis",
        );
    }
    let tall = figure
        .branches
        .iter()
        .map(|b| main_height(&b.label, wide))
        .fold(0.0, f64::max);
    for (index, branch) in figure.branches.iter().enumerate() {
        arrow(svg, middle(index), y, y + 26.0);
        let x = middle(index) - wide / 2.0;
        draw_box(
            svg,
            x,
            y + 26.0,
            wide,
            tall,
            &branch.label,
            Some(branch.count),
        );
    }
    y + 26.0 + tall
}

/// The figure in words.
fn words(figure: &Figure) -> String {
    let mut parts = Vec::new();
    for step in &figure.steps {
        parts.push(format!("{} {}", step.label, said(step.count)));
        for e in &step.exclusions {
            parts.push(format!("left out for {} {}", e.reason, said(e.count)));
        }
    }
    parts.extend(
        figure
            .branches
            .iter()
            .map(|b| format!("{} {}", b.label, b.count)),
    );
    format!("Flow diagram: {}.", parts.join("; "))
}

#[cfg(test)]
mod tests {
    use super::super::wellformed::{check, count, written};
    use super::*;

    fn figure() -> Figure {
        let exclusion = |reason: &str, count| Exclusion {
            reason: reason.into(),
            count: Some(count),
        };
        Figure {
            steps: vec![
                Step {
                    label: "Cases in the graph <all>".into(),
                    count: Some(116),
                    exclusions: vec![exclusion("no drug & no date", 31), exclusion("other", 2)],
                    ..Step::default()
                },
                Step {
                    label: "Counted".into(),
                    count: Some(83),
                    ..Step::default()
                },
            ],
            branches: vec![
                Branch {
                    label: "known partner".into(),
                    count: 50,
                },
                Branch {
                    label: "unknown partner".into(),
                    count: 33,
                },
            ],
            ..Figure::default()
        }
    }

    #[test]
    fn boxes_arrows_and_reasons_are_drawn() {
        let svg = written(&draw(&figure()));
        check(&svg);
        assert_eq!(count(&svg, "class=\"box\""), 4);
        assert_eq!(count(&svg, "class=\"side\""), 1);
        assert_eq!(count(&svg, "class=\"mark tip\""), 4);
        assert_eq!(count(&svg, "class=\"s reason\""), 2);
        assert!(svg.contains("n = 33") && svg.contains("no drug &amp; no date"));
    }

    #[test]
    fn exclusions_after_the_last_step_stay_inside() {
        let mut one = figure();
        one.steps.truncate(1);
        one.branches.clear();
        let svg = written(&draw(&one));
        check(&svg);
        assert_eq!(count(&svg, "class=\"mark tip\""), 1);
    }

    #[test]
    fn what_nobody_recorded_is_no_number() {
        let mut one = figure();
        one.steps[0].stage = "Identification".into();
        one.steps[0].count = None;
        one.steps[0].exclusions[1].count = None;
        let svg = written(&draw(&one));
        check(&svg);
        assert!(svg.contains("n = not recorded") && svg.contains(">not recorded<"));
        assert!(svg.contains(">31<") && !svg.contains("n = 31"));
        assert_eq!(count(&svg, ">Identification<"), 1);
    }

    #[test]
    fn nothing_does_not_break_it() {
        check(&written(&draw(&Figure::default())));
    }

    #[test]
    fn the_same_input_gives_the_same_bytes() {
        assert_eq!(written(&draw(&figure())), written(&draw(&figure())));
    }
}
