//! Fitted parameters of a skill, with those of its groups, resources and items where it has
//! them, and the expected counts that they are made of.
//!
//! Place 0 of each list belongs to the skill itself and serves whoever has no place of their
//! own; places from 1 on belong to the ids beside them. Per-item guess and slip, and learning
//! by resource: Pardos & Heffernan 2011 (UMAP 243-254) and 2010 (EDM 161-170, per-learner
//! priors). The expected counts of two classes add up to those of both (Baum et al. 1970,
//! Annals of Mathematical Statistics 41:164-171), so each class can count on its own.
//!
//! Cost: O(places). Do not read the counts of different parameters together: they belong to
//! the parameters at which they were taken.

use crate::bkt::Bkt;
use crate::error::{Error, within};

/// The lowest and highest rate that a fit gives: 1 in a million, as the live model allows.
pub const RATE: (f64, f64) = (1e-6, 1.0 - 1e-6);
const CHANCE: (f64, f64) = (0.0, 1.0);
const RATE_WORDS: &str = "0.000001 to 0.999999";

/// Parameters by place; see the head of this file.
#[derive(Clone, Debug, PartialEq)]
pub struct Rates {
    /// P(known before the first answer) by group.
    pub priors: Vec<f64>,
    /// P(learned at an answer) by resource.
    pub learns: Vec<f64>,
    /// P(forgotten at an answer) by resource.
    pub forgets: Vec<f64>,
    /// P(right though not known) by item.
    pub guesses: Vec<f64>,
    /// P(wrong though known) by item.
    pub slips: Vec<f64>,
}

/// The ids that have places of their own from 1 on, each list in ascending order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Places {
    /// Groups of learners.
    pub groups: Vec<usize>,
    /// Resources.
    pub resources: Vec<usize>,
    /// Items.
    pub items: Vec<usize>,
}

/// One skill.
#[derive(Clone, Debug, PartialEq)]
pub struct SkillModel {
    /// Whose parameters stand where.
    pub places: Places,
    /// The parameters.
    pub rates: Rates,
}

/// All skills, and what serves one that is unknown.
#[derive(Clone, Debug, PartialEq)]
pub struct Model {
    /// Fitted on all skills together.
    pub pooled: Bkt,
    /// By skill.
    pub skills: Vec<SkillModel>,
}

/// How often something happened, of how often it could have; expected values.
pub type Share = [f64; 2];

/// The expected counts of one skill at the parameters of one E-step, by place.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Counts {
    /// Known before the first answer, of sequences.
    pub priors: Vec<Share>,
    /// Learned, of answers given without knowing (a sequence's last left out).
    pub learns: Vec<Share>,
    /// Forgotten, of answers given knowing (a sequence's last left out).
    pub forgets: Vec<Share>,
    /// Right, of answers given without knowing.
    pub guesses: Vec<Share>,
    /// Wrong, of answers given knowing.
    pub slips: Vec<Share>,
    /// ln P(answers) at these parameters.
    pub log_likelihood: f64,
    /// How many answers.
    pub answers: f64,
}

impl Rates {
    /// One place each.
    #[must_use]
    pub fn of(skill: &Bkt) -> Self {
        Self {
            priors: vec![skill.prior],
            learns: vec![skill.learn],
            forgets: vec![skill.forget],
            guesses: vec![skill.guess],
            slips: vec![skill.slip],
        }
    }

    /// `skill` at each place of `places`.
    #[must_use]
    pub fn at(skill: &Bkt, places: &Places) -> Self {
        let (groups, resources) = (places.groups.len() + 1, places.resources.len() + 1);
        let items = places.items.len() + 1;
        Self {
            priors: vec![skill.prior; groups],
            learns: vec![skill.learn; resources],
            forgets: vec![skill.forget; resources],
            guesses: vec![skill.guess; items],
            slips: vec![skill.slip; items],
        }
    }

    /// The five parameters at these places; a place that is not there is the skill's own.
    #[must_use]
    pub fn bkt(&self, group: usize, resource: usize, item: usize) -> Bkt {
        let at = |list: &[f64], place: usize| {
            list.get(place).or(list.first()).copied().unwrap_or(0.0)
        };
        Bkt {
            prior: at(&self.priors, group),
            learn: at(&self.learns, resource),
            forget: at(&self.forgets, resource),
            guess: at(&self.guesses, item),
            slip: at(&self.slips, item),
        }
    }

