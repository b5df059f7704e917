//! Numbers, text and whole figures as markup.

/// Stands for the figure's own id until the content is known; never passes [`escape`].
pub(super) const ID: char = '\u{E000}';

/// `text` with XML's special characters escaped and characters that XML forbids dropped.
#[must_use]
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\t' | '\n' | '\r' => out.push(' '),
            ID | '\u{FFFE}' | '\u{FFFF}' => {}
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

/// A coordinate with at most one decimal. What is not finite becomes 0.
#[must_use]
pub fn num(value: f64) -> String {
    if !value.is_finite() {
        return "0".to_owned();
    }
    let text = format!("{value:.1}");
    match text.strip_suffix(".0").unwrap_or(&text) {
        "-0" => "0".to_owned(),
        short => short.to_owned(),
    }
}

/// A count as a number to compute positions with.
#[must_use]
pub fn real(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

/// `svg` without its own style, for pages that have it once for all figures.
#[must_use]
pub fn unstyled(svg: &str) -> String {
    let parts = svg
        .split_once("<style>")
        .and_then(|(head, rest)| Some((head, rest.split_once("</style>")?.1)));
    parts.map_or_else(|| svg.to_owned(), |(head, tail)| format!("{head}{tail}"))
}

/// `svg` with each `var(--name,fallback)` replaced by its fallback, for renderers without
/// CSS variables. Text content is escaped and never looks like one in a stylesheet.
#[must_use]
pub fn flatten(svg: &str) -> String {
    let Some((head, rest)) = svg.split_once("<style>") else {
        return svg.to_owned();
    };
    let Some((style, tail)) = rest.split_once("</style>") else {
        return svg.to_owned();
    };
    let mut plain = String::with_capacity(style.len());
    let mut parts = style.split("var(");
    plain.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let (inside, after) = part.split_once(')').unwrap_or((part, ""));
        plain.push_str(
            inside
                .split_once(',')
                .map_or(inside, |(_, fallback)| fallback.trim()),
        );
        plain.push_str(after);
    }
    format!("{head}<style>{plain}</style>{tail}")
}

/// FNV-1a: gives figures of different content different ids, the same ones each time.
pub(super) fn fnv(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_escaped_and_forbidden_characters_are_dropped() {
        assert_eq!(
            escape("a<b & \"c\"\u{1}\u{E000}'"),
            "a&lt;b &amp; &quot;c&quot;&#39;"
        );
    }

    #[test]
    fn coordinates_have_one_decimal_at_most() {
        assert_eq!(num(12.0), "12");
        assert_eq!(num(1.26), "1.3");
        assert_eq!(num(-0.01), "0");
        assert_eq!(num(f64::NAN), "0");
    }
}
