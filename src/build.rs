//! For build scripts: a policy becomes a Rust module when the crate is built, and a policy with a mistake does not compile.
//!
//! ```no_run
//! // build.rs
//! fn main() -> std::io::Result<()> {
//!     rolewright::build::policy("policies/access.yaml")
//! }
//! ```
//!
//! ```ignore
//! // src/main.rs
//! mod access {
//!     rolewright::include_policy!("policies/access.yaml");
//! }
//! ```
//!
//! A macro that reads the file itself would have to stand in a crate of its own, and would not be told when a policy that
//! another one builds on changes; a build script is.

use crate::bounded;
use crate::diagnostic::{Diagnostic, Sources, one_line, plain};
use crate::limits::Limits;
use crate::policy::{Bases, Loader, PolicyError};
use std::io::{Error, Result};
use std::path::{Component, Path, PathBuf};

/// Writes the module of a policy, a path from the package's folder, for [`include_policy!`](crate::include_policy).
///
/// Policies that it builds on are read below its folder and below the package's.
///
/// What is wrong with the policy becomes an error of the compiler where the module is included; what is only warned of, a
/// warning of Cargo's.
///
/// # Errors
/// The module cannot be written, or the path leaves the package.
pub fn policy(path: &str) -> Result<()> {
    let inside = Path::new(path).components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
    if !inside {
        return Err(Error::other(format!("{path}: a path within the package is wanted here; `policy_as` takes a name for any other")));
    }
    policy_as(path, path, Loader::new())
}

/// The same for `include_policy!(name)`, from any path, with the loader's settings.
///
/// # Errors
/// The module cannot be written.
pub fn policy_as(name: &str, path: &str, loader: Loader<'_>) -> Result<()> {
    let out =
        std::env::var_os("OUT_DIR").map(PathBuf::from).ok_or_else(|| Error::other("OUT_DIR is not set: this is for build scripts"))?;
    let (module, told) = module(path, loader);
    told.iter().for_each(|line| println!("cargo::{line}"));
    let file = out.join(format!("{name}.rs"));
    std::fs::create_dir_all(file.parent().unwrap_or(&out))?;
    std::fs::write(file, module)
}

/// The module, or in its place the compiler's error; and what is told to Cargo.
fn module(path: &str, loader: Loader<'_>) -> (String, Vec<String>) {
    // A line each: what Cargo is told begins with no text of a policy.
    let changed = |path: &str| format!("rerun-if-changed={}", one_line(path));
    let told = std::cell::RefCell::new(vec![changed(path)]);
    let bases = Bases::beside(Path::new(path), &[PathBuf::from(".")]);
    let loader = loader.resolve(|asking, wanted| {
        told.borrow_mut().push(changed(&Bases::path(asking, wanted).display().to_string()));
        bases.read(asking, wanted)
    });
    let loaded = match bounded::read_text(Path::new(path), Limits::DEFAULT.file_bytes) {
        Ok(text) => loader.load(path, &text),
        Err(error) => return (refused(&[format!("{path}: {error}")]), told.take()),
    };
    drop(loader);
    let mut told = told.into_inner();
    let drawn = |found: &[Diagnostic], texts: &Sources| found.iter().map(|found| plain::text(found, texts)).collect::<Vec<_>>();
    let module = match loaded {
        Ok(policy) => {
            // A warning of Cargo's is one line.
            told.extend(policy.warnings().iter().map(|found| format!("warning={}", in_one_line(found, policy.texts()))));
            policy.emit_rust(path).unwrap_or_else(|found| refused(&drawn(&[*found], policy.texts())))
        }
        Err(PolicyError { diagnostics, texts }) => refused(&drawn(&diagnostics, &texts)),
    };
    (module, told)
}

/// Code that does not compile, and says why.
fn refused(why: &[String]) -> String {
    why.iter().map(|why| format!("::core::compile_error!({why:?});\n")).collect()
}

fn in_one_line(found: &Diagnostic, texts: &Sources) -> String {
    let place = found.labels.first().and_then(|label| {
        let place = texts.place(label.source, label.span.start)?;
        Some(format!("{}:{}:{}: ", texts.get(label.source)?.name, place.line, place.column))
    });
    one_line(&format!("{}{found}", place.unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn built(files: &[(&str, &str)]) -> (String, Vec<String>) {
        let folder = std::env::temp_dir().join(format!("rolewright-build-{}-{:?}", std::process::id(), std::thread::current().id()));
        std::fs::create_dir_all(&folder).unwrap();
        files.iter().for_each(|(name, text)| std::fs::write(folder.join(name), text).unwrap());
        let (module, told) = module(&folder.join(files[0].0).display().to_string(), Loader::new());
        std::fs::remove_dir_all(&folder).unwrap();
        let shown = |text: &str| text.replace(&folder.display().to_string(), "");
        (shown(&module), told.iter().map(|line| shown(line)).collect())
    }

    #[test]
    fn a_policy_with_a_mistake_is_an_error_of_the_compiler() {
        let mine = r#"rolewright: 1
policy: mine
extends: base.yaml
sources:
  scim:
    mappings:
      dockerRole: { expression: 'Switch([department], "Platform", "owner")' }
"#;
        let (module, told) = built(&[("mine.yaml", mine), ("base.yaml", include_str!("../policies/docker.yaml"))]);
        assert!(module.starts_with("::core::compile_error!(\"error[switch-missing-default]: Switch takes source"), "{module}");
        assert!(module.contains(r"--> /mine.yaml:7:55\n") && module.contains(r"^^^^^^^^^^ taken as the default value"), "{module}");
        assert!(module.contains(r"= help: insert the default first"), "{module}");
        assert_eq!(told, ["rerun-if-changed=/mine.yaml", "rerun-if-changed=/base.yaml"]);
    }

    #[test]
    fn a_policy_that_builds_on_nothing_is_told_too() {
        let (module, told) = built(&[("mine.yaml", "rolewright: 1\npolicy: mine\nextends: none.yaml\n")]);
        assert!(module.contains("extends-failed") && module.contains("/mine.yaml:3:10"), "{module}");
        assert_eq!(told, ["rerun-if-changed=/mine.yaml", "rerun-if-changed=/none.yaml"]);
    }

    #[test]
    fn a_path_out_of_the_package_is_refused() {
        assert!(policy("../mine.yaml").is_err_and(|error| error.to_string().contains("policy_as")));
    }
}
