//! What is wrong with a policy, as Python sees it.

use pyo3::create_exception;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use rolewright::diagnostic::{self, Sources};

create_exception!(rolewright, PolicyError, PyValueError, "What is wrong with a policy; `diagnostics` has each finding.");

/// One finding: what is wrong, where, and how to mend it.
#[pyclass(module = "rolewright", frozen)]
pub struct Diagnostic {
    #[pyo3(get)]
    code: &'static str,
    #[pyo3(get)]
    severity: &'static str,
    #[pyo3(get)]
    message: String,
    #[pyo3(get)]
    help: Option<String>,
    #[pyo3(get)]
    file: Option<String>,
    #[pyo3(get)]
    line: Option<usize>,
    #[pyo3(get)]
    column: Option<usize>,
    /// As it is drawn.
    text: String,
}

#[pymethods]
impl Diagnostic {
    fn __str__(&self) -> &str {
        &self.text
    }

    fn __repr__(&self) -> String {
        let place = match (&self.file, self.line, self.column) {
            (Some(file), Some(line), Some(column)) => format!(" at {file}:{line}:{column}"),
            _ => String::new(),
        };
        format!("<{} {}{place}>", self.severity, self.code)
    }
}

impl Diagnostic {
    pub fn of(found: &diagnostic::Diagnostic, texts: &Sources) -> Diagnostic {
        let label = found.labels.first();
        let place = label.and_then(|label| texts.place(label.source, label.span.start));
        Diagnostic {
            code: found.code.word(),
            severity: if found.is_error() { "error" } else { "warning" },
            message: found.message.clone(),
            help: found.help.clone(),
            file: label.and_then(|label| Some(texts.get(label.source)?.name.clone())),
            line: place.map(|place| place.line),
            column: place.map(|place| place.column),
            text: found.to_text(texts),
        }
    }
}

/// The exception with all that was found.
pub fn policy_error(py: Python<'_>, found: &[diagnostic::Diagnostic], texts: &Sources) -> PyErr {
    let told: Vec<Diagnostic> = found.iter().map(|found| Diagnostic::of(found, texts)).collect();
    let message = told.iter().map(|told| told.text.as_str()).collect::<Vec<_>>().join("\n\n");
    let error = PolicyError::new_err(message);
    match error.value(py).setattr("diagnostics", told) {
        Ok(()) => error,
        Err(other) => other,
    }
}
