//! A class with a stack: its predictions, what is handed over, its bytes, and refusals.

use super::*;
use crate::bkt::Bkt;
use crate::chance::Chance;
use crate::domain::Domain;
use crate::logistic::{CODES, Weights};
use crate::plan::{Course, Overrides, Rules};
use crate::stack::catalogue::Catalogue;
use crate::stack::fit::fit;
use crate::stack::log::Log;

const ITEM_SKILLS: [&[usize]; 5] = [&[0], &[0], &[1], &[1, 2], &[2]];

fn lists(item_skills: &[&[usize]]) -> Vec<Vec<usize>> {
    item_skills.iter().map(|skills| skills.to_vec()).collect()
}

/// A stack of items 0 to 4, fitted with response times and hints to a log by `seed`.
fn stack(seed: u64) -> Arc<Stack> {
    let mut chance = Chance::new(seed);
    let learners: Vec<usize> = (0..900).map(|row| row / 30).collect();
    let items: Vec<usize> = (0..900).map(|_| chance.below(5)).collect();
    let right = |item: &usize, draw: f64| draw < [0.9, 0.7, 0.5, 0.4, 0.2][*item];
    let rights: Vec<bool> = items.iter().map(|item| right(item, chance.uniform())).collect();
    let pace_s: Vec<f64> = items.iter().map(|_| 2.0 + 9.0 * chance.uniform()).collect();
    let hints: Vec<f64> = items.iter().map(|_| f64::from(chance.uniform() < 0.2)).collect();
    let log = Log {
        learners: &learners,
        items: &items,
        rights: &rights,
        pace_s: &pace_s,
        hints: &hints,
        times_s: &[],
    };
    Arc::new(fit(Catalogue::new(3, &lists(&ITEM_SKILLS)).unwrap(), &log).unwrap().stack)
}

/// A class whose skill 0 is the stack's 2 and the other way round, and whose items are the
/// stack's 4, 0, 1 and 3; its skill 3 has no item.
fn class(learners: usize) -> Tracer {
    let skill = Bkt::new(0.3, 0.1, 0.002, 0.2, 0.1).unwrap();
    let items = lists(&[&[0], &[2], &[2], &[0, 1]]);
    let domain = Domain::new(vec![skill; 4], &vec![vec![]; 4], &items, vec![0.0; 4]).unwrap();
    let mut class =
        Tracer::new(domain, Weights::from_named(CODES.map(|code| (code, 0.3))).unwrap());
    class.add_learners(learners);
    class
}

const ITEMS: [usize; 4] = [4, 0, 1, 3];
const SKILLS: [Option<usize>; 4] = [Some(2), Some(1), Some(0), None];

fn outcome(chance: &mut Chance) -> Outcome {
    Outcome { is_right: chance.uniform() < 0.6, pace_s: f64::NAN, hints: f64::NAN }
}

/// `count` answers of learners 0 and 1 in turn.
fn work(class: &mut Tracer, chance: &mut Chance, count: usize) {
    for turn in 0..count {
        class.trace(turn % 2, chance.below(4), outcome(chance)).unwrap();
    }
}

#[test]
fn a_class_with_a_stack_predicts_what_the_stack_alone_predicts() {
    let (stack, mut class, mut chance) = (stack(1), class(1), Chance::new(2));
    class.use_stack(Arc::clone(&stack), &Places::new(&ITEMS, &SKILLS)).unwrap();
    let mut who = stack.learner();
    for turn in 0..200 {
        let item = chance.below(4);
        let is_right = chance.uniform() < 0.6;
        let (pace_s, hints) = (1.0 + f64::from(turn % 9), f64::from(turn % 3));
        let answer = Answer { item: ITEMS[item], is_right, pace_s, hints, time_s: f64::NAN };
        let alone = stack.answer(&mut who, &answer).unwrap();
        let given = class.trace(0, item, Outcome { is_right, pace_s, hints }).unwrap();
        assert_eq!((given.p, given.logit), (alone.p, alone.logit));
        let (codes, parts) = given.parts.named();
        assert_eq!((codes.len(), parts), (15, &alone.parts[..]));
        assert!((parts.iter().sum::<f64>() - given.logit).abs() < 1e-12);
        assert!((class.chance(0, item) - class.predict(0, item).unwrap().p).abs() < 1e-12);
    }
}

