//! What is said about sources: publications, named graphs with their licences, and group statements.

use std::collections::BTreeMap;

use super::writer::date;
use super::{Names, Writer};
use crate::case::ReadingDepth;
use crate::graph::model::{Literal, NamedNode, rdf, rdfs};
use crate::graph::namespaces::{MAPPINGS_GRAPH, ONTOLOGY_GRAPH, slug, term};
use crate::graph::vocab::{casegraph as cg, dcterms, owl, prov};
use crate::ingest::record::Study;

pub(super) fn publications(study: &Study, names: &Names, out: &mut Writer) {
    let node = names.study();
    out.add(&node, rdf::TYPE, cg::STUDY);
    out.text(&node, dcterms::TITLE, &study.meta.title);
    out.text(&node, rdfs::LABEL, &study.meta.name);
    out.text(&node, dcterms::DESCRIPTION, &study.meta.description);
    for citation in &study.meta.citations {
        out.text(&node, dcterms::BIBLIOGRAPHIC_CITATION, citation);
    }
    for curator in &study.meta.curators {
        out.text(&node, cg::CURATOR, curator);
    }
    licence(&node, &study.meta.licence, out);
    date(&node, &study.meta.retrieved, out);
    for (property, number) in &study.meta.search {
        out.add(&node, term(property), Literal::from(*number));
    }
    // Reasons are words of people, which need not give a name each.
    for (place, (reason, number)) in study.meta.excluded_after_reading.iter().enumerate() {
        let exclusion = names.named("exclusion", &(place + 1).to_string());
        out.add(&exclusion, rdf::TYPE, cg::REPORT_EXCLUSION);
        out.add(&exclusion, cg::IN_STUDY, names.study());
        out.text(&exclusion, rdfs::LABEL, reason);
        out.text(&exclusion, cg::REASON, reason);
        out.add(&exclusion, cg::REPORTS_EXCLUDED, Literal::from(*number));
    }
    for (name, release) in &study.meta.ontologies {
        let ontology = names.named("ontology", &slug(name));
        out.add(&node, dcterms::REQUIRES, ontology.clone());
        out.text(&ontology, rdfs::LABEL, name);
        out.text(&ontology, owl::VERSION_INFO, release);
    }
    for publication in study.publications.values() {
        let node = names.named("publication", &publication.key);
        out.add(&node, rdf::TYPE, cg::PUBLICATION);
        out.text(&node, rdfs::LABEL, &publication.key);
        out.add(&node, cg::IN_STUDY, names.study());
        out.text(&node, dcterms::TITLE, &publication.title);
        if let Some(year) = publication.year {
            out.add(&node, cg::YEAR, Literal::from(year));
        }
        for (property, text) in [
            (cg::FIRST_AUTHOR, publication.first_author.as_str()),
            (cg::JOURNAL, &publication.journal),
            (cg::VOLUME_PAGES, &publication.volume_pages),
            (cg::DOI, &publication.doi),
            (cg::PMID, &publication.pmid),
            (cg::PMCID, &publication.pmcid),
            (cg::PUBLICATION_KIND, publication.kind.word()),
            (
                cg::READING_DEPTH,
                publication.read.map_or("", ReadingDepth::word),
            ),
            (cg::REVIEW_REFERENCE, &publication.review_ref),
            (cg::NOTE, &publication.note),
        ] {
            out.text(&node, property, text);
        }
        let links = [
            ("https://doi.org/", &publication.doi),
            ("http://identifiers.org/pubmed/", &publication.pmid),
        ];
        for (resolver, id) in links.into_iter().filter(|(_, id)| !id.is_empty()) {
            if let Ok(link) = NamedNode::new(format!("{resolver}{id}")) {
                out.add(&node, rdfs::SEE_ALSO, link);
            }
        }
    }
}

fn licence(node: &NamedNode, spdx: &str, out: &mut Writer) {
    if let Ok(licence) = NamedNode::new(format!("https://spdx.org/licenses/{spdx}"))
        && !spdx.is_empty()
    {
        out.add(node, dcterms::LICENSE, licence);
    }
}

