//! The sparse part of the stack: corrections of single items, skills and sequences.
//!
//! Each correction is a number u that some answers meet with a factor z and that adds u z to
//! their logit. Corrections of one family are drawn from one normal distribution around 0,
//! whose variance the fit finds, so those of which the log tells little stay near 0 (random
//! effects of item response models: De Boeck & Wilson 2004, Explanatory Item Response Models,
//! 2).
//!
//! ```text
//! ITEM 1                             ORDER 1, of a set after another set
//! ITEM_QUICK quick success           ORDER_RIGHT 1 or -1, as the other set's answer went
//! ITEM_ABILITY k (ability + offset)  ORDER_OF_THREE 1, of a set after the last two
//! STAY 1, of a set's n-th in a row   SKILL 1; SKILL_WINS, SKILL_MISSES ln(1 + n)
//! PATTERN 1, of the last 5 answers   SKILL_TURN 1, of the n-th answer on a skill
//!                                    SKILL_PATTERN 1, of the last 2 answers on a skill
//! ```
//!
//! ```
//! use mangotree_kernels::stack::effects::{FAMILIES, FAMILY_COUNT};
//! assert_eq!((FAMILIES[0].0, FAMILIES[FAMILY_COUNT - 1].0), ("ITEM", "SKILL_PATTERN"));
//! ```
//!
//! Cost: O(skills of the item) a look; memory 8 bytes a correction and 32 a sequence. Do not
//! read one correction alone: it is what is left when its neighbours have had their say.

use crate::stack::catalogue::{Asked, Catalogue};
use crate::stack::columns::{Code, Dense};
use crate::stack::evidence::{Learner, NONE};

/// How many families of corrections there are.
pub const FAMILY_COUNT: usize = 13;

/// The families: the name, and the code under which its part of a logit is told.
pub const FAMILIES: [(&str, Code); FAMILY_COUNT] = [
    ("ITEM", Code::ItemDifficulty),
    ("ITEM_QUICK", Code::RecentSkill),
    ("ITEM_ABILITY", Code::ItemDiscrimination),
    ("STAY", Code::Sequence),
    ("PATTERN", Code::RecentAll),
    ("ORDER", Code::Sequence),
    ("ORDER_RIGHT", Code::Sequence),
    ("ORDER_OF_THREE", Code::Sequence),
    ("SKILL", Code::SkillDifficulty),
    ("SKILL_WINS", Code::Practice),
    ("SKILL_MISSES", Code::Practice),
    ("SKILL_TURN", Code::Practice),
    ("SKILL_PATTERN", Code::RecentSkill),
];

/// Corrections that lie together: of an item, of a skill (own, turns, patterns), of a set.
const PER_ITEM: usize = 3;
const TURNS: usize = 32;
const PER_SKILL: usize = 3 + TURNS + 8;
const STAYS: usize = 16;
const PATTERNS: usize = 64;

/// A correction that an answer meets: its family, its place and its factor.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Met {
    pub family: usize,
    pub place: usize,
    pub factor: f64,
}

/// Two or three sets in a row as one number, without likeness to another row's.
pub(crate) type Key = u64;

/// Where each correction lies.
#[derive(Clone, Debug)]
pub(crate) struct Places {
    skills_at: usize,
    sets_at: usize,
    patterns_at: usize,
    sequences_at: usize,
    radix: u64,
    sequences: Found,
    /// Per set the place of its sequence with itself, twice; `NONE` where it has none.
    thrice: Vec<usize>,
    /// In the order of their places.
    keys: Vec<Key>,
    count: usize,
}

/// Places by key: open addressing with linear probing (Knuth 1973, 6.4), at most half full, so
/// that a look is one cache line. Key 0 says "empty"; no sequence has it.
#[derive(Clone, Debug)]
struct Found {
    slots: Vec<(Key, usize)>,
    shift: u32,
}

impl Found {
    fn with_room(count: usize) -> Self {
        let size = (2 * count).next_power_of_two().max(2);
        Self { slots: vec![(0, 0); size], shift: 64 - size.trailing_zeros() }
    }

    fn get(&self, key: Key) -> Option<usize> {
        let mut at = self.first(key);
        loop {
            match self.slots[at] {
                (0, _) => return None,
                (found, place) if found == key => return Some(place),
                _ => at = (at + 1) & (self.slots.len() - 1),
            }
        }
    }

    /// Keeps `place`; there is room for as many as `with_room` was told.
    fn put(&mut self, key: Key, place: usize) {
        let mut at = self.first(key);
        while self.slots[at].0 != 0 {
            at = (at + 1) & (self.slots.len() - 1);
        }
        self.slots[at] = (key, place);
    }

    /// Where the search begins: the highest bits of a product with the golden ratio.
    fn first(&self, key: Key) -> usize {
        let mixed = key.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> self.shift;
        usize::try_from(mixed).unwrap_or(0)
    }
}

fn wide(index: usize) -> u64 {
    // Index + 2: 0 says "two sets only", 1 "none was before".
    if index == NONE { 1 } else { u64::try_from(index).unwrap_or(u64::MAX - 2) + 2 }
}

