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
//! A long log is followed piece by piece ([`Tracing`]): columns of a few thousand rows stay in
//! the processor's cache, where those of a whole log are written to fresh memory and read back,
//! which costs more than the tracing itself.
//!
//! Cost: O(1) an answer. Do not use it to follow a class live: that is
//! [`crate::tracer`], which keeps a class between its answers.

use std::collections::HashMap;
use std::ops::Range;

use self::rule::Rule;
use super::answers::{Answers, Columns};
use super::model::{Model, Places, SkillModel};
use crate::error::{Error, known, within};

/// Up to so many learner x skill cells stand in an array for each row; beyond that, few are
/// ever used, and a map takes less memory.
const CELLS_A_ROW: usize = 16;
/// 32 MB of cells are used whatever the number of rows.
const CELLS: usize = 1 << 22;

/// So many answers are worked on at a time; it saves a tenth of a trace.
const LANES: usize = 2;

/// What was traced.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Traced {
    /// P(right) before each row's answer; 0.5 for a row without skills.
    pub chances: Vec<f64>,
    /// P(known) after the answer, for each row and skill as the log has them.
    pub masteries: Vec<f64>,
}

/// How much a log holds: what is to be known before its first row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Extent {
    /// How many rows, for the choice between an array of masteries and a map.
    pub n_rows: usize,
    /// Learners are below this number.
    pub n_learners: usize,
    /// Skills are below this number.
    pub n_skills: usize,
    /// Items are below this number, resources and groups below the next two.
    pub n_places: [usize; 3],
}

/// A log on its way through the model: the learners' masteries so far.
pub struct Tracing<'a> {
    extent: Extent,
    skills: Vec<Skill<'a>>,
    cells: Cells,
    is_guarded: bool,
}

/// A skill's own rule, and its other parameters where there are some.
struct Skill<'a> {
    own: Rule,
    placed: Option<&'a SkillModel>,
}

/// Mastery by learner and skill: one cell each, or those that were met.
enum Cells {
    Array(Array),
    Map(Map),
}

/// Gives a cell of mastery.
trait Cell {
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
    let mut chances = vec![];
    Tracing::new(model, extent(answers), is_guarded)?.run(
        &answers.columns,
        &mut chances,
        |_, _| (),
    );
    Ok(chances)
}

/// What [`predict`] gives, and mastery after each answer.
///
/// # Errors
/// As [`Model::check`].
pub fn trace(answers: &Answers, model: &Model, is_guarded: bool) -> Result<Traced, Error> {
    let mut traced = Traced::default();
    Tracing::new(model, extent(answers), is_guarded)?.record(&answers.columns, &mut traced);
    Ok(traced)
}

impl<'a> Tracing<'a> {
    /// Before the first row; every learner stands at the priors.
    ///
    /// # Errors
    /// As [`Model::check`], and `OutOfRange` for more than a million skills.
    pub fn new(model: &'a Model, extent: Extent, is_guarded: bool) -> Result<Self, Error> {
        model.check()?;
        #[expect(clippy::cast_precision_loss, reason = "a message may round")]
        within("n_skills", extent.n_skills as f64, (0.0, 1e6), "0 to 1000000")?;
        let skills: Vec<_> = (0..extent.n_skills).map(|skill| flat(model, skill)).collect();
        let most = CELLS.max(CELLS_A_ROW.saturating_mul(extent.n_rows));
        let cells = match extent.n_learners.checked_mul(skills.len()) {
            Some(cells) if cells <= most => {
                Cells::Array(Array::new(extent.n_learners, &skills))
            }
            _ => Cells::Map(Map::new()),
        };
        Ok(Self { extent, skills, cells, is_guarded })
    }

