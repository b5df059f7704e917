//! Alluvial plot: how many took which way, from what came first to what came next.

use std::collections::BTreeMap;

use super::palette;
use super::svg::{Anchor, EDGE, SMALL, Svg, num, real};
use super::text::{counted, fit};
use super::{Drawing, Frame};

/// An alluvial plot: how many went which way.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Figure {
    /// Title, description, note and marks.
    pub frame: Frame,
    /// Headings of the steps from left to right, at least two.
    pub steps: Vec<String>,
    /// The ways; each names one place per step.
    pub paths: Vec<Path>,
}

/// A way through the columns, and how many went it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Path {
    /// The place at each step.
    pub places: Vec<String>,
    /// How many took it.
    pub count: usize,
}

/// Most places that a step shows; rarer ones stand together.
const PLACES: usize = 12;
/// Width of the bar of a place.
const BAR: f64 = 14.0;
/// Least height that a place takes, so that its name has room.
const LINE: f64 = 20.0;
/// Space between places.
const GAP: f64 = 6.0;

/// A place of a step: where it is drawn, and how much of each side is taken.
#[derive(Debug, Clone, Default)]
struct Place {
    name: String,
    count: usize,
    top: f64,
    height: f64,
    left_in: f64,
    right_out: f64,
}

/// Draws an alluvial plot, one band a way.
#[must_use]
pub fn draw(figure: &Figure) -> Drawing {
    let page = figure.frame.look.width;
    let mut svg = Svg::new("alluvial", &figure.frame, page);
    let paths = gathered(figure);
    let total: usize = paths.iter().map(|path| path.count).sum();
    let tall = (300.0 + figure.frame.look.stretch).max(120.0);
    let unit = (tall / real(total.max(1))).clamp(0.5, tall / 15.0);
    let head = svg.top() + 16.0;
    let top = head + 12.0;
    let mut columns: Vec<Vec<Place>> = (0..figure.steps.len())
        .map(|step| places(&paths, step, unit, top))
        .collect();
    let gaps = real(figure.steps.len().max(2) - 1);
    let x = |step: usize| EDGE + (page - 2.0 * EDGE - BAR) / gaps * real(step);

    let last = figure.steps.len().saturating_sub(1);
    for (step, heading) in figure.steps.iter().enumerate() {
        let (at, anchor) = if step == last && step > 0 {
            (x(step) + BAR, Anchor::End)
        } else {
            (x(step), Anchor::Start)
        };
        svg.text(at, head, "s b", anchor, heading);
    }
    bands(&mut svg, &paths, &mut columns, unit, &x);
    let mut bottom = top;
    for (step, column) in columns.iter().enumerate() {
        for place in column {
            bottom = bottom.max(place.top + place.height.max(LINE));
            name(
                &mut svg,
                place,
                step,
                last,
                x(step),
                (page - 2.0 * EDGE) / gaps,
            );
        }
    }
    svg.finish(&figure.frame, bottom + 6.0, &words(&paths))
}

/// The ways, with rare places of each step put together.
fn gathered(figure: &Figure) -> Vec<Path> {
    let mut paths: Vec<Path> = figure
        .paths
        .iter()
        .filter(|path| path.places.len() == figure.steps.len() && path.count > 0)
        .cloned()
        .collect();
    for step in 0..figure.steps.len() {
        let names = ordered(&paths, step);
        if names.len() <= PLACES {
            continue;
        }
        let rare: Vec<String> = names[PLACES - 1..].iter().map(|n| n.0.clone()).collect();
        let other = format!("other ({} kinds)", rare.len());
        for path in paths.iter_mut().filter(|p| rare.contains(&p.places[step])) {
            path.places[step].clone_from(&other);
        }
    }
    let mut sums: BTreeMap<Vec<String>, usize> = BTreeMap::new();
    for path in paths {
        *sums.entry(path.places).or_default() += path.count;
    }
    sums.into_iter()
        .map(|(places, count)| Path { places, count })
        .collect()
}

/// The places of a step with their counts, the most frequent first; what is not known stands last.
fn ordered(paths: &[Path], step: usize) -> Vec<(String, usize)> {
    let mut sums: BTreeMap<&String, usize> = BTreeMap::new();
    for path in paths {
        *sums.entry(&path.places[step]).or_default() += path.count;
    }
    let unknown = |name: &str| name.ends_with("reported") || name.starts_with("other (");
    let mut names: Vec<(String, usize)> = sums.into_iter().map(|(n, c)| (n.clone(), c)).collect();
    names.sort_by(|a, b| (unknown(&a.0), b.1, &a.0).cmp(&(unknown(&b.0), a.1, &b.0)));
    names
}

fn places(paths: &[Path], step: usize, unit: f64, top: f64) -> Vec<Place> {
    let mut y = top;
    let mut column = Vec::new();
    for (name, count) in ordered(paths, step) {
        let height = real(count) * unit;
        column.push(Place {
            name,
            count,
            top: y,
            height,
            ..Place::default()
        });
        y += height.max(LINE) + GAP;
    }
    column
}

