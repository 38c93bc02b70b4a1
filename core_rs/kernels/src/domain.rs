//! What is taught: skills, which skill builds on which, and the items that practise them.
//!
//! Skills and prerequisites form a directed graph without cycles, the surmise relation of
//! knowledge spaces (Doignon & Falmagne 1985, International Journal of Man-Machine Studies
//! 23:175-196); an item practises one skill or several. Lists of lists lie end to end in one
//! array with offsets, so a whole domain is a few allocations and a walk is a slice.
//!
//! ```
//! use mangotree_kernels::bkt::Bkt;
//! use mangotree_kernels::domain::Domain;
//! let skill = Bkt::new(0.4, 0.1, 0.0, 0.2, 0.1)?;
//! let domain = Domain::new(vec![skill; 2], &[vec![], vec![0]], &[vec![1, 0]], vec![0.0])?;
//! assert_eq!((domain.skills_of(0), domain.items_of(0)), (&[1, 0][..], &[0][..]));
//! assert!(Domain::new(vec![skill; 2], &[vec![1], vec![0]], &[], vec![]).is_err()); // a circle
//! # Ok::<(), mangotree_kernels::error::Error>(())
//! ```
//!
//! Cost: O(size) once, to check it; O(1) to look at. A domain never changes: to add an item,
//! build another domain and trace the log again.

use crate::bkt::Bkt;
use crate::error::{Error, known, within};

/// Lists of indices, laid end to end.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Lists {
    ends: Vec<usize>,
    entries: Vec<usize>,
}

impl Lists {
    pub(crate) fn new(lists: &[Vec<usize>]) -> Self {
        let mut laid = Self::default();
        for list in lists {
            laid.entries.extend_from_slice(list);
            laid.ends.push(laid.entries.len());
        }
        laid
    }

    /// The list at `index`.
    #[must_use]
    pub fn at(&self, index: usize) -> &[usize] {
        let start = if index == 0 { 0 } else { self.ends[index - 1] };
        &self.entries[start..self.ends[index]]
    }

    /// How many lists there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is no list.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }
}

/// Skills, prerequisites and items of one subject, checked.
#[derive(Clone, Debug, PartialEq)]
pub struct Domain {
    skills: Vec<Bkt>,
    prerequisites: Lists,
    item_skills: Lists,
    skill_items: Lists,
    item_difficulty: Vec<f64>,
}

impl Domain {
    /// A domain from its parts: `skills` has one entry per skill, `prerequisites` the skills
    /// that each builds on, `item_skills` the skills of each item (first the main one), and
    /// `item_difficulty` what is known beforehand of each item, in logits above (harder) or
    /// below its skill; 0 when nothing is known.
    ///
    /// # Errors
    /// `Size`, `Unknown`, `OutOfRange` or `Cycle` names the list, the entry and the range.
    pub fn new(
        skills: Vec<Bkt>,
        prerequisites: &[Vec<usize>],
        item_skills: &[Vec<usize>],
        item_difficulty: Vec<f64>,
    ) -> Result<Self, Error> {
        same_length("prerequisites", prerequisites.len(), skills.len(), "skill")?;
        same_length("item_difficulty", item_difficulty.len(), item_skills.len(), "item")?;
        for skills_before in prerequisites {
            distinct("prerequisites", skills_before, skills.len())?;
        }
        for skills_of_item in item_skills {
            distinct("item_skills", skills_of_item, skills.len())?;
            if skills_of_item.is_empty() {
                return Err(size("item_skills", 0, "1 or more"));
            }
        }
        for value in &item_difficulty {
            within("item_difficulty", *value, (-20.0, 20.0), "-20 to 20")?;
        }
        no_cycle(prerequisites)?;
        let mut skill_items = vec![Vec::new(); skills.len()];
        for (item, skills_of_item) in item_skills.iter().enumerate() {
            for skill in skills_of_item {
                skill_items[*skill].push(item);
            }
        }
        Ok(Self {
            skills,
            prerequisites: Lists::new(prerequisites),
            item_skills: Lists::new(item_skills),
            skill_items: Lists::new(&skill_items),
            item_difficulty,
        })
    }

    /// How many skills.
    #[must_use]
    pub fn n_skills(&self) -> usize {
        self.skills.len()
    }

    /// How many items.
    #[must_use]
    pub fn n_items(&self) -> usize {
        self.item_skills.len()
    }

    /// The tracing parameters of a skill.
    #[must_use]
    pub fn bkt(&self, skill: usize) -> &Bkt {
        &self.skills[skill]
    }

    /// The skills that `skill` builds on.
    #[must_use]
    pub fn prerequisites(&self, skill: usize) -> &[usize] {
        self.prerequisites.at(skill)
    }

    /// The skills that `item` practises, the main one first.
    #[must_use]
    pub fn skills_of(&self, item: usize) -> &[usize] {
        self.item_skills.at(item)
    }

