//! The module `hub._core.bkt`.

use pyo3::prelude::*;

/// BKT: fitting by EM, batches of answers.
#[pymodule]
pub mod bkt {
    use super::{Bound, PyModule, PyResult};

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        super::super::named(module)
    }
}
