use super::file::TestFile;
use crate::provision::Source;
use crate::yaml::Spanned;
use serde_json::Value as Json;

/// A case inside a policy.
#[derive(Debug, Clone)]
pub(crate) struct PolicyTest {
    pub name: String,
    pub source: Source,
    pub user: Option<Json>,
    pub events: Option<Json>,
    pub settings: Option<Json>,
    pub expect: Json,
}

impl PolicyTest {
    pub(super) fn new(file: Spanned<TestFile>) -> Self {
        let file = file.value;
        let json = |value: Option<Spanned<Json>>| value.map(|value| value.value);
        PolicyTest {
            name: file.name.value,
            source: file.source.unwrap_or(Source::Scim),
            user: json(file.user),
            events: json(file.events),
            settings: json(file.settings),
            expect: file.expect.value,
        }
    }
}
