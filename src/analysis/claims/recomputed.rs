//! A claim against the cases of the graph.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::{Claim, Figure, Verdict};
use crate::analysis::rows::rows;
use crate::analysis::{Analysis, Exclusion, Outcome, Rate, multiplicity};

/// What a query says where there is certainly nothing.
const NONE: &str = "none";

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
}

/// Cases of which something is not known, for one reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Missing {
    /// The reason.
    pub reason: String,
    /// The cases.
    pub cases: Vec<String>,
}

impl Recomputed {
    /// That a claim could not be recomputed, and why.
    #[must_use]
    pub fn failed(reason: &str) -> Self {
        Self {
            verdict: Verdict::NotComputable,
            reason: format!("not recomputed: {reason}"),
            known: 0,
            eligible: 0,
            missing: Vec::new(),
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
    Count(usize),
    Number(Option<f64>),
    Range(Option<(f64, f64)>),
}

/// Sets a claim against the figure of an analysis of the cases.
///
/// A count that the known cases can neither reach nor exceed is not settled by them. With k of n known
/// cases counted, and u unknown, the true count lies from k to k + u: a claim outside that disagrees,
/// whatever the unknown are; one inside agrees only when u is 0.
///
/// # Errors
/// The analysis has no such figure.
pub fn compare(
    claim: &Claim,
    figure: Option<&Figure>,
    analysis: &Analysis,
) -> Result<Recomputed, String> {
    let meant = match figure {
        Some(_) => None,
        None => Some(Figure::meant(claim, analysis).ok_or_else(|| {
            format!(
                "which figure of {} is meant cannot be told from the claim; name it in parameters, as figure=…",
                analysis.slug
            )
        })?),
    };
    let Some(figure) = figure.or(meant.as_ref()) else {
        return Err("no figure".to_owned());
    };
    let found = read(figure, analysis)?;
    let (verdict, reason) = match &found.value {
        Value::Count(k) => of_count(claim, *k, &found),
        Value::Number(value) => of_number(claim, *value, &found),
        Value::Range(range) => of_range(claim, *range, &found),
    };
    Ok(Recomputed {
        verdict,
        reason,
        known: found.known,
        eligible: found.eligible,
        missing: found.missing,
    })
}

/// The group of a result that a figure names.
fn named<'a, T>(
    groups: &'a [T],
    label: impl Fn(&T) -> &String,
    name: &str,
    analysis: &Analysis,
) -> Result<&'a T, String> {
    let is_it = |group: &&T| label(group).eq_ignore_ascii_case(name);
    groups.iter().find(is_it).ok_or_else(|| {
        let known: Vec<&str> = groups.iter().map(|group| label(group).as_str()).collect();
        format!(
            "{} has no group {name:?}; it has {}",
            analysis.slug,
            known.join(", ")
        )
    })
}

