//! Maps a file into memory, and handles a file that is cut meanwhile. This is the only place that
//! needs `unsafe`.

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
    unsafe { Mmap::map(file) }
}

/// Has this process end with these words on standard error and exit status 2 when it reads where a mapped file was cut
/// by another program: there is no answer any more. Unless a program asks for it, the operating system ends it by the
/// signal `SIGBUS`. Elsewhere than on Unix a mapped file cannot be cut.
pub fn end_when_a_file_is_cut(words: &'static str) {
    #[cfg(unix)]
    {
        let tell = move || {
            // SAFETY: a handler of signals may write constant bytes and end the process; it does nothing else.
            unsafe {
                libc::write(libc::STDERR_FILENO, words.as_ptr().cast(), words.len());
                libc::_exit(2);
            }
        };
        // SAFETY: see above. Where it cannot be registered, the signal ends the process.
        let _ = unsafe { signal_hook_registry::register(libc::SIGBUS, tell) };
    }
    #[cfg(not(unix))]
    let _ = words;
}
