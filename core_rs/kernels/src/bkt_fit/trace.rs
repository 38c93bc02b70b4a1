//! Many answers through fitted skills: the chance of each beforehand, and mastery after it.
//!
//! The chance of a question on several skills is the mean over them of the live model's chance
//! ([`Bkt::predict`]); each skill then moves by itself. A skill starts anew for each learner.
//! `is_guarded` chooses between the live rule (a right answer never lowers mastery and a wrong
//! one never raises it: what a teacher sees) and plain Bayes (what the fit assumed).
//!
//! ```
//! use mangotree_kernels::bkt::Bkt;
//! use mangotree_kernels::bkt_fit::answers::{Answers, Columns};
//! use mangotree_kernels::bkt_fit::model::{Model, SkillModel};
//! use mangotree_kernels::bkt_fit::trace::trace;
//! let skill = Bkt { prior: 0.4, learn: 0.1, forget: 0.0, guess: 0.2, slip: 0.1 };
//! let model = Model { pooled: skill, skills: vec![SkillModel::of(&skill)] };
//! let log = Answers::new(Columns {
//!     learners: vec![0, 0], skills: vec![0, 0], rights: vec![true, false], n_skills: 1,
//!     ..Columns::default()
//! })?;
//! let traced = trace(&log, &model, true)?;
//! // 0.4 * 0.9 + 0.6 * 0.2; then mastery 0.36 / 0.48 + 0.25 * 0.1 = 0.775 as in `Bkt`.
//! assert!((traced.chances[0] - 0.48).abs() < 1e-15);
//! assert!((traced.masteries[0] - 0.775).abs() < 1e-15);
//! assert!((traced.chances[1] - (0.775 * 0.9 + 0.225 * 0.2)).abs() < 1e-15);
//! # Ok::<(), mangotree_kernels::error::Error>(())
//! ```
//!
//! Cost: O(1) an answer. Do not use it to follow a class live: it keeps no state between calls.

use std::collections::HashMap;

use super::answers::Answers;
use super::model::{Model, Places, SkillModel};
use crate::bkt::Bkt;
use crate::error::Error;

/// Up to so many learner x skill cells stand in an array for each row; beyond that, few are
/// ever used, and a map takes less memory.
const CELLS_A_ROW: usize = 16;
/// 32 MB of cells are used whatever the number of rows.
const CELLS: usize = 1 << 22;

/// What was traced.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Traced {
    /// P(right) before each row's answer; 0.5 for a row without skills.
    pub chances: Vec<f64>,
    /// P(known) after the answer, for each row and skill as the log has them.
    pub masteries: Vec<f64>,
}

/// A skill's own parameters, and the others where there are some.
struct Skill<'a> {
    own: Bkt,
    placed: Option<&'a SkillModel>,
}

/// Mastery by learner and skill.
trait Cells {
    /// The cell, which starts at `prior`.
    fn at(&mut self, learner: usize, skill: usize, prior: f64) -> &mut f64;
}

struct Array {
    masteries: Vec<f64>,
    n_skills: usize,
}

type Map = HashMap<(usize, usize), f64>;

/// P(right) before each row's answer, in their order; 0.5 for a row without skills. A skill
/// beyond those of the model is the pooled one, an item, resource or group that its skill has
/// no place for is the skill's own.
///
/// # Errors
/// As [`Model::check`].
pub fn predict(answers: &Answers, model: &Model, is_guarded: bool) -> Result<Vec<f64>, Error> {
    run(answers, model, is_guarded, |_, _| ())
}

/// What [`predict`] gives, and mastery after each answer.
///
/// # Errors
/// As [`Model::check`].
pub fn trace(answers: &Answers, model: &Model, is_guarded: bool) -> Result<Traced, Error> {
    let mut masteries = vec![0.0; answers.n_opportunities()];
    let record = |place: usize, mastery: f64| masteries[place] = mastery;
    let chances = run(answers, model, is_guarded, record)?;
    Ok(Traced { chances, masteries })
}

