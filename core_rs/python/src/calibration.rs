//! The module `hub._core.calibration`.

use pyo3::prelude::*;

/// Calibration of item banks.
#[pymodule]
pub mod calibration {
    use super::{Bound, PyModule, PyResult};

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        super::super::named(module)
    }
}
