//! The module `hub._core.bkt`: logs in, parameters and chances out.

use pyo3::prelude::*;

mod classes;
mod log;

/// BKT: fitting by EM, batches of answers.
#[pymodule]
pub mod bkt {
    use mangotree_kernels::bkt_fit::fit as kernel;
    use pyo3::prelude::*;

    #[pymodule_export]
    use super::classes::{Answers, Counts, Fitted, Parameters, Report, Settings};
    use super::log::Columns;
    #[pymodule_export]
    use super::log::Log;
    use crate::convert::refused;

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        super::super::named(module)
    }

    /// The likeliest parameters of a log; `progress(done, of)` is called after each skill and
    /// may raise to stop the fit.
    #[pyfunction]
    #[pyo3(signature = (answers, settings, progress=None))]
    #[expect(clippy::needless_pass_by_value, reason = "without the lock it must be owned")]
    fn fit(
        py: Python<'_>,
        answers: &Answers,
        settings: &Settings,
        progress: Option<Py<PyAny>>,
    ) -> PyResult<Fitted> {
        let mut stopped: Option<PyErr> = None;
        let mut report = |done: usize, of: usize| {
            let told = Python::attach(|py| {
                py.check_signals()?;
                progress.as_ref().map_or(Ok(()), |call| call.call1(py, (done, of)).map(drop))
            });
            stopped = told.err();
            stopped.is_none()
        };
        let found = py.detach(|| kernel::fit(&answers.0, &settings.0, &mut report));
        match (found.map_err(|error| refused(&error))?, stopped) {
            (Some(found), None) => Ok(Fitted(found)),
            (_, Some(error)) => Err(error),
            (None, None) => Err(pyo3::exceptions::PyRuntimeError::new_err("the fit stopped")),
        }
    }

    /// The expected counts of a log at these parameters.
    #[pyfunction]
    #[pyo3(signature = (parameters, answers, threads=1))]
    fn expect(
        py: Python<'_>,
        parameters: &Parameters,
        answers: &Answers,
        threads: usize,
    ) -> PyResult<Counts> {
        let found = py.detach(|| kernel::expect(&answers.0, &parameters.0, threads));
        found.map(Counts).map_err(|error| refused(&error))
    }

    /// The parameters after one M-step for counts that were taken at `parameters`.
    #[pyfunction]
    fn maximise(
        py: Python<'_>,
        parameters: &Parameters,
        counts: &Counts,
        settings: &Settings,
    ) -> PyResult<Parameters> {
        let found = py.detach(|| kernel::maximise(&parameters.0, &counts.0, &settings.0));
        found.map(Parameters).map_err(|error| refused(&error))
    }

    /// P(right) before each row's answer.
    #[pyfunction]
    #[pyo3(signature = (parameters, log, *, guarded=true))]
    fn predict<'py>(
        py: Python<'py>,
        parameters: &Parameters,
        log: &Log,
        guarded: bool,
    ) -> PyResult<Bound<'py, PyAny>> {
        Ok(log.followed(py, &parameters.0, guarded, false)?.0)
    }

    /// P(right) before each row's answer, and P(known) after it for each of the row's skills.
    #[pyfunction]
    #[pyo3(signature = (parameters, log, *, guarded=true))]
    fn trace<'py>(
        py: Python<'py>,
        parameters: &Parameters,
        log: &Log,
        guarded: bool,
    ) -> PyResult<Columns<'py>> {
        log.followed(py, &parameters.0, guarded, true)
    }
}
