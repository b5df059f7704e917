//! What happens to a request before and after a worker has it.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::header::{
    ACCEPT, ACCEPT_ENCODING, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE,
    AUTHORIZATION, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG,
    HOST, IF_NONE_MATCH, ORIGIN, RETRY_AFTER, VARY,
};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode};
use http_body_util::{BodyExt, Limited};
use hyper::body::{Body, Frame, Incoming, SizeHint};
use tokio::sync::{Semaphore, mpsc};
use tokio::time::timeout;

use super::Settings;
use super::cache::{Cache, Kept, Key};
use super::exchange::{Answer, Chunk, HELD_FOR_ALL, Limits, exchange};
use super::pool::Pool;
use crate::server::mark::Mark;
use crate::server::negotiate::has_tag;
use crate::server::problem::Problem;
use crate::server::response;
use crate::server::wire::{RequestHead, headers, pairs};

/// How long the body of a request may take.
const BODY_TIME: Duration = Duration::from_secs(30);
/// What a page may load: what comes from here, and nothing else.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
    img-src 'self' data:; connect-src 'self'; font-src 'self'; form-action 'self'; \
    base-uri 'none'; frame-ancestors 'none'";

/// What a figure may that is opened by itself: have its own style, and nothing else.
const FIGURE_POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'";

/// By which a proxy says how it was asked; answers may hold addresses.
const FORWARDED: HeaderName = HeaderName::from_static("x-forwarded-proto");
/// Bytes of bodies of requests that are read at once.
const BODIES: usize = 256 << 20;
/// How long a request waits for room for its body.
const ROOM_TIME: Duration = Duration::from_secs(5);

/// Takes requests.
pub struct Handler {
    settings: Settings,
    pool: Arc<Pool>,
    /// Requests that are worked on.
    working: Arc<Semaphore>,
    /// Requests that are worked on or wait for it.
    room: Arc<Semaphore>,
    /// Bytes of bodies of requests.
    bodies: Arc<Semaphore>,
    /// Bytes of answers that clients have not yet taken.
    held: Arc<Semaphore>,
    cache: Arc<Cache>,
}

impl Handler {
    pub fn new(settings: Settings) -> std::io::Result<Self> {
        Ok(Self {
            pool: Arc::new(Pool::new(
                settings.worker.clone(),
                settings.worker_environment.clone(),
                settings.workers,
            )?),
            working: Arc::new(Semaphore::new(settings.workers)),
            room: Arc::new(Semaphore::new(settings.workers + settings.queue)),
            bodies: Arc::new(Semaphore::new(BODIES)),
            held: Arc::new(Semaphore::new(HELD_FOR_ALL)),
            cache: Arc::new(Cache::new(settings.cache)),
            settings,
        })
    }

    /// Answers a request; whatever goes wrong is an answer too.
    pub async fn handle(&self, request: Request<Incoming>) -> Response<Answering> {
        let origin = request.headers().get(ORIGIN).cloned();
        let answered = if self.is_ours(request.headers()) {
            self.answer(request).await
        } else {
            let detail = "this server is asked by the name it has on this machine; \
                --host NAME lets it answer to another";
            Err(Problem::new(
                StatusCode::MISDIRECTED_REQUEST,
                "host",
                detail,
            ))
        };
        let mut response = answered.unwrap_or_else(refused);
        self.protect(response.headers_mut(), origin.as_ref());
        if response.status() == StatusCode::NOT_MODIFIED {
            // It would replace that of the answer that the client has.
            response.headers_mut().remove(CONTENT_SECURITY_POLICY);
        }
        response
    }

    /// Whether the client means this server. A page of somebody else could have its own name lead
    /// to this machine, and read a study that is meant for this machine alone.
    fn is_ours(&self, headers: &HeaderMap) -> bool {
        if !self.settings.bind.ip().is_loopback() {
            return true;
        }
        let Some(host) = headers.get(HOST).and_then(|host| host.to_str().ok()) else {
            return false;
        };
        let name = match host.strip_prefix('[') {
            Some(rest) => rest.split(']').next().unwrap_or_default(),
            None => host.split(':').next().unwrap_or_default(),
        };
        let name = name.to_ascii_lowercase();
        name == "localhost"
            || name
                .parse::<std::net::IpAddr>()
                .is_ok_and(|ip| ip.is_loopback())
            || self.settings.hosts.contains(&name)
    }

