//! A statistic of columns: computed the same for a saved analysis and for a CSV file.

use std::any::Any;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use clap::Command;
use serde::Serialize;

use super::bounds::Bounds;
use super::frame::{Coding, Frame, Selection, Units, ValueCount};
use super::{AnalysisError, Finding, Kind, OfColumns, StatisticResult, time_zero};
use crate::graph::Table;
use crate::stats::conventions::{Area, Conventions, Difference};
use crate::stats::estimate::Level;

/// Rows named in a list before it is cut.
const NAMED: usize = 20;

/// What a kind that reads columns says of itself; the rest is the same for all of them.
pub(super) trait Estimator: Kind {
    /// What must be known of a unit for it to be counted, with its verb.
    const NEEDS: &'static str = "What is needed is";
    /// Keys of the columns whose values make groups.
    const GROUPS: &'static [&'static str] = &["by", "strata"];

    /// Whether a unit may have several rows.
    fn units(&self) -> Units {
        Units::Once
    }

    /// Whether only a row with a value of this column can be counted.
    fn is_needed(&self, _key: &str) -> bool {
        true
    }

    /// Leaves out rows for a reason of the kind's own.
    fn narrow(&self, _frame: &Frame, _selection: &mut Selection) -> Result<(), AnalysisError> {
        Ok(())
    }

    /// The column of the number of cases that a row stands for, where the kind takes each row as often.
    fn repeats(&self) -> Option<&str> {
        None
    }

    /// The column of the event, how it is coded, and what a case without the event is called.
    fn event(&self) -> Option<(&str, Coding, &'static str)> {
        None
    }

    /// Computes the statistic over the rows selected, of which there is at least one.
    fn estimate(&self, frame: &Frame, kept: &[u32]) -> Result<Estimate, AnalysisError>;

    /// What the result can be, whatever is true of the rows without a value.
    fn bounds(
        &self,
        _frame: &Frame,
        _selection: &Selection,
        _estimate: &Estimate,
    ) -> Result<Option<Bounds>, AnalysisError> {
        Ok(None)
    }

    /// The rows that have the event.
    fn numerator(&self, frame: &Frame, kept: &[u32]) -> Result<Vec<u32>, AnalysisError> {
        let Some((column, coding, _)) = self.event() else {
            return Ok(Vec::new());
        };
        let events = frame.events(column, &coding, kept)?.came;
        let rows = kept.iter().zip(events).filter(|(_, event)| *event);
        Ok(rows.map(|(row, _)| *row).collect())
    }

    /// The values of the column of the event, with the cases that have them, and what is doubtful of them.
    fn coded(
        &self,
        frame: &Frame,
        kept: &[u32],
        _estimate: &Estimate,
    ) -> Result<(Option<Coded>, Vec<String>), AnalysisError> {
        match self.event() {
            Some((column, coding, called)) => coded(frame, kept, column, &coding, called),
            None => Ok((None, Vec::new())),
        }
    }

    /// See [`OfColumns::of_arguments`].
    fn alone(&self) -> Result<Option<Computed>, AnalysisError> {
        Ok(None)
    }

    /// See [`OfColumns::command`].
    fn adapt(command: Command) -> (Command, Option<&'static str>) {
        (command, None)
    }
}

impl<T: Estimator> OfColumns for T {
    fn of_frame(&self, frame: &Frame) -> Result<Computed, AnalysisError> {
        of_frame(self, frame)
    }

    fn of_arguments(&self) -> Result<Option<Computed>, AnalysisError> {
        self.alone()
    }

    fn command(command: Command) -> (Command, Option<&'static str>) {
        T::adapt(command)
    }
}

/// A result of a file with how many rows are in it and which are not.
#[derive(Debug, Clone)]
pub struct Computed {
    /// The kind of statistic.
    pub kind: &'static str,
    /// Result, with its ledger and cautions.
    pub finding: Finding,
    /// Number of rows in the denominator.
    pub counted: usize,
    /// Rows left out, by reason.
    pub left_out: BTreeMap<String, Vec<String>>,
    /// Which values mean the event and which do not, where the statistic has one.
    pub coded: Option<Coded>,
}

/// The values of the column of the event with their cases.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Coded {
    /// Name of the column of the event.
    pub column: String,
    /// Values that mean an event.
    pub event: Vec<ValueCount>,
    /// Values that mean none.
    pub without: Vec<ValueCount>,
    /// What a case without the event is: censored, or without it.
    pub called: &'static str,
}

impl Coded {
    /// The coding in a line.
    fn line(&self) -> String {
        let list = |values: &[ValueCount]| match values {
            [] => "no one".to_owned(),
            values => {
                let values: Vec<String> = values.iter().map(ToString::to_string).collect();
                values.join(", ")
            }
        };
        format!(
            "Event, by {}: {}; {}: {}",
            self.column,
            list(&self.event),
            self.called,
            list(&self.without)
        )
    }
}

