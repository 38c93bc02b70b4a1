//! The module `hub._core.diagnose`: misconceptions behind answers, and what to ask next.

use mangotree_kernels::diagnose::{Answer, Belief, Beliefs, Candidate, Diagnosis, Family};
use mangotree_kernels::error::Error;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

use crate::convert::{Number, refused};

/// One row of classes for each item.
type Rows = Vec<Vec<Number<i32>>>;
/// Careful, rules, singles, pairs, unstable, unknown, verdict, rule.
type Posterior =
    (f64, Vec<f64>, Vec<f64>, Vec<(usize, usize, f64)>, f64, f64, &'static str, Option<usize>);

/// A family of rules; safe to share between threads.
#[pyclass(frozen, module = "hub._core.diagnose")]
pub struct Diagnoser(Family);

#[pymethods]
impl Diagnoser {
    #[new]
    #[pyo3(signature = (n_rules, *, priors=None, pairs=true, slips=None))]
    fn new(
        n_rules: Number<usize>,
        priors: Option<Vec<f64>>,
        pairs: bool,
        slips: Option<Vec<f64>>,
    ) -> PyResult<Self> {
        let beliefs = Beliefs { priors, pairs, slips };
        Family::new(n_rules.0, &beliefs).map(Self).map_err(|error| refused(&error))
    }

    /// How many rules there are.
    #[getter]
    fn n_rules(&self) -> usize {
        self.0.n_rules()
    }

    /// What the answers say.
    #[expect(clippy::needless_pass_by_value, reason = "lists from Python arrive as values")]
    #[pyo3(signature = (predicted, given, choices=None))]
    fn posterior(
        &self,
        py: Python<'_>,
        predicted: Rows,
        given: Vec<Number<i32>>,
        choices: Option<Vec<Number<usize>>>,
    ) -> PyResult<Posterior> {
        let answers = answers(&predicted, &given, choices.as_deref())?;
        let found = py.detach(|| -> Result<Diagnosis, Error> {
            Ok(Belief::after(&self.0, &answers)?.diagnosis(&answers))
        });
        found.map(tuple).map_err(|error| refused(&error))
    }

    /// Candidates by expected information.
    #[expect(clippy::needless_pass_by_value, reason = "lists from Python arrive as values")]
    #[pyo3(signature = (predicted, given, candidates, choices=None, candidate_choices=None))]
    fn next_item(
        &self,
        py: Python<'_>,
        predicted: Rows,
        given: Vec<Number<i32>>,
        candidates: Rows,
        choices: Option<Vec<Number<usize>>>,
        candidate_choices: Option<Vec<Number<usize>>>,
    ) -> PyResult<Vec<(usize, f64)>> {
        let answers = answers(&predicted, &given, choices.as_deref())?;
        let items = items(&candidates, candidate_choices.as_deref())?;
        let ranked =
            py.detach(|| Belief::after(&self.0, &answers).and_then(|b| b.next_item(&items)));
        let ranked = ranked.map_err(|error| refused(&error))?;
        Ok(ranked.iter().map(|item| (item.candidate, item.bits)).collect())
    }
}

fn tuple(found: Diagnosis) -> Posterior {
    let code = found.verdict.code();
    let Diagnosis { careful, rules, singles, pairs, unstable, unknown, rule, .. } = found;
    (careful, rules, singles, pairs, unstable, unknown, code, rule)
}

fn answers(
    predicted: &[Vec<Number<i32>>],
    given: &[Number<i32>],
    choices: Option<&[Number<usize>]>,
) -> PyResult<Vec<Answer>> {
    alike("given", given.len(), predicted.len())?;
    let items = items(predicted, choices)?.into_iter();
    let made = items.zip(given).map(|(item, class)| Answer::new(item, class.0));
    made.collect::<Result<_, _>>().map_err(|error| refused(&error))
}

fn items(
    rows: &[Vec<Number<i32>>],
    choices: Option<&[Number<usize>]>,
) -> PyResult<Vec<Candidate>> {
    alike("choices", choices.map_or(rows.len(), <[_]>::len), rows.len())?;
    let made = rows.iter().enumerate().map(|(at, row)| {
        let classes: Vec<i32> = row.iter().map(|class| class.0).collect();
        Candidate::new(&classes, choices.map_or(0, |choices| choices[at].0))
    });
    made.collect::<Result<_, _>>().map_err(|error| refused(&error))
}

fn alike(name: &str, length: usize, wanted: usize) -> PyResult<()> {
    if length == wanted {
        return Ok(());
    }
    let said = format!("{name} has {length} entries; allowed: one for each of {wanted} items");
    Err(PyValueError::new_err(said))
}

/// Misconceptions.
#[pymodule]
pub mod diagnose {
    use mangotree_kernels::diagnose::{MOST_OBSERVATIONS, MOST_RULES, OPEN_ANSWERS, SLIPS};

    #[pymodule_export]
    use super::Diagnoser;
    use super::{Bound, PyModule, PyModuleMethods, PyResult};

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        module.add("MOST_OBSERVATIONS", MOST_OBSERVATIONS)?;
        module.add("MOST_RULES", MOST_RULES)?;
        module.add("OPEN_ANSWERS", OPEN_ANSWERS)?;
        module.add("SLIPS", SLIPS.to_vec())?;
        super::super::named(module)
    }
}
