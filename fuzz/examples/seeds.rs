//! Writes what the targets begin with: `seeds FOLDER` makes `FOLDER/TARGET/…` and `FOLDER/TARGET.dict`, of the shipped policies
//! and examples, of policies made at random, and of the words of the languages.

#[path = "../../tests/law/made.rs"]
mod made;

use made::{policy, yaml};
use rolewright::{Dialect, functions};
use std::collections::BTreeSet;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

// Built as the targets are, it asks for what libFuzzer counts with.
use libfuzzer_sys as _;

const DIALECTS: [Dialect; 3] = [Dialect::Entra, Dialect::Okta, Dialect::OktaIdentityEngine];
/// Policies made at random: enough that each word of the format is met.
const POLICIES: u64 = 60;
/// The longest seed; libFuzzer cuts off what is longer.
const LONGEST: usize = 4096;

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<()> {
    let folder = PathBuf::from(std::env::args().nth(1).ok_or("where to?")?);
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().ok_or("the repository")?;
    let policies = shipped(root)?;
    write(&folder, "policies", policies.iter().cloned().chain((0..POLICIES).map(made)))?;
    let examples = DIALECTS.iter().flat_map(|dialect| functions::table(*dialect)).map(|function| function.example.expression.to_owned());
    write(&folder, "expressions", examples.chain(policies.iter().flat_map(|policy| quoted(policy))))?;
    write(&folder, "documents", documents(&root.join("examples"))?.into_iter())?;
    let functions = DIALECTS.iter().flat_map(|dialect| functions::table(*dialect)).map(|function| format!("{}(", function.name));
    dictionary(&folder, "expressions", functions.chain(policies.iter().flat_map(|policy| words(policy))))?;
    dictionary(&folder, "policies", words(&fs::read_to_string(root.join("docs/policy.schema.json"))?).into_iter())?;
    let examples = documents(&root.join("examples"))?.concat();
    dictionary(&folder, "documents", words(&examples).into_iter().chain(["\\x0a---8<---\\x0a".to_owned()]))
}

/// The shipped policies, short enough, and built on the base that a target has.
fn shipped(root: &Path) -> Outcome<Vec<String>> {
    let mut found = vec![fs::read_to_string(root.join("fuzz/src/base.yaml"))?];
    for file in files(&root.join("policies"))? {
        let text = fs::read_to_string(file)?;
        found.push(text.replace("extends: docker.yaml", "extends: base.yaml").replace("docker", ""));
    }
    Ok(found)
}

/// What stands between apostrophes: in policies, expressions.
fn quoted(policy: &str) -> Vec<String> {
    policy.lines().filter_map(|line| line.split('\'').nth(1)).map(str::to_owned).collect()
}

fn made(seed: u64) -> String {
    yaml::policy(&policy::Made::new(seed).file)
}

/// The examples, long ones cut.
fn documents(folder: &Path) -> Outcome<Vec<String>> {
    let mut found = Vec::new();
    for path in files(folder)? {
        match path.is_dir() {
            true => found.extend(documents(&path)?),
            false => found.push(String::from_utf8_lossy(&fs::read(path)?).into_owned()),
        }
    }
    Ok(found)
}

fn files(folder: &Path) -> Outcome<Vec<PathBuf>> {
    let mut found = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<Outcome<Vec<_>>>()?;
    found.sort();
    Ok(found)
}

fn write(folder: &Path, target: &str, seeds: impl Iterator<Item = String>) -> Outcome<()> {
    let folder = folder.join(target);
    fs::create_dir_all(&folder)?;
    for (at, seed) in seeds.enumerate() {
        fs::write(folder.join(format!("seed-{at:03}")), seed.as_bytes().get(..LONGEST).unwrap_or(seed.as_bytes()))?;
    }
    Ok(())
}

/// The words of a text, without those that are too short or too long to be any use.
fn words(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && !"_.-".contains(c));
    words.filter(|word| (3..24).contains(&word.len())).map(str::to_owned).collect()
}

/// A dictionary as libFuzzer reads it.
fn dictionary(folder: &Path, target: &str, words: impl Iterator<Item = String>) -> Outcome<()> {
    let words: BTreeSet<String> = words.collect();
    let lines: Vec<String> = words.iter().map(|word| format!("\"{word}\"\n")).collect();
    Ok(fs::write(folder.join(format!("{target}.dict")), lines.concat())?)
}
