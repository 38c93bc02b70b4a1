//! Small systems of linear equations with a symmetric positive definite matrix.
//!
//! A = L L' (Cholesky; Golub & Van Loan 2013, Matrix Computations, 4.2), then two triangular
//! solves. A matrix that is not positive definite is refused, not bent into one.
//!
//! ```
//! use mangotree_kernels::linear::solve;
//! // 4x + 2y = 10, 2x + 2y = 6
//! assert_eq!(solve(&[4.0, 2.0, 2.0, 2.0], &[10.0, 6.0]), Some(vec![2.0, 1.0]));
//! assert_eq!(solve(&[1.0, 2.0, 2.0, 1.0], &[1.0, 1.0]), None); // not positive definite
//! ```
//!
//! Cost: O(n^3). Do not use it beyond some hundred unknowns.

/// The x with `matrix` x = `right`; `None` when the matrix (n x n, row after row) is not
/// positive definite.
#[must_use]
pub fn solve(matrix: &[f64], right: &[f64]) -> Option<Vec<f64>> {
    Some(back_substituted(&cholesky(matrix, right.len())?, right))
}

/// The inverse of `matrix` (n x n, row after row); `None` when it is not positive definite.
#[must_use]
pub fn inverse(matrix: &[f64], n: usize) -> Option<Vec<f64>> {
    let factor = cholesky(matrix, n)?;
    let mut out = vec![0.0; n * n];
    for column in 0..n {
        let mut unit = vec![0.0; n];
        unit[column] = 1.0;
        for (row, value) in back_substituted(&factor, &unit).into_iter().enumerate() {
            out[row * n + column] = value;
        }
    }
    Some(out)
}

fn cholesky(matrix: &[f64], n: usize) -> Option<Vec<f64>> {
    let mut factor = vec![0.0; n * n];
    for row in 0..n {
        for column in 0..=row {
            let dot: f64 =
                (0..column).map(|k| factor[row * n + k] * factor[column * n + k]).sum();
            let rest = matrix[row * n + column] - dot;
            factor[row * n + column] = if row > column {
                rest / factor[column * n + column]
            } else if rest > 0.0 && rest.is_finite() {
                rest.sqrt()
            } else {
                return None;
            };
        }
    }
    Some(factor)
}

fn back_substituted(factor: &[f64], right: &[f64]) -> Vec<f64> {
    let n = right.len();
    let mut x = right.to_vec();
    for row in 0..n {
        let dot: f64 = (0..row).map(|k| factor[row * n + k] * x[k]).sum();
        x[row] = (x[row] - dot) / factor[row * n + row];
    }
    for row in (0..n).rev() {
        let dot: f64 = (row + 1..n).map(|k| factor[k * n + row] * x[k]).sum();
        x[row] = (x[row] - dot) / factor[row * n + row];
    }
    x
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_inverse_times_the_matrix_is_one() {
        let matrix = [4.0, 1.0, 0.5, 1.0, 3.0, -0.2, 0.5, -0.2, 2.0];
        let inverse = inverse(&matrix, 3).unwrap();
        for row in 0..3 {
            for column in 0..3 {
                let entry: f64 =
                    (0..3).map(|k| matrix[row * 3 + k] * inverse[k * 3 + column]).sum();
                let one = f64::from(u8::from(row == column));
                assert!((entry - one).abs() < 1e-14, "{entry}");
            }
        }
    }
}
