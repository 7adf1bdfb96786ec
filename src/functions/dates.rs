//! Functions of dates.

use super::dotnet_date::Styles;
use super::{Arguments, DateFormat, Example, Function, Prepared, Run, Type, omissible, required};
use crate::diagnostic::Code;
use crate::limits::Limits;
use crate::program::{Fault, Halt, Value};
use jiff::civil::{Date, DateTime};
use jiff::{SignedDuration, Span, Unit};
use std::borrow::Cow;

pub(crate) use super::date_text::parse;

/// 1601-01-01, from which Active Directory counts.
const AD_EPOCH: DateTime = jiff::civil::date(1601, 1, 1).at(0, 0, 0, 0);
/// Its steps are 100 nanoseconds.
const AD_STEPS: i64 = 10_000_000;

pub(super) static FUNCTIONS: &[Function] = &[
    Function {
        name: "CDate",
        parameters: &[required("expression", Type::Date, "the text of a date; without an offset it is UTC")],
        returns: Type::Date,
        summary: "Makes a date in UTC of a text.",
        example: Example { expression: r#"CDate("2020-03-16-07:00")"#, value: r#""3/16/2020 7:00:00 AM""# },
        run: Run::Native(|arguments| Ok(arguments.date(0)?.map_or(Value::Null, Value::Date))),
        ..Function::PLAIN
    },
    Function {
        name: "DateAdd",
        parameters: &[
            required("interval", Type::Text, "yyyy, m (months), d, ww, h, n (minutes) or s"),
            required("value", Type::Number, "how many of them; below 0, back in time"),
            required("dateTime", Type::Date, "the date to start from"),
        ],
        returns: Type::Date,
        summary: "Adds years, months, weeks, days, hours, minutes or seconds to a date.",
        example: Example { expression: r#"DateAdd("m", 1, CDate("2024-01-31"))"#, value: r#""2/29/2024 12:00:00 AM""# },
        prepare: Some(check_interval),
        run: Run::Native(|arguments| {
            let Some(interval) = arguments.text(0)? else { return Ok(Value::Null) };
            let Some(value) = arguments.int(1)? else { return Ok(Value::Null) };
            let Some(date) = arguments.date(2)? else { return Ok(Value::Null) };
            let added = add(date, interval_of(&interval)?, value);
            added
                .filter(|date| date.year() >= 1)
                .map(Value::Date)
                .ok_or_else(|| Fault::of(1, Code::InvalidDate, format!("adding {value} leads to no date between the years 1 and 9999")))
        }),
        ..Function::PLAIN
    },
    Function {
        name: "DateDiff",
        parameters: &[
            required("interval", Type::Text, "yyyy, m (months), d, ww, h, n (minutes) or s"),
            required("date1", Type::Date, "the date from which is counted"),
            required("date2", Type::Date, "the date to which is counted"),
        ],
        returns: Type::Number,
        summary: "Counts from one date to another: calendar years, months, weeks and days, or elapsed hours, minutes and seconds.",
        example: Example { expression: r#"DateDiff("d", CDate("2021-08-18"), CDate("2021-08-31"))"#, value: "13" },
        prepare: Some(check_interval),
        run: Run::Native(|arguments| {
            let Some(interval) = arguments.text(0)? else { return Ok(Value::Null) };
            let Some(from) = arguments.date(1)? else { return Ok(Value::Null) };
            let Some(to) = arguments.date(2)? else { return Ok(Value::Null) };
            Ok(Value::int(difference(from, to, interval_of(&interval)?)))
        }),
        ..Function::PLAIN
    },
    Function {
        name: "DateFromNum",
        parameters: &[required("value", Type::Number, "steps of 100 nanoseconds since 1601, as Active Directory keeps dates")],
        returns: Type::Date,
        summary: "Makes a date of Active Directory's number.",
        example: Example { expression: "DateFromNum(129699324000000000)", value: r#""1/1/2012 11:00:00 PM""# },
        run: Run::Native(|arguments| {
            let Some(number) = arguments.int(0)? else { return Ok(Value::Null) };
            from_ad(number).map(Value::Date).ok_or_else(|| {
                // 0x7FFFFFFFFFFFFFFF is how Active Directory writes that an account never expires.
                Fault::of(0, Code::InvalidDate, format!("{number} is no date of Active Directory between 1601 and 9999"))
            })
        }),
        ..Function::PLAIN
    },
    Function {
        name: "NumFromDate",
        parameters: &[required("value", Type::Date, "a date; without an offset it is UTC")],
        returns: Type::Number,
        summary: "Makes Active Directory's number of a date.",
        example: Example { expression: r#"NumFromDate("2025-05-28")"#, value: "133928640000000000" },
        run: Run::Native(|arguments| {
            let Some(date) = arguments.date(0)? else { return Ok(Value::Null) };
            to_ad(date).map(Value::int).ok_or_else(|| Fault::of(0, Code::InvalidDate, "Active Directory has no date before 1601"))
        }),
        ..Function::PLAIN
    },
    Function {
        name: "Now",
        returns: Type::Date,
        summary: "Gives the present date and time in UTC.",
        example: Example { expression: "Now()", value: "" },
        nullable: false,
        pure: false,
        run: Run::Native(|arguments| Ok(Value::Date(arguments.world().now()))),
        ..Function::PLAIN
    },
    Function {
        name: "FormatDateTime",
        parameters: &[
            required("source", Type::Text, "the text of a date"),
            omissible("dateTimeStyles", Type::Text, "how freely the text is read, such as AllowWhiteSpaces; mostly left out"),
            required("inputFormat", Type::Text, "how the text is written, as a .NET format string"),
            required("outputFormat", Type::Text, "how it is to be written"),
        ],
        summary: "Writes a date in another format. Date and time stay as they are written: an offset is read and not applied.",
        example: Example {
            expression: r#"FormatDateTime("20150123105347.1Z", , "yyyyMMddHHmmss.fZ", "yyyy-MM-dd")"#,
            value: r#""2015-01-23""#,
        },
        prepare: Some(prepare_formats),
        run: Run::Native(format_date),
        ..Function::PLAIN
    },
];

/// The date of Active Directory's number.
pub(super) fn from_ad(number: i64) -> Option<DateTime> {
    let after = SignedDuration::new(number / AD_STEPS, (number % AD_STEPS * 100) as i32);
    if number < 0 { None } else { AD_EPOCH.checked_add(after).ok() }
}

/// Active Directory's number of a date.
pub(super) fn to_ad(date: DateTime) -> Option<i64> {
    let after = date.duration_since(AD_EPOCH);
    (!after.is_negative()).then(|| after.as_secs() * AD_STEPS + i64::from(after.subsec_nanos() / 100))
}

/// What dates are counted in.
#[derive(Clone, Copy)]
enum Interval {
    Year,
    Month,
    Week,
    Day,
    Hour,
    Minute,
    Second,
}

fn interval_of(text: &str) -> Result<Interval, Halt> {
    Ok(match text {
        "yyyy" => Interval::Year,
        "m" => Interval::Month,
        "ww" => Interval::Week,
        "d" => Interval::Day,
        "h" => Interval::Hour,
        "n" => Interval::Minute,
        "s" => Interval::Second,
        _ => return Err(Fault::of(0, Code::InvalidInterval, format!("{text:?} is no interval"))),
    })
}

/// Finds an interval that is none before any user is read.
fn check_interval(constant: &dyn Fn(usize) -> Option<Cow<'static, str>>, _: &Limits) -> Result<Option<Prepared>, Halt> {
    match constant(0) {
        Some(interval) => interval_of(&interval).map(|_| None),
        None => Ok(None),
    }
}

/// A later or earlier date; the last day of a month stays in its month.
fn add(date: DateTime, interval: Interval, value: i64) -> Option<DateTime> {
    let span = Span::new();
    let span = match interval {
        Interval::Year => span.try_years(value),
        Interval::Month => span.try_months(value),
        Interval::Week => span.try_weeks(value),
        Interval::Day => span.try_days(value),
        Interval::Hour => span.try_hours(value),
        Interval::Minute => span.try_minutes(value),
        Interval::Second => span.try_seconds(value),
    };
    date.checked_add(span.ok()?).ok()
}

fn difference(from: DateTime, to: DateTime, interval: Interval) -> i64 {
    let months = |date: DateTime| i64::from(date.year()) * 12 + i64::from(date.month());
    // Weeks begin on Sunday, so a week is known by its Sunday.
    let week = |date: DateTime| days(date.date()) - i64::from(date.weekday().to_sunday_zero_offset());
    let seconds = to.duration_since(from).as_secs();
    match interval {
        Interval::Year => i64::from(to.year()) - i64::from(from.year()),
        Interval::Month => months(to) - months(from),
        Interval::Week => (week(to) - week(from)) / 7,
        Interval::Day => days(to.date()) - days(from.date()),
        Interval::Hour => seconds / 3600,
        Interval::Minute => seconds / 60,
        Interval::Second => seconds,
    }
}

/// The number of a day; only differences of two of them mean something.
fn days(date: Date) -> i64 {
    let epoch = jiff::civil::date(1970, 1, 1);
    epoch.until((Unit::Day, date)).map_or(0, |span| i64::from(span.get_days()))
}

/// Makes both formats ready, or finds what is wrong with either.
fn prepare_formats(constant: &dyn Fn(usize) -> Option<Cow<'static, str>>, _: &Limits) -> Result<Option<Prepared>, Halt> {
    if let Some(styles) = constant(1) {
        styles_of(&styles)?;
    }
    let input = constant(2).map(|text| format_of(2, &text)).transpose()?;
    let output = constant(3).map(|text| format_of(3, &text)).transpose()?;
    Ok(match (input, output) {
        (Some(input), Some(output)) => Some(Prepared::Formats(Box::new(input), Box::new(output))),
        _ => None,
    })
}

fn format_of(at: usize, text: &str) -> Result<DateFormat, Halt> {
    DateFormat::new(text).map_err(|message| Fault::of(at, Code::InvalidDateFormat, message))
}

fn styles_of(text: &str) -> Result<Styles, Halt> {
    if text.trim().is_empty() {
        return Ok(Styles::DEFAULT);
    }
    Styles::parse(text).map_err(|message| Fault::of(1, Code::InvalidDateFormat, message))
}

fn format_date<'a>(arguments: &mut (dyn Arguments<'a> + '_)) -> Result<Value<'a>, Halt> {
    let Some(source) = arguments.text(0)? else { return Ok(Value::Null) };
    if source.is_empty() {
        // Administrators pass an attribute that may be empty on purpose.
        return Ok(Value::text(""));
    }
    let styles = match arguments.text(1)? {
        Some(styles) => styles_of(&styles)?,
        None => Styles::DEFAULT,
    };
    if let Some(Prepared::Formats(input, output)) = arguments.prepared() {
        return reformat(arguments, &source, &styles, input, output);
    }
    let Some(input) = arguments.text(2)? else { return Ok(Value::Null) };
    let Some(output) = arguments.text(3)? else { return Ok(Value::Null) };
    let (input, output) = (format_of(2, &input)?, format_of(3, &output)?);
    reformat(arguments, &source, &styles, &input, &output)
}

fn reformat<'a>(
    arguments: &(dyn Arguments<'a> + '_),
    source: &str,
    styles: &Styles,
    input: &DateFormat,
    output: &DateFormat,
) -> Result<Value<'a>, Halt> {
    let today = arguments.world().now().date();
    let stamp = input
        .read(source, styles, today)
        .ok_or_else(|| Fault::of(0, Code::InvalidDate, format!("{source:?} is no date in the format {:?}", input.as_str())))?;
    let written = output.write(&stamp);
    let limit = arguments.limits().text_bytes;
    if written.len() > limit {
        return Err(Fault::of(3, Code::ValueTooLarge, format!("the formatted date is longer than {limit} bytes")));
    }
    Ok(Value::text(written))
}

#[cfg(test)]
mod tests {
    use super::super::dotnet_date::{Stamp, Zone};
    use super::*;

    fn reformatted(text: &str, input: &str, output: &str) -> Option<String> {
        let today = jiff::civil::date(2024, 2, 28);
        let stamp = DateFormat::new(input).unwrap().read(text, &Styles::DEFAULT, today)?;
        Some(DateFormat::new(output).unwrap().write(&stamp))
    }

    #[test]
    fn dates_change_their_format() {
        for (text, input, output, expected) in [
            ("20150123105347.1Z", "yyyyMMddHHmmss.fZ", "yyyy-MM-dd HH:mm:ss.ff", "2015-01-23 10:53:47.10"),
            ("2020-12-31+08:00", "yyyy-MM-ddzzz", "yyyy-MM-ddTHH:mmzzz K z", "2020-12-31T00:00+08:00 +08:00 +8"),
            ("3/7/2024 05:06:07 PM", "M/d/yyyy hh:mm:ss tt", "yyyy-MM-dd HH", "2024-03-07 17"),
            ("12/31/49", "MM/dd/yy", "dddd, d MMMM yyyy", "Friday, 31 December 2049"),
            ("12/31/50", "M/d/y", "yy y ddd MMM", "50 50 Sun Dec"),
            (" 2024-03-07 ", "yyyy-MM-dd", "d", "3/7/2024"),
            ("2024-03-07T10:00:00", "yyyy-MM-dd'T'HH:mm:ss.FFF", "h:mm:ss.FFFt", "10:00:00A"),
            ("2024-03-07T10:00:00.25", "yyyy-MM-ddTHH:mm:ss.FFF", "HH.FFF", "10.25"),
            ("Thursday 7 march 2024", "dddd d MMMM yyyy", "o", "2024-03-07T00:00:00.0000000"),
            ("10:30", "HH:mm", "s", "2024-02-28T10:30:00"),
            ("7", "%d", "R", "Sun, 07 Jan 2024 00:00:00 GMT"),
            ("d7", "\\dd", "\"day\" %d 'of' \\y", "day 7 of y"),
        ] {
            assert_eq!(reformatted(text, input, output).as_deref(), Some(expected), "{text} {input} {output}");
        }
        for (text, input) in [
            ("31.12.2024", "yyyy-MM-dd"),
            ("2024-3-07", "yyyy-MM-dd"),
            ("Fri 2024-03-07", "ddd yyyy-MM-dd"),
            ("13 PM", "hh tt"),
            ("2024-03-07x", "yyyy-MM-dd"),
            ("03 PM", "HH tt"),
        ] {
            assert_eq!(reformatted(text, input, "d"), None, "{text} {input}");
        }
        for format in ["", "x", "yyyy'", "yyyy\\", "yy%", "ffffffff"] {
            assert!(DateFormat::new(format).is_err(), "{format}");
        }
    }

    #[test]
    fn styles_are_known_by_name() {
        let styles = Styles::parse("AllowWhiteSpaces, AdjustToUniversal").unwrap();
        let stamp =
            DateFormat::new("yyyy-MM-dd HH:mmzzz").unwrap().read("2024-03-07  10:00 +02:00", &styles, jiff::civil::date(2024, 1, 1));
        assert_eq!(stamp, Some(Stamp { date: jiff::civil::date(2024, 3, 7).at(8, 0, 0, 0), zone: Zone::Utc }));
        assert!(Styles::parse("Loose").is_err());
        assert!(Styles::parse("RoundtripKind, AssumeLocal").is_err());
    }

    #[test]
    fn weeks_begin_on_sunday() {
        let at = |text: &str| parse(text).unwrap();
        assert_eq!(difference(at("8/25/2021 5:41:18 PM"), at("2012-03-16-07:00"), Interval::Week), -493);
        assert_eq!(difference(at("2024-03-09"), at("2024-03-10"), Interval::Week), 1);
        assert_eq!(difference(at("2024-03-09T10:59:00Z"), at("2024-03-09T11:01:00Z"), Interval::Hour), 0);
    }
}
