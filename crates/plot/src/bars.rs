//! Horizontal bars of counts: incidence, completeness, sequence.
//!
//! One series is a plain bar; several are stacked. Series of missing data are muted and
//! differ by pattern, so that "known" and "missing, by reason" read at a glance.

use super::axis::{Scale, count_ticks, tick_text};
use super::legend::{KEY, Legend};
use super::palette;
use super::svg::{Anchor, EDGE, Fill, SMALL, Svg, TEXT, WIDTH, label_lines, real};
use super::text::width;
use super::{Drawing, Frame, Pattern};

/// One figure of horizontal bars.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Figure {
    /// Title, description, note and marks.
    pub frame: Frame,
    /// Heading of the labels, such as "Adverse event".
    pub label_heading: String,
    /// What the axis counts, such as "Cases".
    pub axis_label: String,
    /// Heading of the texts at the right, if rows have them.
    pub text_heading: String,
    /// The axis ends here at least, such as the number of all cases.
    pub total: Option<usize>,
    /// The stacked parts, in the order of [`Row::counts`].
    pub series: Vec<Series>,
    /// The bars from top to bottom.
    pub rows: Vec<Row>,
}

/// One part of every bar.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Series {
    /// Name in the legend.
    pub label: String,
    /// A value in colour, or a reason for missing data in a muted pattern.
    pub kind: SeriesKind,
}

/// How a series is drawn.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum SeriesKind {
    /// A series of known values, drawn in colour.
    #[default]
    Value,
    /// Muted, with a pattern.
    Missing,
    /// A degree from 1 to 5 in shades of one colour, such as a grade.
    Degree(u8),
}

/// A bar with its label and the counts of its parts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Row {
    /// Name of the bar.
    pub label: String,
    /// One count per series; what is absent counts as 0.
    pub counts: Vec<usize>,
    /// Text at the right, such as "12/33 (36.4 %)"; `None` writes the sum.
    pub text: Option<String>,
}

impl Row {
    /// A bar of `count`, of which `part` (such as the serious ones) is the first series.
    #[must_use]
    pub fn with_part(label: &str, count: usize, part: usize) -> Self {
        let part = part.min(count);
        Self {
            label: label.to_owned(),
            counts: vec![part, count - part],
            text: None,
        }
    }

    fn sum(&self) -> usize {
        self.counts.iter().sum()
    }

    fn text(&self) -> String {
        self.text.clone().unwrap_or_else(|| self.sum().to_string())
    }
}

/// Height of a row.
const ROW: f64 = 27.0;
/// Height of a bar.
const BAR: f64 = 18.0;

