//! What the server makes of requests: any method, address, headers and body, through the same function
//! as those of clients, with the body of the answer written to its end. Nothing may panic; refusals are
//! good, but a request is never the server's own fault.

use std::time::Duration;

use casegraph::graph::Location;
use casegraph::graph::snapshot::MEMORY;
use casegraph::ingest::build;
use casegraph::project::Project;
use casegraph::query::Catalogue;
use casegraph::server::{Body, Request, Settings, Site};
use casegraph::study::Session;
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use libfuzzer_sys::arbitrary::{self, Arbitrary, Unstructured};

/// Addresses that lead somewhere; what follows them is the input's.
const PATHS: [&str; 14] = [
    "/", "/cases", "/cases/", "/cases.json", "/partners/", "/drugs/", "/events/", "/analyses/",
    "/analyses/response/by-partner", "/claims", "/sparql", "/query", "/graph-store",
    "/.well-known/void",
];
const METHODS: [Method; 5] = [Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::DELETE];
const HEADERS: [&str; 7] = [
    "accept", "content-type", "accept-encoding", "host", "authorization", "if-none-match",
    "x-forwarded-proto",
];

#[derive(Debug, Arbitrary)]
struct Input {
    method: u8,
    path: u8,
    rest: String,
    query: Option<String>,
    headers: Vec<(u8, String)>,
    body: Vec<u8>,
}

thread_local! {
    static SITE: Site = site();
}

fn site() -> Site {
    let folder = std::env::temp_dir().join(format!("casegraph-fuzz-{}", std::process::id()));
    let location = Location::new(folder);
    let project = Project::find(None, None).expect("the shipped study");
    build(&project, &location, MEMORY, |_| {}).expect("built");
    let session = Session::open(project.clone(), &location).expect("open");
    let pairs: Vec<(String, String)> = session
        .prefixes
        .iter()
        .map(|(name, iri)| (name.to_owned(), iri.to_owned()))
        .collect();
    let files = project.queries().files(".rq").expect("files");
    let files = files
        .into_iter()
        .filter(|file| !file.name.starts_with("checks/"))
        .map(|file| (file.path, file.text));
    let (catalogue, _) = Catalogue::read(files, &pairs).expect("analyses");
    let settings = Settings {
        location,
        time_limit: Duration::from_secs(1),
        writable: false,
        editable: false,
    };
    Site::new(session, catalogue, settings).expect("a site")
}

/// The site is built before the first request, whose time it would count to.
pub fn prepare() {
    SITE.with(|_| {});
}

pub fn run(input: &[u8]) {
    let Ok(input) = Input::arbitrary_take_rest(Unstructured::new(input)) else {
        return;
    };
    let mut target = format!("{}{}", PATHS[usize::from(input.path) % PATHS.len()], input.rest);
    if let Some(query) = &input.query {
        target.push('?');
        target.push_str(query);
    }
    let mut headers = HeaderMap::new();
    for (name, value) in &input.headers {
        let name = HeaderName::from_static(HEADERS[usize::from(*name) % HEADERS.len()]);
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.append(name, value);
        }
    }
    let method = METHODS[usize::from(input.method) % METHODS.len()].clone();
    let request = Request::new(method, &target, headers, input.body);
    SITE.with(|site| {
        let response = site.answer(&request);
        assert_ne!(response.status, 500, "{request:?}");
        if let Body::Stream(stream) = response.body {
            let _ = stream(&mut std::io::sink());
        }
    });
}
