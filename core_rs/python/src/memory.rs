//! The module `hub._core.memory`: spaced review, one memory or columns of them.

use mangotree_kernels::error::Error;
use mangotree_kernels::fsrs::{self, Memory, Rating};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

use crate::columns::{Doubles, doubles};
use crate::convert::refused;

/// A pair of columns, or of the numbers of one memory: stabilities and difficulties.
type Pair<'py> = (Bound<'py, PyAny>, Bound<'py, PyAny>);

/// The parameters of a scheduler, checked once; safe to share between threads.
#[pyclass(frozen, module = "hub._core.memory")]
pub struct Model(fsrs::Scheduler);

#[pymethods]
impl Model {
    #[new]
    #[expect(clippy::needless_pass_by_value, reason = "columns from Python arrive as values")]
    fn new(parameters: Doubles) -> PyResult<Self> {
        fsrs::Scheduler::new(&parameters.0).map(Self).map_err(|error| refused(&error))
    }

    /// Stability and difficulty after a first review.
    fn first(&self, rating: f64) -> PyResult<(f64, f64)> {
        let rating = Rating::from_number(rating).map_err(|error| refused(&error))?;
        let memory = self.0.first(rating);
        Ok((memory.stability, memory.difficulty))
    }

    /// Stability and difficulty after a review `elapsed_days` after the one before.
    fn step(
        &self,
        stability: f64,
        difficulty: f64,
        elapsed_days: f64,
        rating: f64,
    ) -> PyResult<(f64, f64)> {
        let memory = self.stepped(stability, difficulty, elapsed_days, rating);
        let memory = memory.map_err(|error| refused(&error))?;
        Ok((memory.stability, memory.difficulty))
    }

    /// The chance of recall after `elapsed_days`.
    fn retrievability(&self, elapsed_days: f64, stability: f64) -> PyResult<f64> {
        let found = self.recalled(elapsed_days, stability);
        found.map_err(|error| refused(&error))
    }

    /// Days until the chance of recall is `retention`.
    fn interval(&self, stability: f64, retention: f64) -> PyResult<f64> {
        self.due(stability, retention).map_err(|error| refused(&error))
    }

    /// `first` for a column.
    #[expect(clippy::needless_pass_by_value, reason = "columns from Python arrive as values")]
    fn first_many<'py>(&self, py: Python<'py>, ratings: Doubles) -> PyResult<Pair<'py>> {
        let first = |at: usize| Rating::from_number(ratings.0[at]).map(|r| self.0.first(r));
        pair(py, py.detach(|| each(ratings.0.len(), first)))
    }

    /// `step` for columns of one length.
    #[expect(clippy::needless_pass_by_value, reason = "columns from Python arrive as values")]
    fn step_many<'py>(
        &self,
        py: Python<'py>,
        stabilities: Doubles,
        difficulties: Doubles,
        elapsed_days: Doubles,
        ratings: Doubles,
    ) -> PyResult<Pair<'py>> {
        let (s, d, days, r) = (&stabilities.0, &difficulties.0, &elapsed_days.0, &ratings.0);
        alike(&[s.len(), d.len(), days.len(), r.len()])?;
        pair(py, py.detach(|| each(s.len(), |at| self.stepped(s[at], d[at], days[at], r[at]))))
    }

    /// `retrievability` for columns of one length.
    #[expect(clippy::needless_pass_by_value, reason = "columns from Python arrive as values")]
    fn retrievability_many<'py>(
        &self,
        py: Python<'py>,
        elapsed_days: Doubles,
        stabilities: Doubles,
    ) -> PyResult<Bound<'py, PyAny>> {
        let (days, s) = (&elapsed_days.0, &stabilities.0);
        alike(&[days.len(), s.len()])?;
        let found = py.detach(|| each(s.len(), |at| self.recalled(days[at], s[at])));
        doubles(py, &found.map_err(PyValueError::new_err)?)
    }

    /// `interval` for a column.
    #[expect(clippy::needless_pass_by_value, reason = "columns from Python arrive as values")]
    fn interval_many<'py>(
        &self,
        py: Python<'py>,
        stabilities: Doubles,
        retention: f64,
    ) -> PyResult<Bound<'py, PyAny>> {
        let s = &stabilities.0;
        let found = py.detach(|| each(s.len(), |at| self.due(s[at], retention)));
        doubles(py, &found.map_err(PyValueError::new_err)?)
    }
}

impl Model {
    fn stepped(&self, s: f64, d: f64, days: f64, rating: f64) -> Result<Memory, Error> {
        let (memory, days) = (Memory::new(s, d)?, fsrs::elapsed(days)?);
        Ok(self.0.step(memory, days, Rating::from_number(rating)?))
    }

    fn recalled(&self, days: f64, stability: f64) -> Result<f64, Error> {
        let days = fsrs::elapsed(days)?;
        Ok(self.0.retrievability(days, fsrs::stability(stability)?))
    }

    fn due(&self, stability: f64, retention: f64) -> Result<f64, Error> {
        let stability = fsrs::stability(stability)?;
        Ok(self.0.interval(stability, fsrs::retention(retention)?))
    }
}

/// What `value` gives for each place, or what is wrong and at which.
fn each<T>(count: usize, value: impl Fn(usize) -> Result<T, Error>) -> Result<Vec<T>, String> {
    let told = |at: usize| value(at).map_err(|error| format!("place {at}: {error}"));
    (0..count).map(told).collect()
}

fn pair(py: Python<'_>, memories: Result<Vec<Memory>, String>) -> PyResult<Pair<'_>> {
    let memories = memories.map_err(PyValueError::new_err)?;
    let column = |of: fn(&Memory) -> f64| memories.iter().map(of).collect::<Vec<_>>();
    let stabilities = doubles(py, &column(|memory| memory.stability))?;
    Ok((stabilities, doubles(py, &column(|memory| memory.difficulty))?))
}

fn alike(lengths: &[usize]) -> PyResult<()> {
    if lengths.windows(2).all(|pair| pair[0] == pair[1]) {
        return Ok(());
    }
    let said = format!("columns have {lengths:?} entries; allowed: all the same number");
    Err(PyValueError::new_err(said))
}

/// Spaced review.
#[pymodule]
pub mod memory {
    use mangotree_kernels::fsrs::DEFAULTS;

    #[pymodule_export]
    use super::Model;
    use super::{Bound, PyModule, PyModuleMethods, PyResult};

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        module.add("DEFAULTS", DEFAULTS.to_vec())?;
        super::super::named(module)
    }
}
