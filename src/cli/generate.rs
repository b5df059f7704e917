use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow};
use clap::Args;

use super::Exit;
use super::output::{begin_folder, write_over};
use super::session::Place;
use crate::ontology::Ontology;
use crate::synthetic::{Scenario, generate};

/// Write a synthetic study with known true effects
///
/// Invents patients, treatments and reports, and writes them as a study folder that `build` reads. What
/// is true of the patients, whatever their reports leave out or get wrong, stands in truth.json and,
/// in words, in README.md. The same cases, seed and scenario give the same bytes. Everything is marked
/// as synthetic.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  casegraph generate --cases 300 --seed 7 --output invented
  casegraph generate --response RANBP2=0.2 --hazard-ratio alectinib=0.4 --output two-effects
  casegraph generate --missing response=0.4 --reporting-bias 2 --output silent-on-failures
  casegraph generate --surgery 0.5 --surgery-hazard-ratio 0.7 --output surgery-that-helps

Then casegraph check DIR and casegraph report -p DIR. The folder's scenario.toml can be changed and
given to --scenario.")]
pub struct Generate {
    /// Number of cases
    ///
    /// At most ten million.
    #[arg(long, value_name = "N", default_value_t = 300, value_parser = clap::value_parser!(u32).range(1..=10_000_000))]
    cases: u32,
    /// Seed of the random numbers
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
    /// Folder to write. Default: synthetic-N-seed-S
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,
    /// Write over a synthetic study that is there already
    #[arg(long)]
    force: bool,
    /// Scenario to start from, as TOML; the flags below change it
    #[arg(long, value_name = "FILE")]
    scenario: Option<PathBuf>,
    /// True objective response rate of a fusion partner
    #[arg(long, value_name = "PARTNER=RATE", value_parser = pair)]
    response: Vec<(String, f64)>,
    /// Deaths per month where the hazard ratio is 1
    #[arg(long, value_name = "RATE")]
    hazard: Option<f64>,
    /// True hazard ratio of death by first drug
    #[arg(long, value_name = "DRUG=RATIO", value_parser = pair)]
    hazard_ratio: Vec<(String, f64)>,
    /// Share with planned surgery after the first dose
    ///
    /// Those who live to the day get it, and no others: immortal time.
    #[arg(long, value_name = "SHARE")]
    surgery: Option<f64>,
    /// True hazard ratio after that surgery
    ///
    /// Of death, from the day of the operation; 1 is no effect.
    #[arg(long, value_name = "RATIO")]
    surgery_hazard_ratio: Option<f64>,
    /// Share of reports that leave something out
    ///
    /// One of age, sex, site, stage, breakpoint, response, pfs, grade, status, months, or all.
    #[arg(long, value_name = "WHAT=SHARE", value_parser = pair)]
    missing: Vec<(String, f64)>,
    /// How often failures are left out
    ///
    /// How many times as often a report is silent on the response of a non-responder as on that of a
    /// responder; 1 is completely at random.
    #[arg(long, value_name = "TIMES")]
    reporting_bias: Option<f64>,
    /// Share of failures never published
    ///
    /// Share of the non-responders whose case report is never published; series and trials report all.
    #[arg(long, value_name = "SHARE")]
    publication_bias: Option<f64>,
    /// Share of cases with a second report
    #[arg(long, value_name = "SHARE")]
    second_reports: Option<f64>,
    /// Share of these that disagree in a value
    ///
    /// Share of the second reports that disagree with the first in one value; the first is true.
    #[arg(long, value_name = "SHARE")]
    conflicts: Option<f64>,
    /// Share of cases that are duplicates
    ///
    /// Another case's patient under a second key, with details changed.
    #[arg(long, value_name = "SHARE")]
    duplicates: Option<f64>,
    /// Share of cases that look like duplicates
    ///
    /// They resemble another case's patient and are patients of their own.
    #[arg(long, value_name = "SHARE")]
    near_misses: Option<f64>,
}

/// What `NAME=NUMBER` says.
fn pair(text: &str) -> Result<(String, f64)> {
    let wrong = || anyhow!("{text:?} is not NAME=NUMBER, such as RANBP2=0.3");
    let (name, number) = text.split_once('=').ok_or_else(wrong)?;
    let number = number.trim().parse().map_err(|_| wrong())?;
    Ok((name.trim().to_owned(), number))
}

