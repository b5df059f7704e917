//! Errors as the command line shows them: what is wrong, and the option or command that helps.
//!
//! The rooms below say what is wrong; which options this program has, they do not know.

use std::error::Error;

use anyhow::Chain;

use crate::export::ExportError;
use crate::external::{LinkError, Unpacks};
use crate::graph::{GraphError, LocationError, ServiceError};
use crate::ingest::LinkingError;
use crate::kinds::AnalysisError;
use crate::project::{FileError, ProjectError};

/// An error with its causes, each on its own line and none said twice.
pub(super) fn lines(error: &anyhow::Error) -> String {
    joined(error.chain(), "\n  because: ")
}

/// The same on one line.
pub(super) fn line(error: &(dyn Error + 'static)) -> String {
    joined(Chain::new(error), ": ")
}

fn joined(causes: Chain<'_>, between: &str) -> String {
    let mut text = String::new();
    for cause in causes {
        let line = cause.to_string();
        if !text.contains(&line) {
            if !text.is_empty() {
                text.push_str(between);
            }
            text.push_str(&line);
        }
        let step = next_step(cause).unwrap_or_default();
        if !text.contains(&step) {
            text.push_str(&step);
        }
    }
    text
}

/// What the command line offers against an error, as the end of its message.
fn next_step(error: &(dyn Error + 'static)) -> Option<String> {
    let of_service = |error: &ServiceError| match error {
        ServiceError::Slow { .. } => Some(", or raise --service-timeout".to_owned()),
        _ => None,
    };
    None.or_else(|| error.downcast_ref().and_then(of_location))
        .or_else(|| error.downcast_ref().and_then(of_graph))
        .or_else(|| error.downcast_ref().and_then(of_service))
        .or_else(|| error.downcast_ref().and_then(of_file))
        .or_else(|| error.downcast_ref().and_then(of_project))
        .or_else(|| error.downcast_ref().and_then(of_linking))
        .or_else(|| error.downcast_ref().and_then(of_link))
        .or_else(|| error.downcast_ref().and_then(of_analysis))
        .or_else(|| error.downcast_ref().and_then(of_export))
}

fn of_export(error: &ExportError) -> Option<String> {
    match error {
        ExportError::NoSheets => {
            Some(": name the study with --project, and leave --frozen and --release out".to_owned())
        }
        _ => None,
    }
}

fn of_location(error: &LocationError) -> Option<String> {
    let step = match error {
        LocationError::Io { .. } | LocationError::Busy(_) => {
            ", or use another folder with --location"
        }
        LocationError::Release(_) => {
            ": read it with --release, and use another folder with --location"
        }
        LocationError::Manifest { .. } => {
            ": delete the folder, or run `casegraph build --anew`, to make the store from the sheets alone"
        }
        LocationError::Version { .. } => {
            ", or use another folder with --location; `casegraph build --anew` makes it from the sheets alone, and loses \
             what was linked whole or updated"
        }
        LocationError::Gone { .. } => {
            ", or run `casegraph build --anew` to make the store from the sheets alone"
        }
        LocationError::WouldLose { .. } => {
            ": --frozen answers from it as it is, another folder with --location leaves it alone, and `casegraph build \
             --anew` makes it from the sheets alone"
        }
        _ => return None,
    };
    Some(step.to_owned())
}

fn of_graph(error: &GraphError) -> Option<String> {
    match error {
        GraphError::ServiceNotAllowed(endpoint) => {
            Some(format!("; --allow-service {endpoint} allows it"))
        }
        GraphError::Timeout(_) => Some(", or raise the limit with --timeout".to_owned()),
        _ => None,
    }
}

fn of_file(error: &FileError) -> Option<String> {
    let step = match error {
        FileError::Outside { .. } => ", or name the project it belongs to with --project",
        FileError::Large { .. } => "; if this one is, say so with --max-file MB",
        FileError::Many { .. } => ", or raise --max-files",
        _ => return None,
    };
    Some(step.to_owned())
}

fn of_project(error: &ProjectError) -> Option<String> {
    let step = match error {
        ProjectError::NoFolder(_) => {
            ": name a project or a study with --project, or make one with `casegraph init`"
        }
        ProjectError::SeveralStudies { .. } => "; choose one with --study",
        ProjectError::NoHome => ", or name a folder with --location",
        _ => return None,
    };
    Some(step.to_owned())
}

fn of_linking(error: &LinkingError) -> Option<String> {
    let step = match error {
        LinkingError::Loses(_) => "; --force takes it all the same",
        LinkingError::Replaces { .. } => {
            ": give it another name with --name, or replace the other with --force"
        }
        LinkingError::Elsewhere(_) => " with --project",
        LinkingError::Shipped(study) => {
            return Some(format!(
                ": make a copy with `casegraph init --from {study} DIR`, then name the copy with --project DIR"
            ));
        }
        _ => return None,
    };
    Some(step.to_owned())
}

fn of_link(error: &LinkError) -> Option<String> {
    let step = match error {
        LinkError::Io { source, .. } => {
            let unpacks = source.get_ref()?.downcast_ref()?;
            match unpacks {
                Unpacks::OutOfProportion => {
                    ": if it is to, say how much may come with --max-unpacked MB"
                }
                Unpacks::ToMore(_) => ": raise --max-unpacked",
            }
        }
        LinkError::Name { .. } => ", with --name",
        LinkError::Nameless { .. } => ": give one with --name",
        LinkError::Troubles(_) => " (--lenient leaves such lines out)",
        _ => return None,
    };
    Some(step.to_owned())
}

fn of_analysis(error: &AnalysisError) -> Option<String> {
    if let AnalysisError::NoOrder { option, groups, .. } = error {
        let scores = (0..).zip(groups);
        let scores: Vec<String> = scores
            .map(|(score, group)| format!("{group}={score}"))
            .collect();
        return Some(format!(
            ", as in --order {} or --{option} {}",
            groups.join(","),
            scores.join(",")
        ));
    }
    let options = error.options();
    let options = options
        .iter()
        .map(|option| format!("--{}", option.replace('_', "-")));
    let options: Vec<String> = options.collect();
    let (last, others) = options.split_last()?;
    Some(match others {
        [] => format!("; the option is {last}"),
        others => format!("; the options are {} and {last}", others.join(", ")),
    })
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;
    use std::time::Duration;

    use super::*;
    use crate::query::AskError;
    use crate::study::{FreshError, StudyError};

    /// However deep an error is wrapped, its next step is found, and said once.
    #[test]
    fn the_next_step_of_a_cause_ends_the_message() {
        let stopped = GraphError::Timeout(Duration::from_secs(1));
        let wrapped = StudyError::from(AskError::from(stopped));
        assert_eq!(
            line(&wrapped),
            "stopped after 1s: narrow the query, or raise the limit with --timeout"
        );
        let busy = FreshError::from(LocationError::Busy(PathBuf::from("store")));
        let told = lines(&anyhow::Error::new(busy).context("no answer"));
        assert_eq!(
            told,
            "no answer\n  because: another build is writing to store: wait until it ends, or use another folder with \
             --location"
        );
    }
}
