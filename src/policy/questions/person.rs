//! The user of an event, as one variable: few of the combinations can be.

use crate::domain::Classes;
use crate::provision::Source;
use crate::provision::rules::UserTest;

/// The user of an event: whether it was there when the event began and who managed it then, what it is now, and whether it
/// is a member of anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Person {
    pub known: Option<Source>,
    pub present: Presence,
    pub member: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Presence {
    Gone,
    Active,
    Inactive,
}

/// Everybody whom an event may meet or make. Who is gone is a member of nothing.
pub(super) fn persons() -> impl Iterator<Item = Person> {
    let known = [None, Some(Source::Scim), Some(Source::Jit)].into_iter();
    known.flat_map(|known| {
        let present = [(Presence::Gone, false), (Presence::Active, false), (Presence::Active, true)];
        let present = present.into_iter().chain([(Presence::Inactive, false), (Presence::Inactive, true)]);
        present.map(move |(present, member)| Person { known, present, member })
    })
}

pub(super) fn those(is: impl Fn(Person) -> bool) -> Classes {
    persons().enumerate().filter(|(_, person)| is(*person)).map(|(at, _)| at).collect()
}

impl Person {
    pub fn is(self, test: UserTest) -> bool {
        match test {
            UserTest::Unknown => self.known.is_none(),
            UserTest::Known => self.known.is_some(),
            UserTest::Inactive => self.present == Presence::Inactive,
            UserTest::Outside => !self.member,
            UserTest::Foreign => self.known.is_some_and(|source| source != Source::Scim),
        }
    }

    pub fn member_or_not(self) -> Vec<Person> {
        match self.present {
            Presence::Gone => vec![self],
            _ => vec![Person { member: false, ..self }, Person { member: true, ..self }],
        }
    }
}
