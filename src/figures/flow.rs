//! The flow of cases: from the graph into the analyses, and why the others are not there.

use super::Drawn;
use crate::graph::Table;
use casegraph_plot::{Drawing, Frame, flow};

/// The flow of a plain table.
pub(super) fn draw(frame: Frame, drawn: &Drawn<'_>) -> Option<Drawing> {
    if drawn.finding.found.is_some() {
        return None;
    }
    stepwise(frame.clone(), drawn.rows).or_else(|| of_cohorts(frame, drawn.rows))
}

/// A flow whose rows are steps, kept, and reasons for leaving after them.
fn stepwise(frame: Frame, table: &Table) -> Option<Drawing> {
    let column = |name| table.column(name);
    let (step, kept) = (column("step")?, column("kept")?);
    let (what, number) = (column("what")?, column("number")?);
    let stage = column("stage");
    let mut before = String::new();
    let mut steps: Vec<(String, flow::Step)> = Vec::new();
    for row in 0..table.rows() {
        let place = table.text(row, step)?.to_owned();
        let label = table.text(row, what).unwrap_or("not said").to_owned();
        // What nobody recorded is no number.
        let count = match table.text(row, number) {
            Some(number) => Some(number.parse().ok()?),
            None => None,
        };
        if table.text(row, kept) == Some("true") {
            let of = stage
                .and_then(|stage| table.text(row, stage))
                .unwrap_or_default();
            let begins = if of == before { "" } else { of };
            let kept = flow::Step {
                stage: begins.to_owned(),
                label,
                count,
                ..flow::Step::default()
            };
            of.clone_into(&mut before);
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
        flow::draw(&flow::Figure {
            frame,
            steps: steps.into_iter().map(|(_, step)| step).collect(),
            branches: Vec::new(),
        })
    })
}

/// The flow of cases from the rows of a table with the columns `cohort`, `counted`, `reason`,
/// `cases`, `all_cases` and `counted_cases`.
fn of_cohorts(frame: Frame, table: &Table) -> Option<Drawing> {
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
            exclusions.push(flow::Exclusion {
                reason,
                count: Some(count),
            });
        }
    }
    // Totals count a case in two cohorts once, so the rows may add up to more.
    let total = |name| table.text(0, table.column(name)?)?.parse::<usize>().ok();
    let (all, kept) = (total("all_cases")?, total("counted_cases")?);
    let steps = vec![
        flow::Step {
            label: "Cases in the graph".to_owned(),
            count: Some(all),
            side_heading: "Not counted".to_owned(),
            exclusions,
            ..flow::Step::default()
        },
        flow::Step {
            label: "Counted in analyses".to_owned(),
            count: Some(kept),
            ..flow::Step::default()
        },
    ];
    Some(flow::draw(&flow::Figure {
        frame,
        steps,
        branches,
    }))
}
