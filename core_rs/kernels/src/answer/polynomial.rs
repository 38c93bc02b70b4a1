//! Polynomials with exact coefficients over atoms, whose exponents may be fractions or below
//! zero.
//!
//! Terms are sorted and each product of atoms occurs once, so equal sums are equal lists; roots
//! of primes stay below the first power (the whole part goes into the coefficient) and the
//! square of i is -1. Cost: O(n m log nm) for a product of n and m terms, counted against the
//! answer's budget. Do not use it for more than some hundred terms: they are refused.

use super::atoms::{Atom, Exponent, Id, Work};
use super::fault::Reason;
use super::rational::Rational;

/// Terms of the longest polynomial.
const MOST_TERMS: usize = 256;

/// Atoms with their exponents, sorted by atom, none of them zero.
pub type Product = Vec<(Id, Exponent)>;

/// A coefficient with the atoms that it multiplies.
#[derive(Clone, Debug, PartialEq)]
pub struct Term {
    /// The atoms.
    pub product: Product,
    /// The coefficient, never zero.
    pub factor: Rational,
}

/// A sum of terms.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Polynomial {
    /// Sorted by their atoms.
    pub terms: Vec<Term>,
}

impl Polynomial {
    /// A number.
    #[must_use]
    pub fn number(value: Rational) -> Self {
        Self::of(vec![], value)
    }

    /// One atom.
    #[must_use]
    pub fn atom(id: Id) -> Self {
        Self::of(vec![(id, Exponent::ONE)], Rational::ONE)
    }

    /// One term.
    #[must_use]
    pub fn of(product: Product, factor: Rational) -> Self {
        let is_there = !factor.is_zero();
        Self { terms: is_there.then_some(Term { product, factor }).into_iter().collect() }
    }

    /// Whether it is 0.
    #[must_use]
    pub fn is_zero(&self) -> bool {
        self.terms.is_empty()
    }

    /// Its value, where it is a rational number.
    #[must_use]
    pub fn as_number(&self) -> Option<Rational> {
        match self.terms.as_slice() {
            [] => Some(Rational::ZERO),
            [only] if only.product.is_empty() => Some(only.factor),
            _ => None,
        }
    }

    /// Whether it is 1.
    #[must_use]
    pub fn is_one(&self) -> bool {
        self.as_number() == Some(Rational::ONE)
    }

    /// Its only term, where it has just one.
    #[must_use]
    pub fn single(&self) -> Option<&Term> {
        match self.terms.as_slice() {
            [only] => Some(only),
            _ => None,
        }
    }

    /// Whether no name is in it.
    #[must_use]
    pub fn is_constant(&self, work: &Work) -> bool {
        let mut atoms = self.terms.iter().flat_map(|term| &term.product);
        atoms.all(|(id, _)| work.is_constant(*id))
    }

    /// It times a number.
    ///
    /// # Errors
    /// `TooLarge`.
    pub fn scaled(&self, by: Rational) -> Result<Self, Reason> {
        if by == Rational::ONE {
            return Ok(self.clone());
        }
        if by.is_zero() {
            return Ok(Self::default());
        }
        let scaled = |term: &Term| {
            Ok(Term { product: term.product.clone(), factor: term.factor.times(by)? })
        };
        Ok(Self { terms: self.terms.iter().map(scaled).collect::<Result<_, Reason>>()? })
    }

    /// The sum.
    ///
    /// # Errors
    /// `TooLarge`.
    pub fn plus(&self, other: &Self) -> Result<Self, Reason> {
        let mut terms = self.terms.clone();
        terms.extend(other.terms.iter().cloned());
        collected(terms)
    }

    /// The difference.
    ///
    /// # Errors
    /// `TooLarge`.
    pub fn minus(&self, other: &Self) -> Result<Self, Reason> {
        self.plus(&other.scaled(Rational::whole(-1))?)
    }

    /// The product.
    ///
    /// # Errors
    /// `TooLarge`.
    pub fn times(&self, other: &Self, work: &mut Work) -> Result<Self, Reason> {
        if let Some(number) = other.as_number() {
            return self.scaled(number);
        }
        if let Some(number) = self.as_number() {
            return other.scaled(number);
        }
        work.spend(self.terms.len().saturating_mul(other.terms.len()))?;
        let mut terms = Vec::with_capacity(self.terms.len() * other.terms.len());
        for left in &self.terms {
            for right in &other.terms {
                multiply(left, right, work, &mut terms)?;
            }
        }
        collected(terms)
    }

    /// Its whole power.
    ///
    /// # Errors
    /// `TooLarge`.
    pub fn power(&self, exponent: u32, work: &mut Work) -> Result<Self, Reason> {
        let mut result = Self::number(Rational::ONE);
        for _ in 0..exponent {
            result = result.times(self, work)?;
        }
        Ok(result)
    }

