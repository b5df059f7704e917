//! All fuzz targets in one program, since each program of their kind takes minutes to link: `FUZZ_TARGET` names the one
//! that runs. `scripts/fuzz.sh` builds it and runs each.
#![no_main]

mod exchange;
mod headers;
mod import;
mod manifest;
mod ontology;
mod queries;
mod requests;
mod sheets;
mod snapshot;
mod sources;

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;

struct Target {
    name: &'static str,
    /// What is made once, before the first input.
    prepare: fn(),
    run: fn(&[u8]),
}

fn nothing() {}

const TARGETS: [Target; 9] = [
    Target { name: "exchange", prepare: ontology::prepare, run: exchange::run },
    Target { name: "headers", prepare: nothing, run: headers::run },
    Target { name: "import", prepare: ontology::prepare, run: import::run },
    Target { name: "manifest", prepare: nothing, run: manifest::run },
    Target { name: "queries", prepare: nothing, run: queries::run },
    Target { name: "requests", prepare: requests::prepare, run: requests::run },
    Target { name: "sheets", prepare: sheets::prepare, run: sheets::run },
    Target { name: "snapshot", prepare: nothing, run: snapshot::run },
    Target { name: "sources", prepare: nothing, run: sources::run },
];

static TARGET: LazyLock<&Target> = LazyLock::new(|| {
    let name = std::env::var("FUZZ_TARGET").expect("FUZZ_TARGET names a target");
    let found = TARGETS.iter().find(|target| target.name == name);
    found.expect("FUZZ_TARGET names a target that there is")
});

fuzz_target!(init: (TARGET.prepare)(), |input: &[u8]| (TARGET.run)(input));
