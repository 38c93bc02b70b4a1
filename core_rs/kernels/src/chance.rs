//! Numbers that look random and are not: the same seed gives the same numbers everywhere.
//!
//! `SplitMix64` (Steele, Lea & Flood 2014, OOPSLA 453-472): a counter that is mixed into 64
//! bits. Seeds that differ in one bit give streams without likeness, so each learner or each
//! start of a fit takes `Chance::stream(seed, its number)` and no order of work, and no number
//! of threads, changes what it draws.
//!
//! Cost: O(1), some nanoseconds. Do not use it for secrets: who sees one number knows the next.

/// The fraction of the golden ratio in 64 bits, the step of the counter.
const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

/// A stream of numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chance {
    state: u64,
}

impl Chance {
    /// The stream of `seed`.
    ///
    /// ```
    /// use mangotree_kernels::chance::Chance;
    /// // The first value that the paper's own code gives.
    /// assert_eq!(Chance::new(0).next_u64(), 0xe220_a839_7b1d_cdaf);
    /// ```
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    /// The stream of the `number`-th of those who share `seed`.
    #[must_use]
    pub fn stream(seed: u64, number: u64) -> Self {
        let first = Self::new(seed ^ number.wrapping_mul(STEP)).next_u64();
        Self::new(first)
    }

    /// 64 bits.
    pub fn next_u64(&mut self) -> u64 {
        self.state = self.state.wrapping_add(STEP);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0 up to, not including, 1: all 53 bits that such a number has.
    pub fn uniform(&mut self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "53 bits fit a double exactly")]
        let bits = (self.next_u64() >> 11) as f64;
        bits / 9_007_199_254_740_992.0
    }

    /// An index below `count`, each as likely as the others; 0 when `count` is 0.
    pub fn below(&mut self, count: usize) -> usize {
        let wide = u128::from(self.next_u64()) * (count as u128);
        usize::try_from(wide >> 64).unwrap_or(0)
    }

    /// A draw from the standard normal distribution (Box & Muller 1958).
    pub fn normal(&mut self) -> f64 {
        let radius = (-2.0 * (1.0 - self.uniform()).ln()).sqrt();
        radius * (std::f64::consts::TAU * self.uniform()).cos()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_is_spread_evenly_and_a_normal_draw_has_its_moments() {
        let mut chance = Chance::stream(7, 3);
        let (mut mean, mut square, mut ninths) = (0.0, 0.0, [0_u32; 9]);
        for _ in 0..90_000 {
            ninths[chance.below(9)] += 1;
            let draw = chance.normal();
            mean += draw / 90_000.0;
            square += draw * draw / 90_000.0;
        }
        assert!(ninths.iter().all(|count| (9_600..10_400).contains(count)), "{ninths:?}");
        assert!(mean.abs() < 0.015 && (square - 1.0).abs() < 0.02, "{mean} {square}");
    }

    #[test]
    fn neighbouring_streams_do_not_look_alike() {
        let mut first = Chance::stream(1, 0);
        let mut second = Chance::stream(1, 1);
        let same = (0..1000).filter(|_| first.below(2) == second.below(2)).count();
        assert!((440..560).contains(&same), "{same}");
    }
}
