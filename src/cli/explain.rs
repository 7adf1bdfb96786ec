use super::eval::{SourceArg, open};
use super::input::{self, DocumentArgs, PolicyArgs};
use super::output::{self, Lines, fail, styled};
use super::{Exit, Outcome};
use crate::diagnostic::nearest;
use crate::document::Person;
use crate::policy::{AppliedMapping, Explanation, Policy};
use crate::program::Part;
use crate::provision::Source;
use clap::ValueEnum;
use serde_json::json;
use std::ops::ControlFlow;

/// Shows how one user's decision comes about: every attribute, every part of every expression, every row
#[derive(clap::Args)]
#[command(after_help = "Example: rolewright explain policies/docker.yaml examples/graph/*.json --user ada.nowak@acme.example")]
pub(super) struct Args {
    #[command(flatten)]
    policy: PolicyArgs,
    #[command(flatten)]
    documents: DocumentArgs,
    /// The user, by user name in the target or by any identifier in the document.
    #[arg(long, value_name = "ID")]
    user: String,
    /// Whose mappings are applied.
    #[arg(long, default_value = "scim")]
    source: SourceArg,
    /// How the result is written.
    #[arg(long, default_value = "text")]
    format: Format,
    /// The time that expressions read, in place of the clock.
    #[arg(long, value_name = "DATE")]
    now: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Text,
    Json,
}

pub(super) fn run(args: &Args) -> Outcome {
    let policy = args.policy.load()?;
    let documents = open(&args.documents)?;
    let world = input::world(args.now.as_deref())?;
    let source = args.source.into();
    let compiled = policy.compile(source);
    let (mut hit, mut names) = (None, Vec::new());
    documents.persons(&mut |person| {
        let Ok(person) = person else { return ControlFlow::Continue(()) };
        let record = compiled.bind(&person.record, person.kind);
        let decision = compiled.decide(&record, person.assigned, &world);
        if is_meant(&args.user, &person, decision.shown()) {
            hit = Some(compiled.explain(&record, person.assigned, &world));
            return ControlFlow::Break(());
        }
        names.push(decision.shown().to_owned());
        ControlFlow::Continue(())
    });
    let Some(explanation) = hit else {
        let near = nearest(&args.user, names.iter().map(String::as_str)).map_or_else(String::new, |near| format!("; did you mean {near}?"));
        return Err(fail(&format!("no document has a user {}{near}", args.user)));
    };
    match args.format {
        Format::Text => output::data(&text(&policy, &explanation))?,
        Format::Json => {
            let rows = policy.rows_shown(&explanation);
            let mut whole = serde_json::to_value(&explanation).unwrap_or_default();
            whole["placement_at"] = json!(policy.placement_shown(&explanation));
            whole["rows_at"] = json!(rows);
            output::json(&whole)?;
        }
    }
    Ok(if explanation.decision.error.is_some() { Exit::Findings } else { Exit::Fine })
}

/// The user name in the target without case, or an identifier that stands in the record.
fn is_meant(wanted: &str, person: &Person, name: &str) -> bool {
    let same = |text: &str| text.to_lowercase() == wanted.to_lowercase();
    same(name)
        || ["id", "userPrincipalName", "userName", "mail", "email", "externalId", "user.login", "user.email", "user_internal.id"]
            .into_iter()
            .any(|name| crate::program::record::lookup(&person.record, name).and_then(|value| value.as_str()).is_some_and(same))
}

