//! RDF, as N-Triples, which is Turtle too.

use super::{Format, FormatError, Holds, Reader};

pub(super) static FORMAT: Format = Format {
    name: "ttl",
    aliases: &["turtle"],
    ending: "ttl",
    content_type: "text/turtle; charset=utf-8",
    about: "The ledger alone, as RDF in Turtle",
    holds: Holds::Triples,
    reader: Reader::Programs,
    write: |document, _| {
        let triples = document.triples();
        let triples = triples.ok_or_else(|| FormatError::NoTriples(document.name()))?;
        Ok(triples.into_bytes())
    },
};
