use super::{Exit, Outcome, output};
use crate::policy::file::PolicyFile;

/// Prints the JSON Schema of the policy file, for editors
#[derive(clap::Args)]
#[command(after_help = "Example: rolewright schema > policy.schema.json")]
pub(super) struct Args {}

pub(super) fn run(_: &Args) -> Outcome {
    output::source(&format!("{}\n", text()))?;
    Ok(Exit::Fine)
}

/// The schema, generated from the types that read the file.
pub(super) fn text() -> String {
    let mut schema = schemars::schema_for!(PolicyFile);
    schema.insert("title".into(), "Rolewright policy".into());
    serde_json::to_string_pretty(&schema).unwrap_or_default()
}
