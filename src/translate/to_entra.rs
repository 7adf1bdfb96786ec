//! The typed tree of an Okta expression as a text of Entra's language.

use super::entra_functions;
use super::facts::{Facts, Kinds, Said};
use super::to_okta::{is_low, texts};
use super::{Translator, may_fail};
use crate::diagnostic::Span;
use crate::language::quoted;
use crate::program::term::{Call, Choice, Compare, Kind, Matching, Operator, Term};
use crate::program::{Number, Value};

/// A comparison stands anywhere but as a side of another one.
pub(super) const COMPARE: u8 = 0;
pub(super) const ATOM: u8 = 1;

/// What Entra writes for a part; `None` where it cannot be said, and why is reported.
pub(super) type Entra = Option<Said>;

/// A side of a comparison.
pub(super) fn side(said: &Said) -> String {
    if said.binds < ATOM { format!("CBool({})", said.text) } else { said.text.clone() }
}

pub(super) fn said(text: String, facts: Facts) -> Said {
    Said { text, binds: ATOM, facts }
}

pub(super) fn compared(text: String) -> Said {
    Said { text, binds: COMPARE, facts: Facts::of(Kinds::BOOL) }
}

/// A test for a value that is not null: what is null equals nothing, not even itself.
fn present(value: &Said) -> String {
    let kinds = Kinds::TEXT.or(Kinds::NUMBER).or(Kinds::BOOL);
    match value.facts.kinds.only(kinds) && !value.text.starts_with('[') {
        true => format!("Len({}) >= 0", value.text),
        false => format!("{0} = {0}", side(value)),
    }
}

