//! Reads the figure that a claim is about from the result of an analysis.

use std::collections::BTreeSet;

use super::units::{Answer, Units, WantedValues};
use super::{Doubt, Missing, NoFigure, Recount, Value};
use crate::analysis::Analysis;
use crate::claims::Figure;
use crate::claims::figure::Condition;
use crate::kinds::Finding;
use crate::kinds::contingency::Contingency;
use crate::kinds::proportion::Proportions;
use crate::kinds::response::{ResponseRates, is_category};
use crate::kinds::survival::SurvivalResult;
use crate::query::{NOT_KNOWN, Row, Statistic, rows};
use crate::stats::contingency::Table;

pub(super) fn read(
    figure: &Figure,
    analysis: &Analysis,
    doubt: &Doubt,
) -> Result<Recount, NoFigure> {
    let ledger = &analysis.finding.ledger;
    let of_ledger = |value: Value| Recount {
        value,
        known: ledger.counted().len(),
        eligible: ledger.eligible(),
        missing: ledger.exclusions().into_iter().map(Missing::from).collect(),
    };
    let finding = &analysis.finding;
    match figure {
        Figure::Count { counted, among } => count(counted, among.as_ref(), analysis, doubt),
        Figure::Range(column) => {
            let mut range: Option<(f64, f64)> = None;
            let mut moments = BTreeSet::new();
            for row in rows(&analysis.table) {
                if let Some(value) = row.number(column)? {
                    let (low, high) = range.unwrap_or((value, value));
                    range = Some((low.min(value), high.max(value)));
                    moments.extend(row.get("time_zero"));
                }
            }
            Ok(of_ledger(Value::Range(range, moments.len() < 2)))
        }
        Figure::PValue => Ok(of_ledger(Value::Tests(tests(finding), table_of(finding)))),
        Figure::Objective(group) | Figure::Control(group)
            if finding.get::<ResponseRates>().is_some() =>
        {
            let codes = finding.get::<ResponseRates>().map(|rates| match figure {
                Figure::Objective(_) => &rates.success,
                _ => &rates.control,
            });
            response(
                codes.map_or(&[], Vec::as_slice),
                group.as_ref(),
                analysis,
                doubt,
            )
        }
        Figure::Objective(group) if finding.get::<Proportions>().is_some() => {
            proportion(group.as_ref(), analysis, doubt)
        }
        Figure::Median(group) if finding.get::<SurvivalResult>().is_some() => median(
            group.as_ref(),
            analysis,
            doubt,
            of_ledger(Value::Number(None)),
        ),
        _ if finding.found.is_none() && ledger.eligible() > 0 => Ok(of_ledger(Value::Number(None))),
        figure => Err(NoFigure::Other {
            analysis: analysis.slug.clone(),
            kind: analysis.header.statistic.kind(),
            figure: format!("{figure:?}"),
        }),
    }
}

fn lacks(analysis: &Analysis, what: &'static str) -> NoFigure {
    NoFigure::Lacks {
        analysis: analysis.slug.clone(),
        what,
    }
}

/// The group of a result that a figure names.
fn named<'a, T>(
    groups: &'a [T],
    label: impl Fn(&T) -> &String,
    name: &str,
    analysis: &Analysis,
) -> Result<&'a T, NoFigure> {
    let is_it = |group: &&T| label(group).eq_ignore_ascii_case(name);
    groups.iter().find(is_it).ok_or_else(|| {
        let known: Vec<&str> = groups.iter().map(|group| label(group).as_str()).collect();
        NoFigure::NoGroup {
            analysis: analysis.slug.clone(),
            name: name.to_owned(),
            known: known.join(", "),
        }
    })
}

/// The median of everyone or of a group.
fn median(
    group: Option<&String>,
    analysis: &Analysis,
    doubt: &Doubt,
    mut found: Recount,
) -> Result<Recount, NoFigure> {
    let (Some(result), Statistic::Survival(settings)) = (
        analysis.finding.get::<SurvivalResult>(),
        &analysis.header.statistic,
    ) else {
        return Err(lacks(analysis, "median"));
    };
    let Some(name) = group else {
        found.value = Value::Number(result.overall.median.time);
        return Ok(found);
    };
    if result.groups.is_empty() {
        let refused = result.immortal_time.as_ref();
        if refused.is_some_and(|found| !found.landmarks.is_empty()) {
            return Err(NoFigure::LateGroups {
                analysis: analysis.slug.clone(),
            });
        }
        found.known = 0;
        return Ok(found);
    }
    let of = named(&result.groups, |group| &group.label, name, analysis)?;
    found.value = Value::Number(of.median.time);
    let ledger = &analysis.finding.ledger;
    let units = Units::read(
        analysis,
        &settings.case,
        &doubt.inferred,
        |row| {
            let counted = ledger
                .counted()
                .binary_search(&row.unit(&settings.case))
                .is_ok();
            counted.then_some(Answer::Yes)
        },
        |row| in_group(row.get(settings.by.as_deref()?), name, doubt),
    );
    found.known = units.known();
    found.eligible = units.eligible();
    found.missing = units.missing("group not known");
    Ok(found)
}

