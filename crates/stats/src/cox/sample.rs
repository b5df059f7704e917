//! A sample for regression, checked once.

use std::ops::Range;

use super::arrange::{Arrangement, arrange};
use super::covariate::{Covariate, Values};
use super::design::{self, Column, Term};
use super::error::SampleError;
use crate::factor::Factor;
use crate::survival::{NearTies, Outcome};

/// What a sample is made of, column by column. All columns have one value for each row.
///
/// A row is a case, or one interval of a case when covariates change over time.
#[derive(Debug, Clone, PartialEq)]
pub struct Columns {
    /// When the follow-up of the row ended.
    pub times: Vec<f64>,
    /// Whether each row ends with the event.
    pub outcomes: Vec<Outcome>,
    /// When the row came under observation, each before its time; the row is at risk after its
    /// entry up to and including its time. Without entries all rows are at risk from the start.
    pub entries: Option<Vec<f64>>,
    /// Strata: each has a baseline hazard of its own.
    pub strata: Option<Factor>,
    /// Clusters, such as the subjects of which rows are intervals or eyes: rows within one may
    /// depend on each other, and errors become robust to that.
    pub clusters: Option<Factor>,
    /// Columns of the regression, each as long as the times.
    pub covariates: Vec<Covariate>,
    /// Whether times that differ by rounding are one time.
    pub near_ties: NearTies,
}

impl Columns {
    /// Columns without entries, strata and clusters.
    #[must_use]
    pub fn new(times: Vec<f64>, outcomes: Vec<Outcome>, covariates: Vec<Covariate>) -> Self {
        Self {
            times,
            outcomes,
            entries: None,
            strata: None,
            clusters: None,
            covariates,
            near_ties: NearTies::default(),
        }
    }
}

/// Rows in order of stratum and falling time, near-tied times merged, with standardised covariates.
///
/// Near-tied times, as [`survival::Sample`](crate::survival::Sample) has them, over entries
/// and times together, are one time.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    pub(super) arrangement: Arrangement,
    /// Standardised covariates, row by row.
    pub(super) rows: Vec<f64>,
    pub(super) columns: Vec<Column>,
    pub(super) terms: Vec<Term>,
    /// The sum of standardised covariates over events, fixed throughout a fit.
    pub(super) event_sums: Vec<f64>,
    pub(super) strata_labels: Option<Vec<String>>,
    /// Cluster of each row, and how many there are.
    pub(super) clusters: Option<(Vec<u32>, usize)>,
    pub(super) events: usize,
}

impl Sample {
    /// Takes the columns of a sample.
    ///
    /// # Errors
    ///
    /// [`SampleError`] where a column is of another length, a time, entry or value is not usable,
    /// nobody had the event or a covariate does not vary.
    ///
    /// ```
    /// use casegraph_stats::cox::{Columns, Covariate, CoxOptions, FewEvents, Sample, cox};
    /// use casegraph_stats::survival::Outcome::{Censored, Event};
    ///
    /// let times = vec![1.0, 2.0, 3.0, 4.0];
    /// let treated = Covariate::numeric("treated", vec![0.0, 1.0, 1.0, 0.0]);
    /// let sample = Sample::new(Columns::new(times, vec![Event, Event, Censored, Event], vec![treated]))?;
    /// let options = CoxOptions { few_events: FewEvents::Allow, ..CoxOptions::default() };
    /// let fit = cox(&sample, options).expect("an estimate");
    /// assert_eq!(fit.coefficients[0].name, "treated");
    /// # Ok::<(), casegraph_stats::cox::SampleError>(())
    /// ```
    pub fn new(columns: Columns) -> Result<Self, SampleError> {
        check_lengths(&columns)?;
        check_times(&columns)?;
        let events = columns
            .outcomes
            .iter()
            .filter(|outcome| **outcome == Outcome::Event)
            .count();
        if events == 0 {
            return Err(SampleError::NoEvents);
        }
        let Columns {
            times,
            outcomes,
            entries,
            strata,
            clusters,
            covariates,
            near_ties,
        } = columns;
        let arrangement = arrange(times, &outcomes, entries, strata.as_ref(), near_ties)?;
        drop(outcomes);
        let design = design::standardise(covariates, &arrangement)?;
        let clusters = clusters.map(|clusters| {
            let codes = clusters.codes();
            let of_rows = arrangement.cases.iter().map(|case| codes[*case as usize]);
            (of_rows.collect(), clusters.labels().len())
        });
        let width = design.columns.len();
        let mut event_sums = vec![0.0; width];
        for (row, _) in design
            .rows
            .chunks_exact(width)
            .zip(&arrangement.events)
            .filter(|(_, event)| **event)
        {
            for (sum, value) in event_sums.iter_mut().zip(row) {
                *sum += value;
            }
        }
        Ok(Self {
            arrangement,
            rows: design.rows,
            columns: design.columns,
            terms: design.terms,
            event_sums,
            strata_labels: strata.map(|strata| strata.labels().to_vec()),
            clusters,
            events,
        })
    }

