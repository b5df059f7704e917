//! Checks the host and the origin of requests, and tells browsers what they may do with answers.
//!
//! A browser sends requests on behalf of any page that it has open. So `Host` must name this
//! server: a page of somebody else cannot send that under its own name (DNS rebinding). A
//! cross-site request is answered only if it follows a link to a page, or if its origin is allowed
//! (CORS).

use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, CONTENT_SECURITY_POLICY, CONTENT_TYPE,
    HOST, ORIGIN, VARY,
};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method, StatusCode};

use crate::server::problem::Problem;

/// Content-Security-Policy of pages: they load from this server only.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
    img-src 'self' data:; connect-src 'self'; font-src 'self'; form-action 'self'; \
    base-uri 'none'; frame-ancestors 'none'";

/// Content-Security-Policy of a figure that is opened on its own: only its own style.
const FIGURE_POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'";

/// Who may ask, and from where.
#[derive(Debug, Clone)]
pub struct Guard {
    /// Whether the server listens on a loopback address, so that only this machine reaches it.
    pub loopback: bool,
    /// Names besides `localhost` and addresses, in small letters.
    pub names: Vec<String>,
    /// Origins allowed by CORS; `*` allows all.
    pub cors: Vec<String>,
}

impl Guard {
    /// Checks whom a request is for and from.
    ///
    /// # Errors
    /// It is for another server, or from a page of another site.
    pub fn check(&self, parts: &Parts) -> Result<(), Problem> {
        let mut hosts = parts.headers.get_all(HOST).iter();
        let host = hosts.next().and_then(|host| host.to_str().ok());
        let authority = parts.uri.authority().map(http::uri::Authority::as_str);
        let is_ours = hosts.next().is_none()
            && host.is_some_and(|host| self.is_ours(host))
            && authority.is_none_or(|authority| self.is_ours(authority));
        if !is_ours {
            let detail = format!(
                "this server is asked as {}; `casegraph serve --host NAME` lets it answer to another name",
                self.names()
            );
            return Err(Problem::new(
                StatusCode::MISDIRECTED_REQUEST,
                "host",
                detail,
            ));
        }
        if self.is_foreign(parts, host.unwrap_or_default()) {
            let detail = "a page of another site sent this: follow a link, or have the server started with \
                --cors and the origin of that site";
            return Err(Problem::new(StatusCode::FORBIDDEN, "cross-site", detail));
        }
        Ok(())
    }

    /// The names of this server, for people.
    #[must_use]
    pub fn names(&self) -> String {
        let addresses = if self.loopback {
            "127.0.0.1"
        } else {
            "its IP address"
        };
        let mut names = vec!["localhost", addresses];
        names.extend(self.names.iter().map(String::as_str));
        names.join(", ")
    }

    /// Whether `Host` is this server. Somebody else's domain name may resolve to it; an address may
    /// be trusted.
    fn is_ours(&self, host: &str) -> bool {
        let Some(name) = host_name(host) else {
            return false;
        };
        let address = name.parse::<std::net::IpAddr>();
        name == "localhost"
            || address.is_ok_and(|address| !self.loopback || address.is_loopback())
            || self.names.contains(&name)
    }

    /// Whether the request is cross-site and does not follow a link.
    fn is_foreign(&self, parts: &Parts, host: &str) -> bool {
        let header = |name: &str| {
            let value = parts.headers.get(name)?;
            Some(value.to_str().unwrap_or("?"))
        };
        let origin = header(ORIGIN.as_str());
        let from_elsewhere = match header("sec-fetch-site") {
            Some(site) => !matches!(site, "same-origin" | "none"),
            // Older browsers, and those that speak without TLS to another machine.
            None => origin.is_some_and(|origin| !is_of(origin, host)),
        };
        let is_link = matches!(parts.method, Method::GET | Method::HEAD)
            && header("sec-fetch-mode") == Some("navigate")
            && header("sec-fetch-dest").is_none_or(|dest| dest == "document");
        from_elsewhere && !is_link && !self.lets_in(origin)
    }

    fn lets_all_in(&self) -> bool {
        self.cors.iter().any(|allowed| allowed == "*")
    }

    fn lets_in(&self, origin: Option<&str>) -> bool {
        self.lets_all_in() || origin.is_some_and(|origin| self.cors.iter().any(|of| of == origin))
    }

