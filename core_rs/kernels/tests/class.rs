//! A small class at work: what holds of answers, plans, trees ahead and saved states together.
#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use mangotree_kernels::bkt::{Bkt, MASTERED};
use mangotree_kernels::domain::Domain;
use mangotree_kernels::error::Error;
use mangotree_kernels::logistic::{CODES, Weights};
use mangotree_kernels::plan::{BLOCK, Choice, Course, FIRM, Goal, Overrides, Rules};
use mangotree_kernels::tracer::Tracer;

/// A seeded stream of numbers from 0 to 1 (xorshift: Marsaglia 2003).
struct Stream(u64);

impl Stream {
    fn next(&mut self) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        f64::from(u32::try_from(self.0 >> 32).unwrap()) / f64::from(u32::MAX)
    }

    fn below(&mut self, count: u32) -> usize {
        let wanted = self.next() * 0.999_999 * f64::from(count);
        (0..count).take_while(|n| f64::from(n + 1) <= wanted).count()
    }
}

/// Skills in a row, four items each, and one item of the last two skills together.
fn chain(n_skills: usize, learners: usize) -> Tracer {
    let bkt = Bkt::new(0.3, 0.15, 0.005, 0.2, 0.1).unwrap();
    let before: Vec<Vec<usize>> =
        (0..n_skills).map(|s| s.checked_sub(1).into_iter().collect()).collect();
    let mut items: Vec<Vec<usize>> = (0..4 * n_skills).map(|item| vec![item / 4]).collect();
    items.push(vec![n_skills - 1, n_skills - 2]);
    let difficulty = vec![0.0; items.len()];
    let domain = Domain::new(vec![bkt; n_skills], &before, &items, difficulty).unwrap();
    let weights = Weights::from_named(CODES.map(|code| (code, 0.3))).unwrap();
    let mut tracer = Tracer::new(domain, weights);
    tracer.add_learners(learners);
    tracer
}

fn free(tracer: &Tracer) -> Rules {
    Rules::new(tracer.domain(), Overrides::default(), Course::default()).unwrap()
}

fn next(tracer: &Tracer) -> Choice {
    tracer.plan(0, &free(tracer)).unwrap().unwrap()
}

#[test]
fn the_parts_of_a_prediction_add_up_and_it_is_made_before_the_update() {
    let (mut tracer, mut stream) = (chain(4, 3), Stream(7));
    for _ in 0..300 {
        let (learner, item) = (stream.below(3), stream.below(17));
        let before = tracer.predict(learner, item).unwrap();
        let (given, changes) = tracer.answer(learner, item, stream.next() < 0.6).unwrap();
        assert_eq!(before, given);
        assert!((given.parts.named().1.iter().sum::<f64>() - given.logit).abs() < 1e-9);
        assert_eq!(changes.len(), tracer.domain().skills_of(item).len());
    }
}

#[test]
fn a_tree_ahead_leaves_no_trace_and_tells_what_then_comes() {
    let (mut tracer, mut stream) = (chain(4, 2), Stream(11));
    for _ in 0..60 {
        let choice = next(&tracer);
        let before = tracer.to_bytes();
        let rules = free(&tracer);
        let tree = tracer.ahead(0, choice.item, &rules, 3).unwrap();
        assert_eq!(tracer.to_bytes(), before);
        let is_right = stream.next() < 0.7;
        tracer.trace(0, choice.item, is_right).unwrap();
        let foreseen = if is_right { tree.if_right } else { tree.if_wrong };
        assert_eq!(foreseen.unwrap().choice, next(&tracer));
    }
}

#[test]
fn a_saved_class_goes_on_bit_for_bit() {
    let (mut tracer, mut stream) = (chain(3, 3), Stream(13));
    for _ in 0..100 {
        tracer.trace(stream.below(3), stream.below(13), stream.next() < 0.5).unwrap();
    }
    let mut copy = chain(3, 0);
    copy.load_bytes(&tracer.to_bytes()).unwrap();
    for _ in 0..100 {
        let answer = (stream.below(3), stream.below(13), stream.next() < 0.5);
        let one = tracer.trace(answer.0, answer.1, answer.2).unwrap();
        assert_eq!(one, copy.trace(answer.0, answer.1, answer.2).unwrap());
    }
    assert_eq!(tracer.to_bytes(), copy.to_bytes());
}

#[test]
fn each_byte_of_a_saved_class_matters() {
    let mut tracer = chain(2, 1);
    tracer.trace(0, 0, true).unwrap();
    let saved = tracer.to_bytes();
    for place in 0..saved.len() {
        let mut damaged = saved.clone();
        damaged[place] ^= 0x10;
        assert!(matches!(tracer.load_bytes(&damaged), Err(Error::State { .. })), "{place}");
    }
    for length in 0..saved.len() {
        assert!(tracer.load_bytes(&saved[..length]).is_err(), "{length}");
    }
    assert_eq!(tracer.to_bytes(), saved);
}

