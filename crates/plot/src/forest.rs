//! Proportions with their intervals, one row per group, on an axis from 0 to 100 %.

use super::svg::{Anchor, BOLD_SMALL, EDGE, Svg, WIDTH, label_lines, num, real};
use super::text::wrap_in;
use super::{Drawing, Frame};

/// One forest plot of proportions.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Figure {
    /// Title, description, note and marks.
    pub frame: Frame,
    /// Heading of the labels, such as "Fusion partner".
    pub label_heading: String,
    /// What is counted, such as "Objective response".
    pub outcome: String,
    /// Interval and level, such as "95% CI, Clopper-Pearson".
    pub interval: String,
    /// The rows from top to bottom.
    pub rows: Vec<Row>,
}

/// One line of the plot.
#[derive(Debug, Clone, PartialEq)]
pub enum Row {
    /// A heading over the rows that follow.
    Heading(String),
    /// A group with its estimate and interval.
    Group(Group),
    /// All groups together, drawn as a diamond.
    Overall(Group),
}

/// The numbers of one row.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Group {
    /// Name of the group.
    pub label: String,
    /// Cases with the outcome.
    pub events: usize,
    /// Cases counted; the area of the square follows it.
    pub n: usize,
    /// The estimate, or `None` when the proportion is undefined ("not evaluable").
    pub effect: Option<Effect>,
}

/// An estimate with its interval, each 0 to 1.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Effect {
    /// Estimate on the axis of the figure.
    pub estimate: f64,
    /// Lower limit.
    pub lower: f64,
    /// Upper limit.
    pub upper: f64,
    /// The three as they are written, such as "88.9 (51.8–99.7)".
    pub text: String,
}

impl Effect {
    fn is_sound(&self) -> bool {
        [self.estimate, self.lower, self.upper]
            .iter()
            .all(|v| v.is_finite())
    }
}

/// Height of a row.
const ROW: f64 = 26.0;
/// Room of the texts at the right, behind the axis.
const TEXTS: f64 = 160.0;
/// Height of a line of a heading.
const LINE: f64 = 16.0;
/// Most lines of the heading of the axis, which is narrow on a narrow page.
const HEADING_LINES: usize = 3;
/// What part of the width the labels and the counts have, before the axis.
const LABELS: f64 = 328.0 / WIDTH;

/// An axis shorter than this has fewer numbers.
const SHORT: f64 = 180.0;
/// How far groups under a heading stand in.
const INDENT: f64 = 14.0;

/// Where things stand on a page of this width.
#[derive(Clone, Copy)]
struct Places(f64);

impl Places {
    /// Where the axis begins and ends.
    fn axis(self) -> (f64, f64) {
        (self.0 * LABELS, self.0 - TEXTS)
    }

    fn x(self, proportion: f64) -> f64 {
        let (from, to) = self.axis();
        from + proportion.clamp(0.0, 1.0) * (to - from)
    }

    /// Right end of the column "n/N".
    fn counts(self) -> f64 {
        self.axis().0 - 20.0
    }

    /// Room for a label.
    fn room(self, indent: f64) -> f64 {
        self.counts() - EDGE - indent - 52.0
    }
}

/// Draws a forest plot, one line a group.
#[must_use]
pub fn draw(figure: &Figure) -> Drawing {
    let page = figure.frame.look.width;
    let mut svg = Svg::new("forest", &figure.frame, page);
    let places = Places(page);
    let head = headings(&mut svg, figure, places);
    let top = head + 12.0;
    let heights = heights(figure, places);
    let bottom = top + heights.iter().sum::<f64>() + 4.0;
    for percent in [25, 50, 75, 100_u8] {
        let at = places.x(f64::from(percent) / 100.0);
        svg.line(at, top, at, bottom, "grid");
    }
    let overall = figure.rows.iter().find_map(|row| match row {
        Row::Overall(group) => group.effect.as_ref().filter(|effect| effect.is_sound()),
        _ => None,
    });
    if let Some(effect) = overall {
        let at = places.x(effect.estimate);
        svg.line(at, top, at, bottom, "ref");
    }
    let largest = figure
        .rows
        .iter()
        .map(|row| if let Row::Group(g) = row { g.n } else { 0 });
    let largest = largest.max().unwrap_or(1).max(1);
    let mut grouped = false;
    let mut above = top + 2.0;
    for (row, height) in figure.rows.iter().zip(heights) {
        let y = above + height / 2.0;
        above += height;
        match row {
            Row::Heading(text) => {
                // Nothing else stands in its row.
                svg.text_in(EDGE, y + 5.0, page - 2.0 * EDGE, "b", Anchor::Start, text);
                grouped = true;
            }
            Row::Group(group) => {
                draw_group(
                    &mut svg,
                    group,
                    y,
                    if grouped { INDENT } else { 0.0 },
                    Some(largest),
                );
            }
            Row::Overall(group) => draw_group(&mut svg, group, y, 0.0, None),
        }
    }
    axis(&mut svg, bottom);
    svg.finish(&figure.frame, bottom + 26.0, &words(figure))
}

