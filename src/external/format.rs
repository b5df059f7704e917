//! Which format a file is in, by its content and not by its name.

use thiserror::Error;

use std::fmt;

use super::oncotree;
use super::tables::hgnc_column;

/// Formats of other sources.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// NCBI's table of genes.
    GeneInfo,
    /// HGNC's table of genes.
    Hgnc,
    /// NCBI's table of annotations.
    Gene2Go,
    /// The annotation file of the Gene Ontology.
    Gaf,
    /// Mappings in SSSOM, a table with a YAML header.
    Sssom,
    /// An ontology as OBO flat file.
    Obo,
    /// RDF/XML, such as OWL.
    RdfXml,
    /// Statements in Turtle.
    Turtle,
    /// Statements in N-Triples.
    NTriples,
    /// Statements in JSON-LD.
    JsonLd,
    /// Tumor types of `OncoTree`, as JSON.
    OncoTree,
}

/// What a file looks like whose format is not read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Unreadable {
    /// Something that is known and not read.
    #[error("it is {0}")]
    Is(&'static str),
    /// None of the formats.
    #[error("its content is none of {0}; name the format if it is one of them all the same")]
    None(String),
}

impl Format {
    /// Every format, in the order in which files are read: genes before their annotations, links
    /// before the ontologies that they reach.
    pub const ALL: [Self; 11] = [
        Self::GeneInfo,
        Self::Hgnc,
        Self::Gene2Go,
        Self::Gaf,
        Self::Sssom,
        Self::Obo,
        Self::RdfXml,
        Self::Turtle,
        Self::NTriples,
        Self::JsonLd,
        Self::OncoTree,
    ];

    /// Its word on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::GeneInfo => "gene-info",
            Self::Hgnc => "hgnc",
            Self::Gene2Go => "gene2go",
            Self::Gaf => "gaf",
            Self::Sssom => "sssom",
            Self::Obo => "obo",
            Self::RdfXml => "rdf-xml",
            Self::Turtle => "turtle",
            Self::NTriples => "n-triples",
            Self::JsonLd => "json-ld",
            Self::OncoTree => "oncotree",
        }
    }

    /// The format of that word.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.name() == name)
    }

    /// Recognises the format by the beginning of the content.
    ///
    /// # Errors
    /// It is none that can be read.
    pub fn recognise(start: &[u8]) -> Result<Self, Unreadable> {
        for (magic, name) in [
            (&b"PK\x03\x04"[..], "a zip archive: unpack it first"),
            (
                b"\xFD7zXZ",
                "an xz file: unpack it first, or pack it with gzip",
            ),
            (
                b"BZh",
                "a bzip2 file: unpack it first, or pack it with gzip",
            ),
            (b"SQLite format 3", "an SQLite database"),
            (b"\xFF\xFE", "UTF-16: convert it to UTF-8"),
            (b"\xFE\xFF", "UTF-16: convert it to UTF-8"),
        ] {
            if start.starts_with(magic) {
                return Err(Unreadable::Is(name));
            }
        }
        let start = start.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(start);
        let text = String::from_utf8_lossy(start);
        let text = text.trim_start();
        if text.is_empty() {
            return Err(Unreadable::Is("empty"));
        }
        if text.starts_with('<') && !text.starts_with("<http") && !text.starts_with("<urn") {
            return if text.contains("<!DOCTYPE html") || text.contains("<html") {
                Err(Unreadable::Is("a web page: was the download refused?"))
            } else {
                Ok(Self::RdfXml)
            };
        }
        if text.starts_with(['{', '[']) && !text.starts_with("[Term]") {
            return if text.contains("\"@context\"")
                || text.contains("\"@graph\"")
                || text.contains("\"@id\"")
            {
                Ok(Self::JsonLd)
            } else if oncotree::begins(text) {
                Ok(Self::OncoTree)
            } else if text.contains("\"graphs\"") {
                Err(Unreadable::Is(
                    "OBO Graphs JSON: take the .obo or .owl of the same release",
                ))
            } else {
                Err(Unreadable::Is(
                    "JSON without @context, @graph or @id, and no tumor types of OncoTree",
                ))
            };
        }
        of_lines(text).ok_or_else(|| {
            let names: Vec<&str> = Self::ALL.iter().map(|format| format.name()).collect();
            Unreadable::None(names.join(", "))
        })
    }
}

