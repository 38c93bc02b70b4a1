//! The verdict on one reading of an answer: value first, then unit, places and form.
//!
//! Cost: one comparison, or two where a unit stands that nobody asked for. Do not use it for
//! the choice between readings: `check` does that.

use super::atoms::Work;
use super::fault::{Fault, Reason};
use super::form::{Form, missing, places};
use super::quotient::Quotient;
use super::rational::Rational;
use super::reading::Reading;
use super::tokens::{self, Kind, Token, Tokens};
use super::tree::{Node, Shape};
use super::value::{Value, each_part, quotient, value};
use super::words::resolved;
use super::written::{Answer, Measured, amounts, end, words};
use super::{Checked, Measure, Verdict, Wanted, approximate, compare, parse};

/// The expected answer with its value, which is worked out once.
#[derive(Clone, Copy, Debug)]
pub struct Goal<'a> {
    /// As written.
    pub answer: &'a Answer,
    /// What it is worth.
    pub value: &'a Measured,
}

/// A given answer, its numbers read in one way.
#[derive(Clone, Debug)]
pub struct Given {
    /// An answer in words.
    word: Option<Node>,
    tokens: Result<Tokens, Fault>,
    /// The tokens as those of a formula.
    named: Result<Vec<Token>, Fault>,
    end: usize,
}

impl Given {
    /// What the signs are; what cannot be read is told by `judge`.
    #[must_use]
    pub fn read(signs: &[(char, usize)], reading: Reading) -> Self {
        let tokens = tokens::tokens(signs, reading);
        let named = match &tokens {
            Ok(tokens) => resolved(&tokens.tokens, &tokens.runs),
            Err(fault) => Err(*fault),
        };
        Self { word: words(signs), tokens, named, end: end(signs) }
    }

    /// Whether its tree is another where parts side by side bind more tightly than `/`.
    #[must_use]
    pub fn has_two_trees(&self) -> bool {
        let is_open = |tokens: &Vec<Token>| parse::has_two_trees(tokens, self.end);
        self.word.is_none() && self.named.as_ref().is_ok_and(is_open)
    }

    fn tree(&self, is_tight: bool) -> Result<Node, Fault> {
        match &self.named {
            Ok(tokens) => parse::parse(tokens, self.end, is_tight),
            Err(fault) => Err(*fault),
        }
    }
}

/// What a given answer is when `goal` is right.
///
/// # Errors
/// What cannot be read.
pub fn judge(
    given: &Given,
    is_tight: bool,
    goal: Goal,
    wanted: &Wanted,
    work: &mut Work,
) -> Result<Checked, Fault> {
    let expected = goal.answer;
    if let Some(node) = &given.word {
        return against_plain(node, goal, wanted, work);
    }
    let tokens = given.tokens.as_ref().map_err(|fault| *fault)?;
    if wanted.measure == Measure::Clock {
        return clock(&tokens.tokens, expected);
    }
    let tree = || given.tree(is_tight).map(|node| renamed(node, expected));
    let measured = amounts(tokens, given.end, matches!(expected, Answer::Amounts(_)));
    match (measured, expected) {
        (Some(given), Answer::Amounts(_)) => measured_both(&given, goal, wanted, work),
        (None, Answer::Amounts(_)) => unmeasured(&tree()?, expected, wanted, work),
        (given, Answer::Plain(_)) => {
            let first = tree().and_then(|node| against_plain(&node, goal, wanted, work));
            match (given, &first) {
                (Some(given), Ok(Checked { verdict: Verdict::Wrong, .. }) | Err(_)) => {
                    unasked_unit(&given, goal, wanted, work)
                }
                _ => first,
            }
        }
    }
}

/// Names in the other case where only that case is expected: tablets begin with a capital.
fn renamed(mut node: Node, expected: &Answer) -> Node {
    let names = expected.names();
    each_part(&mut node, &mut |part| {
        if let Shape::Name(name) = &mut part.shape {
            let swapped = if name.is_uppercase() {
                name.to_lowercase().next()
            } else {
                name.to_uppercase().next()
            };
            if let Some(swapped) = swapped.filter(|it| names.contains(it)) {
                if !names.contains(name) {
                    *name = swapped;
                }
            }
        }
    });
    node
}

fn against_plain(
    given: &Node,
    goal: Goal,
    wanted: &Wanted,
    work: &mut Work,
) -> Result<Checked, Fault> {
    match goal.answer {
        Answer::Amounts(_) => Ok(Checked::of(Verdict::Wrong, Some(Reason::UnitMissing))),
        Answer::Plain(expected) if wanted.measure == Measure::Percent => {
            percent(given, expected, wanted, work)
        }
        Answer::Plain(expected) => {
            against_value(given, expected, &goal.value.value, wanted, work)
        }
    }
}

