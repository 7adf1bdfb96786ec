use super::input::{SetArgs, read_text};
use super::output::{self, fail};
use super::{CouldNotRun, Exit, Outcome};
use crate::exchange::{Application, export_entra};
use clap::ValueEnum;
use std::path::PathBuf;

/// Writes a policy's mappings in the form in which a provider takes them
#[derive(clap::Args)]
#[command(after_help = "Example: rolewright export entra policies/docker.yaml")]
pub(super) struct Args {
    /// The provider.
    provider: Provider,
    /// The policy file.
    policy: PathBuf,
    #[command(flatten)]
    set: SetArgs,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Provider {
    /// Microsoft Graph's synchronizationSchema.
    Entra,
}

pub(super) fn run(args: &Args) -> Outcome {
    let Provider::Entra = args.provider;
    let name = args.policy.display().to_string();
    let text = read_text(&args.policy).map_err(|why| fail(&format!("{name}: {why}")))?;
    let policy = Application::of(&args.set.loader()?, &name, &text).map_err(|error| {
        output::diagnostics(&error.diagnostics, &error.texts);
        CouldNotRun
    })?;
    let (schema, left_out) = export_entra(&policy).map_err(|why| fail(&format!("{name}: {why}")))?;
    for left in left_out {
        output::note(&format!("note: {name}: {}", crate::diagnostic::render::printable(&left)));
    }
    output::line(&serde_json::to_string_pretty(&schema).unwrap_or_default())?;
    Ok(Exit::Fine)
}
