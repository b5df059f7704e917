//! The reader of snapshot files. The first byte of the input says which of two things it is: a whole
//! file, as it stands or with the checksums made right, or changes of single bytes in a whole one.
//! Nothing may panic, read out of bounds or go on for ever; errors and wrong answers are good.

use std::sync::LazyLock;

use casegraph_snapshot::lies::{read_all, reseal, written};

static WHOLE: LazyLock<Vec<u8>> = LazyLock::new(written);

pub fn run(input: &[u8]) {
    let Some((kind, rest)) = input.split_first() else {
        return;
    };
    let mut bytes = match kind % 3 {
        0 | 1 => rest.to_vec(),
        _ => changed(rest),
    };
    if kind % 3 > 0 {
        reseal(&mut bytes);
    }
    read_all(&bytes);
}

/// A whole file with changes, three bytes of input each: where (two), and what.
fn changed(changes: &[u8]) -> Vec<u8> {
    let mut bytes = WHOLE.clone();
    for change in changes.chunks_exact(3) {
        let at = usize::from(u16::from_le_bytes([change[0], change[1]])) % bytes.len();
        bytes[at] = change[2];
    }
    bytes
}
