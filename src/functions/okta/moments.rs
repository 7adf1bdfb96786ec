//! Points in time. They travel as texts of ISO 8601 (with the zone in brackets where one was asked for), which is what
//! attributes hold and what functions give.

use crate::diagnostic::Code;
use crate::program::{Fault, Halt};
use jiff::ZonedDateTime as Zoned;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

/// What Joda makes of the short names of zones that Java once had: with their summer time.
const SHORT: [(&str, &str); 28] = [
    ("ACT", "Australia/Darwin"),
    ("AET", "Australia/Sydney"),
    ("AGT", "America/Argentina/Buenos_Aires"),
    ("ART", "Africa/Cairo"),
    ("AST", "America/Anchorage"),
    ("BET", "America/Sao_Paulo"),
    ("BST", "Asia/Dhaka"),
    ("CAT", "Africa/Harare"),
    ("CNT", "America/St_Johns"),
    ("CST", "America/Chicago"),
    ("CTT", "Asia/Shanghai"),
    ("EAT", "Africa/Addis_Ababa"),
    ("ECT", "Europe/Paris"),
    ("EST", "America/New_York"),
    ("HST", "Pacific/Honolulu"),
    ("IET", "America/Indiana/Indianapolis"),
    ("IST", "Asia/Kolkata"),
    ("JST", "Asia/Tokyo"),
    ("MIT", "Pacific/Apia"),
    ("MST", "America/Denver"),
    ("NET", "Asia/Yerevan"),
    ("NST", "Pacific/Auckland"),
    ("PLT", "Asia/Karachi"),
    ("PNT", "America/Phoenix"),
    ("PRT", "America/Puerto_Rico"),
    ("PST", "America/Los_Angeles"),
    ("SST", "Pacific/Guadalcanal"),
    ("VST", "Asia/Ho_Chi_Minh"),
];

/// The zone of that name.
pub(super) fn zone(name: &str, at: usize) -> Result<TimeZone, Halt> {
    if matches!(name, "UTC" | "GMT" | "Z") {
        return Ok(TimeZone::UTC);
    }
    let full = SHORT.iter().find(|(short, _)| *short == name).map_or(name, |(_, full)| full);
    if let Ok(zone) = TimeZone::get(full) {
        return Ok(zone);
    }
    // An offset such as +02:00 is a zone too: read it as that of a date.
    let offset = name.starts_with(['+', '-']).then(|| format!("1970-01-01T00:00:00{name}[{name}]").parse::<Zoned>().ok()).flatten();
    offset
        .map(|zoned| zoned.time_zone().clone())
        .ok_or_else(|| Fault::of(at, Code::UnknownZone, format!("{name:?} is no time zone; one is Europe/Berlin, UTC, or EST")))
}

/// A time in UTC.
pub(super) fn utc(date: DateTime) -> Option<Zoned> {
    date.to_zoned_datetime(TimeZone::UTC).ok()
}

/// The moment that a text of ISO 8601 writes; without a zone it is of UTC.
pub(super) fn parse(text: &str) -> Option<Zoned> {
    let text = text.trim();
    if text.ends_with(']') {
        return text.parse().ok();
    }
    if let Ok(stamp) = text.parse::<jiff::Timestamp>() {
        return Some(stamp.to_zoned_datetime(TimeZone::UTC));
    }
    utc(text.parse().ok()?)
}

/// As the functions give it: with milliseconds, and in brackets the zone, where a method may need it again.
pub(super) fn write(moment: &Zoned) -> String {
    let name = moment.time_zone().iana_name().filter(|_| moment.time_zone() != &TimeZone::UTC);
    let zone = name.map_or_else(String::new, |name| format!("[{name}]"));
    iso(moment) + zone.as_str()
}

/// ISO 8601 with milliseconds and the offset.
pub(super) fn iso(moment: &Zoned) -> String {
    let milliseconds = moment.subsec_nanosecond() / 1_000_000;
    format!("{}.{milliseconds:03}{}", moment.strftime("%Y-%m-%dT%H:%M:%S"), offset(moment))
}

/// ISO 8601 with milliseconds only where there are some.
pub(super) fn short_iso(moment: &Zoned) -> String {
    match moment.subsec_nanosecond() / 1_000_000 {
        0 => format!("{}{}", moment.strftime("%Y-%m-%dT%H:%M:%S"), offset(moment)),
        _ => iso(moment),
    }
}

fn offset(moment: &Zoned) -> String {
    match moment.offset().seconds() {
        0 => "Z".to_owned(),
        _ => moment.strftime("%:z").to_string(),
    }
}
