//! A study as quads: each source's reports in its own graph, what is taken in the consensus graph.

mod columns;
mod differences;
mod partner;
mod sources;
mod treatments;

use std::collections::{BTreeMap, BTreeSet, HashMap};

pub use columns::shipped_columns;

use super::record::Study;
use crate::case::{
    Consensus, Curation, FactSheet, KnownSheet, MembershipBasis, Property, Report, Reported,
    Schema, Settled, Thing, Value,
};
use crate::graph::model::{GraphName, Literal, NamedNode, Quad, Term, rdf, rdfs, xsd};
use crate::graph::namespaces::{self, COLUMN, STUDIES, concept, slug, term, thing_of_study};
use crate::graph::vocab::{casegraph as cg, dcterms, skos};
use crate::ontology::Ontology;

/// The label of an adverse event that no source names.
const NO_TERM: &str = "term not reported";

/// Why a case has no value of which no report that counts tells.
const NOTHING: &str = "nothing in the consensus";

/// Quads of a study as a whole that are held at once: it may have a million sources.
const MANY: usize = 4096;

/// What is said of a study as a whole, and of what its cases share.
pub(super) fn of_study(study: &Study, take: &mut dyn FnMut(Vec<Quad>)) {
    let names = Names::new(study);
    let mut out = Writer::new(&names);
    out.take = Some(take);
    differences::decisions(study, &names, &mut out);
    memberships(study, &names, &mut out);
    undeclared_genes(study, &mut out);
    out.graph = names.graph("columns");
    columns::of_study(study, &names, &mut out);
    out.graph = names.graph("publications");
    sources::publications(study, &names, &mut out);
    sources::graphs(study, &names, &mut out);
    sources::group_statements(study, &names, &mut out);
    sources::appraisals(study, &names, &mut out);
    out.flush();
}

/// One case: what sources report of it, and what is taken.
pub(super) struct Case<'a> {
    pub key: &'a str,
    /// All reports, those that are weighed first.
    pub reports: &'a [Report],
    /// How many are weighed.
    pub weighed: usize,
    pub consensus: &'a Consensus,
}

/// What is said of one case after the other.
pub(super) struct Cases<'a> {
    names: Names,
    /// The main publication of each case that has one.
    main: HashMap<&'a str, &'a str>,
    /// The missing values that were told of.
    missing: BTreeSet<Missing>,
    study: &'a Study,
    ontology: &'a Ontology,
}

impl<'a> Cases<'a> {
    pub fn of(study: &'a Study, ontology: &'a Ontology) -> Self {
        let named = study
            .memberships
            .iter()
            .filter(|membership| !membership.publication.is_empty());
        let main =
            named.map(|membership| (membership.case.as_str(), membership.publication.as_str()));
        Self {
            names: Names::new(study),
            main: main.collect(),
            missing: BTreeSet::new(),
            study,
            ontology,
        }
    }

    /// All quads of a case.
    pub fn quads(&mut self, case: &Case<'_>) -> Vec<Quad> {
        let (names, ontology) = (&self.names, self.ontology);
        let mut out = Writer::new(names);
        let facts = Facts::of(case.consensus);
        let of = |sheet| -> Vec<Facts> {
            let facts = facts.iter().filter(|facts| facts.thing.sheet == sheet);
            facts.copied().collect()
        };
        let node = names.named("case", case.key);
        self.case(&node, case.key, &mut out);
        if of(FactSheet::cases()).is_empty() {
            for column in FactSheet::cases().columns() {
                out.missing(&node, column.property, NOTHING, names);
            }
        }
        things(&facts, ontology, names, &mut out);
        partner::partner(&node, &of(FactSheet::fusions()), names, &mut out);
        treatments::course(&of(FactSheet::treatments()), ontology, names, &mut out);
        let weighed = &case.reports[..case.weighed];
        treatments::read_in_full(self.study, weighed, names, &mut out);
        let nodes = names.reports(case.reports);
        differences::differences(case, &nodes, ontology, names, &mut out);
        for missing in std::mem::take(&mut out.missing) {
            if self.missing.insert(missing) {
                missing_value(missing, ontology, names, &mut out);
            }
        }
        reports(case.reports, &nodes, names, &mut out);
        for (report, node) in case.reports.iter().zip(&nodes).skip(case.weighed) {
            out.graph = names.named("publication", &report.source);
            out.add(node, cg::WEIGHED, Literal::from(false));
        }
        out.quads
    }

