use super::files::{self, Held};
use super::input::{PolicyArgs, read};
use super::output::{self, Lines, fail, plural, styled};
use super::table::Table;
use super::{CouldNotRun, Exit, Outcome};
use crate::diagnostic::{Sources, nearest};
use crate::exchange::read_events;
use crate::limits::Limits;
use crate::policy::{Notice, Policy, RowName, Step, StepChange};
use crate::provision::{EventKind, State, User};
use clap::ValueEnum;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

/// Replays a history of events: the state after them, and what each one changed
#[derive(clap::Args)]
#[command(after_help = "Example: rolewright replay policies/docker.yaml examples/events/history.ndjson --user ada@acme.example")]
pub(super) struct Args {
    #[command(flatten)]
    policy: PolicyArgs,
    /// Events: one JSON object a line, or a JSON list; `-` is standard input.
    #[arg(value_name = "EVENTS")]
    events: PathBuf,
    /// The state before the first event, as --save wrote it; its connection stands above the policy's.
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,
    /// Writes the state after the last event.
    #[arg(long, value_name = "FILE")]
    save: Option<PathBuf>,
    /// Stops after so many rows of the file.
    #[arg(long, value_name = "N")]
    at: Option<usize>,
    /// How the result is written.
    #[arg(long, default_value = "timeline")]
    format: Format,
    /// Only what concerns this user.
    #[arg(long, value_name = "ID")]
    user: Option<String>,
    /// Stops at the first row that is no event or looks wrong.
    #[arg(long)]
    strict: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// What happened to each user, in order.
    Timeline,
    /// A line an event.
    Table,
    /// Events and the state after them.
    Json,
    /// An object a line: the events, then the state.
    Ndjson,
}

/// A history that was replayed.
struct Replayed {
    steps: Vec<Step>,
    state: State,
    refused: usize,
    unread: usize,
}

pub(super) fn run(args: &Args) -> Outcome {
    let policy = args.policy.load()?;
    let (state, held) = match &args.state {
        Some(path) => load_state(path).map(|(state, held)| (state, Some(held)))?,
        None => (policy.initial_state(), None),
    };
    let saved = args.save.as_ref().map(|path| Saved::new(path, args.state.as_deref().zip(held))).transpose()?;
    if args.state.is_some() && args.policy.set.set.iter().any(|set| set.trim_start().starts_with("connection.")) {
        output::note("note: the connection is that of --state; --set connection.… does not change it, an event settings.change does");
    }
    let replayed = replay(args, &policy, state)?;
    if let Some(user) = &args.user {
        known(user, &replayed)?;
    }
    if let Some(saved) = saved {
        saved.write(&replayed.state)?;
    }
    show(args, &policy, &replayed)?;
    let mut summary = plural(replayed.steps.len(), "event");
    for (count, what) in [(replayed.refused, "refused"), (replayed.unread, "not read")] {
        if count > 0 {
            let _ = write!(summary, ", {count} {what}");
        }
    }
    output::note(&summary);
    Ok(if replayed.refused + replayed.unread > 0 { Exit::Findings } else { Exit::Fine })
}

fn replay(args: &Args, policy: &Policy, state: State) -> Result<Replayed, CouldNotRun> {
    let mut replayed = Replayed { steps: Vec::new(), state, refused: 0, unread: 0 };
    let history = policy.replay();
    let mut strict = None;
    let most = args.at.unwrap_or(usize::MAX);
    read_events(policy, read(&args.events)?, &Limits::DEFAULT, &mut |row| {
        if row.index > most {
            return ControlFlow::Break(());
        }
        output::diagnostics(&row.found, &Sources::default());
        if args.strict && !row.found.is_empty() {
            strict = Some(row.line);
            return ControlFlow::Break(());
        }
        match row.event {
            None => replayed.unread += 1,
            Some(event) => {
                let step = history.step(&mut replayed.state, row.index, &event);
                replayed.refused += usize::from(step.refusal.is_some());
                replayed.steps.push(step);
            }
        }
        ControlFlow::Continue(())
    });
    match strict {
        Some(line) => Err(fail(&format!("stopped at line {line} (--strict)"))),
        None => Ok(replayed),
    }
}

