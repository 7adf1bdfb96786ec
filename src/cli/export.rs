use super::input::{SetArgs, read_text};
use super::output::{self, fail};
use super::{CouldNotRun, Exit, Outcome};
use crate::exchange::{Application, OktaExport, export_entra, export_okta};
use clap::ValueEnum;
use std::path::PathBuf;

/// Writes a policy's mappings in the form in which a provider takes them
#[derive(clap::Args)]
#[command(after_help = "Example: rolewright export entra policies/docker.yaml
Example: rolewright export okta policies/docker-okta.yaml --part schema")]
pub(super) struct Args {
    /// The provider.
    provider: Provider,
    /// The policy file.
    policy: PathBuf,
    /// Okta takes the mapping and the schema in two requests; one of them alone.
    #[arg(long)]
    part: Option<Part>,
    #[command(flatten)]
    set: SetArgs,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Provider {
    /// Microsoft Graph's synchronizationSchema: PUT /servicePrincipals/{id}/synchronization/jobs/{job}/schema.
    Entra,
    /// Okta's profile mapping and the custom attributes of its app user schema, side by side.
    Okta,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    /// The body of POST /api/v1/mappings/{id}.
    Mapping,
    /// The body of POST /api/v1/meta/schemas/apps/{id}/default.
    Schema,
}

pub(super) fn run(args: &Args) -> Outcome {
    let name = args.policy.display().to_string();
    let text = read_text(&args.policy).map_err(|why| fail(&format!("{name}: {why}")))?;
    let policy = Application::of(&args.set.loader(&args.policy)?, &name, &text).map_err(|error| {
        output::diagnostics(&error.diagnostics, &error.texts);
        CouldNotRun
    })?;
    let bad = |why: String| fail(&format!("{name}: {why}"));
    let (exported, left_out) = match args.provider {
        Provider::Entra if args.part.is_some() => return Err(fail("--part is for okta; what Entra takes is one document")),
        Provider::Entra => export_entra(&policy).map_err(bad)?,
        Provider::Okta => {
            let OktaExport { mapping, schema, left_out } = export_okta(&policy).map_err(bad)?;
            let exported = match args.part {
                Some(Part::Mapping) => mapping,
                Some(Part::Schema) => schema,
                None => serde_json::json!({ "mapping": mapping, "schema": schema }),
            };
            (exported, left_out)
        }
    };
    for left in left_out {
        output::note(&format!("note: {name}: {}", left));
    }
    output::json(&exported)?;
    Ok(Exit::Fine)
}
