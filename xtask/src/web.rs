//! Builds the page: the engine for wasm32, its JavaScript half, and the bundle, into target/web.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The compiler's own name for the page's machine.
const TARGET: &str = "wasm32-unknown-unknown";
/// Kept apart from every other build: another compiler may write it.
const FOLDER: &str = "target/wasm";
/// Where cargo looks for what the compiler is told for the page's machine alone.
const FLAGS: &str = "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS";
/// By what the linker leaves behind the engine is divided into two files.
const RELOCATIONS: &str = "-Clink-arg=--emit-relocs";
/// A panic, which no input causes, ends the engine without a text; the texts were a ninth of it.
const ENDS_AT_ONCE: &str = "-Cpanic=immediate-abort -Zunstable-options -Zlocation-detail=none";

/// Builds everything from a fresh checkout; flags are those of `build.mjs`.
///
/// # Errors
/// What is missing and how to get it, or what failed.
pub fn build(root: &Path, flags: &[&str]) -> Result<(), String> {
    need_node()?;
    let (engine, small) = engine(root)?;
    let web = root.join("wasm/web");
    if !installed(&web) {
        step(Command::new(npm()).args(["ci", "--no-audit", "--no-fund"]).current_dir(&web), "npm ci")?;
    }
    bindgen(root, "halves", &engine)?;
    step(Command::new("node").arg("called.mjs").current_dir(&web), "node called.mjs")?;
    bindgen(root, "split", &engine)?;
    let bound = small.then_some("--bound");
    step(Command::new("node").arg("build.mjs").args(bound).args(flags).current_dir(&web), "node build.mjs")?;
    println!("the page is in target/web: serve that folder by any host of static files");
    Ok(())
}

/// Type-checks the page and runs files of its tests.
///
/// # Errors
/// What is missing, or what a test found.
pub fn test(root: &Path, files: &[&str]) -> Result<Vec<String>, String> {
    build(root, &[])?;
    let web = root.join("wasm/web");
    step(Command::new(npm()).args(["run", "--silent", "types"]).current_dir(&web), "npm run types")?;
    step(Command::new("node").arg("--test").args(files).current_dir(&web), "node --test")?;
    Ok(Vec::new())
}

fn need_node() -> Result<(), String> {
    let version = Command::new("node").arg("--version").output().map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
    let major = version.ok().and_then(|version| version.trim().trim_start_matches('v').split('.').next()?.parse::<u32>().ok());
    match major {
        Some(20..) => Ok(()),
        Some(old) => Err(format!("Node {old} is too old for the page: install Node 20 or later from https://nodejs.org.")),
        None => Err("Node is missing: install Node 20 or later from https://nodejs.org, or your system's packages nodejs and npm.".into()),
    }
}

fn npm() -> &'static str {
    if cfg!(windows) { "npm.cmd" } else { "npm" }
}

/// Whether the packages are those of the lock file: npm leaves a copy of it beside them.
fn installed(web: &Path) -> bool {
    let changed = |path: &str| std::fs::metadata(web.join(path)).and_then(|data| data.modified()).ok();
    match (changed("node_modules/.package-lock.json"), changed("package-lock.json")) {
        (Some(there), Some(wanted)) => there >= wanted,
        _ => false,
    }
}

/// The engine, by the plain target where it is installed, else by a compiler with the standard library's source; and
/// whether it is without the texts of panics, which only that source allows.
fn engine(root: &Path) -> Result<(PathBuf, bool), String> {
    // As a `cdylib` alone: beside the library for Rust, cargo would leave link-time optimisation out.
    let wanted = ["rustc", "--locked", "--profile", "web", "--package", "rolewright-wasm", "--lib", "--crate-type", "cdylib"];
    let wanted: Vec<&str> = wanted.into_iter().chain(["--target", TARGET, "--target-dir", FOLDER]).collect();
    let mut cargo = Command::new(std::env::var("CARGO").unwrap_or_else(|_| "cargo".into()));
    cargo.args(&wanted).env_remove("RUSTFLAGS").env(FLAGS, RELOCATIONS).current_dir(root);
    let built = root.join(FOLDER).join(TARGET).join("web/rolewright_wasm.wasm");
    if has_target() {
        step(&mut cargo, "cargo rustc")?;
        Ok((built, false))
    } else {
        let debian = Path::new("/usr/bin/rustc");
        let linker = sysroot()?.join("lib/rustlib").join(host()?).join("bin/rust-lld");
        if !debian.exists() || !Path::new("/usr/bin/cargo").exists() || !linker.exists() {
            return Err(format!(
                "the compiler's target {TARGET} is missing: run `rustup target add {TARGET}`, or on Debian `apt-get install rustc-web cargo-web rust-web-src rust-web-llvm`."
            ));
        }
        let mut cargo = Command::new("/usr/bin/cargo");
        cargo.args(wanted).args(["-Z", "build-std=std,panic_abort"]).current_dir(root);
        let small = ends_at_once(debian);
        cargo.env(FLAGS, if small { format!("{RELOCATIONS} {ENDS_AT_ONCE}") } else { RELOCATIONS.to_owned() });
        // What rustup and the cargo that started this program set is meant for another compiler.
        for name in ["RUSTUP_TOOLCHAIN", "RUSTC_WRAPPER", "CARGO", "RUSTFLAGS"] {
            cargo.env_remove(name);
        }
        cargo.env("RUSTC", debian).env("RUSTC_BOOTSTRAP", "1").env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker);
        step(&mut cargo, "cargo rustc")?;
        Ok((built, small))
    }
}

/// Whether the compiler knows panics without a text: since 1.91.
fn ends_at_once(compiler: &Path) -> bool {
    let version = Command::new(compiler).arg("--version").output().map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
    version.ok().and_then(|version| version.split('.').nth(1)?.parse::<u32>().ok()).is_some_and(|minor| minor >= 91)
}

fn has_target() -> bool {
    sysroot().is_ok_and(|sysroot| sysroot.join("lib/rustlib").join(TARGET).join("lib").exists())
}

fn sysroot() -> Result<PathBuf, String> {
    rustc(&["--print", "sysroot"]).map(|text| PathBuf::from(text.trim()))
}

fn host() -> Result<String, String> {
    let told = rustc(&["--version", "--verbose"])?;
    let host = told.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).ok_or_else(|| "rustc does not tell its host".to_owned())
}

fn rustc(arguments: &[&str]) -> Result<String, String> {
    let output = Command::new("rustc").args(arguments).output().map_err(|error| format!("rustc could not be started: {error}"))?;
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// The engine's halves in JavaScript, or its two files.
fn bindgen(root: &Path, task: &str, engine: &Path) -> Result<(), String> {
    let mut cargo = Command::new(std::env::var("CARGO").unwrap_or_else(|_| "cargo".into()));
    cargo.args(["run", "--quiet", "--release", "--locked", "--manifest-path", "wasm/bindgen/Cargo.toml"]);
    cargo.args(["--target-dir", "target/web-tools", "--", task]);
    step(cargo.arg(engine).arg("target/web-build").current_dir(root), &format!("rolewright-bindgen {task}"))
}

fn step(command: &mut Command, name: &str) -> Result<(), String> {
    let status = command.stdin(Stdio::null()).status().map_err(|error| format!("{name} could not be started: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("{name} failed ({status})")) }
}
