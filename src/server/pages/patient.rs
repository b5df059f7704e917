//! The page of a patient: what happened to published patients like her, and what was tried next, on one sheet.

use std::collections::BTreeMap;

use maud::{Markup, html};

use super::{COMPARED, Page, encoded};
use crate::document::{Block, Role};
use crate::likeness::{
    Concepts, Item, Patient, PatientError, PatientWords, PriorOutcome, Profile, SEXES, Similar,
    SimilarOptions, Study, similar,
};
use crate::report::{FORMATS, Format, Holds, Setting, SimilarPage, block_html, table_html};
use crate::server::Site;
use crate::server::problem::Problem;
use crate::server::request::Request;
use crate::server::response::Response;

/// Where it is.
pub const PATH: &str = "/patient";
/// Earlier lines of therapy that the form has room for.
const LINES: usize = 3;
/// Cases that are listed: what one sheet of paper holds.
const LISTED: usize = 6;

/// Answers `/patient?histology=…`.
pub fn page(site: &Site, request: &Request) -> Result<Response, Problem> {
    let page = Page {
        site,
        title: "Patient",
        part: PATH,
        scripts: &[],
    };
    if site.session.manifest.cases > COMPARED {
        return Ok(page.response(&html! {
            h1 { "A patient" }
            p { "This study has too many cases to compare them all for a page: " code { "casegraph similar" } " does." }
        }));
    }
    let study = site.study()?;
    let words = words(request);
    let answer = match words.read(&study.concepts) {
        Ok((patient, drug)) => Ok(Answer::of(site, study, patient, drug)),
        Err(error) => Err(error),
    };
    let error = answer.as_ref().err();
    Ok(page.response(&html! {
        h1 { "A patient" }
        p.method { "What happened to published patients like yours, and then what. It describes cases that were published, and predicts nothing." }
        (form(study, &words, error))
        @if let Ok(answer) = &answer { (answer.html(request)?) }
    }))
}

/// Answers `/patient.md?histology=…` and the like: the same in a format that is kept.
pub fn file(site: &Site, request: &Request, file: &str) -> Result<Response, Problem> {
    let ending = file.rsplit('.').next().unwrap_or_default();
    let format = formats().find(|format| format.ending == ending);
    let Some(format) = format else {
        return Err(super::nothing(&format!("/{file}")));
    };
    let study = site.study()?;
    let (patient, drug) = words(request).read(&study.concepts)?;
    let answer = Answer::of(site, study, patient, drug);
    let written = (format.write)(&answer.document(), &Setting::default())?;
    Ok(Response::text(format.content_type, written).named(&format!("patient.{ending}")))
}

fn formats() -> impl Iterator<Item = &'static Format> {
    let formats = FORMATS.iter().copied();
    formats.filter(|format| format.holds == Holds::Words)
}

/// The address of the page for a patient who is as a case is.
pub fn address(study: &Study, profile: &Profile) -> String {
    let label = |concept: &String| study.concepts.label(concept).to_owned();
    let patient = profile.patient();
    let fields = [
        (Item::Histology, patient.histology.as_ref().map(label)),
        (Item::Partner, patient.partner.as_ref().map(label)),
        (Item::Site, patient.site.as_ref().map(label)),
        (Item::Age, patient.age.map(|age| age.to_string())),
        (Item::Sex, patient.sex),
    ];
    let fields = fields.into_iter().filter_map(|(item, value)| {
        let value = value?;
        Some(format!("{item}={}", encoded(&value)))
    });
    format!("{PATH}?{}", fields.collect::<Vec<_>>().join("&"))
}

