//! From tokens to a tree: operators by their precedence, then relations, then lists.
//!
//! Top-down operator precedence (Pratt 1973, "Top down operator precedence", POPL). Two parts
//! side by side multiply and bind as `*` does, so `1/2x` is half of x; `is_tight` gives the
//! other reading. Cost: O(tokens); nesting beyond 24 is refused. Do not use it for programs:
//! nothing that it reads is ever run.

use super::fault::{Fault, Reason};
use super::tokens::{Kind, Token};
use super::tree::{Gathering, Node, Operator, Shape, Sign};

/// Brackets, signs and exponents inside one another.
pub const MOST_DEEP: usize = 24;

const SUM: u8 = 1;
const PRODUCT: u8 = 3;
const TIGHT: u8 = 5;

/// A place in the tokens of one answer.
pub struct Parser<'a> {
    pub(super) tokens: &'a [Token],
    pub(super) at: usize,
    pub(super) depth: usize,
    /// Whether a bar now closes what a bar opened.
    pub(super) is_in_bars: bool,
    /// Where the text ends.
    end: usize,
    is_tight: bool,
    /// Whether a part was met that binds otherwise when read tightly.
    has_choice: bool,
}

/// The tree of a whole answer whose text ends at `end`.
///
/// # Errors
/// What cannot stand where it stands, and its place.
pub fn parse(tokens: &[Token], end: usize, is_tight: bool) -> Result<Node, Fault> {
    Parser::at_start(tokens, end, is_tight).whole_text()
}

/// Whether `is_tight` can make another tree of the tokens.
#[must_use]
pub fn has_two_trees(tokens: &[Token], end: usize) -> bool {
    let mut parser = Parser::at_start(tokens, end, false);
    // Where the text cannot be read, it is the same in both ways up to there.
    let _ = parser.whole_text();
    parser.has_choice
}

impl<'a> Parser<'a> {
    fn at_start(tokens: &'a [Token], end: usize, is_tight: bool) -> Self {
        Self { tokens, at: 0, depth: 0, is_in_bars: false, end, is_tight, has_choice: false }
    }

    fn whole_text(&mut self) -> Result<Node, Fault> {
        let (node, _) = self.list()?;
        match self.peek() {
            None => Ok(node),
            Some(token) => Err(Fault::new(Reason::Unexpected, token.at)),
        }
    }

    pub(super) fn peek(&self) -> Option<Token> {
        self.tokens.get(self.at).copied()
    }

    pub(super) fn kind(&self, ahead: usize) -> Option<Kind> {
        self.tokens.get(self.at + ahead).map(|token| token.kind)
    }

    /// Steps over `kind` where it stands next.
    pub(super) fn skip(&mut self, kind: Kind) -> bool {
        let is_there = self.kind(0) == Some(kind);
        self.at += usize::from(is_there);
        is_there
    }

    /// Where the next token begins.
    pub(super) fn place(&self) -> usize {
        self.peek().map_or(self.end, |token| token.at)
    }

    pub(super) fn missing(&self) -> Fault {
        Fault::new(Reason::MissingOperand, self.place())
    }

    /// Parts between commas, semicolons, "or" and "and", and whether there is more than one.
    pub(super) fn list(&mut self) -> Result<(Node, bool), Fault> {
        let first = self.union()?;
        let is_separator =
            |kind| matches!(kind, Kind::Comma | Kind::Semicolon | Kind::Or | Kind::And);
        // Most are alone: no list is made for them.
        if !self.kind(0).is_some_and(is_separator) {
            return Ok((first, false));
        }
        let at = first.at;
        let mut nodes = vec![first];
        let mut gathering = Gathering::Loose;
        while let Some(kind) = self.kind(0) {
            if !is_separator(kind) {
                break;
            }
            self.at += 1;
            let is_and = kind == Kind::And;
            let is_after_comma = matches!(kind, Kind::Comma | Kind::Semicolon);
            if is_after_comma && matches!(self.kind(0), Some(Kind::Or | Kind::And)) {
                self.at += 1;
            }
            nodes.push(self.union()?);
            if is_and && nodes.iter().all(is_inequality) {
                gathering = Gathering::All;
            }
        }
        Ok((Node { at, shape: Shape::Several(gathering, nodes) }, true))
    }

