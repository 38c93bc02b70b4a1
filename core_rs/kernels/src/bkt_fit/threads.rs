//! Independent tasks on several threads, their results in the order of the tasks.
//!
//! Threads take the next task from a common counter; which thread does a task changes nothing
//! in its result. The caller's thread reports progress, so it may hold what others may not.
//!
//! Cost: one channel message a task. Do not use it for tasks below some microseconds.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Sender, channel};

/// `task(0)` to `task(n - 1)` on `threads` threads (0: one for each core); `None` if
/// `progress(done)` said false, after which no new task is begun.
pub(super) fn each<T: Send>(
    n: usize,
    threads: usize,
    task: &(dyn Fn(usize) -> T + Sync),
    progress: &mut dyn FnMut(usize) -> bool,
) -> Option<Vec<T>> {
    let cores = || std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let threads = if threads == 0 { cores() } else { threads }.min(n);
    if threads < 2 {
        let one = |at: usize| {
            let result = task(at);
            progress(at + 1).then_some(result)
        };
        return (0..n).map(one).collect();
    }
    let (next, is_over) = (&AtomicUsize::new(0), &AtomicBool::new(false));
    let mut results: Vec<Option<T>> = (0..n).map(|_| None).collect();
    std::thread::scope(|scope| {
        let (sender, receiver) = channel();
        for _ in 0..threads {
            let sender = sender.clone();
            scope.spawn(move || work(n, task, next, is_over, &sender));
        }
        drop(sender);
        for (done, (at, result)) in receiver.iter().enumerate() {
            results[at] = Some(result);
            if !progress(done + 1) {
                is_over.store(true, Ordering::Relaxed);
                break;
            }
        }
    });
    if is_over.load(Ordering::Relaxed) { None } else { results.into_iter().collect() }
}

fn work<T>(
    n: usize,
    task: &(dyn Fn(usize) -> T + Sync),
    next: &AtomicUsize,
    is_over: &AtomicBool,
    sender: &Sender<(usize, T)>,
) {
    while !is_over.load(Ordering::Relaxed) {
        let at = next.fetch_add(1, Ordering::Relaxed);
        if at >= n || sender.send((at, task(at))).is_err() {
            break;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_stand_in_order_whatever_the_number_of_threads() {
        let squares: Vec<usize> = (0..100).map(|at| at * at).collect();
        for threads in [0, 1, 2, 7] {
            let found = each(100, threads, &|at| at * at, &mut |_| true);
            assert_eq!(found.unwrap(), squares);
            assert!(each(100, threads, &|at| at, &mut |done| done < 5).is_none());
        }
    }
}