/// The estimate of a kind of statistic from the rows that were selected for it.
pub(super) struct Estimate {
    pub found: Arc<dyn StatisticResult>,
    pub method: String,
    pub level: Level,
    pub cautions: Vec<String>,
    pub conventions: Conventions,
    pub areas: &'static [Area],
}

impl Estimate {
    /// The result, if it is one of this kind.
    pub fn get<T: StatisticResult>(&self) -> Option<&T> {
        let found: &dyn Any = &*self.found;
        found.downcast_ref()
    }

    /// What another package's conventions change.
    pub fn differences(&self) -> Vec<Difference> {
        let areas = self.areas.iter();
        areas
            .flat_map(|area| self.conventions.differences(*area))
            .collect()
    }

    /// What could not be found out about that package.
    pub fn open_questions(&self) -> Vec<&'static str> {
        let areas = self.areas.iter();
        let mut questions: Vec<&str> = areas
            .flat_map(|area| self.conventions.open_questions(*area))
            .collect();
        questions.dedup();
        questions
    }
}

impl Computed {
    /// What is said below the tables: cautions, method, who was counted and who was not.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        let mut lines: Vec<String> = self
            .finding
            .cautions
            .iter()
            .map(|caution| format!("Caution: {caution}"))
            .collect();
        if !self.finding.method.is_empty() {
            lines.push(format!("Method: {}", self.finding.method));
        }
        for difference in &self.finding.differences {
            lines.push(format!("Convention: {difference}"));
        }
        for question in &self.finding.open_questions {
            lines.push(format!("Convention not known: {question}"));
        }
        lines.extend(self.coded.iter().map(Coded::line));
        let left_out: usize = self.left_out.values().map(Vec::len).sum();
        if self.counted + left_out > 0 {
            lines.push(format!(
                "Counted: {} of {}",
                self.counted,
                self.counted + left_out
            ));
        }
        for (reason, rows) in &self.left_out {
            let more = match rows.len().saturating_sub(NAMED) {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            let named: Vec<&str> = rows.iter().take(NAMED).map(String::as_str).collect();
            lines.push(format!(
                "Left out, {reason} ({}): {}{more}",
                rows.len(),
                named.join(", ")
            ));
        }
        lines
    }
}

/// The rows that a statistic reads.
fn select<T: Estimator>(kind: &T, frame: &Frame) -> Result<Selection, AnalysisError> {
    let columns: Vec<&str> = kind
        .columns()
        .into_iter()
        .filter(|(key, column)| match *key {
            "case" => frame.names().any(|name| name == *column),
            key => kind.is_needed(key),
        })
        .map(|(_, column)| column)
        .collect();
    let mut selection = frame.complete(&columns, kind.units())?;
    kind.narrow(frame, &mut selection)?;
    Ok(selection)
}

/// The rows selected, each as often as the cases that it stands for. Statistics that reckon with counts
/// themselves take each row once.
fn cases<'a, T: Estimator>(
    kind: &T,
    frame: &Frame,
    kept: &'a [u32],
) -> Result<Cow<'a, [u32]>, AnalysisError> {
    let Some(count) = kind.repeats() else {
        return Ok(Cow::Borrowed(kept));
    };
    let repeated = frame.repeat(count, kept)?;
    if repeated.is_empty() {
        return Err(AnalysisError::Impossible(format!(
            "{count}: the rows stand for no case"
        )));
    }
    Ok(Cow::Owned(repeated))
}

/// The values of a column of events, with the cases that have them, and what is doubtful of them.
fn coded(
    frame: &Frame,
    kept: &[u32],
    column: &str,
    coding: &Coding,
    called: &'static str,
) -> Result<(Option<Coded>, Vec<String>), AnalysisError> {
    let found = frame.events(column, coding, kept)?;
    let mut cautions: Vec<String> = found
        .absent
        .iter()
        .map(|value| format!("No row has the event {value:?} in {column}."))
        .collect();
    if found.event.is_empty() && cautions.is_empty() {
        cautions.push(format!("No row has an event in {column}."));
    }
    cautions.extend(found.misprints.iter().map(|(one, event)| {
        format!("{one} of {column} is {called}; if it is a misprint of {event:?}, mend it or name it too.")
    }));
    cautions.extend(frame.doubts(column, kept)?);
    let coded = Coded {
        column: column.to_owned(),
        event: found.event,
        without: found.without,
        called,
    };
    Ok((Some(coded), cautions))
}

/// What a reader must know of the values that make groups.
fn doubts<T: Estimator>(
    kind: &T,
    frame: &Frame,
    kept: &[u32],
) -> Result<Vec<String>, AnalysisError> {
    let mut doubts = Vec::new();
    for (key, column) in kind.columns() {
        if T::GROUPS.contains(&key) {
            doubts.extend(frame.doubts(column, kept)?);
        }
    }
    Ok(doubts)
}