    fn union(&mut self) -> Result<Node, Fault> {
        let first = self.relation()?;
        if !matches!(self.kind(0), Some(Kind::Union | Kind::Intersection)) {
            return Ok(first);
        }
        let at = first.at;
        let mut nodes = vec![first];
        let mut gathering = Gathering::Union;
        while let Some(kind @ (Kind::Union | Kind::Intersection)) = self.kind(0) {
            self.at += 1;
            nodes.push(self.relation()?);
            if kind == Kind::Intersection {
                gathering = Gathering::Intersection;
            }
        }
        Ok(Node { at, shape: Shape::Several(gathering, nodes) })
    }

    fn relation(&mut self) -> Result<Node, Fault> {
        let first = self.expression(0)?;
        if !matches!(self.kind(0), Some(Kind::Sign(_))) {
            return Ok(first);
        }
        let at = first.at;
        let (mut sides, mut signs) = (vec![first], vec![]);
        while let Some(Kind::Sign(sign)) = self.kind(0) {
            self.at += 1;
            signs.push(sign);
            sides.push(self.expression(0)?);
        }
        Ok(Node { at, shape: Shape::Relation(sides, signs) })
    }

    /// Operators that bind at least as `least` does.
    pub(super) fn expression(&mut self, least: u8) -> Result<Node, Fault> {
        let mut left = self.signed(least)?;
        while let Some((operator, binds, length)) = self.operator() {
            let is_beside = length == 0;
            if binds < least {
                self.has_choice |= is_beside && least <= TIGHT;
                break;
            }
            self.at += length;
            let right = self.expression(if is_beside { TIGHT + 1 } else { binds + 1 })?;
            let at = left.at;
            left = Node { at, shape: joined(operator, left, right) };
        }
        Ok(left)
    }

    /// The operator that stands next, how it binds, and how many tokens it takes.
    fn operator(&self) -> Option<(Operator, u8, usize)> {
        Some(match self.kind(0)? {
            Kind::Plus => (Operator::Add, SUM, 1),
            Kind::Minus => (Operator::Subtract, SUM, 1),
            Kind::PlusMinus => (Operator::PlusMinus, SUM, 1),
            Kind::Times => (Operator::Multiply, PRODUCT, 1),
            Kind::Slash => (Operator::Divide, PRODUCT, 1),
            Kind::Colon => (Operator::Ratio, PRODUCT, 1),
            _ if self.is_beside() => {
                (Operator::Multiply, if self.is_tight { TIGHT } else { PRODUCT }, 0)
            }
            _ => return None,
        })
    }

    /// Whether the next token begins a part that multiplies what stands before it.
    pub(super) fn is_beside(&self) -> bool {
        let before = self.at.checked_sub(1).and_then(|at| self.tokens.get(at));
        let is_after_number = before.is_some_and(|token| {
            matches!(token.kind, Kind::Number(..) | Kind::Vulgar(..) | Kind::Raised(_))
        });
        match self.kind(0) {
            Some(
                Kind::Name(_)
                | Kind::Function(_)
                | Kind::Open(_)
                | Kind::Root(_)
                | Kind::Fraction,
            ) => true,
            Some(Kind::Number(..) | Kind::Vulgar(..)) => !is_after_number,
            Some(Kind::Bar) => !self.is_in_bars,
            _ => false,
        }
    }

    fn signed(&mut self, least: u8) -> Result<Node, Fault> {
        let Some(token) = self.peek() else { return Err(self.missing()) };
        self.depth += 1;
        if self.depth > MOST_DEEP {
            return Err(Fault::new(Reason::TooDeep, token.at));
        }
        let node = match token.kind {
            Kind::Minus | Kind::Plus | Kind::PlusMinus => {
                self.at += 1;
                let inner = self.expression(least.max(PRODUCT))?;
                Node { at: token.at, shape: turned(token.kind, inner) }
            }
            _ => self.operand()?,
        };
        self.depth -= 1;
        Ok(node)
    }
}

fn turned(kind: Kind, inner: Node) -> Shape {
    let at = inner.at;
    match kind {
        Kind::Plus => inner.shape,
        Kind::Minus => Shape::Negative(Box::new(inner)),
        _ => {
            let zero = Shape::Number { value: super::rational::Rational::ZERO, places: None };
            joined(Operator::PlusMinus, Node { at, shape: zero }, inner)
        }
    }
}

pub(super) fn joined(operator: Operator, left: Node, right: Node) -> Shape {
    Shape::Binary(operator, Box::new(left), Box::new(right))
}

fn is_inequality(node: &Node) -> bool {
    match &node.shape {
        Shape::Relation(_, signs) => signs.iter().all(|it| *it != Sign::Equal),
        _ => false,
    }
}
