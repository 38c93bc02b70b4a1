//! What the kernels give, as frozen Python objects; lists are built when they are read.

use mangotree_kernels::ahead::Ahead;
use mangotree_kernels::plan;
use mangotree_kernels::stated;
use mangotree_kernels::tracer::{self, Added, Change};
use pyo3::prelude::*;

use crate::convert::{Named, Names};

type Reasons = Vec<(&'static str, f64)>;

static OF_LAYER: Names = Names::new();
static OF_STACK: Names = Names::new();

/// The codes of whatever predicted, with what each added.
fn named(py: Python<'_>, parts: &Added) -> Named {
    let names = if matches!(parts, Added::Layer(_)) { &OF_LAYER } else { &OF_STACK };
    let (codes, numbers) = parts.named();
    names.beside(py, codes, numbers)
}

/// A chance of a right answer, and what each kind of evidence added to its logit.
#[pyclass(frozen, module = "hub._core")]
pub struct Prediction(pub tracer::Prediction);

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
        named(py, &self.0.parts)
    }
}

/// An answer that was predicted and then learned from.
#[pyclass(frozen, module = "hub._core")]
pub struct Traced {
    pub prediction: tracer::Prediction,
    pub changes: Vec<Change>,
}

#[pymethods]
impl Traced {
    /// P(right) before the answer.
    #[getter]
    fn p(&self) -> f64 {
        self.prediction.p
    }

    /// The log-odds of it.
    #[getter]
    fn logit(&self) -> f64 {
        self.prediction.logit
    }

    /// Codes and the numbers that add up to the logit.
    #[getter]
    fn reasons(&self, py: Python<'_>) -> Named {
        named(py, &self.prediction.parts)
    }

    /// Each of the item's skills with its mastery before the answer.
    #[getter]
    fn before(&self) -> Vec<(usize, f64)> {
        self.changes.iter().map(|change| (change.skill, change.before)).collect()
    }

    /// Each of the item's skills with its mastery after the answer.
    #[getter]
    fn after(&self) -> Vec<(usize, f64)> {
        self.changes.iter().map(|change| (change.skill, change.after)).collect()
    }
}

/// What a learner showed on a skill.
#[pyclass(frozen, module = "hub._core")]
pub struct Evidence(pub tracer::Evidence);

#[pymethods]
impl Evidence {
    /// How many answers.
    #[getter]
    fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// How many of them were right.
    #[getter]
    fn right(&self) -> u32 {
        self.0.right
    }

    /// The latest of them, at most five, the newest last.
    #[getter]
    fn recent(&self) -> Vec<bool> {
        self.0.recent.clone()
    }

    /// Whether mastery counts as reached.
    #[getter]
    fn is_mastered(&self) -> bool {
        self.0.is_mastered
    }
}

/// A mastery that a teacher stated, and how it fares beside what the answers say.
#[pyclass(frozen, module = "hub._core")]
pub struct Stated(pub stated::Stated);

#[pymethods]
impl Stated {
    /// The number that was given.
    #[getter]
    fn number(&self) -> u64 {
        self.0.number
    }

    /// The skill.
    #[getter]
    fn skill(&self) -> usize {
        self.0.skill
    }

    /// P(known) by it now.
    #[getter]
    fn mastery(&self) -> f64 {
        self.0.mastery()
    }

    /// With which weight an answer moves it.
    #[getter]
    fn weight(&self) -> f64 {
        self.0.weight
    }

    /// The log of the Bayes factor for it.
    #[getter]
    fn odds(&self) -> f64 {
        self.0.odds
    }

    /// How many answers were compared.
    #[getter]
    fn answers(&self) -> u32 {
        self.0.answers
    }
}

/// The item that comes next, and why.
#[pyclass(frozen, module = "hub._core")]
pub struct Choice(pub plan::Choice);

#[pymethods]
impl Choice {
    /// The item.
    #[getter]
    fn item(&self) -> usize {
        self.0.item
    }

    /// The skill for whose sake it was chosen.
    #[getter]
    fn skill(&self) -> usize {
        self.0.skill
    }

    /// P(right).
    #[getter]
    fn p(&self) -> f64 {
        self.0.p
    }

    /// The sum of the reasons' numbers.
    #[getter]
    fn score(&self) -> f64 {
        self.0.score
    }

    /// Codes and numbers, the lane first.
    #[getter]
    fn reasons(&self) -> Reasons {
        self.0.reasons.clone()
    }

    /// The chance with which the rules choose this item now.
    #[getter]
    fn propensity(&self) -> f64 {
        self.0.propensity
    }

    /// Whether it refreshes a mastered skill.
    #[getter]
    fn is_review(&self) -> bool {
        self.0.is_review
    }

    /// Whether it steps back from a skill that does not move.
    #[getter]
    fn is_step_back(&self) -> bool {
        self.0.is_step_back
    }

    /// That skill.
    #[getter]
    fn stuck_skill(&self) -> Option<usize> {
        self.0.stuck_skill
    }
}

/// A choice, and the choices that would follow a right or a wrong answer to it.
#[pyclass(frozen, module = "hub._core")]
pub struct AheadNode {
    choice: plan::Choice,
    if_right: Option<Py<AheadNode>>,
    if_wrong: Option<Py<AheadNode>>,
}

impl AheadNode {
    /// The tree under `ahead` as Python objects.
    pub fn grown(py: Python<'_>, ahead: Ahead) -> PyResult<Py<Self>> {
        let branch =
            |node: Option<Box<Ahead>>| node.map(|node| Self::grown(py, *node)).transpose();
        let if_right = branch(ahead.if_right)?;
        let if_wrong = branch(ahead.if_wrong)?;
        Py::new(py, Self { choice: ahead.choice, if_right, if_wrong })
    }
}

#[pymethods]
impl AheadNode {
    /// The item; at the root the one that was given.
    #[getter]
    fn item(&self) -> usize {
        self.choice.item
    }

    /// The skill for whose sake it was chosen.
    #[getter]
    fn skill(&self) -> usize {
        self.choice.skill
    }

    /// P(right).
    #[getter]
    fn p(&self) -> f64 {
        self.choice.p
    }

    /// The sum of the reasons' numbers.
    #[getter]
    fn score(&self) -> f64 {
        self.choice.score
    }

    /// Codes and numbers, the lane first.
    #[getter]
    fn reasons(&self) -> Reasons {
        self.choice.reasons.clone()
    }

    /// The chance with which the rules choose this item then.
    #[getter]
    fn propensity(&self) -> f64 {
        self.choice.propensity
    }

    /// Whether it refreshes a mastered skill.
    #[getter]
    fn is_review(&self) -> bool {
        self.choice.is_review
    }

    /// Whether it steps back from a skill that does not move.
    #[getter]
    fn is_step_back(&self) -> bool {
        self.choice.is_step_back
    }

    /// What would come after a right answer.
    #[getter]
    fn if_right(&self, py: Python<'_>) -> Option<Py<AheadNode>> {
        self.if_right.as_ref().map(|node| node.clone_ref(py))
    }

    /// What would come after a wrong answer.
    #[getter]
    fn if_wrong(&self, py: Python<'_>) -> Option<Py<AheadNode>> {
        self.if_wrong.as_ref().map(|node| node.clone_ref(py))
    }
}
