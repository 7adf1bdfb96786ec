use super::eval::open;
use super::input::{self, DocumentArgs, PolicyArgs};
use super::output::{self, plural};
use super::people;
use super::table::Table;
use super::{Exit, Outcome};
use crate::analyze::{Conflict, conflicts};
use crate::diagnostic::render;
use crate::policy::Policy;
use crate::provision::User;
use clap::ValueEnum;
use serde_json::{Value as Json, json};

/// Reports where SCIM's values and those of sign-ins differ, before anybody loses anything
#[derive(clap::Args)]
#[command(after_help = "Example: rolewright conflicts policies/docker.yaml examples/graph/*.json")]
pub(super) struct Args {
    #[command(flatten)]
    policy: PolicyArgs,
    #[command(flatten)]
    documents: DocumentArgs,
    /// How the result is written.
    #[arg(long, default_value = "table")]
    format: Format,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Table,
    Json,
    Sarif,
}

pub(super) fn run(args: &Args) -> Outcome {
    let policy = args.policy.load()?;
    let documents = open(&args.documents)?;
    let world = input::world(None)?;
    let (subjects, exit) = people::subjects(&documents);
    let (sign_ins, unread) = people::sign_ins(&policy, &documents, &world);
    let by_user = sign_ins.into_iter().map(|sign_in| (User::key(&sign_in.user), sign_in)).collect();
    let found = conflicts(&policy, &subjects, &by_user, &world);
    match args.format {
        Format::Table => {
            let mut table = Table::new(&["USER", "ATTRIBUTE", "SCIM", "SIGN-IN", "WHAT COMES OF IT"]);
            for conflict in &found {
                let lost = if conflict.lost.is_empty() { String::new() } else { format!("; loses {}", conflict.lost.join(", ")) };
                table.row(vec![
                    conflict.user.clone(),
                    conflict.attribute.clone(),
                    show(&conflict.scim),
                    show(&conflict.sign_in),
                    format!("{}{lost}{}", conflict.effect.describe(), refusal(&policy, conflict)),
                ]);
            }
            if !found.is_empty() {
                output::data(&table.render())?;
            }
            let mut remedies: Vec<&str> = found.iter().map(|conflict| conflict.remedy.as_str()).collect();
            remedies.sort_unstable();
            remedies.dedup();
            for remedy in remedies {
                output::note(&format!("to end it: {remedy}"));
            }
        }
        Format::Json => people::json(&found)?,
        Format::Sarif => people::json(&sarif(&policy, &found))?,
    }
    output::note(&format!("{} looked at, {}", plural(subjects.len(), "user"), plural(found.len(), "conflict")));
    Ok(if found.is_empty() { exit.max(unread) } else { Exit::Findings })
}

fn refusal(policy: &Policy, conflict: &Conflict) -> String {
    conflict.refusal.as_ref().map_or_else(String::new, |code| format!(": {}", policy.message(code)))
}

fn show(value: &Json) -> String {
    match value {
        Json::Null => "-".to_owned(),
        Json::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// One result a conflict, at the mapping that the sign-in writes through.
fn sarif(policy: &Policy, found: &[Conflict]) -> Json {
    let results: Vec<Json> = found
        .iter()
        .map(|conflict| {
            let location = conflict.at.and_then(|(source, span)| {
                let (start, end) = policy.texts().places(source, span)?;
                let uri = render::uri(&policy.texts().get(source)?.name);
                Some(json!({ "physicalLocation": {
                    "artifactLocation": { "uri": uri },
                    "region": { "startLine": start.line, "startColumn": start.column, "endLine": end.line, "endColumn": end.column },
                }}))
            });
            let text = format!(
                "{}: {} is {} by SCIM and {} at sign-in: {} (to end it: {})",
                conflict.user,
                conflict.attribute,
                show(&conflict.scim),
                show(&conflict.sign_in),
                conflict.effect.describe(),
                conflict.remedy
            );
            json!({ "ruleId": conflict.effect, "level": "warning", "message": { "text": render::sarif_text(&text) }, "locations": location.into_iter().collect::<Vec<_>>() })
        })
        .collect();
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": { "name": "rolewright", "version": env!("CARGO_PKG_VERSION") } },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    })
}
