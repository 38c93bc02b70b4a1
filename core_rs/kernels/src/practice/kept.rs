//! What stays of one learner on one skill: 24 bytes; and of one learner on one item: 2.
//!
//! A class of 40 with 500 skills and 5,000 items so fits into a megabyte. An answer unpacks a
//! `Kept` into a [`Practice`], moves that in `f64`, and packs it again, so that each number is
//! rounded once per answer and in one place:
//!
//! ```text
//! mastery           1/4,000,000,000: every decimal of nine places comes back as it was set
//! offset            its mean as f32, its variance in 60,000ths of what a new learner's is
//! slow, quick       1/60,000, far below what one answer moves
//! attempts, right   up to 65,535; from there on neither counts further
//! last              modulo 65,536: what rests for so long looks once more as it did then
//! spacing, rest, run, tries, latest   small counts: exact, but for `run`, which stays at 15
//! ```
//!
//! An item keeps only the number of its last answer modulo 32,767 and its result: what is seen
//! again must not be what was seen just now, and how long ago "long ago" was is no matter.
//!
//! ```
//! use mangotree_kernels::practice::{Kept, Met, Practice};
//! let set = Practice::new(0.95).with_mastery(0.123_456_789);
//! assert_eq!(Practice::from(Kept::from(set)).mastery, 0.123_456_789);
//! assert_eq!(Kept::BYTES, 24);
//! assert_eq!(Met::new(40, true).age(45), Some(5));
//! assert_eq!(Met::NEVER.age(45), None);
//! ```
//!
//! Cost: O(1). Do not add up numbers in a `Kept`: work on the `Practice` and pack the result.

use crate::ability::Belief;
use crate::memory::MOST_SPACED;
use crate::practice::{LONG_PARK, OFFSET_VARIANCE, Practice, RECENT, TRIES};

/// Units of a mastery: the largest power of ten times a small number below 2^32.
const MASTERY_UNITS: f64 = 4e9;
/// Units of the averages and of the variance: the same below 2^16.
const SHARE_UNITS: f64 = 6e4;
/// Answers on an item are numbered modulo this, for one bit keeps the result.
const MET_AGAIN: u32 = 32_767;
/// `run` and `tries` share a byte.
const NIBBLE: u8 = 15;

/// One learner on one skill, packed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Kept {
    mastery: u32,
    offset: f32,
    last: u16,
    variance: u16,
    slow: u16,
    quick: u16,
    attempts: u16,
    right: u16,
    spacing: u8,
    rest: u8,
    run_and_tries: u8,
    latest: u8,
}

impl From<Practice> for Kept {
    fn from(practice: Practice) -> Self {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "rounding to f32 is what it is for"
        )]
        let offset = practice.offset.mean as f32;
        Self {
            mastery: units(practice.mastery, MASTERY_UNITS),
            offset,
            last: practice.last,
            variance: short(practice.offset.variance / OFFSET_VARIANCE).max(1),
            slow: short(practice.slow),
            quick: short(practice.quick),
            attempts: practice.attempts,
            right: practice.right,
            spacing: practice.spacing,
            rest: practice.rest,
            run_and_tries: practice.run.min(NIBBLE) << 4 | practice.tries,
            latest: practice.latest,
        }
    }
}

impl From<Kept> for Practice {
    fn from(kept: Kept) -> Self {
        let variance = share(kept.variance) * OFFSET_VARIANCE;
        Self {
            mastery: kept.mastery(),
            offset: Belief { mean: f64::from(kept.offset), variance },
            slow: share(kept.slow),
            quick: share(kept.quick),
            spacing: kept.spacing,
            last: kept.last,
            attempts: kept.attempts,
            right: kept.right,
            rest: kept.rest,
            run: kept.run_and_tries >> 4,
            tries: kept.run_and_tries & NIBBLE,
            latest: kept.latest,
        }
    }
}

impl Kept {
    /// How many bytes it takes, in memory and saved.
    pub const BYTES: usize = size_of::<Self>();

    /// P(known).
    #[must_use]
    pub fn mastery(&self) -> f64 {
        f64::from(self.mastery) / MASTERY_UNITS
    }

    /// Little endian, in the order of the fields.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; Self::BYTES] {
        let mut out = [0; Self::BYTES];
        out[..4].copy_from_slice(&self.mastery.to_le_bytes());
        out[4..8].copy_from_slice(&self.offset.to_le_bytes());
        let shorts =
            [self.last, self.variance, self.slow, self.quick, self.attempts, self.right];
        for (place, short) in out[8..20].chunks_exact_mut(2).zip(shorts) {
            place.copy_from_slice(&short.to_le_bytes());
        }
        let counts = [self.spacing, self.rest, self.run_and_tries, self.latest];
        out[20..].copy_from_slice(&counts);
        out
    }

    /// What `to_bytes` gave; `is_sane` says whether it can be one.
    #[must_use]
    pub fn from_bytes(bytes: [u8; Self::BYTES]) -> Self {
        let word = |at: usize| [bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]];
        let short = |at: usize| u16::from_le_bytes([bytes[at], bytes[at + 1]]);
        Self {
            mastery: u32::from_le_bytes(word(0)),
            offset: f32::from_le_bytes(word(4)),
            last: short(8),
            variance: short(10),
            slow: short(12),
            quick: short(14),
            attempts: short(16),
            right: short(18),
            spacing: bytes[20],
            rest: bytes[21],
            run_and_tries: bytes[22],
            latest: bytes[23],
        }
    }

    /// Whether a learner with so many `answers` can have it.
    #[must_use]
    pub fn is_sane(&self, answers: u32) -> bool {
        let practice = Practice::from(*self);
        let is_share = |number: f64| (0.0..=1.0).contains(&number);
        [practice.mastery, practice.slow, practice.quick].into_iter().all(is_share)
            && practice.offset.mean.is_finite()
            && (1..=short(1.0)).contains(&self.variance)
            && self.right <= self.attempts
            && u32::from(self.attempts) <= answers
            && self.spacing <= MOST_SPACED
            && self.rest <= LONG_PARK
            && practice.tries < TRIES
            && self.latest < 1 << RECENT
    }
}

