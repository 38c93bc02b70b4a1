//! What a tree is worth: exact quotients, relations between them, and collections of both.
//!
//! A chain `1 < x < 3` becomes its two relations, `a ± b` both values, `x ∈ (1, 3)` the
//! interval. Cost: that of the arithmetic, counted in `Work`. Do not use it to judge how an
//! answer is written: that is gone here.

use super::atoms::Work;
use super::fault::{Fault, Reason};
use super::functions;
use super::polynomial::Polynomial;
use super::power;
use super::quotient::Quotient;
use super::rational::Rational;
use super::tree::{Gathering, Node, Operator, Shape, Sign};
use super::words::{Function, Word};

/// What an answer is worth.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A number or a formula.
    Exact(Quotient),
    /// Two sides and what stands between them.
    Relation(Quotient, Sign, Quotient),
    /// Several values.
    Several(Gathering, Vec<Value>),
    /// An answer in words.
    Word(Word),
}

/// The value of a tree.
///
/// # Errors
/// What has no value, with its place; `TooLarge` for what cannot be worked out exactly.
pub fn value(node: &Node, work: &mut Work) -> Result<Value, Fault> {
    match &node.shape {
        Shape::Word(said) => Ok(Value::Word(*said)),
        Shape::Several(gathering, nodes) => {
            let each = |node| value(node, work);
            let all = nodes.iter().map(each).collect::<Result<_, _>>()?;
            Ok(Value::Several(*gathering, all))
        }
        _ if has_two_signs(node) => {
            let mut one = node.clone();
            let mut other = node.clone();
            choose(&mut one, Operator::Add);
            choose(&mut other, Operator::Subtract);
            let both = vec![value(&one, work)?, value(&other, work)?];
            Ok(Value::Several(Gathering::Loose, both))
        }
        Shape::Relation(sides, signs) => relation(sides, signs, work),
        _ => quotient(node, work).map(Value::Exact),
    }
}

fn relation(sides: &[Node], signs: &[Sign], work: &mut Work) -> Result<Value, Fault> {
    if let ([_, last], [Sign::Equal]) = (sides, signs) {
        if matches!(last.shape, Shape::Several(..) | Shape::Word(_)) {
            return value(last, work);
        }
    }
    let each = |node| quotient(node, work);
    let sides: Vec<Quotient> = sides.iter().map(each).collect::<Result<_, _>>()?;
    let pairs = sides.windows(2).zip(signs).filter_map(|(pair, sign)| match pair {
        [left, right] => Some(Value::Relation(left.clone(), *sign, right.clone())),
        _ => None,
    });
    let mut pairs: Vec<Value> = pairs.collect();
    match (pairs.len(), pairs.pop()) {
        (1, Some(only)) => Ok(only),
        (_, last) => {
            pairs.extend(last);
            Ok(Value::Several(Gathering::All, pairs))
        }
    }
}

/// The value of a tree that is one number or formula.
///
/// # Errors
/// As `value`.
pub fn quotient(node: &Node, work: &mut Work) -> Result<Quotient, Fault> {
    exact(node, work).map_err(|fault| fault.near(node.at))
}

