//! Invented cases as triples, 21 a case, drawn with a fixed seed. SYNTHETIC: they say nothing of patients.

use casegraph::graph::model::{GraphName, Literal, NamedNode, Quad, Term, rdf, xsd};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

pub const CG: &str = "https://w3id.org/casegraph/ontology#";
const VOCABULARY: &str = "https://w3id.org/casegraph/vocabulary/";
const STUDY: &str = "https://w3id.org/casegraph/study/synthetic/";

const PARTNERS: [&str; 12] = [
    "TPM3", "RANBP2", "EML4", "CLTC", "ATIC", "TPM4", "CARS1", "SEC31A", "PPFIBP1", "FN1", "TNS1",
    "DCTN1",
];
const HISTOLOGIES: [&str; 5] = [
    "inflammatory-myofibroblastic-tumor",
    "epithelioid-inflammatory-myofibroblastic-sarcoma",
    "leiomyosarcoma",
    "rhabdomyosarcoma",
    "spindle-cell-sarcoma",
];
const DRUGS: [&str; 5] = [
    "crizotinib",
    "alectinib",
    "lorlatinib",
    "ceritinib",
    "brigatinib",
];
const RESPONSES: [&str; 4] = [
    "complete-response",
    "partial-response",
    "stable-disease",
    "progressive-disease",
];
const TERMS: [&str; 8] = [
    "nausea",
    "diarrhea",
    "fatigue",
    "edema",
    "neutropenia",
    "transaminase-increase",
    "bradycardia",
    "pneumonitis",
];

fn node(text: String) -> NamedNode {
    NamedNode::new_unchecked(text)
}

/// The quads of so many cases, in the default graph.
pub fn quads(cases: u64) -> impl Iterator<Item = Quad> {
    let mut draw = ChaCha8Rng::seed_from_u64(1);
    (0..cases).flat_map(move |case| one(case, &mut draw))
}

fn one(number: u64, draw: &mut ChaCha8Rng) -> Vec<Quad> {
    let mut below = |most: u32| draw.next_u32() % most;
    let mut quads = Vec::with_capacity(21);
    let property = |name: &str| node(format!("{CG}{name}"));
    let word = |scheme: &str, name: &str| Term::from(node(format!("{VOCABULARY}{scheme}/{name}")));
    let case = node(format!("{STUDY}case/case-{number}"));
    let [fusion, episode, event] =
        ["fusion", "treatment", "event"].map(|part| node(format!("{}/{part}-1", case.as_str())));
    let mut add = |subject: &NamedNode, predicate: NamedNode, object: Term| {
        quads.push(Quad::new(
            subject.clone(),
            predicate,
            object,
            GraphName::DefaultGraph,
        ));
    };
    let decimal = |tenths: u32| {
        let text = format!("{}.{}", tenths / 10, tenths % 10);
        Term::from(Literal::new_typed_literal(text, xsd::DECIMAL))
    };
    add(&case, rdf::TYPE.into_owned(), property("Case").into());
    add(
        &case,
        property("caseKey"),
        Literal::new_simple_literal(format!("case-{number}")).into(),
    );
    add(
        &case,
        property("ageYears"),
        Literal::from(i64::from(below(80))).into(),
    );
    add(
        &case,
        property("sex"),
        Literal::new_simple_literal(["female", "male"][below(2) as usize]).into(),
    );
    add(
        &case,
        property("histology"),
        word("histology", HISTOLOGIES[below(5) as usize]),
    );
    add(&case, property("months"), decimal(below(1200)));
    add(&case, property("died"), Literal::from(below(10) < 4).into());
    add(&case, property("hasFusion"), fusion.clone().into());
    add(&case, property("hasTreatment"), episode.clone().into());
    add(&case, property("hasAdverseEvent"), event.clone().into());
    add(&fusion, rdf::TYPE.into_owned(), property("Fusion").into());
    // Some partners are common, as in life.
    let partner = below(12).min(below(12));
    add(
        &fusion,
        property("fivePrimeGene"),
        word("gene", PARTNERS[partner as usize]),
    );
    add(&fusion, property("threePrimeGene"), word("gene", "ALK"));
    add(&fusion, property("ofCase"), case.clone().into());
    add(
        &episode,
        rdf::TYPE.into_owned(),
        property("Treatment").into(),
    );
    add(
        &episode,
        property("drug"),
        word("drug", DRUGS[below(5) as usize]),
    );
    add(
        &episode,
        property("bestResponse"),
        word("response", RESPONSES[below(4) as usize]),
    );
    add(&episode, property("ofCase"), case.clone().into());
    add(
        &event,
        property("term"),
        word("adverse-event", TERMS[below(8) as usize]),
    );
    add(
        &event,
        property("grade"),
        Literal::from(i64::from(1 + below(5))).into(),
    );
    add(&event, property("ofCase"), case.into());
    quads
}