/// Whether a row is of a group, or may be.
fn in_group(text: Option<&str>, name: &str, doubt: &Doubt) -> Option<Answer> {
    let values = [name.to_owned()];
    Some(
        WantedValues {
            values: &values,
            apart: &[],
            broader: &doubt.broader,
        }
        .answer(text?),
    )
}

fn of_units(units: Units, open: &str) -> Recount {
    Recount {
        known: units.known(),
        eligible: units.eligible(),
        missing: units.missing(open),
        value: Value::Count(units),
    }
}

/// Responders, of all or of a group. Whoever has no category of response may not be in the base at all.
fn response(
    codes: &[String],
    group: Option<&String>,
    analysis: &Analysis,
    doubt: &Doubt,
) -> Result<Recount, NoFigure> {
    let Statistic::Response(settings) = &analysis.header.statistic else {
        return Err(lacks(analysis, "response"));
    };
    let category = |row: Row<'_>| {
        row.get(&settings.response)
            .map(str::to_owned)
            .filter(|code| is_category(code, settings))
    };
    if let (Some(_), None) = (group, &settings.by) {
        return Err(lacks(analysis, "groups"));
    }
    let units = Units::read(
        analysis,
        &settings.case,
        &doubt.inferred,
        |row| {
            category(row).map(|code| {
                if codes.contains(&code) {
                    Answer::Yes
                } else {
                    Answer::No
                }
            })
        },
        |row| {
            let of_group = match group {
                None => Answer::Yes,
                Some(name) => in_group(row.get(settings.by.as_deref()?), name, doubt)?,
            };
            let evaluated = category(row).is_some();
            Some(if of_group == Answer::Yes && !evaluated {
                Answer::Open
            } else {
                of_group
            })
        },
    );
    Ok(of_units(units, "no category of response"))
}

fn proportion(
    group: Option<&String>,
    analysis: &Analysis,
    doubt: &Doubt,
) -> Result<Recount, NoFigure> {
    let Statistic::Proportion(settings) = &analysis.header.statistic else {
        return Err(lacks(analysis, "proportion"));
    };
    let event = |row: Row<'_>| {
        Some(if row.boolean(&settings.event)? {
            Answer::Yes
        } else {
            Answer::No
        })
    };
    let units = Units::read(analysis, &settings.case, &doubt.inferred, event, |row| {
        let of_group = match group {
            None => Answer::Yes,
            Some(name) => in_group(row.get(settings.by.as_deref()?), name, doubt)?,
        };
        let known = event(row).is_some();
        Some(if of_group == Answer::Yes && !known {
            Answer::Open
        } else {
            of_group
        })
    });
    Ok(of_units(units, "outcome not known"))
}

/// Counts the units with a value in the rows of an analysis.
fn count(
    (column, values): &Condition,
    among: Option<&Condition>,
    analysis: &Analysis,
    doubt: &Doubt,
) -> Result<Recount, NoFigure> {
    let unit = analysis.header.statistic.case().unwrap_or("case");
    let wanted = [unit, column.as_str()];
    for name in wanted
        .into_iter()
        .chain(among.map(|(name, _)| name.as_str()))
    {
        if analysis.table.column(name).is_none() {
            return Err(NoFigure::NoColumn {
                analysis: analysis.slug.clone(),
                name: name.to_owned(),
                known: analysis.table.columns.join(", "),
            });
        }
    }
    let answer = |row: Row<'_>, (column, values): &Condition, apart: &[String]| {
        let text = row.get(column)?;
        Some(
            WantedValues {
                values,
                apart,
                broader: &doubt.broader,
            }
            .answer(text),
        )
    };
    let apart = doubt.apart(column, values);
    let condition = (column.clone(), values.clone());
    let units = Units::read(
        analysis,
        unit,
        &doubt.inferred,
        |row| answer(row, &condition, &apart),
        |row| among.map_or(Some(Answer::Yes), |among| answer(row, among, &[])),
    );
    Ok(of_units(
        units,
        &format!("{column} not known, or less exactly"),
    ))
}

/// The tests of an outcome, with both forms of the log-rank test.
fn tests(finding: &Finding) -> Vec<(String, f64)> {
    let found = finding.found.iter();
    let mut tests: Vec<(String, f64)> = found.flat_map(|found| found.tests()).collect();
    if let Some(result) = finding.get::<SurvivalResult>()
        && let (Some(Ok(_)), Some(Ok(test))) = (&result.permutation, &result.logrank)
    {
        tests.push(("log-rank".to_owned(), test.p_value));
    }
    tests
}

/// The counts that a result compares.
fn table_of(finding: &Finding) -> Option<Table> {
    let rows: Vec<Vec<u64>> = if let Some(rates) = finding.get::<ResponseRates>() {
        rates
            .groups
            .iter()
            .filter(|group| group.label != NOT_KNOWN)
            .filter_map(|group| group.objective.as_ref())
            .map(|rate| vec![rate.successes, rate.n.saturating_sub(rate.successes)])
            .collect()
    } else {
        let counts = &finding.get::<Contingency>()?.counts.counts;
        counts
            .iter()
            .map(|row| row.iter().map(|count| *count as u64).collect())
            .collect()
    };
    Table::new(rows).ok()
}
