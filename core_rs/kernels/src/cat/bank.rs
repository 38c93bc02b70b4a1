//! An item bank, checked and sorted once, from which any number of tests are given.
//!
//! Beside the items it holds their areas (see [`quota`](super::quota)), enemies (groups of
//! items of which a test may hold one), and how often each may be offered at all (see
//! [`exposure`](super::exposure)). Indices over the whole bank and over each area make picks
//! fast; curves at the nodes of the ability grid are tabled when first wanted.
//!
//! ```
//! use mangotree_kernels::cat::bank::{Bank, Mask};
//! use mangotree_kernels::irt::model::Binary;
//! let items = [-1.0, 0.0, 1.0].map(|b| Binary { a: 1.0, b, c: 0.0, d: 1.0 });
//! let bank = Bank::new(items.to_vec())?;
//! let best = bank.most_informative(0.8, &Mask::open(), 2);
//! // Information 0.2475 of item 2 (b nearest to 0.8), then 0.2139 of item 1.
//! assert_eq!(best.entries().iter().map(|(_, item)| *item).collect::<Vec<_>>(), [2, 1]);
//! # Ok::<(), mangotree_kernels::error::Error>(())
//! ```
//!
//! Cost: O(items) to build, some 20 us an item with areas; see [`index`](super::index) for a
//! pick. Do not build one for each learner: one serves the whole class, from any thread.

use std::sync::OnceLock;

use super::expected::Tables;
use super::exposure::Draw;
use super::index::{Index, Keep, Top};
use super::peak::peak;
use super::quota::Areas;
use crate::bytes::fnv;
use crate::error::{Error, known, within};
use crate::irt::model::Binary;
use crate::irt::score::{Grid, NODES};

/// The most items of a bank.
pub const MOST_ITEMS: usize = 1_000_000;
/// Items listed in each bin of the index over the whole bank, and over one area.
const LISTED: [usize; 2] = [256, 64];
/// With fewer than one in so many items open, picks go area by area.
const SPARSE: usize = 4;

/// Items with their areas and enemies.
#[derive(Clone, Debug)]
pub struct Bank {
    items: Vec<Binary>,
    peaks: Vec<f64>,
    areas: Areas,
    enemies: Enemies,
    chances: Option<Vec<f64>>,
    index: Index,
    by_area: Vec<Index>,
    curves: Vec<OnceLock<Box<[f64; NODES]>>>,
    tables: OnceLock<Tables>,
    fingerprint: u64,
}

/// Which items may not come with which.
#[derive(Clone, Debug, Default)]
struct Enemies {
    groups: Vec<Vec<u32>>,
    /// The groups of each item; empty where there are no groups at all.
    of_item: Vec<Vec<u32>>,
}

/// What is out of reach for a pick.
#[derive(Clone, Copy, Debug)]
pub struct Mask<'a> {
    /// A bit for each item that must not come; none is blocked beyond its end.
    pub blocked: &'a [u64],
    /// Whether each area is closed; empty when all are open.
    pub closed: &'a [bool],
    /// Who decides which items this examinee may get at all.
    pub draw: Option<Draw<'a>>,
}

impl Bank {
    /// A bank of `items` without areas and enemies.
    ///
    /// # Errors
    /// `Size` for none or more than [`MOST_ITEMS`], `OutOfRange` for a parameter.
    pub fn new(items: Vec<Binary>) -> Result<Self, Error> {
        if items.is_empty() || items.len() > MOST_ITEMS {
            let allowed = format!("1 to {MOST_ITEMS}");
            return Err(Error::Size { field: "items", value: items.len(), allowed });
        }
        for item in &items {
            Binary::new(item.a, item.b, item.c, item.d)?;
        }
        let members: Vec<u32> = (0..u32::try_from(items.len()).unwrap_or(0)).collect();
        let mut bank = Self {
            peaks: items.iter().map(peak).collect(),
            areas: Areas::whole(items.len()),
            enemies: Enemies::default(),
            chances: None,
            index: Index::new(&items, &members, LISTED[0]),
            by_area: Vec::new(),
            curves: vec![OnceLock::new(); items.len()],
            tables: OnceLock::new(),
            fingerprint: 0,
            items,
        };
        bank.fingerprint = bank.computed_fingerprint();
        Ok(bank)
    }

