//! A design tried on examinees of known ability: how long, how exact, which items.
//!
//! Each examinee answers from a stream of chance of its own, so the results are the same
//! bytes whatever the number of threads.
//!
//! ```
//! use mangotree_kernels::cat::bank::Bank;
//! use mangotree_kernels::cat::design::{Decision, Design, Rule, Stop};
//! use mangotree_kernels::cat::simulate::{Crowd, simulate};
//! use mangotree_kernels::irt::model::Binary;
//! let items = [-1.0, 0.0, 1.0].map(|b| Binary { a: 1.0, b, c: 0.0, d: 1.0 });
//! let bank = Bank::new(items.to_vec())?;
//! let decision = Decision::Belief { confidence: 0.95 };
//! let stop = Stop { min: 0, max: 2, se: 0.0, cuts: vec![], decision };
//! let design = Design::new(&bank, (0.0, 1.0), (Rule::Information, 1), stop, vec![])?;
//! let tests = simulate(&bank, &design, &Crowd { thetas: &[0.0, 1.0], seed: 7, threads: 1 })?;
//! assert_eq!(tests.lengths, [2, 2]);
//! assert_eq!(tests.exposure(3)[1], 1.0); // everyone starts with the middle item
//! # Ok::<(), mangotree_kernels::error::Error>(())
//! ```
//!
//! Cost: examinees x length x a pick and an answer; 0.7 us a step by maximum information. Do
//! not take its errors for those in a class: there the item parameters are estimates.

use std::sync::Arc;

use super::bank::Bank;
use super::design::{Design, Done};
use super::session::Session;
use crate::chance::Chance;
use crate::error::{Error, within};

/// The most threads that are started.
pub const MOST_THREADS: usize = 64;
/// Keeps the answers' stream apart from that of the picks.
const ANSWERS: u64 = 0x616e_7377_6572_7321;

/// Who is tested.
#[derive(Clone, Copy, Debug)]
pub struct Crowd<'a> {
    /// Their abilities.
    pub thetas: &'a [f64],
    /// The seed of all chance.
    pub seed: u64,
    /// On how many threads.
    pub threads: usize,
}

/// What came out, examinee after examinee.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Simulated {
    /// The estimates.
    pub thetas: Vec<f64>,
    /// Their standard errors.
    pub ses: Vec<f64>,
    /// How many items each got.
    pub lengths: Vec<usize>,
    /// Why each test ended.
    pub reasons: Vec<Done>,
    /// All items in the order given, examinee after examinee.
    pub items: Vec<usize>,
    /// Whether each was answered right.
    pub rights: Vec<bool>,
}

impl Simulated {
    /// The share of examinees that got each of `n_items` items.
    #[must_use]
    pub fn exposure(&self, n_items: usize) -> Vec<f64> {
        let mut counts = vec![0_u32; n_items];
        self.items.iter().for_each(|item| counts[*item] += 1);
        #[expect(clippy::cast_precision_loss, reason = "a count of examinees")]
        let examinees = self.lengths.len().max(1) as f64;
        counts.into_iter().map(|count| f64::from(count) / examinees).collect()
    }

    fn append(&mut self, mut more: Self) {
        self.thetas.append(&mut more.thetas);
        self.ses.append(&mut more.ses);
        self.lengths.append(&mut more.lengths);
        self.reasons.append(&mut more.reasons);
        self.items.append(&mut more.items);
        self.rights.append(&mut more.rights);
    }
}

/// Gives the test to everyone in `crowd`.
///
/// # Errors
/// `OutOfRange` for an ability that is no number from -20 to 20, `Size` for no threads or more
/// than [`MOST_THREADS`].
pub fn simulate(bank: &Bank, design: &Design, crowd: &Crowd) -> Result<Simulated, Error> {
    for theta in crowd.thetas {
        within("theta", *theta, (-20.0, 20.0), "-20 to 20")?;
    }
    if !(1..=MOST_THREADS).contains(&crowd.threads) {
        let allowed = format!("1 to {MOST_THREADS}");
        return Err(Error::Size { field: "threads", value: crowd.threads, allowed });
    }
    let (bank, design) = (Arc::new(bank.clone()), Arc::new(design.clone()));
    let share = crowd.thetas.len().div_ceil(crowd.threads).max(1);
    let run = |(part, thetas): (usize, &[f64])| {
        tested(&bank, &design, crowd.seed, (part * share) as u64, thetas)
    };
    let parts: Vec<(usize, &[f64])> = crowd.thetas.chunks(share).enumerate().collect();
    let mut all = Simulated::default();
    if parts.len() <= 1 {
        parts.into_iter().map(run).for_each(|part| all.append(part));
        return Ok(all);
    }
    let run = &run;
    std::thread::scope(|scope| {
        let started: Vec<_> =
            parts.into_iter().map(|part| scope.spawn(move || run(part))).collect();
        for thread in started {
            match thread.join() {
                Ok(part) => all.append(part),
                Err(fault) => std::panic::resume_unwind(fault),
            }
        }
    });
    Ok(all)
}

/// The tests of the examinees from number `first` on.
fn tested(
    bank: &Arc<Bank>,
    design: &Arc<Design>,
    seed: u64,
    first: u64,
    thetas: &[f64],
) -> Simulated {
    let mut out = Simulated::default();
    for (number, theta) in (first..).zip(thetas) {
        let mut chance = Chance::stream(seed ^ ANSWERS, number);
        let mut test = Session::start(Arc::clone(bank), Arc::clone(design), seed, number);
        while let Some(item) = test.pending() {
            let is_right = chance.uniform() < bank.items()[item].p(*theta);
            test.absorb(item, is_right);
        }
        out.thetas.push(test.theta());
        out.ses.push(test.se());
        out.lengths.push(test.answers().len());
        out.reasons.push(test.done().unwrap_or(Done::Exhausted));
        out.items.extend(test.answers().iter().map(|(item, _)| *item));
        out.rights.extend(test.answers().iter().map(|(_, is_right)| *is_right));
    }
    out
}