fn against_value(
    given: &Node,
    expected: &Node,
    other: &Value,
    wanted: &Wanted,
    work: &mut Work,
) -> Result<Checked, Fault> {
    let one = value(given, work)?;
    if compare::same(&one, other, work)? {
        let is_solved = compare::solved(other, work).is_none()
            || !matches!(one, Value::Relation(..))
            || compare::solved(&one, work).is_some();
        if wanted.form != Form::Any && !is_solved {
            return Ok(Checked::of(Verdict::WrongForm, Some(Reason::NotSolved)));
        }
        return Ok(in_form(given, expected, wanted, work));
    }
    if let (Value::Exact(one), Value::Exact(other)) = (&one, other) {
        return nearly(given, expected, (one, other), wanted, work);
    }
    if compare::same_quotient(&one, other, work)? {
        // A ratio to some, a division to others.
        return Ok(Checked::of(Verdict::Ambiguous, Some(Reason::TwoReadings)));
    }
    if compare::same_quotient(other, &one, work)? {
        return Ok(Checked::of(Verdict::WrongForm, Some(Reason::NotRatio)));
    }
    if compare::same_entries(&one, other, work)? {
        return Ok(Checked::of(Verdict::WrongForm, Some(Reason::Brackets)));
    }
    Ok(Checked::of(Verdict::Wrong, None))
}

/// The verdict on a right value.
fn in_form(given: &Node, expected: &Node, wanted: &Wanted, work: &mut Work) -> Checked {
    let reason = match wanted.places {
        Some(wanted) if places(given) != Some(wanted) => Some(Reason::Places),
        _ => missing(wanted.form, given, expected, work),
    };
    match reason {
        Some(reason) => Checked::of(Verdict::WrongForm, Some(reason)),
        None => Checked::of(Verdict::Right, None),
    }
}

/// The verdict on a value that is not equal but may be near enough, or rounded as asked.
fn nearly(
    given: &Node,
    expected: &Node,
    (one, other): (&Quotient, &Quotient),
    wanted: &Wanted,
    work: &mut Work,
) -> Result<Checked, Fault> {
    if let Some(tolerance) = wanted.tolerance {
        if is_within(one, other, tolerance, work)? {
            return Ok(in_form(given, expected, wanted, work));
        }
    }
    let (Some(wanted_places), Some(written)) = (wanted.places, places(given)) else {
        return Ok(Checked::of(Verdict::Wrong, None));
    };
    let goal = rounded(other, wanted_places, work);
    if goal.is_none() || rounded(one, wanted_places, work) != goal {
        return Ok(Checked::of(Verdict::Wrong, None));
    }
    match written.cmp(&wanted_places) {
        std::cmp::Ordering::Equal => Ok(in_form(given, expected, wanted, work)),
        std::cmp::Ordering::Greater => {
            Ok(Checked::of(Verdict::WrongForm, Some(Reason::Places)))
        }
        std::cmp::Ordering::Less => Ok(Checked::of(Verdict::Wrong, None)),
    }
}

fn is_within(
    one: &Quotient,
    other: &Quotient,
    tolerance: Rational,
    work: &mut Work,
) -> Result<bool, Fault> {
    let difference = one.minus(other, work)?;
    if let Some(exact) = difference.as_number() {
        return Ok(exact.size().compared(tolerance)? != std::cmp::Ordering::Greater);
    }
    let near = approximate::quotient(&difference, work);
    Ok(near.is_some_and(|value| value.abs() <= tolerance.nearly()))
}

/// The value in units of the last place, halves rounded away from zero.
fn rounded(value: &Quotient, places: u32, work: &Work) -> Option<i128> {
    let scale = 10_i128.checked_pow(places)?;
    if let Some(exact) = value.as_number() {
        let scaled = exact.times(Rational::new(scale, 1).ok()?).ok()?;
        let (size, den) = (scaled.num().abs(), scaled.den());
        let whole = size.checked_mul(2)?.checked_add(den)? / den.checked_mul(2)?;
        return Some(whole * scaled.num().signum());
    }
    let scaled = approximate::quotient(value, work)? * Rational::new(scale, 1).ok()?.nearly();
    #[expect(clippy::cast_possible_truncation, reason = "below 10^15 doubles are exact")]
    let whole = (scaled.abs() < 1e15).then(|| scaled.round() as i128);
    whole
}

/// A percentage where one is asked for.
fn percent(
    given: &Node,
    expected: &Node,
    wanted: &Wanted,
    work: &mut Work,
) -> Result<Checked, Fault> {
    let wanted = Wanted { measure: Measure::Free, ..*wanted };
    let as_percent = |node: &Node| match node.shape {
        Shape::Percent(_) => node.clone(),
        _ => Node { at: node.at, shape: Shape::Percent(Box::new(node.clone())) },
    };
    let goal = as_percent(expected);
    let other = value(&goal, work)?;
    if matches!(given.shape, Shape::Percent(_)) {
        return against_value(given, &goal, &other, &wanted, work);
    }
    let with_sign = against_value(&as_percent(given), &goal, &other, &wanted, work)?;
    if with_sign.verdict != Verdict::Wrong {
        return Ok(Checked::of(Verdict::WrongForm, Some(Reason::UnitMissing)));
    }
    let one = value(given, work)?;
    Ok(if compare::same(&one, &other, work)? {
        Checked::of(Verdict::WrongForm, Some(Reason::NotPercent))
    } else {
        with_sign
    })
}

