//! Opening: every document is recognised, and those about the application are read, before the first user is.

use super::application::Application;
use super::decode::decode;
use super::graph::{From, normalise};
use super::incomplete::{self, Told};
use super::okta::Okta;
use super::outline::{Layout, Outline};
use super::parquet::{self, Place};
use super::rows::{Body, at_line};
use super::shape::{Role, Shape, recognise};
use super::table;
use super::{Document, Documents, Input};
use crate::bounded;
use crate::diagnostic::{Code, Diagnostic};
use crate::limits::Limits;
use serde_json::{Map, Value as Json};
use std::ops::ControlFlow;

impl Documents {
    /// Recognises the documents and reads those about the application.
    ///
    /// `forced` is the shape of a document that stands alone. Among several, it is that of the users, and of those that
    /// cannot be recognised: documents about the application keep their shape.
    pub fn open(inputs: Vec<Input>, forced: Option<Shape>, limits: &Limits) -> Result<Documents, Vec<Diagnostic>> {
        let alone = inputs.len() == 1;
        let (mut documents, mut errors) = (Vec::new(), Vec::new());
        for input in inputs {
            match open(input, forced, alone, limits) {
                Ok(document) => documents.push(document),
                Err(error) => errors.push(error),
            }
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        let mut documents = Documents::of(documents, limits.depth.min(limits.json_depth))?;
        let told: Vec<Told> = documents.documents.iter().map(|document| Told::of(&document.body)).collect();
        documents.warnings = incomplete::warnings(&documents, &told);
        Ok(documents)
    }

    /// Reads the documents about the application among those that have been recognised.
    pub(super) fn of(documents: Vec<Document>, depth: usize) -> Result<Documents, Vec<Diagnostic>> {
        let application = application(&documents, depth)?;
        let okta = okta(&documents, depth)?;
        Ok(Documents { documents, application, okta, warnings: Vec::new(), depth })
    }
}

/// Recognises a document that is there as a whole.
pub(super) fn open(input: Input, forced: Option<Shape>, alone: bool, limits: &Limits) -> Result<Document, Diagnostic> {
    let Input { name, bytes } = input;
    if bytes.starts_with(parquet::MAGIC) {
        let read = bounded::read(parquet::lines(&name, Place::Memory(bytes))?, limits.document_bytes);
        let rows = read.map_err(|error| Diagnostic::new(Code::InvalidDocument, format!("{name} cannot be read as Parquet: {error}")))?;
        return open(Input { name, bytes: rows }, forced.or(Some(Shape::Ndjson)), true, limits);
    }
    let text = decode(bytes);
    let mut outline = Outline::of(&text.text);
    let found = recognise(&text.text, &outline);
    let shape = match (found.as_deref(), forced) {
        (Ok([shape]), Some(forced)) if !alone && (shape.role() == Role::Application || forced.role() != Role::Users) => *shape,
        (_, Some(forced)) => {
            outline = lay_out(forced, &text.text, outline);
            if matches!(outline.layout, Layout::Other) {
                return Err(unknown(format!("{name} cannot be read as {forced}: it is not JSON")));
            }
            forced
        }
        (Ok([shape]), None) => *shape,
        (Ok([]), None) => return Err(unknown(format!("{name} has none of the known shapes"))),
        (Ok(several), None) => {
            let words: Vec<&str> = several.iter().map(|shape| shape.word()).collect();
            let message = format!("{name} can be any of several shapes: {}", words.join(", "));
            return Err(Diagnostic::new(Code::AmbiguousShape, message).help(known()));
        }
        // Too damaged to show a shape: where, is worth more than the list of shapes.
        (Err(_), None) if outline.layout == Layout::Single && outline.samples.is_empty() => {
            let body = Body { name, text, outline, begins: (1, 1) };
            return Err(damage(&body).unwrap_or_else(|| unknown(format!("{} has none of the known shapes", body.name))));
        }
        (Err(looks), None) => return Err(unknown(format!("{name} has none of the known shapes: it {looks}"))),
    };
    if let Layout::Table(head) = &outline.layout {
        if let Some(column) = head.twice() {
            return Err(Diagnostic::new(Code::InvalidDocument, format!("{name}: the column {column} stands twice in the header")));
        }
    }
    Ok(Document { shape, body: Body { name, text, outline, begins: (1, 1) } })
}

/// The first finding of a document.
fn damage(body: &Body) -> Option<Diagnostic> {
    let mut found = None;
    let _ = body.rows(usize::MAX, &mut |_, row| {
        found = row.err();
        ControlFlow::Break(())
    });
    found
}

#[cold]
fn unknown(message: String) -> Diagnostic {
    Diagnostic::new(Code::UnknownShape, message).help(known())
}

fn known() -> String {
    format!("say which one it is: --as {}; --as help tells what each is", Shape::known())
}

/// The outline under a shape that the text alone would not have suggested.
fn lay_out(forced: Shape, text: &str, outline: Outline) -> Outline {
    match forced {
        Shape::Ndjson => Outline::of_lines(text),
        Shape::Csv | Shape::Members => match table::head(text) {
            Some(head) => Outline { layout: Layout::Table(head), ..outline },
            None => outline,
        },
        _ => outline,
    }
}

/// Reads the documents about the application: first the service principal, by which the others are understood.
fn application(documents: &[Document], depth: usize) -> Result<Application, Vec<Diagnostic>> {
    let mut application = Application::default();
    let principals = principals(documents);
    if principals.len() > 1 {
        let message = format!("there are service principals of several applications: {}", principals.join(", "));
        let help = "hand over the one of the application that the policy is for";
        return Err(vec![Diagnostic::new(Code::InvalidDocument, message).help(help)]);
    }
    let mut errors = Vec::new();
    each(documents, Shape::GraphServicePrincipal, depth, &mut errors, &mut |object| application.principal(object));
    if documents.iter().any(|document| document.shape == Shape::GraphAppRoleAssignedTo) {
        application.expect_assigned_to();
    }
    each(documents, Shape::GraphAppRoleAssignedTo, depth, &mut errors, &mut |object| application.assigned(object));
    if errors.is_empty() { Ok(application) } else { Err(errors) }
}

/// Reads what Okta's lists say beside the users: the application's users, where those are not the rows themselves, its
/// groups, and who is in them.
fn okta(documents: &[Document], depth: usize) -> Result<Okta, Vec<Diagnostic>> {
    let mut okta = Okta::default();
    let mut errors = Vec::new();
    each(documents, Shape::OktaGroups, depth, &mut errors, &mut |object| okta.group(object));
    each(documents, Shape::OktaGroupMembers, depth, &mut errors, &mut |object| okta.members(object));
    if documents.iter().any(|document| document.shape == Shape::OktaUsers) {
        if documents.iter().any(|document| document.shape == Shape::OktaAppUsers) {
            okta.expect_app_users();
        }
        each(documents, Shape::OktaAppUsers, depth, &mut errors, &mut |object| okta.app_user(object.clone()));
    }
    if errors.is_empty() { Ok(okta) } else { Err(errors) }
}

/// The service principals by name and document, one for each id.
fn principals(documents: &[Document]) -> Vec<String> {
    let (mut ids, mut out) = (Vec::new(), Vec::new());
    for document in documents.iter().filter(|document| document.shape == Shape::GraphServicePrincipal) {
        let samples = document.body.outline.samples.iter().map(|sample| normalise(sample.clone(), From::Graph));
        for principal in samples {
            let text = |key: &str| principal.get(key).and_then(Json::as_str);
            let id = text("id").unwrap_or_default().to_lowercase();
            if !ids.contains(&id) {
                out.push(format!("{} ({})", text("displayName").unwrap_or(&id), document.body.name));
                ids.push(id);
            }
        }
    }
    out
}

/// Takes in one object; the error says what it lacks.
type Take<'f> = &'f mut dyn FnMut(&Map<String, Json>) -> Result<(), String>;

/// Reads the rows of the documents of a shape.
fn each(documents: &[Document], shape: Shape, depth: usize, errors: &mut Vec<Diagnostic>, take: Take<'_>) {
    for document in documents.iter().filter(|document| document.shape == shape) {
        let _ = document.body.rows(depth, &mut |line, row| {
            let name = &document.body.name;
            let done = row.and_then(|row| {
                take(&if shape.is_okta() { row } else { normalise(row, From::Graph) })
                    .map_err(|bad| at_line(Code::InvalidDocument, name, line, bad))
            });
            errors.extend(done.err());
            ControlFlow::Continue(())
        });
    }
}
