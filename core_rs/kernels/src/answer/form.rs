//! Whether an answer of the right value is written in the form that is asked for.
//!
//! Forms are judged by the tree, not by the value: `6/8` and `3/4` differ only here. Cost: one
//! walk over the tree, and the arithmetic of its terms. Do not use it for a wrong value: it
//! says nothing about that.

use super::atoms::Work;
use super::fault::Reason;
use super::polynomial::Product;
use super::rational::{Rational, gcd, shared};
use super::tree::{Node, Operator, Shape};
use super::value::{quotient, ratio_parts};

/// The form that is asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Form {
    /// Any.
    #[default]
    Any,
    /// A whole number.
    Whole,
    /// Nothing left to cancel, to collect or to work out.
    Simplest,
    /// One fraction, in lowest terms or not.
    Fraction,
    /// A mixed number, where the value is beyond 1.
    Mixed,
    /// A decimal.
    Decimal,
    /// A percentage.
    Percent,
    /// Like terms collected.
    Collected,
    /// No brackets left to multiply out.
    Expanded,
}

impl Form {
    /// Every form with its name.
    pub const NAMED: [(&'static str, Self); 9] = [
        ("any", Self::Any),
        ("whole", Self::Whole),
        ("simplest", Self::Simplest),
        ("fraction", Self::Fraction),
        ("mixed", Self::Mixed),
        ("decimal", Self::Decimal),
        ("percent", Self::Percent),
        ("collected", Self::Collected),
        ("expanded", Self::Expanded),
    ];

    /// The form of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::NAMED.iter().find(|(each, _)| *each == name).map(|(_, form)| *form)
    }
}

/// What is missing for `form`; nothing where `given` has it.
#[must_use]
pub fn missing(form: Form, given: &Node, expected: &Node, work: &mut Work) -> Option<Reason> {
    if let Shape::Several(_, nodes) = &given.shape {
        return nodes.iter().find_map(|node| missing(form, node, expected, work));
    }
    let node = solved_side(given);
    let unsigned = without_sign(node);
    match form {
        Form::Any => None,
        Form::Whole => (!is_whole(unsigned)).then_some(Reason::NotWhole),
        Form::Fraction => {
            (!is_whole(unsigned) && fraction(unsigned).is_none()).then_some(Reason::NotFraction)
        }
        Form::Mixed => (!is_mixed(unsigned)).then_some(Reason::NotMixed),
        Form::Decimal => (!is_decimal(unsigned)).then_some(Reason::NotDecimal),
        Form::Percent => {
            (!matches!(unsigned.shape, Shape::Percent(_))).then_some(Reason::NotPercent)
        }
        Form::Collected => (!is_collected(node, work)).then_some(Reason::NotCollected),
        Form::Expanded => has_brackets(node).then_some(Reason::NotExpanded),
        Form::Simplest => not_simplest(node, solved_side(expected), work),
    }
}

/// Decimal places as written, where the answer is one literal.
#[must_use]
pub fn places(given: &Node) -> Option<u32> {
    match &without_sign(solved_side(given)).shape {
        Shape::Number { places, .. } => Some(places.unwrap_or(0)),
        Shape::Percent(inner) => self::places(inner),
        _ => None,
    }
}

/// The side of an equation that is no lone name.
fn solved_side(node: &Node) -> &Node {
    match &node.shape {
        Shape::Relation(sides, _) => match sides.as_slice() {
            [left, right] if matches!(left.shape, Shape::Name(_)) => right,
            [left, right] if matches!(right.shape, Shape::Name(_)) => left,
            _ => node,
        },
        _ => node,
    }
}

fn without_sign(node: &Node) -> &Node {
    match &node.shape {
        Shape::Negative(inner) => without_sign(inner),
        _ => node,
    }
}

fn literal(node: &Node) -> Option<Rational> {
    match &without_sign(node).shape {
        Shape::Number { value, .. } => Some(*value),
        _ => None,
    }
}

fn is_whole(node: &Node) -> bool {
    matches!(node.shape, Shape::Number { places: None, .. })
}

fn is_decimal(node: &Node) -> bool {
    matches!(&node.shape, Shape::Number { .. })
}

/// Above and below of a fraction of two whole numbers.
fn fraction(node: &Node) -> Option<(Rational, Rational)> {
    match &node.shape {
        Shape::Binary(Operator::Divide | Operator::Ratio, above, below)
            if is_whole(without_sign(above)) && is_whole(below) =>
        {
            literal(above).zip(literal(below))
        }
        _ => None,
    }
}

fn is_mixed(node: &Node) -> bool {
    match &node.shape {
        Shape::Mixed(parts) => {
            let [_, above, below] = **parts;
            is_proper(above, below)
        }
        _ => {
            is_whole(node)
                || fraction(node).is_some_and(|(above, below)| is_proper(above, below))
        }
    }
}

fn is_proper(above: Rational, below: Rational) -> bool {
    above.num().abs() < below.num()
}

/// The terms of a sum.
fn terms(node: &Node) -> Vec<&Node> {
    match &node.shape {
        Shape::Binary(Operator::Add | Operator::Subtract, left, right) => {
            let mut all = terms(left);
            all.extend(terms(right));
            all
        }
        Shape::Negative(inner) => terms(inner),
        _ => vec![node],
    }
}

fn is_collected(node: &Node, work: &mut Work) -> bool {
    let mut seen: Vec<Product> = vec![];
    let all = terms(node);
    let is_alone = all.len() == 1;
    all.into_iter().all(|term| {
        let Ok(value) = quotient(term, work) else { return false };
        let Some(single) = value.num.single().filter(|_| value.den.is_one()) else {
            return is_alone && value.num.is_zero();
        };
        let is_new = !seen.contains(&single.product);
        seen.push(single.product.clone());
        is_new && numbers(term) <= 1
    })
}

