//! Reads the bodies of requests whole, within limits, before a worker gets them.

use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::StatusCode;
use http_body_util::BodyExt;
use hyper::body::Incoming;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use super::clients::Shares;
use crate::server::problem::Problem;

/// How long the body of a request may take.
const BODY_TIME: Duration = Duration::from_secs(30);
/// Bytes of bodies of all clients in memory.
pub const FOR_ALL: usize = 256 << 20;
/// Bytes of bodies of one client in memory.
pub const FOR_ONE: usize = 64 << 20;

/// A body that was read.
pub struct Received {
    /// Content of the body.
    pub bytes: Bytes,
    /// Its shares of what may be there, given up with it.
    _shares: Vec<OwnedSemaphorePermit>,
}

/// Reads a body of at most so many bytes.
///
/// # Errors
/// It is longer, does not come in time, breaks off, or there is no room for it.
pub async fn receive(
    body: Incoming,
    limit: usize,
    all: &Shares,
    own: &Shares,
) -> Result<Received, Problem> {
    match timeout(BODY_TIME, read(body, limit, &[&own.bodies, &all.bodies])).await {
        Ok(received) => received,
        Err(_) => {
            let seconds = BODY_TIME.as_secs();
            let detail = format!("the body of the request did not come within {seconds} s");
            Err(Problem::new(
                StatusCode::REQUEST_TIMEOUT,
                "too-slow",
                detail,
            ))
        }
    }
}

async fn read(
    mut body: Incoming,
    limit: usize,
    rooms: &[&Arc<Semaphore>],
) -> Result<Received, Problem> {
    let mut bytes = BytesMut::new();
    let mut shares: Vec<OwnedSemaphorePermit> = Vec::new();
    while let Some(frame) = body.frame().await {
        let frame =
            frame.map_err(|error| Problem::bad_request(format!("the body broke off: {error}")))?;
        let Ok(data) = frame.into_data() else {
            continue;
        };
        if bytes.len() + data.len() > limit {
            return Err(too_large(limit));
        }
        for (at, room) in rooms.iter().enumerate() {
            let share = u32::try_from(data.len()).unwrap_or(u32::MAX);
            let Ok(share) = Arc::clone(room).try_acquire_many_owned(share) else {
                return Err(no_room());
            };
            match shares.get_mut(at) {
                Some(shares) => shares.merge(share),
                None => shares.push(share),
            }
        }
        bytes.extend_from_slice(&data);
    }
    Ok(Received {
        bytes: bytes.freeze(),
        _shares: shares,
    })
}

/// More than is taken.
#[must_use]
pub fn too_large(limit: usize) -> Problem {
    let detail = format!(
        "the body of the request has more than {limit} bytes; --body-limit sets how many are taken"
    );
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large", detail)
}

fn no_room() -> Problem {
    let detail = format!(
        "too many bodies are being read ({} MB of one client, {} MB of all are): ask again in a moment",
        FOR_ONE >> 20,
        FOR_ALL >> 20
    );
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, "busy", detail)
}
