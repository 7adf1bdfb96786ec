//! `rolewright-bindgen INPUT.wasm FOLDER`: the files for a browser in FOLDER/web and for Node in FOLDER/node.

use std::path::Path;
use std::process::ExitCode;
use wasm_bindgen_cli_support::Bindgen;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [input, folder] = arguments.as_slice() else {
        eprintln!("usage: rolewright-bindgen INPUT.wasm FOLDER");
        return ExitCode::from(2);
    };
    let folder = Path::new(folder);
    let outcome = write(input, &folder.join("web"), true).and_then(|()| write(input, &folder.join("node"), false));
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("{input}: {why}");
            ExitCode::FAILURE
        }
    }
}

fn write(input: &str, folder: &Path, browser: bool) -> Result<(), String> {
    let mut bindgen = Bindgen::new();
    bindgen.input_path(input).typescript(true).out_name("rolewright").omit_default_module_path(false);
    let target = if browser { bindgen.web(true) } else { bindgen.nodejs(true) };
    target.and_then(|bindgen| bindgen.generate(folder)).map_err(|error| format!("{error:#}"))
}
