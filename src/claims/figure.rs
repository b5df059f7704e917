//! Which number of an analysis a claim states.

use thiserror::Error;

use super::Claim;
use crate::analysis::Analysis;
use crate::kinds::proportion::Proportions;
use crate::kinds::response::ResponseRates;
use crate::kinds::survival::SurvivalResult;

/// A number to read from an analysis of the cases: `figure=…` among a claim's parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Figure {
    /// `objective`, or `objective of GROUP`: cases with an objective response.
    Objective(Option<String>),
    /// `control`, or `control of GROUP`: cases with their disease controlled.
    Control(Option<String>),
    /// `median`, or `median of GROUP`: the median of a survival curve.
    Median(Option<String>),
    /// `p`: the P value of the first test.
    PValue,
    /// `range COLUMN`: the smallest and the largest number of a column.
    Range(String),
    /// `count COLUMN=VALUE|VALUE where COLUMN=VALUE`: cases with one of the values, among those with
    /// the value after `where`; `*` is any value but `none`.
    Count {
        /// Column and values counted.
        counted: Condition,
        /// Column and values of the cases that they are counted among.
        among: Option<Condition>,
    },
}

/// A column and the values looked for in it.
pub type Condition = (String, Vec<String>);

/// What an analysis is run with: names and values.
pub type Parameters = Vec<(String, String)>;

/// The parameters of a claim cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error(
    "parameters {parameters:?}: {reason}; write name=value; name=value, of which figure is one of objective, \
     control, median (each with `of GROUP` behind it, if need be), p, range COLUMN, or \
     count COLUMN=VALUE|VALUE where COLUMN=VALUE"
)]
pub struct FigureError {
    parameters: String,
    reason: String,
}

impl Figure {
    /// Reads the parameters of a claim: the figure, if one is named, and those that the analysis is run
    /// with.
    ///
    /// # Errors
    /// A part is not of the form.
    ///
    /// ```
    /// use casegraph::claims::Figure;
    ///
    /// let (figure, parameters) = Figure::read("cohort=cohort:review; figure=objective of EML4")?;
    /// assert_eq!(figure, Some(Figure::Objective(Some("EML4".to_owned()))));
    /// assert_eq!(parameters, [("cohort".to_owned(), "cohort:review".to_owned())]);
    /// # Ok::<(), casegraph::claims::FigureError>(())
    /// ```
    pub fn read(parameters: &str) -> Result<(Option<Self>, Parameters), FigureError> {
        let wrong = |reason: String| FigureError {
            parameters: parameters.to_owned(),
            reason,
        };
        let (mut figure, mut rest) = (None, Vec::new());
        for part in parameters
            .split(';')
            .map(str::trim)
            .filter(|part| !part.is_empty())
        {
            let Some((name, value)) = part.split_once('=') else {
                return Err(wrong(format!("{part:?} has no value")));
            };
            let (name, value) = (name.trim(), value.trim());
            if name == "figure" {
                figure = Some(
                    Self::of_words(value)
                        .ok_or_else(|| wrong(format!("no figure is {value:?}")))?,
                );
            } else {
                rest.push((name.to_owned(), value.to_owned()));
            }
        }
        Ok((figure, rest))
    }

    /// The figure that a claim means by its kind and words, where it names none; `None` where that
    /// cannot be told.
    #[must_use]
    pub fn meant(claim: &Claim, analysis: &Analysis) -> Option<Self> {
        if claim.kind == "p-value" {
            return Some(Self::PValue);
        }
        let said = claim.subgroup.to_lowercase();
        let group = |labels: Vec<&str>| {
            let is_said = |label: &&&str| said.contains(&label.to_lowercase());
            labels.iter().find(is_said).map(|label| (*label).to_owned())
        };
        let finding = &analysis.finding;
        if let Some(rates) = finding.get::<ResponseRates>() {
            let words = format!("{} {said}", claim.measure.to_lowercase());
            let control = ["control", "benefit", "sd", "stable"]
                .iter()
                .any(|word| words.split([' ', ',']).any(|said| said == *word));
            let group = group(rates.groups.iter().map(|g| g.label.as_str()).collect());
            return Some(if control {
                Self::Control(group)
            } else {
                Self::Objective(group)
            });
        }
        if let Some(result) = finding.get::<SurvivalResult>() {
            match claim.kind.as_str() {
                "median" => {
                    let labels = result.groups.iter().map(|g| g.label.as_str());
                    return Some(Self::Median(group(labels.collect())));
                }
                "range" => return Some(Self::Range("months".to_owned())),
                _ => {}
            }
        }
        if let Some(result) = finding.get::<Proportions>() {
            let labels = result.groups.iter().map(|g| g.group.as_str());
            return Some(Self::Objective(group(labels.collect())));
        }
        if said.is_empty() {
            return None;
        }
        let table = &analysis.table;
        let has = |column: &usize| {
            (0..table.rows()).any(|row| {
                let text = table.text(row, *column);
                text.is_some_and(|text| text.eq_ignore_ascii_case(&claim.subgroup))
            })
        };
        let column = (0..table.columns.len()).find(has)?;
        Some(Self::Count {
            counted: (table.columns[column].clone(), vec![claim.subgroup.clone()]),
            among: None,
        })
    }

    fn of_words(words: &str) -> Option<Self> {
        let (first, rest) = words.split_once(' ').unwrap_or((words, ""));
        let rest = rest.trim();
        let group = || match rest {
            "" => Some(None),
            rest => Some(Some(rest.strip_prefix("of ")?.trim().to_owned())),
        };
        match first {
            "objective" => Some(Self::Objective(group()?)),
            "control" => Some(Self::Control(group()?)),
            "median" => Some(Self::Median(group()?)),
            "p" if rest.is_empty() => Some(Self::PValue),
            "range" if !rest.is_empty() => Some(Self::Range(rest.to_owned())),
            "count" => {
                let (counted, among) = match rest.split_once(" where ") {
                    Some((counted, among)) => (counted, Some(condition(among)?)),
                    None => (rest, None),
                };
                Some(Self::Count {
                    counted: condition(counted)?,
                    among,
                })
            }
            _ => None,
        }
    }
}

fn condition(text: &str) -> Option<Condition> {
    let (column, values) = text.split_once('=')?;
    let values = values.split('|').map(|value| value.trim().to_owned());
    Some((column.trim().to_owned(), values.collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_read() {
        let read = |text: &str| Figure::read(text).map(|(figure, _)| figure);
        assert_eq!(read("figure=p"), Ok(Some(Figure::PValue)));
        assert_eq!(read("drug=x"), Ok(None));
        assert_eq!(
            read("figure=range months"),
            Ok(Some(Figure::Range("months".to_owned())))
        );
        let counted = (
            "site".to_owned(),
            vec!["lung".to_owned(), "bronchus".to_owned()],
        );
        let among = Some(("sex".to_owned(), vec!["female".to_owned()]));
        assert_eq!(
            read("figure=count site=lung|bronchus where sex=female"),
            Ok(Some(Figure::Count { counted, among }))
        );
        for wrong in [
            "figure=mean",
            "figure=objective EML4",
            "figure",
            "figure=count x",
        ] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
