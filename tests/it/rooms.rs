//! Who may use whom: the table of `src/lib.rs`, checked on every line of `src/`. What a crate in
//! `crates/` may use is in its manifest.

use std::collections::BTreeSet;

use crate::support::{files, read};

struct Room {
    name: &'static str,
    /// Rooms that it may use beside itself; `graph::model` allows that module alone.
    rooms: &'static [&'static str],
    /// Packages that it may use.
    packages: &'static [&'static str],
}

const ANY: &str = "*";

/// Rooms that are crates of their own: they use no room, and Cargo sees to it.
const CRATES: &[&str] = &["plot", "snapshot", "stats"];

const TABLE: &[Room] = &[
    Room {
        name: "disk",
        rooms: &[],
        packages: &["libc", "tempfile"],
    },
    Room {
        name: "delimited",
        rooms: &[],
        packages: &[],
    },
    Room {
        name: "case",
        rooms: &[],
        packages: &["toml"],
    },
    Room {
        name: "columnar",
        rooms: &["document"],
        packages: &["bytes", "jiff", "parquet", "thiserror"],
    },
    Room {
        name: "graph",
        rooms: &["disk"],
        packages: &[
            "casegraph_snapshot",
            "csv",
            "hashbrown",
            "jiff",
            "oxigraph",
            "oxiri",
            "oxsdatatypes",
            "rio_api",
            "rio_turtle",
            "rustc_hash",
            "serde",
            "serde_json",
            "sha2",
            "spareval",
            "spargebra",
            "thiserror",
            "ureq",
        ],
    },
    Room {
        name: "external",
        rooms: &["disk", "graph", "project"],
        packages: &[
            "flate2",
            "jiff",
            "serde",
            "serde_json",
            "serde_saphyr",
            "sha2",
            "thiserror",
        ],
    },
    Room {
        name: "project",
        rooms: &[],
        packages: &["include_dir", "libc", "sha2", "tempfile", "thiserror"],
    },
    Room {
        name: "ontology",
        rooms: &["graph", "project"],
        packages: &["csv", "serde", "serde_saphyr", "strsim", "thiserror"],
    },
    Room {
        name: "query",
        rooms: &["figures", "graph", "kinds"],
        packages: &[
            "serde",
            "serde_json",
            "serde_saphyr",
            "spargebra",
            "strsim",
            "thiserror",
        ],
    },
    Room {
        name: "ingest",
        rooms: &[
            "case",
            "delimited",
            "external",
            "ontology",
            "graph",
            "project",
        ],
        packages: &["jiff", "sha2", "thiserror", "toml"],
    },
    Room {
        name: "import",
        rooms: &[
            "case",
            "delimited",
            "graph::identifiers",
            "graph::namespaces",
            "ingest",
            "ontology",
            "project",
        ],
        packages: &[
            "calamine",
            "csv",
            "encoding_rs",
            "quick_xml",
            "rust_xlsxwriter",
            "serde",
            "serde_json",
            "tempfile",
            "thiserror",
            "toml",
            "zip",
        ],
    },
    Room {
        name: "curation",
        rooms: &["case", "delimited", "disk", "ingest", "ontology", "project"],
        packages: &["jiff", "serde", "serde_json", "tempfile", "thiserror"],
    },
    Room {
        name: "synthetic",
        rooms: &["case", "ontology", "stats::random"],
        packages: &["csv", "serde", "serde_json", "thiserror", "toml"],
    },
    Room {
        name: "kinds",
        rooms: &["case", "document", "graph", "stats"],
        packages: &["clap", "rustc_hash", "serde", "serde_json", "thiserror"],
    },
    Room {
        name: "figures",
        rooms: &["document", "graph", "kinds", "stats"],
        packages: &["casegraph_plot", "serde"],
    },
    Room {
        name: "analysis",
        rooms: &["query", "case", "kinds", "stats", "graph"],
        packages: &["rustc_hash", "serde", "serde_json", "thiserror"],
    },
    Room {
        name: "claims",
        rooms: &["analysis", "kinds", "query", "case", "stats"],
        packages: &["serde", "thiserror"],
    },
    Room {
        name: "likeness",
        rooms: &["kinds", "query", "case", "graph", "ontology"],
        packages: &["thiserror"],
    },
    Room {
        name: "search",
        rooms: &["graph", "kinds", "query"],
        packages: &["strsim"],
    },
    Room {
        name: "dossier",
        rooms: &["kinds", "query", "case", "graph"],
        packages: &["serde"],
    },
    Room {
        name: "diff",
        rooms: &["analysis", "kinds", "query", "graph"],
        packages: &["serde", "serde_json"],
    },
    Room {
        name: "document",
        rooms: &["plot", "snapshot", "stats"],
        packages: &["casegraph_plot", "serde_json"],
    },
    Room {
        name: "report",
        rooms: &[
            "analysis",
            "case",
            "claims",
            "columnar",
            "diff",
            "document",
            "dossier",
            "likeness",
            "figures",
            "kinds",
            "stats",
            "query",
            "graph::namespaces",
            "graph::model",
            "graph::vocab",
        ],
        packages: &[
            "casegraph_plot",
            "clap",
            "comfy_table",
            "csv",
            "maud",
            "rust_xlsxwriter",
            "serde",
            "serde_json",
            "thiserror",
            "zip",
        ],
    },
    Room {
        name: "export",
        rooms: &[
            "case", "columnar", "document", "dossier", "graph", "import", "ingest", "likeness",
            "ontology", "project", "query", "report", "study",
        ],
        packages: &["csv", "serde_json", "thiserror", "zip"],
    },
    Room {
        name: "study",
        rooms: &[
            "analysis", "case", "claims", "diff", "document", "graph", "ingest", "kinds",
            "likeness", "project", "query", "report",
        ],
        packages: &["serde_json", "thiserror"],
    },
    Room {
        name: "server",
        rooms: &[
            "study", "analysis", "case", "curation", "diff", "dossier", "export", "ingest",
            "likeness", "ontology", "project", "query", "report", "search", "document", "graph",
            "kinds",
        ],
        packages: &[
            "bytes",
            "crc32fast",
            "flate2",
            "form_urlencoded",
            "headers_accept",
            "http",
            "http_body_util",
            "hyper",
            "hyper_util",
            "jiff",
            "maud",
            "mediatype",
            "oxiri",
            "percent_encoding",
            "rlimit",
            "serde",
            "serde_json",
            "sparesults",
            "subtle",
            "tempfile",
            "tokio",
            "tokio_io_timeout",
        ],
    },
    Room {
        name: "cli",
        rooms: &[ANY],
        packages: &[
            "anstyle",
            "anstyle_query",
            "anyhow",
            "clap",
            "clap_complete",
            "clap_mangen",
            "comfy_table",
            "csv",
            "getrandom",
            "indicatif",
            "rustyline",
            "serde",
            "serde_json",
            "sparesults",
            "tempfile",
            "terminal_size",
        ],
    },
];