/// What one learner's last answer on one item was, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Met(u16);

impl Met {
    /// No answer yet.
    pub const NEVER: Self = Self(0);

    /// The learner's `number`-th answer, right or wrong.
    #[must_use]
    pub fn new(number: u32, is_right: bool) -> Self {
        let place = u16::try_from(number % MET_AGAIN).unwrap_or(0);
        Self(1 + place * 2 + u16::from(is_right))
    }

    /// Whether it was right; `None` for no answer.
    #[must_use]
    pub fn result(self) -> Option<bool> {
        self.0.checked_sub(1).map(|word| word % 2 == 1)
    }

    /// How many answers ago it was when the learner has given `answers`, modulo 32,767.
    #[must_use]
    pub fn age(self, answers: u32) -> Option<u32> {
        let place = u32::from(self.0.checked_sub(1)? / 2);
        Some((answers % MET_AGAIN + MET_AGAIN - place) % MET_AGAIN)
    }

    /// The bytes it is saved as.
    #[must_use]
    pub fn to_bytes(self) -> [u8; 2] {
        self.0.to_le_bytes()
    }

    /// What `to_bytes` gave; `is_sane` says whether it can be one.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 2]) -> Self {
        Self(u16::from_le_bytes(bytes))
    }

    /// Whether `new` can have made it.
    #[must_use]
    pub fn is_sane(self) -> bool {
        u32::from(self.0) <= 2 * MET_AGAIN
    }
}

/// The nearest number of units; a value outside 0 to 1 becomes the nearer end.
fn units(value: f64, per_one: f64) -> u32 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "0 to 4e9, for the value was clamped"
    )]
    let rounded = (value.clamp(0.0, 1.0) * per_one + 0.5).floor() as u32;
    rounded
}

fn short(value: f64) -> u16 {
    u16::try_from(units(value, SHARE_UNITS)).unwrap_or(u16::MAX)
}

fn share(units: u16) -> f64 {
    f64::from(units) / SHARE_UNITS
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ability::step;
    use crate::bkt::Bkt;
    use crate::chance::Chance;

    #[test]
    fn what_was_packed_once_is_packed_again_as_the_same() {
        let bkt = Bkt::new(0.3, 0.1, 0.002, 0.2, 0.1).unwrap();
        let (mut chance, mut kept) = (Chance::new(5), Kept::from(Practice::new(0.3)));
        for now in 1..20_000 {
            let is_right = chance.uniform() < 0.7;
            let practice = Practice::from(kept);
            assert_eq!(Kept::from(practice), kept);
            assert_eq!(Kept::from_bytes(kept.to_bytes()), kept);
            assert!(kept.is_sane(now - 1), "{kept:?}");
            let said = step(practice.offset.mean, practice.offset.variance, is_right);
            kept = Kept::from(practice.after(&bkt, said, 1.0, now, is_right));
        }
    }

    #[test]
    fn a_right_answer_never_lowers_the_packed_mastery() {
        let bkt = Bkt::new(0.3, 0.0, 0.0, 0.499_999, 0.499_999).unwrap();
        for tenth in 0..=1000_u16 {
            let before = Practice::new(f64::from(tenth) / 1000.0);
            let [right, wrong] = [true, false].map(|is_right| {
                let moved = bkt.update(before.mastery, is_right);
                Kept::from(before.with_mastery(moved)).mastery()
            });
            assert!(right >= before.mastery && wrong <= before.mastery);
        }
    }

    #[test]
    fn counts_stay_at_their_end_and_keep_their_order() {
        let bkt = Bkt::new(0.3, 0.1, 0.002, 0.2, 0.1).unwrap();
        let nothing = crate::ability::Step { slope: 0.0, curvature: 0.0 };
        let mut practice = Practice::new(0.3);
        for now in 1..70_000 {
            practice = practice.after(&bkt, nothing, 1.0, now, now % 2 == 0);
            practice = Practice::from(Kept::from(practice));
        }
        assert_eq!((practice.attempts, practice.right), (65_535, 32_767));
        assert_eq!(practice.elapsed(69_999), 0);
        assert_eq!(practice.elapsed(70_003), 4);
    }

    #[test]
    fn an_item_keeps_its_result_and_how_near_it_is() {
        for number in [1, 32_766, 32_767, 32_768, 70_000, u32::MAX - 9] {
            let met = Met::new(number, false);
            assert_eq!((met.result(), met.age(number + 9)), (Some(false), Some(9)));
            assert_eq!(Met::new(number, true).result(), Some(true));
            assert!(met.is_sane() && Met::from_bytes(met.to_bytes()) == met);
        }
        assert!(!Met::from_bytes([255, 255]).is_sane());
        assert_eq!(Met::NEVER.result(), None);
    }
}
