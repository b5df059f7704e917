//! Handles a request before and after its worker.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;

use bytes::Bytes;
use http::header::{
    ACCEPT, ACCEPT_ENCODING, AUTHORIZATION, CACHE_CONTROL, CONTENT_ENCODING,
    CONTENT_SECURITY_POLICY, CONTENT_TYPE, HOST, LOCATION, ORIGIN, SET_COOKIE,
};
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode};
use hyper::body::{Body, Incoming};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use super::answer::{Answering, cached, passed, refused};
use super::body::{receive, too_large};
use super::cache::{Cache, Keeping, Key};
use super::clients::{Clients, Limits as Most, Shares};
use super::ending::OpenRequest;
use super::exchange::{Exchange, Limits, exchange};
use super::guard::Guard;
use super::pool::Pool;
use super::spool::{HELD_FOR_ALL, Spool};
use super::token::Token;
use super::{Settings, body};
use crate::server::mark::Mark;
use crate::server::problem::Problem;
use crate::server::signed;
use crate::server::update;
use crate::server::wire::{RequestHead, pairs};

/// Set by a reverse proxy: the scheme of the original request. Answers may contain addresses, so
/// that they depend on it.
const FORWARDED: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// Handles requests: checks, limits and cache around a worker.
pub struct Handler {
    settings: Settings,
    guard: Guard,
    token: Option<Token>,
    pool: Arc<Pool>,
    clients: Clients,
    /// Limits that all clients share.
    all: Shares,
    /// Bytes of answers that are held in memory.
    memory: Arc<Semaphore>,
    /// One permit: updates run one after the other.
    updates: Arc<Semaphore>,
    cache: Arc<Cache>,
}

/// A client, by its address.
pub struct Client {
    /// Address of the connection.
    pub address: IpAddr,
    /// Its share of the limits.
    pub shares: Arc<Shares>,
}

impl Handler {
    pub fn new(settings: Settings, connections: usize) -> std::io::Result<Self> {
        let (workers, queue) = (settings.workers, settings.queue);
        // One client has at most three quarters of the workers, where there are four or more.
        let working = workers - workers / 4;
        Ok(Self {
            pool: Arc::new(Pool::new(settings.worker.clone(), workers)?),
            guard: settings.guard.clone(),
            token: settings.token.clone().map(Token::new),
            clients: Clients::new(Most {
                connections: settings.connections,
                bodies: body::FOR_ONE.max(settings.body_limit),
                spool: settings.spool / 2,
                working,
                room: working + queue.div_ceil(2),
            }),
            all: Shares::new(Most {
                connections,
                bodies: body::FOR_ALL.max(settings.body_limit),
                spool: settings.spool,
                working: workers,
                room: workers + queue,
            }),
            memory: Arc::new(Semaphore::new(HELD_FOR_ALL)),
            updates: Arc::new(Semaphore::new(1)),
            cache: Arc::new(Cache::new(settings.cache)),
            settings,
        })
    }

    /// What all clients share.
    pub fn all(&self) -> &Shares {
        &self.all
    }

    /// Who asks from an address.
    pub fn client(&self, address: IpAddr) -> Client {
        Client {
            address,
            shares: self.clients.of(address),
        }
    }

    /// Answers a request; whatever goes wrong is an answer too.
    pub async fn handle(
        &self,
        client: &Client,
        request: Request<Incoming>,
        open: OpenRequest,
    ) -> Response<Answering> {
        let origin = request.headers().get(ORIGIN).cloned();
        let mut response = self.answer(client, request).await.unwrap_or_else(refused);
        self.guard.protect(response.headers_mut(), origin.as_ref());
        if response.status() == StatusCode::NOT_MODIFIED {
            // It would replace that of the answer that the client has.
            response.headers_mut().remove(CONTENT_SECURITY_POLICY);
        }
        response.map(|answering| answering.to(open))
    }