    /// The number of rows.
    #[must_use]
    pub fn n(&self) -> usize {
        self.arrangement.times.len()
    }

    /// The number of events.
    #[must_use]
    pub fn events(&self) -> usize {
        self.events
    }

    /// The names of the coefficients that a fit will have, in order.
    pub fn column_names(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(|column| column.name.as_str())
    }

    /// The number of columns.
    pub(super) fn width(&self) -> usize {
        self.columns.len()
    }

    /// The standardised covariates of a row.
    pub(super) fn row(&self, row: usize) -> &[f64] {
        let width = self.width();
        &self.rows[row * width..(row + 1) * width]
    }

    /// The rows of each stratum that are at risk at some event.
    pub(super) fn active(&self) -> impl Iterator<Item = Range<usize>> {
        self.arrangement
            .strata
            .iter()
            .map(|stratum| stratum.rows.start..stratum.active_end)
    }

    /// xᵀ b of a row.
    pub(super) fn linear_predictor(&self, row: usize, b: &[f64]) -> f64 {
        self.row(row).iter().zip(b).map(|(x, b)| x * b).sum()
    }
}

fn check_lengths(columns: &Columns) -> Result<(), SampleError> {
    let expected = columns.times.len();
    if expected == 0 {
        return Err(SampleError::Empty);
    }
    if i32::try_from(expected).is_err() {
        return Err(SampleError::TooMany { cases: expected });
    }
    if columns.covariates.is_empty() {
        return Err(SampleError::NoCovariates);
    }
    let check = |column: &str, found: usize| {
        if found == expected {
            Ok(())
        } else {
            Err(SampleError::Length {
                column: column.to_owned(),
                expected,
                found,
            })
        }
    };
    check("outcome", columns.outcomes.len())?;
    check("entry", columns.entries.as_ref().map_or(expected, Vec::len))?;
    check(
        "stratum",
        columns.strata.as_ref().map_or(expected, Factor::len),
    )?;
    check(
        "cluster",
        columns.clusters.as_ref().map_or(expected, Factor::len),
    )?;
    for (number, covariate) in columns.covariates.iter().enumerate() {
        check(
            &covariate.name,
            match &covariate.values {
                Values::Numeric(values) => values.len(),
                Values::Categorical(values) => values.len(),
            },
        )?;
        let before = &columns.covariates[..number];
        if before.iter().any(|other| other.name == covariate.name) {
            return Err(SampleError::SameName {
                name: covariate.name.clone(),
            });
        }
    }
    Ok(())
}

