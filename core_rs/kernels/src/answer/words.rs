//! The words of an answer: functions, Greek letters, connectives, and whole answers in words.
//!
//! A run of letters is a word when the table has it; otherwise known names are cut off from the
//! left and what remains are one-letter names that multiply, as in `xy` or `2pir`. Three names
//! side by side are the most: more are taken for a word that is not known. Cost: O(letters x
//! table). Do not use it for languages beyond these few words: authors give texts by key.

use super::fault::{Fault, Reason};
use super::tokens::{Kind, Token};

/// A function of one argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Function {
    /// The natural logarithm.
    Ln,
    /// The logarithm to a base, 10 where none is given.
    Log,
    /// e to a power.
    Exp,
    /// The square root.
    Sqrt,
    /// The cube root.
    Cbrt,
    /// The distance from 0.
    Abs,
    /// One that is only compared by its name and argument.
    Named(&'static str),
}

/// An answer that is a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Word {
    /// There is no solution; the empty set.
    Nothing,
    /// Every number.
    Everything,
    /// A value that does not exist.
    Undefined,
    /// Yes, or true.
    Yes,
    /// No, or false.
    No,
}

/// Names of functions, longest first where one begins another.
const FUNCTIONS: [(&str, Function); 32] = [
    ("arcsin", Function::Named("asin")),
    ("arccos", Function::Named("acos")),
    ("arctan", Function::Named("atan")),
    ("arcsec", Function::Named("asec")),
    ("arccsc", Function::Named("acsc")),
    ("arccot", Function::Named("acot")),
    ("sinh", Function::Named("sinh")),
    ("cosh", Function::Named("cosh")),
    ("tanh", Function::Named("tanh")),
    ("asin", Function::Named("asin")),
    ("acos", Function::Named("acos")),
    ("atan", Function::Named("atan")),
    ("sqrt", Function::Sqrt),
    ("cbrt", Function::Cbrt),
    ("floor", Function::Named("floor")),
    ("ceil", Function::Named("ceil")),
    ("sin", Function::Named("sin")),
    ("cos", Function::Named("cos")),
    ("tan", Function::Named("tan")),
    ("sec", Function::Named("sec")),
    ("csc", Function::Named("csc")),
    ("cot", Function::Named("cot")),
    ("cosec", Function::Named("csc")),
    ("sgn", Function::Named("sgn")),
    ("det", Function::Named("det")),
    ("gcd", Function::Named("gcd")),
    ("lcm", Function::Named("lcm")),
    ("exp", Function::Exp),
    ("abs", Function::Abs),
    ("log", Function::Log),
    ("lg", Function::Log),
    ("ln", Function::Ln),
];

const GREEK: [(&str, char); 20] = [
    ("infinity", '∞'),
    ("infty", '∞'),
    ("lambda", 'λ'),
    ("theta", 'θ'),
    ("alpha", 'α'),
    ("gamma", 'γ'),
    ("delta", 'δ'),
    ("sigma", 'σ'),
    ("omega", 'ω'),
    ("Delta", 'Δ'),
    ("beta", 'β'),
    ("inf", '∞'),
    ("phi", 'φ'),
    ("rho", 'ρ'),
    ("tau", 'τ'),
    ("Pi", 'π'),
    ("PI", 'π'),
    ("pi", 'π'),
    ("mu", 'μ'),
    ("oo", '∞'),
];

/// Words that three letters of a product are not.
const PLAIN_WORDS: [&str; 12] =
    ["one", "two", "six", "ten", "the", "all", "not", "yes", "but", "for", "sum", "is"];

/// Most one-letter names side by side.
const MOST_NAMES: usize = 3;

/// What a whole run of letters means, if it is one word.
#[must_use]
pub fn whole_word(run: &str) -> Option<Kind> {
    if run.len() == 1 {
        return None;
    }
    let lower = run.to_lowercase();
    Some(match lower.as_str() {
        "or" | "أو" | "au" => Kind::Or,
        "and" | "و" | "na" => Kind::And,
        "union" => Kind::Union,
        "intersection" => Kind::Intersection,
        "undefined" | "dne" => Kind::Word(Word::Undefined),
        "none" | "nosolution" => Kind::Word(Word::Nothing),
        "yes" | "true" => Kind::Word(Word::Yes),
        "no" | "false" => Kind::Word(Word::No),
        "times" => Kind::Times,
        "plus" => Kind::Plus,
        "minus" => Kind::Minus,
        "percent" => Kind::Percent,
        "degrees" | "deg" => Kind::Degree,
        "over" => Kind::Slash,
        "to" => Kind::Colon,
        _ => return function(run).map(Kind::Function).or_else(|| greek(run).map(Kind::Name)),
    })
}

