//! What is written is there as a whole or not at all, and only where it was to be written.

use std::fs;
use std::path::Path;

use tempfile::TempDir;

use super::{Unfinished, create, is_link, lock_file, open, output, replace};

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder");
    let mut names: Vec<String> = entries
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .to_string_lossy()
                .into()
        })
        .collect();
    names.sort();
    names
}

#[test]
fn a_file_is_replaced_and_nothing_stays_beside_it() {
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join("report.html");
    // What killed writers left, and what only looks like it.
    let left = ".report.html.abc123.casegraph-unfinished";
    let others = [
        ".report.html.abc.casegraph-unfinished",
        ".other.abc123.casegraph-unfinished",
        "report.html.abc123.casegraph-unfinished",
    ];
    for name in others.iter().chain([&left]) {
        fs::write(folder.path().join(name), "left").expect("written");
    }
    replace(&path, b"one").expect("replaced");
    replace(&path, b"two").expect("replaced");
    assert_eq!(fs::read(&path).expect("a file"), b"two");
    let mut there: Vec<&str> = others.to_vec();
    there.push("report.html");
    there.sort_unstable();
    assert_eq!(names(folder.path()), there);
}

#[test]
fn what_another_writes_is_no_leftover() {
    let folder = TempDir::new().expect("a folder");
    let name = ".report.html.abc123.casegraph-unfinished";
    let path = folder.path().join(name);
    let held = lock_file(&path).expect("a file");
    held.lock().expect("the lock");
    replace(&folder.path().join("report.html"), b"one").expect("replaced");
    assert!(path.exists());
    drop(held);
    replace(&folder.path().join("report.html"), b"two").expect("replaced");
    assert!(!path.exists());
}

#[cfg(unix)]
#[test]
fn no_link_is_followed() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder = TempDir::new().expect("a folder");
    let mine = folder.path().join("mine");
    fs::write(&mine, "mine").expect("written");
    let link = folder.path().join("link");
    symlink(&mine, &link).expect("a link");
    assert!(is_link(&link) && is_link(&folder.path().join("link/")) && !is_link(&mine));
    for refused in [
        open(&link).err(),
        create(&link).err(),
        lock_file(&link).err(),
        replace(&link, b"x").err(),
        output(&link, b"x").err(),
    ] {
        let said = refused.expect("refused").to_string();
        assert!(said.contains("symbolic link"), "{said}");
    }
    assert_eq!(fs::read(&mine).expect("a file"), b"mine");
    // A lock does not change what it locks; who could read the old file can read the new one.
    lock_file(&mine).expect("opened");
    fs::set_permissions(&mine, PermissionsExt::from_mode(0o640)).expect("set");
    replace(&mine, b"new").expect("replaced");
    let mode = fs::metadata(&mine).expect("a file").permissions().mode();
    assert_eq!(mode & 0o777, 0o640);
    fs::set_permissions(&mine, PermissionsExt::from_mode(0o440)).expect("set");
    assert!(replace(&mine, b"newer").is_err());
    assert_eq!(fs::read(&mine).expect("a file"), b"new");
}

#[cfg(unix)]
#[test]
fn a_pipe_is_written_to_and_not_waited_for_without_end() {
    let folder = TempDir::new().expect("a folder");
    let pipe = folder.path().join("pipe");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.expect("mkfifo").success());
    let said = output(&pipe, b"x").expect_err("nobody reads").to_string();
    assert!(said.contains("a pipe that nobody reads"), "{said}");
    let from = pipe.clone();
    let reader = std::thread::spawn(move || fs::read(from).expect("read"));
    // More than a pipe holds.
    let bytes = vec![7; 1 << 20];
    output(&pipe, &bytes).expect("written");
    assert_eq!(reader.join().expect("read"), bytes);
}

#[test]
fn a_folder_is_there_when_it_is_whole() {
    let folder = TempDir::new().expect("a folder");
    let place = folder.path().join("made");
    let left = folder.path().join(".made.abc123.casegraph-unfinished");
    fs::create_dir(&left).expect("made");
    fs::write(left.join("half"), "").expect("written");
    let given_up = Unfinished::begin(&place).expect("begun");
    assert!(!left.exists());
    given_up.write("a/b", b"text").expect("written");
    drop(given_up);
    assert!(names(folder.path()).is_empty());
    fs::create_dir(&place).expect("made");
    let made = Unfinished::begin(&place).expect("an empty folder is free");
    made.write("a/b", b"text").expect("written");
    assert!(names(&place).is_empty());
    made.finish().expect("finished");
    assert_eq!(fs::read(place.join("a/b")).expect("a file"), b"text");
    assert_eq!(names(folder.path()), ["made"]);
    assert!(Unfinished::begin(&place).is_err());
}
