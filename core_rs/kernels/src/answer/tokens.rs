//! From text to tokens: numbers, runs of letters and signs, each with its place.
//!
//! Plain text and the LaTeX commands that tutors use end in the same tokens (`\frac{3}{4}`,
//! `\sqrt[3]{x}`, `\left(`, `\begin{bmatrix}`); other commands are unknown words. What letters
//! mean is left open here, since `m` may be a name or a metre. Cost: O(characters). Do not use
//! it for texts longer than an answer: they are refused.

use super::commands;
use super::fault::{Fault, Reason};
use super::rational::Rational;
use super::reading::{self, Reading};
use super::signs::{is_number_space, is_unseen, lowered, plain, raised, vulgar};
use super::tree::{Shape, Sign};
use super::words::{Function, Word};

/// Most code points, and most bytes, of an answer.
pub const MOST_SIGNS: usize = 200;
/// Most bytes of an answer: 200 letters of most scripts.
pub const MOST_BYTES: usize = 800;

/// A token, where it begins, and whether a space stands before it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Token {
    /// What.
    pub kind: Kind,
    /// Where, in code points of the text.
    pub at: usize,
    /// Whether a space stands before it.
    pub is_spaced: bool,
}

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq)]
#[expect(missing_docs, reason = "each is named after its sign")]
pub enum Kind {
    Number(Rational, Option<u32>),
    Vulgar(i32, i32),
    Raised(i32),
    /// A run of letters, by its number among `Tokens::runs`.
    Letters(usize),
    Name(char),
    Function(Function),
    Word(Word),
    /// √, ∛, ∜, or `\sqrt`: which root stands there as a number.
    Root(i32),
    /// `\frac`
    Fraction,
    Currency(char),
    Plus,
    Minus,
    PlusMinus,
    Times,
    Slash,
    Colon,
    Caret,
    Underscore,
    Percent,
    Degree,
    Bang,
    Bar,
    Comma,
    Semicolon,
    Ampersand,
    /// `\\` between the rows of a matrix.
    Row,
    Open(char),
    Close(char),
    Sign(Sign),
    Or,
    And,
    Union,
    Intersection,
}

/// The tokens of a text, and its runs of letters.
#[derive(Clone, Debug, Default)]
pub struct Tokens {
    /// The tokens in their order.
    pub tokens: Vec<Token>,
    /// What `Kind::Letters` counts.
    pub runs: Vec<String>,
}

/// The signs of a text without those that are not seen, each with its place.
///
/// # Errors
/// `Empty` and `TooLong`.
pub fn signs(text: &str) -> Result<Vec<(char, usize)>, Fault> {
    if text.len() > MOST_BYTES || text.chars().nth(MOST_SIGNS).is_some() {
        return Err(Fault::new(Reason::TooLong, MOST_SIGNS));
    }
    let seen = text.chars().enumerate().filter(|(_, sign)| !is_unseen(*sign));
    let mut signs: Vec<(char, usize)> = Vec::with_capacity(text.len());
    signs.extend(seen.map(|(at, sign)| (spaced(sign), at)));
    unwrap_formula(&mut signs);
    if signs.iter().all(|(sign, _)| sign.is_whitespace()) {
        return Err(Fault::from(Reason::Empty));
    }
    Ok(signs)
}

fn spaced(sign: char) -> char {
    if sign.is_whitespace() && !is_number_space(sign) { ' ' } else { plain(sign) }
}

/// Takes out the `$$` of LaTeX, and the `$` that stand around a whole formula.
fn unwrap_formula(signs: &mut Vec<(char, usize)>) {
    let is_dollar = |sign: Option<&(char, usize)>| sign.is_some_and(|(sign, _)| *sign == '$');
    let mut at = 0;
    while at + 1 < signs.len() {
        if is_dollar(signs.get(at)) && is_dollar(signs.get(at + 1)) {
            signs.remove(at);
            if let Some((sign, _)) = signs.get_mut(at) {
                *sign = ' ';
            }
        }
        let is_escape = signs.get(at).is_some_and(|(sign, _)| *sign == '\\');
        at += 1 + usize::from(is_escape);
    }
    while signs.last().is_some_and(|(sign, _)| *sign == ' ') {
        signs.pop();
    }
    let blank = signs.iter().take_while(|(sign, _)| *sign == ' ').count();
    signs.drain(..blank);
    if signs.len() > 2 && is_dollar(signs.first()) && is_dollar(signs.last()) {
        signs.pop();
        signs.remove(0);
    }
}

/// The tokens of `signs` when numbers are read as `reading` says.
///
/// # Errors
/// The first sign, number or command that cannot be read.
pub fn tokens(signs: &[(char, usize)], reading: Reading) -> Result<Tokens, Fault> {
    let mut lexer = Lexer { signs, at: 0, reading, found: Tokens::default(), dropped: vec![] };
    lexer.found.tokens.reserve(signs.len());
    let mut is_spaced = false;
    while let Some((sign, place)) = lexer.peek(0) {
        if sign.is_whitespace() {
            lexer.at += 1;
            is_spaced = true;
            continue;
        }
        let before = lexer.found.tokens.len();
        lexer.take(sign, place)?;
        if let Some(token) = lexer.found.tokens.get_mut(before) {
            token.is_spaced = is_spaced;
            is_spaced = false;
        }
    }
    Ok(lexer.found)
}

