//! The jobs that are measured, and the users: the same against the work by hand and against other engines.

use super::by_hand::Employee;
use rolewright::FixedWorld;
use serde_json::{Map, Value as Json, json};

pub const DOCKER: &str = include_str!("../policies/docker.yaml");
pub const SWITCH: &str =
    r#"Switch(SingleAppRoleAssignment([appRoleAssignments]), "member", "My Corp Administrator", "owner", "My Corp Editor", "editor")"#;
pub const TEXT: &str = r#"Join(" ", PCase([givenName]), ToLower([surname]), Mid(Replace([department], "-", , , " ", , ), 1, 12))"#;

pub fn world() -> FixedWorld {
    FixedWorld::new("2026-01-01T00:00:00".parse().unwrap(), 1)
}

/// Users as varied as those of a company: some without role, some placed, some names beyond ASCII.
pub fn employees() -> Vec<Employee> {
    let text = |text: &str| Some(text.to_owned());
    let roles = ["My Corp Administrator", "My Corp Editor", "Reader", "msiam_access"];
    let names = [("ada", "LOVELACE"), ("Zoë", "ÅSTRÖM"), ("jean-luc", "Picard"), ("BJØRK", "Guðmundsdóttir")];
    (0..64)
        .map(|at| Employee {
            user_principal_name: Some(format!("user{at}@acme.example")),
            account_enabled: Some(at % 9 != 0),
            given_name: text(names[at % 4].0),
            surname: text(names[at % 4].1),
            department: text(["Research-and-Development", "Sales", "Human Resources", "IT-Operations"][at / 4 % 4]),
            app_roles: roles.iter().take(1).map(|_| roles[at % 4].to_owned()).filter(|_| at % 5 != 0).collect(),
            organization: text("moby").filter(|_| at % 3 == 0),
            team: text("platform").filter(|_| at % 2 == 0),
        })
        .collect()
}

pub fn json_of(user: &Employee) -> Map<String, Json> {
    let record = json!({
        "id": "8f0a4a1c-5a0e-4a41-9d1b-0d8a6a1f2b3c",
        "userPrincipalName": user.user_principal_name,
        "accountEnabled": user.account_enabled,
        "displayName": "A User",
        "givenName": user.given_name,
        "surname": user.surname,
        "department": user.department,
        "jobTitle": null,
        "appRoleAssignments": user.app_roles,
        "extensionAttribute2": user.organization,
        "extensionAttribute3": user.team,
    });
    record.as_object().unwrap().clone()
}

/// 200 departments, each with its team.
pub fn departments() -> Vec<(String, String)> {
    (0..200).map(|at| (format!("Department {at:03}"), format!("team-{at}"))).collect()
}

/// The Switch over all of them.
pub fn long_switch() -> String {
    let cases: Vec<String> = departments().iter().map(|(department, team)| format!(r#""{department}", "{team}""#)).collect();
    format!(r#"Switch([department], "none", {})"#, cases.join(", "))
}

/// The users in one of the departments each, and one in eleven in none.
pub fn in_departments() -> Vec<Employee> {
    let users = employees().into_iter().enumerate();
    users.map(|(at, user)| Employee { department: Some(format!("Department {:03}", at * 37 % 220)), ..user }).collect()
}
