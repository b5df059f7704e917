//! Tables of genes and annotations: NCBI's `gene_info` and `gene2go`, HGNC's complete set, and GAF.

use std::io;

use super::input::{Input, Line};
use super::record::{Annotation, Gene, HUMAN, Header, Record};
use super::trouble::{Troubles, WrongRow};

/// What a row is checked and read by.
type Row<'a> = &'a mut dyn FnMut(&[&str]) -> Result<Option<Record>, WrongRow>;

/// Reads the rows of a table; `of_comment` sees lines that begin with one of `comments`.
fn rows(
    input: &mut Input,
    troubles: &mut Troubles,
    sink: &mut dyn FnMut(Record),
    (comments, of_comment): (char, &mut dyn FnMut(&str)),
    row: Row<'_>,
) -> io::Result<()> {
    let path = input.path().to_owned();
    loop {
        let at = input.line() + 1;
        let line = match input.next_line()? {
            None => return Ok(()),
            Some(Line::Text(line)) => line,
            Some(Line::Broken(why)) => {
                troubles.add(&path, at, "", why);
                continue;
            }
        };
        if line.starts_with(comments) {
            of_comment(&line[1..]);
            continue;
        }
        if line.trim().is_empty() {
            continue;
        }
        let cells: Vec<&str> = line.split('\t').collect();
        match row(&cells) {
            Ok(Some(record)) => sink(record),
            Ok(None) => {}
            Err(what) => troubles.add(&path, at, line, what.to_string()),
        }
    }
}

/// A cell of NCBI's tables, in which `-` is empty.
fn ncbi(cell: &str) -> &str {
    if cell == "-" { "" } else { cell }
}

fn list(cell: &str) -> Vec<String> {
    let parts = ncbi(cell)
        .split('|')
        .map(|part| part.trim().trim_matches('"'));
    parts
        .filter(|part| !part.is_empty())
        .map(str::to_owned)
        .collect()
}

fn enough(cells: &[&str], least: usize) -> Result<(), WrongRow> {
    if cells.len() < least {
        return Err(WrongRow::Columns {
            has: cells.len(),
            least,
        });
    }
    Ok(())
}

fn gene_number(cell: &str) -> Result<String, WrongRow> {
    if cell.is_empty() || !cell.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(WrongRow::cell(cell, "number of a gene"));
    }
    Ok(format!("NCBIGene:{cell}"))
}

/// NCBI's `gene_info`: 16 columns, the last of them newer than the others.
pub(super) fn gene_info(
    input: &mut Input,
    troubles: &mut Troubles,
    sink: &mut dyn FnMut(Record),
) -> io::Result<Header> {
    let mut newest = String::new();
    rows(input, troubles, sink, ('#', &mut |_| {}), &mut |cells| {
        enough(cells, 15)?;
        let mut same_as = Vec::new();
        for part in ncbi(cells[5]).split('|').filter(|part| !part.is_empty()) {
            match part.split_once(':') {
                // As in HGNC:HGNC:5.
                Some(("HGNC", id)) => {
                    same_as.push(format!("HGNC:{}", id.trim_start_matches("HGNC:")));
                }
                Some(("Ensembl", id)) => same_as.push(format!("ENSEMBL:{id}")),
                _ => {}
            }
        }
        if cells[14] > newest.as_str() {
            cells[14].clone_into(&mut newest);
        }
        let full = ncbi(cells[11]);
        Ok(Some(Record::Gene(Gene {
            id: gene_number(cells[1])?,
            taxon: Some(cells[0].trim().to_owned()),
            symbol: ncbi(cells[2]).to_owned(),
            name: if full.is_empty() {
                ncbi(cells[8])
            } else {
                full
            }
            .to_owned(),
            previous: Vec::new(),
            aliases: list(cells[4]),
            location: ncbi(cells[7]).to_owned(),
            kind: ncbi(cells[9]).to_owned(),
            same_as,
            withdrawn: false,
            replaced_by: Vec::new(),
        })))
    })?;
    Ok(Header {
        name: "ncbi-gene".to_owned(),
        date: basic_date(&newest),
        version: basic_date(&newest),
        ..Header::default()
    })
}

/// NCBI's `gene2go`: 8 columns.
pub(super) fn gene2go(
    input: &mut Input,
    troubles: &mut Troubles,
    sink: &mut dyn FnMut(Record),
) -> io::Result<Header> {
    rows(input, troubles, sink, ('#', &mut |_| {}), &mut |cells| {
        enough(cells, 8)?;
        let (negated, relation) = relation(ncbi(cells[4]));
        Ok(Some(Record::Annotation(Annotation {
            gene: gene_number(cells[1])?,
            taxon: Some(cells[0].trim().to_owned()),
            relation,
            negated,
            term: go_term(cells[2])?,
            evidence: ncbi(cells[3]).to_owned(),
            references: list(cells[6])
                .iter()
                .map(|id| format!("PMID:{id}"))
                .collect(),
            ..Annotation::default()
        })))
    })?;
    Ok(Header {
        name: "ncbi-gene2go".to_owned(),
        ..Header::default()
    })
}

