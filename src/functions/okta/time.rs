//! Functions of time.

use super::super::dates::{from_ad, to_ad};
use super::super::dotnet_date::{Stamp, Zone};
use super::super::{Arguments, Example, Function, JodaFormat, Parameter, Prepared, Run, Type, optional, required};
use super::moments::{iso, parse, short_iso, utc, write, zone};
use super::{int, text};
use crate::diagnostic::Code;
use crate::limits::Limits;
use crate::program::{Fault, Halt, Value};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp, ZonedDateTime as Zoned};
use std::borrow::Cow;

const ISO: Parameter = required("time", Type::Text, "a time in ISO 8601; without a zone it is of UTC");
const FORMAT: Parameter = required("format", Type::Text, "how the time is written, as a date format of Joda-Time");
const COUNT: Parameter = required("count", Type::Number, "how many of them");

pub(super) static CLASSIC: &[Function] = &[
    Function {
        name: "Time.fromIso8601ToString",
        parameters: &[ISO, FORMAT],
        summary: "Writes a time of ISO 8601 in another format.",
        example: Example { expression: r#"Time.fromIso8601ToString("2015-07-30T23:58:32.000Z", "MM/dd/yyyy")"#, value: r#""07/30/2015""# },
        prepare: Some(prepare_format),
        run: Run::Native(|arguments| {
            let Some(moment) = moment(arguments, 0)? else { return Ok(Value::Null) };
            formatted(arguments, &moment, 1)
        }),
        ..Function::PLAIN
    },
    Function {
        name: "Time.fromIso8601ToUnix",
        parameters: &[ISO],
        summary: "Gives the milliseconds since 1970 of a time of ISO 8601, as a text.",
        example: Example { expression: r#"Time.fromIso8601ToUnix("2021-09-20T00:00:00.000Z")"#, value: r#""1632096000000""# },
        run: Run::Native(to_unix),
        ..Function::PLAIN
    },
    Function {
        name: "Time.fromIso8601ToWindows",
        parameters: &[ISO],
        summary: "Gives Active Directory's number of a time of ISO 8601, as a text.",
        example: Example { expression: r#"Time.fromIso8601ToWindows("2015-07-30T23:58:32.000Z")"#, value: r#""130827743120000000""# },
        run: Run::Native(to_windows),
        ..Function::PLAIN
    },
    Function {
        name: "Time.fromStringToIso8601",
        parameters: &[required("time", Type::Text, "a time"), FORMAT],
        summary: "Writes a time of any format in ISO 8601; without a zone it is of UTC.",
        example: Example { expression: r#"Time.fromStringToIso8601("06/17/2015", "MM/dd/yyyy")"#, value: r#""2015-06-17T00:00:00.000Z""# },
        prepare: Some(prepare_format),
        run: Run::Native(from_string),
        ..Function::PLAIN
    },
    Function {
        name: "Time.fromUnixToIso8601",
        parameters: &[required("time", Type::Text, "milliseconds since 1970")],
        summary: "Writes milliseconds since 1970 in ISO 8601.",
        example: Example { expression: r#"Time.fromUnixToIso8601("1438377580979")"#, value: r#""2015-07-31T21:19:40.979Z""# },
        run: Run::Native(from_unix),
        ..Function::PLAIN
    },
    Function {
        name: "Time.fromWindowsToIso8601",
        parameters: &[required("time", Type::Text, "steps of 100 nanoseconds since 1601")],
        summary: "Writes Active Directory's number of a time in ISO 8601.",
        example: Example { expression: r#"Time.fromWindowsToIso8601("130828367179790000")"#, value: r#""2015-07-31T17:18:37.979Z""# },
        run: Run::Native(from_windows),
        ..Function::PLAIN
    },
    Function {
        name: "Time.now",
        parameters: &[
            optional("timeZone", Type::Text, "a zone such as Europe/Berlin; left out, UTC"),
            optional("format", Type::Text, "a date format of Joda-Time; left out, ISO 8601"),
        ],
        summary: "Gives the present time.",
        example: Example { expression: r#"Time.now("Asia/Tokyo")"#, value: "" },
        nullable: false,
        pure: false,
        prepare: Some(|constant, _| {
            if let Some(name) = constant(0) {
                zone(&name, 0)?;
            }
            constant(1).map(|text| format_of(&text, 1)).transpose().map(|format| format.map(|format| Prepared::Joda(Box::new(format))))
        }),
        run: Run::Native(|arguments| {
            let zone = match text(arguments, 0)? {
                Some(name) => zone(&name, 0)?,
                None => TimeZone::UTC,
            };
            let now = now(arguments)?.with_time_zone(zone);
            match arguments.is_given(1) {
                true => formatted(arguments, &now, 1),
                false => Ok(Value::text(iso(&now))),
            }
        }),
        ..Function::PLAIN
    },
];

const TIME: Parameter = required("time", Type::Text, "a time");

/// `.plusDays` and the like, which differ in their unit only.
macro_rules! moved {
    ($name:literal $sign:literal $unit:ident $word:literal $value:literal) => {
        Function {
            name: $name,
            parameters: &[TIME, COUNT],
            summary: concat!("Gives the time so many ", $word, "."),
            example: Example {
                expression: concat!("'2015-07-30T23:58:32.000Z'", $name, "(2)"),
                value: concat!("\"2015-0", $value, ".000Z\""),
            },
            run: Run::Native(|arguments| move_by(arguments, |count| Span::new().$unit(count.saturating_mul($sign)).ok())),
            ..Function::PLAIN
        }
    };
}

/// `.withinDays` and the like.
macro_rules! within {
    ($name:literal $seconds:literal $word:literal) => {
        Function {
            name: $name,
            parameters: &[TIME, COUNT],
            returns: Type::Boolean,
            summary: concat!("Tells whether the time is at most so many ", $word, " from the present."),
            example: Example { expression: concat!("DateTime.now()", $name, "(2)"), value: "true" },
            pure: false,
            nullable: false,
            run: Run::Native(|arguments| within_seconds(arguments, $seconds)),
            ..Function::PLAIN
        }
    };
}

pub(super) static METHODS: &[Function] = &[
    moved!(".minusDays" -1 try_days "days earlier" "7-28T23:58:32"),
    moved!(".minusHours" -1 try_hours "hours earlier" "7-30T21:58:32"),
    moved!(".minusMinutes" -1 try_minutes "minutes earlier" "7-30T23:56:32"),
    moved!(".minusSeconds" -1 try_seconds "seconds earlier" "7-30T23:58:30"),
    moved!(".plusDays" 1 try_days "days later" "8-01T23:58:32"),
    moved!(".plusHours" 1 try_hours "hours later" "7-31T01:58:32"),
    moved!(".plusMinutes" 1 try_minutes "minutes later" "7-31T00:00:32"),
    moved!(".plusSeconds" 1 try_seconds "seconds later" "7-30T23:58:34"),
    within!(".withinDays" 86_400 "days"),
    within!(".withinHours" 3_600 "hours"),
    within!(".withinMinutes" 60 "minutes"),
    within!(".withinSeconds" 1 "seconds"),
    Function {
        name: ".parseStringTime",
        parameters: &[TIME, optional("format", Type::Text, "a date format; left out, ISO 8601")],
        summary: "Reads a time from a text.",
        example: Example { expression: "'2015-06-17T00:23:19.676Z'.parseStringTime()", value: r#""2015-06-17T00:23:19.676Z""# },
        prepare: Some(prepare_format),
        run: Run::Native(|arguments| match arguments.is_given(1) {
            true => from_string(arguments),
            false => Ok(moment(arguments, 0)?.map_or(Value::Null, |moment| Value::text(write(&moment)))),
        }),
        ..Function::PLAIN
    },
    Function {
        name: ".parseUnixTime",
        parameters: &[TIME],
        summary: "Reads a time from milliseconds since 1970.",
        example: Example { expression: "'0'.parseUnixTime()", value: r#""1970-01-01T00:00:00.000Z""# },
        run: Run::Native(from_unix),
        ..Function::PLAIN
    },
    Function {
        name: ".parseWindowsTime",
        parameters: &[TIME],
        summary: "Reads a time from Active Directory's number.",
        example: Example { expression: "'130828367179790000'.parseWindowsTime()", value: r#""2015-07-31T17:18:37.979Z""# },
        run: Run::Native(from_windows),
        ..Function::PLAIN
    },
    Function {
        name: ".toString",
        parameters: &[TIME, optional("format", Type::Text, "a date format; left out, ISO 8601")],
        summary: "Writes a time as text.",
        example: Example { expression: "'2015-07-30T23:58:32.000Z'.toString('yyyy-MM-dd')", value: r#""2015-07-30""# },
        prepare: Some(prepare_format),
        run: Run::Native(|arguments| {
            let Some(moment) = moment(arguments, 0)? else { return Ok(Value::Null) };
            match arguments.is_given(1) {
                true => formatted(arguments, &moment, 1),
                false => Ok(Value::text(short_iso(&moment))),
            }
        }),
        ..Function::PLAIN
    },
    Function {
        name: ".toUnix",
        parameters: &[TIME],
        summary: "Gives the milliseconds since 1970, as a text.",
        example: Example { expression: "'2021-09-20T00:00:00.000Z'.toUnix()", value: r#""1632096000000""# },
        run: Run::Native(to_unix),
        ..Function::PLAIN
    },
    Function {
        name: ".toWindows",
        parameters: &[TIME],
        summary: "Gives Active Directory's number of a time, as a text.",
        example: Example { expression: "'2015-07-30T23:58:32.000Z'.toWindows()", value: r#""130827743120000000""# },
        run: Run::Native(to_windows),
        ..Function::PLAIN
    },
    Function {
        name: ".toZone",
        parameters: &[TIME, required("timeZone", Type::Text, "a zone such as America/New_York")],
        summary: "Gives the same time as the clocks of a zone show it.",
        example: Example {
            expression: "'2015-07-30T23:58:32.000Z'.toZone('America/New_York').toString('yyyy-MM-dd HH:mm')",
            value: r#""2015-07-30 19:58""#,
        },
        prepare: Some(|constant, _| constant(1).map(|name| zone(&name, 1)).transpose().map(|_| None)),
        run: Run::Native(|arguments| {
            let Some(moment) = moment(arguments, 0)? else { return Ok(Value::Null) };
            let Some(name) = text(arguments, 1)? else { return Ok(Value::Null) };
            Ok(Value::text(write(&moment.with_time_zone(zone(&name, 1)?))))
        }),
        ..Function::PLAIN
    },
    Function {
        name: "DateTime.now",
        summary: "Gives the present time.",
        example: Example { expression: "DateTime.now()", value: "" },
        nullable: false,
        pure: false,
        run: Run::Native(|arguments| Ok(Value::text(write(&now(arguments)?)))),
        ..Function::PLAIN
    },
    Function {
        name: "Time.now",
        summary: "Gives the present time; the vendor writes it as DateTime.now too.",
        example: Example { expression: "Time.now()", value: "" },
        nullable: false,
        pure: false,
        run: Run::Native(|arguments| Ok(Value::text(write(&now(arguments)?)))),
        ..Function::PLAIN
    },
];

fn now<'a>(arguments: &(dyn Arguments<'a> + '_)) -> Result<Zoned, Halt> {
    utc(arguments.world().now()).ok_or_else(|| Fault::whole(Code::InvalidDate, "the clock shows no date that can be reckoned with"))
}

fn invalid(text: &str) -> Halt {
    Fault::of(0, Code::InvalidDate, format!("{text:?} is no time that can be read"))
}

/// An argument as a moment, `None` for null.
fn moment<'a>(arguments: &mut (dyn Arguments<'a> + '_), at: usize) -> Result<Option<Zoned>, Halt> {
    let Some(text) = text(arguments, at)? else { return Ok(None) };
    parse(&text).map(Some).ok_or_else(|| invalid(&text))
}

fn prepare_format(constant: &dyn Fn(usize) -> Option<Cow<'static, str>>, _: &Limits) -> Result<Option<Prepared>, Halt> {
    constant(1).map(|text| format_of(&text, 1)).transpose().map(|format| format.map(|format| Prepared::Joda(Box::new(format))))
}

fn format_of(text: &str, at: usize) -> Result<JodaFormat, Halt> {
    JodaFormat::new(text).map_err(|message| Fault::of(at, Code::InvalidDateFormat, message))
}

/// Hands over the format, made ready or compiled now.
fn with_format<'a, T>(
    arguments: &mut (dyn Arguments<'a> + '_),
    at: usize,
    work: impl FnOnce(&JodaFormat) -> Result<T, Halt>,
) -> Result<Option<T>, Halt> {
    if let Some(Prepared::Joda(format)) = arguments.prepared() {
        return work(format).map(Some);
    }
    let Some(text) = text(arguments, at)? else { return Ok(None) };
    work(&format_of(&text, at)?).map(Some)
}

fn formatted<'a>(arguments: &mut (dyn Arguments<'a> + '_), moment: &Zoned, at: usize) -> Result<Value<'a>, Halt> {
    let minutes = moment.offset().seconds() / 60;
    let zone = if minutes == 0 { Zone::Utc } else { Zone::Minutes(minutes) };
    let stamp = Stamp { date: moment.datetime(), zone };
    let written = with_format(arguments, at, |format| Ok(format.write(&stamp, moment)))?;
    Ok(written.map_or(Value::Null, Value::text))
}

fn from_string<'a>(arguments: &mut (dyn Arguments<'a> + '_)) -> Result<Value<'a>, Halt> {
    let Some(source) = text(arguments, 0)? else { return Ok(Value::Null) };
    let date = with_format(arguments, 1, |format| {
        format
            .read(&source)
            .ok_or_else(|| Fault::of(0, Code::InvalidDate, format!("{source:?} is no time in the format {:?}", format.as_str())))
    })?;
    let Some(date) = date else { return Ok(Value::Null) };
    utc(date).map(|moment| Value::text(iso(&moment))).ok_or_else(|| invalid(&source))
}

fn whole<'a>(arguments: &mut (dyn Arguments<'a> + '_)) -> Result<Option<i64>, Halt> {
    let Some(text) = text(arguments, 0)? else { return Ok(None) };
    text.trim().parse().map(Some).map_err(|_| Fault::of(0, Code::InvalidNumberText, format!("{text:?} is no whole number")))
}

fn from_unix<'a>(arguments: &mut (dyn Arguments<'a> + '_)) -> Result<Value<'a>, Halt> {
    let Some(number) = whole(arguments)? else { return Ok(Value::Null) };
    let stamp = Timestamp::from_millisecond(number).map_err(|_| invalid(&number.to_string()))?;
    Ok(Value::text(iso(&stamp.to_zoned_datetime(TimeZone::UTC))))
}

fn from_windows<'a>(arguments: &mut (dyn Arguments<'a> + '_)) -> Result<Value<'a>, Halt> {
    let Some(number) = whole(arguments)? else { return Ok(Value::Null) };
    let moment = from_ad(number).and_then(utc).ok_or_else(|| invalid(&number.to_string()))?;
    Ok(Value::text(iso(&moment)))
}

fn to_unix<'a>(arguments: &mut (dyn Arguments<'a> + '_)) -> Result<Value<'a>, Halt> {
    Ok(moment(arguments, 0)?.map_or(Value::Null, |moment| Value::text(moment.timestamp().as_millisecond().to_string())))
}

fn to_windows<'a>(arguments: &mut (dyn Arguments<'a> + '_)) -> Result<Value<'a>, Halt> {
    let Some(moment) = moment(arguments, 0)? else { return Ok(Value::Null) };
    let number = to_ad(moment.with_time_zone(TimeZone::UTC).datetime());
    number
        .map(|number| Value::text(number.to_string()))
        .ok_or_else(|| Fault::of(0, Code::InvalidDate, "Active Directory has no date before 1601"))
}

fn move_by<'a>(arguments: &mut (dyn Arguments<'a> + '_), span: fn(i64) -> Option<Span>) -> Result<Value<'a>, Halt> {
    let Some(moment) = moment(arguments, 0)? else { return Ok(Value::Null) };
    let count = int(arguments, 1)?;
    let moved = span(count).and_then(|span| moment.checked_add(span).ok());
    moved
        .map(|moment| Value::text(write(&moment)))
        .ok_or_else(|| Fault::of(1, Code::InvalidDate, format!("{count} leads to no date between the years 1 and 9999")))
}

/// Earlier or later, as the vendor does not say that only the past counts.
fn within_seconds<'a>(arguments: &mut (dyn Arguments<'a> + '_), unit: i64) -> Result<Value<'a>, Halt> {
    let Some(moment) = moment(arguments, 0)? else { return Ok(Value::Bool(false)) };
    let count = int(arguments, 1)?;
    let apart = now(arguments)?.timestamp().duration_since(moment.timestamp()).abs();
    Ok(Value::Bool(apart <= jiff::SignedDuration::from_secs(count.saturating_mul(unit))))
}
