//! Scoping filters: who is provisioned at all. Source: Entra's page "Scoping users or groups to be provisioned with
//! scoping filters".

use crate::check::APP_ROLES;
use crate::diagnostic::{Code, Diagnostic};
use crate::functions::Pattern;
use crate::limits::Limits;
use crate::program::{Fault, Record, Value};

/// Filters of which one must pass, each a list of clauses that all must hold. No filter lets everybody pass.
#[derive(Debug, Default)]
pub struct Filters(Vec<Vec<Clause>>);

/// One clause.
#[derive(Debug)]
pub struct Clause {
    attribute: String,
    test: Test,
    /// The operator and the value, as they were given.
    written: (String, Option<String>),
}

#[derive(Debug)]
enum Test {
    Equals {
        value: String,
        negated: bool,
    },
    IsTrue(bool),
    IsNull(bool),
    Matches {
        pattern: Box<Pattern>,
        negated: bool,
    },
    Greater {
        than: i64,
        or_equal: bool,
    },
    /// The value of the clause holds the attribute's.
    Within {
        value: String,
        negated: bool,
    },
    Includes(String),
    EndsWith(String),
}

/// The operators, as Entra writes them.
pub(crate) const OPERATORS: [&str; 14] = [
    "EQUALS",
    "NOT EQUALS",
    "IS TRUE",
    "IS FALSE",
    "IS NULL",
    "IS NOT NULL",
    "REGEX MATCH",
    "NOT REGEX MATCH",
    "Greater_Than",
    "Greater_Than_OR_EQUALS",
    "&",
    "!&",
    "Includes",
    "ENDS_WITH",
];

/// What is wrong with a clause.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{message}")]
pub struct FilterError {
    /// The kind.
    pub code: Code,
    /// In words.
    pub message: String,
    /// The part of the clause: `attribute`, `operator` or `value`.
    pub part: &'static str,
}

impl FilterError {
    fn new(part: &'static str, code: Code, message: impl Into<String>) -> Self {
        FilterError { code, message: message.into(), part }
    }

    /// As a diagnostic without a place.
    pub fn to_diagnostic(&self) -> Diagnostic {
        Diagnostic::new(self.code, self.message.clone())
    }
}

impl Clause {
    /// Checks a clause.
    ///
    /// # Errors
    /// An unknown operator, a value that is missing or of the wrong kind, an invalid pattern.
    pub fn new(attribute: &str, operator: &str, value: Option<&str>, limits: &Limits) -> Result<Clause, FilterError> {
        if attribute == APP_ROLES {
            let message = format!("a scoping filter cannot read {APP_ROLES}; assignments decide through `assigned`");
            return Err(FilterError::new("attribute", Code::NotSingleValued, message));
        }
        let wanted = || {
            value.map(str::to_owned).ok_or_else(|| FilterError::new("operator", Code::MissingValue, format!("{operator} needs a value")))
        };
        let test = match operator {
            "EQUALS" | "NOT EQUALS" => Test::Equals { value: wanted()?, negated: operator.starts_with("NOT") },
            "IS TRUE" | "IS FALSE" => Test::IsTrue(operator == "IS TRUE"),
            "IS NULL" | "IS NOT NULL" => Test::IsNull(operator == "IS NULL"),
            "REGEX MATCH" | "NOT REGEX MATCH" => {
                let pattern = Pattern::new(&wanted()?, limits).map_err(|error| FilterError::new("value", error.code, error.message))?;
                Test::Matches { pattern: Box::new(pattern), negated: operator.starts_with("NOT") }
            }
            "Greater_Than" | "Greater_Than_OR_EQUALS" => {
                let value = wanted()?;
                let than = value.trim().parse().map_err(|_| {
                    FilterError::new(
                        "value",
                        Code::NotAnInteger,
                        format!("{operator} compares integers of up to 64 bits, and {value:?} is none"),
                    )
                })?;
                Test::Greater { than, or_equal: operator == "Greater_Than_OR_EQUALS" }
            }
            "&" | "!&" => Test::Within { value: wanted()?, negated: operator == "!&" },
            "Includes" => Test::Includes(wanted()?),
            "ENDS_WITH" => Test::EndsWith(wanted()?),
            _ => {
                let near = crate::diagnostic::nearest(operator, OPERATORS);
                let known = near.map_or_else(|| format!("known are {}", OPERATORS.join(", ")), |near| format!("did you mean {near}?"));
                return Err(FilterError::new("operator", Code::UnknownOperator, format!("there is no operator {operator:?}; {known}")));
            }
        };
        Ok(Clause { attribute: attribute.to_owned(), test, written: (operator.to_owned(), value.map(str::to_owned)) })
    }