    /// The bank with `areas`.
    ///
    /// # Errors
    /// `Size` when they are for another number of items.
    pub fn with_areas(mut self, areas: Areas) -> Result<Self, Error> {
        same_length("areas", areas.n_items(), self.n_items())?;
        let mut members = vec![Vec::new(); areas.count()];
        for item in 0..self.n_items() {
            members[areas.of(item)].push(u32::try_from(item).unwrap_or(0));
        }
        let index = |members: &Vec<u32>| Index::new(&self.items, members, LISTED[1]);
        self.by_area = members.iter().map(index).collect();
        self.areas = areas;
        self.fingerprint = self.computed_fingerprint();
        Ok(self)
    }

    /// The bank whose items in each of `groups` exclude each other.
    ///
    /// # Errors
    /// `Unknown` for an item that is not there, `Size` for a group with fewer than two.
    pub fn with_enemies(mut self, groups: &[Vec<usize>]) -> Result<Self, Error> {
        let mut of_item = vec![Vec::new(); if groups.is_empty() { 0 } else { self.n_items() }];
        let mut kept = Vec::with_capacity(groups.len());
        for (number, group) in groups.iter().enumerate() {
            let mut members = group.clone();
            members.sort_unstable();
            members.dedup();
            if members.len() < 2 {
                let allowed = "at least two different items".to_owned();
                return Err(Error::Size { field: "enemies", value: members.len(), allowed });
            }
            for item in &members {
                known("item", *item, self.n_items())?;
                of_item[*item].push(u32::try_from(number).unwrap_or(u32::MAX));
            }
            kept.push(members.iter().map(|item| u32::try_from(*item).unwrap_or(0)).collect());
        }
        self.enemies = Enemies { groups: kept, of_item };
        self.fingerprint = self.computed_fingerprint();
        Ok(self)
    }

    /// The bank that offers each item to its share of the examinees only.
    ///
    /// # Errors
    /// `Size` for another number of shares, `OutOfRange` for one outside 0 to 1.
    pub fn with_chances(mut self, chances: Option<Vec<f64>>) -> Result<Self, Error> {
        if let Some(chances) = &chances {
            same_length("eligibility", chances.len(), self.n_items())?;
            for chance in chances {
                within("eligibility", *chance, (0.0, 1.0), "0 to 1")?;
            }
        }
        self.chances = chances;
        self.fingerprint = self.computed_fingerprint();
        Ok(self)
    }

    /// The items.
    #[must_use]
    pub fn items(&self) -> &[Binary] {
        &self.items
    }

    /// How many items.
    #[must_use]
    pub fn n_items(&self) -> usize {
        self.items.len()
    }

    /// The ability at which each item tells most.
    #[must_use]
    pub fn peaks(&self) -> &[f64] {
        &self.peaks
    }

    /// The areas.
    #[must_use]
    pub fn areas(&self) -> &Areas {
        &self.areas
    }

    /// The share of examinees that may get each item; `None` when all may get all.
    #[must_use]
    pub fn chances(&self) -> Option<&[f64]> {
        self.chances.as_deref()
    }

    /// Whether some items exclude others.
    #[must_use]
    pub fn has_enemies(&self) -> bool {
        !self.enemies.groups.is_empty()
    }

    /// The groups of mutual enemies, each in rising order.
    #[must_use]
    pub fn enemy_groups(&self) -> &[Vec<u32>] {
        &self.enemies.groups
    }

    /// The numbers of the enemy groups of `item`.
    #[must_use]
    pub fn groups_of(&self, item: usize) -> &[u32] {
        self.enemies.of_item.get(item).map_or(&[], Vec::as_slice)
    }

    /// A bit for each item, set for `items`: what [`Mask::blocked`] wants.
    #[must_use]
    pub fn bits(&self, items: &[usize]) -> Vec<u64> {
        let mut bits = vec![0; self.n_items().div_ceil(64)];
        for item in items {
            set(&mut bits, *item);
        }
        bits
    }

