//! What polynomials are made of: names, roots of primes, i, and parts kept as they are.
//!
//! Products of rational powers of different primes are linearly independent over the rationals
//! (Besicovitch 1940, "On the linear independence of fractional powers of integers", J. London
//! Math. Soc. 15), so a sum of surds is zero only if every coefficient is: `sqrt(8) = 2
//! sqrt(2)` needs no decimals. What has no such form (a sine, a root of a sum, a power with a
//! name in it) is an atom of its own, equal to another only if its parts are. Two atoms that
//! depend on each other unnoticed can make equal values look different, never different ones
//! equal. Cost: O(atoms) for each look-up. Do not use it across answers: one `Work` for each.

use super::fault::Reason;
use super::polynomial::Polynomial;
use super::quotient::Quotient;
use super::rational::Rational;

/// Products of terms for one answer; about 100 ns each, so far below 5 ms.
const MOST_STEPS: usize = 6_000;
/// Different atoms of one answer and what it is compared with.
const MOST_ATOMS: usize = 64;

/// An atom's number in its `Work`.
pub type Id = u16;

/// Something that is not taken apart further.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "an answer has a handful of them")]
pub enum Atom {
    /// A name, π, ∞.
    Name(char),
    /// A prime (or a large number that was not factored), under a root.
    Prime(i128),
    /// i, whose square is -1.
    Imaginary,
    /// A sum under a root.
    Sum(Polynomial),
    /// The size of something that has no sign.
    Absolute(Polynomial),
    /// A base to an exponent that has a name in it.
    Power(Polynomial, Polynomial),
    /// A sum to a power that is not multiplied out.
    Kept(Polynomial),
    /// A function of one or two arguments.
    Call(&'static str, Option<Quotient>, Quotient),
}

/// The atoms met so far, and how much may still be calculated.
#[derive(Clone, Debug, Default)]
pub struct Work {
    atoms: Vec<Atom>,
    steps: usize,
}

impl Work {
    /// The number of an atom, which is new or known.
    ///
    /// # Errors
    /// `TooLarge` for more atoms than an answer has.
    pub fn id(&mut self, atom: Atom) -> Result<Id, Reason> {
        let known = self.atoms.iter().position(|each| *each == atom);
        let at = known.unwrap_or(self.atoms.len());
        if at >= MOST_ATOMS {
            return Err(Reason::TooLarge);
        }
        if known.is_none() {
            self.atoms.push(atom);
        }
        Id::try_from(at).map_err(|_| Reason::TooLarge)
    }

    /// The atom of a number.
    #[must_use]
    pub fn atom(&self, id: Id) -> Option<&Atom> {
        self.atoms.get(usize::from(id))
    }

    /// Counts `steps` products.
    ///
    /// # Errors
    /// `TooLarge` when an answer has used up what it may.
    pub fn spend(&mut self, steps: usize) -> Result<(), Reason> {
        self.steps = self.steps.saturating_add(steps);
        if self.steps > MOST_STEPS { Err(Reason::TooLarge) } else { Ok(()) }
    }

    /// Ends the calculation: every reading of the answer that is still to come is too large.
    pub fn exhaust(&mut self) {
        self.steps = MOST_STEPS;
    }

    /// Whether powers of it may be split and joined without care.
    #[must_use]
    pub fn is_free(&self, id: Id) -> bool {
        !matches!(
            self.atom(id),
            Some(Atom::Prime(_) | Atom::Imaginary | Atom::Sum(_) | Atom::Absolute(_))
        )
    }

    /// Whether it is a number: a root of a prime, π, e.
    #[must_use]
    pub fn is_constant(&self, id: Id) -> bool {
        match self.atom(id) {
            Some(Atom::Name(sign)) => matches!(sign, 'π' | 'e'),
            Some(Atom::Prime(_) | Atom::Imaginary) => true,
            Some(Atom::Sum(inner) | Atom::Absolute(inner) | Atom::Kept(inner)) => {
                inner.is_constant(self)
            }
            Some(Atom::Power(base, exponent)) => {
                base.is_constant(self) && exponent.is_constant(self)
            }
            Some(Atom::Call(_, first, of)) => {
                of.is_constant(self) && first.as_ref().is_none_or(|it| it.is_constant(self))
            }
            None => false,
        }
    }