impl Generate {
    pub(super) fn run(self, place: &Place) -> Result<Exit> {
        let printer = place.printer();
        let scenario = self.scenario(place)?;
        let ontology = Ontology::read(place.find()?.vocabularies())?;
        let (cases, seed) = (self.cases as usize, self.seed);
        let folder = self
            .output
            .unwrap_or_else(|| format!("synthetic-{cases}-seed-{seed}").into());
        let over = prepare(&folder, self.force)?;
        let unfinished = if over {
            write_over(&folder)?
        } else {
            begin_folder(&folder)?
        };
        let name = folder.file_name().unwrap_or_default().to_string_lossy();
        let bar = printer.progress(cases as u64);
        bar.set_message("cases");
        let to = (unfinished.path(), &*name);
        let written = generate(&scenario, cases, seed, &ontology, to, |done| {
            bar.set_position(done as u64);
        });
        bar.finish_and_clear();
        let truth = written?;
        unfinished
            .finish()
            .with_context(|| format!("cannot write {}", folder.display()))?;
        let at = folder.display();
        printer.say(&format!(
            "Wrote {at}: {cases} invented cases of {} patients in {} publications, {} pairs of duplicates, {} conflicts.
What is true of them: {at}/README.md, {at}/truth.json. Next:
  casegraph check {at}
  casegraph report -p {at}",
            truth.patients,
            truth.publications,
            truth.duplicates.len(),
            truth.conflicts.len(),
        ));
        Ok(Exit::Done)
    }

    /// The scenario with the changes of the flags.
    fn scenario(&self, place: &Place) -> Result<Scenario> {
        let mut scenario = match &self.scenario {
            None => Scenario::shipped()?,
            Some(path) => {
                let text = place.text_of(path)?;
                Scenario::read(&text).with_context(|| format!("{}", path.display()))?
            }
        };
        for (partner, rate) in &self.response {
            scenario.set_response(partner, *rate)?;
        }
        for (drug, ratio) in &self.hazard_ratio {
            scenario.set_hazard_ratio(drug, *ratio)?;
        }
        for (what, rate) in &self.missing {
            scenario.set_missing(what, *rate)?;
        }
        for (flag, value) in [
            (self.hazard, &mut scenario.hazard),
            (self.surgery, &mut scenario.surgery.share),
            (
                self.surgery_hazard_ratio,
                &mut scenario.surgery.hazard_ratio,
            ),
            (self.reporting_bias, &mut scenario.bias.reporting),
            (self.publication_bias, &mut scenario.bias.publication),
            (self.second_reports, &mut scenario.second_reports),
            (self.conflicts, &mut scenario.conflicts),
            (self.duplicates, &mut scenario.duplicates),
            (self.near_misses, &mut scenario.near_misses),
        ] {
            if let Some(given) = flag {
                *value = given;
            }
        }
        // Before any folder is made.
        scenario.check()?;
        Ok(scenario)
    }
}

/// Makes sure that nothing but a synthetic study is written over, and that only if asked. Says whether one is.
fn prepare(folder: &Path, force: bool) -> Result<bool> {
    let at = folder.display();
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    let fit = |c: char| c.is_ascii_alphanumeric() || "-_.~".contains(c);
    anyhow::ensure!(
        !name.is_empty() && name.chars().all(fit),
        "{at} cannot be the name of a study: use letters, digits, - and _ only, for its IRIs are made from it"
    );
    let taken = folder.exists()
        && fs::read_dir(folder)
            .with_context(|| format!("{at} is no folder that can be written"))?
            .next()
            .is_some();
    if taken {
        anyhow::ensure!(
            force,
            "{at} is not empty: name another folder, or write over it with --force"
        );
        let synthetic = fs::read_to_string(folder.join("study.toml"))
            .is_ok_and(|text| text.lines().any(|line| line.trim() == "synthetic = true"));
        anyhow::ensure!(
            synthetic,
            "{at} holds something that is no synthetic study, which --force does not write over: name another folder"
        );
    }
    Ok(taken)
}
