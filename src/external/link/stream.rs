//! Takes everything of each file, in batches.

use super::{Counts, FAULTS, LinkError, Linked, Options, Read, ended, records};
use crate::external::absent::Absent;
use crate::external::record::{Record, other_species};
use crate::external::shared::Sameness;
use crate::external::slice::{Ontology, Seeds};
use crate::external::statements::Statements;
use crate::external::trouble::Troubles;
use crate::graph::model::Quad;

/// How many statements go together.
const BATCH: usize = 1 << 14;

/// Passes on the statements of whole files, in batches, while they are read.
pub struct Stream<'a> {
    /// Takes a batch of statements.
    pub batch: &'a mut dyn FnMut(Vec<Quad>),
    /// Gets the number of the file and its bytes read so far.
    pub progress: &'a mut dyn FnMut(usize, u64),
}

/// Takes everything of each file.
///
/// # Errors
/// A file cannot be read, or holds lines that cannot be taken. What was passed on until then must
/// not be published.
pub fn stream(
    files: &[Read],
    wanted: &Seeds,
    options: &Options,
    to: &mut Stream<'_>,
) -> Result<Vec<Linked>, LinkError> {
    let mut linked: Vec<Linked> = Vec::new();
    for (number, file) in files.iter().enumerate() {
        let mut held = Counts::default();
        let mut troubles = Troubles::default();
        let mut ontology = Ontology::default();
        let mut duplicates = Vec::new();
        let statements = Statements::new(&file.name, wanted);
        let mut batch = Vec::with_capacity(BATCH + 64);
        let mut sameness = Sameness::default();
        let mut absent = Absent::new(file.format, wanted);
        let mut left_out = 0;
        let (sink, progress) = (&mut *to.batch, &mut *to.progress);
        let mut tell = |bytes| progress(number, bytes);
        let read = records(file, &mut troubles, &mut tell, &mut |record| {
            held.add(&record);
            if let Record::Term(term) = &record
                && !ontology.add(term.clone())
            {
                duplicates.push(term.id.clone());
                return;
            }
            // A gene shows its species; an annotation of another species would be one more of all.
            if let Record::Annotation(annotation) = &record
                && other_species(annotation.taxon.as_deref()).is_some()
            {
                left_out += 1;
                return;
            }
            sameness.add(&record);
            if let Record::Gene(gene) = &record {
                absent.see(gene, wanted.has(&gene.id));
            }
            statements.of(&record, &mut batch);
            if batch.len() >= BATCH {
                sink(std::mem::replace(
                    &mut batch,
                    Vec::with_capacity(BATCH + 64),
                ));
            }
        })?;
        let mut taken = held;
        taken.annotations -= left_out;
        let mut done = ended(file, read, (held, taken), troubles, options)?;
        done.source.whole = true;
        done.other_species = left_out;
        done.contradicted = sameness.contradicted();
        done.shared = sameness.shared();
        statements.describe(&done.source, &mut batch);
        sink(batch);
        (done.absent, done.obsolete) = absent.found();
        done.obsolete.extend(ontology.obsolete(&wanted.iris));
        (done.cycles, done.missing_parents) = ontology.faults(FAULTS);
        done.duplicates = duplicates;
        linked.push(done);
    }
    Ok(linked)
}
