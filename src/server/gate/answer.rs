//! Answers to clients as bodies for hyper.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http::header::{CONTENT_LENGTH, ETAG, IF_NONE_MATCH, RETRY_AFTER};
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode};
use hyper::body::{Body, Frame, SizeHint};
use serde_json::Value;
use tokio::sync::mpsc;
use tokio::task::{JoinHandle, spawn_blocking};

use super::cache::CachedResponse;
use super::ending::OpenRequest;
use super::exchange::Answer;
use super::spool::Part;
use crate::server::negotiate::{has_tag, is_any};
use crate::server::problem::Problem;
use crate::server::response;
use crate::server::wire::headers;

/// The body of an answer.
pub struct Answering {
    content: Content,
    /// The request that is answered, until this is sent.
    request: Option<OpenRequest>,
}

enum Content {
    Whole(Option<Bytes>),
    Passing {
        parts: mpsc::UnboundedReceiver<io::Result<Part>>,
        /// A part that is read back from its file.
        reading: Option<JoinHandle<io::Result<Bytes>>>,
    },
}

impl Answering {
    /// An answer whose body is in memory, or has none.
    #[must_use]
    pub fn whole(body: Option<Bytes>) -> Self {
        Self {
            content: Content::Whole(body),
            request: None,
        }
    }

    /// The same, for a request that is open until it is sent.
    #[must_use]
    pub fn to(mut self, request: OpenRequest) -> Self {
        self.request = Some(request);
        self
    }
}

/// A problem as an answer.
#[must_use]
pub fn refused(problem: Problem) -> Response<Answering> {
    let retry = match problem.more.get("retry").and_then(Value::as_u64) {
        None if problem.status == StatusCode::SERVICE_UNAVAILABLE => Some(1),
        retry => retry,
    };
    let problem = response::Response::from(problem);
    let body = match problem.body {
        response::Body::Whole(body) => Some(body.into()),
        response::Body::Stream(_) => None,
    };
    let mut response = Response::new(Answering::whole(body));
    *response.status_mut() = problem.status;
    *response.headers_mut() = problem.headers;
    if let Some(retry) = retry {
        response
            .headers_mut()
            .insert(RETRY_AFTER, HeaderValue::from(retry));
    }
    response
}

/// An answer on its way from a worker.
#[must_use]
pub fn passed(answer: Answer) -> Response<Answering> {
    let Answer { head, parts } = answer;
    let status = StatusCode::from_u16(head.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = Response::new(Answering {
        content: Content::Passing {
            parts,
            reading: None,
        },
        request: None,
    });
    *response.status_mut() = status;
    *response.headers_mut() = headers(&head.headers);
    response
}

/// An answer that was kept, to a request with these headers.
#[must_use]
pub fn cached(kept: CachedResponse, asked: &HeaderMap) -> Response<Answering> {
    let text = |headers: &HeaderMap, name: HeaderName| {
        let value = headers.get(name).and_then(|value| value.to_str().ok());
        value.unwrap_or_default().to_owned()
    };
    let (known, tag) = (text(asked, IF_NONE_MATCH), text(&kept.headers, ETAG));
    let same = has_tag(&known, &tag) || (is_any(&known) && !tag.is_empty());
    let mut response = Response::new(Answering::whole(Some(kept.body).filter(|_| !same)));
    *response.status_mut() = if same {
        StatusCode::NOT_MODIFIED
    } else {
        kept.status
    };
    *response.headers_mut() = kept.headers;
    if same {
        response.headers_mut().remove(CONTENT_LENGTH);
    }
    response
}

impl Body for Answering {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let (parts, reading) = match &mut self.get_mut().content {
            Content::Whole(body) => {
                return Poll::Ready(body.take().map(|body| Ok(Frame::data(body))));
            }
            Content::Passing { parts, reading } => (parts, reading),
        };
        loop {
            if let Some(read) = reading {
                let read = ready!(Pin::new(read).poll(context));
                *reading = None;
                let read = read.map_err(io::Error::other).flatten();
                return Poll::Ready(Some(read.map(Frame::data)));
            }
            match ready!(parts.poll_recv(context)) {
                Some(Ok(part @ Part::Filed { .. })) => {
                    *reading = Some(spawn_blocking(|| part.read()));
                }
                Some(part) => {
                    let bytes = part.and_then(Part::read);
                    return Poll::Ready(Some(bytes.map(Frame::data)));
                }
                None => return Poll::Ready(None),
            }
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.content {
            Content::Whole(body) => {
                SizeHint::with_exact(body.as_ref().map_or(0, Bytes::len) as u64)
            }
            Content::Passing { .. } => SizeHint::default(),
        }
    }
}
