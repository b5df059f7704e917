//! Draws: shapes with fixed decimals, escaped text, the frame.

use std::collections::BTreeSet;
use std::fmt::{Arguments, Write as _};

use super::drawing::{Drawing, Pattern, Piece};
pub use super::markup::{escape, num, real};
pub use super::sizes::{EDGE, SMALL, TEXT, WIDTH};
use super::{Frame, text};

/// How much wider bold letters are.
const BOLD: f64 = 1.06;
/// Size of the smallest bold text, as it is measured.
pub const BOLD_SMALL: f64 = SMALL * BOLD;

/// Which end of a text stands at its position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Anchor {
    /// The text begins there.
    Start,
    /// The text is centred there.
    Middle,
    /// The text ends there.
    End,
}

impl Anchor {
    fn attribute(self) -> &'static str {
        match self {
            Self::Start => "",
            Self::Middle => " text-anchor=\"middle\"",
            Self::End => " text-anchor=\"end\"",
        }
    }
}

/// How many lines (one or two) [`Svg::label`] needs for `text` in `room`.
#[must_use]
pub fn label_lines(text: &str, room: f64) -> usize {
    text::wrap_in(text, TEXT, room, 2).len().max(1)
}

/// How the inside of a rectangle is filled.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Fill {
    /// As its class says.
    Class,
    /// As its class says, and so opaque.
    Opacity(f64),
    /// A fill with a pattern.
    Pattern(Pattern),
}

/// A drawing in the making. Shapes are drawn in the order of the calls.
#[derive(Debug)]
pub struct Svg {
    kind: &'static str,
    width: f64,
    top: f64,
    body: Vec<Piece>,
    patterns: BTreeSet<Pattern>,
}

impl Svg {
    /// Starts a figure of `kind` (a CSS class) with the title and the mark of its frame.
    #[must_use]
    pub fn new(kind: &'static str, frame: &Frame, width: f64) -> Self {
        let mut svg = Self {
            kind,
            width,
            top: 10.0,
            body: Vec::new(),
            patterns: BTreeSet::new(),
        };
        let mut left = EDGE;
        for mark in &frame.marks {
            // At the left, where a page that is scrolled sideways still shows it.
            let width = text::width(mark, SMALL) + 40.0;
            svg.rect(left, 8.0, width, 24.0, "warnbox");
            svg.text(left + width / 2.0, 25.0, "warntext", Anchor::Middle, mark);
            svg.top = 42.0;
            left += width + 8.0;
        }
        let title = if frame.show_title {
            frame.heading()
        } else {
            ""
        };
        for line in text::wrap(title, 17.0, width - 2.0 * EDGE) {
            svg.text(EDGE, svg.top + 16.0, "h", Anchor::Start, &line);
            svg.top += 20.0;
        }
        if svg.top > 10.0 {
            svg.top += 6.0;
        }
        svg
    }

    /// The width of the figure in user units.
    #[must_use]
    pub fn width(&self) -> f64 {
        self.width
    }

    /// Where the content may begin.
    #[must_use]
    pub fn top(&self) -> f64 {
        self.top
    }

    /// A straight line.
    pub fn line(&mut self, x1: f64, y1: f64, x2: f64, y2: f64, class: &str) {
        let (x1, y1, x2, y2) = (num(x1), num(y1), num(x2), num(y2));
        self.push(format_args!(
            "<line class=\"{class}\" x1=\"{x1}\" y1=\"{y1}\" x2=\"{x2}\" y2=\"{y2}\"/>"
        ));
    }

    /// A rectangle; negative sizes become 0.
    pub fn rect(&mut self, x: f64, y: f64, width: f64, height: f64, class: &str) {
        self.rect_filled(x, y, width, height, class, Fill::Class);
    }

    /// A rectangle that is filled in a way of its own.
    pub fn rect_filled(&mut self, x: f64, y: f64, w: f64, h: f64, class: &str, fill: Fill) {
        let (x, y, w, h) = (num(x), num(y), num(w.max(0.0)), num(h.max(0.0)));
        self.write(format_args!(
            "<rect class=\"{class}\" x=\"{x}\" y=\"{y}\" width=\"{w}\" height=\"{h}\""
        ));
        match fill {
            Fill::Class => {}
            Fill::Opacity(opacity) => self.write(format_args!(" fill-opacity=\"{opacity:.2}\"")),
            Fill::Pattern(pattern) => {
                self.patterns.insert(pattern);
                self.body.push(Piece::Fill(pattern));
            }
        }
        self.push(format_args!("/>"));
    }

