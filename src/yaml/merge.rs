//! Policies that build on others, and single values set from outside.

use super::node::{Entry, Node, NodeValue};
use crate::diagnostic::nearest;

/// `over` upon `base`. Maps merge key by key, and an explicit null removes a key. A list of rows whose items
/// all carry an `id` goes upon rows with ids one by one: a row of the same id is replaced where it stands, others are appended. Everything else is
/// replaced. Whatever is taken over keeps its place.
pub(crate) fn merge(base: Node, over: Node) -> Node {
    let (source, span) = (over.source, over.span);
    let value = match (base.value, over.value) {
        (NodeValue::Map(base), NodeValue::Map(over)) => NodeValue::Map(merge_maps(base, over)),
        (NodeValue::List(base), NodeValue::List(over)) if base.iter().any(|row| id(row).is_some()) && have_ids(&over) => {
            NodeValue::List(merge_rows(base, over))
        }
        (_, NodeValue::Map(over)) => NodeValue::Map(merge_maps(Vec::new(), over)),
        (_, over) => over,
    };
    Node { value, source, span }
}

fn merge_maps(mut base: Vec<Entry>, over: Vec<Entry>) -> Vec<Entry> {
    for entry in over {
        let known = base.iter().position(|known| known.key == entry.key);
        match known {
            Some(index) if entry.value.is_null() => {
                base.remove(index);
            }
            // There is nothing to remove.
            None if entry.value.is_null() => {}
            Some(index) => {
                let slot = &mut base[index];
                let before = std::mem::replace(&mut slot.value, entry.value.placeholder());
                *slot = Entry { value: merge(before, entry.value), ..entry };
            }
            None => {
                let nothing = entry.value.placeholder();
                base.push(Entry { value: merge(nothing, entry.value), ..entry });
            }
        }
    }
    base
}

fn merge_rows(mut base: Vec<Node>, over: Vec<Node>) -> Vec<Node> {
    for row in over {
        match base.iter_mut().find(|known| id(known) == id(&row)) {
            Some(known) => *known = row,
            None => base.push(row),
        }
    }
    base
}

/// The `id` of a row, as text.
fn id(node: &Node) -> Option<String> {
    match &node.get("id")?.value {
        NodeValue::Text(scalar) => Some(scalar.text.clone()),
        NodeValue::Int(number) => Some(number.to_string()),
        _ => None,
    }
}

fn have_ids(items: &[Node]) -> bool {
    !items.is_empty() && items.iter().all(|item| id(item).is_some())
}

impl Node {
    /// Nothing, at the place of a value that is about to be moved.
    fn placeholder(&self) -> Node {
        Node::new(NodeValue::Null, self.source, self.span)
    }
}

/// Sets the value at a path such as `settings.domain`, making the maps on the way. A null value removes the key or
/// item. Keys may contain dots: where several readings of a path exist, the longest existing key counts, and `'a.b'` or
/// `"a.b"` is always one key. Items of a list are named by their `id`, or by their number, from 0.
pub(crate) fn set(root: &mut Node, path: &str, value: Node) -> Result<(), String> {
    let segments = segments(path)?;
    let mut node = root;
    let mut done = 0;
    loop {
        let rest = &segments[done..];
        let walked = || match path_of(&segments[..done]) {
            path if path.is_empty() => "the policy itself".to_owned(),
            path => format!("`{path}`"),
        };
        if node.is_null() {
            node.value = NodeValue::Map(Vec::new());
        }
        let kind = node.kind();
        match &mut node.value {
            NodeValue::Map(entries) => {
                let found = longest(rest, |name| entries.iter().position(|entry| entry.key == name));
                let (index, used) = match found {
                    Some(found) => found,
                    None if value.is_null() => return Err(no_such_key(&walked(), rest, entries)),
                    None => {
                        entries.push(Entry {
                            key: rest[0].text.clone(),
                            key_span: value.span,
                            key_source: value.source,
                            value: value.placeholder(),
                        });
                        (entries.len() - 1, 1)
                    }
                };
                if used == rest.len() {
                    if value.is_null() {
                        entries.remove(index);
                    } else {
                        entries[index].value = value;
                    }
                    return Ok(());
                }
                done += used;
                node = &mut entries[index].value;
            }
            NodeValue::List(items) => {
                let by_id = longest(rest, |name| items.iter().position(|item| id(item).as_deref() == Some(name)));
                let by_number = || rest[0].text.parse().ok().filter(|index| *index < items.len()).map(|index| (index, 1));
                let Some((index, used)) = by_id.or_else(by_number) else {
                    return Err(no_such_item(&walked(), &rest[0].text, items));
                };
                if used == rest.len() {
                    if value.is_null() {
                        items.remove(index);
                    } else {
                        items[index] = value;
                    }
                    return Ok(());
                }
                done += used;
                node = &mut items[index];
            }
            _ => return Err(format!("{} is {kind}: it has no `{}`", walked(), rest[0].text)),
        }
    }
}

