//! What a name stands for: a gene by its current symbol, by an older one, or one of several; or a
//! term of a vocabulary.

use std::collections::BTreeMap;

use serde::Serialize;

use super::record::Gene;

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
}

impl How {
    /// In words.
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
    /// Its full name.
    pub name: String,
    /// Its identifiers, as compact IRIs, sorted.
    pub ids: Vec<String>,
    /// Where it lies, if it is a gene.
    pub location: String,
    /// How the name leads to it.
    pub how: How,
}

/// What a name stands for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Resolution {
    /// The name.
    pub name: String,
    /// The genes that it may stand for: one if it is clear, none if it is unknown, several if it is
    /// not for a program to choose.
    pub candidates: Vec<Candidate>,
}

impl Resolution {
    /// What it is, if there is one and no other.
    #[must_use]
    pub fn only(&self) -> Option<&Candidate> {
        match self.candidates.as_slice() {
            [one] => Some(one),
            _ => None,
        }
    }
}

/// A gene of one or more tables.
#[derive(Debug, Default)]
struct Merged {
    symbol: String,
    name: String,
    location: String,
    ids: Vec<String>,
    previous: Vec<String>,
    aliases: Vec<String>,
}

/// The names of genes of some tables.
#[derive(Debug, Default)]
pub struct Names {
    genes: Vec<Merged>,
    /// Identifier to gene.
    by_id: BTreeMap<String, usize>,
    /// Key of a name to genes, with how it leads there and the name as the table has it.
    by_key: BTreeMap<String, Vec<(usize, How, String)>>,
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
    /// Collects genes. Records of several tables are one gene if they share an identifier; the
    /// nomenclature committee's symbol comes before that of others.
    #[must_use]
    pub fn new(genes: impl IntoIterator<Item = Gene>) -> Self {
        let mut all: Vec<Gene> = genes.into_iter().filter(|gene| !gene.withdrawn).collect();
        // The table of the committee comes first, and its symbols stay.
        all.sort_by_key(|gene| !gene.id.starts_with("HGNC:"));
        let mut names = Self::default();
        for gene in all {
            names.add(gene);
        }
        for at in 0..names.genes.len() {
            let gene = &names.genes[at];
            let own = [(How::Symbol, vec![gene.symbol.clone()])];
            let other = [
                (How::Previous, gene.previous.clone()),
                (How::Alias, gene.aliases.clone()),
            ];
            for (how, list) in own.into_iter().chain(other) {
                for name in list {
                    let entry = names.by_key.entry(name_key(&name)).or_default();
                    if !entry.iter().any(|(gene, ..)| *gene == at) {
                        entry.push((at, how, name));
                    }
                }
            }
        }
        names
    }

    fn add(&mut self, gene: Gene) {
        let ids = || gene.same_as.iter().chain([&gene.id]);
        let known = ids().find_map(|id| self.by_id.get(id).copied());
        let at = known.unwrap_or_else(|| {
            self.genes.push(Merged::default());
            self.genes.len() - 1
        });
        for id in ids() {
            self.by_id.entry(id.clone()).or_insert(at);
        }
        let merged = &mut self.genes[at];
        for id in ids() {
            if !merged.ids.contains(id) {
                merged.ids.push(id.clone());
            }
        }
        merged.ids.sort();
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

    /// Number of genes.
    #[must_use]
    pub fn len(&self) -> usize {
        self.genes.len()
    }

    /// Whether there is no gene.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.genes.is_empty()
    }

