//! Adaptive tests from start to stop: quotas, enemies, exposure, saved bytes, threads.
#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::sync::Arc;

use mangotree_kernels::cat::bank::Bank;
use mangotree_kernels::cat::design::{Decision, Design, Done, Rule, Stop};
use mangotree_kernels::cat::exposure::limited;
use mangotree_kernels::cat::quota::{Areas, Quota, Tally};
use mangotree_kernels::cat::reasons::Pick;
use mangotree_kernels::cat::session::Session;
use mangotree_kernels::cat::shadow::shadow;
use mangotree_kernels::cat::simulate::{Crowd, simulate};
use mangotree_kernels::chance::Chance;
use mangotree_kernels::irt::model::Binary;

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

fn items(n_items: usize, chance: &mut Chance) -> Vec<Binary> {
    let item = |chance: &mut Chance| {
        let (a, b) = ((0.1 + 0.3 * chance.normal()).exp(), 1.2 * chance.normal());
        Binary::new(a, b, 0.2 * chance.uniform(), 1.0).unwrap()
    };
    (0..n_items).map(|_| item(chance)).collect()
}

/// Items in areas 2, 3 (inside 1) and 4.
fn bank(n_items: usize, chance: &mut Chance) -> Bank {
    let of_item: Vec<usize> = (0..n_items).map(|item| 2 + item % 3).collect();
    let areas = Areas::new(&[0, 1, 1, 0], &of_item).unwrap();
    Bank::new(items(n_items, chance)).unwrap().with_areas(areas).unwrap()
}

fn stop(max: u32, se: f64) -> Stop {
    Stop { min: 0, max, se, cuts: vec![], decision: Decision::Belief { confidence: 0.95 } }
}

fn quotas() -> Vec<Quota> {
    let quota = |area, least, most| Quota { area, least, most };
    vec![quota(1, 6, 8), quota(2, 3, 5), quota(4, 2, 4)]
}

fn design(bank: &Bank, rule: (Rule, usize), stop: Stop, quotas: Vec<Quota>) -> Arc<Design> {
    Arc::new(Design::new(bank, (0.0, 1.0), rule, stop, quotas).unwrap())
}

/// Answers until the test is over and gives the picks.
fn answered(test: &mut Session, theta: f64, chance: &mut Chance) -> Vec<Pick> {
    let mut picks = Vec::new();
    while let Some(pick) = test.next() {
        let p = test.bank().items()[pick.item].p(theta);
        test.answer(pick.item, chance.uniform() < p).unwrap();
        picks.push(pick);
    }
    picks
}

fn reason(pick: &Pick, code: &str) -> Option<f64> {
    pick.reasons.iter().find(|(name, _)| *name == code).map(|(_, number)| *number)
}

#[test]
fn no_item_comes_twice_and_quotas_hold_under_every_rule() {
    let mut chance = Chance::new(21);
    let plain = bank(60, &mut chance);
    let groups: Vec<Vec<usize>> = (0..8).map(|at| vec![3 * at, 3 * at + 4, 59 - at]).collect();
    let shares = (0..60).map(|_| 0.3 + 0.7 * chance.uniform()).collect();
    let spared = plain.clone().with_chances(Some(shares)).unwrap();
    let hostile = plain.clone().with_enemies(&groups).unwrap();
    for bank in [plain, spared, hostile] {
        let bank = Arc::new(bank);
        for (number, rule) in RULES.into_iter().cycle().take(44).enumerate() {
            let design = design(&bank, (rule, 1 + number % 4), stop(12, 0.0), quotas());
            let mut test = Session::start(Arc::clone(&bank), design, 3, number as u64);
            let picks = answered(&mut test, chance.normal(), &mut chance);
            assert_eq!((picks.len(), test.done(), test.owed()), (12, Some(Done::Length), 0));
            let mut given: Vec<usize> = picks.iter().map(|pick| pick.item).collect();
            let count = |areas: &[usize]| {
                given.iter().filter(|item| areas.contains(&bank.areas().of(**item))).count()
            };
            assert!((6..=8).contains(&count(&[2, 3])) && (3..=5).contains(&count(&[2])));
            assert!((2..=4).contains(&count(&[4])));
            for group in bank.enemy_groups() {
                let comes = |item: &&u32| given.contains(&(**item as usize));
                assert!(group.iter().filter(comes).count() < 2);
            }
            given.sort_unstable();
            given.dedup();
            assert_eq!(given.len(), 12, "an item came twice");
            for pick in picks {
                assert!(pick.propensity > 0.0 && pick.propensity <= 1.0, "{pick:?}");
            }
        }
    }
}

