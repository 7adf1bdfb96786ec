use super::input::{IncludeArgs, read, read_text};
use super::output::{self, fail};
use super::{CouldNotRun, Exit, Outcome};
use crate::exchange::{Application, Imported, import_entra, import_okta};
use clap::{Subcommand, ValueEnum};
use std::path::{Path, PathBuf};

/// Turns what a provider exports of its configuration into a policy
#[derive(clap::Args)]
#[command(after_help = "Example: rolewright import entra examples/import/entra-schema.json")]
pub(super) struct Args {
    #[command(subcommand)]
    provider: Provider,
}

#[derive(Subcommand)]
enum Provider {
    /// Microsoft Graph's synchronizationSchema, or a template
    #[command(after_help = "Example: rolewright import entra examples/import/entra-schema.json --format json")]
    Entra(EntraArgs),
    /// Okta's profile mappings and app user schemas
    #[command(after_help = "Example: rolewright import okta examples/import/okta-mapping.json examples/import/okta-app-schema.json")]
    Okta(OktaArgs),
}

#[derive(clap::Args)]
struct EntraArgs {
    /// The schema; `-` is standard input.
    file: PathBuf,
    #[command(flatten)]
    common: Common,
}

#[derive(clap::Args)]
struct OktaArgs {
    /// Mappings and schemas, in any order; `-` is standard input.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    #[command(flatten)]
    common: Common,
}

#[derive(clap::Args)]
struct Common {
    /// The policy whose target is meant; without it, the shipped policy that takes the namespace.
    #[arg(long, value_name = "POLICY")]
    target: Option<PathBuf>,
    #[command(flatten)]
    include: IncludeArgs,
    /// The policy, or what was found.
    #[arg(long, default_value = "yaml")]
    format: Format,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Yaml,
    Json,
}

pub(super) fn run(args: &Args) -> Outcome {
    match &args.provider {
        Provider::Entra(args) => {
            let application = application(&args.common)?;
            let input = read(&args.file)?;
            let imported = import_entra(&short(&input.name), input.bytes, application.as_ref());
            show(imported.map_err(|why| fail(&format!("{}: {why}", input.name)))?, args.common.format)
        }
        Provider::Okta(args) => {
            let application = application(&args.common)?;
            let mut files = Vec::new();
            for path in &args.files {
                let input = read(path)?;
                files.push((short(&input.name), input.bytes));
            }
            show(import_okta(files, application.as_ref()).map_err(|why| fail(&why))?, args.common.format)
        }
    }
}

fn application(common: &Common) -> Result<Option<Application>, CouldNotRun> {
    let Some(path) = &common.target else { return Ok(None) };
    let text = read_text(path).map_err(|why| fail(&format!("{}: {why}", path.display())))?;
    let application = Application::of(&common.include.loader(path), &path.display().to_string(), &text).map_err(|error| {
        output::diagnostics(&error.diagnostics, &error.texts);
        CouldNotRun
    })?;
    Ok(Some(application))
}

/// A file's own name.
fn short(name: &str) -> String {
    Path::new(name).file_name().map_or_else(|| name.to_owned(), |name| name.to_string_lossy().into_owned())
}

fn show(imported: Imported, format: Format) -> Outcome {
    for file in &imported.files {
        for found in file.diagnostics.iter().chain(&file.advice) {
            let word = if found.error { "error" } else { "warning" };
            let about = found.target.as_ref().map_or_else(String::new, |target| format!("{target}: "));
            output::note(&format!("{word}[{}]: {}: {about}{}", found.code, file.file, found.message));
        }
        for left in &file.left_out {
            output::note(&format!("note: {}: {left}", file.file));
        }
    }
    match (format, &imported.policy) {
        (Format::Json, _) => {
            let all = serde_json::json!({ "files": imported.files });
            output::json(&all)?;
        }
        (Format::Yaml, Some(policy)) => output::source(policy)?,
        (Format::Yaml, None) => return Err(fail("there is no mapping of users into an application of which a policy could be made")),
    }
    let found = imported.files.iter().any(|file| file.diagnostics.iter().any(|found| found.error));
    Ok(if found { Exit::Findings } else { Exit::Fine })
}
