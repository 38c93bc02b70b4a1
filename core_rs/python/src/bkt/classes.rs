//! The classes of `hub._core.bkt`: each holds one value of the kernels and changes nothing.

use mangotree_kernels::bkt::Bkt;
use mangotree_kernels::bkt_fit::answers as logs;
use mangotree_kernels::bkt_fit::fit;
use mangotree_kernels::bkt_fit::model::{self, Model, Places, Rates, Share, SkillModel};
use mangotree_kernels::error::known;
use pyo3::prelude::*;

use crate::columns::{Flags, Wholes};
use crate::convert::{Index, refused};

/// Prior, learn, forget, guess, slip.
type Five = (f64, f64, f64, f64, f64);
/// Skill, id, and its own rate or rates.
type OneOwn = (usize, usize, f64);
type TwoOwn = (usize, usize, f64, f64);

fn five(skill: &Bkt) -> Five {
    (skill.prior, skill.learn, skill.forget, skill.guess, skill.slip)
}

fn bkt((prior, learn, forget, guess, slip): Five) -> Bkt {
    Bkt { prior, learn, forget, guess, slip }
}

/// A checked log in columns.
#[pyclass(frozen, module = "hub._core.bkt")]
pub struct Answers(pub logs::Answers);

#[pymethods]
impl Answers {
    #[new]
    #[pyo3(signature = (learners, skills, rights, *, n_skills, offsets=None, items=None,
                        resources=None, groups=None, n_items=Index(0),
                        n_resources=Index(0), n_groups=Index(0)))]
    #[expect(clippy::too_many_arguments, reason = "each column has its own name in Python")]
    fn new(
        py: Python<'_>,
        learners: Wholes,
        skills: Wholes,
        rights: Flags,
        n_skills: Index,
        offsets: Option<Wholes>,
        items: Option<Wholes>,
        resources: Option<Wholes>,
        groups: Option<Wholes>,
        n_items: Index,
        n_resources: Index,
        n_groups: Index,
    ) -> PyResult<Self> {
        let columns = logs::Columns {
            learners: learners.0,
            skills: skills.0,
            rights: rights.0,
            offsets: offsets.map(|column| column.0),
            items: items.map(|column| column.0),
            resources: resources.map(|column| column.0),
            groups: groups.map(|column| column.0),
            n_skills: n_skills.0,
            n_places: [n_items.0, n_resources.0, n_groups.0],
        };
        let checked = py.detach(|| logs::Answers::new(columns));
        checked.map(Self).map_err(|error| refused(&error))
    }

    /// How many rows.
    fn __len__(&self) -> usize {
        self.0.len()
    }

    /// Rows, each counted once for each of its skills.
    #[getter]
    fn n_opportunities(&self) -> usize {
        self.0.n_opportunities()
    }

    /// How many skills the log may name.
    #[getter]
    fn n_skills(&self) -> usize {
        self.0.n_skills()
    }
}

/// How to fit.
#[pyclass(frozen, module = "hub._core.bkt")]
pub struct Settings(pub fit::Settings);

#[pymethods]
impl Settings {
    #[new]
    #[pyo3(signature = (*, forgets, guards, strength, own_strength, starts, start, seed,
                        minimum, iterations, tolerance, threads, fixed, folds))]
    #[expect(clippy::too_many_arguments, reason = "each setting has its own name in Python")]
    fn new(
        forgets: bool,
        guards: bool,
        strength: [f64; 5],
        own_strength: f64,
        starts: usize,
        start: Option<Five>,
        seed: u64,
        minimum: usize,
        iterations: usize,
        tolerance: f64,
        threads: usize,
        fixed: Vec<[Option<f64>; 5]>,
        folds: bool,
    ) -> Self {
        Self(fit::Settings {
            forgets,
            is_guarded: guards,
            strength,
            own_strength,
            starts,
            start: start.map(bkt),
            seed,
            minimum,
            iterations,
            tolerance,
            threads,
            fixed,
            is_folded: folds,
        })
    }
}

/// Parameters of every skill, and of the groups, resources and items that have their own.
#[pyclass(frozen, module = "hub._core.bkt")]
pub struct Parameters(pub Model);

#[pymethods]
impl Parameters {
    #[new]
    #[pyo3(signature = (pooled, skills, *, groups=vec![], resources=vec![], items=vec![]))]
    fn new(
        pooled: Five,
        skills: Vec<Five>,
        mut groups: Vec<OneOwn>,
        mut resources: Vec<TwoOwn>,
        mut items: Vec<TwoOwn>,
    ) -> PyResult<Self> {
        groups.sort_by_key(|own| (own.0, own.1));
        resources.sort_by_key(|own| (own.0, own.1));
        items.sort_by_key(|own| (own.0, own.1));
        let mut skills: Vec<SkillModel> =
            skills.into_iter().map(|skill| SkillModel::of(&bkt(skill))).collect();
        let n = skills.len();
        let mut each = |skill: usize, add: &dyn Fn(&mut SkillModel)| {
            let at = known("skill", skill, n).map_err(|error| refused(&error))?;
            add(&mut skills[at]);
            PyResult::Ok(())
        };
        for (skill, id, prior) in groups {
            each(skill, &|own| {
                own.places.groups.push(id);
                own.rates.priors.push(prior);
            })?;
        }
        for (skill, id, learn, forget) in resources {
            each(skill, &|own| {
                own.places.resources.push(id);
                own.rates.learns.push(learn);
                own.rates.forgets.push(forget);
            })?;
        }
        for (skill, id, guess, slip) in items {
            each(skill, &|own| {
                own.places.items.push(id);
                own.rates.guesses.push(guess);
                own.rates.slips.push(slip);
            })?;
        }
        let model = Model { pooled: bkt(pooled), skills };
        model.check().map_err(|error| refused(&error))?;
        Ok(Self(model))
    }