fn of_lines(text: &str) -> Option<Format> {
    for line in text.lines() {
        let line = line.trim_end();
        if line.starts_with("!gaf-version") {
            return Some(Format::Gaf);
        }
        if line.starts_with("format-version:") || line == "[Term]" || line == "[Typedef]" {
            return Some(Format::Obo);
        }
        if line.starts_with("@prefix") || line.starts_with("@base") {
            return Some(Format::Turtle);
        }
        let upper = line.get(..7).unwrap_or("").to_uppercase();
        if upper.starts_with("PREFIX ") || upper.starts_with("BASE ") {
            return Some(Format::Turtle);
        }
        if line.starts_with("#tax_id") {
            return Some(if line.contains("GO_ID") {
                Format::Gene2Go
            } else {
                Format::GeneInfo
            });
        }
        let columns: Vec<&str> = line.split('\t').collect();
        if columns.contains(&"subject_id") && columns.contains(&"predicate_id") {
            return Some(Format::Sssom);
        }
        let hgnc: Vec<String> = columns.iter().map(|cell| hgnc_column(cell)).collect();
        if ["hgnc_id", "symbol"]
            .iter()
            .all(|name| hgnc.iter().any(|cell| cell == name))
        {
            return Some(Format::Hgnc);
        }
        let comment = line.trim_start_matches('#').trim();
        if line.starts_with('#')
            && (comment.starts_with("curie_map") || comment.starts_with("mapping_set_"))
        {
            return Some(Format::Sssom);
        }
        if line.is_empty() || line.starts_with(['#', '!']) {
            continue;
        }
        // Tables without their heading, by the shape of a row.
        let number = |cell: &str| !cell.is_empty() && cell.bytes().all(|b| b.is_ascii_digit());
        if columns.len() >= 15 && number(columns[0]) && number(columns[1]) {
            return Some(Format::GeneInfo);
        }
        if columns.len() == 8 && number(columns[0]) && columns[2].starts_with("GO:") {
            return Some(Format::Gene2Go);
        }
        if (15..=17).contains(&columns.len()) && columns[4].starts_with("GO:") {
            return Some(Format::Gaf);
        }
        if line.starts_with(['<', '_']) && line.ends_with('.') {
            return Some(Format::NTriples);
        }
        if line.split_once(':').is_some_and(|(tag, _)| {
            ["ontology", "data-version", "default-namespace", "id"].contains(&tag)
        }) {
            return Some(Format::Obo);
        }
        return None;
    }
    None
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_format_is_told_by_its_content() {
        for (text, format) in [
            ("#tax_id\tGeneID\tSymbol\n", Format::GeneInfo),
            ("#tax_id\tGeneID\tGO_ID\n", Format::Gene2Go),
            ("9606\t1\tGO:0001\tIDA\t-\tx\t-\tProcess\n", Format::Gene2Go),
            ("hgnc_id\tsymbol\tname\n", Format::Hgnc),
            ("!gaf-version: 2.1\n", Format::Gaf),
            ("!comment\n! more\n!gaf-version: 2.2\n", Format::Gaf),
            (
                "#curie_map:\n#  a: b\nsubject_id\tpredicate_id\n",
                Format::Sssom,
            ),
            ("subject_id\tpredicate_id\tobject_id\n", Format::Sssom),
            ("! a comment\nformat-version: 1.4\n", Format::Obo),
            ("ontology: x\n\n[Term]\n", Format::Obo),
            ("<?xml version=\"1.0\"?>\n<rdf:RDF", Format::RdfXml),
            ("# made by\n@prefix a: <b> .\n", Format::Turtle),
            ("PREFIX a: <b>\n", Format::Turtle),
            ("<http://a> <http://b> \"c\" .\n", Format::NTriples),
            ("{\"@context\": {}}", Format::JsonLd),
            ("[{\"@id\": \"x\"}]", Format::JsonLd),
            (
                "[{\"code\": \"X\", \"mainType\": null, \"externalReferences\": {}}]",
                Format::OncoTree,
            ),
        ] {
            assert_eq!(Format::recognise(text.as_bytes()), Ok(format), "{text}");
        }
    }

    #[test]
    fn what_is_none_says_what_it_looks_like() {
        for (text, words) in [
            (&b""[..], "empty"),
            (b"PK\x03\x04zip", "zip"),
            (b"<!DOCTYPE html><html>", "web page"),
            (b"{\"graphs\": []}", "OBO Graphs"),
            (b"a,b,c\n1,2,3\n", "none of gene-info"),
        ] {
            let error = Format::recognise(text).expect_err("no format");
            assert!(error.to_string().contains(words), "{error}");
        }
    }

    #[test]
    fn names_lead_back() {
        for format in Format::ALL {
            assert_eq!(Format::from_name(format.name()), Some(format));
        }
    }
}
