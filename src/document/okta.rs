//! What Okta's lists say about one user: the profile, the user of the application with the values that it inherits by
//! group, and the groups. It becomes the record that Okta's expressions read: `user`, `appuser`, `groups`.
//! Source: Okta Management API (users, application users, application groups, members of groups), and Okta's help on
//! group priority for attributes.

use serde_json::{Map, Value as Json, json};
use std::collections::{BTreeSet, HashMap};

/// States in which an application user no longer counts.
const ENDED: [&str; 4] = ["UNASSIGNED", "INACTIVE", "DEPROVISIONED", "REVOKED"];

/// Where a record says from where each inherited value comes.
const FROM: &str = "appuser_from";

/// What the documents say beside the users themselves.
#[derive(Debug, Default)]
pub(super) struct Okta {
    /// The users of the application by id, where their list is there.
    app_users: Option<HashMap<String, Map<String, Json>>>,
    /// The groups that are assigned to the application.
    groups: Vec<Group>,
    /// The attributes that any of them names.
    given: BTreeSet<String>,
    /// The ids of the groups in which a user is, in the order of the documents; where their list is there.
    memberships: Option<HashMap<String, Vec<String>>>,
}

#[derive(Debug)]
struct Group {
    id: String,
    /// The lowest number goes first.
    priority: i64,
    /// The values that it gives to its members.
    profile: Map<String, Json>,
    /// The group itself.
    group: Map<String, Json>,
}

impl Okta {
    /// Says that the application's users are listed, even if there are none: who is not among them is not assigned.
    pub(super) fn expect_app_users(&mut self) {
        self.app_users.get_or_insert_default();
    }

    /// Takes a user of the application; the error says what it lacks.
    pub(super) fn app_user(&mut self, object: Map<String, Json>) -> Result<(), String> {
        let id = text(&object, "id").ok_or("it has no id, which is that of the user")?.to_owned();
        self.app_users.get_or_insert_default().insert(id, object);
        Ok(())
    }

    /// Takes a group that is assigned to the application.
    pub(super) fn group(&mut self, object: &Map<String, Json>) -> Result<(), String> {
        let id = text(object, "id").ok_or("it has no id, by which its members are known")?.to_owned();
        if object.get("profile").is_some_and(|profile| !profile.is_object() && !profile.is_null()) {
            return Err("its profile, which gives values to its members, is no object".into());
        }
        let member = |name: &str| object.get(name).and_then(Json::as_object).cloned().unwrap_or_default();
        // A list of groups without `expand=group` has the assignment only, and a plain list of groups no assignment.
        let embedded = object.get("_embedded").and_then(|more| more.get("group")).and_then(Json::as_object).cloned();
        let number = |priority: &Json| priority.as_i64().or_else(|| priority.as_str()?.trim().parse().ok());
        let priority = object.get("priority").and_then(number);
        let profile = if priority.is_some() || embedded.is_some() { member("profile") } else { Map::new() };
        let group = embedded.unwrap_or_else(|| object.clone());
        self.given.extend(profile.keys().cloned());
        self.groups.push(Group { id, priority: priority.unwrap_or(i64::MAX), profile, group });
        Ok(())
    }

    /// Takes lists of members under the ids of their groups.
    pub(super) fn members(&mut self, object: &Map<String, Json>) -> Result<(), String> {
        let memberships = self.memberships.get_or_insert_default();
        for (group, users) in object {
            let users = users.as_array().ok_or_else(|| format!("{group} is no list of users"))?;
            for user in users.iter().filter_map(|user| user.get("id")?.as_str()) {
                memberships.entry(user.to_owned()).or_default().push(group.clone());
            }
        }
        Ok(())
    }

    /// The record of a user, and whether the user is assigned to the application, where that can be told.
    pub(super) fn user(&self, mut object: Map<String, Json>) -> (Map<String, Json>, Option<bool>) {
        let profile = match object.shift_remove("profile") {
            Some(Json::Object(profile)) => profile,
            _ => Map::new(),
        };
        let id = text(&object, "id").unwrap_or_default().to_owned();
        let app_user = self.app_users.as_ref().map(|users| users.get(&id));
        let assigned = app_user.map(|user| user.is_some_and(counts));
        let mut record = Map::new();
        if let Some(app_user) = app_user.flatten() {
            let (values, from) = self.inherited(&id, &profile, app_user);
            record.insert("appuser".into(), values.into());
            record.insert(FROM.into(), from.into());
        } else {
            record.insert("appuser".into(), Json::Null);
        }
        record.insert("groups".into(), self.groups_of(&id));
        record.insert("user_internal".into(), internal(&object));
        record.insert("user".into(), profile.into());
        (record, assigned)
    }