    /// What a name stands for. A current symbol comes before all other readings, whoever else has it
    /// as an alias; among other names no choice is made.
    #[must_use]
    pub fn resolve(&self, name: &str) -> Resolution {
        let name = name.trim();
        let found = self
            .by_key
            .get(&name_key(name))
            .map_or(&[][..], Vec::as_slice);
        let current = |exact: bool| {
            found
                .iter()
                .filter(move |(_, how, written)| *how == How::Symbol && (!exact || written == name))
                .map(move |(at, ..)| {
                    let how = if exact { How::Symbol } else { How::Spelling };
                    self.candidate(*at, how)
                })
                .collect::<Vec<_>>()
        };
        let mut candidates = current(true);
        if let (true, Some(at)) = (candidates.is_empty(), self.by_id.get(name)) {
            candidates.push(self.candidate(*at, How::Identifier));
        }
        if candidates.is_empty() {
            candidates = current(false);
        }
        if candidates.is_empty() {
            candidates = found
                .iter()
                .map(|(at, how, _)| self.candidate(*at, *how))
                .collect();
            candidates.sort_by(|a, b| (a.how, &a.symbol).cmp(&(b.how, &b.symbol)));
        }
        Resolution {
            name: name.to_owned(),
            candidates,
        }
    }

    fn candidate(&self, at: usize, how: How) -> Candidate {
        let gene = &self.genes[at];
        Candidate {
            vocabulary: "gene".to_owned(),
            symbol: gene.symbol.clone(),
            name: gene.name.clone(),
            ids: gene.ids.clone(),
            location: gene.location.clone(),
            how,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gene(id: &str, symbol: &str, previous: &[&str], aliases: &[&str], same: &[&str]) -> Gene {
        let list = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        Gene {
            id: id.to_owned(),
            symbol: symbol.to_owned(),
            previous: list(previous),
            aliases: list(aliases),
            same_as: list(same),
            ..Gene::default()
        }
    }

    fn names() -> Names {
        Names::new([
            gene("NCBIGene:833", "CARS", &[], &["CYSRS"], &["HGNC:1493"]),
            gene("HGNC:1493", "CARS1", &[], &["CARS1A"], &["NCBIGene:833"]),
            gene("HGNC:7910", "NPM1", &["NPM"], &["B23"], &[]),
            gene("HGNC:12450", "TYRP1", &["CAS2"], &["TRP-1"], &[]),
            gene("HGNC:12333", "TRPC1", &[], &["TRP1"], &[]),
            gene("HGNC:1", "OLD", &[], &[], &[]),
            gene("HGNC:2", "NEW", &[], &["OLD"], &[]),
            Gene {
                withdrawn: true,
                ..gene("HGNC:3", "GONE", &[], &[], &[])
            },
        ])
    }

    #[test]
    fn one_gene_of_two_tables_is_one() {
        let names = names();
        assert_eq!(names.len(), 6);
        let found = names.resolve("CARS");
        let gene = found.only().expect("one gene");
        assert_eq!((&gene.symbol[..], gene.how), ("CARS1", How::Alias));
        assert_eq!(gene.ids, ["HGNC:1493", "NCBIGene:833"]);
        assert_eq!(
            names.resolve("NCBIGene:833").only().map(|g| g.how),
            Some(How::Identifier)
        );
    }

    #[test]
    fn each_way_of_writing_a_name_is_told() {
        let names = names();
        let how = |name: &str| names.resolve(name).only().map(|gene| gene.how);
        assert_eq!(how("NPM1"), Some(How::Symbol));
        assert_eq!(how("npm-1"), Some(How::Spelling));
        assert_eq!(how("NPM"), Some(How::Previous));
        assert_eq!(how("B23"), Some(How::Alias));
        assert_eq!(how("GONE"), None);
        // A current symbol stands, although another gene has it as an alias.
        assert_eq!(names.resolve("OLD").candidates.len(), 1);
    }

    #[test]
    fn an_ambiguous_name_is_never_guessed() {
        let found = names().resolve("TRP1");
        let symbols: Vec<&str> = found.candidates.iter().map(|c| &c.symbol[..]).collect();
        assert_eq!((symbols, found.only()), (vec!["TRPC1", "TYRP1"], None));
        assert!(names().resolve("nothing").candidates.is_empty());
    }
}
