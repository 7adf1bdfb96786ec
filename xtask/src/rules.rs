//! The repository's own rules, which no lint knows.

use crate::run::yaml_files;
use crate::rust_text::{Kind, Word, words};
use std::path::{Path, PathBuf};

/// A file has one idea; longer than this it has two.
const LINES: usize = 600;
/// Methods that panic where a value is missing.
const PANICKING_METHODS: [&str; 2] = ["unwrap", "expect"];
/// Macros that panic, or that are left behind.
const PANICKING_MACROS: [&str; 5] = ["panic", "todo", "unimplemented", "unreachable", "dbg"];
/// Words of applications and of one policy: they stand in `policies/`, never in the engine.
const FOREIGN: [&str; 4] = ["docker", "acme", "editor", "owner"];
/// Macros whose texts are paths of the repository.
const PATHS: [&str; 3] = ["include_str", "include_bytes", "include"];
/// Attributes whose texts are documentation.
const DOCUMENTATION: [&str; 2] = ["command", "doc"];

/// What breaks a rule, one line each: `file:line: what`.
pub fn broken(root: &Path) -> Result<Vec<String>, String> {
    let options = options(root)?;
    let mut found = Vec::new();
    let folders = ["src", "wasm/src", "python/src"].map(|folder| rust_files(&root.join(folder)));
    for path in folders.into_iter().collect::<Result<Vec<_>, _>>()?.concat() {
        let text = std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        let name = path.strip_prefix(root).unwrap_or(&path);
        let findings = too_long(&text).into_iter().chain(if is_test(name) { Vec::new() } else { in_source(&text, &options) });
        found.extend(findings.map(|(line, what)| format!("{}:{line}: {what}", name.display())));
    }
    Ok(found)
}

type Finding = (usize, String);

fn too_long(text: &str) -> Option<Finding> {
    let lines = text.lines().count();
    (lines > LINES).then(|| (lines, format!("the file has {lines} lines; {LINES} is the limit: split it by ideas")))
}

fn in_source(text: &str, options: &[String]) -> Vec<Finding> {
    let words = words(text);
    let mut found = panics(&words);
    found.extend(foreign(&outside_of_documentation(&words), options));
    found.sort();
    found.dedup();
    found
}

fn panics(words: &[Word]) -> Vec<Finding> {
    let mut found = Vec::new();
    for (at, word) in words.iter().enumerate().filter(|(_, word)| word.kind == Kind::Name) {
        let sign = |at: Option<usize>, sign: &str| {
            at.and_then(|at| words.get(at)).is_some_and(|word| word.kind == Kind::Sign && word.text == sign)
        };
        let method = PANICKING_METHODS.contains(&word.text.as_str()) && sign(at.checked_sub(1), ".") && sign(Some(at + 1), "(");
        let called = PANICKING_MACROS.contains(&word.text.as_str()) && sign(Some(at + 1), "!");
        if method || called {
            found.push((word.line, format!("{} panics; return an error", word.text)));
        }
    }
    found
}

fn foreign(words: &[Word], options: &[String]) -> Vec<Finding> {
    let named = words.iter().filter(|word| word.kind != Kind::Sign);
    let found = named.filter_map(|word| {
        let parts = parts(&without_paths(&word.text));
        let plural = |part: &String, name: &str| part == name || part.strip_suffix('s') == Some(name);
        let foreign = FOREIGN.iter().find(|name| parts.iter().any(|part| plural(part, name)));
        let option = || options.iter().find(|option| holds(&parts, option)).map(String::as_str);
        let name = foreign.copied().or_else(option)?;
        Some((word.line, format!("{:?} names {name}, which only policies, tests and documentation may", word.text)))
    });
    found.collect()
}

/// A command that is shown as an example names a shipped policy by its path.
fn without_paths(text: &str) -> String {
    text.split_whitespace().filter(|word| !word.starts_with("policies/")).collect::<Vec<_>>().join(" ")
}

/// `dockerRole` and `DOCKER_ROLE` are docker and role.
fn parts(text: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut before = ' ';
    for c in text.chars() {
        let begins = !c.is_alphanumeric() || (c.is_uppercase() && before.is_lowercase());
        if begins {
            parts.push(String::new());
        }
        if let (true, Some(part)) = (c.is_alphanumeric(), parts.last_mut()) {
            part.extend(c.to_lowercase());
        }
        before = c;
    }
    parts.retain(|part| !part.is_empty());
    parts
}

/// Whether an option's name stands in there, however it is written.
fn holds(parts: &[String], option: &str) -> bool {
    let wanted = self::parts(option);
    parts.windows(wanted.len().max(1)).any(|window| window == wanted)
}

