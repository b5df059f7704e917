//! Queries of the program's own: files with parameters that are bound, and no text in the code.

use casegraph::graph::namespaces::Prefixes;
use casegraph::query::parse;

use crate::support::{files, read};

/// Files that may hold text of SPARQL: help with examples, messages, and the tests of the engine.
const EXCEPTIONS: [&str; 6] = [
    "src/cli/mod.rs",
    "src/cli/query.rs",
    "src/cli/serve.rs",
    "src/cli/shell.rs",
    "src/query/bind/unset.rs",
    "src/server/update.rs",
];

/// Whether a line has the beginning of a query.
fn has_query(line: &str) -> bool {
    let line = line.split("//").next().unwrap_or_default();
    ["SELECT", "CONSTRUCT", "ASK", "DESCRIBE", "INSERT", "DELETE"]
        .iter()
        .any(|form| {
            line.match_indices(form).any(|(at, _)| {
                let word = !line[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
                let rest = line[at + form.len()..].trim_start();
                let rest = rest.strip_prefix("DISTINCT").unwrap_or(rest).trim_start();
                word && (rest.starts_with(['?', '*', '(', '{', '$']) || rest.starts_with("WHERE"))
            })
        })
}

#[test]
fn no_query_is_written_in_the_code() {
    let mut wrong = Vec::new();
    for file in files("src", ".rs") {
        if EXCEPTIONS.contains(&file.as_str()) || file.ends_with("/tests.rs") {
            continue;
        }
        for (index, line) in read(&file).lines().enumerate() {
            if line.trim() == "mod tests {" {
                break;
            }
            if has_query(line) {
                wrong.push(format!("{file}:{}: {}", index + 1, line.trim()));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "put the query into a file, and bind its parameters:\n{}",
        wrong.join("\n")
    );
    assert!(has_query("SELECT DISTINCT ?case WHERE {") && has_query("\"ASK { ?s ?p ?o }\""));
    assert!(!has_query("// SELECT ?case") && !has_query("batches answer SELECT alone"));
}

#[test]
fn each_file_is_a_query() {
    let prefixes = Prefixes::of_study("s");
    let all = files("src", ".rq");
    assert!(all.len() > 30, "{all:?}");
    for file in all {
        if let Err(error) = parse(&read(&file), &prefixes) {
            panic!("{file}: {error}");
        }
    }
}
