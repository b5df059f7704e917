//! How well two people agree who judged or extracted the same things: Cohen's kappa.

use std::collections::BTreeMap;
use std::sync::Arc;

use clap::Args;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::columns::{self, Estimate, Estimator};
use super::frame::Frame;
use super::references::{self, Reference};
use super::settings::defaults::{first, second};
use super::settings::settings;
use super::{AnalysisError, Finding, Kind, StatisticResult, Unit, Words};
use crate::document::cells::{percent, row};
use crate::document::{Cell, CellValue, Role, Table as Shown};
use crate::graph::Table;
use crate::stats::agreement::{Agreement, Kappa, agreement};
use crate::stats::digits::number;

/// The word after `kind:`.
pub const NAME: &str = "agreement";

/// Kappa is compared to the hundredth, as people read it.
const DIGITS: usize = 2;

settings! {
    /// How well two raters agree
    ///
    /// Cohen's kappa of what two people said of the same things, of all and by group: two curators' extractions, two
    /// readers' responses. What one of them left out is left out here, too; name it to have it counted.
    #[command(after_help = "Examples:
  casegraph stats agreement --input extracted.csv --first anna --second ben
  casegraph stats agreement --input extracted.csv --first anna --second ben --by column --case row")]
    columns {
        /// Column of what the first said
        first: String = "first",
        /// Column of what the second said
        second: String = "second",
        /// Column of the groups, such as what was extracted
        by: Option<String>,
    }
    options: Choices,
}

/// Agreement has no choices of its own.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Args)]
#[serde(default, deny_unknown_fields)]
pub struct Choices {}

impl Kind for Settings {
    fn of_rows(&self, _unit: &Unit, rows: &Table) -> Result<Finding, AnalysisError> {
        columns::of_rows(self, rows)
    }
}

impl Estimator for Settings {
    const NEEDS: &'static str = "What both said is";
    const GROUPS: &'static [&'static str] = &["by"];

    fn estimate(&self, frame: &Frame, kept: &[u32]) -> Result<Estimate, AnalysisError> {
        estimate(self, frame, kept)
    }
}

/// The agreement of two raters, of all and by group.
#[derive(Debug, Clone, Serialize)]
pub struct AgreementResult {
    /// All groups taken as one.
    pub overall: Agreement,
    /// Each group by name; empty without grouping.
    pub groups: Vec<GroupAgreement>,
}

/// The agreement within one group.
#[derive(Debug, Clone, Serialize)]
pub struct GroupAgreement {
    /// Label of the group.
    pub group: String,
    /// What is found in it.
    #[serde(flatten)]
    pub agreement: Agreement,
}

fn estimate(settings: &Settings, frame: &Frame, kept: &[u32]) -> Result<Estimate, AnalysisError> {
    let common = &settings.options.common;
    let first = frame.factor(&settings.first, kept)?;
    let second = frame.factor(&settings.second, kept)?;
    // What the two columns say alike has one number.
    let mut numbers: BTreeMap<&str, u32> = BTreeMap::new();
    for label in first.labels().iter().chain(second.labels()) {
        let next = numbers.len() as u32;
        numbers.entry(label).or_insert(next);
    }
    let coded = |factor: &crate::stats::factor::Factor| -> Vec<u32> {
        let codes = factor.codes().iter();
        codes
            .map(|code| numbers[factor.labels()[*code as usize].as_str()])
            .collect()
    };
    let (first, second) = (coded(&first), coded(&second));
    let of = |first: &[u32], second: &[u32]| {
        let found = agreement(first, second, common.level);
        found.map_err(|error| AnalysisError::Refused(error.to_string()))
    };
    let mut groups = Vec::new();
    if let Some(by) = &settings.by {
        let factor = frame.factor(by, kept)?;
        for (at, label) in (0..).zip(factor.labels()) {
            let of_group = |all: &[u32]| -> Vec<u32> {
                let pairs = all.iter().zip(factor.codes());
                pairs
                    .filter(|(_, code)| **code == at)
                    .map(|(value, _)| *value)
                    .collect()
            };
            groups.push(GroupAgreement {
                group: label.clone(),
                agreement: of(&of_group(&first), &of_group(&second))?,
            });
        }
    }
    let result = AgreementResult {
        overall: of(&first, &second)?,
        groups,
    };
    Ok(Estimate {
        level: common.level,
        method: "Share of things of which both said the same, and Cohen's kappa with the large-sample standard error of Fleiss, Cohen and Everitt; kappa is not defined where both said one and the same of everything.".to_owned(),
        found: Arc::new(result),
        cautions: Vec::new(),
        conventions: common.conventions(),
        areas: &[],
    })
}

impl StatisticResult for AgreementResult {
    fn json(&self) -> Value {
        serde_json::json!(self)
    }

    fn tables(&self, words: &Words<'_>) -> Vec<Shown> {
        let mut table = Shown::new(
            "Agreement",
            &[
                ("group", Role::Group),
                ("things", Role::Count),
                ("alike", Role::Count),
                ("%", Role::Estimate),
                ("by chance, %", Role::Number),
                ("kappa", Role::Estimate),
                ("CI", Role::Interval(Some(words.level))),
            ],
        );
        let all = [("all", &self.overall)];
        let groups = self
            .groups
            .iter()
            .map(|of| (of.group.as_str(), &of.agreement));
        for (group, found) in groups.chain(all) {
            let [kappa, interval] = match &found.kappa {
                Some(kappa) => shown(kappa),
                None => ["not defined".into(), Cell::default()],
            };
            table.push(row![
                group,
                found.n,
                found.agreed,
                percent(found.observed),
                percent(found.expected),
                kappa,
                interval,
            ]);
        }
        vec![table]
    }

    fn summary(&self, _words: &Words<'_>) -> String {
        let all = &self.overall;
        let kappa = match &all.kappa {
            Some(kappa) => format!("kappa {}", number(kappa.value, DIGITS)),
            None => "kappa not defined".to_owned(),
        };
        format!("{}/{} alike, {kappa}", all.agreed, all.n)
    }

    fn references(&self) -> Vec<Reference> {
        vec![references::COHEN, references::FLEISS]
    }
}

fn shown(kappa: &Kappa) -> [Cell; 2] {
    let interval = &kappa.interval;
    let limits = [interval.lower, interval.upper].map(|limit| number(limit, DIGITS));
    [
        Cell::number(kappa.value, number(kappa.value, DIGITS)),
        Cell::of(
            format!("{} to {}", limits[0], limits[1]),
            CellValue::Interval {
                lower: Some(interval.lower),
                upper: Some(interval.upper),
            },
        ),
    ]
}
