//! One E-step of knowledge tracing and the M-step after it, over one skill.

use criterion::Criterion;
use mangotree_bench::CpuTime;
use mangotree_kernels::bkt::Bkt;
use mangotree_kernels::bkt_fit::answers::{Answers, Columns};
use mangotree_kernels::bkt_fit::fit::{Settings, expect, fit, maximise};
use mangotree_kernels::chance::Chance;

const LEARNERS: usize = 2_000;
const ANSWERS: usize = 50;

/// Times an iteration over 100,000 answers; all that a log costs at first is in it, too.
pub fn bench(criterion: &mut Criterion<CpuTime>) {
    let mut chance = Chance::new(1);
    let many = LEARNERS * ANSWERS;
    let log = Answers::new(Columns {
        learners: (0..many).map(|place| place / ANSWERS).collect(),
        skills: vec![0; many],
        rights: (0..many).map(|_| chance.uniform() < 0.6).collect(),
        n_skills: 1,
        ..Columns::default()
    });
    let log = log.expect("a log");
    let start = Bkt::new(0.4, 0.2, 0.02, 0.3, 0.2).expect("a skill");
    let settings =
        Settings { starts: 1, start: Some(start), iterations: 1, ..Settings::default() };
    let model = fit(&log, &settings, &mut |_, _| true);
    let model = model.expect("a fit").expect("nobody stopped it").model;
    criterion.bench_function("em/iteration", |bencher| {
        bencher.iter(|| {
            let counts = expect(&log, &model, 1)?;
            maximise(&model, &counts, &settings)
        });
    });
}
