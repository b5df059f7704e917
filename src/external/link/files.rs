//! Recognises the files to link, names their sources and puts them in order.

use std::path::PathBuf;
use std::sync::Arc;

use super::{LinkError, Options};
use crate::external::format::Format;
use crate::external::input::Input;
use crate::external::record::Header;
use crate::external::source::{Source, is_name};
use crate::external::{obo, rdf, sssom, tables};
use crate::project::Given;

/// The most that is taken of a pipe, bytes.
const PIPED: u64 = 64 << 30;

/// A file that was recognised, before it is read.
#[derive(Debug, Clone)]
pub struct Read {
    /// Path of the file, as given.
    pub path: PathBuf,
    /// Format that it was recognised as.
    pub format: Format,
    /// The name of its source, under which it is kept.
    pub name: String,
    /// What its source is called.
    pub called: String,
    /// Its size, bytes.
    pub size: u64,
    pub(super) given: Arc<Given>,
    pub(super) unpacked: Option<u64>,
}

impl Read {
    /// The name of the file; a pipe has none.
    pub(super) fn own_name(&self) -> String {
        match self.path.file_name() {
            Some(name) if !self.given.is_pipe() => name.to_string_lossy().into_owned(),
            _ => String::new(),
        }
    }

    pub(super) fn open(&self) -> Result<Input, LinkError> {
        Input::open(&self.given, self.unpacked).map_err(|source| LinkError::Io {
            path: self.path.clone(),
            source,
        })
    }
}

/// Recognises files and puts them in the order in which they are read: genes before their
/// annotations, and ontologies last.
///
/// # Errors
/// A file cannot be opened, is of no known format, or is the same source as another.
pub fn read_sources(files: &[PathBuf], options: &Options) -> Result<Vec<Read>, LinkError> {
    let mut read: Vec<Read> = Vec::new();
    for path in files {
        let given = Given::open(path, options.unpacked.unwrap_or(PIPED))?;
        let mut file = Read {
            path: path.clone(),
            format: Format::Turtle,
            name: String::new(),
            called: String::new(),
            size: given.size(),
            given: Arc::new(given),
            unpacked: options.unpacked,
        };
        file.format = match options.format {
            Some(format) => format,
            None => {
                let mut input = file.open()?;
                let start = input.peek().map_err(|source| LinkError::Io {
                    path: path.clone(),
                    source,
                })?;
                Format::recognise(start).map_err(|what| LinkError::Format {
                    path: path.clone(),
                    what,
                })?
            }
        };
        name(&mut file, options)?;
        // The second would replace the first.
        if let Some(known) = read.iter().find(|known| known.name == file.name) {
            return Err(LinkError::Twice {
                name: file.name,
                first: known.path.clone(),
                second: path.clone(),
            });
        }
        read.push(file);
    }
    read.sort_by_key(|read| read.format);
    Ok(read)
}

/// Names a source from the top of its file: the whole of a file is passed on under it.
fn name(file: &mut Read, options: &Options) -> Result<(), LinkError> {
    let failed = |source| LinkError::Io {
        path: file.path.clone(),
        source,
    };
    let mut input = file.open()?;
    let named = |name: &str| Header {
        name: name.to_owned(),
        ..Header::default()
    };
    let header = match file.format {
        Format::GeneInfo => named("ncbi-gene"),
        Format::Gene2Go => named("ncbi-gene2go"),
        Format::Gaf => named("goa"),
        Format::OncoTree => named("oncotree"),
        Format::Hgnc => named(tables::hgnc_name(&mut input).map_err(failed)?),
        Format::Sssom => sssom::header(&mut input).map_err(failed)?,
        Format::Obo => obo::header(&mut input).map_err(failed)?,
        format => rdf::header(&mut input, format),
    };
    if file.given.is_pipe() && header.name.is_empty() && options.stated.name.is_none() {
        let path = file.path.clone();
        return Err(LinkError::Nameless { path });
    }
    let source = Source::new(&header, file.format, &file.own_name(), &options.stated);
    if !is_name(&source.name) {
        return Err(LinkError::Name {
            path: file.path.clone(),
            called: source.called,
        });
    }
    (file.name, file.called) = (source.name, source.called);
    Ok(())
}
