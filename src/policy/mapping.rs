use super::file::{Apply, MappingDialect, MappingFile, ValueType};
use super::target::TargetAttribute;
use super::values;
use crate::check::Scope;
use crate::diagnostic::{Code, Diagnostic, SourceId, Span};
use crate::domain::is_unset;
use crate::expression::Expression;
use crate::language::Dialect;
use crate::program::seen::{Plain, Rest, Seen};
use crate::program::trace::Tracer;
use crate::program::{Fault, Halt, Number, Record, Value, World};
use crate::yaml::{At, Spanned};
use serde_json::Value as Json;

/// How a target attribute gets its value from a source.
#[derive(Debug)]
pub struct Mapping {
    /// The target attribute as the mapping names it, by name or SCIM path.
    pub target: String,
    /// The target attribute's name.
    pub attribute: String,
    pub(crate) value_type: ValueType,
    pub(crate) rule: MappingRule,
    pub(crate) default: Option<Json>,
    pub(crate) on_create: bool,
    /// The matching precedence, where users are matched by it.
    pub(crate) matching: Option<u32>,
    /// Its language.
    pub(crate) dialect: Dialect,
    /// Where it stands in the policy; a mapping that no policy writes stands nowhere.
    pub(crate) at: Option<(SourceId, Span)>,
    /// Where the expression's text stands, character by character.
    text: Option<At>,
}

/// The kinds of mappings.
#[derive(Debug)]
pub(crate) enum MappingRule {
    /// A source attribute as it is.
    Direct(Expression),
    /// The value that a document of the target's own values has for the attribute.
    Own(Expression),
    Constant(Json),
    Expression(Expression),
    #[cfg(feature = "rhai")]
    Script(Box<crate::script::Script>),
}

impl Mapping {
    pub(super) fn compile(
        attribute: &TargetAttribute,
        target: &Spanned<String>,
        file: &Spanned<MappingFile>,
        dialect: Dialect,
        scope: &Scope<'_>,
        found: &mut Vec<Diagnostic>,
    ) -> Option<Mapping> {
        let dialect = match file.dialect.as_ref().map(|dialect| dialect.value) {
            Some(MappingDialect::Entra) => Dialect::Entra,
            Some(MappingDialect::Okta) => Dialect::Okta,
            Some(MappingDialect::OktaIdentityEngine) => Dialect::OktaIdentityEngine,
            Some(MappingDialect::Rhai) | None => dialect,
        };
        let rule = rule(attribute, target, file, dialect, scope, found)?;
        let default = file.default.as_ref().and_then(|value| values::typed(attribute, value, found)).filter(|value| !is_unset(value));
        Some(Mapping {
            target: target.value.clone(),
            attribute: attribute.name.clone(),
            value_type: attribute.value_type,
            rule,
            default,
            on_create: file.apply == Apply::OnCreate,
            matching: file.matching.filter(|priority| *priority > 0),
            dialect,
            at: Some((target.at.source, target.at.span)),
            text: file.expression.as_ref().map(|text| text.at.clone()),
        })
    }

    /// How an attribute gets its value from a document of the target's own values.
    pub(super) fn of_document(attribute: &TargetAttribute) -> Mapping {
        let dialect = Dialect::default();
        Mapping {
            target: attribute.path.clone(),
            attribute: attribute.name.clone(),
            value_type: attribute.value_type,
            rule: MappingRule::Own(Expression::attribute(dialect, &attribute.path)),
            default: None,
            on_create: false,
            matching: None,
            dialect,
            at: None,
            text: None,
        }
    }

    /// In the words of the policy file.
    pub fn describe(&self) -> String {
        match &self.rule {
            MappingRule::Own(_) => "the document's own value".to_owned(),
            MappingRule::Direct(expression) => format!("direct {}", expression.text()),
            MappingRule::Constant(value) => format!("constant {value}"),
            MappingRule::Expression(expression) => expression.text().to_owned(),
            #[cfg(feature = "rhai")]
            MappingRule::Script(script) => script.text().to_owned(),
        }
    }

    /// The language in which it is written; a constant is in none.
    pub fn dialect(&self) -> Option<Dialect> {
        match &self.rule {
            MappingRule::Direct(expression) | MappingRule::Expression(expression) => Some(expression.dialect()),
            _ => None,
        }
    }

