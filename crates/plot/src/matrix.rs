//! Counts of rows by columns, such as fusion partner by histology.

use super::svg::{Anchor, EDGE, Fill, SMALL, Svg, TEXT, WIDTH, real};
use super::text::{width, wrap_in};
use super::{Drawing, Frame};

/// One matrix of counts with its totals.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Figure {
    /// Title, description, note and marks.
    pub frame: Frame,
    /// What the rows are, such as "Fusion partner".
    pub row_heading: String,
    /// What the columns are, such as "Histology".
    pub column_heading: String,
    /// Names of the rows.
    pub rows: Vec<String>,
    /// Names of the columns.
    pub columns: Vec<String>,
    /// One list per row with a count per column; what is absent counts as 0.
    pub counts: Vec<Vec<usize>>,
}

impl Figure {
    fn count(&self, row: usize, column: usize) -> usize {
        self.counts
            .get(row)
            .and_then(|r| r.get(column))
            .copied()
            .unwrap_or(0)
    }
}

/// Height of a cell.
const CELL: f64 = 28.0;
/// Longest line of a column heading; it takes two lines where cells are wide enough.
const HEADING: f64 = 190.0;
/// Angle of the column headings.
const TURN: f64 = -45.0;

/// Draws a matrix of cells.
#[must_use]
pub fn draw(figure: &Figure) -> Drawing {
    let columns = real(figure.columns.len());
    let wide = figure.frame.look.width;
    let widest =
        |names: &[String], size: f64| names.iter().map(|n| width(n, size)).fold(0.0, f64::max);
    let row_names = widest(&figure.rows, TEXT).max(width(&figure.row_heading, TEXT) * 1.1) + 14.0;
    let left = EDGE + row_names.clamp(60.0, wide * 230.0 / WIDTH);
    let headings = widest(&figure.columns, SMALL).min(HEADING);
    let slope = TURN.to_radians().cos();
    // The last heading leans over the totals and must stay on the page.
    let right = (headings * slope - 40.0).max(0.0);
    let room = (wide - EDGE - left - right) / (columns + 1.2);
    let cell = room.clamp(28.0, 72.0);
    let page = (left + cell * (columns + 1.2) + right + EDGE).max(wide);

    let mut svg = Svg::new("matrix", &figure.frame, page);
    let mut top = svg.top() + 6.0;
    if !figure.column_heading.is_empty() {
        top += 14.0;
        svg.text(left, top, "b", Anchor::Start, &figure.column_heading);
    }
    top += headings * slope + 22.0;
    svg.text_in(
        EDGE,
        top - 8.0,
        left - EDGE - 10.0,
        "b",
        Anchor::Start,
        &figure.row_heading,
    );
    let totals = left + cell * columns + 0.2 * cell;
    let names = figure
        .columns
        .iter()
        .map(|n| (n.as_str(), "s"))
        .chain([("Total", "s b")]);
    for (column, (name, class)) in names.enumerate() {
        let start = if column == figure.columns.len() {
            totals
        } else {
            left + cell * real(column)
        };
        let lines = wrap_in(name, SMALL, HEADING, if cell < 46.0 { 1 } else { 2 });
        svg.open("", name);
        let first = start + cell / 2.0 + 4.0 - 10.0 * (real(lines.len()) - 1.0);
        for (at, line) in lines.iter().enumerate() {
            let x = first + 21.0 * real(at);
            svg.text_turned(x, top - 7.0, TURN, class, Anchor::Start, line);
        }
        svg.close();
    }
    cells(&mut svg, figure, left, top, cell);
    let bottom = top + CELL * (real(figure.rows.len()) + 1.2);
    sums(&mut svg, figure, left, top, cell);
    svg.line(
        EDGE,
        bottom - CELL - 3.0,
        totals + cell,
        bottom - CELL - 3.0,
        "rule",
    );
    svg.finish(&figure.frame, bottom + 4.0, &words(figure))
}

