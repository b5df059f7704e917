//! `casegraph stats`: a CSV goes in, R's figures come out, and a bad table is refused with its cell.

mod around;
mod bad_input;
mod immortal;
mod reading;
mod side_by_side;

use std::fs;

use serde_json::Value;
use tempfile::TempDir;

use crate::support::{Ran, program};

/// Runs `casegraph stats` on a table, written beside it as `data.csv`.
fn stats(csv: &str, arguments: &str) -> Ran {
    let dir = TempDir::new().expect("a folder");
    fs::write(dir.path().join("data.csv"), csv).expect("a table");
    let mut words: Vec<&str> = arguments.split_whitespace().collect();
    words.insert(0, "stats");
    words.splice(2..2, ["--input", "data.csv"]);
    Ran::of(program(dir.path()).args(words))
}

/// The JSON of a result.
fn result(csv: &str, arguments: &str) -> Value {
    let done = stats(csv, &format!("{arguments} --format json"));
    assert_eq!(done.status, 0, "{arguments}\n{}", done.err);
    serde_json::from_str(&done.out).expect("JSON")
}
