//! From Python to the kernels: indices, rules and errors.

use mangotree_kernels::domain::Domain;
use mangotree_kernels::error::Error;
use mangotree_kernels::plan::Rules;
use pyo3::exceptions::{PyKeyError, PyOverflowError, PyValueError};
use pyo3::prelude::*;

/// An index of a learner, a skill or an item; a negative one is unknown, not counted backwards.
#[derive(Clone, Copy)]
pub struct Index(pub usize);

impl<'py> FromPyObject<'_, 'py> for Index {
    type Error = PyErr;

    fn extract(number: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        match number.extract::<usize>() {
            Err(error) if error.is_instance_of::<PyOverflowError>(number.py()) => {
                Err(PyKeyError::new_err(format!("index {} is unknown", number.str()?)))
            }
            index => index.map(Self),
        }
    }
}

/// The plain indices.
pub fn plain(indices: &[Index]) -> Vec<usize> {
    indices.iter().map(|index| index.0).collect()
}

/// The kernel's refusal as the Python exception that callers expect.
pub fn refused(error: &Error) -> PyErr {
    match error {
        Error::Unknown { .. } => PyKeyError::new_err(error.to_string()),
        _ => PyValueError::new_err(error.to_string()),
    }
}

/// The teacher's rules as they come from Python, not yet checked.
pub struct RawRules {
    pub pinned: Vec<Index>,
    pub skipped: Vec<Index>,
    pub unlocked: Vec<Index>,
    pub banned_items: Vec<Index>,
    pub target: f64,
}

impl RawRules {
    /// The rules, checked against `domain`.
    pub fn checked(&self, domain: &Domain) -> PyResult<Rules> {
        let skipped_unlocked = [plain(&self.skipped), plain(&self.unlocked)];
        let (pinned, banned) = (plain(&self.pinned), plain(&self.banned_items));
        Rules::new(domain, pinned, skipped_unlocked, banned, self.target)
            .map_err(|error| refused(&error))
    }
}