fn exact(node: &Node, work: &mut Work) -> Result<Quotient, Fault> {
    let found = match &node.shape {
        Shape::Number { value, .. } => Quotient::number(*value),
        Shape::Mixed(whole, above, below) => {
            let part = above.times(below.inverse()?)?;
            Quotient::number(whole.plus(part)?)
        }
        Shape::Name(sign) => Quotient::whole(work.name(*sign)?),
        Shape::Negative(inner) => quotient(inner, work)?.negated()?,
        Shape::Binary(operator, left, right) => {
            let (left, right) = (quotient(left, work)?, quotient(right, work)?);
            binary(*operator, &left, &right, work)?
        }
        Shape::Percent(inner) => {
            let hundredth = Quotient::number(Rational::whole(100).inverse()?);
            quotient(inner, work)?.times(&hundredth, work)?
        }
        Shape::Degree(inner) => {
            let degree = Quotient::whole(work.name('°')?);
            quotient(inner, work)?.times(&degree, work)?
        }
        Shape::Factorial(inner) => {
            let inner = quotient(inner, work)?;
            functions::factorial(&inner, work)?
        }
        Shape::Root(index, inner) => {
            let (index, inner) = (quotient(index, work)?, quotient(inner, work)?);
            let one = Quotient::number(Rational::ONE);
            power::power(&inner, &one.over(&index, work)?, work)?
        }
        Shape::Call(Function::Named("_"), Some(name), index) => {
            let (name, index) = (quotient(name, work)?, quotient(index, work)?);
            functions::call(Function::Named("_"), Some(&name), &index, work)?
        }
        Shape::Call(function, base, argument) => {
            let base = base.as_ref().map(|base| quotient(base, work)).transpose()?;
            let argument = quotient(argument, work)?;
            functions::call(*function, base.as_ref(), &argument, work)?
        }
        Shape::Relation(..) | Shape::Several(..) | Shape::Word(_) => {
            return Err(Fault::new(Reason::Unexpected, node.at));
        }
    };
    Ok(found)
}

fn binary(
    operator: Operator,
    left: &Quotient,
    right: &Quotient,
    work: &mut Work,
) -> Result<Quotient, Reason> {
    match operator {
        Operator::Add | Operator::PlusMinus => left.plus(right, work),
        Operator::Subtract => left.minus(right, work),
        Operator::Multiply => left.times(right, work),
        Operator::Divide | Operator::Ratio => left.over(right, work),
        Operator::Power => power::power(left, right, work),
    }
}

/// Whether a `±` stands in a tree outside its collections.
fn has_two_signs(node: &Node) -> bool {
    match &node.shape {
        Shape::Binary(Operator::PlusMinus, ..) => true,
        Shape::Binary(_, left, right) => has_two_signs(left) || has_two_signs(right),
        Shape::Negative(inner)
        | Shape::Percent(inner)
        | Shape::Degree(inner)
        | Shape::Factorial(inner)
        | Shape::Root(_, inner)
        | Shape::Call(_, _, inner) => has_two_signs(inner),
        Shape::Relation(sides, _) => sides.iter().any(has_two_signs),
        _ => false,
    }
}

/// Puts one operator for every `±`.
fn choose(node: &mut Node, chosen: Operator) {
    each_part(node, &mut |part| {
        if let Shape::Binary(operator @ Operator::PlusMinus, ..) = &mut part.shape {
            *operator = chosen;
        }
    });
}

/// Calls `visit` for a tree and every part of it.
pub fn each_part(node: &mut Node, visit: &mut impl FnMut(&mut Node)) {
    visit(node);
    match &mut node.shape {
        Shape::Binary(_, left, right) | Shape::Root(left, right) => {
            each_part(left, visit);
            each_part(right, visit);
        }
        Shape::Call(_, base, inner) => {
            if let Some(base) = base {
                each_part(base, visit);
            }
            each_part(inner, visit);
        }
        Shape::Negative(inner)
        | Shape::Percent(inner)
        | Shape::Degree(inner)
        | Shape::Factorial(inner) => each_part(inner, visit),
        Shape::Relation(nodes, _) | Shape::Several(_, nodes) => {
            for node in nodes {
                each_part(node, visit);
            }
        }
        Shape::Number { .. } | Shape::Mixed(..) | Shape::Name(_) | Shape::Word(_) => {}
    }
}

/// Whether a quotient is one name and nothing else; its polynomial tells which.
#[must_use]
pub fn is_name(of: &Quotient, work: &Work) -> bool {
    let Some(term) = of.num.single() else { return false };
    let is_atom = of.den.is_one() && of.num == only(term.product.first());
    is_atom && !of.is_constant(work)
}

fn only(first: Option<&(super::atoms::Id, super::atoms::Exponent)>) -> Polynomial {
    first.map_or_else(Polynomial::default, |(id, _)| Polynomial::atom(*id))
}
