//! The shapes of documents, and how they are told apart: by what stands in them, never by a file's name.

use super::application::ASSIGNMENTS;
use super::graph::{From, lower_first, normalise};
use super::outline::{Layout, Outline};
use serde_json::{Map, Value as Json};

macro_rules! shapes {
    ($($name:ident $word:literal $role:ident $about:literal;)*) => {
        /// What a document is.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Shape { $(#[doc = $about] $name,)* }

        impl Shape {
            /// Every shape, in the order of this table.
            pub const ALL: &'static [Shape] = &[$(Shape::$name,)*];

            /// The word for it, as `--as` takes it.
            pub fn word(self) -> &'static str {
                match self { $(Shape::$name => $word,)* }
            }

            /// What has this shape, in a few words.
            pub fn about(self) -> &'static str {
                match self { $(Shape::$name => $about,)* }
            }

            pub(super) fn role(self) -> Role {
                match self { $(Shape::$name => Role::$role,)* }
            }
        }
    };
}

shapes! {
    GraphUsers "graph-users" Users "users as Microsoft Graph lists them";
    GraphServicePrincipal "graph-service-principal" Application "the application's service principal, with its app roles";
    GraphAppRoleAssignedTo "graph-app-role-assigned-to" Application "the application's list of assignments, appRoleAssignedTo";
    Scim "scim" Users "a SCIM ListResponse or User: values of the target, to which mappings do not apply";
    Json "json" Users "a list of objects in JSON";
    Ndjson "ndjson" Users "one JSON object a line";
    Csv "csv" Users "a table whose header names the attributes";
    SignIns "saml" Kept "sign-ins: a list of objects with nameId and attributes";
    Members "members" Kept "the application's export of its members, in CSV";
    OktaUsers "okta-users" Users "users as the Okta Management API lists them";
    OktaAppUsers "okta-app-users" Application "an Okta application's users";
    OktaGroups "okta-groups" Application "the groups assigned to an Okta application";
    OktaGroupMembers "okta-group-members" Application "the members of Okta groups, under the id of each group";
}

/// What the program does with a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// Its rows are persons.
    Users,
    /// It is read before the users.
    Application,
    /// Its rows are kept for the commands that ask for them.
    Kept,
}

impl Shape {
    /// The shape of that word.
    pub fn from_word(word: &str) -> Option<Shape> {
        Shape::ALL.iter().copied().find(|shape| shape.word() == word)
    }

    /// Whether Okta writes such documents.
    pub(super) fn is_okta(self) -> bool {
        matches!(self, Shape::OktaUsers | Shape::OktaAppUsers | Shape::OktaGroups | Shape::OktaGroupMembers)
    }

    /// The words for the shapes, for errors.
    pub fn known() -> String {
        Shape::ALL.iter().map(|shape| shape.word()).collect::<Vec<_>>().join("|")
    }
}

impl std::fmt::Display for Shape {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.word())
    }
}

/// The shapes that a document can have: one if it is clear. Where it is none, the text says what it looks like.
pub(super) fn recognise(text: &str, outline: &Outline) -> Result<Vec<Shape>, &'static str> {
    let mut found: Vec<Shape> = Vec::new();
    for sample in &outline.samples {
        for shape in marks(sample, &outline.layout, outline.pages) {
            if !found.contains(&shape) {
                found.push(shape);
            }
        }
    }
    if found.is_empty() {
        found.extend(by_context(text, outline));
    }
    if !found.is_empty() {
        return Ok(found);
    }
    match &outline.layout {
        Layout::Empty => Err("is empty"),
        Layout::Other => Err("is neither JSON nor a table with a header"),
        Layout::Table(_) => Ok(vec![Shape::Csv]),
        Layout::Lines => Ok(vec![Shape::Ndjson]),
        Layout::Array(_) if outline.no_objects => Err("is a JSON list of something else than objects"),
        Layout::Array(_) | Layout::Rest => Ok(vec![Shape::Json]),
        Layout::Wrapped("value", _) if outline.samples.is_empty() && !outline.no_objects => {
            Ok(vec![Shape::GraphUsers, Shape::GraphServicePrincipal, Shape::GraphAppRoleAssignedTo])
        }
        Layout::Wrapped(..) => Err("is a wrapped list of objects that are neither users nor assignments"),
        Layout::Single => single(text, outline),
    }
}

/// What a single object is that has no marks of a known one.
fn single(text: &str, outline: &Outline) -> Result<Vec<Shape>, &'static str> {
    let Some(object) = outline.samples.first() else { return Err("begins like a JSON object and is none") };
    if object.is_empty() {
        Err("is an empty object")
    } else if object.contains_key("error") {
        Err("is an error answer, not an export")
    } else if is_registration(object) {
        Err("is the application's registration; its service principal has the id by which assignments name it")
    } else if text.trim().lines().count() == 1 && !object.iter().any(|(name, value)| name != ASSIGNMENTS && is_list_of_objects(value)) {
        Ok(vec![Shape::Ndjson]) // of one line
    } else {
        Err("is one object with no marks of a known shape")
    }
}

fn is_list_of_objects(value: &Json) -> bool {
    value.as_array().is_some_and(|items| items.iter().any(Json::is_object))
}

