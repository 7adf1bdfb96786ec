//! What `cargo xtask web` makes of the engine as the compiler left it. FOLDER is target/web-build:
//!
//!     rolewright-bindgen halves ENGINE.wasm FOLDER    the files for a browser in FOLDER/web, for Node in FOLDER/node,
//!                                                     and FOLDER/marked.wasm, which tells what a visit calls
//!     rolewright-bindgen split ENGINE.wasm FOLDER     FOLDER/first.wasm and FOLDER/rest.wasm by FOLDER/called.json

mod profile;
mod references;
mod split;

use references::References;
use std::collections::BTreeSet;
use std::path::Path;
use std::process::ExitCode;
use wasm_bindgen_cli_support::Bindgen;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match words.as_slice() {
        ["halves", engine, folder] => halves(engine, Path::new(folder)),
        ["split", engine, folder] => split(engine, Path::new(folder)),
        _ => {
            eprintln!("usage: rolewright-bindgen halves|split ENGINE.wasm FOLDER");
            return ExitCode::from(2);
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}

fn halves(engine: &str, folder: &Path) -> Result<(), String> {
    let plain = read(Path::new(engine))?;
    write_halves(plain.clone(), &folder.join("web"), true)?;
    write_halves(plain, &folder.join("node"), false)?;
    let whole = split::parse(&read(&folder.join("web/rolewright_bg.wasm"))?)?.emit_wasm();
    write(&folder.join(WHOLE), &whole)?;
    write(&folder.join("marked.wasm"), &profile::marked(split::parse(&whole)?).emit_wasm())
}

/// The engine as it fits its half in JavaScript; the folders get a smaller one later.
const WHOLE: &str = "whole.wasm";

fn write_halves(engine: Vec<u8>, folder: &Path, browser: bool) -> Result<(), String> {
    let mut bindgen = Bindgen::new();
    // Names stay as the linker has them, by which the engine is divided.
    bindgen.input_bytes("rolewright", engine).typescript(true).demangle(false).out_name("rolewright").omit_default_module_path(false);
    let target = if browser { bindgen.web(true) } else { bindgen.nodejs(true) };
    target.and_then(|bindgen| bindgen.generate(folder)).map_err(|error| format!("wasm-bindgen: {error:#}"))
}

fn split(engine: &str, folder: &Path) -> Result<(), String> {
    let references = References::read(&read(Path::new(engine))?)?;
    let called = String::from_utf8(read(&folder.join("called.json"))?).map_err(|error| error.to_string())?;
    let numbers = called.trim_matches(['[', ']', '\n']).split(',').map(|number| number.trim().parse::<usize>());
    let called = numbers.collect::<Result<BTreeSet<_>, _>>().map_err(|error| format!("called.json: {error}"))?;
    let (first, rest) = split::split(&read(&folder.join(WHOLE))?, &references, &called)?;
    write(&folder.join("first.wasm"), &first)?;
    write(&folder.join("rest.wasm"), &rest)
}

fn read(path: &Path) -> Result<Vec<u8>, String> {
    std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()))
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), String> {
    std::fs::write(path, bytes).map_err(|error| format!("{}: {error}", path.display()))
}