    /// The headers that every answer has.
    pub fn protect(&self, headers: &mut HeaderMap, origin: Option<&HeaderValue>) {
        let media = headers.get(CONTENT_TYPE).map(HeaderValue::as_bytes);
        let policy = match media {
            Some(b"image/svg+xml") => FIGURE_POLICY,
            _ => POLICY,
        };
        let all = self.lets_all_in();
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "same-origin"),
            (CONTENT_SECURITY_POLICY.as_str(), policy),
            (
                "cross-origin-resource-policy",
                if all { "cross-origin" } else { "same-origin" },
            ),
        ] {
            let name = http::HeaderName::from_static(name);
            headers.insert(name, HeaderValue::from_static(value));
        }
        if self.cors.is_empty() {
            return;
        }
        // What scripts of other origins may read besides the usual.
        headers.insert(
            ACCESS_CONTROL_EXPOSE_HEADERS,
            HeaderValue::from_static("Casegraph-Snapshot, Casegraph-Unknown, ETag, Retry-After"),
        );
        if all {
            headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
            return;
        }
        headers.append(VARY, HeaderValue::from_static("Origin"));
        let let_in = |origin: &&HeaderValue| self.lets_in(origin.to_str().ok());
        if let Some(origin) = origin.filter(let_in) {
            headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
        }
    }

    /// Headers of the answer to a CORS preflight.
    pub fn allow(&self, headers: &mut HeaderMap) {
        if self.cors.is_empty() {
            return;
        }
        for (name, value) in [
            (ACCESS_CONTROL_ALLOW_METHODS, "GET, HEAD, POST"),
            (
                ACCESS_CONTROL_ALLOW_HEADERS,
                "Accept, Authorization, Cache-Control, Content-Type, If-None-Match, X-Requested-With",
            ),
            (ACCESS_CONTROL_MAX_AGE, "86400"),
        ] {
            headers.insert(name, HeaderValue::from_static(value));
        }
    }
}

/// The name or address of `Host`, in small letters and without port and brackets; `None` if it is none.
#[must_use]
pub fn host_name(host: &str) -> Option<String> {
    let (name, port) = match host.strip_prefix('[') {
        Some(rest) => {
            let (address, port) = rest.split_once(']')?;
            (
                address.parse::<std::net::Ipv6Addr>().ok()?.to_string(),
                port,
            )
        }
        None => {
            let (name, port) = host.split_at(host.find(':').unwrap_or(host.len()));
            (name.to_ascii_lowercase(), port)
        }
    };
    let is_port = |port: &str| port.len() <= 5 && port.bytes().all(|byte| byte.is_ascii_digit());
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || b"-._:".contains(&byte);
    let whole = port.is_empty() || port.strip_prefix(':').is_some_and(is_port);
    (whole && !name.is_empty() && name.bytes().all(is_name)).then_some(name)
}

