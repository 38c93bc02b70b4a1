//! The Python module `hub._core`: convert, release the lock, call, map errors. No arithmetic.
//!
//! A bad value becomes `ValueError`, an unknown learner, skill or item `KeyError`; both carry
//! the kernel's own sentence. Lists are built only when an attribute is read.
#![forbid(unsafe_code)]

use pyo3::prelude::*;

mod convert;
mod results;
mod tracer;

/// The kernels of Mangotree.
#[pymodule]
mod _core {
    use mangotree_kernels::bkt::MASTERED;
    use mangotree_kernels::logistic::CODES;

    #[pymodule_export]
    use super::results::{AheadNode, Choice, Evidence, Prediction, Traced};
    #[pymodule_export]
    use super::tracer::Tracer;
    use super::{Bound, PyModule, PyModuleMethods, PyResult};

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        let profile = if cfg!(debug_assertions) { "debug" } else { "release" };
        module.add("__version__", env!("CARGO_PKG_VERSION"))?;
        module.add("build_profile", profile)?;
        module.add("WEIGHT_NAMES", CODES)?;
        module.add("MASTERED", MASTERED)
    }
}
