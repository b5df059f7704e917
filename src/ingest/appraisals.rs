//! The optional sheet in which readers judge how well reports were made.

use std::collections::BTreeSet;

use super::cells::{check_date, code};
use super::headings::check_headings;
use super::problems::Problems;
use super::sheet::Table;
use crate::case::{Appraisal, Schema};

/// Reads the appraisals: each names its publication and its appraiser, who judges it once.
pub(super) fn appraisals(table: &Table, problems: &mut Problems) -> Vec<Appraisal> {
    let mut appraisals = Vec::new();
    if !check_headings(
        table,
        &Schema::shipped().headings("appraisals"),
        &["publication", "appraiser"],
        problems,
    ) {
        return appraisals;
    }
    let mut judged = BTreeSet::new();
    for row in &table.rows {
        let get = |heading| table.get(row, heading).to_owned();
        let (publication, appraiser, date) = (get("publication"), get("appraiser"), get("date"));
        let mut whole = true;
        for (heading, value) in [("publication", &publication), ("appraiser", &appraiser)] {
            if value.is_empty() {
                problems.cell(
                    &table.place(row, heading),
                    format!("the row has no {heading}"),
                );
                whole = false;
            }
        }
        check_date(table, row, problems);
        let answers: Vec<_> = Appraisal::QUESTIONS
            .iter()
            .filter_map(|question| {
                let word = code(table, row, question.name, question.answers, problems);
                let known = question.answers.iter().find(|answer| **answer == word);
                known.map(|answer| (question, *answer))
            })
            .collect();
        if !whole {
            continue;
        }
        if !judged.insert((publication.clone(), appraiser.clone())) {
            problems.cell(
                &table.place(row, "appraiser"),
                format!("has appraised {publication:?} in another row: keep one"),
            );
            continue;
        }
        appraisals.push(Appraisal {
            publication,
            appraiser,
            date,
            answers,
            note: get("note"),
        });
    }
    appraisals
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_question_has_its_column_in_order() {
        let asked: Vec<&str> = Appraisal::QUESTIONS.iter().map(|q| q.name).collect();
        let headings = Schema::shipped().headings("appraisals");
        assert_eq!(asked, headings[3..headings.len() - 1]);
    }
}
