//! A session as less than 1,000 bytes, and back, bit for bit.
//!
//! What is kept is the design, the seed, the examinee's number and the answers in order; all
//! else follows from them and is worked out again, so nothing kept can contradict itself. All
//! little endian: magic, version, fingerprint of the bank; the design; the answers, each as
//! 2 item + right in groups of seven bits; a check sum (FNV-1a, 64 bits: Fowler, Noll & Vo).
//! Bytes of another bank or version, of another length, with a flipped bit, with a design that
//! this bank refuses or with an item that comes twice are refused whole.
//!
//! 88 bytes and 8 a cut, at most 6 a quota, at most 3 an answer: 932 at the most.
//!
//! Cost: O(answers) to write, and an estimate each to read. It guards against faults, not
//! against forgers: sign what travels.

use std::sync::Arc;

use super::bank::Bank;
use super::design::{Decision, Design, Rule, Stop};
use super::quota::Quota;
use super::session::Session;
use crate::bytes::fnv;
use crate::error::Error;

const MAGIC: u64 = u32::from_le_bytes(*b"mcat") as u64;
const VERSION: u64 = 1;
const CHECK: usize = 8;
/// A rule is kept as its place here: add new ones at the end.
const RULES: [Rule; 11] = [
    Rule::Information,
    Rule::Variance,
    Rule::Divergence,
    Rule::Difficulty,
    Rule::Peak,
    Rule::LikelihoodInformation,
    Rule::PosteriorInformation,
    Rule::ExpectedInformation,
    Rule::LikelihoodDivergence,
    Rule::Discrimination,
    Rule::LikelihoodDiscrimination,
];

impl Session {
    /// The session, without its bank.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let (design, stop) = (&self.design, &self.design.stop);
        let mut out = Vec::with_capacity(1000);
        out.extend(&MAGIC.to_le_bytes()[..4]);
        put_number(&mut out, VERSION);
        for word in [self.bank.fingerprint(), self.seed, self.number] {
            out.extend(word.to_le_bytes());
        }
        let rule = RULES.iter().position(|rule| *rule == design.rule).unwrap_or(0);
        let (is_ratio, one, two) = match stop.decision {
            Decision::Belief { confidence } => (0, confidence, 0.0),
            Decision::Ratio { zone, error } => (1, zone, error),
        };
        let counts = [rule, design.randomesque, is_ratio, stop.min as usize, stop.max as usize];
        for count in counts {
            put_number(&mut out, count as u64);
        }
        for number in [design.prior.0, design.prior.1, stop.se, one, two] {
            out.extend(number.to_le_bytes());
        }
        put_number(&mut out, stop.cuts.len() as u64);
        stop.cuts.iter().for_each(|cut| out.extend(cut.to_le_bytes()));
        put_number(&mut out, design.quotas.len() as u64);
        for quota in &design.quotas {
            put_number(&mut out, quota.area as u64);
            put_number(&mut out, u64::from(quota.least));
            put_number(&mut out, u64::from(quota.most));
        }
        put_number(&mut out, self.answers.len() as u64);
        for (item, is_right) in &self.answers {
            put_number(&mut out, 2 * *item as u64 + u64::from(*is_right));
        }
        let check = fnv(out.iter().copied());
        out.extend(check.to_le_bytes());
        out
    }

    /// The session in `bytes`, over the bank that it was made with.
    ///
    /// # Errors
    /// `State` names the part that does not fit; what [`Design::new`] and [`Session::take`]
    /// refuse.
    pub fn from_bytes(bank: Arc<Bank>, bytes: &[u8]) -> Result<Self, Error> {
        let body = bytes.len().checked_sub(CHECK);
        let (body, check) = bytes.split_at(body.ok_or_else(|| short(bytes.len()))?);
        let mut from = Reader { left: check };
        expect("check sum", from.word()?, fnv(body.iter().copied()))?;
        let mut from = Reader { left: body };
        expect("magic", u64::from(u32::from_le_bytes(from.take()?)), MAGIC)?;
        expect("version", from.number()?, VERSION)?;
        expect("fingerprint of the bank", from.word()?, bank.fingerprint())?;
        let (seed, number) = (from.word()?, from.word()?);
        let design = from.design(&bank)?;
        let mut session = Self::start(bank, Arc::new(design), seed, number);
        for _ in 0..from.number()? {
            let answer = from.number()?;
            session.take(usize::try_from(answer / 2).unwrap_or(usize::MAX), answer % 2 == 1)?;
        }
        expect("length", from.left.len() as u64, 0)?;
        Ok(session)
    }
}

