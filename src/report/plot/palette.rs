//! Colours, dashes and the stylesheet that every figure carries.
//!
//! The series colours follow Okabe and Ito (<https://jfly.uni-koeln.de/color/>), darkened
//! where the original falls under a contrast of 3:1 on white. A page overrides them
//! through the custom properties `--cg-ink`, `--cg-paper`, `--cg-muted`, `--cg-line`,
//! `--cg-warn` and `--cg-s1` to `--cg-s8`.

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

/// The stylesheet inside every figure. Its rules are scoped by `.cg-plot`, and the same
/// text is in each figure, so several figures on one page do not disturb each other.
pub const STYLE: &str = "\
.cg-plot{font-family:'Helvetica Neue',Helvetica,Arial,'Liberation Sans','Segoe UI',Roboto,sans-serif;font-size:14px;color:var(--cg-ink,#1b1f24)}\
.cg-plot text{fill:var(--cg-ink,#1b1f24)}\
.cg-plot .h{font-size:16px;font-weight:600}\
.cg-plot .b{font-weight:600}\
.cg-plot .s{font-size:13px}\
.cg-plot .m{font-size:13px;fill:var(--cg-muted,#57606a)}\
.cg-plot .on{font-size:13px;stroke:var(--cg-paper,#ffffff);stroke-width:3px;stroke-linejoin:round;paint-order:stroke}\
.cg-plot .paper{fill:var(--cg-paper,#ffffff)}\
.cg-plot .axis{stroke:var(--cg-ink,#1b1f24);stroke-width:1.2;fill:none}\
.cg-plot .grid{stroke:var(--cg-line,#d8dee4);stroke-width:1;fill:none}\
.cg-plot .rule{stroke:var(--cg-muted,#57606a);stroke-width:1;fill:none}\
.cg-plot .ref{stroke:var(--cg-muted,#57606a);stroke-width:1.2;stroke-dasharray:5 4;fill:none}\
.cg-plot .mark{fill:var(--cg-ink,#1b1f24);stroke:var(--cg-paper,#ffffff);stroke-width:1}\
.cg-plot .open{fill:var(--cg-paper,#ffffff);stroke:var(--cg-ink,#1b1f24);stroke-width:1.4}\
.cg-plot .box{fill:var(--cg-paper,#ffffff);stroke:var(--cg-ink,#1b1f24);stroke-width:1.2}\
.cg-plot .side{fill:var(--cg-wash,#f4f6f8);stroke:var(--cg-muted,#57606a);stroke-width:1}\
.cg-plot .band{fill:var(--cg-wash,#f4f6f8)}\
.cg-plot .mute{fill:var(--cg-muted,#57606a)}\
.cg-plot .miss{fill:var(--cg-paper,#ffffff);stroke:var(--cg-muted,#57606a);stroke-width:1}\
.cg-plot .pat{stroke:var(--cg-muted,#57606a);stroke-width:1}\
.cg-plot .in{font-size:13px;font-weight:600;fill:var(--cg-paper,#ffffff)}\
.cg-plot .warnbox{fill:var(--cg-paper,#ffffff);stroke:var(--cg-warn,#a33a00);stroke-width:1.5}\
.cg-plot .warntext{font-size:13px;font-weight:700;letter-spacing:.06em;fill:var(--cg-warn,#a33a00)}\
.cg-plot .ghost{font-weight:700;letter-spacing:.08em;fill:var(--cg-warn,#a33a00);opacity:.08}\
.cg-plot .f1{fill:var(--cg-s1,#0072b2)}.cg-plot .l1{stroke:var(--cg-s1,#0072b2)}\
.cg-plot .f2{fill:var(--cg-s2,#c4500a)}.cg-plot .l2{stroke:var(--cg-s2,#c4500a)}\
.cg-plot .f3{fill:var(--cg-s3,#00805c)}.cg-plot .l3{stroke:var(--cg-s3,#00805c)}\
.cg-plot .f4{fill:var(--cg-s4,#a8487f)}.cg-plot .l4{stroke:var(--cg-s4,#a8487f)}\
.cg-plot .f5{fill:var(--cg-s5,#8a6a00)}.cg-plot .l5{stroke:var(--cg-s5,#8a6a00)}\
.cg-plot .f6{fill:var(--cg-s6,#4b5563)}.cg-plot .l6{stroke:var(--cg-s6,#4b5563)}\
.cg-plot .f7{fill:var(--cg-s7,#6b46c1)}.cg-plot .l7{stroke:var(--cg-s7,#6b46c1)}\
.cg-plot .f8{fill:var(--cg-s8,#12161b)}.cg-plot .l8{stroke:var(--cg-s8,#12161b)}\
.cg-plot .tint{fill-opacity:.16}.cg-plot .faint{fill-opacity:.08}.cg-plot .half{fill-opacity:.34}\
.cg-plot .cross{stroke:var(--cg-ink,#1b1f24);stroke-width:2.6;fill:none}\
.cg-plot .halo{stroke:var(--cg-paper,#ffffff);stroke-width:5.5;fill:none}\
.cg-plot .curve{fill:none;stroke-width:2.2;stroke-linejoin:miter}\
.cg-plot .edge{stroke-width:1.3}\
.cg-plot .hatch{stroke-width:1.2}.cg-plot .hatch.wide{stroke-width:2}\
.cg-plot .degree1{fill-opacity:.11}.cg-plot .degree2{fill-opacity:.22}.cg-plot .degree3{fill-opacity:.33}\
.cg-plot .degree4{fill-opacity:.44}.cg-plot .degree5{fill-opacity:.55}";

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
    fn every_custom_property_has_a_fallback() {
        for part in STYLE.split("var(").skip(1) {
            let inside = part.split(')').next().unwrap_or_default();
            assert!(inside.contains(",#"), "{inside}");
        }
    }

    #[test]
    fn colours_come_again_with_other_dashes() {
        assert_eq!(fill(0), fill(SERIES));
        let looks: std::collections::BTreeSet<_> = (0..64).map(|i| (stroke(i), dash(i))).collect();
        assert_eq!(looks.len(), 64);
    }
}
