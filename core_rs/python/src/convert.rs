//! From Python to the kernels: indices, rules and errors.

use std::sync::Arc;

use mangotree_kernels::bkt::Bkt;
use mangotree_kernels::domain::Domain;
use mangotree_kernels::error::Error;
use mangotree_kernels::plan::{self, Course, Goal, Overrides};
use pyo3::conversion::FromPyObjectOwned;
use pyo3::exceptions::{PyKeyError, PyOverflowError, PyValueError};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyString;

/// An index of a learner, a skill or an item; a negative one is unknown, not counted backwards.
#[derive(Clone, Copy)]
pub struct Index(pub usize);

impl<'py> FromPyObject<'_, 'py> for Index {
    type Error = PyErr;

    fn extract(number: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        match number.extract::<usize>() {
            Err(error) if error.is_instance_of::<PyOverflowError>(number.py()) => {
                Err(PyKeyError::new_err(format!("index {} is unknown", number.str()?)))
            }
            index => index.map(Self),
        }
    }
}

/// Codes and numbers as Python takes them.
pub type Named = Vec<(Py<PyString>, f64)>;

/// Codes as Python strings, made once and not at every reading of the reasons.
pub struct Names(PyOnceLock<Vec<Py<PyString>>>);

impl Names {
    /// No string yet.
    pub const fn new() -> Self {
        Self(PyOnceLock::new())
    }

    /// Each of `codes`, which are the same at each call, with its part.
    pub fn beside(&self, py: Python<'_>, codes: &[&str], parts: &[f64]) -> Named {
        let make = || codes.iter().map(|code| PyString::intern(py, code).unbind()).collect();
        let names = self.0.get_or_init(py, make);
        names.iter().map(|name| name.clone_ref(py)).zip(parts.iter().copied()).collect()
    }
}

/// The plain indices.
pub fn plain(indices: &[Index]) -> Vec<usize> {
    indices.iter().map(|index| index.0).collect()
}

/// The plain indices of what may be missing.
pub fn places(indices: Vec<Option<Index>>) -> Vec<Option<usize>> {
    indices.into_iter().map(|index| index.map(|index| index.0)).collect()
}

/// What is taught, checked; a skill is (prior, learn, forget, guess, slip).
pub fn domain(
    skills: Vec<(f64, f64, f64, f64, f64)>,
    prerequisites: Vec<Vec<Index>>,
    item_skills: Vec<Vec<Index>>,
    item_difficulty: Vec<f64>,
) -> PyResult<Domain> {
    let lists = |lists: Vec<Vec<Index>>| {
        lists
            .into_iter()
            .map(|list| list.iter().map(|index| index.0).collect())
            .collect::<Vec<_>>()
    };
    let bkt = |(prior, learn, forget, guess, slip)| Bkt::new(prior, learn, forget, guess, slip);
    let skills: Result<Vec<Bkt>, Error> = skills.into_iter().map(bkt).collect();
    let made = skills.and_then(|skills| {
        Domain::new(skills, &lists(prerequisites), &lists(item_skills), item_difficulty)
    });
    made.map_err(|error| refused(&error))
}

/// The kernel's refusal as the Python exception that callers expect.
pub fn refused(error: &Error) -> PyErr {
    match error {
        Error::Unknown { .. } => PyKeyError::new_err(error.to_string()),
        _ => PyValueError::new_err(error.to_string()),
    }
}

/// A whole number of its type; one beyond it is a bad value.
#[derive(Clone, Copy)]
pub struct Number<T>(pub T);

impl<'py, T: FromPyObjectOwned<'py, Error = PyErr>> FromPyObject<'_, 'py> for Number<T> {
    type Error = PyErr;

    fn extract(number: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        match number.extract::<T>() {
            Err(error) if error.is_instance_of::<PyOverflowError>(number.py()) => {
                let said =
                    format!("the number is {}; allowed: 0 to the largest", number.str()?);
                Err(PyValueError::new_err(said))
            }
            whole => whole.map(Self),
        }
    }
}

/// What the teacher set for a learner and what is aimed for, checked once and used often.
#[pyclass(frozen, module = "hub._core")]
pub struct Rules(pub Arc<plan::Rules>);

#[pymethods]
impl Rules {
    /// The name of the goal.
    #[getter]
    fn goal(&self) -> &'static str {
        let goal = self.0.course().goal;
        Goal::NAMED.iter().find(|(_, each)| *each == goal).map_or("", |(name, _)| *name)
    }

    /// The success to aim for.
    #[getter]
    fn target(&self) -> f64 {
        self.0.pace().target
    }

    /// One slot in so many is for a due review; 0 for none.
    #[getter]
    fn review_every(&self) -> u32 {
        self.0.pace().review_every
    }

    /// The share of picks in the fringe that try another item.
    #[getter]
    fn exploration(&self) -> f64 {
        self.0.course().exploration
    }
}

/// One set of rules for all learners, or one for each.
#[derive(FromPyObject)]
pub enum Handles {
    One(Py<Rules>),
    Each(Vec<Py<Rules>>),
}

impl Handles {
    /// The kernel's rules, which need no lock to read.
    pub fn shared(&self) -> Vec<Arc<plan::Rules>> {
        let shared = |rules: &Py<Rules>| Arc::clone(&rules.get().0);
        match self {
            Self::One(rules) => vec![shared(rules)],
            Self::Each(rules) => rules.iter().map(shared).collect(),
        }
    }
}

/// The teacher's rules as they come from Python, not yet checked.
#[derive(Default)]
pub struct RawRules {
    pub pinned: Vec<Index>,
    pub skipped: Vec<Index>,
    pub unlocked: Vec<Index>,
    pub banned_items: Vec<Index>,
    pub course: Course,
}

impl RawRules {
    /// The rules, checked against `domain`.
    pub fn checked(&self, domain: &Domain) -> PyResult<Arc<plan::Rules>> {
        let overrides = Overrides {
            pinned: plain(&self.pinned),
            skipped: plain(&self.skipped),
            unlocked: plain(&self.unlocked),
            banned: plain(&self.banned_items),
        };
        let rules = plan::Rules::new(domain, overrides, self.course);
        rules.map(Arc::new).map_err(|error| refused(&error))
    }

    /// The rules behind `handle`, or without one these.
    pub fn or_of(&self, handle: Option<&Rules>, domain: &Domain) -> PyResult<Arc<plan::Rules>> {
        let lists = [&self.pinned, &self.skipped, &self.unlocked, &self.banned_items];
        let is_silent = self.course.target.is_none() && lists.into_iter().all(Vec::is_empty);
        match handle {
            None => self.checked(domain),
            Some(handle) if is_silent => Ok(Arc::clone(&handle.0)),
            Some(_) => {
                let said = "rules are given twice; allowed: a handle, or the rules by name";
                Err(PyValueError::new_err(said))
            }
        }
    }
}

/// The goal of that name.
pub fn goal(name: &str) -> PyResult<Goal> {
    let names = || Goal::NAMED.map(|(name, _)| name).join(", ");
    Goal::named(name)
        .ok_or_else(|| PyValueError::new_err(format!("goal is {name}; allowed: {}", names())))
}
