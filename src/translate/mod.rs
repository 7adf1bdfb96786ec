//! From one vendor's language to the other's: exact, or an error at the part that cannot be said.
//!
//! The typed tree of the original is written anew, part by part. For each part is known which kinds of values it can
//! give (`Facts`), and a rule writes only what is the same for all of them. Two expressions are the same when they give
//! the same value, or both fail, or both leave out the same, for every user whose attributes hold what [`Holds`] says.

mod attributes;
mod entra_functions;
mod facts;
mod okta_functions;
mod only;
mod policy;
mod to_entra;
mod to_okta;
mod written;

pub use attributes::{Holds, Partner, Partners};
pub use only::{ENTRA as ENTRA_ONLY, ENTRA_APART, OKTA as OKTA_ONLY, OKTA_APART, Only};
pub use policy::{PolicyTranslation, translate_policy};

use crate::check::Scope;
use crate::diagnostic::{Code, Diagnostic, Span, nearest};
use crate::expression::{CompileError, Expression};
use crate::language::Dialect;
use crate::limits::Limits;
use crate::program::term::{Kind, Operator, Rules, Term};
use facts::{Kinds, Said};

/// An expression in the other language.
#[derive(Debug, Clone, PartialEq)]
pub struct Translation {
    /// In the canonical form of its language.
    pub text: String,
    /// The attributes that it reads, with those of the original and what both are taken to hold.
    pub attributes: Vec<Partner>,
    /// Where the two vendors' programs are the same and Rolewright counts differently.
    pub warnings: Vec<Diagnostic>,
}

/// Translates an expression.
///
/// # Errors
/// What is wrong with the expression itself; else every part that the other language cannot say, and every attribute
/// that has no partner there.
pub fn translate(from: Dialect, text: &str, to: Dialect, partners: &Partners) -> Result<Translation, CompileError> {
    translate_in(from, text, to, partners, &Scope::default())
}

/// The same where more attributes are declared than the provider is known to have.
pub(crate) fn translate_in(
    from: Dialect,
    text: &str,
    to: Dialect,
    partners: &Partners,
    scope: &Scope<'_>,
) -> Result<Translation, CompileError> {
    let declared = names(from, partners, scope);
    let expression =
        Expression::compile_in(from, text, &Scope { attributes: Some(&declared), closed: false, ..scope.clone() }).map_err(with_option)?;
    let failed = |found: Diagnostic| CompileError { diagnostics: vec![found] };
    let okta = |dialect| dialect != Dialect::Entra;
    if okta(from) == okta(to) {
        let message = format!("{} and {} are one vendor's; a translation goes from Entra to Okta or back", from.word(), to.word());
        return Err(failed(Diagnostic::new(Code::NotTranslatable, message)));
    }
    let mut translator = Translator {
        expression: &expression,
        from,
        to,
        partners,
        limits: scope.limits,
        used: Vec::new(),
        found: Vec::new(),
        equals: Vec::new(),
    };
    let written = match okta(to) {
        true => translator.okta(expression.root()),
        false => translator.entra(expression.root()),
    };
    let Translator { used, mut found, .. } = translator;
    let Some(written) = written.filter(|_| !found.iter().any(Diagnostic::is_error)) else {
        found.retain(Diagnostic::is_error);
        unique(&mut found);
        if found.is_empty() {
            let whole = Span::new(0, text.len());
            found.push(Diagnostic::new(Code::NotTranslatable, format!("{} cannot say this", vendor(to))).at(whole, ""));
        }
        return Err(CompileError { diagnostics: found });
    };
    // The other language has its own bounds and its own checks, and both must let the translation pass.
    let names: Vec<String> = names(to, partners, &Scope::default());
    let target = Scope { attributes: Some(&names), limits: scope.limits, ..Scope::default() };
    let text = Expression::compile_in(to, &written.text, &target).and_then(|_| Expression::format(to, &written.text)).map_err(|error| {
        let whole = Span::new(0, text.len());
        let message = format!("what would have to be written is no expression of {}: {}", vendor(to), error.first_message());
        failed(Diagnostic::new(Code::NotTranslatable, message).at(whole, ""))
    })?;
    unique(&mut found);
    Ok(Translation { text, attributes: used, warnings: found })
}

/// How a function is said in the other language.
#[derive(Debug, Clone, Copy)]
pub struct Form {
    /// Its names: of Okta's the classic one first, then its method.
    pub names: &'static [&'static str],
    /// What is written, in short.
    pub form: &'static str,
    /// Under which condition the two are the same; empty where they always are.
    pub when: &'static str,
}

