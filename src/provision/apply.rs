use super::causes::Causes;
use super::event::{Event, EventKind};
use super::incoming::Incoming;
use super::outcome::{Change, Notice, Outcome, Refusal};
use super::rules::{Action, ActiveRule, Mode, Place, PlaceRule, Rules, Which};
use super::standing::{Memberships, Placed, Standing};
use super::state::{Settings, Source, State, User};
use crate::domain::{Given, Word};
use std::collections::{BTreeMap, BTreeSet};

/// Applies the rules of a policy to one event.
pub(crate) fn apply(rules: &Rules, state: &State, event: &Event) -> Result<Outcome, Refusal> {
    match walk(rules, state, Incoming::of(event, rules)) {
        Ok(draft) => Ok(draft.finish()),
        Err(refused) => Err(Refusal { code: refused.code.to_owned(), about: refused.about.as_deref().map(written), row: refused.row }),
    }
}

/// What a refusal or warning is about, piece by piece.
pub(crate) type About<'e> = Vec<Word<'e>>;

fn written(about: &[Word<'_>]) -> String {
    about.iter().filter_map(|piece| piece.text()).collect()
}

/// Why nothing of an event is kept.
#[derive(Debug)]
pub(crate) struct Refused<'e> {
    pub code: &'e str,
    pub about: Option<About<'e>>,
    pub row: usize,
}

/// A warning, while an event goes on.
#[derive(Debug)]
pub(crate) struct Told<'e> {
    pub code: &'e str,
    pub user: Option<&'e str>,
    pub about: Option<About<'e>>,
}

/// Rows are met from top to bottom; all whose conditions hold act, until one ends the event.
pub(crate) fn walk<'e>(rules: &'e Rules, state: &'e State, incoming: Incoming<'e>) -> Result<Draft<'e>, Refused<'e>> {
    let rows = rules.events.get(&incoming.kind).map_or(&[][..], Vec::as_slice);
    let mut draft = Draft::new(rules, state, incoming);
    for (at, row) in rows.iter().enumerate() {
        if !row.when.iter().all(|condition| draft.holds(condition)) {
            continue;
        }
        draft.rows.push(at);
        draft.causes.enter(at);
        for action in &row.actions {
            match action {
                Action::Refuse(code) => return Err(Refused { code, about: draft.subject_of(&row.when), row: at }),
                Action::Ignore(code) => {
                    draft.warn(code, None);
                    return Ok(draft);
                }
                Action::Stop => return Ok(draft),
                Action::Warn(code) => {
                    let about = draft.subject_of(&row.when);
                    draft.warn(code, about);
                }
                action => draft.act(action),
            }
        }
        draft.note_memberships();
    }
    Ok(draft)
}

/// An event in progress.
#[derive(Debug)]
pub(crate) struct Draft<'e> {
    pub(super) rules: &'e Rules,
    pub(super) state: &'e State,
    pub(super) incoming: Incoming<'e>,
    /// The user that the event names, before and now.
    pub(super) before: Option<&'e User>,
    pub(super) user: Option<Standing<'e>>,
    /// Other users whom a group event touches, as they are now.
    others: BTreeMap<&'e str, Standing<'e>>,
    /// Whether an attribute that places has changed.
    moved: bool,
    /// Whether the placement put the user where it was no member before.
    pub(super) newly_placed: bool,
    ends_hand_role: bool,
    /// Which row did what.
    causes: Causes<'e>,
    rows: Vec<usize>,
    told: Vec<Told<'e>>,
    /// What changes beside users.
    changes: Vec<Change>,
    groups: BTreeMap<&'e str, Option<BTreeSet<String>>>,
    settings: Option<Settings>,
}

/// What an event leaves of the user that it names, before anything else follows from it.
#[derive(Debug)]
pub(crate) struct Left<'e> {
    pub active: bool,
    /// The memberships that the target shows.
    pub memberships: Memberships<'e>,
    /// The row of the placement table that hit.
    pub placement: Option<usize>,
    pub rows: Vec<usize>,
    pub told: Vec<Told<'e>>,
}

impl<'e> Draft<'e> {
    fn new(rules: &'e Rules, state: &'e State, incoming: Incoming<'e>) -> Self {
        let before = incoming.user.and_then(|name| state.users.get(&User::key(name)));
        Draft {
            rules,
            state,
            incoming,
            before,
            user: before.map(Standing::of),
            others: BTreeMap::new(),
            moved: false,
            newly_placed: false,
            ends_hand_role: false,
            causes: Causes::default(),
            rows: Vec::new(),
            told: Vec::new(),
            changes: Vec::new(),
            groups: BTreeMap::new(),
            settings: None,
        }
    }