    /// The next rows: their chances take the place of those in `traced`, and so do their
    /// masteries if `is_recording`. Offsets count from any row on, and `skills` begins where
    /// the first of them points to; `n_skills` and `n_places` are those of the extent.
    ///
    /// # Errors
    /// `Size` for columns that do not fit each other, `Unknown` for what lies beyond the
    /// extent; the masteries are then as they were.
    pub fn follow(
        &mut self,
        rows: &Columns,
        is_recording: bool,
        traced: &mut Traced,
    ) -> Result<(), Error> {
        check(rows, &self.extent)?;
        if is_recording {
            self.record(rows, traced);
        } else {
            self.run(rows, &mut traced.chances, |_, _| ());
        }
        Ok(())
    }

    fn record(&mut self, rows: &Columns, traced: &mut Traced) {
        let Traced { chances, masteries } = traced;
        masteries.resize(rows.skills.len(), 0.0);
        self.run(rows, chances, |place, mastery| masteries[place] = mastery);
    }

    fn run(&mut self, rows: &Columns, chances: &mut Vec<f64>, record: impl FnMut(usize, f64)) {
        let skills = &self.skills;
        match (&mut self.cells, self.is_guarded) {
            (Cells::Array(cells), true) => each::<true>(rows, skills, cells, chances, record),
            (Cells::Array(cells), false) => each::<false>(rows, skills, cells, chances, record),
            (Cells::Map(cells), true) => each::<true>(rows, skills, cells, chances, record),
            (Cells::Map(cells), false) => each::<false>(rows, skills, cells, chances, record),
        }
    }
}

fn extent(answers: &Answers) -> Extent {
    let columns = &answers.columns;
    let (n_skills, n_places) = (columns.n_skills, columns.n_places);
    Extent { n_rows: answers.len(), n_learners: answers.n_learners, n_skills, n_places }
}

/// Columns of one length, each id below its number, offsets that grow, a skill once a row.
fn check(rows: &Columns, extent: &Extent) -> Result<(), Error> {
    let n = rows.rights.len();
    let [n_items, n_resources, n_groups] = extent.n_places;
    let columns = [
        ("learner", Some(&rows.learners[..]), extent.n_learners, n),
        ("skill", Some(&rows.skills[..]), extent.n_skills, n_opportunities(rows)?),
        ("item", rows.items.as_deref(), n_items, n),
        ("resource", rows.resources.as_deref(), n_resources, n),
        ("group", rows.groups.as_deref(), n_groups, n),
    ];
    for (field, column, below, wanted) in columns {
        let Some(column) = column else { continue };
        if column.len() != wanted {
            let allowed = wanted.to_string();
            return Err(Error::Size { field, value: column.len(), allowed });
        }
        if let Some(most) = column.iter().max() {
            known(field, *most, below)?;
        }
    }
    let is_twice = |row: usize| {
        let skills = &rows.skills[places(rows, row)];
        (1..skills.len()).any(|at| skills[..at].contains(&skills[at]))
    };
    if rows.offsets.is_some() && (0..n).any(is_twice) {
        let allowed = "rows that name each skill once".to_owned();
        return Err(Error::Size { field: "offsets", value: n + 1, allowed });
    }
    Ok(())
}

/// How many skills the rows name, by the offsets where there are some.
fn n_opportunities(rows: &Columns) -> Result<usize, Error> {
    let n = rows.rights.len();
    let Some(offsets) = &rows.offsets else { return Ok(n) };
    match (offsets.first(), offsets.last()) {
        (Some(first), Some(last)) if offsets.len() == n + 1 && offsets.is_sorted() => {
            Ok(last - first)
        }
        _ => {
            let allowed = "starts that grow, one a row, and the end".to_owned();
            Err(Error::Size { field: "offsets", value: offsets.len(), allowed })
        }
    }
}

/// Where the skills of the row stand.
#[inline]
fn places(rows: &Columns, row: usize) -> Range<usize> {
    match &rows.offsets {
        Some(offsets) => offsets[row] - offsets[0]..offsets[row + 1] - offsets[0],
        None => row..row + 1,
    }
}

