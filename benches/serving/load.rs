//! Everything at once, for minutes: requests at the highest rate that is answered, builds that replace
//! each other, readers that are slow, clients that leave, connections that nobody uses.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crate::client::{Client, drive};
use crate::server::{Server, build};

const CLIENTS: usize = 16;
const SLOW: usize = 20;
const LEAVING: usize = 4;
const IDLE: usize = 10_000;
/// Between two builds.
const PAUSE: Duration = Duration::from_secs(20);
/// Idle connections are ended by the server after a minute, and opened again before.
const REOPENED: Duration = Duration::from_secs(50);

/// All triples of the study: some megabytes.
const ALL: &str = "/sparql?query=SELECT%20*%20%7B%3Fs%20%3Fp%20%3Fo%7D";

pub fn load(
    location: &Path,
    time: Duration,
    next: &(dyn Fn(u64) -> (String, &'static str) + Sync),
) {
    rlimit::increase_nofile_limit(u64::MAX).expect("enough files");
    let server = Server::casegraph(location, &["--client-connections", "20000"]);
    let address = server.address;
    let stop = AtomicBool::new(false);
    let (builds, slow, left, idle) = (
        AtomicU64::new(0),
        AtomicU64::new(0),
        AtomicU64::new(0),
        AtomicU64::new(0),
    );
    let on = || !stop.load(Ordering::Relaxed);
    let measured = std::thread::scope(|scope| {
        scope.spawn(|| {
            while on() {
                build(location);
                builds.fetch_add(1, Ordering::Relaxed);
                wait(PAUSE, &on);
            }
        });
        for _ in 0..SLOW {
            scope.spawn(|| {
                while on() {
                    slow.fetch_add(read_slowly(address, &on), Ordering::Relaxed);
                }
            });
        }
        for _ in 0..LEAVING {
            scope.spawn(|| {
                while on() {
                    let mut client = Client::connect(address).expect("a connection");
                    client.send(ALL, "text/csv").expect("sent");
                    let _ = client.read_some(1 << 10);
                    drop(client);
                    left.fetch_add(1, Ordering::Relaxed);
                    wait(Duration::from_millis(200), &on);
                }
            });
        }
        scope.spawn(|| {
            while on() {
                let open: Vec<_> = (0..IDLE)
                    .filter_map(|_| Client::connect(address).ok())
                    .collect();
                idle.fetch_max(open.len() as u64, Ordering::Relaxed);
                wait(REOPENED, &on);
            }
        });
        scope.spawn(|| {
            let begun = Instant::now();
            while on() {
                println!(
                    "{:>5} s {:>6} MB",
                    begun.elapsed().as_secs(),
                    server.megabytes()
                );
                wait(Duration::from_secs(30), &on);
            }
        });
        let measured = drive(address, CLIENTS, time, next);
        stop.store(true, Ordering::Relaxed);
        measured
    });
    println!(
        "{} requests in {:.0} s ({:.0}/s): p50 {:.1} ms, p99 {:.1} ms, longest {:.0} ms; {} failed",
        measured.times.len(),
        measured.elapsed.as_secs_f64(),
        measured.rate(),
        measured.quantile(0.5),
        measured.quantile(0.99),
        measured.quantile(1.0),
        measured.failed.len()
    );
    println!(
        "meanwhile {} builds, {} answers read slowly, {} clients left, {} idle connections",
        builds.into_inner(),
        slow.into_inner(),
        left.into_inner(),
        idle.into_inner()
    );
    for failure in measured.failed.iter().take(5) {
        println!("failed: {failure}");
    }
}

/// Reads an answer at some 400 KB a second; 1 if it came to its end.
fn read_slowly(address: SocketAddr, on: &dyn Fn() -> bool) -> u64 {
    let mut client = Client::connect(address).expect("a connection");
    client.send(ALL, "text/csv").expect("sent");
    let mut read = 0;
    while on() {
        match client.read_some(64 << 10) {
            Ok(0) | Err(_) => return 0,
            Ok(bytes) => read += bytes,
        }
        // The connection is kept: the answer is over when this much has come.
        if read > 8 << 20 {
            return 1;
        }
        std::thread::sleep(Duration::from_millis(150));
    }
    0
}

fn wait(time: Duration, on: &dyn Fn() -> bool) {
    let begun = Instant::now();
    while on() && begun.elapsed() < time {
        std::thread::sleep(Duration::from_millis(50));
    }
}
