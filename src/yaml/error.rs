//! What the YAML parser finds, in words that say what to do. Its own messages name states of a parser.

use crate::diagnostic::{Code, Diagnostic, SourceId, Span};
use saphyr_parser::ScanError;

/// From the characters that the parser counts to bytes.
pub(super) struct Places<'t> {
    text: &'t str,
    bom: usize,
    /// The byte of every 256th character; empty for text in ASCII, where the two are the same.
    steps: Vec<usize>,
}

const STEP: usize = 256;

impl<'t> Places<'t> {
    pub(super) fn of(text: &'t str) -> Self {
        let bom = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        let read = &text[bom..];
        let steps = if read.is_ascii() { Vec::new() } else { read.char_indices().step_by(STEP).map(|(byte, _)| byte).collect() };
        Places { text, bom, steps }
    }

    /// The text that the parser gets.
    pub(super) fn without_bom(&self) -> &'t str {
        &self.text[self.bom..]
    }

    /// The byte of a character.
    pub(super) fn byte(&self, character: usize) -> usize {
        let read = self.without_bom();
        let byte = if self.steps.is_empty() {
            character
        } else {
            match self.steps.get(character / STEP) {
                Some(&step) => read[step..].char_indices().nth(character % STEP).map_or(read.len(), |(byte, _)| step + byte),
                None => read.len(),
            }
        };
        byte.min(read.len()) + self.bom
    }

    pub(super) fn span(&self, span: saphyr_parser::Span) -> Span {
        let start = self.byte(span.start.index());
        Span::new(start, self.byte(span.end.index()).max(start))
    }
}

/// What is told about an error.
struct Told {
    message: String,
    span: Span,
    label: &'static str,
    help: Option<&'static str>,
}

impl Told {
    fn new(message: impl Into<String>, span: Span) -> Self {
        Told { message: message.into(), span, label: "", help: None }
    }

    fn label(mut self, label: &'static str) -> Self {
        self.label = label;
        self
    }

    fn help(mut self, help: &'static str) -> Self {
        self.help = Some(help);
        self
    }
}

/// The diagnostic of a syntax error. `open` are the brackets that have not been closed.
pub(super) fn syntax(
    found: &ScanError,
    places: &Places<'_>,
    source: SourceId,
    mut open: impl DoubleEndedIterator<Item = usize>,
) -> Diagnostic {
    let text = places.text;
    let at = places.byte(found.marker().index());
    let info = found.info();
    if info == "recursion limit exceeded" {
        return Diagnostic::new(Code::YamlLimit, "`[` and `{` are nested deeper than 255 levels").at_source(
            source,
            char_at(text, at),
            "here the limit is passed",
        );
    }
    let told = tab(text, at).unwrap_or_else(|| tell(text, at, info));
    let mut diagnostic = Diagnostic::new(Code::YamlSyntax, told.message).at_source(source, told.span, told.label);
    if let Some(help) = told.help {
        diagnostic = diagnostic.help(help);
    }
    let in_flow = info.contains("flow") || info.contains("placement of ':'") || told.span.start >= text.trim_end().len();
    if let (true, Some(bracket)) = (in_flow, open.next_back()) {
        diagnostic = diagnostic.at_source(source, char_at(text, bracket), "this is still open");
    }
    diagnostic
}

