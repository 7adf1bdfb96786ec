//! Documents that are read piece by piece give what they give as a whole.

use super::*;
use crate::document::feed::Sizes;
use std::io::{Cursor, Error, Read};

/// Bytes by which a document is recognised here: eight short rows.
const HEAD: usize = 160;

fn sizes(part: usize, rows: usize) -> Sizes {
    Sizes { part, rows, row: 4096 }
}

fn source(name: &str, reader: impl Read + Send + 'static) -> Source {
    Source::with_head(name.to_owned(), Box::new(reader), None, HEAD).unwrap()
}

type Told = (Vec<String>, Vec<String>);

fn tell(person: Result<Person, Diagnostic>) -> String {
    match person {
        Ok(person) => format!("{}.{}: {:?} {:?}", person.origin.input, person.origin.line, person.record, person.assigned),
        Err(bad) => format!("{}: {}", bad.code, bad.message),
    }
}

/// Where nothing is wanted in slots, every user is read the long way.
fn person(user: Result<User<'_>, Diagnostic>) -> Result<Person, Diagnostic> {
    match user? {
        User::Person(person) => Ok(person),
        User::Plain(plain) => panic!("{plain:?}"),
    }
}

fn messages(found: &[Diagnostic]) -> Vec<String> {
    found.iter().map(|found| found.message.clone()).collect()
}

fn whole(texts: &[Vec<u8>], forced: Option<Shape>) -> Result<Told, Vec<String>> {
    let inputs = texts.iter().enumerate().map(|(at, text)| input(&format!("d{at}"), text.clone())).collect();
    let documents = Documents::open(inputs, forced, &Limits::DEFAULT).map_err(|found| messages(&found))?;
    Ok((all(&documents).into_iter().map(tell).collect(), messages(documents.warnings())))
}

/// The same, with how many pieces there were.
fn pieces(texts: &[Vec<u8>], forced: Option<Shape>, sizes: Sizes) -> Result<(Told, usize), Vec<String>> {
    let sources = texts.iter().enumerate().map(|(at, text)| source(&format!("d{at}"), Cursor::new(text.clone()))).collect();
    let (documents, mut pieces) = Documents::stream_in(sources, forced, &Limits::DEFAULT, sizes).map_err(|found| messages(&found))?;
    let (mut out, mut count) = (Vec::new(), 0);
    for piece in pieces.by_ref() {
        count += 1;
        documents.users_in(&piece, None, &mut |user| {
            out.push(tell(person(user)));
            ControlFlow::Continue(())
        });
    }
    let warnings = messages(documents.warnings()).into_iter().chain(messages(&pieces.warnings(&documents)));
    Ok(((out, warnings.collect()), count))
}

/// Compares both ways of reading; gives the most pieces that there were.
fn compare(texts: &[Vec<u8>], forced: Option<Shape>) -> usize {
    let expected = whole(texts, forced);
    let mut most = 0;
    for (part, rows) in [(1, 4096), (40, 3), (100, 4096), (100_000, 1)] {
        let given = pieces(texts, forced, sizes(part, rows));
        let shown = || texts.iter().map(|text| String::from_utf8_lossy(text).into_owned()).collect::<Vec<_>>();
        match (&expected, given) {
            (Ok(expected), Ok((given, count))) => {
                let differ = given.0.iter().zip(&expected.0).find(|(given, expected)| given != expected);
                assert!(differ.is_none() && given.0.len() == expected.0.len(), "{part} {rows} {differ:?} {:#?}", shown());
                // What stands behind damage is not looked at, be it a page that follows.
                if !given.0.iter().any(|row| row.starts_with("invalid-document")) {
                    assert_eq!(given.1, expected.1, "{part} {rows} {:#?}", shown());
                }
                most = most.max(count);
            }
            (Err(expected), Err(given)) => assert_eq!(given, *expected, "{:#?}", shown()),
            (expected, given) => panic!("{expected:?}\n{given:?}\n{:#?}", shown()),
        }
    }
    most
}

/// Eight rows and what follows them, as each of the layouts that can be cut.
fn layouts(tail: &str) -> Vec<(&'static str, String)> {
    let rows: Vec<String> = (0..12).map(|at| format!("{{\"userName\":\"u{at}\"}}")).collect();
    let wrap = |start: &str, between: &str, end: &str| format!("{start}{}{tail}{end}", rows.join(between));
    vec![
        ("list", wrap("[", ",", "]")),
        ("pretty list", wrap("[\n  ", ",\n  ", "\n]\n")),
        ("graph", wrap("{\"@odata.context\":\"https://g/$metadata#users\",\"value\":[", " , ", "],\"@odata.nextLink\":\"https://g\"}")),
        ("scim", wrap("{\"totalResults\":99,\"Resources\":[", ",", "],\"startIndex\":1}")),
        ("lines", wrap("\u{feff}", "\n", "\n")),
        ("crlf", wrap("", "\r\n", "\r\n").replace("{\"userName\"", " {\"userName\"")),
        ("csv", format!("userName,mail\n{}{tail}\n", (0..40).map(|at| format!("u{at},m{at}\n")).collect::<String>())),
        ("csv of excel", format!("sep=;\r\nuserName;mail\r\n{}{tail}", "\"u;1\";\"a\r\nb\"\r\n".repeat(20))),
    ]
}

#[test]
fn pieces_are_the_whole() {
    for tail in [
        "",
        ",{\"userName\":\"ü林\"}",
        "\n7\n\n{\"a\":",
        "\n\"open,1\nx,2\ny,3\n",
        "x\"",
        " ",
        "]",
        ",{\"a\":1]",
        ",{\"a\":\"x\n\"},{}",
        "} oops",
    ] {
        for (name, text) in layouts(tail) {
            let most = compare(&[text.clone().into_bytes()], None);
            assert!(most > 8, "{name} is read in {most} pieces");
            // Bytes that are no text, and a document that ends too early.
            let mut bytes = text.into_bytes();
            let middle = bytes.len() - 30;
            bytes[middle] = 0xFF;
            compare(&[bytes.clone()], None);
            compare(&[bytes[..middle].to_vec()], None);
        }
    }
}

