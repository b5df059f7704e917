//! `scripts/setup.sh` on machines that have nothing, half of it or all: made of stubs, so that nothing is installed.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use tempfile::TempDir;

use crate::support::{Ran, root};

/// What any system has; the rest of `PATH` is the test's.
const BASE: [&str; 13] = [
    "cat", "cp", "df", "dirname", "echo", "env", "grep", "head", "mkdir", "mktemp", "rm", "sed",
    "sh",
];

const COMPILER: &str = "exit 0";
const NO_HEADERS: &str = "echo 'try.c:1:10: fatal error: stdlib.h: No such file' >&2; exit 1";
/// Keeps its toolchains in a file.
const RUSTUP: &str = r#"case "$1" in
run) grep -qx "$2" "$HOME/toolchains" ;;
toolchain) log rustup "$@" && echo "$3" >>"$HOME/toolchains" ;;
esac"#;
/// Installs what the names of packages say.
const APT: &str = r#"log apt-get "$@"
for package in "$@"; do
    case $package in
    gcc) cp "$FAKE/store/cc" "$FAKE/bin/cc" ;;
    curl) cp "$FAKE/store/curl" "$FAKE/bin/curl" ;;
    ca-certificates) echo certificate >"$SSL_CERT_FILE" ;;
    esac
done"#;
/// Fetches an installer that puts `rustup` where it belongs.
const CURL: &str = r#"log curl
while [ "$1" != -o ]; do shift; done
echo 'mkdir -p "$HOME/.cargo/bin" && cp "$FAKE/store/rustup" "$HOME/.cargo/bin/rustup"' >"$2""#;

/// A machine with the base tools, root and Debian's package manager.
struct Machine(TempDir);

