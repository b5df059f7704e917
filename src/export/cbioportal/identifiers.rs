//! Names that the portal takes: letters, digits, points, underscores and hyphens.

use std::collections::BTreeSet;

/// The names that were given.
#[derive(Default)]
pub(super) struct Ids(BTreeSet<String>);

impl Ids {
    /// A name for a key that is fit, and no other key's.
    pub(super) fn fit(&mut self, key: &str) -> String {
        let fit = |c: char| {
            let taken = c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
            if taken { c } else { '_' }
        };
        let plain: String = key.chars().map(fit).collect();
        let mut name = plain.clone();
        let mut number = 1;
        while !self.0.insert(name.clone()) {
            number += 1;
            name = format!("{plain}_{number}");
        }
        name
    }
}

#[cfg(test)]
mod tests {
    use super::Ids;

    #[test]
    fn two_keys_never_share_a_name() {
        let mut ids = Ids::default();
        let names = ["a~1", "a 1", "a_1", "zhang-2020-1"].map(|key| ids.fit(key));
        assert_eq!(names, ["a_1", "a_1_2", "a_1_3", "zhang-2020-1"]);
    }
}
