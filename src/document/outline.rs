//! The outline of a document: its layout, its first few users, and what stands around them. Shapes are recognised by
//! it, and reading begins where it says.

use super::scan::{self, Item, Items};
use super::table::{self, Head};
use serde_json::{Map, Value as Json};
use std::ops::Range;

/// So many items are looked at to recognise a document; all the others have the same shape or are reported one by one.
const SAMPLES: usize = 8;

/// How the objects of a document are set out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Layout {
    /// Nothing but white space.
    Empty,
    /// The document is one object.
    Single,
    /// The document is a list, whose bracket stands at this byte.
    Array(usize),
    /// The document is an object that wraps a list: under this name, with its bracket at this byte.
    Wrapped(&'static str, usize),
    /// The text goes on with a list, after one of its items.
    Rest,
    /// One object a line.
    Lines,
    /// A header and rows.
    Table(Head),
    /// None of these.
    Other,
}

/// What recognition sees.
#[derive(Debug)]
pub(super) struct Outline {
    /// How the objects are set out.
    pub(super) layout: Layout,
    /// The first objects.
    pub(super) samples: Vec<Map<String, Json>>,
    /// Whether the first items are all something else than objects.
    pub(super) no_objects: bool,
    /// The members of an outermost object, by name, with the bytes of their values.
    pub(super) members: Vec<(String, Range<usize>)>,
    /// Whether the lines are pages of a list, each whole.
    pub(super) pages: bool,
    /// Where an object or list ends too early or goes on too long.
    pub(super) broken: Option<usize>,
}

/// The names under which Graph and SCIM wrap their lists.
pub(super) const WRAPPERS: [&str; 2] = ["value", "Resources"];

impl Outline {
    /// The outline of a part of a document whose shape is known.
    pub(super) fn of_part(layout: Layout, broken: Option<usize>) -> Self {
        Outline { layout, samples: Vec::new(), no_objects: false, members: Vec::new(), pages: false, broken }
    }

    pub(super) fn of(text: &str) -> Self {
        let mut out = Outline::of_part(Layout::Other, None);
        let start = scan::skip_space(text.as_bytes(), 0);
        match text.as_bytes().get(start) {
            None => out.layout = Layout::Empty,
            Some(b'[') => {
                out.layout = Layout::Array(start);
                let end = out.list(text, start);
                out.end(text, end);
            }
            Some(b'{') if is_lines(&text[start..]) => out.lines(text),
            Some(b'{') => out.object(text, start),
            Some(_) if serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok() => {} // `null`, no table without rows
            Some(_) => {
                if let Some(head) = table::head(text).filter(Head::is_plausible) {
                    out.samples.push(head.columns.iter().map(|name| (name.clone(), Json::Null)).collect());
                    out.layout = Layout::Table(head);
                }
            }
        }
        out
    }

    /// The outline if the document is said to have one object a line.
    pub(super) fn of_lines(text: &str) -> Self {
        let mut out = Outline::of("");
        out.lines(text);
        out
    }

    /// The value of a member of the outermost object; names are compared without regard to case, as SCIM has it.
    pub(super) fn member(&self, text: &str, name: &str) -> Option<Json> {
        let (_, range) = self.members.iter().find(|(member, _)| member.eq_ignore_ascii_case(name))?;
        serde_json::from_str(text.get(range.clone())?).ok()
    }

    /// Notes a member of the outermost object.
    pub(super) fn member_at(&mut self, text: &str, item: Item) {
        self.members.push((name(text, item.name), item.value.range));
    }

    fn lines(&mut self, text: &str) {
        self.layout = Layout::Lines;
        for line in text.lines().filter(|line| !line.trim().is_empty()).take(SAMPLES) {
            let Ok(mut object) = serde_json::from_str::<Map<String, Json>>(line) else { continue };
            match page(&mut object) {
                Some(items) => {
                    self.pages = true;
                    let objects = items.into_iter().filter_map(|item| if let Json::Object(item) = item { Some(item) } else { None });
                    self.samples.extend(objects.take(SAMPLES));
                }
                None => self.samples.push(object),
            }
        }
        // What the last page says of itself is true of them all: whether there are more.
        let last = text.trim_end().rfind('\n').map_or(0, |end| end + 1);
        let start = scan::skip_space(text.as_bytes(), last);
        if self.pages && text.as_bytes().get(start) == Some(&b'{') {
            let items = Items::of(text.as_bytes(), start).map_while(Result::ok);
            self.members.extend(items.map(|item| (name(text, item.name), item.value.range)));
        }
    }

    fn object(&mut self, text: &str, start: usize) {
        self.layout = Layout::Single;
        let mut items = Items::of(text.as_bytes(), start);
        for item in items.by_ref() {
            let item = match item {
                Ok(item) => item,
                Err(broken) => {
                    self.broken = Some(broken.0);
                    break;
                }
            };
            let name = name(text, item.name.clone());
            self.wrapped(text, &name, item.value.range.start);
            self.member_at(text, item);
        }
        if self.broken.is_some() {
            // The list itself may be what is damaged: what stands in it before the damage is read all the same.
            if let Some((pending, at)) = items.pending() {
                self.wrapped(text, &name(text, Some(pending)), at);
            }
            return;
        }
        let end = items.at();
        if self.layout == Layout::Single {
            self.samples.extend(serde_json::from_str::<Map<String, Json>>(&text[start..end]).ok());
        }
        self.end(text, Some(end));
    }