impl Translator<'_> {
    /// A call that fails for every user, as the part does in whose place it stands: there is no character 0. The text
    /// must not be a constant, or the failure would be one of the expression; any attribute does.
    pub(super) fn failing(&self, value: &Said) -> String {
        let any = self.used.first().map_or_else(|| value.text.clone(), |partner| partner.read(self.to));
        format!("Mid(Join(\"\", {any}), 0, 0)")
    }

    /// A part whose value is the same.
    pub(super) fn entra(&mut self, term: &Term) -> Entra {
        let equals = std::mem::take(&mut self.equals);
        match &term.kind {
            Kind::Constant(value) => self.entra_constant(value, term.span),
            Kind::Attribute(slot) => self.attribute(*slot, term.span, ATOM),
            Kind::Call(call) => {
                self.equals = equals;
                self.entra_call(call, term.span)
            }
            Kind::Compare(parts) => self.entra_comparison(parts, term.span),
            Kind::If(parts) => {
                let condition = self.entra_condition(&parts.condition);
                // What no user reaches need not be said.
                if let Some(Value::Bool(holds)) = condition.as_ref().and_then(|condition| condition.facts.constant.as_ref()) {
                    return self.entra(if *holds { &parts.then } else { &parts.otherwise });
                }
                let (then, otherwise) = (self.entra(&parts.then), self.entra(&parts.otherwise));
                self.entra_either(&condition?, &then?, &otherwise?)
            }
            Kind::FirstFilled(terms) => {
                let mut parts: Vec<Entra> = terms.iter().map(|term| self.entra(term)).collect();
                let mut whole = parts.pop().flatten()?;
                for (part, term) in parts.into_iter().zip(terms.iter()).rev() {
                    whole = self.entra_first_filled(&part?, &whole, term.span)?;
                }
                Some(whole)
            }
            Kind::Choice(choice) => self.entra_choice(choice, term.span),
            Kind::First(_) | Kind::Skip(_) => None,
        }
    }

    pub(super) fn entra_constant(&mut self, value: &Value<'_>, span: Span) -> Entra {
        let text = match value {
            // No key is equal, and the default is left out.
            Value::Null => "Switch(\"\", , \"x\", \"x\")".to_owned(),
            Value::Bool(bool) => format!("CBool({})", u8::from(*bool)),
            Value::Text(text) => quoted(text),
            Value::Number(Number::Int(int)) => int.to_string(),
            Value::Number(Number::Float(float)) => match format!("{float:?}") {
                shown if shown.contains(['e', 'E', 'n', 'i']) => {
                    return self.refuse(span, format!("the number {shown}"), None);
                }
                shown => shown,
            },
            Value::List(list) => {
                let texts: Option<Vec<String>> = list
                    .iter()
                    .map(|item| match item {
                        Value::Text(text) if text.trim() == text && !text.contains(',') => Some(text.into_owned()),
                        _ => None,
                    })
                    .collect();
                match texts {
                    Some(texts) if !texts.is_empty() => format!("Split({}, \",\")", quoted(&texts.join(","))),
                    _ => return self.refuse(span, "a list that is not of texts without commas".to_owned(), None),
                }
            }
            Value::Date(_) | Value::Object(_) => return self.refuse(span, format!("{} in braces", value.kind()), None),
        };
        Some(said(text, Facts::constant(value.clone().into_owned())))
    }

    /// By the rule of its function; a call that is always the same is written as its value.
    fn entra_call(&mut self, call: &Call, span: Span) -> Entra {
        if let Some(value) = &call.constant {
            let before = self.found.len();
            if let Some(constant) = self.entra_constant(value, span) {
                return Some(constant);
            }
            self.found.truncate(before);
        }
        let before = self.found.len();
        if let Some(rule) = entra_functions::rule(call) {
            let found = (rule.write)(self, call, span);
            if found.is_some() || self.found.len() > before {
                return found;
            }
        }
        self.refuse_only(call.function.name, span, &|at| matches!(call.arguments.get(at), Some(Some(_))))
    }

    pub(super) fn entra_argument(&mut self, call: &Call, at: usize) -> Entra {
        call.arguments.get(at).and_then(Option::as_ref).and_then(|term| self.entra(term))
    }

    pub(super) fn entra_text_argument(&mut self, call: &Call, at: usize) -> Entra {
        let term = call.arguments.get(at).and_then(Option::as_ref)?;
        let value = self.entra(term)?;
        self.entra_text(value, term.span)
    }

    /// The text that Okta makes of a value; null stays null.
    pub(super) fn entra_text(&mut self, value: Said, span: Span) -> Entra {
        if let Some(constant) = &value.facts.constant {
            return match crate::functions::okta::shown(constant) {
                Ok(Some(text)) => self.entra_constant(&Value::text(text.into_owned()), span),
                Ok(None) => Some(value),
                Err(_) => self.refuse(span, format!("{} as a text", constant.kind()), None),
            };
        }
        let kinds = value.facts.kinds;
        if kinds.only(Kinds::TEXT.or(Kinds::NUMBER)) {
            return Some(value);
        }
        if kinds.only(Kinds::BOOL) {
            let null = if value.facts.may_be_null() { Kinds::NULL } else { Kinds::FILLED };
            let text = format!("Switch({}, , \"True\", \"true\", \"False\", \"false\")", value.text);
            return self.bounded(said(text, Facts::ascii(Kinds::FILLED.or(null), true)));
        }
        self.refuse_kind(span, kinds, "where Okta takes a text, the value must be known as one (a list would be its CSV text)")
    }

    pub(super) fn entra_either(&mut self, condition: &Said, then: &Said, otherwise: &Said) -> Entra {
        let facts = then.facts.either(&otherwise.facts);
        if let Some(Value::Bool(holds)) = condition.facts.constant {
            return Some(if holds { then.clone() } else { otherwise.clone() });
        }
        self.bounded(said(format!("IIF({}, {}, {})", condition.text, then.text, otherwise.text), facts))
    }

    /// A part that fails where it is null.
    pub(super) fn entra_present(&mut self, value: &Said) -> Entra {
        if !value.facts.may_be_null() {
            return Some(value.clone());
        }
        let facts = Facts { kinds: value.facts.kinds.without(Kinds::NULL), ..value.facts.clone() };
        self.bounded(said(format!("IIF({}, {}, {})", present(value), value.text, self.failing(value)), facts))
    }

    /// A boolean, and nothing else: Okta fails on null, a text or a number in its place.
    pub(super) fn entra_boolean(&mut self, value: &Said, span: Span) -> Entra {
        if !value.facts.kinds.only(Kinds::BOOL) {
            return self.refuse_kind(span, value.facts.kinds, "a condition must be known as a boolean, on anything else Okta fails");
        }
        self.entra_present(value)
    }

    /// A condition, which is a boolean that is never null. Entra does not support null checks in IIF, and a comparison with
    /// itself is one: null does not equal null there.
    pub(super) fn entra_condition(&mut self, term: &Term) -> Entra {
        if let Kind::Compare(parts) = &term.kind {
            let is_null = |side: &Term| matches!(side.kind, Kind::Constant(Value::Null));
            let other = match (is_null(&parts.left), is_null(&parts.right)) {
                (true, false) => Some(&parts.right),
                (false, true) => Some(&parts.left),
                _ => None,
            };
            let wanted = match parts.operator {
                Operator::NotEqual => Some(true),
                Operator::Equal => Some(false),
                _ => None,
            };
            if let (Some(other), Some(wanted)) = (other, wanted) {
                let value = self.entra(other)?;
                if value.facts.may_be_null() && value.facts.constant.is_none() {
                    let test = present(&value);
                    return self.bounded(if wanted { compared(test) } else { said(format!("Not({test})"), Facts::of(Kinds::BOOL)) });
                }
            }
        }
        let value = self.entra(term)?;
        self.entra_boolean(&value, term.span)
    }

    /// Okta's `?:`, which passes over null and the empty text.
    fn entra_first_filled(&mut self, first: &Said, second: &Said, span: Span) -> Entra {
        let kinds = first.facts.kinds;
        if first.facts.is_filled() {
            return Some(first.clone());
        }
        let filled = Facts { kinds: kinds.without(Kinds::NULL.or(Kinds::EMPTY)), ..first.facts.clone() };
        let facts = Facts { constant: None, ..filled.either(&second.facts) };
        let text = if !kinds.meets(Kinds::EMPTY) {
            format!("Coalesce({}, {})", first.text, second.text)
        } else if kinds.only(Kinds::TEXT.or(Kinds::NUMBER).or(Kinds::BOOL)) {
            format!("Switch({0}, {0}, \"\", {1})", first.text, second.text)
        } else {
            return self.refuse_kind(span, kinds, "what stands before ?: must be known as a text or as something else");
        };
        self.bounded(said(text, facts))
    }

    fn entra_comparison(&mut self, parts: &Compare, span: Span) -> Entra {
        let (left, right) = (self.entra_side(&parts.left, parts, &parts.right), self.entra_side(&parts.right, parts, &parts.left));
        let (left, right) = (left?, right?);
        let equal = matches!(parts.operator, Operator::Equal | Operator::NotEqual);
        let negated = parts.operator == Operator::NotEqual;
        let test = |text: String| if negated { format!("Not({text})") } else { text };
        let null = |side: &Said| side.facts.kinds.within(Kinds::NULL);
        if equal && (null(&left) || null(&right)) {
            let other = if null(&left) { &right } else { &left };
            if let Some(part) = failing_part(parts).filter(|_| null(other) || !other.facts.may_be_null()) {
                return self.refuse_failing(part);
            }
            return match other.facts.may_be_null() {
                true if null(other) => self.entra_constant(&Value::Bool(!negated), span),
                true => self.bounded(said(test(format!("IsNull({})", other.text)), Facts::of(Kinds::BOOL))),
                false => self.entra_constant(&Value::Bool(negated), span),
            };
        }
        let (one, other) = (left.facts.kinds.without(Kinds::NULL), right.facts.kinds.without(Kinds::NULL));
        let alike =
            [Kinds::TEXT, Kinds::NUMBER].into_iter().any(|kind| one.or(other).within(kind)) || (equal && one.or(other).within(Kinds::BOOL));
        if !alike {
            let apart = equal && !one.meets(other) && !(one.meets(Kinds::TEXT) && other.meets(Kinds::TEXT));
            let both_null = left.facts.may_be_null() && right.facts.may_be_null();
            if let Some(part) = failing_part(parts).filter(|_| apart && !both_null) {
                return self.refuse_failing(part);
            }
            if apart && !both_null {
                return self.entra_constant(&Value::Bool(negated), span); // values of different kinds are never equal
            }
            return self.refuse_kind(
                span,
                left.facts.kinds.or(right.facts.kinds),
                "both sides of a comparison must be known to be of one kind",
            );
        }
        if !equal && one.meets(Kinds::TEXT) && ![&left, &right].into_iter().any(|side| side.facts.text().is_some_and(is_low)) {
            self.warn_units(span, "the order of two texts");
        }
        let both_null = left.facts.may_be_null() && right.facts.may_be_null();
        let (a, b) = (side(&left), side(&right));
        let written = |operator: Operator| format!("{a} {} {b}", operator.sign());
        if equal {
            if !both_null {
                return self.bounded(if negated {
                    said(test(written(Operator::Equal)), Facts::of(Kinds::BOOL))
                } else {
                    compared(written(Operator::Equal))
                });
            }
            // Two that are null are equal with Okta, and with Entra null equals nothing.
            let text = format!("IIF({}, CBool(1), IsNull(Coalesce({}, {})))", written(Operator::Equal), left.text, right.text);
            return self.bounded(said(test(text), Facts::of(Kinds::BOOL)));
        }
        if both_null {
            return self.refuse(span, "an order between two values that can both be null".to_owned(), Some(written(parts.operator)));
        }
        // Null is less than everything with Okta; with Entra every comparison with it is false.
        let holds_for_null = match parts.operator {
            Operator::Less | Operator::LessOrEqual => left.facts.may_be_null(),
            _ => right.facts.may_be_null(),
        };
        if holds_for_null {
            let opposite = match parts.operator {
                Operator::Less => Operator::GreaterOrEqual,
                Operator::LessOrEqual => Operator::Greater,
                Operator::Greater => Operator::LessOrEqual,
                _ => Operator::Less,
            };
            return self.bounded(said(format!("Not({})", written(opposite)), Facts::of(Kinds::BOOL)));
        }
        self.bounded(compared(written(parts.operator)))
    }

    /// A side of a comparison, which may be less than exact where the other side cannot tell.
    fn entra_side(&mut self, side: &Term, parts: &Compare, other: &Term) -> Entra {
        if matches!(parts.operator, Operator::Equal | Operator::NotEqual) {
            self.equals = texts([other].into_iter());
        }
        self.entra(side)
    }

    /// stringSwitch: the first key that stands somewhere in the source.
    fn entra_choice(&mut self, choice: &Choice, span: Span) -> Entra {
        if choice.matching != Matching::Within {
            return None;
        }
        let source = self.entra(&choice.source).and_then(|source| self.entra_text(source, choice.source.span));
        let mut whole = match &choice.default {
            Some(term) => self.entra(term),
            None => self.entra_constant(&Value::Null, span),
        };
        let mut cases = Vec::new();
        for (key, result) in &choice.cases {
            let written = self.entra(key).and_then(|key_said| self.entra_text(key_said, key.span));
            cases.push((written, self.entra(result), key.span));
        }
        let source = source?;
        if cases.is_empty() && may_fail(&choice.source) {
            return self.refuse_failing(&choice.source);
        }
        for (key, result, place) in cases.into_iter().rev() {
            let (key, result, otherwise) = (key?, result?, whole?);
            let Some(constant) = key.facts.text().filter(|key| !key.is_empty()) else {
                return self.refuse(place, "a key of stringSwitch that is no constant, or empty,".to_owned(), None);
            };
            let mut hit = compared(format!("InStr({}, {}) > 0", source.text, key.text));
            if let Some(text) = source.facts.text() {
                hit = self.entra_constant(&Value::Bool(text.contains(constant)), place)?;
            }
            whole = self.entra_either(&hit, &result, &otherwise);
        }
        whole
    }

    /// `a + b`, where one of them is a text: null is the word.
    pub(super) fn entra_plus(&mut self, call: &Call, span: Span) -> Entra {
        let (left, right) = (self.entra_argument(call, 0), self.entra_argument(call, 1));
        let (left, right) = (left?, right?);
        let text = |side: &Said| side.facts.kinds.within(Kinds::TEXT);
        let nullable = |side: &Said| side.facts.kinds.only(Kinds::TEXT) && side.facts.kinds.meets(Kinds::TEXT);
        if !(text(&left) || text(&right) || (nullable(&left) && nullable(&right))) {
            if left.facts.kinds.or(right.facts.kinds).meets(Kinds::TEXT) {
                return self.refuse_kind(span, left.facts.kinds.or(right.facts.kinds), "one side of + must be known as a text");
            }
            return self.refuse(span, "the sum of two numbers".to_owned(), None);
        }
        let either_null = !text(&left) && !text(&right);
        let place = |at: usize| call.arguments.get(at).and_then(Option::as_ref).map_or(span, |term| term.span);
        let both = said(format!("Coalesce({}, {})", left.text, right.text), left.facts.either(&right.facts));
        let (left, right) = (self.entra_text(left, place(0))?, self.entra_text(right, place(1))?);
        let ascii = left.facts.ascii && right.facts.ascii;
        let filled = [&left, &right].into_iter().any(|side| !side.facts.kinds.meets(Kinds::EMPTY));
        let facts = Facts::ascii(if filled { Kinds::FILLED } else { Kinds::TEXT }, ascii);
        let parts: Vec<String> = [&left, &right].into_iter().flat_map(|side| row_of(&with_word(side))).collect();
        let row = said(format!("Join(\"\", {})", parts.join(", ")), facts.clone());
        if !either_null {
            return self.bounded(row);
        }
        // Okta joins null with a text, and fails on null with null.
        self.bounded(said(format!("IIF({}, {}, {})", present(&both), row.text, self.failing(&left)), facts))
    }
}