/// The height of each row: more where a label takes two lines.
fn heights(figure: &Figure, places: Places) -> Vec<f64> {
    let mut indent = 0.0;
    let height = |row: &Row| match row {
        Row::Heading(_) => {
            indent = INDENT;
            ROW
        }
        Row::Group(group) => ROW + 15.0 * real(label_lines(&group.label, places.room(indent)) - 1),
        Row::Overall(group) => ROW + 15.0 * real(label_lines(&group.label, places.room(0.0)) - 1),
    };
    figure.rows.iter().map(height).collect()
}

/// Draws the headings of the columns and the line below them; returns on which height they stand.
fn headings(svg: &mut Svg, figure: &Figure, places: Places) -> f64 {
    let (from, to) = places.axis();
    let outcome = wrap_in(&figure.outcome, BOLD_SMALL, to - from, HEADING_LINES);
    // Headings stand on the line of the last.
    let head = svg.top() + 16.0 + LINE * real(outcome.len().saturating_sub(1));
    svg.text_in(
        EDGE,
        head,
        places.room(0.0) + 40.0,
        "s b",
        Anchor::Start,
        &figure.label_heading,
    );
    svg.text(places.counts(), head, "s b", Anchor::End, "n/N");
    let middle = f64::midpoint(from, to);
    for (above, line) in outcome.iter().rev().enumerate() {
        let y = head - LINE * real(above);
        svg.text_in(middle, y, to - from, "s b", Anchor::Middle, line);
    }
    let heading = format!("% ({})", interval(figure));
    svg.text_in(
        svg.width() - EDGE,
        head,
        150.0,
        "s b",
        Anchor::End,
        &heading,
    );
    svg.line(EDGE, head + 9.0, svg.width() - EDGE, head + 9.0, "rule");
    head
}

fn interval(figure: &Figure) -> &str {
    if figure.interval.is_empty() {
        "95% CI"
    } else {
        &figure.interval
    }
}

/// One group; `largest` is the greatest N, or `None` for the overall row.
fn draw_group(svg: &mut Svg, group: &Group, y: f64, indent: f64, largest: Option<usize>) {
    let places = Places(svg.width());
    let class = if largest.is_none() { "b" } else { "" };
    let counts = format!("{}/{}", group.events, group.n);
    svg.label(
        EDGE + indent,
        y,
        places.room(indent),
        class,
        Anchor::Start,
        &group.label,
    );
    svg.text(places.counts(), y + 5.0, class, Anchor::End, &counts);
    let Some(effect) = group.effect.as_ref().filter(|effect| effect.is_sound()) else {
        svg.text(
            svg.width() - EDGE,
            y + 5.0,
            "m undefined",
            Anchor::End,
            "not evaluable",
        );
        return;
    };
    svg.text(
        svg.width() - EDGE,
        y + 5.0,
        class,
        Anchor::End,
        &effect.text,
    );
    let (low, mid, high) = (
        places.x(effect.lower),
        places.x(effect.estimate),
        places.x(effect.upper),
    );
    svg.open(
        "row",
        &format!("{}: {counts}, {} %", group.label, effect.text),
    );
    if let Some(largest) = largest {
        // Area in proportion to N, with a floor that keeps one case visible.
        let half = (7.5 * (real(group.n) / real(largest)).sqrt()).max(2.6);
        let whisker = format!(
            "M{l} {y0}V{y1}M{l} {y}H{h}M{h} {y0}V{y1}",
            l = num(low),
            h = num(high),
            y = num(y),
            y0 = num(y - 4.0),
            y1 = num(y + 4.0)
        );
        svg.path(&whisker, "axis", "");
        svg.rect(mid - half, y - half, 2.0 * half, 2.0 * half, "f1 square");
    } else {
        svg.polygon(
            &[(low, y), (mid, y - 8.0), (high, y), (mid, y + 8.0)],
            "f2 diamond",
        );
    }
    svg.close();
}

