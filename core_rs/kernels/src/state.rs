//! A traced class as bytes, and back, bit for bit.
//!
//! All little endian: magic, version, fingerprint of the domain, numbers of learners, skills
//! and items, fingerprint of the fitted stack (0 without one); then learners, learners x
//! skills, learners x items, skills, items, how the class moved the weights, what the stack
//! knows of each learner; what a teacher stated ([`crate::stated`]); then a check sum over all
//! before it ([`crate::bytes`]). Bytes of another domain, another stack, another version,
//! another length or with a flipped bit are refused whole.
//!
//! ```
//! use mangotree_kernels::bkt::Bkt;
//! use mangotree_kernels::domain::Domain;
//! use mangotree_kernels::logistic::{CODES, Weights};
//! use mangotree_kernels::tracer::Tracer;
//! let skill = Bkt::new(0.4, 0.1, 0.0, 0.2, 0.1)?;
//! let domain = Domain::new(vec![skill], &[vec![]], &[vec![0]], vec![0.0])?;
//! let mut class = Tracer::new(domain, Weights::from_named(CODES.map(|code| (code, 0.0)))?);
//! class.add_learners(1);
//! // Header 56, learner 36, skill 24, item 2, two beliefs 32, weights 1,080, check sum 8.
//! assert_eq!(class.to_bytes().len(), 1238);
//! # Ok::<(), mangotree_kernels::error::Error>(())
//! ```
//!
//! Cost: O(state), 24 bytes per learner and skill, 2 per learner and item, as in memory; with a
//! fitted stack 59 and 3. It guards against faults, not against forgers: sign what travels.

use crate::ability::Belief;
use crate::bytes::{Reader, fnv};
use crate::error::Error;
use crate::fitted::State;
use crate::own_weights::OwnWeights;
use crate::practice::{Kept, Learner, Met, STEP_BACK};
use crate::stated::Stated;
use crate::tracer::Tracer;

const MAGIC: u64 = u64::from_le_bytes(*b"mangotrc");
const VERSION: u64 = 3;
const HEADER: usize = 7 * 8;
const PER_LEARNER: usize = 3 * 8 + 3 * 4;
const PER_SEEN: usize = size_of::<Met>();
const PER_BELIEF: usize = 2 * 8;
const CHECK: usize = 8;
/// Stands for "never stuck"; no domain has so many skills.
const NEVER: u32 = u32::MAX;
/// More answers than anyone gives; counts up to here leave room to add to.
const MOST_ANSWERS: u32 = 1 << 30;
/// More learners than any hub has.
const MOST_LEARNERS: usize = 1_000_000;
/// Room is made for one learner more in so many, so that a class that grows one by one is
/// copied seldom and little of it stays empty.
const SPARE: usize = 32;

