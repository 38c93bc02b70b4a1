//! Differential item functioning: does an item treat two groups alike?
//!
//! Learners of both groups are matched by their number right. Mantel & Haenszel (1959, Journal
//! of the National Cancer Institute 22:719-748; for items Holland & Thayer 1988) pool the odds
//! of a right answer over scores: alpha = sum AD/T / sum BC/T, chi-square with a continuity
//! correction, delta = -2.35 ln alpha (below 0: harder for the focal group). Its standard error
//! is that of Robins, Breslow & Greenland (1986, Biometrics 42:311-323). ETS classes (Zieky
//! 1993): A |delta| < 1 or not different from 0; C |delta| >= 1.5 and different from 1,
//! one-sided at .05; B between. Logistic regression (Swaminathan & Rogers 1990, Journal of
//! Educational Measurement 27:361-370) adds group and group x score to the score: the first is
//! uniform, the second non-uniform. Its classes (Jodoin & Gierl 2001, Applied Measurement in
//! Education 14:329-349) go by the change of Nagelkerke's R2: below .035 A, to .070 B, else C.
//!
//! Cost: O(items x (learners + scores x steps)). Do not use it below some hundred learners a
//! group: it then finds nothing, which proves nothing.

use super::calibrate::Responses;
use super::chi_square::upper_tail;
use crate::error::{Error, known};
use crate::newton::{Regression, fit};

/// A difference that would come by chance less often than this is one.
const SIGNIFICANT: f64 = 0.05;
/// The standard normal's upper 5 %.
const ONE_SIDED: f64 = 1.644_853_626_951_472_2;
/// Rounds of purification.
const MAX_ROUNDS: usize = 10;

/// How large a difference is: A negligible, B moderate, C large.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Negligible.
    A,
    /// Moderate.
    B,
    /// Large.
    C,
}

/// What Mantel and Haenszel say of an item.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MantelHaenszel {
    /// Odds of a right answer, reference to focal group.
    pub alpha: f64,
    /// -2.35 ln alpha.
    pub delta: f64,
    /// Its standard error.
    pub se_delta: f64,
    /// Chi-square with continuity correction, 1 degree of freedom.
    pub chi_square: f64,
    /// P(chi-square at least that large) if the item treats both alike.
    pub p: f64,
    /// ETS class.
    pub class: Class,
}

/// What logistic regression says of an item.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Logistic {
    /// Log-odds of the focal group beyond its score (uniform model).
    pub effect: f64,
    /// Likelihood ratio of the uniform difference, 1 degree of freedom.
    pub uniform: f64,
    /// Its p.
    pub p_uniform: f64,
    /// Likelihood ratio of the non-uniform difference beyond it, 1 degree of freedom.
    pub non_uniform: f64,
    /// Its p.
    pub p_non_uniform: f64,
    /// P of both together, 2 degrees of freedom.
    pub p_both: f64,
    /// Change of Nagelkerke's R2 by both together.
    pub r2_change: f64,
    /// Jodoin and Gierl's class.
    pub class: Class,
}

/// What is known of an item; nothing where the answers cannot tell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ItemDif {
    /// Nothing where no score has both groups, or no wrong or right answers to compare.
    pub mantel_haenszel: Option<MantelHaenszel>,
    /// Nothing where the scores separate right from wrong, or one group is missing.
    pub logistic: Option<Logistic>,
    /// Learners who were compared.
    pub learners: usize,
    /// Whether the item counts in the matching score of others.
    pub is_matching: bool,
}

/// How learners are matched.
#[derive(Clone, Copy, Debug)]
pub enum Matching<'a> {
    /// By their number right on all items; who left one of them out is left out.
    Score,
    /// The same, without items that turn out B or C (the item itself always counts).
    Purified,
    /// By levels that the caller gives, one a learner.
    Levels(&'a [usize]),
}

/// Right and wrong answers of both groups at each level: `[level][group][is right]`.
type Table = Vec<[[f64; 2]; 2]>;

