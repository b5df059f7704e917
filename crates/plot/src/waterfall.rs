//! Waterfall plot: the best change of tumor size, one bar per case, growth at the left.

use super::legend::{KEY, Legend};
use super::palette;
use super::svg::{Anchor, EDGE, SMALL, Svg, real};
use super::text::{counted, fit, width};
use super::{Drawing, Frame};

/// A waterfall plot: a bar a case, up or down from no change.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Figure {
    /// Title, description, note and marks.
    pub frame: Frame,
    /// What the axis measures, without the unit.
    pub axis_label: String,
    /// Groups in the order of the legend; [`Bar::group`] points here.
    pub groups: Vec<String>,
    /// The bars from left to right.
    pub bars: Vec<Bar>,
    /// Lines across, in percent, such as 20 and -30.
    pub thresholds: Vec<f64>,
}

/// A case with its change in percent.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Bar {
    /// Name of the case.
    pub label: String,
    /// Change from baseline in percent.
    pub percent: f64,
    /// Position in [`Figure::groups`].
    pub group: usize,
}

/// Height of the plot.
const HEIGHT: f64 = 300.0;
/// Widest bar.
const BAR: f64 = 44.0;
/// Most bars that have their name below.
const NAMED: usize = 40;
/// Longest name below a bar.
const NAME: f64 = 150.0;

/// Draws a waterfall plot with its thresholds.
#[must_use]
pub fn draw(figure: &Figure) -> Drawing {
    let look = &figure.frame.look;
    let mut svg = Svg::new("waterfall", &figure.frame, look.width);
    let tall = (HEIGHT + look.stretch).max(120.0);
    let (low, high) = limits(figure);
    let top = legend(&mut svg, figure) + 22.0;
    let bottom = top + tall;
    let y = |percent: f64| bottom - (percent - low) / (high - low) * tall;
    let (left, right) = (EDGE + 58.0, look.width - EDGE);

    let mut tick = low;
    while tick <= high {
        svg.line(left, y(tick), right, y(tick), "grid");
        let text = format!("{}{tick}", if tick > 0.0 { "+" } else { "" });
        svg.text(left - 8.0, y(tick) + 4.5, "s", Anchor::End, &text);
        tick += 25.0;
    }
    svg.text_turned(
        EDGE + 12.0,
        f64::midpoint(top, bottom),
        -90.0,
        "",
        Anchor::Middle,
        &format!("{}, %", figure.axis_label),
    );
    let step = ((right - left) / real(figure.bars.len().max(1))).min(BAR * 1.25);
    let wide = (step * 0.8).max(0.6);
    for (at, bar) in figure.bars.iter().enumerate() {
        draw_bar(
            &mut svg,
            figure,
            bar,
            left + step * (real(at) + 0.5),
            wide,
            &y,
        );
    }
    svg.line(left, y(0.0), right, y(0.0), "axis");
    for threshold in figure.thresholds.iter().filter(|t| **t > low && **t < high) {
        svg.line(left, y(*threshold), right, y(*threshold), "ref");
    }
    let end = if figure.bars.len() <= NAMED {
        names(&mut svg, figure, left, step, bottom)
    } else {
        bottom
    };
    svg.finish(&figure.frame, end + 8.0, &words(figure))
}

/// The ends of the axis: multiples of 25 around all bars, 0 and the thresholds.
fn limits(figure: &Figure) -> (f64, f64) {
    let values = figure.bars.iter().map(|bar| bar.percent);
    let values = || values.clone().chain(figure.thresholds.iter().copied());
    let low = values().fold(0.0, f64::min);
    let high = values().fold(0.0, f64::max);
    (
        (low / 25.0).floor() * 25.0,
        ((high / 25.0).ceil() * 25.0).max(25.0),
    )
}

fn draw_bar(svg: &mut Svg, figure: &Figure, bar: &Bar, x: f64, wide: f64, y: &dyn Fn(f64) -> f64) {
    let group = figure.groups.get(bar.group).map_or("", String::as_str);
    let title = format!("{}: {:+.0} %, {group}", bar.label, bar.percent);
    let (from, to) = (y(0.0), y(bar.percent));
    // A change of nothing is a case too: it keeps a hair of height.
    let (top, height) = (from.min(to), (from - to).abs().max(1.5));
    let class = format!(
        "{} {} edge",
        palette::fill(bar.group),
        palette::stroke(bar.group)
    );
    svg.open("bar", &title);
    svg.rect(x - wide / 2.0, top, wide, height, &class);
    svg.close();
}

/// The names below, turned; returns where they end.
fn names(svg: &mut Svg, figure: &Figure, left: f64, step: f64, bottom: f64) -> f64 {
    let mut longest: f64 = 0.0;
    for (at, bar) in figure.bars.iter().enumerate() {
        let shown = fit(&bar.label, SMALL, NAME);
        longest = longest.max(width(&shown, SMALL));
        let x = left + step * (real(at) + 0.5) + 4.0;
        svg.open("", &bar.label);
        svg.text_turned(x, bottom + 12.0, -60.0, "s", Anchor::End, &shown);
        svg.close();
    }
    bottom + 18.0 + longest * 60.0_f64.to_radians().sin()
}

/// The legend above; returns where it ends.
fn legend(svg: &mut Svg, figure: &Figure) -> f64 {
    let mut legend = Legend::new(svg.top() + 14.0, svg.width());
    let drawn = |group: usize| figure.bars.iter().any(|bar| bar.group == group);
    for (group, label) in figure
        .groups
        .iter()
        .enumerate()
        .filter(|(group, _)| drawn(*group))
    {
        let (x, y) = legend.place(label);
        svg.rect(x, y - 11.0, 21.0, 13.0, palette::fill(group));
        svg.text(x + KEY, y, "s", Anchor::Start, label);
    }
    legend.end()
}

/// The figure in words.
fn words(figure: &Figure) -> String {
    let bars = figure.bars.iter().map(|bar| {
        let group = figure.groups.get(bar.group).map_or("", String::as_str);
        format!("{} {:+.0} % ({group})", bar.label, bar.percent)
    });
    let bars: Vec<String> = bars.collect();
    let cases = counted(bars.len(), "case", "cases");
    format!("Waterfall plot of {cases}. {}.", bars.join(", "))
}

#[cfg(test)]
mod tests {
    use super::super::wellformed::{check, count, written};
    use super::*;

    fn figure(bars: usize) -> Figure {
        Figure {
            axis_label: "Best change of tumor size".into(),
            groups: vec!["PD".into(), "PR <x>".into()],
            bars: (0..bars)
                .map(|at| Bar {
                    label: format!("case-{at}"),
                    percent: 60.0 - 160.0 * real(at) / real(bars.max(2) - 1),
                    group: usize::from(at > 0),
                })
                .collect(),
            thresholds: vec![20.0, -30.0],
            ..Figure::default()
        }
    }

    #[test]
    fn every_case_has_a_bar_and_few_have_names() {
        for (bars, named) in [(0, 0), (1, 1), (3, 3), (300, 0)] {
            let svg = written(&draw(&figure(bars)));
            check(&svg);
            assert_eq!(count(&svg, "<g class=\"bar\">"), bars);
            assert_eq!(count(&svg, "rotate(-60)"), named);
        }
    }

    #[test]
    fn the_axis_holds_what_is_drawn() {
        assert_eq!(limits(&figure(2)), (-100.0, 75.0));
        let mut wide = figure(2);
        wide.bars[0].percent = 180.0;
        assert_eq!(limits(&wide), (-100.0, 200.0));
    }
}