#[test]
fn the_pick_under_quotas_is_the_first_of_the_best_whole_test() {
    let mut chance = Chance::new(22);
    let bank = Arc::new(bank(90, &mut chance));
    let design = design(&bank, (Rule::Information, 1), stop(12, 0.0), quotas());
    for number in 0..30 {
        let mut test = Session::start(Arc::clone(&bank), Arc::clone(&design), 3, number);
        let mut tally = Tally::new(bank.areas(), &quotas(), 12).unwrap();
        while let Some(item) = test.pending() {
            let is_open = |item: usize| !test.answers().iter().any(|(given, _)| *given == item);
            let whole = shadow(&bank, test.theta(), &tally, &is_open).unwrap();
            assert_eq!(whole.items[0], item);
            tally.take(bank.areas(), bank.areas().of(item));
            test.answer(item, chance.below(2) == 0).unwrap();
        }
    }
}

#[test]
fn another_item_than_the_one_that_comes_next_is_refused() {
    let bank = Arc::new(bank(9, &mut Chance::new(23)));
    let design = design(&bank, (Rule::Information, 1), stop(2, 0.0), vec![]);
    let mut test = Session::start(Arc::clone(&bank), design, 0, 0);
    let first = test.next().unwrap();
    assert_eq!(test.next().unwrap(), first, "asking again goes on");
    let told = test.answer((first.item + 1) % 9, true).unwrap_err().to_string();
    assert!(told.contains("the item that comes next"), "{told}");
    assert_eq!(test.next().unwrap(), first);
    test.answer(first.item, true).unwrap();
    assert!(test.take(first.item, true).is_err() && test.take(9, true).is_err());
    let second = test.next().unwrap().item;
    test.answer(second, true).unwrap();
    assert_eq!((test.next(), test.done()), (None, Some(Done::Length)));
    assert!(test.answer(5, true).unwrap_err().to_string().contains("over"));
}

#[test]
fn a_test_ends_when_the_bank_is_used_up() {
    let bank = Arc::new(bank(3, &mut Chance::new(24)).with_enemies(&[vec![0, 1]]).unwrap());
    let design = design(&bank, (Rule::Information, 1), stop(3, 0.0), vec![]);
    let mut test = Session::start(bank, design, 0, 0);
    assert_eq!(answered(&mut test, 0.0, &mut Chance::new(1)).len(), 2);
    assert_eq!(test.done(), Some(Done::Exhausted));
}

#[test]
fn reasons_tell_start_areas_exposure_and_chance() {
    let mut chance = Chance::new(25);
    let shares = (0..60).map(|_| 0.3 + 0.6 * chance.uniform()).collect();
    let bank = Arc::new(bank(60, &mut chance).with_chances(Some(shares)).unwrap());
    let design = design(&bank, (Rule::Variance, 3), stop(12, 0.0), quotas());
    let mut test = Session::start(Arc::clone(&bank), design, 3, 5);
    let picks = answered(&mut test, 0.4, &mut chance);
    assert!(reason(&picks[0], "START").unwrap().abs() < 1e-15);
    assert!(picks[1..].iter().all(|pick| reason(pick, "START").is_none()));
    let all = |code| picks.iter().all(|pick| reason(pick, code).is_some());
    assert!(all("INFORMATION") && all("EXPECTED_VARIANCE") && all("EXPOSURE"));
    assert!(picks.iter().any(|pick| reason(pick, "RANDOMESQUE") == Some(3.0)));
    let told = |pick: &Pick| {
        reason(pick, "AREA_MINIMUM").is_some() || reason(pick, "AREA_MAXIMUM").is_some()
    };
    assert!(picks.iter().any(told));
}

#[test]
fn the_propensity_of_a_first_pick_is_how_often_it_comes() {
    let mut chance = Chance::new(26);
    let shares: Vec<f64> = (0..12).map(|_| 0.2 + 0.6 * chance.uniform()).collect();
    let bank = Arc::new(bank(12, &mut chance).with_chances(Some(shares)).unwrap());
    let design = design(&bank, (Rule::Information, 2), stop(1, 0.0), vec![]);
    let (mut counts, mut told) = ([0_u32; 12], [0.0; 12]);
    for number in 0..20_000 {
        let mut test = Session::start(Arc::clone(&bank), Arc::clone(&design), 8, number);
        let pick = test.next().unwrap();
        if reason(&pick, "EXPOSURE_LIFTED").is_none() {
            counts[pick.item] += 1;
            told[pick.item] = pick.propensity;
        }
    }
    for (count, told) in counts.iter().zip(told) {
        let rate = f64::from(*count) / 20_000.0;
        assert!((rate - told).abs() < 0.012, "{rate} {told}");
    }
}

