use super::files::{self, Held};
use super::input::read_text;
use super::output::{self, fail, plural};
use super::{Exit, Outcome};
use crate::diagnostic::Sources;
use crate::policy;
use std::path::PathBuf;

/// Formats policies: expressions in their canonical form, no trailing blanks, one line end at the end
#[derive(clap::Args)]
#[command(after_help = "Example: rolewright fmt --check policies/*.yaml")]
pub(super) struct Args {
    /// Policies.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Changes nothing and reports which files are not formatted.
    #[arg(long)]
    check: bool,
}

pub(super) fn run(args: &Args) -> Outcome {
    let mut changed = 0;
    for path in &args.files {
        let name = path.display().to_string();
        let text = read_text(path).map_err(|why| fail(&format!("{name}: {why}")))?;
        let formatted = policy::format(&text).map_err(|found| {
            if !policy::is_policy(&text) {
                return fail(&format!("{name}: this is no policy"));
            }
            let mut texts = Sources::default();
            texts.add(&name, &text);
            output::diagnostic(&found, &texts);
            super::CouldNotRun
        })?;
        if files::is_kept(path) {
            output::source(&formatted)?;
        }
        if formatted == text {
            continue;
        }
        changed += 1;
        if args.check {
            output::line(&name)?;
        } else if !files::is_kept(path) {
            files::replace(path, Held::bytes(text.as_bytes()), &formatted)?;
        }
    }
    match (args.check, changed) {
        (true, 0) => output::note(&format!("{} formatted", plural(args.files.len(), "file"))),
        (true, count) => output::note(&format!("{} not formatted", plural(count, "file"))),
        (false, count) => output::note(&format!("{} changed", plural(count, "file"))),
    }
    Ok(if args.check && changed > 0 { Exit::Findings } else { Exit::Fine })
}
