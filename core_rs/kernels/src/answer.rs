//! Whether a learner's answer is the expected one: read, made exact, compared, its form judged.
//!
//! Text becomes [`tokens`], [`parse`] (Pratt 1973) makes a [`tree`] of them, [`value`] works
//! the tree out exactly ([`rational`], [`polynomial`], [`quotient`] over the [`atoms`] that
//! surds, names and functions are), and [`compare`] asks whether two values are one. How it is
//! written ([`form`]) and measured ([`units`]) is judged apart: `6/8` for `3/4` is right in
//! value, wrong in form. Nothing that a learner writes is ever run, and no decimal decides an
//! equality unless a tolerance is given.
//!
//! Cost: some microseconds for what lessons ask; at most 200 code points are read and 6,000
//! products of terms calculated, beyond which the answer is refused as too large, never wrapped
//! and never guessed. Do not use it as an algebra system: it finds no identities of
//! trigonometry, takes no root out of a sum and solves no equation.
//!
//! ```
//! use mangotree_kernels::answer::{Verdict, Wanted, check};
//! let wanted = Wanted::default();
//! // 2/6 + 1/6 = 3/6 = 1/2, and sqrt(8) = sqrt(4 * 2) = 2 sqrt(2).
//! assert_eq!(check("2/6 + 1/6", "1/2", &wanted).unwrap().verdict, Verdict::Right);
//! assert_eq!(check("√8", "2sqrt(2)", &wanted).unwrap().verdict, Verdict::Right);
//! assert_eq!(check("3x + 5 = 11", "x = 2", &wanted).unwrap().verdict, Verdict::Right);
//! assert_eq!(check("x+", "x+1", &wanted).unwrap().at, Some(2));
//! ```

pub mod approximate;
pub mod atoms;
pub mod commands;
pub mod compare;
pub mod fault;
pub mod few;
pub mod form;
pub mod functions;
pub mod judge;
pub mod operand;
pub mod parse;
pub mod polynomial;
pub mod power;
pub mod quantity;
pub mod quotient;
pub mod rational;
pub mod reading;
pub mod show;
pub mod signs;
pub mod tokens;
pub mod tree;
pub mod units;
pub mod value;
pub mod words;
pub mod written;

use atoms::Work;
use fault::{Fault, Reason};
use form::Form;
use judge::{Given, Goal, judge};
use rational::Rational;
use reading::{Reading, Role};
use tree::Shape;
use units::Unit;
use written::{Answer, Measured};

/// What an answer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The expected value in the expected form.
    Right,
    /// The expected value in another form, or without its unit.
    WrongForm,
    /// Another value.
    Wrong,
    /// It cannot be read.
    Unreadable,
    /// It can be read in two ways, and only the less likely one is right: ask.
    Ambiguous,
}

impl Verdict {
    /// Its fixed name.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Right => "right",
            Self::WrongForm => "wrong_form",
            Self::Wrong => "wrong",
            Self::Unreadable => "unreadable",
            Self::Ambiguous => "ambiguous",
        }
    }
}

/// A verdict and what goes with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Checked {
    /// What the answer is.
    pub verdict: Verdict,
    /// Where it cannot be read, in code points from 0.
    pub at: Option<usize>,
    /// Why it is not right, where there is more to say.
    pub reason: Option<Reason>,
}

impl Checked {
    /// A verdict with its reason.
    #[must_use]
    pub fn of(verdict: Verdict, reason: Option<Reason>) -> Self {
        Self { verdict, at: None, reason }
    }

    fn unreadable(fault: Fault) -> Self {
        Self { verdict: Verdict::Unreadable, at: fault.at, reason: Some(fault.reason) }
    }

    fn is_accepted(self) -> bool {
        matches!(self.verdict, Verdict::Right | Verdict::WrongForm)
    }
}

/// How the unit of an answer is asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Measure {
    /// As the expected answer has it; another that converts into it will do.
    #[default]
    Free,
    /// In this unit.
    In(Unit),
    /// In percent.
    Percent,
    /// A time of day, `9:05`.
    Clock,
}

/// What is asked of an answer beside its value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Wanted {
    /// The form.
    pub form: Form,
    /// The unit.
    pub measure: Measure,
    /// The decimal places.
    pub places: Option<u32>,
    /// How far from the expected value a measured one may lie.
    pub tolerance: Option<Rational>,
    /// How the learner's locale writes numbers.
    pub reading: Reading,
}

