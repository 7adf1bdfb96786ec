//! Rust as a tree, and its layout: that of rustfmt with its defaults, as far as generated code needs it.

/// A piece of Rust.
#[derive(Debug, Clone)]
pub(super) enum Code {
    /// What is never broken.
    Word(String),
    /// `head(arguments)`
    Call(String, Vec<Code>),
    /// `&[items]`
    List(Vec<Code>),
    /// `Name { field: value }`
    Struct(&'static str, Vec<(&'static str, Code)>),
    /// What stands before: `&`, `|user| `.
    Before(String, Box<Code>),
    /// What stands after: `?`, `.as_ref()`.
    After(Box<Code>, String),
    /// `match on { pattern => value }`
    Match(Box<Code>, Vec<(String, Code)>),
    /// `if condition { then } else { otherwise }`
    If(Box<Code>, Box<Code>, Box<Code>),
    /// `{ let name = value; result }`
    Block(Vec<(String, Code)>, Box<Code>),
}

const WIDTH: usize = 100;
/// Arguments and items that take more are written one a line.
const ROW: usize = 60;
const SHORT_IF: usize = 50;
const SHORT_STRUCT: usize = 18;

pub(super) fn word(text: impl Into<String>) -> Code {
    Code::Word(text.into())
}

pub(super) fn call(head: impl Into<String>, arguments: impl IntoIterator<Item = Code>) -> Code {
    Code::Call(head.into(), arguments.into_iter().collect())
}

/// A text as a literal.
pub(super) fn literal(text: &str) -> String {
    format!("{text:?}")
}

impl Code {
    pub fn before(self, text: impl Into<String>) -> Code {
        Code::Before(text.into(), Box::new(self))
    }

    pub fn after(self, text: impl Into<String>) -> Code {
        Code::After(Box::new(self), text.into())
    }

    /// The literal that it is, if it is one.
    pub fn as_literal(&self) -> Option<&str> {
        if let Code::Word(word) = self { Some(word).filter(|word| word.starts_with('"')).map(String::as_str) } else { None }
    }

    /// On one line, where it may stand on one.
    fn flat(&self) -> Option<String> {
        let row = |items: &[Code]| -> Option<String> {
            let items: Vec<String> = items.iter().map(Code::flat).collect::<Option<_>>()?;
            Some(items.join(", ")).filter(|row| width(row) <= ROW)
        };
        match self {
            Code::Word(word) => Some(word.clone()),
            Code::Call(head, arguments) => Some(format!("{head}({})", row(arguments)?)),
            Code::List(items) => Some(format!("&[{}]", row(items)?)),
            Code::Struct(name, fields) => {
                let fields: Vec<String> =
                    fields.iter().map(|(name, value)| value.flat().map(|value| field(name, &value))).collect::<Option<_>>()?;
                Some(fields.join(", ")).filter(|row| width(row) <= SHORT_STRUCT).map(|row| format!("{name} {{ {row} }}"))
            }
            Code::Before(text, code) => Some(format!("{text}{}", code.flat()?)),
            Code::After(code, text) => Some(format!("{}{text}", code.flat()?)),
            Code::Match(..) | Code::Block(..) => None,
            Code::If(_, then, otherwise) if then.leaves() || otherwise.leaves() => None,
            Code::If(condition, then, otherwise) => {
                let flat = format!("if {} {{ {} }} else {{ {} }}", condition.flat()?, then.flat()?, otherwise.flat()?);
                Some(flat).filter(|flat| width(flat) <= SHORT_IF)
            }
        }
    }

