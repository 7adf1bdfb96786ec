//! Diagnostics as people and other programs read them.

#[cfg(feature = "cli")]
use super::SourceId;
use super::{Diagnostic, Label, Severity, Source, Sources, Span, one_line, printable};
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
#[cfg(feature = "cli")]
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;

/// As rustc draws them: the place in its line, what is wrong, how to mend it.
pub(crate) fn text(diagnostic: &Diagnostic, sources: &Sources, colour: bool) -> String {
    let level = match diagnostic.code.severity() {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = level.primary_title(one_line(&diagnostic.message)).id(diagnostic.code.word());
    draw(Group::with_title(title), &diagnostic.labels, diagnostic.help.as_deref(), sources, colour)
}

/// A remark at a place, drawn in the same way.
#[cfg(feature = "cli")]
pub(crate) fn note(message: &str, source: SourceId, span: Span, sources: &Sources, colour: bool) -> String {
    let label = Label { source, span, text: String::new() };
    draw(Group::with_title(Level::NOTE.primary_title(one_line(message))), &[label], None, sources, colour)
}

fn draw<'a>(mut group: Group<'a>, labels: &[Label], help: Option<&str>, sources: &'a Sources, colour: bool) -> String {
    let views: BTreeMap<_, View> =
        labels.iter().filter_map(|label| Some((label.source, View::of(sources.get(label.source)?, labels, label)))).collect();
    // The primary label's file comes first.
    let mut order: Vec<_> = labels.iter().map(|label| label.source).collect();
    order.dedup();
    for source in order {
        let Some(view) = views.get(&source) else { continue };
        let here = labels.iter().enumerate().filter(|(_, label)| label.source == source);
        let annotations = here.map(|(at, label)| {
            let kind = if at == 0 { AnnotationKind::Primary } else { AnnotationKind::Context };
            kind.span(view.span(label.span)).label((!label.text.is_empty()).then(|| one_line(&label.text)))
        });
        group =
            group.element(Snippet::source(view.text.clone()).line_start(view.first_line).path(view.name.clone()).annotations(annotations));
    }
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    // Without a place the help would hang on an empty margin.
    if let (true, Some(help)) = (labels.is_empty(), help) {
        return format!("{}\n  = help: {}", renderer.render(&[group]), one_line(help));
    }
    if let Some(help) = help {
        group = group.element(Level::HELP.message(one_line(help)));
    }
    renderer.render(&[group])
}

/// The part of a text that is worth showing: whole lines around the labels, without the end of a very long one. Its
/// beginning stays, for the renderer counts the column from it; what is too much for the screen it trims itself.
struct View {
    name: String,
    text: String,
    first_line: usize,
    /// From byte offsets of the source to those of `text`.
    start: usize,
}

/// So much is kept of what follows the labels.
const REST: usize = 400;

impl View {
    fn of(source: &Source, labels: &[Label], label: &Label) -> Self {
        let text = &source.text;
        let spans = labels.iter().filter(|other| other.source == label.source).map(|label| label.span);
        let (mut from, mut to) = (text.len(), 0);
        for span in spans {
            from = from.min(floor(text, span.start));
            to = to.max(floor(text, span.end));
        }
        let start = text[..from].rfind('\n').map_or(0, |at| at + 1);
        let end = text[to..].find('\n').map_or(text.len(), |at| to + at);
        let shown_end = floor(text, end.min(to + REST));
        // The line ends of Windows are two bytes and steer nothing.
        let shown = printable(&text[start..shown_end].replace("\r\n", " \n"));
        View { name: one_line(&source.name), text: shown, first_line: text[..start].matches('\n').count() + 1, start }
    }

    fn span(&self, span: Span) -> std::ops::Range<usize> {
        let at = |byte: usize| floor(&self.text, byte.saturating_sub(self.start));
        at(span.start)..at(span.end).max(at(span.start))
    }
}

fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// As SARIF 2.1.0, which code hosts show beside the line.
#[cfg(feature = "cli")]
pub(crate) fn sarif<'d>(findings: impl Iterator<Item = (&'d Diagnostic, &'d Sources)>) -> Json {
    let mut rules: Vec<super::Code> = Vec::new();
    let mut results = Vec::new();
    for (diagnostic, sources) in findings {
        if !rules.contains(&diagnostic.code) {
            rules.push(diagnostic.code);
        }
        let location = diagnostic.labels.first().and_then(|label| {
            let (start, end) = sources.places(label.source, label.span)?;
            let name = &sources.get(label.source)?.name;
            Some(json!({ "physicalLocation": {
                "artifactLocation": { "uri": uri(name) },
                "region": { "startLine": start.line, "startColumn": start.column, "endLine": end.line, "endColumn": end.column },
            }}))
        });
        let help = diagnostic.help.as_ref().map_or_else(String::new, |help| format!(" (help: {help})"));
        results.push(json!({
            "ruleId": diagnostic.code,
            "level": diagnostic.code.severity(),
            "message": { "text": sarif_text(&format!("{}{help}", diagnostic.message)) },
            "locations": location.into_iter().collect::<Vec<_>>(),
        }));
    }
    let rules: Vec<Json> = rules.iter().map(|code| json!({ "id": code, "shortDescription": { "text": code.meaning() } })).collect();
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": { "name": "rolewright", "version": env!("CARGO_PKG_VERSION"), "rules": rules } },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    })
}

/// The reference to a file by its name, as SARIF wants it.
#[cfg(feature = "cli")]
pub(crate) fn uri(name: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
    name.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

/// A message in which no value becomes a link (SARIF 2.1.0, section 3.11.6).
#[cfg(feature = "cli")]
pub(crate) fn sarif_text(text: &str) -> String {
    one_line(text).replace("](", "\\](")
}

/// As a workflow command of GitHub Actions, which becomes an annotation of the line.
#[cfg(feature = "cli")]
pub(crate) fn github(diagnostic: &Diagnostic, sources: &Sources) -> String {
    let escape = |text: &str| text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    let property = |text: &str| escape(text).replace(':', "%3A").replace(',', "%2C");
    let place = diagnostic.labels.first().and_then(|label| {
        let (start, end) = sources.places(label.source, label.span)?;
        let name = property(&one_line(&sources.get(label.source)?.name));
        // An annotation of several lines takes no columns.
        let columns = if start.line == end.line { format!(",col={},endColumn={}", start.column, end.column) } else { String::new() };
        Some(format!("file={name},line={},endLine={}{columns},", start.line, end.line))
    });
    let help = diagnostic.help.as_ref().map_or_else(String::new, |help| format!("\nhelp: {}", one_line(help)));
    let message = escape(&format!("{}{help}", one_line(&diagnostic.message)));
    format!("::{} {}title={}::{message}", diagnostic.code.severity(), place.unwrap_or_default(), diagnostic.code)
}