pub const PREFIXES: &str = "PREFIX cg: <https://w3id.org/casegraph/ontology#>
PREFIX gene: <https://w3id.org/casegraph/vocabulary/gene/>
PREFIX drug: <https://w3id.org/casegraph/vocabulary/drug/>
PREFIX histology: <https://w3id.org/casegraph/vocabulary/histology/>
PREFIX go: <http://purl.obolibrary.org/obo/GO_>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
";

/// The questions, each with a name.
pub const QUESTIONS: [(&str, &str); 5] = [
    (
        "cohort rows",
        "SELECT ?case ?partner ?months ?died WHERE {
           ?case a cg:Case ; cg:months ?months ; cg:died ?died ; cg:hasFusion ?fusion .
           ?fusion cg:fivePrimeGene ?partner }",
    ),
    (
        "responses to a drug by partner",
        "SELECT ?partner ?response (COUNT(?case) AS ?cases) WHERE {
           ?case cg:hasFusion ?fusion ; cg:hasTreatment ?episode .
           ?fusion cg:fivePrimeGene ?partner .
           ?episode cg:drug drug:crizotinib ; cg:bestResponse ?response }
         GROUP BY ?partner ?response",
    ),
    (
        "selective filter",
        "SELECT ?case ?age WHERE {
           ?case cg:histology histology:leiomyosarcoma ; cg:sex \"female\" ; cg:ageYears ?age ; cg:hasFusion ?fusion .
           ?fusion cg:fivePrimeGene gene:DCTN1 . FILTER(?age < 5) }",
    ),
    (
        "months of children who died, by partner",
        "SELECT ?partner (COUNT(?case) AS ?cases) (AVG(?months) AS ?mean) WHERE {
           ?case cg:ageYears ?age ; cg:died true ; cg:months ?months ; cg:hasFusion ?fusion .
           ?fusion cg:fivePrimeGene ?partner . FILTER(?age < 18) }
         GROUP BY ?partner",
    ),
    (
        "severe events of a drug by term",
        "SELECT ?term (COUNT(?event) AS ?events) WHERE {
           ?case cg:hasTreatment ?episode ; cg:hasAdverseEvent ?event .
           ?episode cg:drug drug:alectinib . ?event cg:term ?term ; cg:grade ?grade . FILTER(?grade >= 3) }
         GROUP BY ?term",
    ),
];

/// Questions that follow a path of any length.
pub const PATHS: [(&str, &str); 2] = [
    (
        "pairs of a term and one above it",
        "SELECT (COUNT(*) AS ?pairs) WHERE { ?term cg:within+ ?above }",
    ),
    (
        "terms under nuclear envelope",
        "SELECT ?term WHERE { ?term cg:within* go:0005635 }",
    ),
];

/// A whole analysis: survival by partner, from the query to the printed curve.
pub const SURVIVAL: &str = "#+ summary: Survival by partner
#+ description: Months until death of any cause, by partner; everybody else is censored.
#+ casegraph:
#+   unit: case
#+   columns: {case: iri, months: decimal, event: boolean, partner: iri}
#+   statistic: {kind: survival, by: partner}
#+   figure: kaplan-meier

PREFIX cg: <https://w3id.org/casegraph/ontology#>

SELECT ?case ?months ?event ?partner WHERE {
  ?case cg:months ?months ; cg:died ?event ; cg:hasFusion ?fusion .
  ?fusion cg:fivePrimeGene ?partner
}
ORDER BY ?case
";
