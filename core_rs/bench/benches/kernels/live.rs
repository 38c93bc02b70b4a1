//! The way of an answer: predict and update, then the plan of a whole class.

use std::hint::black_box;

use criterion::Criterion;
use mangotree_bench::CpuTime;
use mangotree_kernels::bkt::Bkt;
use mangotree_kernels::chance::Chance;
use mangotree_kernels::domain::Domain;
use mangotree_kernels::error::Error;
use mangotree_kernels::logistic::{CODES, Weights};
use mangotree_kernels::plan::{Course, Overrides, Rules};
use mangotree_kernels::tracer::Tracer;

const LEARNERS: usize = 30;
const SKILLS: usize = 200;
const ITEMS: usize = 2_000;
const CLASS: usize = 32;
/// So many answers lie behind each learner when the class is planned.
const ANSWERS: usize = 100;

/// Times one answer and one plan for the class.
pub fn bench(criterion: &mut Criterion<CpuTime>) {
    let mut tracer = class().expect("a class");
    let mut chance = Chance::new(1);
    for _ in 0..LEARNERS * ANSWERS {
        answer(&mut tracer, &mut chance);
    }
    criterion.bench_function("live/predict_and_update", |bencher| {
        bencher.iter(|| answer(&mut tracer, &mut chance));
    });
    criterion.bench_function("live/bkt_predict_and_update", |bencher| {
        let skill = Bkt::new(0.3, 0.15, 0.005, 0.2, 0.1).expect("a skill");
        // A class in turn, as batches have it: no answer waits for the one before it.
        let (mut masteries, mut place) = ([0.3; CLASS], 0);
        bencher.iter(|| {
            place = (place + 1) % CLASS;
            let mastery = &mut masteries[place];
            let p = skill.predict(*mastery);
            *mastery = skill.update(*mastery, black_box(place % 3 > 0));
            p
        });
    });
    let rules = Rules::new(tracer.domain(), Overrides::default(), Course::default());
    let rules = rules.expect("rules");
    let learners: Vec<usize> = (0..LEARNERS).collect();
    criterion.bench_function("live/plan_class", |bencher| {
        bencher.iter(|| tracer.plan_many(&learners, &[&rules]));
    });
}

fn class() -> Result<Tracer, Error> {
    let bkt = Bkt::new(0.3, 0.15, 0.005, 0.2, 0.1)?;
    let before: Vec<Vec<usize>> =
        (0..SKILLS).map(|skill| skill.checked_sub(3).into_iter().collect()).collect();
    let items: Vec<Vec<usize>> = (0..ITEMS).map(|item| vec![item % SKILLS]).collect();
    let domain = Domain::new(vec![bkt; SKILLS], &before, &items, vec![0.0; ITEMS])?;
    let mut tracer = Tracer::new(domain, Weights::from_named(CODES.map(|code| (code, 0.3)))?);
    tracer.add_learners(LEARNERS);
    Ok(tracer)
}

fn answer(tracer: &mut Tracer, chance: &mut Chance) -> f64 {
    let (learner, item) = (chance.below(LEARNERS), chance.below(ITEMS));
    let right = chance.uniform() < 0.7;
    tracer.trace(learner, item, right).map_or(f64::NAN, |given| given.p)
}
