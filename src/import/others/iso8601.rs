//! Ages as ISO 8601 writes lengths of time.

use super::draft::YEAR;

/// Years of an ISO 8601 duration such as `P34Y` or `P2Y6M`.
pub(super) fn duration(text: &str) -> Option<f64> {
    let text = text.strip_prefix('P')?.split('T').next()?;
    let (mut years, mut digits, mut any) = (0.0, String::new(), false);
    for character in text.chars() {
        if character.is_ascii_digit() || character == '.' {
            digits.push(character);
            continue;
        }
        let number: f64 = digits.parse().ok()?;
        years += match character {
            'Y' => number,
            'M' => number / 12.0,
            'W' => number * 7.0 / YEAR,
            'D' => number / YEAR,
            _ => return None,
        };
        digits.clear();
        any = true;
    }
    (any && digits.is_empty()).then_some(years)
}

#[cfg(test)]
mod tests {
    use super::duration;

    #[test]
    fn durations_are_years() {
        for (text, years) in [
            ("P34Y", Some(34.0)),
            ("P2Y6M", Some(2.5)),
            ("P34Y2M3DT4H", Some(34.0 + 2.0 / 12.0 + 3.0 / 365.25)),
            ("P", None),
            ("34", None),
            ("PxY", None),
        ] {
            let found = duration(text);
            assert_eq!(found.is_some(), years.is_some(), "{text}");
            if let (Some(found), Some(years)) = (found, years) {
                assert!((found - years).abs() < 1e-9, "{text}: {found}");
            }
        }
    }
}
