//! Swimmer plot: one bar per case, its treatments in time, and what happened when.

use super::axis::{Scale, month_ticks, tick_text};
use super::legend::{KEY, Legend};
use super::marker::shape;
pub use super::marker::{Marker, MarkerKind};
use super::palette;
use super::svg::{Anchor, EDGE, Fill, SMALL, Svg, WIDTH, real};
use super::text::{counted, fit, number, width};
use super::{Drawing, Frame, Pattern};

/// A swimmer plot: a lane a case, along time.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Figure {
    /// Title, description, note and marks.
    pub frame: Frame,
    /// What time counts from, such as "Months from first treatment"; empty gives "Months".
    pub time_label: String,
    /// Heading of the case names; empty gives "Case".
    pub case_heading: String,
    /// Heading of the outcomes at the right.
    pub outcome_heading: String,
    /// Kinds of segments in the order of the legend; [`Segment::kind`] points here.
    pub kinds: Vec<String>,
    /// The cases from top to bottom.
    pub lanes: Vec<Lane>,
}

/// A case with its treatments and markers.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Lane {
    /// Name of the case.
    pub label: String,
    /// Treatments, the first one first.
    pub segments: Vec<Segment>,
    /// What happened at a known time.
    pub markers: Vec<Marker>,
    /// Text at the right, such as "PR; alive with disease".
    pub outcome: Option<String>,
}

/// A treatment with its beginning and end.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Segment {
    /// Position in [`Figure::kinds`].
    pub kind: usize,
    /// Text on the bar, if it fits.
    pub label: String,
    /// Start in months; `None` when not reported: drawn after the one before it.
    pub start: Option<f64>,
    /// Duration in months; `None` when not reported: drawn hatched, without meaning in
    /// its length.
    pub duration: Option<f64>,
}

/// How the lanes are drawn.
#[derive(Debug, Clone, Copy)]
struct Layout {
    /// Height of a lane.
    lane: f64,
    /// Height of a bar.
    bar: f64,
    /// Size of the marks, 1 where there is room for them.
    mark: f64,
    /// Whether cases, bars and outcomes have their names: in thin lanes only the pointer shows them.
    named: bool,
}

const ROOMY: Layout = Layout {
    lane: 28.0,
    bar: 18.0,
    mark: 1.0,
    named: true,
};
const THIN: Layout = Layout {
    lane: 7.0,
    bar: 5.0,
    mark: 0.5,
    named: false,
};
/// Most cases that have lanes with names.
const NAMED: usize = 60;
/// Treatments of one case that may have more room than others.
const FEW: usize = 6;
/// Length of a treatment where no time is reported, at least.
const TREATMENT: f64 = 104.0;

/// Length of a treatment where no time is reported: of one case alone, it has room for the names.
fn treatment_width(figure: &Figure) -> f64 {
    let [lane] = figure.lanes.as_slice() else {
        return TREATMENT;
    };
    let names = lane
        .segments
        .iter()
        .map(|segment| width(&segment.label, SMALL) + 16.0);
    let most = if lane.segments.len() > FEW {
        TREATMENT
    } else {
        2.0 * TREATMENT
    };
    names.fold(TREATMENT, f64::max).min(most)
}

/// A segment with the place in time where it is drawn.
struct Placed<'a> {
    segment: &'a Segment,
    from: f64,
    to: f64,
}

fn known(months: Option<f64>) -> Option<f64> {
    months.filter(|m| m.is_finite() && *m >= 0.0)
}

/// Places the segments of a lane; `nominal` is the width of an unknown duration.
fn place(lane: &Lane, nominal: f64) -> Vec<Placed<'_>> {
    let mut cursor = 0.0;
    let mut placed = Vec::with_capacity(lane.segments.len());
    for (index, segment) in lane.segments.iter().enumerate() {
        let from = known(segment.start).unwrap_or(cursor);
        let next = lane.segments.get(index + 1).and_then(|s| known(s.start));
        let unknown_end = match next {
            // An unknown duration must not cover a treatment whose start is known.
            Some(next) if next > from => next.min(from + nominal),
            _ => from + nominal,
        };
        let to = known(segment.duration).map_or(unknown_end, |d| from + d);
        cursor = to.max(cursor);
        placed.push(Placed { segment, from, to });
    }
    placed
}

