//! Which group has which score in a test for trend.
//!
//! A score belongs to a group by its name, or by the place of the group in an order that is stated.
//! The alphabet states none: "high" comes before "low" in it.

use std::collections::BTreeMap;
use std::fmt::Display;

use serde::Serialize;

use super::AnalysisError;
use super::frame::Frame;
use crate::case::schema::ORDERS;

/// The numbers that stages are counted in.
const ROMAN: [&str; 10] = ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X"];

/// What a test for trend was asked with.
pub(super) struct TrendRequest<'a> {
    /// The kind of statistic.
    pub kind: &'static str,
    /// The option that holds the scores.
    pub option: &'static str,
    /// The column of the groups.
    pub column: &'a str,
    /// The groups in their order.
    pub order: &'a [String],
    /// Scores, bare or as `group=score`.
    pub scores: &'a [String],
}

/// A score for each group.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Scores {
    /// In the order of the labels.
    pub scores: Vec<f64>,
    /// How it is known which group has which.
    pub stated: String,
}

/// A group with its score, as results show it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct GroupScore {
    /// Label of the group.
    pub group: String,
    /// Score of the group in the test for trend.
    pub score: f64,
}

/// The groups with their scores, by the scores.
pub(super) fn paired(labels: &[String], scores: &[f64]) -> Vec<GroupScore> {
    let pair = |(group, score): (&String, &f64)| GroupScore {
        group: group.clone(),
        score: *score,
    };
    let mut pairs: Vec<GroupScore> = labels.iter().zip(scores).map(pair).collect();
    pairs.sort_by(|a, b| a.score.total_cmp(&b.score));
    pairs
}

impl TrendRequest<'_> {
    /// The score of each group; `None` where no trend was asked for.
    ///
    /// # Errors
    /// Groups and scores do not go together, or nothing states the order of the groups.
    pub fn scores(
        &self,
        frame: &Frame,
        labels: &[String],
    ) -> Result<Option<Scores>, AnalysisError> {
        if self.order.is_empty() && self.scores.is_empty() {
            return Ok(None);
        }
        let given: Vec<&str> = self.scores.iter().map(|word| word.trim()).collect();
        let bare: Option<Vec<f64>> = given.iter().map(|text| finite(text)).collect();
        let scores = match (bare, self.order) {
            (None, []) => self.named(&given, frame, labels)?,
            (None, _) => {
                return Err(
                    self.wrong("scores that name their groups need no order; give one of the two")
                );
            }
            (Some(bare), []) => self.in_known_order(&bare, labels)?,
            (Some(bare), order) => self.in_order(&bare, order, frame, labels)?,
        };
        Ok(Some(scores))
    }

    fn named(
        &self,
        given: &[&str],
        frame: &Frame,
        labels: &[String],
    ) -> Result<Scores, AnalysisError> {
        let mut scores = BTreeMap::new();
        for text in given {
            let pair = text
                .rsplit_once('=')
                .and_then(|(group, score)| Some((group.trim(), finite(score.trim())?)));
            let Some((group, score)) = pair else {
                return Err(self.wrong(format!(
                    "{text:?} is no score; a score is a number, or GROUP=NUMBER for each group"
                )));
            };
            frame.named(self.column, labels, group)?;
            if scores.insert(group, score).is_some() {
                return Err(self.wrong(format!("the group {group:?} has two scores")));
            }
        }
        let of = |label: &String| {
            let missing = || self.wrong(format!("the group {label:?} has no score"));
            scores.get(label.as_str()).copied().ok_or_else(missing)
        };
        Ok(Scores {
            scores: labels.iter().map(of).collect::<Result<_, _>>()?,
            stated: "scores as given by group".to_owned(),
        })
    }

    fn in_order(
        &self,
        bare: &[f64],
        order: &[String],
        frame: &Frame,
        labels: &[String],
    ) -> Result<Scores, AnalysisError> {
        if !bare.is_empty() && bare.len() != order.len() {
            return Err(self.wrong(format!(
                "{} scores were given for {} groups in order",
                bare.len(),
                order.len()
            )));
        }
        let mut places = BTreeMap::new();
        for (place, group) in order.iter().enumerate() {
            frame.named(self.column, labels, group.as_str())?;
            if places.insert(group.as_str(), place).is_some() {
                return Err(self.wrong(format!(
                    "the group {:?} stands twice in the order",
                    group.as_str()
                )));
            }
        }
        let of = |label: &String| match places.get(label.as_str()) {
            Some(place) => Ok(bare.get(*place).copied().unwrap_or(*place as f64)),
            None => Err(self.wrong(format!("the group {label:?} is not in the order"))),
        };
        Ok(Scores {
            scores: labels.iter().map(of).collect::<Result<_, _>>()?,
            stated: "groups in the order given".to_owned(),
        })
    }

    fn in_known_order(&self, bare: &[f64], labels: &[String]) -> Result<Scores, AnalysisError> {
        let Some((ranks, stated)) = known_order(labels) else {
            return Err(AnalysisError::NoOrder {
                kind: self.kind,
                option: self.option,
                groups: labels.to_vec(),
            });
        };
        if bare.len() != labels.len() {
            return Err(self.wrong(format!(
                "{} scores were given for the {} groups {}",
                bare.len(),
                labels.len(),
                labels.join(", ")
            )));
        }
        Ok(Scores {
            scores: ranks.iter().map(|rank| bare[*rank]).collect(),
            stated,
        })
    }

    fn wrong(&self, reason: impl Display) -> AnalysisError {
        AnalysisError::Option {
            kind: self.kind,
            reason: format!("{}: {reason}", self.option),
        }
    }
}

