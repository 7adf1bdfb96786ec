//! A user as the rows of an event see and change it. It borrows from the state, the event and the policy, and its values
//! may be known by their class alone, so that the same rows say what an event does and what every event of its kind does.

use super::rules::Rules;
use super::state::{Held, Membership, Placement, Settings, Source, User};
use crate::domain::{Given, Word};
use std::collections::{BTreeMap, BTreeSet};

/// A user while an event goes on.
#[derive(Debug, Clone)]
pub(super) struct Standing<'e> {
    pub user: &'e str,
    pub managed_by: Source,
    pub active: bool,
    pub attributes: BTreeMap<&'e str, (Given<'e>, Source)>,
    pub placement: Option<Placed<'e>>,
    pub home: Option<Word<'e>>,
    pub sign_in_groups: &'e [String],
    pub pushed_groups: BTreeSet<&'e str>,
    pub hand_roles: BTreeMap<&'e str, &'e str>,
}

/// Where a row of the placement table put a user.
#[derive(Debug, Clone, Copy)]
pub(super) struct Placed<'e> {
    pub org: Word<'e>,
    pub org_from: Source,
    pub team: Option<(Word<'e>, Source)>,
    pub row: usize,
}

/// What a user is in one organization.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Member<'e> {
    pub role: Word<'e>,
    pub role_from: Source,
    pub org_from: Source,
    pub teams: BTreeMap<Word<'e>, Source>,
}

/// The memberships of a user, by organization.
pub(crate) type Memberships<'e> = BTreeMap<Word<'e>, Member<'e>>;

impl<'e> Standing<'e> {
    /// Somebody new.
    pub fn new(user: &'e str, managed_by: Source) -> Self {
        Standing {
            user,
            managed_by,
            active: true,
            attributes: BTreeMap::new(),
            placement: None,
            home: None,
            sign_in_groups: &[],
            pushed_groups: BTreeSet::new(),
            hand_roles: BTreeMap::new(),
        }
    }

    /// The user of a state.
    pub fn of(user: &'e User) -> Self {
        let placed = |placement: &'e Placement| Placed {
            org: Word::Text(&placement.org),
            org_from: placement.org_from,
            team: placement.team.as_ref().map(|(team, from)| (Word::Text(team.as_str()), *from)),
            row: placement.row,
        };
        Standing {
            user: &user.user,
            managed_by: user.managed_by,
            active: user.active,
            attributes: user.attributes.iter().map(|(name, held)| (name.as_str(), (Given::Known(&held.value), held.from))).collect(),
            placement: user.placement.as_ref().map(placed),
            home: user.home.as_deref().map(Word::Text),
            sign_in_groups: &user.sign_in_groups,
            pushed_groups: user.pushed_groups.iter().map(String::as_str).collect(),
            hand_roles: user.hand_roles.iter().map(|(org, role)| (org.as_str(), role.as_str())).collect(),
        }
    }

    /// As a state holds it.
    pub fn into_user(self) -> User {
        let text = |word: Word<'e>| word.text().unwrap_or_default().to_owned();
        let held = |(name, (value, from)): (&str, (Given<'e>, Source))| Some((name.to_owned(), Held { value: value.to_json()?, from }));
        User {
            user: self.user.to_owned(),
            managed_by: self.managed_by,
            active: self.active,
            attributes: self.attributes.into_iter().filter_map(held).collect(),
            placement: self.placement.map(|placed| Placement {
                org: text(placed.org),
                org_from: placed.org_from,
                team: placed.team.map(|(team, from)| (text(team), from)),
                row: placed.row,
            }),
            home: self.home.map(text),
            sign_in_groups: self.sign_in_groups.to_vec(),
            pushed_groups: self.pushed_groups.into_iter().map(str::to_owned).collect(),
            hand_roles: self.hand_roles.into_iter().map(|(org, role)| (org.to_owned(), role.to_owned())).collect(),
        }
    }

    /// The value of an attribute that the user has.
    pub fn held(&self, name: &str) -> Option<Given<'e>> {
        self.attributes.get(name).map(|(value, _)| *value)
    }

    /// The memberships that the user has, or would have when active: placement first, then groups.
    pub fn memberships(&self, rules: &'e Rules, settings: &Settings) -> Memberships<'e> {
        let mut found: Memberships<'e> = BTreeMap::new();
        let member = |org: Word<'e>, org_from: Source| {
            let (role, role_from) = self.role_in(org, rules);
            Member { role, role_from, org_from, teams: BTreeMap::new() }
        };
        if let Some(placed) = self.placement {
            let membership = found.entry(placed.org).or_insert_with(|| member(placed.org, placed.org_from));
            membership.teams.extend(placed.team);
        }
        let Some(groups) = &rules.groups else { return found };
        let names = self.sign_in_groups.iter().map(String::as_str).chain(self.pushed_groups.iter().copied());
        for (org, team) in names.filter_map(|group| groups.pattern.split(group)).filter(|(org, _)| settings.has_org(org)) {
            let membership = found.entry(Word::Text(org)).or_insert_with(|| member(Word::Text(org), Source::Group));
            if let Some(team) = team {
                membership.teams.entry(Word::Text(team)).or_insert(Source::Group);
            }
        }
        found
    }

    /// The role in an organization: by hand, else by the attribute where it holds, else the default.
    fn role_in(&self, org: Word<'_>, rules: &'e Rules) -> (Word<'e>, Source) {
        if let Some(role) = org.text().and_then(|org| self.hand_roles.get(org)) {
            return (Word::Text(role), Source::Console);
        }
        let held = rules.roles.attribute.as_ref().and_then(|attribute| self.attributes.get(attribute.as_str()));
        match held.and_then(|(value, from)| Some((value.word()?, *from))) {
            Some(role) if rules.roles.everywhere || self.home == Some(org) => role,
            _ => (Word::Text(&rules.roles.default), Source::Default),
        }
    }
}

/// Memberships as they are handed out.
pub(super) fn owned(memberships: &Memberships<'_>) -> BTreeMap<String, Membership> {
    let text = |word: &Word<'_>| word.text().unwrap_or_default().to_owned();
    memberships.iter().map(|(org, member)| (text(org), member.to_membership())).collect()
}

impl Member<'_> {
    pub fn to_membership(&self) -> Membership {
        let text = |word: &Word<'_>| word.text().unwrap_or_default().to_owned();
        Membership {
            role: text(&self.role),
            role_from: self.role_from,
            org_from: self.org_from,
            teams: self.teams.iter().map(|(team, from)| (text(team), *from)).collect(),
        }
    }
}

impl User {
    /// The memberships that the user has, or would have when active.
    pub(crate) fn memberships(&self, rules: &Rules, settings: &Settings) -> BTreeMap<String, Membership> {
        owned(&Standing::of(self).memberships(rules, settings))
    }
}
