//! The policy file as it is written: the types from which its JSON Schema is generated.

use crate::language::Dialect;
use crate::provision::{EventKind, Source, Switch};
use crate::yaml::{Entries, Spanned};
use serde::Deserialize;
use serde_json::Value as Json;

#[cfg(feature = "cli")]
use schemars::JsonSchema;

/// A policy: how one target application is provisioned.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "cli", derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct PolicyFile {
    /// The version of the format: 1. Looked at before the rest is read.
    #[allow(dead_code)]
    pub rolewright: Spanned<u32>,
    /// The policy's name.
    pub policy: Spanned<String>,
    /// The policy on which this one builds, a path beside this file. Followed before the rest is read.
    #[serde(default)]
    #[allow(dead_code)]
    pub extends: Option<Spanned<String>>,
    /// The suites of cases that are this policy's own.
    #[serde(default)]
    pub suites: Vec<String>,
    /// The application and its attributes.
    pub target: Target,
    /// The SSO connection.
    #[serde(default)]
    pub connection: Connection,
    /// Choices that the rows may ask for.
    #[serde(default)]
    pub options: Entries<OptionFile>,
    /// Who writes, and by which mappings.
    pub sources: SourcesFile,
    /// Where attributes put a user; first hit wins.
    #[serde(default)]
    pub placement: Vec<Spanned<PlacementFile>>,
    /// How the names of groups map to teams.
    #[serde(default)]
    pub groups: Option<GroupsFile>,
    /// Rows that several events share, by name.
    #[serde(default)]
    pub checks: Entries<Vec<Spanned<RowFile>>>,
    /// The rows of each event.
    #[serde(default)]
    pub events: Entries<Vec<Spanned<RowFile>>>,
    /// What the application's documentation advises of mappings; told where a mapping does otherwise.
    #[serde(default)]
    pub advice: Vec<Spanned<AdviceFile>>,
    /// The application's own words for reasons and warnings, by code.
    #[serde(default)]
    pub messages: Entries<String>,
    /// Cases that `rolewright test` runs.
    #[serde(default)]
    pub tests: Vec<Spanned<TestFile>>,
}

/// The target application.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "cli", derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct Target {
    /// Its name, for people.
    #[serde(default)]
    pub application: Option<String>,
    /// The URN of the SCIM extension that holds its own attributes.
    #[serde(default)]
    pub namespace: Option<Spanned<String>>,
    /// Its attributes by name.
    pub attributes: Entries<AttributeFile>,
}

/// A target attribute.
#[derive(Debug, Default, Deserialize)]
#[cfg_attr(feature = "cli", derive(JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub(crate) struct AttributeFile {
    /// The type of its values.
    #[serde(rename = "type")]
    pub value_type: ValueType,
    /// What the engine takes it for.
    pub kind: AttributeKind,
    /// Its SCIM path, where that is not its name.
    pub path: Option<Spanned<String>>,
    /// The values that are allowed; all where left out.
    pub one_of: Vec<Spanned<Json>>,
    /// What it counts as where it is not set.
    pub default: Option<Spanned<Json>>,
    /// Values that give power, for audits.
    pub privileged: Vec<Spanned<Json>>,
    /// Whether a user cannot be without it.
    pub required: bool,
    /// Whether no two users have the same value.
    pub unique: bool,
    /// Where a role holds.
    pub holds: Holds,
}

/// The type of a target attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[cfg_attr(feature = "cli", derive(JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum ValueType {
    /// A text.
    #[default]
    String,
    /// A boolean.
    Boolean,
    /// A number.
    Number,
    /// A list.
    List,
}

/// What the engine takes a target attribute for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[cfg_attr(feature = "cli", derive(JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum AttributeKind {
    /// A value that users carry, and nothing more.
    #[default]
    Plain,
    /// The name by which a user is known.
    UserName,
    /// Whether the user is active.
    Active,
    /// The role.
    Role,
    /// The organization that the user joins.
    Organization,
    /// The team that the user joins.
    Team,
}

