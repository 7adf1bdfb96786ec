//! One test for each case of the suites and for each test inside the shipped policies, so that a case can be named,
//! filtered and counted like any other test: `cargo test --test conformance -- switch`.

use libtest_mimic::{Arguments, Failed, Trial};
use rolewright::policy::Loader;
use rolewright::suite::{self, CaseResult, Kind, Suite};
use rolewright::{FixedWorld, Limits, Policy};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    match trials() {
        Ok(trials) => libtest_mimic::run(&arguments, trials).exit_code(),
        Err(why) => {
            eprintln!("the suites cannot be run: {why}");
            ExitCode::FAILURE
        }
    }
}

fn trials() -> Result<Vec<Trial>, String> {
    let policies = yaml_files("policies")?;
    let mut trials = Vec::new();
    for path in yaml_files("tests/conformance")? {
        let suite = Suite::parse(&read(&path)?, &Limits::DEFAULT).map_err(|found| format!("{}: {found}", path.display()))?;
        let policy = if suite.kind == Kind::Decision { Some(Arc::new(policy_of(&suite, &policies)?)) } else { None };
        trials.extend(cases(suite, policy.as_ref()));
    }
    for path in policies {
        trials.extend(tests_inside(&path)?);
    }
    distinct(&trials)?;
    Ok(trials)
}

fn cases(suite: Suite, policy: Option<&Arc<Policy>>) -> Vec<Trial> {
    let suite = Arc::new(suite);
    let trial = |at: usize| {
        let (suite, policy) = (Arc::clone(&suite), policy.cloned());
        let case = &suite.cases[at];
        Trial::test(case.id.clone(), move || outcome(suite.run(&suite.cases[at], policy.as_deref())))
    };
    // The harness takes closures that own what they need, hence a shared suite and an index.
    (0..suite.cases.len()).map(trial).collect()
}

/// The tests of a policy run together, and each is reported by its own name.
fn tests_inside(path: &Path) -> Result<Vec<Trial>, String> {
    let policy = load(path)?;
    let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let world = FixedWorld::new(jiff::civil::date(2026, 1, 1).at(0, 0, 0, 0), 1);
    let results = suite::run_policy(&policy, &world);
    Ok(results.into_iter().map(|result| Trial::test(format!("{name}:{}", result.id), move || outcome(result))).collect())
}

fn outcome(result: CaseResult) -> Result<(), Failed> {
    if result.passed() {
        return Ok(());
    }
    let differences = result.differences.iter().map(|it| format!("{}\n  expected {}\n  actual   {}", it.what, it.expected, it.actual));
    let path = result.path.iter().map(|step| format!("| {step}"));
    Err(differences.chain(path).collect::<Vec<_>>().join("\n").into())
}

/// The shipped policy that declares a suite of decisions as its own.
fn policy_of(suite: &Suite, policies: &[PathBuf]) -> Result<Policy, String> {
    for path in policies {
        if suite::declares(&read(path)?, &suite.name) {
            return load(path);
        }
    }
    Err(format!("no shipped policy declares the suite {}", suite.name))
}

fn load(path: &Path) -> Result<Policy, String> {
    let loader = Loader::new().resolve(|asking, wanted| {
        let path = Path::new(asking).with_file_name(wanted);
        Ok((path.display().to_string(), read(&path)?))
    });
    loader.load(&path.display().to_string(), &read(path)?).map_err(|error| format!("{}: {error}", path.display()))
}

/// A name says which case failed only where no other case has it.
fn distinct(trials: &[Trial]) -> Result<(), String> {
    let mut names = BTreeSet::new();
    match trials.iter().map(Trial::name).find(|name| !names.insert(*name)) {
        Some(twice) => Err(format!("two cases have the name {twice}")),
        None if names.is_empty() => Err("there is no case".into()),
        None => Ok(()),
    }
}

fn yaml_files(folder: &str) -> Result<Vec<PathBuf>, String> {
    let entries = std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)).map_err(|error| format!("{folder}: {error}"))?;
    let mut files: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    files.retain(|path| path.extension().is_some_and(|end| end == "yaml"));
    files.sort();
    Ok(files)
}

fn read(path: &Path) -> Result<String, String> {
    std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
}
