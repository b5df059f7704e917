//! Sheets about sources, cohorts and group statements.

use std::collections::{BTreeMap, BTreeSet};

use super::cells::{code, in_other_letters};
use super::harmed;
use super::headings::check_headings;
use super::identifiers::{no_doi, no_pmcid, no_pmid, unfit_key};
use super::problems::Problems;
use super::sheet::{Row, Table};
use crate::case::printed::{is_date, is_none, numbers, p_values, range};
use crate::case::{
    Claim, Membership, MembershipBasis, Publication, PublicationKind, ReadingDepth, Schema,
    SeriesStatement,
};
use crate::ontology::nearest;

/// Why a text is not of a form, if it is not.
type Form = fn(&str) -> Option<&'static str>;

/// Checks that a key is there, fit for an IRI and not yet taken.
fn key(
    table: &Table,
    row: &Row,
    heading: &str,
    taken: &mut BTreeMap<String, String>,
    problems: &mut Problems,
) -> Option<String> {
    let key = table.get(row, heading);
    let place = table.place(row, heading);
    if key.is_empty() {
        problems.cell(&place, format!("the row has no {heading}"));
        return None;
    }
    if let Some(rule) = unfit_key(key) {
        problems.cell(&place, rule);
        return None;
    }
    if let Some(other) = taken.insert(key.to_lowercase(), key.to_owned()) {
        let rule = if other == key {
            format!("is a {heading} that another row has: keys are unique")
        } else {
            in_other_letters(&other)
        };
        problems.cell(&place, rule);
        return None;
    }
    Some(key.to_owned())
}

