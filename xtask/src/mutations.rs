//! Mistakes that the law of the engine must find, as data.

/// A mistake: a text of a file that stands there once, and what takes its place.
pub struct Mutation {
    pub name: &'static str,
    pub file: &'static str,
    pub find: &'static str,
    pub put: &'static str,
}

pub const MUTATIONS: &[Mutation] = &[
    Mutation {
        name: "any boolean is true",
        file: "src/domain/classes.rs",
        find: "1 + usize::from(truth)",
        put: "1 + usize::from(truth || !truth)",
    },
    Mutation {
        name: "an empty text is a value",
        file: "src/domain/classes.rs",
        find: "if text.is_empty() {",
        put: "if text.len() > 1_000_000 {",
    },
    Mutation {
        name: "every value is allowed",
        file: "src/domain/classes.rs",
        find: "other: if listed { all.len() - 1 } else { class(named) },",
        put: "other: class(named),",
    },
    Mutation {
        name: "every organization exists",
        file: "src/domain/classes.rs",
        find: "_ if class > self.named.len() && !exists(text) =>",
        put: "_ if class > self.named.len() && exists(text) && false =>",
    },
    Mutation {
        name: "active is read as written",
        file: "src/domain/classes.rs",
        find: "text.to_ascii_lowercase().parse()",
        put: "text.parse()",
    },
    Mutation {
        name: "one and 1.0 are of two classes",
        file: "src/domain/classes.rs",
        find: "position(|known| same(known, &json))",
        put: "position(|known| *known == json)",
    },
    Mutation {
        name: "a value equals no other of its class",
        file: "src/domain/given.rs",
        find: "(Given::Any { at, .. }, Given::Any { at: other, .. }) => at == other,",
        put: "(Given::Any { at, .. }, Given::Any { at: other, .. }) => at != other,",
    },
    Mutation {
        name: "what is written over is not looked at",
        file: "src/policy/rulings.rs",
        find: "rule.places || overwritten(name) || ",
        put: "rule.places || ",
    },
    Mutation {
        name: "the default is no class",
        file: "src/policy/rulings.rs",
        find: "AttributeTest::Other => self.default.as_ref(),",
        put: "AttributeTest::Other => None,",
    },
    Mutation {
        name: "the default organization is no class",
        file: "src/policy/rulings.rs",
        find: "asked.extend(Some(&default_org).filter(|_| home && placing.contains(&name)));",
        put: "let _ = (home, &default_org);",
    },
    Mutation {
        name: "the table in another order",
        file: "src/policy/rulings.rs",
        find: "self.variables.iter().map(|it| at / it.stride % it.classes.all().len()).collect();",
        put: "self.variables.iter().map(|it| (it.classes.all().len() - 1) - at / it.stride % it.classes.all().len()).collect();",
    },
    Mutation {
        name: "a value stays out of the answer",
        file: "src/policy/rulings.rs",
        find: "Word::Any(at) => Filled::Value(at),",
        put: "Word::Any(_) => Filled::text(\"\"),",
    },
    Mutation {
        name: "what is wrong is allowed",
        file: "src/policy/rulings.rs",
        find: "Some(ValueClass::Wrong) => Some(Given::Any { at, text, allowed: false }),",
        put: "Some(ValueClass::Wrong) => Some(Given::Any { at, text, allowed: true }),",
    },
    Mutation {
        name: "no default in place of null",
        file: "src/policy/mapping.rs",
        find: "(Some(value), Some(default)) if value.is_unset() => {",
        put: "(Some(value), Some(default)) if value.is_unset() && !default.is_string() => {",
    },
    Mutation {
        name: "scoping filters do not count",
        file: "src/policy/compiled.rs",
        find: "Ok(false) => return Conclusion::OutOfScope(\"scoping-filter\"),",
        put: "Ok(false) => {}",
    },
    Mutation {
        name: "a skipped user is provisioned",
        file: "src/policy/decision.rs",
        find: "self.skipped |= skip == Skip::Object;",
        put: "self.skipped &= skip == Skip::Object;",
    },
    Mutation {
        name: "every team comes to be",
        file: "src/policy/decision.rs",
        find: "self.values.lacks_team(seat.org, team).then(",
        put: "(!team.is_empty()).then(",
    },
    Mutation {
        name: "a sign-in reads null",
        file: "src/provision/incoming.rs",
        find: "Event::SignIn(sign_in) => (Some(&sign_in.attributes), false),",
        put: "Event::SignIn(sign_in) => (Some(&sign_in.attributes), true),",
    },
    Mutation {
        name: "a gap is not seen",
        file: "src/policy/tables.rs",
        find: "left = questions.without(left, holds)?;",
        put: "left = questions.both(left, holds)?;",
    },
    Mutation {
        name: "who is unknown is not outside",
        file: "src/policy/questions/person.rs",
        find: "UserTest::Outside => !self.member,",
        put: "UserTest::Outside => !self.member && self.known.is_some(),",
    },
    Mutation {
        name: "a wrong value does not differ",
        file: "src/policy/questions.rs",
        find: "let mut other = self.carrying(name, |carried| matches!(carried, Carried::Value { .. }))?;",
        put: "let mut other = self.carrying(name, |carried| matches!(carried, Carried::Value { wrong: false, .. }))?;",
    },
    Mutation {
        name: "what is written is not held",
        file: "src/policy/questions/actions.rs",
        find: "such = self.now_holds(such, name, Held::Value(value))?;",
        put: "such = self.both(such, such)?;",
    },
];