/// Where a role holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[cfg_attr(feature = "cli", derive(JsonSchema))]
#[serde(rename_all = "snake_case")]
pub(crate) enum Holds {
    /// In the organization where the attributes placed the user; elsewhere the default holds.
    #[default]
    Placement,
    /// In every organization of the user.
    Everywhere,
}

/// The SSO connection.
#[derive(Debug, Default, Deserialize)]
#[cfg_attr(feature = "cli", derive(JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Connection {
    /// Where users go whom no attribute places.
    pub default_org: Option<Spanned<String>>,
    /// Which team they join.
    pub default_team: Option<Spanned<String>>,
    /// Whether SCIM is on.
    pub scim: Switch,
    /// Whether just-in-time provisioning is on.
    pub jit: Switch,
    /// The organizations that exist: a list, or a map to the teams of each.
    pub orgs: Option<Spanned<Json>>,
}

/// A choice.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "cli", derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct OptionFile {
    /// Its values.
    pub one_of: Vec<String>,
    /// The value that it has.
    pub default: Spanned<String>,
}

/// Who writes.
#[derive(Debug, Default, Deserialize)]
#[cfg_attr(feature = "cli", derive(JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub(crate) struct SourcesFile {
    /// SCIM provisioning.
    pub scim: Option<SourceFile>,
    /// Just-in-time provisioning: what an assertion carries.
    pub jit: Option<SourceFile>,
}

/// One source.
#[derive(Debug, Default, Deserialize)]
#[cfg_attr(feature = "cli", derive(JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub(crate) struct SourceFile {
    /// The language of its expressions.
    pub dialect: Dialect,
    /// Whether only users count who are assigned to the application.
    pub assigned: Assigned,
    /// Scoping filters: a list of filters, of which one must pass, each a list of clauses, which all must hold.
    pub scope: Vec<Vec<ClauseFile>>,
    /// Source attributes beside those that the provider is known to have.
    pub attributes: Vec<String>,
    /// Mappings by target attribute, under its name or its SCIM path.
    pub mappings: Entries<Spanned<MappingFile>>,
    /// Under which names the assertion of a sign-in carries what.
    pub claims: ClaimsFile,
}

/// Names of claims, in order of preference. An attribute without a line here is carried under the name that its mapping
/// reads.
#[derive(Debug, Default, Deserialize)]
#[cfg_attr(feature = "cli", derive(JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub(crate) struct ClaimsFile {
    /// The user name: `nameId` is the assertion's subject. The first that has a value counts, whatever it is.
    pub user: Vec<String>,
    /// What a user name must be.
    pub user_form: UserForm,
    /// The groups: the first that the assertion carries counts, also without a value.
    pub groups: Vec<String>,
    /// What mappings read, by the name that they read: the first that has a value counts. What no mapping reads is
    /// carried and not kept.
    pub attributes: Entries<Vec<String>>,
}

/// What the user name of a sign-in must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[cfg_attr(feature = "cli", derive(JsonSchema))]
#[serde(rename_all = "snake_case")]
pub(crate) enum UserForm {
    /// Any text.
    #[default]
    Any,
    /// An e-mail address.
    Email,
}

/// Which users a source provisions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[cfg_attr(feature = "cli", derive(JsonSchema))]
#[serde(rename_all = "lowercase")]
pub(crate) enum Assigned {
    /// All that the documents hold.
    #[default]
    Any,
    /// Those assigned to the application.
    Required,
}

/// A clause of a scoping filter.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "cli", derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct ClauseFile {
    /// The source attribute.
    pub attribute: Spanned<String>,
    /// The operator, as Entra writes it.
    pub operator: Spanned<String>,
    /// The value to compare with.
    #[serde(default)]
    pub value: Option<Spanned<Json>>,
}

