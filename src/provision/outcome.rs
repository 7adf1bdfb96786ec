use super::state::{Membership, Settings, Source, State, User};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};

/// What an event changed; only that, so that no event copies the state.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Outcome {
    /// Users that changed, by key; `None` is gone.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub users: BTreeMap<String, Option<User>>,
    /// Groups that changed; `None` is gone.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub groups: BTreeMap<String, Option<BTreeSet<String>>>,
    /// The connection, where an event changed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settings: Option<Settings>,
    /// Teams that got their first active member and did not exist: organization and team.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub created_teams: BTreeSet<(String, String)>,
    /// What is told, in the order in which it came up.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<Notice>,
    /// What a person sees of the change, each with what was there before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<Change>,
    /// The rows of the event's rules that hit, counted from 0.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rows: Vec<usize>,
}

/// A warning of the policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// The policy's word for it.
    pub code: String,
    /// The user whom it concerns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// The attribute, group or organization that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
}

/// An event that the policy refuses; it changes nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("refused: {code}")]
pub struct Refusal {
    /// The policy's word for it.
    pub code: String,
    /// The attribute or organization that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// The row of the event's rules that refused, counted from 0.
    pub row: usize,
}

/// One thing that is different afterwards, with the rows of the event's rules that made it so, counted from 0.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "change", rename_all = "kebab-case")]
pub enum Change {
    /// A user is there who was not.
    UserAdded {
        /// The user name.
        user: String,
        /// Who manages the user.
        managed_by: Source,
        /// The row.
        row: usize,
    },
    /// A user is gone.
    UserRemoved {
        /// The user name.
        user: String,
        /// The row.
        row: usize,
    },
    /// A user became active or inactive.
    Active {
        /// The user name.
        user: String,
        /// What it is now.
        active: bool,
        /// The row.
        row: usize,
    },
    /// Somebody else manages the user.
    Manager {
        /// The user name.
        user: String,
        /// Who did.
        before: Source,
        /// Who does.
        after: Source,
        /// The row.
        row: usize,
    },
    /// An attribute has another value or source.
    Attribute {
        /// The user name.
        user: String,
        /// The attribute.
        attribute: String,
        /// What was there, with its source.
        before: Option<(Json, Source)>,
        /// What is there.
        after: Option<(Json, Source)>,
        /// The row.
        row: usize,
    },
    /// A membership began, changed or ended.
    Membership {
        /// The user name.
        user: String,
        /// The organization.
        org: String,
        /// What it was.
        before: Option<Membership>,
        /// What it is.
        after: Option<Membership>,
        /// The rows, in the order in which they did it.
        rows: Vec<usize>,
        /// The row of the placement table, where one put the user here or elsewhere.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        placement: Option<usize>,
    },
    /// A pushed group has other members; a deleted one has none.
    Group {
        /// The group's name.
        group: String,
        /// Keys of users who are members now.
        joined: BTreeSet<String>,
        /// Keys of users who are members no more.
        left: BTreeSet<String>,
        /// The row.
        row: usize,
    },
    /// The connection is set otherwise.
    Setting {
        /// The setting.
        setting: String,
        /// What it was.
        before: String,
        /// What it is.
        after: String,
        /// The row.
        row: usize,
    },
}

impl Change {
    /// The user whom it concerns.
    pub fn user(&self) -> Option<&str> {
        match self {
            Change::UserAdded { user, .. }
            | Change::UserRemoved { user, .. }
            | Change::Active { user, .. }
            | Change::Manager { user, .. }
            | Change::Attribute { user, .. }
            | Change::Membership { user, .. } => Some(user),
            Change::Group { .. } | Change::Setting { .. } => None,
        }
    }

    /// The rows of the event's rules that did it, counted from 0.
    pub fn rows(&self) -> &[usize] {
        match self {
            Change::Membership { rows, .. } => rows,
            Change::UserAdded { row, .. }
            | Change::UserRemoved { row, .. }
            | Change::Active { row, .. }
            | Change::Manager { row, .. }
            | Change::Attribute { row, .. }
            | Change::Group { row, .. }
            | Change::Setting { row, .. } => std::slice::from_ref(row),
        }
    }

    /// In words, as a timeline shows it.
    pub fn describe(&self) -> String {
        match self {
            Change::UserAdded { user, managed_by, .. } => format!("{user} is added, managed by {}", managed_by.word()),
            Change::UserRemoved { user, .. } => format!("{user} is removed"),
            Change::Active { user, active: true, .. } => format!("{user} is active"),
            Change::Active { user, active: false, .. } => format!("{user} is inactive"),
            Change::Manager { before, after, .. } => format!("managed by {}, was by {}", after.word(), before.word()),
            Change::Attribute { attribute, before, after, .. } => format!("{attribute}: {} -> {}", value(before), value(after)),
            Change::Membership { org, before: None, after: Some(after), .. } => format!("joins {org} as {}", after.describe()),
            Change::Membership { org, before: Some(before), after: None, .. } => format!("leaves {org}, was {}", before.describe()),
            Change::Membership { org, before, after, .. } => {
                let text = |side: &Option<Membership>| side.as_ref().map_or_else(String::new, Membership::describe);
                format!("in {org}: {} -> {}", text(before), text(after))
            }
            Change::Group { group, joined, left, .. } => match (joined.len(), left.len()) {
                (joined, 0) => format!("the group {group} gains {joined}"),
                (0, left) => format!("the group {group} loses {left}"),
                (joined, left) => format!("the group {group} gains {joined} and loses {left}"),
            },
            Change::Setting { setting, before, after, .. } => format!("{setting}: {before} -> {after}"),
        }
    }
}

fn value(pair: &Option<(Json, Source)>) -> String {
    match pair {
        Some((value, from)) => format!("{} ({})", value.as_str().map_or_else(|| value.to_string(), str::to_owned), from.word()),
        None => "not set".to_owned(),
    }
}

impl Membership {
    /// In words: the role, who brought the user here and the teams, each with its source.
    pub fn describe(&self) -> String {
        let teams: Vec<String> = self.teams.iter().map(|(team, from)| format!("{team} ({})", from.word())).collect();
        let teams = if teams.is_empty() { "no team".to_owned() } else { teams.join(" and ") };
        format!("{} ({}), here by {}, {teams}", self.role, self.role_from.word(), self.org_from.word())
    }
}

impl State {
    /// Takes in what an event changed.
    pub fn accept(&mut self, outcome: Outcome) {
        for (key, user) in outcome.users {
            match user {
                Some(user) => self.users.insert(key, user),
                None => self.users.remove(&key),
            };
        }
        for (name, members) in outcome.groups {
            match members {
                Some(members) => self.groups.insert(name, members),
                None => self.groups.remove(&name),
            };
        }
        if let Some(settings) = outcome.settings {
            self.settings = settings;
        }
        for (org, team) in outcome.created_teams {
            if let Some(Some(teams)) = self.settings.orgs.as_mut().and_then(|orgs| orgs.get_mut(&org)) {
                teams.insert(team);
            }
        }
    }
}
