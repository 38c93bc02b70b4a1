//! What a belief says in one word, and when it says that it cannot tell yet; O(hypotheses).
//!
//! Source in [`super`]. A verdict needs a posterior of [`SURE`] and answers that show it: two
//! for a rule, so that one odd answer names nobody. Not for marks: it is a guess about a cause.

use super::belief::{Answer, Belief};
use super::family::Hypothesis;

/// The posterior that a verdict needs.
const SURE: f64 = 0.8;
/// Answers that must show a rule, and answers without which nobody is called careful.
const SHOWN: usize = 2;
/// Wrong answers that no rule foresees, before a rule that we do not know is spoken of.
const UNFORESEEN: usize = 3;
/// The pairs that are reported.
const TOP_PAIRS: usize = 5;

/// What a learner seems to be doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Means to answer right; what is wrong are slips.
    Careful,
    /// Uses one wrong rule.
    Rule,
    /// Uses two wrong rules.
    Pair,
    /// Uses one wrong rule now and then.
    Unstable,
    /// Is wrong in ways that no rule foresees.
    Unknown,
    /// Cannot be told yet.
    Undecided,
}

impl Kind {
    /// Its name.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Careful => "careful",
            Self::Rule => "rule",
            Self::Pair => "pair",
            Self::Unstable => "unstable",
            Self::Unknown => "unknown",
            Self::Undecided => "undecided",
        }
    }
}

/// The posterior, summed up.
#[derive(Clone, Debug, PartialEq)]
pub struct Diagnosis {
    /// Of being careful.
    pub careful: f64,
    /// Of holding each rule: alone, in a pair, or now and then.
    pub rules: Vec<f64>,
    /// Of using each rule always and alone.
    pub singles: Vec<f64>,
    /// The likeliest pairs, the likeliest first.
    pub pairs: Vec<(usize, usize, f64)>,
    /// Of using some rule now and then.
    pub unstable: f64,
    /// Of a rule that is none of these, alone or beside one of them.
    pub unknown: f64,
    /// All that in one word.
    pub verdict: Kind,
    /// The rule that the verdict speaks of, of a pair the likelier.
    pub rule: Option<usize>,
}

impl Belief<'_> {
    /// The belief, summed up; `answers` are those that it came from.
    #[must_use]
    pub fn diagnosis(&self, answers: &[Answer]) -> Diagnosis {
        let n_rules = self.family.n_rules;
        let mut sums = Sums::new(n_rules);
        let chunks = self.weights.chunks(self.family.slips.len());
        for (weights, (hypothesis, _)) in chunks.zip(&self.family.hypotheses) {
            sums.add(*hypothesis, weights.iter().sum());
        }
        let (verdict, rule) = sums.verdict(answers);
        sums.pairs.sort_by(|one, other| other.2.total_cmp(&one.2));
        sums.pairs.truncate(TOP_PAIRS);
        Diagnosis {
            careful: sums.careful,
            rules: sums.rules,
            singles: sums.singles,
            pairs: sums.pairs,
            unstable: sums.unstable.iter().sum(),
            unknown: sums.unknown,
            verdict,
            rule,
        }
    }
}

struct Sums {
    careful: f64,
    rules: Vec<f64>,
    singles: Vec<f64>,
    unstable: Vec<f64>,
    pairs: Vec<(usize, usize, f64)>,
    unknown: f64,
}

impl Sums {
    fn new(n_rules: usize) -> Self {
        let none = vec![0.0; n_rules];
        Self {
            careful: 0.0,
            rules: none.clone(),
            singles: none.clone(),
            unstable: none,
            pairs: Vec::new(),
            unknown: 0.0,
        }
    }

    fn add(&mut self, hypothesis: Hypothesis, mass: f64) {
        match hypothesis {
            Hypothesis::Careful => self.careful += mass,
            Hypothesis::Unknown(..) => self.unknown += mass,
            Hypothesis::Single(rule) => {
                self.singles[rule] += mass;
                self.rules[rule] += mass;
            }
            Hypothesis::Unstable(rule, _) => {
                self.unstable[rule] += mass;
                self.rules[rule] += mass;
            }
            Hypothesis::Pair(one, other) => {
                self.pairs.push((one, other, mass));
                self.rules[one] += mass;
                self.rules[other] += mass;
            }
        }
    }

    fn verdict(&self, answers: &[Answer]) -> (Kind, Option<usize>) {
        if self.careful >= SURE && answers.len() >= SHOWN {
            return (Kind::Careful, None);
        }
        if self.unknown >= SURE && unforeseen(answers) >= UNFORESEEN {
            return (Kind::Unknown, None);
        }
        match largest(&self.rules) {
            Some(rule) if self.rules[rule] >= SURE && shown(answers, rule) >= SHOWN => {
                (self.kind(rule), Some(rule))
            }
            _ => (Kind::Undecided, None),
        }
    }

    /// How a rule that is surely there is used.
    fn kind(&self, rule: usize) -> Kind {
        let with = |pair: &&(usize, usize, f64)| pair.0 == rule || pair.1 == rule;
        let paired: f64 = self.pairs.iter().filter(with).map(|pair| pair.2).sum();
        let (single, unstable) = (self.singles[rule], self.unstable[rule]);
        if single >= unstable && single >= paired {
            Kind::Rule
        } else if unstable >= paired {
            Kind::Unstable
        } else {
            Kind::Pair
        }
    }
}

fn largest(masses: &[f64]) -> Option<usize> {
    (0..masses.len()).reduce(|best, at| if masses[at] > masses[best] { at } else { best })
}

fn shown(answers: &[Answer], rule: usize) -> usize {
    let shows = |answer: &&Answer| answer.given != 0 && answer.item.rules[rule] == answer.given;
    answers.iter().filter(shows).count()
}

fn unforeseen(answers: &[Answer]) -> usize {
    let is = |answer: &&Answer| answer.given != 0 && !answer.item.rules.contains(&answer.given);
    answers.iter().filter(is).count()
}
