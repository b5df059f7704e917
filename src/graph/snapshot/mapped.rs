//! A file mapped into memory. This is the only place of the program that needs `unsafe`.

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
