use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

/// Something that happens to users of the target application.
///
/// As JSON: `{"event": "scim.create", "user": "ada@example.org", "attributes": {"givenName": "Ada"}}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", deny_unknown_fields)]
pub enum Event {
    /// SCIM creates a user. A null attribute is not set.
    #[serde(rename = "scim.create")]
    ScimCreate(Subject),
    /// SCIM changes a user: null unsets an attribute, an absent one is left.
    #[serde(rename = "scim.update")]
    ScimUpdate(Subject),
    /// SCIM ends a user's memberships and keeps the record.
    #[serde(rename = "scim.deactivate")]
    ScimDeactivate(Subject),
    /// SCIM brings a user's memberships back.
    #[serde(rename = "scim.reactivate")]
    ScimReactivate(Subject),
    /// SCIM removes a user.
    #[serde(rename = "scim.delete")]
    ScimDelete(Subject),
    /// A user signs in, with what the assertion carries.
    #[serde(rename = "sso.login")]
    SignIn(SignIn),
    /// SCIM pushes a group with its whole membership.
    #[serde(rename = "group.push")]
    GroupPush {
        /// The group's name.
        group: String,
        /// User names.
        members: Vec<String>,
    },
    /// SCIM deletes a group.
    #[serde(rename = "group.delete")]
    GroupDelete {
        /// The group's name.
        group: String,
    },
    /// An administrator sets a role in one organization by hand.
    #[serde(rename = "console.set_role")]
    SetRole {
        /// The user name.
        user: String,
        /// The organization.
        org: String,
        /// The role.
        role: String,
    },
    /// An administrator removes a user by hand.
    #[serde(rename = "console.remove")]
    Remove(Subject),
    /// The settings of the connection change; what is absent is left.
    #[serde(rename = "settings.change")]
    Settings(SettingsChange),
}

/// A user, and what an event carries of it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Subject {
    /// The user name, compared without case.
    pub user: String,
    /// Target attributes by name; null is not the same as absent.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub attributes: Map<String, Json>,
}

/// A sign-in.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    /// The user name, compared without case.
    pub user: String,
    /// Target attributes that the assertion carries.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub attributes: Map<String, Json>,
    /// The groups that the assertion carries; no groups attribute is not the same as an empty one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub groups: Option<Vec<String>>,
}

/// Settings to change.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SettingsChange {
    /// The default organization.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_org: Option<String>,
    /// The default team.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_team: Option<String>,
    /// Whether SCIM is on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scim: Option<Switch>,
    /// Whether just-in-time provisioning is on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jit: Option<Switch>,
}

/// On or off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Switch {
    /// On.
    #[default]
    Enabled,
    /// Off.
    Disabled,
}

impl Switch {
    /// As it is written.
    pub fn word(self) -> &'static str {
        match self {
            Switch::Enabled => "enabled",
            Switch::Disabled => "disabled",
        }
    }
}

/// The kinds of events, as policies name them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub enum EventKind {
    /// [`Event::ScimCreate`]
    #[serde(rename = "scim.create")]
    ScimCreate,
    /// [`Event::ScimUpdate`]
    #[serde(rename = "scim.update")]
    ScimUpdate,
    /// [`Event::ScimDeactivate`]
    #[serde(rename = "scim.deactivate")]
    ScimDeactivate,
    /// [`Event::ScimReactivate`]
    #[serde(rename = "scim.reactivate")]
    ScimReactivate,
    /// [`Event::ScimDelete`]
    #[serde(rename = "scim.delete")]
    ScimDelete,
    /// [`Event::SignIn`]
    #[serde(rename = "sso.login")]
    SignIn,
    /// [`Event::GroupPush`]
    #[serde(rename = "group.push")]
    GroupPush,
    /// [`Event::GroupDelete`]
    #[serde(rename = "group.delete")]
    GroupDelete,
    /// [`Event::SetRole`]
    #[serde(rename = "console.set_role")]
    SetRole,
    /// [`Event::Remove`]
    #[serde(rename = "console.remove")]
    Remove,
    /// [`Event::Settings`]
    #[serde(rename = "settings.change")]
    Settings,
}

impl EventKind {
    /// Every kind.
    pub const ALL: [EventKind; 11] = [
        EventKind::ScimCreate,
        EventKind::ScimUpdate,
        EventKind::ScimDeactivate,
        EventKind::ScimReactivate,
        EventKind::ScimDelete,
        EventKind::SignIn,
        EventKind::GroupPush,
        EventKind::GroupDelete,
        EventKind::SetRole,
        EventKind::Remove,
        EventKind::Settings,
    ];

    /// The word of policies and event files.
    pub fn word(self) -> &'static str {
        match self {
            EventKind::ScimCreate => "scim.create",
            EventKind::ScimUpdate => "scim.update",
            EventKind::ScimDeactivate => "scim.deactivate",
            EventKind::ScimReactivate => "scim.reactivate",
            EventKind::ScimDelete => "scim.delete",
            EventKind::SignIn => "sso.login",
            EventKind::GroupPush => "group.push",
            EventKind::GroupDelete => "group.delete",
            EventKind::SetRole => "console.set_role",
            EventKind::Remove => "console.remove",
            EventKind::Settings => "settings.change",
        }
    }
}

impl Event {
    /// What kind it is.
    pub fn kind(&self) -> EventKind {
        match self {
            Event::ScimCreate(_) => EventKind::ScimCreate,
            Event::ScimUpdate(_) => EventKind::ScimUpdate,
            Event::ScimDeactivate(_) => EventKind::ScimDeactivate,
            Event::ScimReactivate(_) => EventKind::ScimReactivate,
            Event::ScimDelete(_) => EventKind::ScimDelete,
            Event::SignIn(_) => EventKind::SignIn,
            Event::GroupPush { .. } => EventKind::GroupPush,
            Event::GroupDelete { .. } => EventKind::GroupDelete,
            Event::SetRole { .. } => EventKind::SetRole,
            Event::Remove(_) => EventKind::Remove,
            Event::Settings(_) => EventKind::Settings,
        }
    }

    /// The user that it names, if it names one.
    pub fn user(&self) -> Option<&str> {
        match self {
            Event::ScimCreate(subject)
            | Event::ScimUpdate(subject)
            | Event::ScimDeactivate(subject)
            | Event::ScimReactivate(subject)
            | Event::ScimDelete(subject)
            | Event::Remove(subject) => Some(&subject.user),
            Event::SignIn(sign_in) => Some(&sign_in.user),
            Event::SetRole { user, .. } => Some(user),
            Event::GroupPush { .. } | Event::GroupDelete { .. } | Event::Settings(_) => None,
        }
    }

    /// The group that it names, if it names one.
    pub fn group(&self) -> Option<&str> {
        match self {
            Event::GroupPush { group, .. } | Event::GroupDelete { group } => Some(group),
            _ => None,
        }
    }
}
