//! Counts the cases by what their reports say of the response.

use std::collections::{BTreeMap, BTreeSet};

use super::{Comparison, ResponseGroup, ResponseRates, Settings};
use crate::document::Doubt;
use crate::graph::Table;
use crate::kinds::rows::{NOT_KNOWN, rows};
use crate::kinds::{Finding, Ledger, Undefined, Unit, bounds};
use crate::stats::contingency::{Cells, Table as CountTable, Table2x2, Ungrouped};
use crate::stats::estimate::Level;
use crate::stats::proportion::{Proportion, ProportionEstimate};

/// A source's word for an objective response of no stated category.
const RESPONDED: &str = "responded";

/// A source's word for the lack of one.
const NO_RESPONSE: &str = "no-response";

/// Sources' words for disease control of no stated category.
const DISEASE_CONTROL: [&str; 4] = [
    "disease-control",
    "unconfirmed complete response",
    "unconfirmed partial response",
    "non-CR/non-PD",
];

/// The category of those whose response cannot be judged.
const NOT_EVALUABLE: &str = "NE";

/// The category that is neither response nor control.
const PROGRESSIVE: &str = "PD";

struct Unit1 {
    id: String,
    group: Option<String>,
    code: Option<String>,
    derived: bool,
}

impl Unit1 {
    /// The category or word, marked where it is derived.
    fn shown(&self) -> Option<String> {
        let code = self.code.as_ref()?;
        Some(Doubt::Derived.mark_if(self.derived, code))
    }
}

/// Computes the rates of the rows of a query.
#[must_use]
pub fn rates(settings: &Settings, unit: &Unit, table: &Table) -> Finding {
    let mut ledger = Ledger::default();
    let mut cautions = Vec::new();
    let mut seen = BTreeSet::new();
    let mut units = Vec::new();
    for row in rows(table) {
        let case = row.unit(&settings.case);
        let group = row.group(settings.by.as_ref());
        // A unit of treatment is told apart by what it is grouped by, such as the drug.
        let id = match (&group, unit) {
            (Some(group), unit) if *unit != Unit::Case => format!("{case} ({group})"),
            _ => case,
        };
        if !seen.insert(id.clone()) {
            cautions.push(format!("{id} has several rows; the first one is counted"));
            continue;
        }
        let code = row.get(&settings.response).map(str::to_owned);
        let column = settings.derived.as_ref();
        let derived = column.and_then(|column| row.get(column)) == Some("true");
        match &code {
            None => ledger.exclude(&id, row.missing()),
            Some(code) if is_category(code, settings) && derived => {
                ledger.exclude(&id, format!("category derived, not stated ({code})"));
            }
            Some(code) if is_category(code, settings) => ledger.count(&id),
            Some(code) if code == NOT_EVALUABLE => ledger.exclude(&id, "not evaluable (NE)"),
            Some(code) => ledger.exclude(&id, format!("response in words only ({code})")),
        }
        units.push(Unit1 {
            id,
            group,
            code,
            derived,
        });
    }
    let everyone: Vec<&Unit1> = units.iter().collect();
    let label = if *unit == Unit::Case {
        "all"
    } else {
        "all rows, not independent"
    };
    let overall = group(label, &everyone, settings);
    let labels: BTreeSet<&String> = units
        .iter()
        .filter_map(|unit| unit.group.as_ref())
        .collect();
    let mut groups: Vec<ResponseGroup> = labels
        .into_iter()
        .map(|label| {
            let members: Vec<&Unit1> = units
                .iter()
                .filter(|unit| unit.group.as_ref() == Some(label))
                .collect();
            group(label, &members, settings)
        })
        .collect();
    groups.sort_by(|a, b| {
        let last = |group: &ResponseGroup| group.label == NOT_KNOWN;
        (last(a), b.units, &a.label).cmp(&(last(b), a.units, &b.label))
    });
    let known = ledger.counted().len();
    if known < units.len() {
        cautions.insert(
            0,
            format!(
                "A response category is stated for {known} of {}.",
                units.len()
            ),
        );
    }
    let derived: Vec<String> = units
        .iter()
        .filter(|unit| unit.derived)
        .filter_map(|unit| Some(format!("{} {}", unit.id, unit.code.as_ref()?)))
        .collect();
    if !derived.is_empty() {
        cautions.push(format!(
            "Derived by the curators, stated by no source, and counted beside the words only: {}.",
            derived.join(", ")
        ));
    }
    let comparison = settings.by.as_ref().map(|_| {
        // A unit that stands in several groups makes them dependent, and the tests assume they are not.
        if *unit == Unit::Case {
            compare(&groups)
        } else {
            Comparison::None(Undefined::Dependent)
        }
    });
    let method = format!(
        "Objective response: {}; disease control: {}. {} 95 % intervals by Clopper-Pearson (exact), Wilson beside them.{}",
        settings.success.join(", "),
        settings.control.join(", "),
        if settings.derived.is_some() {
            "Strict rates count stated categories only; derived ones count beside the words."
        } else {
            "Strict rates count categories, stated or derived: this analysis does not tell which."
        },
        match &comparison {
            Some(Comparison::Exact { groups: 2, .. }) => {
                " Groups compared by Fisher's exact test, two-sided, without correction for multiple testing."
            }
            Some(Comparison::Exact { .. }) => {
                " Groups compared by the Fisher-Freeman-Halton exact test, without correction for multiple testing."
            }
            _ => "",
        }
    );
    let rates = ResponseRates {
        success: settings.success.clone(),
        control: settings.control.clone(),
        overall,
        groups,
        comparison,
    };
    for unit in &rates.overall.responders {
        ledger.add_to_numerator(unit);
    }
    Finding {
        bounds: bounds(&rates, Level::P95),
        ..Finding::new(rates, ledger, &method, cautions)
    }
}

