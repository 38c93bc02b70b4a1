//! Every kernel timed alone, without Python, in CPU time.

use mangotree_bench::measured;

mod live;

fn main() {
    let mut criterion = measured().configure_from_args();
    live::bench(&mut criterion);
    criterion.final_summary();
}
