//! Maps a file into memory, and handles a file that is cut meanwhile. This is the only place of the
//! program that needs `unsafe`.

#![allow(unsafe_code)]

use std::fs::File;
use std::io;

use memmap2::Mmap;

/// Maps a snapshot file for reading.
pub(super) fn map(file: &File) -> io::Result<Mmap> {
    // SAFETY: a mapping is sound as long as nobody changes the file beneath it. Snapshots are written
    // under another name, renamed once they are whole, and never written to again; a new one is a new
    // file, and a file that is removed lives on until its last mapping ends. A program that writes
    // into the file all the same breaks this, as it would break any mapped file; what is read first
    // after such a change fails its checksum.
    let mapped = unsafe { Mmap::map(file) };
    #[cfg(unix)]
    tell_of_cut_files();
    mapped
}

/// Said where a program cut a file while it was read: there is no answer any more.
#[cfg(unix)]
const CUT: &[u8] = b"error: a file was cut while it was read, most likely the snapshot of the store: nothing more is \
    answered from it; `casegraph build` makes it anew\n";

/// Has this process end with a word and the status of an error when it reads where a mapped file was cut;
/// the operating system would end it by the signal alone.
#[cfg(unix)]
fn tell_of_cut_files() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        let tell = || {
            // SAFETY: a handler of signals may write constant bytes and end the process; it does nothing else.
            unsafe {
                libc::write(libc::STDERR_FILENO, CUT.as_ptr().cast(), CUT.len());
                libc::_exit(2);
            }
        };
        // SAFETY: see above. Where it cannot be registered, the signal ends the process.
        let _ = unsafe { signal_hook_registry::register(libc::SIGBUS, tell) };
    });
}
