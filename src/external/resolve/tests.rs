use super::*;

fn gene(id: &str, symbol: &str, previous: &[&str], aliases: &[&str], same: &[&str]) -> Gene {
    let list = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    Gene {
        id: id.to_owned(),
        symbol: symbol.to_owned(),
        previous: list(previous),
        aliases: list(aliases),
        same_as: list(same),
        ..Gene::default()
    }
}

fn names() -> Names {
    Names::new([
        gene("NCBIGene:833", "CARS", &[], &["CYSRS"], &["HGNC:1493"]),
        gene("HGNC:1493", "CARS1", &[], &["CARS1A"], &["NCBIGene:833"]),
        gene("HGNC:7910", "NPM1", &["NPM"], &["B23"], &[]),
        gene("HGNC:12450", "TYRP1", &["CAS2"], &["TRP-1"], &[]),
        gene("HGNC:12333", "TRPC1", &[], &["TRP1"], &[]),
        gene("HGNC:1", "OLD", &[], &[], &[]),
        gene("HGNC:2", "NEW", &[], &["OLD"], &[]),
        Gene {
            withdrawn: true,
            ..gene("HGNC:3", "GONE", &[], &[], &[])
        },
        Gene {
            withdrawn: true,
            replaced_by: vec!["HGNC:2".to_owned()],
            ..gene("HGNC:4", "MERGED", &[], &[], &[])
        },
    ])
}

#[test]
fn one_gene_of_two_tables_is_one() {
    let names = names();
    assert_eq!(names.len(), 6);
    let found = names.resolve("CARS");
    let gene = found.only().expect("one gene");
    assert_eq!((&gene.symbol[..], gene.how), ("CARS1", How::Alias));
    assert_eq!(gene.ids, ["HGNC:1493", "NCBIGene:833"]);
    assert_eq!(
        names.resolve("NCBIGene:833").only().map(|g| g.how),
        Some(How::Identifier)
    );
}

#[test]
fn each_way_of_writing_a_name_is_told() {
    let names = names();
    let how = |name: &str| names.resolve(name).only().map(|gene| gene.how);
    assert_eq!(how("NPM1"), Some(How::Symbol));
    assert_eq!(how("npm-1"), Some(How::Spelling));
    assert_eq!(how("NPM"), Some(How::Previous));
    assert_eq!(how("B23"), Some(How::Alias));
    assert_eq!(how("hgnc:7910"), Some(How::Identifier));
    // A current symbol stands, although another gene has it as an alias.
    assert_eq!(names.resolve("OLD").candidates.len(), 1);
}

#[test]
fn an_ambiguous_name_is_never_guessed() {
    let found = names().resolve("TRP1");
    let symbols: Vec<&str> = found.candidates.iter().map(|c| &c.symbol[..]).collect();
    assert_eq!((symbols, found.only()), (vec!["TRPC1", "TYRP1"], None));
    assert!(names().resolve("nothing").candidates.is_empty());
}

#[test]
fn withdrawn_entries_are_told_and_lead_to_what_replaces_them() {
    let names = names();
    for name in ["GONE", "HGNC:3"] {
        let found = names.resolve(name);
        let hows: Vec<How> = found.candidates.iter().map(|gene| gene.how).collect();
        assert_eq!((hows, found.only()), (vec![How::Obsolete], None), "{name}");
    }
    for name in ["MERGED", "HGNC:4"] {
        let found = names.resolve(name);
        let gene = found.only().expect("one gene");
        assert_eq!((&gene.symbol[..], gene.how), ("NEW", How::Replaced));
    }
}

