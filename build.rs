//! Puts the page that `cargo xtask web` built into the program, where the feature `preview` asks for it.

use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> Result<(), String> {
    println!("cargo::rerun-if-changed=build.rs");
    if env::var_os("CARGO_FEATURE_PREVIEW").is_none() {
        return Ok(());
    }
    let variable = |name: &str| env::var_os(name).map(PathBuf::from).ok_or(format!("cargo does not tell {name}"));
    let page = variable("CARGO_MANIFEST_DIR")?.join("target/web");
    println!("cargo::rerun-if-changed={}", page.display());
    if !page.join("index.html").exists() {
        return Err("the page is not built: run `cargo xtask web` first, then build with the feature `preview`".into());
    }
    let mut files = Vec::new();
    list(&page, &mut files).map_err(|error| format!("{}: {error}", page.display()))?;
    files.sort();
    let mut table = String::from("&[\n");
    for file in files {
        let name = file.strip_prefix(&page).unwrap_or(&file).to_string_lossy().replace('\\', "/");
        table += &format!("    ({name:?}, include_bytes!({:?})),\n", file.display().to_string());
    }
    table += "]\n";
    fs::write(variable("OUT_DIR")?.join("page.rs"), table).map_err(|error| error.to_string())
}

fn list(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() { list(&path, files)? } else { files.push(path) }
    }
    Ok(())
}
