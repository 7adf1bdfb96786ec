//! Why a batch is not mapped, as Python tells it.

use arrow_schema::ArrowError;
use pyo3::PyErr;
use pyo3::exceptions::{PyTypeError, PyValueError};

/// What is wrong with a batch as a whole. What is wrong with a row stands in that row of the result.
#[derive(Debug, Clone)]
pub struct Refusal {
    words: String,
    of_type: bool,
}

impl Refusal {
    /// A `ValueError`.
    pub fn value(words: impl Into<String>) -> Refusal {
        Refusal { words: words.into(), of_type: false }
    }

    /// A `TypeError`.
    pub fn kind(words: impl Into<String>) -> Refusal {
        Refusal { words: words.into(), of_type: true }
    }
}

impl From<ArrowError> for Refusal {
    fn from(error: ArrowError) -> Refusal {
        Refusal::value(error.to_string())
    }
}

/// Within a stream Arrow has one kind of errors.
impl From<Refusal> for ArrowError {
    fn from(refusal: Refusal) -> ArrowError {
        ArrowError::InvalidArgumentError(refusal.words)
    }
}

impl From<Refusal> for PyErr {
    fn from(refusal: Refusal) -> PyErr {
        if refusal.of_type { PyTypeError::new_err(refusal.words) } else { PyValueError::new_err(refusal.words) }
    }
}