fn read(figure: &Figure, analysis: &Analysis) -> Result<Found, String> {
    let ledger = &analysis.ledger;
    let of_ledger = |value: Value| Found {
        value,
        known: ledger.counted().len(),
        eligible: ledger.eligible(),
        missing: ledger.exclusions().into_iter().map(Missing::from).collect(),
    };
    match (figure, &analysis.outcome) {
        (Figure::Count { counted, among }, _) => count(counted, among.as_ref(), analysis),
        (Figure::Range(column), _) => {
            let mut range: Option<(f64, f64)> = None;
            for row in rows(&analysis.table) {
                if let Some(value) = row.number(column).map_err(|error| error.to_string())? {
                    let (low, high) = range.unwrap_or((value, value));
                    range = Some((low.min(value), high.max(value)));
                }
            }
            Ok(of_ledger(Value::Range(range)))
        }
        (Figure::PValue, outcome) => {
            let p = multiplicity::tests(outcome).first().map(|(_, p)| *p);
            Ok(of_ledger(Value::Number(p)))
        }
        (Figure::Objective(group) | Figure::Control(group), Outcome::Response(rates)) => {
            let of = match group {
                None => &rates.overall,
                Some(name) => named(&rates.groups, |group| &group.label, name, analysis)?,
            };
            let rate: &Rate = match figure {
                Figure::Objective(_) => &of.objective,
                _ => &of.control,
            };
            let (k, n) = rate
                .as_ref()
                .map_or((0, 0), |rate| (rate.successes, rate.n));
            let n = usize::try_from(n).unwrap_or(usize::MAX);
            let missing = match group {
                None => ledger.exclusions().into_iter().map(Missing::from).collect(),
                Some(_) => Vec::new(),
            };
            Ok(Found {
                value: Value::Count(usize::try_from(k).unwrap_or(usize::MAX)),
                known: n,
                eligible: of.units,
                missing,
            })
        }
        (Figure::Objective(group), Outcome::Proportion(result)) => {
            let of = match group {
                None => &result.overall,
                Some(name) => named(&result.groups, |group| &group.group, name, analysis)?,
            };
            let mut found = of_ledger(Value::Count(
                usize::try_from(of.events).unwrap_or(usize::MAX),
            ));
            if group.is_some() {
                found.known = usize::try_from(of.n).unwrap_or(usize::MAX);
            }
            Ok(found)
        }
        (Figure::Median(Some(_)), Outcome::Survival(result)) if result.groups.is_empty() => {
            let refused = result.immortal_time.as_ref();
            if refused.is_some_and(|found| !found.landmarks.is_empty()) {
                return Err(format!(
                    "{}: its groups begin after time zero, so a median from time zero is refused",
                    analysis.slug
                ));
            }
            let mut found = of_ledger(Value::Number(None));
            found.known = 0;
            Ok(found)
        }
        (Figure::Median(group), Outcome::Survival(result)) => {
            let of = match group {
                None => &result.overall,
                Some(name) => named(&result.groups, |group| &group.label, name, analysis)?,
            };
            let mut found = of_ledger(Value::Number(of.median.time));
            if group.is_some() {
                found.known = of.curve.n();
            }
            Ok(found)
        }
        (_, Outcome::Table) if ledger.eligible() > 0 => Ok(of_ledger(Value::Number(None))),
        (figure, _) => Err(format!(
            "{} is a {} and has no figure {figure:?}",
            analysis.slug,
            analysis.header.statistic.kind()
        )),
    }
}

/// What the rows of a unit say of a column.
#[derive(Default)]
struct Seen {
    with: bool,
    known: bool,
    among: bool,
    among_known: bool,
    missing: Option<String>,
}

/// Counts the units with a value in the rows of an analysis.
fn count(
    (column, values): &(String, Vec<String>),
    among: Option<&(String, Vec<String>)>,
    analysis: &Analysis,
) -> Result<Found, String> {
    let table = &analysis.table;
    let unit = analysis.header.statistic.case().unwrap_or("case");
    let wanted = [unit, column.as_str()];
    for name in wanted
        .into_iter()
        .chain(among.map(|(name, _)| name.as_str()))
    {
        if table.column(name).is_none() {
            let known = table.columns.join(", ");
            return Err(format!(
                "{} has no column {name:?}; it has {known}",
                analysis.slug
            ));
        }
    }
    let is = |text: &str, values: &[String]| {
        let any = |value: &str| value == "*" && text != NONE;
        values
            .iter()
            .any(|value| any(value) || value.eq_ignore_ascii_case(text))
    };
    let mut units: BTreeMap<String, Seen> = BTreeMap::new();
    for row in rows(table) {
        let seen = units.entry(row.unit(unit)).or_default();
        if let Some(text) = row.get(column) {
            seen.known = true;
            seen.with |= is(text, values);
        }
        match among {
            None => (seen.among, seen.among_known) = (true, true),
            Some((name, wanted)) => {
                if let Some(text) = row.get(name) {
                    seen.among_known = true;
                    seen.among |= is(text, wanted);
                }
            }
        }
        if seen.missing.is_none() {
            seen.missing = row.get("missing").map(str::to_owned);
        }
    }
    let mut missing: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let (mut k, mut known, mut eligible) = (0, 0, 0);
    for (name, seen) in units {
        if seen.among_known && !seen.among {
            continue;
        }
        eligible += 1;
        if seen.among_known && seen.known {
            known += 1;
            k += usize::from(seen.with);
        } else {
            let column = if seen.among_known {
                column
            } else {
                among.map_or(column, |(name, _)| name)
            };
            let reason = seen
                .missing
                .unwrap_or_else(|| format!("no value of {column}"));
            missing.entry(reason).or_default().insert(name);
        }
    }
    Ok(Found {
        value: Value::Count(k),
        known,
        eligible,
        missing: missing
            .into_iter()
            .map(|(reason, cases)| Missing {
                reason,
                cases: cases.into_iter().collect(),
            })
            .collect(),
    })
}

