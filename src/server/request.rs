//! A request as the study sees it, apart from sockets.

use http::header::{ACCEPT, CONTENT_TYPE, HOST, HeaderName};
use http::{HeaderMap, Method};
use percent_encoding::percent_decode_str;

use super::problem::Problem;

/// A request with all of its body.
#[derive(Debug, Clone)]
pub struct Request {
    /// HTTP method.
    pub method: Method,
    /// The path, decoded and without slashes at its end.
    pub path: String,
    /// What stands after the question mark, as it was sent.
    pub query: String,
    /// Headers of the request, names in lower case.
    pub headers: HeaderMap,
    /// The whole body, read by the gate.
    pub body: Vec<u8>,
    /// Whether it is an update of who may change the study.
    pub may_update: bool,
}

impl Request {
    /// A request for a path with its query string, of who may change nothing.
    #[must_use]
    pub fn new(method: Method, target: &str, headers: HeaderMap, body: Vec<u8>) -> Self {
        let (path, query) = parts(target);
        Self {
            method,
            path,
            query: query.to_owned(),
            headers,
            body,
            may_update: false,
        }
    }

    /// The parameters of the address, in order.
    #[must_use]
    pub fn parameters(&self) -> Vec<(String, String)> {
        pairs(self.query.as_bytes())
    }

    /// The parameters of a form in the body, in order.
    ///
    /// # Errors
    /// It is not UTF-8.
    pub fn form(&self) -> Result<Vec<(String, String)>, Problem> {
        check(&self.body, "the form")?;
        Ok(pairs(&self.body))
    }

    /// Checks that the address is text.
    ///
    /// # Errors
    /// It is not UTF-8.
    pub fn check(&self) -> Result<(), Problem> {
        check(self.query.as_bytes(), "the address")
    }

    /// A header as text; one that is not readable is not there.
    #[must_use]
    pub fn header(&self, name: HeaderName) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// What the client takes; a client that does not say takes everything.
    #[must_use]
    pub fn accept(&self) -> &str {
        self.header(ACCEPT).unwrap_or("*/*")
    }

    /// The type of the body, without its parameters, in small letters.
    #[must_use]
    pub fn content_type(&self) -> String {
        let text = self.header(CONTENT_TYPE).unwrap_or_default();
        let bare = text.split(';').next().unwrap_or_default();
        bare.trim().to_ascii_lowercase()
    }

    /// Where the server is for this client, as `http://127.0.0.1:7878`.
    #[must_use]
    pub fn origin(&self) -> String {
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':' | '[' | ']');
        let host = self.header(HOST).filter(|host| host.chars().all(plain));
        let host = host.unwrap_or("localhost");
        let scheme = self.headers.get("x-forwarded-proto");
        let scheme = match scheme.and_then(|scheme| scheme.to_str().ok()) {
            Some("https") => "https",
            _ => "http",
        };
        format!("{scheme}://{host}")
    }

    /// The body as text.
    ///
    /// # Errors
    /// It is not UTF-8.
    pub fn text(&self) -> Result<String, Problem> {
        String::from_utf8(self.body.clone())
            .map_err(|_| Problem::bad_request("the body is not UTF-8 text"))
    }
}

/// The path, decoded and without slashes at its end, and what stands after the question mark.
#[must_use]
pub fn parts(target: &str) -> (String, &str) {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let path = percent_decode_str(path).decode_utf8_lossy();
    (path.trim_end_matches('/').to_owned(), query)
}

fn check(text: &[u8], what: &str) -> Result<(), Problem> {
    match percent_encoding::percent_decode(text).decode_utf8() {
        Ok(_) => Ok(()),
        Err(_) => Err(Problem::bad_request(format!("{what} is not UTF-8 text"))),
    }
}

fn pairs(text: &[u8]) -> Vec<(String, String)> {
    form_urlencoded::parse(text).into_owned().collect()
}
