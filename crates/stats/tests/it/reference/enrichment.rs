//! Overlaps against R's `phyper` and `fisher.test`.

use casegraph_stats::enrichment::Overlap;

use super::{SPECIAL_FUNCTION, count, list, read, same};

#[test]
fn p_values_are_those_of_phyper_and_of_the_one_sided_fisher_test() {
    let reference = read(include_str!("../../reference/enrichment.json"));
    for expected in list(&reference["overlaps"]) {
        let count = |name: &str| count(&expected[name]);
        let overlap = Overlap::new(
            count("drawn_with"),
            count("drawn"),
            count("with"),
            count("population"),
        )
        .expect("counts");
        let at = format!("{overlap:?}");
        for name in ["p_value", "fisher"] {
            same(&at, overlap.p_value(), &expected[name], SPECIAL_FUNCTION);
        }
    }
}
