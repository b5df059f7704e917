//! What became of the rows of a case: what `curation.csv` says, and what git keeps where the study is in a repository.

use std::collections::BTreeMap;
use std::io::{self, Read, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};

use super::log::{LOG, entries};
use super::text::{Cells, rows};
use crate::project::{FileError, Folder};

/// The most commits of a sheet that are looked at.
const MOST_COMMITS: usize = 500;
/// Commits are written apart by this.
const APART: char = '\u{1f}';

/// One row that was changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// When, as ISO 8601.
    pub time: String,
    /// Who.
    pub who: String,
    /// The number of the change in `curation.csv`, or the first letters and the subject of a commit.
    pub of: String,
    /// The sheet.
    pub sheet: String,
    /// What the row tells of: item and source.
    pub row: String,
    /// The cells that changed, with what they held before and after.
    pub cells: Vec<(String, String, String)>,
}

/// What is known of the past of a case.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Past {
    /// What was done in the browser, the latest first.
    pub log: Vec<Event>,
    /// What git keeps, the latest first.
    pub commits: Vec<Event>,
    /// Why git keeps nothing; empty if it does.
    pub no_git: String,
}

/// The past of the rows of a case, of one column if it is named.
///
/// # Errors
/// A sheet cannot be read.
pub fn history(
    study: &Folder,
    sheets: &[&str],
    case: &str,
    column: Option<&str>,
) -> Result<Past, FileError> {
    let mut past = Past::default();
    if let Some(log) = study.bytes(&format!("{LOG}.csv"))? {
        for entry in entries(&log).unwrap_or_default().into_iter().rev() {
            let change = &entry.change;
            let before = change.before.as_ref().map(|placed| &placed.cells);
            let of_case = |cells: &Cells| cells.get("case").is_some_and(|key| key == case);
            if before.into_iter().chain(&change.after).any(of_case) {
                let undoes = entry
                    .undoes
                    .map(|number| format!(", which undoes {number}"));
                let of = format!("change {}{}", entry.number, undoes.unwrap_or_default());
                past.log.push(Event {
                    time: entry.time.clone(),
                    who: entry.curator.clone(),
                    of,
                    sheet: change.sheet.clone(),
                    row: told(change.after.as_ref().or(before)),
                    cells: differing(before, change.after.as_ref()),
                });
            }
        }
    }
    match study.path() {
        None => "the study is the one that the program carries".clone_into(&mut past.no_git),
        Some(folder) => match commits(folder, sheets, case) {
            Ok(commits) => past.commits = commits,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                "git is not installed".clone_into(&mut past.no_git);
            }
            Err(error) => past.no_git = error.to_string(),
        },
    }
    if let Some(column) = column {
        for events in [&mut past.log, &mut past.commits] {
            for event in events.iter_mut() {
                event.cells.retain(|(name, ..)| name == column);
            }
            events.retain(|event| !event.cells.is_empty());
        }
    }
    Ok(past)
}

/// Item and source of a row.
fn told(cells: Option<&Cells>) -> String {
    let cell = |name: &str| cells.and_then(|cells| cells.get(name)).map(String::as_str);
    let item = cell("item").map(|item| format!("item {item}"));
    let source = cell("source").map(str::to_owned);
    let parts: Vec<String> = [item, source].into_iter().flatten().collect();
    parts.join(", ")
}

/// The cells in which two rows differ.
fn differing(before: Option<&Cells>, after: Option<&Cells>) -> Vec<(String, String, String)> {
    let text = |cells: Option<&Cells>, name: &str| {
        let cell = cells.and_then(|cells| cells.get(name));
        cell.cloned().unwrap_or_default()
    };
    let mut names: Vec<&String> = before
        .into_iter()
        .chain(after)
        .flat_map(BTreeMap::keys)
        .collect();
    names.sort();
    names.dedup();
    let all = names
        .into_iter()
        .map(|name| (name.clone(), text(before, name), text(after, name)));
    all.filter(|(_, old, new)| old != new).collect()
}

/// A commit that changed a sheet.
struct Commit {
    id: String,
    time: String,
    who: String,
    subject: String,
}

