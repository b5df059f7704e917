//! Kaplan-Meier curves with their band, censoring ticks and table of numbers at risk.

use std::fmt::Write as _;

use super::axis::{Scale, month_ticks, tick_text};
use super::palette;
use super::svg::{Anchor, EDGE, SMALL, Svg, TEXT, num, real};
use super::text::{counted, width, wrap_in};
use super::{Drawing, Frame};

/// One figure of one curve or several.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Figure {
    /// Title, description, note and marks.
    pub frame: Frame,
    /// What the vertical axis shows, such as "Overall survival".
    pub outcome: String,
    /// What the horizontal axis shows; empty gives "Months".
    pub time_label: String,
    /// The curves, in the order of the legend.
    pub curves: Vec<Curve>,
    /// Ticks in months, from [`ticks`]; the table of numbers at risk follows them.
    pub ticks: Vec<f64>,
    /// Draw dashed lines at one half and at the medians.
    pub show_median: bool,
    /// Level of the intervals, such as `95%`; empty gives that.
    pub level: String,
    /// A line of text above the curves, such as "Log-rank p = 0.12 (exact)".
    pub test: Option<String>,
}

/// The estimate of one group.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Curve {
    /// Name of the group.
    pub label: String,
    /// Cases in the group.
    pub n: usize,
    /// Events in the group.
    pub events: usize,
    /// The estimate after each event time, in rising time; the start at 1 is implied.
    pub steps: Vec<Step>,
    /// Times of censoring, in months.
    pub censored: Vec<f64>,
    /// The median, if reached.
    pub median: Option<f64>,
    /// The median and its interval as text, such as "14.0 (8.0-22.0)" or "not reached".
    pub median_text: Option<String>,
    /// One cell per tick of the figure.
    pub at_risk: Vec<AtRisk>,
}

/// The curve from one event time to the next.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Step {
    /// Time in months from the start of the curve.
    pub time: f64,
    /// Estimate, 0 to 1.
    pub survival: f64,
    /// Lower limit, if defined.
    pub lower: Option<f64>,
    /// Upper limit, if defined.
    pub upper: Option<f64>,
}

/// One cell of the table under the curves.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct AtRisk {
    /// Cases under observation just before the tick.
    pub at_risk: usize,
    /// Events up to the tick, if the table shows them.
    pub events: Option<usize>,
    /// Cases censored up to the tick, if the table shows them.
    pub censored: Option<usize>,
}

/// The ticks for a longest follow-up of `max` months: what [`Figure::ticks`] wants, so
/// that the caller can count who was at risk at each.
#[must_use]
pub fn ticks(max: f64) -> Vec<f64> {
    month_ticks(max)
}

impl Curve {
    /// Last time at which anybody of the group was seen.
    fn end(&self) -> f64 {
        let times = self
            .steps
            .iter()
            .map(|s| s.time)
            .chain(self.censored.iter().copied());
        times.filter(|t| t.is_finite()).fold(0.0, f64::max)
    }

    /// The estimate at `time`.
    fn at(&self, time: f64) -> f64 {
        self.steps
            .iter()
            .take_while(|s| s.time <= time)
            .last()
            .map_or(1.0, |s| s.survival)
    }
}

/// Most curves that have their bands: more of them would hide each other and the curves.
const BANDS: usize = 3;

/// Where the curves are drawn.
struct Plot {
    x: Scale,
    y: Scale,
}

/// Draws Kaplan-Meier curves with the numbers at risk.
#[must_use]
pub fn draw(figure: &Figure) -> Drawing {
    let look = &figure.frame.look;
    let page = look.width;
    let mut svg = Svg::new("kaplan-meier", &figure.frame, page);
    let longest = figure.curves.iter().map(Curve::end).fold(0.0, f64::max);
    let ticks = if figure.ticks.len() < 2 {
        month_ticks(longest)
    } else {
        figure.ticks.clone()
    };
    let max = ticks.last().copied().unwrap_or(1.0);
    let labels = figure
        .curves
        .iter()
        .map(|c| width(&c.label, TEXT))
        .fold(0.0, f64::max);
    let table = look.risk_table && figure.curves.iter().any(|c| !c.at_risk.is_empty());
    let left = if table {
        (labels + 46.0).clamp(76.0, page * 0.3125)
    } else {
        76.0
    };

    let top = legend(&mut svg, figure) + 26.0;
    let bottom = top + (300.0 + look.stretch).max(120.0);
    let plot = Plot {
        x: Scale {
            start: left,
            end: page - 34.0,
            max,
        },
        y: Scale {
            start: bottom,
            end: top,
            max: 1.0,
        },
    };
    axes(&mut svg, figure, &plot, &ticks);
    let bands = figure.curves.len() <= BANDS;
    for (index, curve) in figure.curves.iter().enumerate().filter(|_| bands) {
        let tone = if figure.curves.len() > 2 {
            "faint"
        } else {
            "tint"
        };
        band(&mut svg, curve, &plot, index, tone);
    }
    if figure.show_median {
        medians(&mut svg, figure, &plot);
    }
    for (index, curve) in figure.curves.iter().enumerate() {
        draw_curve(&mut svg, curve, &plot, index);
    }
    let mut end = if table {
        risk_table(&mut svg, figure, &plot, &ticks, bottom + 72.0)
    } else {
        bottom + 48.0
    };
    let reached = |curve: &Curve| curve.median_text.as_ref().is_none_or(|t| !t.contains("NR"));
    let explained = [
        (!bands).then_some("Bands of more than three curves are not drawn; the table has them."),
        (!figure.curves.iter().all(reached)).then_some("NR: not reached."),
    ];
    for text in explained.into_iter().flatten() {
        end += 18.0;
        svg.text(EDGE, end, "m", Anchor::Start, text);
    }
    svg.finish(&figure.frame, end, &words(figure))
}

