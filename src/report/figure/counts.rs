//! Figures of counts: bars, completeness, and the flow of cases.

use crate::analysis::{Completeness, CrossCounts, Incidence};
use crate::query::Table;
use crate::report::plot::{Frame, bars, flow};

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
) -> String {
    bars::render(&bars::Figure {
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
pub(super) fn incidence(frame: Frame, result: &Incidence) -> Option<String> {
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
        bars::render(&bars::Figure {
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

pub(super) fn completeness(frame: Frame, result: &Completeness) -> String {
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
    bars::render(&bars::Figure {
        frame,
        label_heading: "Field".to_owned(),
        axis_label: "Cases".to_owned(),
        text_heading: "Known".to_owned(),
        total: None,
        series,
        rows,
    })
}

pub(super) fn totals(frame: Frame, counts: &CrossCounts) -> String {
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
pub(super) fn counted(frame: Frame, table: &Table) -> Option<String> {
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

/// The flow of cases from the rows of a table with the columns `cohort`, `counted`, `reason`,
/// `cases`, `all_cases` and `counted_cases`.
/// A flow whose rows are steps, kept, and reasons for leaving after them.
pub(super) fn stepwise_flow(frame: Frame, table: &Table) -> Option<String> {
    let column = |name| table.column(name);
    let (step, kept) = (column("step")?, column("kept")?);
    let (what, number) = (column("what")?, column("number")?);
    let mut steps: Vec<(String, flow::Step)> = Vec::new();
    for row in 0..table.rows() {
        let place = table.text(row, step)?.to_owned();
        let label = table.text(row, what).unwrap_or("not said").to_owned();
        let count = table.text(row, number)?.parse().ok()?;
        if table.text(row, kept) == Some("true") {
            let kept = flow::Step {
                label,
                count,
                ..flow::Step::default()
            };
            steps.push((place, kept));
        } else {
            let (_, step) = steps.iter_mut().find(|(known, _)| *known == place)?;
            step.exclusions.push(flow::Exclusion {
                reason: label,
                count,
            });
        }
    }
    (!steps.is_empty()).then(|| {
        flow::render(&flow::Figure {
            frame,
            steps: steps.into_iter().map(|(_, step)| step).collect(),
            branches: Vec::new(),
        })
    })
}

pub(super) fn cohort_flow(frame: Frame, table: &Table) -> Option<String> {
    let column = |name| table.column(name);
    let (cohort, counted) = (column("cohort")?, column("counted")?);
    let (reason, cases) = (column("reason")?, column("cases")?);
    let mut branches: Vec<flow::Branch> = Vec::new();
    let mut exclusions = Vec::new();
    for row in 0..table.rows() {
        let count = table.text(row, cases)?.parse().ok()?;
        let label = table.text(row, cohort).unwrap_or("no cohort").to_owned();
        if table.text(row, counted) == Some("true") {
            match branches.iter_mut().find(|branch| branch.label == label) {
                Some(branch) => branch.count += count,
                None => branches.push(flow::Branch { label, count }),
            }
        } else {
            let reason = table
                .text(row, reason)
                .unwrap_or("reason not given")
                .to_owned();
            exclusions.push(flow::Exclusion { reason, count });
        }
    }
    // Totals count a case in two cohorts once, so the rows may add up to more.
    let total = |name| table.text(0, table.column(name)?)?.parse::<usize>().ok();
    let (all, kept) = (total("all_cases")?, total("counted_cases")?);
    let steps = vec![
        flow::Step {
            label: "Cases in the graph".to_owned(),
            count: all,
            side_heading: "Not counted".to_owned(),
            exclusions,
        },
        flow::Step {
            label: "Counted in analyses".to_owned(),
            count: kept,
            side_heading: String::new(),
            exclusions: Vec::new(),
        },
    ];
    Some(flow::render(&flow::Figure {
        frame,
        steps,
        branches,
    }))
}
