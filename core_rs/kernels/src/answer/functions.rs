//! Logarithms, absolute values, factorials; other functions are known by their arguments alone.
//!
//! A logarithm of a product is the sum of the logarithms of its primes and names, so `log(100)`
//! is 2 and `ln(e^3)` is 3; the base is 10 where none is written. Sines and their like stay as
//! they are: `sin(x)` equals `sin(x)` and nothing else. Cost: that of factoring. Do not use it
//! for identities of trigonometry: `sin(x)^2 + cos(x)^2` is not found to be 1.

use super::atoms::{Atom, Exponent, Id, Work};
use super::fault::Reason;
use super::polynomial::{Polynomial, Product, Term};
use super::quotient::Quotient;
use super::rational::Rational;
use super::words::Function;
use super::{approximate, power};

/// 33! is the last that has at most 37 digits.
const MOST_FACTORIAL: i128 = 33;

/// `function` of `argument`, for a logarithm to `base`.
///
/// # Errors
/// `DivisionByZero` for the logarithm of zero and to base 1, `TooLarge`.
pub fn call(
    function: Function,
    base: Option<&Quotient>,
    argument: &Quotient,
    work: &mut Work,
) -> Result<Quotient, Reason> {
    match function {
        Function::Ln => logarithm(argument, work),
        Function::Log => {
            let ten = Quotient::number(Rational::whole(10));
            let below = logarithm(base.unwrap_or(&ten), work)?;
            logarithm(argument, work)?.over(&below, work)
        }
        Function::Exp => {
            let e = Quotient::whole(work.name('e')?);
            power::power(&e, argument, work)
        }
        Function::Sqrt => root(argument, 2, work),
        Function::Cbrt => root(argument, 3, work),
        Function::Abs => absolute(argument, work),
        Function::Named(name) => {
            let known = same_call(name, base, argument, work)?;
            let new = Atom::Call(name, base.cloned(), argument.clone());
            let id = known.map_or_else(|| work.id(new), Ok)?;
            Ok(Quotient::atom(id))
        }
    }
}

/// The root of a whole order.
///
/// # Errors
/// `TooLarge`.
pub fn root(of: &Quotient, order: i32, work: &mut Work) -> Result<Quotient, Reason> {
    let exponent = Quotient::number(Rational::whole(order).inverse()?);
    power::power(of, &exponent, work)
}

/// `n!`
///
/// # Errors
/// `TooLarge`.
pub fn factorial(of: &Quotient, work: &mut Work) -> Result<Quotient, Reason> {
    let whole = of.as_number().filter(|value| value.is_whole() && !value.is_negative());
    match whole.map(Rational::num) {
        Some(number) if number <= MOST_FACTORIAL => {
            let product = (2..=number).try_fold(1_i128, i128::checked_mul);
            Ok(Quotient::number(Rational::new(product.ok_or(Reason::TooLarge)?, 1)?))
        }
        _ => call(Function::Named("!"), None, of, work),
    }
}

/// The atom of an equal call that is written otherwise.
fn same_call(
    name: &str,
    base: Option<&Quotient>,
    argument: &Quotient,
    work: &mut Work,
) -> Result<Option<Id>, Reason> {
    let mut id: Id = 0;
    while let Some(atom) = work.atom(id) {
        if let Atom::Call(known, first, of) = atom.clone() {
            let is_same_base = first.as_ref() == base;
            if known == name && is_same_base && of.equals(argument, work)? {
                return Ok(Some(id));
            }
        }
        id += 1;
    }
    Ok(None)
}

/// The natural logarithm.
fn logarithm(of: &Quotient, work: &mut Work) -> Result<Quotient, Reason> {
    if of.num.is_zero() {
        return Err(Reason::DivisionByZero);
    }
    let above = logarithm_of_sum(&of.num, work)?;
    if of.den.is_one() {
        return Ok(above);
    }
    let below = logarithm_of_sum(&of.den, work)?;
    above.minus(&below, work)
}

