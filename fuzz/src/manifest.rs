//! The manifest of a store, beside a whole snapshot. Nothing may panic; refusals are good.

use casegraph::graph::Location;
use casegraph_snapshot::lies::written;

pub fn run(input: &[u8]) {
    let folder = std::env::temp_dir().join(format!("casegraph-fuzz-{}", std::process::id()));
    let snapshot = folder.join("store-1.snapshot");
    if !snapshot.exists() {
        std::fs::create_dir_all(&folder).expect("a folder");
        std::fs::write(&snapshot, written()).expect("written");
    }
    let location = Location::new(&folder);
    std::fs::write(location.manifest_path(), input).expect("written");
    let _ = location.manifest();
    let _ = location.open();
}
