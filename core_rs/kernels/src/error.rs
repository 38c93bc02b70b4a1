//! What the kernels refuse, and why: each case names the field, the value and what is allowed.
//!
//! Inputs are checked once, where they come in; behind that edge they are trusted. Nothing here
//! costs more than its own size, and nothing falls back in silence. Do not use it for faults of
//! the machine (a full disk, a lost link): the kernels have none.

use std::fmt;

/// A refusal: which field, the value that came, and the values that it may have.
#[derive(Clone, Debug, PartialEq)]
pub enum Error {
    /// A number outside its range; not-a-number lies outside every range.
    OutOfRange {
        /// Which number.
        field: &'static str,
        /// What came.
        value: f64,
        /// What may come, in words.
        allowed: &'static str,
    },
    /// A number in a table, outside its range.
    Cell {
        /// Which table.
        field: &'static str,
        /// Its row, from 0.
        row: usize,
        /// Its column, from 0.
        column: usize,
        /// What came.
        value: f64,
        /// What may come, in words.
        allowed: &'static str,
    },
    /// An index of a learner, a skill or an item that is not there.
    Unknown {
        /// Which index.
        field: &'static str,
        /// What came.
        value: usize,
        /// Every index below this one exists.
        below: usize,
    },
    /// A list that is too short, too long, or holds something twice.
    Size {
        /// Which list.
        field: &'static str,
        /// Its length.
        value: usize,
        /// What its length may be, in words.
        allowed: String,
    },
    /// A weight that is missing, or whose name no part of the model carries.
    Weight {
        /// Always `weights`.
        field: &'static str,
        /// The name in question.
        value: String,
        /// What was expected, in words.
        allowed: &'static str,
    },
    /// Prerequisites that lead from a skill back to itself.
    Cycle {
        /// Always `prerequisites`.
        field: &'static str,
        /// A skill on the cycle.
        value: usize,
        /// What is allowed, in words.
        allowed: &'static str,
    },
    /// Bytes that are no saved state of this domain.
    State {
        /// Which part of the bytes.
        field: &'static str,
        /// What stood there.
        value: u64,
        /// What should have stood there.
        allowed: u64,
    },
}

impl fmt::Display for Error {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OutOfRange { field, value, allowed } => {
                write!(out, "{field} is {value}; allowed: {allowed}")
            }
            Self::Cell { field, row, column, value, allowed } => {
                write!(
                    out,
                    "{field}: row {row}, column {column} is {value}; allowed: {allowed}"
                )
            }
            Self::Unknown { field, value, below: 0 } => {
                write!(out, "{field} {value} is unknown; there is none yet")
            }
            Self::Unknown { field, value, below } => {
                write!(out, "{field} {value} is unknown; allowed: 0 to {}", below - 1)
            }
            Self::Size { field, value, allowed } => {
                write!(out, "{field} has {value} entries; allowed: {allowed}")
            }
            Self::Weight { field, value, allowed } => {
                write!(out, "{field}: {value} {allowed}")
            }
            Self::Cycle { field, value, allowed } => {
                write!(out, "{field} of skill {value} lead back to it; allowed: {allowed}")
            }
            Self::State { field, value, allowed } => {
                write!(out, "saved state: {field} is {value}; allowed: {allowed}")
            }
        }
    }
}

impl std::error::Error for Error {}

/// `value` if it is a number from `low` to `high`, both included.
///
/// # Errors
/// `OutOfRange` with `field` and `allowed`.
pub fn within(
    field: &'static str,
    value: f64,
    (low, high): (f64, f64),
    allowed: &'static str,
) -> Result<f64, Error> {
    if (low..=high).contains(&value) {
        Ok(value)
    } else {
        Err(Error::OutOfRange { field, value, allowed })
    }
}

/// `index` if something stands there.
///
/// # Errors
/// `Unknown` with `field`.
pub fn known(field: &'static str, index: usize, below: usize) -> Result<usize, Error> {
    if index < below { Ok(index) } else { Err(Error::Unknown { field, value: index, below }) }
}
