//! Files of other sources. The first byte of the input says in which format the rest is read: OBO, RDF/XML,
//! SSSOM, GAF and the others that `casegraph link` takes. Nothing may panic; refusals are good.

use casegraph::external::{Format, Options, Seeds, read_sources, slice};

pub fn run(input: &[u8]) {
    let Some((kind, rest)) = input.split_first() else {
        return;
    };
    let file = std::env::temp_dir().join(format!("casegraph-fuzz-{}.txt", std::process::id()));
    std::fs::write(&file, rest).expect("written");
    let options = Options {
        lenient: kind & 0x80 > 0,
        format: Some(Format::ALL[usize::from(kind & 0x7f) % Format::ALL.len()]),
        ..Options::default()
    };
    if let Ok(files) = read_sources(&[file], &options) {
        let _ = slice(&files, &Seeds::default(), (&[], &[]), &options, &mut |_, _| {});
    }
}
