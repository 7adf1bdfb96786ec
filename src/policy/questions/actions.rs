//! What the actions of rows make of situations.

use super::person::{Person, Presence, persons, those};
use super::{
    ACTIVE, CARRIED_ACTIVE, EMPTY_GROUPS, EQUAL, GROUP, HELD, HOME, NOT_A_MEMBER, PLACED, Questions, Sets, USER, WRITTEN, no, yes,
};
use crate::domain::{Carried, Classes, Held, Set};
use crate::provision::Source;
use crate::provision::rules::{Action, ActiveRule, Mode, PlaceRule, Which};

impl Questions<'_> {
    /// What situations become by an action.
    pub fn acted(&mut self, set: Set, action: &Action) -> Sets {
        match action {
            Action::Refuse(_) | Action::Ignore(_) | Action::Stop | Action::Warn(_) | Action::ChangeSettings => Ok(set),
            Action::SetHandRole | Action::EndHandRole | Action::ReplaceMembers { .. } | Action::EndGroup => Ok(set),
            Action::Count { attribute, as_absent } => self.counted(set, attribute, *as_absent),
            Action::CountGroupsEmpty => self.moved(set, GROUP, &|_| [EMPTY_GROUPS].into_iter().collect()),
            Action::Own(_) => self.person_moved(set, |person| match person.present {
                Presence::Gone => vec![Person { present: Presence::Active, ..person }],
                _ => vec![person],
            }),
            Action::RemoveUser => self.removed(set),
            Action::Active(rule) => self.activated(set, *rule),
            Action::Write { attributes, mode, by, .. } => self.wrote(set, attributes, *mode, *by),
            Action::ReplaceGroups => {
                let set = self.member_or_not(set)?;
                self.loosened(set, NOT_A_MEMBER)
            }
            Action::Place(rule) => self.placed(set, *rule),
        }
    }

    fn person_moved(&mut self, set: Set, to: impl Fn(Person) -> Vec<Person>) -> Sets {
        let all: Vec<Person> = persons().collect();
        let reached = |class: usize| {
            let reached = all.get(class).map(|person| to(*person)).unwrap_or_default();
            those(|person| reached.contains(&person))
        };
        self.moved(set, USER, &reached)
    }

    fn member_or_not(&mut self, set: Set) -> Sets {
        if self.followed.member { self.person_moved(set, Person::member_or_not) } else { Ok(set) }
    }

    /// What is carried counts as absent, or, if it is carried at all, as null.
    fn counted(&mut self, set: Set, name: &str, as_absent: bool) -> Sets {
        let Some((first, attribute)) = self.attribute(name) else { return Ok(set) };
        let absent = attribute.carrying(|carried| carried == Carried::Absent);
        let null = attribute.carrying(|carried| carried == Carried::Null);
        self.moved(set, first, &|class| if as_absent || absent.contains(class) { absent.clone() } else { null.clone() })
    }

    fn now_holds(&mut self, set: Set, name: &str, held: Held) -> Sets {
        let Some((first, attribute)) = self.attribute(name) else { return Ok(set) };
        let classes = attribute.holding(|class| class == held);
        self.moved(set, first + HELD, &|_| classes.clone())
    }

    /// The user holds what the event carries; where it carries nothing, that may be nothing as well.
    fn now_holds_carried(&mut self, set: Set, name: &str, mode: Mode, unsets: bool) -> Sets {
        let Some((first, attribute)) = self.attribute(name) else { return Ok(set) };
        let values = [None].into_iter().chain((0..attribute.asked().len()).map(Some));
        let mut all = Set::EMPTY;
        let without_value = [(Carried::Absent, unsets), (Carried::Null, mode != Mode::Overwrite)];
        for (class, unsets) in without_value {
            let such = self.carrying(name, |carried| carried == class)?;
            let mut such = self.both(set, such)?;
            if unsets {
                such = self.now_holds(such, name, Held::Unset)?;
            }
            all = self.either(all, such)?;
        }
        for value in values {
            let such = self.carrying(name, |carried| carried.is(value))?;
            let mut such = self.both(set, such)?;
            such = self.now_holds(such, name, Held::Value(value))?;
            if value.is_none() {
                such = self.moved(such, first + EQUAL, &|_| yes())?;
            }
            all = self.either(all, such)?;
        }
        Ok(all)
    }

    /// A variable may have any class from here on.
    fn loosened(&mut self, set: Set, variable: usize) -> Sets {
        self.moved(set, variable, &|_| Classes::first(2))
    }

    fn removed(&mut self, set: Set) -> Sets {
        let mut set = self.person_moved(set, |person| vec![Person { present: Presence::Gone, member: false, ..person }])?;
        for (variable, classes) in [(HOME, no()), (NOT_A_MEMBER, yes())] {
            set = self.moved(set, variable, &|_| classes.clone())?;
        }
        let names = self.attributes();
        for name in names {
            set = self.now_holds(set, name, Held::Unset)?;
        }
        Ok(set)
    }

    fn activated(&mut self, set: Set, rule: ActiveRule) -> Sets {
        if !self.followed.active {
            return self.loosened(set, NOT_A_MEMBER);
        }
        let mut all = Set::EMPTY;
        for (at, carried) in ACTIVE.into_iter().enumerate() {
            let active = match rule {
                ActiveRule::Always(active) => Some(active),
                ActiveRule::Carried => carried,
                ActiveRule::CarriedOrTrue => Some(carried.unwrap_or(true)),
            };
            let such = self.sets.of(CARRIED_ACTIVE, &[at].into_iter().collect())?;
            let mut such = self.both(set, such)?;
            if let Some(active) = active {
                let is = if active { Presence::Active } else { Presence::Inactive };
                such = self.person_moved(such, |person| match person.present {
                    Presence::Gone => vec![person],
                    _ => vec![Person { present: is, ..person }],
                })?;
            }
            all = self.either(all, such)?;
        }
        self.loosened(all, NOT_A_MEMBER)
    }

    fn wrote(&mut self, set: Set, which: &Which, mode: Mode, by: Source) -> Sets {
        let present = self.present()?;
        let (mut some, gone) = (self.both(set, present)?, self.without(set, present)?);
        let names = self.attributes();
        for name in names {
            let is_meant = match which {
                Which::Named(names) => names.iter().any(|named| named == name),
                Which::Carried => true,
            };
            if !is_meant || !self.follows(name, HELD) {
                continue;
            }
            // A mapping that applies on creation writes what newcomers have, and nothing else.
            let once = mode != Mode::Replace && self.rules.attributes.get(name).is_some_and(|rule| rule.on_create.contains(&by));
            let newcomers = if once { those(|person| person.known.is_none()) } else { Classes::first(persons().count()) };
            let newcomers = self.sets.of(USER, &newcomers)?;
            let (written, left) = (self.both(some, newcomers)?, self.without(some, newcomers)?);
            let unsets = mode == Mode::Replace && matches!(which, Which::Named(_));
            let written = self.now_holds_carried(written, name, mode, unsets)?;
            some = self.either(written, left)?;
        }
        let some = self.moved(some, WRITTEN, &|_| yes())?;
        self.either(some, gone)
    }

    fn placed(&mut self, set: Set, rule: PlaceRule) -> Sets {
        let present = self.present()?;
        let (some, gone) = (self.both(set, present)?, self.without(set, present)?);
        let some = match rule {
            PlaceRule::HomeOnly => self.moved(some, HOME, &|_| yes())?,
            // Whether it is applied and where it puts the user is not followed.
            PlaceRule::Always | PlaceRule::IfMovedOrOutside => {
                let some = self.moved(some, HOME, &|class| [class, 1].into_iter().collect())?;
                let some = self.member_or_not(some)?;
                let some = self.loosened(some, PLACED)?;
                self.loosened(some, NOT_A_MEMBER)?
            }
        };
        self.either(some, gone)
    }
}
