//! One decision as rows of a table, and as one of CSV.

use crate::policy::OwnedDecision;
use crate::provision::{Membership, Source};
use serde_json::Value as Json;

/// One line a membership; who has none still has a line.
pub(super) fn table_rows(decision: &OwnedDecision) -> Vec<Vec<String>> {
    let line = |role: &str, org: &str, teams: &str, why: String| vec![decision.user.clone(), role.into(), org.into(), teams.into(), why];
    if !decision.is_in_scope() {
        let why = match decision.scope_reason {
            Some("not-assigned") => "out of scope: not assigned to the application",
            Some("scoping-filter") => "out of scope: a scoping filter leaves the user out",
            _ => "out of scope: the mapping says IgnoreObjectFlow",
        };
        return vec![line("-", "-", "-", why.into())];
    }
    if let Some(error) = &decision.error {
        let about = error.about.as_ref().map_or_else(String::new, |about| format!(" ({about})"));
        return vec![line("-", "-", "-", format!("refused {}: {}{about}", error.code, error.message))];
    }
    if decision.orgs.is_empty() {
        let warnings: Vec<&str> = decision.warnings.iter().map(|warning| warning.message.as_ref()).collect();
        let why = match (warnings.is_empty(), decision.active) {
            (false, _) => warnings.join("; "),
            (true, true) => "no membership".into(),
            (true, false) => "inactive".into(),
        };
        return vec![line("-", "-", "-", why)];
    }
    let mut rows = Vec::new();
    for (at, (org, membership)) in decision.orgs.iter().enumerate() {
        let teams: Vec<&str> = membership.teams.keys().map(String::as_str).collect();
        let teams = if teams.is_empty() { "-".to_owned() } else { teams.join(", ") };
        let mut why = reason(membership);
        if at == 0 {
            for warning in &decision.warnings {
                why.push_str(&format!("; {}", warning.message));
            }
        }
        rows.push(line(&membership.role, org, &teams, why));
    }
    rows
}

/// Who put each part there, in a few words.
fn reason(membership: &Membership) -> String {
    let mut parts = vec![format!("role {}", membership.role_from.word()), format!("organization {}", membership.org_from.word())];
    let mut sources: Vec<Source> = membership.teams.values().copied().collect();
    sources.sort_unstable();
    sources.dedup();
    if !sources.is_empty() {
        let words: Vec<&str> = sources.into_iter().map(Source::word).collect();
        parts.push(format!("team {}", words.join(" and ")));
    }
    parts.join(", ")
}

pub(super) fn csv_row(decision: &OwnedDecision, targets: &[[String; 2]]) -> Vec<String> {
    let join = |items: &mut dyn Iterator<Item = String>| items.collect::<Vec<_>>().join(";");
    let mut cells = vec![
        decision.user.clone(),
        decision.is_in_scope().to_string(),
        decision.scope_reason.unwrap_or_default().to_owned(),
        decision.active.to_string(),
        join(&mut decision.orgs.keys().cloned()),
        join(&mut decision.orgs.values().map(|membership| membership.role.clone())),
        join(&mut decision.orgs.iter().flat_map(|(org, membership)| membership.teams.keys().map(move |team| format!("{org}:{team}")))),
        join(&mut decision.created_teams.iter().cloned()),
        join(&mut decision.warnings.iter().map(|warning| warning.code.to_string())),
        decision.error.as_ref().map_or_else(String::new, |error| error.code.to_string()),
    ];
    // A mapping may name the attribute either way.
    let value = |[path, name]: &[String; 2]| decision.attributes.get(path).or_else(|| decision.attributes.get(name));
    cells.extend(targets.iter().map(|target| match value(target) {
        None | Some(Json::Null) => String::new(),
        Some(Json::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }));
    cells
}