/// The longest time of the figure with room for unknown durations, the length drawn for
/// such a duration, and whether any time is reported at all.
fn longest(figure: &Figure) -> (f64, f64, bool) {
    let end = |nominal: f64| {
        let ends = figure.lanes.iter().flat_map(|lane| {
            let bars = place(lane, nominal).into_iter().map(|p| p.to);
            bars.chain(lane.markers.iter().map(|m| m.months))
                .collect::<Vec<_>>()
        });
        ends.filter(|t| t.is_finite()).fold(0.0, f64::max)
    };
    let reported = end(0.0);
    // With no reported time at all every treatment is one unit of order.
    let nominal = if reported > 0.0 { reported * 0.16 } else { 1.0 };
    (end(nominal), nominal, reported > 0.0)
}

/// Draws a swimmer plot, one lane a case.
#[must_use]
pub fn draw(figure: &Figure) -> Drawing {
    let (max, nominal, timed) = longest(figure);
    let ticks = if timed { month_ticks(max) } else { Vec::new() };
    let names = figure
        .lanes
        .iter()
        .map(|l| width(&l.label, SMALL))
        .fold(40.0, f64::max);
    let layout = if figure.lanes.len() > NAMED {
        THIN
    } else {
        ROOMY
    };
    let page = figure.frame.look.width;
    let left = if layout.named {
        EDGE + names.min(page * 170.0 / WIDTH) + 12.0
    } else {
        EDGE + 24.0
    };
    let outcomes = figure.lanes.iter().filter_map(|l| l.outcome.as_deref());
    let outcomes = outcomes.chain([figure.outcome_heading.as_str()]);
    let outcomes = outcomes
        .map(|o| width(o, SMALL))
        .fold(0.0, f64::max)
        .min(if layout.named {
            page * 200.0 / WIDTH
        } else {
            0.0
        });
    // Where a unit of length is one treatment, it has room for the treatment's name.
    let beside = left + outcomes + 24.0 + EDGE;
    let full = if timed {
        page
    } else {
        page.max(beside + max * treatment_width(figure))
    };
    let mut svg = Svg::new("swimmer", &figure.frame, full);
    let right = full - EDGE - outcomes - 24.0;
    let x = Scale {
        start: left,
        end: right,
        max: ticks.last().copied().unwrap_or(max),
    };

    let head = legend(&mut svg, figure, timed) + 26.0;
    let case = if figure.case_heading.is_empty() {
        "Case"
    } else {
        &figure.case_heading
    };
    if layout.named {
        svg.text(EDGE, head, "s b", Anchor::Start, case);
        svg.text(
            right + 20.0,
            head,
            "s b",
            Anchor::Start,
            &figure.outcome_heading,
        );
    } else {
        let all = format!(
            "{} cases, one line each; the table names them",
            figure.lanes.len()
        );
        svg.text(left, head, "s b", Anchor::Start, &all);
    }
    let top = head + 8.0;
    let bottom = top + layout.lane * real(figure.lanes.len()) + 4.0;
    for tick in &ticks {
        svg.line(x.at(*tick), top, x.at(*tick), bottom, "grid");
    }
    for (index, lane) in figure.lanes.iter().enumerate() {
        let y = top + layout.lane * (real(index) + 0.5) + 2.0;
        swim(&mut svg, figure, lane, nominal, layout, &x, y);
    }
    axis(&mut svg, figure, &x, &ticks, bottom);
    svg.finish(&figure.frame, bottom + 46.0, &words(figure))
}

/// The axis; without any reported time it shows order only.
fn axis(svg: &mut Svg, figure: &Figure, x: &Scale, ticks: &[f64], y: f64) {
    svg.line(x.start, y, x.end, y, "axis");
    let label = if ticks.is_empty() {
        "starts not reported: order only"
    } else if figure.time_label.is_empty() {
        "Months"
    } else {
        &figure.time_label
    };
    for tick in ticks {
        let at = x.at(*tick);
        svg.line(at, y, at, y + 5.0, "axis");
        svg.text(at, y + 20.0, "s", Anchor::Middle, &tick_text(*tick));
    }
    let middle = f64::midpoint(x.start, x.end);
    svg.text(middle, y + 40.0, "", Anchor::Middle, label);
}

