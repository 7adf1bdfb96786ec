//! How many arguments a call has, and which may be left out.

use super::Checker;
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::functions::{Form, Function, Need, Run};
use crate::language::{Argument, quoted};

impl Checker<'_> {
    /// Whether the arguments are as many as the function takes, and none that it needs is left out.
    pub(super) fn count(&mut self, function: &Function, span: Span, name_span: Span, given: &[Argument]) -> bool {
        if matches!(function.run, Run::Form(Form::Choice)) && given.len() > 2 && given.len() % 2 == 1 {
            self.missing_default(given);
            return false;
        }
        let (least, most) = bounds(function);
        if given.len() < least {
            self.too_few(function, span, name_span, given, least);
            return false;
        }
        if let Some(surplus) = most.and_then(|most| given.get(most)) {
            let surplus = place(surplus);
            let takes = most.unwrap_or_default();
            let takes = match takes {
                0 => "no argument".to_string(),
                1 => "one argument".to_string(),
                many => format!("at most {many} arguments"),
            };
            self.diagnostics.push(
                Diagnostic::new(Code::TooManyArguments, format!("{} takes {takes}, and here {}", function.name, are(given.len())))
                    .at(surplus, "one too many")
                    .help(format!("write {}", function.signature())),
            );
            return false;
        }
        let mut whole = true;
        for (at, argument) in given.iter().enumerate() {
            let Some(parameter) = function.parameter(at) else { continue };
            // Of values of which the first counts, the last is the default, which is optional.
            let default = matches!(function.run, Run::Form(Form::First)) && at > 0 && at + 1 == given.len();
            if let (Argument::LeftOut(place), Need::Required, false) = (argument, parameter.need, default) {
                self.missing(function, parameter.name, *place);
                whole = false;
            }
        }
        let given_at = |at: usize| matches!(given.get(at), Some(Argument::Given(_)));
        if let Some(name) = function.complete.and_then(|complete| complete(&given_at)) {
            self.missing(function, name, name_span);
            whole = false;
        }
        whole
    }

    fn missing(&mut self, function: &Function, name: &str, place: Span) {
        self.diagnostics.push(
            Diagnostic::new(Code::MissingArgument, format!("{} needs {name}", function.name))
                .at(place, format!("{name} is left out"))
                .help(format!("write {}", function.signature())),
        );
    }

    fn too_few(&mut self, function: &Function, span: Span, name_span: Span, given: &[Argument], least: usize) {
        let many = if least == 1 { "one argument".to_string() } else { format!("{least} arguments") };
        let diagnostic =
            Diagnostic::new(Code::TooFewArguments, format!("{} needs at least {many}, and here {}", function.name, are(given.len())));
        // An optional argument whose comma was forgotten: the arguments after it stand one place too early.
        let omissible = function.parameters.iter().position(|parameter| parameter.need == Need::Omissible);
        self.diagnostics.push(match (omissible, given.len() + 1 == least) {
            (Some(at), true) if at < given.len() => {
                let place = place(&given[at]);
                let name = function.parameters[at].name;
                diagnostic
                    .at(place, format!("taken as {name}"))
                    .help(format!("{name} may be empty, its comma may not be missing: {}", function.signature()))
                    .edit(Span::new(place.start, place.start), ", ")
            }
            _ => diagnostic.at(if given.is_empty() { span } else { name_span }, "").help(format!("write {}", function.signature())),
        });
    }

    /// `Switch(source, key, value, key, value)`: the first key stands where the default belongs.
    fn missing_default(&mut self, given: &[Argument]) {
        let taken = place(&given[1]);
        let text = |argument: &Argument| self.text[place(argument).start..place(argument).end].trim().to_string();
        // Only the target knows a default that gives nobody more than before; a guess from the pairs could give everybody
        // the role of the few. Inside of another call the Switch need not give the target's value.
        let default = self.scope.default.filter(|_| self.is_result).map(quoted);
        let shown = default.as_deref().unwrap_or("\"default\"");
        let diagnostic = Diagnostic::new(
            Code::SwitchMissingDefault,
            format!("Switch takes source, default, then pairs; here are {} arguments", given.len()),
        )
        .at(taken, "taken as the default value")
        .help(format!("insert the default first: Switch(…, {shown}, {}, {}, …)", text(&given[1]), text(&given[2])));
        self.diagnostics.push(match &default {
            Some(default) => diagnostic.edit(Span::new(taken.start, taken.start), format!("{default}, ")),
            None => diagnostic,
        });
    }
}

/// `is one`, `are 3`
fn are(count: usize) -> String {
    match count {
        0 => "is none".to_owned(),
        1 => "is one".to_owned(),
        many => format!("are {many}"),
    }
}

fn place(argument: &Argument) -> Span {
    match argument {
        Argument::Given(syntax) => syntax.span,
        Argument::LeftOut(span) => *span,
    }
}

/// The fewest and the most arguments.
pub(super) fn bounds(function: &Function) -> (usize, Option<usize>) {
    let needed = function.parameters.iter().rposition(|parameter| parameter.need != Need::Optional).map_or(0, |at| at + 1);
    match function.repeats {
        Some(repeat) => {
            let period = function.parameters.len() - repeat.from;
            (repeat.from + repeat.least * period, None)
        }
        None => (needed, Some(function.parameters.len())),
    }
}
