//! A record batch as rows of attributes: its columns by name, and what makes it impossible to read.

use crate::column::Column;
use crate::refusal::Refusal;
use arrow_array::RecordBatch;
use serde_json::{Map, Value as Json};

/// Columns that are read of every user, whoever asks.
const ALWAYS: [&str; 3] = ["userPrincipalName", "appRoleAssignments", "onPremisesExtensionAttributes"];

/// Under which names Okta's expressions read the attributes of a plain row.
const OKTA: [&str; 3] = ["user.", "appuser.", "user_internal."];

/// The columns of a batch.
pub struct Table {
    columns: Vec<(String, Column)>,
    pub rows: usize,
}

impl Table {
    /// # Errors
    /// Two columns have one name, or one that is read holds what no attribute is.
    pub fn of<'n>(batch: &RecordBatch, reads: impl IntoIterator<Item = &'n str>) -> Result<Table, Refusal> {
        let schema = batch.schema_ref();
        let names = schema.fields().iter().map(|field| field.name().clone());
        let columns: Vec<(String, Column)> = names.zip(batch.columns().iter().map(Column::of)).collect();
        if let Some(name) = twice(&columns) {
            return Err(Refusal::value(format!("the column {name} stands twice")));
        }
        let table = Table { columns, rows: batch.num_rows() };
        for name in reads.into_iter().chain(ALWAYS) {
            let plain = OKTA.iter().find_map(|root| name.strip_prefix(root));
            for name in plain.into_iter().chain([name]) {
                if let Some((path, words)) = foreign(&table.columns, name) {
                    let what = "is of a type that no attribute has; cast it to a text, or leave it out";
                    return Err(Refusal::kind(format!("the column {path} is read by the policy and {what}: {words}")));
                }
            }
        }
        Ok(table)
    }

    pub fn column(&self, name: &str) -> Option<&Column> {
        find(&self.columns, name)
    }

    pub fn columns(&self) -> &[(String, Column)] {
        &self.columns
    }

    /// A row as the record that a line of NDJSON with these members is.
    ///
    /// # Errors
    /// A value is none, in words.
    pub fn record(&self, row: usize) -> Result<Map<String, Json>, String> {
        let known = self.columns.iter().filter(|(_, column)| column.foreign().is_none());
        known
            .map(|(name, column)| {
                let value = column.read(row).map_err(|bad| format!("column {name}: {bad}"))?;
                Ok((name.clone(), value.to_json()))
            })
            .collect()
    }
}

pub fn find<'c>(columns: &'c [(String, Column)], name: &str) -> Option<&'c Column> {
    columns.iter().find(|(known, _)| known == name).map(|(_, column)| column)
}

/// A name that two columns of one level have.
fn twice(columns: &[(String, Column)]) -> Option<&str> {
    let mut seen = std::collections::HashSet::new();
    let here = columns.iter().find(|(name, _)| !seen.insert(name.as_str())).map(|(name, _)| name.as_str());
    here.or_else(|| columns.iter().find_map(|(_, column)| twice(column.members()?)))
}

/// The column to which a name or path leads, if it is of a type that no attribute has, and what type that is.
fn foreign<'n>(columns: &[(String, Column)], name: &'n str) -> Option<(&'n str, String)> {
    let ends = name.match_indices(['.', ':', '[']).map(|(at, _)| at).chain([name.len()]);
    ends.filter_map(|end| Some((end, find(columns, &name[..end])?))).find_map(|(end, column)| match column.foreign() {
        Some(words) => Some((&name[..end], words.to_owned())),
        None => foreign(column.members()?, name.get(end + 1..)?),
    })
}
