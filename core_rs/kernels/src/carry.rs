//! A class goes on with another domain: what is known of its learners is carried over.
//!
//! A newer pack keeps most skills and items of the former one, in other places, drops some and
//! adds others. What stands in both keeps its state; what is new begins as it does for anyone;
//! what is gone is forgotten. The class's own weights and each learner's ability are about
//! learners, not about places, and stay. A fitted stack has to be chosen anew for the new
//! domain: it reads off what was carried ([`crate::fitted`]).
//!
//! Cost: O(learners x (skills + items)). Not for another subject: nothing would be in both.

use crate::error::{Error, known};
use crate::stated::Stated;
use crate::tracer::Tracer;

impl Tracer {
    /// Takes over what `former` knows. `skills[s]` and `items[i]` are where this domain's skill
    /// `s` and item `i` stood in the former one; `None` for what is new. Learners that were
    /// here before are gone.
    ///
    /// # Errors
    /// `Size` where a list is not as long as this domain's; `Unknown` for a place that the
    /// former one does not have. Nothing has changed then.
    pub fn carry(
        &mut self,
        former: &Self,
        skills: &[Option<usize>],
        items: &[Option<usize>],
    ) -> Result<(), Error> {
        checked("skills", skills, self.domain.n_skills(), former.domain.n_skills())?;
        checked("items", items, self.domain.n_items(), former.domain.n_items())?;
        let count = former.n_learners();
        (self.learners, self.practices, self.seen) = (Vec::new(), Vec::new(), Vec::new());
        self.add_learners(count);
        self.learners.copy_from_slice(&former.learners);
        for learner in &mut self.learners {
            let moved = |old: usize| skills.iter().position(|place| *place == Some(old));
            learner.stuck = learner.stuck.and_then(moved);
        }
        for_each_both(skills, |new, old| self.skills[new] = former.skills[old]);
        for_each_both(items, |new, old| self.items[new] = former.items[old]);
        let (n_skills, n_items) = (self.domain.n_skills(), self.domain.n_items());
        let (old_skills, old_items) = (former.domain.n_skills(), former.domain.n_items());
        for who in 0..count {
            for_each_both(skills, |new, old| {
                self.practices[who * n_skills + new] = former.practices[who * old_skills + old];
            });
            for_each_both(items, |new, old| {
                self.seen[who * n_items + new] = former.seen[who * old_items + old];
            });
        }
        self.stated = carried(&former.stated, skills);
        self.weights = former.weights.clone();
        self.fitted = None;
        Ok(())
    }
}

fn checked(
    field: &'static str,
    places: &[Option<usize>],
    wanted: usize,
    below: usize,
) -> Result<(), Error> {
    if places.len() != wanted {
        let allowed = format!("{wanted}, one for each of the new domain");
        return Err(Error::Size { field, value: places.len(), allowed });
    }
    places.iter().flatten().try_for_each(|old| known(field, *old, below).map(|_| ()))
}

fn for_each_both(places: &[Option<usize>], mut act: impl FnMut(usize, usize)) {
    for (new, old) in places.iter().enumerate() {
        if let Some(old) = old {
            act(new, *old);
        }
    }
}

/// `stated` for another domain, whose skill `s` was `skills[s]`; what is gone is forgotten.
fn carried(stated: &[Stated], skills: &[Option<usize>]) -> Vec<Stated> {
    let moved = |one: &Stated| {
        let skill = skills.iter().position(|old| *old == Some(one.skill))?;
        Some(Stated { skill, ..*one })
    };
    let mut all: Vec<Stated> = stated.iter().filter_map(moved).collect();
    all.sort_by_key(|one| (one.learner, one.skill));
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bkt::Bkt;
    use crate::domain::Domain;
    use crate::logistic::{CODES, Weights};

    fn class(prerequisites: &[Vec<usize>], items: &[Vec<usize>]) -> Tracer {
        let skill = Bkt::new(0.4, 0.1, 0.0, 0.2, 0.1).unwrap();
        let domain = Domain::new(
            vec![skill; prerequisites.len()],
            prerequisites,
            items,
            vec![0.0; items.len()],
        );
        let weights = Weights::from_named(CODES.map(|code| (code, 0.1))).unwrap();
        Tracer::new(domain.unwrap(), weights)
    }

    fn worked() -> Tracer {
        let mut class = class(&[vec![], vec![0]], &[vec![0], vec![1], vec![1]]);
        class.add_learners(2);
        for at in 0..20 {
            class.trace(at % 2, at % 3, at % 5 != 0).unwrap();
        }
        class
    }

    #[test]
    fn what_stands_in_both_domains_is_carried_and_the_rest_begins_anew() {
        let former = worked();
        // The skills change places, a third one comes; the middle item is gone, one is new.
        let mut later =
            class(&[vec![], vec![], vec![1]], &[vec![2], vec![1], vec![0], vec![2]]);
        later
            .carry(&former, &[None, Some(0), Some(1)], &[Some(2), Some(0), None, None])
            .unwrap();
        assert_eq!(later.n_learners(), 2);
        for who in 0..2 {
            let (old, new) = (former.mastery(who).unwrap(), later.mastery(who).unwrap());
            let bits =
                |values: &[f64]| values.iter().map(|it| it.to_bits()).collect::<Vec<_>>();
            assert_eq!(bits(&new[1..3]), bits(&old[0..2]));
            assert_eq!(new[0].to_bits(), 0.4_f64.to_bits());
            assert_eq!(later.learners[who].ability, former.learners[who].ability);
        }
        assert_eq!([later.items[0], later.items[1]], [former.items[2], former.items[0]]);
    }

    #[test]
    fn the_same_domain_carried_is_the_same_state() {
        let former = worked();
        let mut same = class(&[vec![], vec![0]], &[vec![0], vec![1], vec![1]]);
        same.carry(&former, &[Some(0), Some(1)], &[Some(0), Some(1), Some(2)]).unwrap();
        assert_eq!(same.to_bytes(), former.to_bytes());
    }

    #[test]
    fn a_place_that_never_was_is_refused_and_nothing_changed() {
        let former = worked();
        let mut later = worked();
        let before = later.to_bytes();
        assert!(later.carry(&former, &[Some(0)], &[None; 3]).is_err());
        assert!(later.carry(&former, &[Some(0), Some(2)], &[None; 3]).is_err());
        assert!(later.carry(&former, &[Some(0), None], &[Some(3), None, None]).is_err());
        assert_eq!(later.to_bytes(), before);
    }
}