    /// A rectangle with round corners.
    pub fn rect_round(&mut self, x: f64, y: f64, w: f64, h: f64, class: &str) {
        let (x, y, w, h) = (num(x), num(y), num(w.max(0.0)), num(h.max(0.0)));
        self.push(format_args!(
            "<rect class=\"{class}\" x=\"{x}\" y=\"{y}\" width=\"{w}\" height=\"{h}\" rx=\"3\"/>"
        ));
    }

    /// A circle.
    pub fn circle(&mut self, x: f64, y: f64, radius: f64, class: &str) {
        let (x, y, r) = (num(x), num(y), num(radius));
        self.push(format_args!(
            "<circle class=\"{class}\" cx=\"{x}\" cy=\"{y}\" r=\"{r}\"/>"
        ));
    }

    /// A closed polygon.
    pub fn polygon(&mut self, points: &[(f64, f64)], class: &str) {
        let points: Vec<String> = points
            .iter()
            .map(|(x, y)| format!("{},{}", num(*x), num(*y)))
            .collect();
        self.push(format_args!(
            "<polygon class=\"{class}\" points=\"{}\"/>",
            points.join(" ")
        ));
    }

    /// A path from its commands, with an optional dash.
    pub fn path(&mut self, commands: &str, class: &str, dash: &str) {
        let dash = if dash.is_empty() || dash == "none" {
            String::new()
        } else {
            format!(" stroke-dasharray=\"{dash}\"")
        };
        self.push(format_args!(
            "<path class=\"{class}\" d=\"{commands}\"{dash}/>"
        ));
    }

    /// One line of text.
    pub fn text(&mut self, x: f64, y: f64, class: &str, anchor: Anchor, text: &str) {
        let (x, y, anchor, text) = (num(x), num(y), anchor.attribute(), escape(text));
        let class = if class.is_empty() {
            String::new()
        } else {
            format!(" class=\"{class}\"")
        };
        self.push(format_args!(
            "<text{class} x=\"{x}\" y=\"{y}\"{anchor}>{text}</text>"
        ));
    }

    /// Text cut to `room`; what was cut stays readable in a `<title>`.
    pub fn text_in(&mut self, x: f64, y: f64, room: f64, class: &str, anchor: Anchor, full: &str) {
        let size = if class.split(' ').any(|c| matches!(c, "s" | "m" | "on")) {
            SMALL
        } else {
            TEXT
        };
        let size = if class.split(' ').any(|c| c == "b") {
            size * BOLD
        } else {
            size
        };
        let shown = text::fit(full, size, room);
        if shown == full {
            return self.text(x, y, class, anchor, full);
        }
        self.open("", full);
        self.text(x, y, class, anchor, &shown);
        self.close();
    }

    /// A label in at most two lines, centred on the height `y`; what was cut stays readable
    /// in a `<title>`. [`label_lines`] says how many lines it takes.
    pub fn label(&mut self, x: f64, y: f64, room: f64, class: &str, anchor: Anchor, full: &str) {
        let lines = text::wrap_in(full, TEXT, room, 2);
        let cut = lines.last().is_some_and(|line| line.ends_with('…')) && !full.ends_with('…');
        if cut {
            self.open("", full);
        }
        let first = y + 5.0 - 8.0 * (real(lines.len()) - 1.0);
        for (at, line) in lines.iter().enumerate() {
            self.text(x, first + 16.0 * real(at), class, anchor, line);
        }
        if cut {
            self.close();
        }
    }

    /// Text turned by `degrees` about its start.
    pub fn text_turned(
        &mut self,
        x: f64,
        y: f64,
        degrees: f64,
        class: &str,
        anchor: Anchor,
        t: &str,
    ) {
        let (x, y, degrees) = (num(x), num(y), num(degrees));
        let (anchor, t) = (anchor.attribute(), escape(t));
        self.push(format_args!(
            "<text class=\"{class}\" transform=\"translate({x} {y}) rotate({degrees})\"{anchor}>{t}</text>"
        ));
    }

