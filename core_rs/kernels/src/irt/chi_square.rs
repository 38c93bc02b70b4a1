//! The upper tail of the chi-square distribution.
//!
//! P(X >= x) with n degrees of freedom is the regularised upper gamma function Q(n/2, x/2). For
//! whole n it is a finite sum (Abramowitz & Stegun 1964, 26.4.4 and 26.4.5): steps of
//! y^s e^-y / Gamma(s + 1) from Q(1, y) = e^-y or Q(1/2, y) = erfc(sqrt y). erfc is a series
//! below 2 and a continued fraction above (7.1.6, 7.1.14), both to the last digits.
//!
//! Cost: O(n). Do not use it for fractions of a degree of freedom.

/// Terms after which a series has long converged.
const TERMS: u32 = 200;

/// P(X >= `x`) with `df` degrees of freedom; 1 when there are none or `x` is below 0.
///
/// ```
/// use mangotree_kernels::irt::chi_square::upper_tail;
/// assert!((upper_tail(2.0 * 20.0_f64.ln(), 2) - 0.05).abs() < 1e-15); // e^(-x/2)
/// assert!((upper_tail(1.959963984540054_f64.powi(2), 1) - 0.05).abs() < 1e-14); // 1.96 sd
/// ```
#[must_use]
pub fn upper_tail(x: f64, df: usize) -> f64 {
    if df == 0 || x <= 0.0 {
        return 1.0;
    }
    let y = x / 2.0;
    let (mut sum, mut power, mut term) = if df % 2 == 0 {
        ((-y).exp(), 1.0, y * (-y).exp())
    } else {
        let root = y.sqrt();
        // Gamma(3/2) = sqrt(pi)/2.
        (complement(root), 0.5, std::f64::consts::FRAC_2_SQRT_PI * root * (-y).exp())
    };
    for _ in 0..(df - 1) / 2 {
        sum += term;
        power += 1.0;
        term *= y / power;
    }
    sum.min(1.0)
}

/// erfc of a number that is not negative.
fn complement(z: f64) -> f64 {
    if z < 2.0 {
        let (mut term, mut sum) = (z, z);
        for n in 1..TERMS {
            let n = f64::from(n);
            term *= 2.0 * z * z / (2.0 * n + 1.0);
            sum += term;
            if term < 1e-17 * sum {
                break;
            }
        }
        return 1.0 - std::f64::consts::FRAC_2_SQRT_PI * (-z * z).exp() * sum;
    }
    let fraction = (1..TERMS).rev().fold(z, |below, n| z + f64::from(n) / 2.0 / below);
    (-z * z).exp() * std::f64::consts::FRAC_2_SQRT_PI / 2.0 / fraction
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tails_of_the_published_tables() {
        // Critical values at .05 and .001, Abramowitz & Stegun 1964, table 26.8.
        let table = [(1, 3.84146, 10.828), (2, 5.99146, 13.816), (5, 11.0705, 20.515)];
        let long = [(10, 18.3070, 29.588), (30, 43.7730, 59.703), (100, 124.342, 149.449)];
        for (df, at_05, at_001) in table.into_iter().chain(long) {
            assert!((upper_tail(at_05, df) - 0.05).abs() < 1e-6, "{df}");
            assert!((upper_tail(at_001, df) - 0.001).abs() < 1e-6, "{df}");
        }
    }

    #[test]
    fn the_series_meets_the_fraction() {
        assert!((complement(2.0 - 1e-12) - complement(2.0)).abs() < 1e-13);
        assert!(upper_tail(4000.0, 3) < 1e-300);
    }
}
