//! Amounts with their units: `12 cm`, `$3.50`, `2 h 30 min`, `5 m/s`, `20 cm²`, `7 sq m`.
//!
//! Letters are units only at the end of an amount that is a number; a unit of one letter needs
//! a space before it (`5 m`) unless a unit is asked for (then `5m` is one, too). Everything
//! else stays a formula. Cost: O(tokens x table). Do not use it for equations with units in
//! them.

use super::fault::Reason;
use super::tokens::{Kind, Token, Tokens};
use super::units::{Unit, raising, unit};
use super::words::whole_word;

/// A number's tokens and its unit.
pub type Part = (Vec<Token>, Unit);

/// The parts of a quantity; nothing where the text is none.
#[must_use]
pub fn parts(text: &Tokens, is_wanted: bool) -> Option<Vec<Part>> {
    let may_measure = |token: &Token| {
        matches!(token.kind, Kind::Letters(_) | Kind::Degree | Kind::Currency(_))
    };
    if !text.tokens.iter().any(may_measure) {
        return None;
    }
    let scan = Scan { text, is_wanted };
    if let Some(part) = scan.prefixed() {
        return Some(vec![part]);
    }
    let mut parts = vec![];
    let mut at = 0;
    while at < text.tokens.len() {
        let from = at;
        while scan.is_amount(at) && scan.unit(at, at > from).is_none() {
            at += 1;
        }
        if at == from {
            return None;
        }
        let (unit, next) = scan.units(at)?;
        parts.push((text.tokens.get(from..at)?.to_vec(), unit));
        at = next;
    }
    (!parts.is_empty()).then_some(parts)
}

/// A unit written alone, as a task asks for it.
///
/// # Errors
/// `UnknownWord` where it is none.
pub fn alone(text: &Tokens) -> Result<Unit, Reason> {
    let scan = Scan { text, is_wanted: true };
    match scan.units(0) {
        Some((unit, next)) if next == text.tokens.len() => Ok(unit),
        _ => Err(Reason::UnknownWord),
    }
}

struct Scan<'a> {
    text: &'a Tokens,
    is_wanted: bool,
}

impl Scan<'_> {
    fn kind(&self, at: usize) -> Option<Kind> {
        self.text.tokens.get(at).map(|token| token.kind)
    }

    fn run(&self, at: usize) -> Option<&str> {
        match self.kind(at)? {
            Kind::Letters(number) => self.text.runs.get(number).map(String::as_str),
            _ => None,
        }
    }

    /// Whether the token may belong to a number.
    fn is_amount(&self, at: usize) -> bool {
        match self.kind(at) {
            None
            | Some(
                Kind::Sign(_)
                | Kind::Comma
                | Kind::Semicolon
                | Kind::Name(_)
                | Kind::Degree
                | Kind::Currency(_),
            ) => false,
            Some(Kind::Letters(_)) => {
                let word = self.run(at).and_then(whole_word);
                matches!(word, Some(Kind::Name('π') | Kind::Function(_)))
                    || self.run(at) == Some("π")
            }
            Some(_) => true,
        }
    }

    /// The unit at a place, and the place after it.
    fn unit(&self, at: usize, has_amount: bool) -> Option<(Unit, usize)> {
        if let Some(exponent) = self.run(at).and_then(raising) {
            let (unit, next) = self.unit(at + 1, has_amount)?;
            return Some((unit.power(exponent).ok()?, next));
        }
        let (unit, next) = self.named(at, has_amount)?;
        let (exponent, next) = match (self.kind(next), self.kind(next + 1)) {
            (Some(Kind::Raised(exponent)), _) => (exponent, next + 1),
            (Some(Kind::Caret), Some(Kind::Number(value, None))) => {
                (i32::try_from(value.num()).ok()?, next + 2)
            }
            // cm2, but not 2h30min.
            (Some(Kind::Number(value, None)), after)
                if matches!(value.num(), 2 | 3)
                    && !matches!(after, Some(Kind::Letters(_) | Kind::Number(..)))
                    && self.text.tokens.get(next).is_some_and(|token| !token.is_spaced) =>
            {
                (i32::try_from(value.num()).ok()?, next + 1)
            }
            _ => (1, next),
        };
        Some((unit.power(exponent).ok()?, next))
    }

    fn named(&self, at: usize, has_amount: bool) -> Option<(Unit, usize)> {
        if let Some(Kind::Currency(sign)) = self.kind(at) {
            return unit(&sign.to_string()).map(|unit| (unit, at + 1));
        }
        if self.kind(at) == Some(Kind::Degree) {
            let scale = self.run(at + 1).filter(|run| matches!(*run, "C" | "F"));
            let length = 1 + usize::from(scale.is_some());
            return unit(scale.unwrap_or("deg")).map(|unit| (unit, at + length));
        }
        let run = self.run(at)?;
        let is_spaced = self.text.tokens.get(at).is_some_and(|token| token.is_spaced);
        let is_short = run.chars().count() == 1;
        if is_short && !self.is_wanted && !(is_spaced && has_amount) {
            return None;
        }
        unit(run).map(|unit| (unit, at + 1))
    }

    /// A unit with those that it is divided by.
    fn units(&self, at: usize) -> Option<(Unit, usize)> {
        let (mut whole, mut next) = self.unit(at, true)?;
        loop {
            let is_per = self.kind(next) == Some(Kind::Slash) || self.run(next) == Some("per");
            if !is_per {
                return Some((whole, next));
            }
            let (below, after) = self.unit(next + 1, true)?;
            whole = whole.times(below.power(-1).ok()?).ok()?;
            next = after;
        }
    }

    /// Money with its sign before the amount.
    fn prefixed(&self) -> Option<Part> {
        let minus = usize::from(self.kind(0) == Some(Kind::Minus));
        let is_money = matches!(self.kind(minus), Some(Kind::Currency(_)))
            || self.run(minus).and_then(unit).is_some_and(|unit| unit.kind != ' ');
        let (unit, next) = self.unit(minus, true).filter(|_| is_money)?;
        let rest = self.text.tokens.get(next..)?;
        if rest.is_empty() || !(next..self.text.tokens.len()).all(|at| self.is_amount(at)) {
            return None;
        }
        let sign = self.text.tokens.get(..minus)?;
        Some(([sign, rest].concat(), unit))
    }
}
