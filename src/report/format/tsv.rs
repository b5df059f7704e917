//! Tab-separated values, quoted as CSV is.

use super::csv::separated;
use super::{Format, Holds, Reader};

pub(super) static FORMAT: Format = Format {
    name: "tsv",
    aliases: &[],
    ending: "tsv",
    content_type: "text/tab-separated-values; charset=utf-8",
    about: "The rows",
    holds: Holds::Words,
    reader: Reader::Programs,
    write: |document, setting| Ok(separated(document.records(), b'\t', setting.cells)),
};
