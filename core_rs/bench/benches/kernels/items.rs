//! Adaptive tests piece by piece: an ability's update, a pick, a shadow test, a simulation.

use criterion::{BatchSize, Criterion};
use mangotree_bench::CpuTime;
use mangotree_kernels::cat::bank::{Bank, Mask};
use mangotree_kernels::cat::design::{Decision, Design, Rule, Stop};
use mangotree_kernels::cat::quota::{Areas, Quota, Tally};
use mangotree_kernels::cat::shadow::shadow;
use mangotree_kernels::cat::simulate::{Crowd, simulate};
use mangotree_kernels::chance::Chance;
use mangotree_kernels::irt::model::Binary;
use mangotree_kernels::irt::score::{Grid, NODES, Posterior};

const AREAS: usize = 5;
const LENGTH: u32 = 20;
const EXAMINEES: usize = 1_000;

/// Times each piece.
pub fn bench(criterion: &mut Criterion<CpuTime>) {
    ability(criterion);
    for n_items in [10_000, 100_000] {
        picks(criterion, n_items);
    }
    shadow_test(criterion);
    simulation(criterion);
}

fn ability(criterion: &mut Criterion<CpuTime>) {
    let grid = Grid::default();
    let curves: Vec<[f64; NODES]> =
        items(20, false).iter().map(|item| grid.curve(item)).collect();
    let prior = Posterior::normal(grid, 0.0, 1.0).expect("a prior");
    criterion.bench_function("items/eap_and_sd", |bencher| {
        // Twenty answers, then anew: no posterior stays the same for long.
        let (mut posterior, mut given) = (prior, 0);
        bencher.iter(|| {
            if given == curves.len() {
                (posterior, given) = (prior, 0);
            }
            posterior.update(&curves[given], given % 3 > 0);
            given += 1;
            posterior.eap_sd()
        });
    });
}

/// 3PL, half of the items blocked, one of five areas closed, any ability.
fn picks(criterion: &mut Criterion<CpuTime>, n_items: usize) {
    let bank = bank(n_items, true);
    let mut chance = Chance::new(2);
    let blocked: Vec<u64> = (0..n_items.div_ceil(64)).map(|_| chance.next_u64()).collect();
    let closed: Vec<bool> = (0..=AREAS).map(|area| area == 3).collect();
    for (name, mask) in [
        ("open", Mask::open()),
        ("masked", Mask { blocked: &blocked, closed: &closed, draw: None }),
    ] {
        criterion.bench_function(&format!("items/pick_{name}_{n_items}"), |bencher| {
            bencher.iter_batched(
                || chance.normal(),
                |theta| bank.most_informative(theta, &mask, 1),
                BatchSize::SmallInput,
            );
        });
    }
}

fn shadow_test(criterion: &mut Criterion<CpuTime>) {
    let bank = bank(1_000, true);
    let quotas: Vec<Quota> =
        (1..=AREAS).map(|area| Quota { area, least: 2, most: 6 }).collect();
    let tally = Tally::new(bank.areas(), &quotas, LENGTH).expect("quotas");
    let mut chance = Chance::new(3);
    criterion.bench_function("items/shadow", |bencher| {
        bencher.iter_batched(
            || chance.normal(),
            |theta| shadow(&bank, theta, &tally, &|_| true),
            BatchSize::SmallInput,
        );
    });
}

fn simulation(criterion: &mut Criterion<CpuTime>) {
    let bank = bank(500, false);
    let decision = Decision::Belief { confidence: 0.9 };
    let stop = Stop { min: 0, max: LENGTH, se: 0.0, cuts: vec![], decision };
    let design = Design::new(&bank, (0.0, 1.0), (Rule::Information, 1), stop, vec![]);
    let design = design.expect("a design");
    let mut chance = Chance::new(4);
    let thetas: Vec<f64> = (0..EXAMINEES).map(|_| chance.normal()).collect();
    let crowd = Crowd { thetas: &thetas, seed: 1, threads: 1 };
    criterion.bench_function("items/simulate", |bencher| {
        bencher.iter(|| simulate(&bank, &design, &crowd));
    });
}

fn bank(n_items: usize, is_guessed: bool) -> Bank {
    let of_item: Vec<usize> = (0..n_items).map(|item| 1 + item % AREAS).collect();
    let areas = Areas::new(&[0; AREAS], &of_item).expect("areas");
    let bank = Bank::new(items(n_items, is_guessed)).expect("items");
    bank.with_areas(areas).expect("an area for each item")
}

/// As published comparisons have them: a lognormal, b normal, c up to .2.
fn items(n_items: usize, is_guessed: bool) -> Vec<Binary> {
    let mut chance = Chance::new(n_items as u64);
    let mut item = || Binary {
        a: (0.1 + 0.3 * chance.normal()).exp(),
        b: 1.2 * chance.normal(),
        c: if is_guessed { 0.2 * chance.uniform() } else { 0.0 },
        d: 1.0,
    };
    (0..n_items).map(|_| item()).collect()
}
