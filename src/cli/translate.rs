use super::input::{IncludeArgs, read_text};
use super::output::{self, fail, plural};
use super::{CouldNotRun, Exit, Outcome};
use crate::diagnostic::{Class, Diagnostic, Sources};
use crate::language::Dialect;
use crate::translate::{Partner, Partners, translate, translate_policy};
use clap::ValueEnum;
use serde_json::{Value as Json, json};
use std::path::Path;

/// Translates an expression or a policy from Entra's language to Okta's, or back
#[derive(clap::Args)]
#[command(after_help = "Example: rolewright translate --to okta 'Coalesce([mail], [userPrincipalName])'

Example: rolewright translate --to entra --attribute extensionAttribute1=user.badge 'user.badge ?: \"none\"'")]
pub(super) struct Args {
    /// An expression, a policy file, a file with an expression, or - for standard input.
    input: String,
    /// The language to write.
    #[arg(long)]
    to: Dialect,
    /// The language of the expression; left out, the other vendor's. A policy says its own.
    #[arg(long)]
    from: Option<Dialect>,
    /// Two attributes that hold the same, beside those that every user has. KIND is text, ascii, number, boolean, list or
    /// any; left out, text.
    #[arg(long = "attribute", value_name = "ENTRA=OKTA[:KIND]")]
    attributes: Vec<String>,
    #[command(flatten)]
    include: IncludeArgs,
    /// How the result is written.
    #[arg(long, default_value = "text")]
    format: Format,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Text,
    Json,
}

/// What a translation came to, for an expression as for a policy.
struct Result {
    text: Option<String>,
    attributes: Vec<Partner>,
    diagnostics: Vec<Diagnostic>,
    sources: Sources,
    left_out: Vec<String>,
}

pub(super) fn run(args: &Args) -> Outcome {
    let mut partners = Partners::default();
    for declared in &args.attributes {
        partners.declare(declared).map_err(|why| fail(&format!("--attribute {why}")))?;
    }
    let (name, text) = input(&args.input)?;
    let result = match name.as_deref().filter(|_| is_policy(&text)) {
        Some(name) => policy(args, name, &text, &partners)?,
        None => expression(args, &text, &partners),
    };
    match args.format {
        Format::Text => shown(&result)?,
        Format::Json => output::json(&as_json(args, &result))?,
    }
    if result.text.is_some() {
        return Ok(Exit::Fine);
    }
    // What is no expression or policy at all cannot be translated; what has no counterpart is a finding.
    match result.diagnostics.iter().filter(|found| found.is_error()).all(|found| found.code.class() == Class::Translation) {
        true => Ok(Exit::Findings),
        false => Err(CouldNotRun),
    }
}

/// The text, and the name of the file that it is from.
fn input(given: &str) -> std::result::Result<(Option<String>, String), CouldNotRun> {
    let path = Path::new(given);
    let named = matches!(path.extension().and_then(|extension| extension.to_str()), Some("yaml" | "yml" | "json" | "txt"));
    let there = std::fs::metadata(path).is_ok_and(|about| !about.is_dir()); // or a pipe
    if given != "-" && !named && !there {
        return Ok((None, given.to_owned()));
    }
    let text = read_text(path).map_err(|why| fail(&format!("{given}: {why}")))?;
    Ok((Some(given.to_owned()), text))
}

/// Whether a file is a policy: no expression has a line that begins so.
fn is_policy(text: &str) -> bool {
    text.lines().any(|line| ["rolewright:", "policy:", "sources:", "extends:"].iter().any(|key| line.starts_with(key)))
}

fn expression(args: &Args, text: &str, partners: &Partners) -> Result {
    let text = text.trim_end_matches(['\n', '\r']);
    let from = args.from.unwrap_or(if args.to == Dialect::Entra { Dialect::Okta } else { Dialect::Entra });
    let sources = Sources::of_expression(text);
    match translate(from, text, args.to, partners) {
        Ok(done) => {
            Result { text: Some(done.text), attributes: done.attributes, diagnostics: done.warnings, sources, left_out: Vec::new() }
        }
        Err(error) => Result { text: None, attributes: Vec::new(), diagnostics: error.diagnostics, sources, left_out: Vec::new() },
    }
}

fn policy(args: &Args, name: &str, text: &str, partners: &Partners) -> std::result::Result<Result, CouldNotRun> {
    if args.from.is_some() {
        return Err(fail("--from is for expressions; a policy names the dialect of its source itself"));
    }
    Ok(match translate_policy(&args.include.loader(Path::new(name)), name, text, args.to, partners) {
        Ok(done) => Result {
            text: Some(done.text),
            attributes: done.attributes,
            diagnostics: done.warnings,
            sources: done.texts,
            left_out: done.left_out,
        },
        Err(error) => {
            Result { text: None, attributes: Vec::new(), diagnostics: error.diagnostics, sources: error.texts, left_out: Vec::new() }
        }
    })
}

fn shown(result: &Result) -> std::result::Result<(), CouldNotRun> {
    output::diagnostics(&result.diagnostics, &result.sources);
    let Some(text) = &result.text else {
        let errors = result.diagnostics.iter().filter(|found| found.is_error()).count();
        output::note(&format!("not translated: {}", plural(errors, "error")));
        return Ok(());
    };
    for left in &result.left_out {
        output::note(&format!("note: {}", left));
    }
    if !result.attributes.is_empty() {
        let pairs: Vec<String> =
            result.attributes.iter().map(|pair| format!("{} = {} ({})", pair.entra, pair.okta, pair.holds.word())).collect();
        output::note(&format!("note: the same where these attributes hold the same: {}", pairs.join(", ")));
    }
    output::source(text)?;
    if text.ends_with('\n') { Ok(()) } else { output::line("") }
}

fn as_json(args: &Args, result: &Result) -> Json {
    json!({
        "to": args.to.word(),
        "translation": result.text,
        "attributes": result.attributes,
        "diagnostics": result.diagnostics.iter().map(|found| found.to_json(&result.sources)).collect::<Vec<_>>(),
        "leftOut": result.left_out,
    })
}
