//! Whether two values are the same answer.
//!
//! Numbers and formulas by their products across; equations and inequalities when their
//! differences are the same but for a constant factor (above zero where it is an inequality),
//! so `2x = 8` says what `x = 4` says; lists without brackets and sets in any order; pairs,
//! intervals and matrices entry by entry. `4` and `x = 4` are the same solution. Cost: the
//! products across, and n^2 of them for lists of n. Do not use it for equations of higher
//! degree: `x^2 = 4` is not solved.

use super::approximate;
use super::atoms::Work;
use super::fault::Reason;
use super::polynomial::{Polynomial, Term};
use super::quotient::Quotient;
use super::tree::{Gathering, Sign};
use super::value::{Value, is_name};

/// Whether the two are the same.
///
/// # Errors
/// `TooLarge` when that cannot be worked out exactly.
pub fn same(one: &Value, other: &Value, work: &mut Work) -> Result<bool, Reason> {
    if same_solutions(one, other, work)? {
        return Ok(true);
    }
    match (one, other) {
        (Value::Exact(one), Value::Exact(other)) => one.equals(other, work),
        (Value::Relation(a, sign, b), Value::Relation(c, other, d)) => {
            same_relation((a, *sign, b), (c, *other, d), work)
        }
        (Value::Word(one), Value::Word(other)) => Ok(one == other),
        (Value::Ratio(one), Value::Ratio(other)) => same_ratio(one, other, work),
        (Value::Several(held, one), Value::Several(as_well, other)) => {
            if held != as_well {
                return Ok(false);
            }
            if let Gathering::Brackets(open, _) = held {
                if *open != '{' {
                    return in_order(one, other, work);
                }
            }
            in_any_order(one, other, work)
        }
        _ => Ok(false),
    }
}

/// Whether each two neighbours stand in the same proportion.
fn same_ratio(one: &[Quotient], other: &[Quotient], work: &mut Work) -> Result<bool, Reason> {
    if one.len() != other.len() {
        return Ok(false);
    }
    for (a, b) in one.windows(2).zip(other.windows(2)) {
        let ([a, b], [c, d]) = (a, b) else { return Ok(false) };
        let is_same_place = a.num.is_zero() == c.num.is_zero();
        if !is_same_place || !a.times(d, work)?.equals(&b.times(c, work)?, work)? {
            return Ok(false);
        }
    }
    let last = |parts: &[Quotient]| parts.last().is_some_and(|part| part.num.is_zero());
    Ok(last(one) == last(other))
}

/// Whether `one` is a ratio of two whose quotient is `other`: `1:15` beside `1/15`.
///
/// # Errors
/// `TooLarge`.
pub fn same_quotient(one: &Value, other: &Value, work: &mut Work) -> Result<bool, Reason> {
    match (one, other) {
        (Value::Ratio(parts), Value::Exact(other)) => match parts.as_slice() {
            [above, below] if !below.num.is_zero() => {
                above.over(below, work)?.equals(other, work)
            }
            _ => Ok(false),
        },
        _ => Ok(false),
    }
}

/// Whether the entries are the same and only the brackets around them are left out.
///
/// # Errors
/// `TooLarge`.
pub fn same_entries(one: &Value, other: &Value, work: &mut Work) -> Result<bool, Reason> {
    match (one, other) {
        (
            Value::Several(Gathering::Brackets(..), one),
            Value::Several(Gathering::Loose, other),
        )
        | (
            Value::Several(Gathering::Loose, one),
            Value::Several(Gathering::Brackets(..), other),
        ) => in_order(one, other, work),
        _ => Ok(false),
    }
}

