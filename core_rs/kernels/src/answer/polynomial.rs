//! Polynomials with exact coefficients over atoms, whose exponents may be fractions or below
//! zero.
//!
//! Terms are sorted and each product of atoms occurs once, so equal sums are equal lists; roots
//! of primes stay below the first power (the whole part goes into the coefficient) and the
//! square of i is -1. Cost: O(n m log nm) for a product of n and m terms, counted against the
//! answer's budget. Do not use it for more than some hundred terms: they are refused.

use super::atoms::{Atom, Exponent, Id, Work};
use super::fault::Reason;
use super::few::Few;
use super::rational::{Rational, shared};

/// Terms of the longest polynomial.
const MOST_TERMS: usize = 256;

/// Atoms with their exponents, sorted by atom, none of them zero.
pub type Product = Few<(Id, Exponent), 3>;

/// A coefficient with the atoms that it multiplies.
#[derive(Clone, Debug, Default, PartialEq)]
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
    pub terms: Few<Term, 1>,
}

impl Polynomial {
    /// A number.
    #[must_use]
    pub fn number(value: Rational) -> Self {
        Self::of(Product::default(), value)
    }

    /// One atom.
    #[must_use]
    pub fn atom(id: Id) -> Self {
        Self::of(Product::one((id, Exponent::ONE)), Rational::ONE)
    }

    /// One term.
    #[must_use]
    pub fn of(product: Product, factor: Rational) -> Self {
        if factor.is_zero() { Self::default() } else { Self::term(Term { product, factor }) }
    }

    /// One term that is not zero.
    #[must_use]
    pub fn term(term: Term) -> Self {
        Self { terms: Few::one(term) }
    }

    /// Whether it is 0.
    #[must_use]
    pub fn is_zero(&self) -> bool {
        self.terms.is_empty()
    }

    /// Its value, where it is a rational number.
    #[must_use]
    pub fn as_number(&self) -> Option<Rational> {
        match &*self.terms {
            [] => Some(Rational::ZERO),
            [only] if only.product.is_empty() => Some(only.factor),
            _ => None,
        }
    }

    /// Whether it is 1.
    #[must_use]
    pub fn is_one(&self) -> bool {
        self.single().is_some_and(|it| it.product.is_empty() && it.factor == Rational::ONE)
    }

    /// Its only term, where it has just one.
    #[must_use]
    pub fn single(&self) -> Option<&Term> {
        match &*self.terms {
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
        self.joined(other, |factor| factor)
    }

    /// The difference.
    ///
    /// # Errors
    /// `TooLarge`.
    pub fn minus(&self, other: &Self) -> Result<Self, Reason> {
        self.joined(other, Rational::negated)
    }

    /// The sum with the other's coefficients as `turned` gives them: one pass, for both lists
    /// are in order.
    fn joined(
        &self,
        other: &Self,
        turned: impl Fn(Rational) -> Rational,
    ) -> Result<Self, Reason> {
        let as_turned =
            |term: &Term| Term { product: term.product.clone(), factor: turned(term.factor) };
        let mut terms = Few::default();
        let mut rest = other.terms.iter().peekable();
        for term in &self.terms {
            while let Some(next) = rest.next_if(|next| next.product < term.product) {
                terms.push(as_turned(next));
            }
            match rest.next_if(|next| next.product == term.product) {
                None => terms.push(term.clone()),
                Some(next) => {
                    let factor = term.factor.plus(turned(next.factor))?;
                    if !factor.is_zero() {
                        terms.push(Term { product: term.product.clone(), factor });
                    }
                }
            }
        }
        terms.extend(rest.map(as_turned));
        limited(terms)
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
        // A divisor of numbers beyond 64 bits takes as long as eight short ones.
        let weight = if self.is_wide() || other.is_wide() { 8 } else { 1 };
        work.spend(self.terms.len().saturating_mul(other.terms.len()).saturating_mul(weight))?;
        let mut terms = Few::default();
        for left in &self.terms {
            for right in &other.terms {
                multiply(left, right, work, &mut terms)?;
            }
        }
        collected(terms).inspect_err(|_| work.exhaust())
    }

    /// Whether its numbers are such that products need more than 64 bits.
    fn is_wide(&self) -> bool {
        let is_long = |part: i128| part.unsigned_abs() > u128::from(u32::MAX);
        self.terms.iter().any(|term| is_long(term.factor.num()) || is_long(term.factor.den()))
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
        let factors: Few<Rational, 4> = self.terms.iter().map(|term| term.factor).collect();
        let content = shared(&factors)?;
        Ok(if first.factor.is_negative() { content.negated() } else { content })
    }
}

/// Terms in their order, like ones added up, zeros left out.
fn collected(mut terms: Few<Term, 1>) -> Result<Polynomial, Reason> {
    if let [only] = &*terms {
        let is_zero = only.factor.is_zero();
        return Ok(if is_zero { Polynomial::default() } else { Polynomial { terms } });
    }
    terms.sort_by(|a, b| a.product.cmp(&b.product));
    let mut kept: Few<Term, 1> = Few::default();
    for term in terms {
        match kept.last_mut() {
            Some(last) if last.product == term.product => {
                last.factor = last.factor.plus(term.factor)?;
            }
            _ => kept.push(term),
        }
    }
    kept.retain(|term| !term.factor.is_zero());
    limited(kept)
}

fn limited(terms: Few<Term, 1>) -> Result<Polynomial, Reason> {
    if terms.len() > MOST_TERMS { Err(Reason::TooLarge) } else { Ok(Polynomial { terms }) }
}

/// Puts the product of two terms into `out`: one term, or more where a root falls away.
fn multiply(
    left: &Term,
    right: &Term,
    work: &mut Work,
    out: &mut Few<Term, 1>,
) -> Result<(), Reason> {
    let factor = left.factor.times(right.factor)?;
    if left.product.is_empty() || right.product.is_empty() {
        let product = if left.product.is_empty() { &right.product } else { &left.product };
        let product = product.clone();
        out.push(Term { product, factor });
        return Ok(());
    }
    let merged = merged(&left.product, &right.product)?;
    let (term, sums) = reduced(merged, factor, work)?;
    if sums.is_empty() {
        out.push(term);
        return Ok(());
    }
    let mut product = Polynomial::term(term);
    for (sum, exponent) in sums {
        let raised = sum.power(exponent, work)?;
        product = product.times(&raised, work)?;
    }
    out.extend(product.terms);
    Ok(())
}

/// Atoms of both with their exponents added.
fn merged(left: &Product, right: &Product) -> Result<Product, Reason> {
    let mut out = Product::default();
    let (mut left, mut right) = (left.iter().peekable(), right.iter().peekable());
    while let (Some((a, _)), Some((b, _))) = (left.peek(), right.peek()) {
        if a < b {
            out.extend(left.next().copied());
        } else if b < a {
            out.extend(right.next().copied());
        } else if let (Some((id, one)), Some((_, two))) = (left.next(), right.next()) {
            let sum = one.plus(*two)?;
            if sum.num != 0 {
                out.push((*id, sum));
            }
        }
    }
    out.extend(left.copied());
    out.extend(right.copied());
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
    let mut kept = Product::default();
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
