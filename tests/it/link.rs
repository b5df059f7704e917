//! Links to gene tables and ontologies: slices, whole sources, names, and bad files.

use std::fs;
use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::support::Tiny;

const GENE_INFO: &str = "\
#tax_id\tGeneID\tSymbol\tLocusTag\tSynonyms\tdbXrefs\tchromosome\tmap_location\tdescription\ttype_of_gene\tSymbol_from_nomenclature_authority\tFull_name\tNomenclature_status\tOther_designations\tModification_date\tFeature_type
9606\t5903\tRANBP2\t-\tNUP358|TRP1\tHGNC:HGNC:9848\t2\t2q13\tRAN binding protein 2\tprotein-coding\t-\t-\t-\t-\t20220912\t-
9606\t7306\tTYRP1\t-\tTRP-1\tHGNC:HGNC:12450\t9\t9p23\ttyrosinase related protein 1\tprotein-coding\t-\t-\t-\t-\t20220912\t-
10090\t19386\tRanbp2\t-\t-\t-\t10\t-\tmouse gene\tprotein-coding\t-\t-\t-\t-\t20220912\t-
";

const GENE2GO: &str = "\
#tax_id\tGeneID\tGO_ID\tEvidence\tQualifier\tGO_term\tPubMed\tCategory
9606\t5903\tGO:0005643\tIDA\tpart_of\tnuclear pore\t11030612\tComponent
9606\t5903\tGO:0005737\tIDA\tNOT located_in\tcytoplasm\t-\tComponent
9606\t7306\tGO:0005737\tIEA\tlocated_in\tcytoplasm\t-\tComponent
";

const OBO: &str = "\
format-version: 1.2
data-version: releases/2022-07-01
ontology: go

[Term]
id: GO:0005575
name: cellular_component
namespace: cellular_component

[Term]
id: GO:0005635
name: nuclear envelope
namespace: cellular_component
is_a: GO:0005575
relationship: part_of GO:0005634 ! nucleus

[Term]
id: GO:0005634
name: nucleus
namespace: cellular_component
is_a: GO:0005575

[Term]
id: GO:0005643
name: nuclear pore
namespace: cellular_component
is_a: GO:0005575
relationship: part_of GO:0005635

[Term]
id: GO:0005737
name: cytoplasm
namespace: cellular_component
is_a: GO:0005575
";

struct Files {
    tiny: Tiny,
}

impl Files {
    fn new() -> Self {
        let files = Self { tiny: Tiny::new() };
        files.write("genes.txt", GENE_INFO.as_bytes());
        files.write("gene2go.tsv", GENE2GO.as_bytes());
        files.write("go.obo", OBO.as_bytes());
        files
    }

    fn write(&self, name: &str, bytes: &[u8]) {
        fs::write(self.tiny.dir().join(name), bytes).expect("a file");
    }

    fn link(&self, arguments: &[&str]) -> crate::support::Ran {
        let all = [&["link"], arguments].concat();
        self.tiny.run(&all)
    }

    fn ask(&self, query: &str) -> String {
        self.tiny.run(&["query", query, "--format", "csv"]).ok()
    }

    fn imports(&self) -> Vec<String> {
        let folder = self.tiny.sheet("imports");
        let entries = fs::read_dir(folder).into_iter().flatten().flatten();
        let mut names: Vec<String> = entries
            .map(|entry| entry.file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }
}

const ALL: [&str; 3] = ["go.obo", "gene2go.tsv", "genes.txt"];

#[test]
fn a_slice_holds_what_the_study_reaches_and_stays_with_it() {
    let files = Files::new();
    let out = files.link(&ALL).ok();
    assert!(out.contains("1 gene") && out.contains("3 genes"), "{out}");
    assert_eq!(
        files.imports(),
        ["go.ttl", "ncbi-gene.ttl", "ncbi-gene2go.ttl"]
    );
    // The cytoplasm is reached by an annotation that says NOT, and stands for itself only.
    let under = |term: &str| {
        files.ask(&format!(
            "SELECT DISTINCT ?symbol {{ ?term cg:within* {term} . ?a cg:annotatedWith ?term ;
               cg:annotatedGene/cg:symbol ?symbol }}"
        ))
    };
    assert_eq!(
        under("go:0005634"),
        "symbol\r\nRANBP2\r\n",
        "part of the envelope, part of the nucleus"
    );
    assert_eq!(
        under("go:0005737"),
        "symbol\r\n",
        "what is said not to be is not propagated"
    );
    let dossier = files.tiny.run(&["case", "case-1"]).ok();
    assert!(
        dossier.contains("RANBP2: RAN binding protein 2, 2q13\n      is in: nuclear pore\n"),
        "{dossier}"
    );
    let sources = files
        .tiny
        .run(&["run", "evidence/external-sources", "--format", "csv"])
        .ok();
    assert!(
        sources.contains("go,Gene Ontology,releases/2022-07-01,2022-07-01,CC-BY-4.0"),
        "{sources}"
    );

    let before = fs::read(files.tiny.sheet("imports/go.ttl")).expect("a slice");
    let again = files.link(&ALL);
    assert!(again.err.contains("go.ttl: as it was"), "{}", again.err);
    assert_eq!(
        fs::read(files.tiny.sheet("imports/go.ttl")).expect("a slice"),
        before
    );

    files.write(
        "go.obo",
        OBO.replace("name: nuclear pore", "name: nuclear pore complex")
            .as_bytes(),
    );
    let changed = files.link(&["go.obo"]);
    assert!(
        changed.err.contains("2 statements added, 2 removed"),
        "{}",
        changed.err
    );
}