/// The answer that several words make: `no solution`, `all real numbers`.
#[must_use]
pub fn phrase(text: &str) -> Option<Word> {
    let lower = text.to_lowercase();
    let words: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).collect();
    let words: Vec<&str> = words.into_iter().filter(|word| !word.is_empty()).collect();
    Some(match words.join(" ").as_str() {
        "no solution" | "no solutions" | "no real solution" | "no real solutions"
        | "empty set" | "the empty set" => Word::Nothing,
        "all real numbers"
        | "all reals"
        | "all numbers"
        | "infinitely many solutions"
        | "infinitely many"
        | "infinite solutions"
        | "real numbers" => Word::Everything,
        "does not exist" | "not defined" | "not a real number" | "no limit" => Word::Undefined,
        _ => return None,
    })
}

/// The names and functions in a run of letters that is not one word.
///
/// # Errors
/// `UnknownWord` where more names stand side by side than a product has.
pub fn split(run: &str, first: Token, out: &mut Vec<Token>) -> Result<(), Fault> {
    let unknown = Fault::new(Reason::UnknownWord, first.at);
    if run.len() > 1 && PLAIN_WORDS.contains(&run.to_lowercase().as_str()) {
        return Err(unknown);
    }
    let mut rest = run;
    let mut names = 0;
    let mut at = first.at;
    while let Some(sign) = rest.chars().next() {
        let known = if rest.len() > 1 { beginning(rest) } else { None };
        let (kind, length) = known.unwrap_or((Kind::Name(sign), sign.len_utf8()));
        names = if matches!(kind, Kind::Name(_)) { names + 1 } else { 0 };
        if names > MOST_NAMES {
            return Err(unknown);
        }
        out.push(Token { kind, at, is_spaced: first.is_spaced && at == first.at });
        let (taken, left) = rest.split_at(length);
        at += taken.chars().count();
        rest = left;
    }
    Ok(())
}

/// The function or Greek letter that `rest` begins with, and how many bytes it has.
fn beginning(rest: &str) -> Option<(Kind, usize)> {
    let functions = FUNCTIONS.iter().map(|(name, each)| (*name, Kind::Function(*each)));
    let greek = GREEK.iter().map(|(name, letter)| (*name, Kind::Name(*letter)));
    functions
        .chain(greek)
        .filter(|(name, _)| rest.starts_with(name) && *name != "oo")
        .max_by_key(|(name, _)| name.len())
        .map(|(name, kind)| (kind, name.len()))
}

/// The function of that name.
#[must_use]
pub fn function(name: &str) -> Option<Function> {
    let found = |wanted: &str| {
        FUNCTIONS.iter().find(|(each, _)| *each == wanted).map(|(_, found)| *found)
    };
    // Tablets begin a text with a capital.
    found(name).or_else(|| (name.len() > 1).then(|| found(&name.to_lowercase())).flatten())
}

/// The function that undoes another, as `sin^-1` means it.
#[must_use]
pub fn inverse(function: Function) -> Function {
    match function {
        Function::Named("sin") => Function::Named("asin"),
        Function::Named("cos") => Function::Named("acos"),
        Function::Named("tan") => Function::Named("atan"),
        Function::Named("sec") => Function::Named("asec"),
        Function::Named("csc") => Function::Named("acsc"),
        Function::Named("cot") => Function::Named("acot"),
        Function::Ln => Function::Exp,
        other => other,
    }
}

/// The Greek letter, or infinity, of that name.
#[must_use]
pub fn greek(name: &str) -> Option<char> {
    let plain = name.strip_prefix("var").unwrap_or(name);
    let known = GREEK.iter().find(|(each, _)| *each == plain).map(|(_, letter)| *letter);
    known.or(match plain {
        "epsilon" => Some('ε'),
        "eta" => Some('η'),
        "nu" => Some('ν'),
        "xi" => Some('ξ'),
        "psi" => Some('ψ'),
        "chi" => Some('χ'),
        "kappa" => Some('κ'),
        "zeta" => Some('ζ'),
        _ => None,
    })
}

/// The tokens with every run of letters turned into names, functions and words.
///
/// # Errors
/// `UnknownWord` at the first run that is none.
pub fn resolved(tokens: &[Token], runs: &[String]) -> Result<Vec<Token>, Fault> {
    let mut out = Vec::with_capacity(tokens.len() + 8);
    for token in tokens {
        match token.kind {
            Kind::Letters(number) => {
                let run = runs.get(number).map_or("", String::as_str);
                match whole_word(run) {
                    Some(kind) => out.push(Token { kind, ..*token }),
                    None => split(run, *token, &mut out)?,
                }
            }
            _ => out.push(*token),
        }
    }
    for at in 1..out.len().saturating_sub(1) {
        let kind = |at: usize| out.get(at).map(|token: &Token| token.kind);
        let replaced = match (kind(at - 1), kind(at), kind(at + 1)) {
            // 3 x 10, with a letter for the cross.
            (Some(Kind::Number(..)), Some(Kind::Name('x' | 'X')), Some(Kind::Number(..))) => {
                Some(Kind::Times)
            }
            (Some(Kind::Close(_)), Some(Kind::Name('U')), Some(Kind::Open(_))) => {
                Some(Kind::Union)
            }
            _ => None,
        };
        if let (Some(token), Some(kind)) = (out.get_mut(at), replaced) {
            token.kind = kind;
        }
    }
    Ok(out)
}
