//! Reading a date that is written exactly as a format says.

use super::dotnet_date::{MONTHS, Part, Stamp, Styles, WEEKDAYS, Zone};
use jiff::civil::{Date, DateTime};

/// The furthest that a time is from UTC, in minutes.
const FURTHEST: i32 = 14 * 60;

/// A text being read, and what was found in it so far.
pub(super) struct Reader<'t> {
    rest: &'t str,
    styles: &'t Styles,
    year: Option<i16>,
    month: Option<i8>,
    day: Option<i8>,
    weekday: Option<i8>,
    hour: Option<i8>,
    twelve: bool,
    afternoon: Option<bool>,
    minute: Option<i8>,
    second: Option<i8>,
    nanosecond: Option<i32>,
    zone: Zone,
}

impl<'t> Reader<'t> {
    pub fn new(text: &'t str, styles: &'t Styles) -> Self {
        let mut rest = text;
        if styles.leading {
            rest = rest.trim_start();
        }
        if styles.trailing {
            rest = rest.trim_end();
        }
        Reader {
            rest,
            styles,
            year: None,
            month: None,
            day: None,
            weekday: None,
            hour: None,
            twelve: false,
            afternoon: None,
            minute: None,
            second: None,
            nanosecond: None,
            zone: Zone::Unknown,
        }
    }

    /// The date, if the text is one from its start to its end.
    pub fn read(mut self, parts: &[Part], today: Date) -> Option<Stamp> {
        for (at, part) in parts.iter().enumerate() {
            if self.styles.inner {
                self.rest = self.rest.trim_start();
            }
            // `.FFF` reads a whole second too: without digits the point is missing as well.
            let before_optional = matches!(parts.get(at + 1), Some(Part::Fraction { optional: true, .. }));
            self.part(part, before_optional)?;
        }
        if self.styles.inner {
            self.rest = self.rest.trim_start();
        }
        if !self.rest.is_empty() {
            return None;
        }
        self.finish(today)
    }

    fn part(&mut self, part: &Part, before_optional: bool) -> Option<()> {
        match part {
            Part::Year(count) => {
                let year = self.digits(*count)?;
                let year = match count {
                    1..=2 => two_digit_year(year),
                    _ => i16::try_from(year).ok()?,
                };
                set(&mut self.year, year)
            }
            Part::Month(count @ 1..=2) => {
                let month = self.small(*count)?;
                set(&mut self.month, month)
            }
            Part::Month(count) => {
                let month = self.name(&MONTHS, *count == 3)?;
                set(&mut self.month, month)
            }
            Part::Day(count @ 1..=2) => {
                let day = self.small(*count)?;
                set(&mut self.day, day)
            }
            Part::Day(count) => {
                let weekday = self.name(&WEEKDAYS, *count == 3)?;
                set(&mut self.weekday, weekday)
            }
            Part::Hour12(count) => {
                self.twelve = true;
                let hour = self.small((*count).min(2))?;
                set(&mut self.hour, hour)
            }
            Part::Hour24(count) => {
                let hour = self.small((*count).min(2))?;
                set(&mut self.hour, hour)
            }
            Part::Minute(count) => {
                let minute = self.small((*count).min(2))?;
                set(&mut self.minute, minute)
            }
            Part::Second(count) => {
                let second = self.small((*count).min(2))?;
                set(&mut self.second, second)
            }
            Part::Fraction { digits, optional } => {
                let nanosecond = self.fraction(*digits, *optional)?;
                set(&mut self.nanosecond, nanosecond)
            }
            Part::Half(count) => {
                let afternoon = if self.word("A") {
                    false
                } else if self.word("P") {
                    true
                } else {
                    return None;
                };
                if *count > 1 && !self.word("M") {
                    return None;
                }
                set(&mut self.afternoon, afternoon)
            }
            Part::Offset(count) => self.offset(*count),
            Part::Kind => match self.rest.chars().next() {
                Some('Z' | 'z') => self.zulu(),
                Some('+' | '-') => self.offset(3),
                _ => Some(()),
            },
            Part::Zulu => self.zulu(),
            Part::Era => (self.word("A.D.") || self.word("AD")).then_some(()),
            Part::Literal(text) => match self.rest.strip_prefix(text.as_str()) {
                Some(rest) => {
                    self.rest = rest;
                    Some(())
                }
                None if self.styles.inner && text.trim().is_empty() => Some(()),
                None if before_optional => {
                    self.rest = self.rest.strip_prefix(text.strip_suffix('.')?)?;
                    Some(())
                }
                None => None,
            },
        }
    }