fn cells(svg: &mut Svg, figure: &Figure, left: f64, top: f64, cell: f64) {
    let all = || figure.counts.iter().flatten().copied();
    let largest = real(all().max().unwrap_or(1).max(1));
    for (row, name) in figure.rows.iter().enumerate() {
        let y = top + CELL * real(row);
        svg.text_in(
            left - 10.0,
            y + 19.0,
            left - EDGE - 10.0,
            "",
            Anchor::End,
            name,
        );
        for (column, heading) in figure.columns.iter().enumerate() {
            let x = left + cell * real(column);
            let count = figure.count(row, column);
            if count == 0 {
                svg.rect(x + 1.0, y + 1.0, cell - 2.0, CELL - 2.0, "band");
                svg.circle(x + cell / 2.0, y + CELL / 2.0, 1.3, "mute");
                continue;
            }
            // At most 0.55, so that ink stays readable on every shade.
            let shade = 0.14 + 0.41 * (real(count) / largest).sqrt();
            svg.open("", &format!("{name}, {heading}: {count}"));
            svg.rect_filled(
                x + 1.0,
                y + 1.0,
                cell - 2.0,
                CELL - 2.0,
                "f1 cell",
                Fill::Opacity(shade),
            );
            svg.text(
                x + cell / 2.0,
                y + 19.0,
                "b",
                Anchor::Middle,
                &count.to_string(),
            );
            svg.close();
        }
    }
}

fn sums(svg: &mut Svg, figure: &Figure, left: f64, top: f64, cell: f64) {
    let (rows, columns) = (figure.rows.len(), figure.columns.len());
    let x = left + cell * (real(columns) + 0.7);
    let mut grand = 0;
    for row in 0..rows {
        let sum: usize = (0..columns).map(|c| figure.count(row, c)).sum();
        grand += sum;
        svg.text(
            x,
            top + CELL * real(row) + 19.0,
            "total",
            Anchor::Middle,
            &sum.to_string(),
        );
    }
    let y = top + CELL * (real(rows) + 0.2) + 19.0;
    svg.text(left - 10.0, y, "b", Anchor::End, "Total");
    for column in 0..columns {
        let sum: usize = (0..rows).map(|r| figure.count(r, column)).sum();
        let at = left + cell * (real(column) + 0.5);
        svg.text(at, y, "total", Anchor::Middle, &sum.to_string());
    }
    svg.text(x, y, "b", Anchor::Middle, &grand.to_string());
}

/// The figure in words: every cell that is not empty.
fn words(figure: &Figure) -> String {
    let mut parts = Vec::new();
    for (row, name) in figure.rows.iter().enumerate() {
        for (column, heading) in figure.columns.iter().enumerate() {
            match figure.count(row, column) {
                0 => {}
                count => parts.push(format!("{name} with {heading} {count}")),
            }
        }
    }
    let (rows, columns) = (&figure.row_heading, &figure.column_heading);
    format!(
        "Counts of {rows} by {columns}: {}.",
        if parts.is_empty() {
            "all 0".to_owned()
        } else {
            parts.join("; ")
        }
    )
}

#[cfg(test)]
mod tests {
    use super::super::wellformed::{check, count, written};
    use super::*;

    fn figure(rows: usize, columns: usize) -> Figure {
        let names = |word: &str, n: usize| (0..n).map(|i| format!("{word} <{i}>")).collect();
        Figure {
            rows: names("partner", rows),
            columns: names("a histology with quite a long name that is cut", columns),
            counts: (0..rows)
                .map(|r| (0..columns).map(|c| (r + c) % 3).collect())
                .collect(),
            ..Figure::default()
        }
    }

    #[test]
    fn zero_cells_are_dots_and_totals_add_up() {
        let svg = written(&draw(&figure(3, 3)));
        check(&svg);
        assert_eq!(count(&svg, "class=\"f1 cell\""), 6);
        assert_eq!(count(&svg, "<circle"), 3);
        assert_eq!(count(&svg, "class=\"total\""), 6);
        assert!(svg.contains("class=\"b\" x=") && svg.contains(">9</text>"));
        assert!(svg.contains("partner &lt;0&gt;"));
    }

    #[test]
    fn many_columns_widen_the_page() {
        let svg = written(&draw(&figure(2, 40)));
        check(&svg);
        assert!(!svg.contains("viewBox=\"0 0 720 "));
        assert!(written(&draw(&figure(2, 5))).contains("viewBox=\"0 0 720 "));
    }

    #[test]
    fn nothing_and_ragged_rows_do_not_break_it() {
        check(&written(&draw(&Figure::default())));
        let mut ragged = figure(3, 3);
        ragged.counts = vec![vec![5]];
        let svg = written(&draw(&ragged));
        check(&svg);
        assert_eq!(count(&svg, "class=\"f1 cell\""), 1);
    }

    #[test]
    fn the_same_input_gives_the_same_bytes() {
        assert_eq!(written(&draw(&figure(4, 5))), written(&draw(&figure(4, 5))));
    }
}
