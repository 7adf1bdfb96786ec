use super::input::{self, DocumentArgs, PolicyArgs};
use super::output::{self, fail, plural};
use super::people;
use super::table::Table;
use super::{Exit, Outcome};
use crate::diagnostic::Sources;
use crate::document::{Documents, Person};
use crate::policy::{Decision, Policy};
use crate::program::FixedWorld;
use crate::provision::{Event, Membership, Source};
use clap::ValueEnum;
use serde_json::Value as Json;
use std::ops::ControlFlow;

/// Shows what the target application gives each user of the documents
#[derive(clap::Args)]
#[command(after_help = "Example: rolewright eval policies/docker.yaml examples/graph/*.json")]
pub(super) struct Args {
    #[command(flatten)]
    policy: PolicyArgs,
    #[command(flatten)]
    documents: DocumentArgs,
    /// Whose mappings are applied.
    #[arg(long, default_value = "scim")]
    source: SourceArg,
    /// How the result is written.
    #[arg(long, default_value = "table")]
    format: Format,
    /// Stops at the first row that cannot be read.
    #[arg(long)]
    strict: bool,
    /// The time that expressions read, in place of the clock.
    #[arg(long, value_name = "DATE")]
    now: Option<String>,
}

/// A source that has mappings.
#[derive(Clone, Copy, ValueEnum)]
pub(super) enum SourceArg {
    /// SCIM provisioning.
    Scim,
    /// Just-in-time provisioning at sign-in.
    Jit,
}

