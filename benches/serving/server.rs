//! Servers that are started for a measurement, and end with it.

use std::io::{BufRead, BufReader};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const PROGRAM: &str = env!("CARGO_BIN_EXE_casegraph");

/// A server that runs.
pub struct Server {
    child: Child,
    pub address: SocketAddr,
}

impl Server {
    /// `casegraph serve` of the store at a location.
    pub fn casegraph(location: &Path, arguments: &[&str]) -> Self {
        let mut child = Command::new(PROGRAM)
            .arg("--location")
            .arg(location)
            .args(["serve", "--bind", "127.0.0.1:0"])
            .args(arguments)
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let told = BufReader::new(child.stderr.take().expect("standard error"));
        let address = told.lines().map_while(Result::ok).find_map(|line| {
            let (_, rest) = line.split_once("Serving at http://")?;
            rest.split('/').next()?.parse().ok()
        });
        Self {
            address: address.expect("an address"),
            child,
        }
    }

    /// `oxigraph serve-read-only` of these triples; `None` if it is not installed.
    pub fn oxigraph(folder: &Path, triples: &[u8]) -> Option<Self> {
        let program = std::env::var_os("OXIGRAPH").unwrap_or_else(|| "oxigraph".into());
        let file = folder.join("triples.nt");
        std::fs::write(&file, triples).expect("written");
        let store = folder.join("oxigraph");
        let loaded = Command::new(&program)
            .args(["load", "--location"])
            .arg(&store)
            .arg("--file")
            .arg(&file)
            .stderr(Stdio::null())
            .status()
            .ok()?;
        assert!(loaded.success(), "oxigraph loads the triples");
        let free = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = free.local_addr().expect("an address");
        drop(free);
        let child = Command::new(program)
            .args(["serve-read-only", "--location"])
            .arg(&store)
            .args(["--bind", &address.to_string()])
            .stderr(Stdio::null())
            .spawn()
            .ok()?;
        let begun = Instant::now();
        while TcpStream::connect(address).is_err() {
            assert!(begun.elapsed() < Duration::from_secs(20), "oxigraph serves");
            std::thread::sleep(Duration::from_millis(50));
        }
        Some(Self { child, address })
    }

    /// Megabytes that the server and its workers hold for themselves, where that is told.
    pub fn megabytes(&self) -> u64 {
        let own = self.child.id();
        let status = |process: &str| std::fs::read_to_string(format!("/proc/{process}/status"));
        let field = |status: &str, name: &str| -> Option<u64> {
            let line = status.lines().find(|line| line.starts_with(name))?;
            line.split_whitespace().nth(1)?.parse().ok()
        };
        let processes = std::fs::read_dir("/proc").into_iter().flatten().flatten();
        let names = processes.filter_map(|entry| entry.file_name().into_string().ok());
        let kilobytes: u64 = names
            .filter_map(|name| {
                let status = status(&name).ok()?;
                let mine =
                    name == own.to_string() || field(&status, "PPid:") == Some(u64::from(own));
                mine.then(|| field(&status, "RssAnon:").unwrap_or(0))
            })
            .sum();
        kilobytes >> 10
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Builds the shipped study at a location.
pub fn build(location: &Path) {
    let built = Command::new(PROGRAM)
        .arg("--quiet")
        .arg("--location")
        .arg(location)
        .arg("build")
        .status()
        .expect("the program starts");
    assert!(built.success(), "the study is built");
}
