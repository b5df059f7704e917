//! Cohen's kappa against R's `vcd::Kappa`.

use casegraph_stats::agreement::agreement;
use casegraph_stats::estimate::Level;

use super::{CLOSED_FORM, list, read, same};

#[test]
fn kappa_and_its_standard_error_are_those_of_vcd() {
    let reference = read(include_str!("../../reference/agreement.json"));
    let tables = reference["tables"].as_object().expect("tables");
    assert_eq!(tables.len(), 9);
    for (name, expected) in tables {
        let (mut first, mut second) = (Vec::new(), Vec::new());
        for (row, counts) in (0..).zip(list(&expected["table"])) {
            for (column, count) in (0..).zip(list(counts)) {
                let many = count.as_u64().expect("a count");
                first.extend((0..many).map(|_| row));
                second.extend((0..many).map(|_| column));
            }
        }
        let found = agreement(&first, &second, Level::P95).expect("ratings");
        let kappa = found.kappa.expect("a kappa");
        for (what, value) in [
            ("observed", found.observed),
            ("expected", found.expected),
            ("kappa", kappa.value),
            ("standard_error", kappa.standard_error),
        ] {
            same(
                format!("{name} {what}"),
                value,
                &expected[what],
                CLOSED_FORM,
            );
        }
    }
}
