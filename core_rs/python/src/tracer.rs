//! The class `hub._core.Tracer`: one lock around one kernel tracer.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use mangotree_kernels::ahead::{DEPTH, Reach};
use mangotree_kernels::error::Error;
use mangotree_kernels::fitted::Places;
use mangotree_kernels::logistic::Weights;
use mangotree_kernels::plan::{self, Course};
use mangotree_kernels::stated::Statement;
use mangotree_kernels::tracer::{self as kernel, Outcome};
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use pyo3::sync::MutexExt;
use pyo3::types::{PyBytes, PyMapping};

use crate::columns::{Doubles, Flags, Wholes, doubles};
use crate::convert::{
    Handles, Index, Number, RawRules, Rules, domain, goal, places, plain, refused,
};
use crate::results::{AheadNode, Choice, Evidence, Prediction, Stated, Traced};
use crate::stack::Stack;

/// A class of learners, traced on one domain; safe to share between threads.
#[pyclass(frozen, module = "hub._core")]
pub struct Tracer(Mutex<kernel::Tracer>);

fn broken<T>(_: PoisonError<T>) -> PyErr {
    PyRuntimeError::new_err("the tracer broke in an earlier call; rebuild it from the log")
}

impl Tracer {
    fn locked(&self, py: Python<'_>) -> PyResult<MutexGuard<'_, kernel::Tracer>> {
        self.0.lock_py_attached(py).map_err(broken)
    }

    fn with<T>(
        &self,
        py: Python<'_>,
        call: impl FnOnce(&mut kernel::Tracer) -> Result<T, Error>,
    ) -> PyResult<T> {
        call(&mut *self.locked(py)?).map_err(|error| refused(&error))
    }
}

#[pymethods]
impl Tracer {
    #[new]
    #[pyo3(signature = (*, skill_params, prerequisites, item_skills, item_difficulty, weights))]
    fn new(
        skill_params: Vec<(f64, f64, f64, f64, f64)>,
        prerequisites: Vec<Vec<Index>>,
        item_skills: Vec<Vec<Index>>,
        item_difficulty: Doubles,
        weights: &Bound<'_, PyMapping>,
    ) -> PyResult<Self> {
        let domain = domain(skill_params, prerequisites, item_skills, item_difficulty.0)?;
        let named: Vec<(String, f64)> = weights.items()?.extract()?;
        let named = named.iter().map(|(name, value)| (name.as_str(), *value));
        let weights = Weights::from_named(named).map_err(|error| refused(&error))?;
        Ok(Self(Mutex::new(kernel::Tracer::new(domain, weights))))
    }

    /// How many learners.
    #[getter]
    fn n_learners(&self, py: Python<'_>) -> PyResult<usize> {
        Ok(self.locked(py)?.n_learners())
    }

    /// How many skills.
    #[getter]
    fn n_skills(&self, py: Python<'_>) -> PyResult<usize> {
        Ok(self.locked(py)?.domain().n_skills())
    }

    /// How many items.
    #[getter]
    fn n_items(&self, py: Python<'_>) -> PyResult<usize> {
        Ok(self.locked(py)?.domain().n_items())
    }

    /// Adds a learner and gives the index.
    fn add_learner(&self, py: Python<'_>) -> PyResult<usize> {
        Ok(self.locked(py)?.add_learners(1))
    }

    /// Adds `count` learners and gives the index of the first.
    fn add_learners(&self, py: Python<'_>, count: Number<usize>) -> PyResult<usize> {
        self.with(py, |tracer| {
            tracer.check_room(count.0)?;
            Ok(tracer.add_learners(count.0))
        })
    }

