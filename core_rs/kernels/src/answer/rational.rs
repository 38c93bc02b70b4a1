//! Exact fractions: a whole number over a whole number above zero, in lowest terms.
//!
//! Numerator and denominator stay below 10^37; what would be larger is refused, never wrapped
//! and never rounded. The greatest common divisor is Stein's binary one (Stein 1967), in 64
//! bits where both numbers fit. Cost: O(bits) for each operation, some ten nanoseconds for the
//! numbers of a lesson. Do not use it for long sums of unlike fractions: they outgrow it.

use std::cmp::Ordering;

use super::fault::Reason;

/// No numerator and no denominator is larger: its product with 17 still fits 128 bits.
const LIMIT: i128 = 10_i128.pow(37);

/// A fraction in lowest terms, its denominator above zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rational {
    num: i128,
    den: i128,
}

impl Rational {
    /// 0.
    pub const ZERO: Self = Self { num: 0, den: 1 };
    /// 1.
    pub const ONE: Self = Self { num: 1, den: 1 };

    /// `num` over `den`.
    ///
    /// # Errors
    /// A zero denominator, and numbers beyond the limit.
    pub fn new(num: i128, den: i128) -> Result<Self, Reason> {
        if den == 0 {
            return Err(Reason::DivisionByZero);
        }
        if den == 1 {
            return Self::limited(num, den);
        }
        let shared = gcd(num.unsigned_abs(), den.unsigned_abs());
        let shared = i128::try_from(shared).map_err(|_| Reason::TooLarge)?;
        // Division of 128 bits is slow, and most fractions are in lowest terms already.
        let (num, den) = if shared == 1 { (num, den) } else { (num / shared, den / shared) };
        if den > 0 {
            return Self::limited(num, den);
        }
        let turned = |part: i128| part.checked_neg().ok_or(Reason::TooLarge);
        Self::limited(turned(num)?, turned(den)?)
    }

    fn limited(num: i128, den: i128) -> Result<Self, Reason> {
        let is_small = num.checked_abs().is_some_and(|size| size <= LIMIT) && den <= LIMIT;
        if is_small { Ok(Self { num, den }) } else { Err(Reason::TooLarge) }
    }

    /// A whole number.
    #[must_use]
    pub fn whole(number: i32) -> Self {
        Self { num: i128::from(number), den: 1 }
    }

    /// 1/100.
    #[must_use]
    pub fn hundredth() -> Self {
        Self { num: 1, den: 100 }
    }

    /// The numerator, with the sign.
    #[must_use]
    pub fn num(self) -> i128 {
        self.num
    }

    /// The denominator, above zero.
    #[must_use]
    pub fn den(self) -> i128 {
        self.den
    }

    /// Whether it is 0.
    #[must_use]
    pub fn is_zero(self) -> bool {
        self.num == 0
    }

    /// Whether it is below 0.
    #[must_use]
    pub fn is_negative(self) -> bool {
        self.num < 0
    }

    /// Whether it is a whole number.
    #[must_use]
    pub fn is_whole(self) -> bool {
        self.den == 1
    }

    /// The same number with the other sign.
    #[must_use]
    pub fn negated(self) -> Self {
        Self { num: -self.num, den: self.den }
    }

    /// Its distance from 0.
    #[must_use]
    pub fn size(self) -> Self {
        Self { num: self.num.abs(), den: self.den }
    }

    /// The sum.
    ///
    /// # Errors
    /// Numbers beyond the limit.
    pub fn plus(self, other: Self) -> Result<Self, Reason> {
        if self.den == other.den {
            let sum = self.num.checked_add(other.num).ok_or(Reason::TooLarge)?;
            return Self::new(sum, self.den);
        }
        let left = self.num.checked_mul(other.den).ok_or(Reason::TooLarge)?;
        let right = other.num.checked_mul(self.den).ok_or(Reason::TooLarge)?;
        let den = self.den.checked_mul(other.den).ok_or(Reason::TooLarge)?;
        Self::new(left.checked_add(right).ok_or(Reason::TooLarge)?, den)
    }

    /// The product.
    ///
    /// # Errors
    /// Numbers beyond the limit.
    pub fn times(self, other: Self) -> Result<Self, Reason> {
        if self.den == 1 && other.den == 1 {
            let num = self.num.checked_mul(other.num).ok_or(Reason::TooLarge)?;
            return Self::limited(num, 1);
        }
        let one = Self::new(self.num, other.den)?;
        let two = Self::new(other.num, self.den)?;
        let num = one.num.checked_mul(two.num).ok_or(Reason::TooLarge)?;
        let den = one.den.checked_mul(two.den).ok_or(Reason::TooLarge)?;
        Self::limited(num, den)
    }