    async fn answer(
        &self,
        client: &Client,
        request: Request<Incoming>,
    ) -> Result<Response<Answering>, Problem> {
        let (parts, body) = request.into_parts();
        self.guard.check(&parts)?;
        if parts.method == Method::OPTIONS {
            let mut response = Response::new(Answering::whole(None));
            *response.status_mut() = StatusCode::NO_CONTENT;
            self.guard.allow(response.headers_mut());
            return Ok(response);
        }
        let limit = self.settings.body_limit;
        if body.size_hint().lower() > limit as u64 {
            return Err(too_large(limit));
        }
        if parts.headers.contains_key(CONTENT_ENCODING) {
            let detail = "the body of a request is taken as it is, not compressed";
            return Err(Problem::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "unsupported-media-type",
                detail,
            ));
        }
        let may_update = self.may_update(client, &parts)?;
        let body = receive(body, limit, &self.all, &client.shares).await?;
        if signed::is_sign_in(&parts.method, target(&parts)) {
            return self.sign_in(client, &parts, &body.bytes);
        }
        let key = self.key(&parts, &body.bytes);
        if let Some(there) = key.as_ref().and_then(|key| self.cache.get(key)) {
            return Ok(cached(there, &parts.headers));
        }
        let alone = may_update && parts.method == Method::POST;
        let turn = self.turn(client, alone).await?;
        let head = RequestHead {
            method: parts.method.to_string(),
            target: target(&parts).to_owned(),
            headers: pairs(&signed::without_token(&parts.headers)),
            body: body.bytes.len() as u64,
            may_update,
        };
        let limits = Limits {
            time: self.settings.time_limit,
            memory: self.settings.memory_limit,
        };
        let (pool, cache) = (Arc::clone(&self.pool), Arc::clone(&self.cache));
        let request = Exchange {
            head,
            body,
            spool: Spool::new(&self.memory, &self.all, &client.shares),
            keeping: key.map(|key| Keeping::new(key, &cache)),
            turn,
        };
        Ok(passed(exchange(pool, cache, limits, request).await?))
    }

    /// Signs a browser in that sends the token.
    fn sign_in(
        &self,
        client: &Client,
        parts: &Parts,
        form: &Bytes,
    ) -> Result<Response<Answering>, Problem> {
        let Some(token) = &self.token else {
            return Err(signed::refuse_reader());
        };
        let pairs: HashMap<_, _> = form_urlencoded::parse(form).into_owned().collect();
        let given = |name: &str| pairs.get(name).map_or("", |text| text.trim());
        let checked = token.check_text(given("token"), client.address);
        let to = match (checked, signed::name(given("curator"))) {
            (Ok(()), Some(curator)) => {
                let mut response = redirected(signed::PATH);
                for cookie in signed::cookies(&parts.headers, given("token"), &curator) {
                    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
                        response.headers_mut().append(SET_COOKIE, cookie);
                    }
                }
                return Ok(response);
            }
            (Ok(()), None) => "/edit?refused=name",
            (Err(problem), _) if problem.status == StatusCode::UNAUTHORIZED => {
                "/edit?refused=token"
            }
            (Err(problem), _) => return Err(problem),
        };
        Ok(redirected(to))
    }

    /// Whether the request changes the study and is from who may: an update, or one of editing.
    ///
    /// # Errors
    /// It is an update, from somebody else.
    fn may_update(&self, client: &Client, parts: &Parts) -> Result<bool, Problem> {
        let Some(token) = &self.token else {
            return Ok(false);
        };
        if signed::is_asked(target(parts)) {
            let Some(given) = signed::token(&parts.headers) else {
                return Ok(false);
            };
            // A token of a server that has ended is told like none: the page to sign in comes.
            return match token.check_text(&given, client.address) {
                Err(problem) if problem.status == StatusCode::UNAUTHORIZED => Ok(false),
                checked => checked.map(|()| true),
            };
        }
        let is_update = parts.method == Method::POST && update::is_asked(target(parts));
        if is_update {
            token.check(&parts.headers, client.address)?;
        }
        Ok(is_update)
    }

    /// Waits for a worker, behind who waits already.
    async fn turn(
        &self,
        client: &Client,
        is_update: bool,
    ) -> Result<Vec<OwnedSemaphorePermit>, Problem> {
        let mut turn = Vec::new();
        for room in [&client.shares.room, &self.all.room] {
            let place = Arc::clone(room).try_acquire_owned();
            turn.push(place.map_err(|_| self.busy())?);
        }
        let updates = Some(&self.updates).filter(|_| is_update);
        let waiting = async {
            for next in updates
                .into_iter()
                .chain([&client.shares.working, &self.all.working])
            {
                turn.push(Arc::clone(next).acquire_owned().await.ok()?);
            }
            Some(turn)
        };
        match timeout(self.settings.time_limit, waiting).await {
            Ok(Some(turn)) => Ok(turn),
            _ => Err(self.busy()),
        }
    }

    /// What the answer to a request depends on, if it may be kept.
    fn key(&self, parts: &Parts, body: &Bytes) -> Option<Key> {
        let (method, target, headers) = (&parts.method, target(parts), &parts.headers);
        let asks =
            *method == Method::GET || (*method == Method::POST && target.starts_with("/sparql"));
        let edits = signed::is_asked(target);
        if !asks || edits || self.settings.cache == 0 || headers.contains_key(AUTHORIZATION) {
            return None;
        }
        let header = |name| header_bytes(headers, name);
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

    fn busy(&self) -> Problem {
        let own = self.clients.limits();
        let detail = format!(
            "{} requests are worked on and {} wait, or {} and {} of one client: ask again in a moment",
            self.settings.workers,
            self.settings.queue,
            own.working,
            own.room - own.working
        );
        Problem::new(StatusCode::SERVICE_UNAVAILABLE, "busy", detail)
    }
}

/// The way to another page.
fn redirected(to: &'static str) -> Response<Answering> {
    let mut response = Response::new(Answering::whole(None));
    *response.status_mut() = StatusCode::SEE_OTHER;
    let headers = response.headers_mut();
    headers.insert(LOCATION, HeaderValue::from_static(to));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

fn header_bytes(headers: &HeaderMap, name: HeaderName) -> &[u8] {
    headers.get(name).map_or(&b""[..], HeaderValue::as_bytes)
}

/// Path and query string, as they were sent.
fn target(parts: &Parts) -> &str {
    let target = parts.uri.path_and_query();
    target.map_or("/", http::uri::PathAndQuery::as_str)
}