/// Draws horizontal bars, one a row, with a legend.
#[must_use]
pub fn draw(figure: &Figure) -> Drawing {
    let page = figure.frame.look.width;
    let mut svg = Svg::new("bars", &figure.frame, page);
    let most = figure.rows.iter().map(Row::sum).max().unwrap_or(0);
    let total = figure.total.unwrap_or(0);
    let ticks = count_ticks(real(most.max(total)));
    // A given total is the end of the axis: whole bars mean all cases.
    let ticks_end = ticks.last().copied().unwrap_or(1.0);
    let max = if total >= most && total > 0 {
        real(total)
    } else {
        ticks_end
    };

    let labels = figure
        .rows
        .iter()
        .map(|r| width(&r.label, TEXT))
        .fold(60.0, f64::max);
    let left = EDGE + labels.min(page * 230.0 / WIDTH) + 10.0;
    let heading = width(&figure.text_heading, SMALL) * 1.06;
    let texts = figure
        .rows
        .iter()
        .map(|r| width(&r.text(), TEXT))
        .fold(heading, f64::max);
    let right = page - EDGE - texts.clamp(20.0, 190.0) - 12.0;
    let x = Scale {
        start: left,
        end: right,
        max,
    };

    let mut top = legend(&mut svg, figure);
    if !(figure.label_heading.is_empty() && figure.text_heading.is_empty()) {
        top += 24.0;
        svg.text_in(
            EDGE,
            top,
            (left - EDGE).max(150.0),
            "s b",
            Anchor::Start,
            &figure.label_heading,
        );
        svg.text_in(
            page - EDGE,
            top,
            page - right,
            "s b",
            Anchor::End,
            &figure.text_heading,
        );
    }
    top += 8.0;
    let room = left - EDGE - 8.0;
    let height = |row: &Row| ROW + 12.0 * real(label_lines(&row.label, room) - 1);
    let bottom = top + figure.rows.iter().map(height).sum::<f64>() + 4.0;
    let ticks: Vec<f64> = ticks.into_iter().filter(|t| *t <= max).collect();
    for tick in &ticks {
        svg.line(x.at(*tick), top, x.at(*tick), bottom, "grid");
    }
    let mut above = top + 2.0;
    for row in &figure.rows {
        let y = above + height(row) / 2.0;
        above += height(row);
        svg.label(left - 8.0, y, room, "", Anchor::End, &row.label);
        stack(&mut svg, figure, row, &x, y);
        svg.text_in(
            page - EDGE,
            y + 5.0,
            page - EDGE - right,
            "",
            Anchor::End,
            &row.text(),
        );
    }
    svg.line(left, top, left, bottom, "axis");
    svg.line(left, bottom, right, bottom, "axis");
    for tick in &ticks {
        svg.line(x.at(*tick), bottom, x.at(*tick), bottom + 5.0, "axis");
        svg.text(
            x.at(*tick),
            bottom + 20.0,
            "s",
            Anchor::Middle,
            &tick_text(*tick),
        );
    }
    svg.text(
        f64::midpoint(left, right),
        bottom + 40.0,
        "",
        Anchor::Middle,
        &figure.axis_label,
    );
    let end = if figure.axis_label.is_empty() {
        bottom + 26.0
    } else {
        bottom + 46.0
    };
    svg.finish(&figure.frame, end, &words(figure))
}

/// How the part at `series` is filled: class and further attributes.
fn look(figure: &Figure, series: usize) -> (String, Fill) {
    if let Some(SeriesKind::Degree(degree)) = figure.series.get(series).map(|s| s.kind) {
        // The darkest shade is 0.55, so that ink stays readable on every one.
        let degree = degree.clamp(1, 5);
        let (fill, stroke) = (palette::fill(1), palette::stroke(1));
        let class = format!("part {fill} {stroke} edge degree{degree}");
        return (class, Fill::Class);
    }
    let is_missing = |s: &Series| s.kind == SeriesKind::Missing;
    let earlier = figure.series.iter().take(series);
    if figure.series.get(series).is_some_and(is_missing) {
        let nth = earlier.filter(|s| is_missing(s)).count();
        let pattern = Fill::Pattern(Pattern::missing(nth));
        return ("part pat".to_owned(), pattern);
    }
    let nth = earlier.filter(|s| !is_missing(s)).count();
    // The first is full, the others are tinted with a border: they differ in print too.
    let tone = if nth == 0 { "" } else { " half" };
    let (fill, stroke) = (palette::fill(nth), palette::stroke(nth));
    (format!("part {fill} {stroke} edge{tone}"), Fill::Class)
}

