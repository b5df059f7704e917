//! The cells of a column as times, and intervals of follow-up.

use super::{Cells, Frame};
use crate::kinds::AnalysisError;
use crate::stats::factor::Factor;

/// Times that overlap by less than this share of themselves do so by rounding.
const ROUNDING: f64 = 1e-9;

impl Frame {
    /// Times of the rows `kept`: numbers from 0, all bare or all with the same unit behind them.
    ///
    /// # Errors
    /// There is no such column, or a cell is no time, or has another unit than the cells above it.
    pub fn times(&self, column: &str, kept: &[u32]) -> Result<Vec<f64>, AnalysisError> {
        let times = match self.column(column)?.cells() {
            Cells::Numbers(..) => self.numbers(column, kept)?,
            Cells::Words(words) => self.times_with_units(column, words, kept)?,
        };
        match times.iter().position(|time| *time < 0.0) {
            Some(at) => {
                let value = times[at].to_string();
                let rule = "is negative; a time is counted from 0 upwards";
                Err(self.wrong(kept[at] as usize, column, &value, rule))
            }
            None => Ok(times),
        }
    }

    fn times_with_units(
        &self,
        column: &str,
        words: &Factor,
        kept: &[u32],
    ) -> Result<Vec<f64>, AnalysisError> {
        let parsed: Vec<Option<(f64, &str)>> = words
            .labels()
            .iter()
            .map(|label| time_and_unit(label))
            .collect();
        let mut first: Option<&str> = None;
        let mut times = Vec::with_capacity(kept.len());
        for row in kept {
            let code = words.codes()[*row as usize] as usize;
            let label = &words.labels()[code];
            let Some((time, unit)) = parsed[code] else {
                let rule = "is no time: a finite number, if need be with its unit behind it";
                return Err(self.wrong(*row as usize, column, label, rule));
            };
            let expected = *first.get_or_insert(unit);
            if unit != expected {
                let named = |unit: &str| {
                    if unit.is_empty() {
                        "no unit".into()
                    } else {
                        format!("{unit:?}")
                    }
                };
                let rule = format!(
                    "has {} where the rows above have {}; give all times of a column in one unit",
                    named(unit),
                    named(expected)
                );
                return Err(self.wrong(*row as usize, column, label, &rule));
            }
            times.push(time);
        }
        Ok(times)
    }

    /// When each of the rows `kept` came under observation, if a column says so: before its time, and not while
    /// another row of the same unit is observed.
    ///
    /// # Errors
    /// There is no such column, a cell is no time, or the first row of which an interval is not so.
    pub(in crate::kinds) fn entries(
        &self,
        start: Option<&str>,
        (time, times): (&str, &[f64]),
        kept: &[u32],
    ) -> Result<Option<Vec<f64>>, AnalysisError> {
        let Some(start) = start else {
            return Ok(None);
        };
        let entries = self.times(start, kept)?;
        self.in_order((start, &entries), (time, times), kept)?;
        self.apart(&entries, times, kept)?;
        Ok(Some(entries))
    }

    /// Fails unless each interval of follow-up begins before it ends.
    ///
    /// # Errors
    /// The first row whose interval does not.
    fn in_order(
        &self,
        (start, starts): (&str, &[f64]),
        (time, times): (&str, &[f64]),
        kept: &[u32],
    ) -> Result<(), AnalysisError> {
        match starts
            .iter()
            .zip(times)
            .position(|(start, time)| start >= time)
        {
            Some(at) => {
                let value = starts[at].to_string();
                let rule = format!(
                    "is not before {time} {}; an interval begins before it ends",
                    times[at]
                );
                Err(self.wrong(kept[at] as usize, start, &value, &rule))
            }
            None => Ok(()),
        }
    }

    /// Fails where intervals of follow-up of one unit overlap: it would be at risk twice.
    ///
    /// # Errors
    /// The first two intervals that do.
    fn apart(&self, starts: &[f64], ends: &[f64], kept: &[u32]) -> Result<(), AnalysisError> {
        let Some(units) = self.units() else {
            return Ok(());
        };
        let unit = |at: usize| units[kept[at] as usize].as_str();
        let mut order: Vec<usize> = (0..kept.len()).filter(|at| !unit(*at).is_empty()).collect();
        order.sort_by(|a, b| {
            let by_unit = unit(*a).cmp(unit(*b));
            by_unit.then(starts[*a].total_cmp(&starts[*b]))
        });
        // The interval of the unit that ends last may lie further back.
        let mut latest: Option<usize> = None;
        for at in order {
            // A row that stands for several cases is here as often.
            let another = |before: &usize| unit(*before) == unit(at) && kept[*before] != kept[at];
            if let Some(before) = latest.filter(another) {
                let rounding = ROUNDING * ends[before].abs();
                if starts[at] < ends[before] - rounding {
                    return Err(AnalysisError::Refused(format!(
                        "the intervals of {} overlap: {} to {} ({}) and {} to {} ({}); at a time a case is at risk once, so let each interval begin where the last one ends",
                        unit(at),
                        starts[before],
                        ends[before],
                        self.place(kept[before] as usize),
                        starts[at],
                        ends[at],
                        self.place(kept[at] as usize),
                    )));
                }
                if ends[before] > ends[at] {
                    continue;
                }
            }
            latest = Some(at);
        }
        Ok(())
    }
}

/// A time written with its unit, such as `3.5 months`.
fn time_and_unit(text: &str) -> Option<(f64, &str)> {
    let end = text
        .find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | '+' | '-')))
        .unwrap_or(text.len());
    let number: f64 = text[..end].parse().ok()?;
    let unit = text[end..].trim();
    let unit = match unit {
        "d" | "day" | "days" => "days",
        "w" | "wk" | "week" | "weeks" => "weeks",
        "m" | "mo" | "mos" | "month" | "months" => "months",
        "y" | "yr" | "yrs" | "year" | "years" => "years",
        "" => "",
        _ => return None,
    };
    number.is_finite().then_some((number, unit))
}
