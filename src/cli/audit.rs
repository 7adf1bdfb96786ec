use super::eval::open;
use super::input::{self, DocumentArgs, PolicyArgs};
use super::output::{self, plural, styled};
use super::people;
use super::{CouldNotRun, Exit, Outcome};
use crate::analyze::{Known, audit};
use crate::diagnostic::Sources;
use clap::ValueEnum;

/// Reports what an administrator signs off before switching on: privileged roles, seats, teams to be, leavers
#[derive(clap::Args)]
#[command(after_help = "Example: rolewright audit policies/docker.yaml examples/graph/*.json")]
pub(super) struct Args {
    #[command(flatten)]
    policy: PolicyArgs,
    #[command(flatten)]
    documents: DocumentArgs,
    /// How the result is written.
    #[arg(long, default_value = "text")]
    format: Format,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Text,
    Json,
}

pub(super) fn run(args: &Args) -> Outcome {
    let policy = args.policy.load()?;
    let documents = open(&args.documents)?;
    let world = input::world(None)?;
    let (subjects, mut exit) = people::subjects(&documents);
    let mut members = Vec::new();
    for member in documents.members() {
        match member {
            Ok(member) => members.push(member),
            Err(bad) => {
                output::diagnostic(&bad, &Sources::default());
                exit = Exit::Findings;
            }
        }
    }
    let (sign_ins, unread) = people::sign_ins(&policy, &documents, &world);
    exit = exit.max(unread);
    let report = audit(&policy, &subjects, &Known { sign_ins: &sign_ins, members: &members, app_roles: &documents.app_roles() }, &world);
    match args.format {
        Format::Json => people::json(&report)?,
        Format::Text => text(&report)?,
    }
    output::note(&format!("{}, {} in scope, {}", plural(report.users, "user"), report.in_scope, plural(report.findings.len(), "finding")));
    Ok(if report.findings.is_empty() { exit } else { Exit::Findings })
}

fn text(report: &crate::analyze::Audit) -> Result<(), CouldNotRun> {
    let mut heading = "";
    for finding in &report.findings {
        let (title, line) = finding.describe();
        if title != heading {
            if !heading.is_empty() {
                output::line("")?;
            }
            output::line(&styled(title, "1;36"))?;
            heading = title;
        }
        output::line(&format!("  {line}"))?;
    }
    output::line("")?;
    output::line(&styled("Seats", "1;36"))?;
    for (org, seats) in &report.seats {
        let roles: Vec<String> = seats.roles.iter().map(|(role, count)| format!("{count} {role}")).collect();
        output::line(&format!("  {org}: {} ({})", seats.total, roles.join(", ")))?;
    }
    Ok(())
}