/// What the commits of a repository did to the rows of a case, the latest first.
fn commits(folder: &Path, sheets: &[&str], case: &str) -> io::Result<Vec<Event>> {
    let mut events = Vec::new();
    for sheet in sheets {
        let file = format!("{sheet}.csv");
        let commits = log(folder, &file)?;
        let versions = versions(folder, &file, &commits)?;
        let of_case = |bytes: &Vec<u8>| -> Vec<Cells> {
            let rows = rows(sheet, bytes).unwrap_or_default().into_iter();
            let cells = rows.map(|row| row.cells);
            cells
                .filter(|cells| cells.get("case").is_some_and(|key| key == case))
                .collect()
        };
        let mut rows: Vec<Vec<Cells>> = versions.iter().map(of_case).collect();
        // Before the first commit there was nothing.
        rows.push(Vec::new());
        for (commit, pair) in commits.iter().zip(rows.windows(2)) {
            for (old, new) in changed(&pair[1], &pair[0]) {
                let id: String = commit.id.chars().take(8).collect();
                events.push(Event {
                    time: commit.time.clone(),
                    who: commit.who.clone(),
                    of: format!("commit {id}: {}", commit.subject),
                    sheet: (*sheet).to_owned(),
                    row: told(new.or(old)),
                    cells: differing(old, new),
                });
            }
        }
    }
    events.sort_by(|a, b| b.time.cmp(&a.time));
    Ok(events)
}

/// The rows that differ, those of one source, item and locator beside each other.
fn changed<'r>(old: &'r [Cells], new: &'r [Cells]) -> Vec<(Option<&'r Cells>, Option<&'r Cells>)> {
    let mut gone: Vec<&Cells> = old.iter().filter(|row| !new.contains(row)).collect();
    let come: Vec<&Cells> = new.iter().filter(|row| !old.contains(row)).collect();
    let key = |row: &Cells| ["item", "source", "locator"].map(|name| row.get(name).cloned());
    let mut pairs = Vec::new();
    for row in come {
        let same = gone.iter().position(|other| key(other) == key(row));
        pairs.push((same.map(|at| gone.remove(at)), Some(row)));
    }
    pairs.extend(gone.into_iter().map(|row| (Some(row), None)));
    pairs
}

/// The commits that changed a file, the latest first.
fn log(folder: &Path, file: &str) -> io::Result<Vec<Commit>> {
    let format = format!("--format=%H{APART}%aI{APART}%an{APART}%s");
    let most = format!("--max-count={MOST_COMMITS}");
    let output = git(folder)
        .args(["log", &most, &format, "--", file])
        .stdin(Stdio::null())
        .output()?;
    if !output.status.success() {
        let told = String::from_utf8_lossy(&output.stderr);
        let line = told.lines().next().unwrap_or("git cannot read it");
        let line = line.strip_prefix("fatal: ").unwrap_or(line).to_owned();
        return Err(io::Error::other(line));
    }
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let commit = |line: &str| {
        let mut parts = line.splitn(4, APART).map(str::to_owned);
        Some(Commit {
            id: parts.next()?,
            time: parts.next()?,
            who: parts.next()?,
            subject: parts.next()?,
        })
    };
    Ok(text.lines().filter_map(commit).collect())
}

/// A file as each commit has it; empty where it has none.
fn versions(folder: &Path, file: &str, commits: &[Commit]) -> io::Result<Vec<Vec<u8>>> {
    if commits.is_empty() {
        return Ok(Vec::new());
    }
    let mut child = git(folder)
        .args(["cat-file", "--batch"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    let asked: String = commits
        .iter()
        .map(|commit| format!("{}:./{file}\n", commit.id))
        .collect();
    let stdin = child.stdin.take();
    // It answers while it is asked: both at once, or one would wait for the other.
    let asking =
        std::thread::spawn(move || stdin.map(|mut stdin| stdin.write_all(asked.as_bytes())));
    let mut answer = Vec::new();
    if let Some(mut stdout) = child.stdout.take() {
        stdout.read_to_end(&mut answer)?;
    }
    asking.join().ok();
    child.wait()?;
    let mut versions = Vec::new();
    let mut rest = answer.as_slice();
    while versions.len() < commits.len() {
        let Some(end) = rest.iter().position(|byte| *byte == b'\n') else {
            return Err(io::Error::other("git gave less than it was asked for"));
        };
        let head = String::from_utf8_lossy(&rest[..end]).into_owned();
        rest = &rest[end + 1..];
        let size = head
            .rsplit(' ')
            .next()
            .and_then(|size| size.parse::<usize>().ok());
        match size.filter(|size| *size < rest.len()) {
            Some(size) => {
                versions.push(rest[..size].to_vec());
                rest = &rest[size + 1..];
            }
            None => versions.push(Vec::new()),
        }
    }
    Ok(versions)
}

/// Git in a folder that may be a stranger's: nothing that its configuration names is run, nothing is fetched, nothing
/// written.
fn git(folder: &Path) -> Command {
    let mut command = Command::new("git");
    command.arg("-C").arg(folder).arg("--no-pager");
    for setting in [
        "core.fsmonitor=false",
        "core.hooksPath=/dev/null",
        "log.showSignature=false",
        "protocol.allow=never",
    ] {
        command.args(["-c", setting]);
    }
    command
        .env("GIT_NO_LAZY_FETCH", "1")
        .env("GIT_OPTIONAL_LOCKS", "0");
    command
}
