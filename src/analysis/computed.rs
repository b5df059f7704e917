//! A statistic of columns: computed the same for a saved analysis and for a CSV file.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Serialize;

use super::frame::{Frame, Selection, Units, ValueCount};
use super::{
    AnalysisError, Bounds, Outcome, bounds, competing_risks, contingency, cox, immortal_time,
    options, pooled, proportion, ranks, survival,
};
use crate::query::Statistic;
use crate::stats::conventions::{Area, Conventions, Difference};
use crate::stats::estimate::Level;

/// Rows named in a list before it is cut.
const NAMED: usize = 20;

/// A result with how it was made and who is not in it.
#[derive(Debug, Clone)]
pub struct Computed {
    /// The kind of statistic.
    pub kind: &'static str,
    /// What was found.
    pub outcome: Outcome,
    /// Confidence level of its intervals.
    pub level: Level,
    /// What the result can be, whatever is true of the rows without a value.
    pub bounds: Option<Bounds>,
    /// Rows counted.
    pub counted: usize,
    /// Rows left out, by reason.
    pub left_out: BTreeMap<String, Vec<String>>,
    /// Which values mean the event and which do not, where the statistic has one.
    pub coded: Option<Coded>,
    /// How it was computed, in a sentence.
    pub method: String,
    /// What a reader must know beside the number.
    pub cautions: Vec<String>,
    /// What another package's conventions change.
    pub differences: Vec<Difference>,
    /// What could not be found out about that package, and is as the project has it.
    pub open_questions: Vec<&'static str>,
}

/// The values of the column of the event with their cases.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Coded {
    /// The column.
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

/// What a kind of statistic makes of the rows selected for it.
pub(super) struct Made {
    pub outcome: Outcome,
    pub method: String,
    pub level: Level,
    pub cautions: Vec<String>,
    pub conventions: Conventions,
    pub areas: &'static [Area],
}

