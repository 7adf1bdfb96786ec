//! Each engine, and how each job is said in it. Nothing is registered with an engine: what its own language and library
//! cannot say, it cannot.

use crate::task::Task;
use crate::{Job, jobs};
use serde_json::Value as Json;

mod by_hand;
mod cedar;
mod cel;
mod datalogic;
mod generated;
mod jaq;
mod minijinja;
mod mlua;
mod regorus;
mod rhai;
mod rolewright;
mod zen;

/// A job made ready, or why the engine cannot say it.
pub type Ready = Result<Task, &'static str>;

/// An engine, or one way to use it: a row of the tables.
pub struct Engine {
    pub name: &'static str,
    /// What its version is looked up by; empty for what has none.
    pub package: &'static str,
    pub kind: Kind,
    pub ready: fn(Job) -> Ready,
}

#[derive(Clone, Copy, PartialEq)]
pub enum Kind {
    /// What the others are compared with: each gets a column.
    Rolewright,
    /// The first of these says what is right.
    ByHand,
    Peer,
}

const fn own(name: &'static str, ready: fn(Job) -> Ready) -> Engine {
    Engine { name, package: "rolewright", kind: Kind::Rolewright, ready }
}

const fn by_hand(name: &'static str, ready: fn(Job) -> Ready) -> Engine {
    Engine { name, package: "", kind: Kind::ByHand, ready }
}

const fn peer(package: &'static str, ready: fn(Job) -> Ready) -> Engine {
    Engine { name: package, package, kind: Kind::Peer, ready }
}

pub const ENGINES: &[Engine] = &[
    own("rolewright, JSON", rolewright::json),
    own("rolewright, typed user", rolewright::typed),
    own("rolewright, generated", generated::ready),
    by_hand("by hand, JSON", by_hand::json),
    by_hand("by hand, typed user", by_hand::typed),
    peer("cedar-policy", cedar::ready),
    peer("cel", cel::ready),
    peer("datalogic-rs", datalogic::ready),
    peer("jaq-core", jaq::ready),
    peer("minijinja", minijinja::ready),
    peer("mlua", mlua::ready),
    peer("regorus", regorus::ready),
    peer("rhai", rhai::ready),
    peer("zen-expression", zen::ready),
];

/// The table of the long Switch.
fn teams() -> Json {
    jobs::departments().into_iter().map(|(department, team)| (department, Json::String(team))).collect::<serde_json::Map<_, _>>().into()
}