/// A line of code without its comment, with file and number.
struct Line {
    file: String,
    number: usize,
    text: String,
    test: bool,
}

fn room_of(file: &str) -> &str {
    file.trim_start_matches("src/")
        .trim_start_matches("crates/")
        .split('/')
        .next()
        .expect("a room")
}

/// The source files of all crates.
fn sources() -> Vec<String> {
    let own = CRATES
        .iter()
        .flat_map(|name| files(&format!("crates/{name}/src"), ".rs"));
    files("src", ".rs").into_iter().chain(own).collect()
}

fn code() -> Vec<Line> {
    let mut lines = Vec::new();
    for file in sources() {
        let mut test = file.ends_with("/tests.rs") || file.ends_with("/wellformed.rs");
        for (index, line) in read(&file).lines().enumerate() {
            let text = line.split("//").next().unwrap_or_default().to_owned();
            test |= text.trim() == "mod tests {";
            lines.push(Line {
                file: file.clone(),
                number: index + 1,
                text,
                test,
            });
        }
    }
    lines
}

/// Every path that starts at `crate::`, with grouped imports taken apart, as room and module.
fn crate_paths(text: &str) -> Vec<(String, usize)> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices("crate::") {
        let before = text[..at].chars().next_back();
        if before.is_some_and(|c| c.is_alphanumeric() || c == '_') {
            continue;
        }
        let rest = &text[at + "crate::".len()..];
        let line = text[..at].matches('\n').count() + 1;
        if let Some(group) = rest.strip_prefix('{') {
            let mut depth = 0;
            let mut start = 0;
            for (index, c) in group.char_indices() {
                match c {
                    '{' => depth += 1,
                    '}' if depth > 0 => depth -= 1,
                    ',' | '}' if depth == 0 => {
                        found.push((two_segments(&group[start..index]), line));
                        start = index + 1;
                        if c == '}' {
                            break;
                        }
                    }
                    _ => {}
                }
            }
        } else {
            for path in tails(rest) {
                found.push((path, line));
            }
        }
    }
    found
}

