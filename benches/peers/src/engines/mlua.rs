//! Lua 5.4, by mlua: a function that takes the user as a table. Its letters are those of ASCII.

use super::Ready;
use crate::task::{Task, decision};
use crate::{Job, jobs};
use mlua::{Function, Lua, MultiValue, Table, Value};
use serde_json::{Map, Value as Json};

const ROLE: &str = r#"
    local first, role = user.appRoleAssignments[1], "member"
    if first == "My Corp Administrator" then role = "owner"
    elseif first == "My Corp Editor" then role = "editor" end
"#;
const PLACEMENT: &str = r#"
    local org, team = user.extensionAttribute2, user.extensionAttribute3
    if org == nil then
        org = "acme"
        if team == nil then team = "company" end
    end
    return user.userPrincipalName, user.accountEnabled, org, role, team
"#;

pub fn ready(job: Job) -> Ready {
    let (before, body) = match job {
        Job::Switch => (String::new(), format!("{ROLE} return role")),
        Job::Decision => (String::new(), format!("{ROLE} {PLACEMENT}")),
        Job::LongSwitch => {
            let teams: Vec<String> = jobs::departments().iter().map(|(key, team)| format!("[{key:?}] = {team:?}")).collect();
            (format!("local teams = {{ {} }}", teams.join(", ")), r#"return teams[user.department] or "none""#.to_owned())
        }
        Job::Text => return Err("string.lower and string.upper know the letters of ASCII alone"),
    };
    let lua: &'static Lua = Box::leak(Box::new(Lua::new()));
    let function: Function = lua.load(format!("{before}\nreturn function(user)\n{body}\nend")).eval().unwrap();
    let users: Vec<Table> = job.records().iter().map(|user| table(lua, user)).collect();
    Ok(match job {
        Job::Decision => Task::new(
            users,
            move |user| function.call::<MultiValue>(user).unwrap(),
            |parts| {
                let text = |at: usize| parts.get(at).filter(|part| !part.is_nil()).map(|part| part.to_string().unwrap());
                let [user, org, role] = [0, 2, 3].map(|at| text(at).unwrap());
                decision(&user, parts[1].as_boolean().unwrap(), &org, &role, text(4).as_deref())
            },
        ),
        _ => Task::new(users, move |user| function.call::<Value>(user).unwrap(), |text| text.to_string().unwrap()),
    })
}

fn table(lua: &Lua, user: &Map<String, Json>) -> Table {
    let table = lua.create_table().unwrap();
    for (key, json) in user {
        table.set(key.as_str(), value(lua, json)).unwrap();
    }
    table
}

fn value(lua: &Lua, json: &Json) -> Value {
    match json {
        Json::Null => Value::Nil,
        Json::Bool(truth) => Value::Boolean(*truth),
        Json::Number(number) => Value::Integer(number.as_i64().unwrap()),
        Json::String(text) => Value::String(lua.create_string(text).unwrap()),
        Json::Array(items) => Value::Table(lua.create_sequence_from(items.iter().map(|item| value(lua, item))).unwrap()),
        Json::Object(fields) => Value::Table(table(lua, fields)),
    }
}
