//! Scores of published patterns, and of patterns that no sensible learner gives.

use super::*;
use crate::chance::Chance;
use crate::irt::bank::Item;
use crate::irt::model::Binary;
use crate::irt::polytomous::{Graded, PartialCredit};

const METHODS: [Method; 5] =
    [Method::Eap, Method::Map, Method::Wle, Method::Mle, Method::Jeffreys];

fn score(bank: &Bank, method: Method, answers: &[usize]) -> Estimate {
    let answers: Vec<Option<usize>> = answers.iter().copied().map(Some).collect();
    Scorer::new(bank, &Options { method, ..Options::default() }).unwrap().score(&answers)
}

/// The 2PL estimates that R mirt 1.x gives for LSAT section 7 (Bock & Lieberman 1970).
fn lsat7() -> Bank {
    let items = [
        (0.98755, -1.87926),
        (1.08084, -0.74754),
        (1.70748, -1.05724),
        (0.76499, -0.63530),
        (0.73567, -2.52076),
    ];
    let item = |(a, b)| Item::Binary(Binary::new(a, b, 0.0, 1.0).unwrap());
    Bank::new(items.map(item).to_vec()).unwrap()
}

#[test]
fn patterns_of_lsat_7_score_as_in_r_mirt() {
    let bank = lsat7();
    for (answers, method, theta) in [
        ([0, 0, 0, 0, 0], Method::Eap, -1.86978),
        ([0, 0, 0, 0, 0], Method::Map, -1.81639),
        ([0, 0, 0, 0, 0], Method::Wle, -4.1371),
        ([0, 0, 0, 0, 1], Method::Eap, -1.52726),
        ([0, 0, 0, 0, 1], Method::Map, -1.49464),
        ([0, 0, 0, 0, 1], Method::Wle, -2.59983),
    ] {
        let found = score(&bank, method, &answers);
        assert!((found.theta - theta).abs() < 5e-5, "{method:?} {found:?}");
        assert_eq!(found.flags, 0);
    }
}

#[test]
fn a_pattern_without_a_peak_ends_at_a_bound_and_says_so() {
    let low = score(&lsat7(), Method::Mle, &[0; 5]);
    assert_eq!((low.theta, low.flags), (-6.0, AT_LOW));
    let high = score(&lsat7(), Method::Mle, &[1; 5]);
    assert_eq!((high.theta, high.flags), (6.0, AT_HIGH));
    assert!(low.se.is_finite() && high.se.is_finite());
}

#[test]
fn without_answers_the_prior_comes_back_or_nothing_does() {
    for method in METHODS {
        let scorer_options = Options { method, prior: (0.4, 0.9), ..Options::default() };
        let bank = lsat7();
        let found = Scorer::new(&bank, &scorer_options).unwrap().score(&[None; 5]);
        assert_ne!(found.flags & NO_ANSWERS, 0);
        if matches!(method, Method::Eap | Method::Map) {
            assert!((found.theta - 0.4).abs() < 1e-8 && (found.se - 0.9).abs() < 1e-7);
        } else {
            assert!(found.theta.is_nan() && found.se.is_infinite());
        }
    }
}

#[test]
fn answers_beyond_the_bank_are_not_counted() {
    let scorer_bank = lsat7();
    let scorer = Scorer::new(&scorer_bank, &Options::default()).unwrap();
    let plain = scorer.score(&[Some(1), None, Some(0)]);
    assert_eq!(plain, scorer.score(&[Some(1), Some(2), Some(0), None, None, Some(1)]));
}

#[test]
fn every_score_of_every_bank_is_finite_or_flagged() {
    let mut chance = Chance::new(11);
    for _ in 0..60 {
        let count = 1 + chance.below(12);
        let items: Vec<Item> = (0..count).map(|_| any_item(&mut chance)).collect();
        let bank = Bank::new(items).unwrap();
        for method in METHODS {
            let scorer = Scorer::new(&bank, &Options { method, ..Options::default() }).unwrap();
            let answer = |item: &Item, chance: &mut Chance| {
                (chance.below(9) > 0).then(|| chance.below(item.categories()))
            };
            let answers: Vec<_> =
                bank.items().iter().map(|item| answer(item, &mut chance)).collect();
            let found = scorer.score(&answers);
            let is_flagged = found.flags & (FLAT | NO_ANSWERS) != 0;
            assert!(is_flagged || found.se.is_finite(), "{method:?} {found:?} {bank:?}");
            assert!(is_flagged || (-6.0..=6.0).contains(&found.theta), "{method:?} {found:?}");
        }
    }
}

#[test]
fn a_found_peak_is_one() {
    let mut chance = Chance::new(12);
    for _ in 0..60 {
        let items: Vec<Item> = (0..8).map(|_| any_item(&mut chance)).collect();
        let answers: Vec<(usize, usize)> = items
            .iter()
            .enumerate()
            .map(|(at, item)| (at, chance.below(item.categories())))
            .collect();
        let bank = Bank::new(items).unwrap();
        let options = Options { method: Method::Map, ..Options::default() };
        let scorer = Scorer::new(&bank, &options).unwrap();
        let columns: Vec<_> = answers.iter().map(|(_, category)| Some(*category)).collect();
        let found = scorer.score(&columns);
        let pull = |theta: f64| scorer.pull(&scorer.lean(&answers, theta), theta);
        if found.flags == 0 {
            let (below, above) = (pull(found.theta - 1e-7), pull(found.theta + 1e-7));
            assert!(below >= 0.0 && above <= 0.0, "{found:?} {below} {above}");
        }
    }
}

fn any_item(chance: &mut Chance) -> Item {
    let a = (2.0 * chance.normal()).exp().clamp(1e-3, 20.0);
    let b = (3.0 * chance.normal()).clamp(-20.0, 20.0);
    match chance.below(4) {
        0 => Item::Binary(Binary::new(a, b, 0.0, 1.0).unwrap()),
        1 => Item::Binary(Binary::new(a, b, 0.25, 0.95).unwrap()),
        2 => Item::Graded(Graded::new(a, &[b.min(18.0), b.min(18.0) + 0.5, 19.0]).unwrap()),
        _ => Item::PartialCredit(PartialCredit::new(a, &[b, -b, 0.3]).unwrap()),
    }
}
