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

impl Node {
    /// Calls `seen` for it and for every part of it, from the left.
    pub fn visit(&self, seen: &mut impl FnMut(&Self)) {
        seen(self);
        match &self.shape {
            Shape::Binary(_, left, right) | Shape::Root(left, right) => {
                left.visit(seen);
                right.visit(seen);
            }
            Shape::Call(_, base, inner) => {
                if let Some(base) = base {
                    base.visit(seen);
                }
                inner.visit(seen);
            }
            Shape::Negative(inner)
            | Shape::Percent(inner)
            | Shape::Degree(inner)
            | Shape::Factorial(inner) => inner.visit(seen),
            Shape::Relation(nodes, _) | Shape::Several(_, nodes) => {
                for node in nodes {
                    node.visit(seen);
                }
            }
            Shape::Number { .. } | Shape::Mixed(_) | Shape::Name(_) | Shape::Word(_) => {}
        }
    }
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
    /// `1 3/4`: a whole number, a numerator, a denominator; boxed, or every part of every
    /// answer would be as large as three numbers.
    Mixed(Box<[Rational; 3]>),
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
