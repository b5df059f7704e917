//! What a name stands for: a gene by its current symbol, by an older one, or one of several; or a
//! term of a vocabulary.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::identifiers::canonical;
use super::record::{Gene, HGNC, other_species, registry};

/// How a name leads to a gene, the surest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum How {
    /// It is the current symbol.
    Symbol,
    /// It is an identifier.
    Identifier,
    /// It is the current symbol but for case, hyphens and spaces.
    Spelling,
    /// It was the symbol.
    Previous,
    /// It is another symbol in use.
    Alias,
    /// It is the label of a term.
    Label,
    /// It is a code of a term, such as CR.
    Code,
    /// It is a synonym of a term.
    Synonym,
    /// It is a name of a withdrawn or obsolete entry, which this one replaces.
    Replaced,
    /// It is a name of this entry, which is withdrawn or obsolete and not replaced by one other.
    Obsolete,
}

impl How {
    /// How it was found, in words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Symbol => "current symbol",
            Self::Identifier => "identifier",
            Self::Spelling => "current symbol, spelt otherwise",
            Self::Previous => "previous symbol",
            Self::Alias => "alias",
            Self::Label => "label",
            Self::Code => "code",
            Self::Synonym => "synonym",
            Self::Replaced => "of a withdrawn or obsolete entry, replaced by this",
            Self::Obsolete => "withdrawn or obsolete",
        }
    }
}

/// A gene or term that a name may stand for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Candidate {
    /// The vocabulary that it belongs to, such as `gene` or `histology`.
    pub vocabulary: String,
    /// Its current symbol, or its label.
    pub symbol: String,
    /// Full name, where the symbol is not all of it.
    pub name: String,
    /// Its identifiers, as compact IRIs: its own first, then those elsewhere.
    pub ids: Vec<String>,
    /// Where it lies, if it is a gene.
    pub location: String,
    /// NCBI taxonomy identifier of its species, if it is a gene of another species than man.
    pub taxon: Option<String>,
    /// How the name leads to it.
    pub how: How,
}

/// What a name stands for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Resolution {
    /// The name, as it was asked for.
    pub name: String,
    /// The genes that it may stand for: one if it is clear, none if it is unknown, several if it is
    /// not for a program to choose.
    pub candidates: Vec<Candidate>,
    /// Known names that are most like it, if it is unknown, best first.
    pub nearest: Vec<String>,
}

impl Resolution {
    /// What it is, if there is one and no other, and it is human and in use.
    #[must_use]
    pub fn only(&self) -> Option<&Candidate> {
        match self.candidates.as_slice() {
            [one] if one.taxon.is_none() && one.how != How::Obsolete => Some(one),
            _ => None,
        }
    }
}

/// A gene: the record of the committee, with that of another table if the two name each other.
#[derive(Debug, Default)]
struct Merged {
    symbol: String,
    name: String,
    location: String,
    taxon: Option<String>,
    /// Whether the nomenclature committee has it, so that its symbol is approved.
    approved: bool,
    own: Vec<String>,
    elsewhere: BTreeSet<String>,
    previous: Vec<String>,
    aliases: Vec<String>,
}

/// The names of genes of some tables.
#[derive(Debug, Default)]
pub struct Names {
    genes: Vec<Merged>,
    /// The identifier of a record to its gene.
    by_own: BTreeMap<String, usize>,
    /// An identifier elsewhere to the genes that have it.
    by_other: BTreeMap<String, Vec<usize>>,
    /// Key of a name to genes, with how it leads there and the name as the table has it.
    by_key: BTreeMap<String, Vec<(usize, How, String)>>,
    withdrawn: Vec<Gene>,
}

/// A name without what people write differently: case, hyphens, dots and spaces.
#[must_use]
pub fn name_key(name: &str) -> String {
    name.chars()
        .filter(|letter| !matches!(letter, '-' | ' ' | '_' | '.' | '\u{2010}'..='\u{2015}'))
        .flat_map(char::to_uppercase)
        .collect()
}