fn logarithm_of_sum(of: &Polynomial, work: &mut Work) -> Result<Quotient, Reason> {
    let Some(term) = of.single().cloned() else {
        let content = of.content()?.size();
        let primitive = of.scaled(content.inverse()?)?;
        let atom = log_atom(primitive, work)?;
        return logarithm_of_number(content, work)?.plus(&atom, work);
    };
    let mut sum = logarithm_of_number(term.factor, work)?;
    for (id, exponent) in &term.product {
        let part = logarithm_of_atom(*id, work)?;
        let times = Rational::new(i128::from(exponent.num), i128::from(exponent.den))?;
        sum = sum.plus(&part.times(&Quotient::number(times), work)?, work)?;
    }
    Ok(sum)
}

fn logarithm_of_number(value: Rational, work: &mut Work) -> Result<Quotient, Reason> {
    if value.is_negative() {
        return log_atom(Polynomial::number(value), work);
    }
    let mut sum = Quotient::number(Rational::ZERO);
    for (number, turn) in [(value.num(), 1), (value.den(), -1)] {
        for (prime, count) in work.factors(number)? {
            let atom = log_atom(Polynomial::number(Rational::new(prime, 1)?), work)?;
            let times = Quotient::number(Rational::whole(turn * count));
            sum = sum.plus(&atom.times(&times, work)?, work)?;
        }
    }
    Ok(sum)
}

fn logarithm_of_atom(id: Id, work: &mut Work) -> Result<Quotient, Reason> {
    match work.atom(id).cloned() {
        Some(Atom::Name('e')) => Ok(Quotient::number(Rational::ONE)),
        Some(Atom::Prime(prime)) => logarithm_of_number(Rational::new(prime, 1)?, work),
        Some(Atom::Power(base, exponent)) => {
            let inner = logarithm_of_sum(&base, work)?;
            inner.times(&Quotient::whole(exponent), work)
        }
        Some(Atom::Sum(inner) | Atom::Kept(inner)) => logarithm_of_sum(&inner, work),
        _ => log_atom(Polynomial::atom(id), work),
    }
}

fn log_atom(of: Polynomial, work: &mut Work) -> Result<Quotient, Reason> {
    Ok(Quotient::atom(work.id(Atom::Call("ln", None, Quotient::whole(of)))?))
}

fn absolute(of: &Quotient, work: &mut Work) -> Result<Quotient, Reason> {
    if of.is_constant(work) {
        // A sign read from a decimal is trusted only where it is clear.
        if let Some(value) = approximate::quotient(of, work).filter(|it| it.abs() > 1e-9) {
            return if value < 0.0 { of.negated() } else { Ok(of.clone()) };
        }
    }
    let above = absolute_of_sum(&of.num, work)?;
    let below = absolute_of_sum(&of.den, work)?;
    above.over(&below, work)
}

fn absolute_of_sum(of: &Polynomial, work: &mut Work) -> Result<Quotient, Reason> {
    let Some(Term { product, factor }) = of.single().cloned() else {
        let content = of.content()?;
        let primitive = of.scaled(content.inverse()?)?;
        let atom = Quotient::atom(work.id(Atom::Absolute(primitive))?);
        return atom.times(&Quotient::number(content.size()), work);
    };
    let mut result = Quotient::number(factor.size());
    for (id, exponent) in product {
        let part = match work.atom(id) {
            Some(Atom::Name(_) | Atom::Call(..))
                if exponent.den == 1 && exponent.num % 2 != 0 =>
            {
                let size = work.id(Atom::Absolute(Polynomial::atom(id)))?;
                let rest = Exponent::new(i64::from(exponent.num) - 1, 1)?;
                let rest = Polynomial::of(Product::one((id, rest)), Rational::ONE);
                let rest =
                    if exponent.num == 1 { Polynomial::number(Rational::ONE) } else { rest };
                Quotient::whole(rest.times(&Polynomial::atom(size), work)?)
            }
            _ => Quotient::whole(Polynomial::of(Product::one((id, exponent)), Rational::ONE)),
        };
        result = result.times(&part, work)?;
    }
    Ok(result)
}
