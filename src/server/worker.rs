//! A worker: answers one request after the other, from standard input to standard output.
//!
//! Workers are processes of their own, so that the gate can kill one at any time: a query that
//! takes too long or too much memory stops nothing else. All map the same snapshot, which is in
//! memory once.

use std::io::{self, Read, Write};

use flate2::Compression;
use flate2::write::GzEncoder;
use http::header::{
    ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY,
};
use http::{HeaderMap, HeaderValue, Method, StatusCode};

use super::negotiate::{has_tag, is_any};
use super::problem::Problem;
use super::request::Request;
use super::response::{Body, Failure, Response};
use super::wire::{CUT, RequestHead, ResponseHead, framed, headers, pairs, read_head, write_chunk};
use super::{SNAPSHOT, Site, signed};

/// A body that is not longer than this is sent whole, with its length.
const WHOLE: usize = 64 << 10;
/// A body shorter than this does not get smaller by compressing it.
const SMALL: usize = 1 << 10;

/// Bytes of stack: what is not touched takes no memory.
pub const STACK: usize = 1 << 30;
/// How often a worker looks whether its gate is still there.
const LOOK: std::time::Duration = std::time::Duration::from_secs(1);

/// Ends this process when the gate that started it ends without having said so, whatever is being worked
/// on: nobody would stop that any more.
pub fn end_with_gate() {
    #[cfg(unix)]
    {
        let gate = std::os::unix::process::parent_id();
        std::thread::spawn(move || {
            while std::os::unix::process::parent_id() == gate {
                std::thread::sleep(LOOK);
            }
            std::process::abort();
        });
    }
}