fn axis(svg: &mut Svg, y: f64) {
    let places = Places(svg.width());
    let (from, to) = places.axis();
    svg.line(from, y, to, y, "axis");
    for percent in [0, 25, 50, 75, 100_u8] {
        let at = places.x(f64::from(percent) / 100.0);
        svg.line(at, y, at, y + 5.0, "axis");
        // A short axis has no room for each number.
        if to - from < SHORT && percent % 50 > 0 {
            continue;
        }
        let label = if percent == 100 {
            "100 %".to_owned()
        } else {
            percent.to_string()
        };
        svg.text(at, y + 20.0, "s", Anchor::Middle, &label);
    }
}

/// The figure in words.
fn words(figure: &Figure) -> String {
    let rows = figure.rows.iter().filter_map(|row| match row {
        Row::Heading(_) => None,
        Row::Group(g) | Row::Overall(g) => {
            Some(match g.effect.as_ref().filter(|effect| effect.is_sound()) {
                Some(effect) => format!("{} {}/{}, {} %", g.label, g.events, g.n, effect.text),
                None => format!("{} {}/{}, not evaluable", g.label, g.events, g.n),
            })
        }
    });
    let rows: Vec<String> = rows.collect();
    format!(
        "Forest plot of {} ({}): {}.",
        figure.outcome,
        interval(figure),
        rows.join("; ")
    )
}

#[cfg(test)]
mod tests {
    use super::super::wellformed::{check, count, written};
    use super::*;

    fn group(label: &str, n: usize) -> Group {
        let effect = Effect {
            estimate: 0.867,
            lower: 0.693,
            upper: 0.962,
            text: "86.7 (69.3\u{2013}96.2)".into(),
        };
        Group {
            label: label.into(),
            events: n / 2,
            n,
            effect: (n > 0).then_some(effect),
        }
    }

    fn figure() -> Figure {
        Figure {
            outcome: "Objective response".into(),
            rows: vec![
                Row::Heading("Partner".into()),
                Row::Group(group("RANBP2 & <others>", 30)),
                Row::Group(group(&"a very long label ".repeat(6), 1)),
                Row::Group(group("EML4", 0)),
                Row::Overall(group("All cases", 31)),
            ],
            ..Figure::default()
        }
    }

    #[test]
    fn groups_are_squares_the_overall_row_is_a_diamond() {
        let svg = written(&draw(&figure()));
        check(&svg);
        assert_eq!(count(&svg, "square\""), 2);
        assert_eq!(count(&svg, "diamond\""), 1);
        assert_eq!(count(&svg, ">not evaluable<"), 1);
        assert!(
            svg.contains("86.7 (69.3\u{2013}96.2)") && svg.contains("RANBP2 &amp; &lt;others&gt;")
        );
    }

    #[test]
    fn a_long_label_is_cut_and_kept_whole_in_a_title() {
        let svg = written(&draw(&figure()));
        let full = "a very long label ".repeat(6);
        assert!(svg.contains(&format!("<title>{full}</title>")) && svg.contains('…'));
    }

    #[test]
    fn headings_of_a_narrow_plot_are_whole() {
        let mut narrow = figure();
        narrow.frame.look.width = 420.0;
        narrow.outcome = "Objective response".into();
        narrow.rows[0] = Row::Heading("Words taken as they stand, of all reports".into());
        let svg = written(&draw(&narrow));
        check(&svg);
        for line in [
            ">Objective<",
            ">response<",
            ">Words taken as they stand, of all reports<",
        ] {
            assert!(svg.contains(line), "{line}: {svg}");
        }
    }

    #[test]
    fn nothing_and_undefined_numbers_do_not_break_it() {
        check(&written(&draw(&Figure::default())));
        let mut broken = group("x", 3);
        broken.effect = Some(Effect {
            estimate: f64::NAN,
            lower: 0.0,
            upper: 1.0,
            text: String::new(),
        });
        let svg = written(&draw(&Figure {
            rows: vec![Row::Overall(broken)],
            ..Figure::default()
        }));
        check(&svg);
        assert!(svg.contains("not evaluable"));
    }

    #[test]
    fn the_same_input_gives_the_same_bytes() {
        assert_eq!(written(&draw(&figure())), written(&draw(&figure())));
    }
}
