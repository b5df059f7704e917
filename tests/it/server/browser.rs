//! The pages in a real browser, by `tests/browser`; left out where Chromium or Node is not installed.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::root;

/// Where Chromium is, if it is installed.
fn chromium() -> Option<PathBuf> {
    ["/usr/bin/chromium", "/usr/bin/chromium-browser"]
        .map(PathBuf::from)
        .into_iter()
        .find(|path| path.exists())
}

/// The tests with the packages that they need, in a folder outside the clone.
fn installed() -> Result<PathBuf, String> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("browser");
    std::fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
    for name in [
        "package.json",
        "package-lock.json",
        "common.js",
        "pages.test.js",
        "editing.test.js",
    ] {
        let from = root().join("tests/browser").join(name);
        std::fs::copy(from, folder.join(name)).map_err(|error| format!("{name}: {error}"))?;
    }
    let done = Command::new("npm")
        .args(["ci", "--no-audit", "--no-fund", "--silent"])
        .args([
            "--prefer-offline",
            "--fetch-retries=1",
            "--fetch-timeout=20000",
        ])
        .current_dir(&folder)
        .output()
        .map_err(|error| format!("npm: {error}"))?;
    if done.status.success() {
        Ok(folder)
    } else {
        Err(String::from_utf8_lossy(&done.stderr).into_owned())
    }
}

#[test]
fn pages_work_in_a_browser() {
    let ready = chromium().ok_or_else(|| "Chromium is not installed".to_owned());
    let ready = ready.and_then(|browser| Ok((browser, installed()?)));
    let (browser, folder) = match ready {
        Ok(ready) => ready,
        Err(why) => {
            let required = std::env::var_os("CASEGRAPH_BROWSER").is_some();
            assert!(!required, "{why}");
            println!("left out: {why}");
            return;
        }
    };
    let done = Command::new("npm")
        .args(["test", "--silent"])
        .current_dir(folder)
        .env("CASEGRAPH", env!("CARGO_BIN_EXE_casegraph"))
        .env("CHROMIUM", browser)
        .env_remove("CASEGRAPH_PROJECT")
        .env_remove("CASEGRAPH_LOCATION")
        .output()
        .expect("npm starts");
    let told = String::from_utf8_lossy(&done.stdout);
    assert!(done.status.success(), "{told}");
}