impl Default for Wanted {
    fn default() -> Self {
        Self {
            form: Form::Any,
            measure: Measure::Free,
            places: None,
            tolerance: None,
            reading: Reading::PLAIN,
        }
    }
}

/// What `given` is when `expected`, in plain notation, is right.
///
/// # Errors
/// An expected answer that cannot be read.
pub fn check(given: &str, expected: &str, wanted: &Wanted) -> Result<Checked, Fault> {
    let expected = Expected::read(expected, wanted)?;
    let Expected { answer, value, work } = expected;
    Ok(checked(given, Goal { answer: &answer, value: &value }, wanted, work))
}

/// An expected answer, read and worked out once for many given ones.
#[derive(Clone, Debug)]
pub struct Expected {
    answer: Answer,
    value: Measured,
    work: Work,
}

impl Expected {
    /// The expected answer in plain notation.
    ///
    /// # Errors
    /// One that cannot be read.
    pub fn read(text: &str, wanted: &Wanted) -> Result<Self, Fault> {
        let answer = Answer::expected(text, wanted)?;
        let mut work = Work::default();
        let value = answer.value(&mut work)?;
        Ok(Self { answer, value, work })
    }

    /// What `given` is; `wanted` as the expected answer was read with.
    #[must_use]
    pub fn check(&self, given: &str, wanted: &Wanted) -> Checked {
        let goal = Goal { answer: &self.answer, value: &self.value };
        checked(given, goal, wanted, self.work.clone())
    }
}

fn checked(given: &str, goal: Goal, wanted: &Wanted, mut work: Work) -> Checked {
    let signs = match tokens::signs(given) {
        Ok(signs) => signs,
        Err(fault) => return Checked::unreadable(fault),
    };
    let mut judged = |given: &Given, is_tight: bool| {
        let found = judge(given, is_tight, goal, wanted, &mut work);
        found.unwrap_or_else(Checked::unreadable)
    };
    if goal.answer.is_listed() && signs.iter().any(|(sign, _)| *sign == ',') {
        let listed = Reading { comma: Role::Separator, ..wanted.reading };
        let first = judged(&Given::read(&signs, listed), false);
        if first.is_accepted() {
            return first;
        }
    }
    let read = Given::read(&signs, wanted.reading);
    let first = judged(&read, false);
    if first.is_accepted() {
        return first;
    }
    let mut is_other = |reading| judged(&Given::read(&signs, reading), false).is_accepted();
    let is_doubtful = (reading::has_doubtful_mark(&signs)
        && wanted.reading.others().any(&mut is_other))
        // 1/2x may be meant as 1 over 2x.
        || (signs.iter().any(|(sign, _)| *sign == '/')
            && read.has_two_trees()
            && judged(&read, true).is_accepted());
    if is_doubtful {
        return Checked::of(Verdict::Ambiguous, Some(Reason::TwoReadings));
    }
    first
}

/// What the text says, written plainly and the same for all ways to write it that are known.
///
/// # Errors
/// What cannot be read, and where.
pub fn read(text: &str, reading: Reading) -> Result<String, Fault> {
    let signs = tokens::signs(text)?;
    let mut work = Work::default();
    let answer = Answer::read(&signs, reading, false)?;
    let value = answer.value(&mut work)?;
    Ok(show::answer(&value, &work))
}

/// Whether two answers in plain notation have one value, in whatever form.
///
/// # Errors
/// What cannot be read in either.
pub fn same(one: &str, other: &str) -> Result<bool, Fault> {
    let wanted = Wanted::default();
    let (one, other) = (Answer::expected(one, &wanted)?, Answer::expected(other, &wanted)?);
    let mut work = Work::default();
    let (one, other) = (one.value(&mut work)?, other.value(&mut work)?);
    Ok(one.unit.is_like(other.unit) && compare::same(&one.value, &other.value, &mut work)?)
}

/// Whether a shape is a collection of at least two.
fn is_collection(shape: &Shape) -> bool {
    match shape {
        Shape::Several(_, nodes) => nodes.len() > 1,
        Shape::Relation(sides, _) => sides.iter().any(|side| is_collection(&side.shape)),
        _ => false,
    }
}

#[cfg(test)]
mod tests;
