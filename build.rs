//! Rebuilds the crate when a file is added to a folder that the binary carries.

fn main() {
    for folder in ["ontology", "data", "queries"] {
        println!("cargo:rerun-if-changed={folder}");
    }
}
