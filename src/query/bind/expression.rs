//! The part of the walk that goes through expressions.

use crate::graph::model::Literal;
use spargebra::algebra::Expression;

use super::walk::{Columns, Step, Walk, constant};

type Pair = (Box<Expression>, Box<Expression>);

impl Walk<'_> {
    pub(super) fn expression(&mut self, expression: &Expression) -> Step<Expression> {
        use Expression as E;
        Ok(match expression {
            E::NamedNode(_) | E::Literal(_) => expression.clone(),
            E::Variable(variable) => self
                .meet(variable)
                .map_or_else(|| expression.clone(), constant),
            E::Bound(variable) => match self.meet(variable) {
                Some(_) => E::Literal(Literal::from(true)),
                None => expression.clone(),
            },
            E::Exists(pattern) => E::Exists(Box::new(self.pattern(pattern, Columns::Hidden)?)),
            E::Or(a, b) => self.pair(a, b).map(|(a, b)| E::Or(a, b))?,
            E::And(a, b) => self.pair(a, b).map(|(a, b)| E::And(a, b))?,
            E::Equal(a, b) => self.pair(a, b).map(|(a, b)| E::Equal(a, b))?,
            E::SameTerm(a, b) => self.pair(a, b).map(|(a, b)| E::SameTerm(a, b))?,
            E::Greater(a, b) => self.pair(a, b).map(|(a, b)| E::Greater(a, b))?,
            E::GreaterOrEqual(a, b) => self.pair(a, b).map(|(a, b)| E::GreaterOrEqual(a, b))?,
            E::Less(a, b) => self.pair(a, b).map(|(a, b)| E::Less(a, b))?,
            E::LessOrEqual(a, b) => self.pair(a, b).map(|(a, b)| E::LessOrEqual(a, b))?,
            E::Add(a, b) => self.pair(a, b).map(|(a, b)| E::Add(a, b))?,
            E::Subtract(a, b) => self.pair(a, b).map(|(a, b)| E::Subtract(a, b))?,
            E::Multiply(a, b) => self.pair(a, b).map(|(a, b)| E::Multiply(a, b))?,
            E::Divide(a, b) => self.pair(a, b).map(|(a, b)| E::Divide(a, b))?,
            E::UnaryPlus(a) => E::UnaryPlus(self.inner(a)?),
            E::UnaryMinus(a) => E::UnaryMinus(self.inner(a)?),
            E::Not(a) => E::Not(self.inner(a)?),
            E::In(a, list) => E::In(self.inner(a)?, self.list(list)?),
            E::If(a, b, c) => E::If(self.inner(a)?, self.inner(b)?, self.inner(c)?),
            E::Coalesce(list) => E::Coalesce(self.list(list)?),
            E::FunctionCall(function, list) => E::FunctionCall(function.clone(), self.list(list)?),
        })
    }

    fn inner(&mut self, expression: &Expression) -> Step<Box<Expression>> {
        self.expression(expression).map(Box::new)
    }

    fn pair(&mut self, a: &Expression, b: &Expression) -> Step<Pair> {
        Ok((self.inner(a)?, self.inner(b)?))
    }

    fn list(&mut self, list: &[Expression]) -> Step<Vec<Expression>> {
        list.iter().map(|e| self.expression(e)).collect()
    }
}
