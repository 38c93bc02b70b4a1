//! The next item: how many bits about the hypotheses its answer is expected to give.
//!
//! Mutual information of hypothesis and answer (Lindley 1956): the entropy of the answer less
//! its mean entropy under each hypothesis. Answers that no rule foresees are alike to all
//! hypotheses, so they count together. O(hypotheses) per candidate: logarithms are taken once
//! for all candidates with the same number of answers. It looks one answer ahead, not two.

use super::belief::Belief;
use super::family::{Family, Hypothesis};
use crate::error::Error;

/// An item: the class of answers that each rule leads to on it.
#[derive(Clone, Debug)]
pub struct Candidate {
    pub(super) rules: Vec<u32>,
    pub(super) answers: usize,
    pub(super) n_wrong: usize,
}

impl Candidate {
    /// An item on which rule r leads to class `predicted[r]`: 0 is right, and so is -1, a rule
    /// that does not apply; `choices` is 0 for an open question.
    ///
    /// # Errors
    /// `OutOfRange` for a class below -1; `Size` for one choice, or for fewer than the classes.
    pub fn new(predicted: &[i32], choices: usize) -> Result<Self, Error> {
        if let Some(low) = predicted.iter().find(|class| **class < -1) {
            let (value, allowed) = (f64::from(*low), "-1, 0 for right, and above");
            return Err(Error::OutOfRange { field: "predicted", value, allowed });
        }
        let rules: Vec<u32> =
            predicted.iter().map(|class| class.max(&0).unsigned_abs()).collect();
        let mut wrong: Vec<u32> = rules.iter().copied().filter(|class| *class != 0).collect();
        wrong.sort_unstable();
        wrong.dedup();
        if choices != 0 && choices < (wrong.len() + 1).max(2) {
            let allowed =
                format!("0 for an open question, or at least {}", wrong.len().max(1) + 1);
            return Err(Error::Size { field: "choices", value: choices, allowed });
        }
        Ok(Self { rules, answers: choices, n_wrong: wrong.len() })
    }

    /// Whether any answer may be written.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.answers == 0
    }

    /// # Errors
    /// `Size` where not every rule has looked at the item.
    pub(super) fn fits(&self, family: &Family) -> Result<(), Error> {
        if self.rules.len() == family.n_rules {
            return Ok(());
        }
        let allowed = format!("one for each of the {} rules", family.n_rules);
        Err(Error::Size { field: "predicted", value: self.rules.len(), allowed })
    }
}

/// A candidate by its number, and the bits that its answer is expected to give.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Informative {
    /// Its place in the list of candidates.
    pub candidate: usize,
    /// Expected information.
    pub bits: f64,
}

impl Belief<'_> {
    /// All candidates, the most informative first, equal ones in their order.
    ///
    /// # Errors
    /// `Size` for a candidate that not every rule has looked at.
    pub fn next_item(&self, candidates: &[Candidate]) -> Result<Vec<Informative>, Error> {
        let labels = self.labels();
        let mut tables: Vec<Table> = Vec::new();
        let mut ranked = Vec::with_capacity(candidates.len());
        for (candidate, item) in candidates.iter().enumerate() {
            item.fits(self.family)?;
            let table = table(&mut tables, &labels, item.others());
            ranked.push(Informative { candidate, bits: information(&labels, table, item) });
        }
        ranked.sort_by(|one, other| {
            other.bits.total_cmp(&one.bits).then(one.candidate.cmp(&other.candidate))
        });
        Ok(ranked)
    }

    /// One label for each thing that a diagnosis can name: rates of use and error are summed.
    fn labels(&self) -> Vec<Label> {
        let mut labels: Vec<Label> = Vec::new();
        let chunks = self.weights.chunks(self.family.slips.len());
        for (weights, (hypothesis, _)) in chunks.zip(&self.family.hypotheses) {
            let rate = match hypothesis {
                Hypothesis::Unstable(_, rate) | Hypothesis::Unknown(_, rate) => *rate,
                _ => 1.0,
            };
            match labels.last_mut() {
                Some(last) if last.is_like(*hypothesis) => {
                    last.add(rate, weights, &self.family.slips);
                }
                _ => {
                    let mut label = Label::new(*hypothesis);
                    label.add(rate, weights, &self.family.slips);
                    labels.push(label);
                }
            }
        }
        labels
    }
}

/// A hypothesis with the moments of its posterior over slip rate and rate of use.
struct Label {
    hypothesis: Hypothesis,
    mass: f64,
    slip: f64,
    rate: f64,
    slip_and_rate: f64,
}

impl Label {
    fn new(hypothesis: Hypothesis) -> Self {
        Self { hypothesis, mass: 0.0, slip: 0.0, rate: 0.0, slip_and_rate: 0.0 }
    }

    fn is_like(&self, other: Hypothesis) -> bool {
        match (self.hypothesis, other) {
            (Hypothesis::Unstable(one, _), Hypothesis::Unstable(other, _)) => one == other,
            (Hypothesis::Unknown(one, _), Hypothesis::Unknown(other, _)) => one == other,
            _ => false,
        }
    }

