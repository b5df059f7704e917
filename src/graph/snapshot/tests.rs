//! Files whose checksums are right and whose content is not: no reader may panic, whatever they say.

use proptest::prelude::*;

use super::format::HEADER;
use super::lies::{read_all, reseal, written};

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn lies_with_right_checksums_do_no_harm(
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0_u8..3), 1..12),
    ) {
        let mut bytes = written();
        for (at, value, place) in changes {
            // The header, the small lists behind it, or anywhere.
            let within = match place {
                0 => 16..432,
                1 => HEADER..bytes.len().min(HEADER + 3000),
                _ => HEADER..bytes.len(),
            };
            let at = within.start + at.index(within.len());
            bytes[at] = value;
        }
        reseal(&mut bytes);
        read_all(&bytes);
    }
}

#[test]
fn what_is_resealed_without_a_change_is_read_as_before() {
    let bytes = written();
    let mut again = bytes.clone();
    reseal(&mut again);
    assert_eq!(again, bytes);
    read_all(&bytes);
}
