//! One source: its mappings as fields and functions, its scope, and the function that decides.

use super::code::{self, Code, binding, call, item, literal, signature, word};
use super::names::Names;
use super::rules;
use super::term::{Printed, Printer, Texts, may_skip};
use crate::domain::is_unset;
use crate::expression::Expression;
use crate::policy::ValueType;
use crate::policy::compiled::{Compiled, Reading, Required};
use crate::policy::mapping::{Mapping, MappingRule};
use crate::program::Value;
use crate::provision::Source;
use serde_json::Value as Json;
use std::fmt::Write;

/// The type of a mapping's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kept {
    Text,
    /// A text of the policy.
    Fixed,
    Boolean,
    Number,
    Value,
}

impl Kept {
    fn rust(self) -> &'static str {
        match self {
            Kept::Text => "Option<Cow<'a, str>>",
            Kept::Fixed => "Option<&'static str>",
            Kept::Boolean => "Option<bool>",
            Kept::Number => "Option<Number>",
            Kept::Value => "Value<'a>",
        }
    }
}

/// A mapping's value in the generated code.
#[derive(Debug)]
pub(super) struct Field {
    /// The name of the field.
    pub name: String,
    /// The name of the constant that holds the mapping's position.
    pub position: String,
    pub kept: Kept,
    /// What it can be, where the policy's text shows it; `None` is null.
    pub possible: Option<Vec<Option<Json>>>,
    /// Whether it can be null, or be left out.
    pub nullable: bool,
}

impl Field {
    fn of(mapping: &Mapping, names: &mut Names) -> Field {
        let (name, position) = (names.lower(&mapping.attribute), names.upper(&mapping.attribute));
        let fits = |json: &Json| match mapping.value_type {
            ValueType::String => json.is_string(),
            ValueType::Boolean => json.is_boolean(),
            ValueType::Number => json.is_number(),
            ValueType::List => false,
        };
        let by_type = match mapping.value_type {
            ValueType::String => Kept::Text,
            ValueType::Boolean => Kept::Boolean,
            ValueType::Number if mapping.default.is_none() => Kept::Number,
            ValueType::Number | ValueType::List => Kept::Value,
        };
        let default = mapping.default.as_ref();
        let term = match &mapping.rule {
            MappingRule::Constant(_) => {
                let constant = constant(mapping);
                let kept = match (constant, by_type) {
                    (Some(json), _) if !fits(json) => Kept::Value,
                    (_, Kept::Text) => Kept::Fixed,
                    (_, kept) => kept,
                };
                return Field { name, position, kept, possible: Some(vec![constant.cloned()]), nullable: constant.is_none() };
            }
            MappingRule::Direct(expression) | MappingRule::Own(expression) | MappingRule::Expression(expression) => expression.root(),
            #[cfg(feature = "rhai")]
            MappingRule::Script(_) => return Field { name, position, kept: by_type, possible: None, nullable: true },
        };
        let nullable = default.is_none() || may_skip(term);
        if !default.is_none_or(fits) {
            return Field { name, position, kept: Kept::Value, possible: None, nullable };
        }
        let texts = Some(mapping.value_type).filter(|kind| *kind == ValueType::String).and_then(|_| Texts::of(term));
        let Some(texts) = texts else { return Field { name, position, kept: by_type, possible: None, nullable } };
        let unset = texts.null || texts.texts.contains(&"");
        let mut possible: Vec<Option<Json>> = texts.texts.iter().map(|text| Some(Json::from(*text))).collect();
        possible.extend(texts.null.then_some(None));
        if let Some(default) = default.filter(|_| unset) {
            possible.retain(|value| value.as_ref().is_some_and(|value| !is_unset(value)));
            possible.push(Some(default.clone()));
        }
        possible.extend(may_skip(term).then_some(None));
        Field { name, position, kept: Kept::Fixed, possible: Some(possible), nullable }
    }
}

/// A mapping's constant, or its default where that is null.
fn constant(mapping: &Mapping) -> Option<&Json> {
    let MappingRule::Constant(json) = &mapping.rule else { return None };
    Some(json).filter(|json| !is_unset(json)).or(mapping.default.as_ref()).or(Some(json)).filter(|json| !json.is_null())
}

/// Names that the generated code has for itself, or calls.
const TAKEN: [&str; 23] = [
    "ATTRIBUTES",
    "ORGANIZATIONS",
    "SCOPE",
    "assigned",
    "attribute",
    "borrows",
    "chosen",
    "compares",
    "compares_in_okta",
    "decide",
    "decided",
    "filled",
    "is_filled",
    "is_true",
    "out",
    "part",
    "record",
    "shown",
    "text_of",
    "user",
    "user_by_scim",
    "values",
    "world",
];