/// The patient in the words of an address. Drugs and their outcomes belong together in order.
fn words(request: &Request) -> PatientWords {
    let parameters = request.parameters();
    let all = |item: &str| -> Vec<String> {
        let of = parameters.iter().filter(|(name, _)| name == item);
        of.map(|(_, value)| value.trim().to_owned()).collect()
    };
    let one = |item: Item| {
        let mut values = all(item.word()).into_iter();
        values.find(|value| !value.is_empty())
    };
    let outcomes = all(OUTCOME);
    let prior = all(Item::Prior.word()).into_iter().enumerate();
    let prior = prior.filter(|(_, drug)| !drug.is_empty());
    let prior = prior.map(|(at, drug)| match outcomes.get(at).map(String::as_str) {
        None | Some("") => drug,
        Some(outcome) => format!("{drug}={outcome}"),
    });
    let alterations = all(Item::Alteration.word());
    let alterations = alterations.iter().flat_map(|text| text.split(','));
    let alterations = alterations.map(|text| text.trim().to_owned());
    PatientWords {
        histology: one(Item::Histology),
        partner: one(Item::Partner),
        prior: prior.collect(),
        alterations: alterations.filter(|text| !text.is_empty()).collect(),
        site: one(Item::Site),
        age: one(Item::Age),
        sex: one(Item::Sex),
        drug: one(Item::Drug),
    }
}

/// The parameter of an address that has the outcome of an earlier line.
const OUTCOME: &str = "outcome";

/// What was found for a patient.
struct Answer<'s> {
    site: &'s Site,
    study: &'s Study,
    made_from: String,
    patient: Patient,
    options: SimilarOptions,
    found: Similar,
}

impl<'s> Answer<'s> {
    fn of(site: &'s Site, study: &'s Study, patient: Patient, drug: Option<String>) -> Self {
        let options = SimilarOptions {
            drug,
            limit: LISTED,
            ..SimilarOptions::default()
        };
        Self {
            found: similar(study, &patient, &options),
            made_from: site.session.made_from(),
            site,
            study,
            patient,
            options,
        }
    }

    fn document(&self) -> SimilarPage<'_> {
        SimilarPage {
            synthetic: self.site.session.manifest.synthetic,
            made_from: &self.made_from,
            study: self.study,
            patient: &self.patient,
            options: &self.options,
            found: &self.found,
        }
    }

    fn html(&self, request: &Request) -> Result<Markup, Problem> {
        let document = self.document();
        let link = self.site.case_link()?;
        let today = jiff::Timestamp::now()
            .to_zoned(jiff::tz::TimeZone::UTC)
            .date();
        Ok(html! {
            article.sheet aria-label="Answer" {
                h2 { (document.patient_heading()) }
                @for block in document.answer() {
                    @match &block {
                        // The frame of the page says it already.
                        Block::Synthetic => {}
                        Block::Table(table) => {
                            div.cases[table.columns[0].role == Role::Case] { (table_html(table, &link)) }
                        }
                        Block::List(_, references) => {
                            h3 { "References" }
                            ol.references { @for line in references { li { (line) } } }
                        }
                        block => { (block_html(block)) }
                    }
                }
                p.method { "Asked on " (today) "." }
            }
            p.downloads {
                "To print: one sheet of A4. To keep: "
                @for (at, format) in formats().enumerate() {
                    @if at > 0 { ", " }
                    a href={ (PATH) "." (format.ending) "?" (request.query) } { (format.name) }
                }
            }
        })
    }
}

