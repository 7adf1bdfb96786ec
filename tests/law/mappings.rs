//! Mappings of both vendors, and the source attributes that they read.

use super::policy::Attribute;
use super::random::Random;
use super::templates::{self, Language};
use serde_json::{Map, Value as Json, json};

/// What a source maps.
pub struct Feed {
    pub source: &'static str,
    /// Whether its records are Okta's.
    pub okta: bool,
    pub file: Json,
    /// The source attributes that are read, and values worth trying of each.
    pub reads: Vec<Read>,
}

/// A source attribute as its record has it: a dot leads into an object.
#[derive(Clone)]
pub struct Read {
    pub name: String,
    pub values: Vec<Json>,
}

/// The parts of a feed while it is made.
struct Mapper<'m> {
    random: &'m mut Random,
    language: &'static Language,
    reads: Vec<Read>,
    names: Vec<&'static str>,
}

pub fn feeds(random: &mut Random, attributes: &[Attribute]) -> Vec<Feed> {
    let languages = random.weighted(&[(70, &templates::ENTRA), (17, &templates::OKTA), (13, &templates::IDENTITY_ENGINE)]);
    let scim = feed(random, attributes, "scim", languages);
    let mut feeds = vec![scim];
    if random.chance(60) {
        let mut jit = feed(random, attributes, "jit", languages);
        // Where sign-ins give no name, SCIM's mapping does.
        let name = |read: &Read| ["userPrincipalName", "mail", "user.login", "appuser.userName"].contains(&read.name.as_str());
        let missing = feeds[0].reads.iter().filter(|read| name(read) && !jit.reads.iter().any(|known| known.name == read.name));
        let missing: Vec<Read> = missing.cloned().collect();
        jit.reads.extend(missing);
        feeds.push(jit);
    }
    feeds
}

fn feed(random: &mut Random, attributes: &[Attribute], source: &'static str, language: &'static Language) -> Feed {
    let mut names = language.attributes.to_vec();
    random.shuffle(&mut names);
    let mut mapper = Mapper { random, language, reads: Vec::new(), names };
    let mut mappings = Map::new();
    for attribute in attributes {
        let mapped = match attribute.kind {
            "user_name" => source == "scim" || mapper.random.chance(50),
            _ => (attribute.required && source == "scim") || mapper.random.chance(90),
        };
        if mapped {
            mappings.insert(attribute.name.clone(), mapper.mapping(attribute, source));
        }
    }
    let mut file = json!({ "dialect": language.dialect });
    if source == "scim" {
        file["assigned"] = json!(if mapper.random.chance(30) { "required" } else { "any" });
        if mapper.random.chance(20) {
            file["scope"] = mapper.scope();
        }
    }
    let okta = language.dialect != "entra";
    if okta {
        file["attributes"] = mapper.reads.iter().map(|read| read.name.as_str()).filter(|name| name.starts_with("appuser.")).collect();
    }
    file["mappings"] = Json::Object(mappings);
    if source == "jit" {
        file["claims"] = mapper.claims();
    }
    let reads = mapper.reads;
    Feed { source, okta, file, reads }
}