/// The annotation file of the Gene Ontology, versions 2.1 and 2.2: 17 columns.
pub(super) fn gaf(
    input: &mut Input,
    troubles: &mut Troubles,
    sink: &mut dyn FnMut(Record),
) -> io::Result<Header> {
    let mut header = Header {
        name: "goa".to_owned(),
        ..Header::default()
    };
    let mut comment = |line: &str| {
        let (tag, value) = line.split_once(':').unwrap_or((line, ""));
        match tag.trim() {
            "date-generated" | "Date Generated by GOC" | "Generated" => {
                header.date = super::obo::iso_date(value).unwrap_or_default();
                value.trim().clone_into(&mut header.version);
            }
            _ => {}
        }
    };
    rows(input, troubles, sink, ('!', &mut comment), &mut |cells| {
        enough(cells, 15)?;
        let (negated, relation) = relation(cells[3]);
        let date = cells[13];
        let date = basic_date(date);
        if cells[13].len() != 8 || date.is_empty() {
            return Err(WrongRow::cell(cells[13], "date as 20220926"));
        }
        // Of two taxa, the second is that of an organism that it acts on.
        let taxon = cells[12].split('|').next().unwrap_or_default().trim();
        let taxon = match taxon.split_once(':') {
            Some((word, number)) if word.eq_ignore_ascii_case("taxon") => number,
            _ => return Err(WrongRow::cell(taxon, "taxon as taxon:9606")),
        };
        Ok(Some(Record::Annotation(Annotation {
            gene: format!("{}:{}", cells[0], cells[1]),
            symbol: if taxon == HUMAN {
                cells[2].to_owned()
            } else {
                String::new()
            },
            taxon: Some(taxon.to_owned()),
            relation,
            negated,
            term: go_term(cells[4])?,
            references: list(cells[5]),
            evidence: cells[6].to_owned(),
            with_from: cells[7].to_owned(),
            date,
            assigned_by: cells[14].to_owned(),
            extension: cells.get(15).copied().unwrap_or("").to_owned(),
        })))
    })?;
    Ok(header)
}

/// What a qualifier says: whether the annotation is negated, and the relation.
fn relation(cell: &str) -> (bool, String) {
    // The standard has `NOT|located_in`, gene2go `NOT located_in`, and older files have either order.
    let parts = cell.split(|c: char| c.is_whitespace() || matches!(c, '|' | ',' | ';' | '"'));
    let mut negated = false;
    let mut relation = "";
    for part in parts.filter(|part| !part.is_empty()) {
        if part.eq_ignore_ascii_case("not") {
            negated = true;
        } else if relation.is_empty() {
            relation = part;
        }
    }
    if let Some((word, rest)) = relation.split_once(['_', ':'])
        && word.eq_ignore_ascii_case("not")
    {
        return (true, rest.to_owned());
    }
    (negated, relation.to_owned())
}

fn go_term(cell: &str) -> Result<String, WrongRow> {
    let digits = cell.strip_prefix("GO:");
    match digits {
        Some(digits) if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) => {
            Ok(cell.to_owned())
        }
        _ => Err(WrongRow::cell(cell, "term of the Gene Ontology")),
    }
}

/// `20220912` as an ISO 8601 date; empty if it is none.
fn basic_date(text: &str) -> String {
    let date = match (text.get(..4), text.get(4..6), text.get(6..8)) {
        (Some(year), Some(month), Some(day)) => format!("{year}-{month}-{day}"),
        _ => return String::new(),
    };
    super::obo::iso_date(&date).unwrap_or_default()
}

/// What a withdrawn symbol ends with.
const WITHDRAWN: &str = "~withdrawn";

/// Columns of the complete set by the headings that HGNC's own downloads of chosen columns and its
/// list of withdrawn entries have for them.
const HGNC_COLUMNS: [(&str, &str); 14] = [
    ("hgnc id", "hgnc_id"),
    ("approved symbol", "symbol"),
    ("withdrawn_symbol", "symbol"),
    ("approved name", "name"),
    ("previous symbol", "prev_symbol"),
    ("previous symbols", "prev_symbol"),
    ("alias symbol", "alias_symbol"),
    ("alias symbols", "alias_symbol"),
    ("chromosome", "location"),
    ("locus group", "locus_group"),
    ("ncbi gene id", "entrez_id"),
    ("ensembl gene id", "ensembl_gene_id"),
    ("uniprot accession", "uniprot_ids"),
    ("merged_into_report", "merged_into"),
];

