//! The module `hub._core.stack`: fitting a stack, and predicting with it.

use mangotree_kernels::error::Error;
use mangotree_kernels::stack::catalogue::Catalogue;
use mangotree_kernels::stack::change::{self, Question, changes};
use mangotree_kernels::stack::columns::{CODES, COLUMNS};
use mangotree_kernels::stack::effects::FAMILIES;
use mangotree_kernels::stack::evidence::Learner;
use mangotree_kernels::stack::fit::{self as kernel, fit};
use mangotree_kernels::stack::log::{Answer, Extras, Log};
use mangotree_kernels::stack::model::{self, Stack as Kernel};
use mangotree_kernels::stack::trace;
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use pyo3::sync::MutexExt;
use pyo3::types::PyDict;
use std::sync::{Arc, Mutex, MutexGuard};

use crate::columns::{Doubles, Flags, Wholes, doubles};
use crate::convert::{Index, Named, Names, plain, refused};

static NAMES: Names = Names::new();

/// More would fill the memory of any hub.
const MOST_LEARNERS: usize = 10_000;

/// A fitted stack; it never changes.
#[pyclass(frozen, module = "hub._core.stack")]
pub struct Stack(pub Arc<Kernel>);

/// A fitted stack, and how the fit went.
#[pyclass(frozen, module = "hub._core.stack")]
pub struct Fit(kernel::Fit, Arc<Kernel>);

/// A chance of a right answer, and what each kind of evidence added to its logit.
#[pyclass(frozen, module = "hub._core.stack")]
pub struct Prediction(model::Prediction);

/// A change of one factor, and the chance after it.
#[pyclass(frozen, module = "hub._core.stack")]
pub struct Change(change::Change);

/// Learners who answer one after the other; safe to share between threads.
#[pyclass(frozen, module = "hub._core.stack")]
pub struct Learners {
    stack: Arc<Kernel>,
    learners: Mutex<Vec<Learner>>,
}

/// Columns as they come from Python.
struct Columns {
    learners: Wholes,
    items: Wholes,
    rights: Flags,
    optional: [Option<Doubles>; 3],
}

impl Columns {
    fn log(&self) -> Log<'_> {
        let [pace_s, hints, times_s] =
            self.optional.each_ref().map(|c| c.as_ref().map_or(&[][..], |c| &c.0));
        let (learners, items, rights) = (&self.learners.0, &self.items.0, &self.rights.0);
        Log { learners, items, rights, pace_s, hints, times_s }
    }
}

fn catalogue(n_skills: usize, item_skills: &[Vec<Index>]) -> PyResult<Catalogue> {
    let lists: Vec<Vec<usize>> = item_skills.iter().map(|list| plain(list)).collect();
    Catalogue::new(n_skills, &lists).map_err(|error| refused(&error))
}

