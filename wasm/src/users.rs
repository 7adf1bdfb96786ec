use crate::policies::shown;
use rolewright::analyze::Subject;
use rolewright::diagnostic::{Diagnostic, Sources};
use rolewright::document::{Documents, Input, Shape};
use rolewright::provision::{SignIn, Source, User};
use rolewright::{FixedWorld, Limits};
use serde::Deserialize;
use serde_json::{Value as Json, json};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

/// A document as it was exported.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DocumentText {
    /// What diagnostics call it.
    pub name: String,
    /// The text.
    pub text: String,
}

/// What an evaluation takes from around it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct Settings {
    /// Whose mappings are applied; those of SCIM where left out.
    pub source: Option<Source>,
    /// The time that expressions read, such as 2026-11-25T12:00:00Z; the epoch where left out.
    pub now: Option<String>,
    /// From which random values follow.
    pub seed: u64,
    /// What DefaultDomain() gives.
    pub default_domain: Option<String>,
    /// Values that are taken in the target.
    pub taken: Vec<String>,
}

impl Settings {
    /// Whose mappings are applied.
    pub fn source(&self) -> Source {
        self.source.unwrap_or(Source::Scim)
    }

    /// The world in which expressions are evaluated.
    pub fn world(&self) -> FixedWorld {
        let now = self.now.as_deref().and_then(|now| now.trim_end_matches(['Z', 'z']).parse().ok());
        let mut world = FixedWorld::new(now.unwrap_or(jiff::civil::date(1970, 1, 1).at(0, 0, 0, 0)), self.seed);
        world.taken.clone_from(&self.taken);
        world.default_domain.clone_from(&self.default_domain);
        world
    }
}

/// The users of documents, read once and asked often.
#[derive(Debug, Default)]
pub struct Users {
    /// The users with the number of their row.
    pub subjects: Vec<(usize, Subject)>,
    /// What could not be read, and what the documents leave out.
    pub diagnostics: Vec<Json>,
    /// The sign-ins, by user name in lower case.
    pub sign_ins: BTreeMap<String, SignIn>,
    /// The name and shape of each document.
    pub documents: Vec<(String, String)>,
    /// The application's name or id, where a document is about it.
    pub application: Option<String>,
}

impl Users {
    /// Reads documents; what is wrong with them is kept beside what could be read.
    pub fn open(documents: Vec<DocumentText>) -> Users {
        let inputs = documents.into_iter().map(|document| Input { name: document.name, bytes: document.text.into_bytes() });
        let inputs: Vec<Input> = inputs.filter(|input| !input.bytes.iter().all(u8::is_ascii_whitespace)).collect();
        let none = Sources::default();
        let count = inputs.len();
        if count == 0 {
            return Users::default();
        }
        let documents = match Documents::open(inputs, None::<Shape>, &Limits::DEFAULT) {
            Ok(documents) => documents,
            Err(found) => return Users { diagnostics: shown(&found, &none), ..Users::default() },
        };
        let mut users = Users { diagnostics: shown(documents.warnings(), &none), ..Users::default() };
        let mut unread: Vec<Diagnostic> = Vec::new();
        documents.persons(&mut |person| {
            match person {
                Ok(person) => users.subjects.push((person.row, Subject::from(person))),
                Err(bad) => unread.push(bad),
            }
            ControlFlow::Continue(())
        });
        for sign_in in documents.sign_ins() {
            match sign_in {
                Ok(sign_in) => {
                    let single = |(name, values): (String, Vec<String>)| Some((name, values.into_iter().next()?.into()));
                    let attributes = sign_in.attributes.into_iter().filter_map(single).collect();
                    users.sign_ins.insert(User::key(&sign_in.name_id), SignIn { user: sign_in.name_id, attributes, groups: None });
                }
                Err(bad) => unread.push(bad),
            }
        }
        users.diagnostics.extend(shown(&unread, &none));
        let shape = |at: usize| (documents.name(at).unwrap_or_default().to_owned(), documents.shape(at).map_or("", Shape::word).to_owned());
        users.documents = (0..count).map(shape).collect();
        users.application = documents.application().map(str::to_owned);
        users
    }

    /// What was read, in a few words for a page.
    pub fn summary(&self) -> Json {
        json!({
            "users": self.subjects.len(),
            "signIns": self.sign_ins.len(),
            "documents": self.documents.iter().map(|(name, shape)| json!({ "name": name, "shape": shape })).collect::<Vec<_>>(),
            "application": self.application,
            "diagnostics": self.diagnostics,
        })
    }

    /// The subjects alone.
    pub fn all(&self) -> Vec<Subject> {
        self.subjects.iter().map(|(_, subject)| subject.clone()).collect()
    }

    /// The names of the attributes that the first users have.
    pub fn attributes(&self) -> Vec<String> {
        let names = self.subjects.iter().take(100).flat_map(|(_, subject)| subject.record.keys());
        names.cloned().collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// Texts that the first users have for an attribute, each once.
    pub fn values(&self, attribute: &str) -> Vec<String> {
        let mut found = BTreeSet::new();
        for (_, subject) in self.subjects.iter().take(1000) {
            match subject.record.get(attribute) {
                Some(Json::String(text)) => {
                    found.insert(text.clone());
                }
                Some(Json::Array(items)) => {
                    let text = |item: &Json| item.as_str().or_else(|| item.get("displayName")?.as_str()).map(str::to_owned);
                    found.extend(items.iter().filter_map(text));
                }
                _ => {}
            }
        }
        found.into_iter().take(50).collect()
    }
}