    /// From now on `stack` predicts; `items` and `skills` tell where it has those of the class.
    #[pyo3(signature = (stack, items, skills, *, item_doubt=None, skill_doubt=0.0))]
    #[expect(clippy::needless_pass_by_value, reason = "lists from Python arrive as values")]
    fn use_stack(
        &self,
        py: Python<'_>,
        stack: &Stack,
        items: Vec<Index>,
        skills: Vec<Option<Index>>,
        item_doubt: Option<Doubles>,
        skill_doubt: f64,
    ) -> PyResult<()> {
        let (skills, items) = (places(skills), plain(&items));
        let item_doubt = item_doubt.as_ref().map_or(&[][..], |doubt| &doubt.0);
        let places = Places { items: &items, skills: &skills, item_doubt, skill_doubt };
        self.with(py, |tracer| tracer.use_stack(Arc::clone(&stack.0), &places))
    }

    /// From now on the shipped layer predicts again.
    fn use_layer(&self, py: Python<'_>) -> PyResult<()> {
        self.locked(py)?.use_layer();
        Ok(())
    }

    /// Predicts an answer, learns from it, and tells what moved.
    #[pyo3(signature = (learner, item, is_right, *, pace_s=f64::NAN, hints=f64::NAN))]
    fn answer(
        &self,
        py: Python<'_>,
        learner: Index,
        item: Index,
        is_right: bool,
        pace_s: f64,
        hints: f64,
    ) -> PyResult<Traced> {
        let outcome = Outcome { is_right, pace_s, hints };
        let (prediction, changes) =
            self.with(py, |tracer| tracer.answer(learner.0, item.0, outcome))?;
        Ok(Traced { prediction, changes })
    }

