//! The same questions to all programs; each answers with a number of rows.

pub struct Question {
    pub name: &'static str,
    pub sparql: &'static str,
    /// R that gives a vector, from `org.Hs.eg.db` and `GO.db`; empty where they have no look-up for it.
    pub r: &'static str,
}

pub const QUESTIONS: [Question; 6] = [
    Question {
        name: "genes under nuclear envelope",
        sparql: "SELECT DISTINCT ?gene WHERE { ?term cg:within* go:0005635 .
                 GRAPH external:ncbi-gene2go { ?a cg:annotatedWith ?term ; cg:annotatedGene ?gene } }",
        r: "unique(unlist(mget('GO:0005635', org.Hs.egGO2ALLEGS)))",
    },
    Question {
        name: "genes called CARS",
        sparql: "SELECT DISTINCT ?gene WHERE {
                 GRAPH external:ncbi-gene { ?gene cg:symbol|cg:aliasSymbol \"CARS\" } }",
        r: "unique(unlist(mget('CARS', org.Hs.egALIAS2EG)))",
    },
    Question {
        name: "annotations of RANBP2, with evidence",
        sparql: "SELECT DISTINCT ?term ?code WHERE { GRAPH external:ncbi-gene2go {
                 ?a cg:annotatedGene ncbigene:5903 ; cg:annotatedWith ?term ; cg:evidenceCode ?code } }",
        r: "local({ of <- AnnotationDbi::select(org.Hs.eg.db, '5903', c('GO', 'EVIDENCE'), 'ENTREZID'); \
            unique(paste(of$GO, of$EVIDENCE)) })",
    },
    Question {
        name: "terms above nuclear pore",
        sparql: "SELECT DISTINCT ?term WHERE { go:0005643 cg:within+ ?term }",
        r: "setdiff(GOCCANCESTOR[['GO:0005643']], 'all')",
    },
    Question {
        name: "genes on 2q13",
        sparql: "SELECT DISTINCT ?gene WHERE {
                 GRAPH external:ncbi-gene { ?gene cg:cytogeneticLocation \"2q13\" } }",
        r: "unique(AnnotationDbi::select(org.Hs.eg.db, '2q13', 'ENTREZID', 'MAP')$ENTREZID)",
    },
    Question {
        name: "genes that share a curated term with RANBP2",
        sparql: "SELECT DISTINCT ?other WHERE { GRAPH external:ncbi-gene2go {
                 ?a cg:annotatedGene ncbigene:5903 ; cg:annotatedWith ?term ; cg:evidenceCode ?code .
                 ?b cg:annotatedWith ?term ; cg:annotatedGene ?other ; cg:evidenceCode ?its .
                 FILTER(?code NOT IN (\"IEA\", \"ND\") && ?its NOT IN (\"IEA\", \"ND\") && ?other != ncbigene:5903) } }",
        r: "local({ of <- AnnotationDbi::select(org.Hs.eg.db, '5903', c('GO', 'EVIDENCE'), 'ENTREZID'); \
            terms <- unique(of$GO[!of$EVIDENCE %in% c('IEA', 'ND')]); \
            all <- AnnotationDbi::select(org.Hs.eg.db, terms, c('ENTREZID', 'EVIDENCE'), 'GO'); \
            setdiff(unique(all$ENTREZID[!all$EVIDENCE %in% c('IEA', 'ND')]), '5903') })",
    },
];
