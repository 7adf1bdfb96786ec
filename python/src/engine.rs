//! A policy with what is made ready of it, over batches. Nothing here knows Python.

use crate::output::{Output, schema};
use crate::refusal::Refusal;
use crate::slots::Slots;
use crate::table::Table;
use arrow_array::{RecordBatch, RecordBatchReader};
use arrow_schema::{ArrowError, SchemaRef};
use rolewright::document::Documents;
use rolewright::policy::Program;
use rolewright::provision::Source;
use rolewright::{FixedWorld, Policy};
use serde_json::{Map, Value as Json};
use std::sync::{Arc, OnceLock};

/// A policy, checked, and what the documents say of the application.
pub struct Engine {
    pub policy: Policy,
    pub schema: SchemaRef,
    documents: Documents,
    /// Whether there are any.
    documented: bool,
    scim: OnceLock<Option<Program>>,
    jit: OnceLock<Option<Program>>,
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

    /// The policy made ready for a source, at the first call; `None` where it can only decide by its rules.
    fn program(&self, source: Source) -> Option<&Program> {
        let kept = if source == Source::Jit { &self.jit } else { &self.scim };
        kept.get_or_init(|| self.policy.program(source)).as_ref()
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
        let program = self.program(source);
        let documents = self.documented.then_some(&self.documents);
        let slots = program.and_then(|program| {
            let names = program.attributes().iter().map(AsRef::as_ref);
            // Expressions of Okta read a plain row as a user of theirs.
            if self.is_of_okta(source) { None } else { Slots::of(&table, names, documents).map(|slots| (program, slots)) }
        });
        for row in 0..table.rows {
            let told = match &slots {
                Some((program, slots)) => quick(program, slots, row, world, &mut output)?,
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
            Ok(Some(person)) => output.decision(&match self.program(source) {
                Some(program) => program.decision(&person.record, person.assigned, world),
                None => self.policy.decide(source, &person.record, person.holds, person.assigned, world),
            }),
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
fn quick(program: &Program, slots: &Slots<'_>, row: usize, world: &FixedWorld, output: &mut Output) -> Result<bool, Refusal> {
    let mut made = Json::Null;
    let Some((record, assigned)) = slots.row(row, &mut made) else { return Ok(false) };
    let verdict = program.decide(&record, assigned, world);
    // By which name people know a user without user name, only the whole row says.
    if record.is_open() || verdict.user().is_empty() {
        return Ok(false);
    }
    output.verdict(&verdict)?;
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
