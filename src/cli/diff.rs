mod markdown;

use super::eval::open;
use super::input::{self, DocumentArgs, SetArgs};
use super::output::{self, plural, styled};
use super::people;
use super::table::Table;
use super::{CouldNotRun, Exit, Outcome};
use crate::analyze::{Difference, Privilege, Subject, diff};
use crate::policy::{AppliedMapping, Compiled, Explanation, Policy};
use crate::program::World;
use crate::provision::Source;
use clap::ValueEnum;
use std::collections::{BTreeMap, BTreeSet};
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
        Format::Markdown => {
            let causes = causes(&old, &new, &subjects, &found, &world);
            let cause = |difference: &Difference| causes.get(&difference.user).map_or("", String::as_str);
            let rows: Vec<(&Difference, &str)> = found.iter().map(|difference| (difference, cause(difference))).collect();
            output::source(&markdown::report(&summary(&found, subjects.len()), &rows))?;
        }
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

/// What of the policies makes each difference: the mappings that give another value, or else the rows that hit.
fn causes(old: &Policy, new: &Policy, subjects: &[Subject], found: &[Difference], world: &dyn World) -> BTreeMap<String, String> {
    let changed: BTreeSet<&str> = found.iter().map(|difference| difference.user.as_str()).collect();
    let (before, after) = (old.compile(Source::Scim), new.compile(Source::Scim));
    let explain =
        |compiled: &Compiled, subject: &Subject| compiled.explain(&compiled.bind(&subject.record, subject.kind), subject.assigned, world);
    let mut causes = BTreeMap::new();
    for subject in subjects.iter().filter(|_| !changed.is_empty()) {
        let (before, after) = (explain(&before, subject), explain(&after, subject));
        let user = if after.decision.user.is_empty() { &before.decision.user } else { &after.decision.user };
        if changed.contains(user.as_str()) {
            causes.entry(user.clone()).or_insert_with(|| cause(old, new, &before, &after));
        }
    }
    causes
}

fn cause(old: &Policy, new: &Policy, before: &Explanation, after: &Explanation) -> String {
    let value = |explanation: &Explanation, target: &str| {
        explanation.attributes.iter().find(|winner| winner.target == target).map(|winner| winner.value.clone())
    };
    let by = |policy: &Policy, winner: &AppliedMapping| match policy.place(winner.at) {
        Some(place) => format!("{} by {place}", winner.target),
        None => winner.target.clone(),
    };
    let gives = after.attributes.iter().filter(|winner| value(before, &winner.target).as_ref() != Some(&winner.value));
    let given = before.attributes.iter().filter(|winner| value(after, &winner.target).is_none());
    let mut mappings: Vec<String> = gives.map(|winner| by(new, winner)).chain(given.map(|winner| by(old, winner))).collect();
    if mappings.is_empty() {
        let rows =
            |policy: &Policy, explanation| policy.rows_shown(explanation).into_iter().chain(policy.placement_shown(explanation)).collect();
        let (was, is): (Vec<String>, Vec<String>) = (rows(old, before), rows(new, after));
        mappings.extend(is.into_iter().filter(|row| !was.contains(row)));
    }
    mappings.join("; ")
}
