//! The part of the walk that goes through triple patterns, names and the ends of paths.

use crate::graph::model::{NamedNode, Term, Variable};
use spargebra::algebra::PropertyPathExpression;
use spargebra::term::{GroundTerm, NamedNodePattern, TermPattern, TriplePattern};

use super::walk::{Step, Walk};
use super::{BindError, Position};

impl Walk<'_> {
    pub(super) fn triples(&mut self, triples: &[TriplePattern]) -> Step<Vec<TriplePattern>> {
        triples.iter().map(|triple| self.triple(triple)).collect()
    }

    /// The triples that a query makes: a property of theirs need not be one of the store.
    pub(super) fn template(&mut self, triples: &[TriplePattern]) -> Step<Vec<TriplePattern>> {
        let matched = std::mem::take(&mut self.properties);
        let made = self.triples(triples);
        self.properties = matched;
        made
    }

    pub(super) fn path(&mut self, path: &PropertyPathExpression) -> PropertyPathExpression {
        use PropertyPathExpression as P;
        match path {
            P::NamedNode(property) => drop(self.properties.insert(property.clone())),
            P::NegatedPropertySet(not) => self.properties.extend(not.iter().cloned()),
            P::Sequence(a, b) | P::Alternative(a, b) => {
                self.path(a);
                self.path(b);
            }
            P::Reverse(a) | P::ZeroOrMore(a) | P::OneOrMore(a) | P::ZeroOrOne(a) => {
                self.path(a);
            }
        }
        path.clone()
    }

    fn triple(&mut self, triple: &TriplePattern) -> Step<TriplePattern> {
        if let NamedNodePattern::NamedNode(property) = &triple.predicate {
            self.properties.insert(property.clone());
        }
        Ok(TriplePattern {
            subject: self.subject(&triple.subject)?,
            predicate: self.name(&triple.predicate, Position::Predicate)?,
            object: self.object(&triple.object)?,
        })
    }

    fn iri(&mut self, variable: &Variable, position: Position) -> Step<Option<NamedNode>> {
        match self.meet(variable).cloned() {
            None => Ok(None),
            Some(GroundTerm::NamedNode(iri)) => Ok(Some(iri)),
            Some(value @ (GroundTerm::Literal(_) | GroundTerm::Triple(_))) => {
                Err(BindError::NotAnIri {
                    parameter: variable.clone(),
                    value,
                    position,
                })
            }
        }
    }

    pub(super) fn name(
        &mut self,
        name: &NamedNodePattern,
        position: Position,
    ) -> Step<NamedNodePattern> {
        Ok(match name {
            NamedNodePattern::NamedNode(iri) => iri.clone().into(),
            NamedNodePattern::Variable(variable) => {
                if position == Position::Service {
                    self.services.insert(variable.clone());
                }
                self.iri(variable, position)?
                    .map_or_else(|| variable.clone().into(), Into::into)
            }
        })
    }

    pub(super) fn subject(&mut self, term: &TermPattern) -> Step<TermPattern> {
        Ok(match term {
            TermPattern::NamedNode(_) | TermPattern::BlankNode(_) | TermPattern::Literal(_) => {
                term.clone()
            }
            TermPattern::Variable(variable) => self
                .iri(variable, Position::Subject)?
                .map_or_else(|| variable.clone().into(), Into::into),
            TermPattern::Triple(triple) => self.triple(triple)?.into(),
        })
    }

    pub(super) fn object(&mut self, term: &TermPattern) -> Step<TermPattern> {
        Ok(match term {
            TermPattern::NamedNode(_) | TermPattern::BlankNode(_) | TermPattern::Literal(_) => {
                term.clone()
            }
            TermPattern::Variable(variable) => match self.meet(variable) {
                None => term.clone(),
                Some(value) => Term::from(value.clone()).into(),
            },
            TermPattern::Triple(triple) => self.triple(triple)?.into(),
        })
    }
}
