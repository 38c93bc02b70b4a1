//! An answer as it was written: the tree that the parser builds and that forms are judged by.
//!
//! Nothing is worked out here: `6/8` stays a quotient of 6 and 8. Cost: one box for each sign.
//! Do not use it to compare answers: two trees of one value may differ in everything.

use super::rational::Rational;
use super::words::{Function, Word};

/// A part of an answer, and where it begins in code points of the text.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// Where.
    pub at: usize,
    /// What.
    pub shape: Shape,
}

/// What a part is.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// A literal; `places` after the decimal sign, where it has one.
    Number {
        /// Its value.
        value: Rational,
        /// Decimal places, where a decimal sign stands.
        places: Option<u32>,
    },
    /// `1 3/4`: a whole number, a numerator, a denominator.
    Mixed(Rational, Rational, Rational),
    /// A name of one letter, π, ∞.
    Name(char),
    /// The same with a sign before it that turns it.
    Negative(Box<Node>),
    /// Two parts with an operator between them.
    Binary(Operator, Box<Node>, Box<Node>),
    /// Hundredths.
    Percent(Box<Node>),
    /// Degrees of an angle.
    Degree(Box<Node>),
    /// `n!`
    Factorial(Box<Node>),
    /// A root, and which.
    Root(Box<Node>, Box<Node>),
    /// A function of an argument; a logarithm may have a base.
    Call(Function, Option<Box<Node>>, Box<Node>),
    /// Sides with relations between them.
    Relation(Vec<Node>, Vec<Sign>),
    /// Several parts.
    Several(Gathering, Vec<Node>),
    /// An answer in words.
    Word(Word),
}

/// An operator between two parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`, or two parts side by side.
    Multiply,
    /// `/`
    Divide,
    /// `:`
    Ratio,
    /// `^`
    Power,
    /// `±`
    PlusMinus,
}

/// A relation between two sides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    /// `=`
    Equal,
    /// `≠`
    Unequal,
    /// `<`
    Less,
    /// `≤`
    AtMost,
    /// `>`
    More,
    /// `≥`
    AtLeast,
}

/// How several parts are held together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gathering {
    /// With commas or "or" alone: order does not count.
    Loose,
    /// All at once: `x > 1 and x < 3`.
    All,
    /// Between brackets: order counts, but for braces.
    Brackets(char, char),
    /// Joined sets.
    Union,
    /// What sets share.
    Intersection,
}
