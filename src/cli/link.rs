use std::path::PathBuf;

use anyhow::{Result, anyhow};
use clap::Args;

use super::Exit;
use super::printer::Printer;
use super::session::{Memory, Place, build};
use crate::document::numbers::counted;
use crate::document::{Role, Table};
use crate::external::{Counts, Format, LinkError, Linked, Options, Stated, Troubles, read_sources};
use crate::ingest::{LinkingError, Written, link_slices, link_whole};
use crate::report::table_text;
use crate::study::would_lose;

/// Link the study to gene tables and ontologies of others
///
/// Reads files as their owners publish them, plain or gzip, offline. It recognises the format by the
/// content. Without --whole, what the study reaches is written into its folder imports/: its genes with
/// their annotations, the terms used and all above them, and mappings; it is small, and belongs to the
/// study from then on. With --whole everything goes into the store, for enrichment and open questions.
/// Each source is one named graph, with version, date, licence and SHA-256; linking it again replaces it,
/// unless the new file lacks genes or terms that the study uses and the earlier one had (--force takes
/// it). Genes are human: records of other species are left out of slices and shown as such elsewhere.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  casegraph link -p my-study Homo_sapiens.gene_info.gz hgnc_complete_set.txt gene2go.gz go-basic.obo
  casegraph link -p my-study --whole Homo_sapiens.gene_info.gz gene2go.gz go-basic.obo
  casegraph link -p my-study --lenient goa_human.gaf.gz
  zcat goa_human.gaf.gz | grep -v IEA | casegraph link -p my-study -
  casegraph link -p my-study oncotree_2025_10_03.json --source-version 2025-10-03
  casegraph link -p my-study mine.ttl --name my-terms --version 2 --licence CC0-1.0

Formats: gene-info and gene2go (NCBI), hgnc, gaf (2.1, 2.2), obo (1.2, 1.4), OWL and SKOS as rdf-xml,
turtle, n-triples or json-ld (of the NCI Thesaurus both editions), sssom, oncotree (its JSON).")]
pub struct LinkCommand {
    /// Files to read; a pipe is read once, and - is standard input
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// Load everything into the store, and not only what the study reaches
    #[arg(long)]
    whole: bool,
    /// Leave out lines that cannot be taken, and count them
    #[arg(long)]
    lenient: bool,
    /// Take a file that lacks what the study uses and an earlier file of the source had
    #[arg(long)]
    force: bool,
    /// Format of the files, where their content does not show it: gene-info, hgnc, gene2go, gaf, sssom,
    /// obo, rdf-xml, turtle, n-triples, json-ld or oncotree
    #[arg(long, value_name = "FORMAT", value_parser = input_format)]
    input_format: Option<Format>,
    /// Name of the source, where the file's own does not do
    #[arg(long)]
    name: Option<String>,
    /// Version of the source, where the file does not say
    #[arg(long = "source-version", value_name = "VERSION")]
    version: Option<String>,
    /// SPDX identifier of the source's licence, where the file does not say
    #[arg(long, value_name = "SPDX")]
    licence: Option<String>,
    /// Let a packed file unpack to so much [default: 200 times its size]
    #[arg(long = "max-unpacked", value_name = "MB")]
    unpacked: Option<u64>,
    #[command(flatten)]
    memory: Memory,
}

/// Genes that are named before the list is cut.
const NAMED: usize = 12;

fn input_format(name: &str) -> Result<Format> {
    Format::from_name(name).ok_or_else(|| {
        let names: Vec<&str> = Format::ALL.iter().map(|format| format.name()).collect();
        anyhow!("the formats are {}", names.join(", "))
    })
}