fn run(
    answers: &Answers,
    model: &Model,
    is_guarded: bool,
    record: impl FnMut(usize, f64),
) -> Result<Vec<f64>, Error> {
    model.check()?;
    let skills: Vec<Skill<'_>> =
        (0..answers.n_skills()).map(|skill| flat(model, skill)).collect();
    let most = CELLS.max(CELLS_A_ROW.saturating_mul(answers.len()));
    let cells = answers.n_learners.checked_mul(skills.len());
    if cells.is_some_and(|cells| cells <= most) {
        let mut array = Array::new(answers, &skills);
        Ok(ruled(answers, &skills, is_guarded, &mut array, record))
    } else {
        Ok(ruled(answers, &skills, is_guarded, &mut Map::new(), record))
    }
}

fn ruled(
    answers: &Answers,
    skills: &[Skill<'_>],
    is_guarded: bool,
    cells: &mut impl Cells,
    record: impl FnMut(usize, f64),
) -> Vec<f64> {
    if is_guarded {
        each(answers, skills, Bkt::update, cells, record)
    } else {
        each(answers, skills, Bkt::filter, cells, record)
    }
}

fn each(
    answers: &Answers,
    skills: &[Skill<'_>],
    moved: impl Fn(&Bkt, f64, bool) -> f64,
    cells: &mut impl Cells,
    mut record: impl FnMut(usize, f64),
) -> Vec<f64> {
    let columns = &answers.columns;
    let mut chances = Vec::with_capacity(answers.len());
    for (row, (learner, is_right)) in columns.learners.iter().zip(&columns.rights).enumerate() {
        let places = answers.places(row);
        let mut sum = 0.0;
        for place in places.clone() {
            let number = columns.skills[place];
            let skill = &skills[number];
            let own = skill.placed.map(|placed| at(placed, answers, row));
            let bkt = own.as_ref().unwrap_or(&skill.own);
            let mastery = cells.at(*learner, number, bkt.prior);
            sum += bkt.predict(*mastery);
            *mastery = moved(bkt, *mastery, *is_right);
            record(place, *mastery);
        }
        chances.push(mean(sum, places.len()));
    }
    chances
}

fn flat(model: &Model, skill: usize) -> Skill<'_> {
    let Some(known) = model.skills.get(skill) else {
        return Skill { own: model.pooled, placed: None };
    };
    let placed = (known.places != Places::default()).then_some(known);
    Skill { own: known.rates.bkt(0, 0, 0), placed }
}

#[inline]
fn mean(sum: f64, count: usize) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a row has few skills")]
    match count {
        0 => 0.5,
        1 => sum,
        _ => sum / count as f64,
    }
}

/// The skill's parameters for the row's group, resource and item.
#[inline]
fn at(skill: &SkillModel, answers: &Answers, row: usize) -> Bkt {
    let columns = &answers.columns;
    let place = |list: &[usize], column: &Option<Vec<usize>>| {
        if list.is_empty() {
            return 0;
        }
        column.as_ref().map_or(0, |ids| Places::of(list, ids[row]))
    };
    let places = &skill.places;
    skill.rates.bkt(
        place(&places.groups, &columns.groups),
        place(&places.resources, &columns.resources),
        place(&places.items, &columns.items),
    )
}

impl Array {
    /// Each cell at its skill's prior, or not a number where groups have priors of their own.
    fn new(answers: &Answers, skills: &[Skill<'_>]) -> Self {
        let start = |skill: &Skill<'_>| {
            let has_groups = skill.placed.is_some_and(|own| !own.places.groups.is_empty());
            if has_groups { f64::NAN } else { skill.own.prior }
        };
        let priors: Vec<f64> = skills.iter().map(start).collect();
        Self { masteries: priors.repeat(answers.n_learners), n_skills: skills.len() }
    }
}

impl Cells for Array {
    #[inline]
    fn at(&mut self, learner: usize, skill: usize, prior: f64) -> &mut f64 {
        let mastery = &mut self.masteries[learner * self.n_skills + skill];
        if mastery.is_nan() {
            *mastery = prior;
        }
        mastery
    }
}

impl Cells for Map {
    fn at(&mut self, learner: usize, skill: usize, prior: f64) -> &mut f64 {
        self.entry((learner, skill)).or_insert(prior)
    }
}
