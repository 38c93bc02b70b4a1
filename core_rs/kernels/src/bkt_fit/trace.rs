//! Many answers through fitted skills: the chance of each beforehand, and mastery after it.
//!
//! The chance of a question on several skills is the mean over them of the live model's chance
//! ([`Bkt::predict`]); each skill then moves by itself. A skill starts anew for each learner.
//! `is_guarded` chooses between the live rule (a right answer never lowers mastery and a wrong
//! one never raises it: what a teacher sees) and plain Bayes (what the fit assumed).
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

/// Mastery by learner and skill.
enum Cells {
    Array(Vec<f64>),
    Map(HashMap<usize, f64>),
}

/// Traces `answers` in their order. A skill beyond those of the model is the pooled one, an
/// item, resource or group that its skill has no place for is the skill's own.
///
/// # Errors
/// As [`Model::check`].
pub fn trace(answers: &Answers, model: &Model, is_guarded: bool) -> Result<Traced, Error> {
    model.check()?;
    let n_skills = answers.n_skills();
    let pooled = SkillModel::of(&model.pooled);
    let skills: Vec<&SkillModel> =
        (0..n_skills).map(|skill| model.skills.get(skill).unwrap_or(&pooled)).collect();
    let mut cells = Cells::new(answers);
    let columns = &answers.columns;
    let mut chances = Vec::with_capacity(answers.len());
    let mut masteries = vec![0.0; columns.skills.len()];
    for (row, (learner, is_right)) in columns.learners.iter().zip(&columns.rights).enumerate() {
        let places = answers.places(row);
        let mut sum = 0.0;
        for place in places.clone() {
            let skill = columns.skills[place];
            let bkt = at(skills[skill], answers, row);
            let mastery = cells.at(learner * n_skills + skill, bkt.prior);
            sum += bkt.predict(*mastery);
            *mastery = moved(&bkt, *mastery, *is_right, is_guarded);
            masteries[place] = *mastery;
        }
        #[expect(clippy::cast_precision_loss, reason = "a row has few skills")]
        chances.push(if places.is_empty() { 0.5 } else { sum / places.len() as f64 });
    }
    Ok(Traced { chances, masteries })
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

#[inline]
fn moved(bkt: &Bkt, mastery: f64, is_right: bool, is_guarded: bool) -> f64 {
    if is_guarded { bkt.update(mastery, is_right) } else { bkt.filter(mastery, is_right) }
}

impl Cells {
    fn new(answers: &Answers) -> Self {
        let most = CELLS.max(CELLS_A_ROW.saturating_mul(answers.len()));
        match answers.n_learners.checked_mul(answers.n_skills()) {
            Some(cells) if cells <= most => Self::Array(vec![f64::NAN; cells]),
            _ => Self::Map(HashMap::new()),
        }
    }

    /// The cell, which starts at `prior`.
    #[inline]
    fn at(&mut self, cell: usize, prior: f64) -> &mut f64 {
        match self {
            Self::Array(cells) => {
                let mastery = &mut cells[cell];
                if mastery.is_nan() {
                    *mastery = prior;
                }
                mastery
            }
            Self::Map(cells) => cells.entry(cell).or_insert(prior),
        }
    }
}
