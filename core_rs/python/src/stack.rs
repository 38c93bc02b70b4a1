//! The module `hub._core.stack`.

use pyo3::prelude::*;

/// The fitted stack.
#[pymodule]
pub mod stack {
    use super::{Bound, PyModule, PyResult};

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        super::super::named(module)
    }
}