fn stack(svg: &mut Svg, figure: &Figure, row: &Row, x: &Scale, y: f64) {
    let mut before = 0;
    for (series, count) in row.counts.iter().copied().enumerate() {
        if count == 0 {
            continue;
        }
        let (from, to) = (x.at(real(before)), x.at(real(before + count)));
        before += count;
        let name = figure.series.get(series).map_or("", |s| s.label.as_str());
        let (class, fill) = look(figure, series);
        svg.open("", &format!("{}, {name}: {count}", row.label));
        svg.rect(from + 0.7, y - BAR / 2.0, to - from - 1.4, BAR, "paper");
        svg.rect_filled(
            from + 0.7,
            y - BAR / 2.0,
            to - from - 1.4,
            BAR,
            &class,
            fill,
        );
        let text = count.to_string();
        if row.counts.len() > 1 && to - from > width(&text, SMALL) + 8.0 {
            // A number on a pattern stands on paper, to be read at all.
            let middle = f64::midpoint(from, to);
            if class.contains("pat") {
                let box_width = width(&text, SMALL) + 6.0;
                svg.rect(
                    middle - box_width / 2.0,
                    y - BAR / 2.0 + 1.0,
                    box_width,
                    BAR - 2.0,
                    "paper",
                );
            }
            let solid = fill == Fill::Class && !class.contains("half");
            let written = if solid { "in" } else { "on" };
            svg.text(middle, y + 4.5, written, Anchor::Middle, &text);
        }
        svg.close();
    }
}

/// The legend above the bars; returns where it ends. One series needs none.
fn legend(svg: &mut Svg, figure: &Figure) -> f64 {
    if figure.series.len() < 2 {
        return svg.top();
    }
    let mut legend = Legend::new(svg.top() + 14.0, svg.width());
    for (index, series) in figure.series.iter().enumerate() {
        let (x, y) = legend.place(&series.label);
        let (class, fill) = look(figure, index);
        svg.rect_filled(
            x + 0.7,
            y - 11.0,
            21.0,
            13.0,
            &class.replace("part ", ""),
            fill,
        );
        svg.text(x + KEY, y, "s", Anchor::Start, &series.label);
    }
    legend.end() + 4.0
}

/// The figure in words.
fn words(figure: &Figure) -> String {
    let rows = figure.rows.iter().map(|row| {
        let parts = row
            .counts
            .iter()
            .enumerate()
            .filter(|(_, count)| **count > 0);
        let parts: Vec<String> = parts
            .map(|(at, count)| {
                let name = figure.series.get(at).map_or("", |s| s.label.as_str());
                format!("{name} {count}").trim_start().to_owned()
            })
            .collect();
        let parts = if parts.is_empty() {
            "0".to_owned()
        } else {
            parts.join(", ")
        };
        format!("{}: {parts}", row.label)
    });
    let rows: Vec<String> = rows.collect();
    format!("Horizontal bars. {}.", rows.join("; "))
}

#[cfg(test)]
mod tests {
    use super::super::wellformed::{check, count, written};
    use super::*;

    fn figure() -> Figure {
        let series = |label: &str, kind| Series {
            label: label.into(),
            kind,
        };
        Figure {
            axis_label: "Cases".into(),
            total: Some(33),
            series: vec![
                series("known", SeriesKind::Value),
                series("not reported", SeriesKind::Missing),
                series("source not read", SeriesKind::Missing),
            ],
            rows: vec![
                Row {
                    label: "Age <years>".into(),
                    counts: vec![20, 3, 10],
                    text: None,
                },
                Row {
                    label: "Sex".into(),
                    counts: vec![33],
                    text: Some("33/33".into()),
                },
                Row::default(),
            ],
            ..Figure::default()
        }
    }

    #[test]
    fn parts_are_stacked_and_empty_parts_are_not_drawn() {
        let svg = written(&draw(&figure()));
        check(&svg);
        assert_eq!(count(&svg, "class=\"part "), 4);
        assert_eq!(count(&svg, "<pattern "), 2);
        assert!(svg.contains("Age &lt;years&gt;, known: 20") && svg.contains(">33/33<"));
    }

    #[test]
    fn a_part_never_exceeds_its_count() {
        assert_eq!(Row::with_part("nausea", 3, 5).counts, [3, 0]);
        assert_eq!(Row::with_part("nausea", 3, 1).counts, [1, 2]);
    }

    #[test]
    fn one_series_has_no_legend() {
        let mut one = figure();
        one.series.truncate(1);
        assert!(!written(&draw(&one)).contains(">known<"));
        assert!(written(&draw(&figure())).contains(">known<"));
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