/// The legend as a small table above the plot; returns where it ends.
fn legend(svg: &mut Svg, figure: &Figure) -> f64 {
    let page = svg.width();
    let (n, events) = (page - 290.0, page - 228.0);
    let median = figure.curves.iter().any(|c| c.median_text.is_some());
    // Without a column of medians the numbers move to the right edge.
    let shift = if median { 0.0 } else { page - EDGE - events };
    let mut y = svg.top() + 14.0;
    svg.text(n + shift, y, "m", Anchor::End, "n");
    svg.text(events + shift, y, "m", Anchor::End, "events");
    if median {
        let level = if figure.level.is_empty() {
            "95%"
        } else {
            &figure.level
        };
        let heading = format!("median, months ({level} CI)");
        svg.text(page - EDGE, y, "m", Anchor::End, &heading);
    }
    for (index, curve) in figure.curves.iter().enumerate() {
        y += 20.0;
        let line = format!("M{} {}H{}", num(EDGE), num(y - 5.0), num(EDGE + 34.0));
        svg.path(
            &line,
            &format!("curve {}", palette::stroke(index)),
            palette::dash(index),
        );
        svg.text_in(
            EDGE + 44.0,
            y,
            n - 100.0 + shift,
            "",
            Anchor::Start,
            &curve.label,
        );
        svg.text(n + shift, y, "", Anchor::End, &curve.n.to_string());
        svg.text(
            events + shift,
            y,
            "",
            Anchor::End,
            &curve.events.to_string(),
        );
        if let Some(text) = &curve.median_text {
            svg.text_in(page - EDGE, y, 200.0, "", Anchor::End, text);
        }
    }
    if let Some(test) = &figure.test {
        y += 22.0;
        svg.text_in(EDGE, y, page - 2.0 * EDGE, "", Anchor::Start, test);
    }
    y
}

fn axes(svg: &mut Svg, figure: &Figure, plot: &Plot, ticks: &[f64]) {
    let (left, right, bottom) = (plot.x.start, plot.x.end, plot.y.start);
    for percent in [0, 25, 50, 75, 100_u8] {
        let y = plot.y.at(f64::from(percent) / 100.0);
        if percent > 0 {
            svg.line(left, y, right, y, "grid");
        }
        svg.line(left - 5.0, y, left, y, "axis");
        svg.text(left - 9.0, y + 4.5, "s", Anchor::End, &percent.to_string());
    }
    svg.line(left, plot.y.end, left, bottom, "axis");
    svg.line(left, bottom, right, bottom, "axis");
    for tick in ticks {
        let x = plot.x.at(*tick);
        svg.line(x, bottom, x, bottom + 5.0, "axis");
        svg.text(x, bottom + 20.0, "s", Anchor::Middle, &tick_text(*tick));
    }
    let outcome = if figure.outcome.is_empty() {
        "Survival"
    } else {
        &figure.outcome
    };
    let middle = f64::midpoint(plot.y.end, bottom);
    svg.text_turned(
        left - 44.0,
        middle,
        -90.0,
        "",
        Anchor::Middle,
        &format!("{outcome}, %"),
    );
    let time = if figure.time_label.is_empty() {
        "Months"
    } else {
        &figure.time_label
    };
    svg.text(
        f64::midpoint(left, right),
        bottom + 40.0,
        "",
        Anchor::Middle,
        time,
    );
}

/// The confidence band, drawn only where both limits are defined.
fn band(svg: &mut Svg, curve: &Curve, plot: &Plot, index: usize, tone: &str) {
    let mut path = String::new();
    let end = curve.end();
    for (at, step) in curve.steps.iter().enumerate() {
        let (Some(lower), Some(upper)) = (step.lower, step.upper) else {
            continue;
        };
        let next = curve.steps.get(at + 1).map_or(end, |s| s.time);
        if next > step.time && lower.is_finite() && upper.is_finite() {
            let (x1, x2) = (num(plot.x.at(step.time)), num(plot.x.at(next)));
            let (y1, y2) = (num(plot.y.at(upper)), num(plot.y.at(lower)));
            let _ = write!(path, "M{x1} {y1}H{x2}V{y2}H{x1}Z");
        }
    }
    if !path.is_empty() {
        svg.path(&path, &format!("ci {tone} {}", palette::fill(index)), "");
    }
}

