//! Date formats of Joda-Time and Java, translated into the pieces that .NET's formats have; what only Java has stands
//! beside them.

use super::dotnet_date::{DateFormat, Part, Stamp, Styles, Zone};
use super::dotnet_date_read::to_utc;
use jiff::ZonedDateTime as Zoned;
use jiff::civil::DateTime;

/// A compiled format.
#[derive(Debug)]
pub struct JodaFormat {
    text: String,
    /// For reading, in which a number may have fewer digits than letters; `None` where a piece can only be written.
    reading: Option<DateFormat>,
    writing: Vec<Piece>,
}

#[derive(Debug)]
enum Piece {
    Shared(DateFormat),
    /// `D`
    DayOfYear(usize),
    /// `x`, `w`: the year to which the week belongs, and the week in it.
    WeekYear(usize),
    Week(usize),
    /// `e`: the day of the week from Monday, 1.
    Weekday(usize),
    /// `k`, from 1 to 24, and `K`, from 0 to 11.
    Hour24From1(usize),
    Hour12From0(usize),
    /// `Z`: an offset without colon.
    BareOffset,
    /// `z` and `ZZZ`: the zone's short name, or its id.
    ZoneName,
    ZoneId,
}

/// Nothing is skipped, and a text must be written as the format says.
const EXACT: Styles =
    Styles { leading: false, trailing: false, inner: false, no_current_date: false, to_universal: false, assume_universal: false };

impl JodaFormat {
    /// Compiles a format; what is wrong with it otherwise.
    pub(crate) fn new(text: &str) -> Result<JodaFormat, String> {
        if text.is_empty() {
            return Err("a date format is wanted, and this is empty".into());
        }
        let letters: Vec<char> = text.chars().collect();
        let (mut parts, mut writing, mut readable) = (Vec::new(), Vec::new(), true);
        let mut at = 0;
        while let Some(&letter) = letters.get(at) {
            let count = letters[at..].iter().take_while(|next| **next == letter).count();
            at += count;
            if count > 9 && letter.is_ascii_alphabetic() {
                return Err(format!("{text:?} repeats {letter} {count} times"));
            }
            let part = match letter {
                '\'' => {
                    at -= count;
                    let (literal, length) =
                        quoted(&letters[at..]).ok_or_else(|| format!("{text:?} has a quotation mark that is not closed"))?;
                    at += length;
                    Part::Literal(literal)
                }
                // The year of the era, the year and the calendar year of Joda are the same from year 1 on.
                // Only two letters stand for two digits.
                'y' | 'Y' | 'u' => Part::Year(if count == 2 { 2 } else { count.max(4) }),
                'M' | 'L' => Part::Month(count),
                'd' => Part::Day(count.min(2)),
                'E' => Part::Day(if count > 3 { 4 } else { 3 }),
                'a' => Part::Half(2),
                'h' => Part::Hour12(count),
                'H' => Part::Hour24(count),
                'm' => Part::Minute(count),
                's' => Part::Second(count),
                'S' => Part::Fraction { digits: count, optional: false },
                'G' => Part::Era,
                'X' => Part::Kind,
                'Z' if count == 2 => Part::Offset(3),
                _ if letter.is_ascii_alphabetic() => {
                    readable &= letter == 'Z' && count == 1;
                    writing.push(match (letter, count) {
                        ('D', _) => Piece::DayOfYear(count),
                        ('x', _) => Piece::WeekYear(count),
                        ('w', _) => Piece::Week(count),
                        ('e', _) => Piece::Weekday(count),
                        ('k', _) => Piece::Hour24From1(count),
                        ('K', _) => Piece::Hour12From0(count),
                        ('Z', 1) => Piece::BareOffset,
                        ('Z', _) | ('V', _) => Piece::ZoneId,
                        ('z', _) => Piece::ZoneName,
                        _ => return Err(format!("{text:?} has the letter {letter}, which means nothing in a date format")),
                    });
                    // Reading takes an offset with and without colon.
                    parts.push(Part::Offset(3));
                    continue;
                }
                other => Part::Literal(other.to_string().repeat(count)),
            };
            writing.push(Piece::Shared(DateFormat::of(text, vec![part.clone()])));
            parts.push(part);
        }
        let reading = readable.then(|| DateFormat::of(text, lenient(parts)));
        Ok(JodaFormat { text: text.to_owned(), reading, writing })
    }

    /// As it was written.
    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    /// Reads a time, in UTC; without a zone it is one of UTC. What the format leaves out is that of 1970-01-01.
    pub(crate) fn read(&self, text: &str) -> Option<DateTime> {
        let stamp = self.reading.as_ref()?.read(text, &EXACT, jiff::civil::date(1970, 1, 1))?;
        match stamp.zone {
            Zone::Minutes(minutes) => to_utc(stamp.date, minutes),
            Zone::Utc | Zone::Unknown => Some(stamp.date),
        }
    }