impl Mapper<'_> {
    /// A source attribute, with values that are worth trying of it.
    fn read(&mut self, name: &str, values: &[Json]) {
        match self.reads.iter_mut().find(|read| read.name == name) {
            Some(read) => read.values.extend(values.iter().cloned()),
            None => self.reads.push(Read { name: name.to_owned(), values: values.to_vec() }),
        }
    }

    /// One of the attributes that nobody reads yet, mostly, as expressions write it.
    fn fresh(&mut self, values: &[Json]) -> String {
        let all = self.language.attributes;
        let name = if self.random.chance(90) { self.names.pop().unwrap_or(all[0]) } else { *self.random.of(all) };
        self.read(name, values);
        (self.language.written)(name)
    }

    fn mapping(&mut self, attribute: &Attribute, source: &str) -> Json {
        let mut mapping = match attribute.kind {
            "user_name" => self.of(self.language.names, attribute),
            "active" => self.of(self.language.active, attribute),
            _ => self.value(attribute),
        };
        if attribute.is_held() && self.random.chance(20) {
            mapping["default"] = self.fixed(attribute);
        }
        if self.random.chance(if source == "jit" { 20 } else { 6 }) {
            mapping["apply"] = json!("on_create");
        }
        if attribute.kind == "user_name" || self.random.chance(3) {
            mapping["matching"] = json!(1);
        }
        mapping
    }

    fn value(&mut self, attribute: &Attribute) -> Json {
        match self.random.below(20) {
            0 => json!({ "constant": self.fixed(attribute) }),
            1..8 => {
                let forms = match attribute.of {
                    "string" => self.language.texts,
                    "boolean" => self.language.truths,
                    "number" => self.language.numbers,
                    _ => self.language.lists,
                };
                self.of(forms, attribute)
            }
            _ => {
                let written = self.fresh(&attribute.pool);
                json!({ "direct": written.trim_matches(['[', ']']) })
            }
        }
    }

    /// A value that the policy fixes, which may be of another type than the attribute.
    fn fixed(&mut self, attribute: &Attribute) -> Json {
        self.random.of(&attribute.of_its_type()).clone()
    }

    /// A mapping of one of the forms.
    fn of(&mut self, forms: &[&'static str], attribute: &Attribute) -> Json {
        let form = *self.random.of(forms);
        match form.split_once(": ") {
            Some(("direct", name)) => {
                self.known(name);
                json!({ "direct": name })
            }
            Some(("constant", value)) => json!({ "constant": serde_json::from_str::<Json>(value).unwrap() }),
            Some(("other", form)) => json!({ "expression": self.written(form, attribute), "dialect": self.language.other }),
            _ => json!({ "expression": self.written(form, attribute) }),
        }
    }

    /// Notes what a form reads by its own name.
    fn known(&mut self, form: &str) {
        for name in ["userPrincipalName", "mail", "accountEnabled", "appRoleAssignments", "appuser.userName"] {
            if form.contains(name) {
                self.read(name, &[]);
            }
        }
        let elsewhere = [
            ("login", "user.login"),
            ("user.status", "user_internal.status"),
            ("getInternalProperty", "user_internal.status"),
            ("emberOf", "groups"),
            ("department ==", "user.department"),
            (": user.title", "user.title"),
            (": user.profile.title", "user.title"),
        ];
        for (word, name) in elsewhere {
            if form.contains(word) {
                self.read(name, &[]);
            }
        }
    }

    /// A form with its places filled: `@p` is an attribute that holds values of the target's, `@k` one that holds keys, `@l`
    /// one that holds texts with commas, `@x` short texts; `$` is a constant that the target allows, `#1` and `#2` are keys.
    fn written(&mut self, form: &'static str, attribute: &Attribute) -> String {
        self.known(form);
        let keys: Vec<Json> = self.random.some(&["k1", "K1", "key two", "Unit"], 2, 2).into_iter().map(Json::from).collect();
        let mut text = String::new();
        let mut letters = form.chars();
        while let Some(letter) = letters.next() {
            match letter {
                '@' => {
                    let values = match letters.next() {
                        Some('k') => keys.clone(),
                        Some('l') => ["a", "a,b", "gold,", "b"].map(Json::from).into(),
                        Some('x') => ["", "x", "yz"].map(Json::from).into(),
                        _ => attribute.pool.clone(),
                    };
                    text += &self.fresh(&values);
                }
                '$' => text += &self.random.of(&attribute.pool).to_string(),
                '#' => text += &keys[usize::from(letters.next() == Some('2'))].to_string(),
                other => text.push(other),
            }
        }
        text
    }

    /// Scoping filters that let most users pass.
    fn scope(&mut self) -> Json {
        let mut filters = Vec::new();
        for _ in 0..self.random.between(1, 2) {
            let mut clauses = Vec::new();
            for _ in 0..self.random.between(1, 2) {
                clauses.push(self.clause());
            }
            filters.push(clauses);
        }
        json!(filters)
    }

    fn clause(&mut self) -> Json {
        let clauses = [
            ("IS NULL", Json::Null),
            ("IS NOT NULL", Json::Null),
            ("IS FALSE", Json::Null),
            ("EQUALS", json!("external")),
            ("NOT EQUALS", json!("external")),
            ("NOT REGEX MATCH", json!("^ext")),
            ("Greater_Than", json!(5)),
            ("Includes", json!("e")),
            ("ENDS_WITH", json!("l")),
            ("!&", json!("external, 7")),
        ];
        let name = self.names.pop().unwrap_or(self.language.attributes[0]);
        self.read(name, &[json!("external"), json!("7"), json!("level")]);
        let (operator, value) = self.random.of(&clauses).clone();
        let mut clause = json!({ "attribute": name, "operator": operator });
        if !value.is_null() {
            clause["value"] = value;
        }
        clause
    }

    /// Names of claims for some of what is read.
    fn claims(&mut self) -> Json {
        let mut claims = json!({ "user": ["nameId", "upn"] });
        if self.random.chance(50) {
            claims["user_form"] = json!(self.random.word(&["any", "email"]));
        }
        if self.random.chance(60) {
            claims["groups"] = json!(["http://schemas.example/groups", "groups"]);
        }
        let mut attributes = Map::new();
        for read in self.reads.clone() {
            if self.random.chance(30) {
                attributes.insert(read.name.clone(), json!([format!("http://schemas.example/{}", read.name), read.name]));
            }
        }
        claims["attributes"] = Json::Object(attributes);
        claims
    }
}
