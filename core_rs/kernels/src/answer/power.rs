//! Powers and roots, exact: what can be taken out of a root is, what cannot stays one atom.
//!
//! Whole powers of sums are multiplied out up to 16; beyond that, and where the number would
//! outgrow its limit, the power is kept as written. An even root of an even power is an
//! absolute value (`sqrt(x^2) = |x|`), an odd root of a negative number is negative, an even
//! one imaginary. `b^(x+2)` is `b^2` times `b^x`. Roots of products are parted, which is right
//! wherever all parts have a root. Cost: O(sqrt of the number) up to 1,000 for factors. Do not
//! use it for roots of sums that are squares: `sqrt(4+2sqrt(3))` is not found to be 1+sqrt(3).

use super::atoms::{Atom, Exponent, Id, Work};
use super::fault::Reason;
use super::polynomial::{Polynomial, Product, Term, reduced};
use super::quotient::Quotient;
use super::rational::Rational;

/// The highest power of a sum that is multiplied out.
const MOST_EXPANDED: i32 = 16;

/// `base` to `exponent`.
///
/// # Errors
/// `DivisionByZero` for zero to a power below zero, `TooLarge`.
pub fn power(
    base: &Quotient,
    exponent: &Quotient,
    work: &mut Work,
) -> Result<Quotient, Reason> {
    if let Some(number) = exponent.as_number() {
        return numeric(base, number, work);
    }
    if base.as_number() == Some(Rational::ONE) {
        return Ok(base.clone());
    }
    if base.num.is_zero() {
        return Err(Reason::DivisionByZero);
    }
    if !exponent.den.is_one() {
        let id = symbolic_atom(base, exponent, work)?;
        return Ok(Quotient::atom(id));
    }
    let mut result = Quotient::number(Rational::ONE);
    for term in &exponent.num.terms {
        let part = if term.product.is_empty() {
            numeric(base, term.factor, work)?
        } else {
            let of = Polynomial::of(term.product.clone(), Rational::ONE);
            symbolic(base, &of, Exponent::of(term.factor)?, work)?
        };
        result = result.times(&part, work)?;
    }
    Ok(result)
}

/// A base to a rational number.
fn numeric(base: &Quotient, exponent: Rational, work: &mut Work) -> Result<Quotient, Reason> {
    if exponent.is_zero() || exponent == Rational::ONE {
        let is_undefined = exponent.is_zero() && base.num.is_zero();
        return match (is_undefined, exponent.is_zero()) {
            (true, _) => Err(Reason::DivisionByZero),
            (_, true) => Ok(Quotient::number(Rational::ONE)),
            _ => Ok(base.clone()),
        };
    }
    if base.num.is_zero() {
        let is_undefined = exponent.is_negative();
        return if is_undefined { Err(Reason::DivisionByZero) } else { Ok(base.clone()) };
    }
    let exponent = Exponent::of(exponent)?;
    let size = Exponent { num: exponent.num.abs(), den: exponent.den };
    let num = raised(&base.num, size, work)?;
    let den = if base.den.is_one() { base.den.clone() } else { raised(&base.den, size, work)? };
    if exponent.num < 0 { Quotient::new(den, num, work) } else { Quotient::new(num, den, work) }
}

/// A polynomial that is not zero to a power above zero.
fn raised(
    base: &Polynomial,
    exponent: Exponent,
    work: &mut Work,
) -> Result<Polynomial, Reason> {
    if let Some(term) = base.single() {
        return single(term, exponent, work);
    }
    if exponent.den == 1 && exponent.num <= MOST_EXPANDED {
        return base.power(exponent.num.unsigned_abs(), work);
    }
    let content = base.content()?;
    // The sign stays inside: a root of a sum knows no sign of its own.
    let content = content.size();
    let primitive = base.scaled(content.inverse()?)?;
    let outside = number(content, exponent, work)?;
    let atom = if exponent.den == 1 { Atom::Kept } else { Atom::Sum };
    let id = work.id(atom(primitive.clone()))?;
    let (term, sums) = reduced(Product::one((id, exponent)), Rational::ONE, work)?;
    let mut result = outside.times(&Polynomial::term(term), work)?;
    for (sum, whole) in sums {
        result = result.times(&sum.power(whole, work)?, work)?;
    }
    Ok(result)
}

/// A term to a power above zero.
fn single(term: &Term, exponent: Exponent, work: &mut Work) -> Result<Polynomial, Reason> {
    let mut result = number(term.factor, exponent, work)?;
    for (id, each) in &term.product {
        let part = atom_raised(*id, *each, exponent, work)?;
        result = result.times(&part, work)?;
    }
    Ok(result)
}