    /// The expression, if it is one.
    pub(crate) fn expression(&self) -> Option<&Expression> {
        match &self.rule {
            MappingRule::Expression(expression) => Some(expression),
            _ => None,
        }
    }

    /// Where a range of the expression stands in the policy.
    pub(crate) fn span_of(&self, inner: Span) -> Option<(SourceId, Span)> {
        self.text.as_ref().map(|text| text.span_of(inner)).or(self.at)
    }

    /// Whether it is an attribute as it is.
    pub(crate) fn is_direct(&self) -> bool {
        matches!(self.rule, MappingRule::Direct(_) | MappingRule::Own(_))
    }

    /// The source attributes that it reads.
    pub fn reads(&self) -> &[Box<str>] {
        match &self.rule {
            MappingRule::Direct(expression) | MappingRule::Own(expression) | MappingRule::Expression(expression) => expression.attributes(),
            MappingRule::Constant(_) => &[],
            #[cfg(feature = "rhai")]
            MappingRule::Script(script) => script.attributes(),
        }
    }

    /// Whether Redact hides its value.
    pub(crate) fn is_redacted(&self) -> bool {
        match &self.rule {
            MappingRule::Direct(expression) | MappingRule::Expression(expression) => expression.is_redacted(),
            MappingRule::Own(_) | MappingRule::Constant(_) => false,
            #[cfg(feature = "rhai")]
            MappingRule::Script(_) => false,
        }
    }

    /// What it gives for one user in the type of its target, the default in place of null, borrowed from the user and the
    /// policy where it can be. `slots` are those under which the record knows the attributes that [`reads`](Self::reads)
    /// names.
    #[cfg_attr(not(target_arch = "wasm32"), inline(always))] // else what it gives is written to memory and read again
    pub(crate) fn seen<'a, R: Record + ?Sized, T: Tracer>(
        &'a self,
        record: &'a R,
        world: &'a dyn World,
        slots: &'a [usize],
        tracer: &mut T,
        rest: &mut Rest<'a>,
    ) -> Seen<'a> {
        let seen = match &self.rule {
            MappingRule::Direct(expression) | MappingRule::Own(expression) | MappingRule::Expression(expression) => {
                expression.seen(record, world, slots, &self.attribute, tracer, rest)
            }
            MappingRule::Constant(value) => rest.keep(Value::from_json(value)),
            #[cfg(feature = "rhai")]
            MappingRule::Script(script) => {
                let given = script.run(record, world, slots).map(|json| Value::from_json(&json).into_owned());
                rest.keep_result(given.map_err(|fault| Halt::Fault(Box::new(fault))))
            }
        };
        // What most mappings give is what their targets take.
        match (seen, rest.plain, self.value_type) {
            (Some(text), _, ValueType::String) if !text.is_empty() => seen,
            (None, Plain::True | Plain::False, ValueType::Boolean) => None,
            (None, Plain::Null, _) if self.default.is_none() => None,
            _ => {
                let fitting = rest.take(seen).and_then(|value| self.fit(value, tracer));
                rest.keep_result(fitting)
            }
        }
    }

    /// The value as the target attribute's type has it, the default in place of null.
    #[inline(never)]
    fn fit<'a, T: Tracer>(&'a self, value: Value<'a>, tracer: &mut T) -> Result<Value<'a>, Halt> {
        let kind = value.kind();
        match (self.value_type.fit(value), &self.default) {
            (None, _) => Err(wrong_type(&self.target, self.value_type, kind)),
            (Some(value), Some(default)) if value.is_unset() => {
                tracer.defaulted();
                Ok(Value::from_json(default))
            }
            (Some(value), _) => Ok(value),
        }
    }
}

/// The fault of a mapping whose value is of another type than its target.
pub(crate) fn wrong_type(target: &str, wanted: ValueType, kind: &str) -> Halt {
    let message = format!("{target} is {}, and the mapping gives {kind}", wanted.name());
    Fault::whole(Code::WrongValueType, message)
}

