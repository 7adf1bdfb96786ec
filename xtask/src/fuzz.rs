//! Builds the fuzz targets, makes their seeds, and runs them for a bounded time.

use crate::cargo::cargo;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const MANIFEST: &str = "fuzz/Cargo.toml";
/// Kept apart from every other build: all of it counts what it reaches.
const BUILD: &str = "target/fuzz";
/// The same without the counting, for lints.
pub const LINTS: &str = "target/fuzz-lints";
/// Seeds, and what was found since to reach more; a later run begins with both.
const CORPUS: &str = "fuzz/corpus";
/// Inputs that failed.
const ARTIFACTS: &str = "fuzz/artifacts";
/// What cargo-fuzz asks of the compiler, without an address sanitizer, as nothing here is unsafe, and without following
/// each comparison, which takes half of the time and finds what the dictionaries have.
const FLAGS: &str = "--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
                     -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table";
/// Each target with its longest input in bytes.
const TARGETS: &[(&str, &str)] = &[("expressions", "512"), ("policies", "2048"), ("documents", "2048")];
/// Seconds for a target, as a part of the test.
const SECONDS: &str = "-max_total_time=60";

/// Runs all targets for a bounded time, as a part of the test.
///
/// # Errors
/// One could not be built, or found something.
pub fn test(root: &Path) -> Result<Vec<String>, String> {
    let mut found = Vec::new();
    build(root)?;
    for (target, _) in TARGETS {
        found.extend(one(root, target, &[SECONDS])?);
    }
    Ok(found)
}

/// Runs a target with options of libFuzzer; whether nothing was found.
///
/// # Errors
/// It could not be built or started.
pub fn run(root: &Path, target: &str, options: &[&str]) -> Result<bool, String> {
    build(root)?;
    let found = one(root, target, options)?;
    if let Some(line) = &found {
        eprintln!("{line}");
    }
    Ok(found.is_none())
}

fn build(root: &Path) -> Result<(), String> {
    let host = host()?;
    let build = |kind: &str| {
        let mut command = Command::new(cargo());
        // With a target named, build scripts and macros are built without the flags.
        command.args(["build", "--locked", "--quiet", "--release", kind, "--manifest-path", MANIFEST, "--target", &host]);
        command.args(["--target-dir", BUILD]).env("RUSTFLAGS", FLAGS).current_dir(root);
        step(&mut command, "the build of fuzz/ (it needs a C++ compiler)")
    };
    build("--bins")?;
    build("--examples")?;
    step(Command::new(program(root, "examples/seeds")?).arg(CORPUS).current_dir(root), "examples/seeds")
}

/// What one target found, if anything.
fn one(root: &Path, target: &str, options: &[&str]) -> Result<Option<String>, String> {
    let (target, longest) =
        TARGETS.iter().find(|(name, _)| *name == target).ok_or_else(|| format!("there is no target {target}; there are {}", names()))?;
    let artifacts = root.join(ARTIFACTS).join(target);
    std::fs::create_dir_all(&artifacts).map_err(|error| format!("{}: {error}", artifacts.display()))?;
    let mut command = Command::new(program(root, target)?);
    command.arg(format!("-dict={CORPUS}/{target}.dict")).arg(format!("-artifact_prefix={ARTIFACTS}/{target}/"));
    command.arg(format!("-max_len={longest}")).args(["-timeout=20", "-rss_limit_mb=1024", "-print_final_stats=1", "-verbosity=0"]);
    command.args(options).arg(format!("{CORPUS}/{target}")).current_dir(root).stdin(Stdio::null());
    let status = command.status().map_err(|error| format!("{target} could not be started: {error}"))?;
    Ok((!status.success()).then(|| format!("{target}: an input failed ({status}); it stands in {ARTIFACTS}/{target}")))
}

fn names() -> String {
    TARGETS.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ")
}

fn program(root: &Path, name: &str) -> Result<PathBuf, String> {
    Ok(root.join(BUILD).join(host()?).join("release").join(format!("{name}{}", std::env::consts::EXE_SUFFIX)))
}

/// The platform for which the compiler builds unless told otherwise.
fn host() -> Result<String, String> {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let told = Command::new(rustc).arg("-vV").output().map_err(|error| format!("rustc could not be started: {error}"))?;
    let told = String::from_utf8_lossy(&told.stdout).into_owned();
    told.lines().find_map(|line| line.strip_prefix("host: ")).map(str::to_owned).ok_or_else(|| "rustc names no host".to_owned())
}

fn step(command: &mut Command, name: &str) -> Result<(), String> {
    let status = command.stdin(Stdio::null()).status().map_err(|error| format!("{name} could not be started: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("{name} failed ({status})")) }
}
