//! The class `ItemBank`: names and columns in, sessions and simulated tests out.

use std::collections::HashMap;
use std::sync::Arc;

use mangotree_kernels::cat::bank::{Bank, Mask};
use mangotree_kernels::cat::design::Design;
use mangotree_kernels::cat::exposure::limited;
use mangotree_kernels::cat::quota::Tally;
use mangotree_kernels::cat::shadow::shadow;
use mangotree_kernels::cat::simulate::{Crowd, simulate};
use mangotree_kernels::irt::model::Binary;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyString;

use super::names::{Area, Names, Quotas, places, same_length, tree};
use super::results::{Shadow, Simulated};
use super::session::{Right, Session, Stop, rule};
use crate::columns::{Doubles, doubles, wholes};
use crate::convert::refused;

/// Items with their areas and enemies, checked and sorted once; safe to share.
#[pyclass(frozen, module = "hub._core.cat")]
pub struct ItemBank {
    bank: Arc<Bank>,
    names: Arc<Names>,
}

#[pymethods]
impl ItemBank {
    #[new]
    #[pyo3(signature = (ids, *, a, b, c=None, d=None, area=None, enemies=vec![],
                        eligibility=None))]
    #[expect(clippy::too_many_arguments, reason = "each column has its own name in Python")]
    #[expect(clippy::needless_pass_by_value, reason = "columns from Python arrive as values")]
    fn new(
        py: Python<'_>,
        ids: Vec<String>,
        a: Doubles,
        b: Doubles,
        c: Option<Doubles>,
        d: Option<Doubles>,
        area: Option<Vec<Area>>,
        enemies: Vec<Vec<String>>,
        eligibility: Option<Doubles>,
    ) -> PyResult<Self> {
        let count = ids.len();
        let c = c.map_or_else(|| vec![0.0; count], |column| column.0);
        let d = d.map_or_else(|| vec![1.0; count], |column| column.0);
        for (name, column) in [("a", &a.0), ("b", &b.0), ("c", &c), ("d", &d)] {
            same_length(name, column.len(), count)?;
        }
        let items = (0..count).map(|at| Binary { a: a.0[at], b: b.0[at], c: c[at], d: d[at] });
        let items: Vec<Binary> = items.collect();
        let (tree, areas) = tree(count, area)?;
        let names = Names {
            items: ids.iter().map(|id| PyString::new(py, id).unbind()).collect(),
            places: places(ids)?,
            areas,
        };
        let groups = enemies.iter().map(|group| names.items(group)).collect::<PyResult<_>>()?;
        let groups: Vec<Vec<usize>> = groups;
        let chances = eligibility.map(|column| column.0);
        let made = py.detach(|| {
            let bank = Bank::new(items)?;
            let bank = if tree.count() > 1 { bank.with_areas(tree)? } else { bank };
            bank.with_enemies(&groups)?.with_chances(chances)
        });
        let bank = Arc::new(made.map_err(|error| refused(&error))?);
        Ok(Self { bank, names: Arc::new(names) })
    }

    /// How many items.
    #[getter]
    fn n_items(&self) -> usize {
        self.bank.n_items()
    }

    /// The names of the items.
    #[getter]
    fn ids(&self, py: Python<'_>) -> Vec<Py<PyString>> {
        self.names.items.iter().map(|id| id.clone_ref(py)).collect()
    }

    /// The share of examinees that may get each item; None when all may get all.
    #[getter]
    fn eligibility<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.bank.chances().map(|chances| doubles(py, chances)).transpose()
    }

    /// A number that tells this bank from others.
    #[getter]
    fn fingerprint(&self) -> u64 {
        self.bank.fingerprint()
    }

    /// The index of the most informative item at each ability, without those `given`.
    #[pyo3(signature = (thetas, *, given=vec![]))]
    #[expect(clippy::needless_pass_by_value, reason = "columns from Python arrive as values")]
    fn most_informative<'py>(
        &self,
        py: Python<'py>,
        thetas: Doubles,
        given: Vec<String>,
    ) -> PyResult<Bound<'py, PyAny>> {
        if thetas.0.iter().any(|theta| !theta.is_finite()) {
            return Err(PyValueError::new_err("a theta is not finite; allowed: any number"));
        }
        let given = self.names.items(&given)?;
        if given.len() >= self.bank.n_items() {
            let said = format!("given has {} entries; allowed: fewer than items", given.len());
            return Err(PyValueError::new_err(said));
        }
        let found: Vec<usize> = py.detach(|| {
            let blocked = self.bank.bits(&given);
            let mask = Mask { blocked: &blocked, ..Mask::open() };
            let best = |theta: &f64| {
                let top = self.bank.most_informative(*theta, &mask, 1);
                top.entries().first().map_or(0, |(_, item)| *item)
            };
            thetas.0.iter().map(best).collect()
        });
        wholes(py, &found)
    }

    /// The best test of `length` items at `theta`; None when no test meets quotas and enemies.
    #[pyo3(signature = (theta, length, *, quotas=HashMap::new(), given=vec![]))]
    #[expect(clippy::needless_pass_by_value, reason = "mappings from Python arrive as values")]
    fn shadow(
        &self,
        py: Python<'_>,
        theta: f64,
        length: u32,
        quotas: Quotas,
        given: Vec<String>,
    ) -> PyResult<Option<Shadow>> {
        if !theta.is_finite() {
            return Err(PyValueError::new_err("theta is not finite; allowed: any number"));
        }
        let (given, quotas) = (self.names.items(&given)?, self.names.quotas(&quotas)?);
        let areas = self.bank.areas();
        let mut tally = Tally::new(areas, &quotas, length).map_err(|error| refused(&error))?;
        for item in &given {
            tally.take(areas, areas.of(*item));
        }
        let is_open = |item: usize| !given.contains(&item) && !self.bank.excludes(item, &given);
        let test = py.detach(|| shadow(&self.bank, theta, &tally, &is_open));
        Ok(test.map(|test| Shadow { test, names: Arc::clone(&self.names) }))
    }

    /// A test for one examinee.
    #[pyo3(signature = (*, stop, prior=(0.0, 1.0), rule="mfi", quotas=HashMap::new(),
                        randomesque=1, seed=0, number=0, given=vec![]))]
    #[expect(clippy::too_many_arguments, reason = "each choice has its own name in Python")]
    #[expect(clippy::needless_pass_by_value, reason = "mappings from Python arrive as values")]
    fn session(
        &self,
        stop: &Stop,
        prior: (f64, f64),
        rule: &str,
        quotas: Quotas,
        randomesque: usize,
        seed: u64,
        number: u64,
        given: Vec<(String, Right)>,
    ) -> PyResult<Session> {
        let design = self.design(stop, prior, rule, &quotas, randomesque)?;
        let (bank, names) = (Arc::clone(&self.bank), Arc::clone(&self.names));
        let session = Session::start(bank, names, design, (seed, number));
        for (id, is_right) in given {
            session.take(self.names.item(&id)?, is_right.0)?;
        }
        Ok(session)
    }

    /// The session that `to_bytes` gave, over this very bank.
    fn restore(&self, state: &[u8]) -> PyResult<Session> {
        Session::restored(Arc::clone(&self.bank), Arc::clone(&self.names), state)
    }

    /// The test given to examinees of these abilities.
    #[pyo3(signature = (thetas, *, stop, prior=(0.0, 1.0), rule="mfi", quotas=HashMap::new(),
                        randomesque=1, seed=0, threads=1))]
    #[expect(clippy::too_many_arguments, reason = "each choice has its own name in Python")]
    #[expect(clippy::needless_pass_by_value, reason = "columns from Python arrive as values")]
    fn simulate(
        &self,
        py: Python<'_>,
        thetas: Doubles,
        stop: &Stop,
        prior: (f64, f64),
        rule: &str,
        quotas: Quotas,
        randomesque: usize,
        seed: u64,
        threads: usize,
    ) -> PyResult<Simulated> {
        let design = self.design(stop, prior, rule, &quotas, randomesque)?;
        let crowd = Crowd { thetas: &thetas.0, seed, threads };
        let tests = py.detach(|| simulate(&self.bank, &design, &crowd));
        let tests = tests.map_err(|error| refused(&error))?;
        Ok(Simulated { tests, n_items: self.bank.n_items() })
    }

    /// This bank, with eligibility under which no item goes to more than about `limit` of
    /// examinees of these abilities.
    #[pyo3(signature = (limit, thetas, *, stop, prior=(0.0, 1.0), rule="mfi",
                        quotas=HashMap::new(), randomesque=1, seed=0, threads=1, rounds=20))]
    #[expect(clippy::too_many_arguments, reason = "each choice has its own name in Python")]
    #[expect(clippy::needless_pass_by_value, reason = "columns from Python arrive as values")]
    fn limit_exposure(
        &self,
        py: Python<'_>,
        limit: f64,
        thetas: Doubles,
        stop: &Stop,
        prior: (f64, f64),
        rule: &str,
        quotas: Quotas,
        randomesque: usize,
        seed: u64,
        threads: usize,
        rounds: u32,
    ) -> PyResult<Self> {
        let design = self.design(stop, prior, rule, &quotas, randomesque)?;
        let crowd = Crowd { thetas: &thetas.0, seed, threads };
        let found = py.detach(|| limited(&self.bank, &design, &crowd, limit, rounds));
        let bank = Arc::new(found.map_err(|error| refused(&error))?);
        Ok(Self { bank, names: Arc::clone(&self.names) })
    }
}

impl ItemBank {
    fn design(
        &self,
        stop: &Stop,
        prior: (f64, f64),
        named: &str,
        quotas: &Quotas,
        randomesque: usize,
    ) -> PyResult<Design> {
        let quotas = self.names.quotas(quotas)?;
        let picks = (rule(named)?, randomesque);
        Design::new(&self.bank, prior, picks, stop.0.clone(), quotas)
            .map_err(|error| refused(&error))
    }
}
