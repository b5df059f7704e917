//! Detects a new build without reading it.

use std::path::Path;
use std::time::SystemTime;

/// The manifest's file as the file system knows it: each build replaces it by another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    changed: SystemTime,
    length: u64,
    file: u64,
}

impl Mark {
    /// The mark of a manifest; `None` if there is none to see.
    #[must_use]
    pub fn of(manifest: &Path) -> Option<Self> {
        let seen = std::fs::metadata(manifest).ok()?;
        #[cfg(unix)]
        let file = std::os::unix::fs::MetadataExt::ino(&seen);
        #[cfg(not(unix))]
        let file = 0;
        Some(Self {
            changed: seen.modified().ok()?,
            length: seen.len(),
            file,
        })
    }

    /// The mark as bytes that differ where marks do.
    #[must_use]
    pub fn bytes(&self) -> [u8; 32] {
        let since = self.changed.duration_since(SystemTime::UNIX_EPOCH);
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&self.file.to_le_bytes());
        bytes[8..16].copy_from_slice(&self.length.to_le_bytes());
        bytes[16..].copy_from_slice(&since.unwrap_or_default().as_nanos().to_le_bytes());
        bytes
    }
}
