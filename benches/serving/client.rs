//! A small HTTP client that keeps its connection, and many of them at once.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// A connection to a server.
pub struct Client {
    stream: BufReader<TcpStream>,
    address: SocketAddr,
}

/// An answer, read to its end.
pub struct Answer {
    pub status: u16,
    pub body: Vec<u8>,
}

impl Client {
    pub fn connect(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_mins(2)))?;
        Ok(Self {
            stream: BufReader::with_capacity(64 << 10, stream),
            address,
        })
    }

    /// Sends a request and does not wait for the answer.
    pub fn send(&mut self, target: &str, accept: &str) -> io::Result<()> {
        let request = format!(
            "GET {target} HTTP/1.1\r\nHost: {}\r\nAccept: {accept}\r\n\r\n",
            self.address
        );
        self.stream.get_mut().write_all(request.as_bytes())
    }

    /// Reads as much of an answer as is there, at most `most` bytes; 0 at the end of the connection.
    pub fn read_some(&mut self, most: usize) -> io::Result<usize> {
        let mut bytes = vec![0; most];
        self.stream.read(&mut bytes)
    }

    pub fn get(&mut self, target: &str, accept: &str) -> io::Result<Answer> {
        self.send(target, accept)?;
        self.answer()
    }

    fn line(&mut self) -> io::Result<String> {
        let mut line = String::new();
        if self.stream.read_line(&mut line)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(line.trim_end().to_owned())
    }

    fn answer(&mut self) -> io::Result<Answer> {
        let broken = |what: &str| io::Error::new(io::ErrorKind::InvalidData, what.to_owned());
        let status = self.line()?;
        let status = status.split(' ').nth(1).and_then(|word| word.parse().ok());
        let status = status.ok_or_else(|| broken("no status"))?;
        let (mut length, mut chunked) = (0, false);
        loop {
            let line = self.line()?.to_ascii_lowercase();
            match line.split_once(": ") {
                None => break,
                Some(("content-length", value)) => {
                    length = value.parse().map_err(|_| broken("no length"))?;
                }
                Some(("transfer-encoding", value)) => chunked = value == "chunked",
                Some(_) => {}
            }
        }
        let mut body = Vec::new();
        if !chunked {
            body.resize(length, 0);
            self.stream.read_exact(&mut body)?;
            return Ok(Answer { status, body });
        }
        loop {
            let size = self.line()?;
            let size = usize::from_str_radix(&size, 16).map_err(|_| broken("no chunk"))?;
            let from = body.len();
            body.resize(from + size, 0);
            self.stream.read_exact(&mut body[from..])?;
            self.line()?;
            if size == 0 {
                return Ok(Answer { status, body });
            }
        }
    }
}

/// What many requests took.
#[derive(Default)]
pub struct Measured {
    /// Microseconds of each, sorted.
    pub times: Vec<u32>,
    /// What went wrong.
    pub failed: Vec<String>,
    /// How long all of it took.
    pub elapsed: Duration,
}

impl Measured {
    pub fn rate(&self) -> f64 {
        self.times.len() as f64 / self.elapsed.as_secs_f64()
    }

    /// Milliseconds within which this share of the requests was answered.
    pub fn quantile(&self, share: f64) -> f64 {
        let at = (self.times.len() as f64 * share) as usize;
        let time = self.times.get(at.min(self.times.len().saturating_sub(1)));
        time.map_or(f64::NAN, |time| f64::from(*time) / 1000.0)
    }
}

/// Has `clients` ask as fast as they are answered, for some time; `next` gives the address of each request
/// by its number.
pub fn drive(
    address: SocketAddr,
    clients: usize,
    time: Duration,
    next: &(dyn Fn(u64) -> (String, &'static str) + Sync),
) -> Measured {
    let (number, all) = (AtomicU64::new(0), Mutex::new(Measured::default()));
    let begun = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..clients {
            scope.spawn(|| {
                let mut own = Measured::default();
                let mut client = Client::connect(address).expect("a connection");
                while begun.elapsed() < time {
                    let (target, accept) = next(number.fetch_add(1, Ordering::Relaxed));
                    let asked = Instant::now();
                    match client.get(&target, accept) {
                        Ok(Answer { status: 200, .. }) => {
                            own.times.push(asked.elapsed().as_micros() as u32);
                        }
                        Ok(Answer { status, body }) => {
                            let body = String::from_utf8_lossy(&body).into_owned();
                            own.failed.push(format!("{target}: {status} {body}"));
                        }
                        Err(error) => {
                            own.failed.push(format!("{target}: {error}"));
                            client = Client::connect(address).expect("a connection");
                        }
                    }
                }
                let mut all = all.lock().expect("no panic");
                all.times.append(&mut own.times);
                all.failed.append(&mut own.failed);
            });
        }
    });
    let mut all = all.into_inner().expect("no panic");
    all.elapsed = begun.elapsed();
    all.times.sort_unstable();
    all
}