    fn case(&self, node: &NamedNode, key: &str, out: &mut Writer) {
        let names = &self.names;
        out.add(node, rdf::TYPE, cg::CASE);
        out.text(node, rdfs::LABEL, key);
        out.text(node, cg::CASE_KEY, key);
        out.add(node, cg::IN_STUDY, names.study());
        if let Some(publication) = self.main.get(key) {
            let publication = names.named("publication", publication);
            out.add(node, cg::MAIN_PUBLICATION, publication);
        }
    }
}

/// The IRIs of a study's things.
struct Names {
    study: String,
    schema: &'static Schema,
}

impl Names {
    fn new(study: &Study) -> Self {
        Self {
            study: study.meta.name.clone(),
            schema: study.schema,
        }
    }

    fn study(&self) -> NamedNode {
        NamedNode::new_unchecked(format!("{STUDIES}{}", self.study))
    }

    fn graph(&self, name: &str) -> NamedNode {
        self.named("graph", name)
    }

    /// A thing in a folder of the study. Keys were checked to be fit for IRIs when read.
    fn named(&self, folder: &str, key: &str) -> NamedNode {
        thing_of_study(&self.study, folder, key)
    }

    fn case(&self, of: &Thing) -> NamedNode {
        self.named("case", &of.case)
    }

    /// A value that is missing for a reason.
    fn missing(&self, property: Property, reason: &str) -> NamedNode {
        let key = format!("{}/{}", property.local(), slug(reason));
        self.named("missing", &key)
    }

    /// The property of a column.
    fn property(&self, property: Property) -> NamedNode {
        match property {
            Property::OfStudy(name) => self.named(COLUMN, name),
            Property::Term(name) => term(name),
            Property::None => NamedNode::new_unchecked(namespaces::NOTHING),
        }
    }

    /// The names of the reports of a case.
    fn reports(&self, reports: &[Report]) -> Vec<NamedNode> {
        let mut numbers: BTreeMap<String, usize> = BTreeMap::new();
        let name = |report: &Report| {
            let sheet = report.sheet.name();
            let key = format!("{sheet}/{}/{}/{}", report.case, report.item, report.source);
            let number = numbers.entry(key.clone()).or_default();
            *number += 1;
            self.named("report", &format!("{key}/{number}"))
        };
        reports.iter().map(name).collect()
    }

    fn thing(&self, thing: &Thing) -> NamedNode {
        let case = &thing.case;
        match thing.event().path().as_str() {
            "" => self.named("case", case),
            event => self.named("case", &format!("{case}/{event}")),
        }
    }
}

/// What is taken of one thing.
#[derive(Clone, Copy)]
struct Facts<'a> {
    thing: &'a Thing,
    columns: &'a [Settled],
}

impl<'a> Facts<'a> {
    fn of(consensus: &'a Consensus) -> Vec<Self> {
        let things = consensus.things.iter();
        let facts = things.map(|(thing, columns)| Self { thing, columns });
        facts.collect()
    }

    fn settled(&self, heading: &str) -> Option<&'a Settled> {
        self.columns.get(self.thing.sheet.column(heading)?)
    }

    /// The values of a column; none if they are missing.
    fn values(&self, heading: &str) -> &'a [Value] {
        match self.settled(heading) {
            Some(Settled::Known { values, .. }) => values,
            _ => &[],
        }
    }

    /// Whether a column has this word.
    fn says(&self, heading: &str, word: &str) -> bool {
        let mut values = self.values(heading).iter();
        values.any(|value| value.to_string() == word)
    }

    /// Whether the value of a column rests on derived reports alone.
    fn is_derived(&self, heading: &str) -> bool {
        matches!(
            self.settled(heading),
            Some(Settled::Known { derived: true, .. })
        )
    }
}

/// A property without a value, and why in words.
type Missing = (Property, &'static str);

/// Collects quads of one graph at a time.
struct Writer<'a> {
    quads: Vec<Quad>,
    /// Takes the quads whenever there are [`MANY`].
    take: Option<&'a mut dyn FnMut(Vec<Quad>)>,
    graph: NamedNode,
    /// The values that things were said to lack.
    missing: BTreeSet<Missing>,
}