    /// Each rate in its range.
    ///
    /// # Errors
    /// `OutOfRange` names the parameter.
    pub fn check(&self) -> Result<(), Error> {
        let lists =
            [("prior", &self.priors), ("learn", &self.learns), ("forget", &self.forgets)];
        for (field, list) in lists {
            for rate in list {
                within(field, *rate, CHANCE, "0 to 1")?;
            }
        }
        for (field, list) in [("guess", &self.guesses), ("slip", &self.slips)] {
            for rate in list {
                within(field, *rate, RATE, RATE_WORDS)?;
            }
        }
        Ok(())
    }
}

impl Places {
    /// The place of `id` in one of the lists, 0 if it has none.
    #[must_use]
    pub fn of(list: &[usize], id: usize) -> usize {
        list.binary_search(&id).map_or(0, |at| at + 1)
    }
}

impl SkillModel {
    /// A skill without places.
    #[must_use]
    pub fn of(skill: &Bkt) -> Self {
        Self { places: Places::default(), rates: Rates::of(skill) }
    }

    /// Lists that fit each other, ids in order, rates in range.
    ///
    /// # Errors
    /// `Size` names the list, `OutOfRange` the parameter.
    pub fn check(&self) -> Result<(), Error> {
        let (rates, places) = (&self.rates, &self.places);
        let lists = [
            ("groups", &places.groups, rates.priors.len(), rates.priors.len()),
            ("resources", &places.resources, rates.learns.len(), rates.forgets.len()),
            ("items", &places.items, rates.guesses.len(), rates.slips.len()),
        ];
        for (field, ids, one, other) in lists {
            let is_ascending = ids.windows(2).all(|pair| pair[0] < pair[1]);
            if one != ids.len() + 1 || other != one || !is_ascending {
                let allowed = "ids in ascending order, with a rate each".to_owned();
                return Err(Error::Size { field, value: ids.len(), allowed });
            }
        }
        rates.check()
    }
}

impl Model {
    /// Every skill checked.
    ///
    /// # Errors
    /// As [`SkillModel::check`].
    pub fn check(&self) -> Result<(), Error> {
        Rates::of(&self.pooled).check()?;
        self.skills.iter().try_for_each(SkillModel::check)
    }
}

impl Counts {
    /// Nothing counted yet at the places of `rates`.
    #[must_use]
    pub fn none(rates: &Rates) -> Self {
        Self {
            priors: vec![[0.0; 2]; rates.priors.len()],
            learns: vec![[0.0; 2]; rates.learns.len()],
            forgets: vec![[0.0; 2]; rates.forgets.len()],
            guesses: vec![[0.0; 2]; rates.guesses.len()],
            slips: vec![[0.0; 2]; rates.slips.len()],
            log_likelihood: 0.0,
            answers: 0.0,
        }
    }

    /// Lists as long as those of `rates`, each count from 0 to what could have happened.
    ///
    /// # Errors
    /// `Size` names the list, `OutOfRange` the count.
    pub fn check(&self, rates: &Rates) -> Result<(), Error> {
        let lists = [
            ("priors", &self.priors, rates.priors.len()),
            ("learns", &self.learns, rates.learns.len()),
            ("forgets", &self.forgets, rates.forgets.len()),
            ("guesses", &self.guesses, rates.guesses.len()),
            ("slips", &self.slips, rates.slips.len()),
        ];
        for (field, list, wanted) in lists {
            if list.len() != wanted {
                let allowed = wanted.to_string();
                return Err(Error::Size { field, value: list.len(), allowed });
            }
            for [happened, of] in list {
                within(field, *of, (0.0, 1e15), "0 to 1e15")?;
                // Sums of many terms: a share of 1 may stand a rounding above it.
                let most = of * (1.0 + 1e-9) + 1e-9;
                within(field, *happened, (0.0, most), "0 to what could have happened")?;
            }
        }
        Ok(())
    }
}