    /// Samples the list under one of the wrapping names.
    fn wrapped(&mut self, text: &str, name: &str, at: usize) {
        let wrapper = WRAPPERS.iter().find(|wrapper| wrapper.eq_ignore_ascii_case(name));
        if let (Some(wrapper), Layout::Single, Some(b'[')) = (wrapper, &self.layout, text.as_bytes().get(at)) {
            self.layout = Layout::Wrapped(wrapper, at);
            self.sample(text, at);
        }
    }

    /// Samples the first items of a list.
    fn sample(&mut self, text: &str, at: usize) {
        let mut others = 0;
        for item in Items::of(text.as_bytes(), at).take(SAMPLES) {
            let Ok(item) = item else { break };
            match serde_json::from_str(&text[item.value.range]) {
                Ok(Json::Object(object)) => self.samples.push(object),
                Ok(_) => others += 1,
                Err(_) => {}
            }
        }
        self.no_objects = others > 0 && self.samples.is_empty();
    }

    /// Samples a list and gives its end.
    fn list(&mut self, text: &str, at: usize) -> Option<usize> {
        self.sample(text, at);
        match scan::value(text.as_bytes(), at) {
            Ok(extent) => Some(extent.range.end),
            Err(broken) => {
                self.broken = Some(broken.0);
                None
            }
        }
    }

    fn end(&mut self, text: &str, end: Option<usize>) {
        if let Some(end) = end {
            let rest = scan::skip_space(text.as_bytes(), end);
            if rest < text.len() {
                self.broken = Some(rest);
            }
        }
    }
}

/// The items of an object that is a page of Graph's or SCIM's lists and nothing else.
pub(super) fn page(object: &mut Map<String, Json>) -> Option<Vec<Json>> {
    const BESIDE: [&str; 4] = ["schemas", "totalResults", "itemsPerPage", "startIndex"];
    let wrapper = *WRAPPERS.iter().find(|wrapper| object.get(**wrapper).is_some_and(Json::is_array))?;
    let page = object.keys().all(|key| key == wrapper || key.contains('@') || BESIDE.contains(&key.as_str()));
    let objects = object.get(wrapper)?.as_array()?.iter().all(Json::is_object);
    match object.get_mut(wrapper) {
        Some(Json::Array(items)) if page && objects => Some(std::mem::take(items)),
        _ => None,
    }
}

fn name(text: &str, quoted: Option<Range<usize>>) -> String {
    quoted.and_then(|quoted| serde_json::from_str(&text[quoted]).ok()).unwrap_or_default()
}

/// Whether a text that begins with `{` has one object a line: its first line is a whole object, or looks like a damaged
/// one, and more follow.
fn is_lines(text: &str) -> bool {
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let (Some(first), second) = (lines.next(), lines.next()) else { return false };
    let whole = scan::value(first.as_bytes(), 0).is_ok_and(|extent| extent.range.end == first.len());
    match second {
        None => false,
        Some(second) => whole || (first.ends_with('}') && second.starts_with('{')),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layout(text: &str) -> (Layout, usize, Option<usize>) {
        let outline = Outline::of(text);
        (outline.layout, outline.samples.len(), outline.broken)
    }

    #[test]
    fn layouts() {
        assert_eq!(layout(" \n"), (Layout::Empty, 0, None));
        assert_eq!(layout("[{},{}]"), (Layout::Array(0), 2, None));
        assert_eq!(layout("{\"a\": 1}"), (Layout::Single, 1, None));
        assert_eq!(layout("{\"a\":[1],\"value\": [{}], \"b\":2}"), (Layout::Wrapped("value", 18), 1, None));
        assert_eq!(layout("{\"value\":[\n{\"a\":1},\n{\"a\":1}\n]}"), (Layout::Wrapped("value", 9), 2, None));
        assert_eq!(layout("{\"a\":1}\n\n{\"a\":2}"), (Layout::Lines, 2, None));
        assert_eq!(layout("{\"a\":1,}\n{\"a\":2}"), (Layout::Lines, 1, None));
        assert_eq!(layout("<html>"), (Layout::Other, 0, None));
        assert!(matches!(layout("a,b\n1,2").0, Layout::Table(_)));
    }

    #[test]
    fn damage_leaves_what_stands_before() {
        assert_eq!(layout("[{},{}"), (Layout::Array(0), 2, Some(6)));
        assert_eq!(layout("[{}] x"), (Layout::Array(0), 1, Some(5)));
        for text in ["{\"value\":[{},{}", "{ \"a\":1 , \"value\" : [{},{} x", "{\"a\":1,\"Resources\":[{},{}"] {
            let (layout, samples, broken) = layout(text);
            assert!(matches!(layout, Layout::Wrapped(..)), "{text}: {layout:?}");
            assert_eq!((samples, broken), (2, Some(text.len())), "{text}");
        }
    }
}