#[test]
fn where_partners_lie_groups_the_response() {
    let files = Files::new();
    files.link(&ALL).ok();
    let out = files
        .tiny
        .run(&["run", "gene/response-by-location", "--format", "json"])
        .ok();
    let found: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    let groups = found["result"]["groups"].as_array().expect("groups");
    let group = |label: &str| groups.iter().find(|group| group["group"] == label);
    // RANBP2 alone is annotated: case-1, case-2 and case-7, of which case-1 has a category.
    let inside = group("nuclear envelope").expect("a group");
    assert_eq!(inside["objective_response"]["successes"], 1);
    assert_eq!(inside["objective_response"]["n"], 1);
    assert_eq!(groups.len(), 2, "{out}");
}

#[test]
fn whole_sources_stay_when_the_study_is_built_again() {
    let files = Files::new();
    files.link(&[&["--whole"], &ALL[..]].concat()).ok();
    assert!(files.imports().is_empty());
    let genes = "SELECT (COUNT(?gene) AS ?n) { ?gene a cg:GeneRecord }";
    assert_eq!(files.ask(genes), "n\r\n3\r\n");
    files.tiny.edit(
        "cases.csv",
        "leiomyosarcoma",
        "inflammatory myofibroblastic tumor",
    );
    assert_eq!(files.ask(genes), "n\r\n3\r\n");
    let changed =
        files.ask("SELECT (COUNT(?case) AS ?n) { ?case cg:histology histology:leiomyosarcoma }");
    assert_eq!(changed, "n\r\n0\r\n", "the sheets as they are now");
    // Linked again, a source is replaced and not added to.
    files.write(
        "genes.txt",
        GENE_INFO.replace("\t2q13\t", "\t2q12\t").as_bytes(),
    );
    files.link(&["--whole", "genes.txt"]).ok();
    let places = files.ask("SELECT ?place { ?gene cg:cytogeneticLocation ?place } ORDER BY ?place");
    assert_eq!(places, "place\r\n2q12\r\n9p23\r\n");
    assert!(
        files
            .ask("SELECT (COUNT(*) AS ?n) { ?a cg:annotatedWith ?t }")
            .contains("\n2\r")
    );
}

#[test]
fn annotations_of_products_reach_the_genes() {
    let files = Files::new();
    // Another identifier than the vocabulary's: the symbol leads there.
    let gaf = "!gaf-version: 2.2\nUniProtKB\tA0A000\tRANBP2\tpart_of\tGO:0005643\tPMID:11030612\tIDA\t\tC\tE3 SUMO-protein \
               ligase RanBP2\tNUP358\tprotein\ttaxon:9606\t20200131\tUniProt\t\t\n";
    files.write("a.gaf", gaf.as_bytes());
    files.link(&["a.gaf", "go.obo"]).ok();
    let out = files
        .tiny
        .run(&["run", "gene/annotations", "--format", "csv"])
        .ok();
    assert!(
        out.contains("RANBP2,3,nuclear pore,GO:0005643,IDA,"),
        "{out}"
    );
    let who = files.ask(
        "SELECT ?who ?date { ?a cg:annotatedGene <http://purl.uniprot.org/uniprot/A0A000> ; cg:assignedBy ?who ; dcterms:date ?date }",
    );
    assert_eq!(who, "who,date\r\nUniProt,2020-01-31\r\n");
}

