//! A policy's texts: read once, so that a policy can be sent to another process and be the same there.

use crate::engine::Engine;
use crate::error::policy_error;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};
use rolewright::document::{Documents, Input};
use rolewright::policy::{Bases, Loader};
use rolewright::{Limits, Policy};
use std::cell::RefCell;
use std::path::{Path, PathBuf};

/// Everything from which a policy was made.
#[derive(Clone)]
pub struct Texts {
    pub name: String,
    pub text: String,
    /// Places of the policy with the YAML that stands there instead.
    pub settings: Vec<(String, String)>,
    /// Policies on which it builds: who asked for what, and the name and text that it was.
    pub bases: Vec<(String, String, String, String)>,
    /// Documents about the application, with their names.
    pub documents: Vec<(String, Vec<u8>)>,
}

impl Texts {
    /// Reads what `extends` names from files below the policy's folder and those that are included, and keeps it.
    pub fn load(mut self, py: Python<'_>, include: &[PathBuf]) -> PyResult<(Texts, Engine)> {
        let found = RefCell::new(Vec::new());
        let bases = Bases::beside(Path::new(&self.name), include);
        let policy = self.policy(py, |asking: &str, wanted: &str| {
            let (name, text) = bases.read(asking, wanted)?;
            found.borrow_mut().push((asking.to_owned(), wanted.to_owned(), name.clone(), text.clone()));
            Ok((name, text))
        })?;
        self.bases = found.into_inner();
        let engine = Engine::new(policy, self.opened()?);
        Ok((self, engine))
    }

    /// The same policy again, from the texts alone.
    pub fn again(self, py: Python<'_>) -> PyResult<(Texts, Engine)> {
        let policy = self.policy(py, |asking: &str, wanted: &str| {
            let known = self.bases.iter().find(|(who, what, ..)| who == asking && what == wanted);
            known.map(|(_, _, name, text)| (name.clone(), text.clone())).ok_or_else(|| format!("{wanted} was not sent along"))
        })?;
        let engine = Engine::new(policy, self.opened()?);
        Ok((self, engine))
    }

    fn policy(&self, py: Python<'_>, resolve: impl Fn(&str, &str) -> Result<(String, String), String>) -> PyResult<Policy> {
        let loader = Loader::new().resolve(resolve);
        let loader = self.settings.iter().fold(loader, |loader, (path, yaml)| loader.set(path, yaml));
        loader.load(&self.name, &self.text).map_err(|error| policy_error(py, &error.diagnostics, &error.texts))
    }

    fn opened(&self) -> PyResult<Option<Documents>> {
        if self.documents.is_empty() {
            return Ok(None);
        }
        let inputs = self.documents.iter().map(|(name, bytes)| Input { name: name.clone(), bytes: bytes.clone() }).collect();
        let told = |found: Vec<rolewright::diagnostic::Diagnostic>| {
            PyValueError::new_err(found.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
        };
        let documents = Documents::open(inputs, None, &Limits::DEFAULT).map_err(told)?;
        if documents.has_users() || documents.application().is_none() {
            let what = "documents are those about the application (its service principal, its list of assignments); users are given to map";
            return Err(PyValueError::new_err(what));
        }
        Ok(Some(documents))
    }
}

/// The bytes of a file, with Python's own errors where it cannot be read. No more than `most` is read.
pub fn read(path: &Bound<'_, PyAny>, most: usize) -> PyResult<(String, Vec<u8>)> {
    let path = path.py().import("pathlib")?.call_method1("Path", (path,))?;
    let name = path.str()?.to_string();
    let file = path.call_method1("open", ("rb",))?;
    let bytes = file.call_method1("read", (most + 1,));
    file.call_method0("close")?;
    let bytes: Vec<u8> = bytes?.extract()?;
    match bytes.len() > most {
        true => Err(PyValueError::new_err(format!("{name}: it is larger than {} MiB", most >> 20))),
        false => Ok((name, bytes)),
    }
}

/// Settings as YAML: a text is taken as it is, anything else as JSON writes it.
pub fn settings(given: Option<&Bound<'_, PyDict>>) -> PyResult<Vec<(String, String)>> {
    let Some(given) = given else { return Ok(Vec::new()) };
    let json = given.py().import("json")?;
    given
        .iter()
        .map(|(path, value)| {
            let path = path.extract::<String>().map_err(|_| PyTypeError::new_err("a setting is named by a text, such as options.NAME"))?;
            let yaml = if value.is_instance_of::<PyString>() { value } else { json.call_method1("dumps", (value,))? };
            Ok((path, yaml.extract()?))
        })
        .collect()
}
