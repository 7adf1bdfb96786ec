//! What the dependencies are: their licences and where they come from, whether they are yanked, and what is known against
//! them.

use crate::cargo::{Place, Ran, cargo};
use std::path::Path;
use std::process::{Command, Stdio};

/// Each workspace with a lock file of its own. benches/peers measures and ships nothing.
const MANIFESTS: [&str; 4] = ["Cargo.toml", "python/Cargo.toml", "wasm/bindgen/Cargo.toml", "fuzz/Cargo.toml"];
/// Versions of cargo-deny to install where none is there: the second builds with Rust 1.85, too, and cannot read every
/// advisory of today.
const VERSIONS: [&str; 2] = ["0.20.2", "0.18.3"];
/// How cargo-deny says that it has no advisories to compare with.
const OUT_OF_REACH: &str = "failed to fetch advisory database";

/// Makes sure that cargo-deny is there, and asks it for licences, sources and crates that are not wanted.
///
/// # Errors
/// It is not there and cannot be installed, or a crate may not be a dependency.
pub fn allowed(place: &Place) -> Result<String, String> {
    install()?;
    for manifest in MANIFESTS {
        let ran = deny(place, manifest, &[], &["licenses", "bans", "sources"])?;
        if !ran.ok {
            return Err(ran.output);
        }
    }
    Ok(String::new())
}

/// Lets Cargo choose the versions of each lock file anew, which it refuses for those that are yanked.
///
/// # Errors
/// The registry is out of reach, or a crate is yanked.
pub fn yanked(root: &Path) -> Result<Vec<String>, String> {
    let mut found = Vec::new();
    let folder = root.join("target/xtask/yanked");
    let fail = |error: std::io::Error| format!("{}: {error}", folder.display());
    for manifest in MANIFESTS {
        let lock = Path::new(manifest).with_file_name("Cargo.lock");
        let text = std::fs::read_to_string(root.join(&lock)).map_err(|error| format!("{}: {error}", lock.display()))?;
        // A lock file that is there would be believed.
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(folder.join("src")).map_err(fail)?;
        std::fs::write(folder.join("src/lib.rs"), "").map_err(fail)?;
        std::fs::write(folder.join("Cargo.toml"), exactly(&text)).map_err(fail)?;
        let ran = Command::new(cargo()).args(["generate-lockfile", "--quiet"]).current_dir(&folder).stdin(Stdio::null()).output();
        let ran = ran.map_err(|error| format!("cargo could not be started: {error}"))?;
        if !ran.status.success() {
            found.push(format!("{}: {}", lock.display(), String::from_utf8_lossy(&ran.stderr)));
        }
    }
    Ok(found)
}

/// What is known against them. That nobody could be asked is told, and fails nothing: no commit can change it.
///
/// # Errors
/// Something is known.
pub fn advisories(place: &Place) -> Result<String, String> {
    let mut older = false;
    for manifest in MANIFESTS {
        let fetched = deny(place, manifest, &[], &["advisories"])?;
        if fetched.ok {
            continue;
        }
        if !fetched.output.contains(OUT_OF_REACH) {
            return Err(fetched.output);
        }
        let ran = deny(place, manifest, &["--offline"], &["advisories"])?;
        if !ran.ok && ran.output.contains("advisories FAILED") {
            return Err(ran.output);
        }
        if !ran.ok {
            return Ok("advisories were NOT asked: their database is out of reach".to_owned());
        }
        older = true;
    }
    Ok(if older { "advisories as of the copy that is here: their database is out of reach".to_owned() } else { String::new() })
}

fn deny(place: &Place, manifest: &str, options: &[&str], which: &[&str]) -> Result<Ran, String> {
    let words = ["--workspace", "--manifest-path", manifest, "--config", "deny.toml"];
    let quiet = ["check", "--hide-inclusion-graph"];
    place.cargo(&[&["deny"], options, &words, &quiet, which].concat(), &[])
}

fn install() -> Result<(), String> {
    let run = |words: &[&str]| {
        let mut command = Command::new(cargo());
        command.args(words).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    };
    if run(&["deny", "--version"]) {
        return Ok(());
    }
    print!("(installing cargo-deny) ");
    match VERSIONS.iter().any(|version| run(&["install", "cargo-deny", "--locked", "--version", version])) {
        true => Ok(()),
        false => Err("cargo-deny is missing and could not be installed: run `cargo install cargo-deny --locked`.".to_owned()),
    }
}

/// A manifest that wants exactly what a lock file says.
fn exactly(lock: &str) -> String {
    let mut manifest = "[package]\nname = \"yanked\"\nedition = \"2021\"\n[workspace]\n[dependencies]\n".to_owned();
    for (at, package) in lock.split("[[package]]").skip(1).enumerate() {
        let of = |key: &str| package.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(" = \"")?.strip_suffix('"'));
        if let (Some(name), Some(version), Some(_)) = (of("name"), of("version"), of("source")) {
            let version = version.split('+').next().unwrap_or_default(); // what is behind it chooses nothing
            manifest.push_str(&format!("p{at} = {{ package = \"{name}\", version = \"={version}\", default-features = false }}\n"));
        }
    }
    manifest
}

#[cfg(test)]
mod tests {
    use super::exactly;

    #[test]
    fn a_lock_file_is_wanted_exactly_without_what_is_here() {
        let lock = "version = 4\n\n[[package]]\nname = \"own\"\nversion = \"0.1.0\"\n\n[[package]]\nname = \"zstd-sys\"\nversion = \"2.0.1+zstd.1\"\nsource = \"registry\"\n";
        let wanted = "p1 = { package = \"zstd-sys\", version = \"=2.0.1\", default-features = false }";
        assert_eq!(exactly(lock).lines().skip(5).collect::<Vec<_>>(), [wanted]);
    }
}
