//! Fitting every skill of a log: first all skills as one (pooled), then each by itself.
//!
//! The pooled skill is where the priors of the others stand, what a skill with too few answers
//! gets, and what serves a skill that nobody has seen: partial pooling, as in hierarchical
//! models (Gelman & Hill 2007, Data Analysis Using Regression, ch. 12), with the pooled skill
//! as it stands and not as one more unknown. Groups, resources and items are fitted last, with
//! priors at their own skill.
//!
//! ```
//! use mangotree_kernels::bkt_fit::answers::{Answers, Columns};
//! use mangotree_kernels::bkt_fit::fit::{Settings, fit};
//! // One answer each, three of four right, prior and slip fixed: nobody knows, so guess = 3/4.
//! let log = Answers::new(Columns {
//!     learners: vec![0, 1, 2, 3], skills: vec![0; 4], n_skills: 1,
//!     rights: vec![true, true, true, false], ..Columns::default()
//! })?;
//! let plain = Settings { strength: [0.0; 5], own_strength: 0.0, is_guarded: false, minimum: 0,
//!     fixed: vec![[Some(0.0), None, None, None, Some(0.1)]; 2], ..Settings::default() };
//! let fitted = fit(&log, &plain, &mut |_, _| true)?.unwrap();
//! assert!((fitted.model.skills[0].rates.guesses[0] - 0.75).abs() < 1e-9);
//! # Ok::<(), mangotree_kernels::error::Error>(())
//! ```
//!
//! Cost: O(starts x rounds x answers / 8). Skills are shared out to threads whole and start
//! from numbers of their own, so the number of threads changes no bit of the result; one skill
//! alone gains nothing from a second thread. Do not use it while a class waits for an answer.

use super::answers::{Answers, Sorted};
use super::climb::{Climbed, Patience, best, refined};
use super::model::{Counts, Model, Places, Rates, SkillModel};
use super::rules::{Rules, as_array};
use super::runs::{Runs, width_for};
use super::threads::each;
use crate::bkt::Bkt;
use crate::error::{Error, within};

/// Where the pooled fit starts: half-way values of Corbett & Anderson 1994.
const START: Bkt = Bkt { prior: 0.4, learn: 0.1, forget: 0.01, guess: 0.2, slip: 0.1 };

/// How to fit.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// Whether what was known may be forgotten.
    pub forgets: bool,
    /// Whether the guards hold: what the hub needs.
    pub is_guarded: bool,
    /// How many answers the pull to the pooled skill counts for, by parameter.
    pub strength: [f64; 5],
    /// The same for the pull of groups, resources and items to their skill.
    pub own_strength: f64,
    /// How many starts, at least 1.
    pub starts: usize,
    /// The first start; the pooled skill if `None`.
    pub start: Option<Bkt>,
    /// What the other starts are drawn from.
    pub seed: u64,
    /// A skill with fewer answers gets the pooled parameters.
    pub minimum: usize,
    /// Rounds of EM at most, 1 to 100000.
    pub iterations: usize,
    /// A round that gains less, in nats, is the last.
    pub tolerance: f64,
    /// How many threads; 0 for as many as the machine has cores.
    pub threads: usize,
    /// Values that stay, by skill and parameter, the pooled skill's last; empty for none.
    pub fixed: Vec<[Option<f64>; 5]>,
    /// Whether equal sequences are walked once for all (faster, same result up to rounding).
    pub is_folded: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            forgets: true,
            is_guarded: true,
            strength: [5.0; 5],
            own_strength: 5.0,
            starts: 5,
            start: None,
            seed: 0,
            minimum: 30,
            iterations: 200,
            tolerance: 1e-2,
            threads: 1,
            fixed: vec![],
            is_folded: true,
        }
    }
}

/// What a fit found, and how.
#[derive(Clone, Debug, PartialEq)]
pub struct Fitted {
    /// The parameters.
    pub model: Model,
    /// By skill; the last is the pooled one's.
    pub reports: Vec<Report>,
}

/// How a skill's fit went.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Report {
    /// How many answers there were.
    pub answers: usize,
    /// How many learners gave them.
    pub sequences: usize,
    /// ln P(answers) at the parameters found; 0 if they are the pooled ones.
    pub log_likelihood: f64,
    /// The log-posterior before each round and after the last; empty if pooled.
    pub path: Vec<f64>,
    /// Whether the last round gained less than the tolerance.
    pub is_settled: bool,
    /// Whether the parameters are the pooled ones, for want of answers.
    pub is_pooled: bool,
}

/// The log and the settings, with the order of the answers.
struct Job<'a> {
    answers: &'a Answers,
    sorted: Sorted,
    settings: &'a Settings,
}

