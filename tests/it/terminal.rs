//! What a terminal gets of a stranger's study: text, and nothing that it obeys but what the program says itself.

use std::fs::{self, File};
use std::io::Read;
use std::process::Command;

use nix::pty::openpty;

use crate::support::{Ran, Tiny};

/// Writes to the clipboard, changes the title, clears the screen (in two ways), and turns what follows round.
const HOSTILE: &str = "x\u{1b}]52;c;eA==\u{7}\u{1b}]0;owned\u{7}\u{1b}[2J\u{9b}2J\u{202e}y";
/// The same in a TOML, YAML or SPARQL text.
const ESCAPED: &str = "x\\u001b]52;c;eA==\\u0007\\u001b]0;owned\\u0007\\u001b[2J\\u009b2J\\u202ey";
/// What is left of it.
const SHOWN: &str = "]52;c;eA==";

/// What a command shows on a terminal, and its status.
fn on_a_terminal(tiny: &Tiny, arguments: &[&str]) -> (i32, String) {
    on_a_terminal_with(tiny, arguments, &[])
}

/// The same with variables.
fn on_a_terminal_with(
    tiny: &Tiny,
    arguments: &[&str],
    variables: &[(&str, &str)],
) -> (i32, String) {
    let pair = openpty(None, None).expect("a terminal");
    let terminal = File::from(pair.slave);
    let mut command = Command::new(env!("CARGO_BIN_EXE_casegraph"));
    command
        .current_dir(tiny.dir())
        .env("HOME", tiny.dir())
        .env("TERM", "xterm-256color")
        .env("CASEGRAPH_PROJECT", tiny.home())
        .env("CASEGRAPH_LOCATION", tiny.store())
        .env_remove("NO_COLOR")
        .envs(variables.iter().copied())
        .args(arguments)
        .stdin(terminal.try_clone().expect("a terminal"))
        .stdout(terminal.try_clone().expect("a terminal"))
        .stderr(terminal);
    let mut child = command.spawn().expect("the program starts");
    // It keeps the terminal open, and nothing would end.
    drop(command);
    let (mut shown, mut buffer) = (Vec::new(), [0; 4096]);
    let mut other_end = File::from(pair.master);
    // The end is an error on Linux, and nothing to read elsewhere.
    while let Ok(read @ 1..) = other_end.read(&mut buffer) {
        shown.extend_from_slice(&buffer[..read]);
    }
    let status = child.wait().expect("an end").code().unwrap_or(-1);
    (status, String::from_utf8_lossy(&shown).into_owned())
}

/// A project that has what a terminal obeys wherever a text may stand.
fn hostile() -> Tiny {
    let tiny = Tiny::project();
    let sheet =
        |name: &str, from: &str, to: &str| tiny.edit(&format!("data/tiny/{name}"), from, to);
    sheet("cases.csv", ",IMT,", &format!(",IMT{HOSTILE},"));
    sheet("publications.csv", "Invented case 1", HOSTILE);
    sheet("study.toml", "Invented cases for tests", ESCAPED);
    let query = format!(
        "#+ summary: \"{ESCAPED}\"\n#+ casegraph:\n#+   unit: case\n#+   columns: {{case: text, said: text}}\n\
         SELECT ?case (\"{ESCAPED}\" AS ?said) {{ ?c cg:caseKey ?case }}\n"
    );
    let files = [
        (format!("queries/own/{}.rq", "said"), query.clone()),
        (
            format!("queries/own/{HOSTILE}.rq"),
            "#+ summary: [\n".to_owned(),
        ),
        (format!("data/tiny/{HOSTILE}.csv"), "a\n".to_owned()),
        (
            format!("{HOSTILE}.obo"),
            format!(
                "format-version: 1.2\nontology: x\n\n[Term]\nid: X:1\nname: {HOSTILE}\nis_a: {HOSTILE}\n"
            ),
        ),
    ];
    for (name, text) in files {
        let path = tiny.home().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("written");
    }
    tiny
}

