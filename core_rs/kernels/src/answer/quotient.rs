//! One polynomial over another: the exact value of everything that is a number or a formula.
//!
//! Two quotients are equal if the products across are; nothing has to be cancelled for that,
//! and no common divisor is looked for. A denominator of one term becomes part of the numerator
//! (`1/x` is a power of x, `1/sqrt(2)` half of the root). Cost: the products across. Do not use
//! it to show a value in lowest terms: `(x^2-1)/(x-1)` stays as it is.

use super::atoms::{Atom, Exponent, Id, Work};
use super::fault::Reason;
use super::polynomial::{Polynomial, Product, reduced};
use super::rational::Rational;

/// A polynomial over another that is not zero.
#[derive(Clone, Debug, PartialEq)]
pub struct Quotient {
    /// Above.
    pub num: Polynomial,
    /// Below: 1, or at least two terms.
    pub den: Polynomial,
}

impl Quotient {
    /// A number.
    #[must_use]
    pub fn number(value: Rational) -> Self {
        Self::whole(Polynomial::number(value))
    }

    /// A polynomial.
    #[must_use]
    pub fn whole(num: Polynomial) -> Self {
        Self { num, den: Polynomial::number(Rational::ONE) }
    }

    /// One atom.
    #[must_use]
    pub fn atom(id: Id) -> Self {
        Self::whole(Polynomial::atom(id))
    }

    /// `num` over `den`.
    ///
    /// # Errors
    /// `DivisionByZero`, `TooLarge`.
    pub fn new(num: Polynomial, den: Polynomial, work: &mut Work) -> Result<Self, Reason> {
        if den.is_zero() {
            return Err(Reason::DivisionByZero);
        }
        if den.is_one() || num.is_zero() {
            return Ok(Self::whole(num));
        }
        if let Some(number) = den.as_number() {
            return Ok(Self::whole(num.scaled(number.inverse()?)?));
        }
        let (num, den) = freed(num, den, work)?;
        if num == den {
            return Ok(Self::number(Rational::ONE));
        }
        let by = den.content()?.inverse()?;
        let (num, den) = (num.scaled(by)?, den.scaled(by)?);
        if den.is_one() { Ok(Self::whole(num)) } else { Ok(Self { num, den }) }
    }

    /// Its value, where it is a rational number.
    #[must_use]
    pub fn as_number(&self) -> Option<Rational> {
        self.num.as_number().filter(|_| self.den.is_one())
    }

    /// Whether nothing stands below: so it is in most answers, and 1 need not be multiplied.
    fn is_whole(&self) -> bool {
        self.den.is_one()
    }

    /// Whether no name is in it.
    #[must_use]
    pub fn is_constant(&self, work: &Work) -> bool {
        self.num.is_constant(work) && self.den.is_constant(work)
    }

    /// The sum.
    ///
    /// # Errors
    /// `TooLarge`.
    pub fn plus(&self, other: &Self, work: &mut Work) -> Result<Self, Reason> {
        if self.is_whole() && other.is_whole() {
            return Ok(Self::whole(self.num.plus(&other.num)?));
        }
        if self.den == other.den {
            return Self::new(self.num.plus(&other.num)?, self.den.clone(), work);
        }
        let left = self.num.times(&other.den, work)?;
        let right = other.num.times(&self.den, work)?;
        Self::new(left.plus(&right)?, self.den.times(&other.den, work)?, work)
    }

    /// The difference.
    ///
    /// # Errors
    /// `TooLarge`.
    pub fn minus(&self, other: &Self, work: &mut Work) -> Result<Self, Reason> {
        if self.is_whole() && other.is_whole() {
            return Ok(Self::whole(self.num.minus(&other.num)?));
        }
        self.plus(&other.negated()?, work)
    }

    /// The same with the other sign.
    ///
    /// # Errors
    /// `TooLarge`.
    pub fn negated(&self) -> Result<Self, Reason> {
        Ok(Self { num: self.num.scaled(Rational::whole(-1))?, den: self.den.clone() })
    }

