use super::causes::{Causes, Memberships};
use super::event::Event;
use super::outcome::{Change, Notice, Outcome, Refusal};
use super::rules::{Action, ActiveRule, AttributeTest, Condition, GroupsTest, Mode, Place, PlaceRule, Rules, UserTest, Which};
use super::state::{Held, Placement, Source, State, User};
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};

/// Applies the rules of a policy to one event. Rows are met from top to bottom; all whose conditions hold act, until
/// one ends the event.
pub(crate) fn apply(rules: &Rules, state: &State, event: &Event) -> Result<Outcome, Refusal> {
    let mut draft = Draft::new(rules, state, event);
    let rows = rules.events.get(&event.kind()).map_or(&[][..], Vec::as_slice);
    for (at, row) in rows.iter().enumerate() {
        if !row.when.iter().all(|condition| draft.holds(condition)) {
            continue;
        }
        draft.outcome.rows.push(at);
        draft.causes.enter(at);
        for action in &row.actions {
            match action {
                Action::Refuse(code) => return Err(Refusal { code: code.clone(), about: draft.subject_of(&row.when), row: at }),
                Action::Ignore(code) => {
                    draft.warn(code, None);
                    return Ok(draft.finish());
                }
                Action::Stop => return Ok(draft.finish()),
                Action::Warn(code) => {
                    let about = draft.subject_of(&row.when);
                    draft.warn(code, about);
                }
                action => draft.act(action),
            }
        }
        draft.note_memberships();
    }
    Ok(draft.finish())
}

/// An event in progress.
struct Draft<'e> {
    rules: &'e Rules,
    state: &'e State,
    event: &'e Event,
    carried: BTreeMap<&'e str, Json>,
    groups: Option<Vec<String>>,
    /// The user that the event names, before and now.
    before: Option<&'e User>,
    user: Option<User>,
    /// Other users whom a group event touches, as they are now.
    others: BTreeMap<String, User>,
    /// Whether an attribute that places has changed.
    moved: bool,
    /// Whether the placement put the user where it was no member before.
    newly_placed: bool,
    ends_hand_role: bool,
    /// Which row did what.
    causes: Causes,
    outcome: Outcome,
}

impl<'e> Draft<'e> {
    fn new(rules: &'e Rules, state: &'e State, event: &'e Event) -> Self {
        let before = event.user().and_then(|name| state.users.get(&User::key(name)));
        let groups = if let Event::SignIn(sign_in) = event { sign_in.groups.clone() } else { None };
        let mut carried = event.carried();
        if let (Event::SetRole { role, .. }, Some(attribute)) = (event, &rules.roles.attribute) {
            carried.insert(attribute, Json::String(role.clone()));
        }
        Draft {
            rules,
            state,
            event,
            carried,
            groups,
            before,
            user: before.cloned(),
            others: BTreeMap::new(),
            moved: false,
            newly_placed: false,
            ends_hand_role: false,
            causes: Causes::default(),
            outcome: Outcome::default(),
        }
    }

    fn kept(&self, user: &User) -> Memberships {
        user.kept(&self.state.settings, &self.rules.roles, self.rules.groups.as_ref().map(|groups| &groups.pattern))
    }

    /// The memberships that the target shows: an inactive user has none.
    fn visible(&self, user: Option<&User>) -> Memberships {
        user.filter(|user| user.active).map(|user| self.kept(user)).unwrap_or_default()
    }

    /// After a row: which organizations it was that changed.
    fn note_memberships(&mut self) {
        if self.causes.take_touched() {
            let now = self.visible(self.user.as_ref());
            let mut causes = std::mem::take(&mut self.causes);
            causes.note(now, || self.visible(self.before));
            self.causes = causes;
        }
    }

    fn warn(&mut self, code: &str, about: Option<String>) {
        let user = self.event.user().map(|name| self.before.map_or(name, |user| user.user.as_str()).to_owned());
        self.outcome.warnings.push(Notice { code: code.to_owned(), user, about });
    }