/// The rules for the functions of a dialect, as documentation shows them.
pub fn forms(from: Dialect) -> Vec<Form> {
    match from {
        Dialect::Entra => okta_functions::RULES.iter().map(|rule| rule.shown).collect(),
        Dialect::Okta | Dialect::OktaIdentityEngine => entra_functions::RULES.iter().map(|rule| rule.shown).collect(),
    }
}

/// The first function of an expression that its vendor alone has, with its name.
pub fn vendor_only(from: Dialect, expression: &Expression) -> Option<(&'static Only, &'static str)> {
    let only = if from == Dialect::Entra { only::ENTRA } else { only::OKTA };
    first_only(expression.root(), only)
}

fn first_only(term: &Term, only: &'static [Only]) -> Option<(&'static Only, &'static str)> {
    let found = match &term.kind {
        Kind::Call(call) => {
            let given = |at: usize| matches!(call.arguments.get(at), Some(Some(_)));
            only.iter().find(|only| only.covers(call.function.name, &given)).map(|only| (only, call.function.name))
        }
        Kind::Skip(skip) => only.iter().find(|only| only.covers(skip.word(), &|_| true)).map(|only| (only, skip.word())),
        _ => None,
    };
    found.or_else(|| term.parts().into_iter().find_map(|part| first_only(part, only)))
}

/// The functions that fail for no value of the kinds for which their rules write them.
const TOTAL: &[&str] = &[
    "Append",
    "CBool",
    "CStr",
    "Count",
    "InStr",
    "IsNull",
    "IsNullOrEmpty",
    "IsPresent",
    "IsString",
    "Join",
    "Left",
    "Len",
    "Not",
    "Replace",
    "Split",
    "StripSpaces",
    "ToLower",
    "ToUpper",
    "Arrays.isEmpty",
    "Arrays.size",
    "String.append",
    "String.join",
    "String.len",
    "String.removeSpaces",
    "String.replace",
    "String.replaceFirst",
    "String.startsWith",
    "String.stringContains",
    "String.substringAfter",
    "String.substringBefore",
    "String.toLowerCase",
    "String.toUpperCase",
];

/// Whether evaluating a part can fail, so that it may not be left out where its value does not matter.
fn may_fail(term: &Term) -> bool {
    let itself = match &term.kind {
        Kind::Call(call) => call.constant.is_none() && !TOTAL.contains(&call.function.name),
        Kind::Compare(compare) => compare.rules == Rules::Okta && !matches!(compare.operator, Operator::Equal | Operator::NotEqual),
        Kind::Skip(_) => true,
        _ => false,
    };
    itself || term.parts().into_iter().any(may_fail)
}

/// Every attribute that exists in a dialect by its partners, beside those that are declared.
fn names(dialect: Dialect, partners: &Partners, scope: &Scope<'_>) -> Vec<String> {
    let known = partners.pairs().iter().map(|pair| if dialect == Dialect::Entra { &pair.entra } else { &pair.okta });
    known.chain(scope.attributes.unwrap_or_default()).cloned().collect()
}

/// An attribute of Okta that is in no schema needs a partner all the same, and with one it exists.
fn with_option(mut error: CompileError) -> CompileError {
    for found in error.diagnostics.iter_mut().filter(|found| found.code == Code::UnknownReference && found.edit.is_none()) {
        found.help = Some("an attribute of your own is named with the one that holds the same: --attribute 'NAME=user.NAME'".to_owned());
    }
    error
}

/// A part that is written twice is reported once.
fn unique(found: &mut Vec<Diagnostic>) {
    let mut kept: Vec<Diagnostic> = Vec::with_capacity(found.len());
    for diagnostic in found.drain(..) {
        if !kept.contains(&diagnostic) {
            kept.push(diagnostic);
        }
    }
    *found = kept;
}

fn vendor(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Entra => "Entra",
        Dialect::Okta | Dialect::OktaIdentityEngine => "Okta",
    }
}

/// The error for an attribute without a partner.
fn no_partner(from: Dialect, partners: &Partners, name: &str, span: Span) -> Diagnostic {
    let known = partners.pairs().iter().map(|pair| if from == Dialect::Entra { pair.entra.as_str() } else { pair.okta.as_str() });
    let meant = nearest(name, known).map(|meant| format!("did you mean {meant}? Else ")).unwrap_or_default();
    let (entra, okta, other) = match from {
        Dialect::Entra => (name, "user.NAME", "Okta"),
        Dialect::Okta | Dialect::OktaIdentityEngine => ("NAME", name, "Entra"),
    };
    Diagnostic::new(Code::NoPartner, format!("the attribute {name} has no partner with {other}"))
        .at(span, "")
        .help(format!("{meant}name the one that holds the same: --attribute '{entra}={okta}'"))
}

