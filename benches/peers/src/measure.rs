//! Times in turns, so that what else the machine does meets every engine alike.

use crate::engines::Ready;
use crate::task::Task;
use crate::{count, jobs};
use std::time::Duration;

/// Medians are of so many rounds, in each of which every engine has its turn.
pub const ROUNDS: usize = 501;
/// So short that on a busy machine most turns end before the scheduler takes the core away.
const TURN: Duration = Duration::from_micros(500);

/// For one user.
#[derive(Clone, Copy)]
pub struct Figure {
    pub nanoseconds: f64,
    pub allocations: f64,
}

/// The figures of each, or why there are none.
pub fn measured(ready: &[Ready]) -> Vec<Result<Figure, &'static str>> {
    let mut times = vec![Vec::with_capacity(ROUNDS); ready.len()];
    for _ in 0..ROUNDS {
        for (task, times) in ready.iter().zip(&mut times) {
            times.extend(task.as_ref().ok().map(|task| task.time(TURN)));
        }
    }
    ready.iter().zip(times).map(|(task, times)| task.as_ref().map(|task| figure(task, times)).map_err(|why| *why)).collect()
}

fn figure(task: &Task, mut times: Vec<Duration>) -> Figure {
    let users = jobs::employees().len() as f64;
    times.sort();
    Figure { nanoseconds: times[times.len() / 2].as_nanos() as f64 / users, allocations: count::allocations(|| task.pass()) as f64 / users }
}