    /// Traces many answers in their order, other threads running meanwhile; gives each one's
    /// chance beforehand.
    #[expect(clippy::needless_pass_by_value, reason = "columns from Python arrive as values")]
    fn answer_many<'py>(
        &self,
        py: Python<'py>,
        learners: Wholes,
        items: Wholes,
        rights: Flags,
    ) -> PyResult<Bound<'py, PyAny>> {
        let traced = py.detach(|| match self.0.lock() {
            Ok(mut tracer) => Some(tracer.trace_many(&learners.0, &items.0, &rights.0)),
            Err(_) => None,
        });
        match traced {
            Some(chances) => doubles(py, &chances.map_err(|error| refused(&error))?),
            None => Err(broken(PoisonError::new(()))),
        }
    }

    /// The chance of a right answer, with its reasons; nothing moves.
    fn predict(&self, py: Python<'_>, learner: Index, item: Index) -> PyResult<Prediction> {
        self.with(py, |tracer| tracer.predict(learner.0, item.0)).map(Prediction)
    }

    /// What is known before an answer: the numbers that the weights multiply, in their order.
    fn features(&self, py: Python<'_>, learner: Index, item: Index) -> PyResult<Vec<f64>> {
        let found = self.with(py, |tracer| tracer.evidence_before(learner.0, item.0));
        Ok(found?.to_vec())
    }

    /// The weights as the class moved them, in the order of their names.
    fn weights(&self, py: Python<'_>) -> PyResult<Vec<f64>> {
        Ok(self.locked(py)?.weights().as_parts().to_vec())
    }

    /// Rules for `plan`, `plan_many`, `plan_choices`, `odds` and `ahead`, checked once.
    #[pyo3(signature = (*, pinned=vec![], skipped=vec![], unlocked=vec![], banned_items=vec![],
                        goal="practice", target=None, review_every=None, exploration=0.0,
                        seed=Number(0), learner_id=None))]
    #[expect(clippy::too_many_arguments, reason = "each rule has its own name in Python")]
    fn rules(
        &self,
        py: Python<'_>,
        pinned: Vec<Index>,
        skipped: Vec<Index>,
        unlocked: Vec<Index>,
        banned_items: Vec<Index>,
        goal: &str,
        target: Option<f64>,
        review_every: Option<Number<u32>>,
        exploration: f64,
        seed: Number<u64>,
        learner_id: Option<Number<u64>>,
    ) -> PyResult<Rules> {
        let course = Course {
            goal: self::goal(goal)?,
            target,
            review_every: review_every.map(|every| every.0),
            exploration,
            seed: seed.0,
            learner_id: learner_id.map(|id| id.0),
        };
        let raw = RawRules { pinned, skipped, unlocked, banned_items, course };
        raw.checked(self.locked(py)?.domain()).map(Rules)
    }

    /// The next practice item under the teacher's rules, or None when they leave nothing.
    #[pyo3(signature = (learner, rules=None, *, pinned=vec![], skipped=vec![], unlocked=vec![],
                        banned_items=vec![], target=None))]
    #[expect(clippy::too_many_arguments, reason = "each rule has its own name in Python")]
    fn plan(
        &self,
        py: Python<'_>,
        learner: Index,
        rules: Option<&Rules>,
        pinned: Vec<Index>,
        skipped: Vec<Index>,
        unlocked: Vec<Index>,
        banned_items: Vec<Index>,
        target: Option<f64>,
    ) -> PyResult<Option<Choice>> {
        let course = Course { target, ..Course::default() };
        let raw = RawRules { pinned, skipped, unlocked, banned_items, course };
        let tracer = self.locked(py)?;
        let rules = raw.or_of(rules, tracer.domain())?;
        let choice = tracer.plan(learner.0, &rules).map_err(|error| refused(&error))?;
        Ok(choice.map(Choice))
    }

    /// The next practice item of each learner, other threads running meanwhile.
    #[expect(clippy::needless_pass_by_value, reason = "columns from Python arrive as values")]
    fn plan_many(
        &self,
        py: Python<'_>,
        learners: Wholes,
        rules: Handles,
    ) -> PyResult<Vec<Option<Choice>>> {
        let shared = rules.shared();
        let planned = py.detach(|| match self.0.lock() {
            Ok(tracer) => {
                let rules: Vec<&plan::Rules> = shared.iter().map(AsRef::as_ref).collect();
                Some(tracer.plan_many(&learners.0, &rules))
            }
            Err(_) => None,
        });
        match planned {
            Some(choices) => {
                let choices = choices.map_err(|error| refused(&error))?;
                Ok(choices.into_iter().map(|choice| choice.map(Choice)).collect())
            }
            None => Err(broken(PoisonError::new(()))),
        }
    }

    /// What the learner may pick from, the best first.
    fn plan_choices(
        &self,
        py: Python<'_>,
        learner: Index,
        rules: &Rules,
    ) -> PyResult<Vec<Choice>> {
        let choices = self.with(py, |tracer| tracer.plan_choices(learner.0, &rules.0))?;
        Ok(choices.into_iter().map(Choice).collect())
    }

    /// Each item that `plan` may give now, with its chance.
    fn odds(
        &self,
        py: Python<'_>,
        learner: Index,
        rules: &Rules,
    ) -> PyResult<Vec<(usize, f64)>> {
        self.with(py, |tracer| tracer.odds(learner.0, &rules.0))
    }

    /// The skills that rest since ten tries did not bring mastery.
    fn parked(&self, py: Python<'_>, learner: Index) -> PyResult<Vec<usize>> {
        self.with(py, |tracer| tracer.parked(learner.0))
    }

    /// What would come after `item`, `depth` answers ahead, right or wrong, and `further` ones
    /// that go as predicted; nothing moves.
    #[pyo3(signature = (learner, item, rules=None, *, depth=Number(DEPTH), further=Number(0),
                        pinned=vec![], skipped=vec![], unlocked=vec![], banned_items=vec![],
                        target=None))]
    #[expect(clippy::too_many_arguments, reason = "each rule has its own name in Python")]
    fn ahead(
        &self,
        py: Python<'_>,
        learner: Index,
        item: Index,
        rules: Option<&Rules>,
        depth: Number<u32>,
        further: Number<u32>,
        pinned: Vec<Index>,
        skipped: Vec<Index>,
        unlocked: Vec<Index>,
        banned_items: Vec<Index>,
        target: Option<f64>,
    ) -> PyResult<Py<AheadNode>> {
        let course = Course { target, ..Course::default() };
        let raw = RawRules { pinned, skipped, unlocked, banned_items, course };
        let mut tracer = self.locked(py)?;
        let rules = raw.or_of(rules, tracer.domain())?;
        let reach = Reach { depth: depth.0, further: further.0 };
        let ahead =
            tracer.ahead(learner.0, item.0, &rules, reach).map_err(|error| refused(&error))?;
        drop(tracer); // making objects may run other Python code
        AheadNode::grown(py, ahead)
    }

    /// The chance after supposed answers to `item`, with its reasons; nothing moves.
    #[expect(clippy::needless_pass_by_value, reason = "columns from Python arrive as values")]
    fn suppose(
        &self,
        py: Python<'_>,
        learner: Index,
        item: Index,
        rights: Flags,
    ) -> PyResult<Prediction> {
        self.with(py, |tracer| tracer.suppose(learner.0, item.0, &rights.0)).map(Prediction)
    }

    /// P(known) of every skill.
    fn mastery(&self, py: Python<'_>, learner: Index) -> PyResult<Vec<f64>> {
        self.with(py, |tracer| tracer.mastery(learner.0))
    }

    /// What the learner showed on a skill.
    fn evidence(&self, py: Python<'_>, learner: Index, skill: Index) -> PyResult<Evidence> {
        self.with(py, |tracer| tracer.evidence(learner.0, skill.0)).map(Evidence)
    }

    /// P(known) of every skill by the answers alone.
    fn own_mastery(&self, py: Python<'_>, learner: Index) -> PyResult<Vec<f64>> {
        self.with(py, |tracer| tracer.own_mastery(learner.0))
    }

    /// States a mastery, as a teacher does, until it is withdrawn.
    #[pyo3(signature = (learner, skill, mastery, *, number, weight=1.0))]
    fn state_mastery(
        &self,
        py: Python<'_>,
        learner: Index,
        skill: Index,
        mastery: f64,
        number: Number<u64>,
        weight: f64,
    ) -> PyResult<()> {
        let said = Statement { number: number.0, mastery, weight };
        self.with(py, |tracer| tracer.state_mastery(learner.0, skill.0, said))
    }

    /// Takes back what was stated under this number; gives on how many skills that was.
    fn withdraw(&self, py: Python<'_>, number: Number<u64>) -> PyResult<usize> {
        Ok(self.locked(py)?.withdraw(number.0))
    }

    /// What was stated of the learner, by skill, the latest on each last.
    fn stated(&self, py: Python<'_>, learner: Index) -> PyResult<Vec<Stated>> {
        self.with(py, |tracer| {
            Ok(tracer.stated(learner.0)?.iter().copied().map(Stated).collect())
        })
    }

    /// Sets a mastery as if answers had said so.
    fn set_mastery(
        &self,
        py: Python<'_>,
        learner: Index,
        skill: Index,
        mastery: f64,
    ) -> PyResult<()> {
        self.with(py, |tracer| tracer.set_mastery(learner.0, skill.0, mastery))
    }

    /// How many answers of the learner were traced.
    fn answers(&self, py: Python<'_>, learner: Index) -> PyResult<u32> {
        self.with(py, |tracer| tracer.answers(learner.0))
    }

    /// The state of the class, without domain and weights.
    fn to_bytes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        Ok(PyBytes::new(py, &self.locked(py)?.to_bytes()))
    }

    /// Takes over a state that `to_bytes` gave.
    fn load_bytes(&self, py: Python<'_>, state: &[u8]) -> PyResult<()> {
        self.with(py, |tracer| tracer.load_bytes(state))
    }

    /// Takes over what `former` knows of its learners, place by place.
    fn carry(
        &self,
        py: Python<'_>,
        former: &Self,
        skills: Vec<Option<Index>>,
        items: Vec<Option<Index>>,
    ) -> PyResult<()> {
        let known = former.locked(py)?.clone();
        let (skills, items) = (places(skills), places(items));
        self.with(py, |tracer| tracer.carry(&known, &skills, &items))
    }
}
