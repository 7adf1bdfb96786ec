//! The application, as its service principal and the list of its assignments describe it: by it the ids in a user's
//! `appRoleAssignments` become names, and whether the user is assigned can be told.

use crate::program::{Object, Value};
use serde_json::{Map, Value as Json};
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

/// The id of default access: assigned, and no role.
const DEFAULT_ACCESS: &str = "00000000-0000-0000-0000-000000000000";

/// Where a user's assignments stand, and where the expressions read roles.
pub(super) const ASSIGNMENTS: &str = "appRoleAssignments";

/// What the documents say about the application. Ids are compared without regard to case.
#[derive(Debug, Default)]
pub(super) struct Application {
    /// Its id, by which assignments name it, in lower case.
    id: Option<String>,
    /// Its display name.
    name: Option<String>,
    /// Whether its service principal is among the documents.
    described: bool,
    /// Its roles by id in lower case. A disabled one still names: assignments outlive the disabling.
    roles: HashMap<String, Role>,
    /// `appRoleAssignedTo`: what it assigns to each user, by the user's id in lower case.
    assigned_to: Option<HashMap<String, Vec<Assignment<'static>>>>,
    /// The groups that it assigns. Who is in them, only the users' own lists say.
    groups: Vec<String>,
}

#[derive(Debug, Clone)]
struct Role {
    name: String,
    /// As expressions read it.
    shown: Map<String, Json>,
    /// Whether users may have it, not only programs (`allowedMemberTypes`).
    for_users: bool,
}

/// An assignment to an application, by what the user's own list or the application's says of it.
#[derive(Debug, Clone, Default)]
pub(super) struct Assignment<'a> {
    pub(super) id: Option<Cow<'a, str>>,
    pub(super) role: Option<Cow<'a, str>>,
    pub(super) resource: Option<Cow<'a, str>>,
    pub(super) name: Option<Cow<'a, str>>,
    pub(super) value: Option<Cow<'a, str>>,
}

impl Application {
    /// Its display name, or its id.
    pub(super) fn label(&self) -> Option<&str> {
        self.name.as_deref().or(self.id.as_deref())
    }