/// The likeliest parameters of every skill; `None` if `progress(done, of)` said false.
///
/// # Errors
/// `OutOfRange` names the setting; `Size` for `fixed` of another length than the skills.
pub fn fit(
    answers: &Answers,
    settings: &Settings,
    progress: &mut dyn FnMut(usize, usize) -> bool,
) -> Result<Option<Fitted>, Error> {
    check(answers, settings)?;
    rules(settings, answers.n_skills(), &[0.5; 5]).check()?;
    let job = Job { answers, sorted: answers.sorted(), settings };
    let n_skills = answers.n_skills();
    if !progress(0, n_skills + 1) {
        return Ok(None);
    }
    let whole = job.pooled();
    if !progress(1, n_skills + 1) {
        return Ok(None);
    }
    let pooled = whole.rates.bkt(0, 0, 0);
    let all_rules: Vec<Rules> =
        (0..n_skills).map(|skill| job.rules(skill, &as_array(&pooled))).collect();
    all_rules.iter().try_for_each(Rules::check)?;
    let size = |skill: usize| std::cmp::Reverse(job.places(skill).len());
    let mut order: Vec<usize> = (0..n_skills).collect();
    order.sort_by_key(|skill| size(*skill));
    let one = |at: usize| job.skill(order[at], &all_rules[order[at]], &pooled);
    let found =
        each(n_skills, settings.threads, &one, &mut |done| progress(done + 1, n_skills + 1));
    let Some(found) = found else { return Ok(None) };
    let mut ordered: Vec<_> = order.into_iter().zip(found).collect();
    ordered.sort_by_key(|(skill, _)| *skill);
    let (skills, mut reports): (Vec<_>, Vec<_>) =
        ordered.into_iter().map(|(_, one)| one).unzip();
    reports.push(report(&whole, answers.n_opportunities(), job.sorted.sequences.len() - 1));
    Ok(Some(Fitted { model: Model { pooled, skills }, reports }))
}

/// The expected counts of every skill of `model` in a log.
///
/// # Errors
/// `Size` when the log names more or fewer skills; as [`Model::check`].
pub fn expect(answers: &Answers, model: &Model, threads: usize) -> Result<Vec<Counts>, Error> {
    model.check()?;
    check_size("skills", model.skills.len(), answers.n_skills())?;
    let sorted = answers.sorted();
    let one = |skill: usize| {
        let of = sorted.skills[skill]..sorted.skills[skill + 1];
        let SkillModel { places, rates } = &model.skills[skill];
        let runs = Runs::placed(answers, &sorted, of, places, true);
        super::expect::Walk::new(&runs).counts(&runs, rates)
    };
    Ok(each(answers.n_skills(), threads, &one, &mut |_| true).unwrap_or_default())
}

/// `model` after the M-step for `counts`, which were taken at it; its pooled skill stays.
///
/// # Errors
/// `Size` when `counts` are of other places; `OutOfRange` names what is beyond its range.
pub fn maximise(model: &Model, counts: &[Counts], settings: &Settings) -> Result<Model, Error> {
    model.check()?;
    check_size("counts", counts.len(), model.skills.len())?;
    check_settings(model.skills.len(), settings)?;
    let one = |(skill, counts): (usize, &Counts)| {
        let now = &model.skills[skill];
        counts.check(&now.rates)?;
        let mut rules = rules(settings, skill, &as_array(&model.pooled));
        rules.check()?;
        if now.places != Places::default() {
            rules = rules.at_own(&now.rates, settings.own_strength);
        }
        let rates = rules.maximised(counts, &now.rates);
        Ok(SkillModel { places: now.places.clone(), rates })
    };
    let skills: Result<Vec<_>, Error> = counts.iter().enumerate().map(one).collect();
    Ok(Model { pooled: model.pooled, skills: skills? })
}

