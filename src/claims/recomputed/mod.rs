//! A claim against the cases of the graph.

mod error;
mod units;

use std::collections::BTreeSet;

use serde::Serialize;

use super::figure::Condition;
use super::p_values::{Tried, of_table};
use super::{Claim, Figure, Verdict, p_values};
use crate::analysis::Analysis;
use crate::case::printed::is_none;
use crate::kinds::contingency::Contingency;
use crate::kinds::proportion::Proportions;
use crate::kinds::response::{ResponseRates, is_category};
use crate::kinds::survival::SurvivalResult;
use crate::kinds::{Exclusion, Finding};
use crate::query::{NOT_KNOWN, Row, Statistic, rows};
use crate::stats::contingency::Table;

pub use units::Broader;
use units::{Answer, Units, WantedValues};

pub use error::NoFigure;

/// What the cases say of the number that a claim states.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Recomputed {
    /// Whether it is the number printed.
    pub verdict: Verdict,
    /// The comparison in words.
    pub reason: String,
    /// Cases of which it is known what the claim counts.
    pub known: usize,
    /// Cases that it is asked of.
    pub eligible: usize,
    /// Cases of which it is not known, by reason.
    pub missing: Vec<Missing>,
    /// On what it rests that these are the cases of the claim; empty where all of them are stated to be.
    pub basis: String,
}

/// Cases of which something is not known, for one reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Missing {
    /// The reason.
    pub reason: String,
    /// The cases.
    pub cases: Vec<String>,
}

/// What is not sure about the cases that a claim is set against.
#[derive(Debug, Clone, Default)]
pub struct Doubt {
    /// Cases whose membership of the cohort is inferred.
    pub inferred: BTreeSet<String>,
    /// Cases of the cohort.
    pub members: usize,
    /// The vocabularies.
    pub broader: Broader,
    /// For each column the values that the source counts, in whichever claim.
    pub counted: Vec<Condition>,
}

impl Doubt {
    fn basis(&self) -> String {
        match self.inferred.len() {
            0 => String::new(),
            inferred => format!(
                "{inferred} of {} memberships of the cohort are inferred",
                self.members
            ),
        }
    }

    /// The values of a column that the source counts apart from these.
    fn apart(&self, column: &str, values: &[String]) -> Vec<String> {
        let others = self
            .counted
            .iter()
            .filter(|(name, _)| name == column)
            .flat_map(|(_, values)| values);
        others
            .filter(|other| !values.contains(other))
            .cloned()
            .collect()
    }
}

impl Recomputed {
    /// That a claim could not be recomputed, and why.
    #[must_use]
    pub fn failed(reason: &str) -> Self {
        Self {
            verdict: Verdict::Undecided,
            reason: format!("not recomputed: {reason}"),
            known: 0,
            eligible: 0,
            missing: Vec::new(),
            basis: String::new(),
        }
    }
}

impl From<Exclusion> for Missing {
    fn from(exclusion: Exclusion) -> Self {
        Self {
            reason: exclusion.reason,
            cases: exclusion.units,
        }
    }
}

/// A number found, with those it is not known of.
struct Found {
    value: Value,
    known: usize,
    eligible: usize,
    missing: Vec<Missing>,
}

enum Value {
    /// Cases counted.
    Count(Units),
    Number(Option<f64>),
    /// P values by test, and the table that they are of, if it is one of counts.
    Tests(Vec<(String, f64)>, Option<Table>),
    /// The ends, and whether the numbers are counted from one moment.
    Range(Option<(f64, f64)>, bool),
}

