//! The part of the walk that goes through triple patterns, names and the ends of paths.

use crate::graph::model::{NamedNode, Term, Variable};
use spargebra::term::{GroundTerm, NamedNodePattern, TermPattern, TriplePattern};

use super::walk::{Step, Walk};
use super::{BindError, Position};

impl Walk<'_> {
    pub(super) fn triples(&mut self, triples: &[TriplePattern]) -> Step<Vec<TriplePattern>> {
        triples.iter().map(|triple| self.triple(triple)).collect()
    }

    fn triple(&mut self, triple: &TriplePattern) -> Step<TriplePattern> {
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
