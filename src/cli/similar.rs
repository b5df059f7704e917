use anyhow::{Result, anyhow, bail, ensure};
use clap::Args;
use clap_complete::ArgValueCompleter;

use super::Exit;
use super::candidates;
use super::session::Place;
use super::shown::Shown;
use crate::likeness::{
    Item, PatientError, PatientWords, SIMILAR_ITEMS, SimilarOptions, similar, study,
};
use crate::ontology::nearest;
use crate::report::SimilarPage;

/// Find published cases like a patient, with what became of them and what was tried next
///
/// Ranks the counted cases by how near they are to the patient in the ontology and by stated weights,
/// with outcomes, sources and what is not known of each. Cases that had a drug which the patient has
/// failed, and went on to another, stand first, with the response to what they had next as counts with an
/// exact interval. A drug that she has failed is not counted again. Alterations met, adverse events that
/// stopped a drug, and cases that do not count stand below. It describes published cases; it predicts nothing.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  casegraph similar --histology IMT --partner RANBP2 --age 30 --sex male --drug crizotinib
  casegraph similar --histology EIMS --partner RANBP2 --age 34 --prior crizotinib=progressed
  casegraph similar --partner RANBP2 --prior crizotinib=progressed --alteration 'ALK F1174L'
  casegraph similar --histology leiomyosarcoma --site uterus --prior chemotherapy --drug 'ALK inhibitor'
  casegraph similar --partner TFG --weight partner=5 --min 0.5 --limit 0
  casegraph similar --histology IMT --age 8 --format html > like-my-patient.html")]
pub struct SimilarCommand {
    /// Histology: a word of the ontology
    #[arg(long, value_name = "TERM", add = ArgValueCompleter::new(candidates::histologies))]
    histology: Option<String>,
    /// 5' partner gene
    #[arg(long, value_name = "GENE", add = ArgValueCompleter::new(candidates::genes))]
    partner: Option<String>,
    /// Age in years
    #[arg(long, value_name = "YEARS")]
    age: Option<String>,
    /// Sex: female, male or intersex
    #[arg(long, value_name = "SEX")]
    sex: Option<String>,
    /// Primary site: a word of the ontology
    #[arg(long, value_name = "TERM", add = ArgValueCompleter::new(candidates::sites))]
    site: Option<String>,
    /// Drugs or classes of drugs given before, separated by commas, each with how it went if that is
    /// known: =progressed, =responding or =toxicity; none if there were none
    #[arg(long, value_name = "DRUG[=OUTCOME]", value_delimiter = ',', add = ArgValueCompleter::new(candidates::drugs))]
    prior: Vec<String>,
    /// Molecular findings, separated by commas, such as 'ALK F1174L' or G1269A
    #[arg(
        long = "alteration",
        value_name = "[GENE ]ALTERATION",
        value_delimiter = ','
    )]
    alterations: Vec<String>,
    /// The drug, or class of drugs, whose responses are counted [default: each drug given]
    #[arg(long, value_name = "DRUG", add = ArgValueCompleter::new(candidates::drugs))]
    drug: Option<String>,
    /// Weight of an item; may be given several times
    #[arg(long = "weight", value_name = "ITEM=NUMBER")]
    weights: Vec<String>,
    /// Show cases of at least this similarity, from 0 to 1
    #[arg(long, value_name = "SIMILARITY", default_value_t = 0.0)]
    min: f64,
    /// Show so many cases, and those equally like as the last; 0 shows all. Where some went on to another
    /// drug after the same failure, half as many of the others, and always half as many that do not count
    #[arg(long, value_name = "N", default_value_t = 10)]
    limit: usize,
    /// Show all cases that do not count, however unlike
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    shown: Shown,
}

impl SimilarCommand {
    pub(super) fn run(self, place: &Place) -> Result<Exit> {
        let printer = place.printer();
        let weights = weights(&self.weights)?;
        ensure!(
            (0.0..=1.0).contains(&self.min),
            "--min {} lies not between 0 and 1",
            self.min
        );
        let session = place.open()?;
        let study = study(&session.graph, &session.prefixes)?;
        let words = PatientWords {
            histology: self.histology,
            partner: self.partner,
            prior: self.prior,
            alterations: self.alterations,
            site: self.site,
            age: self.age,
            sex: self.sex,
            drug: self.drug,
        };
        let (patient, drug) = words.read(&study.concepts).map_err(in_flags)?;
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
}

/// The same in the words of the command line.
fn in_flags(error: PatientError) -> anyhow::Error {
    match error {
        PatientError::Nothing => anyhow!(
            "nothing is said of the patient: give at least one of --histology, --partner, --prior, --alteration, --site, --age, --sex"
        ),
        PatientError::NoneBeforeNothing => {
            anyhow!("--prior none needs --drug: it is the drug before which there was none")
        }
        // What is below is found by who wants the error as data, and not said twice.
        _ => {
            let told = format!("--{}: {error}", error.item().map_or("", Item::word));
            anyhow::Error::new(error).context(told)
        }
    }
}

/// The weights in force, from `item=number` arguments.
fn weights(given: &[String]) -> Result<[f64; SIMILAR_ITEMS.len()]> {
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
