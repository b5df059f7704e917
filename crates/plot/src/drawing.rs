//! A figure that is drawn, and how it is written as SVG.

use std::collections::BTreeSet;
use std::fmt::{self, Write};

use super::LookError;
use super::markup::{escape, num};
use super::palette::{self, Colours, Palette, stylesheet};
use super::text;

/// Size of the marks behind a figure, where they fit.
const GHOST: f64 = 56.0;

/// A pattern of lines that fills a shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Pattern {
    /// Diagonal lines in the colour of a series.
    Hatch(usize),
    /// The muted lines of a series of missing data.
    Missing(usize),
}

impl Pattern {
    /// Diagonal lines in the colour of the series at `index` (from 0).
    #[must_use]
    pub fn hatch(index: usize) -> Self {
        Self::Hatch(index % palette::SERIES)
    }

    /// The muted lines of the missing-data series at `index` (from 0).
    #[must_use]
    pub fn missing(index: usize) -> Self {
        Self::Missing(index % 5)
    }

    /// What its id ends with.
    fn key(self) -> String {
        match self {
            Self::Hatch(index) => format!("h{index}"),
            Self::Missing(index) => format!("m{index}"),
        }
    }
}

/// A part of the body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    Markup(String),
    /// A `fill` attribute, for which the id of the pattern is needed.
    Fill(Pattern),
}

/// A figure that is drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct Drawing {
    pub(super) kind: &'static str,
    pub(super) width: f64,
    pub(super) height: f64,
    pub(super) scale: f64,
    pub(super) palette: Palette,
    pub(super) title: String,
    pub(super) description: String,
    pub(super) marks: Vec<&'static str>,
    pub(super) patterns: BTreeSet<Pattern>,
    pub(super) body: Vec<Piece>,
}

/// Which style sheet a figure carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// Its own: it can stand by itself.
    Own(Colours),
    /// None: the page around it has [`stylesheet`].
    OfPage,
}

/// How a figure is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SvgOptions {
    /// Whether the drawing carries its style sheet.
    pub style: Style,
    /// What its ids begin with; by default a fingerprint of the figure, which no other figure of a page has.
    pub ids: Option<String>,
}

impl SvgOptions {
    /// For a page that has the style sheet once for all figures.
    pub const IN_PAGE: Self = Self {
        style: Style::OfPage,
        ids: None,
    };
}

/// For a file: its own style sheet, in which any renderer finds its colours.
impl Default for SvgOptions {
    fn default() -> Self {
        Self {
            style: Style::Own(Colours::Plain),
            ids: None,
        }
    }
}

impl Drawing {
    /// The name of the figure.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }

    /// The same, no wider than this, in user units of 1/96 inch: made smaller as a whole where it is.
    #[must_use]
    pub fn within(mut self, width: f64) -> Self {
        self.scale = self.scale.min(width / self.width);
        self
    }

    /// The same with this height, in user units of 1/96 inch.
    ///
    /// # Errors
    /// It is higher.
    pub fn high(mut self, height: f64) -> Result<Self, LookError> {
        let units = height / self.scale;
        if units + 0.5 < self.height {
            let least = self.height * self.scale * 25.4 / 96.0;
            return Err(LookError::Low { least });
        }
        self.height = units;
        Ok(self)
    }

    /// Width and height as it is drawn, in user units of 1/96 inch.
    #[must_use]
    pub fn size(&self) -> (f64, f64) {
        (self.width * self.scale, self.height * self.scale)
    }

    /// What it shows, for those who cannot see it.
    #[must_use]
    pub fn description(&self) -> &str {
        &self.description
    }

    /// The drawing as one `<svg>` element.
    #[must_use]
    pub fn svg(&self, options: &SvgOptions) -> String {
        let style = match options.style {
            Style::Own(colours) => Some(stylesheet(self.palette, colours)),
            Style::OfPage => None,
        };
        let mut out = String::new();
        let written = match &options.ids {
            Some(ids) => self.write(&mut out, style, ids),
            None => self.write(&mut out, style, &self.fingerprint()),
        };
        debug_assert!(written.is_ok(), "writing into a string cannot fail");
        out
    }

    /// Differs between figures that differ, and is the same for one however it is written.
    fn fingerprint(&self) -> String {
        let mut hash = Fnv::default();
        let written = self.write(
            &mut hash,
            Some(stylesheet(self.palette, Colours::Variables)),
            "\u{E000}",
        );
        debug_assert!(written.is_ok(), "hashing cannot fail");
        format!("cg{:08x}", hash.0)
    }