    /// The five of all skills together.
    #[getter]
    fn pooled(&self) -> Five {
        five(&self.0.pooled)
    }

    /// The five of each skill.
    #[getter]
    fn skills(&self) -> Vec<Five> {
        self.0.skills.iter().map(|skill| five(&skill.rates.bkt(0, 0, 0))).collect()
    }

    /// Skill, group, prior.
    #[getter]
    fn groups(&self) -> Vec<OneOwn> {
        let one = |rates: &Rates, at| rates.priors[at];
        let owns = self.owns(|places| &places.groups, one);
        owns.into_iter().map(|((skill, id), prior)| (skill, id, prior)).collect()
    }

    /// Skill, resource, learn, forget.
    #[getter]
    fn resources(&self) -> Vec<TwoOwn> {
        let two = |rates: &Rates, at| (rates.learns[at], rates.forgets[at]);
        let owns = self.owns(|places| &places.resources, two);
        owns.into_iter()
            .map(|((skill, id), (learn, forget))| (skill, id, learn, forget))
            .collect()
    }

    /// Skill, item, guess, slip.
    #[getter]
    fn items(&self) -> Vec<TwoOwn> {
        let two = |rates: &Rates, at| (rates.guesses[at], rates.slips[at]);
        let owns = self.owns(|places| &places.items, two);
        owns.into_iter().map(|((skill, id), (guess, slip))| (skill, id, guess, slip)).collect()
    }
}

impl Parameters {
    fn owns<T>(
        &self,
        list: impl Fn(&Places) -> &Vec<usize>,
        own: impl Fn(&Rates, usize) -> T,
    ) -> Vec<((usize, usize), T)> {
        let mut owns = vec![];
        for (skill, model) in self.0.skills.iter().enumerate() {
            for (at, id) in list(&model.places).iter().enumerate() {
                owns.push(((skill, *id), own(&model.rates, at + 1)));
            }
        }
        owns
    }
}

/// How a skill's fit went.
#[pyclass(frozen, module = "hub._core.bkt")]
pub struct Report(fit::Report);

#[pymethods]
impl Report {
    /// How many answers there were.
    #[getter]
    fn answers(&self) -> usize {
        self.0.answers
    }

    /// How many learners gave them.
    #[getter]
    fn sequences(&self) -> usize {
        self.0.sequences
    }

    /// ln P(answers).
    #[getter]
    fn log_likelihood(&self) -> f64 {
        self.0.log_likelihood
    }

    /// The log-posterior before each round and after the last.
    #[getter]
    fn path(&self) -> Vec<f64> {
        self.0.path.clone()
    }

    /// Whether the last round gained less than the tolerance.
    #[getter]
    fn is_settled(&self) -> bool {
        self.0.is_settled
    }

    /// Whether the parameters are the pooled ones, for want of answers.
    #[getter]
    fn is_pooled(&self) -> bool {
        self.0.is_pooled
    }
}

/// What a fit found.
#[pyclass(frozen, module = "hub._core.bkt")]
pub struct Fitted(pub fit::Fitted);

#[pymethods]
impl Fitted {
    /// The parameters.
    #[getter]
    fn parameters(&self) -> Parameters {
        Parameters(self.0.model.clone())
    }

    /// By skill; the pooled one's last.
    #[getter]
    fn reports(&self) -> Vec<Report> {
        self.0.reports.iter().cloned().map(Report).collect()
    }
}

/// Expected counts, by skill and in it by place: the skill's own, then its ids in order.
#[pyclass(frozen, module = "hub._core.bkt")]
pub struct Counts(pub Vec<model::Counts>);

/// Shares of priors, learns, forgets, guesses and slips, log-likelihood and number of answers.
type SkillShares = (Vec<Share>, Vec<Share>, Vec<Share>, Vec<Share>, Vec<Share>, f64, f64);

#[pymethods]
impl Counts {
    #[new]
    fn new(skills: Vec<SkillShares>) -> Self {
        let one = |(priors, learns, forgets, guesses, slips, log_likelihood, answers)| {
            model::Counts { priors, learns, forgets, guesses, slips, log_likelihood, answers }
        };
        Self(skills.into_iter().map(one).collect())
    }

    /// By skill: shares of priors, learns, forgets, guesses and slips, each (happened, of) by
    /// place; then ln P(answers) and how many answers.
    #[getter]
    fn skills(&self) -> Vec<SkillShares> {
        let one = |counts: &model::Counts| {
            let counts = counts.clone();
            let (priors, learns, forgets) = (counts.priors, counts.learns, counts.forgets);
            let shares = (counts.guesses, counts.slips);
            let sums = (counts.log_likelihood, counts.answers);
            (priors, learns, forgets, shares.0, shares.1, sums.0, sums.1)
        };
        self.0.iter().map(one).collect()
    }
}