fn finite(text: &str) -> Option<f64> {
    text.parse().ok().filter(|number: &f64| number.is_finite())
}

/// The place of each group in an order that its name states, and how that is said; `None` where the
/// names state none.
fn known_order(labels: &[String]) -> Option<(Vec<usize>, String)> {
    let number = |label: &String| finite(label);
    if let Some(numbers) = labels.iter().map(number).collect::<Option<Vec<f64>>>() {
        return Some((ranks(&numbers)?, "groups in numerical order".to_owned()));
    }
    let listed = ORDERS.iter().find_map(|order| {
        let place = |label: &String| {
            let same = |word: &&str| word.eq_ignore_ascii_case(label);
            order.iter().position(same).map(|place| place as f64)
        };
        labels.iter().map(place).collect::<Option<Vec<f64>>>()
    });
    if let Some(places) = listed {
        return Some((
            ranks(&places)?,
            "groups in the order of the vocabulary".to_owned(),
        ));
    }
    let read = |of: fn(&str) -> Option<(f64, String)>| -> Option<Vec<f64>> {
        let read: Vec<(f64, String)> = labels
            .iter()
            .map(|label| of(label))
            .collect::<Option<_>>()?;
        let one_kind = read.iter().all(|(_, rest)| *rest == read[0].1);
        one_kind.then(|| read.into_iter().map(|(number, _)| number).collect())
    };
    let numbers = read(number_within).or_else(|| read(roman))?;
    Some((
        ranks(&numbers)?,
        "groups in the order of the numbers in their names".to_owned(),
    ))
}

/// The place of each number among all; `None` where two are equal.
fn ranks(numbers: &[f64]) -> Option<Vec<usize>> {
    let mut sorted = numbers.to_vec();
    sorted.sort_by(f64::total_cmp);
    if sorted.windows(2).any(|pair| pair[0] >= pair[1]) {
        return None;
    }
    numbers
        .iter()
        .map(|number| sorted.iter().position(|other| other == number))
        .collect()
}

/// The one whole number in a name and what else is in it: `grade 2` is 2 and `grade `.
fn number_within(label: &str) -> Option<(f64, String)> {
    let mut runs = label
        .split(|letter: char| !letter.is_ascii_digit())
        .filter(|run| !run.is_empty());
    let (run, None) = (runs.next()?, runs.next()) else {
        return None;
    };
    Some((run.parse().ok()?, label.replacen(run, "", 1)))
}

/// A stage: a Roman number, behind it perhaps a letter, before it perhaps a word.
fn roman(label: &str) -> Option<(f64, String)> {
    let (word, stage) = label.rsplit_once(' ').unwrap_or(("", label));
    let number = stage.trim_end_matches(['A', 'B', 'C', 'a', 'b', 'c']);
    let letter = match stage[number.len()..].to_ascii_uppercase().as_str() {
        "" => 0.0,
        "A" => 0.1,
        "B" => 0.2,
        "C" => 0.3,
        _ => return None,
    };
    let place = ROMAN.iter().position(|roman| *roman == number)?;
    Some((place as f64 + letter, word.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(labels: &[&str]) -> Option<Vec<usize>> {
        let labels: Vec<String> = labels.iter().map(|label| (*label).to_owned()).collect();
        known_order(&labels).map(|(ranks, _)| ranks)
    }

    #[test]
    fn only_an_order_that_names_state_is_known() {
        assert_eq!(order(&["high", "low", "mid"]), None);
        assert_eq!(order(&["a", "b", "c"]), None);
        assert_eq!(order(&["10", "9", "2.5"]), Some(vec![2, 1, 0]));
        assert_eq!(order(&["adult", "pediatric"]), Some(vec![1, 0]));
        assert_eq!(order(&["SD", "CR", "PD", "PR"]), Some(vec![2, 0, 3, 1]));
        assert_eq!(order(&["grade 10", "grade 2"]), Some(vec![1, 0]));
        assert_eq!(order(&["T1", "T3", "T2"]), Some(vec![0, 2, 1]));
        assert_eq!(order(&["T1", "N2"]), None);
        assert_eq!(
            order(&["stage IV", "stage II", "stage I"]),
            Some(vec![2, 1, 0])
        );
        assert_eq!(order(&["IIIA", "IIIB", "II"]), Some(vec![1, 2, 0]));
        assert_eq!(order(&["I", "V", "none"]), None);
        assert_eq!(order(&["1-2", "3-4"]), None);
        assert_eq!(order(&["01", "1"]), None);
    }
}
