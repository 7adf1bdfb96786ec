//! Signs that an export is not all there is.

use super::application::{ASSIGNMENTS, Application};
use super::graph::{From, normalise};
use super::outline::{Layout, Outline};
use super::rows::Body;
use super::scan::{self, Items};
use super::shape::{Role, Shape};
use super::{Document, Documents};
use crate::diagnostic::{Code, Diagnostic};
use serde_json::Value as Json;

/// Graph's name for the address of what follows.
const NEXT_LINK: &str = "@odata.nextLink\"";

/// What a document tells of itself: whether there is more than it holds.
#[derive(Debug, Default)]
pub(super) struct Told {
    links: Links,
    counts: Counts,
    /// The items of its list.
    pub(super) items: u64,
}

/// How SCIM numbers its pages (RFC 7644, section 3.4.2.4).
#[derive(Debug, Default)]
struct Counts {
    total: Option<u64>,
    per_page: Option<u64>,
    start: Option<u64>,
}

impl Told {
    /// What a whole document tells.
    pub(super) fn of(body: &Body) -> Self {
        let mut told = Told::default();
        let text = &body.text.text;
        told.links(text);
        told.members(&body.outline, text);
        if let (true, Some(end)) = (body.outline.pages, text.trim_end().rfind('\n')) {
            told.last_page(&text[end..]);
        }
        if let (Layout::Wrapped(_, at), Some(_), None) = (&body.outline.layout, told.counts.total, told.counts.per_page) {
            told.items = Items::of(text.as_bytes(), *at).filter(Result::is_ok).count() as u64;
        }
        told
    }

    /// Of pages that stand a line each, the last says whether there are more; it counts from the first on.
    fn last_page(&mut self, last: &str) {
        let mut told = Told::default();
        told.links(last);
        self.links.page = told.links.page;
        let before = self.counts.start.unwrap_or(1).max(1) - 1;
        self.counts.start = Some(1);
        self.counts.per_page = self.counts.per_page.map(|items| before.saturating_add(items));
    }

    /// Looks for links by their name: it can stand after all the users, and texts cannot hold it, for there the quotation
    /// mark would be escaped.
    pub(super) fn links(&mut self, text: &str) {
        for at in memchr::memmem::find_iter(text.as_bytes(), NEXT_LINK) {
            let bytes = text.as_bytes();
            let colon = scan::skip_space(bytes, at + NEXT_LINK.len());
            let value = scan::skip_space(bytes, colon + 1);
            let names = bytes.get(colon) == Some(&b':') && bytes.get(value) == Some(&b'"') && bytes.get(value + 1) != Some(&b'"');
            let page = text[..at].ends_with('"');
            self.links.page |= names && page;
            self.links.within |= names && !page;
        }
    }

    /// Takes the numbers among the members around the list.
    pub(super) fn members(&mut self, outline: &Outline, text: &str) {
        let number = |name: &str| outline.member(text, name).as_ref().and_then(Json::as_u64);
        let counts = &mut self.counts;
        counts.total = counts.total.or_else(|| number("totalResults"));
        counts.per_page = counts.per_page.or_else(|| number("itemsPerPage"));
        counts.start = counts.start.or_else(|| number("startIndex"));
    }
}

/// The warnings about documents that lack something of which they tell.
pub(super) fn warnings(documents: &Documents, told: &[Told]) -> Vec<Diagnostic> {
    let mut out = Vec::new();
    let all: Vec<(&Document, &Told)> = documents.documents.iter().zip(told).collect();
    pages_of_graph(&all, &mut out);
    pages_of_scim(&all, &mut out);
    members_of_groups(&documents.documents, &documents.application, &mut out);
    out
}

fn warn(out: &mut Vec<Diagnostic>, message: String, help: &str) {
    out.push(Diagnostic::new(Code::ExportIncomplete, message).help(help));
}

/// The last page has no link. Where it is among the documents, the others are taken to be there too.
fn pages_of_graph(documents: &[(&Document, &Told)], out: &mut Vec<Diagnostic>) {
    let json = || documents.iter().filter(|(document, _)| !matches!(document.body.outline.layout, Layout::Table(_)));
    for (document, Told { links, .. }) in json() {
        let mut last = json().filter(|(other, told)| other.shape == document.shape && !told.links.page);
        if links.page && last.next().is_none() {
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

#[derive(Debug, Default)]
struct Links {
    page: bool,
    within: bool,
}

/// SCIM counts: what its pages hold together must reach the total.
fn pages_of_scim(documents: &[(&Document, &Told)], out: &mut Vec<Diagnostic>) {
    let (mut pages, mut total, mut names) = (Vec::new(), 0, Vec::new());
    for (document, told) in documents.iter().filter(|(document, _)| document.shape == Shape::Scim) {
        let Some(results) = told.counts.total else { continue };
        let start = told.counts.start.unwrap_or(1).max(1);
        pages.push((start, start.saturating_add(told.counts.per_page.unwrap_or(told.items))));
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
