use super::{Exit, Outcome, command, output};

/// Prints a completion script for a shell
#[derive(clap::Args)]
#[command(after_help = "Example: rolewright completions bash > ~/.local/share/bash-completion/completions/rolewright")]
pub(super) struct Args {
    /// The shell.
    shell: clap_complete::Shell,
}

pub(super) fn run(args: &Args) -> Outcome {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut command(), "rolewright", &mut script);
    output::bytes(&script)?;
    Ok(Exit::Fine)
}
