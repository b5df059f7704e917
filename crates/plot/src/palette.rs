//! Colours, dashes and the stylesheet that every figure carries.
//!
//! The series colours follow Okabe and Ito (<https://jfly.uni-koeln.de/color/>), darkened
//! where the original falls under a contrast of 3:1 on white. A page overrides them
//! through the custom properties `--cg-ink`, `--cg-paper`, `--cg-muted`, `--cg-line`,
//! `--cg-warn`, `--cg-wash` and `--cg-s1` to `--cg-s8`.

use std::sync::LazyLock;

/// How many series differ by colour; further ones take the colours again with other dashes.
pub const SERIES: usize = 8;

/// Stroke dashes of the series, so that curves differ without colour.
const DASHES: [&str; SERIES] = [
    "none",
    "8 4",
    "2 3",
    "10 4 2 4",
    "5 3",
    "12 3 2 3 2 3",
    "14 3",
    "1 2",
];

/// The colours: the name of the custom property behind `--cg-`, and the colour where no page sets it.
const COLOURS: [(&str, &str); 14] = [
    ("ink", "#1b1f24"),
    ("line", "#d8dee4"),
    ("muted", "#57606a"),
    ("paper", "#ffffff"),
    ("warn", "#a33a00"),
    ("wash", "#f4f6f8"),
    ("s1", "#0072b2"),
    ("s2", "#c4500a"),
    ("s3", "#00805c"),
    ("s4", "#a8487f"),
    ("s5", "#8a6a00"),
    ("s6", "#4b5563"),
    ("s7", "#6b46c1"),
    ("s8", "#12161b"),
];

/// The colours of the series in shades of grey, from the darkest, as far from each other as eight can be.
const GREYS: [(&str, &str); 9] = [
    ("warn", "#3a3a3a"),
    ("s1", "#1f1f1f"),
    ("s2", "#757575"),
    ("s3", "#4a4a4a"),
    ("s4", "#8c8c8c"),
    ("s5", "#333333"),
    ("s6", "#616161"),
    ("s7", "#808080"),
    ("s8", "#000000"),
];

/// The colours of a figure.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Palette {
    /// Colours that people with any kind of colour vision tell apart.
    #[default]
    Colour,
    /// Shades of grey, told apart by dash, pattern and label.
    Grey,
}

impl Palette {
    /// The colour of this name.
    fn value(self, name: &str) -> Option<&'static str> {
        let of = |all: &'static [(&str, &str)]| {
            let found = all.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| *value)
        };
        let own = match self {
            Self::Colour => None,
            Self::Grey => of(&GREYS),
        };
        own.or_else(|| of(&COLOURS))
    }
}

/// The rules of the style sheet; `$ink` stands for the colour of that name. They are scoped by
/// `.cg-plot`, so that several figures on one page do not disturb each other.
const RULES: &str = "\
.cg-plot{font-family:'Helvetica Neue',Helvetica,Arial,'Liberation Sans','Segoe UI',Roboto,sans-serif;font-size:14px;color:$ink}\
.cg-plot text{fill:$ink}\
.cg-plot .h{font-size:16px;font-weight:600}\
.cg-plot .b{font-weight:600}\
.cg-plot .s{font-size:13px}\
.cg-plot .m{font-size:13px;fill:$muted}\
.cg-plot .on{font-size:13px;stroke:$paper;stroke-width:3px;stroke-linejoin:round;paint-order:stroke}\
.cg-plot .paper{fill:$paper}\
.cg-plot .axis{stroke:$ink;stroke-width:1.2;fill:none}\
.cg-plot .grid{stroke:$line;stroke-width:1;fill:none}\
.cg-plot .rule{stroke:$muted;stroke-width:1;fill:none}\
.cg-plot .ref{stroke:$muted;stroke-width:1.2;stroke-dasharray:5 4;fill:none}\
.cg-plot .mark{fill:$ink;stroke:$paper;stroke-width:1}\
.cg-plot .open{fill:$paper;stroke:$ink;stroke-width:1.4}\
.cg-plot .box{fill:$paper;stroke:$ink;stroke-width:1.2}\
.cg-plot .side{fill:$wash;stroke:$muted;stroke-width:1}\
.cg-plot .band{fill:$wash}\
.cg-plot .mute{fill:$muted}\
.cg-plot .miss{fill:$paper;stroke:$muted;stroke-width:1}\
.cg-plot .pat{stroke:$muted;stroke-width:1}\
.cg-plot .in{font-size:13px;font-weight:600;fill:$paper}\
.cg-plot .warnbox{fill:$paper;stroke:$warn;stroke-width:1.5}\
.cg-plot .warntext{font-size:13px;font-weight:700;letter-spacing:.06em;fill:$warn}\
.cg-plot .ghost{font-weight:700;letter-spacing:.08em;fill:$warn;opacity:.08}\
.cg-plot .f1{fill:$s1}.cg-plot .l1{stroke:$s1}\
.cg-plot .f2{fill:$s2}.cg-plot .l2{stroke:$s2}\
.cg-plot .f3{fill:$s3}.cg-plot .l3{stroke:$s3}\
.cg-plot .f4{fill:$s4}.cg-plot .l4{stroke:$s4}\
.cg-plot .f5{fill:$s5}.cg-plot .l5{stroke:$s5}\
.cg-plot .f6{fill:$s6}.cg-plot .l6{stroke:$s6}\
.cg-plot .f7{fill:$s7}.cg-plot .l7{stroke:$s7}\
.cg-plot .f8{fill:$s8}.cg-plot .l8{stroke:$s8}\
.cg-plot .tint{fill-opacity:.16}.cg-plot .faint{fill-opacity:.08}.cg-plot .half{fill-opacity:.34}\
.cg-plot .cross{stroke:$ink;stroke-width:2.6;fill:none}\
.cg-plot .halo{stroke:$paper;stroke-width:5.5;fill:none}\
.cg-plot .curve{fill:none;stroke-width:2.2;stroke-linejoin:miter}\
.cg-plot .edge{stroke-width:1.3}\
.cg-plot .hatch{stroke-width:1.2}.cg-plot .hatch.wide{stroke-width:2}\
.cg-plot .degree1{fill-opacity:.11}.cg-plot .degree2{fill-opacity:.22}.cg-plot .degree3{fill-opacity:.33}\
.cg-plot .degree4{fill-opacity:.44}.cg-plot .degree5{fill-opacity:.55}";

