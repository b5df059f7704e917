//! Bars of counts: adverse events, known values, totals of a table.

use super::Drawn;
use crate::graph::Table;
use crate::kinds::completeness::Completeness;
use crate::kinds::incidence::Incidence;
use crate::kinds::matrix::CrossCounts;
use casegraph_plot::{Drawing, Frame, bars};

/// The bars of a result, or of the rows where they are it.
pub(super) fn draw(frame: Frame, drawn: &Drawn<'_>) -> Option<Drawing> {
    if let Some(found) = drawn.finding.get::<Incidence>() {
        incidence(frame, found)
    } else if let Some(found) = drawn.finding.get::<Completeness>() {
        Some(completeness(frame, found))
    } else if let Some(found) = drawn.finding.get::<CrossCounts>() {
        Some(totals(frame, found))
    } else if drawn.finding.found.is_none() {
        counted(frame, drawn.rows)
    } else {
        None
    }
}

fn value_series(label: &str) -> bars::Series {
    bars::Series {
        label: label.to_owned(),
        kind: bars::SeriesKind::Value,
    }
}

fn simple_bars(
    frame: Frame,
    heading: &str,
    axis: &str,
    total: Option<usize>,
    rows: Vec<bars::Row>,
) -> Drawing {
    bars::draw(&bars::Figure {
        frame,
        label_heading: heading.to_owned(),
        axis_label: axis.to_owned(),
        text_heading: String::new(),
        total,
        series: vec![value_series(axis)],
        rows,
    })
}

fn bar(label: String, count: usize) -> bars::Row {
    bars::Row {
        label,
        counts: vec![count],
        text: None,
    }
}

/// One bar per event, by worst grade where grades are known; nothing if there was no event.
fn incidence(frame: Frame, result: &Incidence) -> Option<Drawing> {
    let grades: Vec<Option<u8>> = (1..=5)
        .rev()
        .map(Some)
        .chain([None])
        .filter(|grade| result.terms.iter().any(|term| term.with_worst(*grade) > 0))
        .collect();
    let by_grade = result.graded && grades.iter().any(Option::is_some);
    let series = if by_grade {
        grades
            .iter()
            .map(|grade| match grade {
                Some(grade) => bars::Series {
                    label: format!("grade {grade}"),
                    kind: bars::SeriesKind::Degree(*grade),
                },
                None => bars::Series {
                    label: "no grade reported".to_owned(),
                    kind: bars::SeriesKind::Missing,
                },
            })
            .collect()
    } else {
        vec![value_series("Cases")]
    };
    let rows: Vec<bars::Row> = result
        .terms
        .iter()
        .map(|term| bars::Row {
            label: match &term.group {
                Some(group) => format!("{} ({group})", term.term),
                None => term.term.clone(),
            },
            counts: if by_grade {
                grades.iter().map(|grade| term.with_worst(*grade)).collect()
            } else {
                vec![term.cases.len()]
            },
            text: None,
        })
        .collect();
    (!rows.is_empty()).then(|| {
        bars::draw(&bars::Figure {
            frame,
            label_heading: "Adverse event".to_owned(),
            axis_label: "Cases".to_owned(),
            text_heading: String::new(),
            total: None,
            series,
            rows,
        })
    })
}

fn completeness(frame: Frame, result: &Completeness) -> Drawing {
    // There are only so many patterns that the eye tells apart: rare reasons stand together.
    const SHOWN: usize = 4;
    let of = |reason: &String| {
        let fields = result
            .fields
            .iter()
            .filter_map(|field| field.missing.get(reason));
        fields.map(Vec::len).sum::<usize>()
    };
    let mut reasons = result.reasons();
    reasons.sort_by_key(|reason| std::cmp::Reverse(of(reason)));
    let rare = reasons.split_off(reasons.len().min(SHOWN));
    let missing = |label: &str| bars::Series {
        label: label.to_owned(),
        kind: bars::SeriesKind::Missing,
    };
    let mut series = vec![value_series("known")];
    series.extend(reasons.iter().map(|reason| missing(reason)));
    if !rare.is_empty() {
        series.push(missing("other reasons"));
    }
    let rows = result
        .fields
        .iter()
        .map(|field| {
            let count = |reason: &String| field.missing.get(reason).map_or(0, Vec::len);
            let mut counts = vec![field.known];
            counts.extend(reasons.iter().map(count));
            if !rare.is_empty() {
                counts.push(rare.iter().map(count).sum());
            }
            let text = Some(format!("{}/{}", field.known, field.units()));
            bars::Row {
                label: field.field.clone(),
                counts,
                text,
            }
        })
        .collect();
    bars::draw(&bars::Figure {
        frame,
        label_heading: "Field".to_owned(),
        axis_label: "Cases".to_owned(),
        text_heading: "Known".to_owned(),
        total: None,
        series,
        rows,
    })
}

fn totals(frame: Frame, counts: &CrossCounts) -> Drawing {
    let rows = counts.rows.iter().zip(&counts.row_units);
    let rows = rows
        .map(|(label, units)| bar(label.clone(), *units))
        .collect();
    simple_bars(frame, "", "Cases", None, rows)
}

/// The name of a column as a heading.
fn in_words(column: &str) -> String {
    let words = column.trim_end_matches("_name").replace('_', " ");
    let mut letters = words.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => words,
    }
}

/// Bars of a plain table: its first column as label, its first column of whole numbers as count.
fn counted(frame: Frame, table: &Table) -> Option<Drawing> {
    let whole = |column: usize| {
        (0..table.rows()).all(|row| {
            table
                .text(row, column)
                .is_some_and(|text| text.parse::<usize>().is_ok())
        })
    };
    let count = (1..table.columns.len()).find(|&column| whole(column))?;
    let rows = (0..table.rows())
        .map(|row| {
            let mut parts: Vec<&str> = (0..count)
                .filter_map(|column| table.text(row, column))
                .collect();
            parts.dedup();
            let label = parts.join(": ");
            let number = table.text(row, count).and_then(|text| text.parse().ok());
            bar(label, number.unwrap_or(0))
        })
        .collect();
    Some(simple_bars(
        frame,
        &in_words(&table.columns[0]),
        &in_words(&table.columns[count]),
        None,
        rows,
    ))
}
