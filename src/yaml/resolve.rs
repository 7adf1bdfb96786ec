//! The core schema of YAML 1.2: what an unquoted scalar means.

/// What an unquoted scalar means.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Plain {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text,
    /// A whole number that 64 bits do not hold. Reading it as a float would change digits without a word.
    TooLarge,
}

/// Resolves an unquoted scalar.
pub(super) fn plain(text: &str) -> Plain {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Plain::Null,
        "true" | "True" | "TRUE" => return Plain::Bool(true),
        "false" | "False" | "FALSE" => return Plain::Bool(false),
        ".nan" | ".NaN" | ".NAN" => return Plain::Float(f64::NAN),
        _ => {}
    }
    let (sign, unsigned) = match text.as_bytes().first() {
        Some(b'-') => ("-", &text[1..]),
        Some(b'+') => ("", &text[1..]),
        _ => ("", text),
    };
    if matches!(unsigned, ".inf" | ".Inf" | ".INF") {
        return Plain::Float(if sign == "-" { f64::NEG_INFINITY } else { f64::INFINITY });
    }
    if let Some(digits) = text.strip_prefix("0x") {
        return radix(digits, 16);
    }
    if let Some(digits) = text.strip_prefix("0o") {
        return radix(digits, 8);
    }
    if !unsigned.is_empty() && unsigned.bytes().all(|byte| byte.is_ascii_digit()) {
        return format!("{sign}{unsigned}").parse().map_or(Plain::TooLarge, Plain::Int);
    }
    if is_float(unsigned) {
        // The shape is checked, and every text of that shape is a float to Rust too.
        return format!("{sign}{unsigned}").parse().map_or(Plain::Text, Plain::Float);
    }
    Plain::Text
}

fn radix(digits: &str, radix: u32) -> Plain {
    if digits.is_empty() || !digits.chars().all(|digit| digit.is_digit(radix)) {
        return Plain::Text;
    }
    i64::from_str_radix(digits, radix).map_or(Plain::TooLarge, Plain::Int)
}

/// `(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`
fn is_float(text: &str) -> bool {
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let whole = digits(text);
    let mut rest = &text[whole..];
    if let Some(after) = rest.strip_prefix('.') {
        let fraction = digits(after);
        if whole == 0 && fraction == 0 {
            return false;
        }
        rest = &after[fraction..];
    } else if whole == 0 {
        return false;
    }
    match rest.strip_prefix(['e', 'E']) {
        Some(exponent) => {
            let exponent = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
            !exponent.is_empty() && digits(exponent) == exponent.len()
        }
        None => rest.is_empty(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn core_schema() {
        for (text, expected) in [
            ("", Plain::Null),
            ("~", Plain::Null),
            ("Null", Plain::Null),
            ("nUll", Plain::Text),
            ("TRUE", Plain::Bool(true)),
            ("yes", Plain::Text),
            ("12", Plain::Int(12)),
            ("-12", Plain::Int(-12)),
            ("+12", Plain::Int(12)),
            ("007", Plain::Int(7)),
            ("0x1F", Plain::Int(31)),
            ("0o17", Plain::Int(15)),
            ("0o8", Plain::Text),
            ("-0x1F", Plain::Text),
            ("1_000", Plain::Text),
            ("9223372036854775807", Plain::Int(i64::MAX)),
            ("-9223372036854775808", Plain::Int(i64::MIN)),
            ("9223372036854775808", Plain::TooLarge),
            ("0xFFFFFFFFFFFFFFFF", Plain::TooLarge),
            ("1.5", Plain::Float(1.5)),
            ("1.", Plain::Float(1.0)),
            (".5", Plain::Float(0.5)),
            ("-.5e3", Plain::Float(-500.0)),
            ("1e3", Plain::Float(1000.0)),
            ("1e", Plain::Text),
            (".", Plain::Text),
            ("-", Plain::Text),
            ("+", Plain::Text),
            ("1.2.3", Plain::Text),
            ("inf", Plain::Text),
            ("NaN", Plain::Text),
            ("-.inf", Plain::Float(f64::NEG_INFINITY)),
            ("+.INF", Plain::Float(f64::INFINITY)),
            ("1e5 ", Plain::Text),
            ("2024-01-01", Plain::Text),
        ] {
            assert_eq!(plain(text), expected, "{text:?}");
        }
        assert!(matches!(plain(".nan"), Plain::Float(number) if number.is_nan()));
    }
}
