//! A policy with what is made ready of it, over batches. Nothing here knows Python.

use crate::output::{Output, schema};
use crate::refusal::Refusal;
use crate::slots::Slots;
use crate::table::Table;
use arrow_array::{RecordBatch, RecordBatchReader};
use arrow_schema::{ArrowError, SchemaRef};
use rolewright::document::Documents;
use rolewright::provision::Source;
use rolewright::{Compiled, FixedWorld, Policy};
use serde_json::{Map, Value as Json};
use std::sync::{Arc, OnceLock};

/// A policy, checked, and what the documents say of the application.
pub struct Engine {
    pub policy: Policy,
    pub schema: SchemaRef,
    documents: Documents,
    /// Whether there are any.
    documented: bool,
    scim: OnceLock<Compiled>,
    jit: OnceLock<Compiled>,
}

/// The sources whose mappings apply to users.
pub const SOURCES: [Source; 2] = [Source::Scim, Source::Jit];

impl Engine {
    pub fn new(policy: Policy, documents: Option<Documents>) -> Engine {
        let schema = schema(&policy);
        let documented = documents.is_some();
        let documents = documents.unwrap_or_else(Documents::none);
        Engine { policy, schema, documents, documented, scim: OnceLock::new(), jit: OnceLock::new() }
    }

    /// The policy compiled for a source, at the first call.
    fn compiled(&self, source: Source) -> &Compiled {
        let kept = if source == Source::Jit { &self.jit } else { &self.scim };
        kept.get_or_init(|| self.policy.compile(source))
    }

    fn output(&self, source: Source) -> Output {
        let mappings = self.policy.mappings(source).iter().map(|mapping| mapping.attribute.as_str());
        Output::new(self.schema.clone(), self.policy.attributes(), mappings)
    }

    /// What the policy gives the users of a batch, row for row.
    ///
    /// # Errors
    /// The batch as a whole cannot be read.
    pub fn map(&self, batch: &RecordBatch, source: Source, world: &FixedWorld) -> Result<RecordBatch, Refusal> {
        let table = Table::of(batch, self.policy.reads(source))?;
        let mut output = self.output(source);
        let compiled = self.compiled(source);
        let documents = self.documented.then_some(&self.documents);
        // Expressions of Okta read a plain row as a user of theirs.
        let names = compiled.attributes().iter().map(AsRef::as_ref);
        let slots = if self.is_of_okta(source) { None } else { Slots::of(&table, names, documents) };
        for row in 0..table.rows {
            let told = match &slots {
                Some(slots) => quick(compiled, slots, row, world, &mut output)?,
                None => false,
            };
            if !told {
                match table.record(row) {
                    Ok(record) => self.record(record, source, world, &mut output)?,
                    Err(bad) => output.unreadable(&bad)?,
                }
            }
        }
        output.finish()
    }

    /// What the policy gives one user, as a batch of one row.
    pub fn decide(&self, record: Map<String, Json>, source: Source, world: &FixedWorld) -> Result<RecordBatch, Refusal> {
        let mut output = self.output(source);
        self.record(record, source, world, &mut output)?;
        output.finish()
    }

    fn record(&self, record: Map<String, Json>, source: Source, world: &FixedWorld, output: &mut Output) -> Result<(), Refusal> {
        match self.documents.plain(record) {
            Ok(Some(person)) => {
                let compiled = self.compiled(source);
                let record = compiled.bind(&person.record, person.kind);
                output.decision(&compiled.decide(&record, person.assigned, world))
            }
            Ok(None) => output.nobody(),
            Err(bad) => output.unreadable(&bad),
        }
    }

    fn is_of_okta(&self, source: Source) -> bool {
        let entra = |dialect| dialect == rolewright::Dialect::Entra;
        !self.policy.mappings(source).iter().all(|mapping| mapping.dialect().is_none_or(entra))
    }
}

/// Decides on a row where it stands; whether that could be done.
fn quick(compiled: &Compiled, slots: &Slots<'_>, row: usize, world: &FixedWorld, output: &mut Output) -> Result<bool, Refusal> {
    let mut made = Json::Null;
    let Some((record, assigned)) = slots.row(row, &mut made) else { return Ok(false) };
    let decision = compiled.decide(&record, assigned, world);
    // By which name people know a user without user name, only the whole row says.
    if record.is_open() || decision.user().is_empty() {
        return Ok(false);
    }
    output.decision(&decision)?;
    Ok(true)
}

/// Batches of users, mapped as they are asked for.
pub struct Stream<R> {
    pub engine: Arc<Engine>,
    pub users: R,
    pub source: Source,
    pub world: FixedWorld,
}

impl<R: RecordBatchReader> Iterator for Stream<R> {
    type Item = Result<RecordBatch, ArrowError>;

    fn next(&mut self) -> Option<Self::Item> {
        let batch = self.users.next()?;
        Some(batch.and_then(|batch| Ok(self.engine.map(&batch, self.source, &self.world)?)))
    }
}

impl<R: RecordBatchReader> RecordBatchReader for Stream<R> {
    fn schema(&self) -> SchemaRef {
        self.engine.schema.clone()
    }
}