#[test]
fn a_slice_of_what_is_there_whole_is_told_to_be_in_its_shadow() {
    let files = Files::new();
    files.link(&["--whole", "go.obo"]).ok();
    let ran = files.link(&ALL);
    assert!(
        ran.err.contains("go: the store holds this source whole"),
        "{}",
        ran.err
    );
    assert!(!ran.err.contains("ncbi-gene: the store"), "{}", ran.err);
}

#[test]
fn names_are_resolved_and_never_guessed() {
    let files = Files::new();
    let ran = files.tiny.run(&[
        "resolve",
        "nup358",
        "ranbp2",
        "TRP1",
        "--table",
        "genes.txt",
        "--format",
        "json",
    ]);
    assert_eq!(ran.status, 1, "an ambiguous name is told by the status");
    let found: serde_json::Value = serde_json::from_str(&ran.out).expect("JSON");
    let of = |at: usize| {
        let candidates = found[at]["candidates"].as_array().expect("candidates");
        candidates
            .iter()
            .map(|c| {
                format!(
                    "{} {}",
                    c["symbol"].as_str().unwrap_or(""),
                    c["how"].as_str().unwrap_or("")
                )
            })
            .collect::<Vec<_>>()
    };
    assert_eq!(of(0), ["RANBP2 alias"]);
    // The mouse gene is spelt so, but for its case: neither is chosen.
    assert_eq!(of(1), ["RANBP2 spelling", "Ranbp2 spelling"]);
    assert_eq!(of(2), ["RANBP2 alias", "TYRP1 alias"]);
    files.link(&[&["--whole"], &ALL[..]].concat()).ok();
    let linked = files.tiny.run(&["resolve", "NUP358", "HGNC:12450"]).ok();
    assert!(linked.contains("RANBP2") && linked.contains("TYRP1") && linked.contains("identifier"));
}

#[test]
fn a_bad_file_links_nothing() {
    let files = Files::new();
    let mut packed = GzEncoder::new(Vec::new(), Compression::default());
    packed.write_all(OBO.repeat(200).as_bytes()).expect("packs");
    let packed = packed.finish().expect("packs");
    files.write("cut.obo.gz", &packed[..packed.len() / 2]);
    let error = files.link(&["genes.txt", "cut.obo.gz"]).fails(2);
    assert!(
        error.contains("cut.obo.gz") && error.contains("ends in the middle"),
        "{error}"
    );
    assert!(files.imports().is_empty());

    files.write(
        "bad.tsv",
        GENE2GO.replace("GO:0005643", "GO:none").as_bytes(),
    );
    let error = files.link(&["genes.txt", "bad.tsv"]).fails(2);
    assert!(
        error.contains("bad.tsv, line 2: \"GO:none\" is no term"),
        "{error}"
    );
    assert!(
        error.contains("--lenient") && files.imports().is_empty(),
        "{error}"
    );
    let lenient = files.link(&["--lenient", "genes.txt", "bad.tsv"]);
    assert!(
        lenient.err.contains("1 lines were left out"),
        "{}",
        lenient.err
    );
    assert_eq!(files.imports().len(), 2);

    let mut latin = GENE_INFO.as_bytes().to_vec();
    latin.extend(b"9606\t1\tcaf\xE9\n");
    latin.extend(vec![b'x'; 10 * 1024 * 1024]);
    files.write("latin.txt", &latin);
    let error = files.link(&["latin.txt"]).fails(2);
    assert!(
        error.contains("line 5") && error.contains("iconv -f latin1"),
        "{error}"
    );
    assert!(
        error.contains("line 6") && error.contains("10485760 bytes long"),
        "{error}"
    );

    let error = files.link(&["go.obo", "go.obo"]).fails(2);
    assert!(error.contains("are both the source \"go\""), "{error}");
    files.write("table.csv", b"a,b\n1,2\n");
    let error = files.link(&["table.csv"]).fails(2);
    assert!(error.contains("its content is none of"), "{error}");
}

#[test]
fn faults_of_an_ontology_are_told() {
    let files = Files::new();
    let cycle = OBO.replace(
        "name: cellular_component\nnamespace: cellular_component\n",
        "name: cellular_component\nnamespace: cellular_component\nis_a: GO:0005634\nis_a: GO:0009999\n",
    );
    let twice = format!("{cycle}\n[Term]\nid: GO:0005737\nname: again\n");
    files.write("go.obo", twice.as_bytes());
    let told = files.link(&ALL).err;
    assert!(
        told.contains("a term lies above itself: GO:0005575 is_a GO:0005634 is_a GO:0005575"),
        "{told}"
    );
    assert!(
        told.contains("1 parents are no terms of the file, such as GO:0009999 of GO:0005575"),
        "{told}"
    );
    assert!(
        told.contains("1 identifiers stand twice, such as GO:0005737"),
        "{told}"
    );
}

