//! The parts between operators: numbers, names, brackets, roots, functions, and what follows
//! them (powers, percent, degrees, factorials).
//!
//! A whole number with a fraction beside it is a mixed number (`1 3/4`, `1¾`,
//! `1\frac{3}{4}`). A function without brackets takes the product that follows it, so `sin 2x`
//! is the sine of 2x. Cost: O(tokens). Do not use it alone: `parse` calls it.

use super::fault::{Fault, Reason};
use super::parse::{Parser, joined};
use super::rational::Rational;
use super::tokens::Kind;
use super::tree::{Gathering, Node, Operator, Shape};
use super::words::{self, Function, Word};

impl Parser<'_> {
    /// One part with what follows it.
    pub(super) fn operand(&mut self) -> Result<Node, Fault> {
        let node = self.primary()?;
        self.followed(node)
    }

    fn primary(&mut self) -> Result<Node, Fault> {
        let Some(token) = self.peek() else { return Err(self.missing()) };
        let at = token.at;
        self.at += 1;
        let shape = match token.kind {
            Kind::Number(value, None) => return self.whole(value, at),
            Kind::Number(value, places) => Shape::Number { value, places },
            Kind::Vulgar(above, below) => quotient(at, above, below),
            Kind::Name(sign) => return self.name(sign, at),
            Kind::Word(word) => Shape::Word(word),
            Kind::Function(function) => return self.call(function, at),
            Kind::Root(which) => return self.root(which, at),
            Kind::Fraction => return self.fraction(at),
            Kind::Open(sign) => return self.brackets(sign, at),
            Kind::Bar => return self.bars(at),
            _ => return Err(Fault::new(wrong_start(token.kind), at)),
        };
        Ok(Node { at, shape })
    }

    /// A whole number, or the mixed number that it begins.
    fn whole(&mut self, value: Rational, at: usize) -> Result<Node, Fault> {
        let plain = Node { at, shape: Shape::Number { value, places: None } };
        match (self.kind(0), self.kind(1), self.kind(2)) {
            (Some(Kind::Vulgar(above, below)), _, _) => {
                self.at += 1;
                let (above, below) = (Rational::whole(above), Rational::whole(below));
                Ok(Node { at, shape: mixed(value, above, below) })
            }
            (
                Some(Kind::Number(above, None)),
                Some(Kind::Slash),
                Some(Kind::Number(below, None)),
            ) => {
                self.at += 3;
                Ok(Node { at, shape: mixed(value, above, below) })
            }
            (Some(Kind::Fraction), _, _) => {
                let place = self.place();
                self.at += 1;
                let fraction = self.fraction(place)?;
                let parts = wholes(&fraction);
                let shape = match parts {
                    Some((above, below)) => mixed(value, above, below),
                    None => joined(Operator::Multiply, plain, fraction),
                };
                Ok(Node { at, shape })
            }
            _ => Ok(plain),
        }
    }

    /// A name, with an index where one stands below it.
    fn name(&mut self, sign: char, at: usize) -> Result<Node, Fault> {
        let name = Node { at, shape: Shape::Name(sign) };
        if !self.skip(Kind::Underscore) {
            return Ok(name);
        }
        let index = Box::new(self.primary()?);
        let shape = Shape::Call(Function::Named("_"), Some(Box::new(name)), index);
        Ok(Node { at, shape })
    }

    fn call(&mut self, function: Function, at: usize) -> Result<Node, Fault> {
        let mut base = self.skip(Kind::Underscore).then(|| self.primary()).transpose()?;
        let power = self.power()?;
        // log2(8): the digits are the base when a bracket follows them at once.
        if function == Function::Log && base.is_none() {
            if let (Some(Kind::Number(value, None)), Some(Kind::Open('('))) =
                (self.kind(0), self.kind(1))
            {
                let shape = Shape::Number { value, places: None };
                base = Some(Node { at: self.place(), shape });
                self.at += 1;
            }
        }
        let argument = self.argument(function)?;
        let is_inverse = power.as_ref().is_some_and(is_minus_one);
        let function = if is_inverse { words::inverse(function) } else { function };
        let call = Node { at, shape: called(function, base, argument) };
        Ok(match power {
            Some(power) if !is_inverse => {
                Node { at, shape: joined(Operator::Power, call, power) }
            }
            _ => call,
        })
    }

    /// What a function is of: a bracket, or the product that follows.
    fn argument(&mut self, function: Function) -> Result<Node, Fault> {
        if let Some(Kind::Open(sign)) = self.kind(0) {
            let at = self.place();
            self.at += 1;
            return self.brackets(sign, at);
        }
        let mut argument = self.signed_operand()?;
        let takes_product = !matches!(function, Function::Sqrt | Function::Cbrt);
        while takes_product
            && self.is_beside()
            && !matches!(self.kind(0), Some(Kind::Function(_)))
        {
            let right = self.operand()?;
            let at = argument.at;
            argument = Node { at, shape: joined(Operator::Multiply, argument, right) };
        }
        Ok(argument)
    }

    fn signed_operand(&mut self) -> Result<Node, Fault> {
        let at = self.place();
        if self.skip(Kind::Minus) {
            let inner = Box::new(self.operand()?);
            return Ok(Node { at, shape: Shape::Negative(inner) });
        }
        self.operand()
    }

    /// `√x`, `\sqrt{x}`, `\sqrt[3]{x}`.
    fn root(&mut self, which: i32, at: usize) -> Result<Node, Fault> {
        let shape = Shape::Number { value: Rational::whole(which), places: None };
        let mut index = Node { at, shape };
        let place = self.place();
        if self.skip(Kind::Open('[')) {
            let inner = self.brackets('[', place)?;
            if self.kind(0) != Some(Kind::Open('{')) {
                return Ok(Node { at, shape: Shape::Root(Box::new(index), Box::new(inner)) });
            }
            index = inner;
        }
        let inner = self.nested(Self::primary)?;
        Ok(Node { at, shape: Shape::Root(Box::new(index), Box::new(inner)) })
    }

    /// What stands above and below in `\frac{3}{4}`.
    fn fraction(&mut self, at: usize) -> Result<Node, Fault> {
        if let Some(Kind::Number(value, None)) = self.kind(0) {
            // `\frac34` is 3 over 4.
            if (10..100).contains(&value.num()) {
                self.at += 1;
                let digit = |value: i128| i32::try_from(value).unwrap_or(0);
                let shape = quotient(at, digit(value.num() / 10), digit(value.num() % 10));
                return Ok(Node { at, shape });
            }
        }
        let above = self.nested(Self::primary)?;
        let below = self.nested(Self::primary)?;
        Ok(Node { at, shape: joined(Operator::Divide, above, below) })
    }

    /// One part that lies a level deeper.
    fn nested(&mut self, part: fn(&mut Self) -> Result<Node, Fault>) -> Result<Node, Fault> {
        self.depth += 1;
        if self.depth > super::parse::MOST_DEEP {
            return Err(Fault::new(Reason::TooDeep, self.place()));
        }
        let node = part(self)?;
        self.depth -= 1;
        Ok(node)
    }

    fn bars(&mut self, at: usize) -> Result<Node, Fault> {
        let outer = std::mem::replace(&mut self.is_in_bars, true);
        let inner = self.expression(0)?;
        self.is_in_bars = outer;
        if !self.skip(Kind::Bar) {
            return Err(Fault::new(Reason::NotClosed, at));
        }
        Ok(Node { at, shape: Shape::Call(Function::Abs, None, Box::new(inner)) })
    }

    fn brackets(&mut self, open: char, at: usize) -> Result<Node, Fault> {
        let outer = std::mem::replace(&mut self.is_in_bars, false);
        let node = if open == '⟦' { self.matrix(at) } else { self.bracketed(open, at) };
        self.is_in_bars = outer;
        node
    }

    fn bracketed(&mut self, open: char, at: usize) -> Result<Node, Fault> {
        if open == '{' && self.skip(Kind::Close('}')) {
            return Ok(Node { at, shape: Shape::Word(Word::Nothing) });
        }
        let (node, is_list) = self.list()?;
        let close = match self.kind(0) {
            Some(Kind::Close(close)) => close,
            None => return Err(Fault::new(Reason::NotClosed, at)),
            Some(_) => return Err(Fault::new(Reason::Unexpected, self.place())),
        };
        let is_pair = matches!(&node.shape, Shape::Several(_, nodes) if nodes.len() == 2);
        let is_interval =
            is_list && is_pair && matches!((open, close), ('(', ']') | ('[', ')'));
        if close != partner(open) && !is_interval {
            return Err(Fault::new(Reason::Unexpected, self.place()));
        }
        self.at += 1;
        if !is_list {
            return Ok(node);
        }
        let shape = match node.shape {
            Shape::Several(Gathering::Loose, nodes) => {
                Shape::Several(Gathering::Brackets(open, close), nodes)
            }
            other => other,
        };
        Ok(Node { at, shape })
    }

    /// The rows and cells of a matrix; one row alone is a list.
    fn matrix(&mut self, at: usize) -> Result<Node, Fault> {
        let held = |cells: Vec<Node>| Shape::Several(Gathering::Brackets('[', ']'), cells);
        if matches!(self.kind(0), Some(Kind::Open('{'))) {
            // The columns of an array: {cc|c}.
            while !self.skip(Kind::Close('}')) && self.peek().is_some() {
                self.at += 1;
            }
        }
        let mut rows = vec![];
        let mut cells = vec![self.expression(0)?];
        loop {
            if self.skip(Kind::Ampersand) {
                cells.push(self.expression(0)?);
            } else if self.skip(Kind::Row) {
                if self.kind(0) != Some(Kind::Close('⟧')) {
                    rows.push(std::mem::replace(&mut cells, vec![self.expression(0)?]));
                }
            } else if self.skip(Kind::Close('⟧')) {
                break;
            } else {
                return Err(Fault::new(Reason::NotClosed, at));
            }
        }
        rows.push(cells);
        let row = |mut cells: Vec<Node>| match (cells.len(), cells.pop()) {
            (1, Some(only)) => only,
            (_, last) => {
                cells.extend(last);
                Node { at, shape: held(cells) }
            }
        };
        Ok(row(rows.into_iter().map(row).collect()))
    }

    /// Powers and the signs that stand after a part.
    fn followed(&mut self, mut node: Node) -> Result<Node, Fault> {
        loop {
            let at = node.at;
            let shape = match self.kind(0) {
                Some(Kind::Percent) => Shape::Percent(Box::new(node)),
                Some(Kind::Bang) => Shape::Factorial(Box::new(node)),
                Some(Kind::Degree) => Shape::Degree(Box::new(node)),
                Some(Kind::Caret | Kind::Raised(_)) => {
                    if self.skip_degree() {
                        node = Node { at, shape: Shape::Degree(Box::new(node)) };
                        continue;
                    }
                    if let Some(power) = self.power()? {
                        node = Node { at, shape: joined(Operator::Power, node, power) };
                    }
                    continue;
                }
                _ => return Ok(node),
            };
            self.at += 1;
            node = Node { at, shape };
        }
    }

    /// `^\circ` and `^{\circ}` are the sign of degrees.
    fn skip_degree(&mut self) -> bool {
        let kinds = (self.kind(0), self.kind(1), self.kind(2), self.kind(3));
        let length = match kinds {
            (Some(Kind::Caret), Some(Kind::Degree), _, _) => 2,
            (Some(Kind::Caret), Some(Kind::Open('{')), Some(Kind::Degree), _) => 4,
            _ => 0,
        };
        self.at += length;
        length > 0
    }

    /// The exponent that stands next; powers of powers are taken from the right.
    fn power(&mut self) -> Result<Option<Node>, Fault> {
        let at = self.place();
        if let Some(Kind::Raised(value)) = self.kind(0) {
            self.at += 1;
            let shape = Shape::Number { value: Rational::whole(value), places: None };
            return Ok(Some(Node { at, shape }));
        }
        if !self.skip(Kind::Caret) {
            return Ok(None);
        }
        self.nested(Self::exponent).map(Some)
    }

    fn exponent(&mut self) -> Result<Node, Fault> {
        let at = self.place();
        if self.skip(Kind::Minus) {
            let inner = Box::new(self.nested(Self::exponent)?);
            return Ok(Node { at, shape: Shape::Negative(inner) });
        }
        self.skip(Kind::Plus);
        let base = self.primary_without_mixed()?;
        match self.power()? {
            Some(power) => Ok(Node { at, shape: joined(Operator::Power, base, power) }),
            None => Ok(base),
        }
    }

    /// An exponent takes one number: `2^3 1/2` is no power of a mixed number.
    fn primary_without_mixed(&mut self) -> Result<Node, Fault> {
        if let Some(Kind::Number(value, places)) = self.kind(0) {
            let at = self.place();
            self.at += 1;
            return Ok(Node { at, shape: Shape::Number { value, places } });
        }
        self.primary()
    }
}

