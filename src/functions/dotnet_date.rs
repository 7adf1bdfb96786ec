//! Dates in .NET's custom and standard format strings, read exactly and written, in the words of en-US.

use super::dotnet_date_read::Reader;
use jiff::civil::{Date, DateTime};

/// The months; the first three letters are the short form.
pub(super) const MONTHS: [&str; 12] =
    ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
/// The days from Monday; the first three letters are the short form.
pub(super) const WEEKDAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// A compiled format string.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DateFormat {
    /// As it was written, for messages.
    text: String,
    parts: Vec<Part>,
}

/// One piece of a format. The numbers say how often its letter stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Part {
    Year(usize),
    Month(usize),
    Day(usize),
    Hour12(usize),
    Hour24(usize),
    Minute(usize),
    Second(usize),
    /// Digits after the second; those of `F` may be missing at the end.
    Fraction {
        digits: usize,
        optional: bool,
    },
    /// AM or PM.
    Half(usize),
    /// `z`
    Offset(usize),
    /// `K`: an offset, Z, or nothing.
    Kind,
    /// `Z`: written as it stands, and read as UTC.
    Zulu,
    Era,
    Literal(String),
}

/// How far a time is from UTC, as far as its text says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Zone {
    /// The text does not say.
    Unknown,
    /// UTC, written as Z.
    Utc,
    /// Minutes ahead of UTC.
    Minutes(i32),
}

/// Date and time as they are written, beside their distance from UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stamp {
    pub date: DateTime,
    pub zone: Zone,
}

/// What .NET calls DateTimeStyles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Styles {
    /// White space before the date is skipped.
    pub leading: bool,
    /// White space after it.
    pub trailing: bool,
    /// White space inside it.
    pub inner: bool,
    /// A time alone is of 0001-01-01, not of today.
    pub no_current_date: bool,
    /// The time is shifted to UTC where its offset is known.
    pub to_universal: bool,
    /// A time without offset is UTC.
    pub assume_universal: bool,
}

impl Styles {
    /// What counts where none are given.
    pub const DEFAULT: Styles =
        Styles { leading: true, trailing: true, inner: false, no_current_date: false, to_universal: false, assume_universal: false };

    /// The styles that names give, separated by commas; the message otherwise.
    pub fn parse(text: &str) -> Result<Styles, String> {
        let mut styles = Styles { leading: false, trailing: false, ..Styles::DEFAULT };
        let (mut roundtrip, mut assume_local) = (false, false);
        for name in text.split([',', '|']).map(str::trim) {
            let name = name.strip_prefix("DateTimeStyles.").unwrap_or(name);
            match name.to_ascii_lowercase().as_str() {
                "none" => {}
                "allowleadingwhite" => styles.leading = true,
                "allowtrailingwhite" => styles.trailing = true,
                "allowinnerwhite" => styles.inner = true,
                "allowwhitespaces" => (styles.leading, styles.trailing, styles.inner) = (true, true, true),
                "nocurrentdatedefault" => styles.no_current_date = true,
                "adjusttouniversal" => styles.to_universal = true,
                "assumeuniversal" => styles.assume_universal = true,
                // There is no local time zone here: the time stays as it is written.
                "assumelocal" => assume_local = true,
                "roundtripkind" => roundtrip = true,
                _ => return Err(format!("{name:?} is no date style; one is AllowWhiteSpaces, or nothing at all")),
            }
        }
        if assume_local && styles.assume_universal {
            return Err("AssumeLocal and AssumeUniversal exclude each other".into());
        }
        if roundtrip && (assume_local || styles.assume_universal || styles.to_universal) {
            return Err("RoundtripKind excludes AssumeLocal, AssumeUniversal and AdjustToUniversal".into());
        }
        Ok(styles)
    }
}

impl DateFormat {
    /// Compiles a format; what is wrong with it otherwise.
    pub(crate) fn new(text: &str) -> Result<DateFormat, String> {
        let mut letters = text.chars();
        let expanded = match (letters.next(), letters.next()) {
            (None, _) => return Err("a date format is wanted, and this is empty".into()),
            (Some(letter), None) => standard(letter).ok_or_else(|| format!("{text:?} is no date format"))?,
            _ => text,
        };
        Ok(DateFormat { text: text.to_string(), parts: compile(expanded)? })
    }