#[test]
fn utf16_in_pieces() {
    for (name, text) in layouts(",{\"userName\":\"Ødegård 林🦊\"}") {
        for (mark, unit) in [(true, u16::to_le_bytes as fn(u16) -> [u8; 2]), (true, u16::to_be_bytes), (false, u16::to_le_bytes)] {
            let text = text.trim_start_matches('\u{feff}');
            let units = mark.then_some(0xFEFF).into_iter().chain(text.encode_utf16());
            assert!(compare(&[units.flat_map(unit).collect()], None) > 8, "{name}");
        }
    }
}

#[test]
fn documents_of_the_application_are_read_first() {
    let principal = br#"{"id":"AA","displayName":"App","appRoles":[{"id":"r1","displayName":"One"}]}"#.to_vec();
    let user = |at: usize| {
        format!(r#"{{"id":"u{at}","userPrincipalName":"u{at}@x","appRoleAssignments":[{{"appRoleId":"r1","resourceId":"aa"}}]}}"#)
    };
    let users = format!("{{\"value\":[{}]}}", (0..30).map(user).collect::<Vec<_>>().join(",")).into_bytes();
    let csv = "mail,surname\na@x,\n".repeat(20).into_bytes();
    assert!(compare(&[users.clone(), principal.clone(), csv.clone()], None) > 10);
    compare(&[csv, users, principal], None);

    let okta = |at: usize| format!(r#"{{"id":"u{at}","status":"ACTIVE","profile":{{"login":"u{at}@x"}}}}"#);
    let app = |at: usize| format!(r#"{{"id":"u{at}","scope":"USER","credentials":{{"userName":"u{at}"}},"profile":{{"role":"r"}}}}"#);
    let list = |row: &dyn Fn(usize) -> String| format!("[{}]", (0..20).map(row).collect::<Vec<_>>().join(",\n")).into_bytes();
    let (users, app_users) = (list(&okta), list(&app));
    assert!(compare(&[app_users.clone(), users], None) > 10);
    assert!(compare(&[app_users], None) > 10, "alone they are the users");
}

#[test]
fn rows_that_are_too_long_are_told() {
    let long = "x".repeat(5000);
    let lines = layouts("")[4].1.clone() + format!("{{\"a\":\"{long}\"}}\n{{\"a\":2}}\n").as_str();
    let csv = layouts("")[6].1.clone() + format!("\"{}\nx,y\n", "open\n".repeat(2000)).as_str();
    for (text, at, says, goes_on) in [
        (lines, 12, "d0, line 13: the row is longer than 4096 bytes; reading goes on at the next line", "0.14"),
        (csv, 40, "d0, line 43: the row is longer than 4096 bytes; reading goes on at the next line", "d0, line 44: 1 cell where"),
    ] {
        let ((rows, _), _) = pieces(&[text.into_bytes()], None, sizes(100, 10)).unwrap();
        assert!(rows[at].contains(says), "{}", rows[at]);
        assert!(rows[at + 1].contains(goes_on), "{}", rows[at + 1]);
    }
    let list = layouts(&format!(",{{\"a\":\"{long}\"}},{{}}"))[0].1.clone();
    let ((rows, _), _) = pieces(&[list.into_bytes()], None, sizes(100, 10)).unwrap();
    assert_eq!(rows.len(), 13);
    assert!(
        rows[12].contains("invalid-document: d0, line 1: an object, or what stands after the list, is longer than 4096"),
        "{}",
        rows[12]
    );
}

/// Gives bytes, and then an error.
struct Breaks(Cursor<Vec<u8>>);

impl Read for Breaks {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        match self.0.read(buffer)? {
            0 => Err(Error::other("the disk is gone")),
            count => Ok(count),
        }
    }
}

#[test]
fn reading_that_fails_is_told_after_the_rows_before() {
    for (name, text) in layouts("") {
        let cut = text.len() - 20;
        let broken = source("d0", Breaks(Cursor::new(text.as_bytes()[..cut].to_vec())));
        let (documents, pieces) = Documents::stream_in(vec![broken], None, &Limits::DEFAULT, sizes(50, 5)).unwrap();
        let mut rows = Vec::new();
        for piece in pieces {
            documents.users_in(&piece, None, &mut |user| {
                rows.push(person(user).map_err(|bad| (bad.code, bad.message)));
                ControlFlow::Continue(())
            });
        }
        let last = rows.pop().unwrap();
        assert!(rows.len() > 9 && rows.iter().all(Result::is_ok), "{name}: {rows:?}");
        let (code, message) = last.unwrap_err();
        assert_eq!(code, Code::FileUnreadable, "{name}");
        assert!(message.ends_with("nothing that follows is read: the disk is gone"), "{name}: {message}");
    }
}

proptest::proptest! {
    #[test]
    fn any_tail_in_pieces(tail in "([\\[\\]{},:;\"\\\\\n\r\t ü\u{feff}]|\"value\"|\"a\"|\\{\"a\":1\\}|,\\{\"a\":\"b\"\\}|1|x,y\r?\n|\"x\n\",y\n){0,30}") {
        for (_, text) in layouts(&tail) {
            // Whether a text is one of lines is told by its first two, which must stand in the head.
            if text.starts_with('{') && text.find('\n').is_some_and(|end| end > HEAD) {
                continue;
            }
            compare(&[text.into_bytes()], None);
        }
    }
}