    fn add(&mut self, rate: f64, weights: &[f64], slips: &[f64]) {
        for (weight, slip) in weights.iter().zip(slips) {
            self.mass += weight;
            self.slip += weight * slip;
            self.rate += weight * rate;
            self.slip_and_rate += weight * slip * rate;
        }
    }

    /// What the answer meant with share `rate`, and the other one, get beyond a slip's share.
    fn gains(&self, others: f64) -> (f64, f64) {
        let lost = (others + 1.0) / others;
        let used = self.rate - self.slip_and_rate * lost;
        let unused = (self.mass - self.rate) - (self.slip - self.slip_and_rate) * lost;
        (used, unused)
    }
}

/// What all items with the same number of answers share, in nats, each label by its mass.
struct Table {
    others: f64,
    /// What each answer gets by slips and by unknown rules alone.
    base: f64,
    /// Gain of the meant class, or of the two between which a label is torn.
    whole: Vec<f64>,
    split: Vec<(f64, f64)>,
    /// Entropy where a label means one class, or two.
    sure: Vec<f64>,
    torn: Vec<f64>,
}

fn table<'t>(tables: &'t mut Vec<Table>, labels: &[Label], others: f64) -> &'t Table {
    let known = tables.iter().position(|table| table.others.to_bits() == others.to_bits());
    let place = known.unwrap_or_else(|| {
        tables.push(Table::new(labels, others));
        tables.len() - 1
    });
    &tables[place]
}

impl Table {
    fn new(labels: &[Label], others: f64) -> Self {
        let mut table = Self {
            others,
            base: 0.0,
            whole: Vec::with_capacity(labels.len()),
            split: Vec::with_capacity(labels.len()),
            sure: Vec::with_capacity(labels.len()),
            torn: Vec::with_capacity(labels.len()),
        };
        for label in labels {
            table.add(label);
        }
        table
    }

    fn add(&mut self, label: &Label) {
        let others = self.others;
        let floor = match label.hypothesis {
            Hypothesis::Unknown(..) => label.rate / others,
            _ => label.slip / others,
        };
        let whole = match label.hypothesis {
            Hypothesis::Unknown(..) => label.mass - label.rate - floor,
            _ => label.mass - label.slip - floor,
        };
        let split = match label.hypothesis {
            Hypothesis::Pair(..) => (whole / 2.0, whole / 2.0),
            _ => label.gains(others),
        };
        self.base += floor;
        self.whole.push(whole);
        self.split.push(split);
        self.sure.push(entropy(label.mass, &[floor + whole], floor, others));
        let torn = [floor + split.0, floor + split.1];
        self.torn.push(entropy(label.mass, &torn, floor, others - 1.0));
    }
}

/// Mass-weighted entropy, in nats, of `likely` parts and of `count` more of size `floor` each.
fn entropy(mass: f64, likely: &[f64], floor: f64, count: f64) -> f64 {
    let part = |size: f64| if size > 0.0 { -size * (size / mass).ln() } else { 0.0 };
    likely.iter().map(|size| part(*size)).sum::<f64>() + count * part(floor)
}

fn information(labels: &[Label], table: &Table, item: &Candidate) -> f64 {
    let mut classes: Vec<(u32, f64)> = vec![(0, 0.0)];
    let places: Vec<usize> =
        item.rules.iter().map(|class| place(&mut classes, *class)).collect();
    let mut within = 0.0;
    for (at, label) in labels.iter().enumerate() {
        let (first, second) = match label.hypothesis {
            Hypothesis::Careful | Hypothesis::Unknown(None, _) => (0, 0),
            Hypothesis::Single(rule) | Hypothesis::Unknown(Some(rule), _) => {
                (places[rule], places[rule])
            }
            Hypothesis::Unstable(rule, _) => (places[rule], 0),
            Hypothesis::Pair(one, other) => match (places[one], places[other]) {
                (0, place) | (place, 0) => (place, place),
                both => both,
            },
        };
        if first == second {
            classes[first].1 += table.whole[at];
            within += table.sure[at];
        } else {
            classes[first].1 += table.split[at].0;
            classes[second].1 += table.split[at].1;
            within += table.torn[at];
        }
    }
    let sizes: Vec<f64> = classes.iter().map(|(_, gain)| table.base + gain).collect();
    #[expect(clippy::cast_precision_loss, reason = "at most 65 classes")]
    let unforeseen = table.others + 1.0 - classes.len() as f64;
    let whole = entropy(1.0, &sizes, table.base, unforeseen);
    ((whole - within) / std::f64::consts::LN_2).max(0.0)
}

fn place(classes: &mut Vec<(u32, f64)>, class: u32) -> usize {
    let known = classes.iter().position(|(each, _)| *each == class);
    known.unwrap_or_else(|| {
        classes.push((class, 0.0));
        classes.len() - 1
    })
}
