use super::{Catalogue, FindError};
use crate::query::parameters::Prefix;

fn prefixes() -> Vec<Prefix> {
    vec![
        ("cg".to_owned(), "https://example.org/ontology#".to_owned()),
        ("drug".to_owned(), "https://example.org/drug/".to_owned()),
    ]
}

const BODY: &str = "SELECT ?case ?response { ?case cg:hasTreatment ?t . ?t cg:drug ?drug ; cg:bestResponse ?response }";

fn file(path: &str, casegraph: &str, body: &str) -> (String, String) {
    let text = format!("#+ summary: s\n#+ description: d\n#+ casegraph: {{{casegraph}}}\n{body}\n");
    (path.to_owned(), text)
}

fn good(path: &str) -> (String, String) {
    let casegraph = "columns: {case: iri, response: code}, parameters: {drug: {type: iri, default: drug:crizotinib}}, \
                     statistic: {kind: response, success: [CR], control: [CR]}";
    file(path, casegraph, BODY)
}

fn errors(files: Vec<(String, String)>) -> Vec<String> {
    Catalogue::read(files, &prefixes())
        .unwrap()
        .1
        .iter()
        .map(ToString::to_string)
        .collect()
}

#[test]
fn queries_are_found_by_slug_or_by_an_unambiguous_name() {
    let files = [
        "queries/response/overall.rq",
        "response/by-partner.rq",
        "/p/queries/toxicity/by-partner.rq",
    ];
    let catalogue = Catalogue::read(files.map(good), &prefixes()).unwrap().0;
    let slugs: Vec<_> = catalogue
        .queries()
        .iter()
        .map(|query| query.slug.as_str())
        .collect();
    assert_eq!(
        slugs,
        [
            "response/by-partner",
            "response/overall",
            "toxicity/by-partner"
        ]
    );
    assert_eq!(catalogue.find("overall").unwrap().theme, "response");
    assert_eq!(
        catalogue.find("toxicity/by-partner").unwrap().path,
        "/p/queries/toxicity/by-partner.rq"
    );
    assert_eq!(
        catalogue.find("by-partner").unwrap_err(),
        FindError::Ambiguous {
            name: "by-partner".to_owned(),
            slugs: vec![
                "response/by-partner".to_owned(),
                "toxicity/by-partner".to_owned()
            ],
        }
    );
    assert_eq!(
        catalogue.find("overal").unwrap_err().to_string(),
        "no saved query 'overal' (did you mean response/overall?); see them all with 'casegraph list'"
    );
}

#[test]
fn all_errors_of_all_files_are_told() {
    let columns = "columns: {case: iri, response: code}";
    let files = vec![
        good("a/one.rq"),
        good("other/a/one.rq"),
        good("alone.rq"),
        ("a/none.rq".to_owned(), BODY.to_owned()),
        file(
            "a/syntax.rq",
            columns,
            "SELECT ?case {\n  ?case a cg:Case ,,\n}",
        ),
        file("a/columns.rq", "columns: {case: iri, respons: code}", BODY),
        file(
            "a/unused.rq",
            &format!("{columns}, parameters: {{drugs: {{type: iri}}}}"),
            BODY,
        ),
        file(
            "a/default.rq",
            &format!("{columns}, parameters: {{drug: {{type: integer, default: x}}}}"),
            BODY,
        ),
        file(
            "a/statistic.rq",
            &format!("{columns}, statistic: {{kind: survival, time: mnths}}"),
            BODY,
        ),
        file(
            "a/place.rq",
            "columns: {o: text}, parameters: {drug: {type: text}}",
            "SELECT ?o { ?drug cg:label ?o }",
        ),
        file("a/ask.rq", columns, "ASK { ?s ?p ?o }"),
    ];
    let expected = [
        "other/a/one.rq: 'a/one' is also the name of a/one.rq",
        "alone.rq: no theme",
        "a/none.rq: no header",
        "a/syntax.rq:5:19: not SPARQL at ',,'; correct the query there",
        "a/columns.rq: column ?response is not declared (did you mean 'respons'?)",
        "a/columns.rq: the query gives no column ?respons (did you mean 'response'?); it gives case, response",
        "a/unused.rq: parameter ?drugs is not used by the query (did you mean '?drug'?)",
        "a/default.rq: in the header, parameter drug: 'x' is not a whole number",
        "a/statistic.rq: statistic survival reads column 'mnths' (key 'time'), which is not declared",
        "a/statistic.rq: statistic survival reads column 'event' (key 'event'), which is not declared",
        "a/place.rq: parameter ?drug is the subject of a triple, which cannot be ",
        "a/ask.rq: a saved query is a SELECT",
    ];
    let errors = errors(files);
    assert_eq!(errors.len(), expected.len(), "{errors:#?}");
    for (error, expected) in errors.iter().zip(expected) {
        assert!(error.contains(expected), "{error}\n{expected}");
    }
}

#[test]
fn a_bad_prefix_is_the_projects_error() {
    let bad = [("cg".to_owned(), "not an iri".to_owned())];
    let error = Catalogue::read([good("a/one.rq")], &bad).unwrap_err();
    assert_eq!(
        error.to_string(),
        "prefix cg: <not an iri> is not an IRI; correct the project's prefixes"
    );
}

#[test]
fn syntax_errors_point_to_the_place() {
    for (text, expected) in [
        (
            "SELCT ?c { }",
            "q:1:1: not SPARQL at 'SELCT ?c { }'; correct",
        ),
        (
            "SELECT ?c {\n ?c a cg:x\n FILTR(?x) }\nORDER BY ?c LIMIT 3 OFFSET 2",
            "q:3:2: not SPARQL at 'FILTR(?x) }'",
        ),
        (
            "SELECT ?c {\n ?c a cg:x ; ?? }",
            "q:2:14: not SPARQL at '?? }'",
        ),
        (
            "SELECT ?c {\n ?c a gc:x }",
            "q:2:7: not SPARQL at 'gc:x }' (Prefix not found)",
        ),
        ("SELECT ?c { ?c a cg:x", "q:1:22: not SPARQL at ''"),
        (
            "SELECT ?c (COUNT(*) AS ?n) { ?c a cg:x } GROUP BY ?b",
            "(The SELECT contains a variable that is unbound)",
        ),
        ("", "q:1:1: not SPARQL at ''"),
    ] {
        let error = super::parse(&super::parser(&prefixes()).unwrap(), "q", text)
            .unwrap_err()
            .to_string();
        assert!(error.contains(expected), "{error}\n{expected}");
    }
}

proptest::proptest! {
    #[test]
    fn no_text_makes_the_error_panic(text in "(SELECT \\?c \\{)?[?a-z:;., {}()\nA-Z\"é<>#]{0,40}") {
        let _outcome = super::parse(&super::parser(&prefixes()).unwrap(), "q", &text);
    }
}