    fn write(&self, out: &mut impl Write, style: Option<&str>, ids: &str) -> fmt::Result {
        let (title, description) = (escape(&self.title), escape(&self.description));
        let (w, h) = (num(self.width), num(self.height));
        let (wide, high) = self.size();
        let (wide, high) = (num(wide), num(high));
        writeln!(
            out,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"cg-plot cg-{kind}\" viewBox=\"0 0 {w} {h}\" width=\"{wide}\" height=\"{high}\" role=\"img\" aria-labelledby=\"{ids}t {ids}d\">\n<title id=\"{ids}t\">{title}</title>\n<desc id=\"{ids}d\">{description}</desc>",
            kind = self.kind
        )?;
        if let Some(style) = style {
            write!(out, "<style>{style}</style>")?;
        }
        writeln!(out)?;
        self.write_patterns(out, ids)?;
        writeln!(out, "<rect class=\"paper\" width=\"{w}\" height=\"{h}\"/>")?;
        for (place, mark) in (0..).zip(&self.marks) {
            let middle = self.height / 2.0 + 20.0 + 48.0 * f64::from(place);
            let (x, y) = (num(self.width / 2.0), num(middle));
            let size = num(GHOST.min(GHOST * 0.95 * self.width / text::width(mark, GHOST * 1.25)));
            writeln!(
                out,
                "<text class=\"ghost\" font-size=\"{size}\" aria-hidden=\"true\" x=\"{x}\" y=\"{y}\" text-anchor=\"middle\">{mark}</text>"
            )?;
        }
        for piece in &self.body {
            match piece {
                Piece::Markup(text) => out.write_str(text)?,
                Piece::Fill(pattern) => write!(out, " fill=\"url(#{ids}{})\"", pattern.key())?,
            }
        }
        out.write_str("</svg>\n")
    }

    fn write_patterns(&self, out: &mut impl Write, ids: &str) -> fmt::Result {
        if self.patterns.is_empty() {
            return Ok(());
        }
        out.write_str("<defs>")?;
        for pattern in &self.patterns {
            let (line, size, turn, d, width) = match pattern {
                Pattern::Hatch(index) => (palette::stroke(*index), 7, 45, "M0 0V7", "hatch wide"),
                Pattern::Missing(0) => ("rule", 6, 45, "M0 0V6", "hatch"),
                Pattern::Missing(1) => ("rule", 6, 0, "M2 3H4", "hatch"),
                Pattern::Missing(2) => ("rule", 7, 0, "M0 0L7 7M7 0L0 7", "hatch"),
                Pattern::Missing(3) => ("rule", 5, 0, "M0 2.5H5", "hatch"),
                Pattern::Missing(_) => ("rule", 12, 135, "M0 0V12", "hatch"),
            };
            let key = pattern.key();
            write!(
                out,
                "<pattern id=\"{ids}{key}\" width=\"{size}\" height=\"{size}\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate({turn})\"><rect class=\"paper\" width=\"{size}\" height=\"{size}\"/><path class=\"{line} {width}\" d=\"{d}\"/></pattern>"
            )?;
        }
        out.write_str("</defs>\n")
    }
}

/// FNV-1a.
struct Fnv(u32);

impl Default for Fnv {
    fn default() -> Self {
        Self(0x811c_9dc5)
    }
}

impl Write for Fnv {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for byte in text.bytes() {
            self.0 = (self.0 ^ u32::from(byte)).wrapping_mul(0x0100_0193);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::Frame;
    use super::super::svg::{Fill, Svg, WIDTH};
    use super::super::wellformed::check;
    use super::*;

    fn drawing() -> Drawing {
        let frame = Frame {
            title: "var(--x,#fff)".into(),
            ..Frame::default()
        };
        let mut svg = Svg::new("test", &frame, WIDTH);
        svg.rect_filled(0.0, 0.0, 4.0, 5.0, "x", Fill::Pattern(Pattern::missing(6)));
        svg.finish(&frame, 10.0, "")
    }

    #[test]
    fn a_file_has_plain_colours() {
        let plain = drawing().svg(&SvgOptions::default());
        check(&plain);
        // That of the title.
        assert_eq!(plain.matches("var(").count(), 1);
        assert!(plain.contains("fill:#1b1f24"));
    }

    #[test]
    fn a_figure_of_a_page_has_no_style_sheet_and_the_same_ids() {
        let ids = |svg: &str| {
            let from = svg.find("<title id=\"").expect("an id") + 11;
            svg[from..from + 10].to_owned()
        };
        let of_page = drawing().svg(&SvgOptions::IN_PAGE);
        assert!(!of_page.contains("<style>"));
        assert_eq!(ids(&of_page), ids(&drawing().svg(&SvgOptions::default())));
    }

    #[test]
    fn ids_begin_as_told() {
        let own = SvgOptions {
            ids: Some("fig1".into()),
            ..SvgOptions::default()
        };
        let svg = drawing().svg(&own);
        check(&svg);
        assert!(svg.contains("aria-labelledby=\"fig1t fig1d\""));
        assert!(svg.contains("id=\"fig1m1\"") && svg.contains("url(#fig1m1)"));
    }
}