    /// The headers that every answer has.
    fn protect(&self, headers: &mut HeaderMap, origin: Option<&HeaderValue>) {
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "same-origin"),
            ("content-security-policy", POLICY),
        ] {
            headers.insert(name, HeaderValue::from_static(value));
        }
        let media = headers.get(CONTENT_TYPE).map(HeaderValue::as_bytes);
        if media == Some(b"image/svg+xml") {
            let policy = HeaderValue::from_static(FIGURE_POLICY);
            headers.insert(CONTENT_SECURITY_POLICY, policy);
        }
        if !self.settings.cors.is_empty() {
            // What scripts of other origins may read besides the usual.
            headers.insert(
                ACCESS_CONTROL_EXPOSE_HEADERS,
                HeaderValue::from_static("Casegraph-Snapshot, ETag"),
            );
        }
        let any = self.settings.cors.iter().any(|allowed| allowed == "*");
        if any {
            headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
        } else if !self.settings.cors.is_empty() {
            headers.append(VARY, HeaderValue::from_static("Origin"));
            let known = |origin: &&HeaderValue| {
                let allowed = &self.settings.cors;
                origin
                    .to_str()
                    .is_ok_and(|origin| allowed.iter().any(|known| known == origin))
            };
            if let Some(origin) = origin.filter(known) {
                headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
            }
        }
    }

    async fn answer(&self, request: Request<Incoming>) -> Result<Response<Answering>, Problem> {
        let (parts, body) = request.into_parts();
        if parts.method == Method::OPTIONS {
            return Ok(self.preflight());
        }
        let length = body.size_hint();
        if length.lower() > self.settings.body_limit as u64 {
            return Err(self.too_large());
        }
        if parts.headers.contains_key(CONTENT_ENCODING) {
            let detail = "the body of a request is taken as it is, not compressed";
            return Err(Problem::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "unsupported-media-type",
                detail,
            ));
        }
        let most = length.upper().unwrap_or(u64::MAX);
        let most = most.min(self.settings.body_limit as u64).min(BODIES as u64);
        let bodies = Arc::clone(&self.bodies);
        let room = bodies.acquire_many_owned(u32::try_from(most).unwrap_or(u32::MAX));
        let Ok(Ok(_bytes)) = timeout(ROOM_TIME, room).await else {
            return Err(self.busy());
        };
        let limited = Limited::new(body, self.settings.body_limit);
        let body = match timeout(BODY_TIME, limited.collect()).await {
            Ok(Ok(body)) => body.to_bytes(),
            Ok(Err(error)) if error.is::<http_body_util::LengthLimitError>() => {
                return Err(self.too_large());
            }
            Ok(Err(error)) => {
                return Err(Problem::bad_request(format!("the body broke off: {error}")));
            }
            Err(_) => {
                let detail = "the body of the request did not come in time";
                return Err(Problem::new(
                    StatusCode::REQUEST_TIMEOUT,
                    "too-slow",
                    detail,
                ));
            }
        };
        let target = parts
            .uri
            .path_and_query()
            .map_or("/", |target| target.as_str());
        let key = self.key(&parts.method, target, &parts.headers, &body);
        if let Some(kept) = key.as_ref().and_then(|key| self.cache.get(key)) {
            return Ok(kept_response(kept, &parts.headers));
        }
        let Ok(place) = Arc::clone(&self.room).try_acquire_owned() else {
            return Err(self.busy());
        };
        let waiting = Arc::clone(&self.working).acquire_owned();
        let Ok(Ok(permit)) = timeout(self.settings.time_limit, waiting).await else {
            return Err(self.busy());
        };
        let head = RequestHead {
            method: parts.method.to_string(),
            target: target.to_owned(),
            headers: pairs(&parts.headers),
            body: body.len() as u64,
        };
        let limits = Limits {
            time: self.settings.time_limit,
            memory: self.settings.memory_limit,
        };
        let turn = (place, permit);
        let (pool, held) = (Arc::clone(&self.pool), Arc::clone(&self.held));
        let Answer { head, body } = exchange(pool, head, body, limits, held, turn).await?;
        let status = StatusCode::from_u16(head.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let keeping = key.filter(|_| status == StatusCode::OK).map(|key| Keeping {
            cache: Arc::clone(&self.cache),
            key,
            headers: headers(&head.headers),
            body: BytesMut::new(),
        });
        let mut response = Response::new(Answering::Passing { body, keeping });
        *response.status_mut() = status;
        *response.headers_mut() = headers(&head.headers);
        Ok(response)
    }

    /// What the answer to a request depends on, if it may be kept.
    fn key(&self, method: &Method, target: &str, headers: &HeaderMap, body: &Bytes) -> Option<Key> {
        let asks =
            *method == Method::GET || (*method == Method::POST && target.starts_with("/sparql"));
        if !asks || self.settings.cache == 0 || headers.contains_key(AUTHORIZATION) {
            return None;
        }
        let header = |name| headers.get(name).map_or(&b""[..], HeaderValue::as_bytes);
        // A new build has another mark.
        let build = Mark::of(&self.settings.manifest).map(|mark| mark.bytes());
        Some(Key::of(&[
            &build.unwrap_or_default(),
            method.as_str().as_bytes(),
            target.as_bytes(),
            header(ACCEPT),
            header(ACCEPT_ENCODING),
            header(CONTENT_TYPE),
            header(HOST),
            header(FORWARDED),
            body,
        ]))
    }

    fn preflight(&self) -> Response<Answering> {
        let mut response = Response::new(Answering::Whole(None));
        *response.status_mut() = StatusCode::NO_CONTENT;
        for (name, value) in [
            (ACCESS_CONTROL_ALLOW_METHODS, "GET, HEAD, POST"),
            (
                ACCESS_CONTROL_ALLOW_HEADERS,
                "Accept, Authorization, Cache-Control, Content-Type, If-None-Match, X-Requested-With",
            ),
            (ACCESS_CONTROL_MAX_AGE, "86400"),
        ] {
            if !self.settings.cors.is_empty() {
                response
                    .headers_mut()
                    .insert(name, HeaderValue::from_static(value));
            }
        }
        response
    }

    fn busy(&self) -> Problem {
        let detail = format!(
            "{} requests are worked on and {} wait: ask again in a moment",
            self.settings.workers, self.settings.queue
        );
        Problem::new(StatusCode::SERVICE_UNAVAILABLE, "busy", detail)
    }

    fn too_large(&self) -> Problem {
        let detail = format!(
            "the body of the request has more than {} bytes; --body-limit sets how many are taken",
            self.settings.body_limit
        );
        Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large", detail)
    }
}