    /// The names of the roles that people can have, sorted.
    pub(super) fn role_names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.roles.values().filter(|role| role.for_users).map(|role| role.name.as_str()).collect();
        names.sort_unstable();
        names
    }

    /// The groups that are assigned, as far as the list of assignments is there.
    pub(super) fn groups(&self) -> &[String] {
        &self.groups
    }

    /// Takes a service principal; the error says what it lacks. A second one of the same id is the same one.
    pub(super) fn principal(&mut self, object: &Map<String, Json>) -> Result<(), String> {
        let id = text(object, "id").ok_or("it has no id, by which assignments name the application")?.to_lowercase();
        if self.id.as_ref().is_some_and(|known| *known != id) {
            return Err("the documents describe several applications".to_owned());
        }
        (self.id, self.described) = (Some(id), true);
        self.name = text(object, "displayName").or_else(|| text(object, "appDisplayName"));
        for role in object.get("appRoles").and_then(Json::as_array).into_iter().flatten().filter_map(Json::as_object) {
            if let (Some(id), Some(name)) = (text(role, "id"), text(role, "displayName")) {
                let shown = shown(Some(&id), text(role, "value").as_deref(), Some(&name));
                self.roles.insert(id.to_lowercase(), Role { name, shown, for_users: is_for_users(role) });
            }
        }
        Ok(())
    }

    /// Says that there is a list of assignments, even if it is empty: whom it does not name is not assigned.
    pub(super) fn expect_assigned_to(&mut self) {
        self.assigned_to.get_or_insert_default();
    }

    /// Whether there is such a list.
    pub(super) fn lists_users(&self) -> bool {
        self.assigned_to.is_some()
    }

    /// Takes one entry of the list. Without a service principal, the `resourceId` is the application's; it can be only
    /// one. Entries of groups are left out, for a group's assignment stands at its members too.
    pub(super) fn assigned(&mut self, object: &Map<String, Json>) -> Result<(), String> {
        let principal = text(object, "principalId").ok_or("it has no principalId, so nobody is assigned by it")?;
        let assignment = Assignment::of_object(object).into_owned();
        if let Some(resource) = assignment.resource.as_ref().map(|id| id.to_lowercase()) {
            match &self.id {
                None => (self.id, self.name) = (Some(resource), text(object, "resourceDisplayName")),
                Some(id) if !self.described && *id != resource => {
                    return Err("it assigns to a second application; the service principal would tell which one counts".to_owned());
                }
                Some(_) => {}
            }
        }
        match text(object, "principalType") {
            Some(kind) if kind.eq_ignore_ascii_case("Group") && self.concerns(&assignment) => {
                self.groups.push(text(object, "principalDisplayName").unwrap_or(principal));
            }
            Some(kind) if !kind.eq_ignore_ascii_case("User") => {}
            _ => self.assigned_to.get_or_insert_default().entry(principal.to_lowercase()).or_default().push(assignment),
        }
        Ok(())
    }

    /// Puts the roles of this application into the record, named and in order, in place of the assignments; and says
    /// whether the user is assigned, where that can be told.
    ///
    /// The user's own list counts first; an assignment that both lists have, by its id, counts once, and so does a role
    /// that several assignments give (one directly, one through a group): it is one role. An id that leads to no role
    /// is an assignment without a name: the user is assigned, and no role is made up.
    pub(super) fn resolve(&self, record: &mut Map<String, Json>) -> Result<Option<bool>, String> {
        let mut own = assignments(record.get(ASSIGNMENTS));
        if own.as_ref().is_ok_and(Option::is_none) {
            record.shift_remove(ASSIGNMENTS);
        }
        let listed = match (&self.assigned_to, text(record, "id")) {
            (Some(by_user), Some(id)) => Some(by_user.get(&id.to_lowercase()).map_or(&[][..], Vec::as_slice)),
            _ => None,
        };
        if listed.is_some() && own.is_err() {
            own = Ok(None); // the other list says all
        }
        let own = own?;
        if own.is_none() && listed.is_none() {
            return Ok(None);
        }
        let own = own.unwrap_or_default();
        let (assigned, roles) = self.roles_of(&own, listed.unwrap_or_default());
        record.insert(ASSIGNMENTS.to_owned(), roles.iter().map(Value::to_json).collect());
        Ok(Some(assigned))
    }

    /// Whether assignments make somebody a user of this application, and its roles by them: first those of the user's own
    /// list, then those of the application's.
    pub(super) fn roles_of<'v>(&'v self, own: &[Assignment<'v>], listed: &[Assignment<'v>]) -> (bool, Vec<Value<'v>>) {
        let mut assigned = false;
        let (mut seen, mut named) = (HashSet::new(), HashSet::new());
        let several = own.len() + listed.len() > 1;
        let mut roles = Vec::new();
        let own = own.iter().map(|assignment| (assignment, self.concerns(assignment)));
        // An entry of the application's own list concerns the application, also where the resource was not selected.
        let listed = listed.iter().map(|entry| (entry, entry.resource.is_none() || self.concerns(entry)));
        for (assignment, concerns) in own.chain(listed) {
            if !concerns || several && assignment.id.as_deref().is_some_and(|id| !seen.insert(id)) {
                continue;
            }
            assigned = true;
            if let Some(role) = self.role(assignment) {
                if !several || assignment.role.as_deref().is_none_or(|id| named.insert(lower(id))) {
                    roles.push(role);
                }
            }
        }
        (assigned, roles)
    }

    /// Whether it is an assignment to this application. Which application is meant, nobody says without one; an
    /// assignment that carries a name and no application's id is meant for this one.
    fn concerns(&self, assignment: &Assignment<'_>) -> bool {
        match (&self.id, &assignment.resource, &assignment.role) {
            (None, _, _) => true,
            (Some(id), Some(resource), _) => lower(resource) == *id,
            (Some(_), None, Some(role)) => self.roles.contains_key(&*lower(role)),
            (Some(_), None, None) => assignment.name.is_some() || assignment.value.is_some(),
        }
    }

    fn role<'v>(&'v self, assignment: &Assignment<'v>) -> Option<Value<'v>> {
        let Assignment { id, role, name, value, .. } = assignment;
        match role.as_ref().and_then(|id| self.roles.get(&*lower(id))) {
            Some(role) => Some(Value::Object(Object::Json(&role.shown))),
            None if role.as_deref() == Some(DEFAULT_ACCESS) => None,
            None if name.is_none() && value.is_none() => None,
            // A plain name is taken as it is.
            None if id.is_none() && role.is_none() && value.is_none() => name.clone().map(Value::Text),
            None => {
                let members = [("id", role.as_ref().or(id.as_ref())), ("value", value.as_ref()), ("displayName", name.as_ref())];
                let members = members.into_iter().filter_map(|(key, text)| Some((Cow::Borrowed(key), Value::Text(text?.clone()))));
                Some(Value::object(members.collect()))
            }
        }
    }
}

