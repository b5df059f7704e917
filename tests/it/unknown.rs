//! Names and codes that nothing knows: in the body of a query, in the header of an analysis, in the
//! ontology, in cells of genes and in parameters. Each is told, with what it may be meant for.

use std::fs;

use crate::support::{Ran, Tiny, copy, root};

const HEADER: &str =
    "#+ summary: x\n#+ description: x\n#+ tags: [t]\n#+ casegraph:\n#+   unit: case\n";
const BODY: &str = "SELECT ?case ?response { ?c cg:caseKey ?case ; cg:hasTreatment/cg:bestResponse/skos:notation ?response }";
const STATISTIC: &str = "{kind: response, success: [CR, PR], control: [CR, PR, SD]}";

fn with(statistic: &str, columns: &str, body: &str) -> Tiny {
    let tiny = Tiny::project();
    let text = format!("{HEADER}#+   columns: {columns}\n#+   statistic: {statistic}\n{body}\n");
    write(&tiny, "queries/mine/own.rq", &text);
    tiny
}

fn write(tiny: &Tiny, name: &str, text: &str) {
    let path = tiny.home().join(name);
    fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    fs::write(path, text).expect("written");
}

const RESPONSES: &str = "{case: text, response: code}";

#[test]
fn a_name_that_is_no_property_is_an_error_everywhere() {
    for (body, told) in [
        (
            BODY.replace("bestResponse", "bestRespons"),
            "nothing in the store has cg:bestRespons; nearest: cg:bestResponse",
        ),
        (
            BODY.replace(
                "cg:bestResponse",
                "<https://w3id.org/casegraph/ontology#bestRespones>",
            ),
            "cg:bestRespones; nearest: cg:bestResponse",
        ),
        (
            format!(
                "PREFIX own: <https://w3id.org/casegraph/ontology#> {}",
                BODY.replace("cg:hasT", "own:hasT")
                    .replace("Treatment", "Treatmnt")
            ),
            "cg:hasTreatmnt; nearest: cg:hasTreatment",
        ),
        (
            BODY.replace("?c cg:caseKey", "?c a cg:Cases ; cg:caseKey"),
            "cg:Cases; nearest: cg:Case",
        ),
        (
            BODY.replace(" }", " FILTER NOT EXISTS { ?c cg:agesYears 3 } }"),
            "cg:agesYears; nearest: cg:ageYears",
        ),
    ] {
        let tiny = with(STATISTIC, RESPONSES, &body);
        let err = tiny.run(&["run", "mine/own"]).fails(2);
        assert!(err.contains(told), "{told}: {err}");
        let checked = tiny.run(&["check"]);
        assert_eq!(checked.status, 1);
        assert!(
            checked.out.contains("Saved analyses: 1 error"),
            "{}",
            checked.out
        );
        assert!(
            checked.err.contains("own.rq: ") && checked.err.contains(told),
            "{}",
            checked.err
        );
    }
}

#[test]
fn a_class_or_a_thing_in_the_place_of_a_property_is_an_error_with_the_next_step() {
    for (body, told) in [
        (
            BODY.replace("cg:hasTreatment/", "cg:Treatment/"),
            "cg:Treatment is a class and no property, so that nothing has a value for it; write ?x a cg:Treatment, or \
             a property that leads to one: cg:before, cg:hasTreatment, cg:next",
        ),
        (
            BODY.replace(" }", " FILTER EXISTS { ?t drug:crizotinib ?c } }"),
            "drug:crizotinib is a thing and no property, so that nothing has a value for it; write ?x cg:drug \
             drug:crizotinib",
        ),
    ] {
        let tiny = with(STATISTIC, RESPONSES, &body);
        let err = tiny.run(&["run", "mine/own"]).fails(2);
        assert!(err.contains(told), "{told}: {err}");
        assert_eq!(tiny.run(&["check"]).status, 1);
        let asked = tiny.run(&["query", &body]);
        assert!(
            asked.status == 0 && asked.err.contains(told),
            "{}",
            asked.err
        );
    }
    // What a query makes may be called as it likes, and a property that nothing has is one.
    let tiny = Tiny::project();
    for body in [
        "CONSTRUCT { ?c cg:Treatment drug:crizotinib } WHERE { ?c a cg:Case }",
        "SELECT ?c { ?c cg:appraiser ?x }",
    ] {
        let asked = tiny.run(&["query", body]);
        assert!(!asked.err.contains("no property"), "{body}: {}", asked.err);
    }
}

