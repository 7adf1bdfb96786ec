//! The checked expression: typed tree, values, evaluation.

mod collection;
pub(crate) mod compare;
pub(crate) mod evaluate;
pub(crate) mod keys;
pub(crate) mod record;
pub(crate) mod seen;
pub(crate) mod term;
pub(crate) mod trace;
mod value;
mod world;
mod yields;

pub use collection::{List, Object};
pub use evaluate::{Fault, Halt};
pub(crate) use evaluate::{choice_text, no_condition, truth};
pub use record::{Record, RecordKind};
pub use term::{Operator, Skip};
pub use trace::Part;
#[cfg(feature = "rhai")]
pub(crate) use value::date_text;
pub use value::{Number, Value};
pub use world::{FixedWorld, World};
pub(crate) use yields::{Yield, yields};