impl Tracer {
    /// The state of the class: everything but the domain, the shipped weights and the stack.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.byte_count(self.n_learners()).unwrap_or(0));
        let counts = [self.n_learners(), self.domain.n_skills(), self.domain.n_items()];
        for word in [MAGIC, VERSION, self.fingerprint()].into_iter().chain(counts.map(wide)) {
            out.extend(word.to_le_bytes());
        }
        out.extend(self.stack_fingerprint().to_le_bytes());
        self.learners.iter().for_each(|who| put_learner(&mut out, who));
        self.practices.iter().for_each(|kept| out.extend(kept.to_bytes()));
        self.seen.iter().for_each(|met| out.extend(met.to_bytes()));
        self.skills.iter().chain(&self.items).for_each(|belief| put_belief(&mut out, *belief));
        self.weights.put(&mut out);
        if let Some(fitted) = &self.fitted {
            fitted.state.put(&mut out);
        }
        self.stated.iter().for_each(|one| one.put(&mut out));
        let check = fnv(out.iter().copied());
        out.extend(check.to_le_bytes());
        out
    }

    /// Takes over the state in `bytes`; learners that were there before are gone.
    ///
    /// # Errors
    /// `State` names the part that does not fit; nothing has changed then.
    pub fn load_bytes(&mut self, bytes: &[u8]) -> Result<(), Error> {
        let (count, n_stated) = self.checked(bytes)?;
        let mut from = Reader::new(&bytes[HEADER..]);
        let (n_skills, n_items) = (self.domain.n_skills(), self.domain.n_items());
        let learners: Vec<Learner> = (0..count).map(|_| learner(&mut from)).collect();
        let practices: Vec<Kept> =
            (0..count * n_skills).map(|_| Kept::from_bytes(from.take())).collect();
        let seen: Vec<Met> =
            (0..count * n_items).map(|_| Met::from_bytes(from.take())).collect();
        let skills: Vec<Belief> = (0..n_skills).map(|_| belief(&mut from)).collect();
        let items: Vec<Belief> = (0..n_items).map(|_| belief(&mut from)).collect();
        let weights = self.weights.taken(&mut from);
        let refused = Error::State { field: "weights out of range", value: 1, allowed: 0 };
        let weights = weights.ok_or(refused)?;
        let of_stack = self.of_stack(&mut from, count)?;
        let is_sane = seen.iter().all(|met| met.is_sane());
        expect("answer on an item out of range", u64::from(!is_sane), 0)?;
        for (at, who) in learners.iter().enumerate() {
            let row = &practices[at * n_skills..][..n_skills];
            let is_sane =
                who.is_sane(n_skills) && row.iter().all(|kept| kept.is_sane(who.answers));
            expect("learner with numbers out of range", u64::from(!is_sane), 0)?;
        }
        let stated: Vec<Stated> = (0..n_stated).map(|_| Stated::taken(&mut from)).collect();
        let answers_of = |who: usize| learners.get(who).map(|who| who.answers);
        let is_sane = stated.iter().all(|one| one.is_sane(answers_of(one.learner), n_skills))
            && stated.is_sorted_by_key(|one| (one.learner, one.skill));
        expect("statement out of range", u64::from(!is_sane), 0)?;
        let is_sane = skills.iter().chain(&items).all(Belief::is_sane);
        expect("belief out of range", u64::from(!is_sane), 0)?;
        (self.learners, self.practices, self.seen) = (learners, practices, seen);
        (self.skills, self.items, self.weights) = (skills, items, weights);
        self.stated = stated;
        if let (Some(fitted), Some(of_stack)) = (&mut self.fitted, of_stack) {
            fitted.state = of_stack;
        }
        Ok(())
    }

    /// How many bytes of memory the state takes, empty room in its arrays included.
    #[must_use]
    pub fn bytes_in_memory(&self) -> usize {
        self.learners.capacity() * size_of::<Learner>()
            + self.practices.capacity() * Kept::BYTES
            + self.seen.capacity() * PER_SEEN
            + self.stated.capacity() * size_of::<Stated>()
            + (self.skills.capacity() + self.items.capacity()) * size_of::<Belief>()
            + self.fitted.as_ref().map_or(0, |fitted| fitted.state.bytes_in_memory())
    }

    /// Whether there may be `count` more learners.
    ///
    /// # Errors
    /// `Size` beyond a million in all: no hub has a place for more, and a slip of the pen must
    /// not ask for all of the machine's memory.
    pub fn check_room(&self, count: usize) -> Result<(), Error> {
        let wanted = self.learners.len().checked_add(count);
        if wanted.is_some_and(|wanted| wanted <= MOST_LEARNERS) {
            return Ok(());
        }
        let allowed = format!("{MOST_LEARNERS} learners in all");
        Err(Error::Size { field: "count", value: count, allowed })
    }

    /// Makes room for `count` more learners.
    pub(crate) fn make_room(&mut self, count: usize) {
        let wanted = self.learners.len() + count;
        if wanted > self.learners.capacity() {
            let more = count + wanted / SPARE;
            self.learners.reserve_exact(more);
            self.practices.reserve_exact(more * self.domain.n_skills());
            self.seen.reserve_exact(more * self.domain.n_items());
        }
    }

    /// The numbers of learners and of statements in `bytes`, once header, length and check sum
    /// are right.
    fn checked(&self, bytes: &[u8]) -> Result<(usize, usize), Error> {
        let shortest = self.byte_count(0).unwrap_or(usize::MAX);
        if bytes.len() < shortest {
            expect("length", wide(bytes.len()), wide(shortest))?;
        }
        let mut from = Reader::new(bytes);
        expect("magic", from.long(), MAGIC)?;
        expect("version", from.long(), VERSION)?;
        let fingerprint = from.long();
        let learners = from.long();
        expect("number of skills", from.long(), wide(self.domain.n_skills()))?;
        expect("number of items", from.long(), wide(self.domain.n_items()))?;
        expect("fingerprint of the domain", fingerprint, self.fingerprint())?;
        expect("fingerprint of the stack", from.long(), self.stack_fingerprint())?;
        let count = usize::try_from(learners).ok();
        let whole = count.and_then(|count| self.byte_count(count)).unwrap_or(usize::MAX);
        // Most classes have no statement: what there are follows from the length.
        let more = bytes.len().checked_sub(whole).filter(|more| more % Stated::BYTES == 0);
        expect("length", wide(bytes.len()), wide(more.map_or(whole, |more| whole + more)))?;
        let (body, check) = bytes.split_at(bytes.len() - CHECK);
        expect("check sum", Reader::new(check).long(), fnv(body.iter().copied()))?;
        Ok((count.unwrap_or(0), more.unwrap_or(0) / Stated::BYTES))
    }

    /// How many bytes a class of `learners` takes; `None` beyond what memory can address.
    fn byte_count(&self, learners: usize) -> Option<usize> {
        let (n_skills, n_items) = (self.domain.n_skills(), self.domain.n_items());
        let each = PER_LEARNER + n_skills * Kept::BYTES + n_items * PER_SEEN;
        let fixed = HEADER + (n_skills + n_items) * PER_BELIEF + OwnWeights::BYTES + CHECK;
        let of_stack = match &self.fitted {
            Some(fitted) => fitted.state.byte_count(fitted.stack().catalogue(), learners)?,
            None => 0,
        };
        learners.checked_mul(each)?.checked_add(fixed)?.checked_add(of_stack)
    }

    fn fingerprint(&self) -> u64 {
        fnv(self.domain.words().flat_map(u64::to_le_bytes))
    }

    fn stack_fingerprint(&self) -> u64 {
        self.fitted.as_ref().map_or(0, |fitted| fitted.fingerprint)
    }

    /// What a stack's side was with `count` learners; nothing without a stack.
    fn of_stack(&self, from: &mut Reader<'_>, count: usize) -> Result<Option<State>, Error> {
        let Some(fitted) = &self.fitted else {
            return Ok(None);
        };
        let taken = fitted.state.taken(from, fitted.stack().catalogue(), count);
        let refused = Error::State { field: "number of the stack", value: 1, allowed: 0 };
        taken.map(Some).ok_or(refused)
    }
}