impl Writer<'_> {
    fn new(names: &Names) -> Self {
        Self {
            quads: Vec::new(),
            take: None,
            graph: names.graph("consensus"),
            missing: BTreeSet::new(),
        }
    }

    /// Gives the quads to who takes them.
    fn flush(&mut self) {
        if let Some(take) = &mut self.take {
            take(std::mem::take(&mut self.quads));
        }
    }

    fn add(
        &mut self,
        subject: &NamedNode,
        predicate: impl Into<NamedNode>,
        object: impl Into<Term>,
    ) {
        let graph = GraphName::from(self.graph.clone());
        self.quads
            .push(Quad::new(subject.clone(), predicate, object, graph));
        if self.quads.len() >= MANY {
            self.flush();
        }
    }

    fn text(&mut self, subject: &NamedNode, predicate: impl Into<NamedNode>, text: &str) {
        if !text.is_empty() {
            self.add(subject, predicate, Literal::new_simple_literal(text));
        }
    }

    /// Says that a value is missing, and why.
    fn missing(
        &mut self,
        subject: &NamedNode,
        property: Property,
        reason: &'static str,
        names: &Names,
    ) {
        self.add(subject, cg::MISSING, names.missing(property, reason));
        self.missing.insert((property, reason));
    }

    fn value(&mut self, subject: &NamedNode, property: Property, value: &Value, names: &Names) {
        // What is done in an episode that is not one of drugs is a procedure in plain words.
        let property = match (property, value) {
            (Property::Term("drug"), Value::Text(_)) => NamedNode::from(cg::PROCEDURE),
            _ => names.property(property),
        };
        self.add(subject, property, object(value));
    }
}

fn object(value: &Value) -> Term {
    match value {
        Value::Text(text) | Value::Code(text) => Literal::new_simple_literal(text).into(),
        Value::Integer(number) => Literal::from(*number).into(),
        Value::Range(..) => Literal::new_simple_literal(value.to_string()).into(),
        Value::Decimal(text) => Literal::new_typed_literal(text.clone(), xsd::DECIMAL).into(),
        Value::Date(text) => Literal::new_typed_literal(text.clone(), xsd::DATE).into(),
        Value::Boolean(yes) => Literal::from(*yes).into(),
        Value::Concept(scheme, slug) => concept(scheme.name(), slug).into(),
        Value::Gene(symbol) => concept("gene", symbol).into(),
    }
}

/// The class of what a sheet tells of.
fn class_of(sheet: FactSheet, names: &Names) -> NamedNode {
    let class = match sheet.known() {
        Some(KnownSheet::Cases) => cg::CASE,
        Some(KnownSheet::Fusions) => cg::GENE_FUSION,
        Some(KnownSheet::Alterations) => cg::ALTERATION_CLASS,
        Some(KnownSheet::Treatments) => cg::TREATMENT,
        Some(KnownSheet::AdverseEvents) => cg::ADVERSE_EVENT,
        Some(KnownSheet::FollowUp) => cg::FOLLOW_UP,
        None => return names.named("sheet", sheet.name()),
    };
    class.into()
}

/// What leads from a case to its events of a sheet; to those of a sheet that a study adds, [`cg::OF_CASE`] leads back
/// alone.
fn link_to(sheet: FactSheet) -> Option<NamedNode> {
    let link = match sheet.known()? {
        KnownSheet::Cases => return None,
        KnownSheet::Fusions => cg::HAS_FUSION,
        KnownSheet::Alterations => cg::HAS_ALTERATION,
        KnownSheet::Treatments => cg::HAS_TREATMENT,
        KnownSheet::AdverseEvents => cg::HAS_ADVERSE_EVENT,
        KnownSheet::FollowUp => cg::HAS_FOLLOW_UP,
    };
    Some(link.into())
}

