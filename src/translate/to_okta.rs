//! The typed tree of an Entra expression as a text of Okta's language.

use super::facts::{Facts, Kinds, Said};
use super::okta_functions;
use super::to_entra::failing_part;
use super::{Translator, may_fail};
use crate::diagnostic::Span;
use crate::language::okta::quoted;
use crate::program::term::{Call, Choice, Compare, Kind, Operator, Term};
use crate::program::{Number, Value};

/// How tight a part binds, loosest first.
pub(super) const TERNARY: u8 = 0;
pub(super) const OR: u8 = 1;
pub(super) const AND: u8 = 2;
pub(super) const COMPARE: u8 = 3;
pub(super) const PLUS: u8 = 4;
pub(super) const PREFIX: u8 = 5;
pub(super) const ATOM: u8 = 6;

/// What Okta writes for a part; `None` where it cannot be said, and why is reported.
pub(super) type Okta = Option<Said>;

/// A part at least as tight as that, in parentheses where it is looser.
pub(super) fn at(said: &Said, binds: u8) -> String {
    if said.binds < binds { format!("({})", said.text) } else { said.text.clone() }
}

pub(super) fn said(text: String, binds: u8, facts: Facts) -> Said {
    Said { text, binds, facts }
}

pub(super) fn truth_of(text: String, binds: u8) -> Said {
    said(text, binds, Facts::of(Kinds::BOOL))
}

