//! JSON: everything, at full precision.

use super::{Format, Holds, Reader};

pub(super) static FORMAT: Format = Format {
    name: "json",
    aliases: &[],
    ending: "json",
    content_type: "application/json",
    about: "Everything, at full precision",
    holds: Holds::Words,
    reader: Reader::Programs,
    write: |document, _| Ok(format!("{:#}\n", document.json()).into_bytes()),
};
