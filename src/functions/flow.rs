//! Functions that look beyond the user: what is left out of a cycle, what the target has already, the tenant.

use super::{Example, Function, Repeat, Run, Type, required};
use crate::diagnostic::Code;
use crate::program::{Fault, Halt, Skip, Value};

pub(super) static FUNCTIONS: &[Function] = &[
    Function {
        name: "IgnoreFlowIfNullOrEmpty",
        parameters: &[required("expression", Type::Any, "the value, if there is one")],
        returns: Type::Any,
        summary: "Gives its value; where that is null or empty, the attribute is left out of this cycle.",
        example: Example { expression: r#"IgnoreFlowIfNullOrEmpty("Sales")"#, value: r#""Sales""# },
        nullable: false,
        run: Run::Native(|arguments| {
            let value = arguments.value(0)?;
            if value.is_null_or_empty() { Err(Halt::Skip(Skip::Flow)) } else { Ok(value) }
        }),
        ..Function::PLAIN
    },
    Function {
        name: "SelectUniqueValue",
        parameters: &[required("uniqueValueRule", Type::Text, "a candidate; the first that nobody has is taken")],
        repeats: Some(Repeat { from: 0, least: 2 }),
        summary: "Gives the first candidate that no other user has in the target. Must be the outermost function.",
        example: Example { expression: r#"SelectUniqueValue("jsmith", "jsmith2")"#, value: r#""jsmith""# },
        pure: false,
        top_level: true,
        run: Run::Native(|arguments| {
            let mut taken = Vec::new();
            for at in 0..arguments.count() {
                // A rule without a result proposes nothing, and a later one may still.
                let Some(candidate) = arguments.text(at)?.filter(|candidate| !candidate.is_empty()) else { continue };
                if !arguments.world().is_taken(arguments.target(), &candidate) {
                    return Ok(Value::Text(candidate));
                }
                taken.push(candidate);
            }
            match taken.is_empty() {
                true => Ok(Value::Null),
                false => Err(Fault::whole(Code::NoUniqueValue, format!("every candidate is taken in the target: {}", taken.join(", ")))),
            }
        }),
        ..Function::PLAIN
    },
    Function {
        name: "Error",
        parameters: &[required("ErrorMessage", Type::Text, "what is wrong, for whoever reads the log")],
        returns: Type::Any,
        summary: "Gives no value: the user is refused with this message.",
        example: Example { expression: r#"Error("mail is required")"#, value: "" },
        nullable: false,
        pure: false,
        run: Run::Native(|arguments| {
            let message = arguments.text(0)?.unwrap_or_default();
            Err(Fault::whole(Code::RaisedError, format!("the expression says: {message}")))
        }),
        ..Function::PLAIN
    },
    Function {
        name: "DefaultDomain",
        summary: "Gives the default domain of the tenant.",
        example: Example { expression: "DefaultDomain()", value: "" },
        nullable: false,
        pure: false,
        run: Run::Native(|arguments| match arguments.world().default_domain() {
            Some(domain) => Ok(Value::text(domain)),
            None => Err(Fault::whole(Code::NoDefaultDomain, "the default domain of the tenant is not given")),
        }),
        ..Function::PLAIN
    },
];