/// A side of a comparison that can fail.
pub(super) fn failing_part(parts: &Compare) -> Option<&Term> {
    [&parts.left, &parts.right].into_iter().find(|side| may_fail(side))
}

/// A part of a row, null as the word.
fn with_word(side: &Said) -> Said {
    if !side.facts.may_be_null() {
        return side.clone();
    }
    match side.facts.kinds.within(Kinds::NULL) {
        true => said("\"null\"".to_owned(), Facts::constant(Value::text("null"))),
        false => said(format!("Coalesce({}, \"null\")", side.text), side.facts.clone()),
    }
}

/// The parts of a row that is joined without a separator, so that rows in rows become one.
fn row_of(side: &Said) -> Vec<String> {
    match side.text.strip_prefix("Join(\"\", ").and_then(|rest| rest.strip_suffix(')')) {
        Some(inner) if closes_last(inner) => vec![inner.to_owned()],
        _ => vec![side.text.clone()],
    }
}

/// Whether a text is the inside of one pair of parentheses: none closes that it did not open.
fn closes_last(inner: &str) -> bool {
    let (mut depth, mut quoted, mut escaped) = (0i32, false, false);
    for character in inner.chars() {
        match character {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted => depth -= 1,
            _ => {}
        }
        if depth < 0 {
            return false;
        }
    }
    depth == 0
}
