//! Spaced review: one step of FSRS-6 and one look at what is still remembered.

use std::hint::black_box;

use criterion::Criterion;
use mangotree_bench::CpuTime;
use mangotree_kernels::fsrs::{DEFAULTS, Rating, Scheduler};

/// Times both.
pub fn bench(criterion: &mut Criterion<CpuTime>) {
    let scheduler = Scheduler::new(&DEFAULTS).expect("the published parameters");
    let ratings = [Rating::Good, Rating::Hard, Rating::Again, Rating::Good, Rating::Easy];
    let mut memory = scheduler.first(Rating::Good);
    let mut reviews = 0;
    criterion.bench_function("reviews/step", |bencher| {
        bencher.iter(|| {
            reviews += 1;
            memory = scheduler.step(memory, black_box(3.0), ratings[reviews % ratings.len()]);
            memory.stability
        });
    });
    criterion.bench_function("reviews/retrievability", |bencher| {
        bencher.iter(|| scheduler.retrievability(black_box(3.0), black_box(5.0)));
    });
}