    /// Opens a group; `title` (if any) is what a pointer and a screen reader find there.
    pub fn open(&mut self, class: &str, title: &str) {
        if class.is_empty() {
            self.write(format_args!("<g>"));
        } else {
            self.push(format_args!("<g class=\"{class}\">"));
        }
        if !title.is_empty() {
            self.write(format_args!("<title>{}</title>", escape(title)));
        }
    }

    /// Opens a group whose shapes are drawn about (0, 0): it is moved to (`x`, `y`) and scaled.
    pub fn open_at(&mut self, class: &str, title: &str, (x, y): (f64, f64), scale: f64) {
        let (x, y, title) = (num(x), num(y), escape(title));
        self.write(format_args!(
            "<g class=\"{class}\" transform=\"translate({x} {y}) scale({scale})\"><title>{title}</title>"
        ));
    }

    /// Closes the group opened last.
    pub fn close(&mut self) {
        self.push(format_args!("</g>"));
    }

    fn write(&mut self, part: Arguments<'_>) {
        if !matches!(self.body.last(), Some(Piece::Markup(_))) {
            self.body.push(Piece::Markup(String::new()));
        }
        if let Some(Piece::Markup(text)) = self.body.last_mut() {
            // Writing into a string cannot fail.
            let _ = text.write_fmt(part);
        }
    }

    /// Adds markup that ends its line.
    fn push(&mut self, part: Arguments<'_>) {
        self.write(format_args!("{part}\n"));
    }

    /// Ends the figure: `bottom` is where the content ends, `drawn` says in words what
    /// it shows and follows the description of the frame.
    #[must_use]
    pub fn finish(mut self, frame: &Frame, bottom: f64, drawn: &str) -> Drawing {
        let mut bottom = bottom;
        for line in text::wrap(
            frame.note.as_deref().unwrap_or(""),
            SMALL,
            self.width - 2.0 * EDGE,
        ) {
            bottom += 18.0;
            self.text(EDGE, bottom, "m", Anchor::Start, &line);
        }
        let height = (bottom + 12.0).max(60.0);
        let title = match frame.heading() {
            "" => &frame.title,
            title => title,
        };
        let mut description = String::new();
        for mark in &frame.marks {
            description.push_str(&format!("{mark}. "));
        }
        for part in [
            frame.description.trim(),
            drawn.trim(),
            frame.note.as_deref().unwrap_or(""),
        ] {
            if !part.is_empty() {
                description.push_str(part);
                description.push_str(if part.ends_with('.') { " " } else { ". " });
            }
        }
        Drawing {
            kind: self.kind,
            width: self.width,
            height,
            scale: frame.look.scale,
            palette: frame.look.palette,
            title: title.to_owned(),
            description: description.trim_end().to_owned(),
            marks: frame.marks.clone(),
            patterns: self.patterns,
            body: self.body,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::wellformed::check;
    use super::super::{SYNTHETIC, SvgOptions};
    use super::*;

    #[test]
    fn the_frame_is_written_and_marked() {
        let frame = Frame {
            title: "R & D".into(),
            show_title: true,
            description: "Two words".into(),
            note: Some("10 of 33 cases".into()),
            marks: vec![SYNTHETIC],
            ..Frame::default()
        };
        let mut svg = Svg::new("test", &frame, WIDTH);
        let hatch = Fill::Pattern(Pattern::hatch(8));
        svg.rect_filled(0.0, 0.0, -4.0, 5.0, "x", hatch);
        let drawing = svg.finish(&frame, 100.0, "One box.");
        let out = drawing.svg(&SvgOptions::default());
        check(&out);
        assert!(out.contains("R &amp; D") && out.contains("role=\"img\""));
        assert_eq!(out.matches(">SYNTHETIC DATA<").count(), 2);
        assert!(out.contains("SYNTHETIC DATA. Two words. One box. 10 of 33 cases."));
        assert!(out.contains("h0)\"/>") && out.contains("width=\"0\""));
    }
}