impl Job<'_> {
    fn pooled(&self) -> Climbed {
        let all = 0..self.sorted.sequences.len() - 1;
        let width = width_for(self.sorted.rows.len());
        let runs = Runs::plain(&self.sorted, all, width, self.settings.is_folded);
        let n_skills = self.answers.n_skills();
        let mut rules = rules(self.settings, n_skills, &[0.5; 5]);
        rules.strength = [0.0; 5];
        let start = self.settings.start.unwrap_or(START);
        best(&runs, &rules, &start, (self.settings.starts, self.settings.seed), self.patience())
    }

    fn skill(&self, skill: usize, rules: &Rules, pooled: &Bkt) -> (SkillModel, Report) {
        let of = self.sequences(skill);
        let places = self.places(skill);
        if places.is_empty() || places.len() < self.settings.minimum {
            let report = Report { answers: places.len(), is_pooled: true, ..Report::default() };
            let own = SkillModel::of(&rules.admitted(as_array(pooled)));
            return (own, Report { sequences: of.len(), ..report });
        }
        let settings = self.settings;
        let width = width_for(places.len());
        let runs = Runs::plain(&self.sorted, of.clone(), width, settings.is_folded);
        let first = settings.start.unwrap_or(*pooled);
        let seed = settings.seed.wrapping_add((skill as u64 + 1) << 32);
        let found = best(&runs, rules, &first, (settings.starts, seed), self.patience());
        let ids = self.ids(&places);
        let n_sequences = of.len();
        if ids == Places::default() {
            let report = report(&found, places.len(), n_sequences);
            return (SkillModel { places: ids, rates: found.rates }, report);
        }
        let own = found.rates.bkt(0, 0, 0);
        let rules = rules.clone().at_own(&found.rates, settings.own_strength);
        let runs = Runs::placed(self.answers, &self.sorted, of, &ids, settings.is_folded);
        let found = refined(&runs, &rules, Rates::at(&own, &ids), self.patience());
        let report = report(&found, places.len(), n_sequences);
        (SkillModel { places: ids, rates: found.rates }, report)
    }

    fn rules(&self, skill: usize, pooled: &[f64; 5]) -> Rules {
        rules(self.settings, skill, pooled)
    }

    fn patience(&self) -> Patience {
        Patience { iterations: self.settings.iterations, tolerance: self.settings.tolerance }
    }

    fn sequences(&self, skill: usize) -> std::ops::Range<usize> {
        self.sorted.skills[skill]..self.sorted.skills[skill + 1]
    }

    /// The skill's answers in the sorted log.
    fn places(&self, skill: usize) -> std::ops::Range<usize> {
        let of = self.sequences(skill);
        self.sorted.sequences[of.start]..self.sorted.sequences[of.end]
    }

    /// Who and what occurs among the skill's answers.
    fn ids(&self, places: &std::ops::Range<usize>) -> Places {
        let rows = &self.sorted.rows[places.clone()];
        let distinct = |column: &Option<Vec<usize>>| {
            let ids = column.iter().flat_map(|ids| rows.iter().map(|row| ids[*row as usize]));
            let mut ids: Vec<usize> = ids.collect();
            ids.sort_unstable();
            ids.dedup();
            ids
        };
        let columns = &self.answers.columns;
        Places {
            groups: distinct(&columns.groups),
            resources: distinct(&columns.resources),
            items: distinct(&columns.items),
        }
    }
}

fn rules(settings: &Settings, skill: usize, centre: &[f64; 5]) -> Rules {
    let mut fixed = settings.fixed.get(skill).copied().unwrap_or_default();
    if !settings.forgets {
        fixed[2] = Some(0.0);
    }
    let (strength, is_guarded) = (settings.strength, settings.is_guarded);
    Rules { centre: *centre, strength, fixed, is_guarded }
}

fn report(found: &Climbed, answers: usize, sequences: usize) -> Report {
    Report {
        answers,
        sequences,
        log_likelihood: found.log_likelihood,
        path: found.path.clone(),
        is_settled: found.is_settled,
        is_pooled: false,
    }
}

fn check(answers: &Answers, settings: &Settings) -> Result<(), Error> {
    check_settings(answers.n_skills(), settings)
}

fn check_settings(n_skills: usize, settings: &Settings) -> Result<(), Error> {
    if !settings.fixed.is_empty() {
        check_size("fixed", settings.fixed.len(), n_skills + 1)?;
    }
    #[expect(clippy::cast_precision_loss, reason = "a message may round")]
    let wholes = [
        ("starts", settings.starts as f64, (1.0, 1e3), "1 to 1000"),
        ("iterations", settings.iterations as f64, (1.0, 1e5), "1 to 100000"),
        ("threads", settings.threads as f64, (0.0, 1e3), "0 to 1000"),
    ];
    for (field, value, limits, words) in wholes {
        within(field, value, limits, words)?;
    }
    for strength in settings.strength.iter().chain([&settings.own_strength]) {
        within("strength", *strength, (0.0, 1e9), "0 to 1e9")?;
    }
    within("tolerance", settings.tolerance, (0.0, 1e9), "0 to 1e9")?;
    if let Some(start) = &settings.start {
        Rates::of(start).check()?;
    }
    Ok(())
}

fn check_size(field: &'static str, value: usize, wanted: usize) -> Result<(), Error> {
    if value == wanted {
        return Ok(());
    }
    Err(Error::Size { field, value, allowed: wanted.to_string() })
}
