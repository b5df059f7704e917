//! The headers of saved queries: YAML on the lines that begin with `#+`. Nothing may panic.

use casegraph::query::header::Header;

pub fn run(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else {
        return;
    };
    let lines = text.lines().map(|line| format!("#+ {line}\n"));
    let _ = Header::read("fuzz.rq", &lines.collect::<String>());
}
