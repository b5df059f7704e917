//! Slices of other sources as files of a study: Turtle, one file a source, sorted, so that a newer
//! slice differs from an older one in what changed and nowhere else.

use std::fs;
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::source::is_name;
use super::statements::graph_of;
use crate::disk;
use crate::graph::model::{NamedNode, Quad, RdfFormat, RdfSerializer, Triple};
use crate::graph::namespaces::TERMS;
use crate::graph::readback::{ReadbackError, verified_quads};
use crate::project::{FileError, Folder};

/// The folder of a study that holds them.
pub const FOLDER: &str = "imports/";

/// What is wrong with a slice.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ImportError {
    /// A file cannot be read.
    #[error("{0}")]
    File(#[from] FileError),
    /// A file is no Turtle.
    #[error("{path} cannot be taken: link its source again, or delete the file")]
    Turtle {
        /// Slice that is no Turtle.
        path: String,
        /// Where and why the Turtle cannot be read.
        source: ReadbackError,
    },
    /// The name of a file is that of no source.
    #[error(
        "{path} is named as no source can be: rename it, to letters, digits, - _ . ~ and .ttl, or delete it"
    )]
    Name {
        /// Slice with such a name.
        path: String,
    },
    /// A file cannot be written.
    #[error("{path} cannot be written")]
    Write {
        /// Slice that was to be written.
        path: PathBuf,
        /// What the operating system says.
        source: std::io::Error,
    },
}

/// The files of a study that hold slices.
///
/// # Errors
/// The folder cannot be read.
pub fn files(study: &Folder) -> Result<Vec<String>, FileError> {
    study.names_in(FOLDER, ".ttl")
}

/// The statements of a study's slices, each in the graph of its source.
///
/// # Errors
/// A file cannot be read or is no Turtle.
pub fn read(study: &Folder) -> Result<Vec<Quad>, ImportError> {
    let mut quads = Vec::new();
    for name in files(study)? {
        let path = study.display(&name);
        let source = name
            .strip_prefix(FOLDER)
            .and_then(|n| n.strip_suffix(".ttl"));
        let Some(source) = source.filter(|source| is_name(source)) else {
            return Err(ImportError::Name { path });
        };
        let graph = graph_of(source);
        let text = study.text(&name)?.unwrap_or_default();
        let found = verified_quads(&text, RdfFormat::Turtle)
            .map_err(|source| ImportError::Turtle { path, source })?;
        quads.extend(found.into_iter().map(|quad| Quad {
            graph_name: graph.clone().into(),
            ..quad
        }));
    }
    Ok(quads)
}

/// Writes the slice of a source into a study's folder, all at once or not at all.
///
/// # Errors
/// The file cannot be written.
pub fn write(study: &Path, source: &str, quads: &[Quad]) -> Result<PathBuf, ImportError> {
    let folder = study.join(FOLDER);
    let path = folder.join(format!("{source}.ttl"));
    let failed = |error| ImportError::Write {
        path: path.clone(),
        source: error,
    };
    if disk::is_link(&folder) {
        let what = "its folder is a symbolic link, and nothing is written through a link";
        return Err(failed(std::io::Error::other(what)));
    }
    fs::create_dir_all(&folder).map_err(failed)?;
    let text = turtle(quads, &graph_of(source)).map_err(failed)?;
    disk::replace(&path, &text).map_err(failed)?;
    Ok(path)
}

/// The statements as Turtle: what the graph says of itself first, then sorted.
fn turtle(quads: &[Quad], graph: &NamedNode) -> std::io::Result<Vec<u8>> {
    let mut lines: Vec<(bool, String, String, String, Triple)> = quads
        .iter()
        .map(|quad| {
            let subject = quad.subject.to_string();
            let triple = Triple::new(
                quad.subject.clone(),
                quad.predicate.clone(),
                quad.object.clone(),
            );
            (
                subject != graph.to_string(),
                subject,
                quad.predicate.to_string(),
                quad.object.to_string(),
                triple,
            )
        })
        .collect();
    lines.sort_by(|a, b| (a.0, &a.1, &a.2, &a.3).cmp(&(b.0, &b.1, &b.2, &b.3)));
    lines.dedup_by(|a, b| a.4 == b.4);
    let mut serializer = RdfSerializer::from_format(RdfFormat::Turtle);
    for (prefix, namespace) in [
        ("cg", TERMS),
        ("dcterms", "http://purl.org/dc/terms/"),
        ("hgnc", "http://identifiers.org/hgnc/"),
        ("ncbigene", "http://identifiers.org/ncbigene/"),
        ("obo", "http://purl.obolibrary.org/obo/"),
        ("oio", "http://www.geneontology.org/formats/oboInOwl#"),
        ("owl", "http://www.w3.org/2002/07/owl#"),
        ("pubmed", "http://identifiers.org/pubmed/"),
        ("rdfs", "http://www.w3.org/2000/01/rdf-schema#"),
        ("skos", "http://www.w3.org/2004/02/skos/core#"),
        ("uniprot", "http://purl.uniprot.org/uniprot/"),
        ("xsd", "http://www.w3.org/2001/XMLSchema#"),
    ] {
        serializer = serializer
            .with_prefix(prefix, namespace)
            .map_err(std::io::Error::other)?;
    }
    let mut writer = serializer.for_writer(Vec::new());
    for (.., triple) in &lines {
        writer.serialize_triple(triple.as_ref())?;
    }
    let text = writer.finish()?;
    // The writer knows its prefixes in no order.
    let end = text
        .split_inclusive(|byte| *byte == b'\n')
        .take_while(|line| line.starts_with(b"@prefix"))
        .map(<[u8]>::len)
        .sum();
    let (head, body) = text.split_at(end);
    let mut prefixes: Vec<&[u8]> = head.split_inclusive(|byte| *byte == b'\n').collect();
    prefixes.sort_unstable();
    Ok([&prefixes.concat(), body].concat())
}
