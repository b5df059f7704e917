//! The highest point of a log-likelihood of two parameters, a location on the whole line and a
//! spread of zero or more, and where the profile of either falls below a level.

/// A log-likelihood and its derivatives at one point.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Derivatives {
    pub value: f64,
    pub location: f64,
    pub spread: f64,
    pub location_location: f64,
    pub location_spread: f64,
    pub spread_spread: f64,
}

impl Derivatives {
    /// Adds `times` what another part of the data has.
    pub fn add(&mut self, other: Self, times: f64) {
        self.value += times * other.value;
        self.location += times * other.location;
        self.spread += times * other.spread;
        self.location_location += times * other.location_location;
        self.location_spread += times * other.location_spread;
        self.spread_spread += times * other.spread_spread;
    }
}

/// A log-likelihood that for each spread rises in the location to one maximum and falls after it,
/// and that depends on the spread only through its square.
pub(super) trait Surface {
    fn at(&self, location: f64, spread: f64) -> Derivatives;

    /// The derivative by the square of the spread where the spread is zero.
    fn slope_at_no_spread(&self, location: f64) -> f64;
}

/// A point of a profile.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Point {
    pub location: f64,
    pub spread: f64,
    pub at: Derivatives,
}

/// The spread is not looked for beyond this, and its limits and what lies behind a maximum not
/// beyond four times this.
const LARGEST_SPREAD: f64 = 256.0;

const FURTHEST_SPREAD: f64 = 4.0 * LARGEST_SPREAD;

/// The first spread tried after zero.
const SMALLEST_SPREAD: f64 = 1.0 / 8.0;

/// Only beyond this spread does a falling profile mean that its maximum was passed.
const ORDINARY_SPREAD: f64 = 2.0;

/// Locations are not looked for beyond this: their proportions are 0 or 1 to the last digit.
const LARGEST_LOCATION: f64 = 700.0;

/// A Newton step as small as this, against the size of the root, is the last: the error left after
/// it is of the order of its square.
const LAST_STEP: f64 = 1e-9;

const MOST_STEPS: usize = 200;

/// The root of a falling function between `low` and `high` (which may be infinite) by Newton's
/// method, halving where a step would leave the bracket. `function` gives value and slope.
pub(super) fn falling_root(
    mut low: f64,
    mut high: f64,
    start: f64,
    mut function: impl FnMut(f64) -> (f64, f64),
) -> f64 {
    let mut root = start;
    let mut last = f64::INFINITY;
    for _ in 0..MOST_STEPS {
        let (value, slope) = function(root);
        if value == 0.0 {
            return root;
        }
        if value > 0.0 {
            low = root;
        } else {
            high = root;
        }
        let scale = root.abs().max(1e-3);
        let step = if slope < 0.0 {
            // Far from the root a curve that flattens out would throw the step far beyond it.
            (-value / slope).clamp(-4.0 * scale.max(1.0), 4.0 * scale.max(1.0))
        } else {
            value.signum() * scale
        };
        let newton = root + step;
        let inside = low < newton && newton < high;
        if inside && step.abs() <= LAST_STEP * scale {
            return newton;
        }
        let halvable = low.is_finite() && high.is_finite();
        let slow = step.abs() > last / 2.0;
        let next = if halvable && (!inside || slow) {
            low + (high - low) / 2.0
        } else if inside {
            newton
        } else {
            root + value.signum() * scale
        };
        if next == root || (halvable && high - low <= 1e-15 * scale) {
            return root;
        }
        last = (next - root).abs();
        root = next;
    }
    root
}

/// The best location for a spread.
pub(super) fn best_location(surface: &impl Surface, spread: f64, start: f64) -> Point {
    let location = falling_root(f64::NEG_INFINITY, f64::INFINITY, start, |location| {
        let at = surface.at(location, spread);
        (at.location, at.location_location)
    });
    Point {
        location,
        spread,
        at: surface.at(location, spread),
    }
}