struct Lexer<'a> {
    signs: &'a [(char, usize)],
    at: usize,
    reading: Reading,
    found: Tokens,
    /// For each open brace whether it belongs to a command and is left out.
    dropped: Vec<bool>,
}

impl Lexer<'_> {
    fn peek(&self, ahead: usize) -> Option<(char, usize)> {
        self.signs.get(self.at + ahead).copied()
    }

    fn is_next(&self, ahead: usize, sign: char) -> bool {
        self.peek(ahead).is_some_and(|(next, _)| next == sign)
    }

    fn push(&mut self, kind: Kind, at: usize, length: usize) {
        self.found.tokens.push(Token { kind, at, is_spaced: false });
        self.at += length;
    }

    fn take(&mut self, sign: char, place: usize) -> Result<(), Fault> {
        let rest = self.signs.get(self.at..).unwrap_or_default();
        if let Some(read) = reading::number(rest, self.reading) {
            let read = read?;
            if let Shape::Number { value, places } = read.shape {
                self.push(Kind::Number(value, places), place, read.length);
            }
            return Ok(());
        }
        match sign {
            '\\' => self.command(place),
            '{' | '}' => {
                self.brace(sign, place);
                Ok(())
            }
            '⁻' | '⁺' => self.raised(place),
            _ if raised(sign).is_some() => self.raised(place),
            _ if lowered(sign).is_some() => self.lowered(place),
            _ if sign.is_alphabetic() && single(sign).is_none() => {
                self.letters(place);
                Ok(())
            }
            _ => self.sign(sign, place),
        }
    }

    fn sign(&mut self, sign: char, place: usize) -> Result<(), Fault> {
        let next = self.peek(1).map(|(next, _)| next);
        let pair = next.and_then(|next| double(sign, next));
        if let Some(kind) = pair {
            self.push(kind, place, 2);
            return Ok(());
        }
        if sign == '+' && next == Some('/') && self.is_next(2, '-') {
            self.push(Kind::PlusMinus, place, 3);
            return Ok(());
        }
        if let Some((above, below)) = vulgar(sign) {
            self.push(Kind::Vulgar(above, below), place, 1);
            return Ok(());
        }
        let kind = single(sign).ok_or(Fault::new(Reason::Unexpected, place))?;
        self.push(kind, place, 1);
        Ok(())
    }

    fn letters(&mut self, place: usize) {
        let rest = self.signs.get(self.at..).unwrap_or_default();
        let is_letter = |sign: char| sign.is_alphabetic() && single(sign).is_none();
        let run: String =
            rest.iter().map(|(sign, _)| *sign).take_while(|sign| is_letter(*sign)).collect();
        let length = run.chars().count();
        self.push(Kind::Letters(self.found.runs.len()), place, length);
        self.found.runs.push(run);
    }

    /// Small raised digits, as in x² and x⁻¹.
    fn raised(&mut self, place: usize) -> Result<(), Fault> {
        let minus = i32::from(self.is_next(0, '⁻'));
        let skipped = usize::from(self.is_next(0, '⁻') || self.is_next(0, '⁺'));
        let rest = self.signs.get(self.at + skipped..).unwrap_or_default();
        let digits: Vec<i32> = rest.iter().map_while(|(sign, _)| raised(*sign)).collect();
        if digits.is_empty() || digits.len() > 4 {
            return Err(Fault::new(Reason::Unexpected, place));
        }
        let value = digits.iter().fold(0, |sum, digit| sum * 10 + digit);
        self.push(Kind::Raised(value * (1 - 2 * minus)), place, skipped + digits.len());
        Ok(())
    }

    /// Small lowered digits, as in log₂.
    fn lowered(&mut self, place: usize) -> Result<(), Fault> {
        let rest = self.signs.get(self.at..).unwrap_or_default();
        let digits: Vec<i32> = rest.iter().map_while(|(sign, _)| lowered(*sign)).collect();
        if digits.len() > 4 {
            return Err(Fault::new(Reason::TooLarge, place));
        }
        let value = digits.iter().fold(0, |sum, digit| sum * 10 + digit);
        self.push(Kind::Underscore, place, 0);
        self.push(Kind::Number(Rational::whole(value), None), place, digits.len());
        Ok(())
    }

    fn brace(&mut self, sign: char, place: usize) {
        if sign == '{' {
            self.dropped.push(false);
            self.push(Kind::Open('{'), place, 1);
        } else if self.dropped.pop() == Some(true) {
            self.at += 1;
        } else {
            self.push(Kind::Close('}'), place, 1);
        }
    }

    fn command(&mut self, place: usize) -> Result<(), Fault> {
        self.at += 1;
        let rest = self.signs.get(self.at..).unwrap_or_default();
        let letters = rest.iter().map(|(sign, _)| *sign);
        let name: String = letters.take_while(char::is_ascii_alphabetic).collect();
        if name.is_empty() {
            return self.escaped(place);
        }
        self.at += name.len();
        match name.as_str() {
            "begin" | "end" => self.environment(&name, place),
            "text" | "mathrm" | "mbox" | "operatorname" | "mathbf" | "mathit" => {
                if self.is_next(0, '{') {
                    self.at += 1;
                    self.dropped.push(true);
                }
                Ok(())
            }
            _ if commands::is_layout(&name) => {
                // `\left.` opens nothing.
                self.at += usize::from(name.len() > 3 && self.is_next(0, '.'));
                Ok(())
            }
            _ => {
                let kind = commands::kind(&name);
                self.push(kind.ok_or(Fault::new(Reason::UnknownWord, place))?, place, 0);
                Ok(())
            }
        }
    }

    /// A backslash before a sign that is no letter.
    fn escaped(&mut self, place: usize) -> Result<(), Fault> {
        let Some((sign, _)) = self.peek(0) else {
            return Err(Fault::new(Reason::Unexpected, place));
        };
        let kind = match sign {
            '\\' => Kind::Row,
            '{' => Kind::Open('{'),
            '}' => Kind::Close('}'),
            '%' => Kind::Percent,
            '|' => Kind::Bar,
            '$' => Kind::Currency('$'),
            ' ' | ',' | ';' | '!' | ':' | '(' | ')' | '[' | ']' => {
                self.at += 1;
                return Ok(());
            }
            _ => return Err(Fault::new(Reason::Unexpected, place)),
        };
        self.push(kind, place, 1);
        Ok(())
    }

    /// `\begin{bmatrix}` and its end become brackets.
    fn environment(&mut self, which: &str, place: usize) -> Result<(), Fault> {
        let rest = self.signs.get(self.at..).unwrap_or_default();
        let name: String =
            rest.iter().map(|(sign, _)| *sign).take_while(|sign| *sign != '}').collect();
        if !name.ends_with("matrix") && !name.starts_with("{array") {
            return Err(Fault::new(Reason::UnknownWord, place));
        }
        let length = name.chars().count() + 1;
        let kind = if which == "begin" { Kind::Open('⟦') } else { Kind::Close('⟧') };
        self.push(kind, place, length);
        Ok(())
    }
}

