use anyhow::{Result, bail, ensure};
use clap::Args;

use super::Exit;
use super::session::Place;
use super::shown::Shown;
use crate::likeness::{Concepts, Patient, Prior, SIMILAR_ITEMS, SimilarOptions, similar, study};
use crate::ontology::nearest;
use crate::report::SimilarPage;

/// Find published cases like a patient, with what became of them
///
/// Ranks the counted cases by how near they are to the patient in the ontology and by stated weights,
/// with outcomes, sources, what is not known of each, and the response to the drug among the cases shown
/// as counts with an exact interval. It describes published cases; it predicts nothing.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  casegraph similar --histology IMT --partner RANBP2 --age 30 --sex male --drug crizotinib
  casegraph similar --histology leiomyosarcoma --site uterus --prior chemotherapy --drug 'ALK inhibitor'
  casegraph similar --partner TFG --weight partner=5 --min 0.5 --limit 0
  casegraph similar --histology IMT --age 8 --format html > like-my-patient.html")]
pub struct SimilarCommand {
    /// Histology: a word of the ontology
    #[arg(long, value_name = "TERM")]
    histology: Option<String>,
    /// 5' partner gene
    #[arg(long, value_name = "GENE")]
    partner: Option<String>,
    /// Age in years
    #[arg(long, value_name = "YEARS")]
    age: Option<f64>,
    /// Sex: female, male or intersex
    #[arg(long, value_name = "SEX")]
    sex: Option<String>,
    /// Primary site: a word of the ontology
    #[arg(long, value_name = "TERM")]
    site: Option<String>,
    /// Drugs or classes of drugs given before --drug, separated by commas; none if there were none
    #[arg(long, value_name = "DRUG", value_delimiter = ',')]
    prior: Vec<String>,
    /// The drug, or class of drugs, whose responses are counted [default: each drug given]
    #[arg(long, value_name = "DRUG")]
    drug: Option<String>,
    /// Weight of an item; may be given several times
    #[arg(long = "weight", value_name = "ITEM=NUMBER")]
    weights: Vec<String>,
    /// Show cases of at least this similarity, from 0 to 1
    #[arg(long, value_name = "SIMILARITY", default_value_t = 0.0)]
    min: f64,
    /// Show so many cases, and those equally like as the last; 0 shows all
    #[arg(long, value_name = "N", default_value_t = 10)]
    limit: usize,
    /// Also show cases that do not count
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    shown: Shown,
}

/// What a case's sex can be.
const SEXES: [&str; 3] = ["female", "male", "intersex"];

impl SimilarCommand {
    pub(super) fn run(self, place: &Place) -> Result<Exit> {
        let printer = place.printer();
        let weights = weights(&self.weights)?;
        let session = place.open()?;
        let study = study(&session.graph, &session.prefixes)?;
        let patient = self.patient(&study.concepts)?;
        let drug = find(&study.concepts, "drug", "--drug", self.drug.as_ref())?;
        ensure!(
            patient != Patient::default(),
            "nothing is said of the patient: give at least one of --histology, --partner, --prior, --site, --age, --sex"
        );
        ensure!(
            patient.prior != Some(Prior::None) || drug.is_some(),
            "--prior none needs --drug: it is the drug before which there was none"
        );
        ensure!(
            (0.0..=1.0).contains(&self.min),
            "--min {} lies not between 0 and 1",
            self.min
        );
        let options = SimilarOptions {
            drug,
            weights,
            min: self.min,
            limit: self.limit,
            all: self.all,
        };
        let found = similar(&study, &patient, &options);
        ensure!(
            !found.weights.is_empty(),
            "every item of the patient has the weight 0: set another --weight"
        );
        let page = SimilarPage {
            synthetic: session.manifest.synthetic,
            made_from: &session.made_from(),
            study: &study,
            patient: &patient,
            options: &options,
            found: &found,
        };
        self.shown.show(&page, printer)?;
        Ok(Exit::Done)
    }

    fn patient(&self, concepts: &Concepts) -> Result<Patient> {
        if let Some(age) = self.age {
            ensure!(
                (0.0..=120.0).contains(&age),
                "--age {age} is no age: it lies between 0 and 120 years"
            );
        }
        let sex = match &self.sex {
            None => None,
            Some(word) => match SEXES.iter().find(|sex| sex.eq_ignore_ascii_case(word)) {
                Some(sex) => Some((*sex).to_owned()),
                None => bail!("--sex: {word:?} is no sex: female, male or intersex"),
            },
        };
        let prior = match self.prior.as_slice() {
            [] => None,
            [word] if word.eq_ignore_ascii_case("none") => Some(Prior::None),
            words => {
                let mut drugs = Vec::new();
                for word in words {
                    drugs.extend(find(concepts, "drug", "--prior", Some(word))?);
                }
                Some(Prior::Drugs(drugs))
            }
        };
        Ok(Patient {
            histology: find(
                concepts,
                "histology",
                "--histology",
                self.histology.as_ref(),
            )?,
            partner: find(concepts, "gene", "--partner", self.partner.as_ref())?,
            site: find(concepts, "site", "--site", self.site.as_ref())?,
            age: self.age,
            sex,
            prior,
        })
    }
}

/// The concept that a word of the command line stands for.
fn find(
    concepts: &Concepts,
    scheme: &str,
    flag: &str,
    word: Option<&String>,
) -> Result<Option<String>> {
    let Some(word) = word else { return Ok(None) };
    if let Some(concept) = concepts.find(scheme, word) {
        return Ok(Some(concept.to_owned()));
    }
    let words: Vec<(&str, &str)> = concepts.words(scheme).collect();
    let mut near: Vec<&str> = Vec::new();
    for close in nearest(&word.to_lowercase(), words.iter().map(|(word, _)| *word)) {
        let concept = words.iter().find(|(word, _)| *word == close);
        let label = concept.map_or(close, |(_, concept)| concepts.label(concept));
        if !near.contains(&label) {
            near.push(label);
        }
    }
    let near = if near.is_empty() {
        format!("; the words are those of ontology/{scheme}.ttl")
    } else {
        format!("; nearest: {}", near.join(", "))
    };
    bail!("{flag}: {word:?} is no known {scheme}{near}")
}

/// The weights in force, from `item=number` arguments.
fn weights(given: &[String]) -> Result<[f64; 6]> {
    let mut weights = SIMILAR_ITEMS.map(|(_, weight, _)| weight);
    let known = || SIMILAR_ITEMS.iter().map(|(item, _, _)| *item);
    for text in given {
        let Some((item, number)) = text.split_once('=') else {
            bail!("--weight {text}: expected ITEM=NUMBER, such as partner=5");
        };
        let (item, number) = (item.trim(), number.trim());
        let Some(at) = known().position(|known| known == item) else {
            let near = nearest(&item.to_lowercase(), known());
            let near = if near.is_empty() {
                known().collect()
            } else {
                near
            };
            bail!(
                "--weight {text}: there is no item {item:?}; nearest: {}",
                near.join(", ")
            );
        };
        match number.parse::<f64>() {
            Ok(weight) if weight.is_finite() && weight >= 0.0 => weights[at] = weight,
            _ => bail!("--weight {text}: {number:?} is no number from 0 up"),
        }
    }
    Ok(weights)
}
