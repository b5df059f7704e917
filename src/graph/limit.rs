//! Limits on the time of queries.
//!
//! One thread watches all queries: to start a thread takes longer than most queries.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use super::error::GraphError;
use super::model::{CancellationToken, QueryEvaluationError};

/// A limit on time; it stops watching when dropped.
#[derive(Default)]
pub struct Limit {
    after: Option<Duration>,
    over: Arc<AtomicBool>,
    watched: Option<Deadline>,
}

/// When a query is to be stopped; the number tells those of one moment apart.
type Deadline = (Instant, u64);

impl Limit {
    /// Stops a query after some time, if there is a limit.
    pub(super) fn new(after: Option<Duration>, token: &CancellationToken) -> Self {
        let over = Arc::new(AtomicBool::new(false));
        // No limit if the clock cannot reach that time.
        let end = after.and_then(|after| Instant::now().checked_add(after));
        Self {
            after,
            watched: end.map(|end| {
                Watcher::running().watch(
                    end,
                    Watched {
                        over: Arc::clone(&over),
                        token: token.clone(),
                    },
                )
            }),
            over,
        }
    }

    /// Whether the time is over.
    pub(super) fn is_over(&self) -> bool {
        self.over.load(Ordering::Relaxed)
    }

    /// Turns an evaluation error into one that tells a timeout from others.
    #[must_use]
    pub fn error(&self, error: QueryEvaluationError) -> GraphError {
        match self.after {
            Some(after) if self.is_over() => GraphError::Timeout(after),
            _ => error.into(),
        }
    }
}

impl Drop for Limit {
    fn drop(&mut self) {
        if let Some(deadline) = self.watched {
            Watcher::running().queries().by_time.remove(&deadline);
        }
    }
}

/// A query that is stopped at its time.
struct Watched {
    over: Arc<AtomicBool>,
    token: CancellationToken,
}

/// The queries that have a limit.
#[derive(Default)]
struct Watcher {
    queries: Mutex<Queries>,
    earlier: Condvar,
}

#[derive(Default)]
struct Queries {
    by_time: BTreeMap<Deadline, Watched>,
    /// When the thread wakes by itself; `None` while it only waits for a new query.
    looks: Option<Instant>,
}

impl Watcher {
    /// The one that there is; its thread starts with the first query.
    fn running() -> &'static Self {
        static WATCHER: OnceLock<Watcher> = OnceLock::new();
        static STARTED: OnceLock<()> = OnceLock::new();
        let watcher = WATCHER.get_or_init(Self::default);
        STARTED.get_or_init(|| {
            std::thread::spawn(|| watcher.stop_what_is_over());
        });
        watcher
    }

    fn queries(&self) -> MutexGuard<'_, Queries> {
        self.queries.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn watch(&self, end: Instant, watched: Watched) -> Deadline {
        let mut queries = self.queries();
        let mut same = queries.by_time.range((end, 0)..=(end, u64::MAX));
        let after = same.next_back();
        let deadline = (end, after.map_or(0, |((_, number), _)| number + 1));
        queries.by_time.insert(deadline, watched);
        // Queries of one limit end in the order in which they began: the thread need not be woken for each.
        if queries.looks.is_none_or(|looks| end < looks) {
            self.earlier.notify_one();
        }
        deadline
    }

    fn stop_what_is_over(&self) {
        let mut queries = self.queries();
        loop {
            let now = Instant::now();
            while let Some(first) = queries
                .by_time
                .first_entry()
                .filter(|first| first.key().0 <= now)
            {
                let watched = first.remove();
                watched.over.store(true, Ordering::Relaxed);
                watched.token.cancel();
            }
            let first = queries.by_time.keys().next().map(|(end, _)| *end);
            queries.looks = first;
            queries = match first {
                None => self
                    .earlier
                    .wait(queries)
                    .unwrap_or_else(PoisonError::into_inner),
                Some(end) => {
                    let waited = self
                        .earlier
                        .wait_timeout(queries, end.saturating_duration_since(now));
                    waited.unwrap_or_else(PoisonError::into_inner).0
                }
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_limit_stops_its_own_query_and_no_other() {
        let tokens: Vec<CancellationToken> = (0..4).map(|_| CancellationToken::new()).collect();
        let times = [Some(10_000), Some(20), None, Some(40)];
        let limits: Vec<Limit> = tokens
            .iter()
            .zip(times)
            .map(|(token, time)| Limit::new(time.map(Duration::from_millis), token))
            .collect();
        let begun = Instant::now();
        while !(tokens[1].is_cancelled() && tokens[3].is_cancelled()) {
            assert!(
                begun.elapsed() < Duration::from_secs(5),
                "nothing was stopped"
            );
            std::thread::sleep(Duration::from_millis(5));
        }
        assert!(begun.elapsed() >= Duration::from_millis(35));
        assert!(!tokens[0].is_cancelled() && !tokens[2].is_cancelled());
        assert_eq!(
            limits.iter().map(Limit::is_over).collect::<Vec<_>>(),
            [false, true, false, true]
        );
    }

    #[test]
    fn a_limit_that_is_dropped_stops_nothing() {
        let token = CancellationToken::new();
        drop(Limit::new(Some(Duration::from_millis(5)), &token));
        std::thread::sleep(Duration::from_millis(40));
        assert!(!token.is_cancelled());
    }
}
