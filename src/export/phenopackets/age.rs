//! Ages as ISO 8601 durations.

/// Months of a year.
const MONTHS: f64 = 12.0;
/// Days of a year.
const DAYS: f64 = 365.25;
/// How far a number of months may be from a whole one: ages are given to a hundredth of a year.
const NEAR: f64 = 0.07;

/// An age in years as a duration: whole years, years and months, or days where no number of months is near.
pub(super) fn duration(years: &str) -> Option<String> {
    let years: f64 = years
        .trim()
        .parse()
        .ok()
        .filter(|years: &f64| *years >= 0.0)?;
    let months = (years * MONTHS).round();
    let (whole, rest) = ((months / MONTHS).floor(), months % MONTHS);
    if (years * MONTHS - months).abs() > NEAR {
        return Some(format!("P{}D", (years * DAYS).round()));
    }
    Some(match (whole > 0.0, rest > 0.0) {
        (true, true) => format!("P{whole}Y{rest}M"),
        (false, true) => format!("P{rest}M"),
        // A newborn is P0Y.
        (_, false) => format!("P{whole}Y"),
    })
}

#[cfg(test)]
mod tests {
    use super::duration;

    #[test]
    fn ages_are_durations() {
        for (years, expected) in [
            ("34", Some("P34Y")),
            ("2.5", Some("P2Y6M")),
            ("0.67", Some("P8M")),
            ("0.3", Some("P110D")),
            ("0", Some("P0Y")),
            ("-1", None),
            ("adult", None),
        ] {
            assert_eq!(duration(years).as_deref(), expected, "{years}");
        }
    }
}
