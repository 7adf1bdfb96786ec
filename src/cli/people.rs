//! Users and sign-ins of documents, for commands that need them all at once.

use super::output;
use super::{CouldNotRun, Exit};
use crate::analyze::Subject;
use crate::diagnostic::Sources;
use crate::document::Documents;
use crate::policy::Policy;
use crate::provision::SignIn;
use std::ops::ControlFlow;

/// All users; rows that cannot be read are shown and make the command end with findings.
pub(super) fn subjects(documents: &Documents) -> (Vec<Subject>, Exit) {
    let (mut subjects, mut exit) = (Vec::new(), Exit::Fine);
    documents.persons(&mut |person| {
        match person {
            Ok(person) => subjects.push(Subject::from(person)),
            Err(bad) => {
                output::diagnostic(&bad, &Sources::default());
                exit = Exit::Findings;
            }
        }
        ControlFlow::Continue(())
    });
    (subjects, exit)
}

/// All sign-ins, as the policy reads them.
pub(super) fn sign_ins(_policy: &Policy, documents: &Documents) -> Vec<SignIn> {
    let mut all = Vec::new();
    for sign_in in documents.sign_ins().into_iter().flatten() {
        let single = |(name, values): (String, Vec<String>)| Some((name, values.into_iter().next()?.into()));
        let attributes = sign_in.attributes.into_iter().filter_map(single).collect();
        all.push(SignIn { user: sign_in.name_id, attributes, groups: None });
    }
    all
}

/// Writes pretty JSON.
pub(super) fn json<T: serde::Serialize>(value: &T) -> Result<(), CouldNotRun> {
    output::line(&serde_json::to_string_pretty(value).unwrap_or_default())
}
