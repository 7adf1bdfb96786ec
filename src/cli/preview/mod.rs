//! Serves the page from the program itself, to this machine alone.

#[cfg(feature = "preview")]
mod given;
#[cfg(feature = "preview")]
mod server;

use super::Outcome;
use super::input::IncludeArgs;
use std::path::PathBuf;

/// Opens a policy with its users in the browser
#[derive(clap::Args)]
#[command(after_help = "Example: rolewright preview policies/docker.yaml --users examples/graph/*.json")]
pub(super) struct Args {
    /// The policy; without one the page shows what it showed last.
    policy: Option<PathBuf>,
    /// Users and the application, as they were exported.
    #[arg(long, num_args = 1.., value_name = "FILE")]
    users: Vec<PathBuf>,
    #[command(flatten)]
    include: IncludeArgs,
    /// The port on 127.0.0.1; 0 is any that is free.
    #[arg(long)]
    port: Option<u16>,
    /// Prints the link only.
    #[arg(long)]
    no_open: bool,
}

#[cfg(not(feature = "preview"))]
pub(super) fn run(_: &Args) -> Outcome {
    let how = "in a checkout run `cargo xtask web`, then `cargo install --path . --features preview`";
    Err(super::output::fail(&format!("this program was built without the page: {how}")))
}

#[cfg(feature = "preview")]
pub(super) fn run(args: &Args) -> Outcome {
    use super::output;

    let given = match (&args.policy, args.users.as_slice()) {
        (None, []) => None,
        (policy, users) => Some(given::read_all(policy.as_deref(), users, &args.include.include)?),
    };
    let server = server::Server::bind(args.port, given).map_err(|why| output::fail(&why))?;
    output::line(server.link())?;
    if !args.no_open {
        if let Err(error) = open::that_detached(server.link()) {
            output::note(&format!("note: no browser could be opened ({error}): open the link by hand"));
        }
    }
    output::note("The preview runs until Ctrl-C ends it.");
    Err(output::fail(&server.run()))
}
