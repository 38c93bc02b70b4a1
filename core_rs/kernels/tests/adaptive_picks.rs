//! Picks from an item bank against a scan over every item: the same one, always.
#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use mangotree_kernels::cat::bank::{Bank, Mask};
use mangotree_kernels::cat::expected::{
    divergence, variance_gain, visit_divergences, visit_gains,
};
use mangotree_kernels::cat::exposure::Draw;
use mangotree_kernels::cat::index::{Top, is_better};
use mangotree_kernels::cat::quota::Areas;
use mangotree_kernels::cat::weighted::{
    discrimination, expected_information, likelihood, visit_discriminations,
    visit_expected_information, visit_information, weighted_information,
};
use mangotree_kernels::chance::Chance;
use mangotree_kernels::irt::model::Binary;
use mangotree_kernels::irt::score::{Grid, Posterior};

/// What kind of items a bank has.
#[derive(Clone, Copy, Debug)]
enum Kind {
    Rasch,
    OneShapeWithGuessing,
    ThreeSlopes,
    NearlyRasch,
    TwoParameters,
    ThreeParameters,
    FourParameters,
    Coarse,
    Steep,
}

const KINDS: [Kind; 9] = [
    Kind::Rasch,
    Kind::OneShapeWithGuessing,
    Kind::ThreeSlopes,
    Kind::NearlyRasch,
    Kind::TwoParameters,
    Kind::ThreeParameters,
    Kind::FourParameters,
    Kind::Coarse,
    Kind::Steep,
];

fn item(kind: Kind, chance: &mut Chance) -> Binary {
    let wild = (0.1 + 0.3 * chance.normal()).exp().clamp(0.05, 20.0);
    let b = (1.2 * chance.normal()).clamp(-20.0, 20.0);
    let c = 0.3 * chance.uniform();
    let tenths = |number: f64| (10.0 * number).round() / 10.0;
    let (a, b, c, d) = match kind {
        Kind::Rasch => (1.0, b, 0.0, 1.0),
        Kind::OneShapeWithGuessing => (1.3, b, 0.25, 1.0),
        Kind::ThreeSlopes => ([0.8, 1.0, 1.5][chance.below(3)], b, 0.0, 1.0),
        Kind::NearlyRasch => (1.0 + 1e-6 * chance.normal(), b, 0.0, 1.0),
        Kind::TwoParameters => (wild, b, 0.0, 1.0),
        Kind::ThreeParameters => (wild, b, c, 1.0),
        Kind::FourParameters => (wild, b, c, 1.0 - 0.2 * chance.uniform()),
        // Equal items, so that ties are common.
        Kind::Coarse => (tenths(wild) + 0.1, b.round(), tenths(c), 1.0),
        Kind::Steep => (5.0 + 15.0 * chance.uniform(), 3.0 * b, 3.0 * c, 0.95),
    };
    Binary::new(a, b.clamp(-20.0, 20.0), c, d).unwrap()
}

fn bank(kind: Kind, n_items: usize, n_areas: usize, chance: &mut Chance) -> Bank {
    let items = (0..n_items).map(|_| item(kind, chance)).collect();
    let bank = Bank::new(items).unwrap();
    if n_areas == 0 {
        return bank;
    }
    let of_item: Vec<usize> = (0..n_items).map(|_| chance.below(n_areas + 1)).collect();
    bank.with_areas(Areas::new(&vec![0; n_areas], &of_item).unwrap()).unwrap()
}

fn theta(chance: &mut Chance) -> f64 {
    match chance.below(20) {
        0 => 1e300 * (chance.uniform() - 0.5),
        1..=3 => 40.0 * (chance.uniform() - 0.5),
        4..=6 => 3.5 * (chance.uniform() - 0.5).signum(),
        // On the edge of a bin.
        7 => f64::from(u32::try_from(chance.below(96)).unwrap()) / 8.0 - 6.0,
        _ => 1.5 * chance.normal(),
    }
}

fn scan(value: impl Fn(usize) -> f64, open: &[usize], wanted: usize) -> Vec<(f64, usize)> {
    let mut all: Vec<(f64, usize)> = open.iter().map(|item| (value(*item), *item)).collect();
    all.sort_by(|one, two| {
        if is_better(*one, *two) {
            std::cmp::Ordering::Less
        } else {
            std::cmp::Ordering::Greater
        }
    });
    all.truncate(wanted);
    all
}

