//! The escape hatch: a mapping written in Rhai, in a sandbox.

use crate::diagnostic::{Code, Diagnostic, Span};
use crate::limits::Limits;
use crate::program::record::known;
use crate::program::{Fault, Record, World, date_text};
use rhai::packages::Package;
use rhai::{AST, Dynamic, Engine, Scope};
use std::collections::BTreeSet;

/// A script, ready to be run for any number of users. It reads `user.name` or `user["name"]`, and `now`; its last value
/// is the mapping's.
#[derive(Debug)]
pub(crate) struct Script {
    text: String,
    ast: AST,
    attributes: Vec<Box<str>>,
    engine: Sandbox,
}

/// An engine without files, network, clock, modules, printing and `eval`; operations, depth and sizes are bounded.
struct Sandbox(Engine);

impl std::fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sandbox")
    }
}

/// Steps that a script may take for one user.
const OPERATIONS: u64 = 100_000;
/// How deep its expressions and its calls may nest.
const DEPTH: usize = 32;

impl Sandbox {
    fn new(limits: &Limits) -> Self {
        let mut engine = Engine::new_raw();
        engine.register_global_module(rhai::packages::CorePackage::new().as_shared_module());
        engine.register_global_module(rhai::packages::LogicPackage::new().as_shared_module());
        engine.register_global_module(rhai::packages::MoreStringPackage::new().as_shared_module());
        engine.register_global_module(rhai::packages::BasicArrayPackage::new().as_shared_module());
        engine.register_global_module(rhai::packages::BasicMapPackage::new().as_shared_module());
        engine.set_max_operations(OPERATIONS);
        engine.set_max_expr_depths(DEPTH, DEPTH);
        engine.set_max_call_levels(DEPTH);
        engine.set_max_string_size(limits.text_bytes);
        engine.set_max_array_size(limits.list_items);
        engine.set_max_map_size(limits.list_items);
        for word in ["eval", "print", "debug", "sleep", "timestamp"] {
            engine.disable_symbol(word);
        }
        Sandbox(engine)
    }
}

impl Script {
    /// Reads a script.
    pub(crate) fn compile(text: &str, limits: &Limits) -> Result<Script, Diagnostic> {
        if text.chars().count() > limits.expression_chars {
            return Err(Diagnostic::new(
                Code::ExpressionTooLong,
                format!("the script has more than {} characters", limits.expression_chars),
            )
            .at(Span::new(0, text.len()), ""));
        }
        let engine = Sandbox::new(limits);
        let ast = engine.0.compile(text).map_err(|error| {
            let at = byte(text, error.position());
            Diagnostic::new(Code::UnexpectedText, format!("the script cannot be read: {}", error.err_type())).at(Span::new(at, at), "")
        })?;
        Ok(Script { text: text.to_owned(), ast, attributes: attributes(text), engine })
    }

    /// As it was written.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The attributes that it reads, each by its slot.
    pub(crate) fn attributes(&self) -> &[Box<str>] {
        &self.attributes
    }

    /// Its value for one user; `slots` as in [`Expression::evaluate_in`](crate::Expression::evaluate_in).
    pub(crate) fn run<R: Record + ?Sized>(&self, record: &R, world: &dyn World, slots: &[usize]) -> Result<serde_json::Value, Fault> {
        let mut user = rhai::Map::new();
        for (slot, name) in self.attributes.iter().enumerate() {
            let value = record.attribute(name, known(slots, slot)).to_json();
            user.insert((&**name).into(), rhai::serde::to_dynamic(value).unwrap_or(Dynamic::UNIT));
        }
        let mut scope = Scope::new();
        scope.push_constant("user", user);
        scope.push_constant("now", date_text(world.now()));
        let fault = |message: String, at: Option<usize>| Fault {
            code: Code::ScriptFailed,
            message,
            argument: None,
            span: at.map(|at| Span::new(at, at)),
        };
        let value: Dynamic = self
            .engine
            .0
            .eval_ast_with_scope(&mut scope, &self.ast)
            .map_err(|error| fault(format!("the script failed: {error}"), Some(byte(&self.text, error.position()))))?;
        if value.is_unit() {
            return Ok(serde_json::Value::Null);
        }
        rhai::serde::from_dynamic(&value)
            .map_err(|error| fault(format!("the script gives {}, which is no value: {error}", value.type_name()), None))
    }
}

/// The attributes that a script names: `user.mail`, `user["mail"]`.
fn attributes(text: &str) -> Vec<Box<str>> {
    let mut names = BTreeSet::new();
    for (at, _) in text.match_indices("user") {
        let rest = &text[at + "user".len()..];
        if let Some(name) = rest.strip_prefix('.').or_else(|| rest.strip_prefix("?.")) {
            let end = name.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(name.len());
            names.insert(name[..end].to_owned());
        } else if let Some(name) = rest.strip_prefix("[\"").and_then(|rest| rest.split_once('"')) {
            names.insert(name.0.to_owned());
        }
    }
    names.into_iter().filter(|name| !name.is_empty()).map(String::into_boxed_str).collect()
}

/// The byte of a line and column.
fn byte(text: &str, position: rhai::Position) -> usize {
    let (Some(line), column) = (position.line(), position.position().unwrap_or(1)) else { return 0 };
    let start: usize = text.split_inclusive('\n').take(line - 1).map(str::len).sum();
    let line = text[start..].lines().next().unwrap_or_default();
    start + line.char_indices().nth(column.saturating_sub(1)).map_or(line.len(), |(at, _)| at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::program::FixedWorld;
    use serde_json::json;

    fn run(text: &str) -> Result<serde_json::Value, Fault> {
        let world = FixedWorld::new(jiff::civil::date(2026, 1, 2).at(3, 4, 5, 0), 0);
        let record = json!({ "mail": "ada@example.org", "level": 4, "groups": ["a", "b"] });
        Script::compile(text, &Limits::DEFAULT).unwrap().run(&record, &world, &[])
    }

    #[test]
    fn reads_the_user_and_the_given_clock() {
        assert_eq!(run(r#"if user.level > 3 { "high" } else { "low" }"#).unwrap(), json!("high"));
        assert_eq!(run(r#"user["mail"].to_upper()"#).unwrap(), json!("ADA@EXAMPLE.ORG"));
        assert_eq!(run("user.groups.len()").unwrap(), json!(2));
        assert_eq!(run("user.missing").unwrap(), json!(null));
        assert_eq!(run("now").unwrap(), json!("1/2/2026 3:04:05 AM"));
    }

    #[test]
    fn is_bounded() {
        for hostile in
            ["loop { }", r#"let s = "x"; loop { s += s; }"#, "fn f(n) { f(n + 1) } f(0)", "let a = []; loop { a.push(a.len()); }"]
        {
            assert_eq!(run(hostile).unwrap_err().code, Code::ScriptFailed, "{hostile}");
        }
    }

    #[test]
    fn has_no_way_out() {
        for hostile in [r#"eval("1")"#, r#"import "x" as x; 1"#, r#"print("x")"#, "timestamp()", r#"open_file("x")"#] {
            let compiled = Script::compile(hostile, &Limits::DEFAULT);
            let world = FixedWorld::new(jiff::civil::date(2026, 1, 2).at(0, 0, 0, 0), 0);
            assert!(compiled.is_err() || compiled.is_ok_and(|script| script.run(&json!({}), &world, &[]).is_err()), "{hostile}");
        }
    }
}
