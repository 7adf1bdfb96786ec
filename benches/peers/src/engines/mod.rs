//! Each engine, and how each job is said in it. Nothing is registered with an engine: what its own language and library
//! cannot say, it cannot.

use crate::Job;
use crate::task::Task;

mod by_hand;
mod cel;
mod datalogic;
mod minijinja;
mod mlua;
mod rhai;
mod rolewright;

/// A job made ready, or why the engine cannot say it.
pub type Ready = Result<Task, &'static str>;

/// An engine by the name of its package.
pub struct Engine {
    pub package: &'static str,
    pub ready: fn(Job) -> Ready,
}

/// The first is what the others are compared with, and the second says what is right.
pub const ENGINES: &[Engine] = &[
    Engine { package: "rolewright", ready: rolewright::ready },
    Engine { package: "by hand", ready: by_hand::ready },
    Engine { package: "cel", ready: cel::ready },
    Engine { package: "datalogic-rs", ready: datalogic::ready },
    Engine { package: "minijinja", ready: minijinja::ready },
    Engine { package: "mlua", ready: mlua::ready },
    Engine { package: "rhai", ready: rhai::ready },
];
