#![doc = include_str!("../README.md")]

pub mod batch;
mod cells;
mod dictionary;
mod file;
mod format;
mod guard;
#[cfg(any(test, fuzzing))]
pub mod lies;
mod mapped;
pub mod rewrite;
mod scan;
mod terms;
#[cfg(test)]
mod tests;
mod view;
mod writer;

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

pub use batch::TooManyRows;
pub use cells::{Cells, Place};
pub use file::SnapshotError;
pub use format::MAGIC;
pub use guard::Guard;
pub use mapped::end_when_a_file_is_cut;
use oxrdf::{GraphName, NamedNode, NamedOrBlankNode, Quad, Term};
use sha2::{Digest, Sha256};
pub use terms::canonical;
pub use view::View;
pub use writer::{MEMORY, Writer, Written};

use dictionary::Dictionary;
use file::Mapped;
use format::Section;
use scan::Pattern;
use terms::{encode, kind};

#[cfg(target_endian = "big")]
compile_error!("snapshots are little-endian and read in place");

/// An open snapshot. Clones are cheap and read the same file.
#[derive(Clone)]
pub struct Snapshot(Arc<Mapped>);

impl Snapshot {
    /// Opens a snapshot.
    ///
    /// # Errors
    /// The file cannot be opened, or is none that [`Self::of_file`] takes.
    pub fn open(path: &Path) -> Result<Self, SnapshotError> {
        let file = File::open(path).map_err(|source| SnapshotError::Io {
            path: path.to_owned(),
            source,
        })?;
        Self::of_file(&file, path)
    }

    /// Maps an open file; errors call it by this path. Nobody may write to the file any more: what is read
    /// first after that fails its checksum, and of a file that is cut see [`end_when_a_file_is_cut`].
    ///
    /// # Errors
    /// The file cannot be mapped, is of another version, or is damaged in what every reader needs.
    pub fn of_file(file: &File, path: &Path) -> Result<Self, SnapshotError> {
        Ok(Self(Arc::new(Mapped::of(file, path)?)))
    }

    /// Reads the whole file and checks all of it.
    ///
    /// # Errors
    /// Something is damaged.
    pub fn check(&self) -> Result<(), SnapshotError> {
        self.0.check_all()
    }

    /// SHA-256 of the header, which has the checksums of everything: a name for the content.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let digest = Sha256::digest(self.0.header_page());
        digest.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Number of quads.
    #[must_use]
    pub fn quads(&self) -> u64 {
        self.0.counts().quads
    }

    /// Length of the file in bytes.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.0.length()
    }

    fn dictionary(&self) -> Dictionary<'_> {
        Dictionary(&self.0)
    }

    /// Whether there may be blank nodes: they come before all other terms, and triple terms, which may
    /// have some, last of all that is before the typed literals.
    fn may_have_blank_nodes(&self) -> Result<bool, SnapshotError> {
        let counts = self.0.counts();
        let is = |id: u64, kind: u8| -> Result<bool, SnapshotError> {
            let mut key = Vec::with_capacity(96);
            if id > 0 {
                self.dictionary().key(id as u32, &mut key)?;
            }
            Ok(key.first() == Some(&kind))
        };
        Ok(is(counts.nodes.min(1), kind::BLANK)? || is(counts.untyped, kind::TRIPLE)?)
    }

    fn find(&self, term: &Term) -> Result<Option<u32>, SnapshotError> {
        let mut key = Vec::with_capacity(96);
        encode(term.as_ref(), &mut key);
        self.dictionary().find(&key)
    }

    /// The names of all named graphs.
    ///
    /// # Errors
    /// The file is damaged.
    pub fn named_graphs(&self) -> Result<Vec<NamedNode>, SnapshotError> {
        let mut names = Vec::new();
        for graph in self.0.all::<u32>(Section::Graphs)? {
            if let Term::NamedNode(name) = self.dictionary().term(*graph)? {
                names.push(name);
            }
        }
        Ok(names)
    }

    /// The quads of any graph, named or not, that have these terms.
    pub fn quads_of(
        &self,
        subject: Option<&Term>,
        predicate: Option<&NamedNode>,
        object: Option<&Term>,
        graph: Option<&NamedNode>,
    ) -> impl Iterator<Item = Result<Quad, SnapshotError>> + use<> {
        let snapshot = self.clone();
        let found = self.pattern(subject, predicate, object, graph);
        let (pattern, failed) = match found {
            Ok(pattern) => (pattern, None),
            Err(error) => (None, Some(error)),
        };
        let rows = pattern.into_iter().flat_map({
            let snapshot = snapshot.clone();
            move |pattern| snapshot.clone().scan(pattern)
        });
        let quads = rows.map(move |row| snapshot.quad(row?));
        failed.into_iter().map(Err).chain(quads)
    }

    /// The pattern of terms as numbers; `None` if the dictionary lacks one of them.
    fn pattern(
        &self,
        subject: Option<&Term>,
        predicate: Option<&NamedNode>,
        object: Option<&Term>,
        graph: Option<&NamedNode>,
    ) -> Result<Option<Pattern>, SnapshotError> {
        let number = |term: Option<Term>| match term {
            None => Ok(Some(None)),
            Some(term) => Ok::<_, SnapshotError>(self.find(&term)?.map(Some)),
        };
        let subject = number(subject.cloned())?;
        let predicate = number(predicate.cloned().map(Term::from))?;
        let object = number(object.cloned())?;
        let graph = number(graph.cloned().map(Term::from))?;
        let (Some(s), Some(p), Some(o), Some(g)) = (subject, predicate, object, graph) else {
            return Ok(None);
        };
        let graphs = match g {
            Some(graph) => scan::Graphs::One(graph),
            None => scan::Graphs::All,
        };
        Ok(Some(Pattern {
            terms: [s, p, o],
            graphs,
        }))
    }

    fn quad(&self, [s, p, o, g]: [u32; 4]) -> Result<Quad, SnapshotError> {
        let dictionary = self.dictionary();
        let damaged = || self.0.damaged("a term where it cannot stand");
        let node = |id| match dictionary.term(id)? {
            Term::NamedNode(node) => Ok(NamedOrBlankNode::from(node)),
            Term::BlankNode(node) => Ok(node.into()),
            Term::Literal(_) | Term::Triple(_) => Err(damaged()),
        };
        let Term::NamedNode(predicate) = dictionary.term(p)? else {
            return Err(damaged());
        };
        let graph = match g {
            0 => GraphName::DefaultGraph,
            graph => node(graph)?.into(),
        };
        Ok(Quad::new(node(s)?, predicate, dictionary.term(o)?, graph))
    }
}