fn each<const GUARDED: bool>(
    rows: &Columns,
    skills: &[Skill<'_>],
    cells: &mut impl Cell,
    chances: &mut Vec<f64>,
    mut record: impl FnMut(usize, f64),
) {
    chances.clear();
    chances.resize(rows.rights.len(), 0.0);
    let mut answered = |row: usize| {
        let places = places(rows, row);
        let mut sum = 0.0;
        for place in places.clone() {
            let number = rows.skills[place];
            let skill = &skills[number];
            let own = skill.placed.map(|placed| at(placed, rows, row));
            let rule = own.as_ref().unwrap_or(&skill.own);
            let mastery = cells.at(rows.learners[row], number, rule.prior);
            let (chance, after) = rule.step::<GUARDED>(*mastery, rows.rights[row]);
            sum += chance;
            *mastery = after;
            record(place, after);
        }
        chances[row] = mean(sum, places.len());
    };
    let lanes = lanes(&rows.learners);
    let longest = lanes.iter().map(Range::len).max().unwrap_or(0);
    for step in 0..longest {
        for lane in &lanes {
            if step < lane.len() {
                answered(lane.start + step);
            }
        }
    }
}

/// The rows in parts without a learner in common, which are gone through side by side: each
/// answer waits for the one before, unless that was another learner's. All rows are in the
/// first part where learners are mixed.
fn lanes(learners: &[usize]) -> [Range<usize>; LANES] {
    let (n, is_sorted) = (learners.len(), learners.is_sorted());
    let mut lanes = std::array::from_fn(|_| 0..0);
    let mut start = 0;
    for (lane, number) in lanes.iter_mut().zip(1..) {
        let wanted = if is_sorted { number * n / LANES } else { n };
        let mut end = wanted.max(start);
        while end > start && end < n && learners[end] == learners[end - 1] {
            end += 1;
        }
        *lane = start..end;
        start = end;
    }
    lanes
}

fn flat(model: &Model, skill: usize) -> Skill<'_> {
    let Some(known) = model.skills.get(skill) else {
        return Skill { own: Rule::of(&model.pooled), placed: None };
    };
    let placed = (known.places != Places::default()).then_some(known);
    Skill { own: Rule::of(&known.rates.bkt(0, 0, 0)), placed }
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
fn at(skill: &SkillModel, rows: &Columns, row: usize) -> Rule {
    let place = |list: &[usize], column: &Option<Vec<usize>>| {
        if list.is_empty() {
            return 0;
        }
        column.as_ref().map_or(0, |ids| Places::of(list, ids[row]))
    };
    let places = &skill.places;
    Rule::of(&skill.rates.bkt(
        place(&places.groups, &rows.groups),
        place(&places.resources, &rows.resources),
        place(&places.items, &rows.items),
    ))
}

impl Array {
    /// Each cell at its skill's prior, or not a number where groups have priors of their own.
    fn new(n_learners: usize, skills: &[Skill<'_>]) -> Self {
        let start = |skill: &Skill<'_>| {
            let has_groups = skill.placed.is_some_and(|own| !own.places.groups.is_empty());
            if has_groups { f64::NAN } else { skill.own.prior }
        };
        let priors: Vec<f64> = skills.iter().map(start).collect();
        Self { masteries: priors.repeat(n_learners), n_skills: skills.len() }
    }
}

impl Cell for Array {
    #[inline]
    fn at(&mut self, learner: usize, skill: usize, prior: f64) -> &mut f64 {
        let mastery = &mut self.masteries[learner * self.n_skills + skill];
        if mastery.is_nan() {
            *mastery = prior;
        }
        mastery
    }
}

impl Cell for Map {
    fn at(&mut self, learner: usize, skill: usize, prior: f64) -> &mut f64 {
        self.entry((learner, skill)).or_insert(prior)
    }
}

mod rule;
#[cfg(test)]
mod tests;
