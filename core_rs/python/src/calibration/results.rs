//! What calibration, item fit and DIF give, as frozen Python objects.

use mangotree_kernels::irt::calibrate::{self, GroupEstimate, ItemEstimate};
use mangotree_kernels::irt::dif::{self, Class};
use pyo3::prelude::*;

use crate::columns::doubles;

/// Calibrated items and groups; columns are built when they are read.
#[pyclass(frozen, module = "hub._core.calibration")]
pub struct Calibration(pub calibrate::Calibration);

impl Calibration {
    fn items<'py>(
        &self,
        py: Python<'py>,
        of: impl Fn(&ItemEstimate) -> f64,
    ) -> PyResult<Bound<'py, PyAny>> {
        doubles(py, &self.0.items.iter().map(of).collect::<Vec<f64>>())
    }

    fn groups<'py>(
        &self,
        py: Python<'py>,
        of: impl Fn(&GroupEstimate) -> f64,
    ) -> PyResult<Bound<'py, PyAny>> {
        doubles(py, &self.0.groups.iter().map(of).collect::<Vec<f64>>())
    }
}

#[pymethods]
impl Calibration {
    /// Discriminations.
    #[getter]
    fn a<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.items(py, |item| item.a)
    }

    /// Difficulties.
    #[getter]
    fn b<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.items(py, |item| item.b)
    }

    /// Lower asymptotes.
    #[getter]
    fn c<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.items(py, |item| item.c)
    }

    /// Standard errors of a.
    #[getter]
    fn se_a<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.items(py, |item| item.se_a)
    }

    /// Standard errors of b.
    #[getter]
    fn se_b<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.items(py, |item| item.se_b)
    }

    /// Standard errors of c.
    #[getter]
    fn se_c<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.items(py, |item| item.se_c)
    }

    /// Answers that each item had.
    #[getter]
    fn answers(&self) -> Vec<usize> {
        self.0.items.iter().map(|item| item.answers).collect()
    }

    /// What is known of each item, in a word.
    #[getter]
    fn standings(&self) -> Vec<&'static str> {
        self.0.items.iter().map(|item| item.standing.name()).collect()
    }

    /// Mean ability of each group.
    #[getter]
    fn group_means<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.groups(py, |group| group.mean)
    }

    /// Standard deviation of ability in each group.
    #[getter]
    fn group_sds<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.groups(py, |group| group.sd)
    }

    /// Standard errors of the means.
    #[getter]
    fn group_se_means<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.groups(py, |group| group.se_mean)
    }

    /// Standard errors of the standard deviations.
    #[getter]
    fn group_se_sds<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.groups(py, |group| group.se_sd)
    }

    /// Learners of each group who answered something.
    #[getter]
    fn group_learners(&self) -> Vec<usize> {
        self.0.groups.iter().map(|group| group.learners).collect()
    }

    /// The log-likelihood of all answers, without priors.
    #[getter]
    fn log_likelihood(&self) -> f64 {
        self.0.log_likelihood
    }

    /// Numbers that were free.
    #[getter]
    fn n_parameters(&self) -> usize {
        self.0.n_parameters
    }

    /// E-steps that were spent.
    #[getter]
    fn cycles(&self) -> usize {
        self.0.cycles
    }

    /// Whether the numbers settled.
    #[getter]
    fn is_settled(&self) -> bool {
        self.0.is_settled
    }

    /// Whether the answers determine all free numbers.
    #[getter]
    fn is_determined(&self) -> bool {
        self.0.is_determined
    }
}

/// How an item treats the focal group against the reference group.
#[pyclass(frozen, module = "hub._core.calibration")]
pub struct ItemDif(pub dif::ItemDif);

/// Alpha, delta, its standard error, chi-square, p and ETS class.
type MantelHaenszel = (f64, f64, f64, f64, f64, &'static str);
/// Effect, likelihood ratio and p of the uniform difference, the same of the non-uniform one,
/// p of both, change of R2 and class.
type Logistic = (f64, f64, f64, f64, f64, f64, f64, &'static str);

#[pymethods]
impl ItemDif {
    /// Alpha, delta, its standard error, chi-square, p and ETS class; None where the answers
    /// cannot tell.
    #[getter]
    fn mantel_haenszel(&self) -> Option<MantelHaenszel> {
        let told = self.0.mantel_haenszel?;
        let class = name(told.class);
        Some((told.alpha, told.delta, told.se_delta, told.chi_square, told.p, class))
    }

    /// Effect, uniform likelihood ratio and its p, non-uniform ratio and its p, p of both,
    /// change of R2 and class; None where the answers cannot tell.
    #[getter]
    fn logistic(&self) -> Option<Logistic> {
        let told = self.0.logistic?;
        Some((
            told.effect,
            told.uniform,
            told.p_uniform,
            told.non_uniform,
            told.p_non_uniform,
            told.p_both,
            told.r2_change,
            name(told.class),
        ))
    }

    /// Learners who were compared.
    #[getter]
    fn learners(&self) -> usize {
        self.0.learners
    }

    /// Whether the item counts in the matching score of others.
    #[getter]
    fn is_matching(&self) -> bool {
        self.0.is_matching
    }
}

fn name(class: Class) -> &'static str {
    match class {
        Class::A => "A",
        Class::B => "B",
        Class::C => "C",
    }
}
