//! Identifiers of others as they write them: `NCIT:C6481` for an IRI.

/// Who gives identifiers.
#[derive(Debug, PartialEq, Eq)]
pub struct Authority {
    /// The prefix before the colon.
    pub prefix: &'static str,
    /// What an IRI of it begins with.
    pub namespace: &'static str,
    /// Its name.
    pub name: &'static str,
    /// Where it is at home.
    pub url: &'static str,
}

const fn authority(
    prefix: &'static str,
    namespace: &'static str,
    name: &'static str,
    url: &'static str,
) -> Authority {
    Authority {
        prefix,
        namespace,
        name,
        url,
    }
}

/// The authorities that vocabularies are mapped to, and the ones that the formats themselves need.
pub const AUTHORITIES: &[Authority] = &[
    authority(
        "NCIT",
        "http://purl.obolibrary.org/obo/NCIT_",
        "NCI Thesaurus OBO Edition",
        "http://purl.obolibrary.org/obo/ncit.owl",
    ),
    authority(
        "MONDO",
        "http://purl.obolibrary.org/obo/MONDO_",
        "Mondo Disease Ontology",
        "http://purl.obolibrary.org/obo/mondo.owl",
    ),
    authority(
        "DOID",
        "http://purl.obolibrary.org/obo/DOID_",
        "Human Disease Ontology",
        "http://purl.obolibrary.org/obo/doid.owl",
    ),
    authority(
        "UBERON",
        "http://purl.obolibrary.org/obo/UBERON_",
        "Uberon multi-species anatomy ontology",
        "http://purl.obolibrary.org/obo/uberon.owl",
    ),
    authority(
        "HP",
        "http://purl.obolibrary.org/obo/HP_",
        "Human Phenotype Ontology",
        "http://purl.obolibrary.org/obo/hp.owl",
    ),
    authority(
        "CHEBI",
        "http://purl.obolibrary.org/obo/CHEBI_",
        "Chemical Entities of Biological Interest",
        "http://purl.obolibrary.org/obo/chebi.owl",
    ),
    authority(
        "ECO",
        "http://purl.obolibrary.org/obo/ECO_",
        "Evidence and Conclusion Ontology",
        "http://purl.obolibrary.org/obo/eco.owl",
    ),
    authority(
        "OBI",
        "http://purl.obolibrary.org/obo/OBI_",
        "Ontology for Biomedical Investigations",
        "http://purl.obolibrary.org/obo/obi.owl",
    ),
    authority(
        "SO",
        "http://purl.obolibrary.org/obo/SO_",
        "Sequence Ontology",
        "http://purl.obolibrary.org/obo/so.owl",
    ),
    authority(
        "NCBITaxon",
        "http://purl.obolibrary.org/obo/NCBITaxon_",
        "NCBI organismal classification",
        "http://purl.obolibrary.org/obo/ncbitaxon.owl",
    ),
    authority(
        "ONCOTREE",
        "http://identifiers.org/oncotree/",
        "OncoTree",
        "https://oncotree.mskcc.org",
    ),
    authority(
        "RXCUI",
        "http://identifiers.org/rxnorm/",
        "RxNorm",
        "https://www.nlm.nih.gov/research/umls/rxnorm",
    ),
    authority(
        "CHEMBL.COMPOUND",
        "http://identifiers.org/chembl.compound/",
        "ChEMBL",
        "https://www.ebi.ac.uk/chembl",
    ),
    authority(
        "HGNC",
        "http://identifiers.org/hgnc/",
        "HUGO Gene Nomenclature Committee",
        "https://www.genenames.org",
    ),
    authority(
        "NCBIGene",
        "http://identifiers.org/ncbigene/",
        "NCBI Gene",
        "https://www.ncbi.nlm.nih.gov/gene",
    ),
    authority(
        "ENSEMBL",
        "http://identifiers.org/ensembl/",
        "Ensembl",
        "https://www.ensembl.org",
    ),
    authority(
        "UniProtKB",
        "http://purl.uniprot.org/uniprot/",
        "UniProt Knowledgebase",
        "https://www.uniprot.org",
    ),
];

impl Authority {
    /// The authority of that prefix.
    #[must_use]
    pub fn of(prefix: &str) -> Option<&'static Self> {
        AUTHORITIES.iter().find(|one| one.prefix == prefix)
    }
}

/// An identifier of a term elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Identifier<'a> {
    /// Who gave it.
    pub authority: &'static Authority,
    /// What follows the prefix.
    pub local: &'a str,
}

impl<'a> Identifier<'a> {
    /// The identifier of an IRI; `None` if nobody we know gave it.
    #[must_use]
    pub fn of_iri(iri: &'a str) -> Option<Self> {
        let known = AUTHORITIES.iter().find_map(|authority| {
            let local = iri.strip_prefix(authority.namespace)?;
            Some(Self { authority, local })
        });
        known.filter(|identifier| !identifier.local.is_empty())
    }

    /// Prefix and local part, such as `NCIT:C6481`.
    #[must_use]
    pub fn curie(self) -> String {
        format!("{}:{}", self.authority.prefix, self.local)
    }
}
