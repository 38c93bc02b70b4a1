//! A log as the fit reads it: dense columns, and for each family the corrections that are met.
//!
//! Cost: 8 bytes a column and 16 a correction for each answer. Sequences that fewer than
//! `LEAST` answers met are left out: their corrections would stay at 0.

use std::collections::HashMap;

use crate::error::Error;
use crate::stack::catalogue::Catalogue;
use crate::stack::columns::WIDTH;
use crate::stack::effects::{FAMILY_COUNT, Key, Places};
use crate::stack::evidence::NONE;
use crate::stack::log::Log;
use crate::stack::model::{Seen, Stack};

/// Fewer answers than this say nothing about a sequence.
const LEAST: u32 = 3;

/// A correction that one answer meets.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry {
    pub row: u32,
    pub place: u32,
    pub factor: f64,
}

/// The answers of a log, each learner's together.
#[derive(Clone, Debug)]
pub(crate) struct Rows {
    /// Which columns of the model stand in `dense`.
    pub columns: Vec<usize>,
    pub dense: Vec<f64>,
    pub rights: Vec<f64>,
    /// Whose answer, counted from 0 in the order of the rows.
    pub learners: Vec<usize>,
    pub families: Vec<Vec<Entry>>,
}

/// The sequences that enough answers of `log` met.
pub(crate) fn sequences(catalogue: &Catalogue, log: &Log<'_>, rows: &[usize]) -> Vec<Key> {
    let nowhere = Places::new(catalogue, Vec::new());
    let mut counts: HashMap<Key, u32> = HashMap::new();
    let mut keys = Vec::new();
    let (mut sets, mut before) = ([NONE; 2], None);
    for row in rows {
        if before.replace(log.learners[*row]) != Some(log.learners[*row]) {
            sets = [NONE; 2];
        }
        let set = catalogue.set_of(log.items[*row]);
        for key in nowhere.sequences_of(sets, set).into_iter().flatten() {
            let count = counts.entry(key).or_insert(0);
            *count += 1;
            if *count == LEAST {
                keys.push(key);
            }
        }
        sets = [set, sets[0]];
    }
    keys
}

/// The rows of `log` as the unfitted `model` sees them.
pub(crate) fn tabulate(model: &Stack, log: &Log<'_>, order: &[usize]) -> Result<Rows, Error> {
    let columns: Vec<usize> = (0..WIDTH).filter(|place| model.extras.fill(*place)).collect();
    let mut rows = Rows {
        dense: Vec::with_capacity(order.len() * columns.len()),
        columns,
        rights: Vec::with_capacity(order.len()),
        learners: Vec::with_capacity(order.len()),
        families: vec![Vec::new(); FAMILY_COUNT],
    };
    let narrow = |field, number: usize| {
        let allowed = "fewer than 2^32".to_owned();
        u32::try_from(number).map_err(|_| Error::Size { field, value: number, allowed })
    };
    narrow("corrections", model.places.count())?;
    narrow("learners", order.len())?;
    let mut number = 0;
    model.walk(log, order, |seen| {
        let Seen { number: row, is_new, who, asked, answer, before, .. } = *seen;
        number += usize::from(is_new && row > 0);
        rows.learners.push(number);
        rows.rights.push(f64::from(u8::from(answer.is_right)));
        rows.dense.extend(rows.columns.iter().map(|place| before.dense[*place]));
        let row = u32::try_from(row).unwrap_or(u32::MAX);
        model.places.each(who, asked, &before.dense, |met| {
            let place = u32::try_from(met.place).unwrap_or(u32::MAX);
            rows.families[met.family].push(Entry { row, place, factor: met.factor });
        });
    });
    Ok(rows)
}