/// How a style sheet names colours.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Colours {
    /// As they are, for renderers without CSS variables.
    #[default]
    Plain,
    /// By custom properties, so that the figure follows the light and dark mode of its page.
    Variables,
}

/// The style sheet of every figure of a palette.
#[must_use]
pub fn stylesheet(palette: Palette, colours: Colours) -> &'static str {
    type Sheet = LazyLock<String>;
    fn plain(palette: Palette) -> String {
        write_rules(palette, |_, value| value.to_owned())
    }
    fn variables(palette: Palette) -> String {
        write_rules(palette, |name, value| format!("var(--cg-{name},{value})"))
    }
    static PLAIN: Sheet = LazyLock::new(|| plain(Palette::Colour));
    static VARIABLES: Sheet = LazyLock::new(|| variables(Palette::Colour));
    static GREY: Sheet = LazyLock::new(|| plain(Palette::Grey));
    static GREY_VARIABLES: Sheet = LazyLock::new(|| variables(Palette::Grey));
    match (palette, colours) {
        (Palette::Colour, Colours::Plain) => &PLAIN,
        (Palette::Colour, Colours::Variables) => &VARIABLES,
        (Palette::Grey, Colours::Plain) => &GREY,
        (Palette::Grey, Colours::Variables) => &GREY_VARIABLES,
    }
}

fn write_rules(palette: Palette, colour: impl Fn(&str, &str) -> String) -> String {
    let mut parts = RULES.split('$');
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part.find([';', '}']).unwrap_or(part.len());
        let name = &part[..end];
        if let Some(value) = palette.value(name) {
            out.push_str(&colour(name, value));
        }
        out.push_str(&part[end..]);
    }
    out
}

/// Class that fills with the colour of the series at `index` (from 0).
#[must_use]
pub fn fill(index: usize) -> &'static str {
    ["f1", "f2", "f3", "f4", "f5", "f6", "f7", "f8"][index % SERIES]
}

/// Class that strokes with the colour of the series at `index` (from 0).
#[must_use]
pub fn stroke(index: usize) -> &'static str {
    ["l1", "l2", "l3", "l4", "l5", "l6", "l7", "l8"][index % SERIES]
}

/// The `stroke-dasharray` of the series at `index` (from 0): no two of the first 64 share both
/// colour and dash.
#[must_use]
pub fn dash(index: usize) -> &'static str {
    DASHES[(index + index / SERIES) % SERIES]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_has_its_colour() {
        let names = RULES.split('$').skip(1);
        for name in names.map(|part| part.split([';', '}']).next().unwrap_or_default()) {
            assert!(COLOURS.iter().any(|(known, _)| *known == name), "{name}");
        }
        assert!(!stylesheet(Palette::Colour, Colours::Plain).contains("var("));
        let grey = stylesheet(Palette::Grey, Colours::Plain);
        assert!(grey.contains(".f1{fill:#1f1f1f}") && grey.contains("fill:#1b1f24"));
        let variables = stylesheet(Palette::Colour, Colours::Variables);
        assert!(variables.contains("fill:var(--cg-ink,#1b1f24)") && !variables.contains('$'));
    }

    #[test]
    fn colours_come_again_with_other_dashes() {
        assert_eq!(fill(0), fill(SERIES));
        let looks: std::collections::BTreeSet<_> = (0..64).map(|i| (stroke(i), dash(i))).collect();
        assert_eq!(looks.len(), 64);
    }
}