/// The column of HGNC's complete set that a heading stands for.
pub(super) fn hgnc_column(heading: &str) -> String {
    let heading = heading.trim().trim_matches('"').to_lowercase();
    // What is said in brackets is who supplies it, or how it is written.
    let bare = heading.split('(').next().unwrap_or_default().trim();
    let known = HGNC_COLUMNS.iter().find(|(known, _)| *known == bare);
    known.map_or_else(|| bare.to_owned(), |(_, column)| (*column).to_owned())
}

/// The name of the source, by the columns that it has.
fn source_of_hgnc(columns: &[String]) -> &'static str {
    if columns.iter().any(|column| column == "merged_into") {
        "hgnc-withdrawn"
    } else {
        "hgnc"
    }
}

/// The name of the source: HGNC lists its withdrawn entries apart.
pub(super) fn hgnc_name(input: &mut Input) -> io::Result<&'static str> {
    while let Some(line) = input.next_line()? {
        if let Line::Text(line) = line
            && !line.trim().is_empty()
            && !line.starts_with('#')
        {
            let columns: Vec<String> = line.split('\t').map(hgnc_column).collect();
            return Ok(source_of_hgnc(&columns));
        }
    }
    Ok("hgnc")
}

/// Symbols of one cell, which HGNC's own downloads part by commas.
fn symbols(cell: &str) -> Vec<String> {
    let parts = cell
        .split(['|', ','])
        .map(|part| part.trim().trim_matches('"'));
    parts
        .filter(|part| !part.is_empty())
        .map(str::to_owned)
        .collect()
}

