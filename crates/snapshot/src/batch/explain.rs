//! How batches answered a query, in words.

use std::time::Instant;

use serde_json::{Map, Value, json};
use spareval::QueryEvaluationError;

use super::end::End;
use super::plan::{Plan, Step};
use super::rows::Rows;
use crate::Snapshot;

/// What was done, and what it took.
pub struct Explanation {
    steps: Vec<Value>,
    rows: usize,
    seconds: f64,
}

impl Explanation {
    /// The explanation as a JSON object.
    #[must_use]
    pub fn to_json(&self) -> Map<String, Value> {
        let mut object = Map::new();
        object.insert("steps".to_owned(), json!(self.steps));
        object.insert("number of rows".to_owned(), json!(self.rows));
        object.insert("duration in seconds".to_owned(), json!(self.seconds));
        object
    }
}

impl Rows {
    /// Makes all rows and says how.
    ///
    /// # Errors
    /// The query was stopped, or the file is damaged.
    pub fn explain(mut self) -> Result<Explanation, QueryEvaluationError> {
        let started = Instant::now();
        let words = Words {
            snapshot: &self.snapshot,
            plan: &self.plan,
        };
        let steps = words.steps(&self.plan.steps);
        let mut rows = 0;
        while let Some(row) = self.advance() {
            row?;
            rows += 1;
        }
        Ok(Explanation {
            steps,
            rows,
            seconds: started.elapsed().as_secs_f64(),
        })
    }
}

struct Words<'a> {
    snapshot: &'a Snapshot,
    plan: &'a Plan,
}

impl Words<'_> {
    fn end(&self, end: End) -> String {
        match end {
            End::Term(id) => self.term(id),
            End::Slot(slot) => self.plan.name(slot),
        }
    }

    fn term(&self, id: u32) -> String {
        let term = self.snapshot.dictionary().term(id);
        term.map_or("a term that stands nowhere".to_owned(), |term| {
            term.to_string()
        })
    }

    fn steps(&self, steps: &[Step]) -> Vec<Value> {
        steps.iter().map(|step| self.step(step)).collect()
    }

    fn step(&self, step: &Step) -> Value {
        let triple = |subject: End, predicate: u32, object: End| {
            let (subject, object) = (self.end(subject), self.end(object));
            format!("{subject} {} {object}", self.term(predicate))
        };
        match step {
            Step::Lead {
                predicate,
                subject,
                object,
            } => json!({ "first": triple(End::Slot(*subject), *predicate, *object) }),
            Step::Forward {
                subject,
                predicate,
                object,
                ..
            } => json!({ "join": triple(*subject, *predicate, *object) }),
            Step::Backward {
                object,
                predicate,
                subject,
            } => json!({ "join": triple(End::Slot(*subject), *predicate, *object) }),
            Step::Subjects { ids, subject } => {
                json!({ "first": format!("{} subjects as {}", ids.len(), self.plan.name(*subject)) })
            }
            Step::Reach(reach) => {
                let (subject, object) = if reach.forward {
                    (reach.from, reach.to)
                } else {
                    (reach.to, reach.from)
                };
                let sign = if reach.zero { '*' } else { '+' };
                let (subject, object) = (self.end(subject), self.end(object));
                let predicate = self.term(reach.predicate);
                json!({ "path": format!("{subject} {predicate}{sign} {object}") })
            }
            Step::Keep(filter) => json!({ "filter": filter.to_string() }),
            Step::Optional(optional) => json!({ "optional": self.steps(&optional.steps) }),
            Step::Mark(part, _) => json!({ "exists": self.steps(&part.steps) }),
            Step::Table(table) => {
                let slots = table.known.iter().chain(&table.new);
                let names: Vec<String> = slots.map(|slot| self.plan.name(*slot)).collect();
                json!({ "table": format!("{} rows of {}", table.rows, names.join(" ")) })
            }
            Step::Compute(compute) => match compute.to {
                Some(to) => json!({ "bind": format!("{compute} AS {}", self.plan.name(to)) }),
                None => json!({ "filter": compute.to_string() }),
            },
        }
    }
}
