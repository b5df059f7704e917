//! Modules that import each other cannot be read, moved or tested one by one. Finds the circles of each
//! crate; a module and the ones inside it are left out, for they are one subject.

use std::collections::{BTreeMap, BTreeSet};

use crate::support::{files, read};

/// A path of names: `["graph", "store"]`, or that of an item.
type Path = Vec<String>;

/// What a file brings in.
struct Module {
    /// Every path that its code names, from the root of the crate.
    named: Vec<Path>,
    /// Names that `use` makes known here, with what they stand for.
    known_as: BTreeMap<String, Path>,
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The code of a file without comments and tests.
fn code(file: &str) -> String {
    let text = read(file);
    let lines = text.lines().take_while(|line| line.trim() != "mod tests {");
    lines
        .map(|line| line.split("//").next().unwrap_or_default())
        .collect::<Vec<_>>()
        .join("\n")
}

/// `src/graph/store.rs` below `src` is `["graph", "store"]`, and `mod.rs` is its folder.
fn path_of(file: &str, root: &str) -> Path {
    let inner = file.trim_start_matches(root).trim_end_matches(".rs");
    let names = inner.split('/').filter(|name| !name.is_empty());
    names
        .filter(|name| !matches!(*name, "mod" | "lib" | "main"))
        .map(str::to_owned)
        .collect()
}

/// The paths of a tree such as `graph::{Graph, store::Store as Kept}`, with the name that each gets.
fn leaves(tree: &str, before: &[String], found: &mut Vec<(Path, String)>) {
    let tree = tree.trim();
    let Some(open) = tree.find('{') else {
        let (path, name) = tree.split_once(" as ").unwrap_or((tree, ""));
        let mut path: Path = before
            .iter()
            .cloned()
            .chain(path.split("::").map(|part| part.trim().to_owned()))
            .filter(|part| !part.is_empty())
            .collect();
        if path.last().is_some_and(|last| last == "self") {
            path.pop();
        }
        let last = path.last().cloned().unwrap_or_default();
        let name = if name.is_empty() {
            last
        } else {
            name.trim().to_owned()
        };
        found.push((path, name));
        return;
    };
    let mut start: Path = before.to_vec();
    let head = tree[..open].split("::").map(str::trim);
    start.extend(head.filter(|part| !part.is_empty()).map(str::to_owned));
    let (mut depth, mut from) = (0, open + 1);
    for (at, c) in tree.char_indices().skip_while(|(at, _)| *at < open) {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if (c == ',' && depth == 1) || depth == 0 {
            if !tree[from..at].trim().is_empty() {
                leaves(&tree[from..at], &start, found);
            }
            from = at + 1;
        }
        if depth == 0 {
            break;
        }
    }
}

/// A path from the root of the crate, where `self`, `super` and the names of inner modules begin at `here`.
fn absolute(path: &[String], here: &[String], modules: &BTreeSet<Path>) -> Option<Path> {
    let mut at: Path = here.to_vec();
    let mut rest = path;
    match path.first()?.as_str() {
        "crate" => {
            at.clear();
            rest = &path[1..];
        }
        "self" => rest = &path[1..],
        "super" => {
            while rest.first().is_some_and(|part| part == "super") {
                at.pop();
                rest = &rest[1..];
            }
        }
        name => {
            let mut inner = at.clone();
            inner.push(name.to_owned());
            if !modules.contains(&inner) {
                return None;
            }
        }
    }
    at.extend(rest.iter().cloned());
    Some(at)
}

fn module(text: &str, here: &[String], modules: &BTreeSet<Path>) -> Module {
    let mut module = Module {
        named: Vec::new(),
        known_as: BTreeMap::new(),
    };
    for (at, _) in text.match_indices("use ") {
        let before = text[..at].trim_end_matches(' ');
        let starts = before.is_empty() || before.ends_with(['\n', ')', ';', '{', '}']);
        if !starts && !before.ends_with("pub") {
            continue;
        }
        let tree = text[at + 4..].split(';').next().unwrap_or_default();
        let mut found = Vec::new();
        leaves(tree, &[], &mut found);
        for (path, name) in found {
            if let Some(path) = absolute(&path, here, modules) {
                module.named.push(path.clone());
                module.known_as.insert(name, path);
            }
        }
    }
    for (at, _) in text.match_indices("::") {
        let from = text[..at]
            .rfind(|c: char| !is_name(c))
            .map_or(0, |before| before + 1);
        if from == at || text[..from].ends_with([':', '$']) {
            continue;
        }
        let end = text[from..].find(|c: char| !is_name(c) && c != ':');
        let path: Path = text[from..end.map_or(text.len(), |end| from + end)]
            .split("::")
            .filter(|part| !part.is_empty())
            .map(str::to_owned)
            .collect();
        let known = path.first().and_then(|first| module.known_as.get(first));
        let path = match known {
            Some(start) => Some(start.iter().chain(&path[1..]).cloned().collect()),
            None => absolute(&path, here, modules),
        };
        module.named.extend(path);
    }
    module
}

/// The module in which an item is, through the names by which others pass it on.
fn home(path: &[String], modules: &BTreeMap<Path, Module>, steps: usize) -> Option<Path> {
    let deepest = (0..=path.len())
        .rev()
        .find(|length| modules.contains_key(&path[..*length]))?;
    let (module, rest) = path.split_at(deepest);
    let passed = rest
        .first()
        .and_then(|name| modules[module].known_as.get(name));
    match passed {
        Some(on) if steps > 0 => {
            let on: Path = on.iter().chain(&rest[1..]).cloned().collect();
            home(&on, modules, steps - 1)
        }
        _ => Some(module.to_vec()),
    }
}

/// The modules of a crate that import each other, directly or through others.
fn circles(root: &str) -> BTreeSet<Vec<String>> {
    let sources: Vec<(Path, String)> = files(root, ".rs")
        .into_iter()
        .filter(|file| !file.ends_with("/tests.rs"))
        .map(|file| (path_of(&file, root), code(&file)))
        .collect();
    circles_of(&sources)
}

fn circles_of(sources: &[(Path, String)]) -> BTreeSet<Vec<String>> {
    let paths: BTreeSet<Path> = sources.iter().map(|(path, _)| path.clone()).collect();
    let modules: BTreeMap<Path, Module> = sources
        .iter()
        .map(|(path, text)| (path.clone(), module(text, path, &paths)))
        .collect();
    let mut reached: BTreeMap<&Path, BTreeSet<Path>> = modules
        .iter()
        .map(|(path, module)| {
            let homes = module
                .named
                .iter()
                .filter_map(|named| home(named, &modules, 8));
            let others = homes.filter(|other| !other.starts_with(path) && !path.starts_with(other));
            (path, others.collect())
        })
        .collect();
    loop {
        let further: BTreeMap<&Path, BTreeSet<Path>> = reached
            .iter()
            .map(|(path, to)| {
                (
                    *path,
                    to.iter().flat_map(|to| &reached[to]).cloned().collect(),
                )
            })
            .collect();
        let before: usize = reached.values().map(BTreeSet::len).sum();
        for (path, to) in further {
            reached.entry(path).or_default().extend(to);
        }
        if reached.values().map(BTreeSet::len).sum::<usize>() == before {
            break;
        }
    }
    let in_circle = |path: &&Path| reached[*path].contains(*path);
    modules
        .keys()
        .filter(in_circle)
        .map(|path| {
            let with = modules
                .keys()
                .filter(|other| reached[path].contains(*other) && reached[*other].contains(path));
            with.map(|module| module.join("::")).collect()
        })
        .collect()
}

#[test]
fn no_modules_import_each_other() {
    let mut roots: Vec<String> = files("crates", "Cargo.toml")
        .iter()
        .map(|file| file.replace("Cargo.toml", "src"))
        .collect();
    roots.push("src".to_owned());
    let found: BTreeSet<Vec<String>> = roots.iter().flat_map(|root| circles(root)).collect();
    assert!(found.is_empty(), "circles: {found:#?}");
}

#[test]
fn a_circle_is_found_through_names_that_a_parent_passes_on() {
    let source = |path: &str, text: &str| {
        let path = path
            .split("::")
            .map(str::to_owned)
            .filter(|part| !part.is_empty());
        (path.collect::<Path>(), text.to_owned())
    };
    let cox = source(
        "cox",
        "mod fit;\nmod ties;\npub use fit::{Fit, Ties as Tied};\n",
    );
    let fit = source("cox::fit", "use super::ties::count;\npub enum Ties {}\n");
    let ties = |text| source("cox::ties", text);
    let root = source("", "pub mod cox;\n");
    let with = |text| circles_of(&[root.clone(), cox.clone(), fit.clone(), ties(text)]);
    assert!(with("pub fn count() {}\n").is_empty());
    let circle = vec!["cox::fit".to_owned(), "cox::ties".to_owned()];
    assert_eq!(with("use super::Tied;\n"), BTreeSet::from([circle.clone()]));
    let inline = "fn x() -> crate::cox::fit::Ties { todo!() }\n";
    assert_eq!(with(inline), BTreeSet::from([circle]));
}
