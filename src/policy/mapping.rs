use super::file::{Apply, MappingDialect, MappingFile, ValueType};
use super::target::TargetAttribute;
use crate::check::Scope;
use crate::diagnostic::{Code, Diagnostic, SourceId, Span};
use crate::expression::{Expression, Flow};
use crate::language::Dialect;
use crate::program::{Fault, Glance, Halt, Number, Part, Record, Value, World};
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
    pub(crate) at: (SourceId, Span),
    /// Where the expression's text stands, character by character.
    text: Option<At>,
}

/// The kinds of mappings.
#[derive(Debug)]
pub(crate) enum MappingRule {
    /// A source attribute as it is.
    Direct(Expression),
    Constant(Json),
    Expression(Expression),
    #[cfg(feature = "rhai")]
    Script(Box<crate::script::Script>),
}

/// What a mapping gave for one user.
#[derive(Debug)]
pub(crate) struct Mapped {
    /// The value, or a skip.
    pub flow: Result<MappedFlow, Fault>,
    /// Whether the mapping's default took the place of null.
    pub defaulted: bool,
    pub warnings: Vec<Diagnostic>,
    /// The parts of the expression, where they were asked for.
    pub parts: Vec<Part>,
}

#[derive(Debug)]
pub(crate) enum MappedFlow {
    Value(Json),
    Skip(crate::program::Skip),
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
        let rule = rule(target, file, dialect, scope, found)?;
        Some(Mapping {
            target: target.value.clone(),
            attribute: attribute.name.clone(),
            value_type: attribute.value_type,
            rule,
            default: file.default.as_ref().map(|value| value.value.clone()).filter(|value| !is_unset(value)),
            on_create: file.apply == Apply::OnCreate,
            matching: file.matching.filter(|priority| *priority > 0),
            dialect,
            at: (target.at.source, target.at.span),
            text: file.expression.as_ref().map(|text| text.at.clone()),
        })
    }

    /// In the words of the policy file.
    pub fn describe(&self) -> String {
        match &self.rule {
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
    pub(crate) fn span_of(&self, inner: Span) -> (SourceId, Span) {
        self.text.as_ref().map_or(self.at, |text| text.span_of(inner))
    }

    /// Values that it gives as they are written, whatever their type.
    pub(crate) fn fixed(&self) -> impl Iterator<Item = &Json> {
        let constant = if let MappingRule::Constant(value) = &self.rule { Some(value) } else { None };
        constant.into_iter().chain(&self.default)
    }

    /// The source attributes that it reads.
    pub fn reads(&self) -> &[Box<str>] {
        match &self.rule {
            MappingRule::Direct(expression) | MappingRule::Expression(expression) => expression.attributes(),
            MappingRule::Constant(_) => &[],
            #[cfg(feature = "rhai")]
            MappingRule::Script(_) => &[],
        }
    }

    /// Whether Redact hides its value.
    pub(crate) fn is_redacted(&self) -> bool {
        match &self.rule {
            MappingRule::Direct(expression) | MappingRule::Expression(expression) => expression.is_redacted(),
            MappingRule::Constant(_) => false,
            #[cfg(feature = "rhai")]
            MappingRule::Script(_) => false,
        }
    }

    /// What it gives for one user, as JSON, and with the parts of the expression where they are asked for.
    pub(crate) fn evaluate(&self, record: &dyn Record, world: &dyn World, explain: bool) -> Mapped {
        let mut warnings = Vec::new();
        let mut parts = Vec::new();
        let result = match &self.rule {
            MappingRule::Direct(expression) | MappingRule::Expression(expression) if explain => {
                let (evaluated, seen) = expression.explain(record, world);
                (warnings, parts) = (evaluated.warnings, seen);
                match evaluated.result {
                    Ok(Flow::Value(value)) => self.fit(value),
                    Ok(Flow::Skip(skip)) => Err(Halt::Skip(skip)),
                    Err(fault) => Err(Halt::Fault(Box::new(fault))),
                }
            }
            _ => self.raw(record, world, &[], &mut warnings),
        };
        let (flow, defaulted) = match result.map(|value| self.or_default(value)) {
            Ok((value, defaulted)) => (Ok(MappedFlow::Value(value.to_json())), defaulted),
            Err(Halt::Skip(skip)) => (Ok(MappedFlow::Skip(skip)), false),
            Err(Halt::Fault(fault)) => (Err(*fault), false),
        };
        Mapped { flow, defaulted, warnings, parts }
    }

    /// What it gives for one user, borrowed from the user and the policy where it can be; `slots` are those under which
    /// the record knows the attributes that [`reads`](Self::reads) names.
    pub(crate) fn value<'a>(
        &'a self,
        record: &'a dyn Record,
        world: &'a dyn World,
        slots: &'a [usize],
        warnings: &mut Vec<Diagnostic>,
    ) -> Result<Value<'a>, Halt> {
        match self.glance(record, slots) {
            Glance::Text(text) => Ok(Value::text(text)),
            Glance::Null => Ok(Value::Null),
            Glance::Unknown => Ok(self.or_default(self.raw(record, world, slots, warnings)?).0),
        }
    }

    /// What is to be seen of its value, the default in its place where it has none.
    fn glance<'a>(&'a self, record: &'a dyn Record, slots: &'a [usize]) -> Glance<'a> {
        let seen = match &self.rule {
            _ if self.value_type != ValueType::String => return Glance::Unknown,
            MappingRule::Direct(expression) | MappingRule::Expression(expression) => expression.glance(record, slots),
            _ => return Glance::Unknown,
        };
        match (seen, &self.default) {
            (Glance::Null | Glance::Text(""), Some(Json::String(default))) => Glance::Text(default),
            (Glance::Null | Glance::Text(""), Some(_)) => Glance::Unknown,
            (seen, _) => seen,
        }
    }

    /// The value in the type of the target, before the default.
    fn raw<'a>(
        &'a self,
        record: &'a dyn Record,
        world: &'a dyn World,
        slots: &'a [usize],
        warnings: &mut Vec<Diagnostic>,
    ) -> Result<Value<'a>, Halt> {
        match &self.rule {
            MappingRule::Constant(value) => Ok(Value::from_json(value)),
            MappingRule::Direct(expression) => {
                let Some(name) = expression.attributes().first() else { return Ok(Value::Null) };
                self.fit(record.attribute(name, slots.first().copied().unwrap_or(0)))
            }
            MappingRule::Expression(expression) => self.fit(expression.evaluate_in(record, world, slots, warnings)?),
            #[cfg(feature = "rhai")]
            MappingRule::Script(script) => {
                let json = script.run(record, world).map_err(|fault| Halt::Fault(Box::new(fault)))?;
                self.fit(Value::from_json(&json).into_owned())
            }
        }
    }

    /// The default in place of null and of the empty text, and whether it was.
    fn or_default<'a>(&'a self, value: Value<'a>) -> (Value<'a>, bool) {
        match &self.default {
            Some(default) if value.is_unset() => (Value::from_json(default), true),
            _ => (value, false),
        }
    }

    /// The value as the target attribute's type has it.
    fn fit<'a>(&self, value: Value<'a>) -> Result<Value<'a>, Halt> {
        let kind = value.kind();
        self.value_type.fit(value).ok_or_else(|| wrong_type(&self.target, self.value_type, kind))
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
            (ValueType::List, list @ Value::List(_)) => Some(list),
            (ValueType::List, single) => Some(Value::list(vec![single])),
            (ValueType::Boolean, value @ Value::Bool(_)) | (ValueType::Number, value @ Value::Number(_)) => Some(value),
            (ValueType::Boolean, Value::Text(text)) if text.is_empty() => Some(Value::Null),
            (ValueType::Boolean, Value::Text(text)) if text.eq_ignore_ascii_case("true") => Some(Value::Bool(true)),
            (ValueType::Boolean, Value::Text(text)) if text.eq_ignore_ascii_case("false") => Some(Value::Bool(false)),
            (ValueType::Number, Value::Text(text)) => Number::parse(&text).map(Value::Number),
            (ValueType::String, value) => value.into_text().map(Value::Text),
            _ => None,
        }
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

/// Null, and the empty text, which counts as null in a target.
pub(crate) fn is_unset(value: &Json) -> bool {
    value.is_null() || value.as_str() == Some("")
}

fn rule(
    target: &Spanned<String>,
    file: &Spanned<MappingFile>,
    dialect: Dialect,
    scope: &Scope<'_>,
    found: &mut Vec<Diagnostic>,
) -> Option<MappingRule> {
    let scripted = file.dialect.as_ref().filter(|dialect| dialect.value == MappingDialect::Rhai);
    match (&file.direct, &file.constant, &file.expression) {
        (Some(name), None, None) => Some(MappingRule::Direct(Expression::attribute(dialect, name))),
        (None, Some(value), None) => Some(MappingRule::Constant(value.value.clone())),
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