#[test]
fn a_thing_that_is_not_there_is_a_warning() {
    let body = BODY.replace(
        "cg:hasTreatment/",
        "cg:hasTreatment ?t . ?t cg:drug drug:crizotinb ; ",
    );
    let tiny = with(STATISTIC, RESPONSES, &body);
    let told = "nothing in the store has drug:crizotinb; nearest: drug:crizotinib";
    let out = tiny.run(&["run", "mine/own"]).ok();
    assert!(out.contains(told), "{out}");
    let checked = tiny.run(&["check"]);
    assert!(checked.err.contains(told) && checked.out.contains("Saved analyses: 0 errors"));
    // A synonym leads to the thing that has it.
    let body = body.replace("crizotinb", "Xalkori");
    let out = with(STATISTIC, RESPONSES, &body)
        .run(&["run", "mine/own"])
        .ok();
    assert!(out.contains("nearest: drug:crizotinib"), "{out}");
    // A misspelt term of a standard is told too.
    let body = BODY.replace("skos:notation", "skos:notatoin");
    let out = with(STATISTIC, RESPONSES, &body)
        .run(&["run", "mine/own"])
        .ok();
    assert!(
        out.contains("skos:notatoin; nearest: skos:notation"),
        "{out}"
    );
}

#[test]
fn a_code_that_the_column_cannot_hold_is_an_error() {
    for (statistic, told) in [
        (
            "{kind: response, success: [CR, PRR], control: [CR, PR, SD]}",
            "success: the column response cannot hold \"PRR\"; nearest: PR",
        ),
        (
            "{kind: response, success: [CR, PR], control: [CR, PR, sd]}",
            "control: the column response cannot hold \"sd\"; nearest: SD",
        ),
        (
            "{kind: response, success: [CR, female], control: [CR]}",
            "\"female\"",
        ),
        (
            "{kind: response, success: [CR, progression], control: [CR]}",
            "\"progression\"",
        ),
    ] {
        let tiny = with(statistic, RESPONSES, BODY);
        let err = tiny.run(&["run", "mine/own"]).fails(2);
        assert!(err.contains(told), "{told}: {err}");
        assert!(
            !err.contains("nearest: PR") || told.contains("PRR"),
            "{err}"
        );
        assert_eq!(tiny.run(&["check"]).status, 1);
    }
    let contingency = |event: &str| {
        let statistic =
            format!("{{kind: contingency, rows: sex, columns: response, event: {event}}}");
        let body = "SELECT ?case ?sex ?response { ?c cg:caseKey ?case ; cg:sex ?sex ; cg:hasTreatment/cg:bestResponse/skos:notation ?response }";
        with(&statistic, "{case: text, sex: code, response: code}", body).run(&["run", "mine/own"])
    };
    let err = contingency("PDD").fails(2);
    assert!(
        err.contains("event: the column response cannot hold \"PDD\"; nearest: PD"),
        "{err}"
    );
    assert_eq!(contingency("PD").status, 0);
    // What the query itself makes is a value of its column.
    let body = "SELECT ?case ?response { ?c cg:caseKey ?case BIND(IF(?c = <urn:x>, \"gone\", \"there\") AS ?response) }";
    let own = "{kind: response, success: [gone], control: [gone, there]}";
    with(own, RESPONSES, body).run(&["run", "mine/own"]).ok();
}

/// A study without any data knows every name and code of the analyses that come with the program.
#[test]
fn an_empty_study_makes_no_analysis_wrong() {
    let dir = tempfile::TempDir::new().expect("a folder");
    let run = |arguments: &[&str]| Ran::of(crate::support::program(dir.path()).args(arguments));
    run(&["--quiet", "init", "made"]).ok();
    let checked = run(&["--project", "made", "check"]);
    assert!(
        checked.out.contains("Saved analyses: 0 errors"),
        "{}\n{}",
        checked.out,
        checked.err
    );
    assert!(
        !checked.err.contains("nothing in the store"),
        "{}",
        checked.err
    );
}

