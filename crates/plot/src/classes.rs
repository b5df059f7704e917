//! Classes of things with their properties: one in the middle, and those that it hangs together with on both sides.

use super::svg::{Anchor, EDGE, SMALL, Svg, real};
use super::{Drawing, Frame};

/// One diagram of classes.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Figure {
    /// Title, description, note and marks.
    pub frame: Frame,
    /// What stands on the left.
    pub left: Vec<Linked>,
    /// What stands in the middle.
    pub middle: Class,
    /// What stands on the right.
    pub right: Vec<Linked>,
}

/// A class with its properties.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Class {
    /// Its name.
    pub name: String,
    /// The names of its properties, from top to bottom.
    pub properties: Vec<String>,
}

/// A class at the side.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Linked {
    /// The class.
    pub class: Class,
    /// The property between it and the class in the middle.
    pub link: String,
    /// Whether the property is one of this class and leads to the middle.
    pub inwards: bool,
}

/// Width of the figure.
const WIDE: f64 = 960.0;
/// Width of a box at the side.
const SIDE: f64 = 196.0;
/// Width of the box in the middle.
const MIDDLE: f64 = 240.0;
/// Height of a line of text.
const LINE: f64 = 17.0;
/// Space between boxes.
const GAP: f64 = 16.0;
/// From the box in the middle to the line along which links leave it.
const SPINE: f64 = 14.0;

/// Draws the classes.
#[must_use]
pub fn draw(figure: &Figure) -> Drawing {
    let mut svg = Svg::new("classes", &figure.frame, WIDE);
    let top = svg.top() + 6.0;
    let left = (WIDE - MIDDLE) / 2.0;
    let right = left + MIDDLE;
    let end = class_box(&mut svg, left, top, MIDDLE, &figure.middle);
    let ends = [
        side(&mut svg, &figure.left, top, (left, -1.0)),
        side(&mut svg, &figure.right, top, (right, 1.0)),
    ];
    let bottom = ends.into_iter().fold(end, f64::max);
    svg.finish(&figure.frame, bottom + 8.0, &words(figure))
}

/// The boxes of one side, linked to the edge of the box in the middle; returns where they end.
fn side(svg: &mut Svg, linked: &[Linked], top: f64, (edge, way): (f64, f64)) -> f64 {
    let outer = if way > 0.0 { WIDE - EDGE } else { EDGE };
    let near = outer - way * SIDE;
    let spine = edge + way * SPINE;
    let mut y = top;
    let mut last = top;
    for one in linked {
        let at = y + 17.0;
        svg.line(spine, at, near, at, "axis");
        let (tip, points) = if one.inwards {
            (spine, -way)
        } else {
            (near, way)
        };
        let back = tip - points * 9.0;
        svg.polygon(&[(back, at - 5.0), (tip, at), (back, at + 5.0)], "mark tip");
        let room = (near - spine).abs() - 14.0;
        let middle = f64::midpoint(near, spine);
        svg.text_in(middle, at - 6.0, room, "s", Anchor::Middle, &one.link);
        y = class_box(svg, outer.min(near), y, SIDE, &one.class) + GAP;
        last = at;
    }
    if !linked.is_empty() {
        svg.line(edge, top + 17.0, spine, top + 17.0, "axis");
        svg.line(spine, top + 17.0, spine, last, "axis");
    }
    y - GAP
}

/// A box with its name and its properties; returns where it ends.
fn class_box(svg: &mut Svg, x: f64, y: f64, wide: f64, class: &Class) -> f64 {
    let lines = real(class.properties.len());
    let height = 30.0 + lines * LINE + if lines > 0.0 { 10.0 } else { 0.0 };
    svg.open("class", &class.name);
    svg.rect_round(x, y, wide, height, "box");
    svg.text_in(
        x + wide / 2.0,
        y + 20.0,
        wide - 16.0,
        "b",
        Anchor::Middle,
        &class.name,
    );
    if lines > 0.0 {
        svg.line(x, y + 30.0, x + wide, y + 30.0, "rule");
    }
    let mut at = y + 30.0 + SMALL + 4.0;
    for property in &class.properties {
        svg.text_in(x + 10.0, at, wide - 20.0, "s", Anchor::Start, property);
        at += LINE;
    }
    svg.close();
    y + height
}

/// The figure in words.
fn words(figure: &Figure) -> String {
    let middle = &figure.middle.name;
    let sides = figure.left.iter().chain(&figure.right);
    let links = sides.map(|one| {
        let name = &one.class.name;
        if one.inwards {
            format!("{name}, {} {middle}", one.link)
        } else {
            format!("{middle}, {} {name}", one.link)
        }
    });
    let links: Vec<String> = links.collect();
    format!("Diagram of classes: {}.", links.join("; "))
}

#[cfg(test)]
mod tests {
    use super::super::wellformed::{check, count, written};
    use super::*;

    fn class(name: &str, properties: &[&str]) -> Class {
        Class {
            name: name.into(),
            properties: properties.iter().map(|name| (*name).into()).collect(),
        }
    }

    #[test]
    fn classes_properties_and_links_are_drawn() {
        let linked = |name: &str, link: &str, inwards| Linked {
            class: class(name, &["a<b", "c"]),
            link: link.into(),
            inwards,
        };
        let svg = written(&draw(&Figure {
            left: vec![linked("Report", "onCase", true)],
            middle: class("Case", &["ageYears"]),
            right: vec![
                linked("Treatment", "hasTreatment", false),
                linked("FollowUp", "hasFollowUp", false),
            ],
            ..Figure::default()
        }));
        check(&svg);
        assert_eq!(count(&svg, "class=\"box\""), 4);
        assert_eq!(count(&svg, "class=\"mark tip\""), 3);
        assert!(svg.contains("a&lt;b") && svg.contains(">ageYears<"));
        assert!(svg.contains("Report, onCase Case; Case, hasTreatment Treatment"));
    }

    #[test]
    fn nothing_does_not_break_it() {
        check(&written(&draw(&Figure::default())));
    }
}