fn tell(text: &str, at: usize, info: &str) -> Told {
    let here = char_at(text, at);
    let has = |words: &str| info.contains(words);
    if has("found unexpected end of stream") || has("unexpected document indicator") || has("in quoted scalar") {
        return Told::new("a quotation mark is not closed", here)
            .label("it opens here")
            .help("inside of '...', an apostrophe is written twice; inside of \"...\", a quotation mark is \\\"");
    }
    if has("trailing content after") {
        return Told::new("text follows a closing quotation mark", here)
            .help("put the whole value in quotation marks: '...' around a text that has \" in it, or write it after `|`");
    }
    if has("unknown escape") || has("hexadecimal number") || has("character escape code") {
        return Told::new("a backslash does not begin a known escape here", bad_escape(text, at).unwrap_or(here))
            .help("inside of \"...\", a backslash is written twice; inside of '...', it stands for itself");
    }
    if has("mapping values are not allowed") || has("simple key expect") || has("expected key") || has("block collection") {
        return keys(text, at, info);
    }
    if has("block sequence entries are not allowed") {
        return Told::new("a list cannot begin here", here).help("begin the list on the next line, indented");
    }
    if has("illegal placement of ':'") || has("may not precede any") {
        return Told::new("a key stands inside of a list in brackets", here).help("close the list before it with `]`");
    }
    if has("expected ',' or ']'") {
        return Told::new("`,` or `]` is missing", here);
    }
    if has("expected ',' or '}'") {
        return Told::new("`,` or `}` is missing", here);
    }
    if has("misplaced bracket") {
        return Told::new("a bracket closes nothing", here).help("if it belongs to a text, use quotation marks");
    }
    if has("unknown anchor") {
        return Told::new("nothing above has an anchor of this name", word_at(text, at))
            .help("`*name` repeats what `&name` marks; a text that begins with `*` goes in quotation marks");
    }
    if has("scanning an anchor") {
        return Told::new("a name is missing after `&` or `*`", here).help("a text that begins with `&` or `*` goes in quotation marks");
    }
    if has("tag") || has("handle") {
        return Told::new("this is no tag", word_at(text, at)).help("a text that begins with `!` goes in quotation marks");
    }
    if has("unexpected character") {
        return Told::new(format!("a text cannot begin with `{}`", &text[here.start..here.end]), here).help("put it in quotation marks");
    }
    if has("byte order mark") {
        return Told::new("a byte order mark stands inside the file", here).help("remove it");
    }
    if has("unprintable") {
        return Told::new("the file has a character that is none of a text", here);
    }
    if has("directive") || has("%") {
        return Told::new("a line that begins with `%` is no directive that is known", here);
    }
    if has("document start") || has("document end") {
        return Told::new("text follows the end of the document", here)
            .help("check the indentation: all keys of the file's own map begin in the same column");
    }
    if has("intercepting") {
        return Told::new("a comment stands inside a text of several lines", here).help("put the text in quotation marks or after `|`");
    }
    if has("indentation indicator") || has("expected comment or line break") {
        return Told::new("text follows `|` or `>` on the same line", here)
            .help("begin the text on the next line, indented; a text that begins with `|` or `>` goes in quotation marks");
    }
    if has("indentation") || has("wrongly indented") {
        return Told::new("a line is indented less than what it belongs to", here).help("indent it, or close the text or list before it");
    }
    if has("node content") || has("end of plain scalar") || has("'-' followed by") {
        return match text[at.min(text.len())..].trim().is_empty() {
            true => Told::new("the file ends where a value is wanted", here),
            false => Told::new("a value is wanted here", here),
        };
    }
    if has("whitespace") {
        return Told::new("a space is missing", here);
    }
    Told::new(format!("this is not YAML: {info}"), here)
}