    /// Attribute, operator and value, of which the same clause can be made again.
    pub(crate) fn written(&self) -> (&str, &str, Option<&str>) {
        (&self.attribute, &self.written.0, self.written.1.as_deref())
    }

    /// Whether a user passes. Null and empty pass no clause but IS NULL.
    ///
    /// # Errors
    /// The attribute is a list, or the pattern took too many steps.
    pub fn passes<R: Record + ?Sized>(&self, record: &R) -> Result<bool, Fault> {
        self.passes_in(record, 0)
    }

    /// The same, for a record that knows the attribute by that slot.
    fn passes_in<R: Record + ?Sized>(&self, record: &R, slot: usize) -> Result<bool, Fault> {
        let value = record.attribute(&self.attribute, slot);
        if matches!(value, Value::List(_) | Value::Object(_)) {
            let message = format!("{} is {}; scoping filters read single values", self.attribute, value.kind());
            return Err(fault(Code::NotSingleValued, message));
        }
        let text = value.to_text().unwrap_or_default();
        if let Test::IsNull(null) = self.test {
            return Ok(text.is_empty() == null);
        }
        if text.is_empty() {
            return Ok(false);
        }
        Ok(match &self.test {
            Test::IsNull(null) => text.is_empty() == *null,
            Test::Equals { value, negated } => (text == value.as_str()) != *negated,
            Test::IsTrue(wanted) => match &value {
                Value::Bool(bool) => bool == wanted,
                _ => text.eq_ignore_ascii_case(if *wanted { "true" } else { "false" }),
            },
            Test::Matches { pattern, negated } => pattern.is_match(&text).map_err(|error| fault(error.code, error.message))? != *negated,
            Test::Greater { than, or_equal } => match text.trim().parse::<i64>() {
                Ok(int) => int > *than || (*or_equal && int == *than),
                Err(_) => false,
            },
            Test::Within { value, negated } => value.contains(text.as_ref()) != *negated,
            Test::Includes(part) => text.contains(part.as_str()),
            Test::EndsWith(end) => text.ends_with(end.as_str()),
        })
    }
}

fn fault(code: Code, message: String) -> Fault {
    Fault { code, message, argument: None, span: None }
}

impl Filters {
    /// Filters of which one must pass.
    pub fn new(filters: Vec<Vec<Clause>>) -> Self {
        Filters(filters)
    }

    /// Whether a user is in scope.
    ///
    /// # Errors
    /// As [`Clause::passes`].
    pub fn pass<R: Record + ?Sized>(&self, record: &R) -> Result<bool, Fault> {
        self.pass_in(record, &[])
    }

    /// The filters, each with its clauses.
    pub(crate) fn clauses(&self) -> &[Vec<Clause>] {
        &self.0
    }

    /// The attributes that the clauses read, one for each clause.
    pub(crate) fn reads(&self) -> impl Iterator<Item = &str> {
        self.0.iter().flatten().map(|clause| clause.attribute.as_str())
    }

    /// The same as [`pass`](Self::pass), for a record that knows the attributes that [`reads`](Self::reads) names by these slots.
    #[inline]
    pub(crate) fn pass_in<R: Record + ?Sized>(&self, record: &R, slots: &[usize]) -> Result<bool, Fault> {
        if self.0.is_empty() { Ok(true) } else { self.any_passes(record, slots) }
    }

    fn any_passes<R: Record + ?Sized>(&self, record: &R, slots: &[usize]) -> Result<bool, Fault> {
        let mut slots = slots.iter().copied();
        for filter in &self.0 {
            let mut all = true;
            for clause in filter {
                let slot = slots.next().unwrap_or(0);
                all = all && clause.passes_in(record, slot)?;
            }
            if all {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