    /// The attribute that a row asks for, with its value: what a refusal is about.
    fn subject_of(&self, when: &[Condition]) -> Option<String> {
        when.iter().find_map(|condition| match (condition, self.event) {
            (Condition::Attribute { name, .. }, _) => match self.carried.get(name.as_str()) {
                Some(Json::String(value)) => Some(format!("{name} {value}")),
                _ => Some(name.clone()),
            },
            (Condition::RoleWrong, Event::SetRole { role, .. }) => Some(role.clone()),
            (Condition::OrgNotAMember, Event::SetRole { org, .. }) => Some(org.clone()),
            (Condition::DefaultOrgWrong, Event::Settings(change)) => change.default_org.clone(),
            _ => None,
        })
    }

    fn holds(&self, condition: &Condition) -> bool {
        let settings = &self.state.settings;
        match condition {
            Condition::Scim(switch) => settings.scim == *switch,
            Condition::Jit(switch) => settings.jit == *switch,
            Condition::Option { holds, .. } => *holds,
            Condition::User(tests) => tests.iter().any(|test| self.user_is(*test)),
            Condition::Groups(tests) => tests.iter().any(|test| self.groups_are(*test)),
            Condition::Unplaced => !self.user.iter().any(|user| self.is_placed_by_attributes(user)),
            Condition::PlacedInNewOrganization => self.newly_placed,
            Condition::Home { set } => self.user.as_ref().is_some_and(|user| user.home.is_some()) == *set,
            Condition::Active(tests) => tests.iter().any(|test| match test {
                AttributeTest::Absent => self.active().is_none(),
                AttributeTest::Carried => self.active().is_some(),
                AttributeTest::Is(value) => self.active() == value.as_bool() && value.is_boolean(),
                _ => false,
            }),
            Condition::Attribute { name, tests } => tests.iter().any(|test| self.attribute_is(name, test)),
            Condition::RoleWrong => match (self.event, &self.rules.roles.attribute) {
                (Event::SetRole { role, .. }, Some(attribute)) => self.is_wrong(attribute, &Json::String(role.clone())),
                _ => false,
            },
            Condition::OrgNotAMember => match (self.event, &self.user) {
                (Event::SetRole { org, .. }, Some(user)) => !user.active || !self.kept(user).contains_key(org),
                _ => true,
            },
            Condition::DefaultOrgWrong => match self.event {
                Event::Settings(change) => change.default_org.as_ref().is_some_and(|org| !settings.has_org(org)),
                _ => false,
            },
        }
    }

    fn is_placed_by_attributes(&self, user: &User) -> bool {
        user.attributes.keys().any(|name| self.rules.attributes.get(name).is_some_and(|rule| rule.places))
    }

    fn user_is(&self, test: UserTest) -> bool {
        match test {
            UserTest::Unknown => self.before.is_none(),
            UserTest::Known => self.before.is_some(),
            UserTest::Inactive => self.user.as_ref().is_some_and(|user| !user.active),
            UserTest::Outside => self.user.as_ref().is_none_or(|user| self.kept(user).is_empty()),
            UserTest::Foreign => self.before.is_some_and(|user| user.managed_by != Source::Scim),
        }
    }

    fn groups_are(&self, test: GroupsTest) -> bool {
        let Some(groups) = &self.groups else { return test == GroupsTest::Absent };
        let split = |group: &'_ str| self.rules.groups.as_ref()?.pattern.split(group).map(|(org, _)| org.to_owned());
        match test {
            GroupsTest::Absent => false,
            GroupsTest::Some => !groups.is_empty(),
            GroupsTest::Malformed => groups.iter().any(|group| split(group).is_none()),
            GroupsTest::Mapped => groups.iter().any(|group| split(group).is_some_and(|org| self.state.settings.has_org(&org))),
        }
    }

    fn attribute_is(&self, name: &str, test: &AttributeTest) -> bool {
        let carried = self.carried.get(name);
        let held = self.user.as_ref().and_then(|user| user.attributes.get(name)).map(|held| &held.value);
        match test {
            AttributeTest::Absent => carried.is_none(),
            AttributeTest::Carried => carried.is_some(),
            AttributeTest::Wrong => carried.is_some_and(|value| self.is_wrong(name, value)),
            AttributeTest::Other => {
                let default = self.rules.attributes.get(name).and_then(|rule| rule.default.as_ref());
                carried.is_some_and(|value| !value.is_null() && Some(value) != held.or(default))
            }
            AttributeTest::Set => held.is_some(),
            AttributeTest::Unset => held.is_none(),
            AttributeTest::Is(value) => held == Some(value),
        }
    }

