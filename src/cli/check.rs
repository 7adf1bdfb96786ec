use super::files::{self, Held};
use super::input::{self, DocumentArgs, SetArgs, read_text};
use super::output::{self, Lines, fail, plural};
use super::{Exit, Outcome};
use crate::diagnostic::{Code, Diagnostic, Edit, Sources, render};
use crate::document::Documents;
use crate::limits::Limits;
use crate::suite::Suite;
use clap::ValueEnum;
use serde_json::Value as Json;
use std::path::{Path, PathBuf};

/// Checks policies: everything that is wrong with them, with its place and its repair
#[derive(clap::Args)]
#[command(after_help = "Example: rolewright check policies/*.yaml")]
pub(super) struct Args {
    /// Policies, and suite files.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    #[command(flatten)]
    set: SetArgs,
    /// Documents of the application, as they were exported: its roles are held against the policies' advice.
    #[arg(long, value_name = "DOCUMENT")]
    users: Vec<PathBuf>,
    /// How findings are written.
    #[arg(long, default_value = "text")]
    format: Format,
    /// Applies the repairs that are obvious.
    #[arg(long)]
    fix: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Text,
    Json,
    Sarif,
    Github,
}

/// What was found in one file.
struct Report {
    diagnostics: Vec<Diagnostic>,
    texts: Sources,
}

pub(super) fn run(args: &Args) -> Outcome {
    let documents = match args.users.as_slice() {
        [] => None,
        given => Some(DocumentArgs { documents: given.to_vec(), shape: None }.open()?),
    };
    let app_roles = documents.as_ref().map(Documents::app_roles).unwrap_or_default();
    let mut reports = Vec::new();
    let mut fixed = 0;
    for path in &args.files {
        let mut report = report(args, &app_roles, path)?;
        if args.fix {
            if files::is_kept(path) {
                return Err(fail(&format!("--fix changes files, and {} is none", input::name_of(path))));
            }
            fixed += fix(args, &app_roles, path, &mut report)?;
        }
        reports.push(report);
    }
    let findings = || reports.iter().flat_map(|report| report.diagnostics.iter().map(move |diagnostic| (diagnostic, &report.texts)));
    match args.format {
        Format::Text => {
            let mut drawn = Lines::default();
            for (diagnostic, texts) in findings() {
                if !drawn.is_empty() {
                    drawn.line("");
                }
                drawn.drawn(&render::text(diagnostic, texts, true));
            }
            output::data(&drawn)?;
        }
        Format::Json => {
            let all: Vec<Json> = findings().map(|(diagnostic, texts)| diagnostic.to_json(texts)).collect();
            output::json(&all)?;
        }
        Format::Sarif => output::json(&render::sarif(findings()))?,
        Format::Github => {
            let mut commands = Lines::default();
            findings().for_each(|(diagnostic, texts)| commands.drawn(&render::github(diagnostic, texts)));
            output::data(&commands)?;
        }
    }
    let found: Vec<&Diagnostic> = findings().map(|(diagnostic, _)| diagnostic).collect();
    if fixed > 0 {
        output::note(&format!("{} applied", plural(fixed, "repair")));
    }
    let files = plural(args.files.len(), "file");
    if found.is_empty() {
        output::note(&format!("{files} checked, nothing found"));
        return Ok(Exit::Fine);
    }
    output::note(&format!("{files} checked, {}", output::count(found.iter().copied())));
    match found.iter().any(|found| found.code == Code::FileUnreadable) {
        true => Err(super::CouldNotRun),
        false => Ok(Exit::Findings),
    }
}

fn report(args: &Args, app_roles: &[&str], path: &Path) -> Result<Report, super::CouldNotRun> {
    let text = read_text(path);
    if let Some(found) = text.as_ref().ok().and_then(|text| suite(text)) {
        return Ok(Report { diagnostics: found, texts: Sources::default() });
    }
    Ok(match args.set.load_read(path, text)? {
        Ok(policy) => {
            let advice = policy.advice_on_app_roles(app_roles);
            Report { diagnostics: policy.warnings().iter().cloned().chain(advice).collect(), texts: policy.texts().clone() }
        }
        Err(error) => Report { diagnostics: error.diagnostics, texts: error.texts },
    })
}

/// What is wrong with a suite file, if it is one.
fn suite(text: &str) -> Option<Vec<Diagnostic>> {
    Suite::is_suite(text).then(|| Suite::parse(text, &Limits::DEFAULT).err().into_iter().collect())
}

/// Applies repairs until none is left: one may uncover another.
fn fix(args: &Args, app_roles: &[&str], path: &Path, report: &mut Report) -> Result<usize, super::CouldNotRun> {
    let mut applied = 0;
    let name = path.display().to_string();
    for _ in 0..16 {
        let own = |edit: &&Edit| report.texts.get(edit.source).is_some_and(|source| source.name == name);
        let mut edits: Vec<Edit> = report.diagnostics.iter().filter_map(|found| found.edit.as_ref()).filter(own).cloned().collect();
        edits.sort_by_key(|edit| (edit.span.start, edit.span.end));
        // Of edits that overlap the first is applied; the others come up again if they are still due.
        let mut end = 0;
        edits.retain(|edit| {
            let apart = edit.span.start >= end;
            end = if apart { edit.span.end.max(edit.span.start + 1) } else { end };
            apart
        });
        let Some(first) = edits.first() else { break };
        let Some(source) = report.texts.get(first.source) else { break };
        let mut text = source.text.clone();
        for edit in edits.iter().rev() {
            text.replace_range(edit.span.start..edit.span.end, &edit.replacement);
        }
        if text == source.text {
            break;
        }
        files::replace(path, Held::bytes(source.text.as_bytes()), &text)?;
        applied += edits.len();
        *report = self::report(args, app_roles, path)?;
    }
    Ok(applied)
}