/// The slope of the profile in the spread at a point of best location, and the slope of that.
fn profile_slope(at: &Derivatives) -> (f64, f64) {
    let bent = if at.location_location < 0.0 {
        at.location_spread * at.location_spread / at.location_location
    } else {
        0.0
    };
    (at.spread, at.spread_spread - bent)
}

/// The highest point along the spread, from zero on; `None` when it is beyond the largest spread.
/// `point` gives the point for a spread, and starts from a neighbouring one; `slopes` its slope in
/// the spread and the slope of that.
fn highest(
    mut point: impl FnMut(f64, Option<&Point>) -> Point,
    slope_at_no_spread: impl Fn(&Point) -> f64,
    slopes: impl Fn(&Derivatives) -> (f64, f64),
) -> Option<Point> {
    let mut scan = vec![point(0.0, None)];
    let mut spread = SMALLEST_SPREAD;
    loop {
        if spread > FURTHEST_SPREAD {
            return None;
        }
        let before = scan[scan.len() - 1];
        let next = point(spread, Some(&before));
        scan.push(next);
        if next.at.value < before.at.value && spread > ORDINARY_SPREAD {
            break;
        }
        spread *= 2.0;
    }
    let mut best = 0;
    for (i, candidate) in scan.iter().enumerate() {
        if candidate.at.value > scan[best].at.value {
            best = i;
        }
    }
    let (low, start, high) = if best == 0 {
        if slope_at_no_spread(&scan[0]) <= 0.0 {
            return Some(scan[0]);
        }
        (0.0, SMALLEST_SPREAD / 2.0, SMALLEST_SPREAD)
    } else {
        (
            scan[best - 1].spread,
            scan[best].spread,
            scan[best + 1].spread,
        )
    };
    let mut near = scan[best];
    let spread = falling_root(low, high, start, |spread| {
        near = point(spread, Some(&near));
        slopes(&near.at)
    });
    Some(point(spread, Some(&near)))
}

/// The maximum over both parameters, given the best location without spread.
pub(super) fn maximum(surface: &impl Surface, without_spread: f64) -> Option<Point> {
    highest(
        |spread, near| match near {
            None => Point {
                location: without_spread,
                spread,
                at: surface.at(without_spread, spread),
            },
            Some(near) => best_location(surface, spread, near.location),
        },
        |point| surface.slope_at_no_spread(point.location),
        profile_slope,
    )
}

/// The best spread for a location, given that for a neighbouring one.
fn best_spread(surface: &impl Surface, location: f64, near: f64) -> Option<Point> {
    let point = |spread| Point {
        location,
        spread,
        at: surface.at(location, spread),
    };
    let slopes = |at: &Derivatives| (at.spread, at.spread_spread);
    if near > 0.0 && surface.slope_at_no_spread(location) > 0.0 {
        let spread = falling_root(0.0, FURTHEST_SPREAD, near, |spread| {
            slopes(&point(spread).at)
        });
        return (spread < LARGEST_SPREAD).then(|| point(spread));
    }
    highest(
        |spread, _| point(spread),
        |point| surface.slope_at_no_spread(point.location),
        slopes,
    )
}

/// Between which spreads the profile is no more than `drop` below the maximum; the upper one is
/// `None` when it is beyond the largest spread.
pub(super) fn spread_limits(
    surface: &impl Surface,
    maximum: &Point,
    drop: f64,
) -> (f64, Option<f64>) {
    let floor = maximum.at.value - drop;
    let none = best_location(surface, 0.0, maximum.location);
    let mut near = *maximum;
    let lower = if maximum.spread == 0.0 || none.at.value >= floor {
        0.0
    } else {
        let start = maximum.spread / 2.0;
        falling_root(0.0, maximum.spread, start, |spread| {
            near = best_location(surface, spread, near.location);
            (floor - near.at.value, -near.at.spread)
        })
    };
    near = *maximum;
    let mut inside = maximum.spread;
    let mut outside = (2.0 * inside).max(SMALLEST_SPREAD);
    loop {
        if outside > FURTHEST_SPREAD {
            return (lower, None);
        }
        near = best_location(surface, outside, near.location);
        if near.at.value < floor {
            break;
        }
        inside = outside;
        outside *= 2.0;
    }
    let start = f64::midpoint(inside, outside);
    let upper = falling_root(inside, outside, start, |spread| {
        near = best_location(surface, spread, near.location);
        (near.at.value - floor, near.at.spread)
    });
    (lower, Some(upper))
}

