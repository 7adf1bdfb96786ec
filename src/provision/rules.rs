use super::event::{EventKind, Switch};
use super::groups::GroupPattern;
use super::state::{RoleRule, Source};
use crate::diagnostic::{SourceId, Span};
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// The rules of a policy, ready to be applied.
#[derive(Debug, Clone)]
pub(crate) struct Rules {
    /// Target attributes that users carry, by name.
    pub attributes: BTreeMap<String, AttributeRule>,
    pub roles: RoleRule,
    /// The placement table, first hit wins.
    pub placement: Vec<PlacementRow>,
    pub groups: Option<GroupRule>,
    /// The rows of each event, shared checks in their place.
    pub events: BTreeMap<EventKind, Vec<Row>>,
}

/// What a value of an attribute may be.
#[derive(Debug, Clone, Default)]
pub(crate) struct AttributeRule {
    /// The values that are allowed; all where empty.
    pub one_of: Vec<Json>,
    /// Whether it is true or false and nothing else.
    pub boolean: bool,
    /// Whether it names an organization, which must exist.
    pub organization: bool,
    /// What it counts as where it is not set.
    pub default: Option<Json>,
    /// Whether a change of it moves the user.
    pub places: bool,
    /// Sources whose mapping of it applies on creation only.
    pub on_create: Vec<Source>,
}

/// Groups by name.
#[derive(Debug, Clone)]
pub(crate) struct GroupRule {
    pub pattern: GroupPattern,
    /// The warning for a name that the pattern does not fit.
    pub malformed: String,
    /// The warning for an organization that does not exist.
    pub unknown: String,
}

/// One row of the placement table.
#[derive(Debug, Clone)]
pub(crate) struct PlacementRow {
    pub when: Vec<Condition>,
    pub org: Place,
    pub team: Option<Place>,
    pub warn: Option<String>,
    pub id: Option<String>,
    pub at: Option<(SourceId, Span)>,
}

/// Where the name of an organization or team comes from.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Place {
    /// An attribute of the user.
    Attribute(String),
    /// The connection's default organization.
    DefaultOrg,
    /// The connection's default team.
    DefaultTeam,
    /// A fixed name.
    Fixed(String),
}

/// One row of an event: all conditions must hold.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub when: Vec<Condition>,
    pub actions: Vec<Action>,
    pub id: Option<String>,
    /// Where it stands in the policy, for coverage and explanations.
    pub at: Option<(SourceId, Span)>,
}

/// Something that may hold; closed, so that tables can be checked.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Condition {
    Scim(Switch),
    Jit(Switch),
    /// An option of the policy has one of these values; settled when the policy is loaded.
    Option {
        name: String,
        values: Vec<String>,
        holds: bool,
    },
    User(Vec<UserTest>),
    Groups(Vec<GroupsTest>),
    /// No attribute that places has a value.
    Unplaced,
    /// This event placed the user, by attributes, where it was no member before.
    PlacedInNewOrganization,
    /// Whether the role of the attributes has an organization to hold in.
    Home {
        set: bool,
    },
    Active(Vec<ActiveTest>),
    Attribute {
        name: String,
        tests: Vec<AttributeTest>,
    },
    /// The role that an administrator sets is none of the allowed ones.
    RoleWrong,
    /// The user is no member of the organization in which an administrator sets a role.
    OrgNotAMember,
    /// The default organization that a change of settings names does not exist.
    DefaultOrgWrong,
}

/// What can be asked of the user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum UserTest {
    /// Not there when the event began.
    Unknown,
    /// There when the event began.
    Known,
    /// There, and not active.
    Inactive,
    /// Without any membership.
    Outside,
    /// Managed by somebody else than SCIM.
    Foreign,
}

/// What can be asked of the groups of a sign-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum GroupsTest {
    /// No groups attribute.
    Absent,
    /// At least one group.
    Some,
    /// At least one whose name does not fit the pattern.
    Malformed,
    /// At least one that maps into a known organization.
    Mapped,
}

/// What can be asked of the `active` that an event carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ActiveTest {
    Absent,
    Carried,
    Is(bool),
}

/// What can be asked of an attribute.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum AttributeTest {
    /// The event does not carry it.
    Absent,
    /// The event carries it, null included.
    Carried,
    /// The event carries a value that is not allowed, or names no organization that exists.
    Wrong,
    /// The event carries a value other than the user has; not set counts as the default.
    Other,
    /// The user has a value.
    Set,
    /// The user has none.
    Unset,
    /// The event carries this value.
    Carries(Json),
    /// The user has this value.
    Holds(Json),
}

/// Something that is done; closed as well.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Action {
    /// Ends the event; nothing of it is kept.
    Refuse(String),
    /// Ends the event with a warning.
    Ignore(String),
    /// Ends the event.
    Stop,
    Warn(String),
    /// From here on an attribute counts as unset or absent.
    Count {
        attribute: String,
        as_absent: bool,
    },
    /// From here on the sign-in counts as one with an empty list of groups.
    CountGroupsEmpty,
    Write {
        attributes: Which,
        mode: Mode,
        by: Source,
        over: BTreeMap<Source, String>,
    },
    /// Who manages the user from now on; makes the user where it is unknown.
    Own(Source),
    Active(ActiveRule),
    RemoveUser,
    SetHandRole,
    EndHandRole,
    ReplaceGroups,
    ReplaceMembers {
        unknown: Option<String>,
    },
    EndGroup,
    Place(PlaceRule),
    ChangeSettings,
}

/// Which attributes a row writes.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Which {
    /// All that the event carries.
    Carried,
    /// These, where the event carries them.
    Named(Vec<String>),
}

/// How a row writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// What is carried, null included; an equal value makes the writer its source.
    Write,
    /// As `Write`, and what is absent counts as null.
    Replace,
    /// What is carried, not null, and differs.
    Overwrite,
}

/// Whether a user becomes active.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ActiveRule {
    Always(bool),
    /// As the event carries it; absent leaves it.
    Carried,
    /// As the event carries it; absent is true.
    CarriedOrTrue,
}

/// When the placement table is applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PlaceRule {
    Always,
    /// If the event changed an attribute that places, or the user is without membership.
    IfMovedOrOutside,
    /// Only the organization where the role holds, without a membership.
    HomeOnly,
}