/// How a target attribute gets its value: exactly one of `direct`, `constant` and `expression`.
#[derive(Debug, Default, Deserialize)]
#[cfg_attr(feature = "cli", derive(JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub(crate) struct MappingFile {
    /// A source attribute.
    pub direct: Option<Spanned<String>>,
    /// A fixed value.
    pub constant: Option<Spanned<Json>>,
    /// An expression.
    pub expression: Option<Spanned<String>>,
    /// The language of the expression, where it is not the source's.
    pub dialect: Option<Spanned<MappingDialect>>,
    /// The value where the mapping gives null.
    pub default: Option<Spanned<Json>>,
    /// When the mapping applies.
    pub apply: Apply,
    /// The matching precedence: by which attributes a user is found in the target, and in which order.
    pub matching: Option<u32>,
}

/// The language of one mapping.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "cli", derive(JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub(crate) enum MappingDialect {
    /// Microsoft Entra's expressions.
    Entra,
    /// Okta's expressions in classic style.
    Okta,
    /// Okta's expressions in the method style of Identity Engine.
    OktaIdentityEngine,
    /// A script in Rhai, where that is built in.
    Rhai,
}

/// When a mapping applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[cfg_attr(feature = "cli", derive(JsonSchema))]
#[serde(rename_all = "snake_case")]
pub(crate) enum Apply {
    /// On creation and on every update.
    #[default]
    Always,
    /// On creation only.
    OnCreate,
}

/// A row of the placement table.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "cli", derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct PlacementFile {
    /// By which a policy that builds on this one replaces the row.
    #[serde(default)]
    pub id: Option<String>,
    /// What must hold: attributes that are `set` or `unset` or have a value, settings, options.
    #[serde(default)]
    pub when: Entries<Spanned<Json>>,
    /// The organization: `[attribute]`, `default_org`, or a name.
    pub org: Spanned<String>,
    /// The team: `[attribute]`, `default_team`, `none`, or a name.
    #[serde(default)]
    pub team: Option<Spanned<String>>,
    /// A warning's code.
    #[serde(default)]
    pub warn: Option<String>,
}

/// How the names of groups map to teams.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "cli", derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct GroupsFile {
    /// `{organization}` and possibly `{team}`, with fixed text between and around them.
    pub pattern: Spanned<String>,
    /// The warning for a name that the pattern does not fit.
    #[serde(default = "malformed")]
    pub malformed: String,
    /// The warning for an organization that does not exist.
    #[serde(default = "organization_not_there")]
    pub unknown: String,
}

fn malformed() -> String {
    "group-not-mapped".into()
}

fn organization_not_there() -> String {
    "unknown-organization".into()
}

/// A row of an event: conditions, then what happens.
#[derive(Debug, Default, Deserialize)]
#[cfg_attr(feature = "cli", derive(JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub(crate) struct RowFile {
    /// By which a policy that builds on this one replaces the row.
    pub id: Option<String>,
    /// Stands for shared rows; nothing else stands in such a row.
    pub check: Option<Spanned<String>>,
    /// What must hold, all of it: settings, options, the user, how an attribute stands (`wrong`, `set`), and values under
    /// `carried` (what the event carries) or `stored` (what the user has).
    pub when: Entries<Spanned<Json>>,
    /// Ends the event with this refusal; nothing of it is kept.
    pub refuse: Option<String>,
    /// Ends the event with this warning.
    pub ignore: Option<String>,
    /// Warns.
    pub warn: Option<String>,
    /// Attributes that count as `unset` or `absent` from here on; `groups: empty`.
    pub count: Entries<Spanned<String>>,
    /// Who manages the user from now on; makes the user where it is unknown.
    pub own: Option<Source>,
    /// Whether the user becomes active: `true`, `false`, `carried`, `carried or true`.
    pub active: Option<Spanned<Json>>,
    /// Writes what the event carries, null included: `carried`, or a list of attributes.
    pub write: Option<Spanned<Json>>,
    /// As `write`; what the event does not carry is unset.
    pub replace: Option<Spanned<Json>>,
    /// Writes what the event carries, is not null and differs.
    pub overwrite: Option<Spanned<Json>>,
    /// The source of what is written.
    pub by: Option<Source>,
    /// Warnings where a value of a source is replaced by another one.
    pub over: Entries<String>,
    /// Takes the groups of the sign-in: `replace`.
    pub groups: Option<Spanned<String>>,
    /// A pushed group: `replace members` or `end`.
    pub group: Option<Spanned<String>>,
    /// The warning for members of a pushed group that are no users.
    pub unknown: Option<String>,
    /// Applies the placement table: `always`, `if moved or outside`, `home only`.
    pub place: Option<Spanned<String>>,
    /// A role set by hand: `set`, or `end` where the role of the attributes holds.
    pub hand_role: Option<Spanned<String>>,
    /// Removes: `user`.
    pub remove: Option<Spanned<String>>,
    /// Changes the connection: `change`.
    pub settings: Option<Spanned<String>>,
    /// Ends the event.
    pub stop: bool,
}