    /// What is left of the user; none where the event left nobody.
    pub(crate) fn left(mut self) -> Left<'e> {
        let user = self.user.take();
        Left {
            active: user.as_ref().is_some_and(|user| user.active),
            memberships: self.visible(user.as_ref()),
            placement: user.and_then(|user| user.placement).map(|placed| placed.row),
            rows: self.rows,
            told: self.told,
        }
    }

    pub(super) fn kept(&self, user: &Standing<'e>) -> Memberships<'e> {
        user.memberships(self.rules, &self.state.settings)
    }

    /// The memberships that the target shows: an inactive user has none.
    fn visible(&self, user: Option<&Standing<'e>>) -> Memberships<'e> {
        user.filter(|user| user.active).map(|user| self.kept(user)).unwrap_or_default()
    }

    /// After a row: which organizations it was that changed.
    fn note_memberships(&mut self) {
        if self.causes.take_touched() {
            let now = self.visible(self.user.as_ref());
            let mut causes = std::mem::take(&mut self.causes);
            causes.note(now, || self.visible(self.before.map(Standing::of).as_ref()));
            self.causes = causes;
        }
    }

    fn warn(&mut self, code: &'e str, about: Option<About<'e>>) {
        let user = self.incoming.user.map(|name| self.before.map_or(name, |user| user.user.as_str()));
        self.told.push(Told { code, user, about });
    }

    fn act(&mut self, action: &'e Action) {
        match action {
            Action::Refuse(_) | Action::Ignore(_) | Action::Stop | Action::Warn(_) => {}
            Action::Count { attribute, as_absent: true } => drop(self.incoming.carried.remove(attribute.as_str())),
            Action::Count { attribute, as_absent: false } => {
                if let Some(value) = self.incoming.carried.get_mut(attribute.as_str()) {
                    *value = Given::NULL;
                }
            }
            Action::CountGroupsEmpty => self.incoming.groups = Some(&[]),
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
                if let (Some(user), Some(Event::SetRole { org, role, .. })) = (&mut self.user, self.incoming.event) {
                    user.hand_roles.insert(org, role);
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
        if self.user.is_none() {
            self.causes.user();
            self.causes.active();
        }
        self.causes.manager();
        let name = self.incoming.user.unwrap_or_default();
        self.user.get_or_insert_with(|| Standing::new(name, source)).managed_by = source;
    }

    fn write(&mut self, which: &'e Which, mode: Mode, by: Source, over: &'e BTreeMap<Source, String>) {
        let names: Vec<&'e str> = match which {
            Which::Named(names) => names.iter().map(String::as_str).collect(),
            Which::Carried => self.incoming.carried.keys().copied().filter(|name| self.rules.attributes.contains_key(*name)).collect(),
        };
        for name in names {
            // A mapping that applies on creation does so at the first provisioning of whatever kind, and never again.
            let rule = self.rules.attributes.get(name);
            if self.before.is_some() && mode != Mode::Replace && rule.is_some_and(|rule| rule.on_create.contains(&by)) {
                continue;
            }
            let value = match (self.incoming.carried.get(name), mode) {
                (None, Mode::Overwrite | Mode::Write) => continue,
                (Some(value), Mode::Overwrite) if value.is_null() => continue,
                (Some(value), _) => *value,
                (None, Mode::Replace) => Given::NULL,
            };
            let Some(user) = &mut self.user else { return };
            let held = user.attributes.get(name);
            let differs = held.map_or(!value.is_null(), |(held, _)| !held.equals(value));
            if mode == Mode::Overwrite && !differs {
                continue;
            }
            self.causes.attribute(name);
            let conflict = held.filter(|_| differs).and_then(|(_, from)| over.get(from));
            self.moved |= differs && rule.is_some_and(|rule| rule.places);
            if value.is_null() {
                user.attributes.remove(name);
            } else {
                user.attributes.insert(name, (value, by));
            }
            if let Some(code) = conflict {
                self.warn(code, Some(vec![Word::Text(name)]));
            }
        }
    }

    fn place(&mut self, rule: PlaceRule) {
        let Some(user) = &self.user else { return };
        match rule {
            PlaceRule::HomeOnly => {
                let home = Word::Text(&self.state.settings.default_org);
                if let Some(user) = &mut self.user {
                    user.home = Some(home);
                    self.causes.touch();
                }
                return;
            }
            PlaceRule::IfMovedOrOutside if !self.moved && !self.kept(user).is_empty() => return,
            PlaceRule::Always | PlaceRule::IfMovedOrOutside => {}
        }
        let placement = self.rules.placement.iter().enumerate();
        let Some((row, hit)) = placement.into_iter().find(|(_, row)| row.when.iter().all(|condition| self.holds(condition))) else {
            return;
        };
        let Some((org, org_from)) = self.named(&hit.org, user) else { return };
        let team = hit.team.as_ref().and_then(|team| self.named(team, user));
        self.newly_placed = !self.before.is_some_and(|before| self.kept(&Standing::of(before)).contains_key(&org));
        if let Some(user) = &mut self.user {
            user.home = Some(org);
            user.placement = Some(Placed { org, org_from, team, row });
            self.causes.touch();
        }
        if let Some(code) = &hit.warn {
            self.warn(code, None);
        }
    }

    fn named(&self, place: &'e Place, user: &Standing<'e>) -> Option<(Word<'e>, Source)> {
        let settings = &self.state.settings;
        match place {
            Place::Attribute(name) => {
                let (value, from) = user.attributes.get(name.as_str())?;
                Some((value.word()?, *from))
            }
            Place::DefaultOrg => Some((Word::Text(&settings.default_org), Source::Default)),
            Place::DefaultTeam => Some((Word::Text(&settings.default_team), Source::Default)),
            Place::Fixed(name) => Some((Word::Text(name), Source::Default)),
        }
    }

    fn replace_groups(&mut self) {
        let Some(groups) = self.incoming.groups else { return };
        for group in groups {
            self.warn_of_group(group);
        }
        if let Some(user) = &mut self.user {
            user.sign_in_groups = groups;
            self.causes.touch();
        }
    }

    fn warn_of_group(&mut self, group: &'e str) {
        let Some(rule) = &self.rules.groups else { return };
        match rule.pattern.split(group) {
            None => self.warn(&rule.malformed, Some(vec![Word::Text(group)])),
            Some((org, _)) if !self.state.settings.has_org(org) => self.warn(&rule.unknown, Some(vec![Word::Text(group)])),
            Some(_) => {}
        }
    }

    fn replace_members(&mut self, unknown: Option<&'e str>) {
        let Some(Event::GroupPush { group, members }) = self.incoming.event else { return };
        self.warn_of_group(group);
        let mut keys: BTreeSet<&'e str> = BTreeSet::new();
        for member in members {
            match self.state.users.get_key_value(&User::key(member)) {
                Some((key, _)) => drop(keys.insert(key)),
                None => {
                    let about = Some(vec![Word::Text(group.as_str())]);
                    self.told.extend(unknown.map(|code| Told { code, user: Some(member), about }));
                }
            }
        }
        let present = self.members(group);
        let (left, joined) = (present.difference(&keys).copied(), keys.difference(&present).copied());
        let (left, joined): (BTreeSet<&'e str>, BTreeSet<&'e str>) = (left.collect(), joined.collect());
        left.iter().for_each(|key| self.touch(key, |user| user.pushed_groups.remove(group.as_str())));
        joined.iter().for_each(|key| self.touch(key, |user| user.pushed_groups.insert(group)));
        if !self.state.groups.contains_key(group) || !left.is_empty() || !joined.is_empty() {
            self.group_changes(group, joined, left, Some(keys));
        }
    }

    fn end_group(&mut self) {
        let Some(Event::GroupDelete { group }) = self.incoming.event else { return };
        if !self.state.groups.contains_key(group) {
            return;
        }
        let left = self.members(group);
        left.iter().for_each(|key| self.touch(key, |user| user.pushed_groups.remove(group.as_str())));
        self.group_changes(group, BTreeSet::new(), left, None);
    }

    fn members(&self, group: &str) -> BTreeSet<&'e str> {
        self.state.groups.get(group).into_iter().flatten().map(String::as_str).collect()
    }

    fn group_changes(&mut self, group: &'e str, joined: BTreeSet<&str>, left: BTreeSet<&str>, is: Option<BTreeSet<&str>>) {
        let owned = |keys: BTreeSet<&str>| keys.into_iter().map(str::to_owned).collect::<BTreeSet<String>>();
        let row = self.causes.row();
        self.changes.push(Change::Group { group: group.to_owned(), joined: owned(joined), left: owned(left), row });
        self.groups.insert(group, is.map(owned));
    }

    fn touch(&mut self, key: &'e str, change: impl FnOnce(&mut Standing<'e>) -> bool) {
        if let Some(user) = self.state.users.get(key) {
            change(self.others.entry(key).or_insert_with(|| Standing::of(user)));
        }
    }

    fn change_settings(&mut self) {
        let Some(Event::Settings(change)) = self.incoming.event else { return };
        let old = &self.state.settings;
        let mut settings = old.clone();
        if let Some(org) = &change.default_org {
            settings.default_org.clone_from(org);
        }
        if let Some(team) = &change.default_team {
            settings.default_team.clone_from(team);
        }
        settings.scim = change.scim.unwrap_or(settings.scim);
        settings.jit = change.jit.unwrap_or(settings.jit);
        if settings == *old {
            return;
        }
        let row = self.causes.row();
        let named = [
            ("default_org", old.default_org.as_str(), settings.default_org.as_str()),
            ("default_team", &old.default_team, &settings.default_team),
            ("scim", old.scim.word(), settings.scim.word()),
            ("jit", old.jit.word(), settings.jit.word()),
        ];
        for (name, before, after) in named.into_iter().filter(|(_, before, after)| before != after) {
            let (setting, before, after) = (name.to_owned(), before.to_owned(), after.to_owned());
            self.changes.push(Change::Setting { setting, before, after, row });
        }
        self.settings = Some(settings);
    }

    fn finish(mut self) -> Outcome {
        self.note_memberships();
        let row = self.causes.row();
        let mut outcome = Outcome {
            changes: std::mem::take(&mut self.changes),
            rows: std::mem::take(&mut self.rows),
            settings: self.settings.take(),
            groups: std::mem::take(&mut self.groups).into_iter().map(|(group, members)| (group.to_owned(), members)).collect(),
            ..Outcome::default()
        };
        let notice = |told: Told<'_>| Notice {
            code: told.code.to_owned(),
            user: told.user.map(str::to_owned),
            about: told.about.as_deref().map(written),
        };
        outcome.warnings = std::mem::take(&mut self.told).into_iter().map(notice).collect();
        if let Some(name) = self.incoming.user {
            let (after, causes) = (self.user.take(), std::mem::take(&mut self.causes));
            self.settle(User::key(name), self.before, after, causes, &mut outcome);
        }
        for (key, user) in std::mem::take(&mut self.others) {
            self.settle(key.to_owned(), self.state.users.get(key), Some(user), Causes::of_row(row), &mut outcome);
        }
        outcome
    }

    /// Roles by hand end with their membership, or where the event says so; tells whether any did.
    fn settle_hand_roles(&self, user: &mut Standing<'e>) -> bool {
        let before = user.hand_roles.len();
        if before == 0 {
            return false;
        }
        if let (true, Some(Word::Text(home))) = (self.ends_hand_role, user.home) {
            user.hand_roles.remove(home);
        }
        let kept = self.kept(user);
        user.hand_roles.retain(|org, _| kept.contains_key(&Word::Text(org)));
        user.hand_roles.len() != before
    }

    /// What follows from a user's change: roles by hand end with their membership, teams come to be, places in groups
    /// go with the user.
    fn settle(
        &self,
        key: String,
        before: Option<&'e User>,
        mut after: Option<Standing<'e>>,
        mut causes: Causes<'e>,
        outcome: &mut Outcome,
    ) {
        let settled = after.as_mut().is_some_and(|user| self.settle_hand_roles(user));
        let (was, is) = match causes.take_seen() {
            Some((was, seen)) if !settled => (was, seen),
            seen => {
                let is = self.visible(after.as_ref());
                let (was, seen) =
                    seen.map_or_else(|| (self.visible(before.map(Standing::of).as_ref()), None), |(was, seen)| (was, Some(seen)));
                causes.note_end(seen.as_ref().unwrap_or(&was), &is);
                (was, is)
            }
        };
        let after = after.map(Standing::into_user);
        if before == after.as_ref() {
            return;
        }
        for (org, member) in is.iter().filter_map(|(org, member)| Some((org.text()?, member))) {
            for team in member.teams.keys().filter_map(|team| team.text()).filter(|team| self.state.settings.lacks_team(org, team)) {
                outcome.created_teams.insert((org.to_owned(), team.to_owned()));
            }
        }
        if let (Some(user), None) = (before, &after) {
            for group in &user.pushed_groups {
                let members = outcome.groups.entry(group.clone()).or_insert_with(|| self.state.groups.get(group).cloned());
                if let Some(members) = members {
                    members.remove(&key);
                }
            }
        }
        outcome.changes.extend(causes.changes((before, &was), (after.as_ref(), &is)));
        outcome.users.insert(key, after);
    }
}

/// The event by which a source provisions somebody.
pub(crate) fn provisioning(source: Source) -> EventKind {
    if source == Source::Jit { EventKind::SignIn } else { EventKind::ScimCreate }
}