#[test]
fn a_rule_with_a_misspelt_name_can_find_nothing_and_is_told() {
    let tiny = Tiny::project();
    write(
        &tiny,
        "queries/checks/own.rq",
        "# Problem: x\n# Solution: y\nSELECT ?entity { ?entity cg:casesKey ?key }",
    );
    let profile = tiny.home().join("queries/checks/profile.tsv");
    let levels = fs::read_to_string(&profile).expect("levels");
    fs::write(&profile, format!("{levels}WARN\town\n")).expect("written");
    let checked = tiny.run(&["check"]);
    assert_eq!(checked.status, 1);
    assert!(
        checked
            .err
            .contains("own.rq: nothing in the store has cg:casesKey; nearest: cg:caseKey"),
        "{}",
        checked.err
    );
}

/// A copy of the invented study with its own ontology, of which one file is changed.
fn with_ontology(file: &str, more: &str) -> Ran {
    let tiny = Tiny::project();
    copy(&root().join("ontology"), &tiny.home().join("ontology"));
    let path = tiny.home().join("ontology").join(file);
    let text = fs::read_to_string(&path).expect("a file");
    fs::write(&path, format!("{text}{more}")).expect("written");
    tiny.run(&["check"])
}

#[test]
fn what_stands_below_nothing_is_an_error() {
    let concept = |above: &str| {
        format!(
            "\nhistology:own a skos:Concept ; skos:inScheme <https://w3id.org/casegraph/vocabulary/histology> ; skos:prefLabel \"own\"@en ; skos:broader {above} .\n"
        )
    };
    for (above, told) in [
        (
            "histology:leiomyosarcom",
            "histology:own has the broader concept histology:leiomyosarcom, which no file of the ontology declares: correct it, or declare it; nearest known: histology:leiomyosarcoma",
        ),
        ("histology:own", "histology:own lies below itself"),
        (
            "<https://w3id.org/casegraph/vocabulary/site/lung>",
            "site:lung, which is of another vocabulary",
        ),
        (
            "histology:sarcoma . histology:sarcoma skos:broader histology:own",
            "below histology:own",
        ),
    ] {
        let err = with_ontology("histology.ttl", &concept(above)).fails(2);
        assert!(
            err.contains("histology.ttl: ") && err.contains(told),
            "{told}: {err}"
        );
    }
    let row = "histology:leiomyosarcom\tx\tskos:exactMatch\tNCIT:C3158\tx\tsemapv:ManualMappingCuration\t\n";
    let err = with_ontology("mappings/histology.sssom.tsv", row).fails(2);
    assert!(
        err.contains(
            "histology.sssom.tsv: histology:leiomyosarcom is placed or linked, but no file"
        ),
        "{err}"
    );
    assert!(
        err.contains("nearest known: histology:leiomyosarcoma"),
        "{err}"
    );
}

/// What `check` says of a gene in the first fusion of the invented study.
fn gene(symbol: &str) -> Ran {
    let tiny = Tiny::new();
    tiny.edit("fusions.csv", ",RANBP2,ALK,", &format!(",{symbol},ALK,"));
    tiny.run(&["check"])
}

#[test]
fn words_for_no_gene_are_no_genes() {
    for word in [
        "unknown",
        "NotDone",
        "not done",
        "none",
        "n/a",
        "Unknown",
        "N.A.",
        "not-reported",
        "?",
        "RANBP2::ALK",
        "EML4-ALK",
    ] {
        let ran = gene(word);
        assert_eq!(ran.status, 1, "{word}");
        assert!(
            ran.out.contains("error: ")
                && ran.out.contains("five_prime") | ran.out.contains("partner_status"),
            "{}",
            ran.out
        );
    }
    for (symbol, told) in [
        ("ranbp2", "\"ranbp2\" is read as RANBP2"),
        (
            "RANB2",
            "\"RANB2\" is a known misprint and is read as RANBP2",
        ),
        (
            "RANBP3",
            "\"RANBP3\" is a gene that the ontology does not know: check its spelling; nearest known: RANBP2",
        ),
    ] {
        let ran = gene(symbol);
        assert!(
            ran.out.contains("warning: ") && ran.out.contains(told),
            "{symbol}: {}",
            ran.out
        );
    }
}

