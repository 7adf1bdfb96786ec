//! Runs cargo and the program that it builds, and keeps what they print.

use crate::report::colours;
use crate::results::plain;
use std::collections::BTreeSet;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Where things run and where their output is kept.
pub struct Place {
    pub root: PathBuf,
    log: PathBuf,
}

/// What a command came to.
pub struct Ran {
    pub ok: bool,
    /// Standard output and standard error, in the order in which they were written.
    pub output: String,
}

impl Place {
    /// A place that keeps the output of one part in `target/xtask/NAME.log`.
    pub fn new(root: &Path, name: &str) -> Result<Place, String> {
        let folder = root.join("target/xtask");
        std::fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        Ok(Place { root: root.to_owned(), log: folder.join(format!("{name}.log")) })
    }

    /// Runs `cargo ARGUMENTS` in the repository. `--locked`: what is tested is what the lock file says.
    pub fn cargo(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Result<Ran, String> {
        let (command, rest) = arguments.split_first().ok_or("no cargo command")?;
        let mut cargo = Command::new(cargo());
        cargo.arg(command);
        if *command != "fmt" {
            cargo.arg("--locked");
        }
        cargo.args(rest).envs(variables.iter().copied());
        cargo.env("CARGO_TERM_COLOR", if colours() { "always" } else { "never" });
        self.run(cargo)
    }

    /// Runs the program as the tests have it.
    pub fn program(&self, arguments: &[&str]) -> Result<Ran, String> {
        let built = self.cargo(BUILD, &[])?;
        if !built.ok {
            return Ok(built);
        }
        let mut program = Command::new(program_path()?);
        program.args(arguments);
        self.run(program)
    }

    fn run(&self, mut command: Command) -> Result<Ran, String> {
        let fail = |error: std::io::Error| format!("{}: {error}", self.log.display());
        // One file for both streams keeps their order, which two pipes would not.
        let log = File::create(&self.log).map_err(fail)?;
        let errors = log.try_clone().map_err(fail)?;
        let status = command.current_dir(&self.root).stdin(Stdio::null()).stdout(log).stderr(errors).status();
        let status = status.map_err(|error| format!("{} could not be started: {error}", command.get_program().to_string_lossy()))?;
        let output = std::fs::read(&self.log).map_err(fail)?;
        Ok(Ran { ok: status.success(), output: String::from_utf8_lossy(&output).into_owned() })
    }
}

/// How many crates the library needs without the program.
///
/// # Errors
/// Cargo cannot tell.
pub fn crates(place: &Place) -> Result<String, String> {
    let count = |edges: &str| {
        let ran = place.cargo(&["tree", "--package", "rolewright", "--no-default-features", "--prefix", "none", "--edges", edges], &[])?;
        if ran.ok { Ok(distinct(&ran.output)) } else { Err(ran.output) }
    };
    let (all, linked) = (count("normal")?, count("no-dev,no-build,no-proc-macro")?);
    Ok(format!("{all} crates besides its own, {linked} of them linked"))
}

/// The crates of a tree without the first, which is the library itself; `(*)` marks repeated ones.
fn distinct(tree: &str) -> usize {
    let names = plain(tree);
    let names: BTreeSet<&str> =
        names.lines().skip(1).map(|line| line.trim_end_matches(" (*)").trim()).filter(|line| !line.is_empty()).collect();
    names.len()
}

/// Builds the program together with the tests: alone, its dependencies have fewer features, and would be built again.
const BUILD: &[&str] = &["build", "--quiet", "--workspace", "--bins", "--tests"];

/// The program stands beside this one.
///
/// # Errors
/// Nobody tells where that is.
pub fn program_path() -> Result<PathBuf, String> {
    let own = std::env::current_exe().map_err(|error| format!("the folder of programs: {error}"))?;
    Ok(own.with_file_name(format!("rolewright{}", std::env::consts::EXE_SUFFIX)))
}

/// The standard output of the program alone, for the files that are made from it.
///
/// # Errors
/// It cannot be built, or fails.
pub fn program_text(root: &Path, arguments: &[&str]) -> Result<String, String> {
    let built = Place::new(root, "generate")?.cargo(BUILD, &[])?;
    if !built.ok {
        return Err(built.output);
    }
    let output = Command::new(program_path()?).args(arguments).current_dir(root).stdin(Stdio::null()).output();
    let output = output.map_err(|error| format!("rolewright could not be started: {error}"))?;
    if !output.status.success() {
        return Err(format!("`rolewright {}` failed:\n{}", arguments.join(" "), String::from_utf8_lossy(&output.stderr)));
    }
    String::from_utf8(output.stdout).map_err(|error| format!("`rolewright {}`: {error}", arguments.join(" ")))
}

/// Makes sure that a component of the toolchain (`rustfmt`, `clippy`) is there.
///
/// # Errors
/// It is missing and could not be installed; the sentence says how to.
pub fn need_component(component: &str, command: &str) -> Result<(), String> {
    let quiet = |program: &str, arguments: &[&str]| {
        let status = Command::new(program).args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
        status.is_ok_and(|status| status.success())
    };
    if quiet(&cargo(), &[command, "--version"]) {
        return Ok(());
    }
    print!("(installing {component}) ");
    if quiet("rustup", &["component", "add", component]) && quiet(&cargo(), &[command, "--version"]) {
        return Ok(());
    }
    Err(format!(
        "{component} is missing and could not be installed: run `rustup component add {component}`, or install your system's package of it."
    ))
}

/// The cargo that started this program.
pub fn cargo() -> String {
    std::env::var("CARGO").unwrap_or_else(|_| "cargo".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_is_counted_without_its_root_and_repetitions() {
        let tree = "own v0.1.0 (/here)\na v1.0.0\nb v2.0.0 (proc-macro)\na v1.0.0 (*)\na v2.0.0\n\n";
        assert_eq!(distinct(tree), 3);
    }
}