#[test]
fn tests_stop_by_precision_and_by_class_but_not_before_their_least_length() {
    let mut chance = Chance::new(27);
    let bank = Arc::new(bank(300, &mut chance));
    let ratio = Decision::Ratio { zone: 0.3, error: 0.05 };
    for decision in [Decision::Belief { confidence: 0.95 }, ratio] {
        let (mut right, mut answers) = (0, 0);
        for number in 0..200 {
            let stop = Stop { min: 4, max: 60, se: 0.0, cuts: vec![-0.5, 0.5], decision };
            let design = design(&bank, (Rule::Information, 1), stop, vec![]);
            let theta = chance.normal();
            let mut test = Session::start(Arc::clone(&bank), design, 1, number);
            answers += answered(&mut test, theta, &mut chance).len();
            assert!(test.answers().len() >= 4);
            let class = usize::from(theta > -0.5) + usize::from(theta > 0.5);
            right += usize::from(test.class() == class);
        }
        assert!(right > 160 && answers < 200 * 45, "{decision:?}: {right} right, {answers}");
    }
    let design = design(&bank, (Rule::Information, 1), stop(60, 0.35), vec![]);
    let mut test = Session::start(bank, design, 1, 0);
    answered(&mut test, 0.0, &mut chance);
    assert_eq!(test.done(), Some(Done::Precision));
    assert!(test.se() <= 0.35);
}

#[test]
fn a_saved_session_goes_on_bit_for_bit() {
    let mut chance = Chance::new(28);
    let shares = (0..90).map(|_| 0.4 + 0.6 * chance.uniform()).collect();
    let bank = Arc::new(bank(90, &mut chance).with_chances(Some(shares)).unwrap());
    let decision = Decision::Ratio { zone: 0.2, error: 0.1 };
    for (number, rule) in RULES.into_iter().enumerate() {
        let stop = Stop { min: 3, max: 30, se: 0.2, cuts: vec![0.3], decision };
        let design = design(&bank, (rule, 3), stop, vec![Quota { area: 2, least: 2, most: 9 }]);
        let mut test = Session::start(Arc::clone(&bank), design, u64::MAX, number as u64);
        loop {
            let bytes = test.to_bytes();
            let mut other = Session::from_bytes(Arc::clone(&bank), &bytes).unwrap();
            assert_eq!(other.to_bytes(), bytes);
            let bits = |test: &Session| (test.theta().to_bits(), test.se().to_bits());
            assert_eq!(bits(&other), bits(&test));
            assert_eq!(other.posterior(), test.posterior());
            assert_eq!(other.next(), test.next());
            let Some(pick) = test.next() else { break };
            test.answer(pick.item, chance.below(2) == 0).unwrap();
        }
    }
}

#[test]
fn the_largest_session_takes_less_than_1000_bytes() {
    let item = Binary::new(1.0, 0.0, 0.0, 1.0).unwrap();
    let of_item: Vec<usize> = (0..1_000_000).map(|item| 970 + item % 30).collect();
    let areas = Areas::new(&[0; 999], &of_item).unwrap();
    let bank = Arc::new(Bank::new(vec![item; 1_000_000]).unwrap().with_areas(areas).unwrap());
    let quota = |area| Quota { area, least: 0, most: 200 };
    let cuts = (-4..4).map(f64::from).collect();
    let decision = Decision::Ratio { zone: 0.01, error: 1e-4 };
    let stop = Stop { min: 200, max: 200, se: 0.0, cuts, decision };
    let design = design(&bank, (Rule::Information, 20), stop, (970..1000).map(quota).collect());
    let mut test = Session::start(bank, design, u64::MAX, u64::MAX);
    (0..200).for_each(|answer| test.take(999_999 - answer, true).unwrap());
    assert!(test.to_bytes().len() < 1000, "{}", test.to_bytes().len());
}

#[test]
fn any_bytes_give_a_session_or_an_error() {
    let mut chance = Chance::new(29);
    let bank = Arc::new(bank(90, &mut chance));
    let stop = Stop { min: 3, max: 30, se: 0.1, cuts: vec![0.3], ..stop(30, 0.1) };
    let design = design(&bank, (Rule::Information, 2), stop, quotas());
    let mut test = Session::start(Arc::clone(&bank), design, 5, 6);
    for _ in 0..8 {
        let item = test.pending().unwrap();
        test.answer(item, chance.below(2) == 0).unwrap();
    }
    let whole = test.to_bytes();
    let (mut accepted, body) = (0, whole.len() - 8);
    for round in 0..20_000 {
        let mut bytes = whole.clone();
        for _ in 0..=chance.below(3) {
            let place = chance.below(body);
            bytes[place] ^= chance.next_u64().to_le_bytes()[0];
        }
        if round % 5 == 0 {
            bytes.truncate(chance.below(body));
            bytes.extend((0..chance.below(40)).map(|_| chance.next_u64().to_le_bytes()[0]));
        } else {
            bytes.truncate(body);
        }
        if round % 7 != 0 {
            // With a fitting check sum, so that the parser behind it is reached.
            let check = bytes.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
                (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
            });
            bytes.extend(check.to_le_bytes());
        }
        if let Ok(mut other) = Session::from_bytes(Arc::clone(&bank), &bytes) {
            accepted += 1;
            let before = other.answers().len();
            if accepted % 20 == 0 {
                answered(&mut other, 0.0, &mut chance);
            }
            let mut given: Vec<usize> = other.answers().iter().map(|(item, _)| *item).collect();
            given.sort_unstable();
            given.dedup();
            assert!(given.len() == other.answers().len() && given.len() >= before);
        }
    }
    assert!(accepted > 100, "the parser was not reached: {accepted}");
}

