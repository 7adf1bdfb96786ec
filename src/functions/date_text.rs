//! Dates without a stated format: what CDate understands.

use super::dotnet_date::{MONTHS, WEEKDAYS};
use super::dotnet_date_read::{to_utc, two_digit_year};
use jiff::civil::{Date, DateTime, Time};

/// The date that a text writes, in UTC; one without an offset is taken to be UTC.
///
/// ISO 8601 (`2024-03-07T17:06:07.5+01:00`; T or blanks between, time and offset may be missing), as the United States
/// write it (`3/7/2024 5:06:07 PM`), or with the month's name (`March 7, 2024`, `7 Mar 2024`, `Thu, 07 Mar 2024`).
pub(crate) fn parse(text: &str) -> Option<DateTime> {
    let mut scan = Scan { rest: text.trim() };
    let (date, iso) = scan.date()?;
    let mut time = Time::midnight();
    let between = scan.rest;
    if scan.separator(iso) {
        match scan.time() {
            Some(found) => time = found?,
            // No time: what was skipped may stand before an offset.
            None => scan.rest = between.trim_start(),
        }
    }
    let minutes = scan.offset()?;
    if !scan.rest.trim().is_empty() {
        return None;
    }
    to_utc(date.to_datetime(time), minutes)
}

/// What is left of the text.
#[derive(Clone, Copy)]
struct Scan<'t> {
    rest: &'t str,
}

impl Scan<'_> {
    /// The date, and whether it is written in ISO's order.
    fn date(&mut self) -> Option<(Date, bool)> {
        self.weekday();
        if let Some(month) = self.month() {
            self.blanks();
            let day = self.number(1, 2)?;
            self.take(',');
            self.blanks();
            let year = self.year()?;
            return Some((date(year, month, day)?, false));
        }
        let digits = self.digits();
        if digits == 4 {
            let year = self.number(4, 4)?;
            let mark = self.one_of(&['-', '/'])?;
            let month = self.number(1, 2)?;
            self.one_of(&[mark])?;
            let day = self.number(1, 2)?;
            return Some((date(i16::try_from(year).ok()?, month, day)?, true));
        }
        let first = self.number(1, 2)?;
        let mark = self.one_of(&['/', '-', ' '])?;
        self.blanks();
        if let Some(month) = self.month() {
            self.one_of(&[mark, ','])?;
            self.blanks();
            let year = self.year()?;
            return Some((date(year, month, first)?, false));
        }
        if mark == ' ' {
            return None; // three bare numbers are no date
        }
        let second = self.number(1, 2)?;
        self.one_of(&[mark])?;
        let year = self.year()?;
        Some((date(year, first, second)?, false))
    }

    /// The weekday's name is skipped: the date says it anyway.
    fn weekday(&mut self) {
        if self.name(&WEEKDAYS).is_some() {
            self.take(',');
            self.blanks();
        }
    }

    fn month(&mut self) -> Option<u32> {
        self.name(&MONTHS).and_then(|at| u32::try_from(at + 1).ok())
    }

    /// A name, long or short, in any case.
    fn name(&mut self, names: &[&str]) -> Option<usize> {
        let length = self.rest.bytes().take_while(u8::is_ascii_alphabetic).count();
        let word = &self.rest[..length];
        let at = names
            .iter()
            .position(|name| word.eq_ignore_ascii_case(name) || name.get(..3).is_some_and(|short| word.eq_ignore_ascii_case(short)))?;
        self.rest = &self.rest[length..];
        Some(at)
    }

    fn year(&mut self) -> Option<i16> {
        match self.digits() {
            2 => self.number(2, 2).map(two_digit_year),
            4 => self.number(4, 4).and_then(|year| i16::try_from(year).ok()),
            _ => None,
        }
    }

    /// What stands between date and time.
    fn separator(&mut self, iso: bool) -> bool {
        if iso && (self.take('T') || self.take('t')) {
            return true;
        }
        let before = self.rest.len();
        self.take(',');
        self.blanks();
        self.rest.len() < before
    }

    /// A time, `None` where none begins here, `Some(None)` where it is none.
    fn time(&mut self) -> Option<Option<Time>> {
        if !matches!(self.digits(), 1..=2) {
            return None;
        }
        Some(self.clock())
    }

    fn clock(&mut self) -> Option<Time> {
        let hour = self.number(1, 2)?;
        let (mut minute, mut second, mut nanosecond) = (0, 0, 0);
        let mut whole = true;
        if self.take(':') {
            whole = false;
            minute = self.number(1, 2)?;
            if self.take(':') {
                second = self.number(1, 2)?;
                if self.take('.') || self.take(',') {
                    nanosecond = self.fraction()?;
                }
            }
        }
        let before = self.rest;
        self.blanks();
        let hour = match self.half() {
            Some(_) if !(1..=12).contains(&hour) => return None,
            Some(afternoon) => hour % 12 + if afternoon { 12 } else { 0 },
            // A number alone is no time.
            None if whole => return None,
            None => {
                self.rest = before;
                hour
            }
        };
        Time::new(small(hour)?, small(minute)?, small(second)?, nanosecond).ok()
    }

    fn half(&mut self) -> Option<bool> {
        let length = self.rest.bytes().take_while(u8::is_ascii_alphabetic).count();
        let afternoon = match self.rest[..length].to_ascii_lowercase().as_str() {
            "am" | "a" => false,
            "pm" | "p" => true,
            _ => return None,
        };
        self.rest = &self.rest[length..];
        Some(afternoon)
    }

    fn fraction(&mut self) -> Option<i32> {
        let digits = self.digits();
        if digits == 0 {
            return None;
        }
        let (shown, rest) = self.rest.split_at(digits);
        self.rest = rest;
        format!("{:0<9}", shown.get(..9).unwrap_or(shown)).parse().ok()
    }

    /// Minutes ahead of UTC: none are written, `Z`, `GMT`, `+01:00`, `+0100` or `+01`.
    fn offset(&mut self) -> Option<i32> {
        self.blanks();
        for word in ["Z", "GMT", "UTC"] {
            if self.rest.eq_ignore_ascii_case(word) {
                self.rest = "";
                return Some(0);
            }
        }
        let negative = match self.rest.chars().next() {
            Some('+') => false,
            Some('-') => true,
            _ => return Some(0),
        };
        self.rest = &self.rest[1..];
        let hours = self.number(1, 2)?;
        let minutes = if self.take(':') || self.digits() == 2 { self.number(2, 2)? } else { 0 };
        if hours > 14 || minutes > 59 {
            return None;
        }
        let minutes = i32::try_from(hours * 60 + minutes).ok()?;
        Some(if negative { -minutes } else { minutes })
    }

    fn blanks(&mut self) {
        self.rest = self.rest.trim_start();
    }

    fn take(&mut self, wanted: char) -> bool {
        match self.rest.strip_prefix(wanted) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn one_of(&mut self, wanted: &[char]) -> Option<char> {
        wanted.iter().copied().find(|mark| self.take(*mark))
    }

    /// How many digits stand here.
    fn digits(&self) -> usize {
        self.rest.bytes().take_while(u8::is_ascii_digit).count()
    }

    fn number(&mut self, least: usize, most: usize) -> Option<u32> {
        let digits = self.digits();
        if digits < least || digits > most {
            return None;
        }
        let (shown, rest) = self.rest.split_at(digits);
        self.rest = rest;
        shown.parse().ok()
    }
}

