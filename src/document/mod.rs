//! Documents of users and of the application, as identity providers export them. Each is recognised by its shape, so
//! that what was exported can be handed over as it is and in any order.
//!
//! ```
//! use rolewright::{Limits, document::{Documents, Input}};
//! use std::ops::ControlFlow;
//!
//! let users = r#"{"value": [{"userPrincipalName": "ines_partner.example#EXT#@contoso.example"}]}"#;
//! let inputs = vec![Input { name: "users.json".into(), bytes: users.into() }];
//! let documents = Documents::open(inputs, None, &Limits::DEFAULT).unwrap();
//! documents.persons(&mut |person| {
//!     assert_eq!(person.unwrap().record["userPrincipalName"], "ines@partner.example");
//!     ControlFlow::Continue(())
//! });
//! ```

mod application;
pub(crate) mod decode;
mod feed;
mod flat;
mod given;
mod graph;
mod incomplete;
mod kept;
mod objects;
mod okta;
mod open;
mod outline;
mod parquet;
mod passed;
mod plain;
mod rows;
mod scan;
mod shape;
mod stream;
mod table;
#[cfg(test)]
mod tests;
mod utf16;
mod wanted;

pub(crate) use flat::for_okta;
pub use kept::{Member, SignIn};
pub(crate) use objects::objects;
pub use plain::Plain;
pub use shape::Shape;
pub use stream::{Piece, Pieces, Source};
pub use wanted::Wanted;

use crate::check::ENGINE;
use crate::diagnostic::{Code, Diagnostic};
use crate::program::RecordKind;
use application::Application;
use graph::{From, normalise};
use okta::Okta;
use rows::{Body, Reading, Row, at_line};
use serde_json::{Map, Value as Json};
use shape::Role;
use std::ops::ControlFlow;

/// A document before it is read.
#[derive(Debug, Clone)]
pub struct Input {
    /// What people call it: a path, or `standard input`.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// Where a row stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Origin {
    /// The position of its document among the inputs.
    pub input: usize,
    /// The line in which it begins, from 1.
    pub line: usize,
}

/// One user of a document.
#[derive(Debug, Clone, PartialEq)]
pub struct Person {
    /// The attributes. Of Graph's users, `appRoleAssignments` are the roles of this application, by name; extension
    /// attributes stand under their own names, and `userPrincipalName` is the original address. Of Okta's users, `user`
    /// is the profile, `appuser` the user of the application with what it inherits by group, and `groups` the groups.
    pub record: Map<String, Json>,
    /// Whose they are.
    pub kind: RecordKind,
    /// Whether the user is assigned to the application; `None` where the documents do not tell.
    pub assigned: Option<bool>,
    /// Where the user stands.
    pub origin: Origin,
    /// The number of the row over all documents, from 1; rows that cannot be read count too.
    pub row: usize,
}

/// Whether a plain row that has a `userPrincipalName` and no attribute of this name gets it from others, as the provider's
/// own engine does.
pub fn is_derived(name: &str) -> bool {
    ENGINE.iter().any(|(known, _)| *known == name)
}

/// Takes one user, or the finding in place of a row that is none.
type EachPerson<'f> = &'f mut dyn FnMut(Result<Person, Diagnostic>) -> ControlFlow<()>;

/// A user as it is read where a program decides.
#[derive(Debug)]
pub enum User<'t> {
    /// A row that holds nothing but plain members, read into slots.
    Plain(&'t Plain<'t>),
    /// Any other.
    Person(Person),
}

