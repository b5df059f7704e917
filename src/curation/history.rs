//! What became of the rows of a case: what `curation.csv` says, and what git keeps where the study is in a repository.

use std::collections::BTreeMap;
use std::io::{self, BufRead, BufReader, Read, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};

use super::log::{LOG, entries};
use super::text::{Cells, each};
use crate::project::{FileError, Folder};

/// The most commits of a sheet that are looked at.
const MOST_COMMITS: usize = 500;
/// The most bytes of all versions of a sheet that are looked at: a repository keeps many versions of a large file in next
/// to nothing.
const MOST_BYTES: u64 = 1 << 30;
/// The most bytes that git says of commits.
const MOST_SAID: u64 = 16 << 20;
/// Commits are written apart by this.
const APART: char = '\u{1f}';

/// One row that was changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// When, as ISO 8601.
    pub time: String,
    /// Name of the curator.
    pub who: String,
    /// The number of the change in `curation.csv`, or the first letters and the subject of a commit.
    pub of: String,
    /// Name of the sheet, without `.csv`.
    pub sheet: String,
    /// Item and source of the row.
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
    /// The sheets of which git has more commits, or more bytes, than were looked at.
    pub older: Vec<String>,
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
                    row: item_and_source(change.after.as_ref().or(before)),
                    cells: differing(before, change.after.as_ref()),
                });
            }
        }
    }
    match study.path() {
        None => "the study is the one that the program carries".clone_into(&mut past.no_git),
        Some(folder) => match commits(folder, sheets, case, &mut past.older) {
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
fn item_and_source(cells: Option<&Cells>) -> String {
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

/// What the commits of a repository did to the rows of a case, the latest first; and the sheets of which older ones were
/// not looked at.
fn commits(
    folder: &Path,
    sheets: &[&str],
    case: &str,
    older: &mut Vec<String>,
) -> io::Result<Vec<Event>> {
    let mut events = Vec::new();
    for sheet in sheets {
        let file = format!("{sheet}.csv");
        let commits = log(folder, &file)?;
        let mut rows = versions(folder, sheet, &commits, case)?;
        if rows.len() == commits.len() && commits.len() < MOST_COMMITS {
            // Before the first commit there was nothing.
            rows.push(Vec::new());
        } else {
            older.push((*sheet).to_owned());
        }
        for (commit, pair) in commits.iter().zip(rows.windows(2)) {
            for (old, new) in changed(&pair[1], &pair[0]) {
                let id: String = commit.id.chars().take(8).collect();
                events.push(Event {
                    time: commit.time.clone(),
                    who: commit.who.clone(),
                    of: format!("commit {id}: {}", commit.subject),
                    sheet: (*sheet).to_owned(),
                    row: item_and_source(new.or(old)),
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
    let mut child = git(folder)
        .args(["log", &most, &format, "--", file])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let said = |stream: Option<&mut dyn Read>| {
        let mut said = Vec::new();
        let read = stream.map(|stream| stream.take(MOST_SAID).read_to_end(&mut said));
        read.unwrap_or(Ok(0)).map(|_| said)
    };
    let output = said(child.stdout.as_mut().map(|stream| stream as &mut dyn Read))?;
    if output.len() as u64 >= MOST_SAID {
        child.kill().ok();
        child.wait()?;
        let much = format!("git says more than {} MB of its commits", MOST_SAID >> 20);
        return Err(io::Error::other(much));
    }
    let trouble = said(child.stderr.as_mut().map(|stream| stream as &mut dyn Read))?;
    if !child.wait()?.success() {
        let told = String::from_utf8_lossy(&trouble);
        let line = told.lines().next().unwrap_or("git cannot read it");
        let line = line.strip_prefix("fatal: ").unwrap_or(line).to_owned();
        return Err(io::Error::other(line));
    }
    let text = String::from_utf8_lossy(&output).into_owned();
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

/// The rows of a case in a sheet as each commit has it, none where it has no such file; of the latest commits only, where
/// all are too large.
fn versions(
    folder: &Path,
    sheet: &str,
    commits: &[Commit],
    case: &str,
) -> io::Result<Vec<Vec<Cells>>> {
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
        .map(|commit| format!("{}:./{sheet}.csv\n", commit.id))
        .collect();
    let stdin = child.stdin.take();
    // It answers while it is asked: both at once, or one would wait for the other.
    let asking =
        std::thread::spawn(move || stdin.map(|mut stdin| stdin.write_all(asked.as_bytes())));
    let answer = child.stdout.take().map(BufReader::new);
    let rows = answer.map(|answer| rows_of(answer, commits.len(), MOST_BYTES, (sheet, case)));
    // It may have more to say.
    child.kill().ok();
    asking.join().ok();
    child.wait()?;
    rows.unwrap_or_else(|| Ok(Vec::new()))
}

/// The rows of a case in each of so many versions that `git cat-file` gives, one version in memory at a time; those of the
/// first ones, where all are more than so many bytes.
fn rows_of(
    mut answer: impl BufRead,
    count: usize,
    most: u64,
    (sheet, case): (&str, &str),
) -> io::Result<Vec<Vec<Cells>>> {
    let less = || io::Error::other("git gave less than it was asked for");
    let (mut versions, mut left, mut bytes) = (Vec::new(), most, Vec::new());
    while versions.len() < count {
        bytes.clear();
        answer
            .by_ref()
            .take(1 << 16)
            .read_until(b'\n', &mut bytes)?;
        if bytes.pop() != Some(b'\n') {
            return Err(less());
        }
        let head = String::from_utf8_lossy(&bytes);
        // Its name, its kind and its size; or that it is missing.
        let size = head.rsplit(' ').next().and_then(|size| size.parse().ok());
        let mut rows = Vec::new();
        if let Some(size) = size {
            let Some(rest) = left.checked_sub(size) else {
                break;
            };
            left = rest;
            bytes.clear();
            answer.by_ref().take(size + 1).read_to_end(&mut bytes)?;
            if bytes.pop() != Some(b'\n') || bytes.len() as u64 != size {
                return Err(less());
            }
            let read = each(sheet, &bytes, |row| {
                if row.cells.get("case").is_some_and(|key| key == case) {
                    rows.push(row.cells);
                }
            });
            if read.is_err() {
                rows.clear();
            }
        }
        versions.push(rows);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_one_by_one_and_to_a_bound() {
        let sheet = |age: &str| format!("case,age\na,{age}\nb,2\n");
        let answer: String = ["1", "23", "456"]
            .iter()
            .map(|age| format!("id blob {}\n{}\n", sheet(age).len(), sheet(age)))
            .collect();
        let answer = format!("id:./cases.csv missing\n{answer}");
        let read = |count, most| {
            let versions = rows_of(answer.as_bytes(), count, most, ("cases", "a"));
            versions.map(|versions| {
                let age = |rows: &Vec<Cells>| rows.first().map(|row| row["age"].clone());
                versions.iter().map(age).collect::<Vec<_>>()
            })
        };
        let age = |age: &str| Some(age.to_owned());
        let all = [None, age("1"), age("23"), age("456")];
        assert_eq!(read(4, 1_000).expect("read"), all);
        let two = sheet("1").len() + sheet("23").len();
        assert_eq!(read(4, two as u64).expect("read"), all[..3]);
        assert!(read(5, 1_000).is_err());
        // What git says of a size is believed of no memory.
        let lie = b"id blob 999999999999\ncase\n".as_slice();
        assert!(rows_of(lie, 1, u64::MAX, ("cases", "a")).is_err());
    }
}