struct Case {
    blocked: Vec<u64>,
    closed: Vec<bool>,
    chances: Option<Vec<f64>>,
    seed: u64,
    wanted: usize,
}

impl Case {
    fn new(bank: &Bank, chance: &mut Chance) -> Self {
        let (n_items, n_areas) = (bank.n_items(), bank.areas().count());
        let share = [0.0, 0.05, 0.5, 0.97][chance.below(4)];
        let mut blocked = vec![0; n_items.div_ceil(64)];
        for item in 0..n_items {
            blocked[item / 64] |= u64::from(chance.uniform() < share) << (item % 64);
        }
        let open = [0.2, 0.6, 0.95][chance.below(3)];
        let closed = (0..n_areas).map(|_| chance.uniform() > open).collect();
        let chances = (0..n_items).map(|_| chance.uniform().max(0.2)).collect();
        Self {
            blocked: if chance.below(4) == 0 { vec![] } else { blocked },
            closed: if chance.below(2) == 0 { vec![] } else { closed },
            chances: (chance.below(3) == 0).then_some(chances),
            seed: chance.next_u64(),
            wanted: [1, 1, 1, 3, 20][chance.below(5)],
        }
    }

    fn mask(&self) -> Mask<'_> {
        let draw = self.chances.as_ref().map(|chances| Draw::new(chances, self.seed, 3));
        Mask { blocked: &self.blocked, closed: &self.closed, draw }
    }

    fn open(&self, bank: &Bank) -> Vec<usize> {
        let mask = self.mask();
        let lets = |item: &usize| mask.lets(*item, bank.areas().of(*item));
        (0..bank.n_items()).filter(lets).collect()
    }
}

/// `cases` picks from each of `banks` banks.
fn picks_equal_scans(banks: usize, cases: usize, sizes: &[usize], chance: &mut Chance) {
    for number in 0..banks {
        let kind = KINDS[number % KINDS.len()];
        let most = sizes[chance.below(sizes.len())];
        let size = 1 + chance.below(most);
        let n_areas = [0, 3, 12][chance.below(3)];
        let bank = bank(kind, size, n_areas, chance);
        for _ in 0..cases {
            let (theta, case) = (theta(chance), Case::new(&bank, chance));
            let found = bank.most_informative(theta, &case.mask(), case.wanted);
            let value = |item: usize| bank.items()[item].information(theta);
            let wanted = scan(value, &case.open(&bank), case.wanted);
            assert_eq!(found.entries(), wanted, "{kind:?} {size} items at {theta}");
        }
    }
}

#[test]
fn a_hundred_thousand_picks_are_those_of_a_scan() {
    picks_equal_scans(1000, 97, &[1, 12, 60, 150], &mut Chance::new(11));
    picks_equal_scans(36, 84, &[600, 1500], &mut Chance::new(12)); // lists end before the bank
}

#[test]
fn the_largest_expected_gains_are_those_of_a_scan() {
    let mut chance = Chance::new(13);
    for number in 0..90 {
        let kind = KINDS[number % KINDS.len()];
        let most = [5, 60, 200, 1500][chance.below(4)];
        let size = 1 + chance.below(most);
        let bank = bank(kind, size, 3, &mut chance);
        let grid = Grid::default();
        let mut posterior = Posterior::normal(grid, chance.normal(), 1.0).unwrap();
        for _ in 0..chance.below(30) {
            let answered = item(kind, &mut chance);
            posterior.update(&grid.curve(&answered), chance.below(2) == 0);
        }
        let (case, (theta, _)) = (Case::new(&bank, &mut chance), posterior.eap_sd());
        let (mut gains, mut apart) = (Top::new(case.wanted), Top::new(case.wanted));
        visit_gains(&bank, &posterior, &case.mask(), &mut gains);
        visit_divergences(&bank, &posterior, theta, &case.mask(), &mut apart);
        let gain = |item: usize| variance_gain(&bank.items()[item], &posterior);
        let other = |item: usize| divergence(&bank.items()[item], &posterior, theta);
        let open = case.open(&bank);
        assert_eq!(gains.entries(), scan(gain, &open, case.wanted), "{kind:?}");
        assert_eq!(apart.entries(), scan(other, &open, case.wanted), "{kind:?}");
    }
}