/// A part of a path.
struct Segment {
    text: String,
    quoted: bool,
}

fn segments(path: &str) -> Result<Vec<Segment>, String> {
    let mut segments = Vec::new();
    let mut rest = path;
    loop {
        let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''));
        let (text, after) = match quote {
            Some(quote) => rest[1..].split_once(quote).ok_or_else(|| format!("the path `{path}` lacks a closing {quote}"))?,
            None => rest.split_at(rest.find('.').unwrap_or(rest.len())),
        };
        if text.is_empty() && quote.is_none() {
            return Err(match path {
                "" => "the path is empty".to_owned(),
                _ => format!("the path `{path}` has an empty part"),
            });
        }
        segments.push(Segment { text: text.to_owned(), quoted: quote.is_some() });
        if after.is_empty() {
            return Ok(segments);
        }
        rest = after.strip_prefix('.').ok_or_else(|| format!("in the path `{path}`, a dot is missing before `{after}`"))?;
    }
}

/// Finds the longest name, made of the first segments, that exists; and how many segments it takes.
fn longest(segments: &[Segment], find: impl Fn(&str) -> Option<usize>) -> Option<(usize, usize)> {
    let joinable = segments.iter().take_while(|segment| !segment.quoted).count().max(1);
    (1..=joinable.min(segments.len())).rev().find_map(|used| Some((find(&join(&segments[..used]))?, used)))
}

fn join(segments: &[Segment]) -> String {
    segments.iter().map(|segment| segment.text.as_str()).collect::<Vec<_>>().join(".")
}

fn path_of(segments: &[Segment]) -> String {
    let parts = segments.iter().map(|segment| match segment.text.contains('.') {
        true => format!("\"{}\"", segment.text),
        false => segment.text.clone(),
    });
    parts.collect::<Vec<_>>().join(".")
}

fn no_such_key(place: &str, rest: &[Segment], entries: &[Entry]) -> String {
    let keys = || entries.iter().map(|entry| entry.key.as_str());
    let wanted = join(rest);
    match nearest(&rest[0].text, keys()).or_else(|| nearest(&wanted, keys())) {
        Some(near) => format!("{place} has no `{wanted}`; did you mean `{near}`?"),
        None => format!("{place} has no `{wanted}`{}", listed(keys())),
    }
}

fn no_such_item(place: &str, wanted: &str, items: &[Node]) -> String {
    let ids: Vec<String> = items.iter().filter_map(id).collect();
    match nearest(wanted, ids.iter().map(String::as_str)) {
        Some(near) => format!("{place} has no item `{wanted}`; did you mean `{near}`?"),
        None if ids.is_empty() => {
            format!("{place} has no item `{wanted}`: it has {}, numbered from 0", items.len())
        }
        None => format!("{place} has no item `{wanted}`{}", listed(ids.iter().map(String::as_str))),
    }
}

fn listed<'n>(names: impl Iterator<Item = &'n str>) -> String {
    let names: Vec<String> = names.map(|name| format!("`{name}`")).collect();
    if names.is_empty() { String::new() } else { format!("; it has {}", names.join(", ")) }
}