fn of_count(claim: &Claim, k: usize, found: &Found) -> (Verdict, String) {
    let (known, eligible) = (found.known, found.eligible);
    let unknown = eligible.saturating_sub(known);
    let cases = format!("{k} of {known} known cases, {eligible} in all");
    let Some(stated) = claim.count().and_then(|count| usize::try_from(count).ok()) else {
        return (
            Verdict::NotComputable,
            format!("{cases}; the claim prints no count"),
        );
    };
    if stated < k {
        let reason = format!("{cases}: at least {k}, not {stated}");
        return (Verdict::Disagrees, reason);
    }
    if stated > k + unknown {
        let reason = format!("{cases}: at most {}, not {stated}", k + unknown);
        return (Verdict::Disagrees, reason);
    }
    // The denominator of a count is often all patients of the review, not those counted among.
    let whole = claim.denominator.filter(|_| claim.kind == "proportion");
    let whole = whole.and_then(|n| usize::try_from(n).ok());
    if let Some(whole) = whole.filter(|whole| *whole > eligible) {
        let reason = format!("{cases}, fewer than the {whole} of the claim");
        return (Verdict::Disagrees, reason);
    }
    if unknown > 0 {
        return (Verdict::NotComputable, cases);
    }
    match whole.filter(|whole| *whole != known) {
        Some(whole) => (Verdict::Disagrees, format!("{cases}, not among {whole}")),
        None => (Verdict::Agrees, cases),
    }
}

fn of_number(claim: &Claim, value: Option<f64>, found: &Found) -> (Verdict, String) {
    let printed = if claim.kind == "p-value" {
        &claim.p
    } else {
        &claim.value
    };
    let of = format!("{} of {} cases known", found.known, found.eligible);
    let Some(value) = value else {
        return (Verdict::NotComputable, format!("no figure: {of}"));
    };
    let is = match claim.p_operator.as_str() {
        "<" if claim.kind == "p-value" => printed.number().is_some_and(|p| value < p),
        ">" if claim.kind == "p-value" => printed.number().is_some_and(|p| value > p),
        _ => printed.is(value),
    };
    let shown = format!("{} now; {of}", printed.like(value));
    match (found.known == found.eligible, is) {
        (false, _) => (Verdict::NotComputable, shown),
        (true, true) => (Verdict::Agrees, shown),
        (true, false) => (Verdict::Disagrees, shown),
    }
}

fn of_range(claim: &Claim, range: Option<(f64, f64)>, found: &Found) -> (Verdict, String) {
    let of = format!("{} of {} cases known", found.known, found.eligible);
    let (Some((low, high)), Some((from, to))) = (range, claim.value.range()) else {
        return (Verdict::NotComputable, format!("no figure: {of}"));
    };
    let shown = format!("{low} to {high} among the known; {of}");
    if low < from || high > to {
        return (
            Verdict::Disagrees,
            format!("{shown}: beyond {from} to {to}"),
        );
    }
    if found.known == found.eligible {
        let holds = low == from && high == to;
        return (
            if holds {
                Verdict::Agrees
            } else {
                Verdict::Disagrees
            },
            shown,
        );
    }
    (Verdict::NotComputable, shown)
}
