//! Which attribute of the one vendor is which of the other.

use super::facts::{Facts, Kinds};
use crate::check::{may_be_null, root_of};
use crate::language::Dialect;

/// What the values of an attribute are; null is always among them. A translation holds for such values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Holds {
    /// Texts, empty ones too.
    Text,
    /// Texts of ASCII, as sign-in names and addresses are.
    Ascii,
    /// Whole numbers.
    Number,
    /// True or false.
    Boolean,
    /// Lists.
    List,
    /// Not known: only what is exact for every value is translated.
    Any,
}

impl Holds {
    /// All of them, with the word by which an option names each.
    pub const WORDS: [(&'static str, Holds); 6] = [
        ("text", Holds::Text),
        ("ascii", Holds::Ascii),
        ("number", Holds::Number),
        ("boolean", Holds::Boolean),
        ("list", Holds::List),
        ("any", Holds::Any),
    ];

    /// The word by which an option names it.
    pub fn word(self) -> &'static str {
        Holds::WORDS.iter().find(|(_, holds)| *holds == self).map_or("any", |(word, _)| word)
    }

    pub(super) fn facts(self) -> Facts {
        let kinds = match self {
            Holds::Text | Holds::Ascii => Kinds::TEXT,
            Holds::Number => Kinds::NUMBER,
            Holds::Boolean => Kinds::BOOL,
            Holds::List => Kinds::LIST,
            Holds::Any => Kinds::ANY,
        };
        Facts::ascii(kinds.or(Kinds::NULL), !matches!(self, Holds::Text | Holds::List | Holds::Any))
    }
}

/// An attribute of Entra and the one of Okta that holds the same.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Partner {
    /// As Entra names it: `surname`.
    pub entra: String,
    /// As Okta's classic style names it: `user.lastName`.
    pub okta: String,
    /// What both hold.
    pub holds: Holds,
}

/// The attributes that both vendors' users have. Where one of Entra's has two names, the first is written.
/// Source: Microsoft Graph v1.0, resource type user (that mail and userPrincipalName have no accented letters stands
/// there), and the default profile of Okta's user type.
const STANDARD: &[(&str, &str, Holds)] = &[
    ("userPrincipalName", "user.login", Holds::Ascii),
    ("mail", "user.email", Holds::Ascii),
    ("givenName", "user.firstName", Holds::Text),
    ("surname", "user.lastName", Holds::Text),
    ("displayName", "user.displayName", Holds::Text),
    ("jobTitle", "user.title", Holds::Text),
    ("department", "user.department", Holds::Text),
    ("companyName", "user.organization", Holds::Text),
    ("division", "user.division", Holds::Text),
    ("employeeOrgData.division", "user.division", Holds::Text),
    ("employeeOrgData.costCenter", "user.costCenter", Holds::Text),
    ("employeeId", "user.employeeNumber", Holds::Text),
    ("userType", "user.userType", Holds::Text),
    ("streetAddress", "user.streetAddress", Holds::Text),
    ("city", "user.city", Holds::Text),
    ("state", "user.state", Holds::Text),
    ("postalCode", "user.zipCode", Holds::Text),
    ("country", "user.countryCode", Holds::Text),
    ("mobile", "user.mobilePhone", Holds::Text),
    ("mobilePhone", "user.mobilePhone", Holds::Text),
    ("telephoneNumber", "user.primaryPhone", Holds::Text),
    ("preferredLanguage", "user.preferredLanguage", Holds::Text),
];

/// The partners of attributes: those that every user has, and those that are declared.
#[derive(Debug, Clone)]
pub struct Partners(Vec<Partner>);

impl Default for Partners {
    fn default() -> Self {
        let standard =
            STANDARD.iter().map(|(entra, okta, holds)| Partner { entra: (*entra).to_owned(), okta: (*okta).to_owned(), holds: *holds });
        Partners(standard.collect())
    }
}

impl Partners {
    /// Declares two attributes as partners; what is declared later counts before what was declared earlier.
    ///
    /// The form is `ENTRA=OKTA` or `ENTRA=OKTA:KIND`, with a word of [`Holds::WORDS`], text where it is left out. An
    /// Okta name without a point is one of `user`.
    ///
    /// # Errors
    /// What is wrong with the text.
    pub fn declare(&mut self, text: &str) -> Result<(), String> {
        let form = "write ENTRA=OKTA or ENTRA=OKTA:KIND, such as extensionAttribute1=user.badge:text";
        let (entra, rest) = text.rsplit_once('=').ok_or_else(|| format!("{text}: no = between the names; {form}"))?;
        let (okta, holds) = match rest.rsplit_once(':') {
            Some((okta, word)) => {
                let found = Holds::WORDS.iter().find(|(known, _)| *known == word.trim());
                let words = Holds::WORDS.map(|(word, _)| word).join(", ");
                (okta, found.ok_or_else(|| format!("{text}: {word} is no kind; there are {words}"))?.1)
            }
            None => (rest, Holds::Text),
        };
        let entra = entra.trim().trim_start_matches('[').trim_end_matches(']');
        let okta = okta.trim();
        let okta = okta.strip_prefix("user.profile.").unwrap_or(okta.strip_prefix("user.").unwrap_or(okta));
        let is_name = |part: &str| {
            part.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
                && part.chars().all(|character| character.is_ascii_alphanumeric() || character == '_')
        };
        if entra.is_empty() || !okta.split('.').all(is_name) {
            return Err(format!("{text}: a name is missing or none; {form}"));
        }
        let okta = if okta.contains('.') { okta.to_owned() } else { format!("user.{okta}") };
        self.0.insert(0, Partner { entra: entra.to_owned(), okta, holds });
        Ok(())
    }

    /// All pairs; of one name, the first counts.
    pub fn pairs(&self) -> &[Partner] {
        &self.0
    }

    /// The pair of an attribute that a dialect names so; Okta's as its classic style does.
    pub fn of(&self, dialect: Dialect, name: &str) -> Option<&Partner> {
        self.0.iter().find(|pair| match dialect {
            Dialect::Entra => pair.entra == name,
            Dialect::Okta | Dialect::OktaIdentityEngine => pair.okta == name,
        })
    }
}

impl Partner {
    /// As an expression of a dialect reads it. Of a variable in whose place null can stand, the attribute is null then.
    pub(super) fn read(&self, dialect: Dialect) -> String {
        match (dialect, self.okta.split_once('.')) {
            (Dialect::Entra, _) | (_, None) => format!("[{}]", self.entra),
            (Dialect::OktaIdentityEngine, Some(("user", name))) => format!("user.profile.{name}"),
            (_, Some((variable, name))) if may_be_null(root_of(variable)) => format!("{variable}?.{name}"),
            _ => self.okta.clone(),
        }
    }
}