#[test]
fn the_largest_weighted_gains_are_those_of_a_scan() {
    let mut chance = Chance::new(14);
    for number in 0..90 {
        let kind = KINDS[number % KINDS.len()];
        let most = [5, 60, 200][chance.below(3)];
        let size = 1 + chance.below(most);
        let bank = bank(kind, size, 3, &mut chance);
        let answers: Vec<(usize, bool)> =
            (0..chance.below(30)).map(|_| (chance.below(size), chance.below(2) == 0)).collect();
        let mut posterior =
            Posterior::normal(Grid::default(), chance.normal().clamp(-5.0, 5.0), 1.0).unwrap();
        for (item, is_right) in &answers {
            posterior.update(bank.curve(*item), *is_right);
        }
        if number % 2 == 0 {
            posterior = likelihood(&bank, &answers);
        }
        let (case, (theta, _)) = (Case::new(&bank, &mut chance), posterior.eap_sd());
        let (mask, open) = (case.mask(), case.open(&bank));
        let mut tops = [Top::new(case.wanted); 3];
        visit_information(&bank, &posterior, &mask, &mut tops[0]);
        visit_discriminations(&bank, &posterior, &mask, &mut tops[1]);
        visit_expected_information(&bank, &posterior, theta, &mask, &mut tops[2]);
        let items = bank.items();
        let told = |item: usize| weighted_information(&items[item], &posterior);
        assert_eq!(tops[0].entries(), scan(told, &open, case.wanted), "{kind:?}");
        let spread = |item: usize| discrimination(&items[item], &posterior);
        assert_eq!(tops[1].entries(), scan(spread, &open, case.wanted), "{kind:?}");
        let hoped = |item: usize| expected_information(&items[item], &posterior, theta);
        assert_eq!(tops[2].entries(), scan(hoped, &open, case.wanted), "{kind:?}");
    }
}

#[test]
fn a_bank_is_refused_with_what_is_wrong() {
    assert!(Bank::new(vec![]).is_err());
    assert!(Bank::new(vec![Binary { a: f64::NAN, b: 0.0, c: 0.0, d: 1.0 }]).is_err());
    let even = Binary::new(1.0, 0.0, 0.0, 1.0).unwrap();
    let bank = || Bank::new(vec![even; 3]).unwrap();
    assert!(bank().with_areas(Areas::whole(2)).is_err());
    assert!(bank().with_enemies(&[vec![0, 3]]).is_err());
    assert!(bank().with_enemies(&[vec![1, 1]]).is_err());
    assert!(bank().with_chances(Some(vec![0.5, 0.5])).is_err());
    assert!(bank().with_chances(Some(vec![0.5, 0.5, f64::NAN])).is_err());
    assert!(Areas::new(&[0, 2], &[1]).is_err() && Areas::new(&[0], &[2]).is_err());
}

#[test]
fn two_banks_that_differ_anywhere_have_different_fingerprints() {
    let items = [-1.0, 0.0, 1.0].map(|b| Binary::new(1.0, b, 0.0, 1.0).unwrap()).to_vec();
    let bank = || Bank::new(items.clone()).unwrap();
    let areas = |of: &[usize]| bank().with_areas(Areas::new(&[0, 0], of).unwrap()).unwrap();
    let mut prints = vec![
        bank().fingerprint(),
        areas(&[1, 1, 2]).fingerprint(),
        areas(&[1, 2, 2]).fingerprint(),
        bank().with_enemies(&[vec![0, 1]]).unwrap().fingerprint(),
        bank().with_enemies(&[vec![0, 2]]).unwrap().fingerprint(),
        bank().with_chances(Some(vec![0.5; 3])).unwrap().fingerprint(),
        Bank::new(items[..2].to_vec()).unwrap().fingerprint(),
    ];
    prints.sort_unstable();
    prints.dedup();
    assert_eq!(prints.len(), 7);
}