impl Names {
    /// Collects genes. Two records are one gene if they have the same identifier, or if one names the
    /// other's as its own entry in that registry and nothing contradicts it. What else they share, such
    /// as a protein, a name or a match elsewhere, does not make them one.
    #[must_use]
    pub fn new(genes: impl IntoIterator<Item = Gene>) -> Self {
        let mut names = Self::default();
        let mut others = Vec::new();
        for gene in genes {
            if gene.withdrawn {
                names.withdrawn.push(gene);
            } else if registry(&gene.id) == HGNC {
                names.add(gene);
            } else {
                others.push(gene);
            }
        }
        let mut naming: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (at, gene) in names.genes.iter().enumerate() {
            for id in &gene.elsewhere {
                naming.entry(id.clone()).or_default().push(at);
            }
        }
        // Each other record by the gene of the committee that it is, if that is clear.
        let mut claims: BTreeMap<usize, Vec<Gene>> = BTreeMap::new();
        let mut alone = Vec::new();
        for gene in others {
            match names.of_committee(&gene, &naming) {
                Some(at) => claims.entry(at).or_default().push(gene),
                None => alone.push(gene),
            }
        }
        for (at, claimed) in claims {
            for gene in claimed_by_one(&names.genes[at], claimed, &mut alone) {
                names.extend(at, gene);
            }
        }
        for gene in alone {
            names.add(gene);
        }
        names.index();
        names
    }

    /// The gene of the committee that a record of another table is.
    fn of_committee(&self, gene: &Gene, naming: &BTreeMap<String, Vec<usize>>) -> Option<usize> {
        if other_species(gene.taxon.as_deref()).is_some() {
            return None;
        }
        let mut named = gene.same_as.iter().filter(|id| registry(id) == HGNC);
        match (named.next(), named.next()) {
            (Some(one), None) => self.by_own.get(one).copied(),
            (Some(_), Some(_)) => None,
            // It names none: the one gene that names it, and names no other beside it.
            (None, _) => {
                let [at] = naming.get(&gene.id)?.as_slice() else {
                    return None;
                };
                let same = |id: &&String| registry(id) == registry(&gene.id);
                let alone = self.genes[*at].elsewhere.iter().filter(same).count() == 1;
                alone.then_some(*at)
            }
        }
    }

    fn add(&mut self, gene: Gene) {
        // The same record in two files.
        let known = self.by_own.get(&gene.id).copied();
        let at = known.unwrap_or_else(|| {
            self.genes.push(Merged {
                approved: registry(&gene.id) == HGNC,
                taxon: other_species(gene.taxon.as_deref()).map(str::to_owned),
                ..Merged::default()
            });
            self.genes.len() - 1
        });
        self.extend(at, gene);
    }

    /// Adds a record to a gene.
    fn extend(&mut self, at: usize, gene: Gene) {
        self.by_own.insert(gene.id.clone(), at);
        let merged = &mut self.genes[at];
        if !merged.own.contains(&gene.id) {
            merged.own.push(gene.id);
        }
        merged.elsewhere.extend(gene.same_as);
        if merged.symbol.is_empty() {
            merged.symbol = gene.symbol;
            merged.name = gene.name;
        } else if merged.symbol != gene.symbol && !gene.symbol.is_empty() {
            // Two tables of different ages: the other's symbol is one more name.
            merged.aliases.push(gene.symbol);
        }
        if merged.location.is_empty() {
            merged.location = gene.location;
        }
        for (list, more) in [
            (&mut merged.previous, gene.previous),
            (&mut merged.aliases, gene.aliases),
        ] {
            for name in more {
                if !list.contains(&name) && name != merged.symbol {
                    list.push(name);
                }
            }
        }
    }

    fn index(&mut self) {
        for (at, gene) in self.genes.iter().enumerate() {
            for id in &gene.elsewhere {
                self.by_other.entry(id.clone()).or_default().push(at);
            }
            let symbol = std::slice::from_ref(&gene.symbol);
            for (how, list) in [
                (How::Symbol, symbol),
                (How::Previous, &gene.previous),
                (How::Alias, &gene.aliases),
            ] {
                for name in list {
                    let entry = self.by_key.entry(name_key(name)).or_default();
                    entry.push((at, how, name.clone()));
                }
            }
        }
    }