/// Sets a claim against the figure of an analysis of the cases.
///
/// A claim disagrees only if no completion of what is open agrees: a case of unknown value, or of one
/// that is broader than the claim's, may be counted or not; one of which it is not known whether it is
/// asked of, may be or not; and where membership of the cohort is inferred, each such case may be another
/// patient. A claim agrees when nothing is open and the number is the same.
///
/// # Errors
/// The analysis has no such figure.
pub fn compare(
    claim: &Claim,
    figure: Option<&Figure>,
    analysis: &Analysis,
    doubt: &Doubt,
) -> Result<Recomputed, NoFigure> {
    let meant = match figure {
        Some(_) => None,
        None => Some(
            Figure::meant(claim, analysis).ok_or_else(|| NoFigure::NotNamed {
                analysis: analysis.slug.clone(),
            })?,
        ),
    };
    let Some(figure) = figure.or(meant.as_ref()) else {
        return Err(NoFigure::Other {
            analysis: analysis.slug.clone(),
            kind: analysis.header.statistic.kind(),
            figure: String::new(),
        });
    };
    let found = read(figure, analysis, doubt)?;
    let (verdict, reason) = match &found.value {
        Value::Count(units) => of_count(claim, units, doubt),
        Value::Number(value) => of_number(claim, *value, &found),
        Value::Tests(tests, table) => of_tests(claim, tests, table.as_ref(), &found),
        Value::Range(range, one_moment) => of_range(claim, *range, *one_moment, &found),
    };
    let (verdict, reason) = match (verdict, &found.value) {
        // Counts take the doubt into account; of other numbers nobody knows what others would change.
        (Verdict::Disagrees, Value::Count(_)) => (verdict, reason),
        (Verdict::Disagrees, _) if !doubt.inferred.is_empty() => (
            Verdict::Undecided,
            format!("{reason}; it disagrees only if every inferred membership holds"),
        ),
        other => (other.0, reason),
    };
    Ok(Recomputed {
        verdict,
        reason,
        known: found.known,
        eligible: found.eligible,
        missing: found.missing,
        basis: doubt.basis(),
    })
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

fn read(figure: &Figure, analysis: &Analysis, doubt: &Doubt) -> Result<Found, NoFigure> {
    let ledger = &analysis.finding.ledger;
    let of_ledger = |value: Value| Found {
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

/// The median of everyone or of a group.
fn median(
    group: Option<&String>,
    analysis: &Analysis,
    doubt: &Doubt,
    mut found: Found,
) -> Result<Found, NoFigure> {
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

fn of_units(units: Units, open: &str) -> Found {
    Found {
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
) -> Result<Found, NoFigure> {
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
) -> Result<Found, NoFigure> {
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
) -> Result<Found, NoFigure> {
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

fn of_count(claim: &Claim, units: &Units, doubt: &Doubt) -> (Verdict, String) {
    let cases = format!(
        "{} of {} known cases, {} in all",
        units.counted(),
        units.known(),
        units.eligible()
    );
    let Some(stated) = claim.count().and_then(|count| usize::try_from(count).ok()) else {
        return (
            Verdict::Undecided,
            format!("{cases}; the claim prints no count"),
        );
    };
    // The denominator of a count is often all patients of the review, not those counted among.
    let whole = claim.denominator.filter(|_| claim.kind == "proportion");
    let whole = whole.and_then(|n| usize::try_from(n).ok());
    if units.allow(stated, whole, false) {
        return if units.is_open() {
            let (least, most) = units.bounds(false);
            (
                Verdict::Undecided,
                format!("{cases}: from {least} to {most}, so it may be {stated}"),
            )
        } else {
            (Verdict::Agrees, cases)
        };
    }
    if let Some(whole) = whole
        && units.allow_part(stated, whole, false)
    {
        let reason =
            format!("{cases}: {stated} of {whole} if some of them are left out of the base");
        return (Verdict::Undecided, reason);
    }
    let (least, most) = units.bounds(false);
    let largest = units.eligible();
    let why = if stated < least {
        format!("at least {least}, not {stated}")
    } else if stated > most {
        format!("at most {most}, not {stated}")
    } else {
        match whole {
            Some(whole) if whole > largest => {
                format!("at most {largest} to count among, fewer than the {whole} of the claim")
            }
            Some(whole) => format!("{stated} of {whole} is not possible together"),
            None => format!("not {stated}"),
        }
    };
    let by_others = || {
        units.allow(stated, whole, true)
            || whole.is_some_and(|whole| units.allow_part(stated, whole, true))
    };
    if !doubt.inferred.is_empty() && by_others() {
        let reason =
            format!("{cases}: {why}; it disagrees only if every inferred membership holds");
        return (Verdict::Undecided, reason);
    }
    (
        Verdict::Disagrees,
        format!("{cases}: {why}, whatever the unknown are"),
    )
}

fn of_number(claim: &Claim, value: Option<f64>, found: &Found) -> (Verdict, String) {
    let of = format!("{} of {} cases known", found.known, found.eligible);
    let all_known = found.known == found.eligible;
    let Some(value) = value else {
        let agrees = all_known
            && found.known > 0
            && is_none(claim.value.as_str())
            && !claim.value.as_str().is_empty();
        let verdict = if agrees {
            Verdict::Agrees
        } else {
            Verdict::Undecided
        };
        return (verdict, format!("no figure: {of}"));
    };
    let shown = format!("{} now; {of}", claim.value.like(value));
    match (
        all_known,
        claim.value.is(value) || claim.value.is_cut(value),
    ) {
        (false, _) => (Verdict::Undecided, shown),
        (true, true) => (Verdict::Agrees, shown),
        (true, false) => (Verdict::Disagrees, shown),
    }
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

fn of_tests(
    claim: &Claim,
    tests: &[(String, f64)],
    table: Option<&Table>,
    found: &Found,
) -> (Verdict, String) {
    let of = format!("{} of {} cases known", found.known, found.eligible);
    let Some((name, p)) = tests.first() else {
        return (Verdict::Undecided, format!("no figure: {of}"));
    };
    let shown = format!("{name} {p:.4} now; {of}");
    if found.known != found.eligible {
        return (Verdict::Undecided, shown);
    }
    if let Some((name, p)) = tests.iter().find(|(_, p)| p_values::is_printed(claim, *p)) {
        return (Verdict::Agrees, format!("{name} {p:.4} now; {of}"));
    }
    match table.map(|table| of_table(claim, table)) {
        Some(Tried::Fits(test)) => (Verdict::Agrees, format!("{test} now; {of}")),
        Some(Tried::None(tried)) => (Verdict::Disagrees, format!("{of}; tried: {tried}")),
        // Curves and regressions have tests that are not computed here.
        None => {
            let named = claim.test.to_lowercase();
            let done = tests
                .iter()
                .any(|(name, _)| !named.is_empty() && name.to_lowercase().contains(&named));
            let verdict = if done {
                Verdict::Disagrees
            } else {
                Verdict::Undecided
            };
            (verdict, format!("{shown}; no other test is tried"))
        }
    }
}

fn of_range(
    claim: &Claim,
    range: Option<(f64, f64)>,
    one_moment: bool,
    found: &Found,
) -> (Verdict, String) {
    let of = format!("{} of {} cases known", found.known, found.eligible);
    let (Some((low, high)), Some((from, to))) = (range, claim.value.ends()) else {
        return (Verdict::Undecided, format!("no figure: {of}"));
    };
    let shown = format!("{low} to {high} among the known; {of}");
    let beyond = low < from.value - from.half_unit || high > to.value + to.half_unit;
    if beyond {
        let reason = format!("{shown}: beyond {} to {}", from.value, to.value);
        return if one_moment {
            (Verdict::Disagrees, reason)
        } else {
            (
                Verdict::Undecided,
                format!("{reason}, but they are counted from different moments"),
            )
        };
    }
    if found.known == found.eligible && one_moment {
        let holds = from.holds(low) && to.holds(high);
        return (
            if holds {
                Verdict::Agrees
            } else {
                Verdict::Disagrees
            },
            shown,
        );
    }
    (Verdict::Undecided, shown)
}
