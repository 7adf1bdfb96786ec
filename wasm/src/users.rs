use crate::policies::{shown, told};
use rolewright::analyze::Subject;
use rolewright::diagnostic::{Diagnostic, Sources};
use rolewright::document::{Documents, Input, Member, Shape, SignIn};
use rolewright::provision::Source;
use rolewright::{Dialect, FixedWorld, Limits, Record, okta_attributes_of};
use serde::Deserialize;
use serde_json::{Map, Value as Json, json};
use std::collections::BTreeSet;
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

/// Another record in place of one that was read.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Edit {
    /// The record as it was read.
    pub was: Map<String, Json>,
    /// As it is to be.
    pub record: Map<String, Json>,
    /// Whether the user is assigned to the application.
    #[serde(default)]
    pub assigned: Option<bool>,
}

/// What an evaluation takes from around it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct Settings {
    /// Whose mappings are applied; those of SCIM where left out.
    pub source: Option<Source>,
    /// The language of an expression that stands alone; Entra's where left out.
    pub dialect: Dialect,
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

/// By what people know a user, nearest first.
const NAMES: [&str; 9] = ["userPrincipalName", "user.login", "userName", "login", "appuser.userName", "mail", "email", "displayName", "id"];

/// The name of a user.
pub fn name(record: &Map<String, Json>) -> Option<String> {
    NAMES.iter().find_map(|name| record.attribute(name, 0).to_json().as_str().filter(|text| !text.is_empty()).map(str::to_owned))
}

/// The users of documents, read once and asked often.
#[derive(Debug, Default)]
pub struct Users {
    /// The users with the number of their row.
    pub subjects: Vec<(usize, Subject)>,
    /// What could not be read, and what the documents leave out.
    pub diagnostics: Vec<Json>,
    /// The sign-ins, as they were received.
    pub sign_ins: Vec<SignIn>,
    /// Who is in the application already.
    pub members: Vec<Member>,
    /// The names of the application's roles.
    pub app_roles: Vec<String>,
    /// The name and shape of each document.
    pub documents: Vec<(String, String)>,
    /// The rows that were edited, with what was read there.
    pub edited: Vec<(usize, Map<String, Json>)>,
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
                Ok(sign_in) => users.sign_ins.push(sign_in),
                Err(bad) => unread.push(bad),
            }
        }
        for member in documents.members() {
            match member {
                Ok(member) => users.members.push(member),
                Err(bad) => unread.push(bad),
            }
        }
        users.app_roles = documents.app_roles().into_iter().map(str::to_owned).collect();
        users.diagnostics.extend(shown(&unread, &none));
        let shape = |at: usize| (documents.name(at).unwrap_or_default().to_owned(), documents.shape(at).map_or("", Shape::word).to_owned());
        users.documents = (0..count).map(shape).collect();
        users.application = documents.application().map(str::to_owned);
        users
    }

    /// Edits users in place. An edit whose user is not there as it was, is told and left out.
    pub fn edit(&mut self, edits: Vec<Edit>) {
        for edit in edits {
            match self.subjects.iter_mut().find(|(_, subject)| subject.record == edit.was) {
                Some((row, subject)) => {
                    (subject.record, subject.assigned) = (edit.record, edit.assigned);
                    self.edited.push((*row, edit.was));
                }
                None => self.diagnostics.push(told(
                    "edit-lost",
                    false,
                    "an edited user is no longer among the documents as it was, so that the edit is left out",
                )),
            }
        }
    }

    /// What was read, in a few words for a page.
    pub fn summary(&self) -> Json {
        json!({
            "users": self.subjects.len(),
            "signIns": self.sign_ins.len(),
            "members": self.members.len(),
            "appRoles": self.app_roles,
            "documents": self.documents.iter().map(|(name, shape)| json!({ "name": name, "shape": shape })).collect::<Vec<_>>(),
            "application": self.application,
            "diagnostics": self.diagnostics,
        })
    }

    /// The subjects alone.
    pub fn all(&self) -> Vec<Subject> {
        self.subjects.iter().map(|(_, subject)| subject.clone()).collect()
    }

    /// The names of the attributes that the first users have, as a language writes them.
    pub fn attributes(&self, dialect: Dialect) -> Vec<String> {
        let first = self.subjects.iter().take(100).map(|(_, subject)| &subject.record);
        let names: BTreeSet<String> = match dialect {
            Dialect::Entra => first.flat_map(|record| record.keys().cloned()).collect(),
            Dialect::Okta | Dialect::OktaIdentityEngine => first.flat_map(okta_attributes_of).collect(),
        };
        names.into_iter().collect()
    }

    /// Texts that the first users have for an attribute, each once.
    pub fn values(&self, attribute: &str) -> Vec<String> {
        let mut found = BTreeSet::new();
        for (_, subject) in self.subjects.iter().take(1000) {
            match subject.record.attribute(attribute, 0).to_json() {
                Json::String(text) => {
                    found.insert(text);
                }
                Json::Array(items) => {
                    let text = |item: &Json| item.as_str().or_else(|| item.get("displayName")?.as_str()).map(str::to_owned);
                    found.extend(items.iter().filter_map(text));
                }
                _ => {}
            }
        }
        found.into_iter().take(50).collect()
    }
}
