//! Content negotiation: which of the media types that are offered a client likes best.

use std::str::FromStr;

use headers_accept::Accept;
use mediatype::MediaType;

use super::problem::Problem;

/// The offer that fits `Accept` best; among equals the one that is offered first.
///
/// # Errors
/// The header cannot be read, or names nothing that is offered.
pub fn choose(accept: &str, offers: &[&'static str]) -> Result<&'static str, Problem> {
    let refused = || Problem::not_acceptable(accept, offers);
    let wanted = Accept::from_str(&weights_only(accept))
        .map_err(|_| Problem::bad_request(format!("`Accept: {accept}` cannot be read")))?;
    let types: Vec<MediaType<'static>> = offers
        .iter()
        .filter_map(|offer| MediaType::parse(offer).ok())
        .collect();
    let best = wanted.negotiate(&types).ok_or_else(refused)?;
    let place = types.iter().position(|offer| offer == best);
    place.map(|place| offers[place]).ok_or_else(refused)
}

/// The header without parameters of media types, such as character sets: there is one of each anyway.
fn weights_only(accept: &str) -> String {
    let range = |range: &str| {
        let mut parts = range.split(';').map(str::trim);
        let mut kept = parts.next().unwrap_or_default().to_owned();
        if let Some(weight) = parts.find(|part| part.starts_with("q=")) {
            kept.push(';');
            kept.push_str(weight);
        }
        kept
    };
    accept.split(',').map(range).collect::<Vec<_>>().join(",")
}

/// Whether `If-None-Match` names a tag. `*` names none: what that stands for has to be there.
#[must_use]
pub fn has_tag(known: &str, tag: &str) -> bool {
    let same = |known: &str| {
        let known = known.trim();
        known.strip_prefix("W/").unwrap_or(known) == tag
    };
    !tag.is_empty() && known.split(',').any(same)
}

/// Whether `If-None-Match` stands for whatever is there.
#[must_use]
pub fn is_any(known: &str) -> bool {
    known.trim() == "*"
}

#[cfg(test)]
mod tests {
    use super::choose;

    const OFFERS: [&str; 3] = ["application/json", "text/csv", "text/html"];

    #[test]
    fn the_best_offer_is_chosen() {
        let chosen = |accept: &str| choose(accept, &OFFERS).ok();
        assert_eq!(chosen("*/*"), Some("application/json"));
        assert_eq!(chosen("text/*"), Some("text/csv"));
        assert_eq!(chosen("text/csv;q=0.5, text/html"), Some("text/html"));
        assert_eq!(
            chosen("application/json;q=0.1, */*;q=0.01"),
            Some("application/json")
        );
        assert_eq!(
            chosen("text/html, application/xml;q=0.9, */*;q=0.8"),
            Some("text/html")
        );
        assert_eq!(chosen("image/png"), None);
        assert_eq!(
            chosen("text/csv; charset=utf-8, text/html;level=1;q=0.5"),
            Some("text/csv")
        );
    }
}
