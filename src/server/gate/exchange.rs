//! One request and its answer, between the gate and a worker.
//!
//! Runs as a task of its own, so that a client that leaves does not leave a worker in the middle of
//! an answer: the rest of a short answer is read and thrown away, and a worker that goes on for
//! longer is ended.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::StatusCode;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::{OwnedSemaphorePermit, mpsc, oneshot};
use tokio::time::{Instant, sleep_until};

use super::body::Received;
use super::cache::{Cache, Keeping};
use super::pool::{Pool, Worker};
use super::spool::{Part, Spool};
use crate::server::problem::Problem;
use crate::server::wire::{CUT, RequestHead, ResponseHead, framed, head_length};

/// An answer on its way.
pub struct Answer {
    /// Status and headers, which come before the body.
    pub head: ResponseHead,
    /// Parts of the body, as they come.
    pub parts: mpsc::UnboundedReceiver<io::Result<Part>>,
}

/// What an exchange may take.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Time for the whole exchange.
    pub time: Duration,
    /// Bytes of memory of the worker.
    pub memory: u64,
}

/// How long a worker may go on for a client that left.
const GRACE: Duration = Duration::from_millis(200);
/// How long after the time limit a worker is killed if it did not stop by itself.
const LATE: Duration = Duration::from_millis(500);
/// The part of its limit that a worker may hold when it has answered; if it holds more, another takes its
/// place. So what allocators and caches keep does not add up.
const KEPT: u64 = 4;
/// How often the memory of a worker is looked at.
const WATCH: Duration = Duration::from_millis(25);

fn ended(error: &io::Error) -> Problem {
    Problem::internal(format!(
        "the process that was to answer broke down ({error}), and says why where the server prints: if no file is damaged or was cut, \
         please report it with what was asked"
    ))
}

/// A request that is to be answered.
pub struct Exchange {
    /// Method, target and headers.
    pub head: RequestHead,
    /// Body of the request.
    pub body: Received,
    /// Where the answer waits for its reader.
    pub spool: Spool,
    /// Where the answer is kept, if it may be.
    pub keeping: Option<Keeping>,
    /// Leave to have a worker, given up when the worker is free again.
    pub turn: Vec<OwnedSemaphorePermit>,
}

/// Has a worker answer a request.
pub async fn exchange(
    pool: Arc<Pool>,
    cache: Arc<Cache>,
    limits: Limits,
    exchange: Exchange,
) -> Result<Answer, Problem> {
    let (heads, head) = oneshot::channel();
    let (sent, parts) = mpsc::unbounded_channel();
    let Exchange {
        head: request,
        body,
        spool,
        keeping,
        turn,
    } = exchange;
    tokio::spawn(async move {
        let _turn = turn;
        let mut worker = match pool.take() {
            Ok(worker) => worker,
            Err(error) => {
                let detail = format!("no process could be started to answer: {error}");
                let _ = heads.send(Err(Problem::internal(detail)));
                return;
            }
        };
        let mut sending = Sending {
            heads: Some(heads),
            parts: sent,
            spool,
            keeping,
        };
        match watched(&mut worker, &request, body, limits, &mut sending).await {
            Ok(()) => {
                if memory(worker.child.id()) > limits.memory / KEPT {
                    drop(worker);
                    pool.replace();
                } else {
                    pool.give_back(worker);
                }
                if let Some(keeping) = sending.keeping {
                    keeping.keep(&cache);
                }
            }
            // The worker is in the middle of something: it ends here, and another takes its place.
            Err(problem) => {
                sending.fail(problem);
                drop(worker);
                pool.replace();
            }
        }
    });
    let gone = || Problem::internal("the request was given up");
    let head = head.await.map_err(|_| gone())??;
    Ok(Answer { head, parts })
}

/// Where the parts of an answer go.
struct Sending {
    heads: Option<oneshot::Sender<Result<ResponseHead, Problem>>>,
    parts: mpsc::UnboundedSender<io::Result<Part>>,
    spool: Spool,
    keeping: Option<Keeping>,
}