fn in_order(one: &[Value], other: &[Value], work: &mut Work) -> Result<bool, Reason> {
    if one.len() != other.len() {
        return Ok(false);
    }
    for (one, other) in one.iter().zip(other) {
        if !same(one, other, work)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn in_any_order(one: &[Value], other: &[Value], work: &mut Work) -> Result<bool, Reason> {
    if one.len() != other.len() {
        return Ok(false);
    }
    let mut left: Vec<&Value> = other.iter().collect();
    for each in one {
        let mut found = None;
        for (at, candidate) in left.iter().enumerate() {
            work.spend(1)?;
            if same(each, candidate, work)? {
                found = Some(at);
                break;
            }
        }
        match found {
            Some(at) => drop(left.swap_remove(at)),
            None => return Ok(false),
        }
    }
    Ok(true)
}

/// The name that is solved for, where one stands there, and its values.
type Solutions<'a> = (Option<&'a Quotient>, Vec<&'a Quotient>);

fn same_solutions(one: &Value, other: &Value, work: &mut Work) -> Result<bool, Reason> {
    let is_plain = |value: &Value| matches!(value, Value::Exact(_));
    if is_plain(one) && is_plain(other) {
        return Ok(false);
    }
    let (Some((name, one)), Some((as_well, other))) =
        (solutions(one, work), solutions(other, work))
    else {
        return Ok(false);
    };
    if name.is_some() && as_well.is_some() && name != as_well {
        return Ok(false);
    }
    let values = |of: Vec<&Quotient>| -> Vec<Value> {
        of.into_iter().cloned().map(Value::Exact).collect()
    };
    in_any_order(&values(one), &values(other), work)
}

/// The values of an answer that lists them, with or without `x =`.
fn solutions<'a>(value: &'a Value, work: &Work) -> Option<Solutions<'a>> {
    match value {
        Value::Exact(value) => Some((None, vec![value])),
        Value::Relation(..) => {
            let (name, value) = solved(value, work)?;
            Some((Some(name), vec![value]))
        }
        Value::Several(Gathering::Loose | Gathering::Brackets('{', '}'), values) => {
            let mut name = None;
            let mut all = vec![];
            for value in values {
                let (found, more) = solutions(value, work)?;
                if name.is_some() && found.is_some() && name != found {
                    return None;
                }
                name = name.or(found);
                all.extend(more);
            }
            Some((name, all))
        }
        _ => None,
    }
}

/// The name and the value of an equation that has the name alone on one side.
#[must_use]
pub fn solved<'a>(value: &'a Value, work: &Work) -> Option<(&'a Quotient, &'a Quotient)> {
    let Value::Relation(left, Sign::Equal, right) = value else { return None };
    let is_free_of = |of: &Quotient, name: &Quotient| {
        let id = name.num.single().and_then(|term| term.product.first()).map(|(id, _)| *id);
        let mut terms = of.num.terms.iter().chain(&of.den.terms);
        !terms.any(|term| term.product.iter().any(|(each, _)| Some(*each) == id))
    };
    if is_name(left, work) && is_free_of(right, left) {
        return Some((left, right));
    }
    (is_name(right, work) && is_free_of(left, right)).then_some((right, left))
}

type Sides<'a> = (&'a Quotient, Sign, &'a Quotient);

fn same_relation(one: Sides, other: Sides, work: &mut Work) -> Result<bool, Reason> {
    let (one, other) = (turned(one), turned(other));
    if one.1 != other.1 {
        return Ok(false);
    }
    let left = one.0.minus(one.2, work)?;
    let right = other.0.minus(other.2, work)?;
    if left.num.is_zero() || right.num.is_zero() {
        // Both only state what is always so: then the sides themselves count.
        return Ok(left.num == right.num
            && (one.0.equals(other.0, work)? || one.0.equals(other.2, work)?));
    }
    let across = left.num.times(&right.den, work)?;
    let back = right.num.times(&left.den, work)?;
    let Some(sign) = constant_ratio(&across, &back, work)? else { return Ok(false) };
    Ok(matches!(one.1, Sign::Equal | Sign::Unequal) || sign > 0.0)
}

/// The same relation with `<` for `>`.
fn turned((left, sign, right): Sides) -> Sides {
    match sign {
        Sign::More => (right, Sign::Less, left),
        Sign::AtLeast => (right, Sign::AtMost, left),
        _ => (left, sign, right),
    }
}

/// The sign of one over the other where that is a constant; not a number where it has none.
fn constant_ratio(
    one: &Polynomial,
    other: &Polynomial,
    work: &mut Work,
) -> Result<Option<f64>, Reason> {
    let Some(first) = one.terms.last() else { return Ok(None) };
    let names = names_of(first, work);
    let (above, below) = (factor_of(&names, one, work), factor_of(&names, other, work));
    if below.is_zero() || one.times(&below, work)? != other.times(&above, work)? {
        return Ok(None);
    }
    let ratio = approximate::polynomial(&above, work)
        .zip(approximate::polynomial(&below, work))
        .map(|(above, below)| above / below);
    Ok(Some(ratio.unwrap_or(f64::NAN)))
}

fn names_of(term: &Term, work: &Work) -> super::polynomial::Product {
    term.product.iter().filter(|(id, _)| !work.is_constant(*id)).copied().collect()
}

/// What stands before these names: a sum of constants.
fn factor_of(names: &super::polynomial::Product, of: &Polynomial, work: &Work) -> Polynomial {
    let same = of.terms.iter().filter(|term| names_of(term, work) == *names);
    let constants = same.map(|term| Term {
        product: term.product.iter().filter(|(id, _)| work.is_constant(*id)).copied().collect(),
        factor: term.factor,
    });
    Polynomial { terms: constants.collect() }
}
