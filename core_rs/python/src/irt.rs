//! The module `hub._core.irt`: a bank of items, their curves, and scores.

use std::sync::Arc;

use mangotree_kernels::irt::bank;
use mangotree_kernels::irt::calibrate::Model;
use mangotree_kernels::irt::model::Binary;
use mangotree_kernels::irt::overall_fit::{Fit, overall_fit};
use mangotree_kernels::irt::polytomous::{Graded, PartialCredit};
use mangotree_kernels::irt::score::{Estimate, Grid, Method, Options, Scorer};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::columns::{Doubles, doubles};
use crate::convert::refused;

/// Items, checked once; safe to share between threads.
#[pyclass(frozen, module = "hub._core.irt")]
pub struct Bank(pub Arc<bank::Bank>);

#[pymethods]
impl Bank {
    /// Each item is (kind, (a, b, c, d)) or (kind, (a, thresholds or steps...)).
    #[new]
    fn new(items: Vec<(String, Vec<f64>)>) -> PyResult<Self> {
        let item = |(at, (kind, numbers)): (usize, (String, Vec<f64>))| {
            item(&kind, &numbers)
                .map_err(|said| PyValueError::new_err(format!("items[{at}]: {said}")))
        };
        let items = items.into_iter().enumerate().map(item).collect::<PyResult<_>>()?;
        let bank = bank::Bank::new(items).map_err(|error| refused(&error))?;
        Ok(Self(Arc::new(bank)))
    }

    /// How many items.
    #[getter]
    fn n_items(&self) -> usize {
        self.0.items().len()
    }

    /// The most categories that an item has.
    #[getter]
    fn categories(&self) -> usize {
        self.0.categories()
    }

    /// The chance of each category, thetas x items x categories.
    #[expect(clippy::needless_pass_by_value, reason = "columns from Python arrive as values")]
    fn probabilities<'py>(
        &self,
        py: Python<'py>,
        thetas: Doubles,
    ) -> PyResult<Bound<'py, PyAny>> {
        let found = py.detach(|| self.0.probabilities(&thetas.0));
        doubles(py, &found.map_err(|error| refused(&error))?)
    }

    /// The marks to expect, thetas x items.
    #[expect(clippy::needless_pass_by_value, reason = "columns from Python arrive as values")]
    fn expected<'py>(&self, py: Python<'py>, thetas: Doubles) -> PyResult<Bound<'py, PyAny>> {
        let found = py.detach(|| self.0.expected(&thetas.0));
        doubles(py, &found.map_err(|error| refused(&error))?)
    }

    /// Fisher information, thetas x items.
    #[expect(clippy::needless_pass_by_value, reason = "columns from Python arrive as values")]
    fn information<'py>(
        &self,
        py: Python<'py>,
        thetas: Doubles,
    ) -> PyResult<Bound<'py, PyAny>> {
        let found = py.detach(|| self.0.information(&thetas.0));
        doubles(py, &found.map_err(|error| refused(&error))?)
    }

    /// Abilities, standard errors and flags of rows of answers, row after row.
    #[pyo3(signature = (answers, *, method, prior, bounds, nodes, is_observed))]
    #[expect(clippy::too_many_arguments, reason = "each choice has its own name in Python")]
    #[expect(clippy::needless_pass_by_value, reason = "columns from Python arrive as values")]
    fn score<'py>(
        &self,
        py: Python<'py>,
        answers: Doubles,
        method: &str,
        prior: (f64, f64),
        bounds: (f64, f64),
        nodes: usize,
        is_observed: bool,
    ) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyAny>, Bound<'py, PyBytes>)> {
        let grid = Grid::new(bounds.0, bounds.1).map_err(|error| refused(&error))?;
        let options = Options { method: named(method)?, prior, grid, nodes, is_observed };
        let found = py.detach(|| scored(&self.0, &options, &answers.0));
        let column = |of: fn(&Estimate) -> f64, found: &[Estimate]| {
            doubles(py, &found.iter().map(of).collect::<Vec<_>>())
        };
        let found = found.map_err(PyValueError::new_err)?;
        let flags: Vec<u8> = found.iter().map(|estimate| estimate.flags).collect();
        let thetas = column(|estimate| estimate.theta, &found)?;
        Ok((thetas, column(|estimate| estimate.se, &found)?, PyBytes::new(py, &flags)))
    }

    /// M2, its degrees of freedom and p, RMSEA, and how many learners answered everything.
    #[pyo3(signature = (answers, *, model, population, is_sd_free, nodes))]
    #[expect(clippy::needless_pass_by_value, reason = "columns from Python arrive as values")]
    fn overall_fit(
        &self,
        py: Python<'_>,
        answers: Doubles,
        model: &str,
        population: (f64, f64),
        is_sd_free: bool,
        nodes: usize,
    ) -> PyResult<(f64, usize, f64, f64, usize)> {
        let (mean, sd) = population;
        let fit = Fit { model: named_model(model)?, mean, sd, is_sd_free, nodes };
        let items = binary(self.0.items())?;
        let found = py.detach(|| overall_fit(&items, &answers.0, &fit));
        let found = found.map_err(|error| refused(&error))?;
        Ok((found.m2, found.df, found.p, found.rmsea, found.learners))
    }
}