    /// The product.
    ///
    /// # Errors
    /// `TooLarge`.
    pub fn times(&self, other: &Self, work: &mut Work) -> Result<Self, Reason> {
        let num = self.num.times(&other.num, work)?;
        if self.is_whole() && other.is_whole() {
            return Ok(Self::whole(num));
        }
        Self::new(num, self.den.times(&other.den, work)?, work)
    }

    /// One over the other.
    ///
    /// # Errors
    /// `DivisionByZero`, `TooLarge`.
    pub fn over(&self, other: &Self, work: &mut Work) -> Result<Self, Reason> {
        if other.num.is_zero() {
            return Err(Reason::DivisionByZero);
        }
        if self.is_whole() && other.is_whole() {
            return Self::new(self.num.clone(), other.num.clone(), work);
        }
        let num = self.num.times(&other.den, work)?;
        Self::new(num, self.den.times(&other.num, work)?, work)
    }

    /// Its whole power.
    ///
    /// # Errors
    /// `DivisionByZero`, `TooLarge`.
    pub fn power(&self, exponent: i32, work: &mut Work) -> Result<Self, Reason> {
        let size = exponent.unsigned_abs();
        let num = self.num.power(size, work)?;
        let den = self.den.power(size, work)?;
        if exponent < 0 { Self::new(den, num, work) } else { Self::new(num, den, work) }
    }

    /// Whether the two have the same value wherever both have one.
    ///
    /// # Errors
    /// `TooLarge`.
    pub fn equals(&self, other: &Self, work: &mut Work) -> Result<bool, Reason> {
        if self.den == other.den {
            return Ok(self.num == other.num);
        }
        Ok(self.num.times(&other.den, work)? == other.num.times(&self.den, work)?)
    }
}

/// Above and below with what can be taken out of the denominator taken out: the names that all
/// its terms share, and roots that stand alone.
fn freed(
    num: Polynomial,
    den: Polynomial,
    work: &mut Work,
) -> Result<(Polynomial, Polynomial), Reason> {
    let shared = shared_names(&den, work);
    let (mut num, mut den) = (num, den);
    if !shared.is_empty() {
        let turn = |(id, exponent): &(Id, Exponent)| {
            (*id, Exponent { num: -exponent.num, den: exponent.den })
        };
        let inverse = Polynomial::of(shared.iter().map(turn).collect(), Rational::ONE);
        num = num.times(&inverse, work)?;
        den = den.times(&inverse, work)?;
    }
    let Some(term) = den.single() else { return Ok((num, den)) };
    let roots: Product =
        term.product.iter().filter(|(id, _)| !work.is_free(*id)).copied().collect();
    for (id, exponent) in roots {
        let complement = complement(id, exponent, work)?;
        num = num.times(&complement, work)?;
        den = den.times(&complement, work)?;
    }
    Ok((num, den))
}

/// What a root is multiplied with so that no root is left.
fn complement(id: Id, exponent: Exponent, work: &Work) -> Result<Polynomial, Reason> {
    let wanted = match work.atom(id) {
        Some(Atom::Imaginary) => exponent,
        Some(Atom::Absolute(_)) => {
            Exponent::new(i64::from(2 * exponent.den - exponent.num), i64::from(exponent.den))?
        }
        _ => Exponent::new(i64::from(exponent.den - exponent.num), i64::from(exponent.den))?,
    };
    let (term, _) = reduced(Product::one((id, wanted)), Rational::ONE, work)?;
    Ok(Polynomial::term(term))
}

/// The names that every term has, with their least exponents.
fn shared_names(den: &Polynomial, work: &Work) -> Product {
    let Some((first, rest)) = den.terms.split_first() else { return Product::default() };
    let candidates = first.product.iter().filter(|(id, _)| work.is_free(*id));
    let least = |(id, exponent): &(Id, Exponent)| {
        let mut least = *exponent;
        for term in rest {
            let (_, other) = term.product.iter().find(|(each, _)| each == id)?;
            if i64::from(other.num) * i64::from(least.den)
                < i64::from(least.num) * i64::from(other.den)
            {
                least = *other;
            }
        }
        Some((*id, least))
    };
    candidates.filter_map(least).collect()
}