    /// Written from a column of a line with that indentation, with so much to follow on its last line.
    fn laid(&self, indent: usize, column: usize, follows: usize) -> String {
        if let Some(flat) = self.flat().filter(|flat| column + width(flat) + follows <= WIDTH) {
            return flat;
        }
        let inner = indent + 4;
        match self {
            Code::Word(word) => word.clone(),
            Code::Call(head, arguments) => self.broken_call(head, arguments, indent, column),
            Code::List(items) => match items.as_slice() {
                [only] if only.hangs(true) => format!("&[{}]", only.laid(indent, column + 2, 1)),
                items => format!("&[\n{}{}]", lines(items, inner), blanks(indent)),
            },
            Code::Struct(name, fields) => {
                let line = |(name, value): &(&str, Code)| {
                    let value = value.laid(inner, inner + name.len() + 2, 1);
                    format!("{}{},\n", blanks(inner), field(name, &value))
                };
                format!("{name} {{\n{}{}}}", fields.iter().map(line).collect::<String>(), blanks(indent))
            }
            Code::Before(text, code) if text.ends_with("| ") && !code.is_block() => {
                format!("{text}{{\n{}{}}}", line(code, inner, ""), blanks(indent))
            }
            Code::Before(text, code) => format!("{text}{}", code.laid(indent, column + width(text), follows)),
            Code::After(code, text) => format!("{}{text}", code.laid(indent, column, follows + text.len())),
            Code::Match(on, arms) => {
                let arms: String = arms.iter().map(|(pattern, value)| arm(pattern, value, inner)).collect();
                format!("match {} {{\n{arms}{}}}", on.laid(indent, column + 6, 2), blanks(indent))
            }
            Code::If(condition, then, otherwise) => {
                let body = |code: &Code| match code {
                    Code::Block(..) => body(code, inner),
                    code => line(code, inner, if code.leaves() { ";" } else { "" }),
                };
                let otherwise = match otherwise.as_ref() {
                    Code::If(..) if otherwise.flat().is_none() => otherwise.laid(indent, indent + 7, 0),
                    // A short one would stand on one line for itself, but follows `else` here.
                    Code::If(condition, then, last) => {
                        let head = format!("if {} {{\n{}{}}}", condition.laid(indent, indent + 10, 2), body(then), blanks(indent));
                        format!("{head} else {{\n{}{}}}", body(last), blanks(indent))
                    }
                    other => format!("{{\n{}{}}}", body(other), blanks(indent)),
                };
                let condition = condition.laid(indent, column + 3, 2);
                format!("if {condition} {{\n{}{}}} else {otherwise}", body(then), blanks(indent))
            }
            Code::Block(lets, result) => {
                let lets: String = lets.iter().map(|(name, value)| binding(name, value, inner)).collect();
                format!("{{\n{lets}{}{}\n{}}}", blanks(inner), result.laid(inner, inner, 0), blanks(indent))
            }
        }
    }

    /// Whether it gives no value, but ends the function.
    fn leaves(&self) -> bool {
        matches!(self, Code::Word(word) if word.starts_with("return "))
    }

    fn broken_call(&self, head: &str, arguments: &[Code], indent: usize, column: usize) -> String {
        if let Some((last, others)) = arguments.split_last() {
            let others: Option<Vec<String>> = others.iter().map(Code::flat).collect();
            if let (true, Some(others)) = (last.hangs(others.as_ref().map_or(0, Vec::len) == 0), others) {
                let start: String = others.iter().map(|other| format!("{other}, ")).collect();
                let from = column + width(head) + 1 + width(&start);
                if last.first_line().is_some_and(|line| from + width(&line) <= WIDTH) {
                    return format!("{head}({start}{})", last.laid(indent, from, 1));
                }
            }
        }
        format!("{head}(\n{}{})", lines(arguments, indent + 4), blanks(indent))
    }

    /// The first line of what takes several; none where more than that line is needed to begin.
    fn first_line(&self) -> Option<String> {
        Some(match self {
            Code::Word(word) => word.clone(),
            Code::Call(head, _) => format!("{head}("),
            Code::List(items) => match items.as_slice() {
                [only] => format!("&[{}", only.first_line()?),
                _ => "&[".into(),
            },
            Code::Struct(name, _) => format!("{name} {{"),
            Code::Before(text, code) if text.ends_with("| ") && !code.is_block() => format!("{text}{{"),
            Code::Before(text, code) => format!("{text}{}", code.first_line()?),
            Code::After(code, _) => code.first_line()?,
            Code::Match(on, _) => format!("match {} {{", on.flat()?),
            Code::If(condition, ..) => format!("if {} {{", condition.flat()?),
            Code::Block(..) => "{".into(),
        })
    }