/// Whether an origin is that of `host`; behind a reverse proxy the scheme may be HTTPS.
fn is_of(origin: &str, host: &str) -> bool {
    let Some((scheme, origin)) = origin.split_once("://") else {
        return false;
    };
    let usual = if scheme == "https" { ":443" } else { ":80" };
    let bare = |host: &str| {
        host.strip_suffix(usual)
            .unwrap_or(host)
            .to_ascii_lowercase()
    };
    bare(origin) == bare(host)
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;

    fn guard(loopback: bool, cors: &[&str]) -> Guard {
        Guard {
            loopback,
            names: vec!["study.example".to_owned()],
            cors: cors.iter().map(ToString::to_string).collect(),
        }
    }

    /// The status that a request is refused with, or 200.
    fn status(guard: &Guard, request: &str) -> u16 {
        let mut lines = request.split('\n');
        let mut asked = Request::builder();
        let (method, target) = lines
            .next()
            .and_then(|line| line.split_once(' '))
            .expect("a line");
        asked = asked.method(method).uri(target);
        for line in lines {
            let (name, value) = line.split_once(": ").expect("a header");
            asked = asked.header(name, value);
        }
        let (parts, ()) = asked.body(()).expect("a request").into_parts();
        guard
            .check(&parts)
            .map_or_else(|problem| problem.status.as_u16(), |()| 200)
    }

    #[test]
    fn names_of_hosts_are_compared_whole() {
        let (near, far) = (guard(true, &[]), guard(false, &[]));
        let asked = |guard: &Guard, host: &str| status(guard, &format!("GET /\nHost: {host}"));
        for host in [
            "localhost",
            "LOCALHOST",
            "localhost:",
            "localhost:7878",
            "127.0.0.1",
            "127.9.9.9:1",
            "[::1]",
            "[::1]:80",
            "[0:0:0:0:0:0:0:1]",
            "study.example",
            "Study.Example:443",
        ] {
            assert_eq!(
                (asked(&near, host), asked(&far, host)),
                (200, 200),
                "{host}"
            );
        }
        for host in [
            "192.0.2.1",
            "192.0.2.1:7878",
            "[2001:db8::1]",
            "[2001:db8::1]:7878",
        ] {
            assert_eq!(
                (asked(&near, host), asked(&far, host)),
                (421, 200),
                "{host}"
            );
        }
        for host in [
            "[::1]evil.com",
            "[localhost]",
            "[::1",
            "::1",
            "[::1]:evil",
            "localhost:evil.com",
            "localhost:80:80",
            "localhost:99999999",
            "evil.com",
            "localhost.evil.com",
            "evil.com:localhost",
            "user@localhost",
            "localhost@evil.com",
            "127.0.0.1.evil.com",
            "127.0.0.1:80evil",
            "[127.0.0.1]",
            "localhost/",
            "",
            "study.example.evil.com",
            "xstudy.example",
            "localhost evil.com",
            "[::1]]",
            "[[::1]]",
            "local\u{e9}",
        ] {
            assert_eq!(
                (asked(&near, host), asked(&far, host)),
                (421, 421),
                "{host}"
            );
        }
        for two in [
            "GET /\nHost: localhost\nHost: evil.com",
            "GET /\nHost: localhost\nHost: localhost",
            "GET /",
            "GET http://evil.com/\nHost: localhost",
            "GET http://localhost/\nHost: evil.com",
        ] {
            assert_eq!(status(&near, two), 421, "{two}");
        }
        assert_eq!(status(&near, "GET http://localhost/\nHost: localhost"), 200);
    }

    #[test]
    fn pages_of_other_sites_have_links_and_no_more() {
        let (closed, one, all) = (
            guard(true, &[]),
            guard(true, &["https://page.example"]),
            guard(true, &["*"]),
        );
        let each = |request: &str| [&closed, &one, &all].map(|guard| status(guard, request));
        for ours in [
            "POST /sparql\nHost: localhost:7878",
            "POST /query\nHost: localhost:7878\nOrigin: http://localhost:7878\nSec-Fetch-Site: same-origin",
            "POST /query\nHost: localhost:7878\nOrigin: http://localhost:7878",
            "POST /query\nHost: study.example\nOrigin: https://study.example:443",
            // Behind a proxy that asks by another name.
            "POST /query\nHost: localhost\nOrigin: https://public.example\nSec-Fetch-Site: same-origin",
            "GET /\nHost: localhost\nSec-Fetch-Site: none\nSec-Fetch-Mode: navigate",
            "GET /cases\nHost: localhost\nSec-Fetch-Site: cross-site\nSec-Fetch-Mode: navigate\nSec-Fetch-Dest: document",
        ] {
            assert_eq!(each(ours), [200; 3], "{ours}");
        }
        for foreign in [
            "POST /sparql\nHost: localhost\nOrigin: https://evil.example",
            "POST /sparql\nHost: localhost\nOrigin: null",
            "POST /sparql\nHost: localhost:7878\nOrigin: http://localhost:3000\nSec-Fetch-Site: same-site",
            "POST /query\nHost: localhost\nOrigin: http://evil.example\nSec-Fetch-Site: cross-site\nSec-Fetch-Mode: navigate\nSec-Fetch-Dest: document",
            "GET /sparql?query=x\nHost: localhost\nSec-Fetch-Site: cross-site\nSec-Fetch-Mode: no-cors\nSec-Fetch-Dest: image",
            "GET /\nHost: localhost\nSec-Fetch-Site: cross-site\nSec-Fetch-Mode: navigate\nSec-Fetch-Dest: iframe",
        ] {
            assert_eq!(each(foreign), [403, 403, 200], "{foreign}");
        }
        let known = "POST /sparql\nHost: localhost\nOrigin: https://page.example\nSec-Fetch-Site: cross-site";
        assert_eq!(each(known), [403, 200, 200]);
    }
}
