//! How many items of each area a test holds: least and most, areas inside areas.
//!
//! Areas form a tree whose root is the whole bank; each may have a least and a most number of
//! items. The sets that can still become a test of full length within all bounds are the
//! independent sets of a matroid (bounds on nested groups: Edmonds 1970, Submodular functions,
//! matroids and certain polyhedra). Two things follow: taking the best item that keeps the
//! rest possible, again and again, gives the best whole test, with no search; and the best
//! item that is allowed now is one of that test.
//!
//! Each area keeps what it will hold at least: the larger of its least and of what its own
//! items and the areas inside it hold at least. An item is allowed when adding it lifts none of
//! these above its area's most, the root's most being the length of the test.
//!
//! Cost: O(depth of the tree) to ask or to take. Do not use it for bounds on overlapping
//! groups (area and format at once): those need an integer program.

use crate::error::{Error, known};

/// The root: every item lies in it.
pub const WHOLE: usize = 0;
/// The most areas of a bank, and so of quotas.
pub const MOST_AREAS: usize = 1000;
/// The most quotas of a test: they are kept with each session, in under 1,000 bytes.
pub const MOST_QUOTAS: usize = 30;

/// The areas of a bank: a tree, and the area of each item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Areas {
    parents: Vec<usize>,
    of_item: Vec<u32>,
    sizes: Vec<u32>,
}

/// Bounds on one area.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    /// Which area.
    pub area: usize,
    /// At least so many items.
    pub least: u32,
    /// At most so many items.
    pub most: u32,
}

/// What each area holds at least, and its bounds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tally {
    /// Own items taken, and what the areas inside hold at least.
    inner: Vec<u32>,
    least: Vec<u32>,
    most: Vec<u32>,
    taken: u32,
}

impl Areas {
    /// One area, the whole bank, for `n_items`.
    #[must_use]
    pub fn whole(n_items: usize) -> Self {
        let size = u32::try_from(n_items).unwrap_or(u32::MAX);
        Self { parents: vec![WHOLE], of_item: vec![0; n_items], sizes: vec![size] }
    }

    /// Areas 1, 2, ... with the area around each (an earlier one; 0 is the whole bank), and the
    /// area of each item.
    ///
    /// # Errors
    /// `Unknown` for an area around that does not come earlier or an item's that is not there,
    /// `Size` for too many.
    pub fn new(around: &[usize], of_item: &[usize]) -> Result<Self, Error> {
        if around.len() >= MOST_AREAS {
            let allowed = format!("fewer than {MOST_AREAS}");
            return Err(Error::Size { field: "areas", value: around.len(), allowed });
        }
        for (earlier, parent) in around.iter().enumerate() {
            known("area around an area", *parent, earlier + 1)?;
        }
        let mut sizes = vec![0; around.len() + 1];
        let mut numbers = Vec::with_capacity(of_item.len());
        for area in of_item {
            sizes[known("area", *area, around.len() + 1)?] += 1;
            numbers.push(u32::try_from(*area).unwrap_or(0));
        }
        let parents = std::iter::once(WHOLE).chain(around.iter().copied()).collect();
        Ok(Self { parents, of_item: numbers, sizes })
    }

    /// How many areas, the whole bank included.
    #[must_use]
    pub fn count(&self) -> usize {
        self.parents.len()
    }

    /// How many items.
    #[must_use]
    pub fn n_items(&self) -> usize {
        self.of_item.len()
    }

    /// The area in which `item` lies directly.
    #[must_use]
    pub fn of(&self, item: usize) -> usize {
        self.of_item[item] as usize
    }

    /// How many items lie directly in `area`.
    #[must_use]
    pub fn size(&self, area: usize) -> u32 {
        self.sizes[area]
    }

    /// Each area's parent and each item's area, in order: what tells two banks apart.
    pub fn words(&self) -> impl Iterator<Item = u64> + '_ {
        let parents = self.parents.iter().map(|parent| *parent as u64);
        parents.chain(self.of_item.iter().map(|area| u64::from(*area)))
    }
}

impl Tally {
    /// Nothing taken yet, for a test of `length` items, or of as many as quotas and bank allow.
    ///
    /// # Errors
    /// `Unknown` for an area that is not there, `Size` for quotas that are too many, name an
    /// area twice, cross, or cannot be met by this bank in this length.
    pub fn new(areas: &Areas, quotas: &[Quota], length: u32) -> Result<Self, Error> {
        let count = areas.count();
        let (mut least, mut most) = (vec![0; count], vec![u32::MAX; count]);
        if quotas.len() > MOST_QUOTAS {
            return Err(unmet(quotas.len(), format!("at most {MOST_QUOTAS} areas")));
        }
        for (place, quota) in quotas.iter().enumerate() {
            known("area", quota.area, count)?;
            if quotas[..place].iter().any(|other| other.area == quota.area) {
                return Err(unmet(quota.area, "each area once".to_owned()));
            }
            (least[quota.area], most[quota.area]) = (quota.least, quota.most);
        }
        most[WHOLE] = most[WHOLE].min(length);
        let mut tally = Self { inner: vec![0; count], least, most, taken: 0 };
        let holds = tally.possible(areas, &areas.sizes).map_err(|area| {
            let (least, most) = (tally.holds(area), tally.most[area]);
            unmet(area, format!("area {area} must hold {least} items and can hold {most} only"))
        })?;
        for area in (1..count).rev() {
            tally.inner[areas.parents[area]] += tally.holds(area);
        }
        tally.most[WHOLE] = holds;
        Ok(tally)
    }

