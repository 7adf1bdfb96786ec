//! The program: a file a command. Standard output is data only; notes, progress and summaries go to standard error.

mod audit;
mod check;
mod compile;
mod completions;
mod conflicts;
mod coverage;
mod diff;
mod eval;
mod explain;
mod export;
mod expr;
mod files;
mod fmt;
mod functions;
mod import;
mod in_order;
mod input;
mod new;
mod output;
mod people;
mod preview;
mod replay;
mod schema;
mod show;
mod table;
mod test;
mod translate;
mod whatif;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// Maps identity attributes by policy: which role, organization and teams a user gets, and why.
#[derive(Parser)]
#[command(name = "rolewright", version, max_term_width = 100, after_help = AFTER)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

const AFTER: &str = "Exit codes: 0 fine, 1 findings, 2 could not run. NO_COLOR is honoured.

Example: rolewright eval policies/docker.yaml examples/graph/*.json";

#[derive(Subcommand)]
enum Command {
    Eval(eval::Args),
    Explain(explain::Args),
    Expr(expr::Args),
    Check(check::Args),
    Audit(audit::Args),
    Conflicts(conflicts::Args),
    Diff(diff::Args),
    Whatif(whatif::Args),
    Fmt(fmt::Args),
    Replay(replay::Args),
    Preview(preview::Args),
    Test(test::Args),
    Show(show::Args),
    Import(import::Args),
    Export(export::Args),
    Translate(translate::Args),
    Compile(compile::Args),
    New(new::Args),
    Functions(functions::Args),
    Schema(schema::Args),
    Completions(completions::Args),
}

/// What a command came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Exit {
    /// Nothing to report.
    Fine,
    /// Something was found: an error of a user, a failed case, a text that is not formatted.
    Findings,
}

/// Why a command could not run; what there is to say is said.
#[derive(Debug)]
struct CouldNotRun;

type Outcome = Result<Exit, CouldNotRun>;

/// Runs the program.
pub fn run() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        // What is wrong with the command line repeats what stands in it.
        Err(error) if error.use_stderr() => {
            let shown = std::env::args_os().map(|argument| output::shown(&argument));
            Cli::try_parse_from(shown).err().unwrap_or(error).exit()
        }
        Err(error) => error.exit(),
    };
    let outcome = match cli.command {
        Command::Eval(args) => eval::run(&args),
        Command::Explain(args) => explain::run(&args),
        Command::Expr(args) => expr::run(&args),
        Command::Check(args) => check::run(&args),
        Command::Audit(args) => audit::run(&args),
        Command::Conflicts(args) => conflicts::run(&args),
        Command::Diff(args) => diff::run(&args),
        Command::Whatif(args) => whatif::run(&args),
        Command::Fmt(args) => fmt::run(&args),
        Command::Replay(args) => replay::run(&args),
        Command::Preview(args) => preview::run(&args),
        Command::Test(args) => test::run(&args),
        Command::Show(args) => show::run(&args),
        Command::Import(args) => import::run(&args),
        Command::Export(args) => export::run(&args),
        Command::Translate(args) => translate::run(&args),
        Command::Compile(args) => compile::run(&args),
        Command::New(args) => new::run(&args),
        Command::Functions(args) => functions::run(&args),
        Command::Schema(args) => schema::run(&args),
        Command::Completions(args) => completions::run(&args),
    };
    match outcome {
        Ok(Exit::Fine) => ExitCode::SUCCESS,
        Ok(Exit::Findings) => ExitCode::from(1),
        Err(CouldNotRun) => ExitCode::from(2),
    }
}

/// The whole command line, for completions.
fn command() -> clap::Command {
    <Cli as clap::CommandFactory>::command()
}