impl Translator<'_> {
    /// A part whose value is the same.
    pub(super) fn okta(&mut self, term: &Term) -> Okta {
        let equals = std::mem::take(&mut self.equals);
        match &term.kind {
            Kind::Constant(value) => self.okta_constant(value, term.span),
            Kind::Attribute(slot) => self.attribute(*slot, term.span, ATOM),
            Kind::Call(call) => {
                self.equals = equals;
                self.okta_call(call, term.span)
            }
            Kind::Compare(parts) => self.okta_comparison(parts, term.span),
            Kind::If(parts) => {
                let condition = self.okta_condition(&parts.condition);
                let (then, otherwise) = (self.okta(&parts.then), self.okta(&parts.otherwise));
                self.okta_either(&condition?, &then?, &otherwise?)
            }
            Kind::First(terms) => {
                let mut parts: Vec<Okta> = terms.iter().map(|term| self.okta(term)).collect();
                let mut whole = parts.pop().flatten();
                for part in parts.into_iter().rev() {
                    whole = self.okta_first(&part?, whole);
                }
                whole
            }
            Kind::Choice(choice) => self.okta_choice(choice, term.span),
            Kind::Skip(skip) => self.refuse_only(skip.word(), term.span, &|_| true),
            Kind::FirstFilled(_) => None,
        }
    }

    pub(super) fn okta_constant(&mut self, value: &Value<'_>, span: Span) -> Okta {
        let (text, binds) = match value {
            Value::Null => ("null".to_owned(), ATOM),
            Value::Bool(bool) => (bool.to_string(), ATOM),
            Value::Text(text) => (quoted(text), ATOM),
            Value::Number(Number::Int(int)) if i32::try_from(*int).is_ok() => (int.to_string(), if *int < 0 { PREFIX } else { ATOM }),
            Value::Number(Number::Int(int)) => {
                return self.refuse(span, format!("{int} is larger than the 32 bits of Okta's numbers"), Some(quoted(&int.to_string())));
            }
            Value::Number(Number::Float(float)) => match format!("{float:?}") {
                shown if shown.contains(['e', 'E', 'n', 'i']) => {
                    return self.refuse(span, format!("Okta has no way to write the number {shown}"), None);
                }
                shown => (shown, if *float < 0.0 { PREFIX } else { ATOM }),
            },
            Value::List(list) => {
                let items: Option<Vec<String>> = list.iter().map(|item| self.okta_constant(&item, span).map(|said| said.text)).collect();
                (format!("{{{}}}", items?.join(", ")), ATOM)
            }
            Value::Date(_) | Value::Object(_) => {
                return self.refuse(span, format!("Okta has no value that is {}", value.kind()), None);
            }
        };
        Some(said(text, binds, Facts::constant(value.clone().into_owned())))
    }

    /// By the rule of its function; a call that is always the same is written as its value, unless it is to be hidden.
    fn okta_call(&mut self, call: &Call, span: Span) -> Okta {
        if let Some(value) = call.constant.as_ref().filter(|_| !call.function.redacts) {
            let before = self.found.len();
            if let Some(constant) = self.okta_constant(value, span) {
                return Some(constant);
            }
            self.found.truncate(before);
        }
        let before = self.found.len();
        if let Some(rule) = okta_functions::RULES.iter().find(|rule| rule.shown.names.contains(&call.function.name)) {
            let found = (rule.write)(self, call, span);
            if found.is_some() || self.found.len() > before {
                return found;
            }
        }
        self.refuse_only(call.function.name, span, &|at| matches!(call.arguments.get(at), Some(Some(_))))
    }

    /// An argument that is given, `None` where it is left out or cannot be said.
    pub(super) fn okta_argument(&mut self, call: &Call, at: usize) -> Okta {
        call.arguments.get(at).and_then(Option::as_ref).and_then(|term| self.okta(term))
    }

    /// An argument where Entra takes the text of a value.
    pub(super) fn okta_text_argument(&mut self, call: &Call, at: usize) -> Okta {
        let term = call.arguments.get(at).and_then(Option::as_ref)?;
        let value = self.okta(term)?;
        self.okta_text(value, term.span)
    }

    /// The text that Entra makes of a value; null stays null.
    pub(super) fn okta_text(&mut self, value: Said, span: Span) -> Okta {
        if let Some(constant) = &value.facts.constant {
            return match constant.to_text() {
                Some(text) => self.okta_constant(&Value::text(text.into_owned()), span),
                None if constant.is_null() => Some(value),
                None => self.refuse(span, "Entra takes no list as a text".to_owned(), None),
            };
        }
        let kinds = value.facts.kinds;
        if kinds.only(Kinds::TEXT.or(Kinds::NUMBER)) {
            return Some(value);
        }
        if kinds.only(Kinds::BOOL) {
            let text = format!("{} ? \"True\" : \"False\"", at(&value, OR));
            let whole = said(text, TERNARY, Facts::ascii(Kinds::FILLED, true));
            return Some(self.okta_unless_null(&value, whole));
        }
        self.refuse_kind(span, kinds, "where Entra takes a text, the value must be known as one")
    }

    /// Null where a value is null, else another part.
    pub(super) fn okta_unless_null(&self, value: &Said, otherwise: Said) -> Said {
        if !value.facts.may_be_null() {
            return otherwise;
        }
        let facts = Facts { kinds: otherwise.facts.kinds.or(Kinds::NULL), constant: None, ..otherwise.facts };
        said(format!("{} == null ? null : {}", at(value, PLUS), otherwise.text), TERNARY, facts)
    }

    /// One of two. Where the one is a value and the other takes its place if it is null or empty, that is `?:`.
    pub(super) fn okta_either(&mut self, condition: &Said, then: &Said, otherwise: &Said) -> Okta {
        let facts = then.facts.either(&otherwise.facts);
        for (value, instead, sign, word) in [(otherwise, then, "==", "OR"), (then, otherwise, "!=", "AND")] {
            let x = at(value, PLUS);
            if condition.text == format!("{x} {sign} null {word} {x} {sign} \"\"") {
                let filled = Facts { kinds: value.facts.kinds.without(Kinds::NULL.or(Kinds::EMPTY)), ..value.facts.clone() };
                let facts = Facts { constant: None, ..filled.either(&instead.facts) };
                return self.bounded(said(format!("{} ?: {}", at(value, OR), instead.text), TERNARY, facts));
            }
        }
        let text = format!("{} ? {} : {}", at(condition, OR), at(then, OR), otherwise.text);
        self.bounded(said(text, TERNARY, facts))
    }

    /// Coalesce: Okta's `?:` passes over empty texts too.
    fn okta_first(&mut self, first: &Said, second: Okta) -> Okta {
        let second = second?;
        if !first.facts.may_be_null() {
            return Some(first.clone());
        }
        let facts = Facts { kinds: first.facts.kinds.without(Kinds::NULL), ..first.facts.clone() }.either(&second.facts);
        let text = match first.facts.kinds.meets(Kinds::EMPTY) {
            true => format!("{} != null ? {} : {}", at(first, PLUS), at(first, OR), second.text),
            false => format!("{} ?: {}", at(first, OR), second.text),
        };
        self.bounded(said(text, TERNARY, Facts { constant: None, ..facts }))
    }

    /// A part as a condition: what IIF and Not take for true.
    pub(super) fn okta_condition(&mut self, term: &Term) -> Okta {
        let value = self.okta(term)?;
        self.okta_truth(value, term.span)
    }

    pub(super) fn okta_truth(&mut self, value: Said, span: Span) -> Okta {
        let kinds = value.facts.kinds;
        if let Some(constant) = &value.facts.constant {
            return self.okta_constant(&Value::Bool(crate::program::truth(constant)), span);
        }
        if kinds.within(Kinds::BOOL) {
            return Some(value);
        }
        let text = if kinds.only(Kinds::BOOL) {
            format!("{} == true", at(&value, PLUS))
        } else if kinds.only(Kinds::TEXT.or(Kinds::BOOL)) {
            format!("{} matches \"(?i)true\"", at(&value, PLUS))
        } else if kinds.only(Kinds::NUMBER) {
            let filled = format!("{} != 0", at(&value, PLUS));
            if kinds.meets(Kinds::NULL) {
                return self.bounded(truth_of(format!("{} != null AND {filled}", at(&value, PLUS)), AND));
            }
            filled
        } else {
            return self.refuse_kind(span, kinds, "what a condition reads must be known as a boolean, text or number");
        };
        self.bounded(truth_of(text, COMPARE))
    }

    fn okta_comparison(&mut self, parts: &Compare, span: Span) -> Okta {
        if let Some(found) = okta_functions::occurrence(self, parts) {
            return found;
        }
        let (left, right) = (self.okta_side(&parts.left, parts, &parts.right), self.okta_side(&parts.right, parts, &parts.left));
        let (left, right) = (left?, right?);
        let (left, right) = alike(self, left, right, span)?;
        let kinds = left.facts.kinds.or(right.facts.kinds);
        let null = [&left, &right].into_iter().any(|side| side.facts.kinds.within(Kinds::NULL));
        if let Some(part) = failing_part(parts).filter(|_| null) {
            return self.refuse_failing(part);
        }
        if null {
            return self.okta_constant(&Value::Bool(false), span); // nothing compares with null
        }
        let equality = matches!(parts.operator, Operator::Equal | Operator::NotEqual);
        let uniform = kinds.only(Kinds::TEXT) || kinds.only(Kinds::NUMBER) || (equality && kinds.only(Kinds::BOOL));
        if !uniform {
            return self.refuse_kind(span, kinds, "both sides of a comparison must be known as texts, or as numbers");
        }
        if !equality && kinds.only(Kinds::TEXT) && ![&left, &right].into_iter().any(|side| side.facts.text().is_some_and(is_low)) {
            self.warn_units(span, "the order of two texts");
        }
        let sign = match parts.operator {
            Operator::Equal => "==",
            Operator::NotEqual => "!=",
            other => other.sign(),
        };
        let whole = format!("{} {sign} {}", at(&left, PLUS), at(&right, PLUS));
        // With Entra a comparison with null is false; with Okta null equals null and is less than everything.
        let guarded: Vec<String> = [&left, &right]
            .into_iter()
            .filter(|side| side.facts.may_be_null())
            .filter(|_| parts.operator != Operator::Equal || (left.facts.may_be_null() && right.facts.may_be_null()))
            .map(|side| format!("{} != null", at(side, PLUS)))
            .take(if parts.operator == Operator::Equal { 1 } else { 2 })
            .collect();
        // Entra evaluates both sides, and a check of the left one keeps Okta from the right one.
        if !guarded.is_empty() && left.facts.may_be_null() && may_fail(&parts.right) {
            return self.refuse_failing(&parts.right);
        }
        if guarded.is_empty() {
            return self.bounded(truth_of(whole, COMPARE));
        }
        self.bounded(truth_of(format!("{} AND {whole}", guarded.join(" AND ")), AND))
    }

    /// A side of a comparison, which may be less than exact where the other side cannot tell.
    fn okta_side(&mut self, side: &Term, parts: &Compare, other: &Term) -> Okta {
        if matches!(parts.operator, Operator::Equal | Operator::NotEqual) {
            self.equals = texts([other].into_iter());
        }
        self.okta(side)
    }

    /// Switch: comparisons, one for each key.
    fn okta_choice(&mut self, choice: &Choice, span: Span) -> Okta {
        self.equals = texts(choice.cases.iter().map(|(key, _)| key));
        let source = self.okta(&choice.source);
        let default = match &choice.default {
            Some(term) => self.okta(term),
            None => self.okta_constant(&Value::Null, span),
        };
        let mut cases = Vec::new();
        for (key, result) in &choice.cases {
            let (key, result) = (self.okta(key).map(|key| (key, key_span(choice, cases.len()))), self.okta(result));
            cases.push((key, result));
        }
        let (source, mut whole) = (source?, default?);
        if !source.facts.kinds.only(Kinds::TEXT.or(Kinds::BOOL)) && !source.facts.kinds.only(Kinds::NUMBER) {
            return self.refuse_kind(
                choice.source.span,
                source.facts.kinds,
                "the source of a Switch must be known as a text, boolean or number",
            );
        }
        let mut asked = false;
        for (key, result) in cases.into_iter().rev() {
            let ((key, place), result) = (key?, result?);
            let Some(key) = key.facts.constant.as_ref().map(|key| key.to_text().unwrap_or_default().into_owned()) else {
                return self.refuse(place, "a key of a Switch that is no constant".to_owned(), None);
            };
            if let Some(hit) = self.okta_key(&source, &key, place)? {
                asked = true;
                whole = self.okta_either(&hit, &result, &whole)?;
            }
        }
        if !asked && may_fail(&choice.source) {
            return self.refuse_failing(&choice.source);
        }
        Some(whole)
    }

    /// The condition under which a source has that text; `None` inside where it never has.
    fn okta_key(&mut self, source: &Said, key: &str, span: Span) -> Option<Option<Said>> {
        if let Some(constant) = &source.facts.constant {
            let hit = constant.to_text().unwrap_or_default() == key;
            return Some(if hit { Some(truth_of("true".to_owned(), ATOM)) } else { None });
        }
        let kinds = source.facts.kinds;
        let left = at(source, PLUS);
        let mut hits = Vec::new();
        if key.is_empty() && kinds.meets(Kinds::NULL) {
            hits.push(format!("{left} == null"));
        }
        if kinds.meets(Kinds::TEXT) && (!key.is_empty() || kinds.meets(Kinds::EMPTY)) {
            hits.push(format!("{left} == {}", quoted(key)));
        }
        if kinds.meets(Kinds::BOOL) && matches!(key, "True" | "False") {
            hits.push(format!("{left} == {}", key == "True"));
        }
        if kinds.meets(Kinds::NUMBER) {
            if let Some(number) = key.parse().ok().filter(|number: &i64| number.to_string() == key) {
                let number = self.okta_constant(&Value::int(number), span)?;
                hits.push(format!("{left} == {}", number.text));
            }
        }
        Some(match hits.len() {
            0 => None,
            1 => Some(truth_of(hits.remove(0), COMPARE)),
            _ => Some(truth_of(hits.join(" OR "), OR)),
        })
    }
}