fn load_state(path: &Path) -> Result<(State, Held), CouldNotRun> {
    let file = read(path)?;
    let state = serde_json::from_slice(&file.bytes);
    let state = state.map_err(|error| fail(&format!("{}: this is no state that --save wrote: {error}", file.name)))?;
    Ok((state, Held::bytes(&file.bytes)))
}

/// Where the state is saved, and what stood there when the run began, or when it was read as the state.
struct Saved<'a> {
    path: &'a Path,
    before: Held,
    /// The state that was read is carried on.
    own: bool,
}

impl<'a> Saved<'a> {
    fn new(path: &'a Path, state: Option<(&Path, Held)>) -> Result<Self, CouldNotRun> {
        if let Some((_, before)) = state.filter(|(state, _)| files::is_same(path, state)) {
            return Ok(Saved { path, before, own: true });
        }
        let before = Held::now(path).map_err(|error| fail(&format!("{}: {}", path.display(), files::reason(&error))))?;
        Ok(Saved { path, before, own: false })
    }

    fn write(&self, state: &State) -> Result<(), CouldNotRun> {
        if !self.own {
            files::check("--save", self.path)?;
        }
        let json = serde_json::to_string(state).map_err(|error| fail(&error.to_string()))?;
        files::replace(self.path, self.before, &(json + "\n"))
    }
}

/// A name that nobody bears is a slip, and no user without history.
fn known(user: &str, replayed: &Replayed) -> Result<(), CouldNotRun> {
    if replayed.state.users.contains_key(&User::key(user)) || replayed.steps.iter().any(|step| step.concerns(user)) {
        return Ok(());
    }
    let names = replayed.steps.iter().filter_map(|step| step.user.as_deref());
    let names = names.chain(replayed.state.users.values().map(|user| user.user.as_str()));
    let near = nearest(user, names).map_or_else(String::new, |near| format!("; did you mean {near}?"));
    Err(fail(&format!("no event names a user {user}{near}")))
}

fn show(args: &Args, policy: &Policy, replayed: &Replayed) -> Result<(), CouldNotRun> {
    let wanted = |step: &&Step| args.user.as_ref().is_none_or(|user| step.concerns(user));
    let steps = replayed.steps.iter().filter(wanted);
    match args.format {
        Format::Timeline => output::data(&timeline(policy, replayed, args.user.as_deref())),
        Format::Table => {
            let mut table = Table::new(&["EVENT", "KIND", "USER OR GROUP", "CHANGES", "ROWS"]);
            for step in steps {
                table.row(cells(step));
            }
            output::data(&table.render())
        }
        Format::Json => {
            let steps: Vec<&Step> = steps.collect();
            let state = state_of(replayed, args.user.as_deref());
            output::json(&serde_json::json!({ "events": steps, "state": state }))
        }
        Format::Ndjson => {
            for step in steps {
                output::json_line(step)?;
            }
            output::json_line(&serde_json::json!({ "state": state_of(replayed, args.user.as_deref()) }))
        }
    }
}

/// The state, or of it what is about one user.
fn state_of(replayed: &Replayed, user: Option<&str>) -> State {
    let mut state = replayed.state.clone();
    if let Some(user) = user {
        let key = User::key(user);
        state.users.retain(|name, _| *name == key);
        state.groups.retain(|_, members| members.contains(&key));
    }
    state
}

fn cells(step: &Step) -> Vec<String> {
    let mut parts: Vec<String> = step.changes.iter().map(|change| change.text.clone()).collect();
    parts.extend(step.warnings.iter().map(|warning| format!("warning {}{}", warning.code, about(warning.about.as_deref()))));
    parts.extend(step.refusal.as_ref().map(refusal));
    let what = if parts.is_empty() { "nothing".to_owned() } else { parts.join("; ") };
    let who = step.user.clone().or_else(|| step.group.clone()).unwrap_or_default();
    vec![step.event.to_string(), step.kind.word().to_owned(), who, what, names(&step.rows)]
}

fn names(rows: &[RowName]) -> String {
    rows.iter().map(RowName::to_string).collect::<Vec<_>>().join(", ")
}

fn about(about: Option<&str>) -> String {
    about.map_or_else(String::new, |about| format!(" ({about})"))
}

fn refusal(error: &Notice<'_>) -> String {
    format!("refused, {}{}: {}", error.code, about(error.about.as_deref()), error.message)
}