/// Graph says of every answer what it holds, also of an empty one; a SCIM list says so by the name of its list.
fn by_context(text: &str, outline: &Outline) -> Option<Shape> {
    if matches!(outline.layout, Layout::Wrapped("Resources", _)) {
        return Some(Shape::Scim);
    }
    if is_group_members(text, outline) {
        return Some(Shape::OktaGroupMembers);
    }
    if let Some(Json::Array(schemas)) = outline.member(text, "schemas") {
        let is_list = |schema: &Json| schema.as_str().is_some_and(|schema| schema.to_ascii_lowercase().ends_with(":listresponse"));
        return schemas.iter().any(is_list).then_some(Shape::Scim);
    }
    let context = outline.member(text, "@odata.context")?;
    let (_, what) = context.as_str()?.rsplit_once('#')?;
    if what.ends_with("appRoleAssignedTo") || what.ends_with("appRoleAssignments") {
        Some(Shape::GraphAppRoleAssignedTo)
    } else if what.starts_with("users") {
        Some(Shape::GraphUsers)
    } else if what.starts_with("servicePrincipals") {
        Some(Shape::GraphServicePrincipal)
    } else {
        None
    }
}

/// The shapes whose marks one object bears. A plain row has none, whatever its attributes are called.
fn marks(sample: &Map<String, Json>, layout: &Layout, pages: bool) -> Vec<Shape> {
    if matches!(layout, Layout::Table(_)) {
        return column_marks(sample);
    }
    let object = normalise(sample.clone(), From::Graph);
    let has = |name: &str| object.contains_key(name);
    let mut out = Vec::new();
    let mut mark = |shape: Shape, bears: bool| {
        if bears {
            out.push(shape);
        }
    };
    let scim = is_scim_user(&object) || matches!(layout, Layout::Wrapped("Resources", _));
    mark(Shape::Scim, scim);
    mark(Shape::SignIns, has("nameId") && object.get("attributes").is_some_and(Json::is_object));
    mark(Shape::GraphAppRoleAssignedTo, is_assignment(&object));
    mark(Shape::GraphServicePrincipal, is_principal(&object));
    let graph = pages || matches!(layout, Layout::Single | Layout::Wrapped("value", _));
    let user = ["userPrincipalName", "givenName", "surname", "userType", "onPremisesExtensionAttributes"];
    mark(Shape::GraphUsers, graph && !scim && user.iter().any(|name| has(name)));
    let embedded = object.get("_embedded").is_some_and(|more| more.get("group").is_some());
    // The assignment of a group that gives no values.
    mark(Shape::OktaGroups, (embedded || has("priority") && has("_links")) && !object.get("profile").is_some_and(Json::is_object));
    if let Some(Json::Object(profile)) = object.get("profile") {
        let application_user = has("scope") && has("credentials") && !has("priority");
        let group = has("priority") || has("objectClass") || embedded;
        mark(Shape::OktaAppUsers, application_user);
        mark(Shape::OktaGroups, group && !application_user);
        mark(Shape::OktaUsers, has("status") && profile.contains_key("login") && !application_user && !group);
    }
    out
}

fn column_marks(columns: &Map<String, Json>) -> Vec<Shape> {
    let has = |name: &str| columns.keys().any(|column| lower_first(column) == name);
    let mut out = Vec::new();
    if has("principalId") && (has("resourceId") || has("appRoleId")) {
        out.push(Shape::GraphAppRoleAssignedTo);
    }
    if ["username", "email", "role", "teams"].iter().all(|name| has(name)) {
        out.push(Shape::Members);
    }
    if !out.is_empty() && has("userPrincipalName") {
        out.push(Shape::Csv);
    }
    out
}

pub(super) fn is_scim_user(object: &Map<String, Json>) -> bool {
    schemas(object).any(|schema| schema.eq_ignore_ascii_case("urn:ietf:params:scim:schemas:core:2.0:User"))
}

/// The schemas that a SCIM resource names.
pub(super) fn schemas(object: &Map<String, Json>) -> impl Iterator<Item = &str> {
    object.get("schemas").and_then(Json::as_array).into_iter().flatten().filter_map(Json::as_str)
}

fn is_assignment(object: &Map<String, Json>) -> bool {
    object.contains_key("principalId") && (object.contains_key("resourceId") || object.contains_key("appRoleId"))
}

/// A service principal has roles that have ids, and is neither a user nor a registration.
fn is_principal(object: &Map<String, Json>) -> bool {
    let roles = object.get("appRoles").and_then(Json::as_array);
    let roles = roles.is_some_and(|roles| roles.iter().all(|role| role.get("id").is_some()));
    roles && !object.contains_key("userPrincipalName") && !is_registration(object)
}

/// `GET /applications` has the roles too, under an id that no assignment names.
fn is_registration(object: &Map<String, Json>) -> bool {
    let has = |name: &str| object.contains_key(name);
    has("appRoles") && !has("servicePrincipalNames") && (has("requiredResourceAccess") || has("identifierUris") || has("publisherDomain"))
}

/// An object of lists of Okta users and of nothing else.
fn is_group_members(text: &str, outline: &Outline) -> bool {
    let lists = outline.members.iter().all(|(_, range)| text[range.clone()].starts_with('['));
    let user = |range: &std::ops::Range<usize>| {
        let first = super::scan::Items::of(text.as_bytes(), range.start).next()?.ok()?;
        let user: Json = serde_json::from_str(&text[first.value.range]).ok()?;
        user.get("profile")?.get("login").map(|_| ())
    };
    lists && outline.members.iter().any(|(_, range)| user(range).is_some())
}