impl Places {
    /// Places for the corrections of `catalogue` and of the sequences `keys`.
    pub(crate) fn new(catalogue: &Catalogue, keys: Vec<Key>) -> Self {
        let skills_at = PER_ITEM * catalogue.n_items();
        let sets_at = skills_at + PER_SKILL * catalogue.n_skills();
        let patterns_at = sets_at + STAYS * catalogue.n_sets();
        let sequences_at = patterns_at + PATTERNS;
        let radix = wide(catalogue.n_sets());
        let mut places = Self {
            skills_at,
            sets_at,
            patterns_at,
            sequences_at,
            radix,
            sequences: Found::with_room(keys.len()),
            thrice: Vec::new(),
            keys: Vec::new(),
            count: sequences_at,
        };
        for key in keys {
            if places.sequences.get(key).is_none() {
                places.sequences.put(key, places.count);
                places.count += if places.is_pair(key) { 2 } else { 1 };
                places.keys.push(key);
            }
        }
        let itself = |set| places.sequences_of([set; 2], set)[1];
        let place = |set| itself(set).and_then(|key| places.sequences.get(key)).unwrap_or(NONE);
        places.thrice = (0..catalogue.n_sets()).map(place).collect();
        places
    }

    /// How many corrections there are.
    pub(crate) fn count(&self) -> usize {
        self.count
    }

    /// The sequences, in the order of their places.
    pub(crate) fn keys(&self) -> &[Key] {
        &self.keys
    }

    /// The places of a family's corrections.
    pub(crate) fn of_family(&self, family: usize) -> Vec<usize> {
        let steps = |from: usize, to: usize, each: usize, offset: usize| {
            (from..to).step_by(each).map(move |first| first + offset)
        };
        let wide = |offset: usize, count: usize| {
            let firsts = steps(self.skills_at, self.sets_at, PER_SKILL, offset);
            firsts.flat_map(|first| first..first + count).collect()
        };
        match family {
            0..3 => steps(0, self.skills_at, PER_ITEM, family).collect(),
            3 => (self.sets_at..self.patterns_at).collect(),
            4 => (self.patterns_at..self.sequences_at).collect(),
            5..8 => self.sequence_places(family),
            8..11 => wide(family - 8, 1),
            11 => wide(3, TURNS),
            _ => wide(3 + TURNS, PER_SKILL - 3 - TURNS),
        }
    }

    fn sequence_places(&self, family: usize) -> Vec<usize> {
        let of_family = |key: &&Key| self.is_pair(**key) == (family < 7);
        let second = usize::from(family == 6);
        let place = |key: &Key| self.sequences.get(*key).map(|place| place + second);
        self.keys.iter().filter(of_family).filter_map(place).collect()
    }

    /// The sequences that end with `set` after the sets of `before`, the latest first.
    pub(crate) fn sequences_of(&self, before: [usize; 2], set: usize) -> [Option<Key>; 2] {
        if before[0] == NONE {
            return [None, None];
        }
        let key = |first: u64| (first * self.radix + wide(before[0])) * self.radix + wide(set);
        [(before[0] != set).then(|| key(0)), Some(key(wide(before[1])))]
    }

    /// Each correction that an answer of `who` to what is `asked` meets.
    pub(crate) fn each(
        &self,
        who: &Learner,
        asked: &Asked<'_>,
        dense: &Dense,
        mut meet: impl FnMut(Met),
    ) {
        let first = PER_ITEM * asked.item;
        for (family, factor) in item_factors(dense).into_iter().enumerate() {
            meet(Met { family, place: first + family, factor });
        }
        self.each_but_items(who, asked, dense, meet);
    }

    /// The same without those of the item itself.
    pub(crate) fn each_but_items(
        &self,
        who: &Learner,
        asked: &Asked<'_>,
        dense: &Dense,
        mut meet: impl FnMut(Met),
    ) {
        let mut tell = |family, place, factor| meet(Met { family, place, factor });
        let Asked { set, share, .. } = *asked;
        let turn = if who.sets[0] == set { up_to(who.stay + 1, STAYS) } else { 0 };
        tell(3, self.sets_at + STAYS * set + turn, 1.0);
        tell(4, self.patterns_at + usize::from(who.pattern), 1.0);
        let [pair, three] = self.places_of(who.sets, set);
        if let Some(place) = pair {
            tell(5, place, 1.0);
            tell(6, place + 1, if who.was_right { 1.0 } else { -1.0 });
        }
        if let Some(place) = three {
            tell(7, place, 1.0);
        }
        for skill in asked.skills {
            let own = &who.skills[*skill];
            let first = self.skills_at + PER_SKILL * skill;
            tell(8, first, share);
            tell(9, first + 1, share * dense[11]);
            tell(10, first + 2, share * dense[12]);
            tell(11, first + 3 + up_to(own.attempts, TURNS), share);
            let last_two = if own.pattern < 8 { own.pattern } else { own.pattern & 3 | 4 };
            tell(12, first + 3 + TURNS + usize::from(last_two), share);
        }
    }

    /// Where the corrections of the sequences that end with `set` begin.
    fn places_of(&self, before: [usize; 2], set: usize) -> [Option<usize>; 2] {
        if before == [set, set] {
            // Seven answers in ten come after one on the same set (ASSISTments 2009).
            let place = self.thrice[set];
            return [None, (place != NONE).then_some(place)];
        }
        self.sequences_of(before, set).map(|key| key.and_then(|key| self.sequences.get(key)))
    }

    fn is_pair(&self, key: Key) -> bool {
        key / self.radix / self.radix == 0
    }
}

/// The factors of an item's own corrections.
pub(crate) fn item_factors(dense: &Dense) -> [f64; PER_ITEM] {
    [1.0, dense[4], dense[1] + dense[2]]
}

/// `count`, at most the last of `places`.
fn up_to(count: u32, places: usize) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX).min(places - 1)
}
