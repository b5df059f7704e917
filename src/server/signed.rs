//! Who is signed in: two cookies of the browser, the token and the curator's name. Pages of other sites cannot send
//! them along, and scripts cannot read them.

use http::header::{AUTHORIZATION, COOKIE, HOST};
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use super::problem::Problem;
use super::request::parts;

/// Path below which the pages of editing are.
pub const PATH: &str = "/edit";
/// Where a form with token and name goes.
pub const SIGN_IN: &str = "/edit/sign-in";
/// Characters that the name of a curator may have.
pub const LONGEST_NAME: usize = 60;

/// The answer to who wants to edit on a server that only reads.
#[must_use]
pub fn refuse_reader() -> Problem {
    let detail = "this server only reads: start it with --edit to edit the sheets in the browser";
    Problem::new(StatusCode::FORBIDDEN, "read-only", detail)
}

/// Whether a request with this path and query string is one of editing.
#[must_use]
pub fn is_asked(target: &str) -> bool {
    is_path(&parts(target).0)
}

/// Whether a path is one of editing.
#[must_use]
pub fn is_path(path: &str) -> bool {
    path == PATH
        || path
            .strip_prefix(PATH)
            .is_some_and(|rest| rest.starts_with('/'))
}

/// Whether somebody signs in with this request.
#[must_use]
pub fn is_sign_in(method: &Method, target: &str) -> bool {
    *method == Method::POST && parts(target).0 == SIGN_IN
}

/// The token that a browser sends, if it was signed in.
#[must_use]
pub fn token(headers: &HeaderMap) -> Option<String> {
    cookie(headers, "token")
}

/// The name of the curator who signed in; a name that can be none is not there.
#[must_use]
pub fn curator(headers: &HeaderMap) -> Option<String> {
    name(&cookie(headers, "curator")?)
}

/// A curator's name without blanks around it; `None` if it is none.
#[must_use]
pub fn name(text: &str) -> Option<String> {
    let text = text.trim();
    let fit = !text.is_empty() && text.chars().count() <= LONGEST_NAME;
    let plain =
        |c: char| c.is_alphanumeric() || matches!(c, ' ' | '.' | '-' | '\'' | '’' | '_' | '@');
    (fit && text.chars().all(plain)).then(|| text.to_owned())
}

/// The header that makes a browser keep who signed in, for as long as it is open.
#[must_use]
pub fn cookies(headers: &HeaderMap, token: &str, curator: &str) -> [String; 2] {
    [("token", token), ("curator", curator)].map(|(what, value)| {
        let value = utf8_percent_encode(value, NON_ALPHANUMERIC);
        format!(
            "{}={value}; Path={PATH}; HttpOnly; SameSite=Strict",
            called(headers, what)
        )
    })
}

/// The header that makes a browser forget the token.
#[must_use]
pub fn forgotten(headers: &HeaderMap) -> String {
    let name = called(headers, "token");
    format!("{name}=; Path={PATH}; HttpOnly; SameSite=Strict; Max-Age=0")
}

/// The headers of a request as workers get them: without the token, which they need not know, and with who signed in.
#[must_use]
pub fn without_token(headers: &HeaderMap) -> HeaderMap {
    let mut kept = headers.clone();
    kept.remove(AUTHORIZATION);
    kept.remove(COOKIE);
    // That there was one says that the browser has to forget it.
    let token = cookie(headers, "token").map(|_| ("token", "kept".to_owned()));
    let curator = cookie(headers, "curator").map(|name| ("curator", name));
    for (what, value) in token.into_iter().chain(curator) {
        let value = utf8_percent_encode(&value, NON_ALPHANUMERIC);
        if let Ok(cookie) = HeaderValue::from_str(&format!("{}={value}", called(headers, what))) {
            kept.append(COOKIE, cookie);
        }
    }
    kept
}

/// The name of a cookie. Browsers keep one jar for all ports of a machine, and several studies may be served on it.
fn called(headers: &HeaderMap, what: &str) -> String {
    let host = headers.get(HOST).and_then(|host| host.to_str().ok());
    let port = host.and_then(|host| host.rsplit_once(':')?.1.parse::<u16>().ok());
    format!("casegraph-{what}-{}", port.unwrap_or(80))
}

fn cookie(headers: &HeaderMap, what: &str) -> Option<String> {
    let wanted = called(headers, what);
    let all = headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|header| header.to_str().ok());
    let value = all.flat_map(|header| header.split(';')).find_map(|pair| {
        let (name, value) = pair.trim().split_once('=')?;
        (name == wanted && !value.is_empty()).then_some(value)
    })?;
    let text = percent_decode_str(value).decode_utf8().ok()?;
    Some(text.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_found_again() {
        let mut headers = HeaderMap::new();
        headers.insert(HOST, HeaderValue::from_static("localhost:7878"));
        for cookie in cookies(&headers, "a;b c=", "Åsa Berg") {
            let pair = cookie.split(';').next().unwrap_or_default().to_owned();
            headers.append(COOKIE, HeaderValue::from_str(&pair).expect("a header"));
        }
        assert_eq!(token(&headers).as_deref(), Some("a;b c="));
        assert_eq!(curator(&headers).as_deref(), Some("Åsa Berg"));
        headers.insert(AUTHORIZATION, HeaderValue::from_static("Bearer a;b c="));
        let workers = without_token(&headers);
        assert_eq!(curator(&workers).as_deref(), Some("Åsa Berg"));
        assert_eq!(token(&workers).as_deref(), Some("kept"));
        assert!(!format!("{workers:?}").contains("a;b c=") && !workers.contains_key(AUTHORIZATION));
        headers.insert(HOST, HeaderValue::from_static("localhost:8080"));
        assert_eq!(token(&headers), None, "of another server");
    }

    #[test]
    fn names_are_names() {
        for wrong in [
            "",
            " ",
            "<b>",
            "a\nb",
            "=cmd",
            "a;b",
            &"x".repeat(61),
            "\u{202e}evil",
        ] {
            assert_eq!(name(wrong), None, "{wrong}");
        }
        assert_eq!(
            name(" J. O'Neil-Sánchez "),
            Some("J. O'Neil-Sánchez".to_owned())
        );
    }

    #[test]
    fn editing_is_below_its_path() {
        assert!(is_asked("/edit?x=1") && is_asked("/edit/sheet/cases") && is_asked("/%65dit"));
        assert!(!is_asked("/editor") && !is_asked("/") && !is_asked("/x/edit"));
    }
}
