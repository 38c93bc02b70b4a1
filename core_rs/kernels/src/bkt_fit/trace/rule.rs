//! What an answer does to a mastery, its sums made once a skill.
//!
//! P(right) = guess + (1 - slip - guess) P(L); then Bayes' rule and the chance to learn or
//! forget, as in [`crate::bkt`] (Corbett & Anderson 1995, User Modeling and User-Adapted
//! Interaction 4:253-278), but for rounding.
//!
//! Cost: O(1), one division. Do not use it for a single answer: [`Bkt::update`] needs no sums.

use crate::bkt::{Bkt, DOUBT};

/// What an answer does to a mastery, its sums made beforehand: what [`Bkt::update`] gives, but
/// for rounding.
#[derive(Clone, Copy)]
pub(super) struct Rule {
    pub prior: f64,
    guess: f64,
    /// P(right) of who knows, less that of who does not.
    gain: f64,
    learn: f64,
    /// 1 - forget - learn.
    kept: f64,
    /// After a wrong answer and after a right one.
    evidence: [Evidence; 2],
}

/// P(this answer | known), and P(this answer) at mastery 0 and what mastery adds to it.
#[derive(Clone, Copy)]
struct Evidence {
    known: f64,
    base: f64,
    gain: f64,
    /// 1 where mastery may only rise, -1 where it may only fall.
    sign: f64,
}

impl Rule {
    pub fn of(bkt: &Bkt) -> Self {
        let gain = 1.0 - bkt.slip - bkt.guess;
        let wrong =
            Evidence { known: bkt.slip, base: 1.0 - bkt.guess, gain: -gain, sign: -1.0 };
        let right = Evidence { known: 1.0 - bkt.slip, base: bkt.guess, gain, sign: 1.0 };
        Self {
            prior: bkt.prior,
            guess: bkt.guess,
            gain,
            learn: bkt.learn,
            kept: 1.0 - bkt.forget - bkt.learn,
            evidence: [wrong, right],
        }
    }

    /// P(right) before the answer, and mastery after it.
    #[inline]
    pub fn step<const GUARDED: bool>(&self, mastery: f64, is_right: bool) -> (f64, f64) {
        let known = mastery.clamp(DOUBT, 1.0 - DOUBT);
        let Evidence { known: part, base, gain, sign } = self.evidence[usize::from(is_right)];
        let moved = self.learn + self.kept * (part * known / (base + gain * known));
        let after = if GUARDED {
            // The lower of two is minus the higher of their negatives: no branch, which
            // processors cannot foresee here.
            sign * (sign * moved).max(sign * mastery)
        } else {
            moved
        };
        (self.guess + self.gain * known, after)
    }
}