/// Says of each named graph what it is, under which licence, and whether queries see it unasked.
pub(super) fn graphs(study: &Study, names: &Names, out: &mut Writer) {
    let title = &study.meta.title;
    let mut describe = |graph: &NamedNode, title: &str, spdx: &str, seen: bool| {
        out.add(graph, rdf::TYPE, cg::NAMED_GRAPH);
        out.text(graph, dcterms::TITLE, title);
        licence(graph, spdx, out);
        out.add(graph, cg::IN_DEFAULT_GRAPH, Literal::from(seen));
        out.add(graph, prov::WAS_DERIVED_FROM, names.study());
    };
    let own = study.meta.licence.as_str();
    describe(
        &names.graph("consensus"),
        &format!("{title}: consensus"),
        own,
        true,
    );
    describe(
        &names.graph("publications"),
        &format!("{title}: publications"),
        own,
        true,
    );
    describe(
        &names.graph("claims"),
        &format!("{title}: claims of reviews"),
        own,
        false,
    );
    describe(
        &names.graph("series"),
        &format!("{title}: group statements"),
        own,
        false,
    );
    if !study.schema.of_study_text().is_empty() {
        describe(
            &names.graph("columns"),
            &format!("{title}: columns and sheets of its own"),
            own,
            true,
        );
    }
    if !study.appraisals.is_empty() {
        describe(
            &names.graph("appraisals"),
            &format!("{title}: appraisals of reports"),
            own,
            true,
        );
    }
    for (graph, title) in [
        (ONTOLOGY_GRAPH, "casegraph ontology and vocabularies"),
        (MAPPINGS_GRAPH, "links to other ontologies"),
    ] {
        describe(&NamedNode::new_unchecked(graph), title, "CC-BY-4.0", true);
    }
    // A source's graph has the source's own IRI, whose title and licence are those of the paper: the
    // licence of the reports is the study's.
    for key in study.publications.keys() {
        let graph = names.named("publication", key);
        out.add(&graph, rdf::TYPE, cg::NAMED_GRAPH);
        out.add(&graph, cg::IN_DEFAULT_GRAPH, Literal::from(false));
        out.add(&graph, prov::WAS_DERIVED_FROM, names.study());
    }
}

pub(super) fn group_statements(study: &Study, names: &Names, out: &mut Writer) {
    out.graph = names.graph("claims");
    for claim in &study.claims {
        let node = names.named("claim", &claim.id);
        out.add(&node, rdf::TYPE, cg::CLAIM);
        out.text(&node, rdfs::LABEL, &claim.id);
        out.add(&node, cg::SOURCE, names.named("publication", &claim.source));
        statement_cells(&node, &claim.cells, out);
        for cell in &claim.not_read {
            out.text(&node, cg::NOT_READ, cell);
        }
    }
    out.graph = names.graph("series");
    for statement in &study.series {
        let node = names.named("series", &statement.id);
        out.add(&node, rdf::TYPE, cg::SERIES_STATEMENT);
        out.text(&node, rdfs::LABEL, &statement.id);
        out.add(
            &node,
            cg::SOURCE,
            names.named("publication", &statement.source),
        );
        if !statement.about.is_empty() {
            let about = names.named("publication", &statement.about);
            out.add(&node, cg::ABOUT_PUBLICATION, about);
        }
        statement_cells(&node, &statement.cells, out);
    }
}

/// Each reader's answers on a publication, one node an answer.
pub(super) fn appraisals(study: &Study, names: &Names, out: &mut Writer) {
    out.graph = names.graph("appraisals");
    let mut readers: BTreeMap<&str, usize> = BTreeMap::new();
    for appraisal in &study.appraisals {
        let key = appraisal.publication.as_str();
        let reader = readers.entry(key).or_default();
        *reader += 1;
        let node = names.named("appraisal", &format!("{key}/{reader}"));
        out.add(&node, rdf::TYPE, cg::APPRAISAL);
        let publication = names.named("publication", key);
        out.add(&node, cg::ABOUT_PUBLICATION, publication);
        out.text(&node, cg::APPRAISER, &appraisal.appraiser);
        date(&node, &appraisal.date, out);
        out.text(&node, cg::NOTE, &appraisal.note);
        for (question, answer) in &appraisal.answers {
            let said = names.named("appraisal", &format!("{key}/{reader}/{}", question.name));
            out.add(&node, cg::HAS_ANSWER, said.clone());
            out.add(&said, rdf::TYPE, cg::APPRAISAL_ANSWER);
            out.text(&said, cg::QUESTION, question.name);
            out.text(&said, cg::DOMAIN, question.domain);
            out.text(&said, cg::ANSWER, answer);
        }
    }
}

/// Numbers of group statements stay text, as printed, but for counts.
fn statement_cells(node: &NamedNode, cells: &[(&'static str, String)], out: &mut Writer) {
    for (heading, text) in cells {
        match (*heading, text.parse::<i64>()) {
            ("numerator" | "denominator", Ok(count)) => {
                out.add(node, term(heading), Literal::from(count));
            }
            _ => out.text(node, term(statement_property(heading)), text),
        }
    }
}

/// The property of a heading of `claims.csv` or `series.csv`.
fn statement_property(heading: &'static str) -> &'static str {
    match heading {
        "kind" => "claimKind",
        "ci_low" => "ciLow",
        "ci_high" => "ciHigh",
        "ci_level" => "ciLevel",
        "p_operator" => "pOperator",
        "p" => "pValue",
        "refs" => "references",
        "refs_are" => "referencesAre",
        "part_of" => "partOfClaim",
        "excludes" => "excludesClaim",
        "cases" => "caseKeys",
        other => other,
    }
}
