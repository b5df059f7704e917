use anyhow::{Result, ensure};
use clap::Args;
use clap_complete::ArgValueCompleter;
use serde_json::{Value, json};

use super::Exit;
use super::candidates;
use super::session::{Place, suggestions};
use super::shown::Shown;
use crate::case::FactSheet;
use crate::curation::{Event, Past, each, history};
use crate::document::{Block, Plain, Role, Table};
use crate::ingest::sheets_of;

/// Say what became of the rows of a case: who changed which cell, and when
///
/// Changes made in the browser stand in curation.csv. Where the study is in a git repository, so do those that its
/// commits made, whoever made them and with whatever program.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  casegraph history zhang-2020-1 --project my-study
  casegraph history zhang-2020-1 best_response --project my-study
  casegraph history zhang-2020-1 --format json")]
pub struct History {
    /// Key of the case
    #[arg(value_name = "CASE", add = ArgValueCompleter::new(candidates::cases))]
    case: String,
    /// One column alone, such as `best_response`
    #[arg(value_name = "COLUMN")]
    column: Option<String>,
    #[command(flatten)]
    shown: Shown,
}

impl History {
    pub(super) fn run(self, place: &Place) -> Result<Exit> {
        let project = place.find()?;
        let study = project.study();
        let schema = sheets_of(study)?;
        let sheets: Vec<&str> = schema
            .facts()
            .map(FactSheet::name)
            .chain(["decisions", "cohorts"])
            .collect();
        if let Some(column) = &self.column {
            let known: Vec<String> = sheets
                .iter()
                .flat_map(|sheet| schema.known_headings(sheet))
                .map(str::to_owned)
                .collect();
            ensure!(
                known.contains(column),
                "no sheet has a column {column:?}{}",
                suggestions(column, &known)
            );
        }
        let past = history(study, &sheets, &self.case, self.column.as_deref())?;
        if past.log.is_empty() && past.commits.is_empty() {
            let bytes = study.bytes("cases.csv")?.unwrap_or_default();
            let mut known: Vec<String> = Vec::new();
            each("cases", &bytes, |row| {
                known.extend(row.cells.get("case").cloned());
            })?;
            ensure!(
                known.contains(&self.case),
                "there is no case {:?}{}",
                self.case,
                suggestions(&self.case, &known)
            );
        }
        self.shown
            .show(&document(&self.case, &past), place.printer())?;
        Ok(Exit::Done)
    }
}

fn document(case: &str, past: &Past) -> Plain {
    let mut blocks = vec![
        Block::Title(format!("What became of the rows of {case}")),
        Block::Table(table("Written in the browser", &past.log)),
        Block::Blank,
    ];
    blocks.push(if past.no_git.is_empty() {
        Block::Table(table("Kept by git", &past.commits))
    } else {
        Block::Line(format!("Kept by git: not known, {}.", past.no_git))
    });
    if !past.older.is_empty() {
        let sheets = past.older.join(", ");
        blocks.push(Block::Line(format!(
            "Older commits of these sheets were not looked at, for there are too many, or too much is in them: {sheets}."
        )));
    }
    let all: Vec<Event> = past.log.iter().chain(&past.commits).cloned().collect();
    Plain {
        title: format!("What became of the rows of {case}"),
        screen: blocks.clone(),
        page: blocks,
        records: table("", &all),
        json: json!({
            "case": case,
            "written": events(&past.log),
            "commits": events(&past.commits),
            "no_git": past.no_git,
            "older": past.older,
        }),
    }
}

fn table(caption: &str, events: &[Event]) -> Table {
    let headings = [
        "when", "who", "of", "sheet", "row", "column", "before", "after",
    ];
    let mut table = Table::new(caption, &headings.map(|heading| (heading, Role::Text)));
    for event in events {
        for (column, before, after) in &event.cells {
            table.push([
                &event.time,
                &event.who,
                &event.of,
                &event.sheet,
                &event.row,
                column,
                before,
                after,
            ]);
        }
    }
    table
}

fn events(events: &[Event]) -> Vec<Value> {
    let cell = |(column, before, after): &(String, String, String)| json!({"column": column, "before": before, "after": after});
    let event = |event: &Event| {
        json!({
            "time": event.time,
            "who": event.who,
            "of": event.of,
            "sheet": event.sheet,
            "row": event.row,
            "cells": event.cells.iter().map(cell).collect::<Vec<_>>(),
        })
    };
    events.iter().map(event).collect()
}
