//! A log of answers as columns, and one answer of it.
//!
//! Times, response times and hints are there or are not; a model that was fitted with them
//! needs them again. Answers of one learner stand in their order; learners may be mixed.
//!
//! ```
//! use mangotree_kernels::stack::{catalogue::Catalogue, log::Log};
//! let catalogue = Catalogue::new(1, &[vec![0]])?;
//! let log = Log { learners: &[5, 5], items: &[0, 0], rights: &[true, false],
//!                 ..Log::default() };
//! assert!(log.checked(&catalogue).is_ok());
//! assert!(Log { hints: &[1.0], ..log }.checked(&catalogue).is_err()); // one of two
//! # Ok::<(), mangotree_kernels::error::Error>(())
//! ```
//!
//! Cost: O(answers), and a stable sort where learners are mixed. Do not expand an item of two
//! skills into two rows: the second row would be told the answer by the first.

use crate::error::{Error, known, within};
use crate::stack::catalogue::Catalogue;

/// Columns of answers; an optional column is empty when nobody kept it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Log<'a> {
    /// Who answered: any numbers, one for each learner.
    pub learners: &'a [usize],
    /// Which item.
    pub items: &'a [usize],
    /// Whether it was right.
    pub rights: &'a [bool],
    /// How long the answer took, in seconds; NaN where it is not known.
    pub pace_s: &'a [f64],
    /// How many hints were taken; NaN where it is not known.
    pub hints: &'a [f64],
    /// When, in seconds of any clock that can be trusted.
    pub times_s: &'a [f64],
}

/// Which optional columns there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Extras {
    /// Response times.
    pub has_pace: bool,
    /// Hints.
    pub has_hints: bool,
    /// Times of a clock.
    pub has_times: bool,
}

/// One answer; what is not known of it is NaN.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Answer {
    /// Which item.
    pub item: usize,
    /// Whether it was right.
    pub is_right: bool,
    /// How long it took, in seconds.
    pub pace_s: f64,
    /// How many hints were taken.
    pub hints: f64,
    /// When it came, in seconds.
    pub time_s: f64,
}

impl Log<'_> {
    /// Which optional columns it has.
    #[must_use]
    pub fn extras(&self) -> Extras {
        Extras {
            has_pace: !self.pace_s.is_empty(),
            has_hints: !self.hints.is_empty(),
            has_times: !self.times_s.is_empty(),
        }
    }

    /// The rows, each learner's together and in order.
    ///
    /// # Errors
    /// `Size` when columns differ in length, `Unknown` names an item, `OutOfRange` a value.
    pub fn checked(&self, catalogue: &Catalogue) -> Result<Vec<usize>, Error> {
        let n = self.learners.len();
        let fits = [("items", self.items.len()), ("rights", self.rights.len())];
        let may_be_empty = [
            ("pace_s", self.pace_s.len()),
            ("hints", self.hints.len()),
            ("times_s", self.times_s.len()),
        ];
        let wrong = fits.into_iter().find(|(_, length)| *length != n);
        let wrong = wrong.or(may_be_empty.into_iter().find(|(_, l)| *l != n && *l != 0));
        if let Some((field, value)) = wrong {
            let allowed = format!("{n}, one for each learner");
            return Err(Error::Size { field, value, allowed });
        }
        let extras = self.extras();
        self.items.iter().try_for_each(|item| checked_item(*item, catalogue))?;
        self.pace_s.iter().copied().try_for_each(checked_pace)?;
        self.hints.iter().copied().try_for_each(checked_hints)?;
        self.times_s.iter().try_for_each(|time_s| checked_time(*time_s, extras))?;
        let mut rows: Vec<usize> = (0..n).collect();
        rows.sort_by_key(|row| self.learners[*row]);
        Ok(rows)
    }

    /// The answer of a row.
    pub(crate) fn answer(&self, row: usize) -> Answer {
        let optional = |column: &[f64]| column.get(row).copied().unwrap_or(f64::NAN);
        Answer {
            item: self.items[row],
            is_right: self.rights[row],
            pace_s: optional(self.pace_s),
            hints: optional(self.hints),
            time_s: optional(self.times_s),
        }
    }
}

impl Answer {
    /// Whether the item is known and the numbers are in range, for a model with `extras`.
    ///
    /// # Errors
    /// `Unknown` names the item, `OutOfRange` the number.
    pub fn checked(&self, extras: Extras, catalogue: &Catalogue) -> Result<(), Error> {
        checked_item(self.item, catalogue)?;
        checked_outcome(self.pace_s, self.hints)?;
        checked_time(self.time_s, extras)
    }
}

/// Whether a response time in seconds and a number of hints are in range, or NaN.
///
/// # Errors
/// `OutOfRange` names the one that is not.
pub fn checked_outcome(pace_s: f64, hints: f64) -> Result<(), Error> {
    checked_pace(pace_s)?;
    checked_hints(hints)
}

fn checked_item(item: usize, catalogue: &Catalogue) -> Result<(), Error> {
    known("item", item, catalogue.n_items()).map(drop)
}

fn checked_pace(pace_s: f64) -> Result<(), Error> {
    if !pace_s.is_nan() {
        within("pace_s", pace_s, (0.0, 1e9), "0 to 1e9 seconds, or NaN")?;
    }
    Ok(())
}

fn checked_hints(hints: f64) -> Result<(), Error> {
    if !hints.is_nan() {
        within("hints", hints, (0.0, 1e6), "0 to 1e6, or NaN")?;
    }
    Ok(())
}

/// Whether a model with `extras` can read this time.
///
/// # Errors
/// `OutOfRange` when the model needs a clock and there is none.
pub fn checked_time(time_s: f64, extras: Extras) -> Result<(), Error> {
    if extras.has_times || !time_s.is_nan() {
        within("time_s", time_s, (-1e12, 1e12), "seconds from -1e12 to 1e12")?;
    }
    Ok(())
}