fn expect(field: &'static str, value: u64, allowed: u64) -> Result<(), Error> {
    if value == allowed { Ok(()) } else { Err(Error::State { field, value, allowed }) }
}

fn wide(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

fn put_belief(out: &mut Vec<u8>, belief: Belief) {
    out.extend(belief.mean.to_le_bytes());
    out.extend(belief.variance.to_le_bytes());
}

fn put_learner(out: &mut Vec<u8>, who: &Learner) {
    put_belief(out, who.ability);
    out.extend(who.overall.to_le_bytes());
    let stuck = who.stuck.and_then(|skill| u32::try_from(skill).ok()).unwrap_or(NEVER);
    for word in [who.answers, stuck, who.stuck_until] {
        out.extend(word.to_le_bytes());
    }
}

fn belief(from: &mut Reader<'_>) -> Belief {
    Belief { mean: from.number(), variance: from.number() }
}

fn learner(from: &mut Reader<'_>) -> Learner {
    let (ability, overall, answers) = (belief(from), from.number(), from.word());
    let stuck = Some(from.word()).filter(|stuck| *stuck != NEVER);
    let stuck = stuck.and_then(|stuck| usize::try_from(stuck).ok());
    Learner { ability, overall, answers, stuck, stuck_until: from.word() }
}

impl Belief {
    pub(crate) fn is_sane(&self) -> bool {
        self.mean.is_finite() && self.variance > 0.0 && self.variance.is_finite()
    }
}

impl Learner {
    fn is_sane(&self, n_skills: usize) -> bool {
        self.ability.is_sane()
            && (0.0..=1.0).contains(&self.overall)
            && self.answers <= MOST_ANSWERS
            && self.stuck_until <= self.answers + STEP_BACK
            && self.stuck.is_none_or(|skill| skill < n_skills)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bkt::Bkt;
    use crate::domain::Domain;
    use crate::logistic::{CODES, Weights};

    /// A class of 40 with 500 skills and 5,000 items.
    fn class(enrol: impl Fn(&mut Tracer)) -> Tracer {
        let skill = Bkt::new(0.3, 0.1, 0.002, 0.2, 0.1).unwrap();
        let items: Vec<Vec<usize>> = (0..5000).map(|item| vec![item / 10]).collect();
        let domain =
            Domain::new(vec![skill; 500], &vec![vec![]; 500], &items, vec![0.0; 5000]).unwrap();
        let weights = Weights::from_named(CODES.map(|code| (code, 0.1))).unwrap();
        let mut tracer = Tracer::new(domain, weights);
        enrol(&mut tracer);
        tracer
    }

    #[test]
    fn a_large_class_takes_less_than_a_megabyte_in_memory_and_saved() {
        let at_once = class(|tracer| assert_eq!(tracer.add_learners(40), 0));
        let one_by_one = class(|tracer| {
            (0..40).for_each(|place| assert_eq!(tracer.add_learners(1), place));
        });
        let mut loaded = class(|_| ());
        loaded.load_bytes(&at_once.to_bytes()).unwrap();
        for tracer in [&at_once, &one_by_one, &loaded] {
            assert!(tracer.to_bytes().len() < 1_000_000, "{}", tracer.to_bytes().len());
            assert!(tracer.bytes_in_memory() < 1_000_000, "{}", tracer.bytes_in_memory());
        }
        assert_eq!(at_once.to_bytes(), one_by_one.to_bytes());
    }

    #[test]
    fn the_state_of_an_older_layout_is_refused_by_its_version() {
        let mut tracer = class(|tracer| assert_eq!(tracer.add_learners(1), 0));
        let mut older = tracer.to_bytes();
        older[8..16].copy_from_slice(&1_u64.to_le_bytes());
        let refused = tracer.load_bytes(&older).unwrap_err();
        assert_eq!(refused.to_string(), "saved state: version is 1; allowed: 3");
    }
}