#[pymethods]
impl Stack {
    /// The stack that `tables` and `sequences` of another gave.
    #[new]
    #[pyo3(signature = (*, n_skills, item_skills, has_pace, has_hints, has_times, sequences,
                        tables))]
    #[expect(clippy::needless_pass_by_value, reason = "lists from Python arrive as values")]
    fn new(
        n_skills: usize,
        item_skills: Vec<Vec<Index>>,
        has_pace: bool,
        has_hints: bool,
        has_times: bool,
        sequences: Vec<u64>,
        tables: &Bound<'_, PyDict>,
    ) -> PyResult<Self> {
        let named = |(name, column): (Bound<'_, PyAny>, Bound<'_, PyAny>)| {
            Ok((name.extract::<String>()?, column.extract::<Doubles>()?.0))
        };
        let tables: Vec<(String, Vec<f64>)> =
            tables.iter().map(named).collect::<PyResult<_>>()?;
        let extras = Extras { has_pace, has_hints, has_times };
        let catalogue = catalogue(n_skills, &item_skills)?;
        let stack = Kernel::from_tables(catalogue, extras, &sequences, &tables);
        stack.map(|stack| Self(Arc::new(stack))).map_err(|error| refused(&error))
    }

    /// Every fitted number, by the name of its table.
    fn tables<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let tables = PyDict::new(py);
        for (name, numbers) in self.0.tables() {
            tables.set_item(name, doubles(py, &numbers)?)?;
        }
        Ok(tables)
    }

    /// The sequences of sets of skills that have corrections, as numbers.
    #[getter]
    fn sequences(&self) -> Vec<u64> {
        self.0.sequences().to_vec()
    }

    /// Whether it was fitted with response times, with hints, with a clock.
    #[getter]
    fn extras(&self) -> (bool, bool, bool) {
        let extras = self.0.extras();
        (extras.has_pace, extras.has_hints, extras.has_times)
    }

    /// The chance of a right answer at each row, from the learner's rows before it.
    #[pyo3(signature = (learners, items, rights, *, pace_s=None, hints=None, times_s=None))]
    #[expect(clippy::too_many_arguments, reason = "each column has its own name in Python")]
    fn trace<'py>(
        &self,
        py: Python<'py>,
        learners: Wholes,
        items: Wholes,
        rights: Flags,
        pace_s: Option<Doubles>,
        hints: Option<Doubles>,
        times_s: Option<Doubles>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let columns = Columns { learners, items, rights, optional: [pace_s, hints, times_s] };
        let chances = py.detach(|| trace::trace(&self.0, &columns.log()));
        doubles(py, &chances.map_err(|error| refused(&error))?)
    }

    /// So many learners of whom nothing is known yet, at most 10,000.
    fn learners(&self, count: usize) -> PyResult<Learners> {
        if count > MOST_LEARNERS {
            let allowed = format!("at most {MOST_LEARNERS}");
            return Err(refused(&Error::Size { field: "learners", value: count, allowed }));
        }
        let learners = (0..count).map(|_| self.0.learner()).collect();
        Ok(Learners { stack: Arc::clone(&self.0), learners: Mutex::new(learners) })
    }
}

#[pymethods]
impl Fit {
    /// The stack.
    #[getter]
    fn stack(&self) -> Stack {
        Stack(Arc::clone(&self.1))
    }

    /// How many answers it was fitted on.
    #[getter]
    fn answers(&self) -> usize {
        self.0.answers
    }

    /// Of how many learners.
    #[getter]
    fn learners(&self) -> usize {
        self.0.learners
    }

    /// Mean -ln of the chance of what happened, on these answers.
    #[getter]
    fn log_loss(&self) -> f64 {
        self.0.log_loss
    }

    /// The variance of each family's corrections.
    #[getter]
    fn variances(&self) -> Vec<(&'static str, f64)> {
        FAMILIES.iter().map(|(name, _)| *name).zip(self.0.variances).collect()
    }

    /// What calibration added to each logit, after it multiplied it by `slope`.
    #[getter]
    fn shift(&self) -> f64 {
        self.0.shift
    }

    /// See `shift`.
    #[getter]
    fn slope(&self) -> f64 {
        self.0.slope
    }
}

#[pymethods]
impl Prediction {
    /// P(right).
    #[getter]
    fn p(&self) -> f64 {
        self.0.p
    }

    /// The log-odds of it.
    #[getter]
    fn logit(&self) -> f64 {
        self.0.logit
    }

    /// Codes and the numbers that add up to the logit.
    #[getter]
    fn reasons(&self, py: Python<'_>) -> Named {
        NAMES.beside(py, &CODES, &self.0.parts)
    }
}

#[pymethods]
impl Change {
    /// `MORE_RIGHT`, `MORE_WRONG`, `DIFFICULTY`, `OTHER_ITEM` or `WAIT`.
    #[getter]
    fn factor(&self) -> &'static str {
        self.0.factor
    }

    /// Answers, logits (above 0: easier) or seconds.
    #[getter]
    fn amount(&self) -> f64 {
        self.0.amount
    }

    /// The item that is then predicted.
    #[getter]
    fn item(&self) -> usize {
        self.0.item
    }

    /// P(right) then.
    #[getter]
    fn p(&self) -> f64 {
        self.0.p
    }
}