    /// Whether a test within all bounds can still be made when each area has `sizes` items to
    /// give in all, taken ones included; the areas at odds otherwise.
    fn possible(&self, areas: &Areas, sizes: &[u32]) -> Result<u32, usize> {
        let count = areas.count();
        let (mut floor, mut roof) = (vec![0_u32; count], sizes.to_vec());
        for area in (0..count).rev() {
            let least = floor[area].max(self.least[area]);
            let most = roof[area].min(self.most[area]);
            if least > most {
                return Err(area);
            }
            if area == WHOLE {
                return Ok(most);
            }
            let parent = areas.parents[area];
            floor[parent] = floor[parent].saturating_add(least);
            roof[parent] = roof[parent].saturating_add(most);
        }
        Ok(0)
    }

    /// Whether every least can be met when each area has `sizes` items to give in all.
    #[must_use]
    pub fn can_be_met(&self, areas: &Areas, sizes: &[u32]) -> bool {
        self.possible(areas, sizes).is_ok()
    }

    /// How many items the whole test holds.
    #[must_use]
    pub fn length(&self) -> usize {
        self.most[WHOLE] as usize
    }

    /// How many items were taken.
    #[must_use]
    pub fn taken(&self) -> u32 {
        self.taken
    }

    /// How many items areas still lack to reach their least.
    #[must_use]
    pub fn owed(&self) -> u32 {
        self.holds(WHOLE).saturating_sub(self.taken)
    }

    /// Whether all places that are left are owed to some area.
    #[must_use]
    pub fn is_tight(&self) -> bool {
        self.holds(WHOLE) >= self.most[WHOLE]
    }

    /// Whether an item of `area` may be taken.
    #[must_use]
    pub fn allows(&self, areas: &Areas, area: usize) -> bool {
        let mut at = area;
        loop {
            let after = self.least[at].max(self.inner[at].saturating_add(1));
            if after > self.most[at] {
                return false;
            }
            if at == WHOLE || after == self.holds(at) {
                return true;
            }
            at = areas.parents[at];
        }
    }

    /// Takes an item of `area`, allowed or not.
    pub fn take(&mut self, areas: &Areas, area: usize) {
        self.taken = self.taken.saturating_add(1);
        let mut at = area;
        loop {
            let before = self.holds(at);
            self.inner[at] = self.inner[at].saturating_add(1);
            if at == WHOLE || self.holds(at) == before {
                return;
            }
            at = areas.parents[at];
        }
    }

    /// What `area` will hold at least.
    fn holds(&self, area: usize) -> u32 {
        self.least[area].max(self.inner[area])
    }
}

fn unmet(value: usize, allowed: String) -> Error {
    Error::Size { field: "quotas", value, allowed }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quota(area: usize, least: u32, most: u32) -> Quota {
        Quota { area, least, most }
    }

    /// Area 1 holds areas 2 and 3, area 4 stands alone; five items in each of 2, 3 and 4.
    fn areas() -> Areas {
        let of_item: Vec<usize> = (0..15).map(|item| item / 5 + 2).collect();
        Areas::new(&[0, 1, 1, 0], &of_item).unwrap()
    }

    #[test]
    fn an_item_is_allowed_while_every_least_can_still_be_met() {
        let areas = areas();
        let quotas = [quota(1, 3, 4), quota(2, 1, 2), quota(4, 0, 2)];
        let mut tally = Tally::new(&areas, &quotas, 5).unwrap();
        assert_eq!((tally.length(), tally.owed()), (5, 3));
        tally.take(&areas, 4);
        tally.take(&areas, 4);
        assert!(!tally.allows(&areas, 4)); // its most
        assert!(tally.is_tight()); // three places left, three owed to area 1
        tally.take(&areas, 3);
        tally.take(&areas, 3);
        assert!(!tally.allows(&areas, 3) && tally.allows(&areas, 2)); // area 2 lacks one
        tally.take(&areas, 2);
        assert_eq!((tally.owed(), tally.taken()), (0, 5));
        assert!((1..5).all(|area| !tally.allows(&areas, area)));
    }

    #[test]
    fn quotas_that_this_bank_cannot_meet_are_refused() {
        let areas = areas();
        for quotas in [
            vec![quota(2, 6, 9)],
            vec![quota(2, 3, 2)],
            vec![quota(1, 0, 2), quota(2, 3, 3)],
            vec![quota(1, 7, 9), quota(4, 4, 4)],
            vec![quota(2, 1, 1), quota(2, 1, 1)],
            vec![quota(9, 0, 1)],
        ] {
            assert!(Tally::new(&areas, &quotas, 10).is_err(), "{quotas:?}");
        }
        let few = Tally::new(&areas, &[quota(1, 0, 2), quota(4, 0, 1)], 10).unwrap();
        assert_eq!(few.length(), 3); // quotas leave no more
    }

    #[test]
    fn taking_what_is_not_allowed_breaks_nothing() {
        let areas = areas();
        let mut tally = Tally::new(&areas, &[quota(2, 1, 1)], 3).unwrap();
        (0..9).for_each(|_| tally.take(&areas, 2));
        assert!((0..5).all(|area| !tally.allows(&areas, area)));
        assert_eq!(tally.owed(), 0);
    }
}
