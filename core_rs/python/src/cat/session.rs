//! The classes `Stop`, `Pick` and `Session`: one lock around one kernel session.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use mangotree_kernels::cat::bank::Bank;
use mangotree_kernels::cat::design::{Decision, Design, Done, Rule, Stop as KernelStop};
use mangotree_kernels::cat::reasons;
use mangotree_kernels::cat::session as kernel;
use mangotree_kernels::error::Error;
use pyo3::exceptions::{PyRuntimeError, PyValueError};
use pyo3::prelude::*;
use pyo3::sync::MutexExt;
use pyo3::types::{PyBytes, PyString};

use super::names::Names;
use crate::columns::doubles;
use crate::convert::refused;

const RULES: [(&str, Rule); 11] = [
    ("mfi", Rule::Information),
    ("mepv", Rule::Variance),
    ("kl", Rule::Divergence),
    ("nearest_b", Rule::Difficulty),
    ("nearest_peak", Rule::Peak),
    ("mlwi", Rule::LikelihoodInformation),
    ("mpwi", Rule::PosteriorInformation),
    ("mei", Rule::ExpectedInformation),
    ("kl_likelihood", Rule::LikelihoodDivergence),
    ("gdi", Rule::Discrimination),
    ("gdi_likelihood", Rule::LikelihoodDiscrimination),
];

/// The rule called `name`.
pub fn rule(name: &str) -> PyResult<Rule> {
    let found = RULES.iter().find(|(known, _)| *known == name).map(|(_, rule)| *rule);
    let names = RULES.map(|(known, _)| known).join(", ");
    found.ok_or_else(|| PyValueError::new_err(format!("rule is {name:?}; allowed: {names}")))
}

/// Whether an answer was right: a truth value, or 1 or 0.
#[derive(Clone, Copy)]
pub struct Right(pub bool);

impl<'py> FromPyObject<'_, 'py> for Right {
    type Error = PyErr;

    fn extract(answer: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        match answer.extract::<i64>()? {
            0 => Ok(Self(false)),
            1 => Ok(Self(true)),
            other => {
                let said = format!("an answer is {other}; allowed: 0 or 1, False or True");
                Err(PyValueError::new_err(said))
            }
        }
    }
}

/// When a test stops.
#[pyclass(frozen, module = "hub._core.cat")]
pub struct Stop(pub KernelStop);

#[pymethods]
impl Stop {
    #[new]
    #[pyo3(signature = (*, max, min=0, se=None, cuts=vec![], confidence=None, zone=None,
                        error=None))]
    fn new(
        max: u32,
        min: u32,
        se: Option<f64>,
        cuts: Vec<f64>,
        confidence: Option<f64>,
        zone: Option<f64>,
        error: Option<f64>,
    ) -> PyResult<Self> {
        let decision =
            decision(confidence, zone.zip(error), zone.is_some() || error.is_some())?;
        Ok(Self(KernelStop { min, max, se: se.unwrap_or(0.0), cuts, decision }))
    }
}

/// By belief at .95 unless told otherwise; a zone and an error ask for Wald's ratio.
fn decision(
    confidence: Option<f64>,
    ratio: Option<(f64, f64)>,
    wants_ratio: bool,
) -> PyResult<Decision> {
    match (confidence, ratio) {
        (Some(confidence), None) if !wants_ratio => Ok(Decision::Belief { confidence }),
        (None, None) if !wants_ratio => Ok(Decision::Belief { confidence: 0.95 }),
        (None, Some((zone, error))) => Ok(Decision::Ratio { zone, error }),
        _ => Err(PyValueError::new_err(
            "a cut is decided in one way; allowed: confidence alone, or zone and error",
        )),
    }
}

/// The item that comes next, and why.
#[pyclass(frozen, module = "hub._core.cat")]
pub struct Pick {
    pick: reasons::Pick,
    id: Py<PyString>,
}

#[pymethods]
impl Pick {
    /// The item.
    #[getter]
    fn item(&self, py: Python<'_>) -> Py<PyString> {
        self.id.clone_ref(py)
    }

    /// Its information at the estimate.
    #[getter]
    fn information(&self) -> f64 {
        self.pick.information
    }

    /// P(right) at the estimate.
    #[getter]
    fn p(&self) -> f64 {
        self.pick.p
    }

    /// How likely it was that this item would be picked here.
    #[getter]
    fn propensity(&self) -> f64 {
        self.pick.propensity
    }

    /// Codes and numbers.
    #[getter]
    fn reasons(&self) -> Vec<(&'static str, f64)> {
        self.pick.reasons.clone()
    }
}