    fn is_wrong(&self, name: &str, value: &Json) -> bool {
        let Some(rule) = self.rules.attributes.get(name) else { return false };
        if value.is_null() {
            return false;
        }
        let listed = rule.one_of.is_empty() || rule.one_of.contains(value);
        let exists = !rule.organization || value.as_str().is_some_and(|org| self.state.settings.has_org(org));
        !listed || !exists
    }

    /// `active` as the event carries it; providers send it as a text, too.
    fn active(&self) -> Option<bool> {
        match self.carried.get("active")? {
            Json::Bool(active) => Some(*active),
            Json::String(text) => text.to_ascii_lowercase().parse().ok(),
            _ => None,
        }
    }

    fn act(&mut self, action: &'e Action) {
        match action {
            Action::Refuse(_) | Action::Ignore(_) | Action::Stop | Action::Warn(_) => {}
            Action::Count { attribute, as_absent: true } => drop(self.carried.remove(attribute.as_str())),
            Action::Count { attribute, as_absent: false } => {
                if let Some(value) = self.carried.get_mut(attribute.as_str()) {
                    *value = Json::Null;
                }
            }
            Action::CountGroupsEmpty => self.groups = Some(Vec::new()),
            Action::Write { attributes, mode, by, over } => self.write(attributes, *mode, *by, over),
            Action::Own(source) => self.own(*source),
            Action::Active(rule) => {
                let active = match rule {
                    ActiveRule::Always(active) => Some(*active),
                    ActiveRule::Carried => self.active(),
                    ActiveRule::CarriedOrTrue => Some(self.active().unwrap_or(true)),
                };
                if let (Some(user), Some(active)) = (&mut self.user, active) {
                    if user.active != active {
                        user.active = active;
                        self.causes.active();
                    }
                }
            }
            Action::RemoveUser => {
                self.user = None;
                self.causes.user();
            }
            Action::SetHandRole => {
                if let (Some(user), Event::SetRole { org, role, .. }) = (&mut self.user, self.event) {
                    user.hand_roles.insert(org.clone(), role.clone());
                    self.causes.touch();
                }
            }
            Action::EndHandRole => {
                self.ends_hand_role = true;
                self.causes.hand_role_ends();
            }
            Action::ReplaceGroups => self.replace_groups(),
            Action::ReplaceMembers { unknown } => self.replace_members(unknown.as_deref()),
            Action::EndGroup => self.end_group(),
            Action::Place(rule) => self.place(*rule),
            Action::ChangeSettings => self.change_settings(),
        }
    }

    fn own(&mut self, source: Source) {
        let name = self.event.user().unwrap_or_default();
        if self.user.is_none() {
            self.causes.user();
        }
        self.causes.manager();
        self.user
            .get_or_insert_with(|| User {
                user: name.to_owned(),
                managed_by: source,
                active: true,
                attributes: BTreeMap::new(),
                placement: None,
                home: None,
                sign_in_groups: Vec::new(),
                pushed_groups: BTreeSet::new(),
                hand_roles: BTreeMap::new(),
            })
            .managed_by = source;
    }