/// Takes one user, or the finding in place of a row that is none.
type EachUser<'f> = &'f mut dyn FnMut(Result<User<'_>, Diagnostic>) -> ControlFlow<()>;

/// Documents that have been recognised and, as far as they are about the application, read.
#[derive(Debug)]
pub struct Documents {
    documents: Vec<Document>,
    application: Application,
    okta: Okta,
    warnings: Vec<Diagnostic>,
    /// How deep a row may be nested.
    depth: usize,
}

#[derive(Debug)]
struct Document {
    shape: Shape,
    body: Body,
}

impl Documents {
    /// What the documents leave out, as far as they say so themselves.
    pub fn warnings(&self) -> &[Diagnostic] {
        &self.warnings
    }

    /// The shape of an input.
    pub fn shape(&self, input: usize) -> Option<Shape> {
        self.documents.get(input).map(|document| document.shape)
    }

    /// The name of an input.
    pub fn name(&self, input: usize) -> Option<&str> {
        self.documents.get(input).map(|document| document.body.name.as_str())
    }

    /// Whether any document is one of users.
    pub fn has_users(&self) -> bool {
        self.documents.iter().any(|document| self.is_users(document))
    }

    /// Whether a document's rows are the users. An application's users are, where no list has more of them.
    fn is_users(&self, document: &Document) -> bool {
        let alone = || !self.documents.iter().any(|document| document.shape == Shape::OktaUsers);
        document.shape.role() == Role::Users || (document.shape == Shape::OktaAppUsers && alone())
    }

    /// The application's name or id, where a document is about it.
    pub fn application(&self) -> Option<&str> {
        self.application.label()
    }

    /// The names of the application's roles, where a document lists them.
    pub fn app_roles(&self) -> Vec<&str> {
        self.application.role_names()
    }

    /// Hands on the users of all documents in order, one at a time, and in place of a row that is none the finding; it
    /// stops when told to.
    pub fn persons(&self, f: EachPerson<'_>) {
        let mut row = 0;
        let each: EachUser<'_> = &mut |user| match user {
            Ok(User::Person(person)) => f(Ok(person)),
            Ok(User::Plain(_)) => ControlFlow::Continue(()), // nothing is wanted in slots
            Err(bad) => f(Err(bad)),
        };
        for (input, document) in self.documents.iter().enumerate() {
            if self.is_users(document) && self.persons_of(input, (document.shape, &document.body), None, &mut row, each).is_break() {
                return;
            }
        }
    }

    /// Hands on the users of one document, or of a part of it.
    fn persons_of(
        &self,
        input: usize,
        (shape, body): (Shape, &Body),
        wanted: Option<&Wanted>,
        row: &mut usize,
        f: EachUser<'_>,
    ) -> ControlFlow<()> {
        // Other records are made of many members of what is read.
        let plain = matches!(shape, Shape::GraphUsers | Shape::Json | Shape::Ndjson | Shape::Csv);
        let reading = Reading {
            depth: self.depth,
            wanted: wanted.filter(|_| plain),
            roles: Some(&self.application).filter(|application| !application.lists_users()),
        };
        body.read(reading, &mut |line, read| {
            let user = match read {
                Ok(Row::Plain(user)) => Ok(User::Plain(user)),
                Ok(Row::Object(object)) if is_nobody(&object) => return ControlFlow::Continue(()),
                Ok(Row::Object(object)) => self.person(shape, &body.name, object, Origin { input, line }, *row + 1).map(User::Person),
                Err(bad) => Err(bad),
            };
            *row += 1;
            f(user)
        })
    }

    fn person(&self, shape: Shape, name: &str, record: Map<String, Json>, origin: Origin, row: usize) -> Result<Person, Diagnostic> {
        let from = match shape {
            Shape::Scim => return Ok(Person { record, kind: RecordKind::Target, assigned: None, origin, row }),
            Shape::OktaUsers | Shape::OktaAppUsers => {
                let (record, assigned) = if shape == Shape::OktaUsers { self.okta.user(record) } else { self.okta.app_user_alone(&record) };
                return Ok(Person { record, kind: RecordKind::Source, assigned, origin, row });
            }
            Shape::GraphUsers => From::Graph,
            _ => From::Anywhere,
        };
        let mut record = normalise(record, from);
        match self.application.resolve(&mut record) {
            Ok(assigned) => Ok(Person { record, kind: RecordKind::Source, assigned, origin, row }),
            Err(bad) => Err(at_line(Code::InvalidRow, name, origin.line, bad)),
        }
    }
}

/// Lists of a group's members and of SCIM resources hold groups and devices too, and a SCIM list without results is
/// its own only object.
fn is_nobody(object: &Map<String, Json>) -> bool {
    let within = || object.get("AdditionalProperties")?.get("@odata.type");
    let graph = object.get("@odata.type").or_else(within).and_then(Json::as_str);
    let mut scim = shape::schemas(object).map(str::to_ascii_lowercase).peekable();
    graph.is_some_and(|kind| kind.starts_with("#microsoft.graph.") && kind != "#microsoft.graph.user")
        || (scim.peek().is_some() && scim.any(|schema| schema.ends_with(":core:2.0:group") || schema.ends_with(":listresponse")))
}
