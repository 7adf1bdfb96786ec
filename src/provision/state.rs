use super::event::Switch;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};

/// Who put a value, a membership or a role where it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Source {
    /// SCIM provisioning.
    Scim,
    /// Just-in-time provisioning at a sign-in.
    Jit,
    /// The defaults of the connection or of the attribute.
    Default,
    /// A mapped group, pushed or of a sign-in.
    Group,
    /// An administrator, by hand.
    Console,
}

impl Source {
    /// As it is written.
    pub fn word(self) -> &'static str {
        match self {
            Source::Scim => "scim",
            Source::Jit => "jit",
            Source::Default => "default",
            Source::Group => "group",
            Source::Console => "console",
        }
    }
}

/// Everything that a history has decided: small, and the same bit for bit when the history is replayed.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct State {
    /// The connection.
    pub settings: Settings,
    /// Users by their user name in lower case.
    #[serde(default)]
    pub users: BTreeMap<String, User>,
    /// Groups that SCIM pushed: the keys of their members.
    #[serde(default)]
    pub groups: BTreeMap<String, BTreeSet<String>>,
}

/// The settings of the SSO connection.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Settings {
    /// Where users go whom no attribute places.
    pub default_org: String,
    /// Which team they join.
    pub default_team: String,
    /// Whether SCIM is on.
    pub scim: Switch,
    /// Whether just-in-time provisioning is on.
    pub jit: Switch,
    /// The organizations that exist, with their teams where those are known; `None` where the organizations are not
    /// known, so that no name can be told to be wrong.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub orgs: Option<BTreeMap<String, Option<BTreeSet<String>>>>,
}

impl Settings {
    /// Whether an organization exists, as far as that is known.
    #[inline]
    pub fn has_org(&self, name: &str) -> bool {
        self.orgs.as_ref().is_none_or(|orgs| orgs.contains_key(name))
    }

    /// Whether a team is known to be missing in an organization.
    pub(crate) fn lacks_team(&self, org: &str, team: &str) -> bool {
        self.orgs.as_ref().and_then(|orgs| orgs.get(org)).and_then(Option::as_ref).is_some_and(|teams| !teams.contains(team))
    }
}

/// A user of the target application. Memberships follow from what stands here and are not stored, so that a
/// deactivation cannot lose anything.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct User {
    /// The user name as it was first written.
    pub user: String,
    /// Who manages the user.
    pub managed_by: Source,
    /// An inactive user has no membership and keeps everything else.
    pub active: bool,
    /// Attributes that are set, each with who set it.
    #[serde(default)]
    pub attributes: BTreeMap<String, Held>,
    /// Where the attributes placed the user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub placement: Option<Placement>,
    /// The organization in which the role of the attributes holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub home: Option<String>,
    /// Groups of the last sign-in that carried any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sign_in_groups: Vec<String>,
    /// Groups that SCIM pushed and that name the user.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub pushed_groups: BTreeSet<String>,
    /// Roles set by hand, by organization.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub hand_roles: BTreeMap<String, String>,
}

/// A value with who set it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Held {
    /// The value; never null.
    pub value: Json,
    /// Who set it.
    pub from: Source,
}

/// Where the placement table put a user.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Placement {
    /// The organization.
    pub org: String,
    /// Who named it.
    pub org_from: Source,
    /// The team, and who named it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team: Option<(String, Source)>,
    /// The row of the table that hit, counted from 0.
    pub row: usize,
}

/// What a user is in one organization.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Membership {
    /// The role.
    pub role: String,
    /// Who put it there.
    pub role_from: Source,
    /// Who brought the user here.
    pub org_from: Source,
    /// Teams, each with who put the user there.
    pub teams: BTreeMap<String, Source>,
}

/// How the role attribute of a policy becomes the role in an organization.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RoleRule {
    /// The attribute, if the target has roles.
    pub attribute: Option<String>,
    /// The role where the attribute is not set or does not hold.
    pub default: String,
    /// Whether the attribute holds in every organization, not only in that of the placement.
    pub everywhere: bool,
}

impl User {
    /// The key under which a state keeps a user name: without case.
    pub fn key(name: &str) -> String {
        name.to_lowercase()
    }
}