/// `graph::{model, Graph}` is `graph::model` and `graph::Graph`.
fn tails(rest: &str) -> Vec<String> {
    let room: String = rest.chars().take_while(|c| is_name(*c)).collect();
    match rest[room.len()..].strip_prefix("::{") {
        Some(group) => {
            let group = group.split('}').next().unwrap_or_default();
            group
                .split(',')
                .map(|part| format!("{room}::{}", two_segments(part)))
                .collect()
        }
        None => vec![two_segments(rest)],
    }
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn two_segments(path: &str) -> String {
    let mut segments = path.trim().split("::").map(|part| {
        part.trim()
            .chars()
            .take_while(|c| is_name(*c))
            .collect::<String>()
    });
    let first = segments.next().unwrap_or_default();
    match segments.next() {
        Some(second) if !second.is_empty() => format!("{first}::{second}"),
        _ => first,
    }
}

fn allowed(room: &Room, path: &str) -> bool {
    let target = path.split("::").next().unwrap_or_default();
    target.is_empty()
        || target == room.name
        || room.rooms.iter().any(|&may| {
            may == ANY || may == target || (path == may || path.starts_with(&format!("{may}::")))
        })
}

#[test]
fn every_room_is_in_the_table() {
    let rooms: BTreeSet<String> = files("src", ".rs")
        .iter()
        .filter(|file| file.matches('/').count() > 1)
        .map(|file| room_of(file).to_owned())
        .collect();
    let table: BTreeSet<String> = TABLE.iter().map(|room| room.name.to_owned()).collect();
    assert_eq!(rooms, table);
    let manifests: BTreeSet<String> = files("crates", "Cargo.toml")
        .iter()
        .map(|file| room_of(file).to_owned())
        .collect();
    let crates: BTreeSet<String> = CRATES.iter().map(|&name| name.to_owned()).collect();
    assert_eq!(manifests, crates);
    let map = read("src/lib.rs");
    for room in table.union(&crates) {
        assert!(
            map.contains(&format!("//! {room} ")),
            "the map does not show {room}"
        );
    }
}

#[test]
fn no_arrow_points_where_it_may_not() {
    let mut wrong = Vec::new();
    for file in files("src", ".rs") {
        let Some(room) = TABLE.iter().find(|room| room.name == room_of(&file)) else {
            continue;
        };
        let text: String = read(&file)
            .lines()
            .map(|line| format!("{}\n", line.split("//").next().unwrap_or_default()))
            .collect();
        for (path, line) in crate_paths(&text) {
            if !allowed(room, &path) {
                wrong.push(format!("{file}:{line}: {} uses {path}", room.name));
            }
        }
        // `super::` must not be a way around.
        let depth = file.matches('/').count() - usize::from(file.ends_with("/mod.rs"));
        let out = format!("{}{{0}}", "super::".repeat(depth));
        for other in TABLE.iter().filter(|other| other.name != room.name) {
            for path in [
                out.replace("{0}", &format!("{}::", other.name)),
                out.replace("{0}", &format!("super::{}::", other.name)),
            ] {
                if text.contains(&path) && !allowed(room, other.name) {
                    wrong.push(format!("{file}: {} goes to {path}", room.name));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn packages_stay_in_their_rooms() {
    let manifest: toml::Table = read("Cargo.toml").parse().expect("a manifest");
    let packages: Vec<String> = manifest["dependencies"]
        .as_table()
        .expect("dependencies")
        .keys()
        .map(|name| name.replace('-', "_"))
        .collect();
    let mut wrong = Vec::new();
    for line in code().iter().filter(|line| !line.test) {
        let Some(room) = TABLE.iter().find(|room| room.name == room_of(&line.file)) else {
            continue;
        };
        for package in &packages {
            let used = line
                .text
                .match_indices(&format!("{package}::"))
                .any(|(at, _)| {
                    !line.text[..at]
                        .chars()
                        .next_back()
                        .is_some_and(|c| is_name(c) || c == ':')
                });
            let derived = package == "serde"
                && line.text.contains("derive(")
                && line.text.contains("Serialize");
            if (used || derived) && !room.packages.contains(&package.as_str()) {
                wrong.push(format!(
                    "{}:{}: {} uses the package {package}",
                    line.file, line.number, room.name
                ));
            }
        }
        if line.text.contains("rio_") && line.file != "src/graph/readback.rs" {
            wrong.push(format!(
                "{}:{}: rio is for readback only",
                line.file, line.number
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_unsafe_no_printing_no_endless_file() {
    let mut wrong = Vec::new();
    for line in code() {
        let place = format!("{}:{}", line.file, line.number);
        // A word of content security policies.
        let text = line.text.replace("'unsafe-inline'", "");
        let words: Vec<&str> = text.split(|c: char| !is_name(c)).collect();
        // Mapping a file into memory is the one thing that needs it.
        if words.contains(&"unsafe") && line.file != "crates/snapshot/src/mapped.rs" {
            wrong.push(format!("{place}: unsafe"));
        }
        let prints = ["println!", "print!", "eprintln!", "eprint!", "dbg!"];
        if prints.iter().any(|print| line.text.contains(print))
            || (line.text.contains("io::stdout") || line.text.contains("io::stderr"))
                && line.file != "src/cli/printer.rs"
        {
            wrong.push(format!(
                "{place}: only src/cli/printer.rs writes to the terminal"
            ));
        }
        if line.text.contains("process::exit") {
            wrong.push(format!("{place}: exits; return an Exit"));
        }
        if line.number == 801 {
            wrong.push(format!("{}: longer than 800 lines", line.file));
        }
    }
    let main = read("src/main.rs").lines().count();
    assert!(main <= 60, "src/main.rs has {main} lines");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_reader_of_paths_sees_through_groups() {
    let paths = |text: &str| -> Vec<String> {
        crate_paths(text)
            .into_iter()
            .map(|(path, _)| path)
            .collect()
    };
    assert_eq!(
        paths("use crate::{graph::Graph, query::{ask, run}};"),
        ["graph::Graph", "query"]
    );
    assert_eq!(
        paths("use crate::graph::{model::Term, Graph};"),
        ["graph::model::Term", "graph::Graph"]
    );
    assert_eq!(
        paths("let x = crate::stats::estimate::Level;"),
        ["stats::estimate"]
    );
    let case = TABLE.iter().find(|room| room.name == "case").expect("it");
    assert!(!allowed(case, "graph::model"));
    let report = TABLE.iter().find(|room| room.name == "report").expect("it");
    assert!(allowed(report, "graph::model") && !allowed(report, "graph::Graph"));
}

/// An error says what is wrong; which options help, those know who show it. The examples of a kind's help
/// and a file that says how it was made name a whole command line.
#[test]
fn rooms_below_the_command_line_name_none_of_its_options() {
    let above = ["src/cli/", "src/server/"];
    for file in files("src", "rs") {
        if above.iter().any(|room| file.starts_with(room)) {
            continue;
        }
        let text = read(&file);
        let lines = text.lines().take_while(|line| line.trim() != "mod tests {");
        for line in lines {
            let whole = [
                "//",
                "casegraph stats ",
                "casegraph generate ",
                "casegraph duplicates ",
                "xmllint",
            ];
            if whole.iter().any(|command| line.contains(command)) {
                continue;
            }
            let names = |before: &str| {
                let mut parts = line.split(before).skip(1);
                parts.any(|rest| rest.starts_with(|c: char| c.is_ascii_lowercase()))
            };
            assert!(!names(" --") && !names("(--"), "{file}: {line}");
        }
    }
}