/// A function of its argument; the roots by name are roots.
fn called(function: Function, base: Option<Node>, argument: Node) -> Shape {
    let order = match function {
        Function::Sqrt => 2,
        Function::Cbrt => 3,
        _ => return Shape::Call(function, base.map(Box::new), Box::new(argument)),
    };
    let index = Shape::Number { value: Rational::whole(order), places: None };
    Shape::Root(Box::new(Node { at: argument.at, shape: index }), Box::new(argument))
}

fn wrong_start(kind: Kind) -> Reason {
    match kind {
        Kind::Bang | Kind::Row | Kind::Currency(_) | Kind::Underscore => Reason::Unexpected,
        _ => Reason::MissingOperand,
    }
}

fn partner(open: char) -> char {
    match open {
        '(' => ')',
        '[' => ']',
        '{' => '}',
        '⟨' => '⟩',
        _ => '⟧',
    }
}

fn quotient(at: usize, above: i32, below: i32) -> Shape {
    let number = |value| {
        let shape = Shape::Number { value: Rational::whole(value), places: None };
        Node { at, shape }
    };
    joined(Operator::Divide, number(above), number(below))
}

fn mixed(whole: Rational, above: Rational, below: Rational) -> Shape {
    Shape::Mixed(Box::new([whole, above, below]))
}

fn wholes(node: &Node) -> Option<(Rational, Rational)> {
    let Shape::Binary(Operator::Divide, above, below) = &node.shape else { return None };
    match (&above.shape, &below.shape) {
        (
            Shape::Number { value: above, places: None },
            Shape::Number { value: below, places: None },
        ) => Some((*above, *below)),
        _ => None,
    }
}

fn is_minus_one(node: &Node) -> bool {
    match &node.shape {
        Shape::Negative(inner) => {
            matches!(inner.shape, Shape::Number { value, .. } if value == Rational::ONE)
        }
        Shape::Number { value, .. } => *value == Rational::whole(-1),
        _ => false,
    }
}
