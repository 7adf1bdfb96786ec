//! Runs parts one after the other and tells how they went.

use crate::cargo::{Place, need_component};
use crate::parts::{Extent, PARTS, Part, Run, Step, Tool};
use crate::report::{self, Row};
use crate::results::{Cases, cases};
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Runs the parts of an extent, or those that are named whatever their extent; whether all passed.
pub fn run(root: &Path, extent: Extent, names: &[&str]) -> Result<bool, String> {
    let chosen = |part: &&Part| if names.is_empty() { part.from <= extent } else { names.contains(&part.name) };
    let mut rows = Vec::new();
    for part in PARTS.iter().filter(chosen) {
        report::begin(part.name);
        let place = Place::new(root, part.name)?;
        let start = Instant::now();
        let mut outcome = Outcome::default();
        let ok = part.steps.iter().all(|step| {
            outcome.take(step, &place).unwrap_or_else(|why| {
                outcome.output = why;
                false
            })
        });
        let row = Row { name: part.name, took: start.elapsed(), ok, cases: outcome.cases, note: outcome.note };
        report::end(&row, &outcome.output);
        rows.push(row);
    }
    Ok(report::close(&rows))
}

/// What the steps of a part came to so far.
#[derive(Default)]
struct Outcome {
    cases: Cases,
    note: String,
    /// Of the last step.
    output: String,
}

impl Outcome {
    /// Takes a step; whether it passed.
    fn take(&mut self, step: &Step, place: &Place) -> Result<bool, String> {
        match step {
            Step::Need { component, command } => need_component(component, command).map(|()| true),
            Step::Run(run) => self.run(run, place),
            Step::Find(find) => {
                let found = find(&place.root)?;
                self.output = found.join("\n");
                Ok(found.is_empty())
            }
            Step::Note(note) => {
                self.note = note(place)?;
                Ok(true)
            }
        }
    }

    fn run(&mut self, run: &Run, place: &Place) -> Result<bool, String> {
        let mut words: Vec<String> = run.words.iter().map(ToString::to_string).collect();
        for folder in run.folders {
            words.extend(yaml_files(&place.root, folder)?);
        }
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let ran = match run.tool {
            Tool::Cargo => place.cargo(&words, run.variables)?,
            Tool::Program => place.program(&words)?,
        };
        self.output = ran.output;
        if !run.tests {
            return Ok(ran.ok);
        }
        let cases = cases(&self.output);
        self.cases.add(cases);
        if cases.ran() == 0 {
            self.output.push_str("\nno test case was run");
        }
        Ok(ran.ok && cases.ran() > 0)
    }
}

/// The YAML files of a folder, by names relative to the repository, as a person would write them.
pub fn yaml_files(root: &Path, folder: &str) -> Result<Vec<String>, String> {
    let entries = std::fs::read_dir(root.join(folder)).map_err(|error| format!("{folder}: {error}"))?;
    let paths = entries.flatten().map(|entry| PathBuf::from(entry.file_name()));
    let mut names: Vec<String> =
        paths.filter(|path| path.extension().is_some_and(|end| end == "yaml")).map(|path| format!("{folder}/{}", path.display())).collect();
    names.sort();
    if names.is_empty() { Err(format!("{folder} holds no YAML file")) } else { Ok(names) }
}
