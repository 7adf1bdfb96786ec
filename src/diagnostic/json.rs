use super::{Diagnostic, Sources};
use serde_json::{Value as Json, json};

impl Diagnostic {
    /// As JSON, with file, line and column in place of bytes: what `check --format json` prints, and what other programs
    /// take.
    pub fn to_json(&self, sources: &Sources) -> Json {
        let place = |source, span| {
            let (start, end) = sources.places(source, span)?;
            Some(json!({ "file": sources.get(source)?.name, "start": start, "end": end }))
        };
        let labels: Vec<Json> =
            self.labels.iter().map(|label| json!({ "place": place(label.source, label.span), "text": label.text })).collect();
        json!({
            "code": self.code,
            "class": self.code.class(),
            "severity": self.code.severity(),
            "message": self.message,
            "labels": labels,
            "help": self.help,
            "edit": self.edit.as_ref().map(|edit| json!({ "place": place(edit.source, edit.span), "replacement": edit.replacement })),
        })
    }
}