#[test]
fn a_gene_of_no_vocabulary_has_a_name() {
    let tiny = Tiny::new();
    tiny.edit("fusions.csv", ",RANBP2,ALK,", ",KIAA1618,ALK,");
    let labels =
        "SELECT ?partner { case:case-1 cg:hasFusion/cg:fivePrimeGene/rdfs:label ?partner }";
    let asked = |tiny: &Tiny| tiny.run(&["query", "--format", "csv", labels]).ok();
    assert_eq!(asked(&tiny), "partner\r\nKIAA1618\r\n");
    // Once a table of genes is linked, the older name leads to the approved symbol and its record.
    let table = "hgnc_id\tsymbol\tname\tlocus_group\tstatus\tlocation\talias_symbol\tprev_symbol\tentrez_id\tensembl_gene_id\n\
        HGNC:14539\tRNF213\tring finger protein 213\tprotein-coding\tApproved\t17q25.3\tKIAA1554\tKIAA1618|C17orf27\t57674\tENSG00000173821\n\
        HGNC:5\tA1BG\talpha-1-B glycoprotein\tprotein-coding\tApproved\t19q13.43\t\t\t1\tENSG00000121410\n";
    let path = tiny.dir().join("hgnc.tsv");
    fs::write(&path, table).expect("written");
    tiny.run(&["link", "--force", path.to_str().expect("a path")])
        .ok();
    assert_eq!(asked(&tiny), "partner\r\nRNF213\r\n");
    let linked = "ASK { gene:RNF213 skos:exactMatch hgnc:14539 . FILTER NOT EXISTS { gene:KIAA1618 ?p ?o } }";
    assert_eq!(tiny.run(&["query", linked]).ok(), "yes\n");
    let checked = tiny.run(&["check"]);
    assert!(
        checked.out.contains(
            "\"KIAA1618\" is read as RNF213, whose previous symbol it is in a linked table"
        ),
        "{}",
        checked.out
    );
    // From then on a symbol that no table knows is an error, until somebody declares it.
    tiny.edit("fusions.csv", ",KIAA1618,ALK,", ",RNF2133,ALK,");
    let checked = tiny.run(&["check"]);
    assert_eq!(checked.status, 1, "{}", checked.out);
    assert!(
        checked.out.contains(
            "\"RNF2133\" is known to neither the ontology nor the linked tables of genes"
        ) && checked.out.contains("nearest known: RNF213"),
        "{}",
        checked.out
    );
    // Linking a table is the way out, so that it is no error there.
    let newer =
        format!("{table}HGNC:6\tRNF2133\tinvented\tprotein-coding\tApproved\t1p1\t\t\t2\tENSG2\n");
    fs::write(&path, newer).expect("written");
    tiny.run(&["link", "--force", path.to_str().expect("a path")])
        .ok();
    assert_eq!(asked(&tiny), "partner\r\nRNF2133\r\n");
}

const BY_SEX: &str = "#+ summary: x\n#+ description: x\n#+ tags: [t]\n#+ casegraph:\n#+   unit: case\n#+   parameters: PARAMETERS\n#+   columns: {case: text}\n#+   statistic: {kind: table}\n";

fn with_parameter(parameters: &str, body: &str) -> Tiny {
    let tiny = Tiny::project();
    write(
        &tiny,
        "queries/mine/own.rq",
        &format!("{}{body}\n", BY_SEX.replace("PARAMETERS", parameters)),
    );
    tiny
}