fn text(policy: &Policy, explanation: &Explanation) -> Lines {
    let decision = &explanation.decision;
    let mut text = Lines::default();
    text.line(&styled(&decision.user, "1"));
    heading(&mut text, "Attributes");
    for winner in &explanation.attributes {
        attribute(&mut text, policy, winner);
    }
    heading(&mut text, "Scope");
    let scope = match decision.scope_reason {
        None => "in scope",
        Some("not-assigned") => "out of scope: not assigned to the application, and sources.scim.assigned is `required`",
        Some("scoping-filter") => "out of scope: no scoping filter lets the user pass",
        Some(_) => "out of scope: a mapping said IgnoreObjectFlow",
    };
    let _ = writeln!(text, "  {scope}");
    if explanation.event.is_some() {
        rules(&mut text, policy, explanation);
    }
    heading(&mut text, "Result");
    if let Some(error) = &decision.error {
        let about = error.about.as_ref().map_or_else(String::new, |about| format!(" ({about})"));
        let _ = writeln!(text, "  refused, {}: {}{about}", error.code, error.message);
    }
    for (org, membership) in &decision.orgs {
        let _ = writeln!(text, "  {org} (organization by {})", membership.org_from.word());
        let _ = writeln!(text, "    role {} (by {})", membership.role, membership.role_from.word());
        for (team, from) in &membership.teams {
            let _ = writeln!(text, "    team {team} (by {})", from.word());
        }
    }
    if decision.error.is_none() && decision.orgs.is_empty() && decision.is_in_scope() {
        let _ = writeln!(text, "  {}", if decision.active { "no membership" } else { "inactive: no membership" });
    }
    for team in &decision.created_teams {
        let _ = writeln!(text, "  the team {team} is created");
    }
    for warning in &decision.warnings {
        let _ = writeln!(text, "  warning, {}: {}", warning.code, warning.message);
    }
    not_applied(&mut text, policy, explanation);
    text
}

fn heading(text: &mut Lines, title: &str) {
    text.line("");
    text.line(&styled(title, "1;36"));
}

fn attribute(text: &mut Lines, policy: &Policy, winner: &AppliedMapping) {
    let default = if winner.defaulted { ", the mapping's default" } else { "" };
    let at = policy.place(winner.at).map_or_else(String::new, |place| format!(", {place}"));
    let _ = writeln!(text, "  {} = {} (by {}{default}{at})", styled(&winner.target, "1"), winner.value, winner.source.word());
    let _ = writeln!(text, "    {}", winner.mapping);
    if winner.parts.len() > 1 {
        for part in &winner.parts {
            let _ = writeln!(text, "    {}", part_line(&winner.mapping, part));
        }
    }
}

/// `SingleAppRoleAssignment([appRoleAssignments]) -> "My Corp Editor"`
pub(super) fn part_line(expression: &str, part: &Part) -> String {
    let written = expression.get(part.span.start..part.span.end).unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ");
    let value = part.halt.map_or_else(|| part.value.to_string(), str::to_owned);
    format!("  {written} -> {}", styled(&value, "32"))
}

fn rules(text: &mut Lines, policy: &Policy, explanation: &Explanation) {
    heading(text, "Rules");
    if let Some(event) = &explanation.event {
        let _ = writeln!(
            text,
            "  the {} source sends {}",
            explanation.attributes.first().map_or("scim", |winner| winner.source.word()),
            event.kind().word()
        );
    }
    for row in policy.rows_shown(explanation) {
        let _ = writeln!(text, "  row {row}");
    }
    if let Some(place) = policy.placement_shown(explanation) {
        let _ = writeln!(text, "  placed by {place}");
    }
}

/// What could have decided and did not.
fn not_applied(text: &mut Lines, policy: &Policy, explanation: &Explanation) {
    let present = explanation.attributes.first().map(|winner| winner.source);
    let mut lines = Vec::new();
    for (source, when) in [(Source::Scim, "SCIM sends nothing at a sign-in"), (Source::Jit, "nobody signs in here")] {
        if present != Some(source) {
            lines.extend(
                policy
                    .mappings(source)
                    .iter()
                    .map(|mapping| format!("{} by {}: {} ({when})", mapping.target, source.word(), mapping.describe())),
            );
        }
    }
    if let Some(hit) = explanation.placement {
        for (at, row) in policy.rules.placement.iter().enumerate() {
            if let (true, Some(place), Some(written)) = (at != hit, policy.place(row.at), policy.written(row.at)) {
                let why = if at < hit { "its conditions do not hold" } else { "an earlier row hit" };
                lines.push(format!("placement {place}: {written} ({why})"));
            }
        }
    }
    if !lines.is_empty() {
        heading(text, "Not applied");
        for line in lines {
            let _ = writeln!(text, "  {line}");
        }
    }
}
