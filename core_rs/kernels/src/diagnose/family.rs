//! The hypotheses about one family of rules, each with its prior; checked once, O(rules²).
//!
//! Source and cost in [`super`]. Not for rules of different kinds of questions: a rule that
//! cannot show on an item says nothing there.

use crate::error::{Error, within};

/// More rules than this compete for no kind of question.
pub const MOST_RULES: usize = 64;
/// More answers than this are not one state of mind.
pub const MOST_OBSERVATIONS: usize = 1000;
/// Slip rates, each as likely as the others: 5 to 20 % is what is seen in arithmetic (`VanLehn`
/// 1982 gives about 1 in 10); the ends lie a little beyond.
pub const SLIPS: [f64; 5] = [0.03, 0.07, 0.11, 0.16, 0.22];
/// How often an unstable rule is used.
pub(super) const USES: [f64; 3] = [0.3, 0.5, 0.7];
/// How often somebody with a rule that we do not know is wrong.
pub(super) const ERRORS: [f64; 3] = [0.4, 0.65, 0.9];
/// The same for somebody who has a known rule beside the unknown one.
pub(super) const ERRORS_BESIDE: [f64; 2] = [0.4, 0.65];
/// Of those who hold a rule: the share that always uses it alone, that is unstable, and that
/// has an unknown rule beside it. The rest hold two. `VanLehn` (1982): stable single bugs are
/// the most usual, then unstable ones.
const SINGLE: f64 = 0.65;
const UNSTABLE: f64 = 0.18;
const BESIDE: f64 = 0.05;
/// Where no prevalence is known: half of the learners that are tested hold one of the rules.
const RULES_TOGETHER: f64 = 0.5;
/// Of those who hold none of the rules: the share whose errors are systematic all the same.
const UNKNOWN: f64 = 0.2;

/// What is believed about the learners before an answer.
#[derive(Clone, Debug, Default)]
pub struct Beliefs {
    /// The share of learners that hold each rule; none: every rule alike, half in all.
    pub priors: Option<Vec<f64>>,
    /// Whether two rules at once are thought of.
    pub pairs: bool,
    /// The slip rates; none: [`SLIPS`].
    pub slips: Option<Vec<f64>>,
}

/// One hypothesis about a learner; numbers are indices of rules.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Hypothesis {
    Careful,
    Single(usize),
    Pair(usize, usize),
    Unstable(usize, f64),
    /// Wrong at that rate nobody knows how, otherwise careful or by a rule.
    Unknown(Option<usize>, f64),
}

/// The hypotheses of one family, with their priors.
#[derive(Clone, Debug)]
pub struct Family {
    pub(super) n_rules: usize,
    pub(super) hypotheses: Vec<(Hypothesis, f64)>,
    pub(super) slips: Vec<f64>,
}

impl Family {
    /// The family of `n_rules` rules.
    ///
    /// # Errors
    /// `Size` for no or too many rules, priors of another number or no slip rate; `OutOfRange`
    /// for a prior below 0, for priors of 1 or more together, and a slip rate beyond 0 to 0.5.
    pub fn new(n_rules: usize, beliefs: &Beliefs) -> Result<Self, Error> {
        if !(1..=MOST_RULES).contains(&n_rules) {
            let allowed = format!("1 to {MOST_RULES}");
            return Err(Error::Size { field: "rules", value: n_rules, allowed });
        }
        let priors = checked_priors(n_rules, beliefs.priors.as_deref())?;
        let slips = checked_slips(beliefs.slips.as_deref())?;
        let hypotheses = hypotheses(&priors, beliefs.pairs && n_rules > 1);
        Ok(Self { n_rules, hypotheses, slips })
    }

    /// How many rules there are.
    #[must_use]
    pub fn n_rules(&self) -> usize {
        self.n_rules
    }
}

fn checked_priors(n_rules: usize, priors: Option<&[f64]>) -> Result<Vec<f64>, Error> {
    let Some(priors) = priors else {
        #[expect(clippy::cast_precision_loss, reason = "at most 64 rules")]
        return Ok(vec![RULES_TOGETHER / n_rules as f64; n_rules]);
    };
    if priors.len() != n_rules {
        let allowed = format!("one for each of the {n_rules} rules");
        return Err(Error::Size { field: "priors", value: priors.len(), allowed });
    }
    for prior in priors {
        within("prior", *prior, (0.0, 1.0), "0 to 1")?;
    }
    let together = priors.iter().sum();
    within("priors together", together, (f64::MIN_POSITIVE, 0.99), "above 0, at most 0.99")?;
    Ok(priors.to_vec())
}

fn checked_slips(slips: Option<&[f64]>) -> Result<Vec<f64>, Error> {
    let slips = slips.unwrap_or(&SLIPS);
    if !(1..=100).contains(&slips.len()) {
        let allowed = "1 to 100".to_owned();
        return Err(Error::Size { field: "slips", value: slips.len(), allowed });
    }
    for slip in slips {
        within("slip", *slip, (1e-6, 0.5), "0.000001 to 0.5")?;
    }
    Ok(slips.to_vec())
}

fn hypotheses(priors: &[f64], with_pairs: bool) -> Vec<(Hypothesis, f64)> {
    let together: f64 = priors.iter().sum();
    let none = 1.0 - together;
    let mut found = vec![(Hypothesis::Careful, none * (1.0 - UNKNOWN))];
    let single = if with_pairs { SINGLE } else { 1.0 - UNSTABLE - BESIDE };
    for (rule, prior) in priors.iter().enumerate() {
        found.push((Hypothesis::Single(rule), prior * single));
        for usage in USES {
            found.push((Hypothesis::Unstable(rule, usage), prior * UNSTABLE / 3.0));
        }
        for error in ERRORS_BESIDE {
            found.push((Hypothesis::Unknown(Some(rule), error), prior * BESIDE / 2.0));
        }
    }
    for error in ERRORS {
        found.push((Hypothesis::Unknown(None, error), none * UNKNOWN / 3.0));
    }
    if with_pairs {
        let paired = together * (1.0 - SINGLE - UNSTABLE - BESIDE);
        found.extend(pairs(priors, paired));
    }
    found
}

/// All pairs, each by the product of its rules' priors, `paired` in all.
fn pairs(priors: &[f64], paired: f64) -> Vec<(Hypothesis, f64)> {
    let mut found = Vec::with_capacity(priors.len() * (priors.len() - 1) / 2);
    for (first, one) in priors.iter().enumerate() {
        for (second, other) in priors.iter().enumerate().skip(first + 1) {
            found.push((Hypothesis::Pair(first, second), one * other));
        }
    }
    let products: f64 = found.iter().map(|(_, product)| product).sum();
    let scale = if products > 0.0 { paired / products } else { 0.0 };
    found.iter().map(|(pair, product)| (*pair, product * scale)).collect()
}