impl From<SourceArg> for Source {
    fn from(source: SourceArg) -> Source {
        match source {
            SourceArg::Scim => Source::Scim,
            SourceArg::Jit => Source::Jit,
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Table,
    Json,
    Ndjson,
    Csv,
}

/// What became of the rows.
#[derive(Default)]
struct Tally {
    users: usize,
    out_of_scope: usize,
    refused: usize,
    unread: usize,
}

pub(super) fn run(args: &Args) -> Outcome {
    let policy = args.policy.load()?;
    let documents = opened(&args.documents)?;
    let world = input::world(args.now.as_deref())?;
    // A sign-in is a user of this source as it stands: what it carries needs no record of a directory.
    let (sign_ins, unread) = match args.source {
        SourceArg::Jit => people::sign_ins(&policy, &documents, &world),
        SourceArg::Scim => (Vec::new(), Exit::Fine),
    };
    if !documents.has_users() && sign_ins.is_empty() && unread == Exit::Fine {
        return Err(no_users());
    }
    let mut sink = Sink::new(args.format, &policy)?;
    let mut tally = Tally::default();
    let progress = progress(&documents);
    let mut stopped = Ok(());
    documents.persons(&mut |person| {
        progress.inc(1);
        let step = match person {
            Ok(person) => {
                let decision = decide(&policy, args.source.into(), &person, &world);
                tally.count(&decision);
                sink.write(&decision).map(|()| true)
            }
            Err(bad) => {
                tally.unread += 1;
                progress.suspend(|| output::diagnostic(&bad, &Sources::default()));
                Ok(!args.strict)
            }
        };
        match step {
            Ok(true) => ControlFlow::Continue(()),
            Ok(false) => ControlFlow::Break(()),
            Err(error) => {
                stopped = Err(error);
                ControlFlow::Break(())
            }
        }
    });
    progress.finish_and_clear();
    stopped?;
    for sign_in in sign_ins {
        let decision = policy.decide_event(&Event::SignIn(sign_in));
        tally.count(&decision);
        sink.write(&decision)?;
    }
    sink.finish()?;
    output::note(&tally.summary());
    if args.strict && tally.unread > 0 {
        output::note("stopped at a row that cannot be read (--strict)");
        return Ok(Exit::Findings);
    }
    Ok(if tally.refused + tally.unread > 0 { Exit::Findings } else { unread })
}

/// The documents; without any that holds users there is nothing to do.
pub(super) fn open(args: &DocumentArgs) -> Result<Documents, super::CouldNotRun> {
    let documents = opened(args)?;
    if documents.has_users() { Ok(documents) } else { Err(no_users()) }
}

fn no_users() -> super::CouldNotRun {
    fail("none of the documents holds users")
}

fn opened(args: &DocumentArgs) -> Result<Documents, super::CouldNotRun> {
    if args.documents.is_empty() {
        return Err(fail("no documents are given; name files with users, or - for standard input"));
    }
    args.open()
}

pub(super) fn decide(policy: &Policy, source: Source, person: &Person, world: &FixedWorld) -> Decision {
    policy.decide(source, &person.record, person.holds, person.assigned, world)
}

impl Tally {
    fn count(&mut self, decision: &Decision) {
        self.users += 1;
        self.out_of_scope += usize::from(!decision.in_scope);
        self.refused += usize::from(decision.error.is_some());
    }

    fn summary(&self) -> String {
        let mut text = plural(self.users, "user");
        for (count, what) in [(self.out_of_scope, "out of scope"), (self.refused, "refused")] {
            if count > 0 {
                text.push_str(&format!(", {count} {what}"));
            }
        }
        if self.unread > 0 {
            text.push_str(&format!(", {} not read", plural(self.unread, "row")));
        }
        text
    }
}

/// On a terminal only, never on standard output, and not for a moment's work.
fn progress(documents: &Documents) -> indicatif::ProgressBar {
    if documents.user_bytes() < 4 << 20 {
        return indicatif::ProgressBar::hidden();
    }
    indicatif::ProgressBar::new_spinner().with_message("users")
}

/// Writes rows as they come; a table needs them all.
enum Sink {
    Table(Table),
    Json { any: bool },
    Ndjson,
    Csv { targets: Vec<String> },
}

impl Sink {
    fn new(format: Format, policy: &Policy) -> Result<Self, super::CouldNotRun> {
        Ok(match format {
            Format::Table => Sink::Table(Table::new(&["USER", "ROLE", "ORGANIZATION", "TEAMS", "WHY"])),
            Format::Json => Sink::Json { any: false },
            Format::Ndjson => Sink::Ndjson,
            Format::Csv => {
                let targets: Vec<String> = policy.attributes().iter().map(|attribute| attribute.path.clone()).collect();
                let fixed = ["user", "in_scope", "scope_reason", "active", "orgs", "roles", "teams", "created_teams", "warnings", "error"];
                let header = fixed.into_iter().map(str::to_owned).chain(targets.iter().cloned());
                output::data(&csv_line(header)?)?;
                Sink::Csv { targets }
            }
        })
    }

    fn write(&mut self, decision: &Decision) -> Result<(), super::CouldNotRun> {
        match self {
            Sink::Table(table) => {
                for cells in table_rows(decision) {
                    table.row(cells);
                }
                Ok(())
            }
            Sink::Json { any } => {
                let lead = if std::mem::replace(any, true) { ",\n" } else { "[\n" };
                output::data(&format!("{lead}{}", to_json(decision)))
            }
            Sink::Ndjson => output::line(&to_json(decision)),
            Sink::Csv { targets } => output::data(&csv_line(csv_row(decision, targets).into_iter())?),
        }
    }

    fn finish(self) -> Result<(), super::CouldNotRun> {
        match self {
            Sink::Table(table) => output::data(&table.render()),
            Sink::Json { any } => output::data(if any { "\n]\n" } else { "[]\n" }),
            Sink::Ndjson | Sink::Csv { .. } => Ok(()),
        }
    }
}

fn to_json(decision: &Decision) -> String {
    serde_json::to_string(decision).unwrap_or_default()
}

/// One line a membership; who has none still has a line.
fn table_rows(decision: &Decision) -> Vec<Vec<String>> {
    let line = |role: &str, org: &str, teams: &str, why: String| vec![decision.user.clone(), role.into(), org.into(), teams.into(), why];
    if !decision.in_scope {
        let why = match decision.scope_reason {
            Some("not-assigned") => "out of scope: not assigned to the application",
            Some("scoping-filter") => "out of scope: a scoping filter leaves the user out",
            _ => "out of scope: the mapping says IgnoreObjectFlow",
        };
        return vec![line("-", "-", "-", why.into())];
    }
    if let Some(error) = &decision.error {
        let about = error.about.as_ref().map_or_else(String::new, |about| format!(" ({about})"));
        return vec![line("-", "-", "-", format!("refused {}: {}{about}", error.code, error.message))];
    }
    if decision.orgs.is_empty() {
        let warnings: Vec<&str> = decision.warnings.iter().map(|warning| warning.message.as_str()).collect();
        let why = match (warnings.is_empty(), decision.active) {
            (false, _) => warnings.join("; "),
            (true, true) => "no membership".into(),
            (true, false) => "inactive".into(),
        };
        return vec![line("-", "-", "-", why)];
    }
    let mut rows = Vec::new();
    for (at, (org, membership)) in decision.orgs.iter().enumerate() {
        let teams: Vec<&str> = membership.teams.keys().map(String::as_str).collect();
        let teams = if teams.is_empty() { "-".to_owned() } else { teams.join(", ") };
        let mut why = reason(membership);
        if at == 0 {
            for warning in &decision.warnings {
                why.push_str(&format!("; {}", warning.message));
            }
        }
        rows.push(line(&membership.role, org, &teams, why));
    }
    rows
}

/// Who put each part there, in a few words.
fn reason(membership: &Membership) -> String {
    let mut parts = vec![format!("role {}", membership.role_from.word()), format!("organization {}", membership.org_from.word())];
    let mut sources: Vec<Source> = membership.teams.values().copied().collect();
    sources.sort_unstable();
    sources.dedup();
    if !sources.is_empty() {
        let words: Vec<&str> = sources.into_iter().map(Source::word).collect();
        parts.push(format!("team {}", words.join(" and ")));
    }
    parts.join(", ")
}

fn csv_row(decision: &Decision, targets: &[String]) -> Vec<String> {
    let join = |items: &mut dyn Iterator<Item = String>| items.collect::<Vec<_>>().join(";");
    let mut cells = vec![
        decision.user.clone(),
        decision.in_scope.to_string(),
        decision.scope_reason.unwrap_or_default().to_owned(),
        decision.active.to_string(),
        join(&mut decision.orgs.keys().cloned()),
        join(&mut decision.orgs.values().map(|membership| membership.role.clone())),
        join(&mut decision.orgs.iter().flat_map(|(org, membership)| membership.teams.keys().map(move |team| format!("{org}:{team}")))),
        join(&mut decision.created_teams.iter().cloned()),
        join(&mut decision.warnings.iter().map(|warning| warning.code.clone())),
        decision.error.as_ref().map_or_else(String::new, |error| error.code.clone()),
    ];
    cells.extend(targets.iter().map(|target| match decision.attributes.get(target) {
        None | Some(Json::Null) => String::new(),
        Some(Json::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }));
    cells
}

fn csv_line(cells: impl Iterator<Item = String>) -> Result<String, super::CouldNotRun> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let bytes = writer.write_record(cells).ok().and_then(|()| writer.into_inner().ok());
    bytes.and_then(|bytes| String::from_utf8(bytes).ok()).ok_or_else(|| fail("a row cannot be written as CSV"))
}
