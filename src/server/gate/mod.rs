//! Sockets, and what protects the study from what comes through them.
//!
//! The gate reads requests, hands each to a worker process ([`super::worker`]) and passes the answer
//! on as it is made. It knows HTTP and no graph: what it enforces (time, memory, how many at once,
//! how large a body) it enforces from outside the process that does the work.

mod cache;
mod exchange;
mod handler;
mod pool;

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio_io_timeout::TimeoutStream;

use handler::Handler;

/// How the gate is set.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where to listen.
    pub bind: SocketAddr,
    /// The program and arguments that start a worker.
    pub worker: Vec<String>,
    /// What the workers have in their environment besides.
    pub worker_environment: Vec<(String, String)>,
    /// How many requests are worked on at once.
    pub workers: usize,
    /// How many more may wait.
    pub queue: usize,
    /// After which a request is stopped.
    pub time_limit: Duration,
    /// Bytes of memory that a worker may take for a request.
    pub memory_limit: u64,
    /// Bytes that a request's body may have.
    pub body_limit: usize,
    /// Bytes of answers that are kept.
    pub cache: usize,
    /// Other origins whose pages may read the answers; `*` stands for all.
    pub cors: Vec<String>,
    /// Names besides the loopback ones under which a server on loopback may be asked.
    pub hosts: Vec<String>,
    /// The file that changes when there is a new build.
    pub manifest: PathBuf,
}

/// How long the head of a request may take, and a connection be idle.
const HEAD_TIME: Duration = Duration::from_mins(1);
/// How long a client may leave what is sent to it unread.
const STALLED: Duration = Duration::from_mins(1);
/// How long requests may go on when the server is to end.
const END_TIME: Duration = Duration::from_secs(5);
/// Files that are open for other things than connections.
const OTHER_FILES: u64 = 128;

/// Serves until the process is told to end. `ready` hears the address once it is bound.
///
/// # Errors
/// The address cannot be bound, or no worker can be started.
pub fn serve(settings: Settings, ready: impl FnOnce(SocketAddr)) -> io::Result<()> {
    let files = rlimit::increase_nofile_limit(u64::MAX).unwrap_or(1024);
    let connections = usize::try_from(files.saturating_sub(OTHER_FILES)).unwrap_or(usize::MAX);
    // The gate passes bytes on; the cores are for the workers.
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads((cores / 2).max(1))
        .enable_all()
        .build()?;
    runtime.block_on(listen(settings, connections, ready))
}

async fn listen(
    settings: Settings,
    connections: usize,
    ready: impl FnOnce(SocketAddr),
) -> io::Result<()> {
    let listener = TcpListener::bind(settings.bind).await?;
    let handler = Arc::new(Handler::new(settings)?);
    ready(listener.local_addr()?);
    let room = Arc::new(Semaphore::new(connections.min(Semaphore::MAX_PERMITS)));
    let graceful = GracefulShutdown::new();
    let mut end = std::pin::pin!(told_to_end());
    loop {
        let permit = tokio::select! {
            permit = Arc::clone(&room).acquire_owned() => permit.map_err(io::Error::other)?,
            () = &mut end => break,
        };
        let stream = tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => stream,
                // The client left before, or files ran out for a moment.
                Err(_) => {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                    continue;
                }
            },
            () = &mut end => break,
        };
        let _ = stream.set_nodelay(true);
        let handler = Arc::clone(&handler);
        let service = hyper::service::service_fn(move |request| {
            let handler = Arc::clone(&handler);
            async move { Ok::<_, std::convert::Infallible>(handler.handle(request).await) }
        });
        let mut stream = TimeoutStream::new(stream);
        stream.set_write_timeout(Some(STALLED));
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEAD_TIME)
            .serve_connection(TokioIo::new(Box::pin(stream)), service);
        let connection = graceful.watch(connection);
        tokio::spawn(async move {
            // A client that breaks off is no error of ours.
            let _ = connection.await;
            drop(permit);
        });
    }
    drop(listener);
    let _ = tokio::time::timeout(END_TIME, graceful.shutdown()).await;
    Ok(())
}

/// Waits for the signals that end a program.
async fn told_to_end() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    let _ = tokio::signal::ctrl_c().await;
}