/// `atom^each` to `exponent`: an even root of an even power has no sign.
fn atom_raised(
    id: Id,
    each: Exponent,
    exponent: Exponent,
    work: &mut Work,
) -> Result<Polynomial, Reason> {
    let product = each.times(exponent)?;
    let loses_sign = exponent.den % 2 == 0
        && each.den == 1
        && each.num % 2 == 0
        && product.den == 1
        && product.num % 2 != 0
        && matches!(work.atom(id), Some(Atom::Name(sign)) if !work_is_positive(*sign));
    if loses_sign {
        let size = work.id(Atom::Absolute(Polynomial::atom(id)))?;
        let rest = Exponent::new(i64::from(product.num) - 1, 1)?;
        let mut parts: Product = [(id, rest), (size, Exponent::ONE)].into_iter().collect();
        parts.retain(|(_, exponent)| exponent.num != 0);
        parts.sort_by_key(|(id, _)| *id);
        return Ok(Polynomial::of(parts, Rational::ONE));
    }
    if matches!(work.atom(id), Some(Atom::Imaginary)) && product.den != 1 {
        let kept = work.id(Atom::Kept(Polynomial::atom(id)))?;
        return Ok(Polynomial::of(Product::one((kept, product)), Rational::ONE));
    }
    let (term, sums) = reduced(Product::one((id, product)), Rational::ONE, work)?;
    let mut result = Polynomial::term(term);
    for (sum, whole) in sums {
        result = result.times(&sum.power(whole, work)?, work)?;
    }
    Ok(result)
}

fn work_is_positive(sign: char) -> bool {
    matches!(sign, 'π' | 'e' | '∞')
}

/// A rational number that is not zero to a power above zero.
fn number(value: Rational, exponent: Exponent, work: &mut Work) -> Result<Polynomial, Reason> {
    if exponent.den == 1 {
        return whole_power(value, exponent, work);
    }
    let mut result = sign(value, exponent, work)?;
    let (above, below) = (value.num().abs(), value.den());
    for (factors, turn) in [(work.factors(above)?, 1), (work.factors(below)?, -1)] {
        for (prime, count) in factors {
            let id = work.id(Atom::Prime(prime))?;
            let each = exponent.times(Exponent { num: turn * count, den: 1 })?;
            let (term, _) = reduced(Product::one((id, each)), Rational::ONE, work)?;
            result = result.times(&Polynomial::term(term), work)?;
        }
    }
    Ok(result)
}

fn whole_power(
    value: Rational,
    exponent: Exponent,
    work: &mut Work,
) -> Result<Polynomial, Reason> {
    match value.power(exponent.num) {
        Ok(power) => Ok(Polynomial::number(power)),
        // 1.05^120 has no exact value that is short enough: it stays as it is.
        Err(Reason::TooLarge) => {
            let kept = work.id(Atom::Kept(Polynomial::number(value)))?;
            Ok(Polynomial::of(Product::one((kept, exponent)), Rational::ONE))
        }
        Err(reason) => Err(reason),
    }
}

/// The power of -1 that a negative number brings.
fn sign(value: Rational, exponent: Exponent, work: &mut Work) -> Result<Polynomial, Reason> {
    if !value.is_negative() {
        return Ok(Polynomial::number(Rational::ONE));
    }
    let turned = if exponent.num % 2 == 0 { 1 } else { -1 };
    match exponent.den {
        den if den % 2 != 0 => Ok(Polynomial::number(Rational::whole(turned))),
        2 => {
            let id = work.id(Atom::Imaginary)?;
            let product = Product::one((id, Exponent { num: exponent.num, den: 1 }));
            Ok(Polynomial::term(reduced(product, Rational::ONE, work)?.0))
        }
        _ => {
            let minus = Polynomial::number(Rational::whole(-1));
            let kept = work.id(Atom::Kept(minus))?;
            Ok(Polynomial::of(Product::one((kept, exponent)), Rational::ONE))
        }
    }
}

/// A base to `times` times the product `of`, which has a name in it.
fn symbolic(
    base: &Quotient,
    of: &Polynomial,
    times: Exponent,
    work: &mut Work,
) -> Result<Quotient, Reason> {
    let above = pieces(&base.num, of, times, work)?;
    let back = Exponent { num: -times.num, den: times.den };
    let below = pieces(&base.den, of, back, work)?;
    above.times(&below, work)
}

/// The atoms that a polynomial to a power with names falls into: one for each prime and name.
fn pieces(
    base: &Polynomial,
    of: &Polynomial,
    times: Exponent,
    work: &mut Work,
) -> Result<Quotient, Reason> {
    let mut product = vec![];
    if let Some(term) = base.single() {
        let (above, below) = (term.factor.num().abs(), term.factor.den());
        if term.factor.is_negative() {
            let minus = Polynomial::number(Rational::whole(-1));
            product.push((work.id(Atom::Power(minus, of.clone()))?, times));
        }
        for (factors, turn) in [(work.factors(above)?, 1), (work.factors(below)?, -1)] {
            for (prime, count) in factors {
                let base = Polynomial::number(Rational::new(prime, 1)?);
                let each = times.times(Exponent { num: turn * count, den: 1 })?;
                product.push((work.id(Atom::Power(base, of.clone()))?, each));
            }
        }
        for (id, exponent) in &term.product {
            let piece = work.id(Atom::Power(Polynomial::atom(*id), of.clone()))?;
            product.push((piece, times.times(*exponent)?));
        }
    } else {
        product.push((work.id(Atom::Power(base.clone(), of.clone()))?, times));
    }
    let mut result = Quotient::number(Rational::ONE);
    for (id, exponent) in product {
        let piece =
            Quotient::whole(Polynomial::of(Product::one((id, exponent)), Rational::ONE));
        result = result.times(&piece, work)?;
    }
    Ok(result)
}

/// A power whose exponent is itself a fraction with names below.
fn symbolic_atom(base: &Quotient, exponent: &Quotient, work: &mut Work) -> Result<Id, Reason> {
    work.id(Atom::Call("^", Some(base.clone()), exponent.clone()))
}