#[test]
fn the_fringe_moves_up_only_behind_mastery() {
    let (mut tracer, mut stream) = (chain(5, 1), Stream(17));
    let mut run = (0, 0);
    for _ in 0..200 {
        let choice = next(&tracer);
        let mastery = tracer.mastery(0).unwrap();
        for skill in tracer.domain().skills_of(choice.item) {
            let before = tracer.domain().prerequisites(*skill);
            assert!(before.iter().all(|skill| mastery[*skill] >= MASTERED));
        }
        assert_eq!(choice.is_review, mastery[choice.skill] >= FIRM);
        run = if run.0 == choice.skill { (run.0, run.1 + 1) } else { (choice.skill, 1) };
        assert!(run.1 <= u32::from(BLOCK) || mastery.iter().all(|known| *known < MASTERED));
        tracer.trace(0, choice.item, stream.next() < 0.9).unwrap();
    }
}

#[test]
fn a_learner_who_fails_is_led_back_and_the_skill_rests() {
    let mut tracer = chain(2, 1);
    tracer.set_mastery(0, 0, 0.97).unwrap();
    for turn in 0..10 {
        tracer.trace(0, 4 + turn % 4, false).unwrap();
    }
    let choice = next(&tracer);
    assert!(choice.is_step_back && choice.skill == 0);
    assert_eq!(choice.reasons[0].0, "STEP_BACK");
}

#[test]
fn the_teacher_outranks_the_planner() {
    let tracer = chain(3, 1);
    let plan = |pinned, skipped, unlocked, banned| {
        let overrides = Overrides { pinned, skipped, unlocked, banned };
        let rules = Rules::new(tracer.domain(), overrides, Course::default()).unwrap();
        tracer.plan(0, &rules).unwrap()
    };
    assert_eq!(plan(vec![2, 1], vec![], vec![], vec![]).unwrap().skill, 2);
    assert_eq!(plan(vec![2], vec![2], vec![], vec![]).unwrap().skill, 0);
    assert_eq!(plan(vec![], vec![0], vec![], vec![]).unwrap().skill, 1);
    assert_eq!(plan(vec![], vec![], vec![2], vec![0, 1, 2, 3]).unwrap().skill, 2);
    assert_eq!(plan(vec![], vec![0, 1, 2], vec![], vec![]), None);
}

#[test]
fn a_class_in_one_call_gets_what_each_would_get_alone() {
    let (mut tracer, mut stream) = (chain(4, 3), Stream(23));
    for _ in 0..90 {
        tracer.trace(stream.below(3), stream.below(17), stream.next() < 0.7).unwrap();
    }
    let rules = [Goal::Support, Goal::Accelerate, Goal::Choice].map(|goal| {
        let course = Course { goal, exploration: 0.2, seed: 5, ..Course::default() };
        Rules::new(tracer.domain(), Overrides::default(), course).unwrap()
    });
    let together = tracer.plan_many(&[0, 1, 2], &rules.each_ref()).unwrap();
    for (learner, (choice, rules)) in together.iter().zip(&rules).enumerate() {
        assert_eq!(*choice, tracer.plan(learner, rules).unwrap());
        let odds = tracer.odds(learner, rules).unwrap();
        assert!((odds.iter().map(|(_, chance)| chance).sum::<f64>() - 1.0).abs() < 1e-12);
        let choice = choice.as_ref().unwrap();
        assert!(odds.contains(&(choice.item, choice.propensity)));
    }
    assert!(tracer.plan_many(&[0, 1], &rules.each_ref()).is_err());
    assert!(tracer.plan_many(&[0, 3], &[&rules[0]]).is_err());
}

#[test]
fn what_does_not_exist_is_refused_before_anything_moves() {
    let mut tracer = chain(2, 1);
    let before = tracer.to_bytes();
    assert!(tracer.trace(1, 0, true).is_err());
    assert!(tracer.trace(0, 9, true).is_err());
    assert!(tracer.trace_many(&[0, 0], &[0, 9], &[true, true]).is_err());
    assert!(tracer.trace_many(&[0, 0], &[0], &[true, true]).is_err());
    assert!(tracer.set_mastery(0, 0, f64::NAN).is_err());
    assert!(tracer.evidence(0, 2).is_err());
    let rules = |overrides, course| Rules::new(tracer.domain(), overrides, course);
    let nothing = Overrides::default;
    let two = vec![2];
    assert!(rules(Overrides { pinned: two, ..nothing() }, Course::default()).is_err());
    assert!(rules(Overrides { banned: vec![9], ..nothing() }, Course::default()).is_err());
    let aims = |target| Course { target: Some(target), ..Course::default() };
    assert!(rules(nothing(), aims(f64::NAN)).is_err() && rules(nothing(), aims(0.5)).is_ok());
    let other = free(&chain(3, 1));
    assert!(matches!(tracer.plan(0, &other), Err(Error::Size { .. })));
    assert!(matches!(tracer.ahead(0, 0, &other, 1), Err(Error::Size { .. })));
    assert_eq!(tracer.to_bytes(), before);
}
