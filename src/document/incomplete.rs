//! Signs that an export is not all there is.

use super::Document;
use super::application::{ASSIGNMENTS, Application};
use super::graph::{From, normalise};
use super::outline::Layout;
use super::scan::{self, Items};
use super::shape::{Role, Shape};
use crate::diagnostic::{Code, Diagnostic};
use serde_json::Value as Json;

/// Graph's name for the address of what follows.
const NEXT_LINK: &str = "@odata.nextLink\"";

/// The warnings about documents that lack something of which they tell.
pub(super) fn warnings(documents: &[Document], application: &Application) -> Vec<Diagnostic> {
    let mut out = Vec::new();
    pages_of_graph(documents, &mut out);
    pages_of_scim(documents, &mut out);
    members_of_groups(documents, application, &mut out);
    out
}

fn warn(out: &mut Vec<Diagnostic>, message: String, help: &str) {
    out.push(Diagnostic::new(Code::ExportIncomplete, message).help(help));
}

/// The last page has no link. Where it is among the documents, the others are taken to be there too.
fn pages_of_graph(documents: &[Document], out: &mut Vec<Diagnostic>) {
    let json = || documents.iter().filter(|document| !matches!(document.body.outline.layout, Layout::Table(_)));
    for document in json() {
        let links = links(document);
        let is_last = |other: &Document| other.shape == document.shape && !self::links(other).page;
        if links.page && !json().any(is_last) {
            let message = format!("{} names a further page (@odata.nextLink) that is not among the documents", document.body.name);
            warn(out, message, "fetch the other pages, and hand them over too");
        }
        if links.within {
            let message = format!(
                "{} leaves out items of an expanded list, such as a user's {ASSIGNMENTS}, and names the address of the rest",
                document.body.name
            );
            warn(out, message, "hand over the application's appRoleAssignedTo too");
        }
    }
}

#[derive(Default)]
struct Links {
    page: bool,
    within: bool,
}

/// The links of a document; where it has a page a line, the last line has to say whether there are more.
fn links(document: &Document) -> Links {
    let text = document.body.text.text.trim_end();
    let links = next_links(text);
    match text.rfind('\n') {
        Some(end) if document.body.outline.pages => Links { page: next_links(&text[end..]).page, ..links },
        _ => links,
    }
}

/// Looks for links by their name: it can stand after all the users, and texts cannot hold it, for there the quotation
/// mark would be escaped.
fn next_links(text: &str) -> Links {
    let mut links = Links::default();
    for (at, _) in text.match_indices(NEXT_LINK) {
        let bytes = text.as_bytes();
        let colon = scan::skip_space(bytes, at + NEXT_LINK.len());
        let value = scan::skip_space(bytes, colon + 1);
        let names = bytes.get(colon) == Some(&b':') && bytes.get(value) == Some(&b'"') && bytes.get(value + 1) != Some(&b'"');
        let page = text[..at].ends_with('"');
        links.page |= names && page;
        links.within |= names && !page;
    }
    links
}

/// SCIM counts: what its pages hold together must reach the total.
fn pages_of_scim(documents: &[Document], out: &mut Vec<Diagnostic>) {
    let (mut pages, mut total, mut names) = (Vec::new(), 0, Vec::new());
    for document in documents.iter().filter(|document| document.shape == Shape::Scim) {
        let number = |name: &str| document.body.outline.member(&document.body.text.text, name).as_ref().and_then(Json::as_u64);
        let Some(results) = number("totalResults") else { continue };
        let count = number("itemsPerPage").unwrap_or_else(|| match document.body.outline.layout {
            Layout::Wrapped(_, at) => Items::of(&document.body.text.text, at).filter(Result::is_ok).count() as u64,
            _ => 0,
        });
        let start = number("startIndex").unwrap_or(1).max(1);
        pages.push((start, start.saturating_add(count)));
        total = total.max(results);
        names.push(document.body.name.as_str());
    }
    pages.sort_unstable();
    let mut next = 1;
    for (start, end) in pages {
        if start > next {
            break;
        }
        next = next.max(end);
    }
    if next <= total {
        let message = format!("{}: of {total} results, those from {next} on are not among the documents", names.join(", "));
        warn(out, message, "fetch the other pages, and hand them over too");
    }
}

/// A group's assignment concerns its members, and only the users' own lists say who they are.
fn members_of_groups(documents: &[Document], application: &Application, out: &mut Vec<Diagnostic>) {
    let [first, others @ ..] = application.groups() else { return };
    let groups = if others.is_empty() { format!("the group {first} is") } else { format!("{first} and other groups are") };
    for document in documents.iter().filter(|document| document.shape.role() == Role::Users && document.shape != Shape::Scim) {
        let mut samples = document.body.outline.samples.iter().map(|sample| normalise(sample.clone(), From::Graph));
        if samples.any(|sample| !sample.contains_key(ASSIGNMENTS)) && !matches!(document.body.outline.layout, Layout::Table(_)) {
            let message = format!("{groups} assigned to the application, and {} does not say who is in it", document.body.name);
            warn(out, message, "export the users with $expand=appRoleAssignments");
        }
    }
}
