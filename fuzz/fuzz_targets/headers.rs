//! The headers of saved queries: YAML on the lines that begin with `#+`. Nothing may panic.
#![no_main]

use casegraph::query::header::Header;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let lines = text.lines().map(|line| format!("#+ {line}\n"));
    let _ = Header::read("fuzz.rq", &lines.collect::<String>());
});