impl<'a> Assignment<'a> {
    fn of_object(object: &Map<String, Json>) -> Assignment<'_> {
        let text = |key| object.get(key).and_then(Json::as_str).filter(|text| !text.is_empty()).map(Cow::Borrowed);
        Assignment {
            id: text("id"),
            role: text("appRoleId"),
            resource: text("resourceId"),
            name: text("displayName"),
            value: text("value"),
        }
    }

    /// By the role's name alone; none where PowerShell wrote something else in its place.
    pub(super) fn of_name(name: Cow<'a, str>) -> Option<Self> {
        let written = name.starts_with("Microsoft.Graph.") || name.starts_with("System.");
        (!written).then(|| Assignment { name: Some(name), ..Assignment::default() })
    }

    fn into_owned(self) -> Assignment<'static> {
        let owned = |text: Option<Cow<'a, str>>| text.map(|text| Cow::Owned(text.into_owned()));
        Assignment {
            id: owned(self.id),
            role: owned(self.role),
            resource: owned(self.resource),
            name: owned(self.name),
            value: owned(self.value),
        }
    }
}

fn shown(id: Option<&str>, value: Option<&str>, name: Option<&str>) -> Map<String, Json> {
    let members = [("id", id), ("value", value), ("displayName", name)];
    members.into_iter().filter_map(|(key, text)| Some((key.to_owned(), text?.into()))).collect()
}

/// An id as it is compared; most are in lower case.
fn lower(id: &str) -> Cow<'_, str> {
    let is_lower = id.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase());
    if is_lower { Cow::Borrowed(id) } else { Cow::Owned(id.to_lowercase()) }
}

/// A user's own list; `None` where the record has none. PowerShell writes a list of one as its item, and a cell of a
/// table holds the list as JSON or as names between semicolons.
fn assignments(value: Option<&Json>) -> Result<Option<Vec<Assignment<'static>>>, String> {
    match value {
        None | Some(Json::Null) => Ok(None),
        Some(Json::Array(items)) => items.iter().filter(|item| !item.is_null()).map(assignment).collect::<Result<_, _>>().map(Some),
        Some(Json::String(cell)) if cell.trim_start().starts_with('[') => match serde_json::from_str(cell) {
            Ok(list @ Json::Array(_)) => assignments(Some(&list)),
            _ => Err(format!("its {ASSIGNMENTS} begin like a JSON list and are none")),
        },
        Some(Json::String(cell)) => {
            let names = cell.split(';').map(str::trim).filter(|name| !name.is_empty());
            names.map(|name| assignment(&Json::String(name.to_owned()))).collect::<Result<_, _>>().map(Some)
        }
        Some(one) => assignment(one).map(|one| Some(vec![one])),
    }
}

fn assignment(item: &Json) -> Result<Assignment<'static>, String> {
    match item {
        Json::Object(object) => Ok(Assignment::of_object(object).into_owned()),
        Json::String(name) => Assignment::of_name(name.clone().into()).ok_or_else(|| {
            format!("its {ASSIGNMENTS} hold {name:?}, which PowerShell wrote in place of an assignment: use ConvertTo-Json -Depth 6")
        }),
        _ => Err(format!("its {ASSIGNMENTS} hold {item}, which is no assignment")),
    }
}

fn text(object: &Map<String, Json>, key: &str) -> Option<String> {
    object.get(key).and_then(Json::as_str).filter(|text| !text.is_empty()).map(str::to_owned)
}

fn is_for_users(role: &Map<String, Json>) -> bool {
    let types = role.get("allowedMemberTypes").and_then(Json::as_array);
    types.is_none_or(|types| types.iter().any(|kind| kind.as_str().is_some_and(|kind| kind.eq_ignore_ascii_case("user"))))
}