/// A problem as an answer.
fn refused(problem: Problem) -> Response<Answering> {
    let busy = problem.status == StatusCode::SERVICE_UNAVAILABLE;
    let told = response::Response::from(problem);
    let body = match told.body {
        response::Body::Whole(body) => Some(body.into()),
        response::Body::Stream(_) => None,
    };
    let mut response = Response::new(Answering::Whole(body));
    *response.status_mut() = told.status;
    *response.headers_mut() = told.headers;
    if busy {
        response
            .headers_mut()
            .insert(RETRY_AFTER, HeaderValue::from_static("1"));
    }
    response
}

fn kept_response(kept: Kept, headers: &HeaderMap) -> Response<Answering> {
    let text = |headers: &HeaderMap, name| {
        let value = headers.get(name).and_then(|value| value.to_str().ok());
        value.unwrap_or_default().to_owned()
    };
    let same = has_tag(&text(headers, IF_NONE_MATCH), &text(&kept.headers, ETAG));
    let mut response = Response::new(Answering::Whole(Some(kept.body).filter(|_| !same)));
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

/// The body of an answer.
pub enum Answering {
    /// All of it.
    Whole(Option<Bytes>),
    /// As it comes from a worker.
    Passing {
        /// Its chunks.
        body: mpsc::UnboundedReceiver<Chunk>,
        /// What is kept of it, if it is to be kept.
        keeping: Option<Keeping>,
    },
}

/// An answer that is kept when it is whole.
pub struct Keeping {
    cache: Arc<Cache>,
    key: Key,
    headers: HeaderMap,
    body: BytesMut,
}

impl Keeping {
    /// Takes a chunk; `None` if the answer is whole and kept, or too large to be.
    fn with(mut self, chunk: &Bytes) -> Option<Self> {
        if self.body.len() + chunk.len() > self.cache.largest() {
            return None;
        }
        self.body.extend_from_slice(chunk);
        let length = self
            .headers
            .get(CONTENT_LENGTH)
            .and_then(|length| length.to_str().ok());
        // Nobody asks for more than the length that was said, not even for the end.
        if length.is_some_and(|length| length.parse() == Ok(self.body.len())) {
            self.keep();
            return None;
        }
        Some(self)
    }

    fn keep(mut self) {
        let body = self.body.freeze();
        self.headers
            .insert(CONTENT_LENGTH, HeaderValue::from(body.len()));
        let kept = Kept {
            status: StatusCode::OK,
            headers: self.headers,
            body,
        };
        self.cache.put(self.key, kept);
    }
}

impl Body for Answering {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        match self.get_mut() {
            Self::Whole(body) => Poll::Ready(body.take().map(|body| Ok(Frame::data(body)))),
            Self::Passing { body, keeping } => {
                let chunk = ready!(body.poll_recv(context));
                Poll::Ready(match chunk {
                    Some(Ok((chunk, _shares))) => {
                        *keeping = keeping.take().and_then(|keeping| keeping.with(&chunk));
                        Some(Ok(Frame::data(chunk)))
                    }
                    Some(Err(error)) => {
                        *keeping = None;
                        Some(Err(error))
                    }
                    None => {
                        if let Some(keeping) = keeping.take() {
                            keeping.keep();
                        }
                        None
                    }
                })
            }
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Whole(body) => SizeHint::with_exact(body.as_ref().map_or(0, Bytes::len) as u64),
            Self::Passing { .. } => SizeHint::default(),
        }
    }
}