/// The module of a source.
pub(super) fn module(compiled: &Compiled, from: Source) -> String {
    let reading = &compiled.provider;
    let mut taken = Names::without(&TAKEN);
    let mappings = &reading.source.mappings;
    let fields: Vec<Field> = mappings.iter().map(|mapping| Field::of(mapping, &mut taken)).collect();
    let mut printer = Printer { names: &mut taken, items: Vec::new() };
    let mut functions = String::new();
    let mut steps = String::new();
    for ((mapping, field), slots) in mappings.iter().zip(&fields).zip(&reading.slots) {
        let step = step(mapping, field, slots, &mut printer, &mut functions);
        steps += &binding(&field.name, &step, 8);
    }
    steps += &by_scim(reading, &fields, &mut printer);
    let scope = scope(reading);
    let out = match (reading.source.assigned, scope.is_empty()) {
        (false, true) => word("None"),
        (assigned, unfiltered) => {
            let assigned = word(if assigned { "assigned" } else { "None" });
            call("user.out_of_scope", [assigned, word(if unfiltered { "None" } else { "Some(&SCOPE)" })])
        }
    };
    steps += &binding("out", &out, 8);
    let mut names: Vec<&str> = fields.iter().map(|field| field.name.as_str()).collect();
    names.extend(reading.name_by_scim.as_ref().map(|_| "user_by_scim"));
    names.extend((!borrows(reading, &fields)).then_some("borrows: std::marker::PhantomData"));
    let items = std::mem::take(&mut printer.items);
    let rules = rules::print(compiled, &fields, &mut taken);
    let mut module = String::new();
    let write = |module: &mut String| -> std::fmt::Result {
        writeln!(module, "/// What {} gives a newcomer.", if from == Source::Scim { "SCIM provisioning" } else { "a sign-in" })?;
        writeln!(module, "pub mod {} {{\n    use rolewright::generated::{{self, *}};\n", from.word())?;
        writeln!(module, "    /// The attributes that are read, each by the slot under which a record is asked for it.")?;
        let attributes = Code::List(reading.attributes.iter().map(|name| word(literal(name))).collect());
        writeln!(module, "{}", item("pub const ATTRIBUTES: &[&str] = ", &attributes, 4, ";"))?;
        module.push_str(&values(reading, &fields));
        writeln!(module, "    /// What a user is given.\n    pub type Decision<'a> = generated::Decision<'a, Values<'a>>;\n")?;
        writeln!(module, "    /// What the target gives a user of whom it knows nothing yet.")?;
        let parameters = ["record: &'a R", "assigned: Option<bool>", "world: &'a dyn World"];
        module.push_str(&signature("pub fn decide<'a, R: Record + ?Sized>", &parameters, "Decision<'a>"));
        writeln!(module, "        let mut user = User::new(record, world);")?;
        module.push_str(&steps);
        module.push_str(&item("let values = ", &word(braced(&names, 8)), 8, ";"));
        writeln!(module, "        decided(values, user, out)\n    }}\n")?;
        module.push_str(&functions);
        module.push_str(&rules);
        for item in items.iter().chain(Some(&scope).filter(|scope| !scope.is_empty())) {
            write!(module, "\n{item}")?;
        }
        writeln!(module, "}}")
    };
    // Writing to a text cannot fail.
    let _ = write(&mut module);
    module
}

/// `Values { a, b }`, on as many lines as it takes.
fn braced(names: &[&str], indent: usize) -> String {
    let flat = names.join(", ");
    if flat.len() <= 18 {
        return format!("Values {{ {flat} }}");
    }
    let lines: String = names.iter().map(|name| format!("{}{name},\n", " ".repeat(indent + 4))).collect();
    format!("Values {{\n{lines}{}}}", " ".repeat(indent))
}

/// The struct of the values.
fn values(reading: &Reading, fields: &[Field]) -> String {
    let mut text =
        "    /// The values that the mappings give, null where they give none.\n    #[derive(Debug)]\n    pub struct Values<'a> {\n"
            .to_owned();
    for (mapping, field) in reading.source.mappings.iter().zip(fields) {
        text += &format!("        /// {}\n        pub {}: {},\n", shown(&mapping.target), field.name, field.kept.rust());
    }
    if reading.name_by_scim.is_some() {
        text += "        /// The user name as the mappings of SCIM give it, where these give none.\n        pub user_by_scim: Option<Cow<'a, str>>,\n";
    }
    if !borrows(reading, fields) {
        text += "        /// No value borrows of the user.\n        pub borrows: std::marker::PhantomData<&'a ()>,\n";
    }
    text + "    }\n\n"
}

/// Whether a value can be a piece of the user's record.
fn borrows(reading: &Reading, fields: &[Field]) -> bool {
    reading.name_by_scim.is_some() || fields.iter().any(|field| matches!(field.kept, Kept::Text | Kept::Value))
}