    /// Number of genes, each counted once.
    #[must_use]
    pub fn len(&self) -> usize {
        self.genes.len()
    }

    /// Whether there is no gene.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.genes.is_empty()
    }

    /// What a name stands for. An approved symbol leads to its own record, whoever else has it as an
    /// alias; among other names no choice is made. Genes of other species are shown where a symbol is
    /// theirs, or nothing human has the name; withdrawn entries where nothing else has it.
    #[must_use]
    pub fn resolve(&self, name: &str) -> Resolution {
        let name = name.trim();
        let found = self
            .by_key
            .get(&name_key(name))
            .map_or(&[][..], Vec::as_slice);
        let mut candidates = self.symbols(found, |written| written == name, How::Symbol);
        if candidates.is_empty() {
            candidates = self.by_identifier(name);
        }
        if candidates.is_empty() {
            candidates = self.spelt_otherwise(found, name);
        }
        if candidates.is_empty() {
            candidates = self.all(found, |gene| gene.taxon.is_none());
        }
        if candidates.is_empty() {
            candidates = self.all(found, |_| true);
        }
        if candidates.is_empty() {
            candidates = self.withdrawn(name);
        }
        candidates.sort_by(|a, b| (a.how, &a.symbol, &a.ids).cmp(&(b.how, &b.symbol, &b.ids)));
        candidates.dedup();
        Resolution {
            name: name.to_owned(),
            candidates,
            nearest: Vec::new(),
        }
    }

    /// The human genes whose current symbol is so written; those whose symbol is approved come before
    /// those of other tables.
    fn symbols(
        &self,
        found: &[(usize, How, String)],
        written: impl Fn(&str) -> bool,
        how: How,
    ) -> Vec<Candidate> {
        let mut at: Vec<usize> = found
            .iter()
            .filter(|(at, how, symbol)| {
                *how == How::Symbol && written(symbol) && self.genes[*at].taxon.is_none()
            })
            .map(|(at, ..)| *at)
            .collect();
        if at.iter().any(|at| self.genes[*at].approved) {
            at.retain(|at| self.genes[*at].approved);
        }
        at.into_iter().map(|at| self.candidate(at, how)).collect()
    }

    fn by_identifier(&self, id: &str) -> Vec<Candidate> {
        let id = canonical(id);
        let own = self.by_own.get(&id).copied();
        let others = || self.by_other.get(&id).cloned().unwrap_or_default();
        let genes = own.map_or_else(others, |at| vec![at]);
        let mut found: Vec<Candidate> = genes
            .into_iter()
            .map(|at| self.candidate(at, How::Identifier))
            .collect();
        if found.is_empty() && self.withdrawn.iter().any(|gene| gene.id == id) {
            found = self.withdrawn(&id);
        }
        found
    }

    /// Current symbols that the name is but for its spelling: of human genes, and of other species. If
    /// more than the case differs, a gene that has the name itself may be meant as well.
    fn spelt_otherwise(&self, found: &[(usize, How, String)], name: &str) -> Vec<Candidate> {
        let same = |written: &str| written.to_uppercase() == name.to_uppercase();
        let mut candidates = self.symbols(found, same, How::Spelling);
        if candidates.is_empty() {
            candidates = self.symbols(found, |_| true, How::Spelling);
            if !candidates.is_empty() {
                let named = found.iter().filter(|(at, how, written)| {
                    *how != How::Symbol && same(written) && self.genes[*at].taxon.is_none()
                });
                candidates.extend(named.map(|(at, how, _)| self.candidate(*at, *how)));
                candidates = each_once(candidates);
            }
        }
        let foreign = found.iter().filter(|(at, how, written)| {
            *how == How::Symbol && same(written) && self.genes[*at].taxon.is_some()
        });
        candidates.extend(foreign.map(|(at, _, written)| {
            let how = if written == name {
                How::Symbol
            } else {
                How::Spelling
            };
            self.candidate(*at, how)
        }));
        candidates
    }

    /// Everything that has the name, each gene once, by the surest way to it.
    fn all(&self, found: &[(usize, How, String)], keep: fn(&Merged) -> bool) -> Vec<Candidate> {
        let found = found.iter().filter(|(at, ..)| keep(&self.genes[*at]));
        each_once(
            found
                .map(|(at, how, _)| self.candidate(*at, *how))
                .collect(),
        )
    }

    /// The withdrawn entries of that symbol or identifier: what they were merged into, if that is known.
    fn withdrawn(&self, name: &str) -> Vec<Candidate> {
        let key = name_key(name);
        let mut found = Vec::new();
        for gene in &self.withdrawn {
            if gene.id != name && name_key(&gene.symbol) != key {
                continue;
            }
            let symbol = |name: &String| {
                let of_key = self
                    .by_key
                    .get(&name_key(name))
                    .map_or(&[][..], Vec::as_slice);
                let same = of_key
                    .iter()
                    .find(|(_, how, written)| *how == How::Symbol && written == name);
                same.map(|(at, ..)| *at)
            };
            let into: Vec<usize> = gene
                .replaced_by
                .iter()
                .filter_map(|name| self.by_own.get(name).copied().or_else(|| symbol(name)))
                .collect();
            if into.is_empty() {
                found.push(Candidate {
                    vocabulary: "gene".to_owned(),
                    symbol: gene.symbol.clone(),
                    name: gene.name.clone(),
                    ids: vec![gene.id.clone()],
                    location: gene.location.clone(),
                    taxon: other_species(gene.taxon.as_deref()).map(str::to_owned),
                    how: How::Obsolete,
                });
            }
            found.extend(into.into_iter().map(|at| self.candidate(at, How::Replaced)));
        }
        found
    }

    fn candidate(&self, at: usize, how: How) -> Candidate {
        let gene = &self.genes[at];
        // Of a registry in which it has an entry, others are other genes.
        let has_own = |id: &&String| gene.own.iter().any(|own| registry(own) == registry(id));
        let elsewhere = gene.elsewhere.iter().filter(|id| !has_own(id));
        Candidate {
            vocabulary: "gene".to_owned(),
            symbol: gene.symbol.clone(),
            name: gene.name.clone(),
            ids: gene.own.iter().chain(elsewhere).cloned().collect(),
            location: gene.location.clone(),
            taxon: gene.taxon.clone(),
            how,
        }
    }
}