fn item(kind: &str, numbers: &[f64]) -> Result<bank::Item, String> {
    let (Some(a), rest) = (numbers.first(), numbers.get(1..).unwrap_or_default()) else {
        return Err("an item without numbers".to_owned());
    };
    let made = match (kind, rest) {
        ("binary", [b, c, d]) => Binary::new(*a, *b, *c, *d).map(bank::Item::Binary),
        ("binary", _) => return Err("a binary item has a, b, c and d".to_owned()),
        ("graded", _) => Graded::new(*a, rest).map(bank::Item::Graded),
        ("partial_credit", _) => PartialCredit::new(*a, rest).map(bank::Item::PartialCredit),
        _ => return Err(format!("kind is {kind}; allowed: binary, graded, partial_credit")),
    };
    made.map_err(|error| error.to_string())
}

fn named(method: &str) -> PyResult<Method> {
    match method {
        "eap" => Ok(Method::Eap),
        "map" => Ok(Method::Map),
        "wle" => Ok(Method::Wle),
        "mle" => Ok(Method::Mle),
        "jeffreys" => Ok(Method::Jeffreys),
        _ => {
            let said = format!("method is {method}; allowed: eap, map, wle, mle, jeffreys");
            Err(PyValueError::new_err(said))
        }
    }
}

/// The items, when all are answered right or wrong.
fn binary(items: &[bank::Item]) -> PyResult<Vec<Binary>> {
    let only = |(at, item): (usize, &bank::Item)| {
        if let bank::Item::Binary(item) = item {
            return Ok(*item);
        }
        let said = format!("items[{at}] has categories; allowed: right or wrong items");
        Err(PyValueError::new_err(said))
    };
    items.iter().enumerate().map(only).collect()
}

/// The model of that name.
pub fn named_model(name: &str) -> PyResult<Model> {
    match name {
        "rasch" => Ok(Model::Rasch),
        "1pl" => Ok(Model::OnePl),
        "2pl" => Ok(Model::TwoPl),
        "3pl" => Ok(Model::ThreePl),
        _ => {
            let said = format!("model is {name}; allowed: rasch, 1pl, 2pl, 3pl");
            Err(PyValueError::new_err(said))
        }
    }
}

/// The estimates, or what is wrong and in which row and column.
fn scored(
    bank: &bank::Bank,
    options: &Options,
    answers: &[f64],
) -> Result<Vec<Estimate>, String> {
    let scorer = Scorer::new(bank, options).map_err(|error| error.to_string())?;
    scorer.score_rows(answers).map_err(|(at, error)| {
        let width = bank.items().len();
        format!("answers, row {}, column {}: {error}", at / width, at % width)
    })
}

/// Item response theory: curves, scoring, fit, fairness.
#[pymodule]
pub mod irt {
    use mangotree_kernels::irt::score::{AT_HIGH, AT_LOW, FLAT, NO_ANSWERS, NODES};

    #[pymodule_export]
    use super::Bank;
    use super::{Bound, PyModule, PyModuleMethods, PyResult};

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        module.add("AT_LOW", AT_LOW)?;
        module.add("AT_HIGH", AT_HIGH)?;
        module.add("NO_ANSWERS", NO_ANSWERS)?;
        module.add("FLAT", FLAT)?;
        module.add("NODES", NODES)?;
        super::super::named(module)
    }
}
