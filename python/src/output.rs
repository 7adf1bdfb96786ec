//! What a policy gives the users of a batch, as a batch: row for row, in the order of the users.

use crate::refusal::Refusal;
use crate::slots::cell;
use arrow_array::builder::{BooleanBuilder, StringBuilder};
use arrow_array::{ArrayRef, ListArray, RecordBatch, StructArray};
use arrow_buffer::{NullBuffer, OffsetBuffer};
use arrow_schema::{DataType, Field, Fields, Schema, SchemaRef};
use rolewright::policy::{Notice, TargetAttribute};
use rolewright::{Decision, Policy};
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

/// The columns for a policy.
pub fn schema(policy: &Policy) -> SchemaRef {
    let field = |name: &str, kind: DataType| Field::new(name, kind, true);
    let text = |name: &str| field(name, DataType::Utf8);
    let told = DataType::Struct(notes());
    // Names are short; the path by which SCIM carries an attribute stands beside.
    let path = |attribute: &TargetAttribute| HashMap::from([("path".to_owned(), attribute.path.clone())]);
    let attributes: Fields = policy.attributes().iter().map(|attribute| text(&attribute.name).with_metadata(path(attribute))).collect();
    Arc::new(Schema::new(vec![
        Field::new("user", DataType::Utf8, false),
        Field::new("in_scope", DataType::Boolean, false),
        text("scope_reason"),
        Field::new("active", DataType::Boolean, false),
        text("org"),
        text("role"),
        text("team"),
        text("org_from"),
        text("role_from"),
        text("team_from"),
        text("created_team"),
        field("attributes", DataType::Struct(attributes)),
        field("warnings", DataType::List(Arc::new(field("item", told.clone())))),
        field("error", told),
    ]))
}

/// A warning or an error: the word for it, the sentence, what it is about.
fn notes() -> Fields {
    ["code", "message", "about"].into_iter().map(|name| Field::new(name, DataType::Utf8, true)).collect()
}

/// Texts of one column.
#[derive(Default)]
struct Texts(StringBuilder);

impl Texts {
    /// Arrow counts the bytes of a column in 31 bits.
    fn add(&mut self, text: Option<&str>) -> Result<(), Refusal> {
        let length = text.map_or(0, str::len);
        if self.0.values_slice().len().saturating_add(length) > i32::MAX as usize {
            return Err(Refusal::value("the result has more than 2 GiB of text in one column: map smaller batches"));
        }
        self.0.append_option(text);
        Ok(())
    }

    fn rows(&self) -> usize {
        self.0.offsets_slice().len() - 1
    }

    fn finish(&mut self) -> ArrayRef {
        Arc::new(self.0.finish())
    }
}

/// Warnings or errors.
#[derive(Default)]
struct Notes {
    code: Texts,
    message: Texts,
    about: Texts,
}

impl Notes {
    fn add(&mut self, notice: &Notice<'_>) -> Result<(), Refusal> {
        self.code.add(Some(&notice.code))?;
        self.message.add(Some(&notice.message))?;
        self.about.add(notice.about.as_deref())
    }

    fn none(&mut self) -> Result<(), Refusal> {
        [&mut self.code, &mut self.message, &mut self.about].into_iter().try_for_each(|column| column.add(None))
    }

    fn finish(&mut self, valid: Option<NullBuffer>) -> Result<StructArray, Refusal> {
        let columns = vec![self.code.finish(), self.message.finish(), self.about.finish()];
        Ok(StructArray::try_new(notes(), columns, valid)?)
    }
}

/// What stands in one row beside attributes and warnings.
#[derive(Default)]
struct Seat<'s> {
    user: &'s str,
    scope_reason: Option<&'s str>,
    active: bool,
    /// Organization, role and team, each with who put the user there.
    org: Option<(&'s str, &'s str)>,
    role: Option<(&'s str, &'s str)>,
    team: Option<(&'s str, &'s str)>,
    created: Option<Cow<'s, str>>,
}

/// The columns of a batch that is being made.
pub struct Output {
    schema: SchemaRef,
    rows: usize,
    texts: [Texts; 9],
    in_scope: BooleanBuilder,
    active: BooleanBuilder,
    attributes: Vec<Texts>,
    /// The column of each mapping.
    columns: Vec<usize>,
    warnings: Notes,
    lengths: Vec<usize>,
    errors: Notes,
    refused: Vec<bool>,
}

