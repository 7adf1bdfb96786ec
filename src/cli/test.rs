use super::files;
use super::input::{self, SetArgs, read_text};
use super::output::{self, Lines, fail, styled};
use super::{CouldNotRun, Exit, Outcome};
use crate::limits::Limits;
use crate::policy::Policy;
use crate::suite::{self, CaseResult, Kind, Suite};
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// Runs the tests inside policies, and suite files
#[derive(clap::Args)]
#[command(after_help = "Example: rolewright test policies/*.yaml tests/conformance/entra.yaml")]
pub(super) struct Args {
    /// Policies and suite files.
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    #[command(flatten)]
    set: SetArgs,
    /// The policy under which suites of decisions run, in place of the shipped one that declares them.
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// Runs again whenever a file changes.
    #[arg(long)]
    watch: bool,
    /// Writes the results as JUnit XML, too.
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
    /// Shows what the tests inside policies never reach, with a test to paste.
    #[arg(long)]
    pub coverage: bool,
    /// Fails where the tests of a policy reach less, in percent; means --coverage.
    #[arg(long, value_name = "PERCENT")]
    pub min_coverage: Option<f64>,
    /// Writes the coverage as LCOV; means --coverage.
    #[arg(long, value_name = "FILE")]
    pub lcov: Option<PathBuf>,
    /// Only cases whose id or name holds this text.
    #[arg(long, value_name = "TEXT")]
    filter: Option<String>,
}

/// The results of one file.
struct Ran {
    file: String,
    results: Vec<CaseResult>,
}

pub(super) fn run(args: &Args) -> Outcome {
    if !args.watch {
        return once(args);
    }
    loop {
        let before = stamps(args);
        let _ = once(args);
        output::note(&styled("waiting for a change; Ctrl-C ends", "2"));
        while stamps(args) == before {
            std::thread::sleep(Duration::from_millis(300));
        }
    }
}

fn stamps(args: &Args) -> Vec<Option<SystemTime>> {
    args.files.iter().chain(&args.policy).map(|path| std::fs::metadata(path).and_then(|data| data.modified()).ok()).collect()
}

fn once(args: &Args) -> Outcome {
    let mut ran = Vec::new();
    for path in &args.files {
        ran.push(file(args, path)?);
    }
    let failed: usize = ran.iter().flat_map(|ran| &ran.results).filter(|result| !result.passed()).count();
    let passed = ran.iter().map(|ran| ran.results.len()).sum::<usize>() - failed;
    for ran in &ran {
        for result in ran.results.iter().filter(|result| !result.passed()) {
            output::data(&show(&ran.file, result))?;
        }
    }
    if let Some(path) = &args.junit {
        files::write("--junit", path, &junit(&ran))?;
    }
    let covered = super::coverage::report(args)?;
    output::line(&format!("{passed} passed, {failed} failed"))?;
    if passed + failed == 0 {
        return Err(fail("no test was found"));
    }
    Ok(if failed > 0 { Exit::Findings } else { covered })
}

fn file(args: &Args, path: &Path) -> Result<Ran, CouldNotRun> {
    let file = path.display().to_string();
    let text = read_text(path).map_err(|why| fail(&format!("{file}: {why}")))?;
    let wanted = |id: &str| args.filter.as_ref().is_none_or(|filter| id.contains(filter.as_str()));
    if !Suite::is_suite(&text) {
        let policy = load(args, path)?;
        let world = input::world(None)?;
        let results = suite::run_policy(&policy, &world).into_iter().filter(|result| wanted(&result.id)).collect();
        return Ok(Ran { file, results });
    }
    let suite = Suite::parse(&text, &Limits::DEFAULT).map_err(|found| fail(&format!("{file}: {found}")))?;
    let policy = if suite.kind == Kind::Decision { Some(policy_for(args, &suite, path)?) } else { None };
    let cases = suite.cases.iter().filter(|case| wanted(&case.id));
    let results = cases.map(|case| suite.run(case, policy.as_ref())).collect();
    Ok(Ran { file, results })
}

pub(super) fn load(args: &Args, path: &Path) -> Result<Policy, CouldNotRun> {
    args.set.load(path)?.map_err(|error| {
        output::diagnostics(&error.diagnostics, &error.texts);
        CouldNotRun
    })
}

/// The policy named on the command line, else the one that declares the suite as its own: among the files that are
/// tested, in the folder `policies`, or beside the suite.
fn policy_for(args: &Args, suite: &Suite, path: &Path) -> Result<Policy, CouldNotRun> {
    if let Some(path) = &args.policy {
        return load(args, path);
    }
    let beside = path.parent().map(Path::to_path_buf).unwrap_or_default();
    let mut candidates: Vec<PathBuf> = args.files.iter().filter(|file| *file != path).cloned().collect();
    for folder in [PathBuf::from("policies"), beside] {
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
        let mut files: Vec<PathBuf> = entries.filter(|path| path.is_file()).collect();
        files.sort();
        candidates.extend(files);
    }
    for candidate in candidates.iter().filter(|file| file.extension().is_some_and(|end| end == "yaml" || end == "yml")) {
        let Ok(text) = read_text(candidate) else { continue };
        if !Suite::is_suite(&text) && suite::declares(&text, &suite.name) {
            return load(args, candidate);
        }
    }
    Err(fail(&format!("{}: no policy declares the suite {}; name one with --policy FILE", path.display(), suite.name)))
}

fn show(file: &str, result: &CaseResult) -> Lines {
    let mut text = Lines::default();
    let _ = writeln!(text, "{} {file}: {}", styled("failed", "1;31"), result.id);
    for difference in &result.differences {
        let _ = writeln!(text, "  {}", difference.what);
        let _ = writeln!(text, "    expected {}", styled(&difference.expected, "32"));
        let _ = writeln!(text, "    actual   {}", styled(&difference.actual, "31"));
    }
    for step in &result.path {
        let _ = writeln!(text, "  | {step}");
    }
    text
}

fn junit(ran: &[Ran]) -> String {
    let escape = |text: &str| {
        let allowed = |c: char| matches!(c, '\n' | '\t') || !(c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}'));
        let valid: String = text.chars().map(|c| if allowed(c) { c } else { '\u{fffd}' }).collect();
        let valid = valid.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;");
        valid.replace('\n', "&#10;").replace('\t', "&#9;") // an attribute would have blanks in their place
    };
    let mut text = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n");
    for ran in ran {
        let failures = ran.results.iter().filter(|result| !result.passed()).count();
        let _ = writeln!(text, "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{failures}\">", escape(&ran.file), ran.results.len());
        for result in &ran.results {
            let _ = write!(text, "    <testcase classname=\"{}\" name=\"{}\"", escape(&ran.file), escape(&result.id));
            if result.passed() {
                text.push_str("/>\n");
                continue;
            }
            let lines: Vec<String> =
                result.differences.iter().map(|it| format!("{}: expected {}, actual {}", it.what, it.expected, it.actual)).collect();
            let _ = write!(
                text,
                ">\n      <failure message=\"{}\">{}</failure>\n    </testcase>\n",
                escape(&lines[0]),
                escape(&lines.join("\n"))
            );
        }
        text.push_str("  </testsuite>\n");
    }
    text + "</testsuites>\n"
}