/// One examinee's test; safe to share between threads.
#[pyclass(frozen, module = "hub._core.cat")]
pub struct Session {
    session: Mutex<kernel::Session>,
    names: Arc<Names>,
}

fn broken<T>(_: PoisonError<T>) -> PyErr {
    PyRuntimeError::new_err("the session broke in an earlier call; restore it from its bytes")
}

impl Session {
    /// A test that begins; `chance` is the seed and the examinee's number.
    pub fn start(
        bank: Arc<Bank>,
        names: Arc<Names>,
        design: Design,
        chance: (u64, u64),
    ) -> Self {
        let session = kernel::Session::start(bank, Arc::new(design), chance.0, chance.1);
        Self { session: Mutex::new(session), names }
    }

    /// The test in `state`.
    pub fn restored(bank: Arc<Bank>, names: Arc<Names>, state: &[u8]) -> PyResult<Self> {
        let session = kernel::Session::from_bytes(bank, state);
        let session = session.map_err(|error| refused(&error))?;
        Ok(Self { session: Mutex::new(session), names })
    }

    /// Learns from an answer that was given before.
    pub fn take(&self, item: usize, is_right: bool) -> PyResult<()> {
        let taken = self.session.lock().map_err(broken)?.take(item, is_right);
        taken.map_err(|error| self.told(&error, item))
    }

    fn locked(&self, py: Python<'_>) -> PyResult<MutexGuard<'_, kernel::Session>> {
        self.session.lock_py_attached(py).map_err(broken)
    }

    /// The kernel's refusal, with the item's name where it has its index.
    fn told(&self, error: &Error, item: usize) -> PyErr {
        match error {
            Error::OutOfRange { field: "item", allowed, .. } => {
                let said = format!("item is {}; allowed: {allowed}", self.names.items[item]);
                PyValueError::new_err(said)
            }
            _ => refused(error),
        }
    }
}

#[pymethods]
impl Session {
    /// The item that comes next, the same until it is answered; None when the test is over.
    fn next(&self, py: Python<'_>) -> PyResult<Option<Pick>> {
        let pick = self.locked(py)?.next();
        Ok(pick.map(|pick| Pick { id: self.names.items[pick.item].clone_ref(py), pick }))
    }

    /// Learns from the answer to the item that comes next.
    fn answer(&self, py: Python<'_>, item: &str, right: Right) -> PyResult<()> {
        let item = self.names.item(item)?;
        let answered = self.locked(py)?.answer(item, right.0);
        answered.map_err(|error| self.told(&error, item))
    }

    /// The estimated ability.
    #[getter]
    fn theta(&self, py: Python<'_>) -> PyResult<f64> {
        Ok(self.locked(py)?.theta())
    }

    /// Its standard error.
    #[getter]
    fn se(&self, py: Python<'_>) -> PyResult<f64> {
        Ok(self.locked(py)?.se())
    }

    /// Why the test is over; None while it goes on.
    #[getter]
    fn done(&self, py: Python<'_>) -> PyResult<Option<&'static str>> {
        let mut session = self.locked(py)?;
        session.pending();
        Ok(session.done().map(Done::code))
    }

    /// How many cuts lie below the estimate.
    #[getter]
    fn category(&self, py: Python<'_>) -> PyResult<usize> {
        Ok(self.locked(py)?.class())
    }

    /// How many items areas still lack to reach their least.
    #[getter]
    fn owed(&self, py: Python<'_>) -> PyResult<u32> {
        Ok(self.locked(py)?.owed())
    }

    /// The items so far, and whether each was answered right.
    #[getter]
    fn answers(&self, py: Python<'_>) -> PyResult<Vec<(Py<PyString>, bool)>> {
        let given = self.locked(py)?.answers().to_vec();
        let named =
            |(item, right): (usize, bool)| (self.names.items[item].clone_ref(py), right);
        Ok(given.into_iter().map(named).collect())
    }

    /// Abilities and what is believed of each, adding up to 1.
    #[getter]
    fn posterior<'py>(
        &self,
        py: Python<'py>,
    ) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyAny>)> {
        let session = self.locked(py)?;
        let (nodes, shares) = (session.posterior().grid().nodes(), session.shares());
        drop(session);
        Ok((doubles(py, &nodes)?, doubles(py, &shares)?))
    }

    /// The session in less than 1,000 bytes, without its bank.
    fn to_bytes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        Ok(PyBytes::new(py, &self.locked(py)?.to_bytes()))
    }
}