impl Sending {
    fn fail(&mut self, problem: Problem) {
        match self.heads.take() {
            Some(heads) => {
                let _ = heads.send(Err(problem));
            }
            // The head is sent: all that can be said is that the rest is missing.
            None => {
                let _ = self.parts.send(Err(io::Error::other(problem.detail)));
            }
        }
    }
}

/// Passes an answer on, and ends that when it takes too long or too much, or nobody wants it.
async fn watched(
    worker: &mut Worker,
    request: &RequestHead,
    body: Received,
    limits: Limits,
    sending: &mut Sending,
) -> Result<(), Problem> {
    let mut end = Instant::now() + limits.time + LATE;
    let process = worker.child.id();
    let parts = sending.parts.clone();
    let mut watch = tokio::time::interval_at(Instant::now() + WATCH, WATCH);
    let mut passing = std::pin::pin!(pass(worker, request, body, sending));
    let mut left = false;
    loop {
        tokio::select! {
            done = &mut passing => return done,
            () = sleep_until(end) => return Err(Problem::time_limit(limits.time)),
            _ = watch.tick() => {
                if memory(process) > limits.memory {
                    return Err(too_much(limits.memory));
                }
                if parts.is_closed() && !left {
                    left = true;
                    end = end.min(Instant::now() + GRACE);
                }
            }
        }
    }
}

async fn pass(
    worker: &mut Worker,
    request: &RequestHead,
    body: Received,
    sending: &mut Sending,
) -> Result<(), Problem> {
    let head = ask(worker, request, &body.bytes)
        .await
        .map_err(|error| ended(&error))?;
    drop(body);
    if let Some(keeping) = &mut sending.keeping {
        keeping.begin(&head);
    }
    if let Some(heads) = sending.heads.take() {
        // If the client left, the rest is read and thrown away.
        let _ = heads.send(Ok(head));
    }
    while let Some(chunk) = chunk(worker).await? {
        sending.keeping.take_if(|keeping| !keeping.add(&chunk));
        if !sending.parts.is_closed() {
            let part = sending.spool.put(chunk).await?;
            let _ = sending.parts.send(Ok(part));
        }
    }
    Ok(())
}

/// Sends a request and reads the head of its answer.
async fn ask(worker: &mut Worker, request: &RequestHead, body: &Bytes) -> io::Result<ResponseHead> {
    worker.requests.write_all(&framed(request)?).await?;
    worker.requests.write_all(body).await?;
    worker.requests.flush().await?;
    let mut length = [0; 4];
    worker.answers.read_exact(&mut length).await?;
    let mut json = vec![0; head_length(length)?];
    worker.answers.read_exact(&mut json).await?;
    Ok(serde_json::from_slice(&json)?)
}

/// The next chunk of a body; `None` at its end.
async fn chunk(worker: &mut Worker) -> Result<Option<Bytes>, Problem> {
    let mut length = [0; 4];
    let read = worker.answers.read_exact(&mut length).await;
    read.map_err(|error| ended(&error))?;
    match u32::from_le_bytes(length) {
        0 => Ok(None),
        CUT => Err(Problem::internal("the answer could not be made to its end")),
        length => {
            let mut bytes = vec![0; length as usize];
            let read = worker.answers.read_exact(&mut bytes).await;
            read.map_err(|error| ended(&error))?;
            Ok(Some(Bytes::from(bytes)))
        }
    }
}

fn too_much(limit: u64) -> Problem {
    let megabytes = limit >> 20;
    let detail = format!(
        "this took more than {megabytes} MB of memory and was stopped: ask for less, or have the server started with a larger --memory-limit"
    );
    Problem::new(StatusCode::INSUFFICIENT_STORAGE, "memory-limit", detail)
        .with("megabytes", json!(megabytes))
}

/// Bytes of memory that a process holds for itself alone; 0 where the system does not say.
fn memory(process: Option<u32>) -> u64 {
    let Some(process) = process else { return 0 };
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("RssAnon:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().nth(1)?.parse::<u64>().ok());
    kilobytes.unwrap_or(0) << 10
}