    fn write(&mut self, which: &'e Which, mode: Mode, by: Source, over: &BTreeMap<Source, String>) {
        let names: Vec<&'e str> = match which {
            Which::Named(names) => names.iter().map(String::as_str).collect(),
            Which::Carried => self.carried.keys().copied().filter(|name| self.rules.attributes.contains_key(*name)).collect(),
        };
        for name in names {
            // A mapping that applies on creation does so at the first provisioning of whatever kind, and never again.
            let rule = self.rules.attributes.get(name);
            if self.before.is_some() && mode != Mode::Replace && rule.is_some_and(|rule| rule.on_create.contains(&by)) {
                continue;
            }
            let value = match (self.carried.get(name), mode) {
                (Some(Json::Null) | None, Mode::Overwrite) | (None, Mode::Write) => continue,
                (Some(value), _) => value.clone(),
                (None, Mode::Replace) => Json::Null,
            };
            let Some(user) = &mut self.user else { return };
            let held = user.attributes.get(name);
            let differs = held.map_or(!value.is_null(), |held| held.value != value);
            if mode == Mode::Overwrite && !differs {
                continue;
            }
            self.causes.attribute(name);
            let conflict = held.filter(|_| differs).and_then(|held| over.get(&held.from)).cloned();
            self.moved |= differs && rule.is_some_and(|rule| rule.places);
            match value {
                Json::Null => drop(user.attributes.remove(name)),
                value => drop(user.attributes.insert(name.to_owned(), Held { value, from: by })),
            }
            if let Some(code) = conflict {
                self.warn(&code, Some(name.to_owned()));
            }
        }
    }

    fn place(&mut self, rule: PlaceRule) {
        let Some(user) = &self.user else { return };
        match rule {
            PlaceRule::HomeOnly => {
                let home = self.state.settings.default_org.clone();
                if let Some(user) = &mut self.user {
                    user.home = Some(home);
                    self.causes.touch();
                }
                return;
            }
            PlaceRule::IfMovedOrOutside if !self.moved && !self.kept(user).is_empty() => return,
            PlaceRule::Always | PlaceRule::IfMovedOrOutside => {}
        }
        let Some(row) = self.rules.placement.iter().position(|row| row.when.iter().all(|condition| self.holds(condition))) else { return };
        let hit = &self.rules.placement[row];
        let Some((org, org_from)) = self.named(&hit.org, user) else { return };
        let team = hit.team.as_ref().and_then(|team| self.named(team, user));
        self.newly_placed = !self.before.is_some_and(|before| self.kept(before).contains_key(&org));
        if let Some(user) = &mut self.user {
            user.home = Some(org.clone());
            user.placement = Some(Placement { org, org_from, team, row });
            self.causes.touch();
        }
        if let Some(code) = &hit.warn {
            self.warn(code, None);
        }
    }

    fn named(&self, place: &Place, user: &User) -> Option<(String, Source)> {
        match place {
            Place::Attribute(name) => {
                let held = user.attributes.get(name)?;
                Some((held.value.as_str()?.to_owned(), held.from))
            }
            Place::DefaultOrg => Some((self.state.settings.default_org.clone(), Source::Default)),
            Place::DefaultTeam => Some((self.state.settings.default_team.clone(), Source::Default)),
            Place::Fixed(name) => Some((name.clone(), Source::Default)),
        }
    }

    fn replace_groups(&mut self) {
        let Some(groups) = self.groups.clone() else { return };
        for group in &groups {
            self.warn_of_group(group);
        }
        if let Some(user) = &mut self.user {
            user.sign_in_groups = groups;
            self.causes.touch();
        }
    }

    fn warn_of_group(&mut self, group: &str) {
        let Some(rule) = &self.rules.groups else { return };
        match rule.pattern.split(group) {
            None => self.warn(&rule.malformed, Some(group.to_owned())),
            Some((org, _)) if !self.state.settings.has_org(org) => self.warn(&rule.unknown, Some(group.to_owned())),
            Some(_) => {}
        }
    }

    fn replace_members(&mut self, unknown: Option<&str>) {
        let Event::GroupPush { group, members } = self.event else { return };
        self.warn_of_group(group);
        let mut keys = BTreeSet::new();
        for member in members {
            let key = User::key(member);
            if self.state.users.contains_key(&key) {
                keys.insert(key);
            } else if let Some(code) = unknown {
                self.outcome.warnings.push(Notice { code: code.to_owned(), user: Some(member.clone()), about: Some(group.clone()) });
            }
        }
        let none = BTreeSet::new();
        let present = self.state.groups.get(group).unwrap_or(&none);
        for key in present.difference(&keys) {
            self.touch(key, |user| user.pushed_groups.remove(group));
        }
        for key in keys.difference(present) {
            self.touch(key, |user| user.pushed_groups.insert(group.clone()));
        }
        if self.state.groups.get(group) != Some(&keys) {
            self.outcome.changes.push(Change::Group {
                group: group.clone(),
                joined: keys.difference(present).cloned().collect(),
                left: present.difference(&keys).cloned().collect(),
                row: self.causes.row(),
            });
            self.outcome.groups.insert(group.clone(), Some(keys));
        }
    }

    fn end_group(&mut self) {
        let Event::GroupDelete { group } = self.event else { return };
        let Some(members) = self.state.groups.get(group) else { return };
        for key in members {
            self.touch(key, |user| user.pushed_groups.remove(group));
        }
        self.outcome.changes.push(Change::Group {
            group: group.clone(),
            joined: BTreeSet::new(),
            left: members.clone(),
            row: self.causes.row(),
        });
        self.outcome.groups.insert(group.clone(), None);
    }

    fn touch(&mut self, key: &str, change: impl FnOnce(&mut User) -> bool) {
        if let Some(user) = self.state.users.get(key) {
            change(self.others.entry(key.to_owned()).or_insert_with(|| user.clone()));
        }
    }

    fn change_settings(&mut self) {
        let Event::Settings(change) = self.event else { return };
        let mut settings = self.state.settings.clone();
        if let Some(org) = &change.default_org {
            settings.default_org.clone_from(org);
        }
        if let Some(team) = &change.default_team {
            settings.default_team.clone_from(team);
        }
        settings.scim = change.scim.unwrap_or(settings.scim);
        settings.jit = change.jit.unwrap_or(settings.jit);
        if settings == self.state.settings {
            return;
        }
        let (old, row) = (&self.state.settings, self.causes.row());
        let named = [
            ("default_org", &old.default_org, &settings.default_org),
            ("default_team", &old.default_team, &settings.default_team),
            ("scim", &old.scim.word().to_owned(), &settings.scim.word().to_owned()),
            ("jit", &old.jit.word().to_owned(), &settings.jit.word().to_owned()),
        ];
        for (name, before, after) in named.into_iter().filter(|(_, before, after)| before != after) {
            let (setting, before, after) = (name.to_owned(), before.clone(), after.clone());
            self.outcome.changes.push(Change::Setting { setting, before, after, row });
        }
        self.outcome.settings = Some(settings);
    }

    fn finish(mut self) -> Outcome {
        self.note_memberships();
        let row = self.causes.row();
        if let Some(name) = self.event.user() {
            let (after, causes) = (self.user.take(), std::mem::take(&mut self.causes));
            self.settle(User::key(name), self.before, after, causes);
        }
        for (key, user) in std::mem::take(&mut self.others) {
            let before = self.state.users.get(&key);
            self.settle(key, before, Some(user), Causes::of_row(row));
        }
        self.outcome
    }

    /// Roles by hand end with their membership, or where the event says so; tells whether any did.
    fn settle_hand_roles(&self, user: &mut User) -> bool {
        let before = user.hand_roles.len();
        if before == 0 {
            return false;
        }
        if let (true, Some(home)) = (self.ends_hand_role, &user.home) {
            user.hand_roles.remove(home);
        }
        let kept = self.kept(user);
        user.hand_roles.retain(|org, _| kept.contains_key(org));
        user.hand_roles.len() != before
    }

    /// What follows from a user's change: roles by hand end with their membership, teams come to be, places in groups
    /// go with the user.
    fn settle(&mut self, key: String, before: Option<&User>, mut after: Option<User>, mut causes: Causes) {
        let settled = after.as_mut().is_some_and(|user| self.settle_hand_roles(user));
        if before == after.as_ref() {
            return;
        }
        let (was, is) = match causes.take_seen() {
            Some((was, seen)) if !settled => (was, seen),
            seen => {
                let is = self.visible(after.as_ref());
                let (was, seen) = seen.map_or_else(|| (self.visible(before), None), |(was, seen)| (was, Some(seen)));
                causes.note_end(seen.as_ref().unwrap_or(&was), &is);
                (was, is)
            }
        };
        for (org, membership) in &is {
            for team in membership.teams.keys().filter(|team| self.state.settings.lacks_team(org, team)) {
                self.outcome.created_teams.insert((org.clone(), team.clone()));
            }
        }
        if let (Some(user), None) = (before, &after) {
            for group in &user.pushed_groups {
                let members = self.outcome.groups.entry(group.clone()).or_insert_with(|| self.state.groups.get(group).cloned());
                if let Some(members) = members {
                    members.remove(&key);
                }
            }
        }
        self.outcome.changes.extend(causes.changes((before, &was), (after.as_ref(), &is)));
        self.outcome.users.insert(key, after);
    }
}
