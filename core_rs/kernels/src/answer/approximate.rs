//! The nearest double of an exact value: for tolerances and for the sign of a constant.
//!
//! Never asked whether two values are equal. Cost: O(terms). Do not use it for values with
//! names in them: they have none.

use super::atoms::{Atom, Id, Work};
use super::polynomial::Polynomial;
use super::quotient::Quotient;

/// The value of a quotient without names.
#[must_use]
pub fn quotient(of: &Quotient, work: &Work) -> Option<f64> {
    let value = polynomial(&of.num, work)? / polynomial(&of.den, work)?;
    value.is_finite().then_some(value)
}

/// The value of a polynomial without names.
#[must_use]
pub fn polynomial(of: &Polynomial, work: &Work) -> Option<f64> {
    let mut sum = 0.0;
    for term in &of.terms {
        let mut product = term.factor.nearly();
        for (id, exponent) in &term.product {
            let exponent = f64::from(exponent.num) / f64::from(exponent.den);
            product *= atom(*id, work)?.powf(exponent);
        }
        sum += product;
    }
    sum.is_finite().then_some(sum)
}

fn atom(id: Id, work: &Work) -> Option<f64> {
    match work.atom(id)? {
        Atom::Name('π') => Some(std::f64::consts::PI),
        Atom::Name('e') => Some(std::f64::consts::E),
        #[expect(clippy::cast_precision_loss, reason = "an estimate is what is asked for")]
        Atom::Prime(prime) => Some(*prime as f64),
        Atom::Sum(inner) | Atom::Kept(inner) => polynomial(inner, work),
        Atom::Absolute(inner) => polynomial(inner, work).map(f64::abs),
        Atom::Power(base, exponent) => {
            Some(polynomial(base, work)?.powf(polynomial(exponent, work)?))
        }
        Atom::Call(name, None, of) => called(name, quotient(of, work)?),
        Atom::Call("^", Some(base), of) => {
            Some(quotient(base, work)?.powf(quotient(of, work)?))
        }
        Atom::Name(_) | Atom::Imaginary | Atom::Call(..) => None,
    }
}

fn called(name: &str, of: f64) -> Option<f64> {
    Some(match name {
        "ln" => of.ln(),
        "sin" => of.sin(),
        "cos" => of.cos(),
        "tan" => of.tan(),
        "asin" => of.asin(),
        "acos" => of.acos(),
        "atan" => of.atan(),
        "sinh" => of.sinh(),
        "cosh" => of.cosh(),
        "tanh" => of.tanh(),
        _ => return None,
    })
}