/// How many numbers a product has among its factors.
fn numbers(node: &Node) -> usize {
    match &node.shape {
        Shape::Binary(Operator::Multiply, left, right) => numbers(left) + numbers(right),
        Shape::Binary(Operator::Divide, left, right) if fraction(node).is_none() => {
            numbers(left).max(numbers(right))
        }
        Shape::Negative(inner) => numbers(inner),
        _ => usize::from(literal(node).is_some() || is_rational(node)),
    }
}

fn has_brackets(node: &Node) -> bool {
    let is_sum = |node: &Node| terms(node).len() > 1;
    match &node.shape {
        Shape::Binary(Operator::Multiply, left, right) => {
            is_sum(left) || is_sum(right) || has_brackets(left) || has_brackets(right)
        }
        Shape::Binary(Operator::Power, base, _) => is_sum(base) || has_brackets(base),
        Shape::Binary(_, left, right) => has_brackets(left) || has_brackets(right),
        Shape::Negative(inner) => is_sum(inner) || has_brackets(inner),
        Shape::Relation(sides, _) => sides.iter().any(has_brackets),
        _ => false,
    }
}

/// Whether a part is a rational number as it is written.
fn is_rational(node: &Node) -> bool {
    let node = without_sign(node);
    matches!(node.shape, Shape::Number { .. } | Shape::Mixed(..)) || fraction(node).is_some()
}

fn not_simplest(node: &Node, expected: &Node, work: &mut Work) -> Option<Reason> {
    if let Shape::Binary(Operator::Ratio, ..) = node.shape {
        return (!is_simple_ratio(node)).then_some(Reason::NotSimplest);
    }
    let has_decimals = |node: &Node| match &without_sign(node).shape {
        Shape::Number { places, value } => places.is_some() && !value.is_whole(),
        _ => false,
    };
    if has_decimals(node) && fraction(without_sign(expected)).is_some() {
        return Some(Reason::NotFraction);
    }
    let is_sum = terms(node).len() > 1;
    let is_done = is_simple(node) && (!is_sum || is_collected(node, work) || !is_flat(node));
    let is_longer = is_longer(node, expected, work);
    (!is_done || is_longer).then_some(Reason::NotSimplest)
}

/// Whether the parts are whole numbers without a common divisor, or no numbers at all.
fn is_simple_ratio(node: &Node) -> bool {
    let parts = ratio_parts(node);
    let numbers: Option<Vec<Rational>> = parts.iter().map(|part| literal(part)).collect();
    match numbers {
        Some(numbers) => shared(&numbers) == Ok(Rational::ONE),
        None => parts.into_iter().all(|part| is_simple(part) && fraction(part).is_none()),
    }
}

/// Whether no term of a sum is a product of sums.
fn is_flat(node: &Node) -> bool {
    terms(node).into_iter().all(|term| !has_brackets(term) && !has_root(term))
}

/// Whether a quotient has more terms than the expected one: something was left to cancel.
fn is_longer(node: &Node, expected: &Node, work: &mut Work) -> bool {
    let (Ok(given), Ok(wanted)) = (quotient(node, work), quotient(expected, work)) else {
        return false;
    };
    given.den.terms.len() > wanted.den.terms.len()
}

fn is_simple(node: &Node) -> bool {
    match &node.shape {
        Shape::Number { .. } | Shape::Name(_) | Shape::Word(_) => true,
        Shape::Mixed(parts) => {
            let [_, above, below] = **parts;
            is_proper(above, below) && is_coprime(above, below)
        }
        Shape::Negative(inner) => {
            !matches!(inner.shape, Shape::Negative(_)) && is_simple(inner)
        }
        Shape::Percent(inner) | Shape::Degree(inner) | Shape::Factorial(inner) => {
            is_simple(inner)
        }
        Shape::Call(_, _, inner) => is_simple(inner),
        Shape::Root(index, inner) => is_simple_root(index, inner),
        Shape::Binary(operator, left, right) => is_simple_pair(*operator, left, right, node),
        Shape::Relation(nodes, _) | Shape::Several(_, nodes) => nodes.iter().all(is_simple),
    }
}

fn is_simple_pair(operator: Operator, left: &Node, right: &Node, node: &Node) -> bool {
    if let Some((above, below)) = fraction(node) {
        return is_coprime(above, below)
            && (below != Rational::ONE || operator == Operator::Ratio);
    }
    let is_undone = is_rational(left) && is_rational(right) && operator != Operator::PlusMinus;
    let has_root_below = operator == Operator::Divide && has_root(right);
    !is_undone && !has_root_below && is_simple(left) && is_simple(right)
}

fn has_root(node: &Node) -> bool {
    match &node.shape {
        Shape::Root(..) => true,
        Shape::Binary(_, left, right) => has_root(left) || has_root(right),
        Shape::Negative(inner) => has_root(inner),
        _ => false,
    }
}

/// Whether no power of the root's order divides what stands under it.
fn is_simple_root(index: &Node, inner: &Node) -> bool {
    let (Some(index), Some(value)) = (literal(index), literal(inner)) else {
        return !is_rational(inner) && is_simple(inner);
    };
    let order = u32::try_from(index.num()).unwrap_or(2).max(2);
    let size = value.num().unsigned_abs();
    let powers = (2..1_000_u128).map_while(|base| base.checked_pow(order));
    let mut powers = powers.take_while(|power| *power <= size);
    value.is_whole() && size > 1 && !powers.any(|power| size % power == 0)
}

fn is_coprime(above: Rational, below: Rational) -> bool {
    gcd(above.num().unsigned_abs(), below.num().unsigned_abs()) == 1
}
