//! The genes of a study that a table of genes has no current record of.

use std::collections::{BTreeMap, BTreeSet};

use super::format::Format;
use super::record::{Gene, other_species};
use super::slice::{Obsolete, Seeds};

/// Collects them while a table is read.
#[derive(Debug, Default)]
pub struct Absent {
    /// Symbols of the study without a record yet, with the genes of which they are another name.
    missing: BTreeMap<String, BTreeSet<String>>,
    withdrawn: Vec<Obsolete>,
    /// Whether there is a record that was not withdrawn.
    current: bool,
}

impl Absent {
    /// Before a file of that format is read: all of the study's genes, if it is a table of genes.
    pub fn new(format: Format, wanted: &Seeds) -> Self {
        let symbols = wanted.symbols.iter().cloned();
        let missing = match format {
            Format::GeneInfo | Format::Hgnc => {
                symbols.map(|symbol| (symbol, BTreeSet::new())).collect()
            }
            _ => BTreeMap::new(),
        };
        Self {
            missing,
            ..Self::default()
        }
    }

    /// Learns from a gene; `is_linked` is whether the study links to this record by its identifier.
    pub fn see(&mut self, gene: &Gene, is_linked: bool) {
        if gene.withdrawn {
            if self.missing.contains_key(&gene.symbol) {
                self.withdrawn.push(Obsolete {
                    id: gene.id.clone(),
                    name: gene.symbol.clone(),
                    replaced_by: gene.replaced_by.clone(),
                    consider: Vec::new(),
                });
            }
            return;
        }
        self.current = true;
        if other_species(gene.taxon.as_deref()).is_some() {
            return;
        }
        self.missing.remove(&gene.symbol);
        for name in gene.previous.iter().chain(&gene.aliases) {
            if is_linked {
                self.missing.remove(name);
            } else if let Some(genes) = self.missing.get_mut(name) {
                genes.insert(gene.symbol.clone());
            }
        }
    }

    /// Those that have no record, with the genes of which they are another name; and those whose record
    /// was withdrawn.
    #[must_use]
    pub fn found(mut self) -> (Vec<String>, Vec<Obsolete>) {
        self.withdrawn
            .retain(|gene| self.missing.contains_key(&gene.name));
        for gene in &self.withdrawn {
            self.missing.remove(&gene.name);
        }
        // A list of what was withdrawn is no table of what there is.
        if !self.current {
            self.missing.clear();
        }
        let names = self.missing.into_iter().map(|(symbol, genes)| {
            let genes: Vec<String> = genes.into_iter().collect();
            if genes.is_empty() {
                symbol
            } else {
                format!("{symbol} (another name of {})", genes.join(", "))
            }
        });
        (names.collect(), self.withdrawn)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_no_record_is_told_with_what_it_may_be() {
        let mut wanted = Seeds::default();
        for symbol in ["ALK", "NPM", "TRP1", "CARS", "OLD", "NONE"] {
            wanted.symbols.insert(symbol.to_owned());
        }
        let gene = |symbol: &str, previous: &[&str]| Gene {
            id: format!("HGNC:{symbol}"),
            symbol: symbol.to_owned(),
            previous: previous.iter().map(|name| (*name).to_owned()).collect(),
            ..Gene::default()
        };
        let mut absent = Absent::new(Format::Hgnc, &wanted);
        absent.see(&gene("ALK", &[]), false);
        absent.see(&gene("NPM1", &["NPM", "ALK"]), false);
        absent.see(&gene("TYRP1", &["TRP1"]), false);
        absent.see(&gene("TRPC1", &["TRP1"]), false);
        absent.see(&gene("CARS1", &["CARS"]), true);
        let mut old = gene("OLD", &[]);
        (old.withdrawn, old.replaced_by) = (true, vec!["HGNC:1".to_owned()]);
        absent.see(&old, false);
        let (names, withdrawn) = absent.found();
        assert_eq!(
            names,
            [
                "NONE",
                "NPM (another name of NPM1)",
                "TRP1 (another name of TRPC1, TYRP1)"
            ]
        );
        assert_eq!(withdrawn.len(), 1);
        assert_eq!(withdrawn[0].replaced_by, ["HGNC:1"]);
    }
}
