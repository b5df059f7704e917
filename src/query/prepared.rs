//! Queries of the program's own: a file beside the code that reads the answer, parameters bound.

use super::ask::{Answer, ask};
use super::bind::{BindError, bind, fold};
use super::error::AskError;
use super::parse::parse;
use crate::graph::model::{Query, Term, Variable};
use crate::graph::namespaces::Prefixes;
use crate::graph::{Graph, QueryOptions, Table};
use spargebra::algebra::GraphPattern;
use spargebra::term::GroundTerm;

/// A query of the program's own. Its text is part of the program, so that nothing read from elsewhere can be
/// pasted into it: what differs from one time to the next is bound in the parsed query.
#[derive(Debug, Clone)]
pub struct Prepared {
    text: &'static str,
    values: Vec<(Variable, Term)>,
    lists: Vec<(Variable, Vec<Term>)>,
}

impl Prepared {
    /// The query of this text, without any value yet.
    #[must_use]
    pub fn new(text: &'static str) -> Self {
        Self {
            text,
            values: Vec::new(),
            lists: Vec::new(),
        }
    }

    /// Gives a variable a value.
    #[must_use]
    pub fn with(mut self, variable: &str, value: impl Into<Term>) -> Self {
        let variable = Variable::new_unchecked(variable);
        self.values.push((variable, value.into()));
        self
    }

    /// Gives a variable several values: they take the place of those in the query's `VALUES` for it.
    #[must_use]
    pub fn with_each<T: Into<Term>>(
        mut self,
        variable: &str,
        values: impl IntoIterator<Item = T>,
    ) -> Self {
        let variable = Variable::new_unchecked(variable);
        let values = values.into_iter().map(Into::into).collect();
        self.lists.push((variable, values));
        self
    }

    /// The query with its values in place.
    ///
    /// # Errors
    /// The text is no query, or has no place for a value.
    pub fn query(&self, prefixes: &Prefixes) -> Result<Query, AskError> {
        let mut query = parse(self.text, prefixes)?;
        let pattern = pattern_of(&mut query);
        for (variable, values) in &self.lists {
            let values: Option<Vec<GroundTerm>> = values
                .iter()
                .map(|value| GroundTerm::try_from(value.clone()).ok())
                .collect();
            let values = values.ok_or_else(|| BindError::BlankNode {
                parameter: variable.clone(),
            })?;
            if !list(pattern, variable, &values) {
                return Err(BindError::Unused {
                    parameter: variable.clone(),
                    nearest: None,
                }
                .into());
            }
        }
        let mut query = bind(&query, &self.values)?;
        fold(pattern_of(&mut query));
        Ok(query)
    }

    /// The rows of a `SELECT`; no rows for other queries.
    ///
    /// # Errors
    /// Those of [`Prepared::query`], or the query cannot be evaluated.
    pub fn rows(
        &self,
        graph: &Graph,
        prefixes: &Prefixes,
        options: &QueryOptions,
    ) -> Result<Table, AskError> {
        Ok(match ask(graph, &self.query(prefixes)?, options, None)? {
            Answer::Table(table) => table,
            Answer::Boolean(_) | Answer::Triples { .. } => Table::default(),
        })
    }

    /// What an `ASK` answers; no for other queries.
    ///
    /// # Errors
    /// Those of [`Prepared::query`], or the query cannot be evaluated.
    pub fn holds(&self, graph: &Graph, prefixes: &Prefixes) -> Result<bool, AskError> {
        let asked = ask(
            graph,
            &self.query(prefixes)?,
            &QueryOptions::default(),
            None,
        )?;
        Ok(matches!(asked, Answer::Boolean(true)))
    }
}

fn pattern_of(query: &mut Query) -> &mut GraphPattern {
    let (Query::Select { pattern, .. }
    | Query::Construct { pattern, .. }
    | Query::Describe { pattern, .. }
    | Query::Ask { pattern, .. }) = query;
    pattern
}

/// Puts values in the place of those of the first `VALUES` that has this variable alone; whether there is one.
fn list(pattern: &mut GraphPattern, variable: &Variable, values: &[GroundTerm]) -> bool {
    use GraphPattern as P;
    match pattern {
        P::Values {
            variables,
            bindings,
        } => {
            let found = variables.len() == 1 && variables[0] == *variable;
            if found {
                *bindings = values
                    .iter()
                    .map(|value| vec![Some(value.clone())])
                    .collect();
            }
            found
        }
        P::Join { left, right }
        | P::Lateral { left, right }
        | P::Union { left, right }
        | P::Minus { left, right }
        | P::LeftJoin { left, right, .. } => {
            list(left, variable, values) || list(right, variable, values)
        }
        P::Filter { inner, .. }
        | P::Extend { inner, .. }
        | P::Graph { inner, .. }
        | P::OrderBy { inner, .. }
        | P::Project { inner, .. }
        | P::Distinct { inner }
        | P::Reduced { inner }
        | P::Slice { inner, .. }
        | P::Group { inner, .. } => list(inner, variable, values),
        P::Bgp { .. } | P::Path { .. } | P::Service { .. } => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::model::{Literal, NamedNode};

    fn prepared(prepared: &Prepared) -> String {
        let query = prepared.query(&Prefixes::of_study("s"));
        query.expect("a query").to_string()
    }

    fn parsed(text: &str) -> String {
        let query = parse(text, &Prefixes::of_study("s"));
        query.expect("a query").to_string()
    }

    #[test]
    fn of_a_union_the_branch_of_the_kind_is_left() {
        let text = "SELECT ?case WHERE {
            { ?case cg:hasFusion ?thing FILTER(?kind = \"partners\") }
            UNION { ?case cg:histology ?thing FILTER(?kind = \"histologies\" && ?thing != cg:x) }
            UNION { ?case cg:sex ?thing FILTER(?kind = \"sexes\") }
            ?case a cg:Case }";
        let of = |kind: &str| {
            let thing = NamedNode::new_unchecked("urn:a");
            let kind = Literal::new_simple_literal(kind);
            prepared(&Prepared::new(text).with("kind", kind).with("thing", thing))
        };
        assert_eq!(
            of("partners"),
            parsed("SELECT ?case WHERE { ?case cg:hasFusion <urn:a> . ?case a cg:Case }")
        );
        assert_eq!(
            of("histologies"),
            parsed(
                "SELECT ?case WHERE { { ?case cg:histology <urn:a> FILTER(<urn:a> != cg:x) } ?case a cg:Case }"
            )
        );
    }

    #[test]
    fn a_list_takes_the_place_of_values() {
        let text = "SELECT ?case WHERE { VALUES ?key { UNDEF } ?case cg:caseKey ?key }";
        let keys = ["a", "b\" }"].map(Literal::new_simple_literal);
        assert_eq!(
            prepared(&Prepared::new(text).with_each("key", keys)),
            parsed(
                "SELECT ?case WHERE { VALUES ?key { \"a\" \"b\\\" }\" } ?case cg:caseKey ?key }"
            )
        );
        let none = Prepared::new("SELECT ?case WHERE { ?case cg:caseKey ?key }")
            .with_each("key", [Literal::from(1)])
            .query(&Prefixes::of_study("s"));
        assert!(matches!(
            none,
            Err(AskError::Bind(BindError::Unused { .. }))
        ));
    }
}
