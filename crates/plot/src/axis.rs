//! Axis ticks that a reader would choose, and the scale that places them.

use super::text::number;

/// Steps of a time axis in months: parts and multiples of a year.
const MONTH_STEPS: [f64; 14] = [
    0.25, 0.5, 1.0, 2.0, 3.0, 6.0, 12.0, 24.0, 36.0, 60.0, 120.0, 240.0, 600.0, 1200.0,
];

/// Up to this maximum, in months, steps of the calendar are too long.
const SHORT: f64 = 0.5;

/// Ticks from 0 to the first tick at or after `max` months, at most eight of them.
///
/// A maximum that is not positive, or not finite, gives the axis of one month.
#[must_use]
pub fn month_ticks(max: f64) -> Vec<f64> {
    let max = sound(max);
    if max <= SHORT {
        return decimal_ticks(max);
    }
    let step = MONTH_STEPS
        .into_iter()
        .find(|step| max / step <= 7.0)
        .unwrap_or_else(|| (max / 7.0 / 1200.0).ceil() * 1200.0);
    up_to(max, step)
}

/// Ticks in steps of 1, 2 or 5 times a power of ten for a maximum below one, at most eight of them.
fn decimal_ticks(max: f64) -> Vec<f64> {
    let mut power = 10_f64.powi(max.log10().floor() as i32 - 1);
    loop {
        for factor in [1.0, 2.0, 5.0] {
            if max / (factor * power) <= 7.0 {
                return up_to(max, factor * power);
            }
        }
        power *= 10.0;
    }
}

/// Ticks of whole numbers from 0 to the first tick at or after `max`, in steps of
/// 1, 2 or 5 times a power of ten, at most seven of them.
#[must_use]
pub fn count_ticks(max: f64) -> Vec<f64> {
    let max = sound(max);
    let mut power = 1.0;
    loop {
        for factor in [1.0, 2.0, 5.0] {
            if max / (factor * power) <= 6.0 {
                return up_to(max, factor * power);
            }
        }
        power *= 10.0;
    }
}

/// A usable maximum: finite, positive and not beyond what an axis can mean.
fn sound(max: f64) -> f64 {
    if max.is_finite() && max > 0.0 {
        max.min(1e12)
    } else {
        1.0
    }
}

/// Multiples of `step` from 0 to the first at or after `max`.
fn up_to(max: f64, step: f64) -> Vec<f64> {
    let mut ticks = vec![0.0];
    let mut at = 0.0;
    while at < max - step * 1e-9 {
        at += step;
        ticks.push(at);
    }
    ticks
}

/// A tick as text: whole numbers bare, others with the decimals they need.
#[must_use]
pub fn tick_text(value: f64) -> String {
    let text = number(value, 2);
    if text.contains('e') {
        return text;
    }
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A straight scale from values to positions.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scale {
    /// Position of the value 0.
    pub start: f64,
    /// Position of `max`, in the units of the drawing.
    pub end: f64,
    /// The value at the end.
    pub max: f64,
}

impl Scale {
    /// The position of `value`, held inside the scale; a value that is not finite stands at 0.
    #[must_use]
    pub fn at(&self, value: f64) -> f64 {
        if !value.is_finite() || self.max <= 0.0 {
            return self.start;
        }
        self.start + (value / self.max).clamp(0.0, 1.0) * (self.end - self.start)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn month_axes_follow_the_calendar() {
        assert_eq!(month_ticks(55.2), [0.0, 12.0, 24.0, 36.0, 48.0, 60.0]);
        assert_eq!(
            month_ticks(14.0),
            [0.0, 2.0, 4.0, 6.0, 8.0, 10.0, 12.0, 14.0]
        );
        assert_eq!(month_ticks(0.0), month_ticks(1.0));
        assert_eq!(month_ticks(f64::NAN), month_ticks(1.0));
        assert!(month_ticks(1e9).len() <= 8);
        let short: Vec<String> = month_ticks(0.17).into_iter().map(tick_text).collect();
        assert_eq!(short, ["0", "0.05", "0.1", "0.15", "0.2"]);
        for power in -9..0 {
            let max = 3.3 * 10_f64.powi(power);
            let ticks = month_ticks(max);
            assert!(ticks.len() <= 8 && ticks.len() > 3, "{max}");
            assert!(ticks.last() >= Some(&(max * 0.999)), "{max}");
        }
    }

    #[test]
    fn count_axes_are_whole_and_reach_the_maximum() {
        assert_eq!(count_ticks(7.0), [0.0, 2.0, 4.0, 6.0, 8.0]);
        for max in 1..500 {
            let ticks = count_ticks(f64::from(max));
            assert!(ticks.len() <= 7 && ticks.last() >= Some(&f64::from(max)));
            assert!(ticks.iter().all(|t| t.fract() == 0.0));
        }
    }

    #[test]
    fn ticks_are_written_without_needless_zeros() {
        assert_eq!(tick_text(12.0), "12");
        assert_eq!(tick_text(0.5), "0.5");
        assert_eq!(tick_text(100.0), "100");
    }

    #[test]
    fn a_scale_holds_values_inside() {
        let scale = Scale {
            start: 10.0,
            end: 110.0,
            max: 50.0,
        };
        assert!((scale.at(25.0) - 60.0).abs() < 1e-9);
        assert!((scale.at(99.0) - 110.0).abs() < 1e-9);
        assert!((scale.at(f64::NAN) - 10.0).abs() < 1e-9);
    }
}