/// Bounds of response rates.
fn bounds(rates: &ResponseRates, level: Level) -> Option<bounds::Bounds> {
    let counts = |group: &ResponseGroup| {
        let (k, n) = group
            .objective
            .as_ref()
            .map_or((0, 0), |rate| (rate.successes, rate.n));
        (group.label.clone(), k, n, group.units as u64 - n)
    };
    let groups: Vec<_> = rates.groups.iter().map(counts).collect();
    let none = Ungrouped::default();
    let ungrouped = groups.iter().find(|group| group.0 == NOT_KNOWN).map_or(
        none,
        |&(_, events, known, unknown)| Ungrouped {
            events,
            others: known - events,
            unknown,
        },
    );
    bounds::of_counts(&counts(&rates.overall), &groups, ungrouped, level)
}

/// Whether a code is one of the categories that the analysis names, or progressive disease.
#[must_use]
pub fn is_category(code: &str, settings: &Settings) -> bool {
    code == PROGRESSIVE
        || settings
            .success
            .iter()
            .chain(&settings.control)
            .any(|known| known == code)
}

fn group(label: &str, members: &[&Unit1], settings: &Settings) -> ResponseGroup {
    let known = || {
        let known = members.iter();
        known.filter_map(|unit| Some((unit.code.as_deref()?, unit.derived)))
    };
    let mut counts = BTreeMap::new();
    for code in members.iter().filter_map(|unit| unit.shown()) {
        *counts.entry(code).or_insert(0) += 1;
    }
    let success = |code: &str| settings.success.iter().any(|known| known == code);
    let control = |code: &str| settings.control.iter().any(|known| known == code);
    let category = |code: &str| is_category(code, settings);
    let rate = |hit: &dyn Fn(&str) -> bool, counts: &dyn Fn(&str, bool) -> bool| {
        let counted = || known().filter(|(code, derived)| counts(code, *derived));
        let hits = counted().filter(|(code, _)| hit(code)).count() as u64;
        Proportion::new(hits, counted().count() as u64)
            .ok()
            .map(|proportion| proportion.estimate(Level::P95))
    };
    let stated = |code: &str, derived: bool| category(code) && !derived;
    let mut responders: Vec<String> = members
        .iter()
        .filter(|unit| !unit.derived && unit.code.as_deref().is_some_and(success))
        .map(|unit| unit.id.clone())
        .collect();
    responders.sort();
    let derived = members.iter().filter(|unit| unit.derived);
    let mut derived: Vec<String> = derived.map(|unit| unit.id.clone()).collect();
    derived.sort();
    ResponseGroup {
        label: label.to_owned(),
        units: members.len(),
        counts,
        objective: rate(&success, &stated),
        control: rate(&control, &stated),
        objective_with_words: rate(&|code| success(code) || code == RESPONDED, &|code, _| {
            category(code) || code == RESPONDED || code == NO_RESPONSE
        }),
        control_with_words: rate(
            &|code| control(code) || code == RESPONDED || DISEASE_CONTROL.contains(&code),
            &|code, _| category(code) || code == RESPONDED || DISEASE_CONTROL.contains(&code),
        ),
        responders,
        derived,
    }
}

/// Compares the strict objective response rate between the groups that are known.
fn compare(groups: &[ResponseGroup]) -> Comparison {
    let known: Vec<&ProportionEstimate> = groups
        .iter()
        .filter(|group| group.label != NOT_KNOWN)
        .filter_map(|group| group.objective.as_ref())
        .collect();
    let none = known.iter().all(|rate| rate.successes == 0);
    let all = known.iter().all(|rate| rate.successes == rate.n);
    if known.len() > 1 && (none || all) {
        return Comparison::None(Undefined::OneOutcome);
    }
    match known.as_slice() {
        [] | [_] => Comparison::None(Undefined::OneGroup),
        [a, b] => {
            let cells = Cells {
                exposed_event: a.successes,
                exposed_no_event: a.n - a.successes,
                unexposed_event: b.successes,
                unexposed_no_event: b.n - b.successes,
            };
            match Table2x2::new(cells) {
                Ok(table) => {
                    let p_value = table.fisher_exact(Level::P95).p_value;
                    Comparison::Exact { p_value, groups: 2 }
                }
                Err(error) => Comparison::None(error.into()),
            }
        }
        several => {
            let rows = several
                .iter()
                .map(|rate| vec![rate.successes, rate.n - rate.successes]);
            match CountTable::new(rows.collect()) {
                Ok(table) => match table.freeman_halton() {
                    Ok(test) => Comparison::Exact {
                        p_value: test.p_value,
                        groups: several.len(),
                    },
                    Err(error) => Comparison::None(error.into()),
                },
                Err(error) => Comparison::None(error.into()),
            }
        }
    }
}