/// Writes what is taken of a case and its events, column by column.
fn things(of_case: &[Facts], ontology: &Ontology, names: &Names, out: &mut Writer) {
    for facts in of_case {
        let thing = facts.thing;
        let node = names.thing(thing);
        // The case itself is told of elsewhere.
        if thing.sheet.known() != Some(KnownSheet::Cases) {
            let case = names.case(thing);
            out.add(&node, cg::OF_CASE, case.clone());
            match treatments::not_given(facts) {
                Some(kind) => out.text(&case, cg::TREATMENT_NOT_GIVEN, kind),
                None => {
                    out.add(&node, rdf::TYPE, class_of(thing.sheet, names));
                    if let Some(link) = link_to(thing.sheet) {
                        out.add(&case, link, node.clone());
                    }
                }
            }
        }
        if thing.sheet.numbered() {
            out.add(&node, cg::ITEM, Literal::from(i64::from(thing.item)));
        }
        match thing.sheet.known() {
            Some(KnownSheet::Fusions) => out.text(&node, rdfs::LABEL, &fusion_label(facts)),
            Some(KnownSheet::AdverseEvents) => {
                let term = shown(facts.values("term"), ontology);
                let label = if term.is_empty() { NO_TERM } else { &term };
                out.text(&node, rdfs::LABEL, label);
            }
            _ => {}
        }
        for (column, settled) in thing.sheet.columns().iter().zip(facts.columns) {
            match settled {
                Settled::Known {
                    values, derived, ..
                } => {
                    for value in values {
                        out.value(&node, column.property, value, names);
                    }
                    if *derived {
                        out.add(&node, cg::DERIVED_VALUE, names.property(column.property));
                    }
                }
                Settled::Missing(reason) => {
                    out.missing(&node, column.property, reason.words(), names);
                }
            }
        }
    }
}

/// Writes what a value is that things lack.
fn missing_value(
    (property, reason): Missing,
    ontology: &Ontology,
    names: &Names,
    out: &mut Writer,
) {
    let node = names.missing(property, reason);
    let of = names.property(property);
    let column = names.schema.of_property(property);
    let known = [skos::ALT_LABEL, rdfs::LABEL]
        .iter()
        .find_map(|label| ontology.literal(of.as_str(), label.as_str()));
    let name = match column {
        Some(column) => column.short.unwrap_or(column.label),
        None => known.unwrap_or(property.local()),
    };
    out.add(&node, rdf::TYPE, cg::MISSING_VALUE);
    out.text(&node, cg::DISPLAY, &format!("{name}: {reason}"));
    out.add(&node, cg::OF_PROPERTY, of);
    out.text(&node, cg::MISSING_REASON, reason);
}

/// The fusion in the nomenclature of the VICC gene fusion specification: `RANBP2::ALK`; a partner
/// that is not known is `?`, a fusion with any partner `v`.
fn fusion_label(facts: &Facts) -> String {
    let known = |heading: &str| facts.values(heading).first().map(ToString::to_string);
    let (five, three) = (known("five_prime"), known("three_prime"));
    match (five, three) {
        (Some(five), Some(three)) => format!("{five}::{three}"),
        (None, Some(three)) if known("partner_status").as_deref() == Some("multiple") => {
            format!("v::{three}")
        }
        (None, Some(three)) => format!("?(::){three}"),
        (Some(five), None) => format!("{five}(::)?"),
        (None, None) => "?(::)?".to_owned(),
    }
}

/// Values as a person reads them: labels of concepts, joined as in a sheet.
pub(super) fn shown(values: &[Value], ontology: &Ontology) -> String {
    let words: Vec<String> = values
        .iter()
        .map(|value| match value {
            Value::Concept(scheme, slug) => {
                let concept = ontology.vocabulary(scheme.name()).concept(slug);
                concept.map_or_else(|| slug.clone(), |concept| concept.display().to_owned())
            }
            other => other.to_string(),
        })
        .collect();
    words.join("; ")
}

fn date(node: &NamedNode, date: &str, out: &mut Writer) {
    if !date.is_empty() {
        out.add(
            node,
            dcterms::DATE,
            Literal::new_typed_literal(date, xsd::DATE),
        );
    }
}

