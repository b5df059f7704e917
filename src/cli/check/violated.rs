//! A rule that is violated: as a table, and as JSON.

use serde_json::{Value, json};

use crate::document::{Role, Table};
use crate::graph::namespaces::Prefixes;
use crate::ingest::{Located, SheetCell};
use crate::query::{self, Check as Rule, Level, rows};

/// A rule that is violated, and where.
pub(super) struct Violated {
    pub(super) level: Level,
    pub(super) slug: String,
    pub(super) problem: String,
    pub(super) solution: String,
    pub(super) violations: Vec<Violation>,
}

/// One violation of a rule.
pub(super) struct Violation {
    /// What it is about, where no cell of a sheet is at fault.
    pub(super) thing: String,
    /// The cells that tell of it.
    pub(super) cells: Vec<SheetCell>,
    /// What was found.
    pub(super) detail: String,
}

/// Violations of a rule that are shown without `--details`.
const SHOWN: usize = 5;
/// Cells that are named of one violation, at most.
const CELLS: usize = 8;

impl Violated {
    pub(super) fn of(
        rule: &Rule,
        found: &query::Table,
        located: &Located<'_>,
        prefixes: &Prefixes,
    ) -> Self {
        let violation = |row: query::Row<'_>| {
            let things = ["entity", "other"]
                .into_iter()
                .filter_map(|name| row.get(name));
            let cells = things.flat_map(|thing| located.cells(thing, &rule.cells));
            Violation {
                thing: prefixes.shorten(row.text("entity")),
                cells: cells.collect(),
                detail: row.text("detail").to_owned(),
            }
        };
        Self {
            level: rule.level,
            slug: rule.slug.clone(),
            problem: rule.problem.clone(),
            solution: rule.solution.clone(),
            violations: rows(found).map(violation).collect(),
        }
    }

    fn shown(&self, all: bool) -> &[Violation] {
        let most = if all { usize::MAX } else { SHOWN };
        &self.violations[..self.violations.len().min(most)]
    }

    pub(super) fn table(&self, all: bool) -> Table {
        let caption = format!(
            "{} {} ({}): {} {}",
            self.level.word(),
            self.slug,
            self.violations.len(),
            self.problem,
            self.solution
        );
        let columns = [("cells", Role::Text), ("found", Role::Text)];
        let mut table = Table::new(&caption, &columns);
        for one in self.shown(all) {
            let place = match places(&one.cells) {
                place if place.is_empty() => one.thing.clone(),
                place => place,
            };
            table.push([place, one.detail.clone()]);
        }
        table
    }

    /// That there is more than was shown.
    pub(super) fn more(&self, all: bool) -> Option<String> {
        let more = self.violations.len() - self.shown(all).len();
        (more > 0).then(|| format!("and {more} more: --details shows all"))
    }

    pub(super) fn json(&self, all: bool) -> Value {
        let violation = |one: &Violation| {
            let cells = one
                .cells
                .iter()
                .map(|cell| json!({ "file": cell.file, "cell": cell.cell, "value": cell.value }));
            json!({
                "thing": one.thing,
                "cells": cells.collect::<Vec<_>>(),
                "found": one.detail,
            })
        };
        let shown = self.shown(all).iter().map(violation);
        json!({
            "level": self.level.word(),
            "rule": self.slug,
            "violations": self.violations.len(),
            "problem": self.problem,
            "solution": self.solution,
            "rows": shown.collect::<Vec<_>>(),
        })
    }
}

/// Cells by file, as people find them.
pub(super) fn places(cells: &[SheetCell]) -> String {
    let mut text = String::new();
    let mut file = "";
    for cell in cells.iter().take(CELLS) {
        if cell.file == file {
            text.push_str(", ");
        } else {
            if !text.is_empty() {
                text.push_str("; ");
            }
            file = &cell.file;
            text.push_str(file);
            text.push(' ');
        }
        text.push_str(&cell.cell);
    }
    if cells.len() > CELLS {
        text.push_str(&format!(", and {} more", cells.len() - CELLS));
    }
    text
}
