//! The items of a log and the skills that each practises.
//!
//! Items that practise the same skills form a set; what follows what is counted over sets,
//! since items are too many and a skill alone is half an item of two skills. A log without
//! items has one item a set: give the sets as items.
//!
//! ```
//! use mangotree_kernels::stack::catalogue::Catalogue;
//! let catalogue = Catalogue::new(3, &[vec![0, 2], vec![1], vec![2, 0]])?;
//! assert_eq!((catalogue.n_items(), catalogue.n_sets()), (3, 2));
//! assert_eq!(catalogue.set_of(0), catalogue.set_of(2));
//! # Ok::<(), mangotree_kernels::error::Error>(())
//! ```
//!
//! Cost: O(size) once, O(1) to look at. Do not use it for what builds on what: `domain` does.

use std::collections::BTreeMap;

use crate::domain::{Lists, distinct};
use crate::error::Error;
use crate::features::share_of;

/// Keys of three sets in a row must fit 64 bits: 2^21 cubed.
const MOST_SETS: usize = 2_097_151;

/// Corrections of more skills would fill the memory of any hub.
const MOST_SKILLS: usize = 1_000_000;

/// Items, their skills, and their sets of skills.
#[derive(Clone, Debug, PartialEq)]
pub struct Catalogue {
    n_skills: usize,
    /// Per item the number of its set; per set its skills.
    sets: Vec<u32>,
    set_skills: Lists,
}

/// An item that is answered, with what the catalogue knows of it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Asked<'a> {
    pub item: usize,
    pub set: usize,
    pub skills: &'a [usize],
    /// What each of the skills counts for.
    pub share: f64,
}

impl Catalogue {
    /// The catalogue of items of which each practises one skill or several.
    ///
    /// # Errors
    /// `Unknown` names a skill, `Size` an item without skills or with one twice.
    pub fn new(n_skills: usize, item_skills: &[Vec<usize>]) -> Result<Self, Error> {
        if n_skills > MOST_SKILLS {
            let allowed = format!("at most {MOST_SKILLS}");
            return Err(Error::Size { field: "n_skills", value: n_skills, allowed });
        }
        let mut known: BTreeMap<Vec<usize>, u32> = BTreeMap::new();
        let mut set_skills: Vec<Vec<usize>> = Vec::new();
        let mut sets = Vec::with_capacity(item_skills.len());
        for skills in item_skills {
            distinct("item_skills", skills, n_skills)?;
            if skills.is_empty() {
                let allowed = "1 or more skills each".to_owned();
                return Err(Error::Size { field: "item_skills", value: 0, allowed });
            }
            let mut sorted = skills.clone();
            sorted.sort_unstable();
            let next = known.len();
            if next > MOST_SETS {
                let allowed = format!("at most {MOST_SETS} different sets of skills");
                return Err(Error::Size { field: "item_skills", value: next, allowed });
            }
            let number = known.entry(sorted).or_insert_with_key(|sorted| {
                set_skills.push(sorted.clone());
                u32::try_from(next).unwrap_or(u32::MAX)
            });
            sets.push(*number);
        }
        Ok(Self { n_skills, sets, set_skills: Lists::new(&set_skills) })
    }

    /// How many items.
    #[must_use]
    pub fn n_items(&self) -> usize {
        self.sets.len()
    }

    /// How many skills.
    #[must_use]
    pub fn n_skills(&self) -> usize {
        self.n_skills
    }

    /// How many different sets of skills.
    #[must_use]
    pub fn n_sets(&self) -> usize {
        self.set_skills.len()
    }

    /// The skills of an item, the lowest first.
    #[must_use]
    pub fn skills_of(&self, item: usize) -> &[usize] {
        self.set_skills.at(self.set_of(item))
    }

    /// The item as a question.
    pub(crate) fn asked(&self, item: usize) -> Asked<'_> {
        let set = self.set_of(item);
        let skills = self.set_skills.at(set);
        Asked { item, set, skills, share: share_of(skills.len()) }
    }

    /// The number of the item's set of skills.
    #[must_use]
    pub fn set_of(&self, item: usize) -> usize {
        self.sets[item] as usize
    }
}