    /// A name as a polynomial.
    ///
    /// # Errors
    /// `TooLarge` as `id`.
    pub fn name(&mut self, sign: char) -> Result<Polynomial, Reason> {
        let id = self.id(if sign == 'i' { Atom::Imaginary } else { Atom::Name(sign) })?;
        Ok(Polynomial::atom(id))
    }

    /// The prime factors of a number above zero with their exponents; what is left without a
    /// factor up to 1,000 counts as one.
    ///
    /// # Errors
    /// `TooLarge` when the answer has used up what it may.
    pub fn factors(&mut self, number: i128) -> Result<Vec<(i128, i32)>, Reason> {
        let Ok(mut rest) = u128::try_from(number) else { return Err(Reason::TooLarge) };
        // Up to 500 divisions, which are slow beyond 64 bits.
        self.spend(if u64::try_from(rest).is_ok() { 10 } else { 150 })?;
        let mut found = vec![];
        let mut prime = 2_u128;
        while prime <= 1_000 && prime * prime <= rest {
            let mut count = 0;
            while rest % prime == 0 {
                rest /= prime;
                count += 1;
            }
            if count > 0 {
                found.push((i128::try_from(prime).map_err(|_| Reason::TooLarge)?, count));
            }
            prime += if prime == 2 { 1 } else { 2 };
        }
        if rest > 1 {
            let (root, exponent) = perfect(rest);
            found.push((i128::try_from(root).map_err(|_| Reason::TooLarge)?, exponent));
        }
        Ok(found)
    }
}

/// A number as a square or cube where it is one: its root and the exponent.
fn perfect(number: u128) -> (u128, i32) {
    for exponent in [2, 3] {
        #[expect(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a guess that is checked"
        )]
        let guess = (number as f64).powf(1.0 / f64::from(exponent)).round() as u128;
        let power = u32::try_from(exponent).ok().and_then(|it| guess.checked_pow(it));
        if power == Some(number) {
            return (guess, exponent);
        }
    }
    (number, 1)
}

/// A rational exponent in lowest terms.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Exponent {
    /// Above.
    pub num: i32,
    /// Below, above zero.
    pub den: i32,
}

impl Exponent {
    /// 1.
    pub const ONE: Self = Self { num: 1, den: 1 };
    /// Above this, powers are kept as they are.
    const MOST: i64 = 1_000_000;

    /// `num` over `den`, which is above zero.
    ///
    /// # Errors
    /// `TooLarge` for more than a million above or below.
    pub fn new(num: i64, den: i64) -> Result<Self, Reason> {
        let shared = super::rational::gcd(
            u128::from(num.unsigned_abs()),
            u128::from(den.unsigned_abs()),
        );
        let shared = i64::try_from(shared).map_err(|_| Reason::TooLarge)?;
        let (num, den) = (num / shared, den / shared);
        if num.abs() > Self::MOST || !(1..=Self::MOST).contains(&den) {
            return Err(Reason::TooLarge);
        }
        let narrow = |part: i64| i32::try_from(part).map_err(|_| Reason::TooLarge);
        Ok(Self { num: narrow(num)?, den: narrow(den)? })
    }

    /// From an exact fraction.
    ///
    /// # Errors
    /// `TooLarge` as `new`.
    pub fn of(value: Rational) -> Result<Self, Reason> {
        let narrow = |part: i128| i64::try_from(part).map_err(|_| Reason::TooLarge);
        Self::new(narrow(value.num())?, narrow(value.den())?)
    }

    /// The sum.
    ///
    /// # Errors
    /// `TooLarge` as `new`.
    pub fn plus(self, other: Self) -> Result<Self, Reason> {
        let (a, b) = (i64::from(self.num), i64::from(self.den));
        let (c, d) = (i64::from(other.num), i64::from(other.den));
        if b == 1 && d == 1 { Self::new(a + c, 1) } else { Self::new(a * d + c * b, b * d) }
    }

    /// The product.
    ///
    /// # Errors
    /// `TooLarge` as `new`.
    pub fn times(self, other: Self) -> Result<Self, Reason> {
        Self::new(
            i64::from(self.num) * i64::from(other.num),
            i64::from(self.den) * i64::from(other.den),
        )
    }

    /// The whole number at or below it, and what is left, from 0 up to 1.
    #[must_use]
    pub fn parted(self) -> (i32, Self) {
        let whole = self.num.div_euclid(self.den);
        (whole, Self { num: self.num.rem_euclid(self.den), den: self.den })
    }
}