/// How each item treats group 1 (focal) against group 0 (reference) of `responses`.
///
/// # Errors
/// `Cell`, `Size` and `Unknown` for answers and groups that cannot be, `Size` for other than
/// two groups, or levels of another number than learners, `Unknown` for one beyond 10,000.
///
/// ```
/// use mangotree_kernels::irt::calibrate::Responses;
/// use mangotree_kernels::irt::dif::{Matching, dif};
/// // One level; 3 of 4 right in the reference group, 1 of 4 in the focal one.
/// let answers = [1, 1, 1, 0, 1, 0, 0, 0];
/// let groups = [0, 0, 0, 0, 1, 1, 1, 1];
/// let responses = Responses { answers: &answers, n_items: 1, groups: &groups, n_groups: 2 };
/// let found = dif(&responses, Matching::Levels(&[0; 8]))?;
/// let told = found[0].mantel_haenszel.ok_or("nothing to compare")?;
/// assert_eq!(told.alpha, 9.0); // (3 * 3) / (1 * 1)
/// assert!((told.chi_square - 0.4375).abs() < 1e-12); // (|3 - 2| - 1/2)^2 / (4^4 / (8^2 * 7))
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn dif(responses: &Responses<'_>, matching: Matching<'_>) -> Result<Vec<ItemDif>, Error> {
    responses.checked()?;
    checked(responses, matching)?;
    let mut is_matching = vec![true; responses.n_items];
    let mut tables = tables(responses, matching, &is_matching);
    if matches!(matching, Matching::Purified) {
        for _ in 0..MAX_ROUNDS {
            let is_clean: Vec<bool> = tables.iter().map(is_clean).collect();
            if is_clean == is_matching || !is_clean.contains(&true) {
                break;
            }
            is_matching = is_clean;
            tables = self::tables(responses, matching, &is_matching);
        }
    }
    let of_item = |(table, is_matching): (&Table, &bool)| ItemDif {
        mantel_haenszel: mantel_haenszel(table),
        logistic: logistic(table),
        learners: counted(table),
        is_matching: *is_matching && !matches!(matching, Matching::Levels(_)),
    };
    Ok(tables.iter().zip(&is_matching).map(of_item).collect())
}

fn checked(responses: &Responses<'_>, matching: Matching<'_>) -> Result<(), Error> {
    if responses.n_groups != 2 {
        let allowed = "2: the reference group and the focal one".to_owned();
        return Err(Error::Size { field: "groups", value: responses.n_groups, allowed });
    }
    if let Matching::Levels(levels) = matching {
        if levels.len() != responses.groups.len() {
            let allowed = responses.groups.len().to_string();
            return Err(Error::Size { field: "matching", value: levels.len(), allowed });
        }
        for level in levels {
            known("matching level", *level, 10_001)?;
        }
    }
    Ok(())
}

fn is_clean(table: &Table) -> bool {
    mantel_haenszel(table).is_none_or(|told| told.class == Class::A)
}

fn tables(
    responses: &Responses<'_>,
    matching: Matching<'_>,
    is_matching: &[bool],
) -> Vec<Table> {
    let n = responses.n_items;
    let n_levels = match matching {
        Matching::Levels(levels) => levels.iter().max().map_or(0, |most| most + 1),
        Matching::Score | Matching::Purified => n + 1,
    };
    let mut tables = vec![vec![[[0.0; 2]; 2]; n_levels]; n];
    for (learner, said) in responses.answers.chunks_exact(n).enumerate() {
        let level = match matching {
            Matching::Levels(levels) => Some(levels[learner]),
            Matching::Score | Matching::Purified => score(said, is_matching),
        };
        let Some(level) = level else { continue };
        for (item, answer) in said.iter().enumerate() {
            if *answer >= 0 {
                let is_right = usize::from(*answer == 1);
                let own = if is_matching[item] { 0 } else { is_right };
                tables[item][level + own][responses.groups[learner]][is_right] += 1.0;
            }
        }
    }
    tables
}

/// The number right on matching items; nothing when one of them was left out.
fn score(said: &[i8], is_matching: &[bool]) -> Option<usize> {
    let mut score = 0;
    for (answer, is_matching) in said.iter().zip(is_matching) {
        if *is_matching {
            score += usize::try_from(*answer).ok()?;
        }
    }
    Some(score)
}

fn counted(table: &Table) -> usize {
    let sum: f64 = table.iter().flatten().flatten().sum();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count")]
    let count = sum as usize;
    count
}

fn mantel_haenszel(table: &Table) -> Option<MantelHaenszel> {
    let (mut sums, mut chance) = ([0.0; 5], [0.0; 3]);
    for [[wrong, right], [focal_wrong, focal_right]] in table {
        let all = wrong + right + focal_wrong + focal_right;
        let (own, focal) = (wrong + right, focal_wrong + focal_right);
        if own == 0.0 || focal == 0.0 {
            continue;
        }
        let (for_own, for_focal) = (right * focal_wrong / all, wrong * focal_right / all);
        let (agree, differ) = ((right + focal_wrong) / all, (wrong + focal_right) / all);
        sums[0] += for_own;
        sums[1] += for_focal;
        sums[2] += agree * for_own;
        sums[3] += agree * for_focal + differ * for_own;
        sums[4] += differ * for_focal;
        let rights = right + focal_right;
        chance[0] += right;
        chance[1] += own * rights / all;
        chance[2] += own * focal * rights * (all - rights) / (all * all * (all - 1.0));
    }
    let [for_own, for_focal, ..] = sums;
    if for_own <= 0.0 || for_focal <= 0.0 || chance[2] <= 0.0 {
        return None;
    }
    let alpha = for_own / for_focal;
    let variance = sums[2] / (2.0 * for_own * for_own)
        + sums[3] / (2.0 * for_own * for_focal)
        + sums[4] / (2.0 * for_focal * for_focal);
    let chi_square = ((chance[0] - chance[1]).abs() - 0.5).max(0.0).powi(2) / chance[2];
    let (delta, se_delta) = (-2.35 * alpha.ln(), 2.35 * variance.sqrt());
    let p = upper_tail(chi_square, 1);
    let class = ets_class(delta, se_delta, p);
    Some(MantelHaenszel { alpha, delta, se_delta, chi_square, p, class })
}