impl LinkCommand {
    pub(super) fn run(self, place: &Place) -> Result<Exit> {
        let printer = place.printer();
        let project = place.find()?;
        if project.is_shipped() {
            return Err(LinkingError::Shipped(project.study_name()).into());
        }
        anyhow::ensure!(
            self.files.len() == 1 || self.name.is_none(),
            "--name is for one file, for each source has a name of its own"
        );
        let options = Options {
            lenient: self.lenient,
            force: self.force,
            format: self.input_format,
            stated: Stated {
                name: self.name.clone(),
                version: self.version.clone(),
                licence: self.licence.clone(),
            },
            unpacked: self
                .unpacked
                .map(|megabytes| megabytes.saturating_mul(1 << 20)),
        };
        let files = after_troubles(read_sources(&self.files, &options), printer)?;
        let sizes: Vec<u64> = files.iter().map(|file| file.size).collect();
        let before: Vec<u64> = (0..sizes.len())
            .map(|at| sizes[..at].iter().sum())
            .collect();
        let bar = printer.bytes_bar(sizes.iter().sum());
        let mut progress = |number: usize, bytes: u64| bar.set_position(before[number] + bytes);
        if self.whole {
            let location = place.location_to_write(&project)?;
            place.open()?;
            let done = link_whole(
                &project,
                (&location, self.memory.bytes()),
                &files,
                &options,
                &mut progress,
            );
            bar.finish_and_clear();
            let (linked, manifest) = match done {
                Err(LinkingError::Link(error)) => return after_troubles(Err(error), printer),
                done => done?,
            };
            printer.text(&table_text(
                &sources(&linked.iter().collect::<Vec<_>>()),
                printer.width(),
            ))?;
            for one in &linked {
                notes(one, printer);
            }
            printer.say(&format!(
                "The store has {} statements; these sources stay in it when the study is built again.",
                manifest.quads
            ));
            return Ok(Exit::Done);
        }
        let location = place.location_to_write(&project)?;
        if let Some(updates) = location.manifest()?.filter(|m| m.updated.is_some()) {
            return Err(would_lose(&location, &updates).into());
        }
        let done = link_slices(&project, &files, &options, &mut progress);
        bar.finish_and_clear();
        let written = match done {
            Err(LinkingError::Link(error)) => return after_troubles(Err(error), printer),
            done => done?,
        };
        let linked: Vec<&Linked> = written.iter().map(|one| &one.linked).collect();
        printer.text(&table_text(&sources(&linked), printer.width()))?;
        for one in &written {
            notes(&one.linked, printer);
            printer.say(&change(one));
        }
        let manifest = build(&project, &location, self.memory.bytes(), printer)?;
        for one in &linked {
            let name = &one.source.name;
            if manifest.whole.contains(name) {
                printer.always(&format!(
                    "{name}: the store holds this source whole from earlier on, and answers from that, not from the \
                     slice: load the new file with --whole too, or remove {} to go back to slices",
                    location.path().display()
                ));
            }
        }
        Ok(Exit::Done)
    }
}

/// Prints the lines that cannot be taken, before the error that sums them up.
fn after_troubles<T>(result: Result<T, LinkError>, printer: Printer) -> Result<T> {
    if let Err(LinkError::Troubles(troubles)) = &result {
        lines(troubles, printer);
    }
    Ok(result?)
}

fn lines(troubles: &Troubles, printer: Printer) {
    for trouble in troubles.first() {
        printer.always(&trouble.to_string());
    }
    let more = troubles.count() - troubles.first().len() as u64;
    if more > 0 {
        printer.always(&format!("… and {more} more"));
    }
}

fn sources(linked: &[&Linked]) -> Table {
    let headings = [
        "source", "version", "licence", "format", "taken", "of", "credit",
    ];
    let columns = headings.map(|heading| match heading {
        "taken" | "of" => (heading, Role::Count),
        _ => (heading, Role::Text),
    });
    let mut table = Table::new("Linked sources", &columns);
    for one in linked {
        let source = &one.source;
        let or = |text: &str| match text {
            "" => "not stated".to_owned(),
            text => text.to_owned(),
        };
        table.push([
            source.name.clone(),
            or(&source.version),
            or(&source.licence),
            source.format.map_or("", Format::name).to_owned(),
            counts(one.taken),
            counts(one.held),
            source.credit.clone(),
        ]);
    }
    table
}

