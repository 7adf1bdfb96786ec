//! Rolewright for Python: [`Policy`](policy::Policy) over Arrow record batches.

// `create_exception` and `pyclass` write what has no documentation of its own.
#![allow(missing_docs)]

mod column;
mod engine;
mod error;
mod load;
mod output;
mod policy;
mod refusal;
mod slots;
mod table;

/// The compiled half of the package `rolewright`.
#[pyo3::pymodule]
mod _rolewright {
    #[pymodule_export]
    use crate::error::{Diagnostic, PolicyError};
    #[pymodule_export]
    use crate::policy::Policy;
}
