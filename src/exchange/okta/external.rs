//! Where a property goes: the external name and namespace that Okta has, and the path that SCIM has.

use crate::program::record::CORE_SCHEMA;

/// The SCIM path of an external name: `emails.^[primary==true].value` is `emails[primary eq true].value`.
pub(super) fn path(external: &str) -> String {
    let selected = || {
        let (list, rest) = external.split_once(".^[")?;
        let (filter, rest) = rest.split_once(']')?;
        let (name, value) = filter.split_once("==")?;
        let value = value.trim().trim_matches(['\'', '"']);
        let value = if is_plain(value) { value.to_owned() } else { format!("\"{value}\"") };
        Some(format!("{list}[{} eq {value}]{rest}", name.trim()))
    };
    selected().unwrap_or_else(|| external.to_owned())
}

/// Namespace and external name of a SCIM path.
pub(super) fn external(path: &str) -> (String, String) {
    if let Some((namespace, name)) = path.rsplit_once(':').filter(|(namespace, _)| namespace.starts_with("urn:")) {
        return (namespace.to_owned(), name.to_owned());
    }
    let selected = || {
        let (list, rest) = path.split_once('[')?;
        let (filter, rest) = rest.split_once(']')?;
        let (name, value) = filter.split_once(" eq ")?;
        let value = value.trim().trim_matches('"');
        let value = if is_plain(value) { value.to_ascii_lowercase() } else { format!("'{value}'") };
        Some(format!("{list}.^[{name}=={value}]{rest}"))
    };
    (CORE_SCHEMA.to_owned(), selected().unwrap_or_else(|| path.to_owned()))
}

/// A boolean, which a condition has without quotation marks.
fn is_plain(value: &str) -> bool {
    value.eq_ignore_ascii_case("true") || value.eq_ignore_ascii_case("false")
}

/// A property's name for a SCIM path, as an administrator would choose it: `name.givenName` is givenName,
/// `emails[primary eq true].value` email, `emails[type eq "work"].type` workEmailType.
pub(super) fn property_name(path: &str) -> String {
    let (_, external) = external(path);
    let Some((list, rest)) = path.split_once('[').filter(|_| external.contains('^')) else {
        let last = external.rsplit('.').next().unwrap_or_default();
        return identifier(last);
    };
    let (filter, rest) = rest.split_once(']').unwrap_or_default();
    let value = filter.rsplit_once(' ').map_or("", |(_, value)| value.trim_matches('"'));
    let one = list.strip_suffix("ses").map(|stem| format!("{stem}s")).unwrap_or_else(|| list.trim_end_matches('s').to_owned());
    let of = rest.trim_start_matches('.');
    let words = [if is_plain(value) { "" } else { value }, &one, if of == "value" { "" } else { of }];
    let mut name = String::new();
    for word in words.into_iter().filter(|word| !word.is_empty()) {
        let capital = |word: &str| word.chars().take(1).flat_map(char::to_uppercase).chain(word.chars().skip(1)).collect();
        name += &if name.is_empty() { word.to_owned() } else { capital(word) };
    }
    identifier(&name)
}

/// Properties are named by letters, digits and underscores, and begin with no digit.
fn identifier(name: &str) -> String {
    let mut out: String = name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    if !out.starts_with(|first: char| first.is_ascii_alphabetic()) {
        out.insert(0, 'a');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn external_names_and_paths() {
        for (external_name, path_, name) in [
            ("displayName", "displayName", "displayName"),
            ("name.givenName", "name.givenName", "givenName"),
            ("emails.^[primary==true].value", "emails[primary eq true].value", "email"),
            ("emails.^[primary==true].type", "emails[primary eq true].type", "emailType"),
            ("emails.^[type=='work'].value", "emails[type eq \"work\"].value", "workEmail"),
            ("addresses.^[type=='work'].locality", "addresses[type eq \"work\"].locality", "workAddressLocality"),
        ] {
            assert_eq!(path(external_name), path_);
            assert_eq!(external(path_), (CORE_SCHEMA.to_owned(), external_name.to_owned()));
            assert_eq!(property_name(path_), name);
        }
        assert_eq!(path("emails.^[type==work].value"), "emails[type eq \"work\"].value");
        assert_eq!(external("urn:x:2.0:User:team"), ("urn:x:2.0:User".to_owned(), "team".to_owned()));
        assert_eq!(property_name("urn:x:2.0:User:3-d"), "a3_d");
        for odd in ["", "a.^[", "a.^[b]", "[", "a[b].c", "a[b eq"] {
            assert_eq!((path(odd).as_str(), external(odd).1.as_str()), (odd, odd));
            assert!(!property_name(odd).is_empty());
        }
    }
}
