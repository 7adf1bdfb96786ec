//! Suites: cases as data, for the project's own conformance tests and for anybody's.

mod decision;
mod expression;
mod okta;
mod policy_tests;
mod scoping;

pub use policy_tests::run_policy;
pub(crate) use policy_tests::{explained, observed, prepared};

use crate::diagnostic::{Code, Diagnostic};
use crate::expression::{CompileError, Expression};
use crate::language::Dialect;
use crate::limits::Limits;
use crate::policy::Policy;
use crate::program::FixedWorld;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

/// The kinds of suites that a file may name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Expressions of Entra over attributes.
    EntraExpression,
    /// Scoping filters of Entra over attributes.
    EntraScoping,
    /// Histories of events under a policy.
    Decision,
    /// Expressions of Okta.
    OktaExpression,
}

/// A file of cases.
#[derive(Debug, Clone)]
pub struct Suite {
    /// The word that the file gives as its suite.
    pub name: String,
    /// What its cases are.
    pub kind: Kind,
    /// The cases.
    pub cases: Vec<Case>,
}

/// One case: its id, and the whole of it as it is written.
#[derive(Debug, Clone)]
pub struct Case {
    /// By which it is named.
    pub id: String,
    /// Its fields.
    pub fields: serde_json::Map<String, Json>,
}

/// What a case of expressions asks for: an expression, and for whom.
#[derive(Debug)]
pub struct Posed {
    /// The language.
    pub dialect: Dialect,
    /// The expression, or why it is none.
    pub expression: Result<Expression, CompileError>,
    /// The user.
    pub record: serde_json::Map<String, Json>,
    /// The clock, random values and look-ups.
    pub world: FixedWorld,
}

/// How a case went.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CaseResult {
    /// The case's id.
    pub id: String,
    /// What differs; empty when it passed.
    pub differences: Vec<Difference>,
    /// The way through the policy that led there.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub path: Vec<String>,
}

/// One thing that came out otherwise.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Difference {
    /// Which part of the outcome.
    pub what: String,
    /// As the case has it.
    pub expected: String,
    /// As it came out.
    pub actual: String,
}

impl CaseResult {
    /// Whether everything came out as the case has it.
    pub fn passed(&self) -> bool {
        self.differences.is_empty()
    }

    pub(crate) fn new(id: &str) -> Self {
        CaseResult { id: id.to_owned(), differences: Vec::new(), path: Vec::new() }
    }

    pub(crate) fn differs(&mut self, what: impl Into<String>, expected: impl Into<String>, actual: impl Into<String>) {
        self.differences.push(Difference { what: what.into(), expected: expected.into(), actual: actual.into() });
    }

    pub(crate) fn compare<T: PartialEq + Serialize>(&mut self, what: impl Into<String>, expected: &T, actual: &T) {
        if expected != actual {
            self.differs(what, show(expected), show(actual));
        }
    }
}

/// Whether the text of a policy declares a suite as its own. A policy that builds on another does not take over its
/// suites.
pub fn declares(policy: &str, suite: &str) -> bool {
    let json: Option<Json> = serde_yaml::from_str(policy).ok();
    let declared = json.as_ref().and_then(|json| json.get("suites")).and_then(Json::as_array);
    declared.is_some_and(|suites| suites.iter().any(|name| name == suite))
}

fn show<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

#[derive(Deserialize)]
struct SuiteFile {
    suite: String,
    #[serde(default)]
    cases: Vec<serde_json::Map<String, Json>>,
}

impl Suite {
    /// Whether a text looks like a suite and not like a policy.
    pub fn is_suite(text: &str) -> bool {
        text.lines().any(|line| line.starts_with("suite:"))
    }

    /// Reads a suite file. Suites of decisions have the policy's own word, which is known by its ending.
    ///
    /// # Errors
    /// What keeps it from being one.
    pub fn parse(text: &str, limits: &Limits) -> Result<Suite, Diagnostic> {
        let fail = |why: String| Diagnostic::new(Code::InvalidSuite, why);
        if text.len() > limits.file_bytes {
            return Err(fail(format!("the file has {} bytes; the limit is {}", text.len(), limits.file_bytes)));
        }
        let file: SuiteFile = serde_yaml::from_str(text).map_err(|error| fail(error.to_string()))?;
        let kind = match file.suite.as_str() {
            "entra-expression" => Kind::EntraExpression,
            "entra-scoping" => Kind::EntraScoping,
            "okta-expression" => Kind::OktaExpression,
            name if name.ends_with("-decision") => Kind::Decision,
            name => {
                let known = "entra-expression, entra-scoping, okta-expression, and a policy's own such as NAME-decision";
                return Err(fail(format!("there is no suite {name}")).help(format!("suites are {known}")));
            }
        };
        let mut cases = Vec::new();
        for (at, fields) in file.cases.into_iter().enumerate() {
            let id = fields.get("id").and_then(Json::as_str).map_or_else(|| format!("case {}", at + 1), str::to_owned);
            cases.push(Case { id, fields });
        }
        Ok(Suite { name: file.suite, kind, cases })
    }

    /// What a case asks for; none where it is no case of expressions.
    pub fn posed(&self, case: &Case) -> Option<Posed> {
        match self.kind {
            Kind::EntraExpression => expression::posed(case),
            Kind::OktaExpression => okta::posed(case),
            Kind::EntraScoping | Kind::Decision => None,
        }
    }

    /// Runs one case; a suite of decisions needs the policy whose suite it is.
    pub fn run(&self, case: &Case, policy: Option<&Policy>) -> CaseResult {
        match (self.kind, policy) {
            (Kind::EntraExpression, _) => expression::run(case),
            (Kind::EntraScoping, _) => scoping::run(case),
            (Kind::Decision, Some(policy)) => decision::run(case, policy),
            (Kind::Decision, None) => {
                let mut result = CaseResult::new(&case.id);
                result.differs("policy", "a policy that declares this suite", "none was given");
                result
            }
            (Kind::OktaExpression, _) => okta::run(case),
        }
    }
}
