//! Why a work that a knowledge base cites may be one for this study: it is of one of its fusion genes, diseases or drugs.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::civic::Evidence;
use super::{Reference, Screening, is_same, table, text};
use crate::graph::identifiers::Authority;
use crate::import::messages::Messages;
use crate::ontology::Ontology;

/// Who says so, under which licence.
const SOURCE: &str = "CIViC (CC0-1.0)";
/// Cells that say that nothing is said.
const NOTHING: [&str; 3] = ["", "NR", "NA"];

/// What a study is about.
pub(super) struct Topics<'a> {
    ontology: &'a Ontology,
    /// Concepts by the IRIs of others.
    known: HashMap<&'a str, (&'a str, &'a str)>,
    genes: BTreeSet<String>,
    fusions: BTreeSet<(String, String)>,
    histologies: BTreeSet<String>,
    drugs: BTreeSet<String>,
}

/// Why a work is a lead, the closest reason first.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Why {
    Fusion(String),
    Gene(String),
    Disease(String),
    Drug(String),
}

impl Why {
    fn words(&self) -> String {
        match self {
            Self::Fusion(name) => format!("fusion {name}"),
            Self::Gene(name) => format!("fusion gene {name}"),
            Self::Disease(name) => format!("disease {name}"),
            Self::Drug(name) => format!("drug {name}"),
        }
    }
}

impl<'a> Topics<'a> {
    /// The fusion genes, histologies and drugs of the sheets.
    pub(super) fn of(sheet: impl Fn(&str) -> Option<Vec<u8>>, ontology: &'a Ontology) -> Self {
        let values = |name: &str, columns: &[&str]| -> BTreeSet<String> {
            let rows = table(sheet(name).as_deref());
            let cells = rows
                .iter()
                .flat_map(|row| columns.iter().map(|column| text(row, column)));
            let parts = cells.flat_map(|cell| {
                let parts = cell.split("; ").map(str::to_owned);
                parts.collect::<Vec<_>>()
            });
            parts
                .filter(|part| !NOTHING.contains(&part.as_str()))
                .collect()
        };
        let concepts = |scheme: &str, words: BTreeSet<String>| -> BTreeSet<String> {
            let words = words.into_iter();
            words
                .filter_map(|word| ontology.vocabulary(scheme).slug(&word).map(str::to_owned))
                .collect()
        };
        let fusions = table(sheet("fusions").as_deref()).into_iter().map(|row| {
            let ends = ["five_prime", "three_prime"].map(|end| text(&row, end));
            ends.into()
        });
        Self {
            ontology,
            known: ontology.exact_matches().collect(),
            genes: values("fusions", &["five_prime", "three_prime"]),
            fusions: fusions.collect(),
            histologies: concepts("histology", values("cases", &["histology"])),
            drugs: concepts("drug", values("treatments", &["agent", "with"])),
        }
    }

    /// Why an item of evidence is one for this study.
    fn why(&self, evidence: &Evidence) -> BTreeSet<Why> {
        let mut why = BTreeSet::new();
        let parts = evidence
            .profile
            .split(|c: char| c.is_whitespace() || c == '(' || c == ')');
        for part in parts {
            let ends: Vec<&str> = part.split("::").collect();
            if let [five, three] = ends[..]
                && self.fusions.contains(&(five.to_owned(), three.to_owned()))
            {
                why.insert(Why::Fusion(part.to_owned()));
            }
            let genes = ends.into_iter().filter(|gene| self.genes.contains(*gene));
            why.extend(genes.map(|gene| Why::Gene(gene.to_owned())));
        }
        let (label, number) = &evidence.disease;
        if let Some(slug) = self.histology(label, number)
            && self.histologies.contains(slug)
        {
            why.insert(Why::Disease(label.clone()));
        }
        for name in &evidence.therapies {
            let slug = self.ontology.vocabulary("drug").slug(name);
            if slug.is_some_and(|slug| self.drugs.contains(slug)) {
                why.insert(Why::Drug(name.clone()));
            }
        }
        why
    }

    /// The histology that a disease is, by its number in the Disease Ontology or by its label.
    fn histology(&self, label: &str, number: &str) -> Option<&str> {
        let of_number = Authority::of("DOID").and_then(|authority| {
            let iri = format!("{}{number}", authority.namespace);
            let (scheme, slug) = self.known.get(iri.as_str()).copied()?;
            (scheme == "histology").then_some(slug)
        });
        of_number.or_else(|| self.ontology.vocabulary("histology").slug(label))
    }
}

impl Screening {
    /// Takes the works that are of this study and no source of it, the closest first, and says how many they are.
    pub(super) fn leads(
        &mut self,
        file: &str,
        evidence: &[Evidence],
        topics: &Topics,
        messages: &mut Messages,
    ) {
        let mut works: BTreeMap<&Reference, (BTreeSet<Why>, BTreeSet<u64>)> = BTreeMap::new();
        for item in evidence {
            let of = works.entry(&item.work).or_default();
            let why = topics.why(item);
            if !why.is_empty() {
                of.0.extend(why);
                of.1.extend(item.id.parse::<u64>());
            }
        }
        let all = works.len();
        works.retain(|_, (why, _)| !why.is_empty());
        let of_study = works.len();
        works.retain(|work, _| {
            let is_source = |(source, _): &(Reference, String)| is_same(source, work);
            !self.sources.iter().any(is_source)
        });
        let mut leads: Vec<_> = works.into_iter().collect();
        leads.sort_by(|(a, (why_a, _)), (b, (why_b, _))| (why_a, a).cmp(&(why_b, b)));
        let count = |is: fn(&Why) -> bool| {
            let having = leads.iter().filter(|(_, (why, _))| why.iter().any(is));
            having.count()
        };
        let rule = format!(
            "items of evidence of {SOURCE} cite {all} works, of which {of_study} are of this study's fusion genes, diseases or drugs, and {} of them are its sources already. \
             The other {} are leads to be screened: {} by a fusion gene, {} by a disease, {} by a drug. No case and no value is taken",
            of_study - leads.len(),
            leads.len(),
            count(|why| matches!(why, Why::Fusion(_) | Why::Gene(_))),
            count(|why| matches!(why, Why::Disease(_))),
            count(|why| matches!(why, Why::Drug(_))),
        );
        messages.warn(None, &evidence.len().to_string(), rule);
        for (work, (why, items)) in leads {
            let why: Vec<String> = why.iter().map(Why::words).collect();
            let items: Vec<String> = items.iter().map(u64::to_string).collect();
            let note = format!(
                "lead from {SOURCE}, evidence {}: {}",
                items.join(", "),
                why.join("; ")
            );
            self.take(file, work, &note);
        }
    }
}