/// One case at the height `y`.
fn swim(
    svg: &mut Svg,
    figure: &Figure,
    lane: &Lane,
    nominal: f64,
    layout: Layout,
    x: &Scale,
    y: f64,
) {
    if layout.named {
        let room = x.start - EDGE - 10.0;
        svg.text_in(EDGE, y + 4.5, room, "s", Anchor::Start, &lane.label);
    }
    let placed = place(lane, nominal);
    let bars = placed.iter().map(|p| p.to);
    let ends = bars.chain(lane.markers.iter().map(|m| m.months));
    let end = ends.filter(|t| t.is_finite()).fold(0.0, f64::max);
    svg.line(x.start, y, x.at(end), y, "rule");
    for placed in placed {
        bar(svg, figure, lane, &placed, layout, x, y);
    }
    for marker in lane.markers.iter().filter(|m| m.months.is_finite()) {
        let what = marker.kind.label();
        let title = format!(
            "{}: {what} at {} months",
            lane.label,
            number(marker.months, 1)
        );
        if layout.named {
            svg.open("marker", &title);
            shape(svg, marker.kind, x.at(marker.months), y);
        } else {
            svg.open_at("marker", &title, (x.at(marker.months), y), layout.mark);
            shape(svg, marker.kind, 0.0, 0.0);
        }
        svg.close();
    }
    if let Some(outcome) = lane.outcome.as_ref().filter(|_| layout.named) {
        let room = svg.width() - x.end - 26.0;
        svg.text_in(x.end + 20.0, y + 4.5, room, "s", Anchor::Start, outcome);
    }
}

fn bar(
    svg: &mut Svg,
    figure: &Figure,
    lane: &Lane,
    placed: &Placed<'_>,
    layout: Layout,
    x: &Scale,
    y: f64,
) {
    let thick = layout.bar;
    let segment = placed.segment;
    let kind = figure.kinds.get(segment.kind).map_or("", String::as_str);
    let name = if segment.label.is_empty() {
        kind
    } else {
        &segment.label
    };
    let (from, to) = (x.at(placed.from), x.at(placed.to));
    let wide = (to - from).max(if layout.named { 3.0 } else { 1.0 });
    let colour = palette::stroke(segment.kind);
    let top = y - thick / 2.0;
    let start = known(segment.start);
    let when = start.map_or("start not reported".to_owned(), |s| {
        format!("from {} months", number(s, 1))
    });
    let long = known(segment.duration).map_or("duration not reported".to_owned(), |d| {
        format!("for {} months", number(d, 1))
    });
    svg.rect(from, top, wide, thick, "paper");
    svg.open(
        "segment",
        &format!("{}: {name}, {when}, {long}", lane.label),
    );
    if known(segment.duration).is_some() {
        let fill = palette::fill(segment.kind);
        let class = if layout.named {
            format!("{fill} {colour} half edge")
        } else {
            fill.to_owned()
        };
        svg.rect(from, top, wide, thick, &class);
    } else {
        let hatch = Fill::Pattern(Pattern::hatch(segment.kind));
        svg.rect_filled(
            from,
            top,
            wide,
            thick,
            &format!(
                "unknown {colour}{}",
                if layout.named { " edge" } else { "" }
            ),
            hatch,
        );
    }
    if start.is_none() && layout.named {
        svg.line(from, top - 3.0, from, top + thick + 3.0, "ref");
    }
    if let Some((at, room)) = clear(lane, x, from, to).filter(|_| layout.named) {
        let shown = fit(name, SMALL, room);
        if shown == *name || shown.chars().count() > 4 {
            svg.text(at, y + 4.5, "on", Anchor::Start, &shown);
        }
    }
    svg.close();
}

