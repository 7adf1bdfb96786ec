use super::explain::part_line;
use super::input::{self, DocumentArgs};
use super::output::{self, styled};
use super::{CouldNotRun, Exit, Outcome};
use crate::check::{Scope, okta_attributes_of};
use crate::diagnostic::{Diagnostic, Sources};
use crate::document::for_okta;
use crate::expression::{Expression, Flow};
use crate::language::Dialect;
use crate::program::{FixedWorld, Skip};
use serde_json::{Map, Value as Json};
use std::borrow::Cow;
use std::ops::ControlFlow;

/// Evaluates one expression over no user, one or many
#[derive(clap::Args)]
#[command(after_help = "Example: rolewright expr 'ToUpper([surname])' examples/graph/users.json")]
pub(super) struct Args {
    /// The expression.
    expression: String,
    #[command(flatten)]
    documents: DocumentArgs,
    /// The language.
    #[arg(long, default_value = "entra")]
    dialect: Dialect,
    /// Shows the value of every part.
    #[arg(long)]
    explain: bool,
    /// The time that the expression reads, in place of the clock.
    #[arg(long, value_name = "DATE")]
    now: Option<String>,
    /// The tenant's default domain, for DefaultDomain().
    #[arg(long, value_name = "DOMAIN")]
    default_domain: Option<String>,
}

pub(super) fn run(args: &Args) -> Outcome {
    let mut world = input::world(args.now.as_deref())?;
    world.default_domain.clone_from(&args.default_domain);
    let documents = if args.documents.documents.is_empty() { None } else { Some(super::eval::open(&args.documents)?) };
    // An attribute that a document has is no unknown one, so the first users are looked at before the expression is
    // checked.
    let mut names: Vec<String> = Vec::new();
    if let Some(documents) = &documents {
        let mut seen = 0;
        documents.persons(&mut |person| {
            seen += 1;
            let record = person.map(|person| person.record).unwrap_or_default();
            let record = readable(args, &record);
            match args.dialect {
                Dialect::Entra => names.extend(record.keys().cloned()),
                Dialect::Okta | Dialect::OktaIdentityEngine => names.extend(okta_attributes_of(&record)),
            }
            if seen < 100 { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        });
        names.sort_unstable();
        names.dedup();
    }
    let scope = Scope { attributes: Some(&names), ..Scope::default() };
    let sources = Sources::of_expression(&args.expression);
    let expression = match Expression::compile_in(args.dialect, &args.expression, &scope) {
        Ok(expression) => expression,
        Err(error) => {
            output::diagnostics(&error.diagnostics, &sources);
            return Err(CouldNotRun);
        }
    };
    output::diagnostics(expression.warnings(), &sources);
    let Some(documents) = documents else { return one(args, &expression, &Map::new(), &world, &sources) };
    let mut exit = Exit::Fine;
    let mut stopped = Ok(());
    documents.persons(&mut |person| {
        let step = match person {
            Ok(person) => one(args, &expression, &readable(args, &person.record), &world, &sources),
            Err(bad) => {
                output::diagnostic(&bad, &Sources::default());
                Ok(Exit::Findings)
            }
        };
        match step {
            Ok(one) => {
                exit = exit.max(one);
                ControlFlow::Continue(())
            }
            Err(error) => {
                stopped = Err(error);
                ControlFlow::Break(())
            }
        }
    });
    stopped.map(|()| exit)
}

/// The record as the dialect reads it.
fn readable<'r>(args: &Args, record: &'r Map<String, Json>) -> Cow<'r, Map<String, Json>> {
    match args.dialect {
        Dialect::Entra => Cow::Borrowed(record),
        Dialect::Okta | Dialect::OktaIdentityEngine => for_okta(record),
    }
}

fn one(args: &Args, expression: &Expression, record: &Map<String, Json>, world: &FixedWorld, sources: &Sources) -> Outcome {
    let (evaluated, parts) =
        if args.explain { expression.explain(record, world) } else { (expression.evaluate(record, world), Vec::new()) };
    for part in &parts {
        output::line(&part_line(expression.text(), part))?;
    }
    output::diagnostics(&evaluated.warnings, &Sources::default());
    match evaluated.result {
        // With `--explain` the last part is the whole, and Redact has hidden it there.
        _ if args.explain && !parts.is_empty() => Ok(if evaluated.result.is_err() { Exit::Findings } else { Exit::Fine }),
        Ok(Flow::Value(value)) => output::json_line(&value.to_json()).map(|()| Exit::Fine),
        Ok(Flow::Skip(skip)) => {
            let word = match skip {
                Skip::Flow => "skip-flow",
                Skip::Object => "skip-object",
            };
            output::line(&styled(word, "2")).map(|()| Exit::Fine)
        }
        Err(fault) => {
            let diagnostic: Diagnostic = fault.to_diagnostic();
            output::diagnostic(&diagnostic, sources);
            Ok(Exit::Findings)
        }
    }
}
