use super::{Case, CaseResult, show};
use crate::policy::{Policy, organizations};
use crate::provision::{Change, Event, Settings, State, Switch, User};
use serde_json::{Map, Value as Json, json};
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn run(case: &Case, policy: &Policy) -> CaseResult {
    let mut result = CaseResult::new(&case.id);
    let settings = case.fields.get("settings");
    let run = || -> Result<History, String> {
        let options = choices(settings)?;
        let policy = policy.with_options(&options)?;
        let state = State { settings: connection(settings, &policy.settings)?, ..State::default() };
        history(&policy, state, case.fields.get("events"), true)
    };
    match run() {
        Ok(history) => {
            let none = Json::Null;
            compare(policy, case.fields.get("expect").unwrap_or(&none), &history, true, &mut result);
            if !result.passed() {
                result.path = history.path;
            }
        }
        Err(why) => result.differs("case", "a history", why),
    }
    result
}

/// What a history came to.
pub(crate) struct History {
    pub state: State,
    pub created_teams: BTreeSet<String>,
    pub warnings: BTreeSet<String>,
    pub error: Option<(usize, String)>,
    /// What each event did, for a person.
    pub path: Vec<String>,
}

/// The options that a case sets.
pub(crate) fn choices(settings: Option<&Json>) -> Result<BTreeMap<String, String>, String> {
    let options = settings.and_then(|settings| settings.get("options")).and_then(Json::as_object).into_iter().flatten();
    options
        .map(|(name, value)| match value.as_str() {
            Some(value) => Ok((name.clone(), value.to_owned())),
            None => Err(format!("the option {name} needs a word, and this is {value}")),
        })
        .collect()
}

/// The connection that a case sets, over the policy's own.
pub(crate) fn connection(settings: Option<&Json>, own: &Settings) -> Result<Settings, String> {
    let mut connection = own.clone();
    for (name, value) in settings.and_then(Json::as_object).into_iter().flatten() {
        let text = || value.as_str().map(str::to_owned).ok_or_else(|| format!("{name} needs a text, and this is {value}"));
        let switch = || serde_json::from_value::<Switch>(value.clone()).map_err(|error| format!("{name}: {error}"));
        match name.as_str() {
            "default_org" => connection.default_org = text()?,
            "default_team" => connection.default_team = text()?,
            "scim" => connection.scim = switch()?,
            "jit" => connection.jit = switch()?,
            "orgs" => connection.orgs = Some(organizations(value).ok_or("orgs is a list of names, or a map to the teams of each")?),
            "options" => {}
            _ => return Err(format!("there is no setting {name}")),
        }
    }
    Ok(connection)
}

/// Applies events in order; `stop` ends the history at the first refusal.
pub(crate) fn history(policy: &Policy, mut state: State, events: Option<&Json>, stop: bool) -> Result<History, String> {
    let mut history =
        History { state: State::default(), created_teams: BTreeSet::new(), warnings: BTreeSet::new(), error: None, path: Vec::new() };
    for (at, json) in events.and_then(Json::as_array).into_iter().flatten().enumerate() {
        let event: Event = serde_json::from_value(json.clone()).map_err(|error| format!("event {}: {error}", at + 1))?;
        let rows = policy.rules.events.get(&event.kind());
        let name =
            |row: usize| rows.and_then(|rows| rows.get(row)).map_or_else(String::new, |row| policy.row_name(row.id.as_deref(), row.at));
        match policy.apply(&state, &event) {
            Ok(outcome) => {
                let hit: Vec<String> = outcome.rows.iter().map(|row| name(*row)).collect();
                let changed: Vec<String> = outcome.changes.iter().map(Change::describe).collect();
                history.path.push(format!("{}. {}: rows {}; {}", at + 1, event.kind().word(), hit.join(", "), changed.join(", ")));
                history.created_teams.extend(outcome.created_teams.iter().map(|(org, team)| format!("{org}:{team}")));
                history.warnings.extend(outcome.warnings.iter().map(|notice| notice.code.clone()));
                state.accept(outcome);
            }
            Err(refusal) => {
                history.path.push(format!("{}. {}: refused as {} by row {}", at + 1, event.kind().word(), refusal.code, name(refusal.row)));
                history.error.get_or_insert((at + 1, refusal.code));
                if stop {
                    break;
                }
            }
        }
    }
    history.state = state;
    Ok(history)
}

/// Compares with what a case expects; `whole` also finds users, teams and warnings that it does not name.
pub(crate) fn compare(policy: &Policy, expect: &Json, history: &History, whole: bool, result: &mut CaseResult) {
    let empty = Map::new();
    let users = expect.get("users").and_then(Json::as_object);
    for (name, wanted) in users.unwrap_or(&empty) {
        match history.state.users.get(&User::key(name)) {
            Some(user) => {
                if user.user != *name {
                    result.differs(format!("users.{name}"), name.clone(), user.user.clone());
                }
                compare_user(policy, name, wanted, user, &history.state, result);
            }
            None => result.differs(format!("users.{name}"), "the user", "no such user"),
        }
    }
    if let Some(users) = users.filter(|_| whole) {
        for user in history.state.users.values() {
            if !users.keys().any(|name| User::key(name) == User::key(&user.user)) {
                result.differs(format!("users.{}", user.user), "no such user", "the user");
            }
        }
    }
    let list = |field: &str| -> Option<BTreeSet<String>> {
        let items = expect.get(field)?.as_array()?;
        Some(items.iter().filter_map(|item| item.as_str().map(str::to_owned)).collect())
    };
    if let Some(wanted) = list("created_teams") {
        result.compare("created_teams", &wanted, &history.created_teams);
    }
    if let Some(wanted) = list("warnings") {
        result.compare("warnings", &wanted, &history.warnings);
    }
    let error = history.error.as_ref().map(|(event, code)| json!({ "event": event, "code": code }));
    let wanted = expect.get("error").cloned();
    if (whole || wanted.is_some()) && wanted != error {
        result.differs(
            "error",
            wanted.map_or_else(|| "none".into(), |error| show(&error)),
            error.map_or_else(|| "none".into(), |error| show(&error)),
        );
    }
}

fn compare_user(policy: &Policy, name: &str, wanted: &Json, user: &User, state: &State, result: &mut CaseResult) {
    for (field, expected) in wanted.as_object().into_iter().flatten() {
        let actual = match field.as_str() {
            "active" => Json::Bool(user.active),
            "orgs" => {
                let memberships = if user.active { policy.memberships(user, state) } else { BTreeMap::new() };
                serde_json::to_value(memberships).unwrap_or_default()
            }
            attribute => user.attributes.get(attribute).map_or(Json::Null, |held| held.value.clone()),
        };
        result.compare(format!("users.{name}.{field}"), expected, &actual);
    }
}
