use std::io::{self, BufReader, BufWriter, Read};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use clap::Args;

use super::Exit;
use super::printer::Printer;
use super::session::{Place, known_analyses};
use crate::server::{Settings, Site, gate, worker};

use gate::TOKEN_VARIABLE;

/// The longest time limit.
const LONGEST: Duration = Duration::from_hours(24);
/// Bytes that a token may have.
const LONGEST_TOKEN: u64 = 4 << 10;

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
  casegraph serve --bind 0.0.0.0:7878 --host study.example.org
  casegraph serve --writable --token-file token.txt
  casegraph serve --edit

  curl -H 'Accept: text/csv' --data-urlencode 'query=SELECT ?case { ?case a cg:Case }' http://127.0.0.1:7878/sparql
  curl http://127.0.0.1:7878/analyses/response/by-partner.json?drug=drug:alectinib")]
pub struct Serve {
    /// Where to listen; only programs on this machine reach a loopback address
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:7878")]
    bind: SocketAddr,
    /// Name under which the server may be asked besides localhost and its address in numbers; may be
    /// given several times
    #[arg(long = "host", value_name = "NAME")]
    hosts: Vec<String>,
    /// Origin whose pages may ask and read the answers, or * for all; may be given several times
    #[arg(long, value_name = "ORIGIN")]
    cors: Vec<String>,
    /// Requests that are worked on at once, each in a process of its own. Default: two for each core
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u16).range(1..=256))]
    workers: Option<u16>,
    /// Requests that may wait for a worker; more are refused with status 503
    #[arg(long, value_name = "NUMBER", default_value_t = 256, value_parser = clap::value_parser!(u32).range(..=1_000_000))]
    queue: u32,
    /// Seconds after which a request is stopped
    #[arg(long, value_name = "SECONDS", default_value_t = 60.0)]
    time_limit: f64,
    /// Megabytes of memory after which a request is stopped
    #[arg(long, value_name = "MB", default_value_t = 2048, value_parser = clap::value_parser!(u64).range(1..=1 << 24))]
    memory_limit: u64,
    /// Kilobytes that the body of a request may have
    #[arg(long, value_name = "KB", default_value_t = 1024, value_parser = clap::value_parser!(u32).range(1..=1 << 20))]
    body_limit: u32,
    /// Connections that one address may have, loopback ones too: more for a proxy that all come through
    #[arg(long, value_name = "NUMBER", default_value_t = 256, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    client_connections: u32,
    /// Megabytes of answers that wait in temporary files for who reads slowly, half of them for one
    /// address; more are broken off
    #[arg(long, value_name = "MB", default_value_t = 4096, value_parser = clap::value_parser!(u32).range(..=1 << 20))]
    spool: u32,
    /// Megabytes of answers that are kept until the next build; 0 keeps none
    #[arg(long, value_name = "MB", default_value_t = 64, value_parser = clap::value_parser!(u32).range(..=1 << 20))]
    cache: u32,
    /// Take SPARQL updates at /update from those who send the token
    #[arg(long, conflicts_with = "release")]
    writable: bool,
    /// Edit rows of the sheets in the browser, at /edit; on this machine alone, for those who have the token, which is
    /// made anew unless you give one
    #[arg(long, conflicts_with_all = ["release", "writable"])]
    edit: bool,
    #[arg(
        long,
        value_name = "FILE",
        help = "File with the token for updates and editing, which only you should be able to read [or env: CASEGRAPH_TOKEN=]"
    )]
    token_file: Option<PathBuf>,
    /// What earlier releases took
    #[arg(long, hide = true)]
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
            time_limit <= LONGEST,
            "--time-limit {} is longer than a day",
            self.time_limit
        );
        ensure!(
            self.token.is_none(),
            "--token would show the token to all who list the processes of this machine: write it into a file \
             for --token-file, or set {TOKEN_VARIABLE}"
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
        let token = self.read_token(place)?;
        let shown = token.clone().filter(|_| self.edit);
        ensure!(
            !self.edit || self.bind.ip().is_loopback(),
            "--edit is for this machine alone, and {} is reached from others: leave --bind out",
            self.bind
        );
        let guard = self.guard()?;
        // Built now if need be, so that the workers only open it.
        let session = place.open()?;
        let location = place.location(&session.project)?;
        ensure!(
            !self.edit || session.project.study().path().is_some(),
            "the study that the program carries cannot be edited: `casegraph init DIR` makes one of your own"
        );
        // Broken analyses are told once, here.
        known_analyses(&session, printer)?;
        let program = std::env::current_exe().context("cannot find this program")?;
        let settings = gate::Settings {
            bind: self.bind,
            worker: self.worker_command(place, program),
            workers: self.workers.map_or_else(
                || std::thread::available_parallelism().map_or(4, |cores| cores.get() * 2),
                usize::from,
            ),
            queue: self.queue as usize,
            time_limit,
            memory_limit: self.memory_limit << 20,
            body_limit: (self.body_limit as usize) << 10,
            connections: self.client_connections as usize,
            spool: (self.spool as usize) << 20,
            cache: (self.cache as usize) << 20,
            guard,
            token,
            manifest: location.manifest_path(),
        };
        let title = session.manifest.title.clone();
        drop(session);
        let names = settings.guard.names();
        gate::serve(settings, |address| {
            if !address.ip().is_loopback() {
                printer.say(&format!(
                    "Other machines reach this server, without encryption. It answers to the names {names}; --host NAME adds one."
                ));
            }
            printer.say(&format!(
                "{title}\nServing at http://{address}/ (SPARQL at /sparql). Ctrl-C ends it."
            ));
            if let Some(token) = &shown {
                // What stands behind # is sent to nobody: the page puts it into its field.
                printer.always(&format!("Edit the sheets at http://{address}/edit#{token}"));
            }
        })
        .with_context(|| {
            format!(
                "cannot serve at {}: choose another address with --bind",
                self.bind
            )
        })?;
        Ok(Exit::Done)
    }

    /// Who may ask, and from where.
    fn guard(&self) -> Result<gate::Guard> {
        let name = |given: &String| {
            let name = gate::host_name(given).filter(|_| !given.contains(':'));
            name.with_context(|| {
                format!("--host {given:?} is no name: give it without http:// and port, as study.example.org")
            })
        };
        for origin in &self.cors {
            let authority = origin.split_once("://").map(|(_, authority)| authority);
            ensure!(
                origin == "*" || authority.is_some_and(|of| gate::host_name(of).is_some()),
                "--cors {origin:?} is no origin: give scheme and name as browsers do, such as https://example.org, or *"
            );
        }
        Ok(gate::Guard {
            loopback: self.bind.ip().is_loopback(),
            names: self.hosts.iter().map(name).collect::<Result<_>>()?,
            cors: self.cors.clone(),
        })
    }

    /// The token for updates, if they are taken.
    fn read_token(&self, place: &Place) -> Result<Option<String>> {
        if self.edit && self.token_file.is_none() && std::env::var_os(TOKEN_VARIABLE).is_none() {
            return Ok(Some(new_token()?));
        }
        if !self.writable && !self.edit {
            return Ok(None);
        }
        let (token, of) = match &self.token_file {
            Some(file) => {
                if is_open_to_others(file) {
                    place.printer().always(&format!(
                        "other users of this machine can read {}: `chmod 600` it",
                        file.display()
                    ));
                }
                (read_token(file)?, file.display().to_string())
            }
            None => {
                let token = std::env::var(TOKEN_VARIABLE).with_context(|| {
                    format!("--writable needs a token: write one into a file for --token-file, or set {TOKEN_VARIABLE}")
                })?;
                (token, TOKEN_VARIABLE.to_owned())
            }
        };
        let token = token.trim();
        let plain = |byte: u8| byte.is_ascii_graphic();
        ensure!(
            !token.is_empty() && token.bytes().all(|byte| plain(byte) || byte == b' '),
            "{of} has no token of one line of ASCII letters, digits and signs: `openssl rand -hex 32` makes one"
        );
        Ok(Some(token.to_owned()))
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
        for (given, flag) in [(self.writable, "--writable"), (self.edit, "--edit")] {
            if given {
                command.push(flag.to_owned());
            }
        }
        command
    }

    /// Answers requests for the gate that started this process.
    fn work(&self, place: &Place, time_limit: Duration) -> Result<Exit> {
        let session = place.open_again()?;
        // The gate has told which are broken.
        let analyses = known_analyses(&session, Printer::mute())?;
        let settings = Settings {
            location: place.location(&session.project)?,
            time_limit,
            writable: self.writable,
            editable: self.edit,
        };
        let site = Site::new(session, analyses.catalogue, settings)
            .map_err(|problem| anyhow::anyhow!(problem.detail))?
            .with_doubtful(analyses.doubtful);
        let mut input = BufReader::new(io::stdin().lock());
        let mut output = BufWriter::with_capacity(64 << 10, place.printer().program());
        worker::work(site, &mut input, &mut output)?;
        Ok(Exit::Done)
    }
}

/// A token that nobody can guess: 32 hexadecimal digits.
fn new_token() -> Result<String> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|error| {
        anyhow::anyhow!("cannot make a token: {error}: give one with --token-file")
    })?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Reads a file that may hold no more than a token.
fn read_token(file: &Path) -> Result<String> {
    let shown = file.display();
    let opened =
        std::fs::File::open(file).with_context(|| format!("cannot read the token in {shown}"))?;
    let mut text = String::new();
    opened
        .take(LONGEST_TOKEN + 1)
        .read_to_string(&mut text)
        .with_context(|| format!("cannot read the token in {shown}"))?;
    ensure!(
        text.len() as u64 <= LONGEST_TOKEN,
        "{shown} holds more than {LONGEST_TOKEN} bytes, which is no token"
    );
    Ok(text)
}

/// Whether users besides the owner can read a file.
fn is_open_to_others(file: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        std::fs::metadata(file).is_ok_and(|seen| seen.is_file() && seen.mode() & 0o044 != 0)
    }
    #[cfg(not(unix))]
    {
        let _ = file;
        false
    }
}