#[test]
fn the_shipped_study_is_not_written_to() {
    let dir = tempfile::tempdir().expect("a folder");
    let ran =
        crate::support::Ran::of(crate::support::program(dir.path()).args(["link", "no-such-file"]));
    assert!(ran.fails(2).contains("cannot be linked: name a project"));
}

#[test]
fn enrichment_is_against_all_annotated_genes_and_propagated() {
    let files = Files::new();
    files.link(&ALL).ok();
    let refused = files.tiny.run(&["run", "gene/enrichment"]).ok();
    assert!(
        refused.contains("annotated genes are no background"),
        "{refused}"
    );
    assert!(
        !refused.contains("go:0005643"),
        "no rows of facts: {refused}"
    );

    // 1,203 genes: the three partners and 57 others at the nuclear pore, the rest in the cytoplasm.
    let mut annotations =
        String::from("#tax_id\tGeneID\tGO_ID\tEvidence\tQualifier\tGO_term\tPubMed\tCategory\n");
    let row = |gene: u32, term: &str, code: &str, qualifier: &str| {
        format!("9606\t{gene}\t{term}\t{code}\t{qualifier}\tx\t-\tComponent\n")
    };
    for gene in [5903, 27436, 7170] {
        annotations.push_str(&row(gene, "GO:0005643", "IDA", "part_of"));
    }
    for gene in 0..1200 {
        let term = if gene < 57 {
            "GO:0005643"
        } else {
            "GO:0005737"
        };
        annotations.push_str(&row(1_000_000 + gene, term, "IDA", "located_in"));
    }
    // What says NOT, or that nothing is known, makes no gene annotated.
    annotations.push_str(&row(2_000_000, "GO:0005643", "IDA", "NOT located_in"));
    annotations.push_str(&row(2_000_001, "GO:0005575", "ND", "located_in"));
    files.write("gene2go.tsv", annotations.as_bytes());
    files.link(&[&["--whole"], &ALL[..]].concat()).ok();
    let out = files
        .tiny
        .run(&["run", "gene/enrichment", "--format", "json"])
        .ok();
    let found: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    let result = &found["result"];
    assert_eq!(
        (&result["background"], &result["set"]),
        (&1203.into(), &3.into())
    );
    let terms = result["terms"].as_array().expect("terms");
    let of = |label: &str| {
        terms
            .iter()
            .find(|term| term["label"] == label)
            .expect("a term")
    };
    // 60 of 1,203 genes: all three by chance in C(60,3) of C(1203,3) draws.
    for label in ["nuclear pore", "nuclear envelope", "nucleus"] {
        let p = of(label)["p_value"].as_f64().expect("P");
        assert!(
            (p / (34_220.0 / 289_442_201.0) - 1.0).abs() < 1e-12,
            "{label}: {p}"
        );
        assert_eq!(of(label)["with"], 60);
    }
    let root = of("cellular_component");
    assert_eq!(
        (&root["with"], &root["p_value"]),
        (&1203.into(), &1.0.into())
    );
    // Three equal P values of four tests: each times 4 / 3.
    let adjusted = of("nucleus")["adjusted_p"].as_f64().expect("P");
    assert!((adjusted / (34_220.0 / 289_442_201.0 * 4.0 / 3.0) - 1.0).abs() < 1e-12);
    assert_eq!(
        of("nucleus")["genes"],
        serde_json::json!(["EML4", "RANBP2", "TPM3"])
    );
}

#[test]
fn terms_of_vocabularies_and_linked_ontologies_are_resolved_too() {
    let files = Files::new();
    files.link(&ALL).ok();
    let of = |arguments: &[&str]| {
        let ran = files
            .tiny
            .run(&[&["resolve", "--format", "csv"], arguments].concat());
        (ran.status, ran.out)
    };
    let (status, out) = of(&["Inflammatory myofibroblastic tumour", "PR", "Nuclear pore"]);
    assert_eq!(status, 0, "{out}");
    assert!(
        out.contains("inflammatory myofibroblastic tumor,histology,synonym"),
        "{out}"
    );
    assert!(out.contains("PR,partial response,response,code"), "{out}");
    assert!(out.contains("Nuclear pore,nuclear pore,GO,label"), "{out}");
    let (status, out) = of(&["PR", "--vocabulary", "histology"]);
    assert!(status == 1 && out.contains("PR,unknown"), "{out}");
}
