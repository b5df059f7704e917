//! The programs that are compared with, each a script that reads the CSV.

use std::path::Path;
use std::process::Command;

use serde::Deserialize;

pub struct Peer {
    pub name: &'static str,
    /// Environment variable that names another interpreter.
    variable: &'static str,
    interpreter: &'static str,
    script: &'static str,
}

pub const PEERS: &[Peer] = &[
    Peer {
        name: "R survival",
        variable: "RSCRIPT",
        interpreter: "Rscript",
        script: "peers.R",
    },
    Peer {
        name: "lifelines",
        variable: "PYTHON",
        interpreter: "python3",
        script: "peers.py",
    },
];

/// A line that a script prints.
#[derive(Deserialize)]
pub struct Timed {
    pub task: String,
    pub seconds: f64,
    pub answer: f64,
    /// The peer with its version.
    pub peer: String,
}

impl Peer {
    pub fn run(&self, csv: &Path) -> Result<Vec<Timed>, String> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/statistics");
        let interpreter = std::env::var(self.variable);
        let interpreter = interpreter.unwrap_or_else(|_| self.interpreter.to_owned());
        let output = Command::new(&interpreter)
            .arg(folder.join(self.script))
            .arg(csv)
            .output()
            .map_err(|error| format!("{interpreter}: {error}"))?;
        if !output.status.success() {
            let error = String::from_utf8_lossy(&output.stderr);
            return Err(error.lines().last().unwrap_or("it failed").to_owned());
        }
        String::from_utf8_lossy(&output.stdout)
            .lines()
            .map(|line| serde_json::from_str(line).map_err(|error| format!("{error}: {line}")))
            .collect()
    }
}
