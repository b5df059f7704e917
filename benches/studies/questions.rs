//! Five questions about a generated study, and the tables of the same rows for programs that have tables.

pub const PREFIXES: &str = "PREFIX cg: <https://w3id.org/casegraph/ontology#>
PREFIX gene: <https://w3id.org/casegraph/vocabulary/gene/>
PREFIX drug: <https://w3id.org/casegraph/vocabulary/drug/>
PREFIX histology: <https://w3id.org/casegraph/vocabulary/histology/>
";

/// Name, SPARQL, and SQL over [`TABLES`].
pub const QUESTIONS: [(&str, &str, &str); 5] = [
    (
        "cohort rows",
        "SELECT ?case ?partner ?months ?status WHERE {
           ?patient cg:caseKey ?case ; cg:fusionPartner ?gene ; cg:hasFollowUp ?end .
           ?gene cg:display ?partner . ?end cg:months ?months ; cg:vitalStatus ?vital . ?vital cg:display ?status }",
        "SELECT key, partner, months, status FROM cases
         WHERE partner IS NOT NULL AND months IS NOT NULL AND status IS NOT NULL",
    ),
    (
        "responses to a drug by partner",
        "SELECT ?partner ?response (COUNT(?patient) AS ?cases) WHERE {
           ?patient cg:fusionPartner ?gene ; cg:hasTreatment ?episode .
           ?episode cg:drug drug:crizotinib ; cg:bestResponse ?best . ?gene cg:display ?partner . ?best cg:display ?response }
         GROUP BY ?partner ?response",
        "SELECT partner, response, COUNT(*) FROM cases JOIN treatments USING (key)
         WHERE drug = 'crizotinib' AND response IS NOT NULL AND partner IS NOT NULL GROUP BY partner, response",
    ),
    (
        "selective filter",
        "SELECT ?case ?age WHERE {
           ?patient cg:caseKey ?case ; cg:sex \"female\" ; cg:ageYears ?age ; cg:fusionPartner gene:RANBP2 .
           FILTER(?age < 5) }",
        "SELECT key, age FROM cases WHERE sex = 'female' AND partner = 'RANBP2' AND age < 5",
    ),
    (
        "months of children who died, by partner",
        "SELECT ?partner (COUNT(?patient) AS ?cases) (AVG(?months) AS ?mean) WHERE {
           ?patient cg:ageYears ?age ; cg:fusionPartner ?gene ; cg:hasFollowUp ?end . ?gene cg:display ?partner .
           ?end cg:months ?months ; cg:vitalStatus ?vital . ?vital cg:meansDeath true . FILTER(?age < 18) }
         GROUP BY ?partner",
        "SELECT partner, COUNT(*), AVG(months) FROM cases
         WHERE age < 18 AND died AND months IS NOT NULL AND partner IS NOT NULL GROUP BY partner",
    ),
    (
        "severe events of a class of drugs by term",
        "SELECT ?term (COUNT(?event) AS ?events) WHERE {
           ?event cg:term ?concept ; cg:grade ?grade ; cg:drug ?drug . ?drug cg:under drug:alk-inhibitor .
           ?concept cg:display ?term . FILTER(?grade >= 3) }
         GROUP BY ?term",
        "SELECT term, COUNT(*) FROM events JOIN classes USING (drug)
         WHERE class = 'ALK inhibitor' AND grade >= 3 AND term IS NOT NULL GROUP BY term",
    ),
];

/// The rows of each table, as SPARQL gives them.
pub const TABLES: [(&str, &str); 4] = [
    (
        "cases",
        "SELECT ?key ?partner ?sex ?age ?months ?status ?died WHERE {
           ?patient a cg:Case ; cg:caseKey ?key .
           OPTIONAL { ?patient cg:fusionPartner ?gene . ?gene cg:display ?partner }
           OPTIONAL { ?patient cg:sex ?sex } OPTIONAL { ?patient cg:ageYears ?age }
           OPTIONAL { ?patient cg:hasFollowUp ?end . ?end cg:months ?months }
           OPTIONAL { ?patient cg:hasFollowUp ?last . ?last cg:vitalStatus ?vital . ?vital cg:display ?status
             OPTIONAL { ?vital cg:meansDeath ?died } } }",
    ),
    (
        "treatments",
        "SELECT ?key ?drug ?response WHERE {
           ?patient cg:caseKey ?key ; cg:hasTreatment ?episode . ?episode cg:drug ?given . ?given cg:display ?drug .
           OPTIONAL { ?episode cg:bestResponse ?best . ?best cg:display ?response } }",
    ),
    (
        "events",
        "SELECT ?key ?term ?grade ?drug WHERE {
           ?patient cg:caseKey ?key ; cg:hasAdverseEvent ?event . ?event cg:drug ?suspect . ?suspect cg:display ?drug .
           OPTIONAL { ?event cg:term ?concept . ?concept cg:display ?term } OPTIONAL { ?event cg:grade ?grade } }",
    ),
    (
        "classes",
        "SELECT ?drug ?class WHERE { ?one cg:under ?above ; cg:display ?drug . ?above cg:display ?class }",
    ),
];