fn memberships(study: &Study, names: &Names, out: &mut Writer) {
    for cohort in &study.cohorts {
        let node = names.named("cohort", &cohort.name);
        out.add(&node, rdf::TYPE, cg::COHORT);
        out.text(&node, rdfs::LABEL, &cohort.name);
        out.text(&node, dcterms::DESCRIPTION, &cohort.description);
        out.add(&node, cg::COUNTED, Literal::from(cohort.counted));
        out.add(&node, cg::IN_STUDY, names.study());
    }
    for membership in &study.memberships {
        let cohort = names.named("cohort", &membership.cohort);
        let case = names.named("case", &membership.case);
        let key = format!("{}/member/{}", membership.cohort, membership.case);
        let node = names.named("cohort", &key);
        out.add(&case, cg::IN_COHORT, cohort.clone());
        out.add(&node, rdf::TYPE, cg::COHORT_MEMBERSHIP);
        out.add(&node, cg::MEMBER, case);
        out.add(&node, cg::OF_COHORT, cohort);
        out.text(&node, cg::NUMBER_IN_SOURCE, &membership.number_in_source);
        let basis = membership.basis.map_or("", MembershipBasis::word);
        out.text(&node, cg::BASIS, basis);
        out.text(&node, cg::REASON, &membership.reason);
    }
}

/// A gene that no vocabulary has is called by its symbol, so that no query loses it, and is linked to
/// what tables of genes have of it.
fn undeclared_genes(study: &Study, out: &mut Writer) {
    for (symbol, gene) in &study.undeclared_genes {
        let node = concept("gene", symbol);
        out.add(&node, rdf::TYPE, skos::CONCEPT);
        out.text(&node, rdfs::LABEL, symbol);
        out.text(&node, skos::PREF_LABEL, symbol);
        out.text(&node, cg::DISPLAY, symbol);
        out.add(&node, cg::UNDER, node.clone());
        for record in &gene.records {
            out.add(&node, skos::EXACT_MATCH, record.clone());
        }
    }
}

/// Each row in the graph of its source, untouched by any rule.
fn reports(reports: &[Report], nodes: &[NamedNode], names: &Names, out: &mut Writer) {
    for (report, node) in reports.iter().zip(nodes) {
        out.graph = names.named("publication", &report.source);
        let thing = Thing {
            case: report.case.clone(),
            sheet: report.sheet,
            item: report.item,
        };
        out.add(node, rdf::TYPE, cg::REPORT);
        out.add(node, cg::ABOUT, names.thing(&thing));
        out.add(node, cg::ON_CASE, names.named("case", &report.case));
        out.text(node, cg::IN_SHEET, report.sheet.name());
        out.text(node, cg::LOCATOR, &report.locator);
        out.text(node, cg::CERTAINTY, report.certainty.word());
        out.text(node, cg::VERBATIM, &report.verbatim);
        out.text(node, cg::NOTE, &report.note);
        curation(node, &report.curation, out);
        for (index, cell) in &report.cells {
            let property = report.sheet.columns()[*index].property;
            match cell {
                Reported::Values(values) => {
                    for value in values {
                        out.value(node, property, value, names);
                    }
                }
                Reported::NotReported => out.add(node, cg::NOT_REPORTED, names.property(property)),
                Reported::NotApplicable => {
                    out.add(node, cg::NOT_APPLICABLE, names.property(property));
                }
            }
        }
    }
}

/// Who made a row, when, and how far it is, where anything of it is said.
fn curation(node: &NamedNode, of: &Curation, out: &mut Writer) {
    if *of == Curation::default() {
        return;
    }
    out.text(node, cg::CURATOR, &of.curator);
    date(node, &of.date, out);
    out.text(node, cg::CURATION_STATE, of.state.word());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::Basis;

    #[test]
    fn fusions_are_named_by_the_vicc_specification() {
        let known = |text: &str| Settled::Known {
            values: vec![Value::Gene(text.into())],
            derived: false,
            basis: Basis::Agreement,
        };
        let unknown = || Settled::Missing(crate::case::MissingReason::NotRead);
        let label = |five: Settled, three: Settled, status: Settled| {
            let thing = Thing {
                case: "a".into(),
                sheet: FactSheet::fusions(),
                item: 1,
            };
            fusion_label(&Facts {
                thing: &thing,
                columns: &[five, three, status, unknown(), unknown(), unknown()],
            })
        };
        assert_eq!(
            label(known("RANBP2"), known("ALK"), known("known")),
            "RANBP2::ALK"
        );
        assert_eq!(label(unknown(), known("ALK"), known("unknown")), "?(::)ALK");
        assert_eq!(label(unknown(), known("ALK"), known("multiple")), "v::ALK");
    }
}
