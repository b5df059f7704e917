//! How fast the statistics are, beside R's survival and Python's lifelines on the same CSV.
//!
//! `cargo bench --bench statistics` takes some minutes; a peer that is not installed is named and
//! left out. `cargo bench --bench statistics -- 100000` compares at that many subjects instead of
//! a million. All data are synthetic.

#![allow(clippy::print_stdout)]

mod cohort;
mod peers;
mod tasks;

use std::time::{Duration, Instant};

use cohort::{Cohort, Times};
use peak_alloc::PeakAlloc;
use tasks::{TASKS, Task};

#[global_allocator]
static HEAP: PeakAlloc = PeakAlloc;

const RUNS: usize = 5;

fn main() {
    let asked = std::env::args().skip(1).find_map(|arg| arg.parse().ok());
    let subjects = asked.unwrap_or(1_000_000);
    for times in [Times::Months, Times::Continuous] {
        against_peers(subjects, times);
    }
    growth();
    memory(subjects);
    small();
}

/// The median of [`RUNS`] runs.
fn time(mut run: impl FnMut()) -> Duration {
    let mut taken: Vec<Duration> = (0..RUNS)
        .map(|_| {
            let start = Instant::now();
            run();
            start.elapsed()
        })
        .collect();
    taken.sort_unstable();
    taken[RUNS / 2]
}

fn milliseconds(taken: Duration) -> f64 {
    taken.as_secs_f64() * 1e3
}

fn against_peers(subjects: usize, times: Times) {
    println!("## {subjects} subjects, {times}\n");
    println!("| task | casegraph | peer | takes | times as long | answers differ by |");
    println!("| --- | ---: | --- | ---: | ---: | ---: |");
    let cohort = Cohort::new(subjects, times);
    let own: Vec<(&Task, Duration, f64)> = TASKS
        .iter()
        .map(|task| {
            let mut answer = f64::NAN;
            let taken = time(|| answer = (task.run)(&cohort));
            (task, taken, answer)
        })
        .collect();
    let folder = tempfile::tempdir().expect("a folder for the CSV");
    let csv = folder.path().join("cohort.csv");
    cohort.write(&csv);
    drop(cohort);
    let mut missing = Vec::new();
    for (task, taken, _) in &own {
        println!("| {} | {:.1} ms | | | | |", task.name, milliseconds(*taken));
    }
    for peer in peers::PEERS {
        let results = match peer.run(&csv) {
            Ok(results) => results,
            Err(why) => {
                missing.push(format!("{} left out: {why}", peer.name));
                continue;
            }
        };
        for (task, taken, answer) in &own {
            let Some(result) = results.iter().find(|result| result.task == task.name) else {
                continue;
            };
            println!(
                "| {} | {:.1} ms | {} | {:.1} ms | {:.1} | {:.0e} |",
                task.name,
                milliseconds(*taken),
                result.peer,
                result.seconds * 1e3,
                result.seconds / taken.as_secs_f64(),
                (result.answer - answer).abs() / answer.abs(),
            );
        }
    }
    println!();
    for line in missing {
        println!("{line}\n");
    }
}

fn growth() {
    println!("## Growth, continuous times: nanoseconds a subject\n");
    print!("| task |");
    let sizes = [10_000, 100_000, 1_000_000, 10_000_000];
    for n in sizes {
        print!(" {n} |");
    }
    println!("\n| --- |{}", " ---: |".repeat(sizes.len()));
    let mut rows: Vec<String> = TASKS
        .iter()
        .map(|task| format!("| {} |", task.name))
        .collect();
    for n in sizes {
        let cohort = Cohort::new(n, Times::Continuous);
        for (task, row) in TASKS.iter().zip(&mut rows) {
            let taken = time(|| {
                (task.run)(&cohort);
            });
            row.push_str(&format!(" {:.0} |", taken.as_nanos() as f64 / n as f64));
        }
    }
    println!("{}\n", rows.join("\n"));
}

/// The most that a task holds beside its input, over the bytes of the columns it reads.
fn memory(subjects: usize) {
    println!("## Memory at {subjects} subjects, continuous times\n");
    println!("| task | columns | beside them at most | ratio |\n| --- | ---: | ---: | ---: |");
    let cohort = Cohort::new(subjects, Times::Continuous);
    for task in TASKS {
        let before = HEAP.current_usage();
        HEAP.reset_peak_usage();
        (task.run)(&cohort);
        let most = (HEAP.peak_usage() - before) as f64 / subjects as f64;
        let columns = task.bytes as f64;
        println!(
            "| {} | {columns} bytes a subject | {most:.1} | {:.2} |",
            task.name,
            most / columns
        );
    }
    println!();
}

/// A study of the size that casegraph ships with.
fn small() {
    const REPEATS: u32 = 20_000;
    let cohort = Cohort::new(33, Times::Months);
    let taken = time(|| {
        for _ in 0..REPEATS {
            std::hint::black_box(tasks::curves_and_test(std::hint::black_box(&cohort)));
        }
    });
    println!("## 33 subjects\n");
    println!(
        "Kaplan-Meier by group with log-log intervals, and log-rank: {:.1} µs",
        taken.as_secs_f64() * 1e6 / f64::from(REPEATS)
    );
}
