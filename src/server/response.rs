//! A response as the study gives it, apart from sockets.

use std::io::{self, Write};

use http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderName};
use http::{HeaderMap, HeaderValue, StatusCode};
use serde_json::Value;

use super::problem::Problem;

/// Writes a body while it is made. What fails before the first bytes went out becomes a problem;
/// what fails later cuts the response off.
pub type Stream = Box<dyn FnOnce(&mut dyn Write) -> Result<(), Failure>>;

/// Why a body was not written to its end.
#[derive(Debug)]
pub enum Failure {
    /// The answer could not be computed.
    Problem(Problem),
    /// The client is gone.
    Gone(io::Error),
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Gone(error)
    }
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

/// The body of a response.
pub enum Body {
    /// The whole body, in memory.
    Whole(Vec<u8>),
    /// Something that writes it.
    Stream(Stream),
}

/// An answer before it is written to the wire.
pub struct Response {
    /// HTTP status code.
    pub status: StatusCode,
    /// Headers that the study gives; the gate adds its own.
    pub headers: HeaderMap,
    /// Whole, or made while it is sent.
    pub body: Body,
}

impl Response {
    /// A response of this media type. It may be kept as long as the study is what it is.
    #[must_use]
    pub fn new(media: &'static str, body: Body) -> Self {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(media));
        // Private, since access may depend on the client; revalidated each time, since there may be
        // a new build.
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
        Self {
            status: StatusCode::OK,
            headers,
            body,
        }
    }

    /// A page with status 200.
    #[must_use]
    pub fn html(markup: maud::Markup) -> Self {
        let body = Body::Whole(markup.into_string().into_bytes());
        Self::new("text/html; charset=utf-8", body)
    }

    /// A text that is known as a whole, with status 200.
    #[must_use]
    pub fn text(media: &'static str, text: impl Into<Vec<u8>>) -> Self {
        Self::new(media, Body::Whole(text.into()))
    }

    /// The way to another address.
    #[must_use]
    pub fn redirect(to: &str) -> Self {
        let mut response = Self::text("text/plain; charset=utf-8", format!("{to}\n"));
        response.status = StatusCode::SEE_OTHER;
        response.with(http::header::LOCATION, to)
    }

    /// The same with a header; a value that can be none is left out.
    #[must_use]
    pub fn with(mut self, name: HeaderName, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.insert(name, value);
        }
        self
    }

    /// The same as a file to keep, by this name.
    #[must_use]
    pub fn named(self, file: &str) -> Self {
        let plain: String = file
            .chars()
            .map(|c| if c == '"' { '_' } else { c })
            .collect();
        self.with(
            http::header::CONTENT_DISPOSITION,
            &format!("inline; filename=\"{plain}\""),
        )
    }
}

impl From<Problem> for Response {
    fn from(problem: Problem) -> Self {
        let body = Body::Whole(problem.json().into_bytes());
        let mut response = Self::new("application/problem+json", body);
        response.status = problem.status;
        response = response.with(CACHE_CONTROL, "no-store");
        if let Some(Value::String(allowed)) = problem.more.get("allow") {
            response = response.with(http::header::ALLOW, allowed);
        }
        if problem.status == StatusCode::UNAUTHORIZED {
            response = response.with(http::header::WWW_AUTHENTICATE, "Bearer");
        }
        response
    }
}