impl Learners {
    fn locked(&self, py: Python<'_>) -> PyResult<MutexGuard<'_, Vec<Learner>>> {
        let broken = |_| PyRuntimeError::new_err("the learners broke in an earlier call");
        self.learners.lock_py_attached(py).map_err(broken)
    }
}

fn unknown(learner: usize, below: usize) -> PyErr {
    refused(&Error::Unknown { field: "learner", value: learner, below })
}

#[pymethods]
impl Learners {
    /// The chance that `learner` answers `item` right, now or at `time_s`; nothing moves.
    #[pyo3(signature = (learner, item, *, time_s=f64::NAN))]
    fn predict(
        &self,
        py: Python<'_>,
        learner: Index,
        item: Index,
        time_s: f64,
    ) -> PyResult<Prediction> {
        let learners = self.locked(py)?;
        let who = learners.get(learner.0).ok_or_else(|| unknown(learner.0, learners.len()))?;
        let prediction = self.stack.predict(who, item.0, time_s);
        prediction.map(Prediction).map_err(|error| refused(&error))
    }

    /// Predicts an answer, then learns from it.
    #[pyo3(signature = (learner, item, is_right, *, pace_s=f64::NAN, hints=f64::NAN,
                        time_s=f64::NAN))]
    #[expect(clippy::too_many_arguments, reason = "each number has its own name in Python")]
    fn answer(
        &self,
        py: Python<'_>,
        learner: Index,
        item: Index,
        is_right: bool,
        pace_s: f64,
        hints: f64,
        time_s: f64,
    ) -> PyResult<Prediction> {
        let mut learners = self.locked(py)?;
        let below = learners.len();
        let who = learners.get_mut(learner.0).ok_or_else(|| unknown(learner.0, below))?;
        let answer = Answer { item: item.0, is_right, pace_s, hints, time_s };
        let prediction = self.stack.answer(who, &answer);
        prediction.map(Prediction).map_err(|error| refused(&error))
    }

    /// For each factor the smallest change that brings the chance over `threshold`; more
    /// answers would come on `practice`, else on the item itself. Nothing moves.
    #[pyo3(signature = (learner, item, *, threshold=0.5, practice=None, time_s=f64::NAN))]
    fn changes(
        &self,
        py: Python<'_>,
        learner: Index,
        item: Index,
        threshold: f64,
        practice: Option<Index>,
        time_s: f64,
    ) -> PyResult<Vec<Change>> {
        let learners = self.locked(py)?;
        let who = learners.get(learner.0).ok_or_else(|| unknown(learner.0, learners.len()))?;
        let practice = practice.map_or(item.0, |practice| practice.0);
        let question = Question { item: item.0, practice, threshold, time_s };
        let found = changes(&self.stack, who, &question).map_err(|error| refused(&error))?;
        Ok(found.into_iter().map(Change).collect())
    }
}

/// The stack that a log speaks for.
#[pyfunction]
#[pyo3(name = "fit", signature = (n_skills, item_skills, learners, items, rights, *,
                                  pace_s=None, hints=None, times_s=None))]
#[expect(clippy::too_many_arguments, reason = "each column has its own name in Python")]
#[expect(clippy::needless_pass_by_value, reason = "lists from Python arrive as values")]
fn fitted(
    py: Python<'_>,
    n_skills: usize,
    item_skills: Vec<Vec<Index>>,
    learners: Wholes,
    items: Wholes,
    rights: Flags,
    pace_s: Option<Doubles>,
    hints: Option<Doubles>,
    times_s: Option<Doubles>,
) -> PyResult<Fit> {
    let catalogue = catalogue(n_skills, &item_skills)?;
    let columns = Columns { learners, items, rights, optional: [pace_s, hints, times_s] };
    let found = py.detach(|| fit(catalogue, &columns.log()));
    let found = found.map_err(|error| refused(&error))?;
    let stack = Arc::new(found.stack.clone());
    Ok(Fit(found, stack))
}

/// The fitted stack.
#[pymodule]
pub mod stack {
    use super::{Bound, CODES, COLUMNS, PyModule, PyModuleMethods, PyResult};

    #[pymodule_export]
    use super::{Change, Fit, Learners, Prediction, Stack, fitted};

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        module.add("CODES", CODES)?;
        module.add("COLUMNS", COLUMNS.map(|column| column.name))?;
        super::super::named(module)
    }
}
