//! What the command line names, as the page takes it.

use super::super::files;
use super::super::input::{read, read_text};
use super::super::{CouldNotRun, output::fail};
use crate::document::decode::decode;
use crate::policy::{Bases, Loader};
use serde_json::{Value as Json, json};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// A policy with everything that it builds on, and documents. A policy with errors is handed over as well: to mend it
/// is what the page is for.
pub(super) fn read_all(policy: Option<&Path>, users: &[PathBuf], include: &[PathBuf]) -> Result<Json, CouldNotRun> {
    let mut given = json!({ "documents": documents(users)? });
    if let Some(path) = policy {
        let name = path.display().to_string();
        let text = read_text(path).map_err(|why| fail(&format!("{name}: {why}")))?;
        given["bases"] = json!(bases(path, &text, include)?);
        given["policy"] = text.into();
        given["name"] = json!(path.file_name().map(|name| name.to_string_lossy()));
    }
    Ok(given)
}

fn documents(paths: &[PathBuf]) -> Result<Vec<Json>, CouldNotRun> {
    let document = |path: &PathBuf| {
        let input = read(path)?;
        let name = path.file_name().map_or_else(|| input.name.clone(), |name| name.to_string_lossy().into_owned());
        Ok(json!({ "name": name, "text": decode(input.bytes).text }))
    };
    paths.iter().map(document).collect()
}

/// The policies that `extends` reaches, by the name by which they are asked for.
fn bases(policy: &Path, text: &str, include: &[PathBuf]) -> Result<BTreeMap<String, String>, CouldNotRun> {
    let found: RefCell<BTreeMap<String, String>> = RefCell::default();
    let twice = RefCell::new(None);
    let (name, allowed) = (policy.display().to_string(), Bases::beside(policy, include));
    let loader = Loader::new().resolve(|asking, wanted| {
        let base = files::base(&allowed, asking, wanted)?;
        if let Some(other) = found.borrow_mut().insert(wanted.to_owned(), base.1.clone()) {
            if other != base.1 {
                twice.replace(Some(wanted.to_owned()));
            }
        }
        Ok(base)
    });
    // What is wrong with the policy the page says.
    drop(loader.load(&name, text));
    drop(loader);
    match twice.into_inner() {
        Some(wanted) => Err(fail(&format!("{name} builds on two policies that are both called {wanted}; the page knows policies by name"))),
        None => Ok(found.into_inner()),
    }
}
