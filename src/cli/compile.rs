use super::input::PolicyArgs;
use super::{CouldNotRun, Exit, Outcome};
use super::{files, output};
use clap::ValueEnum;
use std::path::PathBuf;

/// Writes a policy as source text of a programming language
#[derive(clap::Args)]
#[command(after_help = "A build script does the same with `rolewright::build::policy`, so that the module is never out of date.

Example: rolewright compile policies/docker.yaml --emit rust --output docker.rs")]
pub(super) struct Args {
    #[command(flatten)]
    policy: PolicyArgs,
    /// What is written.
    #[arg(long)]
    emit: Emit,
    /// The file to write; standard output where it is left out, or `-`.
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Emit {
    /// A module with a function that decides for each source. It calls the crate `rolewright` and nothing else.
    Rust,
}

pub(super) fn run(args: &Args) -> Outcome {
    let policy = args.policy.load()?;
    let name = args.policy.policy.display().to_string();
    let Emit::Rust = args.emit;
    let text = policy.emit_rust(&name).map_err(|found| {
        output::diagnostic(&found, policy.texts());
        CouldNotRun
    })?;
    match args.output.as_ref().filter(|file| file.as_os_str() != "-") {
        Some(file) => files::write("--output", file, &text)?,
        None => output::source(&text)?,
    }
    Ok(Exit::Fine)
}
