//! A tiny reader that the tests of the figures use: is this well-formed XML with the
//! parts that a figure must have?

use super::{Drawing, SvgOptions};

/// A drawing as a file.
pub fn written(drawing: &Drawing) -> String {
    drawing.svg(&SvgOptions::default())
}

/// Panics unless `svg` is one element with matching tags, quoted attributes, known
/// entities and the parts of an accessible figure.
pub fn check(svg: &str) {
    let mut open: Vec<&str> = Vec::new();
    let mut rest = svg.trim_end();
    let mut roots = 0;
    while let Some(at) = rest.find('<') {
        entities(&rest[..at]);
        assert!(at == 0 || !open.is_empty(), "text outside the root");
        let end = rest.find('>').expect("a tag ends");
        let tag = &rest[at + 1..end];
        rest = &rest[end + 1..];
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name), "closing tag");
            continue;
        }
        let inner = tag.trim_end_matches('/');
        let (name, attributes) = inner.split_once(' ').unwrap_or((inner, ""));
        assert!(
            name.chars().all(|c| c.is_ascii_alphanumeric()),
            "element name {name}"
        );
        read_attributes(attributes);
        roots += usize::from(open.is_empty());
        if !tag.ends_with('/') {
            open.push(name);
        }
    }
    assert!(
        open.is_empty() && rest.is_empty() && roots == 1,
        "{open:?} {rest}"
    );
    for part in [
        "viewBox=\"0 0 ",
        "role=\"img\"",
        "<title id=",
        "<desc id=",
        "</style>",
    ] {
        assert!(svg.contains(part), "missing {part}");
    }
    for never in [
        "<script",
        "NaN",
        "inf\"",
        "http://www.w3.org/1999",
        "url(http",
    ] {
        assert!(!svg.contains(never), "contains {never}");
    }
}

fn read_attributes(text: &str) {
    let mut seen = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let (name, after) = rest.split_once("=\"").expect("name=\"value\"");
        assert!(!name.contains(['"', ' ', '<']), "attribute name {name}");
        assert!(!seen.contains(&name), "attribute {name} twice");
        seen.push(name);
        let (value, after) = after.split_once('"').expect("a closing quote");
        entities(value);
        rest = after.trim_start();
    }
}

fn entities(text: &str) {
    for part in text.split('&').skip(1) {
        let name = part.split_once(';').expect("an entity ends").0;
        assert!(
            ["amp", "lt", "gt", "quot", "#39"].contains(&name),
            "entity {name}"
        );
    }
}

/// How often an element or fragment occurs.
pub fn count(svg: &str, fragment: &str) -> usize {
    svg.matches(fragment).count()
}