    /// As many digits as the letters of the format; one letter takes one digit or two.
    fn digits(&mut self, count: usize) -> Option<u32> {
        let (least, most) = if count == 1 { (1, 2) } else { (count, count) };
        let found = self.rest.bytes().take(most).take_while(u8::is_ascii_digit).count();
        if found < least {
            return None;
        }
        let (digits, rest) = self.rest.split_at(found);
        self.rest = rest;
        digits.parse().ok()
    }

    fn small(&mut self, count: usize) -> Option<i8> {
        self.digits(count).and_then(|number| i8::try_from(number).ok())
    }

    fn fraction(&mut self, digits: usize, optional: bool) -> Option<i32> {
        let found = self.rest.bytes().take(digits).take_while(u8::is_ascii_digit).count();
        if found < digits && !optional {
            return None;
        }
        let (shown, rest) = self.rest.split_at(found);
        self.rest = rest;
        format!("{shown:0<9}").parse().ok()
    }

    /// The number of a name from 1.
    fn name(&mut self, names: &[&str], short: bool) -> Option<i8> {
        let at = names.iter().position(|name| {
            let name = if short { name.get(..3).unwrap_or(name) } else { name };
            self.word(name)
        })?;
        i8::try_from(at + 1).ok()
    }

    /// Takes a word in any case, if it stands here.
    fn word(&mut self, word: &str) -> bool {
        match self.rest.get(..word.len()) {
            Some(start) if start.eq_ignore_ascii_case(word) => {
                self.rest = &self.rest[word.len()..];
                true
            }
            _ => false,
        }
    }

    fn zulu(&mut self) -> Option<()> {
        if !(self.word("Z") || self.word("GMT")) {
            return None;
        }
        self.zone = Zone::Utc;
        Some(())
    }

    fn offset(&mut self, count: usize) -> Option<()> {
        let negative = match self.rest.chars().next()? {
            '+' => false,
            '-' => true,
            _ => return None,
        };
        self.rest = &self.rest[1..];
        let minutes = match count {
            1..=2 => self.digits(count)? * 60,
            _ => {
                let hours = self.digits(1)?;
                self.rest = self.rest.strip_prefix(':').unwrap_or(self.rest);
                let minutes = self.digits(2).filter(|minutes| *minutes < 60)?;
                hours * 60 + minutes
            }
        };
        let minutes = i32::try_from(minutes).ok().filter(|minutes| *minutes <= FURTHEST)?;
        self.zone = Zone::Minutes(if negative { -minutes } else { minutes });
        Some(())
    }

    fn finish(self, today: Date) -> Option<Stamp> {
        let hour = self.hour.unwrap_or(0);
        let hour = match (self.twelve, self.afternoon) {
            (true, _) if hour > 12 => return None,
            (true, Some(true)) => hour % 12 + 12,
            (true, _) => hour % 12,
            (false, Some(afternoon)) if afternoon != (hour >= 12) => return None,
            (false, _) => hour,
        };
        let date = match (self.year, self.month, self.day) {
            (None, None, None) if self.styles.no_current_date => Date::new(1, 1, 1).ok()?,
            (None, None, None) => today,
            (year, month, day) => {
                let year = year.unwrap_or_else(|| if self.styles.no_current_date { 1 } else { today.year() });
                Date::new(year, month.unwrap_or(1), day.unwrap_or(1)).ok()?
            }
        };
        if date.year() < 1 || self.weekday.is_some_and(|weekday| weekday != date.weekday().to_monday_one_offset()) {
            return None;
        }
        let time = jiff::civil::Time::new(hour, self.minute.unwrap_or(0), self.second.unwrap_or(0), self.nanosecond.unwrap_or(0)).ok()?;
        let mut stamp = Stamp { date: date.to_datetime(time), zone: self.zone };
        if self.styles.assume_universal && stamp.zone == Zone::Unknown {
            stamp.zone = Zone::Utc;
        }
        if let (true, Zone::Minutes(minutes)) = (self.styles.to_universal, stamp.zone) {
            stamp = Stamp { date: to_utc(stamp.date, minutes)?, zone: Zone::Utc };
        }
        Some(stamp)
    }
}

/// A time some minutes ahead of UTC in UTC.
pub(super) fn to_utc(date: DateTime, minutes: i32) -> Option<DateTime> {
    let shifted = date.checked_sub(jiff::SignedDuration::from_mins(i64::from(minutes))).ok()?;
    (shifted.year() >= 1).then_some(shifted)
}

/// .NET takes two digits for a year up to 2049.
pub(super) fn two_digit_year(year: u32) -> i16 {
    let year = i16::try_from(year).unwrap_or(0) % 100;
    if year < 50 { 2000 + year } else { 1900 + year }
}

/// Keeps what was found; a second mention must say the same.
fn set<T: Copy + PartialEq>(field: &mut Option<T>, value: T) -> Option<()> {
    match field {
        Some(before) if *before != value => None,
        _ => {
            *field = Some(value);
            Some(())
        }
    }
}