    /// The record of an application user of whom nothing else is known.
    pub(super) fn app_user_alone(&self, object: &Map<String, Json>) -> (Map<String, Json>, Option<bool>) {
        let id = text(object, "id").unwrap_or_default();
        let (values, from) = self.inherited(id, &Map::new(), object);
        let mut record = Map::new();
        record.insert("appuser".into(), values.into());
        record.insert(FROM.into(), from.into());
        record.insert("groups".into(), self.groups_of(id));
        record.insert("user_internal".into(), json!({ "id": id }));
        record.insert("user".into(), Json::Null);
        (record, Some(counts(object)))
    }

    /// The profile of the application user, and where its values are from: an individual assignment carries its own and
    /// takes nothing from groups; else the user's own value stands before that of the first group. An empty text is no
    /// value.
    fn inherited(&self, id: &str, own: &Map<String, Json>, app_user: &Map<String, Json>) -> (Map<String, Json>, Map<String, Json>) {
        let mut values = app_user.get("profile").and_then(Json::as_object).cloned().unwrap_or_default();
        let mut from = Map::new();
        if text(app_user, "scope") == Some("GROUP") {
            if let Some(group) = self.first_group(id) {
                let name = name_of(group);
                for (attribute, given) in &group.profile {
                    let chosen = match (own.get(attribute).filter(|value| is_set(value)), is_set(given)) {
                        (Some(value), _) => Some((value, "user")),
                        (None, true) => Some((given, name)),
                        (None, false) => None,
                    };
                    values.insert(attribute.clone(), chosen.map_or(Json::Null, |(value, _)| value.clone()));
                    from.extend(chosen.map(|(_, from)| (attribute.clone(), from.into())));
                }
                // Of what other groups give and this one does not name, the user's own counts all the same.
                for attribute in self.given.iter().filter(|attribute| !group.profile.contains_key(*attribute)) {
                    if let Some(value) = own.get(attribute).filter(|value| is_set(value)) {
                        values.insert(attribute.clone(), value.clone());
                        from.insert(attribute.clone(), "user".into());
                    }
                }
            }
        } else {
            let set = values.iter().filter(|(name, value)| is_set(value) && self.gives(name));
            from.extend(set.map(|(name, _)| (name.clone(), "assignment".into())));
        }
        if let Some(name) = app_user.get("credentials").and_then(|credentials| credentials.get("userName")) {
            values.insert("userName".into(), name.clone());
        }
        (values, from)
    }

    /// Whether an attribute is one that groups can give.
    fn gives(&self, attribute: &str) -> bool {
        self.given.contains(attribute)
    }

    fn memberships(&self, id: &str) -> &[String] {
        self.memberships.as_ref().and_then(|of| of.get(id)).map_or(&[], Vec::as_slice)
    }

    /// Of the assigned groups in which the user is, the one with the lowest number.
    fn first_group(&self, id: &str) -> Option<&Group> {
        let memberships = self.memberships(id);
        self.groups.iter().filter(|group| memberships.contains(&group.id)).min_by_key(|group| group.priority)
    }

    /// The groups as expressions read them; null where no list of members is there.
    fn groups_of(&self, id: &str) -> Json {
        if self.memberships.is_none() {
            return Json::Null;
        }
        let shown = |group_id: &String| match self.groups.iter().find(|group| group.id == *group_id) {
            Some(group) => json!({
                "id": group_id,
                "name": name_of(group),
                "type": group.group.get("type").cloned().unwrap_or_else(|| "OKTA_GROUP".into()),
                "objectClass": group.group.get("objectClass"),
                "profile": group.group.get("profile"),
            }),
            // A group that is not assigned to the application, of which only the id is known.
            None => json!({ "id": group_id }),
        };
        self.memberships(id).iter().map(shown).collect()
    }
}

fn counts(app_user: &Map<String, Json>) -> bool {
    !text(app_user, "status").is_some_and(|status| ENDED.contains(&status))
}

fn name_of(group: &Group) -> &str {
    group.group.get("profile").and_then(|profile| profile.get("name")).and_then(Json::as_str).unwrap_or(&group.id)
}

/// What Okta keeps of a user beside the profile.
fn internal(object: &Map<String, Json>) -> Json {
    object
        .iter()
        .filter(|(name, _)| !matches!(name.as_str(), "_links" | "credentials"))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

fn is_set(value: &Json) -> bool {
    !value.is_null() && value.as_str() != Some("")
}

fn text<'o>(object: &'o Map<String, Json>, name: &str) -> Option<&'o str> {
    object.get(name).and_then(Json::as_str)
}
