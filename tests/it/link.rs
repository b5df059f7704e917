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
    assert!(lenient.err.contains("1 line left out"), "{}", lenient.err);
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
    assert!(
        ran.fails(2)
            .contains("`casegraph init --from alk-sarcoma DIR`")
    );
}

#[test]
fn a_copy_of_the_shipped_study_is_linked() {
    let dir = tempfile::tempdir().expect("a folder");
    let run = |arguments: &str| {
        let arguments = arguments.split(' ');
        crate::support::Ran::of(crate::support::program(dir.path()).args(arguments))
    };
    for (name, text) in [("genes.txt", GENE_INFO), ("go.obo", OBO)] {
        fs::write(dir.path().join(name), text).expect("a file");
    }
    run("init --from alk-sarcoma my-alk").ok();
    // It comes with links, which files that lack most of its genes and terms do not replace.
    let refused = run("link -p my-alk genes.txt go.obo").fails(2);
    assert!(refused.contains("nothing was linked"), "{refused}");
    let whole = run("link -p my-alk --whole --force genes.txt").ok();
    assert!(whole.contains("3 genes"), "{whole}");
    let slice = run("link -p my-alk --force genes.txt").ok();
    assert!(slice.contains("1 gene "), "{slice}");
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

const HGNC: &str = "\
hgnc_id\tsymbol\tname\tstatus\tlocation\talias_symbol\tprev_symbol\tentrez_id\tensembl_gene_id\tuniprot_ids
HGNC:427\tALK\tALK receptor tyrosine kinase\tApproved\t2p23.2\tCD246\t\t238\tENSG1\tP0
HGNC:10261\tROS1\tROS proto-oncogene 1\tApproved\t6q22.1\tMCF3|ALK\t\t6098\tENSG2\tP0
HGNC:9848\tRANBP2\tRAN binding protein 2\tApproved\t2q13\tNUP358\t\t5903\tENSG3\tP3
";

const MAPPINGS: &str = "\
#curie_map:
#  HGNC: http://identifiers.org/hgnc/
#  X: http://example.org/x/
#mapping_set_id: https://example.org/mine
subject_id\tpredicate_id\tpredicate_modifier\tobject_id\tmapping_justification
HGNC:427\tskos:exactMatch\t\tsssom:NoTermFound\tsemapv:ManualMappingCuration
HGNC:10261\tskos:exactMatch\t\tsssom:NoTermFound\tsemapv:ManualMappingCuration
HGNC:9848\tskos:exactMatch\t\tX:1\tsemapv:ManualMappingCuration
HGNC:427\tskos:exactMatch\t\tX:1\tsemapv:ManualMappingCuration
HGNC:427\tskos:exactMatch\tNOT\tX:2\tsemapv:ManualMappingCuration
HGNC:10261\tskos:exactMatch\tnot\tX:2\tsemapv:ManualMappingCuration
HGNC:9848\tskos:exactMatch\tNot\tX:1\tsemapv:ManualMappingCuration
HGNC:427\tskos:exactMatch\t\tHGNC:10261\tsemapv:ManualMappingCuration
";

#[test]
fn two_genes_stay_two_whatever_is_said_to_be_the_same_as_both() {
    let files = Files::new();
    files.write("h.tsv", HGNC.as_bytes());
    files.write("m.sssom.tsv", MAPPINGS.as_bytes());
    let told = files.link(&["--whole", "h.tsv", "m.sssom.tsv"]);
    assert!(
        told.err
            .contains("UniProtKB:P0 and HGNC:10261, HGNC:427; these stay apart"),
        "{}",
        told.err
    );
    assert!(
        told.err
            .contains("http://example.org/x/1 and http://identifiers.org/hgnc/427"),
        "{}",
        told.err
    );
    assert!(
        told.err.contains(
            "1 pairs are said both to match and not to, such as http://identifiers.org/hgnc/9848"
        ),
        "{}",
        told.err
    );
    for (name, symbol) in [
        ("ALK", "ALK receptor"),
        ("ROS1", "ROS proto"),
        ("RANBP2", "RAN binding"),
        ("HGNC:10261", "ROS proto"),
        ("238", "unknown"),
    ] {
        let found = files
            .tiny
            .run(&["resolve", name, "--vocabulary", "gene"])
            .out;
        assert!(found.contains(symbol), "{name}: {found}");
        let others = ["ALK receptor", "ROS proto", "RAN binding"];
        let shown = others.iter().filter(|other| found.contains(**other));
        assert!(shown.count() <= 1, "{name}: {found}");
    }
    let matches = files.ask(
        "SELECT ?o { hgnc:427 skos:exactMatch ?o FILTER(!STRSTARTS(STR(?o), \"http://identifiers\")) } ORDER BY ?o",
    );
    assert_eq!(
        matches,
        "o\r\nhttp://example.org/x/1\r\nhttp://purl.uniprot.org/uniprot/P0\r\n"
    );
}

#[test]
fn a_file_that_lacks_what_the_study_uses_is_refused_unless_it_is_wanted() {
    let files = Files::new();
    files.link(&ALL).ok();
    let slice = |name: &str| fs::read(files.tiny.sheet(name)).expect("a slice");
    let before = slice("imports/ncbi-gene.ttl");
    let cut: String = GENE_INFO
        .lines()
        .filter(|line| !line.contains("RANBP2\t"))
        .map(|line| format!("{line}\n"))
        .collect();
    files.write("genes.txt", cut.as_bytes());
    let refused = files.link(&["genes.txt"]).fails(2);
    assert!(
        refused.contains("ncbi-gene lacks 1 of the 1 genes that the study uses")
            && refused.contains("RANBP2 (ncbigene:5903)")
            && refused.contains("--force"),
        "{refused}"
    );
    assert_eq!(slice("imports/ncbi-gene.ttl"), before);
    // Nor is the gene of another species in its place.
    let mouse = GENE_INFO.replace("9606\t5903", "10090\t5903");
    files.write("genes.txt", mouse.as_bytes());
    let refused = files.link(&["genes.txt"]).fails(2);
    assert!(refused.contains("RANBP2 (ncbigene:5903)"), "{refused}");
    // An ontology that was cut loses a term that an annotation uses.
    let (short, _) = OBO.split_once("[Term]\nid: GO:0005643").expect("a term");
    files.write("go.obo", short.as_bytes());
    let refused = files.link(&["go.obo"]).fails(2);
    assert!(refused.contains("nuclear pore (go:0005643)"), "{refused}");
    let taken = files.link(&["--force", "genes.txt"]);
    assert!(
        taken
            .err
            .contains("RANBP2 (ncbigene:5903); taken because of --force")
            && taken
                .err
                .contains("1 records of other species were left out"),
        "{}",
        taken.err
    );
}

#[test]
fn a_whole_source_is_not_replaced_by_one_that_lacks_what_the_study_uses() {
    let files = Files::new();
    files.link(&[&["--whole"], &ALL[..]].concat()).ok();
    let cut: String = GENE_INFO
        .lines()
        .filter(|line| !line.contains("RANBP2\t"))
        .map(|line| format!("{line}\n"))
        .collect();
    files.write("genes.txt", cut.as_bytes());
    let refused = files.link(&["--whole", "genes.txt"]).fails(2);
    assert!(refused.contains("RANBP2 (ncbigene:5903)"), "{refused}");
    let genes = "SELECT (COUNT(?gene) AS ?n) { ?gene a cg:GeneRecord }";
    assert_eq!(files.ask(genes), "n\r\n3\r\n");
    files.link(&["--whole", "--force", "genes.txt"]).ok();
    assert_eq!(files.ask(genes), "n\r\n2\r\n");
}

#[test]
fn links_that_a_file_no_longer_gives_are_told() {
    let files = Files::new();
    files.write("h.tsv", HGNC.as_bytes());
    files.write("go.obo", OBO.as_bytes());
    files.link(&ALL).ok();
    files.link(&["h.tsv"]).ok();
    // The same genes in a table of fewer columns.
    let narrow: String = HGNC
        .lines()
        .map(|line| line.split('\t').take(4).collect::<Vec<_>>().join("\t") + "\n")
        .collect();
    files.write("h.tsv", narrow.as_bytes());
    let refused = files.link(&["h.tsv"]).fails(2);
    assert!(
        refused.contains("of the") && refused.contains("RANBP2 (hgnc:9848) to ncbigene:5903"),
        "{refused}"
    );
    files.write("h.tsv", HGNC.replace("\tENSG3", "\t").as_bytes());
    let told = files.link(&["h.tsv"]);
    assert_eq!(told.status, 0, "{}", told.err);
    assert!(
        told.err.contains(
            "links that the study uses and an earlier file had: RANBP2 (hgnc:9848) to ensembl:ENSG3"
        ),
        "{}",
        told.err
    );
    let mut many = GENE2GO.to_owned();
    for term in ["GO:0005635", "GO:0005634", "GO:0005575"] {
        many.push_str(&format!(
            "9606\t5903\t{term}\tIDA\tpart_of\tx\t-\tComponent\n"
        ));
    }
    files.write("gene2go.tsv", many.as_bytes());
    files.link(&["gene2go.tsv"]).ok();
    files.write("gene2go.tsv", GENE2GO.as_bytes());
    let told = files.link(&["gene2go.tsv"]);
    assert!(
        told.err
            .contains("has 2 annotations of ncbigene:5903, where an earlier file had 5"),
        "{}",
        told.err
    );
}

#[test]
fn annotations_that_say_not_or_are_of_another_species_hold_for_no_gene() {
    let files = Files::new();
    let rows = [
        ("9606\t5903", "GO:0005643", "not|part_of"),
        ("9606\t5903", "GO:0005635", "part_of|NOT"),
        ("9606\t5903", "GO:0005634", "Not located_in"),
        ("10090\t5903", "GO:0005737", "located_in"),
    ];
    let mut text =
        String::from("#tax_id\tGeneID\tGO_ID\tEvidence\tQualifier\tGO_term\tPubMed\tCategory\n");
    for (gene, term, qualifier) in rows {
        text.push_str(&format!(
            "{gene}\t{term}\tIDA\t{qualifier}\tx\t-\tComponent\n"
        ));
    }
    files.write("gene2go.tsv", text.as_bytes());
    for whole in [true, false] {
        let more: &[&str] = if whole { &["--whole"] } else { &[] };
        let told = files.link(&[more, &ALL[..]].concat());
        assert!(
            told.err
                .contains("ncbi-gene2go: 1 records of other species were left out"),
            "{}",
            told.err
        );
        let held = files.ask("SELECT ?t { ?a cg:annotatedWith ?t }");
        assert_eq!(held, "t\r\n");
        let not = files.ask("SELECT (COUNT(?t) AS ?n) { ?a cg:notAnnotatedWith ?t }");
        assert_eq!(not, "n\r\n3\r\n");
    }
}

#[test]
fn tables_of_hgnc_are_read_with_other_headings_and_withdrawn_entries_told() {
    let files = Files::new();
    let custom = "HGNC ID\tApproved symbol\tApproved name\tStatus\tPrevious symbols\tAlias symbols\tNCBI Gene ID(supplied by NCBI)\r\n\
                  HGNC:9848\tRANBP2\tRAN binding protein 2\tApproved\tNUP358, ANE1\tADANE\t5903\r\n\
                  HGNC:2\tOLDONE~withdrawn\tsymbol withdrawn, see RANBP2\tSymbol Withdrawn\t\t\t\r\n\
                  HGNC:3\tGONE~withdrawn\tentry withdrawn\tEntry Withdrawn\t\t\t\r\n";
    files.write("custom.tsv", custom.as_bytes());
    let ask = |name: &str, linked: bool| {
        let table: &[&str] = if linked {
            &[]
        } else {
            &["--table", "custom.tsv"]
        };
        let all = [&["resolve", name, "--format", "json"], table].concat();
        let ran = files.tiny.run(&all);
        let found: serde_json::Value = serde_json::from_str(&ran.out).expect("JSON");
        let one = &found[0]["candidates"][0];
        let text = |field: &str| one[field].as_str().unwrap_or_default().to_owned();
        (text("symbol"), text("how"), ran.status)
    };
    let wanted = |symbol: &str, how: &str, status| (symbol.to_owned(), how.to_owned(), status);
    files.link(&["--whole", "custom.tsv"]).ok();
    for linked in [false, true] {
        assert_eq!(ask("ANE1", linked), wanted("RANBP2", "previous", 0));
        assert_eq!(ask("OLDONE", linked), wanted("RANBP2", "replaced", 0));
        assert_eq!(ask("HGNC:2", linked), wanted("RANBP2", "replaced", 0));
        assert_eq!(ask("GONE", linked), wanted("GONE", "obsolete", 1));
    }
}

#[test]
fn the_list_of_withdrawn_entries_is_a_source_of_its_own() {
    let files = Files::new();
    files.write("h.tsv", HGNC.as_bytes());
    let withdrawn = "HGNC_ID\tSTATUS\tWITHDRAWN_SYMBOL\tMERGED_INTO_REPORT(S) (i.e HGNC_ID|SYMBOL|STATUS)\n\
                     HGNC:5\tMerged/Split\tTPM3\tHGNC:9848|RANBP2|Approved, HGNC:427|ALK|Approved\n\
                     HGNC:6\tEntry Withdrawn\tGONE\t\n";
    files.write("w.tsv", withdrawn.as_bytes());
    let told = files.link(&["--whole", "h.tsv", "w.tsv"]);
    assert!(
        told.err.contains("hgnc-withdrawn: the study uses HGNC:5 (TPM3), which is obsolete; replaced by HGNC:9848, HGNC:427"),
        "{}",
        told.err
    );
    assert!(
        told.err
            .contains("hgnc: no record of 2 genes of the study: EML4, TPM3"),
        "{}",
        told.err
    );
    // Merged into two, it is neither.
    let split = files.tiny.run(&["resolve", "HGNC:5"]);
    assert_eq!(split.status, 1);
    assert!(
        split.out.contains("ALK") && split.out.contains("RANBP2"),
        "{}",
        split.out
    );
    // An approved symbol stays the gene's.
    let found = files.tiny.run(&["resolve", "GONE"]);
    assert!(found.out.contains("withdrawn or obsolete"), "{}", found.out);
}

#[test]
fn a_name_of_an_obsolete_term_leads_to_what_replaces_it() {
    let files = Files::new();
    let obo = format!(
        "{OBO}\n[Term]\nid: GO:0000001\nname: obsolete old pore\nsynonym: \"old pore\" EXACT []\nis_obsolete: true\nreplaced_by: GO:0005643\n\
         \n[Term]\nid: GO:0000002\nname: obsolete nothing\nis_obsolete: true\n\
         \n[Term]\nid: GO:0000003\nname: cytoplasm\nis_obsolete: true\n"
    );
    files.write("go.obo", obo.as_bytes());
    files.link(&["--whole", "go.obo"]).ok();
    let ask = |name: &str| files.tiny.run(&["resolve", name, "--vocabulary", "GO"]);
    let replaced = ask("old pore").ok();
    assert!(
        replaced.contains("GO:0005643") && replaced.contains("replaced by this"),
        "{replaced}"
    );
    let obsolete = ask("obsolete nothing");
    assert_eq!(obsolete.status, 1);
    assert!(
        obsolete.out.contains("withdrawn or obsolete"),
        "{}",
        obsolete.out
    );
    let current = ask("cytoplasm").ok();
    assert!(
        current.contains("GO:0005737") && !current.contains("GO:0000003"),
        "{current}"
    );
}

#[test]
fn a_gene_that_no_mapping_knows_is_linked_by_its_approved_symbol_and_no_other() {
    let files = Files::new();
    let path = files.tiny.sheet("fusions.csv");
    let sheet = fs::read_to_string(&path).expect("a sheet");
    // An approved symbol, and one that is another gene's previous symbol.
    let sheet = sheet
        .replacen(
            "case-5,1,invented-3,Table 1 row 3,stated,EML4",
            "case-5,1,invented-3,Table 1 row 3,stated,ZZ1",
            1,
        )
        .replacen(
            "case-4,1,invented-3,Table 1 row 2,stated,TPM3",
            "case-4,1,invented-3,Table 1 row 2,stated,ZZ0",
            1,
        );
    fs::write(&path, sheet).expect("written");
    let table = "hgnc_id\tsymbol\tname\tstatus\tprev_symbol\tentrez_id\n\
                 HGNC:901\tZZ1\tinvented one\tApproved\tZZ0\t77\n\
                 HGNC:902\tZZ2\tinvented two\tApproved\tZZ1\t77\n";
    files.write("h.tsv", table.as_bytes());
    for whole in [false, true] {
        let more: &[&str] = if whole { &["--whole"] } else { &[] };
        files.link(&[more, &["h.tsv"]].concat()).ok();
        let linked = files.ask(
            "SELECT ?gene ?record { ?record a cg:GeneRecord . ?gene skos:exactMatch ?record FILTER(STRSTARTS(STR(?gene), STR(gene:))) } ORDER BY ?gene",
        );
        assert_eq!(
            linked,
            "gene,record\r\nhttps://w3id.org/casegraph/vocabulary/gene/ZZ1,http://identifiers.org/hgnc/901\r\n"
        );
    }
    // The two share an entry in another registry, and stay two.
    let found = files.tiny.run(&["resolve", "ZZ1"]).ok();
    assert!(
        found.contains("invented one") && !found.contains("invented two"),
        "{found}"
    );
}

#[test]
fn members_that_share_an_annotated_record_are_told_and_none_is_lost() {
    let files = Files::new();
    let mut annotations =
        String::from("#tax_id\tGeneID\tGO_ID\tEvidence\tQualifier\tGO_term\tPubMed\tCategory\n");
    for gene in (1_000_000..1_001_100).chain([5903, 27436]) {
        annotations.push_str(&format!(
            "9606\t{gene}\tGO:0005643\tIDA\tpart_of\tx\t-\tComponent\n"
        ));
    }
    files.write("gene2go.tsv", annotations.as_bytes());
    let mapping = "#curie_map:\n#  gene: https://w3id.org/casegraph/vocabulary/gene/\n#  NCBIGene: http://identifiers.org/ncbigene/\n\
                   #mapping_set_id: https://example.org/mine\n\
                   subject_id\tpredicate_id\tobject_id\tmapping_justification\n\
                   gene:TPM3\tskos:exactMatch\tNCBIGene:27436\tsemapv:ManualMappingCuration\n\
                   gene:RANBP2\tskos:exactMatch\tNCBIGene:1000000\tsemapv:ManualMappingCuration\n";
    files.write("m.sssom.tsv", mapping.as_bytes());
    files
        .link(&["--whole", "go.obo", "gene2go.tsv", "m.sssom.tsv"])
        .ok();
    let out = files
        .tiny
        .run(&["run", "gene/enrichment", "--format", "json"])
        .ok();
    let found: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!(
        found["counted"],
        serde_json::json!(["EML4", "RANBP2", "TPM3"])
    );
    assert_eq!(found["result"]["set"], 2);
    let cautions = found["cautions"].to_string();
    assert!(
        cautions.contains("EML4 and TPM3 are linked to one annotated record")
            && cautions.contains("RANBP2 is linked to 2 annotated records"),
        "{cautions}"
    );
}

/// A small tree, as a release of `OncoTree` has it.
const ONCOTREE: &str = r#"{"TISSUE": {"code": "TISSUE", "name": "Tissue", "mainType": null, "externalReferences": {},
 "parent": null, "children": {"SOFT_TISSUE": {"code": "SOFT_TISSUE", "name": "Soft Tissue",
  "mainType": "Soft Tissue Cancer, NOS", "externalReferences": {}, "parent": "TISSUE", "children": {
   "IMT": {"code": "IMT", "name": "Inflammatory Myofibroblastic Tumor", "mainType": "Soft Tissue Sarcoma",
    "externalReferences": {"NCI": ["C6481"]}, "parent": "SOFT_TISSUE", "history": ["OLDIMT"], "children": {}}}}}}}"#;