fn counts(counts: Counts) -> String {
    let parts = [
        (counts.terms, "term"),
        (counts.genes, "gene"),
        (counts.annotations, "annotation"),
        (counts.mappings, "mapping"),
    ];
    let parts = parts.iter().filter(|(count, _)| *count > 0);
    let parts: Vec<String> = parts.map(|(count, what)| counted(*count, what)).collect();
    if parts.is_empty() {
        "nothing".to_owned()
    } else {
        parts.join(", ")
    }
}

/// What a reader of the study must know of a source.
fn notes(linked: &Linked, printer: Printer) {
    let name = &linked.source.name;
    lines(&linked.troubles, printer);
    if linked.source.skipped > 0 {
        printer.always(&format!(
            "{name}: {} left out",
            counted(linked.source.skipped, "line")
        ));
    }
    for old in &linked.obsolete {
        let mut text = format!(
            "{name}: the study uses {} ({}), which is obsolete",
            old.id, old.name
        );
        if !old.replaced_by.is_empty() {
            text.push_str(&format!("; replaced by {}", old.replaced_by.join(", ")));
        }
        if !old.consider.is_empty() {
            text.push_str(&format!("; consider {}", old.consider.join(", ")));
        }
        printer.always(&text);
    }
    for lost in &linked.lost {
        printer.always(&format!("{name} {lost}; taken because of --force"));
    }
    for less in &linked.fewer {
        printer.always(&format!("{name} {less}"));
    }
    if !linked.absent.is_empty() {
        let more = linked.absent.len().saturating_sub(NAMED);
        let mut names = linked.absent[..linked.absent.len() - more].join(", ");
        if more > 0 {
            names.push_str(&format!(" and {more} more"));
        }
        printer.always(&format!(
            "{name}: no record of {} of the study: {names}",
            counted(linked.absent.len() as u64, "gene")
        ));
    }
    if linked.other_species > 0 {
        printer.always(&format!(
            "{name}: {} records of other species were left out",
            linked.other_species
        ));
    }
    if let Some((subject, object)) = linked.contradicted.first() {
        printer.always(&format!(
            "{name}: {} pairs are said both to match and not to, such as {subject} and {object}",
            linked.contradicted.len()
        ));
    }
    if let Some(shared) = linked.shared.first() {
        printer.always(&format!(
            "{name}: {} identifiers are said to be the same as several of one source, such as {} and {}; these stay \
             apart",
            linked.shared.len(),
            shared.id,
            shared.others.join(", ")
        ));
    }
    for cycle in &linked.cycles {
        let way = round(cycle);
        printer.always(&format!("{name}: a term lies above itself: {way}"));
    }
    if let Some((term, parent)) = linked.missing_parents.first() {
        printer.always(&format!(
            "{name}: {} parents are no terms of the file, such as {parent} of {term}",
            linked.missing_parents.len()
        ));
    }
    if let Some(id) = linked.duplicates.first() {
        printer.always(&format!(
            "{name}: {} identifiers stand twice, such as {id}; the first is taken",
            linked.duplicates.len()
        ));
    }
}

/// Terms of a circle that are named, at most.
const AROUND: usize = 8;

/// The way round a circle of terms, or where it begins and ends.
fn round(cycle: &[String]) -> String {
    let Some(more) = cycle.len().checked_sub(AROUND).filter(|more| *more > 1) else {
        return cycle.join(" is_a ");
    };
    let (begin, end) = (&cycle[..AROUND - 1], &cycle[cycle.len() - 1]);
    format!("{} is_a … {more} more … is_a {end}", begin.join(" is_a "))
}

fn change(written: &Written) -> String {
    let path = written.path.display();
    match (written.added, written.removed) {
        (Some(0), Some(0)) => format!("{path}: as it was"),
        (Some(added), Some(removed)) => {
            format!("{path}: {added} statements added, {removed} removed")
        }
        _ => format!("{path}: new, {} statements", written.linked.quads.len()),
    }
}
