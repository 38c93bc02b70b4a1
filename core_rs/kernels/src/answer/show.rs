//! A value written plainly: one text for all the ways to write it that come out the same.
//!
//! `6/8`, `0.75` and `¾` are all `3/4`; `x + 1 + x` is `2*x + 1`. Equal texts are equal values;
//! two texts may still be equal where a fraction of formulas could be cancelled. What is
//! written can be read again. Cost: O(terms log terms). Do not use it for pages: it is no
//! typesetting.

use super::atoms::{Atom, Exponent, Id, Work};
use super::polynomial::{Polynomial, Term};
use super::quotient::Quotient;
use super::rational::Rational;
use super::tree::{Gathering, Sign};
use super::value::Value;
use super::words::Word;
use super::written::Measured;

/// The text of an answer in base units.
#[must_use]
pub fn answer(of: &Measured, work: &Work) -> String {
    let names = ["m", "g", "s", "°", "money", "degrees"];
    let mut text = value(&of.value, work);
    for (power, name) in of.unit.dimensions.iter().zip(names) {
        let name = if of.unit.kind == ' ' { name.to_owned() } else { of.unit.kind.to_string() };
        if *power != 0 {
            text.push(' ');
            text += &name;
        }
        if !matches!(power, 0 | 1) {
            text.push('^');
            text += &power.to_string();
        }
    }
    text
}

/// The text of a value.
#[must_use]
pub fn value(of: &Value, work: &Work) -> String {
    match of {
        Value::Exact(exact) => quotient(exact, work),
        Value::Relation(left, sign, right) => {
            format!("{} {} {}", quotient(left, work), sign_text(*sign), quotient(right, work))
        }
        Value::Word(said) => word_text(*said).to_owned(),
        Value::Ratio(parts) => {
            let texts: Vec<String> = parts.iter().map(|part| part_text(part, work)).collect();
            texts.join(":")
        }
        Value::Several(gathering, all) => several(*gathering, all, work),
    }
}

/// A part of a ratio, in brackets where it is a sum or a fraction.
fn part_text(part: &Quotient, work: &Work) -> String {
    let text = quotient(part, work);
    let is_plain = text.chars().all(char::is_alphanumeric);
    if is_plain { text } else { format!("({text})") }
}

fn several(gathering: Gathering, values: &[Value], work: &Work) -> String {
    let mut texts: Vec<String> = values.iter().map(|each| value(each, work)).collect();
    let is_ordered = matches!(gathering, Gathering::Brackets(open, _) if open != '{');
    if !is_ordered {
        texts.sort();
    }
    match gathering {
        Gathering::Loose => texts.join(", "),
        Gathering::All => texts.join(" and "),
        Gathering::Brackets(open, close) => format!("{open}{}{close}", texts.join(", ")),
        Gathering::Union => texts.join(" ∪ "),
        Gathering::Intersection => texts.join(" ∩ "),
    }
}

fn sign_text(sign: Sign) -> &'static str {
    match sign {
        Sign::Equal => "=",
        Sign::Unequal => "≠",
        Sign::Less => "<",
        Sign::AtMost => "≤",
        Sign::More => ">",
        Sign::AtLeast => "≥",
    }
}

fn word_text(word: Word) -> &'static str {
    match word {
        Word::Nothing => "no solution",
        Word::Everything => "all real numbers",
        Word::Undefined => "undefined",
        Word::Yes => "yes",
        Word::No => "no",
    }
}

/// The text of a quotient.
#[must_use]
pub fn quotient(of: &Quotient, work: &Work) -> String {
    let above = polynomial(&of.num, work);
    if of.den.is_one() {
        return above;
    }
    format!("({above})/({})", polynomial(&of.den, work))
}

/// The text of a sum: the highest powers first, then by the alphabet.
#[must_use]
pub fn polynomial(of: &Polynomial, work: &Work) -> String {
    let mut terms: Vec<(f64, String, Rational)> = of
        .terms
        .iter()
        .map(|term| (degree(term, work), product(term, work), term.factor))
        .collect();
    terms.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    let mut text = String::new();
    for (_, product, factor) in terms {
        let sign = match (text.is_empty(), factor.is_negative()) {
            (true, false) => "",
            (true, true) => "-",
            (false, false) => " + ",
            (false, true) => " - ",
        };
        text += sign;
        let size = factor.size();
        if product.is_empty() || size != Rational::ONE {
            text += &rational(size);
            text += if product.is_empty() { "" } else { "*" };
        }
        text += &product;
    }
    if text.is_empty() { "0".to_owned() } else { text }
}

fn rational(value: Rational) -> String {
    match value.den() {
        1 => value.num().to_string(),
        den => format!("{}/{den}", value.num()),
    }
}

fn degree(term: &Term, work: &Work) -> f64 {
    let named = term.product.iter().filter(|(id, _)| !work.is_constant(*id));
    named.map(|(_, exponent)| f64::from(exponent.num) / f64::from(exponent.den)).sum()
}

fn product(term: &Term, work: &Work) -> String {
    let mut under_root = 1_i128;
    let mut parts: Vec<String> = vec![];
    for (id, exponent) in &term.product {
        match work.atom(*id) {
            Some(Atom::Prime(prime)) if (exponent.num, exponent.den) == (1, 2) => {
                match under_root.checked_mul(*prime) {
                    Some(more) => under_root = more,
                    None => parts.push(format!("sqrt({prime})")),
                }
            }
            _ => parts.push(raised(*id, *exponent, work)),
        }
    }
    parts.sort();
    if under_root > 1 {
        parts.insert(0, format!("sqrt({under_root})"));
    }
    parts.join("*")
}

fn raised(id: Id, exponent: Exponent, work: &Work) -> String {
    let base = match work.atom(id) {
        None => String::new(),
        Some(Atom::Name(sign)) => sign.to_string(),
        Some(Atom::Imaginary) => "i".to_owned(),
        Some(Atom::Prime(prime)) => prime.to_string(),
        Some(Atom::Sum(inner) | Atom::Kept(inner)) => format!("({})", polynomial(inner, work)),
        Some(Atom::Absolute(inner)) => format!("abs({})", polynomial(inner, work)),
        Some(Atom::Power(base, of)) => {
            let whole = format!("({})^({})", polynomial(base, work), polynomial(of, work));
            if exponent == Exponent::ONE { whole } else { format!("({whole})") }
        }
        Some(Atom::Call("^", Some(base), of)) => {
            let whole = format!("({})^({})", quotient(base, work), quotient(of, work));
            if exponent == Exponent::ONE { whole } else { format!("({whole})") }
        }
        Some(Atom::Call("_", Some(name), of)) => {
            format!("{}_({})", quotient(name, work), quotient(of, work))
        }
        Some(Atom::Call("!", _, of)) => format!("({})!", quotient(of, work)),
        Some(Atom::Call(name, _, of)) => format!("{name}({})", quotient(of, work)),
    };
    match (exponent.num, exponent.den) {
        (1, 1) => base,
        (1, 2) => format!("sqrt({base})"),
        (num, 1) if num > 0 => format!("{base}^{num}"),
        (num, 1) => format!("{base}^({num})"),
        (num, den) => format!("{base}^({num}/{den})"),
    }
}
