use super::{Arguments, casing, lists, replace, roles, text};
use crate::program::{Halt, Value};

/// Functions that policies call for most users. They are generic over how they ask for their arguments, so that an
/// evaluation over a record of a known type has an instance of its own, as generated code has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direct {
    /// Join.
    Join,
    /// Mid.
    Mid,
    /// PCase.
    PCase,
    /// Replace.
    Replace,
    /// SingleAppRoleAssignment.
    SingleAppRoleAssignment,
    /// ToLower.
    ToLower,
    /// ToUpper.
    ToUpper,
}

impl Direct {
    /// Calls it.
    #[cfg_attr(not(target_arch = "wasm32"), inline(always))] // else what it gives is written to memory and read again
    pub(crate) fn run<'a, A: Arguments<'a> + ?Sized>(self, arguments: &mut A) -> Result<Value<'a>, Halt> {
        match self {
            Direct::Join => lists::join(arguments),
            Direct::Mid => text::mid(arguments),
            Direct::PCase => text::pcase(arguments),
            Direct::Replace => replace::replace(arguments),
            Direct::SingleAppRoleAssignment => roles::single_app_role_assignment(arguments),
            Direct::ToLower => casing::to_lower(arguments),
            Direct::ToUpper => casing::to_upper(arguments),
        }
    }
}
