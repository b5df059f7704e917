//! When two results are the same.

use serde_json::{Value, json};

use super::Finding;

/// Numbers that differ by less than this share of the larger are the same: what rounding leaves.
const RELATIVE: f64 = 1e-9;
/// So are numbers about zero, which have no share to speak of.
const ABSOLUTE: f64 = 1e-12;

/// Whether two numbers are the same but for rounding: within 1e-9 of the larger, or within 1e-12.
#[must_use]
pub fn near(a: f64, b: f64) -> bool {
    let difference = (a - b).abs();
    difference <= ABSOLUTE || difference <= RELATIVE * a.abs().max(b.abs())
}

/// Whether two values are the same but for rounding.
#[must_use]
pub fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => match (a.as_f64(), b.as_f64()) {
            (Some(a), Some(b)) => near(a, b),
            _ => a == b,
        },
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
        }
        (Value::Object(a), Value::Object(b)) => {
            let same_field = |(name, a): (&String, &Value)| b.get(name).is_some_and(|b| same(a, b));
            a.len() == b.len() && a.iter().all(same_field)
        }
        _ => a == b,
    }
}

impl Finding {
    /// The result as it is compared with another of its kind: its figures at full precision, with the
    /// names of groups and rows beside them, its bounds, its ledger and its level. Where there is no
    /// result, the cautions say why. How it was made, and what tables are called, is not compared.
    #[must_use]
    pub fn compared(&self) -> Value {
        let found = self.found.as_ref();
        let exclusions = self.ledger.exclusions().into_iter();
        let excluded: Vec<Value> = exclusions
            .map(|exclusion| json!({"reason": exclusion.reason, "units": exclusion.units}))
            .collect();
        let has_none = found.is_none() && self.refused;
        json!({
            "result": found.map_or(Value::Null, |found| found.json()),
            "bounds": self.bounds,
            "numerator": self.ledger.numerator(),
            "counted": self.ledger.counted(),
            "excluded": excluded,
            "level": (!self.method.is_empty()).then_some(self.level),
            "no result": if has_none { &self.cautions[..] } else { &[] },
        })
    }

    /// Whether two findings are one result: what [`Finding::compared`] has of each, the P value of each
    /// test by its name, and the cautions. Numbers may differ by what rounding leaves (see [`near`]).
    #[must_use]
    pub fn agrees(&self, other: &Self) -> bool {
        let tests = |finding: &Self| json!(finding.found.as_ref().map(|found| found.tests()));
        self.cautions == other.cautions
            && same(&tests(self), &tests(other))
            && same(&self.compared(), &other.compared())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::document;
    use crate::kinds::{Ledger, StatisticResult, Words};

    /// The estimate of each group.
    #[derive(Debug)]
    struct Groups(Vec<f64>);

    impl StatisticResult for Groups {
        fn json(&self) -> Value {
            let groups = self.0.iter().enumerate();
            let groups: Vec<Value> = groups
                .map(|(group, estimate)| json!({"group": group.to_string(), "estimate": estimate}))
                .collect();
            json!({ "groups": groups })
        }

        fn tables(&self, _words: &Words<'_>) -> Vec<document::Table> {
            Vec::new()
        }

        fn summary(&self, _words: &Words<'_>) -> String {
            String::new()
        }
    }

    fn finding(estimates: &[f64], method: &str) -> Finding {
        Finding::new(
            Groups(estimates.to_vec()),
            Ledger::default(),
            method,
            Vec::new(),
        )
    }

    proptest! {
        #[test]
        fn a_result_agrees_with_itself_and_not_with_one_whose_groups_are_exchanged(
            mut estimates in prop::collection::vec(-1e6..1e6_f64, 2..6),
            rounding in -1e-10..1e-10_f64,
        ) {
            let one = finding(&estimates, "one way");
            prop_assert!(one.agrees(&one));
            let rounded: Vec<f64> = estimates.iter().map(|x| x * (1.0 + rounding)).collect();
            let rounded = finding(&rounded, "another way");
            prop_assert!(one.agrees(&rounded) && rounded.agrees(&one));
            prop_assume!(!near(estimates[0], estimates[1]));
            estimates.swap(0, 1);
            let exchanged = finding(&estimates, "one way");
            prop_assert!(!one.agrees(&exchanged) && !exchanged.agrees(&one));
        }
    }

    #[test]
    fn a_caution_more_is_a_difference() {
        let (one, mut other) = (finding(&[1.0], "m"), finding(&[1.0], "m"));
        assert!(one.agrees(&other));
        other.cautions.push("few cases".to_owned());
        assert!(!one.agrees(&other));
    }
}
