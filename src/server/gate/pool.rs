//! The pool of idle worker processes.

use std::io;
use std::process::Stdio;
use std::sync::Mutex;

use tokio::io::BufReader;
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

/// A worker process with the pipes to it.
pub struct Worker {
    /// The process; it ends when this is dropped.
    pub child: Child,
    /// Where it reads requests.
    pub requests: ChildStdin,
    /// Where it writes answers.
    pub answers: BufReader<ChildStdout>,
}

/// The idle workers. The callers bound how many there are in all.
pub struct Pool {
    command: Vec<String>,
    idle: Mutex<Vec<Worker>>,
}

impl Pool {
    /// A pool with this number of workers.
    ///
    /// # Errors
    /// A process cannot be started.
    pub fn new(command: Vec<String>, workers: usize) -> io::Result<Self> {
        let pool = Self {
            command,
            idle: Mutex::default(),
        };
        for _ in 0..workers {
            let worker = pool.start()?;
            pool.give_back(worker);
        }
        Ok(pool)
    }

    fn start(&self) -> io::Result<Worker> {
        let (program, arguments) = self
            .command
            .split_first()
            .ok_or_else(|| io::Error::other("no program for workers"))?;
        let mut child = Command::new(program)
            .args(arguments)
            .env_remove(super::token::VARIABLE)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let missing = || io::Error::other("a worker without pipes");
        Ok(Worker {
            requests: child.stdin.take().ok_or_else(missing)?,
            answers: BufReader::with_capacity(64 << 10, child.stdout.take().ok_or_else(missing)?),
            child,
        })
    }

    /// Starts a worker in the place of one that ended, so that the next request need not wait for that.
    pub fn replace(&self) {
        // If none can be started now, whoever takes the next one is told.
        if let Ok(worker) = self.start() {
            self.give_back(worker);
        }
    }

    /// Takes a worker, or starts one where one ended.
    ///
    /// # Errors
    /// None can be started.
    pub fn take(&self) -> io::Result<Worker> {
        loop {
            let idle = self.idle().pop();
            let Some(mut worker) = idle else {
                return self.start();
            };
            // One that ended by itself is none.
            if matches!(worker.child.try_wait(), Ok(None)) {
                return Ok(worker);
            }
        }
    }

    /// Gives back a worker that is done. One that is not must be dropped instead.
    pub fn give_back(&self, worker: Worker) {
        self.idle().push(worker);
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Worker>> {
        // The list is whole whatever happened to who held it.
        self.idle
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}
