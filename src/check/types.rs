//! What the text shows of a value's type, and whether it fits where it stands.

use super::Checker;
use crate::diagnostic::{Code, Diagnostic};
use crate::functions::{Form, Function, Run, Type};
use crate::program::term::{Kind, Term};
use crate::program::{Number, Value};

/// A part with what the text shows of its type.
pub(super) struct Typed {
    pub term: Term,
    pub ty: Type,
}

/// The one attribute whose type the provider fixes.
pub(crate) const APP_ROLES: &str = "appRoleAssignments";

pub(super) fn of_attribute(name: &str) -> Type {
    if name == APP_ROLES { Type::Roles } else { Type::Any }
}

/// What a call gives; forms give what their results have in common.
pub(super) fn of_call(function: &Function, arguments: &[Option<Typed>]) -> Type {
    let results: Vec<Type> = match function.run {
        Run::Native(_) | Run::Direct(_) => match function.passes {
            Some(at) => vec![arguments.get(at).and_then(Option::as_ref).map_or(Type::Any, |argument| argument.ty)],
            None => return function.returns,
        },
        Run::Form(Form::First) => arguments.iter().flatten().map(|argument| argument.ty).collect(),
        Run::Form(Form::If) => arguments.iter().skip(1).flatten().map(|argument| argument.ty).collect(),
        Run::Form(Form::Choice) => arguments
            .iter()
            .enumerate()
            .filter(|(at, _)| is_result(function, *at, arguments.len()))
            .filter_map(|(_, argument)| argument.as_ref())
            .map(|argument| argument.ty)
            .collect(),
    };
    match results.split_first() {
        Some((first, rest)) if rest.iter().all(|ty| ty == first) => *first,
        _ => Type::Any,
    }
}

/// Whether what an argument gives is what the call may give. Of values of which the first counts, only the last is
/// sure to be asked when all others are null.
pub(super) fn is_result(function: &Function, at: usize, count: usize) -> bool {
    match function.run {
        Run::Form(Form::Choice) => at == 1 || (at > 1 && at % 2 == 1),
        Run::Form(Form::If) => at > 0,
        Run::Form(Form::First) => at + 1 == count,
        Run::Native(_) | Run::Direct(_) => function.passes == Some(at),
    }
}

impl Checker<'_> {
    /// Whether an argument fits its parameter; reports where the text shows that it does not.
    pub(super) fn fits(&mut self, function: &Function, at: usize, given: &Typed) -> bool {
        let Some(parameter) = function.parameter(at) else { return true };
        let fits = match (parameter.takes, given.ty) {
            (Type::Roles, Type::Roles) => true,
            (Type::Roles, _) => {
                self.diagnostics.push(
                    Diagnostic::new(Code::AppRolesOnly, format!("{} reads [{APP_ROLES}] and nothing else", function.name))
                        .at(given.term.span, "")
                        .help(format!("write {}([{APP_ROLES}])", function.name))
                        .edit(given.term.span, format!("[{APP_ROLES}]")),
                );
                return false;
            }
            (Type::Any, Type::Comparison | Type::Encoding) => false,
            (_, Type::Any) | (Type::Any, _) => true,
            (Type::Condition, given) => !matches!(given, Type::List | Type::Roles | Type::Comparison | Type::Encoding),
            (Type::Text, given) => matches!(given, Type::Text | Type::Number | Type::Boolean | Type::Date),
            (Type::Number, Type::Text) => match &given.term.kind {
                Kind::Constant(Value::Text(text)) => Number::parse(text).is_some(),
                _ => true,
            },
            (Type::Boolean, Type::Text) => match &given.term.kind {
                Kind::Constant(Value::Text(text)) => text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false"),
                _ => true,
            },
            (Type::Date, Type::Text) | (Type::List, Type::Roles) => true,
            (Type::Comparison, Type::Number) => {
                matches!(given.term.kind, Kind::Constant(Value::Number(n)) if matches!(n.as_i64(), Some(0 | 1)))
            }
            (wanted, given) => wanted == given,
        };
        if !fits {
            self.diagnostics.push(
                Diagnostic::new(
                    Code::TypeMismatch,
                    format!("{} takes {} as {}, and this is {}", function.name, parameter.takes.name(), parameter.name, given.ty.name()),
                )
                .at(given.term.span, ""),
            );
        }
        fits
    }

    /// A side of a comparison must be one value.
    pub(super) fn comparable(&mut self, side: &Typed) {
        if matches!(side.ty, Type::List | Type::Roles | Type::Comparison | Type::Encoding) {
            self.diagnostics.push(
                Diagnostic::new(Code::TypeMismatch, format!("a comparison takes single values, and this is {}", side.ty.name()))
                    .at(side.term.span, "")
                    .help("take one item of a list with Item(list, 1)"),
            );
        }
    }
}
