//! `rolewright.Policy`.

use crate::engine::{Engine, SOURCES, Stream};
use crate::error::Diagnostic;
use crate::load::{Texts, read, settings};
use crate::refusal::Refusal;
use arrow_array::ffi_stream::RecordBatchStreamReader;
use arrow_array::{RecordBatch, RecordBatchReader};
use arrow_pyarrow::{FromPyArrow, IntoPyArrow, Table, ToPyArrow};
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};
use rolewright::provision::Source;
use rolewright::{FixedWorld, Limits};
use serde_json::{Map, Value as Json};
use std::hash::{BuildHasher, RandomState};
use std::path::PathBuf;
use std::sync::Arc;

/// A policy, checked. It does not change, and threads can share it.
#[pyclass(module = "rolewright", frozen)]
pub struct Policy {
    engine: Arc<Engine>,
    texts: Texts,
}

/// What is sent to another process: name, text, settings, bases, documents.
type State = (String, String, Vec<(String, String)>, Vec<(String, String, String, String)>, Vec<(String, Vec<u8>)>);

#[pymethods]
impl Policy {
    /// Reads a policy file, and those that it extends.
    #[staticmethod]
    #[pyo3(signature = (path, *, settings=None, documents=Vec::new(), include=Vec::new()))]
    fn load(
        path: &Bound<'_, PyAny>,
        settings: Option<&Bound<'_, PyDict>>,
        documents: Vec<Bound<'_, PyAny>>,
        include: Vec<PathBuf>,
    ) -> PyResult<Policy> {
        let (name, bytes) = read(path, Limits::DEFAULT.file_bytes)?;
        let place = |error: &std::string::FromUtf8Error| error.utf8_error().valid_up_to() + 1;
        let text = String::from_utf8(bytes)
            .map_err(|error| PyValueError::new_err(format!("{name}: the file is not UTF-8: byte {} is not", place(&error))))?;
        Policy::of(path.py(), name, text, settings, &documents, &include)
    }

    /// Reads a policy; what it extends is looked for beside the file that `name` is.
    #[staticmethod]
    #[pyo3(signature = (text, *, name="policy".to_owned(), settings=None, documents=Vec::new(), include=Vec::new()))]
    fn from_text(
        py: Python<'_>,
        text: String,
        name: String,
        settings: Option<&Bound<'_, PyDict>>,
        documents: Vec<Bound<'_, PyAny>>,
        include: Vec<PathBuf>,
    ) -> PyResult<Policy> {
        Policy::of(py, name, text, settings, &documents, &include)
    }

    /// The policy that `__reduce__` took apart.
    #[staticmethod]
    fn _restore(py: Python<'_>, state: State) -> PyResult<Policy> {
        let (name, text, settings, bases, documents) = state;
        let (texts, engine) = Texts { name, text, settings, bases, documents }.again(py)?;
        Ok(Policy { engine: Arc::new(engine), texts })
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, (State,))> {
        let Texts { name, text, settings, bases, documents } = self.texts.clone();
        Ok((py.import("rolewright")?.getattr("_restore")?, ((name, text, settings, bases, documents),)))
    }

    fn __repr__(&self) -> String {
        format!("<rolewright.Policy {}>", self.engine.policy.name())
    }

    /// The policy's name.
    #[getter]
    fn name(&self) -> &str {
        self.engine.policy.name()
    }

    /// The target application.
    #[getter]
    fn application(&self) -> &str {
        self.engine.policy.application()
    }