    /// Whether it may begin on the line of the call whose last argument it is.
    fn hangs(&self, alone: bool) -> bool {
        match self {
            Code::Word(_) => false,
            Code::Block(..) => true,
            Code::Before(text, code) => text.ends_with("| ") || (alone && code.hangs(alone)),
            Code::After(code, text) => text == "?" && code.hangs(alone),
            _ => alone,
        }
    }

    /// Whether it stands on the line of what it belongs to, however long it is.
    fn is_block(&self) -> bool {
        match self {
            Code::Match(..) | Code::Block(..) => true,
            Code::Before(_, code) => code.is_block(),
            _ => false,
        }
    }
}

/// A statement `let name = value;`.
pub(super) fn binding(name: &str, value: &Code, indent: usize) -> String {
    let head = format!("{}let {name} =", blanks(indent));
    let below = value.flat().filter(|flat| indent + 4 + width(flat) < WIDTH);
    let value = match value.flat().filter(|flat| width(&head) + width(flat) + 2 <= WIDTH) {
        Some(flat) => format!(" {flat}"),
        None => match below.filter(|_| !value.is_block()) {
            Some(below) => format!("\n{}{below}", blanks(indent + 4)),
            None => format!(" {}", value.laid(indent, width(&head) + 1, 1)),
        },
    };
    format!("{head}{value};\n")
}

/// The lines of a function that gives that.
pub(super) fn body(code: &Code, indent: usize) -> String {
    let (lets, result) = match code {
        Code::Block(lets, result) => (lets.as_slice(), result.as_ref().clone()),
        Code::Call(head, arguments) => match arguments.as_slice() {
            [Code::Block(lets, result)] => (lets.as_slice(), call(head.clone(), [result.as_ref().clone()])),
            _ => (&[][..], code.clone()),
        },
        other => (&[][..], other.clone()),
    };
    let lets: String = lets.iter().map(|(name, value)| binding(name, value, indent)).collect();
    lets + line(&result, indent, "").as_str()
}

/// The first lines of a function within a module, up to its brace.
pub(super) fn signature(name: &str, parameters: &[&str], gives: &str) -> String {
    let flat = format!("    {name}({}) -> {gives} {{", parameters.join(", "));
    if width(&flat) <= WIDTH {
        return flat + "\n";
    }
    let parameters: String = parameters.iter().map(|parameter| format!("        {parameter},\n")).collect();
    format!("    {name}(\n{parameters}    ) -> {gives} {{\n")
}

/// A line of its own.
pub(super) fn line(code: &Code, indent: usize, follows: &str) -> String {
    format!("{}{}{follows}\n", blanks(indent), code.laid(indent, indent, follows.len()))
}

/// What stands after `head`, which begins a line with that indentation.
pub(super) fn item(head: &str, code: &Code, indent: usize, follows: &str) -> String {
    format!("{}{head}{}{follows}\n", blanks(indent), code.laid(indent, indent + width(head), follows.len()))
}

fn arm(pattern: &str, value: &Code, indent: usize) -> String {
    let head = format!("{}{pattern} =>", blanks(indent));
    let column = width(&head) + 1;
    if let Some(flat) = value.flat().filter(|flat| column + width(flat) < WIDTH) {
        return format!("{head} {flat},\n");
    }
    if value.is_block() && value.first_line().is_none_or(|line| column + width(&line) <= WIDTH) {
        let comma = if matches!(value, Code::Block(..)) { "" } else { "," };
        return format!("{head} {}{comma}\n", value.laid(indent, column, 0));
    }
    let inner = indent + 4;
    let one_line = value.flat().is_some_and(|flat| inner + width(&flat) <= WIDTH);
    if one_line || matches!(value, Code::If(..) | Code::Word(_) | Code::Match(..)) {
        return format!("{head} {{\n{}{}\n{}}}\n", blanks(inner), value.laid(inner, inner, 0), blanks(indent));
    }
    format!("{head} {},\n", value.laid(indent, column, 1))
}

fn lines(items: &[Code], indent: usize) -> String {
    items.iter().map(|item| format!("{}{},\n", blanks(indent), item.laid(indent, indent, 1))).collect()
}

fn field(name: &str, value: &str) -> String {
    if name == value { name.to_owned() } else { format!("{name}: {value}") }
}

fn width(text: &str) -> usize {
    text.chars().count()
}

fn blanks(count: usize) -> String {
    " ".repeat(count)
}