/// Answers requests until there are no more.
///
/// # Errors
/// The gate is gone.
pub fn work(mut site: Site, input: &mut impl Read, output: &mut impl Write) -> io::Result<()> {
    while let Some(head) = read_head::<RequestHead>(input)? {
        let mut body = vec![0; usize::try_from(head.body).unwrap_or(usize::MAX)];
        input.read_exact(&mut body)?;
        let method = Method::from_bytes(head.method.as_bytes()).unwrap_or(Method::GET);
        let mut request = Request::new(method, &head.target, headers(&head.headers), body);
        request.may_update = head.may_update;
        let answered = match site.refresh() {
            Ok(()) => respond(&site, &request, output),
            Err(problem) => send(&request, problem.into(), output),
        };
        match answered {
            Ok(()) => output.flush()?,
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

fn respond(site: &Site, request: &Request, output: &mut impl Write) -> io::Result<()> {
    let tag = tag(site, request);
    let known = request.header(IF_NONE_MATCH).unwrap_or_default();
    // What the sheets hold at this moment is on pages of editing, and no build tells of it.
    let asks = matches!(request.method, Method::GET | Method::HEAD);
    let safe = asks && !signed::is_path(&request.path);
    if safe && has_tag(known, &tag) {
        return send(request, unchanged(&tag), output);
    }
    let mut response = site.answer(request).with(SNAPSHOT, site.generation());
    if safe && response.status == StatusCode::OK {
        // Whatever the client has is as good as this.
        if is_any(known) {
            return send(request, unchanged(&tag), output);
        }
        response = response.with(ETAG, &tag);
    }
    send(request, response, output)
}

/// The client has it already.
fn unchanged(tag: &str) -> Response {
    let mut response = Response::text("text/plain", Vec::new());
    response.status = StatusCode::NOT_MODIFIED;
    response.headers.remove(CONTENT_TYPE);
    response.with(ETAG, tag)
}

/// A name for what this request is answered as long as the study is what it is.
fn tag(site: &Site, request: &Request) -> String {
    let mut sum = crc32fast::Hasher::new();
    let origin = request.origin();
    for part in [
        origin.as_str(),
        request.path.as_str(),
        &request.query,
        request.accept(),
        if takes_gzip(request) { "gzip" } else { "" },
    ] {
        sum.update(part.as_bytes());
        sum.update(&[0]);
    }
    format!("\"{}-{:08x}\"", site.generation(), sum.finalize())
}

fn takes_gzip(request: &Request) -> bool {
    let codings = request.header(ACCEPT_ENCODING).unwrap_or_default();
    codings.split(',').any(|coding| {
        let mut parts = coding.split(';').map(str::trim);
        let name = parts.next().unwrap_or_default();
        let refused = parts.any(|part| {
            let weight = part.strip_prefix("q=").and_then(|q| q.parse::<f64>().ok());
            weight == Some(0.0)
        });
        (name.eq_ignore_ascii_case("gzip") || name == "*") && !refused
    })
}

/// Whether a body of these headers gets smaller by compressing it.
fn is_compressible(headers: &HeaderMap) -> bool {
    let media = headers
        .get(CONTENT_TYPE)
        .and_then(|media| media.to_str().ok());
    !media.is_some_and(|media| {
        let compressed = ["image/png", "application/pdf", "font/"];
        compressed.iter().any(|known| media.starts_with(known))
    })
}

fn send(request: &Request, response: Response, output: &mut impl Write) -> io::Result<()> {
    let mut sending = Sending {
        output,
        status: response.status,
        headers: response.headers,
        gzip: takes_gzip(request),
        silent: request.method == Method::HEAD,
        kept: Vec::new(),
        sent: None,
    };
    let written = match response.body {
        Body::Whole(body) => {
            sending.kept = body;
            Ok(())
        }
        Body::Stream(stream) => stream(&mut sending),
    };
    match written {
        Ok(()) => sending.finish(),
        Err(Failure::Problem(problem)) => sending.fail(problem),
        Err(Failure::Gone(error)) => Err(error),
    }
}

/// A body on its way. Nothing is sent before there is much of it: until then, a failure can still be
/// told.
struct Sending<'a, W: Write> {
    output: &'a mut W,
    status: StatusCode,
    headers: HeaderMap,
    gzip: bool,
    /// Whether only the head is wanted.
    silent: bool,
    kept: Vec<u8>,
    sent: Option<Coding>,
}

/// How a body is sent whose beginning is sent.
enum Coding {
    Plain,
    Gzip(Box<GzEncoder<Vec<u8>>>),
}

impl<W: Write> Sending<'_, W> {
    fn send_head(&mut self) -> io::Result<()> {
        self.headers
            .insert(VARY, HeaderValue::from_static("Accept, Accept-Encoding"));
        let head = ResponseHead {
            status: self.status.as_u16(),
            headers: pairs(&self.headers),
        };
        self.output.write_all(&framed(&head)?)
    }

    fn begin(&mut self) -> io::Result<()> {
        let gzip = self.gzip && is_compressible(&self.headers);
        if gzip {
            self.headers
                .insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        }
        self.send_head()?;
        self.sent = Some(if gzip {
            Coding::Gzip(Box::new(GzEncoder::new(Vec::new(), Compression::fast())))
        } else {
            Coding::Plain
        });
        self.send_kept()
    }

    fn send_kept(&mut self) -> io::Result<()> {
        let kept = std::mem::take(&mut self.kept);
        if self.silent {
            return Ok(());
        }
        match &mut self.sent {
            Some(Coding::Gzip(encoder)) => {
                encoder.write_all(&kept)?;
                let coded = std::mem::take(encoder.get_mut());
                write_chunk(self.output, &coded)
            }
            _ => write_chunk(self.output, &kept),
        }
    }

    fn finish(mut self) -> io::Result<()> {
        if self.sent.is_none() {
            if self.gzip && self.kept.len() >= SMALL && is_compressible(&self.headers) {
                let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
                encoder.write_all(&self.kept)?;
                self.kept = encoder.finish()?;
                self.headers
                    .insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
            }
            if self.status != StatusCode::NOT_MODIFIED {
                self.headers
                    .insert(CONTENT_LENGTH, HeaderValue::from(self.kept.len()));
            }
            self.send_head()?;
            self.sent = Some(Coding::Plain);
        }
        self.send_kept()?;
        if let (Some(Coding::Gzip(encoder)), false) = (self.sent.take(), self.silent) {
            write_chunk(self.output, &encoder.finish()?)?;
        }
        self.output.write_all(&0_u32.to_le_bytes())
    }

    fn fail(mut self, problem: Problem) -> io::Result<()> {
        if self.sent.is_some() {
            return self.output.write_all(&CUT.to_le_bytes());
        }
        let response = Response::from(problem);
        self.status = response.status;
        self.headers = response.headers;
        self.kept = match response.body {
            Body::Whole(body) => body,
            Body::Stream(_) => Vec::new(),
        };
        self.finish()
    }
}

impl<W: Write> Write for Sending<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.kept.extend_from_slice(bytes);
        if self.kept.len() > WHOLE {
            match self.sent {
                None => self.begin()?,
                Some(_) => self.send_kept()?,
            }
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