fn double(first: char, second: char) -> Option<Kind> {
    Some(match (first, second) {
        ('*', '*') => Kind::Caret,
        ('<', '=') | ('=', '<') => Kind::Sign(Sign::AtMost),
        ('>', '=') | ('=', '>') => Kind::Sign(Sign::AtLeast),
        ('!', '=') | ('<', '>') => Kind::Sign(Sign::Unequal),
        ('=', '=') => Kind::Sign(Sign::Equal),
        ('+', '-') => Kind::PlusMinus,
        _ => return None,
    })
}

fn single(sign: char) -> Option<Kind> {
    Some(match sign {
        '+' => Kind::Plus,
        '-' => Kind::Minus,
        '±' => Kind::PlusMinus,
        '*' => Kind::Times,
        '/' => Kind::Slash,
        ':' => Kind::Colon,
        '^' => Kind::Caret,
        '_' => Kind::Underscore,
        '%' => Kind::Percent,
        '°' | 'º' | '˚' => Kind::Degree,
        '!' => Kind::Bang,
        '|' => Kind::Bar,
        ',' => Kind::Comma,
        ';' => Kind::Semicolon,
        '&' => Kind::Ampersand,
        '(' | '[' | '⟨' => Kind::Open(sign),
        ')' | ']' | '⟩' => Kind::Close(sign),
        '=' | '∈' => Kind::Sign(Sign::Equal),
        '≠' => Kind::Sign(Sign::Unequal),
        '<' => Kind::Sign(Sign::Less),
        '>' => Kind::Sign(Sign::More),
        '≤' | '≦' | '⩽' => Kind::Sign(Sign::AtMost),
        '≥' | '≧' | '⩾' => Kind::Sign(Sign::AtLeast),
        '√' => Kind::Root(2),
        '∛' => Kind::Root(3),
        '∜' => Kind::Root(4),
        '∞' => Kind::Name('∞'),
        '∪' => Kind::Union,
        '∩' => Kind::Intersection,
        '∨' => Kind::Or,
        '∧' => Kind::And,
        '∅' | 'Ø' | 'ø' => Kind::Word(Word::Nothing),
        'ℝ' => Kind::Word(Word::Everything),
        '$' | '€' | '£' | '¥' | '₹' | '₦' | '₵' | '₱' | '₺' | '₽' | '﷼' | '¢' | '₫' | '₩'
        | '₸' | '₴' | '৳' | '฿' | '៛' | '₭' | '₮' | '₲' | '₡' => {
            Kind::Currency(sign)
        }
        _ => return None,
    })
}