    /// What all coefficients share, with the sign of the first: it divides them into whole
    /// numbers without a common divisor. 1 for zero.
    ///
    /// # Errors
    /// `TooLarge`.
    pub fn content(&self) -> Result<Rational, Reason> {
        let Some(first) = self.terms.first() else { return Ok(Rational::ONE) };
        let (mut num, mut den) = (first.factor.num().unsigned_abs(), 1_u128);
        for term in &self.terms {
            num = super::rational::gcd(num, term.factor.num().unsigned_abs());
            let next = term.factor.den().unsigned_abs();
            den = (den / super::rational::gcd(den, next))
                .checked_mul(next)
                .ok_or(Reason::TooLarge)?;
        }
        let narrow = |part: u128| i128::try_from(part).map_err(|_| Reason::TooLarge);
        let content = Rational::new(narrow(num)?, narrow(den)?)?;
        Ok(if first.factor.is_negative() { content.negated() } else { content })
    }
}

/// Terms in their order, like ones added up, zeros left out.
fn collected(mut terms: Vec<Term>) -> Result<Polynomial, Reason> {
    terms.sort_by(|a, b| a.product.cmp(&b.product));
    let mut kept: Vec<Term> = Vec::with_capacity(terms.len());
    for term in terms {
        match kept.last_mut() {
            Some(last) if last.product == term.product => {
                last.factor = last.factor.plus(term.factor)?;
            }
            _ => kept.push(term),
        }
    }
    kept.retain(|term| !term.factor.is_zero());
    if kept.len() > MOST_TERMS {
        return Err(Reason::TooLarge);
    }
    Ok(Polynomial { terms: kept })
}

/// Puts the product of two terms into `out`: one term, or more where a root falls away.
fn multiply(
    left: &Term,
    right: &Term,
    work: &mut Work,
    out: &mut Vec<Term>,
) -> Result<(), Reason> {
    let factor = left.factor.times(right.factor)?;
    if left.product.is_empty() || right.product.is_empty() {
        let product = [left.product.as_slice(), right.product.as_slice()].concat();
        out.push(Term { product, factor });
        return Ok(());
    }
    let merged = merged(&left.product, &right.product)?;
    let (term, sums) = reduced(merged, factor, work)?;
    if sums.is_empty() {
        out.push(term);
        return Ok(());
    }
    let mut product = Polynomial { terms: vec![term] };
    for (sum, exponent) in sums {
        let raised = sum.power(exponent, work)?;
        product = product.times(&raised, work)?;
    }
    out.extend(product.terms);
    Ok(())
}

/// Atoms of both with their exponents added.
fn merged(left: &Product, right: &Product) -> Result<Product, Reason> {
    let mut out = Vec::with_capacity(left.len() + right.len());
    let (mut left, mut right) = (left.iter().peekable(), right.iter().peekable());
    while let (Some((a, _)), Some((b, _))) = (left.peek(), right.peek()) {
        if a < b {
            out.extend(left.next());
        } else if b < a {
            out.extend(right.next());
        } else if let (Some((id, one)), Some((_, two))) = (left.next(), right.next()) {
            let sum = one.plus(*two)?;
            if sum.num != 0 {
                out.push((*id, sum));
            }
        }
    }
    out.extend(left);
    out.extend(right);
    Ok(out)
}

/// Sums that are to be multiplied in, with their exponents.
type Sums = Vec<(Polynomial, u32)>;

/// A term whose roots stay below the first power, and the sums that came free.
///
/// # Errors
/// `TooLarge`.
pub fn reduced(
    product: Product,
    mut factor: Rational,
    work: &Work,
) -> Result<(Term, Sums), Reason> {
    let mut kept = Vec::with_capacity(product.len());
    let mut sums = vec![];
    for (id, exponent) in product {
        let left = match work.atom(id) {
            Some(Atom::Prime(prime)) => {
                let (whole, rest) = exponent.parted();
                factor = factor.times(Rational::new(*prime, 1)?.power(whole)?)?;
                rest
            }
            Some(Atom::Imaginary) if exponent.den == 1 => {
                let turns = exponent.num.rem_euclid(4);
                factor = if turns >= 2 { factor.negated() } else { factor };
                Exponent { num: turns % 2, den: 1 }
            }
            Some(Atom::Sum(sum)) if exponent.num >= exponent.den => {
                let (whole, rest) = exponent.parted();
                sums.push((sum.clone(), whole.unsigned_abs()));
                rest
            }
            Some(Atom::Absolute(inner)) if exponent.num >= 2 * exponent.den => {
                let whole = exponent.num / (2 * exponent.den) * 2;
                sums.push((inner.clone(), whole.unsigned_abs()));
                exponent.plus(Exponent { num: -whole, den: 1 })?
            }
            _ => exponent,
        };
        if left.num != 0 {
            kept.push((id, left));
        }
    }
    Ok((Term { product: kept, factor }, sums))
}