    /// Whether `item` is an enemy of one of `given`.
    #[must_use]
    pub fn excludes(&self, item: usize, given: &[usize]) -> bool {
        let holds =
            |group: &u32| given.iter().any(|other| self.groups_of(*other).contains(group));
        self.groups_of(item).iter().any(holds)
    }

    /// P(right) of `item` at the nodes of the grid.
    #[must_use]
    pub fn curve(&self, item: usize) -> &[f64; NODES] {
        self.curves[item].get_or_init(|| Box::new(Grid::default().curve(&self.items[item])))
    }

    /// The tables for expected gains, made when first asked for.
    #[must_use]
    pub fn tables(&self) -> &Tables {
        self.tables.get_or_init(|| Tables::new(&self.items))
    }

    /// A number that two banks share only when everything in them is the same.
    #[must_use]
    pub fn fingerprint(&self) -> u64 {
        self.fingerprint
    }

    /// The `wanted` items with the most information at `theta`, a finite number, that `mask`
    /// leaves; as a scan over the whole bank would find them.
    #[must_use]
    pub fn most_informative(&self, theta: f64, mask: &Mask, wanted: usize) -> Top {
        let mut top = Top::new(wanted);
        self.visit(theta, mask, &mut top);
        top
    }

    /// Offers to `keep` each item that `mask` leaves and that may tell more than its floor.
    pub fn visit(&self, theta: f64, mask: &Mask, keep: &mut impl Keep) {
        if mask.closed.is_empty() {
            let is_open = |item: usize| mask.lets_item(item);
            return self.index.visit(&self.items, theta, &is_open, keep);
        }
        let open = |area: &usize| !mask.closed[*area];
        let areas = (0..self.areas.count()).filter(open);
        let reach: usize = areas.clone().map(|area| self.areas.size(area) as usize).sum();
        if reach * SPARSE >= self.n_items() || self.by_area.is_empty() {
            let is_open =
                |item: usize| !mask.closed[self.areas.of(item)] && mask.lets_item(item);
            return self.index.visit(&self.items, theta, &is_open, keep);
        }
        for area in areas {
            let is_open = |item: usize| mask.lets_item(item);
            self.by_area[area].visit(&self.items, theta, &is_open, keep);
        }
    }

    fn computed_fingerprint(&self) -> u64 {
        let numbers = self.items.iter().flat_map(|item| [item.a, item.b, item.c, item.d]);
        let chances = self.chances.iter().flatten().copied();
        let groups = self.enemies.groups.iter().flat_map(|group| {
            std::iter::once(group.len() as u64).chain(group.iter().map(|item| u64::from(*item)))
        });
        let words = numbers.chain(chances).map(f64::to_bits);
        fnv(words.chain(self.areas.words()).chain(groups).flat_map(u64::to_le_bytes))
    }
}

impl Mask<'_> {
    /// Everything open.
    #[must_use]
    pub fn open() -> Self {
        Self { blocked: &[], closed: &[], draw: None }
    }

    /// Whether `item` may come, its area aside.
    #[must_use]
    pub fn lets_item(&self, item: usize) -> bool {
        let is_blocked =
            self.blocked.get(item / 64).is_some_and(|bits| bits >> (item % 64) & 1 == 1);
        !is_blocked && self.draw.is_none_or(|draw| draw.is_eligible(item))
    }

    /// Whether `item`, which lies in `area`, may come.
    #[must_use]
    pub fn lets(&self, item: usize, area: usize) -> bool {
        !self.closed.get(area).is_some_and(|closed| *closed) && self.lets_item(item)
    }
}

/// Sets the bit of `item`, if there is one.
pub(super) fn set(bits: &mut [u64], item: usize) {
    if let Some(word) = bits.get_mut(item / 64) {
        *word |= 1 << (item % 64);
    }
}

fn same_length(field: &'static str, value: usize, wanted: usize) -> Result<(), Error> {
    if value == wanted {
        return Ok(());
    }
    Err(Error::Size { field, value, allowed: format!("{wanted}, one for each item") })
}