/// Seven bits a byte, the lowest first; the top bit says that more follow.
fn put_number(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push(0x80 | (number & 0x7f).to_le_bytes()[0]);
        number >>= 7;
    }
    out.push(number.to_le_bytes()[0]);
}

struct Reader<'a> {
    left: &'a [u8],
}

impl Reader<'_> {
    fn design(&mut self, bank: &Bank) -> Result<Design, Error> {
        let rule = self.count()?;
        let rule = *RULES.get(rule).ok_or(Error::State {
            field: "rule",
            value: rule as u64,
            allowed: RULES.len() as u64 - 1,
        })?;
        let randomesque = self.count()?;
        let is_ratio = self.number()?;
        let (min, max) = (self.small()?, self.small()?);
        let (prior, se) = ((self.double()?, self.double()?), self.double()?);
        let (one, two) = (self.double()?, self.double()?);
        let decision = if is_ratio == 0 {
            expect("second number of a belief", two.to_bits(), 0)?;
            Decision::Belief { confidence: one }
        } else {
            expect("kind of decision", is_ratio, 1)?;
            Decision::Ratio { zone: one, error: two }
        };
        let cuts = (0..self.number()?).map(|_| self.double()).collect::<Result<_, _>>()?;
        let quotas = (0..self.number()?).map(|_| self.quota()).collect::<Result<_, _>>()?;
        let stop = Stop { min, max, se, cuts, decision };
        Design::new(bank, prior, (rule, randomesque), stop, quotas)
    }

    fn quota(&mut self) -> Result<Quota, Error> {
        Ok(Quota { area: self.count()?, least: self.small()?, most: self.small()? })
    }

    fn take<const N: usize>(&mut self) -> Result<[u8; N], Error> {
        let (taken, left) =
            self.left.split_first_chunk().ok_or_else(|| short(self.left.len()))?;
        self.left = left;
        Ok(*taken)
    }

    fn word(&mut self) -> Result<u64, Error> {
        self.take().map(u64::from_le_bytes)
    }

    fn double(&mut self) -> Result<f64, Error> {
        self.take().map(f64::from_le_bytes)
    }

    /// A number in groups of seven bits; at most nine groups, so that it cannot overflow.
    fn number(&mut self) -> Result<u64, Error> {
        let mut number = 0;
        for group in 0..9 {
            let [byte] = self.take()?;
            number |= u64::from(byte & 0x7f) << (7 * group);
            if byte < 0x80 {
                return Ok(number);
            }
        }
        Err(Error::State { field: "groups of a number", value: 10, allowed: 9 })
    }

    fn count(&mut self) -> Result<usize, Error> {
        self.number().map(|number| usize::try_from(number).unwrap_or(usize::MAX))
    }

    fn small(&mut self) -> Result<u32, Error> {
        self.number().map(|number| u32::try_from(number).unwrap_or(u32::MAX))
    }
}

fn short(length: usize) -> Error {
    Error::State { field: "length", value: length as u64, allowed: length as u64 + 1 }
}

fn expect(field: &'static str, value: u64, allowed: u64) -> Result<(), Error> {
    if value == allowed { Ok(()) } else { Err(Error::State { field, value, allowed }) }
}