/// HGNC's complete set: columns by the names of its heading.
pub(super) fn hgnc(
    input: &mut Input,
    troubles: &mut Troubles,
    sink: &mut dyn FnMut(Record),
) -> io::Result<Header> {
    let mut columns: Option<Vec<String>> = None;
    let mut newest = String::new();
    rows(input, troubles, sink, ('#', &mut |_| {}), &mut |cells| {
        let Some(columns) = &columns else {
            columns = Some(cells.iter().map(|cell| hgnc_column(cell)).collect());
            return Ok(None);
        };
        enough(cells, columns.len().min(3))?;
        let cell = |name: &str| {
            let at = columns.iter().position(|column| column == name);
            at.and_then(|at| cells.get(at))
                .copied()
                .unwrap_or("")
                .trim_matches('"')
        };
        let id = cell("hgnc_id");
        if !id.starts_with("HGNC:") {
            return Err(WrongRow::cell(id, "identifier of HGNC"));
        }
        let mut same_as = Vec::new();
        for (prefix, column) in [
            ("NCBIGene", "entrez_id"),
            ("ENSEMBL", "ensembl_gene_id"),
            ("UniProtKB", "uniprot_ids"),
        ] {
            same_as.extend(list(cell(column)).iter().map(|id| format!("{prefix}:{id}")));
        }
        let name = cell("name");
        // `symbol withdrawn, see NEW`, beside `OLD~withdrawn`.
        let gone = name.split_once("withdrawn");
        let withdrawn = ["withdrawn", "merged"]
            .iter()
            .any(|word| cell("status").to_lowercase().contains(word))
            || cell("symbol").ends_with(WITHDRAWN);
        let mut replaced_by: Vec<String> = gone
            .and_then(|(_, after)| after.split_once("see "))
            .map(|(_, new)| symbols(new))
            .unwrap_or_default();
        // `HGNC:5|A1BG|Approved`.
        replaced_by.extend(cell("merged_into").split(", ").filter_map(|report| {
            let id = report.split('|').next().unwrap_or_default().trim();
            (!id.is_empty()).then(|| id.to_owned())
        }));
        let modified = cell("date_modified");
        if modified > newest.as_str() {
            modified.clone_into(&mut newest);
        }
        Ok(Some(Record::Gene(Gene {
            id: id.to_owned(),
            taxon: Some("9606".to_owned()),
            symbol: cell("symbol").trim_end_matches(WITHDRAWN).to_owned(),
            name: name.to_owned(),
            previous: symbols(cell("prev_symbol")),
            aliases: symbols(cell("alias_symbol")),
            location: cell("location").to_owned(),
            kind: cell("locus_group").to_owned(),
            same_as,
            withdrawn,
            replaced_by: if withdrawn { replaced_by } else { Vec::new() },
        })))
    })?;
    Ok(Header {
        name: source_of_hgnc(&columns.unwrap_or_default()).to_owned(),
        date: super::obo::iso_date(&newest).unwrap_or_default(),
        version: newest,
        ..Header::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    type Reader = fn(&mut Input, &mut Troubles, &mut dyn FnMut(Record)) -> io::Result<Header>;

    fn read(reader: Reader, text: &str) -> (Header, Vec<Record>, Troubles) {
        let mut input = Input::of(text.as_bytes());
        let (mut records, mut troubles) = (Vec::new(), Troubles::default());
        let header = reader(&mut input, &mut troubles, &mut |record| {
            records.push(record);
        });
        (header.expect("reads"), records, troubles)
    }

    #[test]
    fn a_row_of_gene_info() {
        let text = "#tax_id\tGeneID\n9606\t5903\tRANBP2\t-\tADANE|NUP358\tMIM:601181|HGNC:HGNC:9848|Ensembl:ENSG00000153201\t2\t2q13\tRAN binding protein 2\tprotein-coding\t-\t-\t-\t-\t20220912\t-\n9606\tx\tB\n";
        let (header, records, troubles) = read(gene_info, text);
        let [Record::Gene(gene)] = records.as_slice() else {
            panic!("{records:?}")
        };
        assert_eq!(
            (&gene.id[..], &gene.symbol[..]),
            ("NCBIGene:5903", "RANBP2")
        );
        assert_eq!(gene.same_as, ["HGNC:9848", "ENSEMBL:ENSG00000153201"]);
        assert_eq!(gene.aliases, ["ADANE", "NUP358"]);
        assert_eq!(
            (&gene.name[..], &gene.location[..]),
            ("RAN binding protein 2", "2q13")
        );
        assert_eq!(header.date, "2022-09-12");
        assert_eq!((troubles.count(), troubles.first()[0].line), (1, 3));
    }

    #[test]
    fn qualifiers_say_relation_and_negation() {
        let row = |qualifier: &str| {
            format!("9606\t1\tGO:0005635\tIDA\t{qualifier}\tnuclear envelope\t1|2\tComponent\n")
        };
        let text = format!(
            "{}{}{}",
            row("located_in"),
            row("NOT located_in"),
            row("NOT|-")
        );
        let (_, records, troubles) = read(gene2go, &text);
        assert_eq!(troubles.count(), 0);
        let said: Vec<(bool, &str)> = records
            .iter()
            .map(|record| match record {
                Record::Annotation(a) => (a.negated, a.relation.as_str()),
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(said[..2], [(false, "located_in"), (true, "located_in")]);
        assert!(said[2].0);
        let Record::Annotation(first) = &records[0] else {
            panic!()
        };
        assert_eq!(first.references, ["PMID:1", "PMID:2"]);
    }

    #[test]
    fn a_row_of_gaf_and_what_is_wrong_with_others() {
        let row = "UniProtKB\tP49792\tRANBP2\tNOT|located_in\tGO:0005635\tPMID:1|GO_REF:2\tIDA\tUniProtKB:Q1\tC\tname\tNUP358\tprotein\ttaxon:9606\t20220926\tUniProt\tpart_of(CL:1)\t\n";
        let text = format!(
            "!gaf-version: 2.2\n!date-generated: 2022-09-26\n{row}{}{}",
            row.replace("20220926", "2022"),
            row.replace("GO:0005635", "GO:x")
        );
        let (header, records, troubles) = read(gaf, &text);
        let [Record::Annotation(annotation)] = records.as_slice() else {
            panic!("{records:?}")
        };
        assert_eq!(annotation.gene, "UniProtKB:P49792");
        assert!(annotation.negated && annotation.relation == "located_in");
        assert_eq!(annotation.extension, "part_of(CL:1)");
        assert_eq!(
            (&header.date[..], &annotation.date[..]),
            ("2022-09-26", "2022-09-26")
        );
        assert_eq!(troubles.count(), 2);
        assert!(troubles.first()[0].what.contains("no date"));
        assert!(troubles.first()[1].what.contains("no term"));
    }

    #[test]
    fn columns_of_hgnc_are_found_by_name() {
        let text = "symbol\thgnc_id\tname\tstatus\tprev_symbol\talias_symbol\tentrez_id\tuniprot_ids\tdate_modified\nCARS1\tHGNC:1493\tcysteinyl-tRNA synthetase 1\tApproved\t\"CARS\"\t\"CARS1A|CYSRS\"\t833\tP49589|Q1\t2025-10-07\nX\tnone\tx\n";
        let (header, records, troubles) = read(hgnc, text);
        let [Record::Gene(gene)] = records.as_slice() else {
            panic!("{records:?}")
        };
        assert_eq!(
            (gene.previous.as_slice(), gene.aliases.len()),
            (&["CARS".to_owned()][..], 2)
        );
        assert_eq!(
            gene.same_as,
            ["NCBIGene:833", "UniProtKB:P49589", "UniProtKB:Q1"]
        );
        assert_eq!((&header.version[..], troubles.count()), ("2025-10-07", 1));
    }
}