/// Each gene once, by the surest way to it.
fn each_once(mut candidates: Vec<Candidate>) -> Vec<Candidate> {
    candidates.sort_by(|a, b| (&a.ids, a.how).cmp(&(&b.ids, b.how)));
    candidates.dedup_by(|later, kept| later.ids == kept.ids);
    candidates
}

/// Of the records of other tables that name one gene, those that are it: one of each registry. Where
/// several of a registry name it, it is the one that the gene names, if that is one; the rest go to
/// `alone`.
fn claimed_by_one(gene: &Merged, claimed: Vec<Gene>, alone: &mut Vec<Gene>) -> Vec<Gene> {
    let mut by_registry: BTreeMap<String, Vec<Gene>> = BTreeMap::new();
    for record in claimed {
        let registry = registry(&record.id).to_owned();
        by_registry.entry(registry).or_default().push(record);
    }
    let mut kept = Vec::new();
    for records in by_registry.into_values() {
        let several: BTreeSet<&String> = records.iter().map(|record| &record.id).collect();
        if several.len() == 1 {
            kept.extend(records);
            continue;
        }
        let named: BTreeSet<&String> = several
            .into_iter()
            .filter(|id| gene.elsewhere.contains(*id))
            .collect();
        let one = match named.into_iter().collect::<Vec<_>>().as_slice() {
            [one] => (*one).clone(),
            _ => String::new(),
        };
        let (its, others) = records.into_iter().partition(|record| record.id == one);
        kept.extend::<Vec<Gene>>(its);
        alone.extend::<Vec<Gene>>(others);
    }
    kept
}

#[cfg(test)]
mod tests;
