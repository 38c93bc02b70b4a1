//! The module `hub._core.answer`: learners' answers checked against the expected ones.

use mangotree_kernels::answer::fault::Fault;
use mangotree_kernels::answer::form::Form;
use mangotree_kernels::answer::rational::Rational;
use mangotree_kernels::answer::reading::Reading;
use mangotree_kernels::answer::{self as kernel, Checked, Expected, Wanted, written};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

/// Verdict, place (-1 for none) and reason, as Python takes them.
type Row = (&'static str, isize, &'static str);

/// What is asked of answers, checked once; safe to share between threads.
#[pyclass(frozen, module = "hub._core.answer")]
pub struct Checker(Wanted);

#[pymethods]
impl Checker {
    /// `tolerance` is a plain number, or empty for none.
    #[new]
    #[pyo3(signature = (*, form, unit, places, tolerance, decimal, group))]
    fn new(
        form: &str,
        unit: &str,
        places: Option<u32>,
        tolerance: &str,
        decimal: &str,
        group: &str,
    ) -> PyResult<Self> {
        let names = || Form::NAMED.map(|(name, _)| name).join(", ");
        let refuse = |said: String| PyValueError::new_err(said);
        let chosen = Form::named(form)
            .ok_or_else(|| refuse(format!("form is {form}; allowed: {}", names())))?;
        let measure = written::measure(unit).map_err(|_| {
            refuse(format!("unit is {unit}; allowed: the name of a unit, %, clock"))
        })?;
        if places.is_some_and(|places| places > 15) {
            return Err(refuse("places is above 15; allowed: 0 to 15".to_owned()));
        }
        let reading = reading(decimal, group)?;
        Ok(Self(Wanted {
            form: chosen,
            measure,
            places,
            tolerance: limit(tolerance)?,
            reading,
        }))
    }

    /// One answer.
    fn check(&self, given: &str, expected: &str) -> PyResult<Row> {
        kernel::check(given, expected, &self.0).map(row).map_err(|it| faulty(expected, it))
    }

    /// Many answers, the lock released.
    #[expect(clippy::needless_pass_by_value, reason = "lists from Python arrive as values")]
    fn check_batch(
        &self,
        py: Python<'_>,
        given: Vec<String>,
        expected: Vec<String>,
    ) -> PyResult<Vec<Row>> {
        if given.len() != expected.len() {
            let said = format!(
                "expected has {} entries; allowed: {}, as many as given",
                expected.len(),
                given.len()
            );
            return Err(PyValueError::new_err(said));
        }
        let rows = py.detach(|| checked(&given, &expected, &self.0));
        rows.map_err(|(expected, fault)| faulty(expected, fault))
    }

    /// The canonical text, or place and reason of what cannot be read.
    fn read(&self, text: &str) -> (Option<String>, isize, &'static str) {
        match kernel::read(text, self.0.reading) {
            Ok(text) => (Some(text), -1, ""),
            Err(fault) => (None, place(fault.at), fault.reason.code()),
        }
    }
}

/// A row for each answer; an expected one is read once for all that follow with the same.
fn checked<'a>(
    given: &[String],
    expected: &'a [String],
    wanted: &Wanted,
) -> Result<Vec<Row>, (&'a str, Fault)> {
    let mut rows = Vec::with_capacity(given.len());
    let mut known: Option<(&str, Expected)> = None;
    for (given, text) in given.iter().zip(expected) {
        let read = match known.take() {
            Some((former, read)) if former == text => read,
            _ => Expected::read(text, wanted).map_err(|fault| (text.as_str(), fault))?,
        };
        rows.push(row(read.check(given, wanted)));
        known = Some((text, read));
    }
    Ok(rows)
}

/// Whether two answers in plain notation have one value.
#[pyfunction]
fn same(one: &str, other: &str) -> PyResult<bool> {
    kernel::same(one, other).map_err(|fault| faulty(&format!("{one} or {other}"), fault))
}

fn reading(decimal: &str, group: &str) -> PyResult<Reading> {
    let mut decimals = decimal.chars();
    let mut groups = group.chars();
    match (decimals.next(), decimals.next(), groups.next(), groups.next()) {
        (Some(decimal), None, group, None) if group != Some(decimal) => {
            Ok(Reading::of(decimal, group))
        }
        _ => {
            let said = format!(
                "decimal is {decimal:?} and group {group:?}; allowed: one sign each, not the \
                 same; group may be empty"
            );
            Err(PyValueError::new_err(said))
        }
    }
}

fn limit(tolerance: &str) -> PyResult<Option<Rational>> {
    if tolerance.is_empty() {
        return Ok(None);
    }
    let found = written::number(tolerance).filter(|value| !value.is_negative());
    found.map(Some).ok_or_else(|| {
        let said = format!("tolerance is {tolerance}; allowed: a plain number from 0 up");
        PyValueError::new_err(said)
    })
}

fn row(checked: Checked) -> Row {
    let reason = checked.reason.map_or("", |reason| reason.code());
    (checked.verdict.code(), place(checked.at), reason)
}

fn place(at: Option<usize>) -> isize {
    at.and_then(|at| isize::try_from(at).ok()).unwrap_or(-1)
}

fn faulty(expected: &str, fault: Fault) -> PyErr {
    let reason = fault.reason.code();
    let place = fault.at.map_or(String::new(), |at| format!(" at {at}"));
    let said = format!("expected is {expected}: {reason}{place}; allowed: a plain answer");
    PyValueError::new_err(said)
}

/// Answers: read, compared, judged.
#[pymodule]
pub mod answer {
    use mangotree_kernels::answer::tokens::MOST_SIGNS;

    use super::{Bound, PyModule, PyModuleMethods, PyResult};
    #[pymodule_export]
    use super::{Checker, same};

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        module.add("MOST_SIGNS", MOST_SIGNS)?;
        super::super::named(module)
    }
}
