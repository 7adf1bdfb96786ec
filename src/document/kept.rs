//! Rows that are no users and yet of use: sign-ins, and the members that the application itself lists.

use super::rows::at_line;
use super::shape::Shape;
use super::{Documents, Origin};
use crate::diagnostic::{Code, Diagnostic};
use serde_json::{Map, Value as Json};
use std::ops::ControlFlow;

/// What one sign-in carries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignIn {
    /// The subject's Name ID.
    pub name_id: String,
    /// The attributes with their values, in order and as received.
    pub attributes: Vec<(String, Vec<String>)>,
    /// Where it stands.
    pub origin: Origin,
}

/// One row of the application's export of its members.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Member {
    /// The address, as written.
    pub email: String,
    /// The account's name; somebody invited has none yet.
    pub username: Option<String>,
    /// The full name.
    pub name: Option<String>,
    /// Such as `user` or `invitee`, in lower case.
    pub kind: Option<String>,
    /// The role, in lower case.
    pub role: Option<String>,
    /// The teams.
    pub teams: Vec<String>,
    /// Where it stands.
    pub origin: Origin,
}

impl Documents {
    /// The sign-ins of all documents, in order, with the rows that are none.
    pub fn sign_ins(&self) -> Vec<Result<SignIn, Diagnostic>> {
        self.kept(Shape::SignIns, sign_in)
    }

    /// The members of all documents, in order, with the rows that are none.
    pub fn members(&self) -> Vec<Result<Member, Diagnostic>> {
        self.kept(Shape::Members, member)
    }

    fn kept<T>(&self, shape: Shape, read: fn(Map<String, Json>, Origin) -> Result<T, String>) -> Vec<Result<T, Diagnostic>> {
        let mut out = Vec::new();
        for (input, document) in self.documents.iter().enumerate().filter(|(_, document)| document.shape == shape) {
            let _ = document.body.rows(self.depth, &mut |line, row| {
                let item = |row| read(row, Origin { input, line });
                out.push(row.and_then(|row| item(row).map_err(|bad| at_line(Code::InvalidRow, &document.body.name, line, bad))));
                ControlFlow::Continue(())
            });
        }
        out
    }
}

fn sign_in(row: Map<String, Json>, origin: Origin) -> Result<SignIn, String> {
    let name_id = row.get("nameId").and_then(Json::as_str).ok_or("a sign-in needs a nameId")?.to_owned();
    let attributes = row.get("attributes").and_then(Json::as_object).ok_or("a sign-in needs attributes, an object of lists of texts")?;
    let attributes = attributes.iter().map(|(name, values)| match texts(values) {
        Some(values) => Ok((name.clone(), values)),
        None => Err(format!("the attribute {name} holds something else than texts")),
    });
    Ok(SignIn { name_id, attributes: attributes.collect::<Result<_, _>>()?, origin })
}

/// A list of values, or one value without its list.
fn texts(values: &Json) -> Option<Vec<String>> {
    match values {
        Json::Null => Some(Vec::new()),
        Json::Array(items) => items.iter().map(|item| Some(texts(item)?.into_iter().next().unwrap_or_default())).collect(),
        Json::String(text) => Some(vec![text.clone()]),
        Json::Bool(_) | Json::Number(_) => Some(vec![values.to_string()]),
        Json::Object(_) => None,
    }
}

fn member(row: Map<String, Json>, origin: Origin) -> Result<Member, String> {
    let cell = |wanted: &str| {
        let (_, cell) = row.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted))?;
        cell.as_str().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
    };
    let lower = |wanted: &str| cell(wanted).map(|text| text.to_lowercase());
    let teams = cell("teams").unwrap_or_default();
    Ok(Member {
        email: cell("email").ok_or("a member needs an e-mail address")?,
        username: cell("username"),
        name: cell("name"),
        kind: lower("type"),
        role: lower("role"),
        teams: teams.split(',').map(str::trim).filter(|team| !team.is_empty()).map(str::to_owned).collect(),
        origin,
    })
}
