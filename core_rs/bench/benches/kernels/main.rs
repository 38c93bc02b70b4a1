//! Every kernel timed alone, without Python, in CPU time.

use mangotree_bench::measured;

mod em;
mod items;
mod live;
mod reviews;

fn main() {
    let mut criterion = measured().configure_from_args();
    em::bench(&mut criterion);
    live::bench(&mut criterion);
    items::bench(&mut criterion);
    reviews::bench(&mut criterion);
    criterion.final_summary();
}