    /// Writes a time: date and clock of the stamp, and what Java has more of the moment.
    pub(crate) fn write(&self, stamp: &Stamp, moment: &Zoned) -> String {
        let week = stamp.date.date().iso_week_date();
        self.writing
            .iter()
            .map(|piece| match piece {
                Piece::Shared(format) => format.write(stamp),
                Piece::DayOfYear(count) => format!("{:0count$}", stamp.date.day_of_year()),
                Piece::WeekYear(count) => format!("{:0count$}", week.year()),
                Piece::Week(count) => format!("{:0count$}", week.week()),
                Piece::Weekday(count) => format!("{:0count$}", stamp.date.weekday().to_monday_one_offset()),
                Piece::Hour24From1(count) => format!("{:0count$}", if stamp.date.hour() == 0 { 24 } else { stamp.date.hour() }),
                Piece::Hour12From0(count) => format!("{:0count$}", stamp.date.hour() % 12),
                Piece::BareOffset => moment.strftime("%z").to_string(),
                Piece::ZoneName => moment.strftime("%Z").to_string(),
                Piece::ZoneId => moment.time_zone().iana_name().unwrap_or("UTC").to_owned(),
            })
            .collect()
    }
}

/// Joda takes a number of fewer digits than letters, unless another number follows at once.
fn lenient(parts: Vec<Part>) -> Vec<Part> {
    let numeric = |part: &Part| {
        !matches!(part, Part::Literal(_) | Part::Half(_) | Part::Era | Part::Kind | Part::Offset(_) | Part::Zulu)
            && !matches!(part, Part::Month(count) | Part::Day(count) if *count > 2)
    };
    let next: Vec<bool> = parts.iter().skip(1).map(numeric).chain([false]).collect();
    let shortened = |(part, followed): (Part, bool)| match part {
        part if followed => part,
        Part::Month(2) => Part::Month(1),
        Part::Day(2) => Part::Day(1),
        Part::Hour12(_) => Part::Hour12(1),
        Part::Hour24(_) => Part::Hour24(1),
        Part::Minute(_) => Part::Minute(1),
        Part::Second(_) => Part::Second(1),
        part => part,
    };
    parts.into_iter().zip(next).map(shortened).collect()
}

/// The text between single quotation marks, and how many characters it takes with them; two marks are one.
fn quoted(letters: &[char]) -> Option<(String, usize)> {
    if letters.get(1) == Some(&'\'') {
        return Some(("'".into(), 2));
    }
    let (mut at, mut text) = (1, String::new());
    loop {
        match (letters.get(at)?, letters.get(at + 1)) {
            ('\'', Some('\'')) => {
                text.push('\'');
                at += 2;
            }
            ('\'', _) => return Some((text, at + 1)),
            (letter, _) => {
                text.push(*letter);
                at += 1;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::tz::TimeZone;

    #[test]
    fn formats_mean_what_joda_means() {
        let moment: Zoned = "2021-01-02T03:04:05.006+00:00[UTC]".parse().unwrap();
        let moment = moment.with_time_zone(TimeZone::get("America/New_York").unwrap());
        let stamp = Stamp { date: moment.datetime(), zone: Zone::Minutes(-300) };
        for (format, expected) in [
            ("YYYY/MM/dd", "2021/01/01"),
            ("xxxx-'W'ww-e", "2020-W53-5"),
            ("yy D DDD", "21 1 001"),
            ("EEE, EEEE d MMM MMMM", "Fri, Friday 1 Jan January"),
            ("hh:mm a KK kk H", "10:04 PM 10 22 22"),
            ("HH:mm:ss.SSS Z ZZ", "22:04:05.006 -0500 -05:00"),
            ("'o''clock' ''", "o'clock '"),
        ] {
            assert_eq!(JodaFormat::new(format).unwrap().write(&stamp, &moment), expected, "{format}");
        }
        for (text, format, expected) in [
            ("6/7/2015", "MM/dd/yyyy", Some("2015-06-07T00:00:00")),
            ("20150607", "yyyyMMdd", Some("2015-06-07T00:00:00")),
            ("2015-06-07 10:00 +0200", "yyyy-MM-dd HH:mm Z", Some("2015-06-07T08:00:00")),
            ("7 Jun 2015 1:02 PM", "d MMM yyyy h:mm a", Some("2015-06-07T13:02:00")),
            ("2015.06.17", "MM/dd/yyyy", None),
            ("06/17/2015 ", "MM/dd/yyyy", None),
        ] {
            let read = JodaFormat::new(format).unwrap().read(text).map(|date| date.to_string());
            assert_eq!(read.as_deref(), expected, "{text} {format}");
        }
        for format in ["", "'open", "b", "yyyyyyyyyyyyyyyyyyyyyyyyy"] {
            assert!(JodaFormat::new(format).is_err(), "{format}");
        }
    }
}