/// The bands from each step to the next. Each has the colour of the place that it comes from at the
/// second step, or of where it goes if there are only two.
fn bands(
    svg: &mut Svg,
    paths: &[Path],
    columns: &mut [Vec<Place>],
    unit: f64,
    x: &dyn Fn(usize) -> f64,
) {
    let index = |column: &[Place], name: &str| column.iter().position(|p| p.name == name);
    let mut order: Vec<(Vec<usize>, &Path)> = paths
        .iter()
        .filter_map(|path| {
            let at = path.places.iter().zip(columns.iter());
            let at: Option<Vec<usize>> = at.map(|(name, column)| index(column, name)).collect();
            Some((at?, path))
        })
        .collect();
    order.sort_by(|a, b| a.0.cmp(&b.0));
    for step in 0..columns.len().saturating_sub(1) {
        // Bands of one pair of places lie side by side, so that few cross.
        order.sort_by_key(|(at, _)| (at[step], at[step + 1]));
        for (at, path) in &order {
            let height = real(path.count) * unit;
            let from = &mut columns[step][at[step]];
            let y1 = from.top + from.right_out;
            from.right_out += height;
            let to = &mut columns[step + 1][at[step + 1]];
            let y2 = to.top + to.left_in;
            to.left_in += height;
            let (x1, x2) = (x(step) + BAR, x(step + 1));
            let middle = num(f64::midpoint(x1, x2));
            let [x1, x2] = [x1, x2].map(num);
            let d = format!(
                "M{x1} {a}C{middle} {a} {middle} {b} {x2} {b}V{c}C{middle} {c} {middle} {e} {x1} {e}Z",
                a = num(y1),
                b = num(y2),
                c = num(y2 + height),
                e = num(y1 + height),
            );
            svg.open("", &format!("{}: {}", path.places.join(", "), path.count));
            svg.path(&d, &format!("way tint {}", palette::fill(at[1])), "");
            svg.close();
        }
    }
}

fn name(svg: &mut Svg, place: &Place, step: usize, last: usize, x: f64, room: f64) {
    svg.rect(x, place.top, BAR, place.height.max(1.0), "mute");
    let text = format!("{} ({})", place.name, place.count);
    let shown = fit(&text, SMALL, room - 2.0 * BAR);
    let y = place.top + place.height.max(LINE) / 2.0 + 4.5;
    svg.open("", &text);
    if step == last && step > 0 {
        svg.text(x - 6.0, y, "on", Anchor::End, &shown);
    } else {
        svg.text(x + BAR + 6.0, y, "on", Anchor::Start, &shown);
    }
    svg.close();
}

/// The figure in words.
fn words(paths: &[Path]) -> String {
    let total: usize = paths.iter().map(|path| path.count).sum();
    let ways: Vec<String> = paths
        .iter()
        .map(|path| format!("{}: {}", path.places.join(" to "), path.count))
        .collect();
    format!(
        "Alluvial plot of {}. {}.",
        counted(total, "case", "cases"),
        ways.join("; ")
    )
}

#[cfg(test)]
mod tests {
    use super::super::wellformed::{check, count, written};
    use super::*;

    fn path(places: [&str; 3], count: usize) -> Path {
        Path {
            places: places.map(str::to_owned).to_vec(),
            count,
        }
    }

    fn figure(paths: Vec<Path>) -> Figure {
        Figure {
            steps: ["from", "alteration", "to"].map(str::to_owned).to_vec(),
            paths,
            ..Figure::default()
        }
    }

    #[test]
    fn every_way_is_a_band_from_step_to_step() {
        let svg = written(&draw(&figure(vec![
            path(["crizotinib", "G1269A", "ceritinib"], 2),
            path(["crizotinib", "not reported", "alectinib <x>"], 5),
        ])));
        check(&svg);
        assert_eq!(count(&svg, "class=\"way tint "), 4);
        assert!(svg.contains(">crizotinib (7)<") && svg.contains(">alectinib &lt;x&gt; (5)<"));
    }

    #[test]
    fn rare_places_stand_together_and_nobody_is_lost() {
        let names: Vec<String> = (0..30).map(|at| format!("drug {at:02}")).collect();
        let paths = names.iter().map(|name| path(["a", "b", name], 1)).collect();
        let paths = gathered(&figure(paths));
        assert_eq!(ordered(&paths, 2).len(), PLACES);
        assert_eq!(paths.iter().map(|p| p.count).sum::<usize>(), 30);
        assert!(
            ordered(&paths, 2)
                .last()
                .is_some_and(|p| p.0 == "other (19 kinds)")
        );
    }

    #[test]
    fn what_is_not_known_stands_last() {
        let paths = [
            path(["a", "not reported", "c"], 9),
            path(["a", "b", "c"], 1),
        ];
        assert_eq!(ordered(&paths, 1)[0].0, "b");
        check(&written(&draw(&figure(Vec::new()))));
    }
}