#[test]
fn several_values_of_a_parameter_are_refused_and_never_empty_rows() {
    let tiny = with_parameter(
        "{partner: {type: text, default: RANBP2}}",
        "SELECT ?case { ?c cg:caseKey ?case ; cg:hasFusion/cg:fivePrimeGene/rdfs:label ?l FILTER(STR(?l) = ?partner) }",
    );
    let refused = |sets: &[&str]| {
        let sets: Vec<&str> = sets.iter().flat_map(|set| ["--set", *set]).collect();
        tiny.run(&[&["run", "mine/own"], &sets[..]].concat())
            .fails(2)
    };
    let err = refused(&["partner=TPM3,EML4"]);
    assert!(err.contains("parameter partner takes one value, and 'TPM3,EML4' is 2 (TPM3, EML4); run the analysis once for each"), "{err}");
    let err = refused(&["partner=TPM3", "partner=EML4"]);
    assert!(err.contains("partner takes one value"), "{err}");
    let by_drug = |set: &str| {
        tiny.run(&["run", "response/overall", "--set", set])
            .fails(2)
    };
    let err = by_drug("drug=drug:crizotinib,drug:alectinib");
    assert!(
        err.contains("takes one value") && err.contains("once for each"),
        "{err}"
    );
    // A name that stands for one thing alone is that thing, whatever it is called by.
    let run = |set: &str| {
        tiny.run(&["run", "response/overall", "--format", "json", "--set", set])
            .ok()
    };
    for (names, thing) in [
        (
            &["crizotinib", "Xalkori", "Crizotinib"][..],
            "drug:crizotinib",
        ),
        (&["ALK inhibitor"], "drug:alk-inhibitor"),
    ] {
        for name in names {
            assert_eq!(
                run(&format!("drug={name}")),
                run(&format!("drug={thing}")),
                "{name}"
            );
        }
    }
    let err = by_drug("drug=no such drug");
    assert!(
        err.contains("has no prefix") && err.contains("write prefix:name"),
        "{err}"
    );
}

#[test]
fn parameters_are_what_they_are_typed_as() {
    let own = |parameters: &str, body: &str, set: &str| {
        with_parameter(parameters, body).run(&["run", "mine/own", "--format", "csv", "--set", set])
    };
    // A text keeps its spaces.
    let body = "SELECT ?case { ?c cg:caseKey ?key . BIND(CONCAT(\"[\", ?t, \"]\") AS ?case) FILTER(?key = \"case-1\") }";
    assert!(
        own("{t: {type: text, default: x}}", body, "t=  lead ")
            .ok()
            .contains("[  lead ]")
    );
    // A number that is beyond what can be compared.
    let body = "SELECT ?case { ?c cg:caseKey ?case ; cg:ageYears ?age FILTER(?age < ?t) }";
    for (kind, value) in [
        ("decimal", "9".repeat(40)),
        ("decimal", format!("0.{}", "3".repeat(30))),
        ("integer", "9".repeat(20)),
    ] {
        let err = own(
            &format!("{{t: {{type: {kind}, default: \"5\"}}}}"),
            body,
            &format!("t={value}"),
        )
        .fails(2);
        assert!(
            err.contains("beyond the numbers that a query can compare"),
            "{err}"
        );
    }
    // Values in a table are compared as values.
    let body = "SELECT ?case { VALUES (?t ?case) { (05 \"five\") (6 \"six\") } }";
    assert!(
        own("{t: {type: integer, default: \"6\"}}", body, "t=5")
            .ok()
            .contains("five")
    );
    let body = "SELECT ?case { VALUES (?t ?case) { (4.50 \"four\") (6.0 \"six\") } }";
    assert!(
        own("{t: {type: decimal, default: \"6\"}}", body, "t=4.5")
            .ok()
            .contains("four")
    );
    // The address of a service is not looked for in the store.
    let body = "SELECT ?case { SERVICE ?t { ?c cg:caseKey ?case } }";
    let err = own(
        "{t: {type: iri, default: \"http://localhost:1/a\"}}",
        body,
        "t=<http://localhost:1/sparql>",
    )
    .err;
    assert!(!err.contains("the store knows no"), "{err}");
}

#[test]
fn an_optional_parameter_that_a_filter_needs_is_told() {
    let body = "SELECT ?case { ?c cg:caseKey ?case ; cg:ageYears ?age FILTER(?age > ?t) }";
    let tiny = with_parameter("{t: {type: decimal, optional: true}}", body);
    let checked = tiny.run(&["check"]);
    assert_eq!(checked.status, 1);
    assert!(
        checked
            .err
            .contains("own.rq: parameter ?t is optional, and a FILTER needs its value"),
        "{}",
        checked.err
    );
    let guarded = body.replace("?age > ?t", "!BOUND(?t) || ?age > ?t");
    let tiny = with_parameter("{t: {type: decimal, optional: true}}", &guarded);
    assert_eq!(tiny.run(&["check"]).status, 0);
}
