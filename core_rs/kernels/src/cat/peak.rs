//! Where an item tells most, and the most that it can tell between two abilities.
//!
//! For an upper asymptote of 1 the information peaks at b + ln((1 + sqrt(1 + 8c)) / 2) / a
//! (Birnbaum 1968, in Lord & Novick, 20.4.5). Below 1 the peak is the root of
//! 2/(P - c) - 2/(d - P) - 1/P + 1/(1 - P), half the slope of the log information in P. That
//! falls all the way from c to d, because 1/P <= 1/(P - c) and 1/(1 - P) <= 1/(d - P): one
//! root, and information that rises before it and falls behind it (also Magis 2013, Applied
//! Psychological Measurement 37:304-315). So on any interval it is largest at the point
//! nearest the peak.
//!
//! Cost: O(1); 60 halvings where d < 1. Do not use it for answers that earn parts of a mark.

use crate::irt::model::Binary;

/// Halvings after which an interval of length 1 is as narrow as doubles go.
const HALVINGS: u32 = 60;
/// How much of the largest numbers in a computed information may be rounding: measured in
/// units of the information itself and of a^2, which bounds what cancellation near P = c and
/// P = 1 leaves (a few 1e-14 of a^2 where d - c is 0.1).
const ROUNDING: f64 = 1e-12;

/// The ability at which `item` has the most information.
///
/// ```
/// use mangotree_kernels::cat::peak::peak;
/// use mangotree_kernels::irt::model::Binary;
/// let item = Binary::new(2.0, 0.5, 0.0, 1.0)?;
/// assert_eq!(peak(&item), 0.5);
/// let guessed = Binary::new(2.0, 0.5, 0.375, 1.0)?; // sqrt(1 + 8 * 0.375) = 2
/// assert!((peak(&guessed) - (0.5 + 1.5_f64.ln() / 2.0)).abs() < 1e-15);
/// # Ok::<(), mangotree_kernels::error::Error>(())
/// ```
#[must_use]
pub fn peak(item: &Binary) -> f64 {
    let odds = if item.d < 1.0 {
        let share = peak_share(item);
        share / (1.0 - share)
    } else {
        f64::midpoint(1.0, (1.0 + 8.0 * item.c).sqrt())
    };
    item.b + odds.ln() / item.a
}

/// The most that `item`, whose peak is at `peak`, tells from `low` to `high`; never less than
/// what `Binary::information` gives for any ability between, rounding included.
#[must_use]
pub fn ceiling(item: &Binary, peak: f64, low: f64, high: f64) -> f64 {
    raised(item.information(peak.max(low).min(high)), item.a)
}

/// `information` and what rounding may have taken from it; `a` is the discrimination.
#[must_use]
pub fn raised(information: f64, a: f64) -> f64 {
    information + ROUNDING * (information + a * a)
}

/// (P - c) / (d - c) at the peak.
fn peak_share(item: &Binary) -> f64 {
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..HALVINGS {
        let middle = f64::midpoint(low, high);
        if rises(item, middle) { low = middle } else { high = middle }
    }
    f64::midpoint(low, high)
}

fn rises(item: &Binary, share: f64) -> bool {
    let (above, below) = ((item.d - item.c) * share, (item.d - item.c) * (1.0 - share));
    let p = item.c + above;
    2.0 / above - 2.0 / below - 1.0 / p + 1.0 / (1.0 - p) > 0.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chance::Chance;

    #[test]
    fn no_ability_tells_more_than_the_peak_and_no_inner_one_more_than_the_ceiling() {
        let mut chance = Chance::new(5);
        for _ in 0..2000 {
            let c = 0.5 * chance.uniform();
            let d = 1.0 - 0.4 * chance.uniform().floor().max(chance.uniform() - 0.5).max(0.0);
            let a = 0.2 + 4.0 * chance.uniform();
            let item = Binary::new(a, 4.0 * chance.normal().clamp(-4.0, 4.0), c, d).unwrap();
            let top = peak(&item);
            let most = item.information(top);
            let (one, two) = (top + 2.0 * chance.normal(), top + 2.0 * chance.normal());
            let (low, high) = (one.min(two), one.max(two));
            let inner = low + (high - low) * chance.uniform();
            assert!(item.information(inner) <= most * (1.0 + 1e-12), "{item:?} {inner}");
            assert!(item.information(inner) <= ceiling(&item, top, low, high));
        }
    }
}