    /// A format of pieces that another flavour was translated into.
    pub(super) fn of(text: &str, parts: Vec<Part>) -> DateFormat {
        DateFormat { text: text.to_owned(), parts }
    }

    /// As it was written.
    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    /// Reads a date that is written exactly so. What the format leaves out of the date is taken from `today`.
    pub(crate) fn read(&self, text: &str, styles: &Styles, today: Date) -> Option<Stamp> {
        Reader::new(text, styles).read(&self.parts, today)
    }

    /// Writes a date.
    pub(crate) fn write(&self, stamp: &Stamp) -> String {
        let mut written = String::new();
        for part in &self.parts {
            write_part(part, stamp, &mut written);
        }
        written
    }
}

/// The format that one letter stands for.
fn standard(letter: char) -> Option<&'static str> {
    Some(match letter {
        'd' => "M/d/yyyy",
        'D' => "dddd, MMMM d, yyyy",
        'f' => "dddd, MMMM d, yyyy h:mm tt",
        'F' | 'U' => "dddd, MMMM d, yyyy h:mm:ss tt",
        'g' => "M/d/yyyy h:mm tt",
        'G' => "M/d/yyyy h:mm:ss tt",
        'M' | 'm' => "MMMM d",
        'O' | 'o' => "yyyy'-'MM'-'dd'T'HH':'mm':'ss'.'fffffffK",
        'R' | 'r' => "ddd, dd MMM yyyy HH':'mm':'ss 'GMT'",
        's' => "yyyy'-'MM'-'dd'T'HH':'mm':'ss",
        't' => "h:mm tt",
        'T' => "h:mm:ss tt",
        'u' => "yyyy'-'MM'-'dd HH':'mm':'ss'Z'",
        'Y' | 'y' => "MMMM yyyy",
        _ => return None,
    })
}

/// The pieces of a custom format.
fn compile(format: &str) -> Result<Vec<Part>, String> {
    let letters: Vec<char> = format.chars().collect();
    let mut parts: Vec<Part> = Vec::new();
    let literal = |parts: &mut Vec<Part>, text: &str| match parts.last_mut() {
        Some(Part::Literal(before)) => before.push_str(text),
        _ => parts.push(Part::Literal(text.to_string())),
    };
    let mut at = 0;
    while let Some(&letter) = letters.get(at) {
        let count = letters[at..].iter().take_while(|next| **next == letter).count();
        let mut taken = count;
        match letter {
            // More digits than any year has; the bound keeps a hostile format from asking for a million.
            'y' if count > 9 => return Err(format!("{format:?} asks for a year of {count} digits")),
            'y' => parts.push(Part::Year(count)),
            'M' => parts.push(Part::Month(count)),
            'd' => parts.push(Part::Day(count)),
            'h' => parts.push(Part::Hour12(count)),
            'H' => parts.push(Part::Hour24(count)),
            'm' => parts.push(Part::Minute(count)),
            's' => parts.push(Part::Second(count)),
            'f' | 'F' if count > 7 => return Err(format!("{format:?} asks for {count} digits of a second, and there are at most 7")),
            'f' | 'F' => parts.push(Part::Fraction { digits: count, optional: letter == 'F' }),
            't' => parts.push(Part::Half(count)),
            'z' => parts.push(Part::Offset(count)),
            'g' => parts.push(Part::Era),
            'K' => {
                taken = 1;
                parts.push(Part::Kind);
            }
            'Z' => {
                taken = 1;
                parts.push(Part::Zulu);
            }
            '\'' | '"' => {
                let (text, length) = quoted(&letters[at..]).ok_or_else(|| format!("{format:?} has a quotation mark that is not closed"))?;
                literal(&mut parts, &text);
                taken = length;
            }
            '\\' => {
                let escaped = letters.get(at + 1).ok_or_else(|| format!("{format:?} ends in a backslash"))?;
                literal(&mut parts, escaped.encode_utf8(&mut [0; 4]));
                taken = 2;
            }
            '%' => {
                // It only keeps a single letter from being a standard format.
                match letters.get(at + 1) {
                    None | Some('%') => return Err(format!("{format:?} has a % without a letter after it")),
                    Some(_) => taken = 1,
                }
            }
            other => {
                literal(&mut parts, other.encode_utf8(&mut [0; 4]));
                taken = 1;
            }
        }
        at += taken;
    }
    Ok(parts)
}

