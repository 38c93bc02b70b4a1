//! The module `hub._core.irt`.

use pyo3::prelude::*;

/// Item response theory: curves, scoring, fit, fairness.
#[pymodule]
pub mod irt {
    use super::{Bound, PyModule, PyResult};

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        super::super::named(module)
    }
}
