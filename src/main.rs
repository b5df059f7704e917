//! Parses the command line, runs the command, and turns its outcome into an exit status.

use std::process::ExitCode;

/// Answers are millions of small texts, which the system's allocator is slow to give and to take back.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    casegraph::cli::main().into()
}
