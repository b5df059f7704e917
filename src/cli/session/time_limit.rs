//! Limits on the time that a command waits for an answer.

use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

use anyhow::{Context, Result};

use crate::graph::GraphError;
use crate::server::worker::STACK;

/// The longest limit on time that may be asked for, in seconds.
pub const LONGEST_LIMIT: u32 = 30 * 24 * 60 * 60;

/// Does some work in a thread, and stops waiting for it shortly after the time limit. The engine stops by
/// itself wherever it touches the store; a join that is busy in memory does not, and then the end of
/// the program ends it. The work has as much stack as a worker of the server: long queries need it.
///
/// # Errors
/// Those of the work, or [`GraphError::Timeout`], or that the work broke down.
pub fn within<T: Send + 'static>(
    limit: Option<Duration>,
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    let (sender, receiver) = mpsc::channel();
    std::thread::Builder::new()
        .stack_size(STACK)
        .spawn(move || {
            // If nobody waits any more, nobody wants the result.
            let _ = sender.send(work());
        })
        .context("no thread can be started for the query")?;
    let result = match limit {
        Some(limit) => receiver.recv_timeout(limit + Duration::from_millis(300)),
        None => receiver.recv().map_err(|_| RecvTimeoutError::Disconnected),
    };
    match (result, limit) {
        (Ok(result), _) => result,
        (Err(RecvTimeoutError::Timeout), Some(limit)) => Err(GraphError::Timeout(limit).into()),
        (Err(_), _) => anyhow::bail!(crate::cli::BROKEN),
    }
}

/// A number of seconds from the command line; 0 means no limit.
///
/// # Errors
/// It is no number of seconds.
pub fn time_limit(seconds: f64) -> Result<Option<Duration>> {
    let limit = within_a_month(seconds).with_context(|| {
        format!("--timeout {seconds} is no number of seconds from 0 (no limit) to {LONGEST_LIMIT}")
    })?;
    Ok((!limit.is_zero()).then_some(limit))
}

/// A number of seconds as time; `None` if it is none, or longer than the longest.
#[must_use]
pub fn within_a_month(seconds: f64) -> Option<Duration> {
    Duration::try_from_secs_f64(seconds)
        .ok()
        .filter(|_| seconds <= f64::from(LONGEST_LIMIT))
}
