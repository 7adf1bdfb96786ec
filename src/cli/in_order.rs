//! Work on several threads whose results come out in the order of what went in.

use std::ops::ControlFlow;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// Takes one piece after another, works on each, and hands the results on in the order of the pieces until told to stop.
///
/// Each thread holds one piece, and takes the next when the result of the one before has been handed on. So no more
/// than `threads` pieces are held, however slowly somebody takes the results. One thread is the caller's own.
pub(super) fn in_order<P, R>(
    threads: usize,
    mut pieces: impl Iterator<Item = P> + Send,
    work: impl Fn(P) -> R + Sync,
    mut hand_on: impl FnMut(R) -> ControlFlow<()> + Send,
) {
    if threads < 2 {
        let _ = pieces.try_for_each(|piece| hand_on(work(piece)));
        return;
    }
    let pieces = Mutex::new(pieces.enumerate());
    let turn = Mutex::new(Turn { next: 0, stopped: false, hand_on });
    let passed = Condvar::new();
    let one = || {
        let _leaving = Leaving(&turn, &passed);
        loop {
            let next = lock(&pieces).next();
            let Some((number, piece)) = next else { return };
            let result = work(piece);
            let mut turn = lock(&turn);
            while turn.next != number && !turn.stopped {
                turn = passed.wait(turn).unwrap_or_else(PoisonError::into_inner);
            }
            if turn.stopped {
                return;
            }
            turn.stopped = (turn.hand_on)(result).is_break();
            turn.next += 1;
            passed.notify_all();
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(one);
        }
    });
}

/// Whose result is handed on next.
struct Turn<F> {
    next: usize,
    stopped: bool,
    hand_on: F,
}

/// A thread that dies would let the others wait for its turn for ever.
struct Leaving<'t, F>(&'t Mutex<Turn<F>>, &'t Condvar);

impl<F> Drop for Leaving<'_, F> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            lock(self.0).stopped = true;
            self.1.notify_all();
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(threads: usize, most: usize) -> Vec<usize> {
        let mut out = Vec::new();
        let slow = |number: usize| {
            std::thread::sleep(std::time::Duration::from_micros((number * 7 % 5) as u64 * 100));
            number
        };
        in_order(threads, 0..100, slow, |number| {
            out.push(number);
            if out.len() == most { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        out
    }

    #[test]
    fn results_keep_the_order_and_stop() {
        for threads in [1, 2, 7] {
            assert_eq!(run(threads, 1000), (0..100).collect::<Vec<_>>());
            assert_eq!(run(threads, 13), (0..13).collect::<Vec<_>>());
        }
    }

    #[test]
    #[should_panic(expected = "a scoped thread panicked")]
    fn a_thread_that_dies_ends_the_others() {
        in_order(3, 0..100, |number| assert!(number != 5), |()| ControlFlow::Continue(()));
    }
}
