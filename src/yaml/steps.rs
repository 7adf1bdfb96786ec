//! The events of a file as a flat list: limits, keys and anchors are checked here, before any tree is built. An alias
//! is one step however much it repeats, so that a file which multiplies itself is refused without being multiplied.

use super::node::{Node, NodeValue, Scalar};
use super::offsets::Style;
use super::resolve::{self, Plain};
use super::scalar::{Dashes, Raw, skip_properties};
use crate::diagnostic::{Code, Diagnostic, SourceId, Span};
use crate::limits::Limits;
use saphyr_parser::{Event, ScalarStyle, Tag};
use std::collections::HashMap;
use std::ops::Range;

/// One step of building the tree.
pub(super) enum Step {
    /// A list or map begins.
    Open { is_list: bool, start: usize },
    /// It ends.
    Close { end: usize },
    /// A key; its value follows.
    Key(String, Span),
    /// A value that is neither list nor map.
    Leaf(Node),
    /// The steps of an anchor again.
    Repeat(Range<usize>),
}

/// A list or map that has not ended.
struct Frame {
    is_list: bool,
    is_flow: bool,
    anchor: usize,
    first_step: usize,
    start: usize,
    /// Where its last part ended.
    end: usize,
    before: Size,
    /// Levels of lists and maps below it.
    height: usize,
    keys: HashMap<String, Span>,
    awaits_value: bool,
}

/// What has been read, repeated parts counted each time.
#[derive(Clone, Copy, Default)]
struct Size {
    nodes: usize,
    bytes: usize,
}

/// What an anchor names.
struct Anchored {
    steps: Range<usize>,
    size: Size,
    height: usize,
}

/// Collects the steps.
pub(super) struct Steps<'t> {
    text: &'t str,
    source: SourceId,
    limits: &'t Limits,
    steps: Vec<Step>,
    frames: Vec<Frame>,
    anchors: HashMap<usize, Anchored>,
    size: Size,
    /// Where the last event ended.
    from: usize,
}

impl<'t> Steps<'t> {
    pub(super) fn new(text: &'t str, source: SourceId, limits: &'t Limits) -> Self {
        Steps { text, source, limits, steps: Vec::new(), frames: Vec::new(), anchors: HashMap::new(), size: Size::default(), from: 0 }
    }

    /// The steps of the whole document.
    pub(super) fn finish(self) -> Vec<Step> {
        self.steps
    }

