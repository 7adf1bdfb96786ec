//! One job as one engine does it, over all users.

use std::hint::black_box;
use std::time::{Duration, Instant};

/// A job made ready: the program compiled and the users in the form that the engine takes.
pub struct Task {
    pass: Box<dyn Fn()>,
    answers: Box<dyn Fn() -> Vec<String>>,
}

impl Task {
    /// `work` is what is measured: from the user to the engine's own value, and the end of that value. `read` makes a text of
    /// it, for the comparison alone. Users live as long as the program, so that engines may borrow from them.
    pub fn new<U: 'static, R>(users: Vec<U>, work: impl Fn(&'static U) -> R + 'static, read: impl Fn(R) -> String + 'static) -> Self {
        Self::inside(users, move |user, wanted| {
            let value = work(user);
            // Where it stands: to move it is no part of the job.
            black_box(&value);
            if wanted { Some(read(value)) } else { None }
        })
    }

    /// The same, where the value borrows from what was made on the way to it: `work` hands it to `black_box`, and gives it as a
    /// text where that is wanted.
    pub fn inside<U: 'static>(users: Vec<U>, work: impl Fn(&'static U, bool) -> Option<String> + 'static) -> Self {
        let (users, work): (&'static [U], &'static _) = (users.leak(), Box::leak(Box::new(work)));
        Self {
            pass: Box::new(move || users.iter().for_each(|user| drop(work(black_box(user), false)))),
            answers: Box::new(move || users.iter().filter_map(|user| work(user, true)).collect()),
        }
    }

    /// What the engine says of each user.
    pub fn answers(&self) -> Vec<String> {
        (self.answers)()
    }

    /// All users once.
    pub fn pass(&self) {
        (self.pass)();
    }

    /// How long all users take, from as many passes as there is time for.
    pub fn time(&self, budget: Duration) -> Duration {
        let (start, mut passes) = (Instant::now(), 0);
        loop {
            self.pass();
            passes += 1;
            let spent = start.elapsed();
            if spent >= budget {
                return spent / passes;
            }
        }
    }
}

/// A decision as a text. Who is not active is placed nowhere.
pub fn decision(user: &str, active: bool, org: &str, role: &str, team: Option<&str>) -> String {
    if active { format!("{user} active {org} {role} {}", team.unwrap_or("-")) } else { format!("{user} inactive") }
}