fn date(year: i16, month: u32, day: u32) -> Option<Date> {
    Date::new(year, small(month)?, small(day)?).ok().filter(|date| date.year() >= 1)
}

fn small(number: u32) -> Option<i8> {
    i8::try_from(number).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_as_written() {
        for (text, utc) in [
            ("2020-03-16-07:00", "2020-03-16T07:00:00"),
            ("2021-06-30+08:00", "2021-06-29T16:00:00"),
            ("2009-06-15T01:45:30-07:00", "2009-06-15T08:45:30"),
            ("2020-12-31 23:59:59-08:00", "2021-01-01T07:59:59"),
            ("2024-02-29", "2024-02-29T00:00:00"),
            (" 2024-03-09T10:59:00.25Z ", "2024-03-09T10:59:00.25"),
            ("8/25/2021 5:41:18 PM", "2021-08-25T17:41:18"),
            ("1/1/2012 12:05 am", "2012-01-01T00:05:00"),
            ("3/7/24", "2024-03-07T00:00:00"),
            ("March 7, 2024 5 PM", "2024-03-07T17:00:00"),
            ("07-Mar-2024", "2024-03-07T00:00:00"),
            ("Thu, 07 Mar 2024 10:00:00 GMT", "2024-03-07T10:00:00"),
            ("2024-03-07 +01:00", "2024-03-06T23:00:00"),
        ] {
            assert_eq!(parse(text), Some(utc.parse().unwrap()), "{text}");
        }
        for text in [
            "",
            "not a date",
            "2023-02-29",
            "13/1/2024",
            "2024-03-07T",
            "2024-03-07 5",
            "2024-03-07T25:00",
            "31.12.2024",
            "0001-01-01+01:00",
            "20240307",
            "3 7 2024",
            "2024-03-07x",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