/// Computes a statistic of the columns of a file.
fn of_frame<T: Estimator>(kind: &T, frame: &Frame) -> Result<Computed, AnalysisError> {
    let selection = select(kind, frame)?;
    if selection.kept.is_empty() {
        return Err(AnalysisError::Impossible(format!(
            "none of the {} rows has a value in every column that is needed",
            frame.rows()
        )));
    }
    let cases = cases(kind, frame, &selection.kept)?;
    let estimate = kind.estimate(frame, &cases)?;
    let bounds = kind.bounds(frame, &selection, &estimate)?;
    let (differences, open_questions) = (estimate.differences(), estimate.open_questions());
    let mut cautions = repeated(&selection, frame);
    if let Cow::Owned(cases) = &cases {
        let (rows, cases) = (selection.kept.len(), cases.len());
        cautions.push(format!("{rows} rows stand for {cases} cases."));
    }
    let (coded, doubtful) = kind.coded(frame, &cases, &estimate)?;
    let doubts = doubts(kind, frame, &cases)?;
    cautions.extend(estimate.cautions.into_iter().chain(doubtful).chain(doubts));
    let name = |row: &u32| frame.row_name(*row as usize);
    let counted = selection.kept.len();
    let mut left_out = selection.left_out;
    if !selection.repeated.is_empty() {
        left_out.insert("a further row of its unit".to_owned(), selection.repeated);
    }
    Ok(Computed {
        kind: kind.kind(),
        counted,
        coded,
        left_out: left_out
            .iter()
            .map(|(reason, rows)| (reason.clone(), rows.iter().map(name).collect()))
            .collect(),
        finding: Finding {
            found: Some(estimate.found),
            level: estimate.level,
            method: estimate.method,
            bounds,
            differences,
            open_questions,
            ..Finding::without(super::Ledger::default(), cautions)
        },
    })
}

/// Computes a statistic of the columns of a query's rows. Where the cases cannot carry it, that is the
/// result.
pub(super) fn of_rows<T: Estimator>(kind: &T, table: &Table) -> Result<Finding, AnalysisError> {
    let case = kind.case().unwrap_or("case");
    let frame = Frame::of_table(table, case);
    let selection = select(kind, &frame)?;
    let mut ledger = frame.ledger(&selection);
    let mut cautions = repeated(&selection, &frame);
    if ledger.counted().len() < ledger.eligible() {
        let (counted, eligible) = (ledger.counted().len(), ledger.eligible());
        cautions.insert(
            0,
            format!("{} known for {counted} of {eligible}.", T::NEEDS),
        );
    }
    if selection.kept.is_empty() {
        cautions.push("No one has all that is needed: there is no result.".to_owned());
        return Ok(Finding::without(ledger, cautions));
    }
    let estimate = match cases(kind, &frame, &selection.kept)
        .and_then(|cases| kind.estimate(&frame, &cases))
    {
        Ok(estimate) => estimate,
        Err(AnalysisError::Refused(why)) => return Ok(Finding::refused(ledger, cautions, &why)),
        Err(error) => return Err(error),
    };
    cautions.extend(estimate.cautions.iter().cloned());
    cautions.extend(time_zero::mixed_time_zero(table, &ledger, case));
    let bounds = kind.bounds(&frame, &selection, &estimate)?;
    let numerator = kind.numerator(&frame, &selection.kept)?;
    ledger.add_all_to_numerator(
        numerator
            .into_iter()
            .map(|row| frame.row_name(row as usize)),
    );
    let (differences, open_questions) = (estimate.differences(), estimate.open_questions());
    let method = std::iter::once(estimate.method)
        .chain(differences.iter().map(ToString::to_string))
        .chain(
            open_questions
                .iter()
                .map(|question| format!("Not known: {question}")),
        )
        .collect::<Vec<_>>()
        .join(" ");
    Ok(Finding {
        found: Some(estimate.found),
        bounds,
        method,
        level: estimate.level,
        ..Finding::without(ledger, cautions)
    })
}

/// That units have several rows where each counts once.
fn repeated(selection: &Selection, frame: &Frame) -> Vec<String> {
    let name = |row: &u32| frame.row_name(*row as usize);
    let mut units: Vec<String> = selection.repeated.iter().map(name).collect();
    units.dedup();
    let more = match units.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    units.truncate(NAMED);
    match units.len() {
        0 => Vec::new(),
        1 => vec![format!(
            "{} has several rows; the first one is counted.",
            units[0]
        )],
        _ => vec![format!(
            "Several rows each, of which the first is counted: {}{more}.",
            units.join(", ")
        )],
    }
}