impl Made {
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
            .cautions
            .iter()
            .map(|caution| format!("Caution: {caution}"))
            .collect();
        if !self.method.is_empty() {
            lines.push(format!("Method: {}", self.method));
        }
        for difference in &self.differences {
            lines.push(format!("Convention: {difference}"));
        }
        for question in &self.open_questions {
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
pub(super) fn select(statistic: &Statistic, frame: &Frame) -> Result<Selection, AnalysisError> {
    let units = match statistic {
        // A unit may stand in several cells of a table, and have several intervals of follow-up.
        Statistic::Contingency(_) => Units::Repeated,
        Statistic::Survival(settings) if settings.start.is_some() => Units::Repeated,
        Statistic::Cox(settings) if settings.start.is_some() || settings.cluster.is_some() => {
            Units::Repeated
        }
        _ => Units::Once,
    };
    let columns: Vec<&str> = statistic
        .columns()
        .into_iter()
        // A case of unknown subgroup is still a case of the pooled proportion.
        .filter(|(key, column)| match *key {
            "case" => frame.names().any(|name| name == *column),
            "by" => !matches!(statistic, Statistic::Pooled(_)),
            // Who never came into a group has no time at which that was.
            "begins" => false,
            _ => true,
        })
        .map(|(_, column)| column)
        .collect();
    let mut selection = frame.complete(&columns, units)?;
    if let Statistic::Survival(settings) = statistic {
        immortal_time::leave_out_unknown_begin(settings, frame, &mut selection)?;
    }
    Ok(selection)
}

/// Computes a statistic over the rows selected for it, of which there is at least one.
pub(super) fn make(
    statistic: &Statistic,
    frame: &Frame,
    selection: &Selection,
) -> Result<Made, AnalysisError> {
    let kept = &cases(statistic, frame, &selection.kept)?;
    match statistic {
        Statistic::Contingency(settings) => contingency::make(settings, frame, kept),
        Statistic::Survival(settings) => survival::make(settings, frame, kept),
        Statistic::Proportion(settings) => proportion::make(settings, frame, kept),
        Statistic::Cox(settings) => cox::make(settings, frame, kept),
        Statistic::CompetingRisks(settings) => competing_risks::make(settings, frame, kept),
        Statistic::Pooled(settings) => pooled::make(settings, frame, kept),
        Statistic::Ranks(settings) => ranks::make(settings, frame, kept),
        other => Err(AnalysisError::Impossible(format!(
            "{} is read from the rows of a saved analysis, not from columns",
            other.kind()
        ))),
    }
}

/// The rows selected, each as often as the cases that it stands for. Statistics that reckon with counts
/// themselves take each row once.
fn cases<'a>(
    statistic: &Statistic,
    frame: &Frame,
    kept: &'a [u32],
) -> Result<Cow<'a, [u32]>, AnalysisError> {
    let count = match statistic {
        Statistic::Survival(s) => s.count.as_ref(),
        Statistic::Cox(s) => s.count.as_ref(),
        Statistic::CompetingRisks(s) => s.count.as_ref(),
        Statistic::Proportion(s) => s.count.as_ref(),
        Statistic::Ranks(s) => s.count.as_ref(),
        _ => None,
    };
    let Some(count) = count else {
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

/// The values of the column of the event, with the cases that have them.
fn coded(
    statistic: &Statistic,
    frame: &Frame,
    kept: &[u32],
    made: &Made,
) -> Result<(Option<Coded>, Vec<String>), AnalysisError> {
    let (column, options, called) = match statistic {
        Statistic::Survival(s) => (&s.event, &s.options, "censored"),
        Statistic::Cox(s) => (&s.event, &s.options, "censored"),
        Statistic::Proportion(s) => (&s.event, &s.options, "without it"),
        Statistic::Pooled(s) if s.count.is_none() => (&s.event, &s.options, "without it"),
        Statistic::CompetingRisks(s) => {
            let Outcome::CompetingRisks(result) = &made.outcome else {
                return Ok((None, Vec::new()));
            };
            let causes = &result.overall.summary.causes;
            let is_event =
                |value: &ValueCount| causes.iter().any(|cause| cause.cause == value.value);
            let values = frame.values(&s.event, kept)?;
            let (event, without) = values.into_iter().partition(is_event);
            let coded = Coded {
                column: s.event.clone(),
                event,
                without,
                called: "censored",
            };
            return Ok((Some(coded), Vec::new()));
        }
        _ => return Ok((None, Vec::new())),
    };
    let found = frame.events(column, &options::event_coding(options), kept)?;
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
        column: column.clone(),
        event: found.event,
        without: found.without,
        called,
    };
    Ok((Some(coded), cautions))
}

/// What a reader must know of the values that make groups.
fn doubts(
    statistic: &Statistic,
    frame: &Frame,
    kept: &[u32],
) -> Result<Vec<String>, AnalysisError> {
    const GROUPS: [&str; 7] = [
        "by",
        "rows",
        "columns",
        "strata",
        "covariates",
        "cluster",
        "report",
    ];
    let columns = statistic.columns();
    let groups = columns.iter().filter(|(key, _)| GROUPS.contains(key));
    let mut told = Vec::new();
    for (_, column) in groups {
        told.extend(frame.doubts(column, kept)?);
    }
    Ok(told)
}

/// The rows that have the event, of a statistic that has one.
pub(super) fn numerator(
    statistic: &Statistic,
    frame: &Frame,
    kept: &[u32],
) -> Result<Vec<u32>, AnalysisError> {
    let (column, options) = match statistic {
        Statistic::Survival(s) => (&s.event, &s.options),
        Statistic::Cox(s) => (&s.event, &s.options),
        Statistic::Proportion(s) => (&s.event, &s.options),
        Statistic::Pooled(s) if s.count.is_none() => (&s.event, &s.options),
        Statistic::Contingency(s) => {
            let Some(event) = &s.event else {
                return Ok(Vec::new());
            };
            let values = frame.factor(&s.columns, kept)?;
            let is = |(_, code): &(&u32, &u32)| {
                super::frame::is_same(&values.labels()[**code as usize], event)
            };
            let rows = kept.iter().zip(values.codes()).filter(is);
            return Ok(rows.map(|(row, _)| *row).collect());
        }
        _ => return Ok(Vec::new()),
    };
    let events = frame
        .events(column, &options::event_coding(options), kept)?
        .came;
    let rows = kept.iter().zip(events).filter(|(_, event)| *event);
    Ok(rows.map(|(row, _)| *row).collect())
}

/// Computes a statistic of the columns of a frame.
///
/// # Errors
/// There is no such column, a cell is not what its column should hold, no row has a value in all
/// columns, or the data cannot carry the statistic.
pub fn estimate(statistic: &Statistic, frame: &Frame) -> Result<Computed, AnalysisError> {
    let selection = select(statistic, frame)?;
    if selection.kept.is_empty() {
        return Err(AnalysisError::Impossible(format!(
            "none of the {} rows has a value in every column that is needed",
            frame.rows()
        )));
    }
    let made = make(statistic, frame, &selection)?;
    let name = |row: &u32| frame.row_name(*row as usize);
    let bounds = bounds::of_frame(statistic, frame, &selection, &made.outcome, made.level)?;
    let (differences, open_questions) = (made.differences(), made.open_questions());
    let standing = cases(statistic, frame, &selection.kept)?;
    let mut cautions = repeated(&selection, frame);
    if let Cow::Owned(cases) = &standing {
        let (rows, cases) = (selection.kept.len(), cases.len());
        cautions.push(format!("{rows} rows stand for {cases} cases."));
    }
    let (coded, told) = coded(statistic, frame, &standing, &made)?;
    cautions.extend(made.cautions);
    cautions.extend(told);
    cautions.extend(doubts(statistic, frame, &standing)?);
    let mut left_out = selection.left_out;
    if !selection.repeated.is_empty() {
        left_out.insert("a further row of its unit".to_owned(), selection.repeated);
    }
    Ok(Computed {
        kind: statistic.kind(),
        outcome: made.outcome,
        counted: selection.kept.len(),
        coded,
        left_out: left_out
            .iter()
            .map(|(reason, rows)| (reason.clone(), rows.iter().map(name).collect()))
            .collect(),
        method: made.method,
        level: made.level,
        bounds,
        cautions,
        differences,
        open_questions,
    })
}

/// That units have several rows where each counts once.
pub(super) fn repeated(selection: &Selection, frame: &Frame) -> Vec<String> {
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

/// What must be known of a unit for it to be counted, with its verb.
pub(super) fn needs(statistic: &Statistic) -> &'static str {
    match statistic {
        Statistic::Survival(_) | Statistic::CompetingRisks(_) => "Months and outcome are",
        Statistic::Cox(_) => "Months, outcome and covariates are",
        Statistic::Contingency(_) => "Both are",
        _ => "What is needed is",
    }
}