/// For each user, and last for the connection and groups, what happened and what there is now.
fn timeline(policy: &Policy, replayed: &Replayed, only: Option<&str>) -> Lines {
    let mut users: BTreeMap<String, Vec<&Step>> = BTreeMap::new();
    let mut rest = Vec::new();
    for step in &replayed.steps {
        let names = step.user.as_deref().into_iter().chain(step.changes.iter().filter_map(|change| change.change.user()));
        let keys: std::collections::BTreeSet<String> = names.map(User::key).collect();
        if step.user.is_none() && (step.changes.iter().any(|change| change.change.user().is_none()) || keys.is_empty()) {
            rest.push(step);
        }
        for key in keys {
            users.entry(key).or_default().push(step);
        }
    }
    for key in replayed.state.users.keys() {
        users.entry(key.clone()).or_default();
    }
    let mut text = Lines::default();
    for (key, steps) in users.iter().filter(|(key, _)| only.is_none_or(|only| **key == User::key(only))) {
        if !text.is_empty() {
            text.line("");
        }
        let user = replayed.state.users.get(key);
        let written = steps.iter().filter_map(|step| step.user.as_ref()).find(|name| User::key(name) == *key);
        let _ = writeln!(text, "{}", styled(user.map(|user| &user.user).or(written).unwrap_or(key), "1"));
        for step in steps {
            entry(&mut text, step, Some(key));
        }
        let _ = writeln!(text, "  {} {}", styled("now", "1;36"), now(policy, replayed, user));
    }
    // A change of the connection decides what later events of everybody may do.
    rest.retain(|step| only.is_none() || step.kind == EventKind::Settings);
    if !rest.is_empty() {
        let title = if only.is_none() { "Connection and groups" } else { "Connection" };
        if !text.is_empty() {
            text.line("");
        }
        text.line(&styled(title, "1"));
        for step in rest {
            entry(&mut text, step, None);
        }
    }
    text
}

/// One event as it concerns one user, or nobody.
fn entry(text: &mut Lines, step: &Step, user: Option<&str>) {
    let group = step.group.as_ref().map_or_else(String::new, |group| format!(" {group}"));
    let _ = writeln!(text, "  {:>4}  {}{group}", step.event, styled(step.kind.word(), "36"));
    if let Some(error) = &step.refusal {
        let _ = writeln!(text, "        {}", styled(&refusal(error), "31"));
        let _ = writeln!(text, "          {}", styled(&format!("by {}", names(&step.rows)), "2"));
        return;
    }
    let changes = step.changes.iter().filter(|change| change.change.user().map(User::key).as_deref() == user);
    let changes: Vec<(&str, String)> = changes.map(|change| (change.text.as_str(), by(change))).collect();
    for (at, (what, by)) in changes.iter().enumerate() {
        let _ = writeln!(text, "        {what}");
        // What the same rows did stands together.
        if changes.get(at + 1).is_none_or(|(_, next)| next != by) {
            let _ = writeln!(text, "          {}", styled(by, "2"));
        }
    }
    if changes.is_empty() {
        let rows = if step.rows.is_empty() { String::new() } else { format!(", by {}", names(&step.rows)) };
        let _ = writeln!(text, "        nothing changes{rows}");
    }
    for warning in &step.warnings {
        let line = format!("warning, {}{}: {}", warning.code, about(warning.about.as_deref()), warning.message);
        let _ = writeln!(text, "        {}", styled(&line, "33"));
    }
}

fn by(change: &StepChange) -> String {
    let placed = change.placed_by.as_ref().map_or_else(String::new, |row| format!(", placed by {row}"));
    format!("by {}{placed}", names(&change.by))
}

/// `active, managed by scim; in acme: editor (scim), here by default, company (default)`
fn now(policy: &Policy, replayed: &Replayed, user: Option<&User>) -> String {
    let Some(user) = user else { return "no such user".to_owned() };
    let mut text = format!("{}, managed by {}", if user.active { "active" } else { "inactive" }, user.managed_by.word());
    if user.active {
        let memberships = policy.memberships(user, &replayed.state);
        for (org, membership) in &memberships {
            let _ = write!(text, "; in {org}: {}", membership.describe());
        }
        if memberships.is_empty() {
            text.push_str("; no membership");
        }
    }
    text
}
