//! The command line, command by command: standard output, standard error and status on the invented
//! study. `INSTA_UPDATE=always cargo test` writes the snapshots anew; look at the difference.

mod ask;
mod changes;
mod errors;
mod formats;
mod hard;
mod ledger;
mod likeness;
mod pipes;
mod results;
mod service;
mod start;

use std::path::Path;

use insta::{Settings, assert_snapshot};

use crate::support::{Ran, Tiny};

/// A command and what it did, without what changes from run to run.
fn picture(arguments: &[&str], ran: &Ran) -> String {
    let typed: Vec<String> = arguments
        .iter()
        .map(|argument| {
            if argument.contains([' ', '\n', '{', '*']) {
                format!("'{argument}'")
            } else {
                (*argument).to_owned()
            }
        })
        .collect();
    format!(
        "$ casegraph {}\nstatus {}\n--- stdout\n{}\n--- stderr\n{}",
        typed.join(" "),
        ran.status,
        ran.out.trim_end(),
        ran.err.trim_end()
    )
}

/// Compares a command's picture with the stored one of this name.
#[track_caller]
fn snapshot(name: &str, dir: &Path, arguments: &[&str], ran: &Ran) {
    let mut settings = Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.set_snapshot_path("snapshots");
    settings.add_filter(&dir.to_string_lossy().replace('.', r"\."), "[DIR]");
    settings.add_filter(r"\b\d+(\.\d+)? (ms|s)\b", "[TIME]");
    settings.add_filter(r"\b[0-9a-f]{64}\b", "[SHA256]");
    settings.add_filter(r"sha256 [0-9a-f]{16}\b", "sha256 [SHA256]");
    settings.add_filter(
        &format!(
            "casegraph {}",
            env!("CARGO_PKG_VERSION").replace('.', r"\.")
        ),
        "casegraph [VERSION]",
    );
    // The ontology grows; the sheets do not.
    settings.add_filter(r"\b\d+ statements", "[N] statements");
    settings.add_filter(r"Statements:   \d+", "Statements:   [N]");
    settings.bind(|| assert_snapshot!(name, picture(arguments, ran)));
}

/// Runs each command on one study that is built, and compares its picture.
fn snapshots(cases: &[(&str, &[&str])]) {
    let tiny = Tiny::new();
    tiny.run(&["build"]).ok();
    for (name, arguments) in cases {
        snapshot(name, tiny.dir(), arguments, &tiny.run(arguments));
    }
}