#[test]
fn two_genes_stay_two_whatever_they_share() {
    let shared = ["NCBIGene:1", "ENSEMBL:E1", "UniProtKB:P1", "X:none"];
    let names = Names::new([
        gene("HGNC:427", "ALK", &[], &["CD246", "BOTH"], &shared),
        gene("HGNC:10261", "ROS1", &["ALK"], &["MCF3", "BOTH"], &shared),
        // Which of the two it is, nobody says.
        gene("NCBIGene:1", "ALK", &[], &["OTHER"], &["X:none"]),
    ]);
    assert_eq!(names.len(), 3);
    for (name, symbol) in [("ALK", "ALK"), ("alk", "ALK"), ("ROS1", "ROS1")] {
        let found = names.resolve(name);
        let gene = found.only().expect(name);
        assert_eq!(&gene.symbol[..], symbol);
    }
    assert_eq!(
        names.resolve("HGNC:10261").only().expect("one").symbol,
        "ROS1"
    );
    assert_eq!(names.resolve("BOTH").candidates.len(), 2);
    assert_eq!(names.resolve("UniProtKB:P1").candidates.len(), 2);
}

#[test]
fn tables_that_contradict_each_other_are_not_put_together() {
    let ids = |genes: Vec<Gene>, name: &str| {
        let found = Names::new(genes).resolve(name);
        found
            .only()
            .map(|gene| gene.ids.clone())
            .unwrap_or_default()
    };
    let committee = || gene("HGNC:1", "A", &[], &[], &["NCBIGene:11"]);
    // The other table says which gene its record is; a mapping that says otherwise changes nothing.
    let wrong = gene("HGNC:1", "A", &[], &[], &["NCBIGene:11", "NCBIGene:22"]);
    let (right, other) = (
        gene("NCBIGene:11", "A", &[], &[], &["HGNC:1"]),
        gene("NCBIGene:22", "B", &[], &[], &["HGNC:2"]),
    );
    let found = Names::new([wrong.clone(), right, other.clone()]);
    assert_eq!(
        found.resolve("B").only().expect("one").ids[0],
        "NCBIGene:22"
    );
    assert_eq!(found.len(), 2);
    assert_eq!(Names::new([committee(), other]).len(), 2);
    // One that says nothing is the gene that names it alone.
    let silent = || gene("NCBIGene:11", "OLD", &[], &[], &[]);
    assert_eq!(
        ids(vec![committee(), silent()], "OLD"),
        ["HGNC:1", "NCBIGene:11"]
    );
    assert_eq!(Names::new([wrong, silent()]).len(), 2);
    // Two records that both name one gene are two, but for the one that it names.
    let second = gene("NCBIGene:12", "A2", &[], &[], &["HGNC:1"]);
    let first = gene("NCBIGene:11", "A1", &[], &[], &["HGNC:1"]);
    assert_eq!(
        ids(vec![committee(), second, first], "A2"),
        ["NCBIGene:12", "HGNC:1"]
    );
}

#[test]
fn genes_of_other_species_are_shown_as_such() {
    let mouse = |symbol: &str, aliases: &[&str]| Gene {
        taxon: Some("10090".to_owned()),
        ..gene("NCBIGene:11682", symbol, &[], aliases, &["HGNC:427"])
    };
    let human = || gene("HGNC:427", "ALK", &[], &["CD246"], &[]);
    let names = Names::new([human(), mouse("Alk", &["CD246", "Tcrz"])]);
    assert_eq!(names.len(), 2);
    let taxa = |name: &str| -> Vec<Option<String>> {
        let found = names.resolve(name).candidates;
        found.into_iter().map(|gene| gene.taxon).collect()
    };
    let mouse = || Some("10090".to_owned());
    assert_eq!(taxa("ALK"), [None]);
    assert_eq!(taxa("CD246"), [None]);
    assert_eq!(taxa("Alk"), [mouse(), None]);
    assert_eq!(taxa("Tcrz"), [mouse()]);
    assert!(names.resolve("Tcrz").only().is_none());
}

#[test]
fn a_name_of_its_own_is_not_passed_over_for_a_symbol_spelt_otherwise() {
    let names = Names::new([
        gene("HGNC:1", "AB1", &[], &[], &[]),
        gene("HGNC:2", "XY", &[], &["AB-1"], &[]),
    ]);
    assert_eq!(names.resolve("ab1").candidates.len(), 1);
    assert_eq!(names.resolve("AB-1").candidates.len(), 2);
}
