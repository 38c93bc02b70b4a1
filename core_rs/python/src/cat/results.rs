//! The classes `Shadow` and `Simulated`: what was found, as names and columns of numbers.

use std::sync::Arc;

use mangotree_kernels::cat::{shadow, simulate};
use pyo3::prelude::*;
use pyo3::types::PyString;

use super::names::Names;
use crate::columns::{doubles, wholes};

/// The best whole test that can still be made.
#[pyclass(frozen, module = "hub._core.cat")]
pub struct Shadow {
    pub test: shadow::Shadow,
    pub names: Arc<Names>,
}

#[pymethods]
impl Shadow {
    /// Its items, the most informative first.
    #[getter]
    fn items(&self, py: Python<'_>) -> Vec<Py<PyString>> {
        self.test.items.iter().map(|item| self.names.items[*item].clone_ref(py)).collect()
    }

    /// Their information together.
    #[getter]
    fn information(&self) -> f64 {
        self.test.value
    }

    /// How much better another test could be, as a share; 0 when none is.
    #[getter]
    fn gap(&self) -> f64 {
        self.test.gap()
    }
}

/// Simulated tests, examinee after examinee.
#[pyclass(frozen, module = "hub._core.cat")]
pub struct Simulated {
    pub tests: simulate::Simulated,
    pub n_items: usize,
}

#[pymethods]
impl Simulated {
    /// The estimates.
    #[getter]
    fn theta<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        doubles(py, &self.tests.thetas)
    }

    /// Their standard errors.
    #[getter]
    fn se<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        doubles(py, &self.tests.ses)
    }

    /// How many items each got.
    #[getter]
    fn lengths<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        wholes(py, &self.tests.lengths)
    }

    /// Indices of all items in the order given, examinee after examinee.
    #[getter]
    fn items<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        wholes(py, &self.tests.items)
    }

    /// Whether each was answered right.
    #[getter]
    fn rights<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let rights: Vec<usize> =
            self.tests.rights.iter().map(|right| (*right).into()).collect();
        wholes(py, &rights)
    }

    /// Why each test ended.
    #[getter]
    fn done(&self) -> Vec<&'static str> {
        self.tests.reasons.iter().map(|done| done.code()).collect()
    }

    /// The share of examinees that got each item.
    #[getter]
    fn exposure<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        doubles(py, &self.tests.exposure(self.n_items))
    }
}
