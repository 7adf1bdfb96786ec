use super::eval::open;
use super::input::{self, DocumentArgs, SetArgs};
use super::output::{self, plural, styled};
use super::people;
use super::table::Table;
use super::{CouldNotRun, Exit, Outcome};
use crate::analyze::{Difference, Privilege, diff};
use crate::policy::Policy;
use clap::ValueEnum;
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// Shows who gains or loses which role, organization or team between two policies
#[derive(clap::Args)]
#[command(after_help = "Example: rolewright diff policies/docker.yaml policies/docker-entra-direct.yaml examples/graph/*.json")]
pub(super) struct Args {
    /// The policy as it is.
    old: PathBuf,
    /// The policy as it would be.
    new: PathBuf,
    #[command(flatten)]
    documents: DocumentArgs,
    #[command(flatten)]
    set: SetArgs,
    /// How the result is written.
    #[arg(long, default_value = "table")]
    format: Format,
    /// What ends the command with exit code 1.
    #[arg(long, value_name = "WHAT", default_value = "any")]
    fail_on: FailOn,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Table,
    Json,
    Markdown,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum FailOn {
    /// Any change.
    Any,
    /// A privileged role gained or lost.
    Privileged,
    /// A privileged role gained.
    PrivilegedGains,
    /// Nothing.
    Never,
}

pub(super) fn run(args: &Args) -> Outcome {
    let (old, new) = (load(args, &args.old)?, load(args, &args.new)?);
    let documents = open(&args.documents)?;
    let world = input::world(None)?;
    let (subjects, exit) = people::subjects(&documents);
    let found = diff(&old, &new, &subjects, &world);
    match args.format {
        Format::Table => {
            let mut table = Table::new(&["USER", "PRIVILEGED", "CHANGE"]);
            for difference in &found {
                let privilege = match difference.privilege {
                    Privilege::Gained => styled("gained", "1;31"),
                    Privilege::Lost => "lost".to_owned(),
                    Privilege::Unchanged => "-".to_owned(),
                };
                table.row(vec![difference.user.clone(), privilege, difference.summary.clone()]);
            }
            if !found.is_empty() {
                output::data(&table.render())?;
            }
        }
        Format::Json => people::json(&found)?,
        Format::Markdown => output::data(&markdown(&found, subjects.len()))?,
    }
    output::note(&summary(&found, subjects.len()));
    let fails = found.iter().any(|difference| match args.fail_on {
        FailOn::Any => true,
        FailOn::Privileged => difference.privilege != Privilege::Unchanged,
        FailOn::PrivilegedGains => difference.privilege == Privilege::Gained,
        FailOn::Never => false,
    });
    Ok(if fails { Exit::Findings } else { exit })
}

fn load(args: &Args, path: &Path) -> Result<Policy, CouldNotRun> {
    args.set.load(path)?.map_err(|error| {
        output::diagnostics(&error.diagnostics, &error.texts);
        CouldNotRun
    })
}

fn summary(found: &[Difference], users: usize) -> String {
    let count = |privilege| found.iter().filter(|difference| difference.privilege == privilege).count();
    let mut names: Vec<&str> = found.iter().map(|difference| difference.user.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    format!(
        "{} looked at, {} change; privileged roles: {} gained, {} lost",
        plural(users, "user"),
        names.len(),
        count(Privilege::Gained),
        count(Privilege::Lost)
    )
}

/// For the description of a pull request.
fn markdown(found: &[Difference], users: usize) -> String {
    let mut text = format!("### What the policy changes\n\n{}.\n", summary(found, users));
    if found.is_empty() {
        return text;
    }
    text.push_str("\n| user | privileged | change |\n| --- | --- | --- |\n");
    let cell = |text: &str| text.replace('\\', "\\\\").replace('|', "\\|").replace('<', "&lt;").replace(['\n', '\r'], " ");
    for difference in found {
        let privilege = match difference.privilege {
            Privilege::Gained => "**gained**",
            Privilege::Lost => "lost",
            Privilege::Unchanged => "",
        };
        let _ = writeln!(text, "| {} | {privilege} | {} |", cell(&difference.user), cell(&difference.summary));
    }
    text
}
