//! The Python module `hub._core`: convert, release the lock, call, map errors. No arithmetic.
//!
//! A bad value becomes `ValueError`, an unknown learner, skill or item `KeyError`; both carry
//! the kernel's own sentence. Lists are built only when an attribute is read. Each field has a
//! module of its own below `hub._core`; tracing and planning, the way of an answer, stand at
//! the top.
#![forbid(unsafe_code)]

use pyo3::prelude::*;

mod answer;
mod bkt;
mod calibration;
mod cat;
mod columns;
mod convert;
mod diagnose;
mod irt;
mod memory;
mod results;
mod stack;
mod tracer;

/// Makes `import hub._core.NAME` find a module that is no file.
fn named(module: &Bound<'_, PyModule>) -> PyResult<()> {
    let name = format!("hub._core.{}", module.name()?);
    module.py().import("sys")?.getattr("modules")?.set_item(name, module)
}

/// The kernels of Mangotree.
#[pymodule]
mod _core {
    use mangotree_kernels::ARITHMETIC;
    use mangotree_kernels::bkt::MASTERED;
    use mangotree_kernels::logistic::CODES;

    #[pymodule_export]
    use super::answer::answer;
    #[pymodule_export]
    use super::bkt::bkt;
    #[pymodule_export]
    use super::calibration::calibration;
    #[pymodule_export]
    use super::cat::cat;
    #[pymodule_export]
    use super::convert::Rules;
    #[pymodule_export]
    use super::diagnose::diagnose;
    #[pymodule_export]
    use super::irt::irt;
    #[pymodule_export]
    use super::memory::memory;
    #[pymodule_export]
    use super::results::{AheadNode, Choice, Evidence, Prediction, Stated, Traced};
    #[pymodule_export]
    use super::stack::stack;
    #[pymodule_export]
    use super::tracer::Tracer;
    use super::{Bound, PyModule, PyModuleMethods, PyResult};

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        let profile = if cfg!(debug_assertions) { "debug" } else { "release" };
        module.add("__version__", env!("CARGO_PKG_VERSION"))?;
        module.add("build_profile", profile)?;
        module.add("ARITHMETIC", ARITHMETIC)?;
        module.add("WEIGHT_NAMES", CODES)?;
        module.add("MASTERED", MASTERED)
    }
}
