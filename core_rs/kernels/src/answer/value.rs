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
use super::rational::{Rational, shared};
use super::tree::{Gathering, Node, Operator, Shape, Sign};
use super::words::{Function, Word};

/// What an answer is worth.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "an answer has one, or a short list")]
pub enum Value {
    /// A number or a formula.
    Exact(Quotient),
    /// Two sides and what stands between them.
    Relation(Quotient, Sign, Quotient),
    /// What stands in proportion, `3:4` or `1:2:3`; whole numbers without a common divisor
    /// where all are numbers.
    Ratio(Vec<Quotient>),
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
        Shape::Binary(Operator::Ratio, ..) => ratio(node, work),
        _ => quotient(node, work).map(Value::Exact),
    }
}

/// The parts of `3:4` or `1:2:3`, from the left.
#[must_use]
pub fn ratio_parts(node: &Node) -> Vec<&Node> {
    match &node.shape {
        Shape::Binary(Operator::Ratio, left, right) => {
            let mut parts = ratio_parts(left);
            parts.push(right);
            parts
        }
        _ => vec![node],
    }
}

fn ratio(node: &Node, work: &mut Work) -> Result<Value, Fault> {
    let each = |part| quotient(part, work);
    let parts: Vec<Quotient> =
        ratio_parts(node).into_iter().map(each).collect::<Result<_, _>>()?;
    if parts.iter().all(|part| part.num.is_zero()) {
        return Err(Fault::new(Reason::DivisionByZero, node.at));
    }
    let numbers: Option<Vec<Rational>> = parts.iter().map(Quotient::as_number).collect();
    let Some(numbers) = numbers else { return Ok(Value::Ratio(parts)) };
    let by = shared(&numbers)?.inverse()?;
    let scaled = |number: Rational| Ok(Quotient::number(number.times(by)?));
    Ok(Value::Ratio(numbers.into_iter().map(scaled).collect::<Result<_, Reason>>()?))
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
    if let Some(number) = number(node) {
        return Ok(Quotient::number(number));
    }
    exact(node, work).map_err(|fault| fault.near(node.at))
}

/// What a tree of numbers alone comes to; nothing where more is in it, or what is refused.
fn number(node: &Node) -> Option<Rational> {
    match &node.shape {
        Shape::Number { value, .. } => Some(*value),
        Shape::Mixed(parts) => {
            let [whole, above, below] = **parts;
            whole.plus(above.times(below.inverse().ok()?).ok()?).ok()
        }
        Shape::Negative(inner) => Some(number(inner)?.negated()),
        Shape::Percent(inner) => number(inner)?.times(Rational::hundredth()).ok(),
        Shape::Binary(operator, left, right) => {
            let (left, right) = (number(left)?, number(right)?);
            match operator {
                Operator::Add | Operator::PlusMinus => left.plus(right).ok(),
                Operator::Subtract => left.plus(right.negated()).ok(),
                Operator::Multiply => left.times(right).ok(),
                Operator::Divide | Operator::Ratio => left.times(right.inverse().ok()?).ok(),
                Operator::Power => None,
            }
        }
        _ => None,
    }
}

fn exact(node: &Node, work: &mut Work) -> Result<Quotient, Fault> {
    let found = match &node.shape {
        Shape::Number { value, .. } => Quotient::number(*value),
        Shape::Mixed(parts) => {
            let [whole, above, below] = **parts;
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
            let hundredth = Quotient::number(Rational::hundredth());
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
