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

/// The help of a kind begins with what the kind is, and says what it may be told.
#[test]
fn the_help_of_a_kind_is_about_the_kind() {
    let dir = TempDir::new().expect("a folder");
    for kind in casegraph::kinds::Statistic::described() {
        // What reads the rows of a query has no command.
        if kind.options.is_empty() {
            continue;
        }
        let done = Ran::of(program(dir.path()).args(["stats", kind.name, "--help"]));
        assert_eq!(done.out.lines().next(), Some(kind.about.as_str()));
        for key in kind.keys.iter().chain(&kind.options) {
            let flag = format!("--{}", key.name.replace('_', "-"));
            assert!(done.out.contains(&flag), "{} {flag}", kind.name);
        }
    }
}