    /// The items that practise `skill`, lowest index first.
    #[must_use]
    pub fn items_of(&self, skill: usize) -> &[usize] {
        self.skill_items.at(skill)
    }

    /// What is known beforehand of how hard each item is.
    #[must_use]
    pub fn item_difficulty(&self) -> &[f64] {
        &self.item_difficulty
    }

    /// Every number of the domain that a traced state depends on, in a fixed order.
    pub fn words(&self) -> impl Iterator<Item = u64> + '_ {
        let parameters =
            self.skills.iter().flat_map(|s| [s.prior, s.learn, s.forget, s.guess, s.slip]);
        let numbers = parameters.chain(self.item_difficulty.iter().copied()).map(f64::to_bits);
        let lists = [&self.prerequisites, &self.item_skills];
        let indices =
            lists.into_iter().flat_map(|lists| lists.ends.iter().chain(&lists.entries));
        numbers.chain(indices.map(|index| u64::try_from(*index).unwrap_or(u64::MAX)))
    }
}

fn size(field: &'static str, value: usize, allowed: &str) -> Error {
    Error::Size { field, value, allowed: allowed.to_owned() }
}

fn same_length(
    field: &'static str,
    value: usize,
    wanted: usize,
    each: &str,
) -> Result<(), Error> {
    if value == wanted {
        return Ok(());
    }
    Err(size(field, value, &format!("{wanted}, one for each {each}")))
}

pub(crate) fn distinct(field: &'static str, list: &[usize], below: usize) -> Result<(), Error> {
    for (place, index) in list.iter().enumerate() {
        known(field, *index, below)?;
        if list[..place].contains(index) {
            return Err(size(field, list.len(), "each skill once"));
        }
    }
    Ok(())
}

/// Takes away, again and again, skills with nothing left before them (Kahn 1962).
fn no_cycle(prerequisites: &[Vec<usize>]) -> Result<(), Error> {
    let mut waiting: Vec<usize> = prerequisites.iter().map(Vec::len).collect();
    let mut builds_on_it = vec![Vec::new(); prerequisites.len()];
    for (skill, before) in prerequisites.iter().enumerate() {
        for first in before {
            builds_on_it[*first].push(skill);
        }
    }
    let mut free: Vec<usize> =
        (0..waiting.len()).filter(|skill| waiting[*skill] == 0).collect();
    while let Some(skill) = free.pop() {
        for next in &builds_on_it[skill] {
            waiting[*next] -= 1;
            if waiting[*next] == 0 {
                free.push(*next);
            }
        }
    }
    match waiting.iter().position(|left| *left > 0) {
        None => Ok(()),
        Some(skill) => Err(Error::Cycle {
            field: "prerequisites",
            value: skill,
            allowed: "no way back to the same skill",
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn skills(count: usize) -> Vec<Bkt> {
        vec![Bkt::new(0.3, 0.1, 0.0, 0.2, 0.1).unwrap(); count]
    }

    #[test]
    fn a_cycle_is_refused_and_a_diamond_is_not() {
        let diamond = [vec![], vec![0], vec![0], vec![1, 2]];
        assert!(Domain::new(skills(4), &diamond, &[], vec![]).is_ok());
        let ring = [vec![2], vec![0], vec![1], vec![]];
        let refused = Domain::new(skills(4), &ring, &[], vec![]).unwrap_err();
        assert!(matches!(refused, Error::Cycle { value: 0..=2, .. }));
    }

    #[test]
    fn lists_that_do_not_fit_are_refused() {
        let one = [vec![0]];
        assert!(Domain::new(skills(1), &[vec![]], &one, vec![0.0]).is_ok());
        assert!(Domain::new(skills(1), &[vec![0]], &one, vec![0.0]).is_err());
        assert!(Domain::new(skills(1), &[vec![]], &[vec![1]], vec![0.0]).is_err());
        assert!(Domain::new(skills(1), &[vec![]], &[vec![]], vec![0.0]).is_err());
        assert!(Domain::new(skills(1), &[vec![]], &[vec![0, 0]], vec![0.0]).is_err());
        assert!(Domain::new(skills(1), &[vec![]], &one, vec![f64::NAN]).is_err());
        assert!(Domain::new(skills(1), &[vec![]], &one, vec![]).is_err());
        assert!(Domain::new(skills(1), &[], &one, vec![0.0]).is_err());
    }

    #[test]
    fn items_are_found_from_each_of_their_skills() {
        let domain = Domain::new(
            skills(3),
            &[vec![], vec![], vec![]],
            &[vec![2, 0], vec![2]],
            vec![0.0; 2],
        )
        .unwrap();
        assert_eq!(domain.items_of(2), [0, 1]);
        assert_eq!(domain.items_of(0), [0]);
        assert!(domain.items_of(1).is_empty());
        assert_eq!(domain.skills_of(0), [2, 0]);
    }
}
