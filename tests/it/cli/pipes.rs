//! The shell, and output that goes to another program.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use super::snapshot;
use crate::support::{Ran, Tiny};

#[test]
fn the_shell_answers_queries() {
    let tiny = Tiny::new();
    tiny.run(&["build"]).ok();
    let typed = ".help\n\
        SELECT ?case WHERE { ?c cg:caseKey ?case ; cg:sex \"male\" } ORDER BY ?case LIMIT 2;\n\
        ASK { ?c cg:histology histology:leiomyosarcoma };\n\
        SELECT ?case WHERE {\n  FILTR }\n\n\
        .nothing\n\
        ASK { ?c a cg:Case }\n\n\
        .quit\n\
        ASK { ?never a cg:Asked };\n";
    let ran = Ran::of(tiny.command(&["shell"]).write_stdin(typed));
    snapshot("shell", tiny.dir(), &["shell"], &ran);
    // The end of the input ends it too.
    let ran = Ran::of(
        tiny.command(&["shell"])
            .write_stdin("ASK { ?c a cg:Case };\n"),
    );
    assert!(ran.ok().contains("yes"));
}

/// `casegraph query … | head -1` is no failure.
#[cfg(unix)]
#[test]
fn a_closed_pipe_is_no_error() {
    let tiny = Tiny::new();
    tiny.run(&["build"]).ok();
    for arguments in [
        &[
            "query",
            "--format",
            "csv",
            "SELECT ?s ?p ?o WHERE { ?s ?p ?o }",
        ][..],
        &["report", "-o", "-"],
        &["run", "cohort/completeness", "--format", "json"],
    ] {
        let mut child = Command::new(env!("CARGO_BIN_EXE_casegraph"))
            .args(arguments)
            .env("CASEGRAPH_PROJECT", tiny.home())
            .env("CASEGRAPH_LOCATION", tiny.store())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it starts");
        let mut out = BufReader::new(child.stdout.take().expect("a pipe"));
        let mut line = String::new();
        out.read_line(&mut line).expect("a line");
        drop(out);
        let done = child.wait_with_output().expect("it ends");
        let err = String::from_utf8_lossy(&done.stderr);
        assert_eq!(done.status.code(), Some(0), "{arguments:?}: {err}");
        assert!(!err.contains("error") && !err.contains("panicked"), "{err}");
    }
}

#[test]
fn data_and_talk_go_apart() {
    let tiny = Tiny::new();
    // The first command builds, and says so beside the data.
    let ran = tiny.run(&[
        "query",
        "--format",
        "csv",
        "SELECT ?x WHERE { VALUES ?x { 1 } }",
    ]);
    assert_eq!(ran.out, "x\r\n1\r\n");
    assert!(ran.err.contains("No store yet: building."), "{}", ran.err);
    assert!(!ran.err.contains('\u{1b}'), "colours or a bar go to a file");
    let quiet = tiny.run(&[
        "query",
        "-q",
        "--format",
        "csv",
        "SELECT ?x WHERE { VALUES ?x { 1 } }",
    ]);
    assert_eq!((quiet.out.as_str(), quiet.err.as_str()), ("x\r\n1\r\n", ""));
}