impl ValueType {
    /// The value in this type; none where it has no such.
    #[inline]
    pub(crate) fn fit(self, value: Value<'_>) -> Option<Value<'_>> {
        match (self, value) {
            (ValueType::String, text @ Value::Text(_)) => Some(text),
            (_, Value::Null) => Some(Value::Null),
            (_, Value::Text(text)) if text.is_empty() => Some(Value::Null),
            (ValueType::List, list @ Value::List(_)) => Some(list),
            (ValueType::List, single) => Some(Value::list(vec![single])),
            (ValueType::Boolean, value @ Value::Bool(_)) | (ValueType::Number, value @ Value::Number(_)) => Some(value),
            (ValueType::Boolean, Value::Text(text)) if text.eq_ignore_ascii_case("true") => Some(Value::Bool(true)),
            (ValueType::Boolean, Value::Text(text)) if text.eq_ignore_ascii_case("false") => Some(Value::Bool(false)),
            (ValueType::Number, Value::Text(text)) => Number::parse(&text).map(Value::Number),
            (ValueType::String, value) => value.into_text().map(Value::Text),
            _ => None,
        }
    }

    /// The same of JSON.
    pub(crate) fn fit_json(self, value: &Json) -> Option<Json> {
        self.fit(Value::from_json(value)).map(|value| value.to_json())
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            ValueType::String => "a text",
            ValueType::Boolean => "a boolean",
            ValueType::Number => "a number",
            ValueType::List => "a list",
        }
    }
}

fn rule(
    attribute: &TargetAttribute,
    target: &Spanned<String>,
    file: &Spanned<MappingFile>,
    dialect: Dialect,
    scope: &Scope<'_>,
    found: &mut Vec<Diagnostic>,
) -> Option<MappingRule> {
    let scripted = file.dialect.as_ref().filter(|dialect| dialect.value == MappingDialect::Rhai);
    match (&file.direct, &file.constant, &file.expression) {
        (Some(name), None, None) => Some(MappingRule::Direct(Expression::attribute(dialect, name))),
        (None, Some(value), None) => values::typed(attribute, value, found).map(MappingRule::Constant),
        (None, None, Some(text)) => match scripted {
            None => compile_expression(text, dialect, scope, found).map(MappingRule::Expression),
            #[cfg(feature = "rhai")]
            Some(_) => match crate::script::Script::compile(text, &scope.limits) {
                Ok(script) => Some(MappingRule::Script(Box::new(script))),
                Err(diagnostic) => {
                    found.push(place(diagnostic, text));
                    None
                }
            },
            #[cfg(not(feature = "rhai"))]
            Some(dialect) => {
                found.push(
                    Diagnostic::new(Code::DialectNotBuilt, "this program is built without Rhai")
                        .at_source(dialect.at.source, dialect.at.span, "")
                        .help("build it with `--features rhai`"),
                );
                None
            }
        },
        (direct, constant, expression) => {
            let kinds = [direct.is_some(), constant.is_some(), expression.is_some()].into_iter().filter(|given| *given).count();
            found.push(
                Diagnostic::new(
                    Code::InvalidMapping,
                    match kinds {
                        0 => format!("the mapping of {} says not where its value comes from", target.value),
                        _ => format!("the mapping of {} has {kinds} of direct, constant and expression", target.value),
                    },
                )
                .at_source(target.at.source, target.at.span, "")
                .help("a mapping has exactly one of direct, constant and expression"),
            );
            None
        }
    }
}

fn compile_expression(text: &Spanned<String>, dialect: Dialect, scope: &Scope<'_>, found: &mut Vec<Diagnostic>) -> Option<Expression> {
    let (expression, diagnostics) = match Expression::compile_in(dialect, text, scope) {
        Ok(expression) => {
            let warnings = expression.warnings().to_vec();
            (Some(expression), warnings)
        }
        Err(error) => (None, error.diagnostics),
    };
    found.extend(diagnostics.into_iter().map(|diagnostic| place(diagnostic, text)));
    expression
}

/// Moves a diagnostic from an expression's text to the file in which it stands.
pub(super) fn place(mut diagnostic: Diagnostic, text: &Spanned<String>) -> Diagnostic {
    for label in &mut diagnostic.labels {
        (label.source, label.span) = text.span_of(label.span);
    }
    diagnostic.edit = diagnostic.edit.and_then(|edit| text.at.edit_of(edit.span, &edit.replacement));
    diagnostic
}
