//! The numbers of a fitted stack, and what each is for.
//!
//! ```
//! use mangotree_kernels::stack::{catalogue::Catalogue, fit::fit, log::Log};
//! let catalogue = Catalogue::new(1, &[vec![0]])?;
//! let log = Log { learners: &[0, 0, 1], items: &[0; 3], rights: &[true, false, true],
//!                 ..Log::default() };
//! let stack = fit(catalogue, &log)?.stack;
//! let names: Vec<&str> = stack.tables().into_iter().map(|(name, _)| name).collect();
//! assert_eq!(names[..3], ["weights", "easiness", "usual_pace"]);
//! # Ok::<(), mangotree_kernels::error::Error>(())
//! ```
//!
//! Cost: O(corrections) to build; nothing to look at. Do not change a number by hand: they were
//! fitted together.

use std::ops::Range;

use crate::ability::step_from;
use crate::error::{Error, within};
use crate::logistic::sigmoid;
use crate::stack::catalogue::{Asked, Catalogue};
use crate::stack::columns::{Before, CODE_COUNT, COLUMNS, Dense, Logs, ORDER_WIDTH, WIDTH};
use crate::stack::effects::{FAMILIES, FAMILY_COUNT, Places, item_factors};
use crate::stack::evidence::Learner;
use crate::stack::log::{Answer, Extras, Log};

/// No fitted number is larger: a logit of 100 is certainty.
const RANGE: (f64, f64) = (-100.0, 100.0);

/// What is known of items is far away in memory: asked for together, it comes together, which
/// saves a seventh of a trace.
const AHEAD: usize = 16;

/// Easiness and own corrections of an item.
pub(crate) type Numbers = [f64; 4];

/// A stack of fitted numbers over one catalogue.
#[derive(Clone, Debug)]
pub struct Stack {
    pub(crate) catalogue: Catalogue,
    pub(crate) extras: Extras,
    pub(crate) weights: Dense,
    /// Per item its easiness, skills included, and its own corrections: in logits, and
    /// together in memory, since a log meets items in an order that no cache foresees.
    pub(crate) items: Vec<Numbers>,
    /// Per item the mean ln of seconds; empty without response times.
    pub(crate) usual_pace: Vec<f64>,
    pub(crate) places: Places,
    pub(crate) corrections: Vec<f64>,
    pub(crate) logs: Logs,
}

/// A chance of a right answer, and what each kind of evidence added to its logit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Prediction {
    /// P(right).
    pub p: f64,
    /// Its log-odds: the sum of the parts.
    pub logit: f64,
    /// The parts, in the order of [`crate::stack::columns::CODES`].
    pub parts: [f64; CODE_COUNT],
}

/// An answer of a log before it is learned from.
pub(crate) struct Seen<'a> {
    /// Its number in the order of the walk.
    pub number: usize,
    /// Whether it is the learner's first.
    pub is_new: bool,
    pub who: &'a Learner,
    pub asked: &'a Asked<'a>,
    pub answer: &'a Answer,
    /// What is known of the item, as in `Stack::items`.
    pub numbers: &'a Numbers,
    pub before: &'a Before,
}

impl Stack {
    /// A stack whose weights and corrections are still 0.
    pub(crate) fn unfitted(
        catalogue: Catalogue,
        extras: Extras,
        tables: [Vec<f64>; 2],
        places: Places,
    ) -> Self {
        let corrections = vec![0.0; places.count()];
        let [easiness, usual_pace] = tables;
        let items = easiness.into_iter().map(|easy| [easy, 0.0, 0.0, 0.0]).collect();
        let (weights, logs) = ([0.0; WIDTH], Logs::new());
        Self { catalogue, extras, weights, items, usual_pace, places, corrections, logs }
    }

    /// Takes over corrections by place.
    pub(crate) fn correct(&mut self, corrections: Vec<f64>) {
        for (numbers, own) in self.items.iter_mut().zip(corrections.chunks_exact(3)) {
            numbers[1..].copy_from_slice(own);
        }
        self.corrections = corrections;
    }

    /// The stack that `tables` gave.
    ///
    /// # Errors
    /// `Weight` names a table that is missing or unknown, `Size` one of another length,
    /// `OutOfRange` a number.
    pub fn from_tables(
        catalogue: Catalogue,
        extras: Extras,
        sequences: &[u64],
        tables: &[(String, Vec<f64>)],
    ) -> Result<Self, Error> {
        let places = Places::new(&catalogue, sequences.to_vec());
        let n_items = catalogue.n_items();
        let pace_length = if extras.has_pace { n_items } else { 0 };
        let items =
            [table(tables, "easiness", n_items)?, table(tables, "usual_pace", pace_length)?];
        let mut stack = Self::unfitted(catalogue, extras, items, places);
        let mut corrections = stack.corrections.clone();
        let weights = table(tables, "weights", WIDTH)?;
        stack.weights.copy_from_slice(&weights);
        for (family, (name, _)) in FAMILIES.into_iter().enumerate() {
            let places = stack.places.of_family(family);
            for (place, number) in places.iter().zip(table(tables, name, places.len())?) {
                corrections[*place] = number;
            }
        }
        if tables.len() != 3 + FAMILY_COUNT {
            let allowed = format!("{}, each once", 3 + FAMILY_COUNT);
            return Err(Error::Size { field: "tables", value: tables.len(), allowed });
        }
        stack.correct(corrections);
        Ok(stack)
    }

