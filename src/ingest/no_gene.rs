//! What people write in cells for genes that is no gene: that none is known, or a fusion.

use crate::ontology::Vocabulary;

/// What people write where they have no gene, in lower case without spaces and marks.
const NO_GENE: [&str; 44] = [
    "",
    "unknown",
    "notknown",
    "na",
    "nan",
    "null",
    "nil",
    "none",
    "no",
    "yes",
    "nd",
    "nr",
    "ns",
    "notdone",
    "nottested",
    "notperformed",
    "notdetermined",
    "notdetected",
    "notfound",
    "notidentified",
    "notreported",
    "notstated",
    "notavailable",
    "notapplicable",
    "notassessed",
    "notgiven",
    "undetermined",
    "undisclosed",
    "unidentified",
    "unspecified",
    "missing",
    "negative",
    "positive",
    "other",
    "multiple",
    "several",
    "various",
    "novel",
    "partner",
    "fusion",
    "rearranged",
    "rearrangement",
    "wildtype",
    "inconclusive",
];

/// Why a cell holds no gene, if that can be seen: it says that none is known, or names a fusion.
pub(super) fn no_gene(text: &str) -> Option<String> {
    let plain: String = text.chars().filter(|c| c.is_alphanumeric()).collect();
    if NO_GENE.contains(&plain.to_lowercase().as_str()) {
        return Some(
            "is no gene: leave the cell empty; partner_status says whether a partner was looked for and not \
             found (unknown) or is one of several (multiple), NR that the source was read whole and is silent, \
             NA that the question does not arise"
                .to_owned(),
        );
    }
    let (five, three) = text.split_once("::")?;
    Some(apart(five, three))
}

/// What is to be told of two known genes with a hyphen between them: a fusion, unless it is declared or known to a
/// linked table, for some genes that are read through into the next are called so.
pub(super) fn fusion(symbol: &str, genes: &Vocabulary) -> Option<String> {
    let (five, three) = symbol.split_once('-')?;
    let known = |part: &str| genes.slug(part).is_some();
    (known(five) && known(three)).then(|| {
        format!(
            "{}; if one gene is called so, declare it with `casegraph term add gene`",
            apart(five, three)
        )
    })
}

fn apart(five: &str, three: &str) -> String {
    format!(
        "is a fusion, write {} in five_prime and {} in three_prime of fusions.csv",
        five.trim(),
        three.trim()
    )
}
