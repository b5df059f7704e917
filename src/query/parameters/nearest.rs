//! The known name that is nearest to a misspelt one.

/// The known word that a mistyped one most resembles, if any is close.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    /// Below this likeness (Jaro-Winkler, 0 to 1) a suggestion misleads more than it helps.
    const CLOSE: f64 = 0.75;
    let lower = word.to_lowercase();
    known
        .into_iter()
        // A code of two or three letters is meant by a word of about its length only.
        .filter(|candidate| candidate.len() > 3 || word.len() <= candidate.len() + 1)
        .map(|candidate| {
            (
                strsim::jaro_winkler(&lower, &candidate.to_lowercase()),
                candidate,
            )
        })
        .filter(|(likeness, _)| *likeness >= CLOSE)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate.to_owned())
}

pub(in crate::query) fn suggestion(nearest: Option<&str>) -> String {
    nearest
        .map(|word| format!(" (did you mean '{word}'?)"))
        .unwrap_or_default()
}
