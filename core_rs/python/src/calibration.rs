//! The module `hub._core.calibration`.

use mangotree_kernels::irt::calibrate::{self as kernel, Anchor, Options, Priors, Responses};
use mangotree_kernels::irt::dif::{self as dif_kernel, Matching};
use mangotree_kernels::irt::item_fit::{self as fit_kernel, Fitted, Part};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

use crate::columns::{Doubles, Wholes, doubles};
use crate::convert::{Index, plain, refused};
use crate::irt::named_model;

mod answers;
mod results;

use answers::{Answers, Table};

/// Calibration of item banks.
#[pymodule]
pub mod calibration {
    #[pymodule_export]
    use super::results::{Calibration, ItemDif};
    use super::{Bound, PyModule, PyResult};
    #[pymodule_export]
    use super::{calibrate, dif, item_fit};

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        super::super::named(module)
    }
}

/// Mean and standard deviation, or alpha and beta.
type Pair = Option<(f64, f64)>;

/// Estimates items and groups; other threads run meanwhile. `on_progress` hears each cycle and
/// its log-likelihood.
#[pyfunction]
#[pyo3(signature = (table, *, n_items=None, model="2pl", nodes=61, anchors=vec![], groups=None,
                    n_groups=1, prior_ln_a=None, prior_intercept=None, prior_c=None,
                    free_variance=false, standard_errors=true, threads=1, tolerance=1e-5,
                    max_cycles=1000, on_progress=None))]
#[expect(clippy::too_many_arguments, reason = "each option has its own name in Python")]
#[expect(clippy::needless_pass_by_value, reason = "values from Python arrive as values")]
fn calibrate(
    py: Python<'_>,
    table: Table,
    n_items: Option<usize>,
    model: &str,
    nodes: usize,
    anchors: Vec<(Index, f64, f64, f64)>,
    groups: Option<Wholes>,
    n_groups: usize,
    prior_ln_a: Pair,
    prior_intercept: Pair,
    prior_c: Pair,
    free_variance: bool,
    standard_errors: bool,
    threads: usize,
    tolerance: f64,
    max_cycles: usize,
    on_progress: Option<Py<PyAny>>,
) -> PyResult<results::Calibration> {
    let options = Options {
        model: named_model(model)?,
        nodes,
        priors: Priors { ln_slope: prior_ln_a, intercept: prior_intercept, guess: prior_c },
        has_free_variance: free_variance,
        wants_errors: standard_errors,
        threads,
        tolerance,
        max_cycles,
    };
    let rows = Rows::new(table.checked(n_items)?, groups, n_groups);
    let anchors: Vec<Anchor> =
        anchors.into_iter().map(|(item, a, b, c)| Anchor { item: item.0, a, b, c }).collect();
    let mut raised: Option<PyErr> = None;
    let found = py.detach(|| {
        let mut watch = |cycle: usize, log_likelihood: f64| {
            raised = Python::attach(|py| {
                py.check_signals()?;
                if let Some(callback) = &on_progress {
                    callback.call1(py, (cycle, log_likelihood))?;
                }
                Ok(())
            })
            .err();
            raised.is_none()
        };
        kernel::calibrate(&rows.responses(), &anchors, &options, &mut watch)
    });
    match raised {
        Some(error) => Err(error),
        None => found.map(results::Calibration).map_err(|error| refused(&error)),
    }
}

/// S-X2 of each item with its degrees of freedom and p.
#[pyfunction]
#[pyo3(signature = (table, a, b, c, n_free, *, n_items=None, populations, nodes=61))]
#[expect(clippy::too_many_arguments, reason = "each column has its own name in Python")]
#[expect(clippy::needless_pass_by_value, reason = "columns from Python arrive as values")]
fn item_fit(
    py: Python<'_>,
    table: Table,
    a: Doubles,
    b: Doubles,
    c: Doubles,
    n_free: Wholes,
    n_items: Option<usize>,
    populations: Vec<(f64, f64, f64)>,
    nodes: usize,
) -> PyResult<(Bound<'_, PyAny>, Vec<usize>, Bound<'_, PyAny>)> {
    let rows = Rows::new(table.checked(n_items)?, None, 1);
    let lengths = [a.0.len(), b.0.len(), c.0.len(), n_free.0.len()];
    if lengths.iter().any(|length| *length != lengths[0]) {
        let said = format!("a, b, c and n_free have {lengths:?} entries; allowed: one an item");
        return Err(PyValueError::new_err(said));
    }
    let item = |at: usize| Fitted { a: a.0[at], b: b.0[at], c: c.0[at], n_free: n_free.0[at] };
    let items: Vec<Fitted> = (0..lengths[0]).map(item).collect();
    let parts: Vec<Part> =
        populations.into_iter().map(|(share, mean, sd)| Part { share, mean, sd }).collect();
    let found = py
        .detach(|| fit_kernel::item_fit(&rows.responses(), &items, &parts, nodes))
        .map_err(|error| refused(&error))?;
    let statistics: Vec<f64> = found.iter().map(|fit| fit.s_x2).collect();
    let chances: Vec<f64> = found.iter().map(|fit| fit.p).collect();
    let freedoms = found.iter().map(|fit| fit.df).collect();
    Ok((doubles(py, &statistics)?, freedoms, doubles(py, &chances)?))
}

/// How each item treats the focal group (1) against the reference group (0).
#[pyfunction]
#[pyo3(signature = (table, groups, *, n_items=None, levels=None, purify=false))]
fn dif(
    py: Python<'_>,
    table: Table,
    groups: Wholes,
    n_items: Option<usize>,
    levels: Option<Vec<Index>>,
    purify: bool,
) -> PyResult<Vec<results::ItemDif>> {
    let rows = Rows::new(table.checked(n_items)?, Some(groups), 2);
    let levels = levels.map(|levels| plain(&levels));
    let matching = match &levels {
        Some(levels) => Matching::Levels(levels),
        None if purify => Matching::Purified,
        None => Matching::Score,
    };
    let found = py
        .detach(|| dif_kernel::dif(&rows.responses(), matching))
        .map_err(|error| refused(&error))?;
    Ok(found.into_iter().map(results::ItemDif).collect())
}

/// Answers with the group of each row.
struct Rows {
    answers: Answers,
    groups: Vec<usize>,
    n_groups: usize,
}

impl Rows {
    /// Without groups, every row is of the first.
    fn new(answers: Answers, groups: Option<Wholes>, n_groups: usize) -> Self {
        let count = answers.answers.len() / answers.n_items.max(1);
        let groups = groups.map_or_else(|| vec![0; count], |groups| groups.0);
        Self { answers, groups, n_groups }
    }

    fn responses(&self) -> Responses<'_> {
        Responses {
            answers: &self.answers.answers,
            n_items: self.answers.n_items,
            groups: &self.groups,
            n_groups: self.n_groups,
        }
    }
}