fn form(study: &Study, words: &PatientWords, error: Option<&PatientError>) -> Markup {
    let concepts = &study.concepts;
    // An empty form is not wrong yet.
    let error = error.filter(|error| !matches!(error, PatientError::Nothing));
    let wrong = |item: Item| error.filter(|error| error.item() == Some(item));
    let text = |item: Item, label: &str, value: &Option<String>, list: Option<&str>| {
        let id = format!("p-{item}");
        html! {
            div.field.wrong[wrong(item).is_some()] {
                label for=(id) { (label) }
                input type="text" id=(id) name=(item.word()) value=[value.as_deref()] list=[list] autocomplete="off"
                    aria-invalid=[wrong(item).map(|_| "true")] aria-describedby=[wrong(item).map(|_| format!("e-{item}"))];
                @if let Some(error) = wrong(item) { small.error id={ "e-" (item) } { (error) } }
            }
        }
    };
    let lines: Vec<(&str, &str)> = words
        .prior
        .iter()
        .map(|line| line.rsplit_once('=').unwrap_or((line, "")))
        .collect();
    let alterations = words.alterations.join(", ");
    let alterations = (!alterations.is_empty()).then_some(alterations);
    html! {
        form.parameters.patient method="get" action=(PATH) {
            (text(Item::Histology, "Histology", &words.histology, Some("histologies")))
            (text(Item::Partner, "5' partner gene", &words.partner, Some("partners")))
            (text(Item::Age, "Age, years", &words.age, None))
            div.field.wrong[wrong(Item::Sex).is_some()] {
                label for="p-sex" { "Sex" }
                select id="p-sex" name="sex" {
                    option value="" { "not said" }
                    @for sex in SEXES { option value=(sex) selected[words.sex.as_deref() == Some(sex)] { (sex) } }
                }
            }
            (text(Item::Site, "Primary site", &words.site, Some("sites")))
            (text(Item::Alteration, "Alterations, such as ALK F1174L", &alterations, None))
            fieldset {
                legend { "Earlier lines" }
                @if let Some(error) = wrong(Item::Prior) { small.error { (error) } }
                @for at in 0..LINES {
                    @let (drug, outcome) = lines.get(at).copied().unwrap_or_default();
                    div.line {
                        input type="text" name="prior" value=(drug) list="drugs" autocomplete="off" aria-label={ "Drug of earlier line " (at + 1) };
                        select name=(OUTCOME) aria-label={ "How earlier line " (at + 1) " went" } {
                            option value="" { "outcome not said" }
                            @for known in PriorOutcome::ALL {
                                option value=(known.word()) selected[outcome == known.word()] { (outcome_label(known)) }
                            }
                        }
                    }
                }
            }
            (text(Item::Drug, "Considered (a drug or a class)", &words.drug, Some("drugs")))
            button type="submit" { "Find cases" }
            (options("histologies", &of_scheme(concepts, "histology")))
            (options("sites", &of_scheme(concepts, "site")))
            (options("drugs", &of_scheme(concepts, "drug")))
            (options("partners", &partners(study)))
        }
    }
}

fn outcome_label(outcome: PriorOutcome) -> &'static str {
    match outcome {
        PriorOutcome::Progressed => "progressed on it",
        PriorOutcome::Responding => "responding to it",
        PriorOutcome::Toxicity => "stopped for toxicity",
    }
}

/// What a field offers: labels, each with the other words that it can be found by.
type Offered = BTreeMap<String, String>;

fn options(id: &str, offered: &Offered) -> Markup {
    html! {
        datalist id=(id) {
            @for (label, others) in offered {
                option value=(label) label=[(!others.is_empty()).then_some(others.as_str())] {}
            }
        }
    }
}

/// The concepts of a vocabulary, classes among them.
fn of_scheme(concepts: &Concepts, scheme: &str) -> Offered {
    let mut offered = Offered::new();
    for (word, concept) in concepts.words(scheme) {
        let label = concepts.label(concept);
        let slug = concept.split_once(':').map_or(concept, |(_, slug)| slug);
        let others = offered.entry(label.to_owned()).or_default();
        if word != label.to_lowercase() && word != slug.to_lowercase() {
            if !others.is_empty() {
                others.push_str(", ");
            }
            others.push_str(word);
        }
    }
    offered
}

/// The partner genes of the cases.
fn partners(study: &Study) -> Offered {
    let genes = study.profiles.iter().flat_map(|profile| &profile.partners);
    let labels = genes.map(|gene| study.concepts.label(gene).to_owned());
    labels.map(|label| (label, String::new())).collect()
}