fn ets_class(delta: f64, se: f64, p: f64) -> Class {
    if delta.abs() < 1.0 || p >= SIGNIFICANT {
        Class::A
    } else if delta.abs() >= 1.5 && delta.abs() - 1.0 > ONE_SIDED * se {
        Class::C
    } else {
        Class::B
    }
}

fn logistic(table: &Table) -> Option<Logistic> {
    let cells = Cells::of(table)?;
    let score = fit(&cells.rows(2), &[0; 2], 0.0).ok()?;
    let uniform = fit(&cells.rows(3), &[0; 3], 0.0).ok()?;
    let both = fit(&cells.rows(4), &[0; 4], 0.0).ok()?;
    let ratio = |more: f64, less: f64| (2.0 * (more - less)).max(0.0);
    let uniform_ratio = ratio(uniform.log_likelihood, score.log_likelihood);
    let beyond = ratio(both.log_likelihood, uniform.log_likelihood);
    let p_both = upper_tail(uniform_ratio + beyond, 2);
    let r2_change = cells.r2(both.log_likelihood) - cells.r2(score.log_likelihood);
    let class = if r2_change < 0.035 || p_both >= SIGNIFICANT {
        Class::A
    } else if r2_change < 0.07 {
        Class::B
    } else {
        Class::C
    };
    Some(Logistic {
        effect: uniform.weights[2],
        uniform: uniform_ratio,
        p_uniform: upper_tail(uniform_ratio, 1),
        non_uniform: beyond,
        p_non_uniform: upper_tail(beyond, 1),
        p_both,
        r2_change,
        class,
    })
}

/// Learners of one level and group as one row with a share: the likelihood is the same.
struct Cells {
    /// Of 2, 3 and 4 columns: constant, score, group, group x score.
    features: [Vec<f64>; 3],
    rights: Vec<f64>,
    shares: Vec<f64>,
    /// The log-likelihood of a constant alone.
    null: f64,
    learners: f64,
}

impl Cells {
    /// Nothing without both groups, both answers and two levels.
    fn of(table: &Table) -> Option<Self> {
        let mut kept = Vec::new();
        for (level, groups) in table.iter().enumerate() {
            for (group, [wrong, right]) in [0.0, 1.0].into_iter().zip(groups) {
                if wrong + right > 0.0 {
                    #[expect(clippy::cast_precision_loss, reason = "at most 10,000 levels")]
                    kept.push((level as f64, group, wrong + right, right / (wrong + right)));
                }
            }
        }
        let learners: f64 = kept.iter().map(|cell| cell.2).sum();
        let mean = kept.iter().map(|cell| cell.0 * cell.2).sum::<f64>() / learners;
        let square = kept.iter().map(|cell| (cell.0 - mean).powi(2) * cell.2).sum::<f64>();
        let focal: f64 = kept.iter().map(|cell| cell.1 * cell.2).sum();
        let rights: f64 = kept.iter().map(|cell| cell.2 * cell.3).sum();
        let is_between = |part: f64| part > 0.0 && part < learners;
        if !is_between(focal) || !is_between(rights) || square <= 0.0 {
            return None;
        }
        let sd = (square / learners).sqrt();
        let rows = || kept.iter().map(|cell| ((cell.0 - mean) / sd, cell.1));
        let share = rights / learners;
        Some(Self {
            features: [
                rows().flat_map(|(z, _)| [1.0, z]).collect(),
                rows().flat_map(|(z, group)| [1.0, z, group]).collect(),
                rows().flat_map(|(z, group)| [1.0, z, group, group * z]).collect(),
            ],
            rights: kept.iter().map(|cell| cell.3).collect(),
            shares: kept.iter().map(|cell| cell.2).collect(),
            null: learners * (share * share.ln() + (1.0 - share) * (-share).ln_1p()),
            learners,
        })
    }

    fn rows(&self, width: usize) -> Regression<'_> {
        Regression {
            width,
            features: &self.features[width - 2],
            rights: &self.rights,
            shares: &self.shares,
            offsets: &[],
        }
    }

    /// Nagelkerke's R2 (1991, Biometrika 78:691-692).
    fn r2(&self, log_likelihood: f64) -> f64 {
        let scale = 2.0 / self.learners;
        let cox_snell = -((self.null - log_likelihood) * scale).exp_m1();
        cox_snell / -(self.null * scale).exp_m1()
    }
}
