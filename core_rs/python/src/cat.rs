//! The module `hub._core.cat`: adaptive tests.

use pyo3::prelude::*;

mod bank;
mod names;
mod results;
mod session;

/// Adaptive tests: item banks, sessions, simulated examinees.
#[pymodule]
pub mod cat {
    use mangotree_kernels::cat::design::{MOST_ANSWERS, MOST_CUTS};
    use mangotree_kernels::cat::index::MOST;
    use mangotree_kernels::cat::quota::MOST_QUOTAS;
    use pyo3::types::PyModuleMethods;

    #[pymodule_export]
    use super::bank::ItemBank;
    #[pymodule_export]
    use super::results::{Shadow, Simulated};
    #[pymodule_export]
    use super::session::{Pick, Session, Stop};
    use super::{Bound, PyModule, PyResult};

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        module.add("MOST_ANSWERS", MOST_ANSWERS)?;
        module.add("MOST_CUTS", MOST_CUTS)?;
        module.add("MOST_QUOTAS", MOST_QUOTAS)?;
        module.add("MOST_RANDOMESQUE", MOST)?;
        super::super::named(module)
    }
}
