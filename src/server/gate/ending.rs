//! Half-closed connections.
//!
//! A client closes its side when it has sent everything and waits for its answer, or because it
//! left: both look the same on the wire. So hyper learns of the end a little later.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep_until};

/// How long a client that closed its side is held for one that waits, when nothing is sent to it.
pub const PATIENCE: Duration = Duration::from_secs(2);

/// Requests of a connection whose answers are not yet sent.
#[derive(Debug, Clone, Default)]
pub struct Open(Arc<AtomicUsize>);

/// One of them, until this is dropped.
#[derive(Debug)]
pub struct OpenRequest(Open);

impl Open {
    /// Counts one more open request, until the result is dropped.
    #[must_use]
    pub fn begin(&self) -> OpenRequest {
        self.0.fetch_add(1, Ordering::Relaxed);
        OpenRequest(self.clone())
    }

    fn is_none(&self) -> bool {
        self.0.load(Ordering::Relaxed) == 0
    }
}

impl Drop for OpenRequest {
    fn drop(&mut self) {
        self.0.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A connection whose end is told late, as long as there is something to answer.
pub struct Patient<S> {
    stream: S,
    open: Open,
    /// Until when the client is waited for that says nothing more.
    silent: Option<Pin<Box<Sleep>>>,
    /// Whether it has yet to take what was sent.
    blocked: bool,
}

impl<S> Patient<S> {
    /// A connection with these requests.
    pub fn new(stream: S, open: Open) -> Self {
        Self {
            stream,
            open,
            silent: None,
            blocked: false,
        }
    }

    fn wrote(&mut self, written: &Poll<io::Result<usize>>) {
        self.blocked = written.is_pending();
        // Who is gone takes nothing: who takes something is there.
        if let (Poll::Ready(Ok(_)), Some(silent)) = (written, &mut self.silent) {
            silent.as_mut().reset(Instant::now() + PATIENCE);
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Patient<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        if this.silent.is_none() {
            let before = buffer.filled().len();
            let read = Pin::new(&mut this.stream).poll_read(context, buffer);
            let ended = matches!(read, Poll::Ready(Ok(()))) && buffer.filled().len() == before;
            if !ended || buffer.remaining() == 0 {
                return read;
            }
        }
        if this.open.is_none() {
            return Poll::Ready(Ok(()));
        }
        let end = || Box::pin(sleep_until(Instant::now() + PATIENCE));
        let silent = this.silent.get_or_insert_with(end);
        // How long a client may take to read is not for here.
        while silent.as_mut().poll(context).is_ready() {
            if !this.blocked {
                return Poll::Ready(Ok(()));
            }
            silent.as_mut().reset(Instant::now() + PATIENCE);
        }
        Poll::Pending
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Patient<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.wrote(&written);
        written
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, slices);
        self.wrote(&written);
        written
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}
