//! A typed user as Rolewright takes it: the native form that a server has, with nothing to be read from JSON.

use super::by_hand::Employee;
use rolewright::{List, Record, Value};

/// A typed user whose attributes are known by slot, as a server binds them once.
pub struct Bound<'u> {
    pub user: &'u Employee,
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
            Field::AccountEnabled => match self.user.account_enabled {
                Some(enabled) => Value::Bool(enabled),
                None => Value::Null,
            },
            Field::GivenName => borrowed(&self.user.given_name),
            Field::Surname => borrowed(&self.user.surname),
            Field::Department => borrowed(&self.user.department),
            Field::AppRoles => Value::List(List::Strings(&self.user.app_roles)),
            Field::Organization => borrowed(&self.user.organization),
            Field::Team => borrowed(&self.user.team),
        }
    }
}

/// By `match`, since a `map_or(Value::Null, …)` would make a value that it drops again.
fn borrowed(text: &Option<String>) -> Value<'_> {
    match text {
        Some(text) => Value::text(text.as_str()),
        None => Value::Null,
    }
}

/// All users by these fields.
pub fn bound<'u>(users: &'u [Employee], fields: &'u [Field]) -> Vec<Bound<'u>> {
    users.iter().map(|user| Bound { user, fields }).collect()
}
