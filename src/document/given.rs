//! Plain rows that no document holds, such as those of a table in memory: each is read as a line of NDJSON is.

use super::application::Application;
use super::graph::{From, normalise};
use super::okta::Okta;
use super::{Documents, Origin, Person, is_nobody};
use crate::limits::Limits;
use crate::program::RecordKind;
use serde_json::{Map, Value as Json};

impl Documents {
    /// No documents, so that nothing is known of the application.
    pub fn none() -> Documents {
        let limits = Limits::DEFAULT;
        let depth = limits.depth.min(limits.json_depth);
        Documents { documents: Vec::new(), application: Application::default(), okta: Okta::default(), warnings: Vec::new(), depth }
    }

    /// The user of a plain row: with the roles that these documents name, extension attributes under their own names, and
    /// the original address of a guest. `None` where the row is a group or a device, as lists of members hold them.
    ///
    /// # Errors
    /// The row's assignments are none; the sentence says why.
    pub fn plain(&self, record: Map<String, Json>) -> Result<Option<Person>, String> {
        if is_nobody(&record) {
            return Ok(None);
        }
        let mut record = normalise(record, From::Anywhere);
        let assigned = self.application.resolve(&mut record)?;
        Ok(Some(Person { record, kind: RecordKind::Source, assigned, origin: Origin::default(), row: 0 }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Input, Shape};
    use serde_json::json;
    use std::ops::ControlFlow;

    #[test]
    fn a_row_is_read_as_a_line_is() {
        for row in [
            json!({"userPrincipalName": "ines.roca_partner.example#EXT#@acme.example", "appRoleAssignments": "Admin;User", "id": "1"}),
            json!({"UserPrincipalName": "a@x", "OnPremisesExtensionAttributes": {"ExtensionAttribute2": "moby"}}),
            json!({"login": "a@x", "appRoleAssignments": [7]}),
            json!({"@odata.type": "#microsoft.graph.group", "displayName": "all"}),
        ] {
            let input = Input { name: "rows".into(), bytes: row.to_string().into_bytes() };
            let documents = Documents::open(vec![input], Some(Shape::Ndjson), &Limits::DEFAULT).unwrap();
            let mut lines = Vec::new();
            documents.persons(&mut |person| {
                lines.push(person.map(|person| (person.record, person.assigned)).map_err(|bad| bad.message));
                ControlFlow::Continue(())
            });
            let Json::Object(row) = row else { panic!("an object") };
            let plain = Documents::none().plain(row).map(|person| person.map(|person| (person.record, person.assigned)));
            let plain: Vec<_> = plain.transpose().into_iter().map(|read| read.map_err(|bad| format!("rows, line 1: {bad}"))).collect();
            assert_eq!(plain, lines);
        }
    }
}