/// The text between quotation marks, and how many characters it takes with them.
fn quoted(letters: &[char]) -> Option<(String, usize)> {
    let (mark, mut at, mut text) = (*letters.first()?, 1, String::new());
    loop {
        match letters.get(at)? {
            letter if *letter == mark => return Some((text, at + 1)),
            '\\' => {
                text.push(*letters.get(at + 1)?);
                at += 2;
            }
            letter => {
                text.push(*letter);
                at += 1;
            }
        }
    }
}

fn write_part(part: &Part, stamp: &Stamp, written: &mut String) {
    let date = &stamp.date;
    let name = |names: &[&'static str], at: i8, short: bool| {
        let name = usize::try_from(at - 1).ok().and_then(|at| names.get(at)).copied().unwrap_or_default();
        if short { name.get(..3).unwrap_or(name) } else { name }
    };
    let padded = |value: i64, width: usize| format!("{value:0width$}");
    let text = match part {
        Part::Year(count @ 1..=2) => padded(i64::from(date.year() % 100), *count),
        Part::Year(count) => padded(i64::from(date.year()), *count),
        Part::Month(count @ 1..=2) => padded(i64::from(date.month()), *count),
        Part::Month(count) => name(&MONTHS, date.month(), *count == 3).to_string(),
        Part::Day(count @ 1..=2) => padded(i64::from(date.day()), *count),
        Part::Day(count) => name(&WEEKDAYS, date.weekday().to_monday_one_offset(), *count == 3).to_string(),
        Part::Hour12(count) => padded(i64::from((date.hour() + 11) % 12 + 1), (*count).min(2)),
        Part::Hour24(count) => padded(i64::from(date.hour()), (*count).min(2)),
        Part::Minute(count) => padded(i64::from(date.minute()), (*count).min(2)),
        Part::Second(count) => padded(i64::from(date.second()), (*count).min(2)),
        Part::Fraction { digits, optional } => {
            let all = format!("{:09}", date.subsec_nanosecond());
            let shown = all.get(..*digits).unwrap_or(&all);
            if *optional {
                let shown = shown.trim_end_matches('0');
                if shown.is_empty() && written.ends_with('.') {
                    written.pop(); // .NET drops the point with the digits
                }
                shown.to_string()
            } else {
                shown.to_string()
            }
        }
        Part::Half(count) => {
            let half = if date.hour() < 12 { "AM" } else { "PM" };
            half.get(..(*count).min(2)).unwrap_or(half).to_string()
        }
        Part::Offset(count) => offset(stamp.zone, *count),
        Part::Kind => match stamp.zone {
            Zone::Unknown => String::new(),
            Zone::Utc => "Z".to_string(),
            zone => offset(zone, 3),
        },
        Part::Zulu => "Z".to_string(),
        Part::Era => "A.D.".to_string(),
        Part::Literal(text) => text.clone(),
    };
    written.push_str(&text);
}

fn offset(zone: Zone, count: usize) -> String {
    let minutes = match zone {
        Zone::Unknown | Zone::Utc => 0,
        Zone::Minutes(minutes) => minutes,
    };
    let sign = if minutes < 0 { '-' } else { '+' };
    let (hours, minutes) = (minutes.abs() / 60, minutes.abs() % 60);
    match count {
        1 => format!("{sign}{hours}"),
        2 => format!("{sign}{hours:02}"),
        _ => format!("{sign}{hours:02}:{minutes:02}"),
    }
}
