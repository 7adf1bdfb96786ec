//! A typed user as Rolewright takes it: the native form that a server has, with nothing to be read from JSON.

use super::by_hand::Employee;
use rolewright::{List, Record, Value};

/// A typed user whose attributes are known by slot, as a server binds them once.
pub struct Bound<'u> {
    pub user: &'u Employee,
    roles: Vec<Value<'u>>,
    fields: &'u [Field],
}

/// An attribute of a user.
#[derive(Clone, Copy)]
pub enum Field {
    UserPrincipalName,
    AccountEnabled,
    GivenName,
    Surname,
    Department,
    AppRoles,
    Organization,
    Team,
}

/// Where the attributes of a program are, in its order.
pub fn fields(attributes: &[Box<str>]) -> Vec<Field> {
    let field = |name: &str| match name {
        "userPrincipalName" => Field::UserPrincipalName,
        "accountEnabled" => Field::AccountEnabled,
        "givenName" => Field::GivenName,
        "surname" => Field::Surname,
        "department" => Field::Department,
        "appRoleAssignments" => Field::AppRoles,
        "extensionAttribute2" => Field::Organization,
        "extensionAttribute3" => Field::Team,
        other => panic!("the record has no {other}"),
    };
    attributes.iter().map(|name| field(name)).collect()
}

impl Record for Bound<'_> {
    fn attribute(&self, _: &str, slot: usize) -> Value<'_> {
        match self.fields[slot] {
            Field::UserPrincipalName => borrowed(&self.user.user_principal_name),
            Field::AccountEnabled => self.user.account_enabled.map_or(Value::Null, Value::Bool),
            Field::GivenName => borrowed(&self.user.given_name),
            Field::Surname => borrowed(&self.user.surname),
            Field::Department => borrowed(&self.user.department),
            Field::AppRoles => Value::List(List::Borrowed(&self.roles)),
            Field::Organization => borrowed(&self.user.organization),
            Field::Team => borrowed(&self.user.team),
        }
    }
}

fn borrowed(text: &Option<String>) -> Value<'_> {
    text.as_deref().map_or(Value::Null, Value::text)
}

/// All users by these fields.
pub fn bound<'u>(users: &'u [Employee], fields: &'u [Field]) -> Vec<Bound<'u>> {
    let roles = |user: &'u Employee| user.app_roles.iter().map(|role| Value::text(role.as_str())).collect();
    users.iter().map(|user| Bound { user, roles: roles(user), fields }).collect()
}
