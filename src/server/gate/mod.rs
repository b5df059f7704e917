//! The gate: sockets, and the limits on what comes through them.
//!
//! The gate reads requests, hands each to a worker process ([`super::worker`]) and streams the
//! answer. It knows HTTP and no graph. It limits time, memory, concurrency and body size from
//! outside the process that does the work.

mod answer;
mod body;
mod cache;
mod clients;
mod ending;
mod exchange;
mod guard;
mod handler;
mod pool;
mod spool;
mod token;

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulConnection, GracefulShutdown};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_io_timeout::TimeoutStream;

use super::problem::Problem;
use ending::{Open, Patient};
use handler::{Client, Handler};

pub use guard::{Guard, host_name};
pub use token::VARIABLE as TOKEN_VARIABLE;

/// Settings of the gate.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Address and port to listen on.
    pub bind: SocketAddr,
    /// The program and arguments that start a worker.
    pub worker: Vec<String>,
    /// How many requests are worked on at once.
    pub workers: usize,
    /// How many more may wait.
    pub queue: usize,
    /// Time after which a request is stopped.
    pub time_limit: Duration,
    /// Bytes of memory that a worker may take for a request.
    pub memory_limit: u64,
    /// Bytes that a request's body may have.
    pub body_limit: usize,
    /// Connections that one client may have.
    pub connections: usize,
    /// Bytes of answers that wait in temporary files for slow readers.
    pub spool: usize,
    /// Size of the cache of answers, in bytes.
    pub cache: usize,
    /// Who may ask, and from where.
    pub guard: Guard,
    /// Token that updates must carry; without a token nobody may update.
    pub token: Option<String>,
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
/// Bytes of a head of a request, and of what is written at once.
const BUFFER: usize = 128 << 10;
/// The most clients that are told at once that they have too many connections; further ones are
/// closed without an answer.
const TOLD: usize = 64;
/// How long that may take.
const TELL_TIME: Duration = Duration::from_secs(1);

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
    let most = settings.connections;
    let handler = Arc::new(Handler::new(settings, connections)?);
    ready(listener.local_addr()?);
    let tellers = Arc::new(Semaphore::new(TOLD));
    let graceful = GracefulShutdown::new();
    let mut end = std::pin::pin!(told_to_end());
    loop {
        let room = Arc::clone(&handler.all().connections).acquire_owned();
        let permit = tokio::select! {
            permit = room => permit.map_err(io::Error::other)?,
            () = &mut end => break,
        };
        let (stream, address) = tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok(accepted) => accepted,
                // The client left before, or files ran out for a moment.
                Err(_) => {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                    continue;
                }
            },
            () = &mut end => break,
        };
        let client = handler.client(address.ip());
        let Ok(own) = Arc::clone(&client.shares.connections).try_acquire_owned() else {
            if let Ok(teller) = Arc::clone(&tellers).try_acquire_owned() {
                tokio::spawn(refuse(stream, most, [permit, teller]));
            }
            continue;
        };
        let connection = graceful.watch(connect(stream, client, Arc::clone(&handler)));
        tokio::spawn(async move {
            // A client that breaks off is no error of ours.
            let _ = connection.await;
            drop([permit, own]);
        });
    }
    drop(listener);
    let _ = tokio::time::timeout(END_TIME, graceful.shutdown()).await;
    Ok(())
}

/// A connection whose requests are answered.
fn connect(
    stream: TcpStream,
    client: Client,
    handler: Arc<Handler>,
) -> impl GracefulConnection<Error = hyper::Error> {
    let _ = stream.set_nodelay(true);
    let open = Open::default();
    let mut stream = TimeoutStream::new(Patient::new(stream, open.clone()));
    stream.set_write_timeout(Some(STALLED));
    let client = Arc::new(client);
    let service = hyper::service::service_fn(move |request| {
        let (handler, client) = (Arc::clone(&handler), Arc::clone(&client));
        let open = open.begin();
        async move { Ok::<_, std::convert::Infallible>(handler.handle(&client, request, open).await) }
    });
    http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIME)
        .max_buf_size(BUFFER)
        .serve_connection(TokioIo::new(Box::pin(stream)), service)
}

/// Tells a client that it has too many connections.
async fn refuse(mut stream: TcpStream, most: usize, _room: [OwnedSemaphorePermit; 2]) {
    let detail = format!(
        "{most} connections are open from this address: close some, or have the server started with a larger \
         --client-connections"
    );
    let json = Problem::new(http::StatusCode::SERVICE_UNAVAILABLE, "busy", detail).json();
    let length = json.len();
    let answer = format!(
        "HTTP/1.1 503 Service Unavailable\r\ncontent-type: application/problem+json\r\ncontent-length: {length}\r\n\
         cache-control: no-store\r\nretry-after: 1\r\nconnection: close\r\n\r\n{json}"
    );
    let told = async {
        stream.write_all(answer.as_bytes()).await?;
        stream.shutdown().await?;
        // What it sends meanwhile is read, or it would lose the answer.
        let mut rest = [0; 4096];
        while stream.read(&mut rest).await? > 0 {}
        Ok::<_, io::Error>(())
    };
    let _ = tokio::time::timeout(TELL_TIME, told).await;
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