    /// Every fitted number under its name.
    #[must_use]
    pub fn tables(&self) -> Vec<(&'static str, Vec<f64>)> {
        let mut tables = vec![
            ("weights", self.weights.to_vec()),
            ("easiness", self.items.iter().map(|numbers| numbers[0]).collect()),
            ("usual_pace", self.usual_pace.clone()),
        ];
        for (family, (name, _)) in FAMILIES.into_iter().enumerate() {
            let places = self.places.of_family(family);
            tables.push((name, places.iter().map(|at| self.corrections[*at]).collect()));
        }
        tables
    }

    /// The sequences of sets that have corrections, as numbers.
    #[must_use]
    pub fn sequences(&self) -> &[u64] {
        self.places.keys()
    }

    /// Its items and skills.
    #[must_use]
    pub fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }

    /// Which optional columns it was fitted with.
    #[must_use]
    pub fn extras(&self) -> Extras {
        self.extras
    }

    /// What is known before `who` answers what is `asked` at `time_s`.
    pub(crate) fn before(&self, who: &Learner, asked: &Asked<'_>, time_s: f64) -> Before {
        let mut before = Before::EMPTY;
        self.fill(&mut before, who, (asked, &self.items[asked.item]), time_s);
        before
    }

    /// The logit of a right answer to what is `asked`, of which `numbers` are known.
    pub(crate) fn logit(
        &self,
        who: &Learner,
        (asked, numbers): (&Asked<'_>, &Numbers),
        before: &Before,
    ) -> f64 {
        let shared = |columns: Range<usize>| {
            // Four sums side by side: one would wait for each addition before the next.
            let mut sums = [0.0; 4];
            let weights = self.weights[columns.clone()].chunks(4);
            for (weights, numbers) in weights.zip(before.dense[columns].chunks(4)) {
                for (sum, (weight, x)) in sums.iter_mut().zip(weights.iter().zip(numbers)) {
                    *sum += weight * x;
                }
            }
            sums.iter().sum::<f64>()
        };
        let mut logit = shared(0..ORDER_WIDTH);
        let width = self.extras.width();
        if width > ORDER_WIDTH {
            logit += shared(ORDER_WIDTH..width);
        }
        let own = numbers[1..].iter().zip(item_factors(&before.dense));
        let mut corrected = own.map(|(correction, factor)| correction * factor).sum::<f64>();
        self.places.each_but_items(who, asked, &before.dense, |met| {
            corrected += self.corrections[met.place] * met.factor;
        });
        logit + corrected
    }

    /// The same, with what each kind of evidence added.
    pub(crate) fn prediction(
        &self,
        who: &Learner,
        asked: &Asked<'_>,
        before: &Before,
    ) -> Prediction {
        let mut parts = [0.0; CODE_COUNT];
        let width = self.extras.width();
        for (place, column) in COLUMNS.iter().enumerate().take(width) {
            parts[column.code as usize] += self.weights[place] * before.dense[place];
        }
        self.places.each(who, asked, &before.dense, |met| {
            parts[FAMILIES[met.family].1 as usize] += self.corrections[met.place] * met.factor;
        });
        let logit = parts.iter().sum();
        Prediction { p: sigmoid(logit), logit, parts }
    }

    /// Lets `who` learn from an answer to what was `asked`, that `before` stood before.
    pub(crate) fn learn(
        &self,
        who: &mut Learner,
        asked: &Asked<'_>,
        answer: &Answer,
        before: &Before,
    ) {
        let step = step_from(before.chance, before.caution, answer.is_right);
        let usual_pace = self.usual_pace.get(answer.item).copied().unwrap_or(0.0);
        who.learn(asked, answer, step, usual_pace);
    }

    /// Goes through `log` in `order`, each learner from nothing; `see` is called before each
    /// answer is learned from.
    pub(crate) fn walk(&self, log: &Log<'_>, order: &[usize], mut see: impl FnMut(&Seen<'_>)) {
        let mut who = Learner::new(&self.catalogue, self.extras);
        let mut before = Before::EMPTY;
        let mut number = 0;
        for own in order.chunk_by(|row, next| log.learners[*row] == log.learners[*next]) {
            let first = number;
            for rows in own.chunks(AHEAD) {
                let mut ahead = [(Asked::default(), Numbers::default()); AHEAD];
                for (known, row) in ahead.iter_mut().zip(rows) {
                    let item = log.items[*row];
                    *known = (self.catalogue.asked(item), self.items[item]);
                }
                for (row, (asked, numbers)) in rows.iter().zip(&ahead) {
                    let (is_new, answer) = (number == first, &log.answer(*row));
                    self.fill(&mut before, &who, (asked, numbers), answer.time_s);
                    let (who_then, before) = (&who, &before);
                    see(&Seen {
                        number,
                        is_new,
                        who: who_then,
                        asked,
                        answer,
                        numbers,
                        before,
                    });
                    self.learn(&mut who, asked, answer, before);
                    number += 1;
                }
            }
            who.forget(&self.catalogue, own.iter().map(|row| log.items[*row]));
        }
    }

    fn fill(
        &self,
        before: &mut Before,
        who: &Learner,
        (asked, numbers): (&Asked<'_>, &Numbers),
        time_s: f64,
    ) {
        let known = (asked, numbers[0]);
        before.fill((self.extras, &self.logs), who, known, time_s);
    }
}

fn table(
    tables: &[(String, Vec<f64>)],
    name: &'static str,
    length: usize,
) -> Result<Vec<f64>, Error> {
    let Some((_, numbers)) = tables.iter().find(|(named, _)| named == name) else {
        let (field, value) = ("tables", name.to_owned());
        return Err(Error::Weight { field, value, allowed: "is missing" });
    };
    if numbers.len() != length {
        let allowed = length.to_string();
        return Err(Error::Size { field: name, value: numbers.len(), allowed });
    }
    numbers.iter().map(|number| within(name, *number, RANGE, "-100 to 100")).collect()
}