/// A concept of the NCI Thesaurus, as its owner publishes it.
const NCIT: &str = r#"<?xml version="1.0"?>
<rdf:RDF xmlns="http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl#" xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
  xmlns:owl="http://www.w3.org/2002/07/owl#" xmlns:rdfs="http://www.w3.org/2000/01/rdf-schema#"
  xml:base="http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl">
 <owl:Ontology rdf:about="http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl"><owl:versionInfo>25.08d</owl:versionInfo></owl:Ontology>
 <owl:Class rdf:about="http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl#C6481"><rdfs:label>Inflammatory Myofibroblastic Tumor</rdfs:label>
  <P90>Inflammatory Myofibroblastic Tumor</P90><P90>Plasma Cell Granuloma of nobody</P90><P97>A tumor.</P97></owl:Class>
</rdf:RDF>"#;

#[test]
fn cancer_types_are_those_of_the_linked_tree() {
    let files = Files::new();
    files.write("oncotree_2025_10_03.json", ONCOTREE.as_bytes());
    files.write("Thesaurus.owl", NCIT.as_bytes());
    let linked = files
        .link(&["oncotree_2025_10_03.json", "Thesaurus.owl"])
        .ok();
    for said in ["oncotree", "ncit", "25.08d", "CC-BY-4.0", "3 terms"] {
        assert!(linked.contains(said), "{said} is not in\n{linked}");
    }
    let types = |folder: &str| {
        files.tiny.run(&["export", "cbioportal", folder]).ok();
        let read = |name: &str| {
            fs::read_to_string(files.tiny.dir().join(folder).join(name)).expect("a file")
        };
        (read("data_clinical_sample.txt"), read("LOST.csv"))
    };
    let (samples, lost) = types("portal");
    let row = "Soft Tissue Sarcoma\tInflammatory Myofibroblastic Tumor\tIMT";
    assert!(samples.contains(row), "{samples}");
    // What the tree does not have is no code of it.
    assert!(!samples.contains("\tGIST\t"), "{samples}");
    assert!(
        lost.contains("the linked OncoTree has no such code"),
        "{lost}"
    );
    for (name, id) in [
        ("ONCOTREE:IMT", "ONCOTREE:IMT"),
        ("ONCOTREE:OLDIMT", "ONCOTREE:IMT"),
        ("Plasma Cell Granuloma of nobody", "NCIT:C6481"),
        ("NCIT:C6481", "NCIT:C6481"),
    ] {
        let found = files.tiny.run(&["resolve", name]).ok();
        assert!(found.contains(id), "{name}: {found}");
    }
    // A tree that cannot be read is told by line.
    files.write(
        "broken.json",
        ONCOTREE.replace("[\"C6481\"]", "[6481]").as_bytes(),
    );
    let refused = files.link(&["broken.json"]);
    assert_ne!(refused.status, 0);
    assert!(
        refused.err.contains("broken.json, line 5"),
        "{}",
        refused.err
    );
}
