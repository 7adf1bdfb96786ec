//! A text as an expression of each language.

use crate::{LIMITS, show, world};
use rolewright::diagnostic::Sources;
use rolewright::translate::{Partners, translate};
use rolewright::{Dialect, Evaluated, Expression, Scope};
use serde_json::{Map, Value as Json, json};
use std::sync::LazyLock;

const DIALECTS: [Dialect; 3] = [Dialect::Entra, Dialect::Okta, Dialect::OktaIdentityEngine];

static PARTNERS: LazyLock<Partners> = LazyLock::new(Partners::default);

/// Users of whom each lacks something, or has it in another type.
static USERS: LazyLock<Vec<Map<String, Json>>> = LazyLock::new(|| {
    let both = |user: Json| {
        let mut record = user.as_object().cloned().unwrap_or_default();
        record.insert("user".into(), user.clone());
        record.insert("appuser".into(), user);
        record
    };
    vec![
        both(json!({
            "userPrincipalName": "ada.nowak@acme.example", "mail": "ada@acme.example", "email": "ada@acme.example", "login": "ada",
            "givenName": "Ada", "firstName": "Ada", "surname": "Nowak", "lastName": "Ødegård-Straße", "displayName": "  İi ǅ e\u{301} 👩‍💻 ",
            "department": "Platform", "accountEnabled": true, "appRoleAssignments": ["My Corp Administrator", "editor"],
            "extensionAttribute1": "2024-02-29T23:59:59Z", "extensionAttribute2": "1,2,,3", "employeeId": "9223372036854775807",
            "groups": ["Engineering", "acme:company"], "employeeHireDate": "2026-01-31T00:00:00Z",
        })),
        both(json!({ "userPrincipalName": "", "mail": null, "department": 1.5e300, "accountEnabled": "true", "groups": [], "login": 7 })),
        Map::new(),
    ]
});

/// Reads, checks, prints, translates and evaluates an expression.
pub fn expressions(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    for dialect in DIALECTS {
        expression(dialect, &text);
    }
}

fn expression(dialect: Dialect, text: &str) {
    let scope = Scope { limits: LIMITS, ..Scope::default() };
    let printed = Expression::format(dialect, text);
    let compiled = match Expression::compile_in(dialect, text, &scope) {
        Ok(compiled) => compiled,
        Err(error) => return show(&error.diagnostics, &error.sources(text)),
    };
    show(compiled.warnings(), &Sources::of_expression(text));
    let printed = printed.expect("what compiles has a canonical form");
    let again = match Expression::compile_in(dialect, &printed, &scope) {
        Ok(again) => again,
        // The canonical form may be the longer one.
        Err(error) => return assert!(printed.chars().count() > LIMITS.expression_chars, "{text:?} is printed as {printed:?}: {error}"),
    };
    assert_eq!(Expression::format(dialect, &printed).ok().as_deref(), Some(&*printed), "{text:?} has two canonical forms");
    for to in DIALECTS {
        if let Ok(translation) = translate(dialect, text, to, &PARTNERS) {
            let attributes: Vec<String> = translation.attributes.iter().map(|attribute| attribute.okta.clone()).collect();
            let scope = Scope { attributes: Some(&attributes), ..Scope::default() };
            let said = Expression::compile_in(to, &translation.text, &scope);
            assert!(said.is_ok(), "{text:?} is translated to {:?}: {said:?}", translation.text);
        }
    }
    for user in USERS.iter() {
        // Each begins with the same random values.
        let worlds = [world(), world(), world()];
        let evaluated = shown(&compiled.evaluate(user, &worlds[0]));
        assert_eq!(evaluated, shown(&compiled.explain(user, &worlds[1]).0), "{text:?} is evaluated and explained");
        assert_eq!(evaluated, shown(&again.evaluate(user, &worlds[2])), "{text:?} is evaluated as printed, {printed:?}");
    }
}

/// What came out, without the places: those of the canonical form are others.
fn shown(evaluated: &Evaluated<'_>) -> String {
    match &evaluated.result {
        Ok(flow) => format!("{flow:?}"),
        Err(fault) => fault.code().word().to_owned(),
    }
}