fn check_times(columns: &Columns) -> Result<(), SampleError> {
    let check = |what, values: &[f64]| {
        for (case, value) in values.iter().copied().enumerate() {
            if !value.is_finite() {
                return Err(SampleError::NotFinite { case, what });
            }
            if value < 0.0 {
                return Err(SampleError::Negative { case, what, value });
            }
        }
        Ok(())
    };
    check("time", &columns.times)?;
    let Some(entries) = &columns.entries else {
        return Ok(());
    };
    check("entry", entries)?;
    for (case, (entry, time)) in entries.iter().zip(&columns.times).enumerate() {
        if entry >= time {
            return Err(SampleError::EntryNotBeforeTime {
                case,
                entry: *entry,
                time: *time,
            });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::survival::Outcome::{Censored, Event};

    fn valid() -> Columns {
        Columns::new(
            vec![1.0, 2.0, 3.0],
            vec![Event, Censored, Event],
            vec![Covariate::numeric("x", vec![1.0, 2.0, 4.0])],
        )
    }

    fn refused(change: impl FnOnce(&mut Columns)) -> SampleError {
        let mut columns = valid();
        change(&mut columns);
        Sample::new(columns).expect_err("not a sample")
    }

    #[test]
    fn what_is_no_sample_is_refused() {
        assert!(Sample::new(valid()).is_ok());
        assert_eq!(
            Sample::new(Columns::new(vec![], vec![], vec![])),
            Err(SampleError::Empty)
        );
        assert_eq!(refused(|c| c.covariates.clear()), SampleError::NoCovariates);
        assert_eq!(
            refused(|c| c.times[1] = f64::NAN),
            SampleError::NotFinite {
                case: 1,
                what: "time"
            }
        );
        assert_eq!(
            refused(|c| c.times[2] = -1.0),
            SampleError::Negative {
                case: 2,
                what: "time",
                value: -1.0
            }
        );
        assert_eq!(
            refused(|c| c.entries = Some(vec![0.0, f64::INFINITY, 0.0])),
            SampleError::NotFinite {
                case: 1,
                what: "entry"
            }
        );
        assert_eq!(
            refused(|c| c.entries = Some(vec![0.0, 2.0, 0.0])),
            SampleError::EntryNotBeforeTime {
                case: 1,
                entry: 2.0,
                time: 2.0
            }
        );
        assert_eq!(
            refused(|c| c.outcomes = vec![Event]),
            SampleError::Length {
                column: "outcome".into(),
                expected: 3,
                found: 1
            }
        );
        assert_eq!(
            refused(|c| c.strata = Some(Factor::new(["a"]))),
            SampleError::Length {
                column: "stratum".into(),
                expected: 3,
                found: 1
            }
        );
        assert_eq!(
            refused(|c| c.covariates.push(c.covariates[0].clone())),
            SampleError::SameName { name: "x".into() }
        );
        assert_eq!(
            refused(|c| c.outcomes = vec![Censored; 3]),
            SampleError::NoEvents
        );
    }

    #[test]
    fn missing_values_name_their_column_and_case() {
        let missing = Covariate::numeric("age", vec![1.0, 2.0, f64::NAN]);
        let error = refused(|c| c.covariates.push(missing));
        assert_eq!(
            error.to_string(),
            "case 2 has no usable value of age; leave the case or the covariate out"
        );
    }

    #[test]
    fn an_interval_that_is_rounding_is_refused() {
        let error = refused(|c| c.entries = Some(vec![0.0, 2.0 - 1e-12, 0.0]));
        assert!(matches!(
            error,
            SampleError::EntryNotBeforeTime { case: 1, .. }
        ));
    }

    #[test]
    fn columns_that_do_not_vary_at_risk_are_refused() {
        let constant = |values: [f64; 3]| {
            refused(|c| c.covariates.push(Covariate::numeric("k", values.to_vec())))
        };
        let wanted = SampleError::Constant { column: "k".into() };
        assert_eq!(constant([0.1; 3]), wanted);
        // Varies by rounding only.
        assert_eq!(constant([0.1 + 0.2, 0.3, 0.3]), wanted);
        let one = Covariate::categorical("g", Factor::new(["a", "a", "a"]));
        assert_eq!(
            refused(|c| c.covariates.push(one)),
            SampleError::Constant { column: "g".into() }
        );
        // Each case a stratum of its own.
        assert_eq!(
            refused(|c| c.strata = Some(Factor::new(["a", "b", "c"]))),
            SampleError::Constant { column: "x".into() }
        );
    }

    #[test]
    fn categories_have_a_column_for_each_but_the_first() {
        let group = Covariate::categorical("group", Factor::new(["a", "b", "c"]));
        let mut columns = valid();
        columns.covariates.push(group);
        let sample = Sample::new(columns).expect("valid");
        assert_eq!(
            sample.column_names().collect::<Vec<_>>(),
            ["x", "group=b", "group=c"]
        );
        assert_eq!((sample.n(), sample.events()), (3, 2));
    }
}
