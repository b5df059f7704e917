//! Printed dates.

use super::{Claim, Finding};
use crate::case::printed::is_date;

/// A search that is later than the article was handed in.
pub(super) fn check(claims: &[&Claim]) -> Vec<Finding> {
    let dated = |words: &[&str]| {
        claims.iter().copied().find(|claim| {
            let measure = claim.measure.to_lowercase();
            is_date(claim.value.as_str()) && words.iter().any(|word| measure.contains(word))
        })
    };
    let (Some(search), Some(article)) = (dated(&["search"]), dated(&["received", "submitted"]))
    else {
        return Vec::new();
    };
    let (found, received) = (search.value.as_str(), article.value.as_str());
    let holds = found <= received;
    let reason = format!(
        "search on {found}, article received on {received}{}",
        if holds { "" } else { ", which is earlier" }
    );
    vec![Finding::new("dates", [search, article], holds, reason)]
}

#[cfg(test)]
mod tests {
    use super::super::tests::faults;

    #[test]
    fn a_search_comes_before_the_article() {
        let lines =
            "a | m | statement | date of the literature search | literature | | | 2021-08-22 date
             b | h | statement | date received | article | | | 2021-07-09 date";
        assert_eq!(faults(lines).len(), 1);
        assert!(faults(&lines.replace("08-22", "06-22")).is_empty());
    }
}