/// Errors about keys: mostly a colon is missing or has no space, or the indentation is off.
fn keys(text: &str, at: usize, info: &str) -> Told {
    let here = char_at(text, at);
    let (line_start, line) = line_of(text, at);
    let before = &text[line_start..at.max(line_start)];
    // The parser notices at the line after the one to mend, which it took for a text.
    let above = text[..line_start].trim_end();
    let (above_start, above) = line_of(text, above.len());
    let not_above = above_start == line_start || above.trim_start().starts_with('#');
    let candidates = [(line_start, line), (above_start, if not_above { "" } else { above })];
    for (start, line) in candidates {
        if let Some(colon) = colon_without_space(line) {
            return Told::new("a space is missing after the colon", Span::new(start + colon, start + colon + 1))
                .help("a key and its value are written `key: value`");
        }
    }
    if info.contains("mapping values") {
        if before.trim_start().trim_start_matches("- ").contains(": ") {
            return Told::new("a second `: ` stands in one line", here).help("put the value in quotation marks, as it has `: ` in it");
        }
        return Told::new("a key stands where a text goes on", here).help("check the indentation: the line above already has its value");
    }
    let candidates =
        if info.contains("simple key expect") && at == line_start + before.len() { [candidates[1], candidates[0]] } else { candidates };
    for (start, line) in candidates {
        let content = line.split(" #").next().unwrap_or_default();
        let trimmed = content.trim();
        if !trimmed.is_empty() && !trimmed.starts_with(['-', '[', '{', '#', '|', '"', '\'']) && !content.contains(':') {
            let start = start + (content.len() - content.trim_start().len());
            return Told::new("a colon is missing after a key", Span::new(start, start + trimmed.len()))
                .help("a key and its value are written `key: value`");
        }
    }
    Told::new("this line does not fit into the map or list above it", here)
        .help("check the indentation: all keys of a map, and all `-` of a list, begin in the same column")
}

/// Where a line reads `key:value`.
fn colon_without_space(line: &str) -> Option<usize> {
    let colon = line.find(':')?;
    let key = line[..colon].trim_start().trim_start_matches("- ");
    let is_word = !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'));
    let after = line[colon + 1..].chars().next()?;
    (is_word && !after.is_whitespace() && !matches!(after, ':' | '/')).then_some(colon)
}

/// A tab in the indentation of the line, which looks right and is not.
fn tab(text: &str, at: usize) -> Option<Told> {
    let (start, line) = line_of(text, at);
    let indentation = &line[..line.len() - line.trim_start().len()];
    let tab = start + indentation.find('\t')?;
    Some(Told::new("a tab is used for indentation", Span::new(tab, tab + 1)).help("indent with spaces"))
}

/// The first backslash from the scalar's start on that begins no escape.
fn bad_escape(text: &str, from: usize) -> Option<Span> {
    let mut at = from + 1;
    loop {
        let rest = text.get(at..)?;
        let next = rest.find(['\\', '"'])?;
        at += next;
        let escape = text.get(at..)?.strip_prefix('\\')?;
        let code = escape.chars().next()?;
        let hex = match code {
            'x' => 2,
            'u' => 4,
            'U' => 8,
            _ => 0,
        };
        let digits: String = escape.chars().skip(1).take(hex).collect();
        let valid = digits.len() == hex && digits.chars().all(|digit| digit.is_ascii_hexdigit());
        let number = u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32);
        let known = "0abt\tnvfre \"/\\N_LP\n\r".contains(code);
        if !(known || hex > 0 && valid && number.is_some()) {
            return Some(Span::new(at, at + 1 + code.len_utf8()));
        }
        at += 1 + code.len_utf8();
    }
}

/// The line of a byte, and where it begins.
fn line_of(text: &str, at: usize) -> (usize, &str) {
    let at = floor(text, at);
    let start = text[..at].rfind(['\n', '\r']).map_or(0, |newline| newline + 1);
    let end = text[at..].find(['\n', '\r']).map_or(text.len(), |newline| at + newline);
    (start, &text[start..end])
}

/// The character at a byte; nothing at the end of the file.
fn char_at(text: &str, at: usize) -> Span {
    let at = floor(text, at);
    let length = text[at..].chars().next().filter(|c| !matches!(c, '\n' | '\r')).map_or(0, char::len_utf8);
    Span::new(at, at + length)
}

/// From a byte to the next white space.
fn word_at(text: &str, at: usize) -> Span {
    let at = floor(text, at);
    let length = text[at..].find(|c: char| c.is_whitespace() || matches!(c, ',' | ']' | '}'));
    Span::new(at, at + length.unwrap_or(text.len() - at))
}

fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}
