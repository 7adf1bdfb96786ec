//! Bytes as what providers and the application export.

use crate::{LIMITS, show, world};
use rolewright::diagnostic::{Diagnostic, Sources};
use rolewright::document::{Documents, Input, Shape, Source as Stream, User, Wanted};
use rolewright::exchange::{import_entra, import_okta, read_events};
use rolewright::provision::Source;
use rolewright::{Compiled, Limits, OwnedDecision, Policy};
use std::io::Cursor;
use std::ops::ControlFlow;
use std::sync::LazyLock;

/// What stands between two documents of one input.
const BETWEEN: &[u8] = b"\n---8<---\n";
/// Attributes by which a user is named where the policy maps none.
const NAMES: [&str; 6] = ["userName", "userPrincipalName", "mail", "email", "displayName", "id"];
/// Documents of one input.
const MOST: usize = 3;

static POLICY: LazyLock<Policy> = LazyLock::new(|| Policy::from_yaml(include_str!("base.yaml")).expect("the base is a policy"));
static COMPILED: LazyLock<Compiled> = LazyLock::new(|| POLICY.compile(Source::Scim));

/// Recognises the documents, reads them as a whole and piece by piece, and decides about their users.
pub fn documents(bytes: &[u8]) {
    let parts = split(bytes);
    let shapes = || Shape::ALL.iter().copied().map(Some);
    // The last byte says under which shape they are read as well.
    let forced = bytes.last().and_then(|last| shapes().nth(usize::from(*last) % Shape::ALL.len())).flatten();
    for forced in [None, forced] {
        read(&parts, forced);
    }
    let input = || Input { name: "document".into(), bytes: bytes.to_vec() };
    read_events(&POLICY, input(), &LIMITS, &mut |row| {
        show(&row.found, &Sources::default());
        if let Some(event) = row.event {
            let _ = POLICY.apply(&POLICY.initial_state(), &event);
        }
        ControlFlow::Continue(())
    });
    let _ = import_entra("document", bytes.to_vec(), None);
    let _ = import_okta(parts.into_iter().map(|part| ("document".to_owned(), part.to_vec())).collect(), None);
}

fn split(bytes: &[u8]) -> Vec<&[u8]> {
    let mut parts = Vec::new();
    let mut rest = bytes;
    while let Some(at) = rest.windows(BETWEEN.len()).position(|window| window == BETWEEN).filter(|_| parts.len() + 1 < MOST) {
        parts.push(&rest[..at]);
        rest = &rest[at + BETWEEN.len()..];
    }
    parts.push(rest);
    parts
}

fn read(parts: &[&[u8]], forced: Option<Shape>) {
    let whole = whole(parts, forced, &LIMITS);
    let pieces = pieces(parts, forced, &LIMITS);
    match (whole, pieces) {
        (Ok(whole), Ok(pieces)) => assert_eq!(whole, pieces, "read as a whole, and piece by piece"),
        (Err(found), Err(other)) => {
            assert_eq!(found, other, "refused as a whole, and piece by piece");
            show(&found, &Sources::default());
        }
        (whole, pieces) => panic!("one way refuses what the other reads: {whole:?}, {pieces:?}"),
    }
}

/// A user's decision, or the finding in place of a row.
type Rows = Result<Vec<Result<OwnedDecision, Diagnostic>>, Vec<Diagnostic>>;

fn whole(parts: &[&[u8]], forced: Option<Shape>, limits: &Limits) -> Rows {
    let inputs = parts.iter().map(|part| Input { name: "document".into(), bytes: part.to_vec() }).collect();
    let documents = Documents::open(inputs, forced, limits)?;
    let mut rows = Vec::new();
    documents.persons(&mut |person| {
        rows.push(person.map(|person| COMPILED.decide(&COMPILED.bind(&person.record, person.kind), person.assigned, &world()).to_owned()));
        ControlFlow::Continue(())
    });
    Ok(rows)
}

fn pieces(parts: &[&[u8]], forced: Option<Shape>, limits: &Limits) -> Rows {
    let source = |part: &&[u8]| Stream::new("document".into(), Box::new(Cursor::new(part.to_vec())), Some(part.len() as u64));
    let sources = parts.iter().map(source).collect::<Result<Vec<_>, _>>().expect("memory can be read");
    let (documents, pieces) = Documents::stream(sources, forced, limits, 2)?;
    let names: Vec<&str> = COMPILED.attributes().iter().map(AsRef::as_ref).collect();
    let wanted = Wanted::new(&names, &NAMES);
    let mut rows = Vec::new();
    for piece in pieces {
        documents.users_in(&piece, Some(&wanted), &mut |user| {
            rows.push(match user {
                Ok(User::Plain(plain)) => Ok(COMPILED.decide(plain, plain.assigned(), &world()).to_owned()),
                Ok(User::Person(person)) => {
                    Ok(COMPILED.decide(&COMPILED.bind(&person.record, person.kind), person.assigned, &world()).to_owned())
                }
                Err(found) => Err(found),
            });
            ControlFlow::Continue(())
        });
    }
    Ok(rows)
}
