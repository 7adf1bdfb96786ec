//! What an event gives, as nested matches: the table of all kinds of values, with what makes no difference left out.

use super::code::{Code, call, item, line, literal, word};
use super::names::Names;
use super::source::{Field, Kept, missing};
use crate::domain::{ValueClass, ValueKind};
use crate::policy::compiled::Compiled;
use crate::policy::rulings::{End, Filled, Placing, Ruling, Said, Variable};
use crate::program::Value;
use crate::provision::Source;
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// A decision among the classes of one attribute's values, or what comes out.
#[derive(Debug, Clone, PartialEq)]
enum Tree {
    Leaf(usize),
    Split { variable: usize, branches: Vec<(Vec<usize>, Tree)> },
}

struct Rules<'p> {
    compiled: &'p Compiled,
    fields: &'p [Field],
    /// The classes that can come up, of each variable.
    classes: Vec<Vec<usize>>,
    /// What comes out: its name, and how it is written.
    leaves: Vec<(String, Code)>,
    names: &'p mut Names,
    /// Constants by what they are.
    constants: BTreeMap<String, String>,
    /// Statics that the others need.
    items: Vec<String>,
    /// Those that tell the classes of a mapping's values, by name.
    classifiers: BTreeMap<usize, String>,
    /// The mappings whose values are organizations, roles and teams.
    placing: BTreeSet<usize>,
}

/// The implementation of `Values`, and what it needs.
pub(super) fn print(compiled: &Compiled, fields: &[Field], names: &mut Names) -> String {
    let variables = &compiled.provider.rulings.variables;
    let classes = variables.iter().map(|variable| possible(compiled, variable, fields)).collect();
    let mut rules = Rules {
        compiled,
        fields,
        classes,
        leaves: Vec::new(),
        names,
        constants: BTreeMap::new(),
        items: Vec::new(),
        classifiers: BTreeMap::new(),
        placing: BTreeSet::new(),
    };
    let tree = rules.tree(0, 0, &mut Vec::new());
    let outcome = rules.code(&tree);
    let mut text = String::new();
    // Writing to a text cannot fail.
    let _ = rules.write(&mut text, &outcome);
    text
}

/// The classes of a variable that its mapping can give.
fn possible(compiled: &Compiled, variable: &Variable, fields: &[Field]) -> Vec<usize> {
    let settings = &compiled.policy.settings;
    let all = 0..variable.classes.all().len();
    let Some(field) = fields.get(variable.mapping) else { return all.collect() };
    match &field.possible {
        None => all.filter(|class| *class > 0 || field.nullable).collect(),
        Some(values) => {
            let value = |value: &Option<Json>| match value {
                Some(json) => variable.classes.position(&Value::from_json(json), |org| settings.has_org(org)),
                None => 0,
            };
            let classes: BTreeSet<usize> = values.iter().map(value).collect();
            classes.into_iter().collect()
        }
    }
}