/// A text on one line of a comment, without characters that steer how it is shown, which the compiler refuses.
pub(super) fn in_comment(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let steers = |c: char| c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    line.replace(steers, "?")
}

/// A text as documentation shows it: on one line, as code.
fn shown(text: &str) -> String {
    let line = in_comment(text);
    if line.contains('`') { format!("`` {line} ``") } else { format!("`{line}`") }
}

/// How `decide` gets a mapping's value. Whatever is more than an attribute is a function of its own.
fn step(mapping: &Mapping, field: &Field, slots: &[usize], printer: &mut Printer<'_>, functions: &mut String) -> Code {
    let target = word(literal(&mapping.target));
    let expression = match &mapping.rule {
        MappingRule::Direct(expression) | MappingRule::Expression(expression) => expression,
        _ => return fixed_value(constant(mapping), field.kept, printer),
    };
    let nullable = Texts::of(expression.root()).is_some_and(|texts| texts.null);
    let mut printed = Printed::new(printer, expression, slots).for_target(&mapping.attribute);
    let evaluated = match (&mapping.rule, field.kept) {
        (MappingRule::Direct(_), _) => match printed.value(expression.root()) {
            Code::Call(_, place) => Code::Call("attribute".into(), place),
            other => other,
        },
        (_, kept) => {
            let (body, gives) = match kept {
                Kept::Fixed if nullable => (call("Ok", [printed.fixed(expression.root(), true)]), "Option<&'static str>"),
                Kept::Fixed => (call("Ok", [printed.fixed(expression.root(), false)]), "&'static str"),
                _ => (printed.result(expression.root()), "Value<'a>"),
            };
            functions.push_str(&function(&field.name, expression, &body, gives));
            word(field.name.clone())
        }
    };
    let default = mapping.default.as_ref();
    match (field.kept, default) {
        (Kept::Fixed, None) => call("user.fixed", [target, evaluated]),
        (Kept::Fixed, Some(default)) => call("user.fixed_or", [target, json_literal(default), evaluated]),
        (Kept::Text, None) => match evaluated {
            Code::Call(head, place) if head == "attribute" => call("user.direct", [target].into_iter().chain(place)),
            evaluated => call("user.text", [target, evaluated]),
        },
        (Kept::Text, Some(default)) => call("user.text_or", [target, json_literal(default), evaluated]),
        (Kept::Boolean, None) => call("user.boolean", [target, evaluated]),
        (Kept::Boolean, Some(default)) => call("user.boolean_or", [target, json_literal(default), evaluated]),
        (Kept::Number, _) => call("user.number", [target, evaluated]),
        (Kept::Value, None) => call("user.list", [target, evaluated]),
        (Kept::Value, Some(default)) => {
            let name = printer.names.upper(&format!("{} default", field.name));
            let json = call("Constant::new", [word(literal(&default.to_string()))]);
            printer.items.push(item(&format!("static {name}: Constant = "), &json, 4, ";"));
            let wanted = word(format!("ValueType::{:?}", mapping.value_type));
            call("user.value_or", [target, wanted, word(format!("&{name}")), evaluated])
        }
    }
}

/// The function of an expression that gives texts of its own only.
fn text_function(expression: &Expression, body: &Code, nullable: bool) -> String {
    function("text", expression, body, if nullable { "Option<&'static str>" } else { "&'static str" })
}

/// A function that evaluates one mapping's expression.
fn function(name: &str, expression: &Expression, body: &Code, gives: &str) -> String {
    let head = format!("pub fn {name}<'a, R: Record + ?Sized>");
    let head = signature(&head, &["user: &mut User<'a, R>"], &format!("Result<{gives}, Halt>"));
    format!("    /// {}\n    #[inline]\n{head}{}    }}\n\n", shown(expression.text()), code::body(body, 8))
}

/// The module of an expression that stands alone.
pub(super) fn expression(expression: &Expression, name: &str) -> String {
    let mut names = Names::without(&["evaluate", "text"]);
    let mut printer = Printer { names: &mut names, items: Vec::new() };
    let body = Printed::new(&mut printer, expression, &[]).result(expression.root());
    let mut function = function("evaluate", expression, &body, "Value<'a>");
    if let Some(texts) = Texts::of(expression.root()) {
        let body = call("Ok", [Printed::new(&mut printer, expression, &[]).fixed(expression.root(), texts.null)]);
        function += &text_function(expression, &body, texts.null);
    }
    let items: String = printer.items.iter().map(|item| format!("\n{item}")).collect();
    format!(
        "#[allow(unused, clippy::all)]\npub mod {name} {{\n    use rolewright::generated::{{self, *}};\n\n{}\n{items}}}\n",
        function.trim_end()
    )
}