    /// The sources that have mappings: what `source` can be.
    #[getter]
    fn sources(&self) -> Vec<&'static str> {
        self.known().map(Source::word).collect()
    }

    /// The attributes of users that a source reads.
    #[pyo3(signature = (source="scim"))]
    fn reads(&self, source: &str) -> PyResult<Vec<&str>> {
        Ok(self.engine.policy.reads(self.source(source)?).into_iter().collect())
    }

    /// What the check warns of.
    #[getter]
    fn warnings(&self) -> Vec<Diagnostic> {
        let policy = &self.engine.policy;
        policy.warnings().iter().map(|found| Diagnostic::of(found, policy.texts())).collect()
    }

    /// The columns that `map` gives.
    #[getter]
    fn output_schema<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.engine.schema.to_pyarrow(py)
    }

    /// What the application gives one user, as a row of `map`.
    #[pyo3(signature = (user, *, source="scim", now=None))]
    fn decide<'py>(&self, user: &Bound<'py, PyDict>, source: &str, now: Option<&Bound<'py, PyAny>>) -> PyResult<Bound<'py, PyAny>> {
        let (source, world) = (self.source(source)?, world(now)?);
        let py = user.py();
        let strict = PyDict::new(py);
        strict.set_item("allow_nan", false)?;
        let text: String = py.import("json")?.call_method("dumps", (user,), Some(&strict))?.extract()?;
        let record: Map<String, Json> = serde_json::from_str(&text).map_err(|error| PyValueError::new_err(error.to_string()))?;
        let row = self.engine.decide(record, source, &world)?;
        row.to_pyarrow(py)?.call_method0("to_pylist")?.get_item(0)
    }

    /// What the application gives the users of a record batch, a table, or a stream of batches.
    #[pyo3(signature = (users, *, source="scim", now=None))]
    fn map<'py>(&self, users: &Bound<'py, PyAny>, source: &str, now: Option<&Bound<'py, PyAny>>) -> PyResult<Bound<'py, PyAny>> {
        let (source, world) = (self.source(source)?, world(now)?);
        let (py, engine) = (users.py(), &self.engine);
        if users.hasattr("__arrow_c_array__")? {
            let batch = RecordBatch::from_pyarrow_bound(users)?;
            return py.detach(move || engine.map(&batch, source, &world))?.to_pyarrow(py);
        }
        if !users.hasattr("__arrow_c_stream__")? {
            let kind = users.get_type().fully_qualified_name()?;
            return Err(PyTypeError::new_err(format!(
                "map takes a record batch, a table or a stream of Arrow, not {kind}; decide takes one user"
            )));
        }
        let stream = RecordBatchStreamReader::from_pyarrow_bound(users)?;
        // What is wrong with the columns is told before the first batch is read.
        let empty = RecordBatch::new_empty(stream.schema());
        engine.map(&empty, source, &world)?;
        if users.is_instance(&py.import("pyarrow")?.getattr("RecordBatchReader")?)? {
            let stream = Stream { engine: engine.clone(), users: stream, source, world };
            return (Box::new(stream) as Box<dyn RecordBatchReader + Send>).into_pyarrow(py);
        }
        let batches = py.detach(move || stream.map(|batch| engine.map(&batch?, source, &world)).collect::<Result<Vec<_>, Refusal>>())?;
        Table::try_new(batches, engine.schema.clone()).map_err(Refusal::from)?.into_pyarrow(py)
    }
}

impl Policy {
    fn of(
        py: Python<'_>,
        name: String,
        text: String,
        given: Option<&Bound<'_, PyDict>>,
        documents: &[Bound<'_, PyAny>],
        include: &[PathBuf],
    ) -> PyResult<Policy> {
        let settings = settings(given)?;
        let documents = documents.iter().map(|path| read(path, Limits::DEFAULT.document_bytes)).collect::<PyResult<_>>()?;
        let (texts, engine) = Texts { name, text, settings, bases: Vec::new(), documents }.load(py, include)?;
        Ok(Policy { engine: Arc::new(engine), texts })
    }

    fn known(&self) -> impl Iterator<Item = Source> {
        SOURCES.into_iter().filter(|source| !self.engine.policy.mappings(*source).is_empty())
    }

    fn source(&self, word: &str) -> PyResult<Source> {
        let known = || self.known().map(Source::word).collect::<Vec<_>>().join(", ");
        self.known().find(|source| source.word() == word).ok_or_else(|| {
            PyValueError::new_err(format!("the policy {} has no source {word:?}; it has {}", self.engine.policy.name(), known()))
        })
    }
}

/// The clock, or the time that takes its place: a `datetime`, or a text in ISO 8601; without an offset it is in UTC.
fn world(now: Option<&Bound<'_, PyAny>>) -> PyResult<FixedWorld> {
    let now = match now {
        None => utc(Timestamp::now()),
        Some(now) => {
            let text = if now.is_instance_of::<PyString>() { now.clone() } else { now.call_method0("isoformat")? };
            let text: String = text.extract()?;
            let read = text.parse::<Timestamp>().map(utc).or_else(|_| text.parse::<DateTime>());
            read.map_err(|_| PyValueError::new_err(format!("now is no time: {text}; write 2026-11-25T12:00:00Z")))?
        }
    };
    Ok(FixedWorld::new(now, RandomState::new().hash_one(0)))
}

fn utc(moment: Timestamp) -> DateTime {
    TimeZone::UTC.to_datetime(moment)
}
