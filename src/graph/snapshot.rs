//! The crate `casegraph-snapshot` as the program uses it: through no link, and with our mark of default graphs.

use std::fs::File;
use std::io;
use std::path::Path;

pub use casegraph_snapshot::{MEMORY, Snapshot, SnapshotError, Writer, Written};

use super::vocab::casegraph;
use crate::disk;

/// Has the program end with the next step when another one cut a snapshot beneath it.
pub fn end_when_cut() {
    casegraph_snapshot::end_when_a_file_is_cut(
        "error: a file was cut while it was read, most likely the snapshot of the store: nothing more is answered from it; \
         `casegraph build` makes it anew\n",
    );
}

/// Opens a snapshot.
///
/// # Errors
/// It is a link, a pipe or a device, or is none that can be read.
pub fn open(path: &Path) -> Result<Snapshot, SnapshotError> {
    let file = opened(path, disk::open(path))?;
    Snapshot::of_file(&file, path)
}

/// A writer that takes about this much memory, in bytes, and puts what does not fit into files in a folder. The
/// graphs of which a quad says `cg:inDefaultGraph true` are what a query sees as its default graph.
#[must_use]
pub fn writer(folder: &Path, memory: usize) -> Writer {
    Writer::new(folder, memory).default_graphs_by(casegraph::IN_DEFAULT_GRAPH.into_owned())
}

/// Writes a snapshot.
///
/// # Errors
/// The file is a link, a pipe or a device, or cannot be written, or there is too much for the format.
pub fn write(writer: Writer, path: &Path) -> Result<Written, SnapshotError> {
    writer.write(opened(path, disk::create(path))?)
}

fn opened(path: &Path, file: io::Result<File>) -> Result<File, SnapshotError> {
    file.map_err(|source| SnapshotError::Io {
        path: path.to_owned(),
        source,
    })
}