impl Machine {
    fn bare() -> Self {
        let machine = Self(TempDir::new().expect("a folder"));
        for folder in ["bin", "store", "home"] {
            fs::create_dir(machine.path(folder)).expect("a folder");
        }
        let base = BASE.iter().fold(machine, |machine, tool| {
            let places = ["/usr/bin", "/bin"].map(|place| format!("{place}/{tool}"));
            let real = places.iter().find(|path| Path::new(path).exists());
            let real = real.unwrap_or_else(|| panic!("no {tool} on this machine"));
            // Not a link: a test that puts a stub here would write to the machine's own tool.
            machine.script(&format!("bin/{tool}"), &format!("exec {real} \"$@\""))
        });
        base.script("bin/log", r#"echo "$*" >>"$FAKE/log""#)
            .script("bin/uname", "echo Linux")
            .script("bin/id", "echo 0")
            .script("bin/apt-get", APT)
            .script("store/cc", COMPILER)
            .script("store/curl", CURL)
            .script("store/rustup", RUSTUP)
    }

    /// A machine that has all.
    fn complete() -> Self {
        Self::bare()
            .compiler(COMPILER)
            .certificates()
            .rustup(&wanted())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn script(self, name: &str, body: &str) -> Self {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(&path, format!("#!/bin/sh\n{body}\n")).expect("written");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("runs");
        self
    }

    fn without(self, name: &str) -> Self {
        fs::remove_file(self.path(name)).expect("it was there");
        self
    }

    fn compiler(self, body: &str) -> Self {
        self.script("bin/cc", body)
    }

    fn certificates(self) -> Self {
        fs::write(self.path("certificates"), "certificate").expect("written");
        self
    }

    /// `rustup` in the user's own folder, which is not in `PATH`, with this toolchain.
    fn rustup(self, toolchain: &str) -> Self {
        fs::write(self.path("home/toolchains"), format!("{toolchain}\n")).expect("written");
        self.script("home/.cargo/bin/rustup", RUSTUP)
    }

    /// A distribution's Rust.
    fn distribution(self, version: &str) -> Self {
        self.script("bin/cargo", &format!("echo 'cargo {version}'"))
            .script("bin/rustc", &format!("echo 'rustc {version} (Debian)'"))
    }

    fn user(self) -> Self {
        self.script("bin/id", "echo 1000")
    }

    /// Runs the script, which is to run `echo built`; what was installed stands in the log.
    fn setup(&self) -> (Ran, Vec<String>) {
        let mut command = Command::new(self.path("bin/sh"));
        command
            .arg(root().join("scripts/setup.sh"))
            .args(["env", "echo", "built"])
            .env_clear()
            .env("PATH", self.path("bin"))
            .env("HOME", self.path("home"))
            .env("FAKE", self.0.path())
            .env("SSL_CERT_FILE", self.path("certificates"))
            .env("CARGO_TARGET_DIR", self.path("target"));
        let ran = Ran::of(&mut command);
        let log = fs::read_to_string(self.path("log")).unwrap_or_default();
        (ran, log.lines().map(str::to_owned).collect())
    }
}

/// The toolchain that the repository names.
fn wanted() -> String {
    let text = crate::support::read("rust-toolchain.toml");
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix("channel = "));
    line.expect("a channel").trim_matches('"').to_owned()
}

fn toolchain_install() -> String {
    format!(
        "rustup toolchain install {} --profile minimal --component rustfmt --component clippy",
        wanted()
    )
}

fn apt_install(packages: &str) -> [String; 2] {
    [
        "apt-get update -qq".to_owned(),
        format!("apt-get install -y --no-install-recommends {packages} -qq"),
    ]
}

/// It works, and this was installed.
#[track_caller]
fn installs(machine: &Machine, wanted: &[String]) -> String {
    let (ran, log) = machine.setup();
    assert_eq!(
        (ran.status, ran.out.as_str()),
        (0, "built\n"),
        "{}",
        ran.err
    );
    assert_eq!(log, wanted, "{}", ran.err);
    ran.err
}

/// It stops before anything is built, having done this much.
#[track_caller]
fn refuses(machine: &Machine, done: usize) -> String {
    let (ran, log) = machine.setup();
    assert_eq!((ran.status, ran.out.as_str()), (2, ""), "{}", ran.err);
    assert_eq!(log.len(), done, "{log:?}\n{}", ran.err);
    ran.err
}

#[track_caller]
fn says(err: &str, parts: &[&str]) {
    for part in parts {
        assert!(err.contains(part), "{part:?} is not in:\n{err}");
    }
}

#[test]
fn a_machine_that_has_all_is_left_alone() {
    assert_eq!(installs(&Machine::complete(), &[]), "");
    let new = Machine::bare()
        .compiler(COMPILER)
        .certificates()
        .distribution("1.195.0");
    assert_eq!(installs(&new, &[]), "");
}

#[test]
fn a_bare_machine_hears_of_everything_and_gets_it() {
    let [update, install] = apt_install("gcc libc6-dev curl ca-certificates");
    let all = [update, install, "curl".to_owned(), toolchain_install()];
    let err = installs(&Machine::bare(), &all);
    let first = err.split("installing").next().unwrap_or_default();
    let missing = ["a C compiler", "Rust 1.", "curl", "certificates"];
    says(
        first,
        &missing
            .map(|what| format!("missing: {what}"))
            .each_ref()
            .map(String::as_str),
    );
    // The same for a user who has sudo.
    let user = Machine::bare()
        .user()
        .script("bin/sudo", r#"log sudo; "$@""#);
    let sudo = "sudo".to_owned();
    let [update, install, rest @ ..] = all;
    let all = [&[sudo.clone(), update, sudo, install], &rest[..]].concat();
    installs(&user, &all);
}

#[test]
fn half_a_toolchain_is_completed() {
    let err = installs(
        &Machine::complete().compiler(NO_HEADERS),
        &apt_install("gcc libc6-dev"),
    );
    says(&err, &["missing: a C compiler", "stdlib.h"]);
    let fetched = ["curl".to_owned(), toolchain_install()];
    let old = Machine::bare()
        .compiler(COMPILER)
        .certificates()
        .distribution("1.63.0")
        .script("bin/curl", CURL);
    says(&installs(&old, &fetched), &["bin/rustc is 1.63"]);
    let other = Machine::complete().rustup("1.80.0");
    says(
        &installs(&other, &fetched[1..]),
        &[&format!("rustup has no toolchain {}", wanted())],
    );
    let no_certificates = Machine::complete().without("certificates");
    installs(&no_certificates, &apt_install("ca-certificates"));
}

#[test]
fn what_cannot_be_installed_is_said_at_once() {
    let user = refuses(&Machine::bare().user(), 0);
    let line = "run as root: apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev curl ca-certificates";
    says(&user, &[line, "missing: Rust", "Rust for you alone"]);
    let other = refuses(&Machine::bare().without("bin/apt-get"), 0);
    says(
        &other,
        &[
            "what Debian calls: gcc libc6-dev curl",
            "base-devel on Arch",
        ],
    );
    let full = Machine::bare().script(
        "bin/df",
        "echo; echo '/dev/sda 9000000 8900000 100000 99% /'",
    );
    says(
        &refuses(&full, 0),
        &["missing: 3000 MB of disk", "has 97 MB free"],
    );
}

#[test]
fn a_failed_installation_stops_with_what_to_do() {
    let offline = "log failed; echo 'no network' >&2; exit 1";
    let apt = Machine::bare().script("bin/apt-get", offline);
    says(
        &refuses(&apt, 1),
        &["no network", "apt-get failed", "run as root"],
    );
    let broken = Machine::bare().script("store/cc", NO_HEADERS);
    says(&refuses(&broken, 2), &["cc still makes no program"]);
    let curl = Machine::bare().script("store/curl", offline);
    says(
        &refuses(&curl, 3),
        &["no network", "rustup could not be fetched"],
    );
    let rustup = Machine::complete().rustup("1.80.0").script(
        "home/.cargo/bin/rustup",
        &RUSTUP.replace("log rustup \"$@\" &&", "log failed; exit 1;"),
    );
    says(&refuses(&rustup, 1), &["RUSTUP_TOOLCHAIN=NAME"]);
}