/// An answer with a unit where one is expected.
fn measured_both(
    given: &Answer,
    goal: Goal,
    wanted: &Wanted,
    work: &mut Work,
) -> Result<Checked, Fault> {
    let (one, other, expected) = (given.value(work)?, goal.value, goal.answer);
    if !one.unit.is_like(other.unit) {
        return Ok(Checked::of(Verdict::Wrong, Some(Reason::UnitWrong)));
    }
    let (Value::Exact(left), Value::Exact(right)) = (&one.value, &other.value) else {
        return Ok(Checked::of(Verdict::Wrong, None));
    };
    let by = Quotient::number(other.unit.factor.inverse()?);
    let (left, right) = (left.times(&by, work)?, right.times(&by, work)?);
    let (Some(node), Some(goal)) = (given.node().or(expected.node()), expected.node()) else {
        let is_same = left.equals(&right, work)?;
        return Ok(Checked::of(if is_same { Verdict::Right } else { Verdict::Wrong }, None));
    };
    let found = if left.equals(&right, work)? {
        in_form(node, goal, wanted, work)
    } else {
        nearly(node, goal, (&left, &right), wanted, work)?
    };
    let is_asked = match (wanted.measure, given) {
        (Measure::In(unit), Answer::Amounts(parts)) => {
            parts.iter().all(|(_, each)| *each == unit)
        }
        _ => true,
    };
    if found.verdict == Verdict::Right && !is_asked {
        return Ok(Checked::of(Verdict::WrongForm, Some(Reason::UnitWrong)));
    }
    Ok(found)
}

/// An answer without a unit where one is expected.
fn unmeasured(
    given: &Node,
    expected: &Answer,
    wanted: &Wanted,
    work: &mut Work,
) -> Result<Checked, Fault> {
    let Answer::Amounts(parts) = expected else { return Ok(Checked::of(Verdict::Wrong, None)) };
    let [(goal, _)] = parts.as_slice() else {
        quotient(given, work)?;
        return Ok(Checked::of(Verdict::Wrong, Some(Reason::UnitMissing)));
    };
    let other = value(goal, work)?;
    let found = against_value(given, goal, &other, wanted, work)?;
    Ok(match found.verdict {
        Verdict::Right | Verdict::WrongForm => {
            Checked::of(Verdict::WrongForm, Some(Reason::UnitMissing))
        }
        _ => found,
    })
}

/// An answer with a unit where only a number is expected.
fn unasked_unit(
    given: &Answer,
    goal: Goal,
    wanted: &Wanted,
    work: &mut Work,
) -> Result<Checked, Fault> {
    let Some(node) = given.node() else {
        return Ok(Checked::of(Verdict::Wrong, Some(Reason::UnitUnexpected)));
    };
    let found = against_plain(node, goal, wanted, work)?;
    Ok(match found.verdict {
        Verdict::Right => Checked::of(Verdict::WrongForm, Some(Reason::UnitUnexpected)),
        _ => found,
    })
}

/// A time of day: the same hours and minutes, however many zeros stand before them.
fn clock(given: &[Token], expected: &Answer) -> Result<Checked, Fault> {
    let goal = expected.node().and_then(time_of);
    let (hours, minutes) = match given {
        [hours, colon, minutes] if matches!(colon.kind, Kind::Colon) => (hours, minutes),
        _ => {
            let at = given.first().map_or(0, |token| token.at);
            return Err(Fault::new(Reason::Unexpected, at));
        }
    };
    let number = |token: &Token| match token.kind {
        Kind::Number(value, None) => Ok(value),
        _ => Err(Fault::new(Reason::Unexpected, token.at)),
    };
    let time = (number(hours)?, number(minutes)?);
    let verdict = if goal == Some(time) { Verdict::Right } else { Verdict::Wrong };
    Ok(Checked::of(verdict, None))
}

/// Hours and minutes of `9:05`.
fn time_of(node: &Node) -> Option<(Rational, Rational)> {
    let Shape::Binary(super::tree::Operator::Ratio, hours, minutes) = &node.shape else {
        return None;
    };
    match (&hours.shape, &minutes.shape) {
        (
            Shape::Number { value: hours, places: None },
            Shape::Number { value: minutes, places: None },
        ) => Some((*hours, *minutes)),
        _ => None,
    }
}