#[test]
fn a_class_at_work_hands_over_all_that_it_kept() {
    let stack = stack(1);
    let mut from_the_start = class(2);
    from_the_start.use_stack(Arc::clone(&stack), &Places::new(&ITEMS, &SKILLS)).unwrap();
    let mut later = class(2);
    for count in [0, 1, 2, 3, 20, 60] {
        work(&mut from_the_start, &mut Chance::new(count), 20);
        work(&mut later, &mut Chance::new(count), 20);
        later.use_stack(Arc::clone(&stack), &Places::new(&ITEMS, &SKILLS)).unwrap();
        let (exact, read) = (from_the_start.fitted.as_ref(), later.fitted.as_ref());
        for (exact, read) in
            exact.unwrap().state.learners.iter().zip(&read.unwrap().state.learners)
        {
            assert_eq!(read.answers, exact.answers);
            assert_eq!((read.sets[0], read.was_right), (exact.sets[0], exact.was_right));
            assert!((read.overall - exact.overall).abs() < 1e-12);
            let was_right = |who: &Learner| -> Vec<bool> {
                who.seen.iter().map(|seen| seen & 1 == 1).collect()
            };
            assert_eq!(was_right(read), was_right(exact));
            for (read, exact) in read.skills.iter().zip(&exact.skills) {
                assert_eq!((read.right, read.attempts), (exact.right, exact.attempts));
                assert_eq!((read.last, read.pattern & 31), (exact.last, exact.pattern & 31));
                assert!((read.quick() - exact.quick()).abs() < 1e-4);
            }
        }
        let far = (0..4).map(|item| {
            let [now, then] =
                [&later, &from_the_start].map(|class| class.predict(0, item).unwrap());
            (now.logit - then.logit).abs()
        });
        assert!(far.fold(0.0, f64::max) < 0.8);
        later.use_layer();
    }
}

#[test]
fn a_new_learner_is_the_same_before_and_after_the_stack_came() {
    let stack = stack(1);
    let [mut before, mut after] = [class(1), class(0)];
    before.use_stack(Arc::clone(&stack), &Places::new(&ITEMS, &SKILLS)).unwrap();
    after.use_stack(stack, &Places::new(&ITEMS, &SKILLS)).unwrap();
    after.add_learners(1);
    assert_eq!(before.to_bytes(), after.to_bytes());
}

#[test]
fn a_tree_ahead_leaves_everything_as_it_was() {
    let (mut class, mut chance) = (class(2), Chance::new(5));
    class.use_stack(stack(1), &Places::new(&ITEMS, &SKILLS)).unwrap();
    work(&mut class, &mut chance, 30);
    let before = class.to_bytes();
    let rules = Rules::new(class.domain(), Overrides::default(), Course::default()).unwrap();
    let tree = class.ahead(0, 1, &rules, 3).unwrap();
    assert_eq!(class.to_bytes(), before);
    class.trace(0, 1, true).unwrap();
    let next = class.plan(0, &rules).unwrap().unwrap();
    assert_eq!(tree.if_right.unwrap().choice, next);
}

#[test]
fn the_state_comes_back_bit_for_bit_and_only_with_its_own_stack() {
    let (own, mut chance) = (stack(1), Chance::new(6));
    let mut first = class(2);
    first.use_stack(Arc::clone(&own), &Places::new(&ITEMS, &SKILLS)).unwrap();
    work(&mut first, &mut chance, 50);
    let bytes = first.to_bytes();
    let mut second = class(0);
    for other in [None, Some(stack(9))] {
        if let Some(other) = other {
            second.use_stack(other, &Places::new(&ITEMS, &SKILLS)).unwrap();
        }
        let refused = second.load_bytes(&bytes).unwrap_err();
        assert!(refused.to_string().starts_with("saved state: fingerprint of the stack is"));
    }
    second.use_stack(own, &Places::new(&ITEMS, &SKILLS)).unwrap();
    second.load_bytes(&bytes).unwrap();
    assert_eq!(second.to_bytes(), bytes);
    work(&mut first, &mut Chance::new(7), 20);
    work(&mut second, &mut Chance::new(7), 20);
    assert_eq!(first.to_bytes(), second.to_bytes());
}

#[test]
fn numbers_that_no_answers_lead_to_are_refused_whatever_the_check_sum_says() {
    let mut class = class(2);
    class.use_stack(stack(1), &Places::new(&ITEMS, &SKILLS)).unwrap();
    work(&mut class, &mut Chance::new(6), 50);
    let bytes = class.to_bytes();
    let of_stack = bytes.len() - 8 - 2 * (86 + 3 * 35 + 5) - (4 + 4) * 8;
    let mut refused = 0;
    for place in of_stack..bytes.len() - 8 {
        let mut broken = bytes.clone();
        broken[place] ^= 0xff;
        let (body, _) = broken.split_at(bytes.len() - 8);
        let check = crate::bytes::fnv(body.iter().copied()).to_le_bytes();
        broken[bytes.len() - 8..].copy_from_slice(&check);
        let before = class.to_bytes();
        if class.load_bytes(&broken).is_ok() {
            // What was let in can be worked with: nothing panics.
            work(&mut class, &mut Chance::new(8), 8);
            assert!(class.predict(0, 0).unwrap().p.is_finite());
            class.load_bytes(&bytes).unwrap();
        } else {
            refused += 1;
            assert_eq!(class.to_bytes(), before);
        }
    }
    assert!(refused > 150, "{refused}");
}