    /// The opening brackets that have not been closed, outermost first.
    pub(super) fn open_brackets(&self) -> impl DoubleEndedIterator<Item = usize> + '_ {
        self.frames.iter().filter(|frame| frame.is_flow).map(|frame| frame.start)
    }

    /// Text up to here belongs to events that are no steps.
    pub(super) fn passed(&mut self, end: usize) {
        self.from = self.from.max(end);
    }

    /// Takes the next event of the document.
    pub(super) fn take(&mut self, event: Event<'_>, span: Span) -> Result<(), Diagnostic> {
        // A value that is not written has the place of what follows.
        let nothing = matches!(&event, Event::Scalar(text, ScalarStyle::Plain, ..) if text.is_empty());
        match event {
            Event::Scalar(text, style, anchor, tag) => self.scalar(&text, style, anchor, tag.as_deref(), span)?,
            Event::SequenceStart(anchor, tag) => self.open(true, anchor, tag.as_deref(), span)?,
            Event::MappingStart(anchor, tag) => self.open(false, anchor, tag.as_deref(), span)?,
            Event::SequenceEnd | Event::MappingEnd => self.close(span),
            Event::Alias(anchor) => self.alias(anchor, span)?,
            _ => {}
        }
        self.passed(if nothing { span.start } else { span.end });
        Ok(())
    }

    #[cold]
    fn error(&self, code: Code, message: impl Into<String>, span: Span, label: &str) -> Diagnostic {
        Diagnostic::new(code, message).at_source(self.source, span, label)
    }

    /// Whether a key is what comes next.
    fn wants_key(&self) -> bool {
        self.frames.last().is_some_and(|frame| !frame.is_list && !frame.awaits_value)
    }

    fn count(&mut self, nodes: usize, span: Span) -> Result<(), Diagnostic> {
        self.size.nodes = self.size.nodes.saturating_add(nodes);
        if self.size.nodes > self.limits.nodes {
            let message = format!("the file has more than {} values", self.limits.nodes);
            return Err(self
                .error(Code::YamlLimit, message, span, "here the limit is passed")
                .help("what aliases (`*name`) repeat counts each time"));
        }
        Ok(())
    }

    fn check_depth(&self, levels: usize, span: Span) -> Result<(), Diagnostic> {
        if self.frames.len().saturating_add(levels) > self.limits.depth {
            let message = format!("lists and maps are nested deeper than {} levels", self.limits.depth);
            return Err(self.error(Code::YamlLimit, message, span, "here the limit is passed"));
        }
        Ok(())
    }

    /// A value has been read: its parent notes its end and height, its anchor what it is.
    fn value_done(&mut self, end: usize, height: usize) {
        if let Some(frame) = self.frames.last_mut() {
            frame.end = frame.end.max(end);
            frame.height = frame.height.max(height);
            frame.awaits_value = false;
        }
    }

    fn anchor(&mut self, anchor: usize, first_step: usize, before: Size, height: usize) {
        if anchor > 0 {
            let size = Size { nodes: self.size.nodes - before.nodes, bytes: self.size.bytes - before.bytes };
            self.anchors.insert(anchor, Anchored { steps: first_step..self.steps.len(), size, height });
        }
    }

    fn scalar(&mut self, text: &str, style: ScalarStyle, anchor: usize, tag: Option<&Tag>, span: Span) -> Result<(), Diagnostic> {
        let in_flow = self.frames.last().is_some_and(|frame| frame.is_flow);
        let style = match style {
            ScalarStyle::Plain if in_flow => Style::PlainInFlow,
            ScalarStyle::Plain => Style::Plain,
            ScalarStyle::SingleQuoted => Style::Single,
            ScalarStyle::DoubleQuoted => Style::Double,
            ScalarStyle::Literal => Style::Literal,
            ScalarStyle::Folded => Style::Folded,
        };
        let has_properties = anchor > 0 || tag.is_some();
        let raw = Raw { file: self.text, span, from: self.from, has_properties, style, text };
        let (span, offsets) = raw.locate();
        let plain = matches!(style, Style::Plain | Style::PlainInFlow);
        let before = self.size;
        let first_step = self.steps.len();
        self.size.bytes = self.size.bytes.saturating_add(text.len());
        if self.wants_key() {
            if anchor > 0 {
                return Err(self.error(Code::YamlSyntax, "a key has an anchor", span, "").help("anchors (`&name`) belong before values"));
            }
            return self.key(text, plain, span);
        }
        self.count(1, span)?;
        let value = self.resolve(text, plain, tag, span, offsets)?;
        self.steps.push(Step::Leaf(Node::new(value, self.source, span)));
        self.anchor(anchor, first_step, before, 0);
        self.value_done(span.end, 0);
        Ok(())
    }

    fn resolve(
        &self,
        text: &str,
        plain: bool,
        tag: Option<&Tag>,
        span: Span,
        offsets: super::offsets::Offsets,
    ) -> Result<NodeValue, Diagnostic> {
        let kind = match tag {
            None => None,
            Some(tag) => match core_tag(tag) {
                Some("") | Some("str") => Some("str"),
                Some(kind @ ("null" | "bool" | "int" | "float")) => Some(kind),
                _ => return Err(self.unknown_tag(tag, span)),
            },
        };
        if kind == Some("str") || (kind.is_none() && !plain) {
            return Ok(made(text, offsets));
        }
        let value = match resolve::plain(text) {
            Plain::Null => NodeValue::Null,
            Plain::Bool(is) => NodeValue::Bool(is),
            Plain::Int(number) if kind == Some("float") => NodeValue::Float(number as f64),
            Plain::Int(number) => NodeValue::Int(number),
            Plain::Float(number) => NodeValue::Float(number),
            Plain::Text => made(text, offsets),
            Plain::TooLarge => {
                return Err(self
                    .error(Code::InvalidPolicyValue, "a number has more digits than 64 bits hold", span, "")
                    .help("if it is a text, put it in quotation marks")
                    .edit_source(self.source, span, format!("\"{text}\"")));
            }
        };
        let fits = match kind {
            None => true,
            Some("null") => matches!(value, NodeValue::Null),
            Some("bool") => matches!(value, NodeValue::Bool(_)),
            Some("int") => matches!(value, NodeValue::Int(_)),
            _ => matches!(value, NodeValue::Float(_)),
        };
        if fits {
            return Ok(value);
        }
        let message = format!("the tag `!!{}` does not fit this value", kind.unwrap_or_default());
        Err(self.error(Code::InvalidPolicyValue, message, span, ""))
    }

    #[cold]
    fn unknown_tag(&self, tag: &Tag, span: Span) -> Diagnostic {
        let message = format!("the tag `{tag}` means nothing here");
        self.error(Code::YamlSyntax, message, span, "").help("a text that begins with `!` goes in quotation marks")
    }

    fn key(&mut self, text: &str, plain: bool, span: Span) -> Result<(), Diagnostic> {
        if plain && text.is_empty() {
            let at = Span::new(span.start, span.start.max(span.end));
            return Err(self.error(Code::YamlSyntax, "a key is missing before the colon", at, ""));
        }
        if plain && text == "<<" {
            return Err(self
                .error(Code::UnknownKey, "merge keys (`<<`) are not part of the format", span, "")
                .help("build on another policy with `extends`, or repeat a whole value with `&name` and `*name`"));
        }
        let Some(frame) = self.frames.last_mut() else { return Ok(()) };
        frame.end = frame.end.max(span.end);
        frame.awaits_value = true;
        if let Some(first) = frame.keys.insert(text.to_owned(), span) {
            return Err(self.error(Code::DuplicateKey, format!("the key `{text}` stands twice"), span, "again here").at_source(
                self.source,
                first,
                "first here",
            ));
        }
        self.steps.push(Step::Key(text.to_owned(), span));
        Ok(())
    }

    #[cold]
    fn complex_key(&self, span: Span, what: &str) -> Diagnostic {
        let at = Span::new(span.start, span.end.max(span.start));
        self.error(Code::YamlSyntax, format!("{what} cannot be a key"), at, "a key is a text")
            .help("if it is meant as a text, put it in quotation marks")
    }

    fn open(&mut self, is_list: bool, anchor: usize, tag: Option<&Tag>, span: Span) -> Result<(), Diagnostic> {
        let has_properties = anchor > 0 || tag.is_some();
        // The parser places a list that is not indented below its key after the first dash.
        let is_value = self.frames.last().is_some_and(|frame| !frame.is_list && !frame.is_flow && frame.awaits_value);
        let start = match (is_list && is_value, has_properties) {
            (true, _) => skip_properties(self.text, self.from, Dashes::Stay),
            (false, true) => skip_properties(self.text, span.start, Dashes::Stay),
            (false, false) => span.start,
        };
        let at = Span::new(start, start);
        let next = self.text.as_bytes().get(start);
        let is_flow = next == Some(if is_list { &b'[' } else { &b'{' });
        let marked = Span::new(start, start + usize::from(is_flow));
        if self.wants_key() {
            return Err(self.complex_key(marked, if is_list { "a list" } else { "a map" }));
        }
        if let Some(tag) = tag {
            if core_tag(tag) != Some(if is_list { "seq" } else { "map" }) {
                return Err(self.unknown_tag(tag, Span::new(span.start, start.max(span.start))));
            }
        }
        self.check_depth(1, marked)?;
        let before = self.size;
        self.count(1, at)?;
        self.frames.push(Frame {
            is_list,
            is_flow,
            anchor,
            first_step: self.steps.len(),
            start,
            end: start,
            before,
            height: 0,
            keys: HashMap::new(),
            awaits_value: false,
        });
        self.steps.push(Step::Open { is_list, start });
        Ok(())
    }

    fn close(&mut self, span: Span) {
        let Some(frame) = self.frames.pop() else { return };
        let closes = matches!(self.text.as_bytes().get(span.start), Some(b']' | b'}'));
        // A block ends with its last part: the parser notices only at the next one.
        let end = if frame.is_flow && closes { span.start + 1 } else { frame.end };
        self.steps.push(Step::Close { end });
        let height = frame.height + 1;
        self.anchor(frame.anchor, frame.first_step, frame.before, height);
        self.value_done(end, height);
    }

    fn alias(&mut self, anchor: usize, span: Span) -> Result<(), Diagnostic> {
        if self.wants_key() {
            return Err(self.complex_key(span, "an alias"));
        }
        let Some(anchored) = self.anchors.get(&anchor) else {
            return Err(self.error(Code::YamlSyntax, "an alias stands inside of what it repeats", span, ""));
        };
        let (steps, size, height) = (anchored.steps.clone(), anchored.size, anchored.height);
        self.check_depth(height, span)?;
        self.count(size.nodes, span)?;
        self.size.bytes = self.size.bytes.saturating_add(size.bytes);
        if self.size.bytes > self.limits.file_bytes {
            let message = format!("with its aliases, the file has more than {} bytes", self.limits.file_bytes);
            return Err(self.error(Code::YamlLimit, message, span, "here the limit is passed"));
        }
        self.steps.push(Step::Repeat(steps));
        self.value_done(span.end, height);
        Ok(())
    }
}

fn made(text: &str, offsets: super::offsets::Offsets) -> NodeValue {
    NodeValue::Text(Scalar { text: text.to_owned(), offsets })
}

/// The name of a tag of the core schema; empty for the lone `!`, which says "no more than a text".
fn core_tag(tag: &Tag) -> Option<&str> {
    match (tag.handle.as_str(), tag.suffix.as_str()) {
        ("" | "!", "!" | "") => Some(""),
        ("tag:yaml.org,2002:", name) => Some(name),
        ("" | "!", uri) => uri.strip_prefix("tag:yaml.org,2002:"),
        _ => None,
    }
}