impl Rules<'_> {
    /// The decisions from one variable on; `at` is the place in the table so far, `chosen` the classes.
    fn tree(&mut self, variable: usize, at: usize, chosen: &mut Vec<usize>) -> Tree {
        let Some(stride) = self.compiled.provider.rulings.variables.get(variable).map(|variable| variable.stride) else {
            return Tree::Leaf(self.leaf(at, chosen));
        };
        let mut branches: Vec<(Vec<usize>, Tree)> = Vec::new();
        for class in self.classes[variable].clone() {
            chosen.push(class);
            let tree = self.tree(variable + 1, at + stride * class, chosen);
            chosen.pop();
            match branches.iter_mut().find(|(_, known)| *known == tree) {
                Some((classes, _)) => classes.push(class),
                None => branches.push((vec![class], tree)),
            }
        }
        match (branches.pop(), branches.is_empty()) {
            (Some((_, only)), true) => only,
            (last, _) => {
                branches.extend(last);
                Tree::Split { variable, branches }
            }
        }
    }

    /// What comes out of one combination of classes; what comes out twice is written once.
    fn leaf(&mut self, at: usize, chosen: &[usize]) -> usize {
        let Compiled { policy, provider, .. } = self.compiled;
        let Ruling { end, warnings } = &provider.rulings.at(policy, at).ruling;
        let (name, end) = self.end(end, chosen);
        let warnings = warnings.iter().map(|said| self.said(said)).collect();
        let code = call("Ruling::new", [end, self.list("Said", "warnings", warnings)]);
        let text = line(&code, 0, "");
        match self.leaves.iter().position(|(_, known)| line(known, 0, "") == text) {
            Some(known) => known,
            None => {
                self.leaves.push((self.names.upper(&name), code));
                self.leaves.len() - 1
            }
        }
    }

    fn end(&mut self, end: &End, chosen: &[usize]) -> (String, Code) {
        match end {
            End::Refused(said) => (format!("refused {}", said.code), call("End::Refused", [self.said(said)])),
            End::Inactive => ("inactive".into(), word("End::Inactive")),
            End::Active(None) => ("no member".into(), word("End::Active(None)")),
            End::Active(Some(Placing { org, org_from, role, role_from, team })) => {
                let from = |from: Source| word(format!("Source::{from:?}"));
                let mut fields = vec![
                    ("org", self.filled(org, *org_from, chosen)),
                    ("org_from", from(*org_from)),
                    ("role", self.filled(role, *role_from, chosen)),
                    ("role_from", from(*role_from)),
                ];
                fields.push(match team {
                    Some((team, by)) => {
                        let team = self.filled(team, *by, chosen);
                        ("team", call("Some", [call("", [team, from(*by)])]))
                    }
                    None => ("team", word("None")),
                });
                ("placed".into(), call("End::Active", [call("Some", [Code::Struct("Placing", fields)])]))
            }
        }
    }

    /// A text that the event took of the user is written as the user's, so that values that make no other difference
    /// are one case.
    fn filled(&mut self, filled: &Filled, from: Source, chosen: &[usize]) -> Code {
        let mapping = match filled {
            Filled::Value(mapping) => Ok(*mapping),
            Filled::Text(text) => {
                let variables = self.compiled.provider.rulings.variables.iter().zip(chosen);
                let is = |(variable, class): &(&Variable, &usize)| named(variable, **class).and_then(Json::as_str) == Some(text);
                variables.filter(|_| from == self.compiled.from).find(is).map(|(variable, _)| variable.mapping).ok_or(text)
            }
        };
        match mapping {
            Ok(mapping) => {
                self.placing.insert(mapping);
                call("Filled::Value", [word(self.position(mapping))])
            }
            Err(text) => call("Filled::text", [word(literal(text))]),
        }
    }

    fn said(&mut self, said: &Said) -> Code {
        let piece = |piece: &Filled| match piece {
            Filled::Text(text) => call("Filled::text", [word(literal(text))]),
            Filled::Value(mapping) => call("Filled::Value", [word(self.position(*mapping))]),
        };
        let about = match &said.about {
            Some(pieces) => {
                let pieces = pieces.iter().map(piece).collect();
                call("Some", [self.list("Filled", "about", pieces)])
            }
            None => word("None"),
        };
        let made = call("Said::new", [word(literal(&said.code)), word(literal(&said.message)), about]);
        self.constant("Said", &said.code, made)
    }

    /// A list, where there is anything in it.
    fn list(&mut self, of: &str, name: &str, items: Vec<Code>) -> Code {
        if items.is_empty() { word("&[]") } else { self.constant(&format!("&[{of}]"), name, Code::List(items)) }
    }

    /// A constant of its own, since a call in a static cannot borrow what is made beside it; equal ones are one.
    fn constant(&mut self, of: &str, name: &str, made: Code) -> Code {
        let key = format!("{of} {}", line(&made, 0, ""));
        if let Some(known) = self.constants.get(&key) {
            return word(known);
        }
        let name = self.names.upper(name);
        self.items.push(item(&format!("const {name}: {of} = "), &made, 4, ";"));
        self.constants.insert(key, name.clone());
        word(name)
    }

    fn position(&self, mapping: usize) -> String {
        self.fields.get(mapping).map_or_else(|| mapping.to_string(), |field| field.position.clone())
    }

    fn code(&mut self, tree: &Tree) -> Code {
        match tree {
            Tree::Leaf(leaf) => word(format!("&{}", self.leaves.get(*leaf).map_or("", |(name, _)| name))),
            Tree::Split { variable, branches } => {
                let compiled = self.compiled;
                let Some(variable) = compiled.provider.rulings.variables.get(*variable) else { return word("") };
                let Some(field) = self.fields.get(variable.mapping) else { return word("") };
                let branches: Vec<(Vec<usize>, Code)> = branches.iter().map(|(classes, tree)| (classes.clone(), self.code(tree))).collect();
                match (variable.classes.kind(), field.kept) {
                    (ValueKind::Text, _) => self.by_text(variable, field, branches),
                    (ValueKind::Boolean, Kept::Boolean) => by_boolean(field, branches),
                    _ => self.by_class(variable, field, branches),
                }
            }
        }
    }

    /// Texts that the policy names come first, then whether there is one, or such an organization; what is left is `_`.
    fn by_text(&self, variable: &Variable, field: &Field, mut branches: Vec<(Vec<usize>, Code)>) -> Code {
        let class = |position: usize| variable.classes.all().get(position).copied().unwrap_or(ValueClass::Unset);
        let settings = &self.compiled.policy.settings;
        let listed = variable.classes.is_listed();
        let guards = !listed && variable.classes.all().contains(&ValueClass::Wrong);
        // Of what is listed all others are wrong; else the others are allowed, names of organizations aside.
        let rest = if listed { ValueClass::Wrong } else { ValueClass::Allowed };
        let texts = |position: usize| -> Vec<&str> {
            match class(position) {
                ValueClass::Named(at) => variable.classes.named().get(at).and_then(Json::as_str).into_iter().collect(),
                ValueClass::Allowed => {
                    let allowed = variable.classes.merely_allowed().iter().filter_map(Json::as_str);
                    allowed.filter(|text| !variable.classes.is_organization() || settings.has_org(text)).collect()
                }
                ValueClass::Unset | ValueClass::Wrong => Vec::new(),
            }
        };
        let has = |positions: &[usize], wanted: ValueClass| positions.iter().any(|position| class(*position) == wanted);
        // The last arm is for what cannot be written as a pattern, or else for what takes most patterns.
        branches.sort_by_key(|(positions, _)| (has(positions, rest), positions.len()));
        let mut arms = Vec::new();
        let mut guarded = Vec::new();
        let last = branches.pop();
        for (positions, code) in branches {
            let mut patterns: Vec<String> = Vec::new();
            if has(&positions, ValueClass::Unset) {
                patterns.push("None".into());
            }
            let texts: Vec<String> = positions.iter().flat_map(|position| texts(*position)).map(literal).collect();
            if !texts.is_empty() {
                patterns.push(format!("Some({})", texts.join(" | ")));
            }
            if !patterns.is_empty() {
                arms.push((patterns.join(" | "), code.clone()));
            }
            if guards && has(&positions, ValueClass::Wrong) {
                guarded.push(("Some(org) if !ORGANIZATIONS.contains(&org)".to_owned(), code));
            }
        }
        if let Some((positions, code)) = last {
            // Names of organizations that do not exist must not swallow those that the last arm names.
            let texts: Vec<String> = positions.iter().flat_map(|position| texts(*position)).map(literal).collect();
            if !guarded.is_empty() && !texts.is_empty() {
                arms.push((format!("Some({})", texts.join(" | ")), code.clone()));
            }
            arms.append(&mut guarded);
            let some = !has(&positions, ValueClass::Unset) && arms.iter().any(|(pattern, _)| pattern.starts_with("None"));
            arms.push((if some { "Some(_)".into() } else { "_".into() }, code));
        }
        Code::Match(Box::new(call("filled", [word(format!("&self.{}", field.name))])), arms)
    }

    /// What is neither text nor boolean is asked for its class.
    fn by_class(&mut self, variable: &Variable, field: &Field, mut branches: Vec<(Vec<usize>, Code)>) -> Code {
        let name = self.classifier(variable, field);
        let last = branches.pop();
        let pattern = |classes: &[usize]| classes.iter().map(ToString::to_string).collect::<Vec<_>>().join(" | ");
        let mut arms: Vec<(String, Code)> = branches.into_iter().map(|(classes, code)| (pattern(&classes), code)).collect();
        arms.extend(last.map(|(_, code)| ("_".to_owned(), code)));
        Code::Match(Box::new(call(format!("{name}.of"), [word(format!("&self.{}.shown()", field.name))])), arms)
    }

    /// The static that tells the classes of a variable; it is written once.
    fn classifier(&mut self, variable: &Variable, field: &Field) -> String {
        if let Some(name) = self.classifiers.get(&variable.mapping) {
            return name.clone();
        }
        let name = self.names.upper(&format!("classes of {}", field.name));
        self.classifiers.insert(variable.mapping, name.clone());
        let json = |values: &[Json]| Code::List(values.iter().map(|json| word(literal(&json.to_string()))).collect());
        let classes = &variable.classes;
        let allowed = if classes.is_listed() { call("Some", [json(classes.allowed())]) } else { word("None") };
        let boolean = word((classes.kind() == ValueKind::Boolean).to_string());
        let new = call("Classes::new", [boolean, json(classes.named()), allowed, word(classes.is_organization().to_string())]);
        self.items.push(item(&format!("static {name}: Classes = "), &new, 4, ";"));
        name
    }

    fn write(&self, text: &mut String, outcome: &Code) -> std::fmt::Result {
        let policy = &self.compiled.policy;
        let mappings = &self.compiled.provider.source.mappings;
        let targets = mappings.iter().map(|it| call("", [word(literal(&it.target)), word(literal(&it.attribute))])).collect();
        let active = self.compiled.provider.active.map_or("None".to_owned(), |at| format!("Some({})", self.position(at)));
        let orgs = policy.settings.orgs.as_ref().map(|orgs| {
            let teams = |teams: &BTreeSet<String>| teams.iter().map(|team| literal(team)).collect::<Vec<_>>().join(", ");
            let known = |(org, known): (&String, &Option<BTreeSet<String>>)| {
                let known = known.as_ref().map_or("None".to_owned(), |known| format!("Some(&[{}])", teams(known)));
                word(format!("({}, {known})", literal(org)))
            };
            call("Some", [Code::List(orgs.iter().map(known).collect())])
        });
        let facts = Code::Struct(
            "Facts",
            vec![("targets", Code::List(targets)), ("active", word(active)), ("orgs", orgs.unwrap_or_else(|| word("None")))],
        );
        for (at, field) in self.fields.iter().enumerate() {
            writeln!(text, "    const {}: usize = {at};", field.position)?;
        }
        writeln!(text, "\n    impl generated::Fields for Values<'_> {{")?;
        writeln!(text, "{}", item("const FACTS: &'static Facts = &", &facts, 8, ";"))?;
        let arms = self.fields.iter().map(|field| (field.position.clone(), word(format!("self.{}.shown()", field.name))));
        let shown = Code::Match(Box::new(word("mapping")), arms.chain([("_".into(), word("Value::Null"))]).collect());
        writeln!(text, "        fn value(&self, mapping: usize) -> Value<'_> {{\n{}        }}\n", line(&shown, 12, ""))?;
        let placing = self.placing.iter().filter_map(|at| self.fields.get(*at)).filter_map(|field| {
            let read = match field.kept {
                Kept::Text => format!("self.{}.as_deref().unwrap_or_default()", field.name),
                Kept::Fixed => format!("self.{}.unwrap_or_default()", field.name),
                _ => return None,
            };
            Some((field.position.clone(), word(read)))
        });
        let placing = Code::Match(Box::new(word("mapping")), placing.chain([("_".into(), word("\"\""))]).collect());
        writeln!(text, "        fn text(&self, mapping: usize) -> &str {{\n{}        }}\n", line(&placing, 12, ""))?;
        writeln!(text, "        fn user(&self) -> &str {{\n            {}\n        }}\n", self.user())?;
        let missing = missing(&self.compiled.provider, self.fields);
        writeln!(text, "        fn missing(&self) -> Option<&'static str> {{\n{missing}        }}\n")?;
        writeln!(text, "        fn ruling(&self) -> &'static Ruling {{\n{}        }}\n    }}", line(outcome, 12, ""))?;
        for (name, code) in &self.leaves {
            write!(text, "\n{}", item(&format!("static {name}: Ruling = "), code, 4, ";"))?;
        }
        if let (Some(orgs), true) = (&policy.settings.orgs, text.contains("ORGANIZATIONS") || !self.items.is_empty()) {
            let orgs = Code::List(orgs.keys().map(|org| word(literal(org))).collect());
            write!(text, "\n{}", item("const ORGANIZATIONS: &[&str] = ", &orgs, 4, ";"))?;
        }
        self.items.iter().try_for_each(|item| write!(text, "\n{item}"))
    }

    /// How the user name is read.
    fn user(&self) -> String {
        let own = self.compiled.provider.name.and_then(|at| self.fields.get(at)).and_then(|field| match field.kept {
            Kept::Text => Some(format!("self.{}.as_deref()", field.name)),
            Kept::Fixed => Some(format!("self.{}", field.name)),
            _ => None,
        });
        let by_scim = self.compiled.provider.name_by_scim.as_ref().map(|_| "self.user_by_scim.as_deref()".to_owned());
        match (own, by_scim) {
            (Some(own), Some(by_scim)) => {
                let links = own.trim_start_matches("self.").replacen('.', "\n                .", 1);
                format!("self.{links}\n                .or({by_scim})\n                .unwrap_or_default()")
            }
            (Some(one), None) | (None, Some(one)) => format!("{one}.unwrap_or_default()"),
            (None, None) => "\"\"".to_owned(),
        }
    }
}

/// The value of a class that has but one.
fn named(variable: &Variable, position: usize) -> Option<&Json> {
    match variable.classes.all().get(position) {
        Some(ValueClass::Named(at)) => variable.classes.named().get(*at),
        _ => None,
    }
}

fn by_boolean(field: &Field, branches: Vec<(Vec<usize>, Code)>) -> Code {
    let mut arms = Vec::new();
    let mut branches = branches;
    branches.sort_by_key(|(classes, _)| classes.len());
    let last = branches.pop();
    for (classes, code) in branches {
        let pattern = |class: &usize| match class {
            0 => "None",
            1 => "Some(false)",
            _ => "Some(true)",
        };
        arms.push((classes.iter().map(pattern).collect::<Vec<_>>().join(" | "), code));
    }
    arms.extend(last.map(|(_, code)| ("_".to_owned(), code)));
    Code::Match(Box::new(word(format!("self.{}", field.name))), arms)
}