#[test]
fn a_class_corrects_what_it_may_doubt_and_nothing_else() {
    let stack = stack(1);
    let mut doubting = class(1);
    let item_doubt = [1.0, 0.0, 0.0, 0.0];
    let places = Places { item_doubt: &item_doubt, ..Places::new(&ITEMS, &SKILLS) };
    doubting.use_stack(Arc::clone(&stack), &places).unwrap();
    let mut sure = class(1);
    sure.use_stack(stack, &Places::new(&ITEMS, &SKILLS)).unwrap();
    // The log has item 0 wrong four times in five; here it is right each time.
    for class in [&mut doubting, &mut sure] {
        (0..12).for_each(|_| assert!(class.trace(0, 0, true).is_ok()));
        class.add_learners(1);
    }
    let logit = |class: &Tracer, item| class.predict(1, item).unwrap().logit;
    assert!(logit(&doubting, 0) > logit(&sure, 0) + 1.0);
    assert!((logit(&doubting, 1) - logit(&sure, 1)).abs() < 1e-12);
    let given = doubting.predict(1, 0).unwrap();
    assert!((given.parts.named().1.iter().sum::<f64>() - given.logit).abs() < 1e-12);
    assert!((doubting.chance(1, 0) - given.p).abs() < 1e-12);
    let refused = Places { item_doubt: &[0.0, 5.0, 0.0, 0.0], ..places };
    assert_eq!(
        class(1).use_stack(self::stack(1), &refused).unwrap_err().to_string(),
        "item_doubt is 5; allowed: 0 to 4 logits squared"
    );
    let with_skills = Places { skill_doubt: 0.5, ..Places::new(&ITEMS, &SKILLS) };
    let mut by_skill = class(2);
    by_skill.use_stack(self::stack(1), &with_skills).unwrap();
    (0..12).for_each(|_| assert!(by_skill.trace(0, 1, false).is_ok()));
    let bytes = by_skill.to_bytes();
    assert_eq!(bytes, {
        by_skill.suppose(0, 1, &[true, false]).unwrap();
        by_skill.to_bytes()
    });
    // Items 1 and 2 practise one skill, which turned out harder here than the log says.
    assert!(by_skill.predict(1, 2).unwrap().logit < logit(&sure, 2));
}

#[test]
fn a_stack_of_other_items_is_refused_and_nothing_changes() {
    let (stack, mut class) = (stack(1), class(1));
    let mut refusal = |items: &[usize], skills: &[Option<usize>]| {
        class
            .use_stack(Arc::clone(&stack), &Places::new(items, skills))
            .unwrap_err()
            .to_string()
    };
    assert_eq!(
        refusal(&ITEMS[1..], &SKILLS),
        "items has 3 entries; allowed: 4, one for each of the class"
    );
    assert_eq!(refusal(&[4, 0, 1, 5], &SKILLS), "items 5 is unknown; allowed: 0 to 4");
    assert_eq!(
        refusal(&[4, 0, 1, 2], &SKILLS),
        "items: item 3 practises other skills than the stack has for it"
    );
    assert_eq!(
        refusal(&ITEMS, &[Some(2), None, Some(0), None]),
        "items: item 3 practises other skills than the stack has for it"
    );
    assert!(class.fitted.is_none());
}

#[test]
fn a_large_class_with_a_stack_takes_less_than_two_megabytes() {
    let skill = Bkt::new(0.3, 0.1, 0.002, 0.2, 0.1).unwrap();
    let items: Vec<Vec<usize>> = (0..5000).map(|item| vec![item / 10]).collect();
    let log = Log { learners: &[0], items: &[0], rights: &[true], ..Log::default() };
    let stack = fit(Catalogue::new(500, &items).unwrap(), &log).unwrap().stack;
    let domain =
        Domain::new(vec![skill; 500], &vec![vec![]; 500], &items, vec![0.0; 5000]).unwrap();
    let weights = Weights::from_named(CODES.map(|code| (code, 0.1))).unwrap();
    let mut class = Tracer::new(domain, weights);
    let (places, skills): (Vec<usize>, Vec<_>) =
        ((0..5000).collect(), (0..500).map(Some).collect());
    class.use_stack(Arc::new(stack), &Places::new(&places, &skills)).unwrap();
    class.add_learners(40);
    assert!(class.to_bytes().len() < 2_000_000, "{}", class.to_bytes().len());
    assert!(class.bytes_in_memory() < 2_000_000, "{}", class.bytes_in_memory());
}