impl Output {
    /// `mappings` are the target attributes of a source's mappings, in their order.
    pub fn new<'m>(schema: SchemaRef, targets: &[TargetAttribute], mappings: impl Iterator<Item = &'m str>) -> Output {
        let column = |name: &str| targets.iter().position(|target| target.is_named(name)).unwrap_or(targets.len());
        Output {
            schema,
            rows: 0,
            texts: Default::default(),
            in_scope: BooleanBuilder::new(),
            active: BooleanBuilder::new(),
            attributes: targets.iter().map(|_| Texts::default()).collect(),
            columns: mappings.map(column).collect(),
            warnings: Notes::default(),
            lengths: Vec::new(),
            errors: Notes::default(),
            refused: Vec::new(),
        }
    }

    /// The row of a decision.
    pub fn decision(&mut self, decision: &Decision<'_>) -> Result<(), Refusal> {
        let membership = decision.membership();
        let seat = Seat {
            user: decision.shown(),
            scope_reason: decision.scope_reason(),
            active: decision.is_active(),
            org: membership.map(|seat| (seat.org, seat.org_from.word())),
            role: membership.map(|seat| (seat.role, seat.role_from.word())),
            team: membership.and_then(|seat| seat.team).map(|(team, from)| (team, from.word())),
            created: decision.created_team().map(Cow::Owned),
        };
        for (at, (_, value)) in decision.values().enumerate() {
            let column = self.columns.get(at).copied().unwrap_or(usize::MAX);
            self.attribute(column, value.as_ref().and_then(cell))?;
        }
        self.row(&seat, decision.warnings(), decision.error())
    }

    /// The row of a user who cannot be read.
    pub fn unreadable(&mut self, message: &str) -> Result<(), Refusal> {
        self.row(&Seat::default(), [], Some(Notice { code: "invalid-row".into(), message: message.into(), about: None }))
    }

    /// The row of what is no user: a group or a device, as lists of members hold them.
    pub fn nobody(&mut self) -> Result<(), Refusal> {
        self.row(&Seat { scope_reason: Some("not-a-user"), ..Seat::default() }, [], None)
    }

    fn attribute(&mut self, column: usize, value: Option<Cow<'_, str>>) -> Result<(), Refusal> {
        match self.attributes.get_mut(column) {
            Some(texts) if texts.rows() == self.rows => texts.add(value.as_deref()),
            _ => Ok(()),
        }
    }

    fn row<'n>(
        &mut self,
        seat: &Seat<'_>,
        warnings: impl IntoIterator<Item = Notice<'n>>,
        error: Option<Notice<'n>>,
    ) -> Result<(), Refusal> {
        let cells = [
            Some(seat.user),
            seat.scope_reason,
            seat.org.map(|(org, _)| org),
            seat.role.map(|(role, _)| role),
            seat.team.map(|(team, _)| team),
            seat.org.map(|(_, from)| from),
            seat.role.map(|(_, from)| from),
            seat.team.map(|(_, from)| from),
            seat.created.as_deref(),
        ];
        for (texts, cell) in self.texts.iter_mut().zip(cells) {
            texts.add(cell)?;
        }
        self.in_scope.append_value(seat.scope_reason.is_none());
        self.active.append_value(seat.active);
        // What no mapping gave.
        for texts in self.attributes.iter_mut().filter(|texts| texts.rows() == self.rows) {
            texts.add(None)?;
        }
        let before = self.warnings.code.rows();
        for warning in warnings {
            self.warnings.add(&warning)?;
        }
        self.lengths.push(self.warnings.code.rows() - before);
        self.refused.push(error.is_some());
        match error {
            Some(error) => self.errors.add(&error)?,
            None => self.errors.none()?,
        }
        self.rows += 1;
        Ok(())
    }

    /// The batch.
    pub fn finish(mut self) -> Result<RecordBatch, Refusal> {
        let [user, scope_reason, org, role, team, org_from, role_from, team_from, created] = self.texts.each_mut().map(Texts::finish);
        let columns = self.attributes.iter_mut().map(Texts::finish).collect();
        let attributes = match self.schema.field_with_name("attributes")?.data_type() {
            DataType::Struct(fields) => StructArray::try_new_with_length(fields.clone(), columns, None, self.rows)?,
            _ => StructArray::new_empty_fields(self.rows, None),
        };
        let item = Arc::new(Field::new("item", DataType::Struct(notes()), true));
        let offsets = OffsetBuffer::from_lengths(self.lengths);
        let warnings = ListArray::try_new(item, offsets, Arc::new(self.warnings.finish(None)?), None)?;
        let errors = self.errors.finish(Some(NullBuffer::from(self.refused)))?;
        let in_scope: ArrayRef = Arc::new(self.in_scope.finish());
        let active: ArrayRef = Arc::new(self.active.finish());
        let columns: Vec<ArrayRef> = vec![
            user,
            in_scope,
            scope_reason,
            active,
            org,
            role,
            team,
            org_from,
            role_from,
            team_from,
            created,
            Arc::new(attributes),
            Arc::new(warnings),
            Arc::new(errors),
        ];
        Ok(RecordBatch::try_new(self.schema, columns)?)
    }
}