    /// 1 over it.
    ///
    /// # Errors
    /// Zero has none.
    pub fn inverse(self) -> Result<Self, Reason> {
        Self::new(self.den, self.num)
    }

    /// Its power.
    ///
    /// # Errors
    /// Numbers beyond the limit, and zero to a power below zero.
    pub fn power(self, exponent: i32) -> Result<Self, Reason> {
        let base = if exponent < 0 { self.inverse()? } else { self };
        let exponent = exponent.unsigned_abs();
        let raised = |part: i128| part.checked_pow(exponent).ok_or(Reason::TooLarge);
        Self::new(raised(base.num)?, raised(base.den)?)
    }

    /// Which of the two is larger.
    ///
    /// # Errors
    /// Numbers whose comparison needs more than 128 bits.
    pub fn compared(self, other: Self) -> Result<Ordering, Reason> {
        let left = self.num.checked_mul(other.den).ok_or(Reason::TooLarge)?;
        let right = other.num.checked_mul(self.den).ok_or(Reason::TooLarge)?;
        Ok(left.cmp(&right))
    }

    /// The nearest double.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "an estimate is what is asked for")]
    pub fn nearly(self) -> f64 {
        self.num as f64 / self.den as f64
    }
}

/// The largest number that goes a whole number of times into each of them; 1 for zeros.
///
/// # Errors
/// Numbers beyond the limit.
pub fn shared(numbers: &[Rational]) -> Result<Rational, Reason> {
    let (mut num, mut den) = (0_u128, 1_u128);
    for number in numbers {
        num = match (num, number.num.unsigned_abs()) {
            (0, other) | (other, 0) => other,
            (one, other) => gcd(one, other),
        };
        let next = number.den.unsigned_abs();
        den = (den / gcd(den, next)).checked_mul(next).ok_or(Reason::TooLarge)?;
    }
    let narrow = |part: u128| i128::try_from(part.max(1)).map_err(|_| Reason::TooLarge);
    Rational::new(narrow(num)?, narrow(den)?)
}

impl Default for Rational {
    fn default() -> Self {
        Self::ZERO
    }
}

/// The greatest common divisor; 1 for two zeros, so that it may always divide.
#[must_use]
pub fn gcd(a: u128, b: u128) -> u128 {
    if a == 1 || b == 1 {
        return 1;
    }
    match (u64::try_from(a), u64::try_from(b)) {
        (Ok(a), Ok(b)) => u128::from(short_gcd(a, b)),
        _ => long_gcd(a, b),
    }
}

/// Stein's divisor in the width of `$int`.
macro_rules! stein {
    ($name:ident, $int:ty) => {
        fn $name(mut a: $int, mut b: $int) -> $int {
            if a == 0 || b == 0 {
                return (a | b).max(1);
            }
            let twos = (a | b).trailing_zeros();
            a >>= a.trailing_zeros();
            while b != 0 {
                b >>= b.trailing_zeros();
                (a, b) = (a.min(b), a.abs_diff(b));
            }
            a << twos
        }
    };
}

stein!(short_gcd, u64);
stein!(long_gcd, u128);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fractions_are_kept_in_lowest_terms_with_the_sign_above() {
        let third = Rational::new(-2, -6).unwrap();
        assert_eq!((third.num(), third.den()), (1, 3));
        let half = Rational::new(3, -6).unwrap();
        assert_eq!((half.num(), half.den()), (-1, 2));
        assert_eq!(third.plus(half).unwrap(), Rational::new(-1, 6).unwrap());
        assert_eq!(half.power(-3).unwrap(), Rational::whole(-8));
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let large = Rational::new(LIMIT, 1).unwrap();
        assert_eq!(large.times(Rational::whole(10)), Err(Reason::TooLarge));
        assert_eq!(large.plus(large), Err(Reason::TooLarge));
        assert_eq!(Rational::whole(2).power(400), Err(Reason::TooLarge));
        assert_eq!(Rational::new(i128::MIN, 1), Err(Reason::TooLarge));
        assert_eq!(Rational::new(1, 0), Err(Reason::DivisionByZero));
    }

    #[test]
    fn divisors_of_long_and_short_numbers_agree() {
        let long = 1_u128 << 80;
        assert_eq!(gcd(long * 15, long * 35), long * 5);
        assert_eq!(gcd(15, 35), 5);
        assert_eq!((gcd(0, 0), gcd(0, 7), gcd(7, 0)), (1, 7, 7));
    }
}