/// A piece of advice: the mappings of which it is, what must hold of one, and what is told then.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "cli", derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct AdviceFile {
    /// By which a policy that builds on this one replaces it.
    #[serde(default)]
    pub id: Option<String>,
    /// The source whose mappings are meant; SCIM where left out.
    #[serde(default)]
    pub source: Option<Source>,
    /// The target attributes whose mappings are meant.
    pub of: Vec<Spanned<String>>,
    /// What must hold of the mapping, all of it.
    #[serde(default)]
    pub when: AdviceWhen,
    /// What is told. `{target}` is the target attribute, `{source}` the attribute that its mapping reads, `{other}` the
    /// target attribute that reads the same, `{value}` the app role.
    pub say: Spanned<String>,
    /// What to do about it.
    #[serde(default)]
    pub help: Option<Spanned<String>>,
}

/// Conditions on a mapping.
#[derive(Debug, Default, Deserialize)]
#[cfg_attr(feature = "cli", derive(JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub(crate) struct AdviceWhen {
    /// How it gives its value.
    pub kind: Option<MappingKind>,
    /// Its language.
    pub dialect: Option<Dialect>,
    /// Whether users are matched by it.
    pub matching: Option<bool>,
    /// When it applies.
    pub apply: Option<Apply>,
    /// It reads one of these source attributes.
    pub reads: Vec<String>,
    /// Whether an earlier mapping among those meant reads the same source attribute.
    pub shared: Option<bool>,
    /// The display name of one of the application's roles, where documents list them.
    pub app_role: Option<AppRoleTest>,
}

/// How a mapping gives its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "cli", derive(JsonSchema))]
#[serde(rename_all = "snake_case")]
pub(crate) enum MappingKind {
    /// A source attribute as it is.
    Direct,
    /// A fixed value.
    Constant,
    /// An expression.
    Expression,
}

/// What is asked of the application's roles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "cli", derive(JsonSchema))]
#[serde(rename_all = "snake_case")]
pub(crate) enum AppRoleTest {
    /// It is no value of the target attribute, and the mapping does not name it.
    Unnamed,
}

/// A case: a user, or events, and what must come out.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "cli", derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct TestFile {
    /// What it shows.
    pub name: Spanned<String>,
    /// By which source's mappings the user is read.
    #[serde(default)]
    pub source: Option<Source>,
    /// Source attributes of one user.
    #[serde(default)]
    pub user: Option<Spanned<Json>>,
    /// A history of events.
    #[serde(default)]
    pub events: Option<Spanned<Json>>,
    /// Settings and options other than the policy's.
    #[serde(default)]
    pub settings: Option<Spanned<Json>>,
    /// What must come out; what is not named is not compared.
    pub expect: Spanned<Json>,
}

/// The event that a key of `events` names.
pub(crate) fn event_kind(word: &str) -> Option<EventKind> {
    EventKind::ALL.into_iter().find(|kind| kind.word() == word)
}