fn draw_curve(svg: &mut Svg, curve: &Curve, plot: &Plot, index: usize) {
    let colour = palette::stroke(index);
    let mut path = format!("M{} {}", num(plot.x.at(0.0)), num(plot.y.at(1.0)));
    for step in curve
        .steps
        .iter()
        .filter(|s| s.time.is_finite() && s.survival.is_finite())
    {
        let _ = write!(
            path,
            "H{}V{}",
            num(plot.x.at(step.time)),
            num(plot.y.at(step.survival))
        );
    }
    let _ = write!(path, "H{}", num(plot.x.at(curve.end())));
    let title = format!(
        "{}: {}, {}",
        curve.label,
        counted(curve.n, "case", "cases"),
        counted(curve.events, "event", "events")
    );
    svg.open("", &title);
    svg.path(&path, &format!("curve {colour}"), palette::dash(index));
    for time in curve.censored.iter().filter(|t| t.is_finite()) {
        let (x, y) = (plot.x.at(*time), plot.y.at(curve.at(*time)));
        svg.line(x, y - 6.0, x, y + 6.0, &format!("censor edge {colour}"));
    }
    svg.close();
}

fn medians(svg: &mut Svg, figure: &Figure, plot: &Plot) {
    let reached = figure
        .curves
        .iter()
        .filter_map(|c| c.median)
        .filter(|m| m.is_finite());
    let mut last = None;
    let y = plot.y.at(0.5);
    for median in reached {
        let x = plot.x.at(median);
        svg.line(x, y, x, plot.y.start, "ref median");
        last = Some(last.map_or(x, |l: f64| l.max(x)));
    }
    if let Some(x) = last {
        svg.line(plot.x.start, y, x, y, "ref");
    }
}

/// The table under the axis; returns where it ends.
fn risk_table(svg: &mut Svg, figure: &Figure, plot: &Plot, ticks: &[f64], top: f64) -> f64 {
    let cells = || figure.curves.iter().flat_map(|c| &c.at_risk);
    let mut heading = "Number at risk".to_owned();
    let extra = [
        cells().any(|c| c.events.is_some()).then_some("events"),
        cells().any(|c| c.censored.is_some()).then_some("censored"),
    ];
    let extra: Vec<&str> = extra.into_iter().flatten().collect();
    if !extra.is_empty() {
        let _ = write!(heading, " (cumulative {})", extra.join(", "));
    }
    svg.text(EDGE, top, "s b", Anchor::Start, &heading);
    let mut y = top;
    for (index, curve) in figure.curves.iter().enumerate() {
        // A long name takes two lines; the numbers stand beside the first.
        let names = wrap_in(&curve.label, SMALL, plot.x.start - EDGE - 34.0, 2);
        y += 20.0;
        svg.rect(EDGE, y - 10.0, 5.0, 11.0, palette::fill(index));
        svg.open("", &curve.label);
        for (line, name) in names.iter().enumerate() {
            svg.text(EDGE + 11.0, y + 15.0 * real(line), "s", Anchor::Start, name);
        }
        svg.close();
        let first = y;
        y += 15.0 * real(names.len().saturating_sub(1));
        for (tick, cell) in ticks.iter().zip(&curve.at_risk) {
            let more: Vec<String> = [cell.events, cell.censored]
                .iter()
                .flatten()
                .map(ToString::to_string)
                .collect();
            let mut text = cell.at_risk.to_string();
            if !more.is_empty() {
                let _ = write!(text, " ({})", more.join(", "));
            }
            // The last cell must not leave the page.
            let half = width(&text, SMALL) / 2.0;
            let x = plot.x.at(*tick).min(svg.width() - 4.0 - half);
            svg.text(x, first, "s risk", Anchor::Middle, &text);
        }
    }
    y + 6.0
}

/// The figure in words.
fn words(figure: &Figure) -> String {
    let mut text = format!(
        "Kaplan-Meier estimate with {}, time in months.",
        counted(figure.curves.len(), "curve", "curves")
    );
    for c in &figure.curves {
        let n = counted(c.n, "case", "cases");
        let events = counted(c.events, "event", "events");
        let _ = write!(text, " {}: {n}, {events}", c.label);
        if let Some(median) = &c.median_text {
            let _ = write!(text, ", median {median}");
        }
        text.push('.');
    }
    if let Some(test) = &figure.test {
        let _ = write!(text, " {test}.");
    }
    text
}

#[cfg(test)]
mod tests;
