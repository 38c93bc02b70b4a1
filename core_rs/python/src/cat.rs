//! The module `hub._core.cat`.

use pyo3::prelude::*;

/// Adaptive tests.
#[pymodule]
pub mod cat {
    use super::{Bound, PyModule, PyResult};

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        super::super::named(module)
    }
}
