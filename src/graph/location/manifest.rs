//! What the current store of a location is, as its `manifest.json` says.

use std::collections::BTreeMap;
use std::io::{self, Read};
use std::path::Path;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{LocationError, failed};
use crate::disk;

/// Version of the layout of a location.
pub(super) const FORMAT: u32 = 2;
/// The name that the store of a release has.
pub(super) const RELEASE: &str = "release";
/// Bytes that a manifest may have.
const LONGEST: u64 = 1 << 24;

/// What the current store is and what it was made from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Version of the layout.
    pub format: u32,
    /// Name of the snapshot within the location, without its ending.
    pub store: String,
    /// Version of casegraph that made it.
    pub software: String,
    /// The study's short name.
    pub study: String,
    /// The study's title.
    pub title: String,
    /// SHA-256 over the names and bytes of all sheets and ontology files.
    pub inputs_sha256: String,
    /// Number of quads.
    pub quads: u64,
    /// Number of cases.
    pub cases: u64,
    /// The study's own defaults for parameters of saved analyses.
    #[serde(default)]
    pub parameters: BTreeMap<String, String>,
    /// The columns and sheets that the study adds to those of every study: its `columns.toml`; empty if it has
    /// none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub columns: String,
    /// Whether the cases are invented.
    #[serde(default)]
    pub synthetic: bool,
    /// Names of sources of others that were loaded whole: they stay when the study is built again.
    #[serde(default)]
    pub whole: Vec<String>,
    /// What SPARQL Update changed since the store was built from the sheets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated: Option<Updated>,
    /// The last build from other inputs, or the one that this one replaced: what changed is told against
    /// it. Without its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Box<Manifest>>,
}

/// SPARQL updates of a store since it was built from the sheets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Updated {
    /// Number of updates.
    pub count: u64,
    /// When the last one was, in UTC, such as `2026-11-30T09:12:00Z`.
    pub last: String,
}

impl Updated {
    /// One more, which is now.
    pub(super) fn once_more(before: Option<&Self>) -> Self {
        let now = jiff::Timestamp::now();
        Self {
            count: before.map_or(0, |before| before.count) + 1,
            last: now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        }
    }
}

impl std::fmt::Display for Updated {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.count {
            1 => write!(f, "by a SPARQL update, at {}", self.last),
            n => write!(f, "by {n} SPARQL updates, the last at {}", self.last),
        }
    }
}

impl Manifest {
    /// What the store has that the sheets do not: whole sources and updates. `None` if nothing.
    #[must_use]
    pub fn beyond_sheets(&self) -> Option<String> {
        beyond(&self.whole, self.updated.as_ref())
    }

    /// What is wrong with it, if a program did not write it: what it says is taken as text, as a name of a file and
    /// as part of IRIs.
    fn fault(&self) -> Option<&'static str> {
        let sum = &self.inputs_sha256;
        if sum.len() != 64 || !sum.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Some("inputs_sha256 is no SHA-256");
        }
        if number(&self.store).is_none() && self.store != RELEASE {
            return Some("store is no name of a store");
        }
        let fit = |c: char| c.is_ascii_alphanumeric() || "-_.~".contains(c);
        if self.study.is_empty() || !self.study.chars().all(fit) {
            return Some("study is no name of a study");
        }
        self.before.as_ref().and_then(|before| before.fault())
    }
}

fn beyond(whole: &[String], updated: Option<&Updated>) -> Option<String> {
    let mut parts = Vec::new();
    if !whole.is_empty() {
        parts.push(format!("sources linked whole ({})", whole.join(", ")));
    }
    if let Some(updated) = updated {
        parts.push(format!("changes {updated}"));
    }
    (!parts.is_empty()).then(|| parts.join(" and "))
}

/// The number of a store, if that is what the name is of.
pub(super) fn number(store: &str) -> Option<u64> {
    let digits = store.strip_prefix("store-")?;
    let exact = !digits.starts_with('0') && digits.bytes().all(|byte| byte.is_ascii_digit());
    digits.parse().ok().filter(|_| exact)
}

/// The manifest in a file, whatever store it names; `None` if there is none, or an earlier layout which holds nothing
/// that is not in the sheets.
pub(super) fn read(path: &Path) -> Result<Option<Manifest>, LocationError> {
    let mut text = String::new();
    let file = match disk::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed("read", path)(error)),
    };
    let wrong = |what: String| LocationError::Manifest {
        path: path.to_owned(),
        what,
    };
    match file.take(LONGEST).read_to_string(&mut text) {
        Ok(_) => {}
        Err(error) if error.kind() == io::ErrorKind::InvalidData => {
            return Err(wrong("it is no text".to_owned()));
        }
        Err(error) => return Err(failed("read", path)(error)),
    }
    let value: Value = serde_json::from_str(&text).map_err(|error| wrong(error.to_string()))?;
    let format = value.get("format").and_then(Value::as_u64);
    match format {
        Some(format) if format == u64::from(FORMAT) => {}
        Some(format) => {
            let list = |name: &str| value.get(name).and_then(Value::as_array);
            let has_more = list("whole").is_some_and(|whole| !whole.is_empty());
            if format < u64::from(FORMAT) && !has_more {
                return Ok(None);
            }
            return Err(LocationError::Version {
                path: path.to_owned(),
                format,
            });
        }
        None => return Err(wrong("it names no format".to_owned())),
    }
    let manifest: Manifest =
        serde_json::from_value(value).map_err(|error| wrong(error.to_string()))?;
    match manifest.fault() {
        Some(fault) => Err(wrong(fault.to_owned())),
        None => Ok(Some(manifest)),
    }
}
