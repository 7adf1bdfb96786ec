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
    #[inline]
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

/// A typed user whose attributes are known by name, which a compiler resolves for generated code.
pub struct Typed<'u>(pub &'u Employee);

impl Record for Typed<'_> {
    #[inline]
    fn attribute(&self, name: &str, _: usize) -> Value<'_> {
        match name {
            "userPrincipalName" => borrowed(&self.0.user_principal_name),
            "accountEnabled" => match self.0.account_enabled {
                Some(enabled) => Value::Bool(enabled),
                None => Value::Null,
            },
            "givenName" => borrowed(&self.0.given_name),
            "surname" => borrowed(&self.0.surname),
            "department" => borrowed(&self.0.department),
            "appRoleAssignments" => Value::List(List::Strings(&self.0.app_roles)),
            "extensionAttribute2" => borrowed(&self.0.organization),
            "extensionAttribute3" => borrowed(&self.0.team),
            _ => Value::Null,
        }
    }
}

/// By `match`, since a `map_or(Value::Null, …)` would make a value that it drops again.
#[inline]
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
