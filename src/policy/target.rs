use super::file::{AttributeFile, AttributeKind, ValueType};
use crate::yaml::Spanned;
use serde::Serialize;
use serde_json::Value as Json;

/// An attribute of the target application.
#[derive(Debug, Clone, Serialize)]
pub struct TargetAttribute {
    /// Its name.
    pub name: String,
    /// Its SCIM path: the name, unless the policy says otherwise.
    pub path: String,
    /// The type of its values.
    #[serde(skip)]
    pub value_type: ValueType,
    /// What the engine takes it for.
    #[serde(skip)]
    pub kind: AttributeKind,
    /// The values that are allowed; all where empty.
    pub one_of: Vec<Json>,
    /// What it counts as where it is not set.
    pub default: Option<Json>,
    /// Values that give power.
    pub privileged: Vec<Json>,
    /// Whether a user cannot be without it.
    pub required: bool,
    /// Whether no two users have the same value.
    pub unique: bool,
}

impl TargetAttribute {
    pub(super) fn new(name: &str, file: &AttributeFile) -> Self {
        // What is of another type is told of, and stays as it is.
        let typed = |value: &Spanned<Json>| file.value_type.fit_json(&value.value).unwrap_or_else(|| value.value.clone());
        let values = |list: &[Spanned<Json>]| list.iter().map(typed).collect();
        TargetAttribute {
            name: name.to_owned(),
            path: file.path.as_ref().map_or_else(|| name.to_owned(), |path| path.value.clone()),
            value_type: file.value_type,
            kind: file.kind,
            one_of: values(&file.one_of),
            default: file.default.as_ref().map(typed),
            privileged: values(&file.privileged),
            required: file.required,
            unique: file.unique,
        }
    }

    /// Whether a mapping or an event means this attribute by a name.
    pub fn is_named(&self, name: &str) -> bool {
        self.name == name || self.path == name
    }
}

/// SCIM's own attributes of users (RFC 7643, sections 3 and 4.1).
const CORE: [&str; 25] = [
    "schemas",
    "id",
    "externalId",
    "meta",
    "userName",
    "name",
    "displayName",
    "nickName",
    "profileUrl",
    "title",
    "userType",
    "preferredLanguage",
    "locale",
    "timezone",
    "active",
    "password",
    "emails",
    "phoneNumbers",
    "ims",
    "photos",
    "addresses",
    "groups",
    "entitlements",
    "roles",
    "x509Certificates",
];

/// Whether a SCIM path says by itself where it stands: it begins with one of SCIM's own attributes, or names a schema.
/// Any other one without a path of its own is the application's, under its namespace.
pub(crate) fn is_core(path: &str) -> bool {
    let head = path.split(['.', '[']).next().unwrap_or_default();
    CORE.iter().any(|core| core.eq_ignore_ascii_case(head)) || path.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("urn:"))
}

/// The attribute of a kind, if the target has one.
pub(super) fn of_kind(attributes: &[TargetAttribute], kind: AttributeKind) -> Option<&TargetAttribute> {
    attributes.iter().find(|attribute| attribute.kind == kind)
}
