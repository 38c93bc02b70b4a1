//! The module `hub._core.memory`.

use pyo3::prelude::*;

/// Spaced review.
#[pymodule]
pub mod memory {
    use super::{Bound, PyModule, PyResult};

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        super::super::named(module)
    }
}