fn key_span(choice: &Choice, at: usize) -> Span {
    choice.cases.get(at).map_or(choice.source.span, |(key, _)| key.span)
}

/// The texts that parts always are; none where one is no constant text.
pub(super) fn texts<'t>(terms: impl Iterator<Item = &'t Term>) -> Vec<String> {
    let texts: Option<Vec<String>> = terms
        .map(|term| match &term.kind {
            Kind::Constant(Value::Text(text)) => Some(text.to_string()),
            _ => None,
        })
        .collect();
    texts.unwrap_or_default()
}

/// A text without characters from U+D800 on: before it, all others are in the same order in UTF-8 and in UTF-16.
pub(super) fn is_low(text: &str) -> bool {
    text.chars().all(|character| u32::from(character) < 0xD800)
}

/// Two sides of a comparison of Entra as Okta compares them: where a number meets the text of one, both are numbers.
fn alike(translator: &mut Translator<'_>, left: Said, right: Said, span: Span) -> Option<(Said, Said)> {
    let as_number = |side: &Said, other: &Said| match side.facts.text() {
        Some(text) if other.facts.kinds.only(Kinds::NUMBER) => Number::parse(text).map(Value::Number),
        _ => None,
    };
    let as_bool = |side: &Said, other: &Said| match side.facts.text() {
        Some(text) if other.facts.kinds.only(Kinds::BOOL) => match text {
            "True" => Some(Value::Bool(true)),
            "False" => Some(Value::Bool(false)),
            _ => None,
        },
        _ => None,
    };
    let (new_left, new_right) =
        (as_number(&left, &right).or_else(|| as_bool(&left, &right)), as_number(&right, &left).or_else(|| as_bool(&right, &left)));
    Some((
        match new_left {
            Some(value) => translator.okta_constant(&value, span)?,
            None => left,
        },
        match new_right {
            Some(value) => translator.okta_constant(&value, span)?,
            None => right,
        },
    ))
}
