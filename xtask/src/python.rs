//! Builds the package for Python, installs it into an environment of its own, and there runs its tests or measures it.

use crate::cargo::program_path;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Where everything of it is kept.
const ENVIRONMENT: &str = "target/python";
const WHEELS: &str = "target/python-wheels";
/// Kept apart from every other build: its dependencies have other features.
pub const BUILD: &str = "target/python-build";

/// Runs the tests, those of PySpark included.
///
/// # Errors
/// What is missing and how to get it, or what failed.
pub fn test(root: &Path) -> Result<Vec<String>, String> {
    let python = installed(root, "dev")?;
    let mut pytest = Command::new(python);
    pytest.args(["-m", "pytest", "-p", "no:cacheprovider"]).current_dir(root.join("python"));
    step(pytest.env("ROLEWRIGHT", program_path()?), "pytest")?;
    Ok(Vec::new())
}

/// Measures the package, optimised, and prints the table of `docs/python.md`.
///
/// # Errors
/// What is missing and how to get it, or what failed.
pub fn bench(root: &Path, words: &[&str]) -> Result<bool, String> {
    let python = installed(root, "release")?;
    step(Command::new(python).arg("benches/measure.py").args(words).current_dir(root.join("python")), "measure.py")?;
    Ok(true)
}

/// Builds the package and installs it; the Python that has it.
fn installed(root: &Path, profile: &str) -> Result<PathBuf, String> {
    need_java()?;
    let python = environment(root)?;
    let wheels = root.join(WHEELS);
    if wheels.exists() {
        // One wheel is left to install.
        std::fs::remove_dir_all(&wheels).map_err(|error| format!("{}: {error}", wheels.display()))?;
    }
    let run = |words: &[&str]| {
        let mut command = Command::new(&python);
        command.arg("-m").args(words).current_dir(root.join("python"));
        step(command.env("CARGO_TARGET_DIR", root.join(BUILD)), words.first().copied().unwrap_or_default())
    };
    let out = wheels.to_string_lossy();
    run(&["maturin", "build", "--locked", "--quiet", "--profile", profile, "--out", &out])?;
    run(&["pip", "install", "--quiet", "--force-reinstall", "--no-deps", "--no-index", "--find-links", &out, "rolewright"])?;
    Ok(python)
}

/// The Python of an environment with the packages that the tests need, in the versions of `python/requirements.txt`.
fn environment(root: &Path) -> Result<PathBuf, String> {
    let folder = root.join(ENVIRONMENT);
    let python = folder.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });
    let wanted = root.join("python/requirements.txt");
    let kept = folder.join("requirements.txt");
    let text = |path: &Path| std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()));
    if text(&kept).is_ok_and(|kept| text(&wanted).is_ok_and(|wanted| kept == wanted)) {
        return Ok(python);
    }
    need_python()?;
    step(Command::new(system_python()).args(["-m", "venv", "--clear"]).arg(&folder), "python -m venv")?;
    step(Command::new(&python).args(["-m", "pip", "install", "--quiet", "--requirement"]).arg(&wanted), "pip install")?;
    std::fs::copy(&wanted, &kept).map_err(|error| format!("{}: {error}", kept.display()))?;
    Ok(python)
}

fn system_python() -> &'static str {
    if cfg!(windows) { "python" } else { "python3" }
}

fn need_python() -> Result<(), String> {
    let script = "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))";
    let there = Command::new(system_python()).args(["-c", script]).stdin(Stdio::null()).stderr(Stdio::null()).status();
    match there {
        Ok(status) if status.success() => Ok(()),
        _ => Err("Python 3.11 or later with venv is missing: install it from https://python.org, or on Debian the packages python3 and python3-venv.".into()),
    }
}

fn need_java() -> Result<(), String> {
    let there = Command::new("java").arg("-version").stdin(Stdio::null()).stderr(Stdio::null()).status();
    match there {
        Ok(status) if status.success() => Ok(()),
        _ => {
            Err("Java, which Spark runs on, is missing: install a JDK of 17 or later, on Debian the package openjdk-17-jre-headless."
                .into())
        }
    }
}

fn step(command: &mut Command, name: &str) -> Result<(), String> {
    let status = command.stdin(Stdio::null()).status().map_err(|error| format!("{name} could not be started: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("{name} failed ({status})")) }
}