/// Without the texts of attributes that are documentation, and of macros that take paths.
fn outside_of_documentation(words: &[Word]) -> Vec<Word> {
    let mut kept = Vec::with_capacity(words.len());
    let mut depth = 0_usize;
    for (at, word) in words.iter().enumerate() {
        let is = |before: usize, texts: &[&str]| at.checked_sub(before).is_some_and(|at| texts.contains(&words[at].text.as_str()));
        let opens = is(0, &["("]) && ((is(1, &DOCUMENTATION) && is(2, &["["])) || (is(1, &["!"]) && is(2, &PATHS)));
        if word.kind == Kind::Sign && (opens || depth > 0) {
            match word.text.as_str() {
                "(" => depth += 1,
                ")" => depth -= 1,
                _ => {}
            }
        }
        if depth == 0 || word.kind != Kind::Text {
            kept.push(word.clone());
        }
    }
    kept
}

/// The names of the options of the shipped policies. An option of one plain word is no name that could be told from
/// the engine's own words, so that those are left out.
fn options(root: &Path) -> Result<Vec<String>, String> {
    let mut options = Vec::new();
    for file in yaml_files(root, "policies")? {
        let text = std::fs::read_to_string(root.join(&file)).map_err(|error| format!("{file}: {error}"))?;
        options.extend(options_of(&text).into_iter().filter(|option| option.contains('_')));
    }
    options.sort();
    options.dedup();
    Ok(options)
}

/// The keys under `options:`. The files are the project's own, so that their two blanks are known.
fn options_of(policy: &str) -> Vec<String> {
    let block = policy.lines().skip_while(|line| !line.starts_with("options:")).skip(1);
    let block = block.take_while(|line| line.is_empty() || line.starts_with([' ', '#']));
    let keys = block.filter_map(|line| line.strip_prefix("  ")?.split_once(':')).map(|(key, _)| key);
    keys.filter(|key| !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || c == '_')).map(str::to_owned).collect()
}

/// Files of tests are named so, or stand in a folder that is.
fn is_test(path: &Path) -> bool {
    path.iter().any(|part| part == "tests" || part == "tests.rs")
}

fn rust_files(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let entries = std::fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut files = Vec::new();
    for path in entries.flatten().map(|entry| entry.path()) {
        if path.is_dir() {
            files.extend(rust_files(&path)?);
        } else if path.extension().is_some_and(|end| end == "rs") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Vec<String> {
        in_source(text, &["scim_manages".to_owned()]).into_iter().map(|(line, what)| format!("{line}: {what}")).collect()
    }

    #[test]
    fn panics_are_found() {
        assert_eq!(
            told("a.unwrap();\nb.expect(\"c\"); panic!();"),
            ["1: unwrap panics; return an error", "2: expect panics; return an error", "2: panic panics; return an error"]
        );
        assert_eq!(told("a.unwrap_or(b); fn expect() {} // x.unwrap()\n\"panic!\"; std::panic::catch_unwind(f);"), Vec::<String>::new());
        assert_eq!(told("#[cfg(test)] mod tests { fn f() { a.unwrap() } }"), Vec::<String>::new());
    }

    #[test]
    fn names_of_applications_are_found() {
        for text in ["let docker_role = 1;", "struct AcmePolicy;", "f(\"the owners\")", "let x = \"dockerOrg\";", "const DOCKER: u8 = 1;"] {
            assert_eq!(told(text).len(), 1, "{text}");
        }
        for text in [
            "let owned = 1;",
            "// docker",
            "include_str!(\"../policies/docker.yaml\")",
            "#[command(after_help = \"eval docker.yaml\")] struct A;",
        ] {
            assert_eq!(told(text), Vec::<String>::new(), "{text}");
        }
        assert_eq!(told("#[serde(rename = \"owner\")] struct A;").len(), 1);
        assert_eq!(told("#[command(about = f(\"acme\"))] fn f() { \"acme\" }").len(), 1);
    }

    #[test]
    fn names_of_options_are_found_however_written() {
        for text in ["let scim_manages = 1;", "enum ScimManages {}", "\"options.scim_manages\"", "const SCIM_MANAGES: u8 = 1;"] {
            assert_eq!(told(text).len(), 1, "{text}");
        }
        assert_eq!(told("let scim = manages;"), Vec::<String>::new());
    }

    #[test]
    fn options_are_read_from_policies() {
        let policy = "policy: a\noptions:\n  # why\n  one_way: { one_of: [a, b] }\n  two:\n    default: a\n\nsources:\n  scim: x\n";
        assert_eq!(options_of(policy), ["one_way", "two"]);
        assert_eq!(options_of("policy: a\n"), Vec::<String>::new());
    }

    #[test]
    fn long_files_are_found() {
        assert_eq!(too_long(&"a\n".repeat(600)), None);
        assert_eq!(too_long(&"a\n".repeat(601)).map(|(line, _)| line), Some(601));
    }
}