/// The widest stretch of a bar that no marker covers: where it begins and its length.
fn clear(lane: &Lane, x: &Scale, from: f64, to: f64) -> Option<(f64, f64)> {
    let mut edges: Vec<f64> = lane.markers.iter().map(|m| x.at(m.months)).collect();
    edges.retain(|at| *at > from - 10.0 && *at < to + 10.0);
    edges.sort_by(f64::total_cmp);
    let mut best: Option<(f64, f64)> = None;
    let mut start = from + 5.0;
    for edge in edges.into_iter().chain([f64::INFINITY]) {
        let room = (edge - 10.0).min(to - 4.0) - start;
        if room > best.map_or(0.0, |b| b.1) {
            best = Some((start, room));
        }
        start = start.max(edge + 11.0);
    }
    best
}

/// The legend above the plot; returns where it ends.
fn legend(svg: &mut Svg, figure: &Figure, timed: bool) -> f64 {
    let mut legend = Legend::new(svg.top() + 16.0, svg.width());
    let mut next = |svg: &mut Svg, label: &str, draw: &mut dyn FnMut(&mut Svg, f64, f64)| {
        let (x, y) = legend.place(label);
        draw(svg, x, y);
        svg.text(x + KEY, y, "s", Anchor::Start, label);
        y
    };
    let mut end = svg.top();
    for (kind, label) in figure.kinds.iter().enumerate() {
        end = next(svg, label, &mut |svg, x, y| {
            let (fill, stroke) = (palette::fill(kind), palette::stroke(kind));
            let class = if figure.lanes.len() > NAMED {
                fill.to_owned()
            } else {
                format!("{fill} {stroke} half edge")
            };
            svg.rect(x, y - 11.0, 21.0, 13.0, &class);
        });
    }
    let segments = || figure.lanes.iter().flat_map(|l| &l.segments);
    if !timed {
        return next(
            svg,
            "order only: lengths have no meaning",
            &mut |svg, x, y| {
                let hatch = Fill::Pattern(Pattern::hatch(5));
                svg.rect_filled(x, y - 11.0, 21.0, 13.0, "l6 edge", hatch);
            },
        );
    }
    if segments().any(|s| known(s.duration).is_none()) {
        end = next(
            svg,
            "duration not reported (length has no meaning)",
            &mut |svg, x, y| {
                let hatch = Fill::Pattern(Pattern::hatch(5));
                svg.rect_filled(x, y - 11.0, 21.0, 13.0, "l6 edge", hatch);
            },
        );
    }
    if segments().any(|s| known(s.start).is_none()) && figure.lanes.len() <= NAMED {
        end = next(
            svg,
            "start not reported (drawn in reported order)",
            &mut |svg, x, y| {
                svg.line(x + 10.0, y - 14.0, x + 10.0, y + 5.0, "ref");
            },
        );
    }
    let mut kinds: Vec<MarkerKind> = figure
        .lanes
        .iter()
        .flat_map(|l| &l.markers)
        .map(|m| m.kind)
        .collect();
    kinds.sort_unstable();
    kinds.dedup();
    for kind in kinds {
        end = next(svg, kind.label(), &mut |svg, x, y| {
            let shift = if kind == MarkerKind::Ongoing {
                2.0
            } else {
                11.0
            };
            shape(svg, kind, x + shift, y - 4.5);
        });
    }
    end
}

/// The figure in words.
fn words(figure: &Figure) -> String {
    let lanes = figure.lanes.iter().map(|lane| {
        let mut parts: Vec<String> = lane
            .segments
            .iter()
            .map(|s| {
                let kind = figure.kinds.get(s.kind).map_or("", String::as_str);
                let name = if s.label.is_empty() { kind } else { &s.label };
                match known(s.duration) {
                    Some(months) => format!("{name} {} months", number(months, 1)),
                    None => format!("{name} (duration not reported)"),
                }
            })
            .collect();
        parts.extend(
            lane.markers
                .iter()
                .filter(|m| m.months.is_finite())
                .map(|m| format!("{} at {} months", m.kind.label(), number(m.months, 1))),
        );
        parts.extend(lane.outcome.clone());
        format!("{}: {}", lane.label, parts.join(", "))
    });
    let lanes: Vec<String> = lanes.collect();
    format!(
        "Swimmer plot of {}. {}",
        counted(lanes.len(), "case", "cases"),
        lanes.join(". ")
    )
}

#[cfg(test)]
mod tests;
