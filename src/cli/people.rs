//! Users and sign-ins of documents, for commands that need them all at once.

use super::Exit;
use super::output;
pub(super) use super::output::json;
use crate::analyze::Subject;
use crate::diagnostic::Sources;
use crate::document::Documents;
use crate::exchange::{self, Assertion};
use crate::policy::Policy;
use crate::program::World;
use crate::provision::{Event, SignIn};
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

/// All sign-ins, as the policy reads them; what is none is shown and makes the command end with findings.
pub(super) fn sign_ins(policy: &Policy, documents: &Documents, world: &dyn World) -> (Vec<SignIn>, Exit) {
    let (mut all, mut exit) = (Vec::new(), Exit::Fine);
    for read in documents.sign_ins() {
        let signed_in = read.and_then(|read| exchange::sign_in(policy, &Assertion::from(read), world));
        match signed_in.map(|signed_in| signed_in.event) {
            Ok(Event::SignIn(sign_in)) => all.push(sign_in),
            Ok(_) => {}
            Err(bad) => {
                output::diagnostic(&bad, &Sources::default());
                exit = Exit::Findings;
            }
        }
    }
    (all, exit)
}
