//! Covariates made into standardised columns, row by row in the order of an arrangement.

use std::ops::Range;

use super::arrange::Arrangement;
use super::covariate::{Covariate, Values};
use super::error::SampleError;

/// Values beyond this cannot be squared and summed.
const LARGEST: f64 = 1e100;

/// A column that varies less than this share of its largest value varies by rounding only.
const ROUNDING: f64 = 4.0 * f64::EPSILON;

/// One column, and how its values were standardised.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Column {
    pub name: String,
    pub covariate: String,
    /// The label that the column stands for, for one of a categorical covariate.
    pub level: Option<String>,
    /// What was subtracted in each stratum of the arrangement: the mean. It leaves the likelihood
    /// as it is.
    pub means: Vec<f64>,
    /// What was divided by: the standard deviation within strata.
    pub scale: f64,
    /// The widest range within a stratum, standardised.
    pub range: f64,
}

/// The columns of one covariate.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Term {
    pub name: String,
    pub columns: Range<usize>,
}

pub(super) struct Design {
    pub rows: Vec<f64>,
    pub columns: Vec<Column>,
    pub terms: Vec<Term>,
}

pub(super) fn standardise(
    covariates: Vec<Covariate>,
    arrangement: &Arrangement,
) -> Result<Design, SampleError> {
    let width: usize = covariates
        .iter()
        .map(|covariate| match &covariate.values {
            Values::Numeric(_) => 1,
            Values::Categorical(values) => values.labels().len() - 1,
        })
        .sum();
    let cases = &arrangement.cases;
    let mut design = Design {
        rows: vec![0.0; cases.len() * width],
        columns: Vec::with_capacity(width),
        terms: Vec::with_capacity(covariates.len()),
    };
    // Each covariate is dropped once copied.
    for Covariate { name, values } in covariates {
        let first = design.columns.len();
        match values {
            Values::Numeric(values) => {
                if let Some(case) = values.iter().position(|x| x.is_nan() || x.abs() > LARGEST) {
                    return Err(SampleError::MissingValue { column: name, case });
                }
                let of_case = |case: u32| values[case as usize];
                design.add(&name, None, arrangement, of_case)?;
            }
            Values::Categorical(values) => {
                if values.labels().len() < 2 {
                    return Err(SampleError::Constant { column: name });
                }
                for (code, label) in values.labels().iter().enumerate().skip(1) {
                    let of_case =
                        |case: u32| f64::from(values.codes()[case as usize] == code as u32);
                    design.add(&name, Some(label), arrangement, of_case)?;
                }
            }
        }
        design.terms.push(Term {
            name,
            columns: first..design.columns.len(),
        });
    }
    Ok(design)
}

impl Design {
    fn add(
        &mut self,
        covariate: &str,
        level: Option<&str>,
        arrangement: &Arrangement,
        of_case: impl Fn(u32) -> f64,
    ) -> Result<(), SampleError> {
        let number = self.columns.len();
        let width = self.rows.len() / arrangement.cases.len();
        let column = self.rows[number..].iter_mut().step_by(width);
        for (place, case) in column.zip(&arrangement.cases) {
            *place = of_case(*case);
        }
        let name = match level {
            Some(level) => format!("{covariate}={level}"),
            None => covariate.to_owned(),
        };
        let mut column = Column {
            name,
            covariate: covariate.to_owned(),
            level: level.map(str::to_owned),
            means: Vec::with_capacity(arrangement.strata.len()),
            scale: 1.0,
            range: 0.0,
        };
        let (mut widest, mut largest, mut deviation) = (0.0_f64, 0.0_f64, 0.0_f64);
        let mut active_rows = 0;
        for stratum in &arrangement.strata {
            // Rows never at risk at an event must not move or widen the scale.
            let active = stratum.rows.start..stratum.active_end;
            let values = || {
                self.rows[active.start * width..active.end * width]
                    .iter()
                    .skip(number)
                    .step_by(width)
                    .copied()
            };
            let count = active.len() as f64;
            let (mut low, mut high, mut sum) = (f64::INFINITY, f64::NEG_INFINITY, 0.0);
            for value in values() {
                low = low.min(value);
                high = high.max(value);
                sum += value;
            }
            let mean = if low == high { low } else { sum / count };
            column.means.push(mean);
            active_rows += active.len();
            widest = widest.max(high - low);
            largest = largest.max(low.abs()).max(high.abs());
            deviation = deviation.max(high - mean).max(mean - low);
        }
        if widest <= ROUNDING * largest || widest < 1.0 / LARGEST {
            return Err(SampleError::Constant {
                column: column.name,
            });
        }
        let mut squares = 0.0;
        for (stratum, mean) in arrangement.strata.iter().zip(&column.means) {
            let rows = stratum.rows.start * width..stratum.active_end * width;
            for value in self.rows[rows].iter().skip(number).step_by(width) {
                let part = (value - mean) / deviation;
                squares += part * part;
            }
        }
        column.scale = deviation * (squares / active_rows as f64).sqrt();
        column.range = widest / column.scale;
        for (stratum, mean) in arrangement.strata.iter().zip(&column.means) {
            let rows = stratum.rows.start * width..stratum.active_end * width;
            for value in self.rows[rows].iter_mut().skip(number).step_by(width) {
                *value = (*value - mean) / column.scale;
            }
        }
        self.columns.push(column);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cox::arrange::arrange;
    use crate::survival::NearTies;
    use crate::survival::Outcome::Event;

    /// 1, 2, 3 has mean 2 and standard deviation √(2/3). Rows fall in time.
    #[test]
    fn columns_are_standardised() {
        let rows = arrange(
            vec![1.0, 2.0, 3.0],
            &[Event; 3],
            None,
            None,
            NearTies::Merge,
        )
        .expect("valid");
        let x = Covariate::numeric("x", vec![1.0, 2.0, 3.0]);
        let found = standardise(vec![x], &rows).expect("varies");
        let scale = (2.0_f64 / 3.0).sqrt();
        assert!((found.columns[0].scale - scale).abs() < 1e-15);
        assert_eq!(found.columns[0].means, [2.0]);
        for (found, wanted) in found.rows.iter().zip([1.0, 0.0, -1.0]) {
            assert!((found - wanted / scale).abs() < 1e-15);
        }
    }

    #[test]
    fn large_and_small_units_do_not_overflow() {
        let rows = arrange(
            vec![1.0, 2.0, 3.0],
            &[Event; 3],
            None,
            None,
            NearTies::Merge,
        )
        .expect("valid");
        for unit in [1e-90, 1e90] {
            let x = Covariate::numeric("x", vec![unit, 2.0 * unit, 3.0 * unit]);
            let found = standardise(vec![x], &rows).expect("varies");
            assert!((found.rows[0] - 1.5_f64.sqrt()).abs() < 1e-14, "{unit}");
        }
        let x = Covariate::numeric("x", vec![1.0, 1e101, 3.0]);
        assert_eq!(
            standardise(vec![x], &rows).err(),
            Some(SampleError::MissingValue {
                column: "x".into(),
                case: 1
            })
        );
    }
}
