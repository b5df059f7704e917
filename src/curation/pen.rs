//! Who is writing at the moment: one at a time, and the others see who.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use std::{fs, io};

use serde::{Deserialize, Serialize};

use crate::disk;

/// How long after the last write the pen is free again.
const PATIENCE: Duration = Duration::from_mins(10);

/// The pen of a study, in the folder of its store.
#[derive(Debug, Clone)]
pub struct Pen {
    path: PathBuf,
}

/// Who may write to the sheets now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Writer {
    /// Name of the curator.
    pub curator: String,
    /// Since when, in seconds since 1970.
    pub since: u64,
    /// When they last wrote, in seconds since 1970.
    pub last: u64,
}

impl Pen {
    /// The pen in a folder.
    #[must_use]
    pub fn of(folder: &Path) -> Self {
        Self {
            path: folder.join("curator.json"),
        }
    }

    /// Who may write now, if anybody does.
    #[must_use]
    pub fn holder(&self) -> Option<Writer> {
        self.holder_at(now())
    }

    fn holder_at(&self, now: u64) -> Option<Writer> {
        let text = fs::read(&self.path).ok()?;
        let writer: Writer = serde_json::from_slice(&text).ok()?;
        (now.saturating_sub(writer.last) < PATIENCE.as_secs()).then_some(writer)
    }

    /// Takes it if it is free, one has it already, or it shall be taken from who has it. Gives who has it then.
    ///
    /// # Errors
    /// The folder cannot be written to.
    pub fn take(&self, curator: &str, from_others: bool) -> io::Result<Writer> {
        let now = now();
        let holder = self.holder_at(now);
        let since = match holder {
            Some(other) if other.curator != curator && !from_others => return Ok(other),
            Some(own) if own.curator == curator => own.since,
            _ => now,
        };
        let writer = Writer {
            curator: curator.to_owned(),
            since,
            last: now,
        };
        disk::replace(&self.path, &serde_json::to_vec(&writer)?)?;
        Ok(writer)
    }

    /// Gives up the right to write, if this curator has it.
    pub fn lay_down(&self, curator: &str) {
        if self
            .holder()
            .is_some_and(|holder| holder.curator == curator)
        {
            fs::remove_file(&self.path).ok();
        }
    }
}

fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| since.as_secs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_has_the_pen_until_another_takes_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let pen = Pen::of(folder.path());
        assert_eq!(pen.holder(), None);
        let take = |who: &str, from| pen.take(who, from).expect("written").curator;
        assert_eq!(take("Anna", false), "Anna");
        assert_eq!(take("Ben", false), "Anna");
        pen.lay_down("Ben");
        assert_eq!(take("Ben", true), "Ben");
        let later = now() + PATIENCE.as_secs() + 1;
        assert_eq!(pen.holder_at(later), None);
        pen.lay_down("Ben");
        assert_eq!(take("Anna", false), "Anna");
    }
}
