//! From where each attribute of a program is read, found once for a batch. What a record's own names leave to the row
//! (groups among users, objects that PowerShell wrote, filters, values that follow from others) is not said here: such a
//! batch, or such a row, is read as a record.

use crate::column::Column;
use crate::table::{Table, find};
use rolewright::document::{Documents, is_derived};
use rolewright::{Record, Value};
use serde_json::{Map, Value as Json};
use std::borrow::Cow;
use std::cell::Cell;

const NAME: &str = "userPrincipalName";
const ROLES: &str = "appRoleAssignments";
const EXTENSION: &str = "onPremisesExtensionAttributes";

/// Columns by which the library tells what a row is, or how its names are written.
const TELLING: [&str; 6] =
    ["@odata.type", "schemas", "AdditionalProperties", "UserPrincipalName", "AppRoleAssignments", "OnPremisesExtensionAttributes"];

/// What an attribute is read from.
enum Slot<'t> {
    Nothing,
    /// The members of structs that lead to it.
    Path(Vec<&'t Column>),
    /// The first, or where that is null the second.
    Either(Vec<&'t Column>, Vec<&'t Column>),
    /// The name of the user, unless it is a guest's.
    Name(&'t Column),
    Roles,
}

/// What the roles of a user are read from.
enum Roles<'t> {
    Nothing,
    /// A list of names.
    Names(&'t Column),
    /// Anything else, which the documents of the application read.
    Told {
        assignments: Option<&'t Column>,
        id: Option<&'t Column>,
        documents: &'t Documents,
    },
}

/// A batch made ready for a program.
pub struct Slots<'t> {
    slots: Vec<Slot<'t>>,
    roles: Roles<'t>,
}

/// A row as a program reads it.
pub struct Row<'r> {
    slots: &'r [Slot<'r>],
    row: usize,
    roles: Value<'r>,
    /// Whether something was met that only the row as a record tells.
    open: Cell<bool>,
}

impl<'t> Slots<'t> {
    /// `None` where rows have to be read as records.
    pub fn of<'n>(table: &'t Table, attributes: impl Iterator<Item = &'n str>, documents: Option<&'t Documents>) -> Option<Slots<'t>> {
        if TELLING.iter().any(|name| table.column(name).is_some()) {
            return None;
        }
        let extension = match table.column(EXTENSION) {
            Some(column) if column.is_open() => return None,
            Some(column) if column.members().is_some_and(|members| !members.iter().all(is_plain)) => return None,
            column => column.filter(|column| column.members().is_some()),
        };
        let slots = attributes.map(|name| slot(table, extension, name)).collect::<Option<_>>()?;
        let assignments = table.column(ROLES).filter(|column| !column.is_nothing());
        let roles = match (assignments, documents) {
            (None, None) => Roles::Nothing,
            (Some(column), None) if column.is_list_of_texts() => Roles::Names(column),
            (assignments, documents) => {
                let documents = documents.unwrap_or(none());
                Roles::Told { assignments, id: table.column("id"), documents }
            }
        };
        Some(Slots { slots, roles })
    }

    /// The row, and whether its user is assigned; `None` where only the row as a record tells. What is made of its
    /// assignments is kept in `made`.
    pub fn row<'r>(&'r self, row: usize, made: &'r mut Json) -> Option<(Row<'r>, Option<bool>)> {
        let (roles, assigned) = match &self.roles {
            Roles::Nothing => (Value::Null, None),
            Roles::Names(column) => names(column.read(row).ok()?)?,
            Roles::Told { assignments, id, documents } => {
                let mut record = Map::new();
                for (name, column) in [("id", id), (ROLES, assignments)] {
                    if let Some(column) = column {
                        record.insert(name.to_owned(), column.read(row).ok()?.to_json());
                    }
                }
                let mut person = documents.plain(record).ok()??;
                *made = person.record.remove(ROLES).unwrap_or_default();
                (Value::from_json(made), person.assigned)
            }
        };
        Some((Row { slots: &self.slots, row, roles, open: Cell::new(false) }, assigned))
    }
}

impl Row<'_> {
    /// Whether a value was met that only the row as a record tells.
    pub fn is_open(&self) -> bool {
        self.open.get()
    }

    fn read<'c>(&self, column: &'c Column) -> Value<'c> {
        column.read(self.row).unwrap_or_else(|_| {
            self.open.set(true);
            Value::Null
        })
    }

    fn walk<'c>(&self, path: &[&'c Column]) -> Value<'c> {
        match path.split_last() {
            Some((last, before)) if !before.iter().any(|column| column.is_null(self.row)) => self.read(last),
            _ => Value::Null,
        }
    }
}

