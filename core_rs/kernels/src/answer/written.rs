//! An answer as it was written: a tree, or amounts with their units.
//!
//! Cost: that of reading. Do not use it after the value is known: forms need it, values do not.

use super::atoms::Work;
use super::fault::{Fault, Reason};
use super::quotient::Quotient;
use super::rational::Rational;
use super::reading::Reading;
use super::tokens::{self, Token, Tokens};
use super::tree::{Node, Shape};
use super::units::Unit;
use super::value::{Value, quotient, value};
use super::words::{phrase, resolved};
use super::{Measure, Wanted, is_collection, parse, quantity};

/// An answer that was read.
#[derive(Clone, Debug)]
pub enum Answer {
    /// Without a unit.
    Plain(Node),
    /// Amounts, each with its unit: one, or two as in `2 h 30 min`.
    Amounts(Vec<(Node, Unit)>),
}

/// A value in base units.
#[derive(Clone, Debug)]
pub struct Measured {
    /// The value.
    pub value: Value,
    /// The base unit.
    pub unit: Unit,
}

impl Answer {
    /// The expected answer, in plain notation, in the unit that is asked for.
    ///
    /// # Errors
    /// What cannot be read.
    pub fn expected(text: &str, wanted: &Wanted) -> Result<Self, Fault> {
        let signs = tokens::signs(text)?;
        let is_measured = matches!(wanted.measure, Measure::In(_));
        let read = Self::read(&signs, Reading::PLAIN, is_measured)?;
        Ok(match (read, wanted.measure) {
            (Self::Plain(node), Measure::In(unit)) => Self::Amounts(vec![(node, unit)]),
            (read, _) => read,
        })
    }

    /// What the signs say: amounts where they are, a tree otherwise.
    ///
    /// # Errors
    /// What cannot be read.
    pub fn read(
        signs: &[(char, usize)],
        reading: Reading,
        is_measured: bool,
    ) -> Result<Self, Fault> {
        if let Some(word) = words(signs) {
            return Ok(Self::Plain(word));
        }
        let tokens = tokens::tokens(signs, reading)?;
        let end = end(signs);
        match amounts(&tokens, end, is_measured) {
            Some(amounts) => Ok(amounts),
            None => plain(&tokens, end, false).map(Self::Plain),
        }
    }

    /// Its value in base units.
    ///
    /// # Errors
    /// What has no value.
    pub fn value(&self, work: &mut Work) -> Result<Measured, Fault> {
        match self {
            Self::Plain(node) => Ok(Measured { value: value(node, work)?, unit: Unit::NONE }),
            Self::Amounts(parts) => {
                let mut sum = Quotient::number(Rational::ZERO);
                for (node, unit) in parts {
                    let factor = Quotient::number(unit.factor);
                    let part = quotient(node, work)?.times(&factor, work)?;
                    sum = sum.plus(&part, work)?;
                }
                let unit = parts.first().map_or(Unit::NONE, |(_, unit)| *unit);
                Ok(Measured { value: Value::Exact(sum), unit })
            }
        }
    }

    /// The tree, where there is just one.
    #[must_use]
    pub fn node(&self) -> Option<&Node> {
        match self {
            Self::Plain(node) => Some(node),
            Self::Amounts(parts) => match parts.as_slice() {
                [(node, _)] => Some(node),
                _ => None,
            },
        }
    }

    /// Whether it is a list, a pair, an interval or a matrix.
    #[must_use]
    pub fn is_listed(&self) -> bool {
        self.node().is_some_and(|node| is_collection(&node.shape))
    }

    /// The names that stand in it.
    #[must_use]
    pub fn names(&self) -> Vec<char> {
        let mut names = vec![];
        if let Some(node) = self.node() {
            node.visit(&mut |part| {
                if let Shape::Name(name) = part.shape {
                    names.push(name);
                }
            });
        }
        names
    }
}

/// The tree of tokens that hold no unit.
///
/// # Errors
/// What cannot be read.
pub fn plain(tokens: &Tokens, end: usize, is_tight: bool) -> Result<Node, Fault> {
    parse::parse(&resolved(&tokens.tokens, &tokens.runs)?, end, is_tight)
}

/// The amounts of tokens, where they are such.
#[must_use]
pub fn amounts(tokens: &Tokens, end: usize, is_measured: bool) -> Option<Answer> {
    let parts = quantity::parts(tokens, is_measured)?;
    let (_, first) = *parts.first()?;
    let tree = |(amount, unit): (Vec<Token>, Unit)| {
        let amount = Tokens { tokens: amount, runs: tokens.runs.clone() };
        let node = plain(&amount, end, false).ok()?;
        let is_number = !matches!(node.shape, Shape::Several(..) | Shape::Relation(..));
        (is_number && unit.is_like(first)).then_some((node, unit))
    };
    parts.into_iter().map(tree).collect::<Option<Vec<_>>>().map(Answer::Amounts)
}

/// Where a text ends.
#[must_use]
pub fn end(signs: &[(char, usize)]) -> usize {
    signs.last().map_or(0, |(_, at)| at + 1)
}

/// An answer of several words, as a tree.
#[must_use]
pub fn words(signs: &[(char, usize)]) -> Option<Node> {
    let is_word = signs.first().is_some_and(|(sign, _)| sign.is_alphabetic() || *sign == '\\');
    let has_space = signs.iter().any(|(sign, _)| *sign == ' ');
    // No answer in words has a digit in it.
    let has_digit = signs.iter().any(|(sign, _)| sign.is_ascii_digit());
    if !is_word || !has_space || has_digit {
        return None;
    }
    let text: String = signs.iter().map(|(sign, _)| *sign).collect();
    let text = text.strip_prefix("\\text").unwrap_or(&text);
    phrase(text).map(|word| Node { at: 0, shape: Shape::Word(word) })
}

/// The unit that a task asks for by its name.
///
/// # Errors
/// `UnknownWord` for a name that is none.
pub fn measure(name: &str) -> Result<Measure, Reason> {
    match name.trim() {
        "" => Ok(Measure::Free),
        "%" => Ok(Measure::Percent),
        "clock" => Ok(Measure::Clock),
        name => {
            let signs = tokens::signs(name).map_err(|fault| fault.reason)?;
            let tokens =
                tokens::tokens(&signs, Reading::PLAIN).map_err(|fault| fault.reason)?;
            quantity::alone(&tokens).map(Measure::In)
        }
    }
}

/// The value of a plain number or fraction.
#[must_use]
pub fn number(text: &str) -> Option<Rational> {
    let signs = tokens::signs(text).ok()?;
    let node = plain(&tokens::tokens(&signs, Reading::PLAIN).ok()?, end(&signs), false).ok()?;
    quotient(&node, &mut Work::default()).ok()?.as_number()
}