#[test]
fn a_session_over_another_bank_is_refused() {
    let mut chance = Chance::new(30);
    let (bank, other) = (Arc::new(bank(9, &mut chance)), Arc::new(bank(9, &mut chance)));
    let design = design(&bank, (Rule::Information, 1), stop(2, 0.0), vec![]);
    let bytes = Session::start(bank, design, 0, 0).to_bytes();
    let told = Session::from_bytes(other, &bytes).unwrap_err().to_string();
    assert!(told.contains("fingerprint"), "{told}");
}

#[test]
fn any_number_of_threads_gives_the_same_tests() {
    let mut chance = Chance::new(31);
    let shares = (0..90).map(|_| 0.4 + 0.6 * chance.uniform()).collect();
    let bank = bank(90, &mut chance).with_chances(Some(shares)).unwrap();
    let design = design(&bank, (Rule::Information, 3), stop(9, 0.3), quotas()[1..].to_vec());
    let thetas: Vec<f64> = (0..101).map(|_| chance.normal()).collect();
    let run = |threads| simulate(&bank, &design, &Crowd { thetas: &thetas, seed: 4, threads });
    let one = run(1).unwrap();
    assert_eq!(one.lengths.len(), 101);
    for threads in [2, 3, 7, 64] {
        assert_eq!(run(threads).unwrap(), one);
    }
    assert!(run(0).is_err() && run(65).is_err());
}

#[test]
fn exposure_stays_below_its_limit() {
    let mut chance = Chance::new(32);
    let bank = Bank::new(items(200, &mut chance)).unwrap();
    let design = design(&bank, (Rule::Information, 1), stop(10, 0.0), vec![]);
    let thetas: Vec<f64> = (0..640).map(|_| chance.normal()).collect();
    let crowd = Crowd { thetas: &thetas, seed: 4, threads: 1 };
    let highest = |bank: &Bank, crowd: &Crowd| {
        let rates = simulate(bank, &design, crowd).unwrap().exposure(200);
        rates.into_iter().fold(0.0, f64::max)
    };
    assert!(highest(&bank, &crowd) >= 1.0); // everyone starts alike
    let spared = limited(&bank, &design, &crowd, 0.25, 20).unwrap();
    let fresh = Crowd { seed: 99, ..crowd };
    assert!(highest(&spared, &fresh) < 0.30, "{}", highest(&spared, &fresh));
    assert!(limited(&bank, &design, &crowd, 0.0, 20).is_err());
}

#[test]
fn designs_that_cannot_be_are_refused() {
    let bank = bank(9, &mut Chance::new(33));
    let made = |prior, rule, stop, quotas| Design::new(&bank, prior, rule, stop, quotas);
    let (prior, rule) = ((0.0, 1.0), (Rule::Information, 1));
    assert!(made((f64::NAN, 1.0), rule, stop(5, 0.0), vec![]).is_err());
    assert!(made((0.0, 0.0), rule, stop(5, 0.0), vec![]).is_err());
    assert!(made(prior, (Rule::Peak, 0), stop(5, 0.0), vec![]).is_err());
    assert!(made(prior, (Rule::Peak, 21), stop(5, 0.0), vec![]).is_err());
    assert!(made(prior, rule, stop(0, 0.0), vec![]).is_err());
    assert!(made(prior, rule, stop(201, 0.0), vec![]).is_err());
    assert!(made(prior, rule, stop(5, f64::NAN), vec![]).is_err());
    assert!(made(prior, rule, Stop { min: 6, ..stop(5, 0.0) }, vec![]).is_err());
    assert!(made(prior, rule, Stop { cuts: vec![1.0, 0.0], ..stop(5, 0.0) }, vec![]).is_err());
    let sure = Decision::Belief { confidence: 1.0 };
    assert!(made(prior, rule, Stop { decision: sure, ..stop(5, 0.0) }, vec![]).is_err());
    let twice = Quota { area: 2, least: 9, most: 9 };
    assert!(made(prior, rule, stop(5, 0.0), vec![twice]).is_err());
}
