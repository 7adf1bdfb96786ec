//! The project's own tasks. `cargo xtask test` runs everything that the project tests.

mod bench;
mod cargo;
mod dependencies;
mod fuzz;
mod generate;
mod mutants;
mod mutations;
mod parts;
mod python;
mod report;
mod results;
mod rules;
mod run;
mod rust_text;
mod web;

use parts::{Extent, PARTS};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

const USAGE: &str = "\
The project's own tasks

Usage: cargo xtask test [--quick | --all] [PART...]   runs everything that the project tests, or some parts
       cargo xtask generate                           writes the files that are made from the program
       cargo xtask bench                              measures against the same by hand, and prints the ratios
       cargo xtask bench python [USERS [ROUNDS]]      measures the package for Python, alone and under Spark
       cargo xtask web [--cost]                       builds the page that previews policies, into target/web;
                                                      --cost tells what each crate costs in it
       cargo xtask fuzz TARGET [OPTION...]            runs a fuzz target until it is stopped, with options of libFuzzer
       cargo xtask mutants [NAME...]                  makes mistakes in a copy of the engine, which the law must find
       cargo xtask parts                              lists the parts of the test

--quick  for the desk: format, lints, tests and policies
--all    adds what takes longer: long runs of the property tests, benchmarks that compile, fuzz targets,
         the page in Node and in Chromium, the same answers from other engines, the package for Python with PySpark

Exit codes: 0 fine, 1 something failed, 2 could not run. NO_COLOR is honoured.";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match words.as_slice() {
        ["test", rest @ ..] => test(rest),
        ["generate"] => generate::write(&root()).map(|()| true),
        ["bench"] => bench::run(&root()),
        ["bench", "python", rest @ ..] => python::bench(&root(), rest),
        ["web", flags @ ..] if flags.iter().all(|flag| *flag == "--cost") => web::build(&root(), flags).map(|()| true),
        ["fuzz", target, options @ ..] => fuzz::run(&root(), target, options),
        ["mutants", names @ ..] => mutants::run(&root(), names),
        ["parts"] => {
            list();
            Ok(true)
        }
        ["help" | "--help" | "-h"] => {
            println!("{USAGE}");
            Ok(true)
        }
        [] => Err(USAGE.to_owned()),
        [other, ..] => Err(format!("there is no task {other}\n\n{USAGE}")),
    };
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(why) => {
            eprintln!("{why}");
            ExitCode::from(2)
        }
    }
}

fn test(words: &[&str]) -> Result<bool, String> {
    let mut extent = Extent::Usual;
    let mut names = Vec::new();
    for word in words {
        match *word {
            "--quick" => extent = Extent::Quick,
            "--all" => extent = Extent::All,
            flag if flag.starts_with('-') => return Err(format!("there is no flag {flag}\n\n{USAGE}")),
            name if PARTS.iter().any(|part| part.name == name) => names.push(name),
            name => return Err(format!("there is no part {name}; `cargo xtask parts` lists them")),
        }
    }
    run::run(&root(), extent, &names)
}

fn list() {
    for part in PARTS {
        let from = match part.from {
            Extent::Quick => "",
            Extent::Usual => " (not with --quick)",
            Extent::All => " (with --all)",
        };
        println!("{:16} {}{from}", part.name, part.about);
    }
}

/// The repository: the folder above this crate's, which cargo tells; started by hand, the current one.
fn root() -> PathBuf {
    let own = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    own.as_deref().and_then(Path::parent).map_or_else(|| PathBuf::from("."), PathBuf::from)
}