/// Between which locations the profile is no more than `drop` below the maximum; an end is `None`
/// when it is beyond the largest location.
pub(super) fn location_limits(
    surface: &impl Surface,
    maximum: &Point,
    drop: f64,
) -> [Option<f64>; 2] {
    let floor = maximum.at.value - drop;
    [-1.0, 1.0].map(|side| {
        let mut near = maximum.spread;
        let mut height = |distance: f64| {
            let point = best_spread(surface, maximum.location + side * distance, near)?;
            near = point.spread;
            Some((point.at.value - floor, side * point.at.location))
        };
        let (mut inside, mut outside) = (0.0, 0.25);
        while height(outside)?.0 >= 0.0 {
            inside = outside;
            outside *= 2.0;
            if outside > LARGEST_LOCATION {
                return None;
            }
        }
        let mut reached = true;
        let start = f64::midpoint(inside, outside);
        let distance = falling_root(inside, outside, start, |distance| {
            height(distance).unwrap_or_else(|| {
                reached = false;
                (0.0, 0.0)
            })
        });
        reached.then_some(maximum.location + side * distance)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// −(l − 3)² − (s² − v)² / 2, highest at l = 3 and s² = v, or s = 0 where v is negative.
    struct Hill(f64);

    impl Surface for Hill {
        fn at(&self, location: f64, spread: f64) -> Derivatives {
            let (l, v) = (location - 3.0, spread * spread - self.0);
            Derivatives {
                value: -l * l - v * v / 2.0,
                location: -2.0 * l,
                spread: -2.0 * spread * v,
                location_location: -2.0,
                location_spread: 0.0,
                spread_spread: -2.0 * v - 4.0 * spread * spread,
            }
        }

        fn slope_at_no_spread(&self, _: f64) -> f64 {
            self.0
        }
    }

    #[test]
    fn maximum_is_found_whatever_the_spread() {
        for variance in [1e-6, 1e-3, 0.3, 2.0, 700.0, 60_000.0_f64] {
            let top = maximum(&Hill(variance), 3.0).expect("within reach");
            assert!(
                (top.spread / variance.sqrt() - 1.0).abs() < 1e-12,
                "{top:?}"
            );
            assert_eq!(top.location, 3.0);
        }
        let top = maximum(&Hill(-0.5), 3.0).expect("at the edge");
        assert_eq!(top.spread, 0.0);
        assert_eq!(maximum(&Hill(1e9), 3.0), None);
    }

    /// The profile in s falls by 2 where (s² − v)² = 4, in l where (l − 3)² = 2.
    #[test]
    fn limits_by_hand() {
        let hill = Hill(5.0);
        let top = maximum(&hill, 3.0).expect("within reach");
        let (lower, upper) = spread_limits(&hill, &top, 2.0);
        assert!((lower - 3_f64.sqrt()).abs() < 1e-12);
        assert!((upper.expect("within reach") - 7_f64.sqrt()).abs() < 1e-12);
        let [lower, upper] = location_limits(&hill, &top, 2.0).map(|l| l.expect("within reach"));
        assert!((lower - (3.0 - 2_f64.sqrt())).abs() < 1e-12);
        assert!((upper - (3.0 + 2_f64.sqrt())).abs() < 1e-12);

        let low = Hill(1.0);
        let top = maximum(&low, 3.0).expect("within reach");
        assert_eq!(spread_limits(&low, &top, 2.0).0, 0.0);
    }

    #[test]
    fn root_is_found_from_a_poor_start() {
        let root = falling_root(f64::NEG_INFINITY, f64::INFINITY, 200.0, |x| {
            (-x.tanh() - 0.5, -1.0 / x.cosh().powi(2))
        });
        assert!((root + 0.5_f64.atanh()).abs() < 1e-12, "{root}");
    }
}