impl Record for Row<'_> {
    fn attribute(&self, _: &str, slot: usize) -> Value<'_> {
        match self.slots.get(slot) {
            None | Some(Slot::Nothing) => Value::Null,
            Some(Slot::Path(path)) => self.walk(path),
            Some(Slot::Either(first, second)) => match self.walk(first) {
                Value::Null => self.walk(second),
                value => value,
            },
            Some(Slot::Name(column)) => {
                let value = self.read(column);
                if matches!(&value, Value::Text(name) if name.contains('#')) {
                    self.open.set(true);
                }
                value
            }
            Some(Slot::Roles) => self.roles.view(),
        }
    }
}

/// Nothing is known of the application.
fn none() -> &'static Documents {
    static NONE: std::sync::LazyLock<Documents> = std::sync::LazyLock::new(Documents::none);
    &NONE
}

/// Names of roles stay as they are, and nulls among them are none.
fn names(value: Value<'_>) -> Option<(Value<'_>, Option<bool>)> {
    let Value::List(list) = value else { return Some((Value::Null, None)) };
    let mut items = list.into_items();
    items.retain(|item| !item.is_null());
    // What PowerShell wrote in place of an assignment is told where rows are records.
    let odd =
        |item: &Value<'_>| !matches!(item, Value::Text(name) if !name.starts_with("Microsoft.Graph.") && !name.starts_with("System."));
    if items.iter().any(odd) {
        return None;
    }
    let assigned = Some(!items.is_empty());
    Some((Value::list(items), assigned))
}

/// Whether a member of the extension attributes can stand beside the columns.
fn is_plain((name, column): &(String, Column)) -> bool {
    let telling = TELLING.contains(&name.as_str()) || [NAME, ROLES, EXTENSION, "id"].contains(&name.as_str()) || is_derived(name);
    !telling && !name.contains(['.', ':', '[']) && column.members().is_none() && !column.is_open()
}

fn slot<'t>(table: &'t Table, extension: Option<&'t Column>, name: &str) -> Option<Slot<'t>> {
    let own = table.column(name);
    if name == ROLES {
        return Some(Slot::Roles);
    }
    if let (NAME, Some(column)) = (name, own) {
        return Some(if column.is_text() { Slot::Name(column) } else { Slot::Path(vec![column]) });
    }
    let beside = extension.and_then(|extension| Some(vec![extension, extension.member(name)?]));
    match (own, beside) {
        (Some(own), Some(beside)) => Some(Slot::Either(vec![own], beside)),
        (Some(own), None) => Some(Slot::Path(vec![own])),
        (None, Some(beside)) => Some(Slot::Path(beside)),
        (None, None) if is_derived(name) && table.column(NAME).is_some() => None,
        (None, None) => match path(table.columns(), name)? {
            path if path.is_empty() => Some(Slot::Nothing),
            path => Some(Slot::Path(path)),
        },
    }
}

/// The structs through which a path leads; none where it leads nowhere. `None` where the row decides.
fn path<'t>(columns: &'t [(String, Column)], name: &str) -> Option<Vec<&'t Column>> {
    if let Some(column) = find(columns, name) {
        return Some(vec![column]);
    }
    if let Some((head, _)) = name.split_once('[').filter(|(_, rest)| rest.contains(']')) {
        // A filter chooses among the items of the row.
        return find(columns, head).is_none().then(Vec::new);
    }
    let mut found = Vec::new();
    for (at, _) in name.match_indices(['.', ':']) {
        let Some(head) = find(columns, &name[..at]) else { continue };
        if head.is_open() || &name[..at] == ROLES || !found.is_empty() {
            return None;
        }
        let Some(members) = head.members() else { continue };
        let rest = path(members, &name[at + 1..])?;
        if !rest.is_empty() {
            found = [vec![head], rest].concat();
        }
    }
    Some(found)
}

/// The text of a value as a cell holds it; null has none.
pub fn cell<'v>(value: &'v Value<'_>) -> Option<Cow<'v, str>> {
    match value {
        Value::Null => None,
        Value::Text(text) => Some(Cow::Borrowed(text)),
        Value::Date(_) => value.to_text(),
        other => Some(Cow::Owned(other.to_json().to_string())),
    }
}
