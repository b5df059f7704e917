use std::io::{self, BufReader, BufWriter};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use clap::Args;

use super::Exit;
use super::session::{Place, known_analyses};
use crate::server::{Settings, Site, gate, worker};

/// Open the study in a browser and to SPARQL clients
///
/// Pages at /, a SPARQL 1.1 endpoint at /sparql, each saved analysis at /analyses/NAME, and what a
/// program needs to find its way at /openapi.json and /.well-known/void. For this machine and for
/// reading only, unless you say otherwise. A new build is served from the moment it is there.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  casegraph serve
  casegraph serve --bind 127.0.0.1:8080
  casegraph serve --release releases/2026-11
  casegraph serve --bind 0.0.0.0:7878 --cors https://example.org
  CASEGRAPH_TOKEN=secret casegraph serve --writable

  curl -H 'Accept: text/csv' --data-urlencode 'query=SELECT ?case { ?case a cg:Case }' http://127.0.0.1:7878/sparql
  curl http://127.0.0.1:7878/analyses/response/by-partner.json?drug=drug:alectinib")]
pub struct Serve {
    /// Where to listen; only programs on this machine reach a loopback address
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:7878")]
    bind: SocketAddr,
    /// Name under which a server on a loopback address may be asked besides localhost; may be given
    /// several times
    #[arg(long = "host", value_name = "NAME")]
    hosts: Vec<String>,
    /// Origin whose pages may read the answers, or * for all; may be given several times
    #[arg(long, value_name = "ORIGIN")]
    cors: Vec<String>,
    /// Requests that are worked on at once, each in a process of its own. Default: two for each core
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u16).range(1..=256))]
    workers: Option<u16>,
    /// Requests that may wait for a worker; more are refused with status 503
    #[arg(long, value_name = "NUMBER", default_value_t = 256)]
    queue: usize,
    /// Seconds after which a request is stopped
    #[arg(long, value_name = "SECONDS", default_value_t = 60.0)]
    time_limit: f64,
    /// Megabytes of memory after which a request is stopped
    #[arg(long, value_name = "MB", default_value_t = 2048)]
    memory_limit: u64,
    /// Kilobytes that the body of a request may have
    #[arg(long, value_name = "KB", default_value_t = 1024)]
    body_limit: usize,
    /// Megabytes of answers that are kept until the next build; 0 keeps none
    #[arg(long, value_name = "MB", default_value_t = 64)]
    cache: usize,
    /// Take SPARQL updates at /update from those who send the token
    #[arg(long, requires = "token", conflicts_with = "release")]
    writable: bool,
    /// The token for updates
    #[arg(
        long,
        value_name = "TOKEN",
        env = "CASEGRAPH_TOKEN",
        hide_env_values = true
    )]
    token: Option<String>,
    /// Answer requests from standard input: what this command starts for itself
    #[arg(long, hide = true)]
    worker: bool,
}

impl Serve {
    pub(super) fn run(self, place: &Place) -> Result<Exit> {
        let time_limit = Duration::try_from_secs_f64(self.time_limit)
            .with_context(|| format!("--time-limit {} is no number of seconds", self.time_limit))?;
        ensure!(
            !time_limit.is_zero(),
            "--time-limit 0 leaves no time to answer"
        );
        ensure!(
            !self.writable || self.token.as_ref().is_some_and(|token| !token.is_empty()),
            "--writable needs a token that is not empty"
        );
        if self.worker {
            worker::end_with_gate();
            // Queries that nest deeply take a deep stack to read.
            return std::thread::scope(|scope| {
                let thread = std::thread::Builder::new().stack_size(worker::STACK);
                let worker = thread.spawn_scoped(scope, || self.work(place, time_limit))?;
                worker
                    .join()
                    .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
            });
        }
        let printer = place.printer();
        // Built now if need be, so that the workers only open it.
        let session = place.open()?;
        let location = place.location(&session.project);
        // Broken analyses are told once, here.
        known_analyses(&session, printer)?;
        let program = std::env::current_exe().context("cannot find this program")?;
        let settings = gate::Settings {
            bind: self.bind,
            worker: self.worker_command(place, program),
            // Where a list of processes does not show it.
            worker_environment: self
                .token
                .iter()
                .filter(|_| self.writable)
                .map(|token| ("CASEGRAPH_TOKEN".to_owned(), token.clone()))
                .collect(),
            workers: self.workers.map_or_else(
                || std::thread::available_parallelism().map_or(4, |cores| cores.get() * 2),
                usize::from,
            ),
            queue: self.queue,
            time_limit,
            memory_limit: self.memory_limit << 20,
            body_limit: self.body_limit << 10,
            cache: self.cache << 20,
            cors: self.cors.clone(),
            hosts: self
                .hosts
                .iter()
                .map(|name| name.to_ascii_lowercase())
                .collect(),
            manifest: location.manifest_path(),
        };
        let title = session.manifest.title.clone();
        drop(session);
        gate::serve(settings, |address| {
            printer.say(&format!(
                "{title}\nServing at http://{address}/ (SPARQL at /sparql). Ctrl-C ends it."
            ));
        })
        .with_context(|| {
            format!(
                "cannot serve at {}: choose another address with --bind",
                self.bind
            )
        })?;
        Ok(Exit::Done)
    }

    /// The command that starts a worker for the same study.
    fn worker_command(&self, place: &Place, program: PathBuf) -> Vec<String> {
        let text = |path: PathBuf| path.to_string_lossy().into_owned();
        let mut command = vec![text(program), "--frozen".to_owned(), "--quiet".to_owned()];
        for (flag, value) in [
            ("--project", place.project.clone()),
            ("--location", place.location.clone()),
            ("--release", place.release.clone()),
        ] {
            if let Some(value) = value {
                command.extend([flag.to_owned(), text(value)]);
            }
        }
        for (flag, value) in [
            ("--max-file", place.max_file.to_string()),
            ("--max-files", place.max_files.to_string()),
        ] {
            command.extend([flag.to_owned(), value]);
        }
        if let Some(study) = &place.study {
            command.extend(["--study".to_owned(), study.clone()]);
        }
        command.extend(["serve", "--worker", "--time-limit"].map(str::to_owned));
        command.push(self.time_limit.to_string());
        if self.writable {
            command.push("--writable".to_owned());
        }
        command
    }

    /// Answers requests for the gate that started this process.
    fn work(&self, place: &Place, time_limit: Duration) -> Result<Exit> {
        let session = place.open()?;
        let analyses = known_analyses(&session, place.printer())?;
        let settings = Settings {
            location: place.location(&session.project),
            time_limit,
            token: self.token.clone().filter(|_| self.writable),
        };
        let site = Site::new(session, analyses.catalogue, settings)
            .map_err(|problem| anyhow::anyhow!(problem.detail))?;
        let mut input = BufReader::new(io::stdin().lock());
        let mut output = BufWriter::with_capacity(64 << 10, place.printer().program());
        worker::work(site, &mut input, &mut output)?;
        Ok(Exit::Done)
    }
}
