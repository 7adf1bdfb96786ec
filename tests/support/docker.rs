//! `policies/docker.yaml` over the example's documents, and over users alone.

use super::{Run, home, run, run_in};
use serde_json::{Value as Json, json};

pub const DOCKER: &str = "policies/docker.yaml";
pub const DOCUMENTS: [&str; 3] =
    ["examples/graph/app-role-assigned-to.json", "examples/graph/service-principal.json", "examples/graph/users.json"];

/// Runs `eval` with docker.yaml over the example's documents.
pub fn eval(more: &[&str]) -> Run {
    run(&[&["eval", DOCKER][..], &DOCUMENTS, more].concat())
}

/// The rows of `eval --format json` for one user without documents of an application.
pub fn row(user: &Json, more: &[&str]) -> Json {
    let run = run_in(
        home(),
        &[&["eval", DOCKER, "-", "--format", "json", "--set", "sources.scim.assigned=any"][..], more].concat(),
        json!([user]).to_string().as_bytes(),
    );
    assert!(run.code < 2, "{}", run.shown());
    run.json()[0].clone()
}

pub fn ada() -> Json {
    json!({ "userPrincipalName": "ada@example.org", "accountEnabled": true, "givenName": "Ada", "surname": "Nowak", "extensionAttribute2": "moby" })
}
