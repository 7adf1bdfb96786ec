//! Files that are made from the program and kept in the repository, so that people read them without building.

use crate::cargo::program_text;
use std::path::Path;

/// Each file, and the command that prints it.
const FILES: [(&str, &[&str]); 4] = [
    ("docs/functions.md", &["functions", "--format", "markdown"]),
    ("docs/functions-okta.md", &["functions", "--dialect", "okta", "--format", "markdown"]),
    ("docs/functions-okta-identity-engine.md", &["functions", "--dialect", "okta-identity-engine", "--format", "markdown"]),
    ("docs/policy.schema.json", &["schema"]),
];

/// Writes the files.
pub fn write(root: &Path) -> Result<(), String> {
    for (file, command) in FILES {
        let text = program_text(root, command)?;
        let path = root.join(file);
        if std::fs::read_to_string(&path).is_ok_and(|old| old == text) {
            continue;
        }
        let folder = path.parent().unwrap_or(root);
        std::fs::create_dir_all(folder).and_then(|()| std::fs::write(&path, text)).map_err(|error| format!("{file}: {error}"))?;
        println!("{file} is written");
    }
    Ok(())
}

/// What is wrong with the files, one line each.
pub fn stale(root: &Path) -> Result<Vec<String>, String> {
    let mut found = Vec::new();
    for (file, command) in FILES {
        match std::fs::read_to_string(root.join(file)) {
            Ok(text) if text == program_text(root, command)? => {}
            Ok(_) => found.push(format!("{file} is not what `rolewright {}` prints: run `cargo xtask generate`", command.join(" "))),
            Err(error) => found.push(format!("{file}: {error}: run `cargo xtask generate`")),
        }
    }
    Ok(found)
}