/// One expression on its way.
struct Translator<'t> {
    expression: &'t Expression,
    from: Dialect,
    to: Dialect,
    partners: &'t Partners,
    limits: Limits,
    used: Vec<Partner>,
    found: Vec<Diagnostic>,
    /// Whether the part that comes next is only asked whether it equals texts of ASCII, and which.
    equals: Vec<String>,
}

impl Translator<'_> {
    /// Reports a part that cannot be said, with the nearest form.
    fn refuse<T>(&mut self, span: Span, what: String, nearest: Option<String>) -> Option<T> {
        let diagnostic =
            Diagnostic::new(Code::NotTranslatable, format!("{what} cannot be said in {}'s language", vendor(self.to))).at(span, "");
        self.found.push(match nearest {
            Some(nearest) => diagnostic.help(format!("the nearest form, which is not the same for every user: {nearest}")),
            None => diagnostic,
        });
        None
    }

    /// Reports a part that would have to be left out, and can fail.
    fn refuse_failing<T>(&mut self, term: &Term) -> Option<T> {
        self.refuse(term.span, "that this part can fail where its value does not matter".to_owned(), None)
    }

    /// Reports a part whose kind of value is not known well enough.
    fn refuse_kind<T>(&mut self, span: Span, kinds: Kinds, why: &str) -> Option<T> {
        let diagnostic = Diagnostic::new(Code::NotTranslatable, format!("{why}; this can be {}", kinds.name())).at(span, "");
        self.found.push(diagnostic.help("the kind of an attribute is told by --attribute ENTRA=OKTA:KIND"));
        None
    }

    /// Reports what one vendor alone has.
    fn refuse_only<T>(&mut self, name: &str, span: Span, given: &dyn Fn(usize) -> bool) -> Option<T> {
        let (only, apart) = if self.from == Dialect::Entra { (only::ENTRA, only::ENTRA_APART) } else { (only::OKTA, only::OKTA_APART) };
        let find = |table: &'static [Only]| table.iter().find(|only| only.covers(name, given));
        let shown = match name {
            "." | "?." => "an attribute of a value",
            "{}" => "a list of parts",
            "{:}" => "a map",
            ".![]" => "a projection",
            name => name.trim_start_matches('.'),
        };
        let diagnostic = match (find(only), find(apart)) {
            (Some(only), _) => {
                let message = format!("{shown} has no counterpart in {}'s language", vendor(self.to));
                Diagnostic::new(Code::NotTranslatable, message).help(only.why)
            }
            (None, Some(apart)) => {
                Diagnostic::new(Code::NotTranslatable, format!("{shown} cannot be said in {}'s language", vendor(self.to))).help(apart.why)
            }
            (None, None) => Diagnostic::new(Code::NotTranslatable, format!("{shown} cannot be said in {}'s language", vendor(self.to))),
        };
        self.found.push(diagnostic.at(span, ""));
        None
    }

    /// Warns of what the vendors' programs count alike, and Rolewright's evaluation of Entra does not.
    fn warn_units(&mut self, span: Span, what: &str) {
        self.found.push(
            Diagnostic::new(Code::CharactersCounted, format!("{what} is the same for texts without characters beyond U+FFFF"))
                .at(span, "")
                .help("a character such as an emoji is one in Rolewright's evaluation of Entra's functions, and two units in Okta"),
        );
    }

    /// An attribute by its partner.
    fn attribute(&mut self, slot: usize, span: Span, binds: u8) -> Option<Said> {
        let name = self.expression.attributes().get(slot)?;
        let Some(partner) = self.partners.of(self.from, name) else {
            self.found.push(no_partner(self.from, self.partners, name, span));
            return None;
        };
        if !self.used.contains(partner) {
            self.used.push(partner.clone());
        }
        Some(Said { text: partner.read(self.to), binds, facts: partner.holds.facts() })
    }

    /// Whether the case of a text is the same for both where the result is only compared with these texts. What Java
    /// makes of one letter differs from what .NET makes of it by letters beyond ASCII in lower case, and in upper case by
    /// those that these pairs and I can come of.
    fn case_is_alike(texts: &[String], upper: bool) -> bool {
        let apart = ["I", "SS", "FF", "FL", "ST"];
        !texts.is_empty() && texts.iter().all(|text| text.is_ascii() && !(upper && apart.iter().any(|pair| text.contains(pair))))
    }

    /// A part that is not longer than an expression may be, so that what stands in it twice cannot grow without end.
    fn bounded(&mut self, said: Said) -> Option<Said> {
        if said.text.len() > self.limits.expression_chars.saturating_mul(4) {
            let message =
                format!("what would have to be written is longer than the {} characters of an expression", self.limits.expression_chars);
            self.found.push(Diagnostic::new(Code::NotTranslatable, message).at(Span::new(0, self.expression.text().len()), ""));
            return None;
        }
        Some(said)
    }
}