/// The cells of the headings from the third on that are filled.
fn filled(
    table: &Table,
    row: &Row,
    known: &[&'static str],
    skip: usize,
) -> Vec<(&'static str, String)> {
    let cells = known[skip..]
        .iter()
        .map(|&heading| (heading, table.get(row, heading).to_owned()));
    cells.filter(|(_, text)| !text.is_empty()).collect()
}

pub(super) fn publications(
    table: &Table,
    problems: &mut Problems,
) -> BTreeMap<String, Publication> {
    let mut publications = BTreeMap::new();
    if !check_headings(
        table,
        &Schema::shipped().headings("publications"),
        &["key"],
        problems,
    ) {
        return publications;
    }
    let mut taken = BTreeMap::new();
    let this_year = i64::from(
        jiff::Timestamp::now()
            .to_zoned(jiff::tz::TimeZone::UTC)
            .year(),
    );
    for row in &table.rows {
        let Some(key) = key(table, row, "key", &mut taken, problems) else {
            continue;
        };
        let get = |heading| table.get(row, heading).to_owned();
        let year = get("year");
        let parsed = year
            .parse::<i64>()
            .ok()
            .filter(|y| (1800..=this_year + 1).contains(y));
        if !year.is_empty() && parsed.is_none() {
            let rule = format!("is no year between 1800 and {}", this_year + 1);
            problems.cell(&table.place(row, "year"), rule);
        }
        let kind = kind_of_source(table, row, problems);
        let read = code(table, row, "read", &ReadingDepth::WORDS, problems);
        for (heading, value) in [("kind", &kind), ("read", &read)] {
            if value.is_empty() {
                problems.cell(
                    &table.place(row, heading),
                    format!("the source has no {heading}: which report wins depends on it"),
                );
            }
        }
        for (heading, form) in [
            ("doi", no_doi as Form),
            ("pmid", no_pmid),
            ("pmcid", no_pmcid),
        ] {
            let text = table.get(row, heading);
            let rule = form(text).map(|rule| harmed::complaint(text).unwrap_or(rule));
            if let Some(rule) = rule.filter(|_| !text.is_empty()) {
                problems.cell(&table.place(row, heading), rule);
            }
        }
        let publication = Publication {
            key: key.clone(),
            review_ref: get("review_ref"),
            first_author: get("first_author"),
            year: parsed,
            title: get("title"),
            journal: get("journal"),
            volume_pages: get("volume_pages"),
            doi: get("doi"),
            pmid: get("pmid"),
            pmcid: get("pmcid"),
            kind: PublicationKind::from_word(&kind),
            read: ReadingDepth::from_word(&read),
            note: get("note"),
        };
        publications.insert(key, publication);
    }
    publications
}

/// The kind of a source. Kinds that are not in the list are taken as primary reports, which a
/// misspelt one must not be.
fn kind_of_source(table: &Table, row: &Row, problems: &mut Problems) -> String {
    let kind = table.get(row, "kind");
    if !kind.is_empty() && !PublicationKind::WORDS.contains(&kind) {
        let near = nearest(&kind.to_lowercase(), PublicationKind::WORDS.into_iter());
        let near: Vec<String> = near.into_iter().map(str::to_owned).collect();
        let place = table.place(row, "kind");
        if near.is_empty() {
            let known = PublicationKind::WORDS.join(", ");
            problems.warn_cell(
                &place,
                format!("is no known kind of source ({known}) and counts as a primary report"),
                near,
            );
        } else {
            problems.cell_near(&place, "looks like a misspelt kind of source", near);
        }
    }
    kind.to_owned()
}

pub(super) fn memberships(table: &Table, problems: &mut Problems) -> Vec<Membership> {
    let mut memberships: Vec<Membership> = Vec::new();
    if !check_headings(
        table,
        &Schema::shipped().headings("cohorts"),
        &["cohort", "case"],
        problems,
    ) {
        return memberships;
    }
    let mut placed = BTreeSet::new();
    let mut cohorts: BTreeMap<String, String> = BTreeMap::new();
    for row in &table.rows {
        let get = |heading| table.get(row, heading).to_owned();
        let membership = Membership {
            cohort: get("cohort"),
            case: get("case").into(),
            publication: get("publication"),
            number_in_source: get("number_in_source"),
            basis: MembershipBasis::from_word(&code(
                table,
                row,
                "basis",
                &MembershipBasis::WORDS,
                problems,
            )),
            reason: get("reason"),
        };
        let place = table.place(row, "cohort");
        if let Some(rule) = unfit_key(&membership.cohort) {
            problems.cell(&place, rule);
            continue;
        }
        let cohort = &membership.cohort;
        let other = cohorts
            .entry(cohort.to_lowercase())
            .or_insert_with(|| cohort.clone());
        if other != cohort {
            problems.cell(&place, in_other_letters(other));
            continue;
        }
        if !placed.insert((membership.cohort.clone(), membership.case.clone())) {
            let place = table.place(row, "case");
            problems.cell(
                &place,
                format!("is in cohort {:?} twice", membership.cohort),
            );
            continue;
        }
        memberships.push(membership);
    }
    memberships
}

pub(super) fn claims(table: &Table, problems: &mut Problems) -> Vec<Claim> {
    let mut claims = Vec::new();
    let headings = Schema::shipped().headings("claims");
    if !check_headings(table, &headings, &["id", "source"], problems) {
        return claims;
    }
    let mut taken = BTreeMap::new();
    for row in &table.rows {
        if let Some(id) = key(table, row, "id", &mut taken, problems) {
            counts(table, row, problems);
            code(table, row, "refs_are", &["cases", "references"], problems);
            let source = table.get(row, "source").to_owned();
            claims.push(Claim {
                id,
                source,
                cells: filled(table, row, &headings, 2),
                not_read: not_read(table, row, problems),
            });
        }
    }
    claims
}

/// Tells the cells of a claim that should be numbers and are not, or may be two; they stay as printed.
fn not_read(table: &Table, row: &Row, problems: &mut Problems) -> Vec<String> {
    let mut not_read = Vec::new();
    let mut tell = |heading: &str, rule: String| {
        let place = table.place(row, heading);
        not_read.push(format!(
            "{} {}, {heading}: {:?} {rule}",
            place.file, place.cell, place.value
        ));
        problems.warn_cell(&place, rule, Vec::new());
    };
    let is_statement = table.get(row, "kind") == "statement";
    for heading in ["value", "ci_low", "ci_high", "ci_level"] {
        let text = table.get(row, heading);
        let numbers = numbers(text);
        let is_read =
            !numbers.is_empty() || range(text).is_some() || is_date(text) || is_none(text);
        if numbers.len() > 1 {
            let both: Vec<String> = numbers
                .iter()
                .map(|number| number.value.to_string())
                .collect();
            tell(
                heading,
                format!(
                    "may be {}: write it without a mark of thousands",
                    both.join(" or ")
                ),
            );
        } else if !(is_read || is_statement && heading == "value") {
            tell(
                heading,
                "is not read as a number: no check uses it".to_owned(),
            );
        }
    }
    let (operator, p) = (table.get(row, "p_operator"), table.get(row, "p"));
    if p_values(operator, p).is_empty() && !(operator.is_empty() && is_none(p)) {
        let heading = if p.is_empty() { "p_operator" } else { "p" };
        tell(
            heading,
            "is not read as a P value: no check uses it".to_owned(),
        );
    }
    not_read
}

/// Every claim that a claim names is a row of the sheet.
pub(super) fn claims_named(table: &Table, claims: &[Claim], problems: &mut Problems) {
    let known: BTreeSet<&str> = claims.iter().map(|claim| claim.id.as_str()).collect();
    for row in &table.rows {
        for heading in ["part_of", "excludes"] {
            for id in table.get(row, heading).split([';', ',']).map(str::trim) {
                if !id.is_empty() && !known.contains(id) {
                    let near = nearest(&id.to_lowercase(), known.iter().copied());
                    let near = near.into_iter().map(str::to_owned).collect();
                    let rule = format!("names no claim: {id:?} is the id of no row");
                    problems.cell_near(&table.place(row, heading), rule, near);
                }
            }
        }
    }
}

pub(super) fn series(table: &Table, problems: &mut Problems) -> Vec<SeriesStatement> {
    let mut series = Vec::new();
    let headings = Schema::shipped().headings("series");
    if !check_headings(table, &headings, &["id", "source"], problems) {
        return series;
    }
    let mut taken = BTreeMap::new();
    for row in &table.rows {
        if let Some(id) = key(table, row, "id", &mut taken, problems) {
            counts(table, row, problems);
            let (source, about) = (table.get(row, "source"), table.get(row, "about"));
            series.push(SeriesStatement {
                id,
                source: source.to_owned(),
                about: about.to_owned(),
                cells: filled(table, row, &headings, 3),
            });
        }
    }
    series
}

/// Numerator and denominator are whole numbers, printed as such.
fn counts(table: &Table, row: &Row, problems: &mut Problems) {
    for heading in ["numerator", "denominator"] {
        let value = table.get(row, heading);
        if !value.is_empty() && value.parse::<u32>().is_err() {
            problems.cell(&table.place(row, heading), "is no whole number");
        }
    }
}
