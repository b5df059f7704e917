//! The program.

use std::process::ExitCode;

/// Answers are millions of small texts, which the system's allocator is slow to give and to take back.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    casegraph::main()
}
