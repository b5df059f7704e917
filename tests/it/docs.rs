//! The documents: what they tell a reader to type works, and nothing that there is goes unsaid.

use std::collections::BTreeSet;
use std::fs;

use crate::support::{Ran, files, program, read, root};

/// The lines of fenced blocks of shell commands, with continued lines joined.
fn commands(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut inside = false;
    let mut open = String::new();
    for line in text.lines() {
        if line.starts_with("```") {
            inside = !inside && matches!(line.trim(), "```sh" | "```bash" | "```console");
            continue;
        }
        if !inside || line.trim_start().starts_with('#') {
            continue;
        }
        open.push_str(line.trim_start_matches("$ "));
        if let Some(start) = open.strip_suffix('\\') {
            open = format!("{start} ");
        } else if open.matches('\'').count() % 2 == 1 {
            open.push('\n');
        } else {
            found.push(std::mem::take(&mut open));
        }
    }
    found
}

/// The words of a command line: quotation marks of both kinds are taken off.
fn words(command: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quote = None;
    for c in command.chars() {
        let word = words.last_mut().expect("a word");
        match (quote, c) {
            (None, '\'' | '"') => quote = Some(c),
            (Some(open), c) if open == c => quote = None,
            (None, c) if c.is_whitespace() => words.push(String::new()),
            _ => word.push(c),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Commands that wait for a person or make things elsewhere.
const NOT_RUN: [&str; 3] = ["init", "serve", "shell"];

#[test]
fn the_commands_of_the_readme_work() {
    if !root().join("README.md").exists() {
        return;
    }
    let dir = tempfile::tempdir().expect("a folder");
    let mut ran = 0;
    for command in commands(&read("README.md")) {
        let mut words = words(&command);
        if words.first().map(String::as_str) != Some("casegraph") {
            continue;
        }
        words.remove(0);
        if let Some(at) = words.iter().position(|word| word == "|" || word == ">") {
            words.truncate(at);
        }
        // Or that want files which others publish: `link.rs` has them.
        if NOT_RUN.iter().any(|name| words[0] == *name) || command.contains("-p my-alk") {
            continue;
        }
        let done = Ran::of(program(dir.path()).args(&words));
        assert_eq!(done.status, 0, "{command}\n{}\n{}", done.out, done.err);
        assert!(!done.out.trim().is_empty(), "{command} says nothing");
        ran += 1;
    }
    assert!(ran >= 3, "only {ran} commands of README.md were run");
}

/// Invented cases and reports for the examples of `stats`.
const INVENTED: &str = "months,died,partner,response,age,responders,evaluable,pmid
3,1,A,PR,40,1,1,11
5,1,B,SD,51,0,1,12
7,1,A,PR,62,3,4,13
8,0,B,PD,35,1,3,14
9,1,B,PR,47,1,1,15
11,0,A,SD,58,0,1,16
12,1,A,PR,66,2,5,17
15,1,B,PD,29,4,4,18
20,0,A,PR,70,1,2,19
24,1,B,SD,44,0,2,20
";

/// The lines of a help text; a quoted argument that is broken over several is put together.
fn unwrapped(help: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for line in help.lines() {
        match lines.last_mut() {
            Some(last) if last.contains("casegraph ") && last.matches('\'').count() % 2 == 1 => {
                last.push(' ');
                last.push_str(line.trim());
            }
            _ => lines.push(line.to_owned()),
        }
    }
    lines
}

/// The examples in the help of each command, run like those of the README.
#[test]
fn the_examples_of_the_help_work() {
    let dir = tempfile::tempdir().expect("a folder");
    for name in ["cases.csv", "reports.csv"] {
        fs::write(dir.path().join(name), INVENTED).expect("written");
    }
    let mut ran = 0;
    let help = |command: Option<&str>| {
        let asked = command.into_iter().chain(["--help"]);
        Ran::of(program(dir.path()).args(asked)).ok()
    };
    let all = crate::support::commands();
    let helps = all.iter().map(|command| help(Some(command)));
    for line in helps.chain([help(None)]).flat_map(|help| unwrapped(&help)) {
        let Some(command) = line.trim().strip_prefix("casegraph ") else {
            continue;
        };
        // An explanation stands after two spaces, or the output goes elsewhere.
        let command = command.split("  ").next().unwrap_or_default();
        let command = command.split(" > ").next().unwrap_or_default();
        let words = words(command);
        let name = words.first().map(String::as_str).unwrap_or_default();
        let own = [
            "my-study",
            "my-project",
            "path/to",
            "ntrk-sarcoma",
            "question.rq",
        ];
        if NOT_RUN.contains(&name) || own.iter().any(|word| command.contains(word)) {
            continue;
        }
        let done = Ran::of(program(dir.path()).args(&words));
        // The review of the shipped study has claims that do not hold.
        let wanted = i32::from(command.starts_with("claims check"));
        assert_eq!(done.status, wanted, "{command}\n{}\n{}", done.out, done.err);
        ran += 1;
    }
    assert!(ran >= 20, "only {ran} examples were run");
}

#[test]
fn the_readme_names_every_command() {
    if !root().join("README.md").exists() {
        return;
    }
    let readme = read("README.md");
    for name in crate::support::commands() {
        assert!(
            readme.contains(&format!("`{name}")) || readme.contains(&format!("casegraph {name}")),
            "README.md does not name the command {name}"
        );
    }
}

#[test]
fn links_of_the_documents_lead_somewhere() {
    let mut documents: Vec<String> = ["README.md", "ontology/README.md"]
        .map(str::to_owned)
        .to_vec();
    documents.extend(files("docs", ".md"));
    let mut dead = Vec::new();
    for document in documents {
        let text = read(&document);
        let folder = root().join(&document);
        let folder = folder.parent().expect("a folder");
        for link in text
            .split("](")
            .skip(1)
            .filter_map(|rest| rest.split(')').next())
        {
            let path = link.split(['#', ' ']).next().unwrap_or_default();
            if path.is_empty() || path.contains("://") || path.starts_with("mailto:") {
                continue;
            }
            if !folder.join(path).exists() {
                dead.push(format!("{document}: {link}"));
            }
        }
    }
    assert!(dead.is_empty(), "{dead:#?}");
}

#[test]
fn analyses_that_documents_name_exist() {
    let slugs: BTreeSet<String> = files("queries", ".rq")
        .iter()
        .map(|file| {
            file.trim_start_matches("queries/")
                .trim_end_matches(".rq")
                .to_owned()
        })
        .collect();
    let readme = read("README.md");
    for command in commands(&readme).iter().map(|command| words(command)) {
        let run = command
            .windows(2)
            .find(|pair| pair[0] == "run" || pair[0] == "show");
        if let Some(pair) = run.filter(|_| command[0] == "casegraph") {
            assert!(
                slugs
                    .iter()
                    .any(|slug| *slug == pair[1] || slug.ends_with(&format!("/{}", pair[1]))),
                "{}",
                pair[1]
            );
        }
    }
}

#[test]
fn the_changelog_knows_this_version() {
    let changelog = read("docs/CHANGELOG.md");
    assert!(
        changelog.contains(env!("CARGO_PKG_VERSION")) || changelog.contains("Unreleased"),
        "docs/CHANGELOG.md has neither this version nor Unreleased"
    );
}

#[test]
fn the_reader_of_blocks_joins_what_belongs_together() {
    let text = "```sh\n# no\n$ casegraph query \\\n  'SELECT ?x {\n }' --format csv | head\n```\n```\ncasegraph no\n```\n";
    let found = commands(text);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(
        words(&found[0]),
        [
            "casegraph",
            "query",
            "SELECT ?x {\n }",
            "--format",
            "csv",
            "|",
            "head"
        ]
    );
}
