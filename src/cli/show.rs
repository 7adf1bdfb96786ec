use super::input::{PolicyArgs, read_text};
use super::output::{self, fail};
use super::{CouldNotRun, Exit, Outcome};
use crate::diagnostic::{SourceId, Sources};
use crate::yaml;
use clap::ValueEnum;

/// Prints the whole of a policy, with the origin of each line that is not the base's
#[derive(clap::Args)]
#[command(after_help = "Example: rolewright show policies/docker-entra-direct.yaml")]
pub(super) struct Args {
    #[command(flatten)]
    policy: PolicyArgs,
    /// How it is written.
    #[arg(long, default_value = "yaml")]
    format: Format,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Yaml,
    Json,
}

pub(super) fn run(args: &Args) -> Outcome {
    let path = &args.policy.policy;
    let text = read_text(path).map_err(|why| fail(&format!("{}: {why}", path.display())))?;
    let mut texts = Sources::default();
    let root = args.policy.set.loader(path)?.document(&path.display().to_string(), &text, &mut texts).map_err(|found| {
        output::diagnostic(&found, &texts);
        CouldNotRun
    })?;
    if args.format == Format::Json {
        output::json(&root.to_json())?;
        return Ok(Exit::Fine);
    }
    // The policy at the end of the chain is what the others change: its lines need no remark.
    let base = last_policy(&texts);
    let remark = |node: &yaml::Node| -> Option<String> {
        if Some(node.source) == base {
            return None;
        }
        let name = &texts.get(node.source)?.name;
        let line = texts.place(node.source, node.span.start)?.line;
        Some(if name.starts_with("--set") { name.clone() } else { format!("{name}:{line}") })
    };
    output::source(&yaml::emit(&root, &remark))?;
    Ok(Exit::Fine)
}

/// Policies come in the order of their chain, settings after them.
fn last_policy(texts: &Sources) -> Option<SourceId> {
    (0u32..).map(SourceId).take_while(|id| texts.get(*id).is_some_and(|source| !source.name.starts_with("--set"))).last()
}