#[test]
fn nothing_of_a_study_is_obeyed_by_a_terminal() {
    let tiny = hostile();
    let select = format!("SELECT (\"{ESCAPED}\" AS ?x) {{}}");
    let construct = format!("CONSTRUCT {{ <a:a> <a:b> \"{ESCAPED}\" }} {{}}");
    let obo = format!("{}/{HOSTILE}.obo", tiny.home().display());
    let shows: [(i32, &[&str]); 22] = [
        (0, &["build"]),
        (0, &["info"]),
        (0, &["list"]),
        (0, &["list", "--format", "json"]),
        (1, &["check"]),
        (0, &["show", "own/said"]),
        (0, &["run", "own/said"]),
        (0, &["run", "own/said", "--format", "csv"]),
        (0, &["run", "own/said", "--format", "html"]),
        (0, &["case", "case-1"]),
        (0, &["case", "case-1", "--format", "json"]),
        (0, &["report", "--format", "md", "--output", "-"]),
        (0, &["query", &select]),
        (0, &["query", &select, "--format", "tsv"]),
        (0, &["query", &construct]),
        (2, &["query", HOSTILE]),
        (2, &["case", HOSTILE]),
        (2, &["run", HOSTILE]),
        (0, &["link", &obo]),
        (2, &["link", HOSTILE]),
        (2, &["--project", HOSTILE, "info"]),
        // Wrong usage is told by the library that reads the command line.
        (2, &["query", "ASK {}", "--format", HOSTILE]),
    ];
    for (expected, arguments) in shows {
        let (status, shown) = on_a_terminal(&tiny, arguments);
        assert_eq!(status, expected, "{arguments:?}: {shown:?}");
        for obeyed in ["\u{1b}]", "\u{1b}[2J", "\u{7}", "\u{9b}", "\u{202e}"] {
            assert!(
                !shown.contains(obeyed),
                "{arguments:?}: {obeyed:?} in {shown:?}"
            );
        }
        let escaped = shown.contains("\\u{1b}") || shown.contains("\\u001b");
        let usage = arguments.contains(&"--format") && expected == 2;
        assert!(
            shown.contains(SHOWN) || escaped || usage,
            "{arguments:?}: {shown:?}"
        );
    }
}

#[test]
fn colours_are_for_terminals_and_for_those_who_ask() {
    let tiny = Tiny::new();
    let run = ["run", "response/overall"];
    let caution = "\u{1b}[33mCaution: ";
    let (_, shown) = on_a_terminal(&tiny, &run);
    assert!(
        shown.contains("\u{1b}[1m") && shown.contains(caution),
        "{shown:?}"
    );
    for variable in [("NO_COLOR", "1"), ("CLICOLOR", "0"), ("TERM", "dumb")] {
        let (_, shown) = on_a_terminal_with(&tiny, &run, &[variable]);
        assert!(!shown.contains('\u{1b}'), "{variable:?}: {shown:?}");
    }
    let (_, wrong) = on_a_terminal(&tiny, &["run", "nothing"]);
    assert!(
        wrong.contains("\u{1b}[1m\u{1b}[31merror:\u{1b}[0m"),
        "{wrong:?}"
    );
    assert!(!tiny.run(&run).out.contains('\u{1b}'), "a pipe");
    let forced = Ran::of(tiny.command(&run).env("CLICOLOR_FORCE", "1")).ok();
    assert!(forced.contains(caution), "{forced:?}");
    // The words are those of a pipe.
    let plain = tiny.run(&run).ok();
    let bare: Vec<&str> = forced
        .split('\u{1b}')
        .map(|piece| match piece.split_once('m') {
            Some((code, text)) if code.starts_with('[') => text,
            _ => piece,
        })
        .collect();
    assert_eq!(bare.concat(), plain);
}