fn json_literal(json: &Json) -> Code {
    word(match json {
        Json::String(text) => literal(text),
        other => other.to_string(),
    })
}

fn fixed_value(constant: Option<&Json>, kept: Kept, printer: &mut Printer<'_>) -> Code {
    match (kept, constant) {
        (Kept::Fixed, Some(Json::String(text))) => word(format!("Some({})", literal(text))),
        (Kept::Boolean, Some(Json::Bool(bool))) => word(format!("Some({bool})")),
        (Kept::Number, Some(json)) => match Value::from_json(json) {
            Value::Number(number) => word(format!("Some(Number::{number:?})")),
            _ => word("None"),
        },
        (Kept::Value, Some(json)) => {
            let name = printer.names.upper("constant");
            let made = call("Constant::new", [word(literal(&json.to_string()))]);
            printer.items.push(item(&format!("static {name}: Constant = "), &made, 4, ";"));
            word(format!("{name}.value()"))
        }
        (Kept::Value, None) => word("Value::Null"),
        _ => word("None"),
    }
}

/// The name that SCIM's mapping gives who signs in.
fn by_scim(reading: &Reading, fields: &[Field], printer: &mut Printer<'_>) -> String {
    let Some(by_scim) = &reading.name_by_scim else { return String::new() };
    let Some(mapping) = by_scim.source.mappings.get(by_scim.mapping) else { return String::new() };
    let named = match reading.name.and_then(|at| fields.get(at)) {
        Some(Field { kept: Kept::Value, name, .. }) => format!("matches!({name}, Value::Text(_))"),
        Some(Field { kept: Kept::Text | Kept::Fixed, name, .. }) => format!("{name}.is_some()"),
        _ => "false".to_owned(),
    };
    let value = match &mapping.rule {
        _ if mapping.value_type != ValueType::String => word("None"),
        MappingRule::Direct(expression) | MappingRule::Expression(expression) => {
            let body = Printed::new(printer, expression, &by_scim.slots).for_target(&mapping.attribute).result(expression.root());
            let body = match (&mapping.rule, body) {
                (MappingRule::Direct(expression), _) => {
                    let place = Printed::new(printer, expression, &by_scim.slots).value(expression.root());
                    if let Code::Call(_, place) = place { Code::Call("attribute".into(), place) } else { place }
                }
                (_, body) => body.before("|user| "),
            };
            let target = word(literal(&mapping.target));
            match mapping.default.as_ref().and_then(Json::as_str) {
                Some(default) => call("user.text_or", [target, word(literal(default)), body]),
                None => call("user.text", [target, body]),
            }
        }
        _ => match constant(mapping) {
            Some(Json::String(text)) => word(format!("Some({}.into())", literal(text))),
            _ => word("None"),
        },
    };
    binding("user_by_scim", &call("user.name_by_scim", [word(named), value.before("|user| ")]), 8)
}

/// The scoping filters, if there are any.
fn scope(reading: &Reading) -> String {
    let mut slots = reading.scope.iter();
    let mut filters = Vec::new();
    for filter in reading.source.scope.clauses() {
        let mut tests = Vec::new();
        for clause in filter {
            let (attribute, operator, value) = clause.written();
            let value = value.map_or("None".to_owned(), |value| format!("Some({})", literal(value)));
            let slot = slots.next().copied().unwrap_or_default();
            tests.push(Code::Struct(
                "Test",
                vec![
                    ("attribute", word(literal(attribute))),
                    ("slot", word(slot.to_string())),
                    ("operator", word(literal(operator))),
                    ("value", word(value)),
                ],
            ));
        }
        filters.push(Code::List(tests));
    }
    if filters.is_empty() {
        return String::new();
    }
    item("static SCOPE: Scope = ", &call("Scope::new", [Code::List(filters)]), 4, ";")
}

/// What the target requires, in the order in which it is looked for.
pub(super) fn missing(reading: &Reading, fields: &[Field]) -> String {
    let mut text = String::new();
    for (required, path) in &reading.required {
        let (test, path) = match required {
            Required::UserName => ("generated::Fields::user(self).is_empty()".to_owned(), literal(path)),
            Required::Mapping(at) => {
                let Some(field) = at.and_then(|at| fields.get(at)) else {
                    text += &format!("            return Some({});\n", literal(path));
                    return text;
                };
                let test = match field.kept {
                    Kept::Text | Kept::Fixed => format!("filled(&self.{}).is_none()", field.name),
                    Kept::Boolean | Kept::Number => format!("self.{}.is_none()", field.name),
                    Kept::Value => format!("!is_filled(&self.{})", field.name),
                };
                (test, literal(path))
            }
        };
        text += &format!("            if {test} {{\n                return Some({path});\n            }}\n");
    }
    text + "            None\n"
}
