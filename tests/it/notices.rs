//! The notices name the packages that `Cargo.lock` has, and the text of each licence.

use std::collections::BTreeSet;

use crate::support::{Ran, program, read};

const FILE: &str = "THIRD-PARTY-NOTICES.txt";

/// The lines of a part of the notices, without their indent.
fn part<'a>(notices: &'a str, heading: &str) -> Vec<&'a str> {
    let from = notices.find(heading).expect("the heading");
    let lines = notices[from..].lines().skip(2);
    lines.map_while(|line| line.strip_prefix("  ")).collect()
}

/// Name and version of a line.
fn package(line: &str) -> &str {
    line.split(':').next().unwrap_or(line)
}

#[test]
fn the_notices_have_what_is_locked() {
    let notices = read(FILE);
    let built_in = part(&notices, "Crates:");
    let others = part(&notices, "In Cargo.lock for tests");
    let named: BTreeSet<&str> = built_in
        .iter()
        .chain(&others)
        .map(|line| package(line))
        .collect();
    let lock: toml::Table = read("Cargo.lock").parse().expect("TOML");
    let text = |package: &toml::Value, key: &str| package[key].as_str().map(str::to_owned);
    let locked: BTreeSet<String> = lock["package"]
        .as_array()
        .expect("packages")
        .iter()
        .filter(|package| package.get("source").is_some())
        .filter_map(|package| {
            Some(format!(
                "{} {}",
                text(package, "name")?,
                text(package, "version")?
            ))
        })
        .collect();
    let locked: BTreeSet<&str> = locked.iter().map(String::as_str).collect();
    let different: Vec<_> = named.symmetric_difference(&locked).collect();
    assert!(
        different.is_empty(),
        "{FILE} is not that of Cargo.lock, run python3 scripts/notices.py: {different:?}"
    );
    assert!(built_in.len() > 200 && others.len() > 20);
}

#[test]
fn each_package_has_a_licence_and_its_text() {
    let notices = read(FILE);
    let bare: Vec<&str> = part(&notices, "Without a file of their own")
        .into_iter()
        .map(package)
        .collect();
    let texts: BTreeSet<&str> = notices
        .split(&format!("\n{}\n", "-".repeat(80)))
        .skip(1)
        .filter_map(|text| text.lines().next())
        .flat_map(|names| names.split(", "))
        .collect();
    for line in part(&notices, "Crates:") {
        let name = package(line);
        assert!(
            line.contains(": ") && !line.contains("see its file"),
            "{line}"
        );
        assert!(
            texts.contains(name) || bare.contains(&name),
            "{name} has no text"
        );
    }
}

/// Whether one may take a package under licences that are allowed: `(MIT OR Apache-2.0) AND Unicode-3.0`.
fn is_allowed(licence: &str, allowed: &[&str]) -> bool {
    let either = |part: &str| {
        let part = part.replace(['(', ')'], "").replace('/', " OR ");
        part.split(" OR ").any(|one| allowed.contains(&one.trim()))
    };
    licence.split(" AND ").all(either)
}

#[test]
fn each_licence_is_one_that_is_taken_and_each_second_version_has_a_reason() {
    assert!(is_allowed("(MIT OR GPL-3.0) AND ISC", &["MIT", "ISC"]));
    assert!(!is_allowed("(MIT OR GPL-3.0) AND ISC", &["MIT"]));
    let rules: toml::Table = read("deny.toml").parse().expect("TOML");
    let texts = |value: &toml::Value| -> Vec<String> {
        let all = value.as_array().expect("a list").iter();
        all.map(|one| {
            let one = one.get("crate").unwrap_or(one);
            one.as_str().expect("a text").to_owned()
        })
        .collect()
    };
    let allowed = texts(&rules["licenses"]["allow"]);
    let allowed: Vec<&str> = allowed.iter().map(String::as_str).collect();
    let skipped = texts(&rules["bans"]["skip"]);
    let notices = read(FILE);
    let built_in = part(&notices, "Crates:");
    for line in &built_in {
        let licence = line.split_once(": ").expect("a licence").1;
        assert!(is_allowed(licence, &allowed), "{line}");
    }
    let packages: Vec<(&str, &str)> = built_in
        .iter()
        .filter_map(|line| package(line).split_once(' '))
        .collect();
    let reason = |(name, version): &(&str, &str)| {
        skipped.iter().any(|skipped| {
            let (known, begins) = skipped.split_once('@').expect("a version");
            known == *name && version.starts_with(&format!("{begins}."))
        })
    };
    for one in &packages {
        let other = packages
            .iter()
            .any(|other| other.0 == one.0 && other != one && !reason(other));
        assert!(
            !other || reason(one),
            "{one:?} has another version and no reason"
        );
        assert!(
            !reason(one) || packages.iter().filter(|other| other.0 == one.0).count() > 1,
            "{one:?} has a reason in deny.toml, and no other version"
        );
    }
}

#[test]
fn the_program_prints_them() {
    let folder = tempfile::tempdir().expect("a folder");
    let printed = Ran::of(program(folder.path()).arg("licences")).ok();
    assert_eq!(printed.trim_end(), read(FILE).trim_end());
}
